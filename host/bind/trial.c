/* Decides one described lead. Reading the decision is trial_reading.c, explaining it trial_report.c. */
#include "bind/trial.h"

#include "bind/fixture.h"
#include "bind/raise.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#define HERE ((struct as_position){NULL, 0})

static const char TRIAL[] = "assay.trial", VIEW[] = "assay.decision";

enum as_status as_bench_open(struct as_bench *bench, struct as_script *script, struct as_error *error)
{
    *bench = (struct as_bench){.pack = as_script_pack(script)};
    if (bench->pack->functions > 0) {
        enum as_status status = as_script_functions(&bench->functions, script, 1, error);
        if (status != AS_OK)
            return status;
    }
    return as_plan_new(&bench->plan, bench->pack, error);
}

void as_bench_close(struct as_bench *bench)
{
    as_plan_free(bench->plan);
    *bench = (struct as_bench){0};
}

static int free_trial(lua_State *L)
{
    struct as_trial *trial = lua_touserdata(L, 1);
    as_trace_free(trial->trace);
    as_outcome_free(trial->outcome);
    for (uint32_t i = 0; trial->standings != NULL && i < trial->bench->pack->models.n; i++)
        free(trial->standings[i]);
    free(trial->standings);
    *trial = (struct as_trial){.bench = trial->bench};
    return 0;
}

static struct as_run_options options_of(const struct as_trial *trial)
{
    return (struct as_run_options){.at = trial->set->at, .threads = 1, .functions = trial->bench->functions};
}

static struct as_trial *push_trial(lua_State *L, const struct as_bench *bench)
{
    struct as_trial *trial = lua_newuserdatauv(L, sizeof *trial, 1);
    *trial = (struct as_trial){.bench = bench};
    if (luaL_newmetatable(L, TRIAL)) {
        lua_pushcfunction(L, free_trial);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    return trial;
}

static int view_text(lua_State *L)
{
    lua_pushliteral(L, "a decision");
    return 1;
}

static struct as_view *push_view(lua_State *L)
{
    struct as_view *view = lua_newuserdatauv(L, sizeof *view, 2);
    *view = (struct as_view){0};
    if (luaL_newmetatable(L, VIEW)) {
        lua_pushcfunction(L, as_view_index);
        lua_setfield(L, -2, "__index");
        lua_pushcfunction(L, view_text);
        lua_setfield(L, -2, "__tostring");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_setmetatable(L, -2);
    return view;
}

void as_trial_push(lua_State *L, int index, const struct as_bench *bench)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 8, NULL);
    struct as_trial *trial = push_trial(L, bench);
    int holder = lua_gettop(L);
    trial->set = as_fixture_push(L, index, bench->pack);
    lua_setiuservalue(L, holder, 1);
    trial->standings = calloc(bench->pack->models.n + 1, sizeof(*trial->standings));
    if (trial->standings == NULL)
        luaL_error(L, "out of memory");
    struct as_error error = AS_ERROR_INIT;
    struct as_run_options options = options_of(trial);
    if (as_plan_run(&trial->outcome, bench->plan, trial->set, &options, &error) != AS_OK)
        as_raise(L, &error);
    struct as_view *view = push_view(L);
    view->trial = trial;
    view->model = bench->pack->models.n > 0 ? bench->pack->models.at[0] : NULL;
    lua_insert(L, holder);
    lua_setiuservalue(L, holder, 1);
    lua_pushvalue(L, index);
    lua_setiuservalue(L, holder, 2);
}

struct as_view *as_view_at(lua_State *L, int index)
{
    struct as_view *view = luaL_testudata(L, index, VIEW);
    if (view == NULL)
        as_raise_rule(L, HERE, "write d:score \"fit\" with a colon, where d is what decide gave",
                      "a decision is missing");
    return view;
}

struct as_view *as_view_push(lua_State *L, int index, const struct as_model *model, uint32_t row)
{
    const struct as_view *from = as_view_at(L, index);
    index = lua_absindex(L, index);
    struct as_view *view = push_view(L);
    view->trial = from->trial;
    view->model = model;
    view->row = row;
    for (int i = 1; i <= 2; i++) {
        lua_getiuservalue(L, index, i);
        lua_setiuservalue(L, -2, i);
    }
    return view;
}

const struct as_standing *as_view_standing(lua_State *L, struct as_view *view)
{
    struct as_trial *trial = view->trial;
    if (view->model == NULL)
        as_raise_rule(L, HERE, NULL, "this pack has no model, so nobody stands anywhere");
    struct as_standing **of = &trial->standings[view->model->index];
    struct as_error error = AS_ERROR_INIT;
    if (*of == NULL && as_standings(of, view->model, trial->bench->plan, trial->outcome, trial->set,
                                    trial->set->at, &error) != AS_OK)
        as_raise(L, &error);
    return &(*of)[view->row];
}

struct as_trace *as_view_trace(lua_State *L, struct as_view *view)
{
    struct as_trial *trial = view->trial;
    if (trial->trace != NULL && trial->trace_row == view->row)
        return trial->trace;
    as_trace_free(trial->trace);
    trial->trace = NULL;
    struct as_error error = AS_ERROR_INIT;
    struct as_run_options options = options_of(trial);
    if (as_trace_new(&trial->trace, trial->bench->plan, trial->set, &options, view->row, &error) != AS_OK)
        as_raise(L, &error);
    trial->trace_row = view->row;
    return trial->trace;
}

uint32_t as_view_account(const struct as_view *view)
{
    return view->trial->set->lead_account[view->row];
}

/* The text field `name` of the table on top, copied; NULL when it is absent. */
static const char *text_field(lua_State *L, struct as_arena *arena, const char *name)
{
    const char *text = NULL;
    if (lua_getfield(L, -1, name) != LUA_TNIL) {
        size_t n;
        const char *bytes = luaL_checklstring(L, -1, &n);
        text = as_arena_copy(arena, bytes, n);
    }
    lua_pop(L, 1);
    return text;
}

static void add_assignee(lua_State *L, struct as_roster *roster, struct as_arena *arena, int64_t at)
{
    if (!lua_istable(L, -1))
        as_raise_rule(L, HERE, NULL,
                      "users: each is a table such as {\"sam\", team = \"inside\", assigned = 3}");
    struct as_assignee one = {.team = text_field(L, arena, "team")};
    lua_rawgeti(L, -1, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
        as_raise_rule(L, HERE, NULL, "users: each begins with a name");
    one.user = as_arena_copy(arena, lua_tostring(L, -1), lua_rawlen(L, -1));
    lua_pop(L, 1);
    lua_getfield(L, -1, "absent");
    one.absent = lua_toboolean(L, -1);
    lua_pop(L, 1);
    lua_getfield(L, -1, "assigned");
    lua_Integer assigned = lua_tointeger(L, -1);
    lua_pop(L, 1);
    for (lua_Integer i = 0; i < assigned; i++)
        if (!as_list_push(arena, &one.assigned, at))
            luaL_error(L, "out of memory");
    one.total = (uint64_t)(assigned > 0 ? assigned : 0);
    if (one.user == NULL || !as_list_push(arena, &roster->people, one))
        luaL_error(L, "out of memory");
}

void as_view_roster(lua_State *L, int index, struct as_roster *roster, struct as_arena *arena)
{
    const struct as_view *view = as_view_at(L, index);
    *roster = (struct as_roster){.arena = arena};
    lua_getiuservalue(L, index, 2);
    if (lua_getfield(L, -1, "users") == LUA_TTABLE) {
        for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, -1); i++) {
            lua_rawgeti(L, -1, i);
            add_assignee(L, roster, arena, view->trial->set->at);
            lua_pop(L, 1);
        }
    }
    lua_pop(L, 2);
}

const char *as_tri_word(enum as_tri state)
{
    static const char *const words[] = {"no", "yes", "unknown", "unmeasurable"};
    return words[state];
}

const char *as_verdict_word(enum as_gate_verdict verdict)
{
    static const char *const words[] = {"none", "fail", "insufficient", "pass"};
    return words[verdict];
}
