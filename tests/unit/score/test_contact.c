/* Contact policy: the Jill timeline, the ladder, caps, consent, quiet hours across both changes
 * of the clock. */
#include "policy.h"

/* Jill downloads one e-book; three mails follow. */
static const int64_t mail_1 = JILL + 5 * MINUTE, mail_2 = JILL + 39 * MINUTE, mail_3 = JILL + 41 * MINUTE;

static void jill(struct people *p, size_t mails_sent)
{
    const struct happened download = {0, JILL, "ebook"};
    const struct touched mails[] = {
        {0, mail_1, "email", 3}, {0, mail_2, "email", 1}, {0, mail_3, "email", 2}};
    *p = (struct people){NULL, NULL};
    people_new(p, 1, 0);
    people_events(p, &download, 1);
    people_touches(p, mails, mails_sent);
}

static void jill_first_mail(void **state)
{
    (void)state;
    struct people p;
    jill(&p, 0);
    struct as_pack pack = pack_of(&p);
    /* "A brief 10 minute call": more than the interest in a topic permits, and no time alone changes that. */
    struct as_contact_answer answer = ask(&pack, &p, 0, mail_1, "email", "demo");
    assert_int_equal(answer.denial, AS_DENIED_LADDER);
    assert_int_equal(answer.until, AS_TIME_NONE);
    /* Without a ladder, the week after the download stands between. */
    pack.policy.ladder.n = 0;
    answer = ask(&pack, &p, 0, mail_1, "email", "demo");
    assert_int_equal(answer.denial, AS_DENIED_FIRST_DOWNLOAD);
    assert_int_equal(answer.until, JILL + 7 * DAY);
    assert_int_equal(ask(&pack, &p, 0, JILL + 7 * DAY, "email", "demo").denial, AS_CONTACT_ALLOWED);
    assert_int_equal(ask(&pack, &p, 0, mail_1, "call", NULL).denial, AS_DENIED_FIRST_DOWNLOAD);
    people_free(&p);
}

static void jill_second_mail(void **state)
{
    (void)state;
    struct people p;
    jill(&p, 1);
    struct as_pack pack = pack_of(&p);
    struct as_contact_answer answer = ask(&pack, &p, 0, mail_2, "email", NULL);
    assert_int_equal(answer.denial, AS_DENIED_GAP);
    assert_int_equal(answer.until, mail_1 + 24 * HOUR);
    assert_string_equal(answer.reason, "the last touch was 34 minutes ago (gap 24 hours)");
    people_free(&p);
}

static void jill_third_mail(void **state)
{
    (void)state;
    struct people p;
    jill(&p, 2);
    struct as_pack pack = pack_of(&p);
    struct as_contact_answer answer = ask(&pack, &p, 0, mail_3, "email", NULL);
    assert_int_equal(answer.denial, AS_DENIED_CAP);
    assert_int_equal(answer.until, mail_1 + 7 * DAY);
    assert_string_equal(answer.reason, "2 e-mails in the last 7 days (limit 2)");
    /* Nine questions ask for a diagnosis: one e-book does not permit it. */
    assert_int_equal(ask(&pack, &p, 0, mail_3, "email", "diagnose").denial, AS_DENIED_LADDER);
    people_free(&p);
}

/* Without gap and cap, nine questions alone are too many; more are answered by who has shown more. */
static void jill_nine_questions(void **state)
{
    (void)state;
    struct people p;
    jill(&p, 2);
    struct as_pack pack = pack_of(&p);
    struct as_question_cap most[] = {{1, 2}, {2, 4}, {3, 9}};
    pack.policy.caps.n = 0;
    pack.policy.gap = 0;
    pack.policy.questions.at = most;
    assert_int_equal(ask_so_many(&pack, &p, mail_3, NULL, 9).denial, AS_CONTACT_ALLOWED);
    pack.policy.questions.n = 3;
    struct as_contact_answer answer = ask_so_many(&pack, &p, mail_3, NULL, 9);
    assert_int_equal(answer.denial, AS_DENIED_QUESTIONS);
    assert_string_equal(as_denial_name(answer.denial), "questions");
    assert_int_equal(answer.until, AS_TIME_NONE);
    assert_string_equal(answer.reason, "it asks 9 questions; permission for the topic allows 2 in one touch");
    assert_int_equal(ask_so_many(&pack, &p, mail_3, NULL, 3).denial, AS_DENIED_QUESTIONS);
    assert_int_equal(ask_so_many(&pack, &p, mail_3, NULL, 2).denial, AS_CONTACT_ALLOWED);
    /* What is asked for is told before how much; who looked at prices answers nine, who asked for a
     * demonstration as many as there are. */
    assert_int_equal(ask_so_many(&pack, &p, mail_3, "diagnose", 9).denial, AS_DENIED_LADDER);
    const struct happened prices[] = {{0, JILL, "ebook"}, {0, mail_1, "pricing_view"}};
    people_events(&p, prices, 2);
    assert_int_equal(ask_so_many(&pack, &p, mail_3, NULL, 9).denial, AS_CONTACT_ALLOWED);
    assert_int_equal(ask_so_many(&pack, &p, mail_3, NULL, 10).denial, AS_DENIED_QUESTIONS);
    const struct happened demo[] = {{0, JILL, "ebook"}, {0, mail_1, "demo_request"}};
    people_events(&p, demo, 2);
    assert_int_equal(ask_so_many(&pack, &p, mail_3, NULL, 100).denial, AS_CONTACT_ALLOWED);
    people_free(&p);
}

static struct as_contact_pressure pressure_of(const struct as_pack *pack, const struct people *p, int64_t at)
{
    struct as_nurture *nurture;
    assert_int_equal(as_nurture_open(&nurture, pack, NULL, p->set, NULL), AS_OK);
    struct as_contact_pressure pressure = as_nurture_pressure(nurture, 0, at);
    as_nurture_close(nurture);
    return pressure;
}

static void jill_alarm(void **state)
{
    (void)state;
    struct people p;
    jill(&p, 3);
    struct as_pack pack = pack_of(&p);
    struct as_contact_pressure pressure = pressure_of(&pack, &p, mail_3);
    assert_true(pressure.alarm);
    assert_near(pressure.index, 6, 0.02);
    assert_near(pressure.budget, 2, 0);
    /* Two half-lives later the three mails weigh a quarter. */
    pressure = pressure_of(&pack, &p, mail_3 + 14 * DAY);
    assert_near(pressure.index, 1.5, 0.01);
    assert_false(pressure.alarm);
    people_free(&p);
    jill(&p, 0);
    assert_false(pressure_of(&pack, &p, mail_3).alarm);
    people_free(&p);
}

static void pressure_denies_when_declared(void **state)
{
    (void)state;
    struct people p;
    jill(&p, 1);
    struct as_pack pack = pack_of(&p);
    pack.policy =
        (struct as_contact_policy){.declared = true, .pressure_half_life = 7 * DAY, .pressure_budget = 2};
    /* 3 is there and 1 would come; 2 is the budget. When 3 has faded to 1 there is room: 7 d · log2 3. */
    struct as_contact_answer answer = ask(&pack, &p, 0, mail_1, "email", NULL);
    assert_int_equal(answer.denial, AS_DENIED_PRESSURE);
    assert_near((double)(answer.until - mail_1), 7 * DAY * log2(3), 2);
    assert_int_equal(ask(&pack, &p, 0, answer.until, "email", NULL).denial, AS_CONTACT_ALLOWED);
    assert_int_equal(ask(&pack, &p, 0, answer.until - 2, "email", NULL).denial, AS_DENIED_PRESSURE);
    const int64_t time[] = {0, 0};
    const double cost[] = {1, 2};
    assert_near(as_pressure(time, cost, 2, 7 * DAY, 7 * DAY), 1.5, 1e-12);
    people_free(&p);
}

static void caps_count_seconds(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_pack pack = pack_of(&p);
    pack.policy.gap = 0;
    const struct touched touches[] = {
        {0, JILL, "call", 1}, {0, JILL + DAY, "email", 1}, {0, JILL + 2 * DAY, "email", 1}};
    people_touches(&p, touches, 3);
    struct as_contact_answer answer = ask(&pack, &p, 0, JILL + 3 * DAY - 1, "call", NULL);
    assert_int_equal(answer.denial, AS_DENIED_CAP);
    /* Both the cap of calls and that of all touches are full; the latter lasts longer. */
    assert_int_equal(answer.until, JILL + 7 * DAY);
    assert_string_equal(answer.reason, "3 touches in the last 7 days (limit 3)");
    pack.policy.caps.n = 2;
    answer = ask(&pack, &p, 0, JILL + 3 * DAY - 1, "call", NULL);
    assert_int_equal(answer.until, JILL + 3 * DAY);
    assert_string_equal(answer.reason, "1 call in the last 3 days (limit 1)");
    assert_int_equal(ask(&pack, &p, 0, JILL + 3 * DAY, "call", NULL).denial, AS_CONTACT_ALLOWED);
    assert_int_equal(ask(&pack, &p, 0, JILL + DAY + 7 * DAY - 1, "email", NULL).denial, AS_DENIED_CAP);
    assert_int_equal(ask(&pack, &p, 0, JILL + DAY + 7 * DAY, "email", NULL).denial, AS_CONTACT_ALLOWED);
    /* A touch of the future has not been made. */
    assert_int_equal(ask(&pack, &p, 0, JILL - 1, "call", NULL).denial, AS_CONTACT_ALLOWED);
    struct as_contact_cap once[] = {{"sms", {1, {0, AS_SPAN_SECONDS}}}};
    pack.policy.caps.at = once;
    pack.policy.caps.n = 1;
    assert_int_equal(ask(&pack, &p, 0, JILL + DAY, "sms", NULL).denial, AS_CONTACT_ALLOWED);
    const struct touched sms = {0, JILL, "sms", 1};
    people_touches(&p, &sms, 1);
    answer = ask(&pack, &p, 0, JILL + 9999 * DAY, "sms", NULL);
    assert_int_equal(answer.denial, AS_DENIED_CAP);
    assert_int_equal(answer.until, AS_TIME_NONE);
    assert_string_equal(answer.reason, "1 touch by sms (limit 1)");
    people_free(&p);
}

static void hand_raises_are_answered_at_once(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_pack pack = pack_of(&p);
    const struct happened events[] = {{0, JILL, "ebook"}, {0, JILL + HOUR, "demo_request"}};
    const struct touched touches[] = {
        {0, JILL + 1, "email", 1}, {0, JILL + 2, "email", 1}, {0, JILL + 3, "call", 1}};
    people_events(&p, events, 2);
    people_touches(&p, touches, 3);
    assert_int_equal(ask(&pack, &p, 0, JILL + 2 * HOUR, "call", NULL).denial, AS_DENIED_CAP);
    assert_int_equal(reply(&pack, &p, JILL + 2 * HOUR, "call").denial, AS_CONTACT_ALLOWED);
    /* But the person's own word binds even then. */
    struct as_consent words[] = {{AS_NO_INDEX, AS_CONSENT_OBJECTED, JILL + 90 * MINUTE}};
    uint32_t start[] = {0, 1};
    p.set->consents = (struct as_consent_log){start, words};
    assert_int_equal(reply(&pack, &p, JILL + 2 * HOUR, "call").denial, AS_DENIED_CONSENT);
    p.set->consents = (struct as_consent_log){NULL, NULL};
    people_free(&p);
}

static enum as_denial consent(const struct as_pack *pack, struct people *p, uint32_t lead,
                              struct as_consent *words, uint32_t n, const char *channel)
{
    uint32_t start[] = {0, 0, 0, 0, 0};
    for (uint32_t i = lead + 1; i < 5; i++)
        start[i] = n;
    p->set->consents = (struct as_consent_log){start, words};
    enum as_denial denial = ask(pack, p, lead, JILL, channel, NULL).denial;
    p->set->consents = (struct as_consent_log){NULL, NULL};
    return denial;
}

static void consent_by_country(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 4, 1);
    struct as_pack pack = pack_of(&p);
    struct as_consent_rule rules[] = {{"DE", AS_CONSENT_NEEDS_DOUBLE_OPT_IN},
                                      {"US", AS_CONSENT_NEEDS_OPT_OUT},
                                      {"CA", AS_CONSENT_NEEDS_OPT_IN}};
    pack.policy.consents.at = rules;
    pack.policy.consents.n = 3;
    people_field(&p, AS_LEVEL_LEAD, "country", 0, "de");
    people_field(&p, AS_LEVEL_LEAD, "country", 1, "US");
    people_field(&p, AS_LEVEL_ACCOUNT, "country", 0, "CA");
    p.set->lead_account[2] = 0;
    uint32_t email = as_intern_add(p.set->channels, AS_STR("email"));
    uint32_t call = as_intern_add(p.set->channels, AS_STR("call"));
    struct as_consent opt_in[] = {{email, AS_CONSENT_GRANTED, JILL}};
    struct as_consent twice[] = {{email, AS_CONSENT_DOUBLE_OPT_IN, JILL}};
    struct as_consent later[] = {{email, AS_CONSENT_DOUBLE_OPT_IN, JILL + 1}};
    const enum as_denial no = AS_DENIED_CONSENT, yes = AS_CONTACT_ALLOWED;
    /* Germany needs it twice, the United States not at all, Canada (the account's country) once; lead 3 is
     * somewhere unknown, where the strictest holds. */
    const enum as_denial nothing[] = {no, yes, no, no}, once[] = {no, yes, yes, no},
                         both[] = {yes, yes, yes, yes};
    for (uint32_t lead = 0; lead < 4; lead++) {
        assert_int_equal(consent(&pack, &p, lead, NULL, 0, "email"), nothing[lead]);
        assert_int_equal(consent(&pack, &p, lead, opt_in, 1, "email"), once[lead]);
        assert_int_equal(consent(&pack, &p, lead, twice, 1, "email"), both[lead]);
        assert_int_equal(consent(&pack, &p, lead, later, 1, "email"), nothing[lead]);
        assert_int_equal(consent(&pack, &p, lead, twice, 1, "call"), nothing[lead]);
    }
    /* Where several words meet, the strictest: a refusal of every channel, or of this one. */
    struct as_consent mixed[] = {{email, AS_CONSENT_DOUBLE_OPT_IN, JILL},
                                 {AS_NO_INDEX, AS_CONSENT_DENIED, JILL - DAY}};
    struct as_consent other[] = {{email, AS_CONSENT_DENIED, JILL}};
    assert_int_equal(consent(&pack, &p, 1, mixed, 2, "email"), no);
    assert_int_equal(consent(&pack, &p, 1, other, 1, "email"), no);
    assert_int_equal(consent(&pack, &p, 1, other, 1, "call"), yes);
    struct as_consent objected[] = {{call, AS_CONSENT_OBJECTED, JILL}};
    assert_int_equal(consent(&pack, &p, 1, objected, 1, "call"), no);
    /* A rule for the rest of the world, when there is one. */
    struct as_consent_rule world[] = {{"DE", AS_CONSENT_NEEDS_DOUBLE_OPT_IN},
                                      {NULL, AS_CONSENT_NEEDS_OPT_OUT}};
    pack.policy.consents.at = world;
    pack.policy.consents.n = 2;
    assert_int_equal(consent(&pack, &p, 0, NULL, 0, "email"), no);
    assert_int_equal(consent(&pack, &p, 3, NULL, 0, "email"), yes);
    people_free(&p);
}

static struct as_expr zone_expr;

static void quiet_people(struct people *p, struct as_pack *pack, int from, int to)
{
    *p = (struct people){NULL, NULL};
    people_new(p, 4, 0);
    *pack = (struct as_pack){.rules = {.schema = p->schema}};
    zone_expr = (struct as_expr){.kind = AS_EXPR_FIELD,
                                 .level = AS_LEVEL_LEAD,
                                 .field = as_schema_field(p->schema, AS_LEVEL_LEAD, AS_STR("timezone")),
                                 .via = AS_NO_INDEX};
    pack->policy = (struct as_contact_policy){
        .declared = true, .has_quiet = true, .quiet_from = from, .quiet_to = to, .quiet_zone = &zone_expr};
    people_field(p, AS_LEVEL_LEAD, "timezone", 0, "Europe/Berlin");
    people_field(p, AS_LEVEL_LEAD, "timezone", 1, "America/New_York");
    people_field(p, AS_LEVEL_LEAD, "timezone", 2, "Atlantis/Capital");
}

static void quiet_until(const struct as_pack *pack, const struct people *p, uint32_t lead, const char *at,
                        const char *until)
{
    struct as_contact_answer answer = ask(pack, p, lead, instant(at), "email", NULL);
    char text[AS_TIME_TEXT];
    assert_int_equal(answer.denial, AS_DENIED_QUIET);
    if (answer.until != instant(until))
        fail_msg("quiet at %s until %s, not %s", at, as_time_format(text, answer.until), until);
    /* The instant it names is free, the second before is not. */
    assert_int_equal(ask(pack, p, lead, answer.until, "email", NULL).denial, AS_CONTACT_ALLOWED);
    assert_int_equal(ask(pack, p, lead, answer.until - 1, "email", NULL).denial, AS_DENIED_QUIET);
}

static void quiet_hours_where_the_person_is(void **state)
{
    (void)state;
    struct people p;
    struct as_pack pack;
    quiet_people(&p, &pack, 18 * 60, 8 * 60);
    quiet_until(&pack, &p, 0, "2026-01-10T20:00:00Z", "2026-01-11T07:00:00Z");
    quiet_until(&pack, &p, 0, "2026-01-11T05:00:00Z", "2026-01-11T07:00:00Z");
    quiet_until(&pack, &p, 1, "2026-01-10T05:00:00Z", "2026-01-10T13:00:00Z");
    assert_int_equal(ask(&pack, &p, 1, instant("2026-01-10T20:00:00Z"), "email", NULL).denial,
                     AS_CONTACT_ALLOWED);
    /* 17:59 and 18:00 in Berlin. */
    assert_int_equal(ask(&pack, &p, 0, instant("2026-01-10T16:59:59Z"), "email", NULL).denial,
                     AS_CONTACT_ALLOWED);
    assert_int_equal(ask(&pack, &p, 0, instant("2026-01-10T17:00:00Z"), "email", NULL).denial,
                     AS_DENIED_QUIET);
    people_free(&p);
}

static void off_until(const struct as_pack *pack, const struct people *p, uint32_t lead, const char *at,
                      const char *until, const char *why)
{
    struct as_contact_answer answer = ask(pack, p, lead, instant(at), "email", NULL);
    assert_int_equal(answer.denial, AS_DENIED_BLACKOUT);
    assert_string_equal(answer.reason, why);
    assert_int_equal(answer.until, instant(until));
    assert_int_equal(ask(pack, p, lead, answer.until, "email", NULL).denial, AS_CONTACT_ALLOWED);
    assert_int_equal(ask(pack, p, lead, answer.until - 1, "email", NULL).denial, AS_DENIED_BLACKOUT);
}

/* 10 January 2026 is a Saturday; a day begins at 23:00 UTC in Berlin and at 05:00 UTC in New York. */
static void weekends_and_days_off_are_those_where_the_person_is(void **state)
{
    (void)state;
    struct people p;
    struct as_pack pack;
    struct as_day_off days[] = {{.day = as_day_of(instant("2026-01-12T00:00:00Z"))}};
    quiet_people(&p, &pack, 1 * 60, 2 * 60);
    pack.policy.blackout = (struct as_blackout){.declared = true, .weekends = true};
    off_until(&pack, &p, 0, "2026-01-10T12:00:00Z", "2026-01-11T23:00:00Z",
              "2026-01-10 is a Saturday where the person is");
    off_until(&pack, &p, 0, "2026-01-09T23:00:00Z", "2026-01-11T23:00:00Z",
              "2026-01-10 is a Saturday where the person is");
    assert_int_equal(ask(&pack, &p, 1, instant("2026-01-10T04:59:59Z"), "email", NULL).denial,
                     AS_CONTACT_ALLOWED);
    off_until(&pack, &p, 1, "2026-01-12T04:59:59Z", "2026-01-12T05:00:00Z",
              "2026-01-11 is a Sunday where the person is");
    /* A day off behind the weekend makes it longer. */
    pack.policy.blackout.days.list.at = days;
    pack.policy.blackout.days.list.n = 1;
    off_until(&pack, &p, 0, "2026-01-10T12:00:00Z", "2026-01-12T23:00:00Z",
              "2026-01-10 is a Saturday where the person is");
    off_until(&pack, &p, 3, "2026-01-12T00:00:00Z", "2026-01-13T00:00:00Z",
              "2026-01-12 is a day off where the person is (UTC; time zone unknown)");
    /* An answer waits, too, unless the blackout spares it. */
    int64_t saturday = instant("2026-01-10T12:00:00Z");
    assert_int_equal(reply(&pack, &p, saturday, "email").denial, AS_DENIED_BLACKOUT);
    pack.policy.blackout.spares_hand_raise = true;
    assert_int_equal(reply(&pack, &p, saturday, "email").denial, AS_CONTACT_ALLOWED);
    people_free(&p);
}

static void expect_answer(const struct as_contact_answer *answer, enum as_denial denial, const char *until)
{
    char text[AS_TIME_TEXT];
    assert_int_equal(answer->denial, denial);
    if (answer->until != instant(until))
        fail_msg("until %s, not %s", as_time_format(text, answer->until), until);
}

/* What quiet hours put off to the next morning waits for that morning's day, too. */
static void the_evening_before_a_day_off(void **state)
{
    (void)state;
    static const struct {
        const char *at;
        enum as_denial denial;
        const char *until;
    } evenings[] = {
        {"2026-01-08T21:00:00Z", AS_DENIED_QUIET, "2026-01-09T06:00:00Z"},    /* Thursday 22:00 */
        {"2026-01-09T21:00:00Z", AS_DENIED_BLACKOUT, "2026-01-12T06:00:00Z"}, /* Friday 22:00 */
        {"2026-01-10T02:00:00Z", AS_DENIED_BLACKOUT, "2026-01-12T06:00:00Z"}, /* Saturday 03:00 */
        {"2026-01-11T21:00:00Z", AS_DENIED_QUIET, "2026-01-12T06:00:00Z"},    /* Sunday 22:00 */
        {"2026-01-11T23:00:00Z", AS_DENIED_QUIET, "2026-01-12T06:00:00Z"},    /* the weekend's end */
    };
    struct people p;
    struct as_pack pack;
    quiet_people(&p, &pack, 20 * 60, 7 * 60);
    pack.policy.blackout = (struct as_blackout){.declared = true, .weekends = true};
    for (size_t i = 0; i < sizeof evenings / sizeof *evenings; i++) {
        struct as_contact_answer answer = ask(&pack, &p, 0, instant(evenings[i].at), "email", NULL);
        expect_answer(&answer, evenings[i].denial, evenings[i].until);
    }
    /* Friday 19:59 is neither. */
    assert_int_equal(ask(&pack, &p, 0, instant("2026-01-09T18:59:59Z"), "email", NULL).denial,
                     AS_CONTACT_ALLOWED);
    /* A reply that the blackout spares waits for the morning only. */
    pack.policy.blackout.spares_hand_raise = true;
    struct as_contact_answer answer = reply(&pack, &p, instant("2026-01-09T21:00:00Z"), "email");
    expect_answer(&answer, AS_DENIED_QUIET, "2026-01-10T06:00:00Z");
    people_free(&p);
}

static void quiet_hours_when_clocks_change(void **state)
{
    (void)state;
    struct people p;
    struct as_pack pack;
    quiet_people(&p, &pack, 18 * 60, 8 * 60);
    /* Forward on 29 March 2026: eight o'clock comes at 06:00 UTC. Back on 25 October: at 07:00 UTC. */
    quiet_until(&pack, &p, 0, "2026-03-28T20:00:00Z", "2026-03-29T06:00:00Z");
    quiet_until(&pack, &p, 0, "2026-10-24T20:00:00Z", "2026-10-25T07:00:00Z");
    /* New York changes on 8 March and 1 November. */
    quiet_until(&pack, &p, 1, "2026-03-08T04:00:00Z", "2026-03-08T12:00:00Z");
    quiet_until(&pack, &p, 1, "2026-11-01T04:00:00Z", "2026-11-01T13:00:00Z");
    people_free(&p);
}

static void quiet_hours_that_end_in_the_gap(void **state)
{
    (void)state;
    struct people p;
    struct as_pack pack;
    quiet_people(&p, &pack, 1 * 60, 2 * 60 + 30);
    /* 02:30 does not exist on 29 March in Berlin: 03:00 follows 01:59, and nobody sleeps any more. */
    struct as_contact_answer answer = ask(&pack, &p, 0, instant("2026-03-29T00:30:00Z"), "email", NULL);
    assert_int_equal(answer.denial, AS_DENIED_QUIET);
    assert_int_equal(answer.until, instant("2026-03-29T01:30:00Z"));
    assert_int_equal(ask(&pack, &p, 0, instant("2026-03-29T01:00:00Z"), "email", NULL).denial,
                     AS_CONTACT_ALLOWED);
    people_free(&p);
}

static void unknown_zones_are_said(void **state)
{
    (void)state;
    struct people p;
    struct as_pack pack;
    quiet_people(&p, &pack, 18 * 60, 8 * 60);
    for (uint32_t lead = 2; lead < 4; lead++) {
        struct as_contact_answer answer =
            ask(&pack, &p, lead, instant("2026-01-10T20:00:00Z"), "email", NULL);
        assert_int_equal(answer.denial, AS_DENIED_QUIET);
        assert_int_equal(answer.until, instant("2026-01-11T08:00:00Z"));
        assert_non_null(strstr(answer.reason, "time zone unknown"));
    }
    people_free(&p);
}

static void conditions_and_computed_zones(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_schema(&p);
    struct as_pack *pack = pack_new(&p);
    const struct as_expr *left =
        with_text(pack, field(pack, AS_LEVEL_LEAD, "unsubscribed"), "includes", "email");
    const struct as_expr *barred = plain(pack, field(pack, AS_LEVEL_ACCOUNT, "do_not_contact"), "is_true");
    const struct as_expr *zone = joined(pack, "first_known", field(pack, AS_LEVEL_LEAD, "timezone"),
                                        field(pack, AS_LEVEL_ACCOUNT, "timezone"));
    struct as_never never[] = {{"email", left}, {"any", barred}};
    as_expr_use(&pack->rules, left);
    as_expr_use(&pack->rules, barred);
    as_expr_use(&pack->rules, zone);
    pack->policy = (struct as_contact_policy){.declared = true,
                                              .never = {never, 2, 2},
                                              .has_quiet = true,
                                              .quiet_from = 18 * 60,
                                              .quiet_to = 8 * 60,
                                              .quiet_zone = zone};
    people_new(&p, 4, 2);
    const uint32_t accounts[] = {0, 0, 1, AS_NO_INDEX};
    memcpy(p.set->lead_account, accounts, sizeof accounts);
    must(as_dataset_link(p.set, &error));
    people_field(&p, AS_LEVEL_LEAD, "unsubscribed", 0, "sms; email");
    people_field(&p, AS_LEVEL_LEAD, "unsubscribed", 1, "sms");
    people_field(&p, AS_LEVEL_ACCOUNT, "do_not_contact", 1, "yes");
    people_field(&p, AS_LEVEL_ACCOUNT, "timezone", 0, "Asia/Tokyo");
    people_field(&p, AS_LEVEL_LEAD, "timezone", 1, "Europe/Berlin");
    struct as_plan *plan = plan_new(pack);
    int64_t at = instant("2026-01-14T12:00:00Z"); /* 21:00 in Tokyo, 13:00 in Berlin */
    struct as_outcome *outcome = outcome_at(plan, &p, at);
    struct as_nurture *nurture;
    must(as_nurture_open(&nurture, pack, outcome, p.set, &error));
    const struct {
        uint32_t lead;
        const char *channel;
        enum as_denial denial;
        int64_t until;
    } rows[] = {
        {0, "email", AS_DENIED_NEVER, AS_TIME_NONE},
        {0, "call", AS_DENIED_QUIET, instant("2026-01-14T23:00:00Z")},
        {1, "email", AS_CONTACT_ALLOWED, at},
        {2, "email", AS_DENIED_NEVER, AS_TIME_NONE},
        {2, "call", AS_DENIED_NEVER, AS_TIME_NONE},
        {3, "email", AS_CONTACT_ALLOWED, at}, /* what is unknown forbids nothing */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int answers = 0; answers < 2; answers++) {
            struct as_contact_question question = {at, rows[i].channel, NULL, answers, 0};
            struct as_contact_answer got;
            must(as_nurture_ask(&got, nurture, rows[i].lead, &question, &error));
            assert_int_equal(got.denial, rows[i].denial);
            assert_int_equal(got.until, rows[i].until);
        }
    as_nurture_close(nurture);
    as_outcome_free(outcome);
    as_plan_free(plan);
    as_pack_free(pack);
    people_free(&p);
}

static void every_denial_ends_when_it_says(void **state)
{
    (void)state;
    srand(13);
    struct people p;
    struct as_pack pack;
    quiet_people(&p, &pack, 18 * 60, 8 * 60);
    struct as_pack full = pack_of(&p);
    full.policy.has_quiet = true;
    full.policy.quiet_from = 18 * 60;
    full.policy.quiet_to = 8 * 60;
    full.policy.quiet_zone = &zone_expr;
    for (int round = 0; round < 300; round++) {
        struct touched touches[8];
        struct happened events[4];
        int64_t time = JILL;
        static const char *const channels[] = {"email", "call", "sms"};
        static const char *const kinds[] = {"ebook", "webinar", "pricing_view", "demo_request"};
        for (int i = 0; i < 8; i++)
            touches[i] = (struct touched){0, time += 1 + rand() % (2 * DAY), channels[rand() % 3], 1};
        time = JILL;
        for (int i = 0; i < 4; i++)
            events[i] = (struct happened){0, time += 1 + rand() % (4 * DAY), kinds[rand() % 4]};
        people_touches(&p, touches, 8);
        people_events(&p, events, 4);
        /* After all of it, so that nothing but time passes until the denial ends. */
        int64_t at = (time > touches[7].time ? time : touches[7].time) + rand() % (3 * DAY);
        const char *what = needs[rand() % 4].ask, *channel = channels[rand() % 3];
        struct as_contact_answer answer = ask(&full, &p, 0, at, channel, what);
        assert_true(answer.denial == AS_CONTACT_ALLOWED || answer.reason[0] != '\0');
        if (answer.denial == AS_CONTACT_ALLOWED || answer.until == AS_TIME_NONE)
            continue;
        assert_true(answer.until > at);
        struct as_contact_answer before = ask(&full, &p, 0, answer.until - 1, channel, what);
        assert_true(before.denial != AS_CONTACT_ALLOWED);
        /* Nothing new having happened, the same reason with the same end is gone. */
        struct as_contact_answer after = ask(&full, &p, 0, answer.until, channel, what);
        assert_true(after.denial != answer.denial || after.until != answer.until);
    }
    people_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("Jill's first mail asks for a call minutes after a download: denied [A3.1]", jill_first_mail),
        named("Jill's second mail comes 34 minutes later: denied [A3.2]", jill_second_mail),
        named("Jill's third mail comes two minutes later: denied [A3.3]", jill_third_mail),
        named("nine questions at the first level of permission: denied [A3.3]", jill_nine_questions),
        named("the pressure on Jill rings the alarm [A3.4]", jill_alarm),
        named("a declared pressure budget denies until touches have faded", pressure_denies_when_declared),
        named("caps count seconds, the longest one is told", caps_count_seconds),
        named("an answer to a raised hand waits for no gap or cap, but obeys consent",
              hand_raises_are_answered_at_once),
        named("consent by country, the strictest word", consent_by_country),
        named("quiet hours are the person's own", quiet_hours_where_the_person_is),
        named("weekends and days off are those where the person is, and spare who asked",
              weekends_and_days_off_are_those_where_the_person_is),
        named("the evening before a day off waits for its end", the_evening_before_a_day_off),
        named("quiet hours when clocks go forward and back", quiet_hours_when_clocks_change),
        named("quiet hours that end in an hour that does not exist", quiet_hours_that_end_in_the_gap),
        named("an unknown time zone is said", unknown_zones_are_said),
        named("never is never, whoever asks; a zone may be the account's", conditions_and_computed_zones),
        named("every denial ends when it says", every_denial_ends_when_it_says),
    };
    return cmocka_run_group_tests_name("contact", tests, NULL, NULL);
}
