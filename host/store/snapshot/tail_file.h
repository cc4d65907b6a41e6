/* Tail file: rows of the table of events in the order they came, in a file that is mapped as it is. Internal
 * to host/store.
 *
 * A file is written once, under a name of its own, and never changed: a head, then the rows by id, then for
 * each lead which of them are its own. Numbers are of the machine that wrote them; a machine of another byte
 * order takes the file for none. Texts are never here. That a row leads nobody astray is not promised: what
 * it says is looked for, not followed.
 */
#ifndef AS_STORE_TAIL_FILE_H
#define AS_STORE_TAIL_FILE_H

#include "base/pages.h"

#include <stdbool.h>

struct as_tail_row {
    int64_t id;
    int64_t about; /* the lead's id; where nobody is known the account's, negative; 0 neither */
    int64_t known_at;
    uint32_t time, kind; /* seconds since 1970; the database's id of the kind */
};

struct as_tail_file {
    struct as_pages pages;
    uint64_t sum; /* by which it is named */
    const struct as_tail_row *at;
    size_t n;
    const int64_t *lead; /* with rows here, ascending */
    size_t leads;
    const uint32_t *start, *place; /* of lead i: place[start[i]] to place[start[i + 1]], in order */
    size_t places;
};

/* *found false: no such file, or not one that can be trusted; then nothing is to be closed. */
enum as_status as_tail_file_open(struct as_tail_file *out, bool *found, const char *path, uint64_t sum,
                                 struct as_error *error);
void as_tail_file_close(struct as_tail_file *file); /* fine for one that is all zero */
/* The lead's places, NULL when there are none, or no sound ones. *from: where to begin to look, afterwards
 * where it stands, for the next lead. Each place is checked by who follows it. */
const uint32_t *as_tail_file_of(size_t *n, const struct as_tail_file *file, size_t *from, int64_t lead);
/* True when everything is as it was written; reads the whole file. */
bool as_tail_file_whole(const struct as_tail_file *file);

struct as_tail_rows {
    const struct as_tail_row *at;
    size_t n;
};
/* Writes the rows of all pieces, one after the other, into a new file; *sum names it. */
enum as_status as_tail_file_write(uint64_t *sum, const char *path, const struct as_tail_rows *piece,
                                  size_t pieces, struct as_error *error);

#endif
