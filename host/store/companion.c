/* Companions: names of files beside the database, their arrival, and the removal of those that nobody names.
 */
#include "store/companion.h"

#include "base/intern.h"
#include "store/decisions/score_file.h"
#include "store/layers.h"
#include "store/settling.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const infixes[AS_COMPANIONS] = {
    [AS_COMPANION_EVENTS] = "-events-",
    [AS_COMPANION_SCORES] = AS_SCORE_FILE_INFIX,
    [AS_COMPANION_FACTS] = "-facts-",
    [AS_COMPANION_STANDINGS] = "-standings-",
};
static const char temporary[] = ".new";
enum { DIGITS = 16 };

void as_companion_path(struct as_buf *out, const char *database, enum as_companion which, uint64_t sum)
{
    as_buf_printf(out, "%s%s%016llx", database, infixes[which], (unsigned long long)sum);
}

enum as_status as_companion_spoilt(struct as_found *found, const struct as_store *store,
                                   enum as_companion which, uint64_t sum, struct as_error *error)
{
    struct as_buf text = {0};
    as_companion_path(&text, store->path, which, sum);
    as_buf_text(&text, " is not as it was written; remove it, the next run makes it anew");
    enum as_status status = text.failed ? as_error_memory(error) : AS_OK;
    if (status == AS_OK)
        as_found_add(found, as_buf_c(&text));
    as_buf_free(&text);
    return status;
}

void as_companion_temporary(struct as_buf *out, const struct as_store *store, enum as_companion which)
{
    as_companion_path(out, store->path, which, as_hash_seed());
    as_buf_text(out, temporary);
}

static enum as_status sync_folder(const struct as_store *store, struct as_error *error)
{
    struct as_buf folder = {0};
    const char *slash = strrchr(store->path, '/');
    as_buf_bytes(&folder, slash == NULL ? "." : store->path,
                 slash == NULL          ? 1
                 : slash == store->path ? 1
                                        : (size_t)(slash - store->path));
    int fd = folder.failed ? -1 : open(as_buf_c(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    as_buf_free(&folder);
    if (fd < 0 || fsync(fd) != 0) {
        int why = errno;
        if (fd >= 0)
            close(fd);
        return as_error_set(error, AS_ERR_IO, "cannot sync the database's folder: %s", strerror(why));
    }
    close(fd);
    return AS_OK;
}

enum as_status as_companion_settle(struct as_store *store, const char *from, enum as_companion which,
                                   uint64_t sum, struct as_error *error)
{
    struct as_buf path = {0};
    enum as_status status = AS_OK;
    as_companion_path(&path, store->path, which, sum);
    store->swept = false;
    if (path.failed)
        status = as_error_memory(error);
    else if (rename(from, as_buf_c(&path)) != 0)
        status = as_error_set(error, AS_ERR_IO, "cannot rename %s: %s", from, strerror(errno));
    int fd = status == AS_OK ? open(as_buf_c(&path), O_RDONLY | O_CLOEXEC) : -1;
    if (status == AS_OK && fd < 0)
        status = as_error_set(error, AS_ERR_IO, "cannot open %s: %s", as_buf_c(&path), strerror(errno));
    as_buf_free(&path);
    if (status == AS_OK)
        status = as_settling_add(&store->settling, fd, error);
    return status == AS_OK && store->depth == 0 ? as_companion_sync(store, error) : status;
}

enum as_status as_companion_sync(struct as_store *store, struct as_error *error)
{
    if (store->settling == NULL)
        return AS_OK;
    enum as_status status = as_settling_end(&store->settling, error);
    return status == AS_OK ? sync_folder(store, error) : status;
}

void as_companion_let_be(struct as_store *store)
{
    (void)as_settling_end(&store->settling, NULL);
}

/* The files of standings that rows name. */
#define STANDING_FILES_NAMED                                                                                 \
    "SELECT base FROM standing_file UNION ALL SELECT due FROM standing_file UNION ALL SELECT layers FROM"    \
    " standing_file"

/* What the rows name, by infix; a list that ends with memory ends the sweep. */
struct names {
    uint64_t *at;
    size_t n;
};

static bool has_name(const struct names *names, uint64_t sum)
{
    for (size_t i = 0; i < names->n; i++)
        if (names->at[i] == sum)
            return true;
    return false;
}

/* Each once: files that hold the same are one. sql: sums, or layers of files as blobs. */
static enum as_status read_names(struct names *out, struct as_store *store, const char *sql,
                                 struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(store, error, sql, "");
    while (as_sql_row(&status, store, stmt, error)) {
        struct as_layer_list layers = {1, {(uint64_t)sqlite3_column_int64(stmt, 0)}};
        if (sqlite3_column_type(stmt, 0) == SQLITE_BLOB)
            as_layer_list_read(&layers, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
        uint64_t *grown = realloc(out->at, (out->n + layers.n + 1) * sizeof *grown);
        if (grown == NULL) {
            status = as_error_memory(error);
            break;
        }
        out->at = grown;
        for (unsigned i = 0; i < layers.n; i++)
            if (!has_name(out, layers.sum[i]))
                out->at[out->n++] = layers.sum[i];
    }
    sqlite3_reset(stmt);
    return status;
}

/* Which of our files `name` is, AS_COMPANIONS for none; *digits points to its sum. */
static enum as_companion which_of(const char **digits, const char *name, const char *database)
{
    size_t n = strlen(database);
    for (int i = 0; i < AS_COMPANIONS && strncmp(name, database, n) == 0; i++) {
        size_t more = strlen(infixes[i]);
        *digits = name + n + more;
        if (strncmp(name + n, infixes[i], more) == 0 && strspn(*digits, "0123456789abcdef") == DIGITS &&
            ((*digits)[DIGITS] == '\0' || strcmp(*digits + DIGITS, temporary) == 0))
            return (enum as_companion)i;
    }
    return AS_COMPANIONS;
}

static bool is_named(const struct names *names, const char *digits)
{
    return digits[DIGITS] == '\0' && has_name(names, strtoull(digits, NULL, 16));
}

enum as_status as_companion_sweep(struct as_store *store, struct as_error *error)
{
    struct names names[AS_COMPANIONS] = {{NULL, 0}};
    enum as_status status = read_names(&names[AS_COMPANION_EVENTS], store,
                                       "SELECT sum FROM projection UNION SELECT sum FROM event_tail", error);
    if (status == AS_OK)
        status = read_names(&names[AS_COMPANION_FACTS], store, "SELECT sum FROM projection", error);
    if (status == AS_OK)
        status = read_names(&names[AS_COMPANION_SCORES], store, AS_SCORE_FILES_NAMED, error);
    if (status == AS_OK)
        status = read_names(&names[AS_COMPANION_STANDINGS], store, STANDING_FILES_NAMED, error);
    const char *slash = strrchr(store->path, '/');
    struct as_buf path = {0};
    as_buf_bytes(&path, store->path, slash == NULL ? 0 : (size_t)(slash - store->path) + 1);
    size_t folder_n = path.n;
    DIR *folder = status != AS_OK || path.failed ? NULL : opendir(folder_n == 0 ? "." : as_buf_c(&path));
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        const char *digits;
        enum as_companion which = which_of(&digits, entry->d_name, store->path + folder_n);
        if (which == AS_COMPANIONS || is_named(&names[which], digits))
            continue;
        path.n = folder_n;
        as_buf_text(&path, entry->d_name);
        if (!path.failed)
            unlink(as_buf_c(&path));
    }
    if (folder != NULL)
        closedir(folder);
    as_buf_free(&path);
    for (int i = 0; i < AS_COMPANIONS; i++)
        free(names[i].at);
    store->swept = status == AS_OK;
    return status;
}

/* --- copies --- */

static enum as_status copy_file(const char *from, const char *to, struct as_error *error)
{
    enum { PIECE = 65536 };
    enum as_status status = AS_OK;
    char *piece = malloc(PIECE);
    FILE *in = fopen(from, "rb"), *out = in == NULL ? NULL : fopen(to, "wbx");
    size_t n;
    if (piece == NULL)
        status = as_error_memory(error);
    else if (in != NULL && out == NULL)
        status = as_error_set(error, AS_ERR_IO, "cannot write %s: %s", to, strerror(errno));
    while (status == AS_OK && in != NULL && (n = fread(piece, 1, PIECE, in)) > 0)
        if (fwrite(piece, 1, n, out) != n)
            status = as_error_set(error, AS_ERR_IO, "cannot write %s: %s", to, strerror(errno));
    if (out != NULL && (fflush(out) != 0 || fsync(fileno(out)) != 0) && status == AS_OK)
        status = as_error_set(error, AS_ERR_IO, "cannot write %s: %s", to, strerror(errno));
    if (in != NULL)
        fclose(in);
    if (out != NULL)
        fclose(out);
    free(piece);
    return status;
}

static enum as_status copy_named(struct as_store *store, const char *to, enum as_companion which,
                                 const char *named, struct as_error *error)
{
    struct names names = {NULL, 0};
    enum as_status status = read_names(&names, store, named, error);
    for (size_t i = 0; i < names.n && status == AS_OK; i++) {
        struct as_buf source = {0}, target = {0};
        as_companion_path(&source, store->path, which, names.at[i]);
        as_companion_path(&target, to, which, names.at[i]);
        status = source.failed || target.failed ? as_error_memory(error)
                                                : copy_file(as_buf_c(&source), as_buf_c(&target), error);
        as_buf_free(&source);
        as_buf_free(&target);
    }
    free(names.at);
    return status;
}

enum as_status as_companion_copy(struct as_store *store, const char *to, struct as_error *error)
{
    if (as_in_memory(store))
        return AS_OK;
    enum as_status status = copy_named(store, to, AS_COMPANION_SCORES, AS_SCORE_FILES_NAMED, error);
    return status == AS_OK ? copy_named(store, to, AS_COMPANION_STANDINGS, STANDING_FILES_NAMED, error)
                           : status;
}
