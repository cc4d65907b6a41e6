/* Rows for other programs. Known answers: RFC 4180 and RFC 8259. */
#include "base/time.h"
#include "cmd/output/sheet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const columns[] = {"name", "points", "at", "open", "note"};

static char *written(enum as_sheet_format format, int rows)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    struct as_sheet sheet;
    as_sheet_open(&sheet, out, format, columns, 5);
    for (int i = 0; i < rows; i++) {
        as_sheet_text(&sheet, i == 0 ? "Ada \"the first\", Countess" : "Jürgen");
        as_sheet_milli(&sheet, i == 0 ? 47250 : -1);
        as_sheet_time(&sheet, i == 0 ? 0 : AS_TIME_NONE);
        as_sheet_bool(&sheet, i == 0);
        if (i == 0)
            as_sheet_text(&sheet, "two\nlines");
        assert_int_equal(as_sheet_end_row(&sheet, NULL), AS_OK);
    }
    assert_int_equal(sheet.rows, rows);
    assert_int_equal(as_sheet_close(&sheet, NULL), AS_OK);
    fclose(out);
    return text;
}

static void csv_quotes_what_it_must(void **state)
{
    (void)state;
    char *text = written(AS_SHEET_CSV, 2);
    assert_string_equal(
        text, "name,points,at,open,note\r\n"
              "\"Ada \"\"the first\"\", Countess\",47.25,1970-01-01T00:00:00Z,true,\"two\nlines\"\r\n"
              "Jürgen,-0.001,,false,\r\n");
    free(text);
}

static void ndjson_is_one_object_a_line(void **state)
{
    (void)state;
    char *text = written(AS_SHEET_NDJSON, 2);
    assert_string_equal(
        text, "{\"name\": \"Ada \\\"the first\\\", Countess\", \"points\": 47.25, \"at\": "
              "\"1970-01-01T00:00:00Z\", "
              "\"open\": true, \"note\": \"two\\nlines\"}\n"
              "{\"name\": \"Jürgen\", \"points\": -0.001, \"at\": null, \"open\": false, \"note\": null}\n");
    free(text);
}

static void json_is_one_array_also_when_empty(void **state)
{
    (void)state;
    char *text = written(AS_SHEET_JSON, 0);
    assert_string_equal(text, "[]\n");
    free(text);
    text = written(AS_SHEET_JSON, 2);
    assert_true(strncmp(text, "[\n{\"name\"", 9) == 0);
    assert_non_null(strstr(text, "},\n{"));
    assert_string_equal(text + strlen(text) - 4, "}\n]\n");
    free(text);
}

static void milli_points_lose_nothing(void **state)
{
    (void)state;
    static const struct {
        int64_t milli;
        const char *text;
    } known[] = {
        {0, "0"},        {1000, "1"},      {500, "0.5"},    {-500, "-0.5"},
        {1001, "1.001"}, {10010, "10.01"}, {-25000, "-25"}, {INT64_MIN, "-9223372036854775.808"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char *text = NULL;
        size_t n = 0;
        static const char *const column[] = {"p"};
        struct as_sheet sheet;
        FILE *out = open_memstream(&text, &n);
        as_sheet_open(&sheet, out, AS_SHEET_NDJSON, column, 1);
        as_sheet_milli(&sheet, known[i].milli);
        assert_int_equal(as_sheet_end_row(&sheet, NULL), AS_OK);
        as_sheet_close(&sheet, NULL);
        fclose(out);
        char expected[64];
        snprintf(expected, sizeof expected, "{\"p\": %s}\n", known[i].text);
        assert_string_equal(text, expected);
        free(text);
    }
}

static void no_cell_is_a_formula(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *csv;
    } known[] = {
        {"=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"+49 30", "\"'+49 30\""},
        {"-x", "\"'-x\""},
        {"-12.5", "-12.5"},
        {"+3", "+3"},
        {"a=b", "a=b"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char *text = NULL;
        size_t n = 0;
        static const char *const column[] = {"c"};
        struct as_sheet sheet;
        FILE *out = open_memstream(&text, &n);
        as_sheet_open(&sheet, out, AS_SHEET_CSV, column, 1);
        as_sheet_text(&sheet, known[i].cell);
        assert_int_equal(as_sheet_end_row(&sheet, NULL), AS_OK);
        as_sheet_close(&sheet, NULL);
        fclose(out);
        char expected[64];
        snprintf(expected, sizeof expected, "c\r\n%s\r\n", known[i].csv);
        assert_string_equal(text, expected);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_quotes_what_it_must),
        cmocka_unit_test(ndjson_is_one_object_a_line),
        cmocka_unit_test(json_is_one_array_also_when_empty),
        cmocka_unit_test(milli_points_lose_nothing),
        cmocka_unit_test(no_cell_is_a_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
