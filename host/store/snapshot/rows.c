/* Rows: which leads and accounts a snapshot holds. */
#include "store/id_list.h"
#include "store/snapshot/referred.h"

#include <stdlib.h>
#include <string.h>

/* --- which rows --- */

void as_load_json(struct as_buf *out, const int64_t *ids, size_t n)
{
    as_buf_char(out, '[');
    for (size_t i = 0; i < n; i++)
        as_buf_printf(out, "%s%lld", i == 0 ? "" : ",", (long long)ids[i]);
    as_buf_char(out, ']');
}

void as_load_ids(struct as_buf *out, const struct as_load *load, enum as_level level)
{
    const struct as_dataset *dataset = load->dataset;
    const int64_t *ids = level == AS_LEVEL_LEAD ? dataset->lead_id : dataset->account_id;
    uint32_t n = level == AS_LEVEL_LEAD ? dataset->leads : dataset->accounts;
    const struct as_id_list *merged = &load->merged[level];
    as_buf_char(out, '[');
    for (uint32_t i = 0; i < n; i++)
        as_buf_printf(out, "%s%lld", i == 0 ? "" : ",", (long long)ids[i]);
    for (size_t i = 0; i < merged->n; i++)
        as_buf_printf(out, "%s%lld", n + i == 0 ? "" : ",", (long long)merged->at[i]);
    as_buf_char(out, ']');
}

void as_load_part(struct as_buf *out, const struct as_load *load)
{
    if (load->part)
        as_load_ids(out, load, AS_LEVEL_LEAD);
    else
        as_buf_text(out, "[]");
}

void as_load_json_both(struct as_buf *out, const int64_t *ids, size_t n, const int64_t *others, size_t m)
{
    bool first = true;
    as_buf_char(out, '[');
    for (size_t i = 0, k = 0; i < n; i++) {
        while (k < m && others[k] < ids[i])
            k++;
        if (k == m || others[k] != ids[i])
            continue;
        as_buf_printf(out, "%s%lld", first ? "" : ",", (long long)ids[i]);
        first = false;
    }
    as_buf_char(out, ']');
}

/* Merged leads are left out, unless the merge was not known yet. */
#define VISIBLE_LEAD                                                                                         \
    " first_known <= ?1 AND erased_at IS NULL AND id NOT IN (SELECT m.merged FROM merge m WHERE m.at <= ?1"  \
    " AND (m.undone_at IS NULL OR m.undone_at > ?1))"

/* The chosen leads with everyone of their accounts, by what is known now and by what was known before:
 * whoever is too many finds no account of the choice in the end. */
static const char chosen_leads[] =
    "WITH wanted(id) AS (SELECT coalesce(l.merged_into, l.id) FROM json_each(?2) j JOIN lead l ON l.id = "
    "j.value"
    " UNION SELECT l.id FROM json_each(?2) j JOIN lead l ON l.id = j.value),"
    " home(id) AS (SELECT l.account_id FROM wanted w JOIN lead l ON l.id = w.id WHERE l.account_id IS NOT "
    "NULL"
    " UNION SELECT CAST(h.value AS INTEGER) FROM wanted w JOIN field_history h ON h.level = 0 AND h.row_id = "
    "w.id"
    " AND h.field_id = ?4 UNION SELECT value FROM json_each(?3))"
    " SELECT id FROM lead WHERE (id IN (SELECT id FROM wanted) OR account_id IN (SELECT id FROM home)"
    " OR id IN (SELECT row_id FROM field_history WHERE level = 0 AND field_id = ?4"
    " AND CAST(value AS INTEGER) IN (SELECT id FROM home))) AND" VISIBLE_LEAD " ORDER BY id";

static const char lone_leads[] =
    "SELECT id FROM lead WHERE id IN (SELECT value FROM json_each(?2)) AND" VISIBLE_LEAD " ORDER BY id";

/* Their accounts and those that these name, so that a step through a reference finds its row. */
static const char chosen_accounts[] =
    "WITH home(id) AS (SELECT l.account_id FROM json_each(?2) j JOIN lead l ON l.id = j.value WHERE "
    "l.account_id IS NOT NULL"
    " UNION SELECT CAST(h.value AS INTEGER) FROM json_each(?2) j JOIN field_history h ON h.level = 0 AND "
    "h.row_id = j.value"
    " AND h.field_id = ?4 UNION SELECT value FROM json_each(?3)),"
    " up(id, depth) AS (SELECT id, 0 FROM home UNION SELECT a.parent, depth + 1 FROM up JOIN account a ON "
    "a.id = up.id"
    " WHERE a.parent IS NOT NULL AND depth < 32)"
    " SELECT DISTINCT a.id FROM account a WHERE a.id IN (SELECT id FROM up) AND a.first_known <= ?1"
    " AND (a.merged_into IS NULL OR a.merged_at > ?1) ORDER BY a.id";

static enum as_status choose_leads(struct as_id_list *leads, struct as_load *load, struct as_error *error)
{
    const struct as_snapshot_request *request = load->request;
    bool held = load->facts[AS_LEVEL_LEAD].file.head != NULL;
    if (held && (!load->part || request->alone))
        return as_facts_rows(&leads->at, &leads->n, load, AS_LEVEL_LEAD,
                             load->part ? request->lead_ids : NULL, request->lead_count, error);
    if (!load->part)
        return as_id_gather(leads, load->store,
                            as_sql_fresh(load->store, error,
                                         "SELECT id FROM lead WHERE" VISIBLE_LEAD " ORDER BY id", "i",
                                         request->known_at),
                            error);
    struct as_buf lead_ids = {0}, account_ids = {0};
    as_load_json(&lead_ids, request->lead_ids, request->lead_ids == NULL ? 0 : request->lead_count);
    as_load_json(&account_ids, request->account_ids, request->account_count);
    enum as_status status = as_id_gather(
        leads, load->store,
        request->alone
            ? as_sql_fresh(load->store, error, lone_leads, "it", request->known_at, as_buf_c(&lead_ids))
            : as_sql_fresh(load->store, error, chosen_leads, "itti", request->known_at, as_buf_c(&lead_ids),
                           as_buf_c(&account_ids), load->map.match_field),
        error);
    as_buf_free(&lead_ids);
    as_buf_free(&account_ids);
    return status;
}

/* The leads' own accounts and those asked for beside, into load->homes; then also those that are referred to;
 * of these the visible ones. */
static enum as_status lone_accounts(struct as_id_list *accounts, const struct as_id_list *leads,
                                    struct as_load *load, struct as_error *error)
{
    const struct as_snapshot_request *request = load->request;
    const struct as_fact_level *level = load->facts;
    struct as_buf ids = {0};
    struct as_id_list list = {0};
    enum as_status status;
    if (level[AS_LEVEL_LEAD].file.head != NULL) {
        status = as_facts_homes(&list.at, &list.n, load, leads->at, leads->n, error);
        list.room = list.n;
    } else {
        as_load_json(&ids, leads->at, leads->n);
        status = as_id_gather(
            &list, load->store,
            as_sql_fresh(load->store, error,
                         "SELECT account_id FROM lead WHERE id IN (SELECT value FROM json_each(?)) AND"
                         " account_id IS NOT NULL",
                         "t", as_buf_c(&ids)),
            error);
    }
    for (uint32_t i = 0; i < request->account_count && status == AS_OK; i++)
        status = as_id_push(&list, request->account_ids[i], error);
    int64_t *all = list.at;
    size_t n = as_ids_each_once(list.at, list.n);
    if (status == AS_OK && (load->homes = malloc((n + 1) * sizeof *load->homes)) == NULL)
        status = as_error_memory(error);
    if (status == AS_OK && n > 0)
        memcpy(load->homes, all, n * sizeof *all);
    load->home_count = n;
    if (status == AS_OK)
        status = as_referred_accounts(&all, &n, load, leads->at, leads->n, error);
    as_buf_reset(&ids);
    as_load_json(&ids, all, n);
    if (status == AS_OK && level[AS_LEVEL_ACCOUNT].file.head != NULL && n > 0)
        status = as_facts_rows(&accounts->at, &accounts->n, load, AS_LEVEL_ACCOUNT, all, n, error);
    else if (status == AS_OK)
        status = as_id_gather(
            accounts, load->store,
            as_sql_fresh(load->store, error,
                         "SELECT id FROM account WHERE id IN (SELECT value FROM json_each(?2)) AND"
                         " first_known <= ?1 AND (merged_into IS NULL OR merged_at > ?1) ORDER BY id",
                         "it", request->known_at, as_buf_c(&ids)),
            error);
    free(all);
    as_buf_free(&ids);
    return status;
}

static enum as_status choose_accounts(struct as_id_list *accounts, const struct as_id_list *leads,
                                      struct as_load *load, struct as_error *error)
{
    const struct as_snapshot_request *request = load->request;
    bool held = load->facts[AS_LEVEL_ACCOUNT].file.head != NULL;
    if (held && !load->part)
        return as_facts_rows(&accounts->at, &accounts->n, load, AS_LEVEL_ACCOUNT, NULL, 0, error);
    if (load->part && request->alone)
        return lone_accounts(accounts, leads, load, error);
    if (!load->part)
        return as_id_gather(
            accounts, load->store,
            as_sql_fresh(
                load->store, error,
                "SELECT id FROM account WHERE first_known <= ?1 AND (merged_into IS NULL OR merged_at > ?1)"
                " ORDER BY id",
                "i", request->known_at),
            error);
    struct as_buf lead_ids = {0}, account_ids = {0};
    struct as_id_list more = {0};
    enum as_status status = AS_OK;
    as_load_json(&lead_ids, leads->at, leads->n);
    for (uint32_t i = 0; i < request->account_count && status == AS_OK; i++)
        status = as_id_push(&more, request->account_ids[i], error);
    if (status == AS_OK)
        status = as_referred_accounts(&more.at, &more.n, load, leads->at, leads->n, error);
    as_load_json(&account_ids, more.at, more.n);
    if (status == AS_OK)
        status =
            as_id_gather(accounts, load->store,
                         as_sql_fresh(load->store, error, chosen_accounts, "itti", request->known_at,
                                      as_buf_c(&lead_ids), as_buf_c(&account_ids), load->map.match_field),
                         error);
    free(more.at);
    as_buf_free(&lead_ids);
    as_buf_free(&account_ids);
    return status;
}

static enum as_status new_map(uint32_t **map, int64_t *room, struct as_store *store, const char *sql,
                              struct as_error *error)
{
    bool found;
    enum as_status status = as_sql_get(room, &found, store, error, sql, "");
    if (status != AS_OK)
        return status;
    ++*room;
    *map = calloc((size_t)*room, sizeof **map);
    return *map == NULL ? as_error_memory(error) : AS_OK;
}

/* Ids of leads merged at the moment lead to their survivors' rows, through chains of merges. */
static enum as_status map_merged(struct as_load *load, int64_t known_at, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(
        load->store, error,
        "WITH RECURSIVE now(merged, survivor) AS (SELECT merged, survivor FROM merge WHERE at <= ?1"
        " AND (undone_at IS NULL OR undone_at > ?1)), last(merged, survivor) AS (SELECT merged, survivor "
        "FROM now"
        " UNION SELECT l.merged, n.survivor FROM last l JOIN now n ON n.merged = l.survivor)"
        " SELECT merged, survivor FROM last WHERE survivor NOT IN (SELECT merged FROM now)",
        "i", known_at);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (as_sql_row(&status, load->store, stmt, error)) {
        int64_t merged = sqlite3_column_int64(stmt, 0);
        uint32_t row = as_lead_row(load, sqlite3_column_int64(stmt, 1));
        if (row == AS_NO_INDEX || merged >= load->lead_room)
            continue;
        if (load->took_in == NULL &&
            (load->took_in = calloc(AS_BIT_WORDS(load->dataset->leads) + 1, 8)) == NULL) {
            status = as_error_memory(error);
            break;
        }
        load->lead_row[merged] = row + 1;
        if ((status = as_id_push(&load->merged[AS_LEVEL_LEAD], merged, error)) != AS_OK)
            break;
        as_bit_set(load->took_in, row);
    }
    as_sql_end(load->store, stmt);
    return status;
}

/* An account that was merged away leads to its survivor's row. */
static enum as_status map_merged_accounts(struct as_load *load, int64_t known_at, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql_fresh(load->store, error,
                     "SELECT id, merged_into FROM account WHERE merged_into IS NOT NULL AND merged_at <= ?"
                     " ORDER BY merged_at DESC",
                     "i", known_at);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (as_sql_row(&status, load->store, stmt, error)) {
        uint32_t row = as_account_row(load, sqlite3_column_int64(stmt, 1));
        int64_t id = sqlite3_column_int64(stmt, 0);
        if (row == AS_NO_INDEX || id >= load->account_room)
            continue;
        load->account_row[id] = row + 1;
        if ((status = as_id_push(&load->merged[AS_LEVEL_ACCOUNT], id, error)) != AS_OK)
            break;
    }
    as_sql_end(load->store, stmt);
    return status;
}

enum as_status as_load_attach(struct as_load *load, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    enum as_status status =
        new_map(&load->lead_row, &load->lead_room, load->store, "SELECT max(id) FROM lead", error);
    if (status == AS_OK)
        status = new_map(&load->account_row, &load->account_room, load->store, "SELECT max(id) FROM account",
                         error);
    if (status != AS_OK)
        return status;
    for (uint32_t r = 0; r < dataset->leads; r++)
        if (dataset->lead_id[r] < load->lead_room)
            load->lead_row[dataset->lead_id[r]] = r + 1;
    for (uint32_t r = 0; r < dataset->accounts; r++)
        if (dataset->account_id[r] < load->account_room)
            load->account_row[dataset->account_id[r]] = r + 1;
    status = map_merged(load, dataset->known_at, error);
    return status == AS_OK ? map_merged_accounts(load, dataset->known_at, error) : status;
}

/* Accounts that are there only because others refer to them. */
static enum as_status mark_elsewhere(struct as_load *load, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    dataset->elsewhere = calloc(AS_BIT_WORDS(dataset->accounts) + 1, sizeof *dataset->elsewhere);
    if (dataset->elsewhere == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0, h = 0; row < dataset->accounts; row++) {
        while (h < load->home_count && load->homes[h] < dataset->account_id[row])
            h++;
        as_bit_put(dataset->elsewhere, row,
                   h == load->home_count || load->homes[h] != dataset->account_id[row]);
    }
    return AS_OK;
}

enum as_status as_load_rows(struct as_load *load, struct as_error *error)
{
    struct as_id_list leads = {0}, accounts = {0};
    enum as_status status = choose_leads(&leads, load, error);
    if (status == AS_OK)
        status = choose_accounts(&accounts, &leads, load, error);
    if (status == AS_OK && (leads.n >= UINT32_MAX || accounts.n >= UINT32_MAX))
        status = as_error_set(error, AS_ERR_LIMIT, "more than %u leads or accounts", UINT32_MAX);
    if (status == AS_OK)
        status = as_dataset_new(&load->dataset, load->schema, (uint32_t)leads.n, (uint32_t)accounts.n, error);
    if (status == AS_OK) {
        struct as_dataset *dataset = load->dataset;
        dataset->at = load->request->at;
        dataset->known_at = load->request->known_at;
        dataset->part = load->part;
        if (leads.n > 0)
            memcpy(dataset->lead_id, leads.at, leads.n * sizeof *leads.at);
        if (accounts.n > 0)
            memcpy(dataset->account_id, accounts.at, accounts.n * sizeof *accounts.at);
        status = load->homes == NULL ? AS_OK : mark_elsewhere(load, error);
        if (status == AS_OK)
            status = as_load_attach(load, error);
    }
    free(leads.at);
    free(accounts.at);
    return status;
}

void as_load_free(struct as_load *load)
{
    free(load->lead_row);
    free(load->account_row);
    free(load->took_in);
    free(load->merged[AS_LEVEL_LEAD].at);
    free(load->merged[AS_LEVEL_ACCOUNT].at);
    free(load->homes);
    as_facts_let_go(&load->facts[AS_LEVEL_LEAD]);
    as_facts_let_go(&load->facts[AS_LEVEL_ACCOUNT]);
    as_said_let_go(load);
    as_field_map_free(&load->map);
}
