/* The schema: what is there from the start, what packs may add, and what they may not contradict. */
#include "data/facts/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

static int open_schema(void **state)
{
    struct as_schema *schema;
    if (as_schema_new(&schema, NULL) != AS_OK)
        return -1;
    *state = schema;
    return 0;
}

static int close_schema(void **state)
{
    as_schema_free(*state);
    return 0;
}

static void assert_field(const struct as_schema *schema, enum as_level level, const char *name,
                         enum as_type type)
{
    uint32_t i = as_schema_field(schema, level, as_str_of(name));
    if (i == AS_NO_INDEX)
        fail_msg("there is no %s.%s", as_level_name(level), name);
    if (schema->fields.at[i]->type != type)
        fail_msg("%s.%s is %s", as_level_name(level), name, as_type_name(schema->fields.at[i]->type));
}

static void test_sentences_of_every_day_find_their_fields(void **state)
{
    const struct as_schema *s = *state;
    static const char *const lead_texts[] = {"email",   "title",      "timezone", "source",
                                             "country", "first_name", "last_name"};
    for (size_t i = 0; i < sizeof lead_texts / sizeof *lead_texts; i++)
        assert_field(s, AS_LEVEL_LEAD, lead_texts[i], AS_TYPE_TEXT);
    assert_field(s, AS_LEVEL_LEAD, "job_level", AS_TYPE_CHOICE);
    assert_field(s, AS_LEVEL_LEAD, "group_role", AS_TYPE_CHOICE);
    assert_field(s, AS_LEVEL_LEAD, "partner_manager", AS_TYPE_USER);
    assert_field(s, AS_LEVEL_LEAD, "relationship_owner", AS_TYPE_USER);
    assert_field(s, AS_LEVEL_LEAD, "product_interest", AS_TYPE_CHOICES);
    assert_field(s, AS_LEVEL_LEAD, "unsubscribed", AS_TYPE_CHOICES);
    assert_field(s, AS_LEVEL_LEAD, "bounced_hard", AS_TYPE_BOOLEAN);
    assert_field(s, AS_LEVEL_LEAD, "former_account", AS_TYPE_REFERENCE);
    assert_field(s, AS_LEVEL_ACCOUNT, "top_parent", AS_TYPE_REFERENCE);
    assert_field(s, AS_LEVEL_ACCOUNT, "owner", AS_TYPE_USER);
    assert_field(s, AS_LEVEL_ACCOUNT, "revenue", AS_TYPE_MONEY);
    assert_field(s, AS_LEVEL_ACCOUNT, "employees", AS_TYPE_INTEGER);
    assert_field(s, AS_LEVEL_ACCOUNT, "type", AS_TYPE_CHOICE);
    assert_field(s, AS_LEVEL_ACCOUNT, "products", AS_TYPE_CHOICES);
    assert_field(s, AS_LEVEL_ACCOUNT, "open_tickets", AS_TYPE_INTEGER);
    assert_field(s, AS_LEVEL_ACCOUNT, "do_not_contact", AS_TYPE_BOOLEAN);
    assert_field(s, AS_LEVEL_ACCOUNT, "potential_value", AS_TYPE_MONEY);
    assert_field(s, AS_LEVEL_ACCOUNT, "cluster", AS_TYPE_TEXT);
    assert_field(s, AS_LEVEL_ACCOUNT, "icp", AS_TYPE_NUMBER);
    assert_field(s, AS_LEVEL_ACCOUNT, "need_diversity", AS_TYPE_NUMBER);
    assert_int_equal(as_schema_field(s, AS_LEVEL_LEAD, AS_STR("employees")), AS_NO_INDEX);
    assert_int_equal(as_schema_answer(s, AS_STR("title")), AS_NO_INDEX);
}

static void test_events_know_their_actor_and_their_act(void **state)
{
    const struct as_schema *s = *state;
    static const char *const buyer[] = {"page_view",    "whitepaper",   "webinar",        "case_study",
                                        "pricing_view", "demo_request", "meeting_booked", "meeting_no_show",
                                        "intent",       "unsubscribe"};
    for (size_t i = 0; i < sizeof buyer / sizeof *buyer; i++) {
        uint32_t kind = as_schema_kind(s, as_str_of(buyer[i]));
        assert_int_not_equal(kind, AS_NO_INDEX);
        assert_int_equal(s->kinds.at[kind]->by, AS_ACTOR_BUYER);
    }
    static const struct {
        const char *name;
        enum as_act act;
    } acts[] = {{"handoff", AS_ACT_HANDOFF},
                {"handoff_accepted", AS_ACT_ACCEPTED},
                {"handoff_rejected", AS_ACT_REJECTED},
                {"won", AS_ACT_WON},
                {"lost", AS_ACT_LOST},
                {"no_decision", AS_ACT_NO_DECISION}};
    for (size_t i = 0; i < sizeof acts / sizeof *acts; i++) {
        uint32_t kind = as_schema_kind(s, as_str_of(acts[i].name));
        assert_int_equal(s->kinds.at[kind]->act, acts[i].act);
        assert_int_not_equal(s->kinds.at[kind]->by, AS_ACTOR_BUYER);
    }
    uint32_t demo = as_schema_kind(s, AS_STR("demo_request")), intent = as_schema_kind(s, AS_STR("intent"));
    assert_string_equal(s->kinds.at[demo]->intent, "hand_raise");
    uint32_t strength = as_schema_property(s, intent, AS_STR("strength"));
    assert_int_equal(s->properties.at[strength].type, AS_TYPE_NUMBER);
    assert_int_equal(as_schema_property(s, demo, AS_STR("strength")), AS_NO_INDEX);
}

static struct as_field declared(const char *name, enum as_level level, enum as_type type, int line)
{
    return (struct as_field){.name = name, .level = level, .type = type, .position = {"acme/pack.lua", line}};
}

static void test_a_pack_may_say_again_what_is_standard(void **state)
{
    struct as_schema *s = *state;
    uint32_t before = as_schema_field(s, AS_LEVEL_LEAD, AS_STR("job_level")), index, n = s->fields.n;
    struct as_field field = declared("job_level", AS_LEVEL_LEAD, AS_TYPE_CHOICE, 3);
    assert_int_equal(as_schema_add_field(&index, s, &field, NULL), AS_OK);
    assert_int_equal(index, before);
    assert_int_equal(s->fields.n, n);
    assert_string_equal(s->fields.at[index]->choices[5], "director");
    assert_true(s->fields.at[index]->choice_count == 8);
}

static void test_two_packs_that_disagree_are_both_named(void **state)
{
    struct as_schema *s = *state;
    uint32_t index;
    struct as_error error = AS_ERROR_INIT;
    struct as_field first = declared("tier", AS_LEVEL_ACCOUNT, AS_TYPE_TEXT, 7);
    struct as_field second = declared("tier", AS_LEVEL_ACCOUNT, AS_TYPE_INTEGER, 9);
    second.position.file = "beta/pack.lua";
    assert_int_equal(as_schema_add_field(&index, s, &first, &error), AS_OK);
    assert_int_equal(as_schema_add_field(&index, s, &second, &error), AS_ERR_CONFLICT);
    assert_string_equal(error.file, "beta/pack.lua");
    assert_int_equal(error.line, 9);
    assert_non_null(strstr(error.what, "acme/pack.lua:7"));
    assert_non_null(strstr(error.what, "integer"));
}

static void test_a_pack_may_order_its_own_job_levels_but_two_may_not_differ(void **state)
{
    static const char *const mine[] = {"junior", "director", "owner"}, *const others[] = {"junior", "owner"};
    struct as_schema *s = *state;
    uint32_t index;
    struct as_error error = AS_ERROR_INIT;
    struct as_field field = declared("job_level", AS_LEVEL_LEAD, AS_TYPE_CHOICE, 3);
    field.choices = mine;
    field.choice_count = 3;
    assert_int_equal(as_schema_add_field(&index, s, &field, &error), AS_OK);
    assert_string_equal(s->fields.at[index]->choices[2], "owner");
    field.choices = others;
    field.choice_count = 2;
    field.position.line = 20;
    assert_int_equal(as_schema_add_field(&index, s, &field, &error), AS_ERR_CONFLICT);
    assert_non_null(strstr(error.what, "acme/pack.lua:3"));
}

static void test_answers_are_apart_from_fields_and_know_bant(void **state)
{
    struct as_schema *s = *state;
    uint32_t need, budget_field;
    struct as_field answer = declared("need", AS_LEVEL_LEAD, AS_TYPE_TEXT, 1);
    answer.ask = "Which problem would you solve first?";
    assert_int_equal(as_schema_add_field(&need, s, &answer, NULL), AS_OK);
    assert_int_equal(as_schema_answer(s, AS_STR("need")), need);
    assert_int_equal(as_schema_field(s, AS_LEVEL_LEAD, AS_STR("need")), AS_NO_INDEX);
    assert_true(s->fields.at[need]->bant);
    answer.level = AS_LEVEL_ACCOUNT;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_schema_add_field(&need, s, &answer, &error), AS_ERR_CONFLICT);
    struct as_field field = declared("need", AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, 2);
    assert_int_equal(as_schema_add_field(&budget_field, s, &field, NULL), AS_OK);
    assert_int_not_equal(budget_field, as_schema_answer(s, AS_STR("need")));
    assert_false(s->fields.at[as_schema_field(s, AS_LEVEL_LEAD, AS_STR("title"))]->bant);
}

static void test_names_that_cannot_be_names_are_refused(void **state)
{
    static const char *const bad[] = {"", "1st", "a-b", "two words", "na\xc3\xafve", "a;drop"};
    struct as_schema *s = *state;
    uint32_t index;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct as_error error = AS_ERROR_INIT;
        struct as_field field = declared(bad[i], AS_LEVEL_LEAD, AS_TYPE_TEXT, 4);
        assert_int_equal(as_schema_add_field(&index, s, &field, &error), AS_ERR_RULE);
        assert_int_equal(error.line, 4);
    }
    struct as_error error = AS_ERROR_INIT;
    struct as_event_kind any = {.name = "any", .position = {"acme/pack.lua", 5}};
    assert_int_equal(as_schema_add_kind(&index, s, &any, &error), AS_ERR_RULE);
}

static void test_kinds_are_confirmed_by_actor_and_intent(void **state)
{
    struct as_schema *s = *state;
    uint32_t index;
    struct as_error error = AS_ERROR_INIT;
    struct as_event_kind seller = {
        .name = "page_view", .by = AS_ACTOR_SELLER, .position = {"acme/pack.lua", 5}};
    assert_int_equal(as_schema_add_kind(&index, s, &seller, &error), AS_ERR_CONFLICT);
    as_error_clear(&error);
    struct as_event_kind mine = {
        .name = "page_view", .by = AS_ACTOR_BUYER, .intent = "product", .position = {"acme/pack.lua", 6}};
    assert_int_equal(as_schema_add_kind(&index, s, &mine, &error), AS_OK);
    assert_string_equal(s->kinds.at[index]->intent, "product");
    mine.intent = "content";
    mine.position.line = 8;
    assert_int_equal(as_schema_add_kind(&index, s, &mine, &error), AS_ERR_CONFLICT);
    as_error_clear(&error);
    assert_int_equal(
        as_schema_add_property(&index, s, index == AS_NO_INDEX ? 0 : index, "url", AS_TYPE_TEXT, &error),
        AS_OK);
    assert_int_equal(as_schema_add_property(&index, s, as_schema_kind(s, AS_STR("page_view")), "url",
                                            AS_TYPE_NUMBER, &error),
                     AS_ERR_CONFLICT);
}

static void test_feeds_gather_their_kinds(void **state)
{
    struct as_schema *s = *state;
    struct as_position here = {"acme/pack.lua", 11};
    struct as_error error = AS_ERROR_INIT;
    uint32_t kinds[] = {1, 2}, more[] = {2, 3};
    assert_int_equal(as_schema_add_feed(s, "web", kinds, 2, 172800, here, &error), AS_OK);
    assert_int_equal(as_schema_add_feed(s, "web", more, 2, 172800, here, &error), AS_OK);
    assert_int_equal(s->feeds.n, 1);
    assert_int_equal(s->feeds.at[0]->kinds.n, 3);
    assert_int_equal(as_schema_add_feed(s, "web", more, 2, 3600, here, &error), AS_ERR_CONFLICT);
}

static void test_what_was_meant_is_suggested(void **state)
{
    const struct as_schema *s = *state;
    assert_string_equal(as_schema_suggest_field(s, AS_LEVEL_LEAD, AS_STR("titel")), "title");
    assert_string_equal(as_schema_suggest_field(s, AS_LEVEL_ACCOUNT, AS_STR("employes")), "employees");
    assert_string_equal(as_schema_suggest_kind(s, AS_STR("page_veiw")), "page_view");
    assert_null(as_schema_suggest_field(s, AS_LEVEL_LEAD, AS_STR("zzzzzzzz")));
}

static void test_types_read_as_they_are_written(void **state)
{
    (void)state;
    for (int i = 0; i < AS_TYPE_COUNT; i++) {
        enum as_type type;
        assert_true(as_type_parse(&type, as_str_of(as_type_name((enum as_type)i))));
        assert_int_equal(type, i);
    }
    enum as_type type;
    assert_false(as_type_parse(&type, AS_STR("string")));
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, open_schema, close_schema)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_sentences_of_every_day_find_their_fields),
        CASE(test_events_know_their_actor_and_their_act),
        CASE(test_a_pack_may_say_again_what_is_standard),
        CASE(test_two_packs_that_disagree_are_both_named),
        CASE(test_a_pack_may_order_its_own_job_levels_but_two_may_not_differ),
        CASE(test_answers_are_apart_from_fields_and_know_bant),
        CASE(test_names_that_cannot_be_names_are_refused),
        CASE(test_kinds_are_confirmed_by_actor_and_intent),
        CASE(test_feeds_gather_their_kinds),
        CASE(test_what_was_meant_is_suggested),
        CASE(test_types_read_as_they_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
