/* Fact columns: the fields of leads and accounts from files beside the database. Internal to host/store.
 *
 * A file has each row as the table had it; rows that were altered, added or erased since are read from the
 * table: two triggers a table keep them in fact_change, new ones are found by their ids. What was known
 * otherwise at an earlier moment is turned back afterwards, as it is for the tables' rows.
 */
#ifndef AS_STORE_FACT_COLUMNS_H
#define AS_STORE_FACT_COLUMNS_H

#include "store/found.h"
#include "store/snapshot/fact_file.h"

struct as_load;

/* A level's file with the ids of the rows that it no longer has right, ascending. file.head NULL: read the
 * table. */
struct as_fact_level {
    struct as_fact_file file;
    int64_t *changed;
    size_t changed_n;
};

/* Brings the files up to what is asked for, and to the tables where too much has changed; does nothing unless
 * this process holds the database's lock. fields: bit set over the schema, NULL all. */
enum as_status as_facts_refresh(struct as_store *store, const struct as_schema *schema,
                                const struct as_field_map *map, const uint64_t *fields,
                                struct as_error *error);
/* Looks whether every byte of the files is as it was written, as as_projection_check does. */
enum as_status as_facts_check(struct as_found *found, struct as_store *store, struct as_error *error);
/* Opens what there is into load->facts. */
enum as_status as_facts_open_level(struct as_load *load, enum as_level level, struct as_error *error);
void as_facts_let_go(struct as_fact_level *level);
/* fact_rows.c. Whether the visible leads are just those of the file: then nobody needs a list of them. */
enum as_status as_facts_all_leads(bool *all, struct as_load *load, struct as_error *error);
/* The ids of the rows visible at the load's moment, ascending; malloc'ed. wanted: of these alone, ascending;
 * NULL all. */
enum as_status as_facts_rows(int64_t **ids, size_t *n, struct as_load *load, enum as_level level,
                             const int64_t *wanted, size_t wanted_n, struct as_error *error);
/* The ids of these leads' accounts, as they come; malloc'ed. leads: ascending. */
enum as_status as_facts_homes(int64_t **ids, size_t *n, struct as_load *load, const int64_t *leads,
                              size_t lead_count, struct as_error *error);
/* The file that a part of the projection names; head NULL: there is none, or not as it should be. */
enum as_status as_facts_open_part(struct as_fact_file *out, struct as_store *store, const char *part,
                                  struct as_error *error);
/* All first columns of a statement of its own (given back here), added to the ids; then ascending, each once.
 */
enum as_status as_fact_ids(int64_t **ids, size_t *n, struct as_store *store, sqlite3_stmt *stmt,
                           struct as_error *error);
/* fact_fields.c. Whether these rows begin with those of the file, in its order. */
bool as_facts_lead(const struct as_fact_level *level, const int64_t *ids, size_t n);
/* Fills the columns of the dataset's rows that did not change, and whom leads belong to. */
enum as_status as_facts_fill(struct as_load *load, enum as_level level, const struct as_columns *columns,
                             struct as_error *error);

#endif
