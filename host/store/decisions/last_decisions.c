/* Last decisions: asked of the kept standings, read from all decisions where there are none. */
#include "store/decisions/last_decisions.h"

#include "base/growth.h"
#include "base/search.h"
#include "score/model/standing.h"
#include "store/decisions/kept_standings.h"

#include <stdlib.h>
#include <string.h>

/* --- from all decisions --- */

struct as_decided_cache {
    int64_t model_id, version, own; /* of the database, by others and by us, when it was read */
    struct as_decided_list list;
};

void as_decided_cache_free(struct as_decided_cache *cache)
{
    if (cache != NULL)
        free(cache->list.at);
    free(cache);
}

enum as_status as_decided_read(struct as_decided_list *out, struct as_store *store, int64_t model_id,
                               int64_t before, struct as_error *error)
{
    size_t room = 0;
    enum as_status status;
    *out = (struct as_decided_list){.at = NULL};
    sqlite3_stmt *stmt = as_sql_fresh(store, error,
                                      "SELECT lead_id, max(id) FROM decision WHERE model_id = ?1 AND id < ?2"
                                      " GROUP BY lead_id ORDER BY lead_id",
                                      "ii", model_id, before);
    while (as_sql_row(&status, store, stmt, error)) {
        if (!as_grow((void **)&out->at, &room, out->n, sizeof *out->at)) {
            status = as_error_memory(error);
            break;
        }
        out->at[out->n++] = (struct as_decided){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1)};
    }
    as_sql_end(store, stmt);
    if (status != AS_OK) {
        free(out->at);
        *out = (struct as_decided_list){.at = NULL};
    }
    return status;
}

enum as_status as_decided_now(const struct as_decided_list **out, struct as_store *store, int64_t model_id,
                              struct as_error *error)
{
    struct as_decided_cache *cache = store->decided;
    int64_t version, own = as_own_version(store);
    enum as_status status = as_data_version(&version, store, error);
    if (status != AS_OK)
        return status;
    if (cache == NULL && (cache = store->decided = calloc(1, sizeof *cache)) == NULL)
        return as_error_memory(error);
    *out = &cache->list;
    if (cache->model_id == model_id && cache->version == version && cache->own == own)
        return AS_OK;
    free(cache->list.at);
    cache->model_id = 0;
    status = as_decided_read(&cache->list, store, model_id, INT64_MAX, error);
    if (status == AS_OK) {
        cache->model_id = model_id;
        cache->version = version;
        cache->own = own;
    }
    return status;
}

int64_t as_decided_find(const struct as_decided_list *list, int64_t lead)
{
    size_t i;
    AS_SEARCH(i, list->n, list->at[i].lead < lead);
    return i < list->n && list->at[i].lead == lead ? list->at[i].decision : 0;
}

/* --- one lead --- */

enum as_status as_last_decision(int64_t *id, struct as_store *store, int64_t model_id, int64_t lead_id,
                                struct as_error *error)
{
    bool kept;
    const struct as_decided_list *list;
    struct as_standing_row row;
    *id = 0;
    enum as_status status = as_standings_find_one(&row, &kept, store, model_id, lead_id, error);
    if (status == AS_OK && kept)
        *id = row.prior.decision;
    else if (status == AS_OK && (status = as_decided_now(&list, store, model_id, error)) == AS_OK)
        *id = as_decided_find(list, lead_id);
    return status;
}

static void last_decision(sqlite3_context *context, int n, sqlite3_value **values)
{
    struct as_error error = AS_ERROR_INIT;
    int64_t id;
    (void)n;
    enum as_status status = as_last_decision(&id, sqlite3_user_data(context), sqlite3_value_int64(values[0]),
                                             sqlite3_value_int64(values[1]), &error);
    if (status != AS_OK)
        sqlite3_result_error(context, error.what, -1);
    else if (id != 0)
        sqlite3_result_int64(context, id);
    as_error_clear(&error);
}

enum as_status as_last_decisions_register(struct as_store *store, struct as_error *error)
{
    int rc = sqlite3_create_function_v2(store->db, "last_decision", 2, SQLITE_UTF8 | SQLITE_INNOCUOUS, store,
                                        last_decision, NULL, NULL, NULL);
    return rc == SQLITE_OK ? AS_OK : as_sql_failed(store, error);
}

/* --- where one left its lead --- */

/* The code of a label, AS_NO_INDEX for NULL. */
static enum as_status read_label(uint32_t *code, struct as_intern *labels, sqlite3_stmt *stmt, int column,
                                 struct as_error *error)
{
    *code = AS_NO_INDEX;
    if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
        return AS_OK;
    *code = as_intern_add(labels, as_sql_str(stmt, column));
    return *code == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

enum as_status as_prior_read(struct as_prior *prior, struct as_intern *labels, sqlite3_stmt *stmt,
                             struct as_error *error)
{
    prior->stage = as_stage_read(as_sql_text(stmt, 1));
    prior->furthest = as_stage_read(as_sql_text(stmt, 2));
    prior->grade = (uint16_t)sqlite3_column_int(stmt, 3);
    prior->verdicts = (uint16_t)sqlite3_column_int(stmt, 4);
    prior->entered = as_sql_time(stmt, 5);
    prior->recycled = as_sql_time(stmt, 6);
    prior->cool_off = as_sql_time(stmt, 7);
    prior->recycles = (uint32_t)sqlite3_column_int64(stmt, 8);
    prior->blocked = sqlite3_column_int(stmt, 9) != 0;
    prior->outside = sqlite3_column_int(stmt, 10) != 0;
    prior->attention = sqlite3_column_int(stmt, 11) != 0;
    prior->decision = sqlite3_column_int64(stmt, 14);
    prior->decided = true;
    enum as_status status = read_label(&prior->disqualifier, labels, stmt, 12, error);
    return status == AS_OK ? read_label(&prior->persona, labels, stmt, 13, error) : status;
}

enum as_status as_prior_after(struct as_prior *prior, struct as_intern *labels, struct as_store *store,
                              int64_t decision, struct as_error *error)
{
    enum as_status status;
    memset(prior, 0, sizeof *prior);
    prior->owner = AS_NO_INDEX;
    sqlite3_stmt *stmt = as_sql(store, error, AS_LEFT_BY_DECISION "decision d WHERE d.id = ?", "i", decision);
    if (as_sql_row(&status, store, stmt, error))
        status = as_prior_read(prior, labels, stmt, error);
    sqlite3_reset(stmt);
    return status;
}
