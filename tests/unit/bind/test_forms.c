/* Forms: every option is documented, and every form's example loads. */
#include "form_example.h"
#include "pack_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void every_option_has_a_text(void **state)
{
    (void)state;
    size_t n;
    const struct as_form *const *forms = as_forms(&n);
    assert_true(n >= 27);
    for (size_t i = 0; i < n; i++) {
        assert_true(forms[i]->word[0] != '\0' && forms[i]->text[0] != '\0' && forms[i]->example[0] != '\0');
        for (const struct as_form_option *o = forms[i]->options; o->name != NULL; o++) {
            size_t length = o->text != NULL ? strlen(o->text) : 0;
            if (length == 0 || o->text[length - 1] != '.' || o->takes == 0)
                fail_msg("option %s of %s has no sentence or takes nothing", o->name, forms[i]->word);
            for (const struct as_form_option *other = forms[i]->options; other != o; other++)
                assert_string_not_equal(other->name, o->name);
        }
    }
}

static void every_example_loads(void **state)
{
    (void)state;
    size_t n;
    const struct as_form *const *forms = as_forms(&n);
    for (size_t i = 0; i < n; i++) {
        struct example_files files;
        if (!frame_example(&files, forms[i]))
            fail_msg("nobody says where the example of %s stands", forms[i]->word);
        struct pack_text t;
        load_pack_text(&t, files.pack, files.rules, NULL);
        bool names_a_file = strcmp(forms[i]->word, "pack") == 0; /* its rule file is not among ours */
        if (t.error.status != AS_OK && !names_a_file)
            fail_msg("%s: %s:%d: %s\n%s\n%s\n%s", forms[i]->word, t.error.file, t.error.line, t.error.what,
                     t.error.advice, files.pack, files.rules);
        if (names_a_file && strstr(t.error.what, "no rule file") == NULL)
            fail_msg("%s", t.error.what);
        free_pack_text(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_option_has_a_text),
        cmocka_unit_test(every_example_loads),
    };
    return cmocka_run_group_tests_name("forms", tests, NULL, NULL);
}
