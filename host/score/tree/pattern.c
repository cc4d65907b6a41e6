/* Patterns on PCRE2. Which texts a pattern is asked about, and how often, is the plan's business: once per
 * distinct value of a column. */
#include "score/tree/pattern.h"

#include "base/limits.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>
#include <string.h>

struct as_pattern {
    pcre2_code *code;
    struct as_sought *texts; /* NULL: more than texts */
    uint32_t text_count;
    char *letters; /* of the texts */
};

struct as_matcher {
    pcre2_match_context *context;
    pcre2_match_data *data;
};

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool in_word(char c)
{
    return is_capital(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* Takes \b from one end of a text, where it stands beside a part of a word. */
static bool take_boundary(struct as_str *text, bool at_end)
{
    if (text->n < 3)
        return false;
    const char *two = at_end ? text->p + text->n - 2 : text->p;
    if (two[0] != '\\' || two[1] != 'b' || !in_word(at_end ? two[-1] : two[2]))
        return false;
    text->p += at_end ? 0 : 2;
    text->n -= 2;
    return true;
}

static bool is_plain(struct as_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80 || text.p[i] < ' ' ||
            strchr("\\^$.|?*+()[]{}", text.p[i]) != NULL)
            return false;
    return text.n > 0;
}

/* The alternatives, when each is a text and nothing else. */
static enum as_status find_texts(struct as_pattern *pattern, struct as_str source, struct as_error *error)
{
    uint32_t n = 1;
    for (size_t i = 0; i < source.n; i++)
        n += source.p[i] == '|';
    pattern->texts = calloc(n, sizeof *pattern->texts);
    pattern->letters = malloc(source.n + 1);
    if (pattern->texts == NULL || pattern->letters == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < source.n; i++) /* after a backslash a capital is another sign */
        pattern->letters[i] =
            (char)(source.p[i] +
                   (is_capital(source.p[i]) && (i == 0 || source.p[i - 1] != '\\') ? 'a' - 'A' : 0));
    struct as_str rest = {pattern->letters, source.n};
    for (uint32_t i = 0; i < n; i++) {
        struct as_sought *sought = &pattern->texts[i];
        sought->text = as_str_cut(&rest, '|');
        sought->opens = take_boundary(&sought->text, false);
        sought->closes = take_boundary(&sought->text, true);
        if (!is_plain(sought->text))
            return AS_OK;
    }
    pattern->text_count = n;
    return AS_OK;
}

enum as_status as_pattern_new(struct as_pattern **out, struct as_str source, struct as_error *error)
{
    if (source.n > AS_MAX_PATTERN) {
        as_error_set(error, AS_ERR_RULE, "a pattern of %zu bytes is longer than %d", source.n,
                     AS_MAX_PATTERN);
        return as_error_advise(error, "put long lists of words into a list of the pack and use in_list");
    }
    int number;
    PCRE2_SIZE offset;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)source.p, source.n,
                                     PCRE2_CASELESS | PCRE2_UTF | PCRE2_UCP | PCRE2_MATCH_INVALID_UTF |
                                         PCRE2_NEVER_BACKSLASH_C,
                                     &number, &offset, NULL);
    if (code == NULL) {
        PCRE2_UCHAR message[160];
        pcre2_get_error_message(number, message, sizeof message);
        as_error_set(error, AS_ERR_RULE, "the pattern \"%.*s\" is wrong at character %zu: %s",
                     source.n < 160 ? (int)source.n : 160, source.p, (size_t)offset + 1,
                     (const char *)message);
        return as_error_advise(error,
                               "write patterns in [[...]] so that \\ stands for itself; ( ) [ ] { } . * + ? "
                               "| ^ $ \\ need a \\ before them to be meant as characters");
    }
    struct as_pattern *pattern = calloc(1, sizeof *pattern);
    if (pattern == NULL) {
        pcre2_code_free(code);
        return as_error_memory(error);
    }
    /* A system without just-in-time compilation interprets the pattern instead: slower, the same answers. */
    (void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
    pattern->code = code;
    enum as_status status = find_texts(pattern, source, error);
    if (status != AS_OK) {
        as_pattern_free(pattern);
        return status;
    }
    *out = pattern;
    return AS_OK;
}

void as_pattern_free(struct as_pattern *pattern)
{
    if (pattern == NULL)
        return;
    pcre2_code_free(pattern->code);
    free(pattern->texts);
    free(pattern->letters);
    free(pattern);
}

const struct as_sought *as_pattern_texts(uint32_t *n, const struct as_pattern *pattern)
{
    *n = pattern->text_count;
    return pattern->texts;
}

enum as_status as_matcher_new(struct as_matcher **out, struct as_error *error)
{
    struct as_matcher *matcher = calloc(1, sizeof *matcher);
    if (matcher == NULL)
        return as_error_memory(error);
    matcher->context = pcre2_match_context_create(NULL);
    /* Only whether it is found is asked, so one pair of offsets will do for every pattern. */
    matcher->data = pcre2_match_data_create(1, NULL);
    if (matcher->context == NULL || matcher->data == NULL) {
        as_matcher_free(matcher);
        return as_error_memory(error);
    }
    pcre2_set_match_limit(matcher->context, AS_MAX_MATCH_STEPS);
    pcre2_set_depth_limit(matcher->context, AS_MAX_MATCH_STEPS);
    pcre2_set_heap_limit(matcher->context, AS_MAX_MATCH_KILOBYTES);
    *out = matcher;
    return AS_OK;
}

void as_matcher_free(struct as_matcher *matcher)
{
    if (matcher == NULL)
        return;
    pcre2_match_context_free(matcher->context);
    pcre2_match_data_free(matcher->data);
    free(matcher);
}

enum as_status as_pattern_find(bool *found, const struct as_pattern *pattern, struct as_matcher *matcher,
                               struct as_str text, struct as_error *error)
{
    int n = pcre2_match(pattern->code, (PCRE2_SPTR)text.p, text.n, 0, 0, matcher->data, matcher->context);
    if (n ==
        PCRE2_ERROR_JIT_STACKLIMIT) /* compiled code has 32 KiB of stack, the interpreter its own limit */
        n = pcre2_match(pattern->code, (PCRE2_SPTR)text.p, text.n, 0, PCRE2_NO_JIT, matcher->data,
                        matcher->context);
    *found = n >= 0;
    if (n >= 0 || n == PCRE2_ERROR_NOMATCH)
        return AS_OK;
    if (n == PCRE2_ERROR_NOMEMORY)
        return as_error_memory(error);
    as_error_set(error, AS_ERR_LIMIT, "a pattern takes more than %d steps on a text of %zu bytes",
                 AS_MAX_MATCH_STEPS, text.n);
    return as_error_advise(
        error, "repetitions inside repetitions, as in (a+)+, cost too much: write it without them");
}

void as_pattern_version(struct as_buf *out)
{
    char library[64] = "", unicode[64] = "";
    pcre2_config(PCRE2_CONFIG_VERSION, library);
    pcre2_config(PCRE2_CONFIG_UNICODE_VERSION, unicode);
    as_buf_printf(out, "%.*s (Unicode %s)", (int)strcspn(library, " "), library, unicode);
}
