/* Owed: reads hand-offs and what leads did, with what followed on them, and sets a clock to each. */
#include "run/decision/owed.h"

#include "base/search.h"
#include "base/time.h"
#include "run/decision/json.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct owing {
    struct as_owed_list *out;
    struct as_arena *arena;
    const struct as_pack *pack;
    const struct as_service_level *level;
    int64_t at;
};

/* What the lead did while something else of the agreement waited: that one's answer answers it, too. */
static bool waits_already(const struct owing *o, const struct as_due *row)
{
    const struct as_owed *last = o->out->list.n > 0 ? &o->out->list.at[o->out->list.n - 1] : NULL;
    return row->promise != 0 && last != NULL && last->level == o->level && last->lead_id == row->lead &&
           last->asked != row->asked &&
           (last->clock.stopped == AS_TIME_NONE || last->clock.stopped >= row->asked);
}

static enum as_status take(void *context, const struct as_due *row, struct as_error *error)
{
    struct owing *o = context;
    struct as_owed owed = {.level = o->level,
                           .offer = row->offer,
                           .promise = row->promise,
                           .lead_id = row->lead,
                           .asked = row->asked,
                           .clock = as_service_clock_at(o->pack, o->level, row->began, row->stopped, o->at)};
    if (waits_already(o, row))
        return AS_OK;
    if (row->model[0] != '\0' && (owed.model = as_arena_printf(o->arena, "%s", row->model)) == NULL)
        return as_error_memory(error);
    if (row->owner[0] != '\0' && (owed.owner = as_arena_printf(o->arena, "%s", row->owner)) == NULL)
        return as_error_memory(error);
    return as_list_push(o->arena, &o->out->list, owed) ? AS_OK : as_error_memory(error);
}

enum as_status as_owed_query(struct as_due_query *out, struct as_buf *kinds, const struct as_pack *pack,
                             const struct as_service_level *level, int64_t at, struct as_error *error)
{
    const struct as_schema *schema = pack->rules.schema;
    *out = (struct as_due_query){.pack = pack->name,
                                 .agreement = level->starts.n > 0 ? level->name : NULL,
                                 .lead_id = AS_OWED_NOW,
                                 .at = at,
                                 .stops_on_touch = as_service_level_stops_on_touch(level, schema)};
    as_buf_reset(kinds);
    as_buf_text(kinds, ";");
    for (uint32_t i = 0; i < level->starts.n; i++)
        as_buf_printf(kinds, "%s;", schema->kinds.at[level->starts.at[i]->kind_first]->name);
    as_buf_char(kinds, '\0');
    uint32_t stops = (uint32_t)kinds->n;
    as_buf_text(kinds, ";");
    for (uint32_t kind = 0; kind < schema->kinds.n; kind++)
        if (as_service_level_stops(level, schema, kind)) {
            as_buf_printf(kinds, "%s;", schema->kinds.at[kind]->name);
            out->stops_when_accepted |= schema->kinds.at[kind]->act == AS_ACT_ACCEPTED;
        }
    if (kinds->failed)
        return as_error_memory(error);
    out->starts = as_buf_c(kinds);
    out->stops = out->starts + stops;
    return AS_OK;
}

enum as_status as_owed_of(struct as_owed_list *out, struct as_arena *arena, struct as_store *store,
                          const struct as_pack *pack, int64_t lead_id, int64_t at, struct as_error *error)
{
    struct owing o = {out, arena, pack, NULL, at};
    struct as_buf stops = {.p = NULL};
    enum as_status status = AS_OK;
    *out = (struct as_owed_list){.by_lead = NULL};
    for (uint32_t i = 0; i < pack->service_levels.n && status == AS_OK; i++) {
        struct as_due_query query;
        o.level = &pack->service_levels.at[i];
        status = as_owed_query(&query, &stops, pack, o.level, at, error);
        query.lead_id = lead_id;
        if (status == AS_OK)
            status = as_store_dues(store, &query, take, &o, error);
    }
    as_buf_free(&stops);
    return status == AS_OK ? as_owed_order(out, arena, error) : status;
}

static int by_agreement(const void *a, const void *b)
{
    const struct as_owed *x = a, *y = b;
    if (x->level != y->level)
        return x->level < y->level ? -1 : 1; /* they stand in the pack's array */
    if (x->offer != y->offer)
        return x->offer < y->offer ? -1 : 1;
    if (x->lead_id != y->lead_id)
        return x->lead_id < y->lead_id ? -1 : 1;
    if (x->asked != y->asked)
        return x->asked < y->asked ? -1 : 1;
    return (x->clock.began > y->clock.began) - (x->clock.began < y->clock.began);
}

static int by_lead(const void *a, const void *b)
{
    const struct as_owed_place *x = a, *y = b;
    if (x->lead_id != y->lead_id)
        return x->lead_id < y->lead_id ? -1 : 1;
    return (x->place > y->place) - (x->place < y->place);
}

enum as_status as_owed_order(struct as_owed_list *owed, struct as_arena *arena, struct as_error *error)
{
    uint32_t n = owed->list.n;
    if (n == 0)
        return AS_OK;
    qsort(owed->list.at, n, sizeof *owed->list.at, by_agreement);
    owed->by_lead = as_arena_array(arena, n, sizeof *owed->by_lead);
    if (owed->by_lead == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < n; i++)
        owed->by_lead[i] = (struct as_owed_place){owed->list.at[i].lead_id, i};
    qsort(owed->by_lead, n, sizeof *owed->by_lead, by_lead);
    return AS_OK;
}

uint32_t as_owed_first(const struct as_owed_list *owed, int64_t lead_id)
{
    uint32_t i;
    AS_SEARCH(i, owed->list.n, owed->by_lead[i].lead_id < lead_id);
    return i;
}

const struct as_owed *as_owed_settled(const struct as_owed_list *owed, const struct as_owed *about)
{
    const struct as_owed *last = NULL;
    for (uint32_t i = as_owed_first(owed, about->lead_id);
         i < owed->list.n && owed->by_lead[i].lead_id == about->lead_id; i++) {
        const struct as_owed *one = &owed->list.at[owed->by_lead[i].place];
        bool same = about->offer == 0 || one->offer == 0 || one->offer == about->offer;
        if (same && (one->reassigned || one->given_back))
            last = one;
    }
    return last;
}

const char *as_owed_went_to(const struct as_owed_list *owed, int64_t lead_id)
{
    const char *to = NULL;
    for (uint32_t i = as_owed_first(owed, lead_id); i < owed->list.n && owed->by_lead[i].lead_id == lead_id;
         i++)
        if (owed->list.at[owed->by_lead[i].place].reassigned)
            to = owed->list.at[owed->by_lead[i].place].to;
    return to;
}

int64_t as_owed_next(const struct as_owed_list *owed)
{
    int64_t next = AS_TIME_NONE;
    for (uint32_t i = 0; i < owed->list.n; i++) {
        int64_t one = owed->list.at[i].clock.next;
        if (one != AS_TIME_NONE && (next == AS_TIME_NONE || one < next))
            next = one;
    }
    return next;
}

/* "25 minutes", "3 business hours", "2 business days": rounded down, and at least one of them. */
static void say_over(struct as_buf *out, const struct as_owed *owed)
{
    bool business = owed->level->within.unit != AS_SPAN_SECONDS;
    int64_t n = owed->clock.over / 3600;
    const char *unit = "hour";
    if (n == 0) {
        n = owed->clock.over / 60;
        n = n > 0 ? n : 1;
        unit = "minute";
    }
    as_buf_printf(out, "%" PRId64 " %s%s%s", n, business ? "business " : "", unit, n == 1 ? "" : "s");
}

void as_owed_say(struct as_buf *out, const struct as_owed *owed)
{
    char due[AS_TIME_TEXT];
    as_buf_printf(out, "%s within ", owed->level->name);
    as_within_say(out, &owed->level->within);
    as_buf_text(out, ": ");
    switch (owed->clock.state) {
    case AS_CLOCK_RUNS:
    case AS_CLOCK_AT_RISK:
        as_buf_printf(out, "%s %s UTC", owed->clock.state == AS_CLOCK_RUNS ? "due" : "at risk, due",
                      as_instant_format(due, owed->clock.due));
        break;
    case AS_CLOCK_OVERDUE:
        as_buf_printf(out, "overdue since %s UTC, ", as_instant_format(due, owed->clock.due));
        say_over(out, owed);
        break;
    case AS_CLOCK_KEPT:
        as_buf_text(out, "kept");
        break;
    case AS_CLOCK_LATE:
        say_over(out, owed);
        as_buf_text(out, " late");
        break;
    }
}

int64_t as_owed_asked(const struct as_owed *owed)
{
    return owed->promise != 0 ? owed->asked : AS_TIME_NONE;
}

void as_service_clock_json(struct as_json *json, const struct as_service_clock *clock, int64_t asked)
{
    as_json_put_text(json, "state", as_clock_state_name(clock->state));
    as_json_put_time(json, "offered", asked == AS_TIME_NONE ? clock->began : AS_TIME_NONE);
    as_json_put_time(json, "asked", asked);
    as_json_put_time(json, "due", clock->due);
    as_json_put_time(json, "stopped", clock->stopped);
    as_json_put_int(json, "over_seconds", clock->over);
}

void as_owed_put(struct as_json *json, const struct as_owed *owed)
{
    as_json_key(json, "owed");
    if (owed == NULL) {
        as_json_text(json, NULL);
        return;
    }
    as_json_open(json, '{');
    as_json_put_text(json, "agreement", owed->level->name);
    as_service_clock_json(json, &owed->clock, as_owed_asked(owed));
    as_json_close(json, '}');
}

void as_owed_json(struct as_json *json, const struct as_owed_list *owed)
{
    as_json_put_open(json, "service_levels", '[');
    for (uint32_t i = 0; i < owed->list.n; i++) {
        const struct as_owed *one = &owed->list.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "agreement", one->level->name);
        as_json_put_text(json, "model", one->model);
        as_json_put_text(json, "owner", one->owner);
        as_service_clock_json(json, &one->clock, as_owed_asked(one));
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}
