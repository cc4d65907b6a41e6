/* Migrations: scripts made by hand bring files of all formats further, in order, whole or not at all. */
#include "fixture.h"

#include "store/migrations.h"

#include <sys/wait.h>
#include <unistd.h>

/* The first two make the first format together. */
static const struct as_embedded_file scripts[] = {
    {"5-numbers.sql", "CREATE TABLE number(n INTEGER); INSERT INTO number VALUES(1)", 0},
    {"5-twice.sql", "INSERT INTO number SELECT n * 2 FROM number", 0},
    {"6-more.sql", "ALTER TABLE number ADD COLUMN more INTEGER; UPDATE number SET more = n + 10", 0},
    {"9-most.sql", "CREATE TABLE most AS SELECT max(more) AS m FROM number; DELETE FROM number WHERE n = 1",
     0},
};
enum { SCRIPTS = sizeof scripts / sizeof *scripts };

struct place {
    char file[32];
    struct as_store store; /* opened as as_store_open does before it migrates */
    struct as_error error;
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    snprintf(p->file, sizeof p->file, "migrations-XXXXXX");
    int file = mkstemp(p->file);
    assert_true(file >= 0);
    close(file);
    p->store = (struct as_store){.path = p->file, .mode = AS_STORE_CREATE, .lock_fd = -1, .outbox_fd = -1};
    assert_int_equal(sqlite3_open(p->file, &p->store.db), SQLITE_OK);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    as_statement_pool_free(p->store.pool);
    int closed = sqlite3_close(p->store.db);
    unlink(p->file);
    free(p);
    return closed != SQLITE_OK;
}

static void sql(struct place *p, const char *text)
{
    ok(p, as_sql_script(&p->store, &p->error, text));
}

/* The first column of the first row. */
static void assert_says(struct place *p, const char *question, const char *answer)
{
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_prepare_v2(p->store.db, question, -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    assert_string_equal(sqlite3_column_text(stmt, 0), answer);
    sqlite3_finalize(stmt);
}

static void assert_newest(struct place *p)
{
    assert_says(p, "PRAGMA user_version", "9");
    assert_says(p, "PRAGMA application_id", "1095979865"); /* "ASSY" */
    assert_says(p, "SELECT m FROM most", "12");
    assert_says(p, "SELECT group_concat(n || ':' || more) FROM number", "2:12");
}

static void an_empty_file_is_made_by_all_in_order(void **state)
{
    struct place *p = *state;
    ok(p, as_migrate(&p->store, scripts, SCRIPTS, &p->error));
    assert_newest(p);
    ok(p, as_migrate(&p->store, scripts, SCRIPTS, &p->error));
    assert_newest(p);
}

static void an_older_file_is_brought_further_by_those_above_it(void **state)
{
    struct place *p = *state;
    ok(p, as_migrate(&p->store, scripts, 2, &p->error));
    assert_says(p, "PRAGMA user_version", "5");
    assert_says(p, "SELECT group_concat(n) FROM number", "1,2");
    sql(p, "INSERT INTO number VALUES(30)"); /* what people have put into it since stays */
    ok(p, as_migrate(&p->store, scripts, SCRIPTS, &p->error));
    assert_says(p, "PRAGMA user_version", "9");
    assert_says(p, "SELECT m FROM most", "40");
    assert_says(p, "SELECT group_concat(n || ':' || more) FROM number", "2:12,30:40");
}

static void a_script_that_fails_leaves_nothing(void **state)
{
    struct place *p = *state;
    static const struct as_embedded_file faulty[] = {
        scripts[0],
        scripts[1],
        scripts[2],
        {"7-wrong.sql", "DROP TABLE number; INSERT INTO nowhere DEFAULT VALUES", 0}};
    assert_int_equal(as_migrate(&p->store, faulty, 4, &p->error), AS_ERR_BUG);
    as_error_clear(&p->error);
    assert_says(p, "SELECT count(*) FROM sqlite_schema", "0");
    assert_says(p, "PRAGMA user_version", "0");
    assert_says(p, "PRAGMA application_id", "0");
    assert_true(sqlite3_get_autocommit(p->store.db) != 0);

    ok(p, as_migrate(&p->store, scripts, 2, &p->error));
    assert_int_equal(as_migrate(&p->store, faulty, 4, &p->error), AS_ERR_BUG);
    as_error_clear(&p->error);
    assert_says(p, "PRAGMA user_version", "5");
    assert_says(p, "SELECT group_concat(n) FROM number", "1,2");
    assert_says(p, "SELECT count(*) FROM pragma_table_info('number')", "1");
    ok(p, as_migrate(&p->store, scripts, SCRIPTS, &p->error));
    assert_newest(p);
}

static void assert_refused(struct place *p, const char *what, const char *advice)
{
    assert_int_equal(as_migrate(&p->store, scripts, SCRIPTS, &p->error), AS_ERR_DATA);
    if (strstr(p->error.what, what) == NULL || strstr(p->error.advice, advice) == NULL)
        fail_msg("%s; %s", p->error.what, p->error.advice);
    as_error_clear(&p->error);
}

static void other_files_are_refused_as_they_are(void **state)
{
    struct place *p = *state;
    p->store.mode = AS_STORE_READ;
    assert_refused(p, "is empty", "import");
    p->store.mode = AS_STORE_WRITE;
    ok(p, as_migrate(&p->store, scripts, 3, &p->error));
    p->store.mode = AS_STORE_READ;
    assert_refused(p, "older format (6, this program reads 9)", "next import or run");
    p->store.mode = AS_STORE_WRITE;
    sql(p, "PRAGMA user_version = 4");
    assert_refused(p, "never released (4, the first that was is 5)", "into a new database");
    sql(p, "PRAGMA user_version = 10");
    assert_refused(p, "newer version of this program (format 10, this one reads 9)", "never migrated down");
    sql(p, "PRAGMA user_version = 6; PRAGMA application_id = 7");
    assert_refused(p, "not one of ours", "--db");
    assert_says(p, "SELECT group_concat(n || ':' || more) FROM number", "1:11,2:12");
}

/* Each process sees an empty file; one of them makes it. */
static void processes_that_begin_at_once_all_have_it(void **state)
{
    enum { PROCESSES = 6 };
    struct place *p = *state;
    pid_t child[PROCESSES];
    fflush(NULL);
    for (int i = 0; i < PROCESSES; i++)
        if ((child[i] = fork()) == 0) {
            struct as_store *store;
            struct as_error error = AS_ERROR_INIT;
            _exit(as_store_open(&store, p->file, AS_STORE_CREATE, &error) == AS_OK ? 0 : 1);
        }
    for (int i = 0; i < PROCESSES; i++) {
        int status = -1;
        assert_int_equal(waitpid(child[i], &status, 0), child[i]);
        assert_int_equal(status, 0);
    }
    assert_says(p, "SELECT count(*) FROM installation", "1");
    char aside[48];
    snprintf(aside, sizeof aside, "%s-wal", p->file);
    unlink(aside);
    snprintf(aside, sizeof aside, "%s-shm", p->file);
    unlink(aside);
}

static void formats_are_named_by_numbers_that_ascend(void **state)
{
    (void)state;
    long format = 0;
    assert_true(as_formats_count > 0);
    for (size_t i = 0; i < as_formats_count; i++) {
        char *end;
        long number = strtol(as_formats_files[i].name, &end, 10);
        assert_true(number > 0 && *end == '-' && strcmp(end + strlen(end) - 4, ".sql") == 0);
        assert_in_range(number, format, format == 0 ? number : format + 1);
        assert_int_equal(strlen(as_formats_files[i].bytes), as_formats_files[i].n);
        format = number;
    }
}

#define unit(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(an_empty_file_is_made_by_all_in_order),
        unit(an_older_file_is_brought_further_by_those_above_it),
        unit(a_script_that_fails_leaves_nothing),
        unit(other_files_are_refused_as_they_are),
        unit(processes_that_begin_at_once_all_have_it),
        cmocka_unit_test(formats_are_named_by_numbers_that_ascend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
