/* Rows: which leads and accounts a snapshot holds. */
#include "base/ids.h"
#include "store/snapshot/companies.h"
#include "store/snapshot/referred.h"

#include <stdlib.h>
#include <string.h>

/* --- which rows --- */

void as_load_json_both(struct as_buf *out, const int64_t *ids, size_t n, const int64_t *others, size_t m)
{
    as_buf_char(out, '[');
    for (size_t i = 0, k = 0; i < n; i++) {
        while (k < m && others[k] < ids[i])
            k++;
        if (k < m && others[k] == ids[i])
            as_id_json(out, ids[i]);
    }
    as_buf_char(out, ']');
}

/* Merged leads are left out, unless the merge was not known yet. */
#define VISIBLE_LEAD                                                                                         \
    " first_known <= ?1 AND erased_at IS NULL AND id NOT IN (SELECT m.merged FROM merge m WHERE m.at <= ?1"  \
    " AND (m.undone_at IS NULL OR m.undone_at > ?1))"

/* clang-format off */
/* The chosen leads with everyone of their accounts, by what is known now and by what was known before:
 * whoever is too many finds no account of the choice in the end. */
static const char chosen_leads[] =
    "WITH RECURSIVE wanted(id) AS (SELECT " AS_SQL_SURVIVOR("lead", "j.value") " FROM json_each(?2) j UNION"
    " SELECT l.id FROM json_each(?2) j JOIN lead l ON l.id = j.value),"
    " home(id) AS (SELECT l.account_id FROM wanted w JOIN lead l ON l.id = w.id"
    " WHERE l.account_id IS NOT NULL UNION SELECT CAST(h.value AS INTEGER) FROM wanted w"
    " JOIN field_history h ON h.level = 0 AND h.row_id = w.id AND h.field_id = ?4"
    " UNION SELECT value FROM json_each(?3)), " AS_SQL_COMPANIES("SELECT id FROM home")
    " SELECT id FROM lead WHERE (id IN (SELECT id FROM wanted) OR account_id IN (SELECT id FROM company)"
    " OR id IN (SELECT row_id FROM field_history WHERE level = 0 AND field_id = ?4"
    " AND CAST(value AS INTEGER) IN (SELECT id FROM company))) AND" VISIBLE_LEAD " ORDER BY id";

/* Of a few each is asked whether it was merged: there may be many merges. */
static const char lone_leads[] =
    "SELECT id FROM lead l WHERE id IN (SELECT value FROM json_each(?2))"
    " AND first_known <= ?1 AND erased_at IS NULL AND NOT EXISTS(SELECT 1 FROM merge m"
    " WHERE m.merged = l.id AND m.at <= ?1 AND (m.undone_at IS NULL OR m.undone_at > ?1)) ORDER BY id";

/* Their accounts and those that these name, so that a step through a reference finds its row. */
static const char chosen_accounts[] =
    "WITH RECURSIVE home(id) AS (SELECT l.account_id FROM json_each(?2) j JOIN lead l ON l.id = j.value"
    " WHERE l.account_id IS NOT NULL UNION SELECT CAST(h.value AS INTEGER) FROM json_each(?2) j"
    " JOIN field_history h ON h.level = 0 AND h.row_id = j.value AND h.field_id = ?4"
    " UNION SELECT value FROM json_each(?3)), " AS_SQL_COMPANIES("SELECT id FROM home")
    ", up(id, depth) AS (SELECT id, 0 FROM company UNION SELECT a.parent, depth + 1"
    " FROM up JOIN account a ON a.id = up.id WHERE a.parent IS NOT NULL AND depth < 32)"
    " SELECT DISTINCT a.id FROM account a WHERE a.id IN (SELECT id FROM up) AND a.first_known <= ?1"
    " AND (a.merged_into IS NULL OR a.merged_at > ?1) ORDER BY a.id";
/* clang-format on */

/* A number of leads without their ids: all of the file's. */
static enum as_status choose_leads(struct as_id_list *leads, struct as_load *load, struct as_error *error)
{
    const struct as_snapshot_request *request = load->request;
    bool held = load->facts[AS_LEVEL_LEAD].file.head != NULL, all = false;
    enum as_status known = held && !load->part ? as_facts_all_leads(&all, load, error) : AS_OK;
    if (known != AS_OK || all) {
        leads->n = all ? (size_t)load->facts[AS_LEVEL_LEAD].file.head->rows : 0;
        return known;
    }
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
    as_ids_json(&lead_ids, request->lead_ids, request->lead_ids == NULL ? 0 : request->lead_count);
    as_ids_json(&account_ids, request->account_ids, request->account_count);
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
        as_ids_json(&ids, leads->at, leads->n);
        status = as_id_gather(
            &list, load->store,
            as_sql_fresh(load->store, error,
                         "SELECT account_id FROM lead"
                         " WHERE id IN (SELECT value FROM json_each(?)) AND account_id IS NOT NULL",
                         "t", as_buf_c(&ids)),
            error);
    }
    for (uint32_t i = 0; i < request->account_count && status == AS_OK; i++)
        status = as_id_push(&list, request->account_ids[i], error);
    int64_t *all = list.at;
    size_t n = as_ids_each_once(list.at, list.n);
    if (status == AS_OK)
        status = as_companies_join(&all, &n, load->store, error);
    if (status == AS_OK && (load->homes = malloc((n + 1) * sizeof *load->homes)) == NULL)
        status = as_error_memory(error);
    if (status == AS_OK && n > 0)
        memcpy(load->homes, all, n * sizeof *all);
    load->home_count = n;
    if (status == AS_OK)
        status = as_referred_accounts(&all, &n, load, leads->at, leads->n, error);
    if (status == AS_OK && level[AS_LEVEL_ACCOUNT].file.head != NULL && n > 0) {
        status = as_facts_rows(&accounts->at, &accounts->n, load, AS_LEVEL_ACCOUNT, all, n, error);
    } else if (status == AS_OK) {
        as_buf_reset(&ids);
        as_ids_json(&ids, all, n);
        status = as_id_gather(
            accounts, load->store,
            as_sql_fresh(load->store, error,
                         "SELECT id FROM account WHERE id IN (SELECT value FROM json_each(?2))"
                         " AND first_known <= ?1 AND (merged_into IS NULL OR merged_at > ?1) ORDER BY id",
                         "it", request->known_at, as_buf_c(&ids)),
            error);
    }
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
            as_sql_fresh(load->store, error,
                         "SELECT id FROM account"
                         " WHERE first_known <= ?1 AND (merged_into IS NULL OR merged_at > ?1) ORDER BY id",
                         "i", request->known_at),
            error);
    struct as_buf lead_ids = {0}, account_ids = {0};
    struct as_id_list more = {0};
    enum as_status status = AS_OK;
    as_ids_json(&lead_ids, leads->at, leads->n);
    for (uint32_t i = 0; i < request->account_count && status == AS_OK; i++)
        status = as_id_push(&more, request->account_ids[i], error);
    if (status == AS_OK)
        status = as_referred_accounts(&more.at, &more.n, load, leads->at, leads->n, error);
    as_ids_json(&account_ids, more.at, more.n);
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

/* As they lie in the file, where they do. */
static enum as_status take_lead_ids(struct as_load *load, const struct as_id_list *leads,
                                    struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    const struct as_fact_file *file = &load->facts[AS_LEVEL_LEAD].file;
    size_t n = 0;
    if (leads->at == NULL ? leads->n > 0 : as_facts_lead(&load->facts[AS_LEVEL_LEAD], leads->at, leads->n)) {
        void *ids;
        n = (size_t)file->head->rows;
        enum as_status status = as_pages_copy(&dataset->lead_id_pages, &ids, file->file, file->head->id,
                                              n * sizeof *leads->at, leads->n * sizeof *leads->at, error);
        if (status != AS_OK)
            return status;
        free(dataset->lead_id);
        dataset->lead_id = ids;
    }
    if (leads->n > n)
        memcpy(dataset->lead_id + n, leads->at + n, (leads->n - n) * sizeof *leads->at);
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
        status = take_lead_ids(load, &leads, error);
        if (accounts.n > 0) {
            free(dataset->account_id);
            dataset->account_id = accounts.at;
            accounts.at = NULL;
        }
        if (status == AS_OK && load->homes != NULL)
            status = mark_elsewhere(load, error);
        if (status == AS_OK)
            status = as_load_attach(load, error);
    }
    free(leads.at);
    free(accounts.at);
    return status;
}

void as_load_free(struct as_load *load)
{
    as_row_maps_free(load);
    free(load->took_in);
    free(load->homes);
    as_facts_let_go(&load->facts[AS_LEVEL_LEAD]);
    as_facts_let_go(&load->facts[AS_LEVEL_ACCOUNT]);
    as_said_let_go(load);
    as_field_map_free(&load->map);
}
