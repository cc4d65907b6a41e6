/* Fact file: the fields of all leads, or of all accounts, as columns in one file that is mapped. Internal to
 * host/store.
 *
 * A head; the rows' ids, ascending; when each became known; a lead's account or when an account was merged
 * away; then for each field which rows know it, the values, and for money the currencies; then the texts.
 * Texts are numbered in the order in which they came, declared choices first; who knows none has number 0.
 * Written once, never changed.
 */
#ifndef AS_STORE_FACT_FILE_H
#define AS_STORE_FACT_FILE_H

#include "base/pages.h"
#include "store/facts/cells.h"
#include "store/head.h"

/* Fields of one level that a file can have: what the rules of all packs together read. */
#define AS_FACT_COLUMNS 256

struct as_fact_column {
    int64_t field_id; /* the database's */
    uint32_t type, texts, currencies, unused;
    uint64_t known, value, currency; /* offsets; value: 32 bits a code of a text, else 64; currency 0: none */
    uint64_t text,
        text_bytes; /* of the texts, then of the currencies; each its length in 32 bits and its bytes */
};
struct as_fact_head {
    struct as_head begin;
    uint64_t key, rows, columns, bytes;
    int64_t last_id, last_change; /* the highest row id, and the last entry of fact_change, that were seen */
    int64_t newest_known;         /* the latest of first_known */
    uint64_t id, first_known, other;
    struct as_fact_column column[AS_FACT_COLUMNS];
    uint64_t body, sum;
};

struct as_fact_file {
    int file; /* while it is open */
    struct as_pages pages;
    const struct as_fact_head *head; /* NULL: not open */
    const int64_t *id, *first_known, *other;
};
/* *found false: not there, or its head is not as it was written. A file is on the disk whole before a row
 * names it, so that nothing tears it; what has befallen its bytes since is as_fact_file_whole's to find. */
enum as_status as_fact_file_open(struct as_fact_file *out, bool *found, const char *path, uint64_t sum,
                                 struct as_error *error);
/* True when every part is as it was written; reads the whole file. */
bool as_fact_file_whole(const struct as_fact_file *file);
void as_fact_file_close(struct as_fact_file *file); /* fine for one that is all zero */
/* The column of a field, -1 none. */
int as_fact_file_column(const struct as_fact_file *file, int64_t field_id);
static inline const void *as_fact_file_at(const struct as_fact_file *file, uint64_t offset)
{
    return file->pages.at + offset;
}
static inline bool as_fact_is_text(enum as_type type)
{
    return type == AS_TYPE_TEXT || type == AS_TYPE_CHOICE || type == AS_TYPE_CHOICES || type == AS_TYPE_USER;
}

/* Where so many texts stand, the first of them at `text`; malloc'ed. NULL when memory is out or they reach
 * beyond `end`. */
struct as_str *as_fact_texts(const char *text, uint32_t n, const char *end);

struct as_fact_writer;
/* head: columns, last_id and last_change, and of each column field_id and type. At most so many rows will
 * come. */
enum as_status as_fact_writer_new(struct as_fact_writer **out, const char *path,
                                  const struct as_fact_head *head, uint64_t rows, struct as_error *error);
/* Texts that a column numbers before all others, used or not: those that a dataset's column has first. */
enum as_status as_fact_writer_first(struct as_fact_writer *writer, uint32_t column, const char *const *texts,
                                    uint32_t n, struct as_error *error);
/* cells: by column. A date that is none is an error that names its column's place. */
enum as_status as_fact_writer_add(struct as_fact_writer *writer, int64_t id, int64_t first_known,
                                  int64_t other, const struct as_cell *cells, struct as_error *error);
enum as_status as_fact_writer_end(uint64_t *sum, struct as_fact_writer *writer, struct as_error *error);
void as_fact_writer_free(struct as_fact_writer *writer); /* NULL is fine; the file stays */

#endif
