/* Comparing: in which facts two leads differ, whose word each is, and what the survivor of both gets.
 * Internal to host/store.
 */
#ifndef AS_STORE_COMPARING_H
#define AS_STORE_COMPARING_H

#include "store/facts/batch.h"

/* A field of leads by its number, and what the two have. */
struct as_compared_fact {
    int64_t id;
    const char *name;
    enum as_type type;
    const char *first_kept; /* as in the database; NULL: the last word counts */
    struct as_cell own, other;
};

/* Who says what a row holds, and since when. */
struct as_fact_origin {
    int64_t source, from;
    int precedence;
    const char *system;
};

struct as_comparing {
    struct as_store *store;
    int64_t survivor, merged;
    struct as_arena arena;
    AS_LIST(struct as_compared_fact) facts; /* by name */
    sqlite3_stmt *own, *other;
    bool address;                               /* the other's address is taken */
    struct as_buf own_text, other_text, joined; /* of the difference at hand */
};

/* Releases what comparing took; all zero but the store is fine. */
void as_comparing_close(struct as_comparing *c);

/* Who says a field of a lead, in c->arena: the field's own source, else its row's. */
enum as_status as_fact_origin_of(struct as_fact_origin *out, struct as_comparing *c, int64_t lead,
                                 int64_t field, struct as_error *error);

/* What the survivor gets: nothing, the other's value, or both joined. */
enum as_taking { AS_TAKING_NOTHING, AS_TAKING_OTHER, AS_TAKING_BOTH };

/* One fact in which they differ, with what becomes of it; texts live until the next. */
struct as_fact_difference {
    const struct as_compared_fact *fact;
    struct as_fact_origin own, other;
    enum as_taking taking;
    const char *own_text, *other_text; /* NULL unknown; both joined: c->joined */
};
typedef enum as_status (*as_fact_difference_fn)(void *context, struct as_comparing *c,
                                                const struct as_fact_difference *difference,
                                                struct as_error *error);
/* Every fact in which the two differ, by name. AS_ERR_MISSING when there is no such lead. */
enum as_status as_facts_compare(struct as_store *store, int64_t survivor, int64_t merged,
                                as_fact_difference_fn each, void *context, struct as_error *error);

#endif
