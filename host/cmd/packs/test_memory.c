/* Keeps the names of failed tests in the user's cache: a line each, FILE and NAME separated by a tab. */
#include "cmd/packs/test_memory.h"

#include "base/file.h"
#include "base/intern.h"
#include "base/limits.h"
#include "cmd/output/output_file.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- where it is --- */

static const char *place_of(struct as_arena *arena, const char *folder)
{
    char whole[PATH_MAX];
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (realpath(folder, whole) == NULL)
        return NULL;
    unsigned long long hash = as_hash_bytes(whole, strlen(whole), 0);
    if (cache != NULL && cache[0] == '/')
        return as_arena_printf(arena, "%s/assay/tests/%016llx", cache, hash);
    if (home != NULL && home[0] == '/')
        return as_arena_printf(arena, "%s/.cache/assay/tests/%016llx", home, hash);
    return NULL;
}

/* --- what it holds --- */

/* A name on one line, without the tab that separates. */
static const char *plain(struct as_arena *arena, const char *name)
{
    char *copy = as_arena_copy(arena, name, strlen(name));
    for (char *at = copy; at != NULL && *at != '\0'; at++)
        if ((unsigned char)*at < ' ')
            *at = ' ';
    return copy;
}

static bool same_name(const char *kept, const char *name)
{
    for (; *kept != '\0' && *name != '\0'; kept++, name++)
        if (*kept != ((unsigned char)*name < ' ' ? ' ' : *name))
            return false;
    return *kept == *name;
}

static bool read_lines(struct as_test_memory *memory, FILE *file)
{
    char *line = NULL;
    size_t room = 0;
    bool fine = true;
    ssize_t n;
    while (fine && (n = getline(&line, &room, file)) > 0) {
        char *tab = strchr(line, '\t');
        if (tab == NULL || line[n - 1] != '\n')
            continue;
        line[n - 1] = *tab = '\0';
        struct as_remembered one = {.file = plain(&memory->arena, line),
                                    .name = plain(&memory->arena, tab + 1)};
        fine = one.file != NULL && one.name != NULL && as_list_push(&memory->arena, &memory->before, one);
    }
    free(line);
    return fine;
}

enum as_status as_test_memory_open(struct as_test_memory *memory, const char *folder, struct as_error *error)
{
    *memory = (struct as_test_memory){.path = NULL};
    as_arena_init(&memory->arena);
    memory->path = place_of(&memory->arena, folder);
    FILE *file = memory->path != NULL ? fopen(memory->path, "re") : NULL;
    bool fine = file == NULL || read_lines(memory, file);
    if (file != NULL)
        fclose(file);
    return fine ? AS_OK : as_error_memory(error);
}

bool as_test_memory_has(const struct as_test_memory *memory, const char *file, const char *name)
{
    for (uint32_t i = 0; i < memory->before.n; i++) {
        const struct as_remembered *one = &memory->before.at[i];
        if (strcmp(one->file, file) == 0 &&
            (same_name(one->name, name) || strcmp(one->name, AS_TEST_WHOLE_FILE) == 0))
            return true;
    }
    return false;
}

enum as_status as_test_memory_note(struct as_test_memory *memory, const struct as_test_result *result,
                                   struct as_error *error)
{
    for (uint32_t i = 0; i < memory->before.n; i++) {
        struct as_remembered *one = &memory->before.at[i];
        bool whole = strcmp(one->name, AS_TEST_WHOLE_FILE) == 0;
        if (strcmp(one->file, result->file) == 0 && (whole || same_name(one->name, result->name)))
            one->ran = true;
    }
    if (result->status != AS_TEST_FAILED)
        return AS_OK;
    struct as_remembered one = {.file = plain(&memory->arena, result->file),
                                .name = plain(&memory->arena, result->name)};
    bool kept = one.file != NULL && one.name != NULL && as_list_push(&memory->arena, &memory->failed, one);
    return kept ? AS_OK : as_error_memory(error);
}

enum as_status as_test_memory_save(const struct as_test_memory *memory, bool part, struct as_error *error)
{
    uint32_t left = 0;
    for (uint32_t i = 0; part && i < memory->before.n; i++)
        left += !memory->before.at[i].ran;
    if (memory->path == NULL)
        return AS_OK;
    if (memory->failed.n + left == 0) {
        unlink(memory->path);
        return AS_OK;
    }
    struct as_buf text = {.p = NULL};
    for (uint32_t i = 0; i < memory->failed.n; i++)
        as_buf_printf(&text, "%s\t%s\n", memory->failed.at[i].file, memory->failed.at[i].name);
    for (uint32_t i = 0; part && i < memory->before.n; i++)
        if (!memory->before.at[i].ran)
            as_buf_printf(&text, "%s\t%s\n", memory->before.at[i].file, memory->before.at[i].name);
    struct as_arena arena;
    as_arena_init(&arena);
    enum as_status status =
        text.failed ? as_error_memory(error) : as_output_folders(&arena, memory->path, 0700, error);
    if (status == AS_OK)
        status =
            as_file_write(memory->path, (struct as_str){text.p, text.n}, "which tests failed to", error);
    as_arena_free(&arena);
    as_buf_free(&text);
    return status;
}

void as_test_memory_close(struct as_test_memory *memory)
{
    as_arena_free(&memory->arena);
    *memory = (struct as_test_memory){.path = NULL};
}
