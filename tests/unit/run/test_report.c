/* Report: how words of CRMs are read as whose work a lead is, and spells against a slow count. */
#include "run/report/figure.h"
#include "run/report/origin.h"
#include "run/report/spells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <string.h>

#define named(sentence, function)                                                                            \
    {                                                                                                        \
        sentence, function, NULL, NULL, NULL                                                                 \
    }

static void origins(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        enum as_origin origin;
    } said[] = {
        {"paid_search", AS_ORIGIN_MARKETING},
        {"Organic Search", AS_ORIGIN_MARKETING},
        {"direct_traffic", AS_ORIGIN_MARKETING},
        {"other_publicities", AS_ORIGIN_MARKETING},
        {"Webinar 2026", AS_ORIGIN_MARKETING},
        {"Trade Show", AS_ORIGIN_MARKETING},
        {"client referral", AS_ORIGIN_REFERRAL},
        {"Word of mouth", AS_ORIGIN_REFERRAL},
        {"Personal Network", AS_ORIGIN_RELATIONSHIP},
        {"existing client", AS_ORIGIN_RELATIONSHIP},
        {"Former client, new role", AS_ORIGIN_FORMER_CLIENT},
        {"Past customer", AS_ORIGIN_FORMER_CLIENT},
        {"Outbound - SDR", AS_ORIGIN_SALES},
        {"COLD CALL", AS_ORIGIN_SALES},
        {"Partners", AS_ORIGIN_PARTNER},
        {"unknown", AS_ORIGIN_UNKNOWN},
        {"other", AS_ORIGIN_UNKNOWN},
        {"", AS_ORIGIN_UNKNOWN},
        {"reputation", AS_ORIGIN_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof said / sizeof *said; i++)
        if (as_origin_of(as_str_of(said[i].words)) != said[i].origin)
            fail_msg("%s is read as %s", said[i].words,
                     as_origin_name(as_origin_of(as_str_of(said[i].words))));
}

static void counted_spells(void **state)
{
    (void)state;
    /* The weighted example in days of ten and with weights as repetitions: 2, 1.5, .8 and .9 times 10.
     */
    static const struct {
        int days, times;
        bool event;
    } rows[] = {{4, 20, true}, {6, 15, false}, {8, 8, true}, {9, 9, false}};
    static const double want[] = {.615385, .615385, .325792, .325792};
    struct as_spells spells = {.at = NULL};
    struct as_survival survival;
    struct as_arena arena = {0};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < rows[i].times; k++)
            assert_true(as_spells_add(&spells, 0, rows[i].days, rows[i].event));
    assert_int_equal(spells.n, 4);
    assert_int_equal(spells.all, 52);
    assert_int_equal(as_spells_survival(&survival, &arena, &spells, .95, NULL), AS_OK);
    for (int i = 0; i < 4; i++)
        assert_true(fabs(survival.steps.at[i].survival - want[i]) < 5e-7);
    double half;
    assert_true(as_spells_quantile(&half, &arena, &spells, .5));
    assert_true(half == 4);
    as_spells_free(&spells);
    assert_false(as_spells_quantile(&half, &arena, &spells, .5));
    as_arena_free(&arena);
}

static void late_spells(void **state)
{
    (void)state;
    /* Late entry: 1.9 before the event at 2, others from the beginning: .8 .6 .4 .2 0. */
    static const int days[] = {2, 10, 5, 4, 3};
    struct as_spells spells = {.at = NULL};
    struct as_survival survival;
    struct as_arena arena = {0};
    for (int i = 0; i < 5; i++)
        assert_true(as_spells_add(&spells, i == 0 ? 2 : 0, days[i], true));
    assert_int_equal(as_spells_survival(&survival, &arena, &spells, .95, NULL), AS_OK);
    for (int i = 0; i < 5; i++)
        assert_true(fabs(survival.steps.at[i].survival - (.8 - .2 * i)) < 1e-12);
    as_spells_free(&spells);
    as_arena_free(&arena);
}

static void many_spells(void **state)
{
    (void)state;
    struct as_spells spells = {.at = NULL};
    for (int i = 0; i < 20000; i++)
        assert_true(as_spells_add(&spells, i % 7, i % 5003 + 7, i % 3 == 0));
    uint64_t all = 0, events = 0;
    for (uint32_t i = 0; i < spells.room; i++) {
        all += spells.at[i].count;
        events += spells.at[i].event ? spells.at[i].count : 0;
    }
    assert_int_equal(all, 20000);
    assert_int_equal(events, spells.events);
    assert_int_equal(events, 6667);
    as_spells_free(&spells);
}

static void said(void **state)
{
    (void)state;
    static const struct {
        struct as_figure figure;
        const char *words;
    } figures[] = {
        {{.kind = AS_FIGURE_MONEY, .count = 1000553400, .currency = "USD"}, "10,005,534.00 USD"},
        {{.kind = AS_FIGURE_MONEY, .count = -5, .currency = ""}, "−0.05"},
        {{.kind = AS_FIGURE_MONEY, .count = -123456, .currency = "EUR"}, "−1,234.56 EUR"},
        {{.kind = AS_FIGURE_COUNT, .count = 0}, "0"},
        {{.kind = AS_FIGURE_DAYS, .value = 48.5}, "48.50"},
        {{.kind = AS_FIGURE_NONE, .text = "not reached"}, "not reached"},
    };
    struct as_buf text = {.p = NULL};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        as_buf_reset(&text);
        as_figure_say(&text, &figures[i].figure, false);
        assert_string_equal(as_buf_c(&text), figures[i].words);
    }
    struct as_figure share = as_figure_share(5, 100);
    as_buf_reset(&text);
    as_figure_say(&text, &share, true);
    assert_string_equal(as_buf_c(&text), "5.00 % [2.2, 11.2] of 100");
    assert_int_equal(as_figure_share(0, 0).kind, AS_FIGURE_NONE);
    as_buf_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("the words of CRMs say whose work a lead is [A9.7]", origins),
        named("spells counted together survive as each alone would", counted_spells),
        named("who comes under observation late counts from then on [A9.9]", late_spells),
        named("spells of many kinds are all kept", many_spells),
        named("figures read to the last digit", said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
