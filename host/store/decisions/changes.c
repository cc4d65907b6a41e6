/* Changes: who is decided anew, with the names that standings give by index. What becomes of it is written by
 * decisions.c and standings.c. */
#include "store/decisions/changes.h"

#include "base/bits.h"

#include <stdlib.h>
#include <string.h>

/* --- names --- */

static uint32_t persona_count(const struct as_run_record *run)
{
    return run->rules == NULL ? 0 : run->rules->personas.n;
}

/* Their index, 1 and up; 0 for none. */
static uint32_t persona_of(const struct as_changes *changes, const struct as_standing *s)
{
    return s->persona <= persona_count(changes->run) ? s->persona : 0;
}

static uint32_t disqualifier_of(const struct as_changes *changes, const struct as_standing *s)
{
    return s->disqualifier <= changes->model->disqualifiers.n ? s->disqualifier : 0;
}

const char *as_changes_persona(const struct as_changes *changes, const struct as_standing *standing)
{
    uint32_t persona = persona_of(changes, standing);
    return persona > 0 ? changes->run->rules->personas.at[persona - 1].name : NULL;
}

const char *as_changes_disqualifier(const struct as_changes *changes, const struct as_standing *standing)
{
    uint32_t disqualifier = disqualifier_of(changes, standing);
    return disqualifier > 0 ? changes->model->disqualifiers.at[disqualifier - 1].name : NULL;
}

uint32_t as_changes_persona_code(const struct as_changes *changes, const struct as_standing *standing)
{
    return changes->persona_code[persona_of(changes, standing)];
}

uint32_t as_changes_disqualifier_code(const struct as_changes *changes, const struct as_standing *standing)
{
    return changes->disqualifier_code[disqualifier_of(changes, standing)];
}

static enum as_status add_name(uint32_t *code, const struct as_dataset *dataset, const char *name,
                               struct as_error *error)
{
    *code = as_intern_add(dataset->labels, as_str_of(name));
    return *code == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

static enum as_status find_names(struct as_changes *changes, struct as_error *error)
{
    const struct as_model *model = changes->model;
    uint32_t personas = persona_count(changes->run);
    enum as_status status = AS_OK;
    changes->disqualifier_code = malloc((model->disqualifiers.n + (size_t)1) * sizeof(uint32_t));
    changes->persona_code = malloc((personas + (size_t)1) * sizeof(uint32_t));
    if (changes->disqualifier_code == NULL || changes->persona_code == NULL)
        return as_error_memory(error);
    changes->disqualifier_code[0] = changes->persona_code[0] = AS_NO_INDEX;
    for (uint32_t i = 0; i < model->disqualifiers.n && status == AS_OK; i++)
        status = add_name(&changes->disqualifier_code[i + 1], changes->dataset,
                          model->disqualifiers.at[i].name, error);
    for (uint32_t i = 0; i < personas && status == AS_OK; i++)
        status = add_name(&changes->persona_code[i + 1], changes->dataset,
                          changes->run->rules->personas.at[i].name, error);
    return status;
}

/* --- rows --- */

static enum as_status list_rows(struct as_changes *changes, const uint64_t *differs, struct as_error *error)
{
    size_t words = AS_BIT_WORDS(changes->dataset->leads), n = 0;
    for (size_t w = 0; w < words; w++)
        n += (size_t)__builtin_popcountll(differs[w]);
    changes->rows = malloc((n + 1) * sizeof *changes->rows);
    if (changes->rows == NULL)
        return as_error_memory(error);
    for (size_t w = 0; w < words; w++)
        for (uint64_t left = differs[w]; left != 0; left &= left - 1)
            changes->rows[changes->n++] = (uint32_t)(w * 64 + (size_t)__builtin_ctzll(left));
    return AS_OK;
}

static enum as_status open_changes(struct as_changes *changes, const uint64_t *differs,
                                   struct as_error *error)
{
    const struct as_dataset *dataset = changes->dataset;
    const struct as_run_record *run = changes->run;
    if (dataset->prior_pack == NULL || strcmp(dataset->prior_pack, run->pack) != 0 ||
        changes->model->index >= dataset->prior_models)
        return as_error_set(error, AS_ERR_BUG, "model \"%s\" is stored without the standings of before",
                            changes->model->name);
    enum as_status status = find_names(changes, error);
    if (status == AS_OK)
        status = list_rows(changes, differs, error);
    if (status == AS_OK)
        status = as_run_model(&changes->model_id, changes->store, run, changes->model, error);
    if (status == AS_OK)
        status = as_sql_get(&changes->first, NULL, changes->store, error,
                            "SELECT coalesce(max(id), 0) + 1 FROM decision", "");
    if (status == AS_OK)
        status = as_decisions_open(changes, error);
    return status == AS_OK ? as_facts_hasher_new(&changes->facts, dataset, changes->n, error) : status;
}

enum as_status as_store_changes(struct as_changes **out, struct as_store *store,
                                const struct as_run_record *run, const struct as_model *model,
                                const struct as_dataset *dataset, const struct as_standings *standings,
                                const uint64_t *differs, struct as_error *error)
{
    struct as_changes *changes = *out = calloc(1, sizeof *changes);
    if (changes == NULL)
        return as_error_memory(error);
    changes->store = store;
    changes->run = run;
    changes->model = model;
    changes->dataset = dataset;
    changes->standings = standings;
    enum as_status status = open_changes(changes, differs, error);
    if (status != AS_OK) {
        as_changes_free(changes);
        *out = NULL;
    }
    return status;
}

void as_changes_free(struct as_changes *changes)
{
    if (changes == NULL)
        return;
    free(changes->rows);
    free(changes->disqualifier_code);
    free(changes->persona_code);
    as_facts_hasher_free(changes->facts);
    as_waiting_close(&changes->waiting);
    free(changes);
}

const uint32_t *as_changes_rows(uint32_t *n, const struct as_changes *changes)
{
    *n = changes->n;
    return changes->rows;
}

void as_changes_facts(uint64_t *out, const struct as_changes *changes, const uint32_t *row, size_t n)
{
    as_facts_hash(out, changes->facts, row, n);
}
