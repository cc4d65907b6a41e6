/* Journeys, folded from the steps that decisions made. */
#include "run/report/journeys.h"

#include "base/ids.h"
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

/* --- leads --- */

static enum as_status add_start(void *context, const struct as_lead_start *start, struct as_error *error)
{
    struct as_journeys *journeys = context;
    if (journeys->n == journeys->room) {
        uint32_t room = journeys->room == 0 ? 1024 : journeys->room * 2;
        int64_t *lead = realloc(journeys->lead, room * sizeof *lead);
        journeys->lead = lead != NULL ? lead : journeys->lead;
        int32_t *from = realloc(journeys->start, room * sizeof *from);
        journeys->start = from != NULL ? from : journeys->start;
        int32_t *known = realloc(journeys->known, room * sizeof *known);
        journeys->known = known != NULL ? known : journeys->known;
        if (lead == NULL || from == NULL || known == NULL)
            return as_error_memory(error);
        journeys->room = room;
    }
    journeys->lead[journeys->n] = start->lead;
    journeys->start[journeys->n] = (int32_t)start->start;
    journeys->known[journeys->n++] = (int32_t)start->known;
    return AS_OK;
}

uint32_t as_journeys_row(const struct as_journeys *journeys, int64_t lead)
{
    size_t row = as_ids_place(journeys->lead, journeys->n, lead);
    return row == SIZE_MAX ? AS_NO_INDEX : (uint32_t)row;
}

int64_t as_journey_late(const struct as_journeys *journeys, const struct as_journey_model *model,
                        uint32_t row)
{
    bool late = model->unseen[row] != AS_STAGE_NONE && model->first[row] > journeys->start[row];
    return late ? (int64_t)model->first[row] - journeys->start[row] : 0;
}

/* --- models --- */

struct folding {
    struct as_journeys *journeys;
    struct as_arena *arena;
    const struct as_pack *pack;
    struct as_journey_model *model;
    uint32_t row; /* of the last step: steps of a run come in order of leads */
};

static enum as_status add_model(void *context, int64_t id, const char *name, struct as_error *error)
{
    struct folding *folding = context;
    struct as_journeys *journeys = folding->journeys;
    struct as_journey_model *models = realloc(journeys->models, (journeys->model_count + 1) * sizeof *models);
    if (models == NULL)
        return as_error_memory(error);
    journeys->models = models;
    struct as_journey_model *model = &models[journeys->model_count++];
    *model = (struct as_journey_model){.id = id};
    for (uint32_t i = 0; i < folding->pack->models.n; i++)
        if (strcmp(folding->pack->models.at[i]->name, name) == 0)
            model->model = folding->pack->models.at[i];
    size_t n = journeys->n + (size_t)1;
    model->name = as_arena_copy(folding->arena, name, strlen(name));
    bool made = model->name != NULL;
    for (int stage = AS_STAGE_SUSPECT; stage <= AS_STAGE_WON; stage++)
        made &= (model->reach[stage] = malloc(n * sizeof(int32_t))) != NULL;
    model->entered = malloc(n * sizeof(int32_t));
    model->first = malloc(n * sizeof(int32_t));
    model->stage = calloc(n, 1);
    model->unseen = calloc(n, 1);
    model->blind = calloc(n, 1);
    if (!made || model->entered == NULL || model->first == NULL || model->stage == NULL ||
        model->unseen == NULL || model->blind == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < n; i++) {
        model->entered[i] = model->first[i] = AS_NEVER;
        for (int stage = AS_STAGE_SUSPECT; stage <= AS_STAGE_WON; stage++)
            model->reach[stage][i] = AS_NEVER;
    }
    return AS_OK;
}

static uint32_t row_of(struct folding *folding, int64_t lead)
{
    const struct as_journeys *journeys = folding->journeys;
    uint32_t next = folding->row + 1;
    if (next < journeys->n && journeys->lead[next] == lead)
        return folding->row = next;
    uint32_t row = as_journeys_row(journeys, lead);
    if (row != AS_NO_INDEX)
        folding->row = row;
    return row;
}

/* The spell in the stage that a lead stands at ends, or is cut off by the moment of the report. */
static bool close_spell(struct folding *folding, uint32_t row, int64_t day, bool event)
{
    struct as_journey_model *model = folding->model;
    uint8_t stage = model->stage[row];
    if (stage == AS_STAGE_NONE)
        return true;
    if (model->blind[row]) {
        model->blind[row] = 0;
        model->unseen_spells[stage]++;
        return true;
    }
    /* A suspect is one since it began; whatever else it was, since it entered the stage. */
    bool suspect = stage == AS_STAGE_SUSPECT && model->reach[AS_STAGE_NURTURE][row] == AS_NEVER;
    int64_t since = suspect ? folding->journeys->start[row] : model->entered[row];
    int64_t late = suspect ? as_journey_late(folding->journeys, model, row) : 0;
    if (day < since || late > day - since)
        return true;
    return as_spells_add(&model->spells[stage], late, day - since, event);
}

static bool close_stay(struct folding *folding, uint32_t row, int32_t day)
{
    struct as_journey_model *model = folding->model;
    struct as_journey_stay stay = {row, model->entered[row], day};
    return model->stage[row] != AS_STAGE_OPPORTUNITY ||
           as_list_push(folding->arena, &model->opportunity, stay);
}

static int by_row(const void *a, const void *b)
{
    const struct as_journey_stay *x = a, *y = b;
    return x->row != y->row ? (x->row > y->row) - (x->row < y->row)
                            : (x->from > y->from) - (x->from < y->from);
}

/* Whether nobody saw when it came to the stage of its first decision. */
static bool begins_unseen(const struct folding *folding, const struct as_step_row *step, uint32_t row)
{
    return step->before == AS_TIME_NONE || folding->journeys->start[row] < as_day_of(step->before);
}

static enum as_status add_step(void *context, const struct as_step_row *step, struct as_error *error)
{
    struct folding *folding = context;
    struct as_journey_model *model = folding->model;
    uint32_t row = row_of(folding, step->lead);
    if (row == AS_NO_INDEX)
        return AS_OK;
    int64_t day = as_day_of(step->time), end = step->outside ? as_day_of(step->decided) : day;
    if (!close_stay(folding, row, (int32_t)end) || !close_spell(folding, row, end, !step->outside))
        return as_error_memory(error);
    if (step->outside) {
        model->stage[row] = AS_STAGE_NONE;
        return AS_OK;
    }
    if (model->first[row] == AS_NEVER) {
        model->leads++;
        model->first[row] = (int32_t)as_day_of(step->decided);
        if (begins_unseen(folding, step, row)) {
            model->unseen[row] = step->to;
            model->blind[row] = step->to != AS_STAGE_SUSPECT;
        }
        model->backwards += day < folding->journeys->start[row];
        /* Seen from its beginning, and further at once: it was a suspect until then. */
        if (model->unseen[row] == AS_STAGE_NONE && step->to != AS_STAGE_SUSPECT &&
            day >= folding->journeys->start[row] &&
            !as_spells_add(&model->spells[AS_STAGE_SUSPECT], 0, day - folding->journeys->start[row], true))
            return as_error_memory(error);
    }
    model->stage[row] = step->to;
    model->entered[row] = (int32_t)day;
    int furthest = step->to == AS_STAGE_WON ? AS_STAGE_WON : step->furthest;
    for (int stage = AS_STAGE_SUSPECT; stage <= furthest && stage <= AS_STAGE_WON; stage++)
        if (model->reach[stage][row] == AS_NEVER)
            model->reach[stage][row] = (int32_t)day;
    return AS_OK;
}

static enum as_status note_first_run(void *context, const struct as_run_row *run, struct as_error *error)
{
    struct as_journeys *journeys = context;
    (void)error;
    journeys->first_run = run->at;
    return AS_OK;
}

enum as_status as_journeys_read(struct as_journeys *out, struct as_arena *arena, struct as_store *store,
                                const struct as_pack *pack, int64_t at, struct as_error *error)
{
    *out = (struct as_journeys){.first_run = AS_TIME_NONE};
    struct folding folding = {.journeys = out, .arena = arena, .pack = pack};
    enum as_status status = as_store_lead_starts(store, at, add_start, out, error);
    if (status != AS_OK || pack == NULL)
        return status;
    status = as_store_runs(store, pack->name, UINT32_MAX, note_first_run, out, error);
    if (status == AS_OK)
        status = as_store_models(store, pack->name, add_model, &folding, error);
    for (uint32_t m = 0; m < out->model_count && status == AS_OK; m++) {
        folding.model = &out->models[m];
        folding.row = 0;
        status = as_store_steps(store, folding.model->id, at, add_step, &folding, error);
        for (uint32_t row = 0; row < out->n && status == AS_OK; row++)
            if (!close_stay(&folding, row, INT32_MAX) || !close_spell(&folding, row, as_day_of(at), false))
                status = as_error_memory(error);
        if (folding.model->opportunity.n > 1)
            qsort(folding.model->opportunity.at, folding.model->opportunity.n, sizeof(struct as_journey_stay),
                  by_row);
    }
    return status;
}

void as_journeys_free(struct as_journeys *journeys)
{
    for (uint32_t m = 0; m < journeys->model_count; m++) {
        struct as_journey_model *model = &journeys->models[m];
        for (int stage = 0; stage < AS_STAGE_COUNT; stage++)
            as_spells_free(&model->spells[stage]);
        for (int stage = AS_STAGE_SUSPECT; stage <= AS_STAGE_WON; stage++)
            free(model->reach[stage]);
        free(model->entered);
        free(model->first);
        free(model->stage);
        free(model->unseen);
        free(model->blind);
    }
    free(journeys->models);
    free(journeys->lead);
    free(journeys->start);
    free(journeys->known);
    *journeys = (struct as_journeys){.n = 0};
}
