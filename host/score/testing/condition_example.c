/* Facts under which a condition would be yes or no, from its operator and literals alone, as a line that a
 * rule test can take over. What needs more than one fact is left to the author. */
#include "score/testing/coverage.h"
#include "score/tree/operator.h"
#include "score/tree/range.h"

#include "base/intern.h"

#include <math.h>
#include <string.h>

/* The decision time of a description that names none. */
static const char DEFAULT_AT[] = "2026-03-01";
enum { DAY = 86400, ISO_DAY = 10 };

/* --- where a value goes --- */

/* `lead = { title = VALUE }` */
static bool place(struct as_buf *out, const struct as_expr *fact, const char *value,
                  const struct as_pack *pack)
{
    const struct as_schema *schema = pack->rules.schema;
    if (fact->kind == AS_EXPR_CALL && fact->op->kernel == AS_KERNEL_FIRST_KNOWN)
        return place(out, fact->args[0].expr, value, pack);
    if (fact->kind == AS_EXPR_ANSWER) {
        as_buf_printf(out, "answers = { %s = %s }", schema->fields.at[fact->field]->name, value);
        return true;
    }
    if (fact->kind != AS_EXPR_FIELD)
        return false;
    as_buf_printf(out, "%s = { ", fact->level == AS_LEVEL_ACCOUNT ? "account" : "lead");
    if (fact->via != AS_NO_INDEX)
        as_buf_printf(out, "%s = { %s = %s }", schema->fields.at[fact->via]->name,
                      schema->fields.at[fact->field]->name, value);
    else
        as_buf_printf(out, "%s = %s", schema->fields.at[fact->field]->name, value);
    as_buf_text(out, " }");
    return true;
}

static bool place_buffer(struct as_buf *out, const struct as_expr *fact, struct as_buf *value,
                         const struct as_pack *pack)
{
    bool placed = value->n > 0 && place(out, fact, as_buf_c(value), pack);
    as_buf_free(value);
    return placed;
}

static void quote(struct as_buf *out, struct as_str text)
{
    as_buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"' || text.p[i] == '\\')
            as_buf_char(out, '\\');
        as_buf_char(out, text.p[i]);
    }
    as_buf_char(out, '"');
}

static bool place_text(struct as_buf *out, const struct as_expr *fact, struct as_str text,
                       const struct as_pack *pack)
{
    struct as_buf value = {0};
    quote(&value, text);
    return place_buffer(out, fact, &value, pack);
}

/* --- numbers --- */

static bool events_of(struct as_buf *out, const struct as_expr *selection, int64_t count, int64_t age,
                      bool days, const struct as_schema *schema)
{
    enum { MOST = 12 };
    if (selection->kind != AS_EXPR_EVENTS || selection->where != NULL || count < 0 || count > MOST)
        return false;
    const char *kind = "page_view";
    if (selection->kind_first != AS_NO_INDEX)
        kind = schema->kinds.at[selection->kind_first]->name;
    as_buf_text(out, selection->level == AS_LEVEL_ACCOUNT ? "account_events = {" : "events = {");
    for (int64_t i = 0; i < count; i++)
        as_buf_printf(out, "%s { \"%s\", \"%lldd ago\" }", i > 0 ? "," : "", kind,
                      (long long)(age + (days ? i : 0)));
    as_buf_text(out, count > 0 ? " }" : "}");
    return true;
}

/* A number within the range, or one just outside it. */
static bool number_for(double *out, struct as_range range, bool whole, bool inside)
{
    double lo = whole ? (double)range.lo : range.flo, hi = whole ? (double)range.hi : range.fhi;
    bool has_lo = whole ? range.lo != INT64_MIN : !isinf(lo),
         has_hi = whole ? range.hi != INT64_MAX : !isinf(hi);
    if (inside)
        *out = has_lo ? lo : hi;
    else
        *out = has_lo ? lo - 1 : hi + 1;
    return has_lo || has_hi;
}

static bool compared(struct as_buf *out, const struct as_expr *expr, bool yes, const struct as_pack *pack)
{
    const struct as_expr *fact = expr->args[0].expr;
    bool money = (fact->shape & AS_SHAPE_MONEY) != 0,
         whole = (fact->shape & (AS_SHAPE_INTEGER | AS_SHAPE_MONEY)) != 0;
    struct as_range range =
        as_range_of((enum as_kernel)expr->op->kernel, as_literal_number(&expr->args[1]),
                    expr->arg_count > 2 ? as_literal_number(&expr->args[2]) : 0, money ? 100 : 1, whole);
    double number = 0;
    struct as_str currency = {0};
    if ((fact->shape & (AS_SHAPE_SCORE | AS_SHAPE_FUNCTION)) != 0 || !number_for(&number, range, whole, yes))
        return false;
    if (fact->kind == AS_EXPR_CALL) {
        const struct as_expr *of = fact->args[0].expr;
        enum as_kernel kernel = (enum as_kernel)fact->op->kernel;
        if (kernel == AS_KERNEL_COUNT || kernel == AS_KERNEL_DISTINCT_DAYS)
            return events_of(out, of, (int64_t)number, 0, kernel == AS_KERNEL_DISTINCT_DAYS,
                             pack->rules.schema);
        if (kernel == AS_KERNEL_SINCE_LAST)
            return number >= 0 && events_of(out, of, 1, (int64_t)number, false, pack->rules.schema);
        if (kernel != AS_KERNEL_IN_CURRENCY && kernel != AS_KERNEL_FIRST_KNOWN)
            return false;
        if (kernel == AS_KERNEL_IN_CURRENCY) {
            currency = fact->args[1].text;
            fact = of;
        }
    }
    struct as_buf value = {0};
    if (currency.n > 0)
        as_buf_printf(&value, "\"%.2f %.*s\"", number / 100, (int)currency.n, currency.p);
    else if (money)
        as_buf_printf(&value, "%.15g", number / 100);
    else
        as_buf_printf(&value, "%.15g", number);
    return place_buffer(out, fact, &value, pack);
}

/* --- dates --- */

static bool dated(struct as_buf *out, const struct as_expr *expr, bool yes, const struct as_pack *pack)
{
    int64_t at = 0, days = 0, day;
    struct as_error ignored = AS_ERROR_INIT;
    char text[AS_TIME_TEXT];
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    if (kernel == AS_KERNEL_IN_NEXT || kernel == AS_KERNEL_IN_LAST) {
        as_time_parse(&at, NULL, as_str_of(DEFAULT_AT));
        if (as_days_parse(&days, expr->args[1].text, &ignored) != AS_OK)
            return false;
        day = as_day_of(at) + (yes ? 0 : kernel == AS_KERNEL_IN_NEXT ? days : -days);
    } else {
        if (!as_time_parse(&at, NULL, expr->args[1].text))
            return false;
        int64_t inside = kernel == AS_KERNEL_BEFORE ? -1 : kernel == AS_KERNEL_AFTER ? 1 : 0;
        int64_t outside = kernel == AS_KERNEL_ON ? 1 : 0;
        day = as_day_of(at) + (yes ? inside : outside);
    }
    as_time_format(text, day * DAY);
    return place_text(out, expr->args[0].expr, (struct as_str){text, ISO_DAY}, pack);
}

/* --- texts and choices --- */

static struct as_str first_text(const struct as_literal *literal)
{
    if (literal->kind == AS_LITERAL_LIST && literal->n > 0)
        literal = &literal->items[0];
    return literal->kind == AS_LITERAL_TEXT ? literal->text : (struct as_str){0};
}

static bool names(const struct as_literal *literal, const char *text)
{
    if (literal->kind == AS_LITERAL_TEXT)
        return as_str_is(literal->text, text);
    for (uint32_t i = 0; literal->kind == AS_LITERAL_LIST && i < literal->n; i++)
        if (names(&literal->items[i], text))
            return true;
    return false;
}

/* A value that the literal does not name. */
static bool other_than(struct as_buf *out, const struct as_expr *fact, const struct as_literal *literal,
                       const struct as_pack *pack)
{
    uint32_t origin = as_expr_origin(fact);
    const struct as_field *field = origin != AS_NO_INDEX ? pack->rules.schema->fields.at[origin] : NULL;
    for (uint32_t i = 0; field != NULL && i < field->choice_count; i++)
        if (!names(literal, field->choices[i]))
            return place_text(out, fact, as_str_of(field->choices[i]), pack);
    return (field == NULL || field->choice_count == 0) &&
           place_text(out, fact, as_str_of("something else"), pack);
}

static bool ranked(struct as_buf *out, const struct as_expr *expr, bool yes, const struct as_pack *pack)
{
    uint32_t origin = as_expr_origin(expr->args[0].expr);
    if (yes || origin == AS_NO_INDEX)
        return yes && place_text(out, expr->args[0].expr, first_text(&expr->args[1]), pack);
    const struct as_field *field = pack->rules.schema->fields.at[origin];
    for (uint32_t i = 0; i < field->choice_count; i++) {
        uint32_t next = expr->op->kernel == AS_KERNEL_CHOICE_AT_LEAST ? i - 1 : i + 1;
        if (as_str_is(first_text(&expr->args[1]), field->choices[i]) && next < field->choice_count)
            return place_text(out, expr->args[0].expr, as_str_of(field->choices[next]), pack);
    }
    return false;
}

static bool listed(struct as_buf *out, const struct as_expr *expr, bool yes, const struct as_pack *pack)
{
    for (uint32_t i = 0; yes && i < pack->lists.n; i++)
        if (names(&expr->args[1], pack->lists.at[i].name) && as_intern_count(pack->lists.at[i].values) > 0)
            return place_text(out, expr->args[0].expr, as_intern_text(pack->lists.at[i].values, 0), pack);
    return !yes && place_text(out, expr->args[0].expr, as_str_of("something else"), pack);
}

/* Some value of the fact's type. */
static bool anything(struct as_buf *out, const struct as_expr *fact, const struct as_pack *pack)
{
    uint32_t origin = as_expr_origin(fact);
    if (origin == AS_NO_INDEX)
        return false;
    const struct as_field *field = pack->rules.schema->fields.at[origin];
    if (field->choice_count > 0)
        return place_text(out, fact, as_str_of(field->choices[0]), pack);
    switch (field->type) {
    case AS_TYPE_BOOLEAN:
        return place(out, fact, "true", pack);
    case AS_TYPE_INTEGER:
    case AS_TYPE_NUMBER:
    case AS_TYPE_MONEY:
        return place(out, fact, "1", pack);
    case AS_TYPE_DATE:
        return place_text(out, fact, as_str_of(DEFAULT_AT), pack);
    case AS_TYPE_REFERENCE:
        return false;
    default:
        return place_text(out, fact, as_str_of("something"), pack);
    }
}

/* --- the whole --- */

static bool call_example(struct as_buf *out, const struct as_expr *expr, bool yes, const struct as_pack *pack)
{
    const struct as_expr *fact = expr->args[0].expr;
    switch ((enum as_kernel)expr->op->kernel) {
    case AS_KERNEL_TRUE:
    case AS_KERNEL_FALSE:
        return place(out, fact, yes == (expr->op->kernel == AS_KERNEL_TRUE) ? "true" : "false", pack);
    case AS_KERNEL_EQUAL:
    case AS_KERNEL_AT_LEAST:
    case AS_KERNEL_AT_MOST:
    case AS_KERNEL_MORE_THAN:
    case AS_KERNEL_LESS_THAN:
    case AS_KERNEL_BETWEEN:
        return compared(out, expr, yes, pack);
    case AS_KERNEL_ON:
    case AS_KERNEL_BEFORE:
    case AS_KERNEL_AFTER:
    case AS_KERNEL_IN_NEXT:
    case AS_KERNEL_IN_LAST:
        return dated(out, expr, yes, pack);
    case AS_KERNEL_IS:
    case AS_KERNEL_ONE_OF:
    case AS_KERNEL_HAS_WORD:
    case AS_KERNEL_STARTS_WITH:
    case AS_KERNEL_ENDS_WITH:
    case AS_KERNEL_CONTAINS:
    case AS_KERNEL_INCLUDES:
        return yes ? place_text(out, fact, first_text(&expr->args[1]), pack)
                   : other_than(out, fact, &expr->args[1], pack);
    case AS_KERNEL_EXCLUDES:
        return yes ? other_than(out, fact, &expr->args[1], pack)
                   : place_text(out, fact, first_text(&expr->args[1]), pack);
    case AS_KERNEL_MATCHES:
        return !yes && place_text(out, fact, as_str_of("something else"), pack);
    case AS_KERNEL_CHOICE_AT_LEAST:
    case AS_KERNEL_CHOICE_AT_MOST:
        return ranked(out, expr, yes, pack);
    case AS_KERNEL_IN_LIST:
        return listed(out, expr, yes, pack);
    case AS_KERNEL_IS_FREEMAIL:
        return place_text(out, fact, as_str_of(yes ? "ada@gmail.com" : "ada@acme.example"), pack);
    case AS_KERNEL_SEEN:
        return events_of(out, fact, yes ? 1 : 0, 0, false, pack->rules.schema);
    case AS_KERNEL_KNOWN:
    case AS_KERNEL_UNKNOWN:
        return yes == (expr->op->kernel == AS_KERNEL_KNOWN) ? anything(out, fact, pack)
                                                            : place(out, fact, "nil", pack);
    default:
        return false;
    }
}

bool as_condition_example(struct as_buf *out, const struct as_expr *expr, enum as_tri wanted,
                          const struct as_pack *pack)
{
    bool yes = wanted == AS_YES;
    if (as_expr_joins(expr)) /* "not" is turned round; the others hang on several facts */
        return expr->op->kernel == AS_KERNEL_NOT &&
               as_condition_example(out, expr->args[0].expr, yes ? AS_NO : AS_YES, pack);
    if (expr->kind == AS_EXPR_CALL)
        return call_example(out, expr, yes, pack);
    return (expr->shape & AS_SHAPE_BOOLEAN) != 0 && place(out, expr, yes ? "true" : "false", pack);
}
