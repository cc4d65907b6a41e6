/* Several teams on one database: each has its own standings, tasks and space; people are not divided: what
 * one team's policy forbids binds the others; one team's fault stops nobody else; whoever comes second waits.
 */
#include "working.h"

#include "base/limits.h"
#include "store/work/space.h"

#include <signal.h>
#include <sys/wait.h>

static const char north[] = "local q, n = require 'assay.qualification', require 'assay.nurturing'\n"
                            "local lead = q.lead\n"
                            "local m = q.model 'm'\n"
                            "m:gate 'nurture' { criteria = { title = lead.title:matches 'head' } }\n"
                            "n.never { any = lead.title:matches 'do not contact' }\n";
static const char south[] =
    "local q, n, fx = require 'assay.qualification', require 'assay.nurturing', require 'assay.effects'\n"
    "local lead, on, effect = q.lead, fx.on, fx.effect\n"
    "local m = q.model 'm'\n"
    "m:gate 'nurture' { criteria = { title = lead.title:known() } }\n"
    "on.enter 'nurture' { effect.list 'news' { to = 'crm' }, effect.task 'look' {} }\n"
    "n.track 'news' { n.step 'hello' { content = 'hello' } }\n";

static void write_pack(const char *name, const char *rules)
{
    char path[64], text[512];
    mkdir(name, 0700);
    snprintf(path, sizeof path, "%s/pack.lua", name);
    snprintf(
        text, sizeof text,
        "return require 'assay.pack' '%s' { owner = 'ops@%s.example', permits = { http = { "
        "'https://crm.example' } }, destinations = { crm = { url = 'https://crm.example/' } }, rules = { "
        "'rules' } }\n",
        name, name);
    write_file(path, text);
    snprintf(path, sizeof path, "%s/rules.lua", name);
    write_file(path, rules);
}

static int setup(void **state)
{
    struct working *w = calloc(1, sizeof *w);
    working_open(w);
    unsetenv("ASSAY_DB");
    write_pack("north", north);
    write_pack("south", south);
    write_file("leads.csv", "id,email,title\n"
                            "L1,ann@a.example,Head (do not contact)\n"
                            "L2,bob@b.example,Head of Operations\n"
                            "L3,cid@c.example,Clerk\n");
    type_ok(w, 0, "import leads leads.csv --quiet --at 2026-03-01");
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct working *w = *state;
    working_close(w);
    free(w);
    return 0;
}

static enum as_status keep_number(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    *(long *)context = strtol(row->texts[0] != NULL ? row->texts[0] : "-1", NULL, 10);
    return AS_OK;
}

static enum as_status ask(long *out, const char *sql, struct as_error *error)
{
    struct as_store *store = NULL;
    assert_int_equal(as_store_open(&store, "assay.db", AS_STORE_READ, error), AS_OK);
    enum as_status status = as_store_query(store, sql, keep_number, out, error);
    as_store_close(store);
    return status;
}

static long number(const char *sql)
{
    long n = -2;
    struct as_error error = AS_ERROR_INIT;
    if (ask(&n, sql, &error) != AS_OK)
        fail_msg("%s", error.what);
    return n;
}

static void standings_and_tasks_are_each_teams_own(void **state)
{
    struct working *w = *state;
    type_ok(w, 0, "run north south --approve --quiet --at 2026-03-02");
    assert_int_equal(number("SELECT count(*) FROM lead_standing WHERE model = 'm' AND pack = 'north' AND "
                            "stage = 'nurture'"),
                     2);
    assert_int_equal(number("SELECT count(*) FROM lead_standing WHERE model = 'm' AND pack = 'south' AND "
                            "stage = 'nurture'"),
                     3);
    assert_int_equal(number("SELECT count(*) FROM task WHERE pack = 'south'"), 3);
    assert_int_equal(number("SELECT count(*) FROM task WHERE pack = 'north'"), 0);
}

static void what_one_team_forbids_binds_the_others(void **state)
{
    struct working *w = *state;
    type_ok(w, 0, "run north south --approve --quiet --at 2026-03-02");
    assert_int_equal(number("SELECT count(*) FROM outbox WHERE kind = 'send'"), 2);
    assert_int_equal(number("SELECT count(*) FROM outbox WHERE kind = 'send' AND lead_id = 1"), 0);
    assert_int_equal(number("SELECT count(*) FROM outbox WHERE kind = 'list' AND state = 'queued'"), 2);
    assert_int_equal(
        number(
            "SELECT lead_id FROM outbox WHERE kind = 'list' AND state = 'withdrawn' AND note LIKE 'never:%'"),
        1);
}

/* Also where the team that forbids is not run itself. */
static void a_team_that_is_not_run_binds_too(void **state)
{
    struct working *w = *state;
    type_ok(w, 0, "run north --approve --quiet --at 2026-03-02");
    type_ok(w, 0, "run south --approve --quiet --at 2026-03-02");
    assert_int_equal(number("SELECT count(*) FROM outbox WHERE kind = 'send'"), 2);
    assert_int_equal(number("SELECT count(*) FROM outbox WHERE kind = 'send' AND lead_id = 1"), 0);
    assert_int_equal(number("SELECT count(*) FROM run WHERE pack = 'north'"), 1);
}

static void one_teams_fault_stops_nobody_else(void **state)
{
    struct working *w = *state;
    write_pack("broken", "local q = require 'assay.qualification'\nlocal m = q.model 'm'\n"
                         "m:score('fit'):rule 'f' { points = function(l) return l.title .. nil end }\n");
    type_ok(w, 3, "run north broken south --approve --quiet --at 2026-03-02");
    assert_non_null(strstr(w->err, "rules.lua:3"));
    assert_int_equal(number("SELECT count(DISTINCT pack) FROM run WHERE finished IS NOT NULL"), 2);
    assert_int_equal(number("SELECT count(*) FROM run WHERE pack = 'broken'"), 0);
    type_ok(w, 0, "db check --quiet");
}

static pid_t start(const char *line)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct working quiet;
        _exit(type_line(&quiet, line));
    }
    return child;
}

static int end_of(pid_t child)
{
    int ended;
    assert_int_equal(waitpid(child, &ended, 0), child);
    return WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
}

/* One run at a time per database; two processes on it both finish. */
static void whoever_comes_second_waits(void **state)
{
    struct working *w = *state;
    FILE *file = fopen("more.csv", "w");
    assert_non_null(file);
    fputs("id,email,title\n", file);
    for (int i = 0; i < 3000; i++)
        fprintf(file, "M%d,m%d@m.example,Head of Works %d\n", i, i, i);
    assert_int_equal(fclose(file), 0);
    type_ok(w, 0, "run north south --approve --quiet --at 2026-03-02");
    pid_t import = start("import leads more.csv --quiet --at 2026-03-03");
    pid_t run = start("run north south --quiet --at 2026-03-04 --known-at 2026-03-04");
    pid_t other = start("run north --quiet --at 2026-03-04 --known-at 2026-03-04");
    assert_int_equal(end_of(import), 0);
    assert_int_equal(end_of(run), 0);
    assert_int_equal(end_of(other), 0);
    assert_int_equal(number("SELECT count(*) FROM lead"), 3003);
    assert_int_equal(number("SELECT count(*) FROM run WHERE finished IS NOT NULL"), 5);
    type_ok(w, 0, "db check --quiet");
}

static void a_teams_space_is_bounded_and_its_own(void **state)
{
    (void)state;
    static char value[AS_MAX_TEXT];
    struct as_store *store = NULL;
    struct as_error error = AS_ERROR_INIT;
    struct as_buf got = {0};
    enum as_status status = AS_OK;
    bool found;
    int n = 0;
    memset(value, 'x', sizeof value);
    assert_int_equal(as_store_open(&store, ":memory:", AS_STORE_CREATE, &error), AS_OK);
    assert_int_equal(as_store_begin(store, &error), AS_OK);
    while (status == AS_OK && n < 2000) {
        char key[32];
        snprintf(key, sizeof key, "k%d", n);
        status = as_store_space_put(store, "north", key, (struct as_str){value, sizeof value}, 1, &error);
        n += status == AS_OK;
    }
    assert_int_equal(status, AS_ERR_LIMIT);
    assert_int_equal(n, AS_MAX_SPACE_BYTES / (AS_MAX_TEXT + 4)); /* 1,023 of 64 KiB with their keys */
    as_error_clear(&error);
    assert_int_equal(as_store_space_put(store, "south", "k0", AS_STR("own"), 1, &error), AS_OK);
    assert_int_equal(as_store_space_remove(&found, store, "north", "k1", &error), AS_OK);
    assert_int_equal(as_store_space_put(store, "north", "k1", AS_STR("less"), 1, &error), AS_OK);
    assert_int_equal(as_store_space_get(&got, &found, store, "south", "k1", &error), AS_OK);
    assert_false(found);
    assert_int_equal(as_store_commit(store, &error), AS_OK);
    as_buf_free(&got);
    as_store_close(store);
}

static void sql_does_not_read_a_teams_space(void **state)
{
    (void)state;
    static const char *const wrong[] = {"SELECT value FROM kv",
                                        "SELECT count(*) FROM note",
                                        "SELECT (SELECT text FROM note LIMIT 1)",
                                        "SELECT * FROM tombstone",
                                        "SELECT tombstone_key FROM installation",
                                        "WITH a AS (SELECT * FROM KV) SELECT count(value) FROM a"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct as_error error = AS_ERROR_INIT;
        long n = 0;
        if (ask(&n, wrong[i], &error) != AS_ERR_USAGE)
            fail_msg("%s: %s", wrong[i], error.what);
    }
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("standings and tasks are each team's own", standings_and_tasks_are_each_teams_own),
        TEST("what one team forbids binds the others", what_one_team_forbids_binds_the_others),
        TEST("a team that is not run binds too", a_team_that_is_not_run_binds_too),
        TEST("one team's fault stops nobody else", one_teams_fault_stops_nobody_else),
        TEST("whoever comes second waits", whoever_comes_second_waits),
        TEST("a team's space is bounded and its own", a_teams_space_is_bounded_and_its_own),
        TEST("SQL does not read a team's space", sql_does_not_read_a_teams_space),
    };
    return cmocka_run_group_tests_name("teams", tests, NULL, NULL);
}
