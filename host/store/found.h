/* Found: who is told what a check found, and how much that was. Internal to host/store. */
#ifndef AS_STORE_FOUND_H
#define AS_STORE_FOUND_H

#include <stddef.h>
#include <stdint.h>

struct as_found {
    void (*tell)(void *context, const char *text); /* NULL: nobody */
    void *context;
    uint32_t n;
};

/* One more; the text is good during the call. */
static inline void as_found_add(struct as_found *found, const char *text)
{
    found->n++;
    if (found->tell != NULL)
        found->tell(found->context, text);
}

#endif
