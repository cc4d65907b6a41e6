/* Ledgers as they are stored: known answers by hand for the short form, read by the program, by SQL under the
 * program's settings and by SQL without them. */
#include "fixture.h"

#include "store/database.h"
#include "store/decisions/decisions.h"
#include "store/decisions/stored_ledgers.h"

#include <sqlite3.h>

/* Two scores with all that can be in a ledger. */
struct told {
    struct as_rule quiet, noted, counted, capped;
    struct as_score fit, interest;
    struct as_model model;
    struct as_rule_group group;
    struct as_rule *fit_rules[2], *interest_rules[2];
    struct as_score *scores[2];
    struct as_entry fit_entries[2], interest_entries[5];
    struct as_open_rule open[2];
    struct as_ledger ledgers[2];
};

static void tell(struct told *t)
{
    memset(t, 0, sizeof *t);
    t->quiet = (struct as_rule){.name = "able", .index = 0};
    t->noted = (struct as_rule){.name = "says \"so\"", .index = 1};
    t->counted = (struct as_rule){.name = "reading", .kind = AS_RULE_EVENTS, .index = 0};
    t->capped = (struct as_rule){.name = "mail", .kind = AS_RULE_EVENTS, .index = 1};
    t->group = (struct as_rule_group){.name = "content"};
    t->fit_rules[0] = &t->quiet;
    t->fit_rules[1] = &t->noted;
    t->interest_rules[0] = &t->counted;
    t->interest_rules[1] = &t->capped;
    t->fit = (struct as_score){.name = "a fit", .model = &t->model, .rules = {t->fit_rules, 2, 2}};
    t->interest = (struct as_score){.name = "interest",
                                    .model = &t->model,
                                    .rules = {t->interest_rules, 2, 2},
                                    .groups = {&t->group, 1, 1}};
    /* The order of the pack is not that of the text. */
    t->scores[0] = &t->interest;
    t->scores[1] = &t->fit;
    t->model = (struct as_model){.name = "main", .scores = {t->scores, 2, 2}};
    t->fit_entries[0] = (struct as_entry){.kind = AS_ENTRY_RULE, .rule = &t->quiet, .points = 6000};
    t->fit_entries[1] = (struct as_entry){.kind = AS_ENTRY_RULE,
                                          .rule = &t->noted,
                                          .points = -500,
                                          .note = "zeb@x.example,\"rule\",\n\xC3\xBC"};
    t->open[0] = (struct as_open_rule){.rule = &t->quiet, .state = AS_UNKNOWN, .high = 15000};
    t->open[1] = (struct as_open_rule){.rule = &t->noted, .state = AS_UNMEASURABLE, .low = -7};
    t->interest_entries[0] =
        (struct as_entry){.kind = AS_ENTRY_EVENTS, .rule = &t->counted, .points = 1338, .events = 14};
    t->interest_entries[1] = (struct as_entry){.kind = AS_ENTRY_RULE_CAP, .rule = &t->capped, .points = -8};
    t->interest_entries[2] =
        (struct as_entry){.kind = AS_ENTRY_GROUP_CAP, .group = t->group.name, .points = -30};
    t->interest_entries[3] = (struct as_entry){.kind = AS_ENTRY_CAP, .points = -1300};
    t->interest_entries[4] = (struct as_entry){.kind = AS_ENTRY_FLOOR, .points = 3000};
    t->ledgers[0] = (struct as_ledger){.score = &t->interest,
                                       .value = 3000,
                                       .low = 3000,
                                       .high = 3000,
                                       .entries = {t->interest_entries, 5, 5}};
    t->ledgers[1] = (struct as_ledger){.score = &t->fit,
                                       .value = 5500,
                                       .low = 5493,
                                       .high = 20500,
                                       .entries = {t->fit_entries, 2, 2},
                                       .open = {t->open, 2, 2}};
}

/* Words: 1 "a fit", 2 able, 3 says "so", 4 interest, 5 reading, 6 mail, 7 content. */
static const char stored[] =
    "[[1,5500,7,15000,[[6000,2],[-500,3,\"rule\",\"zeb@x.example,\\\"rule\\\",\\n\xC3\xBC\"]],"
    "[[2,0,15000],[3,-7,0,\"unmeasurable\"]]],"
    "[4,3000,0,0,[[1338,5,14],[-8,6,\"rule_cap\"],[-30,7,\"group_cap\"],[-1300,null,\"cap\"],"
    "[3000,null,\"floor\"]]]]";
#define FIT_ENTRIES                                                                                          \
    "[{\"kind\":\"rule\",\"points\":6000,\"name\":\"able\"},"                                                \
    "{\"kind\":\"rule\",\"points\":-500,\"name\":\"says \\\"so\\\"\","                                       \
    "\"note\":\"zeb@x.example,\\\"rule\\\",\\n\xC3\xBC\"}]"
#define FIT_OPEN                                                                                             \
    "[{\"state\":\"unknown\",\"low\":0,\"high\":15000,\"name\":\"able\"},"                                   \
    "{\"state\":\"unmeasurable\",\"low\":-7,\"high\":0,\"name\":\"says \\\"so\\\"\"}]"
#define INTEREST_ENTRIES                                                                                     \
    "[{\"kind\":\"events\",\"points\":1338,\"name\":\"reading\",\"events\":14},"                             \
    "{\"kind\":\"rule_cap\",\"points\":-8,\"name\":\"mail\"},"                                               \
    "{\"kind\":\"group_cap\",\"points\":-30,\"group\":\"content\"},"                                         \
    "{\"kind\":\"cap\",\"points\":-1300},{\"kind\":\"floor\",\"points\":3000}]"
static const char in_words[] =
    "{\"a fit\":{\"value\":5500,\"low\":5493,\"high\":20500,\"entries\":" FIT_ENTRIES ",\"open\":" FIT_OPEN
    "},"
    "\"interest\":{\"value\":3000,\"low\":3000,\"high\":3000,"
    "\"entries\":" INTEREST_ENTRIES ",\"open\":[]}}";
static const char in_rows[] = "1|a fit|5500|5493|20500|" FIT_ENTRIES "|" FIT_OPEN
                              "\n1|interest|3000|3000|3000|" INTEREST_ENTRIES "|[]\n";
static const char by_entry[] = "1|a fit|0|rule|able|6000|-|-\n"
                               "1|a fit|1|rule|says \"so\"|-500|-|zeb@x.example,\"rule\",\n\xC3\xBC\n"
                               "1|interest|0|events|reading|1338|14|-\n"
                               "1|interest|1|rule_cap|mail|-8|-|-\n"
                               "1|interest|2|group_cap|content|-30|-|-\n"
                               "1|interest|3|cap|-|-1300|-|-\n"
                               "1|interest|4|floor|-|3000|-|-\n";
static const char all_rows[] = "SELECT * FROM ledger ORDER BY decision_id, score";
static const char all_entries[] = "SELECT * FROM ledger_entry ORDER BY decision_id, score, place";

static enum as_status keep_row(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    for (int i = 0; i < row->columns; i++)
        as_buf_printf(context, "%s%s", i == 0 ? "" : "|", row->texts[i] == NULL ? "-" : row->texts[i]);
    as_buf_char(context, '\n');
    return AS_OK;
}

/* What the program's own connection answers. */
static void assert_rows(struct as_store *store, const char *sql, const char *expected)
{
    struct as_error error = AS_ERROR_INIT;
    struct as_buf rows = {0};
    if (as_store_query(store, sql, keep_row, &rows, &error) != AS_OK)
        fail_msg("%s", error.what);
    assert_string_equal(as_buf_c(&rows), expected);
    as_buf_free(&rows);
}

static int plain_row(void *context, int n, char **values, char **names)
{
    const struct as_query_row row = {n, (const char *const *)names, (const char *const *)values, NULL};
    return keep_row(context, &row, NULL) != AS_OK;
}

/* What any other program's does, whether it trusts schemas or not. */
static void assert_plain_rows(const char *file, const char *sql, const char *expected)
{
    for (int trusted = 0; trusted <= 1; trusted++) {
        struct as_buf rows = {0};
        sqlite3 *db;
        assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
        sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, trusted, NULL);
        if (sqlite3_exec(db, sql, plain_row, &rows, NULL) != SQLITE_OK)
            fail_msg("%s", sqlite3_errmsg(db));
        assert_string_equal(as_buf_c(&rows), expected);
        sqlite3_close(db);
        as_buf_free(&rows);
    }
}

/* Stores the text as the only decision's ledgers. */
static void keep_ledgers(struct world *w, const char *text)
{
    ok(w, as_store_begin(w->store, &w->error));
    ok(w,
       as_sql_script(w->store, &w->error,
                     "INSERT INTO model(id, pack, name) VALUES(1, 'p', 'main');"
                     "INSERT INTO pack(hash, name, kept_at) VALUES('h', 'p', 1);"
                     "INSERT INTO run(id, pack, pack_hash, at, known_at, started, finished, baseline, held)"
                     " VALUES(1, 'p', 'h', 1, 1, 1, 1, 0, 0);"
                     "INSERT INTO run_decisions VALUES(1, 1, 1, 1);"
                     "INSERT INTO decision(id, run_id, model_id, lead_id, stage, furthest, cause, grade_code,"
                     " prior_grade_code, verdicts, prior_verdicts, outside, attention, blocked, recycles,"
                     " facts_hash) VALUES(1, 1, 1, 1, 'suspect', 'suspect', 'first', 0, 0, 0, 0, 0, 0, 0, 0,"
                     " 5)"));
    ok(w, as_sql_do(w->store, &w->error, "UPDATE decision SET ledgers = ?", "t", text));
    ok(w, as_store_commit(w->store, &w->error));
}

static int setup_lead(void **state)
{
    world_setup(state);
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1");
    commit(w);
    return 0;
}

static void put_ledgers(struct world *w, struct as_buf *text, const struct told *t)
{
    struct as_ledger_words *words;
    ok(w, as_store_begin(w->store, &w->error));
    ok(w, as_ledger_words_new(&words, w->store, &t->model, &w->error));
    ok(w, as_store_commit(w->store, &w->error));
    ok(w, as_ledgers_put(text, words, t->ledgers, 1, &w->error));
    as_ledger_words_free(words);
}

static void ledgers_are_stored_by_numbers_of_words(void **state)
{
    struct world *w = *state;
    struct told told;
    struct as_buf text = {0}, out = {0};
    tell(&told);
    put_ledgers(w, &text, &told);
    assert_string_equal(as_buf_c(&text), stored);
    /* A run later has the same words. */
    as_buf_reset(&text);
    put_ledgers(w, &text, &told);
    assert_string_equal(as_buf_c(&text), stored);
    assert_rows(w->store, "SELECT id, text FROM word ORDER BY id",
                "1|a fit\n2|able\n3|says \"so\"\n4|interest\n5|reading\n6|mail\n7|content\n");
    ok(w, as_ledgers_expand(&out, w->store, (struct as_str){text.p, text.n}, &w->error));
    assert_string_equal(as_buf_c(&out), in_words);
    as_buf_free(&text);
    as_buf_free(&out);
}

static void sql_says_ledgers_in_words(void **state)
{
    struct world *w = *state;
    struct told told;
    struct as_buf text = {0};
    uint32_t findings;
    tell(&told);
    put_ledgers(w, &text, &told);
    keep_ledgers(w, as_buf_c(&text));
    assert_rows(w->store, all_rows, in_rows);
    assert_rows(w->store, all_entries, by_entry);
    assert_rows(w->store,
                "SELECT l.score FROM ledger l WHERE l.value <> (SELECT sum(points) FROM ledger_entry e WHERE"
                " e.decision_id = l.decision_id AND e.score = l.score)",
                "");
    ok(w, as_store_check(w->store, NULL, NULL, &findings, &w->error));
    assert_int_equal(findings, 0);
    unlink("plain.db");
    ok(w, as_store_backup(w->store, "plain.db", &w->error));
    assert_plain_rows("plain.db", all_rows, in_rows);
    assert_plain_rows("plain.db", all_entries, by_entry);
    unlink("plain.db");
    as_buf_free(&text);
}

/* What a function notes may be of a person; the words outlive every person. */
static void words_say_nothing_of_a_person(void **state)
{
    struct world *w = *state;
    struct told told;
    struct as_buf text = {0};
    tell(&told);
    put_ledgers(w, &text, &told);
    assert_non_null(strstr(as_buf_c(&text), "zeb@x.example"));
    assert_rows(w->store, "SELECT text FROM word WHERE instr(text || json, 'zeb') > 0", "");
    as_buf_free(&text);
}

static void texts_that_are_no_ledgers_are_refused(void **state)
{
    struct world *w = *state;
    struct told told;
    struct as_buf text = {0}, out = {0};
    static const char *const wrong[] = {"[",
                                        "{}",
                                        "[[1,2,0,0]]",
                                        "[[1,2,0,0,[[5,2]]",
                                        "[[1,2,0,0,[[5,2,]]]]",
                                        "[[99,2,0,0,[]]]",
                                        "[[1,2,0,0,[[5,-3]]]]",
                                        "[[1,2,0,0,[[5,2,\"else\"]]]]",
                                        "[[1,2,0,0,[[x,2]]]]",
                                        "[[1,2,0,0,[]]] ",
                                        "[[1,2,0,0,[[5,2,\"rule\",\"a]]]]",
                                        "[[null,2,0,0,[]]]",
                                        "[[99999999999999,2,0,0,[]]]",
                                        "[[1,9223372036854775808,0,0,[]]]"};
    tell(&told);
    put_ledgers(w, &text, &told);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        if (as_ledgers_expand(&out, w->store, as_str_of(wrong[i]), &w->error) != AS_ERR_DATA)
            fail_msg("%s was read", wrong[i]);
        as_error_clear(&w->error);
        as_buf_reset(&out);
    }
    /* And every beginning of one that is right. */
    for (size_t n = 1; n < text.n; n++) {
        if (as_ledgers_expand(&out, w->store, (struct as_str){text.p, n}, &w->error) != AS_ERR_DATA)
            fail_msg("%.*s was read", (int)n, text.p);
        as_error_clear(&w->error);
        as_buf_reset(&out);
    }
    ok(w, as_ledgers_expand(&out, w->store, (struct as_str){NULL, 0}, &w->error));
    assert_int_equal(out.n, 0);
    as_buf_free(&text);
    as_buf_free(&out);
}

/* A word that was rolled back is none: its number may come to mean another. */
static void words_of_a_run_that_failed_are_forgotten(void **state)
{
    struct world *w = *state;
    struct as_word word;
    int64_t number;
    ok(w, as_store_begin(w->store, &w->error));
    ok(w, as_word_number(&number, w->store, "gone", &w->error));
    ok(w, as_word_find(&word, w->store, number, &w->error));
    assert_string_equal(word.text, "gone");
    as_store_rollback(w->store);
    assert_int_equal(as_word_find(&word, w->store, number, &w->error), AS_ERR_DATA);
    as_error_clear(&w->error);
    ok(w, as_store_begin(w->store, &w->error));
    ok(w, as_word_number(&number, w->store, "an\"other", &w->error));
    ok(w, as_store_commit(w->store, &w->error));
    ok(w, as_word_find(&word, w->store, number, &w->error));
    assert_string_equal(word.json, "\"an\\\"other\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ledgers_are_stored_by_numbers_of_words, setup_lead, world_teardown),
        cmocka_unit_test_setup_teardown(sql_says_ledgers_in_words, setup_lead, world_teardown),
        cmocka_unit_test_setup_teardown(words_say_nothing_of_a_person, setup_lead, world_teardown),
        cmocka_unit_test_setup_teardown(texts_that_are_no_ledgers_are_refused, setup_lead, world_teardown),
        cmocka_unit_test_setup_teardown(words_of_a_run_that_failed_are_forgotten, setup_lead, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
