/* Predicates on one column, looked up together: the bits of eight of them by code, turned into words of rows.
 */
#include "score/plan/turn.h"

AS_PART void mask_rows(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t index, enum as_machine machine)
{
    const struct as_ready *ready = &run->ready[index];
    const struct as_masks *masks = ready->masks;
    const struct as_vec *in = as_in(worker, &run->plan->nodes.at[index], 0);
    const uint8_t *restrict truth = masks->truth;
    const uint32_t *restrict code = in->code;
    const uint32_t n = chunk->n, last = ready->table_n - 1;
    uint8_t *restrict bytes = worker->bytes;
    /* The code of a row that is unknown may be any number. */
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = truth[code[i] < last ? code[i] : last];
    memset(bytes + n, 0, chunk->words * 64 - n);
    for (uint32_t w = 0; w < chunk->words; w++) {
        uint64_t words[8];
        as_turn(words, bytes + (size_t)w * 64, machine);
        for (uint32_t p = 0; p < masks->n; p++) {
            struct as_vec *out = &worker->vec[masks->nodes[p]];
            out->known[w] = in->known[w];
            out->truth[w] = words[p] & in->known[w];
        }
    }
}

AS_KERNEL_VERSIONS(as_kernel_masks, mask_rows)

void as_run_masks(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk, uint32_t node,
                  int64_t *ticks)
{
    const struct as_masks *masks = run->ready[node].masks;
    int64_t spent = 0;
    if (node != masks->nodes[0])
        return;
    for (uint32_t p = 0; p < masks->n; p++)
        as_run_bind(run, worker, masks->nodes[p], chunk->base);
    as_kernel_masks(run, worker, chunk, node);
    if (run->options.profile == NULL)
        return;
    as_profile_add(&spent, ticks);
    for (uint32_t p = 0; p < masks->n; p++)
        run->options.profile->workers[worker->number].nodes[masks->nodes[p]] += spent / masks->n;
}
