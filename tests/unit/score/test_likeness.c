/* Likeness of rows. Known answers: Lin's formula worked out by hand for four rows and two conditions. */
#include "score/model/likeness.h"

#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Row 0 to 3. A: yes no no no. B: yes yes no unknown. C: yes for everybody. */
static const uint64_t a_truth = 0x1, a_known = 0xf, b_truth = 0x3, b_known = 0x7, c_truth = 0xf, none = 0;
static const struct as_verdicts conditions[] = {
    {&a_truth, &a_known, &none}, {&b_truth, &b_known, &none}, {&c_truth, &a_known, &none}};

static void expect(uint32_t n, uint32_t row, const double expected[4])
{
    double got[4];
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_likeness(got, conditions, n, 4, row, &error), AS_OK);
    for (int i = 0; i < 4; i++)
        if (fabs(got[i] - expected[i]) > 1e-6)
            fail_msg("row %u with %d: %.6f, expected %.6f", row, i, got[i], expected[i]);
}

static void what_is_rare_counts_most(void **state)
{
    (void)state;
    expect(2, 0, (const double[]){1, 0.452997, 0.153291, 0.153291});
    expect(2, 1, (const double[]){0.452997, 1, 0.433451, 0.433451});
}

static void what_everybody_has_counts_nothing(void **state)
{
    (void)state;
    expect(3, 0, (const double[]){1, 0.452997, 0.153291, 0.153291});
    struct as_error error = AS_ERROR_INIT;
    double got[4];
    assert_int_equal(as_likeness(got, &conditions[2], 1, 4, 0, &error), AS_OK);
    for (int i = 0; i < 4; i++)
        assert_true(got[i] == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_rare_counts_most),
        cmocka_unit_test(what_everybody_has_counts_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
