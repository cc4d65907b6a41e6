/* Figures, made, read and written. What they are of is the sections' business. */
#include "run/report/figure.h"

#include "base/time.h"
#include "data/facts/value.h"
#include "score/statistics/interval.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct as_figure as_figure_none(const char *why)
{
    return (struct as_figure){.kind = AS_FIGURE_NONE, .text = why};
}

struct as_figure as_figure_text(const char *text)
{
    return (struct as_figure){.kind = text == NULL ? AS_FIGURE_NONE : AS_FIGURE_TEXT, .text = text};
}

struct as_figure as_figure_count(uint64_t count)
{
    return (struct as_figure){.kind = AS_FIGURE_COUNT, .count = (int64_t)count};
}

struct as_figure as_figure_share(uint64_t hits, uint64_t n)
{
    struct as_figure figure = {.kind = AS_FIGURE_SHARE, .count = (int64_t)hits, .has_n = true, .n = n};
    if (!as_wilson(&figure.low, &figure.high, hits, n, AS_FIGURE_CONFIDENCE))
        return as_figure_none("none");
    figure.value = (double)hits / (double)n;
    figure.has_interval = true;
    return figure;
}

struct as_figure as_figure_days(double days, uint64_t n)
{
    return (struct as_figure){.kind = AS_FIGURE_DAYS, .value = days, .has_n = true, .n = n};
}

struct as_figure as_figure_quantile(const struct as_survival *survival, double share, uint64_t n,
                                    const char *otherwise)
{
    double at, low, high;
    if (!as_survival_quantile(&at, &low, &high, survival, share))
        return as_figure_none(otherwise);
    struct as_figure figure = as_figure_days(at, n);
    figure.has_interval = true;
    figure.low = low;
    figure.high = high;
    return figure;
}

struct as_figure as_figure_mean(const struct as_moments *moments, const char *otherwise)
{
    struct as_figure figure = {
        .kind = AS_FIGURE_NUMBER, .value = moments->mean, .has_n = true, .n = moments->n};
    if (moments->n == 0)
        return as_figure_none(otherwise);
    figure.has_interval = as_mean_interval(&figure.low, &figure.high, moments, AS_FIGURE_CONFIDENCE);
    return figure;
}

struct as_figure as_figure_gap(const struct as_beside *beside)
{
    double low, high;
    if (!as_share_gap(&low, &high, beside, AS_FIGURE_CONFIDENCE))
        return as_figure_none("none");
    return (struct as_figure){.kind = AS_FIGURE_NUMBER,
                              .value = 100 * ((double)beside->hits / (double)beside->n -
                                              (double)beside->other_hits / (double)beside->other_n),
                              .has_interval = true,
                              .low = 100 * low,
                              .high = 100 * high};
}

struct as_figure as_figure_money(int64_t hundredths, const char *currency)
{
    return (struct as_figure){.kind = AS_FIGURE_MONEY, .count = hundredths, .currency = currency};
}

struct as_figure as_figure_day(int64_t day)
{
    return (struct as_figure){.kind = AS_FIGURE_DAY, .count = day};
}

/* Whether a share's interval is too wide to act on, or it is not known at all. */
static bool is_few(const struct as_figure *figure)
{
    if (figure->kind == AS_FIGURE_NONE)
        return true;
    return figure->kind == AS_FIGURE_SHARE && figure->high - figure->low > AS_FIGURE_WIDEST;
}

/* --- for people --- */

static void say_count(struct as_buf *out, int64_t count)
{
    char text[AS_COUNT_TEXT];
    as_buf_printf(out, "%s%s", count < 0 ? "−" : "",
                  as_count_format(text, count < 0 ? 0 - (uint64_t)count : (uint64_t)count));
}

static void say_money(struct as_buf *out, int64_t hundredths, const char *currency)
{
    as_buf_text(out, hundredths < 0 ? "−" : "");
    as_value_show_money(out, hundredths < 0 ? -hundredths : hundredths,
                        as_str_of(currency != NULL ? currency : ""));
}

static void say_places(struct as_buf *out, double value, int places)
{
    as_buf_printf(out, "%s%.*f", value < 0 ? "−" : "", places, fabs(value));
}

/* As few decimals as tell it, at most two. */
static void say_number(struct as_buf *out, double value)
{
    if (fabs(value - round(value)) < 0.005 && fabs(value) < 1e15)
        say_count(out, (int64_t)round(value));
    else
        say_places(out, value, 2);
}

static void say_interval(struct as_buf *out, const struct as_figure *figure)
{
    double scale = figure->kind == AS_FIGURE_SHARE ? 100 : 1;
    int places = figure->kind == AS_FIGURE_NUMBER ? 2 : 1; /* ratings go from one to five */
    if (!figure->has_interval)
        return;
    as_buf_text(out, " [");
    say_places(out, figure->low * scale, places);
    as_buf_text(out, ", ");
    if (isfinite(figure->high))
        say_places(out, figure->high * scale, places);
    else
        as_buf_text(out, "open");
    as_buf_char(out, ']');
}

void as_figure_say(struct as_buf *out, const struct as_figure *figure, bool with_n)
{
    char day[AS_TIME_TEXT];
    switch (figure->kind) {
    case AS_FIGURE_NONE:
        as_buf_text(out, figure->text != NULL ? figure->text : "");
        return;
    case AS_FIGURE_TEXT:
        as_buf_text(out, figure->text);
        return;
    case AS_FIGURE_COUNT:
        say_count(out, figure->count);
        return;
    case AS_FIGURE_DAY:
        as_buf_text(out, as_day_format(day, figure->count));
        return;
    case AS_FIGURE_SHARE:
        as_buf_printf(out, "%.2f %%", figure->value * 100);
        break;
    case AS_FIGURE_NUMBER:
        say_number(out, figure->value);
        break;
    case AS_FIGURE_DAYS:
    case AS_FIGURE_HOURS:
        say_number(out, figure->value);
        if (with_n)
            as_buf_text(out, figure->kind == AS_FIGURE_DAYS ? " days" : " hours");
        break;
    case AS_FIGURE_MONEY:
        say_money(out, figure->count, figure->currency);
        break;
    }
    say_interval(out, figure);
    if (figure->kind == AS_FIGURE_SHARE && is_few(figure))
        as_buf_text(out, " few");
    if (with_n && figure->has_n) {
        as_buf_text(out, figure->kind == AS_FIGURE_SHARE ? " of " : ", n ");
        say_count(out, (int64_t)figure->n);
    }
}

/* --- for programs --- */

static void put_hundredths(struct as_json *json, const char *key, int64_t hundredths)
{
    as_json_key(json, key);
    as_json_milli(json, hundredths * 10);
}

static void put_object(struct as_json *json, const struct as_figure *figure)
{
    static const char *const units[] = {[AS_FIGURE_SHARE] = "share",
                                        [AS_FIGURE_NUMBER] = "number",
                                        [AS_FIGURE_DAYS] = "days",
                                        [AS_FIGURE_HOURS] = "hours",
                                        [AS_FIGURE_MONEY] = "money"};
    as_json_open(json, '{');
    if (figure->kind == AS_FIGURE_MONEY)
        put_hundredths(json, "value", figure->count);
    else
        as_json_put_number(json, "value", figure->value);
    as_json_put_text(json, "unit", units[figure->kind]);
    if (figure->kind == AS_FIGURE_MONEY)
        as_json_put_text(json, "currency",
                         figure->currency != NULL && figure->currency[0] != '\0' ? figure->currency : NULL);
    if (figure->kind == AS_FIGURE_SHARE)
        as_json_put_int(json, "hits", figure->count);
    if (figure->has_n)
        as_json_put_int(json, "n", (int64_t)figure->n);
    if (figure->has_interval) {
        as_json_put_number(json, "low", figure->low);
        as_json_put_number(json, "high", figure->high);
    }
    if (figure->kind == AS_FIGURE_SHARE)
        as_json_put_bool(json, "few", is_few(figure));
    as_json_close(json, '}');
}

void as_figure_json(struct as_json *json, const struct as_figure *figure)
{
    char day[AS_TIME_TEXT];
    switch (figure->kind) {
    case AS_FIGURE_NONE:
        as_json_text(json, NULL);
        return;
    case AS_FIGURE_TEXT:
        as_json_text(json, figure->text);
        return;
    case AS_FIGURE_COUNT:
        as_json_int(json, figure->count);
        return;
    case AS_FIGURE_DAY:
        as_json_text(json, as_day_format(day, figure->count));
        return;
    case AS_FIGURE_SHARE:
    case AS_FIGURE_NUMBER:
    case AS_FIGURE_DAYS:
    case AS_FIGURE_HOURS:
    case AS_FIGURE_MONEY:
        put_object(json, figure);
        return;
    }
}
