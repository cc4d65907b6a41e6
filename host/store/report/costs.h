/* Costs: what was spent (`assay import costs`), on what, and what of it goes by itself. */
#ifndef AS_STORE_COSTS_H
#define AS_STORE_COSTS_H

#include "store/store.h"

/* Strings live during the call. */
struct as_cost_row {
    const char *name;     /* of the activity, else of the campaign, else of the content; else "" */
    const char *currency; /* "" none given */
    int64_t hundredths;
    uint64_t entries;
    const char *measured_by;        /* what the activity is judged by; NULL: nobody said */
    bool roi_known, roi_applicable; /* whether its return can be told at all */
    bool automated;                 /* no person of ours acts in it */
};
typedef enum as_status (*as_cost_fn)(void *context, const struct as_cost_row *row, struct as_error *error);
/* Spent from `since` (AS_TIME_NONE: ever) up to `until`: by currency, largest first. */
enum as_status as_store_costs(struct as_store *store, int64_t since, int64_t until, as_cost_fn each,
                              void *context, struct as_error *error);

/* Whether anything spent is on record, of any time. */
enum as_status as_store_any_costs(bool *any, struct as_store *store, struct as_error *error);

/* Activities that a return is asked of though none can be told: measured_by says ROI, roi_applicable no. */
typedef enum as_status (*as_activity_fn)(void *context, const char *name, struct as_error *error);
/* By name. */
enum as_status as_store_roi_faults(struct as_store *store, as_activity_fn each, void *context,
                                   struct as_error *error);

/* Touches by no person of ours in the same time. */
enum as_status as_store_automated_touches(uint64_t *count, struct as_store *store, int64_t since,
                                          int64_t until, struct as_error *error);

/* Companies whose first deal was won in the same time; those merged into another are that one. */
enum as_status as_store_new_customers(uint64_t *count, struct as_store *store, int64_t since, int64_t until,
                                      struct as_error *error);

/* What was spent on an account and those merged into it up to `at`, in one currency ("": none given). */
enum as_status as_store_spent_on(int64_t *hundredths, struct as_store *store, int64_t account,
                                 struct as_str currency, int64_t at, struct as_error *error);

#endif
