/* Two groups compared: tables of Student's t, his sleep data as R's t.test reads them, and Newcombe's example
 * (1998, table II, row a). */
#include "near.h"

#include "score/statistics/comparison.h"

#include <math.h>

/* Student 1908: hours of sleep gained by ten patients from each of two drugs. */
static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};
enum { PATIENTS = 10 };

static struct as_moments moments_of(const double *values, int n)
{
    struct as_moments moments = {0};
    for (int i = 0; i < n; i++)
        as_moments_add(&moments, values[i], 1);
    return moments;
}

static void student(void **state)
{
    (void)state;
    static const struct {
        double p, df, t;
    } rows[] = {{.975, 1, 12.7062},  {.975, 2, 4.30265},  {.975, 10, 2.228139},
                {.95, 30, 1.697261}, {.995, 5, 4.032143}, {.025, 10, -2.228139},
                {.5, 7, 0}};
    double t;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(as_student_quantile(&t, rows[i].p, rows[i].df));
        assert_near(t, rows[i].t, 5e-5);
    }
    /* With many it nears the normal distribution, by (z^3 + z) / 4df; with one it is the tangent. */
    assert_true(as_student_quantile(&t, .975, 1e6));
    assert_near(t, 1.959963985 + 2.372e-6, 1e-8);
    assert_true(as_student_quantile(&t, .9, 1));
    assert_near(t, tan(acos(-1) * .4), 1e-9);
    assert_false(as_student_quantile(&t, 0, 10));
    assert_false(as_student_quantile(&t, .9, 0));
}

static void means(void **state)
{
    (void)state;
    struct as_moments a = moments_of(first, PATIENTS), b = moments_of(second, PATIENTS), pairs = {0};
    double low, high;
    assert_near(a.mean, .75, 1e-12);
    assert_near(b.mean, 2.33, 1e-12);
    assert_true(as_mean_gap(&low, &high, &a, &b, .95));
    assert_near(low, -3.3654832, 1e-6);
    assert_near(high, .2054832, 1e-6);
    for (int i = 0; i < PATIENTS; i++)
        as_moments_add(&pairs, first[i] - second[i], 1);
    assert_true(as_mean_interval(&low, &high, &pairs, .95));
    assert_near(low, -2.4598858, 1e-6);
    assert_near(high, -.7001142, 1e-6);
}

static void weights(void **state)
{
    (void)state;
    static const double alone[] = {1, 1, 1, 4, 4, 5};
    struct as_moments one = moments_of(alone, 6), many = {0};
    as_moments_add(&many, 1, 3);
    as_moments_add(&many, 4, 2);
    as_moments_add(&many, 5, 1);
    as_moments_add(&many, 9, 0);
    assert_int_equal(many.n, 6);
    assert_near(many.mean, one.mean, 1e-12);
    assert_near(many.squares, one.squares, 1e-12);
}

static void shares(void **state)
{
    (void)state;
    double low, high;
    assert_true(as_share_gap(&low, &high, &(struct as_beside){56, 70, 48, 80}, .95));
    assert_near(low, .0524, 5e-5);
    assert_near(high, .3339, 5e-5);
    assert_true(as_share_gap(&low, &high, &(struct as_beside){10, 10, 0, 10}, .95));
    assert_near(high, 1, 1e-12);
    assert_false(as_share_gap(&low, &high, &(struct as_beside){0, 0, 1, 2}, .95));
}

static void too_little(void **state)
{
    (void)state;
    static const double equal[] = {4, 4, 4}, two[] = {1, 2};
    struct as_moments none = {0}, same = moments_of(equal, 3), one = moments_of(two, 1),
                      pair = moments_of(two, 2);
    double low, high;
    assert_false(as_mean_interval(&low, &high, &none, .95));
    assert_false(as_mean_interval(&low, &high, &one, .95));
    assert_false(as_mean_interval(&low, &high, &same, .95));
    assert_false(as_mean_gap(&low, &high, &pair, &same, .95));
    assert_false(as_mean_interval(&low, &high, &pair, 1));
    assert_true(as_mean_interval(&low, &high, &pair, .95));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("Student's t as tables have it", student),
        named("two groups of sleepers, apart and as pairs", means),
        named("a weight is so many observations", weights),
        named("Newcombe's interval of a difference of shares", shares),
        named("what is too little has no interval", too_little),
    };
    return cmocka_run_group_tests_name("comparison", tests, NULL, NULL);
}
