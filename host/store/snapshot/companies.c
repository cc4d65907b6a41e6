/* Companies: all numbers of accounts that were merged. */
#include "store/snapshot/companies.h"

#include "base/ids.h"
#include "store/snapshot/fact_columns.h"

enum as_status as_companies_join(int64_t **ids, size_t *n, struct as_store *store, struct as_error *error)
{
    bool any;
    /* Mostly nothing was merged, and the numbers need not be written down. */
    enum as_status status = as_sql_get(
        NULL, &any, store, error,
        "SELECT 1 FROM account INDEXED BY account_merged WHERE merged_into IS NOT NULL LIMIT 1", "");
    if (status != AS_OK || !any)
        return status;
    struct as_buf of = {0};
    as_ids_json(&of, *ids, *n);
    status = as_fact_ids(ids, n, store,
                         as_sql_fresh(store, error,
                                      "WITH RECURSIVE " AS_SQL_COMPANIES(
                                          "SELECT value FROM json_each(?)") " SELECT id FROM company",
                                      "t", as_buf_c(&of)),
                         error);
    as_buf_free(&of);
    return status;
}
