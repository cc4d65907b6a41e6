/* Nodes for what is not one column: money in a currency, sides of an answer, the buying group, the segment,
 * what a reference refers to. The rest of the expressions is plan_expr.c's. */
#include "score/plan/plan_node.h"

#include <string.h>

static enum as_status fail(const struct as_expr *expr, struct as_error *error)
{
    return as_error_at(error, expr->position.file, expr->position.line);
}

/* The account's region from the value and diversity that the pack's segment names. */
enum as_status as_plan_segment(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                               struct as_context context, struct as_error *error)
{
    const struct as_segment *segment = &plan->pack->segment;
    if (!segment->declared) {
        as_error_set(error, AS_ERR_RULE, "account.segment is used, but the pack declares no segment");
        as_error_advise(error,
                        "declare one: abm.segment { value = …, diversity = …, very_high_value = 500e3, … }");
        return fail(expr, error);
    }
    uint32_t in[2], n = 0;
    const struct as_expr *parts[2] = {segment->value, segment->diversity};
    struct as_node node = as_node_like(AS_NODE_SEGMENT, AS_REP_CODE, context.level, expr);
    for (int i = 0; i < 2; i++) {
        if (parts[i] == NULL)
            continue;
        enum as_status status = parts[i]->kind == AS_EXPR_FUNCTION
                                    ? as_plan_function(&in[n], plan, parts[i], AS_REP_F64, AS_NO_NODE, error)
                                    : as_plan_compile(&in[n], plan, parts[i], context, error);
        if (status != AS_OK)
            return status;
        node.mask |= 1u << i;
        n++;
    }
    return as_plan_add(out, plan, &node, in, n, error);
}

/* Money in a currency is a column read with its rates; the conversion goes through first_known to its facts.
 */
enum as_status as_plan_currency(uint32_t *out, struct as_plan *plan, const struct as_expr *money,
                                const struct as_expr *call, struct as_context context, struct as_error *error)
{
    if (money->kind == AS_EXPR_CALL && money->op->kernel == AS_KERNEL_IN_CURRENCY)
        return as_plan_currency(out, plan, money->args[0].expr, call, context, error);
    if (money->level == AS_LEVEL_ACCOUNT && context.level == AS_LEVEL_LEAD) {
        uint32_t in;
        struct as_context above = {.level = AS_LEVEL_ACCOUNT, .template_ = context.template_};
        enum as_status status = as_plan_currency(&in, plan, money, call, above, error);
        if (status != AS_OK)
            return status;
        return as_plan_add_unary(out, plan, AS_NODE_BROADCAST, AS_REP_I64, AS_LEVEL_LEAD, call, in, error);
    }
    if (money->kind == AS_EXPR_CALL) {
        uint32_t *in = as_arena_array(&plan->arena, money->arg_count, sizeof *in);
        if (in == NULL)
            return as_error_memory(error);
        for (uint32_t i = 0; i < money->arg_count; i++) {
            enum as_status status = as_plan_currency(&in[i], plan, money->args[i].expr, call, context, error);
            if (status != AS_OK)
                return status;
        }
        struct as_node first = as_node_like(AS_NODE_FIRST_KNOWN, AS_REP_I64, context.level, call);
        return as_plan_add(out, plan, &first, in, money->arg_count, error);
    }
    const struct as_pack *pack = plan->pack;
    struct as_str currency = call->args[1].text;
    bool found = false;
    for (uint32_t i = 0; i < pack->rates.n && !found; i++)
        found = as_str_is(currency, pack->rates.at[i].currency);
    if (!found) {
        as_error_set(error, AS_ERR_RULE, "the pack's table of rates does not have \"%.*s\"", (int)currency.n,
                     currency.p);
        if (pack->rates.n == 0)
            as_error_advise(
                error,
                "write rates = \"lists/rates.csv\" in pack.lua: a table of currency,rate,date, where a "
                "rate is what one unit is worth in a currency of your choice");
        else
            as_error_advise(error, "add it to rates in pack.lua, with the day of the rates");
        return fail(call, error);
    }
    struct as_node node = as_node_like(AS_NODE_MONEY, AS_REP_I64, context.level, call);
    node.field = money->field;
    node.via = money->via;
    return as_plan_add(out, plan, &node, NULL, 0, error);
}

/* --- answers --- */

static uint32_t voice_of(struct as_str name)
{
    static const struct {
        const char *name;
        enum as_voice voice;
    } voices[] = {{"buyer", AS_VOICE_BUYER},
                  {"sales", AS_VOICE_SALES},
                  {"marketing", AS_VOICE_MARKETING},
                  {"system", AS_VOICE_SYSTEM}};
    for (size_t i = 0; i < sizeof voices / sizeof *voices; i++)
        if (as_str_is(name, voices[i].name))
            return voices[i].voice;
    return 0;
}

enum as_status as_plan_side(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                            struct as_context context, struct as_error *error)
{
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    uint32_t field = expr->args[0].expr->field;
    struct as_node node = as_node_like(AS_NODE_VOICE, AS_REP_BITS, context.level, expr);
    node.field = field;
    if (kernel == AS_KERNEL_CONFIRMED_BY) {
        node.count = AS_SIDE_VOICE;
        node.mask = voice_of(expr->args[1].text);
        if (context.level == AS_LEVEL_ACCOUNT && plan->schema->fields.at[field]->level == AS_LEVEL_LEAD) {
            uint32_t in;
            node.level = AS_LEVEL_LEAD;
            enum as_status status = as_plan_add(&in, plan, &node, NULL, 0, error);
            return status != AS_OK ? status
                                   : as_plan_add_unary(out, plan, AS_NODE_SOME, AS_REP_BITS, AS_LEVEL_ACCOUNT,
                                                       expr, in, error);
        }
    } else {
        node.count = kernel == AS_KERNEL_INFERRED ? AS_SIDE_INFERRED : AS_SIDE_STATED;
    }
    return as_plan_add(out, plan, &node, NULL, 0, error);
}

/* Acknowledged: stated, and true or at least the declared value "acknowledged". */
enum as_status as_plan_acknowledged(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                    struct as_context context, struct as_error *error)
{
    const struct as_expr *answer = expr->args[0].expr;
    const struct as_field *field = plan->schema->fields.at[answer->field];
    uint32_t in[2], value;
    enum as_status status = as_plan_compile(&value, plan, answer, context, error);
    if (status != AS_OK)
        return status;
    in[0] = value;
    if (field->type == AS_TYPE_CHOICE) {
        bool found = false;
        for (uint32_t i = 0; i < field->choice_count && !found; i++)
            found = strcmp(field->choices[i], "acknowledged") == 0;
        if (!found) {
            as_error_set(error, AS_ERR_RULE, "answer.%s has no value \"acknowledged\" to reach", field->name);
            as_error_advise(error,
                            "add it to its values in pack.lua, or use :at_least \"…\" with one of them");
            return fail(expr, error);
        }
        struct as_node node = as_node_like(AS_NODE_PREDICATE, AS_REP_BITS, context.level, expr);
        if ((status = as_plan_add(&in[0], plan, &node, &value, 1, error)) != AS_OK)
            return status;
    } else if (field->type != AS_TYPE_BOOLEAN) {
        as_error_set(error, AS_ERR_RULE,
                     "acknowledged works on answers that are yes or no, or a choice; answer.%s is %s",
                     field->name, as_type_name(field->type));
        as_error_advise(error, "use answer.%s:known() & answer.%s:stated()", field->name, field->name);
        return fail(expr, error);
    }
    struct as_node stated = as_node_like(AS_NODE_VOICE, AS_REP_BITS, context.level, expr);
    stated.field = answer->field;
    stated.count = AS_SIDE_STATED;
    if ((status = as_plan_add(&in[1], plan, &stated, NULL, 0, error)) != AS_OK)
        return status;
    struct as_node both = as_node_like(AS_NODE_AND, AS_REP_BITS, context.level, expr);
    return as_plan_add(out, plan, &both, in, 2, error);
}

/* --- the group --- */

static enum as_status compile_coverage(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                       struct as_context context, struct as_error *error)
{
    struct as_node node = as_node_like(AS_NODE_COVERAGE, AS_REP_F64, AS_LEVEL_ACCOUNT, expr);
    node.template_ = context.template_;
    uint32_t candidates = 0;
    for (uint32_t i = 0; i < plan->pack->templates.n && context.template_ == NULL; i++)
        if (plan->pack->templates.at[i]->group.n > 0) {
            node.template_ = plan->pack->templates.at[i];
            candidates++;
        }
    if (context.template_ == NULL && candidates != 1) {
        as_error_set(error, AS_ERR_RULE,
                     "coverage stands outside of a template, and %s template names a group",
                     candidates == 0 ? "no" : "more than one");
        as_error_advise(error, "say which roles you mean: account.group:covers { \"economic\", … }");
        return fail(expr, error);
    }
    return as_plan_add(out, plan, &node, NULL, 0, error);
}

enum as_status as_plan_group(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                             struct as_context context, struct as_error *error)
{
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    if (kernel == AS_KERNEL_COVERAGE)
        return compile_coverage(out, plan, expr, context, error);
    if (kernel == AS_KERNEL_SIZE || kernel == AS_KERNEL_COVERS) {
        struct as_node node = kernel == AS_KERNEL_SIZE
                                  ? as_node_like(AS_NODE_SIZE, AS_REP_I64, AS_LEVEL_ACCOUNT, expr)
                                  : as_node_like(AS_NODE_COVERS, AS_REP_BITS, AS_LEVEL_ACCOUNT, expr);
        if (kernel == AS_KERNEL_COVERS) {
            node.field = as_schema_field(plan->schema, AS_LEVEL_LEAD, AS_STR("group_role"));
            if (expr->args[1].n > AS_MAX_ROLES) {
                as_error_set(error, AS_ERR_LIMIT, "covers asks for more than %d roles", AS_MAX_ROLES);
                return fail(expr, error);
            }
        }
        return as_plan_add(out, plan, &node, NULL, 0, error);
    }
    uint32_t in;
    struct as_context member = {.level = AS_LEVEL_LEAD, .template_ = context.template_};
    enum as_status status = as_plan_compile(&in, plan, expr->args[1].expr, member, error);
    if (status != AS_OK)
        return status;
    return as_plan_add_unary(out, plan, kernel == AS_KERNEL_EVERY ? AS_NODE_EVERY : AS_NODE_SOME, AS_REP_BITS,
                             AS_LEVEL_ACCOUNT, expr, in, error);
}

/* account.parent:is "Acme" asks for the name of the account, or the e-mail address of the lead, referred to.
 */
enum as_status as_plan_reference(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                 struct as_context context, struct as_error *error)
{
    const struct as_expr *receiver = expr->args[0].expr;
    enum as_level target = plan->schema->fields.at[receiver->field]->target;
    uint32_t name =
        as_schema_field(plan->schema, target, target == AS_LEVEL_ACCOUNT ? AS_STR("name") : AS_STR("email"));
    if (receiver->kind != AS_EXPR_FIELD || receiver->via != AS_NO_INDEX || name == AS_NO_INDEX) {
        as_error_set(error, AS_ERR_RULE, "is cannot look through this reference");
        as_error_advise(error,
                        "name a fact of what it refers to, for example account.parent.domain:is \"…\"");
        return fail(expr, error);
    }
    struct as_node fact = as_node_like(AS_NODE_FACT, AS_REP_CODE, context.level, receiver);
    fact.field = name;
    fact.via = receiver->field;
    uint32_t in;
    enum as_status status = as_plan_add(&in, plan, &fact, NULL, 0, error);
    if (status != AS_OK)
        return status;
    return as_plan_add_unary(out, plan, AS_NODE_PREDICATE, AS_REP_BITS, context.level, expr, in, error);
}
