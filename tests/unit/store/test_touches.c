/* Touches told twice: the same is no news, and another outcome is a second word about one touch. */
#include "fixture.h"

static int setup(void **state)
{
    world_setup(state);
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "a@x-corp.com");
    commit(w);
    return 0;
}

static void tell(struct world *w, const char *id, const char *outcome, const char *summary, const char *ask)
{
    give(w, AS_IMPORT_TOUCHES, "id", id, "lead_id", "L1", "at", "2026-02-20T10:00:00Z", "channel", "call",
         "user", "R. Ito", "outcome", outcome, "summary", summary, "ask", ask);
    commit(w);
}

/* Touches, words about them, and what they add to the log of sales. */
static void assert_counts(struct world *w, const char *counts)
{
    assert_cell(
        w,
        "SELECT (SELECT count(*) FROM touch) || (SELECT count(*) FROM touch_word) || (SELECT count(*) FROM"
        " event)",
        counts);
}

static void another_outcome_is_a_second_word(void **state)
{
    struct world *w = *state;
    tell(w, "", "missed", "", "");
    assert_counts(w, "101");
    tell(w, "", "missed", "", "");
    assert_counts(w, "101");
    assert_int_equal(w->summary.unchanged, 1);
    tell(w, "", "reached", "wants a proposal", "");
    assert_counts(w, "111");
    assert_int_equal(w->summary.updated, 1);
    assert_cell(
        w, "SELECT t.outcome || x.outcome || x.summary FROM touch t JOIN touch_word x ON x.touch_id = t.id",
        "missedreachedwants a proposal");
    /* Both files again, in any order; and less than what is known. */
    tell(w, "", "missed", "", "");
    tell(w, "", "reached", "wants a proposal", "");
    tell(w, "", "", "wants a proposal", "");
    tell(w, "", "", "", "");
    assert_counts(w, "111");
    /* Who asks for something else has met the person for something else. */
    tell(w, "", "reached", "", "meeting");
    assert_counts(w, "212");
}

static void an_outcome_that_comes_with_the_next_export_is_kept(void **state)
{
    struct world *w = *state;
    tell(w, "T1", "", "", "");
    tell(w, "T1", "reached", "", "");
    tell(w, "T1", "reached", "", "");
    assert_counts(w, "111");
    tell(w, "T1", "reached", "call again in May", "");
    assert_counts(w, "121");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_outcome_is_a_second_word, setup, world_teardown),
        cmocka_unit_test_setup_teardown(an_outcome_that_comes_with_the_next_export_is_kept, setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
