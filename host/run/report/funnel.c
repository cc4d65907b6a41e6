/* Funnel: how many who began then came how far, and who is too young to be judged. */
#include "run/report/reporting.h"

#include "base/time.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* Cohorts shown by themselves: two years of months. */
enum { MONTHS = 24 };

/* Those who began in one month. */
struct cohort {
    int64_t month; /* months since year 0 */
    uint64_t leads, immature, reached[AS_STAGE_WON + 1];
    uint64_t mature_opportunities;
};

static void add_to(struct cohort *sum, const struct cohort *one)
{
    sum->leads += one->leads;
    sum->immature += one->immature;
    sum->mature_opportunities += one->mature_opportunities;
    for (int stage = AS_STAGE_SUSPECT; stage <= AS_STAGE_WON; stage++)
        sum->reached[stage] += one->reached[stage];
}

/* Of those who had the time to become one. */
static struct as_figure opportunities(const struct cohort *cohort)
{
    return as_figure_share(cohort->mature_opportunities, cohort->leads - cohort->immature);
}

static int64_t month_of(int64_t day)
{
    struct as_civil civil = as_civil_of(day * AS_DAY_SECONDS);
    return civil.year * 12 + civil.month - 1;
}

/* Whether a stage is one of the model's ladder: those it has gates for, and those that people record. */
static bool on_ladder(const struct as_journey_model *model, int stage)
{
    return stage == AS_STAGE_SUSPECT || stage == AS_STAGE_ACCEPTED || stage == AS_STAGE_OPPORTUNITY ||
           stage == AS_STAGE_WON ||
           (model->model != NULL && as_gate_into(model->model, (enum as_stage)stage) != NULL);
}

/* Whether it is on that of any model: then it has a column. */
static bool has_column(const struct as_reporting *r, int stage)
{
    for (uint32_t m = 0; m < r->journeys.model_count; m++)
        if (on_ladder(&r->journeys.models[m], stage))
            return true;
    return false;
}

static bool began_within(const struct as_reporting *r, int64_t start)
{
    const struct as_report *report = r->report;
    return (report->since == AS_TIME_NONE || start >= as_day_of(report->since)) &&
           start <= as_day_of(report->until);
}

/* How long it took those whose way from their beginning to the opportunity was seen; false: nobody's was. */
static bool median_to_convert(double *median, uint64_t *n, struct as_reporting *r,
                              const struct as_journey_model *model)
{
    struct as_spells spells = {.at = NULL};
    const int32_t *reach = model->reach[AS_STAGE_OPPORTUNITY], *start = r->journeys.start;
    for (uint32_t row = 0; row < r->journeys.n; row++)
        if (reach[row] != AS_NEVER && reach[row] >= start[row] && model->unseen[row] < AS_STAGE_OPPORTUNITY)
            r->failed |= !as_spells_add(&spells, 0, (int64_t)reach[row] - start[row], true);
    bool found = as_spells_quantile(median, &r->report->arena, &spells, 0.5);
    *n = spells.events;
    as_spells_free(&spells);
    return found;
}

struct funnel {
    AS_LIST(struct cohort) cohorts; /* ascending */
    struct cohort all;
    uint64_t from[AS_STAGE_WON + 1], to[AS_STAGE_WON + 1]; /* mature leads by steps of the ladder */
    uint64_t undecided;
};

static int by_month(const void *a, const void *b)
{
    int64_t x = ((const struct cohort *)a)->month, y = ((const struct cohort *)b)->month;
    return (x > y) - (x < y);
}

static struct cohort *cohort_of(struct as_reporting *r, struct funnel *funnel, int64_t month)
{
    for (uint32_t i = funnel->cohorts.n; i > 0; i--)
        if (funnel->cohorts.at[i - 1].month == month)
            return &funnel->cohorts.at[i - 1];
    struct cohort fresh = {.month = month};
    if (as_list_push(&r->report->arena, &funnel->cohorts, fresh))
        return &funnel->cohorts.at[funnel->cohorts.n - 1];
    r->failed = true;
    return &funnel->all;
}

static void count(struct as_reporting *r, struct funnel *funnel, const struct as_journey_model *model,
                  bool known_median, double median)
{
    int64_t today = as_day_of(r->report->at);
    for (uint32_t row = 0; row < r->journeys.n; row++) {
        int64_t start = r->journeys.start[row];
        if (!began_within(r, start))
            continue;
        if (model->first[row] == AS_NEVER) {
            funnel->undecided++;
            continue;
        }
        bool mature = known_median && (double)(today - start) >= median;
        struct cohort *cohort = cohort_of(r, funnel, month_of(start));
        cohort->leads++;
        cohort->immature += !mature;
        cohort->mature_opportunities += mature && model->reach[AS_STAGE_OPPORTUNITY][row] != AS_NEVER;
        for (int stage = AS_STAGE_SUSPECT; stage <= AS_STAGE_WON; stage++)
            cohort->reached[stage] += model->reach[stage][row] != AS_NEVER;
        for (int stage = AS_STAGE_SUSPECT, last = 0; stage <= AS_STAGE_WON && mature; stage++) {
            if (!on_ladder(model, stage))
                continue;
            if (last != 0 && model->reach[last][row] != AS_NEVER) {
                funnel->from[stage]++;
                funnel->to[stage] += model->reach[stage][row] != AS_NEVER;
            }
            last = stage;
        }
    }
    if (funnel->cohorts.n > 0)
        qsort(funnel->cohorts.at, funnel->cohorts.n, sizeof *funnel->cohorts.at, by_month);
    for (uint32_t i = 0; i < funnel->cohorts.n; i++)
        add_to(&funnel->all, &funnel->cohorts.at[i]);
}

static void add_row(struct as_reporting *r, struct as_report_table *table,
                    const struct as_journey_model *model, const char *name, const struct cohort *cohort)
{
    as_table_cell(r, table, as_figure_text(model->name));
    as_table_cell(r, table, as_figure_text(name));
    as_table_cell(r, table, as_figure_count(cohort->leads));
    as_table_cell(r, table, as_figure_count(cohort->immature));
    for (int stage = AS_STAGE_NURTURE; stage <= AS_STAGE_WON; stage++)
        if (has_column(r, stage))
            as_table_cell(r, table,
                          on_ladder(model, stage) ? as_figure_count(cohort->reached[stage])
                                                  : as_figure_none(NULL));
    struct as_figure share = opportunities(cohort);
    as_table_cell(r, table, share.kind == AS_FIGURE_NONE ? as_figure_none("immature") : share);
}

static void add_cohorts(struct as_reporting *r, struct as_report_section *section,
                        const struct as_journey_model *model, const struct funnel *funnel)
{
    enum { MOST = 5 + AS_STAGE_WON };
    struct as_report_column *columns = as_arena_array(&r->report->arena, MOST, sizeof *columns);
    uint32_t width = 0;
    if (columns == NULL) {
        r->failed = true;
        return;
    }
    columns[width++] = (struct as_report_column){"model", "Model"};
    columns[width++] = (struct as_report_column){"cohort", "Began in"};
    columns[width++] = (struct as_report_column){"leads", "Leads"};
    columns[width++] = (struct as_report_column){"immature", "Immature"};
    for (int stage = AS_STAGE_NURTURE; stage <= AS_STAGE_WON; stage++)
        if (has_column(r, stage))
            columns[width++] = (struct as_report_column){
                as_stage_name((enum as_stage)stage), as_pack_label(r->report->pack, (enum as_stage)stage)};
    columns[width++] = (struct as_report_column){"suspect_to_opportunity", "To opportunity, mature"};
    struct as_report_table *table =
        as_section_table(r, section, "cohorts",
                         "By month in which they began: how many came so far or further", columns, width);
    uint32_t first = funnel->cohorts.n > MONTHS ? funnel->cohorts.n - MONTHS : 0;
    struct cohort earlier = {.month = 0};
    for (uint32_t i = 0; i < first; i++)
        add_to(&earlier, &funnel->cohorts.at[i]);
    if (first > 0)
        add_row(r, table, model, "earlier", &earlier);
    for (uint32_t i = first; i < funnel->cohorts.n; i++) {
        const struct cohort *cohort = &funnel->cohorts.at[i];
        add_row(r, table, model,
                as_report_text(r, "%04" PRId64 "-%02" PRId64, cohort->month / 12, cohort->month % 12 + 1),
                cohort);
    }
    add_row(r, table, model, "all", &funnel->all);
}

static void add_steps(struct as_reporting *r, struct as_report_section *section,
                      const struct as_journey_model *model, const struct funnel *funnel)
{
    static const struct as_report_column columns[] = {
        {"model", "Model"}, {"from", "From"}, {"to", "To"}, {"were", "Were there"}, {"share", "Went on"}};
    struct as_report_table *table =
        as_section_table(r, section, "steps", "Step by step, of mature leads", columns, 5);
    for (int stage = AS_STAGE_NURTURE, last = AS_STAGE_SUSPECT; stage <= AS_STAGE_WON; stage++) {
        if (!on_ladder(model, stage))
            continue;
        as_table_cell(r, table, as_figure_text(model->name));
        as_table_cell(r, table, as_figure_text(as_pack_label(r->report->pack, (enum as_stage)last)));
        as_table_cell(r, table, as_figure_text(as_pack_label(r->report->pack, (enum as_stage)stage)));
        as_table_cell(r, table, as_figure_count(funnel->from[stage]));
        as_table_cell(r, table, as_figure_share(funnel->to[stage], funnel->from[stage]));
        last = stage;
    }
}

static void add_model(struct as_reporting *r, struct as_report_section *section,
                      const struct as_journey_model *model)
{
    struct funnel funnel = {.undecided = 0};
    double median = 0;
    uint64_t n = 0;
    bool known = median_to_convert(&median, &n, r, model);
    count(r, &funnel, model, known, median);
    static const struct as_report_column columns[] = {{"model", "Model"},
                                                      {"leads", "Leads"},
                                                      {"immature", "Immature"},
                                                      {"suspect_to_opportunity", "To opportunity"},
                                                      {"median_days", "Median days"},
                                                      {"seen", "Seen on the way"}};
    struct as_report_table *table =
        as_section_table(r, section, "models", "From suspect to opportunity, of mature leads", columns, 6);
    as_table_cell(r, table, as_figure_text(model->name));
    as_table_cell(r, table, as_figure_count(funnel.all.leads));
    as_table_cell(r, table, known ? as_figure_count(funnel.all.immature) : as_figure_none("all"));
    as_table_cell(r, table, known ? opportunities(&funnel.all) : as_figure_none("insufficient"));
    as_table_cell(r, table, known ? as_figure_days(median, n) : as_figure_none("not known yet"));
    as_table_cell(r, table, as_figure_count(n));
    if (funnel.undecided > 0)
        as_section_note(r, section, "%" PRIu64 " leads began then and were never decided", funnel.undecided);
    if (model->backwards > 0)
        as_section_note(r, section,
                        "%" PRIu64
                        " leads entered a stage before the day on which they say they were created",
                        model->backwards);
    add_cohorts(r, section, model, &funnel);
    add_steps(r, section, model, &funnel);
}

/* What a lead is worth before anything is known of it, as published: of a hundred all but five fail. */
#define BASE_RATE "published: 5 % or less"

static bool came_to_win(const struct as_reporting *r, uint32_t row)
{
    for (uint32_t m = 0; m < r->journeys.model_count; m++)
        if (r->journeys.models[m].reach[AS_STAGE_WON][row] != AS_NEVER)
            return true;
    return false;
}

/* What can be said without any pack: who was won, by a deal or as people recorded it. */
static void add_won(struct as_reporting *r, struct as_report_section *section)
{
    uint64_t leads = 0, won = 0;
    uint8_t *has = as_arena_array(&r->report->arena, r->journeys.n + (size_t)1, 1);
    if (has == NULL) {
        r->failed = true;
        return;
    }
    for (uint32_t row = 0; row < r->journeys.n; row++) {
        bool counts = began_within(r, r->journeys.start[row]);
        leads += counts;
        has[row] = counts && came_to_win(r, row);
        won += has[row];
    }
    for (uint32_t i = 0; i < r->deals.list.n; i++) {
        const struct as_deal_row *deal = &r->deals.list.at[i];
        uint32_t row = deal->lead != 0 ? as_journeys_row(&r->journeys, deal->lead) : AS_NO_INDEX;
        if (deal->outcome != AS_DEAL_WON || row == AS_NO_INDEX || has[row] ||
            !began_within(r, r->journeys.start[row]))
            continue;
        has[row] = 1;
        won++;
    }
    as_section_figure(r, section, "leads_known", "leads known", as_figure_count(leads), NULL);
    as_section_figure(r, section, "lead_to_won", "leads that were won",
                      leads > 0 ? as_figure_share(won, leads) : as_figure_none("there are no leads"),
                      BASE_RATE);
}

enum as_status as_report_funnel(struct as_reporting *r, struct as_error *error)
{
    enum as_status status = as_reporting_journeys(r, error);
    if (status == AS_OK)
        status = as_reporting_deals(r, error);
    if (status != AS_OK)
        return status;
    struct as_report_section *section = as_section_new(r, "funnel", "Funnel");
    add_won(r, section);
    for (uint32_t m = 0; m < r->journeys.model_count; m++)
        add_model(r, section, &r->journeys.models[m]);
    return AS_OK;
}
