/* Section: a part of a file that grows on its own while others do, summed as it is written. Internal to
 * host/store. */
#ifndef AS_STORE_SECTION_H
#define AS_STORE_SECTION_H

#include "base/status.h"
#include "store/pen.h"

#include <stddef.h>
#include <stdint.h>

/* Sums are taken in blocks of this size; large parts are written in pieces of AS_PAGES_HUGE. */
#define AS_SECTION_BLOCK ((size_t)64 * 1024)

struct as_section {
    int file;
    char *block;
    size_t used, room;
    uint64_t at, sum;
    struct as_pen **pen; /* writes the pieces of large parts; NULL: who fills them does */
};
/* bytes: at most so many will come. pen: NULL, or that of all sections of the file, which is ended behind the
 * last of them. */
enum as_status as_section_open(struct as_section *out, int file, uint64_t at, uint64_t bytes,
                               struct as_pen **pen, struct as_error *error);
enum as_status as_section_push(struct as_section *section, const void *bytes, size_t n,
                               struct as_error *error);
/* Brings what is left into the file, but for what its pen has; nothing is pushed afterwards. */
enum as_status as_section_end(struct as_section *section, struct as_error *error);
void as_section_free(struct as_section *section); /* fine for one that is all zero */
/* The sum that a section of these bytes has. */
uint64_t as_section_sum(const void *bytes, uint64_t n);
enum as_status as_section_write(int file, const void *bytes, size_t n, uint64_t at, struct as_error *error);
/* A new file at a path where there is none; *file -1 on failure. */
enum as_status as_section_create(int *file, const char *path, struct as_error *error);
/* The last that is written of a file: its head of n bytes, and that it has so many in all. */
enum as_status as_section_finish(int file, const void *head, size_t n, uint64_t bytes,
                                 struct as_error *error);

#endif
