/* Kernels that cross levels: an account's value for its leads, and what an account asks of its members. */
#include "score/plan/region.h"
#include "score/plan/turn.h"

#include <math.h>
#include <string.h>

/* Bits of accounts for their leads, without a branch: who has an account comes in no order. */
AS_PART void broadcast_bits(uint64_t *restrict out, uint8_t *restrict bytes, const uint64_t *restrict in,
                            const uint32_t *restrict account_of, uint32_t n, enum as_machine machine)
{
    for (uint32_t i = 0; i < n; i++) {
        uint32_t account = account_of[i], has = account != AS_NO_INDEX;
        account = has ? account : 0;
        bytes[i] = (uint8_t)((in[account >> 6] >> (account & 63)) & has);
    }
    as_pack_bits(out, bytes, n, machine);
}

AS_PART void broadcast_rows(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                            uint32_t index, enum as_machine machine)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_vec *in = &run->table[node->in[0]];
    struct as_vec *out = &worker->vec[index];
    const uint32_t *account_of = run->account_of + chunk->base;
    const uint32_t n = chunk->n;
    /* Where there is no account at all, there is no first word to look at either. */
    const bool nobody = run->rows[AS_LEVEL_ACCOUNT] == 0;
    broadcast_bits(out->known, worker->bytes, nobody ? run->zeros : in->known, account_of, n, machine);
    if (node->rep == AS_REP_BITS)
        broadcast_bits(out->truth, worker->bytes, nobody ? run->zeros : in->truth, account_of, n, machine);
    if (node->open)
        broadcast_bits(out->open, worker->bytes, nobody ? run->zeros : in->open, account_of, n, machine);
    if (node->rep == AS_REP_CODE)
        for (uint32_t i = 0; i < n; i++)
            out->code[i] = account_of[i] == AS_NO_INDEX ? 0 : in->code[account_of[i]];
    else if (node->rep == AS_REP_F64)
        for (uint32_t i = 0; i < n; i++)
            out->f64[i] = account_of[i] == AS_NO_INDEX ? 0 : in->f64[account_of[i]];
    else if (node->rep != AS_REP_BITS)
        for (uint32_t i = 0; i < n; i++)
            out->i64[i] = account_of[i] == AS_NO_INDEX ? 0 : in->i64[account_of[i]];
}

AS_KERNEL_VERSIONS(as_kernel_broadcast, broadcast_rows)

/* every and some: and, or over the members; nobody is no answer. */
void as_kernel_members(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_vec *in = &run->table[node->in[0]];
    struct as_vec *out = &worker->vec[index];
    bool every = node->kind == AS_NODE_EVERY;
    memset(out->known, 0, chunk->words * sizeof *out->known);
    memset(out->truth, 0, chunk->words * sizeof *out->truth);
    if (node->open)
        memset(out->open, 0, chunk->words * sizeof *out->open);
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint32_t account = chunk->base + i, from = run->member_start[account],
                 to = run->member_start[account + 1];
        bool yes = false, no = false, unknown = false, plain = false;
        for (uint32_t m = from; m < to; m++) {
            uint32_t lead = run->member[m];
            bool known = as_bit(in->known, lead), truth = as_bit(in->truth, lead);
            yes = yes || truth;
            no = no || (known && !truth);
            unknown = unknown || !known;
            plain = plain || (!known && !as_bit(in->open, lead));
        }
        bool decided = from < to && ((every ? no : yes) || !unknown);
        as_bit_put(out->known, i, decided);
        as_bit_put(out->truth, i, decided && (every ? !no : yes));
        if (node->open)
            as_bit_put(out->open, i, !decided && unknown && !plain);
    }
}

void as_kernel_covers(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                      uint32_t index)
{
    const struct as_ready *ready = &run->ready[index];
    const struct as_column *role = ready->column;
    struct as_vec *out = &worker->vec[index];
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint32_t account = as_chunk_row(chunk, i);
        uint64_t filled = 0;
        for (uint32_t m = run->dataset->member_start[account];
             role != NULL && m < run->dataset->member_start[account + 1]; m++) {
            uint32_t lead = run->dataset->member[m];
            if (as_bit(role->known, lead) && role->code[lead] < ready->table_n)
                filled |= ready->roles[role->code[lead]];
        }
        as_bit_put(out->known, i, filled == ready->all_roles);
        as_bit_put(out->truth, i, filled == ready->all_roles);
    }
}

void as_kernel_coverage(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    struct as_vec *out = &worker->vec[index];
    for (uint32_t i = 0; i < chunk->n; i++)
        out->f64[i] =
            as_group_coverage(worker->filled, node->template_, run->dataset, as_chunk_row(chunk, i));
    memset(out->known, 0xff, chunk->words * sizeof *out->known);
}

void as_kernel_size(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                    uint32_t index)
{
    struct as_vec *out = &worker->vec[index];
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint32_t account = as_chunk_row(chunk, i);
        out->i64[i] = run->dataset->member_start[account + 1] - run->dataset->member_start[account];
    }
    memset(out->known, 0xff, chunk->words * sizeof *out->known);
}

void as_kernel_segment(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_segment *segment = &run->plan->pack->segment;
    struct as_vec *out = &worker->vec[index];
    bool has_value = (node->mask & 1) != 0, has_diversity = (node->mask & 2) != 0;
    const struct as_vec *value = has_value ? as_in(worker, node, 0) : NULL;
    const struct as_vec *diversity = has_diversity ? as_in(worker, node, has_value) : NULL;
    bool money = has_value && (segment->value->shape & AS_SHAPE_MONEY) != 0;
    bool whole = has_value && run->plan->nodes.at[node->in[0]].rep == AS_REP_I64;
    bool whole_diversity = has_diversity && run->plan->nodes.at[node->in[has_value]].rep == AS_REP_I64;
    for (uint32_t i = 0; i < chunk->n; i++) {
        int64_t hundredths = 0;
        double amount = 0, spread = 0;
        bool value_known = has_value && as_bit(value->known, i);
        bool diversity_known = has_diversity && as_bit(diversity->known, i);
        if (value_known) {
            amount = whole ? (double)value->i64[i] * (money ? 1 : 100) : value->f64[i] * 100;
            value_known = fabs(amount) < 9.2e18;
            hundredths = whole && money ? value->i64[i] : value_known ? llround(amount) : 0;
        }
        if (diversity_known)
            spread = whole_diversity ? (double)diversity->i64[i] : diversity->f64[i];
        enum as_region region = as_region_of(value_known, hundredths, diversity_known, spread, segment);
        out->code[i] = region;
        as_bit_put(out->known, i, region != AS_REGION_INSUFFICIENT);
    }
}
