/* Origin: whose work a lead or a deal is, read from the words that CRMs keep as its source.
 *
 * Sales' own: a relationship, a referral, a client of before in a new place, and what reps looked for
 * themselves. The rest is marketing's, a partner's, or nobody knows. */
#ifndef AS_RUN_REPORT_ORIGIN_H
#define AS_RUN_REPORT_ORIGIN_H

#include "base/text.h"

enum as_origin {
    AS_ORIGIN_MARKETING,
    AS_ORIGIN_SALES, /* looked for by reps */
    AS_ORIGIN_RELATIONSHIP,
    AS_ORIGIN_REFERRAL,
    AS_ORIGIN_FORMER_CLIENT,
    AS_ORIGIN_PARTNER,
    AS_ORIGIN_UNKNOWN,
    AS_ORIGINS,
};
const char *as_origin_name(enum as_origin origin); /* "marketing", "former client in a new role" … */
/* What words like "Paid Search", "client_referral", "Outbound - SDR" say. UNKNOWN for what is empty or says
 * nothing that is known. */
enum as_origin as_origin_of(struct as_str words);
/* Whether it is reps' own work. */
bool as_origin_is_sales(enum as_origin origin);

#endif
