/* The sandbox: what scripts cannot do, and that what stops them cannot be caught. Everything is recorded in
 * Lua and asserted outside of it. */
#include "bind/sandbox/raise.h"
#include "bind/script/modules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct run {
    struct as_error error;
    char text[512]; /* tostring of the first result */
};

static struct run run(const char *script, const struct as_script_limits *limits, int64_t ms)
{
    struct run out = {.error = AS_ERROR_INIT};
    struct as_state *state = NULL;
    if (as_modules_state(&state, limits, NULL, NULL, &out.error) == AS_OK &&
        as_state_load(state, "script.lua", as_str_of(script), &out.error) == AS_OK &&
        as_state_call(state, 0, 1, ms, &out.error) == AS_OK) {
        const char *text = lua_tostring(state->lua, -1);
        snprintf(out.text, sizeof out.text, "%s",
                 text != NULL ? text : lua_typename(state->lua, lua_type(state->lua, -1)));
    }
    as_state_free(state);
    return out;
}

static void expect_text(const char *script, const char *text)
{
    struct run r = run(script, NULL, 0);
    if (r.error.status != AS_OK)
        fail_msg("%s:%d: %s", r.error.file, r.error.line, r.error.what);
    assert_string_equal(r.text, text);
}

static void expect_error(const char *script, int line, const char *says)
{
    struct run r = run(script, NULL, 0);
    if (r.error.status == AS_OK)
        fail_msg("it ran and gave %s", r.text);
    if (r.error.line != line || strstr(r.error.what, says) == NULL)
        fail_msg("%s:%d: %s", r.error.file, r.error.line, r.error.what);
}

/* --- stops --- */

static const struct as_script_limits few_steps = {.steps = 100000};
static const struct as_script_limits little_memory = {.memory = 4 << 20};

static void expect_stop(const char *script, const struct as_script_limits *limits, int64_t ms, int line,
                        const char *says)
{
    struct run r = run(script, limits, ms);
    if (r.error.status != AS_ERR_STOPPED || r.error.line != line || strstr(r.error.what, says) == NULL)
        fail_msg("%s: %s:%d: %s (%s)", as_status_name(r.error.status), r.error.file, r.error.line,
                 r.error.what, r.text);
    assert_string_equal(r.error.file, "script.lua");
}

static void a_loop_stops_by_time(void **state)
{
    (void)state;
    expect_stop("local n = 0\nwhile true do n = n + 1 end", NULL, 50, 2, "budget of time");
}

static void a_loop_stops_by_steps(void **state)
{
    (void)state;
    expect_stop("\nwhile true do end", &few_steps, 60000, 2, "budget of steps");
}

static void steps_are_deterministic(void **state)
{
    (void)state;
    const char *script =
        "local n = 0\nlocal ok = pcall(function() for i = 1, 20000 do n = n + 1 end end)\nreturn ok";
    for (int i = 0; i < 3; i++)
        assert_string_equal(run(script, &few_steps, 60000).error.status == AS_OK ? "runs" : "stops", "runs");
    const struct as_script_limits fewer = {.steps = 20000};
    for (int i = 0; i < 3; i++)
        assert_int_equal(run(script, &fewer, 60000).error.status, AS_ERR_STOPPED);
}

static void pcall_cannot_swallow_a_stop(void **state)
{
    (void)state;
    expect_stop("while true do\n  pcall(function()\n    while true do end\n  end)\nend", NULL, 50, 3,
                "budget of time");
    expect_stop("while true do\n  pcall(function()\n    while true do end\n  end)\nend", &few_steps, 60000, 3,
                "budget of steps");
}

static void xpcall_cannot_swallow_a_stop(void **state)
{
    (void)state;
    expect_stop("while true do\n  xpcall(function()\n    while true do end\n  end, function() while true do "
                "end end)\nend",
                NULL, 50, 3, "budget of time");
}

static void a_tower_of_pcalls_stops(void **state)
{
    (void)state;
    expect_stop("local function f() pcall(f) while true do end end\nf()", &few_steps, 60000, 1,
                "budget of steps");
}

static void an_endless_iterator_stops(void **state)
{
    (void)state;
    expect_stop(
        "local t = setmetatable({}, { __index = function(t, k) return k end }) for i in ipairs(t) do end",
        NULL, 50, 1, "budget of time");
}

static void a_sort_comparator_stops(void **state)
{
    (void)state;
    expect_stop("local t = {}\nfor i = 1, 100 do t[i] = i end\ntable.sort(t, function(a, b)\n  while true do "
                "end\nend)",
                &few_steps, 60000, 4, "budget of steps");
}

static void a_replacement_function_stops(void **state)
{
    (void)state;
    expect_stop("return (('x'):rep(100):gsub('x', function()\n  while true do end\nend))", &few_steps, 60000,
                2, "budget of steps");
}

static void memory_has_a_limit(void **state)
{
    (void)state;
    expect_stop("local t = {}\nfor i = 1, 1e9 do\n  t[i] = { i }\nend", &little_memory, 10000, 3, "memory");
    expect_stop("local s = 'x'\nwhile true do s = s .. s end", &little_memory, 10000, 2, "memory");
    expect_stop("\nreturn ('x'):rep(1e9)", &little_memory, 10000, 2, "memory");
}

static void pcall_cannot_swallow_a_lack_of_memory(void **state)
{
    (void)state;
    expect_stop("while true do\n  pcall(function()\n    return ('x'):rep(1e8)\n  end)\nend", &little_memory,
                10000, 3, "memory");
}

static void a_state_works_again_after_a_stop(void **unused)
{
    (void)unused;
    struct as_error error = AS_ERROR_INIT;
    struct as_state *state = NULL;
    assert_int_equal(as_modules_state(&state, NULL, NULL, NULL, &error), AS_OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(as_state_load(state, "a.lua", AS_STR("while true do end"), &error), AS_OK);
        assert_int_equal(as_state_call(state, 0, 0, 30, &error), AS_ERR_STOPPED);
        as_error_clear(&error);
        assert_int_equal(as_state_load(state, "b.lua",
                                       AS_STR("local n = 0 for i = 1, 1000 do n = n + i end return n"),
                                       &error),
                         AS_OK);
        assert_int_equal(as_state_call(state, 0, 1, 10000, &error), AS_OK);
        assert_int_equal(lua_tointeger(state->lua, -1), 500500);
        lua_pop(state->lua, 1);
        assert_int_equal(lua_gettop(state->lua), 0);
    }
    as_state_free(state);
}

static void an_endless_recursion_stops(void **state)
{
    (void)state;
    static const struct as_script_limits roomy = {.memory = 256 << 20};
    expect_stop("local function f() return 1 + f() end\n\nreturn f()", NULL, 10000, 1, "memory");
    struct run r = run("local function f() return 1 + f() end\n\nreturn f()", &roomy, 10000);
    assert_non_null(strstr(r.error.what, "stack overflow"));
    assert_int_equal(r.error.line, 1);
}

/* --- names --- */

static void what_is_not_allowed_does_not_exist(void **state)
{
    (void)state;
    static const char *const names[] = {
        "io",          "os",          "package",  "debug",  "coroutine",   "collectgarbage",
        "load",        "dofile",      "rawset",   "next",   "print",       "loadfile",
        "_G",          "warn",        "newproxy", "unpack", "math.random", "math.randomseed",
        "string.dump", "string.pack", "math.sin"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char script[64];
        snprintf(script, sizeof script, "local x = %s", names[i]);
        struct run r = run(script, NULL, 0);
        if (r.error.status == AS_OK)
            fail_msg("%s exists", names[i]);
        assert_non_null(strstr(r.error.what, names[i]));
    }
}

static void globals_are_read_only(void **state)
{
    (void)state;
    expect_error("\nx = 1", 2, "\"x\" would be a global variable");
    expect_error("function f() end", 1, "\"f\" would be a global variable");
    expect_error("string.format = 1", 1, "string is read-only");
    expect_error("math.pi = 3", 1, "math is read-only");
    expect_error("('x').rep = 1", 1, "index");
    expect_text("return tostring(getmetatable(string)) .. tostring(getmetatable(''))", "falsefalse");
    expect_error("setmetatable(string, {})", 1, "read-only");
}

static void metatables_hold_nothing_that_runs_later(void **state)
{
    (void)state;
    expect_error("setmetatable({}, { __gc = function() end })", 1, "refuses __gc");
    expect_error("setmetatable({}, { __mode = 'k' })", 1, "refuses __mode");
    expect_error("setmetatable({}, { __close = function() end })", 1, "refuses __close");
    expect_text("return setmetatable({}, { __index = { a = 'works' } }).a", "works");
    /* nor does a metatable get it later, in whatever order, through whatever metatable of its own */
    expect_error("local m = {}\nlocal t = setmetatable({}, m)\nm.__mode = 'k'", 3, "refuses __mode");
    expect_error("local m = {}\nlocal t = setmetatable({}, m)\nm.__gc = print", 3,
                 "\"print\" does not exist");
    expect_error("local m = {}\nlocal t = setmetatable({}, m)\nm['__' .. 'close'] = 1", 3, "refuses __close");
    expect_error(
        "local m = setmetatable({}, { __index = {} })\nlocal t = setmetatable({}, m)\nm.__mode = 'k'", 3,
        "refuses __mode");
    expect_error(
        "local m = {}\nlocal t = setmetatable({}, m)\nsetmetatable(m, { __index = {} })\nm.__mode = 'k'", 4,
        "refuses __mode");
    expect_error("local m = {}\nlocal t = setmetatable({}, m)\nsetmetatable(m, nil)\nm.__mode = 'k'", 4,
                 "refuses __mode");
    expect_error("local own = {}\nlocal m = setmetatable({}, own)\nown.__newindex = nil\n"
                 "local t = setmetatable({}, m)\nm.__mode = 'k'",
                 5, "refuses __mode");
    expect_error("setmetatable(setmetatable({}, { __metatable = 1 }), {})", 1, "protected");
}

static void classes_work(void **state)
{
    (void)state;
    expect_text("local C = {} C.__index = C\n"
                "function C.new(n) return setmetatable({ n = n }, C) end\n"
                "function C:twice() return self.n * 2 end\n"
                "local D = setmetatable({}, { __index = C, __call = function(_, n) return C.new(n) end })\n"
                "D.__index = D\n"
                "local d = setmetatable({ n = 4 }, D)\n"
                "D.__add = function(a, b) return a.n + b.n end\n"
                "return d:twice() .. D(5):twice() .. (d + d) .. tostring(getmetatable(d) == D)\n"
                "  .. tostring(getmetatable(C)) .. tostring(getmetatable(D).__index == C)",
                "8108truenil"
                "true");
}

static void pairs_has_an_order(void **state)
{
    (void)state;
    expect_text("local t = { z = 1, a = 2, [3] = 3, [1] = 4, [2.5] = 5, [true] = 6, [false] = 7, m = 8 }\n"
                "local s = '' for k in pairs(t) do s = s .. tostring(k) .. ' ' end return s",
                "1 2.5 3 a m z false true ");
    expect_text("local t, s = { a = 1, b = 2, c = 3 }, ''\nfor k, v in pairs(t) do t.b = nil s = s .. k .. v "
                "end return s",
                "a1c3");
    /* Ids that are closer to each other than a number with a point can tell. */
    expect_text("local t, s = {}, ''\nfor i = 9, 0, -1 do t[1 << 62 | 7 * i] = i end\n"
                "for _, v in pairs(t) do s = s .. v end return s",
                "0123456789");
    expect_text("local s = 0 for _, v in pairs({ 5, 6, nil, 7 }) do s = s + v end return s", "18");
    expect_text("local n = 0 for k in pairs(math) do n = n + 1 end return n > 10 and 'many' or n", "many");
    expect_error("for k in pairs({ [{}] = 1 }) do end", 1, "cannot order keys that are a table");
    expect_error("for k in pairs(nil) do end", 1, "table expected");
}

static void addresses_do_not_show_in_texts(void **state)
{
    (void)state;
    expect_text("return tostring({}) .. ' ' .. tostring(function() end) .. ' ' .. tostring(pairs)",
                "table function function");
    expect_text("return ('%s %s %d'):format({}, tostring, 3)", "table function 3");
    expect_text("return tostring(setmetatable({}, { __tostring = function() return 'mine' end }))", "mine");
    expect_text("return ('%s'):format(setmetatable({}, { __name = 'kind' }))", "kind");
    expect_error("return ('%p'):format({})", 1, "refuses %p");
    expect_error("return ('%-20p'):format({})", 1, "refuses %p");
    expect_text("return ('100%%p')", "100%%p");
}

static void c_loops_are_bounded(void **state)
{
    (void)state;
    expect_error("table.move({}, 1, math.maxinteger - 1, 2)", 1, "moves at most");
    expect_error("table.insert(setmetatable({}, { __len = function() return 1e15 end }), 1, 'x')", 1,
                 "__len");
    expect_error("table.concat(setmetatable({}, { __len = function() return 1e15 end, __index = function() "
                 "return 'x' end }))",
                 1, "__len");
    expect_error("table.unpack(setmetatable({}, { __len = function() return 1e15 end }))", 1, "__len");
    expect_text("return #(''):rep(math.maxinteger)", "0");
    expect_text("return tostring(('AZ@[az`{09\\xC4\\0B'):lower() == 'az@[az`{09\\xC4\\0b')", "true");
    expect_text("return tostring(('AZ@[az`{09\\xE4\\0b'):upper() == 'AZ@[AZ`{09\\xE4\\0B')", "true");
    expect_text("return ('Ab'):rep(500):lower() == ('ab'):rep(500) and string.upper(12)", "12");
    expect_text("local t = { 3, 1, 2 } table.sort(t) table.insert(t, 4) return table.concat(table.move(t, 1, "
                "4, 2), ',')",
                "1,1,2,3,4");
}

static void pcall_still_catches_errors(void **state)
{
    (void)state;
    expect_text("local ok, why = pcall(error, 'x', 0) return tostring(ok) .. why", "falsex");
    expect_text("return select('#', pcall(function() return 1, nil, nil end))", "4");
    expect_text(
        "local ok, why = xpcall(error, function(e) return e .. '!' end, 'x', 0) return tostring(ok) .. why",
        "falsex!");
    expect_text("local ok, a, b = xpcall(function(...) return ... end, tostring, 1, 2) return a + b", "3");
    expect_text(
        "local ok, why = pcall(setmetatable, {}, { __gc = 1 }) return tostring(why)",
        "script.lua:1: setmetatable refuses __gc\nrules own nothing that must be closed or forgotten");
    expect_error("pcall()", 1, "value expected");
}

static void requiring_sees_the_library_alone(void **state)
{
    (void)state;
    expect_text("local score = require 'assay.score' return type(score)", "table");
    expect_error("require 'socket'", 1, "there is no module \"socket\"");
    expect_error("require '/etc/passwd'", 1, "cannot take");
    expect_error("require '..secret'", 1, "cannot take");
    expect_error("require 'a\\0b'", 1, "cannot take");
    expect_error("require 'assay.qualification'.lead.title:known()", 1, "while the pack loads");
    expect_error("require('assay.score').decay = 1", 1, "read-only");
}

static void errors_need_no_text(void **state)
{
    (void)state;
    expect_error("\nerror({})", 2, "a table instead of a text");
    expect_error("\nerror()", 2, "a nil instead of a text");
    expect_error("error('told', 2)", 1, "told");
}

static void bytecode_is_refused(void **state)
{
    (void)state;
    struct run r = run("\x1bLua", NULL, 0);
    assert_int_equal(r.error.status, AS_ERR_RULE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_loop_stops_by_time),
        cmocka_unit_test(a_loop_stops_by_steps),
        cmocka_unit_test(steps_are_deterministic),
        cmocka_unit_test(pcall_cannot_swallow_a_stop),
        cmocka_unit_test(xpcall_cannot_swallow_a_stop),
        cmocka_unit_test(a_tower_of_pcalls_stops),
        cmocka_unit_test(an_endless_iterator_stops),
        cmocka_unit_test(a_sort_comparator_stops),
        cmocka_unit_test(a_replacement_function_stops),
        cmocka_unit_test(memory_has_a_limit),
        cmocka_unit_test(pcall_cannot_swallow_a_lack_of_memory),
        cmocka_unit_test(a_state_works_again_after_a_stop),
        cmocka_unit_test(an_endless_recursion_stops),
        cmocka_unit_test(what_is_not_allowed_does_not_exist),
        cmocka_unit_test(globals_are_read_only),
        cmocka_unit_test(metatables_hold_nothing_that_runs_later),
        cmocka_unit_test(classes_work),
        cmocka_unit_test(pairs_has_an_order),
        cmocka_unit_test(addresses_do_not_show_in_texts),
        cmocka_unit_test(c_loops_are_bounded),
        cmocka_unit_test(pcall_still_catches_errors),
        cmocka_unit_test(requiring_sees_the_library_alone),
        cmocka_unit_test(errors_need_no_text),
        cmocka_unit_test(bytecode_is_refused),
    };
    return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
