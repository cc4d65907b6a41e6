/* The runs before this one, read back from the summaries kept beside them, or remembered by whoever made
 * them. */
#include "run/decision/past.h"

#include "store/decisions/decisions.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static struct as_past_run run_of(const struct as_run_row *row, const json_t *summary)
{
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
    return run;
}

/* --- what a run said of everybody --- */

static void start_looked(struct as_looked *looked, int64_t run)
{
    as_arena_free(&looked->arena);
    *looked = (struct as_looked){.run = run};
    as_arena_init(&looked->arena);
}

static bool keep_text(const char **out, struct as_arena *arena, const char *text)
{
    *out = text == NULL ? NULL : as_arena_copy(arena, text, strlen(text));
    return text == NULL || *out != NULL;
}

static bool add_model(struct as_looked *looked, const char *name, const char *blocked_by)
{
    struct as_looked_model model = {.model = NULL};
    return keep_text(&model.model, &looked->arena, name) &&
           keep_text(&model.blocked_by, &looked->arena, blocked_by) &&
           as_list_push(&looked->arena, &looked->models, model);
}

/* To the model added last. The texts are copied. */
static bool add_gate(struct as_looked *looked, struct as_looked_gate gate)
{
    struct as_arena *arena = &looked->arena;
    return keep_text(&gate.gate, arena, gate.gate) && keep_text(&gate.fact, arena, gate.fact) &&
           keep_text(&gate.ask, arena, gate.ask) && keep_text(&gate.criterion, arena, gate.criterion) &&
           as_list_push(arena, &looked->models.at[looked->models.n - 1].gates, gate);
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

static bool read_model(struct as_looked *looked, const json_t *model)
{
    const char *name = text_of(model, "model");
    bool kept = name == NULL || add_model(looked, name, text_of(model, "blocked_by"));
    const json_t *gates = json_object_get(model, "gates");
    for (size_t g = 0; name != NULL && g < json_array_size(gates) && kept; g++) {
        const json_t *gate = json_array_get(gates, g), *blocker = json_object_get(gate, "blocker");
        if (json_is_object(blocker) && text_of(gate, "gate") != NULL)
            kept = add_gate(looked,
                            (struct as_looked_gate){text_of(gate, "gate"), text_of(blocker, "fact"),
                                                    text_of(blocker, "ask"), text_of(blocker, "criterion"),
                                                    member(blocker, "leads")});
    }
    return kept;
}

static bool read_looked(struct as_looked *looked, int64_t run, const json_t *summary)
{
    const json_t *looked_at = json_object_get(summary, "looked_at"),
                 *models = json_object_get(summary, "models");
    bool kept = true;
    start_looked(looked, json_is_integer(looked_at) ? json_integer_value(looked_at) : run);
    looked->pressured = member(json_object_get(summary, "nurturing"), "pressured");
    for (int r = 0; r <= AS_REGION_ABM; r++)
        looked->regions[r] = member(json_object_get(summary, "regions"), as_region_name((enum as_region)r));
    for (size_t m = 0; m < json_array_size(models) && kept; m++)
        kept = read_model(looked, json_array_get(models, m));
    return kept;
}

static bool look(struct as_looked *looked, const struct as_summary *summary)
{
    bool kept = true;
    start_looked(looked, summary->looked_at != 0 ? summary->looked_at : summary->run);
    looked->pressured = summary->pressured;
    for (int r = 0; r <= AS_REGION_ABM && summary->pack->segment.declared; r++)
        looked->regions[r] = summary->regions[r];
    for (uint32_t m = 0; m < summary->models.n && kept; m++) {
        const struct as_model_summary *model = &summary->models.at[m];
        kept = add_model(looked, model->model->name,
                         model->blocker > 0 ? model->model->disqualifiers.at[model->blocker - 1].name : NULL);
        for (uint32_t g = 0; g < model->gates.n && kept; g++) {
            const struct as_gate_summary *gate = &model->gates.at[g];
            if (gate->fact != NULL)
                kept = add_gate(looked, (struct as_looked_gate){gate->gate->name, gate->fact, gate->ask,
                                                                gate->criterion, gate->blocked});
        }
    }
    return kept;
}

/* --- reading and adding --- */

static void forget(struct as_past *past)
{
    as_past_free(past);
    past->last_at = past->last_known_at = past->baseline_at = AS_TIME_NONE;
}

struct reading {
    struct as_past *past;
    json_t *last; /* what the last run said, of runs before it too */
};

/* What the last run said of one before it: then the summary of that one need not be read. */
static bool take_told(struct as_past_run *out, const json_t *last, const struct as_run_row *row)
{
    const json_t *told = json_object_get(last, "past");
    for (size_t i = 0; i < json_array_size(told); i++) {
        const json_t *run = json_array_get(told, i);
        if (json_integer_value(json_object_get(run, "run")) != row->id)
            continue;
        *out = (struct as_past_run){.id = row->id,
                                    .at = row->at,
                                    .leads = member(run, "leads"),
                                    .changed = member(run, "changed"),
                                    .moved = member(run, "moved"),
                                    .made = member(run, "effects"),
                                    .baseline = row->baseline,
                                    .held = row->held};
        return true;
    }
    return false;
}

static enum as_status read_run(void *context, const struct as_run_row *row, struct as_error *error)
{
    struct reading *reading = context;
    struct as_past *past = reading->past;
    if (take_told(&past->runs[past->n], reading->last, row)) {
        past->n++;
        return AS_OK;
    }
    /* A summary that cannot be read leaves its counts 0; the run itself still counts. */
    json_t *summary = row->summary_json == NULL ? NULL : json_loads(row->summary_json, 0, NULL);
    bool kept = true;
    if (past->n == 0) {
        reading->last = json_incref(summary);
        past->last_at = row->at;
        past->last_known_at = row->known_at;
        snprintf(past->last_hash, sizeof past->last_hash, "%s", row->hash);
        past->last_hold = row->held ? hold_of(summary) : AS_HOLD_NONE;
        past->last_waiting = member(json_object_get(summary, "effects"), "waiting");
        kept = read_looked(&past->looked, row->id, summary);
    }
    past->runs[past->n++] = run_of(row, summary);
    json_decref(summary);
    return kept ? AS_OK : as_error_memory(error);
}

struct comparing {
    const struct as_past *past;
    uint32_t n;
    bool same;
};

/* Runs are added, and held effects are let go: nothing else changes of a run that the next one asks for. */
static enum as_status compare(void *context, const struct as_run_row *row, struct as_error *error)
{
    struct comparing *comparing = context;
    const struct as_past *past = comparing->past;
    (void)error;
    comparing->same &= comparing->n < past->n && past->runs[comparing->n].id == row->id &&
                       past->runs[comparing->n].held == row->held;
    comparing->n++;
    return AS_OK;
}

enum as_status as_past_read(struct as_past *past, struct as_store *store, const char *pack,
                            struct as_error *error)
{
    struct comparing comparing = {past, 0, past->n > 0};
    bool found;
    enum as_status status =
        past->n == 0 ? AS_OK : as_store_runs(store, pack, AS_SUMMARY_RUNS, compare, &comparing, error);
    if (status == AS_OK && comparing.same && comparing.n == past->n)
        return AS_OK;
    forget(past);
    struct reading reading = {.past = past};
    if (status == AS_OK)
        status = as_store_runs(store, pack, AS_SUMMARY_RUNS, read_run, &reading, error);
    json_decref(reading.last);
    if (status == AS_OK)
        status = as_store_last_baseline(&past->baseline_at, &found, store, pack, error);
    if (status == AS_OK && !found)
        past->baseline_at = AS_TIME_NONE;
    if (status != AS_OK)
        forget(past);
    return status;
}

enum as_status as_past_add(struct as_past *past, const struct as_summary *summary, struct as_error *error)
{
    const struct as_effects_made *made = &summary->made;
    struct as_past_run run = {.id = summary->run,
                              .at = summary->at,
                              .made = made->send + made->task + made->assign + made->handoff + made->told,
                              .baseline = summary->baseline,
                              .held = summary->hold != AS_HOLD_NONE};
    for (uint32_t m = 0; m < summary->models.n; m++) {
        run.changed += summary->models.at[m].changed;
        run.moved += summary->models.at[m].moved;
        run.leads += summary->models.at[m].leads;
    }
    if (past->n < AS_SUMMARY_RUNS)
        past->n++;
    memmove(past->runs + 1, past->runs, (past->n - 1) * sizeof *past->runs);
    past->runs[0] = run;
    past->last_at = summary->at;
    past->last_known_at = summary->known_at;
    snprintf(past->last_hash, sizeof past->last_hash, "%s", summary->pack->hash);
    past->last_hold = summary->hold;
    past->last_waiting = made->waiting;
    if (summary->baseline)
        past->baseline_at = summary->at;
    if (look(&past->looked, summary))
        return AS_OK;
    forget(past);
    return as_error_memory(error);
}

void as_past_free(struct as_past *past)
{
    as_arena_free(&past->looked.arena);
    *past = (struct as_past){.n = 0};
}

enum as_status as_past_tell(struct as_summary *summary, const struct as_past *past, struct as_error *error)
{
    for (uint32_t i = 0; i < past->n; i++)
        if (!as_list_push(summary->arena, &summary->past, past->runs[i]))
            return as_error_memory(error);
    return AS_OK;
}

/* --- what it said of everybody, carried on --- */

static uint32_t disqualifier_of(const struct as_model *model, const char *name)
{
    for (uint32_t d = 0; name != NULL && d < model->disqualifiers.n; d++)
        if (strcmp(model->disqualifiers.at[d].name, name) == 0)
            return d + 1;
    return 0;
}

static const struct as_looked_gate *gate_of(const struct as_looked_model *model, const char *name)
{
    for (uint32_t g = 0; g < model->gates.n; g++)
        if (strcmp(model->gates.at[g].gate, name) == 0)
            return &model->gates.at[g];
    return NULL;
}

static bool carry_model(struct as_model_summary *out, struct as_arena *arena,
                        const struct as_looked_model *model)
{
    bool kept = true;
    if (out->blocked > 0)
        out->blocker = disqualifier_of(out->model, model->blocked_by);
    for (uint32_t g = 0; g < out->gates.n && kept; g++) {
        struct as_gate_summary *gate = &out->gates.at[g];
        const struct as_looked_gate *before = gate_of(model, gate->gate->name);
        if (gate->undecided == 0 || before == NULL)
            continue;
        /* Some of them know it by now. */
        gate->blocked = before->blocked < gate->undecided ? before->blocked : gate->undecided;
        kept = keep_text(&gate->fact, arena, before->fact) && keep_text(&gate->ask, arena, before->ask) &&
               keep_text(&gate->criterion, arena, before->criterion);
    }
    return kept;
}

enum as_status as_past_carry(struct as_summary *summary, const struct as_past *past, struct as_error *error)
{
    const struct as_looked *looked = &past->looked;
    bool kept = true;
    summary->looked_at = looked->run;
    summary->pressured = looked->pressured;
    memcpy(summary->regions, looked->regions, sizeof summary->regions);
    for (uint32_t m = 0; m < summary->models.n && kept; m++)
        for (uint32_t i = 0; i < looked->models.n && kept; i++)
            if (strcmp(looked->models.at[i].model, summary->models.at[m].model->name) == 0)
                kept = carry_model(&summary->models.at[m], summary->arena, &looked->models.at[i]);
    return kept ? AS_OK : as_error_memory(error);
}
