/* CSV cell: one value as it is written into a CSV file (RFC 4180). */
#ifndef AS_DATA_CSV_CELL_H
#define AS_DATA_CSV_CELL_H

#include "base/text.h"

/* Appends a cell, quoted where it has to be. What a spreadsheet would run as a formula gets an apostrophe in
 * front; a negative number is none. */
void as_csv_cell(struct as_buf *line, struct as_str text);

#endif
