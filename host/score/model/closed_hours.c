/* Closed hours: when quiet hours and days off end, of one policy and of several together.
 *
 * Which reason a person is told is contact.c's. */
#include "score/model/closed_hours.h"

#include "base/search.h"
#include "base/zone.h"
#include "score/model/nurture.h"

#include <stdio.h>

enum { SATURDAY = 5, SUNDAY = 6 };

/* The lead's zone, NULL for UTC; *opened when the caller frees it. */
static const struct as_zone *zone_of(struct as_zone **opened, const char **note,
                                     const struct as_nurture *nurture, uint32_t lead_row)
{
    const struct as_expr *expr = nurture->pack->policy.quiet_zone;
    *opened = NULL;
    *note = "";
    if (expr == NULL)
        return NULL;
    *note = " (UTC; time zone unknown)";
    uint32_t account = nurture->dataset->lead_account[lead_row];
    struct as_buf text = {0};
    struct as_str name = {NULL, 0};
    if (nurture->zone_column != NULL) {
        uint32_t row = nurture->zone_level == AS_LEVEL_LEAD ? lead_row : account;
        if (row != AS_NO_INDEX && as_bit(nurture->zone_column->known, row))
            name = as_intern_text(nurture->zone_column->dict, nurture->zone_column->code[row]);
    } else if (nurture->outcome != NULL) {
        uint32_t row = expr->level == AS_LEVEL_LEAD ? lead_row : account;
        if (row != AS_NO_INDEX && as_outcome_text(&text, nurture->outcome, expr, row))
            name = (struct as_str){as_buf_c(&text), text.n};
    }
    name = as_str_trim(name);
    const struct as_zone *zone = NULL;
    uint32_t code = name.n == 0 ? AS_INTERN_NONE : as_intern_find(nurture->zone_names, name);
    if (code != AS_INTERN_NONE)
        zone = nurture->zones[code];
    else if (name.n > 0 && as_zone_open(opened, name, NULL) == AS_OK)
        zone = *opened;
    as_buf_free(&text);
    if (zone != NULL)
        *note = "";
    return zone;
}

/* The instant after `at` when clocks there show this time; the second one where clocks that go back show it
 * twice and the first has passed. */
static int64_t next_instant(const struct as_zone *zone, int64_t local, int64_t at)
{
    int64_t instant = zone != NULL ? as_zone_instant(zone, local) : local;
    return instant > at ? instant : local - as_zone_offset(zone, at);
}

int64_t as_quiet_end(char reason[AS_CONTACT_REASON], const struct as_nurture *nurture, uint32_t row,
                     int64_t at)
{
    const struct as_contact_policy *policy = &nurture->pack->policy;
    if (!policy->has_quiet || policy->quiet_from == policy->quiet_to)
        return at;
    struct as_zone *opened;
    const char *note;
    const struct as_zone *zone = zone_of(&opened, &note, nurture, row);
    int64_t local = at + (zone != NULL ? as_zone_offset(zone, at) : 0), end = at;
    int64_t day = as_day_of(local), minute = (local - day * AS_DAY_SECONDS) / 60;
    bool over_midnight = policy->quiet_from > policy->quiet_to;
    bool quiet = over_midnight ? minute >= policy->quiet_from || minute < policy->quiet_to
                               : minute >= policy->quiet_from && minute < policy->quiet_to;
    if (quiet) {
        end = (over_midnight && minute >= policy->quiet_from ? day + 1 : day) * AS_DAY_SECONDS +
              (int64_t)policy->quiet_to * 60;
        end = next_instant(zone, end, at);
        snprintf(reason, AS_CONTACT_REASON,
                 "%02d:%02d where the person is%s; quiet from %02d:%02d to %02d:%02d", (int)(minute / 60),
                 (int)(minute % 60), note, policy->quiet_from / 60, policy->quiet_from % 60,
                 policy->quiet_to / 60, policy->quiet_to % 60);
    }
    as_zone_free(opened);
    return end;
}

/* Why nobody is contacted on this day, in the words of a reason; NULL: it is open. Where the person is, is
 * looked up when a day off asks for it. */
static const char *why_off(const struct as_nurture *nurture, uint32_t lead_row, int64_t day)
{
    const struct as_blackout *blackout = &nurture->pack->policy.blackout;
    const struct as_day_off *end = blackout->days.list.at + blackout->days.list.n;
    int weekday = as_weekday_of(day);
    if (blackout->weekends && (weekday == SATURDAY || weekday == SUNDAY))
        return weekday == SATURDAY ? "a Saturday" : "a Sunday";
    uint32_t first = 0;
    AS_SEARCH(first, blackout->days.list.n, blackout->days.list.at[first].day < day);
    struct as_buf region = {.p = NULL};
    bool looked_up = false, off_there = false;
    for (const struct as_day_off *off = blackout->days.list.at + first;
         off < end && off->day == day && !off_there; off++) {
        if (off->region != NULL && !looked_up && blackout->by != NULL && nurture->outcome != NULL) {
            uint32_t row =
                blackout->by->level == AS_LEVEL_LEAD ? lead_row : nurture->dataset->lead_account[lead_row];
            looked_up = true;
            if (row != AS_NO_INDEX)
                as_outcome_text(&region, nurture->outcome, blackout->by, row);
        }
        off_there = off->region == NULL ||
                    as_str_is_nocase(as_str_trim((struct as_str){as_buf_c(&region), region.n}), off->region);
    }
    as_buf_free(&region);
    return off_there ? "a day off" : NULL;
}

int64_t as_day_off_end(char reason[AS_CONTACT_REASON], const struct as_nurture *nurture, uint32_t row,
                       bool answers_hand_raise, int64_t at)
{
    const struct as_blackout *blackout = &nurture->pack->policy.blackout;
    if (!blackout->declared || (blackout->spares_hand_raise && answers_hand_raise))
        return at;
    struct as_zone *opened;
    const char *note;
    const struct as_zone *zone = zone_of(&opened, &note, nurture, row);
    int64_t day = as_day_of(at + (zone != NULL ? as_zone_offset(zone, at) : 0)), end = at;
    const char *why = why_off(nurture, row, day);
    if (why != NULL) {
        char text[AS_TIME_TEXT];
        end = (day + 1) * AS_DAY_SECONDS;
        end = next_instant(zone, end, at);
        snprintf(reason, AS_CONTACT_REASON, "%s is %s where the person is%s", as_day_format(text, day), why,
                 note);
    }
    as_zone_free(opened);
    return end;
}

/* --- of several together --- */

/* Each in turn puts the instant off, until all leave it as it is; AS_TIME_NONE when it is put off by more
 * than so many days. */
static int64_t put_off(const struct as_nurture *const *all, uint32_t n, uint32_t row, bool with_days_off,
                       bool answers_hand_raise, int64_t at, int64_t days)
{
    char reason[AS_CONTACT_REASON];
    int64_t last = at + days * AS_DAY_SECONDS;
    for (uint32_t i = 0, agreed = 0; agreed < n; i = (i + 1) % n) {
        int64_t end = with_days_off ? as_day_off_end(reason, all[i], row, answers_hand_raise, at) : at;
        end = as_quiet_end(reason, all[i], row, end);
        agreed = end > at ? 0 : agreed + 1;
        at = end;
        if (at > last)
            return AS_TIME_NONE;
    }
    return at;
}

int64_t as_calm_from(const struct as_nurture *const *all, uint32_t n, uint32_t row, int64_t at)
{
    /* Quiet hours come again every day: what two days leave closed is closed for good. */
    return put_off(all, n, row, false, false, at, 2);
}

int64_t as_open_from(const struct as_nurture *const *all, uint32_t n, uint32_t row, bool answers_hand_raise,
                     int64_t at)
{
    return put_off(all, n, row, true, answers_hand_raise, at, 366);
}
