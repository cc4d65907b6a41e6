/* Precedence: whose word holds. A weaker source never overwrites a stronger one; whatever is replaced or
 * refused goes to field_history, so that a snapshot of an earlier moment is exact. */
#include "store/facts/batch.h"

const char *const as_precedences[AS_FROM_STATED + 2] = {"inferred", "enrichment", "crm", "stated", NULL};

struct held {
    int64_t source, from;
    int precedence;
};

/* Values without a row of their own in field_source are as old as their row and from its source. */
static enum as_status find_held(struct held *out, struct as_facts *facts, enum as_level level, int64_t row,
                                int64_t field_id, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(facts->store, error,
                                "SELECT f.source_id, f.known_from, s.precedence"
                                " FROM field_source f JOIN source s ON s.id = f.source_id"
                                " WHERE f.level = ? AND f.row_id = ? AND f.field_id = ?",
                                "iii", (int64_t)level, row, field_id);
    bool found = as_sql_row(&status, facts->store, stmt, error);
    if (!found && status == AS_OK) {
        stmt = level == AS_LEVEL_LEAD
                   ? as_sql(facts->store, error,
                            "SELECT r.source_id, r.first_known, s.precedence"
                            " FROM lead r JOIN source s ON s.id = r.source_id"
                            " WHERE r.id = ?",
                            "i", row)
                   : as_sql(facts->store, error,
                            "SELECT r.source_id, r.first_known, s.precedence FROM account r JOIN source s"
                            " ON s.id = r.source_id WHERE r.id = ?",
                            "i", row);
        found = as_sql_row(&status, facts->store, stmt, error);
    }
    if (!found)
        return status != AS_OK ? status
                               : as_error_set(error, AS_ERR_BUG, "row %lld has no source", (long long)row);
    *out = (struct held){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                         sqlite3_column_int(stmt, 2)};
    sqlite3_reset(stmt);
    return AS_OK;
}

/* Kept once: the same word of the same source said again is no news. */
static enum as_status keep_overruled(struct as_facts *facts, enum as_level level, int64_t row,
                                     int64_t field_id, const struct as_cell *fresh, struct as_error *error)
{
    as_buf_reset(&facts->text);
    as_cell_text(&facts->text, fresh);
    int64_t same;
    bool found;
    enum as_status status =
        as_sql_get(&same, &found, facts->store, error,
                   "SELECT value IS ?5 FROM field_history WHERE level = ?1 AND row_id = ?2 AND field_id = ?3"
                   " AND overruled = 1 AND source_id = ?4 ORDER BY id DESC LIMIT 1",
                   "iiiit", (int64_t)level, row, field_id, facts->source_id, as_buf_c(&facts->text));
    if (status != AS_OK || (found && same))
        return status;
    facts->summary.overruled++;
    return as_sql_do(
        facts->store, error,
        "INSERT INTO field_history(level, row_id, field_id, value, source_id, known_from, overruled)"
        " VALUES(?, ?, ?, ?, ?, ?, 1)",
        "iiitii", (int64_t)level, row, field_id, as_buf_c(&facts->text), facts->source_id,
        facts->options.now);
}

enum as_status as_supersede(bool *allowed, struct as_facts *facts, enum as_level level, int64_t row,
                            int64_t field_id, bool stays, const struct as_cell *old,
                            const struct as_cell *fresh, struct as_error *error)
{
    struct held held = {0};
    *allowed = false;
    enum as_status status = find_held(&held, facts, level, row, field_id, error);
    if (status != AS_OK)
        return status;
    int mine = (int)facts->options.precedence;
    if (old->known && (mine < held.precedence || (stays && mine == held.precedence)))
        return fresh->known ? keep_overruled(facts, level, row, field_id, fresh, error) : AS_OK;
    *allowed = true;
    /* Facts are learnt in order; a clock that went back must not make a value end before it began. */
    int64_t now = facts->options.now > held.from ? facts->options.now : held.from;
    if (old->known) {
        as_buf_reset(&facts->text);
        as_cell_text(&facts->text, old);
        status = as_sql_do(
            facts->store, error,
            "INSERT INTO field_history(level, row_id, field_id, value, source_id, known_from, known_to)"
            " VALUES(?, ?, ?, ?, ?, ?, ?)",
            "iiitiii", (int64_t)level, row, field_id, as_buf_c(&facts->text), held.source, held.from, now);
    }
    if (status == AS_OK)
        status = as_sql_do(facts->store, error,
                           "INSERT INTO field_source(level, row_id, field_id, source_id, known_from)"
                           " VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(level, row_id, field_id) DO UPDATE"
                           " SET source_id = ?4, known_from = ?5",
                           "iiiii", (int64_t)level, row, field_id, facts->source_id, now);
    return status;
}
