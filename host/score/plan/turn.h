/* From values of 64 rows to words of a bit a row, each machine in its own way. Internal to kernels. */
#ifndef AS_SCORE_TURN_H
#define AS_SCORE_TURN_H

#include "score/plan/kernel.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>

AS_FOR_AVX2 static inline void as_turn_avx2(uint64_t words[8], const uint8_t *bytes)
{
    const __m256i low = _mm256_loadu_si256((const void *)bytes),
                  high = _mm256_loadu_si256((const void *)(bytes + 32));
    for (int b = 0; b < 8; b++)
        words[b] = (uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(low, 7 - b)) |
                   (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_slli_epi16(high, 7 - b)) << 32;
}

AS_FOR_AVX512 static inline void as_turn_avx512(uint64_t words[8], const uint8_t *bytes)
{
    const __m512i all = _mm512_loadu_si512(bytes);
    for (int b = 0; b < 8; b++)
        words[b] = _mm512_test_epi8_mask(all, _mm512_set1_epi8((char)(1 << b)));
}

AS_FOR_AVX512 static inline uint64_t as_bit_of_avx512(const uint64_t *values, uint32_t bit)
{
    const __m512i one = _mm512_set1_epi64((int64_t)(UINT64_C(1) << bit));
    uint64_t word = 0;
    for (uint32_t i = 0; i < 64; i += 8)
        word |= (uint64_t)_mm512_test_epi64_mask(_mm512_loadu_si512(values + i), one) << i;
    return word;
}

AS_FOR_AVX512 static inline uint64_t as_within_avx512(const int64_t *values, uint64_t lo, uint64_t width)
{
    const __m512i from = _mm512_set1_epi64((int64_t)lo), most = _mm512_set1_epi64((int64_t)width);
    uint64_t word = 0;
    for (uint32_t i = 0; i < 64; i += 8)
        word |=
            (uint64_t)_mm512_cmple_epu64_mask(_mm512_sub_epi64(_mm512_loadu_si512(values + i), from), most)
            << i;
    return word;
}
#endif

/* Bit k of words[b] is bit b of bytes[k]. */
AS_PART void as_turn(uint64_t words[8], const uint8_t *restrict bytes, enum as_machine machine)
{
#ifdef __x86_64__
    if (machine == AS_MACHINE_AVX512) {
        as_turn_avx512(words, bytes);
        return;
    }
    if (machine == AS_MACHINE_AVX2) {
        as_turn_avx2(words, bytes);
        return;
    }
#endif
    (void)machine;
    uint64_t x[8];
    memcpy(x, bytes, sizeof x);
    /* Each of the eight is a square of eight times eight bits, turned by swapping ever larger squares in it.
     */
    for (uint32_t j = 0; j < 8; j++) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        x[j] = __builtin_bswap64(x[j]);
#endif
        uint64_t swap = (x[j] ^ x[j] >> 7) & UINT64_C(0x00aa00aa00aa00aa);
        x[j] ^= swap ^ swap << 7;
        swap = (x[j] ^ x[j] >> 14) & UINT64_C(0x0000cccc0000cccc);
        x[j] ^= swap ^ swap << 14;
        swap = (x[j] ^ x[j] >> 28) & UINT64_C(0x00000000f0f0f0f0);
        x[j] ^= swap ^ swap << 28;
    }
    for (uint32_t b = 0; b < 8; b++) {
        words[b] = 0;
        for (uint32_t j = 0; j < 8; j++)
            words[b] |= (x[j] >> b * 8 & 0xff) << j * 8;
    }
}

/* Bit k is bytes[k], which is 0 or 1. */
AS_PART uint64_t as_word_of(const uint8_t *restrict bytes, enum as_machine machine)
{
    if (machine != AS_MACHINE_ANY) {
        uint64_t words[8];
        as_turn(words, bytes, machine);
        return words[0];
    }
    uint64_t word = 0;
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    for (uint32_t k = 0; k < 8; k++) {
        uint64_t eight;
        memcpy(&eight, bytes + k * 8, sizeof eight);
        /* gathers the lowest bit of each byte into the top byte, in order */
        word |= (eight * UINT64_C(0x0102040810204080) >> 56) << (8 * k);
    }
#else
    for (uint32_t i = 0; i < 64; i++)
        word |= (uint64_t)bytes[i] << i;
#endif
    return word;
}

/* bytes[0..n) of 0 and 1 as bits; whole words are written. */
AS_PART void as_pack_bits(uint64_t *bits, const uint8_t *bytes, uint32_t n, enum as_machine machine)
{
    for (uint32_t w = 0; w < n / 64; w++)
        bits[w] = as_word_of(bytes + (size_t)w * 64, machine);
    if (n % 64 != 0) {
        uint64_t word = 0;
        for (uint32_t i = 0; i < n % 64; i++)
            word |= (uint64_t)bytes[n / 64 * 64 + i] << i;
        bits[n / 64] = word;
    }
}

/* Bit k is that bit of values[k], for n of them, at most 64; the others are 0. */
AS_PART uint64_t as_bit_of(const uint64_t *restrict values, uint32_t n, uint32_t bit, enum as_machine machine)
{
#ifdef __x86_64__
    if (machine == AS_MACHINE_AVX512 && n == 64)
        return as_bit_of_avx512(values, bit);
#endif
    (void)machine;
    uint64_t word = 0;
    for (uint32_t i = 0; i < n; i++)
        word |= (values[i] >> bit & 1) << i;
    return word;
}

/* Bit k says whether lo <= values[k] <= hi, for n of them, at most 64; the others are 0. Not lo > hi. */
AS_PART uint64_t as_within(const int64_t *restrict values, uint32_t n, int64_t lo, int64_t hi,
                           enum as_machine machine)
{
    const uint64_t from = (uint64_t)lo, width = (uint64_t)hi - (uint64_t)lo;
#ifdef __x86_64__
    if (machine == AS_MACHINE_AVX512 && n == 64)
        return as_within_avx512(values, from, width);
#endif
    (void)machine;
    uint64_t word = 0;
    for (uint32_t i = 0; i < n; i++)
        word |= (uint64_t)((uint64_t)values[i] - from <= width) << i;
    return word;
}

#endif
