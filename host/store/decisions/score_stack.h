/* Score stack: the files that one model's scores lie in, a base and the layers over it, open together.
 * Internal to host/store; knows nothing of SQL, since the extension for other programs reads them too.
 */
#ifndef AS_STORE_SCORE_STACK_H
#define AS_STORE_SCORE_STACK_H

#include "store/decisions/score_file.h"
#include "store/layers.h"

/* What a row of score_file names. */
struct as_score_stack_name {
    uint64_t sum; /* of the base */
    struct as_layer_list layers;
};
bool as_score_stack_names_same(const struct as_score_stack_name *a, const struct as_score_stack_name *b);

struct as_score_stack {
    struct as_score_stack_name name;          /* of what is open */
    unsigned files;                           /* that are open: all of those named, or 0 */
    struct as_score_file file[AS_LAYERS + 1]; /* the base, then the layers, oldest first */
};
/* Opens the files beside the database at the path `database`. False when one is not there, not what its name
 * says, or lies over another base: then none is open. The stack, which may hold anything, is closed by the
 * caller. */
bool as_score_stack_open(struct as_score_stack *out, const char *database,
                         const struct as_score_stack_name *name);
/* The same of a database in memory, whose base is bytes that must outlive the stack, without layers; NULL:
 * there is none. */
bool as_score_stack_over(struct as_score_stack *out, const void *bytes, size_t n,
                         const struct as_score_stack_name *name);
/* Closes what is open; a stack of zeroes and one that is closed have nothing. */
void as_score_stack_close(struct as_score_stack *stack);

#endif
