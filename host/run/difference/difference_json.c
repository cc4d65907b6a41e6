/* The difference of two packs as JSON; the shape is documented in this folder's README. */
#include "run/difference/difference.h"

static void put_pair(struct as_json *json, const char *key, const uint32_t pair[AS_SIDES])
{
    as_json_put_open(json, key, '{');
    as_json_put_int(json, "before", pair[AS_BEFORE]);
    as_json_put_int(json, "after", pair[AS_AFTER]);
    as_json_close(json, '}');
}

static const char *stage_text(int stage)
{
    return stage == AS_STAGE_NONE ? NULL : as_stage_name((enum as_stage)stage);
}

static void put_stages(struct as_json *json, const struct as_difference_model *model)
{
    as_json_put_open(json, "stages", '[');
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++) {
        if (model->stages[AS_BEFORE][stage] + model->stages[AS_AFTER][stage] == 0)
            continue;
        as_json_open(json, '{');
        as_json_put_text(json, "stage", as_stage_name((enum as_stage)stage));
        as_json_put_int(json, "before", model->stages[AS_BEFORE][stage]);
        as_json_put_int(json, "after", model->stages[AS_AFTER][stage]);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "transitions", '[');
    for (int from = 0; from < AS_STAGE_COUNT; from++)
        for (int to = 0; to < AS_STAGE_COUNT; to++) {
            if (model->matrix[from][to] == 0)
                continue;
            as_json_open(json, '{');
            as_json_put_text(json, "from", stage_text(from));
            as_json_put_text(json, "to", stage_text(to));
            as_json_put_int(json, "leads", model->matrix[from][to]);
            as_json_close(json, '}');
        }
    as_json_close(json, ']');
}

static void put_scores(struct as_json *json, const struct as_difference_model *model)
{
    as_json_put_open(json, "scores", '[');
    for (uint32_t s = 0; s < model->scores.n; s++) {
        const struct as_difference_score *score = &model->scores.at[s];
        as_json_open(json, '{');
        as_json_put_text(json, "score", score->name);
        as_json_put_int(json, "up", score->up);
        as_json_put_int(json, "down", score->down);
        as_json_put_milli(json, "points", score->points);
        as_json_put_bool(json, "banded", score->banded);
        as_json_put_int(json, "band_up", score->band_up);
        as_json_put_int(json, "band_down", score->band_down);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_parts(struct as_json *json, const struct as_difference_model *model)
{
    as_json_put_open(json, "responsible", '[');
    for (uint32_t p = 0; p < model->parts.n; p++) {
        const struct as_difference_part *part = &model->parts.at[p];
        as_json_open(json, '{');
        as_json_put_text(json, "kind", as_difference_kind_name(part->kind));
        as_json_put_text(json, "of", part->of);
        as_json_put_text(json, "name", part->name);
        as_json_put_text(json, "change",
                         !part->in[AS_BEFORE]  ? "added"
                         : !part->in[AS_AFTER] ? "removed"
                                               : "changed");
        as_json_put_int(json, "leads", part->leads);
        as_json_put_int(json, "up", part->up);
        as_json_put_int(json, "down", part->down);
        as_json_put_milli(json, "points", part->points);
        as_json_put_text(json, "file", part->position.file);
        as_json_put_int(json, "line", part->position.line);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_leads(struct as_json *json, const char *key, const struct as_difference_leads *leads)
{
    as_json_put_open(json, key, '[');
    for (uint32_t i = 0; i < leads->list.n; i++) {
        const struct as_difference_lead *lead = &leads->list.at[i];
        as_json_open(json, '{');
        as_json_put_int(json, "id", lead->id);
        as_json_put_text(json, "lead", lead->lead);
        as_json_put_text(json, "account", lead->account);
        as_json_put_text(json, "from", stage_text(lead->from));
        as_json_put_text(json, "to", stage_text(lead->to));
        as_json_put_text(json, "grade_from", lead->grade_from);
        as_json_put_text(json, "grade_to", lead->grade_to);
        as_json_put_text(json, "because", lead->because);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_capacity(struct as_json *json, const struct as_capacity *capacity)
{
    if (capacity == NULL) {
        as_json_put_text(json, "capacity", NULL);
        return;
    }
    as_json_put_open(json, "capacity", '{');
    as_json_put_int(json, "work_seconds", capacity->work);
    as_json_put_int(json, "most", capacity->most.count);
    as_json_put_int(json, "per_seconds", capacity->most.span.length);
    as_json_close(json, '}');
}

static void put_gates(struct as_json *json, const struct as_difference_model *model)
{
    as_json_put_open(json, "gates", '[');
    for (uint32_t g = 0; g < model->gates.n; g++) {
        const struct as_difference_gate *gate = &model->gates.at[g];
        as_json_open(json, '{');
        as_json_put_text(json, "gate", gate->name);
        put_pair(json, "pass", gate->pass);
        as_json_put_int(json, "opens", gate->opens);
        as_json_put_int(json, "closes", gate->closes);
        put_pair(json, "entered", gate->entered);
        put_capacity(json, gate->capacity);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_put_open(json, "owners", '[');
    for (uint32_t o = 0; o < model->owners.n; o++) {
        as_json_open(json, '{');
        as_json_put_text(json, "owner", model->owners.at[o].user);
        as_json_put_int(json, "before", model->owners.at[o].leads[AS_BEFORE]);
        as_json_put_int(json, "after", model->owners.at[o].leads[AS_AFTER]);
        put_pair(json, "in_hand", model->owners.at[o].hand);
        as_json_put_int(json, "capacity", model->owners.at[o].capacity);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_model(struct as_json *json, const struct as_difference_model *model)
{
    as_json_open(json, '{');
    as_json_put_text(json, "model", model->name);
    as_json_put_text(json, "change",
                     model->model[AS_BEFORE] == NULL   ? "added"
                     : model->model[AS_AFTER] == NULL  ? "removed"
                     : as_difference_model_none(model) ? "none"
                                                       : "changed");
    as_json_put_int(json, "leads", model->leads);
    as_json_put_int(json, "moved", model->moved);
    as_json_put_int(json, "up", model->up);
    as_json_put_int(json, "down", model->down);
    as_json_put_int(json, "regraded", model->regraded);
    as_json_put_int(json, "rejudged", model->rejudged);
    put_stages(json, model);
    put_scores(json, model);
    put_parts(json, model);
    as_json_put_open(json, "examples", '{');
    put_leads(json, "up", &model->advance);
    put_leads(json, "down", &model->fall);
    put_leads(json, "other", &model->other);
    as_json_close(json, '}');
    put_gates(json, model);
    as_json_put_open(json, "handoffs", '{');
    as_json_put_int(json, "before", model->handoffs[AS_BEFORE]);
    as_json_put_int(json, "after", model->handoffs[AS_AFTER]);
    as_json_put_int(json, "new", model->handoffs_new);
    as_json_put_int(json, "gone", model->handoffs_gone);
    as_json_close(json, '}');
    as_json_put_open(json, "won", '{');
    as_json_put_int(json, "leads", model->won);
    as_json_put_int(json, "rejected", model->won_rejected);
    as_json_put_int(json, "undecided", model->won_undecided);
    put_leads(json, "examples", &model->won_examples);
    as_json_close(json, '}');
    as_json_close(json, '}');
}

static void put_values(struct as_json *json, const char *key, const char *const *values, uint32_t n)
{
    as_json_put_open(json, key, '[');
    for (uint32_t i = 0; i < n; i++)
        as_json_text(json, values[i]);
    as_json_close(json, ']');
}

static void put_lists(struct as_json *json, const struct as_difference *difference)
{
    as_json_put_open(json, "lists", '[');
    for (uint32_t i = 0; i < difference->lists.n; i++) {
        const struct as_difference_list *list = &difference->lists.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "list", list->name);
        as_json_put_text(json, "change",
                         !list->in[AS_BEFORE]  ? "added"
                         : !list->in[AS_AFTER] ? "removed"
                                               : "changed");
        as_json_put_int(json, "added", list->added);
        as_json_put_int(json, "removed", list->removed);
        put_values(json, "added_values", list->added_values.at, list->added_values.n);
        put_values(json, "removed_values", list->removed_values.at, list->removed_values.n);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_lines(struct as_json *json, const struct as_difference_line *lines, uint32_t n)
{
    as_json_open(json, '[');
    for (uint32_t i = 0; i < n; i++) {
        as_json_open(json, '{');
        as_json_put_text(json, "what", lines[i].what);
        as_json_put_text(json, "before", lines[i].before);
        as_json_put_text(json, "after", lines[i].after);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_made(struct as_json *json, const struct as_difference *difference)
{
    static const char *const sides[AS_SIDES] = {"before", "after"};
    as_json_put_open(json, "effects", '{');
    for (int side = 0; side < AS_SIDES; side++) {
        const struct as_effects_made *made = &difference->made[side];
        as_json_put_open(json, sides[side], '{');
        as_json_put_int(json, "assign", (int64_t)made->assign);
        as_json_put_int(json, "handoff", (int64_t)made->handoff);
        as_json_put_int(json, "task", (int64_t)made->task);
        as_json_put_int(json, "send", (int64_t)made->send);
        as_json_put_int(json, "told", (int64_t)made->told);
        as_json_close(json, '}');
    }
    as_json_key(json, "changes");
    put_lines(json, difference->effects.at, difference->effects.n);
    as_json_close(json, '}');
    as_json_put_open(json, "work_seconds", '{');
    for (int side = 0; side < AS_SIDES; side++)
        as_json_put_int(json, sides[side], difference->work[side]);
    as_json_close(json, '}');
}

void as_difference_json(struct as_json *json, const struct as_difference *difference)
{
    static const char *const sides[AS_SIDES] = {"before", "after"};
    as_json_open(json, '{');
    as_json_put_time(json, "at", difference->at);
    as_json_put_time(json, "known_at", difference->known_at);
    for (int side = 0; side < AS_SIDES; side++) {
        as_json_put_open(json, sides[side], '{');
        as_json_put_text(json, "pack", difference->packs[side].pack->name);
        as_json_put_text(json, "hash", difference->packs[side].pack->hash);
        as_json_put_text(json, "change", difference->packs[side].pack->change);
        as_json_close(json, '}');
    }
    as_json_put_text(json, "history", difference->history);
    as_json_put_bool(json, "same", as_difference_none(difference));
    as_json_put_int(json, "leads", difference->leads);
    as_json_put_open(json, "models", '[');
    for (uint32_t m = 0; m < difference->models.n; m++)
        put_model(json, &difference->models.at[m]);
    as_json_close(json, ']');
    put_made(json, difference);
    put_lists(json, difference);
    as_json_key(json, "contact");
    put_lines(json, difference->contact.at, difference->contact.n);
    as_json_put_open(json, "agreement", '{');
    as_json_key(json, "changes");
    put_lines(json, difference->agreement.at, difference->agreement.n);
    as_json_put_bool(json, "holds_before", difference->agreed[AS_BEFORE].holds);
    as_json_put_bool(json, "holds", difference->agreed[AS_AFTER].holds);
    as_json_put_bool(json, "review_over", difference->agreed[AS_AFTER].review_over);
    as_json_close(json, '}');
    as_json_close(json, '}');
}
