/* Difference: what another version of a pack would do to the same leads, told before it does it.
 *
 * Both packs are decided over one snapshot, from one history: the standings that the deciding pack has stored
 * are the starting point of both, so that every difference is one of rules, never of the past. Nothing is
 * written and nothing is locked. The commands print; the JSON shape is written here (README.md).
 */
#ifndef AS_RUN_DIFFERENCE_H
#define AS_RUN_DIFFERENCE_H

#include "run/decision/json.h"
#include "run/decision/summary.h"
#include "store/store.h"

/* [AS_BEFORE] of every pair is the left pack, [AS_AFTER] the right one. */
enum { AS_BEFORE, AS_AFTER, AS_SIDES };

struct as_difference_request {
    struct as_schema *schema; /* the one both packs were loaded into */
    struct as_run_pack packs[AS_SIDES];
    int64_t at, known_at;
    unsigned threads;
    bool (*progress)(void *context, const char *what, uint64_t done,
                     uint64_t all); /* false stops; may be NULL */
    void *progress_context;
};

/* A part of the rules that gave leads which move other points, or another verdict. */
enum as_difference_kind {
    AS_DIFFERENT_RULE, /* with what its own cap took */
    AS_DIFFERENT_GROUP_CAP,
    AS_DIFFERENT_CAP,
    AS_DIFFERENT_FLOOR,
    AS_DIFFERENT_CRITERION,
    AS_DIFFERENT_DISQUALIFIER,
};
const char *as_difference_kind_name(enum as_difference_kind kind); /* "rule" … */
struct as_difference_part {
    enum as_difference_kind kind;
    const char *of;              /* the score, or the gate; NULL for disqualifiers */
    const char *name;            /* NULL for a score's cap and floor */
    bool in[AS_SIDES];           /* which pack has it: a rule only one has was added or removed */
    struct as_position position; /* in the right pack, else in the left; line 0: none */
    uint32_t leads;              /* that move and for whom this part differs */
    uint32_t up, down; /* of them: more points, or the criterion holds now; and the other way round */
    int64_t points;    /* of all of them together, after less before; milli-points */
};

/* One lead that moves, as an example. */
struct as_difference_lead {
    int64_t id;
    const char *lead, *account; /* account NULL: none */
    uint8_t from, to;           /* stages; AS_STAGE_NONE: the model is not about the lead */
    const char *grade_from, *grade_to;
    const char *because; /* the part that weighs most, in words; NULL when no part differs */
};
struct as_difference_leads {
    AS_LIST(struct as_difference_lead) list;
};

struct as_difference_score {
    const char *name;
    uint32_t up, down;           /* leads whose value differs */
    int64_t points;              /* together, after less before; milli-points */
    bool banded;                 /* an axis of the grade in both packs */
    uint32_t band_up, band_down; /* leads in a higher or lower band of it */
};
struct as_difference_gate {
    const char *name;
    bool in[AS_SIDES];
    uint32_t pass[AS_SIDES];
    uint32_t opens, closes;     /* leads for whom it passes in the right pack alone, in the left alone */
    uint32_t entered[AS_SIDES]; /* leads whose stage becomes the gate's by this decision */
    const struct as_capacity *capacity; /* of the right pack, else of the left; NULL: neither states it */
};
/* A person who gets leads that come to where people take over. */
struct as_difference_owner {
    const char *user;         /* NULL: a route holds but nobody on it is free */
    uint32_t leads[AS_SIDES]; /* that come to them by this decision */
    uint32_t hand[AS_SIDES];  /* leads in hand after it: from where people take over to the opportunity */
    int64_t capacity;         /* how many they can have in hand; 0: not stated */
};

/* Two models of one name. */
struct as_difference_model {
    const char *name;
    const struct as_model *model[AS_SIDES]; /* NULL: only the other pack has it, and nothing follows */
    uint32_t leads;                         /* it is about in either pack */
    uint32_t moved, up, down;               /* stage differs; towards won; away from it */
    uint32_t regraded;                      /* grade differs, whatever the stage */
    uint32_t rejudged; /* a gate's verdict differs, or whether a disqualifier holds, whatever the stage */
    uint32_t matrix[AS_STAGE_COUNT][AS_STAGE_COUNT]; /* [before][after], AS_STAGE_NONE: not about it */
    uint32_t stages[AS_SIDES][AS_STAGE_COUNT];
    AS_LIST(struct as_difference_score) scores;      /* of both packs */
    AS_LIST(struct as_difference_part) parts;        /* responsible for those that move, largest first */
    struct as_difference_leads advance, fall, other; /* at most AS_DIFFERENCE_EXAMPLES of each */
    AS_LIST(struct as_difference_gate) gates;
    AS_LIST(struct as_difference_owner) owners; /* by name */
    uint32_t handoffs[AS_SIDES];                /* offers to sales that this decision would make */
    uint32_t handoffs_new, handoffs_gone;       /* leads offered by one pack alone */
    /* Customers that the rules themselves would judge worse: of leads with a won deal, those now disqualified
     * or failing a gate up to sales_ready that were not, and those undecided there that passed. */
    uint32_t won, won_rejected, won_undecided;
    struct as_difference_leads won_examples;
};

/* A list of the packs that differs. */
struct as_difference_list {
    const char *name;
    bool in[AS_SIDES];
    uint32_t added, removed;
    AS_LIST(const char *) added_values, removed_values; /* the first AS_DIFFERENCE_EXAMPLES by alphabet */
};
/* A line of the contact policy, of what is told to other systems, or of the agreement, that differs. */
struct as_difference_line {
    const char *what, *before, *after; /* NULL: not stated */
};

struct as_difference {
    struct as_arena arena;
    struct as_run_pack packs[AS_SIDES];
    int64_t at, known_at;
    const char *history; /* the pack whose standings both start from; NULL: neither ever ran */
    uint32_t leads;
    AS_LIST(struct as_difference_model) models; /* in the right pack's order, then those it lacks */
    struct as_effects_made made[AS_SIDES];      /* effects that a run would make now */
    int64_t
        work[AS_SIDES]; /* seconds for people, by the capacities of gates that leads enter; 0: none stated */
    AS_LIST(struct as_difference_list) lists;
    AS_LIST(struct as_difference_line) contact, effects, agreement;
    struct as_agreed agreed[AS_SIDES]; /* how each pack's agreement stands */
};

/* AS_ERR_RULE for a pack whose plan cannot be made; faults of the store as they are. The packs must outlive
 * *out, whose names are theirs. On failure *out is empty. */
enum as_status as_difference_of(struct as_difference *out, struct as_store *store,
                                const struct as_difference_request *request, struct as_error *error);
void as_difference_free(struct as_difference *difference);

/* True when no lead is treated otherwise and no list, contact rule or agreement differs. */
bool as_difference_none(const struct as_difference *difference);
/* The same for one model. */
bool as_difference_model_none(const struct as_difference_model *model);

/* The difference as one JSON object (README.md gives its shape). */
void as_difference_json(struct as_json *json, const struct as_difference *difference);

#endif
