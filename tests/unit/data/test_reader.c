/* Readers: rows with their lines, whatever the file looks like; and files that are not text. */
#include "data/rows/reader.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Kilobytes. */
#ifdef __SANITIZE_ADDRESS__
#define MOST_GROWTH (300 * 1024)
#else
#define MOST_GROWTH 1024
#endif

/* The whole file as text: the columns, then every row as "LINE:cell|cell|"; bad rows as "LINE!reason". */
static char *read_all(const char *bytes, size_t n, const struct as_reader_options *options)
{
    struct as_reader *reader;
    struct as_error error = AS_ERROR_INIT;
    struct as_buf out = {0};
    struct as_reader_options plain = {.name = "memory"};
    enum as_status status =
        as_reader_open_memory(&reader, (struct as_str){bytes, n}, options != NULL ? options : &plain, &error);
    if (status != AS_OK) {
        as_buf_printf(&out, "%s: %s; %s", as_status_name(status), error.what, error.advice);
        return out.p;
    }
    uint32_t columns;
    const struct as_str *names = as_reader_columns(reader, &columns);
    for (uint32_t i = 0; as_reader_format(reader) == AS_FORMAT_CSV && i < columns; i++)
        as_buf_printf(&out, "%.*s|", (int)names[i].n, names[i].p);
    as_buf_char(&out, '\n');
    for (;;) {
        struct as_row row;
        bool more;
        as_error_clear(&error);
        status = as_reader_next(&row, &more, reader, &error);
        if (status == AS_ERR_DATA) {
            as_buf_printf(&out, "%llu!%s\n", (unsigned long long)row.line, error.what);
            continue;
        }
        if (status != AS_OK) {
            as_buf_printf(&out, "%s: %s; %s", as_status_name(status), error.what, error.advice);
            break;
        }
        if (!more)
            break;
        as_buf_printf(&out, "%llu%s:", (unsigned long long)row.line, row.repaired ? " repaired" : "");
        names = as_reader_columns(reader, &columns);
        for (uint32_t i = 0; i < row.n; i++) {
            if (as_reader_format(reader) == AS_FORMAT_NDJSON)
                as_buf_printf(&out, "%.*s=", (int)names[i].n, names[i].p);
            as_buf_str(&out, row.cells[i]);
            as_buf_char(&out, '|');
        }
        as_buf_char(&out, '\n');
    }
    as_reader_close(reader);
    return out.p;
}

static void assert_reads(const char *bytes, size_t n, const char *expected)
{
    char *text = read_all(bytes, n, NULL);
    assert_string_equal(text, expected);
    free(text);
}
#define READS(literal, expected) assert_reads("" literal, sizeof(literal) - 1, expected)

static void test_plain_rows(void **state)
{
    (void)state;
    READS("a,b\n1,2\n3,4\n", "a|b|\n2:1|2|\n3:3|4|\n");
    READS("a,b\n1,2", "a|b|\n2:1|2|\n");
    READS("a,b\r\n1,2\r\n3,4\r\n", "a|b|\n2:1|2|\n3:3|4|\n");
    READS("a,b\r1,2\r3,4", "a|b|\n2:1|2|\n3:3|4|\n");
    READS("\xef\xbb\xbf"
          "a,b\n1,2\n",
          "a|b|\n2:1|2|\n");
    READS("a,b\n\n  \n1,2\n\n", "a|b|\n4:1|2|\n");
    READS("\n\na,b\n1,2\n", "a|b|\n4:1|2|\n");
    READS("a,b\n", "a|b|\n");
}

static void test_quotes_hold_delimiters_lines_and_quotes(void **state)
{
    (void)state;
    READS("a,b\n\"1,1\",\"x\"\"y\"\n5,6\n", "a|b|\n2:1,1|x\"y|\n3:5|6|\n");
    READS("a,b\n\"one\ntwo\r\nthree\",2\n5,6\n", "a|b|\n2:one\ntwo\r\nthree|2|\n5:5|6|\n");
    READS("a,b\n\" kept \" , bare \n", "a|b|\n2: kept |bare|\n");
    READS("a,b\n\"\",\n", "a|b|\n2:||\n");
}

static void test_delimiters_are_found(void **state)
{
    (void)state;
    READS("a;b;c\n1,5;2;3\n4,5;5;6\n", "a|b|c|\n2:1,5|2|3|\n3:4,5|5|6|\n");
    READS("a\tb\n1, 2\t3\n\t4\n", "a|b|\n2:1, 2|3|\n3:|4|\n");
    READS("a|b\n1|2\n", "a|b|\n2:1|2|\n");
    READS("only\n1\n2\n", "only|\n2:1|\n3:2|\n");
    READS("sep=;\r\na;b\r\n1;2\r\n", "a|b|\n3:1|2|\n");
    struct as_reader_options semicolon = {.name = "memory", .delimiter = ';'};
    char *text = read_all("a,b;c\n1,2;3\n", 12, &semicolon);
    assert_string_equal(text, "a,b|c|\n2:1,2|3|\n");
    free(text);
}

static void test_columns_get_names_of_their_own(void **state)
{
    (void)state;
    READS("a,,a,a\n1,2,3,4\n", "a|column 2|a (2)|a (3)|\n2:1|2|3|4|\n");
}

static void test_rows_of_another_length_are_bad_and_do_not_stop(void **state)
{
    (void)state;
    READS("a,b\n1\n1,2,3\n1,2,,\n4,5\n",
          "a|b|\n2!1 cell where the header has 2\n3!3 cells where the header has 2\n"
          "4:1|2|\n5:4|5|\n");
}

static void test_a_record_in_one_field_is_repaired(void **state)
{
    (void)state;
    READS("a,b,c\n\"1,\"\"x, y\"\",3\"\n\"no\"\n\"1,2\"\n4,5,6\n",
          "a|b|c|\n2 repaired:1|x, y|3|\n3!1 cell where the header has 3\n4!1 cell where the header has "
          "3\n5:4|5|6|\n");
}

static void test_a_quote_that_is_never_closed_is_named_by_its_line(void **state)
{
    (void)state;
    READS("a,b\n1,2\n3,\"open\n4,5\n6,7\n",
          "a|b|\n2:1|2|\n3!a quotation mark is opened and never closed (3 lines follow it)\n");
}

static void test_bad_bytes_spoil_their_row_only(void **state)
{
    (void)state;
    READS("a,b\n\xc3\xa9,2\n\xe9,4\n5,6\n",
          "a|b|\n2:\xc3\xa9|2|\n3!cell 1 is not text in UTF-8 (byte 1 is 0xE9)\n4:5|6|\n");
}

static void assert_refused(const char *bytes, size_t n, const char *what, const char *advice)
{
    char *text = read_all(bytes, n, NULL);
    if (strncmp(text, "data: ", 6) != 0 || strstr(text, what) == NULL || strstr(text, advice) == NULL)
        fail_msg("wanted \"%s\" and \"%s\", got: %s", what, advice, text);
    free(text);
}
#define REFUSED(literal, what, advice) assert_refused("" literal, sizeof(literal) - 1, what, advice)

static void test_what_is_not_text_is_refused_with_the_remedy(void **state)
{
    (void)state;
    REFUSED("", "empty", "export");
    REFUSED("\xef\xbb\xbf \r\n", "empty", "export");
    REFUSED("\xff\xfe"
            "a\0,\0b\0",
            "UTF-16", "iconv -f UTF-16 ");
    REFUSED("a\0,\0b\0\n\0"
            "1\0,\0",
            "UTF-16", "iconv -f UTF-16LE");
    REFUSED("\0a\0,\0b\0\n\0"
            "1\0,",
            "UTF-16", "iconv -f UTF-16BE");
    REFUSED("Name,Ort\nM\xfcller,K\xf6ln\n", "line 2 looks like Latin-1", "iconv -f WINDOWS-1252");
    REFUSED("PK\3\4\24\0", "zip", "CSV UTF-8");
    REFUSED("\x1f\x8b\x08\0", "gzip", "gunzip");
    REFUSED("a,b\n1,\0\n", "binary", "CSV");
    REFUSED("<!DOCTYPE html><html>", "web page", "again");
    REFUSED("[{\"a\":1}]", "JSON list", "jq");
}

static void test_a_record_without_end_is_refused(void **state)
{
    (void)state;
    size_t n = AS_MAX_RECORD + 100;
    char *bytes = malloc(n);
    memset(bytes, 'x', n);
    memcpy(bytes, "a,b\n1,2\n3,\"", 11);
    char *text = read_all(bytes, n, NULL);
    assert_non_null(strstr(text, "limit: the record that begins in line 3 is longer than 4 MiB"));
    assert_non_null(strstr(text, "never closed"));
    free(text);
    memcpy(bytes, "{\"a\":\"xxxxx", 11);
    text = read_all(bytes, n, NULL);
    assert_non_null(strstr(text, "limit: line 1 is longer than 4 MiB"));
    free(text);
    free(bytes);
}

static void test_ndjson_is_flattened(void **state)
{
    (void)state;
    READS("{\"a\":1,\"b\":{\"c\":\"x\",\"d\":{\"e\":true}},\"l\":[1,\"two\",null]}\n"
          "{\"b\":{\"c\":null},\"z\":[{\"k\":1}],\"n\":2.5}\n",
          "\n1:a=1|b.c=x|b.d.e=true|l=1; two; |\n2:a=|b.c=|b.d.e=|l=|z=[{\"k\":1}]|n=2.5|\n");
    READS("{\"a\":\"\\u00e9\"}\r\n\r\n{\"a\":2}", "\n1:a=\xc3\xa9|\n3:a=2|\n");
}

static void test_bad_json_spoils_its_line_only(void **state)
{
    (void)state;
    static const char lines[] =
        "{\"a\":1}\n{\"a\":}\n[1]\n{\"a\":1,\"a\":2}\n{\"a\":99999999999999999999}\n{\"a\":3}\n";
    char *text = read_all(lines, sizeof lines - 1, NULL);
    char *bad = text;
    for (int line = 2; line <= 5; line++) {
        char mark[16];
        snprintf(mark, sizeof mark, "\n%d!", line);
        bad = strstr(bad, mark);
        assert_non_null(bad);
    }
    assert_non_null(strstr(text, "\n6:a=3|\n"));
    free(text);
}

/* Reading in pieces must not show: every split of a text at a chunk border gives the same rows. */
static void test_chunks_do_not_show(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    struct as_buf bytes = {0};
    as_buf_text(&bytes, "id,\"na\nme\",value\r\n");
    for (int i = 0; i < ROWS; i++)
        as_buf_printf(&bytes, "%d,\"line one %d\nline \"\"two\"\"\",%d\r\n", i, i, i * 7);
    struct as_reader *reader;
    struct as_reader_options options = {.name = "memory"};
    assert_int_equal(as_reader_open_memory(&reader, (struct as_str){bytes.p, bytes.n}, &options, NULL),
                     AS_OK);
    for (int i = 0; i < ROWS; i++) {
        struct as_row row;
        bool more;
        char name[64];
        assert_int_equal(as_reader_next(&row, &more, reader, NULL), AS_OK);
        assert_true(more);
        assert_int_equal(row.line, 3 + 2 * i);
        snprintf(name, sizeof name, "line one %d\nline \"two\"", i);
        assert_true(as_str_is(row.cells[1], name));
        assert_int_equal(row.n, 3);
    }
    struct as_row row;
    bool more;
    assert_int_equal(as_reader_next(&row, &more, reader, NULL), AS_OK);
    assert_false(more);
    uint64_t done, all;
    as_reader_progress(reader, &done, &all);
    assert_int_equal(done, all);
    as_reader_close(reader);
    as_buf_free(&bytes);
}

static void test_a_stream_and_a_file_read_alike(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    fputs("a;b\n1;2\n", file);
    rewind(file);
    struct as_reader *reader;
    struct as_reader_options options = {.name = "stream"};
    assert_int_equal(as_reader_open_stream(&reader, file, &options, NULL), AS_OK);
    struct as_row row;
    bool more;
    assert_int_equal(as_reader_next(&row, &more, reader, NULL), AS_OK);
    assert_true(as_str_is(row.cells[1], "2"));
    as_reader_close(reader);
    fclose(file);
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_reader_open(&reader, "no such file.csv", &options, &error), AS_ERR_MISSING);
    as_error_clear(&error);
    assert_int_equal(as_reader_open(&reader, ".", &options, &error), AS_ERR_DATA);
}

/* A stream that never was a file: `head` once, then `line` until `left` bytes are given. */
struct endless {
    const char *head, *line;
    size_t at, left, given;
};

static ssize_t give(void *cookie, char *out, size_t n)
{
    struct endless *stream = cookie;
    size_t done = 0;
    while (done < n && stream->left > 0) {
        if (stream->line[stream->at] == '\0')
            stream->at = 0;
        out[done++] = *stream->head != '\0' ? *stream->head++ : stream->line[stream->at++];
        stream->left--;
    }
    stream->given += done;
    return (ssize_t)done;
}

static void test_a_gigabyte_without_an_end_of_line_is_refused_at_once(void **state)
{
    static const char *const heads[] = {"a,b\n1,2\n", "{\"a\":\""};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct endless endless = {.head = heads[i], .line = "xxxxxxxxxxxxxxx", .left = (size_t)1 << 30};
        FILE *stream = fopencookie(&endless, "r", (cookie_io_functions_t){.read = give});
        struct as_reader *reader;
        struct as_reader_options options = {.name = "endless"};
        struct as_error error = AS_ERROR_INIT;
        struct as_row row;
        bool more = true;
        enum as_status status;
        assert_int_equal(as_reader_open_stream(&reader, stream, &options, &error), AS_OK);
        while ((status = as_reader_next(&row, &more, reader, &error)) == AS_OK && more)
            continue;
        assert_int_equal(status, AS_ERR_LIMIT);
        assert_true(endless.given < AS_MAX_RECORD + (1 << 20));
        as_reader_close(reader);
        fclose(stream);
    }
}

static void test_memory_does_not_grow_with_the_file(void **state)
{
    static const struct {
        const char *head, *line;
    } files[] = {{"id,name,text\n", "123,\"Ada, L.\",\"some \"\"quoted\"\"\ntext\"\n"},
                 {"{\"id\":1}\n", "{\"id\":123,\"name\":{\"first\":\"Ada\"},\"tags\":[1,2,3]}\n"}};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct endless endless = {.head = files[i].head, .line = files[i].line, .left = (size_t)32 << 20};
        FILE *stream = fopencookie(&endless, "r", (cookie_io_functions_t){.read = give});
        struct as_reader *reader;
        struct as_reader_options options = {.name = "endless"};
        struct as_row row;
        bool more = true;
        struct rusage before = {0}, after;
        uint64_t rows = 0;
        assert_int_equal(as_reader_open_stream(&reader, stream, &options, NULL), AS_OK);
        while (as_reader_next(&row, &more, reader, NULL) == AS_OK && more)
            if (++rows == 10000)
                getrusage(RUSAGE_SELF, &before);
        getrusage(RUSAGE_SELF, &after);
        assert_true(rows > 500000);
        /* sanitizers hold freed blocks back; without them nothing is added at all */
        assert_true(after.ru_maxrss - before.ru_maxrss < MOST_GROWTH);
        as_reader_close(reader);
        fclose(stream);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_rows),
        cmocka_unit_test(test_quotes_hold_delimiters_lines_and_quotes),
        cmocka_unit_test(test_delimiters_are_found),
        cmocka_unit_test(test_columns_get_names_of_their_own),
        cmocka_unit_test(test_rows_of_another_length_are_bad_and_do_not_stop),
        cmocka_unit_test(test_a_record_in_one_field_is_repaired),
        cmocka_unit_test(test_a_quote_that_is_never_closed_is_named_by_its_line),
        cmocka_unit_test(test_bad_bytes_spoil_their_row_only),
        cmocka_unit_test(test_what_is_not_text_is_refused_with_the_remedy),
        cmocka_unit_test(test_a_record_without_end_is_refused),
        cmocka_unit_test(test_ndjson_is_flattened),
        cmocka_unit_test(test_bad_json_spoils_its_line_only),
        cmocka_unit_test(test_chunks_do_not_show),
        cmocka_unit_test(test_a_stream_and_a_file_read_alike),
        cmocka_unit_test(test_a_gigabyte_without_an_end_of_line_is_refused_at_once),
        cmocka_unit_test(test_memory_does_not_grow_with_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
