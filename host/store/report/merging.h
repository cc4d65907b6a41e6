/* Merging: what two leads have, what would be one's after a merge, and which of them it would be. Strings of
 * callbacks live during the call; NULL where unknown. Everything reads. */
#ifndef AS_STORE_MERGING_H
#define AS_STORE_MERGING_H

#include "store/report/report.h"

/* What decides which of two leads survives, the first that differs: the further one on its way (its standing
 * is what stays), the one with more deals, with the better reason for its account, with more ids in other
 * systems, with more facts and with more events; then the one known longer, and the lower number. */
enum as_tie_breaker {
    AS_BY_STAGE,
    AS_BY_DEALS,
    AS_BY_ACCOUNT,
    AS_BY_IDS,
    AS_BY_FACTS,
    AS_BY_EVENTS,
    AS_BY_AGE,
    AS_BY_NUMBER
};
enum { AS_TIE_BREAKERS = AS_BY_NUMBER + 1 };
const char *as_tie_breaker_name(enum as_tie_breaker by); /* "furthest stage" … */

/* What counts of a lead by each: more is better; in words what it is. */
struct as_merge_claim {
    int64_t weight[AS_TIE_BREAKERS];
    char words[AS_TIE_BREAKERS][32];
};
enum as_status as_store_merge_claim(struct as_merge_claim *out, struct as_store *store, int64_t lead_id,
                                    struct as_error *error);
/* The first that differs; there always is one. *first: the first lead has more of it. */
enum as_tie_breaker as_merge_choice(bool *first, const struct as_merge_claim *a,
                                    const struct as_merge_claim *b);

/* Logs of two leads, and of both as one: an event that both have counts once. */
struct as_merged_logs {
    uint64_t events[2], shared, touches[2], answers[2];
};
enum as_status as_store_merged_logs(struct as_merged_logs *out, struct as_store *store, int64_t survivor,
                                    int64_t merged, struct as_error *error);

/* Consent on a channel for a purpose: the last word of each, and the strictest, which holds. */
struct as_merged_consent {
    const char *channel, *purpose, *own, *other, *after;
};
typedef enum as_status (*as_merged_consent_fn)(void *context, const struct as_merged_consent *consent,
                                               struct as_error *error);
enum as_status as_store_merged_consents(struct as_store *store, int64_t survivor, int64_t merged,
                                        as_merged_consent_fn each, void *context, struct as_error *error);

/* The merges that hold: first that by which the lead is another's, if it is; then those into it, in the order
 * in which they were made. */
struct as_merge_row {
    int64_t survivor, merged, at;
    const char *by;
};
typedef enum as_status (*as_merge_row_fn)(void *context, const struct as_merge_row *row,
                                          struct as_error *error);
enum as_status as_store_merges(struct as_store *store, int64_t lead_id, as_merge_row_fn each, void *context,
                               struct as_error *error);

#endif
