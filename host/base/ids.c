/* Id lists, which grow by doubling. */
#include "base/ids.h"

#include "base/growth.h"

#include <stdlib.h>
#include <string.h>

enum as_status as_id_push(struct as_id_list *list, int64_t id, struct as_error *error)
{
    if (!as_grow((void **)&list->at, &list->room, list->n, sizeof *list->at))
        return as_error_memory(error);
    list->at[list->n++] = id;
    return AS_OK;
}

/* --- order --- */

enum { DIGIT = 11, DIGITS = 1 << DIGIT };

struct placed {
    uint64_t above; /* the least id */
    uint32_t place;
};

/* Digit by digit, from the last one on; where they are then, of the two. */
static struct placed *by_digits(struct placed *from, struct placed *to, size_t n, uint64_t most)
{
    for (int shift = 0; shift < 64 && most >> shift != 0; shift += DIGIT) {
        size_t begin[DIGITS] = {0};
        for (size_t i = 0; i < n; i++)
            begin[from[i].above >> shift & (DIGITS - 1)]++;
        for (size_t digit = 0, at = 0; digit < DIGITS; digit++) {
            size_t more = begin[digit];
            begin[digit] = at;
            at += more;
        }
        for (size_t i = 0; i < n; i++)
            to[begin[from[i].above >> shift & (DIGITS - 1)]++] = from[i];
        struct placed *swap = from;
        from = to;
        to = swap;
    }
    return from;
}

/* Ids from the least up to the most; NULL when there is no room. Freed as *room. */
static struct placed *ascend(struct placed **room, const int64_t *ids, size_t n, int64_t least, int64_t most)
{
    struct placed *both = *room = malloc(2 * n * sizeof *both);
    for (size_t i = 0; both != NULL && i < n; i++)
        both[i] = (struct placed){(uint64_t)ids[i] - (uint64_t)least, (uint32_t)i};
    return both == NULL ? NULL : by_digits(both, both + n, n, (uint64_t)most - (uint64_t)least);
}

/* Whether they ascend already. */
static bool span(int64_t *least, int64_t *most, const int64_t *ids, size_t n)
{
    bool ordered = true;
    *least = INT64_MAX;
    *most = INT64_MIN;
    for (size_t i = 0; i < n; i++) {
        ordered &= ids[i] >= *most;
        *least = ids[i] < *least ? ids[i] : *least;
        *most = ids[i] > *most ? ids[i] : *most;
    }
    return ordered;
}

enum as_status as_ids_order(uint32_t *order, const int64_t *ids, size_t n, struct as_error *error)
{
    int64_t least, most;
    struct placed *room, *at;
    if (span(&least, &most, ids, n)) {
        for (size_t i = 0; i < n; i++)
            order[i] = (uint32_t)i;
        return AS_OK;
    }
    at = ascend(&room, ids, n, least, most);
    for (size_t i = 0; at != NULL && i < n; i++)
        order[i] = at[i].place;
    free(room);
    return at == NULL ? as_error_memory(error) : AS_OK;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* From so many on digits are quicker than comparing. */
enum { MANY = 256 };

size_t as_ids_each_once(int64_t *ids, size_t n)
{
    int64_t least, most;
    size_t kept = 0;
    if (!span(&least, &most, ids, n)) {
        struct placed *room = NULL, *at = n < MANY ? NULL : ascend(&room, ids, n, least, most);
        for (size_t i = 0; at != NULL && i < n; i++)
            ids[i] = (int64_t)((uint64_t)least + at[i].above);
        free(room);
        if (at == NULL)
            qsort(ids, n, sizeof *ids, by_value);
    }
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || ids[i] != ids[kept - 1])
            ids[kept++] = ids[i];
    return kept;
}

/* --- texts and places --- */

void as_id_json(struct as_buf *out, int64_t id)
{
    if (out->n > 0 && out->p[out->n - 1] != '[')
        as_buf_char(out, ',');
    as_buf_int(out, id);
}

void as_ids_json(struct as_buf *out, const int64_t *ids, size_t n)
{
    as_buf_char(out, '[');
    for (size_t i = 0; i < n; i++)
        as_id_json(out, ids[i]);
    as_buf_char(out, ']');
}

size_t as_ids_seek(const int64_t *ids, size_t n, size_t from, int64_t id)
{
    if (from >= n || ids[from] >= id)
        return from;
    /* Ids ascend by one at least: there, or before it. */
    uint64_t most = (uint64_t)id - (uint64_t)ids[from];
    size_t low = from, high = most < n - from ? from + (size_t)most : n;
    if (high < n && ids[high] == id)
        return high;
    /* ids[low] < id; whoever asks in order asks for one that is near. */
    for (size_t step = 1; step < high - low; step *= 2) {
        if (ids[low + step] >= id) {
            high = low + step;
            break;
        }
        low += step;
    }
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (ids[middle] < id)
            low = middle;
        else
            high = middle;
    }
    return high;
}

/* Ids are handed out in order, so that a choice of them lies about evenly: looked for around where it would
 * then be. */
size_t as_ids_place(const int64_t *ids, size_t n, int64_t id)
{
    if (n == 0 || id < ids[0] || id > ids[n - 1])
        return SIZE_MAX;
    const double above = (double)((uint64_t)id - (uint64_t)ids[0]),
                 all = (double)((uint64_t)ids[n - 1] - (uint64_t)ids[0]);
    size_t from = all > 0 ? (size_t)(above / all * (double)(n - 1)) : 0, end = n;
    for (size_t step = 1; ids[from] > id; step *= 2) {
        end = from;
        from = from > step ? from - step : 0;
    }
    size_t place = as_ids_seek(ids, end, from, id);
    return place < end && ids[place] == id ? place : SIZE_MAX;
}

bool as_ids_have(const int64_t *ids, size_t n, int64_t id)
{
    return as_ids_place(ids, n, id) != SIZE_MAX;
}

bool as_ids_begin(const int64_t *ids, size_t n, const int64_t *first, size_t first_n)
{
    if (first_n == 0 || first_n > n)
        return first_n == 0;
    const int64_t last = first[first_n - 1];
    if (ids[0] != first[0] || ids[first_n - 1] != last)
        return false;
    return (uint64_t)last - (uint64_t)first[0] == first_n - 1 ||
           memcmp(ids, first, first_n * sizeof *ids) == 0;
}
