/* Functions whose answers are kept during a run give what they give when each lead is a call of its own. */
#include "pack_text.h"
#include "score/plan/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LEADS = 40000, ACCOUNTS = 4000, RULES = 12 };
#define AT (INT64_C(20000) * AS_DAY_SECONDS + 43200)

/* One function a rule, and whether it can be called less often than there are leads. */
static const struct {
    const char *name, *function;
    bool spared;
} functions[RULES] = {
    {"constant", "function() return 3 end", true},
    {"text", "function(l) return l.title and #l.title, l.title end", true},
    {"branches", "function(l) if l.title == 'COO' then return l.seats end return l.account.employees end",
     true},
    {"nil", "function(l) if l.country then return #l.country end return nil end", true},
    {"number", "function(l) return (l.account.revenue or 0) / 1000, 'revenue' end", true},
    {"boolean", "function(l) return l.bounced_hard and 1 or l.bounced_hard == false and 2 or 3 end", true},
    {"choices", "function(l) local n = 0 for _, tag in ipairs(l.tags or {}) do n = n + #tag end return n end",
     true},
    {"answers",
     "function(l) return (l:answer 'need' == 'confirmed' and 5 or 0) + (l:answer 'plan' and 1 or 0) end",
     true},
    {"date", "function(l) return l.score_date and tonumber(l.score_date:sub(9)) or -1 end", true},
    {"twice",
     "function(l) return #(l.title or '') + #(l.title or '') + (l.account.tier_name == 'mid' and 1 or 0) end",
     true},
    {"events", "function(l) return l.title == 'COO' and 0 or l:events('any', '7d'):count() end", false},
    {"own", "function(l) return l.email and #l.email or 0 end", false},
};

struct world {
    struct pack_text pack;
    struct as_dataset *data;
    struct as_plan *plan;
    uint32_t random;
};

static uint32_t draw(struct world *w, uint32_t below)
{
    w->random = w->random * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)w->random * below) >> 32);
}

static struct as_column *field(struct world *w, enum as_level level, const char *name)
{
    struct as_column *made;
    uint32_t index = as_schema_field(w->pack.schema, level, as_str_of(name));
    assert_int_equal(as_dataset_column(&made, w->data, index, &w->pack.error), AS_OK);
    return made;
}

static struct as_column *answer(struct world *w, const char *name)
{
    struct as_column *made;
    uint32_t index = as_schema_answer(w->pack.schema, as_str_of(name));
    assert_int_equal(as_dataset_column(&made, w->data, index, &w->pack.error), AS_OK);
    return made;
}

static void put(struct world *w, struct as_column *to, uint32_t row, const char *const *texts, uint32_t n)
{
    uint32_t i = draw(w, n + 1);
    if (i < n)
        assert_int_equal(as_column_set_text(to, row, as_str_of(texts[i]), &w->pack.error), AS_OK);
}

static void fill_accounts(struct world *w)
{
    static const char *const tiers[] = {"low", "mid", "high"};
    for (uint32_t r = 0; r < ACCOUNTS; r++) {
        put(w, field(w, AS_LEVEL_ACCOUNT, "tier_name"), r, tiers, 3);
        if (draw(w, 3) > 0)
            as_column_set_i64(field(w, AS_LEVEL_ACCOUNT, "employees"), r, draw(w, 500));
        if (draw(w, 3) > 0)
            as_column_set_i64(field(w, AS_LEVEL_ACCOUNT, "revenue"), r, 100 * draw(w, 300));
        if (draw(w, 2) > 0)
            as_column_set_i64(answer(w, "plan"), r, 20000);
    }
}

static void fill_leads(struct world *w)
{
    static const char *const titles[] = {"COO", "VP Operations", "Buyer", "Chief of everything", "coo"};
    static const char *const countries[] = {"DE", "US", "Norway"};
    static const char *const tags[] = {"a", "a; bb", "ccc; a; dddd"};
    static const char *const needs[] = {"none", "acknowledged", "confirmed"};
    for (uint32_t r = 0; r < LEADS; r++) {
        char email[40];
        w->data->lead_account[r] = draw(w, 5) > 0 ? draw(w, ACCOUNTS) : AS_NO_INDEX;
        put(w, field(w, AS_LEVEL_LEAD, "title"), r, titles, 5);
        put(w, field(w, AS_LEVEL_LEAD, "country"), r, countries, 3);
        put(w, field(w, AS_LEVEL_LEAD, "tags"), r, tags, 3);
        put(w, answer(w, "need"), r, needs, 3);
        snprintf(email, sizeof email, "%x@example.com", r * 7919u);
        assert_int_equal(
            as_column_set_text(field(w, AS_LEVEL_LEAD, "email"), r, as_str_of(email), &w->pack.error), AS_OK);
        as_column_set_i64(field(w, AS_LEVEL_LEAD, "seats"), r, draw(w, 40));
        if (draw(w, 2) > 0)
            as_column_set_i64(field(w, AS_LEVEL_LEAD, "score_date"), r, 20000 - draw(w, 60));
        if (draw(w, 3) > 0)
            as_column_set_boolean(field(w, AS_LEVEL_LEAD, "bounced_hard"), r, draw(w, 2) > 0);
    }
}

static void fill_events(struct world *w)
{
    struct as_event_log *log = &w->data->lead_events;
    log->start = calloc(LEADS + 1, sizeof *log->start);
    log->time = calloc(2 * LEADS, sizeof *log->time);
    log->kind = calloc(2 * LEADS, sizeof *log->kind);
    for (uint32_t r = 0; r < LEADS; r++) {
        for (uint32_t n = draw(w, 3); n-- > 0; log->n++) {
            log->time[log->n] = (uint32_t)(AT - (n + 1) * draw(w, 10) * AS_DAY_SECONDS / 2);
            log->kind[log->n] = (uint16_t)as_schema_kind(w->pack.schema, AS_STR("survey"));
        }
        log->start[r + 1] = (uint32_t)log->n;
    }
    log->end = log->start + 1;
}

static void open_world(struct world *w)
{
    char rules[8192];
    int n = snprintf(rules, sizeof rules, "local m = require 'assay.qualification'.model 'inbound'\n");
    for (int i = 0; i < RULES; i++)
        n += snprintf(rules + n, sizeof rules - (size_t)n,
                      "m:score('s%d'):rule '%s' { cap = 1000, points = %s }\n", i, functions[i].name,
                      functions[i].function);
    *w = (struct world){.random = 7};
    load_pack_text(&w->pack, NULL, rules, NULL);
    if (w->pack.error.status != AS_OK)
        fail_msg("%s:%d: %s", w->pack.error.file, w->pack.error.line, w->pack.error.what);
    assert_int_equal(as_dataset_new(&w->data, w->pack.schema, LEADS, ACCOUNTS, &w->pack.error), AS_OK);
    w->data->at = w->data->known_at = AT;
    fill_accounts(w);
    fill_leads(w);
    fill_events(w);
    assert_int_equal(as_dataset_link(w->data, &w->pack.error), AS_OK);
    assert_int_equal(as_plan_new(&w->plan, as_script_pack(w->pack.script), &w->pack.error), AS_OK);
}

static void close_world(struct world *w)
{
    as_plan_free(w->plan);
    as_dataset_free(w->data);
    free_pack_text(&w->pack);
}

static struct as_outcome *decide(struct world *w, const struct as_functions *with, unsigned threads,
                                 struct as_profile *profile)
{
    struct as_run_options options = {.at = AT, .threads = threads, .functions = with, .profile = profile};
    struct as_outcome *outcome;
    if (as_plan_run(&outcome, w->plan, w->data, &options, &w->pack.error) != AS_OK)
        fail_msg("%s:%d: %s", w->pack.error.file, w->pack.error.line, w->pack.error.what);
    return outcome;
}

static void expect_equal(const struct world *w, const struct as_outcome *a, const struct as_outcome *b)
{
    const struct as_model *model = as_script_pack(w->pack.script)->models.at[0];
    for (uint32_t s = 0; s < model->scores.n; s++) {
        for (uint32_t r = 0; r < LEADS; r++) {
            struct as_points left = as_points_at(as_outcome_score(a, model->scores.at[s]), r),
                             right = as_points_at(as_outcome_score(b, model->scores.at[s]), r);
            if (left.value != right.value || left.low != right.low || left.high != right.high)
                fail_msg("%s of lead %u: %lld, and called each time %lld", functions[s].name, (unsigned)r,
                         (long long)left.value, (long long)right.value);
        }
    }
}

static void kept_answers_are_those_of_calls(void **state)
{
    (void)state;
    struct world w;
    struct as_profile *profile;
    const struct as_functions *kept;
    const struct as_profile_part *parts;
    uint32_t n;
    open_world(&w);
    assert_int_equal(as_script_functions(&kept, w.pack.script, 3, &w.pack.error), AS_OK);
    struct as_functions each = *kept;
    each.call_rows = NULL;
    assert_int_equal(as_profile_new(&profile, w.plan, &w.pack.error), AS_OK);
    struct as_outcome *calls = decide(&w, &each, 1, NULL), *one = decide(&w, kept, 1, profile),
                      *three = decide(&w, kept, 3, NULL);
    expect_equal(&w, one, calls);
    expect_equal(&w, three, calls);
    assert_int_equal(as_profile_parts(&parts, &n, profile, &w.pack.error), AS_OK);
    for (uint32_t i = 0; i < n; i++)
        for (int f = 0; f < RULES; f++)
            if (strcmp(parts[i].name, functions[f].name) == 0)
                assert_true(functions[f].spared ? parts[i].calls < LEADS / 2 : parts[i].calls > LEADS / 2);
    as_profile_free(profile);
    as_outcome_free(calls);
    as_outcome_free(one);
    as_outcome_free(three);
    close_world(&w);
}

/* A run after other facts have come has nothing from the run before. */
static void each_run_asks_anew(void **state)
{
    (void)state;
    struct world w;
    const struct as_functions *kept;
    open_world(&w);
    assert_int_equal(as_script_functions(&kept, w.pack.script, 1, &w.pack.error), AS_OK);
    struct as_functions each = *kept;
    each.call_rows = NULL;
    as_outcome_free(decide(&w, kept, 1, NULL));
    struct as_column *title = field(&w, AS_LEVEL_LEAD, "title");
    for (uint32_t r = 0; r < LEADS; r++)
        title->code[r] = (title->code[r] + 1) % as_intern_count(title->dict);
    struct as_outcome *after = decide(&w, kept, 1, NULL), *calls = decide(&w, &each, 1, NULL);
    expect_equal(&w, after, calls);
    as_outcome_free(after);
    as_outcome_free(calls);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kept_answers_are_those_of_calls),
        cmocka_unit_test(each_run_asks_anew),
    };
    return cmocka_run_group_tests_name("memo", tests, NULL, NULL);
}
