/* Head: how every file beside the database begins. Eight letters and a version say what it is, a number the order
 * of bytes of the machine that wrote it; the last eight bytes of the head are a sum of all of it, by which the
 * database names the file. Internal to host/store; knows nothing of SQL, since the extension for other programs
 * reads such files too. */
#ifndef AS_STORE_HEAD_H
#define AS_STORE_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What every head begins with; its last member is `uint64_t sum`. A head has AS_HEAD_MOST bytes at the most. */
struct as_head {
    char letters[8];
    uint32_t version, byte_order;
};
enum { AS_HEAD_MOST = 64 * 1024 };

struct as_head_kind {
    char letters[8];
    uint32_t version;
};

/* Whether a head of n bytes is of this kind, of a machine like this one, as it was written, and has this sum. */
bool as_head_sound(const void *head, size_t n, const struct as_head_kind *kind, uint64_t sum);
/* Says in a head of n bytes, in which all else is said, what kind it is, and sums it up. The sum. */
uint64_t as_head_seal(void *head, size_t n, const struct as_head_kind *kind);

#endif
