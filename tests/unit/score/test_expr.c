/* What authors read when a rule is wrong, and how conditions read when they are right. */
#include "world.h"

#include "score/tree/operator.h"

static const char *const levels[] = {"low", "middle", "high"};

static void open_world(struct world *w)
{
    world_open(w);
    world_add_field(w, "rank", AS_LEVEL_LEAD, AS_TYPE_CHOICE, levels, 3, false);
    world_add_field(w, "mood", AS_LEVEL_LEAD, AS_TYPE_CHOICE, NULL, 0, false);
    world_add_field(w, "need", AS_LEVEL_LEAD, AS_TYPE_CHOICE, levels, 3, true);
    struct as_named_list list = {"competitors", "lists/competitors.txt", as_intern_new()};
    assert_true(as_list_push(&w->pack->rules.arena, &w->pack->lists, list));
}

static void says(const struct world *w, enum as_status status, const char *what, const char *advice)
{
    assert_int_equal(status, AS_ERR_RULE);
    if (strstr(w->error.what, what) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", w->error.what, what);
    if (strstr(w->error.advice, advice) == NULL)
        fail_msg("\"%s\" does not advise \"%s\"", w->error.advice, advice);
    assert_string_equal(w->error.file, "rules.lua");
    assert_true(w->error.line > 0);
}

static void names_that_do_not_exist(void **state)
{
    (void)state;
    struct world w;
    const struct as_expr *out;
    open_world(&w);
    struct as_rules *rules = &w.pack->rules;
    says(&w, as_expr_field(&out, rules, AS_LEVEL_LEAD, AS_STR("titel"), here(&w), &w.error),
         "lead has no field \"titel\": did you mean \"title\"?", "declare it in pack.lua");
    as_error_clear(&w.error);
    says(&w, as_expr_field(&out, rules, AS_LEVEL_LEAD, AS_STR("employees"), here(&w), &w.error),
         "lead has no field", "write account.employees");
    as_error_clear(&w.error);
    says(&w, as_expr_field(&out, rules, AS_LEVEL_LEAD, AS_STR("need"), here(&w), &w.error),
         "lead has no field", "write answer.need");
    as_error_clear(&w.error);
    says(&w, as_expr_answer(&out, rules, AS_STR("neeed"), here(&w), &w.error), "did you mean \"need\"?",
         "answers");
    as_error_clear(&w.error);
    says(&w, as_expr_events(&out, rules, AS_LEVEL_LEAD, AS_STR("pageview"), here(&w), &w.error),
         "did you mean \"page_view\"?", "events");
    as_error_clear(&w.error);
    says(&w, as_expr_step(&out, rules, lead_(&w, "former_account"), AS_STR("typ"), here(&w), &w.error),
         "lead.former_account has no field \"typ\": did you mean \"type\"?", "account");
    as_error_clear(&w.error);
    const struct as_expr *parent;
    must(&w, as_expr_step(&parent, rules, account_(&w, "top_parent"), AS_STR("parent"), here(&w), &w.error));
    says(&w, as_expr_step(&out, rules, parent, AS_STR("owner"), here(&w), &w.error), "two steps", "one step");
    world_close(&w);
}

static void wrong_calls(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    struct as_literal none = {0};
    const struct {
        const struct as_expr *receiver;
        const char *name;
        struct as_literal args[2];
        uint32_t n;
        const char *what, *advice;
    } cases[] = {
        {lead_(&w, "title"),
         "mathces",
         {T("x")},
         1,
         "lead.title is a text and has no \"mathces\": did you mean \"matches\"?",
         "matches"},
        {lead_(&w, "title"), "at_least", {I(3)}, 1, "which works on", "has_word"},
        {lead_(&w, "title"), "is", {I(3)}, 1, "is wants a text, not a number", "for example"},
        {lead_(&w, "title"), "is", {none}, 0, "is takes 1 argument, not 0", "for example"},
        {lead_(&w, "title"), "one_of", {T("x")}, 1, "one_of wants a list", "for example"},
        {lead_(&w, "title"),
         "matches",
         {T("(a")},
         1,
         "the pattern \"(a\" is wrong at character 3",
         "[[...]]"},
        {lead_(&w, "title"), "in_list", {T("competitor")}, 1, "did you mean \"competitors\"?", "lists"},
        {lead_(&w, "rank"),
         "is",
         {T("midle")},
         1,
         "\"midle\" is none of the values of lead.rank: did you mean \"middle\"?",
         "low, middle, high"},
        {lead_(&w, "rank"), "at_least", {T("top")}, 1, "\"top\" is none of the values", "low, middle, high"},
        {lead_(&w, "mood"), "at_least", {T("good")}, 1, "needs an order", "values = {"},
        {lead_(&w, "created"),
         "in_last",
         {I(30)},
         1,
         "in_last wants a number of days such as \"30d\", not a number",
         "for example"},
        {lead_(&w, "created"), "before", {T("1st of May")}, 1, "\"1st of May\" is no date", "2026-03-01"},
        {account_(&w, "employees"), "between", {I(5000), I(200)}, 2, "can never hold", "between(200, 5000)"},
        {account_(&w, "employees"),
         "at_least",
         {T("200")},
         1,
         "at_least wants a number, not a text",
         "for example"},
        {account_(&w, "revenue"), "in_currency", {T("euro")}, 1, "\"euro\" is no currency", "EUR"},
        {event_(&w, "any"),
         "sum",
         {T("url"), T("7d")},
         2,
         "\"any\" selects events of all kinds",
         "name the kind"},
        {event_(&w, "page_view"), "count", {T("a week")}, 1, "", ""},
        {answer_(&w, "need"), "confirmed_by", {T("bob")}, 1, "nobody called \"bob\"", "sales"},
        {group_(&w),
         "every",
         {E(account_(&w, "do_not_contact"))},
         1,
         "every asks about each member",
         "take it out"},
        {group_(&w), "covers", {L(T("econmic"))}, 1, "did you mean \"economic\"?", "group_role"},
        {CALL(&w, lead_(&w, "title"), "known"),
         "and",
         {E(lead_(&w, "title"))},
         1,
         "and wants a condition, but this is a text",
         ":matches"},
        {CALL(&w, lead_(&w, "title"), "known"),
         "and",
         {{.kind = AS_LITERAL_BOOLEAN}},
         1,
         "true or false where a condition belongs",
         ":is("},
        {CALL(&w, lead_(&w, "title"), "known"),
         "at_least_of",
         {I(3), E(CALL(&w, lead_(&w, "email"), "known"))},
         2,
         "at least 3 of 2",
         "for example"},
        {lead_(&w, "title"),
         "first_known",
         {E(lead_(&w, "rank"))},
         1,
         "lead.title is a text but lead.rank is a choice",
         "one type"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct as_expr *out;
        as_error_clear(&w.error);
        says(&w,
             as_expr_call(&out, &w.pack->rules, cases[i].receiver, cases[i].name, cases[i].args, cases[i].n,
                          here(&w), &w.error),
             cases[i].what, cases[i].advice);
    }
    world_close(&w);
}

static void what_nothing_reaches(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    const struct as_expr *lost = CALL(&w, lead_(&w, "title"), "is", T("CEO"));
    const struct as_expr *kept = CALL(&w, lead_(&w, "email"), "known");
    as_expr_use(&w.pack->rules, kept);
    says(&w, as_expr_check_used(&w.pack->rules, &w.error), "lead.title:is(\"CEO\") is never used",
         "write & instead of and");
    assert_int_equal(w.error.line, lost->position.line);
    as_error_clear(&w.error);
    as_expr_use(&w.pack->rules, lost);
    must(&w, as_expr_check_used(&w.pack->rules, &w.error));
    world_close(&w);
}

static void too_deep(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    const struct as_expr *e = CALL(&w, lead_(&w, "title"), "known");
    struct as_literal more = E(e);
    enum as_status status = AS_OK;
    for (int i = 0; i < AS_MAX_EXPR_DEPTH && status == AS_OK; i++)
        status = as_expr_call(&e, &w.pack->rules, e, "or", &more, 1, here(&w), &w.error);
    assert_int_equal(status, AS_ERR_LIMIT);
    assert_non_null(strstr(w.error.advice, "any_of"));
    world_close(&w);
}

static void words_and_source(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    const struct as_expr *size = CALL(&w, account_(&w, "employees"), "between", I(200), I(5000));
    const struct as_expr *title = CALL(&w, lead_(&w, "title"), "has_word", L(T("student"), T("intern")));
    const struct as_expr *views =
        CALL(&w, CALL(&w, event_(&w, "page_view"), "count", T("30d")), "at_least", I(2));
    const struct as_expr *all = CALL(&w, CALL(&w, size, "or", E(title)), "and", E(CALL(&w, views, "not")));
    const struct {
        const struct as_expr *expr;
        const char *words, *source;
    } cases[] = {
        {size, "account.employees is between 200 and 5,000", "account.employees:between(200, 5000)"},
        {title, "lead.title has the word student or intern",
         "lead.title:has_word({ \"student\", \"intern\" })"},
        {views, "number of event.page_view in the last 30d is at least 2",
         "event.page_view:count(\"30d\"):at_least(2)"},
        {CALL(&w, event_(&w, "any"), "count"), "number of event.any", "event.any:count()"},
        {all,
         "(account.employees is between 200 and 5,000 or lead.title has the word student or intern) and not "
         "number of "
         "event.page_view in the last 30d is at least 2",
         "((account.employees:between(200, 5000) | lead.title:has_word({ \"student\", \"intern\" })) & "
         "~event.page_view:count(\"30d\"):at_least(2))"},
        {CALL(&w, answer_(&w, "need"), "confirmed_by", T("sales")), "answer.need is confirmed by sales",
         "answer.need:confirmed_by(\"sales\")"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct as_buf text = {0};
        as_expr_say(&text, cases[i].expr, w.schema);
        assert_string_equal(as_buf_c(&text), cases[i].words);
        as_buf_reset(&text);
        as_expr_source(&text, cases[i].expr, w.schema);
        assert_string_equal(as_buf_c(&text), cases[i].source);
        as_buf_free(&text);
    }
    world_close(&w);
}

/* Every row can be found by what it works on, says where its arguments go, and is documented. */
static void the_table_is_complete(void **state)
{
    (void)state;
    uint32_t n;
    const struct as_operator *table = as_operators(&n);
    assert_true(n > 50);
    for (uint32_t i = 0; i < n; i++) {
        assert_true(table[i].on != 0);
        assert_non_null(strstr(table[i].say, table[i].on & AS_SHAPE_GROUP ? "" : "{0}"));
        assert_true(strlen(table[i].text) > 10);
        /* The example shows the method, or the sign that stands for it. */
        const char *sign = strcmp(table[i].name, "and") == 0           ? "&"
                           : strcmp(table[i].name, "or") == 0          ? "|"
                           : strcmp(table[i].name, "not") == 0         ? "~"
                           : strcmp(table[i].name, "at_least_of") == 0 ? "at_least("
                                                                       : table[i].name;
        if (strstr(table[i].example, sign) == NULL)
            fail_msg("the example of %s does not show it", table[i].name);
        for (uint32_t bit = 1; bit <= AS_SHAPE_FUNCTION; bit <<= 1)
            if ((table[i].on & bit) != 0) {
                const struct as_operator *found = as_operator_find(bit, as_str_of(table[i].name));
                if (found != &table[i])
                    fail_msg("%s on %u is found as another row", table[i].name, bit);
            }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("names that do not exist are told with the nearest one", names_that_do_not_exist),
        named("wrong calls say what is wanted", wrong_calls),
        named("a condition that nothing reaches is an error at its line", what_nothing_reaches),
        named("nesting has a limit", too_deep),
        named("conditions read as words and as source", words_and_source),
        named("the operator table is complete", the_table_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
