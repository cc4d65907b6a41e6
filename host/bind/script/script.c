/* Script: loads a pack into a sandboxed state. Loading only declares; what the rule files mean is in the
 * words (pack_words.c, model_words.c …), what functions do is in functions.c. */
#include "bind/script/script.h"

#include "bind/language/declare.h"
#include "bind/language/spelling.h"
#include "bind/module/score_module.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/require.h"
#include "bind/script/modules.h"
#include "score/plan/plan.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Requires a file of the pack that must exist. */
static void run_rule_file(lua_State *L, const struct as_loading *loading, const char *name)
{
    struct as_position position = loading->pack->position;
    const char *path = lua_pushfstring(L, "%s.lua", luaL_gsub(L, name, ".", "/"));
    if (as_source_find(loading->source, path) == NULL) {
        const char *names[AS_MAX_PACK_FILES];
        size_t n = 0;
        luaL_checkstack(L, AS_MAX_PACK_FILES, NULL);
        for (uint32_t i = 0; i < loading->source->files.n; i++) {
            struct as_str file = as_str_of(loading->source->files.at[i].name);
            if (as_str_ends(file, AS_STR(".lua")))
                names[n++] = lua_pushlstring(L, file.p, file.n - 4);
        }
        as_raise_unknown(L, position, as_suggest(as_str_of(name), names, n),
                         "rules names files of the pack without \".lua\"", "the pack has no rule file \"%s\"",
                         path);
    }
    as_require_push(L);
    lua_pushstring(L, name);
    lua_call(L, 1, 0);
    lua_pop(L, 2);
}

static int load_pack(lua_State *L)
{
    struct as_loading *loading = as_state_of(L)->loading;
    as_require_push(L);
    lua_pushliteral(L, "pack");
    lua_call(L, 1, 0);
    if (!loading->declared)
        as_raise_rule(L, (struct as_position){"pack.lua", 1}, "write return pack \"name\" { … }",
                      "pack.lua declares no pack");
    for (uint32_t i = 0; i < loading->rule_files.n; i++)
        run_rule_file(L, loading, loading->rule_files.at[i]);
    as_loading_check_openings(L, loading);
    as_model_check(L, loading);
    as_nurturing_check(L, loading);
    as_effects_check(L, loading);
    as_service_levels_check(L, loading);
    as_loading_seal(L);
    return 0;
}

static void push_score(lua_State *L, void *context)
{
    as_score_module_push(L, context);
}

static void push_store(lua_State *L, void *context)
{
    as_store_module_push(L, context);
}

static void push_http(lua_State *L, void *context)
{
    as_http_module_push(L, context);
}

/* What the version is of, and who signed it. */
static enum as_status note_version(struct as_pack *pack, const struct as_source *source,
                                   struct as_error *error)
{
    struct as_arena *arena = &pack->rules.arena;
    const struct as_source_file *signatures = as_source_find(source, AS_SIGNATURES_FILE);
    memcpy(pack->hash, source->hash, sizeof pack->hash);
    for (uint32_t i = 0; i < source->files.n; i++) {
        struct as_source_file file = source->files.at[i];
        file.bytes = (struct as_str){NULL, 0};
        if (as_source_part(file.name) == AS_PART_RULES && !as_list_push(arena, &pack->files, file))
            return as_error_memory(error);
    }
    return signatures == NULL ? AS_OK
                              : as_signatures_parse(&pack->signatures, arena, signatures->bytes, error);
}

enum as_status as_loaded_open(struct as_loaded *out, const struct as_script *script, bool replica,
                              struct as_error *error)
{
    *out = (struct as_loaded){0};
    enum as_status status =
        as_modules_state(&out->state, &script->limits, script->watchdog, &script->source, error);
    if (status == AS_OK)
        status = as_pack_new(&out->pack, script->schema, error);
    if (status == AS_OK) {
        out->seen = out->pack;
        /* A worker's lists are not read: its functions look into those of the first state. */
        if (replica)
            out->seen = script->main.pack;
        status = as_state_offer(out->state, "assay.score", push_score, &out->seen, error);
    }
    if (status == AS_OK)
        status = as_state_offer(out->state, "assay.store", push_store, &out->store, error);
    if (status == AS_OK)
        status = as_state_offer(out->state, "assay.http", push_http, &out->http, error);
    if (status != AS_OK)
        goto done;
    out->loading = (struct as_loading){.state = out->state,
                                       .source = &script->source,
                                       .schema = script->schema,
                                       .pack = out->pack,
                                       .replica = replica};
    if ((status = note_version(out->pack, &script->source, error)) != AS_OK)
        goto done;
    out->state->loading = &out->loading;
    lua_pushcfunction(out->state->lua, load_pack);
    int64_t ms = script->limits.load_ms != 0 ? script->limits.load_ms : AS_SCRIPT_LOAD_MS;
    status = as_state_call(out->state, 0, 0, ms, error);
    out->state->loading = NULL;
    if (status == AS_OK && !replica) {
        status = as_expr_check_used(&out->pack->rules, error);
        if (status == AS_OK)
            status = as_spelling_check(out->pack, &script->source, error);
    }
done:
    if (status != AS_OK)
        as_loaded_close(out);
    return status;
}

void as_loaded_close(struct as_loaded *loaded)
{
    as_state_free(loaded->state);
    as_pack_free(loaded->pack);
    *loaded = (struct as_loaded){0};
}

/* Strata, cycles and upward references are the plan's to find; they are errors of loading all the same. */
static enum as_status check_plan(const struct as_pack *pack, struct as_error *error)
{
    struct as_plan *plan;
    enum as_status status = as_plan_new(&plan, pack, error);
    if (status == AS_OK)
        as_plan_free(plan);
    return status;
}

/* What decides, and who signed it: a rule that could read a test would decide by what its version is not of.
 */
static enum as_status copy_source(struct as_source *out, const struct as_source *from, struct as_error *error)
{
    as_source_init(out);
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < from->files.n && status == AS_OK; i++)
        if (as_source_part(from->files.at[i].name) != AS_PART_TEST)
            status = as_source_add(out, from->files.at[i].name, from->files.at[i].bytes, error);
    if (status == AS_OK && (out->root = as_arena_copy(&out->arena, from->root, strlen(from->root))) == NULL)
        status = as_error_memory(error);
    return status == AS_OK ? as_source_seal(out, error) : status;
}

/* Positions name files inside the pack; messages name files that an editor can open. */
static void open_position(struct as_error *error, const struct as_source *source)
{
    if (error == NULL || error->file[0] == '\0' || source->root[0] == '\0' ||
        as_source_find(source, error->file) == NULL)
        return;
    char file[AS_ERROR_FILE];
    int n = snprintf(file, sizeof file, "%s/%s", source->root, error->file);
    if (n > 0 && (size_t)n < sizeof file)
        memcpy(error->file, file, (size_t)n + 1);
}

enum as_status as_script_load(struct as_script **out, const struct as_source *source,
                              struct as_schema *schema, const struct as_script_limits *limits,
                              struct as_error *error)
{
    *out = NULL;
    struct as_script *script = calloc(1, sizeof *script);
    if (script == NULL)
        return as_error_memory(error);
    script->schema = schema;
    if (limits != NULL)
        script->limits = *limits;
    enum as_status status = copy_source(&script->source, source, error);
    if (status == AS_OK)
        status = as_watchdog_new(&script->watchdog, error);
    if (status == AS_OK)
        status = as_loaded_open(&script->main, script, false, error);
    if (status == AS_OK)
        status = check_plan(script->main.pack, error);
    if (status == AS_OK) {
        *out = script;
    } else {
        open_position(error, source);
        as_script_free(script);
    }
    return status;
}

void as_script_free(struct as_script *script)
{
    if (script == NULL)
        return;
    for (unsigned i = 1; i < AS_MAX_THREADS; i++)
        if (script->workers[i] != NULL) {
            as_loaded_close(script->workers[i]);
            free(script->workers[i]);
        }
    as_loaded_close(&script->main);
    as_watchdog_free(script->watchdog);
    as_source_free(&script->source);
    free(script);
}

const struct as_pack *as_script_pack(const struct as_script *script)
{
    return script->main.pack;
}
