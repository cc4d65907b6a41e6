/* Jobs: the packs of a run on their way from rules to stored decisions. Internal to a run: run.c says in what
 * order the steps go and what a failure ends, job.c decides, write.c writes.
 */
#ifndef AS_RUN_JOB_H
#define AS_RUN_JOB_H

#include "run/choice.h"
#include "run/decision/past.h"
#include "run/decision/placement.h"
#include "run/desk.h"
#include "store/decisions/decisions.h"

/* One pack on its way through the run. */
struct as_run_job {
    const struct as_run_pack *given, *last; /* last NULL: no other version to compare with */
    struct as_summary *summary;
    struct as_past *past;  /* the desk's */
    struct as_basis basis; /* of the last run, when has_basis */
    bool has_basis;
    struct as_kept **kept;                  /* by model, of a run over a part, and where days are promised */
    int32_t *promised;                      /* by lead row (struct as_run_options); NULL: nothing is */
    struct as_tally *others;                /* by model: the leads that it leaves as they are */
    const struct as_plan *plan, *last_plan; /* the desk's */
    struct as_decision decision;
    struct as_moves *moves; /* by model */
    struct as_place_row *places;
    bool watches;    /* it looks at all clocks, not only at those of the leads that it decides about */
    uint64_t people; /* who there is, where that matters to clocks */
    struct as_owed_list owed; /* clocks; in the summary's arena */
    bool decided;
    struct as_run_profile *profile; /* in the result's arena; NULL: nobody asked */
};
struct as_running {
    struct as_run_result *result;
    struct as_desk *desk;
    struct as_store *store;
    const struct as_run_request *request;
    struct as_run_job *jobs;
    struct as_needs needs;
    struct as_choice choice; /* whom the dataset holds */
    struct as_dataset *dataset;
    const struct as_plan **binding_plans; /* of request->binding, with their decisions; the desk's */
    struct as_decision *binding;
    const struct as_decision **all; /* of the packs decided so far, binding ones first */
    uint32_t all_count;
    const char *phase; /* for progress: "reading", a pack's name, "writing" */
    int64_t started_ticks;
    bool stopped; /* by the caller's progress function: then nothing goes on */
};

/* A run from the lock to the last write; the result is empty when it fails. */
enum as_status as_run_go(struct as_running *running, struct as_error *error);
/* desk.c: the plan of a pack, compiled when it was not yet. */
enum as_status as_desk_plan(const struct as_plan **out, struct as_desk *desk, const struct as_pack *pack,
                            struct as_error *error);

/* desk.c: the runs of a pack before this one. */
enum as_status as_desk_past(struct as_past **out, struct as_desk *desk, const struct as_pack *pack,
                            struct as_error *error);

/* Opens job `index`: its summary, its past, and whether `at` makes sense for it. */
enum as_status as_run_job_open(struct as_running *running, uint32_t index, struct as_error *error);
/* Whether this version may decide (clearance.c); notes how its agreement stands. */
enum as_status as_run_job_clear(struct as_running *running, struct as_run_job *job, struct as_error *error);
/* Compiles the pack and adds what it needs. */
enum as_status as_run_job_plan(struct as_running *running, struct as_run_job *job, struct as_error *error);
/* Decides over running->dataset: standings, moves with causes, placements, counts, and whether effects are
 * held. */
enum as_status as_run_job_decide(struct as_running *running, struct as_run_job *job, struct as_error *error);
/* Writes everything of the pack in one transaction, or only counts its effects in a dry run. promised: bit
 * per lead that some pack of this run contacts already. */
enum as_status as_run_job_write(struct as_running *running, struct as_run_job *job, uint64_t *promised,
                                struct as_error *error);
/* service.c: finds whether the run looks at all clocks. One that tells of single leads does when the moment
 * of some clock has come, when a lead could go to somebody who is new or back, or when others ran meanwhile.
 */
enum as_status as_run_job_watch(struct as_running *running, struct as_run_job *job, struct as_error *error);
/* Keeps for the next run when that moment comes. */
void as_run_job_wind(struct as_run_job *job);
/* What the summary tells of clocks, after effects are made; and, when the pack is written, giving
 * back the leads whose agreement says so: the next run moves them. */
enum as_status as_run_job_owed(struct as_running *running, struct as_run_job *job, struct as_error *error);
enum as_status as_run_job_give_back(struct as_running *running, struct as_run_job *job,
                                    struct as_error *error);
/* What is to be done before a model's standings are written, by the thread that asks the store, while others
 * make ledgers already. */
typedef enum as_status (*as_first_do_fn)(struct as_running *running, struct as_run_job *job,
                                         struct as_error *error);
/* decision_rows.c: stores how the leads of a model stand and the decisions about them, with why and their
 * ledgers; within a transaction. first NULL: nothing is to be done before. */
enum as_status as_decide_rows(struct as_changes *changes, struct as_running *running, struct as_run_job *job,
                              uint32_t model, as_first_do_fn first, struct as_error *error);
/* telling.c: the lines of request->tell, before the pack's standings are stored; they count once that is
 * done. */
enum as_status as_tell_leads(struct as_running *running, const struct as_run_job *job,
                             struct as_error *error);
/* write.c: the rule or fact behind a move to `to`, before it is stored; NULL when nothing can be said. */
enum as_status as_say_because(const char **out, struct as_arena *arena, struct as_running *running,
                              const struct as_run_job *job, uint32_t model, const struct as_move *move,
                              struct as_error *error);
void as_run_job_free(struct as_run_job *job);

/* Packs that are not run and bind all the same (binding.c): their plans and needs; their decisions, before
 * those of the packs that are run. */
enum as_status as_binding_plan(struct as_running *running, struct as_error *error);
enum as_status as_binding_decide(struct as_running *running, struct as_error *error);
void as_binding_free(struct as_running *running);

/* The caller's progress function, as a plan wants it: context is the struct as_running. False: stop. */
bool as_run_forward(void *running, uint64_t done, uint64_t all);

#endif
