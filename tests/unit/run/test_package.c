/* The package of a hand-off: a second, naive implementation reckons its scores again from the JSON alone;
 * what it has to say of questions, content and offers is set against cases worked out by hand. */
#include "town.h"

#include "run/handoff/package.h"

#include <jansson.h>
#include <math.h>

enum { AT = 3 }; /* DAY(AT): the day of the package */

struct packing {
    struct town town;
    struct as_pack *pack;
    struct as_run_pack given;
};

/* The town's pack with what a hand-off needs: a persona, a track, a bank of one question, and rules that fade
 * in every way, with rates and caps. */
static void add_rule(struct packing *p, const char *name, enum as_fading fading, int64_t days,
                     const char *kind, int64_t points, uint32_t most, int64_t per_days, int64_t cap)
{
    struct as_model *model = p->pack->models.at[0];
    struct as_rule *rule = town_rule(p->pack, model->scores.at[0], name, 12);
    struct as_event_points per = {.kind = as_schema_kind(p->town.schema, as_str_of(kind)), .points = points};
    rule->kind = AS_RULE_EVENTS;
    rule->fading = fading;
    rule->fading_days = days;
    rule->has_cap = cap != 0;
    rule->cap = cap;
    per.at_most.count = most;
    per.at_most.span.length = per_days * AS_DAY_SECONDS;
    assert_true(as_list_push(&p->pack->rules.arena, &rule->per_event, per));
}

static int setup(void **state)
{
    struct packing *p = calloc(1, sizeof *p);
    town_open(&p->town);
    p->pack = town_pack(&p->town, "p", "h1", 40);
    p->given.pack = p->pack;
    struct as_arena *arena = &p->pack->rules.arena;
    struct as_persona persona = {.name = "operations",
                                 .when = p->pack->models.at[0]->gates.at[0]->criteria.at[0].when};
    assert_true(as_list_push(arena, &p->pack->personas, persona));
    struct as_track *track = as_arena_alloc(arena, sizeof *track);
    *track = (struct as_track){.name = "help", .persona = "operations"};
    struct as_step steps[] = {{.name = "first", .content = "guide", .channel = "email"},
                              {.name = "second", .content = "story", .channel = "email"}};
    for (size_t i = 0; i < 2; i++)
        assert_true(as_list_push(arena, &track->steps, steps[i]));
    assert_true(as_list_push(arena, &p->pack->tracks, track));
    struct as_question_set set = {.phase = "discovery", .persona = "operations", .product = "planning"};
    assert_true(as_list_push(arena, &set.asks, as_schema_answer(p->town.schema, AS_STR("need"))));
    assert_true(as_list_push(arena, &p->pack->questions, set));
    struct as_score *score = p->pack->models.at[0]->scores.at[0];
    score->has_cap = score->has_floor = true;
    score->cap = 70000;
    add_rule(p, "papers", AS_FADING_LINEAR, 30, "whitepaper", 3500, 2, 3, 0);
    add_rule(p, "webinars", AS_FADING_WINDOW, 10, "webinar", 4000, 0, 0, 9000);
    add_rule(p, "leaving", AS_FADING_NONE, 0, "unsubscribe", -2000, 1, 7, 0);
    town_lead(&p->town, "ann", "Head of operations", DAY(-60));
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct packing *p = *state;
    as_pack_free(p->pack);
    town_close(&p->town);
    free(p);
    return 0;
}

static void put_content(struct packing *p, const char *key, const char *answers, const char *source)
{
    town_put(&p->town, AS_IMPORT_CONTENT, DAY(-60), "key", key, "title", key, "persona", "operations",
             "phase", "discovery", "answers", answers, "source_type", source, NULL);
}

static void make_ready(struct packing *p)
{
    put_content(p, "guide", "", "vendor");
    put_content(p, "story", "", "case study");
    town_put(&p->town, AS_IMPORT_ANSWERS, DAY(0), "lead_id", "ann", "question", "need", "value", "confirmed",
             "at", "2026-06-27", NULL);
    town_event(&p->town, "ann", "demo_request", DAY(0) - 100, DAY(0));
    struct as_run_request request = town_request(&p->town, &p->given, 1, DAY(AT));
    struct as_run_result result;
    town_ok(&p->town, as_run(&result, p->town.store, &request, &p->town.error));
    assert_int_equal(result.failed, 0);
    as_run_free(&result);
}

static enum as_status package_at(struct as_package *out, struct packing *p, int64_t at)
{
    struct as_package_request request = {
        .schema = p->town.schema, .packs = &p->given, .pack_count = 1, .at = at, .known_at = at};
    town_ok(&p->town, as_store_find_lead(&request.lead_id, p->town.store, "ann", &p->town.error));
    return as_package_of(out, p->town.store, &request, &p->town.error);
}

static json_t *json_of(struct packing *p, int64_t at)
{
    struct as_package package;
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    json_error_t why;
    town_ok(&p->town, package_at(&package, p, at));
    as_package_json(&json, &package);
    as_package_free(&package);
    json_t *read = json_loads(as_buf_c(&text), 0, &why);
    if (read == NULL)
        fail_msg("%s: %s", why.text, as_buf_c(&text));
    as_buf_free(&text);
    return read;
}

/* --- reckoning again, from what a reader of the JSON has --- */

static int64_t day_of(const json_t *time)
{
    int64_t seconds = 0;
    assert_true(as_time_parse(&seconds, NULL, as_str_of(json_string_value(time))));
    return seconds / 86400;
}

static int64_t milli(const json_t *number)
{
    return llround(json_number_value(number) * 1000);
}

/* Half away from zero, as llround does. */
static int64_t faded(int64_t points, const char *fading, int64_t days, int64_t age)
{
    if (strcmp(fading, "half_life") == 0)
        return llround((double)points * pow(2, -(double)age / (double)days));
    if (strcmp(fading, "linear") == 0)
        return age >= days ? 0 : llround((double)points * (double)(days - age) / (double)days);
    return strcmp(fading, "window") == 0 && age >= days ? 0 : points;
}

static int64_t points_of(const json_t *terms, const json_t *term, const json_t *events, int64_t today)
{
    const char *kind = json_string_value(json_object_get(term, "kind"));
    int64_t most = json_integer_value(json_object_get(term, "most"));
    int64_t per = json_integer_value(json_object_get(term, "per_days")), sum = 0, counted[512];
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *event = json_array_get(events, i);
        int64_t day = day_of(json_object_get(event, "at")), before = 0;
        if (strcmp(json_string_value(json_object_get(event, "kind")), kind) != 0)
            continue;
        for (size_t k = 0; k < n; k++)
            before += counted[k] > day - per;
        if (most > 0 && before >= most)
            continue;
        counted[n++] = day;
        sum +=
            faded(milli(json_object_get(term, "points")), json_string_value(json_object_get(terms, "fading")),
                  json_integer_value(json_object_get(terms, "days")), today - day);
    }
    return sum;
}

static int64_t score_again(const json_t *score, const json_t *events, int64_t today)
{
    const json_t *entries = json_object_get(score, "entries");
    int64_t sum = 0;
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i), *terms = json_object_get(entry, "terms");
        const char *kind = json_string_value(json_object_get(entry, "kind"));
        int64_t points = 0;
        if (strcmp(kind, "rule") == 0)
            points = milli(json_object_get(entry, "points"));
        if (terms != NULL) {
            const json_t *per_event = json_object_get(terms, "per_event"),
                         *cap = json_object_get(terms, "cap");
            for (size_t k = 0; k < json_array_size(per_event); k++)
                points += points_of(terms, json_array_get(per_event, k), events, today);
            assert_int_equal(points, milli(json_object_get(entry, "points")));
            if (!json_is_null(cap) && points > milli(cap))
                points = milli(cap);
        }
        sum += points;
    }
    const json_t *floor = json_object_get(score, "floor"), *cap = json_object_get(score, "cap");
    if (!json_is_null(cap) && sum > milli(cap))
        sum = milli(cap);
    return !json_is_null(floor) && sum < milli(floor) ? milli(floor) : sum;
}

static uint32_t seed = 12345;
static uint32_t below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u; /* Numerical Recipes' generator */
    return (seed >> 8) % n;
}

static void the_score_is_reckoned_again_from_the_package(void **state)
{
    struct packing *p = *state;
    static const char *const kinds[] = {"page_view", "whitepaper", "webinar", "unsubscribe", "email_open"};
    make_ready(p);
    for (int round = 0; round < 12; round++) {
        for (int i = 0; i < 6; i++)
            town_event(&p->town, "ann", kinds[below(5)], DAY(AT) - (int64_t)below(45 * 86400), DAY(AT));
        json_t *package = json_of(p, DAY(AT));
        const json_t *history = json_object_get(package, "history");
        const json_t *scores = json_object_get(history, "scores"),
                     *events = json_object_get(history, "events");
        int64_t sum = 0;
        assert_int_equal(json_array_size(scores), 1);
        const json_t *score = json_array_get(scores, 0), *entries = json_object_get(score, "entries");
        assert_int_equal(score_again(score, events, DAY(AT) / 86400), milli(json_object_get(score, "value")));
        for (size_t i = 0; i < json_array_size(entries); i++)
            sum += milli(json_object_get(json_array_get(entries, i), "points"));
        assert_int_equal(sum, milli(json_object_get(score, "value")));
        json_decref(package);
    }
}

/* --- the parts --- */

static void every_part_of_the_history_is_there(void **state)
{
    struct packing *p = *state;
    make_ready(p);
    town_put(&p->town, AS_IMPORT_TOUCHES, DAY(1), "lead_id", "ann", "at", "2026-06-20T10:00:00Z", "channel",
             "email", "content", "guide", NULL);
    town_put(&p->town, AS_IMPORT_TOUCHES, DAY(1), "lead_id", "ann", "at", "2026-06-18T10:00:00Z", "channel",
             "email", "content", "story", NULL);
    town_put(&p->town, AS_IMPORT_TOUCHES, DAY(1), "lead_id", "ann", "at", "2026-06-22T10:00:00Z", "channel",
             "call", "user", "Ito", "summary", "wants figures", NULL);
    town_put(&p->town, AS_IMPORT_EVENTS, DAY(1), "lead_id", "ann", "at", "2026-06-21T10:00:00Z", "kind",
             "whitepaper", "content", "guide", NULL);
    town_put(&p->town, AS_IMPORT_EVENTS, DAY(1), "lead_id", "ann", "at", "2026-06-17T10:00:00Z", "kind",
             "whitepaper", "content", "story", NULL);
    town_put(&p->town, AS_IMPORT_EVENTS, DAY(1), "lead_id", "ann", "at", "2026-06-16T10:00:00Z", "kind",
             "page_view", "property.url", "/how", NULL);
    json_t *package = json_of(p, DAY(AT));
    json_t *history = json_object_get(package, "history");
    const char *offers[2] = {"story", "guide"}, *accessed[2] = {"story", "guide"};
    json_t *list = json_object_get(history, "offers");
    assert_int_equal(json_array_size(list), 2);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(json_string_value(json_object_get(json_array_get(list, i), "content")),
                            offers[i]);
    /* the story was read before it was offered: that is no response */
    list = json_object_get(history, "responses");
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "content")), "guide");
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "responded")),
                        "2026-06-21T10:00:00Z");
    list = json_object_get(history, "pages");
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "url")), "/how");
    list = json_object_get(history, "accessed");
    assert_int_equal(json_array_size(list), 2);
    for (size_t i = 0; i < 2; i++)
        assert_string_equal(
            json_string_value(json_object_get(json_object_get(json_array_get(list, i), "resource"), "key")),
            accessed[i]);
    list = json_object_get(history, "conversations");
    assert_int_equal(json_array_size(list), 1);
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "who")), "Ito");
    assert_string_equal(json_string_value(json_object_get(json_array_get(list, 0), "summary")),
                        "wants figures");
    /* one of the two is somebody else's word than the vendor's */
    assert_int_equal(json_array_size(json_object_get(package, "proof_points")), 1);
    json_decref(package);
}

static void a_package_without_its_parts_is_refused(void **state)
{
    struct packing *p = *state;
    struct as_package package;
    make_ready(p);
    p->pack->personas.n = 0;
    p->pack->tracks.n = 0;
    town_ok(&p->town, package_at(&package, p, DAY(AT)));
    assert_int_equal(package.faults.n, 3);
    assert_string_equal(package.faults.at[0].what, "no persona fits the lead");
    assert_string_equal(package.faults.at[1].what, "there is no content plan");
    assert_string_equal(package.faults.at[2].what, "the catalogue has no content");
    as_package_free(&package);
    json_t *json = json_of(p, DAY(AT));
    assert_true(json_is_false(json_object_get(json, "complete")));
    assert_null(json_object_get(json, "history"));
    json_decref(json);
}

static void content_that_answers_is_chosen_by_trust_then_key(void **state)
{
    struct packing *p = *state;
    struct as_package package;
    make_ready(p);
    put_content(p, "z-analyst", "need", "analyst");
    put_content(p, "b-vendor", "need;other", "vendor");
    put_content(p, "a-analyst", "need", "Analyst");
    town_ok(&p->town, package_at(&package, p, DAY(AT)));
    assert_int_equal(package.questions.n, 1);
    assert_string_equal(package.questions.at[0].product, "planning");
    assert_string_equal(package.questions.at[0].answer->value, "confirmed");
    assert_null(package.next); /* answered */
    assert_string_equal(package.questions.at[0].resource->key, "a-analyst");
    as_package_free(&package);
    /* what was offered comes after what was not */
    town_put(&p->town, AS_IMPORT_TOUCHES, DAY(1), "lead_id", "ann", "at", "2026-06-20T10:00:00Z", "channel",
             "email", "content", "a-analyst", NULL);
    town_ok(&p->town, package_at(&package, p, DAY(AT)));
    assert_string_equal(package.questions.at[0].resource->key, "z-analyst");
    as_package_free(&package);
    /* the pack's own order */
    assert_true(as_list_push(&p->pack->rules.arena, &p->pack->trust, "vendor"));
    town_ok(&p->town, package_at(&package, p, DAY(AT)));
    assert_string_equal(package.questions.at[0].resource->key, "b-vendor");
    as_package_free(&package);
}

static void only_who_passed_the_gate_is_handed_over(void **state)
{
    struct packing *p = *state;
    struct as_package package;
    assert_int_equal(package_at(&package, p, DAY(AT)), AS_ERR_CONFLICT);
    make_ready(p);
    assert_int_equal(package_at(&package, p, DAY(-30)), AS_ERR_CONFLICT);
    town_ok(&p->town, package_at(&package, p, DAY(AT)));
    assert_int_equal(package.faults.n, 0);
    as_package_free(&package);
}

static void five_kinds_of_tools_are_known(void **state)
{
    (void)state;
    static const char *const kinds[] = {"email_template", "Slides and scripts", "ROI calculator",
                                        "tco_calculator", "Proposal templates"};
    for (uint32_t i = 0; i < AS_SALES_TOOLS; i++)
        assert_int_equal(as_sales_tool_of(kinds[i]), i);
    assert_int_equal(as_sales_tool_of("guide"), AS_SALES_TOOLS);
    assert_int_equal(as_sales_tool_of(NULL), AS_SALES_TOOLS);
}

/* The demonstration that she asked for puts her in a phase for which nothing was made. */
static void an_empty_cell_is_a_warning(void **state)
{
    struct packing *p = *state;
    struct as_package package;
    bool told = false;
    make_ready(p);
    town_ok(&p->town, package_at(&package, p, DAY(AT)));
    assert_int_equal(package.phase, AS_PHASE_CONSIDERATION);
    for (uint32_t i = 0; i < package.warnings.n; i++)
        told |= strcmp(package.warnings.at[i].what,
                       "there is no content for operations in the phase consideration") == 0;
    assert_true(told);
    as_package_free(&package);
}

#define IN_TOWN(name, f)                                                                                     \
    {                                                                                                        \
        name, f, setup, teardown, NULL                                                                       \
    }
int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_TOWN("the score is reckoned again from the package alone [A2.7]",
                the_score_is_reckoned_again_from_the_package),
        IN_TOWN("offers, responses among them, pages, resources of the catalogue, conversations [A2.2] "
                "[A2.3] [A2.4] "
                "[A2.5] [A2.6]",
                every_part_of_the_history_is_there),
        IN_TOWN("a package without persona, plan or content is refused [A2.1]",
                a_package_without_its_parts_is_refused),
        IN_TOWN(
            "a question of a persona, product and phase, and the content that answers it best [A4.4] [A4.6] "
            "[A7.15]",
            content_that_answers_is_chosen_by_trust_then_key),
        IN_TOWN("the package warns of a persona's phase without content [A2.11]", an_empty_cell_is_a_warning),
        IN_TOWN("only who passed the gate is handed over", only_who_passed_the_gate_is_handed_over),
        IN_TOWN("five kinds of tools for sales [A2.12]", five_kinds_of_tools_are_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
