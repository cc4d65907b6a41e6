/* Mapping tree: a mapping as data. Internal to host/data: mapping.c builds it of JSON, binding.c lays it over a file. */
#ifndef AS_DATA_MAPPING_TREE_H
#define AS_DATA_MAPPING_TREE_H

#include "data/mapping/convert.h"
#include "data/mapping/mapping.h"

/* Their column and ours. */
struct as_map_column {
    const char *theirs, *ours;
    bool optional; /* the file may lack it */
    struct as_value_form form;
};

/* Our column with a text in which "{Their column}" stands for the cell. */
struct as_map_constant {
    const char *ours, *text;
    bool optional; /* the file may lack the columns in it */
};

/* Which rows: the cell is one of the values, or is not empty (any), or is empty (none). */
struct as_map_filter {
    const char *column;
    bool any, none;
    struct as_texts_kept values;
};
struct as_map_filters {
    AS_LIST(struct as_map_filter) all; /* of `only`: every one must hold; of `skip`: none may */
};

/* One record of a row. */
struct as_map_record {
    bool has_kind; /* else the kind of the import */
    enum as_import_kind kind;
    AS_LIST(struct as_map_column) columns;
    AS_LIST(struct as_map_constant) constants;
    struct as_map_filters only, skip;
};

/* Rows of another file, found by a key. Its columns are seen with the prefix. */
struct as_map_join {
    struct as_texts_kept files; /* names to try, beside the imported file */
    const char *key;             /* column of the joined file */
    const char *their;           /* column of the imported file */
    const char *prefix;
    bool optional;               /* the file may be missing: then its columns are empty */
};

struct as_mapping {
    struct as_arena arena;
    const char *name;   /* for messages; NULL: made of nothing, by name */
    const char *system; /* NULL unknown */
    enum as_format_of_mapping { AS_MAP_FORMAT_AUTO, AS_MAP_FORMAT_CSV, AS_MAP_FORMAT_NDJSON } format;
    char delimiter;     /* 0: found out */
    bool match_others;  /* columns that it does not mention are matched by name */
    bool optional;      /* filters may speak of columns that the file lacks */
    struct as_value_form form; /* of columns that do not say otherwise */
    struct as_zone *zone; /* owned; NULL UTC */
    struct as_map_filters only, skip; /* of the row */
    AS_LIST(struct as_map_join) joins;
    AS_LIST(struct as_map_record) records; /* at least one */
};

/* Fills an empty mapping from JSON text. */
enum as_status as_mapping_fill(struct as_mapping *mapping, struct as_str json, struct as_error *error);

/* A mapping that matches every column by name. */
enum as_status as_mapping_by_name(struct as_mapping **out, struct as_error *error);

/* Calls back for every column of the file that the mapping speaks of (also in filters and texts). */
void as_mapping_mentions(const struct as_mapping *mapping, void (*each)(void *context, struct as_str column), void *context);

#endif
