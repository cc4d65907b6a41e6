/* Steady: verdicts, grades and personas of a batch in columns, and who stays where it stands. */
#include "score/model/steady.h"

#include <string.h>

static uint64_t not_plainly_no(struct as_verdicts verdicts, size_t word)
{
    return verdicts.known == NULL ? ~UINT64_C(0) : ~(verdicts.known[word] & ~verdicts.truth[word]);
}

static uint64_t yes(struct as_verdicts verdicts, size_t word)
{
    return verdicts.known == NULL ? ~UINT64_C(0) : verdicts.known[word] & verdicts.truth[word];
}

static void look_for_busy(struct as_steady *out, const struct as_hall *hall, uint32_t base, uint32_t n)
{
    const struct as_dataset *dataset = hall->dataset;
    const uint32_t *overrides = dataset->overrides.start;
    for (size_t w = 0; w < AS_BIT_WORDS(n); w++) {
        size_t word = base / 64 + w;
        uint64_t busy = ~yes(hall->about, word);
        for (uint32_t i = 0; i < hall->model->disqualifiers.n; i++)
            busy |= not_plainly_no(hall->disqualifiers[i], word);
        for (uint32_t i = 0; i < hall->model->recycles.n; i++)
            busy |= yes(hall->recycles[i], word);
        if (hall->act != NULL)
            busy |= not_plainly_no(hall->acts, word);
        out->busy[w] = busy;
    }
    for (uint32_t i = 0; overrides != NULL && i < n; i++)
        if (overrides[base + i] != overrides[base + i + 1])
            as_bit_set(out->busy, i);
}

/* Fail, insufficient and pass are 1, 2 and 3: two, one more with a bit of `pass`, one less with one of
 * `fail`. */
static void look_at_gate(struct as_steady *out, const struct as_hall *hall, uint32_t gate, uint32_t base,
                         uint32_t n)
{
    const struct as_gate_bits *bits = &hall->gates[gate];
    unsigned shift = 2 * hall->model->gates.at[gate]->index;
    if (hall->model->gates.at[gate]->level == AS_LEVEL_LEAD) {
        for (uint32_t i = 0; i < n; i += 64) {
            uint64_t fail = bits->fail[(base + i) >> 6], pass = bits->pass[(base + i) >> 6] & ~fail;
            uint32_t end = n - i < 64 ? n - i : 64;
            for (uint32_t k = 0; k < end; k++)
                out->verdicts[i + k] |= (uint16_t)((2 + (pass >> k & 1) - (fail >> k & 1)) << shift);
        }
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = hall->dataset->lead_account[base + i];
        unsigned verdict = at == AS_NO_INDEX        ? AS_GATE_INSUFFICIENT
                           : as_bit(bits->fail, at) ? AS_GATE_FAIL
                           : as_bit(bits->pass, at) ? AS_GATE_PASS
                                                    : AS_GATE_INSUFFICIENT;
        out->verdicts[i] |= (uint16_t)(verdict << shift);
    }
}

/* A band for each border that lies above the value. */
static void add_bands(uint16_t *grade, const struct as_points_batch *points, const struct as_band *border,
                      uint16_t step, uint32_t n)
{
    const int64_t *wide = points->value;
    const int32_t *narrow = points->value;
    if (points->wide || border->from != (int32_t)border->from) {
        for (uint32_t i = 0; i < n; i++)
            grade[i] =
                (uint16_t)(grade[i] + ((points->wide ? wide[i] : narrow[i]) < border->from ? step : 0));
        return;
    }
    const int32_t from = (int32_t)border->from;
    for (uint32_t i = 0; i < n; i++)
        grade[i] = (uint16_t)(grade[i] + (narrow[i] < from ? step : 0));
}

static void look_at_grades(struct as_steady *out, const struct as_hall *hall, uint32_t base, uint32_t n)
{
    const struct as_model *model = hall->model;
    for (uint32_t i = 0; i < n; i++)
        out->grade[i] = model->axes.n > 0;
    for (uint32_t a = 0; a < model->axes.n && a < AS_GRADE_AXES; a++)
        for (uint32_t b = 0; b < model->axes.at[a].bands.n; b++)
            add_bands(out->grade, &hall->axis[a]->batch[base / AS_BATCH], &model->axes.at[a].bands.at[b],
                      a == 0 ? AS_GRADE_BANDS : 1, n);
}

void as_steady_look(struct as_steady *out, const struct as_hall *hall, uint32_t base, uint32_t n)
{
    look_for_busy(out, hall, base, n);
    memset(out->verdicts, 0, n * sizeof *out->verdicts);
    memset(out->persona, 0, n * sizeof *out->persona);
    for (uint32_t gate = 0; gate < hall->model->gates.n; gate++)
        look_at_gate(out, hall, gate, base, n);
    if (hall->plain_grades)
        look_at_grades(out, hall, base, n);
    for (uint32_t p = hall->pack->personas.n; p-- > 0;)
        for (uint32_t i = 0; i < n; i++)
            if (as_verdict_at(hall->personas[p], base + i) == AS_YES)
                out->persona[i] = (uint16_t)(p + 1);
}

bool as_steady_stand(struct as_standing *out, const struct as_hall *hall, const struct as_steady *batch,
                     uint32_t place, const struct as_prior *prior)
{
    const struct as_rung *rung = &hall->rungs[prior->stage];
    uint16_t verdicts = batch->verdicts[place];
    if (as_bit(batch->busy, place) || !rung->steady || prior->entered == AS_TIME_NONE ||
        (rung->next != AS_NO_INDEX && as_verdict_of(verdicts, rung->next) == AS_GATE_PASS))
        return false;
    *out = (struct as_standing){
        .stage = prior->stage,
        .prior_stage = prior->stage,
        .furthest = prior->furthest,
        .attention = (verdicts & ~(verdicts >> 1) & rung->behind) != 0,
        .verdicts = verdicts,
        .grade = batch->grade[place],
        .persona = batch->persona[place],
        .recycles = prior->recycles,
        .entered = prior->entered,
        .recycled = prior->recycled,
        .cool_off = prior->cool_off,
    };
    return true;
}
