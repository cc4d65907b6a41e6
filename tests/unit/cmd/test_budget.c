/* Budgets: what is read, and where the border lies. */
#include "cmd/packs/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct as_budget parsed(const char *text)
{
    struct as_error error = AS_ERROR_INIT;
    struct as_budget budget;
    assert_int_equal(as_budget_parse(&budget, text, NULL, &error), AS_OK);
    return budget;
}

static void a_share_of_growth_bounds_growth_alone(void **state)
{
    (void)state;
    struct as_budget budget = parsed("sales_ready:+10%");
    assert_int_equal(budget.stage, AS_STAGE_SALES_READY);
    assert_true(as_budget_holds(&budget, 10, 11));
    assert_false(as_budget_holds(&budget, 10, 12));
    assert_true(as_budget_holds(&budget, 30, 33));
    assert_false(as_budget_holds(&budget, 30, 34));
    assert_true(as_budget_holds(&budget, 10, 0));
    assert_true(as_budget_holds(&budget, 0, 0));
    assert_false(as_budget_holds(&budget, 0, 1));
}

static void a_count_of_loss_bounds_loss_alone(void **state)
{
    (void)state;
    static const char *const same[] = {"nurture:-5", "nurture: - 5", "nurture:−5"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct as_budget budget = parsed(same[i]);
        assert_true(as_budget_holds(&budget, 20, 15));
        assert_false(as_budget_holds(&budget, 20, 14));
        assert_true(as_budget_holds(&budget, 20, 2000));
    }
}

static void either_way_bounds_both(void **state)
{
    (void)state;
    static const char *const same[] = {"won:±3%", "won:+-3%", "won:3 %"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct as_budget budget = parsed(same[i]);
        assert_true(as_budget_holds(&budget, 100, 103));
        assert_false(as_budget_holds(&budget, 100, 104));
        assert_true(as_budget_holds(&budget, 100, 97));
        assert_false(as_budget_holds(&budget, 100, 96));
    }
    struct as_budget none = parsed("won:0");
    assert_true(as_budget_holds(&none, 5, 5));
    assert_false(as_budget_holds(&none, 5, 6));
}

static void what_is_no_budget_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "sales_ready",
                                        "sales_ready:",
                                        "sales_ready:%",
                                        "nowhere:+3",
                                        "sales_ready:++3",
                                        "sales_ready:+x",
                                        "sales_ready:+3x",
                                        "none:+3",
                                        ":+3",
                                        "sales_ready:+1e999"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct as_error error = AS_ERROR_INIT;
        struct as_budget budget;
        assert_int_equal(as_budget_parse(&budget, wrong[i], NULL, &error), AS_ERR_USAGE);
        assert_int_not_equal(error.advice[0], '\0');
    }
}

static void a_team_says_it_in_its_own_words(void **state)
{
    (void)state;
    struct as_label label = {AS_STAGE_WORTH_A_CALL, "MQL"};
    struct as_pack pack = {.labels = {.at = &label, .n = 1, .room = 1}};
    struct as_error error = AS_ERROR_INIT;
    struct as_budget budget;
    assert_int_equal(as_budget_parse(&budget, "mql:+3", &pack, &error), AS_OK);
    assert_int_equal(budget.stage, AS_STAGE_WORTH_A_CALL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_share_of_growth_bounds_growth_alone),
        cmocka_unit_test(a_count_of_loss_bounds_loss_alone),
        cmocka_unit_test(either_way_bounds_both),
        cmocka_unit_test(what_is_no_budget_is_refused),
        cmocka_unit_test(a_team_says_it_in_its_own_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
