/* Sameness: whether two nodes of the rule tree say the same, wherever they were written. */
#ifndef AS_SCORE_SAMENESS_H
#define AS_SCORE_SAMENESS_H

#include "score/tree/expr.h"

/* The order of the parts of & and | does not matter; two functions are the same only when they are one. */
bool as_expr_same(const struct as_expr *a, const struct as_expr *b);

#endif
