/* Layers: which of them become one, and the list of them. */
#include "store/layers.h"

#include <string.h>

bool as_layer_list_read(struct as_layer_list *out, const void *bytes, size_t n)
{
    *out = (struct as_layer_list){.n = 0};
    if (n % sizeof *out->sum != 0 || n > sizeof out->sum)
        return false;
    out->n = (unsigned)(n / sizeof *out->sum);
    if (n > 0)
        memcpy(out->sum, bytes, n);
    return true;
}

bool as_layer_lists_same(const struct as_layer_list *a, const struct as_layer_list *b)
{
    return a->n == b->n && memcmp(a->sum, b->sum, a->n * sizeof *a->sum) == 0;
}

unsigned as_layers_joined(const size_t *rows_of, unsigned n, size_t rows, size_t most)
{
    unsigned first = n;
    while (first > 0 &&
           (first == AS_LAYERS || (rows_of[first - 1] <= rows && rows + rows_of[first - 1] <= most)))
        rows += rows_of[--first];
    return first;
}
