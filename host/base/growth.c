/* Growth by doubling, so that n items are moved about n times in all. */
#include "base/growth.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST = 64 };

bool as_grow(void **at, size_t *room, size_t n, size_t size)
{
    if (n < *room)
        return true;
    size_t more = *room == 0 ? FIRST : *room * 2;
    void *grown = more <= SIZE_MAX / size ? realloc(*at, more * size) : NULL;
    if (grown == NULL)
        return false;
    *at = grown;
    *room = more;
    return true;
}
