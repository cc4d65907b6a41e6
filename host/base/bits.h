/* Bit vectors in 64-bit words: bit i of a vector is bit i % 64 of word i / 64. */
#ifndef AS_BASE_BITS_H
#define AS_BASE_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AS_BIT_WORDS(n) (((size_t)(n) + 63) / 64)

static inline bool as_bit(const uint64_t *bits, size_t i)
{
    return bits[i >> 6] >> (i & 63) & 1;
}

static inline void as_bit_set(uint64_t *bits, size_t i)
{
    bits[i >> 6] |= UINT64_C(1) << (i & 63);
}

static inline void as_bit_clear(uint64_t *bits, size_t i)
{
    bits[i >> 6] &= ~(UINT64_C(1) << (i & 63));
}

static inline void as_bit_put(uint64_t *bits, size_t i, bool value)
{
    if (value)
        as_bit_set(bits, i);
    else
        as_bit_clear(bits, i);
}

#endif
