/* Velocity of deals: how long they take, beside what others published, what passes through a day, and how far
 * a buyer has gone before sales is spoken to. */
#include "run/report/reporting.h"

#include "base/search.h"
#include "base/time.h"
#include "score/statistics/value.h"
#include "store/report/contacts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What others published; printed beside our own figures and nowhere computed with. */
static const char four_months[] = "73 % of companies said so of new customers (published survey)";
static const char seven_months[] = "40 % of companies said so; 33 % in 2012 (published survey)";
static const char half_way[] = "50-60 % of the buying process (published)";

/* Whole calendar months between two days. */
static int64_t months_between(int64_t from, int64_t to)
{
    struct as_civil a = as_civil_of(from), b = as_civil_of(to);
    return (b.year - a.year) * 12 + b.month - a.month - (b.day < a.day);
}

static void add_quantiles(struct as_reporting *r, struct as_report_section *section, const char *label,
                          const struct as_spells *spells)
{
    static const struct as_report_column columns[] = {{"what", "Deals"},
                                                      {"n", "n"},
                                                      {"quarter", "A quarter within"},
                                                      {"median", "Half within"},
                                                      {"three_quarters", "Three quarters"},
                                                      {"mean", "Mean days"}};
    static const double shares[] = {0.25, 0.5, 0.75};
    struct as_report_table *table =
        as_section_table(r, section, "cycles", "How long deals took, in days", columns, 6);
    as_table_cell(r, table, as_figure_text(label));
    as_table_cell(r, table, as_figure_count(spells->events));
    for (int i = 0; i < 3; i++) {
        double days;
        as_table_cell(r, table,
                      as_spells_quantile(&days, &r->report->arena, spells, shares[i])
                          ? as_figure_days(days, spells->events)
                          : as_figure_none("none yet"));
    }
    as_table_cell(r, table,
                  spells->events > 0
                      ? as_figure_days((double)spells->days / (double)spells->events, spells->events)
                      : as_figure_none("none yet"));
}

struct deal_times {
    struct as_spells won, lost, no_decision, lead_to_won;
    uint64_t four, seven; /* won deals of so many months or more */
    uint64_t backwards;   /* closed before they were created */
    uint64_t before_lead; /* won before their lead began */
    uint64_t open;
    uint64_t outcomes[AS_DEAL_NO_DECISION + 1]; /* closed within the time */
};

static struct as_spells *spells_of(struct deal_times *times, enum as_deal_outcome outcome)
{
    return outcome == AS_DEAL_WON    ? &times->won
           : outcome == AS_DEAL_LOST ? &times->lost
                                     : &times->no_decision;
}

static void take_times(struct as_reporting *r, struct deal_times *times)
{
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        times->open += deal->outcome == AS_DEAL_OPEN;
        if (!as_deal_closed_within(deal, r->report->since, r->report->until))
            continue;
        times->outcomes[deal->outcome]++;
        if (deal->closed == AS_TIME_NONE)
            continue;
        int64_t closed = as_day_of(deal->closed);
        bool led = deal->outcome == AS_DEAL_WON && deal->lead != 0;
        times->before_lead += led && closed < deal->lead_start;
        if (led && closed >= deal->lead_start)
            r->failed |= !as_spells_add(&times->lead_to_won, 0, closed - deal->lead_start, true);
        if (deal->created == AS_TIME_NONE)
            continue;
        if (closed < as_day_of(deal->created)) {
            times->backwards++;
            continue;
        }
        r->failed |=
            !as_spells_add(spells_of(times, deal->outcome), 0, closed - as_day_of(deal->created), true);
        if (deal->outcome == AS_DEAL_WON) {
            int64_t months = months_between(deal->created, deal->closed);
            times->four += months >= 4;
            times->seven += months >= 7;
        }
    }
}

/* --- what passes through --- */

static void add_velocity(struct as_reporting *r, struct as_report_section *section,
                         const struct deal_times *times)
{
    static const struct as_report_column columns[] = {
        {"currency", "Currency"},  {"open", "Open deals"},      {"win_rate", "Won of won and lost"},
        {"deal_size", "Mean won"}, {"cycle", "Mean days, won"}, {"velocity", "Velocity a day"}};
    struct as_purse won = {{NULL, 0, 0}};
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        if (deal->outcome == AS_DEAL_WON && as_deal_closed_within(deal, r->report->since, r->report->until))
            r->failed |= !as_purse_add(&won, &r->report->arena, deal);
    }
    uint64_t closed = times->outcomes[AS_DEAL_WON] + times->outcomes[AS_DEAL_LOST];
    double cycle = times->won.events > 0 ? (double)times->won.days / (double)times->won.events : 0;
    for (uint32_t i = 0; i < won.sums.n; i++) {
        const struct as_purse_sum *sum = &won.sums.at[i];
        struct as_report_table *table = as_section_table(
            r, section, "velocity", "Velocity: open deals x win rate x mean deal / mean cycle", columns, 6);
        double size = (double)sum->hundredths / (double)sum->deals, a_day;
        bool known =
            closed > 0 && as_velocity(&a_day, (double)times->open,
                                      (double)times->outcomes[AS_DEAL_WON] / (double)closed, size, cycle);
        struct as_figure mean = as_figure_money((int64_t)(size + 0.5), sum->currency);
        mean.has_n = true;
        mean.n = sum->deals;
        as_table_cell(r, table, as_figure_text(sum->currency[0] != '\0' ? sum->currency : "none given"));
        as_table_cell(r, table, as_figure_count(times->open));
        as_table_cell(r, table, as_figure_share(times->outcomes[AS_DEAL_WON], closed));
        as_table_cell(r, table, mean);
        as_table_cell(r, table,
                      times->won.events > 0 ? as_figure_days(cycle, times->won.events)
                                            : as_figure_none("no deal has both days"));
        as_table_cell(r, table,
                      known ? as_figure_money((int64_t)(a_day + 0.5), sum->currency)
                            : as_figure_none("not known"));
    }
}

/* --- the first contact --- */

struct positions {
    struct as_reporting *r;
    double *at; /* 0..1 */
    uint32_t n, before, after;
};

static const struct as_deal_row *deal_of(const struct as_deals *deals, int64_t id)
{
    uint32_t i;
    AS_SEARCH(i, deals->list.n, deals->list.at[i].id < id);
    return i < deals->list.n && deals->list.at[i].id == id ? &deals->list.at[i] : NULL;
}

static enum as_status add_contact(void *context, int64_t id, int64_t time, struct as_error *error)
{
    struct positions *positions = context;
    const struct as_report *report = positions->r->report;
    const struct as_deal_row *deal = deal_of(&positions->r->deals, id);
    (void)error;
    if (deal == NULL || deal->outcome != AS_DEAL_WON || deal->closed == AS_TIME_NONE ||
        !as_deal_closed_within(deal, report->since, report->until))
        return AS_OK;
    int64_t begin = deal->lead_start * AS_DAY_SECONDS;
    if (time < begin || time > deal->closed || deal->closed <= begin) {
        positions->before += time < begin;
        positions->after += time > deal->closed;
        return AS_OK;
    }
    positions->at[positions->n++] = (double)(time - begin) / (double)(deal->closed - begin);
    return AS_OK;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static enum as_status add_positions(struct as_reporting *r, struct as_report_section *section,
                                    struct as_error *error)
{
    struct positions positions = {
        .r = r, .at = as_arena_array(&r->report->arena, r->deals.list.n + (size_t)1, sizeof(double))};
    if (positions.at == NULL)
        return as_error_memory(error);
    enum as_status status = as_store_first_contacts(r->store, r->report->at, add_contact, &positions, error);
    if (status != AS_OK)
        return status;
    struct as_figure median = as_figure_none("no won deal has a contact between its beginning and its end");
    if (positions.n > 0) {
        qsort(positions.at, positions.n, sizeof *positions.at, by_value);
        median = (struct as_figure){.kind = AS_FIGURE_NUMBER,
                                    .value = 100 * positions.at[(positions.n - 1) / 2],
                                    .has_n = true,
                                    .n = positions.n};
    }
    as_section_figure(r, section, "first_contact_percent",
                      "first sales contact, percent of the way from the lead's beginning to the win (median)",
                      median, half_way);
    if (positions.before + positions.after > 0)
        as_section_note(
            r, section,
            "%u won deals were contacted before their lead began or after they were won alone: left out",
            positions.before + positions.after);
    return AS_OK;
}

enum as_status as_velocity_deals(struct as_reporting *r, struct as_report_section *section,
                                 struct as_error *error)
{
    struct deal_times times = {.four = 0};
    take_times(r, &times);
    const char *none = "no won deal has both days";
    as_section_figure(r, section, "four_months", "won deals that took four months or more",
                      times.won.events > 0 ? as_figure_share(times.four, times.won.events)
                                           : as_figure_none(none),
                      four_months);
    as_section_figure(r, section, "seven_months", "won deals that took seven months or more",
                      times.won.events > 0 ? as_figure_share(times.seven, times.won.events)
                                           : as_figure_none(none),
                      seven_months);
    enum as_status status = add_positions(r, section, error);
    if (times.backwards > 0)
        as_section_note(r, section, "%" PRIu64 " deals closed before they were created: left out of times",
                        times.backwards);
    if (times.before_lead > 0)
        as_section_note(r, section, "%" PRIu64 " deals were won before their lead began: left out of times",
                        times.before_lead);
    if (r->deals.list.n > 0) {
        add_quantiles(r, section, "won, created to closed", &times.won);
        add_quantiles(r, section, "lost, created to closed", &times.lost);
        add_quantiles(r, section, "no decision, created to closed", &times.no_decision);
        add_quantiles(r, section, "won, from the lead's beginning", &times.lead_to_won);
    }
    add_velocity(r, section, &times);
    as_spells_free(&times.won);
    as_spells_free(&times.lost);
    as_spells_free(&times.no_decision);
    as_spells_free(&times.lead_to_won);
    return status;
}
