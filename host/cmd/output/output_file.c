/* Makes folders and writes files. What is in them is the commands' to say. */
#include "cmd/output/output_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const char *as_output_path(struct as_arena *arena, const char *folder, const char *file)
{
    size_t n = strlen(folder);
    return as_arena_printf(arena, "%s%s%s", folder, n > 0 && folder[n - 1] == '/' ? "" : "/", file);
}

static enum as_status make_folder(const char *path, struct as_error *error)
{
    if (mkdir(path, 0777) == 0)
        return AS_OK;
    struct stat about;
    if (errno == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return AS_OK;
    return as_error_set(error, AS_ERR_IO, "folder %s cannot be made: %s", path, strerror(errno));
}

/* Every folder on the way to a file. */
static enum as_status make_folders(struct as_arena *arena, const char *path, struct as_error *error)
{
    for (const char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/' || p[-1] == '/')
            continue;
        const char *folder = as_arena_copy(arena, path, (size_t)(p - path));
        enum as_status status = folder != NULL ? make_folder(folder, error) : as_error_memory(error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

static enum as_status write_text(const char *path, const char *mode, struct as_str text,
                                 struct as_error *error)
{
    FILE *to = fopen(path, mode);
    if (to == NULL)
        return as_error_set(error, AS_ERR_IO, "%s cannot be written: %s", path, strerror(errno));
    bool failed = fwrite(text.p, 1, text.n, to) != text.n;
    if (fclose(to) != 0 || failed) {
        as_error_set(error, AS_ERR_IO, "%s cannot be written: %s", path, strerror(errno));
        remove(path);
        return error->status;
    }
    return AS_OK;
}

enum as_status as_output_new(struct as_arena *arena, const char *path, struct as_str text,
                             struct as_error *error)
{
    enum as_status status = make_folders(arena, path, error);
    return status == AS_OK ? write_text(path, "wxe", text, error)
                           : status; /* x: made by somebody meanwhile */
}

enum as_status as_output_replace(struct as_arena *arena, const char *path, struct as_str text,
                                 struct as_error *error)
{
    const char *part = as_arena_printf(arena, "%s.part", path);
    enum as_status status = part != NULL ? make_folders(arena, path, error) : as_error_memory(error);
    if (status == AS_OK)
        status = write_text(part, "we", text, error);
    if (status == AS_OK && rename(part, path) != 0) {
        as_error_set(error, AS_ERR_IO, "%s cannot be written: %s", path, strerror(errno));
        remove(part);
        status = error->status;
    }
    return status;
}
