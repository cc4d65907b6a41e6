/* Lengths of time and rates as rules write them. */
#include "base/limits.h"
#include "base/time.h"

#include <inttypes.h>

struct unit {
    const char *name;
    enum as_span_unit unit;
    int64_t length;
};

static const struct unit units[] = {
    {"s", AS_SPAN_SECONDS, 1},
    {"sec", AS_SPAN_SECONDS, 1},
    {"second", AS_SPAN_SECONDS, 1},
    {"seconds", AS_SPAN_SECONDS, 1},
    {"m", AS_SPAN_SECONDS, 60},
    {"min", AS_SPAN_SECONDS, 60},
    {"minute", AS_SPAN_SECONDS, 60},
    {"minutes", AS_SPAN_SECONDS, 60},
    {"h", AS_SPAN_SECONDS, 3600},
    {"hour", AS_SPAN_SECONDS, 3600},
    {"hours", AS_SPAN_SECONDS, 3600},
    {"d", AS_SPAN_SECONDS, 86400},
    {"day", AS_SPAN_SECONDS, 86400},
    {"days", AS_SPAN_SECONDS, 86400},
    {"w", AS_SPAN_SECONDS, 7 * 86400},
    {"week", AS_SPAN_SECONDS, 7 * 86400},
    {"weeks", AS_SPAN_SECONDS, 7 * 86400},
    {"business minute", AS_SPAN_BUSINESS_SECONDS, 60},
    {"business minutes", AS_SPAN_BUSINESS_SECONDS, 60},
    {"business hour", AS_SPAN_BUSINESS_SECONDS, 3600},
    {"business hours", AS_SPAN_BUSINESS_SECONDS, 3600},
    {"business day", AS_SPAN_BUSINESS_DAYS, 1},
    {"business days", AS_SPAN_BUSINESS_DAYS, 1},
};

static int shown(struct as_str text)
{
    return (int)(text.n < 60 ? text.n : 60);
}

static enum as_status refuse_unit(struct as_str text, struct as_str unit, struct as_error *error)
{
    static const char *const long_units[] = {"mo",   "month", "months",  "y",       "yr",
                                             "year", "years", "quarter", "quarters"};
    for (size_t i = 0; i < sizeof long_units / sizeof long_units[0]; i++)
        if (as_str_is_nocase(unit, long_units[i])) {
            as_error_set(error, AS_ERR_RULE, "\"%.*s\" has no fixed length", shown(text), text.p);
            as_error_advise(error,
                            "write days: \"30d\" for a month, \"90d\" for a quarter, \"365d\" for a year");
            return AS_ERR_RULE;
        }
    as_error_set(error, AS_ERR_RULE, "\"%.*s\" is not a length of time", shown(text), text.p);
    as_error_advise(error, "write a number and a unit: \"90s\", \"15m\", \"24h\", \"14d\", \"2w\", "
                           "\"1 business hour\"");
    return AS_ERR_RULE;
}

enum as_status as_span_parse(struct as_span *out, struct as_str text, struct as_error *error)
{
    text = as_str_trim(text);
    size_t digits = 0;
    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    struct as_str unit = as_str_trim((struct as_str){text.p + digits, text.n - digits});
    int64_t count;
    if (!as_parse_int(&count, (struct as_str){text.p, digits}))
        return refuse_unit(text, (struct as_str){NULL, 0}, error);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (!as_str_is_nocase(unit, units[i].name))
            continue;
        if (count > AS_MAX_WINDOW_DAYS * AS_DAY_SECONDS / units[i].length) {
            as_error_set(error, AS_ERR_LIMIT, "\"%.*s\" is longer than a century", shown(text), text.p);
            as_error_advise(error, "the longest length of time is %d days", AS_MAX_WINDOW_DAYS);
            return AS_ERR_LIMIT;
        }
        *out = (struct as_span){count * units[i].length, units[i].unit};
        return AS_OK;
    }
    return refuse_unit(text, unit, error);
}

void as_span_say(struct as_buf *out, int64_t seconds)
{
    if (seconds % AS_DAY_SECONDS == 0)
        as_buf_printf(out, "%" PRId64 "d", seconds / AS_DAY_SECONDS);
    else if (seconds % 3600 == 0)
        as_buf_printf(out, "%" PRId64 "h", seconds / 3600);
    else if (seconds % 60 == 0)
        as_buf_printf(out, "%" PRId64 "m", seconds / 60);
    else
        as_buf_printf(out, "%" PRId64 "s", seconds);
}

enum as_status as_days_parse(int64_t *days, struct as_str text, struct as_error *error)
{
    struct as_span span;
    enum as_status status = as_span_parse(&span, text, error);
    if (status != AS_OK)
        return status;
    text = as_str_trim(text);
    if (span.unit != AS_SPAN_SECONDS || span.length % AS_DAY_SECONDS != 0 || span.length == 0) {
        as_error_set(error, AS_ERR_RULE, "\"%.*s\" is not a number of whole days", shown(text), text.p);
        as_error_advise(error, "windows and half-lives count UTC days: write \"1d\", \"14d\" or \"2w\"");
        return AS_ERR_RULE;
    }
    *days = span.length / AS_DAY_SECONDS;
    return AS_OK;
}

enum as_status as_rate_parse(struct as_rate *out, struct as_str text, struct as_error *error)
{
    text = as_str_trim(text);
    if (as_str_is_nocase(text, "once")) {
        *out = (struct as_rate){1, {0, AS_SPAN_SECONDS}};
        return AS_OK;
    }
    size_t digits = 0;
    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    struct as_str rest = {text.p + digits, text.n - digits};
    int64_t count;
    if (!as_parse_int(&count, (struct as_str){text.p, digits}) || !as_str_starts(rest, AS_STR(" per "))) {
        as_error_set(error, AS_ERR_RULE, "\"%.*s\" is not a rate", shown(text), text.p);
        as_error_advise(error, "write how many in how long: \"3 per 1d\", \"2 per 7d\", or \"once\"");
        return AS_ERR_RULE;
    }
    if (count == 0) {
        as_error_set(error, AS_ERR_RULE, "\"%.*s\" lets nothing through", shown(text), text.p);
        as_error_advise(error, "write how many in how long: \"3 per 1d\", \"2 per 7d\", or \"once\"");
        return AS_ERR_RULE;
    }
    if (count > UINT32_MAX) {
        as_error_set(error, AS_ERR_LIMIT, "\"%.*s\" counts more than any person does", shown(text), text.p);
        as_error_advise(error, "leave the rate out when there is no limit");
        return AS_ERR_LIMIT;
    }
    struct as_str length = as_str_trim((struct as_str){rest.p + 5, rest.n - 5});
    struct as_span span;
    enum as_status status = as_span_parse(&span, length, error);
    if (status != AS_OK)
        return status;
    if (span.length == 0) {
        as_error_set(error, AS_ERR_RULE, "\"%.*s\" counts over no time at all", shown(text), text.p);
        as_error_advise(error, "write how many in how long: \"3 per 1d\", \"2 per 7d\", or \"once\"");
        return AS_ERR_RULE;
    }
    *out = (struct as_rate){(uint32_t)count, span};
    return AS_OK;
}
