/* What a narrower target market would leave: how many leads and companies, and how dense the pain is there.
 * Nothing is written; the conditions are the session's. */
#include "bind/language/node.h"
#include "bind/session/repl_base.h"

#include "score/statistics/interval.h"
#include "score/tree/condition.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ICP, TO, PAIN, CONDITIONS };
static const char *const options[] = {"icp", "to", "pain"};

/* Parts of those who are in the market now. */
enum part { NOW, NARROWED, LEFT_OUT, UNDECIDED, PARTS };
static const char *const part_names[] = {"now", "narrowed", "left out", "undecided"};

struct market {
    uint64_t leads, accounts, pain, no_pain;
    uint64_t *seen; /* bit per account row */
};

/* The three conditions of the table at index 1; raises. */
static void read_conditions(lua_State *L, struct as_persona asked[CONDITIONS])
{
    luaL_checktype(L, 1, LUA_TTABLE);
    for (lua_pushnil(L); lua_next(L, 1) != 0; lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "1";
        if (strcmp(key, options[ICP]) != 0 && strcmp(key, options[TO]) != 0 &&
            strcmp(key, options[PAIN]) != 0)
            as_repl_refuse(L, "it takes icp, to and pain", "narrow has no option \"%s\"", key);
    }
    for (int i = 0; i < CONDITIONS; i++) {
        struct as_error error = AS_ERROR_INIT;
        lua_getfield(L, 1, options[i]);
        const struct as_expr *condition = as_node_test(L, -1);
        if (condition == NULL)
            as_repl_refuse(L,
                           "for example: narrow { icp = account.employees:at_least(200), to = "
                           "account.industry:is \"Software\", pain = answer.need:known() }",
                           "narrow needs the condition `%s`", options[i]);
        as_repl_check(L, as_expr_require_condition(condition, "narrow", &error), &error);
        if (as_expr_contains(condition, AS_EXPR_FUNCTION))
            as_repl_refuse(L, "write the condition with facts", "narrow takes no functions");
        asked[i] = (struct as_persona){.name = options[i], .when = condition};
        lua_pop(L, 1);
    }
}

static void count(struct market *market, const struct as_dataset *dataset, uint32_t row, enum as_tri pain)
{
    uint32_t account = dataset->lead_account == NULL ? AS_NO_INDEX : dataset->lead_account[row];
    market->leads++;
    market->pain += pain == AS_YES;
    market->no_pain += pain == AS_NO;
    if (account == AS_NO_INDEX || as_bit(market->seen, account))
        return;
    as_bit_set(market->seen, account);
    market->accounts++;
}

static enum as_status divide(struct market market[PARTS], const struct as_base *base,
                             const struct as_persona asked[CONDITIONS], struct as_error *error)
{
    struct as_verdicts verdict[CONDITIONS];
    for (int i = 0; i < CONDITIONS; i++)
        verdict[i] = as_outcome_verdicts_at(base->outcome, asked[i].when, AS_LEVEL_LEAD);
    for (int p = 0; p < PARTS; p++) {
        market[p].seen = calloc(AS_BIT_WORDS(base->dataset->accounts) + 1, sizeof *market[p].seen);
        if (market[p].seen == NULL)
            return as_error_memory(error);
    }
    for (uint32_t row = 0; row < base->dataset->leads; row++) {
        if (as_verdict_at(verdict[ICP], row) != AS_YES)
            continue;
        enum as_tri to = as_verdict_at(verdict[TO], row), pain = as_verdict_at(verdict[PAIN], row);
        count(&market[NOW], base->dataset, row, pain);
        count(&market[to == AS_YES  ? NARROWED
                      : to == AS_NO ? LEFT_OUT
                                    : UNDECIDED],
              base->dataset, row, pain);
    }
    return AS_OK;
}

/* The density is of those of whom it is known: who was never asked has no less pain for it. */
static enum as_status list_parts(lua_State *L, const struct market market[PARTS], struct as_error *error)
{
    static const char *const columns[] = {"market", "leads",   "accounts", "pain",
                                          "asked",  "density", "interval"};
    enum { WIDTH = sizeof columns / sizeof *columns };
    enum as_status status = AS_OK;
    as_rows_push(L, columns, WIDTH);
    int list = lua_gettop(L);
    for (int p = 0; p < PARTS && status == AS_OK; p++) {
        const struct market *m = &market[p];
        char text[WIDTH][48];
        double low, high;
        uint64_t asked = m->pain + m->no_pain;
        const uint64_t counts[] = {m->leads, m->accounts, m->pain, asked};
        const char *cells[WIDTH] = {part_names[p]};
        static const bool numbers[WIDTH] = {[1] = true, true, true, true};
        for (int c = 1; c < 5; c++) {
            snprintf(text[c], sizeof text[c], "%llu", (unsigned long long)counts[c - 1]);
            cells[c] = text[c];
        }
        if (as_wilson(&low, &high, m->pain, asked, 0.95)) {
            snprintf(text[5], sizeof text[5], "%.1f %%", 100.0 * (double)m->pain / (double)asked);
            snprintf(text[6], sizeof text[6], "%.1f to %.1f %%", 100 * low, 100 * high);
            cells[5] = text[5];
            cells[6] = text[6];
        }
        status = as_rows_add(L, list, cells, numbers, WIDTH, error);
    }
    return status;
}

static int word_narrow(lua_State *L)
{
    struct as_repl *repl = as_repl_of(L);
    struct as_persona asked[CONDITIONS];
    struct as_base base = {.plan = NULL};
    struct market market[PARTS] = {{.leads = 0}};
    struct as_error error = AS_ERROR_INIT;
    bool scores = false;
    read_conditions(L, asked);
    for (int i = 0; i < CONDITIONS; i++)
        scores |= as_expr_contains(asked[i].when, AS_EXPR_SCORE);
    enum as_status status = as_base_decide(&base, repl, asked, CONDITIONS, scores, &error);
    if (status == AS_OK)
        status = divide(market, &base, asked, &error);
    as_base_free(&base);
    for (int p = 0; p < PARTS; p++)
        free(market[p].seen);
    as_repl_check(L, status, &error);
    as_repl_check(L, list_parts(L, market, &error), &error);
    return 1;
}

static const struct as_repl_word words[] = {
    {"narrow", word_narrow,
     "narrow { icp = account.employees:at_least(200), to = account.industry:is \"Software\", pain = "
     "answer.need:known() }",
     "what a narrower target market leaves: leads and accounts in it, left out and undecided, and how many "
     "of those asked have the pain; a list"},
};
const struct as_repl_words as_repl_narrow_words = {words, sizeof words / sizeof *words};
