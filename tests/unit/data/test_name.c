/* Company names as keys. Known answers: the rules of data/identity/name.h, applied by hand. */
#include "data/identity/name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void keys_forget_what_companies_share(void **state)
{
    (void)state;
    static const struct {
        const char *name, *key;
    } known[] = {
        {"Acme", "acme"},
        {"ACME, Inc.", "acme"},
        {"Acme GmbH & Co. KG", "acme"},
        {"acme l.l.c.", "acme"},
        {"Acme Ltd", "acme"},
        {"The Acme Limited", "acme"},
        {"  Acme   Logistics  AG ", "acme logistics"},
        {"Müller & Söhne AG", "muller and sohne"},
        {"Société Générale S.A.", "societe generale"},
        {"Straße Ltd.", "strasse"},
        {"Incredible Foods Inc", "incredible foods"},
        {"GmbH", "gmbh"},
        {"3M", "3m"},
        {"!!!", ""},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct as_buf out = {0};
        assert_int_equal(as_company_key(&out, as_str_of(known[i].name), NULL), AS_OK);
        if (strcmp(as_buf_c(&out), known[i].key) != 0)
            fail_msg("\"%s\" has the key \"%s\", not \"%s\"", known[i].name, as_buf_c(&out), known[i].key);
        as_buf_free(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys_forget_what_companies_share)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
