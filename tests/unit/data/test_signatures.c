/* Signatures of versions: their file, and Ed25519 held against another program's. */
#include "base/time.h"
#include "data/pack/signatures.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#define VERSION "c44d9edf0614eb974c5d7ff1ce2392aa4b8cde1ac79da11b54e1522ec978eaf9"
#define FILES                                                                                                \
    "file 796ae4f580bbb4322894ce9c9d9b0907ba167bd9d9f8dc02f5534d0129d76f24 lists/a.txt\n"                    \
    "file 1633cf45e83771fd4f3115ce75b048172c360720afa5d2d3d1fe490fc752a10f pack.lua\n"
/* By OpenSSL, with the secret key of RFC 8032's first test, over the text below. */
#define SIGNED                                                                                               \
    "signed sales 2026-03-02 "                                                                               \
    "JV37/Lgl5tbZm861WlBg0a1t75nWmmx3faRWyxOuXpgkPRzCvf5QEkFI7Ac5JCFignQ+LhxrAah6RlnWgMMuAA== S. Okafor\n"
#define KEY "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

static const unsigned char secret[AS_SECRET_KEY] = {
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
    0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a};

static void make_source(struct as_source *source)
{
    as_source_init(source);
    assert_int_equal(as_source_add(source, "pack.lua", AS_STR("return 1\n"), NULL), AS_OK);
    assert_int_equal(as_source_add(source, "lists/a.txt", AS_STR("x\ny\n"), NULL), AS_OK);
    assert_int_equal(as_source_add(source, "p_test.lua", AS_STR("x"), NULL), AS_OK);
    assert_int_equal(as_source_seal(source, NULL), AS_OK);
}

static struct as_signature by(enum as_party party, const char *name, const char *day)
{
    struct as_signature signature = {.party = party, .name = name};
    int64_t seconds;
    assert_true(as_time_parse(&seconds, NULL, as_str_of(day)));
    signature.day = as_day_of(seconds);
    return signature;
}

static void a_signature_is_that_of_another_program(void **state)
{
    (void)state;
    struct as_signature signature = by(AS_SALES, "S. Okafor", "2026-03-02");
    unsigned char key[AS_PUBLIC_KEY];
    char text[AS_KEY_TEXT];
    struct as_buf said = {.p = NULL};
    as_signature_text(&said, "p", VERSION, &signature);
    assert_string_equal(as_buf_c(&said), "assay agreement\np\nsales\n2026-03-02\nS. Okafor\n" VERSION "\n");
    as_buf_free(&said);
    assert_true(as_key_parse(key, AS_STR(KEY)));
    assert_string_equal(as_key_format(text, key), KEY);
    assert_int_equal(as_signature_make(&signature, "p", VERSION, secret, NULL), AS_OK);
    assert_true(as_signature_holds(&signature, "p", VERSION, key));
    struct as_signatures signatures = {.versions = {0}};
    struct as_source source;
    struct as_buf out = {.p = NULL};
    make_source(&source);
    assert_int_equal(as_signatures_put(&signatures, &source.arena, &source, &signature, NULL), AS_OK);
    as_signatures_write(&out, &signatures);
    assert_non_null(strstr(as_buf_c(&out), "\nversion " VERSION "\n" FILES SIGNED));
    as_buf_free(&out);
    as_source_free(&source);
}

static void whatever_is_changed_no_longer_fits(void **state)
{
    (void)state;
    const struct as_signature signature = by(AS_SALES, "S. Okafor", "2026-03-02");
    struct as_signature good = signature, other;
    unsigned char key[AS_PUBLIC_KEY], stranger[AS_PUBLIC_KEY], own[AS_SECRET_KEY];
    assert_true(as_key_parse(key, AS_STR(KEY)));
    assert_int_equal(as_key_pair(stranger, own, NULL), AS_OK);
    assert_int_equal(as_signature_make(&good, "p", VERSION, secret, NULL), AS_OK);
    assert_false(as_signature_holds(&good, "q", VERSION, key));
    assert_false(as_signature_holds(&good, "p", "d" VERSION, key));
    assert_false(as_signature_holds(&good, "p", VERSION, stranger));
    other = good;
    other.party = AS_MARKETING;
    assert_false(as_signature_holds(&other, "p", VERSION, key));
    other = good;
    other.day++;
    assert_false(as_signature_holds(&other, "p", VERSION, key));
    other = good;
    other.name = "S. Okafo";
    assert_false(as_signature_holds(&other, "p", VERSION, key));
    other = good;
    other.bytes[63] ^= 1;
    assert_false(as_signature_holds(&other, "p", VERSION, key));
    assert_false(as_signature_holds(&signature, "p", VERSION, key)); /* without key */
    assert_false(as_key_parse(key, AS_STR("11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHUQ==")));
    assert_false(as_key_parse(key, AS_STR("")));
    assert_false(as_key_parse(key, AS_STR(KEY " ")));
}

static void each_partys_last_signature_is_kept(void **state)
{
    (void)state;
    struct as_source first, second;
    struct as_arena arena = {.head = NULL};
    struct as_signatures signatures = {.versions = {0}}, read;
    struct as_signature ruiz = by(AS_MARKETING, "M. Ruiz", "2026-03-01"),
                        okafor = by(AS_SALES, "S. Okafor", "2026-03-02");
    const struct as_signed_version *version;
    struct as_buf out = {.p = NULL}, again = {.p = NULL};
    make_source(&first);
    as_source_init(&second);
    assert_int_equal(as_source_add(&second, "pack.lua", AS_STR("return 2\n"), NULL), AS_OK);
    assert_int_equal(as_source_seal(&second, NULL), AS_OK);
    assert_int_equal(as_signatures_put(&signatures, &arena, &first, &ruiz, NULL), AS_OK);
    assert_int_equal(as_signatures_put(&signatures, &arena, &first, &okafor, NULL), AS_OK);
    assert_int_equal(signatures.versions.n, 1);
    ruiz.day += 7;
    assert_int_equal(as_signatures_put(&signatures, &arena, &second, &ruiz, NULL), AS_OK);
    assert_int_equal(signatures.versions.n, 2);
    as_signatures_write(&out, &signatures);
    assert_int_equal(as_signatures_parse(&read, &arena, as_str_of(as_buf_c(&out)), NULL), AS_OK);
    as_signatures_write(&again, &read);
    assert_string_equal(as_buf_c(&again), as_buf_c(&out));
    assert_int_equal(as_signature_of(&version, &read, AS_MARKETING)->day, ruiz.day);
    assert_string_equal(version->hash, second.hash);
    assert_string_equal(as_signature_of(&version, &read, AS_SALES)->name, "S. Okafor");
    assert_string_equal(version->hash, first.hash);
    assert_int_equal(version->files.n, 2);
    assert_int_equal(as_signatures_put(&read, &arena, &second, &okafor, NULL), AS_OK);
    assert_int_equal(read.versions.n, 1);
    as_buf_free(&out);
    as_buf_free(&again);
    as_source_free(&first);
    as_source_free(&second);
    as_arena_free(&arena);
}

/* Whoever reads C strings would see Ann sign, whoever reads the file's bytes Ann-Marie. */
static void a_name_that_ends_early_is_refused(void **state)
{
    (void)state;
    static const char text[] = "version " VERSION "\n" FILES "signed sales 2026-03-02 - Ann\0-Marie\n";
    struct as_arena arena = {.head = NULL};
    struct as_signatures read;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_signatures_parse(&read, &arena, (struct as_str){text, sizeof text - 1}, &error),
                     AS_ERR_DATA);
    assert_int_equal(error.line, 4);
    as_arena_free(&arena);
}

static void what_is_no_such_file_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int line;
    } bad[] = {
        {"version " VERSION "\n" FILES "signed sales 2026-03-02 - A\nsigned sales 2026-03-02 - B\n", 5},
        {"version " VERSION "\nfile 1633 pack.lua\n", 2},
        {"version " VERSION "\n\n# only one of the two files\n"
         "file 1633cf45e83771fd4f3115ce75b048172c360720afa5d2d3d1fe490fc752a10f pack.lua",
         1},
        {"version " VERSION "0\n", 1},
        {"version xyz", 1},
        {"file 1633cf45e83771fd4f3115ce75b048172c360720afa5d2d3d1fe490fc752a10f pack.lua", 1},
        {"version " VERSION "\n" FILES "signed everybody 2026-03-02 - A", 4},
        {"version " VERSION "\n" FILES "signed sales someday - A", 4},
        {"version " VERSION "\n" FILES "signed sales 2026-03-02 short A", 4},
        {"version " VERSION "\n" FILES "signed sales 2026-03-02 -", 4},
        {"version " VERSION "\n" FILES "version " VERSION "\n" FILES "version " VERSION "\n" FILES, 7},
        {"version " VERSION "\n" FILES "signed sales 2026-03-02 - A\rB", 4},
        {"<<<<<<< HEAD\n", 1},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct as_arena arena = {.head = NULL};
        struct as_signatures read;
        struct as_error error = AS_ERROR_INIT;
        assert_int_equal(as_signatures_parse(&read, &arena, as_str_of(bad[i].text), &error), AS_ERR_DATA);
        assert_string_equal(error.file, AS_SIGNATURES_FILE);
        assert_int_equal(error.line, bad[i].line);
        as_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signature_is_that_of_another_program),
        cmocka_unit_test(whatever_is_changed_no_longer_fits),
        cmocka_unit_test(each_partys_last_signature_is_kept),
        cmocka_unit_test(a_name_that_ends_early_is_refused),
        cmocka_unit_test(what_is_no_such_file_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
