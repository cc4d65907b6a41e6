/* Looking for people: what completes a beginning, and who is probably here twice. */
#include "fixture.h"

#include "store/report/matching.h"
#include "store/report/search.h"

static int setup(void **state)
{
    world_setup(state);
    struct world *w = *state;
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme Ltd", "domain", "acme.example");
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "ada.king@acme.example", "first_name", "Ada", "last_name",
         "King", "account_id", "A1");
    give(w, AS_IMPORT_LEADS, "id", "L2", "email", "ada.king@mail.example", "first_name", "Ada", "last_name",
         "King");
    give(w, AS_IMPORT_LEADS, "id", "L3", "email", "a.king@acme.example", "first_name", "A.", "last_name",
         "King", "account_id", "A1");
    give(w, AS_IMPORT_LEADS, "id", "L4", "email", "bob@acme.example", "first_name", "Bob", "last_name",
         "King", "account_id", "A1");
    give(w, AS_IMPORT_LEADS, "id", "M5", "email", "ada@basalt.example", "name", "Ada Zorn");
    commit(w);
    return 0;
}

static enum as_status join_name(void *context, const char *name, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%s|", name);
    return AS_OK;
}

static void expect_names(struct world *w, const char *prefix, uint32_t most, const char *names)
{
    struct as_buf got = {.p = NULL};
    ok(w, as_store_lead_names(w->store, as_str_of(prefix), most, join_name, &got, &w->error));
    assert_string_equal(as_buf_c(&got), names);
    as_buf_free(&got);
}

static void a_beginning_finds_addresses_ids_and_names(void **state)
{
    expect_names(*state, "ada", 10,
                 "ada.king@acme.example|ada.king@mail.example|ada@basalt.example|Ada King|Ada Zorn|");
    expect_names(*state, "ADA.", 10, "ada.king@acme.example|ada.king@mail.example|");
    expect_names(*state, "l", 10, "L1|L2|L3|L4|");
    expect_names(*state, "Ada", 2, "ada.king@acme.example|ada.king@mail.example|");
    expect_names(*state, "zz", 10, "");
    expect_names(*state, "a%", 10, "");
}

/* Blanks around what was typed are nobody's. */
static void what_is_typed_finds_one_lead(void **state)
{
    struct world *w = *state;
    static const char *const words[] = {"M5",    "ada@basalt.example", "ADA@B", " ada@b", "ada@b ", "Ada Z",
                                        " zorn "};
    int64_t id = 0;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        ok(w, as_store_find_lead(&id, w->store, words[i], &w->error));
        assert_int_equal(id, 5);
    }
    assert_int_equal(as_store_find_lead(&id, w->store, "ada.king@", &w->error), AS_ERR_CONFLICT);
    as_error_clear(&w->error);
    assert_int_equal(as_store_find_lead(&id, w->store, "#77", &w->error), AS_ERR_MISSING);
    as_error_clear(&w->error);
}

static enum as_status join_alike(void *context, const struct as_alike *alike, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%s %.3f %s\n", alike->who.external_id, alike->probability, alike->reasons);
    return AS_OK;
}

/* The probabilities are those of unit/data/test_duplicate. */
static void who_is_here_twice_is_found_with_reasons(void **state)
{
    struct world *w = *state;
    struct as_buf got = {.p = NULL};
    ok(w, as_store_alike(w->store, 1, 0.5, join_alike, &got, &w->error));
    assert_string_equal(
        got.p, "L2 0.986 same mailbox ada.king at another domain, same family name, same given name\n"
               "L3 0.958 same family name, same given name, same company\n");
    as_buf_reset(&got);
    ok(w, as_store_alike(w->store, 1, 0, join_alike, &got, &w->error));
    assert_non_null(strstr(got.p, "L4 0.049 same family name, other given name, same company"));
    assert_null(strstr(got.p, "M5"));
    as_buf_reset(&got);
    ok(w, as_store_merge(w->store, 1, 3, "Sam", T0 + DAY, &w->error));
    ok(w, as_store_alike(w->store, 1, 0.5, join_alike, &got, &w->error));
    assert_null(strstr(got.p, "L3"));
    as_buf_free(&got);
    assert_int_equal(as_store_alike(w->store, 99, 0.5, join_alike, NULL, &w->error), AS_ERR_MISSING);
}

static enum as_status join_pair(void *context, const struct as_duplicate *pair, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%s+%s %.3f %.2f|", pair->a.external_id, pair->b.external_id, pair->probability,
                  pair->weight);
    return AS_OK;
}

static void expect_pairs(struct world *w, double least, uint32_t most, const char *pairs, uint64_t found)
{
    struct as_buf got = {.p = NULL};
    struct as_duplicates counts;
    ok(w, as_store_duplicates(&counts, w->store, least, most, join_pair, &got, &w->error));
    assert_string_equal(as_buf_c(&got), pairs);
    assert_int_equal(counts.found, found);
    as_buf_free(&got);
}

/* Bits: those of the table in data/identity/duplicate.h, added by hand. Family 8.307, given 5.492,
 * mailbox 8.966, company 7.322. */
static void pairs_of_the_base_are_told_once_likeliest_first(void **state)
{
    struct world *w = *state;
    expect_pairs(w, 0.5, 9, "L1+L2 0.986 22.76|L1+L3 0.958 21.12|", 2);
    expect_pairs(w, 0.5, 1, "L1+L2 0.986 22.76|", 2);
    ok(w, as_store_keep_apart(w->store, 1, 2, "sam", NULL, T0, &w->error));
    expect_pairs(w, 0.5, 9, "L1+L3 0.958 21.12|", 1);
    ok(w, as_store_merge(w->store, 1, 3, "sam", T0 + DAY, &w->error));
    expect_pairs(w, 0.5, 9, "", 0);
}

/* Every probable pair that looking at all leads finds, one lead after the other. */
static void blocks_find_what_looking_at_everybody_finds(void **state)
{
    static const char *const given[] = {"Ada", "Adam", "A.", "Grace", "Bob"}, *const family[] = {
                                                                                  "King", "Kingsley", "Moor"};
    struct world *w = *state;
    unsigned seed = 7;
    for (int i = 0; i < 120; i++) {
        char id[16], email[64], phone[32];
        unsigned a = (seed = seed * 1103515245 + 12345) >> 16, b = (seed = seed * 1103515245 + 12345) >> 16;
        snprintf(id, sizeof id, "R%d", i);
        snprintf(email, sizeof email, "m%u@d%d.example", a % 40, i);
        snprintf(phone, sizeof phone, "+49 30 1234567%u", b % 10);
        give(w, AS_IMPORT_LEADS, "id", id, "email", email, "first_name", given[a % 5], "last_name",
             family[b % 3], "phone", a % 4 == 0 ? phone : "");
    }
    commit(w);
    uint64_t both_ways = 0;
    for (int64_t lead = 1; lead <= 125; lead++) {
        struct as_buf got = {.p = NULL};
        ok(w, as_store_alike(w->store, lead, 0.9, join_alike, &got, &w->error));
        for (size_t i = 0; i < got.n; i++)
            both_ways += got.p[i] == '\n';
        as_buf_free(&got);
    }
    struct as_duplicates counts;
    struct as_buf got = {.p = NULL};
    ok(w, as_store_duplicates(&counts, w->store, 0.9, 1000, join_pair, &got, &w->error));
    as_buf_free(&got);
    assert_true(counts.found > 10);
    assert_int_equal(counts.left_out, 0);
    assert_int_equal(2 * counts.found, both_ways);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_beginning_finds_addresses_ids_and_names, setup, world_teardown),
        cmocka_unit_test_setup_teardown(what_is_typed_finds_one_lead, setup, world_teardown),
        cmocka_unit_test_setup_teardown(who_is_here_twice_is_found_with_reasons, setup, world_teardown),
        cmocka_unit_test_setup_teardown(pairs_of_the_base_are_told_once_likeliest_first, setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(blocks_find_what_looking_at_everybody_finds, setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
