/* Rule functions: what they see of a lead, what they may give back, and how their errors read. */
#include "bind/script/event_view.h"
#include "function_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double number_of(const char *function, uint32_t row)
{
    struct bench b;
    open_bench(&b, function, NULL);
    struct as_function_result result = call(&b, 0, row);
    if (b.error.status != AS_OK)
        fail_msg("%s:%d: %s", b.error.file, b.error.line, b.error.what);
    assert_int_equal(result.kind, AS_RESULT_NUMBER);
    close_bench(&b);
    return result.number;
}

static void expect_error(const char *function, int line, const char *says)
{
    struct bench b;
    open_bench(&b, function, NULL);
    call(&b, 0, 0);
    if (b.error.line != line || strstr(b.error.what, says) == NULL ||
        strstr(b.error.what, "\"mine\"") == NULL)
        fail_msg("%s:%d: %s", b.error.file, b.error.line, b.error.what);
    assert_string_equal(b.error.file, "rules.lua");
    close_bench(&b);
}

static void facts_are_read_by_name(void **state)
{
    (void)state;
    assert_true(number_of("function(l) return l.title == 'COO' and 1 or 0 end", 0) == 1);
    assert_true(
        number_of("function(l) return l.account.industry == 'Software' and l.account.employees or 0 end",
                  0) == 250);
    assert_true(number_of("function(l) return l.account.revenue end", 0) == 1234.5);
    assert_true(number_of("function(l) return #l.unsubscribed end", 0) == 2);
    assert_true(number_of("function(l) return l.created == '2024-09-24' and 1 or 0 end", 0) == 1);
    assert_true(number_of("function(l) return l.bounced_hard == false and 1 or 0 end", 0) == 1);
    assert_true(number_of("function(l) return l:answer 'need' == 'confirmed' and 1 or 0 end", 0) == 1);
}

/* What the reference says of the lead and its events, for the lead of this file. */
static void every_example_gives_its_result(void **state)
{
    (void)state;
    const struct as_module *const classes[] = {&as_lead_view_class, &as_event_view_class};
    unsigned n = 0;
    for (size_t c = 0; c < 2; c++)
        for (size_t i = 0; i < classes[c]->parts[0]->n; i++, n++) {
            const struct as_module_function *row = &classes[c]->parts[0]->functions[i];
            char function[512];
            assert_true(row->text[0] != '\0' && row->returns_text[0] != '\0');
            snprintf(function, sizeof function,
                     "function(l) local seen, stated = %s, %s return seen == stated and 1 or 0 end",
                     row->example, row->result);
            if (number_of(function, 0) != 1)
                fail_msg("%s does not give %s", row->example, row->result);
        }
    assert_true(n >= 9);
}

static void what_is_unknown_is_nil(void **state)
{
    (void)state;
    assert_true(
        number_of("function(l) return l.title == nil and l.account.industry == nil and 1 or 0 end", 2) == 1);
    assert_true(
        number_of("function(l) return l:answer 'need' == nil and l:answer 'plan' == nil and 1 or 0 end", 2) ==
        1);
}

/* The days of a window are those of the rule language: "7d" holds today and the six days before. */
static void events_are_counted_in_windows(void **state)
{
    (void)state;
    assert_true(number_of("function(l) return l:events('page_view'):count() end", 0) == 3);
    assert_true(number_of("function(l) return l:events('page_view', '7d'):count() end", 0) == 2);
    assert_true(number_of("function(l) return l:events('page_view', '8d'):count() end", 0) == 3);
    assert_true(number_of("function(l) return l:events('any', '8d'):count() end", 0) == 4);
    assert_true(number_of("function(l) return l:events('nudge', '8d'):count() end", 0) == 1);
    assert_true(number_of("function(l) return l:events('any'):distinct_days() end", 0) == 3);
    assert_true(number_of("function(l) return l:events('survey'):sum 'grade' end", 0) == 2.5);
    assert_true(number_of("function(l) return l:events('page_view'):days_since() end", 0) == 0);
    assert_true(
        number_of("function(l) return l:events('page_view'):first() == '2024-09-27' and 1 or 0 end", 0) == 1);
    assert_true(number_of("function(l) return l:events('webinar'):last() == nil and 1 or 0 end", 0) == 1);
    assert_true(number_of("function(l) return l:events('survey'):count() end", 1) ==
                0); /* what is to come is invisible */
    assert_true(number_of("function(l) return l.account:events('page_view'):distinct_days() end", 0) == 3);
}

static void results_are_points_and_a_note(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "function(l) return 10, ('%d days'):format(4) end", NULL);
    for (unsigned worker = 0; worker < 2; worker++) {
        struct as_function_result result = call(&b, worker, 0);
        assert_int_equal(b.error.status, AS_OK);
        assert_int_equal(result.kind, AS_RESULT_NUMBER);
        assert_true(result.number == 10);
        assert_string_equal(result.note, "4 days");
    }
    close_bench(&b);
    assert_true(number_of("function(l) end", 0) == 0);
    open_bench(&b, "function(l) return nil end", NULL);
    assert_int_equal(call(&b, 0, 0).kind, AS_RESULT_UNKNOWN);
    close_bench(&b);
}

static void a_condition_s_function_says_yes_no_or_nothing(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "1, when = function(l) if l.title then return l.title == 'COO' end end", NULL);
    struct as_function_result yes = call(&b, 0, 0), none = call(&b, 0, 2);
    assert_int_equal(yes.kind, AS_RESULT_BOOLEAN);
    assert_true(yes.boolean);
    assert_int_equal(none.kind, AS_RESULT_BOOLEAN);
    assert_false(none.boolean);
    close_bench(&b);
}

static void a_stale_feed_makes_the_result_unknown(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b, "function(l) if l:events('page_view', '7d'):count() > 5 then return 1 end end", NULL);
    assert_int_equal(call(&b, 0, 0).kind, AS_RESULT_NUMBER);
    b.dataset->kind_state[as_schema_kind(b.pack.schema, AS_STR("page_view"))] = AS_FEED_STALE;
    assert_int_equal(call(&b, 0, 0).kind, AS_RESULT_UNKNOWN);
    close_bench(&b);
}

static void errors_name_the_rule_and_the_line(void **state)
{
    (void)state;
    expect_error("function(l)\n  return l.titel end", 5, "did you mean \"title\"");
    expect_error("function(l)\n  return l:events('page_veiw'):count() end", 5, "did you mean \"page_view\"");
    expect_error("function(l)\n  return l:answer 'nead' end", 5, "did you mean \"need\"");
    expect_error("function(l)\n\n  return l.title + 1 end", 6, "attempt to add");
    expect_error("function(l)\n  l.title = 'CEO' end", 5, "cannot change a lead");
    expect_error("function(l)\n  return l:events('page_view', '1 month'):count() end", 5, "month");
    expect_error("function(l)\n  return l:events('page_view'):sum 'grade' end", 5, "no property");
    expect_error("function(l) return 'many' end", 4, "where points are counted");
    expect_error("function(l) return 0/0 end", 4, "not finite");
    expect_error("function(l) return 1, {} end", 4, "its note is a table");
    expect_error("function(l)\n  local q = require 'assay.qualification'\n  return q.lead.title end", 6,
                 "while the pack loads");
    expect_error("function(l)\n  return l:events('page_view').nope end", 5, "events have no");
}

static void what_a_function_reads_is_told(void **state)
{
    (void)state;
    struct bench b;
    open_bench(&b,
               "function(l)\n"
               "  if l.title == 'COO' and l.account.cluster == nil and l:events('page_view', '7d'):count() > "
               "1 then\n"
               "    return 1 end end",
               NULL);
    struct as_buf text = {0};
    int64_t next;
    assert_int_equal(b.functions->reads(&text, &next, b.functions->context, 0, b.dataset, 0, AT, &b.error),
                     AS_OK);
    assert_string_equal(as_buf_c(&text), "lead.title is COO\naccount.cluster is unknown\n"
                                         "count of page_view in the last 7 days is 2\n");
    assert_int_equal(next, 20000 - 3 + 7); /* the view of three days ago leaves the window */
    as_buf_free(&text);
    close_bench(&b);
}

enum { MANY = 3 * AS_COLUMN_TEXT_SLOTS };

/* More titles than a state keeps, every tenth longer than those kept; others under the same codes in every
 * set of facts. */
static const char *some_title(char out[80], uint32_t row, unsigned set)
{
    snprintf(out, 80, "%.*s%u-%u", row % 10 == 0 ? 60 : (int)(row % 7),
             "............................................................", (unsigned)(row / 2 * 7919u),
             set);
    return out;
}

static struct as_dataset *facts_of_titles(struct bench *b, unsigned set)
{
    struct as_dataset *made;
    struct as_column *title;
    char text[80];
    assert_int_equal(as_dataset_new(&made, b->pack.schema, MANY, 1, &b->error), AS_OK);
    uint32_t index = as_schema_field(b->pack.schema, AS_LEVEL_LEAD, AS_STR("title"));
    assert_int_equal(as_dataset_column(&title, made, index, &b->error), AS_OK);
    for (uint32_t r = 0; r < MANY; r++)
        as_column_set_text(title, r, as_str_of(some_title(text, r, set)), &b->error);
    assert_int_equal(as_dataset_link(made, &b->error), AS_OK);
    return made;
}

static enum as_status keep_text(void *sink, uint32_t i, const struct as_function_result *result,
                                struct as_error *error)
{
    (void)error;
    char(*texts)[80] = sink;
    snprintf(texts[i], sizeof *texts, "%.79s", result->note);
    return AS_OK;
}

/* Texts that a state keeps are those of the facts it is given now, whatever it was given before. */
static void texts_are_those_of_the_facts(void **state)
{
    (void)state;
    static char texts[MANY][80];
    static uint32_t rows[MANY];
    struct bench b;
    open_bench(&b, "function(l) return l.title == l.title and 1 or 0, l.title end", NULL);
    assert_int_equal(b.error.status, AS_OK);
    for (uint32_t r = 0; r < MANY; r++)
        rows[r] = r / 3 * 3;
    for (unsigned set = 0; set < 4; set++) {
        struct as_dataset *facts = facts_of_titles(&b, set);
        for (int again = 0; again < 2; again++) {
            struct as_function_rows all = {
                .dataset = facts, .at = AT, .row = rows, .n = MANY, .take = keep_text, .sink = texts};
            assert_int_equal(b.functions->call_rows(b.functions->context, 0, 0, &all, &b.error), AS_OK);
            for (uint32_t r = 0; r < MANY; r++) {
                char text[80];
                assert_string_equal(texts[r], some_title(text, rows[r], set));
            }
        }
        as_dataset_free(facts);
    }
    close_bench(&b);
}

static void a_runaway_function_stops(void **state)
{
    (void)state;
    static const struct as_script_limits limits = {.call_ms = 40};
    struct bench b;
    open_bench(&b, "function(l)\n  while true do pcall(function() l:events('any'):count() end) end end",
               &limits);
    call(&b, 1, 0);
    assert_int_equal(b.error.status, AS_ERR_STOPPED);
    assert_int_equal(b.error.line, 5);
    assert_non_null(strstr(b.error.what, "in the function of \"mine\""));
    close_bench(&b);
}

static int64_t next_day(const char *function, uint32_t row)
{
    struct bench b;
    open_bench(&b, function, NULL);
    struct as_function_result result = call(&b, 0, row);
    if (b.error.status != AS_OK)
        fail_msg("%s:%d: %s", b.error.file, b.error.line, b.error.what);
    close_bench(&b);
    return result.next_day;
}

/* Today is day 20,000; lead 0 viewed pages 7, 3 and 0 days ago, lead 1 has a survey tomorrow. */
static void it_is_known_when_an_answer_may_change(void **state)
{
    (void)state;
    assert_int_equal(next_day("function(l) return #l.title + #l.account.industry end", 0), AS_TIME_NONE);
    assert_int_equal(next_day("function(l) return l:events('page_view'):count() end", 0), AS_TIME_NONE);
    assert_int_equal(next_day("function(l) return l:events('page_view', '7d'):count() end", 0), 20004);
    assert_int_equal(next_day("function(l) return l:events('page_view', '8d'):distinct_days() end", 0),
                     20001);
    assert_int_equal(next_day("function(l) return l:events('survey', '7d'):count() end", 0), 20007);
    assert_int_equal(next_day("function(l) return l:events('survey', '7d'):count() end", 1), 20001);
    assert_int_equal(next_day("function(l) return l:events('page_view'):days_since() end", 0), 20001);
    assert_int_equal(next_day("function(l) return l:events('page_view'):days_since() end", 2), AS_TIME_NONE);
    assert_int_equal(next_day("function(l) return l:events('survey'):days_since() or 0 end", 1), 20001);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_known_when_an_answer_may_change),
        cmocka_unit_test(facts_are_read_by_name),
        cmocka_unit_test(every_example_gives_its_result),
        cmocka_unit_test(what_is_unknown_is_nil),
        cmocka_unit_test(texts_are_those_of_the_facts),
        cmocka_unit_test(events_are_counted_in_windows),
        cmocka_unit_test(results_are_points_and_a_note),
        cmocka_unit_test(a_condition_s_function_says_yes_no_or_nothing),
        cmocka_unit_test(a_stale_feed_makes_the_result_unknown),
        cmocka_unit_test(errors_name_the_rule_and_the_line),
        cmocka_unit_test(what_a_function_reads_is_told),
        cmocka_unit_test(a_runaway_function_stops),
    };
    return cmocka_run_group_tests_name("functions", tests, NULL, NULL);
}
