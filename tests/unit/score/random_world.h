/* Random packs over random datasets, for comparison with the naive evaluation. The same seed makes the same.
 */
#ifndef AS_TEST_SCORE_RANDOM_WORLD_H
#define AS_TEST_SCORE_RANDOM_WORLD_H

#include "naive.h"

static uint64_t random_state;

static inline uint32_t draw(uint32_t n)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(random_state >> 33) % n;
}

static inline bool chance(uint32_t percent)
{
    return draw(100) < percent;
}

static const char *const needs[] = {"none", "acknowledged", "confirmed"};
static const char *const kinds[] = {"page_view", "webinar", "whitepaper", "handoff", "signal"};
static const char *const windows[] = {"1d", "7d", "30d", "90d"};
static const char *const titles[] = {"Head of Supply Chain", "Student",     "COO",
                                     "Operations manager",   "intern (IT)", "Chief operating officer",
                                     "Buyer, supply"};
static const char *const words[] = {"supply", "student", "operat",  "coo",
                                    "head",   "buyer",   "officer", "intern"};

struct fields {
    uint32_t flag, firm, weight, staff, worth, need, note, strength;
};

static inline struct fields declare(struct world *w)
{
    struct fields f;
    struct as_event_kind signal = {.name = "signal", .by = AS_ACTOR_BUYER, .position = {"pack.lua", 2}};
    uint32_t kind;
    must(w, as_schema_add_kind(&kind, w->schema, &signal, &w->error));
    must(w, as_schema_add_property(&f.strength, w->schema, kind, "strength", AS_TYPE_INTEGER, &w->error));
    f.flag = world_add_field(w, "flag", AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0, false);
    f.firm = world_add_field(w, "firm", AS_LEVEL_ACCOUNT, AS_TYPE_BOOLEAN, NULL, 0, false);
    f.weight = world_add_field(w, "weight", AS_LEVEL_LEAD, AS_TYPE_NUMBER, NULL, 0, false);
    f.staff = world_add_field(w, "staff", AS_LEVEL_LEAD, AS_TYPE_INTEGER, NULL, 0, false);
    f.worth = world_add_field(w, "worth", AS_LEVEL_LEAD, AS_TYPE_MONEY, NULL, 0, false);
    f.need = world_add_field(w, "need", AS_LEVEL_LEAD, AS_TYPE_CHOICE, needs, 3, true);
    f.note = world_add_field(w, "note", AS_LEVEL_ACCOUNT, AS_TYPE_TEXT, NULL, 0, true);
    return f;
}

/* --- conditions --- */

static const char *const comparisons[] = {"at_least", "at_most", "more_than", "less_than", "is"};

static const struct as_expr *compare_with(struct world *w, const struct as_expr *x, int64_t most)
{
    if (chance(20)) {
        int64_t low = draw((uint32_t)most), high = low + draw((uint32_t)most);
        return CALL(w, x, "between", I(low), I(high));
    }
    if (chance(30))
        return CALL(w, x, comparisons[draw(5)], N((double)draw((uint32_t)most * 2) / 2));
    return CALL(w, x, comparisons[draw(5)], I(draw((uint32_t)most)));
}

static inline struct as_literal text_literal(const char *text)
{
    return (struct as_literal){.kind = AS_LITERAL_TEXT, .text = as_str_of(text)};
}

static const struct as_expr *random_text(struct world *w, const struct as_expr *x)
{
    static const char *const ops[] = {"has_word", "contains", "starts_with", "ends_with", "matches", "is"};
    if (chance(20)) {
        struct as_literal items[] = {text_literal(titles[draw(7)]), text_literal(words[draw(8)])};
        struct as_literal list = {.kind = AS_LITERAL_LIST, .items = items, .n = 2};
        return CALL(w, x, "one_of", list);
    }
    return CALL(w, x, ops[draw(6)], text_literal(words[draw(8)]));
}

static const struct as_expr *random_events(struct world *w)
{
    uint32_t which = draw(6);
    const struct as_expr *events = event_(w, which == 5 ? "any" : kinds[which]);
    struct as_literal window = text_literal(windows[draw(4)]);
    if (which == 4 && chance(50)) {
        struct as_str key = AS_STR("strength");
        struct as_literal value = I(draw(5)),
                          map = {.kind = AS_LITERAL_MAP, .items = &value, .keys = &key, .n = 1};
        events = CALL(w, events, "where", map);
    }
    if (which == 4 && chance(30))
        return compare_with(w, CALL(w, events, "sum", T("strength"), window), 12);
    switch (draw(6)) {
    case 0:
        return chance(50) ? CALL(w, events, "seen") : CALL(w, events, "seen", window);
    case 1:
        return compare_with(w, CALL(w, events, "days_since"), 60);
    case 2:
        return CALL(w, CALL(w, events, chance(50) ? "first" : "last"), "in_last", window);
    case 3:
        return compare_with(w, CALL(w, events, "distinct_days", window), 6);
    case 4:
        return CALL(w, CALL(w, events, "last"), chance(50) ? "known" : "unknown");
    default:
        return compare_with(w, chance(50) ? CALL(w, events, "count") : CALL(w, events, "count", window), 8);
    }
}

static const struct as_expr *random_answer(struct world *w)
{
    const struct as_expr *need = answer_(w, "need");
    static const char *const sides[] = {"acknowledged", "stated", "inferred", "known", "unknown"};
    uint32_t which = draw(8);
    if (which < 5)
        return CALL(w, need, sides[which]);
    if (which == 5)
        return CALL(w, need, "confirmed_by", T("sales"));
    return CALL(w, need, which == 6 ? "at_least" : "is", text_literal(needs[draw(3)]));
}

static const struct as_expr *random_account_leaf(struct world *w)
{
    switch (draw(4)) {
    case 0:
        return compare_with(w, account_(w, "employees"), 400);
    case 1:
        return chance(50) ? account_(w, "firm") : CALL(w, account_(w, "firm"), "is_false");
    case 2:
        return random_text(w, account_(w, "industry"));
    default:
        return CALL(w, chance(50) ? answer_(w, "note") : account_(w, "industry"),
                    chance(50) ? "known" : "unknown");
    }
}

static const struct as_expr *random_lead(struct world *w, int depth, struct as_score *const *scores,
                                         uint32_t score_count);

static const struct as_expr *random_group(struct world *w, int depth)
{
    const struct as_expr *group = group_(w);
    switch (draw(5)) {
    case 0:
        return compare_with(w, CALL(w, group, "size"), 5);
    case 1:
        return CALL(w, group, "covers", L(T("economic"), T("user")));
    default: {
        const struct as_expr *inner = random_lead(w, depth - 1, NULL, 0);
        if (inner->level == AS_LEVEL_ACCOUNT)
            inner = CALL(w, inner, "and", E(CALL(w, lead_(w, "title"), "known")));
        return CALL(w, group, chance(50) ? "every" : "some", E(inner));
    }
    }
}

static const struct as_expr *random_leaf(struct world *w, struct as_score *const *scores,
                                         uint32_t score_count)
{
    const struct as_expr *step;
    switch (draw(12)) {
    case 0:
        return random_text(w, lead_(w, "title"));
    case 1:
        return CALL(w, lead_(w, "job_level"), chance(50) ? "at_least" : "at_most",
                    text_literal(chance(50) ? "manager" : "director"));
    case 2:
        return compare_with(w, lead_(w, "staff"), 300);
    case 3:
        return compare_with(w, lead_(w, "weight"), 4);
    case 4:
        return chance(50) ? compare_with(w, lead_(w, "worth"), 50)
                          : CALL(w, lead_(w, "created"), chance(50) ? "in_last" : "in_next",
                                 text_literal(windows[draw(4)]));
    case 5:
        return lead_(w, "flag");
    case 6:
        return CALL(w, lead_(w, "title"), chance(50) ? "known" : "unknown");
    case 7:
        must(w, as_expr_step(&step, &w->pack->rules, lead_(w, "former_account"), AS_STR("employees"), here(w),
                             &w->error));
        return compare_with(w, step, 400);
    case 8:
        return random_answer(w);
    case 9:
        return random_account_leaf(w);
    case 10:
        if (score_count > 0)
            return compare_with(w, score_(w, scores[draw(score_count)]), 40);
        return random_events(w);
    default:
        return random_events(w);
    }
}

static const struct as_expr *combine(struct world *w, const struct as_expr *a, const struct as_expr *b,
                                     const struct as_expr *c)
{
    switch (draw(5)) {
    case 0:
        return CALL(w, a, "and", E(b));
    case 1:
        return CALL(w, a, "or", E(b), E(c));
    case 2:
        return CALL(w, a, "at_least_of", I(1 + draw(3)), E(b), E(c));
    case 3:
        return CALL(w, CALL(w, a, "or", E(b)), "not");
    default:
        return CALL(w, a, "and", E(b), E(CALL(w, c, "not")));
    }
}

static const struct as_expr *random_lead(struct world *w, int depth, struct as_score *const *scores,
                                         uint32_t score_count)
{
    if (depth <= 0 || chance(30))
        return random_leaf(w, scores, score_count);
    if (chance(12))
        return random_group(w, depth);
    const struct as_expr *a = random_lead(w, depth - 1, scores, score_count),
                         *b = random_lead(w, depth - 1, scores, score_count),
                         *c = random_leaf(w, scores, score_count);
    return combine(w, a, b, c);
}

static const struct as_expr *random_account(struct world *w, int depth)
{
    if (depth > 0 && chance(60)) {
        const struct as_expr *a = random_account(w, depth - 1), *b = random_account(w, depth - 1);
        return combine(w, a, b, random_account_leaf(w));
    }
    if (chance(15))
        return CALL(w, answer_(w, "need"), "confirmed_by", T("sales"));
    return chance(50) ? random_group(w, 2) : random_account_leaf(w);
}

/* --- packs --- */

static const char *const rule_names[] = {"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7"};
static const char *const score_names[] = {"s0", "s1", "s2"};
static const char *const group_names[] = {"g0", "g1"};

static inline void random_rule(struct world *w, struct as_score *score, uint32_t i,
                               struct as_score *const *scores, uint32_t n)
{
    const struct as_expr *when = chance(25) ? NULL : random_lead(w, 2, scores, n);
    struct as_rule *rule = world_rule(w, score, rule_names[i], 0, when);
    rule->points = ((int64_t)draw(81) - 40) * (chance(20) ? 125 : 1000);
    if (chance(45)) {
        rule->fading = (enum as_fading)draw(4);
        rule->fading_days = 1 + draw(60);
        for (uint32_t k = 0; k < 3; k++)
            if (k == 0 || chance(50))
                world_points(w, rule, kinds[draw(5)], ((int64_t)draw(21) - 5) * 1000,
                             chance(40) ? 1 + draw(3) : 0, chance(20) ? 0 : 1 + draw(9));
    } else if (chance(15)) {
        rule->kind = AS_RULE_FUNCTION;
        must(w, as_expr_function(&rule->function, &w->pack->rules, w->pack->functions++, rule->name,
                                 AS_LEVEL_LEAD, here(w), &w->error));
    }
    rule->has_cap = chance(30);
    rule->cap = (int64_t)(1 + draw(30)) * 1000 * (chance(30) ? -1 : 1);
    if (score->groups.n > 0 && chance(50))
        rule->group = score->groups.at[draw(score->groups.n)].name;
}

static inline void random_scores(struct world *w, struct as_score **scores)
{
    for (uint32_t s = 0; s < 3; s++) {
        struct as_score *score = scores[s] = world_score(w, score_names[s]);
        score->has_floor = chance(40);
        score->floor = chance(70) ? 0 : -10000;
        score->has_cap = chance(40);
        score->cap = 60000;
        score->restart_on_recycle = chance(30);
        for (uint32_t g = 0; g < 2; g++) {
            struct as_rule_group group = {group_names[g], (int64_t)(5 + draw(30)) * 1000, {"rules.lua", 1}};
            if (chance(30))
                assert_true(as_list_push(&w->pack->rules.arena, &score->groups, group));
        }
        uint32_t n = 1 + draw(8);
        for (uint32_t i = 0; i < n; i++)
            random_rule(w, score, i, scores, s);
    }
}

/* --- data --- */

static inline void fill_leads(struct world *w, const struct fields *f)
{
    struct as_dataset *d = w->data;
    int64_t today = as_day_of(w->at);
    struct as_column *former = lead_column(w, "former_account");
    for (uint32_t r = 0; r < d->leads; r++) {
        if (d->accounts > 0 && chance(80))
            d->lead_account[r] = draw(d->accounts);
        if (chance(70))
            world_text(w, lead_column(w, "title"), r, titles[draw(7)]);
        if (chance(60))
            world_text(w, lead_column(w, "job_level"), r, chance(50) ? "director" : "manager");
        if (chance(40))
            world_text(w, lead_column(w, "group_role"), r, chance(50) ? "economic" : "user");
        if (chance(70))
            as_column_set_i64(world_column(w, f->staff), r, draw(300));
        if (chance(70))
            as_column_set_f64(world_column(w, f->weight), r, (double)draw(16) / 4);
        if (chance(70))
            must(w, as_column_set_money(world_column(w, f->worth), r, draw(5000), AS_STR("EUR"), &w->error));
        if (chance(70))
            as_column_set_i64(lead_column(w, "created"), r, today - 100 + draw(200));
        if (chance(60))
            as_column_set_boolean(world_column(w, f->flag), r, chance(50));
        if (d->accounts > 0 && chance(30))
            as_column_set_reference(former, r, draw(d->accounts));
        if (chance(60)) {
            world_text(w, world_column(w, f->need), r, needs[draw(3)]);
            as_bit_put(d->answer[f->need].stated, r, chance(60));
            d->answer[f->need].voices[r] = (uint8_t)(1 + draw(3));
        }
    }
}

static inline void fill_accounts(struct world *w, const struct fields *f)
{
    for (uint32_t r = 0; r < w->data->accounts; r++) {
        if (chance(70))
            as_column_set_i64(account_column(w, "employees"), r, draw(400));
        if (chance(60))
            as_column_set_boolean(world_column(w, f->firm), r, chance(50));
        if (chance(60))
            world_text(w, account_column(w, "industry"), r, titles[draw(7)]);
        if (chance(40))
            world_text(w, world_column(w, f->note), r, "soon");
    }
}

static inline void fill_events(struct world *w, const struct fields *f)
{
    for (uint32_t r = 0; r < w->data->leads; r++)
        for (uint32_t n = chance(30) ? 0 : draw(14); n > 0; n--)
            world_event(w, r, kinds[draw(5)], w->at + DAYS(2) - draw(95 * 86400));
    world_log(w);
    struct as_event_log *log = &w->data->lead_events;
    log->property = calloc(w->schema->properties.n, sizeof *log->property);
    must(w, as_column_new(&log->property[f->strength], AS_TYPE_INTEGER, log->n, NULL, 0, &w->error));
    for (size_t i = 0; i < log->n; i++)
        if (chance(70))
            as_column_set_i64(log->property[f->strength], i, draw(5));
}

static inline void fill_state(struct world *w)
{
    struct as_dataset *d = w->data;
    for (uint32_t k = 0; k < 5 && chance(50); k++)
        d->kind_state[as_schema_kind(w->schema, as_str_of(kinds[k]))] = (uint8_t)draw(3);
    if (chance(50)) {
        d->untracked = calloc(AS_BIT_WORDS(d->leads), sizeof *d->untracked);
        for (uint32_t r = 0; r < d->leads; r++)
            as_bit_put(d->untracked, r, chance(15));
    }
    d->prior_models = 1;
    d->prior = calloc(1, sizeof *d->prior);
    d->prior[0] = calloc(d->leads, sizeof **d->prior);
    for (uint32_t r = 0; r < d->leads; r++)
        d->prior[0][r] = (struct as_prior){.decided = chance(60),
                                           .recycled = chance(50) ? AS_TIME_NONE : w->at - DAYS(draw(60)),
                                           .entered = w->at - DAYS(draw(60))};
}

static inline enum as_status call_function(struct as_function_result *out, void *context, unsigned worker,
                                           uint32_t function, const struct as_dataset *dataset, uint32_t row,
                                           int64_t at, struct as_error *error)
{
    (void)context, (void)worker, (void)dataset, (void)at, (void)error;
    out->kind = naive_function(&out->number, function, row) ? AS_RESULT_NUMBER : AS_RESULT_UNKNOWN;
    snprintf(out->note, sizeof out->note, "row %u", row);
    if (function % 2 == 0) /* the others do not say that time is nothing to them */
        out->next_day = AS_TIME_NONE;
    return AS_OK;
}

struct roots {
    const struct as_expr *lead[8], *account[4], *recycle;
};

/* A compiled pack with facts: gates of both levels, what they ask in `roots`. */
static inline void random_world(struct world *w, struct roots *roots, struct as_score **scores, uint64_t seed,
                                uint32_t leads)
{
    random_state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    world_open(w);
    struct fields f = declare(w);
    random_scores(w, scores);
    struct as_gate *gate = world_gate(w, "nurture", AS_LEVEL_LEAD),
                   *deal = world_gate(w, "opportunity", AS_LEVEL_ACCOUNT);
    for (int i = 0; i < 8; i++)
        roots->lead[i] = world_root(w, gate, random_lead(w, 3, scores, 3));
    for (int i = 0; i < 4; i++)
        roots->account[i] = world_root(w, deal, random_account(w, 2));
    roots->recycle = random_lead(w, 2, NULL, 0);
    struct as_recycle recycle = {AS_STAGE_SALES_READY, AS_STAGE_NURTURE, roots->recycle, 0, {"rules.lua", 1}};
    assert_true(as_list_push(&w->pack->rules.arena, &w->model->recycles, recycle));
    world_data(w, leads, draw(leads / 2 + 2));
    fill_leads(w, &f);
    fill_accounts(w, &f);
    fill_events(w, &f);
    fill_state(w);
    must(w, as_dataset_link(w->data, &w->error));
    world_compile(w);
}

#endif
