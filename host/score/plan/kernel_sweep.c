/* The sweep: one pass over the events of a batch of rows, adding for each the row of its kind and age. This
 * is where most of a run's time goes, so it is compiled for the widest vectors of the machine at hand, and
 * written without branches on the data: kinds and days come in no order that a processor could learn. */
#include "score/plan/kernel.h"

#include <string.h>

/* Unsigned, since the words behind the lanes are added too, for nothing, and may wrap. */
typedef uint32_t block __attribute__((vector_size(AS_BLOCK_LANES * sizeof(uint32_t))));

/* Whether some kind's limit a day may be reached: more events of any kinds lie on one day. */
AS_PART bool crowded(const uint32_t *restrict days, uint32_t n, uint32_t limit)
{
    uint32_t same = 0;
    const uint32_t *later = days + limit;
    for (uint32_t i = 0; i + limit < n && limit > 0; i++)
        same |= days[i] == later[i];
    return same != 0;
}

/* The row of each event, and its day. */
AS_PART void place_events(const struct as_sweep *s, const uint32_t *restrict time,
                          const uint16_t *restrict kind, uint32_t n)
{
    uint32_t *restrict at = s->at, *restrict days = s->days;
    const uint32_t kinds = s->program->kind_count, ages = s->program->ages, oldest = ages - 1,
                   today = s->today;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t day = time[i] / (uint32_t)AS_DAY_SECONDS, age = today - day, k = kind[i];
        at[i] = (k < kinds ? k : kinds) * ages + (age < oldest ? age : oldest);
        days[i] = day;
    }
}

/* Events beyond their kind's limit a day get the rows of such. */
static void apply_limits(const struct as_sweep *s, uint32_t *at, const uint32_t *days, const uint16_t *kind,
                         uint32_t n)
{
    const struct as_program *program = s->program;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t k = kind[i] < program->kind_count ? kind[i] : program->kind_count;
        const struct as_kind_row *row = &program->kinds[k];
        /* Day and count in one word: a later day's is larger than any count of an earlier one. */
        uint32_t none = days[i] << 16, have = s->counted[k];
        have = (have > none ? have : none) + 1;
        bool over = have - none > row->limit;
        s->counted[k] = have - (over || have - none == UINT16_MAX);
        at[i] += (row->over - k * program->ages) & -(uint32_t)over;
    }
}

/* Adds the rows of up to AS_LANE_RUN events. `blocks` is a constant wherever this is called, 0 for any
 * number. */
AS_PART void add_rows(int32_t *restrict lanes, uint64_t *restrict words, const struct as_program *program,
                      const uint32_t *restrict at, uint32_t n, uint32_t blocks)
{
    const uint32_t stride = (blocks > 0 ? blocks : program->blocks) * AS_BLOCK_LANES;
    const int32_t *rows = program->rows;
    if (blocks == 0) {
        memset(lanes, 0, stride * sizeof *lanes);
        for (uint32_t i = 0; i < n; i++) {
            const int32_t *row = rows + (size_t)at[i] * stride;
            for (uint32_t l = 0; l < stride; l++)
                lanes[l] = (int32_t)((uint32_t)lanes[l] + (uint32_t)row[l]);
            for (uint32_t w = 0; w < program->words; w++) {
                uint64_t bits;
                memcpy(&bits, row + stride - (size_t)(program->words - w) * AS_WORD_LANES, sizeof bits);
                words[w] |= bits;
            }
        }
        return;
    }
    block first = {0}, second = {0};
    uint64_t word = 0;
    for (uint32_t i = 0; i < n; i++) {
        const int32_t *row = rows + (size_t)at[i] * stride;
        block lane;
        uint64_t bits;
        memcpy(&lane, row, sizeof lane);
        first += lane;
        if (blocks == 2) {
            memcpy(&lane, row + AS_BLOCK_LANES, sizeof lane);
            second += lane;
        }
        memcpy(&bits, row + stride - AS_WORD_LANES, sizeof bits);
        word |= bits;
    }
    memcpy(lanes, &first, sizeof first);
    if (blocks == 2)
        memcpy(lanes + AS_BLOCK_LANES, &second, sizeof second);
    words[0] |= word;
}

/* Times of last events: mostly that of the row's last one. */
static void take_latest(const struct as_sweep *s, uint32_t row)
{
    const struct as_program *program = s->program;
    const uint32_t *time = s->time + s->first[row], n = s->count[row];
    const uint16_t *kind = s->kind + s->first[row];
    bool noted = false;
    for (uint32_t i = 0; i < program->latest.n; i++) {
        const struct as_latest *latest = &program->latest.at[i];
        uint32_t last = 0; /* its place among the row's events, from 1 */
        if (n > 0 && kind[n - 1] < program->kind_count && as_bit(latest->kinds, kind[n - 1])) {
            last = n;
        } else if (n > 0) {
            if (!noted) {
                memset(s->notes, 0, program->notes * sizeof *s->notes);
                for (uint32_t e = 0; e < n; e++)
                    s->notes[program->kinds[kind[e] < program->kind_count ? kind[e] : program->kind_count]
                                 .note] = e + 1;
                noted = true;
            }
            for (uint32_t k = 0; k < latest->notes.n; k++)
                last = s->notes[latest->notes.at[k]] > last ? s->notes[latest->notes.at[k]] : last;
        }
        s->out[(size_t)latest->slot * AS_SLOT_ROOM + row] = last == 0 ? 0 : (int64_t)time[last - 1] + 1;
    }
}

/* A row of more events than lanes can add. */
AS_PART void sweep_long(const struct as_sweep *s, uint32_t row)
{
    const struct as_program *program = s->program;
    const uint32_t stride = program->blocks * AS_BLOCK_LANES;
    memset(s->counted, 0, (program->kind_count + (size_t)1) * sizeof *s->counted);
    memset(s->words, 0, program->words * sizeof *s->words);
    for (uint32_t lane = 0; lane < program->lanes.n; lane++)
        s->out[(size_t)program->lanes.at[lane] * AS_SLOT_ROOM + row] = 0;
    for (uint32_t done = 0, run; done < s->count[row]; done += run) {
        const uint16_t *kind = s->kind + s->first[row] + done;
        run = s->count[row] - done < AS_LANE_RUN ? s->count[row] - done : AS_LANE_RUN;
        place_events(s, s->time + s->first[row] + done, kind, run);
        if (program->least_limit > 0)
            apply_limits(s, s->at, s->days, kind, run);
        add_rows(s->lanes, s->words, program, s->at, run, 0);
        for (uint32_t lane = 0; lane < program->lanes.n && lane < stride; lane++)
            s->out[(size_t)program->lanes.at[lane] * AS_SLOT_ROOM + row] += s->lanes[lane];
    }
    for (uint32_t w = 0; w < program->words; w++)
        s->marks[(size_t)w * AS_SLOT_ROOM + row] = s->words[w];
}

/* Rows from `row` on whose events lie one behind the other and fit into the room for them. */
static uint32_t group_of(uint32_t *events, const struct as_sweep *s, uint32_t row)
{
    uint32_t n = 0, all = 0;
    while (row + n < s->n && n < AS_SWEEP_ROWS && s->count[row + n] <= AS_LANE_RUN &&
           all + s->count[row + n] <= AS_SWEEP_EVENTS && s->first[row + n] == s->first[row] + all)
        all += s->count[row + n++];
    *events = all;
    return n;
}

AS_PART void sweep_group(const struct as_sweep *s, uint32_t row, uint32_t n, uint32_t events, uint32_t blocks)
{
    const struct as_program *program = s->program;
    const uint32_t stride = (blocks > 0 ? blocks : program->blocks) * AS_BLOCK_LANES, words = program->words;
    const uint16_t *kind = s->kind + s->first[row];
    place_events(s, s->time + s->first[row], kind, events);
    const uint32_t limit = program->least_limit;
    bool limited = crowded(s->days, events, limit);
    for (uint32_t i = 0, event = 0; i < n; event += s->count[row + i], i++) {
        const uint32_t count = s->count[row + i];
        if (limited && crowded(s->days + event, count, limit)) {
            memset(s->counted, 0, (program->kind_count + (size_t)1) * sizeof *s->counted);
            apply_limits(s, s->at + event, s->days + event, kind + event, count);
        }
        for (uint32_t w = 0; w < words; w++)
            s->words[w] = 0;
        add_rows(s->lanes + (size_t)i * stride, s->words, program, s->at + event, count, blocks);
        for (uint32_t w = 0; w < words; w++)
            s->marks[(size_t)w * AS_SLOT_ROOM + row + i] = s->words[w];
    }
    for (uint32_t lane = 0; lane < program->lanes.n; lane++) {
        int64_t *slot = s->out + (size_t)program->lanes.at[lane] * AS_SLOT_ROOM + row;
        for (uint32_t i = 0; i < n; i++)
            slot[i] = s->lanes[(size_t)i * stride + lane];
    }
}

AS_PART void sweep_rows(const struct as_sweep *s, uint32_t blocks)
{
    for (uint32_t row = 0, n, events; row < s->n; row += n) {
        if ((n = group_of(&events, s, row)) > 0) {
            sweep_group(s, row, n, events, blocks);
        } else {
            sweep_long(s, row);
            n = 1;
        }
    }
    for (uint32_t row = 0; row < s->n && s->program->latest.n > 0; row++)
        take_latest(s, row);
}

/* Marks to slots: whether, or on how many days. */
AS_PART void take_marks(const struct as_sweep *s)
{
    const struct as_program *program = s->program;
    for (uint32_t i = 0; i < program->marks.n; i++) {
        const struct as_mark *mark = &program->marks.at[i];
        const uint64_t *words = s->marks + (size_t)mark->word * AS_SLOT_ROOM;
        const uint64_t bits = mark->bits == 64 ? ~UINT64_C(0) : (UINT64_C(1) << mark->bits) - 1;
        const uint32_t shift = mark->shift;
        int64_t *slot = s->out + (size_t)mark->slot * AS_SLOT_ROOM;
        if (mark->bits == 1)
            for (uint32_t row = 0; row < s->n; row++)
                slot[row] = (int64_t)(words[row] >> shift & 1);
        else
            for (uint32_t row = 0; row < s->n; row++)
                slot[row] = __builtin_popcountll(words[row] >> shift & bits);
    }
}

AS_PART void sweep(const struct as_sweep *s)
{
    const struct as_program *program = s->program;
    if (program->words > 1 || program->blocks > 2)
        sweep_rows(s, 0);
    else if (program->blocks == 2)
        sweep_rows(s, 2);
    else
        sweep_rows(s, 1);
    take_marks(s);
}

static void sweep_any(const struct as_sweep *s)
{
    sweep(s);
}

AS_FOR_AVX2 static void sweep_avx2(const struct as_sweep *s)
{
    sweep(s);
}

AS_FOR_AVX512 static void sweep_avx512(const struct as_sweep *s)
{
    sweep(s);
}

void as_sweep(const struct as_sweep *s, enum as_machine machine)
{
    static void (*const versions[AS_MACHINES])(const struct as_sweep *) = {sweep_any, sweep_avx2,
                                                                           sweep_avx512};
    versions[machine](s);
}

enum as_machine as_machine_of(unsigned most)
{
    unsigned wide = most == 0 ? 64 : most;
#ifdef __x86_64__
    bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
    if (wide >= 64 && avx2 && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vpopcntdq"))
        return AS_MACHINE_AVX512;
    if (wide >= 32 && avx2)
        return AS_MACHINE_AVX2;
#endif
    (void)wide;
    return AS_MACHINE_ANY;
}
