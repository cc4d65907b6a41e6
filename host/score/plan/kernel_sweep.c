/* The sweep: one pass over the events of a batch of rows, adding for each the row of its kind and age. This
 * is where most of a run's time goes, so it is compiled for the widest vectors of the machine at hand, and
 * written without branches on the data: kinds and days come in no order that a processor could learn. */
#include "score/plan/place.h"
#include "score/plan/turn.h"

#include <string.h>

/* A row of a program, or a line of one. */
typedef uint64_t half __attribute__((vector_size(AS_ROW_HALF * sizeof(uint64_t))));
typedef uint64_t line __attribute__((vector_size(AS_ROW_LINE * sizeof(uint64_t))));

/* --- limits a day --- */

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
        at[i] += row->over & -(uint32_t)over;
    }
}

static void begin_limits(const struct as_sweep *s)
{
    memset(s->counted, 0, (s->program->kind_count + (size_t)1) * sizeof *s->counted);
}

/* Whether a day stands in the same place of both; beyond the last event there is room. */
AS_PART bool any_same(const uint32_t *days, const uint32_t *later)
{
    uint32_t same = 0;
    for (uint32_t i = 0; i < AS_SWEEP_SPARE; i++)
        same |= days[i] == later[i];
    return same != 0;
}

/* Limits a day, for those rows of a group of which some day has more events of any kinds than the least
 * limit: few, so that all events are first looked at a piece at a time. */
AS_PART void limit_days(const struct as_sweep *s, uint32_t row, uint32_t events)
{
    const uint32_t limit = s->program->least_limit, *days = s->days;
    uint32_t i = 0, begin = 0; /* the row that is looked at, and the first of its events */
    for (uint32_t from = 0; from + limit < events; from += AS_SWEEP_SPARE) {
        const bool same = any_same(days + from, days + from + limit);
        for (uint32_t e = from; same && e + limit < events && e < from + AS_SWEEP_SPARE; e++) {
            if (e < begin || days[e] != days[e + limit])
                continue;
            while (e >= begin + s->count[row + i])
                begin += s->count[row + i++];
            if (e + limit >= begin + s->count[row + i])
                continue; /* of two rows */
            begin_limits(s);
            apply_limits(s, s->at + begin, s->days + begin, s->kind + s->first[row] + begin,
                         s->count[row + i]);
            begin += s->count[row + i++];
        }
    }
}

/* --- adding rows --- */

/* The rows of up to AS_LANE_RUN events: words added up, but those of marks or'ed. `stride` is a constant
 * wherever this is called. */
AS_PART void add_rows(uint64_t *restrict out, const struct as_program *program, const uint32_t *restrict at,
                      uint32_t n, uint32_t stride)
{
    const uint64_t *restrict rows = program->rows;
    if (stride == AS_ROW_HALF) {
        half sum = {0}, any = {0}, row;
        for (uint32_t i = 0; i < n; i++) {
            memcpy(&row, rows + at[i], sizeof row);
            sum += row;
            any |= row;
        }
        memcpy(&row, program->marked, sizeof row);
        row = (sum & ~row) | (any & row);
        memcpy(out, &row, sizeof row);
        return;
    }
    for (uint32_t from = 0; from < stride; from += AS_ROW_LINE) {
        line sum = {0}, any = {0}, row;
        for (uint32_t i = 0; i < n; i++) {
            memcpy(&row, rows + at[i] + from, sizeof row);
            sum += row;
            any |= row;
        }
        memcpy(&row, program->marked + from, sizeof row);
        row = (sum & ~row) | (any & row);
        memcpy(out + from, &row, sizeof row);
    }
}

/* The place of the last event of one of the kinds among a row's events, from 1, which is not its last one. */
static uint32_t find_latest(const struct as_sweep *s, const struct as_latest *latest, const uint16_t *kind,
                            uint32_t n)
{
    const struct as_program *program = s->program;
    uint32_t last = 0;
    memset(s->notes, 0, program->notes * sizeof *s->notes);
    for (uint32_t e = 0; e < n; e++)
        s->notes[program->kinds[kind[e] < program->kind_count ? kind[e] : program->kind_count].note] = e + 1;
    for (uint32_t k = 0; k < latest->notes.n; k++)
        last = s->notes[latest->notes.at[k]] > last ? s->notes[latest->notes.at[k]] : last;
    return last;
}

/* Times of last events: mostly those of rows' last ones. */
AS_PART void take_latest(const struct as_sweep *s, uint32_t row, uint32_t rows)
{
    const uint32_t kinds = s->program->kind_count;
    for (uint32_t i = 0; i < s->program->latest.n; i++) {
        const struct as_latest *latest = &s->program->latest.at[i];
        const uint64_t *of = latest->kinds;
        int64_t *slot = s->out + (size_t)latest->slot * AS_SLOT_ROOM;
        for (uint32_t r = row; r < row + rows; r++) {
            const size_t first = s->first[r];
            uint32_t n = s->count[r];
            if (n > 0 && (s->kind[first + n - 1] >= kinds || !as_bit(of, s->kind[first + n - 1])))
                n = find_latest(s, latest, s->kind + first, n);
            slot[r] = n == 0 ? 0 : (int64_t)s->time[first + n - 1] + 1;
        }
    }
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

static int64_t field_of(const struct as_program *program, const struct as_sum_field *field, uint64_t word)
{
    const uint64_t bits = ~UINT64_C(0) >> (64 - field->bits);
    return (int64_t)((word + program->below[field->word]) >> field->shift & bits) - field->below;
}

/* From words to slots. */
AS_PART void take_fields(const struct as_sweep *s)
{
    const struct as_program *program = s->program;
    for (uint32_t i = 0; i < program->fields.n; i++) {
        const struct as_sum_field field = program->fields.at[i];
        const uint64_t *restrict words = s->words + (size_t)field.word * AS_SLOT_ROOM;
        const uint64_t below = program->below[field.word], bits = ~UINT64_C(0) >> (64 - field.bits);
        int64_t *restrict slot = s->out + (size_t)field.slot * AS_SLOT_ROOM;
        for (uint32_t row = 0; row < s->n; row++)
            slot[row] = (int64_t)((words[row] + below) >> field.shift & bits) - field.below;
    }
}

/* Fetches the events that come behind those of a group, so that they are there when the next one is swept. */
AS_PART void fetch_ahead(const struct as_sweep *s, size_t from, uint32_t n)
{
    const char *time = (const char *)(s->time + from), *kind = (const char *)(s->kind + from);
    for (size_t i = 0; i < n * sizeof *s->time; i += 64)
        __builtin_prefetch(time + i);
    for (size_t i = 0; i < n * sizeof *s->kind; i += 64)
        __builtin_prefetch(kind + i);
}

/* What the run cannot see yet counts for nothing. */
static void hide_later(const struct as_sweep *s, uint32_t row, uint32_t n)
{
    for (uint32_t i = row; i < row + n; i++)
        while (s->count[i] > 0 && s->time[s->first[i] + s->count[i] - 1] > s->last_time)
            s->count[i]--;
}

/* Sweeps a group of rows that begins with `row`. Returns how many they are. */
AS_PART uint32_t sweep_group(const struct as_sweep *s, uint32_t row, uint32_t n, uint32_t events,
                             uint32_t stride, enum as_machine machine)
{
    const struct as_program *program = s->program;
    const size_t first = s->first[row];
    if (as_place_events(s, s->time + first, s->kind + first, events, machine) > s->last_time) {
        hide_later(s, row, n);
        n = group_of(&events, s, row);
        as_place_events(s, s->time + first, s->kind + first, events, machine);
    }
    fetch_ahead(s, first + events, events);
    if (program->least_limit > 0)
        limit_days(s, row, events);
    for (uint32_t i = 0, event = 0; i < n; event += s->count[row + i], i++)
        add_rows(s->rows + (size_t)i * stride, program, s->at + event, s->count[row + i], stride);
    for (uint32_t w = 0; w < program->words; w++)
        for (uint32_t i = 0; i < n; i++)
            s->words[(size_t)w * AS_SLOT_ROOM + row + i] = s->rows[(size_t)i * stride + w];
    take_latest(s, row, n);
    return n;
}

/* A row of more events than fields can add: piece by piece, its fields straight into their slots. */
AS_PART void sweep_long(const struct as_sweep *s, uint32_t row, uint32_t stride, enum as_machine machine)
{
    const struct as_program *program = s->program;
    begin_limits(s);
    for (uint32_t i = 0; i < program->fields.n; i++)
        s->out[(size_t)program->fields.at[i].slot * AS_SLOT_ROOM + row] = 0;
    for (uint32_t w = 0; w < program->words; w++)
        s->words[(size_t)w * AS_SLOT_ROOM + row] = 0;
    for (uint32_t done = 0, n; done < s->count[row]; done += n) {
        const uint16_t *kind = s->kind + s->first[row] + done;
        n = s->count[row] - done < AS_LANE_RUN ? s->count[row] - done : AS_LANE_RUN;
        as_place_events(s, s->time + s->first[row] + done, kind, n, machine);
        if (program->least_limit > 0)
            apply_limits(s, s->at, s->days, kind, n);
        add_rows(s->rows, program, s->at, n, stride);
        for (uint32_t i = 0; i < program->fields.n; i++) {
            const struct as_sum_field *field = &program->fields.at[i];
            s->out[(size_t)field->slot * AS_SLOT_ROOM + row] +=
                field_of(program, field, s->rows[field->word]);
        }
        for (uint32_t w = program->sums; w < program->words; w++)
            s->words[(size_t)w * AS_SLOT_ROOM + row] |= s->rows[w];
    }
    take_latest(s, row, 1);
}

AS_PART void sweep_rows(const struct as_sweep *s, uint32_t stride, enum as_machine machine)
{
    bool any_long = false;
    for (uint32_t row = 0, n, events; row < s->n; row += n) {
        n = group_of(&events, s, row);
        if (n == 0 && !any_long) { /* they are swept by themselves */
            hide_later(s, 0, s->n);
            any_long = true;
            n = group_of(&events, s, row);
        }
        n = n == 0 ? 1 : sweep_group(s, row, n, events, stride, machine);
    }
    take_fields(s);
    for (uint32_t row = 0; row < s->n && any_long; row++)
        if (s->count[row] > AS_LANE_RUN)
            sweep_long(s, row, stride, machine);
}

/* Marks to slots: on how many days; or a bit a row, whether at all. */
AS_PART void take_marks(const struct as_sweep *s, enum as_machine machine)
{
    const struct as_program *program = s->program;
    for (uint32_t i = 0; i < program->marks.n; i++) {
        const struct as_mark mark = program->marks.at[i];
        const uint64_t *restrict words = s->words + (size_t)mark.word * AS_SLOT_ROOM;
        const uint64_t bits = ~UINT64_C(0) >> (64 - mark.bits);
        int64_t *restrict slot = s->out + (size_t)mark.slot * AS_SLOT_ROOM;
        uint64_t *bit = (void *)slot;
        if (program->features.at[mark.slot].marked)
            for (uint32_t row = 0; row < s->n; row += 64)
                bit[row / 64] =
                    as_bit_of(words + row, s->n - row < 64 ? s->n - row : 64, mark.shift, machine);
        else
            for (uint32_t row = 0; row < s->n; row++)
                slot[row] = __builtin_popcountll(words[row] >> mark.shift & bits);
    }
}

AS_PART void sweep(const struct as_sweep *s, enum as_machine machine)
{
    if (s->program->stride == AS_ROW_HALF)
        sweep_rows(s, AS_ROW_HALF, machine);
    else if (s->program->stride == AS_ROW_LINE)
        sweep_rows(s, AS_ROW_LINE, machine);
    else
        sweep_rows(s, s->program->stride, machine);
    take_marks(s, machine);
}

static void sweep_any(const struct as_sweep *s)
{
    sweep(s, AS_MACHINE_ANY);
}

AS_FOR_AVX2 static void sweep_avx2(const struct as_sweep *s)
{
    sweep(s, AS_MACHINE_AVX2);
}

AS_FOR_AVX512 static void sweep_avx512(const struct as_sweep *s)
{
    sweep(s, AS_MACHINE_AVX512);
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
