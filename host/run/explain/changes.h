/* Changes: why a lead's decision is another than it was: both moments are decided by the rules of today, with
 * what was known at each, and laid side by side down to the facts. What the rules themselves changed is told
 * by the decision that was stored then. */
#ifndef AS_RUN_CHANGES_H
#define AS_RUN_CHANGES_H

#include "run/explain/explain.h"

enum as_change_cause {
    AS_CHANGED_FACTS,  /* a fact or answer is another */
    AS_CHANGED_EVENTS, /* something happened */
    AS_CHANGED_TIME,   /* nothing did: windows, decay, days */
    AS_CHANGED_RULES,  /* the rules of then said otherwise of the same facts */
};
const char *as_change_cause_name(enum as_change_cause cause); /* "facts" … */

struct as_lead_change {
    const char *what; /* "stage", "grade", "gate", "criterion", "disqualifier", "score", "rule", "cap" */
    const char *name; /* "inbound", "sales_ready", "sales_ready: need", "interest" … */
    const char *before, *after;
    enum as_change_cause cause;
    const char *because; /* "account.employees 90 → 800 (csv)"; NULL where the lines below it say */
};
struct as_lead_changes {
    struct as_arena arena;
    int64_t then, now;
    AS_LIST(struct as_lead_change) list; /* what follows from other lines before them */
};

/* What differs between request->at and the earlier `then`, at which only what was known then counts. The
 * request is one for as_explain. AS_ERR_USAGE when `then` is not before; AS_ERR_MISSING when the lead was not
 * known then. */
enum as_status as_lead_changes_of(struct as_lead_changes *out, struct as_store *store,
                                  const struct as_explain_request *request, int64_t then,
                                  struct as_error *error);
void as_lead_changes_free(struct as_lead_changes *changes);

#endif
