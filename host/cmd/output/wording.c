/* Points, ages and dates in words, the same in every command. */
#include "cmd/output/wording.h"

#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>

char *as_points_format(char out[AS_WORDING], int64_t milli, bool sign)
{
    uint64_t size = milli < 0 ? (uint64_t)0 - (uint64_t)milli : (uint64_t)milli;
    unsigned rest = (unsigned)(size % 1000);
    const char *mark = milli < 0 ? "−" : sign ? "+" : "";
    if (rest == 0)
        snprintf(out, AS_WORDING, "%s%" PRIu64, mark, size / 1000);
    else if (rest % 100 == 0)
        snprintf(out, AS_WORDING, "%s%" PRIu64 ".%u", mark, size / 1000, rest / 100);
    else if (rest % 10 == 0)
        snprintf(out, AS_WORDING, "%s%" PRIu64 ".%02u", mark, size / 1000, rest / 10);
    else
        snprintf(out, AS_WORDING, "%s%" PRIu64 ".%03u", mark, size / 1000, rest);
    return out;
}

char *as_age_format(char out[AS_WORDING], int64_t seconds)
{
    static const struct {
        int64_t length, least;
        const char *unit;
    } units[] = {{86400, 2 * 86400, "day"}, {3600, 3600, "hour"}, {60, 60, "minute"}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (seconds < units[i].least)
            continue;
        int64_t n = seconds / units[i].length;
        snprintf(out, AS_WORDING, "%" PRId64 " %s%s", n, units[i].unit, n == 1 ? "" : "s");
        return out;
    }
    snprintf(out, AS_WORDING, "less than a minute");
    return out;
}

char *as_since_format(char out[AS_WORDING], int64_t instant, int64_t at)
{
    char day[AS_TIME_TEXT];
    int64_t days = as_day_of(at) - as_day_of(instant);
    as_day_format(day, as_day_of(instant));
    if (days == 0)
        snprintf(out, AS_WORDING, "%s (today)", day);
    else if (days == 1)
        snprintf(out, AS_WORDING, "%s (yesterday)", day);
    else if (days > 0)
        snprintf(out, AS_WORDING, "%s (%" PRId64 " days ago)", day, days);
    else
        snprintf(out, AS_WORDING, "%s (in %" PRId64 " day%s)", day, -days, days == -1 ? "" : "s");
    return out;
}

char *as_ago_format(char out[AS_WORDING], int64_t instant, int64_t at)
{
    int64_t days = as_day_of(at) - as_day_of(instant);
    if (days >= 60 || days <= -60) {
        char day[AS_TIME_TEXT];
        snprintf(out, AS_WORDING, "%s", as_day_format(day, as_day_of(instant)));
    } else if (days == 0) {
        snprintf(out, AS_WORDING, "today");
    } else if (days == 1) {
        snprintf(out, AS_WORDING, "yesterday");
    } else if (days > 0) {
        snprintf(out, AS_WORDING, "%" PRId64 " days ago", days);
    } else {
        snprintf(out, AS_WORDING, "in %" PRId64 " day%s", -days, days == -1 ? "" : "s");
    }
    return out;
}

