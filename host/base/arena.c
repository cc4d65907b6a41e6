/* Arena allocation. Objects are never released one by one; what must outlive the arena belongs elsewhere. */
#include "base/arena.h"

#include "base/pages.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct as_arena_block {
    struct as_arena_block *next;
    size_t used, room;
    alignas(max_align_t) unsigned char bytes[];
};

#ifdef NDEBUG
/* Small at first, for a short-lived arena should cost little, and then twice as large each time until malloc
 * is rare. */
enum { FIRST_BLOCK = 2 * 1024, LARGEST_BLOCK = 32 * 1024 };

static size_t next_block(const struct as_arena *arena)
{
    size_t last = arena->head != NULL ? arena->head->room + sizeof *arena->head : 0;
    size_t next = last < FIRST_BLOCK ? FIRST_BLOCK : last < LARGEST_BLOCK ? last * 2 : LARGEST_BLOCK;
    return next - sizeof *arena->head;
}
#else
static size_t next_block(const struct as_arena *arena)
{
    (void)arena;
    return 1;
}
#endif

void as_arena_init(struct as_arena *arena)
{
    *arena = (struct as_arena){NULL, 0};
}

static size_t aligned(size_t size)
{
    size_t a = alignof(max_align_t);
    return (size + a - 1) / a * a;
}

static void *allocate(struct as_arena *arena, size_t size, bool zeroed)
{
    if (size == 0)
        size = 1;
    if (size > SIZE_MAX / 2)
        return NULL;
    size_t need = aligned(size);
    struct as_arena_block *block = arena->head;
    if (block && block->room - block->used >= need) {
        void *p = block->bytes + block->used;
        block->used += need;
        arena->used += size;
        return p;
    }
    /* A debug build asks for exactly `size` bytes, so that the byte after them is out of bounds. */
    size_t next = next_block(arena);
    size_t room = need > next / 4 ? size : next;
    if (zeroed || room != size) /* of a block that is shared, the rest may be handed out as zeroes */
        block = calloc(1, sizeof *block + room);
    else
        block = malloc(sizeof *block + room);
    if (!block)
        return NULL;
    block->room = room;
    block->used = room == size ? room : need;
    as_pages_prefer_huge(block, room);
    if (room == size && arena->head) {
        /* A large object must not hide what is left of the current block. */
        block->next = arena->head->next;
        arena->head->next = block;
    } else {
        block->next = arena->head;
        arena->head = block;
    }
    arena->used += size;
    return block->bytes;
}

void *as_arena_alloc(struct as_arena *arena, size_t size)
{
    return allocate(arena, size, true);
}

void *as_arena_room(struct as_arena *arena, size_t count, size_t size)
{
    return size != 0 && count > SIZE_MAX / size ? NULL : allocate(arena, count * size, false);
}

void *as_arena_array(struct as_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / size)
        return NULL;
    return as_arena_alloc(arena, count * size);
}

char *as_arena_copy(struct as_arena *arena, const char *bytes, size_t n)
{
    if (n == SIZE_MAX)
        return NULL;
    char *copy = as_arena_alloc(arena, n + 1);
    if (copy && n > 0)
        memcpy(copy, bytes, n);
    return copy;
}

char *as_arena_printf(struct as_arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    char *text = n < 0 ? NULL : as_arena_alloc(arena, (size_t)n + 1);
    if (text)
        vsnprintf(text, (size_t)n + 1, format, again);
    va_end(again);
    va_end(args);
    return text;
}

void as_arena_free(struct as_arena *arena)
{
    struct as_arena_block *block = arena->head;
    while (block) {
        struct as_arena_block *next = block->next;
        free(block);
        block = next;
    }
    as_arena_init(arena);
}

bool as_list_grow(struct as_arena *arena, void **at, uint32_t *room, uint32_t n, size_t size)
{
    if (n < *room)
        return true;
    if (n > UINT32_MAX / 2)
        return false;
    uint32_t more = n < 4 ? 8 : n * 2;
    void *bigger = as_arena_array(arena, more, size);
    if (!bigger)
        return false;
    if (n > 0)
        memcpy(bigger, *at, n * size);
    *at = bigger;
    *room = more;
    return true;
}
