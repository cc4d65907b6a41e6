/* Grades: bands of two axes, and grades held while a feed is stale. */
#include "rules.h"

#include "score/model/grade.h"

static struct as_band letters[] = {{"A", 75000}, {"B", 50000}, {"C", 25000}};
static struct as_band numbers[] = {{"1", 75000}, {"2", 50000}, {"3", 25000}};
static struct as_score fit = {.name = "fit"}, interest = {.name = "interest"};
static struct as_grade_axis axes[] = {{&fit, "D", {letters, 3, 3}}, {&interest, "4", {numbers, 3, 3}}};
static const struct as_model both = {.name = "m", .axes = {axes, 2, 2}},
                             letter = {.name = "m", .axes = {axes, 1, 1}};
static const struct as_model none = {.name = "m"};

static const char *grade(const struct as_model *model, double first, double second)
{
    static char text[AS_GRADE_TEXT];
    const int64_t values[] = {(int64_t)(first * 1000), (int64_t)(second * 1000)};
    return as_grade_show(text, model, as_grade_of(model, values));
}

static void letter_and_number(void **state)
{
    (void)state;
    assert_string_equal(grade(&both, 100, 100), "A1");
    assert_string_equal(grade(&both, 75, 74.999), "A2");
    assert_string_equal(grade(&both, 74.999, 25), "B3");
    assert_string_equal(grade(&both, 24.999, 0), "D4");
    assert_string_equal(grade(&both, -5, 50), "D2");
    assert_string_equal(grade(&letter, 50, 0), "B");
    assert_string_equal(grade(&none, 50, 0), "");
    const int64_t values[] = {1, 1};
    assert_int_equal(as_grade_of(&none, values), 0);
}

/* The grade held of one that was before, with a first axis that is sure at A and a second of this interval.
 */
static const char *held(const char *before, double value, double low, double high, bool stale)
{
    static char text[AS_GRADE_TEXT];
    uint16_t code = 0;
    const double at[] = {80, 60, 30, 10};
    for (int l = 0; l < 4; l++)
        for (int n = 0; n < 4; n++)
            if (strcmp(grade(&both, at[l], at[n]), before) == 0) {
                const int64_t values[] = {(int64_t)at[l] * 1000, (int64_t)at[n] * 1000};
                code = as_grade_of(&both, values);
            }
    const struct as_graded now[] = {
        {80000, 80000, 80000, false},
        {(int64_t)(value * 1000), (int64_t)(low * 1000), (int64_t)(high * 1000), stale}};
    return as_grade_show(text, &both, as_grade_held(&both, now, code));
}

static void stale_feeds_take_no_grade(void **state)
{
    (void)state;
    /* Interest that cannot be seen shows 0 and may be anything up to 100: what was held stays. */
    assert_string_equal(held("A1", 0, 0, 100, true), "A1");
    assert_string_equal(held("A3", 0, 0, 100, true), "A3");
    /* A letter that is sure follows its score at once. */
    assert_string_equal(held("C2", 0, 0, 100, true), "A2");
    /* It falls only as far as it must, and rises only as far as it must. */
    assert_string_equal(held("A1", 0, 0, 60, true), "A2");
    assert_string_equal(held("A4", 30, 30, 100, true), "A3");
    /* Without a stale feed, or a grade before, the value shown decides. */
    assert_string_equal(held("A1", 0, 0, 100, false), "A4");
    assert_string_equal(held("", 0, 0, 100, true), "A4");
    /* A score that is sure is sure, whatever its feeds do. */
    assert_string_equal(held("A1", 30, 30, 30, true), "A3");
}

static void which_scores_are_stale(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_schema(&p);
    struct as_pack *pack = pack_new(&p);
    struct as_model *model = model_of(pack, "m");
    uint32_t demo = as_schema_kind(p.schema, AS_STR("demo_request")),
             handoff = as_schema_kind(p.schema, AS_STR("handoff"));
    struct as_score *who = score_of(pack, model, "who"), *points = score_of(pack, model, "points"),
                    *seen = score_of(pack, model, "seen"), *quiet = score_of(pack, model, "quiet"),
                    *sum = score_of(pack, model, "sum");
    rule_of(pack, who, "title", 1, plain(pack, field(pack, AS_LEVEL_LEAD, "title"), "known"));
    struct as_rule *each = rule_of(pack, points, "engagement", 0, NULL);
    each->kind = AS_RULE_EVENTS;
    assert_true(as_list_push(&pack->rules.arena, &each->per_event,
                             ((struct as_event_points){demo, 1000, {0, {0, 0}}})));
    rule_of(pack, seen, "asked", 1, plain(pack, events(pack, "demo_request"), "seen"));
    rule_of(pack, quiet, "silent", 1, plain(pack, plain(pack, events(pack, "any"), "seen"), "not"));
    const struct as_expr *value = NULL;
    must(as_expr_score(&value, &pack->rules, seen, here, &error));
    rule_of(pack, sum, "both", 1, with_number(pack, value, "at_least", 1));
    people_new(&p, 1, 0);
    struct as_score *const all[] = {who, points, seen, quiet, sum};
    for (int i = 0; i < 5; i++)
        assert_false(as_score_is_stale(all[i], p.set));
    p.set->kind_state[handoff] = AS_FEED_STALE; /* what sellers do is in none of them */
    for (int i = 0; i < 5; i++)
        assert_false(as_score_is_stale(all[i], p.set));
    p.set->kind_state[demo] = AS_FEED_STALE;
    for (int i = 0; i < 5; i++)
        assert_int_equal(as_score_is_stale(all[i], p.set), i > 0);
    as_pack_free(pack);
    people_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("a letter and a number by the highest bands reached", letter_and_number),
        named("a stale feed takes nobody's grade away", stale_feeds_take_no_grade),
        named("a score is stale by its events, its conditions, its scores", which_scores_are_stale),
    };
    return cmocka_run_group_tests_name("grades", tests, NULL, NULL);
}
