/* Arena: memory that is released together.
 *
 * A debug build (no NDEBUG) gives each object its own malloc so that the address sanitizer sees overruns.
 */
#ifndef AS_BASE_ARENA_H
#define AS_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct as_arena {
    struct as_arena_block *head;
    size_t used; /* bytes handed out since the last reset */
};

/* An arena starts zeroed; this is for readability. */
void as_arena_init(struct as_arena *arena);

/* Zeroed memory of `size` bytes aligned for any type, NULL when memory is out. A size of 0 gives a
 * unique pointer. */
void *as_arena_alloc(struct as_arena *arena, size_t size);

/* Zeroed array; NULL on overflow or when memory is out. */
void *as_arena_array(struct as_arena *arena, size_t count, size_t size);

/* The same without the zeroes: for room that is written before it is read. What is not written costs nothing then. */
void *as_arena_room(struct as_arena *arena, size_t count, size_t size);

/* NUL-terminated copy of n bytes. NULL when memory is out. */
char *as_arena_copy(struct as_arena *arena, const char *bytes, size_t n);

/* printf into the arena. NULL when memory is out. */
char *as_arena_printf(struct as_arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Frees everything; the arena can be used again. */
void as_arena_free(struct as_arena *arena);

/* A list that grows inside an arena. Declare it as
 *     struct { struct as_rule **at; uint32_t n, room; } rules;
 * and append with as_list_push(arena, &x->rules, value). The old array stays in the arena until freed. */
#define AS_LIST(type)                                                                                        \
    struct {                                                                                                 \
        type *at;                                                                                            \
        uint32_t n, room;                                                                                    \
    }

/* Appends value; evaluates to true on success, false when memory is out (the list is unchanged). */
#define as_list_push(arena, list, value)                                                                     \
    (as_list_grow((arena), (void **)&(list)->at, &(list)->room, (list)->n, sizeof *(list)->at)               \
         ? ((list)->at[(list)->n++] = (value), true)                                                         \
         : false)

/* Ensures room for one more item. Used through as_list_push. */
bool as_list_grow(struct as_arena *arena, void **at, uint32_t *room, uint32_t n, size_t size);

#endif
