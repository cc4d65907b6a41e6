/* Odds, scorecards, rankings, intervals: published answers, and Odoo's own test of its
 * predictive scoring (its frequencies follow from the won and lost leads it creates). */
#include "near.h"

#include "score/statistics/interval.h"
#include "score/statistics/odds.h"
#include "score/statistics/rank.h"

#include <stdlib.h>
#include <string.h>

static void sigmoid_and_log_odds(void **state)
{
    (void)state;
    double x;
    assert_near(as_sigmoid(0), 0.5, 0);
    assert_near(as_sigmoid(log(9)), 0.9, 1e-15);
    assert_near(as_sigmoid(-800), 0, 1e-300);
    assert_near(as_sigmoid(800), 1, 0);
    assert_true(as_log_odds(&x, 0.9));
    assert_near(x, 2.1972245773, 1e-10);
    assert_false(as_log_odds(&x, 0));
    assert_false(as_log_odds(&x, 1));
    assert_false(as_log_odds(&x, NAN));
}

static void scorecard(void **state)
{
    (void)state;
    struct as_scorecard card;
    double score;
    assert_true(as_scorecard_of(&card, 20, 600, 50));
    assert_near(card.factor, 28.853901, 5e-7);
    assert_near(card.offset, 487.122876, 5e-7);
    assert_true(as_scorecard_score(&score, &card, 50));
    assert_near(score, 600, 1e-9);
    assert_true(as_scorecard_score(&score, &card, 100));
    assert_near(score, 620, 1e-9);
    assert_false(as_scorecard_score(&score, &card, 0));
    assert_false(as_scorecard_of(&card, 0, 600, 50));
}

static void weight_of_evidence(void **state)
{
    (void)state;
    const double good[] = {100, 60, 20}, bad[] = {20, 40, 60};
    double woe[3], information;
    bool smoothed;
    assert_true(as_weight_of_evidence(woe, &information, &smoothed, good, bad, 3));
    assert_near(woe[0], 1.203973, 5e-7);
    assert_near(woe[1], 0, 1e-12);
    assert_near(woe[2], -1.504077, 5e-7);
    assert_near(information, 1.053131, 5e-7);
    assert_false(smoothed);
    assert_string_equal(as_information_word(information), "suspicious");
    assert_string_equal(as_information_word(0.0199), "useless");
    assert_string_equal(as_information_word(0.5), "strong");
}

static void empty_cells_get_a_half(void **state)
{
    (void)state;
    const double good[] = {10, 0}, bad[] = {5, 5}, none[] = {0, 0};
    double woe[2], information;
    bool smoothed;
    assert_true(as_weight_of_evidence(woe, &information, &smoothed, good, bad, 2));
    assert_true(smoothed);
    assert_near(woe[0], log((10.5 / 11) / (5.5 / 11)), 1e-12);
    assert_near(woe[1], log((0.5 / 11) / (5.5 / 11)), 1e-12);
    assert_false(as_weight_of_evidence(woe, &information, &smoothed, good, none, 2));
}

static void bayes_first_team(void **state)
{
    (void)state;
    /* Two leads lost, one won; the record shares country and state with lost ones, the source with the won
     * one. */
    const struct as_bayes_cell cells[] = {
        {/* country 1 */ 0.1, 1.1, 1.3, 2.3, false},
        {/* state 2 */ 0.1, 1.1, 1.3, 2.3, false},
        {/* source 3 */ 1.1, 0.1, 1.3, 2.3, false},
        {/* email_state none */ 1.1, 2.1, 1.1, 2.1, false},
        {/* phone_state none */ 1.1, 2.1, 1.1, 2.1, false},
        {/* stage 2 */ 1.1, 1.1, 1.1, 2.1, false},
    };
    struct as_bayes_score score;
    double term[6];
    assert_true(as_bayes_of(&score, term, 1.1, 2.1, cells, 6, &AS_BAYES_DEFAULTS));
    assert_near(score.probability, 33.49, 1e-9);
    double sum = score.prior;
    for (int i = 0; i < 6; i++)
        sum += term[i];
    assert_near(sum, score.log_odds, 1e-12);
}

static void bayes_second_team(void **state)
{
    (void)state;
    const struct as_bayes_cell cells[] = {
        {/* country 1 */ 1.1, 2.1, 1.1, 2.1, false}, {/* state 2 */ 0.1, 2.1, 1.2, 2.2, false},
        {/* source 3 */ 1.1, 1.1, 1.2, 2.2, false},  {/* stage 2 */ 1.1, 2.1, 1.1, 2.1, false},
        {/* tag rare */ 30.1, 0.1, 40, 40, true}, /* fewer than 50: says nothing */
    };
    struct as_bayes_score score;
    double term[5];
    assert_true(as_bayes_of(&score, term, 1.1, 2.1, cells, 5, &AS_BAYES_DEFAULTS));
    assert_near(score.probability, 7.74, 1e-9);
    assert_near(term[4], 0, 0);
}

static void bayes_edges(void **state)
{
    (void)state;
    struct as_bayes_score score;
    const struct as_bayes_options *options = &AS_BAYES_DEFAULTS;
    assert_false(as_bayes_of(&score, NULL, 0, 2, NULL, 0, options));
    assert_false(as_bayes_of(&score, NULL, 2, 0, NULL, 0, options));
    const struct as_bayes_cell sure = {1e6, 0.1, 1e6, 1e6, false};
    const struct as_bayes_cell many[] = {sure, sure, sure};
    assert_true(as_bayes_of(&score, NULL, 1, 1, many, 3, options));
    assert_near(score.probability, 99.99, 0);
    assert_near(as_bayes_update(0.1, 1, options), 1.1, 1e-15);
    assert_near(as_bayes_update(1.1, -1, options), 0.1, 1e-15);
    assert_near(as_bayes_update(0.1, -1, options), 0.1, 0);
}

static void rankings(void **state)
{
    (void)state;
    const uint8_t y[] = {0, 0, 1, 1};
    const double s[] = {.1, .4, .35, .8};
    struct as_ranking ranking;
    assert_int_equal(as_ranking_of(&ranking, y, s, 4, NULL), AS_OK);
    assert_near(ranking.auc, 0.75, 1e-15);
    assert_near(ranking.average_precision, 0.8333, 5e-5);
    assert_near(ranking.ks, 0.5, 1e-15);
    double brier, loss;
    assert_true(as_brier(&brier, y, s, 4));
    assert_near(brier, 0.158125, 1e-15);
    assert_true(as_log_loss(&loss, y, s, 4));
    assert_near(loss, -(log(.9) + log(.6) + log(.35) + log(.8)) / 4, 1e-15);
    const double sure[] = {0, 0, 0, 1};
    assert_true(as_log_loss(&loss, y, sure, 4));
    assert_near(loss, 34.5387763949 / 4, 1e-6); /* -ln 1e-15, once */
}

static void rankings_with_ties_agree_with_pairs(void **state)
{
    (void)state;
    srand(11);
    for (int round = 0; round < 200; round++) {
        uint8_t y[60];
        double s[60];
        size_t n = 2 + (size_t)(rand() % 59);
        for (size_t i = 0; i < n; i++) {
            y[i] = (uint8_t)(i < 2 ? i : (size_t)(rand() % 2));
            s[i] = rand() % 7;
        }
        double pairs = 0, won = 0, ks = 0;
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                if (y[i] && !y[j]) {
                    pairs++;
                    won += s[i] > s[j] ? 1 : s[i] == s[j] ? 0.5 : 0;
                }
        for (int cut = 0; cut < 7; cut++) {
            double up = 0, ups = 0, down = 0, downs = 0;
            for (size_t i = 0; i < n; i++) {
                ups += y[i];
                downs += !y[i];
                up += y[i] && s[i] >= cut;
                down += !y[i] && s[i] >= cut;
            }
            ks = fmax(ks, fabs(up / ups - down / downs));
        }
        struct as_ranking ranking;
        assert_int_equal(as_ranking_of(&ranking, y, s, n, NULL), AS_OK);
        assert_near(ranking.auc, won / pairs, 1e-12);
        assert_near(ranking.ks, ks, 1e-12);
    }
}

static void rankings_need_two_classes(void **state)
{
    (void)state;
    const uint8_t y[] = {1, 1};
    const double s[] = {1, 2}, bad[] = {1, NAN};
    struct as_ranking ranking;
    assert_int_equal(as_ranking_of(&ranking, y, s, 2, NULL), AS_ERR_DATA);
    const uint8_t both[] = {0, 1};
    assert_int_equal(as_ranking_of(&ranking, both, bad, 2, NULL), AS_ERR_DATA);
}

static void percentile_ranks(void **state)
{
    (void)state;
    const double values[] = {10, 20, 20, 30, NAN};
    double rank, ranks[5];
    assert_true(as_percentile_rank(&rank, 20, values, 5));
    assert_near(rank, 50, 1e-12); /* one below and two ties of four */
    assert_true(as_percentile_rank(&rank, 5, values, 5));
    assert_near(rank, 0, 0);
    assert_true(as_percentile_rank(&rank, 99, values, 5));
    assert_near(rank, 100, 0);
    assert_false(as_percentile_rank(&rank, 1, NULL, 0));
    assert_int_equal(as_percentile_ranks(ranks, values, 5, NULL), AS_OK);
    for (int i = 0; i < 4; i++) {
        assert_true(as_percentile_rank(&rank, values[i], values, 5));
        assert_near(ranks[i], rank, 1e-12);
    }
    assert_true(isnan(ranks[4]));
}

static void wilson(void **state)
{
    (void)state;
    const struct {
        uint64_t hits, n;
        double low, high;
    } rows[] = {{0, 10, 0, .27753}, {5, 100, .02154, .11175}, {8, 10, .49016, .94332}};
    double low, high;
    for (size_t i = 0; i < 3; i++) {
        assert_true(as_wilson(&low, &high, rows[i].hits, rows[i].n, 0.95));
        assert_near(low, rows[i].low, 5e-6);
        assert_near(high, rows[i].high, 5e-6);
    }
    assert_true(as_wilson(&low, &high, 10, 10, 0.95));
    assert_near(high, 1, 0);
    assert_near(low, 1 - .27753, 5e-6);
    assert_false(as_wilson(&low, &high, 0, 0, 0.95));
    assert_false(as_wilson(&low, &high, 3, 2, 0.95));
}

static void quantiles(void **state)
{
    (void)state;
    double z;
    assert_true(as_normal_quantile(&z, 0.975));
    assert_near(z, 1.959963984540054, 1e-13);
    assert_true(as_normal_quantile(&z, 0.8));
    assert_near(z, 0.841621233572914, 1e-13);
    assert_true(as_normal_quantile(&z, 0.5));
    assert_near(z, 0, 1e-15);
    assert_true(as_normal_quantile(&z, 0.001));
    assert_near(z, -3.090232306167813, 1e-12);
    assert_false(as_normal_quantile(&z, 1));
}

static void patience(void **state)
{
    (void)state;
    uint64_t n;
    /* Of none, Wilson's upper end is z2 / (n + z2): below a fifth from 16 on. */
    assert_true(as_patience_mark(&n, 0, 5, .2, .95));
    assert_int_equal(n, 16);
    assert_true(as_patience_mark(&n, 0, 0, .2, .95));
    assert_int_equal(n, 16);
    assert_true(as_patience_mark(&n, 5, 100, .2, .95)); /* [.022, .112] has left it already */
    assert_int_equal(n, 100);
    assert_false(as_patience_mark(&n, 20, 100, .2, .95));
    assert_false(as_patience_mark(&n, 3, 2, .2, .95));
    assert_true(as_patience_zero(&n, .01, .95));
    assert_int_equal(n, 299);
    assert_true(as_patience_zero(&n, .02, .95));
    assert_int_equal(n, 149);
    assert_true(as_patience_zero(&n, .05, .95));
    assert_int_equal(n, 59);
    assert_false(as_patience_zero(&n, 0, .95));
    assert_true(as_patience_arms(&n, .02, .03, .05, .8));
    assert_int_equal(n, 3826);
    assert_false(as_patience_arms(&n, .02, .02, .05, .8));
}

/* How likely it is that the pooled z of two arms leaves -z to z: every pair of hits, each as likely as the
 * binomial distribution says. */
static double power_of(int n, double p, int m, double q, double z)
{
    double *chance = calloc((size_t)n + (size_t)m + 2, sizeof *chance), *other = chance + n + 1, sum = 0;
    assert_non_null(chance);
    for (int k = 0; k <= n; k++)
        chance[k] =
            exp(lgamma(n + 1.) - lgamma(k + 1.) - lgamma(n - k + 1.) + k * log(p) + (n - k) * log(1 - p));
    for (int k = 0; k <= m; k++)
        other[k] =
            exp(lgamma(m + 1.) - lgamma(k + 1.) - lgamma(m - k + 1.) + k * log(q) + (m - k) * log(1 - q));
    for (int i = 0; i <= n; i++)
        for (int k = 0; k <= m; k++) {
            double pooled = (double)(i + k) / (n + m), gap = (double)i / n - (double)k / m;
            double variance = pooled * (1 - pooled) * (1. / n + 1. / m);
            sum += variance > 0 && fabs(gap) >= z * sqrt(variance) ? chance[i] * other[k] : 0;
        }
    free(chance);
    return sum;
}

/* Arms that are not of one size: of one size they are those of the formula above and of R's power.prop.test
 * (.50 against .75 with power .90: 76.7 each, its manual's example); else the power is reckoned exactly,
 * which the formula, an approximation, comes near. */
static void unequal_arms(void **state)
{
    (void)state;
    static const struct {
        double without, with, held_out, power;
    } cases[] = {
        {.10, .15, .2, .8}, {.10, .15, .5, .8}, {.30, .20, .3, .9}, {.50, .60, .1, .8}, {.05, .10, .4, .95}};
    uint64_t n;
    assert_true(as_patience_people(&n, .50, .75, .5, .05, .90));
    assert_int_equal(n, 154); /* 2 * 76.7 */
    assert_true(as_patience_people(&n, .02, .03, .5, .05, .8));
    assert_int_equal(n, 7651); /* 2 * 3825.2 */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(
            as_patience_people(&n, cases[i].without, cases[i].with, cases[i].held_out, .05, cases[i].power));
        int held = (int)lround(cases[i].held_out * (double)n);
        double power = power_of(held, cases[i].without, (int)n - held, cases[i].with, AS_Z_95);
        assert_near(power, cases[i].power, .015);
    }
    assert_false(as_patience_people(&n, .1, .1, .5, .05, .8));
    assert_false(as_patience_people(&n, .1, .2, 0, .05, .8));
}

static void sequential(void **state)
{
    (void)state;
    double lower, upper, ratio;
    enum as_sequential verdict;
    assert_true(as_sequential_bounds(&lower, &upper, .05, .2));
    assert_near(upper, 2.772589, 5e-7);
    assert_near(lower, -1.558145, 5e-7);
    /* Without one conversion at 5 % against 1 %, each lead counts ln(.95/.99) = -.041243: 37 leads fall
     * short, 38 do. */
    assert_true(as_sequential_of(&verdict, &ratio, 0, 37, .01, .05, .05, .2));
    assert_int_equal(verdict, AS_SEQUENTIAL_GO_ON);
    assert_true(as_sequential_of(&verdict, &ratio, 0, 38, .01, .05, .05, .2));
    assert_int_equal(verdict, AS_SEQUENTIAL_FAILS);
    assert_true(as_sequential_of(&verdict, &ratio, 2, 2, .01, .05, .05, .2));
    assert_int_equal(verdict, AS_SEQUENTIAL_WORKS);
    assert_false(as_sequential_of(&verdict, &ratio, 1, 2, .05, .01, .05, .2));
    assert_string_equal(as_sequential_name(AS_SEQUENTIAL_GO_ON), "insufficient");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("sigmoid and log odds are inverse", sigmoid_and_log_odds),
        named("a scorecard of 20 points to double the odds, 600 at 50:1 [A10.3]", scorecard),
        named("weight of evidence and information value of three bins [A10.3]", weight_of_evidence),
        named("an empty cell adds one half to every cell and says so", empty_cells_get_a_half),
        named("naive Bayes gives 33.49 for Odoo's first team [A10.3]", bayes_first_team),
        named("naive Bayes gives 7.74 for Odoo's second team, rare tags ignored", bayes_second_team),
        named("naive Bayes at its edges", bayes_edges),
        named("AUC .75, AP .8333, KS .5, Brier .158125", rankings),
        named("a ranking with ties agrees with counting pairs", rankings_with_ties_agree_with_pairs),
        named("a ranking needs both outcomes and numbers", rankings_need_two_classes),
        named("percentile ranks count ties one half", percentile_ranks),
        named("Wilson intervals of 0/10, 5/100, 8/10", wilson),
        named("normal quantiles", quantiles),
        named("patience: 299, 149, 59 leads; 3,826 an arm", patience),
        named("people for two arms of any size: R's figures, and the power reckoned exactly [A10.9]",
              unequal_arms),
        named("Wald's bounds, and an early look is insufficient [A10.9]", sequential),
    };
    return cmocka_run_group_tests_name("odds, ranks, intervals", tests, NULL, NULL);
}
