/* assay.score: every function is documented, every documented example gives its stated result, and misuse is
 * refused by the argument's name. cmocka's assertions never run under Lua frames: Lua reports, C asserts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bind/module/score_module.h"
#include "score/tree/pack.h"

#include <lualib.h>
#include <stdio.h>
#include <string.h>

static const char DEEP_EQUAL[] = "local function same(a, b)\n"
                                 "  if type(a) ~= 'table' or type(b) ~= 'table' then return a == b and "
                                 "math.type(a) ~= nil == (math.type(b) ~= nil) end\n"
                                 "  for k, v in pairs(a) do if not same(v, b[k]) then return false end end\n"
                                 "  for k in pairs(b) do if a[k] == nil then return false end end\n"
                                 "  return true\n"
                                 "end\n"
                                 "local function show(v)\n"
                                 "  if type(v) ~= 'table' then return tostring(v) end\n"
                                 "  local parts = {}\n"
                                 "  for i, one in ipairs(v) do parts[i] = show(one) end\n"
                                 "  return '{' .. table.concat(parts, ', ') .. '}'\n"
                                 "end\n"
                                 "return function(example, result)\n"
                                 "  local seen = assert(load('return ' .. example))()\n"
                                 "  local stated = assert(load('return ' .. result))()\n"
                                 "  if same(seen, stated) then return nil end\n"
                                 "  return example .. ' gives ' .. show(seen) .. ', not ' .. show(stated)\n"
                                 "end\n";

static lua_State *new_state(const struct as_pack **pack)
{
    lua_State *L = luaL_newstate();
    assert_non_null(L);
    luaL_openlibs(L);
    as_score_module_push(L, pack);
    lua_setglobal(L, "score");
    return L;
}

/* Runs a chunk; gives its error, or its first result as text, in Lua's memory. */
static const char *run(lua_State *L, const char *chunk)
{
    lua_settop(L, 0);
    if (luaL_loadstring(L, chunk) != LUA_OK || lua_pcall(L, 0, 1, 0) != LUA_OK)
        return lua_tostring(L, -1);
    return luaL_tolstring(L, -1, NULL);
}

static void test_documented(void **state)
{
    (void)state;
    unsigned functions = 0;
    for (size_t part = 0; part < as_score_module.part_count; part++)
        for (size_t i = 0; i < as_score_module.parts[part]->n; i++) {
            const struct as_module_function *row = &as_score_module.parts[part]->functions[i];
            char signature[AS_SIGNATURE_TEXT];
            functions++;
            assert_non_null(row->text);
            assert_true(strlen(row->text) > 20 && row->text[strlen(row->text) - 1] == '.');
            assert_non_null(row->returns);
            assert_non_null(row->returns_text);
            assert_non_null(row->example);
            assert_non_null(row->result);
            for (int a = 0; a < AS_MODULE_ARGUMENTS && row->arguments[a].name != NULL; a++) {
                assert_non_null(row->arguments[a].type);
                assert_true(row->arguments[a].text != NULL && row->arguments[a].text[0] != '\0');
            }
            assert_non_null(strstr(as_module_signature(signature, &as_score_module, row), row->name));
            assert_true(strlen(signature) < AS_SIGNATURE_TEXT - 1);
        }
    assert_true(functions >= 30);
}

static void test_examples(void **state)
{
    (void)state;
    lua_State *L = new_state(NULL);
    char failures[4096] = "";
    assert_int_equal(luaL_dostring(L, DEEP_EQUAL), LUA_OK);
    int compare = lua_gettop(L);
    for (size_t part = 0; part < as_score_module.part_count; part++)
        for (size_t i = 0; i < as_score_module.parts[part]->n; i++) {
            const struct as_module_function *row = &as_score_module.parts[part]->functions[i];
            lua_pushvalue(L, compare);
            lua_pushstring(L, row->example);
            lua_pushstring(L, row->result);
            lua_pcall(L, 2, 1, 0);
            if (!lua_isnil(L, -1)) {
                size_t used = strlen(failures);
                snprintf(failures + used, sizeof failures - used, "%s: %s\n", row->name, lua_tostring(L, -1));
            }
            lua_settop(L, compare);
        }
    lua_close(L);
    assert_string_equal(failures, "");
}

static void test_misuse_names_the_argument(void **state)
{
    (void)state;
    lua_State *L = new_state(NULL);
    static const struct {
        const char *chunk, *says;
    } cases[] = {
        {"score.clamp('x', 0, 1)", "argument 'value' must be a number, got text"},
        {"score.clamp(1, 5, 1)", "argument 'low' (5.0) is above argument 'high'"},
        {"score.clamp({1, 'x'}, 0, 1)", "item 2 of argument 'value' must be a number, got text"},
        {"score.clamp(0/0, 0, 1)", "argument 'value' must be a number"},
        {"score.half_life(10, 1, '1 month')", "argument 'half_life'"},
        {"score.half_life(10, 1.5, 14)", "argument 'age' must be a whole number of days"},
        {"score.half_life(10, 1, 0)", "argument 'half_life' must be between 1 and 36525"},
        {"score.half_life(1e300, 1, 14)", "argument 'points' must be points within a million"},
        {"score.count({'soon'}, 0)", "item 1 of argument 'times' must be an instant"},
        {"score.count({-1}, 0)", "item 1 of argument 'times' must be an instant from 1970 to 2106"},
        {"score.count(nil, 0)", "argument 'times' must be an array, got nothing"},
        {"score.sum({1}, {1, 2}, 3)", "must be of one length"},
        {"score.rate_limit({1}, 'often')", "argument 'rate'"},
        {"score.rate_limit({1}, '1 per 2h')", "must be a rate over whole days"},
        {"score.bucket(1, {2, 1})", "must ascend, but item 2 does not"},
        {"score.band(1, {75, 50}, 'D')", "must map labels to numbers"},
        {"score.log_odds(2)", "argument 'share' must be a share from 0 to 1"},
        {"score.naive_bayes(1, 1, {5})", "item 1 of argument 'cells' must be a table of counts, got number"},
        {"score.naive_bayes(1, 1, {{won = 1, lots = 1}})", "item 1 of argument 'cells' has \"lots\""},
        {"score.naive_bayes(1, 1, {{won = 1, lost = 1, field_won = 1}})", "must have 'field_lost'"},
        {"score.naive_bayes(1, 1, {{won = 1, lost = -1}})", "must have 'lost', a number of 0 or more"},
        {"score.naive_bayes(1, 1, {}, 0)", "argument 'smoothing' must be above 0"},
        {"score.wilson(5, 4)", "argument 'hits' (5) is above argument 'n' (4)"},
        {"score.wilson(1.5, 4)", "argument 'hits' must be a whole number"},
        {"score.patience(0)", "argument 'rate' must be a share between 0 and 1"},
        {"score.weighted_sum({reach = 1}, {need = 1})", "'reach', which has no weight"},
        {"score.weighted_sum({need = 'x'}, {need = 1})", "value 'need' must be a number"},
        {"score.jaro_winkler('a', {'b', 5})", "item 2 of argument 'other' must be text, got number"},
        {"score.fold(5)", "argument 'text' must be text, got number"},
        {"score.in_list('x', 'freemial')", "there is no list \"freemial\"; did you mean \"freemail\"?"},
        {"score.irr({1, 'x'})", "item 2 of argument 'flows' must be a number"},
        {"score.npv({1}, -1)", "argument 'rate' must be a rate above -1"},
        {"score.velocity(1, 1, 1, 0)", "argument 'cycle' must be above 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *said = run(L, cases[i].chunk);
        if (strstr(said, cases[i].says) == NULL)
            fail_msg("%s: said \"%s\", not \"%s\"", cases[i].chunk, said, cases[i].says);
    }
    lua_close(L);
}

/* Expected failures are answers, not errors. */
static void test_no_answer_is_nil_and_why(void **state)
{
    (void)state;
    lua_State *L = new_state(NULL);
    static const struct {
        const char *call, *why;
    } cases[] = {
        {"score.ratio(1, 0)", "the divisor is 0"},
        {"score.recency({}, 0)", "no event up to then"},
        {"score.recency({'2026-03-02'}, '2026-03-01')", "no event up to then"},
        {"score.log_odds(1)", "certainty has no finite odds"},
        {"score.naive_bayes(0, 3, {})",
         "of the whole and of every field something must be won and something lost"},
        {"score.naive_bayes(1, 1, {{won = 1, lost = 1, field_won = 0, field_lost = 1}})",
         "of the whole and of every field something must be won and something lost"},
        {"score.wilson(0, 0)", "nothing was tried yet"},
        {"score.leads_an_arm(0.1, 0.1)", "two equal rates cannot be told apart"},
        {"score.win_ratio(0, 0)", "nothing was closed yet"},
        {"score.failure_rate(0, 0)", "there were no leads yet"},
        {"score.roi(1, 0)", "without a cost there is no return on it"},
        {"score.payback({-1, 0})", "it is never paid back"},
        {"score.irr({1, 1})", "no rate makes the present value 0"},
        {"score.percentile_rank(1, {})", "the sample is empty"},
        {"score.email('nobody')", "no e-mail address"},
        {"score.domain('localhost')", "no registrable domain"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char chunk[256];
        snprintf(chunk, sizeof chunk, "local value, why = %s; return tostring(value) .. ' ' .. why",
                 cases[i].call);
        const char *said = run(L, chunk);
        if (strncmp(said, "nil ", 4) != 0 || strcmp(said + 4, cases[i].why) != 0)
            fail_msg("%s: said \"%s\", not \"%s\"", cases[i].call, said, cases[i].why);
    }
    lua_close(L);
}

static void test_known_answers(void **state)
{
    (void)state;
    lua_State *L = new_state(NULL);
    static const struct {
        const char *chunk, *says;
    } cases[] = {
        /* One point, half-life 14 days, 56 days old: 0.0625, rounded half away from zero. */
        {"return score.half_life(1, 56, 14)", "0.063"},
        {"return score.half_life(-1, 56, 14)", "-0.063"},
        {"return score.half_life(10, -1, 14)", "0.0"},
        /* A rolling window of 30 days: day 31 drops. */
        {"return score.count({'2026-03-01'}, '2026-03-30', 30)", "1"},
        {"return score.count({'2026-03-01'}, '2026-03-31', 30)", "0"},
        /* Nothing changes within a day, and midnight is a border. */
        {"return score.age('2026-02-28T23:59:59Z', '2026-03-01T00:00:00Z')", "1"},
        {"return score.age('2026-03-01T00:00:00Z', '2026-03-01T23:59:59Z')", "0"},
        /* At most 20 a day: 21 identical events in a day count 20. */
        {"local t = {} for i = 1, 21 do t[i] = 1000 + i end return #score.rate_limit(t, '20 per 1d')", "20"},
        {"return #score.rate_limit({1, 86400, 2 * 86400, 7 * 86400, 7 * 86400 + 1}, '1 per 7d')", "2"},
        {"return #score.rate_limit({1, 86400, 2 * 86400}, 'once')", "1"},
        /* Grades at their exact borders. */
        {"return table.concat(score.band({49, 50, 69, 70, 84, 85}, {['very good'] = 85, good = 70, medium = "
         "50}, 'low'), ',')",
         "low,medium,medium,good,good,very good"},
        {"return score.thirds(0) .. ' ' .. score.thirds(-2) .. ' ' .. score.thirds(-99) .. ' ' .. "
         "score.thirds(99)",
         "D F F A+"},
        {"return ('%.5f %.5f'):format(score.wilson(8, 10))", "0.49016 0.94332"},
        {"return ('%.5f %.5f'):format(score.wilson(0, 10))", "0.00000 0.27753"},
        {"return score.patience(0.01) .. ' ' .. score.patience(0.05)", "299 59"},
        /* Odoo's own example [A10.3]: 33.49 %; the terms and the prior are all of it. */
        {"local function cell(won, lost, all_won, all_lost)"
         " return {won = won, lost = lost, field_won = all_won, field_lost = all_lost} end "
         "local percent, terms = score.naive_bayes(1.1, 2.1, {cell(0.1, 1.1, 1.3, 2.3),"
         " cell(0.1, 1.1, 1.3, 2.3), cell(1.1, 0.1, 1.3, 2.3), cell(1.1, 2.1, 1.1, 2.1),"
         " cell(1.1, 2.1, 1.1, 2.1), cell(1.1, 1.1, 1.1, 2.1)}) "
         "local sum = terms.prior for _, term in ipairs(terms) do sum = sum + term end "
         "return ('%.2f %d %s'):format(percent, #terms, math.abs(sum - terms.log_odds) < 1e-12)",
         "33.49 6 true"},
        /* A tag of fewer than 50 outcomes says nothing, of as many it does. */
        {"local tag = {{won = 30, lost = 1, field_won = 40, field_lost = 40, tag = true}} "
         "return ('%.2f %.2f'):format((score.naive_bayes(1, 1, tag)), (score.naive_bayes(1, 1, tag, 0.1, "
         "31)))",
         "50.00 96.77"},
        {"return ('%.2f'):format((score.cost_of_delay(113195, 75000)))", "3182.92"},
        {"local _, d = score.cost_of_delay(113195, 75000, 1)"
         " return ('%d %s %.2f %.2f'):format(#d.cumulative, d.unit, d.cumulative[1], d.cumulative[12])",
         "12 month 2457.31 29487.69"},
        {"local _, d = score.cost_of_delay(5000000, 1000000) return d.unit", "week"},
        {"local _, d = score.cost_of_delay(365e6, 0) return ('%s %.0f'):format(d.unit, d.cumulative[2])",
         "day 2000000"},
        {"return ('%.3f %.3f'):format(score.jaro_winkler('dwayne', 'duane'), score.jaro_winkler('dixon', "
         "'dicksonx'))",
         "0.840 0.813"},
        {"local total, ledger = score.weighted_sum({a = 1}, {a = 0.3335, b = 10}) "
         "return total .. ' ' .. ledger.low .. ' ' .. ledger.high .. ' ' .. ledger[1].points .. ' ' .. "
         "tostring(ledger[2].value)",
         "0.334 0.334 10.334 0.334 nil"},
        {"local w = score.weight_of_evidence({100, 60, 20}, {20, 40, 60}) return ('%.6f %.6f'):format(w[1], "
         "w[3])",
         "1.203973 -1.504077"},
        {"local r = score.clamp({5, false, 500}, 0, 100) return tostring(r[1]) .. tostring(r[2]) .. "
         "tostring(r[3])",
         "5.0false100.0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *said = run(L, cases[i].chunk);
        if (strcmp(said, cases[i].says) != 0)
            fail_msg("%s: gives %s, not %s", cases[i].chunk, said, cases[i].says);
    }
    lua_close(L);
}

/* C memory that a raise passes over must be closed by Lua: the sanitizer of the test build watches. */
static void test_raising_leaks_nothing(void **state)
{
    (void)state;
    lua_State *L = new_state(NULL);
    const char *said =
        run(L, "for i = 1, 200 do pcall(score.token_set_ratio, 'a b', {'b', 'c', i}) end return 'done'");
    assert_string_equal(said, "done");
    lua_close(L);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_documented),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_misuse_names_the_argument),
        cmocka_unit_test(test_no_answer_is_nil_and_why),
        cmocka_unit_test(test_known_answers),
        cmocka_unit_test(test_raising_leaks_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
