/* Score table: SQLite's virtual table over score files and the rows of recent_score. Rows of a score come in
 * order of lead, recent ones instead of those of the delta, these instead of those of its base; one lead is
 * found by its id. Where a file is missing there are no rows: the next run writes it anew. */
#include "store/decisions/score_table.h"

#include "base/time.h"
#include "store/decisions/score_file.h"

#include <stdlib.h>
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

/* A model's files, kept open for as long as they are. */
struct held {
    int64_t model_id, day;
    uint64_t sum, delta_sum;
    bool has_delta;
    struct as_score_file file, delta;
};
/* One of recent_score. */
struct row {
    int64_t lead, value, low, high;
    int32_t day;
};
struct table {
    sqlite3_vtab base;
    sqlite3 *db;
    const struct provider *provider;
    sqlite3_stmt *which, *rows; /* prepared on first use */
    struct held **held;
    int held_n, cursors;
};
/* What a cursor goes through: columns of files, in order of score. */
struct target {
    const struct held *held;
    int column, delta_column;
    int64_t place, end, delta_place, delta_end;
    struct row *recent;
    int64_t recent_place, recent_end;
    enum { IN_BASE, IN_DELTA, IN_RECENT } in; /* where the row is */
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
    as_score_file_close(&held->file);
    as_score_file_close(&held->delta);
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

static bool open_path(struct as_score_file *out, struct table *table, uint64_t sum)
{
    const char *database = sqlite3_db_filename(table->db, "main");
    char *path = sqlite3_mprintf("%s" AS_SCORE_FILE_INFIX "%016llx", database == NULL ? "" : database,
                                 (unsigned long long)sum);
    bool found = path != NULL && as_score_file_open(out, path, sum);
    sqlite3_free(path);
    return found;
}

static bool open_files(struct table *table, struct held *held)
{
    size_t n;
    const void *bytes = table->provider->in_memory == NULL
                            ? NULL
                            : table->provider->in_memory(table->provider->context, held->model_id, &n);
    if (bytes != NULL)
        return as_score_file_over(&held->file, bytes, n, held->sum);
    return open_path(&held->file, table, held->sum) &&
           (!held->has_delta ||
            (open_path(&held->delta, table, held->delta_sum) && held->delta.head->base == held->sum));
}

/* The model's files, NULL when they are not there. Those of before are let go once no other cursor may stand
 * in them. */
static int files_of(const struct held **out, struct table *table, const struct held *wanted)
{
    *out = NULL;
    for (int i = 0; i < table->held_n; i++) {
        struct held *held = table->held[i];
        if (held->model_id == wanted->model_id && held->sum == wanted->sum && held->day == wanted->day &&
            held->has_delta == wanted->has_delta && held->delta_sum == wanted->delta_sum) {
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
    *held = *wanted;
    if (!open_files(table, held)) {
        close_held(held);
        return SQLITE_OK;
    }
    grown[table->held_n++] = held;
    *out = held;
    return SQLITE_OK;
}

/* Where a file's rows of one lead, of all without, begin and end. */
static void bounds(int64_t *place, int64_t *end, const struct as_score_file *file, sqlite3_value *lead)
{
    *place = *end = 0;
    if (file->head == NULL)
        return;
    *end = (int64_t)file->head->leads;
    if (lead == NULL)
        return;
    int64_t found = as_score_file_place(file, sqlite3_value_int64(lead));
    *place = found < 0 ? 0 : found;
    *end = found < 0 ? 0 : found + 1;
}

/* Brings a target to its next row; false at its end. */
static bool settle(struct target *target)
{
    const struct as_score_file *base = &target->held->file, *delta = &target->held->delta;
    for (;;) {
        int64_t lead = INT64_MAX;
        bool has = false;
        if (target->place < target->end) {
            lead = base->lead[target->place];
            target->in = IN_BASE;
            has = true;
        }
        if (target->delta_place < target->delta_end && delta->lead[target->delta_place] <= lead) {
            target->place += has && delta->lead[target->delta_place] == lead;
            lead = delta->lead[target->delta_place];
            target->in = IN_DELTA;
            has = true;
        }
        if (target->recent_place < target->recent_end && target->recent[target->recent_place].lead <= lead) {
            if (has && target->recent[target->recent_place].lead == lead) {
                target->delta_place += target->in == IN_DELTA;
                target->place += target->in == IN_BASE;
            }
            target->in = IN_RECENT;
            has = true;
        }
        if (!has || target->in == IN_BASE)
            return has;
        if (target->in == IN_DELTA ? delta->day == NULL || delta->day[target->delta_place] != AS_SCORE_GONE
                                   : target->recent[target->recent_place].day != AS_SCORE_GONE)
            return true;
        target->delta_place += target->in == IN_DELTA;
        target->recent_place += target->in == IN_RECENT;
    }
}

/* The rows of recent_score of one score, or of one lead among them. */
static int read_recent(struct target *target, struct table *table, int64_t score_id, sqlite3_value *lead)
{
    int rc = SQLITE_OK;
    int64_t room = 0;
    if (table->rows == NULL)
        rc = sqlite3_prepare_v3(table->db,
                                "SELECT lead_id, value, low, high, day FROM recent_score WHERE score_id = ?1"
                                " AND lead_id BETWEEN ?2 AND ?3 ORDER BY lead_id",
                                -1, SQLITE_PREPARE_PERSISTENT, &table->rows, NULL);
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_bind_int64(table->rows, 1, score_id);
    sqlite3_bind_int64(table->rows, 2, lead == NULL ? INT64_MIN : sqlite3_value_int64(lead));
    sqlite3_bind_int64(table->rows, 3, lead == NULL ? INT64_MAX : sqlite3_value_int64(lead));
    while ((rc = sqlite3_step(table->rows)) == SQLITE_ROW) {
        if (target->recent_end == room) {
            room = room == 0 ? 8 : room * 2;
            struct row *grown = sqlite3_realloc64(target->recent, sizeof *grown * (size_t)room);
            if (grown == NULL) {
                rc = SQLITE_NOMEM;
                break;
            }
            target->recent = grown;
        }
        target->recent[target->recent_end++] =
            (struct row){sqlite3_column_int64(table->rows, 0), sqlite3_column_int64(table->rows, 1),
                         sqlite3_column_int64(table->rows, 2), sqlite3_column_int64(table->rows, 3),
                         sqlite3_column_int(table->rows, 4)};
    }
    sqlite3_reset(table->rows);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int add_target(struct cursor *cursor, struct table *table, const struct held *held, int64_t score_id,
                      bool recent, sqlite3_value *lead)
{
    struct target target = {.held = held};
    target.column = held == NULL ? -1 : as_score_file_column(&held->file, score_id);
    if (target.column < 0)
        return SQLITE_OK;
    target.delta_column = held->delta.head == NULL ? -1 : as_score_file_column(&held->delta, score_id);
    bounds(&target.place, &target.end, &held->file, lead);
    if (target.delta_column >= 0)
        bounds(&target.delta_place, &target.delta_end, &held->delta, lead);
    int rc = !recent ? SQLITE_OK : read_recent(&target, table, score_id, lead);
    if (rc != SQLITE_OK || !settle(&target)) {
        sqlite3_free(target.recent);
        return rc;
    }
    struct target *grown = sqlite3_realloc64(cursor->targets, sizeof *grown * ((size_t)cursor->target_n + 1));
    if (grown == NULL) {
        sqlite3_free(target.recent);
        return SQLITE_NOMEM;
    }
    cursor->targets = grown;
    grown[cursor->target_n++] = target;
    return SQLITE_OK;
}

static int find_targets(struct cursor *cursor, struct table *table, sqlite3_value *score, sqlite3_value *lead)
{
    int rc = SQLITE_OK;
    if (table->which == NULL)
        rc = sqlite3_prepare_v3(
            table->db,
            "SELECT s.id, f.model_id, f.sum, f.delta, f.at, f.recent FROM score s JOIN score_file f"
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
        const struct held wanted = {.model_id = sqlite3_column_int64(table->which, 1),
                                    .sum = (uint64_t)sqlite3_column_int64(table->which, 2),
                                    .has_delta = sqlite3_column_type(table->which, 3) != SQLITE_NULL,
                                    .delta_sum = (uint64_t)sqlite3_column_int64(table->which, 3),
                                    .day = as_day_of(sqlite3_column_int64(table->which, 4))};
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
    return find_targets(cursor, (struct table *)base->pVtab, score, lead);
}

static int next(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    struct target *target = &cursor->targets[cursor->target];
    target->place += target->in == IN_BASE;
    target->delta_place += target->in == IN_DELTA;
    target->recent_place += target->in == IN_RECENT;
    if (!settle(target))
        cursor->target++;
    return SQLITE_OK;
}

static int end_of(sqlite3_vtab_cursor *base)
{
    struct cursor *cursor = (struct cursor *)base;
    return cursor->target >= cursor->target_n;
}

static struct row row_of(const struct target *target)
{
    if (target->in == IN_RECENT)
        return target->recent[target->recent_place];
    bool filed = target->in == IN_BASE;
    const struct as_score_file *file = filed ? &target->held->file : &target->held->delta;
    int64_t place = filed ? target->place : target->delta_place;
    struct as_points points =
        as_score_file_points(file, filed ? target->column : target->delta_column, place);
    return (struct row){file->lead[place], points.value, points.low, points.high,
                        file->day == NULL ? (int32_t)target->held->day : file->day[place]};
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *out, int which)
{
    struct cursor *cursor = (struct cursor *)base;
    const struct target *target = &cursor->targets[cursor->target];
    struct row row = row_of(target);
    switch (which) {
    case COLUMN_SCORE:
        sqlite3_result_int64(out, target->held->file.head->column[target->column].score_id);
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
    *out = (target->held->file.head->column[target->column].score_id << 40) + row_of(target).lead;
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
