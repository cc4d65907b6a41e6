/* Pages: a range of addresses into which files are laid as they are, with room for what is written beside
 * them. */
#ifndef AS_BASE_PAGES_H
#define AS_BASE_PAGES_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* Parts begin at multiples of this: no system that we know has larger pages. */
#define AS_PAGES_STEP ((size_t)64 * 1024)
/* Where both a part of a file and the addresses it is laid at begin at multiples of this, and the file was
 * written in pieces of it, the system may map it in pages of this size, which costs next to nothing. */
#define AS_PAGES_HUGE ((size_t)2 * 1024 * 1024)

struct as_pages {
    char *at; /* NULL: none */
    size_t bytes;
};

static inline size_t as_pages_round(size_t bytes)
{
    return (bytes + AS_PAGES_STEP - 1) / AS_PAGES_STEP * AS_PAGES_STEP;
}
/* Where a part of so many bytes is to begin in a file, from `at` on. */
static inline uint64_t as_pages_begin(uint64_t at, uint64_t bytes)
{
    const uint64_t step = bytes < AS_PAGES_HUGE ? AS_PAGES_STEP : AS_PAGES_HUGE;
    return (at + step - 1) / step * step;
}

/* Zeroed memory that costs nothing until it is touched; from AS_PAGES_HUGE bytes on it begins at a multiple
 * of that. bytes may be 0. */
enum as_status as_pages_new(struct as_pages *out, size_t bytes, struct as_error *error);
/* Whole tables come page by page from the system, which takes a while: fewer and larger ones take less. For
 * memory that all will be written to; fine for any, from malloc too. */
void as_pages_prefer_huge(void *at, size_t bytes);
/* So many bytes for a table that all will be written to, unspecified until then; the caller's to free. NULL
 * when memory is out. */
void *as_pages_room(size_t bytes);
/* Lays `bytes` of the file from `offset` on over the pages from `place` on, for reading. place and offset are
 * multiples of AS_PAGES_STEP; the file must reach so far and never shrink. What lies behind them within the
 * last page is unspecified. */
enum as_status as_pages_lay(struct as_pages *pages, size_t place, int file, uint64_t offset, size_t bytes,
                            struct as_error *error);
/* The same for reading and writing: what is written is this process's own. */
enum as_status as_pages_lay_copy(struct as_pages *pages, size_t place, int file, uint64_t offset,
                                 size_t bytes, struct as_error *error);
/* Pages of their own with such a copy, from any offset on, of `bytes` bytes and zeroes behind them up to
 * `room`. *at is the first byte, aligned as `offset` is. Takes memory only where it is written to. */
enum as_status as_pages_copy(struct as_pages *out, void **at, int file, uint64_t offset, size_t bytes,
                             size_t room, struct as_error *error);
/* Opens a file and lays all of it over pages of its own, for reading. *file -1, and nothing to free, when it
 * is not there or shorter than `least` bytes, which is no error; *bytes is its length. The caller closes
 * *file, which the pages do not need. */
enum as_status as_pages_open(struct as_pages *out, int *file, uint64_t *bytes, const char *path, size_t least,
                             struct as_error *error);
void as_pages_free(struct as_pages *pages);

#endif
