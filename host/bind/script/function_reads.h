/* Function reads: which facts the functions of a pack ask of their lead, as far as the source tells. */
#ifndef AS_BIND_FUNCTION_READS_H
#define AS_BIND_FUNCTION_READS_H

#include "bind/script/host.h"
#include "score/check/check.h"

struct as_function_reads {
    struct as_arena arena;
    AS_LIST(struct as_access) list;
};

/* Follows the function's argument, names that are given a view of it, and l.account; names that are computed
 * while it runs are not seen. *out is always set and freed by as_function_reads_free; its texts live as long
 * as it and the script. */
enum as_status as_function_reads_find(struct as_function_reads *out, const struct as_script *script,
                                      struct as_error *error);
void as_function_reads_free(struct as_function_reads *reads);

#endif
