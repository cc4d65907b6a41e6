/* Standing file: where the leads of one model stand, in files that are mapped. Internal to host/store.
 *
 * A base has every lead that a run knew: its standing as the next decision takes it, in the form that a
 * dataset has. Beside it, in files of their own, since they change at other times: the day from which time
 * alone may change each of the base's leads, and layers with the leads that stand otherwise by now. Each is
 * named by the sum of its head, which has the sums of what it holds. Never changed once it is written.
 */
#ifndef AS_STORE_STANDING_FILE_H
#define AS_STORE_STANDING_FILE_H

#include "base/pages.h"
#include "data/facts/dataset.h"
#include "store/head.h"

enum as_standing_part { AS_STANDING_BASE, AS_STANDING_DUE, AS_STANDING_LAYER };
/* What they have, by their rows; leads ascending. */
enum {
    AS_STANDING_PRIOR, /* base, layer: struct as_prior, owner AS_NO_INDEX */
    AS_STANDING_LEAD,  /* base, layer: int64_t: row ids */
    AS_STANDING_SINCE, /* base, layer: uint32_t: the later of entered and recycled, as_standing_second */
    AS_STANDING_COOL,  /* base, layer: uint32_t: cool_off, the same way */
    AS_STANDING_DAY,  /* due, by row of its base; layer: int32_t: the first day on which time alone may change
                         it; AS_STANDING_GONE */
    AS_STANDING_LIKE, /* base: uint32_t: a row whose prior is the same but for its decision, or its own; none
                         has an owner */
    AS_STANDING_COLUMNS,
};
/* The day of a lead that is another's by now. */
#define AS_STANDING_GONE INT32_MIN
struct as_standing_row {
    int64_t lead;
    struct as_prior prior; /* owner AS_NO_INDEX */
    int32_t due;           /* the first day on which time alone may change it */
    uint32_t gone;         /* 1: another's by now, and in no count; stands so when it comes back */
};

struct as_standing_head {
    struct as_head begin;
    uint32_t part, item; /* item: size of a prior, which has the host's form */
    uint64_t rows, base;                      /* base: sum of the file that a due or layer belongs to */
    uint64_t at[AS_STANDING_COLUMNS], column_sum[AS_STANDING_COLUMNS], bytes;
    uint64_t sum; /* of the head with 0 here */
};

struct as_standing_file {
    struct as_pages pages;
    int file;                            /* as long as it is open */
    const struct as_standing_head *head; /* NULL: not open */
};
/* False for a file that is not there or not what it should be. */
bool as_standing_file_open(struct as_standing_file *out, const char *path, enum as_standing_part part,
                           uint64_t sum);
void as_standing_file_close(struct as_standing_file *file); /* fine for one that is all zero */
static inline const void *as_standing_column(const struct as_standing_file *file, int column)
{
    return file->pages.at + file->head->at[column];
}
/* False when it was removed since it was opened. */
bool as_standing_file_there(const struct as_standing_file *file);
/* True when every byte is as it was written; reads the whole file. */
bool as_standing_file_whole(const struct as_standing_file *file);
/* A row of a layer. */
struct as_standing_row as_standing_row_at(const struct as_standing_file *layer, size_t place);
/* An instant in 32 bits: what lies outside of them is the nearest that does, AS_TIME_NONE 0. */
uint32_t as_standing_second(int64_t time);

/* Writes a part; rows are pushed in order. */
struct as_standing_writer;
/* At most so many rows will come. */
enum as_status as_standing_writer_new(struct as_standing_writer **out, const char *path,
                                      enum as_standing_part part, uint64_t rows, struct as_error *error);
/* To a base or a layer. */
enum as_status as_standing_push(struct as_standing_writer *writer, const struct as_standing_row *row,
                                struct as_error *error);
/* To a due. */
enum as_status as_standing_push_days(struct as_standing_writer *writer, const int32_t *day, size_t n,
                                     struct as_error *error);
/* Writes the head; base: as in it. */
enum as_status as_standing_writer_end(uint64_t *sum, struct as_standing_writer *writer, uint64_t base,
                                      struct as_error *error);
void as_standing_writer_free(struct as_standing_writer *writer); /* NULL is fine; the file stays */

#endif
