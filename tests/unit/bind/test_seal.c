/* A decision must not depend on which lead came before, nor on how many threads share the leads: what would
 * carry something from one call of a rule function to the next is refused, and what cannot is left alone. */
#include "pack_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* Loads a rule file that ends in a function `f`, uses it for points, and calls it several times for one lead.
 */
static struct as_error run(double points[3], const char *before)
{
    char rules[4096];
    snprintf(rules, sizeof rules,
             "%s\n"
             "local m = require 'assay.qualification'.model 'inbound'\n"
             "m:score 'fit':rule 'mine' { points = f }\n",
             before);
    struct pack_text t;
    struct as_dataset *dataset = NULL;
    const struct as_functions *functions = NULL;
    load_pack_text(&t, NULL, rules, NULL);
    if (t.error.status == AS_OK && as_script_functions(&functions, t.script, 1, &t.error) == AS_OK &&
        as_dataset_new(&dataset, t.schema, 1, 0, &t.error) == AS_OK)
        for (int i = 0; i < 3 && t.error.status == AS_OK; i++) {
            struct as_function_result result = {0};
            functions->call(&result, functions->context, 0, 0, dataset, 0, 0, &t.error);
            points[i] = result.number;
        }
    as_dataset_free(dataset);
    struct as_error error = t.error;
    free_pack_text(&t);
    return error;
}

static void expect_refused(const char *before, int line, const char *says)
{
    double points[3] = {0};
    struct as_error error = run(points, before);
    if (error.status != AS_ERR_RULE || error.line != line || strstr(error.what, says) == NULL)
        fail_msg("%s\n%s:%d: %s: %s (%g %g)", before, error.file, error.line, as_status_name(error.status),
                 error.what, points[0], points[1]);
}

static void expect_points(const char *before, double expected)
{
    double points[3] = {0};
    struct as_error error = run(points, before);
    if (error.status != AS_OK)
        fail_msg("%s\n%s:%d: %s", before, error.file, error.line, error.what);
    for (int i = 0; i < 3; i++)
        assert_float_equal(points[i], expected, 0);
}

static void variables_from_outside_are_not_assigned(void **state)
{
    (void)state;
    expect_refused("local n = 0\nlocal function f()\n  n = n + 1\n  return n\nend", 3, "changes \"n\"");
    /* by a function inside, by one that it calls, by one in a table, in a metatable, behind another function
     */
    expect_refused("local n = 0\nlocal function f()\n  local function inner()\n\n    n = 1\n  end\n  inner() "
                   "return n\nend",
                   5, "changes \"n\"");
    expect_refused(
        "local n = 0\nlocal function count() n = n + 1 return n end\nlocal function f() return count() end",
        2, "changes \"n\"");
    expect_refused("local n, lib = 0, {}\nfunction lib.count()\n n = n + 1 return n end\n"
                   "local function f() return lib.count() end",
                   3, "changes \"n\"");
    expect_refused(
        "local n = 0\nlocal t = setmetatable({}, { __index = function()\n  n = n + 1\n  return n end })\n"
        "local function f() return t.x end",
        3, "changes \"n\"");
    expect_refused("local function counter() local n = 0 return function() n = n + 1 return n end end\n"
                   "local next_one = counter()\nlocal function f() return next_one() end",
                   1, "changes \"n\"");
    expect_refused("local function f() _ENV = {} return 1 end", 1, "changes \"_ENV\"");
    expect_refused("local it = ('abc'):gmatch '.'\nlocal function f() return it():byte() end", 0, "iterator");
    expect_refused("local it = pairs { 1, 2, 3 }\nlocal function f() return it() end", 0, "iterator");
    /* far into a function: lines of more than a hundred instructions, and jumps of more than 127 lines */
    char text[2048];
    size_t at = (size_t)snprintf(text, sizeof text, "local n = 0\nlocal function f()\n  local a = 1");
    for (int i = 0; i < 150; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "\n");
    for (int i = 0; i < 150; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, "a=a+%d ", i);
    snprintf(text + at, sizeof text - at, "\n\n  n = a\nend");
    expect_refused(text, 155, "changes \"n\"");
}

static void tables_from_outside_are_not_changed(void **state)
{
    (void)state;
    expect_refused("local seen = {}\nlocal function f()\n  seen[1] = true\n  return 1 end", 3,
                   "is read-only");
    expect_refused("local seen = { n = 0 }\nlocal function f()\n  seen.n = seen.n + 1\n  return seen.n end",
                   3, "is read-only");
    expect_refused("local t = { { { n = 1 } } }\nlocal function f()\n  t[1][1].n = 2\n  return 1 end", 3,
                   "is read-only");
    expect_refused("local t = {}\nlocal key = {}\nt[key] = 1\nlocal function f()\n  for k in pairs { 1 } do "
                   "key.x = k end\n"
                   "  return 1 end",
                   5, "is read-only");
    expect_refused("local t = { 1 }\nlocal function f()\n  table.insert(t, 2)\n  return #t end", 3,
                   "read-only");
    expect_refused("local t = { 2, 1 }\nlocal function f()\n  table.sort(t)\n  return t[1] end", 3,
                   "read-only");
    expect_refused(
        "local t = { 2, 1 }\nlocal function f()\n  table.move({ 5 }, 1, 1, 1, t)\n  return t[1] end", 3,
        "read-only");
    expect_refused(
        "local t = {}\nlocal function f()\n  setmetatable(t, { __index = { x = 1 } })\n  return t.x end", 3,
        "read-only");
    expect_refused("local C = {} C.__index = C\nlocal function f()\n  local o = setmetatable({}, C)\n"
                   "  getmetatable(o).n = 1\n  return o.n end",
                   4, "is read-only");
    expect_refused(
        "local _ENV = { math = math, require = require }\nfunction f()\n  count = 1\n  return 1 end", 3,
        "is read-only");
    expect_refused(
        "local q = require 'assay.qualification'\nlocal function f()\n  q.mine = 1\n  return 1 end", 3,
        "read-only");
    expect_refused("local function f()\n  require 'rules'\n  return 1 end", 2,
                   "cannot require files of the pack");
    expect_refused(
        "local keep = setmetatable({}, { __newindex = function(t, k, v) end })\nlocal function f()\n"
        "  keep.x = 1\n  return 1 end",
        3, "is read-only");
}

static void constants_and_classes_are_read_as_ever(void **state)
{
    (void)state;
    expect_points("local w = { a = 3, b = { 4, 5 } }\nlocal function f() return w.a + #w.b + w.b[2] end", 10);
    expect_points(
        "local w = { 1, 2, 3 }\nlocal function f() local n = 0\n"
        "  for _, v in ipairs(w) do n = n + v end for _, v in pairs(w) do n = n + v end\n"
        "  return n + #table.concat(w) + select('#', table.unpack(w)) + rawlen(w) + rawget(w, 1) end",
        22);
    expect_points("local C = {} C.__index = C\nfunction C:twice() return self.n * 2 end\n"
                  "local function new(n) return setmetatable({ n = n }, C) end\nlocal old = new(4)\n"
                  "local function f() local o = new(3) o.extra = 1\n"
                  "  return o:twice() + old:twice() + (getmetatable(o) == C and 1 or 0) + (getmetatable(old) "
                  "== C and 1 or 0)"
                  " end",
                  16);
    expect_points(
        "local V = { __add = function(a, b) return a.n + b.n end, __len = function() return 7 end,\n"
        "  __eq = function() return true end, __call = function(_, x) return x end }\n"
        "local v, u = setmetatable({ n = 1 }, V), setmetatable({ n = 2 }, V)\n"
        "local function f() return v + u + #v + (v == u and 1 or 0) + v(10) end",
        21);
    expect_points("local d = setmetatable({ x = 1 }, { __index = function(t, k) return #k end })\n"
                  "local function f() return d.x + d.four end",
                  5);
    expect_points("local score = require 'assay.score'\nlocal limits = { 10, 20 }\n"
                  "local function f() return score.clamp(limits[1] + limits[2], 0, 25) end",
                  25);
    expect_points("local function f() return require 'assay.score'.clamp(7, 0, 5) end", 5);
    expect_points("local words = { a = 'xx' }\nlocal function f() return #('a-b'):gsub('%w', words) end", 4);
    /* what is made within a call may change as it likes */
    expect_points("local function f() local n, t = 0, {}\n"
                  "  local function add(x) n = n + x t[#t + 1] = n end\n"
                  "  for i = 1, 3 do add(i) end\n"
                  "  local it = ('abc'):gmatch '.' it()\n"
                  "  return n + #t + it():byte() - 98 end",
                  9);
    /* and what ran while loading may have done so */
    expect_points("local n = 0\nlocal function more() n = n + 1 return n end\nlocal a = more() + more()\n"
                  "local function f() return a end",
                  3);
    expect_points("local function fib(n) return n < 2 and n or fib(n - 1) + fib(n - 2) end\n"
                  "local function f() return fib(10) end",
                  55);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables_from_outside_are_not_assigned),
        cmocka_unit_test(tables_from_outside_are_not_changed),
        cmocka_unit_test(constants_and_classes_are_read_as_ever),
    };
    return cmocka_run_group_tests_name("seal", tests, NULL, NULL);
}
