/* Folding and words. Known answers: Unicode's CaseFolding and normalisation data. */
#include "data/identity/fold.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void folds_to(const char *text, const char *expected)
{
    struct as_buf out = {0};
    assert_int_equal(as_fold(&out, as_str_of(text), NULL), AS_OK);
    if (strcmp(as_buf_c(&out), expected) != 0)
        fail_msg("\"%s\" folds to \"%s\", not \"%s\"", text, as_buf_c(&out), expected);
    /* Folding what is folded changes nothing. */
    struct as_buf again = {0};
    assert_int_equal(as_fold(&again, (struct as_str){as_buf_c(&out), out.n}, NULL), AS_OK);
    assert_string_equal(as_buf_c(&again), expected);
    as_buf_free(&again);
    as_buf_free(&out);
}

static void what_reads_the_same_folds_to_the_same(void **state)
{
    (void)state;
    folds_to("VP Operations", "vp operations");
    folds_to("  a \t b\xC2\xA0 c ", "a b c");
    folds_to("Straße", "strasse");
    folds_to("STRASSE", "strasse");
    folds_to("ﬁne", "fine");   /* a ligature */
    folds_to("Ａｄａ", "ada"); /* full width */
    folds_to("Ⅷ", "viii");
    folds_to("e\xCC\x81", "é"); /* a combining accent */
    folds_to("É", "é");
    folds_to("ΣΊΣΥΦΟΣ", "σίσυφοσ");   /* the last sigma, too */
    folds_to("co\xC2\xADop", "coop"); /* a soft hyphen */
    folds_to("a\xE2\x80\x8B"
             "b",
             "ab"); /* a blank of no width */
    folds_to("", "");
    folds_to("\xFF", "\xEF\xBF\xBD");
}

static void words_stand_between_borders(void **state)
{
    (void)state;
    static const struct {
        const char *text, *word;
        bool stands;
    } known[] = {
        {"student", "student", true},
        {"phd student, mit", "student", true},
        {"students", "student", false},
        {"head of it", "it", true},
        {"composite", "it", false},
        {"it_manager", "it", false},
        {"(it)", "it", true},
        {"vice president sales", "vice president", true},
        {"vice presidents", "vice president", false},
        {"co-op", "co", true},
        {"a", "", false},
        {"", "a", false},
        {"r2d2", "r2", false},
        {"müller", "m", false},
        {"ünit", "nit", false},
        {"it it-x", "it-x", true},
        {"its it", "it", true},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (as_fold_has_word(as_str_of(known[i].text), as_str_of(known[i].word)) != known[i].stands)
            fail_msg("\"%s\" in \"%s\"", known[i].word, known[i].text);
}

static void only_well_formed_text_is_utf8(void **state)
{
    (void)state;
    static const struct {
        struct as_str text;
        bool valid;
        size_t at;
    } known[] = {
        {{"a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 10}, true, 0},
        {{"\xF4\x8F\xBF\xBF", 4}, true, 0},
        {{"ab\xC0\x80", 4}, false, 2},       /* overlong NUL */
        {{"a\xE0\x80\x80", 4}, false, 1},    /* overlong */
        {{"\xED\xA0\x80", 3}, false, 0},     /* half of a surrogate pair */
        {{"\xF4\x90\x80\x80", 4}, false, 0}, /* beyond U+10FFFF */
        {{"abc\xE2\x82", 5}, false, 3},      /* cut */
        {{"abc\x80", 4}, false, 3},
        {{"a\0b", 3}, false, 1},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t at = 99;
        assert_int_equal(as_utf8_valid(known[i].text, &at), known[i].valid);
        if (!known[i].valid)
            assert_int_equal(at, known[i].at);
    }
    struct as_str text = {"a\xFF\xE2\x82\xAC", 5};
    static const uint32_t points[] = {'a', 0xFFFD, 0x20AC};
    size_t at = 0;
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(as_utf8_next(text, &at), points[i]);
    assert_int_equal(at, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_reads_the_same_folds_to_the_same),
        cmocka_unit_test(words_stand_between_borders),
        cmocka_unit_test(only_well_formed_text_is_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
