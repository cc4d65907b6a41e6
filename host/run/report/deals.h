/* Deals as the sections share them. Internal to host/run/report. */
#ifndef AS_RUN_REPORT_DEALS_H
#define AS_RUN_REPORT_DEALS_H

#include "base/arena.h"
#include "store/report/deals.h"

struct as_deals {
    AS_LIST(struct as_deal_row) list; /* by id; strings in the arena */
};
enum as_status as_deals_read(struct as_deals *out, struct as_arena *arena, struct as_store *store, int64_t at,
                             struct as_error *error);
/* Whether a deal was closed within [since, until]; since AS_TIME_NONE: ever. */
bool as_deal_closed_within(const struct as_deal_row *deal, int64_t since, int64_t until);

/* Amounts by currency, since nothing here turns one into another. */
struct as_purse_sum {
    const char *currency; /* "" where none is given */
    int64_t hundredths;
    uint64_t deals; /* with an amount */
};
struct as_purse {
    AS_LIST(struct as_purse_sum) sums; /* in the order in which they came */
};
bool as_purse_add(struct as_purse *purse, struct as_arena *arena, const struct as_deal_row *deal);
/* The sum of a currency; NULL when there is none. */
const struct as_purse_sum *as_purse_of(const struct as_purse *purse, const char *currency);

#endif
