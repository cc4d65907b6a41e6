/* Two packs over one snapshot: the order of reading, deciding and comparing. What is compared is in
 * difference_leads.c, difference_parts.c and difference_pack.c. */
#include "run/difference/comparing.h"

#include "store/decisions/decisions.h"
#include "store/facts/facts.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>

static bool forward(void *context, uint64_t done, uint64_t all)
{
    struct as_comparing *c = context;
    const struct as_difference_request *request = c->request;
    return request->progress == NULL || request->progress(request->progress_context, c->phase, done, all);
}

static void forward_reading(void *context, const char *what, uint64_t done, uint64_t all)
{
    struct as_comparing *c = context;
    c->phase = what;
    forward(c, done, all);
}

/* --- the common start --- */

static enum as_status note_run(void *context, const struct as_run_row *row, struct as_error *error)
{
    (void)row, (void)error;
    *(bool *)context = true;
    return AS_OK;
}

/* The pack whose standings are the past of both: the left one's, for it is the one that decides today. */
static enum as_status find_history(struct as_comparing *c, struct as_error *error)
{
    bool ran[AS_SIDES] = {false, false};
    enum as_status status = AS_OK;
    for (int side = 0; side < AS_SIDES && status == AS_OK; side++)
        status = as_store_runs(c->store, c->request->packs[side].pack->name, 1, note_run, &ran[side], error);
    int side = ran[AS_BEFORE] || !ran[AS_AFTER] ? AS_BEFORE : AS_AFTER;
    c->history = c->request->packs[side].pack->name;
    if (status == AS_OK && ran[side]) {
        c->out->history = as_arena_printf(&c->out->arena, "%s", c->history);
        if (c->out->history == NULL)
            status = as_error_memory(error);
    }
    return status;
}

enum as_status as_comparing_priors(struct as_comparing *c, int side, struct as_error *error)
{
    if (c->priors == side || (c->priors >= 0 && c->same_models))
        return AS_OK;
    c->priors = side;
    struct as_pack stood = *c->request->packs[side].pack;
    stood.name = c->history;
    return as_store_load_priors(c->dataset, c->store, &stood, error);
}

static enum as_status read_snapshot(struct as_comparing *c, struct as_error *error)
{
    const struct as_difference_request *request = c->request;
    struct as_snapshot_request wanted = as_needs_request(&c->needs, request->at, request->known_at);
    wanted.progress = forward_reading;
    wanted.progress_context = c;
    /* What a touch asked for is history: it is read by the ladder that was in force, the left one. */
    as_request_ladder(&wanted, request->packs, AS_SIDES);
    return as_store_snapshot(&c->dataset, c->store, request->schema, &wanted, error);
}

/* --- deciding --- */

static enum as_status decide_side(struct as_comparing *c, int side, struct as_error *error)
{
    const struct as_run_pack *given = &c->request->packs[side];
    struct as_run_options options = {.at = c->request->at,
                                     .threads = c->request->threads,
                                     .functions = given->functions,
                                     .progress = forward,
                                     .progress_context = c};
    c->phase = given->pack->name;
    enum as_status status = as_comparing_priors(c, side, error);
    if (status == AS_OK)
        status = as_decide(&c->decisions[side], given->pack, c->plans[side], c->dataset, &options, error);
    return status == AS_OK ? as_compare_work(c, side, error) : status;
}

/* --- pairing --- */

static const struct as_model *model_of(const struct as_pack *pack, const char *name)
{
    for (uint32_t m = 0; m < pack->models.n; m++)
        if (strcmp(pack->models.at[m]->name, name) == 0)
            return pack->models.at[m];
    return NULL;
}

static enum as_status pair_models(struct as_comparing *c, struct as_error *error)
{
    static const int order[AS_SIDES] = {AS_AFTER, AS_BEFORE};
    for (int o = 0; o < AS_SIDES; o++) {
        const struct as_pack *pack = c->request->packs[order[o]].pack;
        const struct as_pack *other = c->request->packs[!order[o]].pack;
        for (uint32_t m = 0; m < pack->models.n; m++) {
            struct as_difference_model pair = {.name = pack->models.at[m]->name};
            pair.model[order[o]] = pack->models.at[m];
            pair.model[!order[o]] = model_of(other, pair.name);
            if (o > 0 && pair.model[!order[o]] != NULL)
                continue; /* paired already */
            if (!as_list_push(&c->out->arena, &c->out->models, pair))
                return as_error_memory(error);
        }
    }
    return AS_OK;
}

static enum as_status compare_models(struct as_comparing *c, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t m = 0; m < c->out->models.n && status == AS_OK; m++) {
        struct as_difference_model *model = &c->out->models.at[m];
        if (model->model[AS_BEFORE] == NULL || model->model[AS_AFTER] == NULL)
            continue;
        struct as_movers movers = {NULL, 0};
        status = as_compare_leads(&movers, c, model, error);
        if (status == AS_OK)
            status = as_compare_parts(c, model, &movers, error);
        as_compare_hours(c, model);
        free(movers.rows);
    }
    return status;
}

static enum as_status compare_all(struct as_comparing *c, struct as_error *error)
{
    c->phase = "reading";
    enum as_status status = as_store_learn_schema(c->store, c->request->schema, error);
    if (status == AS_OK)
        status = find_history(c, error);
    c->priors = -1;
    c->same_models = as_models_same(c->request->packs[AS_BEFORE].pack, c->request->packs[AS_AFTER].pack);
    if (status == AS_OK)
        status = as_needs_new(&c->needs, c->request->schema, error);
    for (int side = 0; side < AS_SIDES && status == AS_OK; side++) {
        const struct as_pack *pack = c->request->packs[side].pack;
        status = as_plan_new(&c->plans[side], pack, error);
        if (status == AS_OK)
            as_needs_add(&c->needs, c->plans[side]);
    }
    if (status == AS_OK)
        status = read_snapshot(c, error);
    if (status == AS_OK)
        status = pair_models(c, error);
    for (int side = 0; side < AS_SIDES && status == AS_OK; side++)
        status = decide_side(c, side, error);
    if (status == AS_OK)
        status = compare_models(c, error);
    if (status == AS_OK)
        status = as_compare_packs(c, error);
    if (status == AS_OK)
        c->out->leads = c->dataset->leads;
    return status;
}

enum as_status as_difference_of(struct as_difference *out, struct as_store *store,
                                const struct as_difference_request *request, struct as_error *error)
{
    *out = (struct as_difference){.packs = {request->packs[AS_BEFORE], request->packs[AS_AFTER]},
                                  .at = request->at,
                                  .known_at = request->known_at};
    struct as_comparing c = {.out = out, .store = store, .request = request};
    enum as_status status = compare_all(&c, error);
    for (int side = 0; side < AS_SIDES; side++) {
        if (c.decisions[side].pack != NULL)
            as_decision_free(&c.decisions[side]);
        as_plan_free(c.plans[side]);
    }
    as_dataset_free(c.dataset);
    as_needs_free(&c.needs);
    if (status != AS_OK)
        as_difference_free(out);
    return status;
}

void as_difference_free(struct as_difference *difference)
{
    as_arena_free(&difference->arena);
    *difference = (struct as_difference){.leads = 0};
}

bool as_difference_model_none(const struct as_difference_model *model)
{
    if (model->model[AS_BEFORE] == NULL || model->model[AS_AFTER] == NULL)
        return false;
    if (model->moved + model->regraded + model->rejudged + model->handoffs_new + model->handoffs_gone +
            model->won_rejected + model->won_undecided >
        0)
        return false;
    for (uint32_t s = 0; s < model->scores.n; s++)
        if (model->scores.at[s].up + model->scores.at[s].down > 0)
            return false;
    for (uint32_t g = 0; g < model->gates.n; g++)
        if (model->gates.at[g].in[AS_BEFORE] != model->gates.at[g].in[AS_AFTER])
            return false;
    for (uint32_t o = 0; o < model->owners.n; o++)
        if (model->owners.at[o].leads[AS_BEFORE] != model->owners.at[o].leads[AS_AFTER])
            return false;
    return true;
}

bool as_difference_none(const struct as_difference *difference)
{
    for (uint32_t m = 0; m < difference->models.n; m++)
        if (!as_difference_model_none(&difference->models.at[m]))
            return false;
    return memcmp(&difference->made[AS_BEFORE], &difference->made[AS_AFTER], sizeof difference->made[0]) ==
               0 &&
           difference->lists.n == 0 && difference->contact.n == 0 && difference->effects.n == 0 &&
           difference->agreement.n == 0;
}
