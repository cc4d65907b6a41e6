/* Growth: arrays of malloc that take one item after the other. (as_list_push is for those that an arena
 * holds.) */
#ifndef AS_BASE_GROWTH_H
#define AS_BASE_GROWTH_H

#include <stdbool.h>
#include <stddef.h>

/* Room for one item after n of them: nothing to do while n < *room, else *at moves to where there is twice as
 * much. False, with everything as it was, when memory is out. An array of nothing is NULL with room 0; its
 * owner frees it. */
bool as_grow(void **at, size_t *room, size_t n, size_t size);

#endif
