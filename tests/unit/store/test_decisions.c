/* Decisions: standings, what changed, ledgers, and what is read back of them. */
#include "decided.h"

#include "store/report/history.h"
#include "store/report/report.h"
#include "store/work/people.h"
#include "store/work/work.h"

#include <sqlite3.h>
#include <unistd.h>

static struct as_ledger ledger_of(struct fixture *f, struct as_arena *arena, int64_t rule, int64_t cap)
{
    struct as_ledger ledger = {
        .score = f->d.score, .value = rule + cap, .low = rule + cap, .high = rule + cap + 5000};
    struct as_entry entry = {.kind = AS_ENTRY_RULE, .rule = f->d.rule, .points = rule, .note = "a \"note\""};
    struct as_entry took = {.kind = AS_ENTRY_CAP, .points = cap};
    struct as_open_rule open = {.rule = f->d.rule, .state = AS_UNKNOWN, .high = 5000};
    assert_true(as_list_push(arena, &ledger.entries, entry));
    if (cap != 0)
        assert_true(as_list_push(arena, &ledger.entries, took));
    assert_true(as_list_push(arena, &ledger.open, open));
    return ledger;
}

static void only_what_changed_is_decided_anew(void **state)
{
    struct fixture *f = *state;
    struct as_standing now[3];
    begin(f, T0 + DAY);
    assert_int_equal(decide(f, first), 1 | 2);
    end(f);
    begin(f, T0 + 2 * DAY);
    assert_int_equal(decide(f, first), 0);
    end(f);
    memcpy(now, first, sizeof now);
    now[0] = standing(AS_STAGE_WORTH_A_CALL, AS_STAGE_NURTURE, AS_CAUSE_GATE, 15, T0 + 3 * DAY);
    now[1].prior_stage = now[1].stage;
    now[1].attention = true;
    begin(f, T0 + 3 * DAY);
    /* Asking for attention is a decision too: a lead stands where its last decision left it. */
    assert_int_equal(decide_saying(f, now, &(struct as_reasons){.why = "new facts"}), 1 | 2);
    end(f);
    assert_cell(&f->w, "SELECT count(*) FROM standing", "2");
    assert_cell(
        &f->w,
        "SELECT group_concat(stage || grade || attention) FROM (SELECT * FROM standing ORDER BY lead_id)",
        "worth_a_callA0,suspectD1");
    assert_cell(&f->w,
                "SELECT prior_stage || cause || why || by || prior_verdicts || ':' || prior_id FROM decision "
                "WHERE run_id = 3 AND lead_id = 1",
                "nurturegatenew factsworth_a_call3:1");
    assert_cell(&f->w, "SELECT count(*) FROM stage_history", "3");
    assert_cell(
        &f->w,
        "SELECT (left_at - time) / 86400 FROM stage_history WHERE lead_id = 1 AND to_stage = 'nurture'", "3");
    assert_cell(&f->w, "SELECT verdict FROM lead_verdict WHERE lead_id = 1 AND gate = 'worth_a_call'",
                "pass");
    uint32_t findings;
    ok(&f->w, as_store_check(f->w.store, NULL, NULL, &findings, &f->w.error));
    assert_int_equal(findings, 0);
}

static void priors_are_those_of_their_time(void **state)
{
    struct fixture *f = *state;
    struct as_pack other = *f->d.pack;
    other.name = "other";
    struct as_standing now[3];
    memcpy(now, first, sizeof now);
    begin(f, T0 + DAY);
    decide(f, first);
    ok(&f->w, as_store_assign(f->w.store, &f->run, "main", 1, "Sam", "named", "why", T0 + DAY, &f->w.error));
    struct as_stay stay = {.lead_id = 1,
                           .track = "cost of waiting",
                           .persona = "operations",
                           .entered = T0 + DAY,
                           .due = T0 + DAY,
                           .begins = true};
    ok(&f->w, as_store_enrol(f->w.store, &f->run, &stay, &f->w.error));
    end(f);
    now[0] = standing(AS_STAGE_SALES_READY, AS_STAGE_NURTURE, AS_CAUSE_GATE, 63, T0 + 3 * DAY);
    now[0].recycles = 2;
    now[0].recycled = T0 + 2 * DAY;
    begin(f, T0 + 3 * DAY);
    decide(f, now);
    stay = (struct as_stay){.lead_id = 1,
                            .track = "cost of waiting",
                            .entered = T0 + DAY,
                            .due = AS_TIME_NONE,
                            .step = 1,
                            .ended = true};
    ok(&f->w, as_store_enrol(f->w.store, &f->run, &stay, &f->w.error));
    end(f);
    bool added;
    ok(&f->w, as_store_override(&added, f->w.store, 2, NULL, "main", AS_STAGE_DISQUALIFIED, "Mia",
                                "knows them", T0 + 2 * DAY, T0 + 2 * DAY, &f->w.error));
    assert_true(added);
    ok(&f->w, as_store_override(&added, f->w.store, 2, NULL, "main", AS_STAGE_DISQUALIFIED, "Mia",
                                "knows them", T0 + 2 * DAY, T0 + 3 * DAY, &f->w.error));
    assert_false(added);
    assert_int_equal(as_store_override(&added, f->w.store, 2, NULL, NULL, 1, "Mia", " ", T0, T0, &f->w.error),
                     AS_ERR_USAGE);
    as_error_clear(&f->w.error);

    struct as_dataset *d = snapshot(&f->w, T0 + 4 * DAY, T0 + 4 * DAY);
    ok(&f->w, as_store_load_priors(d, f->w.store, f->d.pack, &f->w.error));
    assert_int_equal(as_prior_at(d, 0, 0)->stage, AS_STAGE_SALES_READY);
    assert_int_equal(as_prior_at(d, 0, 0)->verdicts, 63);
    assert_int_equal(as_prior_at(d, 0, 0)->recycles, 2);
    assert_int_equal(as_prior_at(d, 0, 0)->recycled, T0 + 2 * DAY);
    assert_int_equal(as_prior_at(d, 0, 0)->cool_off, AS_TIME_NONE);
    assert_true(as_str_is(as_intern_text(d->users, as_prior_at(d, 0, 0)->owner), "Sam"));
    assert_int_equal(as_prior_at(d, 0, 1)->owner, AS_NO_INDEX);
    assert_false(as_prior_at(d, 0, 2)->decided);
    assert_int_equal(d->overrides.start[1], 0);
    assert_int_equal(d->overrides.start[2], 1);
    assert_int_equal(d->overrides.at[0].stage, AS_STAGE_DISQUALIFIED);
    assert_int_equal(d->overrides.at[0].model, 0);
    assert_int_equal(d->enrolments.start[1], 1);
    assert_true(d->enrolments.at[0].ended);
    assert_int_equal(d->enrolments.at[0].step, 1);
    /* Loading again replaces; another pack has none. */
    ok(&f->w, as_store_load_priors(d, f->w.store, &other, &f->w.error));
    assert_false(as_prior_at(d, 0, 0)->decided);
    assert_null(d->enrolments.start);
    as_dataset_free(d);

    d = snapshot(&f->w, T0 + DAY + 5, T0 + DAY + 5);
    ok(&f->w, as_store_load_priors(d, f->w.store, f->d.pack, &f->w.error));
    assert_int_equal(as_prior_at(d, 0, 0)->stage, AS_STAGE_NURTURE);
    assert_int_equal(as_prior_at(d, 0, 0)->verdicts, 3);
    assert_int_equal(as_prior_at(d, 0, 0)->recycled, AS_TIME_NONE);
    assert_false(d->enrolments.at[0].ended);
    assert_int_equal(d->enrolments.at[0].step, 0);
    assert_null(d->overrides.start);
    as_dataset_free(d);
}

/* The ledger as a decision has it. */
static struct as_reasons said_of(struct fixture *f, struct as_buf *text, const struct as_ledger *ledger)
{
    struct as_ledger_words *words;
    ok(&f->w, as_store_begin(f->w.store, &f->w.error));
    ok(&f->w, as_ledger_words_new(&words, f->w.store, f->d.model, &f->w.error));
    ok(&f->w, as_store_commit(f->w.store, &f->w.error));
    ok(&f->w, as_ledgers_put(text, words, ledger, 1, &f->w.error));
    as_ledger_words_free(words);
    return (struct as_reasons){.ledgers = {text->p, text->n}};
}

static void a_ledger_that_does_not_balance_is_not_stored(void **state)
{
    struct fixture *f = *state;
    struct as_arena arena;
    struct as_buf text = {0};
    struct as_ledger_words *words;
    as_arena_init(&arena);
    struct as_ledger ledger = ledger_of(f, &arena, 60000, -10000);
    ledger.value++;
    ok(&f->w, as_store_begin(f->w.store, &f->w.error));
    ok(&f->w, as_ledger_words_new(&words, f->w.store, f->d.model, &f->w.error));
    ok(&f->w, as_store_commit(f->w.store, &f->w.error));
    assert_int_equal(as_ledgers_put(&text, words, &ledger, 2, &f->w.error), AS_ERR_BUG);
    as_ledger_words_free(words);
    assert_non_null(strstr(f->w.error.what, "lead #2 is 50001 but its entries sum to 50000"));
    as_error_clear(&f->w.error);
    as_buf_free(&text);
    as_arena_free(&arena);
}

/* A run that leaves out one of those it found changed, or decides one more, is a fault of ours. */
static void each_lead_that_changed_is_decided_once(void **state)
{
    struct fixture *f = *state;
    static const struct as_reasons said = {.why = NULL};
    const struct as_standings all = {.alike = (struct as_standing *)first, .n = sizeof first / sizeof *first};
    struct as_changes *changes;
    uint32_t n;
    begin(f, T0 + DAY);
    struct as_dataset *d = snapshot(&f->w, f->run.at, f->run.known_at);
    ok(&f->w, as_store_load_priors(d, f->w.store, f->d.pack, &f->w.error));
    uint64_t *differs = differing(f, d, first);
    ok(&f->w, as_store_changes(&changes, f->w.store, &f->run, f->d.model, d, &all, differs, &f->w.error));
    as_changes_rows(&n, changes);
    assert_int_equal(n, 2);
    ok(&f->w, as_store_decide(changes, &said, &f->w.error));
    assert_int_equal(as_store_decided(changes, &f->w.error), AS_ERR_BUG);
    as_error_clear(&f->w.error);
    ok(&f->w, as_store_decide(changes, &said, &f->w.error));
    assert_int_equal(as_store_decide(changes, &said, &f->w.error), AS_ERR_BUG);
    as_error_clear(&f->w.error);
    as_changes_free(changes);
    free(differs);
    as_dataset_free(d);
    end(f);
}

static void take_finding(void *context, const char *text)
{
    as_buf_printf(context, "%s\n", text);
}

/* What somebody else does to a copy of the file, and what a check says of it. */
static void tamper(struct fixture *f, const char *sql, const char *expected)
{
    struct as_buf findings = {0};
    struct as_store *copy;
    sqlite3 *db;
    uint32_t n;
    unlink("tampered.db");
    ok(&f->w, as_store_backup(f->w.store, "tampered.db", &f->w.error));
    assert_int_equal(sqlite3_open("tampered.db", &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    ok(&f->w, as_store_open(&copy, "tampered.db", AS_STORE_READ, &f->w.error));
    ok(&f->w, as_store_check(copy, take_finding, &findings, &n, &f->w.error));
    if (n != (expected[0] != '\0') || strstr(as_buf_c(&findings), expected) == NULL)
        fail_msg("%s: %u findings: %s", sql, n, as_buf_c(&findings));
    as_store_close(copy);
    as_buf_free(&findings);
    unlink("tampered.db");
    unlink("tampered.db-wal");
    unlink("tampered.db-shm");
}

static void a_check_finds_what_was_tampered_with(void **state)
{
    struct fixture *f = *state;
    struct as_arena arena;
    struct as_buf text = {0};
    as_arena_init(&arena);
    struct as_ledger ledger = ledger_of(f, &arena, 60000, -10000);
    struct as_reasons said = said_of(f, &text, &ledger);
    begin(f, T0 + DAY);
    decide_saying(f, first, &said);
    end(f);
    tamper(f, "SELECT 1", "");
    tamper(f, "UPDATE decision SET ledgers = json_set(ledgers, '$[0][1]', 50001) WHERE id = 1",
           "sums to 50000, not 50001");
    tamper(f, "UPDATE decision SET ledgers = replace(ledgers, '60000', '60001') WHERE id = 1",
           "sums to 50001, not 50000");
    tamper(f, "UPDATE decision SET ledgers = json_set(ledgers, '$[0][3]', -1) WHERE id = 1",
           "does not hold its value");
    tamper(f, "UPDATE decision SET prior_id = 1 WHERE id = 2", "does not follow the last one before it");
    tamper(f, "UPDATE run_decisions SET last = 1", "decision 2 is not among those of run 1");
    tamper(f, "UPDATE run_decisions SET last = 3", "run 1 lacks some of its decisions");
    tamper(f, "UPDATE decision SET id = -id; UPDATE decision SET id = 3 + id;",
           "run 1 did not decide lead #1 in its turn");
    tamper(f, "DELETE FROM pack_file; DELETE FROM pack", "a version of pack inbound that is not kept");
    tamper(f, "UPDATE run SET finished = NULL", "never ended");
    tamper(f, "INSERT INTO outbox_count VALUES('inbound', 'held', 2)",
           "pack inbound has 0 effects held, and not 2 as its count says");
    tamper(f, "UPDATE lead SET merged_into = 1 WHERE id = 3", "the record of its merge disagree");
    tamper(f,
           "DELETE FROM identity WHERE lead_id = 3; DELETE FROM lead WHERE id = 3;"
           "INSERT INTO consent(lead_id, channel, purpose, state, time, known_at) VALUES(3, 'a', 'b', "
           "'granted', 1, 1)",
           "a row of consent (1) names a row of lead that is not there");
    as_buf_free(&text);
    as_arena_free(&arena);
}

static enum as_status keep_decision(void *context, const struct as_decision_row *row, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%lld %s %d<-%d %s %s %s\n", (long long)row->run, row->model, row->stage,
                  row->prior_stage, row->grade_text, row->persona == NULL ? "-" : row->persona,
                  row->ledger_json == NULL ? "-" : row->ledger_json);
    return AS_OK;
}

static enum as_status keep_lead(void *context, const struct as_lead_row *row, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%s|%s|%s|%s|%d|%s|", row->who.name,
                  row->who.company == NULL ? "-" : row->who.company, row->who.external_id, row->model,
                  row->stage, row->grade);
    for (uint32_t i = 0; i < row->reason_count; i++)
        as_buf_printf(context, "%s%s %lld", i > 0 ? ", " : "", row->reasons[i].rule,
                      (long long)row->reasons[i].points);
    as_buf_char(context, '\n');
    return AS_OK;
}

static enum as_status keep_move(void *context, const struct as_move_row *row, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%lld:%s:%d>%d:%s;", (long long)row->run, row->who.external_id, row->from, row->to,
                  row->by == NULL ? "-" : row->by);
    return AS_OK;
}

static enum as_status keep_run(void *context, const struct as_run_row *row, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%lld %s;", (long long)row->id, row->summary_json);
    return AS_OK;
}

static enum as_status keep_moment(void *context, const struct as_moment *m, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%lld %s %s %s;", (long long)((m->time - T0) / DAY), m->what, m->name,
                  m->detail == NULL ? "-" : m->detail);
    return AS_OK;
}

static void decisions_are_read_back(void **state)
{
    struct fixture *f = *state;
    struct as_arena arena;
    struct as_buf out = {0}, text = {0};
    struct as_standing now[3];
    as_arena_init(&arena);
    struct as_ledger ledger = ledger_of(f, &arena, 60000, -10000);
    struct as_reasons said = said_of(f, &text, &ledger);
    begin(f, T0 + DAY);
    decide_saying(f, first, &said);
    end(f);
    memcpy(now, first, sizeof now);
    now[1] = standing(AS_STAGE_DISQUALIFIED, AS_STAGE_SUSPECT, AS_CAUSE_DISQUALIFY, 2, T0 + 2 * DAY);
    now[1].disqualifier = 1;
    begin(f, T0 + 2 * DAY);
    decide(f, now);
    end(f);

    ok(&f->w, as_store_decisions_of(f->w.store, "inbound", "main", 1, INT64_MAX, 5, keep_decision, &out,
                                    &f->w.error));
    assert_string_equal(
        as_buf_c(&out),
        "1 main 2<-0 A operations {\"fit\":{\"value\":50000,\"low\":50000,\"high\":55000,\"entries\":["
        "{\"kind\":\"rule\",\"points\":60000,\"name\":\"senior title\",\"note\":\"a \\\"note\\\"\"},"
        "{\"kind\":\"cap\",\"points\":-10000}],\"open\":[{\"state\":\"unknown\",\"low\":0,"
        "\"high\":5000,\"name\":\"senior title\"}]}}\n");
    as_buf_reset(&out);
    ok(&f->w, as_store_decisions_of(f->w.store, "inbound", "main", 2, T0 + 2 * DAY - 1, 1, keep_decision,
                                    &out, &f->w.error));
    assert_int_equal(strncmp(as_buf_c(&out), "1 main ", 7), 0); /* of then, not the second run's */
    as_buf_reset(&out);
    ok(&f->w, as_store_decisions_of(f->w.store, "inbound", "main", 2, T0 + 2 * DAY, 1, keep_decision, &out,
                                    &f->w.error));
    assert_int_equal(strncmp(as_buf_c(&out), "2 main ", 7), 0);
    as_buf_reset(&out);
    ok(&f->w,
       as_store_decisions_of(f->w.store, "inbound", "main", 2, T0, 5, keep_decision, &out, &f->w.error));
    assert_int_equal(out.n, 0);
    struct as_lead_query query = {.pack = "inbound"};
    ok(&f->w, as_store_leads(f->w.store, &query, keep_lead, &out, &f->w.error));
    assert_string_equal(as_buf_c(&out),
                        "Ada Byron|Acme|L1|main|2|A|senior title 60000\nL2|-|L2|main|10|A|\n");
    as_buf_reset(&out);
    query.since_run = 1;
    query.stages = 1u << AS_STAGE_DISQUALIFIED;
    ok(&f->w, as_store_leads(f->w.store, &query, keep_lead, &out, &f->w.error));
    assert_string_equal(as_buf_c(&out), "L2|-|L2|main|10|A|\n");
    query.pack = "nothing";
    assert_int_equal(as_store_leads(f->w.store, &query, keep_lead, &out, &f->w.error), AS_ERR_MISSING);
    as_error_clear(&f->w.error);

    as_buf_reset(&out);
    struct as_move_query moves = {.pack = "inbound"};
    ok(&f->w, as_store_moves(f->w.store, &moves, keep_move, &out, &f->w.error));
    assert_string_equal(as_buf_c(&out), "1:L1:0>2:nurture;1:L2:0>1:-;2:L2:1>10:competitor;");
    as_buf_reset(&out);
    moves.since_run = 1;
    ok(&f->w, as_store_moves(f->w.store, &moves, keep_move, &out, &f->w.error));
    assert_string_equal(as_buf_c(&out), "2:L2:1>10:competitor;");

    as_buf_reset(&out);
    ok(&f->w, as_store_runs(f->w.store, "inbound", 5, keep_run, &out, &f->w.error));
    assert_string_equal(as_buf_c(&out), "2 {\"a\": [1,  2]};1 {\"a\": [1,  2]};");
    as_buf_reset(&out);
    ok(&f->w,
       as_store_timeline(f->w.store, 2, T0 + 9 * DAY, T0 + 9 * DAY, 0, keep_moment, &out, &f->w.error));
    assert_string_equal(as_buf_c(&out),
                        "0 stage inbound.main suspect;2 stage inbound.main suspect → disqualified;");
    as_buf_free(&out);
    as_buf_free(&text);
    as_arena_free(&arena);
}

static void a_kept_pack_comes_back_whole(void **state)
{
    struct fixture *f = *state;
    struct as_source source;
    assert_int_equal(as_store_load_pack(&source, f->w.store, "inbound", NULL, &f->w.error), AS_ERR_MISSING);
    as_error_clear(&f->w.error);
    begin(f, T0);
    end(f);
    ok(&f->w, as_store_load_pack(&source, f->w.store, "inbound", NULL, &f->w.error));
    assert_string_equal(source.hash, f->d.source.hash);
    assert_int_equal(source.files.n, 2);
    assert_true(as_str_is(as_source_find(&source, "pack.lua")->bytes, "return 1"));
    as_source_free(&source);
    assert_int_equal(as_store_load_pack(&source, f->w.store, "inbound", "beef", &f->w.error), AS_ERR_MISSING);
}

static void what_ran_before_the_first_promotion_can_be_gone_back_to(void **state)
{
    struct fixture *f = *state;
    struct as_source other;
    struct as_deciding deciding;
    char hash[AS_HASH_TEXT];
    begin(f, T0);
    end(f);
    as_source_init(&other);
    ok(&f->w, as_source_add(&other, "pack.lua", AS_STR("return 2"), &f->w.error));
    ok(&f->w, as_source_seal(&other, &f->w.error));
    ok(&f->w, as_store_keep_pack(f->w.store, "inbound", &other, T0, &f->w.error));
    ok(&f->w, as_store_deciding(&deciding, f->w.store, "inbound", &f->w.error));
    assert_false(deciding.promoted);
    struct as_promotion promotion = {.pack = "inbound", .hash = other.hash, .now = T0 + DAY};
    ok(&f->w, as_store_promote(f->w.store, &promotion, &f->w.error));
    ok(&f->w, as_store_deciding(&deciding, f->w.store, "inbound", &f->w.error));
    assert_string_equal(deciding.hash, other.hash);
    assert_true(deciding.promoted);
    assert_int_equal(deciding.since, T0 + DAY);
    promotion.hash = NULL;
    ok(&f->w, as_store_roll_back(hash, f->w.store, &promotion, &f->w.error));
    assert_string_equal(hash, f->d.source.hash);
    as_source_free(&other);
}

static void a_run_names_what_it_rests_on(void **state)
{
    struct fixture *f = *state;
    const struct as_reference reference = {.text = "zones 2026a\n", .hash = "feed"};
    for (int i = 0; i < 2; i++) {
        f->run = (struct as_run_record){.pack = "inbound",
                                        .hash = f->d.source.hash,
                                        .at = T0,
                                        .known_at = T0,
                                        .rules = f->d.pack,
                                        .library_hash = "cafe",
                                        .reference = &reference};
        ok(&f->w, as_store_begin(f->w.store, &f->w.error));
        ok(&f->w, as_store_run_begin(f->w.store, &f->run, &f->w.error));
        end(f);
    }
    assert_cell(&f->w,
                "SELECT group_concat(library_hash || text) FROM run JOIN reference ON hash = reference_hash",
                "cafezones 2026a\n,cafezones 2026a\n");
    assert_cell(&f->w, "SELECT count(*) FROM reference", "1");
}

static void a_run_that_fails_stores_nothing(void **state)
{
    struct fixture *f = *state;
    begin(f, T0 + DAY);
    decide(f, first);
    as_store_rollback(f->w.store);
    as_error_clear(&f->w.error);
    assert_cell(&f->w,
                "SELECT (SELECT count(*) FROM run) || (SELECT count(*) FROM decision) || (SELECT count(*) "
                "FROM standing)",
                "000");
    begin(f, T0 + DAY);
    assert_int_equal(decide(f, first), 3);
    end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(only_what_changed_is_decided_anew),
        unit(priors_are_those_of_their_time),
        unit(a_ledger_that_does_not_balance_is_not_stored),
        unit(each_lead_that_changed_is_decided_once),
        unit(a_check_finds_what_was_tampered_with),
        unit(decisions_are_read_back),
        unit(a_kept_pack_comes_back_whole),
        unit(what_ran_before_the_first_promotion_can_be_gone_back_to),
        unit(a_run_names_what_it_rests_on),
        unit(a_run_that_fails_stores_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
