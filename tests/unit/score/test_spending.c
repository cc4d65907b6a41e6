/* Looking more than once: the bounds that Lan and DeMets's spending gives for five equally spaced looks at a
 * two-sided .05 (as the tables for their method print them), the chance of a false alarm when nobody corrects
 * for looking (Armitage, McPherson and Rowe 1969, table 2), and random walks for looks at odd times. */
#include "near.h"

#include "base/limits.h"
#include "score/statistics/spending.h"

#include <math.h>
#include <stdlib.h>

static void of_five(double *bounds, enum as_spending spending, double scale)
{
    struct as_spent_look looks[5];
    for (int i = 0; i < 5; i++)
        looks[i] = (struct as_spent_look){scale * (i + 1), as_alpha_spent(spending, .05, (i + 1) / 5.)};
    assert_true(as_look_bounds(bounds, looks, 5));
}

static void published(void **state)
{
    (void)state;
    static const double obrien_fleming[] = {4.877, 3.357, 2.680, 2.290, 2.031};
    static const double pocock[] = {2.438, 2.427, 2.410, 2.397, 2.386};
    double bounds[5];
    of_five(bounds, AS_SPENDING_OBRIEN_FLEMING, 1);
    for (int i = 0; i < 5; i++)
        assert_near(bounds[i], obrien_fleming[i], 5e-4);
    of_five(bounds, AS_SPENDING_POCOCK, 123.4); /* in whatever unit information is counted */
    for (int i = 0; i < 5; i++)
        assert_near(bounds[i], pocock[i], 5e-4);
}

/* Whoever looks k times at 1.96 is fooled so often: so spending that much must give 1.96 back. */
static void uncorrected(void **state)
{
    (void)state;
    static const double fooled[] = {.05, .083, .107, .126, .142};
    struct as_spent_look looks[5];
    double bounds[5];
    for (int i = 0; i < 5; i++)
        looks[i] = (struct as_spent_look){i + 1, fooled[i]};
    assert_true(as_look_bounds(bounds, looks, 5));
    for (int i = 0; i < 5; i++)
        assert_near(bounds[i], 1.96, .02); /* the table has three places */
}

/* A normal deviate of a generator of its own, so that the test is the same everywhere. */
static double deviate(uint64_t *seed)
{
    double u[2];
    for (int i = 0; i < 2; i++) {
        *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        u[i] = ((double)(*seed >> 11) + .5) / 9007199254740992.;
    }
    return sqrt(-2 * log(u[0])) * cos(2 * acos(-1) * u[1]);
}

static void random_walks(void **state)
{
    (void)state;
    enum { WALKS = 200000, LOOKS = 4 };
    static const double information[LOOKS] = {3, 3.5, 9, 20};
    for (int s = 0; s <= AS_SPENDING_POCOCK; s++) {
        struct as_spent_look looks[LOOKS];
        double bounds[LOOKS];
        int crossed[LOOKS] = {0};
        uint64_t seed = 1983;
        for (int i = 0; i < LOOKS; i++)
            looks[i] = (struct as_spent_look){information[i],
                                              as_alpha_spent((enum as_spending)s, .05, information[i] / 20)};
        assert_true(as_look_bounds(bounds, looks, LOOKS));
        for (int w = 0; w < WALKS; w++) {
            double sum = 0;
            for (int i = 0; i < LOOKS; i++) {
                sum += sqrt(information[i] - (i == 0 ? 0 : information[i - 1])) * deviate(&seed);
                if (fabs(sum) < bounds[i] * sqrt(information[i]))
                    continue;
                for (int later = i; later < LOOKS; later++)
                    crossed[later]++;
                break;
            }
        }
        for (int i = 0; i < LOOKS; i++) {
            double spent = looks[i].spent, error = sqrt(spent * (1 - spent) / WALKS);
            assert_near((double)crossed[i] / WALKS, spent, 4 * error + 1e-5);
        }
    }
}

static void edges(void **state)
{
    (void)state;
    double bounds[AS_MAX_LOOKS + 1];
    struct as_spent_look looks[AS_MAX_LOOKS + 1];
    assert_near(as_alpha_spent(AS_SPENDING_POCOCK, .05, 0), 0, 0);
    assert_near(as_alpha_spent(AS_SPENDING_POCOCK, .05, 1), .05, 0);
    assert_near(as_alpha_spent(AS_SPENDING_OBRIEN_FLEMING, .05, 2), .05, 0);
    for (int i = 0; i <= AS_MAX_LOOKS; i++)
        looks[i] = (struct as_spent_look){i + 1, .05 * (i + 1) / (AS_MAX_LOOKS + 1)};
    assert_true(as_look_bounds(bounds, looks, AS_MAX_LOOKS));
    assert_false(as_look_bounds(bounds, looks, AS_MAX_LOOKS + 1));
    assert_false(as_look_bounds(bounds, looks, 0));
    /* One look at the end is the plain test; next to nothing to spend leaves no bound to cross. */
    looks[0] = (struct as_spent_look){1, .05};
    assert_true(as_look_bounds(bounds, looks, 1));
    assert_near(bounds[0], 1.959964, 1e-6);
    looks[0].spent = as_alpha_spent(AS_SPENDING_OBRIEN_FLEMING, .05, .02);
    assert_true(as_look_bounds(bounds, looks, 1));
    assert_near(bounds[0], AS_MOST_BOUND, 0);
    /* The same information twice, or alpha that is given back. */
    looks[1] = (struct as_spent_look){1, .05};
    assert_false(as_look_bounds(bounds, looks, 2));
    looks[0].spent = .05;
    looks[1] = (struct as_spent_look){2, .04};
    assert_false(as_look_bounds(bounds, looks, 2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("bounds of five looks are the published ones [A10.11]", published),
        named("looking five times at 1.96 is wrong in 14 of 100", uncorrected),
        named("random walks cross as often as was spent", random_walks),
        named("the first, the last and too many looks", edges),
    };
    return cmocka_run_group_tests_name("spending", tests, NULL, NULL);
}
