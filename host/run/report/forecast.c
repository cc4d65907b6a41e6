/* Forecast: which open deals may be counted on, how those that could be ended, and what deals are lost to.
 *
 * An open deal in a CRM is a hope. What may be forecast has passed the gate of the account: somebody of it
 * stands at the opportunity. A deal that ended was in the forecast when somebody stood there while it was
 * open: what the account came to with an earlier deal says nothing of a later one. Nor does it of another
 * deal beside it: who is linked to one of the account's stands there with that one alone. */
#include "run/report/reporting.h"

#include "base/search.h"
#include "base/time.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OUTSIDE_LISTED = 20, RIVALS_LISTED = 20 };

/* --- where the people of deals stand --- */

bool as_report_has_forecast(const struct as_report *report)
{
    for (uint32_t m = 0; report->pack != NULL && m < report->pack->models.n; m++)
        if (as_gate_into(report->pack->models.at[m], AS_STAGE_OPPORTUNITY) != NULL)
            return true;
    return false;
}

/* Who is on the way says more than who is at an end of it, and who came further on it than who did not. */
static bool tells_more(uint8_t stage, uint8_t than)
{
    bool on_way = stage <= AS_STAGE_OPPORTUNITY, other = than <= AS_STAGE_OPPORTUNITY;
    if (stage == AS_STAGE_NONE || than == AS_STAGE_NONE)
        return stage != AS_STAGE_NONE;
    return on_way != other ? on_way : on_way ? stage > than : stage < than;
}

/* Whether the lead stood at the opportunity between the days on which the deal was made and ended. */
static bool stood_meanwhile(const struct as_journey_model *model, uint32_t row,
                            const struct as_deal_row *deal)
{
    int64_t created = deal->created != AS_TIME_NONE ? as_day_of(deal->created) : INT64_MIN;
    int64_t closed = deal->closed != AS_TIME_NONE ? as_day_of(deal->closed) : INT64_MAX;
    uint32_t i;
    AS_SEARCH(i, model->opportunity.n, model->opportunity.at[i].row < row);
    for (; i < model->opportunity.n && model->opportunity.at[i].row == row; i++)
        if (model->opportunity.at[i].from <= closed && model->opportunity.at[i].until >= created)
            return true;
    return false;
}

struct person {
    uint32_t deal, row; /* of deals, of journeys */
    bool linked, own;   /* own: also of the deal's account */
};
struct gathering {
    struct as_reporting *r;
    AS_LIST(struct person) all, linked; /* linked: of their own account's deals; by row */
};

static enum as_status gather(void *context, const struct as_deal_lead *one, struct as_error *error)
{
    struct gathering *g = context;
    const struct as_deals *deals = &g->r->deals;
    struct as_arena *arena = &g->r->report->arena;
    struct person person = {0, as_journeys_row(&g->r->journeys, one->lead), one->linked, one->of_account};
    AS_SEARCH(person.deal, deals->list.n, deals->list.at[person.deal].id < one->deal);
    if (person.deal == deals->list.n || deals->list.at[person.deal].id != one->deal ||
        person.row == AS_NO_INDEX)
        return AS_OK;
    bool kept = as_list_push(arena, &g->all, person);
    if (kept && person.linked && person.own)
        kept = as_list_push(arena, &g->linked, person);
    return kept ? AS_OK : as_error_memory(error);
}

static int by_row(const void *a, const void *b)
{
    const struct person *x = a, *y = b;
    return x->row != y->row ? (x->row > y->row) - (x->row < y->row)
                            : (x->deal > y->deal) - (x->deal < y->deal);
}

/* Whether one deal was open on a day that counts for the other: today while that one is open, else the days
 * on which it was. */
static bool stands_beside(const struct as_deal_row *one, const struct as_deal_row *other)
{
    if (other->outcome == AS_DEAL_OPEN)
        return one->outcome == AS_DEAL_OPEN;
    return (one->created == AS_TIME_NONE || other->closed == AS_TIME_NONE || one->created <= other->closed) &&
           (one->closed == AS_TIME_NONE || other->created == AS_TIME_NONE || one->closed >= other->created);
}

static bool is_with_another(const struct gathering *g, const struct person *person)
{
    const struct as_deal_row *deals = g->r->deals.list.at;
    uint32_t i;
    bool with = false;
    AS_SEARCH(i, g->linked.n, g->linked.at[i].row < person->row);
    for (; i < g->linked.n && g->linked.at[i].row == person->row; i++)
        with |= stands_beside(&deals[g->linked.at[i].deal], &deals[person->deal]);
    return with && !person->linked;
}

static void count_in(struct as_reporting *r, const struct person *person)
{
    struct as_deal_standing *standing = &r->standings[person->deal];
    for (uint32_t m = 0; m < r->journeys.model_count; m++) {
        const struct as_journey_model *model = &r->journeys.models[m];
        if (tells_more(model->stage[person->row], standing->stage))
            standing->stage = model->stage[person->row];
        standing->forecast |= stood_meanwhile(model, person->row, &r->deals.list.at[person->deal]);
    }
}

enum as_status as_reporting_standings(struct as_reporting *r, struct as_error *error)
{
    if (r->standings != NULL)
        return AS_OK;
    enum as_status status = as_reporting_journeys(r, error);
    if (status == AS_OK)
        status = as_reporting_deals(r, error);
    if (status != AS_OK)
        return status;
    r->standings = as_arena_array(&r->report->arena, r->deals.list.n + (size_t)1, sizeof *r->standings);
    if (r->standings == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < r->deals.list.n; i++)
        r->standings[i] = (struct as_deal_standing){.stage = AS_STAGE_NONE};
    struct gathering g = {.r = r};
    status = as_store_deal_leads(r->store, r->report->at, gather, &g, error);
    if (status == AS_OK && g.linked.n > 0)
        qsort(g.linked.at, g.linked.n, sizeof *g.linked.at, by_row);
    for (uint32_t i = 0; i < g.all.n && status == AS_OK; i++)
        if (!is_with_another(&g, &g.all.at[i]))
            count_in(r, &g.all.at[i]);
    return status;
}

bool as_deal_was_forecast(const struct as_reporting *r, uint32_t deal)
{
    return r->standings[deal].forecast;
}

static bool is_forecast(const struct as_reporting *r, uint32_t deal)
{
    return r->deals.list.at[deal].outcome == AS_DEAL_OPEN && r->standings[deal].stage == AS_STAGE_OPPORTUNITY;
}

static bool closed_then(const struct as_reporting *r, const struct as_deal_row *deal)
{
    return as_deal_closed_within(deal, r->report->since, r->report->until);
}

/* --- what may be counted on --- */

/* A value times a share, with the share's interval. */
static struct as_figure expected_of(int64_t hundredths, const char *currency, const struct as_figure *share)
{
    if (share->kind != AS_FIGURE_SHARE)
        return as_figure_none("no such deal has ended");
    struct as_figure money = as_figure_money((int64_t)llround((double)hundredths * share->value), currency);
    money.has_interval = true;
    money.low = (double)hundredths / 100 * share->low;
    money.high = (double)hundredths / 100 * share->high;
    return money;
}

static void add_forecast(struct as_reporting *r, struct as_report_section *section,
                         const struct as_figure *won)
{
    static const struct as_report_column columns[] = {{"currency", "Currency"},
                                                      {"deals", "Deals"},
                                                      {"value", "Value"},
                                                      {"won", "Won, of those that ended"},
                                                      {"expected", "To expect"}};
    struct as_purse purse = {{NULL, 0, 0}};
    uint64_t open = 0, in = 0, without = 0;
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        open += deal->outcome == AS_DEAL_OPEN;
        if (!is_forecast(r, i))
            continue;
        in++;
        without += !deal->has_amount;
        r->failed |= !as_purse_add(&purse, &r->report->arena, deal);
    }
    as_section_figure(r, section, "in_forecast", "open deals that may be forecast", as_figure_count(in),
                      as_report_text(r, "of %" PRIu64 " that are open; somebody of the account stands at %s",
                                     open, as_pack_label(r->report->pack, AS_STAGE_OPPORTUNITY)));
    for (uint32_t i = 0; i < purse.sums.n; i++) {
        const struct as_purse_sum *sum = &purse.sums.at[i];
        struct as_report_table *table =
            as_section_table(r, section, "forecast", "What may be forecast", columns, 5);
        as_table_cell(r, table, as_figure_text(sum->currency[0] != '\0' ? sum->currency : "none given"));
        as_table_cell(r, table, as_figure_count(sum->deals));
        as_table_cell(r, table, as_figure_money(sum->hundredths, sum->currency));
        as_table_cell(r, table, *won);
        as_table_cell(r, table, expected_of(sum->hundredths, sum->currency, won));
    }
    if (without > 0)
        as_section_note(r, section, "without an amount: %" PRIu64 " of these", without);
}

/* --- what may not --- */

static int by_amount(const void *a, const void *b)
{
    const struct as_deal_row *x = *(const struct as_deal_row *const *)a,
                             *y = *(const struct as_deal_row *const *)b;
    int64_t left = x->has_amount ? x->amount : -1, right = y->has_amount ? y->amount : -1;
    return left != right ? (left < right) - (left > right) : (x->id > y->id) - (x->id < y->id);
}

static void add_outside(struct as_reporting *r, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {{"deal", "Deal"},
                                                      {"account", "Account"},
                                                      {"owner", "Owner"},
                                                      {"amount", "Amount"},
                                                      {"stage", "Its people stand at"}};
    const struct as_deal_row **outside =
        as_arena_array(&r->report->arena, r->deals.list.n + (size_t)1, sizeof *outside);
    uint32_t n = 0;
    r->failed |= outside == NULL;
    for (uint32_t i = 0; i < r->deals.list.n && outside != NULL; i++)
        if (r->deals.list.at[i].outcome == AS_DEAL_OPEN && !is_forecast(r, i))
            outside[n++] = &r->deals.list.at[i];
    if (n == 0)
        return;
    qsort(outside, n, sizeof *outside, by_amount);
    struct as_report_table *table = as_section_table(
        r, section, "outside", "Open deals that may not be forecast, the largest first", columns, 5);
    for (uint32_t i = 0; i < n && i < OUTSIDE_LISTED; i++) {
        const struct as_deal_row *deal = outside[i];
        uint8_t stage = r->standings[deal - r->deals.list.at].stage;
        as_table_cell(r, table, as_figure_text(deal->name));
        as_table_cell(r, table, as_figure_text(deal->account));
        as_table_cell(r, table, as_figure_text(deal->owner));
        as_table_cell(r, table,
                      deal->has_amount ? as_figure_money(deal->amount, deal->currency)
                                       : as_figure_none("not known"));
        as_table_cell(r, table,
                      stage == AS_STAGE_NONE
                          ? as_figure_none("nobody of it is known")
                          : as_figure_text(as_pack_label(r->report->pack, (enum as_stage)stage)));
    }
    if (n > OUTSIDE_LISTED)
        as_section_note(r, section, "%u more open deals may not be forecast", n - OUTSIDE_LISTED);
}

/* --- how those ended that were in it --- */

struct ends {
    uint64_t count[AS_DEAL_NO_DECISION + 1], all;
};

static struct ends count_ends(const struct as_reporting *r)
{
    struct ends ends = {.all = 0};
    for (uint32_t i = 0; i < r->deals.list.n; i++)
        if (closed_then(r, &r->deals.list.at[i]) && as_deal_was_forecast(r, i)) {
            ends.count[r->deals.list.at[i].outcome]++;
            ends.all++;
        }
    return ends;
}

static void add_ends(struct as_reporting *r, struct as_report_section *section, const struct ends *ends)
{
    static const struct as_report_column columns[] = {
        {"ended", "Ended as"}, {"deals", "Deals"}, {"share", "Share"}};
    static const struct {
        enum as_deal_outcome outcome;
        const char *name;
    } rows[] = {{AS_DEAL_WON, "won"}, {AS_DEAL_LOST, "lost"}, {AS_DEAL_NO_DECISION, "no decision"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows && ends->all > 0; i++) {
        uint64_t deals = ends->count[rows[i].outcome];
        struct as_report_table *table =
            as_section_table(r, section, "ends", "How deals ended that were in the forecast", columns, 3);
        as_table_cell(r, table, as_figure_text(rows[i].name));
        as_table_cell(r, table, as_figure_count(deals));
        as_table_cell(r, table, as_figure_share(deals, ends->all));
    }
}

/* --- what deals are lost to --- */

struct rival {
    const char *name;
    uint64_t deals;
};
struct rivals {
    AS_LIST(struct rival) list;
};

static void count_rival(struct as_reporting *r, struct rivals *rivals, const char *name)
{
    for (uint32_t i = 0; i < rivals->list.n; i++)
        if (as_str_is_nocase(as_str_of(name), rivals->list.at[i].name)) {
            rivals->list.at[i].deals++;
            return;
        }
    struct rival fresh = {name, 1};
    r->failed |= !as_list_push(&r->report->arena, &rivals->list, fresh);
}

static int by_deals(const void *a, const void *b)
{
    const struct rival *x = a, *y = b;
    return x->deals != y->deals ? (x->deals < y->deals ? 1 : -1) : strcmp(x->name, y->name);
}

/* Buying nothing is a competitor like the others, and often the first of them. */
static void add_rivals(struct as_reporting *r, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {
        {"rival", "Lost to"}, {"deals", "Deals"}, {"share", "Share"}};
    static const char nobody[] = "another, not said who";
    struct rivals rivals = {{NULL, 0, 0}};
    uint64_t all = 0;
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        if (!closed_then(r, deal) || deal->outcome == AS_DEAL_WON)
            continue;
        all++;
        count_rival(r, &rivals,
                    deal->outcome == AS_DEAL_NO_DECISION ? "no decision"
                    : deal->competitor[0] != '\0'        ? deal->competitor
                                                         : nobody);
    }
    if (rivals.list.n == 0)
        return;
    qsort(rivals.list.at, rivals.list.n, sizeof *rivals.list.at, by_deals);
    const struct rival *first = &rivals.list.at[0];
    if (first->name == nobody && rivals.list.n > 1)
        first++;
    as_section_figure(r, section, "top_competitor", "biggest competition",
                      first->name != nobody ? as_figure_text(first->name)
                                            : as_figure_none("no lost deal says to whom it was lost"),
                      NULL);
    struct as_report_table *table =
        as_section_table(r, section, "lost_to", "What closed deals were lost to", columns, 3);
    for (uint32_t i = 0; i < rivals.list.n && i < RIVALS_LISTED; i++) {
        as_table_cell(r, table, as_figure_text(rivals.list.at[i].name));
        as_table_cell(r, table, as_figure_count(rivals.list.at[i].deals));
        as_table_cell(r, table, as_figure_share(rivals.list.at[i].deals, all));
    }
}

enum as_status as_report_forecast(struct as_reporting *r, struct as_error *error)
{
    enum as_status status = as_reporting_standings(r, error);
    if (status != AS_OK || (r->deals.list.n == 0 && !as_reporting_only(r, AS_REPORT_FORECAST)))
        return status;
    struct as_report_section *section = as_section_new(r, "forecast", "Forecast");
    if (as_report_has_forecast(r->report)) {
        struct ends ends = count_ends(r);
        struct as_figure won = as_figure_share(ends.count[AS_DEAL_WON], ends.all);
        add_forecast(r, section, &won);
        add_outside(r, section);
        add_ends(r, section, &ends);
    } else {
        as_section_note(r, section,
                        r->report->pack == NULL
                            ? "no pack has run: nothing has passed a gate, nothing may be forecast"
                            : "the pack has no gate \"opportunity\": nothing may be forecast");
    }
    add_rivals(r, section);
    return AS_OK;
}
