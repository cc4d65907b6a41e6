/* Package: whether a lead may be handed over, and putting together what goes with it. */
#include "run/handoff/packing.h"

#include "store/report/history.h"
#include "store/work/work.h"

#include <string.h>

const char *as_packing_keep(struct as_packing *packing, const char *text)
{
    if (text == NULL || text[0] == '\0')
        return NULL;
    const char *copy = as_arena_printf(&packing->out->explanation.arena, "%s", text);
    packing->failed |= copy == NULL;
    return copy;
}

static bool is_handed_over(const struct as_explained_model *model)
{
    uint8_t stage = model->standing.stage;
    return !model->standing.outside &&
           (stage == AS_STAGE_SALES_READY || stage == AS_STAGE_ACCEPTED || stage == AS_STAGE_OPPORTUNITY);
}

/* The model that hands over; else the first that is about the lead, for the reason why not. */
static const struct as_explained_model *choose_model(const struct as_explanation *explanation)
{
    const struct as_explained_model *other = NULL;
    for (uint32_t m = 0; m < explanation->models.n; m++) {
        const struct as_explained_model *model = &explanation->models.at[m];
        if (is_handed_over(model))
            return model;
        if (other == NULL || (other->standing.outside && !model->standing.outside))
            other = model;
    }
    return other;
}

static enum as_status refuse(const struct as_package *package, struct as_error *error)
{
    const struct as_explanation *explanation = &package->explanation;
    const struct as_explained_model *model = package->model;
    if (model == NULL || model->standing.outside) {
        as_error_set(error, AS_ERR_CONFLICT, "%.100s cannot be handed over: no model of %s is about the lead",
                     explanation->lead, explanation->pack->name);
        return as_error_advise(error, "name the pack that hands over with --pack");
    }
    as_error_set(error, AS_ERR_CONFLICT,
                 "%.100s cannot be handed over: the lead stands at %s in %s, before the gate",
                 explanation->lead, model->label, model->model->name);
    if (model->standing.stage > AS_STAGE_OPPORTUNITY) {
        as_error_set(error, AS_ERR_CONFLICT, "%.100s cannot be handed over: the lead is %s in %s",
                     explanation->lead, model->label, model->model->name);
        return as_error_advise(error, "`assay explain` says how it came to that");
    }
    for (uint32_t i = 0; i < model->missing.n; i++)
        if (model->missing.at[i].ask != NULL)
            return as_error_advise(error,
                                   "ask: %s; a person's word goes over the rules: assay record LEAD override "
                                   "sales_ready --reason \"…\"",
                                   model->missing.at[i].ask);
    return as_error_advise(error,
                           "`assay explain` says what is missing; a person's word goes over the rules: assay "
                           "record LEAD override sales_ready --reason \"…\"");
}

struct looking {
    struct as_packing *packing;
    bool found;
};

/* The newest override that is about this model. */
static enum as_status take_override(void *context, const struct as_override_row *row, struct as_error *error)
{
    struct looking *looking = context;
    struct as_package *out = looking->packing->out;
    (void)error;
    if (looking->found || row->time > looking->packing->request->at ||
        (row->pack != NULL && strcmp(row->pack, out->explanation.pack->name) != 0) ||
        (row->model != NULL && strcmp(row->model, out->model->model->name) != 0))
        return AS_OK;
    looking->found = true;
    out->overridden = row->stage >= AS_STAGE_SALES_READY && row->stage <= AS_STAGE_OPPORTUNITY;
    if (out->overridden)
        out->override = (struct as_override_said){row->time, as_packing_keep(looking->packing, row->by),
                                                  as_packing_keep(looking->packing, row->reason)};
    return looking->packing->failed ? as_error_memory(error) : AS_OK;
}

static enum as_status take_offer(void *context, const struct as_offer_row *row, struct as_error *error)
{
    struct as_packing *p = context;
    if (strcmp(row->model, p->out->model->model->name) != 0 || row->offered > p->request->at)
        return AS_OK;
    struct as_package_offer offer = {.owner = as_packing_keep(p, row->owner),
                                     .state = as_packing_keep(p, row->state),
                                     .reason = as_packing_keep(p, row->reason),
                                     .offered = row->offered,
                                     .answered = row->answered};
    if (offer.answered != AS_TIME_NONE && offer.answered > p->request->at) {
        offer.answered = AS_TIME_NONE;
        offer.state = "offered";
        offer.reason = NULL;
    }
    return !p->failed && as_list_push(&p->out->explanation.arena, &p->out->offers, offer)
               ? AS_OK
               : as_error_memory(error);
}

/* Only what the rules let through, or a person in their place, reaches sales. */
static enum as_status permit(struct as_packing *p, struct as_error *error)
{
    struct as_package *out = p->out;
    const struct as_explanation *explanation = &out->explanation;
    out->model = choose_model(explanation);
    if (out->model == NULL || !is_handed_over(out->model))
        return refuse(out, error);
    for (uint32_t g = 0; g < out->model->gates.n; g++)
        if (out->model->gates.at[g].gate->stage == AS_STAGE_SALES_READY)
            out->gate = &out->model->gates.at[g];
    struct looking looking = {p, false};
    enum as_status status = as_store_overrides(p->store, p->request->lead_id, take_override, &looking, error);
    if (status != AS_OK || !out->model->standing.blocked || out->overridden ||
        out->model->standing.stage != AS_STAGE_SALES_READY)
        return status;
    const char *name =
        out->model->disqualifiers.n > 0 ? out->model->disqualifiers.at[0].name : "of the model";
    as_error_set(error, AS_ERR_CONFLICT,
                 "%.100s cannot be handed over while the disqualifier \"%s\" is unknown", explanation->lead,
                 name);
    return as_error_advise(error, "`assay explain` says which fact is missing");
}

enum as_status as_package_of(struct as_package *out, struct as_store *store,
                             const struct as_package_request *request, struct as_error *error)
{
    *out = (struct as_package){.model = NULL};
    struct as_packing packing = {.out = out, .store = store, .request = request};
    struct as_explain_request wanted = {.schema = request->schema,
                                        .packs = request->packs,
                                        .pack_count = request->pack_count,
                                        .model = request->model,
                                        .at = request->at,
                                        .known_at = request->known_at,
                                        .lead_id = request->lead_id,
                                        .acquainted = true};
    enum as_status status = as_explain(&out->explanation, store, &wanted, error);
    if (status != AS_OK)
        return status;
    struct as_arena *arena = &out->explanation.arena;
    status = permit(&packing, error);
    if (status == AS_OK) {
        as_phase_parse(&out->phase, as_str_of(out->explanation.contact.phase));
        status = as_store_offers(store, out->explanation.pack->name, request->lead_id, false, take_offer,
                                 &packing, error);
    }
    if (status == AS_OK)
        status = as_resources_read(&out->catalogue, arena, store, out->explanation.pack, request->at, error);
    if (status == AS_OK)
        status = as_pack_history(&packing, error);
    if (status == AS_OK)
        status = as_pack_meetings(&packing, error);
    if (status == AS_OK)
        status = as_pack_plan(&packing, error);
    if (status == AS_OK)
        status = as_pack_advice(&packing, error);
    if (status != AS_OK)
        as_package_free(out);
    return status;
}

void as_package_free(struct as_package *package)
{
    as_explanation_free(&package->explanation);
    *package = (struct as_package){.model = NULL};
}
