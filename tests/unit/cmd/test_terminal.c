/* Widths, harmless text, tables and progress. Widths: the Unicode standard's East Asian Width. */
#include "cmd/output/terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int width_of(const char *text)
{
    return as_display_width(as_str_of(text));
}

static void widths_are_those_of_a_terminal(void **state)
{
    (void)state;
    assert_int_equal(width_of(""), 0);
    assert_int_equal(width_of("abc"), 3);
    assert_int_equal(width_of("Müller"), 6);
    assert_int_equal(width_of("Mu\xCC\x88ller"), 6); /* u and a combining diaeresis */
    assert_int_equal(width_of("株式会社"), 8);
    assert_int_equal(width_of("a\tb\nc"), 5);
    assert_int_equal(width_of("\xFF\xFE"), 2);
}

static void text_from_outside_cannot_steer_the_terminal(void **state)
{
    (void)state;
    struct as_buf buf = {0};
    as_display_text(&buf, AS_STR("a\x1b[2Jb\rc\nd\x7F\xC2\x9B"
                                 "e\xE2\x80\xAE"
                                 "f"));
    assert_string_equal(as_buf_c(&buf), "a [2Jb c d  e\xEF\xBF\xBD"
                                        "f");
    as_buf_free(&buf);
}

static void text_is_cut_at_columns_not_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int width;
        const char *cut;
    } known[] = {
        {"abcdef", 6, "abcdef"},  {"abcdef", 5, "abcd…"},      {"abcdef", 1, "…"},
        {"abcdef", 0, ""},        {"株式会社", 8, "株式会社"}, {"株式会社", 7, "株式会…"},
        {"株式会社", 6, "株式…"}, {"Müller", 4, "Mül…"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct as_buf buf = {0};
        as_display_cut(&buf, as_str_of(known[i].text), known[i].width);
        assert_string_equal(as_buf_c(&buf), known[i].cut);
        as_buf_free(&buf);
    }
}

static void counts_are_grouped(void **state)
{
    (void)state;
    char text[AS_COUNT_TEXT];
    assert_string_equal(as_count_format(text, 0), "0");
    assert_string_equal(as_count_format(text, 999), "999");
    assert_string_equal(as_count_format(text, 9240), "9,240");
    assert_string_equal(as_count_format(text, 1000000), "1,000,000");
    assert_string_equal(as_count_format(text, UINT64_MAX), "18,446,744,073,709,551,615");
}

static const struct as_table_column columns[] = {
    {.title = "lead", .shrinks = true}, {.title = "points", .right = true}, {.title = "why"}};

static char *printed(struct as_table *table, int width, bool color)
{
    static char *text; /* the stream keeps where it is */
    static size_t n;
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    struct as_terminal terminal = {.out = out, .err = out, .width = width, .color = color};
    assert_int_equal(as_table_print(table, &terminal, 2, NULL), AS_OK);
    fclose(out);
    return text;
}

static void columns_align_by_display_width(void **state)
{
    (void)state;
    struct as_table table;
    as_table_open(&table, columns, 3);
    as_table_row(&table);
    as_table_text(&table, "Ada");
    as_table_printf(&table, "%d", 25);
    as_table_text(&table, "senior title");
    as_table_row(&table);
    as_table_text(&table, "株式会社");
    as_table_printf(&table, "%d", 1000);
    as_table_row(&table);
    as_table_text(&table, "Jürgen");
    as_table_text(&table, NULL);
    as_table_text(&table, "new\nline");
    char *text = printed(&table, 0, false);
    assert_string_equal(text, "  lead      points  why\n"
                              "  Ada           25  senior title\n"
                              "  株式会社    1000\n"
                              "  Jürgen            new line\n");
    free(text);
    as_table_close(&table);
}

static void a_narrow_terminal_cuts_what_may_shrink(void **state)
{
    (void)state;
    struct as_table table;
    as_table_open(&table, columns, 3);
    as_table_row(&table);
    as_table_text(&table, "a.very.long.address@example.com");
    as_table_text(&table, "7");
    as_table_text(&table, "fits");
    char *text = printed(&table, 30, false);
    assert_string_equal(text, "  lead            points  why\n"
                              "  a.very.long.a…       7  fits\n");
    free(text);
    as_table_close(&table);
}

static const struct as_table_column figures[] = {
    {.title = "Stage"}, {.title = "Of", .right = true}, {.title = "Kept of decided", .right = true}};

static void fill_figures(struct as_table *table)
{
    as_table_open(table, figures, 3);
    as_table_row(table);
    as_table_text(table, "worth a call");
    as_table_text(table, "1,204");
    as_table_text(table, "57.60 % [55.4, 59.7]");
    as_table_row(table);
    as_table_text(table, "名前 を 折る");
    as_table_text(table, "7");
    as_table_text(table, "none");
}

static void a_narrow_terminal_folds_what_may_not_be_cut(void **state)
{
    (void)state;
    struct as_table table;
    fill_figures(&table);
    char *text = printed(&table, 34, false);
    assert_string_equal(text, "  Stage           Of       Kept of\n"
                              "                           decided\n"
                              "  worth a      1,204       57.60 %\n"
                              "  call                [55.4, 59.7]\n"
                              "  名前 を          7          none\n"
                              "  折る\n");
    free(text);
    as_table_close(&table);
}

static void columns_without_room_stand_in_panels_below(void **state)
{
    (void)state;
    struct as_table table;
    fill_figures(&table);
    char *text = printed(&table, 24, false);
    assert_string_equal(text, "  Stage            Of\n"
                              "  worth a call  1,204\n"
                              "  名前 を 折る      7\n"
                              "\n"
                              "  Stage          Kept of\n"
                              "                 decided\n"
                              "  worth a        57.60 %\n"
                              "  call      [55.4, 59.7]\n"
                              "  名前 を           none\n"
                              "  折る\n");
    free(text);
    as_table_close(&table);
}

static void panels_of_many_rows_come_a_screen_at_a_time(void **state)
{
    (void)state;
    struct as_table table;
    as_table_open(&table, figures, 3);
    for (int row = 1; row <= 21; row++) {
        as_table_row(&table);
        as_table_printf(&table, "stage-%d", row);
        as_table_text(&table, "1,204");
        as_table_text(&table, "57.60 % [55.4, 59.7]");
    }
    char *text = printed(&table, 22, false);
    /* Both panels of row 20 stand before the first of row 21. */
    const char *last = strstr(text, "stage-20"), *again = last == NULL ? NULL : strstr(last + 1, "stage-20"),
               *next = strstr(text, "stage-21");
    assert_true(again != NULL && next != NULL && again < next);
    assert_non_null(strstr(next + 1, "stage-21"));
    free(text);
    as_table_close(&table);
}

/* Whatever the width, no word is lost and no line is wider than the terminal. */
static void a_folded_table_says_all_that_it_says_unfolded(void **state)
{
    (void)state;
    struct as_table table;
    fill_figures(&table);
    for (int width = 21; width < 60; width++) {
        static const char *const words[] = {"worth", "call", "1,204", "57.60 %", "[55.4, 59.7]",
                                            "名前",  "折る", "7",     "none",    "decided"};
        char *text = printed(&table, width, false);
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            if (strstr(text, words[i]) == NULL)
                fail_msg("%d columns: \"%s\" is missing in\n%s", width, words[i], text);
        struct as_str rest = as_str_of(text);
        while (rest.n > 0)
            assert_in_range(as_display_width(as_str_cut(&rest, '\n')), 0, width);
        free(text);
    }
    as_table_close(&table);
}

static void styles_show_with_colour_alone(void **state)
{
    (void)state;
    static const struct as_table_column plain[] = {{.title = NULL}, {.title = NULL}};
    for (int color = 0; color < 2; color++) {
        struct as_table table;
        as_table_open(&table, plain, 2);
        as_table_row(&table);
        as_table_style(&table, AS_GREEN, "ok");
        as_table_text(&table, "x");
        char *text = printed(&table, 0, color);
        assert_string_equal(text, color ? "  \x1b[32mok\x1b[0m  x\n" : "  ok  x\n");
        free(text);
        as_table_close(&table);
    }
}

static void colour_obeys_no_color_and_pipes(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    struct as_terminal terminal;
    unsetenv("COLUMNS");
    as_terminal_open(&terminal, file, file, AS_COLOR_AUTO);
    assert_false(terminal.color);
    assert_int_equal(terminal.width, 0);
    as_terminal_open(&terminal, file, file, AS_COLOR_ALWAYS);
    assert_true(terminal.color);
    setenv("COLUMNS", "77", 1);
    as_terminal_open(&terminal, file, file, AS_COLOR_NEVER);
    assert_false(terminal.color);
    assert_int_equal(terminal.width, 77);
    unsetenv("COLUMNS");
    fclose(file);
}

static void progress_is_silent_for_short_or_quiet_work(void **state)
{
    (void)state;
    char *text = NULL;
    size_t n = 0;
    FILE *err = open_memstream(&text, &n);
    struct as_terminal terminal = {.out = err, .err = err, .quiet = false};
    struct as_progress progress;
    as_progress_start(&progress, &terminal, "leads.csv", "rows");
    as_progress_show(&progress, 0.5, 10);
    as_progress_end(&progress);
    fflush(err);
    assert_int_equal(n, 0);
    /* As if six seconds had passed since the last line. */
    progress.shown -= INT64_C(6000000000);
    as_progress_show(&progress, 0.5, 1234);
    as_progress_end(&progress);
    fflush(err);
    assert_string_equal(text, "leads.csv: 50%, 1,234 rows\n");
    terminal.quiet = true;
    progress.shown -= INT64_C(6000000000);
    as_progress_show(&progress, 0.7, 2000);
    fclose(err);
    assert_string_equal(text, "leads.csv: 50%, 1,234 rows\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widths_are_those_of_a_terminal),
        cmocka_unit_test(text_from_outside_cannot_steer_the_terminal),
        cmocka_unit_test(text_is_cut_at_columns_not_bytes),
        cmocka_unit_test(counts_are_grouped),
        cmocka_unit_test(columns_align_by_display_width),
        cmocka_unit_test(a_narrow_terminal_cuts_what_may_shrink),
        cmocka_unit_test(a_narrow_terminal_folds_what_may_not_be_cut),
        cmocka_unit_test(columns_without_room_stand_in_panels_below),
        cmocka_unit_test(panels_of_many_rows_come_a_screen_at_a_time),
        cmocka_unit_test(a_folded_table_says_all_that_it_says_unfolded),
        cmocka_unit_test(styles_show_with_colour_alone),
        cmocka_unit_test(colour_obeys_no_color_and_pipes),
        cmocka_unit_test(progress_is_silent_for_short_or_quiet_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
