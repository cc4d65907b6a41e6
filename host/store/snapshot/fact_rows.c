/* Fact rows: which rows a snapshot has, from the files of fact_columns.c. Their fields are fact_fields.c's.
 */
#include "base/ids.h"
#include "store/decisions/kept_standings.h"
#include "store/snapshot/loading.h"

#include <stdlib.h>

/* Ids are asked for in order. */
static bool among(int64_t id, size_t *at, const int64_t *ids, size_t n)
{
    *at = as_ids_seek(ids, n, *at, id);
    return *at < n && ids[*at] == id;
}

/* The row of one that is asked for soon comes meanwhile: where they lie apart each would be waited for. */
static void fetch(const struct as_fact_file *file, size_t at, const int64_t *ids, size_t i, size_t n)
{
    if (i + AS_IDS_AHEAD >= n || file->head->rows == 0)
        return;
    size_t near = as_ids_near(file->id, (size_t)file->head->rows, at, ids[i + AS_IDS_AHEAD]);
    __builtin_prefetch(&file->id[near]);
    __builtin_prefetch(&file->first_known[near]);
    __builtin_prefetch(&file->other[near]);
}

static const char *const changed_rows[] = {
    [AS_LEVEL_LEAD] =
        "SELECT id FROM lead WHERE id IN (SELECT value FROM json_each(?2)) AND first_known <= ?1"
        " AND erased_at IS NULL",
    [AS_LEVEL_ACCOUNT] =
        "SELECT id FROM account WHERE id IN (SELECT value FROM json_each(?2)) AND first_known <= ?1"
        " AND (merged_into IS NULL OR merged_at > ?1)",
};

/* Rows that the file has right, of all or of those wanted. */
static size_t kept_rows(int64_t *rows, const struct as_fact_level *own, enum as_level level, int64_t known_at,
                        const int64_t *wanted, size_t wanted_n)
{
    const struct as_fact_file *file = &own->file;
    size_t all = (size_t)file->head->rows, n = 0, c = 0, f = 0;
    for (size_t i = 0; i < (wanted == NULL ? all : wanted_n); i++) {
        if (wanted == NULL) {
            f = i;
        } else {
            bool here = among(wanted[i], &f, file->id, all);
            fetch(file, f, wanted, i, wanted_n);
            if (!here)
                continue;
        }
        int64_t merged_at = level == AS_LEVEL_ACCOUNT ? file->other[f] : 0;
        if (file->first_known[f] <= known_at && (merged_at == 0 || merged_at > known_at) &&
            (own->changed_n == 0 || !among(file->id[f], &c, own->changed, own->changed_n)))
            rows[n++] = file->id[f];
    }
    return n;
}

enum as_status as_facts_all_leads(bool *all, struct as_load *load, struct as_error *error)
{
    const struct as_fact_level *own = &load->facts[AS_LEVEL_LEAD];
    struct as_id_list merged = {.at = NULL};
    *all = false;
    if (own->changed_n > 0)
        return AS_OK;
    enum as_status status = as_merged_leads(&merged, load->store, load->request->known_at, error);
    *all = status == AS_OK && merged.n == 0 && own->file.head->newest_known <= load->request->known_at;
    free(merged.at);
    return status;
}

enum as_status as_facts_rows(int64_t **ids, size_t *n, struct as_load *load, enum as_level level,
                             const int64_t *wanted, size_t wanted_n, struct as_error *error)
{
    const struct as_fact_level *own = &load->facts[level];
    int64_t known_at = load->request->known_at;
    struct as_id_list merged = {.at = NULL};
    size_t kept = 0, m = 0;
    struct as_buf changed = {0};
    enum as_status status = AS_OK;
    *ids = malloc(((wanted == NULL ? (size_t)own->file.head->rows : wanted_n) + 1) * sizeof **ids);
    if (*ids == NULL)
        return as_error_memory(error);
    *n = kept_rows(*ids, own, level, known_at, wanted, wanted_n);
    if (level == AS_LEVEL_LEAD)
        status = as_merged_leads(&merged, load->store, known_at, error);
    if (status == AS_OK && own->changed_n > 0) {
        if (wanted == NULL)
            as_ids_json(&changed, own->changed, own->changed_n);
        else
            as_load_json_both(&changed, own->changed, own->changed_n, wanted, wanted_n);
        status = as_fact_ids(
            ids, n, load->store,
            as_sql_fresh(load->store, error, changed_rows[level], "it", known_at, as_buf_c(&changed)), error);
    }
    for (size_t i = 0; status == AS_OK && merged.n > 0 && i < *n; i++)
        if (!among((*ids)[i], &m, merged.at, merged.n))
            (*ids)[kept++] = (*ids)[i];
    *n = merged.n > 0 ? kept : *n;
    free(merged.at);
    as_buf_free(&changed);
    return status;
}

enum as_status as_facts_homes(int64_t **ids, size_t *n, struct as_load *load, const int64_t *leads,
                              size_t lead_count, struct as_error *error)
{
    const struct as_fact_level *own = &load->facts[AS_LEVEL_LEAD];
    const struct as_fact_file *file = &own->file;
    struct as_buf changed = {0};
    size_t c = 0, f = 0;
    *n = 0;
    *ids = malloc((lead_count + 1) * sizeof **ids);
    if (*ids == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < lead_count; i++)
        if (!among(leads[i], &c, own->changed, own->changed_n) &&
            among(leads[i], &f, file->id, (size_t)file->head->rows) && file->other[f] != 0)
            (*ids)[(*n)++] = file->other[f];
    if (own->changed_n == 0)
        return AS_OK;
    as_load_json_both(&changed, own->changed, own->changed_n, leads, lead_count);
    enum as_status status =
        as_fact_ids(ids, n, load->store,
                    as_sql_fresh(load->store, error,
                                 "SELECT account_id FROM lead"
                                 " WHERE id IN (SELECT value FROM json_each(?)) AND account_id IS NOT NULL",
                                 "t", as_buf_c(&changed)),
                    error);
    as_buf_free(&changed);
    return status;
}
