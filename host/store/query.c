/* Query: SQL that people ask. It only reads: SQLite's authorizer sees to that, and keeps from it what belongs
 * to one team alone. */
#include "store/database.h"

#include "base/arena.h"
#include "base/suggest.h"

#include <stdio.h>
#include <stdlib.h>

static int allow_reading(void *context, int action, const char *a, const char *b, const char *database,
                         const char *trigger)
{
    /* What a team keeps for itself, and what tells erased people apart, is nobody else's to read. */
    static const char *const closed[] = {"kv", "note", "tombstone", "installation"};
    (void)context;
    (void)database;
    (void)trigger;
    for (size_t i = 0; action == SQLITE_READ && a != NULL && i < sizeof closed / sizeof *closed; i++)
        if (sqlite3_stricmp(a, closed[i]) == 0)
            return SQLITE_DENY;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return b != NULL && strcmp(b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

static enum as_status advise_table(struct as_store *store, const char *missing, struct as_error *error)
{
    struct as_arena arena = {.head = NULL};
    AS_LIST(const char *) names = {0};
    enum as_status status;
    sqlite3_stmt *tables =
        as_sql(store, NULL, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')", "");
    while (as_sql_row(&status, store, tables, NULL)) {
        const char *name = as_sql_text(tables, 0), *copy = as_arena_copy(&arena, name, strlen(name));
        if (copy == NULL || !as_list_push(&arena, &names, copy))
            break;
    }
    sqlite3_reset(tables);
    const char *near = as_suggest(as_str_of(missing), names.at, names.n);
    as_error_meant(error, near);
    as_error_advise(error, "select name from sqlite_master where type = 'table' lists the tables");
    as_arena_free(&arena);
    return error->status;
}

static enum as_status sql_is_wrong(struct as_store *store, int code, struct as_error *error)
{
    const char *why = sqlite3_errmsg(store->db);
    if (code == SQLITE_AUTH && strncmp(why, "access to ", strlen("access to ")) == 0) {
        as_error_set(error, AS_ERR_USAGE, "%s: a team's own space is read by its own scripts alone", why);
        return as_error_advise(error, "SQL reads what is known of leads and what was decided");
    }
    if (code == SQLITE_AUTH) {
        as_error_set(error, AS_ERR_USAGE, "only reading is allowed: %s", why);
        return as_error_advise(error, "use one SELECT");
    }
    if (code != SQLITE_ERROR)
        return as_sql_failed(store, error);
    char missing[64] = "";
    sscanf(why, "no such table: %63s", missing);
    as_error_set(error, AS_ERR_DATA, "SQL: %s", why);
    return missing[0] != '\0' ? advise_table(store, missing, error) : error->status;
}

/* Columns and their names are asked for when the first row is there: where another process has changed the
 * schema, the first step prepares the statement anew. */
static enum as_status give_rows(struct as_store *store, sqlite3_stmt *stmt, as_row_fn row, void *context,
                                struct as_error *error)
{
    struct as_query_row given = {0};
    const char **texts = NULL;
    bool *numbers = NULL;
    enum as_status status = AS_OK;
    int rc;
    while (status == AS_OK && (rc = sqlite3_step(stmt)) != SQLITE_DONE) {
        if (rc != SQLITE_ROW) {
            status = sql_is_wrong(store, rc & 0xff, error);
            break;
        }
        int n = sqlite3_column_count(stmt);
        if (texts == NULL) {
            texts = calloc((size_t)n * 2 + 1, sizeof *texts);
            numbers = calloc((size_t)n + 1, sizeof *numbers);
            if (texts == NULL || numbers == NULL) {
                status = as_error_memory(error);
                break;
            }
            for (int i = 0; i < n; i++)
                texts[i] = sqlite3_column_name(stmt, i);
            given = (struct as_query_row){n, texts, texts + n, numbers};
        }
        for (int i = 0; i < n; i++) {
            int type = sqlite3_column_type(stmt, i); /* asked before its text, which changes it */
            numbers[i] = type == SQLITE_INTEGER || type == SQLITE_FLOAT;
            texts[n + i] = as_sql_text(stmt, i);
        }
        status = row(context, &given, error);
    }
    free(texts);
    free(numbers);
    return status;
}

enum as_status as_store_query(struct as_store *store, const char *sql, as_row_fn row, void *context,
                              struct as_error *error)
{
    sqlite3_stmt *stmt = NULL;
    const char *rest = "";
    enum as_status status;
    /* A virtual table declares itself at its first use, which the authorizer would take for a change of the
     * schema. */
    sqlite3_reset(as_sql(store, NULL, "SELECT 1 FROM score_value WHERE score_id IS NULL", ""));
    sqlite3_set_authorizer(store->db, allow_reading, NULL);
    int rc = sqlite3_prepare_v2(store->db, sql, -1, &stmt, &rest);
    sqlite3_set_authorizer(store->db, NULL, NULL);
    if (rc != SQLITE_OK)
        status = sql_is_wrong(store, rc & 0xff, error);
    else if (stmt == NULL || rest[strspn(rest, " \t\r\n;")] != '\0' || !sqlite3_stmt_readonly(stmt)) {
        as_error_set(error, AS_ERR_USAGE,
                     stmt == NULL ? "no SQL was given" : "only one statement that reads is allowed");
        status = as_error_advise(error, "use one SELECT");
    } else
        status = give_rows(store, stmt, row, context, error);
    sqlite3_finalize(stmt);
    return status;
}
