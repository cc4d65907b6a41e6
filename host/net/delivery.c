/* Delivery: takes the heads of lines from the outbox, a batch at a time, sends them in parallel, and keeps
 * what came of each before it takes the next. Requests are request.c's, the envelope cloud_event.c's, where
 * it goes outlet.c's. */
#include "net/delivery.h"

#include "net/cloud_event.h"
#include "net/outlet.h"
#include "net/request.h"
#include "net/signature.h"

#include "base/time.h"
#include "store/report/report.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int64_t as_delivery_pause(uint32_t tries, double chance)
{
    int64_t pause = AS_DELIVERY_FIRST_PAUSE;
    for (uint32_t i = 1; i < tries && pause < AS_DELIVERY_MOST_PAUSE; i++)
        pause *= 2;
    if (pause > AS_DELIVERY_MOST_PAUSE)
        pause = AS_DELIVERY_MOST_PAUSE;
    return pause - (int64_t)((double)(pause / 2) * chance);
}

/* What an answer means: 2xx done; 400, 405, 406, 410, 411, 413, 414, 415, 422, 431 and redirects will not
 * become better and are dead letters; everything else is tried again. */
static enum as_sending answer_means(int status)
{
    static const int final[] = {400, 405, 406, 410, 411, 413, 414, 415, 422, 431};
    if (status >= 200 && status < 300)
        return AS_SENDING_DONE;
    if (status >= 300 && status < 400)
        return AS_SENDING_DEAD;
    for (size_t i = 0; i < sizeof final / sizeof *final; i++)
        if (status == final[i])
            return AS_SENDING_DEAD;
    return AS_SENDING_LATER;
}

struct delivering {
    struct as_delivery_result *result;
    struct as_store *store;
    const struct as_delivery_request *request;
    struct as_outlet *outlets; /* by index of result->destinations */
    char installation[AS_INSTALLATION_TEXT];
    int64_t started_ticks;
    enum as_status status; /* the first fault inside a callback */
    struct as_error *error;
    bool any_progress; /* an effect left its line in this pass */
};

/* One effect under way. */
struct parcel {
    struct delivering *d;
    struct as_outlet *to;
    struct as_effect_row effect;
    char id[AS_EVENT_ID_SIZE];
};

static int64_t now_of(const struct delivering *d)
{
    return d->request->now + (as_clock_ticks() - d->started_ticks) / 1000000000;
}

/* --- destinations --- */

static enum as_status list_destinations(struct delivering *d, struct as_error *error)
{
    struct as_delivery_result *result = d->result;
    for (uint32_t p = 0; p < d->request->pack_count; p++) {
        const struct as_pack *pack = d->request->packs[p];
        for (uint32_t i = 0; i < pack->destinations.n; i++) {
            struct as_delivered *told = as_arena_alloc(&result->arena, sizeof *told);
            if (told == NULL)
                return as_error_memory(error);
            *told = (struct as_delivered){
                .pack = pack, .destination = &pack->destinations.at[i], .reason = "", .fault = AS_ERROR_INIT};
            if (!as_list_push(&result->arena, &result->destinations, told))
                return as_error_memory(error);
        }
    }
    d->outlets = calloc(result->destinations.n + (size_t)1, sizeof *d->outlets);
    if (d->outlets == NULL)
        return as_error_memory(error);
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < result->destinations.n && status == AS_OK; i++) {
        d->outlets[i].told = result->destinations.at[i];
        status = as_outlet_read(&d->outlets[i], &result->arena, d->store, d->request->now, error);
    }
    return status;
}

static struct as_outlet *outlet_of(struct delivering *d, const struct as_effect_row *effect)
{
    for (uint32_t i = 0; i < d->result->destinations.n; i++) {
        const struct as_delivered *told = d->result->destinations.at[i];
        if (strcmp(told->pack->name, effect->pack) == 0 &&
            strcmp(told->destination->name, effect->destination) == 0)
            return &d->outlets[i];
    }
    return NULL;
}

/* --- answers --- */

/* A run may be writing for longer than a writer waits; what was sent has to be kept all the same. */
static enum as_status begin_patiently(struct as_store *store, struct as_error *error)
{
    for (int64_t since = as_clock_ticks();;) {
        struct as_error why = AS_ERROR_INIT;
        enum as_status status = as_store_begin(store, &why);
        if (status == AS_ERR_BUSY && as_clock_ticks() - since < AS_LOCK_WAIT_MS * 1000000)
            continue;
        if (status != AS_OK)
            *error = why;
        return status;
    }
}

static const char *say_answer(struct parcel *parcel, const struct as_response *response)
{
    struct as_buf text = {0};
    if (response->outcome == AS_ANSWERED) {
        as_buf_printf(&text, "HTTP %d", response->status);
    } else {
        struct as_str what = as_str_of(response->error != NULL ? response->error->what : "");
        as_buf_printf(&text, "%s: ", as_reply_name(response->outcome));
        as_client_scrub(&text, parcel->to->client, what);
    }
    const char *copy = text.failed ? NULL : as_arena_copy(&parcel->d->result->arena, as_buf_c(&text), text.n);
    as_buf_free(&text);
    return copy != NULL ? copy : "";
}

static enum as_status keep_answer(struct parcel *parcel, const struct as_response *response,
                                  struct as_error *error)
{
    struct delivering *d = parcel->d;
    struct as_delivered *told = parcel->to->told;
    struct as_attempt attempt = {.effect = parcel->effect.id, .time = now_of(d), .status = response->status};
    attempt.sending = response->outcome == AS_ANSWERED ? answer_means(response->status) : AS_SENDING_LATER;
    if (attempt.sending == AS_SENDING_LATER && parcel->effect.tries + 1 >= AS_DELIVERY_TRIES)
        attempt.sending = AS_SENDING_DEAD;
    attempt.detail = say_answer(parcel, response);
    if (attempt.sending == AS_SENDING_LATER) {
        double chance = (double)randombytes_uniform(1000) / 1000;
        int64_t pause = as_delivery_pause(parcel->effect.tries + 1, chance);
        attempt.due = attempt.time + (response->retry_after > pause ? response->retry_after : pause);
    }
    enum as_status status = begin_patiently(d->store, error);
    if (status != AS_OK)
        return status;
    status = as_store_put_attempt(d->store, &attempt, error);
    /* A message it will not have says nothing about the destination. */
    bool ill = response->outcome != AS_ANSWERED || response->status >= 500 || response->status == 429;
    if (status == AS_OK)
        status = ill ? as_outlet_failed(parcel->to, d->store, now_of(d), response->retry_after,
                                        attempt.detail, error)
                     : as_outlet_worked(parcel->to, d->store, now_of(d), error);
    if ((status = as_store_end(d->store, status, error)) != AS_OK)
        return status;
    d->any_progress |= attempt.sending != AS_SENDING_LATER;
    *(attempt.sending == AS_SENDING_DONE    ? &told->sent
      : attempt.sending == AS_SENDING_LATER ? &told->later
                                            : &told->dead) += 1;
    if (attempt.sending != AS_SENDING_DONE)
        told->reason = attempt.detail;
    return AS_OK;
}

static void answered(void *context, const struct as_response *response)
{
    struct parcel *parcel = context;
    struct delivering *d = parcel->d;
    const struct as_delivery_request *request = d->request;
    if (response->outcome == AS_REFUSED) { /* nothing was sent, so that nothing counts as tried */
        parcel->to->told->fault = *response->error;
        snprintf(parcel->to->told->fault.what, sizeof parcel->to->told->fault.what, "%s",
                 say_answer(parcel, response));
        return;
    }
    if (response->outcome != AS_ANSWERED && response->tries == 0) { /* the client leaves the address alone */
        parcel->to->told->reason = say_answer(parcel, response);
        return;
    }
    d->result->tried++;
    enum as_status status = d->status == AS_OK ? keep_answer(parcel, response, d->error) : d->status;
    d->status = status;
    if (request->progress != NULL && !request->progress(request->progress_context, d->result->tried))
        d->result->stopped = true;
}

/* --- sending --- */

static enum as_status make_body(struct as_buf *body, void *context, const struct as_who *who,
                                struct as_error *error)
{
    const struct parcel *parcel = context;
    return parcel->to->told->destination->format == AS_FORMAT_CHAT
               ? as_event_chat(body, &parcel->effect, error)
               : as_event_json(body, parcel->id, parcel->d->installation, &parcel->effect, who, error);
}

struct body_making {
    struct parcel *parcel;
    struct as_buf *body;
};

static enum as_status with_who(void *context, const struct as_who *who, struct as_error *error)
{
    struct body_making *making = context;
    return make_body(making->body, making->parcel, who, error);
}

static enum as_status submit(struct parcel *parcel, struct as_error *error)
{
    struct delivering *d = parcel->d;
    const struct as_delivered *told = parcel->to->told;
    struct as_buf body = {0};
    struct body_making making = {parcel, &body};
    char timestamp[24], signature[AS_SIGNATURE_SIZE];
    int64_t now = now_of(d);
    enum as_status status =
        parcel->effect.lead_id != 0 ? as_store_who(d->store, parcel->effect.lead_id, with_who, &making, error)
        : parcel->effect.account_id != 0
            ? as_store_account_who(d->store, parcel->effect.account_id, with_who, &making, error)
            : make_body(&body, parcel, NULL, error);
    struct as_str sent = {as_buf_c(&body), body.n};
    snprintf(timestamp, sizeof timestamp, "%lld", (long long)now);
    struct as_header headers[] = {
        {"Content-Type",
         told->destination->format == AS_FORMAT_CHAT ? "application/json" : "application/cloudevents+json"},
        {"webhook-id", parcel->id},
        {"webhook-timestamp", timestamp},
        {"webhook-signature", signature},
    };
    if (status == AS_OK && parcel->to->secret.n > 0)
        status = as_sign(signature, (struct as_str){parcel->to->secret.p, parcel->to->secret.n}, parcel->id,
                         now, sent, error);
    struct as_request request = {
        .method = "POST",
        .url = as_buf_c(&parcel->to->url),
        .headers = headers,
        .header_count = parcel->to->secret.n > 0 ? 4 : 3,
        .body = sent,
        .idempotency_key = parcel->id,
        .timeout_ms = d->request->timeout_ms,
        .tries = 1,
        .redirects = -1,
    };
    if (status == AS_OK)
        status = as_client_submit(parcel->to->client, &request, answered, parcel, error);
    as_buf_free(&body);
    return status;
}

/* What is wrong with one effect or its destination is that destination's fault, and the others go on; memory
 * and the database end the delivery. */
static enum as_status send_one(struct delivering *d, struct parcel *parcel, struct as_error *error)
{
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = AS_OK;
    parcel->d = d;
    parcel->to = outlet_of(d, &parcel->effect);
    if (parcel->to == NULL) {
        d->result->unknown++;
        return AS_OK;
    }
    /* After a rest one try decides. */
    bool probing = parcel->to->breaker.failures >= AS_BREAKER_FAILURES && parcel->to->client != NULL &&
                   as_client_pending(parcel->to->client) > 0;
    if (parcel->to->told->fault.status != AS_OK || parcel->to->breaker.open_until > now_of(d) || probing)
        return AS_OK;
    if (parcel->to->client == NULL)
        status = as_outlet_open(parcel->to, &d->result->arena, d->request->policy, &why);
    if (status == AS_OK)
        status = as_event_id(parcel->id, d->installation, parcel->effect.key, &why);
    if (status == AS_OK)
        status = submit(parcel, &why);
    if (status == AS_OK)
        return AS_OK;
    if (status == AS_ERR_MEMORY || status == AS_ERR_IO || status == AS_ERR_BUSY) {
        *error = why;
        return status;
    }
    parcel->to->told->fault = why;
    return AS_OK;
}

struct batch {
    struct as_arena arena;
    AS_LIST(struct parcel *) parcels;
};

static enum as_status keep_parcel(void *context, const struct as_effect_row *row, struct as_error *error)
{
    struct batch *batch = context;
    struct parcel *parcel = as_arena_alloc(&batch->arena, sizeof *parcel);
    if (parcel == NULL)
        return as_error_memory(error);
    *parcel = (struct parcel){.effect = *row};
    const char **texts[] = {&parcel->effect.key,   &parcel->effect.pack,         &parcel->effect.kind,
                            &parcel->effect.state, &parcel->effect.payload_json, &parcel->effect.destination,
                            &parcel->effect.note};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i] != NULL &&
            (*texts[i] = as_arena_copy(&batch->arena, *texts[i], strlen(*texts[i]))) == NULL)
            return as_error_memory(error);
    return as_list_push(&batch->arena, &batch->parcels, parcel) ? AS_OK : as_error_memory(error);
}

/* Until every transfer has its answer: also after a fault, since what was sent has to be kept. */
static enum as_status wait_for_answers(struct delivering *d, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (bool pending = true; pending && status == AS_OK;) {
        pending = false;
        uint32_t busy = 0;
        for (uint32_t i = 0; i < d->result->destinations.n; i++)
            busy += d->outlets[i].client != NULL && as_client_pending(d->outlets[i].client) > 0;
        for (uint32_t i = 0; i < d->result->destinations.n && status == AS_OK; i++) {
            struct as_client *client = d->outlets[i].client;
            if (client == NULL || as_client_pending(client) == 0)
                continue;
            status = as_client_turn(client, busy > 1 ? 5 : 200, error);
            pending = true;
        }
    }
    return status == AS_OK ? d->status : status;
}

static enum as_status send_batch(struct delivering *d, int64_t *after, uint32_t *n, struct as_error *error)
{
    const struct as_delivery_request *request = d->request;
    struct batch batch = {.parcels = {0}};
    uint64_t left = request->limit == 0 ? AS_DELIVERY_AT_ONCE : request->limit - d->result->tried;
    uint32_t most = left < AS_DELIVERY_AT_ONCE ? (uint32_t)left : AS_DELIVERY_AT_ONCE;
    as_arena_init(&batch.arena);
    enum as_status status =
        as_store_due_effects(d->store, NULL, now_of(d), *after, most, keep_parcel, &batch, error);
    for (uint32_t i = 0; i < batch.parcels.n && status == AS_OK; i++) {
        *after = batch.parcels.at[i]->effect.id;
        status = send_one(d, batch.parcels.at[i], error);
    }
    if (status == AS_OK)
        status = wait_for_answers(d, error);
    *n = batch.parcels.n;
    as_arena_free(&batch.arena);
    return status;
}

/* Passes over the outbox until one brings nothing forward: what stood behind an effect that left is due only
 * in the next. */
static enum as_status send_all(struct delivering *d, struct as_error *error)
{
    const struct as_delivery_request *request = d->request;
    enum as_status status = AS_OK;
    do {
        int64_t after = 0;
        uint32_t n = 1;
        d->any_progress = false;
        d->result->unknown = 0;
        while (n > 0 && status == AS_OK && !d->result->stopped &&
               (request->limit == 0 || d->result->tried < request->limit))
            status = send_batch(d, &after, &n, error);
    } while (status == AS_OK && d->any_progress && !d->result->stopped &&
             (request->limit == 0 || d->result->tried < request->limit));
    return status;
}

enum as_status as_deliver(struct as_delivery_result *out, struct as_store *store,
                          const struct as_delivery_request *request, struct as_error *error)
{
    *out = (struct as_delivery_result){.tried = 0};
    as_arena_init(&out->arena);
    struct delivering d = {
        .result = out, .store = store, .request = request, .started_ticks = as_clock_ticks(), .error = error};
    enum as_status status = as_store_lock_outbox(store, error);
    if (status != AS_OK)
        return status;
    status = as_store_installation(d.installation, store, error);
    if (status == AS_OK)
        status = list_destinations(&d, error);
    if (status == AS_OK)
        status = send_all(&d, error);
    for (uint32_t i = 0; d.outlets != NULL && i < out->destinations.n; i++) {
        const struct as_delivered *told = out->destinations.at[i];
        as_outlet_close(&d.outlets[i]);
        out->sent += told->sent;
        out->later += told->later;
        out->dead += told->dead;
    }
    free(d.outlets);
    as_store_unlock_outbox(store);
    return status;
}

void as_delivery_free(struct as_delivery_result *result)
{
    as_arena_free(&result->arena);
    *result = (struct as_delivery_result){.tried = 0};
}
