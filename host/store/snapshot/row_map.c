/* Row maps: from ids to the rows of a dataset, those who were merged into a row included. */
#include "store/snapshot/loading.h"

#include "base/growth.h"
#include "base/ids.h"

#include <stdlib.h>
#include <string.h>

/* Of up to so many rows each is asked whom it took in. These are searched, as are leads of which the rows are
 * at most one in so many ids: an array over all ids would have as many pages. */
enum { FEW_ROWS = 1024, SEARCHED_SHARE = 32 };

static uint32_t search(const struct as_row_map *map, int64_t id)
{
    size_t row = as_ids_place(map->id, map->n, id);
    return row == SIZE_MAX ? AS_NO_INDEX : (uint32_t)row;
}

static int by_id(const void *a, const void *b)
{
    const struct as_other_id *x = a, *y = b;
    return x->id < y->id ? -1 : x->id > y->id;
}

uint32_t as_row_among(const struct as_row_map *map, int64_t id)
{
    if (map->by_id != NULL)
        return id > 0 && id < map->room && map->by_id[id] != 0 ? map->by_id[id] - 1 : AS_NO_INDEX;
    uint32_t row = search(map, id);
    if (row != AS_NO_INDEX || map->others == 0)
        return row;
    const struct as_other_id key = {id, 0},
                             *other = bsearch(&key, map->other, map->others, sizeof key, by_id);
    return other == NULL ? AS_NO_INDEX : other->row;
}

static enum as_status add_other(struct as_row_map *map, int64_t id, uint32_t row, struct as_error *error)
{
    if (map->by_id != NULL && id < map->room)
        map->by_id[id] = row + 1;
    if (!as_grow((void **)&map->other, &map->other_room, map->others, sizeof *map->other))
        return as_error_memory(error);
    map->other[map->others++] = (struct as_other_id){id, row};
    return AS_OK;
}

/* share: searched when there is one row in so many ids; 0 in any case. */
static enum as_status new_map(struct as_row_map *map, const int64_t *ids, uint32_t n, int64_t share,
                              struct as_store *store, const char *highest, struct as_error *error)
{
    *map = (struct as_row_map){.id = ids, .n = n};
    if (share == 0)
        return AS_OK;
    enum as_status status = as_sql_get(&map->room, NULL, store, error, highest, "");
    if (status != AS_OK || n <= map->room / share)
        return status;
    map->dense = n > 0 && ids[0] == 1 && ids[n - 1] == n && map->room == n;
    ++map->room;
    if (map->dense)
        return AS_OK;
    if ((map->by_id = calloc((size_t)map->room, sizeof *map->by_id)) == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < n; row++)
        if (ids[row] < map->room)
            map->by_id[ids[row]] = row + 1;
    return AS_OK;
}

static enum as_status add_merged_lead(struct as_load *load, int64_t merged, uint32_t row,
                                      struct as_error *error)
{
    if (load->took_in == NULL &&
        (load->took_in = calloc(AS_BIT_WORDS(load->dataset->leads) + 1, sizeof *load->took_in)) == NULL)
        return as_error_memory(error);
    as_bit_set(load->took_in, row);
    return add_other(&load->lead_rows, merged, row, error);
}

/* Ids of leads merged at the moment lead to their survivors' rows, through chains of merges. */
static enum as_status map_all_leads(struct as_load *load, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(
        load->store, error,
        "WITH RECURSIVE now(merged, survivor) AS (SELECT merged, survivor FROM merge WHERE at <= ?1"
        " AND (undone_at IS NULL OR undone_at > ?1)),"
        " last(merged, survivor) AS (SELECT merged, survivor FROM now UNION SELECT l.merged, n.survivor"
        " FROM last l JOIN now n ON n.merged = l.survivor) SELECT merged, survivor"
        " FROM last WHERE survivor NOT IN (SELECT merged FROM now)",
        "i", load->dataset->known_at);
    while (as_sql_row(&status, load->store, stmt, error)) {
        uint32_t row = as_lead_row(load, sqlite3_column_int64(stmt, 1));
        if (row != AS_NO_INDEX &&
            (status = add_merged_lead(load, sqlite3_column_int64(stmt, 0), row, error)) != AS_OK)
            break;
    }
    as_sql_end(load->store, stmt);
    return status;
}

/* An account that was merged away leads to its survivor's row. */
static enum as_status map_all_accounts(struct as_load *load, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(
        load->store, error,
        "WITH RECURSIVE now(merged, survivor) AS (SELECT id, merged_into FROM account"
        " WHERE merged_into IS NOT NULL AND merged_at <= ?), last(merged, survivor) AS (SELECT *"
        " FROM now UNION SELECT l.merged, n.survivor FROM last l JOIN now n ON n.merged = l.survivor)"
        " SELECT merged, survivor FROM last WHERE survivor NOT IN (SELECT merged FROM now)",
        "i", load->dataset->known_at);
    while (as_sql_row(&status, load->store, stmt, error)) {
        uint32_t row = as_account_row(load, sqlite3_column_int64(stmt, 1));
        if (row != AS_NO_INDEX &&
            (status = add_other(&load->account_rows, sqlite3_column_int64(stmt, 0), row, error)) != AS_OK)
            break;
    }
    as_sql_end(load->store, stmt);
    return status;
}

static const char merged_leads[] =
    "WITH RECURSIVE into_it(id) AS (SELECT ?1 UNION SELECT m.merged FROM into_it i JOIN merge m"
    " ON m.survivor = i.id WHERE m.at <= ?2 AND (m.undone_at IS NULL OR m.undone_at > ?2)) SELECT id"
    " FROM into_it WHERE id <> ?1";
static const char merged_accounts[] = "WITH RECURSIVE into_it(id) AS (SELECT ?1 UNION SELECT a.id"
                                      " FROM into_it i JOIN account a ON a.merged_into = i.id"
                                      " WHERE a.merged_at <= ?2) SELECT id FROM into_it WHERE id <> ?1";

/* Whoever was merged into one row after the other. */
static enum as_status map_few(struct as_load *load, enum as_level level, struct as_error *error)
{
    bool lead = level == AS_LEVEL_LEAD, any;
    struct as_row_map *map = lead ? &load->lead_rows : &load->account_rows;
    enum as_status status = as_sql_get(
        NULL, &any, load->store, error,
        lead ? "SELECT 1 FROM merge LIMIT 1"
             : "SELECT 1 FROM account INDEXED BY account_merged WHERE merged_into IS NOT NULL LIMIT 1",
        "");
    for (uint32_t row = 0; any && row < map->n && status == AS_OK; row++) {
        sqlite3_stmt *stmt = as_sql(load->store, error, lead ? merged_leads : merged_accounts, "ii",
                                    map->id[row], load->dataset->known_at);
        while (status == AS_OK && as_sql_row(&status, load->store, stmt, error)) {
            int64_t id = sqlite3_column_int64(stmt, 0);
            status = lead ? add_merged_lead(load, id, row, error) : add_other(map, id, row, error);
        }
        sqlite3_reset(stmt);
    }
    return status;
}

static void sort_others(struct as_row_map *map)
{
    if (map->by_id == NULL && map->others > 1)
        qsort(map->other, map->others, sizeof *map->other, by_id);
}

enum as_status as_load_attach(struct as_load *load, struct as_error *error)
{
    const struct as_dataset *dataset = load->dataset;
    if (load->attached)
        return AS_OK;
    bool few = dataset->part && dataset->leads <= FEW_ROWS && dataset->accounts <= FEW_ROWS;
    enum as_status status = new_map(&load->lead_rows, dataset->lead_id, dataset->leads,
                                    few             ? 0
                                    : dataset->part ? SEARCHED_SHARE
                                                    : INT64_MAX,
                                    load->store, "SELECT max(id) FROM lead", error);
    if (status == AS_OK)
        status = new_map(&load->account_rows, dataset->account_id, dataset->accounts, few ? 0 : INT64_MAX,
                         load->store, "SELECT max(id) FROM account", error);
    if (status == AS_OK)
        status = few ? map_few(load, AS_LEVEL_LEAD, error) : map_all_leads(load, error);
    if (status == AS_OK)
        status = few ? map_few(load, AS_LEVEL_ACCOUNT, error) : map_all_accounts(load, error);
    sort_others(&load->lead_rows);
    sort_others(&load->account_rows);
    load->attached = status == AS_OK;
    return status;
}

void as_row_maps_free(struct as_load *load)
{
    free(load->lead_rows.by_id);
    free(load->lead_rows.other);
    free(load->account_rows.by_id);
    free(load->account_rows.other);
}

void as_load_ids(struct as_buf *out, const struct as_load *load, enum as_level level)
{
    const struct as_row_map *map = level == AS_LEVEL_LEAD ? &load->lead_rows : &load->account_rows;
    as_buf_char(out, '[');
    for (uint32_t row = 0; row < map->n; row++)
        as_id_json(out, map->id[row]);
    for (size_t i = 0; i < map->others; i++)
        as_id_json(out, map->other[i].id);
    as_buf_char(out, ']');
}

enum as_status as_load_part(struct as_buf *out, struct as_load *load, struct as_error *error)
{
    enum as_status status = out->n == 0 ? as_load_attach(load, error) : AS_OK;
    if (status == AS_OK && out->n == 0)
        as_load_ids(out, load, AS_LEVEL_LEAD);
    return status == AS_OK && out->failed ? as_error_memory(error) : status;
}
