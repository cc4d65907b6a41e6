/* Tracks: entering, moving from step to step, leaving, coming back. */
#include "rules.h"

#include "score/model/track.h"

enum { DAY = 86400 };
#define T0 (INT64_C(1772442000))

static const char *ladder[] = {"topic", "problem"};
static struct as_ladder_need needs[] = {{"educate", 1}, {"diagnose", 2}};
static struct as_persona personas[] = {{"operations leader", NULL, {NULL, 0}}, {"buyer", NULL, {NULL, 0}}};
static struct as_step stream[] = {
    {.name = "frame the challenge", .content = "guide", .channel = "email", .wait = 4 * DAY},
    {.name = "offer empathy", .content = "story", .channel = "email", .wait = 5 * DAY},
    {.name = "provide help", .content = "kit", .channel = "email", .wait = 0},
    {.name = "give confidence",
     .task = "call",
     .channel = "call",
     .ask = "diagnose",
     .questions = 3,
     .wait = 5 * DAY},
};
static struct as_track discovery = {.name = "the cost of waiting",
                                    .persona = "operations leader",
                                    .phase = "discovery",
                                    .steps = {stream, 4, 4}};
static struct as_track everybody = {.name = "newsletter", .steps = {stream, 1, 1}};

static struct as_question_cap most[] = {{2, 3}};
static struct as_track *tracks[] = {&discovery, &everybody};

static struct as_pack pack_of(const struct people *p)
{
    struct as_pack pack = {.name = "acme", .rules = {.schema = p->schema}};
    pack.personas.at = personas;
    pack.personas.n = 2;
    pack.tracks.at = tracks;
    pack.tracks.n = 2;
    pack.policy = (struct as_contact_policy){
        .declared = true, .ladder = {ladder, 2, 2}, .needs = {needs, 2, 2}, .questions = {most, 1, 1}};
    return pack;
}

static struct as_placement place(const struct people *p, enum as_stage stage, uint16_t persona, int64_t at)
{
    struct as_pack pack = pack_of(p);
    struct as_standing standing = {.stage = (uint8_t)stage, .persona = persona};
    struct as_placement out;
    assert_int_equal(as_place(&out, &pack, NULL, p->set, 0, &standing, at, NULL), AS_OK);
    return out;
}

static void enrol(struct people *p, const struct as_track *track, uint16_t step, bool ended, int64_t entered,
                  int64_t due)
{
    free(p->set->enrolments.start);
    free(p->set->enrolments.at);
    p->set->enrolments.start = calloc(2, sizeof *p->set->enrolments.start);
    p->set->enrolments.at = calloc(1, sizeof *p->set->enrolments.at);
    p->set->enrolments.start[1] = 1;
    p->set->enrolments.at[0] = (struct as_enrolment){
        as_intern_add(p->set->tracks, as_str_of(track->name)), step, ended, entered, due, 0, 0};
}

static void first_track_that_fits(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_placement out = place(&p, AS_STAGE_NURTURE, 1, T0);
    assert_ptr_equal(out.track, &discovery);
    assert_true(out.enters);
    assert_int_equal(out.step, 0);
    assert_int_equal(out.entered, T0);
    assert_int_equal(out.due, T0 + 4 * DAY);
    /* Another persona, or a buyer who is further on, takes the next that fits. */
    assert_ptr_equal(place(&p, AS_STAGE_NURTURE, 2, T0).track, &everybody);
    assert_ptr_equal(place(&p, AS_STAGE_NURTURE, 0, T0).track, &everybody);
    const struct happened seen = {0, T0 - DAY, "pricing_view"};
    people_events(&p, &seen, 1);
    assert_ptr_equal(place(&p, AS_STAGE_NURTURE, 1, T0).track, &everybody);
    people_free(&p);
}

static void only_nurtured_stages(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++) {
        bool nurtured = stage == AS_STAGE_NURTURE || stage == AS_STAGE_WORTH_A_CALL;
        assert_int_equal(place(&p, (enum as_stage)stage, 1, T0).track != NULL, nurtured);
    }
    /* A lead that leaves nurturing leaves its track. */
    enrol(&p, &discovery, 1, false, T0, T0 + DAY);
    struct as_placement out = place(&p, AS_STAGE_SALES_READY, 1, T0 + 2 * DAY);
    assert_ptr_equal(out.track, &discovery);
    assert_true(out.ended);
    assert_int_equal(out.step, 1);
    people_free(&p);
}

static void disqualified_into_a_track(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_pack pack = pack_of(&p);
    const struct as_standing sent = {
        .stage = AS_STAGE_DISQUALIFIED, .disqualifier = 1, .sent_to = 2, .persona = 1};
    const struct as_standing left = {.stage = AS_STAGE_DISQUALIFIED, .disqualifier = 1, .persona = 1};
    struct as_placement out;
    must(as_place(&out, &pack, NULL, p.set, 0, &sent, T0, &error));
    assert_ptr_equal(out.track, &everybody); /* the one it is sent to, not the first that fits */
    must(as_place(&out, &pack, NULL, p.set, 0, &left, T0, &error));
    assert_null(out.track);
    enrol(&p, &everybody, 0, false, T0, T0 + DAY);
    must(as_place(&out, &pack, NULL, p.set, 0, &sent, T0 + 1, &error));
    assert_false(out.ended);
    enrol(&p, &discovery, 0, false, T0, T0 + DAY);
    must(as_place(&out, &pack, NULL, p.set, 0, &sent, T0 + 1, &error));
    assert_true(out.ended);
    people_free(&p);
}

static void steps_follow_touches(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    enrol(&p, &discovery, 0, false, T0, T0 + 4 * DAY);
    /* A touch before the step was due, or on another channel, does not do it. */
    const struct touched early[] = {{0, T0 + DAY, "email", 1}, {0, T0 + 4 * DAY, "call", 1}};
    people_touches(&p, early, 2);
    struct as_placement out = place(&p, AS_STAGE_NURTURE, 1, T0 + 5 * DAY);
    assert_int_equal(out.step, 0);
    assert_int_equal(out.due, T0 + 4 * DAY);
    assert_false(out.enters);
    const struct touched done[] = {{0, T0 + DAY, "email", 1}, {0, T0 + 6 * DAY, "email", 1}};
    people_touches(&p, done, 2);
    out = place(&p, AS_STAGE_NURTURE, 1, T0 + 7 * DAY);
    assert_int_equal(out.step, 1);
    assert_int_equal(out.due, T0 + 11 * DAY); /* five days after the touch */
    people_free(&p);
}

static void one_touch_does_one_step(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    enrol(&p, &discovery, 1, false, T0, T0 + DAY);
    const struct touched touches[] = {{0, T0 + 2 * DAY, "email", 1}};
    people_touches(&p, touches, 1);
    struct as_placement out = place(&p, AS_STAGE_NURTURE, 1, T0 + 3 * DAY);
    assert_int_equal(out.step, 2); /* the third step waits for nothing, but for a touch of its own */
    assert_int_equal(out.due, T0 + 2 * DAY + 1);
    /* Deciding again from what was decided moves nothing. */
    enrol(&p, &discovery, out.step, false, T0, out.due);
    struct as_placement again = place(&p, AS_STAGE_NURTURE, 1, T0 + 3 * DAY);
    assert_int_equal(again.step, 2);
    assert_int_equal(again.due, out.due);
    people_free(&p);
}

static void tracks_end(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    enrol(&p, &discovery, 3, false, T0, T0 + DAY);
    const struct touched touches[] = {{0, T0 + 2 * DAY, "call", 1}};
    people_touches(&p, touches, 1);
    struct as_placement out = place(&p, AS_STAGE_WORTH_A_CALL, 1, T0 + 3 * DAY);
    assert_true(out.ended);
    assert_int_equal(out.step, 4);
    /* Once through, not again … */
    enrol(&p, &discovery, 4, true, T0, T0 + DAY);
    assert_ptr_equal(place(&p, AS_STAGE_NURTURE, 1, T0 + 999 * DAY).track, &everybody);
    /* … unless the track says after what time; who left before its end may come back. */
    discovery.once = 180 * DAY;
    assert_ptr_equal(place(&p, AS_STAGE_NURTURE, 1, T0 + 180 * DAY - 1).track, &everybody);
    assert_ptr_equal(place(&p, AS_STAGE_NURTURE, 1, T0 + 180 * DAY).track, &discovery);
    discovery.once = 0;
    enrol(&p, &discovery, 2, true, T0, T0 + DAY);
    assert_ptr_equal(place(&p, AS_STAGE_NURTURE, 1, T0 + 10 * DAY).track, &discovery);
    people_free(&p);
}

static void contact_is_asked_when_due(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    enrol(&p, &discovery, 3, false, T0, T0 + 5 * DAY);
    struct as_placement out = place(&p, AS_STAGE_NURTURE, 1, T0 + 4 * DAY);
    assert_int_equal(out.contact.denial, AS_CONTACT_ALLOWED);
    assert_int_equal(out.contact.until, T0 + 5 * DAY);
    out = place(&p, AS_STAGE_NURTURE, 1, T0 + 5 * DAY);
    assert_int_equal(out.contact.denial, AS_DENIED_LADDER); /* a diagnosis, from one who has shown nothing */
    const struct happened seen = {0, T0, "demo_request"};
    people_events(&p, &seen, 1);
    most[0].most = 2;
    out = place(&p, AS_STAGE_NURTURE, 1, T0 + 5 * DAY);
    assert_int_equal(out.contact.denial, AS_DENIED_QUESTIONS);
    most[0].most = 3;
    out = place(&p, AS_STAGE_NURTURE, 1, T0 + 5 * DAY);
    assert_int_equal(out.contact.denial, AS_CONTACT_ALLOWED);
    people_free(&p);
}

static void order_of_the_stream(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_placement out = place(&p, AS_STAGE_NURTURE, 1, T0);
    struct touched touches[4];
    size_t n = 0;
    /* Make each touch on the day it is due: the four steps come in order, and the track ends. */
    for (uint16_t step = 0; step < 4; step++) {
        assert_int_equal(out.step, step);
        assert_false(out.ended);
        enrol(&p, &discovery, out.step, false, T0, out.due);
        touches[n++] = (struct touched){0, out.due, stream[step].channel, 1};
        people_touches(&p, touches, n);
        out = place(&p, AS_STAGE_NURTURE, 1, touches[n - 1].time);
    }
    assert_true(out.ended);
    people_free(&p);
}

static void conditions_of_tracks_and_steps(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_schema(&p);
    struct as_pack *pack = pack_new(&p);
    const struct as_expr *customer = with_text(pack, field(pack, AS_LEVEL_ACCOUNT, "type"), "is", "customer");
    const struct as_expr *read = plain(pack, events(pack, "case_study"), "seen");
    as_expr_use(&pack->rules, customer);
    as_expr_use(&pack->rules, read);
    struct as_step steps[] = {
        {.name = "story", .content = "story", .channel = "email", .wait = DAY, .done_when = read},
        {.name = "kit", .content = "kit", .channel = "email", .wait = 2 * DAY}};
    struct as_track cross_sell = {.name = "cross-sell", .when = customer, .steps = {steps, 2, 2}};
    assert_true(as_list_push(&pack->rules.arena, &pack->tracks, &cross_sell));
    people_new(&p, 3, 3);
    for (uint32_t i = 0; i < 3; i++)
        p.set->lead_account[i] = i;
    must(as_dataset_link(p.set, &error));
    people_field(&p, AS_LEVEL_ACCOUNT, "type", 0, "customer");
    people_field(&p, AS_LEVEL_ACCOUNT, "type", 1, "prospect");
    const struct happened seen = {0, T0 - DAY, "case_study"};
    people_events(&p, &seen, 1);
    /* All three stand in the track already. */
    uint32_t start[] = {0, 1, 2, 3}, code = as_intern_add(p.set->tracks, AS_STR("cross-sell"));
    struct as_enrolment held[] = {
        {code, 0, false, T0 - DAY, T0, 0, 0}, {code, 0, false, T0, T0, 0, 0}, {code, 1, false, T0, T0, 0, 0}};
    p.set->enrolments = (struct as_enrolment_log){start, held};
    struct as_plan *plan = plan_new(pack);
    struct as_outcome *outcome = outcome_at(plan, &p, T0);
    struct as_nurture *nurture;
    struct as_placement out;
    const struct as_standing standing = {.stage = AS_STAGE_NURTURE};
    must(as_nurture_open(&nurture, pack, outcome, p.set, &error));
    must(as_nurture_place(&out, nurture, 0, &standing, T0, &error));
    assert_int_equal(out.step, 1); /* the story was read already; the kit waits from the day it was due */
    assert_int_equal(out.due, T0 + 2 * DAY);
    assert_false(out.ended);
    must(as_nurture_place(&out, nurture, 1, &standing, T0, &error));
    assert_true(out.ended); /* no customer any more */
    must(as_nurture_place(&out, nurture, 2, &standing, T0, &error));
    assert_false(out.ended); /* nobody knows: stays */
    assert_int_equal(out.step, 1);
    p.set->enrolments = (struct as_enrolment_log){NULL, NULL};
    must(as_nurture_place(&out, nurture, 2, &standing, T0, &error));
    assert_null(out.track); /* but nobody enters on what is unknown */
    must(as_nurture_place(&out, nurture, 0, &standing, T0, &error));
    assert_true(out.enters);
    as_nurture_close(nurture);
    as_outcome_free(outcome);
    as_plan_free(plan);
    as_pack_free(pack);
    people_free(&p);
}

/* Says a person's word of the lead; `stay` gets what the lead was in, by which word. */
static void say(struct people *p, struct as_track_word *word, const struct as_track *track)
{
    static uint32_t start[] = {0, 1};
    word->track = track == NULL ? AS_NO_INDEX : as_intern_add(p->set->tracks, as_str_of(track->name));
    p->set->track_words = (struct as_track_word_log){start, word};
}

static void a_word_goes_before_the_rules(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_track_word word = {.id = 7, .time = T0, .says = AS_TRACK_PLACED};
    say(&p, &word, &everybody);
    struct as_placement out = place(&p, AS_STAGE_NURTURE, 1, T0);
    assert_ptr_equal(out.track, &everybody);
    assert_ptr_equal(out.by_rules, &discovery);
    assert_ptr_equal(out.word, &word);
    assert_true(out.enters);
    assert_false(out.displaced);
    /* From another track, which ends for it. */
    enrol(&p, &discovery, 1, false, T0 - DAY, T0);
    out = place(&p, AS_STAGE_NURTURE, 1, T0);
    assert_ptr_equal(out.track, &everybody);
    assert_true(out.enters && out.displaced);
    assert_ptr_equal(out.by_rules, &discovery);
    /* Where it was already it goes on, by that word from now on. */
    say(&p, &word, &discovery);
    out = place(&p, AS_STAGE_NURTURE, 1, T0);
    assert_ptr_equal(out.track, &discovery);
    assert_int_equal(out.step, 1);
    assert_int_equal(out.entered, T0 - DAY);
    assert_true(out.adopted && !out.enters && !out.ended);
    /* It holds no longer than its stay, and only in stages that are nurtured. */
    p.set->enrolments.at[0].word = 7;
    assert_false(place(&p, AS_STAGE_NURTURE, 1, T0).adopted);
    out = place(&p, AS_STAGE_SALES_READY, 1, T0);
    assert_true(out.ended);
    assert_null(out.word);
    p.set->enrolments.at[0].ended = true;
    assert_null(as_track_word(p.set, 0));
    p.set->track_words = (struct as_track_word_log){NULL, NULL};
    people_free(&p);
}

static void a_word_is_taken_back(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_track_word word = {.id = 8, .time = T0, .says = AS_TRACK_LIFTED};
    say(&p, &word, NULL);
    /* The rules place anew; the stay that the first word began ends. */
    enrol(&p, &everybody, 0, false, T0 - DAY, T0 + DAY);
    p.set->enrolments.at[0].word = 7;
    struct as_placement out = place(&p, AS_STAGE_NURTURE, 1, T0);
    assert_ptr_equal(out.track, &discovery);
    assert_true(out.enters && out.displaced);
    assert_null(out.word);
    /* What the rules would do too goes on. */
    out = place(&p, AS_STAGE_NURTURE, 2, T0);
    assert_ptr_equal(out.track, &everybody);
    assert_true(out.adopted && !out.enters && !out.ended);
    /* Kept out of all. */
    word.says = AS_TRACK_KEPT_OUT;
    out = place(&p, AS_STAGE_NURTURE, 2, T0);
    assert_true(out.ended);
    assert_ptr_equal(out.by_rules, &everybody);
    p.set->enrolments.at[0].ended = true;
    out = place(&p, AS_STAGE_NURTURE, 1, T0);
    assert_null(out.track);
    assert_ptr_equal(out.by_rules, &discovery);
    p.set->track_words = (struct as_track_word_log){NULL, NULL};
    people_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("the first track whose persona and phase fit", first_track_that_fits),
        named("only leads in nurturing are in a track", only_nurtured_stages),
        named("a disqualified lead enters the track that its disqualifier names", disqualified_into_a_track),
        named("a step is done by a touch on its channel since it was due", steps_follow_touches),
        named("one touch does one step, however often it is decided", one_touch_does_one_step),
        named("a track that is through ends, and comes again only when it says so", tracks_end),
        named("a step that is due asks whether it may", contact_is_asked_when_due),
        named("customers enter the track for customers, and a step done already is passed over",
              conditions_of_tracks_and_steps),
        named("a person's word on the track goes before the rules, and holds to its end [A8.3]",
              a_word_goes_before_the_rules),
        named("a word is taken back, or keeps a lead out of all tracks [A8.3]", a_word_is_taken_back),
        named("four steps in order: frame, empathy, help, confidence [A7.8]", order_of_the_stream),
    };
    return cmocka_run_group_tests_name("tracks", tests, NULL, NULL);
}
