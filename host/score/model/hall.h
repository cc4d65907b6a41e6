/* Hall: what deciding standings reads for every lead, looked up once. Internal to host/score/model. */
#ifndef AS_SCORE_HALL_H
#define AS_SCORE_HALL_H

#include "base/bits.h"
#include "base/limits.h"
#include "score/model/alike.h"
#include "score/model/stage.h"

/* A gate's verdicts over the rows of its level; neither bit: insufficient. */
struct as_gate_bits {
    uint64_t *pass, *fail;
};

/* What a stage leaves to be seen of a lead of which nothing is recorded and that no disqualifier or recycle
 * touches. */
struct as_rung {
    bool steady;     /* it stays unless it climbs */
    uint32_t next;   /* index of the gate that it climbs by; AS_NO_INDEX none */
    uint16_t behind; /* the low bits of the verdicts of the gates behind it */
};

/* How many leads stand alike, by a key of what is counted; key 0: a free place. */
struct as_counts {
    uint64_t *key, *leads;
    size_t room, used;
};

struct as_kin; /* steady.h */

struct as_hall {
    const struct as_model *model;
    const struct as_pack *pack;
    const struct as_dataset *dataset;
    const struct as_outcome *outcome;
    int64_t at;
    struct as_verdicts about;
    struct as_verdicts *disqualifiers, *personas, *recycles;
    uint16_t *sent_to;          /* by disqualifier: 1 + index of the track it names */
    struct as_gate_bits *gates; /* by position */
    const struct as_points_column *axis[AS_GRADE_AXES];
    bool stale[AS_GRADE_AXES]; /* the axis reads a feed that is stale */
    bool plain_grades;         /* no axis is stale, and a band counts the borders above a value */
    struct as_rung rungs[AS_STAGE_COUNT];
    uint32_t *disqualifier_code, *persona_code; /* as priors say them, by 1 + index; the first is for none */
    struct as_verdicts acts;                    /* whether there is an event that moves the lead */
    uint8_t *act; /* enum as_act by event kind; NULL: the schema has no acts, or no events are there */
    struct as_records {
        struct as_stage_record *at;
        uint32_t n;
        size_t room;
    } records[AS_MAX_THREADS];             /* by worker */
    struct as_alike alike[AS_MAX_THREADS]; /* by worker */
    struct as_kin *kins[AS_MAX_THREADS];   /* by worker: those it remembers; NULL: it has decided nobody */
    uint64_t known[AS_MAX_THREADS];        /* by worker: leads decided before */
    struct as_counts counts;
    uint32_t *of;           /* by lead row: which one of the worker's standings it has */
    uint8_t *worker_of;     /* by batch */
    struct as_stood *stood; /* NULL: nobody asks */
};

/* model, pack, dataset, outcome and at are set. Closing frees what opening made, also after a failure. */
enum as_status as_hall_open(struct as_hall *hall, struct as_error *error);
void as_hall_close(struct as_hall *hall);

#endif
