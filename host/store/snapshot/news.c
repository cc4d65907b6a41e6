/* News: whom the rows between what a pack's last run had seen of the logs and where they go now are about. */
#include "store/snapshot/news.h"

#include "base/ids.h"
#include "store/database.h"
#include "store/snapshot/companies.h"
#include "store/snapshot/event_walk.h"

#include <stdlib.h>
#include <string.h>

/* Of the rows of a log beyond ?1: the leads and the accounts they are about. Events are read by event_walk.c.
 */
struct subjects {
    const char *leads, *accounts;
};
static const struct subjects subjects[AS_LOGS] = {
    /* An id that became free may belong to another lead's event now. */
    [AS_LOG_EVENT_CHANGE] =
        {"SELECT lead_id FROM event_change WHERE id > ?1 AND lead_id IS NOT NULL UNION ALL"
         " SELECT e.lead_id FROM event_change c JOIN event e ON e.id = c.event_id WHERE c.id > ?1"
         " AND e.lead_id IS NOT NULL",
         "SELECT e.account_id FROM event_change c JOIN event e ON e.id = c.event_id WHERE c.id > ?1"
         " AND e.account_id IS NOT NULL"},
    /* A merge, and its undoing, changes the row that was merged: the other one has news too. */
    [AS_LOG_FACT_CHANGE] =
        {"SELECT row_id FROM fact_change WHERE id > ?1 AND level = 0 UNION ALL SELECT m.survivor"
         " FROM fact_change c JOIN merge m ON m.merged = c.row_id WHERE c.id > ?1 AND c.level = 0",
         "SELECT row_id FROM fact_change WHERE id > ?1 AND level = 1"},
    [AS_LOG_LEAD] = {"SELECT id FROM lead WHERE id > ?1", NULL},
    [AS_LOG_ACCOUNT] = {NULL, "SELECT id FROM account WHERE id > ?1"},
    [AS_LOG_ANSWER] = {"SELECT lead_id FROM answer WHERE id > ?1 AND lead_id IS NOT NULL",
                       "SELECT account_id FROM answer WHERE id > ?1 AND account_id IS NOT NULL"},
    [AS_LOG_TOUCH] = {"SELECT lead_id FROM touch WHERE id > ?1", NULL},
    [AS_LOG_CONSENT] = {"SELECT lead_id FROM consent WHERE id > ?1", NULL},
    [AS_LOG_OVERRIDE] = {"SELECT lead_id FROM override WHERE id > ?1", NULL},
    [AS_LOG_ASSIGNMENT] = {"SELECT lead_id FROM assignment WHERE id > ?1", NULL},
    [AS_LOG_MERGE] =
        {"SELECT survivor FROM merge WHERE id > ?1 UNION ALL SELECT merged FROM merge WHERE id > ?1", NULL},
};

/* --- how many there are --- */

/* Rows that went since are few and seldom: then all are counted. ?1 fact_change, ?2 merge. */
static const char lead_gone[] = "SELECT 1 WHERE EXISTS(SELECT 1"
                                " FROM merge WHERE id > ?2) OR EXISTS(SELECT 1 FROM fact_change c"
                                " JOIN merge m ON m.merged = c.row_id WHERE c.id > ?1 AND c.level = 0)";
static const char account_gone[] =
    "SELECT 1 WHERE ?2 = ?2 AND EXISTS(SELECT 1 FROM fact_change c WHERE c.id > ?1 AND c.level = 1"
    " AND (SELECT merged_into FROM account WHERE id = c.row_id) IS NOT NULL)";

static enum as_status count_level(int64_t *n, struct as_store *store, const struct as_basis *since,
                                  enum as_level level, struct as_error *error)
{
    bool lead = level == AS_LEVEL_LEAD, gone;
    int64_t more = 0;
    enum as_status status = as_sql_get(NULL, &gone, store, error, lead ? lead_gone : account_gone, "ii",
                                       since->seen[AS_LOG_FACT_CHANGE], since->seen[AS_LOG_MERGE]);
    if (status == AS_OK && gone)
        return as_sql_get(n, NULL, store, error,
                          lead ? "SELECT count(*) FROM lead WHERE erased_at IS NULL AND merged_into IS NULL"
                               : "SELECT count(*) FROM account WHERE merged_into IS NULL",
                          "");
    if (status == AS_OK)
        status = as_sql_get(&more, NULL, store, error,
                            lead ? "SELECT count(*) FROM lead WHERE id > ?"
                                 : "SELECT count(*) FROM account WHERE id > ?",
                            "i", since->seen[lead ? AS_LOG_LEAD : AS_LOG_ACCOUNT]);
    *n = (lead ? since->leads : since->accounts) + more;
    return status;
}

enum as_status as_store_news_count(int64_t *leads, int64_t *accounts, struct as_store *store,
                                   const struct as_basis *since, struct as_error *error)
{
    enum as_status status = count_level(leads, store, since, AS_LEVEL_LEAD, error);
    return status == AS_OK ? count_level(accounts, store, since, AS_LEVEL_ACCOUNT, error) : status;
}

/* --- whom it is about --- */

/* What has happened to one that was merged away has happened to its survivor. */
static enum as_status follow_merges(struct as_id_list *leads, struct as_store *store, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "WITH RECURSIVE last(id, survivor) AS (SELECT id, merged_into FROM lead"
                     " WHERE merged_into IS NOT NULL UNION SELECT l.id, (SELECT merged_into FROM lead"
                     " WHERE id = l.survivor) FROM last l WHERE l.survivor IS NOT NULL) SELECT id, survivor"
                     " FROM last WHERE survivor IS NOT NULL",
                     "");
    leads->n = as_ids_each_once(leads->at, leads->n);
    size_t n = leads->n;
    while (as_sql_row(&status, store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        if (as_ids_have(leads->at, n, id) &&
            (status = as_id_push(leads, sqlite3_column_int64(stmt, 1), error)) != AS_OK)
            break;
    }
    as_sql_end(store, stmt);
    return status;
}

static enum as_status places_change(struct as_id_list *leads, struct as_store *store,
                                    const struct as_pack *pack, int64_t since, int64_t at,
                                    struct as_error *error)
{
    /* A step that was due and not permitted may be permitted by now. */
    enum as_status status =
        pack->tracks.n == 0
            ? AS_OK
            : as_id_gather(
                  leads, store,
                  as_sql_fresh(store, error,
                               "SELECT lead_id FROM enrolment WHERE pack = ? AND ended IS NULL AND due <= ?",
                               "ti", pack->name, at),
                  error);
    /* Who left a track in the last run may enter another one now. */
    if (status == AS_OK && pack->tracks.n > 0)
        status = as_id_gather(leads, store,
                              as_sql_fresh(store, error,
                                           "SELECT lead_id FROM enrolment WHERE pack = ? AND ended >= ?",
                                           "ti", pack->name, since),
                              error);
    /* Who was held out of them may enter one when that time is over, or the programme. */
    if (status == AS_OK && pack->programmes.n > 0)
        status = as_id_gather(
            leads, store,
            as_sql_fresh(
                store, error,
                "SELECT c.lead_id FROM programme p"
                " JOIN programme_lead c ON c.programme_id = p.id WHERE p.pack = ?1"
                " AND c.arm = 'held_out' AND (c.until BETWEEN ?2 AND ?3 OR p.ended BETWEEN ?2 AND ?3)",
                "tii", pack->name, since, at),
            error);
    for (uint32_t t = 0; t < pack->tracks.n && status == AS_OK; t++) {
        const struct as_track *track = pack->tracks.at[t];
        if (track->once > 0)
            status = as_id_gather(
                leads, store,
                as_sql_fresh(store, error,
                             "SELECT lead_id FROM enrolment WHERE pack = ? AND track = ? AND entered >= ?"
                             " AND entered <= ?",
                             "ttii", pack->name, track->name, since - track->once, at - track->once),
                error);
    }
    return status;
}

/* Of new events: whom they are about, a company where nobody is known. */
static enum as_status about_events(struct as_id_list *leads, struct as_id_list *accounts,
                                   struct as_store *store, int64_t since, struct as_error *error)
{
    struct as_event_walk walk;
    struct as_event_row row;
    enum as_status status = as_event_walk_begin(&walk, store, since, error);
    while (status == AS_OK && as_event_walk_next(&row, &walk, &status, error)) {
        /* Most come in one after the other of one lead. */
        if (row.lead != 0 && (leads->n == 0 || leads->at[leads->n - 1] != row.lead))
            status = as_id_push(leads, row.lead, error);
        else if (row.lead == 0 && row.account != 0)
            status = as_id_push(accounts, row.account, error);
    }
    as_event_walk_end(&walk);
    return status;
}

enum as_status as_store_news(struct as_news *out, struct as_store *store, const struct as_pack *pack,
                             const struct as_basis *since, int64_t at, struct as_error *error)
{
    struct as_id_list leads = {0}, accounts = {0};
    enum as_status status = about_events(&leads, &accounts, store, since->seen[AS_LOG_EVENT], error);
    for (int log = 0; log < AS_LOGS && status == AS_OK; log++) {
        if (subjects[log].leads != NULL)
            status = as_id_gather(
                &leads, store, as_sql_fresh(store, error, subjects[log].leads, "i", since->seen[log]), error);
        if (subjects[log].accounts != NULL && status == AS_OK)
            status = as_id_gather(&accounts, store,
                                  as_sql_fresh(store, error, subjects[log].accounts, "i", since->seen[log]),
                                  error);
    }
    if (status == AS_OK)
        status = places_change(&leads, store, pack, since->at, at, error);
    if (status == AS_OK)
        status = follow_merges(&leads, store, error);
    *out = (struct as_news){leads.at, accounts.at, as_ids_each_once(leads.at, leads.n),
                            as_ids_each_once(accounts.at, accounts.n)};
    return status == AS_OK ? as_companies_join(&out->accounts, &out->account_count, store, error) : status;
}

void as_news_free(struct as_news *news)
{
    free(news->leads);
    free(news->accounts);
    *news = (struct as_news){.leads = NULL};
}

static enum as_status join(int64_t **ids, size_t *n, const int64_t *more, size_t more_n,
                           struct as_error *error)
{
    if (more_n == 0)
        return AS_OK;
    int64_t *grown = realloc(*ids, (*n + more_n) * sizeof *grown);
    if (grown == NULL)
        return as_error_memory(error);
    memcpy(grown + *n, more, more_n * sizeof *more);
    *ids = grown;
    *n += more_n;
    *n = as_ids_each_once(*ids, *n);
    return AS_OK;
}

enum as_status as_news_join(struct as_news *news, const struct as_news *other, struct as_error *error)
{
    enum as_status status = join(&news->leads, &news->lead_count, other->leads, other->lead_count, error);
    return status == AS_OK
               ? join(&news->accounts, &news->account_count, other->accounts, other->account_count, error)
               : status;
}

enum as_status as_store_news_homes(struct as_news *news, struct as_store *store, struct as_error *error)
{
    static const char homes[] =
        "SELECT account_id FROM lead WHERE id = ?1 AND account_id IS NOT NULL UNION ALL"
        " SELECT CAST(h.value AS INTEGER) FROM field_history h JOIN field f ON f.id = h.field_id"
        " WHERE h.level = 0 AND h.row_id = ?1 AND f.level = 'lead' AND f.name = 'account_id'"
        " AND h.value IS NOT NULL";
    struct as_id_list accounts = {0};
    enum as_status status = AS_OK;
    for (size_t i = 0; i < news->lead_count && status == AS_OK; i++) {
        sqlite3_stmt *stmt = as_sql(store, error, homes, "i", news->leads[i]);
        while (status == AS_OK && as_sql_row(&status, store, stmt, error))
            status = as_id_push(&accounts, sqlite3_column_int64(stmt, 0), error);
    }
    if (status == AS_OK)
        status = join(&news->accounts, &news->account_count, accounts.at, accounts.n, error);
    free(accounts.at);
    return status == AS_OK ? as_companies_join(&news->accounts, &news->account_count, store, error) : status;
}

enum as_status as_store_news_members(struct as_news *news, struct as_store *store, struct as_error *error)
{
    struct as_id_list members = {0};
    enum as_status status = AS_OK;
    for (size_t i = 0; i < news->account_count && status == AS_OK; i++) {
        sqlite3_stmt *stmt =
            as_sql(store, error, "SELECT id FROM lead WHERE account_id = ?", "i", news->accounts[i]);
        while (status == AS_OK && as_sql_row(&status, store, stmt, error))
            status = as_id_push(&members, sqlite3_column_int64(stmt, 0), error);
    }
    if (status == AS_OK)
        status = join(&news->leads, &news->lead_count, members.at, members.n, error);
    free(members.at);
    return status;
}
