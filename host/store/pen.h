/* Pen: a thread that writes the full pieces of a file while those behind them are filled. Internal to
 * host/store.
 *
 * To write is to copy into the system's memory, which for new pages takes longer than filling the pieces.
 * Where the thread does not keep up, who fills writes too.
 */
#ifndef AS_STORE_PEN_H
#define AS_STORE_PEN_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct as_pen;

/* Hands over a piece: n bytes of *block, which is AS_PAGES_HUGE long and from malloc, for the file at `at`.
 * *block is then another one to be filled. One thread alone calls these for a pen. The first piece makes
 * *pen; what fails is told by this or by a later call. On failure the piece may be written or not, and *block
 * is still the caller's. */
enum as_status as_pen_write(struct as_pen **pen, int file, char **block, size_t n, uint64_t at,
                            struct as_error *error);
/* All that was handed over is in the file, or this fails. Frees *pen and sets it to NULL; NULL is fine. */
enum as_status as_pen_end(struct as_pen **pen, struct as_error *error);

#endif
