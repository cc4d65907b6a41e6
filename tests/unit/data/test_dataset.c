/* Datasets and sources: who belongs to whom, and what a pack's bytes hash to. */
#include "data/facts/dataset.h"
#include "data/pack/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void test_members_are_the_leads_that_say_so(void **state)
{
    (void)state;
    struct as_schema *schema;
    struct as_dataset *set;
    enum { LEADS = 500, ACCOUNTS = 37 };
    assert_int_equal(as_schema_new(&schema, NULL), AS_OK);
    assert_int_equal(as_dataset_new(&set, schema, LEADS, ACCOUNTS, NULL), AS_OK);
    for (uint32_t i = 0; i < LEADS; i++)
        assert_int_equal(set->lead_account[i], AS_NO_INDEX);
    srand(7);
    for (uint32_t i = 0; i < LEADS; i++)
        set->lead_account[i] = rand() % 5 == 0 ? AS_NO_INDEX : (uint32_t)rand() % ACCOUNTS;
    for (int again = 0; again < 2; again++) {
        assert_int_equal(as_dataset_link(set, NULL), AS_OK);
        for (uint32_t account = 0; account < ACCOUNTS; account++) {
            uint32_t at = set->member_start[account];
            for (uint32_t lead = 0; lead < LEADS; lead++)
                if (set->lead_account[lead] == account)
                    assert_int_equal(set->member[at++], lead);
            assert_int_equal(at, set->member_start[account + 1]);
        }
    }
    set->lead_account[3] = ACCOUNTS;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_dataset_link(set, &error), AS_ERR_BUG);
    as_dataset_free(set);
    as_schema_free(schema);
}

static void test_columns_are_as_long_as_their_level(void **state)
{
    (void)state;
    struct as_schema *schema;
    struct as_dataset *set;
    struct as_column *column, *again;
    uint32_t answer;
    assert_int_equal(as_schema_new(&schema, NULL), AS_OK);
    struct as_field urgency = {
        .name = "urgency", .level = AS_LEVEL_ACCOUNT, .type = AS_TYPE_TEXT, .ask = "What if not?"};
    assert_int_equal(as_schema_add_field(&answer, schema, &urgency, NULL), AS_OK);
    assert_int_equal(as_dataset_new(&set, schema, 10, 3, NULL), AS_OK);
    uint32_t title = as_schema_field(schema, AS_LEVEL_LEAD, AS_STR("title"));
    assert_null(set->field[title]);
    assert_int_equal(as_dataset_column(&column, set, title, NULL), AS_OK);
    assert_int_equal(column->n, 10);
    assert_int_equal(as_dataset_column(&again, set, title, NULL), AS_OK);
    assert_ptr_equal(column, again);
    assert_int_equal(as_dataset_column(&column, set, answer, NULL), AS_OK);
    assert_int_equal(column->n, 3);
    assert_ptr_equal(column, set->answer[answer].value);
    assert_non_null(set->answer[answer].voices);
    assert_null(set->field[answer]);
    as_dataset_free(set);
    assert_int_equal(as_dataset_new(&set, schema, 0, 0, NULL), AS_OK);
    assert_int_equal(as_dataset_link(set, NULL), AS_OK);
    as_dataset_free(set);
    as_schema_free(schema);
}

static void test_a_pack_is_known_by_its_bytes(void **state)
{
    /* BLAKE2b-256 by Python's hashlib over name, NUL, BLAKE2b-256 of the bytes */
    static const char expected[] = "c44d9edf0614eb974c5d7ff1ce2392aa4b8cde1ac79da11b54e1522ec978eaf9";
    (void)state;
    for (int order = 0; order < 2; order++) {
        struct as_source source;
        as_source_init(&source);
        for (int i = 0; i < 2; i++)
            if (i == order)
                assert_int_equal(as_source_add(&source, "pack.lua", AS_STR("return 1\n"), NULL), AS_OK);
            else
                assert_int_equal(as_source_add(&source, "lists/a.txt", AS_STR("x\ny\n"), NULL), AS_OK);
        assert_int_equal(as_source_seal(&source, NULL), AS_OK);
        assert_string_equal(source.hash, expected);
        assert_string_equal(source.files.at[0].name, "lists/a.txt");
        assert_int_equal(as_source_find(&source, "pack.lua")->bytes.n, 9);
        assert_null(as_source_find(&source, "pack.lu"));
        as_source_free(&source);
    }
}

static void test_a_version_is_of_what_decides(void **state)
{
    static const struct {
        const char *name;
        enum as_source_part part;
    } files[] = {{"pack.lua", AS_PART_RULES},         {"lib/cap.lua", AS_PART_RULES},
                 {"lists/a.txt", AS_PART_RULES},      {"lists/rates.csv", AS_PART_RULES},
                 {"fit_test.lua", AS_PART_TEST},      {"lib/cap_test.lua", AS_PART_TEST},
                 {"size_test.json", AS_PART_TEST},    {"size.json", AS_PART_NONE},
                 {"latest.lua", AS_PART_RULES},       {"agreement.sig", AS_PART_SIGNATURES},
                 {"lib/agreement.sig", AS_PART_NONE}, {"README.md", AS_PART_NONE},
                 {".luarc.lua", AS_PART_NONE},        {".git/a.lua", AS_PART_NONE}};
    (void)state;
    struct as_source bare, full;
    as_source_init(&bare);
    as_source_init(&full);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_int_equal(as_source_part(files[i].name), files[i].part);
        assert_int_equal(as_source_add(&full, files[i].name, AS_STR("x"), NULL), AS_OK);
        if (files[i].part == AS_PART_RULES)
            assert_int_equal(as_source_add(&bare, files[i].name, AS_STR("x"), NULL), AS_OK);
    }
    assert_int_equal(as_source_seal(&bare, NULL), AS_OK);
    assert_int_equal(as_source_seal(&full, NULL), AS_OK);
    assert_string_equal(full.hash, bare.hash);
    as_source_free(&bare);
    as_source_free(&full);
}

static void test_paths_stay_inside_a_pack(void **state)
{
    static const char *const bad[] = {"",    "/etc/passwd", "../x", "a/../b", "a//b",
                                      "./a", "a\\b",        "a\nb", "a/"};
    (void)state;
    struct as_source source;
    as_source_init(&source);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(as_source_add(&source, bad[i], AS_STR("x"), NULL), AS_ERR_RULE);
    assert_int_equal(as_source_add(&source, "a", AS_STR("1"), NULL), AS_OK);
    assert_int_equal(as_source_add(&source, "a", AS_STR("2"), NULL), AS_OK);
    assert_int_equal(as_source_seal(&source, NULL), AS_ERR_CONFLICT);
    as_source_free(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members_are_the_leads_that_say_so),
        cmocka_unit_test(test_columns_are_as_long_as_their_level),
        cmocka_unit_test(test_a_pack_is_known_by_its_bytes),
        cmocka_unit_test(test_a_version_is_of_what_decides),
        cmocka_unit_test(test_paths_stay_inside_a_pack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
