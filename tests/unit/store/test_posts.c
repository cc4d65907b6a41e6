/* Posts that a run has not seen: the same as a look at every post tells, without a look at every post. */
#include "fixture.h"

#include "store/database.h"
#include "store/report/posts.h"

enum { MOST = 8000 };

struct seen {
    int64_t ids[MOST];
    uint32_t n;
};

static enum as_status take(void *context, const struct as_post *post, struct as_error *error)
{
    struct seen *seen = context;
    (void)error;
    assert_true(seen->n < MOST);
    seen->ids[seen->n++] = post->id;
    return AS_OK;
}

static int count_steps(void *context)
{
    ++*(uint64_t *)context;
    return 0;
}

/* Import `batch`, of that day, brings n posts; the posts of a batch are from the day before. */
static void import_posts(struct as_store *store, int batch, int64_t day, int n)
{
    char sql[700];
    snprintf(
        sql, sizeof sql,
        "INSERT OR IGNORE INTO source(id, system, precedence) VALUES(1, 'forum', 2);"
        "INSERT INTO import_batch(id, kind, source_id, known_at) VALUES(%d, 'posts', 1, %lld);"
        "INSERT INTO post(system, time, member, community, tags, text, hash, known_at, batch_id) WITH "
        "RECURSIVE"
        " c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d) SELECT 'forum', %lld + i, 'm' || i,"
        " '', '[]', 'text', i, %lld, %d FROM c",
        batch, (long long)(day * DAY), n, (long long)((day - 1) * DAY), (long long)(day * DAY), batch);
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(store->db));
}

static uint64_t read_late(struct seen *seen, struct as_store *store, int64_t day)
{
    struct as_post_window window = {AS_TIME_NONE, 100 * DAY, 100 * DAY, day * DAY};
    struct as_error error = AS_ERROR_INIT;
    uint64_t steps = 0;
    seen->n = 0;
    sqlite3_progress_handler(store->db, 1, count_steps, &steps);
    enum as_status status = as_store_posts(store, &window, take, seen, &error);
    sqlite3_progress_handler(store->db, 0, NULL, NULL);
    if (status != AS_OK)
        fail_msg("%s", error.what);
    return steps;
}

static void only_late_posts_are_read(void **state)
{
    (void)state;
    struct world w;
    static struct seen few, many, all;
    world_open(&w);
    import_posts(w.store, 1, 10, 20);
    import_posts(w.store, 2, 20, 30);
    uint64_t steps = read_late(&few, w.store, 15);
    import_posts(w.store, 3, 12, 5000);
    uint64_t steps_later = read_late(&many, w.store, 15);
    assert_int_equal(few.n, 30);
    assert_int_equal(many.n, few.n);
    assert_memory_equal(many.ids, few.ids, few.n * sizeof *few.ids);
    assert_true(steps > 100 && steps_later < steps + steps / 2);
    /* An edited post comes again with the import that edited it. */
    assert_int_equal(
        sqlite3_exec(w.store->db, "UPDATE post SET batch_id = 2 WHERE id IN (7, 900)", NULL, NULL, NULL),
        SQLITE_OK);
    read_late(&many, w.store, 15);
    assert_int_equal(many.n, 32);
    /* Every one, looked at one by one, newest first. */
    struct as_post_window window = {AS_TIME_NONE, 100 * DAY, 100 * DAY, 0};
    assert_int_equal(as_store_posts(w.store, &window, take, &all, NULL), AS_OK);
    assert_int_equal(all.n, 5050);
    uint32_t next = 0;
    for (uint32_t i = 0; i < all.n; i++)
        if ((all.ids[i] > 20 && all.ids[i] <= 50) || all.ids[i] == 7 || all.ids[i] == 900)
            assert_int_equal(many.ids[next++], all.ids[i]);
    assert_int_equal(next, many.n);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"a run reads the posts that came in since, however many were there before", only_late_posts_are_read,
         NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("posts", tests, NULL, NULL);
}
