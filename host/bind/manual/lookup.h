/* Lookup: what the reference says of one word. */
#ifndef AS_BIND_LOOKUP_H
#define AS_BIND_LOOKUP_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

struct as_lookup {
    bool found;
    /* For who finds nothing, in the arena: every word there is, and the entries that speak of the word. */
    AS_LIST(const char *) names, mentions;
};

/* Appends, as Markdown, each entry of the reference of that name: a declaration, form, option, operator,
 * fact, event, function, method, reading, word of a session, name of Lua; of "lead", "event" or "string" all
 * that it has. The word may be written as in a rule file ("q.model", "lead.title", "m:score"): what stands
 * before the last name counts where the reference has it, or is a fact's. AS_ERR_MEMORY. */
enum as_status as_reference_lookup(struct as_lookup *out, struct as_buf *text, struct as_arena *arena,
                                   const char *word, struct as_error *error);

#endif
