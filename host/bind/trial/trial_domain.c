/* Reads a pack's rules for what generated leads should be made of: its facts and events, its models and
 * names. The values at which rules turn are trial_domain_values.c's; making leads of it is the test
 * library's. */
#include "bind/trial/trial_domain_parts.h"

#include "bind/language/token.h"
#include "bind/module/module_table.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"
#include "bind/script/function_reads.h"
#include "bind/script/script.h"
#include "score/tree/operator.h"

#include <lauxlib.h>
#include <string.h>

void as_domain_set_flag(lua_State *L, const char *name, bool flag)
{
    lua_pushboolean(L, flag);
    lua_setfield(L, -2, name);
}

void as_domain_append(lua_State *L, const char *name)
{
    if (lua_getfield(L, -2, name) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        lua_pushvalue(L, -1);
        lua_setfield(L, -4, name);
    }
    lua_insert(L, -2);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pop(L, 1);
}

void as_domain_append_text(lua_State *L, const char *name, struct as_str text)
{
    lua_pushlstring(L, text.p, text.n);
    as_domain_append(L, name);
}

/* Pushes the table under `key`; true when it is new, and then the last item of the array at `list`. */
static bool push_entry(struct as_domain *d, int list, const char *key)
{
    lua_State *L = d->L;
    if (lua_getfield(L, d->known, key) != LUA_TNIL)
        return false;
    lua_pop(L, 1);
    lua_newtable(L);
    lua_pushvalue(L, -1);
    lua_setfield(L, d->known, key);
    lua_pushvalue(L, -1);
    lua_rawseti(L, list, (lua_Integer)lua_rawlen(L, list) + 1);
    return true;
}

/* --- facts --- */

void as_domain_push_fact(struct as_domain *d, uint32_t index, uint32_t via)
{
    lua_State *L = d->L;
    const struct as_field *field = d->schema->fields.at[index];
    const struct as_field *through = via != AS_NO_INDEX ? d->schema->fields.at[via] : NULL;
    const char *of = field->ask != NULL ? "answer"
                     : through != NULL  ? as_level_name(through->level)
                                        : as_level_name(field->level);
    const char *key = lua_pushfstring(L, "%s.%s.%s", of, through != NULL ? through->name : "", field->name);
    if (push_entry(d, d->facts, key)) {
        as_set_text(L, "name", field->name);
        as_set_text(L, "of", of);
        as_set_text(L, "scope", as_level_name(field->level));
        as_set_text(L, "type", as_type_name(field->type));
        if (through != NULL)
            as_set_text(L, "via", through->name);
        as_domain_set_flag(L, "bant", field->bant);
        for (uint32_t i = 0; i < field->choice_count; i++)
            as_domain_append_text(L, "choices", as_str_of(field->choices[i]));
    }
    lua_remove(L, -2);
}

void as_domain_push_event(struct as_domain *d, uint32_t kind)
{
    lua_State *L = d->L;
    const struct as_event_kind *of = d->schema->kinds.at[kind];
    const char *key = lua_pushfstring(L, "event %s", of->name);
    if (push_entry(d, d->events, key)) {
        as_set_text(L, "kind", of->name);
        as_set_text(L, "by", as_actor_name(of->by));
        if (of->intent != NULL)
            as_set_text(L, "intent", of->intent);
        as_domain_set_flag(L, "act", of->act != AS_ACT_NONE);
    }
    lua_remove(L, -2);
}

/* --- models --- */

/* Whether it matters for the condition that something is known at all, not only what it is. */
static bool asks(const struct as_expr *expr)
{
    if (expr->kind == AS_EXPR_SEGMENT)
        return true; /* made of the first known of several facts */
    if (expr->kind == AS_EXPR_SCORE) {
        for (uint32_t i = 0; i < expr->score->rules.n; i++)
            if (expr->score->rules.at[i]->when != NULL && asks(expr->score->rules.at[i]->when))
                return true;
        return false;
    }
    if (expr->kind != AS_EXPR_CALL)
        return false;
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    if (kernel == AS_KERNEL_KNOWN || kernel == AS_KERNEL_UNKNOWN || kernel == AS_KERNEL_FIRST_KNOWN ||
        kernel == AS_KERNEL_STATED || kernel == AS_KERNEL_INFERRED || kernel == AS_KERNEL_CONFIRMED_BY)
        return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR && asks(expr->args[i].expr))
            return true;
    return false;
}

static void read_rule(struct as_domain *d, const struct as_rule *rule)
{
    lua_State *L = d->L;
    for (uint32_t i = 0; i < rule->per_event.n; i++) {
        as_domain_push_event(d, rule->per_event.at[i].kind);
        if (rule->fading_days > 0) {
            lua_pushinteger(L, rule->fading_days);
            as_domain_append(L, "ages");
        }
        lua_pop(L, 1);
    }
    lua_createtable(L, 0, 2);
    as_set_text(L, "name", rule->name);
    as_domain_set_flag(L, "asks", rule->when != NULL && asks(rule->when));
    as_domain_append(L, "rules");
}

static void push_model(struct as_domain *d, const struct as_model *model)
{
    lua_State *L = d->L;
    lua_createtable(L, 0, 3);
    as_set_text(L, "name", model->name);
    lua_newtable(L);
    lua_setfield(L, -2, "scores");
    lua_newtable(L);
    lua_setfield(L, -2, "gates");
    for (uint32_t s = 0; s < model->scores.n; s++) {
        const struct as_score *score = model->scores.at[s];
        lua_createtable(L, 0, 4);
        as_set_text(L, "name", score->name);
        if (score->has_floor) {
            lua_pushnumber(L, (double)score->floor / 1000);
            lua_setfield(L, -2, "floor");
        }
        if (score->has_cap) {
            lua_pushnumber(L, (double)score->cap / 1000);
            lua_setfield(L, -2, "cap");
        }
        lua_newtable(L);
        lua_setfield(L, -2, "rules");
        for (uint32_t r = 0; r < score->rules.n; r++)
            read_rule(d, score->rules.at[r]);
        as_domain_append(L, "scores");
    }
    for (uint32_t g = 0; g < model->gates.n; g++) {
        const struct as_gate *gate = model->gates.at[g];
        bool gate_asks = false;
        for (uint32_t c = 0; c < gate->criteria.n; c++)
            gate_asks = gate_asks || asks(gate->criteria.at[c].when);
        lua_createtable(L, 0, 3);
        as_set_text(L, "name", gate->name);
        as_set_text(L, "level", as_level_name(gate->level));
        as_domain_set_flag(L, "asks", gate_asks);
        as_domain_append(L, "gates");
    }
}

/* --- functions --- */

static int free_reads(lua_State *L)
{
    as_function_reads_free(lua_touserdata(L, 1));
    return 0;
}

/* Appends the texts and numbers of a rule file that has functions: what these compare with is among them. */
static void read_literals(struct as_domain *d, struct as_str source)
{
    enum { LONGEST = 48, MOST = 200 };
    lua_State *L = d->L;
    struct as_tokens tokens = {.list = {0}};
    struct as_arena *arena = as_scratch_arena(L);
    if (!as_tokens_read(&tokens, arena, source))
        luaL_error(L, "out of memory");
    lua_pushvalue(L, d->top);
    for (uint32_t i = 0; i < tokens.list.n && i < MOST; i++) {
        const struct as_token *token = &tokens.list.at[i];
        struct as_str text = token->kind == AS_TOKEN_TEXT ? as_token_text(token) : token->text;
        if (token->kind == AS_TOKEN_TEXT && text.n > 0 && text.n <= LONGEST) {
            as_domain_append_text(L, "words", text);
        } else if (token->kind == AS_TOKEN_NAME && text.p[0] >= '0' && text.p[0] <= '9' &&
                   lua_stringtonumber(L, as_arena_copy(arena, text.p, text.n)) > 0) {
            as_domain_append(L, "numbers");
        }
    }
    lua_pop(L, 1);
    lua_closeslot(L, lua_gettop(L));
    lua_pop(L, 1);
}

/* What the functions of the pack ask of their lead, as far as their source tells. */
static void read_functions(struct as_domain *d, const struct as_script *script)
{
    lua_State *L = d->L;
    struct as_function_reads *reads = lua_newuserdatauv(L, sizeof *reads, 0);
    *reads = (struct as_function_reads){.list = {0}};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, free_reads);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    struct as_error error = AS_ERROR_INIT;
    if (as_function_reads_find(reads, script, &error) != AS_OK)
        as_raise(L, &error);
    for (uint32_t i = 0; i < reads->list.n; i++) {
        const struct as_access *access = &reads->list.at[i];
        struct as_str name = as_str_of(access->name);
        uint32_t found = AS_NO_INDEX;
        if (access->kind == AS_ACCESS_FIELD)
            found = as_schema_field(d->schema, access->level, name);
        else if (access->kind == AS_ACCESS_ANSWER)
            found = as_schema_answer(d->schema, name);
        if (found != AS_NO_INDEX) {
            as_domain_push_fact(d, found, AS_NO_INDEX);
            as_domain_set_flag(L, "computed", true);
            lua_pop(L, 1);
        }
        found = access->kind == AS_ACCESS_EVENT ? as_schema_kind(d->schema, name) : AS_NO_INDEX;
        if (found != AS_NO_INDEX) {
            as_domain_push_event(d, found);
            lua_pop(L, 1);
        }
    }
    const char *last = NULL;
    for (uint32_t i = 0; i < reads->list.n; i++) {
        const char *name = reads->list.at[i].position.file;
        const struct as_source_file *file = name != NULL ? as_source_find(&script->source, name) : NULL;
        if (file != NULL && (last == NULL || strcmp(last, name) != 0))
            read_literals(d, file->bytes);
        last = name != NULL ? name : last;
    }
    lua_pop(L, 1);
}

/* --- the whole --- */

static void read_names(struct as_domain *d)
{
    lua_State *L = d->L;
    const struct as_pack *pack = d->pack;
    for (uint32_t i = 0; i < d->schema->kinds.n; i++)
        if (d->schema->kinds.at[i]->by != AS_ACTOR_BUYER && d->schema->kinds.at[i]->act == AS_ACT_NONE)
            as_domain_append_text(L, "others", as_str_of(d->schema->kinds.at[i]->name));
    for (uint32_t i = 0; i < d->schema->feeds.n; i++)
        as_domain_append_text(L, "feeds", as_str_of(d->schema->feeds.at[i]->name));
    for (uint32_t i = 0; i < pack->policy.caps.n; i++)
        if (!as_str_is(as_str_of(pack->policy.caps.at[i].channel), "any"))
            as_domain_append_text(L, "channels", as_str_of(pack->policy.caps.at[i].channel));
    for (uint32_t i = 0; i < pack->policy.needs.n; i++)
        as_domain_append_text(L, "needs", as_str_of(pack->policy.needs.at[i].ask));
    for (uint32_t i = 0; i < pack->routes.n; i++)
        for (uint32_t k = 0;
             pack->routes.at[i].to == AS_ROUTE_ROUND_ROBIN && k < pack->routes.at[i].targets.n; k++)
            as_domain_append_text(L, "teams", as_str_of(pack->routes.at[i].targets.at[k].name));
}

void as_domain_push(lua_State *L, const struct as_bench *bench)
{
    static const char *const lists[] = {"facts", "events",   "others", "models",
                                        "feeds", "channels", "needs",  "teams"};
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    lua_createtable(L, 0, 8);
    int top = lua_gettop(L);
    struct as_domain d = {.L = L, .pack = bench->pack, .schema = bench->pack->rules.schema, .top = top};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        lua_newtable(L);
        lua_setfield(L, top, lists[i]);
    }
    lua_getfield(L, top, "facts");
    lua_getfield(L, top, "events");
    lua_newtable(L);
    d.facts = top + 1;
    d.events = top + 2;
    d.known = top + 3;
    bool group = false;
    for (uint32_t i = 0; i < d.pack->rules.nodes.n; i++) {
        as_domain_read_node(&d, d.pack->rules.nodes.at[i]);
        group = group || d.pack->rules.nodes.at[i]->kind == AS_EXPR_GROUP;
    }
    if (bench->script != NULL)
        read_functions(&d, bench->script);
    lua_pushvalue(L, top);
    for (uint32_t m = 0; m < d.pack->models.n; m++) {
        push_model(&d, d.pack->models.at[m]);
        as_domain_append(L, "models");
    }
    read_names(&d);
    as_domain_set_flag(L, "group", group);
    lua_settop(L, top);
}
