/* Summary: what the morning screen shows of one pack's run, and what is kept of it beside the run. */
#ifndef AS_RUN_SUMMARY_H
#define AS_RUN_SUMMARY_H

#include "run/decision/moves.h"
#include "run/decision/owed.h"
#include "score/model/account_plan.h"
#include "score/model/contact.h"
#include "score/tree/agreement.h"
#include "store/decisions/standings.h"

/* How fresh a feed is. */
struct as_feed_age {
    const char *feed;
    int64_t newest; /* newest event of its kinds, AS_TIME_NONE never */
    int64_t fresh;  /* seconds it may be silent, 0: not stated */
    uint8_t state;  /* enum as_feed_state */
};

/* One gate: how it stands, and which unknown fact holds up most leads. */
struct as_gate_summary {
    const struct as_gate *gate;
    uint64_t pass, fail, insufficient; /* leads of the model (of their accounts, at an account gate) */
    uint64_t waiting;                  /* leads for whom this is the next gate */
    uint64_t undecided;                /* of these, insufficient: nothing fails, something is unknown */
    uint64_t blocked;                  /* of these, the ones that lack the fact below */
    uint32_t blocker;                  /* disqualifier unknown for most of them: 1 + index, 0 none */
    const char *fact;                  /* "answer.need", "account.revenue"; NULL: nothing blocks */
    const char *ask;                   /* the question that would settle it, NULL when it is no answer */
    const char *criterion;
};

struct as_grade_count {
    uint16_t code; /* as in struct as_standing */
    char grade[AS_GRADE_TEXT];
    uint64_t n;
};

/* A lead that moved, for reading. */
struct as_move_line {
    int64_t lead_id;
    const char *lead, *account; /* names; "#12" where there is none, "" without account */
    const char *model;
    uint8_t from, to, cause, how;
    const char *why;     /* the gate, disqualifier or act by which it moved */
    const char *because; /* the rule or fact behind it, NULL unknown */
};

struct as_model_summary {
    const struct as_model *model;
    uint64_t leads; /* the model is about */
    uint64_t stages[AS_STAGE_COUNT];
    AS_LIST(struct as_grade_count) grades; /* best first */
    AS_LIST(struct as_gate_summary) gates;
    uint64_t into[AS_STAGE_COUNT][AS_MOVE_CAUSES], regraded[AS_MOVE_CAUSES];
    uint64_t changed, moved, known; /* as in struct as_moves */
    uint64_t attention;             /* a gate once passed fails now */
    uint64_t blocked;               /* a disqualifier is unknown: no hand-off */
    uint32_t blocker;               /* disqualifier unknown for most of them: 1 + index, 0 none */
    const uint64_t *disqualified;   /* leads by disqualifier index */
};

/* Effects this run made, by kind. */
struct as_effects_made {
    uint64_t send, task, assign, handoff;
    uint64_t told;    /* webhooks, list changes, updates, hand-offs told to other systems, reminders */
    uint64_t unowned; /* not made: leads whose route leads to nobody who is free */
    uint64_t waiting; /* not made: leads that are to be handed over and wait until sales has room */
};

/* One agreement, and what waits for an answer by it. */
struct as_owed_line {
    int64_t lead_id;
    const char *lead, *account, *owner; /* account "" none, owner NULL nobody */
    struct as_service_clock clock;
    int64_t asked; /* AS_TIME_NONE: it is an offer */
};
struct as_owed_summary {
    const struct as_service_level *level;
    uint64_t states[AS_CLOCK_OVERDUE + 1];               /* by enum as_clock_state, of those that run */
    uint64_t reminded, notified, reassigned, given_back; /* by this run */
    AS_LIST(struct as_owed_line)
    pressing; /* at risk or overdue, the first due first; at most AS_OWED_LINES */
};

/* A run before this one, as it is kept. */
struct as_past_run {
    int64_t id, at;
    uint64_t changed, moved, leads; /* over all models */
    uint64_t made;                  /* effects */
    bool baseline, held;
};

/* Why effects are held: the first run of a pack would flood everybody; too many leads moved. Holds until
 * approved. */
enum as_hold { AS_HOLD_NONE, AS_HOLD_FIRST, AS_HOLD_MOVES };
const char *as_hold_name(enum as_hold hold); /* "first run", "too many moves", "" */

struct as_summary {
    struct as_arena *arena;
    const struct as_pack *pack;
    int64_t run;                   /* 0 in a dry run and for a failed pack */
    int64_t at, known_at, last_at; /* last_at: AS_TIME_NONE for the first run */
    bool failed, first, baseline, dry_run, rules_changed;
    enum as_hold hold;
    double moved_share;
    struct as_error error; /* of a failed pack */
    struct as_agreed agreed;
    uint64_t leads, accounts;
    /* Of a run over a part of the leads, what is told of everybody by looking at everybody is that of the
     * last run which did: blockers, pressure, regions. */
    uint64_t decided;  /* leads decided anew */
    const char *whole; /* why everybody was; NULL: only those for whom something may have changed */
    int64_t looked_at; /* the run that looked at everybody; 0: this one */
    AS_LIST(struct as_feed_age) feeds;
    AS_LIST(struct as_model_summary) models;
    AS_LIST(struct as_move_line) moves; /* the first of those that moved, furthest stage first */
    uint64_t denials[AS_DENIAL_COUNT];  /* leads in a track with a step due, by answer */
    uint64_t in_track;
    uint64_t pressured;                  /* leads touched more than they have permitted */
    uint64_t regions[AS_REGION_ABM + 1]; /* accounts; all 0 when the pack has no segment */
    struct as_effects_made made;
    AS_LIST(struct as_owed_summary) owed; /* by agreement, in the order of the pack */
    uint64_t queued, held;                /* waiting in the outbox, all runs */
    AS_LIST(struct as_past_run) past;     /* newest first, at most AS_SUMMARY_RUNS */
};

/* Counts standings, grades, gates and blockers of a decision into summary->models; moves by model index.
 * others: by model index, the leads that a part has left as they were; NULL: there are none. */
enum as_status as_summary_count(struct as_summary *summary, const struct as_decision *decision,
                                const struct as_moves *moves, const struct as_tally *others,
                                struct as_error *error);

/* The unknown fact that keeps most waiting leads from the gate's verdict; fills fact, ask, criterion and
 * blocked. */
enum as_status as_blocker_of(struct as_gate_summary *gate, struct as_arena *arena,
                             const struct as_decision *decision, const struct as_model *model,
                             struct as_error *error);

/* The gate a lead has to pass next, NULL when none is left or it left the path. */
const struct as_gate *as_next_gate(const struct as_model *model, uint8_t stage);

/* By what a lead moved: the gate, disqualifier, or act. Never NULL. */
const char *as_move_by(const struct as_model *model, const struct as_standing *standing);

/* The summary as one JSON object (README.md gives its shape). */
struct as_json;
void as_summary_json(struct as_json *json, const struct as_summary *summary);

#endif
