/* Roles: what the people of a role do with leads, what they may record, and by what they are measured [A8.8].
 *
 * Who qualifies leads has no other job: such a role's queue holds qualification work only, sales' answers are
 * not hers to give, and no measure of hers is money. */
#ifndef AS_SCORE_ROLE_H
#define AS_SCORE_ROLE_H

#include "base/text.h"
#include "data/facts/schema.h"

/* What is counted of somebody who qualifies leads; a set of 1 << these. */
enum as_measure {
    AS_MEASURE_CONTACTED,    /* leads spoken with */
    AS_MEASURE_ASKED,        /* leads that answered a question to her */
    AS_MEASURE_PLACED,       /* leads placed in a track */
    AS_MEASURE_DOCUMENTED,   /* conversations with an outcome or a summary */
    AS_MEASURE_PROBED,       /* conversations that probed the interest */
    AS_MEASURE_STIMULATED,   /* conversations that stimulated demand */
    AS_MEASURE_APPOINTMENTS, /* arranged */
    AS_MEASURE_HELD,         /* of those that are over, the share that took place */
    AS_MEASURE_QUALITY,      /* how who held them rated them */
    AS_MEASURES
};
const char *as_measure_name(enum as_measure measure); /* "contacted" … */
bool as_measure_parse(enum as_measure *measure, struct as_str name);
/* Whether a word speaks of money: what nobody who qualifies leads is measured by. */
bool as_measure_is_money(struct as_str name);

struct as_role {
    const char *name;  /* as the column `role` of users says it */
    bool qualifies;    /* else it sells, or does something else */
    uint32_t measures; /* set of 1 << enum as_measure */
    struct as_position position;
};

/* Whether a role of that name qualifies leads: as some pack declares it; of those that none declares, ldr,
 * sdr, bdr, adr, isr and mdr do. Case makes no difference. */
struct as_pack;
const struct as_role *as_role_of(const struct as_pack *pack, const char *name); /* NULL: not declared */
bool as_role_qualifies(const struct as_pack *pack, const char *name);           /* pack may be NULL */

#endif
