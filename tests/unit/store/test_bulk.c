/* Bulk: a large file taken in at once leaves what the same rows leave in many small imports, and no trace of
 * how it was done. */
#include "fixture.h"

#include "data/ingest/ingest.h"

enum { ROWS = 6000, SMALL = 150 };

/* A generator of its own, so that the same rows come again: x*6364136223846793005+1442695040888963407. */
static unsigned draw(uint64_t *seed, unsigned below)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*seed >> 33) % below;
}

/* Ids come again, addresses are shared, some rows have only one of the two. */
static void give_lead(struct world *w, uint64_t *seed, unsigned row, unsigned merging)
{
    char id[32] = "", email[64] = "", company[32], merged[32] = "";
    unsigned form = draw(seed, 10);
    if (form > 0)
        snprintf(id, sizeof id, "L%u", draw(seed, ROWS));
    if (form != 1)
        snprintf(email, sizeof email, "p%u@c%u.example%s", draw(seed, ROWS), draw(seed, 40),
                 form == 2 ? "; second@c1.example" : "");
    snprintf(company, sizeof company, "Company %u", draw(seed, 40));
    if (row == merging)
        snprintf(merged, sizeof merged, "L%u", draw(seed, ROWS));
    if (form == 3)
        give(w, AS_IMPORT_LEADS, "id", id, "email", email, "country", "DE");
    else
        give(w, AS_IMPORT_LEADS, "id", id, "email", email, "company", company, "merged_ids", merged);
}

static void give_event(struct world *w, uint64_t *seed)
{
    char id[32], lead[32], at[32], depth[32];
    snprintf(id, sizeof id, "E%u", draw(seed, ROWS));
    snprintf(lead, sizeof lead, "L%u", draw(seed, 20));
    snprintf(at, sizeof at, "2026-01-%02u", draw(seed, 28) + 1);
    snprintf(depth, sizeof depth, "%u", draw(seed, 9));
    give(w, AS_IMPORT_EVENTS, "id", id, "at", at, "kind", draw(seed, 2) ? "page_view" : "webinar", "lead_id",
         lead, draw(seed, 3) ? "property.page" : "property.topic", depth);
}

static enum as_status keep_cell(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    *(char **)context = strdup(row->texts[0] == NULL ? "" : row->texts[0]);
    return AS_OK;
}

/* All of a query in one text. */
static char *told(struct world *w, const char *sql)
{
    char *text = NULL;
    ok(w, as_store_query(w->store, sql, keep_cell, &text, &w->error));
    assert_non_null(text);
    return text;
}

static void assert_same(struct world *a, struct world *b, const char *sql)
{
    char *one = told(a, sql), *other = told(b, sql);
    if (strcmp(one, other) != 0) {
        size_t at = 0;
        while (one[at] == other[at])
            at++;
        fail_msg("%s: \"%.200s\" at once, \"%.200s\" one after the other", sql, one + at, other + at);
    }
    free(one);
    free(other);
}

static const char *const indexes =
    "SELECT group_concat(name || sql, ' ') FROM (SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND"
    " sql IS NOT NULL ORDER BY name)";

static void assert_sound(struct world *w)
{
    struct world fresh;
    world_open(&fresh);
    assert_same(w, &fresh, indexes);
    world_close(&fresh);
    uint32_t findings;
    ok(w, as_store_check(w->store, NULL, NULL, &findings, &w->error));
    assert_int_equal(findings, 0);
}

static void assert_same_leads(struct world *a, struct world *b)
{
    assert_same(
        a, b,
        "SELECT group_concat(id || ' ' || coalesce(email, '-') || ' ' || coalesce(company, '-') || ' ' ||"
        " coalesce(country, '-') || ' ' || coalesce(merged_into, '-') || ' ' ||"
        " coalesce(mail_domain, '-'), x'0a') FROM (SELECT * FROM lead ORDER BY id)");
    assert_same(a, b,
                "SELECT group_concat(system || ' ' || value || ' ' || lead_id || ' ' || alias, x'0a')"
                " FROM (SELECT * FROM identity ORDER BY system, value)");
    assert_same(a, b,
                "SELECT group_concat(row_id || ' ' || field_id || ' ' || value, x'0a') FROM"
                " (SELECT * FROM field_history ORDER BY row_id, field_id, id)");
}

static void leads_at_once(unsigned merging)
{
    struct world once, often;
    uint64_t seed = 20260301 + merging;
    world_open(&once);
    for (unsigned i = 0; i < ROWS; i++)
        give_lead(&once, &seed, i, merging);
    commit(&once);
    seed = 20260301 + merging;
    world_open(&often);
    for (unsigned i = 0; i < ROWS; i++) {
        give_lead(&often, &seed, i, merging);
        if (i % SMALL == SMALL - 1)
            commit(&often);
    }
    assert_same_leads(&once, &often);
    assert_sound(&once);
    assert_sound(&often);
    world_close(&once);
    world_close(&often);
}

static void many_leads_at_once_are_those_of_many_imports(void **state)
{
    (void)state;
    leads_at_once(ROWS); /* no row merges */
    leads_at_once(ROWS / 2);
}

static void many_events_at_once_are_those_of_many_imports(void **state)
{
    (void)state;
    struct world w[2];
    for (unsigned often = 0; often < 2; often++) {
        uint64_t seed = 7;
        world_open(&w[often]);
        for (unsigned i = 0; i < 20; i++) {
            char id[32];
            snprintf(id, sizeof id, "L%u", i);
            give(&w[often], AS_IMPORT_LEADS, "id", id, "email", "");
        }
        commit(&w[often]);
        for (unsigned i = 0; i < ROWS; i++) {
            give_event(&w[often], &seed);
            if (often && i % SMALL == SMALL - 1)
                commit(&w[often]);
        }
        if (!often)
            commit(&w[often]);
        assert_sound(&w[often]);
    }
    assert_same(
        &w[0], &w[1],
        "SELECT group_concat(external_id || ' ' || lead_id || ' ' || time || ' ' || kind_id || ' ' || hash ||"
        " ' ' || coalesce(value, '-'), x'0a') FROM (SELECT e.*, v.value FROM event e LEFT JOIN event_value v"
        " ON v.event_id = e.id ORDER BY e.id)");
    world_close(&w[0]);
    world_close(&w[1]);
}

/* Ids and contents come again; some rows have no time of their own. */
static void give_said(struct world *w, uint64_t *seed, enum as_import_kind kind, uint8_t *ids)
{
    static const char *const states[] = {"granted", "denied", "objected"};
    static const char *const needs[] = {"none", "acknowledged", "confirmed"};
    char id[32] = "", lead[32], at[32] = "", user[32];
    unsigned number = draw(seed, ROWS), day = draw(seed, 4), said = draw(seed, 3), form = draw(seed, 8);
    snprintf(lead, sizeof lead, "L%u", draw(seed, 20));
    snprintf(id, sizeof id, "T%u", number);
    if (form > 0 || kind == AS_IMPORT_TOUCHES)
        snprintf(at, sizeof at, "2026-01-%02u", day + 1);
    snprintf(user, sizeof user, "%s", form < 3 ? "ana@ours.example" : "");
    if (kind == AS_IMPORT_TOUCHES)
        give(w, kind, "id", id, "lead_id", lead, "at", at, "channel", "call", "user", user);
    else if (kind == AS_IMPORT_CONSENT)
        give(w, kind, "lead_id", lead, "channel", form < 4 ? "email" : "call", "state", states[said], "at",
             at);
    else
        give(w, kind, "lead_id", lead, "question", "need", "value", needs[said], "by",
             form < 4 ? "sales" : "buyer", "at", at);
    ids[number] = 1;
}

static void said_at_once(enum as_import_kind kind, const char *sql)
{
    struct world w[2];
    uint8_t ids[ROWS] = {0};
    int64_t different = 0;
    for (unsigned often = 0; often < 2; often++) {
        uint64_t seed = 11;
        world_open(&w[often]);
        for (unsigned i = 0; i < 20; i++) {
            char id[32];
            snprintf(id, sizeof id, "L%u", i);
            give(&w[often], AS_IMPORT_LEADS, "id", id, "email", "");
        }
        commit(&w[often]);
        for (unsigned i = 0; i < ROWS; i++) {
            give_said(&w[often], &seed, kind, ids);
            if (often && i % SMALL == SMALL - 1)
                commit(&w[often]);
        }
        if (!often)
            commit(&w[often]);
        assert_sound(&w[often]);
    }
    assert_same(&w[0], &w[1], sql);
    /* Touches have ids: each is there once, and those of a person are events, too. */
    for (unsigned i = 0; i < ROWS; i++)
        different += ids[i];
    char expected[32];
    snprintf(expected, sizeof expected, "%lld", (long long)different);
    if (kind == AS_IMPORT_TOUCHES) {
        assert_cell(&w[0], "SELECT count(*) FROM touch", expected);
        assert_cell(&w[0],
                    "SELECT (SELECT count(*) FROM event) = count(*) AND count(*) > 0 FROM touch WHERE user IS"
                    " NOT NULL",
                    "1");
    }
    world_close(&w[0]);
    world_close(&w[1]);
}

static void much_that_is_said_at_once_is_that_of_many_imports(void **state)
{
    (void)state;
    said_at_once(AS_IMPORT_TOUCHES,
                 "SELECT group_concat(id || ' ' || lead_id || ' ' || time || ' ' || external_id || ' ' ||"
                 " coalesce(user, '-') || ' ' || system, x'0a') FROM (SELECT * FROM touch ORDER BY id)");
    said_at_once(AS_IMPORT_CONSENT,
                 "SELECT group_concat(id || ' ' || lead_id || ' ' || time || ' ' || channel || ' ' || purpose"
                 " || ' ' || state, x'0a') FROM (SELECT * FROM consent ORDER BY id)");
    said_at_once(AS_IMPORT_ANSWERS,
                 "SELECT group_concat(id || ' ' || lead_id || ' ' || time || ' ' || voice || ' ' || manner ||"
                 " ' ' || value, x'0a') FROM (SELECT * FROM answer ORDER BY id)");
}

/* Leads with their events in one file, many of each. */
static void kinds_in_turn(void **state)
{
    (void)state;
    struct world w;
    uint64_t seed = 3;
    world_open(&w);
    for (unsigned i = 0; i < ROWS; i++) {
        char id[32];
        snprintf(id, sizeof id, "L%u", i);
        give(&w, AS_IMPORT_LEADS, "id", id, "email", "");
        if (i > 3000)
            give_event(&w, &seed);
    }
    commit(&w);
    assert_cell(&w, "SELECT count(*) FROM lead", "6000");
    assert_sound(&w);
    world_close(&w);
}

static void what_is_broken_off_leaves_nothing(void **state)
{
    (void)state;
    struct world w;
    uint64_t seed = 5;
    world_open(&w);
    for (unsigned i = 0; i < ROWS; i++)
        give_lead(&w, &seed, i, ROWS);
    as_facts_close(w.facts);
    w.facts = NULL;
    assert_cell(&w, "SELECT (SELECT count(*) FROM lead) + (SELECT count(*) FROM identity)", "0");
    assert_sound(&w);
    world_close(&w);
}

/* Events with ids that come again, within a file and from one file to the next, of leads, by id or address,
 * and of companies alone, of which some are said again with the lead; and some without an id. Ids come in no
 * order, then in theirs. */
static void write_events(const char *path, uint64_t seed)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("id,at,kind,lead_id,email,domain\n", file);
    for (unsigned i = 0; i < ROWS; i++) {
        unsigned id = i < ROWS / 2 ? draw(&seed, ROWS * 2) : i * 2 + draw(&seed, 2);
        char name[32] = "", lead[32] = "", email[32] = "";
        if (id % 50 != 0)
            snprintf(name, sizeof name, "E%u", id);
        if (id % 10 != 0 || draw(&seed, 2))
            snprintf(lead, sizeof lead, "L%u", id % 20);
        if (lead[0] != '\0' && draw(&seed, 4) == 0) {
            snprintf(email, sizeof email, "P%u@c.example", id % 20);
            lead[0] = '\0';
        }
        fprintf(file, "%s,2026-01-%02u,page_view,%s,%s,%s\n", name, id % 28 + 1, lead, email,
                lead[0] == '\0' && email[0] == '\0' ? "nobody.example" : "");
    }
    fclose(file);
}

static void take_file(struct world *w, const char *path)
{
    struct as_ingest_summary read;
    struct as_ingest_options options = {.kind = AS_IMPORT_EVENTS,
                                        .path = path,
                                        .schema = w->schema,
                                        .now = w->options.now,
                                        .rejects_path = "bulk.rejects.csv"};
    ok(w, as_facts_open(&w->facts, w->store, w->schema, &w->options, &w->error));
    struct as_record_sink sink = as_facts_sink(w->facts);
    ok(w, as_ingest(&read, &options, &sink, &w->error));
    assert_int_equal(read.rejected, 0);
    as_ingest_summary_free(&read);
    commit(w);
}

/* A database in a file is asked ahead by the thread that reads; one in memory is not. */
static void what_is_foreseen_is_what_is_found(void **state)
{
    (void)state;
    struct world w[2];
    char folder[] = "bulk-XXXXXX", path[64], events[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/a.db", folder);
    snprintf(events, sizeof events, "%s/events.csv", folder);
    world_open_at(&w[0], path);
    world_open(&w[1]);
    for (unsigned i = 0; i < 20; i++)
        for (unsigned k = 0; k < 2; k++) {
            char id[32], email[32];
            snprintf(id, sizeof id, "L%u", i);
            snprintf(email, sizeof email, "p%u@c.example", i);
            give(&w[k], AS_IMPORT_LEADS, "id", id, "email", email);
        }
    commit(&w[0]);
    commit(&w[1]);
    static const uint64_t seeds[] = {11, 12, 12, 13};
    for (unsigned i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        write_events(events, seeds[i]);
        for (unsigned k = 0; k < 2 && i == 2; k++) { /* from here on one lead is another's */
            ok(&w[k], as_facts_open(&w[k].facts, w[k].store, w[k].schema, &w[k].options, &w[k].error));
            give(&w[k], AS_IMPORT_LEADS, "id", "L5", "merged_ids", "L3");
            commit(&w[k]);
        }
        /* Twice in one transaction: the second time what the first brought cannot be seen from outside. */
        for (unsigned k = 0; k < 2 && i == 3; k++)
            ok(&w[k], as_store_begin(w[k].store, &w[k].error));
        for (unsigned times = i == 3 ? 2 : 1; times > 0; times--) {
            take_file(&w[0], events);
            take_file(&w[1], events);
            assert_int_equal(w[0].summary.inserted, w[1].summary.inserted);
            assert_int_equal(w[0].summary.stitched, w[1].summary.stitched);
            assert_int_equal(w[0].summary.unchanged, w[1].summary.unchanged);
            if (i == 2)
                assert_int_equal(w[0].summary.inserted, 0);
        }
        for (unsigned k = 0; k < 2 && i == 3; k++)
            ok(&w[k], as_store_commit(w[k].store, &w[k].error));
        assert_same(&w[0], &w[1],
                    "SELECT group_concat(id || ' ' || coalesce(external_id, '-') || ' ' || coalesce(lead_id,"
                    " domain) || ' ' || time, x'0a') FROM (SELECT * FROM event ORDER BY id)");
        assert_sound(&w[0]);
    }
    assert_cell(&w[0], "SELECT count(*) > 0 FROM event_stitch", "1");
    world_close(&w[0]);
    world_close(&w[1]);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_leads_at_once_are_those_of_many_imports),
        cmocka_unit_test(many_events_at_once_are_those_of_many_imports),
        cmocka_unit_test(much_that_is_said_at_once_is_that_of_many_imports),
        cmocka_unit_test(kinds_in_turn),
        cmocka_unit_test(what_is_foreseen_is_what_is_found),
        cmocka_unit_test(what_is_broken_off_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
