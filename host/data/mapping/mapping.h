/* Mapping: how the columns of somebody's file become our records. The JSON form is described in README.md here. */
#ifndef AS_DATA_MAPPING_H
#define AS_DATA_MAPPING_H

#include "data/mapping/record.h"

struct as_mapping;

/* Reads a mapping from JSON text; name is for messages. AS_ERR_DATA with line, offending word and suggestion. */
enum as_status as_mapping_parse(struct as_mapping **out, struct as_str json, const char *name, struct as_error *error);
enum as_status as_mapping_read(struct as_mapping **out, const char *path, struct as_error *error);
void as_mapping_free(struct as_mapping *mapping); /* NULL is fine */

/* Where external ids come from by the mapping ("system": "hubspot"); NULL when it does not say. */
const char *as_mapping_system(const struct as_mapping *mapping);

/* The preset of a system ("hubspot", "salesforce") for a kind, chosen by the columns that a file has (several files of
 * one system give the same kind). AS_ERR_MISSING: no such preset (lists those there are), or none for these columns. */
enum as_status as_mapping_preset(struct as_mapping **out, const char *system, enum as_import_kind kind,
                                 const struct as_str *columns, uint32_t n, struct as_error *error);
/* Names of the systems with presets, NULL at the end. */
extern const char *const as_mapping_systems[];

#endif
