/* Check: for every kind of finding a pack that has it and one that nearly has it. */
#include "bind/script/function_reads.h"
#include "pack_text.h"
#include "score/check/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* 2026-03-02 */
static const int64_t at = 20514 * AS_DAY_SECONDS;

#define HEAD                                                                                                 \
    "local q, n = require 'assay.qualification', require 'assay.nurturing'\n"                                \
    "local r, abm = require 'assay.routing', require 'assay.accounts'\n"                                     \
    "local lead, account, event, answer = q.lead, q.account, q.event, q.answer\n"                            \
    "local m = q.model 'm'\n"
enum { HEAD_LINES = 4 };

struct checked {
    struct pack_text text;
    struct as_findings findings;
};

static void check_text(struct checked *c, const char *pack, const char *body)
{
    struct as_buf rules = {0};
    as_buf_printf(&rules, "%s%s\nreturn m\n", HEAD, body);
    c->findings = (struct as_findings){0};
    load_pack_text(&c->text, pack, as_buf_c(&rules), NULL);
    if (c->text.script == NULL)
        fail_msg("%s:%d: %s", c->text.error.file, c->text.error.line, c->text.error.what);
    struct as_function_reads reads;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_function_reads_find(&reads, c->text.script, &error), AS_OK);
    const struct as_check_input input = {.pack = as_script_pack(c->text.script),
                                         .at = at,
                                         .accesses = reads.list.at,
                                         .access_count = reads.list.n};
    assert_int_equal(as_check_pack(&c->findings, &input, &error), AS_OK);
    as_function_reads_free(&reads);
    as_buf_free(&rules);
}

static void free_checked(struct checked *c)
{
    as_findings_free(&c->findings);
    free_pack_text(&c->text);
}

static const struct as_finding *finding_of(const struct checked *c, const char *id)
{
    for (uint32_t i = 0; i < c->findings.list.n; i++)
        if (strcmp(c->findings.list.at[i].kind->id, id) == 0)
            return &c->findings.list.at[i];
    return NULL;
}

struct row {
    const char *id, *pack;
    const char *bad, *words; /* the finding's message holds the words */
    int line;                /* in `bad`; 0: not looked at */
    const char *good;
};

static void try_row(const struct row *row)
{
    struct checked c;
    check_text(&c, row->pack, row->bad);
    const struct as_finding *found = finding_of(&c, row->id);
    if (found == NULL)
        fail_msg("no %s in: %s", row->id, row->bad);
    if (strstr(found->message, row->words) == NULL)
        fail_msg("%s says \"%s\", without \"%s\"", row->id, found->message, row->words);
    if (row->line > 0 && found->position.line != row->line + HEAD_LINES)
        fail_msg("%s in line %d of: %s", row->id, found->position.line - HEAD_LINES, row->bad);
    assert_true(found->advice[0] != '\0');
    free_checked(&c);
    if (row->good == NULL)
        return;
    check_text(&c, row->pack, row->good);
    found = finding_of(&c, row->id);
    if (found != NULL)
        fail_msg("%s (%s) in: %s", row->id, found->message, row->good);
    free_checked(&c);
}

static void try_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++)
        try_row(&rows[i]);
}
#define TRY(rows)      try_rows(rows, sizeof(rows) / sizeof *(rows))

#define GATE(criteria) "m:gate 'nurture' { criteria = { c = " criteria " } }"
#define NEVER(bad, good)                                                                                     \
    {                                                                                                        \
        "condition-never", NULL, GATE(bad), "c", 1, GATE(good)                                               \
    }
#define ALWAYS(bad, good)                                                                                    \
    {                                                                                                        \
        "condition-always", NULL, GATE(bad), "c", 1, GATE(good)                                              \
    }

static void conditions_that_never_hold(void **state)
{
    (void)state;
    static const struct row rows[] = {
        NEVER("account.employees:at_least(500) & account.employees:at_most(100)",
              "account.employees:at_least(100) & account.employees:at_most(500)"),
        NEVER("account.employees:more_than(5) & account.employees:less_than(6)",
              "account.revenue:more_than(5) & account.revenue:less_than(6)"),
        NEVER("account.employees:between(1, 9) & account.employees:between(10, 20)",
              "account.employees:between(1, 9) | account.employees:between(10, 20)"),
        NEVER("account.employees:is(4) & ~account.employees:at_most(4)",
              "account.employees:is(4) & ~account.employees:at_most(3)"),
        NEVER("account.tier_name:is 'low' & account.tier_name:at_least 'mid'",
              "account.tier_name:is 'mid' & account.tier_name:at_least 'mid'"),
        NEVER("~account.tier_name:one_of { 'low', 'mid', 'high' }",
              "~account.tier_name:one_of { 'low', 'mid' }"),
        NEVER("account.industry:is 'Software' & account.industry:one_of { 'Logistics', 'Retail' }",
              "account.industry:is 'software' & account.industry:one_of { 'Software', 'Retail' }"),
        NEVER("account.industry:unknown() & account.industry:is 'Software'",
              "account.industry:known() & account.industry:is 'Software'"),
        NEVER("lead.title:unknown() & lead.title:matches 'chief'",
              "lead.title:unknown() & lead.email:known()"),
        /* two of the others are enough */
        NEVER("lead.bounced_hard:is_true() & lead.bounced_hard:unknown()",
              "q.at_least(2, lead.bounced_hard, lead.title:known(), lead.email:known()) & "
              "lead.bounced_hard:unknown()"),
        NEVER("answer.evaluating:is_true() & answer.evaluating:is_false()",
              "answer.evaluating:is_true() & ~answer.evaluating:is_false()"),
        NEVER("event.demo_request:seen '7d' & ~event.demo_request:seen '30d'",
              "event.demo_request:seen '30d' & ~event.demo_request:seen '7d'"),
        NEVER("event.demo_request:count '7d':at_least(3) & event.demo_request:count '30d':less_than(3)",
              "event.demo_request:count '30d':at_least(3) & event.demo_request:count '7d':less_than(3)"),
        NEVER("event.any:distinct_days '14d':at_least(15)", "event.any:distinct_days '14d':at_least(14)"),
        NEVER("lead.created:before '2026-01-01' & lead.created:after '2026-01-31'",
              "lead.created:after '2026-01-01' & lead.created:before '2026-01-31'"),
        NEVER("lead.created:in_last '7d' & ~lead.created:in_last '30d'",
              "lead.created:in_last '30d' & ~lead.created:in_last '7d'"),
        NEVER("(lead.title:has_word 'cfo' | lead.title:has_word 'coo') & ~lead.title:has_word 'cfo' & "
              "~lead.title:has_word 'coo'",
              "(lead.title:has_word 'cfo' | lead.title:has_word 'coo') & ~lead.title:has_word 'cfo'"),
    };
    TRY(rows);
}

static void conditions_that_always_hold(void **state)
{
    (void)state;
    static const struct row rows[] = {
        ALWAYS("lead.title:has_word 'cfo' | ~lead.title:has_word 'cfo'",
               "lead.title:has_word 'cfo' | ~lead.title:has_word 'coo'"),
        ALWAYS("event.demo_request:count '7d':at_least(0)", "event.demo_request:count '7d':at_least(1)"),
        ALWAYS("account.employees:at_least(10) | account.employees:less_than(20)",
               "account.employees:at_least(20) | account.employees:less_than(10)"),
        ALWAYS("account.tier_name:at_least 'low'", "account.tier_name:at_least 'mid'"),
        ALWAYS("lead.title:known() | lead.title:unknown()", "lead.title:known() | lead.email:unknown()"),
    };
    TRY(rows);
}

static void parts_that_change_nothing(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"part-idle", NULL, GATE("event.demo_request:seen '7d' | event.demo_request:seen '30d'"), "7d", 1,
         GATE("event.demo_request:seen '7d' | event.webinar:seen '30d'")},
        {"part-idle", NULL, GATE("account.employees:at_least(100) & account.employees:at_least(200)"),
         "at least 100", 1, GATE("account.employees:at_least(100) & account.revenue:at_least(200)")},
        {"part-idle", NULL, GATE("lead.email:known() & event.any:count():at_least(0)"), "always", 1,
         /* known() tells no from unknown: it is not idle */
         GATE("lead.title:known() & lead.title:matches 'chief'")},
        {"part-never", NULL, GATE("lead.email:known() | (account.employees:is(1) & account.employees:is(2))"),
         "exclude", 1, GATE("lead.email:known() | (account.employees:is(1) & account.revenue:is(2))")},
    };
    TRY(rows);
}

#define FIT "local fit = m:score('fit', { floor = 0, cap = 100 })\n"

static void thresholds(void **state)
{
    (void)state;
    static const struct row rows[] = {
        /* 30 + 20 are less than 60; with a third rule of 10 they are not */
        {"score-out-of-reach", NULL,
         FIT "fit:rule 'a' { points = 30, when = lead.title:known() }\n"
             "fit:rule 'b' { points = 20, when = lead.phone:known() }\n" GATE("m.fit:at_least(60)"),
         "at most 50", 4,
         FIT "fit:rule 'a' { points = 30, when = lead.title:known() }\n"
             "fit:rule 'b' { points = 20, when = lead.phone:known() }\n"
             "fit:rule 'c' { points = 10, when = lead.email:known() }\n" GATE("m.fit:at_least(60)")},
        /* nobody is two sizes at once */
        {"score-out-of-reach", NULL,
         FIT
         "fit:rule 'a' { points = 30, when = account.employees:between(10, 99) }\n"
         "fit:rule 'b' { points = 20, when = account.employees:at_least(100) }\n" GATE("m.fit:at_least(40)"),
         "at most 30", 4,
         FIT
         "fit:rule 'a' { points = 30, when = account.employees:between(10, 100) }\n"
         "fit:rule 'b' { points = 20, when = account.employees:at_least(100) }\n" GATE("m.fit:at_least(40)")},
        /* the cap of the score, of a group, of a rule of events */
        {"score-out-of-reach", NULL,
         FIT "fit:rule 'a' { points = 300, when = lead.title:known() }\n" GATE("m.fit:more_than(100)"),
         "at most 100", 3,
         FIT "fit:rule 'a' { points = 300, when = lead.title:known() }\n" GATE("m.fit:at_least(100)")},
        {"score-out-of-reach", NULL,
         "local fit = m:score('fit', { groups = { who = 25 } })\n"
         "fit:rule 'a' { points = 20, when = lead.title:known(), group = 'who' }\n"
         "fit:rule 'b' { points = 20, when = lead.phone:known(), group = 'who' }\n" GATE(
             "m.fit:at_least(30)"),
         "at most 25", 4,
         "local fit = m:score('fit', { groups = { who = 35 } })\n"
         "fit:rule 'a' { points = 20, when = lead.title:known(), group = 'who' }\n"
         "fit:rule 'b' { points = 20, when = lead.phone:known(), group = 'who' }\n" GATE(
             "m.fit:at_least(30)")},
        {"score-out-of-reach", NULL,
         FIT "fit:rule 'a' { per_event = { webinar = 5 }, cap = 20 }\n" GATE("m.fit:at_least(21)"),
         "at most 20", 3, FIT "fit:rule 'a' { per_event = { webinar = 5 } }\n" GATE("m.fit:at_least(21)")},
        {"score-always-reached", NULL,
         FIT "fit:rule 'a' { points = 30, when = lead.title:known() }\n" GATE("m.fit:at_least(0)"),
         "at least 0", 3,
         FIT "fit:rule 'a' { points = 30, when = lead.title:known() }\n" GATE("m.fit:at_least(1)")},
        {"grade-out-of-reach", NULL,
         FIT "fit:rule 'a' { points = 30, when = lead.title:known() }\nm:grade { fit = { A = 31, B = 10 } }",
         "at most 30", 0,
         FIT "fit:rule 'a' { points = 30, when = lead.title:known() }\nm:grade { fit = { A = 30, B = 10 } }"},
        {"grade-never-below", NULL,
         FIT "fit:rule 'a' { points = 30, when = lead.title:known() }\nm:grade { fit = { A = 30, B = 0 } }",
         "nobody gets \"C\"", 0,
         FIT "fit:rule 'a' { points = 30, when = lead.title:known() }\nm:grade { fit = { A = 30, B = 1 } }"},
        {"grade-order", NULL,
         FIT "fit:rule 'a' { points = 90, when = lead.title:known() }\nm:grade { fit = { A = 20, B = 60 } }",
         "\"B\" above \"A\"", 0,
         FIT "fit:rule 'a' { points = 90, when = lead.title:known() }\nm:grade { fit = { A = 60, B = 20 } }"},
        {"rule-duplicate", NULL,
         FIT "fit:rule 'a' { points = 5, when = lead.title:known() & lead.phone:known() }\n"
             "fit:rule 'b' { points = 5, when = lead.phone:known() & lead.title:known() }",
         "rule \"a\"", 3,
         FIT "fit:rule 'a' { points = 5, when = lead.title:known() & lead.phone:known() }\n"
             "fit:rule 'b' { points = 5, when = lead.phone:known() | lead.title:known() }"},
        {"disqualify-duplicate", NULL,
         "m:disqualify 'a' { when = lead.title:has_word 'intern' }\n"
         "m:disqualify 'b' { when = lead.title:has_word 'intern' }",
         "disqualify \"a\"", 2,
         "m:disqualify 'a' { when = lead.title:has_word 'intern' }\n"
         "m:disqualify 'b' { when = lead.title:has_word 'student' }"},
    };
    TRY(rows);
}

static const char bant_pack[] =
    "return require 'assay.pack' 'trial' { owner = 'o@x.example', rules = { 'rules' },\n"
    "  fields = { lead = { pain = { type = 'text', bant = true } } },\n"
    "  answers = {\n"
    "    need = { ask = 'N?', values = { 'none', 'acknowledged' } }, buying_role = { ask = 'A?' },\n"
    "    evaluating = { ask = 'T?', type = 'boolean' }, hurt = { ask = 'H?', bant = true },\n"
    "    colour = { ask = 'C?' }, funds_commit = { ask = 'F?', type = 'boolean' },\n"
    "    decision_by = { ask = 'D?', type = 'date', scope = 'account' },\n"
    "  } }\n";

static void gates_of_bant_alone(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"gate-bant-only", bant_pack,
         "m:gate 'sales_ready' { criteria = { need = answer.need:known(), when_ = "
         "answer.evaluating:is_true() } }",
         "need, when_", 1,
         "m:gate 'sales_ready' { criteria = { need = answer.need:known(), market = account.industry:known() "
         "} }"},
        /* a name makes a criterion BANT, whatever it reads */
        {"gate-bant-only", bant_pack,
         "m:gate 'sales_ready' { criteria = { budget = account.revenue:at_least(1e6) } }", "budget", 1,
         "m:gate 'sales_ready' { criteria = { size = account.revenue:at_least(1e6) } }"},
        /* and so does bant = true */
        {"gate-bant-only", bant_pack,
         "m:gate 'sales_ready' { criteria = { a = answer.hurt:known(), b = lead.pain:known() } }", "a, b", 1,
         "m:gate 'sales_ready' { criteria = { a = answer.hurt:known(), b = answer.colour:known() } }"},
        /* the account's gate may, after one that asks for more */
        {"gate-bant-only", bant_pack,
         "m:gate 'opportunity' { level = 'account', criteria = { timeframe = answer.decision_by:known() } }",
         "timeframe", 1,
         "m:gate 'nurture' { criteria = { company = account.industry:known() } }\n"
         "m:gate 'opportunity' { level = 'account', criteria = { timeframe = answer.decision_by:known() } }"},
    };
    TRY(rows);
}

static void bant_in_the_first_gate(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"gate-bant-early", bant_pack,
         "m:gate 'nurture' { criteria = { market = account.industry:known() & answer.need:known() } }",
         "\"need\" in criterion \"market\"", 1,
         "m:gate 'nurture' { criteria = { market = account.industry:known() } }\n"
         "m:gate 'sales_ready' { criteria = { need = answer.need:known(), title = lead.title:known() } }"},
        {"gate-bant-early", bant_pack,
         "m:gate 'nurture' { criteria = { budget = account.revenue:at_least(1e6), t = lead.title:known() } }",
         "criterion \"budget\"", 1,
         "m:gate 'nurture' { criteria = { size = account.revenue:at_least(1e6), t = lead.title:known() } }"},
        /* through a score */
        {"gate-bant-early", bant_pack,
         FIT "fit:rule 'wants' { points = 9, when = answer.need:known() }\n"
             "fit:rule 'more' { points = 9, when = lead.title:known() }\n" GATE("m.fit:at_least(5)"),
         "rule \"wants\"", 4,
         FIT "fit:rule 'wants' { points = 9, when = answer.colour:known() }\n"
             "fit:rule 'more' { points = 9, when = lead.title:known() }\n" GATE("m.fit:at_least(5)")},
    };
    TRY(rows);
}

static void ready_for_sales_is_not_ready_to_buy(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"gate-ready-to-buy", bant_pack,
         "m:gate 'sales_ready' { criteria = { a = account.industry:known(), b = "
         "account.employees:at_least(5) } }\n"
         "m:gate 'opportunity' { level = 'account', criteria = { x = account.employees:at_least(5), y = "
         "account.industry:known() } }",
         "everything", 1,
         "m:gate 'sales_ready' { criteria = { a = account.industry:known(), b = "
         "account.employees:at_least(5) } }\n"
         "m:gate 'opportunity' { level = 'account', criteria = { x = account.employees:at_least(6), y = "
         "account.industry:known() } }"},
        {"gate-ready-to-buy", bant_pack,
         "m:gate 'sales_ready' { criteria = { market = account.industry:known(), need = "
         "answer.need:known(),\n"
         " authority = answer.buying_role:known(), timeframe = answer.evaluating:is_true(),\n"
         " budget = answer.funds_commit:is_true() } }",
         "\"funds_commit\"", 1,
         "m:gate 'sales_ready' { criteria = { market = account.industry:known(), need = "
         "answer.need:known(),\n"
         " authority = answer.buying_role:known(), timeframe = answer.evaluating:is_true(),\n"
         " budget = account.revenue:at_least(1e6) } }"},
    };
    TRY(rows);
}

static void gates_that_add_nothing(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"gate-equal", bant_pack,
         "m:gate 'nurture' { criteria = { a = account.industry:known() } }\n"
         "m:gate 'worth_a_call' { criteria = { b = account.industry:known() } }",
         "worth_a_call", 2,
         "m:gate 'nurture' { criteria = { a = account.industry:known() } }\n"
         "m:gate 'worth_a_call' { criteria = { a = account.industry:known(), b = lead.title:known() } }"},
        {"gate-one-person", bant_pack,
         "m:gate 'opportunity' { criteria = { need = answer.need:known(), t = lead.title:known() } }",
         "\"need\"", 1,
         "m:gate 'nurture' { criteria = { t = account.industry:known() } }\n"
         "m:gate 'opportunity' { level = 'account', criteria = { need = "
         "account.group:every(answer.need:known()) } }"},
    };
    TRY(rows);
}

static void steps_that_climb_down(void **state)
{
    (void)state;
#define LADDER                                                                                               \
    "n.contact_policy { ladder = { 'topic', 'problem', 'solution' },\n"                                      \
    " needs = { educate = 'topic', diagnose = 'problem', demo = 'solution' } }\n"
    static const struct row rows[] = {
        {"track-order", NULL,
         LADDER "n.track 'talk' { n.step 'show' { content = 'tour', ask = 'demo' },\n"
                " n.step 'ask' { content = 'guide', ask = 'diagnose' } }",
         "diagnose", 4,
         LADDER "n.track 'talk' { n.step 'ask' { content = 'guide', ask = 'diagnose' },\n"
                " n.step 'show' { content = 'tour', ask = 'demo' } }"},
        /* the highest before counts, not the one just before; what asks for nothing never climbs down */
        {"track-order", NULL,
         LADDER
         "n.track 'talk' { n.step 'show' { content = 'tour', ask = 'demo' }, n.step 'peer' { content = "
         "'story' },\n n.step 'ask' { content = 'guide', ask = 'educate' } }",
         "show", 4,
         LADDER
         "n.track 'talk' { n.step 'show' { content = 'tour', ask = 'demo' },\n n.step 'peer' { content = "
         "'story' }, n.step 'again' { content = 'tour', ask = 'demo' } }"},
    };
#undef LADDER
    TRY(rows);
}

static void nurturing_and_routes(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"track-empty", NULL, "n.track 'silence' {}", "silence", 1,
         "n.track 'talk' { n.step 's' { content = 'c' } }"},
        {"track-no-content", NULL, "n.track 'calls' { n.step 's' { task = n.human 'call' } }", "calls", 1,
         "n.track 'talk' { n.step 's' { content = 'c' }, n.step 't' { task = n.human 'call' } }"},
        {"persona-unused", NULL, "n.persona 'ops' { when = lead.title:has_word 'ops' }", "ops", 1,
         "n.persona 'ops' { when = lead.title:has_word 'ops' }\n"
         "n.track 'talk' { persona = 'ops', n.step 's' { content = 'c' } }"},
        {"route-unreachable", NULL,
         "r.route 'all' { order = 1, to = 'sam' }\n"
         "r.route 'dach' { order = 2, when = account.country:is 'DE', to = 'eva' }",
         "everybody", 2,
         "r.route 'all' { order = 2, to = 'sam' }\n"
         "r.route 'dach' { order = 1, when = account.country:is 'DE', to = 'eva' }"},
        {"route-unreachable", NULL,
         "r.route 'big' { order = 1, when = account.employees:at_least(100), to = 'sam' }\n"
         "r.route 'bigger' { order = 2, when = account.employees:at_least(900), to = 'eva' }",
         "big", 2,
         /* the first may be unknown where the second holds */
         "r.route 'big' { order = 1, when = account.employees:at_least(100), to = 'sam' }\n"
         "r.route 'rich' { order = 2, when = account.revenue:at_least(900), to = 'eva' }"},
    };
    TRY(rows);
}

/* Two questions about the product in each phase, or the bank is thin; no bank is no finding. */
static void banks_of_questions(void **state)
{
    (void)state;
#define BANK(phase, product)                                                                                 \
    "n.questions { phase = '" phase "', " product " ask = { 'need', 'evaluating' } }\n"
    static const struct row rows[] = {
        {"bank-thin", NULL,
         BANK("discovery", "product = 'p',") BANK("consideration", "product = 'p',") BANK("decision", ""),
         "0 questions are about a product in the phase decision", 3,
         BANK("discovery", "product = 'p',") BANK("consideration", "product = 'p',")
             BANK("decision", "product = 'p',")},
        {"bank-thin", NULL,
         BANK("discovery", "product = 'p',") BANK(
             "decision",
             "product = 'p',") "n.questions { phase = 'consideration', product = 'p', ask = { 'need' } }",
         "1 question is about a product in the phase consideration", 3, ""},
    };
#undef BANK
    TRY(rows);
}

#define PLAYS  "abm.play 'p' { task = abm.human 't' }, abm.play 'u' { content = abm.unique 'u' }"
#define OWNERS "owners = { marketing = account.marketing_owner, sales = account.sales_owner }"

static void templates_need_owners_of_both(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"template-owners", NULL, "abm.template 't' { when = account.name:known(), " PLAYS " }", "in sales",
         1, "abm.template 't' { when = account.name:known(), " OWNERS ", " PLAYS " }"},
        {"template-task", NULL,
         "abm.template 't' { when = account.name:known(), " OWNERS
         ", abm.play 'u' { content = abm.unique 'u' } }",
         "task", 1, "abm.template 't' { when = account.name:known(), " OWNERS ", " PLAYS " }"},
    };
    TRY(rows);
}

static void templates_need_unique_content(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"template-content", NULL,
         "abm.template 't' { when = account.name:known(), " OWNERS
         ", abm.play 'p' { task = abm.human 't' }, abm.play 'u' { content = 'everybody' } }",
         "one account alone", 1, "abm.template 't' { when = account.name:known(), " OWNERS ", " PLAYS " }"},
    };
    TRY(rows);
}

#define READY "m:gate 'sales_ready' { criteria = { known = lead.title:known(), told = lead.phone:known() }"

static void promises_of_the_gate_to_sales(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"contract-missing", NULL, READY " }", "awareness, interest and desire", 1,
         READY ", delivers = { awareness = { 'known' } } }"},
        {"contract-unmapped", NULL, READY ", delivers = { awareness = { 'known' }, interest = { 'told' } } }",
         "promises desire", 1,
         READY
         ", delivers = { awareness = { 'known' }, interest = { 'told' }, desire = { 'told', 'known' } } }"},
        {"contract-unmapped", NULL,
         READY ", delivers = { awareness = {}, interest = { 'told' }, desire = { 'told' } } }",
         "promises awareness", 1, NULL},
    };
    TRY(rows);
}

#define VARIETY(variety, plays)                                                                              \
    "abm.template 't' { variety = '" variety "', when = account.name:known(), " OWNERS                       \
    ", abm.play 'p' { task = abm.human 't' }, abm.play 'a' { content = abm.unique 'a' }, " plays " }"

/* Of what two accounts are given: 2 of 4 pieces are the same, then 3 of 5. */
static void programmes_that_are_alike(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"template-alike", NULL,
         VARIETY("large_account", "abm.play 'x' { content = 'x' }, abm.play 'y' { content = 'y' }, "
                                  "abm.play 'z' { content = 'z' }"),
         "60 % the same: targeted, not ABM", 1,
         VARIETY("large_account", "abm.play 'x' { content = 'x' }, abm.play 'y' { content = 'y' }")},
        {"template-alike", NULL,
         VARIETY("large_account", "abm.play 'x' { content = 'x' }, abm.play 'y' { content = 'y' }, "
                                  "abm.play 'z' { content = 'z' }"),
         "60 %", 1,
         VARIETY("industry_account", "abm.play 'x' { content = 'x' }, abm.play 'y' { content = 'y' }, "
                                     "abm.play 'z' { content = 'z' }")},
    };
    TRY(rows);
}

#define BUYERS(words)                                                                                        \
    "return require 'assay.pack' 'trial' { owner = 'o@x.example', rules = { 'rules' }, " words " }"

static void what_is_known_of_buyers(void **state)
{
    (void)state;
    static const char all[] = BUYERS("buyers = { why = 'a', who = 'b', how = 'c', what = 'd' }");
    static const char some[] = BUYERS("buyers = { why = 'a', who = ' ', how = 'c' }");
    static const struct {
        const char *id, *pack, *words;
    } rows[] = {{"buyers-missing", BUYERS(""), "trial"}, {"buyers-unanswered", some, "who, what"}};
    for (size_t i = 0; i < 2; i++) {
        struct checked c;
        check_text(&c, rows[i].pack, GATE("lead.title:known()"));
        const struct as_finding *found = finding_of(&c, rows[i].id);
        assert_non_null(found);
        assert_non_null(strstr(found->message, rows[i].words));
        assert_string_equal(found->position.file, "pack.lua");
        free_checked(&c);
        check_text(&c, all, GATE("lead.title:known()"));
        assert_null(finding_of(&c, rows[i].id));
        free_checked(&c);
    }
}

#define AGREE(words)                                                                                         \
    "return require 'assay.pack' 'trial' { owner = 'o@x.example', rules = { 'rules' }, agreement = { " words \
    " } }"

static void try_agreement(const char *id, const char *bad, const char *words, const char *good)
{
    struct checked c;
    check_text(&c, bad, "");
    const struct as_finding *found = finding_of(&c, id);
    assert_non_null(found);
    assert_non_null(strstr(found->message, words));
    assert_string_equal(found->position.file, "pack.lua");
    free_checked(&c);
    check_text(&c, good, "");
    assert_null(finding_of(&c, id));
    free_checked(&c);
}

static void reviews_that_are_overdue(void **state)
{
    (void)state;
    try_agreement("agreement-overdue", AGREE("marketing = 'M', sales = 'S', review_by = '2026-03-01'"),
                  "2026-03-01", AGREE("marketing = 'M', sales = 'S', review_by = '2026-03-02'"));
    try_agreement("agreement-no-review", AGREE("marketing = 'M', sales = 'S'"), "no day",
                  AGREE("marketing = 'M', sales = 'S', review_by = '2026-03-02'"));
}

#define SHARES(a, b)                                                                                         \
    AGREE("marketing = 'M', sales = 'S', marketing_sourced_pipeline = { marketing_commits = " a              \
          ", sales_expects = " b " }")

static void shares_that_are_apart(void **state)
{
    (void)state;
    try_agreement("agreement-contradiction", SHARES("0.35", "0.65"), "30 points", SHARES("0.36", "0.65"));
    try_agreement("agreement-apart", SHARES("0.36", "0.65"), "29 points", SHARES("0.30", "0.40"));
}

static void signatures(void **state)
{
    (void)state;
    try_agreement("agreement-signers", AGREE("marketing = 'M', sales = '  '"), "for sales",
                  AGREE("marketing = 'M', sales = 'S'"));
    try_agreement("agreement-signers", AGREE("marketing = 'M. Ruiz', sales = 'm. ruiz'"), "both",
                  AGREE("marketing = 'M', sales = 'S'"));
    try_agreement("agreement-missing", bant_pack, "trial", AGREE("marketing = 'M', sales = 'S'"));
}

/* What is found in AGREE("marketing = 'M', sales = 'S'…") with these two lines of agreement.sig. */
static uint32_t check_signed(const char *id, const char *pack, const char *changed, const char *lines)
{
    struct pack_text t = {.error = AS_ERROR_INIT};
    struct as_findings findings = {0};
    struct as_buf text = {.p = NULL};
    uint32_t n = 0;
    char digest[AS_HASH_TEXT];
    as_source_init(&t.source);
    assert_int_equal(as_schema_new(&t.schema, &t.error), AS_OK);
    assert_int_equal(as_source_add(&t.source, "pack.lua", as_str_of(pack), &t.error), AS_OK);
    assert_int_equal(as_source_add(&t.source, "rules.lua", AS_STR("return 1"), &t.error), AS_OK);
    assert_int_equal(as_source_seal(&t.source, &t.error), AS_OK);
    as_buf_printf(&text, "version %s\n", t.source.hash);
    for (uint32_t f = 0; f < t.source.files.n; f++) {
        for (size_t b = 0; b < AS_DIGEST; b++)
            snprintf(digest + 2 * b, 3, "%02x", t.source.files.at[f].digest[b]);
        as_buf_printf(&text, "file %s %s\n", digest, t.source.files.at[f].name);
    }
    as_buf_text(&text, lines);
    as_source_free(&t.source);
    assert_int_equal(as_source_add(&t.source, "pack.lua", as_str_of(pack), &t.error), AS_OK);
    assert_int_equal(as_source_add(&t.source, "rules.lua", as_str_of(changed), &t.error), AS_OK);
    assert_int_equal(as_source_add(&t.source, AS_SIGNATURES_FILE, as_str_of(as_buf_c(&text)), &t.error),
                     AS_OK);
    assert_int_equal(as_source_seal(&t.source, &t.error), AS_OK);
    assert_int_equal(as_script_load(&t.script, &t.source, t.schema, NULL, &t.error), AS_OK);
    const struct as_check_input input = {.pack = as_script_pack(t.script), .at = at};
    assert_int_equal(as_check_pack(&findings, &input, &t.error), AS_OK);
    for (uint32_t i = 0; i < findings.list.n; i++)
        n += strcmp(findings.list.at[i].kind->id, id) == 0;
    as_findings_free(&findings);
    as_buf_free(&text);
    free_pack_text(&t);
    return n;
}

static void signatures_of_this_version(void **state)
{
    (void)state;
    static const char plain[] = AGREE("marketing = 'M', sales = 'S'");
    static const char keyed[] = AGREE("marketing = 'M', sales = 'S', keys = { sales = "
                                      "'11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=' }");
    static const char both[] = "signed marketing 2026-03-01 - M\nsigned sales 2026-03-01 - S\n";
    static const char one[] = "signed marketing 2026-03-01 - M\n";
    static const char other[] = "signed marketing 2026-03-01 - M\nsigned sales 2026-03-01 - T\n";
    static const char same[] = "return 1", changed[] = "return 2";
    assert_int_equal(check_signed("agreement-unsigned", plain, same, ""), 2);
    assert_int_equal(check_signed("agreement-unsigned", plain, same, one), 1);
    assert_int_equal(check_signed("agreement-unsigned", plain, same, both), 0);
    assert_int_equal(check_signed("agreement-lapsed", plain, changed, both), 2);
    assert_int_equal(check_signed("agreement-lapsed", plain, same, both), 0);
    assert_int_equal(check_signed("agreement-false", plain, same, other), 1);
    assert_int_equal(check_signed("agreement-false", keyed, same, both), 1);
    assert_int_equal(check_signed("agreement-false", plain, same, both), 0);
}

static void names_that_nobody_reads(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"list-unused", NULL, "", "rivals", 0, GATE("account.domain:in_list 'rivals'")},
        {"field-unused", NULL, GATE("lead.seats:known() & account.tier_name:known() & lead.tags:known()"),
         "lead.score_date", 0,
         GATE(
             "lead.seats:known() & account.tier_name:known() & lead.tags:known() & lead.score_date:known()")},
        {"answer-unused", NULL, "", "answer", 0,
         "m:gate 'nurture' { criteria = { a = answer.need:known() & answer.evaluating:is_true() } }\n"
         "m:gate 'opportunity' { level = 'account', criteria = { b = answer.plan:known() } }"},
        /* a function reads, too */
        {"list-unused", NULL, FIT "fit:rule 'f' { points = function(l) return #'rivalry' end }", "rivals", 0,
         FIT "fit:rule 'f' { points = function(l) local s = require 'assay.score' return s.in_list and "
             "'rivals' and 1 end }"},
    };
    TRY(rows);
}

static void lists_without_values(void **state)
{
    (void)state;
    struct pack_text t = {.error = AS_ERROR_INIT};
    struct as_findings findings = {0};
    as_source_init(&t.source);
    assert_int_equal(as_schema_new(&t.schema, &t.error), AS_OK);
    const char *pack = "return require 'assay.pack' 'p' { owner = 'o@x.example', rules = {}, lists = { none "
                       "= 'none.txt' } }";
    assert_int_equal(as_source_add(&t.source, "pack.lua", as_str_of(pack), &t.error), AS_OK);
    assert_int_equal(as_source_add(&t.source, "none.txt", AS_STR("# nobody yet\n\n"), &t.error), AS_OK);
    assert_int_equal(as_source_seal(&t.source, &t.error), AS_OK);
    assert_int_equal(as_script_load(&t.script, &t.source, t.schema, NULL, &t.error), AS_OK);
    const struct as_check_input input = {.pack = as_script_pack(t.script), .at = at};
    assert_int_equal(as_check_pack(&findings, &input, &t.error), AS_OK);
    const struct as_finding *found = finding_of(&(struct checked){.findings = findings}, "list-empty");
    assert_non_null(found);
    assert_string_equal(found->position.file, "none.txt");
    as_findings_free(&findings);
    free_pack_text(&t);
}

#define POINTS(body) FIT "fit:rule 'f' { points = function(l)\n" body "\nend }"

static void names_in_functions(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"function-unknown-name", NULL, POINTS("if l.titel then return 1 end"), "did you mean \"title\"", 3,
         POINTS("if l.title then return 1 end")},
        {"function-unknown-name", NULL, POINTS("return l.account.emploees"),
         "field \"emploees\" of the account", 3, POINTS("return l.account.employees")},
        {"function-unknown-name", NULL, POINTS("local a = l.account\nreturn a.emploees"), "emploees", 4,
         POINTS("local a = l.account\nlocal l = { titel = 1 }\nreturn a.employees + l.titel")},
        {"function-unknown-name", NULL, POINTS("return l:answer 'nead' and 1"), "answer \"nead\"", 3,
         POINTS("return l:answer 'need' and 1")},
        {"function-unknown-name", NULL, POINTS("return l:events('webinars', '7d'):count()"),
         "event \"webinars\"", 3, POINTS("return l:events('webinar', '7d'):count()")},
        {"function-unknown-name", NULL, POINTS("return l:events('webinar'):cuont()"), "method \"cuont\"", 3,
         POINTS("return l:events('any'):count()")},
        {"function-unknown-name", NULL, POINTS("return l['titel'] and 1"), "titel", 3,
         POINTS("local t = { titel = 2 } -- l.titel\nreturn t.titel, 'l.titel', t.l")},
        {"function-unknown-name", NULL, POINTS("return l.former_account.emploees"), "emploees", 3,
         POINTS("for _, l in ipairs { { x = 1 } } do if l.x then return 1 end end")},
    };
    TRY(rows);
}

static void every_kind_has_its_page(void **state)
{
    (void)state;
    for (int i = 0; i < AS_FINDING_COUNT; i++) {
        const struct as_finding_kind *kind = as_finding_kind((enum as_finding_id)i);
        const char *near = NULL;
        assert_ptr_equal(as_finding_kind_of(as_str_of(kind->id), &near), kind);
        const char *const texts[] = {kind->what, kind->why, kind->mend};
        for (int t = 0; t < 3; t++)
            assert_true(texts[t] != NULL && strlen(texts[t]) > 10 && texts[t][strlen(texts[t]) - 1] == '.');
        assert_true(kind->advice != NULL && strchr(kind->advice, '\n') == NULL);
    }
    const char *near = NULL;
    assert_null(as_finding_kind_of(AS_STR("gate-bant-onli"), &near));
    assert_string_equal(near, "gate-bant-only");
}

/* Every rule reads the same three facts, so that no pair can be left out unseen. */
static void five_hundred_rules_in_a_second(void **state)
{
    (void)state;
    struct as_buf body = {0};
    as_buf_text(&body, "local fit = m:score('fit', {})\n");
    for (int i = 0; i < 500; i++)
        as_buf_printf(&body,
                      "fit:rule 'r%d' { points = 1, when = account.employees:between(%d, %d) & "
                      "lead.title:has_word 'w%d' & ~account.industry:is 'i%d' }\n",
                      i, i, i + 40, i, i);
    as_buf_text(&body, GATE("m.fit:at_least(490)"));
    struct checked c;
    int64_t started = as_clock_ticks();
    check_text(&c, NULL, as_buf_c(&body));
    double seconds = (double)(as_clock_ticks() - started) / 1e9;
    /* at most 41 of the windows hold one number */
    assert_non_null(finding_of(&c, "score-out-of-reach"));
    print_message("500 rules: %.2f s\n", seconds);
    assert_true(seconds < 10); /* sanitizers and a busy machine; the benchmark holds the second */
    free_checked(&c);
    as_buf_free(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions_that_never_hold),
        cmocka_unit_test(conditions_that_always_hold),
        cmocka_unit_test(parts_that_change_nothing),
        cmocka_unit_test(thresholds),
        {"a gate of BANT facts alone is an error [A1.15]", gates_of_bant_alone, NULL, NULL, NULL},
        {"BANT facts in the first gate are an error [A1.16]", bant_in_the_first_gate, NULL, NULL, NULL},
        {"sales-ready is weaker than ready to buy [A1.18]", ready_for_sales_is_not_ready_to_buy, NULL, NULL,
         NULL},
        cmocka_unit_test(gates_that_add_nothing),
        {"the problem comes before the solution [A7.3]", steps_that_climb_down, NULL, NULL, NULL},
        cmocka_unit_test(nurturing_and_routes),
        {"a bank asks about the product in every phase [A4.5]", banks_of_questions, NULL, NULL, NULL},
        {"a template without an owner on both sides is an error [A6.8]", templates_need_owners_of_both, NULL,
         NULL, NULL},
        {"a template without unique content is an error [A6.10]", templates_need_unique_content, NULL, NULL,
         NULL},
        {"a gate that leaves awareness, interest or desire unmapped is a finding [A8.10]",
         promises_of_the_gate_to_sales, NULL, NULL, NULL},
        {"programmes that are alike are targeted marketing, not ABM [A6.3]", programmes_that_are_alike, NULL,
         NULL, NULL},
        {"all four questions about buyers are answered [A4.7]", what_is_known_of_buyers, NULL, NULL, NULL},
        {"an agreement past its review is a finding [A9.20]", reviews_that_are_overdue, NULL, NULL, NULL},
        {"shares 30 points apart are an error [A9.6]", shares_that_are_apart, NULL, NULL, NULL},
        cmocka_unit_test(signatures),
        cmocka_unit_test(signatures_of_this_version),
        cmocka_unit_test(names_that_nobody_reads),
        cmocka_unit_test(lists_without_values),
        cmocka_unit_test(names_in_functions),
        cmocka_unit_test(every_kind_has_its_page),
        cmocka_unit_test(five_hundred_rules_in_a_second),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
