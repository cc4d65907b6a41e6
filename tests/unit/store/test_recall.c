/* Recall: the book never lacks a name that was put, and what an import recalls is what the
 * database would have said. */
#include "fixture.h"
#include "store/facts/recall.h"

enum { TEXTS = 200000 };

static struct as_str text_of(char room[32], unsigned i)
{
    snprintf(room, 32, "id-%u", i);
    return as_str_of(room);
}

static bool has(const struct as_book *book, const char *system, struct as_str name, uint32_t row)
{
    struct as_book_search search;
    uint32_t found;
    bool any = false;
    for (bool more = as_book_first(&found, &search, book, system, name); more && !any;
         more = as_book_next(&found, &search, book))
        any = found == row;
    return any;
}

static unsigned named(const struct as_book *book, const char *system, unsigned from)
{
    char room[32];
    unsigned n = 0;
    for (unsigned i = from; i < from + TEXTS; i++) {
        struct as_book_search search;
        uint32_t row;
        n += as_book_first(&row, &search, book, system, text_of(room, i));
    }
    return n;
}

static void a_book_forgets_nothing(void **state)
{
    (void)state;
    struct as_book *book;
    struct as_error error = AS_ERROR_INIT;
    char room[32];
    assert_int_equal(as_book_new(&book, &error), AS_OK);
    assert_int_equal(named(book, "crm", 0), 0);
    for (unsigned i = 0; i < TEXTS; i++)
        assert_true(as_book_put(book, "crm", text_of(room, i), i));
    assert_true(as_book_put(book, "crm", text_of(room, 7), 3 * TEXTS)); /* a name of two rows */
    assert_false(as_book_put(book, "crm", AS_STR("beyond"), UINT32_MAX));
    for (unsigned i = 0; i < TEXTS; i++)
        assert_true(has(book, "crm", text_of(room, i), i));
    assert_true(has(book, "crm", text_of(room, 7), 3 * TEXTS));
    /* 200,000 of 2^32 marks are taken: of as many other names, 9 have one of them by chance */
    assert_true(named(book, "crm", TEXTS) < 100);
    assert_true(named(book, "email", 0) < 100);
    as_book_clear(book);
    assert_int_equal(named(book, "crm", 0), 0);
    assert_true(as_book_put(book, "crm", text_of(room, 5), 1));
    assert_true(has(book, "crm", text_of(room, 5), 1) && !has(book, "crm", text_of(room, 5), 5));
    as_book_free(book);
    as_book_free(NULL);
}

static void what_was_put_is_recalled_until_it_is_cleared(void **state)
{
    (void)state;
    struct as_recall *recall;
    struct as_error error = AS_ERROR_INIT;
    static const char longer[] = "an id of more than a hundred and twenty-eight bytes with the name of its "
                                 "system is not recalled, since"
                                 " it is no id that any system would give to anybody";
    assert_int_equal(as_recall_new(&recall, 1024, &error), AS_OK);
    assert_null(as_recall_get(recall, "crm", AS_STR("L1")));
    as_recall_put(recall, "crm", AS_STR("L1"), &(struct as_recalled){7, 3, 1000});
    const struct as_recalled *found = as_recall_get(recall, "crm", AS_STR("L1"));
    assert_non_null(found);
    assert_true(found->id == 7 && found->account == 3 && found->created == 1000);
    assert_null(as_recall_get(recall, "email", AS_STR("L1")));
    assert_null(as_recall_get(recall, "crm", AS_STR("L")));
    assert_null(as_recall_get(recall, "crm", AS_STR("L11")));
    as_recall_put(recall, "crm", as_str_of(longer), &(struct as_recalled){8, 0, 0});
    assert_null(as_recall_get(recall, "crm", as_str_of(longer)));
    as_recall_clear(recall);
    assert_null(as_recall_get(recall, "crm", AS_STR("L1")));
    as_recall_free(recall);
}

/* With more names than it has room for it forgets some, and never says a wrong thing. */
static void what_is_recalled_is_right_however_many_names_there_are(void **state)
{
    (void)state;
    enum { NAMES = 20000 };
    static const char *const systems[] = {"crm", "email", "c"};
    struct as_recall *recall;
    struct as_error error = AS_ERROR_INIT;
    char name[64];
    int64_t recalled = 0;
    assert_int_equal(as_recall_new(&recall, 4096, &error), AS_OK);
    for (int64_t i = 0; i < NAMES; i++) {
        snprintf(name, sizeof name, "%lld%.*s", (long long)i, (int)(i % 40),
                 "----------------------------------------");
        for (int64_t s = 0; s < 3; s++) {
            as_recall_put(recall, systems[s], as_str_of(name), &(struct as_recalled){i, s, 0});
            const struct as_recalled *found = as_recall_get(recall, systems[s], as_str_of(name));
            assert_true(found != NULL && found->id == i && found->account == s);
        }
    }
    as_recall_put(recall, "crm", as_str_of(name), &(struct as_recalled){-1, 0, 0});
    assert_true(as_recall_get(recall, "crm", as_str_of(name))->id == -1);
    for (int64_t i = 0; i < NAMES - 1; i++) {
        snprintf(name, sizeof name, "%lld%.*s", (long long)i, (int)(i % 40),
                 "----------------------------------------");
        const struct as_recalled *found = as_recall_get(recall, "email", as_str_of(name));
        assert_true(found == NULL || (found->id == i && found->account == 1));
        recalled += found != NULL;
    }
    assert_true(recalled > 0 && recalled < NAMES);
    as_recall_free(recall);
}

/* An id that nobody has leads on to the address beside it, row by row. */
static void an_unknown_id_does_not_hide_the_address(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    give(&w, AS_IMPORT_LEADS, "id", "L1", "email", "ada@acme.example");
    give(&w, AS_IMPORT_LEADS, "id", "L2", "email", "bo@acme.example");
    for (int i = 0; i < 2; i++) {
        give(&w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "page_view", "lead_id", "X", "email",
             "ada@acme.example");
        give(&w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "page_view", "lead_id", "X", "email",
             "bo@acme.example");
        give(&w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "page_view", "email", "bo@acme.example");
    }
    refuse(&w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "page_view", "lead_id", "X");
    commit(&w);
    assert_cell(
        &w, "SELECT count(*) FROM event e JOIN lead l ON l.id = e.lead_id WHERE l.email = 'ada@acme.example'",
        "2");
    assert_cell(
        &w, "SELECT count(*) FROM event e JOIN lead l ON l.id = e.lead_id WHERE l.email = 'bo@acme.example'",
        "4");
    world_close(&w);
}

/* A merge and an account that comes between two rows of one import change what the second row means. */
static void what_changes_meanwhile_is_asked_again(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    give(&w, AS_IMPORT_LEADS, "id", "L1", "email", "ada@acme.example", "account_id", "A1");
    give(&w, AS_IMPORT_LEADS, "id", "L2", "email", "ada@old.example");
    give(&w, AS_IMPORT_EVENTS, "id", "V1", "at", "2026-02-01", "kind", "page_view", "lead_id", "L2");
    give(&w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme");
    give(&w, AS_IMPORT_LEADS, "id", "L3", "email", "bo@acme.example", "account_id", "A1");
    give(&w, AS_IMPORT_LEADS, "id", "L1", "email", "ada@acme.example", "merged_ids", "L2");
    give(&w, AS_IMPORT_EVENTS, "id", "V2", "at", "2026-02-02", "kind", "page_view", "lead_id", "L2");
    give(&w, AS_IMPORT_EVENTS, "id", "V1", "at", "2026-02-01", "kind", "page_view", "lead_id", "L2");
    commit(&w);
    assert_int_equal(w.summary.unchanged, 1); /* V1 again */
    assert_cell(&w,
                "SELECT lead_id = (SELECT id FROM lead WHERE email = 'ada@acme.example') FROM event"
                " WHERE external_id = 'V2'",
                "1");
    assert_cell(&w, "SELECT count(*) FROM lead WHERE account_id IS NOT NULL AND merged_into IS NULL", "2");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_book_forgets_nothing),
        cmocka_unit_test(what_was_put_is_recalled_until_it_is_cleared),
        cmocka_unit_test(what_is_recalled_is_right_however_many_names_there_are),
        cmocka_unit_test(an_unknown_id_does_not_hide_the_address),
        cmocka_unit_test(what_changes_meanwhile_is_asked_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
