/* Clearance: what a pack needs before it decides for good. */
#ifndef AS_RUN_CLEARANCE_H
#define AS_RUN_CLEARANCE_H

#include "score/tree/agreement.h"
#include "store/store.h"

/* AS_ERR_RULE with what keeps it from holding and what to do about it. AS_OK when it holds. */
enum as_status as_agreed_refuse(const struct as_agreed *agreed, const struct as_pack *pack,
                                struct as_error *error);

/* How it stands as the member "agreement" of the object that is open; null when none is declared. The shape
 * is in README.md. */
struct as_json;
void as_agreed_json(struct as_json *json, const struct as_agreed *agreed);

#endif
