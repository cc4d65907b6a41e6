/* Sources: whose work the pipeline is, and what can be said of where it came from at all. */
#include "run/report/reporting.h"

#include "base/search.h"
#include "base/time.h"
#include "score/statistics/interval.h"
#include "store/report/touches.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What marketing should bring of the pipeline that can be closed, as published, and from where on it should
 * make one think. */
#define BAND_LOW    0.25
#define BAND_HIGH   0.35
#define TOO_MUCH    0.5
#define SALES_ALARM 0.5
enum { UNLINKED_LISTED = 20, WORDS_LISTED = 30, REPS_LISTED = 20, QUARTERS = 4 };

enum as_origin as_deal_origin(const struct as_deal_row *deal)
{
    enum as_origin said = as_origin_of(as_str_of(deal->source));
    if (said != AS_ORIGIN_UNKNOWN || deal->source[0] != '\0')
        return said;
    return deal->former_client       ? AS_ORIGIN_FORMER_CLIENT
           : deal->has_relationship  ? AS_ORIGIN_RELATIONSHIP
           : deal->lead_has_campaign ? AS_ORIGIN_MARKETING
                                     : AS_ORIGIN_UNKNOWN;
}

static bool closed_then(const struct as_reporting *r, const struct as_deal_row *deal)
{
    return as_deal_closed_within(deal, r->report->since, r->report->until);
}

/* --- linkage --- */

static int by_close(const void *a, const void *b)
{
    const struct as_deal_row *x = *(const struct as_deal_row *const *)a,
                             *y = *(const struct as_deal_row *const *)b;
    return x->closed != y->closed ? (x->closed < y->closed ? 1 : -1) : (x->id < y->id) - (x->id > y->id);
}

static void add_unlinked(struct as_reporting *r, struct as_report_section *section,
                         const struct as_deal_row **unlinked, uint32_t n)
{
    static const struct as_report_column columns[] = {{"deal", "Deal"},
                                                      {"account", "Account"},
                                                      {"owner", "Owner"},
                                                      {"closed", "Closed"},
                                                      {"amount", "Amount"}};
    if (n == 0)
        return;
    qsort(unlinked, n, sizeof *unlinked, by_close);
    struct as_report_table *table =
        as_section_table(r, section, "unlinked", "Closed deals of no lead, the latest", columns, 5);
    for (uint32_t i = 0; i < n && i < UNLINKED_LISTED; i++) {
        const struct as_deal_row *deal = unlinked[i];
        as_table_cell(r, table, as_figure_text(deal->name));
        as_table_cell(r, table, as_figure_text(deal->account));
        as_table_cell(r, table, as_figure_text(deal->owner));
        as_table_cell(r, table,
                      deal->closed != AS_TIME_NONE ? as_figure_day(as_day_of(deal->closed))
                                                   : as_figure_none("not known"));
        as_table_cell(r, table,
                      deal->has_amount ? as_figure_money(deal->amount, deal->currency)
                                       : as_figure_none("not known"));
    }
    if (n > UNLINKED_LISTED)
        as_section_note(r, section, "%u more closed deals are of no lead", n - UNLINKED_LISTED);
}

static void add_linkage(struct as_reporting *r, struct as_report_section *section)
{
    const struct as_deal_row **unlinked =
        as_arena_array(&r->report->arena, r->deals.list.n + (size_t)1, sizeof *unlinked);
    uint32_t closed = 0, n = 0;
    r->failed |= unlinked == NULL;
    for (uint32_t i = 0; i < r->deals.list.n && unlinked != NULL; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        if (!closed_then(r, deal))
            continue;
        closed++;
        if (deal->leads == 0)
            unlinked[n++] = deal;
    }
    as_section_figure(r, section, "linkage", "closed deals that are linked to a lead",
                      closed > 0 ? as_figure_share(closed - n, closed) : as_figure_none("no deal was closed"),
                      NULL);
    add_unlinked(r, section, unlinked, n);
}

/* --- marketing's share --- */

static int band_of(double share)
{
    return (share >= BAND_LOW) + (share > BAND_HIGH) + (share >= TOO_MUCH);
}

/* Where a share lies, which may be as high as `most` when those without a source are marketing's. */
static const char *place_of(double share, double most)
{
    static const char *const places[] = {"below 25-35 %", "within 25-35 %", "above 25-35 %", "half or more"};
    return band_of(share) != band_of(most) ? "not told: sources lack" : places[band_of(share)];
}

/* What is open: of all deals, of those that marketing brought, and of those of which nobody knows. */
struct pipeline {
    struct as_purse all, ours, unknown;
    uint64_t deals, marketing, nobody;
};

static void add_up(struct pipeline *sums, struct as_reporting *r)
{
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        if (deal->outcome != AS_DEAL_OPEN)
            continue;
        enum as_origin origin = as_deal_origin(deal);
        sums->deals++;
        sums->marketing += origin == AS_ORIGIN_MARKETING;
        sums->nobody += origin == AS_ORIGIN_UNKNOWN;
        r->failed |= !as_purse_add(&sums->all, &r->report->arena, deal);
        if (origin == AS_ORIGIN_MARKETING)
            r->failed |= !as_purse_add(&sums->ours, &r->report->arena, deal);
        if (origin == AS_ORIGIN_UNKNOWN)
            r->failed |= !as_purse_add(&sums->unknown, &r->report->arena, deal);
    }
}

/* A row for each currency; the largest share of any of them. */
static double add_values(struct as_reporting *r, struct as_report_table *table, const struct pipeline *sums)
{
    double largest = 0;
    for (uint32_t i = 0; i < sums->all.sums.n; i++) {
        const struct as_purse_sum *sum = &sums->all.sums.at[i],
                                  *part = as_purse_of(&sums->ours, sum->currency),
                                  *rest = as_purse_of(&sums->unknown, sum->currency);
        int64_t value = part != NULL ? part->hundredths : 0, of_nobody = rest != NULL ? rest->hundredths : 0;
        if (sum->hundredths <= 0)
            continue;
        double of_value = (double)value / (double)sum->hundredths;
        largest = fmax(largest, of_value);
        as_table_cell(r, table, as_figure_text("value"));
        as_table_cell(r, table, as_figure_money(sum->hundredths, sum->currency));
        as_table_cell(r, table, as_figure_money(value, sum->currency));
        as_table_cell(r, table, (struct as_figure){.kind = AS_FIGURE_SHARE, .value = of_value});
        as_table_cell(r, table, as_figure_money(of_nobody, sum->currency));
        as_table_cell(
            r, table,
            as_figure_text(place_of(of_value, of_value + (double)of_nobody / (double)sum->hundredths)));
    }
    return largest;
}

/* The open pipeline as of the report: by number of deals, and by value in each currency. */
static void add_pipeline(struct as_reporting *r, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {
        {"by", "By"},       {"all", "Open pipeline"},        {"marketing", "Marketing's"},
        {"share", "Share"}, {"unknown", "Source not known"}, {"place", "Published band"}};
    struct pipeline sums = {.deals = 0};
    add_up(&sums, r);
    struct as_figure share = as_figure_share(sums.marketing, sums.deals);
    as_section_figure(r, section, "marketing_share", "marketing-sourced share of the open pipeline, by deals",
                      sums.deals > 0 ? share : as_figure_none("no deal is open"),
                      "25-35 % published; half is too much");
    if (sums.deals == 0)
        return;
    struct as_report_table *table =
        as_section_table(r, section, "pipeline", "Marketing's share of the open pipeline", columns, 6);
    as_table_cell(r, table, as_figure_text("deals"));
    as_table_cell(r, table, as_figure_count(sums.deals));
    as_table_cell(r, table, as_figure_count(sums.marketing));
    as_table_cell(r, table, share);
    as_table_cell(r, table, as_figure_count(sums.nobody));
    as_table_cell(
        r, table,
        as_figure_text(place_of(share.value, (double)(sums.marketing + sums.nobody) / (double)sums.deals)));
    double largest = fmax(share.value, add_values(r, table, &sums));
    if (largest >= TOO_MUCH)
        as_section_alarm(r, section,
                         "Marketing sources %.2f %% of the open pipeline: from half on the funnel is not "
                         "at its best",
                         largest * 100);
    if (sums.nobody > 0)
        as_section_note(
            r, section,
            "%" PRIu64 " of %" PRIu64 " open deals name no source that can be read: the share may be up to "
            "%.2f %%",
            sums.nobody, sums.deals, 100.0 * (double)(sums.marketing + sums.nobody) / (double)sums.deals);
}

static void say_side(struct as_reporting *r, struct as_report_section *section, const char *key,
                     const char *side, double promised, const struct as_figure *is)
{
    struct as_figure gap = {.kind = AS_FIGURE_NUMBER, .value = 100 * (is->value - promised)};
    as_section_figure(r, section, key,
                      as_report_text(r, "points above what %s, %.0f %%", side, promised * 100), gap,
                      is->low <= promised && promised <= is->high ? "within the interval: not told apart"
                      : is->value < promised                      ? "short of it"
                                                                  : "beyond it");
}

/* What the agreement of the pack says, beside what is. */
static void add_agreement(struct as_reporting *r, struct as_report_section *section)
{
    const struct as_pack *pack = r->report->pack;
    uint64_t deals = 0, marketing = 0;
    if (pack == NULL || !pack->agreement.declared ||
        (pack->agreement.marketing_commits <= 0 && pack->agreement.sales_expects <= 0))
        return;
    for (uint32_t i = 0; i < r->deals.list.n; i++)
        if (r->deals.list.at[i].outcome == AS_DEAL_OPEN) {
            deals++;
            marketing += as_deal_origin(&r->deals.list.at[i]) == AS_ORIGIN_MARKETING;
        }
    if (deals == 0)
        return;
    struct as_figure share = as_figure_share(marketing, deals);
    say_side(r, section, "to_commitment", "marketing commits to", pack->agreement.marketing_commits, &share);
    say_side(r, section, "to_expectation", "sales expects", pack->agreement.sales_expects, &share);
}

/* --- by source --- */

static struct as_figure mean_won(const struct as_reporting *r, enum as_origin origin, const char *currency)
{
    double n = 0, sum = 0, squares = 0;
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        if (deal->outcome != AS_DEAL_WON || !deal->has_amount || !closed_then(r, deal) ||
            as_deal_origin(deal) != origin || strcmp(deal->currency, currency) != 0)
            continue;
        double delta = (double)deal->amount - sum;
        sum += delta / ++n;
        squares += delta * ((double)deal->amount - sum);
    }
    if (n == 0)
        return as_figure_none("none");
    struct as_figure mean = as_figure_money((int64_t)llround(sum), currency);
    mean.has_n = true;
    mean.n = (uint64_t)n;
    if (n > 1) {
        double half = AS_Z_95 * sqrt(squares / (n - 1) / n) / 100;
        mean.has_interval = true;
        mean.low = sum / 100 - half;
        mean.high = sum / 100 + half;
    }
    return mean;
}

static void add_origin(struct as_reporting *r, struct as_report_table *table, enum as_origin origin,
                       const struct as_purse *won)
{
    uint64_t count[AS_DEAL_NO_DECISION + 1] = {0};
    struct as_spells days = {.at = NULL};
    double median;
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        if (as_deal_origin(deal) != origin)
            continue;
        if (deal->outcome == AS_DEAL_OPEN || closed_then(r, deal))
            count[deal->outcome]++;
        if (deal->outcome == AS_DEAL_WON && closed_then(r, deal) && deal->closed != AS_TIME_NONE &&
            deal->created != AS_TIME_NONE && as_day_of(deal->closed) >= as_day_of(deal->created))
            r->failed |= !as_spells_add(&days, 0, as_day_of(deal->closed) - as_day_of(deal->created), true);
    }
    uint64_t all =
        count[AS_DEAL_OPEN] + count[AS_DEAL_WON] + count[AS_DEAL_LOST] + count[AS_DEAL_NO_DECISION];
    bool known = as_spells_quantile(&median, &r->report->arena, &days, 0.5);
    for (uint32_t c = 0; all > 0 && c < (won->sums.n > 0 ? won->sums.n : 1); c++) {
        as_table_cell(r, table, as_figure_text(as_origin_name(origin)));
        as_table_cell(r, table, as_figure_count(count[AS_DEAL_OPEN]));
        as_table_cell(r, table, as_figure_count(count[AS_DEAL_WON]));
        as_table_cell(r, table, as_figure_count(count[AS_DEAL_LOST] + count[AS_DEAL_NO_DECISION]));
        as_table_cell(r, table,
                      as_figure_share(count[AS_DEAL_WON], count[AS_DEAL_WON] + count[AS_DEAL_LOST]));
        as_table_cell(r, table, known ? as_figure_days(median, days.events) : as_figure_none("none"));
        as_table_cell(r, table,
                      won->sums.n > 0 ? mean_won(r, origin, won->sums.at[c].currency)
                                      : as_figure_none("none"));
    }
    as_spells_free(&days);
}

/* Does what sales brings close more often, faster, larger? */
static void add_origins(struct as_reporting *r, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {{"source", "Source"},
                                                      {"open", "Open"},
                                                      {"won", "Won"},
                                                      {"lost", "Lost, no decision"},
                                                      {"win_rate", "Won of won and lost"},
                                                      {"median_days", "Median days"},
                                                      {"mean_won", "Mean won"}};
    struct as_purse won = {{NULL, 0, 0}};
    for (uint32_t i = 0; i < r->deals.list.n; i++)
        if (r->deals.list.at[i].outcome == AS_DEAL_WON && closed_then(r, &r->deals.list.at[i]))
            r->failed |= !as_purse_add(&won, &r->report->arena, &r->deals.list.at[i]);
    if (r->deals.list.n == 0)
        return;
    struct as_report_table *table = as_section_table(r, section, "by_source", "Deals by source", columns, 7);
    for (int origin = 0; origin < AS_ORIGINS; origin++)
        add_origin(r, table, (enum as_origin)origin, &won);
    as_section_note(
        r, section,
        "What sales brings is often written down late, when it is nearly a deal: its days look shorter "
        "and its win rate higher than they are");
}

/* --- new leads --- */

struct words {
    struct as_reporting *r;
    struct as_report_table *table;
    uint64_t leads[AS_ORIGINS], all;
    uint32_t listed;
};

static enum as_status add_word(void *context, const char *word, uint64_t leads, struct as_error *error)
{
    struct words *words = context;
    enum as_origin origin = as_origin_of(as_str_of(word));
    (void)error;
    words->leads[origin] += leads;
    words->all += leads;
    if (words->listed++ < WORDS_LISTED) {
        as_table_cell(words->r, words->table,
                      word[0] == '\0' ? as_figure_none("nothing")
                                      : as_figure_text(as_report_text(words->r, "%s", word)));
        as_table_cell(words->r, words->table, as_figure_text(as_origin_name(origin)));
        as_table_cell(words->r, words->table, as_figure_count(leads));
    }
    return AS_OK;
}

static enum as_status add_leads(struct as_reporting *r, struct as_report_section *section,
                                struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"word", "Leads say"}, {"read_as", "Read as"}, {"leads", "New leads"}};
    struct words words = {.r = r};
    words.table = as_section_table(r, section, "lead_sources",
                                   "What new leads say of their source, and how it is read", columns, 3);
    const struct as_report *report = r->report;
    enum as_status status =
        as_store_lead_sources(r->store, report->since == AS_TIME_NONE ? INT64_MIN : as_day_of(report->since),
                              as_day_of(report->until), add_word, &words, error);
    if (status != AS_OK || words.all == 0)
        return status;
    uint64_t reps = 0;
    for (int origin = 0; origin < AS_ORIGINS; origin++)
        reps += as_origin_is_sales((enum as_origin)origin) ? words.leads[origin] : 0;
    struct as_figure share = as_figure_share(reps, words.all);
    as_section_figure(r, section, "rep_sourced_leads", "new leads that salespeople brought", share,
                      "they should not be the largest source");
    uint64_t others = 0;
    for (int origin = 0; origin < AS_ORIGINS; origin++)
        if (!as_origin_is_sales((enum as_origin)origin) && words.leads[origin] > others)
            others = words.leads[origin];
    if (reps > others && share.value > SALES_ALARM)
        as_section_alarm(
            r, section,
            "Salespeople are the largest source of new leads, %.2f %%: a company should not rely "
            "primarily on them to find leads",
            share.value * 100);
    return AS_OK;
}

/* --- reps over time --- */

struct rep {
    const char *name;
    uint64_t all[QUARTERS], own[QUARTERS], sum;
};

static int by_deals(const void *a, const void *b)
{
    const struct rep *x = a, *y = b;
    return x->sum != y->sum ? (x->sum < y->sum ? 1 : -1) : strcmp(x->name, y->name);
}

static int64_t quarter_of(int64_t seconds)
{
    struct as_civil civil = as_civil_of(seconds);
    return civil.year * 4 + (civil.month - 1) / 3;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* How much of each rep's new deals is what they found themselves, quarter by quarter: the black book runs
 * dry. */
static void add_reps(struct as_reporting *r, struct as_report_section *section)
{
    static const struct as_report_column columns[] = {
        {"rep", "Rep"},          {"quarters_ago_3", "3 quarters ago"}, {"quarters_ago_2", "2"},
        {"quarters_ago_1", "1"}, {"this_quarter", "This quarter"},     {"trend", "Trend"}};
    struct as_arena *arena = &r->report->arena;
    uint32_t n = r->deals.list.n, reps_n = 0;
    const char **names = as_arena_array(arena, n + (size_t)1, sizeof *names);
    struct rep *reps = as_arena_array(arena, n + (size_t)1, sizeof *reps);
    int64_t now = quarter_of(r->report->until);
    if (names == NULL || reps == NULL) {
        r->failed = true;
        return;
    }
    for (uint32_t i = 0; i < n; i++)
        names[i] = r->deals.list.at[i].owner;
    qsort(names, n, sizeof *names, by_name);
    for (uint32_t i = 0; i < n; i++)
        if (names[i][0] != '\0' && (reps_n == 0 || strcmp(reps[reps_n - 1].name, names[i]) != 0))
            reps[reps_n++].name = names[i];
    for (uint32_t i = 0; i < n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        int64_t ago = deal->created == AS_TIME_NONE ? -1 : now - quarter_of(deal->created);
        if (ago < 0 || ago >= QUARTERS || deal->owner[0] == '\0')
            continue;
        uint32_t rep; /* theirs is among the names */
        AS_SEARCH(rep, reps_n, strcmp(reps[rep].name, deal->owner) < 0);
        reps[rep].all[QUARTERS - 1 - ago]++;
        reps[rep].own[QUARTERS - 1 - ago] += as_origin_is_sales(as_deal_origin(deal));
        reps[rep].sum++;
    }
    qsort(reps, reps_n, sizeof *reps, by_deals);
    for (uint32_t i = 0; i < reps_n && i < REPS_LISTED && reps[i].sum > 0; i++) {
        struct as_report_table *table = as_section_table(
            r, section, "reps", "Of each rep's new deals, what they found themselves", columns, 6);
        struct as_figure shares[QUARTERS];
        as_table_cell(r, table, as_figure_text(reps[i].name));
        for (int q = 0; q < QUARTERS; q++) {
            shares[q] = as_figure_share(reps[i].own[q], reps[i].all[q]);
            as_table_cell(r, table, shares[q]);
        }
        const struct as_figure *then = &shares[0], *since = &shares[QUARTERS - 1];
        as_table_cell(r, table,
                      as_figure_text(then->kind == AS_FIGURE_NONE || since->kind == AS_FIGURE_NONE
                                         ? "insufficient"
                                     : since->high < then->low ? "falls"
                                     : since->low > then->high ? "rises"
                                                               : "not told apart"));
    }
}

enum as_status as_report_sources(struct as_reporting *r, struct as_error *error)
{
    enum as_status status = as_reporting_deals(r, error);
    if (status != AS_OK)
        return status;
    struct as_report_section *section = as_section_new(r, "sources", "Sources");
    add_pipeline(r, section);
    add_agreement(r, section);
    status = add_leads(r, section, error);
    add_origins(r, section);
    add_reps(r, section);
    add_linkage(r, section);
    return status == AS_OK ? as_sources_attribution(r, section, error) : status;
}
