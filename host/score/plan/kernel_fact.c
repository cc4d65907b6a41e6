/* Kernels that read columns: facts, steps through references, money, answers' sides, dictionary predicates,
 * ranges. Contiguous facts are not copied at all: plan_room.c points at the column. */
#include "score/plan/turn.h"

#include <math.h>
#include <string.h>

/* The row a fact is read from: the chunk's own, or the one its reference names. AS_NO_INDEX: none. */
static inline uint32_t source_row(const struct as_column *via, const struct as_column *column, uint32_t row)
{
    if (via == NULL)
        return row;
    if (!as_bit(via->known, row))
        return AS_NO_INDEX;
    uint32_t target = via->code[row];
    return target < column->n ? target : AS_NO_INDEX;
}

static void clear(struct as_vec *out, enum as_rep rep, const struct as_chunk *chunk)
{
    memset(out->known, 0, chunk->words * sizeof *out->known);
    switch (rep) {
    case AS_REP_BITS:
        memset(out->truth, 0, chunk->words * sizeof *out->truth);
        break;
    case AS_REP_CODE:
        memset(out->code, 0, chunk->n * sizeof *out->code);
        break;
    default:
        memset(out->i64, 0, chunk->n * sizeof *out->i64);
        break;
    }
}

void as_kernel_fact(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                    uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_ready *ready = &run->ready[index];
    const struct as_column *column = ready->column;
    struct as_vec *out = &worker->vec[index];
    clear(out, node->rep, chunk);
    if (column == NULL || (node->via != AS_NO_INDEX && ready->via == NULL))
        return;
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint32_t row = source_row(ready->via, column, as_chunk_row(chunk, i));
        if (row == AS_NO_INDEX || !as_bit(column->known, row))
            continue;
        as_bit_set(out->known, i);
        switch (node->rep) {
        case AS_REP_BITS:
            as_bit_put(out->truth, i, as_bit(column->truth, row));
            break;
        case AS_REP_I64:
            out->i64[i] = column->i64[row];
            break;
        case AS_REP_F64:
            out->f64[i] = column->f64[row];
            break;
        default:
            out->code[i] = column->code[row];
            break;
        }
    }
}

void as_kernel_money(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t index)
{
    const struct as_ready *ready = &run->ready[index];
    const struct as_column *column = ready->column;
    struct as_vec *out = &worker->vec[index];
    clear(out, AS_REP_I64, chunk);
    if (column == NULL || column->currency == NULL ||
        (run->plan->nodes.at[index].via != AS_NO_INDEX && ready->via == NULL))
        return;
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint32_t row = source_row(ready->via, column, as_chunk_row(chunk, i));
        if (row == AS_NO_INDEX || !as_bit(column->known, row))
            continue;
        uint32_t currency = column->currency[row];
        double value = currency < ready->factor_n ? (double)column->i64[row] * ready->factor[currency] : NAN;
        if (!(fabs(value) < 9.2e18)) /* also without a rate */
            continue;
        as_bit_set(out->known, i);
        out->i64[i] = llround(value);
    }
}

void as_kernel_voice(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_answer_column *answer = run->ready[index].answer;
    struct as_vec *out = &worker->vec[index];
    clear(out, AS_REP_BITS, chunk);
    if (answer == NULL || answer->value == NULL)
        return;
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint32_t row = as_chunk_row(chunk, i);
        if (!as_bit(answer->value->known, row))
            continue;
        bool holds;
        if (node->count == AS_SIDE_VOICE)
            holds = answer->voices != NULL && (answer->voices[row] & node->mask) != 0;
        else
            holds =
                (answer->stated != NULL && as_bit(answer->stated, row)) == (node->count == AS_SIDE_STATED);
        as_bit_set(out->known, i);
        as_bit_put(out->truth, i, holds);
    }
}

void as_kernel_domain(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                      uint32_t index)
{
    const struct as_ready *ready = &run->ready[index];
    const struct as_vec *in = as_in(worker, &run->plan->nodes.at[index], 0);
    struct as_vec *out = &worker->vec[index];
    clear(out, AS_REP_CODE, chunk);
    for (uint32_t i = 0; i < chunk->n; i++) {
        if (!as_bit(in->known, i) || in->code[i] >= ready->table_n)
            continue;
        uint32_t code = ready->map[0][in->code[i]];
        if (code == AS_INTERN_NONE)
            continue;
        as_bit_set(out->known, i);
        out->code[i] = code;
    }
}

AS_PART void predicate_rows(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                            uint32_t index, enum as_machine machine)
{
    const struct as_ready *ready = &run->ready[index];
    const struct as_vec *in = as_in(worker, &run->plan->nodes.at[index], 0);
    struct as_vec *out = &worker->vec[index];
    const uint8_t *restrict table = ready->table;
    const uint32_t *restrict code = in->code;
    const uint32_t n = chunk->n, last = ready->table_n - 1;
    uint8_t *restrict bytes = worker->bytes;
    if (ready->table_n == 0) {
        memset(out->known, 0, chunk->words * sizeof *out->known);
        memset(out->truth, 0, chunk->words * sizeof *out->truth);
        return;
    }
    /* The code of a row that is unknown may be any number. */
    for (uint32_t i = 0; i < n; i++)
        bytes[i] = table[code[i] < last ? code[i] : last];
    memset(bytes + n, 0, chunk->words * 64 - n);
    for (uint32_t w = 0; w < chunk->words; w++) {
        uint64_t bits[8];
        as_turn(bits, bytes + (size_t)w * 64, machine);
        out->known[w] = bits[1] & in->known[w];
        out->truth[w] = bits[0] & out->known[w];
    }
}

AS_KERNEL_VERSIONS(as_kernel_predicate, predicate_rows)

/* Kleene over an interval: yes when all of it lies inside, no when all of it lies outside. */
AS_PART void range_of_score(struct as_vec *out, const struct as_vec *in, int64_t lo, int64_t hi, bool open,
                            const struct as_chunk *chunk, enum as_machine machine)
{
    for (uint32_t w = 0; w < chunk->words; w++) {
        const uint32_t n = chunk->n - w * 64 < 64 ? chunk->n - w * 64 : 64;
        const int64_t *low = in->low + (size_t)w * 64, *high = in->high + (size_t)w * 64;
        out->truth[w] =
            as_within(low, n, lo, INT64_MAX, machine) & as_within(high, n, INT64_MIN, hi, machine);
        out->known[w] = out->truth[w] | ~as_within(high, n, lo, INT64_MAX, machine) |
                        ~as_within(low, n, INT64_MIN, hi, machine);
        if (open)
            out->open[w] = in->open[w] & ~out->known[w];
    }
}

AS_PART void range_rows(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t index, enum as_machine machine)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_node *from = &run->plan->nodes.at[node->in[0]];
    const struct as_vec *in = as_in(worker, node, 0);
    struct as_vec *out = &worker->vec[index];
    int64_t lo = run->ready[index].lo, hi = run->ready[index].hi;
    if (from->rep == AS_REP_SCORE) {
        range_of_score(out, in, lo, hi, node->open, chunk, machine);
        return;
    }
    if (from->rep == AS_REP_F64) {
        uint8_t *restrict bytes = worker->bytes;
        const double flo = node->flo, fhi = node->fhi, *restrict value = in->f64;
        for (uint32_t i = 0; i < chunk->n; i++)
            bytes[i] = (value[i] >= flo) & (value[i] <= fhi);
        as_pack_bits(out->truth, bytes, chunk->n, machine);
    } else {
        for (uint32_t w = 0; w < chunk->words; w++)
            out->truth[w] = lo > hi
                                ? 0
                                : as_within(in->i64 + (size_t)w * 64,
                                            chunk->n - w * 64 < 64 ? chunk->n - w * 64 : 64, lo, hi, machine);
    }
    for (uint32_t w = 0; w < chunk->words; w++) {
        out->known[w] = in->known[w];
        out->truth[w] &= in->known[w];
    }
    if (node->open)
        memcpy(out->open, in->open, chunk->words * sizeof *out->open);
}

AS_KERNEL_VERSIONS(as_kernel_range, range_rows)

void as_kernel_since(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_vec *in = as_in(worker, node, 0);
    struct as_vec *out = &worker->vec[index];
    memcpy(out->known, in->known, chunk->words * sizeof *out->known);
    for (uint32_t i = 0; i < chunk->n; i++)
        out->i64[i] = (int64_t)((uint64_t)run->today - (uint64_t)in->i64[i]);
    if (node->open)
        memcpy(out->open, in->open, chunk->words * sizeof *out->open);
}
