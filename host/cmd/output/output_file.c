/* Makes folders and writes files. What is in them is the commands' to say. */
#include "cmd/output/output_file.h"

#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

const char *as_output_path(struct as_arena *arena, const char *folder, const char *file)
{
    size_t n = strlen(folder);
    return as_arena_printf(arena, "%s%s%s", folder, n > 0 && folder[n - 1] == '/' ? "" : "/", file);
}

static enum as_status make_folder(const char *path, unsigned mode, struct as_error *error)
{
    if (mkdir(path, mode) == 0)
        return AS_OK;
    struct stat about;
    if (errno == EEXIST && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
        return AS_OK;
    bool taken = errno == EEXIST;
    as_error_set(error, AS_ERR_IO, "folder %s cannot be made: %s", path, strerror(errno));
    return as_error_advise(error, taken ? "name a folder; this is a file"
                                        : "look at the permissions of the folder above it");
}

enum as_status as_output_folders(struct as_arena *arena, const char *path, unsigned mode,
                                 struct as_error *error)
{
    for (const char *p = path + 1; *p != '\0'; p++) {
        if (*p != '/' || p[-1] == '/')
            continue;
        const char *folder = as_arena_copy(arena, path, (size_t)(p - path));
        enum as_status status = folder != NULL ? make_folder(folder, mode, error) : as_error_memory(error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

enum as_status as_output_new(struct as_arena *arena, const char *path, struct as_str text,
                             struct as_error *error)
{
    enum as_status status = as_output_folders(arena, path, 0777, error);
    if (status != AS_OK)
        return status;
    FILE *to = fopen(path, "wxe");
    bool made = to != NULL, failed = !made || fwrite(text.p, 1, text.n, to) != text.n || fflush(to) != 0;
    int why = errno;
    if (made)
        fclose(to);
    if (!failed)
        return AS_OK;
    if (made)
        remove(path);
    as_error_set(error, AS_ERR_IO, "%s cannot be written: %s", path, strerror(why));
    return why == EEXIST ? AS_ERR_IO
                         : as_error_advise(error, "look at free space and the permissions of its folder");
}

enum as_status as_output_replace(struct as_arena *arena, const char *path, struct as_str text,
                                 struct as_error *error)
{
    enum as_status status = as_output_folders(arena, path, 0777, error);
    return status == AS_OK ? as_file_write(path, text, "the file", error) : status;
}
