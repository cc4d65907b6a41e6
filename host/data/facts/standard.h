/* Standard: the facts every schema starts with, as const tables. */
#ifndef AS_DATA_STANDARD_H
#define AS_DATA_STANDARD_H

#include "data/facts/schema.h"

struct as_standard_property {
    const char *name;
    enum as_type type;
    bool required; /* as in struct as_property */
};

enum { AS_STANDARD_PROPERTIES = 4 };

struct as_standard_kind {
    struct as_event_kind kind;
    struct as_standard_property properties[AS_STANDARD_PROPERTIES]; /* ends early with a NULL name */
};

/* An ordered list that a choice field of that name takes when it declares none. */
struct as_standard_choices {
    const char *name;
    const char *const *choices;
    uint32_t n;
};

/* Each gives its table; *n gets the number of rows. */
const struct as_field *as_standard_fields(uint32_t *n);
const struct as_standard_kind *as_standard_kinds(uint32_t *n);
const struct as_standard_choices *as_standard_choice_lists(uint32_t *n);

/* Teams may have channels of their own beside the choices of lead.unsubscribed, but none that is a slip of
 * the pen from one of these: a touch on it would escape every cap, and an objection to it would be heard by
 * nobody. False for a slip. *known: the choice that the word is, in any case, or that is meant; NULL: there
 * is none. */
bool as_standard_channel(const char **known, const struct as_schema *schema, struct as_str word);

/* True for a name that speaks of budget, authority, need or timing. Such facts are not a matter for the
 * gate that only asks whether somebody belongs in the nurturing programme. */
bool as_standard_is_bant(struct as_str name);

#endif
