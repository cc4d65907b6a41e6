/* Small files, whole. Files of any size are read by host/data. */
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum as_status as_file_read(struct as_buf *out, const char *path, size_t most, const char *what,
                            struct as_error *error)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL)
        return as_error_set(error, errno == ENOENT ? AS_ERR_MISSING : AS_ERR_IO,
                            "cannot open %s \"%.400s\": %s", what, path, strerror(errno));
    char chunk[8192];
    size_t n, total = 0;
    while (total <= most && (n = fread(chunk, 1, sizeof chunk, file)) > 0) {
        total += n;
        if (total <= most)
            as_buf_bytes(out, chunk, n);
    }
    enum as_status status = AS_OK;
    if (ferror(file))
        status = as_error_set(error, AS_ERR_IO, "cannot read %s \"%.400s\": %s", what, path, strerror(errno));
    else if (total > most)
        status =
            as_error_set(error, AS_ERR_LIMIT, "%s \"%.400s\" is longer than %zu bytes", what, path, most);
    else if (out->failed)
        status = as_error_memory(error);
    fclose(file);
    return status;
}

enum as_status as_file_write(const char *path, struct as_str bytes, const char *what, struct as_error *error)
{
    char part[4096]; /* its own for each process: two may write the same file */
    if (snprintf(part, sizeof part, "%s.%ld.part", path, (long)getpid()) >= (int)sizeof part)
        return as_error_set(error, AS_ERR_LIMIT, "the path of %s is too long", what);
    FILE *file = fopen(part, "wbe");
    if (file == NULL)
        return as_error_set(error, AS_ERR_IO, "cannot write %s \"%.400s\": %s", what, part, strerror(errno));
    bool good = fwrite(bytes.p, 1, bytes.n, file) == bytes.n && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int why = errno;
    if (fclose(file) != 0 && good) {
        good = false;
        why = errno;
    }
    if (good && rename(part, path) != 0) {
        good = false;
        why = errno;
    }
    if (good)
        return AS_OK;
    remove(part);
    return as_error_set(error, AS_ERR_IO, "cannot write %s \"%.400s\": %s", what, path, strerror(why));
}
