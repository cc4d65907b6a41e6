/* Decides one described lead. Reading the decision is trial_reading.c, explaining it trial_report.c. */
#include "bind/trial/trial.h"

#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"
#include "bind/trial/fixture.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#define HERE ((struct as_position){NULL, 0})

static const char TRIAL[] = "assay.trial", VIEW[] = "assay.decision";

enum as_status as_bench_open(struct as_bench *bench, struct as_script *script, struct as_error *error)
{
    *bench = (struct as_bench){.pack = as_script_pack(script), .script = script};
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
        as_standings_free(&trial->standings[i]);
    free(trial->standings);
    as_arena_free(&trial->arena);
    *trial = (struct as_trial){.bench = trial->bench};
    return 0;
}

static struct as_run_options options_of(const struct as_trial *trial)
{
    return (struct as_run_options){.at = trial->set->at, .threads = 1, .functions = trial->bench->functions};
}

static struct as_trial *push_trial(lua_State *L, const struct as_bench *bench)
{
    static const luaL_Reg methods[] = {{"__gc", free_trial}, {NULL, NULL}};
    struct as_trial *trial = lua_newuserdatauv(L, sizeof *trial, 1);
    *trial = (struct as_trial){.bench = bench};
    as_holder_type(L, TRIAL, methods);
    return trial;
}

static int view_text(lua_State *L)
{
    lua_pushliteral(L, "a decision");
    return 1;
}

static struct as_view *push_view(lua_State *L)
{
    static const luaL_Reg methods[] = {{"__index", as_view_index}, {"__tostring", view_text}, {NULL, NULL}};
    struct as_view *view = lua_newuserdatauv(L, sizeof *view, 1);
    *view = (struct as_view){0};
    as_holder_type(L, VIEW, methods);
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
    as_fixture_roster(&trial->roster, &trial->arena, L, index, bench->pack, trial->set->at);
    trial->standings = calloc(bench->pack->models.n + 1, sizeof(*trial->standings));
    if (trial->standings == NULL)
        luaL_error(L, "out of memory");
    struct as_error error = AS_ERROR_INIT;
    struct as_run_options options = options_of(trial);
    if (as_plan_run(&trial->outcome, bench->plan, trial->set, &options, &error) != AS_OK)
        as_raise(L, &error);
    if (bench->coverage != NULL && !bench->uncounted) {
        if (as_trace_new(&trial->trace, bench->plan, trial->set, &options, 0, &error) != AS_OK)
            as_raise(L, &error);
        trial->trace_row = 0;
        as_coverage_add(bench->coverage, trial->trace);
    }
    struct as_view *view = push_view(L);
    view->trial = trial;
    view->model = bench->pack->models.n > 0 ? bench->pack->models.at[0] : NULL;
    lua_insert(L, holder);
    lua_setiuservalue(L, holder, 1);
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
    lua_getiuservalue(L, index, 1);
    lua_setiuservalue(L, -2, 1);
    return view;
}

const struct as_standing *as_view_standing(lua_State *L, struct as_view *view)
{
    struct as_trial *trial = view->trial;
    if (view->model == NULL)
        as_raise_rule(L, HERE, NULL, "this pack has no model, so nobody stands anywhere");
    struct as_standings *of = &trial->standings[view->model->index];
    struct as_error error = AS_ERROR_INIT;
    if (of->alike == NULL && as_standings(of, view->model, trial->bench->plan, trial->outcome, trial->set,
                                          trial->set->at, &error) != AS_OK)
        as_raise(L, &error);
    return as_standings_at(of, view->row);
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

void as_view_roster(const struct as_view *view, struct as_roster *roster, struct as_arena *arena)
{
    const struct as_roster *from = &view->trial->roster;
    *roster = (struct as_roster){.arena = arena};
    for (uint32_t i = 0; i < from->people.n; i++) {
        struct as_assignee one = from->people.at[i];
        one.assigned.room = one.assigned.n; /* what is appended goes into a list of its own */
        if (!as_list_push(arena, &roster->people, one))
            return;
    }
}
