/* Nodes as words for explanations and as source for messages. The wording of an operator stands in its row of
 * the operator table. */
#include "score/tree/expr_argument.h"
#include "score/tree/pack.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *as_tri_name(enum as_tri state)
{
    static const char *const names[] = {"no", "yes", "unknown", "unmeasurable"};
    return names[state];
}

const char *as_tri_say(enum as_tri state)
{
    return state == AS_UNMEASURABLE ? "no data" : as_tri_name(state);
}

/* 5000 as "5,000". */
static void say_integer(struct as_buf *out, int64_t value)
{
    char count[AS_COUNT_TEXT];
    as_buf_printf(out, "%s%s", value < 0 ? "-" : "",
                  as_count_format(count, value < 0 ? 0 - (uint64_t)value : (uint64_t)value));
}

static void say_number(struct as_buf *out, double value)
{
    if (value == floor(value) && fabs(value) < 1e15)
        say_integer(out, (int64_t)value);
    else
        as_buf_printf(out, "%.15g", value);
}

/* `joint` stands before the last item of a list: any of them will do, or all are meant. */
static void say_literal(struct as_buf *out, const struct as_literal *literal, const char *joint,
                        const struct as_schema *schema)
{
    switch (literal->kind) {
    case AS_LITERAL_NONE:
        break;
    case AS_LITERAL_BOOLEAN:
        as_buf_text(out, literal->boolean ? "true" : "false");
        break;
    case AS_LITERAL_INTEGER:
        say_integer(out, literal->integer);
        break;
    case AS_LITERAL_NUMBER:
        say_number(out, literal->number);
        break;
    case AS_LITERAL_TEXT:
        as_buf_str(out, literal->text);
        break;
    case AS_LITERAL_LIST:
    case AS_LITERAL_MAP:
        for (uint32_t i = 0; i < literal->n; i++) {
            as_buf_text(out, i == 0 ? "" : i + 1 < literal->n ? ", " : joint);
            if (literal->kind == AS_LITERAL_MAP) {
                as_buf_str(out, literal->keys[i]);
                as_buf_text(out, " is ");
            }
            say_literal(out, &literal->items[i], " or ", schema);
        }
        break;
    case AS_LITERAL_EXPR:
        as_expr_say(out, literal->expr, schema);
        break;
    }
}

static bool is_combination(const struct as_expr *expr)
{
    return expr->kind == AS_EXPR_CALL &&
           (expr->op->kernel == AS_KERNEL_AND || expr->op->kernel == AS_KERNEL_OR);
}

static void say_part(struct as_buf *out, const struct as_expr *part, const struct as_operator *within,
                     const struct as_schema *schema)
{
    bool wrap = is_combination(part) && part->op != within;
    if (wrap)
        as_buf_char(out, '(');
    as_expr_say(out, part, schema);
    if (wrap)
        as_buf_char(out, ')');
}

static void say_argument(struct as_buf *out, const struct as_expr *call, uint32_t i,
                         const struct as_schema *schema)
{
    /* The last placeholder of an open argument list stands for the rest of it. */
    bool open = false, all = false;
    for (int a = 0; a < AS_OPERATOR_ARGS; a++)
        open = open || ((call->op->args[a] == AS_ARG_CONDITIONS || call->op->args[a] == AS_ARG_EXPRS) &&
                        i == (uint32_t)a + 1);
    if (i > 0 && i <= AS_OPERATOR_ARGS)
        all = call->op->args[i - 1] == AS_ARG_ROLES || call->op->args[i - 1] == AS_ARG_PROPERTIES;
    for (uint32_t k = i; k < call->arg_count && (k == i || open); k++) {
        as_buf_text(out, k > i ? ", " : "");
        if (call->args[k].kind == AS_LITERAL_EXPR)
            say_part(out, call->args[k].expr, call->op, schema);
        else
            say_literal(out, &call->args[k], all ? " and " : " or ", schema);
    }
}

static void say_call(struct as_buf *out, const struct as_expr *call, const struct as_schema *schema)
{
    if (is_combination(call)) {
        for (uint32_t i = 0; i < call->arg_count; i++) {
            as_buf_text(out, i == 0 ? "" : call->op->kernel == AS_KERNEL_AND ? " and " : " or ");
            say_part(out, call->args[i].expr, call->op, schema);
        }
        return;
    }
    bool skip = false;
    for (const char *p = call->op->say; *p != '\0'; p++) {
        if (*p == '[') {
            const char *place = strchr(p, '{');
            skip = place != NULL && (uint32_t)(place[1] - '0') >= call->arg_count;
        } else if (*p == ']') {
            skip = false;
        } else if (!skip && *p == '{') {
            say_argument(out, call, (uint32_t)(p[1] - '0'), schema);
            p += 2;
        } else if (!skip) {
            as_buf_char(out, *p);
        }
    }
}

static void leaf(struct as_buf *out, const struct as_expr *expr, const struct as_schema *schema)
{
    const char *level = as_level_name(expr->level);
    switch (expr->kind) {
    case AS_EXPR_FIELD:
        if (expr->via != AS_NO_INDEX)
            as_buf_printf(out, "%s.%s.%s", level, schema->fields.at[expr->via]->name,
                          schema->fields.at[expr->field]->name);
        else
            as_buf_printf(out, "%s.%s", level, schema->fields.at[expr->field]->name);
        break;
    case AS_EXPR_ANSWER:
        as_buf_printf(out, "answer.%s", schema->fields.at[expr->field]->name);
        break;
    case AS_EXPR_EVENTS:
        as_buf_printf(out, "%sevent.%s", expr->level == AS_LEVEL_ACCOUNT ? "account." : "",
                      expr->kind_first == AS_NO_INDEX ? "any" : schema->kinds.at[expr->kind_first]->name);
        break;
    case AS_EXPR_SCORE:
        as_buf_printf(out, "%s.%s", expr->score->model != NULL ? expr->score->model->name : "score",
                      expr->score->name);
        break;
    case AS_EXPR_GROUP:
        as_buf_text(out, "account.group");
        break;
    case AS_EXPR_SEGMENT:
        as_buf_text(out, "account.segment");
        break;
    case AS_EXPR_FUNCTION:
        as_buf_printf(out, "function \"%s\"", expr->function_name);
        break;
    case AS_EXPR_CALL:
        break;
    }
}

void as_expr_say(struct as_buf *out, const struct as_expr *expr, const struct as_schema *schema)
{
    if (expr->kind == AS_EXPR_CALL) {
        say_call(out, expr, schema);
        return;
    }
    leaf(out, expr, schema);
    if (expr->where != NULL) {
        as_buf_text(out, " where ");
        say_literal(out, expr->where, " and ", schema);
    }
}

/* A text as a Lua string. */
static void source_text(struct as_buf *out, struct as_str text)
{
    as_buf_char(out, '"');
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c == '"' || c == '\\')
            as_buf_char(out, '\\');
        if (c < ' ' || c == 127)
            as_buf_printf(out, "\\%03u", c);
        else
            as_buf_char(out, (char)c);
    }
    as_buf_char(out, '"');
}

/* As few digits as read back as the same number: 9999999.99. */
static void source_number(struct as_buf *out, double number)
{
    char text[32];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    as_buf_text(out, text);
}

void as_literal_source(struct as_buf *out, const struct as_literal *literal, const struct as_schema *schema)
{
    switch (literal->kind) {
    case AS_LITERAL_NONE:
        as_buf_text(out, "nil");
        break;
    case AS_LITERAL_BOOLEAN:
        as_buf_text(out, literal->boolean ? "true" : "false");
        break;
    case AS_LITERAL_INTEGER:
        as_buf_printf(out, "%lld", (long long)literal->integer);
        break;
    case AS_LITERAL_NUMBER:
        source_number(out, literal->number);
        break;
    case AS_LITERAL_TEXT:
        source_text(out, literal->text);
        break;
    case AS_LITERAL_LIST:
    case AS_LITERAL_MAP:
        as_buf_text(out, "{ ");
        for (uint32_t i = 0; i < literal->n; i++) {
            as_buf_text(out, i > 0 ? ", " : "");
            if (literal->kind == AS_LITERAL_MAP) {
                as_buf_str(out, literal->keys[i]);
                as_buf_text(out, " = ");
            }
            as_literal_source(out, &literal->items[i], schema);
        }
        as_buf_text(out, " }");
        break;
    case AS_LITERAL_EXPR:
        as_expr_source(out, literal->expr, schema);
        break;
    }
}

static void source_list(struct as_buf *out, const struct as_expr *call, uint32_t from, const char *separator,
                        const struct as_schema *schema)
{
    for (uint32_t i = from; i < call->arg_count; i++) {
        as_buf_text(out, i > from ? separator : "");
        as_literal_source(out, &call->args[i], schema);
    }
}

static void source_call(struct as_buf *out, const struct as_expr *call, const struct as_schema *schema)
{
    switch (call->op->kernel) {
    case AS_KERNEL_AND:
    case AS_KERNEL_OR:
        as_buf_char(out, '(');
        source_list(out, call, 0, call->op->kernel == AS_KERNEL_AND ? " & " : " | ", schema);
        as_buf_char(out, ')');
        return;
    case AS_KERNEL_NOT:
        as_buf_char(out, '~');
        source_list(out, call, 0, "", schema);
        return;
    case AS_KERNEL_AT_LEAST_OF:
        as_buf_text(out, "at_least(");
        as_literal_source(out, &call->args[1], schema);
        as_buf_text(out, ", ");
        as_literal_source(out, &call->args[0], schema);
        as_buf_text(out, ", ");
        source_list(out, call, 2, ", ", schema);
        as_buf_char(out, ')');
        return;
    case AS_KERNEL_FIRST_KNOWN:
        as_buf_text(out, "first_known { ");
        source_list(out, call, 0, ", ", schema);
        as_buf_text(out, " }");
        return;
    default:
        break;
    }
    as_literal_source(out, &call->args[0], schema);
    as_buf_printf(out, ":%s(", call->op->name);
    source_list(out, call, 1, ", ", schema);
    as_buf_char(out, ')');
}

void as_expr_source(struct as_buf *out, const struct as_expr *expr, const struct as_schema *schema)
{
    if (expr->kind == AS_EXPR_CALL) {
        source_call(out, expr, schema);
        return;
    }
    leaf(out, expr, schema);
    if (expr->where != NULL) {
        as_buf_text(out, ":where ");
        as_literal_source(out, expr->where, schema);
    }
}
