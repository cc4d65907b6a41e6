/* Data that lies: each sign is found where it is, with its rows, and not where it only looks like it. */
#include "fixture.h"

#include "store/report/doubts.h"

struct found {
    enum as_doubt_kind kind;
    char what[256], rows[512];
    uint32_t findings, n;
};

static enum as_status keep(void *context, const struct as_doubt *doubt, struct as_error *error)
{
    struct found *found = context;
    (void)error;
    if (doubt->kind != found->kind)
        return AS_OK;
    if (found->findings == 0 || strcmp(found->what, doubt->what) != 0)
        found->findings++;
    snprintf(found->what, sizeof found->what, "%s", doubt->what);
    size_t n = strlen(found->rows);
    if (n < sizeof found->rows - 32)
        snprintf(found->rows + n, sizeof found->rows - n, "%s%s", n > 0 ? "," : "", doubt->row);
    found->n++;
    return AS_OK;
}

static struct found look(struct world *w, enum as_doubt_kind kind)
{
    struct found found = {.kind = kind};
    ok(w, as_store_doubts(w->store, T0 + 900 * DAY, keep, &found, &w->error));
    return found;
}

static void expect(struct world *w, enum as_doubt_kind kind, uint32_t findings, const char *what,
                   const char *rows)
{
    struct found found = look(w, kind);
    if (found.findings != findings)
        fail_msg("%s: %u findings, %s", as_doubt_name(kind), found.findings, found.what);
    if (findings > 0) {
        assert_string_equal(found.what, what);
        assert_string_equal(found.rows, rows);
    }
}

static void at(struct world *w, int day)
{
    w->options.now = T0 + day * DAY;
}

static void lead(struct world *w, const char *id, const char *created)
{
    char email[64];
    snprintf(email, sizeof email, "%s@x-corp.com", id);
    give(w, AS_IMPORT_LEADS, "id", id, "email", email, "created", created);
}

static void deal(struct world *w, const char *id, const char *outcome, const char *created,
                 const char *closed, const char *source)
{
    give(w, AS_IMPORT_OPPORTUNITIES, "id", id, "lead_id", "L1", "outcome", outcome, "created", created,
         "closed", closed, "source", source);
}

static int setup(void **state)
{
    world_setup(state);
    struct world *w = *state;
    lead(w, "L1", "2026-01-10");
    lead(w, "L2", "2026-01-10");
    commit(w);
    return 0;
}

static void acts_before_their_lead(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_EVENTS, "at", "2026-01-10T08:00:00Z", "kind", "handoff_accepted", "lead_id", "L1");
    give(w, AS_IMPORT_EVENTS, "at", "2026-01-05T08:00:00Z", "kind", "webinar", "lead_id", "L2");
    commit(w);
    expect(w, AS_DOUBT_BEFORE_CREATED, 0, "", "");
    give(w, AS_IMPORT_EVENTS, "at", "2026-01-09T08:00:00Z", "kind", "handoff_accepted", "lead_id", "L2");
    commit(w);
    expect(w, AS_DOUBT_BEFORE_CREATED, 1,
           "lead #2 was created on 2026-01-10, its handoff_accepted was on 2026-01-09", "lead #2");
}

static void wins_that_nobody_accepted(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T08:00:00Z", "kind", "won", "lead_id", "L1");
    commit(w);
    expect(w, AS_DOUBT_SKIPPED_STAGES, 0, "", ""); /* nobody records acceptance */
    give(w, AS_IMPORT_EVENTS, "at", "2026-01-20T08:00:00Z", "kind", "handoff_accepted", "lead_id", "L2");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-02T08:00:00Z", "kind", "won", "lead_id", "L2");
    commit(w);
    expect(w, AS_DOUBT_SKIPPED_STAGES, 1, "lead #1 was won on 2026-02-01 and was never accepted by sales",
           "lead #1");
}

static void days_of_deals(void **state)
{
    struct world *w = *state;
    deal(w, "O1", "won", "2026-01-10", "2026-02-10", "web");
    deal(w, "O2", "open", "2026-02-01", "2026-02-01", "web"); /* expected to close: nothing was */
    commit(w);
    expect(w, AS_DOUBT_MADE_AFTER, 0, "", "");
    expect(w, AS_DOUBT_SAME_DAY, 0, "", "");
    deal(w, "O3", "lost", "2026-02-03", "2026-02-01", "web");
    deal(w, "O4", "no_decision", "2026-02-03T08:00:00Z", "2026-02-03T17:00:00Z", "web");
    commit(w);
    expect(w, AS_DOUBT_MADE_AFTER, 1, "deal O3 closed on 2026-02-01 and was made on 2026-02-03", "deal O3");
    expect(w, AS_DOUBT_SAME_DAY, 1, "deal O4 was made and no decision on the same day, 2026-02-03",
           "deal O4");
}

static void close_dates_that_move(void **state)
{
    static const char *const days[] = {"2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"};
    struct world *w = *state;
    for (int i = 0; i < 3; i++) {
        at(w, i);
        deal(w, "O1", "open", "2026-01-10", days[i], "web");
        deal(w, "O2", "open", "2026-01-10", days[0], "web");
        commit(w);
    }
    expect(w, AS_DOUBT_MOVED_CLOSE, 0, "", ""); /* twice */
    at(w, 3);
    deal(w, "O1", "open", "2026-01-10", days[3], "web");
    commit(w);
    expect(w, AS_DOUBT_MOVED_CLOSE, 1, "deal O1: its close date moved 3 times, from 2026-03-31 to 2026-06-30",
           "deal O1");
}

static void sources_that_change_after_the_win(void **state)
{
    struct world *w = *state;
    deal(w, "O1", "open", "2026-01-10", "2026-02-20", "web");
    deal(w, "O2", "won", "2026-01-10", "2026-02-20", "web");
    commit(w);
    at(w, 1);
    deal(w, "O1", "open", "2026-01-10", "2026-02-20", "fair"); /* not won */
    commit(w);
    expect(w, AS_DOUBT_LATE_SOURCE, 0, "", "");
    deal(w, "O2", "won", "2026-01-10", "2026-02-20", "sales");
    commit(w);
    expect(w, AS_DOUBT_LATE_SOURCE, 1,
           "deal O2 was won on 2026-02-20, its source changed from web to sales on 2026-03-02", "deal O2");
    at(w, 0);
    give(w, AS_IMPORT_LEADS, "id", "L1", "source", "web");
    commit(w);
    at(w, 2);
    give(w, AS_IMPORT_LEADS, "id", "L1", "source", "referral");
    commit(w);
    struct found found = look(w, AS_DOUBT_LATE_SOURCE);
    assert_int_equal(found.findings, 2);
    assert_string_equal(found.rows, "deal O2,lead #1");
}

/* Wins spread over the 90 days of a quarter: `last` of them in its last week, the others before. */
static void wins(struct world *w, int year, int last, int before)
{
    for (int i = 0; i < last + before; i++) {
        char id[16], closed[64];
        int day = i < last ? 25 + i % 7 : 1 + i % 24;
        snprintf(id, sizeof id, "W%d-%d", year, i);
        snprintf(closed, sizeof closed, "%d-%02d-%02d", year, i < last ? 3 : 1 + i % 3, day);
        deal(w, id, "won", "2023-06-01", closed, "web");
    }
    commit(w);
}

/* 100 wins in first quarters, 20 of them within the last seven of 90 days: expected 7.78, so that chi-squared
 * is 12.22² / 7.78 + 12.22² / 92.22 = 20.82; 14 of them give 5.40, below 10.83. */
static void bulges_at_the_end_of_quarters(void **state)
{
    struct world *w = *state;
    wins(w, 2025, 14, 86);
    expect(w, AS_DOUBT_QUARTER_END, 0, "", "");
    struct world other;
    world_open(&other);
    lead(&other, "L1", "2023-01-10");
    commit(&other);
    wins(&other, 2025, 20, 80);
    struct found found = look(&other, AS_DOUBT_QUARTER_END);
    assert_string_equal(found.what,
                        "20 of 100 wins fell into the last week of a quarter, by chance it would be 7.8 "
                        "(chi-squared 20.8, one degree of freedom)");
    assert_int_equal(found.n, 20);
    assert_non_null(strstr(found.rows, "deal W2025-0,"));
    world_close(&other);
}

static void touch(struct world *w, const char *id, const char *when, const char *user)
{
    give(w, AS_IMPORT_TOUCHES, "id", id, "lead_id", "L1", "at", when, "channel", "call", "user", user);
}

static void many_at_one_second(void **state)
{
    struct world *w = *state;
    char id[16], when[32];
    for (int i = 0; i < 25; i++) {
        snprintf(id, sizeof id, "D%d", i);
        touch(w, id, "2026-02-10", i % 2 ? "Ada" : "Bob"); /* days without a time of day */
        snprintf(id, sizeof id, "S%d", i);
        snprintf(when, sizeof when, "2026-02-11T10:%02d:00Z", i);
        touch(w, id, when, i % 2 ? "Ada" : "Bob");
        if (i < 19) {
            snprintf(id, sizeof id, "B%d", i);
            touch(w, id, "2026-02-12T10:11:12Z", i % 2 ? "Ada" : "Bob");
        }
        snprintf(id, sizeof id, "M%d", i);
        touch(w, id, "2026-02-13T10:11:12Z", ""); /* the machine's */
    }
    commit(w);
    expect(w, AS_DOUBT_ONE_SECOND, 0, "", "");
    touch(w, "B19", "2026-02-12T10:11:12Z", "Eve");
    commit(w);
    struct found found = look(w, AS_DOUBT_ONE_SECOND);
    assert_string_equal(found.what, "20 entries of people bear the same second, 2026-02-12 10:11:12");
    assert_int_equal(found.n, 20);
    assert_non_null(strstr(found.rows, "touch #3,"));
}

static void much_of_one_hand_in_an_hour(void **state)
{
    struct world *w = *state;
    char id[16], when[32];
    for (int i = 0; i < 20; i++) {
        snprintf(id, sizeof id, "D%d", i);
        snprintf(when, sizeof when, "2026-02-%02dT%02d:00:00Z", 1 + i, 8 + i % 8);
        touch(w, id, when, i % 2 ? "Ada" : "Bob");
    }
    for (int i = 0; i < 6; i++) {
        snprintf(id, sizeof id, "H%d", i);
        snprintf(when, sizeof when, "2026-02-25T10:%02d:00Z", i);
        touch(w, id, when, "Eve");
    }
    commit(w);
    expect(w, AS_DOUBT_ONE_HAND, 0, "", ""); /* 6 of 26: 23 % */
    touch(w, "H7", "2026-02-25T10:59:59Z", "Eve");
    commit(w);
    struct found found = look(w, AS_DOUBT_ONE_HAND);
    assert_string_equal(found.what,
                        "Eve made 7 of the 27 entries of 2026-02 within the hour of 2026-02-25 10:00:00");
    assert_int_equal(found.n, 7);
}

#define doubt(name, test)                                                                                    \
    {                                                                                                        \
        name, test, setup, world_teardown, NULL                                                              \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        doubt("an act of the lifecycle before its lead was created [A10.1]", acts_before_their_lead),
        doubt("a win that skipped acceptance [A10.1]", wins_that_nobody_accepted),
        doubt("a deal made after it closed, or on that day [A10.1]", days_of_deals),
        doubt("a close date that moves and moves [A10.1]", close_dates_that_move),
        doubt("a source that changes after the win [A10.1]", sources_that_change_after_the_win),
        doubt("too many wins at the end of quarters [A10.1]", bulges_at_the_end_of_quarters),
        doubt("many entries at one second [A10.1]", many_at_one_second),
        doubt("much of one hand within an hour [A10.1]", much_of_one_hand_in_an_hour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
