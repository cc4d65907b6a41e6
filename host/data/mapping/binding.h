/* Binding: a mapping laid over the columns of one file. */
#ifndef AS_DATA_BINDING_H
#define AS_DATA_BINDING_H

#include "data/mapping/join.h"
#include "data/rows/reader.h"

/* Where a text comes from: a column of the file, or one of a join. */
struct as_bound_source {
    uint32_t join; /* AS_NO_INDEX: the file */
    uint32_t column;
};

struct as_bound_cell {
    struct as_bound_source source;
    uint32_t slot;
    const struct as_value_form *form;
    const char *theirs;
    bool guessed; /* by its name alone */
    bool certain; /* which is ours to the letter */
};
/* A text with "{columns}" in it, in pieces: each is a text followed by a cell. */
struct as_bound_piece {
    struct as_str text;
    bool has_source;
    struct as_bound_source source;
};
struct as_bound_constant {
    uint32_t slot;
    const char *theirs; /* for messages: our own name */
    AS_LIST(struct as_bound_piece) pieces;
};
struct as_bound_filter {
    bool bound; /* the column is there */
    struct as_bound_source source;
    const struct as_map_filter *map;
};
struct as_bound_filters {
    AS_LIST(struct as_bound_filter) only, skip;
};

struct as_bound_record {
    enum as_import_kind kind;
    const struct as_map_record *map;
    AS_LIST(struct as_target) slots; /* each target once */
    AS_LIST(struct as_bound_cell) cells;
    AS_LIST(struct as_bound_constant) constants;
    struct as_bound_filters filters;
};

struct as_binding {
    struct as_arena arena;
    const struct as_mapping *mapping;
    const struct as_schema *schema;
    enum as_import_kind kind;
    uint32_t columns;      /* of the file that are bound or found to be of no use */
    uint64_t *used;        /* bit by column of the file */
    uint64_t *doubtful;    /* bit by column: its name fits, its values do not; set by as_trial_run */
    const struct as_value_form **form; /* by column: how a trial found it written; NULL the mapping's */
    struct as_join **joins;
    struct as_bound_source *join_keys;
    bool *join_bound;
    AS_LIST(struct as_bound_record) records;
    struct as_bound_filters filters; /* of the row */
};

/* Opens the joins and prepares the records; no column is bound yet. AS_ERR_DATA for a column of ours that does not exist. */
enum as_status as_binding_open(struct as_binding *binding, const struct as_mapping *mapping, enum as_import_kind kind,
                               const struct as_schema *schema, const char *folder, struct as_error *error);
/* Binds the columns that have been found since the last call; complete: there will be no others, so that those
 * the mapping asks for must be there. */
enum as_status as_binding_columns(struct as_binding *binding, const struct as_str *columns, uint32_t n, bool complete,
                                  struct as_error *error);
void as_binding_close(struct as_binding *binding);

/* True when the row passes the filters. join_rows: row by join, AS_NO_INDEX for none. */
bool as_binding_passes(const struct as_bound_filters *filters, const struct as_binding *binding, const struct as_row *row,
                       const uint32_t *join_rows);
struct as_str as_binding_text(const struct as_binding *binding, struct as_bound_source source, const struct as_row *row,
                              const uint32_t *join_rows);

#endif
