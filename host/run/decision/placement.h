/* Placements: the nurturing track of every lead of a decision, found over threads and kept in little room. */
#ifndef AS_RUN_PLACEMENT_H
#define AS_RUN_PLACEMENT_H

#include "run/decision/decision.h"
#include "score/model/track.h"

/* What a run keeps of struct as_placement; the sentence of a denial is asked for again when somebody wants to
 * read it. */
struct as_place_row {
    int64_t entered, due;
    int64_t lead;          /* who entered: id of a lead merged into this one; 0: the lead itself */
    uint16_t track;        /* 1 + index into pack->tracks; 0: in none */
    uint16_t step, before; /* before: the step it stood at until now; the first when it enters */
    uint16_t by_rules;     /* as `track`, beside a person's word: where the rules would have the lead */
    uint8_t denial;        /* enum as_denial of today's touch */
    bool enters, ended, advanced;
    bool by_word;            /* a person's word put it there; as_track_word tells which */
    bool displaced, adopted; /* as in struct as_placement */
    /* Of a lead that comes to a programme by this decision, else all 0; track is 0 where it is held out. */
    uint16_t tried; /* 1 + index of the track that it would enter, or does */
    uint8_t arm;    /* enum as_arm */
};

/* One row a lead, in an array the caller frees. NULL with AS_OK when the pack has no tracks. The standing
 * that counts is that of the first model that is about the lead and in which it is not disqualified. */
enum as_status as_placements(struct as_place_row **out, const struct as_decision *decision,
                             struct as_error *error);

/* The standing that nurturing goes by; NULL when every model leaves the lead out. *model gets its index. */
const struct as_standing *as_leading_standing(uint32_t *model, const struct as_decision *decision,
                                              uint32_t lead_row);

#endif
