/* What a difference between two packs means for the people who work with the leads: who gets them and what
 * they have in hand, what a run would set going, and the hours it takes. */
#include "run/difference/comparing.h"

#include "run/effects/effects.h"
#include "store/work/people.h"

#include <stdlib.h>
#include <string.h>

/* --- owners --- */

static struct as_difference_owner *owner_of(struct as_comparing *c, struct as_difference_model *model,
                                            const char *user)
{
    uint32_t place = 0;
    for (; place < model->owners.n; place++) {
        const char *there = model->owners.at[place].user;
        int order = there == NULL ? (user == NULL ? 0 : 1) : user == NULL ? -1 : strcmp(there, user);
        if (order == 0)
            return &model->owners.at[place];
        if (order > 0)
            break;
    }
    struct as_difference_owner owner = {.user = NULL};
    if (user != NULL && (owner.user = as_arena_printf(&c->out->arena, "%s", user)) == NULL)
        return NULL;
    if (!as_list_push(&c->out->arena, &model->owners, owner))
        return NULL;
    for (uint32_t last = model->owners.n - 1; last > place; last--)
        model->owners.at[last] = model->owners.at[last - 1];
    model->owners.at[place] = owner;
    return &model->owners.at[place];
}

static enum as_status route_lead(struct as_comparing *c, int side, struct as_difference_model *model,
                                 struct as_roster *roster, uint32_t row, struct as_error *error)
{
    const struct as_decision *decision = &c->decisions[side];
    struct as_assignment assignment;
    enum as_status status = as_route_lead(&assignment, decision->pack, decision->outcome, c->dataset, roster,
                                          row, c->request->at, error);
    if (status != AS_OK || assignment.route == NULL)
        return status;
    struct as_difference_owner *owner =
        owner_of(c, model, assignment.user[0] != '\0' ? assignment.user : NULL);
    if (owner == NULL)
        return as_error_memory(error);
    owner->leads[side]++;
    owner->hand[side]++;
    return AS_OK;
}

/* Who has the lead in hand already, and keeps it. */
static enum as_status count_hand(struct as_comparing *c, int side, struct as_difference_model *model,
                                 uint32_t row, struct as_error *error)
{
    const struct as_dataset *dataset = c->dataset;
    uint32_t held_by = as_prior_at(dataset, model->model[side]->index, row)->owner;
    if (held_by == AS_NO_INDEX || dataset->users == NULL || held_by >= as_intern_count(dataset->users))
        return AS_OK;
    struct as_difference_owner *owner = owner_of(c, model, as_intern_text(dataset->users, held_by).p);
    if (owner == NULL)
        return as_error_memory(error);
    owner->hand[side]++;
    return AS_OK;
}

static enum as_status compare_owners(struct as_comparing *c, int side, struct as_roster *roster,
                                     struct as_difference_model *model, struct as_error *error)
{
    bool routes = c->request->packs[side].pack->routes.n > 0;
    enum as_status status = AS_OK;
    for (uint32_t row = 0; row < c->dataset->leads && status == AS_OK; row++) {
        const struct as_standing *standing = as_compared(c, side, model, row);
        if (standing->outside || standing->stage < AS_STAGE_WORTH_A_CALL ||
            standing->stage > AS_STAGE_OPPORTUNITY)
            continue;
        bool comes = as_compared_enters(standing) && standing->stage <= AS_STAGE_SALES_READY;
        status = comes && routes ? route_lead(c, side, model, roster, row, error)
                                 : count_hand(c, side, model, row, error);
    }
    return status;
}

static enum as_status note_capacity(void *context, const struct as_user_row *row, struct as_error *error)
{
    struct as_difference *out = context;
    (void)error;
    for (uint32_t m = 0; m < out->models.n; m++)
        for (uint32_t o = 0; o < out->models.at[m].owners.n; o++) {
            struct as_difference_owner *owner = &out->models.at[m].owners.at[o];
            if (owner->user != NULL && strcmp(owner->user, row->name) == 0)
                owner->capacity = row->capacity;
        }
    return AS_OK;
}

static enum as_status compare_all_owners(struct as_comparing *c, int side, struct as_error *error)
{
    struct as_arena arena;
    as_arena_init(&arena);
    struct as_roster roster = {.arena = &arena};
    enum as_status status = as_store_roster(&roster, c->store, c->history, c->request->at, error);
    for (uint32_t m = 0; m < c->out->models.n && status == AS_OK; m++) {
        struct as_difference_model *model = &c->out->models.at[m];
        if (model->model[AS_BEFORE] != NULL && model->model[AS_AFTER] != NULL)
            status = compare_owners(c, side, &roster, model, error);
    }
    as_arena_free(&arena);
    return status == AS_OK ? as_store_users(c->store, note_capacity, c->out, error) : status;
}

/* --- effects --- */

/* What a run would make now, beside what earlier runs have made; of the pack that decides today, whatever the
 * other is called, so that both leave out the same. */
static enum as_status count_effects(struct as_comparing *c, int side, struct as_error *error)
{
    const struct as_decision *decision = &c->decisions[side];
    const struct as_pack *pack = decision->pack;
    const struct as_run_record record = {
        .pack = c->history, .hash = pack->hash, .at = c->request->at, .known_at = c->request->known_at};
    const struct as_since since = {.facts = NULL};
    uint64_t *promised = calloc(AS_BIT_WORDS(c->dataset->leads) + 1, 8);
    struct as_moves *moves = calloc(pack->models.n + (size_t)1, sizeof *moves);
    struct as_place_row *places = NULL;
    enum as_status status =
        promised == NULL || moves == NULL ? as_error_memory(error) : as_placements(&places, decision, error);
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK; m++)
        status = as_moves_of(&moves[m], decision, m, &since, error);
    const struct as_effects_request wanted = {.record = &record,
                                              .decision = decision,
                                              .moves = moves,
                                              .places = places,
                                              .all = &decision,
                                              .all_count = 1,
                                              .promised = promised,
                                              .dry = true,
                                              .baseline_at = AS_TIME_NONE};
    if (status == AS_OK)
        status = as_effects_write(&c->out->made[side], c->store, &wanted, error);
    for (uint32_t m = 0; moves != NULL && m < pack->models.n; m++)
        as_moves_free(&moves[m]);
    free(moves);
    free(places);
    free(promised);
    return status;
}

enum as_status as_compare_work(struct as_comparing *c, int side, struct as_error *error)
{
    enum as_status status = compare_all_owners(c, side, error);
    return status == AS_OK ? count_effects(c, side, error) : status;
}

/* --- hours --- */

void as_compare_hours(struct as_comparing *c, struct as_difference_model *model)
{
    for (uint32_t g = 0; g < model->gates.n; g++) {
        struct as_difference_gate *gate = &model->gates.at[g];
        enum as_stage stage;
        if (!as_stage_parse(&stage, as_str_of(gate->name)))
            continue;
        gate->capacity = as_capacity_of(c->request->packs[AS_AFTER].pack, stage);
        if (gate->capacity == NULL)
            gate->capacity = as_capacity_of(c->request->packs[AS_BEFORE].pack, stage);
        for (int side = 0; gate->capacity != NULL && side < AS_SIDES; side++)
            c->out->work[side] += gate->entered[side] * gate->capacity->work;
    }
}
