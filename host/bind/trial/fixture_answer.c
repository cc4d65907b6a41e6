/* The answers of a fixture: their values, who gave them, in which manner and when. */
#include "bind/trial/fixture_parts.h"

#include "base/limits.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <stdio.h>

#define HERE         ((struct as_position){NULL, 0})
#define COUNT(array) (sizeof(array) / sizeof *(array))

static uint8_t voice_of(struct as_fixture *f, int value)
{
    static const char *const names[] = {"buyer", "sales", "marketing", "system"};
    struct as_str text = as_fixture_text(f, value, "by");
    for (unsigned i = 0; i < COUNT(names); i++)
        if (as_str_is(text, names[i]))
            return (uint8_t)(1u << i);
    as_raise_unknown(f->L, HERE, as_suggest(text, names, COUNT(names)), NULL,
                     "by must be buyer, sales, marketing or system, not \"%s\"", text.p);
}

/* One answer; its value or description is on top of the stack. */
static void put_answer(struct as_fixture *f, uint32_t index, uint32_t row)
{
    lua_State *L = f->L;
    const struct as_field *field = f->schema->fields.at[index];
    struct as_column *column = NULL;
    struct as_error error = AS_ERROR_INIT;
    as_fixture_require(f, as_dataset_column(&column, f->set, index, &error), &error);
    struct as_answer_column *answer = &f->set->answer[index];
    int value = lua_gettop(L), given = value;
    bool inferred = false;
    uint8_t voices = 0;
    int64_t time = f->set->at;
    if (lua_istable(L, given)) {
        static const char *const keys[] = {"value", "by", "manner", "at"};
        bool described = field->type != AS_TYPE_CHOICES;
        for (size_t i = 0; i < COUNT(keys); i++) {
            described = lua_getfield(L, given, keys[i]) != LUA_TNIL || described;
            lua_pop(L, 1);
        }
        if (described) {
            as_fixture_keys(f, given, "an answer", 1, keys, COUNT(keys));
            if (lua_getfield(L, given, "at") != LUA_TNIL)
                time = as_fixture_time(L, -1, f->set->at, "at of an answer");
            if (lua_getfield(L, given, "manner") != LUA_TNIL) {
                struct as_str manner = as_fixture_text(f, -1, "manner");
                inferred = as_str_is(manner, "inferred");
                if (!inferred && !as_str_is(manner, "stated"))
                    as_fixture_refuse(f, "manner must be stated or inferred, not \"%s\"", manner.p);
            }
            if (lua_getfield(L, given, "by") == LUA_TTABLE) {
                for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, -1); i++) {
                    lua_rawgeti(L, -1, i);
                    voices |= voice_of(f, lua_gettop(L));
                    lua_pop(L, 1);
                }
            } else if (!lua_isnil(L, -1)) {
                voices = voice_of(f, lua_gettop(L));
            }
            if (lua_getfield(L, given, "value") == LUA_TNIL)
                lua_rawgeti(L, given, 1);
            value = lua_gettop(L);
        }
    }
    char what[AS_MAX_NAME * 2];
    snprintf(what, sizeof what, "answers.%s", field->name);
    as_fixture_put(f, column, row, field->type, value, what);
    as_bit_put(answer->stated, row, !inferred);
    answer->voices[row] = voices != 0 ? voices : AS_VOICE_BUYER;
    answer->time[row] = time;
    lua_settop(L, given - 1);
}

void as_fixture_answers(struct as_fixture *f, uint32_t row)
{
    lua_State *L = f->L;
    as_fixture_push_table(f, lua_gettop(L), "answers");
    int answers = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, answers);) {
        struct as_str name = as_fixture_text(f, -2, "the name of an answer");
        uint32_t index = as_schema_answer(f->schema, name);
        if (index == AS_NO_INDEX)
            as_raise_unknown(L, HERE, as_schema_suggest_answer(f->schema, name),
                             "declare it under `answers` in pack.lua", "there is no answer \"%s\"", name.p);
        bool of_account = f->schema->fields.at[index]->level == AS_LEVEL_ACCOUNT;
        if (of_account && f->set->lead_account[row] == AS_NO_INDEX)
            as_fixture_refuse(f, "the answer \"%s\" belongs to an account: give account = {}", name.p);
        put_answer(f, index, of_account ? f->set->lead_account[row] : row);
    }
    lua_pop(L, 1);
}
