/* Mutants: which there are, in which order, what is left out because it means the same, and that undoing one
 * leaves the pack as it was. */
#include "world.h"

#include "score/testing/mutation.h"
#include "score/testing/sums.h"
#include "score/tree/operator.h"

/* All mutants of the world's pack are these sentences' beginnings, in this order. */
static void assert_mutants(struct world *w, const char *const *expected, size_t n, uint32_t same)
{
    struct as_mutation mutation;
    must(w, as_mutation_open(&mutation, w->pack, &w->error));
    for (uint32_t i = 0; i < mutation.mutants.n; i++) {
        struct as_buf text = {0};
        as_mutant_say(&text, &mutation.mutants.at[i]);
        if (i >= n || strncmp(as_buf_c(&text), expected[i], strlen(expected[i])) != 0)
            fail_msg("mutant %u is: %s", i, as_buf_c(&text));
        as_buf_free(&text);
    }
    assert_int_equal(mutation.mutants.n, n);
    assert_int_equal(mutation.same, same);
    as_mutation_close(&mutation);
}
#define ASSERT_MUTANTS(w, same, ...)                                                                         \
    assert_mutants((w), (const char *const[]){__VA_ARGS__},                                                  \
                   sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), (same))

static const struct as_expr *size_of_lead(struct world *w)
{
    world_add_field(w, "size", AS_LEVEL_LEAD, AS_TYPE_INTEGER, NULL, 0, false);
    return lead_(w, "size");
}

static void bounds_move_by_a_step(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *size = size_of_lead(&w);
    world_root(&w, gate, CALL(&w, size, "at_least", I(200)));
    ASSERT_MUTANTS(
        &w, 0, "\"at_least(200)\" becomes \"more_than(200)\" in the criterion \"criterion\" of \"nurture\"",
        "\"at_least(200)\" becomes \"at_least(199)\"");
    world_close(&w);
}

/* Whole numbers: more than 5.5 lets pass what at least 5.5 does, and a step of a tenth down is still more
 * than 5. */
static void the_same_range_is_no_mutant(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    world_root(&w, gate, CALL(&w, size_of_lead(&w), "at_least", N(5.5)));
    struct as_mutation mutation;
    must(&w, as_mutation_open(&mutation, w.pack, &w.error));
    assert_int_equal(mutation.mutants.n, 0);
    assert_int_equal(mutation.same, 2);
    as_mutation_close(&mutation);
    world_close(&w);
}

static void joints_windows_and_lists_change(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    world_add_field(&w, "town", AS_LEVEL_LEAD, AS_TYPE_TEXT, NULL, 0, false);
    const struct as_expr *seen = CALL(&w, event_(&w, "webinar"), "seen", T("1d"));
    const struct as_expr *town = CALL(&w, lead_(&w, "town"), "one_of", L(T("Ulm"), T("Bonn")));
    world_root(&w, gate, CALL(&w, seen, "and", E(CALL(&w, town, "not"))));
    ASSERT_MUTANTS(
        &w, 0,
        "\"(event.webinar:seen(\"1d\") & ~lead.town:one_of({ \"Ulm\", \"Bonn\" }))\" becomes "
        "\"(event.webinar:seen(\"1d\") | ~",
        "\"(event.webinar:seen(\"1d\") & ~lead.town:one_of({ \"Ulm\", \"Bonn\" }))\" becomes \"~lead.town",
        "\"(event.webinar:seen(\"1d\") & ~lead.town:one_of({ \"Ulm\", \"Bonn\" }))\" becomes "
        "\"event.webinar:seen(\"1d\")\"",
        "\"seen(\"1d\")\" becomes \"seen(\"2d\")\"",
        "\"~lead.town:one_of({ \"Ulm\", \"Bonn\" })\" becomes \"lead.town:one_of",
        "\"one_of({ \"Ulm\", \"Bonn\" })\" becomes \"one_of({ \"Bonn\" })\"",
        "\"one_of({ \"Ulm\", \"Bonn\" })\" becomes \"one_of({ \"Ulm\" })\"");
    world_close(&w);
}

/* 30 points within a cap of 100: no sum reaches the cap, nor falls below the floor of 0 unless it rises. */
static void weights_change_and_idle_caps_do_not(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *score = world_score(&w, "fit");
    world_add_field(&w, "town", AS_LEVEL_LEAD, AS_TYPE_TEXT, NULL, 0, false);
    world_rule(&w, score, "known town", 1000, CALL(&w, lead_(&w, "town"), "known"));
    score->has_cap = score->has_floor = true;
    score->cap = 100000;
    ASSERT_MUTANTS(&w, 3, "\"floor 0\" becomes \"floor 1\" in the score \"fit\"",
                   "\"points 1\" becomes \"points 2\" in \"known town\", rules.lua:",
                   "\"points 1\" becomes \"points 0\"", "\"points 1\" becomes \"points -1\"",
                   "\"known()\" becomes \"unknown()\" in \"known town\"");
    world_close(&w);
}

static void conditions_without_bounds_become_their_opposite(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    world_add_field(&w, "town", AS_LEVEL_LEAD, AS_TYPE_TEXT, NULL, 0, false);
    world_add_field(&w, "warm", AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0, false);
    world_root(&w, gate, CALL(&w, lead_(&w, "town"), "is", T("Ulm")));
    world_root(&w, gate, CALL(&w, lead_(&w, "warm"), "is_true"));
    ASSERT_MUTANTS(&w, 0, "\"criterion\" is dropped", "\"criterion\" is dropped",
                   "\"is(\"Ulm\")\" becomes \"~lead.town:is(\"Ulm\")\"",
                   "\"is_true()\" becomes \"is_false()\"");
    world_close(&w);
}

/* The alternatives outside brackets, each left out; a border of words, left open. */
static void patterns_lose_their_words(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    world_add_field(&w, "town", AS_LEVEL_LEAD, AS_TYPE_TEXT, NULL, 0, false);
    world_root(&w, gate, CALL(&w, lead_(&w, "town"), "matches", T("(a|b)c|[|]d|\\bulm\\b")));
    ASSERT_MUTANTS(&w, 0,
                   "\"matches(\"(a|b)c|[|]d|\\\\bulm\\\\b\")\" becomes \"matches(\"[|]d|\\\\bulm\\\\b\")\"",
                   "\"matches(\"(a|b)c|[|]d|\\\\bulm\\\\b\")\" becomes \"matches(\"(a|b)c|\\\\bulm\\\\b\")\"",
                   "\"matches(\"(a|b)c|[|]d|\\\\bulm\\\\b\")\" becomes \"matches(\"(a|b)c|[|]d\")\"",
                   "\"matches(\"(a|b)c|[|]d|\\\\bulm\\\\b\")\" becomes \"matches(\"(a|b)c|[|]d|ulm\")\"");
    world_close(&w);
}

/* 25 and 40 points add up to 0, 25, 40 or 65: whether a band begins at 50 or 51 is all the same, at 65 or 66
 * not. */
static void borders_that_no_sum_can_tell_apart_are_left_out(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *score = world_score(&w, "fit");
    world_add_field(&w, "town", AS_LEVEL_LEAD, AS_TYPE_TEXT, NULL, 0, false);
    const struct as_expr *known = CALL(&w, lead_(&w, "town"), "known");
    world_rule(&w, score, "one", 25000, known);
    world_rule(&w, score, "other", 40000, known);
    assert_true(as_score_reaches(score, 65000, 65000));
    assert_true(as_score_reaches(score, 26000, 40000));
    assert_false(as_score_reaches(score, 26000, 39999));
    assert_false(as_score_reaches(score, 65001, INT64_MAX));
    score->has_cap = true;
    score->cap = 60000;
    assert_true(as_score_reaches(score, 60000, 60000));
    assert_false(as_score_reaches(score, 60001, INT64_MAX));
    score->rules.at[1]->kind = AS_RULE_FUNCTION; /* which may give anything */
    assert_true(as_score_reaches(score, 26000, 39999));
    world_close(&w);
}

/* How often a person may be contacted, when, and who gets a lead. */
static void policies_change(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_pack *pack = w.pack;
    struct as_arena *arena = &pack->rules.arena;
    pack->policy = (struct as_contact_policy){.declared = true,
                                              .position = {"n.lua", 3},
                                              .gap = INT64_C(24) * 3600,
                                              .has_quiet = true,
                                              .quiet_from = 0,
                                              .quiet_to = 8 * 60};
    struct as_contact_cap cap = {"email", {2, {.unit = AS_SPAN_SECONDS, .length = DAYS(7)}}};
    assert_true(as_list_push(arena, &pack->policy.caps, cap));
    assert_true(as_list_push(arena, &pack->policy.ladder, "topic"));
    struct as_question_cap most = {1, 2};
    assert_true(as_list_push(arena, &pack->policy.questions, most));
    struct as_consent_rule rule = {"DE", AS_CONSENT_NEEDS_DOUBLE_OPT_IN};
    assert_true(as_list_push(arena, &pack->policy.consents, rule));
    struct as_route route = {
        .name = "all", .position = {"r.lua", 1}, .to = AS_ROUTE_ROUND_ROBIN, .skip_absent = true};
    assert_true(as_list_push(arena, &pack->routes, route));
    ASSERT_MUTANTS(
        &w, 0, "\"email 2 per 7d\" becomes \"email 3 per 7d\" in \"contact_policy\", n.lua:3",
        "\"email 2 per 7d\" becomes \"email 2 per 8d\"", "\"email 2 per 7d\" becomes \"email 1 per 7d\"",
        "\"email 2 per 7d\" becomes \"email 2 per 6d\"", "\"email\" is dropped",
        "\"gap in days 1\" becomes \"gap in days 2\"", "\"quiet from 00:00\" becomes \"quiet from 00:01\"",
        "\"quiet from 00:00\" becomes \"quiet from 23:59\"", "\"quiet to 08:00\" becomes \"quiet to 08:01\"",
        "\"quiet to 08:00\" becomes \"quiet to 07:59\"",
        "\"questions topic = 2\" becomes \"questions topic = 3\"",
        "\"questions topic = 2\" becomes \"questions topic = 1\"",
        "\"DE = double_opt_in\" becomes \"DE = opt_in\" in \"consent\"",
        "\"skip_absent = true\" becomes \"skip_absent = false\" in the route \"all\", r.lua:1");
    world_close(&w);
}

/* What a described lead can show of a programme: how long it is held out, until which day anybody comes, by
 * which tracks, and what counts; not how many are held out, nor when they are looked at. */
static void programmes_change(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_arena *arena = &w.pack->rules.arena;
    struct as_programme staged = {.name = "staged",
                                  .position = {"n.lua", 7},
                                  .model = "m",
                                  .outcome = AS_STAGE_WON,
                                  .counts = "won",
                                  .within = 30,
                                  .holdout = .2,
                                  .least_people = 9,
                                  .least_days = 9,
                                  .ends_on = 20999, /* 2027-06-30 */
                                  .alpha = .05};
    struct as_programme asked = {.name = "asked", .position = {"n.lua", 9}, .within = 1, .ends_people = 90};
    assert_true(as_list_push(arena, &staged.tracks, "first"));
    assert_true(as_list_push(arena, &staged.tracks, "second"));
    assert_true(as_list_push(arena, &asked.tracks, "third"));
    asked.when = CALL(&w, size_of_lead(&w), "at_least", I(200));
    assert_true(as_list_push(arena, &w.pack->programmes, &staged));
    assert_true(as_list_push(arena, &w.pack->programmes, &asked));
    ASSERT_MUTANTS(
        &w, 0, "\"within in days 30\" becomes \"within in days 31\" in the programme \"staged\", n.lua:7",
        "\"within in days 30\" becomes \"within in days 29\"", "\"2027-06-30\" becomes \"2027-07-01\"",
        "\"2027-06-30\" becomes \"2027-06-29\"", "\"first\" is dropped", "\"second\" is dropped",
        "\"won\" becomes \"opportunity\"", "\"staged\" is dropped in the programmes of ",
        "\"within in days 1\" becomes \"within in days 2\" in the programme \"asked\", n.lua:9",
        "\"asked\" is dropped in the programmes of ",
        "\"at_least(200)\" becomes \"more_than(200)\" in the outcome of \"asked\"",
        "\"at_least(200)\" becomes \"at_least(199)\"");
    world_close(&w);
}

/* What changes, is decided otherwise, and is decided as before when it is undone. */
static void a_mutant_decides_otherwise_until_it_is_undone(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *root = world_root(&w, gate, CALL(&w, size_of_lead(&w), "at_least", I(200)));
    struct as_mutation mutation;
    must(&w, as_mutation_open(&mutation, w.pack, &w.error));
    assert_true(mutation.mutants.n > 0);
    const struct as_mutant *stricter = &mutation.mutants.at[0];
    assert_string_equal(root->op->name, "at_least");
    as_mutant_swap(stricter);
    assert_string_equal(root->op->name, "more_than");
    as_mutant_swap(stricter);
    assert_string_equal(root->op->name, "at_least");
    assert_int_equal(root->args[1].integer, 200);
    as_mutation_close(&mutation);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_move_by_a_step),
        cmocka_unit_test(the_same_range_is_no_mutant),
        cmocka_unit_test(joints_windows_and_lists_change),
        cmocka_unit_test(weights_change_and_idle_caps_do_not),
        cmocka_unit_test(conditions_without_bounds_become_their_opposite),
        cmocka_unit_test(patterns_lose_their_words),
        cmocka_unit_test(borders_that_no_sum_can_tell_apart_are_left_out),
        cmocka_unit_test(policies_change),
        cmocka_unit_test(programmes_change),
        cmocka_unit_test(a_mutant_decides_otherwise_until_it_is_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
