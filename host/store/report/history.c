/* History: everything that happened to one lead and everything that was said of it, for explaining. */
#include "store/report/history.h"

#include "score/model/standing.h"
#include "store/decisions/chain.h"
#include "store/facts/cells.h"
#include "store/facts/facts.h"

#include <stdio.h>

/* Each part: time, known, what, name, detail, by; ?1 lead, ?2 at, ?3 known_at, ?5 its decisions. `me` holds
 * the lead and those merged into it. */
static const char timeline[] = AS_SQL_MERGED
    ", everything AS ( SELECT e.time, e.known_at AS known, 'event' AS what, k.name, (SELECT"
    " group_concat(p.name || '=' || v.value, ', ') FROM event_property p JOIN event_value v"
    " ON v.property_id = p.id WHERE p.kind_id = e.kind_id"
    " AND v.event_id = e.id) AS detail, s.system AS by, e.id AS n FROM event e JOIN event_kind k"
    " ON k.id = e.kind_id LEFT JOIN source s ON s.id = e.source_id"
    " WHERE e.lead_id IN (SELECT id FROM me) UNION ALL SELECT time, known_at, 'answer', question,"
    " coalesce(value, 'taken back'), voice || ', ' || manner || coalesce(', ' || user, ''), id"
    " FROM answer WHERE lead_id IN (SELECT id FROM me) UNION ALL"
    " SELECT time, known_at, 'touch', channel, coalesce(content, ask, outcome), user, id FROM touch"
    " WHERE lead_id IN (SELECT id FROM me) UNION ALL SELECT t.time, x.known_at, 'touch', t.channel,"
    " coalesce(x.outcome, x.summary) || ', said later', t.user, t.id + 0.5 FROM touch_word x JOIN touch t"
    " ON t.id = x.touch_id WHERE t.lead_id IN (SELECT id FROM me) UNION ALL"
    " SELECT time, known_at, 'consent', channel, state || ' for ' || purpose, source, id FROM consent"
    " WHERE lead_id IN (SELECT id FROM me) UNION ALL SELECT h.known_to, h.known_to, 'field', f.name,"
    " coalesce(h.value, 'unknown') || ' no longer', s.system, h.id FROM field_history h JOIN field f"
    " ON f.id = h.field_id JOIN source s ON s.id = h.source_id WHERE h.level = 0"
    " AND h.row_id IN (SELECT id FROM me) AND h.overruled = 0 AND h.known_to IS NOT NULL UNION ALL"
    " SELECT coalesce(d.entered, r.at), r.at, 'stage', m.pack || '.' || m.name, coalesce(d.prior_stage ||"
    " ' → ', '') || d.stage, coalesce(d.by, d.cause), d.id FROM decision d JOIN run r ON r.id = d.run_id"
    " JOIN model m ON m.id = d.model_id WHERE d.id IN (SELECT value FROM json_each(?5))"
    " AND d.stage IS NOT d.prior_stage AND d.outside = 0 UNION ALL"
    " SELECT time, time, 'assigned', user, reason, route, id FROM assignment"
    " WHERE lead_id IN (SELECT id FROM me) UNION ALL SELECT time, known_at, CASE about"
    " WHEN 'stage' THEN 'override' ELSE 'track' END, CASE about"
    " WHEN 'no track' THEN 'none' ELSE coalesce(stage, track, 'taken back') END, reason, by, id"
    " FROM override WHERE lead_id IN (SELECT id FROM me) UNION ALL"
    " SELECT at, at, 'merge', '#' || merged, CASE WHEN undone_at IS NULL THEN 'merged in' ELSE"
    " 'merged in, later undone' END, by, id FROM merge WHERE survivor IN (SELECT id FROM me)) SELECT *"
    " FROM (SELECT * FROM everything WHERE time <= ?2 AND known <= ?3"
    " ORDER BY time DESC, what DESC, n DESC LIMIT ?4)"
    " ORDER BY time, what, n";

enum as_status as_store_timeline(struct as_store *store, int64_t lead_id, int64_t at, int64_t known_at,
                                 uint32_t most, as_moment_fn each, void *context, struct as_error *error)
{
    struct as_buf decisions = {0};
    sqlite3_stmt *stmt = NULL;
    enum as_status status = as_decisions_about(&decisions, store, lead_id, true, error);
    if (status == AS_OK)
        stmt = as_sql_fresh(store, error, timeline, "iiiit", lead_id, at, known_at,
                            most == 0 ? (int64_t)-1 : (int64_t)most, as_buf_c(&decisions));
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_moment moment = {.time = sqlite3_column_int64(stmt, 0),
                                   .known = sqlite3_column_int64(stmt, 1),
                                   .what = as_sql_text(stmt, 2),
                                   .name = as_sql_text(stmt, 3),
                                   .detail = as_sql_text(stmt, 4),
                                   .by = as_sql_text(stmt, 5)};
        status = each(context, &moment, error);
    }
    as_sql_end(store, stmt);
    as_buf_free(&decisions);
    return status;
}

enum as_status as_store_match(struct as_store *store, int64_t lead_id, as_match_fn each, void *context,
                              struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT l.account_id, coalesce(a.name, a.domain), l.matched_by, l.match_score, l.match_note"
        " FROM lead l LEFT JOIN account a ON a.id = l.account_id WHERE l.id = ?",
        "i", lead_id);
    if (as_sql_row(&status, store, stmt, error))
        status = each(context, sqlite3_column_int64(stmt, 0), as_sql_text(stmt, 1), as_sql_text(stmt, 2),
                      sqlite3_column_double(stmt, 3), as_sql_text(stmt, 4), error);
    else if (status == AS_OK)
        status = as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead_id);
    as_sql_end(store, stmt);
    return status;
}

static enum as_status take_override(sqlite3_stmt *stmt, as_override_row_fn each, void *context,
                                    struct as_error *error)
{
    struct as_override_row row = {.time = sqlite3_column_int64(stmt, 0),
                                  .pack = as_sql_text(stmt, 1),
                                  .model = as_sql_text(stmt, 2),
                                  .by = as_sql_text(stmt, 3),
                                  .reason = as_sql_text(stmt, 4),
                                  .stage = as_stage_read(as_sql_text(stmt, 5))};
    return each(context, &row, error);
}

enum as_status as_store_overrides(struct as_store *store, int64_t lead_id, as_override_row_fn each,
                                  void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT time, pack, model, by, reason, stage FROM override WHERE lead_id = ?"
                     " AND about = 'stage' ORDER BY time DESC, id DESC",
                     "i", lead_id);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = take_override(stmt, each, context, error);
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_override_of(struct as_store *store, int64_t id, as_override_row_fn each,
                                    void *context, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error, "SELECT time, pack, model, by, reason, stage FROM override WHERE id = ?", "i", id);
    if (as_sql_row(&status, store, stmt, error))
        status = take_override(stmt, each, context, error);
    as_sql_end(store, stmt);
    return status;
}

/* --- who says so --- */

static enum as_status field_id_of(int64_t *id, struct as_store *store, const struct as_field *field,
                                  struct as_error *error)
{
    return as_sql_get(id, NULL, store, error,
                      "SELECT id FROM field WHERE level = ? AND name = ? AND (ask IS NOT NULL) = ?", "tti",
                      as_level_name(field->level), field->name, (int64_t)(field->ask != NULL));
}

/* The value held now, as text in `out`; *known false when there is none. */
static enum as_status value_now(struct as_buf *out, bool *known, struct as_store *store,
                                const struct as_field *field, int64_t row_id, struct as_error *error)
{
    struct as_buf sql = {0};
    enum as_status status;
    as_buf_text(&sql, "SELECT ");
    as_sql_name(&sql, field->name);
    as_buf_text(&sql, ", ");
    if (field->type == AS_TYPE_MONEY)
        as_currency_column(&sql, field->name);
    else
        as_buf_text(&sql, "NULL");
    as_buf_printf(&sql, " FROM %s WHERE id = ?", as_level_name(field->level));
    sqlite3_stmt *stmt = as_sql_made(store, error, &sql, "i", row_id);
    *known = false;
    if (as_sql_row(&status, store, stmt, error)) {
        struct as_cell cell;
        as_cell_read(&cell, field->type, stmt, 0);
        *known = cell.known;
        if (cell.known)
            as_cell_text(out, &cell);
    }
    as_sql_end(store, stmt);
    return status;
}

/* Source and age (`since`) of the value of field ?3 that row ?2 of level ?1 holds now: its own, else the
 * row's. */
#define HELD                                                                                                 \
    "SELECT s.system, s.precedence, coalesce(f.known_from, r.first_known) AS since"                          \
    " FROM (SELECT first_known, source_id FROM lead WHERE ?1 = 0 AND id = ?2 UNION ALL"                      \
    " SELECT first_known, source_id FROM account WHERE ?1 = 1 AND id = ?2) r"                                \
    " LEFT JOIN field_source f ON f.level = ?1 AND f.row_id = ?2 AND f.field_id = ?3"                        \
    " JOIN source s ON s.id = coalesce(f.source_id, r.source_id)"

static enum as_status answers_said(struct as_store *store, const struct as_field *field, int64_t row_id,
                                   as_said_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT value, voice || ', ' || manner, manner = 'stated', time FROM answer"
                     " WHERE question = ?1 AND (CASE ?2 WHEN 0 THEN lead_id ELSE account_id END) = ?3"
                     " ORDER BY time DESC, id DESC",
                     "tii", field->name, (int64_t)field->level, row_id);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_said said = {.value = as_sql_text(stmt, 0),
                               .source = as_sql_text(stmt, 1),
                               .precedence = sqlite3_column_int(stmt, 2) ? AS_FROM_STATED : AS_FROM_INFERRED,
                               .from = sqlite3_column_int64(stmt, 3),
                               .to = AS_TIME_NONE};
        status = each(context, &said, error);
    }
    as_sql_end(store, stmt);
    return status;
}

static enum as_status held_said(struct as_store *store, const struct as_field *field, int64_t field_id,
                                int64_t row_id, as_said_fn each, void *context, struct as_error *error)
{
    struct as_buf now = {0};
    bool known = false;
    enum as_status status = field_id != 0 ? value_now(&now, &known, store, field, row_id, error) : AS_OK;
    if (known) {
        sqlite3_stmt *stmt = as_sql_fresh(store, error, HELD, "iii", (int64_t)field->level, row_id, field_id);
        if (as_sql_row(&status, store, stmt, error)) {
            struct as_said said = {.value = as_buf_c(&now),
                                   .source = as_sql_text(stmt, 0),
                                   .precedence = sqlite3_column_int(stmt, 1),
                                   .from = sqlite3_column_int64(stmt, 2),
                                   .to = AS_TIME_NONE};
            status = each(context, &said, error);
        }
        as_sql_end(store, stmt);
    }
    as_buf_free(&now);
    return status;
}

static enum as_status said_before(struct as_store *store, const struct as_field *field, int64_t field_id,
                                  int64_t row_id, as_said_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT h.value, s.system, s.precedence, h.known_from, h.known_to, h.overruled FROM field_history h"
        " JOIN source s ON s.id = h.source_id WHERE h.level = ? AND h.row_id = ? AND h.field_id = ?"
        " ORDER BY h.known_from DESC, h.id DESC",
        "iii", (int64_t)field->level, row_id, field_id);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_said said = {.value = as_sql_text(stmt, 0),
                               .source = as_sql_text(stmt, 1),
                               .precedence = sqlite3_column_int(stmt, 2),
                               .from = sqlite3_column_int64(stmt, 3),
                               .to = as_sql_time(stmt, 4),
                               .overruled = sqlite3_column_int(stmt, 5) != 0};
        status = each(context, &said, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_said(struct as_store *store, const struct as_schema *schema, uint32_t field,
                             int64_t row_id, as_said_fn each, void *context, struct as_error *error)
{
    const struct as_field *declared = schema->fields.at[field];
    int64_t field_id;
    if (declared->ask != NULL)
        return answers_said(store, declared, row_id, each, context, error);
    enum as_status status = field_id_of(&field_id, store, declared, error);
    if (status == AS_OK)
        status = held_said(store, declared, field_id, row_id, each, context, error);
    return status == AS_OK ? said_before(store, declared, field_id, row_id, each, context, error) : status;
}

static enum as_status answer_evidence(struct as_evidence *out, bool *known, struct as_store *store,
                                      const struct as_field *field, int64_t row_id, int64_t known_at,
                                      struct as_error *error)
{
    enum as_status status;
    /* The same choice as in answers.c. */
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "WITH last AS (SELECT *, row_number() OVER (PARTITION BY manner, voice"
                     " ORDER BY time DESC, id DESC) AS nth FROM answer WHERE question = ?1"
                     " AND (CASE ?2 WHEN 0 THEN lead_id ELSE account_id END) = ?3 AND known_at <= ?4)"
                     " SELECT manner, voice, user, time FROM last WHERE nth = 1 AND value IS NOT NULL"
                     " ORDER BY manner = 'stated' DESC, time DESC, id DESC LIMIT 1",
                     "tiii", field->name, (int64_t)field->level, row_id, known_at);
    *known = as_sql_row(&status, store, stmt, error);
    if (*known) {
        const char *user = as_sql_text(stmt, 2);
        snprintf(out->source, sizeof out->source, "%s by %s%s%s", as_sql_text(stmt, 0), as_sql_text(stmt, 1),
                 user == NULL ? "" : ", ", user == NULL ? "" : user);
        out->since = sqlite3_column_int64(stmt, 3);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_evidence(struct as_evidence *out, bool *known, struct as_store *store,
                                 const struct as_schema *schema, uint32_t field, int64_t row_id,
                                 int64_t known_at, struct as_error *error)
{
    const struct as_field *declared = schema->fields.at[field];
    int64_t field_id, level = declared->level;
    *known = false;
    if (declared->ask != NULL)
        return answer_evidence(out, known, store, declared, row_id, known_at, error);
    struct as_buf now = {0};
    bool has = false;
    enum as_status status = field_id_of(&field_id, store, declared, error);
    if (status == AS_OK && field_id != 0)
        status = value_now(&now, &has, store, declared, row_id, error);
    as_buf_free(&now);
    if (status != AS_OK || field_id == 0)
        return status;
    /* The value of now when it was known then, else the one it superseded. */
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT system, precedence, since FROM (SELECT *, 0 AS old FROM (" HELD ") WHERE ?5"
        " UNION ALL SELECT s.system, s.precedence, h.known_from, 1 FROM field_history h"
        " JOIN source s ON s.id = h.source_id WHERE h.level = ?1 AND h.row_id = ?2 AND h.field_id = ?3"
        " AND h.overruled = 0 AND h.known_to > ?4) WHERE since <= ?4 ORDER BY since DESC, old LIMIT 1",
        "iiiii", level, row_id, field_id, known_at, (int64_t)has);
    *known = as_sql_row(&status, store, stmt, error);
    if (*known) {
        static const char *const manners[] = {" (inferred)", " (enrichment)", "", " (stated)"};
        int precedence = sqlite3_column_int(stmt, 1);
        snprintf(out->source, sizeof out->source, "%s%s", as_sql_text(stmt, 0),
                 precedence >= AS_FROM_INFERRED && precedence <= AS_FROM_STATED ? manners[precedence] : "");
        out->since = sqlite3_column_int64(stmt, 2);
    }
    as_sql_end(store, stmt);
    return status;
}
