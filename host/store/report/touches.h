/* Touches: what buyers did before their deals were closed, for dividing credit, and which sources leads have.
 */
#ifndef AS_STORE_REPORT_TOUCHES_H
#define AS_STORE_REPORT_TOUCHES_H

#include "store/store.h"

/* An act of a buyer of a deal, up to its close. */
struct as_deal_touch {
    int64_t deal, time;
    const char *channel; /* the campaign's channel, else the campaign, else the kind of event */
};
typedef enum as_status (*as_deal_touch_fn)(void *context, const struct as_deal_touch *touch,
                                           struct as_error *error);
/* Of deals that closed at `at` or earlier; by deal, then time. Of leads merged into a deal's, too. */
enum as_status as_store_deal_touches(struct as_store *store, int64_t at, as_deal_touch_fn each, void *context,
                                     struct as_error *error);

/* How many leads began on these days, by what their source says ("" nothing). */
typedef enum as_status (*as_lead_source_fn)(void *context, const char *source, uint64_t leads,
                                            struct as_error *error);
/* Most leads first. first_day INT64_MIN: ever. */
enum as_status as_store_lead_sources(struct as_store *store, int64_t first_day, int64_t last_day,
                                     as_lead_source_fn each, void *context, struct as_error *error);

#endif
