/* Watches packs by reading them: what counts is the bytes, not the clock of the file system, so that an
 * editor that saves in two steps, or saves the same again, is no surprise. A pack is small; reading it is
 * cheap. */
#include "cmd/packs/test_watch.h"

#include <string.h>
#include <time.h>

/* Between two looks: soon enough to feel at once, seldom enough to cost nothing. */
enum { LOOK_EVERY_MS = 200, MS_NANOSECONDS = 1000000 };

static void look(struct as_watched *watched, struct as_source *now, struct as_error *why)
{
    as_source_init(now);
    as_error_clear(why);
    if (as_source_read(now, watched->folder, why) != AS_OK) {
        as_source_free(now);
        as_source_init(now);
    }
}

enum as_status as_test_watch_open(struct as_test_watch *watch, const struct as_folders *folders,
                                  struct as_error *error)
{
    *watch = (struct as_test_watch){.at = {0}};
    as_arena_init(&watch->arena);
    for (uint32_t i = 0; i < folders->list.n; i++) {
        struct as_watched one = {.folder = folders->list.at[i], .why = AS_ERROR_INIT};
        look(&one, &one.source, &one.why);
        if (!as_list_push(&watch->arena, &watch->at, one)) {
            as_source_free(&one.source);
            return as_error_memory(error);
        }
    }
    return AS_OK;
}

/* The first file that one has and the other has not, or has otherwise; NULL when they are the same. */
static const char *difference(const struct as_source *was, const struct as_source *is)
{
    uint32_t i = 0, k = 0;
    while (i < was->files.n || k < is->files.n) {
        const struct as_source_file *a = i < was->files.n ? &was->files.at[i] : NULL;
        const struct as_source_file *b = k < is->files.n ? &is->files.at[k] : NULL;
        int order = a == NULL ? 1 : b == NULL ? -1 : strcmp(a->name, b->name);
        if (order != 0)
            return order < 0 ? a->name : b->name;
        if (!as_str_eq(a->bytes, b->bytes))
            return b->name;
        i++;
        k++;
    }
    return NULL;
}

/* True when the pack is another than before; *file is its change then. */
static bool changed(const char **file, struct as_watched *watched, struct as_arena *arena)
{
    struct as_source now;
    struct as_error why = AS_ERROR_INIT;
    look(watched, &now, &why);
    const char *name = difference(&watched->source, &now);
    if (name == NULL && strcmp(why.what, watched->why.what) == 0) {
        as_source_free(&now);
        return false;
    }
    *file = as_arena_copy(arena, name != NULL ? name : "", name != NULL ? strlen(name) : 0);
    as_source_free(&watched->source);
    watched->source = now;
    watched->why = why;
    return true;
}

enum as_status as_test_watch_wait(const char **folder, const char **file, struct as_test_watch *watch,
                                  const struct as_context *context, struct as_error *error)
{
    const struct timespec pause = {.tv_nsec = (long)LOOK_EVERY_MS * MS_NANOSECONDS};
    struct as_error ignored = AS_ERROR_INIT;
    *folder = NULL;
    while (as_context_interrupted(context, &ignored) == AS_OK) {
        for (uint32_t i = 0; i < watch->at.n; i++)
            if (changed(file, &watch->at.at[i], &watch->arena)) {
                *folder = watch->at.at[i].folder;
                return *file != NULL ? AS_OK : as_error_memory(error);
            }
        nanosleep(&pause, NULL);
    }
    return AS_OK;
}

void as_test_watch_close(struct as_test_watch *watch)
{
    for (uint32_t i = 0; i < watch->at.n; i++)
        as_source_free(&watch->at.at[i].source);
    as_arena_free(&watch->arena);
    *watch = (struct as_test_watch){.at = {0}};
}
