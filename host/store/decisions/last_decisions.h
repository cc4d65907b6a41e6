/* Last decisions: a lead stands where its last decision left it. Internal to host/store.
 *
 * They are known from what is kept of standings; where that is missing or damaged, all decisions of a model
 * are gone through once, and what that gave holds until something changes.
 */
#ifndef AS_STORE_LAST_DECISIONS_H
#define AS_STORE_LAST_DECISIONS_H

#include "data/facts/dataset.h"
#include "store/database.h"

/* The newest decision about a lead; 0 for none. In SQL of our connections: last_decision(model_id, lead_id),
 * NULL for none. */
enum as_status as_last_decision(int64_t *id, struct as_store *store, int64_t model_id, int64_t lead_id,
                                struct as_error *error);
enum as_status as_last_decisions_register(struct as_store *store, struct as_error *error);

/* The leads of one model that were ever decided, ascending, with the newest decision of each. */
struct as_decided {
    int64_t lead, decision;
};
struct as_decided_list {
    struct as_decided *at; /* malloc'ed */
    size_t n;
};
/* Goes through all decisions with ids below `before`. */
enum as_status as_decided_read(struct as_decided_list *out, struct as_store *store, int64_t model_id,
                               int64_t before, struct as_error *error);
/* As last read; the store's, until anything in the database changes or another model is asked for. */
enum as_status as_decided_now(const struct as_decided_list **out, struct as_store *store, int64_t model_id,
                              struct as_error *error);
int64_t as_decided_find(const struct as_decided_list *list, int64_t lead); /* 0: none */

/* What a decision d left a lead with, and how a row of it reads. */
#define AS_LEFT_BY_DECISION                                                                                  \
    "SELECT d.lead_id, d.stage, d.furthest, d.grade_code, d.verdicts, d.entered, d.recycled, d.cool_off,"    \
    " d.recycles, d.blocked, d.outside, d.attention, d.disqualifier, d.persona, d.id FROM "
enum as_status as_prior_read(struct as_prior *prior, struct as_intern *labels, sqlite3_stmt *stmt,
                             struct as_error *error);
/* Where a decision left its lead. */
enum as_status as_prior_after(struct as_prior *prior, struct as_intern *labels, struct as_store *store,
                              int64_t decision, struct as_error *error);

#endif
