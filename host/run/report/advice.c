/* Advice: whether to qualify harder or less hard, and when that can be known. Each verdict names the figures
 * it stands on; where they are too few it says how many more it takes and by when they will be there. */
#include "run/report/reporting.h"

#include "base/time.h"
#include "score/statistics/interval.h"
#include "score/statistics/value.h"

#include <inttypes.h>
#include <math.h>

/* More early losses than this say that the ore is poor; a win ratio above this that the refinery is picky. */
#define LOSSES_TOO_MANY 0.2
#define WINS_TOO_MANY   0.5
/* Forecast deals that end in no decision, as published: now, and ten years before. */
#define NO_DECISION_NOW    0.261
#define NO_DECISION_BEFORE 0.17
/* A day that lies further ahead is no plan. */
#define HORIZON_DAYS 3650

struct question {
    const char *because; /* what it says to be over the mark */
    const char *what;    /* "hand-off loss" */
    const char *over;    /* the verdict when the rate is surely above the mark */
    const char *under;   /* when it is surely below */
    double mark;
    uint64_t hits, n;      /* of what is old enough */
    double per_day;        /* how many more become old enough */
    int64_t ripens;        /* days until one that happens today counts */
    const char *beside;    /* a benchmark */
    const char *too_early; /* why no number says anything yet; NULL: it may */
    int64_t not_before;    /* day; of too_early */
};

static void say_when(struct as_reporting *r, struct as_report_table *table, const struct question *q)
{
    uint64_t all = 0;
    bool tellable = as_patience_mark(&all, q->hits, q->n, q->mark, AS_FIGURE_CONFIDENCE);
    uint64_t more = all > q->n ? all - q->n : 1;
    double days = q->per_day > 0 ? (double)more / q->per_day + (double)q->ripens : INFINITY;
    if (q->too_early != NULL) {
        as_table_cell(r, table, as_figure_text(q->too_early));
        as_table_cell(r, table,
                      q->not_before > 0 ? as_figure_day(q->not_before) : as_figure_none("not known"));
    } else if (!tellable) {
        as_table_cell(r, table, as_figure_text("it is at the mark"));
        as_table_cell(r, table, as_figure_none("not known"));
    } else {
        as_table_cell(r, table, as_figure_text(as_report_text(r, "%" PRIu64 " more", more)));
        as_table_cell(r, table,
                      days < HORIZON_DAYS ? as_figure_day(as_day_of(r->report->at) + (int64_t)ceil(days))
                                          : as_figure_none("not at this pace"));
    }
}

static void answer(struct as_reporting *r, struct as_report_section *section, const struct question *q)
{
    static const struct as_report_column columns[] = {
        {"metric", "Metric"},   {"is", "Is"},       {"of", "Of"},       {"mark", "Mark"},
        {"verdict", "Verdict"}, {"needs", "Needs"}, {"decidable", "By"}};
    struct as_figure rate = as_figure_share(q->hits, q->n);
    bool known = rate.kind == AS_FIGURE_SHARE && q->too_early == NULL;
    const char *verdict = known && rate.low > q->mark    ? q->over
                          : known && rate.high < q->mark ? q->under
                                                         : "insufficient";
    struct as_report_table *table =
        as_section_table(r, section, "advice", "Verdicts, and what it takes to reach the others", columns, 7);
    as_table_cell(r, table, as_figure_text(q->what));
    as_table_cell(r, table, rate);
    as_table_cell(r, table, as_figure_count(q->n));
    as_table_cell(r, table, (struct as_figure){.kind = AS_FIGURE_SHARE, .value = q->mark});
    as_table_cell(r, table, as_figure_text(verdict));
    if (known && (rate.low > q->mark || rate.high < q->mark)) {
        as_table_cell(r, table, as_figure_none(NULL));
        as_table_cell(r, table, as_figure_none("now"));
    } else {
        say_when(r, table, q);
    }
    if (known && rate.low > q->mark)
        as_section_alarm(
            r, section, "%s is %.2f %% [%.1f, %.1f] of %" PRIu64 ", surely above %.1f %%: %s, %s%s%s",
            q->what, rate.value * 100, rate.low * 100, rate.high * 100, q->n, q->mark * 100, q->over,
            q->because, q->beside != NULL ? "; " : "", q->beside != NULL ? q->beside : "");
}

/* --- the questions --- */

/* How many a day came to something over the last quarter. */
static double pace(uint64_t lately)
{
    return (double)lately / 90;
}

static bool lately(const struct as_reporting *r, int64_t time)
{
    return time != AS_TIME_NONE && time > r->report->at - 90 * AS_DAY_SECONDS && time <= r->report->at;
}

static void ask_losses(struct as_reporting *r, struct as_report_section *section)
{
    struct question q = {
        .what = as_report_text(r, "hand-off loss, %" PRId64 " days", r->request->terms.lost_days),
        .over = "tighten",
        .because = "too many are lost right after the hand-off: qualify harder",
        .under = "keep",
        .mark = LOSSES_TOO_MANY,
        .ripens = r->request->terms.lost_days};
    uint64_t young = 0;
    for (uint32_t i = 0; i < r->handovers.n; i++) {
        const struct as_handover_row *row = &r->handovers.at[i];
        bool old = as_handover_mature(r, row);
        q.n += old;
        q.hits += old && as_handover_lost(r, row);
        young += lately(r, row->offered);
    }
    q.per_day = pace(young);
    answer(r, section, &q);
}

/* Deals that these rules let through, or all where there are no rules: those that began before were judged by
 * somebody else. */
static bool is_ours(const struct as_reporting *r, const struct as_deal_row *deal)
{
    return r->report->pack == NULL || r->journeys.first_run == AS_TIME_NONE ||
           (deal->created != AS_TIME_NONE && deal->created >= r->journeys.first_run);
}

/* A programme is judged by money only once a deal could have gone all the way through it. */
static void guard(struct question *q, struct as_reporting *r)
{
    struct as_spells ways = {.at = NULL};
    double median;
    if (r->report->pack == NULL || r->journeys.first_run == AS_TIME_NONE)
        return;
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        int64_t from = deal->lead != 0                 ? deal->lead_start
                       : deal->created != AS_TIME_NONE ? as_day_of(deal->created)
                                                       : INT64_MAX;
        if (deal->outcome == AS_DEAL_WON && deal->closed != AS_TIME_NONE && as_day_of(deal->closed) >= from)
            r->failed |= !as_spells_add(&ways, 0, as_day_of(deal->closed) - from, true);
    }
    int64_t began = as_day_of(r->journeys.first_run), today = as_day_of(r->report->at);
    if (!as_spells_quantile(&median, &r->report->arena, &ways, 0.5)) {
        q->too_early = "a first win";
    } else if ((double)(today - began) < median) {
        q->too_early = as_report_text(r, "%.0f days of these rules", median);
        q->not_before = began + (int64_t)ceil(median);
    }
    as_spells_free(&ways);
}

static void ask_wins(struct as_reporting *r, struct as_report_section *section)
{
    struct question wins = {.what = AS_WIN_RATIO,
                            .over = "loosen",
                            .because = "the refinery may be too picky",
                            .under = "keep",
                            .mark = WINS_TOO_MANY};
    /* Who may forecast asks of forecast deals alone. */
    bool forecast = as_report_has_forecast(r->report);
    struct question none = {.what = forecast ? "no decision, of forecast" : "no decision, of closed",
                            .over = "alarm",
                            .because = "buyers do not see what waiting costs",
                            .under = "keep",
                            .mark = NO_DECISION_NOW,
                            .beside = "published: 26.1 %, ten years before 17 %"};
    uint64_t closed_lately = 0, decided_lately = 0;
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        bool decided = deal->outcome == AS_DEAL_WON || deal->outcome == AS_DEAL_LOST;
        if (deal->outcome == AS_DEAL_OPEN || !is_ours(r, deal) ||
            !as_deal_closed_within(deal, r->report->since, r->report->until))
            continue;
        bool counted = !forecast || as_deal_was_forecast(r, i);
        none.n += counted;
        none.hits += counted && deal->outcome == AS_DEAL_NO_DECISION;
        wins.n += decided;
        wins.hits += deal->outcome == AS_DEAL_WON;
        closed_lately += counted && lately(r, deal->closed);
        decided_lately += decided && lately(r, deal->closed);
    }
    wins.per_day = pace(decided_lately);
    none.per_day = pace(closed_lately);
    guard(&wins, r);
    none.too_early = wins.too_early;
    none.not_before = wins.not_before;
    if (none.hits == 0 && none.too_early == NULL)
        none.too_early = "one on record";
    if (wins.n > 0 && wins.hits == wins.n && wins.too_early == NULL)
        wins.too_early = "a loss on record";
    answer(r, section, &wins);
    answer(r, section, &none);
    if (none.n > 0 && none.too_early == NULL) {
        struct as_figure rate = as_figure_share(none.hits, none.n);
        as_section_figure(r, section, "no_decision",
                          forecast ? "no decision, of closed deals that were in the forecast"
                                   : "no decision, of closed deals",
                          rate,
                          rate.low > NO_DECISION_NOW ? "above both published rates, 26.1 % and 17 %"
                          : rate.low > NO_DECISION_BEFORE
                              ? "above 17 %, published for ten years before 26.1 %"
                              : "published: 26.1 %, ten years before 17 %");
    }
}

/* --- what duds cost --- */

static void add_duds(struct as_reporting *r, struct as_report_section *section)
{
    const struct as_pack *pack = r->report->pack;
    double seconds = 0;
    uint64_t failed = 0;
    if (pack == NULL || pack->capacities.n == 0)
        return;
    for (uint32_t m = 0; m < r->journeys.model_count; m++) {
        const struct as_journey_model *model = &r->journeys.models[m];
        for (uint32_t row = 0; row < r->journeys.n; row++) {
            uint8_t stage = model->stage[row];
            bool worked = false;
            if (stage != AS_STAGE_LOST && stage != AS_STAGE_NO_DECISION && stage != AS_STAGE_DISQUALIFIED)
                continue;
            for (uint32_t c = 0; c < pack->capacities.n; c++) {
                const struct as_capacity *capacity = &pack->capacities.at[c];
                if (capacity->work > 0 && capacity->stage <= AS_STAGE_WON &&
                    model->reach[capacity->stage][row] != AS_NEVER) {
                    seconds += (double)capacity->work;
                    worked = true;
                }
            }
            failed += worked;
        }
    }
    struct as_figure hours = {.kind = AS_FIGURE_HOURS, .value = seconds / 3600, .has_n = true, .n = failed};
    as_section_figure(r, section, "hours_on_duds", "hours of people for leads that failed", hours,
                      "by the hours that the pack states for each stage they came to");
    if (r->request->hour_cost > 0)
        as_section_figure(r, section, "cost_of_duds", "what these hours cost",
                          as_figure_money(llround(seconds / 3600 * (double)r->request->hour_cost),
                                          r->request->hour_currency),
                          NULL);
}

enum as_status as_report_advice(struct as_reporting *r, struct as_error *error)
{
    enum as_status status = as_reporting_standings(r, error);
    if (status == AS_OK)
        status = as_reporting_handovers(r, error);
    if (status != AS_OK)
        return status;
    struct as_report_section *section = as_section_new(r, "advice", "Advice");
    if (r->report->pack != NULL)
        ask_losses(r, section);
    ask_wins(r, section);
    add_duds(r, section);
    as_section_note(
        r, section,
        "A verdict needs an interval that leaves the mark on one side. Both may be true: poor ore, "
        "and too little of it");
    return AS_OK;
}
