/* Standing: where each lead stands in one model, from verdicts, prior standing and recorded acts. */
#ifndef AS_SCORE_STANDING_H
#define AS_SCORE_STANDING_H

#include "score/model/grade.h"
#include "score/plan/plan.h"

/* Gate verdicts, two bits a gate in order of stage. */
enum as_gate_verdict { AS_GATE_NONE = 0, AS_GATE_FAIL = 1, AS_GATE_INSUFFICIENT = 2, AS_GATE_PASS = 3 };
const char *as_gate_verdict_name(enum as_gate_verdict verdict); /* "none", "fail", "insufficient", "pass" */

/* Why a stage changed. */
enum as_cause {
    AS_CAUSE_NONE,       /* it did not */
    AS_CAUSE_FIRST,      /* first decision */
    AS_CAUSE_GATE,       /* a gate was passed */
    AS_CAUSE_DISQUALIFY, /* a disqualifier holds, or no longer holds */
    AS_CAUSE_RECYCLE,
    AS_CAUSE_ACT, /* somebody recorded it */
    AS_CAUSE_OVERRIDE,
};
const char *as_cause_name(enum as_cause cause);
/* As they were stored, by name; AS_STAGE_NONE and AS_CAUSE_NONE for NULL and for a name that is none. */
uint8_t as_stage_read(const char *name);
uint8_t as_cause_read(const char *name);

struct as_standing {
    uint8_t stage; /* enum as_stage */
    uint8_t prior_stage;
    uint8_t furthest;
    uint8_t cause;     /* enum as_cause */
    bool outside;      /* the model is not about this lead; its stage stays what it was */
    bool attention;    /* a gate behind the stage fails now, or sales gave the lead back to be put right */
    bool blocked;      /* a disqualifier is unknown: no hand-off */
    uint16_t verdicts; /* two bits a gate, the gate of index i at bit 2*i */
    uint16_t grade;    /* see score/model/grade.h; 0 none */
    uint16_t disqualifier; /* 1 + index, 0 none */
    uint16_t persona;      /* 1 + index, 0 none */
    uint16_t sent_to;      /* 1 + index of the track that the disqualifier names for such leads, 0 none */
    uint32_t recycles;
    int64_t entered; /* when the stage was entered: of the record that did it, else of the decision */
    int64_t recycled, cool_off; /* AS_TIME_NONE never */
};

/* Where all leads stand; those who stand alike in everything share an entry, of which there are few. */
struct as_standings {
    struct as_standing *alike;
    size_t n;
    uint32_t *of; /* by lead row: its place in alike; NULL: the row itself */
};
static inline const struct as_standing *as_standings_at(const struct as_standings *standings,
                                                        uint32_t lead_row)
{
    return &standings->alike[standings->of == NULL ? lead_row : standings->of[lead_row]];
}
void as_standings_free(struct as_standings *standings); /* fine for one that is all zero */

/* Standings of every lead row, freed with as_standings_free. How a stage follows is said in stage.h. An
 * account's gate is read through the lead's account; without one it is insufficient. */
enum as_status as_standings(struct as_standings *out, const struct as_model *model,
                            const struct as_plan *plan, const struct as_outcome *outcome,
                            const struct as_dataset *dataset, int64_t at, struct as_error *error);

/* How many leads stand alike. */
struct as_tally_row {
    uint8_t stage; /* enum as_stage */
    bool outside, attention, blocked;
    uint16_t grade, verdicts;
    uint16_t disqualifier; /* of the model: 1 + index, 0 none or one that it no longer has */
    uint64_t leads;
};
/* All of a row but its leads in one number, and a row of such a number. Databases keep the number. Never 0 of
 * leads that were decided: they have a stage or are outside. */
static inline uint64_t as_tally_key(const struct as_tally_row *row)
{
    return (uint64_t)row->stage | (uint64_t)row->outside << 8 | (uint64_t)row->attention << 9 |
           (uint64_t)row->blocked << 10 | (uint64_t)row->grade << 16 | (uint64_t)row->verdicts << 32 |
           (uint64_t)row->disqualifier << 48;
}
static inline struct as_tally_row as_tally_of(uint64_t key, uint64_t leads)
{
    return (struct as_tally_row){.stage = (uint8_t)key,
                                 .outside = key >> 8 & 1,
                                 .attention = key >> 9 & 1,
                                 .blocked = key >> 10 & 1,
                                 .grade = (uint16_t)(key >> 16),
                                 .verdicts = (uint16_t)(key >> 32),
                                 .disqualifier = (uint16_t)(key >> 48),
                                 .leads = leads};
}

/* What is seen of all leads while they are decided, so that nobody has to look at each of them again. */
struct as_stood {
    uint64_t *differs; /* bit a lead: it does not stand as its prior says; of one that was never decided: the
                          model is about it */
    uint64_t *undecided;        /* bit a lead: the gate that it has to pass next is insufficient */
    struct as_tally_row *alike; /* all leads, in no order */
    size_t alike_n;
    uint64_t known; /* leads that were decided before */
};
void as_stood_free(struct as_stood *stood); /* fine for one that is all zero */

/* The same over so many threads; *stood, unless NULL, is freed with as_stood_free. */
enum as_status as_standings_by(struct as_standings *out, struct as_stood *stood, const struct as_model *model,
                               const struct as_plan *plan, const struct as_outcome *outcome,
                               const struct as_dataset *dataset, int64_t at, unsigned threads,
                               struct as_error *error);

/* The verdict of a gate for a row of its level: pass when every criterion holds, fail when one does not, else
 * insufficient. */
enum as_gate_verdict as_gate_verdict_at(const struct as_gate *gate, const struct as_outcome *outcome,
                                        uint32_t row);
static inline enum as_gate_verdict as_verdict_of(uint16_t verdicts, uint32_t gate)
{
    return (enum as_gate_verdict)(verdicts >> (2 * gate) & 3);
}

#endif
