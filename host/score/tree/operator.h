/* The operator table: one row per operator; builders, plan compiler, checker, explanation and
 * documentation all read it. A new operator is added here and nowhere else but its kernel. */
#ifndef AS_SCORE_OPERATOR_H
#define AS_SCORE_OPERATOR_H

#include "score/tree/expr.h"

/* What an argument must be. */
enum as_argument {
    AS_ARG_END = 0,
    AS_ARG_VALUE,  /* a literal of the receiver's type; a text for text, choice, user */
    AS_ARG_VALUES, /* a list of such literals */
    AS_ARG_NUMBER, /* a number in the receiver's type (money: units, 10e6) */
    AS_ARG_TEXT,
    AS_ARG_TEXTS,     /* a text or a list of texts */
    AS_ARG_PATTERN,   /* a PCRE2 pattern, caseless, UTF */
    AS_ARG_LIST_NAME, /* a list that the pack declares */
    AS_ARG_WINDOW,    /* "30d": whole days */
    AS_ARG_OPTIONAL_WINDOW,
    AS_ARG_DATE, /* an ISO date */
    AS_ARG_CURRENCY,
    AS_ARG_PROPERTY,   /* a property of the selected event kind, numeric */
    AS_ARG_PROPERTIES, /* a map property → value */
    AS_ARG_CONDITION,  /* an expression that is a condition */
    AS_ARG_CONDITIONS, /* one or more of them, the rest of the arguments */
    AS_ARG_EXPRS,      /* expressions of the receiver's type, the rest of the arguments */
    AS_ARG_COUNT,      /* a positive integer */
    AS_ARG_ROLES,      /* a list of group roles */
    AS_ARG_VOICE,      /* "buyer", "sales", "marketing" */
};
enum { AS_OPERATOR_ARGS = 2 };

/* What an operator does; the plan compiler turns it into nodes. */
enum as_kernel {
    AS_KERNEL_AND,
    AS_KERNEL_OR,
    AS_KERNEL_NOT,
    AS_KERNEL_AT_LEAST_OF,
    AS_KERNEL_FIRST_KNOWN,
    AS_KERNEL_KNOWN,
    AS_KERNEL_UNKNOWN,
    AS_KERNEL_TRUE,
    AS_KERNEL_FALSE,
    /* ranges */
    AS_KERNEL_EQUAL,
    AS_KERNEL_AT_LEAST,
    AS_KERNEL_AT_MOST,
    AS_KERNEL_MORE_THAN,
    AS_KERNEL_LESS_THAN,
    AS_KERNEL_BETWEEN,
    AS_KERNEL_IN_CURRENCY,
    AS_KERNEL_ON,
    AS_KERNEL_BEFORE,
    AS_KERNEL_AFTER,
    AS_KERNEL_IN_NEXT,
    AS_KERNEL_IN_LAST,
    AS_KERNEL_DAYS_SINCE,
    /* once per distinct value */
    AS_KERNEL_IS,
    AS_KERNEL_ONE_OF,
    AS_KERNEL_MATCHES,
    AS_KERNEL_HAS_WORD,
    AS_KERNEL_IN_LIST,
    AS_KERNEL_IS_FREEMAIL,
    AS_KERNEL_IS_DISPOSABLE,
    AS_KERNEL_DOMAIN,
    AS_KERNEL_STARTS_WITH,
    AS_KERNEL_ENDS_WITH,
    AS_KERNEL_CONTAINS,
    AS_KERNEL_CHOICE_AT_LEAST,
    AS_KERNEL_CHOICE_AT_MOST,
    AS_KERNEL_INCLUDES,
    AS_KERNEL_EXCLUDES,
    AS_KERNEL_REFERS_TO,
    /* answers */
    AS_KERNEL_ACKNOWLEDGED,
    AS_KERNEL_CONFIRMED_BY,
    AS_KERNEL_STATED,
    AS_KERNEL_INFERRED,
    /* events */
    AS_KERNEL_COUNT,
    AS_KERNEL_SUM,
    AS_KERNEL_SEEN,
    AS_KERNEL_SINCE_LAST,
    AS_KERNEL_FIRST,
    AS_KERNEL_LAST,
    AS_KERNEL_DISTINCT_DAYS,
    AS_KERNEL_WHERE,
    /* the buying group */
    AS_KERNEL_EVERY,
    AS_KERNEL_SOME,
    AS_KERNEL_COVERS,
    AS_KERNEL_COVERAGE,
    AS_KERNEL_SIZE,
};

struct as_operator {
    const char *name;
    uint32_t on; /* set of enum as_shape it works on */
    enum as_argument args[AS_OPERATOR_ARGS];
    uint32_t result;     /* enum as_shape; 0: the receiver's own */
    uint16_t kernel;     /* enum as_kernel */
    bool to_account;     /* lifts a lead's fact to its account: confirmed_by, group's */
    const char *say;     /* "{0} is at least {1}"; "[…]" is left out when its argument is */
    const char *text;    /* documentation, one sentence */
    const char *example; /* one expression that loads in the pack `inbound` */
};

/* All rows; *n gets their number. */
const struct as_operator *as_operators(uint32_t *n);
/* The row for a name on a shape, NULL when there is none. The first row of that name that works on any part
 * of the shape. */
const struct as_operator *as_operator_find(uint32_t shape, struct as_str name);
/* Names that a shape understands, for "did you mean" and completion: fills at most `most`, returns how
 * many there are. */
uint32_t as_operator_names(const char **names, uint32_t most, uint32_t shape);
/* The shapes that any operator of this name works on; 0 when no operator has it. */
uint32_t as_operator_shapes(struct as_str name);
/* A shape in words: "text", "number or date"; the parts joined by "or". Appends. */
void as_shape_say(struct as_buf *out, uint32_t shape);

#endif
