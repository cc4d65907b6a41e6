/* Seal: after loading, what rule functions can reach no longer changes, so that a decision cannot depend on
 * which lead came before. */
#ifndef AS_BIND_SEAL_H
#define AS_BIND_SEAL_H

#include <lua.h>

/* Seals what the functions in the list at index (1 … n) can reach: tables become read-only where they stand;
 * a function that assigns a variable which outlives its call, and an iterator that remembers where it is, are
 * refused with the line. From then on require gives scripts the library alone. The list itself stays as it is. Raises. */
void as_seal(lua_State *L, int index);

#endif
