/* Snapshots: what a moment's columns hold. */
#include "fixture.h"

#include "store/work/people.h"
#include "store/work/space.h"
#include "store/work/work.h"

static const char *kind_at(const struct as_dataset *dataset, const struct as_event_log *log, uint32_t i)
{
    return dataset->schema->kinds.at[log->kind[i]]->name;
}

static void runs_are_sorted_by_time_then_order_of_arrival(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1");
    give(w, AS_IMPORT_LEADS, "id", "L2");
    give(w, AS_IMPORT_LEADS, "id", "L3");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-02T10:00:00Z", "kind", "webinar", "lead_id", "L3");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T10:00:00Z", "kind", "webinar", "lead_id", "L1");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T10:00:00Z", "kind", "page_view", "lead_id", "L1",
         "property.seconds", "12.5");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T10:00:00Z", "kind", "ebook", "lead_id", "L1");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T10:00:00Z", "kind", "webinar", "lead_id", "L1");
    give(w, AS_IMPORT_EVENTS, "at", "2026-01-01T10:00:00Z", "kind", "demo_request", "lead_id", "L1");
    commit(w);
    struct as_dataset *dataset = snapshot(w, T0, T0);
    const struct as_event_log *log = &dataset->lead_events;
    static const char *const expected[] = {"demo_request", "webinar", "page_view",
                                           "ebook",        "webinar", "webinar"};
    assert_int_equal(log->n, 6);
    assert_int_equal(log->start[0], 0);
    assert_int_equal(log->start[1], 5);
    assert_int_equal(log->start[2], 5);
    assert_int_equal(log->start[3], 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_string_equal(kind_at(dataset, log, i), expected[i]);
    uint32_t kind = as_schema_kind(w->schema, AS_STR("page_view"));
    uint32_t seconds = as_schema_property(w->schema, kind, AS_STR("seconds"));
    assert_false(as_bit(log->property[seconds]->known, 1));
    assert_true(as_bit(log->property[seconds]->known, 2));
    assert_true(log->property[seconds]->f64[2] == 12.5);
    as_dataset_free(dataset);
    /* After `at` nothing is seen, whenever it was learnt. */
    dataset = snapshot(w, T0 - 40 * DAY, T0);
    assert_int_equal(dataset->lead_events.n, 1);
    as_dataset_free(dataset);
    dataset = snapshot(w, T0, T0 - 1);
    assert_int_equal(dataset->leads, 0);
    as_dataset_free(dataset);
}

static void events_of_an_account_are_its_own_and_its_peoples(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "name", "Bolt");
    give(w, AS_IMPORT_LEADS, "id", "L1", "account_id", "A2");
    give(w, AS_IMPORT_LEADS, "id", "L2", "account_id", "A2");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-03", "kind", "webinar", "lead_id", "L1");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "intent", "account_id", "A2", "property.strength",
         "70");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-02", "kind", "ebook", "lead_id", "L2");
    commit(w);
    struct as_dataset *dataset = snapshot(w, T0, T0);
    const struct as_event_log *log = &dataset->account_events;
    assert_int_equal(dataset->lead_events.n, 2);
    assert_int_equal(log->start[1], 0);
    assert_int_equal(log->start[2], 3);
    assert_string_equal(kind_at(dataset, log, 0), "intent");
    assert_string_equal(kind_at(dataset, log, 1), "ebook");
    assert_string_equal(kind_at(dataset, log, 2), "webinar");
    uint32_t strength =
        as_schema_property(w->schema, as_schema_kind(w->schema, AS_STR("intent")), AS_STR("strength"));
    assert_true(log->property[strength]->f64[0] == 70);
    assert_int_equal(dataset->member_start[2] - dataset->member_start[1], 2);
    as_dataset_free(dataset);
}

static void an_answer_says_who_gave_it(void **state)
{
    struct world *w = *state;
    uint32_t need = as_schema_answer(w->schema, AS_STR("need"));
    for (int i = 1; i <= 5; i++) {
        char id[16];
        snprintf(id, sizeof id, "L%d", i);
        give(w, AS_IMPORT_LEADS, "id", id);
    }
    /* 1: a later guess does not undo a statement. */
    give(w, AS_IMPORT_ANSWERS, "lead_id", "L1", "question", "need", "value", "acknowledged", "at",
         "2026-02-01");
    give(w, AS_IMPORT_ANSWERS, "lead_id", "L1", "question", "need", "value", "none", "manner", "inferred",
         "at", "2026-02-05");
    /* 2: two voices, one value. */
    give(w, AS_IMPORT_ANSWERS, "lead_id", "L2", "question", "need", "value", "confirmed", "at", "2026-02-01");
    give(w, AS_IMPORT_ANSWERS, "lead_id", "L2", "question", "need", "value", "confirmed", "by", "sales", "at",
         "2026-02-03");
    /* 3: sales says more than the buyer did. */
    give(w, AS_IMPORT_ANSWERS, "lead_id", "L3", "question", "need", "value", "acknowledged", "at",
         "2026-02-01");
    give(w, AS_IMPORT_ANSWERS, "lead_id", "L3", "question", "need", "value", "confirmed", "by", "sales", "at",
         "2026-02-03");
    /* 4: only inferred. */
    give(w, AS_IMPORT_ANSWERS, "lead_id", "L4", "question", "need", "value", "acknowledged", "manner",
         "inferred", "at", "2026-02-01");
    commit(w);
    /* 3 again: sales takes it back. */
    w->options.clear_empty = true;
    w->options.now = T0 + DAY;
    give(w, AS_IMPORT_ANSWERS, "lead_id", "L3", "question", "need", "value", "", "by", "sales", "at",
         "2026-02-20");
    commit(w);
    struct as_dataset *dataset = snapshot(w, T0, T0);
    const struct as_answer_column *answer = &dataset->answer[need];
    static const struct {
        int code, stated, voices;
    } expected[] = {{1, 1, AS_VOICE_BUYER},
                    {2, 1, AS_VOICE_BUYER | AS_VOICE_SALES},
                    {2, 1, AS_VOICE_SALES},
                    {1, 0, AS_VOICE_SYSTEM}};
    for (uint32_t row = 0; row < 4; row++) {
        assert_true(as_bit(answer->value->known, row));
        assert_int_equal(answer->value->code[row], expected[row].code);
        assert_int_equal(as_bit(answer->stated, row), expected[row].stated);
        assert_int_equal(answer->voices[row], expected[row].voices);
    }
    assert_false(as_bit(answer->value->known, 4));
    assert_int_equal(answer->time[0], T0 - 28 * DAY);
    as_dataset_free(dataset);
    dataset = snapshot(w, T0 + DAY, T0 + DAY);
    assert_int_equal(dataset->answer[need].value->code[2], 1);
    assert_int_equal(dataset->answer[need].voices[2], AS_VOICE_BUYER);
    as_dataset_free(dataset);
}

static void touches_and_the_strictest_consent(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1");
    give(w, AS_IMPORT_LEADS, "id", "L2");
    give(w, AS_IMPORT_TOUCHES, "lead_id", "L2", "at", "2026-02-03", "channel", "email", "ask", "demo");
    give(w, AS_IMPORT_TOUCHES, "lead_id", "L2", "at", "2026-02-01", "channel", "call");
    give(w, AS_IMPORT_CONSENT, "lead_id", "L1", "channel", "email", "purpose", "news", "state", "denied",
         "at", "2026-01-01");
    give(w, AS_IMPORT_CONSENT, "lead_id", "L1", "channel", "email", "purpose", "news", "state",
         "double_opt_in", "at", "2026-01-02");
    give(w, AS_IMPORT_CONSENT, "lead_id", "L1", "channel", "email", "purpose", "offers", "state", "granted",
         "at", "2026-01-01");
    give(w, AS_IMPORT_CONSENT, "lead_id", "L1", "state", "objected", "at", "2026-01-03");
    give(w, AS_IMPORT_CONSENT, "lead_id", "L2", "channel", "tracking", "state", "denied", "at", "2026-01-03");
    commit(w);
    struct as_ladder_need asks[] = {{"demo", 3}};
    struct as_snapshot_request request = {.at = T0, .known_at = T0, .asks = asks, .ask_count = 1};
    struct as_dataset *dataset;
    ok(w, as_store_snapshot(&dataset, w->store, w->schema, &request, &w->error));
    assert_int_equal(dataset->touches.start[1], 0);
    assert_int_equal(dataset->touches.start[2], 2);
    assert_true(as_str_is(as_intern_text(dataset->channels, dataset->touches.at[0].channel), "call"));
    assert_int_equal(dataset->touches.at[0].need, 0);
    assert_int_equal(dataset->touches.at[1].need, 3);
    assert_int_equal(dataset->consents.start[1], 2);
    for (uint32_t i = 0; i < 2; i++)
        assert_int_equal(dataset->consents.at[i].state, dataset->consents.at[i].channel == AS_NO_INDEX
                                                            ? AS_CONSENT_OBJECTED
                                                            : AS_CONSENT_GRANTED);
    assert_int_equal(dataset->consents.start[2], 2);
    assert_false(as_bit(dataset->untracked, 0));
    assert_true(as_bit(dataset->untracked, 1));
    as_dataset_free(dataset);
}

static void a_choice_of_leads_brings_everyone_of_their_accounts(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_ACCOUNTS, "id", "P", "name", "Parent");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme", "parent_id", "P");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "name", "Bolt");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A3", "name", "Former");
    give(w, AS_IMPORT_LEADS, "id", "L1", "account_id", "A1", "former_account", "A3");
    give(w, AS_IMPORT_LEADS, "id", "L2", "account_id", "A2");
    give(w, AS_IMPORT_LEADS, "id", "L3", "account_id", "A1");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "webinar", "lead_id", "L2");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "ebook", "lead_id", "L3");
    commit(w);
    int64_t id = 1;
    struct as_snapshot_request request = {.at = T0, .known_at = T0, .lead_ids = &id, .lead_count = 1};
    struct as_dataset *dataset;
    ok(w, as_store_snapshot(&dataset, w->store, w->schema, &request, &w->error));
    assert_int_equal(dataset->leads, 2);
    assert_int_equal(dataset->lead_id[1], 3);
    assert_int_equal(dataset->accounts, 3);
    assert_int_equal(dataset->lead_events.n, 1);
    uint32_t former = as_schema_field(w->schema, AS_LEVEL_LEAD, AS_STR("former_account"));
    uint32_t top = as_schema_field(w->schema, AS_LEVEL_ACCOUNT, AS_STR("top_parent"));
    assert_int_equal(dataset->account_id[dataset->field[former]->code[0]], 4);
    assert_int_equal(dataset->account_id[dataset->field[top]->code[dataset->lead_account[0]]], 1);
    as_dataset_free(dataset);
}

static void feeds_are_live_stale_or_never(void **state)
{
    struct world *w = *state;
    uint32_t page = as_schema_kind(w->schema, AS_STR("page_view")),
             price = as_schema_kind(w->schema, AS_STR("pricing_view"));
    uint32_t intent = as_schema_kind(w->schema, AS_STR("intent")),
             demo = as_schema_kind(w->schema, AS_STR("demo_request"));
    uint32_t handoff = as_schema_kind(w->schema, AS_STR("handoff_rejected"));
    uint32_t web[] = {page, price};
    struct as_position nowhere = {"pack.lua", 1};
    ok(w, as_schema_add_feed(w->schema, "web", web, 2, 2 * DAY, nowhere, &w->error));
    ok(w, as_schema_add_feed(w->schema, "bought", &intent, 1, 2 * DAY, nowhere, &w->error));
    give(w, AS_IMPORT_LEADS, "id", "L1");
    commit(w);
    struct as_dataset *dataset = snapshot(w, T0, T0);
    assert_int_equal(dataset->kind_state[page], AS_FEED_NEVER);
    assert_int_equal(dataset->kind_state[demo], AS_FEED_NEVER);
    assert_int_equal(dataset->kind_state[handoff], AS_FEED_LIVE);
    as_dataset_free(dataset);
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-28", "kind", "page_view", "lead_id", "L1");
    commit(w);
    dataset = snapshot(w, T0, T0);
    assert_int_equal(dataset->kind_state[page], AS_FEED_LIVE);
    assert_int_equal(dataset->kind_state[price], AS_FEED_LIVE);
    assert_int_equal(dataset->kind_state[intent], AS_FEED_NEVER);
    assert_int_equal(dataset->kind_state[demo], AS_FEED_LIVE);
    as_dataset_free(dataset);
    dataset = snapshot(w, T0 + 2 * DAY, T0 + 2 * DAY);
    assert_int_equal(dataset->kind_state[price], AS_FEED_STALE);
    as_dataset_free(dataset);
}

static void what_is_new_is_told_by_lead(void **state)
{
    struct world *w = *state;
    uint64_t facts[1] = {0}, merged[1] = {0};
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme");
    give(w, AS_IMPORT_LEADS, "id", "L1", "account_id", "A1");
    give(w, AS_IMPORT_LEADS, "id", "L2");
    give(w, AS_IMPORT_LEADS, "id", "L3");
    give(w, AS_IMPORT_LEADS, "id", "L4", "email", "l4@x-corp.com");
    give(w, AS_IMPORT_LEADS, "id", "L5", "email", "l5@x-corp.com");
    commit(w);
    w->options.now = T0 + DAY;
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "employees", "5");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "webinar", "lead_id", "L3");
    commit(w);
    ok(w, as_store_merge(w->store, 4, 5, "sam", T0 + DAY, &w->error));
    struct as_dataset *dataset = snapshot(w, T0 + 2 * DAY, T0 + 2 * DAY);
    ok(w, as_store_touched(facts, merged, w->store, dataset, T0, T0, NULL, &w->error));
    assert_int_equal(facts[0], 1 | 4);
    assert_int_equal(merged[0], 8);
    facts[0] = merged[0] = 0;
    ok(w, as_store_touched(facts, merged, w->store, dataset, T0 + DAY, T0 + DAY, NULL, &w->error));
    assert_int_equal(facts[0] | merged[0], 0);
    as_dataset_free(dataset);
}

static enum as_status collect(void *context, const char *name, enum as_type type, struct as_str value,
                              struct as_error *error)
{
    (void)type;
    (void)error;
    as_buf_printf(context, "%s=%.*s;", name, (int)value.n, value.p);
    return AS_OK;
}

static enum as_status collect_event(void *context, int64_t time, const char *kind, const char *json,
                                    struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%lld %s %s;", (long long)(time - T0), kind, json);
    return AS_OK;
}

static enum as_status collect_answer(void *context, const char *question, struct as_str value,
                                     const char *manner, const char *voice, int64_t time,
                                     struct as_error *error)
{
    (void)manner, (void)voice, (void)time, (void)error;
    as_buf_printf(context, "%s=%.*s;", question, (int)value.n, value.p);
    return AS_OK;
}

static enum as_status collect_key(void *context, const char *key, struct as_str value, int64_t at,
                                  struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%s=%.*s@%lld;", key, (int)value.n, value.p, (long long)at);
    return AS_OK;
}

static enum as_status collect_note(void *context, int64_t at, struct as_str text, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%lld:%.*s;", (long long)at, (int)text.n, text.p);
    return AS_OK;
}

static void scripts_read_rows_as_of_a_moment(void **state)
{
    struct world *w = *state;
    struct as_buf out = {0};
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "COO", "first_name", "Ada");
    give(w, AS_IMPORT_EVENTS, "at", "2026-03-01", "kind", "webinar", "lead_id", "L1", "property.title",
         "Costs");
    commit(w);
    w->options.now = T0 + DAY;
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "CEO", "country", "DE");
    commit(w);
    ok(w, as_store_read_row(w->store, w->schema, AS_LEVEL_LEAD, 1, T0, collect, &out, &w->error));
    assert_string_equal(as_buf_c(&out), "id=#1;first_name=Ada;title=COO;");
    as_buf_reset(&out);
    ok(w, as_store_read_row(w->store, w->schema, AS_LEVEL_LEAD, 1, T0 + DAY, collect, &out, &w->error));
    assert_string_equal(as_buf_c(&out), "id=#1;first_name=Ada;title=CEO;country=DE;");
    as_buf_reset(&out);
    ok(w, as_store_read_events(w->store, AS_LEVEL_LEAD, 1, T0 + DAY, T0 + DAY, 0, collect_event, &out,
                               &w->error));
    assert_string_equal(as_buf_c(&out), "0 webinar {\"title\":\"Costs\"};");
    assert_int_equal(as_store_read_row(w->store, w->schema, AS_LEVEL_LEAD, 9, T0, collect, &out, &w->error),
                     AS_ERR_MISSING);
    as_buf_free(&out);
}

/* Of those merged into who was merged, too; what several logs have counts once. */
static void scripts_read_all_of_a_person(void **state)
{
    struct world *w = *state;
    struct as_buf out = {0};
    for (int i = 1; i <= 3; i++) {
        const char *const id = i == 1 ? "L1" : i == 2 ? "L2" : "L3";
        give(w, AS_IMPORT_LEADS, "id", id);
        give(w, AS_IMPORT_EVENTS, "at", "2026-03-01", "kind", "webinar", "lead_id", id);
    }
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-28", "kind", "page_view", "lead_id", "L1");
    give(w, AS_IMPORT_ANSWERS, "at", "2026-03-01", "question", "need", "value", "confirmed", "lead_id", "L1");
    commit(w);
    ok(w, as_store_merge(w->store, 2, 1, "sam", T0 + DAY, &w->error));
    ok(w, as_store_merge(w->store, 3, 2, "sam", T0 + DAY, &w->error));
    ok(w, as_store_read_events(w->store, AS_LEVEL_LEAD, 3, T0 + DAY, T0 + DAY, 0, collect_event, &out,
                               &w->error));
    assert_string_equal(as_buf_c(&out), "-86400 page_view {};0 webinar {};");
    as_buf_reset(&out);
    ok(w, as_store_read_answers(w->store, AS_LEVEL_LEAD, 3, T0 + DAY, T0 + DAY, collect_answer, &out,
                                &w->error));
    assert_string_equal(as_buf_c(&out), "need=confirmed;");
    as_buf_free(&out);
}

static void a_teams_space_is_its_own(void **state)
{
    struct world *w = *state;
    struct as_buf out = {0};
    bool found, removed;
    give(w, AS_IMPORT_LEADS, "id", "L1");
    commit(w);
    ok(w, as_store_space_put(w->store, "inbound", "a/1", AS_STR("one"), 5, &w->error));
    ok(w, as_store_space_put(w->store, "inbound", "a/1", AS_STR("uno"), 6, &w->error));
    ok(w, as_store_space_put(w->store, "inbound", "b", AS_STR(""), 7, &w->error));
    ok(w, as_store_space_get(&out, &found, w->store, "other", "a/1", &w->error));
    assert_false(found);
    ok(w, as_store_space_get(&out, &found, w->store, "inbound", "a/1", &w->error));
    assert_true(found);
    assert_string_equal(as_buf_c(&out), "uno");
    as_buf_reset(&out);
    ok(w, as_store_space_list(w->store, "inbound", "a/", collect_key, &out, &w->error));
    assert_string_equal(as_buf_c(&out), "a/1=uno@6;");
    as_buf_reset(&out);
    ok(w, as_store_space_list(w->store, "inbound", "", collect_key, &out, &w->error));
    assert_string_equal(as_buf_c(&out), "a/1=uno@6;b=@7;");
    ok(w, as_store_space_remove(&removed, w->store, "other", "b", &w->error));
    assert_false(removed);
    ok(w, as_store_space_remove(&removed, w->store, "inbound", "b", &w->error));
    assert_true(removed);
    ok(w, as_store_note_add(w->store, "inbound", AS_LEVEL_LEAD, 1, AS_STR("called"), 8, &w->error));
    ok(w, as_store_note_add(w->store, "inbound", AS_LEVEL_LEAD, 1, AS_STR("again"), 9, &w->error));
    as_buf_reset(&out);
    ok(w, as_store_notes(w->store, "inbound", AS_LEVEL_LEAD, 1, collect_note, &out, &w->error));
    assert_string_equal(as_buf_c(&out), "8:called;9:again;");
    as_buf_reset(&out);
    ok(w, as_store_notes(w->store, "other", AS_LEVEL_LEAD, 1, collect_note, &out, &w->error));
    assert_string_equal(as_buf_c(&out), "");
    assert_int_equal(as_store_note_add(w->store, "inbound", AS_LEVEL_LEAD, 2, AS_STR("x"), 8, &w->error),
                     AS_ERR_MISSING);
    as_buf_free(&out);
}

static void the_roster_knows_who_is_absent_and_who_got_what(void **state)
{
    struct world *w = *state;
    struct as_arena arena;
    struct as_roster roster = {.arena = &arena};
    as_arena_init(&arena);
    give(w, AS_IMPORT_LEADS, "id", "L1");
    give(w, AS_IMPORT_USERS, "name", "Sam", "team", "inside", "absent_from", "2026-03-02", "absent_to",
         "2026-03-04");
    give(w, AS_IMPORT_USERS, "name", "Mia", "team", "inside");
    commit(w);
    ok(w, as_store_assign(w->store, NULL, NULL, 1, "Mia", NULL, "by hand", T0, &w->error));
    ok(w, as_store_assign(w->store, NULL, NULL, 1, "Mia", NULL, "by hand", T0 + 9 * DAY, &w->error));
    ok(w, as_store_roster(&roster, w->store, NULL, T0 + 3 * DAY + DAY / 2, &w->error));
    assert_int_equal(roster.people.n, 2);
    assert_string_equal(roster.people.at[0].user, "Mia");
    assert_int_equal(roster.people.at[0].total, 1);
    assert_int_equal(roster.people.at[0].assigned.at[0], T0);
    assert_false(roster.people.at[0].absent);
    assert_true(roster.people.at[1].absent);
    ok(w, as_store_roster(&roster, w->store, NULL, T0 + 4 * DAY, &w->error));
    assert_false(roster.people.at[1].absent);
    as_arena_free(&arena);
}

#define unit(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
#define named(text, f)                                                                                       \
    {                                                                                                        \
        text, f, world_setup, world_teardown, NULL                                                           \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(runs_are_sorted_by_time_then_order_of_arrival),
        unit(events_of_an_account_are_its_own_and_its_peoples),
        named("what buyers say of themselves outranks what was inferred, also later [A7.9]",
              an_answer_says_who_gave_it),
        unit(touches_and_the_strictest_consent),
        unit(a_choice_of_leads_brings_everyone_of_their_accounts),
        unit(feeds_are_live_stale_or_never),
        unit(what_is_new_is_told_by_lead),
        unit(scripts_read_rows_as_of_a_moment),
        unit(scripts_read_all_of_a_person),
        unit(a_teams_space_is_its_own),
        unit(the_roster_knows_who_is_absent_and_who_got_what),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
