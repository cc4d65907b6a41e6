/* Plan: a pack compiled once, run over columns in batches, in strata.
 *
 * Strata: account facts (0), lead conditions and scores (1), group aggregates and account gates (2), what
 * accounts give back to leads (3), and so on; even strata run over accounts, odd ones over leads. Within a
 * stratum equal subexpressions are computed once per batch; patterns and list memberships once per distinct
 * value; all event features in one pass over a row's events.
 */
#ifndef AS_SCORE_PLAN_H
#define AS_SCORE_PLAN_H

#include "data/facts/dataset.h"
#include "data/facts/points.h"
#include "score/tree/pack.h"

struct as_plan;
struct as_profile;

/* What a rule function gave back. */
struct as_function_result {
    enum { AS_RESULT_UNKNOWN, AS_RESULT_BOOLEAN, AS_RESULT_NUMBER, AS_RESULT_TEXT } kind;
    bool boolean;
    double number;  /* points of a rule, or a value */
    char text[256]; /* a text value */
    char note[256]; /* what the function says about it; empty none */
    int64_t
        next_day; /* the first UTC day on which it may be otherwise without new facts; AS_TIME_NONE never */
};

/* The rows that a function is called for, in this order, and who takes what it gives for the i-th of them;
 * what `take` finds wrong ends the calls. */
struct as_function_rows {
    const struct as_dataset *dataset;
    int64_t at;
    const uint32_t *row;
    uint32_t n;
    enum as_status (*take)(void *sink, uint32_t i, const struct as_function_result *result,
                           struct as_error *error);
    void *sink;
    /* Where the functions may keep what they like from call to call: one place for each worker of a run, NULL
     * at first. */
    void **kept;
    bool until;      /* results tell their next_day, which costs another look at events */
    uint64_t *calls; /* gets how often the function was truly called added; NULL: nobody asks */
};

/* Rule functions, provided by host/bind. Called on any worker thread with that worker's number; `row` is a
 * lead row (or account row for account-level functions). */
struct as_functions {
    void *context;
    /* One function for many rows, as the same calls of `call`; NULL: there is only `call`. */
    enum as_status (*call_rows)(void *context, unsigned worker, uint32_t function,
                                const struct as_function_rows *rows, struct as_error *error);
    void (*forget)(void *kept); /* frees what was kept, at the end of the run */
    /* One call, which tells its next_day. */
    enum as_status (*call)(struct as_function_result *out, void *context, unsigned worker, uint32_t function,
                           const struct as_dataset *dataset, uint32_t row, int64_t at,
                           struct as_error *error);
    /* What the function reads of a row, appended a line each, and the first UTC day on which it may answer
     * otherwise without new facts (AS_TIME_NONE: never): for explanations. Called by the thread of worker 0
     * while nothing runs; may be NULL. */
    enum as_status (*reads)(struct as_buf *out, int64_t *next_day, void *context, uint32_t function,
                            const struct as_dataset *dataset, uint32_t row, int64_t at,
                            struct as_error *error);
};

/* Compiles models, personas, tracks, routes, segment, templates and tiers of a pack. AS_ERR_RULE for a cycle
 * among scores, an upward reference, a bare lead-scoped fact in an account gate. The pack must outlive it. */
enum as_status as_plan_new(struct as_plan **out, const struct as_pack *pack, struct as_error *error);
void as_plan_free(struct as_plan *plan);
const struct as_pack *as_plan_pack(const struct as_plan *plan);

/* Which schema fields (answers too), event kinds and properties the plan reads; sized by the caller to the
 * schema. Any may be NULL. */
void as_plan_needs(const struct as_plan *plan, uint64_t *fields, uint64_t *kinds, uint64_t *properties,
                   bool *account_events);

/* Whether a lead's outcomes rest on everyone of its account, also on their events. */
bool as_plan_asks_members(const struct as_plan *plan);

struct as_run_options {
    int64_t at; /* decision time */
    unsigned threads;
    const struct as_functions *functions; /* NULL when the pack has none */
    /* Called between batches with rows done and in all; may be NULL. Returns false to stop. */
    bool (*progress)(void *context, uint64_t done, uint64_t all);
    void *progress_context;
    struct as_profile
        *profile;     /* of this plan, score/plan/profile.h: gets where time goes; NULL: nobody asks */
    unsigned vectors; /* bytes of the widest vectors used, 0: what the processor has; results are the same */
    bool not_before;  /* as_outcome_not_before will be asked; false: it costs nothing */
    /* With it, by lead row: the day that an earlier run promised, by the same pack, lists and feeds, of a
     * lead with the same facts, whose account and everyone there, where conditions ask them, have the same
     * too: it is taken over when it lies after today, else it is worked out. NULL: all are. They become the
     * outcome's days, in their place, and must outlive it. */
    int32_t *promised;
    unsigned worker; /* what functions know the first thread by: not 0 where others run beside it */
};

/* A condition or value of every row of its level. Bits: truth ⊆ known; unmeasurable ⊆ ~known. */
struct as_verdicts {
    const uint64_t *truth, *known, *unmeasurable;
};

/* Time: today is the UTC day of options->at. A window "30d" holds the events whose age in UTC days is 0 … 29
 * (the 31st day drops); in_last "30d" the days with 0 <= today - day < 30, in_next
 * "30d" those with 0 <= day - today < 30. Events after `at` are invisible, also those of the same day. */

/* Results over a whole dataset, which must outlive them. */
struct as_outcome;
enum as_status as_plan_run(struct as_outcome **out, const struct as_plan *plan,
                           const struct as_dataset *dataset, const struct as_run_options *options,
                           struct as_error *error);
void as_outcome_free(struct as_outcome *outcome);

/* The verdicts of a root (a gate's criterion, a disqualifier, a `when` of anything the pack declares) at the
 * level of the place where it stands (a gate's, a template's account), which the root itself may not show: an
 * account's fact in a lead gate has a verdict for every lead. NULL is no root: every row true. */
struct as_verdicts as_outcome_verdicts_at(const struct as_outcome *outcome, const struct as_expr *root,
                                          enum as_level level);
/* recycle->when, its events counted since the stage was entered. */
struct as_verdicts as_outcome_recycle(const struct as_outcome *outcome, const struct as_recycle *recycle);
/* programme->when of every lead, its events counted since it came to the programme: nothing of who never did.
 * Unknown where it is a stage that counts. */
struct as_verdicts as_outcome_programme(const struct as_outcome *outcome,
                                        const struct as_programme *programme);
/* Whether a lead has an event that moves it (as_act_moves): not so where it is no. */
struct as_verdicts as_outcome_acts(const struct as_outcome *outcome);
/* A score of every lead row; NULL when the plan has none of it. */
const struct as_points_column *as_outcome_score(const struct as_outcome *outcome,
                                                const struct as_score *score);
/* A value root (an owner, a zone, an amount): shown as text, false when unknown. row is of root->level. */
bool as_outcome_text(struct as_buf *out, const struct as_outcome *outcome, const struct as_expr *root,
                     uint32_t row);
/* The same as a number: money in units as packs write it (500e3), a score in points. False for what is no
 * number. */
bool as_outcome_number(double *out, const struct as_outcome *outcome, const struct as_expr *root,
                       uint32_t row);

/* By lead row, the first UTC day on which time alone may change what is decided about it; AS_DAY_NEVER when
 * it cannot. On every day before that one, with the same facts, pack, lists and feeds, a run gives the lead
 * the same verdict of every root (criteria, disqualifiers, `about`, recycling, personas, conditions of
 * contact, tracks, routes, effects), the same band of every axis and, for its account, of every root there
 * (gates, segment, templates, plays, tiers); values that roots name stay the same too, except scores, and
 * except those that effects send, which are read when an effect is due. Always after today. NULL unless
 * options->not_before asked for it.
 * It says nothing of what is no matter of the rules: events later than `at`, which come into sight; feeds
 * that fall silent; cool-offs, waits of steps, quiet hours and rates of contact; a standing that a step of
 * the lifecycle changes, from which on events count anew. */
#define AS_DAY_NEVER INT32_MAX
const int32_t *as_outcome_not_before(const struct as_outcome *outcome);
/* Something else of a lead, which is no matter of the plan, may change on this day. Nothing when nobody asked
 * for days. */
void as_outcome_bring_forward(struct as_outcome *outcome, uint32_t lead_row, int32_t day);

static inline enum as_tri as_verdict_at(struct as_verdicts v, uint32_t row)
{
    if (v.known == NULL)
        return AS_YES;
    if (as_bit(v.known, row))
        return as_bit(v.truth, row) ? AS_YES : AS_NO;
    return as_bit(v.unmeasurable, row) ? AS_UNMEASURABLE : AS_UNKNOWN;
}

#endif
