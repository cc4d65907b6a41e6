/* Standing shelf: what each model's standings lie in, kept open between the runs of one process. It holds for
 * as long as the database names the same version: every change gives it a new one by chance, which none that
 * was rolled back ever had. */
#include "store/decisions/kept_standings.h"

#include "base/growth.h"
#include "store/companion.h"

#include <stdlib.h>
#include <string.h>

struct as_standing_shelf {
    struct as_standing_shelf *next;
    int64_t model_id, version;
    struct as_held_standings held;
};

static void drop_files(struct as_standing_files *files)
{
    if (files == NULL || --files->uses > 0)
        return;
    as_standing_file_close(&files->base);
    as_standing_file_close(&files->due);
    for (unsigned i = 0; i < files->layers; i++)
        as_standing_file_close(&files->layer[i]);
    for (unsigned i = 0; i <= AS_LAYERS; i++)
        free(files->blocks[i]);
    free(files);
}

void as_standings_let_go(struct as_held_standings *held)
{
    drop_files(held->files);
    free(held->recent);
    free(held->tally);
    *held = (struct as_held_standings){.whole = false};
}

void as_standing_shelf_free(struct as_standing_shelf *shelf)
{
    while (shelf != NULL) {
        struct as_standing_shelf *next = shelf->next;
        as_standings_let_go(&shelf->held);
        free(shelf);
        shelf = next;
    }
}

static struct as_standing_shelf *shelf_of(struct as_store *store, int64_t model_id)
{
    struct as_standing_shelf *shelf = store->standings;
    while (shelf != NULL && shelf->model_id != model_id)
        shelf = shelf->next;
    return shelf;
}

static bool copy(void **out, const void *items, size_t n, size_t size)
{
    *out = malloc(n * size + 1);
    if (*out != NULL && n > 0)
        memcpy(*out, items, n * size);
    return *out != NULL;
}

/* Another that has the same. */
static enum as_status share(struct as_held_standings *out, const struct as_held_standings *held,
                            struct as_error *error)
{
    void *recent = NULL, *tally = NULL;
    if (!copy(&recent, held->recent, held->recent_n, sizeof *held->recent) ||
        !copy(&tally, held->tally, held->tally_n, sizeof *held->tally)) {
        free(recent);
        return as_error_memory(error);
    }
    *out = *held;
    out->recent = recent;
    out->tally = tally;
    out->files->uses++;
    return AS_OK;
}

/* --- opening --- */

/* What a row of standing_file names. */
struct named {
    uint64_t base, due;
    struct as_layer_list layers;
};

static bool open_named(struct as_standing_file *out, const struct as_store *store, enum as_standing_part part,
                       uint64_t sum, uint64_t base)
{
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_STANDINGS, sum);
    bool open = !path.failed && as_standing_file_open(out, as_buf_c(&path), part, sum);
    as_buf_free(&path);
    return open && out->head->base == base;
}

static bool open_files(struct as_standing_files *files, const struct as_store *store,
                       const struct named *named)
{
    bool open = open_named(&files->base, store, AS_STANDING_BASE, named->base, 0) &&
                open_named(&files->due, store, AS_STANDING_DUE, named->due, named->base) &&
                files->due.head->rows == files->base.head->rows;
    while (open && files->layers < named->layers.n) {
        const unsigned i = files->layers++;
        open = open_named(&files->layer[i], store, AS_STANDING_LAYER, named->layers.sum[i], named->base);
    }
    return open;
}

/* Files that were removed meanwhile are no others' any more. */
static bool are_there(const struct as_standing_files *files)
{
    bool there = as_standing_file_there(&files->base) && as_standing_file_there(&files->due);
    for (unsigned i = 0; i < files->layers && there; i++)
        there = as_standing_file_there(&files->layer[i]);
    return there;
}

static bool names(const struct named *named, const struct as_standing_files *files)
{
    bool same = files != NULL && named->base == files->base.head->sum && named->due == files->due.head->sum &&
                named->layers.n == files->layers;
    for (unsigned i = 0; same && i < files->layers; i++)
        same = named->layers.sum[i] == files->layer[i].head->sum;
    return same && are_there(files);
}

/* The files that the row names: those of before, where they are the same. */
static enum as_status find_files(struct as_held_standings *out, const struct as_store *store,
                                 const struct named *named, const struct as_standing_shelf *shelf,
                                 struct as_error *error)
{
    struct as_standing_files *files = shelf == NULL ? NULL : shelf->held.files;
    if (names(named, files)) {
        files->uses++;
        out->files = files;
        return AS_OK;
    }
    files = calloc(1, sizeof *files);
    if (files == NULL)
        return as_error_memory(error);
    files->uses = 1;
    if (open_files(files, store, named))
        out->files = files;
    else
        drop_files(files);
    return AS_OK;
}

enum { BASE, DUE, LAYERS, TALLY, VERSION, ROW };

/* All that the rows of one statement say, of which the first is there. */
static enum as_status read_all(struct as_held_standings *out, struct as_store *store, sqlite3_stmt *stmt,
                               const struct as_standing_shelf *shelf, struct as_error *error)
{
    size_t room = 0, bytes = (size_t)sqlite3_column_bytes(stmt, TALLY);
    struct named named = {.base = (uint64_t)sqlite3_column_int64(stmt, BASE),
                          .due = (uint64_t)sqlite3_column_int64(stmt, DUE)};
    enum as_status status = AS_OK;
    if (as_layer_list_read(&named.layers, sqlite3_column_blob(stmt, LAYERS),
                           (size_t)sqlite3_column_bytes(stmt, LAYERS)))
        status = find_files(out, store, &named, shelf, error);
    out->whole = out->files != NULL && bytes % sizeof *out->tally == 0;
    out->tally_n = bytes / sizeof *out->tally;
    void *tally = NULL;
    if (status == AS_OK && !copy(&tally, sqlite3_column_blob(stmt, TALLY), bytes, 1))
        status = as_error_memory(error);
    out->tally = tally;
    while (status == AS_OK && out->whole && sqlite3_column_type(stmt, ROW) != SQLITE_NULL) {
        out->whole = (size_t)sqlite3_column_bytes(stmt, ROW) == sizeof *out->recent;
        if (!as_grow((void **)&out->recent, &room, out->recent_n, sizeof *out->recent))
            return as_error_memory(error);
        if (out->whole)
            memcpy(&out->recent[out->recent_n++], sqlite3_column_blob(stmt, ROW), sizeof *out->recent);
        if (!as_sql_row(&status, store, stmt, error))
            break;
    }
    return status;
}

enum as_status as_standings_hold(struct as_held_standings *out, struct as_store *store, int64_t model_id,
                                 struct as_error *error)
{
    struct as_standing_shelf *shelf = shelf_of(store, model_id);
    enum as_status status;
    *out = (struct as_held_standings){.whole = false};
    /* One statement, so that what is read is of one moment. */
    sqlite3_stmt *stmt = as_sql(store, error,
                                "SELECT f.base, f.due, f.layers, f.tally, f.version, r.state"
                                " FROM standing_file f LEFT JOIN recent_standing r ON r.model_id = f.model_id"
                                " WHERE f.model_id = ? ORDER BY r.lead_id",
                                "i", model_id);
    if (!as_sql_row(&status, store, stmt, error)) {
        sqlite3_reset(stmt);
        return status;
    }
    int64_t version = sqlite3_column_int64(stmt, VERSION);
    if (shelf != NULL && shelf->held.whole && shelf->version == version && are_there(shelf->held.files)) {
        sqlite3_reset(stmt);
        return share(out, &shelf->held, error);
    }
    status = read_all(out, store, stmt, shelf, error);
    sqlite3_reset(stmt);
    if (status == AS_OK && out->whole)
        status = as_standings_held_now(store, model_id, version, out, error);
    if (!out->whole || status != AS_OK)
        as_standings_let_go(out);
    return status;
}

enum as_status as_standings_held_now(struct as_store *store, int64_t model_id, int64_t version,
                                     const struct as_held_standings *held, struct as_error *error)
{
    struct as_standing_shelf *shelf = shelf_of(store, model_id);
    struct as_held_standings now;
    enum as_status status = share(&now, held, error);
    if (status == AS_OK && shelf == NULL && (shelf = calloc(1, sizeof *shelf)) != NULL) {
        shelf->next = store->standings;
        store->standings = shelf;
    }
    if (status != AS_OK)
        return status;
    if (shelf == NULL) {
        as_standings_let_go(&now);
        return as_error_memory(error);
    }
    as_standings_let_go(&shelf->held);
    shelf->held = now;
    shelf->model_id = model_id;
    shelf->version = version;
    return AS_OK;
}

enum as_status as_standings_find_one(struct as_standing_row *out, bool *kept, struct as_store *store,
                                     int64_t model_id, int64_t lead, struct as_error *error)
{
    const struct as_standing_shelf *shelf = shelf_of(store, model_id);
    struct as_held_standings held = {.whole = false};
    int64_t version;
    *out = (struct as_standing_row){.lead = lead};
    enum as_status status = as_sql_get(&version, kept, store, error,
                                       "SELECT version FROM standing_file WHERE model_id = ?", "i", model_id);
    if (status != AS_OK || !*kept)
        return status;
    if (shelf != NULL && shelf->held.whole && shelf->version == version) {
        as_standings_find(out, &shelf->held, lead);
        return AS_OK;
    }
    status = as_standings_hold(&held, store, model_id, error);
    *kept = held.whole;
    if (status == AS_OK && held.whole)
        as_standings_find(out, &held, lead);
    as_standings_let_go(&held);
    return status;
}
