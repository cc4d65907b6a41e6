/* Spells: how long each of many took, or has taken so far, as counts of whole UTC days, so that a million of
 * them is a few thousand numbers. Survival reads them. */
#ifndef AS_RUN_SPELLS_H
#define AS_RUN_SPELLS_H

#include "score/statistics/survival.h"

struct as_spell_count {
    int32_t late, days; /* days after its start on which it came under observation; on which it ended */
    bool event;         /* ended by itself; else it had not by then */
    uint32_t count;     /* 0: a free place */
};
struct as_spells {
    struct as_spell_count *at; /* open addressing; malloc'ed */
    uint32_t n, room;          /* different ones; a power of two */
    uint64_t all, events;
    uint64_t days; /* of events together */
};
void as_spells_free(struct as_spells *spells);
/* days and late are not negative, late at most days. False when memory is out. */
bool as_spells_add(struct as_spells *spells, int64_t late, int64_t days, bool event);

/* As survival takes them, in the arena; NULL when memory is out. */
struct as_subject *as_spells_subjects(size_t *n, struct as_arena *arena, const struct as_spells *spells);
/* Ends on the same day as it came under observation count, so that everything entered half a day before its
 * first day. */
enum as_status as_spells_survival(struct as_survival *out, struct as_arena *arena,
                                  const struct as_spells *spells, double confidence, struct as_error *error);
/* The least number of days within which at least this share (0..1) of the events had ended; false when there
 * is none. Only for what is complete: it knows of no censoring. */
bool as_spells_quantile(double *days, struct as_arena *arena, const struct as_spells *spells, double share);

#endif
