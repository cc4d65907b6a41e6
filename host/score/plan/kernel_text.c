/* Texts of a selection, value by value: a trace of one lead must not pay for every distinct title of the
 * base. Runs over whole tables look the same answers up by code. */
#include "score/plan/kernel.h"

#include <string.h>

static enum as_status intern(uint32_t *code, struct as_run *run, struct as_intern *texts, struct as_str text,
                             struct as_error *error)
{
    pthread_mutex_lock(&run->lock);
    *code = as_intern_add(texts, text);
    pthread_mutex_unlock(&run->lock);
    return *code == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

static enum as_status decide_predicate(struct as_run *run, struct as_worker *worker,
                                       const struct as_chunk *chunk, uint32_t index, struct as_error *error)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_vec *in = as_in(worker, node, 0);
    struct as_vec *out = &worker->vec[index];
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint8_t answer = 0;
        if (as_bit(in->known, i) && in->code[i] < as_run_texts(run, node->in[0])) {
            enum as_status status = as_predicate_decide(&answer, &run->plan->predicates.at[node->feature],
                                                        as_run_text(run, node->in[0], in->code[i]),
                                                        in->code[i], worker->matcher, &worker->fold, error);
            if (status != AS_OK)
                return as_error_at(error, node->expr->position.file, node->expr->position.line);
        }
        as_bit_put(out->known, i, answer >> 1 & 1);
        as_bit_put(out->truth, i, answer & 1);
    }
    return AS_OK;
}

static enum as_status find_domain(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                                  uint32_t index, struct as_error *error)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_vec *in = as_in(worker, node, 0);
    struct as_vec *out = &worker->vec[index];
    for (uint32_t i = 0; i < chunk->n; i++) {
        out->code[i] = 0;
        bool known = as_bit(in->known, i) && in->code[i] < as_run_texts(run, node->in[0]);
        as_buf_reset(&worker->fold);
        known = known && as_registrable_domain(&worker->fold, run->plan->suffixes,
                                               as_run_text(run, node->in[0], in->code[i]));
        if (worker->fold.failed)
            return as_error_memory(error);
        as_bit_put(out->known, i, known);
        if (!known)
            continue;
        struct as_str domain = {as_buf_c(&worker->fold), worker->fold.n};
        enum as_status status = intern(&out->code[i], run, run->ready[index].own, domain, error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

/* Codes of the first known text, in the dictionary made for the run. */
static enum as_status take_first(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                                 uint32_t index, struct as_error *error)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    struct as_vec *out = &worker->vec[index];
    for (uint32_t i = 0; i < chunk->n; i++) {
        bool known = false, open = true;
        out->code[i] = 0;
        for (uint32_t k = 0; k < node->in_count && !known; k++) {
            const struct as_vec *in = as_in(worker, node, k);
            known = as_bit(in->known, i);
            open = open && (known || as_bit(in->open, i));
            if (!known)
                continue;
            out->code[i] = in->code[i];
            if (run->ready[index].own == NULL)
                continue;
            enum as_status status = intern(&out->code[i], run, run->ready[index].own,
                                           as_run_text(run, node->in[k], in->code[i]), error);
            if (status != AS_OK)
                return status;
        }
        as_bit_put(out->known, i, known);
        if (node->open)
            as_bit_put(out->open, i, open && !known);
    }
    return AS_OK;
}

enum as_status as_kernel_text(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                              uint32_t node, struct as_error *error)
{
    switch (run->plan->nodes.at[node].kind) {
    case AS_NODE_PREDICATE:
        return decide_predicate(run, worker, chunk, node, error);
    case AS_NODE_DOMAIN:
        return find_domain(run, worker, chunk, node, error);
    default:
        return take_first(run, worker, chunk, node, error);
    }
}
