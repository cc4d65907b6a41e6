/* Queue: whom to contact today, with what, in what order, and why not the others [A8.1].
 *
 * A lead is a candidate when it stands at worth_a_call or sales_ready, raised a hand that nobody answered, or
 * has a track step due. A candidate is in the queue when the contact policies of all packs allow the touch
 * today. Beside it stand the open tasks that are no step of a candidate.
 */
#ifndef AS_RUN_QUEUE_H
#define AS_RUN_QUEUE_H

#include "run/decision/decision.h"
#include "run/decision/json.h"
#include "run/decision/owed.h"
#include "score/model/contact.h"
#include "store/store.h"

struct as_queue_item {
    int64_t lead_id;
    const char *lead, *email, *title, *account; /* NULL unknown, but lead */
    const char *pack, *model, *label;
    uint8_t stage; /* enum as_stage */
    char grade[AS_GRADE_TEXT];
    int64_t interest;       /* milli-points */
    bool hand_raised;       /* and not answered yet */
    const char *hand_raise; /* the event kind, NULL none */
    int64_t hand_raised_at;
    const char *what;                           /* what to do, in words */
    const char *channel, *content, *role, *ask; /* NULL where it does not apply */
    const char *track, *step;                   /* NULL: no track */
    int64_t due;                                /* AS_TIME_NONE: as soon as may be */
    const char *owner;                          /* NULL nobody */
    const char *next_question;        /* the first unanswered question of the next gate, NULL none */
    const struct as_owed *owed;       /* what sales owes of it, the first due; NULL nothing */
    struct as_contact_answer contact; /* quiet: contact.until says from when on */
    const char *denied_by;            /* pack whose policy denies; NULL: allowed */
};

/* An open task that is no step of an item. */
struct as_queue_task {
    int64_t id;      /* by which `assay record … done` names it */
    int64_t lead_id; /* 0: it is about an account, or nobody who is known */
    const char *text, *pack;
    const char *role, *owner, *play, *lead, *account; /* NULL: none */
    int64_t created, due;                             /* due AS_TIME_NONE: none */
};

struct as_queue {
    struct as_arena arena;
    int64_t at, known_at;
    AS_LIST(struct as_queue_item) items;        /* allowed, best first, at most request->most */
    AS_LIST(struct as_queue_item) denied;       /* denied, in the same order, at most request->most_denied */
    uint64_t allowed, denials[AS_DENIAL_COUNT]; /* all candidates, by answer */
    AS_LIST(struct as_queue_task) tasks;        /* by due, at most request->most */
    uint64_t open_tasks;                        /* all of them */
};

struct as_queue_request {
    struct as_schema *schema;
    const struct as_run_pack *packs; /* every pack that decides: all of their policies bind */
    uint32_t pack_count;
    int64_t at, known_at;
    unsigned threads;
    uint32_t most, most_denied;
    const char *pack;  /* only what this pack wants; NULL: what any wants */
    const char *owner; /* only this owner's leads, tasks of theirs and tasks about those leads that name
                          nobody; NULL all */
    /* Only this role's; NULL all. A role that qualifies leads gets qualification work and nothing else
     * [A8.8]: calls and appointments of leads that sales has not taken, and tasks for the role; another one
     * its tasks.
     */
    const char *role;
    bool people_only; /* leave out steps that the outbox sends by itself */
};

/* Order: furthest stage, an open hand-raise (those whose service level runs by when it is due, then the
 * newest), interest (highest first), due, lead id. */
enum as_status as_queue_of(struct as_queue *out, struct as_store *store,
                           const struct as_queue_request *request, struct as_error *error);
void as_queue_free(struct as_queue *queue);
void as_queue_json(struct as_json *json, const struct as_queue *queue);

#endif
