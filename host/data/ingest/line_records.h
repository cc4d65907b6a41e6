/* Line records: single lines of NDJSON, of mixed kinds, become records one after the other as they come.
 * Names of columns are taken as an import without a mapping takes them. */
#ifndef AS_DATA_LINE_RECORDS_H
#define AS_DATA_LINE_RECORDS_H

#include "data/ingest/row_records.h"

struct as_line_records;
/* note: is told what is odd about a line that is taken nevertheless: a value, and a name that nothing takes;
 * the line's number it knows itself. The schema may learn more between two lines, and must outlive this. */
enum as_status as_line_records_open(struct as_line_records **out, const struct as_schema *schema,
                                    as_row_note_fn note, void *note_context, struct as_error *error);
void as_line_records_close(struct as_line_records *lines); /* NULL is fine */

/* Reads a line, without its end. AS_ERR_DATA: it is no JSON object. What follows is about the line read last;
 * texts live until the next is read. */
enum as_status as_line_records_read(struct as_line_records *lines, struct as_str line,
                                    struct as_error *error);
/* What it says under a name ("a.b" of nested objects), and all it says: *n names with their texts. p NULL: it
 * does not have the name. */
struct as_str as_line_records_says(const struct as_line_records *lines, const char *name);
const struct as_str *as_line_records_all(const struct as_str **texts, uint32_t *n,
                                         const struct as_line_records *lines);
/* The line as a record of a kind; `kind_name` is the name under which it says of which kind it is. now: what
 * happened after it is in the future. AS_ERR_DATA: it cannot be one, with the column to blame in the message.
 */
enum as_status as_line_records_build(const struct as_record **out, struct as_line_records *lines,
                                     enum as_import_kind kind, const char *kind_name, int64_t now,
                                     struct as_error *error);

#endif
