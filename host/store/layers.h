/* Layers: files that lie over a base beside the database, each what one run changed or several that followed
 * each other; of a row the newest layer's word holds. Those of standings and of scores are such, and files of
 * events that came in are joined as they are. Internal to host/store; knows nothing of SQL, since the
 * extension for other programs reads them too.
 *
 * What a run writes is in proportion to what it changed. Files that follow each other become one when the
 * later is as large, so that there are few and each row is written a few times; where that would be more rows
 * than one run should write for others before it, they stay apart. When layers are a good share of their
 * base, all become a new one.
 */
#ifndef AS_STORE_LAYERS_H
#define AS_STORE_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than there are over a base before it is written anew: sixteen of AS_JOINED_SHARE that are half full,
 * and below these one for each doubling. */
enum { AS_LAYERS = 32 };

/* They become a new base when they have as many rows as it: a run about a part decides but few leads, and has
 * the more to do the later the better. A run about everybody goes through all of their rows, which from this
 * share of the base on costs it more than a new base now and then. */
enum { AS_LAYERS_SHARE = 1, AS_LAYERS_SHARE_OF_ALL = 4 };
/* Files are joined up to this share of their base, by a run about everybody up to a smaller one, so that none
 * of many days writes for several before it; up to so many times AS_FEW_LEADS in any. */
enum { AS_JOINED_SHARE = 8, AS_JOINED_SHARE_OF_ALL = 32, AS_JOINED_FEW = 8 };

/* The sums of files, oldest first: what a row of the database has as a blob. */
struct as_layer_list {
    unsigned n;
    uint64_t sum[AS_LAYERS];
};
/* False for bytes that are no such list. */
bool as_layer_list_read(struct as_layer_list *out, const void *bytes, size_t n);
bool as_layer_lists_same(const struct as_layer_list *a, const struct as_layer_list *b);

/* Of n files with so many rows each, oldest first, the first that becomes one with `rows` new ones: n none.
 * That file is to have no more than `most` rows, unless n is so large that there is no room for another. */
unsigned as_layers_joined(const size_t *rows_of, unsigned n, size_t rows, size_t most);

#endif
