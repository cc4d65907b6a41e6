/* Gives generated leads to a coverage of their own and keeps those that show what is missing. Which leads are
 * tried is stdlib/assay/test/cover.lua's. */
#include "bind/trial/test_rows.h"

#include "base/limits.h"
#include "bind/sandbox/library.h"
#include "bind/sandbox/raise.h"
#include "bind/script/modules.h"

#include <lauxlib.h>
#include <string.h>

enum { SEARCH_MS = 60000 };

/* Context of the functions: a trial context first, so that the module of trials takes it too. */
struct search {
    struct as_trial_context trial;
    struct as_test_rows *rows;
    const struct as_coverage *coverage; /* what the tests showed */
    struct as_coverage own;             /* what the lead at hand shows */
};

static struct search *search_of(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(1));
}

static uint32_t place_of(const struct as_test_rows *rows, enum as_row_want want, uint32_t i)
{
    return (uint32_t)want * rows->n + i;
}

const char *as_test_row(const struct as_test_rows *rows, enum as_row_want want, uint32_t i)
{
    return rows->at != NULL && i < rows->n ? rows->at[place_of(rows, want, i)] : NULL;
}

static bool is_shown(const struct as_coverage *coverage, enum as_row_want want, uint32_t i)
{
    switch (want) {
    case AS_ROW_YES:
        return i < coverage->conditions.n && coverage->conditions.at[i].times[AS_YES] > 0;
    case AS_ROW_NO:
        return i < coverage->conditions.n && coverage->conditions.at[i].times[AS_NO] > 0;
    case AS_ROW_DECIDES_YES:
        return i < coverage->decided.n && coverage->decided.at[i].when_yes;
    case AS_ROW_DECIDES_NO:
        return i < coverage->decided.n && coverage->decided.at[i].when_no &&
               !coverage->conditions.at[coverage->decided.at[i].condition].never_no;
    }
    return false;
}

/* Decides the description at 1 and leaves what it shows in search->own. */
static void show(lua_State *L, struct search *search)
{
    struct as_coverage *own = &search->own;
    for (uint32_t i = 0; i < own->conditions.n; i++)
        memset(own->conditions.at[i].times, 0, sizeof own->conditions.at[i].times);
    for (uint32_t i = 0; i < own->decided.n; i++)
        own->decided.at[i].when_yes = own->decided.at[i].when_no = false;
    lua_settop(L, 2);
    as_trial_push(L, 1, search->trial.bench);
    lua_pop(L, 1);
}

/* probe(description) → the numbers of what it shows that neither a test nor a row showed yet. */
static int call_probe(lua_State *L)
{
    struct search *search = search_of(L);
    lua_Integer n = 0;
    show(L, search);
    lua_newtable(L);
    for (int want = 0; want < AS_ROW_WANTS; want++)
        for (uint32_t i = 0; i < search->rows->n; i++) {
            uint32_t place = place_of(search->rows, (enum as_row_want)want, i);
            if (search->rows->at[place] != NULL || !is_shown(&search->own, (enum as_row_want)want, i) ||
                is_shown(search->coverage, (enum as_row_want)want, i))
                continue;
            lua_pushinteger(L, place);
            lua_rawseti(L, -2, ++n);
        }
    return 1;
}

/* shows(description, number) → whether it shows that. */
static int call_shows(lua_State *L)
{
    struct search *search = search_of(L);
    uint32_t place = (uint32_t)luaL_checkinteger(L, 2);
    show(L, search);
    lua_pushboolean(L,
                    search->rows->n > 0 && is_shown(&search->own, (enum as_row_want)(place / search->rows->n),
                                                    place % search->rows->n));
    return 1;
}

/* found(number, row): keeps it. */
static int call_found(lua_State *L)
{
    struct search *search = search_of(L);
    uint32_t place = (uint32_t)luaL_checkinteger(L, 1);
    size_t n;
    const char *row = luaL_checklstring(L, 2, &n);
    if (place < AS_ROW_WANTS * search->rows->n)
        search->rows->at[place] = as_arena_copy(&search->rows->arena, row, n);
    return 0;
}

static void push_module(lua_State *L, void *context)
{
    static const luaL_Reg functions[] = {
        {"probe", call_probe}, {"shows", call_shows}, {"found", call_found}, {NULL, NULL}};
    as_trial_module_push(L, context);
    lua_pushlightuserdata(L, context);
    luaL_setfuncs(L, functions, 1);
}

static enum as_status run(struct search *search, const struct as_test_session *session,
                          struct as_error *error)
{
    struct as_script_limits limits = {.library = session->options->library};
    struct as_state *state = NULL;
    enum as_status status = as_modules_state(&state, &limits, NULL, session->source, error);
    if (status != AS_OK)
        return status;
    status = as_state_offer(state, "assay.trial", push_module, search, error);
    if (status == AS_OK)
        status = as_state_load(state, "coverage", AS_STR("require \"assay.test.cover\""), error);
    if (status == AS_OK)
        status = as_state_call(state, 0, 0, SEARCH_MS, error);
    as_state_free(state);
    return status;
}

enum as_status as_test_rows_find(struct as_test_rows *out, struct as_test_session *session,
                                 const struct as_coverage *coverage, struct as_error *error)
{
    struct as_bench *bench = &session->bench;
    struct as_coverage *counting = bench->coverage;
    struct search search = {
        .trial = {.bench = bench, .seed = session->options->seed}, .rows = out, .coverage = coverage};
    *out = (struct as_test_rows){.n = coverage->conditions.n > coverage->decided.n ? coverage->conditions.n
                                                                                   : coverage->decided.n};
    as_arena_init(&out->arena);
    out->at = as_arena_array(&out->arena, (size_t)AS_ROW_WANTS * out->n + 1, sizeof *out->at);
    if (out->at == NULL)
        return as_error_memory(error);
    struct as_coverage_sum sum = as_coverage_sum_of(coverage, NULL);
    if (sum.covered == sum.conditions && sum.decided == sum.leaves)
        return AS_OK;
    enum as_status status = as_coverage_open(&search.own, bench->pack, error);
    bench->coverage = &search.own;
    bench->uncounted = false;
    if (status == AS_OK)
        status = run(&search, session, error);
    if (status == AS_ERR_RULE || status == AS_ERR_STOPPED) /* what was found until then is found */
        status = AS_OK;
    bench->coverage = counting;
    as_coverage_close(&search.own);
    return status;
}

void as_test_rows_free(struct as_test_rows *rows)
{
    as_arena_free(&rows->arena);
    *rows = (struct as_test_rows){.n = 0};
}
