/* Merging as people look at it before they do it: whose claim is the better one, and what both logs make. */
#include "store/report/merging.h"

#include "score/tree/pack.h"
#include "store/database.h"

#include <stdio.h>

const char *as_tie_breaker_name(enum as_tie_breaker by)
{
    static const char *const names[] = {"furthest stage", "deals",       "reason for its account",
                                        "ids of systems", "facts known", "events",
                                        "known longer",   "lower number"};
    return names[by];
}

/* How far each model saw the lead; a lost or undecided deal is further than none. */
static enum as_status claim_stage(struct as_merge_claim *out, struct as_store *store, int64_t lead,
                                  struct as_error *error)
{
    enum as_status status;
    enum as_stage best = AS_STAGE_NONE;
    sqlite3_stmt *stmt = as_sql_fresh(store, error,
                                      "SELECT t.furthest FROM model m"
                                      " JOIN decision t ON t.id = last_decision(m.id, ?) WHERE t.outside = 0",
                                      "i", lead);
    while (as_sql_row(&status, store, stmt, error)) {
        enum as_stage stage;
        if (as_stage_parse(&stage, as_sql_str(stmt, 0)) && stage != AS_STAGE_DISQUALIFIED && stage > best)
            best = stage;
    }
    as_sql_end(store, stmt);
    out->weight[AS_BY_STAGE] = best;
    snprintf(out->words[AS_BY_STAGE], sizeof out->words[0], "%s",
             best == AS_STAGE_NONE ? "not decided" : as_stage_name(best));
    return status;
}

static enum as_status claim_count(struct as_merge_claim *out, enum as_tie_breaker by, struct as_store *store,
                                  const char *sql, int64_t lead, struct as_error *error)
{
    enum as_status status = as_sql_get(&out->weight[by], NULL, store, error, sql, "i", lead);
    snprintf(out->words[by], sizeof out->words[by], "%lld", (long long)out->weight[by]);
    return status;
}

static enum as_status claim_facts(struct as_merge_claim *out, struct as_store *store, int64_t lead,
                                  struct as_error *error)
{
    struct as_buf sql = {.p = NULL};
    enum as_status status;
    sqlite3_stmt *fields =
        as_sql_fresh(store, error, "SELECT name FROM field WHERE level = 'lead' AND ask IS NULL", "");
    as_buf_text(&sql, "SELECT 0");
    while (as_sql_row(&status, store, fields, error)) {
        as_buf_text(&sql, " + (");
        as_sql_name(&sql, as_sql_text(fields, 0));
        as_buf_text(&sql, " IS NOT NULL)");
    }
    as_sql_end(store, fields);
    as_buf_text(&sql, " FROM lead WHERE id = ?");
    sqlite3_stmt *stmt = status == AS_OK ? as_sql_made(store, error, &sql, "i", lead) : NULL;
    if (status == AS_OK && as_sql_row(&status, store, stmt, error))
        out->weight[AS_BY_FACTS] = sqlite3_column_int64(stmt, 0);
    as_sql_end(store, stmt);
    as_buf_free(&sql);
    snprintf(out->words[AS_BY_FACTS], sizeof out->words[0], "%lld", (long long)out->weight[AS_BY_FACTS]);
    return status;
}

static enum as_status claim_account_and_age(struct as_merge_claim *out, struct as_store *store, int64_t lead,
                                            struct as_error *error)
{
    static const char *const reasons[] = {"no account", "name", "domain", "id"};
    enum as_status status;
    char day[AS_TIME_TEXT];
    int64_t since = AS_TIME_NONE;
    sqlite3_stmt *stmt =
        as_sql(store, error, "SELECT matched_by, created, first_known FROM lead WHERE id = ?", "i", lead);
    if (!as_sql_row(&status, store, stmt, error))
        return status != AS_OK
                   ? status
                   : as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead);
    struct as_str by = as_sql_str(stmt, 0);
    int reason = as_str_is(by, "id") ? 3 : as_str_is(by, "domain") ? 2 : as_str_is(by, "name") ? 1 : 0;
    if (sqlite3_column_type(stmt, 1) == SQLITE_NULL || !as_time_parse(&since, NULL, as_sql_str(stmt, 1)))
        since = sqlite3_column_int64(stmt, 2);
    sqlite3_reset(stmt);
    out->weight[AS_BY_ACCOUNT] = reason;
    out->weight[AS_BY_AGE] = -since;
    as_time_format(day, since);
    snprintf(out->words[AS_BY_ACCOUNT], sizeof out->words[0], "%s", reasons[reason]);
    snprintf(out->words[AS_BY_AGE], sizeof out->words[0], "since %.10s", day);
    return AS_OK;
}

enum as_status as_store_merge_claim(struct as_merge_claim *out, struct as_store *store, int64_t lead_id,
                                    struct as_error *error)
{
    *out = (struct as_merge_claim){.weight[AS_BY_NUMBER] = -lead_id};
    snprintf(out->words[AS_BY_NUMBER], sizeof out->words[0], "#%lld", (long long)lead_id);
    enum as_status status = claim_account_and_age(out, store, lead_id, error);
    if (status == AS_OK)
        status = claim_stage(out, store, lead_id, error);
    if (status == AS_OK)
        status = claim_count(out, AS_BY_DEALS, store,
                             AS_SQL_MERGED
                             " SELECT count(DISTINCT opportunity_id) FROM opportunity_lead WHERE lead_id IN"
                             " (SELECT id FROM me)",
                             lead_id, error);
    if (status == AS_OK)
        status = claim_count(out, AS_BY_IDS, store,
                             "SELECT count(*) FROM identity"
                             " WHERE lead_id = ?1 AND system <> 'email' AND alias = 0",
                             lead_id, error);
    if (status == AS_OK)
        status = claim_facts(out, store, lead_id, error);
    return status == AS_OK
               ? claim_count(out, AS_BY_EVENTS, store,
                             AS_SQL_MERGED " SELECT count(*) FROM event WHERE lead_id IN (SELECT id FROM me)",
                             lead_id, error)
               : status;
}

enum as_tie_breaker as_merge_choice(bool *first, const struct as_merge_claim *a,
                                    const struct as_merge_claim *b)
{
    int by = AS_BY_STAGE;
    while (by < AS_BY_NUMBER && a->weight[by] == b->weight[by])
        by++;
    *first = a->weight[by] > b->weight[by];
    return (enum as_tie_breaker)by;
}

/* --- what both have together --- */

#define BOTH AS_SQL_TWO_PERSONS ", who(id, side) AS (SELECT id, 0 FROM one UNION ALL SELECT id, 1 FROM two)"

/* An event counts as often as in the log that has it oftenest, as in a snapshot. */
static const char events_of_both[] = BOTH
    ", numbered AS (SELECT w.side, e.time, e.kind_id, e.hash, row_number() OVER (PARTITION BY e.lead_id,"
    " e.time, e.kind_id, e.hash ORDER BY e.id) AS nth FROM who w JOIN event e ON e.lead_id = w.id),"
    " distinct_events AS (SELECT max(side = 0) AS a, max(side = 1) AS b FROM numbered GROUP BY time, kind_id,"
    " hash, nth) SELECT coalesce(sum(a), 0), coalesce(sum(b), 0), coalesce(sum(a AND b), 0) FROM"
    " distinct_events";

static enum as_status count_sides(uint64_t out[2], struct as_store *store, const char *sql, int64_t survivor,
                                  int64_t merged, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, sql, "ii", survivor, merged);
    while (as_sql_row(&status, store, stmt, error))
        out[sqlite3_column_int(stmt, 0) != 0] = (uint64_t)sqlite3_column_int64(stmt, 1);
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_merged_logs(struct as_merged_logs *out, struct as_store *store, int64_t survivor,
                                    int64_t merged, struct as_error *error)
{
    enum as_status status;
    *out = (struct as_merged_logs){.shared = 0};
    sqlite3_stmt *stmt = as_sql_fresh(store, error, events_of_both, "ii", survivor, merged);
    if (as_sql_row(&status, store, stmt, error)) {
        out->events[0] = (uint64_t)sqlite3_column_int64(stmt, 0);
        out->events[1] = (uint64_t)sqlite3_column_int64(stmt, 1);
        out->shared = (uint64_t)sqlite3_column_int64(stmt, 2);
    }
    as_sql_end(store, stmt);
    if (status == AS_OK)
        status = count_sides(out->touches, store,
                             BOTH " SELECT w.side, count(*) FROM who w JOIN touch t ON t.lead_id = w.id"
                                  " GROUP BY w.side",
                             survivor, merged, error);
    return status == AS_OK ? count_sides(out->answers, store,
                                         BOTH " SELECT w.side, count(*) FROM who w JOIN answer t"
                                              " ON t.lead_id = w.id GROUP BY w.side",
                                         survivor, merged, error)
                           : status;
}

/* The strictest of the last words; of a lead that has others in it, theirs count, too. */
static const char consents_of_both[] = BOTH
    ", last AS (SELECT w.side, c.channel, c.purpose, c.state, row_number() OVER (PARTITION BY c.lead_id,"
    " c.channel, c.purpose ORDER BY c.time DESC, c.id DESC) AS nth FROM who w JOIN consent c ON c.lead_id ="
    " w.id), ranked AS (SELECT side, channel, purpose, state, CASE state WHEN 'double_opt_in' THEN 1 WHEN"
    " 'granted' THEN 2 WHEN 'denied' THEN 3 ELSE 4 END AS strict FROM last WHERE nth = 1), strictest AS"
    " (SELECT channel, purpose, max(CASE side WHEN 0 THEN strict END) AS own, max(CASE side WHEN 1 THEN"
    " strict END) AS other FROM ranked GROUP BY channel, purpose) SELECT channel, purpose, own, other FROM"
    " strictest ORDER BY channel, purpose";

enum as_status as_store_merged_consents(struct as_store *store, int64_t survivor, int64_t merged,
                                        as_merged_consent_fn each, void *context, struct as_error *error)
{
    static const char *const states[] = {NULL, "double_opt_in", "granted", "denied", "objected"};
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, consents_of_both, "ii", survivor, merged);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        int own = sqlite3_column_int(stmt, 2), other = sqlite3_column_int(stmt, 3);
        struct as_merged_consent consent = {as_sql_text(stmt, 0), as_sql_text(stmt, 1), states[own],
                                            states[other], states[own > other ? own : other]};
        status = each(context, &consent, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_merges(struct as_store *store, int64_t lead_id, as_merge_row_fn each, void *context,
                               struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error,
                                      "SELECT survivor, merged, at, by FROM merge"
                                      " WHERE undone_at IS NULL AND (merged = ?1 OR survivor = ?1)"
                                      " ORDER BY merged = ?1 DESC, at, id",
                                      "i", lead_id);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_merge_row row = {sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                   sqlite3_column_int64(stmt, 2), as_sql_text(stmt, 3)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}
