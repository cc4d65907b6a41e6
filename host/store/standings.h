/* Standings: where every lead of a model stood when it was last decided, asked without deciding anybody: what
 * a run needs that decides a part of the leads and leaves all others as they are. */
#ifndef AS_STORE_STANDINGS_H
#define AS_STORE_STANDINGS_H

#include "score/tree/pack.h"
#include "store/store.h"

#include <stddef.h>

/* Whether standings, days and scores of all leads that the pack's last run knew are kept for this model: then
 * a run may decide a part of them (struct as_run_record). Else it decides everybody, which brings them back.
 */
enum as_status as_store_kept(bool *whole, struct as_store *store, const char *pack,
                             const struct as_model *model, struct as_error *error);

/* How many leads stand alike. Leads that were never decided, since the model was never about them, are in
 * none. */
struct as_tally_row {
    uint8_t stage; /* enum as_stage */
    bool outside, attention, blocked;
    uint16_t grade, verdicts;
    char *disqualifier; /* its name, NULL none; lives until as_tally_free */
    uint64_t leads;
};
struct as_tally {
    struct as_tally_row *at;
    size_t n;
};
enum as_status as_store_tally(struct as_tally *out, struct as_store *store, const char *pack,
                              const char *model, struct as_error *error);
void as_tally_free(struct as_tally *tally); /* fine for one that is all zero */

/* Ids of leads, ascending; malloc'ed. */
struct as_lead_ids {
    int64_t *at;
    size_t n;
};
/* The leads whose verdicts, grade or conditions time alone may change by this day (UTC days since 1970),
 * decided or not. *known false: it was not kept, and anybody may. */
enum as_status as_store_due(struct as_lead_ids *out, bool *known, struct as_store *store, const char *pack,
                            const char *model, uint32_t day, struct as_error *error);
/* The leads that entered their stage or were recycled at `since` or later, or whose cooling off ends after
 * cool_after and not after cool_until. */
enum as_status as_store_timed(struct as_lead_ids *out, struct as_store *store, const char *pack,
                              const char *model, int64_t since, int64_t cool_after, int64_t cool_until,
                              struct as_error *error);

#endif
