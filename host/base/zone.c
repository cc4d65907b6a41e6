/* Time zones from TZif files (RFC 9636): the table for the years it covers, the footer's POSIX rule after
 * it. Leap-second tables ("right/" zones) are not followed: instants here are POSIX seconds. */
#include "base/zone.h"
#include "base/search.h"
#include "base/time.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One end of daylight saving in a POSIX TZ rule. */
struct rule_day {
    enum { RULE_MONTH_WEEK, RULE_JULIAN, RULE_ORDINAL } kind;
    int month, week, weekday; /* RULE_MONTH_WEEK: week 5 is the last; weekday 0 is Sunday */
    int day;                  /* RULE_JULIAN: 1..365 without leap days; RULE_ORDINAL: 0..365 */
    int32_t at;               /* local seconds after that day's midnight */
};

struct posix_rule {
    bool present, has_dst;
    int32_t standard, dst; /* offsets east of UTC in seconds */
    struct rule_day start, end;
};

struct as_zone {
    size_t n; /* transitions */
    int64_t *at;
    int32_t *offset; /* after each transition */
    int32_t first;   /* before the first one */
    struct posix_rule rule;
};

/* A zone file is a few kilobytes; one of a megabyte is something else. */
enum { ZONE_FILE_MAX = 1024 * 1024, HEADER = 44 };

static uint32_t read32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t read64(const unsigned char *p)
{
    return (int64_t)((uint64_t)read32(p) << 32 | read32(p + 4));
}

/* Reads least..most digits of a bounded number. */
static bool take_number(struct as_str *text, int most, int *value)
{
    int v = 0;
    size_t i = 0;
    while (i < text->n && text->p[i] >= '0' && text->p[i] <= '9') {
        v = v * 10 + (text->p[i++] - '0');
        if (v > most)
            return false;
    }
    text->p += i;
    text->n -= i;
    *value = v;
    return i > 0;
}

static bool take(struct as_str *text, char c)
{
    if (text->n == 0 || text->p[0] != c)
        return false;
    text->p++;
    text->n--;
    return true;
}

/* [+-]hh[:mm[:ss]] */
static bool take_hms(struct as_str *text, int most_hours, int32_t *seconds)
{
    bool negative = take(text, '-');
    if (!negative)
        take(text, '+');
    int h, m = 0, s = 0;
    if (!take_number(text, most_hours, &h))
        return false;
    if (take(text, ':') && !take_number(text, 59, &m))
        return false;
    if (take(text, ':') && !take_number(text, 59, &s))
        return false;
    *seconds = (h * 3600 + m * 60 + s) * (negative ? -1 : 1);
    return true;
}

/* "CET" or "<+03>" */
static bool take_zone_name(struct as_str *text)
{
    size_t i = 0;
    if (text->n > 0 && text->p[0] == '<') {
        while (i < text->n && text->p[i] != '>')
            i++;
        if (i++ == text->n)
            return false;
    } else {
        while (i < text->n &&
               ((text->p[i] >= 'A' && text->p[i] <= 'Z') || (text->p[i] >= 'a' && text->p[i] <= 'z')))
            i++;
    }
    text->p += i;
    text->n -= i;
    return i >= 3;
}

static bool take_rule_day(struct as_str *text, struct rule_day *day)
{
    *day = (struct rule_day){.at = 2 * 3600};
    if (take(text, 'M')) {
        day->kind = RULE_MONTH_WEEK;
        if (!take_number(text, 12, &day->month) || !take(text, '.') || !take_number(text, 5, &day->week) ||
            !take(text, '.') || !take_number(text, 6, &day->weekday) || day->month == 0 || day->week == 0)
            return false;
    } else {
        day->kind = take(text, 'J') ? RULE_JULIAN : RULE_ORDINAL;
        if (!take_number(text, 365, &day->day) || (day->kind == RULE_JULIAN && day->day == 0))
            return false;
    }
    /* Version 3 files count up to a week either way (167 hours). */
    return !take(text, '/') || take_hms(text, 167, &day->at);
}

/* The POSIX sign is west of UTC; ours is east. */
static bool parse_posix(struct posix_rule *rule, struct as_str text)
{
    int32_t west;
    if (!take_zone_name(&text) || !take_hms(&text, 24, &west))
        return false;
    rule->standard = -west;
    if (text.n > 0) {
        if (!take_zone_name(&text))
            return false;
        rule->has_dst = true;
        rule->dst = rule->standard + 3600;
        if (text.n > 0 && text.p[0] != ',') {
            if (!take_hms(&text, 24, &west))
                return false;
            rule->dst = -west;
        }
        if (!take(&text, ',') || !take_rule_day(&text, &rule->start) || !take(&text, ',') ||
            !take_rule_day(&text, &rule->end) || text.n > 0)
            return false;
    }
    rule->present = true;
    return true;
}

/* The local wall-clock second at which the rule's day and time fall in a year. */
static int64_t rule_seconds(const struct rule_day *day, int64_t year)
{
    int64_t january = as_day_of(as_civil_seconds((struct as_civil){.year = year, .month = 1, .day = 1}));
    int64_t date;
    if (day->kind == RULE_MONTH_WEEK) {
        int64_t first =
            as_day_of(as_civil_seconds((struct as_civil){.year = year, .month = day->month, .day = 1}));
        int64_t next = as_day_of(as_civil_seconds(
            (struct as_civil){.year = year + day->month / 12, .month = day->month % 12 + 1, .day = 1}));
        int sunday_based = (as_weekday_of(first) + 1) % 7;
        date = first + (day->weekday - sunday_based + 7) % 7 + 7 * (day->week - 1);
        while (date >= next)
            date -= 7;
    } else {
        bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        date = january + day->day;
        if (day->kind == RULE_JULIAN)
            date -= day->day >= 60 && leap ? 0 : 1;
    }
    return date * AS_DAY_SECONDS + day->at;
}

static int32_t rule_offset(const struct posix_rule *rule, int64_t seconds)
{
    if (!rule->has_dst)
        return rule->standard;
    int64_t year = as_civil_of(seconds + rule->standard).year;
    int64_t start = rule_seconds(&rule->start, year) - rule->standard;
    int64_t end = rule_seconds(&rule->end, year) - rule->dst;
    bool dst = start < end ? seconds >= start && seconds < end : seconds >= start || seconds < end;
    return dst ? rule->dst : rule->standard;
}

struct zone_counts {
    uint32_t utc_flags, standard_flags, leaps, transitions, types, characters;
    char version;
};

static bool read_header(struct zone_counts *counts, const unsigned char *p, size_t n)
{
    if (n < HEADER || memcmp(p, "TZif", 4) != 0)
        return false;
    *counts = (struct zone_counts){read32(p + 20), read32(p + 24), read32(p + 28), read32(p + 32),
                                   read32(p + 36), read32(p + 40), (char)p[4]};
    const uint32_t most = ZONE_FILE_MAX;
    return counts->utc_flags < most && counts->standard_flags < most && counts->leaps < most &&
           counts->transitions < most && counts->types < most && counts->characters < most &&
           counts->types > 0;
}

static size_t body_size(const struct zone_counts *c, size_t time_size)
{
    return c->transitions * (time_size + 1) + (size_t)c->types * 6 + c->characters +
           c->leaps * (time_size + 4) + c->standard_flags + c->utc_flags;
}

/* p is the body after a header whose sizes have been checked against the file. */
static enum as_status read_body(struct as_zone *zone, const struct zone_counts *c, const unsigned char *p,
                                size_t time_size, struct as_error *error)
{
    const unsigned char *times = p, *types = p + c->transitions * time_size, *infos = types + c->transitions;
    zone->at = calloc(c->transitions + 1, sizeof *zone->at);
    zone->offset = calloc(c->transitions + 1, sizeof *zone->offset);
    if (!zone->at || !zone->offset)
        return as_error_memory(error);
    zone->n = c->transitions;
    zone->first = (int32_t)read32(infos);
    for (size_t i = 0; i < zone->n; i++) {
        const unsigned char *t = times + i * time_size;
        zone->at[i] = time_size == 8 ? read64(t) : (int32_t)read32(t);
        if (types[i] >= c->types || (i > 0 && zone->at[i] <= zone->at[i - 1]))
            return as_error_set(error, AS_ERR_DATA, "the time zone file is damaged");
        zone->offset[i] = (int32_t)read32(infos + (size_t)types[i] * 6);
    }
    /* No place on earth is more than a day and two hours from UTC; local-time search relies on it. */
    for (size_t i = 0; i < c->types; i++) {
        int32_t offset = (int32_t)read32(infos + i * 6);
        if (offset < -93599 || offset > 93599)
            return as_error_set(error, AS_ERR_DATA, "the time zone file is damaged");
    }
    return AS_OK;
}

static enum as_status parse_file(struct as_zone *zone, const unsigned char *p, size_t n,
                                 struct as_error *error)
{
    struct zone_counts counts;
    size_t time_size = 4, at = HEADER;
    if (!read_header(&counts, p, n) || body_size(&counts, 4) > n - HEADER)
        return as_error_set(error, AS_ERR_DATA, "the time zone file is damaged");
    if (counts.version >= '2') {
        /* The first block is for readers of 1980s' files; the second repeats it with 64-bit times. */
        at += body_size(&counts, 4);
        if (!read_header(&counts, p + at, n - at) || body_size(&counts, 8) > n - at - HEADER)
            return as_error_set(error, AS_ERR_DATA, "the time zone file is damaged");
        at += HEADER;
        time_size = 8;
    }
    enum as_status status = read_body(zone, &counts, p + at, time_size, error);
    if (status != AS_OK || time_size == 4)
        return status;
    struct as_str footer = {(const char *)p + at + body_size(&counts, 8), n - at - body_size(&counts, 8)};
    if (footer.n == 0 || footer.p[0] != '\n')
        return AS_OK;
    footer.p++;
    footer.n--;
    struct as_str rule = as_str_cut(&footer, '\n');
    if (rule.n > 0 && !parse_posix(&zone->rule, rule))
        return as_error_set(error, AS_ERR_DATA, "the time zone file ends in a rule nobody can read: %.*s",
                            (int)(rule.n < 60 ? rule.n : 60), rule.p);
    return AS_OK;
}

static bool is_zone_name(struct as_str name)
{
    if (name.n == 0 || name.n > 64 || name.p[0] == '/')
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool fine = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                    c == '+' || c == '-' || c == '/';
        if (!fine)
            return false;
    }
    return true;
}

static const char *zones_folder(void)
{
    const char *folder = getenv("TZDIR");
    return folder && folder[0] ? folder : "/usr/share/zoneinfo";
}

static enum as_status no_such_zone(struct as_str name, struct as_error *error)
{
    as_error_set(error, AS_ERR_MISSING, "there is no time zone \"%.*s\"", (int)(name.n < 64 ? name.n : 64),
                 name.p);
    as_error_advise(error, "use a name of the IANA database, for example \"Europe/Berlin\"; without "
                           "any, install the package tzdata");
    return AS_ERR_MISSING;
}

enum as_status as_zone_open(struct as_zone **out, struct as_str name, struct as_error *error)
{
    *out = NULL;
    if (!is_zone_name(name))
        return no_such_zone(name, error);
    struct as_buf path = {.max = 4096};
    unsigned char *bytes = NULL;
    struct as_zone *zone = NULL;
    FILE *file = NULL;
    enum as_status status = AS_OK;
    as_buf_printf(&path, "%s/%.*s", zones_folder(), (int)name.n, name.p);
    if (!path.failed)
        file = fopen(as_buf_c(&path), "rb");
    if (!file) {
        status = no_such_zone(name, error);
        goto done;
    }
    bytes = malloc(ZONE_FILE_MAX);
    zone = calloc(1, sizeof *zone);
    if (!bytes || !zone) {
        status = as_error_memory(error);
        goto done;
    }
    size_t n = fread(bytes, 1, ZONE_FILE_MAX, file);
    if (ferror(file)) {
        /* A folder such as "Europe" opens but does not read. */
        status = errno == EISDIR ? no_such_zone(name, error)
                                 : as_error_set(error, AS_ERR_IO, "%s: %s", as_buf_c(&path), strerror(errno));
        goto done;
    }
    status = parse_file(zone, bytes, n, error);
    as_error_at(status == AS_OK ? NULL : error, as_buf_c(&path), 0);
    if (status == AS_OK) {
        *out = zone;
        zone = NULL;
    }
done:
    if (file)
        fclose(file);
    free(bytes);
    as_zone_free(zone);
    as_buf_free(&path);
    return status;
}

void as_zone_free(struct as_zone *zone)
{
    if (!zone)
        return;
    free(zone->at);
    free(zone->offset);
    free(zone);
}

int32_t as_zone_offset(const struct as_zone *zone, int64_t seconds)
{
    if (zone->rule.present && (zone->n == 0 || seconds >= zone->at[zone->n - 1]))
        return rule_offset(&zone->rule, seconds);
    size_t before; /* the number of transitions at or before `seconds` */
    AS_SEARCH(before, zone->n, zone->at[before] <= seconds);
    return before == 0 ? zone->first : zone->offset[before - 1];
}

int64_t as_zone_instant(const struct as_zone *zone, int64_t local_seconds)
{
    int32_t before = as_zone_offset(zone, local_seconds - 26 * 3600);
    int32_t after = as_zone_offset(zone, local_seconds + 26 * 3600);
    if (as_zone_offset(zone, local_seconds - before) == before)
        return local_seconds - before;
    if (as_zone_offset(zone, local_seconds - after) == after)
        return local_seconds - after;
    return local_seconds - before;
}

char *as_zones_version(char out[AS_ZONES_VERSION])
{
    static const char head[] = "# version ";
    char line[64] = "";
    struct as_buf path = {0};
    as_buf_printf(&path, "%s/tzdata.zi", zones_folder());
    FILE *file = path.failed ? NULL : fopen(as_buf_c(&path), "re");
    if (file != NULL) {
        if (fgets(line, sizeof line, file) == NULL)
            line[0] = '\0';
        fclose(file);
    }
    as_buf_free(&path);
    struct as_str text = as_str_trim(as_str_of(line));
    bool said = as_str_starts(text, as_str_of(head)) && text.n - (sizeof head - 1) < AS_ZONES_VERSION;
    if (said)
        snprintf(out, AS_ZONES_VERSION, "%.*s", (int)(text.n - (sizeof head - 1)), text.p + sizeof head - 1);
    else
        snprintf(out, AS_ZONES_VERSION, "unknown");
    return out;
}
