/* Contact as several packs allow it together: quiet hours of one that end within another's, or on a day that
 * another has off. A second implementation goes through the minutes one by one. */
#include "../score/policy.h"

#include "run/effects/effects.h"

enum { PACKS = 3, LEADS = 3 };

struct house {
    struct people people;
    struct as_pack packs[PACKS];
    struct as_decision decisions[PACKS];
    const struct as_decision *all[PACKS];
};

static struct as_expr zone_expr;
/* In winter, by lead. */
static const int64_t offsets[LEADS] = {1 * HOUR, -5 * HOUR, 0};

static void house_new(struct house *h)
{
    static const char *const names[PACKS] = {"a", "b", "c"};
    *h = (struct house){.people = {NULL, NULL}};
    people_new(&h->people, LEADS, 0);
    zone_expr =
        (struct as_expr){.kind = AS_EXPR_FIELD,
                         .level = AS_LEVEL_LEAD,
                         .field = as_schema_field(h->people.schema, AS_LEVEL_LEAD, AS_STR("timezone")),
                         .via = AS_NO_INDEX};
    people_field(&h->people, AS_LEVEL_LEAD, "timezone", 0, "Europe/Berlin");
    people_field(&h->people, AS_LEVEL_LEAD, "timezone", 1, "America/New_York");
    for (int i = 0; i < PACKS; i++) {
        h->packs[i] = (struct as_pack){.name = names[i], .rules = {.schema = h->people.schema}};
        h->decisions[i].pack = &h->packs[i];
        h->all[i] = &h->decisions[i];
    }
}

static void house_free(struct house *h)
{
    people_free(&h->people);
}

static struct as_contact_answer joint(struct house *h, uint32_t n, uint32_t lead, int64_t at, const char **by)
{
    struct as_contact_question question = {at, "email", NULL, false, 0};
    struct as_contact_answer answer;
    for (uint32_t i = 0; i < n; i++)
        must(as_nurture_open(&h->decisions[i].nurture, &h->packs[i], NULL, h->people.set, &error));
    must(as_contact_joint(&answer, by, h->all, n, lead, &question, &error));
    for (uint32_t i = 0; i < n; i++)
        as_nurture_close(h->decisions[i].nurture);
    return answer;
}

static void quiet(struct house *h, int pack, int from, int to)
{
    struct as_contact_policy *policy = &h->packs[pack].policy;
    policy->declared = policy->has_quiet = true;
    policy->quiet_zone = &zone_expr;
    policy->quiet_from = from;
    policy->quiet_to = to;
}

static void expect(struct house *h, uint32_t n, const char *at, enum as_denial denial, const char *by,
                   const char *until)
{
    const char *whose;
    char text[AS_TIME_TEXT];
    struct as_contact_answer answer = joint(h, n, 0, instant(at), &whose);
    assert_int_equal(answer.denial, denial);
    if (by == NULL)
        assert_null(whose);
    else
        assert_string_equal(whose, by);
    if (until != NULL && answer.until != instant(until))
        fail_msg("at %s until %s, not %s", at, as_time_format(text, answer.until), until);
}

/* 9 January 2026 is a Friday; Berlin is an hour ahead of UTC. */
static void quiet_hours_end_on_another_packs_day_off(void **state)
{
    (void)state;
    struct house h;
    house_new(&h);
    quiet(&h, 0, 18 * 60, 8 * 60);
    h.packs[1].policy.blackout = (struct as_blackout){.declared = true, .weekends = true};
    expect(&h, 2, "2026-01-08T20:00:00Z", AS_DENIED_QUIET, "a", "2026-01-09T07:00:00Z");
    expect(&h, 2, "2026-01-09T12:00:00Z", AS_CONTACT_ALLOWED, NULL, NULL);
    /* Friday evening is put off to Saturday by the one and to Monday by the other, to eight o'clock by both.
     */
    expect(&h, 2, "2026-01-09T20:00:00Z", AS_DENIED_BLACKOUT, "b", "2026-01-12T07:00:00Z");
    expect(&h, 2, "2026-01-10T12:00:00Z", AS_DENIED_BLACKOUT, "b", "2026-01-12T07:00:00Z");
    /* Each by itself would have allowed Saturday morning, or Friday evening. */
    expect(&h, 1, "2026-01-09T20:00:00Z", AS_DENIED_QUIET, "a", "2026-01-10T07:00:00Z");
    house_free(&h);
}

static void quiet_hours_end_within_another_packs(void **state)
{
    (void)state;
    struct house h;
    house_new(&h);
    quiet(&h, 0, 20 * 60, 8 * 60);
    quiet(&h, 1, 7 * 60, 9 * 60);
    expect(&h, 2, "2026-01-08T20:00:00Z", AS_DENIED_QUIET, "a", "2026-01-09T08:00:00Z");
    /* What three packs leave between them is nothing: such a message is none for the morning. */
    quiet(&h, 2, 9 * 60, 20 * 60);
    const char *by;
    struct as_contact_answer answer = joint(&h, 3, 0, instant("2026-01-08T20:00:00Z"), &by);
    assert_int_equal(answer.denial, AS_DENIED_BLACKOUT);
    assert_int_equal(answer.until, AS_TIME_NONE);
    assert_string_equal(answer.reason, "the quiet hours of all packs leave no hour of a day");
    house_free(&h);
}

/* --- minute by minute --- */

static bool naive_quiet(const struct house *h, uint32_t pack, uint32_t lead, int64_t at)
{
    const struct as_contact_policy *policy = &h->packs[pack].policy;
    int64_t minute = (at + offsets[lead]) / 60 % (24 * 60);
    for (int64_t m = policy->quiet_from; policy->has_quiet && m != policy->quiet_to; m = (m + 1) % (24 * 60))
        if (m == minute)
            return true;
    return false;
}

static bool naive_off(const struct house *h, uint32_t pack, uint32_t lead, int64_t at)
{
    const struct as_blackout *blackout = &h->packs[pack].policy.blackout;
    /* Who has no quiet hours names no zone. */
    int64_t day = (at + (h->packs[pack].policy.has_quiet ? offsets[lead] : 0)) / DAY;
    bool off =
        blackout->declared && blackout->weekends && (day % 7 == 2 || day % 7 == 3); /* from a Thursday */
    for (uint32_t i = 0; i < blackout->days.list.n; i++)
        off |= blackout->days.list.at[i].day == day;
    return off;
}

/* The first minute that none of the packs first … first+n-1 closes; a month from now: none. */
static int64_t naive_open(const struct house *h, uint32_t first, uint32_t n, uint32_t lead, int64_t at,
                          bool days_off)
{
    int64_t end = at + 31 * DAY;
    for (bool closed = true; closed && at < end; at += closed ? MINUTE : 0) {
        closed = false;
        for (uint32_t i = first; i < first + n; i++)
            closed |= naive_quiet(h, i, lead, at) || (days_off && naive_off(h, i, lead, at));
    }
    return at < end ? at : AS_TIME_NONE;
}

static struct as_contact_answer naive(const struct house *h, uint32_t n, uint32_t lead, int64_t at)
{
    struct as_contact_answer answer = {.denial = AS_CONTACT_ALLOWED,
                                       .until = naive_open(h, 0, n, lead, at, false)};
    bool off = answer.until == AS_TIME_NONE;
    for (uint32_t i = 0; i < n; i++)
        off |= naive_off(h, i, lead, naive_open(h, i, 1, lead, at, false)) ||
               (answer.until != AS_TIME_NONE && naive_off(h, i, lead, answer.until));
    if (off) {
        answer.denial = AS_DENIED_BLACKOUT;
        answer.until = naive_open(h, 0, n, lead, at, true);
    } else if (answer.until > at)
        answer.denial = AS_DENIED_QUIET;
    return answer;
}

static void as_minutes_tell_it(void **state)
{
    (void)state;
    uint32_t seen[AS_DENIAL_COUNT] = {0};
    const int64_t monday = as_day_of(instant("2026-01-12T00:00:00Z"));
    srand(29);
    for (int round = 0; round < 400; round++) {
        struct house h;
        struct as_day_off days[PACKS][3];
        uint32_t n = 1 + (uint32_t)rand() % PACKS, lead = (uint32_t)rand() % LEADS;
        house_new(&h);
        for (uint32_t i = 0; i < n; i++) {
            int from = rand() % (24 * 60), length = rand() % (rand() % 4 == 0 ? 20 * 60 : 10 * 60);
            struct as_blackout *blackout = &h.packs[i].policy.blackout;
            if (rand() % 3 > 0)
                quiet(&h, (int)i, from, (from + length) % (24 * 60));
            blackout->declared = rand() % 2 == 0;
            blackout->weekends = blackout->declared && rand() % 2 == 0;
            for (int d = 0; d < 3; d++)
                days[i][d] = (struct as_day_off){.day = (int32_t)(monday + d * 2 + rand() % 2)};
            blackout->days.list.at = days[i];
            blackout->days.list.n = blackout->declared ? (uint32_t)rand() % 4 : 0;
        }
        int64_t at = instant("2026-01-09T00:00:00Z") + rand() % (10 * 24 * 60) * (int64_t)MINUTE;
        const char *by;
        struct as_contact_answer got = joint(&h, n, lead, at, &by), want = naive(&h, n, lead, at);
        assert_int_equal(got.denial, want.denial);
        if (got.denial != AS_CONTACT_ALLOWED)
            assert_int_equal(got.until, want.until);
        assert_int_equal(by != NULL, got.denial != AS_CONTACT_ALLOWED);
        seen[got.denial]++;
        house_free(&h);
    }
    assert_true(seen[AS_CONTACT_ALLOWED] > 20 && seen[AS_DENIED_QUIET] > 20 && seen[AS_DENIED_BLACKOUT] > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("quiet hours of one pack that end on another's day off",
              quiet_hours_end_on_another_packs_day_off),
        named("quiet hours of one pack that end within another's", quiet_hours_end_within_another_packs),
        named("all packs' hours and days are those that minutes one by one tell", as_minutes_tell_it),
    };
    return cmocka_run_group_tests_name("joint contact", tests, NULL, NULL);
}
