/* Reading of --allow. The limits themselves, and what they are when nothing is said, are in base/limits.h. */
#include "cmd/line/script_limits.h"

#include "base/limits.h"

#include <stddef.h>
#include <string.h>

enum unit { MILLISECONDS, BYTES, COUNT };

static const struct limit {
    const char *name;
    enum unit unit;
    size_t offset;
    int64_t most;
} limits_known[] = {
    {"load", MILLISECONDS, offsetof(struct as_script_limits, load_ms), AS_MOST_SCRIPT_MS},
    {"call", MILLISECONDS, offsetof(struct as_script_limits, call_ms), AS_MOST_SCRIPT_MS},
    {"run", MILLISECONDS, offsetof(struct as_script_limits, run_ms), AS_MOST_SCRIPT_MS},
    {"steps", COUNT, offsetof(struct as_script_limits, steps), INT64_MAX},
    {"memory", BYTES, offsetof(struct as_script_limits, memory), INT64_C(1) << 40},
};
enum { LIMITS = sizeof limits_known / sizeof *limits_known };

static const struct factor {
    enum unit unit;
    const char *name;
    int64_t times;
} factors[] = {
    {MILLISECONDS, "ms", 1}, {MILLISECONDS, "s", 1000},      {MILLISECONDS, "m", 60000},
    {BYTES, "K", 1 << 10},   {BYTES, "M", INT64_C(1) << 20}, {BYTES, "G", INT64_C(1) << 30},
    {COUNT, "", 1},
};

static bool parse_value(int64_t *out, struct as_str text, const struct limit *limit)
{
    size_t digits = 0;
    while (digits < text.n && text.p[digits] >= '0' && text.p[digits] <= '9')
        digits++;
    struct as_str unit = {text.p + digits, text.n - digits};
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++)
        if (factors[i].unit == limit->unit && as_str_is(unit, factors[i].name))
            return as_parse_int(out, (struct as_str){text.p, digits}) && *out > 0 &&
                   *out <= limit->most / factors[i].times && (*out *= factors[i].times, true);
    return false;
}

static enum as_status refuse(const char *text, struct as_error *error)
{
    as_error_set(error, AS_ERR_USAGE, "--allow \"%.80s\" is no limit", text);
    return as_error_advise(
        error, "write load=5s (a pack loads), call=250ms (one call of a rule function), run=10m (all "
               "calls of a pack in one run), steps=1000000 (a call, counted) or memory=64M");
}

enum as_status as_script_limits_parse(struct as_script_limits *limits, const struct as_texts *texts,
                                      struct as_error *error)
{
    for (uint32_t i = 0; i < texts->n; i++) {
        struct as_str value = as_str_of(texts->at[i]);
        struct as_str name = as_str_cut(&value, '=');
        const struct limit *limit = NULL;
        for (size_t k = 0; k < LIMITS && limit == NULL; k++)
            if (as_str_is(name, limits_known[k].name))
                limit = &limits_known[k];
        int64_t number;
        if (limit == NULL || value.p == NULL || !parse_value(&number, value, limit))
            return refuse(texts->at[i], error);
        memcpy((char *)limits + limit->offset, &number, sizeof number);
    }
    return AS_OK;
}
