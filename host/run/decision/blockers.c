/* The unknown fact that holds up most leads at a gate. Criteria say that something is unknown; their leaves
 * say what. Leaves are counted from the columns, for every lead that waits at the gate undecided: no trace,
 * since there may be a million. */
#include "run/decision/summary.h"

#include "score/tree/operator.h"

struct leaf {
    const struct as_expr *expr;
    const struct as_criterion *criterion;
    struct as_verdicts verdicts; /* of the criterion */
    uint64_t unknown;
};
struct leaves {
    struct as_arena *arena;
    AS_LIST(struct leaf) found;
    uint32_t first; /* of the criterion being walked */
};

static bool add_leaf(struct leaves *leaves, const struct as_expr *expr, const struct as_criterion *criterion)
{
    for (uint32_t i = leaves->first; i < leaves->found.n; i++) {
        const struct as_expr *other = leaves->found.at[i].expr;
        if (other->kind == expr->kind && other->level == expr->level && other->field == expr->field &&
            other->via == expr->via && other->kind_first == expr->kind_first)
            return true;
    }
    struct leaf leaf = {.expr = expr, .criterion = criterion};
    return as_list_push(leaves->arena, &leaves->found, leaf);
}

static bool walk(struct leaves *leaves, const struct as_expr *expr, const struct as_criterion *criterion,
                 int depth)
{
    if (expr == NULL || depth > AS_MAX_EXPR_DEPTH)
        return true;
    switch (expr->kind) {
    case AS_EXPR_FIELD:
    case AS_EXPR_ANSWER:
    case AS_EXPR_EVENTS:
    case AS_EXPR_GROUP:
        return add_leaf(leaves, expr, criterion);
    case AS_EXPR_SCORE:
        for (uint32_t r = 0; r < expr->score->rules.n; r++)
            if (!walk(leaves, expr->score->rules.at[r]->when, criterion, depth + 1))
                return false;
        return true;
    case AS_EXPR_CALL:
        for (uint32_t a = 0; a < expr->arg_count; a++)
            if (expr->args[a].kind == AS_LITERAL_EXPR &&
                !walk(leaves, expr->args[a].expr, criterion, depth + 1))
                return false;
        return true;
    case AS_EXPR_SEGMENT:
    case AS_EXPR_FUNCTION:
        return true;
    }
    return true;
}

static bool known_in(const struct as_column *column, uint32_t row)
{
    return column != NULL && as_bit(column->known, row);
}

/* Whether a field or answer is unknown in a row of its own level. */
static bool unknown_fact(const struct as_dataset *dataset, const struct as_expr *expr, uint32_t row)
{
    if (expr->kind == AS_EXPR_ANSWER) {
        const struct as_column *value = dataset->answer[expr->field].value;
        return !known_in(value, row);
    }
    if (expr->via == AS_NO_INDEX)
        return !known_in(dataset->field[expr->field], row);
    const struct as_column *reference = dataset->field[expr->via];
    if (!known_in(reference, row) || reference->code[row] == AS_NO_INDEX)
        return true;
    return !known_in(dataset->field[expr->field], reference->code[row]);
}

/* The row a field expression is read from: that of its reference field when it takes a step. */
static enum as_level level_of(const struct as_schema *schema, const struct as_expr *expr)
{
    if (expr->kind == AS_EXPR_FIELD && expr->via != AS_NO_INDEX)
        return schema->fields.at[expr->via]->level;
    return expr->level;
}

static bool silent_feed(const struct as_dataset *dataset, const struct as_expr *expr, uint32_t lead_row)
{
    if (dataset->untracked != NULL && lead_row != AS_NO_INDEX && as_bit(dataset->untracked, lead_row))
        return true;
    return expr->kind_first != AS_NO_INDEX && dataset->kind_state != NULL &&
           dataset->kind_state[expr->kind_first] != AS_FEED_LIVE;
}

static bool unknown_at(const struct as_dataset *dataset, const struct as_expr *expr, uint32_t lead_row,
                       uint32_t account_row)
{
    if (expr->kind == AS_EXPR_EVENTS)
        return silent_feed(dataset, expr, lead_row);
    if (expr->kind == AS_EXPR_GROUP)
        return account_row == AS_NO_INDEX || dataset->member_start == NULL ||
               dataset->member_start[account_row] == dataset->member_start[account_row + 1];
    if (level_of(dataset->schema, expr) == AS_LEVEL_ACCOUNT)
        return account_row == AS_NO_INDEX || unknown_fact(dataset, expr, account_row);
    if (lead_row != AS_NO_INDEX)
        return unknown_fact(dataset, expr, lead_row);
    if (account_row == AS_NO_INDEX || dataset->member_start == NULL)
        return true;
    for (uint32_t i = dataset->member_start[account_row]; i < dataset->member_start[account_row + 1]; i++)
        if (unknown_fact(dataset, expr, dataset->member[i]))
            return true;
    return false;
}

static void count_row(struct leaves *leaves, const struct as_decision *decision, const struct as_gate *gate,
                      uint32_t row)
{
    const struct as_dataset *dataset = decision->dataset;
    uint32_t account = dataset->lead_account == NULL ? AS_NO_INDEX : dataset->lead_account[row];
    uint32_t lead = gate->level == AS_LEVEL_LEAD ? row : AS_NO_INDEX;
    for (uint32_t i = 0; i < leaves->found.n; i++) {
        struct leaf *leaf = &leaves->found.at[i];
        uint32_t at = gate->level == AS_LEVEL_LEAD ? row : account;
        enum as_tri state = AS_UNKNOWN;
        if (at != AS_NO_INDEX)
            state = as_verdict_at(leaf->verdicts, at);
        if (state == AS_UNKNOWN || state == AS_UNMEASURABLE)
            leaf->unknown += unknown_at(dataset, leaf->expr, lead, account);
    }
}

enum as_status as_blocker_of(struct as_gate_summary *summary, struct as_arena *arena,
                             const struct as_decision *decision, const struct as_model *model,
                             struct as_error *error)
{
    const struct as_gate *gate = summary->gate;
    const uint64_t *undecided = decision->stood[model->index].undecided;
    struct leaves leaves = {.arena = arena};
    for (uint32_t c = 0; c < gate->criteria.n; c++) {
        leaves.first = leaves.found.n;
        if (!walk(&leaves, gate->criteria.at[c].when, &gate->criteria.at[c], 0))
            return as_error_memory(error);
    }
    for (uint32_t i = 0; i < leaves.found.n; i++)
        leaves.found.at[i].verdicts =
            as_outcome_verdicts_at(decision->outcome, leaves.found.at[i].criterion->when, gate->level);
    bool next[AS_STAGE_COUNT];
    for (uint8_t stage = 0; stage < AS_STAGE_COUNT; stage++)
        next[stage] = as_next_gate(model, stage) == gate;
    for (size_t word = 0; word < AS_BIT_WORDS(decision->dataset->leads); word++)
        for (uint64_t bits = undecided[word]; bits != 0; bits &= bits - 1) {
            uint32_t row = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
            if (next[as_standing_at(decision, model->index, row)->stage])
                count_row(&leaves, decision, gate, row);
        }
    const struct leaf *most = NULL;
    for (uint32_t i = 0; i < leaves.found.n; i++)
        if (leaves.found.at[i].unknown > (most == NULL ? 0 : most->unknown))
            most = &leaves.found.at[i];
    if (most == NULL)
        return AS_OK;
    struct as_buf fact = {.p = NULL};
    as_expr_source(&fact, most->expr, decision->dataset->schema);
    summary->fact = as_arena_copy(arena, as_buf_c(&fact), fact.n);
    as_buf_free(&fact);
    if (summary->fact == NULL)
        return as_error_memory(error);
    if (most->expr->kind == AS_EXPR_ANSWER)
        summary->ask = decision->dataset->schema->fields.at[most->expr->field]->ask;
    summary->criterion = most->criterion->name;
    summary->blocked = most->unknown;
    return AS_OK;
}
