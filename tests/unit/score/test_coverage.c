/* Coverage: joints evaluated again by the published tables, and what decided leads show of a root. */
#include "world.h"

#include "score/testing/coverage.h"

#define X AS_NO
#define Y AS_YES
#define U AS_UNKNOWN
#define M AS_UNMEASURABLE

/* Rows and columns in the order no, unknown, unmeasurable, yes, from host/score/README.md. */
static const enum as_tri states[4] = {X, U, M, Y};
static const enum as_tri and_table[4][4] = {{X, X, X, X}, {X, U, U, U}, {X, U, M, M}, {X, U, M, Y}};
static const enum as_tri or_table[4][4] = {{X, U, M, Y}, {U, U, U, Y}, {M, U, M, Y}, {Y, Y, Y, Y}};
static const enum as_tri not_table[4] = {Y, U, M, X};

static const struct as_expr *fact(struct world *w, const char *name)
{
    world_add_field(w, name, AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0, false);
    return CALL(w, lead_(w, name), "is_true");
}

static void joints_follow_the_tables(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    const struct as_expr *leaves[] = {fact(&w, "one"), fact(&w, "two"), fact(&w, "three")};
    const struct as_expr *both = CALL(&w, leaves[0], "and", E(leaves[1]));
    const struct as_expr *either = CALL(&w, leaves[0], "or", E(leaves[1]));
    const struct as_expr *neither = CALL(&w, leaves[0], "not");
    for (int a = 0; a < 4; a++)
        for (int b = 0; b < 4; b++) {
            enum as_tri given[] = {states[a], states[b], U};
            assert_int_equal(as_kleene(both, leaves, given, 3), and_table[a][b]);
            assert_int_equal(as_kleene(either, leaves, given, 3), or_table[a][b]);
            assert_int_equal(as_kleene(neither, leaves, given, 3), not_table[a]);
        }
    const struct as_expr *two = CALL(&w, leaves[0], "at_least_of", I(2), E(leaves[1]), E(leaves[2]));
    static const struct {
        enum as_tri given[3], expected;
    } rows[] = {{{Y, Y, U}, Y}, {{Y, X, X}, X}, {{Y, U, X}, U},
                {{X, X, U}, X}, {{Y, M, X}, M}, {{Y, Y, Y}, Y}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(as_kleene(two, leaves, rows[i].given, 3), rows[i].expected);
    world_close(&w);
}

/* one & (two | three): which leaf decides alone, written down by hand. */
static void a_leaf_decides_alone(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    const struct as_expr *one = fact(&w, "one"), *two = fact(&w, "two"), *three = fact(&w, "three");
    const struct as_expr *inner = CALL(&w, two, "or", E(three));
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    world_root(&w, gate, CALL(&w, one, "and", E(inner)));
    struct as_coverage coverage;
    must(&w, as_coverage_open(&coverage, w.pack, &w.error));
    assert_int_equal(coverage.roots.at.n, 1);
    const struct as_root *root = &coverage.roots.at.at[0];
    assert_int_equal(root->leaf_count, 3);
    static const struct {
        enum as_tri given[3];
        bool decides[3];
    } rows[] = {
        {{Y, Y, X}, {true, true, false}},   {{Y, Y, Y}, {true, false, false}},
        {{Y, X, X}, {false, true, true}},   {{X, Y, X}, {true, false, false}},
        {{X, X, X}, {false, false, false}}, {{Y, U, X}, {true, false, true}},
        {{U, Y, X}, {false, true, false}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (uint32_t leaf = 0; leaf < 3; leaf++)
            if (as_leaf_decides(root, rows[i].given, leaf) != rows[i].decides[leaf])
                fail_msg("row %zu, leaf %u", i, leaf);
    as_coverage_close(&coverage);
    world_close(&w);
}

static void sums_count_what_was_seen(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    const struct as_expr *one = fact(&w, "one"), *two = fact(&w, "two");
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    world_root(&w, gate, CALL(&w, one, "and", E(two)));
    world_root(&w, gate, one);
    struct as_coverage coverage;
    must(&w, as_coverage_open(&coverage, w.pack, &w.error));
    const struct as_root *joined = &coverage.roots.at.at[0];
    /* yes and yes; no and yes; yes and unknown: `two` was never no, and never decided being no. */
    as_coverage_note(&coverage, joined, (enum as_tri[]){Y, Y});
    as_coverage_note(&coverage, joined, (enum as_tri[]){X, Y});
    as_coverage_note(&coverage, joined, (enum as_tri[]){Y, U});
    struct as_coverage_sum sum = as_coverage_sum_of(&coverage, NULL);
    assert_int_equal(sum.conditions, 3); /* one, two, and both together; the second root is `one` again */
    assert_int_equal(sum.covered, 2);
    assert_int_equal(sum.unknown, 2);
    assert_int_equal(sum.leaves, 3);
    assert_int_equal(sum.decided, 1);
    assert_int_equal(as_coverage_sum_of(&coverage, "elsewhere.lua").conditions, 0);
    as_coverage_close(&coverage);
    world_close(&w);
}

static void examples_stand_on_the_border(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    static const char *const levels[] = {"low", "middle", "high"};
    world_add_field(&w, "size", AS_LEVEL_LEAD, AS_TYPE_INTEGER, NULL, 0, false);
    world_add_field(&w, "worth", AS_LEVEL_ACCOUNT, AS_TYPE_MONEY, NULL, 0, false);
    world_add_field(&w, "rank", AS_LEVEL_LEAD, AS_TYPE_CHOICE, levels, 3, false);
    const struct as_expr *size = lead_(&w, "size"), *rank = lead_(&w, "rank");
    const struct {
        const struct as_expr *expr;
        const char *yes, *no;
    } rows[] = {
        {CALL(&w, size, "between", I(200), I(5000)), "lead = { size = 200 }", "lead = { size = 199 }"},
        {CALL(&w, size, "more_than", I(5)), "lead = { size = 6 }", "lead = { size = 5 }"},
        {CALL(&w, size, "less_than", I(5)), "lead = { size = 4 }", "lead = { size = 5 }"},
        {CALL(&w, account_(&w, "worth"), "at_least", I(50000)), "account = { worth = 50000 }",
         "account = { worth = 49999.99 }"},
        {CALL(&w, rank, "at_least", T("middle")), "lead = { rank = \"middle\" }",
         "lead = { rank = \"low\" }"},
        {CALL(&w, rank, "at_most", T("middle")), "lead = { rank = \"middle\" }",
         "lead = { rank = \"high\" }"},
        {CALL(&w, rank, "is", T("low")), "lead = { rank = \"low\" }", "lead = { rank = \"middle\" }"},
        {CALL(&w, CALL(&w, rank, "is", T("low")), "not"), "lead = { rank = \"middle\" }",
         "lead = { rank = \"low\" }"},
        {CALL(&w, event_(&w, "webinar"), "seen", T("7d")), "events = { { \"webinar\", \"0d ago\" } }",
         "events = {}"},
        {CALL(&w, CALL(&w, event_(&w, "webinar"), "days_since"), "more_than", I(90)),
         "events = { { \"webinar\", \"91d ago\" } }", "events = { { \"webinar\", \"90d ago\" } }"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct as_buf yes = {0}, no = {0};
        assert_true(as_condition_example(&yes, rows[i].expr, AS_YES, w.pack));
        assert_true(as_condition_example(&no, rows[i].expr, AS_NO, w.pack));
        assert_string_equal(as_buf_c(&yes), rows[i].yes);
        assert_string_equal(as_buf_c(&no), rows[i].no);
        as_buf_free(&yes);
        as_buf_free(&no);
    }
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(joints_follow_the_tables),
        cmocka_unit_test(a_leaf_decides_alone),
        cmocka_unit_test(sums_count_what_was_seen),
        cmocka_unit_test(examples_stand_on_the_border),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
