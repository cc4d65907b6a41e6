/* assay.score: the primitives, for scripts. Formulas live in host/score and host/data; here they get names,
 * argument checks and documentation. */
#ifndef AS_BIND_SCORE_MODULE_H
#define AS_BIND_SCORE_MODULE_H

#include "bind/module/module_table.h"
#include "score/tree/pack.h"

extern const struct as_module as_score_module;

/* Pushes the module's table. *pack gives the lists of in_list; it may be NULL while the state is made and be
 * set later, and must outlive the state. pack itself may be NULL: built-in lists alone. */
void as_score_module_push(lua_State *L, const struct as_pack **pack);

/* The parts of the table, one a source file. */
extern const struct as_module_part as_score_time_part;
extern const struct as_module_part as_score_number_part;
extern const struct as_module_part as_score_odds_part;
extern const struct as_module_part as_score_rate_part;
extern const struct as_module_part as_score_benchmark_part;
extern const struct as_module_part as_score_name_part;

#endif
