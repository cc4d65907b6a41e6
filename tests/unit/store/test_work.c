/* Work: effects and tasks that are made once, offers that sales answers, plans of one account. */
#include "decided.h"

#include "store/database.h"
#include "store/work/effects.h"
#include "store/work/waiting.h"
#include "store/work/work.h"

static enum as_status count_task(void *context, const struct as_task *task, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%s%s;", task->key, task->done ? "+" : "");
    return AS_OK;
}

static enum as_status keep_offer(void *context, const struct as_offer_row *row, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%s:%s;", row->state, row->reason == NULL ? "-" : row->reason);
    return AS_OK;
}

static void offer(struct fixture *f, const char *owner, int times)
{
    struct as_effect_rows *rows;
    ok(&f->w, as_effect_rows_new(&rows, f->w.store, &f->run, &f->w.error));
    for (int i = 0; i < times; i++)
        ok(&f->w, as_effect_rows_offer(rows, "main", 1, owner, T0, &f->w.error));
    ok(&f->w, as_effect_rows_write(rows, &f->w.error));
    as_effect_rows_free(rows);
}

/* More than are written at once, each wanted twice while it waits and once when it is written. */
static void many_effects_are_made_once_in_their_order(void **state)
{
    enum { MANY = 2500 };
    struct fixture *f = *state;
    struct as_effect_rows *rows;
    struct as_effect effect = {
        .kind = AS_EFFECT_SEND, .lead_id = 1, .at = T0, .due = AS_TIME_NONE, .destination = "crm"};
    char key[32];
    begin(f, T0 + DAY);
    ok(&f->w, as_effect_rows_new(&rows, f->w.store, &f->run, &f->w.error));
    for (int i = 0; i < 3 * MANY; i++) {
        const bool again = i >= 2 * MANY;
        bool added;
        snprintf(key, sizeof key, "k%d", again ? i - 2 * MANY : i / 2);
        effect.key = key;
        if (i == 2 * MANY)
            ok(&f->w, as_effect_rows_write(rows, &f->w.error));
        ok(&f->w, as_effect_rows_add(&added, rows, &effect, &f->w.error));
        assert_int_equal(added, !again && i % 2 == 0);
    }
    ok(&f->w, as_effect_rows_write(rows, &f->w.error));
    as_effect_rows_free(rows);
    ok(&f->w, as_effect_rows_new(&rows, f->w.store, &f->run, &f->w.error));
    bool added;
    ok(&f->w, as_effect_rows_add(&added, rows, &effect, &f->w.error));
    assert_false(added); /* nor by who comes later */
    as_effect_rows_free(rows);
    assert_string_equal(
        cell(&f->w, "SELECT count(*) || ' ' || sum(key = 'k' || (id - (SELECT min(id) FROM outbox"
                    " WHERE key LIKE 'k%'))) FROM outbox WHERE key LIKE 'k%' AND state = 'queued'"
                    " AND destination = 'crm' AND due IS NULL AND account_id IS NULL AND payload = '{}'"),
        "2500 2500");
    end(f);
}

static void effects_and_tasks_are_made_once(void **state)
{
    struct fixture *f = *state;
    struct as_buf out = {0};
    struct as_effects_waiting waiting;
    bool added;
    uint64_t released;
    begin(f, T0 + DAY);
    struct as_effect effect = {
        .key = "inbound/1/mail", .kind = AS_EFFECT_SEND, .lead_id = 1, .at = T0, .held = true};
    ok(&f->w, as_store_effect(&added, f->w.store, &f->run, &effect, &f->w.error));
    assert_true(added);
    ok(&f->w, as_store_effect(&added, f->w.store, &f->run, &effect, &f->w.error));
    assert_false(added);
    offer(f, "Sam", 2);
    offer(f, "Joe", 1);
    assert_string_equal(cell(&f->w, "SELECT group_concat(owner || state) FROM handoff"), "Samoffered");
    end(f);
    ok(&f->w, as_store_effects_waiting(&waiting, f->w.store, "inbound", &f->w.error));
    assert_int_equal(waiting.held, 1);
    ok(&f->w, as_store_release(&released, f->w.store, "other", T0, &f->w.error));
    assert_int_equal(released, 0);
    ok(&f->w, as_store_release(&released, f->w.store, "inbound", T0, &f->w.error));
    assert_int_equal(released, 1);
    ok(&f->w, as_store_effects_waiting(&waiting, f->w.store, "inbound", &f->w.error));
    assert_int_equal(waiting.queued, 1);
    assert_int_equal(waiting.held, 0);
    for (int gone = 0; gone < 2; gone++) {
        static const char *const does[] = {"UPDATE outbox SET state = 'sent'", "DELETE FROM outbox"};
        assert_int_equal(sqlite3_exec(f->w.store->db, "SAVEPOINT leaves", NULL, NULL, NULL), SQLITE_OK);
        assert_int_equal(sqlite3_exec(f->w.store->db, does[gone], NULL, NULL, NULL), SQLITE_OK);
        ok(&f->w, as_store_effects_waiting(&waiting, f->w.store, "inbound", &f->w.error));
        assert_int_equal(waiting.queued, 0);
        assert_int_equal(sqlite3_exec(f->w.store->db, "ROLLBACK TO leaves; RELEASE leaves", NULL, NULL, NULL),
                         SQLITE_OK);
    }

    struct as_task task = {
        .key = "t1", .pack = "inbound", .text = "call", .lead_id = 1, .created = T0, .due = AS_TIME_NONE};
    ok(&f->w, as_store_put_task(&added, f->w.store, &task, &f->w.error));
    task.key = "t2";
    task.due = T0 + DAY;
    ok(&f->w, as_store_put_task(&added, f->w.store, &task, &f->w.error));
    ok(&f->w, as_store_put_task(&added, f->w.store, &task, &f->w.error));
    assert_false(added);
    ok(&f->w, as_store_tasks(f->w.store, "inbound", true, count_task, &out, &f->w.error));
    assert_string_equal(as_buf_c(&out), "t2;t1;");
    bool finished;
    struct as_task_end end = {.id = 1, .lead_id = 2, .by = "Sam", .outcome = "done", .at = T0};
    assert_int_equal(as_store_finish_task(&finished, f->w.store, &end, &f->w.error), AS_ERR_CONFLICT);
    assert_non_null(strstr(f->w.error.what, "about somebody else"));
    as_error_clear(&f->w.error);
    end.lead_id = 1;
    ok(&f->w, as_store_finish_task(&finished, f->w.store, &end, &f->w.error));
    assert_true(finished);
    ok(&f->w, as_store_finish_task(&finished, f->w.store, &end, &f->w.error));
    assert_false(finished);
    end.by = "Mia";
    assert_int_equal(as_store_finish_task(&finished, f->w.store, &end, &f->w.error), AS_ERR_CONFLICT);
    as_error_clear(&f->w.error);
    end.id = 7;
    assert_int_equal(as_store_finish_task(&finished, f->w.store, &end, &f->w.error), AS_ERR_MISSING);
    as_error_clear(&f->w.error);
    as_buf_reset(&out);
    ok(&f->w, as_store_tasks(f->w.store, NULL, false, count_task, &out, &f->w.error));
    assert_string_equal(as_buf_c(&out), "t2;t1+;");

    /* Sales gives the lead back: the offer is answered. */
    give(&f->w, AS_IMPORT_EVENTS, "at", "2026-03-01", "kind", "handoff_rejected", "lead_id", "L1",
         "property.reason", "no budget");
    commit(&f->w);
    as_buf_reset(&out);
    ok(&f->w, as_store_offers(f->w.store, "inbound", 1, false, keep_offer, &out, &f->w.error));
    assert_string_equal(as_buf_c(&out), "rejected:no budget;");
    as_buf_free(&out);
}

static void one_plan_one_account(void **state)
{
    struct fixture *f = *state;
    int64_t id;
    struct as_plan_row plan = {
        .account_id = 1, .pack = "inbound", .template_ = "market of one", .created = T0};
    ok(&f->w, as_store_add_plan(&id, f->w.store, &plan, &f->w.error));
    ok(&f->w, as_store_put_play(f->w.store, id, "map the group", true, T0, &f->w.error));
    ok(&f->w, as_store_put_play(f->w.store, id, "map the group", false, T0 + 1, &f->w.error));
    assert_int_equal(as_store_add_plan(&id, f->w.store, &plan, &f->w.error), AS_ERR_CONFLICT);
    as_error_clear(&f->w.error);
    plan.account_id = 9;
    assert_int_equal(as_store_add_plan(&id, f->w.store, &plan, &f->w.error), AS_ERR_MISSING);
    assert_cell(&f->w, "SELECT opened || '-' || closed FROM play", "1772323200-1772323201");
}

/* Who waits for both is told once; who is another's by now is not. */
static void who_waits_is_known_until_they_do_no_more(void **state)
{
    struct fixture *f = *state;
    struct as_id_list told;
    bool waits;
    int64_t leads[] = {1, 2, 3};
    const struct as_id_list one_two = {leads, 2, 0}, two_three = {leads + 1, 2, 0}, three = {leads + 2, 1, 0},
                            none = {NULL, 0, 0};
    ok(&f->w, as_store_keep_waiting(f->w.store, "inbound", AS_WAITS_FOR_OWNER, &one_two, &f->w.error));
    ok(&f->w, as_store_keep_waiting(f->w.store, "inbound", AS_WAITS_FOR_ROOM, &two_three, &f->w.error));
    ok(&f->w, as_store_keep_waiting(f->w.store, "other", AS_WAITS_FOR_ROOM, &three, &f->w.error));
    ok(&f->w, as_store_waiting(&told, f->w.store, "inbound", &f->w.error));
    assert_int_equal(told.n, 3);
    assert_memory_equal(told.at, leads, sizeof leads);
    free(told.at);
    ok(&f->w, as_store_keep_waiting(f->w.store, "inbound", AS_WAITS_FOR_OWNER, &three, &f->w.error));
    ok(&f->w, as_store_waits(&waits, f->w.store, "inbound", AS_WAITS_FOR_OWNER, 1, &f->w.error));
    assert_false(waits);
    ok(&f->w, as_store_waits(&waits, f->w.store, "inbound", AS_WAITS_FOR_OWNER, 3, &f->w.error));
    assert_true(waits);
    ok(&f->w, as_store_merge(f->w.store, 2, 3, "maria", T0, &f->w.error));
    ok(&f->w, as_store_waiting(&told, f->w.store, "inbound", &f->w.error));
    assert_int_equal(told.n, 1);
    assert_int_equal(told.at[0], 2);
    free(told.at);
    ok(&f->w, as_store_keep_waiting(f->w.store, "inbound", AS_WAITS_FOR_OWNER, &none, &f->w.error));
    ok(&f->w, as_store_keep_waiting(f->w.store, "inbound", AS_WAITS_FOR_ROOM, &none, &f->w.error));
    assert_cell(&f->w, "SELECT group_concat(pack || lead_id) FROM waiting", "other3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(effects_and_tasks_are_made_once),
        unit(many_effects_are_made_once_in_their_order),
        unit(who_waits_is_known_until_they_do_no_more),
        {"one plan, one account [A6.1]", one_plan_one_account, setup, teardown, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
