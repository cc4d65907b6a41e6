/* Checking: whatever SQLite itself finds in one piece, our check finds table by table. */
#include "chance.h"
#include "fixture.h"

#include "base/limits.h"

#include <sqlite3.h>

#define DB   "check.db"
#define HURT "hurt.db"

static void forget(const char *path)
{
    static const char *const with[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < 3; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s%s", path, with[i]);
        unlink(name);
    }
}

enum { PAGE = 4096, MOST_PAGES = 1024 };

/* The pages of indexes that have entries. */
static unsigned index_pages(unsigned *out)
{
    sqlite3 *db;
    sqlite3_stmt *stmt;
    unsigned n = 0;
    assert_int_equal(sqlite3_open(DB, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT pageno FROM dbstat WHERE ncell > 0 AND pagetype = 'leaf'"
                                        " AND name IN (SELECT name FROM sqlite_schema WHERE type = 'index')",
                                        -1, &stmt, NULL),
                     SQLITE_OK);
    while (sqlite3_step(stmt) == SQLITE_ROW && n < MOST_PAGES)
        out[n++] = (unsigned)sqlite3_column_int(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    assert_true(n > 0);
    return n;
}

/* A copy of the file in which some bytes are others: anywhere, or of an entry of an index, which lie at the
 * end of its pages. */
static void hurt_a_page(const char *bytes, size_t n, const unsigned *indexes, unsigned index_n)
{
    char some[48];
    const bool index = pick(2) == 0;
    const size_t length = index ? 1 : 1 + pick(sizeof some - 1);
    const size_t at = index ? (size_t)indexes[pick(index_n)] * PAGE - 1 - pick(12)
                            : ((size_t)pick((unsigned)(n / PAGE) - 1) + 1) * PAGE + pick(PAGE - sizeof some);
    for (size_t i = 0; i < length; i++)
        some[i] = (char)pick(256);
    forget(HURT);
    FILE *file = fopen(HURT, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fseek(file, (long)at, SEEK_SET);
    assert_int_equal(fwrite(some, 1, length, file), length);
    fclose(file);
}

static bool sqlite_says_ok(const char *pragma)
{
    sqlite3 *db;
    sqlite3_stmt *stmt = NULL;
    bool fine = sqlite3_open_v2(HURT, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
                sqlite3_exec(db, "PRAGMA cell_size_check = ON", NULL, NULL, NULL) == SQLITE_OK &&
                sqlite3_prepare_v2(db, pragma, -1, &stmt, NULL) == SQLITE_OK &&
                sqlite3_step(stmt) == SQLITE_ROW &&
                strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") == 0;
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return fine;
}

struct told {
    char texts[64][200];
    unsigned n;
};

/* Nothing is told twice. */
static void hear(void *context, const char *text)
{
    struct told *told = context;
    for (unsigned i = 0; i < told->n; i++)
        assert_string_not_equal(told->texts[i], text);
    if (told->n < 64)
        snprintf(told->texts[told->n++], sizeof told->texts[0], "%s", text);
}

static bool we_say_ok(struct world *w)
{
    struct as_store *store;
    struct told told = {.n = 0};
    uint32_t findings = 0;
    enum as_status status = as_store_open(&store, HURT, AS_STORE_READ, &w->error);
    if (status == AS_OK) {
        status = as_store_check(store, hear, &told, &findings, &w->error);
        assert_true(told.n <= findings);
        as_store_close(store);
    }
    as_error_clear(&w->error);
    return status == AS_OK && findings == 0;
}

static char *whole_file(size_t *n)
{
    FILE *file = fopen(DB, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    *n = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*n);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *n, file), *n);
    fclose(file);
    return bytes;
}

static void what_sqlite_finds_is_found(void **state)
{
    enum { IMPORTS = 30, ROUNDS = 150 };
    struct world w;
    size_t n;
    static unsigned indexes[MOST_PAGES];
    unsigned torn = 0, by_indexes = 0;
    (void)state;
    seed = 20260301;
    forget(DB);
    world_open_at(&w, DB);
    for (int i = 0; i < IMPORTS; i++) {
        w.options.now += DAY;
        import_by_chance(&w);
    }
    world_close(&w);
    char *bytes = whole_file(&n);
    const unsigned index_n = index_pages(indexes);
    for (int round = 0; round < ROUNDS; round++) {
        hurt_a_page(bytes, n, indexes, index_n);
        if (sqlite_says_ok("PRAGMA integrity_check"))
            continue;
        torn++;
        by_indexes += sqlite_says_ok("PRAGMA quick_check");
        if (we_say_ok(&w))
            fail_msg("round %d: SQLite finds what we do not", round);
    }
    /* Of either kind there were some: pages that are wrong, and indexes that do not say what tables do. */
    assert_true(by_indexes > 0 && torn > by_indexes);
    free(bytes);
    forget(HURT);
    forget(DB);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_sqlite_finds_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
