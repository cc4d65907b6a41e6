/* Money and time: the worked example of the cost of delay, its other divisors, and survival's two examples.
 */
#include "near.h"

#include "score/statistics/survival.h"
#include "score/statistics/value.h"

#include <stdlib.h>

static const double inputs[] = {46791, 25000, 18000, 16000, 7404};

static double benefits(void)
{
    double sum = 0;
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        sum += inputs[i];
    return sum;
}

static void benefits_sum(void **state)
{
    (void)state;
    assert_near(benefits(), 113195, 0);
}

static void delay(void **state)
{
    (void)state;
    struct as_delay d;
    assert_true(as_delay_of(&d, benefits(), 75000, 12, 1));
    assert_near(d.per_month, 2457.31, 0.005);
    assert_near(d.per_month, benefits() / d.benefit_divisor - 75000 / d.cost_divisor, 1e-9);
    /* A solution that costs more than it brings has a negative cost of delay: waiting pays. */
    assert_true(as_delay_of(&d, 10, 1200, 12, 0));
    assert_true(d.per_month < 0);
    assert_false(as_delay_of(&d, 1, 1, 0, 1));
    assert_false(as_delay_of(&d, 1, 1, 12, -1));
}

static void delay_divisors(void **state)
{
    (void)state;
    struct as_delay d;
    assert_true(as_delay_of(&d, benefits(), 75000, 12, 1));
    assert_near(d.benefit_divisor, 13, 0);
    assert_near(d.cost_divisor, 12, 0);
    assert_true(as_delay_of(&d, benefits(), 75000, 12, 3));
    assert_near(d.benefit_divisor, 15, 0);
}

static void delay_asymmetry(void **state)
{
    (void)state;
    struct as_delay d;
    assert_true(as_delay_with(&d, benefits(), 75000, 12, 12));
    assert_near(d.per_month, 3182.92, 0.005);
    assert_true(as_delay_with(&d, benefits(), 75000, 13, 13));
    assert_near(d.per_month, 2938.08, 0.005);
}

static void delay_steps(void **state)
{
    (void)state;
    struct as_delay d;
    assert_true(as_delay_of(&d, benefits(), 75000, 12, 1));
    assert_near(d.benefit_per_month, 8707.307692, 5e-7);
    assert_near(d.cost_per_month, 6250, 0);
}

static void delay_unit(void **state)
{
    (void)state;
    int longest = AS_UNIT_MONTH;
    for (double value = 1; value < 1e10; value *= 1.7) {
        int unit = as_delay_unit(value);
        assert_true(unit <= longest);
        assert_int_equal(as_delay_unit(-value), unit);
        longest = unit;
    }
    assert_int_equal(longest, AS_UNIT_DAY);
    assert_int_equal(as_delay_unit(113195), AS_UNIT_MONTH);
    assert_int_equal(as_delay_unit(AS_DELAY_BY_WEEK_FROM), AS_UNIT_WEEK);
}

static void delay_series(void **state)
{
    (void)state;
    struct as_delay d;
    double series[12];
    assert_true(as_delay_of(&d, benefits(), 75000, 12, 1));
    as_delay_series(series, 12, &d, AS_UNIT_MONTH);
    assert_near(series[0], 2457.31, 0.005);
    assert_near(series[11], 29487.69, 0.005);
    for (int i = 1; i < 12; i++)
        assert_near(series[i] - series[i - 1], d.per_month, 1e-9);
    /* A year is a year in every unit. */
    assert_near(as_delay_per(&d, AS_UNIT_DAY) * 365, d.per_month * 12, 1e-9);
    assert_near(as_delay_per(&d, AS_UNIT_WEEK) * 365 / 7, d.per_month * 12, 1e-9);
}

static void returns(void **state)
{
    (void)state;
    double x;
    assert_true(as_roi(&x, 113195, 75000));
    assert_near(x, 50.926667, 5e-7);
    assert_false(as_roi(&x, 1, 0));
    const double even[] = {-1000, 400, 400, 400};
    assert_true(as_payback(&x, even, 4));
    assert_near(x, 2.5, 1e-12);
    const double never[] = {-1000, 100};
    assert_false(as_payback(&x, never, 2));
    const double at_once[] = {0, 5};
    assert_true(as_payback(&x, at_once, 2));
    assert_near(x, 0, 0);
    /* The textbook's 10 %: -10,000, 3,000, 4,200, 6,800 is worth 1,307.29. */
    const double project[] = {-10000, 3000, 4200, 6800};
    assert_true(as_npv(&x, project, 4, 0.10));
    assert_near(x, 1307.29, 0.005);
    assert_true(as_npv(&x, project, 4, 0));
    assert_near(x, 4000, 0);
    assert_false(as_npv(&x, project, 4, -1));
}

static void internal_rates(void **state)
{
    (void)state;
    double roots[AS_IRR_ROOTS], x;
    size_t n;
    const double simple[] = {-100, 110};
    assert_int_equal(as_irr_of(roots, &n, simple, 2), AS_IRR_ONE);
    assert_near(roots[0], 0.10, 1e-12);
    const double project[] = {-10000, 3000, 4200, 6800};
    assert_int_equal(as_irr_of(roots, &n, project, 4), AS_IRR_ONE);
    assert_near(roots[0], 0.1634, 5e-5);
    assert_true(as_npv(&x, project, 4, roots[0]));
    assert_near(x, 0, 1e-6);
    /* 100 (1+r)^2 - 230 (1+r) + 132 = 100 (1+r - 1.1) (1+r - 1.2). */
    const double twice[] = {-100, 230, -132};
    assert_int_equal(as_irr_of(roots, &n, twice, 3), AS_IRR_SEVERAL);
    assert_int_equal(n, 2);
    assert_near(roots[0], 0.10, 1e-9);
    assert_near(roots[1], 0.20, 1e-9);
    /* (1+r - 1.1)^3 changes sign three times and has one root; (1+r - 1.1)^2 touches zero once. */
    const double cubed[] = {-1, 3.3, -3.63, 1.331};
    assert_int_equal(as_irr_of(roots, &n, cubed, 4), AS_IRR_ONE);
    assert_near(roots[0], 0.10, 1e-4);
    const double touching[] = {1, -2.2, 1.21};
    assert_int_equal(as_irr_of(roots, &n, touching, 3), AS_IRR_ONE);
    assert_near(roots[0], 0.10, 1e-4);
    const double none[] = {-100, 150, -120};
    assert_int_equal(as_irr_of(roots, &n, none, 3), AS_IRR_NONE);
    const double gains[] = {100, 10};
    assert_int_equal(as_irr_of(roots, &n, gains, 2), AS_IRR_NONE);
    assert_int_equal(as_irr_of(roots, &n, NULL, 0), AS_IRR_NONE);
    /* -1000 and 60 monthly flows of 20: 0.618341 % a month, the annuity tables say. */
    double loan[61] = {-1000};
    for (int i = 1; i <= 60; i++)
        loan[i] = 20;
    assert_int_equal(as_irr_of(roots, &n, loan, 61), AS_IRR_ONE);
    double worth = 20 * (1 - pow(1 + roots[0], -60)) / roots[0];
    assert_near(worth, 1000, 1e-6);
}

static void close_rates_are_told_apart(void **state)
{
    (void)state;
    /* Roots at 10 % and 10.0001 %: between two neighbouring looks. */
    const double a = 1.1, b = 1.100001;
    const double flows[] = {-1, a + b, -a * b};
    double roots[AS_IRR_ROOTS];
    size_t n;
    assert_int_equal(as_irr_of(roots, &n, flows, 3), AS_IRR_SEVERAL);
    assert_int_equal(n, 2);
    assert_near(roots[0], 0.1, 1e-7);
    assert_near(roots[1], 0.100001, 1e-7);
}

static void acquisition(void **state)
{
    (void)state;
    struct as_acquisition a;
    assert_true(as_acquisition_of(&a, 1000000, 20, AS_CAC_ALARM));
    assert_near(a.cost, 50000, 0);
    assert_true(a.alarm);
    assert_true(as_acquisition_of(&a, 800000, 20, AS_CAC_ALARM));
    assert_near(a.cost, 40000, 0);
    assert_false(a.alarm); /* "exceed" */
    assert_false(as_acquisition_of(&a, 1, 0, AS_CAC_ALARM));
}

static void repeat_business(void **state)
{
    (void)state;
    struct as_acquisition a;
    assert_true(as_acquisition_of(&a, 40000, 1, AS_CAC_ALARM));
    assert_near(a.repeat_high, 13333.33, 0.005);
    assert_near(a.repeat_low, 4000, 1e-9);
}

static void failure_rate(void **state)
{
    (void)state;
    double x;
    assert_true(as_failure_rate(&x, 5, 100));
    assert_near(x, 0.95, 1e-15);
    assert_false(as_failure_rate(&x, 0, 0));
    assert_false(as_failure_rate(&x, 2, 1));
}

/* Freireich et al. 1963: weeks of remission with 6-mercaptopurine (+: still lasting) and with placebo. Every
 * textbook's log-rank statistic is 16.79. */
static void remissions(void **state)
{
    (void)state;
    static const int drug[] = {6,   6,   6,   -6, 7,  -9,  10,  -10, -11, 13, 16,
                               -17, -19, -20, 22, 23, -25, -32, -32, -34, -35};
    static const int placebo[] = {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23};
    struct as_subject a[21], b[21];
    double z, reversed;
    for (int i = 0; i < 21; i++) {
        a[i] = (struct as_subject){.time = abs(drug[i]), .weight = 1, .event = drug[i] > 0};
        b[i] = (struct as_subject){.time = placebo[i], .weight = 1, .event = true};
    }
    assert_true(as_log_rank(&z, a, 21, b, 21));
    assert_near(z * z, 16.79, 0.005);
    assert_true(z < 0); /* the drug's patients relapse later */
    assert_true(as_log_rank(&reversed, b, 21, a, 21));
    assert_near(reversed, -z, 1e-12);
    assert_false(as_log_rank(&z, a, 21, b, 0));
}

static void win_ratio(void **state)
{
    (void)state;
    double x;
    assert_true(as_win_ratio(&x, 1, 2));
    assert_near(x, 1.0 / 3, 1e-15);
    assert_true(as_win_ratio(&x, 3, 0));
    assert_near(x, 1, 0);
    assert_false(as_win_ratio(&x, 0, 0));
}

static void velocity(void **state)
{
    (void)state;
    double x;
    assert_true(as_velocity(&x, 50, 0.2, 10000, 60));
    assert_near(x, 1666.67, 0.005);
    assert_false(as_velocity(&x, 50, 0.2, 10000, 0));
}

static void weighted_survival(void **state)
{
    (void)state;
    const struct as_subject subjects[] = {
        {0, .4, 2, true}, {0, .6, 1.5, false}, {0, .8, .8, true}, {0, .9, .9, false}};
    const double want[] = {.615385, .615385, .325792, .325792};
    struct as_arena arena = {0};
    struct as_survival survival;
    assert_int_equal(as_survival_of(&survival, &arena, subjects, 4, 0.95, NULL), AS_OK);
    assert_int_equal(survival.steps.n, 4);
    for (int i = 0; i < 4; i++)
        assert_near(survival.steps.at[i].survival, want[i], 5e-7);
    double median, low, high;
    assert_true(as_survival_quantile(&median, &low, &high, &survival, 0.5));
    assert_near(median, .8, 0);
    assert_near(as_survival_at(&survival, .1), 1, 0);
    assert_near(as_survival_at(&survival, .7), .615385, 5e-7);
    as_arena_free(&arena);
}

static void late_entry(void **state)
{
    (void)state;
    const struct as_subject subjects[] = {
        {1.9, 2, 1, true}, {0, 10, 1, true}, {0, 5, 1, true}, {0, 4, 1, true}, {0, 3, 1, true}};
    const double want[] = {.8, .6, .4, .2, 0};
    struct as_arena arena = {0};
    struct as_survival survival;
    assert_int_equal(as_survival_of(&survival, &arena, subjects, 5, 0.95, NULL), AS_OK);
    for (int i = 0; i < 5; i++)
        assert_near(survival.steps.at[i].survival, want[i], 1e-12);
    as_arena_free(&arena);
}

static void greenwood(void **state)
{
    (void)state;
    /* 6-MP arm of the leukaemia trial of Freireich et al. (1963), as printed in textbooks: S(6) = .857,
     * standard error .0764; S(23) = .448, standard error .1346; median 23. */
    const struct {
        double time;
        bool event;
    } weeks[] = {{6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
                 {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
                 {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false}};
    struct as_subject subjects[21];
    for (int i = 0; i < 21; i++)
        subjects[i] = (struct as_subject){0, weeks[i].time, 1, weeks[i].event};
    struct as_arena arena = {0};
    struct as_survival survival;
    assert_int_equal(as_survival_of(&survival, &arena, subjects, 21, 0.95, NULL), AS_OK);
    assert_near(survival.steps.at[0].survival, .857, 5e-4);
    assert_near(survival.steps.at[0].error, .0764, 5e-5);
    assert_near(as_survival_at(&survival, 23), .448, 5e-4);
    for (uint32_t i = 0; i < survival.steps.n; i++)
        if (survival.steps.at[i].time == 23) {
            assert_near(survival.steps.at[i].error, .1346, 5e-5);
            assert_true(survival.steps.at[i].low > 0 &&
                        survival.steps.at[i].low < survival.steps.at[i].survival);
            assert_true(survival.steps.at[i].high < 1 &&
                        survival.steps.at[i].high > survival.steps.at[i].survival);
        }
    /* The median's log-log interval, 13 to none, as statistical programs print it for this arm. */
    double at, low, high;
    assert_true(as_survival_quantile(&at, &low, &high, &survival, 0.5));
    assert_near(at, 23, 0);
    assert_near(low, 13, 0);
    assert_true(isinf(high));
    assert_true(as_survival_quantile(&at, &low, &high, &survival, 0.75));
    assert_near(at, 13, 0);
    assert_false(as_survival_quantile(&at, &low, &high, &survival, 0.25));
    as_arena_free(&arena);
}

static void survival_agrees_with_a_slow_count(void **state)
{
    (void)state;
    srand(17);
    for (int round = 0; round < 100; round++) {
        struct as_subject subjects[30];
        size_t n = 1 + (size_t)(rand() % 30);
        for (size_t i = 0; i < n; i++) {
            double entry = rand() % 3 ? 0 : rand() % 10;
            subjects[i] =
                (struct as_subject){entry, entry + 1 + rand() % 12, 0.25 * (1 + rand() % 8), rand() % 2};
        }
        struct as_arena arena = {0};
        struct as_survival survival;
        assert_int_equal(as_survival_of(&survival, &arena, subjects, n, 0.95, NULL), AS_OK);
        double product = 1;
        for (uint32_t s = 0; s < survival.steps.n; s++) {
            double time = survival.steps.at[s].time, risk = 0, events = 0;
            for (size_t i = 0; i < n; i++) {
                risk += subjects[i].entry < time && subjects[i].time >= time ? subjects[i].weight : 0;
                events += subjects[i].event && subjects[i].time == time ? subjects[i].weight : 0;
            }
            product *= events > 0 ? 1 - events / risk : 1;
            assert_near(survival.steps.at[s].at_risk, risk, 1e-9);
            assert_near(survival.steps.at[s].survival, product, 1e-9);
        }
        as_arena_free(&arena);
    }
}

static void median_not_reached(void **state)
{
    (void)state;
    const struct as_subject subjects[] = {{0, 1, 1, true}, {0, 2, 1, false}, {0, 3, 1, false}};
    struct as_arena arena = {0};
    struct as_survival survival;
    assert_int_equal(as_survival_of(&survival, &arena, subjects, 3, 0.95, NULL), AS_OK);
    double median, low, high;
    assert_false(as_survival_quantile(&median, &low, &high, &survival, 0.5));
    const struct as_subject wrong = {5, 4, 1, true};
    assert_int_equal(as_survival_of(&survival, &arena, &wrong, 1, 0.95, NULL), AS_ERR_DATA);
    as_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("the five benefits sum to 113,195 [A5.3]", benefits_sum),
        named("cost of delay is average benefits less average costs: 2,457.31 [A5.1] [A5.7]", delay),
        named("months of benefits are twelve and implementation [A5.4]", delay_divisors),
        named("the two divisors are parameters: 3,182.92 and 2,938.08 [A5.5]", delay_asymmetry),
        named("the steps between: 8,707.31 and 6,250.00 [A5.6]", delay_steps),
        named("larger values never give a longer unit [A5.2]", delay_unit),
        named("twelve months cost 29,487.69, not the sum of rounded months [A5.8]", delay_series),
        named("return, payback, net present value, internal rate [A5.9]", returns),
        named("an internal rate says when there is none or several [A5.9]", internal_rates),
        named("rates close together are told apart", close_rates_are_told_apart),
        named("acquisition cost and its alarm above 40,000 [A5.14]", acquisition),
        named("95 of 100 leads fail [A5.15]", failure_rate),
        named("repeat business costs a tenth to a third [A5.16]", repeat_business),
        named("win ratio: won of what was won or lost", win_ratio),
        named("pipeline velocity", velocity),
        named("survival with weights", weighted_survival),
        named("survival with late entry [A9.9]", late_entry),
        named("Greenwood's error and the median of a published trial [A9.2]", greenwood),
        named("survival agrees with a slow count", survival_agrees_with_a_slow_count),
        named("a median may not be reached", median_not_reached),
        named("two groups differ in time as in every textbook", remissions),
    };
    return cmocka_run_group_tests_name("value and survival", tests, NULL, NULL);
}
