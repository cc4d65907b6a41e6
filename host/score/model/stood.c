/* Stood: who stands otherwise than before and who waits undecided, noted lead by lead while standings are
 * made, and how many stand alike. */
#include "score/model/stood.h"

#include <stdlib.h>

enum { FIRST_ROOM = 256 };

void as_stood_free(struct as_stood *stood)
{
    free(stood->differs);
    free(stood->undecided);
    free(stood->alike);
    *stood = (struct as_stood){.differs = NULL};
}

enum as_status as_stood_open(struct as_hall *hall, struct as_error *error)
{
    size_t words = AS_BIT_WORDS(hall->dataset->leads) + 1;
    *hall->stood = (struct as_stood){.differs = calloc(words, sizeof *hall->stood->differs),
                                     .undecided = calloc(words, sizeof *hall->stood->undecided)};
    return hall->stood->differs == NULL || hall->stood->undecided == NULL ? as_error_memory(error) : AS_OK;
}

/* --- how many stand alike --- */

static uint64_t key_of(const struct as_standing *s)
{
    const struct as_tally_row row = {.stage = s->stage,
                                     .outside = s->outside,
                                     .attention = s->attention,
                                     .blocked = s->blocked,
                                     .grade = s->grade,
                                     .verdicts = s->verdicts,
                                     .disqualifier = s->disqualifier};
    return as_tally_key(&row);
}

static size_t place_of(const struct as_counts *counts, uint64_t key)
{
    size_t place = (size_t)((key * UINT64_C(0x9E3779B97F4A7C15)) >> 32) & (counts->room - 1);
    while (counts->key[place] != 0 && counts->key[place] != key)
        place = (place + 1) & (counts->room - 1);
    return place;
}

static bool grow(struct as_counts *counts)
{
    struct as_counts more = {.room = counts->room == 0 ? FIRST_ROOM : 2 * counts->room, .used = counts->used};
    more.key = calloc(more.room, sizeof *more.key);
    more.leads = calloc(more.room, sizeof *more.leads);
    if (more.key == NULL || more.leads == NULL) {
        free(more.key);
        free(more.leads);
        return false;
    }
    for (size_t i = 0; i < counts->room; i++)
        if (counts->key[i] != 0) {
            size_t place = place_of(&more, counts->key[i]);
            more.key[place] = counts->key[i];
            more.leads[place] = counts->leads[i];
        }
    free(counts->key);
    free(counts->leads);
    *counts = more;
    return true;
}

static bool count(struct as_counts *counts, uint64_t key, uint64_t leads)
{
    if (counts->used >= counts->room / 2 && !grow(counts))
        return false;
    size_t place = place_of(counts, key);
    counts->used += counts->key[place] == 0;
    counts->key[place] = key;
    counts->leads[place] += leads;
    return true;
}

/* --- lead by lead --- */

/* All that the next decision builds on, and what is shown beside it. */
static bool as_before(const struct as_hall *hall, const struct as_prior *prior, const struct as_standing *s)
{
    return prior->stage == s->stage && prior->furthest == s->furthest && prior->grade == s->grade &&
           prior->verdicts == s->verdicts && prior->outside == s->outside &&
           prior->attention == s->attention && prior->blocked == s->blocked &&
           prior->recycles == s->recycles && prior->entered == s->entered && prior->recycled == s->recycled &&
           prior->cool_off == s->cool_off &&
           prior->disqualifier == hall->disqualifier_code[s->disqualifier] &&
           prior->persona == hall->persona_code[s->persona];
}

uint8_t as_stood_look(const struct as_hall *hall, const struct as_prior *prior,
                      const struct as_standing *standing)
{
    uint32_t next = hall->rungs[standing->stage].next;
    bool differs = prior->decided ? !as_before(hall, prior, standing) : !standing->outside;
    bool undecided = !standing->outside && next != AS_NO_INDEX && standing->stage < AS_STAGE_OPPORTUNITY &&
                     as_verdict_of(standing->verdicts, next) == AS_GATE_INSUFFICIENT;
    return (uint8_t)((differs ? AS_STOOD_DIFFERS : 0) | (undecided ? AS_STOOD_UNDECIDED : 0));
}

enum as_status as_stood_end(struct as_hall *hall, struct as_error *error)
{
    struct as_stood *stood = hall->stood;
    struct as_counts *all = &hall->counts;
    for (unsigned worker = 0; worker < AS_MAX_THREADS; worker++) {
        const struct as_alike *own = &hall->alike[worker];
        stood->known += hall->known[worker];
        for (size_t i = 0; i < own->n; i++)
            if (!count(all, key_of(&own->at[i]), own->leads[i]))
                return as_error_memory(error);
    }
    stood->alike = malloc((all->used + 1) * sizeof *stood->alike);
    if (stood->alike == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < all->room; i++)
        if (all->key[i] != 0)
            stood->alike[stood->alike_n++] = as_tally_of(all->key[i], all->leads[i]);
    return AS_OK;
}
