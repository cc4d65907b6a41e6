/* The runs before this one, read back from the summaries kept beside them. */
#include "run/decision/summary.h"

#include "store/decisions/decisions.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Runs looked at for the newest baseline: three years of daily runs. */
enum { LOOK_BACK = 1100 };

struct reading {
    struct as_past *past;
    struct as_summary *summary;
};

static uint64_t member(const json_t *object, const char *key)
{
    json_int_t value = json_integer_value(json_object_get(object, key));
    return value < 0 ? 0 : (uint64_t)value;
}

static enum as_hold hold_of(const json_t *summary)
{
    const char *name = json_string_value(json_object_get(summary, "held_because"));
    for (int hold = AS_HOLD_FIRST; name != NULL && hold <= AS_HOLD_MOVES; hold++)
        if (as_str_is(as_str_of(name), as_hold_name((enum as_hold)hold)))
            return (enum as_hold)hold;
    return AS_HOLD_NONE;
}

static enum as_status read_run(void *context, const struct as_run_row *row, struct as_error *error)
{
    struct reading *reading = context;
    struct as_past *past = reading->past;
    if (row->baseline && past->baseline_at == AS_TIME_NONE)
        past->baseline_at = row->at;
    bool newest = past->last_at == AS_TIME_NONE;
    if (!newest && reading->summary->past.n >= AS_SUMMARY_RUNS)
        return AS_OK;
    /* A summary that cannot be read (an older program wrote it) leaves its counts 0; the run itself still
     * counts. */
    json_t *summary = row->summary_json == NULL ? NULL : json_loads(row->summary_json, 0, NULL);
    if (newest) {
        past->last_at = row->at;
        past->last_known_at = row->known_at;
        snprintf(past->last_hash, sizeof past->last_hash, "%s", row->hash);
        past->last_hold = row->held ? hold_of(summary) : AS_HOLD_NONE;
        past->last_run = row->id;
        past->last_summary = row->summary_json == NULL ? NULL : strdup(row->summary_json);
    }
    struct as_past_run run = {.id = row->id, .at = row->at, .baseline = row->baseline, .held = row->held};
    const json_t *models = json_object_get(summary, "models");
    for (size_t m = 0; m < json_array_size(models); m++) {
        const json_t *model = json_array_get(models, m);
        run.changed += member(model, "changed");
        run.moved += member(model, "moved");
        run.leads += member(model, "leads");
    }
    const json_t *made = json_object_get(summary, "effects");
    run.made = member(made, "send") + member(made, "task") + member(made, "assign") +
               member(made, "handoff") + member(made, "told");
    json_decref(summary);
    return as_list_push(reading->summary->arena, &reading->summary->past, run) ? AS_OK
                                                                               : as_error_memory(error);
}

enum as_status as_past_of(struct as_past *out, struct as_summary *summary, struct as_store *store,
                          const char *pack, struct as_error *error)
{
    *out =
        (struct as_past){.last_at = AS_TIME_NONE, .last_known_at = AS_TIME_NONE, .baseline_at = AS_TIME_NONE};
    struct reading reading = {out, summary};
    return as_store_runs(store, pack, LOOK_BACK, read_run, &reading, error);
}

void as_past_free(struct as_past *past)
{
    free(past->last_summary);
    past->last_summary = NULL;
}

/* --- what it said of everybody --- */

/* The object of a list whose `key` has this text; NULL none. */
static const json_t *named(const json_t *list, const char *key, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *own = json_string_value(json_object_get(json_array_get(list, i), key));
        if (own != NULL && strcmp(own, name) == 0)
            return json_array_get(list, i);
    }
    return NULL;
}

static bool keep_text(const char **out, struct as_arena *arena, const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    *out = text == NULL ? NULL : as_arena_copy(arena, text, strlen(text));
    return text == NULL || *out != NULL;
}

static uint32_t disqualifier_of(const struct as_model *model, const char *name)
{
    for (uint32_t d = 0; name != NULL && d < model->disqualifiers.n; d++)
        if (strcmp(model->disqualifiers.at[d].name, name) == 0)
            return d + 1;
    return 0;
}

static bool carry_model(struct as_model_summary *out, struct as_arena *arena, const json_t *model)
{
    bool kept = true;
    if (out->blocked > 0)
        out->blocker = disqualifier_of(out->model, json_string_value(json_object_get(model, "blocked_by")));
    for (uint32_t g = 0; g < out->gates.n && kept; g++) {
        struct as_gate_summary *gate = &out->gates.at[g];
        const json_t *blocker =
            json_object_get(named(json_object_get(model, "gates"), "gate", gate->gate->name), "blocker");
        if (gate->undecided == 0 || !json_is_object(blocker))
            continue;
        gate->blocked = member(blocker, "leads");
        if (gate->blocked > gate->undecided) /* some of them know it by now */
            gate->blocked = gate->undecided;
        kept = keep_text(&gate->fact, arena, blocker, "fact") &&
               keep_text(&gate->ask, arena, blocker, "ask") &&
               keep_text(&gate->criterion, arena, blocker, "criterion");
    }
    return kept;
}

enum as_status as_past_carry(struct as_summary *summary, const struct as_past *past, struct as_error *error)
{
    json_t *last = past->last_summary == NULL ? NULL : json_loads(past->last_summary, 0, NULL);
    const json_t *looked_at = json_object_get(last, "looked_at");
    bool kept = true;
    summary->looked_at = json_is_integer(looked_at) ? json_integer_value(looked_at) : past->last_run;
    summary->pressured = member(json_object_get(last, "nurturing"), "pressured");
    for (int r = 0; r <= AS_REGION_ABM; r++)
        summary->regions[r] = member(json_object_get(last, "regions"), as_region_name((enum as_region)r));
    for (uint32_t m = 0; m < summary->models.n && kept; m++)
        kept =
            carry_model(&summary->models.at[m], summary->arena,
                        named(json_object_get(last, "models"), "model", summary->models.at[m].model->name));
    json_decref(last);
    return kept ? AS_OK : as_error_memory(error);
}
