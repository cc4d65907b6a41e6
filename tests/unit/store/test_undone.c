/* What is undone: of what a transaction wrote nothing is remembered once it was rolled back. */
#include "decided.h"

#include "store/decisions/last_decisions.h"
#include "store/snapshot/event_walk.h"

static int64_t walked(struct fixture *f, int64_t since)
{
    struct as_event_walk walk;
    struct as_event_row row;
    int64_t n = 0;
    enum as_status status = as_event_walk_begin(&walk, f->w.store, since, &f->w.error);
    while (status == AS_OK && as_event_walk_next(&row, &walk, &status, &f->w.error))
        n++;
    as_event_walk_end(&walk);
    ok(&f->w, status);
    return n;
}

static void add_events(struct fixture *f, int n)
{
    for (int i = 0; i < n; i++) {
        char id[16];
        snprintf(id, sizeof id, "E%d", i);
        give(&f->w, AS_IMPORT_EVENTS, "id", id, "lead_id", "L1", "kind", "page_view", "at",
             "2026-02-01T00:00:00Z");
    }
}

/* More of them than the table still has behind where the next walk begins. */
static void events_that_were_rolled_back_are_forgotten(void **state)
{
    struct fixture *f = *state;
    add_events(f, 2);
    commit(&f->w);
    ok(&f->w, as_store_begin(f->w.store, &f->w.error));
    ok(&f->w, as_sql_do(f->w.store, &f->w.error,
                        "INSERT INTO event(lead_id, kind_id, time, known_at, hash, batch_id)"
                        " SELECT e.lead_id, e.kind_id, e.time, e.known_at, 9, e.batch_id FROM event e"
                        " JOIN event twice",
                        ""));
    assert_int_equal(walked(f, 2), 4);
    as_store_rollback(f->w.store);
    assert_int_equal(walked(f, 1), 1);
    assert_int_equal(walked(f, 0), 2);
}

static void decisions_that_were_rolled_back_are_forgotten(void **state)
{
    struct fixture *f = *state;
    const struct as_decided_list *list;
    int64_t model = 0;
    begin(f, T0 + DAY);
    assert_int_equal(decide(f, first), 3);
    ok(&f->w, as_sql_get(&model, NULL, f->w.store, &f->w.error, "SELECT id FROM model", ""));
    ok(&f->w, as_decided_now(&list, f->w.store, model, &f->w.error));
    assert_int_equal(list->n, 2);
    as_store_rollback(f->w.store);
    ok(&f->w, as_decided_now(&list, f->w.store, model, &f->w.error));
    assert_int_equal(list->n, 0);
}

#define unit(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(events_that_were_rolled_back_are_forgotten),
        unit(decisions_that_were_rolled_back_are_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
