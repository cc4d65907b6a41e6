/* The rule tree's builders: leaves by name, operators by receiver. Arguments are checked by expr_argument.c,
 * nodes are turned into words by expr_say.c, and what a tree means is the plan compiler's business. */
#include "score/tree/expr.h"

#include "base/bits.h"
#include "base/suggest.h"
#include "score/tree/expr_argument.h"
#include "score/tree/pack.h"

#include <string.h>

enum { MOST_NAMES = 128 };

static enum as_status at(struct as_position position, struct as_error *error)
{
    return as_error_at(error, position.file, position.line);
}

/* A new node with the file name copied: consecutive nodes of one file share the copy. */
static enum as_status new_node(struct as_expr **out, struct as_rules *rules, enum as_expr_kind kind,
                               uint32_t shape, enum as_level level, struct as_position position,
                               struct as_error *error)
{
    if (rules->nodes.n >= AS_MAX_EXPR_NODES) {
        as_error_set(error, AS_ERR_LIMIT, "the pack has more than %d conditions and facts",
                     AS_MAX_EXPR_NODES);
        return at(position, error);
    }
    struct as_expr *node = as_arena_alloc(&rules->arena, sizeof *node);
    if (node == NULL)
        return as_error_memory(error);
    const struct as_expr *last = rules->nodes.n > 0 ? rules->nodes.at[rules->nodes.n - 1] : NULL;
    if (position.file != NULL) {
        if (last != NULL && last->position.file != NULL && strcmp(last->position.file, position.file) == 0)
            position.file = last->position.file;
        else if ((position.file = as_arena_copy(&rules->arena, position.file, strlen(position.file))) == NULL)
            return as_error_memory(error);
    }
    node->kind = kind;
    node->shape = shape;
    node->level = level;
    node->id = rules->nodes.n;
    node->position = position;
    node->depth = 1;
    node->field = node->via = node->kind_first = AS_NO_INDEX;
    if (rules->used.n * 64 <= node->id && !as_list_push(&rules->arena, &rules->used, 0))
        return as_error_memory(error);
    if (!as_list_push(&rules->arena, &rules->nodes, node))
        return as_error_memory(error);
    *out = node;
    return AS_OK;
}

static uint32_t shape_of(const struct as_field *field)
{
    return UINT32_C(1) << field->type | (field->ask != NULL ? AS_SHAPE_ANSWER : 0u);
}

_Static_assert(AS_SHAPE_REFERENCE == 1 << AS_TYPE_REFERENCE && AS_SHAPE_TEXT == 1 << AS_TYPE_TEXT,
               "shapes of values follow the order of types");

/* The advice stands around the name: what to declare or write instead. */
struct advice {
    const char *before, *after;
};

static enum as_status no_such(const char *owner, struct as_str name, const char *near, struct advice advice,
                              struct as_position position, struct as_error *error)
{
    as_error_set(error, AS_ERR_RULE, "%s \"%.*s\"%s", owner, (int)name.n, name.p,
                 as_meant(": ", near, "").text);
    as_error_advise(error, "%s%.*s%s", advice.before, (int)name.n, name.p, advice.after);
    return at(position, error);
}

static struct advice declare_field(enum as_level level)
{
    return level == AS_LEVEL_LEAD
               ? (struct advice){"declare it in pack.lua: fields = { lead = { ", " = \"text\" } }"}
               : (struct advice){"declare it in pack.lua: fields = { account = { ", " = \"text\" } }"};
}

enum as_status as_expr_field(const struct as_expr **out, struct as_rules *rules, enum as_level level,
                             struct as_str name, struct as_position position, struct as_error *error)
{
    uint32_t index = as_schema_field(rules->schema, level, name);
    if (index == AS_NO_INDEX) {
        struct advice advice = declare_field(level);
        bool of_lead = level == AS_LEVEL_LEAD;
        if (as_schema_field(rules->schema, of_lead ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD, name) != AS_NO_INDEX)
            advice = of_lead ? (struct advice){"write account.", ": it is a fact of the account"}
                             : (struct advice){"write lead.", ": it is a fact of the lead"};
        else if (as_schema_answer(rules->schema, name) != AS_NO_INDEX)
            advice = (struct advice){"write answer.", ": it is an answer"};
        return no_such(of_lead ? "lead has no field" : "account has no field", name,
                       as_schema_suggest_field(rules->schema, level, name), advice, position, error);
    }
    struct as_expr *node = NULL;
    enum as_status status = new_node(&node, rules, AS_EXPR_FIELD, shape_of(rules->schema->fields.at[index]),
                                     level, position, error);
    if (status != AS_OK)
        return status;
    node->field = index;
    *out = node;
    return AS_OK;
}

enum as_status as_expr_answer(const struct as_expr **out, struct as_rules *rules, struct as_str name,
                              struct as_position position, struct as_error *error)
{
    uint32_t index = as_schema_answer(rules->schema, name);
    if (index == AS_NO_INDEX)
        return no_such("there is no answer", name, as_schema_suggest_answer(rules->schema, name),
                       (struct advice){"declare it in pack.lua: answers = { ",
                                       " = { ask = \"...?\", type = \"text\" } }"},
                       position, error);
    const struct as_field *field = rules->schema->fields.at[index];
    struct as_expr *node = NULL;
    enum as_status status =
        new_node(&node, rules, AS_EXPR_ANSWER, shape_of(field), field->level, position, error);
    if (status != AS_OK)
        return status;
    node->field = index;
    *out = node;
    return AS_OK;
}

enum as_status as_expr_events(const struct as_expr **out, struct as_rules *rules, enum as_level level,
                              struct as_str name, struct as_position position, struct as_error *error)
{
    uint32_t kind = AS_NO_INDEX;
    if (!as_str_is(name, "any") && (kind = as_schema_kind(rules->schema, name)) == AS_NO_INDEX)
        return no_such("there is no kind of event", name, as_schema_suggest_kind(rules->schema, name),
                       (struct advice){"declare it in pack.lua: events = { ", " = { by = \"buyer\" } }"},
                       position, error);
    struct as_expr *node = NULL;
    enum as_status status = new_node(&node, rules, AS_EXPR_EVENTS, AS_SHAPE_EVENTS, level, position, error);
    if (status != AS_OK)
        return status;
    node->kind_first = kind;
    *out = node;
    return AS_OK;
}

enum as_status as_expr_score(const struct as_expr **out, struct as_rules *rules, const struct as_score *score,
                             struct as_position position, struct as_error *error)
{
    struct as_expr *node = NULL;
    enum as_status status =
        new_node(&node, rules, AS_EXPR_SCORE, AS_SHAPE_SCORE, AS_LEVEL_LEAD, position, error);
    if (status != AS_OK)
        return status;
    node->score = score;
    *out = node;
    return AS_OK;
}

enum as_status as_expr_group(const struct as_expr **out, struct as_rules *rules, struct as_position position,
                             struct as_error *error)
{
    struct as_expr *node = NULL;
    enum as_status status =
        new_node(&node, rules, AS_EXPR_GROUP, AS_SHAPE_GROUP, AS_LEVEL_ACCOUNT, position, error);
    if (status != AS_OK)
        return status;
    *out = node;
    return AS_OK;
}

enum as_status as_expr_segment(const struct as_expr **out, struct as_rules *rules,
                               struct as_position position, struct as_error *error)
{
    struct as_expr *node = NULL;
    enum as_status status =
        new_node(&node, rules, AS_EXPR_SEGMENT, AS_SHAPE_CHOICE, AS_LEVEL_ACCOUNT, position, error);
    if (status != AS_OK)
        return status;
    *out = node;
    return AS_OK;
}

enum as_status as_expr_function(const struct as_expr **out, struct as_rules *rules, uint32_t function,
                                const char *name, enum as_level level, struct as_position position,
                                struct as_error *error)
{
    struct as_expr *node = NULL;
    enum as_status status =
        new_node(&node, rules, AS_EXPR_FUNCTION, AS_SHAPE_FUNCTION, level, position, error);
    if (status != AS_OK)
        return status;
    node->function = function;
    node->function_name =
        as_arena_copy(&rules->arena, name != NULL ? name : "", name != NULL ? strlen(name) : 0);
    if (node->function_name == NULL)
        return as_error_memory(error);
    *out = node;
    return AS_OK;
}

void as_expr_use(struct as_rules *rules, const struct as_expr *expr)
{
    if (expr != NULL)
        as_bit_set(rules->used.at, expr->id);
}

enum as_status as_expr_step(const struct as_expr **out, struct as_rules *rules,
                            const struct as_expr *receiver, struct as_str name, struct as_position position,
                            struct as_error *error)
{
    const struct as_schema *schema = rules->schema;
    struct as_buf text = {.max = AS_ERROR_WHAT};
    as_expr_source(&text, receiver, schema);
    enum as_status status = AS_OK;
    if (receiver->kind != AS_EXPR_FIELD || (receiver->shape & AS_SHAPE_REFERENCE) == 0) {
        const char *names[MOST_NAMES];
        uint32_t n = as_operator_names(names, MOST_NAMES, receiver->shape);
        const char *near = as_suggest(name, names, n < MOST_NAMES ? n : MOST_NAMES);
        as_error_set(error, AS_ERR_RULE, "%s has no \"%.*s\"%s", as_buf_c(&text), (int)name.n, name.p,
                     as_meant(": ", near, "").text);
        as_error_advise(
            error,
            "only a reference to a lead or account has facts of its own; methods are called with \":\"");
        status = at(position, error);
    } else if (receiver->via != AS_NO_INDEX) {
        as_error_set(error, AS_ERR_RULE, "%s.%.*s goes two steps through references", as_buf_c(&text),
                     (int)name.n, name.p);
        as_error_advise(error,
                        "one step is the limit: let the import write the fact you need, or use top_parent");
        status = at(position, error);
    }
    if (status == AS_OK) {
        enum as_level target = schema->fields.at[receiver->field]->target;
        uint32_t index = as_schema_field(schema, target, name);
        if (index == AS_NO_INDEX) {
            as_buf_text(&text, " has no field");
            status = no_such(as_buf_c(&text), name, as_schema_suggest_field(schema, target, name),
                             declare_field(target), position, error);
        } else {
            struct as_expr *node = NULL;
            status = new_node(&node, rules, AS_EXPR_FIELD, shape_of(schema->fields.at[index]),
                              receiver->level, position, error);
            if (status == AS_OK) {
                node->field = index;
                node->via = receiver->field;
                as_expr_use(rules, receiver);
                *out = node;
            }
        }
    }
    as_buf_free(&text);
    return status;
}

uint32_t as_expr_origin(const struct as_expr *expr)
{
    while (expr->kind == AS_EXPR_CALL && expr->op->kernel == AS_KERNEL_FIRST_KNOWN)
        expr = expr->args[0].expr;
    return expr->kind == AS_EXPR_FIELD || expr->kind == AS_EXPR_ANSWER ? expr->field : AS_NO_INDEX;
}

bool as_expr_understands(const struct as_expr *receiver, struct as_str name)
{
    return as_operator_find(receiver->shape, name) != NULL;
}

/* "lead.title is a text and has no "at_leest": did you mean …" with the methods it has. */
static enum as_status no_method(const struct as_rules *rules, const struct as_expr *receiver,
                                struct as_str name, struct as_error *error)
{
    struct as_buf what = {.max = AS_ERROR_WHAT}, list = {.max = AS_ERROR_ADVICE};
    const char *names[MOST_NAMES];
    uint32_t n = as_operator_names(names, MOST_NAMES, receiver->shape);
    n = n < MOST_NAMES ? n : MOST_NAMES;
    uint32_t shapes = as_operator_shapes(name);
    as_expr_source(&what, receiver, rules->schema);
    as_buf_text(&what, " is a ");
    as_shape_say(&what, receiver->shape);
    as_buf_printf(&what, " and has no \"%.*s\"", (int)name.n, name.p);
    const char *near = as_suggest(name, names, n);
    as_buf_text(&what, as_meant(": ", near, "").text);
    if (near == NULL && shapes != 0) {
        as_buf_text(&what, ", which works on ");
        as_shape_say(&what, shapes);
    }
    for (uint32_t i = 0; i < n; i++)
        as_buf_printf(&list, "%s%s", i > 0 ? ", " : "", names[i]);
    as_error_set(error, AS_ERR_RULE, "%s", as_buf_c(&what));
    as_error_advise(error, "it has %s", as_buf_c(&list));
    as_buf_free(&what);
    as_buf_free(&list);
    return AS_ERR_RULE;
}

/* Whose fact the call is, and whether the account's answer differs from each lead's. */
static enum as_status set_level(struct as_expr *node, const struct as_rules *rules, struct as_error *error)
{
    bool group = (node->op->on & AS_SHAPE_GROUP) != 0, lead = false, account = false;
    node->contextual = node->op->kernel == AS_KERNEL_KNOWN || node->op->kernel == AS_KERNEL_UNKNOWN;
    for (uint32_t i = 0; i < node->arg_count; i++) {
        if (node->args[i].kind != AS_LITERAL_EXPR)
            continue;
        const struct as_expr *child = node->args[i].expr;
        node->contextual = node->contextual || child->contextual;
        lead = lead || (child->level == AS_LEVEL_LEAD && !child->lifts);
        account = account || child->level == AS_LEVEL_ACCOUNT;
        if (group && i > 0 && child->level == AS_LEVEL_ACCOUNT) {
            struct as_buf text = {.max = AS_ERROR_WHAT};
            as_expr_source(&text, child, rules->schema);
            as_error_set(error, AS_ERR_RULE, "%s asks about each member, but %s is a fact of the account",
                         node->op->name, as_buf_c(&text));
            as_buf_free(&text);
            return as_error_advise(error, "take it out of %s(…) and join the two with &", node->op->name);
        }
    }
    if (group) {
        node->level = AS_LEVEL_ACCOUNT;
        node->contextual = false; /* what stands inside is asked of each member, whoever asks */
        return AS_OK;
    }
    node->level = !lead && account ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD;
    node->lifts = node->level == AS_LEVEL_LEAD && (node->op->to_account || !lead);
    node->contextual = node->contextual || (node->op->to_account && node->level == AS_LEVEL_LEAD);
    return AS_OK;
}

static enum as_status make_call(const struct as_expr **out, struct as_rules *rules,
                                const struct as_expr *receiver, const struct as_operator *op,
                                const struct as_literal *args, uint32_t n, struct as_position position,
                                struct as_error *error)
{
    struct as_expr *node = NULL;
    enum as_status status =
        new_node(&node, rules, AS_EXPR_CALL,
                 op->result != 0 ? op->result : receiver->shape & ~(uint32_t)AS_SHAPE_ANSWER, receiver->level,
                 position, error);
    if (status != AS_OK)
        return status;
    struct as_literal *copy = as_arena_array(&rules->arena, n + 1u, sizeof *copy);
    if (copy == NULL)
        return as_error_memory(error);
    copy[0] = (struct as_literal){.kind = AS_LITERAL_EXPR, .expr = receiver};
    for (uint32_t i = 0; i < n; i++)
        if (!as_literal_copy(&copy[i + 1], &rules->arena, &args[i]))
            return as_error_memory(error);
    node->op = op;
    node->args = copy;
    node->arg_count = n + 1;
    for (uint32_t i = 0; i <= n; i++)
        if (copy[i].kind == AS_LITERAL_EXPR) {
            as_expr_use(rules, copy[i].expr);
            if (copy[i].expr->depth >= node->depth)
                node->depth = (uint16_t)(copy[i].expr->depth + 1);
        }
    if (node->depth > AS_MAX_EXPR_DEPTH) {
        as_error_set(error, AS_ERR_LIMIT, "the condition is nested more than %d deep", AS_MAX_EXPR_DEPTH);
        as_error_advise(error, "use q.all_of { … } and q.any_of { … } instead of long chains of & and |");
        return at(position, error);
    }
    if (set_level(node, rules, error) != AS_OK)
        return at(position, error);
    *out = node;
    return AS_OK;
}

/* where{…} narrows the selection itself, so that later methods see one node of events. */
static enum as_status make_selection(const struct as_expr **out, struct as_rules *rules,
                                     const struct as_expr *receiver, const struct as_literal *where,
                                     struct as_position position, struct as_error *error)
{
    if (receiver->where != NULL) {
        as_error_set(error, AS_ERR_RULE, "where is used twice on one selection of events");
        as_error_advise(error, "put all properties into one where { … }");
        return at(position, error);
    }
    struct as_expr *node = NULL;
    struct as_literal *copy = as_arena_alloc(&rules->arena, sizeof *copy);
    if (copy == NULL || !as_literal_copy(copy, &rules->arena, where))
        return as_error_memory(error);
    enum as_status status =
        new_node(&node, rules, AS_EXPR_EVENTS, AS_SHAPE_EVENTS, receiver->level, position, error);
    if (status != AS_OK)
        return status;
    node->kind_first = receiver->kind_first;
    node->where = copy;
    as_expr_use(rules, receiver);
    *out = node;
    return AS_OK;
}

enum as_status as_expr_call(const struct as_expr **out, struct as_rules *rules,
                            const struct as_expr *receiver, const char *name, const struct as_literal *args,
                            uint32_t arg_count, struct as_position position, struct as_error *error)
{
    const struct as_operator *op = as_operator_find(receiver->shape, as_str_of(name));
    if (op == NULL) {
        no_method(rules, receiver, as_str_of(name), error);
        return at(position, error);
    }
    if (arg_count > AS_MAX_RULES) {
        as_error_set(error, AS_ERR_LIMIT, "%s got more than %d arguments", name, AS_MAX_RULES);
        return at(position, error);
    }
    if (as_arguments_check(rules, op, receiver, args, arg_count, error) != AS_OK)
        return at(position, error);
    if (op->kernel == AS_KERNEL_WHERE)
        return make_selection(out, rules, receiver, &args[0], position, error);
    return make_call(out, rules, receiver, op, args, arg_count, position, error);
}

enum as_status as_expr_check_used(const struct as_rules *rules, struct as_error *error)
{
    for (uint32_t i = 0; i < rules->nodes.n; i++) {
        if (as_bit(rules->used.at, i))
            continue;
        const struct as_expr *node = rules->nodes.at[i];
        struct as_buf text = {.max = AS_ERROR_WHAT};
        as_expr_source(&text, node, rules->schema);
        as_error_set(error, AS_ERR_RULE, "%s is never used: no rule, gate or option reaches it",
                     as_buf_c(&text));
        as_buf_free(&text);
        as_error_advise(error, "write & instead of and, | instead of or, ~ instead of not; or remove it");
        return at(node->position, error);
    }
    return AS_OK;
}

enum as_status as_expr_require_condition(const struct as_expr *expr, const char *what, struct as_error *error)
{
    if ((expr->shape & (AS_SHAPE_BOOLEAN | AS_SHAPE_FUNCTION)) != 0)
        return AS_OK;
    struct as_buf shape = {.max = AS_ERROR_WHAT}, list = {.max = AS_ERROR_ADVICE};
    as_shape_say(&shape, expr->shape);
    uint32_t n, named = 0;
    const struct as_operator *table = as_operators(&n);
    for (uint32_t i = 0; i < n; i++)
        if ((table[i].on & expr->shape) != 0 && table[i].result == AS_SHAPE_BOOLEAN)
            as_buf_printf(&list, "%s:%s", named++ > 0 ? ", " : "", table[i].name);
    as_error_set(error, AS_ERR_RULE, "%s wants a condition, but this is a %s", what, as_buf_c(&shape));
    as_error_advise(error, "make it one with %s", as_buf_c(&list));
    as_buf_free(&shape);
    as_buf_free(&list);
    return at(expr->position, error);
}

bool as_expr_contains(const struct as_expr *expr, enum as_expr_kind kind)
{
    if (expr->kind == kind)
        return true;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR && as_expr_contains(expr->args[i].expr, kind))
            return true;
    return false;
}
