/* Small files, whole. Files of any size are read by host/data. */
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum as_status as_file_read(struct as_buf *out, const char *path, size_t most, const char *what,
                            struct as_error *error)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        bool missing = errno == ENOENT;
        as_error_set(error, missing ? AS_ERR_MISSING : AS_ERR_IO, "cannot open %s \"%.400s\": %s", what, path,
                     strerror(errno));
        return as_error_advise(error, missing ? "give the path as seen from the folder that assay runs in"
                                              : "look at the permissions of the file and its folder");
    }
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

/* Writes and closes: 0, or the errno. */
static int put_bytes(FILE *file, struct as_str bytes, bool synced)
{
    bool good = fwrite(bytes.p, 1, bytes.n, file) == bytes.n && fflush(file) == 0 &&
                (!synced || fsync(fileno(file)) == 0);
    int why = good ? 0 : errno != 0 ? errno : EIO;
    return fclose(file) != 0 && why == 0 ? errno : why;
}

enum as_status as_file_write(const char *path, struct as_str bytes, const char *what, struct as_error *error)
{
    char part[4096]; /* its own for each process: two may write the same file */
    struct stat there;
    bool known = lstat(path, &there) == 0, whole = !known || S_ISREG(there.st_mode);
    if (snprintf(part, sizeof part, "%s.%ld.part", path, (long)getpid()) >= (int)sizeof part)
        return as_error_set(error, AS_ERR_LIMIT, "the path of %s is too long", what);
    const char *to = whole ? part : path;
    FILE *file = fopen(to, "wbe");
    if (file == NULL)
        return as_error_set(error, AS_ERR_IO, "cannot write %s \"%.400s\": %s", what, to, strerror(errno));
    if (known && whole)
        (void)fchmod(fileno(file), there.st_mode & 07777); /* where the file system has permissions */
    int why = put_bytes(file, bytes, whole);
    if (why == 0 && whole && rename(part, path) != 0)
        why = errno;
    if (why == 0)
        return AS_OK;
    if (whole)
        remove(part);
    return as_error_set(error, AS_ERR_IO, "cannot write %s \"%.400s\": %s", what, path, strerror(why));
}
