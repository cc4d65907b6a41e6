/* Adoption: whether sales gets on faster since the hand-off package is used. Until that day a lead counts as
 * before, from it on as after, also within one stay in a stage: who came early does not make the time before
 * look longer. */
#include "run/report/survey_answers.h"

#include "base/time.h"
#include "score/statistics/comparison.h"
#include "score/statistics/interval.h"
#include "store/report/surveys.h"

/* What reps are asked for, in minutes: as the item of a survey. */
static const char minutes_item[] = "research minutes";

/* Stays from a hand-off on: what a package can shorten. */
static const enum as_stage stays[] = {AS_STAGE_SALES_READY, AS_STAGE_ACCEPTED, AS_STAGE_OPPORTUNITY};
enum { STAYS = sizeof stays / sizeof *stays };

enum { BEFORE, AFTER, PERIODS };

static bool add_stay(struct as_spells spells[PERIODS], const struct as_journey_model *model, uint32_t row,
                     enum as_stage stage, int64_t adopted, int64_t today)
{
    int64_t from = model->reach[stage][row], next = model->reach[stage + 1][row];
    bool ended = next != AS_NEVER;
    /* It left to somewhere else, or is there still. */
    int64_t to = ended ? next : model->stage[row] != stage ? model->entered[row] : today;
    if (from == AS_NEVER || model->unseen[row] >= stage || to < from)
        return true;
    bool crosses = from < adopted && to >= adopted;
    if (from < adopted &&
        !as_spells_add(&spells[BEFORE], 0, (crosses ? adopted : to) - from, ended && !crosses))
        return false;
    int64_t late = from < adopted ? adopted - from : 0;
    return to < adopted || as_spells_add(&spells[AFTER], late, to - from, ended);
}

static struct as_figure median_of(struct as_reporting *r, const struct as_spells *spells,
                                  enum as_status *status, struct as_error *error)
{
    struct as_survival survival;
    if (*status != AS_OK || spells->all == 0)
        return as_figure_none("nobody");
    *status = as_spells_survival(&survival, &r->report->arena, spells, AS_FIGURE_CONFIDENCE, error);
    return *status == AS_OK ? as_figure_quantile(&survival, 0.5, spells->all, "not reached")
                            : as_figure_none("not reached");
}

/* Whether the two times to the next stage differ, by the log-rank test. */
static const char *verdict(struct as_reporting *r, const struct as_spells spells[PERIODS])
{
    size_t n[PERIODS];
    double z, certain;
    const struct as_subject *before = as_spells_subjects(&n[BEFORE], &r->report->arena, &spells[BEFORE]);
    const struct as_subject *after = as_spells_subjects(&n[AFTER], &r->report->arena, &spells[AFTER]);
    if (before == NULL || after == NULL) {
        r->failed = true;
        return "";
    }
    if (!as_normal_quantile(&certain, 0.5 + AS_FIGURE_CONFIDENCE / 2) ||
        !as_log_rank(&z, after, n[AFTER], before, n[BEFORE]))
        return "insufficient";
    return z > certain ? "shorter" : z < -certain ? "longer" : "not told apart";
}

static enum as_status add_stays(struct as_reporting *r, struct as_report_section *section,
                                const struct as_journey_model *model, int64_t adopted, struct as_error *error)
{
    static const struct as_report_column columns[] = {
        {"model", "Model"},   {"stage", "Stage"},  {"before_n", "Before"}, {"before", "Median"},
        {"after_n", "After"}, {"after", "Median"}, {"since", "Since then"}};
    enum as_status status = AS_OK;
    for (int s = 0; s < STAYS && status == AS_OK; s++) {
        struct as_spells spells[PERIODS] = {{.at = NULL}, {.at = NULL}};
        for (uint32_t row = 0; row < r->journeys.n && status == AS_OK; row++)
            if (!add_stay(spells, model, row, stays[s], adopted, as_day_of(r->report->at)))
                status = as_error_memory(error);
        struct as_figure before = median_of(r, &spells[BEFORE], &status, error);
        struct as_figure after = median_of(r, &spells[AFTER], &status, error);
        if (status == AS_OK && spells[BEFORE].all + spells[AFTER].all > 0) {
            struct as_report_table *table =
                as_section_table(r, section, "stages",
                                 "Days until the next stage, before and after (Kaplan-Meier)", columns, 7);
            as_table_cell(r, table, as_figure_text(model->name));
            as_table_cell(r, table, as_figure_text(as_pack_label(r->report->pack, stays[s])));
            as_table_cell(r, table, as_figure_count(spells[BEFORE].all));
            as_table_cell(r, table, before);
            as_table_cell(r, table, as_figure_count(spells[AFTER].all));
            as_table_cell(r, table, after);
            as_table_cell(r, table, as_figure_text(verdict(r, spells)));
        }
        as_spells_free(&spells[BEFORE]);
        as_spells_free(&spells[AFTER]);
    }
    return status;
}

/* --- what reps spend on research --- */

struct minutes {
    struct as_moments period[PERIODS];
    int64_t adopted; /* day */
};

static enum as_status take_minutes(void *context, const struct as_survey_answer *answer,
                                   struct as_error *error)
{
    struct minutes *minutes = context;
    (void)error;
    if (answer->is_number)
        as_moments_add(&minutes->period[as_day_of(answer->time) < minutes->adopted ? BEFORE : AFTER],
                       answer->number, answer->times);
    return AS_OK;
}

static enum as_status add_minutes(struct as_reporting *r, struct as_report_section *section, int64_t adopted,
                                  struct as_error *error)
{
    struct minutes minutes = {.adopted = adopted};
    const struct as_moments *before = &minutes.period[BEFORE], *after = &minutes.period[AFTER];
    const struct as_survey_window window = as_survey_window(r);
    enum as_status status =
        as_store_survey_answers(r->store, &window, minutes_item, take_minutes, &minutes, error);
    if (status != AS_OK || before->n + after->n == 0)
        return status;
    as_section_figure(r, section, "minutes_before", "minutes of research on a lead, before",
                      as_figure_mean(before, "nobody was asked"), NULL);
    as_section_figure(r, section, "minutes_after", "minutes of research on a lead, after",
                      as_figure_mean(after, "nobody was asked"), NULL);
    struct as_figure gap = as_figure_none("insufficient: asked on one side only");
    if (before->n > 0 && after->n > 0) {
        gap = (struct as_figure){.kind = AS_FIGURE_NUMBER,
                                 .value = after->mean - before->mean,
                                 .has_n = true,
                                 .n = before->n + after->n};
        gap.has_interval = as_mean_gap(&gap.low, &gap.high, after, before, AS_FIGURE_CONFIDENCE);
    }
    as_section_figure(r, section, "minutes_change", "change of these minutes", gap,
                      !gap.has_interval ? NULL
                      : gap.high < 0    ? "less than before"
                      : gap.low > 0     ? "more than before"
                                        : "not told apart");
    return AS_OK;
}

enum as_status as_report_adoption(struct as_reporting *r, struct as_error *error)
{
    bool alone = as_reporting_only(r, AS_REPORT_ADOPTION), known = r->request->adopted != AS_TIME_NONE;
    if (!known && !alone)
        return AS_OK;
    struct as_report_section *section = as_section_new(r, "adoption", "Adoption of the hand-off package");
    if (!known) {
        as_section_note(r, section, "since when sales uses it is not said (--adopted DAY)");
        return AS_OK;
    }
    int64_t adopted = as_day_of(r->request->adopted);
    as_section_figure(r, section, "adopted", "in use since", as_figure_day(adopted), NULL);
    enum as_status status = as_reporting_journeys(r, error);
    for (uint32_t m = 0; m < r->journeys.model_count && status == AS_OK; m++)
        status = add_stays(r, section, &r->journeys.models[m], adopted, error);
    return status == AS_OK ? add_minutes(r, section, adopted, error) : status;
}
