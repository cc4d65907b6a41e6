/* Columns and single values: each type set, read, shown, and refused. */
#include "data/facts/column.h"
#include "data/facts/value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static const char *shown(const struct as_column *column, size_t row)
{
    static char text[256];
    struct as_buf out = {0};
    as_column_show(&out, column, row);
    snprintf(text, sizeof text, "%s", as_buf_c(&out));
    as_buf_free(&out);
    return text;
}

static struct as_column *make(enum as_type type)
{
    static const char *const levels[] = {"low", "middle", "high"};
    struct as_column *column;
    bool choices = type == AS_TYPE_CHOICE || type == AS_TYPE_CHOICES;
    assert_int_equal(as_column_new(&column, type, 4, choices ? levels : NULL, choices ? 3 : 0, NULL), AS_OK);
    return column;
}

static void test_everything_begins_unknown(void **state)
{
    (void)state;
    for (int type = 0; type < AS_TYPE_COUNT; type++) {
        struct as_column *column = make((enum as_type)type);
        for (size_t row = 0; row < 4; row++) {
            assert_false(as_bit(column->known, row));
            assert_string_equal(shown(column, row), "");
        }
        as_column_free(column);
    }
    struct as_column *none;
    assert_int_equal(as_column_new(&none, AS_TYPE_MONEY, 0, NULL, 0, NULL), AS_OK);
    as_column_free(none);
    as_column_free(NULL);
}

static void test_values_read_and_show(void **state)
{
    static const struct {
        enum as_type type;
        const char *text, *shown;
    } cases[] = {
        {AS_TYPE_BOOLEAN, "Yes", "yes"},
        {AS_TYPE_BOOLEAN, " 0 ", "no"},
        {AS_TYPE_INTEGER, "1234567", "1,234,567"},
        {AS_TYPE_INTEGER, "1999", "1999"},
        {AS_TYPE_INTEGER, "-12,345", "-12,345"},
        {AS_TYPE_INTEGER, "800.0", "800"},
        {AS_TYPE_NUMBER, "0.1", "0.1"},
        {AS_TYPE_NUMBER, "1e3", "1000"},
        {AS_TYPE_MONEY, "1234.5 EUR", "1,234.50 EUR"},
        {AS_TYPE_MONEY, "$99", "99.00 USD"},
        {AS_TYPE_MONEY, "-0.005", "-0.01"},
        {AS_TYPE_DATE, "2026-03-01", "2026-03-01"},
        {AS_TYPE_DATE, "2026-03-01T23:30:00+02:00", "2026-03-01"},
        {AS_TYPE_DATE, "1969-12-31", "1969-12-31"},
        {AS_TYPE_TEXT, "  a b ", "a b"},
        {AS_TYPE_CHOICE, "middle", "middle"},
        {AS_TYPE_CHOICES, "high; low;low", "low, high"},
        {AS_TYPE_USER, "ada@acme.example", "ada@acme.example"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct as_column *column = make(cases[i].type);
        struct as_error error = AS_ERROR_INIT;
        if (as_column_parse(column, 2, as_str_of(cases[i].text), &error) != AS_OK)
            fail_msg("%s: %s", cases[i].text, error.what);
        assert_string_equal(shown(column, 2), cases[i].shown);
        assert_false(as_bit(column->known, 1));
        assert_int_equal(as_column_parse(column, 2, AS_STR("  "), NULL), AS_OK);
        assert_false(as_bit(column->known, 2));
        as_column_free(column);
    }
}

static void test_what_cannot_be_is_refused(void **state)
{
    static const struct {
        enum as_type type;
        const char *text;
    } cases[] = {
        {AS_TYPE_BOOLEAN, "maybe"},
        {AS_TYPE_INTEGER, "12.5"},
        {AS_TYPE_INTEGER, "1,23"},
        {AS_TYPE_INTEGER, "9223372036854775808"},
        {AS_TYPE_NUMBER, "1.2.3"},
        {AS_TYPE_NUMBER, "nan"},
        {AS_TYPE_NUMBER, "1.234,5"},
        {AS_TYPE_MONEY, "ten EUR"},
        {AS_TYPE_MONEY, "92233720368547758.08"},
        {AS_TYPE_DATE, "2026-02-30"},
        {AS_TYPE_DATE, "01.02.2026"},
        {AS_TYPE_CHOICE, "hihg"},
        {AS_TYPE_CHOICES, "low; hihg"},
        {AS_TYPE_REFERENCE, "acme"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct as_column *column = make(cases[i].type);
        struct as_error error = AS_ERROR_INIT;
        if (as_column_parse(column, 0, as_str_of(cases[i].text), &error) != AS_ERR_DATA)
            fail_msg("%s was taken", cases[i].text);
        assert_false(as_bit(column->known, 0));
        if (strstr(cases[i].text, "hihg") != NULL)
            assert_string_equal(error.advice, "did you mean \"high\"?");
        as_column_free(column);
    }
}

static void test_equal_sets_are_equal_codes(void **state)
{
    (void)state;
    struct as_column *column = make(AS_TYPE_CHOICES);
    assert_int_equal(as_column_set_text(column, 0, AS_STR("zeta;high\x1flow;alpha"), NULL), AS_OK);
    assert_int_equal(as_column_set_text(column, 1, AS_STR("alpha; low; zeta; high; low"), NULL), AS_OK);
    assert_int_equal(column->code[0], column->code[1]);
    assert_string_equal(shown(column, 0), "low, high, alpha, zeta"); /* declared order, then by bytes */
    as_column_free(column);
}

static void test_choice_codes_follow_the_declared_order(void **state)
{
    (void)state;
    struct as_column *column = make(AS_TYPE_CHOICE);
    assert_int_equal(as_column_set_text(column, 0, AS_STR("high"), NULL), AS_OK);
    assert_int_equal(as_column_set_text(column, 1, AS_STR("low"), NULL), AS_OK);
    assert_int_equal(as_column_set_text(column, 2, AS_STR("other"), NULL), AS_OK);
    assert_int_equal(column->code[0], 2);
    assert_int_equal(column->code[1], 0);
    assert_int_equal(column->code[2], 3);
    as_column_free(column);
}

static void test_a_reference_to_nothing_is_unknown(void **state)
{
    (void)state;
    struct as_column *column = make(AS_TYPE_REFERENCE);
    as_column_set_reference(column, 0, 3);
    assert_true(as_bit(column->known, 0));
    as_column_set_reference(column, 0, AS_NO_INDEX);
    assert_false(as_bit(column->known, 0));
    as_column_free(column);
}

static void test_hundredths_are_exact(void **state)
{
    static const struct {
        const char *text;
        int64_t hundredths;
    } cases[] = {
        {"0.29", 29},       {"1.005", 101}, {"-1.005", -101},
        {".5", 50},         {"5.", 500},    {"1,234.56", 123456},
        {"1e6", 100000000}, {"+3", 300},    {"92233720368547758.07", INT64_MAX},
        {"4.994", 499},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value;
        if (!as_value_hundredths(&value, as_str_of(cases[i].text)))
            fail_msg("%s was refused", cases[i].text);
        assert_int_equal(value, cases[i].hundredths);
    }
    int64_t value;
    static const char *const bad[] = {"",     "-",         ".",     "1 2",  "1,2345",
                                      ",123", "12,34,567", "1.2,3", "0x10", "1e40"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (as_value_hundredths(&value, as_str_of(bad[i])))
            fail_msg("%s was taken", bad[i]);
}

static void test_money_names_its_currency(void **state)
{
    static const struct {
        const char *text, *currency;
        int64_t hundredths;
    } cases[] = {
        {"1234.50 EUR", "EUR", 123450},
        {"CHF 10", "CHF", 1000},
        {"\xe2\x82\xac"
         "5",
         "EUR", 500},
        {"7 \xe2\x82\xac", "EUR", 700},
        {"\xc2\xa3"
         "1,000",
         "GBP", 100000},
        {"R$ 3", "BRL", 300},
        {"12", "", 1200},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value;
        struct as_str currency;
        if (!as_value_money(&value, &currency, as_str_of(cases[i].text)))
            fail_msg("%s was refused", cases[i].text);
        assert_int_equal(value, cases[i].hundredths);
        assert_true(as_str_is(currency, cases[i].currency));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_everything_begins_unknown),
        cmocka_unit_test(test_values_read_and_show),
        cmocka_unit_test(test_what_cannot_be_is_refused),
        cmocka_unit_test(test_equal_sets_are_equal_codes),
        cmocka_unit_test(test_choice_codes_follow_the_declared_order),
        cmocka_unit_test(test_a_reference_to_nothing_is_unknown),
        cmocka_unit_test(test_hundredths_are_exact),
        cmocka_unit_test(test_money_names_its_currency),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
