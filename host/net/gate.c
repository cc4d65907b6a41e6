/* Gates: one an origin. How many requests run and how often one begins, a pause that the origin asked for,
 * and giving it up for a while when it fails again and again, so that a dead provider costs a run seconds and
 * not hours. */
#include "net/transfer.h"

#include "base/time.h"

enum { NS_MS = 1000000 };

void as_queue_put(struct as_queue *queue, struct as_transfer *transfer)
{
    transfer->next = NULL;
    if (queue->last != NULL)
        queue->last->next = transfer;
    else
        queue->first = transfer;
    queue->last = transfer;
}

struct as_transfer *as_queue_take(struct as_queue *queue)
{
    struct as_transfer *first = queue->first;
    if (first != NULL && (queue->first = first->next) == NULL)
        queue->last = NULL;
    return first;
}

struct as_gate *as_gate_of(struct as_client *client, const struct as_origin *origin)
{
    for (struct as_gate *gate = client->gates; gate != NULL; gate = gate->next)
        if (as_origin_same(&gate->origin, origin))
            return gate;
    struct as_gate *gate = as_arena_alloc(&client->arena, sizeof *gate);
    if (gate == NULL)
        return NULL;
    gate->origin = *origin;
    gate->origin.host = as_arena_printf(&client->arena, "%s", origin->host);
    if (gate->origin.host == NULL)
        return NULL;
    gate->per_second = AS_HTTP_RATE;
    gate->at_once = AS_HTTP_AT_ONCE;
    for (uint32_t i = 0; i < client->policy->rate_count; i++) {
        const struct as_policy_rate *rate = &client->policy->rates[i];
        if (as_origin_covers(&rate->origin, origin)) {
            gate->per_second = rate->per_second;
            gate->at_once = rate->at_once;
            break;
        }
    }
    gate->next = client->gates;
    client->gates = gate;
    return gate;
}

bool as_gate_shut(const struct as_gate *gate, int64_t now)
{
    return gate->shut_until - now > (int64_t)AS_HTTP_MOST_PAUSE_MS * NS_MS;
}

static void sooner(int64_t *wake, int64_t at)
{
    if (at < *wake)
        *wake = at;
}

struct as_transfer *as_gate_next(struct as_gate *gate, int64_t now, int64_t *wake)
{
    if (gate->waiting.first == NULL)
        return NULL;
    if (as_gate_shut(gate, now)) /* all of them are told, at once */
        return as_queue_take(&gate->waiting);
    int64_t open = gate->next_at > gate->shut_until ? gate->next_at : gate->shut_until;
    if (open > now) {
        sooner(wake, open);
        return NULL;
    }
    if (gate->running >= gate->at_once)
        return NULL;
    /* Those that pause before their next try let others pass. */
    struct as_transfer *before = NULL;
    for (struct as_transfer *at = gate->waiting.first; at != NULL; before = at, at = at->next) {
        if (at->not_before > now) {
            sooner(wake, at->not_before);
            continue;
        }
        if (before == NULL)
            return as_queue_take(&gate->waiting);
        before->next = at->next;
        if (gate->waiting.last == at)
            gate->waiting.last = before;
        return at;
    }
    return NULL;
}

void as_gate_began(struct as_gate *gate, int64_t now)
{
    gate->running++;
    gate->next_at = now + (int64_t)(1e9 / gate->per_second);
}

void as_gate_learn(struct as_gate *gate, const struct as_transfer *transfer, int64_t now)
{
    bool failed = transfer->outcome == AS_UNREACHED || transfer->outcome == AS_BROKEN ||
                  transfer->outcome == AS_TIMED_OUT ||
                  (transfer->outcome == AS_ANSWERED && transfer->status >= 500);
    gate->failures = failed ? gate->failures + 1 : 0;
    bool asks = transfer->outcome == AS_ANSWERED && (transfer->status == 429 || transfer->status == 503) &&
                transfer->retry_after > 0;
    int64_t until = 0;
    if (asks) {
        int64_t seconds =
            transfer->retry_after < AS_HTTP_MOST_SHUT_S ? transfer->retry_after : AS_HTTP_MOST_SHUT_S;
        until = now + seconds * 1000 * NS_MS;
    } else if (gate->failures >= AS_HTTP_MOST_FAILURES) {
        until = now + (int64_t)AS_HTTP_SHUT_S * 1000 * NS_MS;
    }
    if (until > gate->shut_until) {
        gate->shut_until = until;
        gate->failed = !asks;
    }
}
