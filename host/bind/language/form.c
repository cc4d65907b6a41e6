/* Form: checks tables of options against their forms and reads what they hold. The forms themselves stand
 * beside the declarations they belong to. */
#include "bind/language/form.h"

#include "bind/language/literal.h"
#include "bind/language/node.h"
#include "bind/sandbox/frozen.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <math.h>
#include <string.h>

static const char *const take_names[] = {
    "a text",
    "a number",
    "a whole number",
    "true or false",
    "a condition",
    "a fact",
    "a function",
    "a table",
    "what a word of the library makes",
    "a length of time such as \"24h\"",
    "days such as \"14d\"",
    "a rate such as \"2 per 7d\"",
    "a date such as \"2027-04-01\"",
};

enum { TAKES_COUNT = sizeof take_names / sizeof *take_names };

void as_option_each(const struct as_options *o, const char *option,
                    void (*each)(const struct as_options *o, const char *name))
{
    lua_State *L = o->L;
    if (!as_option_push(o, option))
        return;
    uint32_t n;
    const char **names = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, option));
    for (uint32_t i = 0; i < n; i++) {
        lua_getfield(L, -1, names[i]);
        each(o, names[i]);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

const char *as_option_what(const struct as_options *o, const char *name)
{
    const char *what =
        o->name[0] != '\0'
            ? as_arena_printf(&o->loading->pack->rules.arena, "option \"%s\" of %s \"%s\"", name,
                              o->form->word, o->name)
            : as_arena_printf(&o->loading->pack->rules.arena, "option \"%s\" of %s", name, o->form->word);
    if (what == NULL)
        as_loading_out_of_memory(o->L);
    return what;
}

void as_option_refuse(const struct as_options *o, const char *name, const char *advice, const char *format,
                      ...)
{
    char why[256];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    as_raise_rule(o->L, o->position, advice, "%s %s", as_option_what(o, name), why);
}

static bool fits(lua_State *L, int index, unsigned takes)
{
    switch (lua_type(L, index)) {
    case LUA_TSTRING:
        return takes & (AS_TAKES_TEXT | AS_TAKES_SPAN | AS_TAKES_DAYS | AS_TAKES_RATE | AS_TAKES_DATE);
    case LUA_TNUMBER:
        return (takes & AS_TAKES_NUMBER) != 0 || ((takes & AS_TAKES_INTEGER) != 0 && lua_isinteger(L, index));
    case LUA_TBOOLEAN:
        return takes & AS_TAKES_BOOLEAN;
    case LUA_TFUNCTION:
        return takes & (AS_TAKES_FUNCTION | AS_TAKES_CONDITION);
    case LUA_TTABLE:
        return takes & AS_TAKES_TABLE;
    case LUA_TUSERDATA:
        return as_node_test(L, index) != NULL ? (takes & (AS_TAKES_CONDITION | AS_TAKES_FACT))
                                              : (takes & AS_TAKES_WORD);
    default:
        return false;
    }
}

/* A number in quotes, or a length of time without its unit, is mended by writing it otherwise. */
static const char *rewritten(const struct as_options *o, const struct as_form_option *option)
{
    lua_State *L = o->L;
    const char *value = luaL_tolstring(L, -1, NULL), *advice = option->text;
    if (lua_type(L, -2) == LUA_TSTRING && lua_isnumber(L, -2) &&
        (option->takes & (AS_TAKES_NUMBER | AS_TAKES_INTEGER)) != 0)
        advice = as_arena_printf(&o->loading->pack->rules.arena, "write it without quotes: %s = %s",
                                 option->name, value);
    else if (lua_type(L, -2) == LUA_TNUMBER && (option->takes & (AS_TAKES_SPAN | AS_TAKES_DAYS)) != 0)
        advice = as_arena_printf(&o->loading->pack->rules.arena, "write it with its unit: %s = \"%sd\"",
                                 option->name, value);
    lua_pop(L, 1);
    return advice;
}

/* "the text \"40\"", "a fact", "table" */
static const char *seen(const struct as_options *o)
{
    lua_State *L = o->L;
    if (as_node_test(L, -1) != NULL)
        return "a fact";
    if (lua_type(L, -1) != LUA_TSTRING && lua_type(L, -1) != LUA_TNUMBER)
        return luaL_typename(L, -1);
    bool quoted = lua_type(L, -1) == LUA_TSTRING;
    const char *text = as_arena_printf(&o->loading->pack->rules.arena, "%s%.80s%s",
                                       quoted ? "the text \"" : "the number ", luaL_tolstring(L, -1, NULL),
                                       quoted ? "\"" : "");
    lua_pop(L, 1);
    return text;
}

static void check_value(const struct as_options *o, const struct as_form_option *option)
{
    lua_State *L = o->L;
    if (fits(L, -1, option->takes))
        return;
    if (lua_isboolean(L, -1) && (option->takes & AS_TAKES_CONDITION) != 0)
        as_node_condition(L, o->loading, -1, as_option_what(o, option->name), o->name,
                          AS_LEVEL_LEAD); /* raises */
    char takes[256] = "";
    size_t used = 0;
    for (int i = 0; i < TAKES_COUNT; i++)
        if ((option->takes & 1u << i) != 0 && used < sizeof takes)
            used += (size_t)snprintf(takes + used, sizeof takes - used, "%s%s", used > 0 ? " or " : "",
                                     take_names[i]);
    as_raise_rule(L, o->position, rewritten(o, option), "%s must be %s, got %s",
                  as_option_what(o, option->name), takes, seen(o));
}

/* Names that a closed table may have: those of a form, or those that the library gives. */
enum { MOST_NAMES = 64 };

struct names {
    const char *at[MOST_NAMES];
    size_t n;
};

static bool among(const struct names *names, const char *key)
{
    for (size_t i = 0; i < names->n; i++)
        if (strcmp(names->at[i], key) == 0)
            return true;
    return false;
}

/* "it has benefit, loyal, recommends" */
static void say_names(char *all, size_t size, const char *before, const char *const *names, size_t n)
{
    size_t used = (size_t)snprintf(all, size, "%s", before);
    for (size_t i = 0; i < n && used + 1 < size; i++)
        used += (size_t)snprintf(all + used, size - used, "%s %s", i > 0 ? "," : "", names[i]);
}

static _Noreturn void refuse_key(const struct as_options *o, const struct names *names, const char *key)
{
    char all[AS_ERROR_ADVICE];
    say_names(all, sizeof all, "it has", names->at, names->n);
    as_raise_unknown(o->L, o->position, as_suggest(as_str_of(key), names->at, names->n),
                     names->n > 0 ? all : NULL, "%s%s%s%s has no option \"%s\"", o->form->word,
                     o->name[0] != '\0' ? " \"" : "", o->name, o->name[0] != '\0' ? "\"" : "", key);
}

/* The first key in order of bytes, so that the same mistake always gives the same message. */
static const char *first_unknown(lua_State *L, int table, const struct names *names)
{
    const char *first = NULL;
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            continue;
        const char *key = lua_tostring(L, -2);
        if (!among(names, key) && (first == NULL || strcmp(key, first) < 0))
            first = key;
    }
    return first;
}

/* Values that have no name. */
static lua_Unsigned count_items(lua_State *L, int table)
{
    lua_Unsigned found = 0;
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1))
        found += lua_type(L, -2) != LUA_TSTRING;
    return found;
}

static void check_items(const struct as_options *o)
{
    lua_State *L = o->L;
    lua_Unsigned n = lua_rawlen(L, o->index), found = count_items(L, o->index);
    if (found > 0 && o->form->items == NULL)
        as_raise_rule(L, o->position, "give each value the name of its option",
                      "%s%s%s takes options by name, and one of them has none", o->form->word,
                      o->name[0] != '\0' ? " " : "", o->name);
    if (found != n)
        as_raise_rule(L, o->position, NULL, "the %s of %s \"%s\" have a hole between them", o->form->items,
                      o->form->word, o->name);
}

void as_options_open(struct as_options *out, lua_State *L, struct as_loading *loading, int index,
                     const struct as_form *form, const char *name, struct as_position position)
{
    luaL_checkstack(L, 8, NULL);
    *out = (struct as_options){L, loading, form, name != NULL ? name : "", position, lua_absindex(L, index)};
    if (!lua_istable(L, index))
        as_raise_rule(L, position, form->example, "%s needs a table { … }, got %s", form->word,
                      luaL_typename(L, index));
    check_items(out);
    struct names names = {.n = 0};
    for (const struct as_form_option *option = form->options; option->name != NULL; option++)
        if (names.n < MOST_NAMES)
            names.at[names.n++] = option->name;
    const char *unknown = first_unknown(L, out->index, &names);
    if (unknown != NULL)
        refuse_key(out, &names, unknown);
    for (const struct as_form_option *option = form->options; option->name != NULL; option++) {
        lua_getfield(L, out->index, option->name);
        if (!lua_isnil(L, -1))
            check_value(out, option);
        else if (option->required)
            as_raise_rule(L, position, option->text, "%s%s%s%s needs the option \"%s\"", form->word,
                          out->name[0] != '\0' ? " \"" : "", out->name, out->name[0] != '\0' ? "\"" : "",
                          option->name);
        lua_pop(L, 1);
    }
}

/* Adds the names of the list that is an argument, none: no names. The list keeps them. */
static void add_names(struct names *names, lua_State *L, int argument)
{
    if (lua_isnoneornil(L, argument))
        return;
    luaL_checktype(L, argument, LUA_TTABLE);
    if (as_frozen_push(L, argument))
        lua_replace(L, argument);
    for (lua_Integer i = 1; names->n < MOST_NAMES && lua_rawgeti(L, argument, i) != LUA_TNIL; i++) {
        luaL_argcheck(L, lua_type(L, -1) == LUA_TSTRING, argument, "names are texts");
        names->at[names->n++] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
}

int as_word_closed(lua_State *L)
{
    static const struct as_position here = {NULL, 0};
    const char *what = luaL_checkstring(L, 2);
    lua_settop(L, 4);
    if (as_frozen_push(L, 1))
        lua_replace(L, 1);
    struct names names = {.n = 0};
    char all[AS_ERROR_ADVICE];
    if (!lua_istable(L, 1))
        as_raise_rule(L, here, NULL, "%s needs a table { … }, got %s", what, luaL_typename(L, 1));
    add_names(&names, L, 3);
    size_t needed = names.n;
    add_names(&names, L, 4);
    const char *unknown = first_unknown(L, 1, &names);
    say_names(all, sizeof all, "it has", names.at, names.n);
    if (count_items(L, 1) > 0)
        as_raise_rule(L, here, all, "%s takes values by name, and one of them has none", what);
    if (unknown != NULL)
        as_raise_unknown(L, here, as_suggest(as_str_of(unknown), names.at, names.n), all, "%s has no \"%s\"",
                         what, unknown);
    say_names(all, sizeof all, "it needs", names.at, needed);
    for (size_t i = 0; i < needed; i++, lua_pop(L, 1))
        if (lua_getfield(L, 1, names.at[i]) == LUA_TNIL)
            as_raise_rule(L, here, all, "%s lacks \"%s\"", what, names.at[i]);
    return 0;
}

bool as_option_push(const struct as_options *o, const char *name)
{
    lua_getfield(o->L, o->index, name);
    if (!lua_isnil(o->L, -1))
        return true;
    lua_pop(o->L, 1);
    return false;
}

static struct as_str peek_text(const struct as_options *o, const char *name)
{
    struct as_str text = {0};
    if (as_option_push(o, name)) {
        if (lua_type(o->L, -1) == LUA_TSTRING)
            text.p = lua_tolstring(o->L, -1, &text.n);
        lua_pop(o->L, 1); /* the table keeps it */
    }
    return text;
}

const char *as_option_text(const struct as_options *o, const char *name)
{
    struct as_str text = peek_text(o, name);
    if (text.p == NULL)
        return NULL;
    if (text.n == 0 || text.n > AS_MAX_TEXT || memchr(text.p, '\0', text.n) != NULL)
        as_option_refuse(o, name, NULL, "is empty, too long, or holds a NUL");
    return as_loading_copy(o->L, o->loading, text.p, text.n);
}

bool as_option_flag(const struct as_options *o, const char *name, bool otherwise)
{
    if (!as_option_push(o, name))
        return otherwise;
    bool value = lua_toboolean(o->L, -1);
    lua_pop(o->L, 1);
    return value;
}

bool as_option_number(double *out, const struct as_options *o, const char *name)
{
    if (!as_option_push(o, name))
        return false;
    double value = lua_tonumber(o->L, -1);
    lua_pop(o->L, 1);
    if (!isfinite(value))
        as_option_refuse(o, name, NULL, "must be a finite number");
    *out = value;
    return true;
}

bool as_option_integer(int64_t *out, const struct as_options *o, const char *name)
{
    if (!as_option_push(o, name))
        return false;
    *out = lua_tointeger(o->L, -1);
    lua_pop(o->L, 1);
    return true;
}

bool as_points_of(int64_t *milli, lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TNUMBER)
        return false;
    double points = lua_tonumber(L, index);
    if (!(fabs(points) <= (double)AS_MAX_POINTS_MILLI / 1000))
        return false;
    double scaled = nearbyint(points * 1000);
    /* 0.1 has no exact double: the nearest thousandth is meant when it reads back as the same number. */
    if (scaled / 1000 != points)
        return false;
    *milli = (int64_t)scaled;
    return true;
}

bool as_option_points(int64_t *milli, const struct as_options *o, const char *name)
{
    if (!as_option_push(o, name))
        return false;
    if (!as_points_of(milli, o->L, -1))
        as_option_refuse(o, name, "points are counted in thousandths",
                         "has at most three decimals and at most %lld points, not %.14g",
                         (long long)(AS_MAX_POINTS_MILLI / 1000), lua_tonumber(o->L, -1));
    lua_pop(o->L, 1);
    return true;
}

bool as_option_money(int64_t *hundredths, const struct as_options *o, const char *name)
{
    double units;
    if (!as_option_number(&units, o, name))
        return false;
    double scaled = nearbyint(units * 100);
    if (!(fabs(scaled) <= 9e17) || scaled / 100 != units)
        as_option_refuse(o, name, NULL, "is an amount with at most two decimals");
    *hundredths = (int64_t)scaled;
    return true;
}

static _Noreturn void refuse_parse(const struct as_options *o, const char *name, const struct as_error *error)
{
    as_option_refuse(o, name, error->advice[0] != '\0' ? error->advice : NULL, "is wrong: %s", error->what);
}

int64_t as_option_span(const struct as_options *o, const char *name)
{
    struct as_str text = peek_text(o, name);
    struct as_error error = AS_ERROR_INIT;
    struct as_span span;
    if (text.p == NULL)
        return 0;
    if (as_span_parse(&span, text, &error) != AS_OK)
        refuse_parse(o, name, &error);
    if (span.unit != AS_SPAN_SECONDS)
        as_option_refuse(o, name, "write it in hours or days", "counts all hours, not business hours");
    return span.length;
}

int64_t as_option_days(const struct as_options *o, const char *name)
{
    struct as_str text = peek_text(o, name);
    struct as_error error = AS_ERROR_INIT;
    int64_t days;
    if (text.p == NULL)
        return 0;
    if (as_days_parse(&days, text, &error) != AS_OK)
        refuse_parse(o, name, &error);
    return days;
}

bool as_option_rate(struct as_rate *out, const struct as_options *o, const char *name)
{
    struct as_str text = peek_text(o, name);
    struct as_error error = AS_ERROR_INIT;
    if (text.p == NULL)
        return false;
    if (as_rate_parse(out, text, &error) != AS_OK)
        refuse_parse(o, name, &error);
    return true;
}

bool as_option_date(int64_t *day, const struct as_options *o, const char *name)
{
    struct as_str text = peek_text(o, name);
    int64_t seconds;
    bool is_date;
    if (text.p == NULL)
        return false;
    if (!as_time_parse(&seconds, &is_date, text) || !is_date)
        as_option_refuse(o, name, "write it as YYYY-MM-DD", "is no date: \"%.*s\"",
                         text.n < 40 ? (int)text.n : 40, text.p);
    *day = as_day_of(seconds);
    return true;
}

const struct as_expr *as_option_condition(const struct as_options *o, const char *name, enum as_level level)
{
    if (!as_option_push(o, name))
        return NULL;
    const struct as_expr *expr =
        as_node_condition(o->L, o->loading, -1, as_option_what(o, name), o->name, level);
    lua_pop(o->L, 1);
    return expr;
}

const struct as_expr *as_option_fact(const struct as_options *o, const char *name)
{
    if (!as_option_push(o, name))
        return NULL;
    const struct as_expr *expr = as_node_value(o->L, o->loading, -1, as_option_what(o, name));
    lua_pop(o->L, 1);
    return expr;
}

int as_option_one_of(const struct as_options *o, const char *name, const char *const *words, int otherwise)
{
    struct as_str text = peek_text(o, name);
    if (text.p == NULL)
        return otherwise;
    size_t n = 0;
    for (; words[n] != NULL; n++)
        if (as_str_is(text, words[n]))
            return (int)n;
    char all[AS_ERROR_ADVICE];
    say_names(all, sizeof all, "it is one of", words, n);
    as_raise_unknown(o->L, o->position, as_suggest(text, words, n), all, "%s cannot be \"%.*s\"",
                     as_option_what(o, name), text.n < 80 ? (int)text.n : 80, text.p);
}

const char **as_option_texts(uint32_t *n, const struct as_options *o, const char *option)
{
    lua_State *L = o->L;
    lua_Unsigned length = lua_rawlen(L, -1), keys = 0;
    for (lua_pushnil(L); lua_next(L, -2) != 0; lua_pop(L, 1))
        keys++;
    if (keys != length || length > AS_MAX_RULES)
        as_option_refuse(o, option, "write { \"a\", \"b\" }", "is a list of texts");
    const char **texts = as_loading_alloc(L, o->loading, (size_t)(length + 1) * sizeof *texts);
    for (lua_Unsigned i = 0; i < length; i++) {
        lua_rawgeti(L, -1, (lua_Integer)i + 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            as_option_refuse(o, option, "write { \"a\", \"b\" }", "is a list of texts, and holds %s",
                             luaL_typename(L, -1));
        size_t size;
        const char *text = lua_tolstring(L, -1, &size);
        texts[i] = as_loading_copy(L, o->loading, text, size);
        lua_pop(L, 1);
    }
    *n = (uint32_t)length;
    return texts;
}
