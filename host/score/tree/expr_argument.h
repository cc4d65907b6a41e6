/* Arguments of operators: checking what a script gave against what the operator's row asks for. Internal to
 * the expression builders. */
#ifndef AS_SCORE_EXPR_ARGUMENT_H
#define AS_SCORE_EXPR_ARGUMENT_H

#include "score/tree/operator.h"

/* Copies a literal with its texts into the arena; false when memory is out. Maps are sorted by key. */
bool as_literal_copy(struct as_literal *out, struct as_arena *arena, const struct as_literal *from);

/* Checks the arguments after the receiver. AS_ERR_RULE (without position) names the offending one. */
enum as_status as_arguments_check(const struct as_rules *rules, const struct as_operator *op,
                                  const struct as_expr *receiver, const struct as_literal *args, uint32_t n,
                                  struct as_error *error);

/* The choices that a value is one of, lowest first; *n is 0 when any value goes. */
const char *const *as_expr_choices(uint32_t *n, const struct as_schema *schema, const struct as_expr *expr);

/* "at_least wants a number, not a text", with the operator's example. Returns AS_ERR_RULE. */
enum as_status as_argument_wrong(const struct as_operator *op, const struct as_literal *got, const char *want,
                                 struct as_error *error);
bool as_literal_is_number(const struct as_literal *literal);

/* Arguments that name properties of the selected events, or roles of the group. */
enum as_status as_argument_property(const struct as_rules *rules, const struct as_operator *op,
                                    const struct as_expr *receiver, const struct as_literal *arg,
                                    struct as_error *error);
enum as_status as_argument_properties(const struct as_rules *rules, const struct as_operator *op,
                                      const struct as_expr *receiver, const struct as_literal *arg,
                                      struct as_error *error);
enum as_status as_argument_roles(const struct as_rules *rules, const struct as_operator *op,
                                 const struct as_literal *arg, struct as_error *error);

#endif
