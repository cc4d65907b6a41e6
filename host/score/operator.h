/* The operator table: one row per operator; builders, plan compiler, checker, explanation and
 * documentation all read it. A new operator is added here and nowhere else but its kernel. */
#ifndef AS_SCORE_OPERATOR_H
#define AS_SCORE_OPERATOR_H

#include "score/expr.h"

/* What an argument must be. */
enum as_argument {
    AS_ARG_END = 0,
    AS_ARG_VALUE,     /* a literal of the receiver's type; a text for text, choice, user */
    AS_ARG_VALUES,    /* a list of such literals */
    AS_ARG_NUMBER,    /* a number in the receiver's type (money: units, 10e6) */
    AS_ARG_TEXT,
    AS_ARG_TEXTS,     /* a text or a list of texts */
    AS_ARG_PATTERN,   /* a PCRE2 pattern, caseless, UTF */
    AS_ARG_LIST_NAME, /* a list that the pack declares */
    AS_ARG_WINDOW,    /* "30d": whole days */
    AS_ARG_OPTIONAL_WINDOW,
    AS_ARG_DATE,      /* an ISO date */
    AS_ARG_CURRENCY,
    AS_ARG_PROPERTY,  /* a property of the selected event kind, numeric */
    AS_ARG_PROPERTIES, /* a map property → value */
    AS_ARG_CONDITION, /* an expression that is a condition */
    AS_ARG_CONDITIONS, /* one or more of them, the rest of the arguments */
    AS_ARG_EXPRS,     /* expressions of the receiver's type, the rest of the arguments */
    AS_ARG_COUNT,     /* a positive integer */
    AS_ARG_ROLES,     /* a list of group roles */
    AS_ARG_VOICE,     /* "buyer", "sales", "marketing" */
};
enum { AS_OPERATOR_ARGS = 2 };

struct as_operator {
    const char *name;
    uint32_t on;                          /* set of enum as_shape it works on */
    enum as_argument args[AS_OPERATOR_ARGS];
    uint32_t result;                      /* enum as_shape; 0: the receiver's own */
    uint16_t kernel;                      /* enum as_kernel of the plan compiler */
    bool to_account;                      /* lifts a lead's fact to its account: confirmed_by, group's */
    const char *say;                      /* "{0} is at least {1}" */
    const char *text;                     /* documentation, one sentence */
    const char *example;                  /* one expression that loads in the pack `inbound` */
};

/* All rows; *n gets their number. */
const struct as_operator *as_operators(uint32_t *n);
/* The row for a name on a shape, NULL when there is none. */
const struct as_operator *as_operator_find(uint32_t shape, struct as_str name);
/* Names that a shape understands, for "did you mean" and completion: fills at most `most`, returns how
 * many there are. */
uint32_t as_operator_names(const char **names, uint32_t most, uint32_t shape);

#endif
