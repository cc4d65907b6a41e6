/* The folder of a pack: what belongs to it, what does not, and that a source from the database loads the
 * same. */
#include "bind/script/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct folder {
    char path[64];
};

static void put(const struct folder *folder, const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void sub(const struct folder *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder->path, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static int make(void **state)
{
    static struct folder folder;
    snprintf(folder.path, sizeof folder.path, "pack-XXXXXX");
    if (mkdtemp(folder.path) == NULL)
        return -1;
    put(&folder, "pack.lua", "return require 'assay.pack' 'small' { owner = 'x', rules = { 'fit' } }\n");
    put(&folder, "fit.lua",
        "local q = require 'assay.qualification'\nlocal m = q.model 'a'\nlocal s = m:score('fit', require "
        "'lib.cap')\n");
    sub(&folder, "lib");
    put(&folder, "lib/cap.lua", "return { cap = 10 }\n");
    sub(&folder, "lists");
    put(&folder, "lists/a.txt", "one\n");
    put(&folder, "README.md", "# small\n");
    put(&folder, ".hidden.lua", "error 'no'\n");
    sub(&folder, ".git");
    put(&folder, ".git/config.lua", "error 'no'\n");
    char link[256];
    snprintf(link, sizeof link, "%s/linked.lua", folder.path);
    if (symlink("/etc/hostname", link) != 0)
        return -1;
    *state = &folder;
    return 0;
}

static int unmake(void **state)
{
    static const char *const files[] = {
        "pack.lua",        "fit.lua",    "lib/cap.lua", "lists/a.txt", "README.md", ".hidden.lua",
        ".git/config.lua", "linked.lua", "lib",         "lists",       ".git",      ""};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", ((struct folder *)*state)->path, files[i]);
        remove(path);
    }
    return 0;
}

static void rules_and_lists_belong_to_a_pack(void **state)
{
    const struct folder *folder = *state;
    struct as_error error = AS_ERROR_INIT;
    struct as_source source;
    assert_int_equal(as_source_read(&source, folder->path, &error), AS_OK);
    static const char *const names[] = {"fit.lua", "lib/cap.lua", "lists/a.txt", "pack.lua"};
    assert_int_equal(source.files.n, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_string_equal(source.files.at[i].name, names[i]);
    assert_string_equal(source.root, folder->path);
    as_source_free(&source);
}

static void a_mistake_is_shown_where_an_editor_finds_it(void **state)
{
    const struct folder *folder = *state;
    struct as_error error = AS_ERROR_INIT;
    struct as_source source;
    struct as_schema *schema;
    struct as_script *script;
    put(folder, "lib/cap.lua", "\nreturn { cap = 10, flor = 1 }\n");
    assert_int_equal(as_source_read(&source, folder->path, &error), AS_OK);
    assert_int_equal(as_schema_new(&schema, &error), AS_OK);
    assert_int_equal(as_script_load(&script, &source, schema, NULL, &error), AS_ERR_RULE);
    char file[128];
    snprintf(file, sizeof file, "%s/fit.lua", folder->path);
    assert_string_equal(error.file, file);
    assert_int_equal(error.line, 3);
    assert_non_null(strstr(error.what, "did you mean \"floor\""));
    as_schema_free(schema);
    as_source_free(&source);
    put(folder, "lib/cap.lua", "return { cap = 10 }\n");
}

static void the_same_bytes_without_a_folder_are_the_same_pack(void **state)
{
    const struct folder *folder = *state;
    struct as_error error = AS_ERROR_INIT;
    struct as_source source, copy;
    struct as_schema *schema;
    struct as_script *script;
    assert_int_equal(as_source_read(&source, folder->path, &error), AS_OK);
    as_source_init(&copy);
    for (uint32_t i = source.files.n; i-- > 0;)
        assert_int_equal(as_source_add(&copy, source.files.at[i].name, source.files.at[i].bytes, &error),
                         AS_OK);
    assert_int_equal(as_source_seal(&copy, &error), AS_OK);
    assert_string_equal(copy.hash, source.hash);
    assert_int_equal(as_schema_new(&schema, &error), AS_OK);
    assert_int_equal(as_script_load(&script, &copy, schema, NULL, &error), AS_OK);
    assert_string_equal(as_script_pack(script)->hash, source.hash);
    assert_int_equal(as_script_pack(script)->models.at[0]->scores.at[0]->cap, 10000);
    assert_string_equal(as_script_pack(script)->models.at[0]->position.file, "fit.lua");
    as_script_free(script);
    as_schema_free(schema);
    as_source_free(&copy);
    as_source_free(&source);
}

static void a_folder_without_a_pack_is_said_to_be_one(void **state)
{
    const struct folder *folder = *state;
    struct as_error error = AS_ERROR_INIT;
    struct as_source source;
    char lib[128];
    snprintf(lib, sizeof lib, "%s/lib", folder->path);
    assert_int_equal(as_source_read(&source, lib, &error), AS_ERR_MISSING);
    assert_non_null(strstr(error.what, "no pack.lua"));
    as_error_clear(&error);
    assert_int_equal(as_source_read(&source, "no/such/folder", &error), AS_ERR_MISSING);
    assert_non_null(strstr(error.what, "no/such/folder"));
    as_source_free(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_and_lists_belong_to_a_pack),
        cmocka_unit_test(a_mistake_is_shown_where_an_editor_finds_it),
        cmocka_unit_test(the_same_bytes_without_a_folder_are_the_same_pack),
        cmocka_unit_test(a_folder_without_a_pack_is_said_to_be_one),
    };
    return cmocka_run_group_tests_name("pack folder", tests, make, unmake);
}
