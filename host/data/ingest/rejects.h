/* Rejects: the file of rows that could not be taken, to be mended and imported again. */
#ifndef AS_DATA_REJECTS_H
#define AS_DATA_REJECTS_H

#include "data/rows/reader.h"

/* Written to PATH.tmp while the import runs, made on the first reject. */
struct as_rejects {
    char path[1024], temporary[1032];
    FILE *file;
    char delimiter;
    const struct as_reader *reader;
};

/* path "": bad rows are written nowhere. AS_ERR_LIMIT when the path is too long. */
enum as_status as_rejects_open(struct as_rejects *rejects, const char *path, const struct as_reader *reader,
                               struct as_error *error);
/* One row: "rejected line", "rejected column", "rejected reason", then the cells as they were (NDJSON: the line). */
enum as_status as_rejects_add(struct as_rejects *rejects, const struct as_row *row, const char *column, const char *reason,
                              struct as_error *error);
/* Syncs and renames the file; without rejects, removes what an earlier import left. */
enum as_status as_rejects_finish(struct as_rejects *rejects, struct as_error *error);
/* Gives up: nothing stays behind. Does nothing after as_rejects_finish. */
void as_rejects_abandon(struct as_rejects *rejects);

#endif
