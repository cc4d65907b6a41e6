/* Forms: every option is documented, and every form's example loads. */
#include "bind/language/form.h"
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

/* Where each example stands. */
static const struct {
    const char *word;
    bool in_pack;
    const char *frame;
} frames[] = {
    {"pack", true, "%s"},
    {"field", true,
     "return require 'assay.pack' 'p' { owner = 'x', rules = {}, fields = { account = { %s } } }"},
    {"answer", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, answers = { %s } }"},
    {"event", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, events = { %s } }"},
    {"feed", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, feeds = { %s } }"},
    {"permits", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, %s }"},
    {"agreement", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, %s }"},
    {"capacity", true, "return require 'assay.pack' 'p' { owner = 'x', rules = {}, capacity = { %s } }"},
    {"keys", true,
     "return require 'assay.pack' 'p' { owner = 'x', rules = {}, agreement = { marketing = 'a', sales = 'b', "
     "keys = %s } }"},
    {"marketing_sourced_pipeline", true,
     "return require 'assay.pack' 'p' { owner = 'x', rules = {}, agreement = { marketing = 'a', sales = 'b', "
     "marketing_sourced_pipeline = %s } }"},
    {"model", false, "local crm = %s"},
    {"score", false, "local fit = %s"},
    {"rule", false, "local fit = m:score 'fit'\n%s"},
    {"disqualify", false, "%s"},
    {"gate", false, "%s"},
    {"recycle", false, "%s"},
    {"persona", false, "%s"},
    {"contact_policy", false, "%s"},
    {"quiet", false, "n.contact_policy { %s }"},
    {"pressure", false, "n.contact_policy { %s }"},
    {"consent", false, "%s"},
    {"track", false, "n.persona 'operations leader' { when = lead.title:known() }\n%s"},
    {"step", false, "n.track 't' { %s }"},
    {"segment", false, "%s"},
    {"template", false,
     "abm.segment { value = account.potential_value, diversity = account.need_diversity, "
     "very_high_value = 5, low_value = 1, homogeneous = 0.3 }\n%s"},
    {"owners", false, "abm.template 't' { when = account.name:known(), %s }"},
    {"budget", false, "abm.template 't' { when = account.name:known(), %s }"},
    {"play", false, "abm.template 't' { when = account.name:known(), %s }"},
    {"tier", false, "%s"},
    {"route", false, "%s"},
    {"destination", true,
     "return require 'assay.pack' 'p' { owner = 'x', rules = {}, permits = { http = { "
     "'https://crm.example' }, secrets = { 'CRM_HOOK' } }, destinations = { %s } }"},
    {"enrich", false, "%s"},
    {"on.enter", false, "%s"},
    {"webhook", false, "on.enter 'sales_ready' { %s }"},
    {"task", false, "on.enter 'sales_ready' { %s }"},
    {"handoff", false, "on.enter 'sales_ready' { %s }"},
    {"list", false, "on.enter 'sales_ready' { %s }"},
    {"update", false, "on.enter 'sales_ready' { %s }"},
};

static const char pack[] =
    "return require 'assay.pack' 'trial' { owner = 'x', rules = { 'rules' },\n"
    "  answers = { urgency = { ask = 'What if nothing changes?', scope = 'account' } },\n"
    "  lists = { competitors = 'lists/rivals.txt' },\n"
    "  permits = { http = { 'https://crm.example' } },\n"
    "  destinations = { crm = { url = 'https://crm.example/hooks' } } }\n";
static const char head[] =
    "local q, n, abm, r = require 'assay.qualification', require 'assay.nurturing', require "
    "'assay.accounts', require "
    "'assay.routing'\n"
    "local lead, account, event, answer, m = q.lead, q.account, q.event, q.answer, q.model 'inbound'\n"
    "local fx = require 'assay.effects'\nlocal on, effect = fx.on, fx.effect\n"
    "local e = require 'assay.enrichment'\n";

/* An example may end in "…" where more of the same follows. */
static void without_dots(char *text)
{
    static const char *const endings[] = {", n.step … ", ", abm.play … "};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        char *at = strstr(text, endings[i]);
        if (at != NULL)
            memmove(at, at + strlen(endings[i]), strlen(at + strlen(endings[i])) + 1);
    }
}

static void every_example_loads(void **state)
{
    (void)state;
    size_t n;
    const struct as_form *const *forms = as_forms(&n);
    for (size_t i = 0; i < n; i++) {
        size_t frame = 0;
        while (frame < sizeof frames / sizeof *frames && strcmp(frames[frame].word, forms[i]->word) != 0)
            frame++;
        if (frame == sizeof frames / sizeof *frames)
            fail_msg("nobody says where the example of %s stands", forms[i]->word);
        char example[1024], framed[2048], rules[4096];
        snprintf(example, sizeof example, "%s", forms[i]->example);
        without_dots(example);
        const char *at = strstr(frames[frame].frame, "%s");
        snprintf(framed, sizeof framed, "%.*s%s%s", (int)(at - frames[frame].frame), frames[frame].frame,
                 example, at + 2);
        snprintf(rules, sizeof rules, "%s%s\n", head, frames[frame].in_pack ? "" : framed);
        struct pack_text t;
        load_pack_text(&t, frames[frame].in_pack ? framed : pack, rules, NULL);
        bool names_a_file = strcmp(forms[i]->word, "pack") == 0; /* its rule file is not among ours */
        if (t.error.status != AS_OK && !names_a_file)
            fail_msg("%s: %s:%d: %s\n%s\n%s", forms[i]->word, t.error.file, t.error.line, t.error.what,
                     t.error.advice, framed);
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
