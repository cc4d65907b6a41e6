/* Run: from facts to stored decisions, for several packs in one pass over one snapshot.
 *
 * Decide first, write after: every pack is decided over the same columns before any writes, so that the
 * contact policies of all of them bind each touch; then each pack is written in one transaction of its own. A
 * pack that fails stores nothing and is reported; the others go on. No Lua and no SQL here.
 */
#ifndef AS_RUN_RUN_H
#define AS_RUN_RUN_H

#include "run/decision/summary.h"
#include "score/plan/profile.h"
#include "store/store.h"

struct as_run_request {
    struct as_schema *schema; /* the one all packs were loaded into */
    const struct as_run_pack *packs;
    uint32_t pack_count;
    /* Packs that are not run, whose contact policies bind the same people all the same; may be NULL. */
    const struct as_run_pack *binding;
    uint32_t binding_count;
    const char *library_hash;             /* of the rule library, kept with every decision; may be NULL */
    const struct as_reference *reference; /* kept with every decision; may be NULL */
    int64_t at, known_at;                 /* decision time; facts learnt later are invisible */
    int64_t now;                          /* the clock, for the run's own record */
    unsigned threads;
    bool dry_run;   /* decides and reports, writes nothing */
    bool rehearsal; /* on a store that nobody works with: any version may decide */
    bool baseline;  /* decides and stores, makes no effects */
    bool whole;     /* decides about everybody, also where a few would do */
    bool approve;   /* lets held effects go, and holds none of this run */
    double
        max_moves; /* share of decided leads that may change stage before effects are held; negative: any */
    /* The last version of each pack by index, to tell a rule change from new facts; .pack NULL where there is
     * none or it is the same version. The array may be NULL. */
    const struct as_run_pack *last;
    bool profile; /* notes where time goes */
    /* Tells lead by lead (struct as_told) of whoever changed, and of these leads also when they did not. */
    bool tell;
    const int64_t *watched; /* their ids, ascending; may be NULL */
    uint32_t watched_count;
    bool (*progress)(void *context, const char *what, uint64_t done,
                     uint64_t all); /* false stops; may be NULL */
    void *progress_context;
};

/* Where the time of one pack's run went, in nanoseconds. Phases of the rules are sums over the threads; the
 * others are what passed on the clock. */
struct as_run_profile {
    const struct as_pack *pack;
    int64_t phase_ns[AS_PROFILE_PHASES];
    int64_t priors_ns, rules_ns, standings_ns, moves_ns, writing_ns;
    const struct as_profile_part *parts; /* slowest first */
    uint32_t part_count;
};

/* How a stored run left one lead in one model. */
struct as_told {
    const struct as_pack *pack;
    const struct as_model *model;
    int64_t run, lead;
    bool changed; /* stage, grade or a verdict; else from and to are equal, and cause, how and the reasons say
                     nothing */
    uint8_t from, to; /* enum as_stage; from is AS_STAGE_NONE for a lead that is decided for the first time */
    uint8_t cause;    /* enum as_move_cause */
    char grade_from[AS_GRADE_TEXT], grade[AS_GRADE_TEXT];
    const char *by; /* the gate, disqualifier or act by which it moved; NULL when the stage is the same */
    const char *because;   /* the rule or fact behind a move, NULL unknown */
    const int64_t *points; /* by model->scores, in milli-points */
};

/* Outcome of a run; lives until as_run_free. */
struct as_run_result {
    struct as_arena arena;
    AS_LIST(struct as_summary *) packs; /* in the order asked for; a failed pack has its error in it */
    uint32_t failed;                    /* packs that failed */
    bool held_by_moves;                 /* some pack moved more than max_moves: exit 1 until approved */
    int64_t run_ms;
    int64_t reading_ns;                        /* of the snapshot */
    AS_LIST(struct as_run_profile *) profiles; /* when they were asked for, of the packs that were decided */
    AS_LIST(struct as_told)
    told; /* when it was asked for: by pack and model, whoever changed before the watched */
};

/* Fails as a whole (nothing is written) when the database is held by somebody else, the snapshot cannot be
 * read, or `at` lies before the last run of a pack (AS_ERR_USAGE, not in a dry run: a lifecycle does not run
 * backwards). Faults of one pack are in its summary and the call returns AS_OK. */
enum as_status as_run(struct as_run_result *out, struct as_store *store, const struct as_run_request *request,
                      struct as_error *error);
void as_run_free(struct as_run_result *result);

#endif
