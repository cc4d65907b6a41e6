/* Seeking in plain values: most texts that people write in forms are ASCII with single blanks, and most rules
 * look for words in them. Asked one by one, each value and word cost a call that takes longer than the look.
 */
#include "score/plan/plain.h"

#include "score/tree/pattern.h"

#include <stdlib.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* Longer values are left to who looks at them one by one. */
enum { LONGEST = 4096 };

/* Whether a text is plain, which is in lower case at `to` then. */
static bool lay(char *restrict to, struct as_str text)
{
    const unsigned char *from = (const void *)text.p;
    unsigned char odd = 0;
    if (text.n == 0)
        return true;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = from[i];
        odd |= (unsigned char)((c < ' ') | (c >= 0x80));
        to[i] = (char)(c + ((unsigned char)(c - 'A') < 26 ? 'a' - 'A' : 0));
    }
    for (size_t i = 1; i < text.n; i++)
        odd |= (unsigned char)((from[i - 1] == ' ') & (from[i] == ' '));
    return odd == 0 && from[0] != ' ' && from[text.n - 1] != ' ';
}

enum as_status as_plain_lay(struct as_plain *plain, uint32_t n, uint32_t from,
                            struct as_str (*text_of)(const void *context, uint32_t code), const void *context,
                            struct as_error *error)
{
    size_t most = 1;
    for (uint32_t i = 0; i < n; i++) {
        size_t length = text_of(context, from + i).n;
        most += length > LONGEST ? 0 : length + 1;
    }
    if (most > plain->room) {
        as_plain_free(plain);
        if ((plain->text = malloc(most)) == NULL)
            return as_error_memory(error);
        plain->room = most;
    }
    plain->n = n;
    plain->text[0] = '\0';
    plain->end[0] = 1;
    for (uint32_t i = 0; i < n; i++) {
        struct as_str text = text_of(context, from + i);
        uint32_t at = plain->end[i];
        plain->other[i] = text.n > LONGEST || !lay(plain->text + at, text);
        if (!plain->other[i]) {
            at += (uint32_t)text.n;
            plain->text[at++] = '\0';
        }
        plain->end[i + 1] = at;
    }
    return AS_OK;
}

void as_plain_free(struct as_plain *plain)
{
    free(plain->text);
    plain->text = NULL;
    plain->room = 0;
}

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/* --- finding --- */

/* Where a word begins of which the first and the last letter stand at the places in `both`; NULL: nowhere. */
AS_PART const char *of_places(const char *at, uint64_t both, struct as_str word)
{
    for (; both != 0; both &= both - 1) {
        const char *hit = at + __builtin_ctzll(both);
        if (word.n <= 2 || memcmp(hit + 1, word.p + 1, word.n - 2) == 0)
            return hit;
    }
    return NULL;
}

static const char *find_any(const char *from, const char *end, struct as_str word)
{
    return memmem(from, (size_t)(end - from), word.p, word.n);
}

#ifdef __x86_64__
AS_FOR_AVX2 static const char *find_avx2(const char *from, const char *end, struct as_str word)
{
    const __m256i first = _mm256_set1_epi8(word.p[0]), last = _mm256_set1_epi8(word.p[word.n - 1]);
    for (; (size_t)(end - from) >= word.n + 31; from += 32) {
        const __m256i begins = _mm256_loadu_si256((const void *)from),
                      ends = _mm256_loadu_si256((const void *)(from + word.n - 1));
        const __m256i both =
            _mm256_and_si256(_mm256_cmpeq_epi8(begins, first), _mm256_cmpeq_epi8(ends, last));
        const char *hit = of_places(from, (uint32_t)_mm256_movemask_epi8(both), word);
        if (hit != NULL)
            return hit;
    }
    return find_any(from, end, word);
}

AS_FOR_AVX512 static const char *find_avx512(const char *from, const char *end, struct as_str word)
{
    const __m512i first = _mm512_set1_epi8(word.p[0]), last = _mm512_set1_epi8(word.p[word.n - 1]);
    for (; (size_t)(end - from) >= word.n + 63; from += 64) {
        const uint64_t begins = _mm512_cmpeq_epi8_mask(_mm512_loadu_si512(from), first);
        const char *hit = of_places(
            from, _mm512_mask_cmpeq_epi8_mask(begins, _mm512_loadu_si512(from + word.n - 1), last), word);
        if (hit != NULL)
            return hit;
    }
    return find_any(from, end, word);
}
#else
#define find_avx2   find_any
#define find_avx512 find_any
#endif

static void seek(uint8_t *answers, const struct as_plain *plain, const struct as_sought *sought,
                 enum as_machine machine)
{
    static const char *(*const versions[AS_MACHINES])(const char *, const char *,
                                                      struct as_str) = {find_any, find_avx2, find_avx512};
    const struct as_str word = sought->text;
    const char *from = plain->text, *end = from + plain->end[plain->n], *hit;
    uint32_t value = 0;
    while ((hit = versions[machine](from, end, word)) != NULL) {
        from = hit + 1;
        if ((sought->opens && in_word(hit[-1])) || (sought->closes && in_word(hit[word.n])))
            continue;
        while (plain->end[value + 1] <= (size_t)(hit - plain->text))
            value++;
        answers[value] = AS_ANSWER_YES;
        from = plain->text + plain->end[value + 1];
    }
}

bool as_plain_answer(uint8_t *answers, const struct as_plain *plain, const struct as_predicate *predicate,
                     enum as_machine machine)
{
    const bool words = predicate->kernel == AS_KERNEL_HAS_WORD;
    const struct as_sought *texts = NULL;
    uint32_t n = predicate->word_count;
    if (predicate->kernel == AS_KERNEL_MATCHES) {
        texts = as_pattern_texts(&n, predicate->pattern);
        if (n == 0)
            return false;
    } else if (!words && predicate->kernel != AS_KERNEL_CONTAINS) {
        return false;
    }
    for (uint32_t i = 0; i < n && texts == NULL; i++)
        if (predicate->words[i].n == 0)
            return false;
    for (uint32_t i = 0; i < plain->n; i++)
        answers[i] = plain->other[i] ? answers[i] : AS_ANSWER_NO;
    for (uint32_t i = 0; i < n; i++) {
        const struct as_sought word = {texts == NULL ? predicate->words[i] : texts[i].text,
                                       texts == NULL ? words : texts[i].opens,
                                       texts == NULL ? words : texts[i].closes};
        seek(answers, plain, &word, machine);
    }
    return true;
}
