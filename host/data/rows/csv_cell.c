/* Writing of CSV cells. Reading is csv_rows.c. */
#include "data/rows/csv_cell.h"

#include <string.h>

void as_csv_cell(struct as_buf *line, struct as_str text)
{
    double number;
    bool formula = text.n > 0 && strchr("=+-@\t\r", text.p[0]) && !as_parse_number(&number, text);
    bool quoted = formula;
    for (size_t i = 0; i < text.n && !quoted; i++)
        quoted = text.p[i] == ',' || text.p[i] == '"' || text.p[i] == '\n' || text.p[i] == '\r';
    if (!quoted) {
        as_buf_str(line, text);
        return;
    }
    as_buf_text(line, formula ? "\"'" : "\"");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            as_buf_char(line, '"');
        as_buf_char(line, text.p[i]);
    }
    as_buf_char(line, '"');
}
