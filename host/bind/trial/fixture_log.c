/* The logs of a fixture: events with their properties, touches and consents. */
#include "bind/trial/fixture_parts.h"

#include "base/limits.h"
#include "bind/sandbox/raise.h"
#include "data/facts/standard.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HERE ((struct as_position){NULL, 0})

/* One event as gathered. Its table, with the properties, is item `order` of the Lua array of all. */
struct happening {
    uint32_t row, time, order;
    uint16_t kind;
};
struct happenings {
    struct happening *at;
    uint32_t n, room;
};

static int by_row_and_time(const void *a, const void *b)
{
    const struct happening *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

static void *need(struct as_fixture *f, void *memory)
{
    if (memory == NULL)
        luaL_error(f->L, "out of memory");
    return memory;
}

/* The array under `name` of the table on top; pushes it (or an empty one) and gives its stack index. */
static int push_array(struct as_fixture *f, const char *name)
{
    int type = lua_getfield(f->L, -1, name);
    if (type == LUA_TNIL) {
        lua_pop(f->L, 1);
        lua_newtable(f->L);
    } else if (type != LUA_TTABLE) {
        as_fixture_refuse(f, "%s must be an array, not a %s", name, luaL_typename(f->L, -1));
    }
    return lua_gettop(f->L);
}

static int64_t time_at(struct as_fixture *f, int item, const char *what)
{
    lua_State *L = f->L;
    int64_t time = f->set->at;
    if (lua_rawgeti(L, item, 2) != LUA_TNIL)
        time = as_fixture_time(L, lua_gettop(L), f->set->at, what);
    lua_pop(L, 1);
    return time;
}

/* Gathers the events of array `name` of the description on top; `all` is the stack index of the array of
 * event tables. */
static void gather_events(struct as_fixture *f, struct happenings *to, const char *name, uint32_t row,
                          int all)
{
    lua_State *L = f->L;
    int events = push_array(f, name);
    lua_Integer n = (lua_Integer)lua_rawlen(L, events);
    for (lua_Integer i = 1; i <= n; i++) {
        if (lua_rawgeti(L, events, i) != LUA_TTABLE)
            as_fixture_refuse(f, "%s: item %d must be a table such as {\"whitepaper\", \"3d ago\"}", name,
                              (int)i);
        int item = lua_gettop(L);
        lua_rawgeti(L, item, 1);
        struct as_str kind = as_fixture_text(f, -1, "the kind of an event");
        uint32_t index = as_schema_kind(f->schema, kind);
        if (index == AS_NO_INDEX)
            as_raise_unknown(L, HERE, as_schema_suggest_kind(f->schema, kind),
                             "declare it under `events` in pack.lua", "there is no event \"%s\"", kind.p);
        lua_pop(L, 1);
        int64_t time = time_at(f, item, "the time of an event");
        if (time < 0 || time > UINT32_MAX)
            as_fixture_refuse(f, "events happen from 1970 to 2106");
        struct happening one = {row, (uint32_t)time, (uint32_t)lua_rawlen(L, all), (uint16_t)index};
        lua_rawseti(L, all, (lua_Integer)one.order + 1);
        need(f, as_list_push(f->scratch, to, one) ? to : NULL);
    }
    lua_pop(L, 1);
}

/* Puts the properties of sorted event `i`, whose table is on top. */
static void put_properties(struct as_fixture *f, struct as_event_log *log, uint32_t kind, uint32_t i)
{
    lua_State *L = f->L;
    int item = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, item); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        const char *kind_name = f->schema->kinds.at[kind]->name;
        struct as_str name = {lua_tostring(L, -2), lua_rawlen(L, -2)};
        uint32_t property = as_schema_property(f->schema, kind, name);
        if (property == AS_NO_INDEX)
            as_raise_rule(L, HERE, "declare it under `events` in pack.lua",
                          "the event %s has no property \"%s\"", kind_name, name.p);
        const struct as_property *declared = &f->schema->properties.at[property];
        struct as_error error = AS_ERROR_INIT;
        if (log->property[property] == NULL)
            as_fixture_require(
                f, as_column_new(&log->property[property], declared->type, log->n, NULL, 0, &error), &error);
        char what[AS_MAX_NAME * 2];
        snprintf(what, sizeof what, "%s.%s", kind_name, declared->name);
        as_fixture_put(f, log->property[property], i, declared->type, lua_gettop(L), what);
    }
}

/* Fills a log of `rows` rows. */
static void put_log(struct as_fixture *f, struct as_event_log *log, uint32_t rows, struct happenings *events,
                    int all)
{
    lua_State *L = f->L;
    if (events->n > 0)
        qsort(events->at, events->n, sizeof *events->at, by_row_and_time);
    log->n = events->n;
    log->start = need(f, calloc((size_t)rows + 1, sizeof *log->start));
    log->time = need(f, calloc((size_t)events->n + 1, sizeof *log->time));
    log->kind = need(f, calloc((size_t)events->n + 1, sizeof *log->kind));
    log->property = need(f, calloc((size_t)f->schema->properties.n + 1, sizeof(*log->property)));
    for (uint32_t i = 0; i < events->n; i++)
        log->start[events->at[i].row + 1]++;
    for (uint32_t row = 0; row < rows; row++)
        log->start[row + 1] += log->start[row];
    log->end = log->start + 1;
    for (uint32_t i = 0; i < events->n; i++) {
        log->time[i] = events->at[i].time;
        log->kind[i] = events->at[i].kind;
        lua_rawgeti(L, all, (lua_Integer)events->at[i].order + 1);
        put_properties(f, log, events->at[i].kind, i);
        lua_pop(L, 1);
    }
}

static void put_events(struct as_fixture *f)
{
    lua_State *L = f->L;
    struct happenings of_leads = {0}, of_accounts = {0};
    lua_newtable(L);
    int all = lua_gettop(L);
    for (uint32_t row = 0; row < f->set->leads; row++) {
        lua_rawgeti(L, f->subjects, (lua_Integer)row + 1);
        if (lua_istable(L, -1))
            gather_events(f, &of_leads, "events", row, all);
        lua_pop(L, 1);
    }
    for (uint32_t i = 0; i < of_leads.n; i++) {
        struct happening one = of_leads.at[i];
        one.row = f->set->lead_account[one.row];
        if (one.row != AS_NO_INDEX)
            need(f, as_list_push(f->scratch, &of_accounts, one) ? f : NULL);
    }
    lua_pushvalue(L, f->top);
    if (f->set->accounts > 0)
        gather_events(f, &of_accounts, "account_events", 0, all);
    else if (lua_getfield(L, f->top, "account_events") != LUA_TNIL)
        as_fixture_refuse(f, "account_events need an account: give account = {}");
    put_log(f, &f->set->lead_events, f->set->leads, &of_leads, all);
    put_log(f, &f->set->account_events, f->set->accounts, &of_accounts, all);
    lua_settop(L, all - 1);
}

/* --- touches --- */

static uint8_t rung_of(struct as_fixture *f, int item)
{
    lua_State *L = f->L;
    uint8_t rung = 0;
    if (lua_getfield(L, item, "ask") != LUA_TNIL) {
        struct as_str ask = as_fixture_text(f, -1, "ask of a touch");
        rung = as_policy_rung(&f->pack->policy, ask);
        if (rung == 0)
            as_fixture_refuse(f, "the contact policy has no need \"%s\"", ask.p);
    }
    lua_pop(L, 1);
    return rung;
}

static int touches_by_time(const void *a, const void *b)
{
    const struct as_touch *x = a, *y = b;
    return x->time < y->time ? -1 : x->time > y->time;
}

static uint32_t channel_of(struct as_fixture *f, struct as_str name)
{
    const char *known;
    if (!as_standard_channel(&known, f->schema, name))
        as_raise_unknown(f->L, HERE, known, NULL, "there is no channel \"%s\"", name.p);
    uint32_t code = as_intern_add(f->set->channels, name);
    need(f, code != AS_INTERN_NONE ? f : NULL);
    return code;
}

void *as_fixture_grown(struct as_fixture *f, void *array, uint32_t n, size_t size)
{
    return need(f, realloc(array, ((size_t)n + 1) * size));
}

static void put_touches(struct as_fixture *f)
{
    lua_State *L = f->L;
    struct as_touch_log *log = &f->set->touches;
    log->start = need(f, calloc((size_t)f->set->leads + 1, sizeof *log->start));
    uint32_t n = 0;
    for (uint32_t row = 0; row < f->set->leads; row++) {
        uint32_t first = n;
        lua_rawgeti(L, f->subjects, (lua_Integer)row + 1);
        if (lua_istable(L, -1)) {
            int touches = push_array(f, "touches");
            for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, touches); i++) {
                if (lua_rawgeti(L, touches, i) != LUA_TTABLE)
                    as_fixture_refuse(f, "touches: item %d must be a table such as {\"email\", \"2d ago\"}",
                                      (int)i);
                static const char *const keys[] = {"ask"};
                int item = lua_gettop(L);
                as_fixture_keys(f, item, "a touch", 2, keys, 1);
                lua_rawgeti(L, item, 1);
                struct as_touch touch = {.channel =
                                             channel_of(f, as_fixture_text(f, -1, "the channel of a touch"))};
                lua_pop(L, 1);
                touch.time = time_at(f, item, "the time of a touch");
                touch.need = rung_of(f, item);
                log->at = as_fixture_grown(f, log->at, n, sizeof *log->at);
                log->at[n++] = touch;
                lua_pop(L, 1);
            }
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
        log->start[row + 1] = n;
        if (n > first)
            qsort(log->at + first, n - first, sizeof *log->at, touches_by_time);
    }
}

/* --- consents --- */

static uint8_t consent_of(struct as_fixture *f, int value)
{
    static const char *const names[] = {"unknown", "granted", "double_opt_in", "denied", "objected"};
    struct as_str word = as_fixture_text(f, value, "a consent");
    for (uint8_t i = 0; i < sizeof names / sizeof *names; i++)
        if (as_str_is(word, names[i]))
            return i;
    as_raise_unknown(f->L, HERE, as_suggest(word, names, sizeof names / sizeof *names), NULL,
                     "a consent is granted, double_opt_in, denied or objected, not \"%s\"", word.p);
}

static void put_consents(struct as_fixture *f)
{
    lua_State *L = f->L;
    struct as_consent_log *log = &f->set->consents;
    log->start = need(f, calloc((size_t)f->set->leads + 1, sizeof *log->start));
    uint32_t n = 0;
    for (uint32_t row = 0; row < f->set->leads; row++) {
        lua_rawgeti(L, f->subjects, (lua_Integer)row + 1);
        if (lua_istable(L, -1)) {
            int consents = push_array(f, "consents");
            for (lua_pushnil(L); lua_next(L, consents); lua_pop(L, 1)) {
                int value = lua_gettop(L);
                struct as_str channel = as_fixture_text(f, value - 1, "the channel of a consent");
                struct as_consent consent = {.channel = AS_NO_INDEX, .time = f->set->at};
                if (!as_str_is(channel, "any"))
                    consent.channel = channel_of(f, channel);
                if (lua_istable(L, value)) {
                    as_fixture_keys(f, value, "a consent", 2, NULL, 0);
                    consent.time = time_at(f, value, "the time of a consent");
                    lua_rawgeti(L, value, 1);
                    consent.state = consent_of(f, lua_gettop(L));
                    lua_pop(L, 1);
                } else {
                    consent.state = consent_of(f, value);
                }
                log->at = as_fixture_grown(f, log->at, n, sizeof *log->at);
                log->at[n++] = consent;
            }
            lua_pop(L, 1);
        }
        lua_pop(L, 1);
        log->start[row + 1] = n;
    }
}

void as_fixture_logs(struct as_fixture *f)
{
    put_events(f);
    put_touches(f);
    put_consents(f);
}
