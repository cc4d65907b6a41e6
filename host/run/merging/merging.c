/* Two leads that may become one: gathered from the store, decided by every pack before and within the
 * transaction that merges them, which is kept or taken back. */
#include "run/merging/merging.h"

#include "run/explain/explain.h"

#include <string.h>

static const char *keep(struct as_merging *m, const char *text)
{
    return text != NULL ? as_arena_copy(&m->arena, text, strlen(text)) : NULL;
}

static enum as_status keep_fact(void *into, const struct as_merged_fact *fact, struct as_error *error)
{
    struct as_merging *m = into;
    struct as_merged_fact copy = {.field = keep(m, fact->field),
                                  .own = keep(m, fact->own),
                                  .other = keep(m, fact->other),
                                  .own_source = keep(m, fact->own_source),
                                  .other_source = keep(m, fact->other_source),
                                  .after = keep(m, fact->after),
                                  .taken = fact->taken};
    return as_list_push(&m->arena, &m->facts, copy) ? AS_OK : as_error_memory(error);
}

static enum as_status keep_consent(void *into, const struct as_merged_consent *consent,
                                   struct as_error *error)
{
    struct as_merging *m = into;
    struct as_merged_consent copy = {keep(m, consent->channel), keep(m, consent->purpose), consent->own,
                                     consent->other, consent->after};
    return as_list_push(&m->arena, &m->consents, copy) ? AS_OK : as_error_memory(error);
}

/* "Ada King (#1, ada@acme.example)" */
static enum as_status name_lead(const char **name, struct as_merging *m, struct as_store *store, int64_t lead,
                                struct as_error *error)
{
    struct as_who who;
    enum as_status status = as_store_who_kept(&who, &m->arena, store, lead, error);
    if (status != AS_OK)
        return status;
    bool address = who.email != NULL && strcmp(who.email, who.name) != 0;
    *name = as_arena_printf(&m->arena, "%s (#%lld%s%s)", who.name, (long long)lead, address ? ", " : "",
                            address ? who.email : "");
    return *name != NULL ? AS_OK : as_error_memory(error);
}

static enum as_status look(struct as_merging *out, struct as_store *store,
                           const struct as_merging_request *request, struct as_error *error)
{
    struct as_merge_claim first, second;
    bool first_wins;
    int64_t a = request->a, b = request->b;
    enum as_status status = as_store_merge_claim(&first, store, a, error);
    if (status == AS_OK)
        status = as_store_merge_claim(&second, store, b, error);
    if (status != AS_OK)
        return status;
    out->breaker = as_merge_choice(&first_wins, &first, &second);
    if (request->keep != 0 && first_wins != (request->keep == a)) {
        out->chosen = true;
        first_wins = !first_wins;
    }
    out->survivor = first_wins ? a : b;
    out->merged = first_wins ? b : a;
    out->own = first_wins ? first : second;
    out->other = first_wins ? second : first;
    status = name_lead(&out->survivor_name, out, store, out->survivor, error);
    if (status == AS_OK)
        status = name_lead(&out->merged_name, out, store, out->merged, error);
    if (status == AS_OK)
        status = as_store_merged_facts(store, out->survivor, out->merged, keep_fact, out, error);
    if (status == AS_OK)
        status = as_store_merged_consents(store, out->survivor, out->merged, keep_consent, out, error);
    return status == AS_OK ? as_store_merged_logs(&out->logs, store, out->survivor, out->merged, error)
                           : status;
}

/* --- where they stand --- */

static const char *stage_of(struct as_merging *m, const struct as_explained_model *model)
{
    return model->standing.outside ? "outside" : keep(m, as_stage_name((enum as_stage)model->standing.stage));
}

static enum as_status note_before(struct as_merging *m, const char *pack, const struct as_explanation *of,
                                  struct as_error *error)
{
    for (uint32_t i = 0; i < of->models.n; i++) {
        const struct as_explained_model *model = &of->models.at[i];
        struct as_merging_model one = {.pack = keep(m, pack),
                                       .model = keep(m, model->model->name),
                                       .stage = stage_of(m, model),
                                       .grade = keep(m, model->grade)};
        for (uint32_t s = 0; s < model->scores.n; s++) {
            const struct as_ledger *ledger = &model->scores.at[s].ledger;
            struct as_merging_score score = {keep(m, ledger->score->name), ledger->value, ledger->value};
            if (!as_list_push(&m->arena, &one.scores, score))
                return as_error_memory(error);
        }
        if (!as_list_push(&m->arena, &m->models, one))
            return as_error_memory(error);
    }
    return AS_OK;
}

static struct as_merging_model *model_of(struct as_merging *m, const char *pack, const char *name)
{
    for (uint32_t i = 0; i < m->models.n; i++)
        if (strcmp(m->models.at[i].pack, pack) == 0 && strcmp(m->models.at[i].model, name) == 0)
            return &m->models.at[i];
    return NULL;
}

enum side { SURVIVOR, OTHER, UNITED };

static void note_other(struct as_merging *m, const char *pack, const struct as_explanation *of,
                       enum side side)
{
    for (uint32_t i = 0; i < of->models.n; i++) {
        const struct as_explained_model *model = &of->models.at[i];
        struct as_merging_model *one = model_of(m, pack, model->model->name);
        if (one == NULL)
            continue;
        if (side == OTHER) {
            one->other_stage = stage_of(m, model);
            continue;
        }
        one->stage_after = stage_of(m, model);
        one->grade_after = keep(m, model->grade);
        for (uint32_t s = 0; s < model->scores.n && s < one->scores.n; s++)
            one->scores.at[s].after = model->scores.at[s].ledger.value;
    }
}

static enum as_status decide(struct as_merging *m, struct as_store *store,
                             const struct as_merging_request *request, const struct as_run_pack *pack,
                             enum side side, struct as_error *error)
{
    struct as_explanation explanation;
    struct as_explain_request asked = {.schema = request->schema,
                                       .packs = pack,
                                       .pack_count = 1,
                                       .at = request->at,
                                       .known_at = request->at,
                                       .lead_id = side == OTHER ? m->merged : m->survivor};
    enum as_status status = as_explain(&explanation, store, &asked, error);
    if (status != AS_OK)
        return status;
    if (side == SURVIVOR)
        status = note_before(m, pack->pack->name, &explanation, error);
    else
        note_other(m, pack->pack->name, &explanation, side);
    as_explanation_free(&explanation);
    return status;
}

static enum as_status decide_all(struct as_merging *m, struct as_store *store,
                                 const struct as_merging_request *request, enum side side,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < request->pack_count && status == AS_OK; i++)
        status = decide(m, store, request, &request->packs[i], side, error);
    return status;
}

/* --- merging --- */

static enum as_status merge(struct as_merging *m, struct as_store *store,
                            const struct as_merging_request *request, struct as_error *error)
{
    enum as_status status = as_store_begin(store, error);
    if (status != AS_OK)
        return status;
    status = as_store_merge(store, m->survivor, m->merged, request->by, request->at, error);
    if (status == AS_OK)
        status = decide_all(m, store, request, UNITED, error);
    if (status == AS_OK && request->dry) {
        as_store_rollback(store);
        return AS_OK;
    }
    return as_store_end(store, status, error);
}

enum as_status as_merge(struct as_merging *out, struct as_store *store,
                        const struct as_merging_request *request, struct as_error *error)
{
    *out = (struct as_merging){.at = request->at, .by = request->by, .done = !request->dry};
    enum as_status status = look(out, store, request, error);
    if (status == AS_OK)
        status = decide_all(out, store, request, SURVIVOR, error);
    if (status == AS_OK)
        status = decide_all(out, store, request, OTHER, error);
    if (status == AS_OK)
        status = merge(out, store, request, error);
    if (status != AS_OK)
        as_merging_free(out);
    return status;
}

void as_merging_free(struct as_merging *merging)
{
    as_arena_free(&merging->arena);
    *merging = (struct as_merging){.survivor = 0};
}
