/* Spelling: `or` where | was meant. Lua decides `a or b` before anybody can see b. */
#ifndef AS_BIND_SPELLING_H
#define AS_BIND_SPELLING_H

#include "data/pack/source.h"
#include "score/tree/pack.h"

/* AS_ERR_RULE for the first `or` of the pack's own files whose left side made a condition: the right side was
 * lost. */
enum as_status as_spelling_check(const struct as_pack *pack, const struct as_source *source,
                                 struct as_error *error);

#endif
