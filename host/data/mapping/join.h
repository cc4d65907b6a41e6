/* Join: rows of a second file, found by a key, held in memory. */
#ifndef AS_DATA_JOIN_H
#define AS_DATA_JOIN_H

#include "data/mapping/mapping_tree.h"

struct as_join;

/* Reads the columns that the mapping mentions (with the join's prefix) of the first of the join's files that exists in
 * `folder`. A missing file is AS_ERR_MISSING, or an empty join when it is optional. AS_ERR_LIMIT when it is too large to hold. */
enum as_status as_join_open(struct as_join **out, const struct as_map_join *map, const struct as_mapping *mapping,
                            const char *folder, struct as_error *error);
void as_join_close(struct as_join *join); /* NULL is fine */

/* The number of a column by its prefixed name, AS_NO_INDEX when there is none. */
uint32_t as_join_column(const struct as_join *join, struct as_str prefixed);

/* The row with this key, AS_NO_INDEX when there is none; the first of several. */
uint32_t as_join_find(const struct as_join *join, struct as_str key);
struct as_str as_join_cell(const struct as_join *join, uint32_t row, uint32_t column);

#endif
