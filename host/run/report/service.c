/* Service levels: two clocks, from marketing to the people who call and from them to the field; who was
 * dropped; and whether people have enough to do. */
#include "run/decision/owed.h"
#include "run/report/reporting.h"

#include "base/time.h"
#include "store/report/journeys.h"
#include "store/work/people.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { BREACHES_LISTED = 20, DROPPED_LISTED = 20 };
/* Below this share of what people can have in hand they wait for work. */
#define IDLE 0.7

/* A promise that began to run. */
struct clock {
    int64_t lead, began, stopped; /* stopped AS_TIME_NONE: it runs */
    int64_t passed;               /* seconds of its own clock */
    const char *owner;
};
struct clocks {
    struct as_reporting *r;
    const struct as_span *span;
    const struct as_business *business; /* whose hours count */
    AS_LIST(struct clock) breaches;
    struct as_spells
        hours; /* to the answer, whole working or wall hours; running ones are not answered yet */
    uint64_t kept, broken, running; /* running: neither, there is time left */
};

static void add_clock(struct clocks *clocks, int64_t lead, int64_t began, int64_t stopped, const char *owner)
{
    struct as_reporting *r = clocks->r;
    int64_t passed, length, until = stopped != AS_TIME_NONE ? stopped : r->report->at;
    as_business_measure(&passed, &length, clocks->business, clocks->span, began, until);
    r->failed |= !as_spells_add(&clocks->hours, 0, passed / 3600, stopped != AS_TIME_NONE);
    if (passed > length) {
        struct clock breach = {lead, began, stopped, passed - length, owner};
        clocks->broken++;
        r->failed |= !as_list_push(&r->report->arena, &clocks->breaches, breach);
    } else if (stopped != AS_TIME_NONE) {
        clocks->kept++;
    } else {
        clocks->running++;
    }
}

/* The longest overdue that still wait first. */
static int worst_first(const void *a, const void *b)
{
    const struct clock *x = a, *y = b;
    bool waits_x = x->stopped == AS_TIME_NONE, waits_y = y->stopped == AS_TIME_NONE;
    if (waits_x != waits_y)
        return waits_x ? -1 : 1;
    if (x->passed != y->passed)
        return x->passed < y->passed ? 1 : -1;
    return (x->lead > y->lead) - (x->lead < y->lead);
}

static const char *span_words(struct as_reporting *r, const struct as_span *span)
{
    const char *unit = span->unit == AS_SPAN_BUSINESS_DAYS ? "business day" : "hour";
    double length = span->unit == AS_SPAN_BUSINESS_DAYS ? (double)span->length : (double)span->length / 3600;
    return as_report_text(r, "%g %s%s%s", length, span->unit == AS_SPAN_BUSINESS_SECONDS ? "business " : "",
                          unit, length == 1 ? "" : "s");
}

/* pack: whose agreements count these hours; NULL: the report's own do. */
static void say_hours(struct as_reporting *r, struct as_report_section *section, const struct as_pack *pack,
                      const struct as_business *business)
{
    const char *country = pack != NULL ? pack->business_country : NULL;
    const char *off = "";
    if (business->off_count > 0)
        off = as_report_text(r, ", but for the days off of %s%s%s", pack->business_dates,
                             country != NULL ? " in " : "", country != NULL ? country : "");
    as_section_note(r, section, "business hours%s: %s, %02d:%02d to %02d:%02d, %s%s",
                    pack != NULL ? " of the pack's agreements" : "",
                    business->every_day ? "every day" : "Monday to Friday", business->open / 3600,
                    business->open / 60 % 60, business->close / 3600, business->close / 60 % 60,
                    business->zone != NULL ? "local" : "UTC", off);
}

static enum as_status add_clocks(struct as_reporting *r, struct as_report_section *section, const char *key,
                                 const char *label, struct clocks *clocks, struct as_error *error)
{
    static const struct as_report_column columns[] = {{"clock", "Clock"},        {"promise", "Within"},
                                                      {"kept", "Kept"},          {"broken", "Broken"},
                                                      {"running", "Time left"},  {"share", "Kept of decided"},
                                                      {"median", "Median hours"}};
    static const struct as_report_column breach[] = {
        {"lead", "#"},      {"name", "Lead"},        {"account", "Account"}, {"owner", "Owner"},
        {"began", "Began"}, {"over", "Over, hours"}, {"state", "Answer"}};
    struct as_survival survival;
    double at, low, high;
    struct as_report_table *table = as_section_table(r, section, "clocks", "Promises", columns, 7);
    enum as_status status =
        as_spells_survival(&survival, &r->report->arena, &clocks->hours, AS_FIGURE_CONFIDENCE, error);
    if (status != AS_OK)
        return status;
    bool reached = as_survival_quantile(&at, &low, &high, &survival, 0.5);
    struct as_figure median = {
        .kind = AS_FIGURE_HOURS, .value = at, .has_interval = true, .low = low, .high = high};
    as_table_cell(r, table, as_figure_text(label));
    as_table_cell(r, table, as_figure_text(span_words(r, clocks->span)));
    as_table_cell(r, table, as_figure_count(clocks->kept));
    as_table_cell(r, table, as_figure_count(clocks->broken));
    as_table_cell(r, table, as_figure_count(clocks->running));
    as_table_cell(r, table, as_figure_share(clocks->kept, clocks->kept + clocks->broken));
    as_table_cell(r, table,
                  reached ? median : as_figure_none(clocks->hours.all > 0 ? "not reached" : "none"));
    if (clocks->breaches.n > 0)
        qsort(clocks->breaches.at, clocks->breaches.n, sizeof *clocks->breaches.at, worst_first);
    for (uint32_t i = 0; i < clocks->breaches.n && i < BREACHES_LISTED && status == AS_OK; i++) {
        const struct clock *clock = &clocks->breaches.at[i];
        struct as_report_table *list =
            as_section_table(r, section, key, as_report_text(r, "Broken promises, %s", label), breach, 7);
        status = as_table_lead(r, list, clock->lead, error);
        as_table_cell(r, list,
                      clock->owner != NULL && clock->owner[0] != '\0' ? as_figure_text(clock->owner)
                                                                      : as_figure_none("nobody"));
        as_table_cell(r, list, as_figure_day(as_day_of(clock->began)));
        as_table_cell(
            r, list,
            (struct as_figure){.kind = AS_FIGURE_HOURS, .value = (double)(clock->passed / 360) / 10});
        as_table_cell(r, list, as_figure_text(clock->stopped == AS_TIME_NONE ? "waits" : "late"));
    }
    return status;
}

/* --- from marketing to a person --- */

struct entries {
    struct as_reporting *r;
    AS_LIST(struct clock) list;
};

/* A lead that came to where people take over, when somebody saw it come. */
static enum as_status add_entry(void *context, const struct as_step_row *row, struct as_error *error)
{
    struct entries *entries = context;
    const struct as_report *report = entries->r->report;
    bool before = row->from < AS_STAGE_WORTH_A_CALL || row->from == AS_STAGE_DISQUALIFIED;
    bool to = row->to == AS_STAGE_WORTH_A_CALL || row->to == AS_STAGE_SALES_READY;
    if (!before || !to || row->outside || (row->first && row->before == AS_TIME_NONE) ||
        row->time > report->until || (report->since != AS_TIME_NONE && row->time < report->since))
        return AS_OK;
    struct clock entry = {.lead = row->lead, .began = row->time};
    return as_list_push(&entries->r->report->arena, &entries->list, entry) ? AS_OK : as_error_memory(error);
}

static enum as_status time_first_touches(struct clocks *clocks, const struct as_journey_model *model,
                                         struct as_error *error)
{
    struct as_reporting *r = clocks->r;
    struct entries entries = {.r = r};
    enum as_status status = as_store_steps(r->store, model->id, r->report->at, add_entry, &entries, error);
    for (uint32_t i = 0; i < entries.list.n && status == AS_OK; i++) {
        const struct clock *entry = &entries.list.at[i];
        int64_t touched;
        uint32_t row = as_journeys_row(&r->journeys, entry->lead);
        if (row == AS_NO_INDEX)
            continue;
        status = as_store_first_touch(&touched, r->store, entry->lead, entry->began, r->report->at, error);
        if (status == AS_OK)
            add_clock(clocks, entry->lead, entry->began, touched, r->owners != NULL ? r->owners[row] : NULL);
        if (status == AS_OK && i % 4096 == 0)
            status = as_reporting_progress(r, "timing answers", i, entries.list.n, error);
    }
    return status;
}

static void time_field(struct clocks *clocks)
{
    struct as_reporting *r = clocks->r;
    for (uint32_t i = 0; i < r->handovers.n; i++) {
        const struct as_handover_row *row = &r->handovers.at[i];
        int64_t stopped = row->answered;
        if (row->offered > r->report->until ||
            (r->report->since != AS_TIME_NONE && row->offered < r->report->since))
            continue;
        if (row->touched != AS_TIME_NONE && (stopped == AS_TIME_NONE || row->touched < stopped))
            stopped = row->touched;
        add_clock(clocks, row->lead, row->offered, stopped, row->owner);
    }
}

/* What the pack itself promises, on its own hours. */
static enum as_status add_agreements(struct as_reporting *r, struct as_report_section *section,
                                     struct as_error *error)
{
    const struct as_pack *pack = r->report->pack;
    struct as_owed_list owed;
    enum as_status status =
        as_owed_of(&owed, &r->report->arena, r->store, pack, AS_OWED_EVER, r->report->at, error);
    for (uint32_t i = 0; i < pack->service_levels.n && status == AS_OK; i++) {
        const struct as_service_level *level = &pack->service_levels.at[i];
        struct clocks clocks = {.r = r, .span = &level->within, .business = &pack->business};
        for (uint32_t k = 0; k < owed.list.n; k++) {
            const struct as_owed *one = &owed.list.at[k];
            if (one->level == level && one->clock.began <= r->report->until &&
                (r->report->since == AS_TIME_NONE || one->clock.began >= r->report->since))
                add_clock(&clocks, one->lead_id, one->clock.began, one->clock.stopped, one->owner);
        }
        status = add_clocks(r, section, level->name, level->name, &clocks, error);
        as_spells_free(&clocks.hours);
    }
    if (status == AS_OK && pack->service_levels.n > 0)
        say_hours(r, section, pack, &pack->business);
    return status;
}

/* --- dropped --- */

static bool in_hand(uint8_t stage)
{
    return stage == AS_STAGE_WORTH_A_CALL || stage == AS_STAGE_SALES_READY || stage == AS_STAGE_ACCEPTED;
}

static int longest_first(const void *a, const void *b)
{
    const struct clock *x = a, *y = b;
    return x->began != y->began ? (x->began > y->began ? 1 : -1) : (x->lead > y->lead) - (x->lead < y->lead);
}

static enum as_status add_dropped(struct as_reporting *r, struct as_report_section *section,
                                  struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"lead", "#"},      {"name", "Lead"},         {"account", "Account"},
        {"owner", "Owner"}, {"since", "There since"}, {"days", "Days without a word"}};
    struct entries dropped = {.r = r};
    int64_t today = as_day_of(r->report->at), limit = r->request->terms.dropped_days;
    uint64_t due = 0;
    enum as_status status = AS_OK;
    for (uint32_t m = 0; m < r->journeys.model_count; m++) {
        const struct as_journey_model *model = &r->journeys.models[m];
        for (uint32_t row = 0; row < r->journeys.n && status == AS_OK; row++) {
            int64_t since = model->entered[row], touched;
            if (!in_hand(model->stage[row]) || today - since < limit)
                continue;
            due++;
            status = as_store_first_touch(&touched, r->store, r->journeys.lead[row], since * AS_DAY_SECONDS,
                                          r->report->at, error);
            struct clock lead = {.lead = r->journeys.lead[row],
                                 .began = since,
                                 .owner = r->owners != NULL ? r->owners[row] : NULL};
            if (status == AS_OK && touched == AS_TIME_NONE)
                r->failed |= !as_list_push(&r->report->arena, &dropped.list, lead);
        }
    }
    as_section_figure(
        r, section, "dropped",
        as_report_text(r, "dropped: in people's hands for %" PRId64 " days or more and nobody got in touch",
                       limit),
        due > 0 ? as_figure_share(dropped.list.n, due) : as_figure_none("nobody has been there so long"),
        NULL);
    if (dropped.list.n > 0)
        qsort(dropped.list.at, dropped.list.n, sizeof *dropped.list.at, longest_first);
    for (uint32_t i = 0; i < dropped.list.n && i < DROPPED_LISTED && status == AS_OK; i++) {
        const struct clock *lead = &dropped.list.at[i];
        struct as_report_table *table =
            as_section_table(r, section, "dropped", "Dropped, the longest first", columns, 6);
        status = as_table_lead(r, table, lead->lead, error);
        as_table_cell(r, table, lead->owner != NULL ? as_figure_text(lead->owner) : as_figure_none("nobody"));
        as_table_cell(r, table, as_figure_day(lead->began));
        as_table_cell(r, table, as_figure_count((uint64_t)(today - lead->began)));
    }
    return status;
}

/* --- whether people have enough to do --- */

struct staffing {
    struct as_reporting *r;
    struct as_report_section *section;
    uint64_t room, filled;
};

static enum as_status add_user(void *context, const struct as_user_row *user, struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"user", "Who"}, {"room", "Can have"}, {"in_hand", "Has in hand"}, {"share", "Share"}};
    struct staffing *staffing = context;
    struct as_reporting *r = staffing->r;
    uint64_t hand = 0;
    (void)error;
    if (user->capacity <= 0)
        return AS_OK;
    for (uint32_t row = 0; row < r->journeys.n && r->owners != NULL; row++) {
        bool open = false;
        for (uint32_t m = 0; m < r->journeys.model_count; m++)
            open |= in_hand(r->journeys.models[m].stage[row]);
        hand += open && r->owners[row] != NULL && strcmp(r->owners[row], user->name) == 0;
    }
    staffing->room += (uint64_t)user->capacity;
    staffing->filled += hand;
    struct as_report_table *table =
        as_section_table(r, staffing->section, "utilisation", "Who has how much in hand", columns, 4);
    as_table_cell(r, table, as_figure_text(as_report_text(r, "%s", user->name)));
    as_table_cell(r, table, as_figure_count((uint64_t)user->capacity));
    as_table_cell(r, table, as_figure_count(hand));
    as_table_cell(r, table,
                  (struct as_figure){.kind = AS_FIGURE_SHARE,
                                     .value = (double)hand / (double)user->capacity,
                                     .count = (int64_t)hand});
    return AS_OK;
}

static enum as_status add_staffing(struct as_reporting *r, struct as_report_section *section,
                                   struct as_error *error)
{
    struct staffing staffing = {.r = r, .section = section};
    enum as_status status = as_store_users(r->store, add_user, &staffing, error);
    double share = staffing.room > 0 ? (double)staffing.filled / (double)staffing.room : 1;
    if (status == AS_OK && share < IDLE)
        as_section_alarm(
            r, section,
            "People have %.0f %% of what they can have in hand: marketing should give more people a reason "
            "to come",
            share * 100);
    return status;
}

enum as_status as_report_service(struct as_reporting *r, struct as_error *error)
{
    const struct as_business *business = &r->request->terms.business;
    struct clocks first = {.r = r, .span = &r->request->terms.first_touch, .business = business},
                  field = {.r = r, .span = &r->request->terms.field, .business = business};
    enum as_status status = as_reporting_journeys(r, error);
    if (status == AS_OK)
        status = as_reporting_owners(r, error);
    if (status == AS_OK)
        status = as_reporting_handovers(r, error);
    if (status != AS_OK)
        return status;
    struct as_report_section *section = as_section_new(r, "service", "Service levels");
    if (r->report->pack == NULL) {
        as_section_note(r, section, "no pack has run");
        return AS_OK;
    }
    for (uint32_t m = 0; m < r->journeys.model_count && status == AS_OK; m++)
        status = time_first_touches(&first, &r->journeys.models[m], error);
    time_field(&field);
    if (status == AS_OK)
        status = add_clocks(r, section, "marketing_to_sdr", "marketing to SDR", &first, error);
    if (status == AS_OK)
        status = add_clocks(r, section, "sdr_to_field", "SDR to field", &field, error);
    if (first.span->unit != AS_SPAN_SECONDS || field.span->unit != AS_SPAN_SECONDS)
        say_hours(r, section, NULL, business);
    if (status == AS_OK)
        status = add_agreements(r, section, error);
    if (status == AS_OK)
        status = add_dropped(r, section, error);
    if (status == AS_OK)
        status = add_staffing(r, section, error);
    as_spells_free(&first.hours);
    as_spells_free(&field.hours);
    return status;
}
