/* One lead, told in full: decided anew over her own facts and those of her account's people, traced, and laid
 * beside what the store keeps of earlier decisions. Words and alignment are the command's. */
#include "run/explain/explaining.h"

#include "store/facts/facts.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>

const char *as_explaining_keep(struct as_explaining *e, const char *text)
{
    return text == NULL ? NULL : as_arena_printf(&e->out->arena, "%s", text);
}

static enum as_status read_facts(struct as_explaining *e, struct as_error *error)
{
    const struct as_explain_request *request = e->request;
    struct as_snapshot_request wanted = {
        .at = request->at,
        .known_at = request->known_at,
        .account_events = true,
        .lead_ids = &request->lead_id,
        .lead_count = 1,
    };
    as_request_ladder(&wanted, request->packs, request->pack_count);
    enum as_status status = as_store_snapshot(&e->dataset, e->store, request->schema, &wanted, error);
    if (status != AS_OK)
        return status;
    e->lead_row = AS_NO_INDEX;
    for (uint32_t row = 0; row < e->dataset->leads; row++)
        if (e->dataset->lead_id[row] == request->lead_id)
            e->lead_row = row;
    if (e->lead_row == AS_NO_INDEX) {
        char known[AS_TIME_TEXT];
        as_error_set(error, AS_ERR_MISSING, "this lead was not known at %s",
                     as_time_format(known, request->known_at));
        return as_error_advise(error, "ask for a later --at, or for what is known now with --known-at now");
    }
    e->account_row = e->dataset->lead_account == NULL ? AS_NO_INDEX : e->dataset->lead_account[e->lead_row];
    if (request->overlay == NULL)
        return AS_OK;
    return as_overlay_apply(e->dataset, e->lead_row, request->overlay->changes.at,
                            request->overlay->changes.n, error);
}

/* The first pack is decided last: its prior standings stay in the dataset for the trace. */
static enum as_status decide_packs(struct as_explaining *e, struct as_error *error)
{
    const struct as_explain_request *request = e->request;
    enum as_status status = AS_OK;
    for (uint32_t i = request->pack_count; i-- > 0 && status == AS_OK;) {
        const struct as_pack *pack = request->packs[i].pack;
        struct as_run_options options = {
            .at = request->at, .threads = 1, .functions = request->packs[i].functions};
        status = as_store_load_priors(e->dataset, e->store, pack, error);
        if (status == AS_OK)
            status = as_plan_new(&e->plans[i], pack, error);
        if (status == AS_OK)
            status = as_decide(&e->decisions[i], pack, e->plans[i], e->dataset, &options, error);
        e->all[i] = &e->decisions[i];
    }
    if (status != AS_OK)
        return status;
    return as_trace_new(&e->trace, e->plans[0], e->dataset, &e->decisions[0].options, e->lead_row, error);
}

static enum as_status explain_all(struct as_explaining *e, struct as_error *error)
{
    enum as_status status = as_store_learn_schema(e->store, e->request->schema, error);
    if (status == AS_OK)
        status = read_facts(e, error);
    if (status == AS_OK)
        status = decide_packs(e, error);
    if (status != AS_OK)
        return status;
    e->source = (struct as_evidence_source){
        &e->out->arena, e->store,       e->dataset,         e->trace, e->decisions[0].options.functions,
        e->lead_row,    e->account_row, e->request->overlay};
    status = as_explain_models(e, error);
    if (status == AS_OK)
        status = as_explain_person(e, error);
    if (status == AS_OK)
        status = as_owed_of(&e->out->owed, &e->out->arena, e->store, e->out->pack, e->request->lead_id,
                            e->request->at, error);
    return status == AS_OK && e->request->acquainted ? as_explain_acquaintance(e, error) : status;
}

enum as_status as_explain(struct as_explanation *out, struct as_store *store,
                          const struct as_explain_request *request, struct as_error *error)
{
    *out = (struct as_explanation){.pack = request->packs[0].pack,
                                   .at = request->at,
                                   .known_at = request->known_at,
                                   .lead_id = request->lead_id};
    struct as_explaining e = {.out = out, .store = store, .request = request};
    e.plans = calloc(request->pack_count, sizeof *e.plans);
    e.decisions = calloc(request->pack_count, sizeof *e.decisions);
    e.all = calloc(request->pack_count, sizeof *e.all);
    enum as_status status = e.plans == NULL || e.decisions == NULL || e.all == NULL ? as_error_memory(error)
                                                                                    : explain_all(&e, error);
    as_trace_free(e.trace);
    for (uint32_t i = 0; i < request->pack_count; i++) {
        if (e.decisions != NULL && e.decisions[i].pack != NULL)
            as_decision_free(&e.decisions[i]);
        if (e.plans != NULL)
            as_plan_free(e.plans[i]);
    }
    free(e.plans);
    free(e.decisions);
    free(e.all);
    as_dataset_free(e.dataset);
    if (status != AS_OK)
        as_explanation_free(out);
    return status;
}

void as_explanation_free(struct as_explanation *explanation)
{
    as_arena_free(&explanation->arena);
    *explanation = (struct as_explanation){.pack = NULL};
}
