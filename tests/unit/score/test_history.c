/* Properties of the lifecycle over random histories of verdicts, records and recycling. */
#include "lifecycle.h"

static unsigned pick(unsigned n)
{
    return (unsigned)rand() % n;
}

struct history {
    struct as_stage_record records[12];
    uint32_t record_count;
    struct as_recycle recycle[3];
};

static void random_records(struct history *h, int64_t from, int64_t to)
{
    static const enum as_act acts[] = {AS_ACT_ACCEPTED, AS_ACT_REJECTED, AS_ACT_REJECTED,   AS_ACT_HANDOFF,
                                       AS_ACT_WON,      AS_ACT_LOST,     AS_ACT_NO_DECISION};
    for (unsigned n = pick(3); n > 0 && h->record_count < 12; n--) {
        int64_t first = h->record_count > 0 ? h->records[h->record_count - 1].time : from;
        if (first < from)
            first = from;
        /* Often in one second with another, or with the decision itself. */
        int64_t wait = pick(3) == 0 ? h->record_count == 0 || first == from
                                    : 1 + (int64_t)pick((unsigned)((to - first) / 2 + 1));
        struct as_stage_record record = {.time = pick(4) == 0 ? to : first + wait};
        if (record.time > to)
            return;
        if (pick(4) == 0) {
            record.overrides = true;
            record.stage = (enum as_stage)pick(AS_STAGE_COUNT);
        } else {
            record.act = acts[pick(7)];
            record.listed = record.act == AS_ACT_REJECTED && pick(2) == 0;
            if (record.listed) {
                switch (pick(3)) {
                case 0:
                    record.reject.does = AS_REJECT_FIX;
                    break;
                case 1:
                    record.reject.does = AS_REJECT_NURTURE;
                    break;
                default:
                    record.reject.does = AS_REJECT_DISQUALIFY;
                }
                record.reject.after = (int64_t)pick(40) * DAY;
            }
        }
        if (h->record_count > 0 && h->records[h->record_count - 1].time == record.time &&
            h->records[h->record_count - 1].overrides > record.overrides)
            return; /* overrides come after acts */
        h->records[h->record_count++] = record;
    }
}

/* As the caller gathers them: the first rule from the prior stage whose condition holds. */
static const struct as_recycle *recycle_from(const struct history *h, const bool *holds, uint8_t stage)
{
    for (int i = 0; i < 3; i++)
        if (holds[i] && h->recycle[i].from == stage)
            return &h->recycle[i];
    return NULL;
}

static bool same(const struct as_standing *a, const struct as_standing *b)
{
    return a->stage == b->stage && a->furthest == b->furthest && a->outside == b->outside &&
           a->attention == b->attention && a->blocked == b->blocked && a->verdicts == b->verdicts &&
           a->disqualifier == b->disqualifier && a->recycles == b->recycles && a->entered == b->entered &&
           a->recycled == b->recycled && a->cool_off == b->cool_off;
}

static void check_sound(const struct as_standing *s, const struct as_stage_facts *facts)
{
    assert_true(s->entered <= facts->at);
    assert_true(s->furthest <= AS_STAGE_WON);
    assert_true(s->stage > AS_STAGE_WON || s->furthest >= s->stage || s->outside);
    assert_true(s->recycles >= facts->prior->recycles);
    assert_int_equal(s->prior_stage, facts->prior->stage);
    if (s->cause == AS_CAUSE_GATE)
        assert_true(s->stage > AS_STAGE_SUSPECT && s->stage <= AS_STAGE_OPPORTUNITY);
    if (s->outside)
        assert_int_equal(s->stage, facts->prior->stage);
    /* Nothing but a record, a rule or a disqualifier moves a lead back. */
    bool open = facts->prior->stage >= AS_STAGE_SUSPECT && facts->prior->stage <= AS_STAGE_OPPORTUNITY;
    if (open && (s->stage < facts->prior->stage || s->stage > AS_STAGE_OPPORTUNITY))
        assert_true(s->cause == AS_CAUSE_RECYCLE || s->cause == AS_CAUSE_DISQUALIFY ||
                    s->cause == AS_CAUSE_ACT || s->cause == AS_CAUSE_OVERRIDE || facts->record_count > 0);
}

static void deciding_again_changes_nothing(void **state)
{
    (void)state;
    srand(3);
    for (int story = 0; story < 4000; story++) {
        struct history h = {.record_count = 0};
        for (int i = 0; i < 3; i++) {
            enum as_stage from = (enum as_stage)(AS_STAGE_WORTH_A_CALL + pick(7));
            enum as_stage to = (enum as_stage)(AS_STAGE_SUSPECT + pick(2));
            h.recycle[i] = (struct as_recycle){from, to, NULL, (int64_t)pick(3) * 10 * DAY, {NULL, 0}};
        }
        struct as_prior prior = nobody;
        int64_t at = T0;
        for (int run = 0; run < 8; run++) {
            int64_t before = at;
            at += 1 + (int64_t)pick(20 * DAY);
            random_records(&h, before, at);
            bool holds[3] = {pick(4) == 0, pick(4) == 0, pick(4) == 0};
            struct as_stage_facts facts = {
                .at = at,
                .prior = &prior,
                .about = pick(8) == 0 ? (pick(2) ? AS_NO : AS_UNKNOWN) : AS_YES,
                .verdicts = (uint16_t)(rand() & 0xff),
                .disqualifier = (uint16_t)(pick(6) == 0 ? 1 + pick(3) : 0),
                .unsure = pick(6) == 0,
                .recycle = recycle_from(&h, holds, prior.stage),
                .records = h.records,
                .record_count = h.record_count,
            };
            struct as_standing first = decide(&facts), repeated = decide(&facts);
            assert_true(same(&first, &repeated));
            check_sound(&first, &facts);

            /* Again, with what was just decided as prior. A record that moved the lead starts the count of a
             * recycle's events anew, so nothing has happened that it could count. */
            struct as_prior next = prior_of(&first);
            bool by_record =
                first.entered < at && (first.entered != prior.entered || first.stage != prior.stage);
            facts.prior = &next;
            facts.recycle = by_record ? NULL : recycle_from(&h, holds, next.stage);
            struct as_standing second = decide(&facts);
            if (!same(&first, &second))
                fail_msg("story %d run %d: stage %d, then %d (entered %lld, then %lld; at %lld)", story, run,
                         first.stage, second.stage, (long long)first.entered, (long long)second.entered,
                         (long long)at);
            assert_int_equal(second.prior_stage, first.stage);
            if (second.stage != AS_STAGE_NONE)
                assert_int_equal(second.cause, AS_CAUSE_NONE);
            prior = next;
        }
    }
}

static void stale_feeds_demote_nobody(void **state)
{
    (void)state;
    srand(5);
    for (int i = 0; i < 2000; i++) {
        struct as_prior prior = standing_in((enum as_stage)(AS_STAGE_SUSPECT + pick(6)), T0);
        int v[4];
        for (int g = 0; g < 4; g++)
            v[g] = pick(2) ? U : P; /* a stale feed makes unknown what it would have said */
        struct as_stage_facts facts = facts_of(&prior, T0 + DAY, verdicts(v[0], v[1], v[2], v[3]));
        facts.unsure = pick(2) == 0;
        struct as_standing s = decide(&facts);
        assert_true(s.stage >= prior.stage);
        assert_false(s.attention);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("deciding again at the same instant changes nothing", deciding_again_changes_nothing),
        named("a stale feed demotes nobody", stale_feeds_demote_nobody),
    };
    return cmocka_run_group_tests_name("histories", tests, NULL, NULL);
}
