/* What operators accept: every argument is checked when the pack is loaded, so that a run cannot fail on a
 * misspelt choice. The shape of the receiver was chosen by expr.c. */
#include "score/tree/expr_argument.h"

#include "base/suggest.h"
#include "score/tree/pack.h"
#include "score/tree/pattern.h"

#include <math.h>
#include <string.h>

static const char *const regions[] = {"mass", "targeted", "abm"};

const char *const *as_expr_choices(uint32_t *n, const struct as_schema *schema, const struct as_expr *expr)
{
    *n = 0;
    if (expr->kind == AS_EXPR_SEGMENT) {
        *n = sizeof regions / sizeof *regions;
        return regions;
    }
    uint32_t field = as_expr_origin(expr);
    if (field == AS_NO_INDEX)
        return NULL;
    *n = schema->fields.at[field]->choice_count;
    return schema->fields.at[field]->choices;
}

/* A value of a choice must be a declared one: a typing error would never hold and never be noticed. */
static enum as_status check_choice(const struct as_rules *rules, const struct as_expr *receiver,
                                   struct as_str value, struct as_error *error)
{
    uint32_t n;
    const char *const *choices = as_expr_choices(&n, rules->schema, receiver);
    if (n == 0)
        return AS_OK;
    for (uint32_t i = 0; i < n; i++)
        if (as_str_is(value, choices[i]))
            return AS_OK;
    struct as_buf list = {.max = AS_ERROR_ADVICE};
    for (uint32_t i = 0; i < n; i++)
        as_buf_printf(&list, "%s%s", i > 0 ? ", " : "", choices[i]);
    struct as_buf name = {.max = AS_ERROR_WHAT};
    as_expr_source(&name, receiver, rules->schema);
    const char *near = as_suggest(value, choices, n);
    as_error_set(error, AS_ERR_RULE, "\"%.*s\" is none of the values of %s%s", (int)value.n, value.p,
                 as_buf_c(&name), as_meant(": ", near, "").text);
    as_error_advise(error, "the values are, lowest first: %s", as_buf_c(&list));
    as_buf_free(&list);
    as_buf_free(&name);
    return AS_ERR_RULE;
}

static enum as_status check_value(const struct as_rules *rules, const struct as_operator *op,
                                  const struct as_expr *receiver, const struct as_literal *arg,
                                  struct as_error *error)
{
    if (arg->kind != AS_LITERAL_TEXT)
        return as_argument_wrong(op, arg, "a text", error);
    if ((receiver->shape & (AS_SHAPE_CHOICE | AS_SHAPE_CHOICES)) == 0)
        return AS_OK;
    uint32_t n;
    as_expr_choices(&n, rules->schema, receiver);
    if (n == 0 && (op->kernel == AS_KERNEL_CHOICE_AT_LEAST || op->kernel == AS_KERNEL_CHOICE_AT_MOST)) {
        as_error_set(error, AS_ERR_RULE, "%s needs an order, and this choice declares no values", op->name);
        return as_error_advise(
            error, "declare its values in pack.lua, lowest first: values = { \"low\", \"high\" }");
    }
    return check_choice(rules, receiver, arg->text, error);
}

static enum as_status check_values(const struct as_rules *rules, const struct as_operator *op,
                                   const struct as_expr *receiver, const struct as_literal *arg, bool or_one,
                                   struct as_error *error)
{
    if (or_one && arg->kind == AS_LITERAL_TEXT)
        return check_value(rules, op, receiver, arg, error);
    if (arg->kind != AS_LITERAL_LIST)
        return as_argument_wrong(op, arg, or_one ? "a text or a list of texts" : "a list of texts in { }",
                                 error);
    if (arg->n == 0) {
        as_error_set(error, AS_ERR_RULE, "%s has an empty list: it would never hold", op->name);
        return as_error_advise(error, "for example %s", op->example);
    }
    for (uint32_t i = 0; i < arg->n; i++) {
        enum as_status status = check_value(rules, op, receiver, &arg->items[i], error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

static double number_of(const struct as_literal *arg)
{
    return arg->kind == AS_LITERAL_INTEGER ? (double)arg->integer : arg->number;
}

static enum as_status check_number(const struct as_operator *op, const struct as_literal *arg,
                                   struct as_error *error)
{
    if (!as_literal_is_number(arg))
        return as_argument_wrong(op, arg, "a number", error);
    /* Money is kept in hundredths and points in thousandths, both in int64. */
    if (fabs(number_of(arg)) > 9e15) {
        as_error_set(error, AS_ERR_RULE, "%s: %g is out of range", op->name, number_of(arg));
        return as_error_advise(error, "numbers reach to 9e15");
    }
    return AS_OK;
}

static enum as_status check_list_name(const struct as_rules *rules, const struct as_operator *op,
                                      const struct as_literal *arg, struct as_error *error)
{
    if (arg->kind != AS_LITERAL_TEXT)
        return as_argument_wrong(op, arg, "the name of a list", error);
    const struct as_pack *pack = rules->pack;
    const char *names[64];
    size_t n = 0;
    for (uint32_t i = 0; i < pack->lists.n; i++) {
        if (as_str_is(arg->text, pack->lists.at[i].name))
            return AS_OK;
        if (n < sizeof names / sizeof *names)
            names[n++] = pack->lists.at[i].name;
    }
    const char *near = as_suggest(arg->text, names, n);
    as_error_set(error, AS_ERR_RULE, "there is no list \"%.*s\"%s", (int)arg->text.n, arg->text.p,
                 as_meant(": ", near, "").text);
    return as_error_advise(error, "declare it in pack.lua: lists = { %.*s = \"lists/%.*s.txt\" }",
                           (int)arg->text.n, arg->text.p, (int)arg->text.n, arg->text.p);
}

static enum as_status check_window(const struct as_operator *op, const struct as_literal *arg,
                                   struct as_error *error)
{
    int64_t days;
    if (arg->kind != AS_LITERAL_TEXT)
        return as_argument_wrong(op, arg, "a number of days such as \"30d\"", error);
    return as_days_parse(&days, arg->text, error);
}

static enum as_status check_date(const struct as_operator *op, const struct as_literal *arg,
                                 struct as_error *error)
{
    int64_t seconds;
    bool is_date;
    if (arg->kind != AS_LITERAL_TEXT)
        return as_argument_wrong(op, arg, "a date such as \"2026-03-01\"", error);
    if (as_time_parse(&seconds, &is_date, arg->text) && is_date)
        return AS_OK;
    as_error_set(error, AS_ERR_RULE, "\"%.*s\" is no date", (int)arg->text.n, arg->text.p);
    return as_error_advise(error, "write year-month-day: \"2026-03-01\"");
}

static enum as_status check_currency(const struct as_operator *op, const struct as_literal *arg,
                                     struct as_error *error)
{
    if (arg->kind != AS_LITERAL_TEXT)
        return as_argument_wrong(op, arg, "a currency such as \"EUR\"", error);
    bool good = arg->text.n == 3;
    for (size_t i = 0; i < arg->text.n && good; i++)
        good = arg->text.p[i] >= 'A' && arg->text.p[i] <= 'Z';
    if (good)
        return AS_OK;
    as_error_set(error, AS_ERR_RULE, "\"%.*s\" is no currency", (int)arg->text.n, arg->text.p);
    return as_error_advise(error, "write its three capital letters (ISO 4217): \"EUR\"");
}

static enum as_status check_condition(const struct as_rules *rules, const struct as_operator *op,
                                      const struct as_literal *arg, struct as_error *error)
{
    (void)rules;
    if (arg->kind == AS_LITERAL_BOOLEAN) {
        as_error_set(error, AS_ERR_RULE, "%s got true or false where a condition belongs", op->name);
        return as_error_advise(
            error, "==, ~=, <, and, or, not give plain values: use :is(…), :less_than(…), &, | and ~");
    }
    if (arg->kind != AS_LITERAL_EXPR)
        return as_argument_wrong(op, arg, "a condition", error);
    return as_expr_require_condition(arg->expr, op->name, error);
}

static enum as_status check_exprs(const struct as_rules *rules, const struct as_operator *op,
                                  const struct as_expr *receiver, const struct as_literal *args, uint32_t n,
                                  struct as_error *error)
{
    for (uint32_t i = 0; i < n; i++) {
        if (args[i].kind != AS_LITERAL_EXPR)
            return as_argument_wrong(op, &args[i], "facts", error);
        uint32_t values = ~(uint32_t)AS_SHAPE_ANSWER;
        if ((args[i].expr->shape & values) == (receiver->shape & values))
            continue;
        struct as_buf text = {.max = AS_ERROR_WHAT};
        as_expr_source(&text, receiver, rules->schema);
        as_buf_text(&text, " is a ");
        as_shape_say(&text, receiver->shape & values);
        as_buf_text(&text, " but ");
        as_expr_source(&text, args[i].expr, rules->schema);
        as_buf_text(&text, " is a ");
        as_shape_say(&text, args[i].expr->shape & values);
        as_error_set(error, AS_ERR_RULE, "%s: %s", op->name, as_buf_c(&text));
        as_buf_free(&text);
        return as_error_advise(error, "all of them must be of one type");
    }
    return AS_OK;
}

static enum as_status check_voice(const struct as_operator *op, const struct as_literal *arg,
                                  struct as_error *error)
{
    static const char *const voices[] = {"buyer", "sales", "marketing", "system"};
    if (arg->kind != AS_LITERAL_TEXT)
        return as_argument_wrong(op, arg, "\"buyer\", \"sales\" or \"marketing\"", error);
    for (size_t i = 0; i < sizeof voices / sizeof *voices; i++)
        if (as_str_is(arg->text, voices[i]))
            return AS_OK;
    as_error_set(error, AS_ERR_RULE, "nobody called \"%.*s\" confirms answers", (int)arg->text.n,
                 arg->text.p);
    return as_error_advise(error, "write \"buyer\", \"sales\", \"marketing\" or \"system\"");
}

static enum as_status check_one(const struct as_rules *rules, const struct as_operator *op,
                                enum as_argument want, const struct as_expr *receiver,
                                const struct as_literal *arg, struct as_error *error)
{
    switch (want) {
    case AS_ARG_VALUE:
        return check_value(rules, op, receiver, arg, error);
    case AS_ARG_VALUES:
        return check_values(rules, op, receiver, arg, false, error);
    case AS_ARG_TEXTS:
        return check_values(rules, op, receiver, arg, true, error);
    case AS_ARG_TEXT:
        return arg->kind == AS_LITERAL_TEXT ? AS_OK : as_argument_wrong(op, arg, "a text", error);
    case AS_ARG_NUMBER:
        return check_number(op, arg, error);
    case AS_ARG_PATTERN: {
        if (arg->kind != AS_LITERAL_TEXT)
            return as_argument_wrong(op, arg, "a pattern", error);
        struct as_pattern *pattern = NULL;
        enum as_status status = as_pattern_new(&pattern, arg->text, error);
        as_pattern_free(pattern);
        return status;
    }
    case AS_ARG_LIST_NAME:
        return check_list_name(rules, op, arg, error);
    case AS_ARG_WINDOW:
    case AS_ARG_OPTIONAL_WINDOW:
        return check_window(op, arg, error);
    case AS_ARG_DATE:
        return check_date(op, arg, error);
    case AS_ARG_CURRENCY:
        return check_currency(op, arg, error);
    case AS_ARG_PROPERTY:
        return as_argument_property(rules, op, receiver, arg, error);
    case AS_ARG_PROPERTIES:
        return as_argument_properties(rules, op, receiver, arg, error);
    case AS_ARG_CONDITION:
        return check_condition(rules, op, arg, error);
    case AS_ARG_ROLES:
        return as_argument_roles(rules, op, arg, error);
    case AS_ARG_VOICE:
        return check_voice(op, arg, error);
    case AS_ARG_COUNT:
        if (arg->kind == AS_LITERAL_INTEGER && arg->integer >= 1 && arg->integer <= AS_MAX_RULES)
            return AS_OK;
        return as_argument_wrong(op, arg, "a whole number from 1 on", error);
    case AS_ARG_CONDITIONS:
    case AS_ARG_EXPRS:
    case AS_ARG_END:
        break;
    }
    return AS_OK;
}

static enum as_status wrong_number(const struct as_operator *op, uint32_t got, uint32_t least, uint32_t most,
                                   struct as_error *error)
{
    if (least == most)
        as_error_set(error, AS_ERR_RULE, "%s takes %u argument%s, not %u", op->name, least,
                     least == 1 ? "" : "s", got);
    else
        as_error_set(error, AS_ERR_RULE, "%s takes %u to %u arguments, not %u", op->name, least, most, got);
    return as_error_advise(error, "for example %s", op->example);
}

/* Checks conditions from args[from] on; k of them, with the receiver, must be possible. */
static enum as_status check_rest(const struct as_rules *rules, const struct as_operator *op,
                                 enum as_argument want, const struct as_expr *receiver,
                                 const struct as_literal *args, uint32_t from, uint32_t n,
                                 struct as_error *error)
{
    if (want == AS_ARG_EXPRS)
        return check_exprs(rules, op, receiver, args + from, n - from, error);
    for (uint32_t i = from; i < n; i++) {
        enum as_status status = check_condition(rules, op, &args[i], error);
        if (status != AS_OK)
            return status;
    }
    if (op->kernel == AS_KERNEL_AT_LEAST_OF && args[0].integer > (int64_t)(n - from) + 1) {
        as_error_set(error, AS_ERR_RULE, "at least %lld of %u conditions can never hold",
                     (long long)args[0].integer, n - from + 1);
        return as_error_advise(error, "for example %s", op->example);
    }
    return AS_OK;
}

static enum as_status check_order(const struct as_operator *op, const struct as_literal *args,
                                  struct as_error *error)
{
    if (op->kernel != AS_KERNEL_BETWEEN || number_of(&args[0]) <= number_of(&args[1]))
        return AS_OK;
    as_error_set(error, AS_ERR_RULE, "between(%g, %g) can never hold: the lower number comes first",
                 number_of(&args[0]), number_of(&args[1]));
    return as_error_advise(error, "write between(%g, %g)", number_of(&args[1]), number_of(&args[0]));
}

enum as_status as_arguments_check(const struct as_rules *rules, const struct as_operator *op,
                                  const struct as_expr *receiver, const struct as_literal *args, uint32_t n,
                                  struct as_error *error)
{
    uint32_t most = 0, least = 0;
    bool open = false;
    for (; most < AS_OPERATOR_ARGS && op->args[most] != AS_ARG_END; most++) {
        open = open || op->args[most] == AS_ARG_CONDITIONS || op->args[most] == AS_ARG_EXPRS;
        least += op->args[most] != AS_ARG_OPTIONAL_WINDOW && op->args[most] != AS_ARG_EXPRS;
    }
    if (n < least || (!open && n > most))
        return wrong_number(op, n, least, open ? AS_MAX_RULES : most, error);
    for (uint32_t i = 0; i < n && i < most; i++) {
        enum as_status status;
        if (op->args[i] == AS_ARG_CONDITIONS || op->args[i] == AS_ARG_EXPRS)
            return check_rest(rules, op, op->args[i], receiver, args, i, n, error);
        if ((status = check_one(rules, op, op->args[i], receiver, &args[i], error)) != AS_OK)
            return status;
    }
    return check_order(op, args, error);
}
