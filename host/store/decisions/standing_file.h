/* Standing file: where the leads of one model stand, in files that are mapped. Internal to host/store.
 *
 * A base has every lead that a run knew: its standing as the next decision takes it, in the form that a
 * dataset has. Beside it, in files of their own, since they change at other times: the day from which time
 * alone may change each of the base's leads, and a delta with the leads that stand otherwise by now. Each is
 * named by the sum of its head, which has the sums of what it holds. Never changed once it is written.
 */
#ifndef AS_STORE_STANDING_FILE_H
#define AS_STORE_STANDING_FILE_H

#include "base/pages.h"
#include "data/facts/dataset.h"

enum as_standing_part { AS_STANDING_BASE, AS_STANDING_DUE, AS_STANDING_DELTA };
/* What each part has, by its rows; leads ascending. */
enum {
    AS_STANDING_PRIOR = 0, /* base: struct as_prior, owner AS_NO_INDEX */
    AS_STANDING_LEAD = 1,  /* int64_t: row ids */
    AS_STANDING_SINCE = 2, /* uint32_t: the later of entered and recycled, as_standing_second */
    AS_STANDING_COOL = 3,  /* uint32_t: cool_off, the same way */
    AS_STANDING_DAY = 0,   /* due: int32_t, by row of the base */
    AS_STANDING_ROW = 0,   /* delta: struct as_standing_row */
    AS_STANDING_COLUMNS = 4,
};
struct as_standing_row {
    int64_t lead;
    struct as_prior prior; /* owner AS_NO_INDEX */
    int32_t due;           /* the first day on which time alone may change it */
    uint32_t gone;         /* 1: another's by now, and in no count; stands so when it comes back */
};

struct as_standing_head {
    char magic[8];
    uint32_t version, byte_order, part, item; /* item: size of a prior, which has the host's form */
    uint64_t rows, base;                      /* base: sum of the file that a due or delta belongs to */
    uint64_t gone;                            /* delta: so many of them are gone */
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
/* The place of a lead in a base; -1 none. */
int64_t as_standing_place(const struct as_standing_file *base, int64_t lead);
/* The first place from `from` on, among rows whose leads ascend, that has the lead or a greater one; n none.
 */
size_t as_standing_rows_seek(const struct as_standing_row *rows, size_t n, size_t from, int64_t lead);
/* An instant in 32 bits: what lies outside of them is the nearest that does, AS_TIME_NONE 0. */
uint32_t as_standing_second(int64_t time);

/* Writes a part; rows are pushed in order, each column on its own. */
struct as_standing_writer;
/* At most so many rows will come. */
enum as_status as_standing_writer_new(struct as_standing_writer **out, const char *path,
                                      enum as_standing_part part, uint64_t rows, struct as_error *error);
enum as_status as_standing_push(struct as_standing_writer *writer, int column, const void *items, size_t n,
                                struct as_error *error);
/* Writes the head: rows, base and gone are taken from `head`. */
enum as_status as_standing_writer_end(uint64_t *sum, struct as_standing_writer *writer,
                                      const struct as_standing_head *head, struct as_error *error);
void as_standing_writer_free(struct as_standing_writer *writer); /* NULL is fine; the file stays */

#endif
