/* The reference and the annotations: every public name has its text, every example of the library and of
 * models loads, and both pages say all that the tables have. */
#include "bind/language/declare.h"
#include "bind/manual/annotation.h"
#include "bind/manual/library_text.h"
#include "bind/manual/reference.h"
#include "bind/sandbox/library.h"
#include "bind/session/repl_parts.h"
#include "bind/trial/trial_reading.h"
#include "pack_text.h"
#include "score/tree/operator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char pack[] =
    "return require 'assay.pack' 'trial' { owner = 'x', rules = { 'rules' },\n"
    "  fields = { account = { potential_value = 'money', lifetime_value = 'money', need_diversity = "
    "'number',\n"
    "                         sales_owner = 'user' } },\n"
    "  answers = { need = { ask = 'What hurts?', values = { 'none', 'acknowledged', 'confirmed' } } },\n"
    "  lists = { competitors = 'lists/rivals.txt' },\n"
    "  permits = { http = { 'https://crm.example' }, secrets = { 'CRM_HOOK' } },\n"
    "  destinations = { crm = { url = 'https://crm.example/hooks' } } }\n";
static const char head[] = "local q, n, abm, r = require 'assay.qualification', require 'assay.nurturing', "
                           "require 'assay.accounts', "
                           "require 'assay.routing'\n"
                           "local lead, account, event, answer = q.lead, q.account, q.event, q.answer\n"
                           "local m = q.model 'trial'\n"
                           "local fx = require 'assay.effects'\n"
                           "local on, effect = fx.on, fx.effect\n"
                           "local s = require 'assay.service_levels'\n"
                           "local e, learning = require 'assay.enrichment', require 'assay.learning'\n";

/* A name, or a table of names: "on" where there is a text of "on.enter". */
static const struct as_library_entry *find_entry(const struct as_library_texts *texts, const char *module,
                                                 const char *name)
{
    size_t n = name != NULL ? strlen(name) : 0;
    for (uint32_t i = 0; i < texts->list.n; i++) {
        const struct as_library_entry *entry = &texts->list.at[i];
        if (strcmp(entry->module, module) == 0 && (name == NULL) == (entry->name == NULL) &&
            (name == NULL ||
             (strncmp(entry->name, name, n) == 0 && (entry->name[n] == '\0' || entry->name[n] == '.'))))
            return entry;
    }
    return NULL;
}

/* The names of a module, from inside: an error carries them out. */
static void names_of(char *out, size_t room, const char *module)
{
    struct pack_text t;
    char rules[512];
    snprintf(rules, sizeof rules,
             "local names = {}\n"
             "local module = require '%s'\n"
             "if type(module) == 'table' then for name in pairs(module) do names[#names + 1] = name end end\n"
             "error('names: ' .. table.concat(names, ' '))\n",
             module);
    load_pack_text(&t, NULL, rules, NULL);
    const char *found = strstr(t.error.what, "names: ");
    if (found == NULL)
        fail_msg("%s: %s", module, t.error.what);
    snprintf(out, room, "%s", found + strlen("names: "));
    free_pack_text(&t);
}

static void every_name_of_the_library_has_a_text(void **state)
{
    (void)state;
    struct as_library_texts texts;
    struct as_error error = AS_ERROR_INIT;
    unsigned n = 0;
    assert_int_equal(as_library_texts_read(&texts, &error), AS_OK);
    for (uint32_t i = 0; i < texts.list.n; i++)
        if (texts.list.at[i].text[0] == '\0')
            fail_msg("%s %s has an empty text", texts.list.at[i].module,
                     texts.list.at[i].name != NULL ? texts.list.at[i].name : "");
    for (size_t f = 0; f < as_library_count; f++) {
        char module[64], names[1024];
        snprintf(module, sizeof module, "assay.%.*s", (int)strcspn(as_library_files[f].name + 6, "."),
                 as_library_files[f].name + 6);
        if (strchr(module, '/') != NULL) /* a part of the module of its folder */
            continue;
        if (find_entry(&texts, module, NULL) == NULL)
            fail_msg("%s does not say what it is for", module);
        if (as_library_is_for_tests(module)) /* test_test_library looks at it */
            continue;
        names_of(names, sizeof names, module);
        for (char *rest, *name = strtok_r(names, " ", &rest); name != NULL;
             name = strtok_r(NULL, " ", &rest), n++)
            if (find_entry(&texts, module, name) == NULL && find_entry(&texts, "assay.facts", name) == NULL)
                fail_msg("%s.%s has no text", module, name);
    }
    assert_true(n >= 40);
    as_library_texts_free(&texts);
}

/* Loads an example in a rule file; a pack file when it is one. */
static void try_example(const char *what, const char *example)
{
    struct pack_text t;
    struct as_buf rules = {0};
    bool is_pack = strstr(example, "require \"assay.pack\"") != NULL;
    as_buf_printf(&rules, "%s%s%s\n", head,
                  strstr(example, "fit:") != NULL ? "local fit = m:score 'fit'\n" : "",
                  is_pack ? "" : example);
    load_pack_text(&t, is_pack ? example : pack, as_buf_c(&rules), NULL);
    if (t.error.status != AS_OK)
        fail_msg("%s: %s:%d: %s\n%s\n%s", what, t.error.file, t.error.line, t.error.what, t.error.advice,
                 example);
    free_pack_text(&t);
    as_buf_free(&rules);
}

static void every_example_of_the_library_loads(void **state)
{
    (void)state;
    struct as_library_texts texts;
    struct as_error error = AS_ERROR_INIT;
    unsigned n = 0;
    assert_int_equal(as_library_texts_read(&texts, &error), AS_OK);
    for (uint32_t i = 0; i < texts.list.n; i++) {
        const struct as_library_entry *entry = &texts.list.at[i];
        if (as_library_is_for_tests(entry->module))
            continue;
        if (entry->example == NULL && strncmp(entry->type, "fun(", 4) == 0)
            fail_msg("%s.%s has no example", entry->module, entry->name != NULL ? entry->name : "");
        if (entry->example != NULL) {
            try_example(entry->name != NULL ? entry->name : entry->module, entry->example);
            n++;
        }
    }
    assert_true(n >= 25);
    as_library_texts_free(&texts);
}

static void every_example_of_a_model_loads(void **state)
{
    (void)state;
    const struct as_module *const classes[] = {&as_model_class, &as_score_class};
    for (size_t c = 0; c < 2; c++)
        for (size_t i = 0; i < classes[c]->parts[0]->n; i++) {
            const struct as_module_function *row = &classes[c]->parts[0]->functions[i];
            assert_true(row->text[0] != '\0' && row->returns[0] != '\0' && row->returns_text[0] != '\0');
            try_example(row->name, row->example);
        }
}

static void expect_in(const char *page, const char *name, const char *before, const char *after)
{
    char words[256];
    snprintf(words, sizeof words, "%s%s%s", before, name, after);
    if (strstr(page, words) == NULL)
        fail_msg("nothing says \"%s\"", words);
}

static void the_page_says_all(void **state)
{
    (void)state;
    struct as_buf page = {0};
    struct as_error error = AS_ERROR_INIT;
    uint32_t rows;
    size_t n;
    assert_int_equal(as_reference_write(&page, &error), AS_OK);
    const struct as_operator *operators = as_operators(&rows);
    for (uint32_t i = 0; i < rows; i++)
        expect_in(as_buf_c(&page), operators[i].name, "| `", "` |");
    const struct as_form *const *forms = as_forms(&n);
    for (size_t i = 0; i < n; i++) {
        expect_in(as_buf_c(&page), forms[i]->word, "\n### `", "`\n");
        for (const struct as_form_option *o = forms[i]->options; o->name != NULL; o++)
            expect_in(as_buf_c(&page), o->name, "\n| `", "`");
    }
    const struct as_readings *const *readings = as_decision_readings(&n);
    for (size_t p = 0; p < n; p++)
        for (size_t i = 0; i < readings[p]->n; i++)
            expect_in(as_buf_c(&page), readings[p]->at[i].signature, "| `", "` |");
    const struct as_repl_words *const *words = as_repl_all_words(&n);
    for (size_t p = 0; p < n; p++)
        for (size_t i = 0; i < words[p]->n; i++) {
            assert_true(words[p]->at[i].text[0] != '\0' && words[p]->at[i].signature[0] != '\0');
            expect_in(as_buf_c(&page), words[p]->at[i].text, "` | ", " |\n");
        }
    as_buf_free(&page);
}

/* Every class that a type names is declared somewhere. */
static void expect_declared(const struct as_source *files, struct as_str text)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    for (size_t i = 0; i + 6 < text.n; i++) {
        size_t n = 6;
        if (strncmp(text.p + i, "assay.", 6) != 0)
            continue;
        while (i + n < text.n && strchr(letters, text.p[i + n]) != NULL)
            n++;
        char as_class[80], as_alias[80];
        bool found = n == 6 || text.p[i + 6] < 'A' || text.p[i + 6] > 'Z'; /* a module's name is no class */
        snprintf(as_class, sizeof as_class, "---@class %.*s", (int)n, text.p + i);
        snprintf(as_alias, sizeof as_alias, "---@alias %.*s ", (int)n, text.p + i);
        for (uint32_t f = 0; f < files->files.n && !found; f++) {
            const char *at = strstr(files->files.at[f].bytes.p, as_class);
            found = (at != NULL && strchr(letters, at[strlen(as_class)]) == NULL) ||
                    strstr(files->files.at[f].bytes.p, as_alias) != NULL;
            for (; at != NULL && !found; at = strstr(at + 1, as_class))
                found = strchr(letters, at[strlen(as_class)]) == NULL || at[strlen(as_class)] == '\0';
        }
        if (!found)
            fail_msg("nothing declares %.*s", (int)n, text.p + i);
    }
}

static void annotations_are_whole(void **state)
{
    (void)state;
    struct as_source files;
    struct as_error error = AS_ERROR_INIT;
    struct pack_text t;
    load_pack_text(&t, NULL, "return require('assay.qualification').model 'm'", NULL);
    assert_int_equal(t.error.status, AS_OK);
    as_source_init(&files);
    assert_int_equal(as_annotations_add(&files, t.schema, &error), AS_OK);
    assert_int_equal(as_source_seal(&files, &error), AS_OK);
    for (uint32_t f = 0; f < files.files.n; f++)
        expect_declared(&files, files.files.at[f].bytes);
    const char *types = as_source_find(&files, "types.lua")->bytes.p;
    for (uint32_t i = 0; i < t.schema->fields.n; i++)
        expect_in(types, t.schema->fields.at[i]->name, "\n---@field ", " ");
    for (uint32_t i = 0; i < t.schema->kinds.n; i++)
        expect_in(types, t.schema->kinds.at[i]->name, "\n---@field ", " assay.EventKind");
    assert_non_null(as_source_find(&files, "assay/score.lua"));
    /* the language server reads them as Lua: so does Lua */
    for (uint32_t f = 0; f < files.files.n; f++) {
        lua_State *L = luaL_newstate();
        assert_non_null(L);
        if (luaL_loadbuffer(L, files.files.at[f].bytes.p, files.files.at[f].bytes.n,
                            files.files.at[f].name) != LUA_OK)
            fail_msg("%s", lua_tostring(L, -1));
        lua_close(L);
    }
    as_source_free(&files);
    free_pack_text(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_of_the_library_has_a_text),
        cmocka_unit_test(every_example_of_the_library_loads),
        cmocka_unit_test(every_example_of_a_model_loads),
        cmocka_unit_test(the_page_says_all),
        cmocka_unit_test(annotations_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
