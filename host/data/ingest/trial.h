/* Trial: do the values of a column fit what its name promises? Internal to host/data. */
#ifndef AS_DATA_TRIAL_H
#define AS_DATA_TRIAL_H

#include "data/ingest/row_records.h"
#include "data/mapping/binding.h"

/* Reads the first rows of a file that is bound already and marks as doubtful every column that was bound by a guess and most of
 * whose values cannot be read as what it was taken for. *any: there is one; then the columns are to be bound anew. Tells each
 * by note. */
enum as_status as_trial_run(bool *any, struct as_binding *binding, struct as_reader *reader, int64_t now,
                            as_row_note_fn note, void *note_context, struct as_error *error);

#endif
