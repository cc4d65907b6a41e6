/* Service clocks: passed time on a pack's own hours, and what it comes to. */
#include "score/model/service_clock.h"

#include <inttypes.h>

const char *as_clock_state_name(enum as_clock_state state)
{
    static const char *const names[] = {[AS_CLOCK_RUNS] = "runs",
                                        [AS_CLOCK_AT_RISK] = "at risk",
                                        [AS_CLOCK_OVERDUE] = "overdue",
                                        [AS_CLOCK_KEPT] = "kept",
                                        [AS_CLOCK_LATE] = "late"};
    return names[state];
}

struct as_service_clock as_service_clock_at(const struct as_pack *pack, const struct as_service_level *level,
                                            int64_t began, int64_t stopped, int64_t at)
{
    struct as_service_clock clock = {.began = began, .stopped = stopped};
    bool runs = stopped == AS_TIME_NONE || stopped > at;
    int64_t passed, length;
    if (runs)
        clock.stopped = AS_TIME_NONE;
    as_business_measure(&passed, &length, &pack->business, &level->within, began, runs ? at : stopped);
    clock.due = as_business_until(&pack->business, &level->within, began);
    clock.over = passed > length ? passed - length : 0;
    if (!runs)
        clock.state = clock.over > 0 ? AS_CLOCK_LATE : AS_CLOCK_KEPT;
    else if (clock.over > 0)
        clock.state = AS_CLOCK_OVERDUE;
    else
        clock.state =
            level->warn > 0 && passed * 100 >= length * level->warn ? AS_CLOCK_AT_RISK : AS_CLOCK_RUNS;
    return clock;
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
    return false;
}

bool as_service_clock_of(struct as_service_clock *out, const struct as_pack *pack,
                         const struct as_service_level *level, const struct as_dataset *dataset, uint32_t row,
                         int64_t at)
{
    const struct as_event_log *log = &dataset->lead_events;
    int64_t began = AS_TIME_NONE, stopped = AS_TIME_NONE;
    for (uint32_t i = log->start == NULL ? 0 : log->start[row]; log->start != NULL && i < log->end[row];
         i++) {
        int64_t time = log->time[i];
        if (time > at)
            continue;
        if (dataset->schema->kinds.at[log->kind[i]]->act == AS_ACT_HANDOFF) {
            began = time;
            stopped = AS_TIME_NONE;
        } else if (began != AS_TIME_NONE && stopped == AS_TIME_NONE &&
                   as_service_level_stops(level, dataset->schema, log->kind[i])) {
            stopped = time;
        }
    }
    if (began == AS_TIME_NONE)
        return false;
    *out = as_service_clock_at(pack, level, began, stopped, at);
    return true;
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
