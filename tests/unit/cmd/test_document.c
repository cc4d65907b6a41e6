/* Documents: what comes from outside stays text, as Markdown and as HTML. */
#include "cmd/output/document.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Names as people send them who want to know what a page makes of them. */
static const char tag[] = "<script>alert('x')</script> & \"Co\"";
static const char marks[] = "*bold* _it_ `code` [link](http://x.example) | cell";

struct written {
    char *bytes;
    size_t n;
};

static struct written write_all(enum as_document_form form, const char *text)
{
    struct written out = {NULL, 0};
    struct as_terminal terminal = {.out = open_memstream(&out.bytes, &out.n)};
    static const struct as_table_column columns[] = {{"What", false, false}, {"How many", true, false}};
    struct as_document document = {.terminal = &terminal, .form = form};
    struct as_table table;
    struct as_error error = AS_ERROR_INIT;
    as_document_begin(&document, text);
    as_document_heading(&document, 1, text);
    as_document_line(&document, AS_RED, text);
    as_document_line(&document, AS_PLAIN, "second");
    as_table_open(&table, columns, 2);
    as_table_row(&table);
    as_table_text(&table, text);
    as_table_text(&table, "7");
    assert_int_equal(as_document_table(&document, &table, &error), AS_OK);
    as_table_close(&table);
    as_document_end(&document);
    fclose(terminal.out);
    return out;
}

static void no_tag_of_a_name_reaches_the_page(void **state)
{
    (void)state;
    struct written page = write_all(AS_DOCUMENT_HTML, tag);
    static const char safe[] = "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;Co&quot;";
    uint32_t found = 0;
    assert_null(strstr(page.bytes, "<script"));
    for (const char *p = page.bytes; (p = strstr(p, safe)) != NULL; p++)
        found++;
    assert_int_equal(found, 4); /* title, heading, line, cell */
    /* one page, complete, that fetches nothing */
    assert_true(strncmp(page.bytes, "<!doctype html>", 15) == 0);
    assert_true(page.n > 8 && strcmp(page.bytes + page.n - 8, "</html>\n") == 0);
    assert_non_null(strstr(page.bytes, "<li class=\"red\">"));
    assert_non_null(strstr(page.bytes, "<li>second</li>\n</ul>\n<table>"));
    assert_non_null(strstr(page.bytes, "<td class=\"right\">7</td></tr>"));
    assert_null(strstr(page.bytes, "src="));
    assert_null(strstr(page.bytes, "href="));
    free(page.bytes);
}

static void no_mark_of_a_name_reaches_the_markdown(void **state)
{
    (void)state;
    struct written page = write_all(AS_DOCUMENT_MARKDOWN, marks);
    assert_non_null(
        strstr(page.bytes, "- \\*bold\\* \\_it\\_ \\`code\\` \\[link\\](http://x.example) \\| cell\n"));
    free(page.bytes);
    page = write_all(AS_DOCUMENT_MARKDOWN, tag);
    assert_null(strstr(page.bytes, "<script"));
    assert_non_null(strstr(page.bytes, "&lt;script&gt;"));
    free(page.bytes);
}

static void a_line_never_opens_a_heading_or_a_list(void **state)
{
    (void)state;
    static const struct {
        const char *text, *line;
    } cases[] = {{"# big", "- \\# big\n"}, {"- item", "- \\- item\n"}, {"12. item", "- 12\\. item\n"},
                 {"#12", "- #12\n"},       {"-3 days", "- -3 days\n"}, {"> quoted", "- &gt; quoted\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct written page = write_all(AS_DOCUMENT_MARKDOWN, cases[i].text);
        assert_non_null(strstr(page.bytes, cases[i].line));
        free(page.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_tag_of_a_name_reaches_the_page),
        cmocka_unit_test(no_mark_of_a_name_reaches_the_markdown),
        cmocka_unit_test(a_line_never_opens_a_heading_or_a_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
