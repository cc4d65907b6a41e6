/* Looking for a hand-raise that waits for its answer. Touches answer it, whoever made them. */
#include "run/explain/hand_raise.h"

#include "base/limits.h"
#include "base/time.h"

#include <string.h>

static int64_t last_touch(const struct as_dataset *dataset, uint32_t row)
{
    int64_t last = AS_TIME_NONE;
    if (dataset->touches.start != NULL)
        for (uint32_t i = dataset->touches.start[row]; i < dataset->touches.start[row + 1]; i++)
            if (dataset->touches.at[i].time > last)
                last = dataset->touches.at[i].time;
    return last;
}

uint32_t as_open_hand_raise(int64_t *raised_at, const struct as_dataset *dataset, uint32_t lead_row)
{
    const struct as_event_log *log = &dataset->lead_events;
    if (log->start == NULL)
        return AS_NO_INDEX;
    int64_t touched = last_touch(dataset, lead_row);
    int64_t oldest = (as_day_of(dataset->at) - AS_HAND_RAISE_DAYS) * AS_DAY_SECONDS;
    for (uint32_t i = log->end[lead_row]; i > log->start[lead_row]; i--) {
        int64_t time = log->time[i - 1];
        if (time < oldest || time <= touched)
            return AS_NO_INDEX;
        const char *intent = dataset->schema->kinds.at[log->kind[i - 1]]->intent;
        if (intent != NULL && strcmp(intent, "hand_raise") == 0) {
            if (raised_at != NULL)
                *raised_at = time;
            return log->kind[i - 1];
        }
    }
    return AS_NO_INDEX;
}
