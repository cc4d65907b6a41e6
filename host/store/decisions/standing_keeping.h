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
    struct as_standing_rows said; /* the leads that this run has a word on */
    struct as_id_list lost;       /* leads that it does not have any more, ascending */
    struct as_standing_rows over; /* what it comes to: rows over a base */
    struct as_standing_rows gone; /* of leads that a new base does not have */
    const int32_t *day;           /* of the base's rows; NULL: as they were */
    int32_t *made_day;            /* day, where it is not the run's own */
    uint64_t base_sum, due_sum;
    struct as_layer_list layers;
    bool few, as_it_lay; /* over: rows of the table; files and rows of before */
};

/* A lead of the dataset that stands as it did. */
struct as_standing_row as_standing_unchanged(const struct as_keeping *keeping, uint32_t row);

/* The day from which time alone may change a lead of the dataset. */
static inline int32_t as_keeping_day(const struct as_keeping *keeping, uint32_t row)
{
    return keeping->news->not_before == NULL ? 0 : keeping->news->not_before[row];
}

/* What it comes to, into keeping->over and keeping->count: of a whole run, all that lies over the base; of a
 * part, only the rows that it changes. */
enum as_status as_standing_gather(struct as_keeping *keeping, struct as_error *error);
enum as_status as_standing_settle_part(struct as_keeping *keeping, struct as_error *error);
/* The same for a whole run whose leads are just those of the base: its days are taken, and nothing is to be
 * done where all stays as it was. */
bool as_standing_has_just(const struct as_keeping *keeping);
enum as_status as_standing_take_days(struct as_keeping *keeping, struct as_error *error);
bool as_standing_all_stays(const struct as_keeping *keeping);
enum as_status as_standing_lay_beside(struct as_keeping *keeping, struct as_error *error);
/* Whether the days are those of before. */
bool as_standing_days_stay(const struct as_keeping *keeping);

/* The days of the base that keeping->base_sum names. */
enum as_status as_standing_write_days(struct as_keeping *keeping, const int32_t *day, size_t n,
                                      struct as_error *error);
/* keeping->over as a layer over that base, the one behind those of keeping->layers. */
enum as_status as_standing_write_layer(struct as_keeping *keeping, struct as_error *error);
/* A new base with its days: what is held with keeping->over over it, else the dataset's leads as `said` has
 * them. counting: they are counted. Leads that are gone are added to keeping->gone. */
enum as_status as_standing_write_base(struct as_keeping *keeping, bool counting, struct as_error *error);

#endif
