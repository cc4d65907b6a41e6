/* The file itself: who may open it, who holds it, what reads it, and what a check finds. */
#include "fixture.h"

#include "store/database.h"
#include "store/work/effects.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

struct place {
    char folder[64], file[96], other[96];
    struct as_error error;
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    assert_non_null(p);
    snprintf(p->folder, sizeof p->folder, "store-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(p->file, sizeof p->file, "%s/a.db", p->folder);
    snprintf(p->other, sizeof p->other, "%s/b.db", p->folder);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    static const char *const ends[] = {"", "-wal", "-shm", "-lock", "-journal"};
    char name[160];
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        snprintf(name, sizeof name, "%s%s", p->file, ends[i]);
        unlink(name);
        snprintf(name, sizeof name, "%s%s", p->other, ends[i]);
        unlink(name);
    }
    int left = rmdir(p->folder);
    free(p);
    return left;
}

static struct as_store *opened(struct place *p, enum as_store_mode mode)
{
    struct as_store *store;
    ok(p, as_store_open(&store, p->file, mode, &p->error));
    return store;
}

static void run_sql(const char *file, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(file, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void a_missing_file_is_made_only_when_asked(void **state)
{
    struct place *p = *state;
    struct as_store *store;
    assert_int_equal(as_store_open(&store, p->file, AS_STORE_READ, &p->error), AS_ERR_MISSING);
    as_error_clear(&p->error);
    assert_int_equal(as_store_open(&store, p->file, AS_STORE_WRITE, &p->error), AS_ERR_MISSING);
    assert_true(p->error.advice[0] != '\0');
    as_error_clear(&p->error);
    as_store_close(opened(p, AS_STORE_CREATE));
    as_store_close(opened(p, AS_STORE_READ));
    as_store_close(opened(p, AS_STORE_WRITE));
}

/* What the file says without the log beside it. */
static int64_t words_in_the_file_alone(struct place *p)
{
    char command[224];
    snprintf(command, sizeof command, "cp %s %s", p->file, p->other);
    assert_int_equal(system(command), 0);
    sqlite3 *db;
    sqlite3_stmt *stmt;
    assert_int_equal(sqlite3_open(p->other, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT count(*) FROM word", -1, &stmt, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    sqlite3_close(db);
    return n;
}

static void add_words(struct place *p, struct as_store *store, int64_t n)
{
    ok(p, as_store_begin(store, &p->error));
    ok(p, as_sql_do(store, &p->error,
                    "WITH RECURSIVE i(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM i WHERE n < ?)"
                    " INSERT INTO word(text, json) SELECT hex(randomblob(400)), '' FROM i",
                    "i", n));
    ok(p, as_store_commit(store, &p->error));
}

/* From here on the process may not write to the folder: root, whom no permission binds, is nobody for a
 * while. */
static void look_only(const struct place *p)
{
    enum { NOBODY = 65534 };
    assert_int_equal(chmod(p->folder, 0555), 0);
    if (getuid() == 0)
        assert_int_equal(setresuid(NOBODY, NOBODY, 0), 0);
    char *reached = realpath(p->file, NULL);
    bool reads = reached != NULL && access(p->file, R_OK) == 0;
    free(reached);
    if (!reads) {
        print_message("skipped: who may not write does not reach %s\n", p->file);
        skip();
    }
}

static void write_again(const struct place *p)
{
    uid_t real, effective, saved;
    assert_int_equal(getresuid(&real, &effective, &saved), 0);
    assert_int_equal(setresuid(saved, saved, saved), 0);
    assert_int_equal(chmod(p->folder, 0755), 0);
}

static int write_again_and_teardown(void **state)
{
    write_again(*state);
    return teardown(state);
}

static void who_may_not_write_reads_and_is_told_when_others_write(void **state)
{
    struct place *p = *state;
    struct as_store *writer, *reader;
    char shared[128];
    as_store_close(opened(p, AS_STORE_CREATE));
    look_only(p);
    reader = opened(p, AS_STORE_READ);
    ok(p, as_store_unchanged(reader, &p->error));
    write_again(p);
    writer = opened(p, AS_STORE_WRITE);
    add_words(p, writer, 2000);
    as_store_close(writer);
    assert_int_equal(as_store_unchanged(reader, &p->error), AS_ERR_BUSY);
    assert_non_null(strstr(p->error.advice, "ask again"));
    as_error_clear(&p->error);
    as_store_close(reader);

    /* Together with a log it can be read where what connections share of it is there. */
    writer = opened(p, AS_STORE_WRITE);
    as_store_leave_log(writer);
    add_words(p, writer, 1);
    as_store_close(writer);
    look_only(p);
    reader = opened(p, AS_STORE_READ);
    ok(p, as_store_unchanged(reader, &p->error));
    as_store_close(reader);
    write_again(p);
    snprintf(shared, sizeof shared, "%s-shm", p->file);
    assert_int_equal(unlink(shared), 0);
    look_only(p);
    assert_int_equal(as_store_open(&reader, p->file, AS_STORE_READ, &p->error), AS_ERR_IO);
    assert_non_null(strstr(p->error.what, "a log beside it"));
    assert_non_null(strstr(p->error.advice, "copy"));
    as_error_clear(&p->error);
    assert_int_equal(as_store_open(&writer, p->file, AS_STORE_WRITE, &p->error), AS_ERR_IO);
    assert_non_null(strstr(p->error.what, "cannot be written to"));
    assert_non_null(strstr(p->error.advice, "permission"));
}

static void a_log_that_is_left_is_read_on_in_and_written_back_by_others(void **state)
{
    struct place *p = *state;
    as_store_close(opened(p, AS_STORE_CREATE));
    struct as_store *store = opened(p, AS_STORE_WRITE);
    as_store_leave_log(store);
    add_words(p, store, 2000);
    as_store_close(store);
    assert_int_equal(words_in_the_file_alone(p), 0);

    store = opened(p, AS_STORE_WRITE);
    as_store_leave_log(store);
    add_words(p, store, 10);
    as_store_fold_log(store);
    as_store_close(store);
    assert_int_equal(words_in_the_file_alone(p), 2010);

    store = opened(p, AS_STORE_WRITE);
    as_store_leave_log(store);
    add_words(p, store, 1);
    as_store_close(store);
    assert_int_equal(words_in_the_file_alone(p), 2010);
    as_store_close(opened(p, AS_STORE_WRITE));
    assert_int_equal(words_in_the_file_alone(p), 2011);

    store = opened(p, AS_STORE_WRITE);
    as_store_leave_log(store);
    add_words(p, store, 20000); /* too much to be read by whoever comes next */
    as_store_close(store);
    assert_int_equal(words_in_the_file_alone(p), 22011);
}

/* More pages than a log may have: who goes on has the file, and not the log, with all of it. */
static void a_large_commit_is_in_the_file_at_once(void **state)
{
    struct place *p = *state;
    as_store_close(opened(p, AS_STORE_CREATE));
    struct as_store *store = opened(p, AS_STORE_WRITE);
    as_store_leave_log(store);
    add_words(p, store, 40000);
    assert_int_equal(words_in_the_file_alone(p), 40000);
    add_words(p, store, 1);
    as_store_close(store);
    store = opened(p, AS_STORE_READ);
    int64_t n;
    bool found;
    ok(p, as_sql_get(&n, &found, store, &p->error, "SELECT count(*) FROM word", ""));
    assert_int_equal(n, 40001);
    as_store_close(store);
}

static void a_newer_file_is_refused(void **state)
{
    struct place *p = *state;
    struct as_store *store;
    as_store_close(opened(p, AS_STORE_CREATE));
    run_sql(p->file, "PRAGMA user_version = 99");
    assert_int_equal(as_store_open(&store, p->file, AS_STORE_WRITE, &p->error), AS_ERR_DATA);
    assert_non_null(strstr(p->error.what, "newer"));
    assert_non_null(strstr(p->error.advice, "never migrated down"));
}

static void a_file_of_somebody_else_is_refused(void **state)
{
    struct place *p = *state;
    struct as_store *store;
    run_sql(p->file, "CREATE TABLE theirs(x)");
    assert_int_equal(as_store_open(&store, p->file, AS_STORE_WRITE, &p->error), AS_ERR_DATA);
    assert_non_null(strstr(p->error.what, "not one of ours"));
}

static void a_damaged_file_is_refused_with_advice(void **state)
{
    struct place *p = *state;
    struct as_store *store;
    as_store_close(opened(p, AS_STORE_CREATE));
    FILE *file = fopen(p->file, "r+b");
    assert_non_null(file);
    fwrite("this is not a database at all", 1, 29, file);
    fclose(file);
    assert_int_equal(as_store_open(&store, p->file, AS_STORE_WRITE, &p->error), AS_ERR_DATA);
    assert_non_null(strstr(p->error.advice, "backup"));
}

static void a_check_finds_a_damaged_page(void **state)
{
    struct place *p = *state;
    uint32_t findings = 0;
    as_store_close(opened(p, AS_STORE_CREATE));
    FILE *file = fopen(p->file, "r+b");
    assert_non_null(file);
    for (long page = 3; page < 20; page++) {
        fseek(file, page * 4096, SEEK_SET);
        fwrite("\xde\xad\xbe\xef\xde\xad\xbe\xef", 1, 8, file);
    }
    fclose(file);
    struct as_store *store;
    enum as_status status = as_store_open(&store, p->file, AS_STORE_READ, &p->error);
    if (status == AS_OK) {
        status = as_store_check(store, NULL, NULL, &findings, &p->error);
        as_store_close(store);
    }
    assert_true(status == AS_ERR_DATA || findings > 0);
}

static void one_holder_at_a_time_who_is_named(void **state)
{
    struct place *p = *state;
    struct as_store *a = opened(p, AS_STORE_CREATE), *b = opened(p, AS_STORE_WRITE);
    char self[32];
    ok(p, as_store_lock(a, "import", 0, &p->error));
    ok(p, as_store_lock(a, "import", 0, &p->error));
    assert_int_equal(as_store_lock(b, "run", 0, &p->error), AS_ERR_BUSY);
    snprintf(self, sizeof self, "process %ld", (long)getpid());
    assert_non_null(strstr(p->error.what, "import"));
    assert_non_null(strstr(p->error.what, self));
    as_error_clear(&p->error);
    as_store_unlock(a);
    ok(p, as_store_lock(b, "run", 0, &p->error));
    as_store_close(b);
    ok(p, as_store_lock(a, "run", 0, &p->error));
    as_store_close(a);
}

/* Writes facts without end in a process of its own, which is then killed. */
static void write_for_ever(const char *file)
{
    struct world w = {.options = {.system = "crm", .precedence = AS_FROM_CRM, .now = T0}};
    if (as_store_open(&w.store, file, AS_STORE_WRITE, &w.error) != AS_OK ||
        as_schema_new(&w.schema, &w.error) != AS_OK ||
        as_store_learn_schema(w.store, w.schema, &w.error) != AS_OK ||
        as_store_lock(w.store, "import", 0, &w.error) != AS_OK)
        _exit(1);
    for (int n = 0;; n++) {
        char id[32];
        for (int i = 0; i < 50; i++) {
            snprintf(id, sizeof id, "L%d", n * 50 + i);
            give(&w, AS_IMPORT_LEADS, "id", id, "title", "COO", "email", id);
            give(&w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "webinar", "lead_id", id);
        }
        commit(&w);
    }
}

static void a_killed_writer_leaves_whole_batches_and_no_lock(void **state)
{
    struct place *p = *state;
    as_store_close(opened(p, AS_STORE_CREATE));
    for (unsigned round = 0; round < 5; round++) {
        fflush(NULL);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            write_for_ever(p->file);
        }
        usleep(60000 + round * 37000);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        struct world w = {.store = opened(p, AS_STORE_WRITE)};
        ok(&w, as_store_lock(w.store, "check", 0, &w.error));
        uint32_t findings;
        ok(&w, as_store_check(w.store, NULL, NULL, &findings, &w.error));
        assert_int_equal(findings, 0);
        assert_cell(&w, "SELECT (SELECT count(*) FROM lead) % 50", "0");
        assert_cell(&w, "SELECT (SELECT count(*) FROM lead) - (SELECT count(*) FROM event)", "0");
        as_store_close(w.store);
    }
}

static enum as_status keep_types(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    for (int i = 0; i < row->columns; i++)
        as_buf_printf(context, "%s=%s%s;", row->names[i], row->texts[i] == NULL ? "NULL" : row->texts[i],
                      row->numbers[i] ? " number" : "");
    return AS_OK;
}

/* A text of digits stays a text: a phone number is none. */
static void answers_tell_numbers_from_texts(void **state)
{
    struct place *p = *state;
    struct world w = {.store = opened(p, AS_STORE_CREATE)};
    struct as_buf out = {.p = NULL};
    ok(&w, as_store_query(w.store, "SELECT 7 AS a, 1.5 AS b, '7' AS c, NULL AS d, x'41' AS e", keep_types,
                          &out, &w.error));
    assert_string_equal(as_buf_c(&out), "a=7 number;b=1.5 number;c=7;d=NULL;e=A;");
    as_buf_free(&out);
    as_store_close(w.store);
}

/* A query learns of another schema only at its first step, which prepares it anew. */
static void answers_are_of_the_schema_that_is(void **state)
{
    struct place *p = *state;
    struct world w = {.store = opened(p, AS_STORE_CREATE)}, other = {.store = opened(p, AS_STORE_WRITE)};
    struct as_buf out = {.p = NULL};
    assert_int_equal(
        sqlite3_exec(other.store->db, "CREATE TABLE t(a); INSERT INTO t VALUES(1)", NULL, NULL, NULL),
        SQLITE_OK);
    ok(&w, as_store_query(w.store, "SELECT * FROM t", keep_types, &out, &w.error));
    assert_string_equal(as_buf_c(&out), "a=1 number;");
    as_buf_reset(&out);
    assert_int_equal(sqlite3_exec(other.store->db,
                                  "DROP TABLE t; CREATE TABLE t(b, c); INSERT INTO t VALUES(2, 3)", NULL,
                                  NULL, NULL),
                     SQLITE_OK);
    ok(&w, as_store_query(w.store, "SELECT * FROM t", keep_types, &out, &w.error));
    assert_string_equal(as_buf_c(&out), "b=2 number;c=3 number;");
    as_buf_free(&out);
    as_store_close(other.store);
    as_store_close(w.store);
}

static void queries_only_read(void **state)
{
    struct place *p = *state;
    struct world w = {.store = opened(p, AS_STORE_CREATE)};
    static const char *const refused[] = {
        "INSERT INTO source(system, precedence) VALUES('x', 1)",
        "DELETE FROM lead",
        "UPDATE lead SET title = 'x'",
        "DROP TABLE lead",
        "ATTACH 'x.db' AS x",
        "PRAGMA user_version = 5",
        "PRAGMA journal_mode",
        "VACUUM INTO 'x.db'",
        "BEGIN",
        "CREATE TEMP TABLE x(y)",
        "SELECT 1; DELETE FROM lead",
        "WITH x AS (SELECT 1) INSERT INTO source(system, precedence) SELECT 'x', 1 FROM x",
        "SELECT load_extension('x')",
        "",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        char out[256] = "";
        as_error_clear(&w.error);
        enum as_status status = as_store_query(w.store, refused[i], keep_first, out, &w.error);
        if (status != AS_ERR_USAGE && status != AS_ERR_DATA)
            fail_msg("%s: %s", refused[i], as_status_name(status));
        assert_string_equal(out, "");
    }
    as_error_clear(&w.error);
    assert_int_equal(as_store_query(w.store, "SELEC 1", keep_first, NULL, &w.error), AS_ERR_DATA);
    as_error_clear(&w.error);
    assert_cell(&w, "SELECT count(*) FROM source", "0");
    assert_cell(
        &w,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT sum(i) FROM n;  ",
        "45");
    assert_cell(&w, "SELECT upper('x')", "X");
    assert_cell(&w, "EXPLAIN SELECT 1", "0");
    assert_cell(&w, "SELECT NULL", "NULL");
    /* The authorizer is gone again: the store itself writes. */
    struct as_facts_options options = {.system = "x", .now = T0};
    struct as_schema *schema;
    ok(&w, as_schema_new(&schema, &w.error));
    ok(&w, as_store_learn_schema(w.store, schema, &w.error));
    ok(&w, as_facts_open(&w.facts, w.store, schema, &options, &w.error));
    as_facts_close(w.facts);
    as_schema_free(schema);
    as_store_close(w.store);
}

static void a_backup_is_a_whole_database_in_a_new_file(void **state)
{
    struct place *p = *state;
    struct world w = {.store = opened(p, AS_STORE_CREATE),
                      .options = {.system = "crm", .precedence = AS_FROM_CRM, .now = T0}};
    ok(&w, as_schema_new(&w.schema, &w.error));
    ok(&w, as_store_learn_schema(w.store, w.schema, &w.error));
    give(&w, AS_IMPORT_LEADS, "id", "L1");
    commit(&w);
    ok(&w, as_store_backup(w.store, p->other, &w.error));
    assert_int_equal(as_store_backup(w.store, p->other, &w.error), AS_ERR_CONFLICT);
    as_schema_free(w.schema);
    as_store_close(w.store);
    memset(&w, 0, sizeof w);
    ok(&w, as_store_open(&w.store, p->other, AS_STORE_READ, &w.error));
    assert_cell(&w, "SELECT count(*) FROM lead", "1");
    as_store_close(w.store);
}

static void the_schema_is_learnt_both_ways(void **state)
{
    struct place *p = *state;
    struct world w = {.store = opened(p, AS_STORE_CREATE)};
    static const char *const tiers[] = {"low", "high"};
    struct as_field tier = {.name = "tier",
                            .level = AS_LEVEL_ACCOUNT,
                            .type = AS_TYPE_CHOICE,
                            .choices = tiers,
                            .choice_count = 2,
                            .position = {"pack.lua", 7}};
    struct as_event_kind kind = {
        .name = "tour", .by = AS_ACTOR_BUYER, .intent = "product", .position = {"pack.lua", 8}};
    uint32_t index;
    ok(&w, as_schema_new(&w.schema, &w.error));
    ok(&w, as_schema_add_field(&index, w.schema, &tier, &w.error));
    ok(&w, as_schema_add_kind(&index, w.schema, &kind, &w.error));
    ok(&w, as_schema_add_property(&index, w.schema, index, "stop", AS_TYPE_TEXT, &w.error));
    ok(&w, as_store_learn_schema(w.store, w.schema, &w.error));
    ok(&w, as_store_learn_schema(w.store, w.schema, &w.error));
    assert_cell(&w, "SELECT type FROM pragma_table_info('account') WHERE name = 'tier'", "TEXT");
    as_schema_free(w.schema);
    as_store_close(w.store);

    /* Another program, without the pack, that only reads. */
    w.store = opened(p, AS_STORE_READ);
    ok(&w, as_schema_new(&w.schema, &w.error));
    ok(&w, as_store_learn_schema(w.store, w.schema, &w.error));
    index = as_schema_field(w.schema, AS_LEVEL_ACCOUNT, AS_STR("tier"));
    assert_int_not_equal(index, AS_NO_INDEX);
    assert_int_equal(w.schema->fields.at[index]->type, AS_TYPE_CHOICE);
    assert_string_equal(w.schema->fields.at[index]->choices[1], "high");
    index = as_schema_kind(w.schema, AS_STR("tour"));
    assert_int_not_equal(index, AS_NO_INDEX);
    assert_string_equal(w.schema->kinds.at[index]->intent, "product");
    assert_int_not_equal(as_schema_property(w.schema, index, AS_STR("stop")), AS_NO_INDEX);
    as_schema_free(w.schema);
    as_store_close(w.store);

    /* And one that means something else by it. */
    w.store = opened(p, AS_STORE_WRITE);
    ok(&w, as_schema_new(&w.schema, &w.error));
    tier.type = AS_TYPE_INTEGER;
    tier.choices = NULL;
    tier.choice_count = 0;
    ok(&w, as_schema_add_field(&index, w.schema, &tier, &w.error));
    assert_int_equal(as_store_learn_schema(w.store, w.schema, &w.error), AS_ERR_CONFLICT);
    assert_string_equal(w.error.file, "pack.lua");
    assert_int_equal(w.error.line, 7);
    as_schema_free(w.schema);

    as_error_clear(&w.error);
    ok(&w, as_schema_new(&w.schema, &w.error));
    struct as_field own = {.name = "account_id", .level = AS_LEVEL_LEAD, .type = AS_TYPE_TEXT};
    ok(&w, as_schema_add_field(&index, w.schema, &own, &w.error));
    assert_int_equal(as_store_learn_schema(w.store, w.schema, &w.error), AS_ERR_CONFLICT);
    as_schema_free(w.schema);
    as_store_close(w.store);
}

/* Somebody who has had enough once long SQL has been looked at twice. */
struct onlooker {
    volatile sig_atomic_t had_enough;
    unsigned looks;
    uint64_t done, all;
};

static void look(void *context, uint64_t done, uint64_t all)
{
    struct onlooker *onlooker = context;
    onlooker->done = done > onlooker->done ? done : onlooker->done;
    onlooker->all = all > onlooker->all ? all : onlooker->all;
    onlooker->had_enough = ++onlooker->looks >= 2;
}

static void long_sql_is_watched_and_stops_when_somebody_interrupts(void **state)
{
    struct place *p = *state;
    struct as_store *store = opened(p, AS_STORE_CREATE);
    struct onlooker onlooker = {.looks = 0};
    int64_t n;
    bool found;
    as_store_watch(store, look, &onlooker);
    as_store_heed(store, &onlooker.had_enough);
    assert_int_equal(as_sql_get(&n, &found, store, &p->error,
                                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT"
                                " 1000000000) SELECT count(*) FROM n",
                                ""),
                     AS_ERR_STOPPED);
    assert_int_equal(onlooker.looks, 2);
    onlooker.had_enough = 0;
    p->error = AS_ERROR_INIT;
    ok(p, as_sql_get(&n, &found, store, &p->error, "SELECT count(*) FROM lead", ""));
    assert_int_equal(n, 0);
    as_store_close(store);
}

static void a_check_says_how_far_it_is(void **state)
{
    struct place *p = *state;
    struct as_store *store = opened(p, AS_STORE_CREATE);
    struct onlooker onlooker = {.looks = 0};
    uint32_t findings;
    as_store_watch(store, look, &onlooker);
    ok(p, as_store_check(store, NULL, NULL, &findings, &p->error));
    assert_true(onlooker.all > 2);
    assert_int_equal(onlooker.done, onlooker.all);
    as_store_close(store);
}

static int no_commit(void *context)
{
    (void)context;
    return 1;
}

/* What the next transaction rolls back would else be kept, and what it commits would wait for a commit that
 * never comes. */
static void a_commit_that_fails_leaves_no_transaction_behind(void **state)
{
    struct place *p = *state;
    struct as_store *store = opened(p, AS_STORE_CREATE);
    uint64_t released;
    sqlite3_commit_hook(store->db, no_commit, NULL);
    assert_int_not_equal(as_store_release(&released, store, NULL, 0, &p->error), AS_OK);
    as_error_clear(&p->error);
    sqlite3_commit_hook(store->db, NULL, NULL);
    ok(p, as_store_begin(store, &p->error));
    ok(p, as_sql_do(store, &p->error, "INSERT INTO word(text, json) VALUES('undone', '')", ""));
    as_store_rollback(store);
    add_words(p, store, 1);
    as_store_close(store);
    store = opened(p, AS_STORE_READ);
    int64_t words = 0;
    ok(p, as_sql_get(&words, NULL, store, &p->error, "SELECT count(*) FROM word", ""));
    assert_int_equal(words, 1);
    as_store_close(store);
}

#define unit(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(a_missing_file_is_made_only_when_asked),
        unit(a_log_that_is_left_is_read_on_in_and_written_back_by_others),
        cmocka_unit_test_setup_teardown(who_may_not_write_reads_and_is_told_when_others_write, setup,
                                        write_again_and_teardown),
        unit(a_large_commit_is_in_the_file_at_once),
        unit(a_commit_that_fails_leaves_no_transaction_behind),
        unit(a_newer_file_is_refused),
        unit(a_file_of_somebody_else_is_refused),
        unit(a_damaged_file_is_refused_with_advice),
        unit(a_check_finds_a_damaged_page),
        unit(one_holder_at_a_time_who_is_named),
        unit(a_killed_writer_leaves_whole_batches_and_no_lock),
        unit(answers_tell_numbers_from_texts),
        unit(answers_are_of_the_schema_that_is),
        unit(queries_only_read),
        unit(a_backup_is_a_whole_database_in_a_new_file),
        unit(long_sql_is_watched_and_stops_when_somebody_interrupts),
        unit(a_check_says_how_far_it_is),
        unit(the_schema_is_learnt_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
