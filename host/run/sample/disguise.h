/* Disguise: the facts of a dataset replaced by stand-ins under which every condition of the packs has the
 * outcome that it had.
 *
 * - Texts and people: a spoken word that is none, an address or domain made of it, or words of the packs' own
 * conditions. Of the real value nothing is left but which conditions hold.
 * - Numbers of more than two digits: others of two, a third more or less at most, or a number of the packs'
 * conditions.
 * - Kept are yes and no, declared choices, several choices, dates, country, time zone, language, numbers of
 * one or two digits, and a text that conditions name as it is.
 * - Of events the properties' texts are replaced, unless conditions name them.
 *
 * What conditions on several facts, functions and scores make of it is for the caller to see, by deciding
 * again.
 */
#ifndef AS_RUN_DISGUISE_H
#define AS_RUN_DISGUISE_H

#include "data/identity/pseudonym.h"
#include "run/decision/decision.h"

struct as_disguise_request {
    const struct as_run_pack *packs;
    uint32_t pack_count;
    const struct as_pseudonym_key *key;
};

/* Replaces in place. unfit: bit per lead row, zeroed by the caller; set where no stand-in was found for a
 * fact of the lead or of its account, whose value then is unknown. */
enum as_status as_disguise(struct as_dataset *dataset, uint64_t *unfit,
                           const struct as_disguise_request *request, struct as_error *error);

#endif
