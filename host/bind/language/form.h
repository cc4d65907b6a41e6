/* Form: a closed table of options. One const table tells what an option is called, what it takes, whether it
 * must be there and what it means; checking, errors and documentation all read it.
 */
#ifndef AS_BIND_FORM_H
#define AS_BIND_FORM_H

#include "bind/language/loading.h"

/* What an option takes: a set. */
enum as_takes {
    AS_TAKES_TEXT = 1 << 0,
    AS_TAKES_NUMBER = 1 << 1,
    AS_TAKES_INTEGER = 1 << 2,
    AS_TAKES_BOOLEAN = 1 << 3,
    AS_TAKES_CONDITION = 1 << 4, /* a node or a function */
    AS_TAKES_FACT = 1 << 5,      /* a node */
    AS_TAKES_FUNCTION = 1 << 6,
    AS_TAKES_TABLE = 1 << 7,
    AS_TAKES_WORD = 1 << 8,  /* what another word of the library makes: n.human "…" */
    AS_TAKES_SPAN = 1 << 9,  /* "24h" */
    AS_TAKES_DAYS = 1 << 10, /* "14d" */
    AS_TAKES_RATE = 1 << 11, /* "2 per 7d" */
    AS_TAKES_DATE = 1 << 12, /* "2027-04-01" */
};

struct as_form_option {
    const char *name;
    unsigned takes;
    bool required;
    const char *text; /* one sentence */
};

struct as_form {
    const char *word;  /* what the options belong to: "rule", "contact_policy" */
    const char *items; /* what the unnamed items are, "steps"; NULL: there are none */
    const char *text;  /* one or two sentences */
    const char *example;
    const struct as_form_option *options; /* ends with a NULL name */
};

/* A table under a form, checked; its options are read by the functions below, which raise with the option's
 * name. */
struct as_options {
    lua_State *L;
    struct as_loading *loading;
    const struct as_form *form;
    const char *name;            /* of what is declared; "" none */
    struct as_position position; /* of the declaration */
    int index;
};

/* Checks every key and every value's kind. name may be NULL. */
void as_options_open(struct as_options *out, lua_State *L, struct as_loading *loading, int index,
                     const struct as_form *form, const char *name, struct as_position position);

/* Absent options give NULL, 0, false or `otherwise`. Texts live as long as the pack. */
const char *as_option_text(const struct as_options *o, const char *name);
bool as_option_flag(const struct as_options *o, const char *name, bool otherwise);
bool as_option_number(double *out, const struct as_options *o, const char *name);
bool as_option_integer(int64_t *out, const struct as_options *o, const char *name);
bool as_option_points(int64_t *milli, const struct as_options *o, const char *name);
bool as_option_money(int64_t *hundredths, const struct as_options *o, const char *name);
int64_t as_option_span(const struct as_options *o, const char *name); /* seconds */
int64_t as_option_days(const struct as_options *o, const char *name);
bool as_option_rate(struct as_rate *out, const struct as_options *o, const char *name);
bool as_option_date(int64_t *day, const struct as_options *o, const char *name);
const struct as_expr *as_option_condition(const struct as_options *o, const char *name, enum as_level level);
const struct as_expr *as_option_fact(const struct as_options *o, const char *name);
/* One of the words of a NULL-terminated list: its number, or `otherwise` when absent. */
int as_option_one_of(const struct as_options *o, const char *name, const char *const *words, int otherwise);
/* The list of texts on top of the stack, which is the option's value. */
const char **as_option_texts(uint32_t *n, const struct as_options *o, const char *option);
/* Pushes the value and is true when the option is there; pushes nothing else. */
bool as_option_push(const struct as_options *o, const char *name);
/* Calls `each` with every named value of a table option, by name, each on top of the stack. */
void as_option_each(const struct as_options *o, const char *option,
                    void (*each)(const struct as_options *o, const char *name));
/* "option \"when\" of rule \"x\"", in the pack's arena. */
const char *as_option_what(const struct as_options *o, const char *name);
/* Raises about one option. */
_Noreturn void as_option_refuse(const struct as_options *o, const char *name, const char *advice,
                                const char *format, ...) __attribute__((format(printf, 4, 5)));

/* The library's own closed tables, which have no form: (table, what it is, names it needs, names it may have).
 * Raises, at the author's line, about a name that is none of these, a value without one, and what is missing. */
int as_word_closed(lua_State *L);

/* Points at a stack index: at most three decimals, exactly. False when they are none. */
bool as_points_of(int64_t *milli, lua_State *L, int index);

/* All forms, for documentation. */
const struct as_form *const *as_forms(size_t *n);

#endif
