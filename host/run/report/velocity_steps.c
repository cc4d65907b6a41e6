/* Steps: what a step of sales is worth. Closed deals in which sellers did a thing (a proof of concept, a
 * visit) beside those in which they did not, by thirds of deal size and by where the relationship comes from.
 * What reps chose to do is no experiment: the section says so. */
#include "run/report/reporting.h"

#include "base/search.h"
#include "base/time.h"
#include "score/statistics/comparison.h"
#include "score/statistics/survival.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BANDS = 3, MOST_STEPS = 64 };
/* Deals on either side below which nothing is said: fewer won or lost tell of the rep, not of the step. */
#define LEAST_DEALS 10

struct taken {
    int64_t deal;
    uint32_t step;
};
struct steps {
    struct as_reporting *r;
    AS_LIST(const char *) names;
    AS_LIST(struct taken) taken;
    AS_LIST(const struct as_deal_row *) deals; /* closed within the time, decided, by id */
    const char *currency;                      /* of the bands */
    int64_t border[BANDS - 1];                 /* amounts from which the next band is */
    uint32_t compared, sized;
};

static enum as_status take_step(void *context, int64_t deal, const char *step, struct as_error *error)
{
    struct steps *s = context;
    struct as_arena *arena = &s->r->report->arena;
    uint32_t at = 0;
    while (at < s->names.n && strcmp(s->names.at[at], step) != 0)
        at++;
    if (at == MOST_STEPS)
        return AS_OK;
    if (at == s->names.n) {
        const char *name = as_arena_copy(arena, step, strlen(step));
        if (name == NULL || !as_list_push(arena, &s->names, name))
            return as_error_memory(error);
    }
    return as_list_push(arena, &s->taken, ((struct taken){deal, at})) ? AS_OK : as_error_memory(error);
}

static bool has_step(const struct steps *s, int64_t deal, uint32_t step)
{
    uint32_t i;
    AS_SEARCH(i, s->taken.n, s->taken.at[i].deal < deal);
    for (; i < s->taken.n && s->taken.at[i].deal == deal; i++)
        if (s->taken.at[i].step == step)
            return true;
    return false;
}

static int by_amount(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Thirds of the deals in the currency that most of them are in; others have no band. */
static enum as_status find_bands(struct steps *s, struct as_error *error)
{
    struct as_purse purse = {.sums = {0}};
    const struct as_purse_sum *most = NULL;
    int64_t *amount = as_arena_array(&s->r->report->arena, s->deals.n + (size_t)1, sizeof *amount);
    if (amount == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < s->deals.n; i++)
        if (!as_purse_add(&purse, &s->r->report->arena, s->deals.at[i]))
            return as_error_memory(error);
    for (uint32_t i = 0; i < purse.sums.n; i++)
        if (most == NULL || purse.sums.at[i].deals > most->deals)
            most = &purse.sums.at[i];
    if (most == NULL)
        return AS_OK;
    s->currency = most->currency;
    for (uint32_t i = 0; i < s->deals.n; i++)
        if (s->deals.at[i]->has_amount && strcmp(s->deals.at[i]->currency, s->currency) == 0)
            amount[s->sized++] = s->deals.at[i]->amount;
    qsort(amount, s->sized, sizeof *amount, by_amount);
    for (uint32_t b = 1; b < BANDS && s->sized > 0; b++)
        s->border[b - 1] = amount[(uint64_t)s->sized * b / BANDS];
    return AS_OK;
}

static int band_of(const struct steps *s, const struct as_deal_row *deal)
{
    if (!deal->has_amount || s->currency == NULL || strcmp(deal->currency, s->currency) != 0)
        return -1;
    return deal->amount < s->border[0] ? 0 : deal->amount < s->border[1] ? 1 : 2;
}

static const char *band_name(struct steps *s, int band)
{
    const char *low =
        as_report_figure(s->r, as_figure_money(s->border[band > 0 ? band - 1 : 0], s->currency));
    const char *high =
        as_report_figure(s->r, as_figure_money(s->border[band < BANDS - 1 ? band : BANDS - 2], s->currency));
    return band == 0           ? as_report_text(s->r, "below %s", high)
           : band == BANDS - 1 ? as_report_text(s->r, "from %s", low)
                               : as_report_text(s->r, "%s to below %s", low, high);
}

static bool is_relationship(const struct as_deal_row *deal)
{
    enum as_origin origin = as_deal_origin(deal);
    return origin == AS_ORIGIN_RELATIONSHIP || origin == AS_ORIGIN_REFERRAL ||
           origin == AS_ORIGIN_FORMER_CLIENT;
}

/* --- one comparison --- */

struct side {
    uint64_t n, won;
    AS_LIST(struct as_subject) cycles; /* of won deals, in days */
};
struct comparison {
    struct side with, without;
};

static bool add_deal(struct steps *s, struct comparison *c, const struct as_deal_row *deal, uint32_t step)
{
    struct side *side = has_step(s, deal->id, step) ? &c->with : &c->without;
    bool won = deal->outcome == AS_DEAL_WON;
    side->n++;
    side->won += won;
    if (!won || deal->created == AS_TIME_NONE || deal->closed == AS_TIME_NONE ||
        deal->closed <= deal->created)
        return true;
    struct as_subject cycle = {
        .time = (double)(deal->closed - deal->created) / AS_DAY_SECONDS, .weight = 1, .event = true};
    return as_list_push(&s->r->report->arena, &side->cycles, cycle);
}

static enum as_status median(struct as_figure *out, struct steps *s, const struct side *side,
                             struct as_error *error)
{
    struct as_survival survival;
    *out = as_figure_none("none");
    if (side->cycles.n == 0)
        return AS_OK;
    enum as_status status = as_survival_of(&survival, &s->r->report->arena, side->cycles.at, side->cycles.n,
                                           AS_FIGURE_CONFIDENCE, error);
    if (status == AS_OK)
        *out = as_figure_quantile(&survival, 0.5, side->cycles.n, "none");
    return status;
}

static struct as_beside beside_of(const struct comparison *c)
{
    return (struct as_beside){c->with.won, c->with.n, c->without.won, c->without.n};
}

static bool is_few(const struct comparison *c)
{
    return c->with.n < LEAST_DEALS || c->without.n < LEAST_DEALS;
}

static void put_shares(struct steps *s, struct as_report_section *section, const char *step, const char *band,
                       const struct comparison *c)
{
    static const struct as_report_column columns[] = {{"step", "Step"},         {"band", "Deals"},
                                                      {"with", "Won with it"},  {"without", "Won without"},
                                                      {"difference", "Points"}, {"verdict", "Verdict"}};
    struct as_report_table *table =
        as_section_table(s->r, section, "steps",
                         "How many are won with each step of sales and without, by deal size", columns, 6);
    const struct as_beside beside = beside_of(c);
    struct as_figure difference = as_figure_gap(&beside);
    bool harmful = !is_few(c) && difference.has_interval && difference.high < 0;
    as_table_cell(s->r, table, as_figure_text(step));
    as_table_cell(s->r, table, as_figure_text(band));
    as_table_cell(s->r, table, as_figure_share(c->with.won, c->with.n));
    as_table_cell(s->r, table, as_figure_share(c->without.won, c->without.n));
    as_table_cell(s->r, table, difference);
    as_table_cell(s->r, table,
                  as_figure_text(is_few(c)            ? "insufficient"
                                 : harmful            ? "harmful"
                                 : difference.low > 0 ? "helps"
                                                      : "none seen"));
    s->compared += !is_few(c);
    if (harmful)
        as_section_alarm(s->r, section, "%s is harmful in deals %s: fewer are won with it than without", step,
                         band);
}

static enum as_status put_cycles(struct steps *s, struct as_report_section *section, const char *step,
                                 const char *band, const struct comparison *c, struct as_error *error)
{
    static const struct as_report_column columns[] = {{"step", "Step"},
                                                      {"band", "Deals"},
                                                      {"with", "Days with it"},
                                                      {"without", "Days without"},
                                                      {"verdict", "Verdict"}};
    struct as_figure with, without;
    enum as_status status = median(&with, s, &c->with, error);
    if (status == AS_OK)
        status = median(&without, s, &c->without, error);
    if (status != AS_OK)
        return status;
    struct as_report_table *table =
        as_section_table(s->r, section, "steps_cycle",
                         "How long won deals took with each step and without (median)", columns, 5);
    bool few = is_few(c) || !with.has_interval || !without.has_interval;
    bool slower = !few && with.low > without.high;
    as_table_cell(s->r, table, as_figure_text(step));
    as_table_cell(s->r, table, as_figure_text(band));
    as_table_cell(s->r, table, with);
    as_table_cell(s->r, table, without);
    as_table_cell(s->r, table,
                  as_figure_text(few                       ? "insufficient"
                                 : slower                  ? "harmful"
                                 : with.high < without.low ? "helps"
                                                           : "none seen"));
    s->compared += !few;
    if (slower)
        as_section_alarm(s->r, section, "%s is harmful in deals %s: they take longer with it than without",
                         step, band);
    return AS_OK;
}

static enum as_status put_band(struct steps *s, struct as_report_section *section, uint32_t step, int band,
                               struct as_error *error)
{
    struct comparison c = {.with = {.n = 0}};
    const char *name = s->names.at[step], *of = band_name(s, band);
    for (uint32_t i = 0; i < s->deals.n; i++)
        if (band_of(s, s->deals.at[i]) == band && !add_deal(s, &c, s->deals.at[i], step))
            return as_error_memory(error);
    put_shares(s, section, name, of, &c);
    return put_cycles(s, section, name, of, &c, error);
}

/* Whether a step does otherwise where there is a relationship than where there is none. */
static enum as_status put_interaction(struct steps *s, struct as_report_section *section, uint32_t step,
                                      struct as_error *error)
{
    static const struct as_report_column columns[] = {{"step", "Step"},
                                                      {"relationship", "Points with one"},
                                                      {"other", "Points without"},
                                                      {"interaction", "Log odds between"},
                                                      {"verdict", "Verdict"}};
    struct comparison group = {.with = {.n = 0}}, other = {.with = {.n = 0}};
    for (uint32_t i = 0; i < s->deals.n; i++) {
        const struct as_deal_row *deal = s->deals.at[i];
        if (as_deal_origin(deal) != AS_ORIGIN_UNKNOWN &&
            !add_deal(s, is_relationship(deal) ? &group : &other, deal, step))
            return as_error_memory(error);
    }
    const struct as_beside of_group = beside_of(&group), of_other = beside_of(&other);
    struct as_figure between = {.kind = AS_FIGURE_NUMBER, .has_interval = true};
    if (!as_odds_interaction(&between.value, &between.low, &between.high, &of_group, &of_other,
                             AS_FIGURE_CONFIDENCE))
        return AS_OK;
    bool few = is_few(&group) || is_few(&other);
    struct as_report_table *table = as_section_table(
        s->r, section, "steps_by_source",
        "What a step is worth where a relationship brought the deal, and where none did", columns, 5);
    as_table_cell(s->r, table, as_figure_text(s->names.at[step]));
    as_table_cell(s->r, table, as_figure_gap(&of_group));
    as_table_cell(s->r, table, as_figure_gap(&of_other));
    as_table_cell(s->r, table, between);
    as_table_cell(s->r, table,
                  as_figure_text(few                ? "insufficient"
                                 : between.high < 0 ? "worth less with one"
                                 : between.low > 0  ? "worth more with one"
                                                    : "none seen"));
    s->compared += !few;
    return AS_OK;
}

/* A step that nearly every deal has, or hardly any, is told in a line instead of tables. */
static bool is_told(struct steps *s, struct as_report_section *section, uint32_t step)
{
    uint32_t with = 0;
    for (uint32_t i = 0; i < s->deals.n; i++)
        with += has_step(s, s->deals.at[i]->id, step);
    if (with >= LEAST_DEALS && s->deals.n - with >= LEAST_DEALS)
        return true;
    as_section_note(
        s->r, section,
        "what %s is worth is insufficient: %u closed deals with it and %u without, it takes %d of each",
        s->names.at[step], with, s->deals.n - with, LEAST_DEALS);
    return false;
}

enum as_status as_velocity_steps(struct as_reporting *r, struct as_report_section *section,
                                 struct as_error *error)
{
    struct steps s = {.r = r};
    bool told[MOST_STEPS];
    enum as_status status = as_store_deal_steps(r->store, r->report->at, take_step, &s, error);
    for (uint32_t i = 0; i < r->deals.list.n && status == AS_OK; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        if (as_deal_closed_within(deal, r->report->since, r->report->until) &&
            !as_list_push(&r->report->arena, &s.deals, deal))
            status = as_error_memory(error);
    }
    if (status != AS_OK || s.names.n == 0 || s.deals.n == 0)
        return status;
    for (uint32_t step = 0; step < s.names.n; step++)
        told[step] = is_told(&s, section, step);
    status = find_bands(&s, error);
    for (uint32_t step = 0; step < s.names.n && status == AS_OK; step++)
        if (told[step])
            for (int band = 0; band < BANDS && s.sized > 0 && status == AS_OK; band++)
                status = put_band(&s, section, step, band, error);
    for (uint32_t step = 0; step < s.names.n && status == AS_OK; step++)
        if (told[step])
            status = put_interaction(&s, section, step, error);
    if (status != AS_OK || s.compared == 0)
        return status;
    as_section_note(
        r, section,
        "steps are sellers' events with a deal's people between its creation and its close; reps "
        "chose where to take them, so that a difference is no proof, and of %u comparisons one in "
        "twenty shows one by chance",
        s.compared);
    if (s.sized < s.deals.n)
        as_section_note(r, section, "of %u closed deals %u have no amount in the currency of most", s.deals.n,
                        s.deals.n - s.sized);
    return AS_OK;
}
