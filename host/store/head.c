/* Heads: sealing and knowing them again. */
#include "store/head.h"

#include "base/intern.h"

#include <assert.h>
#include <string.h>

#define BYTE_ORDER_MARK UINT32_C(0x01020304)

/* Of the head with 0 for its sum. */
static uint64_t sum_of(const void *head, size_t n, const struct as_head_kind *kind)
{
    char copy[AS_HEAD_MOST];
    assert(n <= sizeof copy);
    memcpy(copy, head, n);
    memset(copy + n - sizeof(uint64_t), 0, sizeof(uint64_t));
    return as_hash_bytes(copy, n, kind->version);
}

bool as_head_sound(const void *head, size_t n, const struct as_head_kind *kind, uint64_t sum)
{
    const struct as_head *begin = head;
    uint64_t own;
    memcpy(&own, (const char *)head + n - sizeof own, sizeof own);
    return memcmp(begin->letters, kind->letters, sizeof kind->letters) == 0 &&
           begin->version == kind->version && begin->byte_order == BYTE_ORDER_MARK && own == sum &&
           sum_of(head, n, kind) == sum;
}

uint64_t as_head_seal(void *head, size_t n, const struct as_head_kind *kind)
{
    struct as_head begin = {.version = kind->version, .byte_order = BYTE_ORDER_MARK};
    memcpy(begin.letters, kind->letters, sizeof begin.letters);
    memcpy(head, &begin, sizeof begin);
    uint64_t sum = sum_of(head, n, kind);
    memcpy((char *)head + n - sizeof sum, &sum, sizeof sum);
    return sum;
}
