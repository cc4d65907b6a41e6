/* Regular expressions under their limits: long texts that cost no more than their length are matched, what
 * backtracks for ever is refused, whatever the machine compiles patterns to. */
#include "base/limits.h"
#include "data/identity/fold.h"
#include "score/plan/plain.h"
#include "score/tree/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* How matching the text ends: found, or the error. */
static enum as_status find(bool *found, const char *source, struct as_str text, struct as_error *error)
{
    struct as_pattern *pattern;
    struct as_matcher *matcher;
    assert_int_equal(as_pattern_new(&pattern, as_str_of(source), error), AS_OK);
    assert_int_equal(as_matcher_new(&matcher, error), AS_OK);
    enum as_status status = as_pattern_find(found, pattern, matcher, text, error);
    as_matcher_free(matcher);
    as_pattern_free(pattern);
    return status;
}

static void long_texts_are_matched(void **state)
{
    (void)state;
    static char text[AS_MAX_TEXT];
    struct as_error error = AS_ERROR_INIT;
    bool found;
    memset(text, 'a', sizeof text);
    text[sizeof text - 1] = 'c';
    static const char *const honest[] = {"a+c$", "^(a|b)*c", "^(?:(a)|b)+c$", "(.*)c", "^[ab]*c"};
    for (size_t i = 0; i < sizeof honest / sizeof *honest; i++) {
        found = false;
        if (find(&found, honest[i], (struct as_str){text, sizeof text}, &error) != AS_OK)
            fail_msg("%s: %s", honest[i], error.what);
        assert_true(found);
    }
}

static void backtracking_ends(void **state)
{
    (void)state;
    static const char *const endless[] = {"^(a|aa|a+)+$", "(a*)*(a*)*b\\1", "^(([a-z])+.)+[A-Z]([a-z])+$"};
    char text[48];
    memset(text, 'a', sizeof text - 1);
    text[sizeof text - 1] = '!';
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        struct as_error error = AS_ERROR_INIT;
        bool found = true;
        enum as_status status = find(&found, endless[i], (struct as_str){text, sizeof text}, &error);
        /* An optimiser may see that it cannot match; if not, the limit ends it. */
        assert_true(status == AS_ERR_LIMIT || (status == AS_OK && !found));
        if (status == AS_ERR_LIMIT)
            assert_non_null(strstr(error.what, "a pattern takes more than"));
        if (i == 0)
            assert_int_equal(status, AS_ERR_LIMIT);
    }
}

/* --- many values at once --- */

/* Plain ones among others: of other signs that fold to letters, of white space, of words beside signs. */
static const struct as_str values[] = {
    {"", 0},
    {"Head of IT", 10},
    {"itinerant", 9},
    {"IT", 2},
    {" it", 3},
    {"of  it", 6},
    {"it\tit", 5},
    {"it\0cfo", 6},
    {"split_it", 8},
    {"it-security", 11},
    {"cfo2", 4},
    {"the CFO.", 8},
    {"\xe2\x84\xaa", 3},
    {"K", 1},
    {"\xc5\xbf"
     "ales",
     6},
    {"SALES", 5},
    {"caf\xc3\xa9 it", 8},
    {"supply  chain", 13},
    {"Supply Chain", 12},
    {"supply chain ", 13},
    {"it_", 3},
    {"x it's", 6},
    {"\x1f"
     "it",
     3},
    {"\xff"
     "it",
     3},
    {"a.b", 3},
    {"aab", 3},
    {"vice-president vp", 17},
    {"vvp vp", 6},
};
enum { VALUES = sizeof values / sizeof *values };

static struct as_str value_of(const void *context, uint32_t code)
{
    (void)context;
    return values[code];
}

/* Answers sought for all at once are those that PCRE2 and folding give one by one. */
static void agree_on(enum as_machine machine, const struct as_predicate *predicate, bool sought)
{
    struct as_error error = AS_ERROR_INIT;
    struct as_plain plain = {.text = NULL};
    struct as_buf scratch = {0};
    struct as_matcher *matcher;
    uint8_t answers[VALUES];
    uint32_t plain_ones = 0;
    memset(answers, AS_ANSWER_OPEN, sizeof answers);
    assert_int_equal(as_matcher_new(&matcher, &error), AS_OK);
    assert_int_equal(as_plain_lay(&plain, VALUES - 1, 1, value_of, NULL, &error), AS_OK);
    assert_int_equal(as_plain_lay(&plain, VALUES, 0, value_of, NULL, &error), AS_OK);
    assert_int_equal(as_plain_answer(answers, &plain, predicate, machine), sought);
    for (uint32_t i = 0; i < VALUES; i++) {
        uint8_t want;
        as_buf_reset(&scratch);
        assert_int_equal(as_fold(&scratch, values[i], &error), AS_OK);
        if (!plain.other[i])
            assert_true(as_str_eq(as_plain_at(&plain, i), (struct as_str){as_buf_c(&scratch), scratch.n}));
        plain_ones += !plain.other[i];
        assert_int_equal(as_predicate_decide(&want, predicate, values[i], i, matcher, &scratch, &error),
                         AS_OK);
        if (answers[i] != (sought && !plain.other[i] ? want : AS_ANSWER_OPEN))
            fail_msg("value %u is answered otherwise", i);
    }
    assert_int_equal(plain_ones, 17);
    as_matcher_free(matcher);
    as_buf_free(&scratch);
    as_plain_free(&plain);
}

static void agree(const struct as_predicate *predicate, bool sought)
{
    static const unsigned widths[] = {8, 32, 64};
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
        agree_on(as_machine_of(widths[i]), predicate, sought);
}

static void patterns_are_sought(void **state)
{
    (void)state;
    static const struct {
        const char *source;
        bool texts;
    } cases[] = {
        {"it", true},
        {"\\bit\\b", true},
        {"\\bIT|Cfo\\b", true},
        {"k|sales", true},
        {"supply chain", true},
        {"it's", true},
        {"vp\\b", true},
        {"\\bvp", true},
        {"operations|-", true},
        {"\\b_it", true},
        {"b", true},
        {"\\bb", true},
        {"\\Bit", false},
        {"it\\B", false},
        {"a.b", false},
        {"it|", false},
        {"\\b", false},
        {"\\b\\b", false},
        {"\\b-s", false},
        {"a\\\\b", false},
        {"^it", false},
        {"(it)", false},
        {"its?", false},
        {"\\wt\\b", false},
        {"[it]", false},
        {"caf\xc3\xa9", false},
        {"a\\.b|it", false},
        {"it\\b\\b", false},
        {"\\bit\\|", false},
        {"\\bit\\b|\\Dx", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct as_error error = AS_ERROR_INIT;
        struct as_predicate predicate = {.kernel = AS_KERNEL_MATCHES};
        assert_int_equal(as_pattern_new(&predicate.pattern, as_str_of(cases[i].source), &error), AS_OK);
        agree(&predicate, cases[i].texts);
        as_pattern_free(predicate.pattern);
    }
}

static void words_are_sought(void **state)
{
    (void)state;
    struct as_str words[] = {
        AS_STR("it"), AS_STR("vp"), AS_STR("caf\xc3\xa9"), AS_STR("supply chain"), {"", 0}};
    static const enum as_kernel kernels[] = {AS_KERNEL_HAS_WORD, AS_KERNEL_CONTAINS, AS_KERNEL_IS};
    for (size_t k = 0; k < sizeof kernels / sizeof *kernels; k++)
        for (uint32_t first = 0; first < 5; first++)
            for (uint32_t n = 1; first + n <= 5; n++)
                agree(&(struct as_predicate){.kernel = kernels[k], .words = words + first, .word_count = n},
                      kernels[k] != AS_KERNEL_IS && first + n < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_texts_are_matched),
        cmocka_unit_test(backtracking_ends),
        cmocka_unit_test(patterns_are_sought),
        cmocka_unit_test(words_are_sought),
    };
    return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
