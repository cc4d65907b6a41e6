/* Event view: a selection of events by kind and window, and what can be counted in it. Days are UTC days,
 * windows are those of the rule language. */
#include "bind/script/event_view.h"

#include "base/limits.h"
#include "bind/sandbox/raise.h"
#include "score/statistics/window.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

static const char EVENTS_TYPE[] = "assay.event_view";

struct event_view {
    struct as_lead_view *shared;
    enum as_level level;
    uint32_t row;
    uint32_t kind; /* AS_NO_INDEX: every buyer event */
    int64_t days;  /* window, 0: all */
};

int as_event_view_push(lua_State *L, struct as_lead_view *shared, enum as_level level, uint32_t row)
{
    const struct as_schema *schema = shared->dataset->schema;
    struct as_str name = {0}, window = {0};
    name.p = luaL_checklstring(L, 2, &name.n);
    struct event_view made = {shared, level, row, AS_NO_INDEX, 0};
    if (!as_str_is(name, "any") && (made.kind = as_schema_kind(schema, name)) == AS_NO_INDEX)
        as_raise_unknown(L, (struct as_position){0}, as_schema_suggest_kind(schema, name),
                         "declare it under events in pack.lua", "there is no event \"%s\"", name.p);
    if (!lua_isnoneornil(L, 3)) {
        struct as_error error = AS_ERROR_INIT;
        window.p = luaL_checklstring(L, 3, &window.n);
        if (as_days_parse(&made.days, window, &error) != AS_OK)
            as_raise_rule(L, (struct as_position){0}, error.advice[0] != '\0' ? error.advice : NULL, "%s",
                          error.what);
    }
    as_trail_lose(shared->trail);
    struct event_view *view = lua_newuserdatauv(L, sizeof *view, 0);
    *view = made;
    luaL_setmetatable(L, EVENTS_TYPE);
    return 1;
}

static const struct event_view *check_events(lua_State *L)
{
    const struct event_view *view = luaL_testudata(L, 1, EVENTS_TYPE);
    if (view == NULL)
        as_raise_rule(L, (struct as_position){0},
                      "write a colon, as in l:events(\"page_view\", \"7d\"):count()",
                      "a method of events was called without them");
    if (view->shared->dataset == NULL)
        as_raise_rule(L, (struct as_position){0}, "keep numbers, not events, between calls",
                      "events can be read only while their function runs");
    return view;
}

/* The events of one row, one after the other. */
struct cursor {
    const struct event_view *view;
    const struct as_dataset *dataset;
    const struct as_event_log *log;
    uint32_t member, member_end; /* an account's events without a log of their own are those of its leads */
    uint32_t at, end;
};

static void begin_lead(struct cursor *c, uint32_t lead)
{
    c->log = &c->dataset->lead_events;
    if (c->log->start == NULL)
        return;
    c->at = c->log->start[lead];
    c->end = c->log->end[lead];
}

static struct cursor begin(const struct event_view *view)
{
    struct cursor c = {.view = view, .dataset = view->shared->dataset};
    if (view->row == AS_NO_INDEX)
        return c;
    if (view->level == AS_LEVEL_LEAD) {
        begin_lead(&c, view->row);
    } else if (c.dataset->account_events.start != NULL) {
        c.log = &c.dataset->account_events;
        c.at = c.log->start[view->row];
        c.end = c.log->end[view->row];
    } else if (c.dataset->member_start != NULL) {
        c.member = c.dataset->member_start[view->row];
        c.member_end = c.dataset->member_start[view->row + 1];
    }
    return c;
}

static bool of_kind(const struct cursor *c, uint32_t event)
{
    uint32_t kind = c->log->kind[event];
    return c->view->kind != AS_NO_INDEX ? kind == c->view->kind
                                        : c->dataset->schema->kinds.at[kind]->by == AS_ACTOR_BUYER;
}

/* The index of the row's next event of the kind asked for, whenever it was; false after the last. */
static bool next_of_kind(uint32_t *event, struct cursor *c)
{
    for (;;) {
        while (c->at < c->end)
            if (of_kind(c, *event = c->at++))
                return true;
        if (c->member >= c->member_end)
            return false;
        begin_lead(c, c->dataset->member[c->member++]);
    }
}

/* The same of the selection: within the window, and not to come. */
static bool next_event(uint32_t *event, struct cursor *c)
{
    while (next_of_kind(event, c)) {
        int64_t time = c->log->time[*event], at = c->view->shared->at;
        if (time <= at && (c->view->days == 0 || as_age_within(as_age_days(at, time), c->view->days)))
            return true;
    }
    return false;
}

/* What a stale feed or a refusal hides makes the function's result unknown; the count itself stays a number.
 */
static void note_state(const struct event_view *view)
{
    const struct as_dataset *dataset = view->shared->dataset;
    if (view->kind != AS_NO_INDEX && dataset->kind_state != NULL &&
        dataset->kind_state[view->kind] != AS_FEED_LIVE)
        view->shared->open = true;
    if (view->level == AS_LEVEL_LEAD && view->row != AS_NO_INDEX && dataset->untracked != NULL &&
        as_bit(dataset->untracked, view->row))
        view->shared->open = true;
}

/* "page_view in the last 7 days" */
static const char *say(char out[160], const struct event_view *view)
{
    const struct as_schema *schema = view->shared->dataset->schema;
    const char *kind = view->kind == AS_NO_INDEX ? "buyer events" : schema->kinds.at[view->kind]->name;
    const char *of = view->level == AS_LEVEL_ACCOUNT ? "account's " : "";
    if (view->days == 0)
        snprintf(out, 160, "%s%.*s", of, 100, kind);
    else
        snprintf(out, 160, "%s%.*s in the last %lld days", of, 100, kind, (long long)view->days);
    return out;
}

/* The first day on which the selection is another one by time alone: the oldest event leaves its window, or
 * one that lies ahead comes. */
static void note_changes(const struct event_view *view)
{
    struct as_lead_view *shared = view->shared;
    if (!shared->until)
        return;
    struct cursor c = begin(view);
    for (uint32_t event; next_of_kind(&event, &c);) {
        int64_t time = c.log->time[event];
        if (time > shared->at)
            as_view_changes(shared, as_day_of(time));
        else if (view->days != 0 && as_age_within(as_age_days(shared->at, time), view->days))
            as_view_changes(shared, as_day_of(time) + view->days);
    }
}

static void note_number(const struct event_view *view, const char *what, double value)
{
    char words[160];
    note_changes(view);
    if (view->shared->reads != NULL)
        as_reads_note(view->shared, "%s of %s is %.10g", what, say(words, view), value);
}

static int events_count(lua_State *L)
{
    const struct event_view *view = check_events(L);
    struct cursor c = begin(view);
    lua_Integer n = 0;
    note_state(view);
    for (uint32_t event; next_event(&event, &c);)
        n++;
    note_number(view, "count", (double)n);
    lua_pushinteger(L, n);
    return 1;
}

static int events_seen(lua_State *L)
{
    const struct event_view *view = check_events(L);
    struct cursor c = begin(view);
    uint32_t event;
    note_state(view);
    bool seen = next_event(&event, &c);
    note_number(view, "seen", seen);
    lua_pushboolean(L, seen);
    return 1;
}

/* Members' logs are each in order but not together, so that days of an account are marked and then counted.
 */
static int events_distinct_days(lua_State *L)
{
    const struct event_view *view = check_events(L);
    struct cursor c = begin(view);
    note_state(view);
    lua_Integer n = 0;
    if (c.member_end == 0) {
        int64_t last = INT64_MIN;
        for (uint32_t event; next_event(&event, &c);) {
            int64_t day = as_day_of(c.log->time[event]);
            n += day != last;
            last = day;
        }
    } else {
        lua_newtable(L);
        for (uint32_t event; next_event(&event, &c);) {
            lua_Integer day = as_day_of(c.log->time[event]);
            n += lua_rawgeti(L, -1, day) == LUA_TNIL;
            lua_pop(L, 1);
            lua_pushboolean(L, 1);
            lua_rawseti(L, -2, day);
        }
    }
    note_number(view, "distinct days", (double)n);
    lua_pushinteger(L, n);
    return 1;
}

/* The property that the second argument names, of the one kind that is selected. example: how to write it. */
static uint32_t property_named(lua_State *L, const struct event_view *view, const char *example)
{
    const struct as_schema *schema = view->shared->dataset->schema;
    struct as_str name = {0};
    name.p = luaL_checklstring(L, 2, &name.n);
    if (view->kind == AS_NO_INDEX)
        as_raise_rule(L, (struct as_position){0}, example,
                      "events of any kind have no property \"%s\" in common", name.p);
    uint32_t property = as_schema_property(schema, view->kind, name);
    if (property == AS_NO_INDEX)
        as_raise_rule(L, (struct as_position){0}, "declare it: properties = { strength = \"number\" }",
                      "event \"%s\" has no property \"%s\"", schema->kinds.at[view->kind]->name, name.p);
    return property;
}

static int events_sum(lua_State *L)
{
    const struct event_view *view = check_events(L);
    struct cursor c = begin(view);
    uint32_t property =
        property_named(L, view, "select one kind: l:events(\"intent\", \"14d\"):sum \"strength\"");
    const struct as_property *declared = &c.dataset->schema->properties.at[property];
    if (declared->type != AS_TYPE_INTEGER && declared->type != AS_TYPE_NUMBER &&
        declared->type != AS_TYPE_MONEY)
        as_raise_rule(L, (struct as_position){0}, NULL, "property \"%s\" is no number", declared->name);
    note_state(view);
    double sum = 0;
    for (uint32_t event; next_event(&event, &c);) {
        const struct as_column *column = c.log->property != NULL ? c.log->property[property] : NULL;
        if (column == NULL || !as_bit(column->known, event))
            continue;
        sum += column->type == AS_TYPE_NUMBER  ? column->f64[event]
               : column->type == AS_TYPE_MONEY ? (double)column->i64[event] / 100
                                               : (double)column->i64[event];
    }
    note_number(view, "sum", sum);
    lua_pushnumber(L, sum);
    return 1;
}

/* Pushes what tells the event's value apart from others; false where it does not say. */
static void push_value(lua_State *L, const struct cursor *c, uint32_t property, uint32_t event)
{
    const struct as_column *column = c->log->property != NULL ? c->log->property[property] : NULL;
    if (column == NULL || !as_bit(column->known, event))
        lua_pushboolean(L, 0);
    else if (column->type == AS_TYPE_BOOLEAN)
        lua_pushstring(L, as_bit(column->truth, event) ? "yes" : "no");
    else if (column->type == AS_TYPE_NUMBER)
        lua_pushnumber(L, column->f64[event]);
    else if (column->dict != NULL || column->type == AS_TYPE_REFERENCE)
        lua_pushinteger(L, column->code[event]);
    else
        lua_pushinteger(L, column->i64[event]);
}

static int events_distinct(lua_State *L)
{
    const struct event_view *view = check_events(L);
    struct cursor c = begin(view);
    uint32_t property =
        property_named(L, view, "select one kind: l:events(\"case_study\"):distinct \"title\"");
    note_state(view);
    lua_Integer n = 0;
    lua_newtable(L);
    for (uint32_t event; next_event(&event, &c);) {
        push_value(L, &c, property, event);
        lua_pushvalue(L, -1);
        n += lua_rawget(L, -3) == LUA_TNIL;
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
        lua_rawset(L, -3);
    }
    note_number(view, "distinct values", (double)n);
    lua_pushinteger(L, n);
    return 1;
}

static bool ends(int64_t *first, int64_t *last, const struct event_view *view)
{
    struct cursor c = begin(view);
    bool found = false;
    note_state(view);
    for (uint32_t event; next_event(&event, &c);) {
        int64_t time = c.log->time[event];
        *first = !found || time < *first ? time : *first;
        *last = !found || time > *last ? time : *last;
        found = true;
    }
    return found;
}

static int push_end(lua_State *L, bool want_first)
{
    const struct event_view *view = check_events(L);
    int64_t first, last;
    char text[AS_TIME_TEXT], words[160];
    bool found = ends(&first, &last, view);
    if (found)
        lua_pushstring(L, as_day_format(text, as_day_of(want_first ? first : last)));
    else
        lua_pushnil(L);
    note_changes(view);
    as_reads_note(view->shared, "%s of %s is %s", want_first ? "first" : "last", say(words, view),
                  found ? text : "unknown");
    return 1;
}

static int events_first(lua_State *L)
{
    return push_end(L, true);
}

static int events_last(lua_State *L)
{
    return push_end(L, false);
}

static int events_days_since(lua_State *L)
{
    const struct event_view *view = check_events(L);
    int64_t first, last;
    char words[160];
    note_changes(view);
    if (!ends(&first, &last, view)) {
        as_reads_note(view->shared, "days since %s are unknown", say(words, view));
        lua_pushnil(L);
        return 1;
    }
    int64_t days = as_age_days(view->shared->at, last);
    as_view_changes(view->shared, as_day_of(view->shared->at) + 1);
    as_reads_note(view->shared, "days since %s are %lld", say(words, view), (long long)days);
    lua_pushinteger(L, days);
    return 1;
}

static const struct as_module_function methods[] = {
    {"count",
     events_count,
     "How many there are; none is 0.",
     {{NULL}},
     0,
     "integer",
     "events",
     "l:events(\"page_view\", \"7d\"):count()",
     "2"},
    {"seen",
     events_seen,
     "Whether there is one.",
     {{NULL}},
     0,
     "boolean",
     "true when there is one",
     "l:events(\"demo_request\", \"7d\"):seen()",
     "false"},
    {"distinct_days",
     events_distinct_days,
     "On how many different UTC days there is one.",
     {{NULL}},
     0,
     "integer",
     "days",
     "l:events(\"page_view\"):distinct_days()",
     "3"},
    {"sum",
     events_sum,
     "The sum of a numeric property; an event that does not say adds nothing.",
     {{"property", "string", "a property that the event kind declares", false}},
     0,
     "number",
     "the sum, money in units",
     "l:events(\"survey\", \"14d\"):sum \"grade\"",
     "2.5"},
    {"distinct",
     events_distinct,
     "How many different values a property has; events that do not say it count as one.",
     {{"property", "string", "a property that the event kind declares", false}},
     0,
     "integer",
     "values",
     "l:events(\"survey\"):distinct \"grade\"",
     "1"},
    {"first",
     events_first,
     "The day of the earliest one.",
     {{NULL}},
     0,
     "string?",
     "an ISO date; nil when there is none",
     "l:events(\"page_view\"):first()",
     "\"2024-09-27\""},
    {"last",
     events_last,
     "The day of the latest one.",
     {{NULL}},
     0,
     "string?",
     "an ISO date; nil when there is none",
     "l:events(\"page_view\"):last()",
     "\"2024-10-04\""},
    {"days_since",
     events_days_since,
     "Whole UTC days since the latest one.",
     {{NULL}},
     0,
     "integer?",
     "days; nil when there is none",
     "l:events(\"page_view\"):days_since()",
     "0"},
};
enum { METHODS = sizeof methods / sizeof *methods };

static const struct as_module_part part = {methods, METHODS};
static const struct as_module_part *const parts[] = {&part};
const struct as_module as_event_view_class = {
    .name = "assay.EventView",
    .local = "l:events(…)",
    .methods = true,
    .text = "The events that a function asked for: of one kind or any, in a window or ever.",
    .parts = parts,
    .part_count = 1,
};

bool as_event_view_has(struct as_str method, const char **near)
{
    const char *names[METHODS];
    size_t n = 0;
    for (; n < METHODS; n++) {
        if (as_str_is(method, methods[n].name))
            return true;
        names[n] = methods[n].name;
    }
    *near = as_suggest(method, names, n);
    return false;
}

static int events_index(lua_State *L)
{
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    const char *names[METHODS];
    size_t n = 0;
    for (; n < METHODS; n++) {
        if (strcmp(methods[n].name, key) == 0) {
            lua_pushcfunction(L, methods[n].call);
            return 1;
        }
        names[n] = methods[n].name;
    }
    as_raise_unknown(L, (struct as_position){0}, as_suggest(as_str_of(key), names, n),
                     "it has count, seen, distinct_days, sum, distinct, first, last and days_since",
                     "events have no \"%s\"", key);
}

void as_event_view_open(lua_State *L)
{
    if (luaL_newmetatable(L, EVENTS_TYPE)) {
        lua_pushcfunction(L, events_index);
        lua_setfield(L, -2, "__index");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_pop(L, 1);
}
