/* Lists: the values a pack keeps in files beside its rules. */
#ifndef AS_BIND_LISTS_H
#define AS_BIND_LISTS_H

#include "bind/language/loading.h"

/* Adds the built-in lists ("freemail", "disposable"). */
enum as_status as_lists_builtin(struct as_loading *loading, struct as_error *error);

/* Reads lists/….txt: a value a line, "#" begins a comment. The pack's list of a built-in's name extends it.
 * name and path live as long as the pack. AS_ERR_MISSING when the pack has no such file. */
enum as_status as_list_read(struct as_loading *loading, const char *name, const char *path,
                            struct as_error *error);

/* The pack's file of this path, which lives as long as the pack. AS_ERR_MISSING says how paths begin. */
enum as_status as_list_file(const struct as_source_file **out, const struct as_loading *loading,
                            const char *path, struct as_error *error);

struct as_reader;
/* The number of the column of this name in a table of the pack, whatever its case; AS_NO_INDEX without one. */
uint32_t as_list_column(const struct as_reader *reader, const char *name);

/* Reads currency,rate,date: the value of one unit in the table's base. Of several rows for a currency the
 * latest holds. */
enum as_status as_rates_read(struct as_loading *loading, const char *path, struct as_error *error);

#endif
