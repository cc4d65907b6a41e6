/* Windows over a run of events: counts, sums, recency, frequency, distinct days.
 *
 * A run is an ascending array of event times (seconds since 1970), as in struct as_event_log. Days are UTC
 * days: a window of 30 days at `at` holds the events whose age, floor(at/86400) - floor(time/86400), is 0
 * … 29. Events after `at` are invisible. `days` 0 is no window: everything up to `at`. */
#ifndef AS_SCORE_WINDOW_H
#define AS_SCORE_WINDOW_H

#include "base/time.h"

/* Whole UTC days from `time` to `at`; negative in the future. */
static inline int64_t as_age_days(int64_t at, int64_t time)
{
    return as_day_of(at) - as_day_of(time);
}
/* Whether an event of this age lies in a window of so many days (0: any). */
static inline bool as_age_within(int64_t age, int64_t days)
{
    return age >= 0 && (days == 0 || age < days);
}

/* Events in the `days` days up to that of `at` (0: all up to then). time: seconds since 1970, ascending, as
 * in all of these. */
size_t as_window_count(const uint32_t *time, size_t n, int64_t at, int64_t days);
/* Sum of value[i] over the window; NaN values, the mark of an unknown property, are passed over. Adds in
 * order of time. */
double as_window_sum(const uint32_t *time, const double *value, size_t n, int64_t at, int64_t days);
/* Different UTC days on which something happened. */
size_t as_window_distinct_days(const uint32_t *time, size_t n, int64_t at, int64_t days);
/* Days since the latest event; false (unknown) when there is none. */
bool as_recency_days(int64_t *days, const uint32_t *time, size_t n, int64_t at);
/* Events per day of the window: count / days. false when days is 0 or less. */
bool as_frequency(double *per_day, const uint32_t *time, size_t n, int64_t at, int64_t days);

#endif
