/* Columns: which columns of ours a record of each kind may have, what form they take, and under which names other people's
 * files carry them. */
#ifndef AS_DATA_COLUMNS_H
#define AS_DATA_COLUMNS_H

#include "data/mapping/record.h"

enum as_form {
    AS_FORM_TEXT,
    AS_FORM_EMAIL,   /* one address */
    AS_FORM_EMAILS,  /* several, separated by ";" */
    AS_FORM_IDS,     /* several external ids, separated by ";" */
    AS_FORM_PAST,    /* an instant that cannot lie in the future */
    AS_FORM_INSTANT, /* an instant, or a day that stays one */
    AS_FORM_AMOUNT,  /* decimal number with at most two places; its currency goes beside it */
    AS_FORM_INTEGER,
    AS_FORM_BOOLEAN,
    AS_FORM_WORD,     /* one of `words` */
    AS_FORM_CHANNEL,  /* on which people are contacted */
    AS_FORM_KIND,     /* a kind of event */
    AS_FORM_FIELD,    /* a field of the schema */
    AS_FORM_PROPERTY, /* a property of the row's kind of event */
};

struct as_import_column {
    const char *name;
    enum as_form form;
    const char *const *words; /* of AS_FORM_WORD, NULL at the end */
};

/* The canonical columns of a kind, beside the fields of leads and accounts; ends with a NULL name. */
const struct as_import_column *as_import_columns(enum as_import_kind kind);

enum { AS_IMPORT_NEEDS = 4, AS_IMPORT_ALTERNATIVES = 5 };

/* What a record must say: one of the alternatives of each need. Both end early with NULL. */
struct as_import_needs {
    const char *any_of[AS_IMPORT_NEEDS][AS_IMPORT_ALTERNATIVES];
};

const struct as_import_needs *as_import_needs(enum as_import_kind kind);

/* Where a value goes. */
struct as_target {
    const char *name; /* canonical column, field, or "property.NAME"; lives as long as the schema */
    enum as_form form;
    const char *const *words;     /* of AS_FORM_WORD */
    const struct as_field *field; /* of AS_FORM_FIELD */
    const char *property;         /* of AS_FORM_PROPERTY: its name */
};

/* The target of this exact name ("created", "property.url"). False when the kind has none. */
bool as_target_named(struct as_target *out, enum as_import_kind kind, const struct as_schema *schema, struct as_str name);

/* The target that somebody else's column name means: equal apart from case, blanks and punctuation, or a usual synonym
 * ("E-mail Address", "Account Name", "Organisation"). False when there is none. */
bool as_target_meant(struct as_target *out, enum as_import_kind kind, const struct as_schema *schema, struct as_str theirs);

/* The nearest target name of a kind, NULL when none is near. */
const char *as_target_suggest(enum as_import_kind kind, const struct as_schema *schema, struct as_str name);

/* True when the two are equal apart from case, blanks and punctuation: "Former Customer" and "former_customer". */
bool as_same_word(struct as_str a, struct as_str b);

#endif
