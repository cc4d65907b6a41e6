/* The kinds of findings: their stable ids, severities and pages. An id is a promise: it is never renamed or
 * given another meaning. */
#include "score/check/finding.h"

#include "score/statistics/benchmark.h"

#define ERROR   AS_SEVERITY_ERROR
#define WARNING AS_SEVERITY_WARNING
#define INFO    AS_SEVERITY_INFO

static const struct as_finding_kind kinds[AS_FINDING_COUNT] = {
    [AS_FINDING_LOAD] =
        {"load-error", ERROR, "The pack does not load.",
         "A pack that does not load decides nothing. Everything that is wrong in a single declaration is "
         "found while loading: unknown fields, answers and events, wrong types, an unknown persona of a "
         "track, a disqualifier that sends leads nowhere, a missing list.",
         "The message names the words and what to write instead. Loading stops at the first fault: check "
         "again after mending it.",
         "mend it and check again: loading stops at the first fault"},
    [AS_FINDING_PACKS_CONFLICT] =
        {"packs-conflict", ERROR, "Two packs declare the same name differently.",
         "A field is one column for all packs. Two packs that give it different types cannot run on the same "
         "database.",
         "Agree on one type, or give one of the two fields another name.",
         "agree on one declaration, or rename one of the two"},
    [AS_FINDING_CONDITION_NEVER] = {"condition-never", ERROR,
                                    "A condition can never hold, whatever the facts are.",
                                    "A rule that never fires gives no points and raises no error: nobody "
                                    "notices until somebody asks why no lead ever passes. The check knows "
                                    "the declared choices, the order of numbers and dates, and which "
                                    "conditions read the same fact.",
                                    "Two conditions on one fact that exclude each other are usually meant as "
                                    "alternatives: write | instead of &. Else correct the numbers.",
                                    "write | where either may hold, or correct the values"},
    [AS_FINDING_CONDITION_ALWAYS] =
        {"condition-always", WARNING, "A condition holds whatever the facts are.",
         "It decides nothing: the rule gives its points to everybody whose facts are known, the gate asks "
         "nothing.",
         "Correct the values; or remove the condition, so that readers see that everybody is meant.",
         "correct the values, or remove the condition"},
    [AS_FINDING_PART_NEVER] =
        {"part-never", WARNING, "A part of a condition can never hold.",
         "The alternative is dead: whoever wrote it expects leads to pass that way, and none does.",
         "Correct the values of that part, or remove it.", "correct the part, or remove it"},
    [AS_FINDING_PART_IDLE] =
        {"part-idle", WARNING, "A part of a condition changes nothing.",
         "Another part of the same condition says the same or more, so that this one never decides. Often a "
         "number was typed wrongly: `seen \"7d\" | seen \"30d\"` is only `seen \"30d\"`.",
         "Remove the idle part, or correct its value.", "remove it, or correct its value"},
    [AS_FINDING_SCORE_OUT_OF_REACH] =
        {"score-out-of-reach", ERROR, "A threshold lies where no sum of points can reach.",
         "The highest sum follows from the points of the rules, which of them exclude each other, and the "
         "caps of rules, groups and the score. A gate above it lets nobody through, ever.",
         "Lower the threshold, raise the cap, or add points.",
         "lower the threshold, or raise the cap or points"},
    [AS_FINDING_SCORE_ALWAYS_REACHED] = {"score-always-reached", WARNING,
                                         "A threshold lies where every sum of points is.",
                                         "The lowest sum follows from the rules that take points away, the "
                                         "caps and the floor. A threshold at or below it lets everybody "
                                         "through.",
                                         "Raise the threshold, or remove the condition.",
                                         "raise the threshold, or remove the condition"},
    [AS_FINDING_RULE_DUPLICATE] = {"rule-duplicate", WARNING, "Two rules of one score ask the same.",
                                   "The points are given twice for one fact. That is hard to see in the "
                                   "ledger, and whoever changes one of the rules will forget the other.",
                                   "Keep one rule with the sum of the points.",
                                   "keep one of them, with the points of both"},
    [AS_FINDING_DISQUALIFY_DUPLICATE] = {"disqualify-duplicate", WARNING,
                                         "Two disqualifiers of one model ask the same.",
                                         "Only the first is ever given as the reason.", "Keep one of them.",
                                         "keep one of them"},
    [AS_FINDING_GRADE_OUT_OF_REACH] = {"grade-out-of-reach", ERROR,
                                       "A band of the grade begins where no sum of points can reach.",
                                       "Nobody will ever have the grade that the band promises.",
                                       "Lower the border of the band, or give the score more points.",
                                       "lower the border, or give the score more points"},
    [AS_FINDING_GRADE_NEVER_BELOW] =
        {"grade-never-below", WARNING, "A band of the grade begins at or below the lowest sum of points.",
         "Everybody is in that band or above it: what stands below it is never given.",
         "Raise the border, or remove the bands below.", "raise the border, or remove what stands below"},
    [AS_FINDING_GRADE_ORDER] =
        {"grade-order", ERROR, "The bands of a grade are in the wrong order.",
         "A reads better than B, and 1 better than 2. Bands whose labels do not follow their borders turn "
         "the grade around: the queue then offers the worst leads first.",
         "Give the first letter, or the lowest number, the highest border: fit = { A = 75, B = 50, C = 25 }.",
         "the first letter or lowest number has the highest border"},
    [AS_FINDING_GATE_BANT_ONLY] =
        {"gate-bant-only", ERROR, "A gate asks for budget, authority, need and timing alone.",
         "BANT should never be the only criteria by which leads are qualified: it says nothing about whether "
         "this is a company you sell to and whether this person wants to talk to you. A criterion counts as "
         "BANT when it is named so (need, authority, timeframe, budget ...), or when it reads only facts "
         "that are BANT by their name or are declared with bant = true. A gate of the whole account (level = "
         "\"account\") may, as long as a gate before it asks for more.",
         "Add what makes the lead yours: the market, the title, an interest score, a raised hand. For "
         "example criteria = { market = account.industry:in_list \"industries\", willing = "
         "event.demo_request:seen \"30d\", need = ... }.",
         "add who they are or what they did: market, title, interest, a raised hand"},
    [AS_FINDING_GATE_BANT_EARLY] =
        {"gate-bant-early", ERROR, "The first gate asks for budget, authority, need or timing.",
         "BANT is not appropriate for early leads. The first gate asks only whether somebody belongs in the "
         "nurturing programme; who has no budget this year is exactly whom nurturing is for. Scores that "
         "read such facts count too.",
         "Ask for company and title only, and move the rest to the gate sales_ready.",
         "ask for company and title only; move it to a later gate"},
    [AS_FINDING_GATE_READY_TO_BUY] =
        {"gate-ready-to-buy", ERROR, "Ready for sales asks for as much as an opportunity.",
         "Sales-ready is not ready to buy. A gate that demands need, authority, timing and committed money, "
         "or the criteria of the gate opportunity, keeps from sales everybody who could still be "
         "convinced. " AS_BUDGET_COMES_LAST ".",
         "Ask for the ability to pay, not for committed money: budget = account.revenue:at_least(10e6); "
         "leave commitments to the gate opportunity.",
         "leave committed money to the gate opportunity; ask only for the ability to pay"},
    [AS_FINDING_GATE_EQUAL] =
        {"gate-equal", WARNING, "A gate asks nothing that an earlier gate has not asked.",
         "Leads pass both at once: the stage between them never lasts, and its reports are empty.",
         "Add what makes the later stage different, or remove the gate.",
         "add what makes this stage different, or remove the gate"},
    [AS_FINDING_GATE_ONE_PERSON] =
        {"gate-one-person", WARNING, "The gate of opportunities asks one person.",
         "It can be impossible for any one lead to satisfy all of BANT: who feels the need rarely has the "
         "money. An opportunity belongs to the buying group.",
         "Write level = \"account\", and ask the group: account.group:covers { \"economic\", \"user\" }, "
         "account.group:every(...).",
         "write level = \"account\" and ask the buying group"},
    [AS_FINDING_CONTRACT_MISSING] =
        {"contract-missing", INFO, "The gate to sales does not say what it promises.",
         "Whoever refines leads gives out people who know the kind of product, are interested in what yours "
         "is worth, and begin to want it. Unless the gate says which of its criteria show that, sales finds "
         "out lead by lead.",
         "Map the criteria: delivers = { awareness = { \"market\" }, interest = { \"willing\" }, desire = { "
         "\"need\" } } beside criteria of the gate sales_ready.",
         "write delivers = { awareness = { … }, interest = { … }, desire = { … } } beside its criteria"},
    [AS_FINDING_CONTRACT_UNMAPPED] =
        {"contract-unmapped", WARNING, "The gate to sales leaves a part of its promise without a criterion.",
         "Awareness, interest and desire are promised together: a part that no criterion shows is a guess, "
         "and sales meets people who never heard of the subject, or want nothing.",
         "Name the criteria that show the part in delivers, or ask for it with a new criterion.",
         "name the criteria that show it in delivers, or add one"},
    [AS_FINDING_LIST_EMPTY] =
        {"list-empty", ERROR, "A list has no values.",
         "Nothing is ever in it, so that every condition that asks for it is silently no.",
         "Fill the file, one value a line, or remove the list and what reads it.",
         "fill the file, one value a line, or remove the list"},
    [AS_FINDING_LIST_UNUSED] = {"list-unused", INFO, "No rule reads a list.",
                                "Somebody keeps it up to date for nothing.",
                                "Remove it from pack.lua, or use it: account.domain:in_list \"name\".",
                                "remove it, or use it in a rule"},
    [AS_FINDING_FIELD_UNUSED] = {"field-unused", INFO, "No rule reads a field that the pack declares.",
                                 "It is imported and stored, and decides nothing. A field may be declared "
                                 "for people and exports alone; then all is well.",
                                 "Remove it from pack.lua, unless people want to see it.",
                                 "remove it, unless people want to see it"},
    [AS_FINDING_ANSWER_UNUSED] = {"answer-unused", INFO, "No rule reads an answer that the pack declares.",
                                  "People ask a question whose answer changes nothing.",
                                  "Use the answer in a gate, or stop asking.",
                                  "use it in a gate, or stop asking"},
    [AS_FINDING_TRACK_EMPTY] =
        {"track-empty", ERROR, "A track has no steps.",
         "Whoever enters it is nurtured by silence, and enters no other track.",
         "Add steps: n.step \"offer empathy\" { content = \"peer-story\", wait = \"5d\" }.",
         "add steps, or remove the track"},
    [AS_FINDING_TRACK_NO_CONTENT] =
        {"track-no-content", WARNING, "A track has tasks for people, but no content.",
         "Nurturing gives before it asks. A track of calls alone asks every time.",
         "Begin with content that helps the buyer: n.step \"frame the challenge\" { content = \"guide\" }.",
         "begin with content that helps the buyer"},
    [AS_FINDING_TRACK_ORDER] = {"track-order", WARNING, "A step asks for less than a step before it.",
                                "First about the buyer's problem, then about the solution, then about proof: "
                                "whoever was asked to see a demonstration and is then asked what the problem "
                                "is was not listened to.",
                                "Order the steps by the ladder of the contact policy, lowest first; a step "
                                "that asks for nothing may stand anywhere.",
                                "move it before the other step"},
    [AS_FINDING_PERSONA_UNUSED] =
        {"persona-unused", WARNING, "No track is made for a persona.",
         "Somebody recognised this kind of buyer and then gave it the same as everybody.",
         "Write a track with persona = \"...\", or remove the persona.",
         "write a track for it, or remove it"},
    [AS_FINDING_BANK_THIN] =
        {"bank-thin", WARNING, "A phase has too few questions about the product.",
         "A buyer who only answers general questions buys from anybody. In each phase several of the "
         "questions are about what this product or service does.",
         "Add n.questions { phase = \"...\", product = \"...\", ask = { ... } } with at least two.",
         "add questions about the product: n.questions { phase = \"…\", product = \"…\", ask = { … } }"},
    [AS_FINDING_JARGON] = {"jargon", WARNING,
                           "A text that buyers read has a word of ours that they do not use.",
                           "Who does not know the word does not know that the text is about them. The pack's "
                           "lexicon names such words "
                           "with what buyers say instead: n.lexicon { ours = { synergies = \"savings\" } }. "
                           "Looked through are the "
                           "questions of pack.lua and, with --content FILE, titles and texts of content.",
                           "Write what buyers say. Where they have learnt the word meanwhile (`assay report "
                           "language` tells), move it to "
                           "buyers in the lexicon.",
                           "write what buyers say"},
    [AS_FINDING_PROGRAMME_SMALL] =
        {"programme-small", WARNING, "A programme ends before it can find what it looks for.",
         "With fewer people than that, a track that works as hoped seems to do nothing more often than the "
         "power says; months later nobody knows more. The number is that of two proportions (Fleiss, Tytun "
         "and Ury 1980) for one look, at the end; looks before it cost a few people more, five "
         "with spending = \"pocock\" nearly a quarter (Jennison and Turnbull 2000, table 2.1).",
         "Let it run longer, let more leads come to its tracks, hold out up to a half, judge it by something "
         "that is reached more often, or look for a larger difference. --pace tells from the database how "
         "long it takes.",
         "let it run longer, hold out more, or judge it by what more leads come to"},
    [AS_FINDING_PROGRAMME_SIZE] =
        {"programme-size", INFO, "How many people a programme takes to find what it looks for.",
         "Known before, it is a plan; asked for afterwards, an excuse. With --pace the database says from "
         "when on so many have had their time.",
         "Nothing, where the programme may take as long.", "nothing to do, if it may take so long"},
    [AS_FINDING_PROGRAMME_UNSIZED] =
        {"programme-unsized", INFO, "A programme does not say what difference it looks for.",
         "How many people a programme takes follows from the share that has the outcome without it, and the "
         "least share with it that would be worth the trouble. Who does not know them cannot know whether "
         "it finds anything before its end.",
         "Write expects = { without = 0.10, with = 0.15 }.",
         "write expects = { without = 0.10, with = 0.15 }"},
    [AS_FINDING_ROUTE_UNREACHABLE] =
        {"route-unreachable", ERROR, "No lead ever comes to a route.",
         "The first route that holds gets the lead, by order. A route without a condition takes everybody, "
         "and so does one with the same or a wider condition.",
         "Give the general route the highest order, or make its condition narrower.",
         "give the general route a higher order than this one"},
    [AS_FINDING_TEMPLATE_OWNERS] =
        {"template-owners", ERROR,
         "A template of account plans does not name an owner in marketing and one in sales.",
         "Both must be deeply involved in each plan; no plan is ever made of a template that one side does "
         "not own.",
         "Write owners = { marketing = account.marketing_owner, sales = account.sales_owner }.",
         "write owners = { marketing = account.marketing_owner, sales = account.sales_owner }"},
    [AS_FINDING_TEMPLATE_TASK] =
        {"template-task", ERROR, "A template of account plans has no task for a person.",
         "A plan without anything to do for anybody is a mailing list; no plan is ever made of it.",
         "Add a play with task = abm.human \"...\".", "add a play with task = abm.human \"...\""},
    [AS_FINDING_TEMPLATE_CONTENT] = {"template-content", ERROR,
                                     "A template of account plans has no content made for one account alone.",
                                     "An account plan gives each account content of its own; what everybody "
                                     "gets is a campaign. No plan is ever made of such a template.",
                                     "Add a play with content = abm.unique \"...\".",
                                     "add a play with content = abm.unique \"...\""},
    [AS_FINDING_TEMPLATE_ALIKE] =
        {"template-alike", WARNING, "What is called a programme for each account is the same for all.",
         "Marketing to a market of one gives each account content of its own. Where more than half of what "
         "two accounts are given is the same, it is targeted marketing: good, but another thing, with "
         "another budget.",
         "Make content for the account: content = abm.unique \"...\"; or call the variety what it is: "
         "\"named_account\", \"industry_account\" or \"customer\".",
         "add content = abm.unique \"…\", or give the variety its own name: named_account, industry_account"},
    [AS_FINDING_BUYERS_MISSING] =
        {"buyers-missing", INFO, "The pack does not say what is known of its buyers.",
         "Rules about buyers rest on four answers: why they buy, who takes part in the decision, how they "
         "come to it, and what they have to know. Where nobody wrote them down, every rule is somebody's "
         "guess.",
         "Write buyers = { why = \"...\", who = \"...\", how = \"...\", what = \"...\" } in pack.lua.",
         "write buyers = { why = \"…\", who = \"…\", how = \"…\", what = \"…\" } in pack.lua"},
    [AS_FINDING_BUYERS_UNANSWERED] =
        {"buyers-unanswered", WARNING, "Not all four questions about the buyers are answered.",
         "Why they buy, who takes part, how they come to a decision, what they have to know: rules need all "
         "four, and the one that is left open is the one that nobody knows.",
         "Ask customers, write what they say, or write down what you suppose and by when you will know.",
         "ask customers, and write what they say into buyers of pack.lua"},
    [AS_FINDING_AGREEMENT_MISSING] =
        {"agreement-missing", INFO, "The pack states no agreement between marketing and sales.",
         "Who qualifies leads without having agreed on what qualified means, has the argument later, lead by "
         "lead.",
         "Write agreement = { marketing = \"M. Ruiz\", sales = \"S. Okafor\", review_by = \"2027-04-01\" } "
         "in pack.lua.",
         "write agreement = { marketing = \"...\", sales = \"...\", review_by = \"...\" } in pack.lua"},
    [AS_FINDING_AGREEMENT_SIGNERS] = {"agreement-signers", WARNING,
                                      "The agreement does not name two people who sign it.",
                                      "An agreement that one side alone stands by is a wish of the other.",
                                      "Name one person of marketing and another of sales who stand by it.",
                                      "name one person of marketing and another of sales"},
    [AS_FINDING_AGREEMENT_UNSIGNED] =
        {"agreement-unsigned", WARNING, "Somebody whom the agreement names has not signed this pack.",
         "A pack that declares an agreement decides only what both have signed: `assay run` refuses it, but "
         "for --dry-run.",
         "When the rules are as they are to be, each signs them: `assay sign FOLDER --for marketing`, then "
         "--for sales. The signatures are lines of agreement.sig in the pack's folder; commit them with it.",
         "assay sign FOLDER --for marketing, or --for sales"},
    [AS_FINDING_AGREEMENT_LAPSED] =
        {"agreement-lapsed", WARNING, "What was signed has changed since.",
         "A signature is of one version: of pack.lua, the rule files and the lists as they were to the byte. "
         "`assay run` refuses another one, but for --dry-run.",
         "Show those who signed what the change does, with `assay diff`, and let them sign again with `assay "
         "sign`; or take the change back.",
         "let them see `assay diff` and sign again with `assay sign`"},
    [AS_FINDING_AGREEMENT_FALSE] = {"agreement-false", ERROR,
                                    "A signature is not that of the person whom the agreement names.",
                                    "Somebody else's name stands there, or it was not made with the key that "
                                    "belongs to the public key in pack.lua: whoever wrote it, it was not the "
                                    "one who was to.",
                                    "Find out from git who changed agreement.sig or the keys in pack.lua. "
                                    "Then let the right person sign.",
                                    "find out who changed agreement.sig, and let the right person sign"},
    [AS_FINDING_AGREEMENT_NO_REVIEW] =
        {"agreement-no-review", INFO, "The agreement names no day of review.",
         "Definitions age; success comes from reviewing the data together and changing them.",
         "Write review_by = \"2027-04-01\".", "write review_by = \"2027-04-01\""},
    [AS_FINDING_AGREEMENT_OVERDUE] =
        {"agreement-overdue", WARNING, "The day by which the agreement was to be reviewed has passed.",
         "Definitions age; success comes from reviewing the data together and changing them.",
         "Review the rules together, then set review_by to the next day.",
         "review the rules together, then set review_by to the next day"},
    [AS_FINDING_AGREEMENT_APART] =
        {"agreement-apart", WARNING,
         "Marketing and sales expect shares of the pipeline that are more than 10 points apart.",
         "Marketing plans for what it commits to, sales for what it expects: the difference will be missing.",
         "Agree on one share.", "agree on one share"},
    [AS_FINDING_AGREEMENT_CONTRADICTION] =
        {"agreement-contradiction", ERROR,
         "Marketing and sales expect shares of the pipeline that are 30 points apart or more.",
         "If sales believes that 65 % of qualified leads come from marketing, and marketing aims at 35 %, "
         "the team will fail.",
         "Agree on one share before any lead is handed over.",
         "agree on one share before any lead is handed over"},
    [AS_FINDING_FUNCTION_UNKNOWN_NAME] = {"function-unknown-name", ERROR,
                                          "A function reads a name that does not exist.",
                                          "A function is not looked into when the pack loads: it would fail "
                                          "on the first lead that reaches the line, and take the whole run "
                                          "of the pack with it.",
                                          "Correct the name, or declare it in pack.lua.",
                                          "correct the name, or declare it in pack.lua"},
};

const struct as_finding_kind *as_finding_kind(enum as_finding_id id)
{
    return &kinds[id];
}

const struct as_finding_kind *as_finding_kind_of(struct as_str id, const char **near)
{
    const char *names[AS_FINDING_COUNT];
    for (int i = 0; i < AS_FINDING_COUNT; i++) {
        names[i] = kinds[i].id;
        if (as_str_is(id, kinds[i].id))
            return &kinds[i];
    }
    *near = as_suggest(id, names, AS_FINDING_COUNT);
    return NULL;
}
