/* What contact.c and track.c have looked up for one outcome: the inside of struct as_nurture. */
#ifndef AS_SCORE_NURTURE_H
#define AS_SCORE_NURTURE_H

#include "score/model/buyer.h"
#include "score/model/contact.h"

struct as_zone;

enum { AS_BASIS_NOT_NEEDED = 0, AS_BASIS_OPT_IN = 1, AS_BASIS_DOUBLE_OPT_IN = 2 };

struct as_nurture {
    const struct as_pack *pack;
    const struct as_outcome *outcome; /* may be NULL */
    const struct as_dataset *dataset;
    struct as_buyer buyer;

    struct as_verdicts *never; /* by entry of the policy */
    uint32_t *cap_channel;     /* by cap: code of its channel, AS_NO_INDEX for any */

    /* Basis that consent must have, by code of the country's column. */
    const struct as_column *lead_country, *account_country;
    uint8_t *lead_basis, *account_basis;
    uint8_t other_basis; /* unknown or unlisted country */

    /* Zones named by the columns under the quiet hours' expression, opened once; by code of `zone_names`. */
    struct as_intern *zone_names;
    struct as_zone **zones;
    const struct as_column *zone_column; /* when the expression is a plain field: read without a copy */
    enum as_level zone_level;

    /* By track; steps of track t begin at first_step[t]. */
    struct as_verdicts *track_when, *step_done;
    uint32_t *track_code, *track_persona, *first_step, *step_channel;
    const struct as_programme **programme; /* by track: the one that tries it and is not over; NULL none */
};

/* The code of a channel, AS_NO_INDEX when nobody was ever touched on it. */
uint32_t as_nurture_channel(const struct as_nurture *nurture, const char *channel);

#endif
