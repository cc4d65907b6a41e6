/* Builds a dataset from the tables of a rule test: rows and fields. Times are fixture_time.c's, answers
 * fixture_answer.c's, events and contacts fixture_log.c's, the lead's past is fixture_past.c's. */
#include "bind/trial/fixture_parts.h"

#include "base/limits.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HERE ((struct as_position){NULL, 0})

static const char *const subject_keys[] = {"lead",     "events",     "answers", "touches",
                                           "consents", "tracked",    "tracks",  "prior",
                                           "override", "programmes", "arm"};
static const char *const top_keys[] = {"lead",       "events", "answers",        "touches", "consents",
                                       "tracked",    "tracks", "prior",          "account", "override",
                                       "feeds",      "group",  "account_events", "at",      "users",
                                       "programmes", "arm"};
#define COUNT(array) (sizeof(array) / sizeof *(array))

/* --- refusing --- */

void as_fixture_require(struct as_fixture *f, enum as_status status, const struct as_error *error)
{
    if (status == AS_OK)
        return;
    as_raise_rule(f->L, HERE, error->advice[0] != '\0' ? error->advice : NULL, "%s", error->what);
}

void as_fixture_refuse(struct as_fixture *f, const char *format, ...)
{
    struct as_error error = AS_ERROR_INIT;
    va_list args;
    va_start(args, format);
    as_error_setv(&error, AS_ERR_RULE, format, args);
    va_end(args);
    as_raise_rule(f->L, HERE, NULL, "%s", error.what);
}

void as_fixture_keys(struct as_fixture *f, int table, const char *what, lua_Integer places,
                     const char *const *names, size_t n)
{
    lua_State *L = f->L;
    for (lua_pushnil(L); lua_next(L, table); lua_pop(L, 1)) {
        if (lua_isinteger(L, -2) && lua_tointeger(L, -2) >= 1 && lua_tointeger(L, -2) <= places)
            continue;
        if (lua_type(L, -2) != LUA_TSTRING)
            as_fixture_refuse(f, "%s has an entry without a name", what);
        struct as_str key = {lua_tostring(L, -2), lua_rawlen(L, -2)};
        size_t i = 0;
        while (i < n && !as_str_is(key, names[i]))
            i++;
        if (i == n)
            as_raise_unknown(L, HERE, as_suggest(key, names, n), NULL, "%s knows no \"%s\"", what, key.p);
    }
}

struct as_str as_fixture_text(struct as_fixture *f, int value, const char *what)
{
    if (lua_type(f->L, value) != LUA_TSTRING)
        as_fixture_refuse(f, "%s must be text, not a %s", what, luaL_typename(f->L, value));
    return (struct as_str){lua_tostring(f->L, value), lua_rawlen(f->L, value)};
}

/* --- rows --- */

static int64_t decision_time(struct as_fixture *f)
{
    lua_State *L = f->L;
    bool given = lua_getfield(L, f->top, "at") != LUA_TNIL;
    int64_t at = given ? as_fixture_instant(L, -1, "at") : as_fixture_now(L);
    lua_pop(L, 1);
    return at;
}

/* The row of the table of fields on top of the stack, which it pops; rows of the tables it refers to come
 * after it. */
static uint32_t add_row(struct as_fixture *f, enum as_level level, unsigned depth)
{
    lua_State *L = f->L;
    luaL_checkstack(L, 6, NULL);
    if (depth > AS_MAX_EXPR_DEPTH)
        as_fixture_refuse(f, "references nest more than %d deep", AS_MAX_EXPR_DEPTH);
    int list = level == AS_LEVEL_LEAD ? f->leads : f->accounts;
    lua_pushvalue(L, -1);
    if (lua_rawget(L, f->rows) != LUA_TNIL) {
        uint32_t row = (uint32_t)lua_tointeger(L, -1);
        lua_rawgeti(L, list, (lua_Integer)row + 1);
        if (!lua_rawequal(L, -1, -3))
            as_fixture_refuse(f, "one table of fields stands for a lead and for an account");
        lua_pop(L, 3);
        return row;
    }
    lua_pop(L, 1);
    uint32_t row = (uint32_t)lua_rawlen(L, list);
    lua_pushvalue(L, -1);
    lua_rawseti(L, list, (lua_Integer)row + 1);
    lua_pushvalue(L, -1);
    lua_pushinteger(L, row);
    lua_rawset(L, f->rows);
    int fields = lua_gettop(L);
    for (uint32_t i = 0; i < f->schema->fields.n; i++) {
        const struct as_field *field = f->schema->fields.at[i];
        if (field->level != level || field->type != AS_TYPE_REFERENCE || field->ask != NULL)
            continue;
        if (lua_getfield(L, fields, field->name) == LUA_TTABLE)
            add_row(f, field->target, depth + 1);
        else
            lua_pop(L, 1);
    }
    lua_pop(L, 1);
    return row;
}

void as_fixture_push_table(struct as_fixture *f, int index, const char *name)
{
    int type = lua_getfield(f->L, index, name);
    if (type == LUA_TNIL) {
        lua_pop(f->L, 1);
        lua_newtable(f->L);
    } else if (type != LUA_TTABLE) {
        as_fixture_refuse(f, "%s must be a table, not a %s", name, luaL_typename(f->L, -1));
    }
}

/* Notes the subject whose description is on top of the stack, and pops it. */
static void add_subject(struct as_fixture *f)
{
    lua_State *L = f->L;
    as_fixture_push_table(f, lua_gettop(L), "lead");
    uint32_t before = (uint32_t)lua_rawlen(L, f->leads);
    if (add_row(f, AS_LEVEL_LEAD, 0) < before)
        as_fixture_refuse(f, "one table of fields stands for two leads");
    lua_rawseti(L, f->subjects, (lua_Integer)before + 1);
    for (lua_Integer i = (lua_Integer)before + 2; i <= (lua_Integer)lua_rawlen(L, f->leads); i++) {
        lua_pushboolean(L, false);
        lua_rawseti(L, f->subjects, i);
    }
}

/* A member of the group: a description of its own, or just its fields. */
static void add_member(struct as_fixture *f, lua_Integer i)
{
    lua_State *L = f->L;
    if (lua_type(L, -1) != LUA_TTABLE)
        as_fixture_refuse(f, "member %d of group must be a table", (int)i);
    bool described = false;
    for (size_t k = 0; k < COUNT(subject_keys); k++) {
        /* "lead" and "events" are no fields, "tracked" could be one only if somebody declared it */
        described = lua_getfield(L, -1, subject_keys[k]) != LUA_TNIL || described;
        lua_pop(L, 1);
    }
    if (described) {
        as_fixture_keys(f, lua_gettop(L), "a member of group", 0, subject_keys, COUNT(subject_keys));
    } else {
        lua_createtable(L, 0, 1);
        lua_insert(L, -2);
        lua_setfield(L, -2, "lead");
    }
    add_subject(f);
}

/* Gives every row its table. True when there is an account. */
static bool collect(struct as_fixture *f)
{
    lua_State *L = f->L;
    bool has_account = lua_getfield(L, f->top, "account") != LUA_TNIL;
    lua_pop(L, 1);
    if (has_account) {
        as_fixture_push_table(f, f->top, "account");
        add_row(f, AS_LEVEL_ACCOUNT, 0);
    }
    /* Subjects first: an account can refer to leads only through fields, which come with their owner's row.
     */
    lua_pushvalue(L, f->top);
    add_subject(f);
    if (lua_getfield(L, f->top, "group") != LUA_TNIL) {
        if (lua_type(L, -1) != LUA_TTABLE)
            as_fixture_refuse(f, "group must be an array of members");
        if (!has_account)
            as_fixture_refuse(f, "a group needs an account: give account = {}");
        int group = lua_gettop(L);
        lua_Integer n = (lua_Integer)lua_rawlen(L, group);
        if (n > AS_MAX_RULES)
            as_fixture_refuse(f, "a group of more than %d", AS_MAX_RULES);
        for (lua_Integer i = 1; i <= n; i++) {
            lua_rawgeti(L, group, i);
            add_member(f, i);
        }
    }
    lua_pop(L, 1);
    return has_account;
}

/* --- values --- */

static void put_list(struct as_fixture *f, struct as_column *column, uint32_t row, int value,
                     const char *what)
{
    lua_State *L = f->L;
    struct as_error error = AS_ERROR_INIT;
    luaL_Buffer joined;
    lua_Integer n = (lua_Integer)lua_rawlen(L, value);
    luaL_buffinit(L, &joined);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, value, i);
        as_fixture_text(f, -1, what);
        luaL_addvalue(&joined);
        if (i < n)
            luaL_addstring(&joined, "; ");
    }
    luaL_pushresult(&joined);
    struct as_str text = {lua_tostring(L, -1), lua_rawlen(L, -1)};
    as_fixture_require(f, as_column_parse(column, row, text, &error), &error);
    lua_pop(L, 1);
}

static void put_text(struct as_fixture *f, struct as_column *column, uint32_t row, struct as_str text,
                     const char *what)
{
    struct as_error error = AS_ERROR_INIT;
    if (as_column_parse(column, row, text, &error) != AS_OK)
        as_raise_rule(f->L, HERE, error.advice[0] != '\0' ? error.advice : NULL, "%s: %s", what, error.what);
}

void as_fixture_put(struct as_fixture *f, struct as_column *column, uint32_t row, enum as_type type,
                    int value, const char *what)
{
    lua_State *L = f->L;
    struct as_error error = AS_ERROR_INIT;
    int given = lua_type(L, value);
    if (type == AS_TYPE_REFERENCE && given == LUA_TTABLE) {
        lua_pushvalue(L, value);
        lua_rawget(L, f->rows);
        as_column_set_reference(column, row, (uint32_t)lua_tointeger(L, -1));
        lua_pop(L, 1);
    } else if (type == AS_TYPE_CHOICES && given == LUA_TTABLE) {
        put_list(f, column, row, value, what);
    } else if (type == AS_TYPE_BOOLEAN && given == LUA_TBOOLEAN) {
        as_column_set_boolean(column, row, lua_toboolean(L, value));
    } else if (type == AS_TYPE_DATE && given == LUA_TSTRING) {
        as_column_set_i64(column, row, as_day_of(as_fixture_time(L, value, f->set->at, what)));
    } else if (type == AS_TYPE_INTEGER && lua_isinteger(L, value)) {
        as_column_set_i64(column, row, lua_tointeger(L, value));
    } else if (type == AS_TYPE_NUMBER && given == LUA_TNUMBER) {
        if (!isfinite(lua_tonumber(L, value)))
            as_fixture_refuse(f, "%s is not finite", what);
        as_column_set_f64(column, row, lua_tonumber(L, value));
    } else if (type == AS_TYPE_MONEY && given == LUA_TNUMBER) {
        double hundredths = lua_tonumber(L, value) * 100;
        if (!(fabs(hundredths) < 9e18))
            as_fixture_refuse(f, "%s is no amount of money", what);
        as_fixture_require(f, as_column_set_money(column, row, llround(hundredths), AS_STR(""), &error),
                           &error);
    } else if (given == LUA_TSTRING && type != AS_TYPE_REFERENCE) {
        put_text(f, column, row, as_fixture_text(f, value, what), what);
    } else {
        as_fixture_refuse(f, "%s is %s %s and cannot be a %s", what, type == AS_TYPE_INTEGER ? "an" : "a",
                          as_type_name(type), luaL_typename(L, value));
    }
}

/* The fields of a row of a level from the table on top of the stack, which it pops. */
static void put_fields(struct as_fixture *f, enum as_level level, uint32_t row)
{
    lua_State *L = f->L;
    int fields = lua_gettop(L);
    size_t found = 0, given = 0;
    for (uint32_t i = 0; i < f->schema->fields.n; i++) {
        const struct as_field *field = f->schema->fields.at[i];
        if (field->level != level || field->ask != NULL)
            continue;
        if (lua_getfield(L, fields, field->name) != LUA_TNIL) {
            struct as_column *column = NULL;
            struct as_error error = AS_ERROR_INIT;
            char what[AS_MAX_NAME * 2];
            snprintf(what, sizeof what, "%s.%s", as_level_name(level), field->name);
            as_fixture_require(f, as_dataset_column(&column, f->set, i, &error), &error);
            as_fixture_put(f, column, row, field->type, lua_gettop(L), what);
            found++;
        }
        lua_pop(L, 1);
    }
    for (lua_pushnil(L); lua_next(L, fields); lua_pop(L, 1))
        given++;
    for (lua_pushnil(L); given > found && lua_next(L, fields); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            as_fixture_refuse(f, "%s has an entry without a name", as_level_name(level));
        struct as_str key = {lua_tostring(L, -2), lua_rawlen(L, -2)};
        if (as_schema_field(f->schema, level, key) == AS_NO_INDEX)
            as_raise_unknown(L, HERE, as_schema_suggest_field(f->schema, level, key),
                             "declare it under `fields` in pack.lua, or take a field that is declared",
                             "%s has no field \"%s\"", level == AS_LEVEL_LEAD ? "a lead" : "an account",
                             key.p);
    }
    lua_settop(L, fields - 1);
}

/* --- the whole --- */

static int free_dataset(lua_State *L)
{
    struct as_dataset **held = lua_touserdata(L, 1);
    as_dataset_free(*held);
    *held = NULL;
    return 0;
}

static struct as_dataset **push_holder(lua_State *L)
{
    static const luaL_Reg methods[] = {{"__gc", free_dataset}, {NULL, NULL}};
    struct as_dataset **held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = NULL;
    as_holder_type(L, "assay.dataset", methods);
    return held;
}

static void put_feeds(struct as_fixture *f)
{
    static const char *const states[] = {"live", "stale", "never"};
    lua_State *L = f->L;
    as_fixture_push_table(f, f->top, "feeds");
    int feeds = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, feeds); lua_pop(L, 1)) {
        struct as_str name = as_fixture_text(f, -2, "the name of a feed"),
                      word = as_fixture_text(f, -1, "the state of a feed");
        uint8_t state = 0;
        while (state < COUNT(states) && !as_str_is(word, states[state]))
            state++;
        if (state == COUNT(states))
            as_fixture_refuse(f, "feeds.%s must be live, stale or never, not \"%s\"", name.p, word.p);
        bool found = false;
        for (uint32_t i = 0; i < f->schema->feeds.n; i++) {
            const struct as_feed *feed = f->schema->feeds.at[i];
            for (uint32_t k = 0; as_str_is(name, feed->name) && k < feed->kinds.n; k++)
                f->set->kind_state[feed->kinds.at[k]] = state;
            found = found || as_str_is(name, feed->name);
        }
        uint32_t kind = as_schema_kind(f->schema, name);
        if (!found && kind == AS_NO_INDEX)
            as_raise_unknown(L, HERE, as_schema_suggest_kind(f->schema, name), NULL,
                             "there is no feed or event kind \"%s\"", name.p);
        if (!found)
            f->set->kind_state[kind] = state;
    }
    lua_pop(L, 1);
}

static void put_tracked(struct as_fixture *f, uint32_t row)
{
    lua_State *L = f->L;
    bool refused = lua_getfield(L, -1, "tracked") == LUA_TBOOLEAN && !lua_toboolean(L, -1);
    lua_pop(L, 1);
    if (!refused)
        return;
    if (f->set->untracked == NULL)
        f->set->untracked = calloc(AS_BIT_WORDS(f->set->leads), sizeof *f->set->untracked);
    if (f->set->untracked == NULL)
        luaL_error(L, "out of memory");
    as_bit_set(f->set->untracked, row);
}

struct as_dataset *as_fixture_push(lua_State *L, int index, const struct as_pack *pack)
{
    index = lua_absindex(L, index);
    struct as_dataset **held = push_holder(L);
    int result = lua_gettop(L);
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    struct as_fixture f = {.L = L, .pack = pack, .schema = pack->rules.schema, .top = index};
    if (!lua_istable(L, index))
        as_fixture_refuse(&f, "decide takes a table that describes a lead");
    as_fixture_keys(&f, index, "decide", 0, top_keys, COUNT(top_keys));
    for (int i = 0; i < 4; i++)
        lua_newtable(L);
    f.subjects = result + 1;
    f.leads = result + 2;
    f.accounts = result + 3;
    f.rows = result + 4;
    f.scratch = as_scratch_arena(L);
    bool has_account = collect(&f);

    struct as_error error = AS_ERROR_INIT;
    uint32_t leads = (uint32_t)lua_rawlen(L, f.leads), accounts = (uint32_t)lua_rawlen(L, f.accounts);
    as_fixture_require(&f, as_dataset_new(held, f.schema, leads, accounts, &error), &error);
    f.set = *held;
    f.set->at = f.set->known_at = decision_time(&f);
    for (uint32_t row = 0; row < leads; row++) {
        lua_rawgeti(L, f.subjects, (lua_Integer)row + 1);
        f.set->lead_id[row] = as_fixture_id(&f, row == 0 ? 0 : f.set->lead_id[row - 1]);
        if (lua_istable(L, -1) && has_account)
            f.set->lead_account[row] = 0;
        lua_pop(L, 1);
    }
    for (uint32_t row = 0; row < accounts; row++)
        f.set->account_id[row] = (int64_t)row + 1;
    as_fixture_require(&f, as_dataset_link(f.set, &error), &error);

    for (uint32_t row = 0; row < accounts; row++) {
        lua_rawgeti(L, f.accounts, (lua_Integer)row + 1);
        put_fields(&f, AS_LEVEL_ACCOUNT, row);
    }
    for (uint32_t row = 0; row < leads; row++) {
        lua_rawgeti(L, f.leads, (lua_Integer)row + 1);
        put_fields(&f, AS_LEVEL_LEAD, row);
        lua_rawgeti(L, f.subjects, (lua_Integer)row + 1);
        if (lua_istable(L, -1)) {
            as_fixture_answers(&f, row);
            put_tracked(&f, row);
        }
        lua_pop(L, 1);
    }
    put_feeds(&f);
    as_fixture_logs(&f);
    as_fixture_past(&f);
    lua_closeslot(L, result + 5);
    lua_settop(L, result);
    return f.set;
}
