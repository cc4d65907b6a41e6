/* Companies: accounts with what they were merged into, and what else was merged into that. Leads keep the
 * number of an account that was merged away, so that a company's people are asked for by several numbers.
 * Internal to host/store. */
#ifndef AS_STORE_COMPANIES_H
#define AS_STORE_COMPANIES_H

#include "store/database.h"

/* clang-format off */
/* `company`, a table of WITH RECURSIVE: all numbers of the accounts that a SELECT gives. */
#define AS_SQL_COMPANIES(IDS) \
    "named(id) AS (" IDS " UNION SELECT a.merged_into FROM named JOIN account a ON a.id = named.id WHERE" \
    " a.merged_into IS NOT NULL), company(id) AS (SELECT id FROM named UNION SELECT a.id FROM company JOIN" \
    " account a ON a.merged_into = company.id)"
/* clang-format on */

/* Adds the other numbers of the accounts, as they are merged now. ids: malloc'ed, ascending afterwards, each
 * once. */
enum as_status as_companies_join(int64_t **ids, size_t *n, struct as_store *store, struct as_error *error);

#endif
