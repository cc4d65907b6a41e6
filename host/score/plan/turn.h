/* Eight bits of each of 64 rows become eight words of 64 rows. Internal to kernels. */
#ifndef AS_SCORE_TURN_H
#define AS_SCORE_TURN_H

#include "score/plan/kernel.h"

#include <string.h>

/* Bit k of words[b] is bit b of bytes[k]. */
AS_PART void as_turn(uint64_t words[8], const uint8_t *restrict bytes)
{
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

#endif
