/* The results of a run over a whole dataset, by the expressions of the pack. */
#include "score/plan/kernel.h"

#include <stdlib.h>

enum as_status as_plan_run(struct as_outcome **out, const struct as_plan *plan,
                           const struct as_dataset *dataset, const struct as_run_options *options,
                           struct as_error *error)
{
    *out = NULL;
    struct as_outcome *outcome = calloc(1, sizeof *outcome);
    if (outcome == NULL)
        return as_error_memory(error);
    enum as_status status = as_run_open(&outcome->run, plan, dataset, options, NULL, error);
    if (status == AS_OK)
        status = as_run_strata(&outcome->run, error);
    if (status != AS_OK) {
        as_outcome_free(outcome);
        return status;
    }
    *out = outcome;
    return AS_OK;
}

void as_outcome_free(struct as_outcome *outcome)
{
    if (outcome == NULL)
        return;
    as_run_close(&outcome->run);
    free(outcome);
}

static struct as_verdicts verdicts_of(const struct as_run *run, uint32_t node)
{
    if (node == AS_NO_NODE || run->table[node].known == NULL || run->table[node].truth == NULL)
        return (struct as_verdicts){run->zeros, run->zeros, run->zeros};
    const struct as_vec *table = &run->table[node];
    return (struct as_verdicts){table->truth, table->known, table->open};
}

struct as_verdicts as_outcome_verdicts_at(const struct as_outcome *outcome, const struct as_expr *root,
                                          enum as_level level)
{
    if (root == NULL)
        return (struct as_verdicts){NULL, NULL, NULL};
    return verdicts_of(&outcome->run, as_plan_find_at(outcome->run.plan, root, level));
}

struct as_verdicts as_outcome_recycle(const struct as_outcome *outcome, const struct as_recycle *recycle)
{
    const struct as_plan *plan = outcome->run.plan;
    if (recycle->when == NULL)
        return (struct as_verdicts){NULL, NULL, NULL};
    for (uint32_t m = 0; m < plan->pack->models.n; m++) {
        const struct as_model *model = plan->pack->models.at[m];
        for (uint32_t i = 0; i < model->recycles.n; i++)
            if (&model->recycles.at[i] == recycle) {
                struct as_context context = {.level = AS_LEVEL_LEAD,
                                             .origin = {AS_ORIGIN_ENTERED, model->index}};
                return verdicts_of(&outcome->run, as_plan_find(plan, recycle->when, &context));
            }
    }
    return verdicts_of(&outcome->run, AS_NO_NODE);
}

struct as_verdicts as_outcome_programme(const struct as_outcome *outcome,
                                        const struct as_programme *programme)
{
    const struct as_plan *plan = outcome->run.plan;
    for (uint32_t i = 0; i < plan->pack->programmes.n; i++)
        if (plan->pack->programmes.at[i] == programme && programme->when != NULL) {
            struct as_context context = {.level = AS_LEVEL_LEAD, .origin = {AS_ORIGIN_CAME, i}};
            return verdicts_of(&outcome->run, as_plan_find(plan, programme->when, &context));
        }
    return verdicts_of(&outcome->run, AS_NO_NODE);
}

struct as_verdicts as_outcome_acts(const struct as_outcome *outcome)
{
    const struct as_plan *plan = outcome->run.plan;
    /* A kind that came after the plan may move leads too. */
    bool covered = plan->acts != AS_NO_NODE &&
                   plan->programs.at[plan->nodes.at[plan->acts].program].kind_count == plan->schema->kinds.n;
    return covered ? verdicts_of(&outcome->run, plan->acts) : (struct as_verdicts){NULL, NULL, NULL};
}

const struct as_points_column *as_outcome_score(const struct as_outcome *outcome,
                                                const struct as_score *score)
{
    const struct as_score_plan *plan = as_plan_score_of(outcome->run.plan, score);
    if (plan == NULL)
        return NULL;
    const struct as_points_column *points = &outcome->run.table[plan->node].points;
    return points->batch == NULL ? NULL : points;
}

const int32_t *as_outcome_not_before(const struct as_outcome *outcome)
{
    return outcome->run.not_before[AS_LEVEL_LEAD];
}

void as_outcome_bring_forward(struct as_outcome *outcome, uint32_t lead_row, int32_t day)
{
    int32_t *held = outcome->run.not_before[AS_LEVEL_LEAD];
    if (held != NULL && day < held[lead_row])
        held[lead_row] = day;
}

/* Milli-points, of everybody or of a selection. */
static int64_t score_at(const struct as_vec *table, uint32_t position)
{
    return table->points.batch == NULL ? table->i64[position] : as_points_at(&table->points, position).value;
}

enum as_tri as_run_state(const struct as_run *run, uint32_t node, uint32_t position)
{
    const struct as_vec *table = &run->table[node];
    if (as_bit(table->known, position))
        return table->truth == NULL || as_bit(table->truth, position) ? AS_YES : AS_NO;
    return as_bit(table->open, position) ? AS_UNMEASURABLE : AS_UNKNOWN;
}

static void show_day(struct as_buf *out, int64_t day)
{
    char text[AS_TIME_TEXT];
    as_buf_text(out, as_day_format(text, day));
}

static uint32_t row_at(const struct as_run *run, enum as_level level, uint32_t position)
{
    return run->row_of[level] == NULL ? position : run->row_of[level][position];
}

/* A fact is shown by its column, which knows its type; a reference by the row it names, which says nothing.
 */
static void show_fact(struct as_buf *out, const struct as_run *run, const struct as_node *node,
                      const struct as_ready *ready, uint32_t position)
{
    uint32_t row = row_at(run, node->level, position);
    as_column_show(out, ready->column, ready->via == NULL ? row : ready->via->code[row]);
}

static void show_whole(struct as_buf *out, const struct as_node *node, int64_t value)
{
    uint32_t shape = node->expr == NULL ? AS_SHAPE_INTEGER : node->expr->shape;
    if ((shape & AS_SHAPE_DATE) != 0)
        show_day(out, value);
    else if ((shape & AS_SHAPE_MONEY) != 0)
        as_buf_printf(out, "%.2f", (double)value / 100);
    else
        as_buf_printf(out, "%lld", (long long)value);
    if (node->kind == AS_NODE_MONEY && node->expr->op->kernel == AS_KERNEL_IN_CURRENCY) {
        as_buf_char(out, ' ');
        as_buf_str(out, node->expr->args[1].text);
    }
}

bool as_run_show(struct as_buf *out, const struct as_run *run, uint32_t index, uint32_t position)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_vec *table = &run->table[index];
    if (table->known == NULL)
        return false;
    if (node->kind == AS_NODE_BROADCAST) {
        uint32_t account = run->account_of[position];
        return account != AS_NO_INDEX && as_run_show(out, run, node->in[0], account);
    }
    if (node->rep == AS_REP_SCORE) {
        as_buf_printf(out, "%.15g", (double)score_at(table, position) / 1000);
        return true;
    }
    if (!as_bit(table->known, position))
        return false;
    if (node->kind == AS_NODE_FACT) {
        show_fact(out, run, node, &run->ready[index], position);
        return true;
    }
    switch (node->rep) {
    case AS_REP_BITS:
        as_buf_text(out, as_bit(table->truth, position) ? "yes" : "no");
        break;
    case AS_REP_F64:
        as_buf_printf(out, "%.15g", table->f64[position]);
        break;
    case AS_REP_CODE:
        as_buf_str(out, as_run_text(run, index, table->code[position]));
        break;
    default:
        show_whole(out, node, table->i64[position]);
        break;
    }
    return true;
}

static uint32_t value_node(const struct as_outcome *outcome, const struct as_expr *root)
{
    return root == NULL ? AS_NO_NODE : as_plan_find_at(outcome->run.plan, root, root->level);
}

bool as_outcome_text(struct as_buf *out, const struct as_outcome *outcome, const struct as_expr *root,
                     uint32_t row)
{
    uint32_t node = value_node(outcome, root);
    return node != AS_NO_NODE && as_run_show(out, &outcome->run, node, row);
}

bool as_outcome_number(double *out, const struct as_outcome *outcome, const struct as_expr *root,
                       uint32_t row)
{
    uint32_t index = value_node(outcome, root);
    if (index == AS_NO_NODE)
        return false;
    const struct as_node *node = &outcome->run.plan->nodes.at[index];
    const struct as_vec *table = &outcome->run.table[index];
    if (table->known == NULL)
        return false;
    if (node->rep == AS_REP_SCORE) {
        *out = (double)score_at(table, row) / 1000;
        return true;
    }
    if (!as_bit(table->known, row))
        return false;
    if (node->rep == AS_REP_F64)
        *out = table->f64[row];
    else if (node->rep == AS_REP_I64)
        *out = (double)table->i64[row] / ((root->shape & AS_SHAPE_MONEY) != 0 ? 100 : 1);
    else
        return false;
    return true;
}
