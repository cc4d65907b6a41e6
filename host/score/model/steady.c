/* Steady: verdicts, grades and personas of a batch in columns, and who stays where it stands. */
#include "score/model/steady.h"

#include "score/plan/kernel.h"

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

/* So many leads at once; a batch has room for whole ones. */
enum { LANES = 16 };
typedef uint16_t lanes __attribute__((vector_size(LANES * sizeof(uint16_t))));
static const lanes bit_of = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768};

/* Fail, insufficient and pass are 1, 2 and 3: two, one more with a bit of `pass`, one less with one of
 * `fail`. */
AS_PART void look_at_gate(struct as_steady *out, const struct as_hall *hall, uint32_t gate, uint32_t base,
                          uint32_t n)
{
    const struct as_gate_bits *bits = &hall->gates[gate];
    unsigned shift = 2 * hall->model->gates.at[gate]->index;
    if (hall->model->gates.at[gate]->level == AS_LEVEL_LEAD) {
        for (uint32_t i = 0; i < n; i += LANES) {
            const uint32_t word = (base + i) >> 6, place = (base + i) & 63;
            const uint16_t fail = (uint16_t)(bits->fail[word] >> place),
                           pass = (uint16_t)(bits->pass[word] >> place & ~fail);
            /* -1 where it is so */
            const lanes fails = (lanes)((fail & bit_of) != 0), passes = (lanes)((pass & bit_of) != 0);
            lanes verdicts;
            memcpy(&verdicts, out->verdicts + i, sizeof verdicts);
            verdicts |= (2 - passes + fails) << shift;
            memcpy(out->verdicts + i, &verdicts, sizeof verdicts);
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
AS_PART void add_bands(uint16_t *grade, const struct as_points_batch *points, const struct as_band *border,
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

AS_PART void look_at_grades(struct as_steady *out, const struct as_hall *hall, uint32_t base, uint32_t n)
{
    const struct as_model *model = hall->model;
    for (uint32_t i = 0; i < n; i++)
        out->grade[i] = model->axes.n > 0;
    for (uint32_t a = 0; a < model->axes.n && a < AS_GRADE_AXES; a++)
        for (uint32_t b = 0; b < model->axes.at[a].bands.n; b++)
            add_bands(out->grade, &hall->axis[a]->batch[base / AS_BATCH], &model->axes.at[a].bands.at[b],
                      a == 0 ? AS_GRADE_BANDS : 1, n);
}

AS_PART void look(struct as_steady *out, const struct as_hall *hall, uint32_t base, uint32_t n)
{
    memset(out->verdicts, 0, sizeof out->verdicts);
    for (uint32_t gate = 0; gate < hall->model->gates.n; gate++)
        look_at_gate(out, hall, gate, base, n);
    if (hall->plain_grades)
        look_at_grades(out, hall, base, n);
}

static void look_any(struct as_steady *out, const struct as_hall *hall, uint32_t base, uint32_t n)
{
    look(out, hall, base, n);
}

AS_FOR_AVX2 static void look_avx2(struct as_steady *out, const struct as_hall *hall, uint32_t base,
                                  uint32_t n)
{
    look(out, hall, base, n);
}

AS_FOR_AVX512 static void look_avx512(struct as_steady *out, const struct as_hall *hall, uint32_t base,
                                      uint32_t n)
{
    look(out, hall, base, n);
}

void as_steady_look(struct as_steady *out, const struct as_hall *hall, uint32_t base, uint32_t n)
{
    static void (*const versions[AS_MACHINES])(struct as_steady *, const struct as_hall *, uint32_t,
                                               uint32_t) = {look_any, look_avx2, look_avx512};
    versions[hall->outcome->run.machine](out, hall, base, n);
    look_for_busy(out, hall, base, n);
    memset(out->persona, 0, n * sizeof *out->persona);
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
