/* Lead view: facts and answers of one lead as a rule function reads them, without a table a lead. Its events
 * are event_view.c. */
#include "bind/script/lead_view.h"

#include "base/limits.h"
#include "base/time.h"
#include "bind/sandbox/raise.h"
#include "bind/script/event_view.h"
#include "data/facts/schema.h"

#include <lauxlib.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char VIEW_TYPE[] = "assay.lead_view";

/* A view of one row. The two that a state reuses have `slot` and read their row from the shared view. */
struct row_view {
    struct as_lead_view *shared;
    enum as_level level;
    bool slot;
    uint32_t row;
};

static const struct row_view *check_view(lua_State *L, int index)
{
    const struct row_view *view = luaL_testudata(L, index, VIEW_TYPE);
    if (view == NULL)
        as_raise_rule(L, (struct as_position){0}, "write a colon, as in l:events(\"page_view\", \"7d\")",
                      "a method of the lead was called without it");
    if (view->shared->dataset == NULL)
        as_raise_rule(L, (struct as_position){0}, "keep values, not the lead, between calls",
                      "the lead can be read only while its function runs");
    return view;
}

static uint32_t row_of(const struct row_view *view)
{
    return view->slot ? view->shared->row[view->level] : view->row;
}

static void push_row(lua_State *L, struct as_lead_view *shared, enum as_level level, uint32_t row)
{
    struct row_view *view = lua_newuserdatauv(L, sizeof *view, 0);
    *view = (struct row_view){shared, level, false, row};
    luaL_setmetatable(L, VIEW_TYPE);
}

void as_reads_note(struct as_lead_view *view, const char *format, ...)
{
    struct as_reads *reads = view->reads;
    if (reads == NULL)
        return;
    char line[512];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    as_buf_printf(&reads->text, "%s\n", line);
}

static void note_value(lua_State *L, struct as_lead_view *shared, uint32_t index,
                       const struct as_column *column, uint32_t row)
{
    if (shared->trail != NULL)
        as_trail_read(shared->trail, index);
    if (shared->reads == NULL)
        return;
    const struct as_field *field = shared->dataset->schema->fields.at[index];
    const char *of = field->ask != NULL ? "answer." : field->level == AS_LEVEL_LEAD ? "lead." : "account.";
    if (lua_isnil(L, -1)) {
        as_reads_note(shared, "%s%s is unknown", of, field->name);
        return;
    }
    struct as_buf shown = {.max = AS_MAX_TEXT};
    as_column_show(&shown, column, row);
    as_reads_note(shared, "%s%s is %s", of, field->name, as_buf_c(&shown));
    as_buf_free(&shown);
}

static void push_choices(lua_State *L, struct as_str joined)
{
    lua_newtable(L);
    for (lua_Integer i = 1; joined.p != NULL && joined.n > 0; i++) {
        struct as_str member = as_str_cut(&joined, '\x1F');
        lua_pushlstring(L, member.p, member.n);
        lua_rawseti(L, -2, i);
    }
}

/* Pushes a value of a column, nil when it is unknown. texts: where the state's table of column texts is. */
static void push_value(lua_State *L, struct as_lead_view *shared, int texts, uint32_t index,
                       const struct as_column *column, uint32_t row)
{
    if (column == NULL || row >= column->n || !as_bit(column->known, row)) {
        lua_pushnil(L);
        return;
    }
    char text[AS_TIME_TEXT];
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        lua_pushboolean(L, as_bit(column->truth, row));
        return;
    case AS_TYPE_INTEGER:
        lua_pushinteger(L, column->i64[row]);
        return;
    case AS_TYPE_NUMBER:
        lua_pushnumber(L, column->f64[row]);
        return;
    case AS_TYPE_MONEY:
        lua_pushnumber(L, (double)column->i64[row] / 100);
        return;
    case AS_TYPE_DATE:
        lua_pushstring(L, as_day_format(text, column->i64[row]));
        return;
    case AS_TYPE_TEXT:
    case AS_TYPE_CHOICE:
    case AS_TYPE_USER:
        as_column_text_push(L, &shared->texts, texts, index, column->dict, column->code[row]);
        return;
    case AS_TYPE_CHOICES:
        push_choices(L, as_intern_text(column->dict, column->code[row]));
        return;
    case AS_TYPE_REFERENCE:
        if (column->code[row] == AS_NO_INDEX)
            lua_pushnil(L);
        else
            push_row(L, shared, shared->dataset->schema->fields.at[index]->target, column->code[row]);
        return;
    }
    lua_pushnil(L);
}

enum { ANSWER_TEXTS = 1 }; /* upvalue of methods: the table of column texts */

static int view_answer(lua_State *L)
{
    const struct row_view *view = check_view(L, 1);
    const struct as_dataset *dataset = view->shared->dataset;
    struct as_str name = {0};
    name.p = luaL_checklstring(L, 2, &name.n);
    uint32_t index = as_schema_answer(dataset->schema, name);
    if (index == AS_NO_INDEX)
        as_raise_unknown(L, (struct as_position){0}, as_schema_suggest_answer(dataset->schema, name),
                         "declare it under answers in pack.lua", "there is no answer \"%s\"", name.p);
    const struct as_field *field = dataset->schema->fields.at[index];
    uint32_t row = row_of(view);
    if (field->level == AS_LEVEL_ACCOUNT && view->level == AS_LEVEL_LEAD)
        row = row != AS_NO_INDEX ? dataset->lead_account[row] : AS_NO_INDEX;
    else if (field->level != view->level)
        as_raise_rule(L, (struct as_position){0}, "read it in a function of a lead",
                      "\"%s\" is an answer of leads", name.p);
    push_value(L, view->shared, lua_upvalueindex(ANSWER_TEXTS), index, dataset->answer[index].value, row);
    note_value(L, view->shared, index, dataset->answer[index].value, row);
    return 1;
}

static int view_events(lua_State *L)
{
    const struct row_view *view = check_view(L, 1);
    return as_event_view_push(L, view->shared, view->level, row_of(view));
}

static int view_account(lua_State *L, const struct row_view *view)
{
    const struct as_dataset *dataset = view->shared->dataset;
    uint32_t row = row_of(view);
    as_lead_view_push(L, view->shared, AS_LEVEL_ACCOUNT,
                      row != AS_NO_INDEX ? dataset->lead_account[row] : AS_NO_INDEX);
    return 1;
}

/* The field of this name; what is no field raises. */
static uint32_t find_field(lua_State *L, const struct row_view *view, struct as_str name)
{
    const struct as_schema *schema = view->shared->dataset->schema;
    uint32_t index = as_schema_field(schema, view->level, name);
    if (index == AS_NO_INDEX) {
        bool answer = as_schema_answer(schema, name) != AS_NO_INDEX;
        as_raise_unknown(L, (struct as_position){0}, as_schema_suggest_field(schema, view->level, name),
                         answer ? "answers are read by l:answer \"name\""
                                : "declare it under fields in pack.lua",
                         "the %s has no field \"%s\"", as_level_name(view->level), name.p);
    }
    return index;
}

/* Upvalues of __index: by level a table of names, to field indexes and methods, so that a name is looked up
 * once a state; the table of column texts; the shared view, whose reusable views are known by their address,
 * without a look at their type. */
enum { NAMES = 1, TEXTS = 3, SHARED = 4 };

static struct as_view_name *name_slot(struct as_lead_view *shared, enum as_level level, const void *text)
{
    return &shared->names[level][((uintptr_t)text >> 4 ^ (uintptr_t)text >> 10) % AS_VIEW_NAMES];
}

/* Remembers the name at index 2, whose text stays where it is as long as the table of names holds it. */
static void remember_name(lua_State *L, const struct row_view *view, uint32_t field)
{
    const void *text = lua_topointer(L, 2);
    struct as_view_name *slot = name_slot(view->shared, view->level, text);
    lua_pushvalue(L, 2);
    lua_rawseti(L, lua_upvalueindex(NAMES + (int)view->level), slot - view->shared->names[view->level] + 1);
    *slot = (struct as_view_name){text, field};
}

/* Looks the name at index 2 up; false when it is a method, which is pushed. */
static bool find_name(uint32_t *out, lua_State *L, const struct row_view *view)
{
    int names = lua_upvalueindex(NAMES + (int)view->level);
    struct as_str name = {0};
    if (lua_type(L, 2) != LUA_TSTRING)
        as_raise_rule(L, (struct as_position){0}, NULL, "the lead has names, no numbers");
    name.p = lua_tolstring(L, 2, &name.n);
    lua_pushvalue(L, 2);
    int type = lua_rawget(L, names);
    if (type == LUA_TFUNCTION)
        return false;
    if (type == LUA_TBOOLEAN) { /* the word "account" of a lead */
        *out = AS_NO_INDEX;
    } else if (type == LUA_TNUMBER) {
        *out = (uint32_t)lua_tointeger(L, -1);
    } else {
        *out = find_field(L, view, name);
        lua_pushvalue(L, 2);
        lua_pushinteger(L, *out);
        lua_rawset(L, names);
    }
    remember_name(L, view, *out);
    return true;
}

static int view_index(lua_State *L)
{
    struct as_lead_view *shared = lua_touserdata(L, lua_upvalueindex(SHARED));
    const void *self = lua_touserdata(L, 1);
    bool known = self != NULL && shared->dataset != NULL &&
                 (self == shared->slot[AS_LEVEL_LEAD] || self == shared->slot[AS_LEVEL_ACCOUNT]);
    const struct row_view *view = known ? self : check_view(L, 1);
    const void *text = lua_topointer(L, 2);
    const struct as_view_name *name = name_slot(shared, view->level, text);
    uint32_t index = name->field;
    if ((text == NULL || name->text != text) && !find_name(&index, L, view))
        return 1;
    if (index == AS_NO_INDEX)
        return view_account(L, view);
    const struct as_column *column = shared->dataset->field[index];
    uint32_t row = row_of(view);
    push_value(L, shared, lua_upvalueindex(TEXTS), index, column, row);
    note_value(L, shared, index, column, row);
    return 1;
}

static int view_newindex(lua_State *L)
{
    as_raise_rule(L, (struct as_position){0}, "return points and a note; facts come from the database",
                  "a function cannot change a lead");
}

static int view_tostring(lua_State *L)
{
    lua_pushstring(L, as_level_name(check_view(L, 1)->level));
    return 1;
}

static const struct as_module_function methods[] = {
    {"events",
     view_events,
     "What the person did; of an account, what anybody of it did. Tracking refused or a stale feed makes the "
     "function's result unknown.",
     {{"kind", "string", "a declared event, or \"any\" for whatever buyers do", false},
      {"window", "string", "whole days up to today: \"7d\"; ever when left out", true}},
     0,
     "assay.EventView",
     "a selection, to be counted",
     "l:events(\"page_view\", \"7d\"):count()",
     "2"},
    {"answer",
     view_answer,
     "What was answered; of a lead also the answers of its account.",
     {{"name", "string", "an answer that pack.lua declares", false}},
     0,
     "any",
     "the answer; nil when nobody told",
     "l:answer \"need\"",
     "\"confirmed\""},
};
enum { METHODS = sizeof methods / sizeof *methods };

static const struct as_module_part part = {methods, METHODS};
static const struct as_module_part *const parts[] = {&part};
const struct as_module as_lead_view_class = {
    .name = "assay.LeadView",
    .local = "l",
    .methods = true,
    .text =
        "What a function sees of one lead: its facts by name (l.title, nil when unknown), its account's "
        "(l.account.industry), what it did and answered. Read-only, and good only while the function runs.",
    .parts = parts,
    .part_count = 1,
};

static void make_type(lua_State *L, struct as_lead_view *shared)
{
    as_column_texts_new(L);
    int texts = lua_gettop(L);
    luaL_newmetatable(L, VIEW_TYPE);
    for (int level = 0; level < 2; level++) {
        lua_newtable(L);
        for (size_t i = 0; i < METHODS; i++) {
            lua_pushvalue(L, texts);
            lua_pushcclosure(L, methods[i].call, ANSWER_TEXTS);
            lua_setfield(L, -2, methods[i].name);
        }
        if (level == AS_LEVEL_LEAD) {
            lua_pushboolean(L, 1);
            lua_setfield(L, -2, "account");
        }
    }
    lua_pushvalue(L, texts);
    lua_pushlightuserdata(L, shared);
    lua_pushcclosure(L, view_index, SHARED);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, view_newindex);
    lua_setfield(L, -2, "__newindex");
    lua_pushcfunction(L, view_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 2);
}

struct as_lead_view *as_lead_view_open(lua_State *L)
{
    luaL_checkstack(L, 10, NULL);
    struct as_lead_view *shared = lua_newuserdatauv(L, sizeof *shared, 0);
    memset(shared, 0, sizeof *shared);
    luaL_ref(L, LUA_REGISTRYINDEX); /* for as long as the state lives */
    make_type(L, shared);
    as_event_view_open(L);
    for (int level = 0; level < 2; level++) {
        struct row_view *view = lua_newuserdatauv(L, sizeof *view, 0);
        *view = (struct row_view){shared, (enum as_level)level, true, AS_NO_INDEX};
        luaL_setmetatable(L, VIEW_TYPE);
        shared->slot[level] = view;
        shared->ref[level] = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    return shared;
}

void as_lead_view_push(lua_State *L, struct as_lead_view *view, enum as_level level, uint32_t row)
{
    view->row[level] = row;
    lua_rawgeti(L, LUA_REGISTRYINDEX, view->ref[level]);
}
