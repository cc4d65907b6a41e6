/* Service clocks: passed time on a pack's own hours, and what it comes to. */
#include "score/model/service_clock.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

const char *as_clock_state_name(enum as_clock_state state)
{
    static const char *const names[] = {[AS_CLOCK_RUNS] = "runs",
                                        [AS_CLOCK_AT_RISK] = "at risk",
                                        [AS_CLOCK_OVERDUE] = "overdue",
                                        [AS_CLOCK_KEPT] = "kept",
                                        [AS_CLOCK_LATE] = "late"};
    return names[state];
}

/* When so many seconds of the agreement's own clock have passed. */
static int64_t passes(const struct as_pack *pack, const struct as_service_level *level, int64_t began,
                      int64_t seconds)
{
    bool wall = level->within.unit == AS_SPAN_SECONDS;
    struct as_span span = {seconds, wall ? AS_SPAN_SECONDS : AS_SPAN_BUSINESS_SECONDS};
    return as_business_until(&pack->business, &span, began);
}

struct as_service_clock as_service_clock_at(const struct as_pack *pack, const struct as_service_level *level,
                                            int64_t began, int64_t stopped, int64_t at)
{
    struct as_service_clock clock = {.began = began, .stopped = stopped, .next = AS_TIME_NONE};
    bool runs = stopped == AS_TIME_NONE || stopped > at;
    int64_t passed, length;
    if (runs)
        clock.stopped = AS_TIME_NONE;
    as_business_measure(&passed, &length, &pack->business, &level->within, began, runs ? at : stopped);
    clock.due = as_business_until(&pack->business, &level->within, began);
    clock.over = passed > length ? passed - length : 0;
    if (!runs) {
        clock.state = clock.over > 0 ? AS_CLOCK_LATE : AS_CLOCK_KEPT;
    } else if (clock.over > 0) {
        clock.state = AS_CLOCK_OVERDUE;
    } else {
        bool warned = level->warn > 0 && passed * 100 >= length * level->warn;
        clock.state = warned ? AS_CLOCK_AT_RISK : AS_CLOCK_RUNS;
        clock.next = passes(pack, level, began,
                            level->warn > 0 && !warned ? (length * level->warn + 99) / 100 : length + 1);
    }
    return clock;
}

int64_t as_service_level_reaches(const struct as_pack *pack, const struct as_service_level *level, int64_t at)
{
    int64_t low = 0, high = at;
    while (low < high) { /* a later one is never due earlier */
        int64_t middle = low + (high - low) / 2;
        if (as_business_until(&pack->business, &level->within, middle) < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* --- what begins and what stops it --- */

/* Whether the property of an event has the value, or one of the values. */
static enum as_status has_value(bool *out, const struct as_column *column, enum as_type type, uint32_t event,
                                const struct as_literal *value, struct as_error *error)
{
    *out = false;
    if (column == NULL || !as_bit(column->known, event))
        return AS_OK;
    double number = value->kind == AS_LITERAL_INTEGER ? (double)value->integer : value->number;
    switch (type) {
    case AS_TYPE_BOOLEAN:
        *out = as_bit(column->truth, event) == value->boolean;
        return AS_OK;
    case AS_TYPE_INTEGER:
        *out = (double)column->i64[event] == number;
        return AS_OK;
    case AS_TYPE_MONEY:
        *out = (double)column->i64[event] == round(number * 100);
        return AS_OK;
    case AS_TYPE_NUMBER:
        *out = column->f64[event] == number;
        return AS_OK;
    default:
        return as_literal_has_text(out, value, as_intern_text(column->dict, column->code[event]), error);
    }
}

static enum as_status selects(bool *out, const struct as_expr *events, const struct as_dataset *dataset,
                              uint32_t event, struct as_error *error)
{
    const struct as_event_log *log = &dataset->lead_events;
    const struct as_literal *where = events->where;
    enum as_status status = AS_OK;
    *out = log->kind[event] == events->kind_first;
    for (uint32_t i = 0; where != NULL && i < where->n && *out && status == AS_OK; i++) {
        uint32_t property = as_schema_property(dataset->schema, events->kind_first, where->keys[i]);
        status = has_value(out, log->property != NULL ? log->property[property] : NULL,
                           dataset->schema->properties.at[property].type, event, &where->items[i], error);
    }
    return status;
}

enum as_status as_service_level_starts(bool *out, const struct as_service_level *level,
                                       const struct as_dataset *dataset, uint32_t event,
                                       struct as_error *error)
{
    enum as_status status = AS_OK;
    *out = false;
    for (uint32_t i = 0; i < level->starts.n && !*out && status == AS_OK; i++)
        status = selects(out, level->starts.at[i], dataset, event, error);
    return status;
}

static bool is_in_person(const char *kind)
{
    static const char *const names[] = {"sales_touch", "call_made", "meeting_held"};
    bool found = false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        found |= strcmp(kind, names[i]) == 0;
    return found;
}

bool as_service_level_stops_on_touch(const struct as_service_level *level, const struct as_schema *schema)
{
    for (uint32_t i = 0; i < level->stops.n; i++)
        if (strcmp(schema->kinds.at[level->stops.at[i]]->name, "sales_touch") == 0)
            return true;
    return false;
}

bool as_service_level_stops(const struct as_service_level *level, const struct as_schema *schema,
                            uint32_t kind)
{
    enum as_act act = schema->kinds.at[kind]->act;
    if (act != AS_ACT_ACCEPTED && as_act_moves(act))
        return true;
    for (uint32_t i = 0; i < level->stops.n; i++)
        if (level->stops.at[i] == kind)
            return true;
    return is_in_person(schema->kinds.at[kind]->name) && as_service_level_stops_on_touch(level, schema);
}

void as_service_needs(const struct as_pack *pack, uint64_t *kinds, uint64_t *properties)
{
    for (uint32_t i = 0; i < pack->service_levels.n; i++)
        for (uint32_t s = 0; s < pack->service_levels.at[i].starts.n; s++) {
            const struct as_expr *events = pack->service_levels.at[i].starts.at[s];
            as_bit_set(kinds, events->kind_first);
            for (uint32_t k = 0; events->where != NULL && k < events->where->n; k++)
                as_bit_set(properties, as_schema_property(pack->rules.schema, events->kind_first,
                                                          events->where->keys[k]));
        }
}

enum as_status as_service_clock_of(bool *found, struct as_service_clock *out, const struct as_pack *pack,
                                   const struct as_service_level *level, const struct as_dataset *dataset,
                                   uint32_t row, int64_t at, struct as_error *error)
{
    const struct as_event_log *log = &dataset->lead_events;
    bool offers = level->starts.n == 0;
    int64_t began = AS_TIME_NONE, stopped = AS_TIME_NONE;
    enum as_status status = AS_OK;
    for (uint32_t i = log->start == NULL ? 0 : log->start[row];
         log->start != NULL && i < log->end[row] && status == AS_OK; i++) {
        int64_t time = log->time[i];
        bool waits = began != AS_TIME_NONE && stopped == AS_TIME_NONE, starts = false;
        if (time > at)
            continue;
        if (offers)
            starts = dataset->schema->kinds.at[log->kind[i]]->act == AS_ACT_HANDOFF;
        else if (!waits)
            status = as_service_level_starts(&starts, level, dataset, i, error);
        if (starts) {
            began = time;
            stopped = AS_TIME_NONE;
        } else if (waits && as_service_level_stops(level, dataset->schema, log->kind[i])) {
            stopped = time;
        }
    }
    *found = status == AS_OK && began != AS_TIME_NONE;
    if (*found)
        *out = as_service_clock_at(pack, level, began, stopped, at);
    return status;
}

void as_within_say(struct as_buf *out, const struct as_span *within)
{
    int64_t n = within->length;
    const char *unit = "day";
    if (within->unit == AS_SPAN_SECONDS) {
        as_span_say(out, n);
        return;
    }
    if (within->unit == AS_SPAN_BUSINESS_SECONDS) {
        bool hours = n % 3600 == 0;
        n /= hours ? 3600 : 60;
        unit = hours ? "hour" : "minute";
    }
    as_buf_printf(out, "%" PRId64 " business %s%s", n, unit, n == 1 ? "" : "s");
}
