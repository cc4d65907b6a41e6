/* Score table: SQLite's virtual table over score files and the rows of recent_score. Rows of a score come in
 * order of lead, as score_rows.c reads them; one lead is found by its id. Where a file is missing there are
 * no rows: the next run writes it anew. */
#include "store/decisions/score_table.h"

#include "base/time.h"
#include "store/decisions/score_rows.h"

#include <string.h>

#ifdef AS_SQLITE_EXTENSION
#include <sqlite3ext.h>
SQLITE_EXTENSION_INIT1
#else
#include <sqlite3.h>
#endif

enum { COLUMN_SCORE, COLUMN_LEAD, COLUMN_VALUE, COLUMN_LOW, COLUMN_HIGH, COLUMN_DAY };
enum { BY_SCORE = 1, BY_LEAD = 2 };

struct provider {
    as_score_bytes_fn in_memory;
    void *context;
};

/* A row of score_file. */
struct named {
    int64_t model_id, day;
    struct as_score_stack_name stack;
};
/* A model's files, kept open for as long as they are; of a database in memory the bytes that the stack lies
 * over, which move when a run writes the same again. */
struct held {
    int64_t model_id, day;
    const void *bytes; /* NULL: files */
    struct as_score_stack stack;
};
struct table {
    sqlite3_vtab base;
    sqlite3 *db;
    const struct provider *provider;
    sqlite3_stmt *which, *rows; /* prepared on first use */
    struct held **held;
    int held_n, cursors;
};
/* What a cursor goes through, in order of score. */
struct target {
    int64_t score_id;
    struct as_score_rows rows;
    struct as_score_row *recent; /* which the rows have */
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
            " high INTEGER, day INTEGER)");
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
    as_score_stack_close(&held->stack);
    sqlite3_free(held);
}

static int disconnect(sqlite3_vtab *base)
{
    struct table *table = (struct table *)base;
    for (int i = 0; i < table->held_n; i++)
        close_held(table->held[i]);
    sqlite3_free(table->held);
    sqlite3_finalize(table->which);
    sqlite3_finalize(table->rows);
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

static void drop_targets(struct cursor *cursor)
{
    for (int i = 0; i < cursor->target_n; i++)
        sqlite3_free(cursor->targets[i].recent);
    cursor->target = cursor->target_n = 0;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    ((struct table *)base->pVtab)->cursors--;
    drop_targets(cursor);
    sqlite3_free(cursor->targets);
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static bool open_stack(struct held *held, size_t n, const struct table *table,
                       const struct as_score_stack_name *name)
{
    const char *database = sqlite3_db_filename(table->db, "main");
    if (table->provider->in_memory != NULL)
        return as_score_stack_over(&held->stack, held->bytes, n, name);
    return as_score_stack_open(&held->stack, database == NULL ? "" : database, name);
}

/* The model's files, NULL when they are not there. Those of before are let go once no other cursor may stand
 * in them. */
static int files_of(const struct held **out, struct table *table, const struct named *wanted)
{
    const struct provider *provider = table->provider;
    size_t n = 0;
    const void *bytes =
        provider->in_memory == NULL ? NULL : provider->in_memory(provider->context, wanted->model_id, &n);
    *out = NULL;
    for (int i = 0; i < table->held_n; i++) {
        struct held *held = table->held[i];
        if (held->model_id == wanted->model_id && held->day == wanted->day && held->bytes == bytes &&
            as_score_stack_names_same(&held->stack.name, &wanted->stack)) {
            *out = held;
            return SQLITE_OK;
        }
        if (held->model_id == wanted->model_id && table->cursors == 1) {
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
    held->model_id = wanted->model_id;
    held->day = wanted->day;
    held->bytes = bytes;
    if (!open_stack(held, n, table, &wanted->stack)) {
        sqlite3_free(held);
        return SQLITE_OK;
    }
    grown[table->held_n++] = held;
    *out = held;
    return SQLITE_OK;
}

/* The rows of recent_score of one score, or of one lead among them. */
static int read_recent(struct target *target, size_t *n, struct table *table, const int64_t *lead)
{
    int rc = SQLITE_OK;
    size_t room = 0;
    if (table->rows == NULL)
        rc = sqlite3_prepare_v3(table->db,
                                "SELECT lead_id, value, low, high, day FROM recent_score WHERE score_id = ?1"
                                " AND lead_id BETWEEN ?2 AND ?3 ORDER BY lead_id",
                                -1, SQLITE_PREPARE_PERSISTENT, &table->rows, NULL);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_bind_int64(table->rows, 1, target->score_id);
    sqlite3_bind_int64(table->rows, 2, lead == NULL ? INT64_MIN : *lead);
    sqlite3_bind_int64(table->rows, 3, lead == NULL ? INT64_MAX : *lead);
    while ((rc = sqlite3_step(table->rows)) == SQLITE_ROW) {
        if (*n == room) {
            room = room == 0 ? 8 : room * 2;
            struct as_score_row *grown = sqlite3_realloc64(target->recent, sizeof *grown * room);
            if (grown == NULL) {
                rc = SQLITE_NOMEM;
                break;
            }
            target->recent = grown;
        }
        target->recent[(*n)++] =
            (struct as_score_row){sqlite3_column_int64(table->rows, 0), sqlite3_column_int64(table->rows, 1),
                                  sqlite3_column_int64(table->rows, 2), sqlite3_column_int64(table->rows, 3),
                                  sqlite3_column_int(table->rows, 4)};
    }
    sqlite3_reset(table->rows);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int add_target(struct cursor *cursor, struct table *table, const struct held *held, int64_t score_id,
                      bool recent, const int64_t *lead)
{
    if (held == NULL || as_score_file_column(&held->stack.file[0], score_id) < 0)
        return SQLITE_OK;
    struct target *grown = sqlite3_realloc64(cursor->targets, sizeof *grown * ((size_t)cursor->target_n + 1));
    if (grown == NULL)
        return SQLITE_NOMEM;
    cursor->targets = grown;
    struct target *target = &grown[cursor->target_n];
    size_t n = 0;
    *target = (struct target){.score_id = score_id};
    int rc = recent ? read_recent(target, &n, table, lead) : SQLITE_OK;
    if (rc == SQLITE_OK &&
        as_score_rows_begin(&target->rows, &held->stack, held->day, score_id, lead, target->recent, n))
        cursor->target_n++;
    else
        sqlite3_free(target->recent);
    return rc;
}

static int find_targets(struct cursor *cursor, struct table *table, sqlite3_value *score, const int64_t *lead)
{
    int rc = SQLITE_OK;
    if (table->which == NULL)
        rc = sqlite3_prepare_v3(
            table->db,
            "SELECT s.id, f.model_id, f.sum, f.layers, f.at, f.recent FROM score s JOIN score_file f"
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
        const struct held *held;
        struct named wanted = {.model_id = sqlite3_column_int64(table->which, 1),
                               .stack.sum = (uint64_t)sqlite3_column_int64(table->which, 2),
                               .day = as_day_of(sqlite3_column_int64(table->which, 4))};
        const size_t layers = (size_t)sqlite3_column_bytes(table->which, 3);
        if (!as_layer_list_read(&wanted.stack.layers, sqlite3_column_blob(table->which, 3), layers))
            continue;
        bool recent = sqlite3_column_int64(table->which, 5) > 0;
        int64_t id = sqlite3_column_int64(table->which, 0);
        rc = files_of(&held, table, &wanted);
        if (rc == SQLITE_OK)
            rc = add_target(cursor, table, held, id, recent, lead);
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
    drop_targets(cursor);
    /* Nothing equals NULL. */
    if ((score != NULL && sqlite3_value_type(score) == SQLITE_NULL) ||
        (lead != NULL && sqlite3_value_type(lead) == SQLITE_NULL))
        return SQLITE_OK;
    const int64_t id = lead == NULL ? 0 : sqlite3_value_int64(lead);
    return find_targets(cursor, (struct table *)base->pVtab, score, lead == NULL ? NULL : &id);
}

static int next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    if (!as_score_rows_next(&cursor->targets[cursor->target].rows))
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
    const struct as_score_row row = as_score_rows_at(&target->rows);
    switch (which) {
    case COLUMN_SCORE:
        sqlite3_result_int64(out, target->score_id);
        break;
    case COLUMN_LEAD:
        sqlite3_result_int64(out, row.lead);
        break;
    case COLUMN_DAY:
        sqlite3_result_int64(out, row.day);
        break;
    default:
        sqlite3_result_int64(out, which == COLUMN_VALUE ? row.value
                                  : which == COLUMN_LOW ? row.low
                                                        : row.high);
    }
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    struct cursor *cursor = (struct cursor *)base;
    const struct target *target = &cursor->targets[cursor->target];
    *out = (target->score_id << 40) + as_score_rows_at(&target->rows).lead;
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
