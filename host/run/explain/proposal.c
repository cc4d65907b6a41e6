/* Which value would satisfy an operator: one case a kernel. Conditions over what cannot be changed at will
 * (what others of the account do, patterns that name no plain word, time) get no proposal. */
#include "run/explain/proposal.h"

#include "base/limits.h"
#include "base/time.h"
#include "score/model/missing.h"
#include "score/tree/operator.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct proposing {
    struct as_proposals *out;
    const struct as_trace *trace;
    const struct as_schema *schema;
    int64_t at;
    const struct as_score *score;
    const struct as_expr *leaf;
};

static bool same_change(const struct as_change *a, const struct as_change *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == AS_CHANGE_EVENT)
        return a->event == b->event && a->count == b->count && a->apart == b->apart;
    return a->field == b->field && a->voices == b->voices &&
           (a->value == b->value || (a->value && b->value && strcmp(a->value, b->value) == 0));
}

static void propose(struct proposing *p, const struct as_change *change, uint32_t cost, bool repeats)
{
    struct as_proposals *out = p->out;
    for (uint32_t i = 0; i < out->n; i++)
        if (same_change(&out->at[i].change, change))
            return;
    if (out->n < AS_PROPOSALS_MOST)
        out->at[out->n++] = (struct as_proposal){*change, p->leaf, p->score, cost, repeats};
}

/* --- events --- */

static void propose_event(struct proposing *p, uint32_t kind, uint32_t count, int64_t apart, bool repeats)
{
    struct as_change change = {
        .kind = AS_CHANGE_EVENT, .event = kind, .count = count, .time = p->at, .apart = apart};
    propose(p, &change, count, repeats);
}

/* A selection by properties is left out: what is supposed has none. */
static uint32_t kind_of(const struct proposing *p, const struct as_expr *events)
{
    if (events->kind != AS_EXPR_EVENTS || events->where != NULL)
        return AS_NO_INDEX;
    return events->kind_first != AS_NO_INDEX ? events->kind_first
                                             : as_schema_kind(p->schema, AS_STR("page_view"));
}

static double literal_number(const struct as_literal *literal)
{
    return literal->kind == AS_LITERAL_INTEGER  ? (double)literal->integer
           : literal->kind == AS_LITERAL_NUMBER ? literal->number
                                                : NAN;
}

/* What a feature shows now; 0 when it is unknown. */
static double shown_number(const struct proposing *p, const struct as_expr *feature)
{
    struct as_buf text = {.p = NULL};
    double number = 0;
    if (!as_trace_show(&text, p->trace, feature) ||
        !as_parse_number(&number, (struct as_str){text.p, text.n}))
        number = 0;
    as_buf_free(&text);
    return number;
}

/* event.x:count("30d"):at_least(3), :distinct_days … */
static void propose_feature(struct proposing *p, const struct as_expr *leaf, const struct as_expr *feature)
{
    if (feature->arg_count == 0 || feature->args[0].kind != AS_LITERAL_EXPR || leaf->arg_count < 2)
        return;
    uint32_t kind = kind_of(p, feature->args[0].expr);
    double wanted = literal_number(&leaf->args[1]);
    bool more = leaf->op->kernel == AS_KERNEL_AT_LEAST || leaf->op->kernel == AS_KERNEL_EQUAL ||
                leaf->op->kernel == AS_KERNEL_BETWEEN;
    if (leaf->op->kernel == AS_KERNEL_MORE_THAN) {
        wanted = floor(wanted) + 1;
        more = true;
    }
    if (kind == AS_NO_INDEX || isnan(wanted))
        return;
    double lacking = wanted - shown_number(p, feature);
    if (feature->op->kernel == AS_KERNEL_COUNT && more && lacking >= 1 && lacking <= AS_WAY_EVENTS)
        propose_event(p, kind, (uint32_t)ceil(lacking), 0, false);
    if (feature->op->kernel == AS_KERNEL_DISTINCT_DAYS && more && wanted >= 1 && wanted <= AS_WAY_EVENTS)
        propose_event(p, kind, (uint32_t)ceil(wanted), AS_DAY_SECONDS, false);
    if (feature->op->kernel == AS_KERNEL_SINCE_LAST &&
        (leaf->op->kernel == AS_KERNEL_AT_MOST || leaf->op->kernel == AS_KERNEL_LESS_THAN))
        propose_event(p, kind, 1, 0, false);
}

/* --- values --- */

static void propose_value(struct proposing *p, const struct as_expr *fact, const char *value, uint8_t voices)
{
    struct as_buf shown = {.p = NULL};
    bool known = as_trace_show(&shown, p->trace, fact);
    as_buf_free(&shown);
    struct as_change change = {.kind = fact->kind == AS_EXPR_ANSWER ? AS_CHANGE_ANSWER : AS_CHANGE_FIELD,
                               .field = fact->field,
                               .value = value,
                               .voices =
                                   fact->kind == AS_EXPR_ANSWER && voices == 0 ? AS_VOICE_BUYER : voices};
    propose(p, &change, known ? 2 : 1, false);
}

static const char *number_text(struct proposing *p, const struct as_expr *fact, double number, double step)
{
    if (isnan(number))
        return NULL;
    if ((fact->shape & AS_SHAPE_MONEY) != 0)
        return as_arena_printf(p->out->arena, "%.2f", number + step);
    if ((fact->shape & AS_SHAPE_INTEGER) != 0)
        return as_arena_printf(p->out->arena, "%.0f",
                               step > 0   ? floor(number) + 1
                               : step < 0 ? ceil(number) - 1
                                          : ceil(number));
    return as_arena_printf(p->out->arena, "%.17g", number + step);
}

static const char *literal_text(struct proposing *p, const struct as_literal *literal)
{
    if (literal->kind == AS_LITERAL_LIST && literal->n > 0)
        literal = &literal->items[0];
    if (literal->kind != AS_LITERAL_TEXT)
        return NULL;
    return as_arena_copy(p->out->arena, literal->text.p, literal->text.n);
}

static const char *day_text(struct proposing *p, int64_t day)
{
    char text[AS_TIME_TEXT];
    return as_arena_printf(p->out->arena, "%s", as_day_format(text, day));
}

/* The day of a literal date, moved by so many days. */
static const char *day_beside(struct proposing *p, const struct as_literal *literal, int64_t days)
{
    int64_t time;
    if (literal->kind != AS_LITERAL_TEXT || !as_time_parse(&time, NULL, literal->text))
        return NULL;
    return day_text(p, as_day_of(time) + days);
}

/* The first alternative of a pattern that is plain words: "operations" of "operations|supply". */
static const char *plain_word(struct proposing *p, const struct as_literal *literal)
{
    struct as_str rest = literal->kind == AS_LITERAL_TEXT ? literal->text : (struct as_str){"", 0};
    while (rest.n > 0) {
        struct as_str part = as_str_cut(&rest, '|');
        if (as_str_starts(part, AS_STR("\\b")))
            part = (struct as_str){part.p + 2, part.n - 2};
        if (as_str_ends(part, AS_STR("\\b")))
            part.n -= 2;
        size_t plain = 0;
        while (plain < part.n && (part.p[plain] == ' ' || (part.p[plain] >= 'a' && part.p[plain] <= 'z') ||
                                  (part.p[plain] >= 'A' && part.p[plain] <= 'Z')))
            plain++;
        if (plain == part.n && plain > 0)
            return as_arena_copy(p->out->arena, part.p, part.n);
    }
    return NULL;
}

/* Any value, where it is enough that there is one. */
static const char *some_value(struct proposing *p, const struct as_field *field)
{
    switch (field->type) {
    case AS_TYPE_BOOLEAN:
        return "yes";
    case AS_TYPE_INTEGER:
    case AS_TYPE_NUMBER:
    case AS_TYPE_MONEY:
        return "1";
    case AS_TYPE_DATE:
        return day_text(p, as_day_of(p->at));
    case AS_TYPE_CHOICE:
    case AS_TYPE_CHOICES:
        return field->choice_count > 0 ? field->choices[field->choice_count - 1] : NULL;
    default:
        return "something";
    }
}

/* "acknowledged" where the question knows it, else the strongest answer. */
static const char *acknowledging(struct proposing *p, const struct as_field *field)
{
    for (uint32_t i = 0; i < field->choice_count; i++)
        if (strcmp(field->choices[i], "acknowledged") == 0)
            return field->choices[i];
    return some_value(p, field);
}

static uint8_t voice_of(const struct as_literal *literal)
{
    if (literal->kind == AS_LITERAL_TEXT && as_str_is(literal->text, "sales"))
        return AS_VOICE_SALES;
    if (literal->kind == AS_LITERAL_TEXT && as_str_is(literal->text, "marketing"))
        return AS_VOICE_MARKETING;
    return AS_VOICE_BUYER;
}

static void propose_fact(struct proposing *p, const struct as_expr *leaf, const struct as_expr *fact)
{
    static const struct as_literal none = {.kind = AS_LITERAL_NONE};
    const struct as_literal *first = leaf->arg_count > 1 ? &leaf->args[1] : &none;
    const char *value = NULL;
    bool date = (fact->shape & AS_SHAPE_DATE) != 0;
    if (fact->kind != AS_EXPR_ANSWER && (fact->kind != AS_EXPR_FIELD || fact->via != AS_NO_INDEX))
        return; /* another record's fact */
    const struct as_field *field = p->schema->fields.at[fact->field];
    switch ((enum as_kernel)leaf->op->kernel) {
    case AS_KERNEL_EQUAL:
    case AS_KERNEL_AT_LEAST:
    case AS_KERNEL_AT_MOST:
    case AS_KERNEL_BETWEEN:
    case AS_KERNEL_ON:
        value = date ? day_beside(p, first, 0) : number_text(p, fact, literal_number(first), 0);
        break;
    case AS_KERNEL_MORE_THAN:
    case AS_KERNEL_AFTER:
        value = date ? day_beside(p, first, 1) : number_text(p, fact, literal_number(first), 1);
        break;
    case AS_KERNEL_LESS_THAN:
    case AS_KERNEL_BEFORE:
        value = date ? day_beside(p, first, -1) : number_text(p, fact, literal_number(first), -1);
        break;
    case AS_KERNEL_IN_NEXT:
    case AS_KERNEL_IN_LAST:
        value = day_text(p, as_day_of(p->at));
        break;
    case AS_KERNEL_IS:
    case AS_KERNEL_ONE_OF:
    case AS_KERNEL_HAS_WORD:
    case AS_KERNEL_CONTAINS:
    case AS_KERNEL_STARTS_WITH:
    case AS_KERNEL_ENDS_WITH:
    case AS_KERNEL_CHOICE_AT_LEAST:
    case AS_KERNEL_CHOICE_AT_MOST:
    case AS_KERNEL_INCLUDES:
        value = literal_text(p, first);
        break;
    case AS_KERNEL_MATCHES:
        value = plain_word(p, first);
        break;
    case AS_KERNEL_TRUE:
        value = "yes";
        break;
    case AS_KERNEL_FALSE:
        value = "no";
        break;
    case AS_KERNEL_KNOWN:
    case AS_KERNEL_STATED:
        value = some_value(p, field);
        break;
    case AS_KERNEL_ACKNOWLEDGED:
        value = acknowledging(p, field);
        break;
    case AS_KERNEL_UNKNOWN:
        propose_value(p, fact, NULL, 0);
        return;
    default:
        return;
    }
    if (value != NULL)
        propose_value(p, fact, value, 0);
}

/* --- conditions --- */

static enum as_status propose_condition(struct proposing *p, const struct as_expr *condition,
                                        enum as_level level, struct as_error *error);

/* What would raise a score: one more of each event that earns points, and each rule that does not hold. */
static enum as_status propose_score(struct proposing *p, const struct as_score *score, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (p->score != NULL)
        return AS_OK; /* a score that reads another one: one level is enough to read */
    p->score = score;
    for (uint32_t r = 0; r < score->rules.n && status == AS_OK; r++) {
        const struct as_rule *rule = score->rules.at[r];
        p->leaf = NULL;
        for (uint32_t e = 0; rule->kind == AS_RULE_EVENTS && e < rule->per_event.n; e++)
            if (rule->per_event.at[e].points > 0)
                propose_event(p, rule->per_event.at[e].kind, 1, 0, true);
        if (rule->kind == AS_RULE_CONDITION && rule->points > 0)
            status = propose_condition(p, rule->when, AS_LEVEL_LEAD, error);
    }
    p->score = NULL;
    return status;
}

static enum as_status propose_leaf(struct proposing *p, const struct as_expr *leaf, struct as_error *error)
{
    if (leaf->kind == AS_EXPR_ANSWER || leaf->kind == AS_EXPR_FIELD) { /* a boolean fact by itself */
        if ((leaf->shape & AS_SHAPE_BOOLEAN) != 0 &&
            (leaf->kind == AS_EXPR_ANSWER || leaf->via == AS_NO_INDEX))
            propose_value(p, leaf, "yes", 0);
        return AS_OK;
    }
    if (leaf->kind != AS_EXPR_CALL || leaf->arg_count == 0 || leaf->args[0].kind != AS_LITERAL_EXPR)
        return AS_OK;
    const struct as_expr *receiver = leaf->args[0].expr;
    switch (receiver->kind) {
    case AS_EXPR_FIELD:
        propose_fact(p, leaf, receiver);
        return AS_OK;
    case AS_EXPR_ANSWER:
        if (leaf->op->kernel == AS_KERNEL_CONFIRMED_BY)
            propose_value(p, receiver, some_value(p, p->schema->fields.at[receiver->field]),
                          leaf->arg_count > 1 ? voice_of(&leaf->args[1]) : AS_VOICE_SALES);
        else
            propose_fact(p, leaf, receiver);
        return AS_OK;
    case AS_EXPR_EVENTS:
        if (leaf->op->kernel == AS_KERNEL_SEEN && kind_of(p, receiver) != AS_NO_INDEX)
            propose_event(p, kind_of(p, receiver), 1, 0, false);
        return AS_OK;
    case AS_EXPR_SCORE:
        if (leaf->op->kernel == AS_KERNEL_AT_LEAST || leaf->op->kernel == AS_KERNEL_MORE_THAN)
            return propose_score(p, receiver->score, error);
        return AS_OK;
    case AS_EXPR_CALL:
        if (receiver->op->kernel == AS_KERNEL_FIRST_KNOWN && receiver->arg_count > 0 &&
            receiver->args[0].kind == AS_LITERAL_EXPR)
            propose_fact(p, leaf, receiver->args[0].expr);
        else
            propose_feature(p, leaf, receiver);
        return AS_OK;
    default:
        return AS_OK;
    }
}

static enum as_status propose_condition(struct proposing *p, const struct as_expr *condition,
                                        enum as_level level, struct as_error *error)
{
    struct as_missing *missing = malloc(AS_MISSING_MOST * sizeof *missing);
    if (missing == NULL)
        return as_error_memory(error);
    uint32_t n = as_missing_in(missing, AS_MISSING_MOST, p->trace, condition, level);
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < n && i < AS_MISSING_MOST && status == AS_OK; i++) {
        p->leaf = missing[i].leaf;
        status = propose_leaf(p, missing[i].leaf, error);
    }
    free(missing);
    return status;
}

enum as_status as_propose(struct as_proposals *out, const struct as_trace *trace,
                          const struct as_expr *condition, enum as_level level, int64_t at,
                          struct as_error *error)
{
    const struct as_pack *pack = as_plan_pack(as_trace_plan(trace));
    struct proposing p = {.out = out, .trace = trace, .schema = pack->rules.schema, .at = at};
    return propose_condition(&p, condition, level, error);
}
