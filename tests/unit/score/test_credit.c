/* Credit: worked examples, textbook games, and that no cent is lost. */
#include "score/statistics/credit.h"

#include "near.h"

#include <string.h>

static void positions(void **state)
{
    (void)state;
    static const uint16_t channel[4] = {0, 1, 2, 3};
    static const double days[4] = {21, 14, 7, 0};
    struct as_path path = {channel, days, 4, 1, 2, true};
    static const double want[AS_CREDIT_MODELS][4] = {
        {1, 0, 0, 0},
        {0, 0, 0, 1},
        {.25, .25, .25, .25},
        {1 / 15.0, 2 / 15.0, 4 / 15.0, 8 / 15.0}, /* halves every seven days: 1, 2, 4, 8 */
        {.4, .1, .1, .4},
        {.3, .3, .3, .1},
    };
    for (int model = 0; model < AS_CREDIT_MODELS; model++) {
        double weight[4];
        as_credit_of(weight, &path, (enum as_credit_model)model);
        for (int i = 0; i < 4; i++)
            assert_near(weight[i], want[model][i], 1e-12);
    }
}

static void short_paths(void **state)
{
    (void)state;
    static const uint16_t channel[3] = {0, 1, 0};
    static const double days[3] = {900, 899, 1};
    double weight[3];
    for (uint32_t n = 1; n <= 3; n++)
        for (uint32_t lead = 0; lead < n; lead++)
            for (uint32_t deal = lead; deal < n; deal++)
                for (int model = 0; model < AS_CREDIT_MODELS; model++) {
                    double sum = 0;
                    struct as_path path = {channel, days, n, lead, deal, true};
                    as_credit_of(weight, &path, (enum as_credit_model)model);
                    for (uint32_t i = 0; i < n; i++)
                        sum += weight[i];
                    assert_near(sum, 1, 1e-12);
                }
    struct as_path two = {channel, days, 2, 0, 1, true};
    as_credit_of(weight, &two, AS_CREDIT_U);
    assert_near(weight[0], .5, 1e-12);
    as_credit_of(weight, &two, AS_CREDIT_W); /* the first is the lead's too: 60 of 90 */
    assert_near(weight[0], 2 / 3.0, 1e-12);
}

static void removal(void **state)
{
    (void)state;
    /* Three paths: C1>C2>C3 converts, C1 and C2>C3 do not: .2, .4, .4. */
    static const uint16_t abc[] = {0, 1, 2}, a[] = {0}, bc[] = {1, 2};
    const struct as_path paths[] = {
        {abc, NULL, 3, 0, 0, true}, {a, NULL, 1, 0, 0, false}, {bc, NULL, 2, 0, 0, false}};
    struct as_arena arena = {0};
    double share[3];
    assert_int_equal(as_credit_markov(share, &arena, paths, 3, 3, NULL), AS_OK);
    assert_near(share[0], .2, 1e-12);
    assert_near(share[1], .4, 1e-12);
    assert_near(share[2], .4, 1e-12);
    /* C1>C1>C2>C1 converts. Without C2 half of what leaves C1 is lost; without C1 all is: 1 to 1/2. */
    static const uint16_t again[] = {0, 0, 1, 0};
    const struct as_path loop = {again, NULL, 4, 0, 0, true};
    assert_int_equal(as_credit_markov(share, &arena, &loop, 1, 2, NULL), AS_OK);
    assert_near(share[0], 2 / 3.0, 1e-12);
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_credit_markov(share, &arena, &paths[1], 2, 3, &error), AS_ERR_DATA);
    assert_int_equal(as_credit_markov(share, &arena, NULL, 0, 0, NULL), AS_ERR_DATA);
    as_arena_free(&arena);
}

static void games(void **state)
{
    (void)state;
    /* The glove game: two left gloves, one right one; a pair is worth 1. Shapley: 1/6, 1/6, 2/3. */
    double worth[8], value[3];
    for (int set = 0; set < 8; set++)
        worth[set] = (set & 4) != 0 && (set & 3) != 0;
    as_shapley(value, worth, 3);
    assert_near(value[0], 1 / 6.0, 1e-12);
    assert_near(value[1], 1 / 6.0, 1e-12);
    assert_near(value[2], 2 / 3.0, 1e-12);
    /* The airport game (Littlechild and Owen): a strip for the largest of 8, 11, 13 and 18: 2, 3, 4, 9. */
    static const double strip[] = {8, 11, 13, 18}, pays[] = {2, 3, 4, 9};
    double cost[16], charge[4];
    for (int set = 0; set < 16; set++) {
        cost[set] = 0;
        for (int p = 0; p < 4; p++)
            if ((set >> p & 1) != 0 && strip[p] > cost[set])
                cost[set] = strip[p];
    }
    as_shapley(charge, cost, 4);
    for (int p = 0; p < 4; p++)
        assert_near(charge[p], pays[p], 1e-12);
}

static void money(void **state)
{
    (void)state;
    static const double thirds[] = {1, 1, 1}, votes[] = {47000, 16000, 15800, 12000, 6100, 3100},
                        none[] = {0, 0};
    /* Largest remainder: the example that every textbook on apportionment has, ten seats for 100,000 votes.
     */
    static const int64_t seats[] = {5, 2, 1, 1, 1, 0};
    int64_t part[6];
    assert_int_equal(as_apportion(part, 10, votes, 6, NULL), AS_OK);
    assert_memory_equal(part, seats, sizeof seats);
    assert_int_equal(as_apportion(part, 100, thirds, 3, NULL), AS_OK);
    assert_true(part[0] == 34 && part[1] == 33 && part[2] == 33);
    assert_int_equal(as_apportion(part, -100, thirds, 3, NULL), AS_OK);
    assert_true(part[0] == -34 && part[1] == -33 && part[2] == -33);
    assert_int_equal(as_apportion(part, 7, none, 2, NULL), AS_OK);
    assert_int_equal(part[0] + part[1], 7);
    for (int64_t total = 1; total < INT64_C(4000000000000000); total = total * 3 + 1) {
        assert_int_equal(as_apportion(part, total, votes, 6, NULL), AS_OK);
        int64_t sum = 0;
        for (int i = 0; i < 6; i++)
            sum += part[i];
        assert_true(sum == total);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("a path is divided by position and by time", positions),
        named("a path of one or two touches still sums to one", short_paths),
        named("a channel is worth what is lost without it, .2, .4, .4", removal),
        named("the glove game and the airport game have their published values", games),
        named("money is handed out to the last cent", money),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
