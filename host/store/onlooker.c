/* Onlooker: when a database is read as a file that nobody writes to. Opening it so is store.c's. */
#include "store/onlooker.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool may_write_beside(const char *file)
{
    struct as_buf folder = {.p = NULL};
    as_buf_bytes(&folder, file, (size_t)(strrchr(file, '/') + 1 - file));
    bool may = folder.failed || access(as_buf_c(&folder), W_OK) == 0;
    as_buf_free(&folder);
    return may;
}

static bool has_log(const char *file)
{
    struct as_buf log = {.p = NULL};
    as_buf_printf(&log, "%s-wal", file);
    bool has = log.failed || access(as_buf_c(&log), F_OK) == 0;
    as_buf_free(&log);
    return has;
}

static void add_uri(struct as_buf *out, const char *file)
{
    as_buf_text(out, "file:");
    for (; *file != '\0'; file++)
        if (strchr("?#%", *file) != NULL)
            as_buf_printf(out, "%%%02X", (unsigned char)*file);
        else
            as_buf_char(out, *file);
    as_buf_text(out, "?immutable=1");
}

bool as_onlooker_name(struct as_buf *name, struct stat *seen, const char *path)
{
    struct stat found;
    char *file = realpath(path, NULL); /* as SQLite does, which has the log beside what a link leads to */
    /* Looked at before the log: whoever writes from then on changes what was seen. */
    bool looks = file != NULL && stat(file, &found) == 0 && !may_write_beside(file) && !has_log(file);
    if (looks) {
        add_uri(name, file);
        looks = !name->failed;
        *seen = found;
    }
    free(file);
    return looks;
}

bool as_onlooker_unchanged(const struct stat *seen, const char *path)
{
    struct stat now;
    return stat(path, &now) == 0 && now.st_ino == seen->st_ino && now.st_size == seen->st_size &&
           now.st_mtim.tv_sec == seen->st_mtim.tv_sec && now.st_mtim.tv_nsec == seen->st_mtim.tv_nsec;
}
