/* Report: standings, moves, counts and the funnel as rows for people and exports. */
#include "store/report/report.h"

#include "store/decisions/lead_scores.h"
#include "store/decisions/reasons.h"
#include "store/report/who.h"

#include <stdlib.h>
#include <string.h>

static enum as_status pack_ran(struct as_store *store, const char *pack, struct as_error *error)
{
    bool found;
    enum as_status status =
        as_sql_get(NULL, &found, store, error,
                   "SELECT 1 FROM run WHERE pack = ? AND finished IS NOT NULL LIMIT 1", "t", pack);
    if (status != AS_OK || found)
        return status;
    as_error_set(error, AS_ERR_MISSING, "pack \"%s\" has not run on this database", pack);
    return as_error_advise(error, "run it first: `assay run FOLDER`");
}

enum as_status as_store_who(struct as_store *store, int64_t lead_id, as_who_fn each, void *context,
                            struct as_error *error)
{
    struct as_who_reader *reader = NULL;
    struct as_who who;
    sqlite3_stmt *stmt = NULL;
    enum as_status status = as_who_open(&reader, store, error);
    if (status != AS_OK)
        goto done;
    stmt = as_sql_fresh(store, error, "SELECT" AS_WHO_COLUMNS " FROM lead l WHERE l.id = ?", "i", lead_id);
    if (as_sql_row(&status, store, stmt, error)) {
        status = as_who_read(&who, reader, stmt, 0, error);
        if (status == AS_OK)
            status = each(context, &who, error);
    } else if (status == AS_OK) {
        status = as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead_id);
    }
done:
    as_sql_end(store, stmt);
    as_who_close(reader);
    return status;
}

struct keeping {
    struct as_who *who;
    struct as_arena *arena;
};

static enum as_status keep_who(void *context, const struct as_who *who, struct as_error *error)
{
    struct keeping *keeping = context;
    struct as_who kept = *who;
    const char **texts[] = {&kept.name,   &kept.email,       &kept.title,              &kept.company,
                            &kept.system, &kept.external_id, &kept.account_external_id};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (*texts[i] != NULL &&
            (*texts[i] = as_arena_copy(keeping->arena, *texts[i], strlen(*texts[i]))) == NULL)
            return as_error_memory(error);
    *keeping->who = kept;
    return AS_OK;
}

enum as_status as_store_who_kept(struct as_who *out, struct as_arena *arena, struct as_store *store,
                                 int64_t lead_id, struct as_error *error)
{
    struct keeping keeping = {out, arena};
    *out = (struct as_who){.lead_id = 0};
    return as_store_who(store, lead_id, keep_who, &keeping, error);
}

enum as_status as_store_account_who(struct as_store *store, int64_t account_id, as_who_fn each, void *context,
                                    struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT a.id, coalesce(a.name, a.domain, '#' || a.id), i.system, i.value FROM account a"
                     " LEFT JOIN account_identity i ON i.account_id = a.id AND i.system <> 'domain'"
                     " WHERE a.id = ? ORDER BY i.alias, i.system, i.known_at, i.value LIMIT 1",
                     "i", account_id);
    if (as_sql_row(&status, store, stmt, error)) {
        struct as_who who = {.account_id = sqlite3_column_int64(stmt, 0),
                             .name = as_sql_text(stmt, 1),
                             .company = as_sql_text(stmt, 1),
                             .system = as_sql_text(stmt, 2),
                             .account_external_id = as_sql_text(stmt, 3)};
        status = each(context, &who, error);
    } else if (status == AS_OK) {
        status = as_error_set(error, AS_ERR_MISSING, "there is no account #%lld", (long long)account_id);
    }
    as_sql_end(store, stmt);
    return status;
}

/* --- leads with where they stand --- */

static const char lead_rows[] =
    "SELECT" AS_WHO_COLUMNS
    ", m.id, m.name, t.stage, t.furthest, t.grade, t.verdicts, t.attention, t.blocked,"
    " t.entered, r.at, r.id, (SELECT user FROM assignment s WHERE s.lead_id = l.id ORDER BY s.time DESC, s.id"
    " DESC LIMIT 1), t.persona, t.disqualifier, t.ledgers"
    /* Leads outermost, so that rows come in order as they are made and nothing is made that is left out. */
    " FROM lead l CROSS JOIN model m CROSS JOIN decision t ON t.id = last_decision(m.id, l.id)"
    " CROSS JOIN run r NOT INDEXED ON r.id = t.run_id WHERE m.pack = ?1 AND (?2 IS NULL OR m.name = ?2)"
    " AND (?3 = 0 OR r.id > ?3) AND l.id BETWEEN ?4 AND ?5 AND (?6 OR t.outside = 0)"
    " AND (?7 IS NULL OR instr(?7, '|' || t.stage || '|') > 0) AND l.merged_into IS NULL"
    " AND l.erased_at IS NULL ORDER BY l.id, m.id";

struct lead_reading {
    struct as_store *store;
    struct as_who_reader *who;
    struct as_main_reasons reasons;
    struct {
        int64_t id;
        struct as_lead_scores *scores;
    } models[AS_MAX_MODELS];
    uint32_t models_n;
    struct as_score_now scores[AS_MAX_SCORES];
};

static enum as_status scores_of(struct as_lead_scores **out, struct lead_reading *reading, int64_t model_id,
                                struct as_error *error)
{
    uint32_t m = 0;
    enum as_status status = AS_OK;
    while (m < reading->models_n && reading->models[m].id != model_id)
        m++;
    if (m == AS_MAX_MODELS) { /* the pack had others before */
        as_lead_scores_close(reading->models[--m].scores);
        reading->models_n = m;
    }
    if (m == reading->models_n) {
        status = as_lead_scores_open(&reading->models[m].scores, reading->store, model_id, error);
        reading->models[m].id = model_id;
        reading->models_n += status == AS_OK;
    }
    *out = reading->models[m].scores;
    return status;
}

static enum as_status give_lead(struct lead_reading *reading, sqlite3_stmt *stmt, as_lead_row_fn each,
                                void *context, struct as_error *error)
{
    enum { W = AS_WHO_WIDTH };
    struct as_lead_scores *scores;
    struct as_lead_row row = {.model = as_sql_text(stmt, W + 1),
                              .stage = as_stage_read(as_sql_text(stmt, W + 2)),
                              .furthest = as_stage_read(as_sql_text(stmt, W + 3)),
                              .grade = as_sql_text(stmt, W + 4),
                              .verdicts = (uint16_t)sqlite3_column_int(stmt, W + 5),
                              .attention = sqlite3_column_int(stmt, W + 6) != 0,
                              .blocked = sqlite3_column_int(stmt, W + 7) != 0,
                              .entered = as_sql_time(stmt, W + 8),
                              .decided_at = sqlite3_column_int64(stmt, W + 9),
                              .run = sqlite3_column_int64(stmt, W + 10),
                              .owner = as_sql_text(stmt, W + 11),
                              .persona = as_sql_text(stmt, W + 12),
                              .disqualifier = as_sql_text(stmt, W + 13),
                              .scores = reading->scores,
                              .reasons = reading->reasons.at};
    enum as_status status = as_who_read(&row.who, reading->who, stmt, 0, error);
    if (status == AS_OK)
        status = as_main_reasons_read(&reading->reasons, reading->store, as_sql_str(stmt, W + 14), error);
    if (status == AS_OK)
        status = scores_of(&scores, reading, sqlite3_column_int64(stmt, W), error);
    if (status != AS_OK)
        return status;
    row.score_count = as_lead_scores_read(reading->scores, scores, row.who.lead_id);
    row.reason_count = reading->reasons.n;
    return each(context, &row, error);
}

enum as_status as_store_leads(struct as_store *store, const struct as_lead_query *query, as_lead_row_fn each,
                              void *context, struct as_error *error)
{
    struct lead_reading reading = {.store = store};
    struct as_buf stages = {0};
    sqlite3_stmt *stmt = NULL;
    enum as_status status = pack_ran(store, query->pack, error);
    if (status == AS_OK)
        status = as_who_open(&reading.who, store, error);
    if (status != AS_OK)
        goto done;
    as_buf_char(&stages, '|');
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++)
        if ((query->stages >> stage & 1) != 0)
            as_buf_printf(&stages, "%s|", as_stage_name((enum as_stage)stage));
    stmt = as_sql_fresh(store, error, lead_rows, "ttiiiit", query->pack, query->model, query->since_run,
                        query->lead_id, query->lead_id == 0 ? INT64_MAX : query->lead_id,
                        (int64_t)query->outside, query->stages == 0 ? NULL : as_buf_c(&stages));
    for (uint64_t n = 1; status == AS_OK && as_sql_row(&status, store, stmt, error); n++) {
        status = give_lead(&reading, stmt, each, context, error);
        if (n % 1024 == 0)
            as_store_show(store, n, 0);
    }
done:
    as_sql_end(store, stmt);
    for (uint32_t i = 0; i < reading.models_n; i++)
        as_lead_scores_close(reading.models[i].scores);
    as_who_close(reading.who);
    as_buf_free(&stages);
    return status;
}

/* --- moves --- */

static enum as_status give_move(struct as_who_reader *who, sqlite3_stmt *stmt, as_move_row_fn each,
                                void *context, struct as_error *error)
{
    enum { W = AS_WHO_WIDTH };
    struct as_move_row row = {.run = sqlite3_column_int64(stmt, W),
                              .at = sqlite3_column_int64(stmt, W + 1),
                              .model = as_sql_text(stmt, W + 2),
                              .from = as_stage_read(as_sql_text(stmt, W + 3)),
                              .to = as_stage_read(as_sql_text(stmt, W + 4)),
                              .cause = as_cause_read(as_sql_text(stmt, W + 5)),
                              .grade_from = as_sql_text(stmt, W + 6),
                              .grade_to = as_sql_text(stmt, W + 7),
                              .why = as_sql_text(stmt, W + 8),
                              .by = as_sql_text(stmt, W + 9)};
    enum as_status status = as_who_read(&row.who, who, stmt, 0, error);
    return status == AS_OK ? each(context, &row, error) : status;
}

enum as_status as_store_moves(struct as_store *store, const struct as_move_query *query, as_move_row_fn each,
                              void *context, struct as_error *error)
{
    struct as_who_reader *who = NULL;
    sqlite3_stmt *stmt = NULL;
    enum as_status status = pack_ran(store, query->pack, error);
    if (status == AS_OK)
        status = as_who_open(&who, store, error);
    if (status != AS_OK)
        goto done;
    stmt = as_sql_fresh(
        store, error,
        "SELECT" AS_WHO_COLUMNS
        ", r.id, r.at, m.name, d.prior_stage, d.stage, d.cause, d.prior_grade, d.grade, d.why, d.by FROM run "
        "r CROSS JOIN run_decisions x ON x.run_id = r.id JOIN decision d ON d.id BETWEEN x.first AND x.last "
        "JOIN model m ON m.id = d.model_id JOIN lead l ON l.id = d.lead_id WHERE r.pack = ?1 AND (?2 = 0 OR "
        "r.id = ?2) AND (?3 = 0 OR r.id > ?3) AND (?4 = 0 OR d.stage IS NOT d.prior_stage) AND d.outside = 0 "
        "AND l.erased_at IS NULL ORDER BY r.id, l.id, m.id",
        "tiii", query->pack, query->run, query->since_run, (int64_t)query->stages_only);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = give_move(who, stmt, each, context, error);
done:
    as_sql_end(store, stmt);
    as_who_close(who);
    return status;
}
