/* Reactions: what entering a stage asks for is made once, with the values of the moment; held runs hold it,
 * and another version of the rules asks for nothing again. */
#include "town.h"

#include "store/work/effects.h"

struct asking {
    struct town town;
    struct as_pack *pack;
    struct as_run_pack given;
};

static struct as_effect_rule *add_effect(struct as_pack *pack, struct as_reaction *reaction,
                                         enum as_effect_kind kind, const char *name, const char *to)
{
    struct as_effect_rule *effect = town_alloc(pack, sizeof *effect);
    effect->name = name;
    effect->position = town_line(80);
    effect->kind = kind;
    effect->to = to;
    assert_true(as_list_push(&pack->rules.arena, &reaction->effects, (const struct as_effect_rule *)effect));
    return effect;
}

static void add_value(struct as_pack *pack, struct as_effect_rule *effect, const char *key,
                      struct as_literal literal, const struct as_expr *expr)
{
    struct as_effect_value value = {key, literal, expr};
    if (expr != NULL)
        as_expr_use(&pack->rules, expr);
    assert_true(as_list_push(&pack->rules.arena, &effect->values, value));
}

static struct as_pack *asking_pack(struct town *town, const char *hash, bool more)
{
    struct as_pack *pack = town_pack(town, "p", hash, 40);
    struct as_destination crm = {.name = "crm", .url = "https://crm.example/"};
    struct as_destination chat = {
        .name = "chat", .url = "https://chat.example/", .takes = 1u << AS_EFFECT_HANDOFF};
    assert_true(as_list_push(&pack->rules.arena, &pack->destinations, crm));
    assert_true(as_list_push(&pack->rules.arena, &pack->destinations, chat));
    struct as_reaction reaction = {.stage = AS_STAGE_WORTH_A_CALL, .position = town_line(79)};
    struct as_effect_rule *task = add_effect(pack, &reaction, AS_EFFECT_TASK, "call today", NULL);
    task->role = "sdr";
    task->due = 4 * 3600;
    struct as_effect_rule *hook = add_effect(pack, &reaction, AS_EFFECT_WEBHOOK, "ready", "crm");
    const struct as_expr *score = NULL;
    town_ok(town, as_expr_score(&score, &pack->rules, pack->models.at[0]->scores.at[0], town_line(81),
                                &town->error));
    add_value(pack, hook, "points", (struct as_literal){.kind = AS_LITERAL_NONE}, score);
    add_value(pack, hook, "source", town_text("assay"), NULL);
    add_value(pack, hook, "title", (struct as_literal){.kind = AS_LITERAL_NONE},
              town_field(town, pack, AS_LEVEL_LEAD, "title", 82));
    add_value(pack, hook, "website", (struct as_literal){.kind = AS_LITERAL_NONE},
              town_field(town, pack, AS_LEVEL_LEAD, "website", 83));
    if (more)
        add_effect(pack, &reaction, AS_EFFECT_WEBHOOK, "new in this version", "crm");
    assert_true(as_list_push(&pack->rules.arena, &pack->reactions, reaction));
    return pack;
}

static int setup(void **state)
{
    struct asking *a = calloc(1, sizeof *a);
    town_open(&a->town);
    a->pack = asking_pack(&a->town, "h1", false);
    a->given.pack = a->pack;
    town_lead(&a->town, "ann", "operations", DAY(-1));
    town_event(&a->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    *state = a;
    return 0;
}

static int teardown(void **state)
{
    struct asking *a = *state;
    as_pack_free(a->pack);
    town_close(&a->town);
    free(a);
    return 0;
}

static struct as_effects_made run_day(struct asking *a, int day, bool approve)
{
    struct as_run_request request = town_request(&a->town, &a->given, 1, DAY(day));
    struct as_run_result result;
    request.approve = approve;
    town_ok(&a->town, as_run(&result, a->town.store, &request, &a->town.error));
    if (result.failed > 0)
        fail_msg("%s", result.packs.at[0]->error.what);
    struct as_effects_made made = result.packs.at[0]->made;
    as_run_free(&result);
    return made;
}

static enum as_status keep_payload(void *context, const struct as_effect_row *row, struct as_error *error)
{
    (void)error;
    if (row->destination != NULL)
        as_buf_text(context, row->payload_json);
    return AS_OK;
}

static void values_are_those_of_the_moment(void **state)
{
    struct asking *a = *state;
    struct as_buf payload = {0};
    struct as_effects_made made = run_day(a, 0, true);
    assert_int_equal(made.task, 1);
    assert_int_equal(made.told, 1);
    town_ok(&a->town, as_store_effects(a->town.store, "p", "queued", keep_payload, &payload, &a->town.error));
    /* The score is a number in points, what nobody knows is null. */
    assert_string_equal(
        as_buf_c(&payload),
        "{\"pack\":\"p\",\"model\":\"m\",\"lead\":1,\"name\":\"ready\",\"stage\":\"worth_a_call\","
        "\"data\":{\"points\":50,\"source\":\"assay\",\"title\":\"operations\",\"website\":null}}");
    as_buf_free(&payload);
    assert_int_equal(town_count(&a->town, "SELECT due - created FROM task WHERE text = 'call today'"),
                     4 * 3600);
    made = run_day(a, 1, true);
    assert_int_equal(made.task + made.told, 0);
}

/* Changing a rule never resends what was sent. */
static void another_version_asks_for_nothing_again(void **state)
{
    struct asking *a = *state;
    run_day(a, 0, true);
    as_pack_free(a->pack);
    a->pack = asking_pack(&a->town, "h2", true);
    a->given.pack = a->pack;
    assert_int_equal(run_day(a, 0, true).told, 0);
    assert_int_equal(run_day(a, 1, true).told, 0);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM outbox WHERE destination IS NOT NULL"), 1);
}

static void a_first_run_holds_until_approved(void **state)
{
    struct asking *a = *state;
    run_day(a, 0, false);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM outbox WHERE state = 'held'"), 2);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM task"), 0);
    run_day(a, 1, true);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM outbox WHERE state = 'queued'"), 2);
    assert_int_equal(
        town_count(&a->town, "SELECT due - created FROM task WHERE text = 'call today' AND role = 'sdr'"),
        4 * 3600);
}

/* The copy for a further destination is told apart by its key's end, not by what names hold. */
static void a_held_task_of_a_step_becomes_a_task(void **state)
{
    struct asking *a = *state;
    struct as_track *track = town_alloc(a->pack, sizeof *track);
    track->name = "first > second";
    track->position = town_line(59);
    struct as_step step = {
        .name = "call", .position = town_line(60), .task = "call", .channel = "call", .wait = AS_DAY_SECONDS};
    assert_true(as_list_push(&a->pack->rules.arena, &track->steps, step));
    assert_true(as_list_push(&a->pack->rules.arena, &a->pack->tracks, track));
    struct as_destination more = {.name = "more", .url = "https://m.example/", .takes = 1u << AS_EFFECT_TASK};
    struct as_destination most = {.name = "most", .url = "https://m.example/", .takes = 1u << AS_EFFECT_TASK};
    assert_true(as_list_push(&a->pack->rules.arena, &a->pack->destinations, more));
    assert_true(as_list_push(&a->pack->rules.arena, &a->pack->destinations, most));
    run_day(a, 0, false);
    run_day(a, 1, false);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM task"), 0);
    uint64_t released;
    town_ok(&a->town, as_store_release(&released, a->town.store, "p", DAY(1), &a->town.error));
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM task WHERE text = 'call'"), 1);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM task"), 2); /* and the reaction's */
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM outbox WHERE kind = 'task'"), 4);
}

static void a_step_of_effects_alone_is_passed_on_its_day(void **state)
{
    struct asking *a = *state;
    struct as_track *track = town_alloc(a->pack, sizeof *track);
    track->name = "waiting";
    track->position = town_line(59);
    struct as_reaction holder = {.stage = AS_STAGE_NURTURE};
    add_effect(a->pack, &holder, AS_EFFECT_LIST, "invitations", "crm")->list = "invitations";
    struct as_step step = {
        .name = "invite", .position = town_line(60), .channel = "email", .wait = AS_DAY_SECONDS};
    assert_true(as_list_push(&a->pack->rules.arena, &step.effects, holder.effects.at[0]));
    assert_true(as_list_push(&a->pack->rules.arena, &track->steps, step));
    assert_true(as_list_push(&a->pack->rules.arena, &a->pack->tracks, track));
    assert_int_equal(run_day(a, 0, true).told, 1); /* the reaction; the step waits a day */
    assert_int_equal(run_day(a, 1, true).told, 1);
    assert_int_equal(run_day(a, 2, true).told, 0);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM outbox WHERE kind = 'list' AND state = "
                                          "'queued' AND payload LIKE '%\"change\":\"join\"%'"),
                     1);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM enrolment WHERE ended IS NOT NULL"), 1);
}

static void nobody_joins_a_list_against_their_will(void **state)
{
    struct asking *a = *state;
    char at[AS_TIME_TEXT];
    struct as_reaction joining = {.stage = AS_STAGE_WORTH_A_CALL, .position = town_line(90)};
    add_effect(a->pack, &joining, AS_EFFECT_LIST, "invitations", "crm")->list = "invitations";
    assert_true(as_list_push(&a->pack->rules.arena, &a->pack->reactions, joining));
    town_put(&a->town, AS_IMPORT_CONSENT, DAY(-1), "lead_id", "ann", "channel", "email", "state", "objected",
             "purpose", "marketing", "at", as_time_format(at, DAY(-1)), NULL);
    run_day(a, 0, true);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM outbox WHERE kind = 'list' AND state = "
                                          "'withdrawn' AND note LIKE 'consent:%'"),
                     1);
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("values are those of the moment, once", values_are_those_of_the_moment),
        TEST("another version of the rules asks for nothing again", another_version_asks_for_nothing_again),
        TEST("a first run holds its effects until it is approved", a_first_run_holds_until_approved),
        TEST("a held task of a step becomes a task", a_held_task_of_a_step_becomes_a_task),
        TEST("a step of effects alone is passed on its day", a_step_of_effects_alone_is_passed_on_its_day),
        TEST("nobody joins a list against their will", nobody_joins_a_list_against_their_will),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
