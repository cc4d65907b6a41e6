/* Imports and runs on a disk that fails, and in a process that dies, at any change of a file. Whatever
 * happens, the database opens again, is whole, holds everything up to one of the steps and nothing of the
 * next, and the same work done once more ends where undisturbed work does. */
#include "town.h"

#include "faulty_disk.h"

#include "store/database.h"

#include <sys/wait.h>
#include <unistd.h>

enum { MOST_STEPS = 8 };

struct faults {
    struct town town; /* its store is the one that is open now */
    struct as_pack *pack;
    struct as_source source;
    struct as_run_pack given[1];
    char folder[64], path[96];
    struct as_buf
        after[MOST_STEPS + 1]; /* what the database holds after each undisturbed step; the first: of none */
    int steps;
};

static enum as_status add_row(void *context, const struct as_query_row *row, struct as_error *error)
{
    struct as_buf *out = context;
    for (int i = 0; i < row->columns; i++)
        as_buf_printf(out, "%s|", row->texts[i] != NULL ? row->texts[i] : "null");
    as_buf_char(out, '\n');
    return out->failed ? as_error_memory(error) : AS_OK;
}

/* What imports and runs leave behind, without numbers that count attempts. */
static void dump(struct as_buf *out, struct faults *f)
{
    static const char *const queries[] = {
        "SELECT 'lead', id, first_name FROM lead ORDER BY id",
        "SELECT 'event', lead_id, time FROM event ORDER BY lead_id, time, id",
        "SELECT 'answer', lead_id, value FROM answer ORDER BY id",
        "SELECT 'decision', d.lead_id, d.stage, d.prior_stage, d.cause, d.verdicts, l.score, l.value, "
        "l.entries"
        " FROM decision d LEFT JOIN ledger l ON l.decision_id = d.id ORDER BY d.id, l.score",
        "SELECT 'moved', lead_id, from_stage, to_stage, time FROM stage_history ORDER BY decision_id",
        "SELECT 'message', key, kind, lead_id, at, state FROM outbox ORDER BY key",
        "SELECT 'task', key, text, lead_id, due FROM task ORDER BY key",
        "SELECT DISTINCT 'ran', pack, at FROM run ORDER BY at",
    };
    as_buf_reset(out);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
        town_ok(&f->town, as_store_query(f->town.store, queries[i], add_row, out, &f->town.error));
}

static enum as_status put(struct faults *f, enum as_import_kind kind, int64_t now,
                          const char *const (*rows)[8])
{
    struct as_facts_options options = {
        .system = "test", .file = "town.csv", .precedence = AS_FROM_CRM, .now = now};
    struct as_facts *facts = NULL;
    struct as_facts_summary summary;
    enum as_status status = as_facts_open(&facts, f->town.store, f->town.schema, &options, &f->town.error);
    struct as_record_sink sink = {0};
    if (status == AS_OK)
        sink = as_facts_sink(facts);
    for (int r = 0; status == AS_OK && rows[r][0] != NULL; r++) {
        struct as_value_pair pairs[4];
        uint32_t n = 0;
        bool changed;
        for (; n < 4 && rows[r][2 * n] != NULL; n++)
            pairs[n] = (struct as_value_pair){rows[r][2 * n], as_str_of(rows[r][2 * n + 1])};
        struct as_record record = {.kind = kind, .line = 1, .pairs = pairs, .n = n};
        status = sink.put(sink.context, &record, &changed, &f->town.error);
    }
    if (status == AS_OK)
        status = as_facts_commit(facts, &summary, &f->town.error);
    as_facts_close(facts);
    return status;
}

static enum as_status run_day(struct faults *f, int day)
{
    struct as_run_request request = town_request(&f->town, f->given, 1, DAY(day));
    struct as_run_result result;
    request.approve = true;
    enum as_status status = as_run(&result, f->town.store, &request, &f->town.error);
    if (status == AS_OK && result.failed > 0) {
        f->town.error = result.packs.at[0]->error;
        status = f->town.error.status;
    }
    if (status == AS_OK)
        as_run_free(&result);
    return status;
}

static enum as_status step(struct faults *f, int which)
{
    static const char *const leads[][8] = {{"id", "ann", "first_name", "ann", "title", "operations"},
                                           {"id", "bob", "first_name", "bob", "title", "VP operations"},
                                           {"id", "cat", "first_name", "cat"},
                                           {NULL}};
    static const char *const events[][8] = {{"lead_id", "ann", "kind", "demo_request", "at", "2026-06-27"},
                                            {"lead_id", "bob", "kind", "page_view", "at", "2026-06-27"},
                                            {"lead_id", "bob", "kind", "page_view", "at", "2026-06-28"},
                                            {NULL}};
    static const char *const answers[][8] = {
        {"lead_id", "ann", "question", "need", "value", "acknowledged", "at", "2026-06-29"}, {NULL}};
    static const char *const later[][8] = {{"lead_id", "bob", "kind", "demo_request", "at", "2026-06-29"},
                                           {NULL}};
    switch (which) {
    case 0:
        return put(f, AS_IMPORT_LEADS, DAY(-1), leads);
    case 1:
        return put(f, AS_IMPORT_EVENTS, DAY(0), events);
    case 2:
        return run_day(f, 0);
    case 3:
        return put(f, AS_IMPORT_ANSWERS, DAY(1), answers);
    case 4:
        return put(f, AS_IMPORT_EVENTS, DAY(1), later);
    default:
        return run_day(f, 1);
    }
}
enum { STEPS = 6 };

static enum as_status open_store(struct faults *f)
{
    as_error_clear(&f->town.error);
    enum as_status status = as_store_open(&f->town.store, f->path, AS_STORE_CREATE, &f->town.error);
    if (status != AS_OK)
        return status;
    f->town.store->few_leads = 0; /* a run about a part writes files, too */
    return as_store_learn_schema(f->town.store, f->town.schema, &f->town.error);
}

static void close_store(struct faults *f)
{
    as_store_close(f->town.store);
    f->town.store = NULL;
}

/* The work from a step on. */
static enum as_status work(struct faults *f, int from)
{
    enum as_status status = open_store(f);
    for (int i = from; i < STEPS && status == AS_OK; i++)
        status = step(f, i);
    return status;
}

static void remove_database(struct faults *f)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf '%s'/*", f->folder);
    assert_int_equal(system(command), 0);
}

static int setup(void **state)
{
    assert_int_equal(faulty_install(), SQLITE_OK);
    struct faults *f = calloc(1, sizeof *f);
    f->town = (struct town){.error = AS_ERROR_INIT};
    snprintf(f->folder, sizeof f->folder, "faults-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/town.db", f->folder);
    town_ok(&f->town, as_schema_new(&f->town.schema, &f->town.error));
    town_answer(&f->town);
    f->pack = town_pack(&f->town, "p", "h1", 24);
    as_source_init(&f->source);
    town_ok(&f->town, as_source_add(&f->source, "pack.lua", AS_STR("return 1"), &f->town.error));
    town_ok(&f->town, as_source_seal(&f->source, &f->town.error));
    memcpy(f->pack->hash, f->source.hash, sizeof f->pack->hash);
    f->given[0] = (struct as_run_pack){.pack = f->pack, .source = &f->source};
    town_ok(&f->town, open_store(f));
    dump(&f->after[0], f);
    for (int i = 0; i < STEPS; i++) {
        town_ok(&f->town, step(f, i));
        dump(&f->after[i + 1], f);
    }
    close_store(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct faults *f = *state;
    remove_database(f);
    rmdir(f->folder);
    for (int i = 0; i <= STEPS; i++)
        as_buf_free(&f->after[i]);
    as_pack_free(f->pack);
    as_source_free(&f->source);
    as_schema_free(f->town.schema);
    free(f);
    return 0;
}

static void tell_finding(void *context, const char *text)
{
    (void)context;
    print_error("%s\n", text);
}

/* What a disturbed attempt left behind is one of the undisturbed states; going on from there completes it. */
static void expect_whole(struct faults *f, enum faulty_how how, uint64_t at)
{
    struct as_buf held = {0};
    uint32_t findings = 1;
    int found = -1;
    faulty_set(FAULTY_NOT, 0);
    if (open_store(f) != AS_OK)
        fail_msg("after fault %d at %llu: %s", how, (unsigned long long)at, f->town.error.what);
    town_ok(&f->town, as_store_check(f->town.store, tell_finding, NULL, &findings, &f->town.error));
    assert_int_equal(findings, 0);
    dump(&held, f);
    for (int i = 0; i <= STEPS && found < 0; i++)
        if (strcmp(as_buf_c(&held), as_buf_c(&f->after[i])) == 0)
            found = i;
    if (found < 0)
        fail_msg("fault %d at %llu left half a step:\n%s", how, (unsigned long long)at, as_buf_c(&held));
    close_store(f);
    town_ok(&f->town,
            work(f, found > 0 ? found - 1 : 0)); /* the last step once more: nobody knows that it was done */
    dump(&held, f);
    close_store(f);
    assert_string_equal(as_buf_c(&held), as_buf_c(&f->after[STEPS]));
    as_buf_free(&held);
}

/* How far apart the places are that are tried, so that about `rounds` cover the work; tests/soak.sh asks for
 * more. */
static uint64_t rounds_of(uint64_t rounds)
{
    const char *asked = getenv("ASSAY_ROUNDS");
    return asked != NULL ? strtoull(asked, NULL, 10) : rounds;
}

static uint64_t count_changes(struct faults *f)
{
    remove_database(f);
    faulty_set(FAULTY_NOT, 0);
    town_ok(&f->town, work(f, 0));
    close_store(f);
    return faulty_disk.seen;
}

static void fail_everywhere(struct faults *f, enum faulty_how how, uint64_t rounds)
{
    uint64_t all = count_changes(f), stride = all / rounds_of(rounds) + 1, told = 0;
    for (uint64_t at = 1 + all % stride; at <= all; at += stride) {
        remove_database(f);
        faulty_set(how, at);
        enum as_status status = work(f, 0);
        if (status != AS_OK) {
            told++;
            assert_true(f->town.error.what[0] != '\0');
        }
        close_store(f);
        expect_whole(f, how, at);
    }
    assert_true(told > 0);
}

static void a_disk_that_fails_once(void **state)
{
    fail_everywhere(*state, FAULTY_ONCE, 8);
}

static void a_disk_that_is_gone(void **state)
{
    fail_everywhere(*state, FAULTY_GONE, 8);
}

static void a_disk_that_is_full(void **state)
{
    fail_everywhere(*state, FAULTY_FULL, 8);
}

static void a_write_that_is_cut_short(void **state)
{
    fail_everywhere(*state, FAULTY_SHORT, 8);
}

/* kill -9 in a process of its own, before a change of a file or in the middle of one. */
static void die_everywhere(struct faults *f, enum faulty_how how, uint64_t rounds)
{
    uint64_t all = count_changes(f), stride = all / rounds_of(rounds) + 1, died = 0;
    for (uint64_t at = 1 + all % stride; at <= all; at += stride) {
        remove_database(f);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            faulty_set(how, at);
            work(f, 0);
            _exit(0);
        }
        int ended;
        assert_int_equal(waitpid(child, &ended, 0), child);
        died += WIFSIGNALED(ended) && WTERMSIG(ended) == SIGKILL;
        expect_whole(f, how, at);
    }
    assert_true(died > 0);
}

static void a_process_that_is_killed(void **state)
{
    die_everywhere(*state, FAULTY_KILL, 24);
}

static void a_process_that_is_killed_while_writing(void **state)
{
    die_everywhere(*state, FAULTY_TORN, 24);
}

/* A second writer that holds the file: an import says who is in the way, and changes nothing. */
static void a_second_writer_is_waited_for(void **state)
{
    struct faults *f = *state;
    sqlite3 *other;
    remove_database(f);
    faulty_set(FAULTY_NOT, 0);
    town_ok(&f->town, open_store(f));
    assert_int_equal(sqlite3_open(f->path, &other), SQLITE_OK);
    assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    enum as_status status = step(f, 0);
    assert_true(status == AS_ERR_BUSY);
    assert_true(f->town.error.what[0] != '\0' && f->town.error.advice[0] != '\0');
    assert_int_equal(sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(other), SQLITE_OK);
    close_store(f);
    expect_whole(f, FAULTY_NOT, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_disk_that_fails_once),
        cmocka_unit_test(a_disk_that_is_gone),
        cmocka_unit_test(a_disk_that_is_full),
        cmocka_unit_test(a_write_that_is_cut_short),
        cmocka_unit_test(a_process_that_is_killed),
        cmocka_unit_test(a_process_that_is_killed_while_writing),
        cmocka_unit_test(a_second_writer_is_waited_for),
    };
    return cmocka_run_group_tests_name("faults", tests, setup, teardown);
}
