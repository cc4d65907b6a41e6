/* Moves: which leads changed their stage, and what moved them. */
#ifndef AS_RUN_MOVES_H
#define AS_RUN_MOVES_H

#include "run/decision/decision.h"

enum as_move_cause {
    AS_MOVED_FIRST,  /* first decision of this lead by this pack */
    AS_MOVED_MERGE,  /* another lead was merged into it */
    AS_MOVED_PERSON, /* somebody recorded an act or an override */
    AS_MOVED_FACTS,  /* a fact of the lead or its account is newer than the last run */
    AS_MOVED_RULES,  /* no fact is newer, but the pack is another version */
    AS_MOVED_TIME,   /* neither: windows, decay, waits */
};
enum { AS_MOVE_CAUSES = AS_MOVED_TIME + 1 };
const char *as_move_cause_name(enum as_move_cause cause); /* "new facts" … */

/* What happened since the last run of the pack; bits by lead row. */
struct as_since {
    const uint64_t *facts, *merged; /* NULL: nothing */
    bool rules_changed;
    /* What the last version of the pack decides on today's facts, by model index; NULL when it was not asked
     * or the model is new. With it a lead that has new facts and new rules is put down to the rules when they
     * alone make the difference. */
    const struct as_standings *by_last_rules;
};

/* The cause of one changed lead. */
enum as_move_cause as_move_cause_of(const struct as_standing *now, const struct as_prior *prior,
                                    const struct as_since *since, uint32_t model, uint32_t lead_row);

struct as_move {
    uint32_t lead_row;
    uint8_t from, to; /* enum as_stage; equal when grade or verdict alone changed */
    uint8_t cause;    /* enum as_move_cause */
    uint8_t how;      /* enum as_cause of the standing: gate, recycle, … */
};
/* Changed leads of one model, in order of lead row; counts are by the stage arrived at. */
struct as_moves {
    struct as_move *at;                            /* freed by as_moves_free */
    uint32_t n;                                    /* stage, grade or verdict changed */
    uint32_t decided;                              /* leads the model is about */
    uint32_t known;                                /* of these, decided before */
    uint32_t moved;                                /* of those known, the ones whose stage changed */
    uint64_t into[AS_STAGE_COUNT][AS_MOVE_CAUSES]; /* stage changed, by cause */
    uint64_t regraded[AS_MOVE_CAUSES];             /* the grade changed, the stage did not */
};
enum as_status as_moves_of(struct as_moves *out, const struct as_decision *decision, uint32_t model,
                           const struct as_since *since, struct as_error *error);
void as_moves_free(struct as_moves *moves);

#endif
