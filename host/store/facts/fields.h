/* Fields: how the schema's numbers map to the database's. Internal to host/store. */
#ifndef AS_STORE_FIELDS_H
#define AS_STORE_FIELDS_H

#include "data/facts/schema.h"
#include "store/database.h"

/* Database ids by schema index, 0 where the database does not know it; and kinds back by database id. */
struct as_field_map {
    int64_t *field, *kind, *property;
    uint32_t *kind_of; /* schema kind by database id, AS_NO_INDEX */
    int64_t kind_of_room;
    int64_t match_field; /* the field under which a lead's account_id keeps its history, 0 unknown */
    struct as_field_numbers *shared; /* whose the arrays are */
};
/* A number once given stays: of a schema that the database knows all of, the map is read once and then
 * shared. */
enum as_status as_field_map_load(struct as_field_map *out, struct as_store *store,
                                 const struct as_schema *schema, struct as_error *error);
void as_field_map_free(struct as_field_map *map);

static inline uint32_t as_kind_of(const struct as_field_map *map, int64_t kind_id)
{
    return kind_id >= 0 && kind_id < map->kind_of_room ? map->kind_of[kind_id] : AS_NO_INDEX;
}

/* Money has a second column for its currency. */
void as_currency_column(struct as_buf *out, const char *field);

#endif
