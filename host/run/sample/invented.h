/* Invented: a dataset for a pack without a database, to measure its rules with. Deterministic: the same pack
 * and numbers give the same facts. Not for deciding about anybody. */
#ifndef AS_RUN_INVENTED_H
#define AS_RUN_INVENTED_H

#include "run/decision/decision.h"

/* So many leads, ten to an account, with 20 events each on average over the 180 days before `at`; the fields,
 * answers and kinds of `needs`. Nine in ten facts are known; texts are often the words that the pack asks
 * about. */
enum as_status as_invent(struct as_dataset **out, const struct as_pack *pack, const struct as_needs *needs,
                         uint32_t leads, int64_t at, struct as_error *error);

#endif
