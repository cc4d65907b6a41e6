/* Delivery from the command line: destinations of the packs that decide, progress, and the screen that says
 * what went where, what waits and what rests. Ids and names of destinations are shown, people are not. */
#include "cmd/decisions/delivery.h"

#include "cmd/line/pack_choice.h"
#include "cmd/output/wording.h"

#include "base/time.h"

struct watching {
    struct as_context *context;
    struct as_progress progress;
};

static bool watch(void *into, uint64_t done)
{
    struct watching *watching = into;
    as_progress_show(&watching->progress, -1, done);
    return watching->context->interrupted == NULL || !*watching->context->interrupted;
}

enum as_status as_deliver_effects(struct as_delivery_result *out, struct as_context *context,
                                  const char *policy, uint64_t limit, struct as_error *error)
{
    struct as_run_pack *packs = NULL;
    struct as_policy *read = NULL;
    uint32_t n = 0, broken = 0;
    struct watching watching = {.context = context};
    *out = (struct as_delivery_result){.tried = 0};
    enum as_status status = as_policy_read(&read, policy, error);
    if (status == AS_OK)
        status = as_choose_packs(&packs, &n, &broken, context, (struct as_texts){0}, 1, error);
    const struct as_pack **all = as_arena_array(&context->arena, n + (size_t)1, sizeof *all);
    if (status == AS_OK && all == NULL)
        status = as_error_memory(error);
    for (uint32_t i = 0; i < n && status == AS_OK; i++)
        all[i] = packs[i].pack;
    struct as_delivery_request request = {.policy = read,
                                          .packs = all,
                                          .pack_count = n,
                                          .now = as_clock_now(),
                                          .limit = limit,
                                          .progress = watch,
                                          .progress_context = &watching};
    if (status == AS_OK) {
        as_progress_start(&watching.progress, &context->terminal, "delivering", "effects");
        status = as_deliver(out, context->store, &request, error);
        as_progress_end(&watching.progress);
    }
    as_policy_free(read);
    if (status == AS_OK && out->stopped)
        status = as_context_interrupted(context, error);
    bool rests = false;
    for (uint32_t i = 0; i < out->destinations.n; i++)
        rests |= out->destinations.at[i]->rests_until != 0;
    context->findings |= out->later > 0 || out->dead > 0 || out->unknown > 0 || rests;
    return status;
}

enum as_status as_report_faults(const struct as_delivery_result *result, struct as_error *error)
{
    for (uint32_t i = 0; i < result->destinations.n; i++) {
        const struct as_delivered *told = result->destinations.at[i];
        if (told->fault.status == AS_OK)
            continue;
        as_error_set(error, told->fault.status, "nothing can be sent to %s/%s: %s", told->pack->name,
                     told->destination->name, told->fault.what);
        return told->fault.advice[0] != '\0' ? as_error_advise(error, "%s", told->fault.advice)
                                             : told->fault.status;
    }
    return AS_OK;
}

/* --- the screen --- */

static void say_state(struct as_table *table, const struct as_delivered *told, int64_t now)
{
    char until[AS_WORDING];
    if (told->fault.status != AS_OK)
        as_table_style(table, AS_RED, told->fault.what);
    else if (told->rests_until > now)
        as_table_printf(table, "rests until %s UTC: %s", as_instant_format(until, told->rests_until),
                        told->reason);
    else
        as_table_text(table, told->reason);
}

struct waiting {
    const struct as_terminal *t;
    uint64_t queued, held, dead;
    struct as_buf inside; /* effects that no destination takes */
};

static enum as_status count_line(void *context, const struct as_outbox_line *line, struct as_error *error)
{
    struct waiting *w = context;
    char count[AS_COUNT_TEXT];
    (void)error;
    if (line->destination != NULL) {
        w->queued += line->queued;
        w->held += line->held;
        w->dead += line->dead;
    } else {
        as_buf_printf(&w->inside, "%s%s %s", w->inside.n > 0 ? ", " : "",
                      as_count_format(count, line->queued + line->held), line->kind);
    }
    return AS_OK;
}

enum as_status as_print_delivery(struct as_context *context, const struct as_delivery_result *result,
                                 struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Destination", false, false},
                                                     {"Sent", true, false},
                                                     {"Later", true, false},
                                                     {"Dead", true, false},
                                                     {"", false, true}};
    const struct as_terminal *t = &context->terminal;
    struct as_table table;
    char a[AS_COUNT_TEXT], b[AS_COUNT_TEXT], c[AS_COUNT_TEXT];
    struct waiting waiting = {.t = t};
    enum as_status status = as_store_outbox(context->store, NULL, count_line, &waiting, error);
    as_table_open(&table, columns, 5);
    for (uint32_t i = 0; i < result->destinations.n; i++) {
        const struct as_delivered *told = result->destinations.at[i];
        as_table_row(&table);
        as_table_printf(&table, "%s/%s", told->pack->name, told->destination->name);
        as_table_text(&table, as_count_format(a, told->sent));
        as_table_text(&table, as_count_format(b, told->later));
        as_table_text(&table, as_count_format(c, told->dead));
        say_state(&table, told, context->now);
    }
    if (status == AS_OK && result->destinations.n > 0)
        status = as_table_print(&table, t, 0, error);
    as_table_close(&table);
    fprintf(t->out, "waiting: %s queued, %s held, %s dead letters\n", as_count_format(a, waiting.queued),
            as_count_format(b, waiting.held), as_count_format(c, waiting.dead));
    if (result->unknown > 0)
        fprintf(t->out, "%s go to destinations that no pack declares any more\n",
                as_count_format(a, result->unknown));
    if (waiting.inside.n > 0)
        fprintf(t->out, "for people, no destination takes them: %s; see `assay next` and `assay export`\n",
                as_buf_c(&waiting.inside));
    as_buf_free(&waiting.inside);
    return status;
}

static enum as_status put_waiting(void *context, const struct as_outbox_line *line, struct as_error *error)
{
    struct as_json *json = context;
    (void)error;
    as_json_open(json, '{');
    as_json_put_text(json, "pack", line->pack);
    as_json_put_text(json, "destination", line->destination);
    as_json_put_text(json, "kind", line->kind);
    as_json_put_int(json, "queued", (int64_t)line->queued);
    as_json_put_int(json, "held", (int64_t)line->held);
    as_json_put_int(json, "dead", (int64_t)line->dead);
    as_json_put_time(json, "next_due", line->next_due);
    as_json_close(json, '}');
    return AS_OK;
}

enum as_status as_delivery_json(struct as_json *json, struct as_context *context,
                                const struct as_delivery_result *result, struct as_error *error)
{
    as_json_open(json, '{');
    as_json_put_int(json, "tried", (int64_t)result->tried);
    as_json_put_int(json, "sent", (int64_t)result->sent);
    as_json_put_int(json, "later", (int64_t)result->later);
    as_json_put_int(json, "dead", (int64_t)result->dead);
    as_json_put_int(json, "unknown", (int64_t)result->unknown);
    as_json_key(json, "destinations");
    as_json_open(json, '[');
    for (uint32_t i = 0; i < result->destinations.n; i++) {
        const struct as_delivered *told = result->destinations.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "pack", told->pack->name);
        as_json_put_text(json, "destination", told->destination->name);
        as_json_put_int(json, "sent", (int64_t)told->sent);
        as_json_put_int(json, "later", (int64_t)told->later);
        as_json_put_int(json, "dead", (int64_t)told->dead);
        as_json_put_time(json, "rests_until", told->rests_until == 0 ? AS_TIME_NONE : told->rests_until);
        as_json_put_text(json, "reason", told->reason[0] != '\0' ? told->reason : NULL);
        as_json_put_text(json, "fault", told->fault.status != AS_OK ? told->fault.what : NULL);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_key(json, "waiting");
    as_json_open(json, '[');
    enum as_status status = as_store_outbox(context->store, NULL, put_waiting, json, error);
    as_json_close(json, ']');
    as_json_close(json, '}');
    return status;
}
