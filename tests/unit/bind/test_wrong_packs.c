/* Mistakes of authors, one a row: each must be refused with its file and line, the offending words and what
 * to do. */
#include "pack_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define Q "local q = require 'assay.qualification'\n"
/* Line 3 is the first of a row's own. */
#define M                                                                                                    \
    Q "local lead, account, event, answer, m = q.lead, q.account, q.event, q.answer, q.model 'inbound'\n"
#define F                                                                                                    \
    "local q = require 'assay.qualification'; local lead, account, event, answer, m = q.lead, q.account, "   \
    "q.event, q.answer, "                                                                                    \
    "q.model 'inbound'\nlocal fit = m:score('fit', { floor = 0, cap = 100 })\n"
#define N "local n = require 'assay.nurturing'\nlocal lead, event, answer = n.lead, n.event, n.answer\n"
#define A                                                                                                    \
    "local abm = require 'assay.accounts'\nlocal lead, account, answer = abm.lead, abm.account, "            \
    "abm.answer\n"
#define R "local r = require 'assay.routing'\nlocal lead, account = r.lead, r.account\n"

#define S "local s = require 'assay.service_levels'\nlocal event = s.event\n"
/* An agreement on line 3 with its options as they are given. */
#define AGREED(options) S "s.agreement 'x' { " options " }"
#define START           "start = event.handoff, stop = event.handoff_accepted, within = '1 business day', "

#define E                                                                                                    \
    "local q, fx = require 'assay.qualification', require 'assay.effects'\nlocal m, lead, event, on, "       \
    "effect = q.model 'inbound', q.lead, q.event, fx.on, fx.effect\n"

struct wrong {
    const char *name;
    const char *rules;
    int line;
    const char *says;    /* part of what is wrong */
    const char *advises; /* part of the advice; NULL: none is asked for */
};

static const struct wrong rows[] = {
    /* effects */
    {"an effect to nowhere", E "on.enter 'sales_ready' { effect.webhook 'x' { to = 'crm' } }", 3,
     "which is no destination", "destinations = "},
    {"an effect at no stage", E "on.enter 'sale_ready' { effect.task 'x' {} }", 3,
     "did you mean \"sales_ready\"", "stages: "},
    {"an effect in no place", E "effect.task 'x' {}", 3, "task \"x\"", "on.enter, a step or a watch"},
    {"an option no effect has", E "on.enter 'nurture' { effect.task 'x' { rol = 'sdr' } }", 3,
     "did you mean \"role\"", NULL},
    {"what is no effect", E "on.enter 'nurture' {\neffect.task 'x' {},\n'x' }", 3, "is no effect",
     "effect.task"},
    {"events as data", E "on.enter 'nurture' { effect.task 'x' { data = { all = event.any } } }", 3,
     "holds no single value", "count"},
    {"an effect of no model", E "on.enter 'nurture' { model = 'outbound', effect.task 'x' {} }", 3,
     "no model \"outbound\"", "q.model"},
    {"nothing on entering", E "on.enter 'nurture' {}", 3, "asks for nothing", "leave it out"},
    {"a condition of an effect that is none", E "on.enter 'nurture' { effect.task 'x' { when = true } }", 3,
     "option \"when\"", NULL},
    /* options of the library's own functions */
    {"an option no proof points have",
     M "require('assay.evidence').proof_points(m, { kind = { webinar = 'title' } })", 3,
     "did you mean \"kinds\"", "it has kinds, window"},
    {"insights for nothing", M "require('assay.evidence').insights(m, { most = 2 })", 3, "lacks \"points\"",
     "it needs points"},
    {"a question no checklist has",
     M "require('assay.overshoot').checklist(m, { pay_for_more = lead.title:known() })", 3,
     "did you mean \"pays_for_more\"", "performance_acceptable"},
    {"a cause of friction that is none",
     M "require('assay.friction').diagnose(m, { risks = lead.title:known() })", 3, "did you mean \"risk\"",
     "stakeholders"},
    {"a remedy that is none",
     M "require('assay.friction').diagnose(m, { risk = { when = lead.title:known(), contents = 'x' } })", 3,
     "friction by risk has no \"contents\": did you mean \"content\"", "it has when"},
    {"a silence worth nothing", M "require('assay.friction').went_quiet { point = -20 }", 3,
     "did you mean \"points\"", "at_least"},
    {"what a product's profile does not have",
     M "require('assay.profiles').sales_ready(m, 'product', { interest = lead.title:known() })", 3,
     "lacks \"budget\"", "it needs interest, budget, intent"},
    {"a cause of friction without a name", M "require('assay.friction').plays { lead.title:known() }", 3,
     "friction takes values by name", "stakeholders"},
    {"what is no table of criteria", M "require('assay.criteria').sales_ready(m, lead.title:known())", 3,
     "needs a table", NULL},
    /* service levels */
    {"an agreement without an end", AGREED("start = event.handoff, within = '24h'"), 3,
     "needs the option \"stop\"", NULL},
    {"a clock that begins with a company's events",
     AGREED("start = s.account.event.demo_request, stop = event.sales_touch, within = '24h'"), 3,
     "is a kind of event of the lead", "event.demo_request"},
    {"a clock that begins with anything",
     AGREED("start = event.any, stop = event.sales_touch, within = '24h'"), 3,
     "is a kind of event of the lead", NULL},
    {"hand-offs among other beginnings",
     AGREED("start = { event.demo_request, event.handoff }, stop = event.sales_touch, within = '24h'"), 3,
     "has event.handoff in a list", "an agreement of its own"},
    {"a clock that begins with some hand-offs",
     AGREED("start = event.handoff:where { to = 'Ann' }, stop = event.sales_touch, within = '24h'"), 3,
     "takes every offer", "leave where out"},
    {"a clock that stops with what began it",
     AGREED("start = event.demo_request, stop = event.demo_request, within = '24h'"), 3,
     "is what begins the clock", NULL},
    {"a clock of buyers that an offer stops",
     AGREED("start = event.demo_request, stop = event.handoff, within = '24h'"), 3,
     "by which nobody is answered", "event.sales_touch"},
    {"a stop that says something",
     AGREED("start = event.demo_request, stop = event.call_made:where { outcome = 'x' }, within = '24h'"), 3,
     "whatever it says", "leave where out"},
    {"giving back what nobody was offered",
     AGREED(
         "start = event.demo_request, stop = event.call_made, within = '24h', breach = { reject = 'late' }"),
     3, "this clock begins with none", "notify"},
    {"a clock that stops where it begins",
     AGREED("start = event.handoff, stop = event.handoff, within = '24h'"), 3, "is what begins the clock",
     NULL},
    {"a stop that is counted",
     AGREED("start = event.handoff, stop = event.sales_touch:seen(), within = '24h'"), 3,
     "nothing but where after it", NULL},
    {"a stop named twice",
     AGREED("start = event.handoff, stop = { event.sales_touch, event.sales_touch }, within = '24h'"), 3,
     "event.sales_touch twice", "leave one"},
    {"no stop in the list", AGREED("start = event.handoff, stop = {}, within = '24h'"), 3,
     "is a list of events", NULL},
    {"a stop that is a text", AGREED("start = event.handoff, stop = { 'sales_touch' }, within = '24h'"), 3,
     "is no event", NULL},
    {"no time at all", AGREED("start = event.handoff, stop = event.sales_touch, within = '0h'"), 3,
     "no time at all", NULL},
    {"a month to answer", AGREED("start = event.handoff, stop = event.sales_touch, within = '1 month'"), 3,
     "has no fixed length", "days"},
    {"a warning after the end", AGREED(START "warn = '100%'"), 3, "between 1% and 99%", "50%"},
    {"a warning that is no share", AGREED(START "warn = '2h'"), 3, "between 1% and 99%", "50%"},
    {"a breach without consequence", AGREED(START "breach = {}"), 3, "has no consequence", "notify"},
    {"a breach with two ways out", AGREED(START "breach = { reassign = true, reject = 'late' }"), 3,
     "cannot both follow", NULL},
    {"reassigning without a route", AGREED(START "breach = { reassign = true }"), 3, "no route", "r.route"},
    {"a breach misspelt", AGREED(START "breach = { notfy = 'manager' }"), 3, "did you mean \"notify\"", NULL},
    {"giving back for no reason of the model",
     M "m:gate 'sales_ready' { criteria = { x = lead.title:known() } }; m:reject_reasons { ['no budget'] = "
       "'fix' }\n"
       "local s = require 'assay.service_levels'; s.agreement 'x' { start = event.handoff, stop = "
       "event.sales_touch, "
       "within = '24h', breach = { reject = 'no budgt' } }",
     4, "which is no reason of model \"inbound\"", "m:reject_reasons"},
    {"the same agreement twice", S "for _ = 1, 2 do s.agreement 'x' { " START " } end", 3, "twice", NULL},
    {"hours that end before they begin", S "s.business_hours { from = '17:00', to = '09:00' }", 3,
     "are no business hours", "09:00"},
    {"hours nowhere", S "s.business_hours { from = '09:00', to = '17:00', timezone = 'Europe/Berln' }", 3,
     "no time zone \"Europe/Berln\"", "IANA"},
    {"days off nowhere", S "s.business_hours { from = '09:00', to = '17:00', country = 'DE' }", 3,
     "there are none", "lists/holidays.csv"},
    {"hours said twice", S "for _ = 1, 2 do s.business_hours { from = '09:00', to = '17:00' } end", 3,
     "twice", NULL},
    /* unknown names */
    {"an unknown field of a lead", F "fit:rule 'x' { points = 1, when = lead.titel:known() }", 3,
     "did you mean \"title\"", "declare it in pack.lua"},
    {"an unknown field of an account", F "fit:rule 'x' { points = 1, when = account.industri:known() }", 3,
     "did you mean \"industry\"", NULL},
    {"a field of the account asked of the lead",
     F "fit:rule 'x' { points = 1, when = lead.employees:known() }", 3, "lead has no field \"employees\"",
     "account.employees"},
    {"an unknown event", F "fit:rule 'x' { points = 1, when = event.page_veiw:seen() }", 3,
     "did you mean \"page_view\"", NULL},
    {"an unknown event in per_event", F "fit:rule 'x' { per_event = { page_veiw = 1 } }", 3,
     "did you mean \"page_view\"", "pack.lua"},
    {"an unknown answer", F "fit:rule 'x' { points = 1, when = answer.nead:known() }", 3,
     "did you mean \"need\"", NULL},
    {"an unknown method", F "fit:rule 'x' { points = 1, when = lead.title:matchs 'x' }", 3, "matchs", NULL},
    {"a method of another type", F "fit:rule 'x' { points = 1, when = lead.title:at_least(3) }", 3,
     "at_least", NULL},
    {"an unknown score", M "m:gate 'nurture' { criteria = { a = m.intrest:at_least(3) } }", 3,
     "no score \"intrest\"", "m:score"},
    {"an unknown word of the model", F "m:gats 'nurture' { criteria = { a = lead.title:known() } }", 3,
     "did you mean \"gate\"", NULL},
    {"an unknown list", F "fit:rule 'x' { points = 1, when = account.domain:in_list 'rival' }", 3, "rival",
     NULL},
    {"an unknown module", "\nlocal q = require 'assay.qualifications'", 2,
     "did you mean \"assay.qualification\"", NULL},
    {"an unknown global", "\n\nlocal x = strin.format('x')", 3, "did you mean \"string\"", "local"},
    {"an unknown property",
     F "fit:rule 'x' { points = 1, when = event.survey:sum('grad', '7d'):at_least(1) }", 3, "grad", NULL},
    {"an unknown stage in recycle",
     M "m:recycle { from = 'sales_redy', to = 'nurture', when = event.page_view:seen() }", 3,
     "did you mean \"sales_ready\"", NULL},
    {"a gate that opens no stage", M "m:gate 'sales_redy' { criteria = { a = lead.title:known() } }", 3,
     "did you mean \"sales_ready\"", "labels"},
    {"an unknown persona",
     N "n.persona 'boss' { when = lead.title:known() }\nn.track 't' { persona = 'bos' }", 4,
     "did you mean \"boss\"", NULL},
    {"an unknown level of the ladder",
     N "n.contact_policy { ladder = { 'topic', 'problem' }, needs = { demo = 'problm' } }", 3,
     "did you mean \"problem\"", NULL},
    {"an unknown level of questions",
     N "n.contact_policy { ladder = { 'topic', 'problem' }, questions = { topc = 2 } }", 3,
     "did you mean \"topic\"", NULL},
    {"fewer questions for more permission",
     N "n.contact_policy { ladder = { 'topic', 'problem' }, questions = { topic = 2, problem = 1 } }", 3,
     "of \"problem\" allows fewer than \"topic\"", "at least as many"},
    {"questions that are no number",
     N "n.contact_policy { ladder = { 'topic' }, questions = { topic = 'two' } }", 3,
     "of \"topic\" is no number", "topic = 2"},
    {"more questions than anybody may be asked",
     N "n.contact_policy { ladder = { 'topic' }, questions = { topic = 2 } }\n"
       "n.track 't' { n.step 's' { content = 'c', questions = 3 } }",
     4, "asks 3 questions, and no level of permission allows more than 2", "ask fewer"},
    {"a negative number of questions", N "n.track 't' { n.step 's' { content = 'c', questions = -1 } }", 3,
     "is no number of questions", "how many"},
    {"an unknown ask of a step", N "n.track 't' { n.step 's' { content = 'c', ask = 'demo' } }", 3,
     "asks for \"demo\"", NULL},
    {"an unknown role of a group",
     A "abm.template 't' { when = account.name:known(), group = { economical = 1 } }", 3,
     "did you mean \"economic\"", NULL},
    {"a function that its module lacks", N "n.nevr { any = lead.title:known() }", 3,
     "assay.nurturing has no \"nevr\": did you mean \"never\"?", "`assay manual assay.nurturing`"},
    {"a level twice", N "n.contact_policy { ladder = { 'topic', 'proof', 'topic' } }", 3,
     "names the level \"topic\" twice", "leave one"},
    {"an unknown channel", N "n.contact_policy { most = { emial = '2 per 7d' } }", 3,
     "did you mean \"email\"", NULL},
    {"an unknown channel of a step", N "n.track 't' { n.step 's' { content = 'c', channel = 'mail' } }", 3,
     "no channel \"mail\"", "lead.unsubscribed"},
    {"an unknown channel of never", N "n.never { calls = lead.phone:unknown() }", 3, "did you mean \"call\"",
     NULL},
    {"an unknown target of a disqualifier", M "m:disqualify 'd' { when = lead.title:known(), to = 'cross' }",
     3, "neither a model nor a track", NULL},

    /* options */
    {"an unknown option", F "fit:rule 'x' { point = 1, when = lead.title:known() }", 3,
     "did you mean \"points\"", "per_event"},
    {"an unknown option of a score", M "local s = m:score('s', { flor = 0 })", 3, "did you mean \"floor\"",
     NULL},
    {"an option of the wrong type", F "fit:rule 'x' { points = 'many', when = lead.title:known() }", 3,
     "must be a number", NULL},
    {"a missing option", M "m:disqualify 'x' { to = 'inbound' }", 3, "needs the option \"when\"", NULL},
    {"a value without a name", F "fit:rule 'x' { 25, when = lead.title:known() }", 3, "one of them has none",
     NULL},
    {"options forgotten", F "fit:rule 'x'", 3, "has a name but no options", NULL},
    {"options in the wrong brackets", F "fit:rule 'x' ('points')", 3, "needs a table of options", NULL},
    {"points with too many decimals", F "fit:rule 'x' { points = 1.0005, when = lead.title:known() }", 3,
     "at most three decimals", NULL},
    {"points beyond the limit", F "fit:rule 'x' { points = 1e9, when = lead.title:known() }", 3, "points",
     NULL},
    {"points for everybody", F "fit:rule 'x' { points = 5 }", 3, "gives its points to everybody", NULL},
    {"neither points nor events", F "fit:rule 'x' { when = lead.title:known() }", 3, "gives no points", NULL},
    {"a cap below the floor", M "local s = m:score('s', { floor = 10, cap = 5 })", 3, "is above the cap",
     NULL},
    {"a cap with a sign", F "fit:rule 'x' { per_event = { page_view = 1 }, cap = -5 }", 3, "is below 0",
     NULL},
    {"options of a model twice", Q "q.model 'a' { product = 'x' } { product = 'y' }", 2, "only once", NULL},
    {"fading without events", F "fit:rule 'x' { points = 1, when = lead.title:known(), half_life = '14d' }",
     3, "needs per_event", NULL},
    {"two ways of fading",
     F "fit:rule 'x' { per_event = { page_view = 1 }, half_life = '14d', window = '30d' }", 3,
     "another way of fading", NULL},
    {"a bad half-life", F "fit:rule 'x' { per_event = { page_view = 1 }, half_life = '14 moons' }", 3,
     "half_life", NULL},
    {"a half-life in hours", F "fit:rule 'x' { per_event = { page_view = 1 }, half_life = '5h' }", 3,
     "half_life", NULL},
    {"a month as a window", F "fit:rule 'x' { points = 1, when = event.page_view:seen '1 month' }", 3,
     "month", NULL},
    {"a bad rate", F "fit:rule 'x' { per_event = { page_view = 1 }, at_most = { page_view = '3 times' } }", 3,
     "is no rate", "3 per 1d"},
    {"a rate for an event without points",
     F "fit:rule 'x' { per_event = { page_view = 1 }, at_most = { webinar = 'once' } }", 3, "earns no points",
     NULL},
    {"points for what sellers do", F "fit:rule 'x' { per_event = { nudge = 1 } }", 3, "which no buyer does",
     NULL},
    {"a bad pattern", F "fit:rule 'x' { points = 1, when = lead.title:matches [[(]] }", 3, "pattern", NULL},
    {"a choice that is not declared",
     F "fit:rule 'x' { points = 1, when = answer.need:at_least 'acknowledge' }", 3, "acknowledged", NULL},
    {"a group nobody declared", F "fit:rule 'x' { points = 1, when = lead.title:known(), group = 'web' }", 3,
     "no group \"web\"", NULL},
    {"a bad clock", N "n.contact_policy { quiet = { from = '25:00', to = '08:00' } }", 3, "no time of day",
     NULL},
    {"a bad reject reason", M "m:reject_reasons { ['no budget'] = 'later' }", 3, "does something unknown",
     "nurture after 90d"},
    {"a gate without criteria", M "m:gate 'nurture' { criteria = {} }", 3, "is empty", NULL},
    {"recycling forward",
     M "m:recycle { from = 'nurture', to = 'sales_ready', when = event.page_view:seen() }", 3,
     "must be an earlier stage", NULL},
    {"a step with nothing to do", N "n.track 't' { n.step 's' { wait = '4d' } }", 3,
     "needs content, a task or effects", NULL},
    {"a task that is only a text", N "n.track 't' { n.step 's' { task = 'call' } }", 3, "must be", "n.human"},
    {"a route to nobody's fact", R "r.route 'x' { order = 1, to = lead.title }", 3,
     "must be a fact of type user", NULL},
    {"a grade of an unknown score", M "m:grade { fit = { A = 75 } }", 3, "does not have", NULL},
    {"two bands at the same points", F "m:grade { fit = { A = 75, B = 75 } }", 3, "begin at the same points",
     NULL},

    /* conditions lost in silence */
    {"and between conditions",
     F "fit:rule 'x' { points = 1, when = lead.title:known() and lead.email:known() }", 3, "never used", "&"},
    {"or between conditions",
     F "fit:rule 'x' { points = 1, when = lead.title:known() or lead.email:known() }", 3, "\"or\"",
     "write |"},
    {"or between conditions that have names",
     F "local a = lead.title:known()\nlocal b = lead.email:known()\nfit:rule 'x' { points = 1, when = a or b "
       "}\n"
       "fit:rule 'y' { points = 1, when = b }",
     5, "\"or\"", "write |"},
    {"or after a bracket",
     F "fit:rule 'x' { points = 1, when = (lead.title:known() & lead.phone:known()) or lead.email:known() }",
     3, "\"or\"", "write |"},
    {"or over several lines",
     F
     "fit:rule 'x' { points = 1,\n  when = lead.title:one_of { 'a',\n    'b' }\n    or lead.email:known() }",
     6, "\"or\"", "write |"},
    {"or in a function that makes conditions",
     F "local function either(a, b) return a:known() or b:known() end\nfit:rule 'x' { points = 1, when = "
       "either(lead.title, "
       "lead.email) }",
     4, "never used", "| instead of or"},
    {"not before a condition", F "fit:rule 'x' { points = 1, when = not lead.title:known() }", 3,
     "a boolean stands", "~"},
    {"== between a fact and a text", F "fit:rule 'x' { points = 1, when = lead.title == 'CEO' }", 3,
     "a boolean stands", ":is("},
    {"== between two facts", F "fit:rule 'x' { points = 1, when = lead.first_name == lead.last_name }", 3,
     "== does not work", ":is("},
    {"~= between a fact and a text", F "fit:rule 'x' { points = 1, when = lead.title ~= 'CEO' }", 3,
     "a boolean stands", NULL},
    {">= on a fact", F "fit:rule 'x' { points = 1, when = account.employees >= 40 }", 3, "does not work",
     ":at_least(40)"},
    {"< on a fact", F "fit:rule 'x' { points = 1, when = account.employees < 40 }", 3, "does not work",
     ":less_than(40)"},
    {"addition of facts", F "fit:rule 'x' { points = 1, when = (account.employees + 1):at_least(3) }", 3,
     "+ does not work", NULL},
    {"the length of events", F "fit:rule 'x' { points = 1, when = #event.page_view }", 3, "# does not work",
     ":count()"},
    {"joining facts", F "fit:rule 'x' { points = 1, when = (lead.first_name .. lead.last_name):known() }", 3,
     ".. does not work", NULL},
    {"a condition nobody reads", F "local big = account.employees:at_least(500)", 3, "never used", NULL},
    {"a fact where a condition belongs", F "fit:rule 'x' { points = 1, when = lead.title }", 3, "condition",
     NULL},
    {"a boolean beside &", F "fit:rule 'x' { points = 1, when = lead.title:known() & true }", 3,
     "a boolean stands beside &", NULL},
    {"nil beside |", F "fit:rule 'x' { points = 1, when = lead.title:known() | m.fitt }", 3,
     "no score \"fitt\"", NULL},
    {"a method without its call", F "fit:rule 'x' { points = 1, when = lead.title.known }", 3,
     "a method stands", "colon"},
    {"a point instead of a colon", F "fit:rule 'x' { points = 1, when = lead.title.matches 'x' }", 3,
     "without its fact", "colon"},
    {"a step that stands nowhere", N "n.step 's' { content = 'c' }", 3, "stands in no track", NULL},
    {"a human task that stands nowhere", N "local h = n.human 'call'", 3, "stands in no step or play", NULL},

    /* the same twice */
    {"a rule twice",
     F "fit:rule 'x' { points = 1, when = lead.title:known() }\nfit:rule 'x' { points = 2, when = "
       "lead.email:known() }",
     4, "declared twice: first at rules.lua:3", NULL},
    {"a gate twice",
     M "m:gate 'nurture' { criteria = { a = lead.title:known() } }\nm:gate 'nurture' { criteria = { a = "
       "lead.email:known() } }",
     4, "declared twice: first at rules.lua:3", NULL},
    {"a score twice", F "local again = m:score('fit')", 3, "declared twice: first at rules.lua:2", NULL},
    {"a model twice", F "local again = q.model 'inbound'", 3, "declared twice: first at rules.lua:1", NULL},
    {"a contact policy twice", N "n.contact_policy { gap = '24h' }\nn.contact_policy { gap = '48h' }", 4,
     "declared twice", NULL},
    {"a score called like a word of the model", M "local s = m:score('gate')", 3, "is a word of the model",
     NULL},

    /* strata */
    {"a score that reads itself", F "fit:rule 'x' { points = 1, when = m.fit:at_least(3) }", 2, "itself",
     NULL},
    {"a lead's answer in an account gate",
     M "m:gate 'opportunity' { level = 'account', criteria = { a = answer.need:known() } }", 3, "answer",
     NULL},
    {"a lead's fact in an account gate",
     M "m:gate 'opportunity' { level = 'account', criteria = { a = lead.title:known() } }", 3, "lead", NULL},

    /* Lua itself */
    {"a syntax error", "local x = \n\n}", 3, "unexpected symbol", NULL},
    {"an error of Lua", "local t = nil\nlocal x = t.y", 2, "attempt to index a nil value", NULL},
    {"an error of one's own", "\nerror('no rules today')", 2, "no rules today", NULL},
    {"a global variable", "local a\nb = 1", 2, "would be a global variable", "local"},
    {"the clock", "local t = os.time()", 1, "\"os\" does not exist", "time is a parameter"},
    {"randomness", "local t = math.random()", 1, "\"math.random\" does not exist", "replayed"},
    {"a score declared at every call",
     F "fit:rule 'x' { points = 1, when = lead.title:known() }\nlocal function late() m:score('late') "
       "end\nlate()\nlate()",
     4, "declared twice", NULL},
    {"a file that requires itself", "local x = require 'rules'", 1, "requires itself", NULL},
    {"a way out of the pack", "local x = require '../other/rules'", 1, "cannot take", NULL},
    {"declarations without end",
     M "local t = {} for i = 1, 9000 do t[i] = ('x'):rep(90) .. i end while true do pcall(function() return "
       "lead.title:one_of(t) end) end",
     3, "declares more than", NULL},
    {"assignment to a fact", F "lead.title = 'CEO'", 3, "cannot be assigned", NULL},
};

/* A pack.lua that is wrong itself. */
struct wrong_pack {
    const char *name, *pack;
    int line;
    const char *says;
};

static const struct wrong_pack packs[] = {
    {"no pack at all", "local x = 1", 1, "declares no pack"},
    {"an unknown option of the pack", "require 'assay.pack' 'p' { ownr = 'x', owner = 'x', rules = {} }", 1,
     "did you mean \"owner\""},
    {"a missing owner", "\nrequire 'assay.pack' 'p' { rules = {} }", 2, "needs the option \"owner\""},
    {"a type nobody knows",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, fields = { lead = { a = 'txt' } } }", 1,
     "did you mean \"text\""},
    {"fields of neither", "require 'assay.pack' 'p' { owner = 'x', rules = {}, fields = { leads = {} } }", 1,
     "did you mean \"lead\""},
    {"a reserved word as a field",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, fields = { account = { group = 'text' } } }", 1,
     "the word is taken"},
    {"a method's name as a field",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, fields = { account = { known = 'text' } } }", 1,
     "the word is taken"},
    {"a rule file that is not there", "require 'assay.pack' 'p' { owner = 'x', rules = { 'rule' } }", 1,
     "did you mean \"rules\""},
    {"a list file that is not there",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, lists = { a = 'lists/no.txt' } }", 1,
     "no file \"lists/no.txt\""},
    {"a list outside of the pack",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, lists = { a = '../secret.txt' } }", 1, "no file"},
    {"a label for no stage",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, labels = { worth_call = 'MQL' } }", 1,
     "did you mean \"worth_a_call\""},
    {"a bad review date",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, agreement = { marketing = 'a', sales = 'b', "
     "review_by = 'soon' } }",
     1, "no date"},
    {"an origin in the clear",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, permits = { http = { 'http://x' } } }", 1,
     "not https"},
    {"an answer without a question",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, answers = { a = { type = 'text' } } }", 1,
     "needs the option \"ask\""},
    {"an event by nobody",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, events = { a = { by = 'buyr' } } }", 1,
     "did you mean \"buyer\""},
    {"a feed of an unknown event",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, feeds = { web = { events = { 'page_veiw' }, fresh "
     "= '2d' } } }",
     1, "did you mean \"page_view\""},
    {"another type for a standard field",
     "require 'assay.pack' 'p' { owner = 'x', rules = {}, fields = { account = { employees = 'text' } } }", 1,
     "employees"},
    {"a name with blanks", "require 'assay.pack' 'my pack' { owner = 'x', rules = {} }", 1,
     "cannot be called"},
    {"two packs",
     "local p = require 'assay.pack'\np 'a' { owner = 'x', rules = {} }\np 'b' { owner = 'x', rules = {} }",
     3, "declared twice"},
};

static void check(const struct pack_text *t, const char *file, int line, const char *says,
                  const char *advises)
{
    if (t->error.status == AS_OK)
        fail_msg("it loads");
    bool good = strcmp(t->error.file, file) == 0 && t->error.line == line &&
                strstr(t->error.what, says) != NULL &&
                (advises == NULL || strstr(t->error.advice, advises) != NULL ||
                 strstr(t->error.what, advises) != NULL);
    if (!good)
        fail_msg("%s:%d: %s\n%s", t->error.file, t->error.line, t->error.what, t->error.advice);
}

static void test_rules(void **state)
{
    const struct wrong *row = *state;
    struct pack_text t;
    load_pack_text(&t, NULL, row->rules, NULL);
    check(&t, "rules.lua", row->line, row->says, row->advises);
    free_pack_text(&t);
}

static void test_pack(void **state)
{
    const struct wrong_pack *row = *state;
    struct pack_text t;
    load_pack_text(&t, row->pack, "", NULL);
    check(&t, "pack.lua", row->line, row->says, NULL);
    free_pack_text(&t);
}

int main(void)
{
    enum { RULES = sizeof rows / sizeof *rows, PACKS = sizeof packs / sizeof *packs };
    struct CMUnitTest tests[RULES + PACKS];
    for (size_t i = 0; i < RULES; i++)
        tests[i] = (struct CMUnitTest){rows[i].name, test_rules, NULL, NULL, (void *)&rows[i]};
    for (size_t i = 0; i < PACKS; i++)
        tests[RULES + i] = (struct CMUnitTest){packs[i].name, test_pack, NULL, NULL, (void *)&packs[i]};
    return cmocka_run_group_tests_name("wrong packs", tests, NULL, NULL);
}
