/* Statement pool: statements of one's own, kept by their text when they are given back, since to prepare one
 * costs more than most take to run. Two callers may have the same text at once: each has a statement of its
 * own. */
#include "store/database.h"

#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

/* A text that was met, and the statement of it that nobody has; NULL: none. */
struct pooled {
    uint64_t hash;
    char *sql;
    sqlite3_stmt *idle;
};

struct as_statement_pool {
    size_t n;
    struct pooled slots[AS_POOLED_STATEMENTS * 2];
};

void as_statement_pool_free(struct as_statement_pool *pool)
{
    if (pool == NULL)
        return;
    for (size_t i = 0; i < sizeof pool->slots / sizeof *pool->slots; i++) {
        sqlite3_finalize(pool->slots[i].idle);
        free(pool->slots[i].sql);
    }
    free(pool);
}

/* The slot of a text, or the empty one where it would be. */
static struct pooled *slot_of(struct as_statement_pool *pool, const char *sql, uint64_t hash)
{
    size_t mask = sizeof pool->slots / sizeof *pool->slots - 1, i = (size_t)hash & mask;
    while (pool->slots[i].sql != NULL &&
           (pool->slots[i].hash != hash || strcmp(pool->slots[i].sql, sql) != 0))
        i = (i + 1) & mask;
    return &pool->slots[i];
}

sqlite3_stmt *as_statement_take(struct as_store *store, const char *sql)
{
    if (store->pool == NULL)
        return NULL;
    struct pooled *slot = slot_of(store->pool, sql, as_hash_bytes(sql, strlen(sql), 0));
    sqlite3_stmt *stmt = slot->idle;
    slot->idle = NULL;
    return stmt;
}

void as_sql_end(struct as_store *store, sqlite3_stmt *stmt)
{
    if (stmt == NULL)
        return;
    if (store->pool == NULL)
        store->pool = calloc(1, sizeof *store->pool);
    const char *sql = sqlite3_sql(stmt);
    uint64_t hash = as_hash_bytes(sql, strlen(sql), 0);
    struct pooled *slot = store->pool == NULL ? NULL : slot_of(store->pool, sql, hash);
    if (slot != NULL && slot->sql == NULL && store->pool->n < AS_POOLED_STATEMENTS &&
        (slot->sql = strdup(sql)) != NULL) {
        slot->hash = hash;
        store->pool->n++;
    }
    if (slot == NULL || slot->sql == NULL || slot->idle != NULL) {
        sqlite3_finalize(stmt);
        return;
    }
    /* What was bound may be gone by now. */
    sqlite3_reset(stmt);
    sqlite3_clear_bindings(stmt);
    slot->idle = stmt;
}
