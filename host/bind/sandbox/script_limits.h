/* Script limits: what whoever runs the program allows scripts. */
#ifndef AS_BIND_SCRIPT_LIMITS_H
#define AS_BIND_SCRIPT_LIMITS_H

#include <stddef.h>
#include <stdint.h>

struct as_script_limits {
    size_t memory;       /* bytes a state, 0: AS_MAX_SCRIPT_MEMORY */
    int64_t load_ms;     /* wall time of loading, 0: default */
    int64_t call_ms;     /* wall time of one function call */
    int64_t run_ms;      /* of all function calls since as_script_functions, all threads together */
    uint64_t steps;      /* deterministic VM-step budget a call, for tests; 0: wall time alone */
    const char *library; /* folder that stands for the embedded library while developing; NULL: embedded */
};

#endif
