/* What is held of one person, for that person: every table that refers to a lead is found by its columns, so
 * that a table added later is not forgotten; what hangs on such rows is named below. */
#include "store/personal.h"

#include "store/decisions/chain.h"

#include <stdlib.h>
#include <string.h>

/* ?1 the lead, ?2 the ids of its decisions. Kinds of events and names of fields are told beside their
 * numbers. */
static const struct {
    const char *name, *sql;
} hanging[] = {
    {"lead", "SELECT * FROM lead WHERE id IN person"},
    {"event", "SELECT k.name AS kind, e.*"
              " FROM event e JOIN event_kind k ON k.id = e.kind_id WHERE e.lead_id IN person"},
    {"event_value",
     "SELECT p.name AS property, v.* FROM event_value v JOIN event_property p ON p.id = v.property_id"
     " WHERE v.event_id IN (SELECT id FROM event WHERE lead_id IN person)"},
    {"field_history",
     "SELECT f.name AS field, s.system AS source, h.* FROM field_history h JOIN field f"
     " ON f.id = h.field_id JOIN source s ON s.id = h.source_id WHERE h.level = 0 AND h.row_id IN person"},
    {"field_source",
     "SELECT f.name AS field, s.system AS source, h.* FROM field_source h JOIN field f"
     " ON f.id = h.field_id JOIN source s ON s.id = h.source_id WHERE h.level = 0 AND h.row_id IN person"},
    {"enrichment", "SELECT * FROM enrichment WHERE level = 0 AND row_id IN person"},
    {"http_answer", "SELECT * FROM http_answer WHERE level = 0 AND row_id IN person"},
    {"decision", "SELECT * FROM decision WHERE id IN decided ORDER BY id"},
    {"ledger", "SELECT * FROM ledger WHERE decision_id IN decided"},
    {"enrolment_step", "SELECT * FROM enrolment_step"
                       " WHERE enrolment_id IN (SELECT id FROM enrolment WHERE lead_id IN person)"},
    {"attempt", "SELECT * FROM attempt WHERE outbox_id IN (SELECT id FROM outbox WHERE lead_id IN person)"},
    {"touch_word",
     "SELECT * FROM touch_word WHERE touch_id IN (SELECT id FROM touch WHERE lead_id IN person)"},
    {"merge", "SELECT * FROM merge WHERE survivor IN person OR merged IN person"},
    {"merge_fact", "SELECT f.name AS field, x.*"
                   " FROM merge_fact x JOIN field f ON f.id = x.field_id WHERE x.merge_id IN (SELECT id"
                   " FROM merge WHERE survivor IN person OR merged IN person)"},
    {"post", "SELECT * FROM post WHERE id IN (" AS_SQL_POSTS_OF("SELECT id FROM person") ")"},
    {"apart", "SELECT * FROM apart WHERE a IN person OR b IN person"},
};
enum { HANGING = sizeof hanging / sizeof *hanging };

static const char person[] =
    "WITH RECURSIVE " AS_SQL_PERSON("person", "?1") ", decided(id) AS (SELECT value FROM json_each(?2)) ";

static enum as_status give(struct as_store *store, const char *table, const char *select, int64_t lead,
                           const char *decisions, as_held_fn each, void *context, struct as_error *error)
{
    struct as_buf sql = {0};
    enum as_status status = AS_OK;
    as_buf_printf(&sql, "%s%s", person, select);
    sqlite3_stmt *stmt = as_sql_made(store, error, &sql, "it", lead, decisions);
    int n = sqlite3_column_count(stmt);
    struct as_held_cell *cells = calloc((size_t)n + 1, sizeof *cells);
    if (cells == NULL)
        status = as_error_memory(error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        for (int i = 0; i < n; i++) {
            static const enum as_held_kind kinds[] = {AS_HELD_NULL, AS_HELD_INTEGER, AS_HELD_REAL,
                                                      AS_HELD_TEXT, AS_HELD_TEXT,    AS_HELD_NULL};
            int type = sqlite3_column_type(stmt, i);
            cells[i].column = sqlite3_column_name(stmt, i);
            cells[i].kind = kinds[type <= SQLITE_NULL ? type : 0];
            cells[i].text = as_sql_text(stmt, i);
        }
        status = each(context, table, cells, (uint32_t)n, error);
    }
    as_sql_end(store, stmt);
    free(cells);
    return status;
}

static bool is_hanging(const char *table)
{
    for (size_t i = 0; i < HANGING; i++)
        if (strcmp(hanging[i].name, table) == 0)
            return true;
    return false;
}

static enum as_status give_tables(struct as_store *store, int64_t lead_id, const char *decisions,
                                  as_held_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *tables = as_sql_fresh(
        store, error,
        "SELECT s.name FROM sqlite_schema s WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite_%' AND EXISTS("
        "SELECT 1 FROM pragma_table_info(s.name) c WHERE c.name = 'lead_id') ORDER BY s.name",
        "");
    while (status == AS_OK && as_sql_row(&status, store, tables, error)) {
        struct as_buf select = {0};
        const char *table = as_sql_text(tables, 0);
        if (is_hanging(table))
            continue;
        as_buf_text(&select, "SELECT * FROM ");
        as_sql_name(&select, table);
        as_buf_text(&select, " WHERE lead_id IN person");
        status = select.failed
                     ? as_error_memory(error)
                     : give(store, table, as_buf_c(&select), lead_id, decisions, each, context, error);
        as_buf_free(&select);
    }
    as_sql_end(store, tables);
    return status;
}

/* What the person answered in surveys, which know people by a hash of their ids and addresses alone. */
static enum as_status give_surveys(struct as_store *store, int64_t lead_id, as_held_fn each, void *context,
                                   struct as_error *error)
{
    enum as_status status = AS_OK;
    struct as_buf sql = {0}, select = {0};
    as_buf_printf(&sql, "%sSELECT system, value FROM identity WHERE lead_id IN person AND ?2 = ?2", person);
    sqlite3_stmt *names = as_sql_made(store, error, &sql, "it", lead_id, "[]");
    while (status == AS_OK && as_sql_row(&status, store, names, error)) {
        uint8_t hash[AS_PERSON_HASH];
        status = as_person_hash(hash, store, as_sql_text(names, 0), as_sql_str(names, 1), error);
        as_buf_reset(&select);
        as_buf_text(&select,
                    "SELECT survey, time, grp AS \"group\", stage, item, axis, number, word, known_at"
                    " FROM survey_answer WHERE ?1 = ?1 AND ?2 = ?2 AND respondent = x'");
        for (size_t i = 0; i < sizeof hash; i++)
            as_buf_printf(&select, "%02x", hash[i]);
        as_buf_char(&select, '\'');
        if (status == AS_OK)
            status = select.failed ? as_error_memory(error)
                                   : give(store, "survey_answer", as_buf_c(&select), lead_id, "[]", each,
                                          context, error);
    }
    as_sql_end(store, names);
    as_buf_free(&select);
    return status;
}

/* Ids of the decisions as a JSON array. Nothing leads to those of somebody who was erased, so that all are
 * looked at. */
static enum as_status find_decisions(struct as_buf *out, struct as_store *store, int64_t lead_id,
                                     struct as_error *error)
{
    int64_t erased_at;
    struct as_buf sql = {0};
    enum as_status status = as_store_erased_at(&erased_at, store, lead_id, error);
    if (status != AS_OK || erased_at == AS_TIME_NONE)
        return status == AS_OK ? as_decisions_about(out, store, lead_id, true, error) : status;
    as_buf_printf(&sql, "%sSELECT json_group_array(id) FROM decision WHERE lead_id IN person", person);
    sqlite3_stmt *stmt = as_sql_made(store, error, &sql, "it", lead_id, "[]");
    if (as_sql_row(&status, store, stmt, error))
        as_buf_text(out, as_sql_text(stmt, 0));
    as_sql_end(store, stmt);
    return status == AS_OK && out->failed ? as_error_memory(error) : status;
}

enum as_status as_store_held(struct as_store *store, int64_t lead_id, as_held_fn each, void *context,
                             struct as_error *error)
{
    struct as_buf decisions = {0};
    enum as_status status = find_decisions(&decisions, store, lead_id, error);
    for (size_t i = 0; i < HANGING && status == AS_OK; i++)
        status =
            give(store, hanging[i].name, hanging[i].sql, lead_id, as_buf_c(&decisions), each, context, error);
    if (status == AS_OK)
        status = give_tables(store, lead_id, as_buf_c(&decisions), each, context, error);
    if (status == AS_OK)
        status = give_surveys(store, lead_id, each, context, error);
    as_buf_free(&decisions);
    return status;
}
