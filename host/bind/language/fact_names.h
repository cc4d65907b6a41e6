/* Fact names: lead, account, event and answer as rules write them. */
#ifndef AS_BIND_FACT_NAMES_H
#define AS_BIND_FACT_NAMES_H

#include <lua.h>

enum as_facts { AS_FACTS_LEAD, AS_FACTS_ACCOUNT, AS_FACTS_EVENT, AS_FACTS_ANSWER, AS_FACTS_ACCOUNT_EVENT };

/* Pushes the value whose fields are these facts. */
void as_fact_names_push(lua_State *L, enum as_facts which);

/* True for a word that `account.` or, in a function, the lead keeps for itself, so that no field may have it. */
_Bool as_fact_names_reserved(const char *name);

/* Makes the metatables of these values; once a state, before the first is pushed. */
void as_fact_names_open(lua_State *L);

#endif
