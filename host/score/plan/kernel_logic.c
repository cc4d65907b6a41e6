/* Kernels of three-valued logic. Each state is two bits, truth within known, and a third, open, that says an
 * unknown is not measurable; README.md publishes the tables. */
#include "score/plan/kernel.h"

#include <string.h>

void as_kernel_known(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t index)
{
    const struct as_vec *in = as_in(worker, &run->plan->nodes.at[index], 0);
    struct as_vec *out = &worker->vec[index];
    for (uint32_t w = 0; w < chunk->words; w++) {
        out->truth[w] = in->known[w];
        out->known[w] = ~UINT64_C(0);
    }
}

void as_kernel_not(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_vec *in = as_in(worker, node, 0);
    struct as_vec *out = &worker->vec[index];
    for (uint32_t w = 0; w < chunk->words; w++) {
        out->truth[w] = in->known[w] & ~in->truth[w];
        out->known[w] = in->known[w];
    }
    if (node->open)
        memcpy(out->open, in->open, chunk->words * sizeof *out->open);
}

/* No beats unknown; an unknown that anything plainly unknown takes part in is plainly unknown. */
void as_kernel_and(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    struct as_vec *out = &worker->vec[index];
    for (uint32_t w = 0; w < chunk->words; w++) {
        uint64_t no = 0, unknown = 0, plain = 0;
        for (uint32_t k = 0; k < node->in_count; k++) {
            const struct as_vec *in = as_in(worker, node, k);
            no |= in->known[w] & ~in->truth[w];
            unknown |= ~in->known[w];
            plain |= ~in->known[w] & ~in->open[w];
        }
        out->known[w] = no | ~unknown;
        out->truth[w] = ~no & ~unknown;
        if (node->open)
            out->open[w] = ~out->known[w] & ~plain;
    }
}

void as_kernel_or(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    struct as_vec *out = &worker->vec[index];
    for (uint32_t w = 0; w < chunk->words; w++) {
        uint64_t yes = 0, unknown = 0, plain = 0;
        for (uint32_t k = 0; k < node->in_count; k++) {
            const struct as_vec *in = as_in(worker, node, k);
            yes |= in->truth[w];
            unknown |= ~in->known[w];
            plain |= ~in->known[w] & ~in->open[w];
        }
        out->known[w] = yes | ~unknown;
        out->truth[w] = yes;
        if (node->open)
            out->open[w] = ~out->known[w] & ~plain;
    }
}

void as_kernel_at_least(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    struct as_vec *out = &worker->vec[index];
    for (uint32_t w = 0; w < chunk->words; w++) {
        uint64_t truth = 0, known = 0, open = 0;
        for (uint32_t b = 0; b < 64; b++) {
            uint32_t yes = 0, unknown = 0, plain = 0;
            for (uint32_t k = 0; k < node->in_count; k++) {
                const struct as_vec *in = as_in(worker, node, k);
                uint32_t is_known = in->known[w] >> b & 1;
                yes += in->truth[w] >> b & 1;
                unknown += !is_known;
                plain += !is_known && (in->open[w] >> b & 1) == 0;
            }
            bool holds = yes >= node->count, fails = yes + unknown < node->count;
            truth |= (uint64_t)holds << b;
            known |= (uint64_t)(holds || fails) << b;
            open |= (uint64_t)(!holds && !fails && plain == 0) << b;
        }
        out->truth[w] = truth;
        out->known[w] = known;
        if (node->open)
            out->open[w] = open;
    }
}

static void take_values(struct as_vec *out, const struct as_vec *in, const uint32_t *map, enum as_rep rep,
                        uint64_t take, uint32_t from)
{
    for (; take != 0; take &= take - 1) {
        uint32_t i = from + (uint32_t)__builtin_ctzll(take);
        if (rep == AS_REP_CODE)
            out->code[i] = map != NULL ? map[in->code[i]] : in->code[i];
        else if (rep == AS_REP_F64)
            out->f64[i] = in->f64[i];
        else
            out->i64[i] = in->i64[i];
    }
}

void as_kernel_first_known(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                           uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    struct as_vec *out = &worker->vec[index];
    if (node->rep == AS_REP_CODE)
        memset(out->code, 0, chunk->n * sizeof *out->code);
    else if (node->rep != AS_REP_BITS)
        memset(out->i64, 0, chunk->n * sizeof *out->i64);
    for (uint32_t w = 0; w < chunk->words; w++) {
        uint64_t known = 0, truth = 0, open = ~UINT64_C(0);
        uint32_t rest = chunk->n - w * 64;
        uint64_t rows = rest >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << rest) - 1;
        for (uint32_t k = 0; k < node->in_count; k++) {
            const struct as_vec *in = as_in(worker, node, k);
            uint64_t take = in->known[w] & ~known & rows;
            const uint32_t *map = run->ready[index].map != NULL ? run->ready[index].map[k] : NULL;
            if (node->rep == AS_REP_BITS)
                truth |= in->truth[w] & take;
            else
                take_values(out, in, map, node->rep, take, w * 64);
            known |= take;
            open &= in->known[w] | in->open[w];
        }
        out->known[w] = known;
        if (node->rep == AS_REP_BITS)
            out->truth[w] = truth;
        if (node->open)
            out->open[w] = open & ~known;
    }
}
