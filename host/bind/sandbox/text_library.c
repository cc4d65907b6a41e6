/* string.find, match, gmatch, gsub, lower, upper and rep for scripts: the arguments, captures and
 * replacements around the matcher of text_pattern.c. Everything in between is Lua's memory, so that a stop
 * may leave at any point. */
#include "bind/sandbox/text_library.h"

#include "base/limits.h"
#include "bind/sandbox/state.h"
#include "bind/sandbox/text_pattern.h"

#include <lauxlib.h>
#include <string.h>

/* Characters looked at for one step of the virtual machine: about the same time. */
enum { CHARACTERS_A_STEP = 8, COPIED_A_STEP = 64 };

static void charge(void *context, uint64_t characters)
{
    as_state_charge(context, characters / CHARACTERS_A_STEP);
}

static struct as_str text_at(lua_State *L, int index)
{
    struct as_str text;
    text.p = luaL_checklstring(L, index, &text.n);
    return text;
}

/* Compiles the pattern and leaves what holds it on the stack. */
static void open_match(lua_State *L, struct as_text_match *match, struct as_str text, struct as_str pattern)
{
    if (pattern.n > AS_MAX_SCRIPT_PATTERN)
        luaL_error(L, "a pattern of %d bytes is longer than %d", (int)pattern.n, AS_MAX_SCRIPT_PATTERN);
    *match = (struct as_text_match){.start = text.p, .end = text.p + text.n, .charge = charge, .context = L};
    as_text_pattern_compile(match, lua_newuserdatauv(L, as_text_pattern_size(pattern.n), 0), pattern);
}

static void check_fault(lua_State *L, const struct as_text_match *match)
{
    if (match->fault != NULL)
        luaL_error(L, "%s", match->fault);
}

static void push_capture(lua_State *L, const struct as_text_match *match, int i, const char *s, const char *e)
{
    if (i >= match->captured) {
        if (i != 0)
            luaL_error(L, "invalid capture index %%%d", i + 1);
        lua_pushlstring(L, s, (size_t)(e - s));
        return;
    }
    const struct as_text_capture *capture = &match->captures[i];
    if (capture->length == AS_TEXT_OPEN)
        luaL_error(L, "unfinished capture");
    if (capture->length == AS_TEXT_POSITION)
        lua_pushinteger(L, capture->at - match->start + 1);
    else
        lua_pushlstring(L, capture->at, (size_t)capture->length);
}

/* All captures; the whole match when there are none and `whole`. Gives how many. */
static int push_captures(lua_State *L, const struct as_text_match *match, const char *s, const char *e,
                         bool whole)
{
    int n = match->captured == 0 && whole ? 1 : match->captured;
    luaL_checkstack(L, n, "too many captures");
    for (int i = 0; i < n; i++)
        push_capture(L, match, i, s, e);
    return n;
}

/* The position an argument means, counted from 0; beyond n when it lies behind the text. */
static size_t start_at(lua_State *L, int index, size_t n)
{
    lua_Integer at = luaL_optinteger(L, index, 1);
    if (at > 0)
        return (lua_Unsigned)at > n + 1 ? n + 1 : (size_t)at - 1;
    return at == 0 || at < -(lua_Integer)n ? 0 : n - (size_t)-at;
}

static bool is_plain(struct as_str pattern)
{
    for (size_t i = 0; i < pattern.n; i++)
        if (pattern.p[i] != '\0' && strchr("^$*+?.([%-", pattern.p[i]) != NULL)
            return false;
    return true;
}

static int find_plain(lua_State *L, struct as_str text, struct as_str word, size_t from)
{
    const char *found = memmem(text.p + from, text.n - from, word.p, word.n);
    size_t looked = (found != NULL ? (size_t)(found - text.p) : text.n) - from;
    as_state_charge(L, (looked + word.n) / COPIED_A_STEP);
    if (found == NULL) {
        lua_pushnil(L);
        return 1;
    }
    lua_pushinteger(L, found - text.p + 1);
    lua_pushinteger(L, found - text.p + (lua_Integer)word.n);
    return 2;
}

static int find_or_match(lua_State *L, bool find)
{
    struct as_str text = text_at(L, 1), pattern = text_at(L, 2);
    size_t from = start_at(L, 3, text.n);
    if (from > text.n) {
        lua_pushnil(L);
        return 1;
    }
    if (find && (lua_toboolean(L, 4) || is_plain(pattern)))
        return find_plain(L, text, pattern, from);

    bool anchored = pattern.n > 0 && pattern.p[0] == '^';
    struct as_text_match match;
    open_match(L, &match, text, (struct as_str){pattern.p + anchored, pattern.n - anchored});
    const char *s = text.p + from;
    const char *e = anchored ? as_text_match_at(&match, s) : as_text_match_from(&match, &s);
    check_fault(L, &match);
    as_text_match_settle(&match);
    if (e == NULL) {
        lua_pushnil(L);
        return 1;
    }
    if (!find)
        return push_captures(L, &match, s, e, true);
    lua_pushinteger(L, s - text.p + 1);
    lua_pushinteger(L, e - text.p);
    return 2 + push_captures(L, &match, s, e, false);
}

int as_text_find(lua_State *L)
{
    return find_or_match(L, true);
}

int as_text_match(lua_State *L)
{
    return find_or_match(L, false);
}

struct walk {
    struct as_text_match match;
    const char *at, *last; /* where to look next, and where the last match ended */
};

/* Upvalues: the text, the walk, its compiled pattern. */
static int next_match(lua_State *L)
{
    struct walk *walk = lua_touserdata(L, lua_upvalueindex(2));
    walk->match.context = L;
    while (walk->at != NULL && walk->at <= walk->match.end) {
        const char *s = walk->at;
        const char *e = as_text_match_from(&walk->match, &s);
        check_fault(L, &walk->match);
        as_text_match_settle(&walk->match);
        if (e == NULL)
            break;
        if (e == walk->last) { /* the empty match right behind the last one */
            walk->at = s + 1;
            continue;
        }
        walk->at = walk->last = e;
        return push_captures(L, &walk->match, s, e, true);
    }
    walk->at = NULL;
    return 0;
}

int as_text_gmatch(lua_State *L)
{
    struct as_str text = text_at(L, 1), pattern = text_at(L, 2);
    size_t from = start_at(L, 3, text.n);
    lua_settop(L, 2);
    lua_pushvalue(L, 1);
    struct walk *walk = lua_newuserdatauv(L, sizeof *walk, 0);
    walk->last = NULL;
    walk->at = from > text.n ? NULL : text.p + from;
    open_match(L, &walk->match, text,
               pattern); /* a ^ is a character here: anchored, nothing would be repeated */
    lua_pushcclosure(L, next_match, 3);
    return 1;
}

bool as_text_is_iterator(lua_CFunction function)
{
    return function == next_match;
}

/* The replacement text with its captures put in. */
static void add_text(lua_State *L, luaL_Buffer *out, const struct as_text_match *match, const char *s,
                     const char *e)
{
    struct as_str with;
    with.p = lua_tolstring(L, 3, &with.n);
    const char *end = with.p + with.n;
    for (const char *p = with.p; p < end;) {
        const char *escape = memchr(p, '%', (size_t)(end - p));
        luaL_addlstring(out, p, (size_t)((escape != NULL ? escape : end) - p));
        if (escape == NULL)
            return;
        char c = escape + 1 < end ? escape[1] : '\0';
        p = escape + 2;
        if (c == '%') {
            luaL_addchar(out, '%');
        } else if (c == '0') {
            luaL_addlstring(out, s, (size_t)(e - s));
        } else if (c >= '1' && c <= '9') {
            push_capture(L, match, c - '1', s, e);
            luaL_tolstring(L, -1, NULL);
            lua_remove(L, -2);
            luaL_addvalue(out);
        } else {
            luaL_error(L, "invalid use of '%%' in replacement string");
        }
    }
}

/* Adds what stands for the match; false when the match stays as it is. */
static bool add_replacement(lua_State *L, luaL_Buffer *out, const struct as_text_match *match, const char *s,
                            const char *e, int type)
{
    if (type == LUA_TSTRING || type == LUA_TNUMBER) {
        add_text(L, out, match, s, e);
        return true;
    }
    if (type == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        lua_call(L, push_captures(L, match, s, e, true), 1);
    } else {
        push_capture(L, match, 0, s, e);
        lua_gettable(L, 3);
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(out, s, (size_t)(e - s));
        return false;
    }
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
    luaL_addvalue(out);
    return true;
}

int as_text_gsub(lua_State *L)
{
    struct as_str text = text_at(L, 1), pattern = text_at(L, 2);
    int type = lua_type(L, 3);
    luaL_argexpected(
        L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TTABLE || type == LUA_TFUNCTION, 3,
        "string/function/table");
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)text.n + 1), n = 0;
    bool anchored = pattern.n > 0 && pattern.p[0] == '^', changed = false;
    struct as_text_match match;
    open_match(L, &match, text, (struct as_str){pattern.p + anchored, pattern.n - anchored});
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    const char *at = text.p, *last = NULL;
    while (n < most) {
        const char *s = at;
        const char *e = anchored ? as_text_match_at(&match, s) : as_text_match_from(&match, &s);
        check_fault(L, &match);
        if (e == NULL)
            break;
        luaL_addlstring(&out, at, (size_t)(s - at));
        at = s;
        if (e != last) {
            n++;
            as_text_match_settle(&match);
            as_state_charge(L, 1);
            changed = add_replacement(L, &out, &match, s, e, type) || changed;
            at = last = e;
        } else if (s < match.end) {
            luaL_addchar(&out, *s);
            at = s + 1;
        } else {
            break;
        }
        if (anchored)
            break;
    }
    as_text_match_settle(&match);
    if (!changed) {
        lua_pushvalue(L, 1);
    } else {
        luaL_addlstring(&out, at, (size_t)(match.end - at));
        luaL_pushresult(&out);
    }
    lua_pushinteger(L, n);
    return 2;
}

/* A copy in which ASCII letters from `first` on have the other case. */
static int change_case(lua_State *L, unsigned char first)
{
    struct as_str text = text_at(L, 1);
    as_state_charge(L, text.n / CHARACTERS_A_STEP);
    char few[256];
    luaL_Buffer many;
    char *out = text.n <= sizeof few ? few : luaL_buffinitsize(L, &many, text.n);
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        out[i] = (char)(c ^ ((unsigned char)(c - first) < 26 ? 0x20 : 0));
    }
    if (out == few)
        lua_pushlstring(L, few, text.n);
    else
        luaL_pushresultsize(&many, text.n);
    return 1;
}

int as_text_lower(lua_State *L)
{
    return change_case(L, 'A');
}

int as_text_upper(lua_State *L)
{
    return change_case(L, 'a');
}

/* Doubles what is there, so that a million copies of one letter are twenty copies. */
int as_text_rep(lua_State *L)
{
    struct as_str text = text_at(L, 1), gap = {"", 0};
    lua_Integer n = luaL_checkinteger(L, 2);
    if (!lua_isnoneornil(L, 3))
        gap = text_at(L, 3);
    size_t unit = text.n + gap.n;
    if (n <= 0 || unit == 0) {
        lua_pushliteral(L, "");
        return 1;
    }
    if ((lua_Unsigned)n > (size_t)PTRDIFF_MAX / unit)
        return luaL_error(L, "resulting string too large");
    size_t whole = unit * (size_t)n - gap.n;
    as_state_charge(L, whole / COPIED_A_STEP);
    luaL_Buffer out;
    char *p = luaL_buffinitsize(L, &out, whole);
    memcpy(p, text.p, text.n);
    if (n > 1)
        memcpy(p + text.n, gap.p, gap.n);
    for (size_t have = unit; have < whole;) {
        size_t more = have < whole - have ? have : whole - have;
        memcpy(p + have, p, more);
        have += more;
    }
    luaL_pushresultsize(&out, whole);
    return 1;
}
