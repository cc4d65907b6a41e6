/* Deal rows: opportunities, with the lead and the account they belong to. A deal that is decided makes that
 * act's event for its leads (won, lost, no_decision), since an act is what moves a lifecycle; how many are
 * open is a fact of the account, since a company that is being sold to already is not a prospect. */
#include "store/facts/batch.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

struct deal {
    int64_t id, lead, account, created, closed, amount;
    bool has_amount;
    const char *outcome;
    struct as_str external_id, currency, name, stage, owner, product, source, reason, competitor;
};

static enum as_status read_outcome(struct deal *deal, struct as_str text, struct as_error *error)
{
    static const char *const outcomes[] = {"open", "won", "lost", "no_decision"};
    deal->outcome = "open";
    if (text.n == 0)
        return AS_OK;
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (as_str_is(text, outcomes[i])) {
            deal->outcome = outcomes[i];
            return AS_OK;
        }
    return as_error_set(error, AS_ERR_DATA, "outcome: \"%.*s\" is none of open, won, lost, no_decision",
                        text.n > 80 ? 80 : (int)text.n, text.p);
}

/* Counts a trap and keeps the first example. */
static void note(uint64_t *count, char first[AS_MAX_NAME], struct as_str text)
{
    if ((*count)++ == 0)
        snprintf(first, AS_MAX_NAME, "%.*s", (int)(text.n < AS_MAX_NAME ? text.n : AS_MAX_NAME), text.p);
}

/* What a person who reads the summary would want to look at; the deal is taken in all the same. */
static enum as_status find_traps(const struct deal *deal, struct as_facts *facts, struct as_error *error)
{
    int64_t known = 1;
    enum as_status status = AS_OK;
    if (deal->product.n > 0)
        status = as_sql_get(&known, NULL, facts->store, error,
                            "SELECT NOT EXISTS (SELECT 1 FROM product)"
                            " OR EXISTS (SELECT 1 FROM product WHERE external_id = ?1"
                            " OR name = ?1 COLLATE NOCASE)",
                            "s", deal->product);
    if (status == AS_OK && !known)
        note(&facts->summary.deals_of_unknown_product, facts->summary.unknown_product, deal->product);
    known = 1;
    if (status == AS_OK && deal->owner.n > 0)
        status = as_sql_get(
            &known, NULL, facts->store, error,
            "SELECT NOT EXISTS (SELECT 1 FROM user) OR EXISTS (SELECT 1 FROM user WHERE external_id = ?1"
            " OR name = ?1 COLLATE NOCASE OR email = ?1 COLLATE NOCASE)",
            "s", deal->owner);
    if (status == AS_OK && !known)
        note(&facts->summary.deals_of_unknown_owner, facts->summary.unknown_owner, deal->owner);
    if (deal->created != AS_TIME_NONE && deal->closed != AS_TIME_NONE && deal->closed < deal->created)
        facts->summary.deals_closed_before_created++;
    return status;
}

/* A deal may name its account by id or by name; one that names an account nobody knows is still a deal. */
static enum as_status read_parties(struct deal *deal, struct as_facts *facts, struct as_error *error)
{
    bool said;
    struct as_str account_id = as_said(facts, "account_id", &said),
                  account = as_said(facts, "account", &said);
    struct as_str lead = as_said(facts, "lead_id", &said), email = as_said(facts, "email", &said);
    enum as_status status = as_account_by_id(&deal->account, facts, account_id, error);
    if (status == AS_OK && deal->account == 0 && account.n > 0)
        status = as_account_by_name(&deal->account, facts, account, error);
    if (status == AS_OK && (lead.n > 0 || email.n > 0))
        status = as_lead_named(&deal->lead, facts, error);
    if (status == AS_OK && deal->account == 0 && deal->lead != 0)
        status = as_sql_get(&deal->account, NULL, facts->store, error,
                            "SELECT account_id FROM lead WHERE id = ?", "i", deal->lead);
    if (deal->account == 0 && (account_id.n > 0 || account.n > 0))
        note(&facts->summary.deals_of_unknown_account, facts->summary.unknown_account,
             account.n > 0 ? account : account_id);
    else if (deal->account == 0 && deal->lead == 0)
        facts->summary.deals_without_account++;
    return status;
}

static enum as_status read_deal(struct deal *deal, struct as_facts *facts, struct as_error *error)
{
    bool said;
    deal->external_id = as_said(facts, "id", &said);
    deal->name = as_said(facts, "name", &said);
    deal->stage = as_said(facts, "stage", &said);
    deal->owner = as_said(facts, "owner", &said);
    deal->product = as_said(facts, "product", &said);
    deal->source = as_said(facts, "source", &said);
    deal->reason = as_said(facts, "reason", &said);
    deal->competitor = as_said(facts, "competitor", &said);
    deal->created = deal->closed = AS_TIME_NONE;
    if (deal->external_id.n == 0)
        return as_error_set(error, AS_ERR_DATA, "id is empty");
    if (deal->external_id.n > AS_MAX_NAME)
        return as_error_set(error, AS_ERR_DATA, "id is longer than %d bytes", AS_MAX_NAME);
    enum as_status status = read_outcome(deal, as_said(facts, "outcome", &said), error);
    if (status == AS_OK)
        status = as_said_money(&deal->amount, &deal->currency, &deal->has_amount, facts, "amount", error);
    if (status == AS_OK)
        status = as_said_time(&deal->created, facts, "created", error);
    if (status == AS_OK)
        status = as_said_time(&deal->closed, facts, "closed", error);
    return status == AS_OK ? read_parties(deal, facts, error) : status;
}

/* Of a deal that is known, what the row says: an empty cell leaves what is known, as of fields; of a new one
 * all. Numbers of places are those of bind_deal. */
static sqlite3_stmt *deal_statement(struct as_store *store, bool known, struct as_error *error)
{
    return known
               ? as_sql(store, error,
                        "UPDATE opportunity SET name = coalesce(?1, name),"
                        " account_id = coalesce(?2, account_id),"
                        " stage = coalesce(?3, stage),"
                        " outcome = ?4, amount = coalesce(?5, amount),"
                        " currency = coalesce(?6, currency),"
                        " created = coalesce(?7, created),"
                        " closed = coalesce(?8, closed),"
                        " owner = coalesce(?9, owner),"
                        " product = coalesce(?10, product),"
                        " source = coalesce(?11, source),"
                        " reason = coalesce(?12, reason), competitor = coalesce(?16, competitor),"
                        " changed_at = ?13 WHERE id = ?14 AND NOT (name IS coalesce(?1, name)"
                        " AND account_id IS coalesce(?2, account_id) AND stage IS coalesce(?3, stage)"
                        " AND outcome IS ?4 AND amount IS coalesce(?5, amount)"
                        " AND currency IS coalesce(?6, currency) AND created IS coalesce(?7, created)"
                        " AND closed IS coalesce(?8, closed) AND owner IS coalesce(?9, owner)"
                        " AND product IS coalesce(?10, product) AND source IS coalesce(?11, source)"
                        " AND reason IS coalesce(?12, reason) AND competitor IS coalesce(?16, competitor))",
                        "")
               : as_sql(store, error,
                        "INSERT INTO opportunity(name, account_id, stage, outcome, amount, currency, created,"
                        " closed, owner, product, source, reason, known_at, changed_at, system, external_id,"
                        " competitor)"
                        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?13, ?14, ?15, ?16)",
                        "");
}

static void bind_deal(sqlite3_stmt *stmt, const struct deal *deal, const struct as_facts *facts, bool known)
{
    struct as_str texts[] = {deal->name,    deal->stage,  deal->currency, deal->owner,
                             deal->product, deal->source, deal->reason,   deal->competitor};
    static const int places[] = {1, 3, 6, 9, 10, 11, 12, 16};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (texts[i].n > 0)
            sqlite3_bind_text(stmt, places[i], texts[i].p, (int)texts[i].n, SQLITE_STATIC);
        else
            sqlite3_bind_null(stmt, places[i]);
    int64_t numbers[] = {deal->account, deal->has_amount ? deal->amount : AS_TIME_NONE, deal->created,
                         deal->closed};
    static const int number_places[] = {2, 5, 7, 8};
    for (size_t i = 0; i < sizeof number_places / sizeof *number_places; i++)
        if (numbers[i] == AS_TIME_NONE || (i == 0 && numbers[i] == 0))
            sqlite3_bind_null(stmt, number_places[i]);
        else
            sqlite3_bind_int64(stmt, number_places[i], numbers[i]);
    sqlite3_bind_text(stmt, 4, deal->outcome, -1, SQLITE_STATIC);
    sqlite3_bind_int64(stmt, 13, facts->options.now);
    if (known) {
        sqlite3_bind_int64(stmt, 14, deal->id);
    } else {
        sqlite3_bind_text(stmt, 14, facts->system, -1, SQLITE_STATIC);
        sqlite3_bind_text(stmt, 15, deal->external_id.p, (int)deal->external_id.n, SQLITE_STATIC);
    }
}

static enum as_status write_deal(struct deal *deal, struct as_facts *facts, bool *fresh, bool *changed,
                                 struct as_error *error)
{
    struct as_store *store = facts->store;
    bool found;
    enum as_status status = as_sql_get(&deal->id, &found, store, error,
                                       "SELECT id FROM opportunity WHERE system = ? AND external_id = ?",
                                       "ts", facts->system, deal->external_id);
    if (status != AS_OK)
        return status;
    *fresh = !found;
    sqlite3_stmt *stmt = deal_statement(store, found, error);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    bind_deal(stmt, deal, facts, found);
    as_sql_row(&status, store, stmt, error);
    *changed = status == AS_OK && sqlite3_changes(store->db) > 0;
    if (!found)
        deal->id = sqlite3_last_insert_rowid(store->db);
    return status;
}

static enum as_status make_acts(const struct deal *deal, struct as_facts *facts, struct as_error *error)
{
    if (strcmp(deal->outcome, "open") == 0 || deal->closed == AS_TIME_NONE)
        return AS_OK;
    char id[AS_MAX_NAME + 64];
    bool changed, won = strcmp(deal->outcome, "won") == 0;
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(
        facts->store, error, "SELECT lead_id FROM opportunity_lead WHERE opportunity_id = ?", "i", deal->id);
    while (as_sql_row(&status, facts->store, stmt, error)) {
        struct as_recalled lead;
        if ((status = as_lead_facts(&lead, facts, sqlite3_column_int64(stmt, 0), error)) != AS_OK)
            break;
        snprintf(id, sizeof id, AS_DEAL_ACTS "%lld:%lld:%s", (long long)deal->id, (long long)lead.id,
                 deal->outcome);
        struct as_event_made event = {
            .lead = lead,
            .time = deal->closed,
            .kind = deal->outcome,
            .external_id = id,
            .says = {{won ? "product" : "reason", won ? deal->product : deal->reason},
                     {"competitor", strcmp(deal->outcome, "lost") == 0 ? deal->competitor : AS_STR("")}}};
        if ((status = as_event_make(facts, &event, &changed, error)) != AS_OK)
            break;
    }
    as_sql_end(facts->store, stmt);
    return status;
}

enum as_status as_put_opportunity(struct as_facts *facts, bool *changed, struct as_error *error)
{
    struct deal deal = {.id = 0};
    bool fresh = false;
    enum as_status status = read_deal(&deal, facts, error);
    if (status == AS_OK)
        status = find_traps(&deal, facts, error);
    if (status == AS_OK)
        status = write_deal(&deal, facts, &fresh, changed, error);
    if (status == AS_OK && deal.lead != 0) {
        status = as_sql_do(
            facts->store, error,
            "INSERT INTO opportunity_lead(opportunity_id, lead_id) VALUES(?, ?) ON CONFLICT DO NOTHING", "ii",
            deal.id, deal.lead);
        *changed |= sqlite3_changes(facts->store->db) > 0;
    }
    if (status == AS_OK)
        status = make_acts(&deal, facts, error);
    as_facts_count(facts, fresh, changed);
    facts->deals_done = true;
    return status;
}

/* --- how many are open --- */

/* Accounts beside which another number is written than they have. A deal of a merged account is its
 * survivor's. Before the first deal nothing is known of any account. */
static const char stale_counts[] =
    "WITH RECURSIVE home(id, into_id) AS (SELECT id, id FROM account WHERE merged_into IS NULL"
    " UNION SELECT a.id, h.into_id FROM home h JOIN account a ON a.merged_into = h.id),"
    " open(id, n) AS (SELECT h.into_id, count(*) FROM opportunity o JOIN home h ON h.id = o.account_id"
    " WHERE o.outcome = 'open' GROUP BY h.into_id)"
    " SELECT a.id, a.open_deals, coalesce(o.n, 0) FROM account a LEFT JOIN open o ON o.id = a.id"
    " WHERE a.merged_into IS NULL AND a.open_deals IS NOT coalesce(o.n, 0)"
    " AND EXISTS (SELECT 1 FROM opportunity)";

struct open_deals {
    int64_t account;
    struct as_cell before, now;
};

static enum as_status write_open(struct as_facts *facts, const struct open_deals *open,
                                 struct as_error *error)
{
    const struct as_columns *columns = &facts->level[AS_LEVEL_ACCOUNT].columns;
    int32_t place = as_level_place(facts, AS_LEVEL_ACCOUNT, "open_deals");
    bool allowed;
    enum as_status status =
        as_supersede(&allowed, facts, AS_LEVEL_ACCOUNT, open->account,
                     facts->map.field[columns->field[place]], false, &open->before, &open->now, error);
    return status == AS_OK && allowed
               ? as_sql_do(facts->store, error, "UPDATE account SET open_deals = ? WHERE id = ?", "ii",
                           open->now.integer, open->account)
               : status;
}

enum as_status as_deals_settle(struct as_facts *facts, struct as_error *error)
{
    enum as_status status = as_level_open(facts, AS_LEVEL_ACCOUNT, error);
    if (status != AS_OK || as_level_place(facts, AS_LEVEL_ACCOUNT, "open_deals") < 0)
        return status;
    sqlite3_stmt *stmt = as_sql_fresh(facts->store, error, stale_counts, "");
    /* The rows are gathered first: what is read must not change under the reader. */
    AS_LIST(struct open_deals) changes = {0};
    struct as_arena arena;
    as_arena_init(&arena);
    while (status == AS_OK && as_sql_row(&status, facts->store, stmt, error)) {
        bool known = sqlite3_column_type(stmt, 1) != SQLITE_NULL;
        struct open_deals one = {
            sqlite3_column_int64(stmt, 0),
            {.type = AS_TYPE_INTEGER, .known = known, .integer = sqlite3_column_int64(stmt, 1)},
            {.type = AS_TYPE_INTEGER, .known = true, .integer = sqlite3_column_int64(stmt, 2)}};
        if (!as_list_push(&arena, &changes, one))
            status = as_error_memory(error);
    }
    as_sql_end(facts->store, stmt);
    /* Nobody says how many there are, it follows from the deals: no source overrules it. */
    enum as_precedence own = facts->options.precedence;
    facts->options.precedence = AS_FROM_STATED;
    for (uint32_t i = 0; i < changes.n && status == AS_OK; i++)
        status = write_open(facts, &changes.at[i], error);
    facts->options.precedence = own;
    as_arena_free(&arena);
    return status;
}
