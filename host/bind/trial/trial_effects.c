/* What a test reads of a decision, part three: what entering the stage asks of the outside. Making effects of
 * it, once and with their keys, is host/run's. */
#include "bind/trial/trial_reading.h"

#include "bind/module/module_table.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"

#include <lauxlib.h>
#include <string.h>

/* Pushes what a fact is now, nil for what is not known. */
static void push_fact(lua_State *L, const struct as_view *view, const struct as_expr *expr)
{
    const struct as_trial *trial = view->trial;
    uint32_t row = expr->level == AS_LEVEL_LEAD ? view->row : as_view_account(view);
    struct as_buf *text = as_scratch_buffer(L);
    double number;
    if (row == AS_NO_INDEX)
        lua_pushnil(L);
    else if ((expr->shape & AS_SHAPE_BOOLEAN) == 0 && as_outcome_number(&number, trial->outcome, expr, row))
        lua_pushnumber(L, number);
    else if (!as_outcome_text(text, trial->outcome, expr, row))
        lua_pushnil(L);
    else if ((expr->shape & AS_SHAPE_BOOLEAN) != 0)
        lua_pushboolean(L, strcmp(as_buf_c(text), "yes") == 0 || strcmp(as_buf_c(text), "true") == 0);
    else
        lua_pushlstring(L, as_buf_c(text), text->n);
    lua_closeslot(L, -2);
    lua_remove(L, -2);
}

static void push_result(lua_State *L, const struct as_view *view, const struct as_expr *function)
{
    const struct as_trial *trial = view->trial;
    const struct as_functions *functions = trial->bench->functions;
    struct as_function_result result = {.kind = AS_RESULT_UNKNOWN};
    struct as_error error = AS_ERROR_INIT;
    if (functions != NULL && functions->call(&result, functions->context, 0, function->function, trial->set,
                                             view->row, trial->set->at, &error) != AS_OK)
        as_raise(L, &error);
    switch (result.kind) {
    case AS_RESULT_BOOLEAN:
        lua_pushboolean(L, result.boolean);
        break;
    case AS_RESULT_NUMBER:
        lua_pushnumber(L, result.number);
        break;
    case AS_RESULT_TEXT:
        lua_pushstring(L, result.text);
        break;
    default:
        lua_pushnil(L);
    }
}

static void push_value(lua_State *L, const struct as_view *view, const struct as_effect_value *value)
{
    switch (value->literal.kind) {
    case AS_LITERAL_TEXT:
        lua_pushlstring(L, value->literal.text.p, value->literal.text.n);
        break;
    case AS_LITERAL_INTEGER:
        lua_pushinteger(L, value->literal.integer);
        break;
    case AS_LITERAL_NUMBER:
        lua_pushnumber(L, value->literal.number);
        break;
    case AS_LITERAL_BOOLEAN:
        lua_pushboolean(L, value->literal.boolean);
        break;
    default:
        if (value->expr->kind == AS_EXPR_FUNCTION)
            push_result(L, view, value->expr);
        else
            push_fact(L, view, value->expr);
    }
}

static void push_effect(lua_State *L, const struct as_view *view, const struct as_effect_rule *effect)
{
    lua_createtable(L, 0, 6);
    as_set_text(L, "kind", as_effect_kind_name(effect->kind));
    as_set_text(L, "name", effect->name);
    as_set_text(L, "to", effect->to);
    as_set_text(L, "role", effect->role);
    as_set_text(L, "list", effect->list);
    if (effect->kind == AS_EFFECT_LIST)
        as_set_text(L, "change", effect->leaves ? "leave" : "join");
    if (effect->due > 0) {
        as_reading_push_time(L, view->trial->set->at + effect->due);
        lua_setfield(L, -2, "due");
    }
    lua_createtable(L, 0, (int)effect->values.n);
    for (uint32_t i = 0; i < effect->values.n; i++) {
        const struct as_effect_value *value = &effect->values.at[i];
        bool text = effect->kind == AS_EFFECT_TASK && strcmp(value->key, AS_TASK_TEXT) == 0;
        push_value(L, view, value);
        lua_setfield(L, text ? -3 : -2, text ? "text" : value->key);
    }
    lua_setfield(L, -2, "data");
}

static bool is_wanted(const struct as_view *view, const struct as_effect_rule *effect)
{
    return effect->when == NULL ||
           as_verdict_at(as_outcome_verdicts_at(view->trial->outcome, effect->when, AS_LEVEL_LEAD),
                         view->row) == AS_YES;
}

static int read_effects(lua_State *L, struct as_view *view)
{
    const struct as_pack *pack = view->trial->bench->pack;
    const struct as_standing *standing = as_view_standing(L, view);
    lua_Integer n = 0;
    view->read = AS_READ_STANDING;
    lua_newtable(L);
    for (uint32_t i = 0; standing->stage != standing->prior_stage && i < pack->reactions.n; i++) {
        const struct as_reaction *reaction = &pack->reactions.at[i];
        if (reaction->stage != (enum as_stage)standing->stage ||
            (reaction->model != NULL && strcmp(reaction->model, view->model->name) != 0))
            continue;
        for (uint32_t e = 0; e < reaction->effects.n; e++) {
            const struct as_effect_rule *effect = reaction->effects.at[e];
            if ((effect->kind == AS_EFFECT_HANDOFF && standing->blocked) || !is_wanted(view, effect))
                continue;
            push_effect(L, view, effect);
            lua_rawseti(L, -2, ++n);
        }
    }
    return 1;
}

static const struct as_reading readings[] = {
    {"effects", false, read_effects, "d.effects",
     "What entering the stage asks of the outside, nothing where the lead stays: {kind, name, to, role, due, "
     "text, list, change, data} each.",
     "table[]"},
};
const struct as_readings as_effect_readings = {readings, sizeof readings / sizeof *readings};
