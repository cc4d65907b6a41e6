/* Session: its state, its globals, and running a chunk. The functions are in repl_lead.c and its neighbours.
 */
#include "bind/session/repl_parts.h"

#include "base/suggest.h"
#include "bind/language/fact_names.h"
#include "bind/language/node.h"
#include "bind/language/spelling.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/require.h"
#include "bind/script/modules.h"

#include <stdlib.h>
#include <string.h>

struct as_repl *as_repl_of(lua_State *L)
{
    /* Registered functions carry no session of their own: a state has one. */
    lua_rawgetp(L, LUA_REGISTRYINDEX, as_repl_of);
    struct as_repl *repl = lua_touserdata(L, -1);
    lua_pop(L, 1);
    return repl;
}

void as_repl_check(lua_State *L, enum as_status status, const struct as_error *error)
{
    if (status != AS_OK)
        as_raise(L, error);
}

static _Noreturn void raise_here(lua_State *L, struct as_error *error)
{
    struct as_position here = as_position_here(L);
    as_error_at(error, here.file, here.line);
    as_raise(L, error);
}

void as_repl_refuse(lua_State *L, const char *advice, const char *format, ...)
{
    struct as_error error = AS_ERROR_INIT;
    va_list args;
    va_start(args, format);
    as_error_setv(&error, AS_ERR_USAGE, format, args);
    va_end(args);
    if (advice != NULL)
        as_error_advise(&error, "%s", advice);
    raise_here(L, &error);
}

void as_repl_refuse_name(lua_State *L, const char *name, const char *const *names, size_t n,
                         const char *otherwise, const char *format, ...)
{
    struct as_error error = AS_ERROR_INIT;
    const char *near = as_suggest(as_str_of(name), names, n);
    va_list args;
    va_start(args, format);
    as_error_setv(&error, AS_ERR_USAGE, format, args);
    va_end(args);
    as_error_meant(&error, near);
    if (otherwise != NULL)
        as_error_advise(&error, "%s", otherwise);
    raise_here(L, &error);
}

const char *const *as_repl_rule_names(const struct as_repl *repl, struct as_arena *arena, size_t *n)
{
    const struct as_pack *pack = repl->options.packs[0].pack;
    AS_LIST(const char *) names = {0};
    for (uint32_t m = 0; m < pack->models.n; m++) {
        const struct as_model *model = pack->models.at[m];
        bool ok = as_list_push(arena, &names, model->name);
        for (uint32_t g = 0; ok && g < model->gates.n; g++)
            ok = as_list_push(arena, &names, model->gates.at[g]->name);
        for (uint32_t s = 0; ok && s < model->scores.n; s++) {
            ok = as_list_push(arena, &names, model->scores.at[s]->name);
            for (uint32_t r = 0; ok && r < model->scores.at[s]->rules.n; r++)
                ok = as_list_push(arena, &names, model->scores.at[s]->rules.at[r]->name);
        }
    }
    *n = names.n;
    return names.at;
}

const struct as_repl_words *const *as_repl_all_words(size_t *n)
{
    static const struct as_repl_words *const all[] = {
        &as_repl_lead_words,   &as_repl_past_words,  &as_repl_alike_words, &as_repl_base_words,
        &as_repl_narrow_words, &as_repl_house_words, &as_repl_pin_words,   &as_repl_help_words};
    *n = sizeof all / sizeof *all;
    return all;
}

/* --- the scope --- */

/* `lead` and `account` are facts for conditions and functions at once. */
static void push_callable(lua_State *L, enum as_facts facts, lua_CFunction call)
{
    lua_newtable(L);
    lua_newtable(L);
    as_fact_names_push(L, facts);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, call);
    lua_setfield(L, -2, "__call");
    lua_pushliteral(L, "facts");
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

static int score_index(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    const struct as_pack *pack = &repl->scratch;
    const char *name = luaL_checkstring(L, 2);
    for (uint32_t m = 0; m < pack->models.n; m++)
        for (uint32_t s = 0; s < pack->models.at[m]->scores.n; s++)
            if (strcmp(pack->models.at[m]->scores.at[s]->name, name) == 0) {
                const struct as_expr *expr;
                struct as_error error = AS_ERROR_INIT;
                as_repl_check(L,
                              as_expr_score(&expr, &repl->scratch.rules, pack->models.at[m]->scores.at[s],
                                            as_loading_here(L, &repl->loading), &error),
                              &error);
                as_node_push(L, expr);
                return 1;
            }
    as_repl_refuse(L, "help() shows what there is", "pack %s has no score \"%s\"", pack->name, name);
}

static int print_values(lua_State *L)
{
    int n = lua_gettop(L);
    for (int i = 1; i <= n; i++)
        as_told_print(L, i);
    return 0;
}

/* __index of the scope: everything that is not its own is the sandbox's; a word that is nearly one of the
 * scope's is told, and a fact or a score is where it is. */
static int find_word(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    const char *names[64];
    size_t n = 0, parts;
    lua_pushglobaltable(L);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) != LUA_TNIL || lua_type(L, 2) != LUA_TSTRING)
        return 1;
    const char *name = lua_tostring(L, 2);
    const struct as_repl_words *const *all = as_repl_all_words(&parts);
    for (size_t p = 0; p < parts; p++)
        for (size_t i = 0; i < all[p]->n && n < sizeof names / sizeof *names; i++)
            names[n++] = all[p]->at[i].name;
    for (uint32_t i = 0; i < repl->options.schema->fields.n; i++) {
        const struct as_field *field = repl->options.schema->fields.at[i];
        if (strcmp(field->name, name) == 0) {
            lua_pushfstring(L, "write %s.%s", field->ask != NULL ? "answer" : as_level_name(field->level),
                            name);
            as_repl_refuse(L, lua_tostring(L, -1), "there is no \"%s\" here", name);
        }
    }
    if (as_suggest(as_str_of(name), names, n) != NULL)
        as_repl_refuse_name(L, name, names, n, NULL, "there is no \"%s\" here", name);
    lua_pushvalue(L, 2);
    lua_gettable(L, 3);
    return 1;
}

static int open_scope(lua_State *L)
{
    struct as_repl *repl = lua_touserdata(L, 1);
    size_t parts;
    const struct as_repl_words *const *all = as_repl_all_words(&parts);
    lua_pushlightuserdata(L, repl);
    lua_rawsetp(L, LUA_REGISTRYINDEX, as_repl_of);
    as_rows_open(L);
    /* The words of rules: makes their metatables too. */
    as_require_push(L);
    lua_pushliteral(L, "assay.qualification");
    lua_call(L, 1, 1);
    int q = lua_gettop(L);
    lua_newtable(L);
    int env = lua_gettop(L);
    for (size_t p = 0; p < parts; p++)
        for (size_t i = 0; i < all[p]->n; i++)
            if (all[p]->at[i].call != NULL) {
                lua_pushcfunction(L, all[p]->at[i].call);
                lua_setfield(L, env, all[p]->at[i].name);
            }
    static const char *const words[] = {"event", "answer", "all_of", "any_of", "at_least", "first_known"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        lua_getfield(L, q, words[i]);
        lua_setfield(L, env, words[i]);
    }
    push_callable(L, AS_FACTS_LEAD, as_repl_choose_lead);
    lua_setfield(L, env, "lead");
    push_callable(L, AS_FACTS_ACCOUNT, as_repl_tell_account);
    lua_setfield(L, env, "account");
    lua_newtable(L);
    lua_newtable(L);
    lua_pushcfunction(L, score_index);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_setfield(L, env, "score");
    lua_pushcfunction(L, print_values);
    lua_setfield(L, env, "print");
    lua_newtable(L);
    lua_pushcfunction(L, find_word);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, env);
    lua_pushvalue(L, env);
    repl->env = luaL_ref(L, LUA_REGISTRYINDEX);
    return 0;
}

/* --- opening --- */

/* The first pack, so that lists, rates and scores are there, with nodes of its own behind those of the pack:
 * nothing of what the pack holds is written to. */
static enum as_status open_scratch(struct as_repl *repl, struct as_error *error)
{
    struct as_pack *scratch = &repl->scratch;
    const struct as_rules *from = &repl->options.packs[0].pack->rules;
    *scratch = *repl->options.packs[0].pack;
    as_arena_init(&scratch->rules.arena);
    scratch->rules.pack = scratch;
    struct as_expr **nodes = as_arena_array(&scratch->rules.arena, from->nodes.n + (size_t)1, sizeof(*nodes));
    uint64_t *used = as_arena_array(&scratch->rules.arena, from->used.n + (size_t)1, sizeof *used);
    if (nodes == NULL || used == NULL)
        return as_error_memory(error);
    if (from->nodes.n > 0)
        memcpy(nodes, from->nodes.at, from->nodes.n * sizeof *nodes);
    if (from->used.n > 0)
        memcpy(used, from->used.at, from->used.n * sizeof *used);
    scratch->rules.nodes.at = nodes;
    scratch->rules.nodes.room = from->nodes.n;
    scratch->rules.used.at = used;
    scratch->rules.used.room = from->used.n;
    repl->loading = (struct as_loading){.state = repl->state,
                                        .source = repl->options.packs[0].source,
                                        .schema = repl->options.schema,
                                        .pack = scratch,
                                        .declared = true};
    repl->state->loading = &repl->loading;
    return AS_OK;
}

enum as_status as_repl_open(struct as_repl **out, const struct as_repl_options *options,
                            struct as_error *error)
{
    const struct as_script_limits *given = &options->limits;
    struct as_script_limits limits = {.memory = AS_MAX_SESSION_MEMORY, .steps = AS_SESSION_STEPS};
    if (given->memory != 0)
        limits.memory = given->memory;
    if (given->steps != 0)
        limits.steps = given->steps;
    struct as_repl *repl = calloc(1, sizeof *repl);
    *out = NULL;
    if (repl == NULL)
        return as_error_memory(error);
    repl->options = *options;
    repl->at = options->at;
    repl->known_at = options->known_at;
    enum as_status status = as_modules_state(&repl->state, &limits, NULL, NULL, error);
    if (status == AS_OK)
        status = open_scratch(repl, error);
    if (status == AS_OK) {
        repl->state->interrupted = options->stop;
        repl->state->interrupted_context = options->stop_context;
        lua_pushcfunction(repl->state->lua, open_scope);
        lua_pushlightuserdata(repl->state->lua, repl);
        status = as_state_call(repl->state, 1, 0, AS_SCRIPT_LOAD_MS, error);
    }
    if (status == AS_OK)
        *out = repl;
    else
        as_repl_close(repl);
    return status;
}

void as_repl_close(struct as_repl *repl)
{
    if (repl == NULL)
        return;
    as_state_free(repl->state);
    as_overlay_free(&repl->overlay);
    as_arena_free(&repl->names);
    as_arena_free(&repl->scratch.rules.arena);
    free(repl);
}

/* --- running --- */

/* The chunk at 1, called and printed. */
static int run_and_print(lua_State *L)
{
    lua_pushvalue(L, 1);
    lua_call(L, 0, LUA_MULTRET);
    int n = lua_gettop(L);
    for (int i = 2; i <= n; i++)
        if (n > 2 || !lua_isnil(L, i))
            as_told_print(L, i);
    return 0;
}

/* Loads the chunk with what stands from byte `from` on as its value. */
static enum as_status load_value(struct as_repl *repl, const char *name, struct as_str chunk, size_t from)
{
    struct as_buf text = {.p = NULL};
    struct as_error own = AS_ERROR_INIT;
    as_buf_bytes(&text, chunk.p, from);
    as_buf_text(&text, "return ");
    as_buf_bytes(&text, chunk.p + from, chunk.n - from);
    enum as_status status =
        text.failed ? AS_ERR_MEMORY
                    : as_state_load(repl->state, name, (struct as_str){as_buf_c(&text), text.n}, &own);
    as_buf_free(&text);
    return status;
}

/* An expression is tried first, so that its value is printed; then statements. */
static enum as_status load(bool *incomplete, struct as_repl *repl, const char *name, struct as_str chunk,
                           struct as_error *error)
{
    struct as_error own = AS_ERROR_INIT;
    if (load_value(repl, name, chunk, 0) == AS_OK)
        return AS_OK;
    enum as_status status = as_state_load(repl->state, name, chunk, &own);
    if (status == AS_OK)
        return AS_OK;
    /* Lua calls it a syntax error when the last of several statements is a value: that is printed. */
    if (as_str_ends(as_str_of(own.what), AS_STR("syntax error near <eof>")))
        for (size_t at = chunk.n; at-- > 0;)
            if (chunk.p[at] == ';' || chunk.p[at] == '\n')
                if (load_value(repl, name, chunk, at + 1) == AS_OK)
                    return AS_OK;
    *incomplete = as_str_ends(as_str_of(own.what), AS_STR("near <eof>"));
    if (*incomplete)
        return AS_OK;
    if (error != NULL)
        *error = own;
    return status;
}

enum as_status as_repl_run(bool *incomplete, struct as_repl *repl, const char *name, struct as_str chunk,
                           struct as_error *error)
{
    lua_State *L = repl->state->lua;
    *incomplete = false;
    repl->personal = memchr(chunk.p, '@', chunk.n) != NULL; /* an address, whatever it is asked of */
    enum as_status status = load(incomplete, repl, name, chunk, error);
    if (status == AS_OK && !*incomplete)
        status = as_spelling_check_line(chunk, name, error);
    if (status != AS_OK || *incomplete)
        return status;
    lua_rawgeti(L, LUA_REGISTRYINDEX, repl->env);
    lua_setupvalue(L, -2, 1);
    lua_pushcfunction(L, run_and_print);
    lua_insert(L, -2);
    return as_state_call(repl->state, 1, 0, AS_SESSION_CALL_MS, error);
}

bool as_repl_personal(const struct as_repl *repl)
{
    return repl->personal;
}
