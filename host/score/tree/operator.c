/* The operator table and look-ups in it. What the arguments may be is checked by expr_argument.c; what an
 * operator computes is decided by the plan compiler from its kernel. */
#include "score/tree/operator.h"

#include <string.h>

#define CONDITION (AS_SHAPE_BOOLEAN | AS_SHAPE_FUNCTION)
#define NUMERIC   (AS_SHAPE_INTEGER | AS_SHAPE_NUMBER | AS_SHAPE_MONEY | AS_SHAPE_SCORE | AS_SHAPE_FUNCTION)
#define NAMED     (AS_SHAPE_TEXT | AS_SHAPE_CHOICE | AS_SHAPE_USER)
#define FACT                                                                                                 \
    (AS_SHAPE_BOOLEAN | AS_SHAPE_INTEGER | AS_SHAPE_NUMBER | AS_SHAPE_MONEY | AS_SHAPE_DATE |                \
     AS_SHAPE_TEXT | AS_SHAPE_CHOICE | AS_SHAPE_CHOICES | AS_SHAPE_USER | AS_SHAPE_REFERENCE)
#define YES_NO AS_SHAPE_BOOLEAN

/* Columns: name, on, arguments, result, kernel, lifts to the account, how it is said, what it does, example.
 */
/* clang-format off */
static const struct as_operator table[] = {
    {"and", CONDITION, {AS_ARG_CONDITIONS}, YES_NO, AS_KERNEL_AND, false, "{0} and {1}",
     "Every condition holds; no beats unknown.", "lead.email:known() & lead.title:known()"},
    {"or", CONDITION, {AS_ARG_CONDITIONS}, YES_NO, AS_KERNEL_OR, false, "{0} or {1}",
     "At least one condition holds; yes beats unknown.", "lead.email:known() | lead.phone:known()"},
    {"not", CONDITION, {AS_ARG_END}, YES_NO, AS_KERNEL_NOT, false, "not {0}",
     "The condition does not hold; unknown stays unknown.", "~lead.email:is_freemail()"},
    {"at_least_of", CONDITION, {AS_ARG_COUNT, AS_ARG_CONDITIONS}, YES_NO, AS_KERNEL_AT_LEAST_OF, false,
     "at least {1} of: {0}, {2}", "At least so many of the conditions hold.",
     "q.at_least(2, lead.title:known(), lead.email:known(), lead.phone:known())"},
    {"first_known", FACT, {AS_ARG_EXPRS}, 0, AS_KERNEL_FIRST_KNOWN, false, "the first known of {0}, {1}",
     "The first of the values that is known.", "q.first_known { lead.country, lead.timezone }:known()"},
    {"known", FACT | AS_SHAPE_ANSWER, {AS_ARG_END}, YES_NO, AS_KERNEL_KNOWN, false, "{0} is known",
     "Somebody told us, or a source did. Never unknown itself.", "lead.title:known()"},
    {"unknown", FACT | AS_SHAPE_ANSWER, {AS_ARG_END}, YES_NO, AS_KERNEL_UNKNOWN, false, "{0} is unknown",
     "Nobody told us. Never unknown itself.", "account.domain:unknown()"},
    {"is_true", YES_NO, {AS_ARG_END}, YES_NO, AS_KERNEL_TRUE, false, "{0} is true", "The fact is yes.",
     "answer.evaluating:is_true()"},
    {"is_false", YES_NO, {AS_ARG_END}, YES_NO, AS_KERNEL_FALSE, false, "{0} is false", "The fact is no.",
     "lead.unsubscribed:excludes \"email\" & answer.evaluating:is_false()"},
    {"is", NUMERIC, {AS_ARG_NUMBER}, YES_NO, AS_KERNEL_EQUAL, false, "{0} is {1}",
     "The number is exactly this.", "account.employees:is(1)"},
    {"at_least", NUMERIC, {AS_ARG_NUMBER}, YES_NO, AS_KERNEL_AT_LEAST, false, "{0} is at least {1}",
     "The number is this or more. Money is in units: 10e6.", "account.employees:at_least(200)"},
    {"at_most", NUMERIC, {AS_ARG_NUMBER}, YES_NO, AS_KERNEL_AT_MOST, false, "{0} is at most {1}",
     "The number is this or less.", "account.employees:at_most(5000)"},
    {"more_than", NUMERIC, {AS_ARG_NUMBER}, YES_NO, AS_KERNEL_MORE_THAN, false, "{0} is more than {1}",
     "The number is above this.", "event.any:days_since():more_than(90)"},
    {"less_than", NUMERIC, {AS_ARG_NUMBER}, YES_NO, AS_KERNEL_LESS_THAN, false, "{0} is less than {1}",
     "The number is below this.", "account.group:coverage():less_than(1)"},
    {"between", NUMERIC, {AS_ARG_NUMBER, AS_ARG_NUMBER}, YES_NO, AS_KERNEL_BETWEEN, false,
     "{0} is between {1} and {2}", "The number lies between the two, both included.",
     "account.employees:between(200, 5000)"},
    {"in_currency", AS_SHAPE_MONEY, {AS_ARG_CURRENCY}, AS_SHAPE_MONEY, AS_KERNEL_IN_CURRENCY, false,
     "{0} in {1}", "The amount converted by the pack's table of rates; unknown without currency or rate.",
     "account.revenue:in_currency(\"EUR\"):at_least(10e6)"},
    {"is", AS_SHAPE_DATE, {AS_ARG_DATE}, YES_NO, AS_KERNEL_ON, false, "{0} is {1}", "The date is this day.",
     "lead.created:is \"2026-03-01\""},
    {"before", AS_SHAPE_DATE, {AS_ARG_DATE}, YES_NO, AS_KERNEL_BEFORE, false, "{0} is before {1}",
     "The date is earlier than this day.", "lead.created:before \"2026-01-01\""},
    {"after", AS_SHAPE_DATE, {AS_ARG_DATE}, YES_NO, AS_KERNEL_AFTER, false, "{0} is after {1}",
     "The date is later than this day.", "lead.created:after \"2026-01-01\""},
    {"in_next", AS_SHAPE_DATE, {AS_ARG_WINDOW}, YES_NO, AS_KERNEL_IN_NEXT, false, "{0} is in the next {1}",
     "The date is one of so many days from today on, today the first.",
     "answer.decision_by:in_next \"180d\""},
    {"in_last", AS_SHAPE_DATE, {AS_ARG_WINDOW}, YES_NO, AS_KERNEL_IN_LAST, false, "{0} is in the last {1}",
     "The date is one of so many days up to today, today the last.", "lead.created:in_last \"30d\""},
    {"days_since", AS_SHAPE_DATE, {AS_ARG_END}, AS_SHAPE_INTEGER, AS_KERNEL_DAYS_SINCE, false,
     "days since {0}", "Whole UTC days from the date to today; negative for a date to come.",
     "lead.created:days_since():more_than(365)"},
    {"is", NAMED, {AS_ARG_VALUE}, YES_NO, AS_KERNEL_IS, false, "{0} is {1}",
     "The value is this, whatever its case.", "lead.country:is \"DE\""},
    {"one_of", NAMED, {AS_ARG_VALUES}, YES_NO, AS_KERNEL_ONE_OF, false, "{0} is one of {1}",
     "The value is one of these, whatever its case.",
     "account.industry:one_of { \"Software\", \"Logistics\" }"},
    {"matches", AS_SHAPE_TEXT, {AS_ARG_PATTERN}, YES_NO, AS_KERNEL_MATCHES, false, "{0} matches {1}",
     "The pattern (PCRE2, caseless) is found in the text.",
     "lead.title:matches [[operations|supply chain]]"},
    {"has_word", AS_SHAPE_TEXT, {AS_ARG_TEXTS}, YES_NO, AS_KERNEL_HAS_WORD, false, "{0} has the word {1}",
     "One of the words or phrases stands in the text as whole words.",
     "lead.title:has_word { \"student\", \"intern\" }"},
    {"in_list", NAMED, {AS_ARG_LIST_NAME}, YES_NO, AS_KERNEL_IN_LIST, false, "{0} is in the list {1}",
     "The value stands in a list of the pack.", "account.domain:in_list \"competitors\""},
    {"starts_with", AS_SHAPE_TEXT, {AS_ARG_TEXTS}, YES_NO, AS_KERNEL_STARTS_WITH, false,
     "{0} starts with {1}", "The text starts with one of these.", "lead.phone:starts_with \"+49\""},
    {"ends_with", AS_SHAPE_TEXT, {AS_ARG_TEXTS}, YES_NO, AS_KERNEL_ENDS_WITH, false, "{0} ends with {1}",
     "The text ends with one of these.", "lead.email:domain():ends_with \".edu\""},
    {"contains", AS_SHAPE_TEXT, {AS_ARG_TEXTS}, YES_NO, AS_KERNEL_CONTAINS, false, "{0} contains {1}",
     "One of these stands somewhere in the text.", "lead.title:contains \"operat\""},
    {"is_freemail", AS_SHAPE_TEXT, {AS_ARG_END}, YES_NO, AS_KERNEL_IS_FREEMAIL, false,
     "{0} is at a free-mail provider", "The e-mail address or domain belongs to a free-mail provider.",
     "lead.email:is_freemail()"},
    {"is_disposable", AS_SHAPE_TEXT, {AS_ARG_END}, YES_NO, AS_KERNEL_IS_DISPOSABLE, false,
     "{0} is a throw-away address", "The e-mail address or domain belongs to a throw-away provider.",
     "lead.email:is_disposable()"},
    {"domain", AS_SHAPE_TEXT, {AS_ARG_END}, AS_SHAPE_TEXT, AS_KERNEL_DOMAIN, false, "the domain of {0}",
     "The registrable domain of an e-mail address, host or web address.",
     "lead.email:domain():is \"acme.example\""},
    {"at_least", AS_SHAPE_CHOICE, {AS_ARG_VALUE}, YES_NO, AS_KERNEL_CHOICE_AT_LEAST, false,
     "{0} is at least {1}", "The choice is this or a higher one in its declared order.",
     "lead.job_level:at_least \"director\""},
    {"at_most", AS_SHAPE_CHOICE, {AS_ARG_VALUE}, YES_NO, AS_KERNEL_CHOICE_AT_MOST, false,
     "{0} is at most {1}", "The choice is this or a lower one in its declared order.",
     "lead.job_level:at_most \"manager\""},
    {"includes", AS_SHAPE_CHOICES, {AS_ARG_TEXTS}, YES_NO, AS_KERNEL_INCLUDES, false, "{0} includes {1}",
     "The set has this, or one of these.", "lead.unsubscribed:includes \"email\""},
    {"excludes", AS_SHAPE_CHOICES, {AS_ARG_TEXTS}, YES_NO, AS_KERNEL_EXCLUDES, false, "{0} excludes {1}",
     "The set has none of these.", "lead.unsubscribed:excludes \"email\""},
    {"is", AS_SHAPE_REFERENCE, {AS_ARG_TEXT}, YES_NO, AS_KERNEL_REFERS_TO, false, "{0} is {1}",
     "The account of this name, or the lead of this e-mail address, is meant.",
     "account.parent:is \"Acme Holding\""},
    {"acknowledged", AS_SHAPE_ANSWER, {AS_ARG_END}, YES_NO, AS_KERNEL_ACKNOWLEDGED, false,
     "{0} is acknowledged",
     "Stated by a person, and true or at least \"acknowledged\". What was only inferred is not.",
     "answer.need:acknowledged()"},
    {"confirmed_by", AS_SHAPE_ANSWER, {AS_ARG_VOICE}, YES_NO, AS_KERNEL_CONFIRMED_BY, true,
     "{0} is confirmed by {1}",
     "The answer was given or confirmed by this side; in an account gate, any member's will do.",
     "answer.need:confirmed_by \"sales\""},
    {"stated", AS_SHAPE_ANSWER, {AS_ARG_END}, YES_NO, AS_KERNEL_STATED, false, "{0} was stated",
     "A person said so.", "answer.need:stated()"},
    {"inferred", AS_SHAPE_ANSWER, {AS_ARG_END}, YES_NO, AS_KERNEL_INFERRED, false, "{0} was inferred",
     "It was concluded from something else.", "answer.need:inferred()"},
    {"count", AS_SHAPE_EVENTS, {AS_ARG_OPTIONAL_WINDOW}, AS_SHAPE_INTEGER, AS_KERNEL_COUNT, false,
     "number of {0}[ in the last {1}]", "How many there were; none is 0.",
     "event.pricing_view:count(\"30d\"):at_least(2)"},
    {"sum", AS_SHAPE_EVENTS, {AS_ARG_PROPERTY, AS_ARG_OPTIONAL_WINDOW}, AS_SHAPE_NUMBER, AS_KERNEL_SUM,
     false, "sum of {1} over {0}[ in the last {2}]", "The sum of a property; none is 0.",
     "account.event.intent:sum(\"strength\", \"14d\"):at_least(70)"},
    {"seen", AS_SHAPE_EVENTS, {AS_ARG_OPTIONAL_WINDOW}, YES_NO, AS_KERNEL_SEEN, false,
     "{0} seen[ in the last {1}]", "There was at least one.", "event.demo_request:seen \"7d\""},
    {"days_since", AS_SHAPE_EVENTS, {AS_ARG_END}, AS_SHAPE_INTEGER, AS_KERNEL_SINCE_LAST, false,
     "days since the last {0}", "Whole UTC days since the last one; unknown when there was none.",
     "event.any:days_since():more_than(90)"},
    {"first", AS_SHAPE_EVENTS, {AS_ARG_END}, AS_SHAPE_DATE, AS_KERNEL_FIRST, false, "the first {0}",
     "The day of the first one; unknown when there was none.", "event.any:first():in_last \"7d\""},
    {"last", AS_SHAPE_EVENTS, {AS_ARG_END}, AS_SHAPE_DATE, AS_KERNEL_LAST, false, "the last {0}",
     "The day of the last one; unknown when there was none.", "event.any:last():before \"2026-01-01\""},
    {"distinct_days", AS_SHAPE_EVENTS, {AS_ARG_OPTIONAL_WINDOW}, AS_SHAPE_INTEGER, AS_KERNEL_DISTINCT_DAYS,
     false, "days with {0}[ in the last {1}]", "On how many different UTC days there was one.",
     "event.any:distinct_days(\"14d\"):at_least(3)"},
    {"where", AS_SHAPE_EVENTS, {AS_ARG_PROPERTIES}, AS_SHAPE_EVENTS, AS_KERNEL_WHERE, false,
     "{0} where {1}",
     "Only the events whose properties have these values; an event that does not say is left out.",
     "event.page_view:where { url = \"/pricing\" }:seen(\"7d\")"},
    {"every", AS_SHAPE_GROUP, {AS_ARG_CONDITION}, YES_NO, AS_KERNEL_EVERY, true, "for every member, {1}",
     "The condition holds for every member of the buying group; unknown for an empty group.",
     "account.group:every(answer.need:at_least \"acknowledged\")"},
    {"some", AS_SHAPE_GROUP, {AS_ARG_CONDITION}, YES_NO, AS_KERNEL_SOME, true, "for some member, {1}",
     "The condition holds for at least one member; unknown for an empty group.",
     "account.group:some(event.demo_request:seen(\"30d\"))"},
    {"covers", AS_SHAPE_GROUP, {AS_ARG_ROLES}, YES_NO, AS_KERNEL_COVERS, true, "the group covers {1}",
     "Each role has a member; a role that has none is not found yet, so unknown.",
     "account.group:covers { \"economic\", \"technical\", \"user\" }"},
    {"coverage", AS_SHAPE_GROUP, {AS_ARG_END}, AS_SHAPE_NUMBER, AS_KERNEL_COVERAGE, true,
     "share of the group that is found", "Filled places over places the template asks for, 0 to 1.",
     "account.group:coverage():less_than(1)"},
    {"size", AS_SHAPE_GROUP, {AS_ARG_END}, AS_SHAPE_INTEGER, AS_KERNEL_SIZE, true, "size of the group",
     "How many members the buying group has.", "account.group:size():at_least(3)"},
};
/* clang-format on */

const struct as_operator *as_operators(uint32_t *n)
{
    *n = sizeof table / sizeof *table;
    return table;
}

const struct as_operator *as_operator_find(uint32_t shape, struct as_str name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if ((table[i].on & shape) != 0 && as_str_is(name, table[i].name))
            return &table[i];
    return NULL;
}

uint32_t as_operator_names(const char **names, uint32_t most, uint32_t shape)
{
    uint32_t n = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if ((table[i].on & shape) == 0)
            continue;
        bool repeated = false;
        for (size_t j = 0; j < i && !repeated; j++)
            repeated = (table[j].on & shape) != 0 && strcmp(table[i].name, table[j].name) == 0;
        if (repeated)
            continue;
        if (n < most)
            names[n] = table[i].name;
        n++;
    }
    return n;
}

uint32_t as_operator_shapes(struct as_str name)
{
    uint32_t shapes = 0;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (as_str_is(name, table[i].name))
            shapes |= table[i].on;
    return shapes;
}

void as_shape_say(struct as_buf *out, uint32_t shape)
{
    static const struct {
        uint32_t shape;
        const char *word;
    } words[] = {
        {AS_SHAPE_BOOLEAN, "condition"},
        {AS_SHAPE_INTEGER, "integer"},
        {AS_SHAPE_NUMBER, "number"},
        {AS_SHAPE_MONEY, "money"},
        {AS_SHAPE_DATE, "date"},
        {AS_SHAPE_TEXT, "text"},
        {AS_SHAPE_CHOICE, "choice"},
        {AS_SHAPE_CHOICES, "choices"},
        {AS_SHAPE_USER, "user"},
        {AS_SHAPE_REFERENCE, "reference"},
        {AS_SHAPE_EVENTS, "selection of events"},
        {AS_SHAPE_SCORE, "score"},
        {AS_SHAPE_GROUP, "buying group"},
        {AS_SHAPE_FUNCTION, "function"},
    };
    bool any = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((shape & words[i].shape) != 0) {
            as_buf_printf(out, "%s%s", any ? " or " : "", words[i].word);
            any = true;
        }
    if ((shape & AS_SHAPE_ANSWER) != 0)
        as_buf_text(out, any ? " (an answer)" : "answer");
}
