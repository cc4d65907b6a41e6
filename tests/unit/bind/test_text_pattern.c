/* The string and table functions of scripts beside Lua's own: thousands of generated patterns and texts must
 * give the same answers and fail on the same ones; and what is large costs no more than its size. */
#include "bind/sandbox/state.h"

#include <lauxlib.h>
#include <lualib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Runs in both: every function on one text and pattern, its results as one text, "error" where it fails. */
static const char driver[] =
    "local text, pattern, with, init = ...\n"
    "local out = {}\n"
    "local function add(ok, ...)\n"
    "  local n = select('#', ...)\n"
    "  local line = { tostring(ok) }\n"
    "  if ok then for i = 1, n do line[#line + 1] = tostring((select(i, ...))) end end\n"
    "  out[#out + 1] = table.concat(line, '\\1')\n"
    "end\n"
    "add(pcall(string.find, text, pattern, init))\n"
    "add(pcall(string.find, text, pattern, init, true))\n"
    "add(pcall(string.match, text, pattern, init))\n"
    "add(pcall(string.gsub, text, pattern, with))\n"
    "add(pcall(string.gsub, text, pattern, with, 2))\n"
    "add(pcall(string.gsub, text, pattern, { a = 'A', b = 1, ab = false, [1] = 'one' }))\n"
    "add(pcall(string.gsub, text, pattern, function(a, b) if b then return a == b and 'same' end return a "
    "end))\n"
    "add(pcall(function()\n"
    "  local all, n = {}, 0\n"
    "  for a, b, c in text:gmatch(pattern, init) do\n"
    "    n = n + 1\n"
    "    all[#all + 1] = tostring(a) .. '\\2' .. tostring(b) .. '\\2' .. tostring(c)\n"
    "  end\n"
    "  return n, table.concat(all, '\\3')\n"
    "end))\n"
    "return table.concat(out, '\\4')\n";

struct both {
    lua_State *real;
    struct as_state *own;
    uint64_t seed;
};

static uint64_t draw(struct both *both, uint64_t below)
{
    both->seed ^= both->seed << 13;
    both->seed ^= both->seed >> 7;
    both->seed ^= both->seed << 17;
    return both->seed * UINT64_C(0x2545F4914F6CDD1D) % below;
}

static void add(struct as_buf *out, const char *text)
{
    as_buf_text(out, text);
}

static void make_text(struct as_buf *out, struct both *both)
{
    static const char letters[] = "aaabbbcc1 AZ.-^$%()[]\n\x80\xFF_";
    size_t n = draw(both, 24);
    as_buf_reset(out);
    for (size_t i = 0; i < n; i++)
        as_buf_char(out, draw(both, 40) == 0 ? '\0' : letters[draw(both, sizeof letters - 1)]);
}

static void make_pattern(struct as_buf *out, struct both *both)
{
    static const char *const singles[] = {"a",    "b",    "c",      ".",           "%a",     "%d",   "%s",
                                          "%w",   "%W",   "%p",     "%u",          "%L",     "%x",   "%g",
                                          "%c",   "%C",   "%.",     "%%",          "%-",     "-",    "1",
                                          "[ab]", "[^a]", "[a-c]",  "[^a-c%d]",    "[%w_]",  "[%]]", "[]]",
                                          "[^]]", "[a-]", "[%a-z]", "[-b]",        "[a%-c]", "%z",   "%q",
                                          "%]",   "]",    "\x80",   "[\x80-\xFF]", "[c-a]",  "[%S]"};
    static const char *const others[] = {"(",      ")",      "()", "%1", "%2",     "%b()", "%bab", "%baa",
                                         "%f[%w]", "%f[^a]", "$",  "^",  "%f[%z]", "(a*)", "(.-)", "(.)"};
    static const char *const broken[] = {"%",   "[",  "[^", "[a", "%f", "%fa", "%b",
                                         "%b(", "%0", "%9", "[%", "(",  ")"};
    static const char *const repeats[] = {"", "", "", "*", "+", "-", "?"};
    size_t n = 1 + draw(both, 6);
    as_buf_reset(out);
    if (draw(both, 5) == 0)
        add(out, "^");
    for (size_t i = 0; i < n; i++) {
        uint64_t kind = draw(both, 100);
        if (kind < 70) {
            add(out, singles[draw(both, sizeof singles / sizeof *singles)]);
            add(out, repeats[draw(both, 7)]);
        } else if (kind < 97) {
            add(out, others[draw(both, sizeof others / sizeof *others)]);
        } else {
            add(out, broken[draw(both, sizeof broken / sizeof *broken)]);
        }
        if (draw(both, 200) == 0)
            as_buf_char(out, '\0');
    }
    if (draw(both, 5) == 0)
        add(out, "$");
}

static void push_arguments(lua_State *L, const struct as_buf *text, const struct as_buf *pattern,
                           const char *with, lua_Integer init)
{
    lua_pushlstring(L, as_buf_c(text), text->n);
    lua_pushlstring(L, as_buf_c(pattern), pattern->n);
    lua_pushstring(L, with);
    lua_pushinteger(L, init);
}

static void open_both(struct both *both, const char *chunk)
{
    struct as_error error = AS_ERROR_INIT;
    both->seed = 20260301;
    both->real = luaL_newstate();
    assert_non_null(both->real);
    luaL_openlibs(both->real);
    assert_int_equal(luaL_loadstring(both->real, chunk), LUA_OK);
    assert_int_equal(as_state_new(&both->own, NULL, NULL, NULL, &error), AS_OK);
    assert_int_equal(as_state_load(both->own, "driver.lua", as_str_of(chunk), &error), AS_OK);
}

static void close_both(struct both *both)
{
    lua_close(both->real);
    as_state_free(both->own);
}

/* Calls both with the arguments that stand on top, and compares their one text. Gives whether it holds an
 * error. */
static bool same_answer(struct both *both, int arguments, const char *about)
{
    struct as_error error = AS_ERROR_INIT;
    lua_State *real = both->real, *own = both->own->lua;
    lua_pushvalue(real, 1);
    lua_insert(real, -1 - arguments);
    lua_pushvalue(own, 1);
    lua_insert(own, -1 - arguments);
    assert_int_equal(lua_pcall(real, arguments, 1, 0), LUA_OK);
    if (as_state_call(both->own, arguments, 1, 10000, &error) != AS_OK)
        fail_msg("%s: %s", about, error.what);
    size_t n, m;
    const char *expected = lua_tolstring(real, -1, &n), *got = lua_tolstring(own, -1, &m);
    if (n != m || memcmp(expected, got, n) != 0)
        fail_msg("%s\nexpected %s\ngot      %s", about, expected, got);
    bool fails = strstr(expected, "false") != NULL;
    lua_pop(real, 1);
    lua_pop(own, 1);
    return fails;
}

static void generated_patterns_match_as_in_lua(void **state)
{
    (void)state;
    static const char *const replacements[] = {"x", "<%0>", "%1", "%1%2", "%%", "%", "%a", "", "[%1|%0]"};
    const char *asked = getenv("ASSAY_ROUNDS"); /* tests/soak.sh asks for more, from another seed */
    const int rounds = asked != NULL ? (int)strtol(asked, NULL, 10) : 12000;
    struct both both;
    struct as_buf text = {0}, pattern = {0};
    open_both(&both, driver);
    both.seed += (uint64_t)rounds;
    int failing = 0;
    for (int i = 0; i < rounds; i++) {
        make_text(&text, &both);
        make_pattern(&pattern, &both);
        const char *with = replacements[draw(&both, sizeof replacements / sizeof *replacements)];
        lua_Integer init = (lua_Integer)draw(&both, 30) - 12;
        if (draw(&both, 3) != 0)
            init = 1;
        push_arguments(both.real, &text, &pattern, with, init);
        push_arguments(both.own->lua, &text, &pattern, with, init);
        char about[512];
        snprintf(about, sizeof about, "round %d: text \"%s\" pattern \"%s\" with \"%s\" from %lld", i,
                 as_buf_c(&text), as_buf_c(&pattern), with, (long long)init);
        failing += same_answer(&both, 4, about);
    }
    assert_true(failing > rounds / 100); /* patterns that are wrong were among them, and did not abound */
    assert_true(failing < rounds / 2);
    as_buf_free(&text);
    as_buf_free(&pattern);
    close_both(&both);
}

/* The table functions, with arguments in bounds and out of them. */
static void tables_change_as_in_lua(void **state)
{
    (void)state;
    static const char chunk[] =
        "local seed = ...\n"
        "local function draw(n) seed = (seed * 1103515245 + 12345) % 2147483648 return seed // 65536 % n "
        "end\n"
        "local out, t = {}, {}\n"
        "local function add(ok, ...)\n"
        "  local line = { tostring(ok) }\n"
        "  if ok then for i = 1, select('#', ...) do local v = select(i, ...)\n"
        "    line[#line + 1] = type(v) == 'table' and 'table' or tostring(v) end end\n"
        "  for i = 1, #t do line[#line + 1] = tostring(t[i]) end\n"
        "  out[#out + 1] = table.concat(line, ' ')\n"
        "end\n"
        "for round = 1, 40 do\n"
        "  local what = draw(8)\n"
        "  if what == 0 then add(pcall(table.insert, t, draw(100)))\n"
        "  elseif what == 1 then add(pcall(table.insert, t, draw(#t + 4) - 1, draw(100)))\n"
        "  elseif what == 2 then add(pcall(table.remove, t))\n"
        "  elseif what == 3 then add(pcall(table.remove, t, draw(#t + 4) - 1))\n"
        "  elseif what == 4 then add(pcall(table.concat, t, ',', draw(4), draw(#t + 2)))\n"
        "  elseif what == 5 then add(pcall(table.move, t, draw(4) + 1, draw(#t + 1), draw(#t + 1) + 1))\n"
        "    for i = #t, 12, -1 do t[i] = nil end\n"
        "  elseif what == 6 then add(pcall(table.unpack, t, draw(4), draw(#t + 3)))\n"
        "  else add(pcall(table.sort, t, draw(2) == 0 and function(a, b) return a > b end or nil)) end\n"
        "end\n"
        "return table.concat(out, '\\n')\n";
    struct both both;
    open_both(&both, chunk);
    for (int i = 0; i < 500; i++) {
        char about[32];
        snprintf(about, sizeof about, "seed %d", i);
        lua_pushinteger(both.real, i);
        lua_pushinteger(both.own->lua, i);
        same_answer(&both, 1, about);
    }
    close_both(&both);
}

static void expect(const char *script, uint64_t steps, enum as_status status, const char *says)
{
    struct as_error error = AS_ERROR_INIT;
    const struct as_script_limits limits = {.steps = steps};
    struct as_state *state;
    assert_int_equal(as_state_new(&state, &limits, NULL, NULL, &error), AS_OK);
    assert_int_equal(as_state_load(state, "large.lua", as_str_of(script), &error), AS_OK);
    as_state_call(state, 0, 0, 60000, &error);
    if (error.status != status || strstr(error.what, says) == NULL)
        fail_msg("%s: %s: %s", script, as_status_name(error.status), error.what);
    as_state_free(state);
}

/* The same step budget runs out or does on every machine. */
static void work_of_c_functions_is_counted(void **state)
{
    (void)state;
    /* backtracking: 300 letters to the fourth power */
    expect("local s = ('a'):rep(300)\nreturn s:find('.-.-.-.-b')", 1000000, AS_ERR_STOPPED,
           "budget of steps");
    expect("local s = ('a'):rep(300)\nreturn s:match('a*a*a*a*b')", 1000000, AS_ERR_STOPPED,
           "budget of steps");
    expect("local s = ('a'):rep(20000)\nreturn s:gsub('.-b', 'x')", 1000000, AS_ERR_STOPPED,
           "budget of steps");
    expect("local s = ('('):rep(30000)\nfor _ in s:gmatch('%b()') do end", 1000000, AS_ERR_STOPPED,
           "budget of steps");
    expect("return (('a'):rep(100000):gsub('a', 'b'))", 1000000, AS_OK, "");
    /* a word of megabytes in megabytes: linear */
    expect("local s = ('a'):rep(8e6)\nreturn s:find(('a'):rep(4e6) .. 'b', 1, true)", 1000000, AS_OK, "");
    expect("local s = ('ab'):rep(4e6)\nreturn s:find(('ab'):rep(2e6) .. 'aa', 1, true)", 1000000, AS_OK, "");
    /* loops that no line of Lua takes part in */
    expect("local t = setmetatable({}, { __index = table.concat })\nreturn table.concat(t, '', 1, 1e15 // 1 "
           "| 0)",
           1000000, AS_ERR_RULE, "invalid value (at index 1)");
    expect("local t = {}\nfor i = 1, 1000 do t[i] = i end\nwhile true do table.sort(t, rawequal) end",
           1000000, AS_ERR_STOPPED, "budget of steps");
    expect("local t = {}\nfor i = 1, 1e5 do t[i] = i end\nwhile true do table.insert(t, 1, 0) end", 1000000,
           AS_ERR_STOPPED, "budget of steps");
    expect("local t = {}\nfor i = 1, 1e4 do t[i] = '' end\nwhile true do table.concat(t) end", 1000000,
           AS_ERR_STOPPED, "budget of steps");
    expect("local t = {}\nfor i = 1, 1e5 do t['k' .. i] = 1 end\nfor i = 1, 100 do pairs(t) end", 10000000,
           AS_ERR_STOPPED, "budget of steps");
    expect("local a, b = ('x'):rep(1e6) .. 'a', ('x'):rep(1e6) .. 'b'\nlocal t = {}\n"
           "for i = 1, 10000 do t[i] = i % 2 == 0 and a or b end\ntable.sort(t)",
           10000000, AS_ERR_STOPPED, "budget of steps");
    expect("return ('a'):find(('a?'):rep(9000))", 1000000, AS_ERR_RULE, "longer than 16384");
}

/* A comparator that lies gives some order and no more: the sort ends, and all items are still there. */
static void sort_ends_whatever_the_comparator_says(void **state)
{
    (void)state;
    struct as_error error = AS_ERROR_INIT;
    static const char script[] =
        "local always = { function() return true end, function() return false end, rawequal,\n"
        "  function(a, b) return (a * 7 + b * 13) % 3 == 0 end }\n"
        "for _, lie in ipairs(always) do\n"
        "  local t, sum = {}, 0\n"
        "  for i = 1, 1000 do t[i] = (i * 7919) % 1000 end\n"
        "  table.sort(t, lie)\n"
        "  for i = 1, 1000 do sum = sum + t[i] end\n"
        "  if sum ~= 499500 or #t ~= 1000 then return 'lost' end\n"
        "end\n"
        "local t, order = { 'b1', 'a1', 'b2', 'a2' }, ''\n"
        "table.sort(t, function(x, y) return x:byte() < y:byte() end)\n"
        "local ok = pcall(table.sort, t, function() error 'no' end)\n"
        "return tostring(ok) .. table.concat(t)\n";
    struct as_state *own;
    assert_int_equal(as_state_new(&own, NULL, NULL, NULL, &error), AS_OK);
    assert_int_equal(as_state_load(own, "sort.lua", as_str_of(script), &error), AS_OK);
    assert_int_equal(as_state_call(own, 0, 1, 10000, &error), AS_OK);
    assert_string_equal(lua_tostring(own->lua, -1), "falsea1a2b1b2");
    as_state_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(generated_patterns_match_as_in_lua),
        cmocka_unit_test(tables_change_as_in_lua),
        cmocka_unit_test(work_of_c_functions_is_counted),
        cmocka_unit_test(sort_ends_whatever_the_comparator_says),
    };
    return cmocka_run_group_tests_name("text patterns", tests, NULL, NULL);
}
