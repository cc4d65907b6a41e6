/* Spelling: `or` where | was meant, and `and` where & was. Lua decides `a or b` before anybody can see b. */
#ifndef AS_BIND_SPELLING_H
#define AS_BIND_SPELLING_H

#include "data/pack/source.h"
#include "score/tree/pack.h"

/* AS_ERR_RULE for the first `or` of the pack's own files whose left side made a condition: the right side was
 * lost. */
enum as_status as_spelling_check(const struct as_pack *pack, const struct as_source *source,
                                 struct as_error *error);

/* The same of what is typed into a session, where `and` is no better: nothing tells there that the condition
 * before it is never used. Only what begins with a fact ("lead.", "event.") is taken for a condition, and not
 * where the text itself gives that name to something else. */
enum as_status as_spelling_check_line(struct as_str text, const char *name, struct as_error *error);

#endif
