/* Work: what people have to do next, and where leads and accounts stand in programmes: tasks, places in
 * tracks, offers to sales, account plans. */
#ifndef AS_STORE_WORK_H
#define AS_STORE_WORK_H

#include "store/decisions/decisions.h"

/* A human task; open until a person completes it, never closed by the machine [A6.9]. */
struct as_task {
    int64_t id;      /* out */
    const char *key; /* unique for ever */
    const char *pack, *text;
    const char *role, *owner, *play;      /* play: the play or step it comes from; any may be NULL */
    int64_t lead_id, account_id, plan_id; /* 0 none */
    int64_t created, due;                 /* due AS_TIME_NONE: none */
    bool done;
};
typedef enum as_status (*as_task_fn)(void *context, const struct as_task *task, struct as_error *error);
/* *added false: the key exists, nothing is changed. */
enum as_status as_store_put_task(bool *added, struct as_store *store, const struct as_task *task,
                                 struct as_error *error);
/* By due (none last), then id. pack NULL: all. */
enum as_status as_store_tasks(struct as_store *store, const char *pack, bool open_only, as_task_fn each,
                              void *context, struct as_error *error);
/* A person completes a task of a lead (also one of who was merged into it, or of its account), or of an
 * account; one that is about nobody is anybody's. */
struct as_task_end {
    int64_t id;
    int64_t lead_id, account_id; /* whose it is said to be: one of them, the other 0 */
    const char *by, *outcome;    /* may be NULL */
    int64_t at;
};
/* AS_ERR_MISSING where there is no such task, AS_ERR_CONFLICT when it is another's or done already; the very
 * same said again of the same time is no fault and changes nothing (*changed false). */
enum as_status as_store_finish_task(bool *changed, struct as_store *store, const struct as_task_end *end,
                                    struct as_error *error);

/* A stay in a track: who entered it when, and how far it has come. */
struct as_stay {
    int64_t lead_id, entered;
    const char *track, *persona; /* persona NULL: as it was */
    uint16_t step;
    bool ended;
    int64_t due;         /* AS_TIME_NONE: none */
    bool begins;         /* it begins, or follows another's word from now on: what is below is kept with it */
    int64_t word;        /* id of the person's word that it follows, 0: the rules */
    const char *instead; /* beside a word: where the rules had the lead then; NULL: nowhere */
};
/* The stay after this decision: entered, advanced or ended. */
enum as_status as_store_enrol(struct as_store *store, const struct as_run_record *run,
                              const struct as_stay *stay, struct as_error *error);

/* Where a lead was in tracks of a pack, as it stood at `at`: the step reached, and whether it went on from
 * there. Oldest first. */
struct as_enrolment_row {
    const char *track;
    int64_t entered, ended; /* ended AS_TIME_NONE: it is in it */
    uint16_t step;          /* the next one then, 0-based */
    bool by_word;           /* a person put the lead there */
};
typedef enum as_status (*as_enrolment_row_fn)(void *context, const struct as_enrolment_row *row,
                                              struct as_error *error);
enum as_status as_store_enrolments(struct as_store *store, const char *pack, int64_t lead_id, int64_t at,
                                   as_enrolment_row_fn each, void *context, struct as_error *error);

/* How many people stand in a track of a pack now; who was merged into others counts with them. */
enum as_status as_store_in_tracks(uint64_t *places, struct as_store *store, const char *pack,
                                  struct as_error *error);

/* Offers of leads to sales; effects.h makes them. */
struct as_offer_row {
    int64_t id, lead_id, offered, answered;            /* answered AS_TIME_NONE: open */
    const char *pack, *model, *owner, *state, *reason; /* state: offered, accepted, rejected */
};
typedef enum as_status (*as_offer_row_fn)(void *context, const struct as_offer_row *row,
                                          struct as_error *error);
/* Oldest first; pack NULL: all; lead_id 0: all. */
enum as_status as_store_offers(struct as_store *store, const char *pack, int64_t lead_id, bool open_only,
                               as_offer_row_fn each, void *context, struct as_error *error);

/* Account plans: one plan, one account [A6.1]. */
struct as_plan_row {
    int64_t id, account_id, created, closed;                      /* closed AS_TIME_NONE: open */
    const char *pack, *template_, *marketing_owner, *sales_owner; /* owners may be NULL */
};
typedef enum as_status (*as_plan_row_fn)(void *context, const struct as_plan_row *row,
                                         struct as_error *error);
/* AS_ERR_CONFLICT when the account has an open plan already, of any pack. */
enum as_status as_store_add_plan(int64_t *id, struct as_store *store, const struct as_plan_row *plan,
                                 struct as_error *error);
/* By id; pack NULL: all; account_id 0: all. Open and closed ones. */
enum as_status as_store_plans(struct as_store *store, const char *pack, int64_t account_id,
                              as_plan_row_fn each, void *context, struct as_error *error);
/* A play of a plan as it stands: opened (once) or no longer called for. */
enum as_status as_store_put_play(struct as_store *store, int64_t plan_id, const char *play, bool open,
                                 int64_t at, struct as_error *error);

#endif
