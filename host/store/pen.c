/* Pen: pieces that wait to be written, and blocks that are free again. Where no thread is to be had, who
 * fills writes all. */
#include "store/pen.h"

#include "base/pages.h"
#include "store/section.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

/* So many pieces may wait or be on their way: what a pen takes of memory. */
enum { PIECES = 4 };

struct piece {
    int file;
    char *block;
    size_t n;
    uint64_t at;
};

struct as_pen {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool running, ended;
    struct piece waiting[PIECES]; /* in no order */
    char *empty[PIECES];
    unsigned waits, empties, blocks; /* blocks: that there are, with those being written */
    struct as_error why;             /* of the first that failed */
};

/* One of those that wait, called with the lock, which is let go while it is written. */
static void write_one(struct as_pen *pen)
{
    struct as_error why = AS_ERROR_INIT;
    const struct piece piece = pen->waiting[--pen->waits];
    pthread_mutex_unlock(&pen->lock);
    enum as_status status = as_section_write(piece.file, piece.block, piece.n, piece.at, &why);
    /* On its way to the disk at once: in the end all of the file is waited for. */
    if (status == AS_OK)
        (void)sync_file_range(piece.file, (off_t)piece.at, (off_t)piece.n, SYNC_FILE_RANGE_WRITE);
    pthread_mutex_lock(&pen->lock);
    if (status != AS_OK && pen->why.status == AS_OK)
        pen->why = why;
    pen->empty[pen->empties++] = piece.block;
}

static void *write_all(void *argument)
{
    struct as_pen *pen = argument;
    pthread_mutex_lock(&pen->lock);
    while (pen->waits > 0 || !pen->ended)
        if (pen->waits > 0)
            write_one(pen);
        else
            pthread_cond_wait(&pen->changed, &pen->lock);
    pthread_mutex_unlock(&pen->lock);
    return NULL;
}

static struct as_pen *begin(void)
{
    struct as_pen *pen = calloc(1, sizeof *pen);
    if (pen == NULL)
        return NULL;
    pthread_mutex_init(&pen->lock, NULL);
    pthread_cond_init(&pen->changed, NULL);
    pen->why = AS_ERROR_INIT;
    pen->running = pthread_create(&pen->thread, NULL, write_all, pen) == 0;
    return pen;
}

/* An empty block, called with the lock; NULL: there is no memory for one. */
static char *take_empty(struct as_pen *pen)
{
    /* The pen has one of them at the most: the others wait. */
    if (pen->empties == 0 && pen->blocks == PIECES)
        write_one(pen);
    if (pen->empties > 0)
        return pen->empty[--pen->empties];
    char *block = malloc(AS_PAGES_HUGE);
    pen->blocks += block != NULL;
    return block;
}

static enum as_status failure(const struct as_pen *pen, struct as_error *error)
{
    if (pen->why.status != AS_OK && error != NULL)
        *error = pen->why;
    return pen->why.status;
}

enum as_status as_pen_write(struct as_pen **out, int file, char **block, size_t n, uint64_t at,
                            struct as_error *error)
{
    if (*out == NULL && (*out = begin()) == NULL)
        return as_error_memory(error);
    struct as_pen *pen = *out;
    if (!pen->running)
        return as_section_write(file, *block, n, at, error);
    pthread_mutex_lock(&pen->lock);
    enum as_status status = failure(pen, error);
    char *empty = status == AS_OK ? take_empty(pen) : NULL;
    if (status == AS_OK && empty == NULL)
        status = as_error_memory(error);
    if (status == AS_OK) {
        pen->waiting[pen->waits++] = (struct piece){file, *block, n, at};
        *block = empty;
        pthread_cond_signal(&pen->changed);
    }
    pthread_mutex_unlock(&pen->lock);
    return status;
}

enum as_status as_pen_end(struct as_pen **out, struct as_error *error)
{
    struct as_pen *pen = *out;
    if (pen == NULL)
        return AS_OK;
    pthread_mutex_lock(&pen->lock);
    pen->ended = true;
    while (pen->waits > 0)
        write_one(pen);
    pthread_cond_signal(&pen->changed);
    pthread_mutex_unlock(&pen->lock);
    if (pen->running)
        pthread_join(pen->thread, NULL);
    enum as_status status = failure(pen, error);
    while (pen->empties > 0)
        free(pen->empty[--pen->empties]);
    pthread_cond_destroy(&pen->changed);
    pthread_mutex_destroy(&pen->lock);
    free(pen);
    *out = NULL;
    return status;
}
