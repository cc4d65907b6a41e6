/* Tells text from other data by its first bytes and finds the delimiter. A file that cannot be read as it is
 * should be refused here with the command that mends it, rather than row by row later. */
#include "data/rows/sniff.h"

#include "base/limits.h"
#include "data/identity/fold.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct {
    const char *bytes;
    size_t n;
    const char *what, *advice;
} signatures[] = {
    {"PK\3\4", 4, "a zip archive or a spreadsheet (.xlsx)", "unpack it, or save the sheet as \"CSV UTF-8\""},
    {"\x1f\x8b", 2, "compressed by gzip", "unpack it: gunzip FILE"},
    {"\xd0\xcf\x11\xe0", 4, "an old spreadsheet (.xls)", "save the sheet as \"CSV UTF-8\""},
    {"%PDF", 4, "a PDF document", "ask for the data as CSV"},
    {"SQLite format 3", 15, "a SQLite database",
     "export the table: sqlite3 -header -csv FILE \"select * from …\""},
    {"PAR1", 4, "a Parquet file", "convert it to CSV first"},
    {"\xff\xfe", 2, "text in UTF-16", "convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"},
    {"\xfe\xff", 2, "text in UTF-16", "convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW"},
};

static enum as_status refuse(struct as_error *error, const char *what, const char *advice)
{
    as_error_set(error, AS_ERR_DATA, "the file is %s", what);
    return as_error_advise(error, "%s", advice);
}

static enum as_status check_text(struct as_str head, struct as_error *error)
{
    for (size_t i = 0; i < COUNT(signatures); i++)
        if (head.n >= signatures[i].n && memcmp(head.p, signatures[i].bytes, signatures[i].n) == 0)
            return refuse(error, signatures[i].what, signatures[i].advice);
    const char *nul = memchr(head.p, '\0', head.n);
    if (nul != NULL) {
        size_t zeros[2] = {0};
        for (size_t i = 0; i < head.n; i++)
            zeros[i & 1] += head.p[i] == '\0';
        /* ASCII in UTF-16 has a zero in every other byte */
        if (zeros[0] > head.n / 4)
            return refuse(error, "text in UTF-16", "convert it: iconv -f UTF-16BE -t UTF-8 FILE > NEW");
        if (zeros[1] > head.n / 4)
            return refuse(error, "text in UTF-16", "convert it: iconv -f UTF-16LE -t UTF-8 FILE > NEW");
        return refuse(error, "binary data, not text", "give a CSV or NDJSON file");
    }
    size_t bad = 0, wide = 0;
    uint64_t line = 1, bad_line = 0;
    for (size_t i = as_str_starts(head, AS_STR("\xef\xbb\xbf")) ? 3 : 0; i < head.n;) {
        size_t from = i;
        line += head.p[i] == '\n';
        as_utf8_next(head, &i);
        if (i - from > 1)
            wide++;
        else if ((unsigned char)head.p[from] >= 0x80 && head.n - from > 4 && bad++ == 0)
            bad_line = line;
    }
    /* one bad byte among good letters is a bad row; bad bytes alone are another encoding */
    if (bad > 0 && wide == 0) {
        as_error_set(error, AS_ERR_DATA,
                     "the file is not text in UTF-8: line %llu looks like Latin-1 or Windows-1252",
                     (unsigned long long)bad_line);
        return as_error_advise(error, "convert it: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW");
    }
    return AS_OK;
}

enum { SAMPLE_ROWS = 100 };

/* How the first rows fall apart with one delimiter. */
struct sample {
    uint32_t cells, header, rows, like_header;
};

static void count_cell(void *text, size_t n, void *context)
{
    (void)text;
    (void)n;
    ((struct sample *)context)->cells++;
}

static void count_row(int terminator, void *context)
{
    struct sample *sample = context;
    if (terminator >= 0 && sample->rows < SAMPLE_ROWS) {
        if (sample->rows++ == 0)
            sample->header = sample->cells;
        sample->like_header += sample->cells == sample->header;
    }
    sample->cells = 0;
}

static enum as_status find_delimiter(char *out, struct as_str head, struct as_error *error)
{
    static const char candidates[] = {',', ';', '\t', '|'};
    uint64_t best = 0;
    *out = ',';
    for (size_t i = 0; i < COUNT(candidates); i++) {
        struct csv_parser parser;
        struct sample sample = {0};
        if (csv_init(&parser, 0) != 0)
            return as_error_memory(error);
        csv_set_delim(&parser, (unsigned char)candidates[i]);
        size_t parsed = csv_parse(&parser, head.p, head.n, count_cell, count_row, &sample);
        /* a header without any row behind it, perhaps without an end of line */
        if (sample.rows == 0)
            csv_parse(&parser, "\n", 1, count_cell, count_row, &sample);
        csv_free(&parser);
        if (parsed != head.n)
            return as_error_memory(error);
        if (sample.header < 2)
            continue;
        /* the share of rows like the header decides; among equals, more columns */
        uint64_t score = ((uint64_t)sample.like_header * 1000 / sample.rows) * (AS_MAX_COLUMNS * 2);
        score += sample.header < AS_MAX_COLUMNS ? sample.header : AS_MAX_COLUMNS;
        if (score > best) {
            best = score;
            *out = candidates[i];
        }
    }
    return AS_OK;
}

/* A first line "sep=;" is how spreadsheets state the delimiter. */
static void skip_separator_line(struct as_sniffed *out, struct as_str text)
{
    if (text.n < 6 || !as_str_is_nocase((struct as_str){text.p, 4}, "sep="))
        return;
    size_t end = 5;
    if (text.p[end] == '\r')
        end++;
    if (end >= text.n || text.p[end] != '\n')
        return;
    out->delimiter = text.p[4];
    out->skip += end + 1;
    out->line++;
}

enum as_status as_sniff(struct as_sniffed *out, struct as_str head, const struct as_reader_options *options,
                        struct as_error *error)
{
    *out = (struct as_sniffed){.format = options->format, .delimiter = options->delimiter, .line = 1};
    enum as_status status = head.n > 0 ? check_text(head, error) : AS_OK;
    if (status != AS_OK)
        return status;
    if (as_str_starts(head, AS_STR("\xef\xbb\xbf")))
        out->skip = 3;
    struct as_str text = {head.p + out->skip, head.n - out->skip};
    struct as_str begin = as_str_trim(text);
    if (begin.n == 0)
        return refuse(error, "empty", "check the export that made it");
    if (out->format == AS_FORMAT_AUTO) {
        if (begin.p[0] == '[' && begin.n > 1 && strchr("{[ \r\n\t", begin.p[1]) != NULL)
            return refuse(error, "one JSON list", "make it one object a line: jq -c '.[]' FILE > NEW");
        if (begin.n >= 5 && (as_str_is_nocase((struct as_str){begin.p, 5}, "<html") ||
                             as_str_is_nocase((struct as_str){begin.p, 5}, "<!doc")))
            return refuse(error, "a web page",
                          "the download failed or asked for a password: export it again");
        if (begin.n >= 5 && as_str_is_nocase((struct as_str){begin.p, 5}, "<?xml"))
            return refuse(error, "XML", "ask for the data as CSV");
        out->format = begin.p[0] == '{' ? AS_FORMAT_NDJSON : AS_FORMAT_CSV;
    }
    if (out->format == AS_FORMAT_CSV && out->delimiter == 0) {
        skip_separator_line(out, text);
        if (out->delimiter == 0)
            return find_delimiter(&out->delimiter, (struct as_str){head.p + out->skip, head.n - out->skip},
                                  error);
    }
    return AS_OK;
}
