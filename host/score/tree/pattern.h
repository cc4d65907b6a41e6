/* Pattern: a regular expression of a rule (PCRE2, caseless, Unicode), with limits on what a match may cost.
 *
 * A pattern can be matched by many threads at once; each thread needs a matcher of its own. */
#ifndef AS_SCORE_PATTERN_H
#define AS_SCORE_PATTERN_H

#include "base/status.h"
#include "base/text.h"

struct as_pattern;
struct as_matcher;

/* A text that is looked for as it is, or as a word: without a letter, a digit or _ before or behind it. */
struct as_sought {
    struct as_str text;
    bool opens, closes; /* a word begins with it, ends with it */
};

/* AS_ERR_RULE with PCRE2's message and the place in the pattern. */
enum as_status as_pattern_new(struct as_pattern **out, struct as_str source, struct as_error *error);
void as_pattern_free(struct as_pattern *pattern); /* NULL is fine */

/* What a match needs beside its pattern: one a thread, for any number of patterns. AS_ERR_MEMORY. */
enum as_status as_matcher_new(struct as_matcher **out, struct as_error *error);
void as_matcher_free(struct as_matcher *matcher); /* NULL is fine */

/* Whether the pattern is found in the text; bytes that are no UTF-8 match nothing. AS_ERR_LIMIT when the
 * match backtracks beyond AS_MAX_MATCH_STEPS. */
enum as_status as_pattern_find(bool *found, const struct as_pattern *pattern, struct as_matcher *matcher,
                               struct as_str text, struct as_error *error);

/* What is found where one of these is, as most patterns: [[finance|\bcfo\b]]. For texts of ASCII in lower
 * case; *n 0 when the pattern says more than that. They live as long as the pattern. */
const struct as_sought *as_pattern_texts(uint32_t *n, const struct as_pattern *pattern);

/* The version of the library that matches, with its Unicode: "10.42 (Unicode 14.0.0)". */
void as_pattern_version(struct as_buf *out);

#endif
