/* The runs before this one, read back from the summaries kept beside them. */
#include "run/summary.h"

#include "store/decisions.h"

#include <jansson.h>
#include <stdio.h>

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
    *out = (struct as_past){AS_TIME_NONE, AS_TIME_NONE, "", AS_HOLD_NONE, AS_TIME_NONE};
    struct reading reading = {out, summary};
    return as_store_runs(store, pack, LOOK_BACK, read_run, &reading, error);
}
