/* Personal data: everything held of one person, given out or erased.
 *
 * Erasing leaves the lead's row with its id alone, and its decisions without facts: which stage, grade and
 * verdicts, when and by which version of the rules. What was said, done, scored, planned or sent goes. A
 * tombstone, keyed hashes of the person's ids and addresses, lets an import know that it brings somebody back
 * who was erased. Leads merged into this one are the same person.
 */
#ifndef AS_STORE_PERSONAL_H
#define AS_STORE_PERSONAL_H

#include "store/store.h"

struct as_erased {
    uint64_t leads; /* the lead and those merged into it */
    uint64_t rows;  /* deleted or emptied */
    uint64_t kept;  /* keys of teams' own spaces that were removed because they held an address or id */
};
/* Takes the database's lock. AS_ERR_MISSING: no such lead; AS_ERR_CONFLICT: erased already. What was written
 * before is still in the file and its log until as_store_rewrite. */
enum as_status as_store_erase(struct as_erased *out, struct as_store *store, int64_t lead_id, int64_t now,
                              struct as_error *error);
/* Writes the file anew, so that nothing of what was deleted is left in it or in its log. Takes as long, and
 * for a while as much room, as a copy; and the database's lock. AS_ERR_BUSY: others read it. */
enum as_status as_store_rewrite(struct as_store *store, struct as_error *error);
/* Who was erased last without the file having been written anew since: the process ended, or had no room. 0: nobody. */
enum as_status as_store_erasing(int64_t *lead_id, struct as_store *store, struct as_error *error);

/* SQL for the ids of the posts of leads, which `leads` selects: they are known by address and by name alone.
 */
#define AS_SQL_POSTS_OF(leads)                                                                               \
    "SELECT p.id FROM identity i JOIN post p ON p.email = i.value WHERE i.system = 'email' AND i.lead_id IN" \
    " (" leads ") UNION SELECT p.id FROM identity i JOIN post p ON p.member = i.value AND p.system ="        \
    " i.system WHERE i.lead_id IN (" leads ")"

/* When a lead was erased; AS_TIME_NONE: it was not. */
enum as_status as_store_erased_at(int64_t *out, struct as_store *store, int64_t lead_id,
                                  struct as_error *error);
/* The same of a person known by this id of a system ("email" for addresses, normalised). */
enum as_status as_store_tombstone(int64_t *erased_at, struct as_store *store, const char *system,
                                  struct as_str value, struct as_error *error);
/* A hash of the person's id in a system ("email" for addresses, normalised), keyed with the database's own
 * secret: it tells that two are the same, and nothing else. */
enum { AS_PERSON_HASH = 32 };
enum as_status as_person_hash(uint8_t out[AS_PERSON_HASH], struct as_store *store, const char *system,
                              struct as_str value, struct as_error *error);
/* Whether anybody was ever erased: without tombstones nobody has to ask. */
enum as_status as_store_tombstones(bool *any, struct as_store *store, struct as_error *error);

/* Every row that is about the person, table by table, columns as SQL has them; times are seconds since 1970.
 */
enum as_held_kind { AS_HELD_NULL, AS_HELD_INTEGER, AS_HELD_REAL, AS_HELD_TEXT };
struct as_held_cell {
    const char *column, *text; /* text of any kind but NULL */
    enum as_held_kind kind;
};
typedef enum as_status (*as_held_fn)(void *context, const char *table, const struct as_held_cell *cells,
                                     uint32_t n, struct as_error *error);
enum as_status as_store_held(struct as_store *store, int64_t lead_id, as_held_fn each, void *context,
                             struct as_error *error);

#endif
