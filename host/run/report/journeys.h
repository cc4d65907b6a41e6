/* Journeys: where every lead of a pack's models has been and since when, as columns by lead, and how long
 * they took, as spells. Internal to host/run/report.
 *
 * What was not seen is not guessed. A lead that stood further when its first decision was made, and had begun
 * before the pack's run before that one, was there since nobody knows when: `unseen` says how far. Of such a
 * lead later steps are known, and as a suspect it is one that entered late. */
#ifndef AS_RUN_JOURNEYS_H
#define AS_RUN_JOURNEYS_H

#include "run/decision/decision.h"
#include "run/report/spells.h"
#include "store/report/journeys.h"

#define AS_NEVER INT32_MIN

/* Days on which a lead stood at the opportunity itself, the day on which it left among them. */
struct as_journey_stay {
    uint32_t row;
    int32_t from, until; /* until INT32_MAX: it stands there */
};
struct as_journey_model {
    int64_t id;
    const char *name;
    const struct as_model *model;     /* of the pack as it is now; NULL: it has none of the name */
    int32_t *reach[AS_STAGE_WON + 1]; /* day on which it came to the stage or beyond; AS_NEVER */
    int32_t *entered, *first; /* day of the stage it stands at; of its first decision, AS_NEVER none */
    uint8_t *stage;           /* enum as_stage; NONE: the model is not, or no longer, about it */
    uint8_t *unseen;          /* the stage it stood at when first seen, later than it came there */
    uint8_t *blind;           /* 1: it still stands there */
    AS_LIST(struct as_journey_stay) opportunity; /* by row, then time; in the arena */
    struct as_spells spells[AS_STAGE_COUNT];     /* in each stage, of those whose entry was seen */
    uint64_t unseen_spells[AS_STAGE_COUNT];      /* left out of these */
    uint64_t backwards;                          /* leads that entered a stage before they began */
    uint64_t leads;                              /* that were ever decided */
};
struct as_journeys {
    uint32_t n;
    int64_t *lead; /* ascending */
    int32_t *start, *known;
    uint32_t room;
    uint32_t model_count;
    struct as_journey_model *models;
    int64_t first_run; /* `at` of the pack's first run; AS_TIME_NONE none */
};
/* pack NULL: only when leads began. Names of models and stays live in the arena. */
enum as_status as_journeys_read(struct as_journeys *out, struct as_arena *arena, struct as_store *store,
                                const struct as_pack *pack, int64_t at, struct as_error *error);
void as_journeys_free(struct as_journeys *journeys);
/* The row of a lead; AS_NO_INDEX when it is not there. */
uint32_t as_journeys_row(const struct as_journeys *journeys, int64_t lead);
/* Days after its start on which a lead came under observation in a model: 0 for one that was seen from the
 * beginning. */
int64_t as_journey_late(const struct as_journeys *journeys, const struct as_journey_model *model,
                        uint32_t row);

#endif
