/* Modules: everything of the host's that scripts can require or call, and a state that has it. */
#ifndef AS_BIND_MODULES_H
#define AS_BIND_MODULES_H

#include "bind/module/module_table.h"
#include "bind/sandbox/state.h"

/* All modules of the host; *n gets their number. */
const struct as_module *const *as_modules(size_t *n);

/* What scripts hold and call with a colon: models, scores, a function's lead. Same rows, as methods. */
const struct as_module *const *as_classes(size_t *n);

/* As as_state_new, a state for which `require` has all modules, and `assay.declare`. */
enum as_status as_modules_state(struct as_state **out, const struct as_script_limits *limits,
                                struct as_watchdog *watchdog, const struct as_source *source,
                                struct as_error *error);

#endif
