/* Sniff: what a file is, from its first bytes. */
#ifndef AS_DATA_SNIFF_H
#define AS_DATA_SNIFF_H

#include "data/rows/reader.h"

struct as_sniffed {
    enum as_format format;
    char delimiter; /* CSV */
    size_t skip;    /* bytes before the text: a byte order mark, a spreadsheet's "sep=;" line */
    uint64_t line;  /* number of the first line behind them */
};

/* head: the first chunk of the file, all of it when it is shorter than a chunk. What options say is not questioned.
 * AS_ERR_DATA for what is not text in UTF-8, with advice how to make it so. */
enum as_status as_sniff(struct as_sniffed *out, struct as_str head, const struct as_reader_options *options,
                        struct as_error *error);

#endif
