/* Loading: what the parts of a snapshot share while it is filled. Internal to host/store. */
#ifndef AS_STORE_LOADING_H
#define AS_STORE_LOADING_H

#include "base/ids.h"
#include "store/facts/cells.h"
#include "store/snapshot/fact_columns.h"
#include "store/snapshot/said_columns.h"
#include "store/snapshot/snapshot.h"

/* Rows by id. Where the table has no ids but the rows', from 1 on without gaps, an id is its row. Else of
 * many rows by_id has 1 + row, 0 none; of a small part the ids are searched, since an array over all ids
 * costs more than the rest. */
struct as_row_map {
    bool dense;
    uint32_t *by_id; /* NULL: a small part, or dense */
    int64_t room;
    const int64_t *id; /* the dataset's, ascending */
    uint32_t n;
    struct as_other_id {
        int64_t id;
        uint32_t row;
    } * other; /* those that were merged into a row; without by_id ascending */
    size_t others, other_room;
};
/* row_map.c: where ids have gaps. */
uint32_t as_row_among(const struct as_row_map *map, int64_t id);
/* AS_NO_INDEX when there is none. */
static inline uint32_t as_row_of(const struct as_row_map *map, int64_t id)
{
    if (map->dense)
        return id > 0 && id <= map->n ? (uint32_t)(id - 1) : AS_NO_INDEX;
    return as_row_among(map, id);
}

struct as_load {
    struct as_store *store;
    const struct as_schema *schema;
    const struct as_snapshot_request *request; /* NULL while priors are loaded */
    struct as_dataset *dataset;
    struct as_field_map map;
    struct as_row_map lead_rows, account_rows; /* a merged one has its survivor's */
    bool attached;                             /* the maps are there */
    uint64_t *took_in; /* bit per lead row: others are merged into it; NULL when nobody is */
    bool part;         /* a choice of leads, not all */
    bool mapped;       /* the files beside the database are read, not the tables */
    int64_t *homes;    /* of lone leads: their accounts and those asked for, ascending; NULL otherwise */
    size_t home_count;
    struct as_fact_level facts[2];      /* by enum as_level: the files that fields are read from */
    struct as_fact_file said[AS_SAIDS]; /* head NULL: read the table */
};

/* AS_NO_INDEX when the row is not in the dataset. */
static inline uint32_t as_lead_row(const struct as_load *load, int64_t id)
{
    return as_row_of(&load->lead_rows, id);
}
static inline uint32_t as_account_row(const struct as_load *load, int64_t id)
{
    return as_row_of(&load->account_rows, id);
}

/* rows.c: which rows there are. row_fields.c: their columns, then what was known otherwise at known_at. */
enum as_status as_load_rows(struct as_load *load, struct as_error *error);
enum as_status as_load_columns(struct as_load *load, struct as_error *error);
void as_load_free(struct as_load *load);
void as_row_maps_free(struct as_load *load);
/* The ids of the dataset's leads or accounts and of those merged into them, as a JSON array, appended. */
void as_load_ids(struct as_buf *out, const struct as_load *load, enum as_level level);
/* row_map.c: those of the leads, unless `out` has them already; the maps are made for it. */
enum as_status as_load_part(struct as_buf *out, struct as_load *load, struct as_error *error);
/* Those that both lists have; both ascend. */
void as_load_json_both(struct as_buf *out, const int64_t *ids, size_t n, const int64_t *others, size_t m);
/* row_map.c: the maps of a dataset, unless they are there. */
enum as_status as_load_attach(struct as_load *load, struct as_error *error);

enum as_status as_load_events(struct as_load *load, struct as_error *error);  /* event_runs.c */
enum as_status as_load_answers(struct as_load *load, struct as_error *error); /* answers.c */
enum as_status as_load_contacts(struct as_load *load,
                                struct as_error *error); /* contacts.c: touches, consents */
/* comings.c: who came to the pack's programmes. part: the part's leads as a JSON array, empty: to be filled.
 */
enum as_status as_load_comings(struct as_load *load, const char *pack, struct as_buf *part,
                               struct as_error *error);
enum as_status as_load_feeds(struct as_load *load, struct as_error *error); /* freshness.c */

/* A list of items by row, gathered in any order and then laid out by row: `start` has rows + 1 entries, and
 * items keep the order in which they were gathered within a row. Both arrays are malloc'ed; of no items both
 * are NULL. */
struct as_gathered {
    size_t n, room, size; /* size of an item */
    uint32_t *row;
    char *item;
};
void as_gathered_init(struct as_gathered *list, size_t size);
enum as_status as_gathered_add(struct as_gathered *list, uint32_t row, const void *item,
                               struct as_error *error);
/* Frees the list whatever happens; on failure both arrays are NULL, too. */
enum as_status as_gathered_lay(uint32_t **start, void **items, struct as_gathered *list, uint32_t rows,
                               struct as_error *error);
void as_gathered_free(struct as_gathered *list);
/* For the items of one row, most of which came in their order. */
void as_sort_unless_sorted(void *items, size_t n, size_t size, int (*order)(const void *, const void *));

#endif
