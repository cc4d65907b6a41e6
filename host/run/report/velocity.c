/* Velocity: how long stages, ways and deals take, who has stopped, and when today's suspects will qualify. */
#include "run/report/reporting.h"

#include "base/time.h"
#include "score/statistics/interval.h"
#include "store/report/contacts.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A lead is stalled that has been where it is for longer than this share of history. */
#define STALL_SHARE 0.9
/* Stalled leads listed: what one meeting can look at. */
enum { STALLS_LISTED = 20 };

static const char *label_of(const struct as_reporting *r, int stage)
{
    return r->report->pack != NULL ? as_pack_label(r->report->pack, (enum as_stage)stage)
                                   : as_stage_name((enum as_stage)stage);
}

static struct as_figure quantile(const struct as_survival *survival, double share, uint64_t n)
{
    return as_figure_quantile(survival, share, n, n == 0 ? "nobody yet" : "not reached");
}

/* --- stages --- */

struct stall {
    int64_t lead;
    const struct as_journey_model *model;
    uint8_t stage;
    int64_t days, limit;
};
struct stalls {
    AS_LIST(struct stall) list;
};

static uint64_t find_stalls(struct as_reporting *r, struct stalls *stalls,
                            const struct as_journey_model *model, int stage, double limit)
{
    int64_t today = as_day_of(r->report->at);
    uint64_t found = 0;
    for (uint32_t row = 0; row < r->journeys.n; row++) {
        if (model->stage[row] != stage)
            continue;
        int64_t since = stage == AS_STAGE_SUSPECT && model->reach[AS_STAGE_NURTURE][row] == AS_NEVER
                            ? r->journeys.start[row]
                            : model->entered[row];
        if (!((double)(today - since) > limit))
            continue;
        found++;
        if (stage == AS_STAGE_SUSPECT)
            continue; /* they are counted; who waits at the door is no work of one meeting */
        struct stall stall = {r->journeys.lead[row], model, (uint8_t)stage, today - since, (int64_t)limit};
        r->failed |= !as_list_push(&r->report->arena, &stalls->list, stall);
    }
    return found;
}

static enum as_status add_stages(struct as_reporting *r, struct as_report_section *section,
                                 struct stalls *stalls, const struct as_journey_model *model,
                                 struct as_error *error)
{
    static const struct as_report_column columns[] = {{"model", "Model"},         {"stage", "Stage"},
                                                      {"spells", "Stays"},        {"left", "Ended"},
                                                      {"median", "Median days"},  {"limit", "90 % within"},
                                                      {"stalled", "Stalled now"}, {"unseen", "Unseen"}};
    struct as_report_table *table = as_section_table(
        r, section, "time_in_stage", "Time in stage (Kaplan-Meier; days, with 95 % intervals)", columns, 8);
    enum as_status status = AS_OK;
    for (int stage = AS_STAGE_SUSPECT; stage <= AS_STAGE_OPPORTUNITY && status == AS_OK; stage++) {
        const struct as_spells *spells = &model->spells[stage];
        struct as_survival survival;
        if (spells->all + model->unseen_spells[stage] == 0)
            continue;
        status = as_spells_survival(&survival, &r->report->arena, spells, AS_FIGURE_CONFIDENCE, error);
        if (status != AS_OK)
            break;
        struct as_figure limit = quantile(&survival, 1 - STALL_SHARE, spells->all);
        as_table_cell(r, table, as_figure_text(model->name));
        as_table_cell(r, table, as_figure_text(label_of(r, stage)));
        as_table_cell(r, table, as_figure_count(spells->all));
        as_table_cell(r, table, as_figure_count(spells->events));
        as_table_cell(r, table, quantile(&survival, 0.5, spells->all));
        as_table_cell(r, table, limit);
        as_table_cell(r, table,
                      limit.kind == AS_FIGURE_DAYS
                          ? as_figure_count(find_stalls(r, stalls, model, stage, limit.value))
                          : as_figure_none("no limit yet"));
        as_table_cell(r, table, as_figure_count(model->unseen_spells[stage]));
    }
    return status;
}

static int longest_over(const void *a, const void *b)
{
    const struct stall *x = a, *y = b;
    int64_t over_x = x->days - x->limit, over_y = y->days - y->limit;
    if (over_x != over_y)
        return over_x < over_y ? 1 : -1;
    return (x->lead > y->lead) - (x->lead < y->lead);
}

static enum as_status add_stalls(struct as_reporting *r, struct as_report_section *section,
                                 struct stalls *stalls, struct as_error *error)
{
    static const struct as_report_column columns[] = {{"lead", "#"},          {"name", "Lead"},
                                                      {"account", "Account"}, {"stage", "Stage"},
                                                      {"days", "Days there"}, {"limit", "90 % within"}};
    enum as_status status = AS_OK;
    if (stalls->list.n == 0)
        return AS_OK;
    qsort(stalls->list.at, stalls->list.n, sizeof *stalls->list.at, longest_over);
    struct as_report_table *table =
        as_section_table(r, section, "stalled", "Stalled the longest", columns, 6);
    for (uint32_t i = 0; i < stalls->list.n && i < STALLS_LISTED && status == AS_OK; i++) {
        const struct stall *stall = &stalls->list.at[i];
        status = as_table_lead(r, table, stall->lead, error);
        as_table_cell(r, table, as_figure_text(label_of(r, stall->stage)));
        as_table_cell(r, table, as_figure_count((uint64_t)stall->days));
        as_table_cell(r, table, as_figure_count((uint64_t)stall->limit));
    }
    return status;
}

/* --- the way from the beginning to a stage --- */

/* How long it takes from a lead's beginning to a stage, of all that began within the time. Who ended
 * otherwise stays among those that have not come there: the curve tells of all leads, not of the survivors.
 */
static bool spells_to(struct as_spells *out, const struct as_reporting *r,
                      const struct as_journey_model *model, int target)
{
    int64_t today = as_day_of(r->report->at);
    for (uint32_t row = 0; row < r->journeys.n; row++) {
        int64_t start = r->journeys.start[row], reached = model->reach[target][row];
        if (model->first[row] == AS_NEVER ||
            (model->unseen[row] >= target && model->unseen[row] <= AS_STAGE_WON))
            continue;
        int64_t late = as_journey_late(&r->journeys, model, row);
        int64_t days = (reached == AS_NEVER ? today : reached) - start;
        if (days >= late && days >= 0 && !as_spells_add(out, late, days, reached != AS_NEVER))
            return false;
    }
    return true;
}

static const int horizons[] = {30, 90, 180, 365};
enum { HORIZONS = sizeof horizons / sizeof *horizons };

static struct as_figure arrived_by(const struct as_survival *survival, double days)
{
    const struct as_survival_step *step = NULL;
    if (survival->steps.n == 0 || survival->steps.at[survival->steps.n - 1].time < days)
        return as_figure_none("too early");
    for (uint32_t i = 0; i < survival->steps.n && survival->steps.at[i].time <= days; i++)
        step = &survival->steps.at[i];
    struct as_figure figure = {.kind = AS_FIGURE_SHARE, .value = step == NULL ? 0 : 1 - step->survival};
    if (step != NULL && isfinite(step->low) && isfinite(step->high)) {
        figure.has_interval = true;
        figure.low = 1 - step->high;
        figure.high = 1 - step->low;
    }
    return figure;
}

/* Expected arrivals among those who are suspects today, by how long they have been; of those alone for whom
 * history is long enough, which must be most. */
static struct as_figure forecast(const struct as_survival *survival, const uint64_t *by_age, int64_t ages,
                                 int horizon, uint64_t suspects)
{
    double sum = 0, variance = 0, last = survival->steps.at[survival->steps.n - 1].time;
    uint64_t told = 0;
    for (int64_t age = 0; age < ages && (double)(age + horizon) <= last; age++) {
        if (by_age[age] == 0)
            continue;
        double still = as_survival_at(survival, (double)age);
        double p = still > 0 ? 1 - as_survival_at(survival, (double)(age + horizon)) / still : 0;
        sum += (double)by_age[age] * p;
        variance += (double)by_age[age] * p * (1 - p);
        told += by_age[age];
    }
    if (told * 2 <= suspects)
        return as_figure_none("too early");
    double half = AS_Z_95 * sqrt(variance);
    return (struct as_figure){.kind = AS_FIGURE_NUMBER,
                              .value = sum,
                              .has_interval = true,
                              .low = fmax(0, sum - half),
                              .high = fmin((double)told, sum + half),
                              .has_n = true,
                              .n = told};
}

static void add_forecast(struct as_reporting *r, struct as_report_section *section,
                         const struct as_journey_model *model, const struct as_survival *survival, int target)
{
    static const struct as_report_column columns[] = {{"model", "Model"},
                                                      {"to", "Will come to"},
                                                      {"within_days", "Within days"},
                                                      {"expected", "Expected"},
                                                      {"of", "Of suspects"}};
    int64_t today = as_day_of(r->report->at), ages = 1;
    for (uint32_t row = 0; row < r->journeys.n; row++)
        if (model->stage[row] == AS_STAGE_SUSPECT && today - r->journeys.start[row] >= ages)
            ages = today - r->journeys.start[row] + 1;
    uint64_t *by_age = as_arena_array(&r->report->arena, (size_t)ages, sizeof *by_age);
    uint64_t suspects = 0;
    r->failed |= by_age == NULL;
    if (by_age == NULL)
        return;
    for (uint32_t row = 0; row < r->journeys.n; row++)
        if (model->stage[row] == AS_STAGE_SUSPECT && today >= r->journeys.start[row]) {
            by_age[today - r->journeys.start[row]]++;
            suspects++;
        }
    struct as_report_table *table = as_section_table(
        r, section, "forecast", "When today's suspects qualify, if things go on as they did", columns, 5);
    for (int i = 0; i < HORIZONS; i++) {
        as_table_cell(r, table, as_figure_text(model->name));
        as_table_cell(r, table, as_figure_text(label_of(r, target)));
        as_table_cell(r, table, as_figure_count((uint64_t)horizons[i]));
        struct as_figure expected = forecast(survival, by_age, ages, horizons[i], suspects);
        as_table_cell(r, table, expected);
        as_table_cell(r, table, as_figure_count(expected.has_n ? expected.n : suspects));
    }
}

static enum as_status add_ways(struct as_reporting *r, struct as_report_section *section,
                               const struct as_journey_model *model, struct as_error *error)
{
    static const struct as_report_column columns[] = {{"model", "Model"},        {"to", "To"},
                                                      {"leads", "Leads"},        {"arrived", "Came there"},
                                                      {"median", "Median days"}, {"within_30", "Within 30"},
                                                      {"within_90", "90"},       {"within_180", "180"},
                                                      {"within_365", "365"}};
    static const int targets[] = {AS_STAGE_SALES_READY, AS_STAGE_OPPORTUNITY};
    enum as_status status = AS_OK;
    bool told = false;
    for (size_t t = 0; t < sizeof targets / sizeof *targets && status == AS_OK; t++) {
        struct as_spells spells = {.at = NULL};
        struct as_survival survival;
        if (model->model != NULL && as_gate_into(model->model, (enum as_stage)targets[t]) == NULL)
            continue;
        status = spells_to(&spells, r, model, targets[t])
                     ? as_spells_survival(&survival, &r->report->arena, &spells, AS_FIGURE_CONFIDENCE, error)
                     : as_error_memory(error);
        if (status == AS_OK) {
            struct as_report_table *table =
                as_section_table(r, section, "time_to_convert",
                                 "Days from their beginning to a stage, of all leads", columns, 9);
            as_table_cell(r, table, as_figure_text(model->name));
            as_table_cell(r, table, as_figure_text(label_of(r, targets[t])));
            as_table_cell(r, table, as_figure_count(spells.all));
            as_table_cell(r, table, as_figure_count(spells.events));
            as_table_cell(r, table, quantile(&survival, 0.5, spells.all));
            for (int i = 0; i < HORIZONS; i++)
                as_table_cell(r, table, arrived_by(&survival, horizons[i]));
        }
        if (status == AS_OK && !told && spells.events > 0) {
            add_forecast(r, section, model, &survival, targets[t]);
            told = true;
        }
        as_spells_free(&spells);
    }
    return status;
}

/* --- what they read before --- */

/* Looks at content before somebody is worth a call, as published; fewer ask for a call too early. */
enum { FEW_LOOKS = 10, MANY_LOOKS = 18 };

static int by_count(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static enum as_status add_looks(struct as_reporting *r, struct as_report_section *section,
                                const struct as_journey_model *model, struct as_error *error)
{
    static const struct as_report_column columns[] = {{"model", "Model"},     {"leads", "Leads"},
                                                      {"median", "Median"},   {"early", "Fewer than 10"},
                                                      {"within", "10 to 18"}, {"late", "More than 18"}};
    uint64_t *looks = as_arena_room(&r->report->arena, r->journeys.n + (size_t)1, sizeof *looks);
    uint64_t n = 0, few = 0, many = 0;
    enum as_status status = looks != NULL ? AS_OK : as_error_memory(error);
    for (uint32_t row = 0; row < r->journeys.n && status == AS_OK; row++) {
        int64_t day = model->reach[AS_STAGE_WORTH_A_CALL][row];
        if (day == AS_NEVER ||
            (model->unseen[row] >= AS_STAGE_WORTH_A_CALL && model->unseen[row] <= AS_STAGE_WON))
            continue;
        status = as_store_interactions(&looks[n], r->store, r->journeys.lead[row],
                                       (day + 1) * AS_DAY_SECONDS - 1, error);
        few += looks[n] < FEW_LOOKS;
        many += looks[n] > MANY_LOOKS;
        if (n++ % 4096 == 0 && status == AS_OK)
            status = as_reporting_progress(r, "counting what leads read", row, r->journeys.n, error);
    }
    if (status != AS_OK || n == 0)
        return status;
    qsort(looks, n, sizeof *looks, by_count);
    struct as_report_table *table =
        as_section_table(r, section, "looks",
                         "Looks at content before they were worth a call (published: 10 to 18)", columns, 6);
    struct as_figure early = as_figure_share(few, n);
    as_table_cell(r, table, as_figure_text(model->name));
    as_table_cell(r, table, as_figure_count(n));
    as_table_cell(r, table, as_figure_count(looks[(n - 1) / 2]));
    as_table_cell(r, table, early);
    as_table_cell(r, table, as_figure_share(n - few - many, n));
    as_table_cell(r, table, as_figure_share(many, n));
    if (early.low > 0.5)
        as_section_alarm(r, section,
                         "Most leads are called worth a call after fewer than %d looks at content: that may "
                         "be too early",
                         FEW_LOOKS);
    return AS_OK;
}

enum as_status as_report_velocity(struct as_reporting *r, struct as_error *error)
{
    struct stalls stalls = {{NULL, 0, 0}};
    enum as_status status = as_reporting_journeys(r, error);
    if (status == AS_OK)
        status = as_reporting_deals(r, error);
    if (status != AS_OK)
        return status;
    struct as_report_section *section = as_section_new(r, "velocity", "Velocity");
    status = as_velocity_deals(r, section, error);
    if (status == AS_OK)
        status = as_velocity_steps(r, section, error);
    for (uint32_t m = 0; m < r->journeys.model_count && status == AS_OK; m++)
        status = add_stages(r, section, &stalls, &r->journeys.models[m], error);
    if (status == AS_OK)
        status = add_stalls(r, section, &stalls, error);
    for (uint32_t m = 0; m < r->journeys.model_count && status == AS_OK; m++)
        status = add_ways(r, section, &r->journeys.models[m], error);
    for (uint32_t m = 0; m < r->journeys.model_count && status == AS_OK; m++)
        status = add_looks(r, section, &r->journeys.models[m], error);
    return status;
}
