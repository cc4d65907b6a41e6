/* Today's queue over a database in memory: who is in it, in what order, and whom the policies of all packs
 * keep out. */
#include "town.h"

#include "run/queue/queue.h"

struct queues {
    struct town town;
    struct as_pack *pack, *strict; /* strict: another team's pack whose policy wants a day between touches */
    struct as_run_pack given[2];
};

static int setup(void **state)
{
    struct queues *q = calloc(1, sizeof *q);
    town_open(&q->town);
    q->pack = town_pack(&q->town, "p", "h1", 40);
    q->strict = town_pack(&q->town, "strict", "h2", 40);
    q->strict->policy.declared = true;
    q->strict->policy.gap = AS_DAY_SECONDS;
    q->given[0].pack = q->pack;
    q->given[1].pack = q->strict;
    *state = q;
    return 0;
}

static int teardown(void **state)
{
    struct queues *q = *state;
    as_pack_free(q->pack);
    as_pack_free(q->strict);
    town_close(&q->town);
    free(q);
    return 0;
}

/* pack: whose wishes are told; NULL: all. */
static struct as_queue queue_of(struct queues *q, uint32_t packs, const char *pack, int64_t at)
{
    struct as_queue out;
    struct as_queue_request request = {.schema = q->town.schema,
                                       .packs = q->given,
                                       .pack_count = packs,
                                       .at = at,
                                       .known_at = at,
                                       .threads = 1,
                                       .most = 10,
                                       .most_denied = 10,
                                       .pack = pack};
    town_ok(&q->town, as_queue_of(&out, q->town.store, &request, &q->town.error));
    return out;
}

static struct as_queue queue_ok(struct queues *q, uint32_t packs, int64_t at)
{
    return queue_of(q, packs, NULL, at);
}

/* So many page views today are so many points. */
static void read_pages(struct queues *q, const char *lead, int pages)
{
    for (int i = 0; i < pages; i++)
        town_event(&q->town, lead, "page_view", DAY(0) - 60 * (i + 1), DAY(0));
}

static void touch(struct queues *q, const char *lead, int64_t time)
{
    char at[AS_TIME_TEXT], id[64];
    snprintf(id, sizeof id, "t-%s", lead);
    town_put(&q->town, AS_IMPORT_TOUCHES, DAY(0), "id", id, "lead_id", lead, "channel", "email", "at",
             as_time_format(at, time), NULL);
}

static void a_raised_hand_comes_before_more_interest(void **state)
{
    struct queues *q = *state;
    town_lead(&q->town, "ann", "operations", DAY(-3));
    town_lead(&q->town, "bob", "operations", DAY(-3));
    town_lead(&q->town, "cid", "operations", DAY(-3));
    read_pages(q, "ann", 70);
    town_event(&q->town, "bob", "demo_request", DAY(0) - 7200, DAY(0));
    struct as_queue queue = queue_ok(q, 1, DAY(0));
    assert_int_equal(queue.items.n, 2); /* cid has no interest yet */
    assert_string_equal(queue.items.at[0].email, "bob@bob.example");
    assert_true(queue.items.at[0].hand_raised);
    assert_string_equal(queue.items.at[0].what, "answer the demo_request");
    assert_string_equal(queue.items.at[0].next_question, "Which problem would you solve first?");
    assert_string_equal(queue.items.at[1].email, "ann@ann.example");
    assert_int_equal(queue.items.at[1].interest, 70000);
    as_queue_free(&queue);
}

static void the_strictest_policy_of_all_packs_binds(void **state)
{
    struct queues *q = *state;
    town_lead(&q->town, "ann", "operations", DAY(-3));
    read_pages(q, "ann", 70);
    touch(q, "ann", DAY(0) - 3600);
    struct as_queue queue = queue_ok(q, 1, DAY(0));
    assert_int_equal(queue.items.n, 1);
    as_queue_free(&queue);
    queue = queue_ok(q, 2, DAY(0));
    assert_int_equal(queue.items.n, 0);
    assert_int_equal(queue.denied.n, 1);
    assert_int_equal(queue.denials[AS_DENIED_GAP], 1);
    assert_string_equal(queue.denied.at[0].denied_by, "strict");
    assert_int_equal(queue.denied.at[0].contact.until, DAY(0) - 3600 + AS_DAY_SECONDS);
    as_queue_free(&queue);
}

static void a_gap_never_delays_the_answer_to_a_raised_hand(void **state)
{
    struct queues *q = *state;
    town_lead(&q->town, "ann", "operations", DAY(-3));
    touch(q, "ann", DAY(0) - 7200);
    town_event(&q->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    struct as_queue queue = queue_ok(q, 2, DAY(0));
    assert_int_equal(queue.items.n, 1);
    assert_true(queue.items.at[0].hand_raised);
    as_queue_free(&queue);
}

static void an_answered_hand_is_no_longer_raised(void **state)
{
    struct queues *q = *state;
    town_lead(&q->town, "ann", "operations", DAY(-3));
    town_event(&q->town, "ann", "demo_request", DAY(-1), DAY(0));
    touch(q, "ann", DAY(0) - 7200);
    struct as_queue queue = queue_ok(q, 1, DAY(0));
    assert_int_equal(queue.items.n, 1); /* the request still is worth a call */
    assert_false(queue.items.at[0].hand_raised);
    as_queue_free(&queue);
}

/* A queue made after hours is the next morning's. */
static void quiet_hours_only_move_the_touch_to_the_morning(void **state)
{
    struct queues *q = *state;
    q->strict->policy.has_quiet = true;
    q->strict->policy.quiet_from = 18 * 60;
    q->strict->policy.quiet_to = 8 * 60;
    town_lead(&q->town, "ann", "operations", DAY(-3));
    read_pages(q, "ann", 70);
    struct as_queue queue = queue_ok(q, 2, DAY(0));
    assert_int_equal(queue.items.n, 1);
    assert_int_equal(queue.items.at[0].contact.denial, AS_DENIED_QUIET);
    assert_int_equal(queue.items.at[0].contact.until, DAY(0) + 1 + 8 * 3600);
    as_queue_free(&queue);
}

/* Who is worth a call goes back the next day and interest begins anew; much of it is as good as the answer.
 */
static void go_back_each_day(struct queues *q)
{
    struct as_pack *pack = q->pack;
    struct as_model *model = pack->models.at[0];
    struct as_criterion *last = &model->gates.at[2]->criteria.at[0];
    const struct as_expr *interest = NULL;
    model->scores.at[0]->restart_on_recycle = true;
    town_ok(&q->town,
            as_expr_score(&interest, &pack->rules, model->scores.at[0], town_line(40), &q->town.error));
    const struct as_expr *much =
        town_call(&q->town, pack, interest, "at_least",
                  (struct as_literal){.kind = AS_LITERAL_INTEGER, .integer = 60}, 40);
    last->when = town_call(&q->town, pack, last->when, "or",
                           (struct as_literal){.kind = AS_LITERAL_EXPR, .expr = much}, 40);
    struct as_recycle back = {AS_STAGE_WORTH_A_CALL, AS_STAGE_NURTURE,
                              model->gates.at[0]->criteria.at[0].when, 0, town_line(41)};
    assert_true(as_list_push(&pack->rules.arena, &model->recycles, back));
}

static void run_p(struct queues *q, int64_t at)
{
    struct as_run_request request = town_request(&q->town, q->given, 1, at);
    struct as_run_result result;
    town_ok(&q->town, as_run(&result, q->town.store, &request, &q->town.error));
    as_run_free(&result);
}

/* Where a lead stood before is each pack's own, also for what is asked next: another team never saw ann go
 * back, so by its count her interest of before would do without the answer. */
static void the_next_question_follows_from_where_the_pack_left_the_lead(void **state)
{
    struct queues *q = *state;
    go_back_each_day(q);
    town_lead(&q->town, "ann", "operations", DAY(-3));
    read_pages(q, "ann", 50);
    run_p(q, DAY(0));
    run_p(q, DAY(1));
    town_event(&q->town, "ann", "demo_request", DAY(2) - 3600, DAY(2));
    for (uint32_t packs = 1; packs <= 2; packs++) {
        struct as_queue queue = queue_of(q, packs, "p", DAY(2));
        assert_int_equal(queue.items.n, 1);
        assert_int_equal(queue.items.at[0].stage, AS_STAGE_WORTH_A_CALL);
        assert_int_equal(queue.items.at[0].interest, 50000);
        assert_non_null(queue.items.at[0].next_question);
        assert_string_equal(queue.items.at[0].next_question, "Which problem would you solve first?");
        as_queue_free(&queue);
    }
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("the queue holds leads over the line, a raised hand first [A8.1]",
             a_raised_hand_comes_before_more_interest),
        TEST("the strictest policy of all packs binds", the_strictest_policy_of_all_packs_binds),
        TEST("a gap never delays the answer to a raised hand",
             a_gap_never_delays_the_answer_to_a_raised_hand),
        TEST("quiet hours only move the touch to the morning",
             quiet_hours_only_move_the_touch_to_the_morning),
        TEST("an answered hand is no longer raised", an_answered_hand_is_no_longer_raised),
        TEST("the next question follows from where the pack left the lead, whoever else decides",
             the_next_question_follows_from_where_the_pack_left_the_lead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
