/* One run of a plan: stratum after stratum over batches and threads. What each node computes is in the kernel
 * files; the memory for it is plan_room.c's. */
#include "score/plan/until.h"

#include "base/thread.h"

#include <string.h>

static struct as_vec vec_at(const struct as_vec *table, uint32_t base)
{
    struct as_vec vec = *table;
    uint32_t word = base / 64;
    vec.known += word;
    vec.open += word;
    if (vec.truth != NULL)
        vec.truth += word;
    return vec;
}

void as_run_bind(const struct as_run *run, struct as_worker *worker, uint32_t node, uint32_t base)
{
    const struct as_vec *table = &run->table[node];
    if (table->known == NULL)
        return;
    struct as_vec vec = vec_at(table, base);
    switch (run->plan->nodes.at[node].rep) {
    case AS_REP_BITS:
        break;
    case AS_REP_CODE:
        vec.code += base;
        break;
    case AS_REP_F64:
        vec.f64 += base;
        break;
    case AS_REP_SCORE:
        if (vec.points.batch != NULL) {
            vec.i64 = worker->vec[node].i64;
            vec.low = worker->vec[node].low;
            vec.high = worker->vec[node].high;
            break;
        }
        vec.low += base;
        vec.high += base;
        vec.i64 += base;
        break;
    case AS_REP_I64:
        vec.i64 += base;
        break;
    }
    worker->vec[node] = vec;
}

/* What an earlier stratum left for this one. */
static void import(const struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                   uint32_t node)
{
    as_run_bind(run, worker, node, chunk->base);
    struct as_vec *vec = &worker->vec[node];
    if (run->table[node].points.batch != NULL)
        as_points_spread(vec->i64, vec->low, vec->high, &run->table[node].points, chunk->base / AS_BATCH,
                         chunk->n);
}

static enum as_status compute(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                              uint32_t node, struct as_error *error)
{
    typedef void (*kernel_fn)(struct as_run *, struct as_worker *, const struct as_chunk *, uint32_t);
    static const kernel_fn kernels[] = {
        [AS_NODE_FACT] = as_kernel_fact,
        [AS_NODE_MONEY] = as_kernel_money,
        [AS_NODE_DOMAIN] = as_kernel_domain,
        [AS_NODE_SEGMENT] = as_kernel_segment,
        [AS_NODE_PREDICATE] = as_kernel_predicate,
        [AS_NODE_RANGE] = as_kernel_range,
        [AS_NODE_SINCE] = as_kernel_since,
        [AS_NODE_VOICE] = as_kernel_voice,
        [AS_NODE_KNOWN] = as_kernel_known,
        [AS_NODE_NOT] = as_kernel_not,
        [AS_NODE_AND] = as_kernel_and,
        [AS_NODE_OR] = as_kernel_or,
        [AS_NODE_AT_LEAST_OF] = as_kernel_at_least,
        [AS_NODE_FIRST_KNOWN] = as_kernel_first_known,
        [AS_NODE_EVENTS] = as_kernel_events,
        [AS_NODE_BROADCAST] = as_kernel_broadcast,
        [AS_NODE_EVERY] = as_kernel_members,
        [AS_NODE_SOME] = as_kernel_members,
        [AS_NODE_COVERS] = as_kernel_covers,
        [AS_NODE_COVERAGE] = as_kernel_coverage,
        [AS_NODE_SIZE] = as_kernel_size,
        [AS_NODE_SCORE] = as_kernel_score,
    };
    enum as_node_kind kind = run->plan->nodes.at[node].kind;
    if (kind == AS_NODE_FUNCTION)
        return as_kernel_function(run, worker, chunk, node, error);
    if (as_run_by_value(run, node))
        return as_kernel_text(run, worker, chunk, node, error);
    if (kind != AS_NODE_FACT || !run->ready[node].direct)
        kernels[kind](run, worker, chunk, node);
    return AS_OK;
}

struct stratum_work {
    struct as_run *run;
    uint32_t stratum;
    enum as_level level;
};

static enum as_status report(struct as_run *run, uint32_t rows, struct as_error *error)
{
    if (run->options.progress == NULL)
        return AS_OK;
    pthread_mutex_lock(&run->lock);
    run->done += rows;
    bool go_on = run->options.progress(run->options.progress_context, run->done, run->all);
    pthread_mutex_unlock(&run->lock);
    return go_on ? AS_OK : as_error_set(error, AS_ERR_STOPPED, "the run was stopped");
}

static bool is_on_card(const struct as_node *node)
{
    return node->kind == AS_NODE_BROADCAST && node->rep == AS_REP_BITS;
}

static enum as_status do_chunk(void *context, unsigned number, size_t item, struct as_error *error)
{
    const struct stratum_work *work = context;
    struct as_run *run = work->run;
    const struct as_plan *plan = run->plan;
    const struct as_stratum *stratum = &plan->strata.at[work->stratum];
    struct as_worker *worker = &run->workers[number];
    struct as_chunk chunk = {.base = (uint32_t)item * AS_BATCH};
    chunk.n = run->rows[work->level] - chunk.base < AS_BATCH ? run->rows[work->level] - chunk.base : AS_BATCH;
    chunk.words = (uint32_t)AS_BIT_WORDS(chunk.n);
    if (run->row_of[work->level] != NULL)
        chunk.rows = run->row_of[work->level] + chunk.base;
    for (uint32_t i = 0; i < stratum->imports.n; i++)
        import(run, worker, &chunk, stratum->imports.at[i]);
    struct as_profile *profile = run->options.profile;
    int64_t ticks = as_profile_ticks(run);
    for (uint32_t p = 0; p < plan->programs.n && work->stratum <= 1; p++)
        if (plan->programs.at[p].level == work->level) {
            as_kernel_program(run, worker, &chunk, p);
            if (profile != NULL)
                as_profile_add(&profile->workers[number].programs[p], &ticks);
        }
    const bool dealt = run->cards[work->stratum] != NULL;
    if (dealt)
        as_run_cards(run, worker, &chunk, work->stratum, &ticks);
    for (uint32_t i = 0; i < stratum->nodes.n; i++) {
        uint32_t node = stratum->nodes.at[i];
        if (!as_run_wants(run, &plan->nodes.at[node]) || (dealt && is_on_card(&plan->nodes.at[node])))
            continue;
        if (run->ready[node].masks != NULL) {
            as_run_masks(run, worker, &chunk, node, &ticks);
            continue;
        }
        as_run_bind(run, worker, node, chunk.base);
        enum as_status status = compute(run, worker, &chunk, node, error);
        if (status == AS_OK && run->table[node].points.batch != NULL)
            status = as_points_keep(&run->table[node].points, chunk.base / AS_BATCH, worker->vec[node].i64,
                                    worker->vec[node].low, worker->vec[node].high, chunk.n, error);
        if (status != AS_OK)
            return status;
        if (profile != NULL)
            as_profile_add(&profile->workers[number].nodes[node], &ticks);
    }
    if (worker->until != NULL)
        as_until_batch(run, worker, &chunk, work->stratum);
    return report(run, chunk.n, error);
}

/* Bits beyond the last row are cleared, so that whoever counts bits counts rows. */
static void trim(struct as_run *run, const struct as_stratum *stratum, enum as_level level)
{
    uint32_t rows = run->rows[level];
    if (rows % 64 == 0)
        return;
    uint64_t mask = (UINT64_C(1) << (rows % 64)) - 1;
    for (uint32_t i = 0; i < stratum->nodes.n; i++) {
        uint32_t node = stratum->nodes.at[i];
        struct as_vec *table = &run->table[node];
        if (table->known == NULL || run->ready[node].direct)
            continue;
        table->known[rows / 64] &= mask;
        if (table->truth != NULL)
            table->truth[rows / 64] &= mask;
        if (table->open != run->zeros)
            table->open[rows / 64] &= mask;
    }
}

enum as_status as_run_strata(struct as_run *run, struct as_error *error)
{
    const struct as_plan *plan = run->plan;
    uint32_t last = run->scores_only ? plan->score_stratum : plan->strata.n;
    for (uint32_t s = 0; s < plan->strata.n; s++)
        run->all += run->rows[s % 2 == 0 ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD];
    for (uint32_t s = 0; s < plan->strata.n && s <= last; s++) {
        enum as_level level = s % 2 == 0 ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD;
        struct stratum_work work = {run, s, level};
        size_t chunks = ((size_t)run->rows[level] + AS_BATCH - 1) / AS_BATCH;
        if (plan->strata.at[s].nodes.n == 0)
            continue;
        enum as_status status = as_run_deal(run, s, error);
        if (status == AS_OK)
            status = as_parallel(run->worker_count, chunks, do_chunk, &work, error);
        if (status != AS_OK)
            return status;
        trim(run, &plan->strata.at[s], level);
    }
    as_until_hand_down(run);
    as_run_release(run);
    return AS_OK;
}
