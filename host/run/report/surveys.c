/* Surveys: what groups that were asked the same say, where they differ, and whom nobody asked. What to do
 * about it is not here: a survey shows issues, people resolve them. */
#include "run/report/survey_answers.h"

#include "base/time.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void add_list(struct as_reporting *r, struct as_report_section *section,
                     const struct as_surveys *surveys)
{
    static const struct as_report_column columns[] = {{"survey", "Survey"},           {"group", "Group"},
                                                      {"respondents", "Respondents"}, {"answers", "Answers"},
                                                      {"first", "First answer"},      {"last", "Last"}};
    for (uint32_t s = 0; s < surveys->list.n; s++) {
        const struct as_survey *survey = &surveys->list.at[s];
        struct as_report_table *table =
            as_section_table(r, section, "surveys", "What was asked of whom", columns, 6);
        for (uint32_t g = 0; g < survey->groups; g++) {
            const struct as_survey_group *group = &survey->group[g];
            as_table_cell(r, table, as_figure_text(survey->name));
            as_table_cell(r, table,
                          group->group[0] != '\0' ? as_figure_text(group->group) : as_figure_none("none"));
            as_table_cell(r, table,
                          group->respondents > 0 ? as_figure_count(group->respondents)
                                                 : as_figure_none("not said"));
            as_table_cell(r, table, as_figure_count(group->answers));
            as_table_cell(r, table, as_figure_day(as_day_of(group->first)));
            as_table_cell(r, table, as_figure_day(as_day_of(group->last)));
        }
        if (survey->left_out > 0)
            as_section_note(r, section, "%s: %" PRIu32 " groups beyond the first %d are left out",
                            survey->name, survey->left_out, AS_MAX_SURVEY_GROUPS);
    }
}

/* --- groups side by side --- */

struct line {
    const struct as_survey_item *item;
    struct as_figure gap; /* first group minus second */
    bool apart;           /* told apart, with all others of the table */
};

static int by_gap(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    bool known_x = x->gap.kind != AS_FIGURE_NONE, known_y = y->gap.kind != AS_FIGURE_NONE;
    if (known_x != known_y)
        return known_x ? -1 : 1;
    double wide_x = fabs(x->gap.value), wide_y = fabs(y->gap.value);
    if (known_x && wide_x != wide_y)
        return wide_x < wide_y ? 1 : -1;
    return strcmp(x->item->name, y->item->name);
}

static struct as_figure number(double value, uint64_t n)
{
    return (struct as_figure){.kind = AS_FIGURE_NUMBER, .value = value, .has_n = true, .n = n};
}

/* The share that says yes, or the mean rating. */
static struct as_figure group_figure(const struct as_survey_item *item, uint32_t group)
{
    uint64_t n, yes = as_survey_yes(&n, item, group);
    if (as_survey_asks(item) == AS_SURVEY_YES_NO)
        return as_figure_share(yes, n);
    return as_figure_mean(&item->ratings[group], "nobody");
}

static bool gap_interval(double *low, double *high, const struct as_survey_item *item, double confidence)
{
    uint64_t n[2], yes[2] = {as_survey_yes(&n[0], item, 0), as_survey_yes(&n[1], item, 1)};
    if (as_survey_asks(item) == AS_SURVEY_YES_NO) {
        bool known = as_share_gap(low, high, &(struct as_beside){yes[0], n[0], yes[1], n[1]}, confidence);
        *low *= 100;
        *high *= 100;
        return known;
    }
    return as_survey_paired(item) ? as_mean_interval(low, high, &item->pairs, confidence)
                                  : as_mean_gap(low, high, &item->ratings[0], &item->ratings[1], confidence);
}

struct as_figure as_survey_gap(bool *apart, const struct as_survey_item *item, uint32_t together)
{
    uint64_t n[2];
    double low = 0, high = 0;
    struct as_figure figure;
    *apart = false;
    if (as_survey_asks(item) == AS_SURVEY_YES_NO) {
        uint64_t yes[2] = {as_survey_yes(&n[0], item, 0), as_survey_yes(&n[1], item, 1)};
        if (n[0] == 0 || n[1] == 0)
            return as_figure_none("one group only");
        figure = number(100 * ((double)yes[0] / (double)n[0] - (double)yes[1] / (double)n[1]), n[0] + n[1]);
    } else {
        const struct as_moments *ratings = item->ratings;
        if (ratings[0].n == 0 || ratings[1].n == 0)
            return as_figure_none("one group only");
        figure = number(ratings[0].mean - ratings[1].mean, ratings[0].n + ratings[1].n);
    }
    figure.has_interval = gap_interval(&figure.low, &figure.high, item, AS_FIGURE_CONFIDENCE);
    *apart =
        gap_interval(&low, &high, item, 1 - (1 - AS_FIGURE_CONFIDENCE) / together) && (low > 0 || high < 0);
    return figure;
}

/* The items of one axis that ask for the same, widest gap first. */
static struct line *lines_of(uint32_t *n, struct as_reporting *r, const struct as_survey *survey,
                             const char *axis, enum as_survey_asks asks)
{
    struct line *lines = as_arena_array(&r->report->arena, survey->items.n + (size_t)1, sizeof *lines);
    *n = 0;
    if (lines == NULL) {
        r->failed = true;
        return NULL;
    }
    for (uint32_t i = 0; i < survey->items.n; i++) {
        const struct as_survey_item *item = &survey->items.at[i];
        if (strcmp(item->axis, axis) == 0 && as_survey_asks(item) == asks)
            lines[(*n)++].item = item;
    }
    for (uint32_t i = 0; i < *n; i++)
        lines[i].gap =
            survey->groups == 2 ? as_survey_gap(&lines[i].apart, lines[i].item, *n) : as_figure_none("");
    qsort(lines, *n, sizeof *lines, by_gap);
    return lines;
}

enum { MOST_COLUMNS = AS_MAX_SURVEY_GROUPS + 3 };

/* A column a group between the first and the last ones. */
static const struct as_report_column *columns_of(uint32_t *width, struct as_reporting *r,
                                                 const struct as_survey *survey,
                                                 struct as_report_column first, const char *gap)
{
    struct as_report_column *columns = as_arena_array(&r->report->arena, MOST_COLUMNS, sizeof *columns);
    *width = 0;
    if (columns == NULL) {
        r->failed = true;
        return NULL;
    }
    columns[(*width)++] = first;
    for (uint32_t g = 0; g < survey->groups; g++) {
        const char *group = survey->group[g].group;
        columns[(*width)++] = (struct as_report_column){as_report_text(r, "group_%s", group),
                                                        group[0] != '\0' ? group : "everybody"};
    }
    if (survey->groups == 2 && gap != NULL) {
        columns[(*width)++] = (struct as_report_column){"gap", gap};
        columns[(*width)++] = (struct as_report_column){"told_apart", "Told apart"};
    }
    return columns;
}

static void add_side_by_side(struct as_reporting *r, struct as_report_section *section,
                             const struct as_survey *survey, const char *axis, enum as_survey_asks asks)
{
    uint32_t n, width;
    bool shares = asks == AS_SURVEY_YES_NO, paired = true;
    const struct line *lines = lines_of(&n, r, survey, axis, asks);
    if (lines == NULL || n == 0)
        return;
    const struct as_report_column *columns = columns_of(
        &width, r, survey, (struct as_report_column){"item", "What"}, shares ? "Gap, points" : "Gap");
    const char *of = axis[0] != '\0' ? as_report_text(r, "%s, %s", survey->name, axis) : survey->name;
    struct as_report_table *table = as_section_table(
        r, section, as_report_text(r, "%s: %s", shares ? "shares" : "ratings", of),
        as_report_text(r, "%s: %s", of, shares ? "who says yes" : "mean ratings"), columns, width);
    for (uint32_t i = 0; i < n; i++) {
        as_table_cell(r, table, as_figure_text(lines[i].item->name));
        for (uint32_t g = 0; g < survey->groups; g++)
            as_table_cell(r, table, group_figure(lines[i].item, g));
        paired &= as_survey_paired(lines[i].item);
        if (survey->groups != 2)
            continue;
        as_table_cell(r, table, lines[i].gap);
        as_table_cell(r, table, as_figure_text(lines[i].apart ? "yes" : "not yet"));
    }
    if (survey->groups == 2)
        as_section_note(
            r, section,
            "A gap is %s minus %s%s; told apart is what 95 %% confidence leaves no doubt of in all "
            "%" PRIu32 " together (Bonferroni)",
            survey->group[0].group, survey->group[1].group, paired ? ", of the same respondents" : "", n);
}

/* --- choices --- */

static void add_choices(struct as_reporting *r, struct as_report_section *section,
                        const struct as_survey *survey, const struct as_survey_item *item)
{
    uint32_t width;
    const struct as_report_column *columns =
        columns_of(&width, r, survey, (struct as_report_column){"answer", "Answer"}, NULL);
    if (columns == NULL)
        return;
    const char *title = item->axis[0] != '\0'
                            ? as_report_text(r, "%s, %s: %s", survey->name, item->axis, item->name)
                            : as_report_text(r, "%s: %s", survey->name, item->name);
    struct as_report_table *table =
        as_section_table(r, section, as_report_text(r, "choices: %s", title), title, columns, width);
    uint64_t all[AS_MAX_SURVEY_GROUPS] = {0};
    for (uint32_t c = 0; c < item->choices.n; c++)
        for (uint32_t g = 0; g < survey->groups; g++)
            all[g] += item->choices.at[c].count[g];
    for (uint32_t c = 0; c < item->choices.n; c++) {
        as_table_cell(r, table, as_figure_text(item->choices.at[c].word));
        for (uint32_t g = 0; g < survey->groups; g++)
            as_table_cell(r, table, as_figure_share(item->choices.at[c].count[g], all[g]));
    }
}

static void add_survey(struct as_reporting *r, struct as_report_section *section,
                       const struct as_survey *survey)
{
    for (uint32_t i = 0; i < survey->items.n; i++) {
        const struct as_survey_item *item = &survey->items.at[i];
        if (i > 0 && strcmp(survey->items.at[i - 1].axis, item->axis) == 0)
            continue;
        add_side_by_side(r, section, survey, item->axis, AS_SURVEY_RATING);
        add_side_by_side(r, section, survey, item->axis, AS_SURVEY_YES_NO);
    }
    for (uint32_t i = 0; i < survey->items.n; i++)
        if (as_survey_asks(&survey->items.at[i]) == AS_SURVEY_CHOICE)
            add_choices(r, section, survey, &survey->items.at[i]);
    as_survey_matrix(r, section, survey);
}

/* --- whom nobody asked --- */

static const char *const stages[] = {"information", "buying", "client"};
enum { STAGES = 3, SOURCES = 16 };

struct coverage {
    struct as_reporting *r;
    const char *source[SOURCES]; /* those that should be asked first */
    uint64_t answers[SOURCES][STAGES];
    uint32_t n;
};

static enum as_status take_stage(void *context, const struct as_survey_stage *row, struct as_error *error)
{
    struct coverage *coverage = context;
    uint32_t source = 0;
    (void)error;
    while (source < coverage->n && strcmp(coverage->source[source], row->group) != 0)
        source++;
    if (source == SOURCES)
        return AS_OK;
    if (source == coverage->n)
        coverage->source[coverage->n++] = as_report_text(coverage->r, "%s", row->group);
    for (int stage = 0; stage < STAGES; stage++)
        if (strcmp(stages[stage], row->stage) == 0)
            coverage->answers[source][stage] += row->answers;
    return AS_OK;
}

/* Feedback is to come from clients, from sales and from support, on each of the three: what was not asked is
 * an issue. Nothing of it where no survey says a stage. */
static enum as_status add_coverage(struct as_reporting *r, struct as_report_section *section,
                                   struct as_error *error)
{
    static const struct as_report_column columns[] = {{"source", "Source"},
                                                      {"information", "Gathering information"},
                                                      {"buying", "Buying"},
                                                      {"client", "As a client"}};
    struct coverage coverage = {.r = r, .source = {"clients", "sales", "support"}, .n = 3};
    struct as_survey_window window = as_survey_window(r);
    enum as_status status = as_store_survey_stages(r->store, &window, take_stage, &coverage, error);
    uint64_t any = 0, covered = 0;
    const char *missing = "";
    for (uint32_t s = 0; s < coverage.n; s++)
        for (int stage = 0; stage < STAGES; stage++)
            any += coverage.answers[s][stage];
    if (status != AS_OK || any == 0)
        return status;
    struct as_report_table *table = as_section_table(
        r, section, "coverage", "Feedback: answers by source and stage of the customer", columns, 4);
    for (uint32_t s = 0; s < coverage.n; s++) {
        as_table_cell(r, table, as_figure_text(coverage.source[s]));
        for (int stage = 0; stage < STAGES; stage++) {
            uint64_t answers = coverage.answers[s][stage];
            as_table_cell(r, table, answers > 0 ? as_figure_count(answers) : as_figure_none("nobody asked"));
            if (s >= 3)
                continue;
            covered += answers > 0;
            if (answers == 0)
                missing = as_report_text(r, "%s%s%s on %s", missing, missing[0] != '\0' ? ", " : "",
                                         coverage.source[s], stages[stage]);
        }
    }
    as_section_figure(r, section, "covered", "sources and stages with feedback", as_figure_count(covered),
                      "of 9: clients, sales and support, on each of three stages");
    if (missing[0] != '\0')
        as_section_alarm(r, section, "Nobody asked: %s", missing);
    return AS_OK;
}

enum as_status as_report_surveys(struct as_reporting *r, struct as_error *error)
{
    struct as_surveys surveys;
    enum as_status status = as_surveys_read(&surveys, r, error);
    bool alone = as_reporting_only(r, AS_REPORT_SURVEYS);
    /* Who never asks anybody reads nothing about it. */
    if (status != AS_OK || (surveys.list.n == 0 && !alone))
        return status;
    struct as_report_section *section = as_section_new(r, "surveys", "Surveys");
    if (surveys.list.n == 0)
        as_section_note(r, section, "no answers (assay import surveys)");
    add_list(r, section, &surveys);
    for (uint32_t s = 0; s < surveys.list.n; s++)
        add_survey(r, section, &surveys.list.at[s]);
    return add_coverage(r, section, error);
}
