/* Letters, against what RFC 5322, 2045 and 2047 say: dates, encoded words, quoted-printable, and nobody's
 * headers but ours. */
#include "cmd/output/letter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct as_letter plain = {.from = "assay@acme.example",
                                       .to = "team@acme.example",
                                       .subject = "acme: 3 SAL new",
                                       .id = "digest-1@x.invalid",
                                       .date = 880127706, /* Fri, 21 Nov 1997 15:55:06 UTC */
                                       .body = {"one\n", 4}};

static void a_letter_has_its_headers(void **state)
{
    (void)state;
    struct as_buf out = {0};
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_letter_write(&out, &plain, &error), AS_OK);
    assert_string_equal(
        as_buf_c(&out),
        "From: assay@acme.example\r\nTo: team@acme.example\r\nSubject: acme: 3 SAL new\r\n"
        "Date: Fri, 21 Nov 1997 15:55:06 +0000\r\nMessage-ID: <digest-1@x.invalid>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\nAuto-Submitted: auto-generated\r\n\r\n"
        "one\r\n");
    as_buf_free(&out);
}

/* Computed with Python's quopri and base64. */
static void what_is_not_ascii_is_encoded(void **state)
{
    (void)state;
    struct as_letter letter = plain;
    struct as_buf out = {0};
    struct as_error error = AS_ERROR_INIT;
    letter.subject = "Müller";
    letter.body = AS_STR("50 % = half, naïve \nend");
    assert_int_equal(as_letter_write(&out, &letter, &error), AS_OK);
    assert_non_null(strstr(as_buf_c(&out), "Subject: =?UTF-8?B?TcO8bGxlcg==?=\r\n"));
    assert_non_null(strstr(as_buf_c(&out), "\r\n\r\n50 % =3D half, na=C3=AFve=20\r\nend\r\n"));
    as_buf_free(&out);
}

static void no_line_is_longer_than_76(void **state)
{
    (void)state;
    char body[2000];
    struct as_letter letter = plain;
    struct as_buf out = {0};
    struct as_error error = AS_ERROR_INIT;
    for (size_t i = 0; i < sizeof body; i++)
        body[i] = "abc=\xc3\xa4"[i % 6];
    letter.body = (struct as_str){body, sizeof body};
    char subject[400];
    for (size_t i = 0; i < sizeof subject - 1; i++)
        subject[i] = "\xc3\xa4"[i % 2];
    subject[398] = '\0';
    letter.subject = subject;
    assert_int_equal(as_letter_write(&out, &letter, &error), AS_OK);
    size_t line = 0;
    for (const char *c = as_buf_c(&out); *c != '\0'; c++) {
        line = *c == '\n' ? 0 : line + (*c != '\r');
        assert_true(line <= 76);
    }
    as_buf_free(&out);
}

static void nobody_adds_a_header(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "team", "a@b@c", "a@b\r\nBcc: x@y", "a b@c.example", "<a@b.example>", "a@b,c@d", "@b", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct as_letter letter = plain;
        struct as_buf out = {0};
        struct as_error error = AS_ERROR_INIT;
        letter.to = wrong[i];
        assert_int_equal(as_letter_write(&out, &letter, &error), AS_ERR_USAGE);
        as_buf_free(&out);
    }
    struct as_letter letter = plain;
    struct as_buf out = {0};
    struct as_error error = AS_ERROR_INIT;
    letter.subject = "a\r\nBcc: x@y.example";
    assert_int_equal(as_letter_write(&out, &letter, &error), AS_ERR_USAGE);
    as_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_letter_has_its_headers),
        cmocka_unit_test(what_is_not_ascii_is_encoded),
        cmocka_unit_test(no_line_is_longer_than_76),
        cmocka_unit_test(nobody_adds_a_header),
    };
    return cmocka_run_group_tests_name("letter", tests, NULL, NULL);
}
