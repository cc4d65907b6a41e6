/* Counting leads by how they stand. */
#include "store/decisions/standing_count.h"

#include "base/intern.h"

#include <stdlib.h>

enum { FIRST_ROOM = 256 };
/* No standing's: all of a verdict's bits and flags that there are not. */
static const uint64_t no_key = UINT64_MAX;

static struct as_standing_entry *slot_of(struct as_standing_entry *at, size_t room, uint64_t key)
{
    size_t i = (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (room - 1);
    while (at[i].key != key && at[i].key != no_key)
        i = (i + 1) & (room - 1);
    return &at[i];
}

static enum as_status grow(struct as_standing_count *count, struct as_error *error)
{
    size_t room = count->room == 0 ? FIRST_ROOM : count->room * 2;
    struct as_standing_entry *grown = malloc(room * sizeof *grown);
    if (grown == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < room; i++)
        grown[i] = (struct as_standing_entry){no_key, 0};
    for (size_t i = 0; i < count->room; i++)
        if (count->at[i].key != no_key)
            *slot_of(grown, room, count->at[i].key) = count->at[i];
    free(count->at);
    count->at = grown;
    count->room = room;
    return AS_OK;
}

enum as_status as_standing_count_key(struct as_standing_count *count, uint64_t key, int64_t n,
                                     struct as_error *error)
{
    if (count->used * 2 >= count->room) {
        enum as_status status = grow(count, error);
        if (status != AS_OK)
            return status;
    }
    struct as_standing_entry *slot = slot_of(count->at, count->room, key);
    count->used += slot->key == no_key;
    slot->key = key;
    slot->leads += n;
    return AS_OK;
}

enum as_status as_standing_count_add(struct as_standing_count *count, const struct as_prior *prior, int64_t n,
                                     struct as_error *error)
{
    return prior->decided ? as_standing_count_key(count, as_standing_key(prior), n, error) : AS_OK;
}

static int by_key(const void *a, const void *b)
{
    uint64_t x = ((const struct as_standing_entry *)a)->key, y = ((const struct as_standing_entry *)b)->key;
    return x < y ? -1 : x > y;
}

size_t as_standing_count_pack(struct as_standing_count *count)
{
    size_t n = 0;
    for (size_t i = 0; i < count->room; i++)
        if (count->at[i].key != no_key && count->at[i].leads != 0)
            count->at[n++] = count->at[i];
    if (n > 1)
        qsort(count->at, n, sizeof *count->at, by_key);
    return n;
}

void as_standing_count_free(struct as_standing_count *count)
{
    free(count->at);
    *count = (struct as_standing_count){.at = NULL};
}
