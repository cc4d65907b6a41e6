/* Who waits, as rows that change only with who does. */
#include "store/work/waiting.h"

#include "store/database.h"

#include <stdlib.h>

static const char *const names[AS_WAITS] = {[AS_WAITS_FOR_OWNER] = "owner", [AS_WAITS_FOR_ROOM] = "room"};

enum as_status as_store_waiting(struct as_id_list *out, struct as_store *store, const char *pack,
                                struct as_error *error)
{
    *out = (struct as_id_list){.at = NULL};
    return as_id_gather(
        out, store,
        as_sql_fresh(store, error,
                     "SELECT DISTINCT w.lead_id FROM waiting w JOIN lead l ON l.id = w.lead_id"
                     " WHERE w.pack = ? AND l.merged_into IS NULL ORDER BY w.lead_id",
                     "t", pack),
        error);
}

enum as_status as_store_waits(bool *out, struct as_store *store, const char *pack, enum as_wait what,
                              int64_t lead_id, struct as_error *error)
{
    return as_sql_get(NULL, out, store, error,
                      "SELECT 1 FROM waiting WHERE pack = ? AND what = ? AND lead_id = ?", "tti", pack,
                      names[what], lead_id);
}

enum as_status as_store_keep_waiting(struct as_store *store, const char *pack, enum as_wait what,
                                     const struct as_id_list *leads, struct as_error *error)
{
    struct as_id_list before = {.at = NULL};
    enum as_status status = as_id_gather(
        &before, store,
        as_sql_fresh(store, error, "SELECT lead_id FROM waiting WHERE pack = ? AND what = ? ORDER BY lead_id",
                     "tt", pack, names[what]),
        error);
    for (size_t i = 0; i < before.n && status == AS_OK; i++)
        if (!as_ids_have(leads->at, leads->n, before.at[i]))
            status =
                as_sql_do(store, error, "DELETE FROM waiting WHERE pack = ? AND what = ? AND lead_id = ?",
                          "tti", pack, names[what], before.at[i]);
    for (size_t i = 0; i < leads->n && status == AS_OK; i++)
        if (!as_ids_have(before.at, before.n, leads->at[i]))
            status = as_sql_do(store, error, "INSERT INTO waiting(pack, what, lead_id) VALUES(?, ?, ?)",
                               "tti", pack, names[what], leads->at[i]);
    free(before.at);
    return status;
}
