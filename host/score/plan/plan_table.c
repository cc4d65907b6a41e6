/* Predicates over a dictionary, decided once per distinct value: a table by code that the kernel looks up.
 * All that ask about one column look at a value in turn, so that it is folded once. */
#include "score/plan/kernel.h"
#include "score/plan/plain.h"

#include "base/thread.h"
#include "data/identity/fold.h"
#include "score/tree/pattern.h"

#include <stdlib.h>

/* Distinct values of one piece of work: small enough to share out, large enough to be worth it. */
enum { TABLE_PIECE = AS_PLAIN_VALUES };

struct piece {
    uint32_t first, from, to; /* the first of the predicates on the column; codes */
};
struct tables {
    struct as_run *run;
    uint32_t *next; /* by node: the next predicate on the same column, AS_NO_NODE none */
    AS_LIST(struct piece) pieces;
};

static const struct as_predicate *predicate_of(const struct as_run *run, uint32_t node)
{
    return &run->plan->predicates.at[run->plan->nodes.at[node].feature];
}

struct texts {
    const struct as_run *run;
    uint32_t in;
};

static struct as_str text_of(const void *context, uint32_t code)
{
    const struct texts *texts = context;
    return as_run_text(texts->run, texts->in, code);
}

/* What predicates on folded text answer to the values of a piece that are not plain, each folded once. */
static enum as_status do_others(const struct tables *tables, struct as_worker *worker,
                                const struct piece *piece, struct as_error *error)
{
    struct as_run *run = tables->run;
    const uint32_t in = run->plan->nodes.at[piece->first].in[0];
    for (uint32_t code = piece->from; code < piece->to; code++) {
        if (!worker->plain->other[code - piece->from])
            continue;
        as_buf_reset(&worker->fold);
        enum as_status status = as_fold(&worker->fold, as_run_text(run, in, code), error);
        if (status != AS_OK)
            return status;
        struct as_str folded = {as_buf_c(&worker->fold), worker->fold.n};
        for (uint32_t node = piece->first; node != AS_NO_NODE; node = tables->next[node])
            if (as_predicate_folds(predicate_of(run, node)))
                run->ready[node].table[code] = as_predicate_of_folded(predicate_of(run, node), folded);
    }
    return AS_OK;
}

/* What a predicate answers to the rest of a piece: to the plain values, or all that look for themselves. */
static enum as_status do_node(struct as_run *run, struct as_worker *worker, const struct piece *piece,
                              uint32_t node, struct as_error *error)
{
    const struct as_predicate *predicate = predicate_of(run, node);
    const uint32_t in = run->plan->nodes.at[node].in[0];
    const struct as_plain *plain = worker->plain;
    uint8_t *answers = run->ready[node].table + piece->from;
    const bool folds = as_predicate_folds(predicate),
               sought = as_plain_answer(answers, plain, predicate, run->machine);
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < plain->n && status == AS_OK; i++) {
        if (plain->other[i] ? folds : sought)
            continue;
        if (folds)
            answers[i] = as_predicate_of_folded(predicate, as_plain_at(plain, i));
        else
            status = as_predicate_decide(&answers[i], predicate, as_run_text(run, in, piece->from + i),
                                         piece->from + i, worker->matcher, &worker->fold, error);
    }
    return status;
}

static enum as_status do_piece(void *context, unsigned number, size_t item, struct as_error *error)
{
    const struct tables *tables = context;
    struct as_run *run = tables->run;
    const struct piece *piece = &tables->pieces.at[item];
    struct as_worker *worker = &run->workers[number];
    int64_t ticks = as_profile_ticks(run), spent = 0, *nodes = NULL;
    uint32_t folding = 0;
    const struct as_position *at = &run->plan->nodes.at[piece->first].expr->position;
    if (run->options.profile != NULL)
        nodes = run->options.profile->workers[number].nodes;
    for (uint32_t node = piece->first; node != AS_NO_NODE; node = tables->next[node])
        folding += as_predicate_folds(predicate_of(run, node));
    struct texts texts = {run, run->plan->nodes.at[piece->first].in[0]};
    enum as_status status =
        as_plain_lay(worker->plain, piece->to - piece->from, piece->from, text_of, &texts, error);
    if (status == AS_OK && folding > 0)
        status = do_others(tables, worker, piece, error);
    if (nodes != NULL)
        as_profile_add(&spent, &ticks);
    for (uint32_t node = piece->first; node != AS_NO_NODE && status == AS_OK; node = tables->next[node]) {
        at = &run->plan->nodes.at[node].expr->position;
        status = do_node(run, worker, piece, node, error);
        if (nodes != NULL && as_predicate_folds(predicate_of(run, node)))
            nodes[node] += spent / folding;
        if (nodes != NULL)
            as_profile_add(&nodes[node], &ticks);
    }
    return status == AS_OK ? AS_OK : as_error_at(error, at->file, at->line);
}

/* Whether a predicate answers every value of its column. */
static bool answers_all(const struct as_ready *ready)
{
    uint8_t all = 2;
    for (uint32_t code = 0; code < ready->table_n; code++)
        all &= ready->table[code];
    return all != 0;
}

/* The masks of a predicate and the next ones on its column, unless it stays alone. */
static enum as_status join_masks(struct as_run *run, const uint32_t *next, uint32_t first,
                                 struct as_error *error)
{
    const uint32_t values = run->ready[first].table_n;
    struct as_masks found = {.n = 0};
    for (uint32_t node = first; node != AS_NO_NODE && found.n < 8; node = next[node])
        if (values > 0 && run->ready[node].masks == NULL && answers_all(&run->ready[node]))
            found.nodes[found.n++] = node;
    if (found.n < 2 || found.nodes[0] != first)
        return AS_OK;
    struct as_masks *masks = as_arena_alloc(&run->arena, sizeof *masks);
    if (masks == NULL || (found.truth = as_arena_array(&run->arena, values, 1)) == NULL)
        return as_error_memory(error);
    for (uint32_t p = 0; p < found.n; p++) {
        const uint8_t *table = run->ready[found.nodes[p]].table;
        for (uint32_t code = 0; code < values; code++)
            found.truth[code] |= (uint8_t)((table[code] & 1) << p);
        run->ready[found.nodes[p]].masks = masks;
    }
    *masks = found;
    return AS_OK;
}

enum as_status as_run_tables(struct as_run *run, struct as_error *error)
{
    const struct as_plan *plan = run->plan;
    struct tables tables = {.run = run};
    uint32_t *last = as_arena_array(&run->arena, plan->nodes.n, sizeof *last); /* by column: 1 + node */
    tables.next = as_arena_array(&run->arena, plan->nodes.n, sizeof *tables.next);
    if (last == NULL || tables.next == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        if (plan->nodes.at[i].kind != AS_NODE_PREDICATE)
            continue;
        uint32_t in = plan->nodes.at[i].in[0], n = as_run_texts(run, in);
        run->ready[i].table_n = n;
        if ((run->ready[i].table = as_arena_array(&run->arena, n, 1)) == NULL)
            return as_error_memory(error);
        tables.next[i] = AS_NO_NODE;
        bool another = last[in] != 0;
        if (another)
            tables.next[last[in] - 1] = i;
        last[in] = i + 1;
        for (uint32_t from = 0; from < n && !another; from += TABLE_PIECE)
            if (!as_list_push(&run->arena, &tables.pieces,
                              ((struct piece){i, from, from + TABLE_PIECE < n ? from + TABLE_PIECE : n})))
                return as_error_memory(error);
    }
    struct as_plain *plain = calloc(run->worker_count, sizeof *plain);
    if (plain == NULL)
        return as_error_memory(error);
    for (uint32_t w = 0; w < run->worker_count; w++)
        run->workers[w].plain = &plain[w];
    enum as_status status = as_parallel(run->worker_count, tables.pieces.n, do_piece, &tables, error);
    for (uint32_t w = 0; w < run->worker_count; w++) {
        as_plain_free(&plain[w]);
        run->workers[w].plain = NULL;
    }
    free(plain);
    for (uint32_t i = 0; i < plan->nodes.n && status == AS_OK; i++)
        if (plan->nodes.at[i].kind == AS_NODE_PREDICATE && run->ready[i].masks == NULL)
            status = join_masks(run, tables.next, i, error);
    return status;
}
