/* Standing keeping: one model's standings on their way to what a run decided; between standing_keeping.c,
 * which says what is to be done, standing_settling.c, which finds what it comes to, and standing_making.c,
 * which writes the files of it. Internal to host/store. */
#ifndef AS_STORE_STANDING_KEEPING_H
#define AS_STORE_STANDING_KEEPING_H

#include "base/ids.h"
#include "store/decisions/kept_standings.h"

/* A list of rows by lead. */
struct as_standing_rows {
    struct as_standing_row *at;
    size_t n, room;
    size_t gone; /* so many of them are another's by now */
};

/* Room for so many rows in all. */
enum as_status as_standing_room(struct as_standing_rows *rows, size_t room, struct as_error *error);
enum as_status as_standing_add(struct as_standing_rows *rows, const struct as_standing_row *row,
                               struct as_error *error);

/* What one call works on. */
struct as_keeping {
    struct as_store *store;
    const struct as_dataset *dataset;
    const struct as_standings_news *news;
    struct as_held_standings held;
    struct as_standing_count count;
    struct as_standing_rows said; /* of a model without files: the leads that this run has a word on */
    struct as_id_list lost;       /* leads that it does not have any more, ascending */
    struct as_standing_rows over; /* what it comes to: rows over a base */
    struct as_standing_rows gone; /* of leads that a new base does not have */
    uint64_t base_sum, due_sum;
    struct as_layer_list layers;
    bool few; /* over: rows of the table */
};

/* A lead of the dataset that stands as it did. */
struct as_standing_row as_standing_unchanged(const struct as_keeping *keeping, uint32_t row);

/* The day from which time alone may change a lead of the dataset. */
static inline int32_t as_keeping_day(const struct as_keeping *keeping, uint32_t row)
{
    return keeping->news->not_before == NULL ? 0 : keeping->news->not_before[row];
}

/* The rows that a run changes, into keeping->over, and keeping->count: of a part, and of everybody. */
enum as_status as_standing_settle_part(struct as_keeping *keeping, struct as_error *error);
enum as_status as_standing_settle_all(struct as_keeping *keeping, struct as_error *error);

/* keeping->over as a layer over the base that keeping->base_sum names, the one behind those of keeping->layers. */
enum as_status as_standing_write_layer(struct as_keeping *keeping, struct as_error *error);
/* A new base with its days: what is held with keeping->over over it, else the dataset's leads as `said` has
 * them. counting: they are counted. Leads that are gone are added to keeping->gone. */
enum as_status as_standing_write_base(struct as_keeping *keeping, bool counting, struct as_error *error);

#endif
