/* Repeats: an import that passes over the rows it knows leaves, and tells, what one does that looks all of
 * them up, whatever else happened to the leads in between. */
#include "fixture.h"
#include "store/database.h"

enum { LEADS = 900, LATE = 600, DAYS = 16, MERGES = 77 };

static uint64_t seed;

static unsigned draw(unsigned below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(seed >> 33) % below;
}

/* What each system says of each lead; it changes now and then. */
struct export
{
    unsigned char word[2][LEADS];
};

static void give_row(struct world *w, const struct export *says, int system, unsigned lead)
{
    char id[32], email[64], title[32], company[32], account[32] = "", merged[32] = "";
    unsigned word = says->word[system][lead];
    snprintf(id, sizeof id, "L%u", lead);
    snprintf(email, sizeof email, "p%u@c%u.example%s", lead - lead % 7 / 6, lead % 60,
             lead % 50 == 9 ? "; other@c1.example" : "");
    snprintf(title, sizeof title, "Title %u", word);
    snprintf(company, sizeof company, "Company %u", word % 3 == 0 ? word : lead % 30);
    if (lead % 11 == 3)
        snprintf(account, sizeof account, "A%u", lead % 40);
    if (word == MERGES)
        snprintf(merged, sizeof merged, "L%u", (lead + 1) % LEADS);
    if (lead % 13 == 5) /* known by the address alone */
        give(w, AS_IMPORT_LEADS, "email", email, "title", title);
    else if (lead % 17 == 2)
        give(w, AS_IMPORT_LEADS, "id", id, "email", email, "title", title, "former_account", "");
    else
        give(w, AS_IMPORT_LEADS, "id", id, "email", email, "title", title, "company", company, "account_id",
             account, "merged_ids", merged);
}

static void give_export(struct world *w, const struct export *says, int system, bool twice)
{
    for (unsigned lead = 0; lead < LEADS; lead++)
        give_row(w, says, system, lead);
    if (twice) { /* a lead that says one thing, another, and the first again */
        struct export other = *says;
        for (unsigned lead = 700; lead < 720; lead++) {
            other.word[system][lead] ^= 1;
            give_row(w, &other, system, lead);
            give_row(w, says, system, lead);
        }
    }
}

/* One day of a life: an export, or people and other sources. */
static void live(struct world *w, unsigned what, unsigned day)
{
    char name[32], id[32];
    static const char *const systems[] = {"crm", "webshop"};
    static struct export says[1];
    if (day == 0)
        memset(says, 0, sizeof says);
    w->options.now = T0 + day * DAY;
    w->options.system = systems[what % 2];
    w->options.precedence = what == 5 ? AS_FROM_STATED : what == 6 ? AS_FROM_ENRICHMENT : AS_FROM_CRM;
    w->options.clear_empty = what == 7;
    if (what == 8) {
        for (unsigned i = 0; i < 30; i++) {
            snprintf(id, sizeof id, "A%u", draw(40));
            snprintf(name, sizeof name, "Company %u", draw(30));
            give(w, AS_IMPORT_ACCOUNTS, "id", id, "name", name);
        }
    } else if (what == 9) {
        struct as_error error = AS_ERROR_INIT; /* those that were not merged cannot be parted */
        for (int64_t lead = 1; lead <= LEADS; lead++)
            if (draw(3) == 0)
                as_store_unmerge(w->store, lead, "ada", w->options.now, &error);
        for (unsigned i = 0; i < 40; i++)
            as_store_merge(w->store, 2 + draw(LEADS - 10), 2 + draw(LEADS - 10), "ada", w->options.now,
                           &error);
        return;
    } else {
        for (unsigned i = 0; i < 12; i++) {
            unsigned lead = draw(LEADS), word = draw(76);
            /* A row that merges others ends it: such rows come late. */
            says->word[what % 2][lead] = (unsigned char)(lead >= LATE && word % 3 == 0 ? MERGES : word);
        }
        give_export(w, says, (int)(what % 2), what == 4);
    }
    commit(w);
}

static char *told(struct world *w, const char *sql)
{
    sqlite3_stmt *stmt;
    struct as_buf all = {0};
    assert_int_equal(sqlite3_prepare_v2(w->store->db, sql, -1, &stmt, NULL), SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++)
            as_buf_printf(&all, "%s|",
                          sqlite3_column_text(stmt, i) == NULL ? "-"
                                                               : (const char *)sqlite3_column_text(stmt, i));
        as_buf_char(&all, '\n');
    }
    sqlite3_finalize(stmt);
    return all.p;
}

static const char *const facts[] = {
    "SELECT id, first_known, source_id, account_id, matched_by, match_note, crm_account, mail_domain, "
    "company_key,"
    " merged_into, email, title, company FROM lead ORDER BY id",
    "SELECT * FROM identity ORDER BY system, value",
    "SELECT level, row_id, field_id, value, source_id, known_from, known_to, overruled FROM field_history "
    "ORDER BY id",
    "SELECT * FROM field_source ORDER BY level, row_id, field_id",
    "SELECT * FROM merge ORDER BY id",
    "SELECT * FROM import_batch ORDER BY id",
};

static void rows_that_are_known_are_passed_over_without_a_trace(void **state)
{
    (void)state;
    struct world w[2];
    uint64_t passed = 0;
    for (unsigned life = 0; life < 4; life++) {
        struct as_facts_summary summaries[2][DAYS];
        memset(summaries, 0, sizeof summaries);
        for (int asked = 0; asked < 2; asked++) {
            seed = 100 + life;
            world_open(&w[asked]);
            for (unsigned day = 0; day < DAYS; day++) {
                unsigned what = day < 2 ? day : draw(10);
                if (asked) /* nothing is known: every row is looked up */
                    assert_int_equal(
                        sqlite3_exec(w[1].store->db, "UPDATE lead SET said_hash = NULL", NULL, NULL, NULL),
                        SQLITE_OK);
                live(&w[asked], what, day);
                summaries[asked][day] = w[asked].summary;
            }
        }
        for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
            char *one = told(&w[0], facts[i]), *other = told(&w[1], facts[i]);
            assert_string_equal(one, other);
            free(one);
            free(other);
        }
        for (unsigned day = 0; day < DAYS; day++) {
            assert_memory_equal(&summaries[0][day], &summaries[1][day], sizeof summaries[0][day]);
            passed += summaries[0][day].unchanged;
        }
        world_close(&w[0]);
        world_close(&w[1]);
    }
    assert_true(passed > LEADS);
}

/* Keeping the hash is no news for what is built on facts; whatever changes a lead takes it away. */
static void a_change_takes_the_hash_away(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    give(&w, AS_IMPORT_LEADS, "id", "L1", "email", "ada@acme.example", "title", "Chief");
    commit(&w);
    assert_cell(&w, "SELECT said_hash IS NOT NULL FROM lead", "1");
    give(&w, AS_IMPORT_LEADS, "id", "L1", "email", "ada@acme.example", "title", "Chief", "country", "DE");
    commit(&w);
    assert_cell(&w, "SELECT said_hash IS NOT NULL FROM lead", "1");
    assert_cell(&w, "SELECT count(*) > 0 FROM fact_change", "1");
    assert_int_equal(
        sqlite3_exec(w.store->db, "DELETE FROM fact_change; UPDATE lead SET said_hash = 8", NULL, NULL, NULL),
        SQLITE_OK);
    assert_cell(&w, "SELECT count(*) FROM fact_change", "0");
    assert_int_equal(sqlite3_exec(w.store->db, "UPDATE lead SET title = 'Boss'", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_cell(&w, "SELECT said_hash IS NULL FROM lead", "1");
    assert_cell(&w, "SELECT count(*) FROM fact_change", "1");
    assert_int_equal(
        sqlite3_exec(w.store->db,
                     "UPDATE lead SET said_hash = 8; UPDATE lead SET title = NULL, said_hash = NULL", NULL,
                     NULL, NULL),
        SQLITE_OK);
    assert_cell(&w, "SELECT count(*) FROM fact_change", "2");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_that_are_known_are_passed_over_without_a_trace),
        cmocka_unit_test(a_change_takes_the_hash_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
