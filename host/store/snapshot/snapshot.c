/* Snapshot: the facts of one moment as columns, read in one transaction so that a writer beside it does no
 * harm. */
#include "store/snapshot/snapshot.h"

#include "store/snapshot/loading.h"
#include "store/snapshot/projection.h"

#include <stdlib.h>

/* Files are opened as wholes: for fewer leads than these, and fewer than one in so many, tables are quicker.
 */
enum { FEW_LEADS = 256, FEW_SHARE = 16 };

static enum as_status choose_source(struct as_load *load, struct as_error *error)
{
    const struct as_snapshot_request *request = load->request;
    int64_t last = 0;
    load->mapped = !request->tables && (!load->part || request->lead_count >= FEW_LEADS);
    if (request->tables || load->mapped)
        return AS_OK;
    enum as_status status = as_sql_get(&last, NULL, load->store, error, "SELECT max(id) FROM lead", "");
    load->mapped = status == AS_OK && request->lead_count > last / FEW_SHARE;
    return status;
}

static enum as_status fill(struct as_load *load, struct as_error *error)
{
    const struct as_snapshot_request *request = load->request;
    enum as_status status = AS_OK;
    if (load->mapped)
        status = as_said_confirm(load, error);
    if (status == AS_OK && load->mapped)
        status = as_facts_open_level(load, AS_LEVEL_LEAD, error);
    if (status == AS_OK && load->mapped)
        status = as_facts_open_level(load, AS_LEVEL_ACCOUNT, error);
    if (status == AS_OK)
        status = as_load_rows(load, error);
    if (status == AS_OK)
        status = as_load_columns(load, error);
    if (status == AS_OK)
        status = as_load_events(load, error);
    if (status == AS_OK)
        status = as_load_answers(load, error);
    if (status == AS_OK)
        status = as_load_contacts(load, error);
    if (status == AS_OK)
        status = as_load_feeds(load, error);
    if (status == AS_OK && request->pack != NULL)
        status = as_store_load_priors(load->dataset, load->store, request->pack, error);
    return status;
}

enum as_status as_store_fold_events(struct as_store *store, const struct as_schema *schema,
                                    struct as_error *error)
{
    struct as_projection held;
    struct as_field_map map;
    bool behind = false;
    enum as_status status = as_projection_open(&held, store, error);
    if (status == AS_OK && held.found)
        status = as_projection_behind(&behind, store, false, error);
    as_projection_close(&held);
    if (status != AS_OK || !behind)
        return status;
    status = as_field_map_load(&map, store, schema, error);
    if (status == AS_OK)
        status = as_projection_refresh(store, &map, schema->kinds.n, error);
    as_field_map_free(&map);
    return status;
}

enum as_status as_store_snapshot(struct as_dataset **out, struct as_store *store,
                                 const struct as_schema *schema, const struct as_snapshot_request *request,
                                 struct as_error *error)
{
    *out = NULL;
    struct as_load load = {.store = store,
                           .schema = schema,
                           .request = request,
                           .part = request->lead_ids != NULL || request->account_count > 0};
    bool outer = sqlite3_get_autocommit(store->db) != 0;
    enum as_status status = choose_source(&load, error);
    if (status == AS_OK)
        status = as_field_map_load(&load.map, store, schema, error);
    bool behind = false;
    if (status == AS_OK && outer && load.mapped && load.part)
        status = as_store_keep_events(store, error);
    if (status == AS_OK && outer && load.mapped)
        status = as_projection_behind(&behind, store, !load.part, error);
    if (status == AS_OK && outer && load.mapped && !load.part && !behind)
        status = as_store_keep_events(store, error);
    if (status == AS_OK && outer && behind)
        status = as_projection_refresh(store, &load.map, schema->kinds.n, error);
    if (status == AS_OK && outer && load.mapped && !load.part)
        status = as_facts_refresh(store, schema, &load.map, request->fields, error);
    if (status == AS_OK && load.mapped)
        status = as_said_open(&load, error);
    if (status == AS_OK && outer)
        status = as_sql_script(store, error, "BEGIN");
    if (status != AS_OK) {
        as_load_free(&load);
        return status;
    }
    status = fill(&load, error);
    if (outer)
        sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
    as_load_free(&load);
    if (status != AS_OK)
        as_dataset_free(load.dataset);
    else
        *out = load.dataset;
    return status;
}
