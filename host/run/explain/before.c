/* Reading back stored decisions of one lead. Rules are matched by name: a renamed rule reads as one gone and
 * one come, which is what happened. */
#include "run/explain/before.h"

#include "store/decisions/decisions.h"

#include <jansson.h>
#include <string.h>

/* Decisions of one lead looked at: a change of stage further back than this is told without its cause. */
enum { LOOK_BACK = 200 };

static const char *entry_name(const json_t *entry)
{
    const char *kind = json_string_value(json_object_get(entry, "kind"));
    const char *name = json_string_value(json_object_get(entry, "name"));
    if (kind == NULL || name == NULL)
        return NULL;
    return strcmp(kind, "rule") == 0 || strcmp(kind, "events") == 0 ? name : NULL;
}

static enum as_status add_points(struct as_before *before, const char *score, const char *rule,
                                 int64_t points, struct as_error *error)
{
    struct as_before_points item = {as_arena_printf(before->arena, "%s", score),
                                    rule == NULL ? NULL : as_arena_printf(before->arena, "%s", rule), points};
    if (item.score == NULL || (rule != NULL && item.rule == NULL) ||
        !as_list_push(before->arena, &before->points, item))
        return as_error_memory(error);
    return AS_OK;
}

/* When somebody asks for the first of them: most who ask what was decided before want no points. */
static enum as_status read_ledgers(struct as_before *before, struct as_error *error)
{
    json_t *ledgers = before->ledgers == NULL ? NULL : json_loads(before->ledgers, 0, NULL);
    const char *score;
    json_t *ledger;
    enum as_status status = AS_OK;
    before->ledgers = NULL;
    json_object_foreach(ledgers, score, ledger)
    {
        if (status != AS_OK)
            break;
        status = add_points(before, score, NULL, json_integer_value(json_object_get(ledger, "value")), error);
        const json_t *entries = json_object_get(ledger, "entries");
        for (size_t i = 0; i < json_array_size(entries) && status == AS_OK; i++) {
            const json_t *entry = json_array_get(entries, i);
            const char *name = entry_name(entry);
            if (name != NULL)
                status = add_points(before, score, name, json_integer_value(json_object_get(entry, "points")),
                                    error);
        }
    }
    json_decref(ledgers);
    return status;
}

static enum as_status read_decision(void *context, const struct as_decision_row *row, struct as_error *error)
{
    struct as_before *before = context;
    before->decision.at = row->at;
    before->decision.stage = row->stage;
    before->decision.verdicts = row->verdicts;
    snprintf(before->decision.grade, sizeof before->decision.grade, "%s",
             row->grade_text == NULL ? "" : row->grade_text);
    if (row->ledger_json == NULL)
        return AS_OK;
    before->ledgers = as_arena_printf(before->arena, "%s", row->ledger_json);
    return before->ledgers == NULL ? as_error_memory(error) : AS_OK;
}

enum as_status as_before_of(struct as_before *out, struct as_arena *arena, struct as_store *store,
                            const char *pack, const char *model, int64_t lead_id, int64_t at,
                            struct as_error *error)
{
    *out = (struct as_before){.arena = arena, .decision = {.at = AS_TIME_NONE}};
    return as_store_decisions_of(store, pack, model, lead_id, at - 1, 1, read_decision, out, error);
}

static enum as_status read_stage(void *context, const struct as_decision_row *row, struct as_error *error)
{
    struct as_before *before = context;
    (void)error;
    if (before->stage != AS_STAGE_NONE || row->stage == row->prior_stage)
        return AS_OK;
    before->stage = row->stage;
    before->by = row->by == NULL ? NULL : as_arena_printf(before->arena, "%s", row->by);
    before->cause = row->why == NULL ? NULL : as_arena_printf(before->arena, "%s", row->why);
    if (row->cause == AS_CAUSE_FIRST)
        before->cause = "first decision";
    return AS_OK;
}

enum as_status as_before_stage(struct as_before *before, struct as_store *store, const char *pack,
                               const char *model, int64_t lead_id, int64_t at, struct as_error *error)
{
    return as_store_decisions_of(store, pack, model, lead_id, at, LOOK_BACK, read_stage, before, error);
}

/* Points of the decision before; false when it had none (or there was none). rule NULL: of the score. */
static bool points_of_before(int64_t *points, const struct as_before *before, const char *score,
                             const char *rule)
{
    for (uint32_t i = 0; i < before->points.n; i++) {
        const struct as_before_points *item = &before->points.at[i];
        if (strcmp(item->score, score) != 0 || (item->rule == NULL) != (rule == NULL))
            continue;
        if (rule == NULL || strcmp(item->rule, rule) == 0) {
            *points = item->points;
            return true;
        }
    }
    *points = 0;
    return false;
}

static int64_t points_now(const struct as_ledger *ledger, const char *rule)
{
    int64_t points = 0;
    for (uint32_t i = 0; i < ledger->entries.n; i++) {
        const struct as_entry *entry = &ledger->entries.at[i];
        if ((entry->kind == AS_ENTRY_RULE || entry->kind == AS_ENTRY_EVENTS) &&
            strcmp(entry->rule->name, rule) == 0)
            points += entry->points;
    }
    return points;
}

enum as_status as_before_changes(struct as_explained_score *score, struct as_before *before,
                                 struct as_error *error)
{
    const char *name = score->ledger.score->name;
    enum as_status status = read_ledgers(before, error);
    if (status != AS_OK)
        return status;
    score->had_before = points_of_before(&score->before, before, name, NULL);
    if (!score->had_before)
        return AS_OK;
    for (uint32_t i = 0; i < score->ledger.entries.n; i++) {
        const struct as_entry *entry = &score->ledger.entries.at[i];
        if (entry->kind != AS_ENTRY_RULE && entry->kind != AS_ENTRY_EVENTS)
            continue;
        struct as_explained_change change = {.name = entry->rule->name, .now = entry->points};
        points_of_before(&change.before, before, name, change.name);
        if (change.before != change.now && !as_list_push(before->arena, &score->changes, change))
            return as_error_memory(error);
    }
    for (uint32_t i = 0; i < before->points.n; i++) {
        const struct as_before_points *item = &before->points.at[i];
        if (item->rule == NULL || strcmp(item->score, name) != 0 || item->points == 0 ||
            points_now(&score->ledger, item->rule) != 0)
            continue;
        struct as_explained_change change = {item->rule, item->points, 0};
        if (!as_list_push(before->arena, &score->changes, change))
            return as_error_memory(error);
    }
    return AS_OK;
}
