/* Standings through a whole plan: gates of leads and accounts, grades, personas, acts, overrides, priors. */
#include "rules.h"

#include "score/model/stage.h"

enum { DAY = 86400, LEADS = 6, ACCOUNTS = 2 };
#define T0 (INT64_C(1772442000))

struct office {
    struct people p;
    struct as_pack *pack;
    struct as_model *model;
    struct as_plan *plan;
};

static struct as_reject_reason reasons[] = {{"bad data", AS_REJECT_FIX, 0},
                                            {"no budget", AS_REJECT_NURTURE, 90 * DAY},
                                            {"competitor", AS_REJECT_DISQUALIFY, 0}};
static struct as_band letters[] = {{"A", 75000}, {"B", 50000}};
static struct as_band numbers[] = {{"1", 10000}};

static struct as_track campus = {.name = "campus"};

static void declare(struct office *o)
{
    struct as_pack *pack = o->pack = pack_new(&o->p);
    struct as_model *model = o->model = model_of(pack, "inbound");
    const struct as_expr *title = field(pack, AS_LEVEL_LEAD, "title");
    struct as_score *fit = score_of(pack, model, "fit"), *interest = score_of(pack, model, "interest");
    rule_of(pack, fit, "director", 50, with_text(pack, title, "matches", "director"));
    rule_of(pack, fit, "big", 25,
            with_number(pack, field(pack, AS_LEVEL_ACCOUNT, "employees"), "at_least", 200));
    rule_of(pack, interest, "prices", 10, plain(pack, events(pack, "pricing_view"), "seen"));
    struct as_grade_axis axes[] = {{fit, "C", {letters, 2, 2}}, {interest, "2", {numbers, 1, 1}}};
    for (int i = 0; i < 2; i++)
        assert_true(as_list_push(&pack->rules.arena, &model->axes, axes[i]));
    criterion(pack, gate_of(pack, model, AS_STAGE_NURTURE, AS_LEVEL_LEAD), "title",
              plain(pack, title, "known"));
    criterion(pack, gate_of(pack, model, AS_STAGE_SALES_READY, AS_LEVEL_LEAD), "interest",
              plain(pack, events(pack, "demo_request"), "seen"));
    criterion(pack, gate_of(pack, model, AS_STAGE_OPPORTUNITY, AS_LEVEL_ACCOUNT), "size",
              with_number(pack, field(pack, AS_LEVEL_ACCOUNT, "employees"), "at_least", 200));
    const struct as_expr *student = with_text(pack, title, "has_word", "student");
    as_expr_use(&pack->rules, student);
    assert_true(as_list_push(&pack->rules.arena, &model->disqualifiers,
                             ((struct as_disqualifier){"student", here, student, "campus"})));
    for (int i = 0; i < 3; i++)
        assert_true(as_list_push(&pack->rules.arena, &model->reject_reasons, reasons[i]));
    const struct as_expr *operations = with_text(pack, title, "matches", "operations");
    as_expr_use(&pack->rules, operations);
    assert_true(as_list_push(&pack->rules.arena, &pack->personas,
                             ((struct as_persona){"operations leader", operations, here})));
    assert_true(as_list_push(&pack->rules.arena, &pack->tracks, &campus));
    o->plan = plan_new(pack);
}

static void office_open(struct office *o)
{
    *o = (struct office){.p = {NULL, NULL}};
    people_schema(&o->p);
    declare(o);
    people_new(&o->p, LEADS, ACCOUNTS);
    people_field(&o->p, AS_LEVEL_LEAD, "title", 0, "Director of operations");
    people_field(&o->p, AS_LEVEL_LEAD, "title", 1, "Director");
    people_field(&o->p, AS_LEVEL_LEAD, "title", 2, "Student");
    people_field(&o->p, AS_LEVEL_LEAD, "title", 4, "Clerk");
    people_field(&o->p, AS_LEVEL_LEAD, "title", 5, "Director");
    people_field(&o->p, AS_LEVEL_ACCOUNT, "employees", 0, "500");
    people_field(&o->p, AS_LEVEL_ACCOUNT, "employees", 1, "20");
    const uint32_t accounts[LEADS] = {0, 1, 0, 0, AS_NO_INDEX, AS_NO_INDEX};
    memcpy(o->p.set->lead_account, accounts, sizeof accounts);
    must(as_dataset_link(o->p.set, &error));
}

static void office_close(struct office *o)
{
    as_plan_free(o->plan);
    as_pack_free(o->pack);
    people_free(&o->p);
}

/* One by one, for the caller to free. */
static struct as_standing *each(struct as_standings *standings, uint32_t leads)
{
    struct as_standing *out = calloc(leads + 1, sizeof *out);
    for (uint32_t row = 0; row < leads; row++)
        out[row] = *as_standings_at(standings, row);
    as_standings_free(standings);
    return out;
}

static struct as_standing *stand(struct office *o, int64_t at)
{
    struct as_outcome *outcome = outcome_at(o->plan, &o->p, at);
    struct as_standings standings;
    must(as_standings(&standings, o->model, o->plan, outcome, o->p.set, at, &error));
    as_outcome_free(outcome);
    return each(&standings, o->p.set->leads);
}

static struct as_prior prior_of(const struct as_standing *s)
{
    return (struct as_prior){.stage = s->stage,
                             .furthest = s->furthest,
                             .grade = s->grade,
                             .verdicts = s->verdicts,
                             .decided = true,
                             .outside = s->outside,
                             .attention = s->attention,
                             .blocked = s->blocked,
                             .entered = s->entered,
                             .recycled = s->recycled,
                             .cool_off = s->cool_off,
                             .recycles = s->recycles,
                             .owner = AS_NO_INDEX,
                             .disqualifier = AS_NO_INDEX,
                             .persona = AS_NO_INDEX};
}

/* Keeps what was decided as the prior standing of the next decision. */
static void keep(struct office *o, const struct as_standing *standings)
{
    struct as_dataset *set = o->p.set;
    if (set->prior == NULL) {
        set->prior = calloc(1, sizeof *set->prior);
        set->prior[0] = calloc(LEADS, sizeof **set->prior);
        set->prior_models = 1;
    }
    for (uint32_t i = 0; i < LEADS; i++)
        set->prior[0][i] = prior_of(&standings[i]);
}

static void first_decision(void **state)
{
    (void)state;
    struct office o;
    office_open(&o);
    const struct happened all[] = {{0, T0, "demo_request"},
                                   {1, T0, "demo_request"},
                                   {1, T0, "pricing_view"},
                                   {2, T0, "demo_request"},
                                   {5, T0, "demo_request"}};
    people_events(&o.p, all, 5);
    struct as_standing *s = stand(&o, T0 + DAY);
    char text[AS_GRADE_TEXT];

    assert_int_equal(s[0].stage, AS_STAGE_OPPORTUNITY);
    assert_int_equal(s[0].persona, 1);
    assert_string_equal(as_grade_show(text, o.model, s[0].grade), "A2");
    assert_int_equal(s[1].stage, AS_STAGE_SALES_READY); /* its account is too small */
    assert_int_equal(as_verdict_of(s[1].verdicts, 2), AS_GATE_FAIL);
    assert_int_equal(s[1].persona, 0);
    assert_string_equal(as_grade_show(text, o.model, s[1].grade), "B1");
    assert_int_equal(s[2].stage, AS_STAGE_DISQUALIFIED);
    assert_int_equal(s[2].disqualifier, 1);
    assert_int_equal(s[2].sent_to, 1);
    assert_int_equal(s[1].sent_to, 0);
    assert_int_equal(s[3].stage, AS_STAGE_SUSPECT); /* no title: known is no */
    assert_true(s[3].blocked);                      /* and whether a student is unknown */
    assert_int_equal(s[4].stage, AS_STAGE_NURTURE);
    assert_string_equal(as_grade_show(text, o.model, s[4].grade), "C2");
    assert_int_equal(s[5].stage, AS_STAGE_SALES_READY); /* nobody knows its account */
    assert_int_equal(as_verdict_of(s[5].verdicts, 2), AS_GATE_INSUFFICIENT);
    assert_string_equal(as_grade_show(text, o.model, 0), "");
    for (int i = 0; i < LEADS; i++)
        assert_int_equal(s[i].cause, AS_CAUSE_FIRST);
    free(s);
    office_close(&o);
}

static void verdicts_of_single_gates(void **state)
{
    (void)state;
    struct office o;
    office_open(&o);
    struct as_outcome *outcome = outcome_at(o.plan, &o.p, T0);
    const struct as_gate *size = o.model->gates.at[2], *title = o.model->gates.at[0];
    assert_int_equal(as_gate_verdict_at(size, outcome, 0), AS_GATE_PASS);
    assert_int_equal(as_gate_verdict_at(size, outcome, 1), AS_GATE_FAIL);
    assert_int_equal(as_gate_verdict_at(title, outcome, 0), AS_GATE_PASS);
    assert_int_equal(as_gate_verdict_at(title, outcome, 3), AS_GATE_FAIL);
    as_outcome_free(outcome);
    office_close(&o);
}

static void deciding_again(void **state)
{
    (void)state;
    struct office o;
    office_open(&o);
    const struct happened all[] = {{0, T0, "demo_request"}, {1, T0, "handoff_accepted"}, {4, T0, "lost"}};
    people_events(&o.p, all, 3);
    struct as_standing *first = stand(&o, T0 + DAY);
    assert_int_equal(first[1].stage, AS_STAGE_ACCEPTED);
    assert_int_equal(first[4].stage, AS_STAGE_LOST);
    keep(&o, first);
    struct as_standing *second = stand(&o, T0 + DAY);
    for (int i = 0; i < LEADS; i++) {
        assert_int_equal(second[i].stage, first[i].stage);
        assert_int_equal(second[i].entered, first[i].entered);
        assert_int_equal(second[i].verdicts, first[i].verdicts);
        assert_int_equal(second[i].grade, first[i].grade);
        assert_int_equal(second[i].attention, first[i].attention);
        assert_int_equal(second[i].cause, AS_CAUSE_NONE);
    }
    free(first);
    free(second);
    office_close(&o);
}

static void acts_after_entry(void **state)
{
    (void)state;
    struct office o;
    office_open(&o);
    const struct happened asked[] = {{1, T0, "demo_request"}};
    people_events(&o.p, asked, 1);
    struct as_standing *s = stand(&o, T0 + DAY);
    assert_int_equal(s[1].stage, AS_STAGE_SALES_READY);
    keep(&o, s);
    free(s);
    /* What was recorded before the stage was entered, or will be after the decision, moves nothing. */
    const struct happened acts[] = {{1, T0, "demo_request"},
                                    {1, T0 + DAY / 2, "handoff_accepted"},
                                    {1, T0 + 2 * DAY, "handoff"},
                                    {1, T0 + 5 * DAY, "won"}};
    people_events(&o.p, acts, 4);
    s = stand(&o, T0 + 3 * DAY);
    assert_int_equal(s[1].stage, AS_STAGE_SALES_READY);
    free(s);
    s = stand(&o, T0 + 5 * DAY);
    assert_int_equal(s[1].stage, AS_STAGE_WON);
    assert_int_equal(s[1].cause, AS_CAUSE_ACT);
    assert_int_equal(s[1].entered, T0 + 5 * DAY);
    free(s);
    office_close(&o);
}

static void reject(struct office *o, const char *reason)
{
    const struct happened acts[] = {{1, T0, "demo_request"}, {1, T0 + 2 * DAY, "handoff_rejected"}};
    people_events(&o->p, acts, 2);
    struct as_event_log *log = &o->p.set->lead_events;
    uint32_t property = as_schema_property(
        o->p.schema, as_schema_kind(o->p.schema, AS_STR("handoff_rejected")), AS_STR("reason"));
    assert_true(property != AS_NO_INDEX);
    if (log->property == NULL)
        log->property = calloc(o->p.schema->properties.n, sizeof *log->property);
    as_column_free(log->property[property]);
    must(as_column_new(&log->property[property], AS_TYPE_TEXT, 2, NULL, 0, &error));
    if (reason != NULL)
        must(as_column_set_text(log->property[property], 1, as_str_of(reason), &error));
}

static void reasons_are_read(void **state)
{
    (void)state;
    struct office o;
    office_open(&o);
    const struct happened asked[] = {{1, T0, "demo_request"}};
    people_events(&o.p, asked, 1);
    struct as_standing *s = stand(&o, T0 + DAY);
    keep(&o, s);
    free(s);
    const struct {
        const char *reason;
        enum as_stage stage;
        int64_t cool_off;
    } rows[] = {{"bad data", AS_STAGE_SALES_READY, AS_TIME_NONE},
                {" No Budget ", AS_STAGE_NURTURE, T0 + 92 * DAY},
                {"competitor", AS_STAGE_DISQUALIFIED, AS_TIME_NONE},
                {"never heard of", AS_STAGE_NURTURE, T0 + 32 * DAY},
                {NULL, AS_STAGE_NURTURE, T0 + 32 * DAY}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        reject(&o, rows[i].reason);
        s = stand(&o, T0 + 3 * DAY);
        assert_int_equal(s[1].stage, rows[i].stage);
        assert_int_equal(s[1].cool_off, rows[i].cool_off);
        assert_int_equal(s[1].attention, i == 0);
        free(s);
    }
    office_close(&o);
}

static void dead_trackers_regrade_nobody(void **state)
{
    (void)state;
    struct office o;
    office_open(&o);
    const struct happened all[] = {{0, T0, "demo_request"}, {0, T0, "pricing_view"}};
    people_events(&o.p, all, 2);
    struct as_standing *before = stand(&o, T0 + DAY);
    char text[AS_GRADE_TEXT];
    assert_string_equal(as_grade_show(text, o.model, before[0].grade), "A1");
    keep(&o, before);
    /* The tracker dies: what it would have said is unknown for everybody. */
    o.p.set->kind_state[as_schema_kind(o.p.schema, AS_STR("pricing_view"))] = AS_FEED_STALE;
    o.p.set->kind_state[as_schema_kind(o.p.schema, AS_STR("demo_request"))] = AS_FEED_STALE;
    people_events(&o.p, NULL, 0);
    struct as_standing *after = stand(&o, T0 + 9 * DAY);
    for (int i = 0; i < LEADS; i++) {
        assert_int_equal(after[i].stage, before[i].stage);
        assert_int_equal(after[i].grade, before[i].grade);
        assert_int_equal(after[i].attention, before[i].attention);
        assert_int_equal(after[i].cause, AS_CAUSE_NONE);
    }
    assert_int_equal(as_verdict_of(after[0].verdicts, 1), AS_GATE_INSUFFICIENT);
    /* It lives again, and nothing came: now it is known that interest is gone. */
    memset(o.p.set->kind_state, AS_FEED_LIVE, o.p.schema->kinds.n);
    free(after);
    after = stand(&o, T0 + 10 * DAY);
    assert_string_equal(as_grade_show(text, o.model, after[0].grade), "A2");
    assert_int_equal(after[0].stage, before[0].stage);
    assert_true(after[0].attention);
    free(before);
    free(after);
    office_close(&o);
}

static void threads_decide_alike(void **state)
{
    (void)state;
    /* The office five hundred times over, so that there are batches to share. */
    enum { COPIES = 500 };
    struct office o;
    office_open(&o);
    as_dataset_free(o.p.set);
    people_new(&o.p, LEADS * COPIES, 1);
    must(as_dataset_link(o.p.set, &error));
    struct happened *all = calloc(3 * COPIES, sizeof *all);
    for (uint32_t i = 0; i < COPIES; i++) {
        people_field(&o.p, AS_LEVEL_LEAD, "title", i * LEADS, "Director");
        all[3 * i] = (struct happened){i * LEADS, T0, "demo_request"};
        all[3 * i + 1] = (struct happened){i * LEADS, T0 + i, "handoff_accepted"};
        all[3 * i + 2] = (struct happened){i * LEADS, T0 + 2 * i, i % 2 ? "lost" : "handoff_rejected"};
    }
    people_events(&o.p, all, 3 * COPIES);
    struct as_outcome *outcome = outcome_at(o.plan, &o.p, T0 + DAY);
    struct as_standings by_one, by_four;
    must(as_standings_by(&by_one, NULL, o.model, o.plan, outcome, o.p.set, T0 + DAY, 1, &error));
    must(as_standings_by(&by_four, NULL, o.model, o.plan, outcome, o.p.set, T0 + DAY, 4, &error));
    assert_true(by_one.n < LEADS * COPIES); /* copies stand alike */
    struct as_standing *one = each(&by_one, o.p.set->leads), *four = each(&by_four, o.p.set->leads);
    for (uint32_t i = 0; i < LEADS * COPIES; i++) {
        assert_int_equal(one[i].stage, four[i].stage);
        assert_int_equal(one[i].entered, four[i].entered);
        assert_int_equal(one[i].cool_off, four[i].cool_off);
        assert_int_equal(one[i].grade, four[i].grade);
    }
    assert_int_equal(one[LEADS].stage, AS_STAGE_LOST);
    assert_int_equal(one[2 * LEADS].stage, AS_STAGE_NURTURE);
    free(one);
    free(four);
    free(all);
    as_outcome_free(outcome);
    office_close(&o);
}

/* A naive second way: each lead's facts asked for one by one, and the step from them. */
static struct as_standing step_of(const struct office *o, const struct as_outcome *outcome, uint32_t row,
                                  int64_t at)
{
    const struct as_dataset *set = o->p.set;
    const struct as_model *model = o->model;
    struct as_stage_facts facts = {.at = at, .prior = &set->prior[0][row], .about = AS_YES};
    int64_t values[AS_GRADE_AXES];
    for (uint32_t g = 0; g < model->gates.n; g++) {
        const struct as_gate *gate = model->gates.at[g];
        uint32_t at_row = gate->level == AS_LEVEL_LEAD ? row : set->lead_account[row];
        enum as_gate_verdict verdict =
            at_row == AS_NO_INDEX ? AS_GATE_INSUFFICIENT : as_gate_verdict_at(gate, outcome, at_row);
        facts.verdicts |= (uint16_t)(verdict << (2 * gate->index));
    }
    enum as_tri student =
        as_verdict_at(as_outcome_verdicts_at(outcome, model->disqualifiers.at[0].when, AS_LEVEL_LEAD), row);
    facts.disqualifier = student == AS_YES;
    facts.unsure = student == AS_UNKNOWN || student == AS_UNMEASURABLE;
    struct as_standing out;
    as_stage_decide(&out, model, &facts);
    for (uint32_t a = 0; a < model->axes.n; a++)
        values[a] = as_points_at(as_outcome_score(outcome, model->axes.at[a].score), row).value;
    out.grade = as_grade_of(model, values);
    out.persona = as_verdict_at(as_outcome_verdicts_at(outcome, o->pack->personas.at[0].when, AS_LEVEL_LEAD),
                                row) == AS_YES;
    return out;
}

/* Priors by chance, titles and events by chance: whoever stays, climbs, is let go or cools off stands as the
 * step alone says; who differs, who waits undecided and how many stand alike is what can be counted. */
static void all_leads_as_one_by_one(void **state)
{
    (void)state;
    enum { MANY = 3000 };
    static const char *const titles[] = {"Director", "Director of operations", "Clerk", "Student", NULL};
    struct office o;
    office_open(&o);
    as_dataset_free(o.p.set);
    people_new(&o.p, MANY, ACCOUNTS);
    people_field(&o.p, AS_LEVEL_ACCOUNT, "employees", 0, "500");
    struct happened *all = calloc(MANY, sizeof *all);
    struct as_dataset *set = o.p.set;
    set->prior = calloc(1, sizeof *set->prior);
    set->prior[0] = calloc(MANY, sizeof **set->prior);
    set->prior_models = 1;
    uint64_t chance = 42;
    size_t n = 0;
    for (uint32_t row = 0; row < MANY; row++) {
        chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        unsigned dice = (unsigned)(chance >> 33);
        const char *title = titles[dice % 5];
        if (title != NULL)
            people_field(&o.p, AS_LEVEL_LEAD, "title", row, title);
        set->lead_account[row] = dice / 5 % 3 < 2 ? dice / 5 % 3 : AS_NO_INDEX;
        if (dice / 15 % 2 == 0)
            all[n++] = (struct happened){row, T0, dice / 30 % 2 ? "demo_request" : "pricing_view"};
        unsigned stage = dice / 60 % AS_STAGE_COUNT;
        set->prior[0][row] = (struct as_prior){
            .stage = (uint8_t)stage,
            .furthest = (uint8_t)(stage <= AS_STAGE_OPPORTUNITY ? stage : AS_STAGE_OPPORTUNITY),
            .grade = (uint16_t)(dice / 660 % 40),
            .verdicts = (uint16_t)(dice / 7 % 64),
            .decided = stage != AS_STAGE_NONE,
            .entered = stage == AS_STAGE_NONE ? 0 : T0 - (int64_t)(dice % 5) * DAY,
            .recycled = AS_TIME_NONE,
            .cool_off = dice / 11 % 4 == 0 ? T0 + 2 * DAY : AS_TIME_NONE,
            .owner = AS_NO_INDEX,
            .attention = dice / 13 % 2,
            .disqualifier = AS_NO_INDEX,
            .persona = AS_NO_INDEX};
    }
    must(as_dataset_link(set, &error));
    people_events(&o.p, all, n);
    struct as_outcome *outcome = outcome_at(o.plan, &o.p, T0 + DAY);
    struct as_standings all_alike;
    struct as_stood stood;
    must(as_standings(&all_alike, o.model, o.plan, outcome, set, T0 + DAY, &error));
    struct as_standing *s = each(&all_alike, set->leads);
    for (uint32_t row = 0; row < MANY; row += 3) /* these have been decided once before */
        set->prior[0][row] = prior_of(&s[row]);
    free(s);
    must(as_standings_by(&all_alike, &stood, o.model, o.plan, outcome, set, T0 + DAY, 2, &error));
    s = each(&all_alike, set->leads);
    uint64_t known = 0, counted = 0, differ = 0;
    for (uint32_t row = 0; row < MANY; row++) {
        const struct as_prior *prior = &set->prior[0][row];
        struct as_standing one = step_of(&o, outcome, row, T0 + DAY);
        assert_int_equal(s[row].stage, one.stage);
        assert_int_equal(s[row].prior_stage, one.prior_stage);
        assert_int_equal(s[row].furthest, one.furthest);
        assert_int_equal(s[row].cause, one.cause);
        assert_int_equal(s[row].outside, one.outside);
        assert_int_equal(s[row].attention, one.attention);
        assert_int_equal(s[row].blocked, one.blocked);
        assert_int_equal(s[row].verdicts, one.verdicts);
        assert_int_equal(s[row].grade, one.grade);
        assert_int_equal(s[row].disqualifier, one.disqualifier);
        assert_int_equal(s[row].persona, one.persona);
        assert_true(s[row].entered == one.entered && s[row].recycled == one.recycled &&
                    s[row].cool_off == one.cool_off && s[row].recycles == one.recycles);
        bool differs = !prior->decided || one.stage != prior->stage || one.furthest != prior->furthest ||
                       one.grade != prior->grade || one.verdicts != prior->verdicts ||
                       one.attention != prior->attention || one.blocked != prior->blocked ||
                       one.entered != prior->entered || one.disqualifier != 0 || one.persona != 0;
        assert_int_equal(as_bit(stood.differs, row), differs);
        differ += differs;
        known += prior->decided;
    }
    for (size_t i = 0; i < stood.alike_n; i++)
        counted += stood.alike[i].leads;
    assert_int_equal(counted, MANY);
    assert_int_equal(stood.known, known);
    assert_true(differ > MANY / 2 && differ < MANY);
    as_stood_free(&stood);
    free(s);
    free(all);
    as_outcome_free(outcome);
    office_close(&o);
}

static void overrides_of_this_model(void **state)
{
    (void)state;
    struct office o;
    office_open(&o);
    people_events(&o.p, NULL, 0);
    struct as_override words[] = {{0, AS_STAGE_WORTH_A_CALL, T0},
                                  {7, AS_STAGE_WON, T0},
                                  {AS_NO_INDEX, AS_STAGE_NURTURE, T0},
                                  {0, AS_STAGE_WON, T0 + 9 * DAY}};
    uint32_t start[LEADS + 1] = {0, 1, 2, 3, 4, 4, 4};
    o.p.set->overrides.start = start;
    o.p.set->overrides.at = words;
    struct as_standing *s = stand(&o, T0 + DAY);
    assert_int_equal(s[0].stage, AS_STAGE_WORTH_A_CALL);
    assert_int_equal(s[1].stage, AS_STAGE_NURTURE); /* by its title; the word is about another model */
    assert_int_equal(s[2].stage, AS_STAGE_NURTURE); /* against the disqualifier */
    assert_true(s[2].attention);
    assert_int_equal(s[3].stage, AS_STAGE_SUSPECT); /* the word is of the future */
    free(s);
    o.p.set->overrides.start = NULL;
    o.p.set->overrides.at = NULL;
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("a first decision: stages, verdicts, grades, personas, an account's gate for each lead",
              first_decision),
        named("the verdict of one gate", verdicts_of_single_gates),
        named("deciding again changes nothing, through the whole plan", deciding_again),
        named("leads of a batch stand as each of them would alone", all_leads_as_one_by_one),
        named("acts count from the entry into the stage to the decision", acts_after_entry),
        named("reasons of rejection are read without regard to case", reasons_are_read),
        named("a dead web tracker demotes and regrades nobody", dead_trackers_regrade_nobody),
        named("threads decide alike", threads_decide_alike),
        named("overrides of this model, of every model, of no time to come", overrides_of_this_model),
    };
    return cmocka_run_group_tests_name("standings", tests, NULL, NULL);
}
