/* The three-valued tables that host/score/README.md publishes, every cell of them, with "not measurable" kept
 * apart. The rows of the truth tables are written here from that page, not computed. */
#include "world.h"

#define X AS_NO
#define Y AS_YES
#define U AS_UNKNOWN
#define M AS_UNMEASURABLE

static const enum as_tri states[4] = {X, U, M, Y};

/* Rows and columns in the order no, unknown, unmeasurable, yes. */
static const enum as_tri and_table[4][4] = {{X, X, X, X}, {X, U, U, U}, {X, U, M, M}, {X, U, M, Y}};
static const enum as_tri or_table[4][4] = {{X, U, M, Y}, {U, U, U, Y}, {M, U, M, Y}, {Y, Y, Y, Y}};
static const enum as_tri not_table[4] = {Y, U, M, X};

/* Three inputs that take all four states, row by row: yes and no by a fact; where that is unknown, another
 * fact says whether the input is a kind of event that nobody ever supplied or a fact that nobody filled. */
struct trio {
    struct world w;
    struct as_gate *gate;
    uint32_t field[3], watched[3];
    const struct as_expr *in[3];
};

static const struct as_expr *choose(struct world *w, const struct as_expr *fact, const struct as_expr *then,
                                    const struct as_expr *otherwise)
{
    const struct as_expr *known = CALL(w, CALL(w, fact, "known"), "and", E(then));
    return CALL(w, known, "or", E(CALL(w, CALL(w, fact, "unknown"), "and", E(otherwise))));
}

static void open_trio(struct trio *t)
{
    static const char *const names[] = {"one", "two", "three"}, *const watched[] = {"four", "five", "six"};
    struct world *w = &t->w;
    world_open(w);
    t->gate = world_gate(w, "nurture", AS_LEVEL_LEAD);
    world_add_field(w, "empty", AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0, false);
    for (int i = 0; i < 3; i++) {
        t->field[i] = world_add_field(w, names[i], AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0, false);
        t->watched[i] = world_add_field(w, watched[i], AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0, false);
        const struct as_expr *open =
            choose(w, lead_(w, watched[i]), CALL(w, event_(w, "webinar"), "seen"), lead_(w, "empty"));
        t->in[i] = choose(w, lead_(w, names[i]), lead_(w, names[i]), open);
    }
}

/* The state of input i in row r = 4*4*a + 4*b + c. */
static enum as_tri state_in(uint32_t row, int i)
{
    return states[row >> (2 * (2 - i)) & 3];
}

static void unary_and_binary_tables(void **state)
{
    (void)state;
    struct trio t;
    open_trio(&t);
    /* Inputs of mixed state: u is unknown by a plain fact that nobody filled, m by a kind that no feed ever
     * gave. */
    world_add_field(&t.w, "empty", AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0, false);
    const struct as_expr *values[4] = {CALL(&t.w, lead_(&t.w, "one"), "known"), lead_(&t.w, "empty"),
                                       CALL(&t.w, event_(&t.w, "webinar"), "seen"),
                                       CALL(&t.w, lead_(&t.w, "one"), "unknown")};
    const struct as_expr *and[4][4], * or [4][4], *not [4], *known[4], *two[4][4];
    for (int a = 0; a < 4; a++) {
        not [a] = world_root(&t.w, t.gate, CALL(&t.w, values[a], "not"));
        known[a] = world_root(&t.w, t.gate, CALL(&t.w, values[a], "known"));
        for (int b = 0; b < 4; b++) {
            and[a][b] = world_root(&t.w, t.gate, CALL(&t.w, values[a], "and", E(values[b])));
            or [a][b] = world_root(&t.w, t.gate, CALL(&t.w, values[a], "or", E(values[b])));
            two[a][b] = world_root(&t.w, t.gate, CALL(&t.w, values[a], "at_least_of", I(2), E(values[b])));
        }
    }
    world_data(&t.w, 1, 0);
    t.w.data->kind_state[as_schema_kind(t.w.schema, AS_STR("webinar"))] = AS_FEED_NEVER;
    world_run(&t.w);
    for (int a = 0; a < 4; a++) {
        assert_int_equal(lead_state(&t.w, not [a], 0), not_table[a]);
        assert_int_equal(lead_state(&t.w, known[a], 0), a == 0 || a == 3 ? Y : X);
        for (int b = 0; b < 4; b++) {
            assert_int_equal(lead_state(&t.w, and[a][b], 0), and_table[a][b]);
            assert_int_equal(lead_state(&t.w, or [a][b], 0), or_table[a][b]);
            assert_int_equal(lead_state(&t.w, two[a][b], 0), and_table[a][b]);
        }
    }
    world_close(&t.w);
}

/* at least k of three, by counting: the definition itself. */
static enum as_tri count_of(const enum as_tri in[3], int k)
{
    int yes = 0, open = 0, plain = 0;
    for (int i = 0; i < 3; i++) {
        yes += in[i] == Y;
        open += in[i] == U || in[i] == M;
        plain += in[i] == U;
    }
    if (yes >= k)
        return Y;
    if (yes + open < k)
        return X;
    return plain > 0 ? U : M;
}

static void three_inputs(void **state)
{
    (void)state;
    struct trio t;
    open_trio(&t);
    struct world *w = &t.w;
    const struct as_expr *all = world_root(w, t.gate, CALL(w, t.in[0], "and", E(t.in[1]), E(t.in[2])));
    const struct as_expr *any = world_root(w, t.gate, CALL(w, t.in[0], "or", E(t.in[1]), E(t.in[2])));
    const struct as_expr *least[3], *single[3];
    for (int k = 0; k < 3; k++) {
        least[k] = world_root(w, t.gate, CALL(w, t.in[0], "at_least_of", I(k + 1), E(t.in[1]), E(t.in[2])));
        single[k] = world_root(w, t.gate, t.in[k]);
    }
    world_data(w, 64, 0);
    for (int i = 0; i < 3; i++)
        for (uint32_t row = 0; row < 64; row++) {
            if (state_in(row, i) == Y || state_in(row, i) == X)
                as_column_set_boolean(world_column(w, t.field[i]), row, state_in(row, i) == Y);
            if (state_in(row, i) == M)
                as_column_set_boolean(world_column(w, t.watched[i]), row, true);
        }
    w->data->kind_state[as_schema_kind(w->schema, AS_STR("webinar"))] = AS_FEED_NEVER;
    world_run(w);
    for (uint32_t row = 0; row < 64; row++) {
        enum as_tri in[3];
        for (int i = 0; i < 3; i++) {
            in[i] = state_in(row, i);
            assert_int_equal(lead_state(w, single[i], row), in[i]);
        }
        assert_int_equal(lead_state(w, all, row), count_of(in, 3));
        assert_int_equal(lead_state(w, any, row), count_of(in, 1));
        for (int k = 0; k < 3; k++)
            assert_int_equal(lead_state(w, least[k], row), count_of(in, k + 1));
    }
    world_close(w);
}

/* --- scores: intervals --- */

static void unknown_rules_widen(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    uint32_t flag = world_add_field(&w, "flag", AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0, false);
    struct as_score *score = world_score(&w, "fit");
    world_rule(&w, score, "sure", 30000, CALL(&w, lead_(&w, "title"), "unknown"));
    world_rule(&w, score, "maybe", 25000, lead_(&w, "flag"));
    world_rule(&w, score, "maybe not", -10000, CALL(&w, event_(&w, "webinar"), "seen"));
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *s = score_(&w, score);
    const struct as_expr *at20 = world_root(&w, gate, CALL(&w, s, "at_least", I(20)));
    const struct as_expr *at21 = world_root(&w, gate, CALL(&w, s, "at_least", I(21)));
    const struct as_expr *at56 = world_root(&w, gate, CALL(&w, s, "at_least", I(56)));
    const struct as_expr *within = world_root(&w, gate, CALL(&w, s, "between", I(20), I(55)));
    world_data(&w, 2, 0);
    as_column_set_boolean(world_column(&w, flag), 1, true);
    w.data->kind_state[as_schema_kind(w.schema, AS_STR("webinar"))] = AS_FEED_NEVER;
    world_run(&w);
    const struct as_points_column *v = as_outcome_score(w.outcome, score);
    assert_int_equal(as_points_at(v, 0).value, 30000);
    assert_int_equal(as_points_at(v, 0).low, 20000);
    assert_int_equal(as_points_at(v, 0).high, 55000);
    assert_int_equal(lead_state(&w, at20, 0), Y);
    assert_int_equal(lead_state(&w, at21, 0), U);
    assert_int_equal(lead_state(&w, at56, 0), X);
    assert_int_equal(lead_state(&w, within, 0), Y);
    /* Only what nobody measures is open for the other lead. */
    assert_int_equal(as_points_at(v, 1).value, 55000);
    assert_int_equal(as_points_at(v, 1).low, 45000);
    assert_int_equal(lead_state(&w, at56, 1), X);
    const struct as_expr *roots[] = {at20, at21};
    for (int i = 0; i < 2; i++)
        assert_int_equal(lead_state(&w, roots[i], 1), Y);
    world_close(&w);
}

static void what_nobody_measures_stays_apart_in_scores(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *score = world_score(&w, "interest");
    world_rule(&w, score, "watched", 10000, CALL(&w, event_(&w, "webinar"), "seen"));
    const struct as_expr *root = world_root(&w, world_gate(&w, "nurture", AS_LEVEL_LEAD),
                                            CALL(&w, score_(&w, score), "at_least", I(5)));
    world_data(&w, 1, 0);
    w.data->kind_state[as_schema_kind(w.schema, AS_STR("webinar"))] = AS_FEED_NEVER;
    world_run(&w);
    assert_int_equal(lead_state(&w, root, 0), M);
    w.data->kind_state[as_schema_kind(w.schema, AS_STR("webinar"))] = AS_FEED_STALE;
    world_run(&w);
    assert_int_equal(lead_state(&w, root, 0), U);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("and, or, not, known, at least: every cell", unary_and_binary_tables),
        named("three inputs in every combination", three_inputs),
        named("unknown rules add nothing and widen the interval", unknown_rules_widen),
        named("a score that hangs on what nobody measures is not measurable",
              what_nobody_measures_stays_apart_in_scores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
