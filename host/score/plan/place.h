/* Where the row of each event is in its program's table, each machine in its own way. Internal to the sweep.
 */
#ifndef AS_SCORE_PLACE_H
#define AS_SCORE_PLACE_H

#include "score/plan/kernel.h"

#ifdef __x86_64__
#include <immintrin.h>

/* Seconds to days, for eight or sixteen of 32 bits: a product of 64 bits each, shifted by AS_DAYS_SHIFT. */
enum { AS_DAYS_SHIFT = 48 };
#define AS_DAYS_FACTOR UINT64_C(3257812231) /* 2^48 / 86400, rounded up: right for all 32 bits */

AS_FOR_AVX2 static inline uint32_t as_place_avx2(const struct as_sweep *s, const uint32_t *time,
                                                 const uint16_t *kind, uint32_t n)
{
    const struct as_program *program = s->program;
    const int *first = (const void *)program->first, *oldest = (const void *)program->oldest;
    const __m256i factor = _mm256_set1_epi64x((int64_t)AS_DAYS_FACTOR),
                  kinds = _mm256_set1_epi32((int)program->kind_count),
                  stride = _mm256_set1_epi32((int)program->stride), today = _mm256_set1_epi32((int)s->today);
    __m256i latest = _mm256_setzero_si256();
    for (uint32_t i = 0; i < n; i += 8) {
        __m256i t = _mm256_loadu_si256((const void *)(time + i)),
                k = _mm256_cvtepu16_epi32(_mm_loadu_si128((const void *)(kind + i)));
        __m256i even = _mm256_srli_epi64(_mm256_mul_epu32(t, factor), AS_DAYS_SHIFT),
                odd =
                    _mm256_srli_epi64(_mm256_mul_epu32(_mm256_srli_epi64(t, 32), factor), AS_DAYS_SHIFT - 32),
                day = _mm256_blend_epi32(even, odd, 0xAA);
        k = _mm256_min_epu32(k, kinds);
        __m256i age = _mm256_min_epu32(_mm256_sub_epi32(today, day), _mm256_i32gather_epi32(oldest, k, 4));
        _mm256_storeu_si256((void *)(s->days + i), day);
        _mm256_storeu_si256((void *)(s->at + i), _mm256_add_epi32(_mm256_i32gather_epi32(first, k, 4),
                                                                  _mm256_mullo_epi32(age, stride)));
        latest = _mm256_max_epu32(latest, t);
    }
    uint32_t all[8], most = 0;
    _mm256_storeu_si256((void *)all, latest);
    for (uint32_t i = 0; i < 8; i++)
        most = all[i] > most ? all[i] : most;
    return most;
}

/* A number of each kind, for as many kinds as four registers have room for. */
enum { AS_FEW_KINDS = 64 };
struct as_few {
    __m512i part[4];
};

AS_FOR_AVX512 static inline struct as_few as_few_of(const uint32_t *numbers, uint32_t n)
{
    struct as_few few;
    for (uint32_t p = 0; p < 4; p++) {
        uint32_t rest = n > p * 16 ? n - p * 16 : 0;
        few.part[p] = _mm512_maskz_loadu_epi32((__mmask16)(rest < 16 ? (1u << rest) - 1 : 0xffff),
                                               numbers + (size_t)p * 16);
    }
    return few;
}

AS_FOR_AVX512 static inline __m512i as_few_at(const struct as_few *few, __m512i places)
{
    __mmask16 beyond = _mm512_test_epi32_mask(places, _mm512_set1_epi32(32));
    __m512i low = _mm512_permutex2var_epi32(few->part[0], places, few->part[1]),
            high = _mm512_permutex2var_epi32(few->part[2], places, few->part[3]);
    return _mm512_mask_blend_epi32(beyond, low, high);
}

AS_FOR_AVX512 static inline uint32_t as_place_avx512(const struct as_sweep *s, const uint32_t *time,
                                                     const uint16_t *kind, uint32_t n)
{
    const struct as_program *program = s->program;
    const bool few = program->kind_count < AS_FEW_KINDS;
    const __m512i factor = _mm512_set1_epi64((int64_t)AS_DAYS_FACTOR),
                  kinds = _mm512_set1_epi32((int)program->kind_count),
                  stride = _mm512_set1_epi32((int)program->stride), today = _mm512_set1_epi32((int)s->today);
    const struct as_few firsts = as_few_of(program->first, few ? program->kind_count + 1 : 0),
                        oldests = as_few_of(program->oldest, few ? program->kind_count + 1 : 0);
    __m512i latest = _mm512_setzero_si512();
    for (uint32_t i = 0; i < n; i += 16) {
        __m512i t = _mm512_loadu_si512(time + i),
                k = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const void *)(kind + i)));
        __m512i even = _mm512_srli_epi64(_mm512_mul_epu32(t, factor), AS_DAYS_SHIFT),
                odd =
                    _mm512_srli_epi64(_mm512_mul_epu32(_mm512_srli_epi64(t, 32), factor), AS_DAYS_SHIFT - 32),
                day = _mm512_mask_blend_epi32(0xAAAA, even, odd), first, oldest;
        k = _mm512_min_epu32(k, kinds);
        if (few) {
            first = as_few_at(&firsts, k);
            oldest = as_few_at(&oldests, k);
        } else {
            first = _mm512_i32gather_epi32(k, program->first, 4);
            oldest = _mm512_i32gather_epi32(k, program->oldest, 4);
        }
        __m512i age = _mm512_min_epu32(_mm512_sub_epi32(today, day), oldest);
        _mm512_storeu_si512(s->days + i, day);
        _mm512_storeu_si512(s->at + i, _mm512_add_epi32(first, _mm512_mullo_epi32(age, stride)));
        latest = _mm512_max_epu32(latest, t);
    }
    return _mm512_reduce_max_epu32(latest);
}
#endif

/* The place of each event's row and its day, in s->at and s->days. Returns the latest time of all. */
AS_PART uint32_t as_place_events(const struct as_sweep *s, const uint32_t *time, const uint16_t *kind,
                                 uint32_t n, enum as_machine machine)
{
    const struct as_program *program = s->program;
    const uint32_t kinds = program->kind_count;
    uint32_t latest = 0, done = 0;
#ifdef __x86_64__
    /* Whole vectors; what is left may be the end of the events. */
    if (machine == AS_MACHINE_AVX512 && (done = n / 16 * 16) > 0)
        latest = as_place_avx512(s, time, kind, done);
    if (machine == AS_MACHINE_AVX2 && (done = n / 8 * 8) > 0)
        latest = as_place_avx2(s, time, kind, done);
#endif
    (void)machine;
    for (uint32_t i = done; i < n; i++) {
        uint32_t day = time[i] / (uint32_t)AS_DAY_SECONDS, age = s->today - day,
                 k = kind[i] < kinds ? kind[i] : kinds;
        s->at[i] =
            program->first[k] + (age < program->oldest[k] ? age : program->oldest[k]) * program->stride;
        s->days[i] = day;
        latest = time[i] > latest ? time[i] : latest;
    }
    return latest;
}

#endif
