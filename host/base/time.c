/* Calendar arithmetic and the written forms of instants. Zones are zone.c's, lengths of time span.c's. */
#include "base/time.h"

#include <string.h>
#include <time.h>

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t as_day_of(int64_t seconds)
{
    return floor_div(seconds, AS_DAY_SECONDS);
}

int as_weekday_of(int64_t day)
{
    int64_t d = (day + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(d < 0 ? d + 7 : d);
}

static bool is_leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days before each month of a year that starts in March, so that the leap day comes last. */
static int days_before_month(int month)
{
    int from_march = month > 2 ? month - 3 : month + 9;
    return (153 * from_march + 2) / 5;
}

static int64_t day_of_civil(int64_t year, int month, int day)
{
    int64_t y = year - (month <= 2);
    return 365 * y + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) + days_before_month(month) +
           day - 1 - 719468;
}

struct as_civil as_civil_of(int64_t seconds)
{
    int64_t day = as_day_of(seconds);
    int64_t in_day = seconds % AS_DAY_SECONDS;
    if (in_day < 0)
        in_day += AS_DAY_SECONDS;
    int64_t z = day + 719468; /* days since 0000-03-01 */
    int64_t era = floor_div(z, 146097);
    int64_t of_era = z - era * 146097;
    /* 400 years less the leap days passed: every 4th, not every 100th, but the 400th. */
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int from_march = (int)((5 * of_year + 2) / 153);
    int month = from_march < 10 ? from_march + 3 : from_march - 9;
    return (struct as_civil){
        .year = year_of_era + era * 400 + (month <= 2),
        .month = month,
        .day = (int)(of_year - (153 * from_march + 2) / 5) + 1,
        .hour = (int)(in_day / 3600),
        .minute = (int)(in_day / 60 % 60),
        .second = (int)(in_day % 60),
    };
}

int64_t as_civil_seconds(struct as_civil c)
{
    return day_of_civil(c.year, c.month, c.day) * AS_DAY_SECONDS + c.hour * 3600 + c.minute * 60 + c.second;
}

static bool civil_exists(struct as_civil c)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (c.month < 1 || c.month > 12 || c.day < 1)
        return false;
    int length = lengths[c.month - 1] + (c.month == 2 && is_leap(c.year));
    /* A leap second, :60, counts as the second after it, as in POSIX time. */
    return c.day <= length && c.hour >= 0 && c.hour <= 23 && c.minute >= 0 && c.minute <= 59 &&
           c.second >= 0 && c.second <= 60;
}

/* Reads least..most digits; moves the text on. */
static bool take_digits(struct as_str *text, int least, int most, int *value)
{
    int n = 0, v = 0;
    while (n < most && text->n > 0 && text->p[0] >= '0' && text->p[0] <= '9') {
        v = v * 10 + (text->p[0] - '0');
        text->p++;
        text->n--;
        n++;
    }
    *value = v;
    return n >= least;
}

static bool take_char(struct as_str *text, const char *any_of)
{
    if (text->n == 0 || text->p[0] == '\0' || !strchr(any_of, text->p[0]))
        return false;
    text->p++;
    text->n--;
    return true;
}

/* "Z", "UTC", "+02:00", "+0200", "+02", or nothing. */
static bool take_offset(struct as_str *text, int *offset)
{
    *offset = 0;
    struct as_str zone = as_str_trim(*text);
    if (zone.n == 0 || as_str_is_nocase(zone, "z") || as_str_is(zone, "UTC") || as_str_is(zone, "GMT")) {
        text->n = 0;
        return true;
    }
    bool west = zone.p[0] == '-';
    int hours, minutes = 0;
    if (!take_char(&zone, "+-") || !take_digits(&zone, 2, 2, &hours))
        return false;
    if (zone.n > 0) {
        take_char(&zone, ":");
        if (!take_digits(&zone, 2, 2, &minutes) || zone.n > 0)
            return false;
    }
    if (hours > 23 || minutes > 59)
        return false;
    *offset = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    text->n = 0;
    return true;
}

bool as_time_parse(int64_t *seconds, bool *is_date, struct as_str text)
{
    struct as_civil c = {0};
    int year, offset = 0;
    text = as_str_trim(text);
    if (!take_digits(&text, 4, 4, &year) || !take_char(&text, "-") || !take_digits(&text, 2, 2, &c.month) ||
        !take_char(&text, "-") || !take_digits(&text, 2, 2, &c.day))
        return false;
    c.year = year;
    bool date = text.n == 0;
    if (!date) {
        if (!take_char(&text, "Tt ") || !take_digits(&text, 2, 2, &c.hour) || !take_char(&text, ":") ||
            !take_digits(&text, 2, 2, &c.minute))
            return false;
        if (take_char(&text, ":")) {
            int fraction;
            if (!take_digits(&text, 2, 2, &c.second))
                return false;
            if (take_char(&text, ".,") && !take_digits(&text, 1, 9, &fraction))
                return false;
        }
        if (!take_offset(&text, &offset))
            return false;
    }
    if (!civil_exists(c))
        return false;
    *seconds = as_civil_seconds(c) - offset;
    if (is_date)
        *is_date = date;
    return true;
}

static bool take_month_name(struct as_str *text, int *month)
{
    static const char *const names[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                        "jul", "aug", "sep", "oct", "nov", "dec"};
    for (int m = 0; m < 12 && text->n >= 3; m++)
        if (as_str_is_nocase((struct as_str){text->p, 3}, names[m])) {
            text->p += 3;
            text->n -= 3;
            *month = m + 1;
            return true;
        }
    return false;
}

static bool take_half_of_day(struct as_str *text, bool *afternoon)
{
    if (text->n < 2)
        return false;
    struct as_str half = {text->p, 2};
    *afternoon = as_str_is_nocase(half, "pm");
    text->p += 2;
    text->n -= 2;
    return *afternoon || as_str_is_nocase(half, "am");
}

/* Cuts the run of equal letters at the start of *form: "MM" of "MM-YYYY". */
static struct as_str take_token(struct as_str *form)
{
    size_t n = 1;
    while (n < form->n && form->p[n] == form->p[0])
        n++;
    struct as_str token = {form->p, n};
    form->p += n;
    form->n -= n;
    return token;
}

static bool parse_epoch(int64_t *seconds, struct as_str text, int64_t per_second)
{
    int64_t value;
    if (!as_parse_int(&value, text))
        return false;
    *seconds = floor_div(value, per_second);
    /* The years 0 to 9999: anything else is milliseconds read as seconds or no time at all. */
    return *seconds >= INT64_C(-62167219200) && *seconds <= AS_TIME_LAST;
}

bool as_time_parse_form(int64_t *seconds, struct as_str text, const char *form_text)
{
    struct as_civil c = {.month = 1, .day = 1};
    struct as_str form = as_str_of(form_text);
    bool half_given = false, afternoon = false;
    text = as_str_trim(text);
    if (as_str_is(form, "epoch"))
        return parse_epoch(seconds, text, 1);
    if (as_str_is(form, "epoch_ms"))
        return parse_epoch(seconds, text, 1000);
    while (form.n > 0) {
        int year;
        if (as_str_starts(form, AS_STR("AM")) || as_str_starts(form, AS_STR("am"))) {
            form.p += 2;
            form.n -= 2;
            half_given = true;
            if (!take_half_of_day(&text, &afternoon))
                return false;
            continue;
        }
        struct as_str token = take_token(&form);
        int least = token.n == 2 ? 2 : 1;
        bool fits = true;
        if (as_str_is(token, "YYYY")) {
            fits = take_digits(&text, 4, 4, &year);
            c.year = year;
        } else if (as_str_is(token, "MMM")) {
            fits = take_month_name(&text, &c.month);
        } else if (token.n <= 2 && token.p[0] == 'M') {
            fits = take_digits(&text, least, 2, &c.month);
        } else if (token.n <= 2 && token.p[0] == 'D') {
            fits = take_digits(&text, least, 2, &c.day);
        } else if (token.n <= 2 && (token.p[0] == 'H' || token.p[0] == 'h')) {
            fits = take_digits(&text, least, 2, &c.hour);
        } else if (as_str_is(token, "mm")) {
            fits = take_digits(&text, 2, 2, &c.minute);
        } else if (as_str_is(token, "ss")) {
            fits = take_digits(&text, 2, 2, &c.second);
        } else {
            fits = as_str_starts(text, token);
            text.p += fits ? token.n : 0;
            text.n -= fits ? token.n : 0;
        }
        if (!fits)
            return false;
    }
    if (half_given) {
        if (c.hour < 1 || c.hour > 12)
            return false;
        c.hour = c.hour % 12 + (afternoon ? 12 : 0);
    }
    if (text.n > 0 || !civil_exists(c))
        return false;
    *seconds = as_civil_seconds(c);
    return true;
}

static int64_t end_of_day(int64_t day)
{
    return (day + 1) * AS_DAY_SECONDS - 1;
}

/* "3 days ago", "2 weeks ago": how many days. */
static bool parse_ago(int64_t *days, struct as_str text)
{
    static const char *const units[] = {"day", "days", "week", "weeks"};
    if (!as_str_ends(text, AS_STR(" ago")))
        return false;
    struct as_str rest = {text.p, text.n - 4};
    int64_t count;
    if (!as_parse_int(&count, as_str_cut(&rest, ' ')) || count < 0 || count > 36525)
        return false;
    rest = as_str_trim(rest);
    for (size_t i = 0; i < 4; i++)
        if (as_str_is_nocase(rest, units[i])) {
            *days = count * (i < 2 ? 1 : 7);
            return true;
        }
    return false;
}

static bool parse_last_weekday(int64_t *days, struct as_str text, int64_t today)
{
    static const char *const names[] = {"last monday", "last tuesday",  "last wednesday", "last thursday",
                                        "last friday", "last saturday", "last sunday"};
    for (int w = 0; w < 7; w++)
        if (as_str_is_nocase(text, names[w])) {
            int back = (as_weekday_of(today) - w + 7) % 7;
            *days = back == 0 ? 7 : back;
            return true;
        }
    return false;
}

enum as_status as_time_parse_at(int64_t *seconds, struct as_str text, int64_t now, struct as_error *error)
{
    int64_t today = as_day_of(now), days;
    bool is_date;
    text = as_str_trim(text);
    if (as_str_is_nocase(text, "now"))
        *seconds = now;
    else if (as_str_is_nocase(text, "today"))
        *seconds = end_of_day(today);
    else if (as_str_is_nocase(text, "yesterday"))
        *seconds = end_of_day(today - 1);
    else if (parse_ago(&days, text) || parse_last_weekday(&days, text, today))
        *seconds = end_of_day(today - days);
    else if (as_time_parse(seconds, &is_date, text)) {
        if (is_date)
            *seconds = end_of_day(as_day_of(*seconds));
    } else {
        as_error_set(error, AS_ERR_USAGE, "\"%.*s\" is not a time", (int)(text.n < 80 ? text.n : 80), text.p);
        as_error_advise(error, "write 2026-03-01, 2026-03-01T09:30:00Z, now, yesterday, \"last monday\" or "
                               "\"3 days ago\"");
        return AS_ERR_USAGE;
    }
    return AS_OK;
}

static char *put_number(char *out, int64_t value, int width)
{
    char digits[24];
    int n = 0;
    if (value < 0) {
        *out++ = '-';
        value = -value;
    }
    do
        digits[n++] = (char)('0' + value % 10);
    while ((value /= 10) > 0);
    while (n < width)
        digits[n++] = '0';
    while (n > 0)
        *out++ = digits[--n];
    return out;
}

static char *put_date(char *out, struct as_civil c)
{
    out = put_number(out, c.year, 4);
    *out++ = '-';
    out = put_number(out, c.month, 2);
    *out++ = '-';
    return put_number(out, c.day, 2);
}

static char *put_minute(char *out, struct as_civil c, char between)
{
    out = put_date(out, c);
    *out++ = between;
    out = put_number(out, c.hour, 2);
    *out++ = ':';
    return put_number(out, c.minute, 2);
}

char *as_time_format(char out[AS_TIME_TEXT], int64_t seconds)
{
    struct as_civil c = as_civil_of(seconds);
    char *p = put_minute(out, c, 'T');
    *p++ = ':';
    p = put_number(p, c.second, 2);
    *p++ = 'Z';
    *p = '\0';
    return out;
}

char *as_instant_format(char out[AS_TIME_TEXT], int64_t seconds)
{
    *put_minute(out, as_civil_of(seconds), ' ') = '\0';
    return out;
}

char *as_day_format(char out[AS_TIME_TEXT], int64_t day)
{
    /* Days whose seconds leave int64 exist in no data; they show as the nearest that does. */
    const int64_t most = INT64_MAX / AS_DAY_SECONDS - 1;
    if (day > most)
        day = most;
    if (day < -most)
        day = -most;
    *put_date(out, as_civil_of(day * AS_DAY_SECONDS)) = '\0';
    return out;
}

int64_t as_clock_now(void)
{
    return (int64_t)time(NULL);
}

int64_t as_clock_ticks(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}
