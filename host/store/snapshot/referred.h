/* Referred: accounts that the fields of leads and accounts refer to: a parent, a former employer. Internal to
 * host/store. */
#ifndef AS_STORE_REFERRED_H
#define AS_STORE_REFERRED_H

#include "store/snapshot/loading.h"

/* Adds the accounts that the leads refer to in fields that are wanted, those that the accounts refer to, and
 * so on. ids: malloc'ed, ascending afterwards, each once. */
enum as_status as_referred_accounts(int64_t **ids, size_t *n, struct as_load *load, const int64_t *leads,
                                    size_t lead_count, struct as_error *error);

#endif
