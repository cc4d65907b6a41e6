/* Importance and performance: a survey in which groups rate each activity on both says where they see the
 * work differently, and what is held important and not done well (Martilla and James, 1977). It names
 * issues. */
#include "run/report/survey_answers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Gaps listed: what one meeting can talk about. */
enum { ISSUES_LISTED = 10 };

struct activity {
    const struct as_survey_item *axis[2]; /* importance, performance */
    double mean[2];                       /* of the groups' means: a large group does not drown a small one */
};
struct issue {
    const struct activity *activity;
    int axis;
    struct as_figure gap;
    bool apart;
};

static bool mean_of_groups(double *mean, const struct as_survey *survey, const struct as_survey_item *item)
{
    uint32_t n = 0;
    *mean = 0;
    for (uint32_t g = 0; g < survey->groups; g++)
        if (item->ratings[g].n > 0) {
            *mean += item->ratings[g].mean;
            n++;
        }
    *mean /= n > 0 ? n : 1;
    return n > 0;
}

static const struct as_survey_item *on_axis(const struct as_survey *survey, const char *axis,
                                            const char *name)
{
    for (uint32_t i = 0; i < survey->items.n; i++)
        if (strcmp(survey->items.at[i].axis, axis) == 0 && strcmp(survey->items.at[i].name, name) == 0)
            return &survey->items.at[i];
    return NULL;
}

/* Activities that were rated on both axes. */
static uint32_t find_activities(struct activity *activities, const struct as_survey *survey)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < survey->items.n; i++) {
        const struct as_survey_item *item = &survey->items.at[i];
        struct activity *activity = &activities[n];
        if (strcmp(item->axis, "importance") != 0)
            continue;
        activity->axis[0] = item;
        activity->axis[1] = on_axis(survey, "performance", item->name);
        if (activity->axis[1] != NULL && mean_of_groups(&activity->mean[0], survey, activity->axis[0]) &&
            mean_of_groups(&activity->mean[1], survey, activity->axis[1]))
            n++;
    }
    return n;
}

static struct as_figure number(double value)
{
    return (struct as_figure){.kind = AS_FIGURE_NUMBER, .value = value};
}

/* Important and done well is the first; above the mean of all activities is high. */
static const char *quadrant(const struct activity *activity, const double middle[2])
{
    static const char *const names[2][2] = {{"less important, not done well", "less important, done well"},
                                            {"important, not done well", "important, done well"}};
    return names[activity->mean[0] >= middle[0]][activity->mean[1] >= middle[1]];
}

static int widest_first(const void *a, const void *b)
{
    const struct issue *x = a, *y = b;
    double wide_x = fabs(x->gap.value), wide_y = fabs(y->gap.value);
    if (wide_x != wide_y)
        return wide_x < wide_y ? 1 : -1;
    int named = strcmp(x->activity->axis[0]->name, y->activity->axis[0]->name);
    return named != 0 ? named : x->axis - y->axis;
}

static void add_matrix(struct as_reporting *r, struct as_report_section *section,
                       const struct as_survey *survey, const struct activity *activities, uint32_t n,
                       const double middle[2])
{
    static const struct as_report_column columns[] = {{"activity", "Activity"},
                                                      {"importance", "Importance"},
                                                      {"performance", "Performance"},
                                                      {"quadrant", "Where it lies"}};
    struct as_report_table *table =
        as_section_table(r, section, as_report_text(r, "matrix: %s", survey->name),
                         as_report_text(r, "%s: importance and performance", survey->name), columns, 4);
    for (uint32_t i = 0; i < n; i++) {
        as_table_cell(r, table, as_figure_text(activities[i].axis[0]->name));
        as_table_cell(r, table, number(activities[i].mean[0]));
        as_table_cell(r, table, number(activities[i].mean[1]));
        as_table_cell(r, table, as_figure_text(quadrant(&activities[i], middle)));
    }
    as_section_note(r, section,
                    "%s: what lies above the mean of all activities is important (%.2f) and done well (%.2f)",
                    survey->name, middle[0], middle[1]);
}

/* What they see differently, widest first, and no word of what to do. */
static void add_issues(struct as_reporting *r, struct as_report_section *section,
                       const struct as_survey *survey, struct issue *issues, uint32_t n)
{
    static const struct as_report_column columns[] = {
        {"activity", "Activity"}, {"issue", "Issue"}, {"gap", "Gap"}, {"told_apart", "Told apart"}};
    struct as_report_table *table =
        as_section_table(r, section, as_report_text(r, "issues: %s", survey->name),
                         as_report_text(r, "%s: where they differ most", survey->name), columns, 4);
    qsort(issues, n, sizeof *issues, widest_first);
    for (uint32_t i = 0; i < n && i < ISSUES_LISTED; i++) {
        const struct issue *issue = &issues[i];
        if (issue->gap.kind == AS_FIGURE_NONE || issue->gap.value == 0)
            continue;
        bool first = issue->gap.value > 0;
        const char *more = survey->group[first ? 0 : 1].group, *less = survey->group[first ? 1 : 0].group;
        as_table_cell(r, table, as_figure_text(issue->activity->axis[0]->name));
        as_table_cell(r, table,
                      as_figure_text(as_report_text(
                          r, "%s %s than %s", more,
                          issue->axis == 0 ? "holds it more important" : "sees it done better", less)));
        as_table_cell(r, table, issue->gap);
        as_table_cell(r, table, as_figure_text(issue->apart ? "yes" : "not yet"));
    }
}

void as_survey_matrix(struct as_reporting *r, struct as_report_section *section,
                      const struct as_survey *survey)
{
    struct activity *activities =
        as_arena_array(&r->report->arena, survey->items.n + (size_t)1, sizeof *activities);
    struct issue *issues = as_arena_array(&r->report->arena, 2 * (size_t)survey->items.n + 1, sizeof *issues);
    if (activities == NULL || issues == NULL) {
        r->failed = true;
        return;
    }
    uint32_t n = find_activities(activities, survey);
    double middle[2] = {0, 0};
    if (n == 0)
        return;
    for (uint32_t i = 0; i < n; i++)
        for (int axis = 0; axis < 2; axis++) {
            struct issue *issue = &issues[2 * i + (uint32_t)axis];
            middle[axis] += activities[i].mean[axis] / n;
            issue->activity = &activities[i];
            issue->axis = axis;
            issue->gap = as_survey_gap(&issue->apart, activities[i].axis[axis], 2 * n);
        }
    add_matrix(r, section, survey, activities, n, middle);
    if (survey->groups == 2)
        add_issues(r, section, survey, issues, 2 * n);
}
