/* Kept standings: what is asked of all leads of a model while only some are decided. */
#include "store/standings.h"

#include "store/scores.h"
#include "store/who.h"

#include <stdlib.h>
#include <string.h>

static enum as_status find_model(int64_t *id, bool *found, struct as_store *store, const char *pack,
                                 const char *model, struct as_error *error)
{
    return as_sql_get(id, found, store, error, "SELECT id FROM model WHERE pack = ? AND name = ?", "tt", pack,
                      model);
}

enum as_status as_store_kept(bool *whole, struct as_store *store, const char *pack,
                             const struct as_model *model, struct as_error *error)
{
    int64_t id;
    bool found;
    *whole = false;
    enum as_status status = find_model(&id, &found, store, pack, model->name, error);
    return status == AS_OK && found ? as_scores_whole(whole, store, model, id, error) : status;
}

/* --- counting --- */

void as_tally_free(struct as_tally *tally)
{
    for (size_t i = 0; i < tally->n; i++)
        free(tally->at[i].disqualifier);
    free(tally->at);
    *tally = (struct as_tally){.at = NULL};
}

static enum as_status add_row(struct as_tally *tally, sqlite3_stmt *stmt, struct as_error *error)
{
    struct as_tally_row *grown = realloc(tally->at, (tally->n + 1) * sizeof *grown);
    const char *disqualifier = as_sql_text(stmt, 6);
    char *name = disqualifier == NULL ? NULL : strdup(disqualifier);
    if (grown != NULL)
        tally->at = grown;
    if (grown == NULL || (disqualifier != NULL && name == NULL)) {
        free(name);
        return as_error_memory(error);
    }
    grown[tally->n++] = (struct as_tally_row){.stage = as_stage_read(as_sql_text(stmt, 0)),
                                              .grade = (uint16_t)sqlite3_column_int(stmt, 1),
                                              .verdicts = (uint16_t)sqlite3_column_int(stmt, 2),
                                              .outside = sqlite3_column_int(stmt, 3) != 0,
                                              .attention = sqlite3_column_int(stmt, 4) != 0,
                                              .blocked = sqlite3_column_int(stmt, 5) != 0,
                                              .disqualifier = name,
                                              .leads = (uint64_t)sqlite3_column_int64(stmt, 7)};
    return AS_OK;
}

enum as_status as_store_tally(struct as_tally *out, struct as_store *store, const char *pack,
                              const char *model, struct as_error *error)
{
    int64_t id;
    bool found;
    *out = (struct as_tally){.at = NULL};
    enum as_status status = find_model(&id, &found, store, pack, model, error);
    if (status != AS_OK || !found)
        return status;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT stage, grade_code, verdicts, outside, attention, blocked, disqualifier, count(*) FROM"
        " standing WHERE model_id = ? GROUP BY 1, 2, 3, 4, 5, 6, 7",
        "i", id);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = add_row(out, stmt, error);
    sqlite3_finalize(stmt);
    if (status != AS_OK)
        as_tally_free(out);
    return status;
}

/* --- who is due --- */

static enum as_status take_ids(struct as_lead_ids *out, struct as_store *store, sqlite3_stmt *stmt,
                               struct as_error *error)
{
    enum as_status status;
    size_t room = 0;
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (as_sql_row(&status, store, stmt, error)) {
        if (out->n == room) {
            room = room == 0 ? 256 : room * 2;
            int64_t *grown = realloc(out->at, room * sizeof *grown);
            if (grown == NULL) {
                status = as_error_memory(error);
                break;
            }
            out->at = grown;
        }
        out->at[out->n++] = sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
    return status;
}

enum as_status as_store_due(struct as_lead_ids *out, bool *known, struct as_store *store, const char *pack,
                            const char *model, uint32_t day, struct as_error *error)
{
    (void)store, (void)pack, (void)model, (void)day, (void)error;
    *out = (struct as_lead_ids){.at = NULL};
    *known = false;
    return AS_OK;
}

enum as_status as_store_timed(struct as_lead_ids *out, struct as_store *store, const char *pack,
                              const char *model, int64_t since, int64_t cool_after, int64_t cool_until,
                              struct as_error *error)
{
    int64_t id;
    bool found;
    *out = (struct as_lead_ids){.at = NULL};
    enum as_status status = find_model(&id, &found, store, pack, model, error);
    if (status != AS_OK || !found)
        return status;
    return take_ids(out, store,
                    as_sql_fresh(store, error,
                                 "SELECT lead_id FROM standing WHERE model_id = ?1 AND (entered >= ?2 OR"
                                 " recycled >= ?2 OR (cool_off > ?3 AND cool_off <= ?4)) ORDER BY lead_id",
                                 "iiii", id, since, cool_after, cool_until),
                    error);
}
