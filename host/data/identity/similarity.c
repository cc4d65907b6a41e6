/* Likeness of texts by code point, and of records by Fellegi and Sunter. Written from the formulas that the
 * header gives. */
#include "data/identity/similarity.h"

#include "base/limits.h"
#include "data/identity/fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct points {
    uint32_t n, at[AS_MAX_COMPARED];
};

static enum as_status decode(struct points *out, struct as_str text, struct as_error *error)
{
    out->n = 0;
    for (size_t i = 0; i < text.n;) {
        if (out->n == AS_MAX_COMPARED)
            return as_error_set(error, AS_ERR_LIMIT, "texts longer than %d characters are not compared",
                                AS_MAX_COMPARED);
        out->at[out->n++] = as_utf8_next(text, &i);
    }
    return AS_OK;
}

static double jaro(const struct points *a, const struct points *b)
{
    if (a->n == 0 && b->n == 0)
        return 1;
    uint32_t longer = a->n > b->n ? a->n : b->n;
    uint32_t reach = longer / 2 > 0 ? longer / 2 - 1 : 0;
    bool in_a[AS_MAX_COMPARED] = {false}, in_b[AS_MAX_COMPARED] = {false};
    uint32_t matches = 0;
    for (uint32_t i = 0; i < a->n; i++) {
        uint32_t from = i > reach ? i - reach : 0;
        uint32_t to = i + reach + 1 < b->n ? i + reach + 1 : b->n;
        for (uint32_t j = from; j < to; j++)
            if (!in_b[j] && a->at[i] == b->at[j]) {
                in_a[i] = in_b[j] = true;
                matches++;
                break;
            }
    }
    if (matches == 0)
        return 0;
    uint32_t crossed = 0;
    for (uint32_t i = 0, j = 0; i < a->n; i++) {
        if (!in_a[i])
            continue;
        while (!in_b[j])
            j++;
        crossed += a->at[i] != b->at[j++];
    }
    double m = matches, t = crossed / 2.0;
    return (m / a->n + m / b->n + (m - t) / m) / 3;
}

enum as_status as_jaro_winkler(double *out, struct as_str a, struct as_str b, struct as_error *error)
{
    struct points x, y;
    enum as_status status = decode(&x, a, error);
    if (status != AS_OK || (status = decode(&y, b, error)) != AS_OK)
        return status;
    double likeness = jaro(&x, &y);
    uint32_t prefix = 0;
    while (prefix < 4 && prefix < x.n && prefix < y.n && x.at[prefix] == y.at[prefix])
        prefix++;
    *out = likeness + prefix * 0.1 * (1 - likeness);
    return AS_OK;
}

/* Longest common subsequence, one row at a time. */
static uint32_t common_subsequence(const struct points *a, const struct points *b)
{
    uint16_t row[AS_MAX_COMPARED + 1] = {0};
    for (uint32_t i = 0; i < a->n; i++) {
        uint16_t diagonal = 0;
        for (uint32_t j = 0; j < b->n; j++) {
            uint16_t above = row[j + 1];
            if (a->at[i] == b->at[j])
                row[j + 1] = (uint16_t)(diagonal + 1);
            else if (row[j] > above)
                row[j + 1] = row[j];
            diagonal = above;
        }
    }
    return row[b->n];
}

static double indel(const struct points *a, const struct points *b)
{
    if (a->n + b->n == 0)
        return 1;
    return 2.0 * common_subsequence(a, b) / (a->n + b->n);
}

/* Distinct words, sorted. A text of AS_MAX_COMPARED code points has at most half as many. */
struct words {
    uint32_t n;
    struct as_str at[AS_MAX_COMPARED / 2 + 1];
};

static int compare_words(const void *a, const void *b)
{
    return as_str_cmp(*(const struct as_str *)a, *(const struct as_str *)b);
}

static enum as_status split_words(struct words *out, struct as_str text, struct as_error *error)
{
    struct points counted; /* words are limited as characters are */
    enum as_status status = decode(&counted, text, error);
    if (status != AS_OK)
        return status;
    out->n = 0;
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        while (i < text.n && strchr(" \t\n\v\f\r", text.p[i]) == NULL)
            i++;
        if (i > from)
            out->at[out->n++] = (struct as_str){text.p + from, i - from};
        else
            i++;
    }
    if (out->n == 0)
        return AS_OK;
    qsort(out->at, out->n, sizeof *out->at, compare_words);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < out->n; i++)
        if (!as_str_eq(out->at[i], out->at[kept - 1]))
            out->at[kept++] = out->at[i];
    out->n = kept;
    return AS_OK;
}

/* Appends the words of a that are (or are not) in b. */
static void append_words(struct as_buf *out, const struct words *a, const struct words *b, bool common)
{
    for (uint32_t i = 0, j = 0; i < a->n; i++) {
        while (j < b->n && as_str_cmp(b->at[j], a->at[i]) < 0)
            j++;
        if ((j < b->n && as_str_eq(a->at[i], b->at[j])) != common)
            continue;
        if (out->n > 0)
            as_buf_char(out, ' ');
        as_buf_str(out, a->at[i]);
    }
}

enum as_status as_token_set_ratio(double *out, struct as_str a, struct as_str b, struct as_error *error)
{
    struct words x, y;
    enum as_status status = split_words(&x, a, error);
    if (status != AS_OK || (status = split_words(&y, b, error)) != AS_OK)
        return status;
    if (x.n == 0 || y.n == 0) {
        *out = x.n == y.n;
        return AS_OK;
    }
    struct as_buf common = {0}, with_a = {0}, with_b = {0};
    struct points c, ca, cb;
    append_words(&common, &x, &y, true);
    append_words(&with_a, &x, &y, true);
    append_words(&with_a, &x, &y, false);
    append_words(&with_b, &x, &y, true);
    append_words(&with_b, &y, &x, false);
    if (common.failed || with_a.failed || with_b.failed) {
        status = as_error_memory(error);
        goto done;
    }
    if ((status = decode(&c, (struct as_str){as_buf_c(&common), common.n}, error)) != AS_OK ||
        (status = decode(&ca, (struct as_str){as_buf_c(&with_a), with_a.n}, error)) != AS_OK ||
        (status = decode(&cb, (struct as_str){as_buf_c(&with_b), with_b.n}, error)) != AS_OK)
        goto done;
    *out = indel(&ca, &cb);
    if (c.n > 0)
        *out = fmax(*out, fmax(indel(&c, &ca), indel(&c, &cb)));

done:
    as_buf_free(&common);
    as_buf_free(&with_a);
    as_buf_free(&with_b);
    return status;
}

double as_match_weight(bool agrees, double m, double u)
{
    if (!(m > 0 && m < 1 && u > 0 && u < 1))
        return NAN;
    return agrees ? log2(m / u) : log2((1 - m) / (1 - u));
}

double as_match_probability(double weight, double prior)
{
    if (!(prior > 0 && prior < 1))
        return NAN;
    /* odds in bits, so that large weights stay finite */
    return 1 / (1 + exp2(-(weight + log2(prior / (1 - prior)))));
}
