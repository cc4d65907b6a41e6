/* Settling: a thread that has one file after the other synced. Where there is none to be had, who waits in
 * the end does it. */
#include "store/settling.h"

#include "base/limits.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct as_settling {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    pthread_t thread;
    bool running, ended;
    int file[AS_MAX_SETTLING];
    unsigned n, next; /* files, and the first that nobody has taken */
    int failed;       /* errno of the first that failed */
};

/* Takes what is there to be taken; called with the lock, which is let go while a file is synced. */
static void settle_all(struct as_settling *settling)
{
    while (settling->next < settling->n) {
        int file = settling->file[settling->next++];
        pthread_mutex_unlock(&settling->lock);
        int failed = fsync(file) == 0 ? 0 : errno;
        close(file);
        pthread_mutex_lock(&settling->lock);
        settling->failed = settling->failed == 0 ? failed : settling->failed;
    }
}

static void *settle(void *argument)
{
    struct as_settling *settling = argument;
    pthread_mutex_lock(&settling->lock);
    for (;;) {
        settle_all(settling);
        if (settling->ended)
            break;
        pthread_cond_wait(&settling->changed, &settling->lock);
    }
    pthread_mutex_unlock(&settling->lock);
    return NULL;
}

static struct as_settling *begin(void)
{
    struct as_settling *settling = calloc(1, sizeof *settling);
    if (settling == NULL)
        return NULL;
    pthread_mutex_init(&settling->lock, NULL);
    pthread_cond_init(&settling->changed, NULL);
    settling->running = pthread_create(&settling->thread, NULL, settle, settling) == 0;
    return settling;
}

enum as_status as_settling_add(struct as_settling **out, int file, struct as_error *error)
{
    enum as_status status =
        *out != NULL && (*out)->n == AS_MAX_SETTLING ? as_settling_end(out, error) : AS_OK;
    if (status == AS_OK && *out == NULL && (*out = begin()) == NULL)
        status = as_error_memory(error);
    if (status != AS_OK) {
        close(file);
        return status;
    }
    struct as_settling *settling = *out;
    pthread_mutex_lock(&settling->lock);
    settling->file[settling->n++] = file;
    pthread_cond_signal(&settling->changed);
    pthread_mutex_unlock(&settling->lock);
    return AS_OK;
}

enum as_status as_settling_end(struct as_settling **out, struct as_error *error)
{
    struct as_settling *settling = *out;
    if (settling == NULL)
        return AS_OK;
    pthread_mutex_lock(&settling->lock);
    settling->ended = true;
    settle_all(settling);
    pthread_cond_signal(&settling->changed);
    pthread_mutex_unlock(&settling->lock);
    if (settling->running)
        pthread_join(settling->thread, NULL);
    int failed = settling->failed;
    pthread_cond_destroy(&settling->changed);
    pthread_mutex_destroy(&settling->lock);
    free(settling);
    *out = NULL;
    return failed == 0 ? AS_OK
                       : as_error_set(error, AS_ERR_IO, "cannot sync a file beside the database: %s",
                                      strerror(failed));
}
