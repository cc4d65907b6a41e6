/* Predicates over a dictionary, decided once per distinct value: a table by code that the kernel looks up. */
#include "score/plan/kernel.h"

#include "base/thread.h"
#include "score/tree/pattern.h"

/* Distinct values of one piece of work: small enough to share out, large enough to be worth it. */
enum { TABLE_PIECE = 8192 };

struct piece {
    uint32_t node, from, to;
};
struct tables {
    struct as_run *run;
    AS_LIST(struct piece) pieces;
};

static enum as_status do_piece(void *context, unsigned number, size_t item, struct as_error *error)
{
    const struct tables *tables = context;
    struct as_run *run = tables->run;
    const struct piece *piece = &tables->pieces.at[item];
    const struct as_node *node = &run->plan->nodes.at[piece->node];
    const struct as_predicate *predicate = &run->plan->predicates.at[node->feature];
    struct as_worker *worker = &run->workers[number];
    uint8_t *table = run->ready[piece->node].table;
    int64_t ticks = as_profile_ticks(run);
    for (uint32_t code = piece->from; code < piece->to; code++) {
        struct as_str text = as_run_text(run, node->in[0], code);
        enum as_status status =
            as_predicate_decide(&table[code], predicate, text, code, worker->matcher, &worker->fold, error);
        if (status != AS_OK)
            return as_error_at(error, node->expr->position.file, node->expr->position.line);
    }
    if (run->options.profile != NULL)
        as_profile_add(&run->options.profile->workers[number].nodes[piece->node], &ticks);
    return AS_OK;
}

enum as_status as_run_tables(struct as_run *run, struct as_error *error)
{
    struct tables tables = {.run = run};
    for (uint32_t i = 0; i < run->plan->nodes.n; i++) {
        if (run->plan->nodes.at[i].kind != AS_NODE_PREDICATE)
            continue;
        uint32_t n = as_run_texts(run, run->plan->nodes.at[i].in[0]);
        run->ready[i].table_n = n;
        if ((run->ready[i].table = as_arena_array(&run->arena, n, 1)) == NULL)
            return as_error_memory(error);
        for (uint32_t from = 0; from < n; from += TABLE_PIECE)
            if (!as_list_push(&run->arena, &tables.pieces,
                              ((struct piece){i, from, from + TABLE_PIECE < n ? from + TABLE_PIECE : n})))
                return as_error_memory(error);
    }
    return as_parallel(run->worker_count, tables.pieces.n, do_piece, &tables, error);
}
