/* Row stream: the rows of a file as records, batch after batch. A file is read by a thread of its own, which is
 * a few batches ahead; a pipe, which may keep its reader waiting, by whoever asks. Internal to host/data. */
#ifndef AS_DATA_ROW_STREAM_H
#define AS_DATA_ROW_STREAM_H

#include "data/ingest/parsed_rows.h"
#include "data/ingest/row_records.h"

/* What a stream reads with. Nobody else uses them while it is open. */
struct as_row_source {
    struct as_reader *reader;
    struct as_binding *binding;
    struct as_row_records *records;
    const struct as_record_sink *sink; /* foresees what a thread reads ahead */
};
struct as_row_stream;

/* ahead: a thread reads ahead. AS_ERR_MEMORY. */
enum as_status as_row_stream_open(struct as_row_stream **out, const struct as_row_source *source, bool ahead,
                                  struct as_error *error);
/* The next batch, good until the next call. After the one that is `last` there is none. */
struct as_parsed_rows *as_row_stream_next(struct as_row_stream *stream);
/* Also before the end. NULL is fine. */
void as_row_stream_close(struct as_row_stream *stream);

#endif
