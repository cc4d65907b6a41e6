/* Projection: a snapshot from the files beside the database says what one from the tables says, whatever came
 * in, was merged, corrected or erased between; and files that are torn, missing or of another database are
 * taken for none. */
#include "chance.h"

#include "store/personal.h"
#include "store/snapshot/fact_file.h"
#include "store/snapshot/projection.h"

#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 5, STEPS = 24, KILLS = 24 };

struct place {
    char folder[64], path[96];
};

static void place_open(struct place *p)
{
    snprintf(p->folder, sizeof p->folder, "projection-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->path, sizeof p->path, "%s/a.db", p->folder);
}

/* The files of events, in any order; at most `most` of their paths. */
static unsigned files_of(const struct place *p, const char *infix, char (*out)[400], unsigned most)
{
    unsigned n = 0;
    DIR *folder = opendir(p->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strstr(entry->d_name, infix) != NULL) {
            if (n < most)
                snprintf(out[n], sizeof *out, "%s/%s", p->folder, entry->d_name);
            n++;
        }
    closedir(folder);
    return n;
}

static unsigned files(const struct place *p, char (*out)[400], unsigned most)
{
    return files_of(p, "-events-", out, most);
}

static void fall_over(const char *path, long at)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ 1, file);
    fclose(file);
}

static void place_close(struct place *p)
{
    remove_folder(p->folder);
}

static void execute(const struct place *p, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(p->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static unsigned long count_of(struct world *w, const char *sql)
{
    return strtoul(cell(w, sql), NULL, 10);
}

/* Somebody else's program at the same file: corrections that no import makes. */
static void correct(const struct place *p)
{
    static const char *const words[] = {
        "DELETE FROM event WHERE id = (SELECT max(id) FROM event) AND id NOT IN (SELECT event_id FROM "
        "event_value)"
        " AND id NOT IN (SELECT event_id FROM event_stitch) AND id NOT IN (SELECT event_id FROM event_home)",
        "UPDATE event SET time = time - 86400 WHERE id % 5 = 2 AND time > 86400",
        "UPDATE event SET lead_id = (SELECT min(id) FROM lead) WHERE id % 7 = 3 AND lead_id IS NOT NULL",
        "UPDATE event SET kind_id = (SELECT min(kind_id) FROM event) WHERE id % 11 = 4",
        "UPDATE lead SET title = 'Chief', bounced_hard = 1 - coalesce(bounced_hard, 0) WHERE id % 3 = 1",
        "UPDATE account SET revenue = 700, revenue_currency = 'EUR', name = 'N' || id WHERE id % 2 = 0",
        "UPDATE lead SET erased_at = 1, title = NULL WHERE id % 9 = 8",
        "DELETE FROM event WHERE id % 13 = 5 AND id NOT IN (SELECT event_id FROM event_value)"
        " AND id NOT IN (SELECT event_id FROM event_stitch) AND id NOT IN (SELECT event_id FROM event_home)",
        "UPDATE answer SET value = NULL, time = time - 86400 WHERE id % 5 = 1;"
        "UPDATE touch SET time = time - 86400 WHERE id % 3 = 1;"
        "UPDATE consent SET state = 'objected' WHERE id % 3 = 1",
        "DELETE FROM answer WHERE id % 5 = 2; DELETE FROM touch WHERE id % 3 = 2;"
        "DELETE FROM consent WHERE id % 3 = 2",
    };
    execute(p, words[pick(sizeof words / sizeof *words)]);
}

/* What was said, said again far behind: by its ids as many rows as make a file. */
static void say_far_behind(const struct place *p)
{
    execute(p, "INSERT INTO answer(id, lead_id, account_id, question, value, manner, voice, time, known_at)"
               " SELECT (SELECT max(id) FROM answer) + 2000 + row_number() OVER (ORDER BY id), lead_id,"
               " account_id, question, value, manner, voice, time, known_at FROM answer ORDER BY id LIMIT 40;"
               "INSERT INTO touch(id, lead_id, time, channel, ask, known_at)"
               " SELECT (SELECT max(id) FROM touch) + 2000 + row_number() OVER (ORDER BY id), lead_id, time,"
               " channel, ask, known_at FROM touch ORDER BY id LIMIT 40;"
               "INSERT INTO consent(id, lead_id, channel, purpose, state, time, known_at)"
               " SELECT (SELECT max(id) FROM consent) + 2000 + row_number() OVER (ORDER BY id), lead_id,"
               " channel, purpose, state, time, known_at FROM consent ORDER BY id LIMIT 40");
}

/* Events of the same second as others that came in before them: of one second they go by their ids. */
static void repeat_seconds(const struct place *p)
{
    execute(p, "INSERT INTO event(lead_id, account_id, kind_id, time, known_at, hash, batch_id)"
               " SELECT lead_id, account_id, (SELECT min(kind_id) FROM event), time, known_at, hash + 1,"
               " batch_id FROM event WHERE id % 4 = 1 ORDER BY id DESC LIMIT 30");
}

/* Events far behind those that there are: by their ids as many as go into a file of their own. */
static void come_far_behind(const struct place *p)
{
    execute(p, "INSERT INTO event(id, lead_id, account_id, kind_id, time, known_at, hash, batch_id)"
               " SELECT (SELECT max(id) FROM event) + 2100 + row_number() OVER (ORDER BY id), lead_id,"
               " account_id, kind_id, time, known_at, hash + 1, batch_id FROM event"
               " WHERE id >= (abs(random()) % (SELECT max(id) FROM event)) ORDER BY id LIMIT 25");
}

/* The same request answered from the files, where there are any, and from the tables. */
static void answered_alike(struct world *w, struct as_snapshot_request request, unsigned round, int step)
{
    struct as_dataset *mapped, *scanned;
    ok(w, as_store_snapshot(&mapped, w->store, w->schema, &request, &w->error));
    request.tables = true;
    ok(w, as_store_snapshot(&scanned, w->store, w->schema, &request, &w->error));
    char *here = written(mapped), *there = written(scanned);
    if (strcmp(here, there) != 0)
        fail_msg("round %u, step %d, %u leads:\n--- mapped\n%s\n--- scanned\n%s", round, step,
                 request.lead_count, here, there);
    free(here);
    free(there);
}

/* Everybody, everybody as a choice, and choices of each size: from nobody to all. */
static void compare(struct world *w, unsigned round, int step, int64_t at, int64_t known_at)
{
    struct as_dataset *all = snapshot(w, at, known_at);
    int64_t *ids = calloc(all->leads + (size_t)1, sizeof *ids);
    struct as_snapshot_request request = {.at = at, .known_at = known_at, .account_events = true};
    assert_non_null(ids);
    answered_alike(w, request, round, step);
    request.lead_ids = all->lead_id;
    request.lead_count = all->leads;
    request.account_ids = all->account_id;
    request.account_count = all->accounts;
    answered_alike(w, request, round, step);
    request.alone = true;
    request.lead_ids = ids;
    for (unsigned share = 1; share <= 16; share *= 4) {
        request.lead_count = 0;
        for (uint32_t row = 0; row < all->leads; row++)
            if (pick(share) == 0)
                ids[request.lead_count++] = all->lead_id[row];
        request.account_count = share == 1 ? all->accounts : 0;
        answered_alike(w, request, round, step);
    }
    free(ids);
    as_dataset_free(all);
}

static bool is_mapped(struct world *w)
{
    struct as_dataset *d = snapshot(w, INT64_C(4000000000), INT64_C(4000000000));
    bool mapped = d->lead_events.pages.at != NULL;
    as_dataset_free(d);
    return mapped;
}

static void a_projection_says_what_the_tables_say(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct place p;
        struct world w;
        seed = UINT64_C(0x9E3779B97F4A7C15) * (round + 11);
        place_open(&p);
        world_open_at(&w, p.path);
        unsigned mapped = 0, said = 0, tails = 0;
        for (int step = 0; step < STEPS; step++) {
            int64_t now = T0 + step * DAY;
            w.options.now = now;
            import_by_chance(&w);
            if (pick(3) == 0)
                correct(&p);
            if (pick(4) == 0)
                say_far_behind(&p);
            if (pick(3) == 0)
                repeat_seconds(&p);
            bool far = pick(3) == 0;
            if (far)
                come_far_behind(&p);
            if (far || pick(3) == 0) {
                ok(&w, as_store_lock(w.store, "test", 0, &w.error));
                ok(&w, as_store_keep_events(w.store, &w.error));
                as_store_unlock(w.store);
                tails += count_of(&w, "SELECT count(*) FROM event_tail") > 0;
            }
            if (pick(2) == 0) {
                /* A run brings the files up to date, other readers lay what is new over them. */
                ok(&w, as_store_lock(w.store, "test", 0, &w.error));
                if (pick(4) == 0)
                    ok(&w, as_store_drop_projection(w.store, &w.error));
                as_dataset_free(snapshot(&w, now, now));
                as_store_unlock(w.store);
                char paths[4][400];
                assert_true(files(&p, paths, 4) <= 2 + count_of(&w, "SELECT count(*) FROM event_tail"));
            }
            mapped += is_mapped(&w);
            said +=
                count_of(&w,
                         "SELECT count(*) FROM projection WHERE part IN ('answer', 'touch', 'consent')") == 3;
            compare(&w, round, step, T0 + (STEPS + 1) * DAY, now);
            compare(&w, round, step, T0 - 27 * DAY, now);
            compare(&w, round, step, now, T0 + pick((unsigned)step + 1) * DAY);
        }
        assert_true(mapped > STEPS / 2);
        assert_true(said > 0);
        assert_true(tails > 1);
        uint32_t findings;
        ok(&w, as_store_check(w.store, NULL, NULL, &findings, &w.error));
        assert_int_equal(findings, 0);
        world_close(&w);
        place_close(&p);
    }
}

static void refresh(struct world *w)
{
    ok(w, as_store_lock(w->store, "test", 0, &w->error));
    as_dataset_free(snapshot(w, w->options.now, w->options.now));
    as_store_unlock(w->store);
}

static void imported(struct world *w, const struct place *p, unsigned steps)
{
    world_open_at(w, p->path);
    for (unsigned step = 0; step < steps; step++) {
        w->options.now = T0 + (int64_t)step * DAY;
        import_by_chance(w);
    }
}

static void a_file_that_is_torn_is_taken_for_none(void **state)
{
    (void)state;
    struct place p;
    struct world w;
    char path[1][400];
    seed = 4711;
    place_open(&p);
    imported(&w, &p, 12);
    assert_false(is_mapped(&w));
    refresh(&w);
    assert_true(is_mapped(&w));
    assert_int_equal(files(&p, path, 1), 1);
    struct stat stat;
    assert_int_equal(lstat(path[0], &stat), 0);
    /* Shorter; then as long as before with nothing in it; then gone. */
    assert_int_equal(truncate(path[0], stat.st_size - 1), 0);
    assert_false(is_mapped(&w));
    compare(&w, 0, 0, w.options.now, w.options.now);
    assert_int_equal(truncate(path[0], 0), 0);
    assert_int_equal(truncate(path[0], stat.st_size), 0);
    assert_false(is_mapped(&w));
    assert_int_equal(unlink(path[0]), 0);
    compare(&w, 0, 1, w.options.now, w.options.now);
    refresh(&w);
    assert_true(is_mapped(&w));
    /* A bit that falls over within the events or within the fields is what `db check` finds. */
    assert_int_equal(files(&p, path, 1), 1);
    FILE *file = fopen(path[0], "rb");
    struct as_run_file_head head;
    assert_int_equal(fread(&head, sizeof head, 1, file), 1);
    fclose(file);
    fall_over(path[0], (long)head.at[AS_RUN_FILE_TIME]);
    uint32_t findings;
    ok(&w, as_store_check(w.store, NULL, NULL, &findings, &w.error));
    assert_int_equal(findings, 1);
    assert_true(files_of(&p, "-facts-", path, 1) > 0);
    file = fopen(path[0], "rb");
    struct as_fact_head fields;
    assert_int_equal(fread(&fields, sizeof fields, 1, file), 1);
    fclose(file);
    fall_over(path[0], (long)fields.id);
    ok(&w, as_store_check(w.store, NULL, NULL, &findings, &w.error));
    assert_int_equal(findings, 2);
    ok(&w, as_store_drop_projection(w.store, &w.error));
    assert_int_equal(files(&p, path, 1), 0);
    ok(&w, as_store_check(w.store, NULL, NULL, &findings, &w.error));
    assert_int_equal(findings, 0);
    world_close(&w);
    place_close(&p);
}

static void keep(struct world *w)
{
    ok(w, as_store_lock(w->store, "test", 0, &w->error));
    ok(w, as_store_keep_events(w->store, &w->error));
    as_store_unlock(w->store);
}

static void fold(struct world *w)
{
    ok(w, as_store_lock(w->store, "test", 0, &w->error));
    ok(w, as_store_fold_events(w->store, w->schema, &w->error));
    as_store_unlock(w->store);
}

/* Files of new events go on one behind the other, small ones become one with what follows, and all go into
 * the files of runs. One that is lost or torn is not believed, nor is what it says of events that were altered
 * since. */
static void a_tail_is_believed_while_it_is_true(void **state)
{
    (void)state;
    static const char all[] = "SELECT count(*) FROM event_tail",
                      since[] = "SELECT min(since) FROM event_tail",
                      end[] = "SELECT max(last) FROM event_tail", newest[] = "SELECT max(id) FROM event";
    struct place p;
    struct world w;
    char path[4][400];
    seed = 271828;
    place_open(&p);
    imported(&w, &p, 12);
    come_far_behind(&p);
    keep(&w);
    assert_int_equal(count_of(&w, all), 0); /* without files of runs all is read anyway */
    refresh(&w);
    unsigned long base = count_of(&w, newest);
    for (unsigned round = 1; round <= 5; round++) {
        come_far_behind(&p);
        keep(&w);
        compare(&w, 1, (int)round, w.options.now, w.options.now);
        assert_int_equal(count_of(&w, since), base);
        assert_int_equal(count_of(&w, end), count_of(&w, newest));
        assert_true(count_of(&w, all) <= 2);
        assert_int_equal(files(&p, path, 4), 1 + count_of(&w, all));
    }
    unsigned long written = count_of(&w, end);
    repeat_seconds(&p); /* a few are read from the table */
    keep(&w);
    assert_int_equal(count_of(&w, end), written);
    compare(&w, 2, 0, w.options.now, w.options.now);
    /* An event in it moves to another lead; one before it may. */
    execute(&p, "UPDATE event SET lead_id = (SELECT min(id) FROM lead) WHERE id = 3");
    compare(&w, 2, 1, w.options.now, w.options.now);
    execute(&p,
            "UPDATE event SET lead_id = (SELECT max(lead_id) FROM event) WHERE id = (SELECT max(last) FROM"
            " event_tail)");
    compare(&w, 2, 2, w.options.now, w.options.now);
    execute(&p, "DELETE FROM event WHERE id = (SELECT min(since) + 5 FROM event_tail)");
    keep(&w);
    compare(&w, 2, 3, w.options.now, w.options.now);
    assert_int_equal(count_of(&w, end), written);
    come_far_behind(&p);
    keep(&w);
    compare(&w, 2, 4, w.options.now, w.options.now);
    assert_int_equal(count_of(&w, since), base);
    assert_int_equal(count_of(&w, end), count_of(&w, newest));
    /* The last event goes, and another one takes its id. */
    execute(&p, "DELETE FROM event WHERE id = (SELECT max(id) FROM event)");
    repeat_seconds(&p);
    compare(&w, 3, 0, w.options.now, w.options.now);
    keep(&w);
    compare(&w, 3, 1, w.options.now, w.options.now);
    /* Torn, damaged, gone. */
    struct as_buf name = {0};
    as_buf_printf(&name, "%s-events-%016llx", p.path,
                  (unsigned long long)strtoll(cell(&w, "SELECT max(sum) FROM event_tail"), NULL, 10));
    uint32_t findings;
    fall_over(as_buf_c(&name), 100);
    ok(&w, as_store_check(w.store, NULL, NULL, &findings, &w.error));
    assert_int_equal(findings, 1);
    fall_over(as_buf_c(&name), 100);
    world_close(&w); /* who has it open keeps it */
    assert_int_equal(truncate(as_buf_c(&name), 96), 0);
    world_open_at(&w, p.path);
    compare(&w, 4, 0, w.options.now, w.options.now);
    assert_int_equal(unlink(as_buf_c(&name)), 0);
    compare(&w, 4, 1, w.options.now, w.options.now);
    keep(&w);
    assert_int_equal(count_of(&w, all), 1);
    compare(&w, 4, 2, w.options.now, w.options.now);
    refresh(&w);
    assert_int_equal(count_of(&w, all), 0);
    compare(&w, 4, 3, w.options.now, w.options.now);
    /* Who brings more than may wait makes the files of runs anew, unless there are none. */
    come_far_behind(&p);
    keep(&w);
    assert_int_equal(count_of(&w, all), 1);
    fold(&w);
    assert_int_equal(count_of(&w, all), 0);
    assert_true(is_mapped(&w));
    compare(&w, 4, 4, w.options.now, w.options.now);
    repeat_seconds(&p);
    ok(&w, as_store_drop_projection(w.store, &w.error));
    fold(&w);
    assert_int_equal(files(&p, path, 4), 0);
    refresh(&w);
    /* Nothing is left of who is erased. */
    struct as_erased erased;
    come_far_behind(&p);
    keep(&w);
    assert_int_equal(count_of(&w, all), 1);
    ok(&w, as_store_lock(w.store, "test", 0, &w.error));
    ok(&w, as_store_erase(&erased, w.store, (int64_t)count_of(&w, "SELECT max(lead_id) FROM event"),
                          w.options.now, &w.error));
    as_store_unlock(w.store);
    assert_int_equal(count_of(&w, all), 0);
    assert_int_equal(files(&p, path, 4), 0);
    compare(&w, 5, 0, w.options.now, w.options.now);
    as_buf_free(&name);
    world_close(&w);
    place_close(&p);
}

/* A file that a row of an older copy of the database names is not there any more; one of a stranger is not
 * looked at. */
static void a_copy_of_the_database_needs_no_files(void **state)
{
    (void)state;
    struct place p, q;
    struct world w, copy;
    seed = 99;
    place_open(&p);
    place_open(&q);
    imported(&w, &p, 8);
    refresh(&w);
    ok(&w, as_store_backup(w.store, q.path, &w.error));
    char *here = dump(&w, w.options.now, w.options.now);
    world_open_at(&copy, q.path);
    assert_false(is_mapped(&copy));
    char *there = dump(&copy, w.options.now, w.options.now);
    assert_string_equal(here, there);
    free(here);
    free(there);
    world_close(&copy);
    world_close(&w);
    place_close(&q);
    place_close(&p);
}

/* kill -9 while files are made: whatever is left, the next reader sees what the tables say, and the next run
 * tidies up. */
static void a_process_that_is_killed_leaves_nothing_wrong(void **state)
{
    (void)state;
    struct place p;
    seed = 31337;
    place_open(&p);
    for (int kill_n = 0; kill_n < KILLS; kill_n++) {
        struct world w;
        int gate[2];
        char paths[4][400];
        world_open_at(&w, p.path);
        w.options.now = T0 + kill_n * DAY;
        import_by_chance(&w);
        world_close(&w);
        assert_int_equal(pipe(gate), 0);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct as_error error = AS_ERROR_INIT;
            struct world mine;
            world_open_at(&mine, p.path);
            for (int64_t day = 0;; day++) {
                struct as_snapshot_request request = {.at = T0 + day, .known_at = T0 + kill_n * DAY};
                struct as_dataset *dataset = NULL;
                if (day == 0 && write(gate[1], "x", 1) != 1)
                    _exit(1);
                as_store_lock(mine.store, "test", 0, &error);
                as_store_drop_projection(mine.store, &error);
                if (as_store_snapshot(&dataset, mine.store, mine.schema, &request, &error) != AS_OK)
                    _exit(1);
                as_dataset_free(dataset);
                for (int i = 0; i < 3; i++) {
                    come_far_behind(&p);
                    if (as_store_keep_events(mine.store, &error) != AS_OK)
                        _exit(1);
                }
                as_store_unlock(mine.store);
            }
        }
        kill_after(child, gate, 20000);
        world_open_at(&w, p.path);
        compare(&w, 0, kill_n, T0 + KILLS * DAY, T0 + kill_n * DAY);
        w.options.now = T0 + kill_n * DAY;
        refresh(&w);
        assert_int_equal(
            files(&p, paths, 4),
            count_of(&w, "SELECT (SELECT count(*) FROM projection WHERE part IN ('base', 'delta')) + (SELECT"
                         " count(*) FROM event_tail)"));
        assert_true(is_mapped(&w));
        world_close(&w);
    }
    place_close(&p);
}

/* More leads than threads read in one piece, with gaps among their ids, some gone, many silent, and one that
 * has more events than a piece. */
static void files_made_in_pieces_say_what_the_tables_say(void **state)
{
    (void)state;
    struct place p;
    struct world w;
    seed = 5;
    place_open(&p);
    imported(&w, &p, 3);
    execute(&p,
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000)"
            " INSERT INTO lead(id, first_known, source_id, account_id, title, erased_at)"
            " SELECT 1000 + i + i / 7, l.first_known, l.source_id, CASE WHEN i % 3 = 0 THEN l.account_id"
            " END, 'Title ' || i % 700, CASE WHEN i % 50 = 3 THEN 1 END FROM n, (SELECT * FROM lead ORDER"
            " BY account_id IS NULL, id LIMIT 1) l;"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)"
            " INSERT INTO event(lead_id, kind_id, time, known_at, hash, batch_id)"
            " SELECT l.id, e.kind_id, e.time - i * 7919 % 5000, e.known_at, i, e.batch_id FROM n,"
            " (SELECT * FROM event ORDER BY id LIMIT 1) e JOIN lead l ON l.id = 1000 + CASE WHEN i % 4 = 0"
            " THEN 2500 ELSE i * 31 % 7000 END WHERE l.erased_at IS NULL");
    w.options.now += DAY;
    refresh(&w);
    char paths[4][400];
    assert_int_equal(files(&p, paths, 4), 1);
    assert_int_equal(files_of(&p, "-facts-", paths, 4), 2);
    assert_true(is_mapped(&w));
    compare(&w, 0, 0, w.options.now, w.options.now);
    world_close(&w);
    place_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_projection_says_what_the_tables_say),
        cmocka_unit_test(files_made_in_pieces_say_what_the_tables_say),
        cmocka_unit_test(a_file_that_is_torn_is_taken_for_none),
        cmocka_unit_test(a_tail_is_believed_while_it_is_true),
        cmocka_unit_test(a_copy_of_the_database_needs_no_files),
        cmocka_unit_test(a_process_that_is_killed_leaves_nothing_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
