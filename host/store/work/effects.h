/* Effects: what a decision wants done outside, kept in the decision's own transaction until it is delivered.
 *
 * Each effect has an idempotency key that is unique for ever: changing a rule or running again never makes it
 * a second time.
 */
#ifndef AS_STORE_EFFECTS_H
#define AS_STORE_EFFECTS_H

#include "store/decisions/decisions.h"

struct as_effect {
    const char *key;
    enum as_effect_kind kind;
    int64_t lead_id, account_id; /* 0 none */
    int64_t at;
    bool held; /* waits for as_store_release */
    const char *payload_json;
    const char *destination; /* NULL: done inside, or by a person */
    int64_t due;             /* not to be sent before; AS_TIME_NONE: at once */
    const char *withdrawn;   /* why it is kept and never sent; NULL: it is sent */
};

/* Effects that one run adds, with its offers to sales, inside of its transaction (effect_rows.c): they wait
 * in memory and are written many at a time, in their order. What waits nobody reads yet but who adds to it.
 */
struct as_effect_rows;
/* *out is to be freed in any case; the run outlives it. */
enum as_status as_effect_rows_new(struct as_effect_rows **out, struct as_store *store,
                                  const struct as_run_record *run, struct as_error *error);
/* *added false: the key exists already, whatever its state, and nothing is changed. */
enum as_status as_effect_rows_add(bool *added, struct as_effect_rows *rows, const struct as_effect *effect,
                                  struct as_error *error);
/* Offers a lead to its owner, NULL: to nobody in particular; nothing where an offer of the model is open. A
 * handoff_accepted or handoff_rejected event of the lead closes the offer. */
enum as_status as_effect_rows_offer(struct as_effect_rows *rows, const char *model, int64_t lead_id,
                                    const char *owner, int64_t at, struct as_error *error);
/* Writes those that wait. */
enum as_status as_effect_rows_write(struct as_effect_rows *rows, struct as_error *error);
void as_effect_rows_free(struct as_effect_rows *rows); /* NULL is fine */
/* One effect by itself. */
enum as_status as_store_effect(bool *added, struct as_store *store, const struct as_run_record *run,
                               const struct as_effect *effect, struct as_error *error);

/* Held effects of a pack (NULL: of all) become queued, and held tasks become tasks. */
enum as_status as_store_release(uint64_t *released, struct as_store *store, const char *pack, int64_t now,
                                struct as_error *error);

/* How many of a pack's effects are neither delivered nor given up. */
struct as_effects_waiting {
    uint64_t queued, held;
};
enum as_status as_store_effects_waiting(struct as_effects_waiting *out, struct as_store *store,
                                        const char *pack, struct as_error *error);

struct as_effect_row {
    int64_t id, run, lead_id, account_id, at;
    const char *key, *pack, *kind, *state, *payload_json;
    const char *destination, *note; /* may be NULL */
    uint32_t tries;
    int64_t due; /* AS_TIME_NONE: at once */
};
typedef enum as_status (*as_effect_row_fn)(void *context, const struct as_effect_row *row,
                                           struct as_error *error);
/* Oldest first; pack, state NULL: any. */
enum as_status as_store_effects(struct as_store *store, const char *pack, const char *state,
                                as_effect_row_fn each, void *context, struct as_error *error);
/* Those made after the effect `after` (0: all), by anybody, oldest first; and the newest, 0 for none. */
enum as_status as_store_effects_since(struct as_store *store, int64_t after, as_effect_row_fn each,
                                      void *context, struct as_error *error);
enum as_status as_store_newest_effect(int64_t *id, struct as_store *store, struct as_error *error);

#endif
