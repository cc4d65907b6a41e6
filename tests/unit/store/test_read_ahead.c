/* Reading ahead: the pages that SQLite's own listing names are those that are brought, all of them, whatever
 * lies between; and pages that are not what they should be lead nobody astray. */
#include "chance.h"
#include "fixture.h"

#include "store/database.h"
#include "store/read_ahead.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

/* Rows of two tables by turns, each as long as a page, so that pages of a tree lie apart; with an index whose
 * order is not theirs. More than 64 MB: less is not read ahead. */
static const char grown[] =
    "CREATE TABLE one(id INTEGER PRIMARY KEY, key INTEGER, pad BLOB);"
    "CREATE TABLE two(id INTEGER PRIMARY KEY, pad BLOB);"
    "CREATE INDEX one_key ON one(key, pad);"
    "CREATE TRIGGER both AFTER INSERT ON one BEGIN INSERT INTO two VALUES(NEW.id, zeroblob(2500)); END;"
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)"
    " INSERT INTO one SELECT i, i * 7919 % 12000, zeroblob(900) FROM n;"
    "PRAGMA wal_checkpoint(TRUNCATE)";

enum { PAGE = 4096, MOST_PAGES = 1 << 16 };

static atomic_bool brought[MOST_PAGES];

/* As slow as a disk, so that nothing is taken to be in memory. */
static ssize_t slow_pread(int file, void *into, size_t bytes, off_t at)
{
    nanosleep(&(struct timespec){0, 100000}, NULL);
    ssize_t n = pread(file, into, bytes, at);
    for (off_t page = at / PAGE; n > 0 && page < (at + n) / PAGE && page + 1 < MOST_PAGES; page++)
        atomic_store(&brought[page + 1], true);
    return n;
}

static void set_pread(void (*call)(void))
{
    sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);
    vfs->xSetSystemCall(vfs, "pread", call);
    vfs->xSetSystemCall(vfs, "pread64", call);
}

static struct as_store *grow(struct world *w, const char *path)
{
    struct as_store *store;
    unlink(path);
    ok(w, as_store_open(&store, path, AS_STORE_CREATE, &w->error));
    if (sqlite3_exec(store->db, grown, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(store->db));
    return store;
}

static size_t pages_of(int64_t *out, struct as_store *store, const char *tree, const char *type)
{
    sqlite3_stmt *stmt;
    size_t n = 0;
    assert_int_equal(sqlite3_prepare_v2(store->db,
                                        "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ?", -1,
                                        &stmt, NULL),
                     SQLITE_OK);
    sqlite3_bind_text(stmt, 1, tree, -1, SQLITE_STATIC);
    sqlite3_bind_text(stmt, 2, type, -1, SQLITE_STATIC);
    while (sqlite3_step(stmt) == SQLITE_ROW && n < MOST_PAGES)
        out[n++] = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    return n;
}

static bool all_brought(const int64_t *pages, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!atomic_load(&brought[pages[i]]))
            return false;
    return true;
}

static void every_leaf_is_brought(void **state)
{
    static const char *const trees[] = {"one", "one_key"};
    static int64_t pages[2][MOST_PAGES];
    struct world w;
    size_t n[2];
    (void)state;
    world_open(&w);
    struct as_store *store = grow(&w, "ahead.db");
    for (int i = 0; i < 2; i++) {
        n[i] = pages_of(pages[i], store, trees[i], "leaf");
        assert_true(n[i] > 1000);
    }
    for (size_t i = 0; i < MOST_PAGES; i++)
        atomic_init(&brought[i], false);
    set_pread((void (*)(void))slow_pread);
    struct as_read_ahead *ahead;
    as_read_ahead_begin(&ahead, store, trees, 2);
    assert_non_null(ahead);
    while (!all_brought(pages[0], n[0]) || !all_brought(pages[1], n[1]))
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    as_read_ahead_end(ahead);
    /* And the whole file. */
    for (size_t i = 0; i < MOST_PAGES; i++)
        atomic_store(&brought[i], false);
    as_read_ahead_begin(&ahead, store, NULL, 0);
    assert_non_null(ahead);
    n[0] = pages_of(pages[0], store, "two", "leaf");
    while (!all_brought(pages[0], n[0]) || !all_brought(pages[1], n[1]))
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    as_read_ahead_end(ahead);
    set_pread(NULL);
    as_store_close(store);
    unlink("ahead.db");
    world_close(&w);
}

/* Whatever stands in the pages above the leaves, and wherever it points. */
static void torn_pages_lead_nobody_astray(void **state)
{
    static const char *const trees[] = {"one", "one_key"};
    static int64_t pages[MOST_PAGES];
    struct world w;
    (void)state;
    world_open(&w);
    struct as_store *store = grow(&w, "ahead.db");
    int file = open("ahead.db", O_RDWR);
    assert_true(file >= 0);
    size_t n = pages_of(pages, store, "one", "internal");
    n += pages_of(pages + n, store, "one_key", "internal");
    assert_true(n > 2);
    enum { ROUNDS = 60 };
    seed = 7;
    for (int round = 0; round < ROUNDS; round++) {
        struct as_read_ahead *ahead;
        unsigned char bytes[64];
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (unsigned char)pick(256);
        if (pick(2) == 0)
            bytes[0] = pick(2) == 0 ? 2 : 5; /* an inner page still */
        size_t some = 1 + pick(sizeof bytes - 1);
        assert_int_equal(pwrite(file, bytes, some, (off_t)(pages[pick(n)] - 1) * PAGE), some);
        as_read_ahead_begin(&ahead, store, trees, 2);
        assert_non_null(ahead);
        nanosleep(&(struct timespec){0, 1000000}, NULL);
        as_read_ahead_end(ahead);
    }
    close(file);
    as_store_close(store);
    unlink("ahead.db");
    world_close(&w);
}

static void small_files_and_none_are_left_alone(void **state)
{
    struct world w;
    struct as_read_ahead *ahead;
    (void)state;
    world_open(&w);
    as_read_ahead_begin(&ahead, w.store, NULL, 0);
    assert_null(ahead);
    as_read_ahead_reached(ahead, 1, 2);
    as_read_ahead_end(ahead);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_leaf_is_brought),
        cmocka_unit_test(torn_pages_lead_nobody_astray),
        cmocka_unit_test(small_files_and_none_are_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
