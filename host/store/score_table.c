/* Score table: SQLite's virtual table over score files. Rows of a score come in order of lead; one lead is
 * found by its id. A file that is missing has no rows: the next run writes it anew. */
#include "store/score_table.h"

#include "store/score_file.h"

#include <stdlib.h>
#include <string.h>

#ifdef AS_SQLITE_EXTENSION
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1
#else
#include <sqlite3.h>
#endif

enum { COLUMN_SCORE, COLUMN_LEAD, COLUMN_VALUE, COLUMN_LOW, COLUMN_HIGH };
enum { BY_SCORE = 1, BY_LEAD = 2 };

struct provider {
    as_score_bytes_fn in_memory;
    void *context;
};

/* A file kept open for as long as it is the model's. */
struct held {
    int64_t model_id;
    uint64_t sum;
    struct as_score_file file;
};
struct table {
    sqlite3_vtab base;
    sqlite3 *db;
    const struct provider *provider;
    sqlite3_stmt *which; /* prepared on first use */
    struct held **held;
    int held_n, cursors;
};
/* What a cursor goes through: columns of files, in order of score. */
struct target {
    const struct as_score_file *file;
    int column;
    int64_t place, end;
};
struct cursor {
    sqlite3_vtab_cursor base;
    struct target *targets;
    int target_n, target;
};

static int connect(sqlite3 *db, void *provider, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **error)
{
    (void)argc;
    (void)argv;
    (void)error;
    int rc = sqlite3_declare_vtab(
        db, "CREATE TABLE x(score_id INTEGER, lead_id INTEGER, value INTEGER, low INTEGER,"
            " high INTEGER)");
    if (rc != SQLITE_OK)
        return rc;
    /* It reads what the database's own rows name and nothing else: views of it may be trusted. */
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    struct table *table = sqlite3_malloc(sizeof *table);
    if (table == NULL)
        return SQLITE_NOMEM;
    memset(table, 0, sizeof *table);
    table->db = db;
    table->provider = provider;
    *out = &table->base;
    return SQLITE_OK;
}

static void close_held(struct held *held)
{
    as_score_file_close(&held->file);
    sqlite3_free(held);
}

static int disconnect(sqlite3_vtab *base)
{
    struct table *table = (struct table *)base;
    for (int i = 0; i < table->held_n; i++)
        close_held(table->held[i]);
    sqlite3_free(table->held);
    sqlite3_finalize(table->which);
    sqlite3_free(table);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    (void)base;
    int score = -1, lead = -1, arguments = 0;
    for (int i = 0; i < info->nConstraint; i++) {
        const struct sqlite3_index_constraint *one = &info->aConstraint[i];
        if (!one->usable || one->op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (one->iColumn == COLUMN_SCORE)
            score = i;
        else if (one->iColumn == COLUMN_LEAD)
            lead = i;
    }
    info->idxNum = 0;
    info->estimatedCost = 1e6;
    info->estimatedRows = 1000000;
    if (score >= 0) {
        info->idxNum |= BY_SCORE;
        info->aConstraintUsage[score].argvIndex = ++arguments;
        info->estimatedCost /= 4;
        info->estimatedRows /= 4;
    }
    if (lead >= 0) {
        info->idxNum |= BY_LEAD;
        info->aConstraintUsage[lead].argvIndex = ++arguments;
        info->estimatedCost = score >= 0 ? 2 : 10;
        info->estimatedRows = score >= 0 ? 1 : 8;
    }
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    struct cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (cursor == NULL)
        return SQLITE_NOMEM;
    memset(cursor, 0, sizeof *cursor);
    ((struct table *)base)->cursors++;
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    ((struct table *)base->pVtab)->cursors--;
    sqlite3_free(cursor->targets);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static bool open_file(struct table *table, struct held *held)
{
    size_t n;
    const void *bytes = table->provider->in_memory == NULL
                            ? NULL
                            : table->provider->in_memory(table->provider->context, held->model_id, &n);
    if (bytes != NULL)
        return as_score_file_over(&held->file, bytes, n, held->sum);
    const char *database = sqlite3_db_filename(table->db, "main");
    char *path = sqlite3_mprintf("%s" AS_SCORE_FILE_INFIX "%016llx", database == NULL ? "" : database,
                                 (unsigned long long)held->sum);
    bool found = path != NULL && as_score_file_open(&held->file, path, held->sum);
    sqlite3_free(path);
    return found;
}

/* The model's file, NULL when there is none. Files of before are let go once no other cursor may stand in
 * them. */
static int file_of(const struct as_score_file **out, struct table *table, int64_t model_id, uint64_t sum)
{
    *out = NULL;
    for (int i = 0; i < table->held_n; i++) {
        struct held *held = table->held[i];
        if (held->model_id == model_id && held->sum == sum) {
            *out = &held->file;
            return SQLITE_OK;
        }
        if (held->model_id == model_id && table->cursors == 1) {
            close_held(held);
            table->held[i--] = table->held[--table->held_n];
        }
    }
    struct held **grown = sqlite3_realloc64(table->held, sizeof *grown * ((size_t)table->held_n + 1));
    if (grown == NULL)
        return SQLITE_NOMEM;
    table->held = grown;
    struct held *held = sqlite3_malloc(sizeof *held);
    if (held == NULL)
        return SQLITE_NOMEM;
    memset(held, 0, sizeof *held);
    held->model_id = model_id;
    held->sum = sum;
    if (!open_file(table, held)) {
        sqlite3_free(held);
        return SQLITE_OK;
    }
    grown[table->held_n++] = held;
    *out = &held->file;
    return SQLITE_OK;
}

static int add_target(struct cursor *cursor, const struct as_score_file *file, int64_t score_id,
                      sqlite3_value *lead)
{
    int column = file == NULL ? -1 : as_score_file_column(file, score_id);
    int64_t place = column < 0 || lead == NULL ? 0 : as_score_file_place(file, sqlite3_value_int64(lead));
    if (column < 0 || place < 0 || file->head->leads == 0)
        return SQLITE_OK;
    struct target *grown = sqlite3_realloc64(cursor->targets, sizeof *grown * ((size_t)cursor->target_n + 1));
    if (grown == NULL)
        return SQLITE_NOMEM;
    cursor->targets = grown;
    grown[cursor->target_n++] =
        (struct target){file, column, place, lead == NULL ? (int64_t)file->head->leads : place + 1};
    return SQLITE_OK;
}

static int find_targets(struct cursor *cursor, struct table *table, sqlite3_value *score, sqlite3_value *lead)
{
    int rc = SQLITE_OK;
    if (table->which == NULL)
        rc = sqlite3_prepare_v3(table->db,
                                "SELECT s.id, f.model_id, f.sum FROM score s JOIN score_file f"
                                " ON f.model_id = s.model_id WHERE ?1 IS NULL OR s.id = ?1 ORDER BY s.id",
                                -1, SQLITE_PREPARE_PERSISTENT, &table->which, NULL);
    if (rc != SQLITE_OK)
        return rc;
    /* A loop within a loop over this table asks again before the outer one is done; each has read all rows by
     * then. */
    if (score == NULL)
        sqlite3_bind_null(table->which, 1);
    else
        sqlite3_bind_value(table->which, 1, score);
    while (rc == SQLITE_OK && (rc = sqlite3_step(table->which)) == SQLITE_ROW) {
        const struct as_score_file *file;
        int64_t id = sqlite3_column_int64(table->which, 0);
        rc = file_of(&file, table, sqlite3_column_int64(table->which, 1),
                     (uint64_t)sqlite3_column_int64(table->which, 2));
        if (rc == SQLITE_OK)
            rc = add_target(cursor, file, id, lead);
    }
    sqlite3_reset(table->which);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int filter(sqlite3_vtab_cursor *base, int how, const char *text, int argc, sqlite3_value **argv)
{
    struct cursor *cursor = (struct cursor *)base;
    (void)text;
    (void)argc;
    int argument = 0;
    sqlite3_value *score = (how & BY_SCORE) != 0 ? argv[argument++] : NULL;
    sqlite3_value *lead = (how & BY_LEAD) != 0 ? argv[argument++] : NULL;
    cursor->target = cursor->target_n = 0;
    /* Nothing equals NULL. */
    if ((score != NULL && sqlite3_value_type(score) == SQLITE_NULL) ||
        (lead != NULL && sqlite3_value_type(lead) == SQLITE_NULL))
        return SQLITE_OK;
    return find_targets(cursor, (struct table *)base->pVtab, score, lead);
}

static int next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    struct target *target = &cursor->targets[cursor->target];
    if (++target->place >= target->end)
        cursor->target++;
    return SQLITE_OK;
}

static int end_of(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    return cursor->target >= cursor->target_n;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *out, int which)
{
    struct cursor *cursor = (struct cursor *)base;
    const struct target *target = &cursor->targets[cursor->target];
    const struct as_score_file *file = target->file;
    if (which == COLUMN_SCORE || which == COLUMN_LEAD) {
        sqlite3_result_int64(out, which == COLUMN_SCORE ? file->head->column[target->column].score_id
                                                        : file->lead[target->place]);
        return SQLITE_OK;
    }
    struct as_score_points points = as_score_file_points(file, target->column, target->place);
    sqlite3_result_int64(out, which == COLUMN_VALUE ? points.value
                              : which == COLUMN_LOW ? points.low
                                                    : points.high);
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    struct cursor *cursor = (struct cursor *)base;
    const struct target *target = &cursor->targets[cursor->target];
    *out = (target->file->head->column[target->column].score_id << 40) + target->place;
    return SQLITE_OK;
}

/* Without xCreate it is there under its own name, and only so. */
static const sqlite3_module module = {
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xDestroy = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = end_of,
    .xColumn = column,
    .xRowid = row_id,
};

int as_score_table_register(sqlite3 *db, as_score_bytes_fn in_memory, void *context)
{
    struct provider *provider = sqlite3_malloc(sizeof *provider);
    if (provider == NULL)
        return SQLITE_NOMEM;
    *provider = (struct provider){in_memory, context};
    return sqlite3_create_module_v2(db, "score_value", &module, provider, sqlite3_free);
}

#ifdef AS_SQLITE_EXTENSION
/* The name that SQLite looks for in a module assay_scores. */
__attribute__((visibility("default"))) int sqlite3_assayscores_init(sqlite3 *db, char **error,
                                                                    const sqlite3_api_routines *api);

int sqlite3_assayscores_init(sqlite3 *db, char **error, const sqlite3_api_routines *api)
{
    (void)error;
    SQLITE_EXTENSION_INIT2(api);
    return as_score_table_register(db, NULL, NULL);
}
#endif
