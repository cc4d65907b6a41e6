/* Time: instants are seconds since 1970-01-01T00:00:00Z; days are UTC days. */
#ifndef AS_BASE_TIME_H
#define AS_BASE_TIME_H

#include "base/status.h"
#include "base/text.h"

#define AS_DAY_SECONDS INT64_C(86400)
/* An instant that no event has. */
#define AS_TIME_NONE INT64_MIN
/* The end of the year 9999: nothing that is read as an instant lies behind it. */
#define AS_TIME_LAST INT64_C(253402300799)

/* floor(seconds / 86400), also before 1970. */
int64_t as_day_of(int64_t seconds);

struct as_civil {
    int64_t year;
    int month, day;           /* 1..12, 1..31 */
    int hour, minute, second; /* 0..23, 0..59, 0..59 */
};

/* Proleptic Gregorian calendar, both ways. */
struct as_civil as_civil_of(int64_t seconds);
int64_t as_civil_seconds(struct as_civil civil);
/* 0 = Monday … 6 = Sunday. */
int as_weekday_of(int64_t day);

/* Reads an instant: "2026-03-01T09:30:00Z", with "+02:00" offsets, a blank instead of T, fractions
 * (dropped), no zone (UTC), or a bare date (midnight, *is_date set true). is_date may be NULL. */
bool as_time_parse(int64_t *seconds, bool *is_date, struct as_str text);
/* Reads with an explicit form made of YYYY MMM MM M DD D HH H hh h mm ss AM and literal separators, for example
 * "DD-MM-YYYY", "M/D/YYYY h:mm AM"; "epoch" and "epoch_ms" are forms too. UTC. */
bool as_time_parse_form(int64_t *seconds, struct as_str text, const char *form);
/* --at: "now" is `now`; a bare date is the last second of that day; "yesterday", "last monday",
 * "3 days ago" are days before `now`, each at its end. */
enum as_status as_time_parse_at(int64_t *seconds, struct as_str text, int64_t now, struct as_error *error);

enum { AS_TIME_TEXT = 32 }; /* room for any int64 instant */
/* "2026-03-01T09:30:00Z", "2026-03-01 09:30" for people, and "2026-03-01". They return out. */
char *as_time_format(char out[AS_TIME_TEXT], int64_t seconds);
char *as_instant_format(char out[AS_TIME_TEXT], int64_t seconds);
char *as_day_format(char out[AS_TIME_TEXT], int64_t day);

/* The clock. Only commands and the store call it; a decision takes its time as a parameter. */
int64_t as_clock_now(void);
/* Monotonic nanoseconds, for durations. */
int64_t as_clock_ticks(void);

/* A length of time as rules write it. */
enum as_span_unit { AS_SPAN_SECONDS, AS_SPAN_BUSINESS_SECONDS, AS_SPAN_BUSINESS_DAYS };
struct as_span {
    int64_t length; /* in the unit; days and weeks are given as seconds */
    enum as_span_unit unit;
};

/* Reads "90s", "15m", "24h", "14d", "2w", "1 business hour", "3 business days", with or without a blank
 * and with full unit names ("14 days"). A month or a year is refused with advice (a month has no fixed
 * length). AS_ERR_RULE. */
enum as_status as_span_parse(struct as_span *out, struct as_str text, struct as_error *error);
/* Seconds as rules write them, in the largest unit that is whole: "5d", "36h", "90s". */
void as_span_say(struct as_buf *out, int64_t seconds);
/* The same as as_span_parse, where only whole days make sense (windows, half-lives): 1..AS_MAX_WINDOW_DAYS. */
enum as_status as_days_parse(int64_t *days, struct as_str text, struct as_error *error);

/* "3 per 1d": at most `count` in any `span`; "2 per 7d", "1 per 24h"; "once" is 1 per for ever
 * (span.length 0). AS_ERR_RULE. */
struct as_rate {
    uint32_t count;
    struct as_span span;
};
enum as_status as_rate_parse(struct as_rate *out, struct as_str text, struct as_error *error);

#endif
