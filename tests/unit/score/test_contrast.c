/* Learning what tells two classes apart: logistic regression against closed forms, DeLong's interval against
 * its definition by pairs, weights of evidence against published ones, and what a contrast does where there is
 * too little to say. */
#include "near.h"

#include "score/statistics/comparison.h"
#include "score/statistics/contrast.h"
#include "score/statistics/equations.h"
#include "score/statistics/interval.h"
#include "score/statistics/logistic.h"
#include "score/statistics/rank.h"

#include <stdlib.h>
#include <string.h>

static void equations_give_the_inverse(void **state)
{
    (void)state;
    /* 2x + y = 5, x + 3y = 10: x 1, y 3; the inverse is [3 -1; -1 2] / 5. */
    double row[] = {2, 1, 1, 0, 5, 1, 3, 0, 1, 10};
    assert_true(as_equations_solve(row, 2, 3));
    assert_near(row[4], 1, 1e-12);
    assert_near(row[9], 3, 1e-12);
    assert_near(row[2], .6, 1e-12);
    assert_near(row[3], -.2, 1e-12);
    assert_near(row[8], .4, 1e-12);
    double none[] = {1, 2, 1, 2, 4, 2};
    assert_false(as_equations_solve(none, 2, 1));
}

/* Rows of a table of two by two: a of them (1, 1), b (1, 0), c (0, 1), d (0, 0), as (term, outcome). */
static size_t table(double *x, uint8_t *y, size_t a, size_t b, size_t c, size_t d)
{
    size_t n = 0;
    const size_t many[] = {a, b, c, d};
    for (int cell = 0; cell < 4; cell++)
        for (size_t i = 0; i < many[cell]; i++, n++) {
            x[n] = cell < 2;
            y[n] = cell % 2 == 0;
        }
    return n;
}

static void one_feature_is_the_log_odds_ratio(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct as_logistic fit;
    double x[200];
    uint8_t y[200];
    size_t n = table(x, y, 30, 70, 10, 90);
    assert_int_equal(as_logistic_fit(&fit, &arena, x, y, n, 1, 0, NULL), AS_OK);
    assert_near(fit.weight[1], log(30. * 90 / (70 * 10)), 1e-9);
    assert_near(fit.weight[0], log(10. / 90), 1e-9);
    /* Woolf's standard error of a log odds ratio. */
    assert_near(fit.error[1], sqrt(1. / 30 + 1. / 70 + 1. / 10 + 1. / 90), 1e-9);
    assert_false(fit.separated);
    double ridged = fit.weight[1];
    assert_int_equal(as_logistic_fit(&fit, &arena, x, y, n, 1, 5, NULL), AS_OK);
    assert_true(fit.weight[1] > 0 && fit.weight[1] < ridged);
    as_arena_free(&arena);
}

static void separation_is_seen(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct as_error error = AS_ERROR_INIT;
    struct as_logistic fit;
    double x[40];
    uint8_t y[40];
    size_t n = table(x, y, 20, 0, 0, 20);
    assert_int_equal(as_logistic_fit(&fit, &arena, x, y, n, 1, 0, &error), AS_ERR_DATA);
    assert_true(fit.separated);
    assert_int_equal(as_logistic_fit(&fit, &arena, x, y, n, 1, 1, NULL), AS_OK);
    assert_true(fit.separated);
    memset(y, 1, sizeof y);
    assert_int_equal(as_logistic_fit(&fit, &arena, x, y, n, 1, 1, NULL), AS_ERR_DATA);
    as_arena_free(&arena);
}

static void a_difference_of_shares_is_newcombes(void **state)
{
    (void)state;
    double low, high;
    /* Newcombe (1998), Table II: 56/70 - 48/80, method 10. */
    assert_true(as_share_gap(&low, &high, &(struct as_beside){56, 70, 48, 80}, .95));
    assert_near(low, .0524, 5e-5);
    assert_near(high, .3339, 5e-5);
    assert_false(as_share_gap(&low, &high, &(struct as_beside){0, 0, 48, 80}, .95));
}

static void an_interaction_is_that_of_a_regression(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct as_logistic fit;
    const struct as_beside group = {12, 40, 30, 50}, other = {45, 60, 25, 70};
    const uint64_t hits[] = {12, 30, 45, 25}, all[] = {40, 50, 60, 70};
    static double x[220 * 3];
    static uint8_t y[220];
    size_t n = 0;
    double difference, low, high;
    for (int cell = 0; cell < 4; cell++)
        for (uint64_t i = 0; i < all[cell]; i++, n++) {
            x[3 * n] = cell % 2 == 0;
            x[3 * n + 1] = cell < 2;
            x[3 * n + 2] = cell == 0;
            y[n] = i < hits[cell];
        }
    assert_int_equal(as_logistic_fit(&fit, &arena, x, y, n, 3, 0, NULL), AS_OK);
    assert_true(as_odds_interaction(&difference, &low, &high, &group, &other, .95));
    assert_near(difference, fit.weight[3], 1e-9);
    assert_near(high - difference, 1.959963984540054 * fit.error[3], 1e-8);
    assert_near(difference - low, 1.959963984540054 * fit.error[3], 1e-8);
    as_arena_free(&arena);
}

/* The variance by its definition: of each row, the share of the other class that it outranks. */
static double naive_variance(const uint8_t *y, const double *s, size_t n, double *auc)
{
    double variance = 0;
    for (int class = 0; class < 2; class ++) {
        double placed[200], mean = 0, squares = 0;
        size_t m = 0, others = 0;
        for (size_t i = 0; i < n; i++) {
            if (y[i] != class)
                continue;
            double won = 0;
            others = 0;
            for (size_t j = 0; j < n; j++)
                if (y[j] != class) {
                    double up = class ? s[i] - s[j] : s[j] - s[i];
                    won += up > 0 ? 1 : up == 0 ? .5 : 0;
                    others++;
                }
            placed[m++] = won / (double)others;
        }
        for (size_t i = 0; i < m; i++)
            mean += placed[i] / (double)m;
        for (size_t i = 0; i < m; i++)
            squares += (placed[i] - mean) * (placed[i] - mean);
        variance += squares / (double)(m - 1) / (double)m;
        *auc = mean;
    }
    return variance;
}

static void auc_has_the_interval_of_delong(void **state)
{
    (void)state;
    const uint8_t y[] = {0, 0, 1, 1};
    const double s[] = {.1, .4, .35, .8};
    double low, high, auc;
    /* Placements 1/2 and 1 in both classes: variance 1/8 each, over 2. */
    assert_int_equal(as_auc_interval(&low, &high, y, s, 4, .95, NULL), AS_OK);
    assert_near(low, .75 - 1.959963984540054 * sqrt(.125), 1e-9);
    assert_near(high, 1, 0);
    srand(7);
    for (int round = 0; round < 100; round++) {
        uint8_t outcome[120];
        double score[120];
        size_t n = 40 + (size_t)rand() % 80;
        for (size_t i = 0; i < n; i++) {
            outcome[i] = i < 3 || (i > 5 && rand() % 3 == 0);
            score[i] = rand() % 12 + 3 * outcome[i];
        }
        double variance = naive_variance(outcome, score, n, &auc), z;
        assert_true(as_normal_quantile(&z, .95));
        assert_int_equal(as_auc_interval(&low, &high, outcome, score, n, .9, NULL), AS_OK);
        assert_near(low, fmax(0, auc - z * sqrt(variance)), 1e-9);
        assert_near(high, fmin(1, auc + z * sqrt(variance)), 1e-9);
    }
}

/* Subjects of one characteristic: of each code so many best and worst. */
struct crowd {
    uint32_t code[2000], n;
    uint8_t best[2000], tried[2000];
};
static void join(struct crowd *c, uint32_t code, uint32_t best, uint32_t worst)
{
    for (uint32_t i = 0; i < best + worst; i++) {
        c->code[c->n] = code;
        c->best[c->n] = i < best;
        c->n++;
    }
}

static void weights_of_evidence_of_three_values(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct crowd c = {.n = 0};
    struct as_weighed weighed;
    uint32_t row[2000];
    join(&c, 2, 100, 20);
    join(&c, 0, 60, 40);
    join(&c, 1, 20, 60);
    for (uint32_t i = 0; i < c.n; i++)
        row[i] = i;
    const struct as_trait trait = {.code = c.code, .codes = 3};
    assert_int_equal(as_trait_weigh(&weighed, &arena, &trait, c.best, row, c.n, 30, NULL), AS_OK);
    assert_int_equal(weighed.bins.n, 3);
    assert_int_equal(weighed.bins.at[0].code, 2);
    assert_near(weighed.bins.at[0].weight, 1.203973, 5e-7);
    assert_near(weighed.bins.at[1].weight, 0, 1e-12);
    assert_near(weighed.bins.at[2].weight, -1.504077, 5e-7);
    assert_near(weighed.information, 1.053131, 5e-7);
    assert_true(weighed.suspicious);
    assert_int_equal(weighed.verdict, AS_TRAIT_USED);
    as_arena_free(&arena);
}

static void a_value_of_few_is_insufficient(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct crowd c = {.n = 0};
    struct as_contrast_result result;
    for (int part = 0; part < 2; part++) {
        uint32_t from = c.n;
        join(&c, 0, 60, 30);
        join(&c, 1, 30, 60);
        join(&c, 2, 29, 0);
        join(&c, 3, 30, 0);
        memset(c.tried + from, part, c.n - from);
    }
    const struct as_trait trait = {.code = c.code, .codes = 4};
    const struct as_contrast_input input = {&trait, 1, c.best, c.tried, c.n, 30};
    assert_int_equal(as_contrast_of(&result, &arena, &input, NULL), AS_OK);
    assert_int_equal(result.traits[0].bins.n, 4);
    for (uint32_t b = 0; b < 4; b++) {
        const struct as_bin *bin = &result.traits[0].bins.at[b];
        assert_int_equal(bin->enough, bin->code != 2);
        assert_int_equal(bin->speaks, bin->code != 2);
        if (bin->code == 2)
            assert_int_equal(bin->points, 0);
        if (bin->code == 3)
            assert_true(bin->points > 0);
    }
    as_arena_free(&arena);
}

static void what_speaks_for_the_worst_gets_negative_points(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct crowd c = {.n = 0};
    struct as_contrast_result result;
    for (int part = 0; part < 2; part++) {
        uint32_t from = c.n;
        join(&c, 0, 150, 50);
        join(&c, 1, 50, 150);
        join(&c, 9, 100, 100); /* unknown */
        memset(c.tried + from, part, c.n - from);
    }
    const struct as_trait trait = {.code = c.code, .codes = 2};
    const struct as_contrast_input input = {&trait, 1, c.best, c.tried, c.n, 30};
    assert_int_equal(as_contrast_of(&result, &arena, &input, NULL), AS_OK);
    assert_int_equal(result.verdict, AS_CONTRAST_HOLDS);
    /* Weights +ln 3 and -ln 3 about even odds, which is what the outcome's log odds are: coefficient 1 but
     * for the ridge, and ln 3 / ln 2 times 20 points. */
    const struct as_weighed *weighed = &result.traits[0];
    assert_near(weighed->coefficient, 1, .02);
    assert_near((double)weighed->bins.at[0].points, 31700, 600);
    assert_int_equal(weighed->bins.at[0].points, -weighed->bins.at[1].points);
    assert_int_equal(weighed->bins.at[2].kind, AS_BIN_UNKNOWN);
    assert_int_equal(weighed->bins.at[2].points, 0);
    assert_int_equal(as_contrast_points(&result, &input, 0), weighed->bins.at[0].points);
    assert_near(result.constant, 0, 1e-9);
    /* Tried on the same shares it promises them: slope 1 but for the ridge and tenths of points. */
    assert_near(result.slope, 1, .02);
    /* Pairs that are in order: 150 above 100 and 150, 100 above 150; ties count one half. */
    assert_near(result.tried.auc, (150. * 250 + 100 * 150 + (150. * 50 + 100 * 100 + 50 * 150) / 2) / 90000,
                1e-12);
    as_arena_free(&arena);
}

/* Nothing of those held back may flow into the model: whatever their outcomes, it is the same. */
static void who_is_tried_on_is_not_learnt_from(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct crowd c = {.n = 0};
    struct as_contrast_result before, after;
    for (int part = 0; part < 2; part++) {
        uint32_t from = c.n;
        join(&c, 0, 90, 40);
        join(&c, 1, 40, 90);
        memset(c.tried + from, part, c.n - from);
    }
    const struct as_trait trait = {.code = c.code, .codes = 2};
    const struct as_contrast_input input = {&trait, 1, c.best, c.tried, c.n, 30};
    assert_int_equal(as_contrast_of(&before, &arena, &input, NULL), AS_OK);
    assert_int_equal(before.verdict, AS_CONTRAST_HOLDS);
    for (uint32_t i = c.n / 2; i < c.n; i++)
        c.best[i] = !c.best[i];
    assert_int_equal(as_contrast_of(&after, &arena, &input, NULL), AS_OK);
    assert_int_equal(after.verdict, AS_CONTRAST_FAILS);
    assert_near(after.constant, before.constant, 0);
    assert_near(after.learnt.auc, before.learnt.auc, 0);
    assert_near(after.tried.auc, 1 - before.tried.auc, 1e-12);
    for (uint32_t b = 0; b < 2; b++)
        assert_int_equal(after.traits[0].bins.at[b].points, before.traits[0].bins.at[b].points);
    as_arena_free(&arena);
}

static void too_few_make_no_model(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct crowd c = {.n = 0};
    struct as_contrast_result result;
    join(&c, 0, 29, 100);
    join(&c, 1, 0, 100);
    const struct as_trait trait = {.code = c.code, .codes = 2};
    struct as_contrast_input input = {&trait, 1, c.best, c.tried, c.n, 30};
    assert_int_equal(as_contrast_of(&result, &arena, &input, NULL), AS_OK);
    assert_int_equal(result.verdict, AS_CONTRAST_FEW);
    assert_int_equal(result.traits[0].bins.n, 2);
    input.at_least = 29;
    assert_int_equal(as_contrast_of(&result, &arena, &input, NULL), AS_OK);
    assert_int_equal(result.verdict, AS_CONTRAST_UNTRIED);
    assert_false(result.has_trial);
    memset(c.best, 0, sizeof c.best);
    assert_int_equal(as_contrast_of(&result, &arena, &input, NULL), AS_OK);
    assert_int_equal(result.verdict, AS_CONTRAST_FEW);
    as_arena_free(&arena);
}

static void numbers_are_cut_at_fifths(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct as_weighed weighed;
    double number[1000];
    uint8_t best[1000];
    uint32_t row[1000];
    for (uint32_t i = 0; i < 1000; i++) {
        row[i] = i;
        number[i] = i < 500 ? 7 : i; /* half of them are alike: no cut may part them */
        best[i] = i % 2;
    }
    const struct as_trait trait = {.number = number};
    assert_int_equal(as_trait_weigh(&weighed, &arena, &trait, best, row, 1000, 30, NULL), AS_OK);
    assert_int_equal(weighed.bins.n, 4);
    assert_near(weighed.bins.at[0].to, 500, 0);
    assert_int_equal(weighed.bins.at[0].best + weighed.bins.at[0].worst, 500);
    assert_near(weighed.bins.at[1].to, 600, 0);
    assert_near(weighed.bins.at[2].to, 800, 0);
    assert_int_equal(weighed.verdict, AS_TRAIT_USELESS);
    assert_true(as_trait_bin(&weighed, &trait, 3) == &weighed.bins.at[0]);
    assert_true(as_trait_bin(&weighed, &trait, 999) == &weighed.bins.at[3]);
    as_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("equations are solved for several sides at once", equations_give_the_inverse),
        named("one binary feature: the log odds ratio with Woolf's error [A10.3]",
              one_feature_is_the_log_odds_ratio),
        named("outcomes that are parted without an exception are seen", separation_is_seen),
        named("a difference of shares has Newcombe's interval [A5.17]", a_difference_of_shares_is_newcombes),
        named("an interaction is that of a logistic regression [A5.18]",
              an_interaction_is_that_of_a_regression),
        named("the AUC's interval is DeLong's", auc_has_the_interval_of_delong),
        named("weights of evidence 1.203973, 0, -1.504077 and information 1.053131",
              weights_of_evidence_of_three_values),
        named("29 customers of a value are insufficient, 30 are enough [A10.6]",
              a_value_of_few_is_insufficient),
        named("what speaks for the worst customers gets negative points [A10.5]",
              what_speaks_for_the_worst_gets_negative_points),
        named("those tried on leave no trace in the model [A10.2]", who_is_tried_on_is_not_learnt_from),
        named("too few of a class make no model, or one that was not tried", too_few_make_no_model),
        named("numbers are cut at fifths, never between equal ones", numbers_are_cut_at_fifths),
    };
    return cmocka_run_group_tests_name("contrasts", tests, NULL, NULL);
}
