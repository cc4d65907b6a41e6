/* Regular expressions under their limits: long texts that cost no more than their length are matched, what
 * backtracks for ever is refused, whatever the machine compiles patterns to. */
#include "base/limits.h"
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_texts_are_matched),
        cmocka_unit_test(backtracking_ends),
    };
    return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
