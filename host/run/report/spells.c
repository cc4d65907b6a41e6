/* Spells, counted in a table by what they are. */
#include "run/report/spells.h"

#include <stdlib.h>

enum { FIRST_ROOM = 256 };

void as_spells_free(struct as_spells *spells)
{
    free(spells->at);
    *spells = (struct as_spells){.at = NULL};
}

static struct as_spell_count *place_of(struct as_spell_count *at, uint32_t room, int32_t late, int32_t days,
                                       bool event)
{
    uint64_t key = ((uint64_t)(uint32_t)late << 33 | (uint64_t)(uint32_t)days << 1 | event);
    uint32_t i = (uint32_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (room - 1);
    while (at[i].count > 0 && (at[i].late != late || at[i].days != days || at[i].event != event))
        i = (i + 1) & (room - 1);
    return &at[i];
}

static bool grow(struct as_spells *spells)
{
    uint32_t room = spells->room == 0 ? FIRST_ROOM : spells->room * 2;
    struct as_spell_count *at = calloc(room, sizeof *at);
    if (at == NULL)
        return false;
    for (uint32_t i = 0; i < spells->room; i++) {
        const struct as_spell_count *old = &spells->at[i];
        if (old->count > 0)
            *place_of(at, room, old->late, old->days, old->event) = *old;
    }
    free(spells->at);
    spells->at = at;
    spells->room = room;
    return true;
}

bool as_spells_add(struct as_spells *spells, int64_t late, int64_t days, bool event)
{
    if (spells->n * 2 >= spells->room && !grow(spells))
        return false;
    struct as_spell_count *place = place_of(spells->at, spells->room, (int32_t)late, (int32_t)days, event);
    if (place->count == 0) {
        *place = (struct as_spell_count){(int32_t)late, (int32_t)days, event, 0};
        spells->n++;
    }
    place->count++;
    spells->all++;
    if (event) {
        spells->events++;
        spells->days += (uint64_t)days;
    }
    return true;
}

struct as_subject *as_spells_subjects(size_t *n, struct as_arena *arena, const struct as_spells *spells)
{
    struct as_subject *subjects = as_arena_room(arena, spells->n + (size_t)1, sizeof *subjects);
    *n = 0;
    for (uint32_t i = 0; i < spells->room && subjects != NULL; i++) {
        const struct as_spell_count *spell = &spells->at[i];
        if (spell->count > 0)
            subjects[(*n)++] = (struct as_subject){.entry = spell->late - 0.5,
                                                   .time = spell->days,
                                                   .weight = spell->count,
                                                   .event = spell->event};
    }
    return subjects;
}

enum as_status as_spells_survival(struct as_survival *out, struct as_arena *arena,
                                  const struct as_spells *spells, double confidence, struct as_error *error)
{
    size_t n;
    const struct as_subject *subjects = as_spells_subjects(&n, arena, spells);
    return subjects == NULL ? as_error_memory(error)
                            : as_survival_of(out, arena, subjects, n, confidence, error);
}

static int by_days(const void *a, const void *b)
{
    int32_t x = ((const struct as_spell_count *)a)->days, y = ((const struct as_spell_count *)b)->days;
    return (x > y) - (x < y);
}

bool as_spells_quantile(double *days, struct as_arena *arena, const struct as_spells *spells, double share)
{
    struct as_spell_count *ended = as_arena_room(arena, spells->n + (size_t)1, sizeof *ended);
    uint32_t n = 0;
    uint64_t passed = 0;
    if (ended == NULL || spells->events == 0)
        return false;
    for (uint32_t i = 0; i < spells->room; i++)
        if (spells->at[i].count > 0 && spells->at[i].event)
            ended[n++] = spells->at[i];
    qsort(ended, n, sizeof *ended, by_days);
    for (uint32_t i = 0; i < n; i++) {
        passed += ended[i].count;
        *days = ended[i].days;
        if ((double)passed >= share * (double)spells->events)
            return true;
    }
    return true;
}
