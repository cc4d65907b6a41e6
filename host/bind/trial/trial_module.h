/* The module assay.trial: what the test library asks of the host. Internal to the test runner. */
#ifndef AS_BIND_TRIAL_MODULE_H
#define AS_BIND_TRIAL_MODULE_H

#include "bind/trial/trial.h"

/* What one run of a file's tests works with. */
struct as_trial_context {
    struct as_bench *bench;
    uint64_t seed; /* of generated leads */
};

/* Pushes the module's table; the context outlives the state. For as_state_offer. */
void as_trial_module_push(lua_State *L, void *context);

/* lua_CFunctions: no case is noted yet; the next case begins. */
int as_trial_begin_file(lua_State *L);
int as_trial_begin_case(lua_State *L);

/* Pushes the array of cases that the file noted: { name, line, tags = "a,b,", property = boolean,
 * run = function or nil } each.
 */
void as_trial_push_cases(lua_State *L);
/* lua_CFunctions, for making a text may fail. Of such a case: its fields, in the order above. Of the case
 * that failed: what it has to say beside its error, in lines; "" for nothing. */
enum { AS_CASE_FIELDS = 5 };
int as_trial_open_case(lua_State *L);
int as_trial_report(lua_State *L);

#endif
