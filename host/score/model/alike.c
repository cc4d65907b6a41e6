/* Alike: finding the standing that another lead already has. Most leads of a base stand as many others do, so
 * that four bytes a lead say where everybody stands. */
#include "score/model/alike.h"

#include "base/limits.h"

#include <stdlib.h>

enum { FIRST_ROOM = 64, PLACES_A_STANDING = 4 };

static struct as_alike_key key_of(const struct as_standing *s)
{
    return (struct as_alike_key){
        {(uint64_t)s->stage | (uint64_t)s->prior_stage << 8 | (uint64_t)s->furthest << 16 |
             (uint64_t)s->cause << 24 | (uint64_t)s->outside << 32 | (uint64_t)s->attention << 33 |
             (uint64_t)s->blocked << 34 | (uint64_t)s->verdicts << 48,
         (uint64_t)s->grade | (uint64_t)s->disqualifier << 16 | (uint64_t)s->persona << 32 |
             (uint64_t)s->sent_to << 48,
         (uint64_t)s->entered, (uint64_t)s->recycled, (uint64_t)s->cool_off, s->recycles}};
}

/* Each word by an odd number of its own, so that none waits for another; then what only the high bits know
 * comes down to those that choose a place. */
static uint64_t hash_of(const struct as_alike_key *key)
{
    static const uint64_t odd[6] = {UINT64_C(0x9E3779B97F4A7C15), UINT64_C(0xC2B2AE3D27D4EB4F),
                                    UINT64_C(0x165667B19E3779F9), UINT64_C(0x27D4EB2F165667C5),
                                    UINT64_C(0x85EBCA77C2B2AE63), UINT64_C(0xD6E8FEB86659FD93)};
    uint64_t hash = 0;
    for (int i = 0; i < 6; i++)
        hash += key->word[i] * odd[i];
    hash = (hash ^ hash >> 32) * odd[0];
    return hash ^ hash >> 32;
}

static bool same(const struct as_alike_key *a, const struct as_alike_key *b)
{
    uint64_t differ = 0;
    for (int i = 0; i < 6; i++)
        differ |= a->word[i] ^ b->word[i];
    return differ == 0;
}

/* The standing's place, or the free one where it belongs. */
static uint32_t *place_of(const struct as_alike *alike, const struct as_alike_key *key)
{
    size_t i = (size_t)hash_of(key) & (alike->places - 1);
    while (alike->place[i] != 0 && !same(&alike->key[alike->place[i] - 1], key))
        i = (i + 1) & (alike->places - 1);
    return &alike->place[i];
}

static bool grow(struct as_alike *alike)
{
    size_t room = alike->room == 0 ? FIRST_ROOM : 2 * alike->room, places = room * PLACES_A_STANDING;
    struct as_standing *at = realloc(alike->at, room * sizeof *at);
    if (at != NULL)
        alike->at = at;
    struct as_alike_key *key = realloc(alike->key, room * sizeof *key);
    if (key != NULL)
        alike->key = key;
    uint64_t *leads = realloc(alike->leads, room * sizeof *leads);
    if (leads != NULL)
        alike->leads = leads;
    uint32_t *place = calloc(places, sizeof *place);
    if (at == NULL || key == NULL || leads == NULL || place == NULL) {
        free(place);
        return false;
    }
    free(alike->place);
    alike->place = place;
    alike->places = places;
    alike->room = room;
    for (size_t i = 0; i < alike->n; i++)
        *place_of(alike, &key[i]) = (uint32_t)i + 1;
    return true;
}

enum as_status as_alike_add(uint32_t *index, struct as_alike *alike, const struct as_standing *standing,
                            struct as_error *error)
{
    if (alike->n == alike->room && !grow(alike))
        return as_error_memory(error);
    const struct as_alike_key key = key_of(standing);
    uint32_t *place = place_of(alike, &key);
    if (*place == 0) {
        alike->at[alike->n] = *standing;
        alike->key[alike->n] = key;
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
    free(alike->key);
    free(alike->leads);
    free(alike->place);
    *alike = (struct as_alike){.at = NULL};
}
