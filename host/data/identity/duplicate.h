/* Duplicate: how likely two records are the same person, after Fellegi and Sunter (1969), and what says so.
 *
 * Each field that both records have agrees or not and adds a weight in bits (as_match_weight): log2(m/u) when
 * it agrees, log2((1−m)/(1−u)) when it does not; m is how often it agrees in two records of one person, u in
 * those of two. A field that one of them lacks says nothing. The probability starts from AS_DUPLICATE_PRIOR.
 *
 *     field         agrees when                                              m      u
 *     address       the normalised e-mail addresses are equal                .5     .000001
 *     mailbox       else the same name stands before the "@"                 .5     .001
 *     family name   Jaro-Winkler of the folded names is at least .92         .95    .003
 *     given name    at least .9, or one is the initial of the other          .9     .02
 *     telephone     the last eight digits are equal                          .6     .00005
 *     company       the same account, or Jaro-Winkler of the keys >= .93     .8     .005
 *
 * Addresses that differ say nothing against: people have several. Given and family name may be the wrong way
 * round.
 */
#ifndef AS_DATA_DUPLICATE_H
#define AS_DATA_DUPLICATE_H

#include "base/status.h"
#include "base/text.h"

#include <stdint.h>

/* Of two people who share a name, a mailbox, a telephone or a company, one pair in 100,000 is one person. */
#define AS_DUPLICATE_PRIOR 1e-5

/* What is known of one; empty where it is not. `name` stands in for given and family name (as_person_names).
 */
struct as_person {
    struct as_str first, last, name, email, phone, company;
    int64_t account; /* 0: none */
};

/* Given and family name of somebody who may have only `name`: that is parted at its last blank where both are
 * empty. */
void as_person_names(struct as_str *first, struct as_str *last, struct as_str name);

/* The probability, 0 to 1, the sum of the weights in bits, and in words what agrees and what differs,
 * strongest first as in the table above: "same family name, same mailbox ada at another domain, other
 * company". Appends to reasons. AS_ERR_LIMIT for texts beyond AS_MAX_TEXT. */
enum as_status as_person_compare(double *probability, double *weight, struct as_buf *reasons,
                                 const struct as_person *a, const struct as_person *b,
                                 struct as_error *error);

#endif
