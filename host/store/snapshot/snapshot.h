/* Snapshot: the facts of one moment, loaded into columns. */
#ifndef AS_STORE_SNAPSHOT_H
#define AS_STORE_SNAPSHOT_H

#include "data/facts/dataset.h"
#include "score/tree/pack.h"
#include "store/store.h"

struct as_snapshot_request {
    int64_t at, known_at; /* events after `at`, and anything learnt after known_at, are invisible */
    const uint64_t *fields, *kinds, *properties; /* bit sets over the schema; NULL: all */
    bool account_events;
    bool unlinked;    /* nobody asks who belongs to an account: without member_start, unless account_events */
    const struct as_pack *pack; /* whose prior standings; NULL: none */
    const int64_t *lead_ids; /* NULL: all; else these leads with everyone of their accounts */
    uint32_t lead_count;
    bool alone; /* the leads of lead_ids, ascending, and nobody else: of accounts theirs and those of
                   account_ids */
    const int64_t *account_ids; /* in addition: these accounts with everyone of them */
    uint32_t account_count;
    bool tables; /* from the tables alone, whatever lies beside them: what files are compared with */
    const struct as_ladder_need *asks; /* what a touch's ask counts on the ladder; NULL: every need is 0 */
    uint32_t ask_count;
    void (*progress)(void *context, const char *what, uint64_t done, uint64_t all); /* may be NULL */
    void *progress_context;
};

/* Feed states: a kind that feeds of the schema name has the best state of these (LIVE when the feed's newest
 * event is no older than `fresh` at `at`, NEVER when it never had one, else STALE). A buyer's kind that no
 * feed names is LIVE as soon as any buyer event was ever imported, NEVER before; what sellers and the system
 * do is always LIVE, since it is recorded by us. A lead is untracked when its word on channel "tracking" is
 * no. */
enum as_status as_store_snapshot(struct as_dataset **out, struct as_store *store,
                                 const struct as_schema *schema, const struct as_snapshot_request *request,
                                 struct as_error *error);

/* Under the lock, after events came in: those that the files beside the database lack are written into one as
 * they came, so that runs need not read them from the table. Does nothing where there are few, or so many
 * that the next run makes files of all anew. */
enum as_status as_store_keep_events(struct as_store *store, struct as_error *error);

/* The same for files of runs, outside of a transaction: who brings the events that fill what may wait makes
 * the files anew, so that no run about a part has to. Does nothing where there are none yet. */
enum as_status as_store_fold_events(struct as_store *store, const struct as_schema *schema,
                                    struct as_error *error);

/* Replaces prior, prior_models, overrides and enrolments of a dataset by those of one pack as they stood at
 * dataset->known_at: a pack is known by its name, its models by theirs, in the order of model->index. Prior
 * standings that do not exist are all zero. */
enum as_status as_store_load_priors(struct as_dataset *dataset, struct as_store *store,
                                    const struct as_pack *pack, struct as_error *error);

/* Bit per lead row: a fact of the lead or of its account (field, answer, event, touch, consent, act) that
 * became known after known_since and not after dataset->known_at, or an event whose time lies in (at_since,
 * dataset->at]. merged: leads that took in another lead since then. Both sized AS_BIT_WORDS(leads), zeroed by
 * the caller. seen: how far the run of known_since had seen the logs: what lies beyond is new whenever it
 * became known, and the rest need not be gone through; NULL.
 */
struct as_basis;
enum as_status as_store_touched(uint64_t *facts, uint64_t *merged, struct as_store *store,
                                const struct as_dataset *dataset, int64_t at_since, int64_t known_since,
                                const struct as_basis *seen, struct as_error *error);

/* Time of the newest event of each kind (not after at, known at known_at); AS_TIME_NONE: never. Sized
 * schema->kinds.n. */
enum as_status as_store_last_events(int64_t *newest, struct as_store *store, const struct as_schema *schema,
                                    int64_t at, int64_t known_at, struct as_error *error);

/* How the feed of each kind stands, enum as_feed_state as said above. states: sized schema->kinds.n. */
enum as_status as_store_feed_states(uint8_t *states, struct as_store *store, const struct as_schema *schema,
                                    int64_t at, int64_t known_at, struct as_error *error);

#endif
