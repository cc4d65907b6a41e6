/* Chains of decisions, followed from the newest back. */
#include "store/decisions/chain.h"

#include "base/ids.h"
#include "score/model/standing.h"
#include "store/decisions/decisions.h"
#include "store/decisions/last_decisions.h"
#include "store/decisions/stored_ledgers.h"

#include <stdlib.h>

static enum as_status before(int64_t *id, struct as_store *store, struct as_error *error)
{
    return as_sql_get(id, NULL, store, error, "SELECT prior_id FROM decision WHERE id = ?", "i", *id);
}

enum as_status as_decisions_about(struct as_buf *out, struct as_store *store, int64_t lead_id, bool merged,
                                  struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "WITH RECURSIVE me(id) AS (SELECT ?1 UNION SELECT l.id FROM me JOIN lead l ON l.merged_into = me.id"
        " WHERE ?2) SELECT me.id, m.id FROM me CROSS JOIN model m",
        "ii", lead_id, (int64_t)merged);
    as_buf_char(out, '[');
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        int64_t id;
        status =
            as_last_decision(&id, store, sqlite3_column_int64(stmt, 1), sqlite3_column_int64(stmt, 0), error);
        for (; status == AS_OK && id != 0; status = before(&id, store, error))
            as_id_json(out, id);
    }
    as_sql_end(store, stmt);
    as_buf_char(out, ']');
    return status == AS_OK && out->failed ? as_error_memory(error) : status;
}

/* --- read back --- */

/* Where the chains of a lead's models are: each list ascends from the one that was added last. */
static enum as_status heads_of(struct as_id_list *heads, struct as_store *store, const char *pack,
                               const char *model, int64_t lead_id, struct as_error *error)
{
    struct as_id_list models = {NULL, 0, 0};
    enum as_status status = as_id_gather(
        &models, store,
        as_sql_fresh(store, error,
                     "SELECT id FROM model WHERE (?1 IS NULL OR pack = ?1) AND (?2 IS NULL OR name = ?2)",
                     "tt", pack, model),
        error);
    for (size_t i = 0; i < models.n && status == AS_OK; i++) {
        int64_t id;
        status = as_last_decision(&id, store, models.at[i], lead_id, error);
        if (status == AS_OK && id != 0)
            status = as_id_push(heads, id, error);
    }
    free(models.at);
    return status;
}

/* The newest of them; NULL when all chains are at their end. */
static int64_t *newest(const struct as_id_list *heads)
{
    int64_t *out = NULL;
    for (size_t i = 0; i < heads->n; i++)
        if (heads->at[i] != 0 && (out == NULL || heads->at[i] > *out))
            out = &heads->at[i];
    return out;
}

static struct as_decision_row read_row(sqlite3_stmt *stmt, const char *ledgers)
{
    return (struct as_decision_row){.id = sqlite3_column_int64(stmt, 0),
                                    .run = sqlite3_column_int64(stmt, 1),
                                    .at = sqlite3_column_int64(stmt, 2),
                                    .lead = sqlite3_column_int64(stmt, 3),
                                    .pack = as_sql_text(stmt, 4),
                                    .hash = as_sql_text(stmt, 5),
                                    .model = as_sql_text(stmt, 6),
                                    .stage = as_stage_read(as_sql_text(stmt, 7)),
                                    .prior_stage = as_stage_read(as_sql_text(stmt, 8)),
                                    .cause = as_cause_read(as_sql_text(stmt, 9)),
                                    .grade = (uint16_t)sqlite3_column_int(stmt, 10),
                                    .prior_grade = (uint16_t)sqlite3_column_int(stmt, 11),
                                    .verdicts = (uint16_t)sqlite3_column_int(stmt, 12),
                                    .prior_verdicts = (uint16_t)sqlite3_column_int(stmt, 13),
                                    .grade_text = as_sql_text(stmt, 14),
                                    .persona = as_sql_text(stmt, 15),
                                    .disqualifier = as_sql_text(stmt, 16),
                                    .why = as_sql_text(stmt, 17),
                                    .by = as_sql_text(stmt, 18),
                                    .ledger_json = ledgers};
}

enum as_status as_store_decisions_of(struct as_store *store, const char *pack, const char *model,
                                     int64_t lead_id, int64_t until, uint32_t most, as_decision_row_fn each,
                                     void *context, struct as_error *error)
{
    struct as_id_list heads = {NULL, 0, 0};
    struct as_buf ledgers = {0};
    sqlite3_stmt *stmt = NULL;
    enum as_status status = heads_of(&heads, store, pack, model, lead_id, error);
    if (status != AS_OK || heads.n == 0)
        goto done;
    stmt = as_sql_fresh(
        store, error,
        "SELECT d.id, d.run_id, r.at, d.lead_id, r.pack, r.pack_hash, m.name, d.stage, d.prior_stage,"
        " d.cause, d.grade_code, d.prior_grade_code, d.verdicts, d.prior_verdicts, d.grade, d.persona,"
        " d.disqualifier, d.why, d.by, d.ledgers, d.prior_id FROM decision d JOIN run r ON r.id = d.run_id"
        " JOIN model m ON m.id = d.model_id WHERE d.id = ?",
        "");
    if (stmt == NULL)
        status = as_sql_failed(store, error);
    for (int64_t *head; status == AS_OK && most > 0 && (head = newest(&heads)) != NULL;) {
        sqlite3_reset(stmt);
        sqlite3_bind_int64(stmt, 1, *head);
        if (!as_sql_row(&status, store, stmt, error))
            break;
        *head = sqlite3_column_int64(stmt, 20);
        if (sqlite3_column_int64(stmt, 2) > until)
            continue;
        most--;
        as_buf_reset(&ledgers);
        status = as_ledgers_expand(&ledgers, store, as_sql_str(stmt, 19), error);
        struct as_decision_row row = read_row(stmt, ledgers.n == 0 ? NULL : as_buf_c(&ledgers));
        if (status == AS_OK)
            status = each(context, &row, error);
    }
done:
    as_sql_end(store, stmt);
    as_buf_free(&ledgers);
    free(heads.at);
    return status;
}
