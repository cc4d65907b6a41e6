/* Answers of surveys, counted by item and group. What follows from them is surveys.c's and survey_matrix.c's.
 */
#include "run/report/survey_answers.h"

#include <string.h>

struct gathering {
    struct as_reporting *r;
    struct as_surveys *out;
    struct as_survey *survey;
    struct as_survey_item *item;
    /* What the respondent at hand rated for the first two groups. */
    uint8_t respondent[64];
    size_t respondent_n;
    struct as_moments own[2];
};

static const char *keep(struct gathering *g, const char *text)
{
    return as_report_text(g->r, "%s", text);
}

static enum as_status take_group(void *context, const struct as_survey_group *group, struct as_error *error)
{
    struct gathering *g = context;
    struct as_arena *arena = &g->r->report->arena;
    if (g->survey == NULL || strcmp(g->survey->name, group->survey) != 0) {
        struct as_survey fresh = {.name = keep(g, group->survey)};
        if (!as_list_push(arena, &g->out->list, fresh))
            return as_error_memory(error);
        g->survey = &g->out->list.at[g->out->list.n - 1];
    }
    if (g->survey->groups == AS_MAX_SURVEY_GROUPS) {
        g->survey->left_out++;
        return AS_OK;
    }
    struct as_survey_group *kept = &g->survey->group[g->survey->groups++];
    *kept = *group;
    kept->survey = g->survey->name;
    kept->group = keep(g, group->group);
    return AS_OK;
}

static void end_respondent(struct gathering *g)
{
    if (g->item != NULL && g->own[0].n == 1 && g->own[1].n == 1)
        as_moments_add(&g->item->pairs, g->own[0].mean - g->own[1].mean, 1);
    memset(g->own, 0, sizeof g->own);
    g->respondent_n = 0;
}

static bool find_item(struct gathering *g, const struct as_survey_answer *answer)
{
    bool same_survey = g->survey != NULL && strcmp(g->survey->name, answer->survey) == 0;
    if (same_survey && g->item != NULL && strcmp(g->item->axis, answer->axis) == 0 &&
        strcmp(g->item->name, answer->item) == 0)
        return true;
    end_respondent(g);
    for (uint32_t i = 0; !same_survey && i < g->out->list.n; i++)
        if (strcmp(g->out->list.at[i].name, answer->survey) == 0)
            g->survey = &g->out->list.at[i];
    struct as_survey_item fresh = {.axis = keep(g, answer->axis), .name = keep(g, answer->item)};
    if (!as_list_push(&g->r->report->arena, &g->survey->items, fresh))
        return false;
    g->item = &g->survey->items.at[g->survey->items.n - 1];
    return true;
}

static bool count_word(struct gathering *g, const struct as_survey_answer *answer, uint32_t group)
{
    uint32_t i = 0;
    while (i < g->item->choices.n && strcmp(g->item->choices.at[i].word, answer->word) != 0)
        i++;
    if (i == g->item->choices.n) {
        struct as_survey_choice fresh = {.word = keep(g, answer->word)};
        if (!as_list_push(&g->r->report->arena, &g->item->choices, fresh))
            return false;
    }
    g->item->choices.at[i].count[group] += answer->times;
    return true;
}

static enum as_status take_answer(void *context, const struct as_survey_answer *answer,
                                  struct as_error *error)
{
    struct gathering *g = context;
    uint32_t group = 0;
    if (!find_item(g, answer))
        return as_error_memory(error);
    while (group < g->survey->groups && strcmp(g->survey->group[group].group, answer->group) != 0)
        group++;
    if (group == g->survey->groups)
        return AS_OK; /* one of those left out */
    if (!answer->is_number)
        return count_word(g, answer, group) ? AS_OK : as_error_memory(error);
    as_moments_add(&g->item->ratings[group], answer->number, answer->times);
    if (answer->respondent.n == 0 || answer->respondent.n > sizeof g->respondent || group > 1)
        return AS_OK;
    if (answer->respondent.n != g->respondent_n ||
        memcmp(g->respondent, answer->respondent.p, g->respondent_n) != 0) {
        end_respondent(g);
        g->respondent_n = answer->respondent.n;
        memcpy(g->respondent, answer->respondent.p, g->respondent_n);
    }
    as_moments_add(&g->own[group], answer->number, 1);
    return AS_OK;
}

struct as_survey_window as_survey_window(const struct as_reporting *r)
{
    return (struct as_survey_window){r->report->since, r->report->until, r->report->at};
}

enum as_status as_surveys_read(struct as_surveys *out, struct as_reporting *r, struct as_error *error)
{
    struct gathering g = {.r = r, .out = out};
    struct as_survey_window window = as_survey_window(r);
    *out = (struct as_surveys){{NULL, 0, 0}};
    enum as_status status = as_store_survey_groups(r->store, &window, take_group, &g, error);
    g.survey = NULL;
    if (status == AS_OK)
        status = as_store_survey_answers(r->store, &window, NULL, take_answer, &g, error);
    end_respondent(&g);
    return status;
}

enum as_survey_asks as_survey_asks(const struct as_survey_item *item)
{
    for (uint32_t g = 0; g < AS_MAX_SURVEY_GROUPS; g++)
        if (item->ratings[g].n > 0)
            return AS_SURVEY_RATING;
    for (uint32_t c = 0; c < item->choices.n; c++)
        if (strcmp(item->choices.at[c].word, "yes") != 0 && strcmp(item->choices.at[c].word, "no") != 0)
            return AS_SURVEY_CHOICE;
    return AS_SURVEY_YES_NO;
}

uint64_t as_survey_yes(uint64_t *n, const struct as_survey_item *item, uint32_t group)
{
    uint64_t yes = 0;
    *n = 0;
    for (uint32_t c = 0; c < item->choices.n; c++) {
        *n += item->choices.at[c].count[group];
        if (strcmp(item->choices.at[c].word, "yes") == 0)
            yes = item->choices.at[c].count[group];
    }
    return yes;
}

bool as_survey_paired(const struct as_survey_item *item)
{
    return item->pairs.n > 0 && item->pairs.n == item->ratings[0].n && item->pairs.n == item->ratings[1].n;
}
