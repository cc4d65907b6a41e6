/* assay.store: what scripts read of the system of record, and their team's own keys and notes. */
#ifndef AS_BIND_STORE_MODULE_H
#define AS_BIND_STORE_MODULE_H

#include "bind/module/module_table.h"
#include "data/facts/schema.h"
#include "store/store.h"

extern const struct as_module as_store_module;

/* What one state may do with the store. A decision is pure, so a state that loads or decides has no store at
 * all. */
struct as_store_access {
    struct as_store *store; /* NULL: every function raises, saying `refusal` */
    const struct as_schema *schema;
    const char *pack;     /* whose private keys and notes */
    int64_t at, known_at; /* what is visible; also the time of what is written */
    bool may_write;       /* enrichment and effects alone */
    const char *refusal;  /* "while rules decide"; NULL says that */
};

/* Pushes the module's table. access is borrowed and outlives the state; NULL: no store. */
void as_store_module_push(lua_State *L, const struct as_store_access *access);

extern const struct as_module_part as_store_facts_part;
extern const struct as_module_part as_store_space_part;

/* For the parts: the access of the running function, refused where the state may not read (or write). */
const struct as_store_access *as_store_readable(lua_State *L);
const struct as_store_access *as_store_writable(lua_State *L);
/* Raises what the store said, under the running function's name. */
_Noreturn void as_store_refuse(lua_State *L, const struct as_error *error);
/* What the running function is about: those that begin with "account", accounts. */
enum as_level as_store_level_of(lua_State *L);
/* The row id that argument `index` names: an id, a table with a field `id`, or words that find one. 0: not
 * found, and nil and a message are on the stack as the function's two results. */
int64_t as_store_row_argument(lua_State *L, int index, const struct as_store_access *access,
                              enum as_level level);

#endif
