/* Reading, checking and converting rows, ahead of those who keep them. The ring is bounded: a reader that is
 * faster waits. */
#include "data/ingest/row_stream.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

enum { BATCHES = 8 };

struct as_row_stream {
    struct as_row_source source;
    struct as_parsed_rows batches[BATCHES]; /* a ring */
    bool ahead;
    pthread_t thread;
    pthread_mutex_t mutex; /* over what follows */
    pthread_cond_t moved;
    uint64_t made, taken, done; /* batches that are filled, given to the caller, and given back by him */
    bool stopped;
};

/* The columns so far; more may come with NDJSON. */
static enum as_status bind_columns(const struct as_row_source *source, struct as_error *error)
{
    uint32_t n;
    const struct as_str *columns = as_reader_columns(source->reader, &n);
    return n == source->binding->columns ? AS_OK
                                         : as_binding_columns(source->binding, columns, n, false, error);
}

static void foresee(const struct as_record_sink *sink, struct as_record *records, uint32_t n)
{
    for (uint32_t i = 0; i < n && sink->foresee != NULL; i++)
        if (records[i].n > 0)
            sink->foresee(sink->context, &records[i]);
}

static enum as_status read_row(struct as_parsed_rows *rows, const struct as_row_source *source, bool ahead)
{
    struct as_row row;
    bool more;
    uint32_t made = 0, n = 0;
    const char *column = "";
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = as_reader_next(&row, &more, source->reader, &why);
    if (status == AS_OK && !more) {
        rows->last = true;
        return AS_OK;
    }
    if (status == AS_OK) {
        status = bind_columns(source, &why);
        if (status != AS_OK) {
            rows->error = why;
            return status;
        }
        status = as_row_records_build(&made, &column, source->records, &row, &why);
        n = status == AS_OK && made > 0 ? source->binding->records.n : 0;
        if (ahead)
            foresee(source->sink, source->records->records, n);
    }
    if (status == AS_OK || status == AS_ERR_DATA)
        return as_parsed_rows_add(rows, &row, status == AS_OK ? NULL : &why, column, source->records->records,
                                  n, &rows->error);
    rows->error = why;
    return status;
}

static void fill(struct as_parsed_rows *rows, const struct as_row_source *source, bool ahead)
{
    as_parsed_rows_reset(rows);
    rows->status = AS_OK;
    while (!rows->last && !as_parsed_rows_full(rows)) {
        rows->status = read_row(rows, source, ahead);
        rows->last |= rows->status != AS_OK;
    }
    as_reader_progress(source->reader, &rows->done, &rows->all);
}

static void *read_ahead(void *argument)
{
    struct as_row_stream *stream = argument;
    bool last = false;
    while (!last) {
        pthread_mutex_lock(&stream->mutex);
        while (!stream->stopped && stream->made - stream->done == BATCHES)
            pthread_cond_wait(&stream->moved, &stream->mutex);
        bool stopped = stream->stopped;
        struct as_parsed_rows *rows = &stream->batches[stream->made % BATCHES];
        pthread_mutex_unlock(&stream->mutex);
        if (stopped)
            break;
        fill(rows, &stream->source, true);
        last = rows->last;
        pthread_mutex_lock(&stream->mutex);
        stream->made++;
        pthread_cond_signal(&stream->moved);
        pthread_mutex_unlock(&stream->mutex);
    }
    return NULL;
}

/* Signals are the caller's business. */
static bool start(struct as_row_stream *stream)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool started = pthread_create(&stream->thread, NULL, read_ahead, stream) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

enum as_status as_row_stream_open(struct as_row_stream **out, const struct as_row_source *source, bool ahead,
                                  struct as_error *error)
{
    struct as_row_stream *stream = calloc(1, sizeof *stream);
    *out = stream;
    if (stream == NULL)
        return as_error_memory(error);
    stream->source = *source;
    pthread_mutex_init(&stream->mutex, NULL);
    pthread_cond_init(&stream->moved, NULL);
    stream->ahead = ahead && start(stream); /* without a thread it is slower */
    return AS_OK;
}

struct as_parsed_rows *as_row_stream_next(struct as_row_stream *stream)
{
    if (!stream->ahead) {
        fill(&stream->batches[0], &stream->source, false);
        return &stream->batches[0];
    }
    pthread_mutex_lock(&stream->mutex);
    stream->done = stream->taken;
    pthread_cond_signal(&stream->moved);
    while (stream->made == stream->taken)
        pthread_cond_wait(&stream->moved, &stream->mutex);
    struct as_parsed_rows *rows = &stream->batches[stream->taken++ % BATCHES];
    pthread_mutex_unlock(&stream->mutex);
    return rows;
}

void as_row_stream_close(struct as_row_stream *stream)
{
    if (stream == NULL)
        return;
    if (stream->ahead) {
        pthread_mutex_lock(&stream->mutex);
        stream->stopped = true;
        pthread_cond_signal(&stream->moved);
        pthread_mutex_unlock(&stream->mutex);
        pthread_join(stream->thread, NULL);
    }
    for (int i = 0; i < BATCHES; i++)
        as_arena_free(&stream->batches[i].arena);
    pthread_cond_destroy(&stream->moved);
    pthread_mutex_destroy(&stream->mutex);
    free(stream);
}
