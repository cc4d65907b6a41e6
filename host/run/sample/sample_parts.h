/* What the files of a sample share: for sample*.c alone. */
#ifndef AS_RUN_SAMPLE_PARTS_H
#define AS_RUN_SAMPLE_PARTS_H

#include "run/sample/disguise.h"
#include "run/sample/sample.h"
#include "score/model/route.h"

/* sample_choice.c: fills chosen and strata. Leads of one stratum in an order that follows from the key; of
 * each stratum in proportion to the square root of its size, at least one, the smallest first, until there
 * are enough. */
enum as_status as_sample_choose(struct as_sample *sample, struct as_store *store,
                                const struct as_sample_request *request, struct as_error *error);

/* sample.c: one file of the folder, over an older one. AS_ERR_IO names its path; AS_ERR_MEMORY when the text
 * is not whole. */
enum as_status as_sample_write_file(const char *folder, const char *name, const struct as_buf *text,
                                    struct as_error *error);

/* sample_rows.c: everything of the dataset but the leads and accounts left out. */
struct as_sample_rows {
    const struct as_dataset *dataset;
    const struct as_sample_request *request;
    const struct as_needs *needs;
    const struct as_roster *roster;
    const int64_t *newest;    /* by event kind: when the newest of the whole base was, AS_TIME_NONE never */
    const uint64_t *left_out; /* bit per lead row */
};
enum as_status as_sample_write_rows(const struct as_sample_rows *rows, struct as_error *error);

#endif
