/* Gathered: items that come in any order, laid out by row. */
#include "store/snapshot/loading.h"

#include <stdlib.h>
#include <string.h>

void as_gathered_init(struct as_gathered *list, size_t size)
{
    *list = (struct as_gathered){.size = size};
}

void as_gathered_free(struct as_gathered *list)
{
    free(list->row);
    free(list->item);
    *list = (struct as_gathered){.size = list->size};
}

enum as_status as_gathered_add(struct as_gathered *list, uint32_t row, const void *item,
                               struct as_error *error)
{
    if (list->n == list->room) {
        size_t room = list->room == 0 ? 256 : list->room * 2;
        uint32_t *rows = realloc(list->row, room * sizeof *rows);
        if (rows != NULL)
            list->row = rows;
        char *items = realloc(list->item, room * list->size);
        if (items != NULL)
            list->item = items;
        if (rows == NULL || items == NULL)
            return as_error_memory(error);
        list->room = room;
    }
    list->row[list->n] = row;
    memcpy(list->item + list->n * list->size, item, list->size);
    list->n++;
    return AS_OK;
}

enum as_status as_gathered_lay(uint32_t **start, void **items, struct as_gathered *list, uint32_t rows,
                               struct as_error *error)
{
    enum as_status status = AS_OK;
    *start = NULL;
    *items = NULL;
    if (list->n == 0)
        return AS_OK;
    bool fits = list->n < UINT32_MAX;
    char *laid = fits ? malloc(list->n * list->size + 1) : NULL;
    *start = laid != NULL ? calloc((size_t)rows + 2, sizeof **start) : NULL;
    if (*start == NULL) {
        free(laid);
        status = fits ? as_error_memory(error)
                      : as_error_set(error, AS_ERR_LIMIT, "more than %u rows of one kind", UINT32_MAX);
    } else {
        *items = laid;
        /* Counting sort: stable, so that the order within a row is that of gathering. */
        uint32_t *next = *start + 1;
        for (size_t i = 0; i < list->n; i++)
            next[list->row[i] + 1]++;
        for (uint32_t r = 0; r < rows; r++)
            next[r + 1] += next[r];
        for (size_t i = 0; i < list->n; i++)
            memcpy(laid + (size_t)next[list->row[i]]++ * list->size, list->item + i * list->size, list->size);
    }
    as_gathered_free(list);
    return status;
}

void as_sort_unless_sorted(void *items, size_t n, size_t size, int (*order)(const void *, const void *))
{
    const char *at = items;
    for (size_t i = 1; i < n; i++)
        if (order(at + (i - 1) * size, at + i * size) > 0) {
            qsort(items, n, size, order);
            return;
        }
}
