/* Nodes of a plan: equal ones are one, each knows its stratum and whether it may be unmeasurable. What a node
 * is made from is decided by plan_expr.c and its siblings. */
#include "score/plan/plan_node.h"

#include <string.h>

static bool literal_same(const struct as_literal *a, const struct as_literal *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case AS_LITERAL_NONE:
        return true;
    case AS_LITERAL_BOOLEAN:
        return a->boolean == b->boolean;
    case AS_LITERAL_INTEGER:
        return a->integer == b->integer;
    case AS_LITERAL_NUMBER:
        return memcmp(&a->number, &b->number, sizeof a->number) == 0;
    case AS_LITERAL_TEXT:
        return as_str_eq(a->text, b->text);
    case AS_LITERAL_EXPR:
        return a->expr == b->expr;
    case AS_LITERAL_LIST:
    case AS_LITERAL_MAP:
        break;
    }
    if (a->n != b->n)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!literal_same(&a->items[i], &b->items[i]) ||
            (a->kind == AS_LITERAL_MAP && !as_str_eq(a->keys[i], b->keys[i])))
            return false;
    return true;
}

bool as_literal_same(const struct as_literal *a, const struct as_literal *b)
{
    return a == b || (a != NULL && b != NULL && literal_same(a, b));
}

/* Whether the arguments after the receiver, and the operator, are the same. */
static bool same_arguments(const struct as_expr *a, const struct as_expr *b)
{
    if (a == b)
        return true;
    if (a->op != b->op || a->arg_count != b->arg_count)
        return false;
    for (uint32_t i = 1; i < a->arg_count; i++)
        if (!literal_same(&a->args[i], &b->args[i]))
            return false;
    return true;
}

static bool same_expr(const struct as_node *a, const struct as_node *b)
{
    switch (a->kind) {
    case AS_NODE_PREDICATE:
    case AS_NODE_COVERS:
    case AS_NODE_MONEY:
        return same_arguments(a->expr, b->expr);
    case AS_NODE_FUNCTION:
        return a->expr->function == b->expr->function;
    default:
        return true;
    }
}

static bool same_node(const struct as_node *a, const struct as_node *b)
{
    return a->kind == b->kind && a->rep == b->rep && a->level == b->level && a->in_count == b->in_count &&
           a->field == b->field && a->via == b->via && a->lo == b->lo && a->hi == b->hi &&
           memcmp(&a->flo, &b->flo, sizeof a->flo) == 0 && memcmp(&a->fhi, &b->fhi, sizeof a->fhi) == 0 &&
           a->relative == b->relative && a->count == b->count && a->mask == b->mask &&
           a->program == b->program && a->feature == b->feature && a->score == b->score &&
           a->template_ == b->template_ &&
           (a->in_count == 0 || memcmp(a->in, b->in, a->in_count * sizeof *a->in) == 0) && same_expr(a, b);
}

static uint64_t hash_node(const struct as_node *node)
{
    uint64_t words[] = {(uint64_t)node->kind << 32 | (uint64_t)node->rep << 16 | (uint64_t)node->level,
                        (uint64_t)node->field << 32 | node->via,
                        (uint64_t)node->lo,
                        (uint64_t)node->hi,
                        (uint64_t)node->count << 32 | node->mask,
                        (uint64_t)node->program << 32 | node->feature};
    uint64_t seed = as_hash_bytes(words, sizeof words, 0);
    return node->in_count == 0 ? seed : as_hash_bytes(node->in, node->in_count * sizeof *node->in, seed);
}

static bool grow_buckets(struct as_plan *plan)
{
    uint32_t count = plan->bucket_count == 0 ? 256 : plan->bucket_count * 2;
    uint32_t *buckets = as_arena_array(&plan->arena, count, sizeof *buckets);
    if (buckets == NULL)
        return false;
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        uint32_t place = (uint32_t)hash_node(&plan->nodes.at[i]) & (count - 1);
        while (buckets[place] != 0)
            place = (place + 1) & (count - 1);
        buckets[place] = i + 1;
    }
    plan->buckets = buckets;
    plan->bucket_count = count;
    return true;
}

/* A node runs in the first stratum of its level in which all it reads is there. */
static uint16_t stratum_of(const struct as_plan *plan, const struct as_node *node)
{
    uint16_t parity = node->level == AS_LEVEL_LEAD, stratum = parity;
    for (uint32_t i = 0; i < node->in_count; i++) {
        uint16_t below = plan->nodes.at[node->in[i]].stratum;
        if (below % 2 != parity)
            below++;
        if (below > stratum)
            stratum = below;
    }
    return stratum;
}

static bool open_of(const struct as_plan *plan, const struct as_node *node)
{
    if (node->kind == AS_NODE_KNOWN)
        return false;
    bool open = node->kind == AS_NODE_EVENTS;
    for (uint32_t i = 0; i < node->in_count && !open; i++)
        open = plan->nodes.at[node->in[i]].open;
    return open;
}

/* Whether a value may be another one on another day, with all facts the same. */
static bool timed_of(const struct as_plan *plan, const struct as_node *node)
{
    const struct as_node *in = node->in_count > 0 ? &plan->nodes.at[node->in[0]] : NULL;
    switch (node->kind) {
    case AS_NODE_SINCE:
    case AS_NODE_FUNCTION: /* may ask for windows of events */
        return true;
    case AS_NODE_EVENTS: {
        const struct as_feature *feature = &plan->programs.at[node->program].features.at[node->feature];
        return feature->kind == AS_FEATURE_POINTS ? feature->rule->fading != AS_FADING_NONE
                                                  : feature->days > 0 || node->count == AS_KERNEL_SINCE_LAST;
    }
    case AS_NODE_RANGE:
        return node->relative || in->timed;
    case AS_NODE_KNOWN: /* what was known to have happened stays so */
        return in->timed && in->kind != AS_NODE_SINCE && in->kind != AS_NODE_EVENTS;
    default:
        break;
    }
    for (uint32_t i = 0; i < node->in_count; i++)
        if (plan->nodes.at[node->in[i]].timed)
            return true;
    return false;
}

struct as_node as_node_like(enum as_node_kind kind, enum as_rep rep, enum as_level level,
                            const struct as_expr *expr)
{
    return (struct as_node){.kind = kind,
                            .rep = rep,
                            .level = level,
                            .expr = expr,
                            .field = AS_NO_INDEX,
                            .via = AS_NO_INDEX,
                            .query = AS_NO_INDEX};
}

enum as_status as_plan_add(uint32_t *index, struct as_plan *plan, const struct as_node *node,
                           const uint32_t *in, uint32_t in_count, struct as_error *error)
{
    struct as_node copy = *node;
    copy.in = (uint32_t *)in;
    copy.in_count = in_count;
    copy.stratum = stratum_of(plan, &copy);
    copy.open = open_of(plan, &copy);
    copy.timed = timed_of(plan, &copy);
    if (plan->nodes.n * 2 >= plan->bucket_count && !grow_buckets(plan))
        return as_error_memory(error);
    uint32_t place = (uint32_t)hash_node(&copy) & (plan->bucket_count - 1);
    for (; plan->buckets[place] != 0; place = (place + 1) & (plan->bucket_count - 1))
        if (same_node(&plan->nodes.at[plan->buckets[place] - 1], &copy)) {
            *index = plan->buckets[place] - 1;
            return AS_OK;
        }
    if (in_count > 0) {
        if ((copy.in = as_arena_array(&plan->arena, in_count, sizeof *copy.in)) == NULL)
            return as_error_memory(error);
        memcpy(copy.in, in, in_count * sizeof *copy.in);
    }
    if (!as_list_push(&plan->arena, &plan->nodes, copy))
        return as_error_memory(error);
    plan->buckets[place] = plan->nodes.n;
    *index = plan->nodes.n - 1;
    return AS_OK;
}

enum as_status as_plan_add_unary(uint32_t *index, struct as_plan *plan, enum as_node_kind kind,
                                 enum as_rep rep, enum as_level level, const struct as_expr *expr,
                                 uint32_t in, struct as_error *error)
{
    struct as_node node = as_node_like(kind, rep, level, expr);
    return as_plan_add(index, plan, &node, &in, 1, error);
}
