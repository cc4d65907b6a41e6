/* Basis: what a pack's last run was made from, and how far it had seen each log, so that the next one need
 * not decide about everybody.
 *
 * A run notes how far it had seen each log: tables whose rows are only added, and the two logs of changes.
 * What lies beyond is news (news.h), whatever time it is said to be from; no clock is compared, so that a
 * batch brought with an earlier --at is not missed.
 */
#ifndef AS_STORE_BASIS_H
#define AS_STORE_BASIS_H

#include "data/facts/schema.h"
#include "data/pack/source.h"
#include "store/store.h"

enum as_log {
    AS_LOG_EVENT,
    AS_LOG_EVENT_CHANGE,
    AS_LOG_FACT_CHANGE,
    AS_LOG_LEAD,
    AS_LOG_ACCOUNT,
    AS_LOG_ANSWER,
    AS_LOG_TOUCH,
    AS_LOG_CONSENT,
    AS_LOG_OVERRIDE,
    AS_LOG_ASSIGNMENT,
    AS_LOG_MERGE,
    AS_LOGS
};

/* What a run was made from, beside its rules. */
struct as_basis {
    int64_t at, known_at;
    char pack[AS_HASH_TEXT], library[AS_HASH_TEXT], reference[AS_HASH_TEXT]; /* hashes; "" unknown */
    uint64_t feeds;                                                          /* as_store_feeds */
    int64_t leads, accounts;                                                 /* how many there were */
    int64_t seen[AS_LOGS]; /* the last row of each log that was there */
};

/* The basis of a pack's last run. *found false: it has none, or what changed since cannot be told any more.
 */
enum as_status as_store_basis(struct as_basis *out, bool *found, struct as_store *store, const char *pack,
                              struct as_error *error);
/* How far the logs go now. *all false: something of them is not visible at (at, known_at), so that a later
 * run may see what lies before these rows; such a run leaves no basis. since: the basis before, NULL none. */
enum as_status as_store_seen(int64_t seen[AS_LOGS], bool *all, struct as_store *store, int64_t at,
                             int64_t known_at, const struct as_basis *since, struct as_error *error);
/* A number for how the feeds of all kinds of the schema stand (live, stale, never). */
enum as_status as_store_feeds(uint64_t *out, struct as_store *store, const struct as_schema *schema,
                              int64_t at, int64_t known_at, struct as_error *error);
/* Within the transaction that stores a run: its basis (seen, feeds, leads and accounts of it), or with NULL
 * that it leaves none. before: what as_store_basis has found under the same lock; NULL: nothing. */
enum as_status as_store_keep_basis(struct as_store *store, const char *pack, int64_t run_id,
                                   const struct as_basis *basis, const struct as_basis *before,
                                   struct as_error *error);
/* Files have taken in what a log of changes has up to `until`: of that, what every pack's last run had seen
 * is removed. A pack whose run was a million changes ago loses its basis instead. */
enum as_status as_store_cut_fact_changes(struct as_store *store, enum as_level level, int64_t until,
                                         struct as_error *error);
enum as_status as_store_cut_event_changes(struct as_store *store, int64_t until, struct as_error *error);
/* Forgets every pack's basis: something was removed that no log tells. */
enum as_status as_store_forget_bases(struct as_store *store, struct as_error *error);

#endif
