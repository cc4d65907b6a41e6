/* Alike: finding the standing that another lead already has. Most leads of a base stand as many others do, so
 * that four bytes a lead say where everybody stands. */
#include "score/model/alike.h"

#include "base/limits.h"

#include <stdlib.h>

enum { FIRST_ROOM = 64, PLACES_A_STANDING = 4 };

static uint64_t mixed(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static uint64_t hash_of(const struct as_standing *s)
{
    uint64_t hash = (uint64_t)s->stage | (uint64_t)s->prior_stage << 8 | (uint64_t)s->furthest << 16 |
                    (uint64_t)s->cause << 24 | (uint64_t)s->outside << 32 | (uint64_t)s->attention << 33 |
                    (uint64_t)s->blocked << 34 | (uint64_t)s->verdicts << 48;
    hash = mixed(hash, (uint64_t)s->grade | (uint64_t)s->disqualifier << 16 | (uint64_t)s->persona << 32 |
                           (uint64_t)s->sent_to << 48);
    hash = mixed(hash, (uint64_t)s->entered);
    return mixed(hash, (uint64_t)s->recycled ^ (uint64_t)s->cool_off << 20 ^ (uint64_t)s->recycles);
}

static bool same(const struct as_standing *a, const struct as_standing *b)
{
    return a->stage == b->stage && a->prior_stage == b->prior_stage && a->furthest == b->furthest &&
           a->cause == b->cause && a->outside == b->outside && a->attention == b->attention &&
           a->blocked == b->blocked && a->verdicts == b->verdicts && a->grade == b->grade &&
           a->disqualifier == b->disqualifier && a->persona == b->persona && a->sent_to == b->sent_to &&
           a->recycles == b->recycles && a->entered == b->entered && a->recycled == b->recycled &&
           a->cool_off == b->cool_off;
}

/* The standing's place, or the free one where it belongs. */
static uint32_t *place_of(const struct as_alike *alike, const struct as_standing *standing)
{
    size_t i = (size_t)hash_of(standing) & (alike->places - 1);
    while (alike->place[i] != 0 && !same(&alike->at[alike->place[i] - 1], standing))
        i = (i + 1) & (alike->places - 1);
    return &alike->place[i];
}

static bool grow(struct as_alike *alike)
{
    size_t room = alike->room == 0 ? FIRST_ROOM : 2 * alike->room, places = room * PLACES_A_STANDING;
    struct as_standing *at = realloc(alike->at, room * sizeof *at);
    if (at != NULL)
        alike->at = at;
    uint64_t *leads = realloc(alike->leads, room * sizeof *leads);
    if (leads != NULL)
        alike->leads = leads;
    uint32_t *place = calloc(places, sizeof *place);
    if (at == NULL || leads == NULL || place == NULL) {
        free(place);
        return false;
    }
    free(alike->place);
    alike->place = place;
    alike->places = places;
    alike->room = room;
    for (size_t i = 0; i < alike->n; i++)
        *place_of(alike, &at[i]) = (uint32_t)i + 1;
    return true;
}

enum as_status as_alike_add(uint32_t *index, struct as_alike *alike, const struct as_standing *standing,
                            struct as_error *error)
{
    if (alike->n == alike->room && !grow(alike))
        return as_error_memory(error);
    uint32_t *place = place_of(alike, standing);
    if (*place == 0) {
        alike->at[alike->n] = *standing;
        alike->leads[alike->n] = 0;
        *place = (uint32_t)++alike->n;
    }
    *index = *place - 1;
    alike->leads[*index]++;
    return AS_OK;
}

void as_alike_free(struct as_alike *alike)
{
    free(alike->at);
    free(alike->leads);
    free(alike->place);
    *alike = (struct as_alike){.at = NULL};
}
