/* Exposure, counted from who came. What it permits is the guard's. */
#include "run/programmes/exposure.h"

#include "base/time.h"

#include <inttypes.h>

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When the least number of people will have had their time. */
static enum as_status people_allowed(struct as_exposure *out, struct as_store *store,
                                     const struct as_programme_row *row, int64_t at, struct as_error *error)
{
    const struct as_programme *plan = &row->plan;
    uint64_t came = out->count.came[AS_ARM_TREATED] + out->count.came[AS_ARM_HELD_OUT];
    enum as_status status = as_store_nth_over(&out->allowed, store, row->id, plan->least_people, at, error);
    if (status != AS_OK || out->allowed != AS_TIME_NONE || came == 0)
        return status;
    double pace = (double)came / (double)later(at - row->began, AS_DAY_SECONDS);
    out->estimated = true;
    out->allowed = at + (int64_t)((double)(plan->least_people - came) / pace) + plan->within * AS_DAY_SECONDS;
    return status;
}

enum as_status as_exposure_of(struct as_exposure *out, struct as_store *store,
                              const struct as_programme_row *row, int64_t at, struct as_error *error)
{
    const struct as_programme *plan = &row->plan;
    *out = (struct as_exposure){.allowed = AS_TIME_NONE};
    if (row->ended != AS_TIME_NONE && row->ended < at)
        at = row->ended;
    enum as_status status = as_store_count_came(&out->count, store, row->id, at, error);
    if (status == AS_OK)
        status = people_allowed(out, store, row, at, error);
    if (status != AS_OK)
        return status;
    out->people = out->count.over[AS_ARM_TREATED] + out->count.over[AS_ARM_HELD_OUT];
    out->days = as_day_of(at) - as_day_of(row->began);
    out->enough = out->people >= plan->least_people && out->days >= plan->least_days;
    int64_t by_days = row->began + plan->least_days * AS_DAY_SECONDS;
    if (out->allowed != AS_TIME_NONE && by_days > out->allowed) {
        out->allowed = by_days;
        out->estimated = false;
    }
    int64_t planned = plan->ends_on - as_day_of(row->began);
    out->done = plan->ends_people > 0 ? (double)out->people / (double)plan->ends_people
                : planned > 0         ? (double)out->days / (double)planned
                                      : 1;
    out->done = out->done < 1 ? out->done : 1;
    return AS_OK;
}

void as_exposure_say(struct as_buf *out, const struct as_exposure *exposure, const struct as_programme *plan)
{
    char day[AS_TIME_TEXT];
    as_buf_printf(out,
                  "%" PRIu64 " of %" PRIu64 " people have had their %" PRId64 " days and %" PRId64
                  " of %" PRId64 " days are over",
                  exposure->people, plan->least_people, plan->within, exposure->days, plan->least_days);
    if (exposure->enough)
        return;
    if (exposure->allowed == AS_TIME_NONE)
        as_buf_text(out, "; nobody has come yet, so that no day can be told");
    else
        as_buf_printf(out, "; %s %s on", exposure->estimated ? "at the pace so far from about" : "from",
                      as_day_format(day, as_day_of(exposure->allowed)));
}
