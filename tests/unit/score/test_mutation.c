/* Mutants: which there are, in which order, what is left out because it means the same, and that undoing one
 * leaves the pack as it was. */
#include "world.h"

#include "score/mutation.h"
#include "score/operator.h"

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
                   "\"points 1\" becomes \"points 0\"", "\"points 1\" becomes \"points -1\"");
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
        cmocka_unit_test(a_mutant_decides_otherwise_until_it_is_undone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
