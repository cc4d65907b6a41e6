/* The parts of a domain under construction; for trial_domain*.c alone. */
#ifndef AS_BIND_TRIAL_DOMAIN_PARTS_H
#define AS_BIND_TRIAL_DOMAIN_PARTS_H

#include "bind/trial/trial_domain.h"

/* Indexes are of the Lua stack. */
struct as_domain {
    lua_State *L;
    const struct as_pack *pack;
    const struct as_schema *schema;
    int top;           /* the table */
    int facts, events; /* arrays of it */
    int known;         /* map: name of a fact or event → its table */
};

/* Sets an entry of the table on top. */
void as_domain_set_flag(lua_State *L, const char *name, bool flag);
/* Appends to the array `name` of a table: the value on top, which it pops, to the table below; a text to the
 * table on top. */
void as_domain_append(lua_State *L, const char *name);
void as_domain_append_text(lua_State *L, const char *name, struct as_str text);

/* Pushes the table of a fact (through a reference, or AS_NO_INDEX) or of an event kind, made when it is new.
 */
void as_domain_push_fact(struct as_domain *d, uint32_t field, uint32_t via);
void as_domain_push_event(struct as_domain *d, uint32_t kind);

/* trial_domain_values.c: what a node reads and compares. */
void as_domain_read_node(struct as_domain *d, const struct as_expr *expr);

#endif
