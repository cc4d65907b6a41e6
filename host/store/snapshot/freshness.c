/* Freshness: when each kind of event last came in, what that says about its feed, and which leads have
 * something new. */
#include "store/snapshot/event_walk.h"
#include "store/snapshot/loading.h"
#include "store/snapshot/basis.h"

#include <stdlib.h>
#include <string.h>

/* What says it: the newest event that any batch brought; where some batch is not known yet, each batch; where
 * one goes on after `at`, the events. */
static sqlite3_stmt *ask_last(struct as_store *store, int64_t at, int64_t known_at, struct as_error *error)
{
    bool unknown = false, later = false;
    if (as_sql_get(NULL, &later, store, error, "SELECT 1 FROM kind_last WHERE newest > ? LIMIT 1", "i", at) !=
        AS_OK)
        return NULL;
    if (later)
        return as_sql_fresh(store, error,
                            "SELECT kind_id, max(time) FROM event INDEXED BY event_run"
                            " WHERE time <= ? AND known_at <= ? GROUP BY kind_id",
                            "ii", at, known_at);
    if (as_sql_get(NULL, &unknown, store, error, "SELECT 1 FROM import_batch WHERE known_at > ? LIMIT 1", "i",
                   known_at) != AS_OK)
        return NULL;
    return unknown ? as_sql_fresh(store, error,
                                  "SELECT c.kind_id, max(c.newest) FROM batch_kind c JOIN import_batch b"
                                  " ON b.id = c.batch_id WHERE b.known_at <= ? GROUP BY c.kind_id",
                                  "i", known_at)
                   : as_sql_fresh(store, error, "SELECT kind_id, newest FROM kind_last", "");
}

enum as_status as_store_last_events(int64_t *newest, struct as_store *store, const struct as_schema *schema,
                                    int64_t at, int64_t known_at, struct as_error *error)
{
    struct as_field_map map;
    enum as_status status = as_field_map_load(&map, store, schema, error);
    if (status != AS_OK)
        return status;
    for (uint32_t i = 0; i < schema->kinds.n; i++)
        newest[i] = AS_TIME_NONE;
    sqlite3_stmt *stmt = ask_last(store, at, known_at, error);
    while (as_sql_row(&status, store, stmt, error)) {
        uint32_t kind = as_kind_of(&map, sqlite3_column_int64(stmt, 0));
        if (kind != AS_NO_INDEX)
            newest[kind] = sqlite3_column_int64(stmt, 1);
    }
    as_sql_end(store, stmt);
    as_field_map_free(&map);
    return status;
}

static enum as_feed_state state_of(const struct as_feed *feed, const int64_t *newest, int64_t at)
{
    int64_t last = AS_TIME_NONE;
    for (uint32_t i = 0; i < feed->kinds.n; i++)
        if (newest[feed->kinds.at[i]] > last)
            last = newest[feed->kinds.at[i]];
    if (last == AS_TIME_NONE)
        return AS_FEED_NEVER;
    return feed->fresh > 0 && last < at - feed->fresh ? AS_FEED_STALE : AS_FEED_LIVE;
}

enum as_status as_store_feed_states(uint8_t *states, struct as_store *store, const struct as_schema *schema,
                                    int64_t at, int64_t known_at, struct as_error *error)
{
    int64_t *newest = malloc((schema->kinds.n + 1) * sizeof *newest);
    bool *fed = calloc(schema->kinds.n + 1, sizeof *fed);
    enum as_status status = newest == NULL || fed == NULL ? as_error_memory(error) : AS_OK;
    if (status == AS_OK)
        status = as_store_last_events(newest, store, schema, at, known_at, error);
    bool any = false;
    for (uint32_t i = 0; i < schema->kinds.n && status == AS_OK; i++)
        any |= newest[i] != AS_TIME_NONE && schema->kinds.at[i]->by == AS_ACTOR_BUYER;
    for (uint32_t f = 0; f < schema->feeds.n && status == AS_OK; f++) {
        const struct as_feed *feed = schema->feeds.at[f];
        enum as_feed_state state = state_of(feed, newest, at);
        for (uint32_t i = 0; i < feed->kinds.n; i++) {
            uint32_t kind = feed->kinds.at[i];
            /* LIVE < STALE < NEVER: the best of its feeds. */
            if (!fed[kind] || state < states[kind])
                states[kind] = (uint8_t)state;
            fed[kind] = true;
        }
    }
    for (uint32_t i = 0; i < schema->kinds.n && status == AS_OK; i++)
        if (!fed[i])
            states[i] = schema->kinds.at[i]->by != AS_ACTOR_BUYER || any ? AS_FEED_LIVE : AS_FEED_NEVER;
    free(newest);
    free(fed);
    return status;
}

enum as_status as_load_feeds(struct as_load *load, struct as_error *error)
{
    const struct as_dataset *dataset = load->dataset;
    return as_store_feed_states(dataset->kind_state, load->store, load->schema, dataset->at,
                                dataset->known_at, error);
}

static void mark_lead(uint64_t *bits, const struct as_load *load, int64_t lead)
{
    uint32_t row = as_lead_row(load, lead);
    if (row != AS_NO_INDEX)
        as_bit_set(bits, row);
}

static void mark_account(uint64_t *bits, const struct as_load *load, int64_t account)
{
    uint32_t row = as_account_row(load, account);
    if (row != AS_NO_INDEX)
        as_bit_set(bits, row);
}

/* Of accounts, to those who belong to them. */
static void mark_members(uint64_t *leads, const uint64_t *accounts, const struct as_dataset *dataset)
{
    uint64_t any = 0;
    for (size_t w = 0; w < AS_BIT_WORDS(dataset->accounts); w++)
        any |= accounts[w];
    for (uint32_t row = 0; any != 0 && row < dataset->leads; row++)
        if (dataset->lead_account[row] != AS_NO_INDEX && as_bit(accounts, dataset->lead_account[row]))
            as_bit_set(leads, row);
}

static enum as_status mark_leads(uint64_t *bits, struct as_load *load, sqlite3_stmt *stmt,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    while (as_sql_row(&status, load->store, stmt, error))
        mark_lead(bits, load, sqlite3_column_int64(stmt, 0));
    as_sql_end(load->store, stmt);
    return status;
}

static enum as_status mark_accounts(uint64_t *bits, struct as_load *load, sqlite3_stmt *stmt,
                                    struct as_error *error)
{
    enum as_status status = AS_OK;
    while (as_sql_row(&status, load->store, stmt, error))
        mark_account(bits, load, sqlite3_column_int64(stmt, 0));
    as_sql_end(load->store, stmt);
    return status;
}

/* Each asks for rows that became known within (?1, ?2]; of a log of which the last run has seen a part, for
 * those beyond that instead, whenever they became known: a row of the day of that run may be later than it.
 * Values of fields have no numbers, but rows that changed have, which finds those of the very instant. CROSS
 * JOIN and +: the small side leads, whatever SQLite thinks of their sizes. */
struct news_of {
    enum as_log log; /* AS_LOGS: its rows have no numbers */
    const char *sql;
};
#define FIELDS_OF(level)                                                                                     \
    {AS_LOGS, "SELECT row_id FROM field_source WHERE +level = " level                                        \
              " AND known_from > ?1 AND known_from <= ?2 AND ?3 = ?3"},                                      \
    {                                                                                                        \
        AS_LOG_FACT_CHANGE, "SELECT c.row_id FROM fact_change c WHERE c.id > ?3 AND c.level = " level        \
                            " AND EXISTS(SELECT 1 FROM field_source f WHERE f.level = " level                \
                            " AND f.row_id = c.row_id AND f.known_from = ?1 AND ?2 = ?2)"                    \
    }
static const struct news_of new_of_leads[] = {
    FIELDS_OF("0"),
    {AS_LOG_ANSWER,
     "SELECT lead_id FROM answer WHERE lead_id IS NOT NULL AND known_at > ?1 AND known_at <= ?2 AND id > ?3"},
    {AS_LOG_TOUCH, "SELECT lead_id FROM touch WHERE known_at > ?1 AND known_at <= ?2 AND id > ?3"},
    {AS_LOG_CONSENT, "SELECT lead_id FROM consent WHERE known_at > ?1 AND known_at <= ?2 AND id > ?3"},
    {AS_LOG_OVERRIDE, "SELECT lead_id FROM override WHERE known_at > ?1 AND known_at <= ?2 AND id > ?3"},
    {AS_LOGS, "SELECT e.lead_id FROM event_stitch s CROSS JOIN event e ON e.id = s.event_id WHERE s.at > ?1 "
              "AND s.at <= ?2 AND ?3 = ?3"},
};
static const struct news_of new_of_accounts[] = {
    FIELDS_OF("1"),
    {AS_LOG_ANSWER, "SELECT account_id FROM answer"
                    " WHERE account_id IS NOT NULL AND known_at > ?1 AND known_at <= ?2 AND id > ?3"},
    {AS_LOGS, "SELECT e.account_id FROM event_home h CROSS JOIN event e ON e.id = h.event_id WHERE h.at > ?1 "
              "AND h.at <= ?2 AND ?3 = ?3"},
};

static sqlite3_stmt *ask_news(const struct news_of *news, const struct as_load *load, int64_t known_since,
                              const struct as_basis *seen, struct as_error *error)
{
    bool changes = news->log == AS_LOG_FACT_CHANGE;
    int64_t beyond = changes ? INT64_MAX : 0;
    if (seen != NULL && news->log != AS_LOGS) {
        beyond = seen->seen[news->log];
        known_since = changes ? known_since : INT64_MIN;
    }
    return as_sql_fresh(load->store, error, news->sql, "iii", known_since, load->dataset->known_at, beyond);
}

/* The lowest event id of the batches that came in within (since, until]; ids ascend with their batches. */
static enum as_status first_new_event(int64_t *first, bool *any, struct as_store *store, int64_t since,
                                      int64_t until, struct as_error *error)
{
    int64_t batch, newest = 0, of = 0, id = 0;
    enum as_status status = as_sql_get(
        &batch, any, store, error, "SELECT min(id) FROM import_batch WHERE known_at > ? AND known_at <= ?",
        "ii", since, until);
    if (status == AS_OK && *any)
        status = as_sql_get(&newest, NULL, store, error, "SELECT max(id) FROM event", "");
    *first = 1;
    for (int64_t end = newest + 1; status == AS_OK && *any && *first < end;) {
        int64_t middle = *first + (end - *first) / 2;
        status = as_sql_get(&id, NULL, store, error, "SELECT min(id) FROM event WHERE id >= ?", "i", middle);
        if (status == AS_OK)
            status = as_sql_get(&of, NULL, store, error, "SELECT batch_id FROM event WHERE id = ?", "i", id);
        if (of < batch)
            *first = id + 1;
        else
            end = middle;
    }
    return status;
}

/* Where events begin that were learnt since, or whose time has come since. Of the latter there are none as
 * long as nobody brings events of times that no run has reached; else all are looked at. */
static enum as_status first_to_look_at(int64_t *first, bool *any, struct as_store *store, int64_t at_since,
                                       int64_t known_since, int64_t known_at, const struct as_basis *seen,
                                       struct as_error *error)
{
    bool to_come;
    *first = 0;
    *any = true;
    /* A run that leaves a basis has seen all that there was. */
    if (seen != NULL) {
        *first = seen->seen[AS_LOG_EVENT] + 1;
        return AS_OK;
    }
    enum as_status status =
        as_sql_get(NULL, &to_come, store, error,
                   "SELECT 1 FROM batch_kind c JOIN import_batch b ON b.id = c.batch_id WHERE b.known_at <= ?"
                   " AND c.newest > ? LIMIT 1",
                   "ii", known_since, at_since);
    if (status == AS_OK && !to_come)
        status = first_new_event(first, any, store, known_since, known_at, error);
    return status;
}

static enum as_status mark_new_events(uint64_t *facts, uint64_t *accounts, struct as_load *load,
                                      int64_t at_since, int64_t known_since, const struct as_basis *seen,
                                      struct as_error *error)
{
    const struct as_dataset *dataset = load->dataset;
    struct as_store *store = load->store;
    int64_t first;
    bool any;
    enum as_status status =
        first_to_look_at(&first, &any, store, at_since, known_since, dataset->known_at, seen, error);
    if (status != AS_OK || !any)
        return status;
    struct as_event_walk walk;
    struct as_event_row row;
    status = as_event_walk_begin(&walk, store, first - 1, error);
    while (status == AS_OK && as_event_walk_next(&row, &walk, &status, error)) {
        bool is_new = row.time <= dataset->at && row.known_at <= dataset->known_at &&
                      (seen != NULL || row.known_at > known_since || row.time > at_since);
        if (is_new && row.lead != 0)
            mark_lead(facts, load, row.lead);
        else if (is_new && row.account != 0)
            mark_account(accounts, load, row.account);
    }
    as_event_walk_end(&walk);
    return status;
}

/* Leads and accounts come with batches alone: without one the tables need not be gone through, and with one
 * no further than the last run had. */
static enum as_status mark_new_rows(uint64_t *facts, uint64_t *accounts, struct as_load *load,
                                    int64_t known_since, const struct as_basis *seen, struct as_error *error)
{
    struct as_store *store = load->store;
    int64_t known_at = load->dataset->known_at;
    bool any;
    if (seen != NULL)
        known_since = INT64_MIN; /* beyond what it had seen, all are new */
    enum as_status status = as_sql_get(
        NULL, &any, store, error, "SELECT 1 FROM import_batch WHERE known_at > ? AND known_at <= ? LIMIT 1",
        "ii", known_since, known_at);
    if (status != AS_OK || !any)
        return status;
    status = mark_leads(
        facts, load,
        as_sql_fresh(store, error,
                     "SELECT id FROM lead WHERE id > ?3 AND first_known > ?1 AND first_known <= ?2", "iii",
                     known_since, known_at, seen == NULL ? (int64_t)0 : seen->seen[AS_LOG_LEAD]),
        error);
    return status != AS_OK
               ? status
               : mark_accounts(
                     accounts, load,
                     as_sql_fresh(
                         store, error,
                         "SELECT id FROM account WHERE id > ?3 AND first_known > ?1 AND first_known <= ?2",
                         "iii", known_since, known_at,
                         seen == NULL ? (int64_t)0 : seen->seen[AS_LOG_ACCOUNT]),
                     error);
}

enum as_status as_store_touched(uint64_t *facts, uint64_t *merged, struct as_store *store,
                                const struct as_dataset *dataset, int64_t at_since, int64_t known_since,
                                const struct as_basis *seen, struct as_error *error)
{
    /* Only read; the loader's parts are written for a dataset that grows. */
    struct as_load load = {
        .store = store, .schema = dataset->schema, .dataset = (struct as_dataset *)(uintptr_t)dataset};
    int64_t known_at = dataset->known_at;
    uint64_t *accounts = calloc(AS_BIT_WORDS(dataset->accounts) + 1, sizeof *accounts);
    enum as_status status = accounts == NULL ? as_error_memory(error) : as_load_attach(&load, error);
    if (status == AS_OK)
        status = mark_new_rows(facts, accounts, &load, known_since, seen, error);
    for (size_t i = 0; i < sizeof new_of_leads / sizeof *new_of_leads && status == AS_OK; i++)
        status = mark_leads(facts, &load, ask_news(&new_of_leads[i], &load, known_since, seen, error), error);
    for (size_t i = 0; i < sizeof new_of_accounts / sizeof *new_of_accounts && status == AS_OK; i++)
        status = mark_accounts(accounts, &load,
                               ask_news(&new_of_accounts[i], &load, known_since, seen, error), error);
    if (status == AS_OK)
        status = mark_new_events(facts, accounts, &load, at_since, known_since, seen, error);
    if (status == AS_OK)
        status = mark_leads(merged, &load,
                            as_sql_fresh(store, error,
                                         "SELECT survivor FROM merge WHERE (at > ?1 AND at <= ?2)"
                                         " OR (undone_at > ?1 AND undone_at <= ?2) OR (id > ?3 AND at <= ?2)",
                                         "iii", known_since, known_at,
                                         seen == NULL ? INT64_MAX : seen->seen[AS_LOG_MERGE]),
                            error);
    if (status == AS_OK)
        mark_members(facts, accounts, dataset);
    free(accounts);
    as_load_free(&load);
    return status;
}
