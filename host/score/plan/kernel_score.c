/* The score kernel: rules summed in milli-points, with the interval that undecided rules leave open. Caps
 * apply rule by rule, then by group, then to the score, then its floor. */
#include "score/plan/kernel.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

enum { LOT = 64 };
typedef int64_t eight __attribute__((vector_size(64)));
/* A value of each row of a word, by name so that they stay in registers while rules are added. */
struct lot {
    eight a, b, c, d, e, f, g, h;
};
/* While rules are added, low and high hold their distance from the value. */
struct sum {
    struct lot value, low, high;
};

/* What a rule says to the rows of a word. */
struct say {
    uint64_t yes, unknown, plain; /* plain: unknown, not unmeasurable */
    uint64_t known;               /* its points could be computed */
    const int64_t *points;        /* NULL: it gives fixed ones */
};

/* By row of a word: its bit, in eights. */
#define EIGHT(n)                                                                                             \
    {                                                                                                        \
        (int64_t)(UINT64_C(1) << (n)), (int64_t)(UINT64_C(2) << (n)), (int64_t)(UINT64_C(4) << (n)),         \
            (int64_t)(UINT64_C(8) << (n)), (int64_t)(UINT64_C(16) << (n)), (int64_t)(UINT64_C(32) << (n)),   \
            (int64_t)(UINT64_C(64) << (n)), (int64_t)(UINT64_C(128) << (n))                                  \
    }
static const struct lot bit_of = {EIGHT(0),  EIGHT(8),  EIGHT(16), EIGHT(24),
                                  EIGHT(32), EIGHT(40), EIGHT(48), EIGHT(56)};

#ifdef __x86_64__
AS_FOR_AVX512 static inline void add_eight_avx512(eight *to, uint64_t bits, const eight *more)
{
    const __m512i sum = (__m512i)*to;
    *to = (eight)_mm512_mask_add_epi64(sum, (__mmask8)bits, sum, (__m512i)*more);
}
#endif

/* Adds to those of eight rows whose bits are there: `all` has the bits of the word in every lane, and `own`
 * in each lane the bit of its row, the first of which is bit `from`. */
AS_PART void add_eight(eight *to, uint64_t bits, uint32_t from, const eight *all, const eight *own,
                       const eight *more, enum as_machine machine)
{
#ifdef __x86_64__
    if (machine == AS_MACHINE_AVX512) {
        add_eight_avx512(to, bits >> from, more);
        return;
    }
#endif
    (void)machine, (void)bits, (void)from;
    *to += ((*all & *own) != 0) & *more;
}

AS_PART void add_amount(struct lot *to, uint64_t bits, int64_t amount, enum as_machine machine)
{
    const eight all = (int64_t)bits - (eight){0}, more = amount - (eight){0};
    add_eight(&to->a, bits, 0, &all, &bit_of.a, &more, machine);
    add_eight(&to->b, bits, 8, &all, &bit_of.b, &more, machine);
    add_eight(&to->c, bits, 16, &all, &bit_of.c, &more, machine);
    add_eight(&to->d, bits, 24, &all, &bit_of.d, &more, machine);
    add_eight(&to->e, bits, 32, &all, &bit_of.e, &more, machine);
    add_eight(&to->f, bits, 40, &all, &bit_of.f, &more, machine);
    add_eight(&to->g, bits, 48, &all, &bit_of.g, &more, machine);
    add_eight(&to->h, bits, 56, &all, &bit_of.h, &more, machine);
}

AS_PART void add_lot(struct lot *to, uint64_t bits, const struct lot *from, enum as_machine machine)
{
    const eight all = (int64_t)bits - (eight){0};
    add_eight(&to->a, bits, 0, &all, &bit_of.a, &from->a, machine);
    add_eight(&to->b, bits, 8, &all, &bit_of.b, &from->b, machine);
    add_eight(&to->c, bits, 16, &all, &bit_of.c, &from->c, machine);
    add_eight(&to->d, bits, 24, &all, &bit_of.d, &from->d, machine);
    add_eight(&to->e, bits, 32, &all, &bit_of.e, &from->e, machine);
    add_eight(&to->f, bits, 40, &all, &bit_of.f, &from->f, machine);
    add_eight(&to->g, bits, 48, &all, &bit_of.g, &from->g, machine);
    add_eight(&to->h, bits, 56, &all, &bit_of.h, &from->h, machine);
}

AS_PART struct lot lot_of(const int64_t *items)
{
    struct lot lot;
    memcpy(&lot, items, sizeof lot);
    return lot;
}

AS_PART int64_t within_cap(int64_t points, int64_t cap)
{
    points = points > cap ? cap : points;
    return points < -cap ? -cap : points;
}

/* A rule whose points were computed, and bounded by its cap. */
AS_PART void add_points(struct sum *sum, const struct as_part *part, const struct say *say, uint32_t n,
                        enum as_machine machine)
{
    const int64_t cap = part->cap;
    const uint64_t missing = (say->yes | say->unknown) & ~say->known, open = say->unknown & say->known;
    int64_t given[LOT];
    if (n == LOT) {
        for (uint32_t i = 0; i < LOT; i++)
            given[i] = within_cap(say->points[i], cap);
    } else {
        memset(given, 0, sizeof given);
        for (uint32_t i = 0; i < n; i++)
            given[i] = within_cap(say->points[i], cap);
    }
    struct lot lot = lot_of(given);
    add_lot(&sum->value, say->yes & say->known, &lot, machine);
    if (open != 0) {
        int64_t less[LOT], more[LOT];
        for (uint32_t i = 0; i < LOT; i++) {
            less[i] = given[i] < 0 ? given[i] : 0;
            more[i] = given[i] > 0 ? given[i] : 0;
        }
        lot = lot_of(less);
        add_lot(&sum->low, open, &lot, machine);
        lot = lot_of(more);
        add_lot(&sum->high, open, &lot, machine);
    }
    if (missing != 0) {
        add_amount(&sum->low, missing, part->low, machine);
        add_amount(&sum->high, missing, part->high, machine);
    }
}

AS_PART struct say ask(const struct as_worker *worker, const struct as_part *part, uint32_t w, uint64_t rows)
{
    struct say say = {.yes = rows, .known = rows};
    if (part->when != AS_NO_NODE) {
        const struct as_vec *when = &worker->vec[part->when];
        say.yes = when->truth[w] & rows;
        say.unknown = ~when->known[w] & rows;
        say.plain = say.unknown & ~when->open[w];
    }
    if (part->points != AS_NO_NODE) {
        const struct as_vec *points = &worker->vec[part->points];
        say.points = points->i64 + (size_t)w * LOT;
        say.known = points->known[w];
        say.plain |= (say.yes | say.unknown) & ~points->known[w] & ~points->open[w];
    }
    return say;
}

/* The rows of a word and what is told of them. */
struct place {
    const struct as_worker *worker;
    const struct as_score_plan *plan;
    uint32_t w, n;  /* the word, and its rows */
    uint64_t known; /* all rules were decided */
    uint64_t plain; /* one is plainly unknown */
};

AS_PART void add_part(struct sum *sum, struct place *place, const struct as_part *part,
                      enum as_machine machine)
{
    const uint64_t rows = place->n == LOT ? ~UINT64_C(0) : (UINT64_C(1) << place->n) - 1;
    const struct say say = ask(place->worker, part, place->w, rows);
    place->known &= ~(say.unknown | ((say.yes | say.unknown) & ~say.known));
    place->plain |= say.plain;
    if (say.points != NULL) {
        add_points(sum, part, &say, place->n, machine);
        return;
    }
    add_amount(&sum->value, say.yes, part->amount, machine);
    if (say.unknown != 0 && part->amount < 0)
        add_amount(&sum->low, say.unknown, part->amount, machine);
    else if (say.unknown != 0)
        add_amount(&sum->high, say.unknown, part->amount, machine);
}

/* Adds the parts of a group, or those that stand alone. */
AS_PART void add_parts(struct sum *out, struct place *place, uint32_t group, enum as_machine machine)
{
    struct sum sum = {.value = {.a = {0}}};
    for (uint32_t p = 0; p < place->plan->parts.n; p++)
        if (place->plan->parts.at[p].group == group)
            add_part(&sum, place, &place->plan->parts.at[p], machine);
    *out = sum;
}

/* What each part gives by itself, for the rows from `at` on. */
AS_PART void keep_parts(int64_t **parts, uint32_t at, struct place place, enum as_machine machine)
{
    for (uint32_t p = 0; p < place.plan->parts.n; p++) {
        struct sum sum = {.value = {.a = {0}}};
        add_part(&sum, &place, &place.plan->parts.at[p], machine);
        memcpy(parts[p] + at, &sum.value, place.n * sizeof **parts);
    }
}

/* The values and ends of a word's rows. */
struct ends {
    int64_t value[LOT], low[LOT], high[LOT];
};

/* From distances to ends. */
AS_PART void lay_out(struct ends *out, const struct sum *sum)
{
    memcpy(out->value, &sum->value, sizeof out->value);
    memcpy(out->low, &sum->low, sizeof out->low);
    memcpy(out->high, &sum->high, sizeof out->high);
    for (uint32_t i = 0; i < LOT; i++) {
        out->low[i] += out->value[i];
        out->high[i] += out->value[i];
    }
}

AS_PART void clamp_all(int64_t *values, int64_t low, int64_t high)
{
    for (uint32_t i = 0; i < LOT; i++) {
        int64_t value = values[i] > high ? high : values[i];
        values[i] = value < low ? low : value;
    }
}

AS_PART void add_all(int64_t *to, const int64_t *from)
{
    for (uint32_t i = 0; i < LOT; i++)
        to[i] += from[i];
}

AS_PART void score_word(struct ends *out, struct place *place, const struct as_score *score,
                        enum as_machine machine)
{
    struct sum sum;
    struct ends group;
    add_parts(&sum, place, AS_NO_INDEX, machine);
    lay_out(out, &sum);
    for (uint32_t g = 0; g < score->groups.n; g++) {
        int64_t cap = score->groups.at[g].cap < 0 ? -score->groups.at[g].cap : score->groups.at[g].cap;
        add_parts(&sum, place, g, machine);
        lay_out(&group, &sum);
        clamp_all(group.value, -cap, cap);
        clamp_all(group.low, -cap, cap);
        clamp_all(group.high, -cap, cap);
        add_all(out->value, group.value);
        add_all(out->low, group.low);
        add_all(out->high, group.high);
    }
    clamp_all(out->low, -AS_OPEN_POINTS, AS_OPEN_POINTS);
    clamp_all(out->high, -AS_OPEN_POINTS, AS_OPEN_POINTS);
    int64_t *ends[] = {out->low, out->high, out->value};
    for (int e = 0; e < 3; e++) {
        if (score->has_cap)
            clamp_all(ends[e], INT64_MIN, score->cap);
        if (score->has_floor)
            clamp_all(ends[e], score->floor, INT64_MAX);
    }
}

AS_PART void put(int64_t *to, const int64_t *from, uint32_t n)
{
    if (n == LOT) /* a size that is known is copied at once */
        memcpy(to, from, LOT * sizeof *to);
    else
        memcpy(to, from, n * sizeof *to);
}

AS_PART void score_rows(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t index, enum as_machine machine)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_score_plan *plan = as_plan_score_of(run->plan, node->score);
    struct as_vec *out = &worker->vec[index];
    struct place place = {.worker = worker, .plan = plan};
    for (uint32_t w = 0; w < chunk->words; w++) {
        struct ends ends;
        place.w = w;
        place.n = chunk->n - w * LOT < LOT ? chunk->n - w * LOT : LOT;
        place.known = ~UINT64_C(0);
        place.plain = 0;
        score_word(&ends, &place, node->score, machine);
        if (run->parts != NULL)
            keep_parts(run->parts[plan - run->plan->scores.at], chunk->base + w * LOT, place, machine);
        put(out->i64 + (size_t)w * LOT, ends.value, place.n);
        put(out->low + (size_t)w * LOT, ends.low, place.n);
        put(out->high + (size_t)w * LOT, ends.high, place.n);
        out->known[w] = place.known;
        out->truth[w] = 0;
        if (node->open)
            out->open[w] = ~place.known & ~place.plain;
    }
}

AS_KERNEL_VERSIONS(as_kernel_score, score_rows)
