/* Reference data: which versions a decision rests on. */
#include "base/zone.h"
#include "score/tree/reference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void every_kind_of_data_has_its_line(void **state)
{
    (void)state;
    static const char *const lines[] = {"public suffixes ", "\nunicode ",  "\npatterns ",
                                        "\nzones ",         "\nfreemail ", "\ndisposable "};
    struct as_reference reference;
    struct as_error error = AS_ERROR_INIT;
    unsigned char digest[32];
    char hash[AS_HASH_TEXT];
    assert_int_equal(as_reference_of(&reference, &error), AS_OK);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const char *at = strstr(reference.text, lines[i]);
        assert_non_null(at);
        assert_true(at[strlen(lines[i])] > ' '); /* and says which */
    }
    crypto_generichash(digest, sizeof digest, (const unsigned char *)reference.text, strlen(reference.text),
                       NULL, 0);
    assert_string_equal(reference.hash, sodium_bin2hex(hash, sizeof hash, digest, sizeof digest));
}

/* Another database of zones is other reference data. */
static void zones_are_told_by_their_release(void **state)
{
    (void)state;
    char folder[] = "zones-XXXXXX", path[64], version[AS_ZONES_VERSION];
    struct as_reference before, after;
    assert_int_equal(as_reference_of(&before, NULL), AS_OK);
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/tzdata.zi", folder);
    assert_int_equal(setenv("TZDIR", folder, 1), 0);
    assert_string_equal(as_zones_version(version), "unknown");
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("# version 1999z\n# more\n", file);
    fclose(file);
    assert_string_equal(as_zones_version(version), "1999z");
    assert_int_equal(as_reference_of(&after, NULL), AS_OK);
    assert_string_not_equal(after.hash, before.hash);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs("# version far too long to be a release\n", file);
    fclose(file);
    assert_string_equal(as_zones_version(version), "unknown");
    unsetenv("TZDIR");
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_data_has_its_line),
        cmocka_unit_test(zones_are_told_by_their_release),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
