/* Deals, read with what their leads say of where they came from. */
#include "store/report/deals.h"

#include "store/database.h"

/* A column that a declared field has made, or NULL in its place: databases that nobody declared it in have no
 * such column. */
static enum as_status put_column(struct as_buf *sql, struct as_store *store, const char *table,
                                 const char *column, struct as_error *error)
{
    bool found;
    enum as_status status = as_sql_get(
        NULL, &found, store, error, "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", "tt", table, column);
    as_buf_printf(sql, found ? "%.1s.%s" : "NULL", table, column);
    return status;
}

/* The lead that began first is the one whose source counts where the deal has none of its own. Whether an
 * event names a campaign is asked only where nobody names a source. What the loss of another deal of the lead
 * says is not said of this one: only a loss that was recorded of the lead itself is. */
static enum as_status write_sql(struct as_buf *sql, struct as_store *store, struct as_error *error)
{
    /* clang-format off */
    static const struct {
        const char *before, *table, *column;
    } parts[] = {
        {"SELECT o.id, coalesce(o.name, o.external_id), o.outcome, o.amount, o.currency, o.created, o.closed,"
         " o.owner, c.name, x.leads, x.lead, x.start, coalesce(nullif(o.source, ''), x.source), x.campaign,"
         " x.former, x.relationship, CASE o.outcome WHEN 'lost' THEN coalesce(nullif(o.competitor, ''),"
         " (WITH RECURSIVE person(id) AS (SELECT " AS_SQL_SURVIVOR("lead", "t.lead_id")
         " FROM opportunity_lead t WHERE t.opportunity_id = o.id UNION SELECT l.id FROM person"
         " JOIN lead l ON l.merged_into = person.id) SELECT v.value FROM person"
         " JOIN event e ON e.lead_id = person.id AND e.known_at <= ?1"
         " AND coalesce(e.external_id, '') NOT GLOB '" AS_DEAL_ACTS "*'"
         " JOIN event_kind k ON k.id = e.kind_id AND k.name = 'lost'"
         " JOIN event_property q ON q.kind_id = k.id AND q.name = 'competitor'"
         " JOIN event_value v ON v.property_id = q.id AND v.event_id = e.id"
         " ORDER BY e.time DESC, e.id DESC LIMIT 1)) END"
         " FROM opportunity o LEFT JOIN account c ON c.id = o.account_id"
         " LEFT JOIN (SELECT opportunity_id, count(*) AS leads, max(CASE place WHEN 1 THEN lead END) AS lead,"
         " min(start) AS start, max(CASE place WHEN 1 THEN source END) AS source, max(campaign) AS campaign,"
         " max(former) AS former, max(relationship) AS relationship FROM (SELECT *, row_number() OVER"
         " (PARTITION BY opportunity_id ORDER BY start, lead) AS place, source IS NULL AND (named"
         " OR EXISTS (SELECT 1 FROM event e WHERE e.lead_id = lead AND e.campaign IS NOT NULL)) AS campaign"
         " FROM (SELECT p.opportunity_id, l.id AS lead,"
         " coalesce(l.created, date(l.first_known, 'unixepoch')) AS start, nullif(",
         "lead", "source"},
        {", '') AS source, (", "lead", "campaign"},
        {") IS NOT NULL AS named, coalesce((", "account", "type"},
        {") IN ('customer', 'former_customer'), 0) OR EXISTS (SELECT 1 FROM opportunity w"
         " WHERE w.account_id = a.id AND w.outcome = 'won' AND w.closed < p_closed) AS former, (",
         "lead", "relationship_owner"},
        {") IS NOT NULL AS relationship FROM (SELECT p.*, q.closed AS p_closed FROM opportunity_lead p"
         " JOIN opportunity q ON q.id = p.opportunity_id) p JOIN lead l ON l.id = p.lead_id"
         " LEFT JOIN account a ON a.id = ",
         "lead", "former_account"},
    };
    /* clang-format on */
    enum as_status status = AS_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && status == AS_OK; i++) {
        as_buf_text(sql, parts[i].before);
        status = put_column(sql, store, parts[i].table, parts[i].column, error);
    }
    as_buf_text(sql, ")) GROUP BY opportunity_id) x ON x.opportunity_id = o.id WHERE coalesce(o.created,"
                     " o.known_at) <= ?1 ORDER BY o.id");
    return status;
}

static enum as_deal_outcome outcome_of(const char *name)
{
    return strcmp(name, "won") == 0           ? AS_DEAL_WON
           : strcmp(name, "lost") == 0        ? AS_DEAL_LOST
           : strcmp(name, "no_decision") == 0 ? AS_DEAL_NO_DECISION
                                              : AS_DEAL_OPEN;
}

static const char *text_at(sqlite3_stmt *stmt, int column)
{
    const char *text = as_sql_text(stmt, column);
    return text != NULL ? text : "";
}

static void read_deal(struct as_deal_row *row, sqlite3_stmt *stmt, int64_t at)
{
    int64_t start;
    *row = (struct as_deal_row){.id = sqlite3_column_int64(stmt, 0),
                                .name = text_at(stmt, 1),
                                .outcome = outcome_of(text_at(stmt, 2)),
                                .has_amount = sqlite3_column_type(stmt, 3) != SQLITE_NULL,
                                .amount = sqlite3_column_int64(stmt, 3),
                                .currency = text_at(stmt, 4),
                                .created = as_sql_time(stmt, 5),
                                .closed = as_sql_time(stmt, 6),
                                .owner = text_at(stmt, 7),
                                .account = text_at(stmt, 8),
                                .leads = (uint32_t)sqlite3_column_int64(stmt, 9),
                                .lead = sqlite3_column_int64(stmt, 10),
                                .source = text_at(stmt, 12),
                                .competitor = text_at(stmt, 16),
                                .lead_has_campaign = sqlite3_column_int(stmt, 13) != 0,
                                .former_client = sqlite3_column_int(stmt, 14) != 0,
                                .has_relationship = sqlite3_column_int(stmt, 15) != 0};
    if (as_time_parse(&start, NULL, as_sql_str(stmt, 11)))
        row->lead_start = as_day_of(start);
    if (row->outcome != AS_DEAL_OPEN && row->closed != AS_TIME_NONE && row->closed > at) {
        row->outcome = AS_DEAL_OPEN;
        row->closed = AS_TIME_NONE;
    }
}

enum as_status as_store_deals(struct as_store *store, int64_t at, as_deal_row_fn each, void *context,
                              struct as_error *error)
{
    struct as_buf sql = {0};
    sqlite3_stmt *stmt = NULL;
    enum as_status status = write_sql(&sql, store, error);
    if (status == AS_OK)
        stmt = as_sql_made(store, error, &sql, "i", at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_deal_row row;
        read_deal(&row, stmt, at);
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    as_buf_free(&sql);
    return status;
}

/* clang-format off */
static const char whose_deals[] =
    "WITH RECURSIVE told(id, account_id) AS (SELECT id, account_id FROM opportunity"
    " WHERE coalesce(created, known_at) <= ?1),"
    " company(deal, id) AS (SELECT id, " AS_SQL_SURVIVOR("account", "told.account_id") " FROM told UNION"
    " SELECT company.deal, a.id FROM company JOIN account a ON a.merged_into = company.id)"
    " SELECT deal, lead, max(linked), max(NOT linked) FROM (SELECT company.deal, l.id AS lead, FALSE AS linked"
    " FROM company JOIN lead l ON l.account_id = company.id WHERE l.merged_into IS NULL AND l.erased_at IS NULL"
    " UNION ALL SELECT told.id, " AS_SQL_SURVIVOR("lead", "p.lead_id")
    ", TRUE FROM told JOIN opportunity_lead p ON p.opportunity_id = told.id) GROUP BY deal, lead ORDER BY deal, lead";
/* clang-format on */

enum as_status as_store_deal_leads(struct as_store *store, int64_t at, as_deal_lead_fn each, void *context,
                                   struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, whose_deals, "i", at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_deal_lead row = {.deal = sqlite3_column_int64(stmt, 0),
                                   .lead = sqlite3_column_int64(stmt, 1),
                                   .linked = sqlite3_column_int(stmt, 2) != 0,
                                   .of_account = sqlite3_column_int(stmt, 3) != 0};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_deal_steps(struct as_store *store, int64_t at, as_deal_step_fn each, void *context,
                                   struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT DISTINCT o.id, k.name FROM opportunity o"
                     " JOIN opportunity_lead p ON p.opportunity_id = o.id"
                     " JOIN event e ON e.lead_id = p.lead_id JOIN event_kind k ON k.id = e.kind_id"
                     " WHERE o.outcome <> 'open' AND o.closed <= ?1 AND k.actor = 'seller' AND k.act IS NULL"
                     " AND e.known_at <= ?1 AND e.time / 86400 BETWEEN o.created / 86400 AND o.closed / 86400"
                     " ORDER BY o.id, k.name",
                     "i", at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, sqlite3_column_int64(stmt, 0), as_sql_text(stmt, 1), error);
    as_sql_end(store, stmt);
    return status;
}
