/* Account plans: one plan for one account [A6.1], from the template that fits it. */
#ifndef AS_RUN_ACCOUNTS_H
#define AS_RUN_ACCOUNTS_H

#include "run/decision/decision.h"
#include "run/decision/json.h"
#include "score/model/account_plan.h"
#include "store/store.h"

struct as_seat {
    const char *role;
    uint32_t needed, filled;
    AS_LIST(const char *) people; /* names of the members in this role */
};
struct as_plan_step {
    const struct as_play *play;
    enum as_tri state;        /* AS_YES: open now */
    const char *said;         /* its condition in words; NULL: always */
    int64_t due;              /* AS_TIME_NONE: no date */
    bool has_task, task_done; /* a task of it exists; people have done it */
};
struct as_plan_view {
    int64_t plan_id; /* 0: the account has no plan yet */
    int64_t created;
    int64_t account_id;
    const char *account, *domain;        /* NULL unknown */
    const char *pack, *template_, *tier; /* template_, tier NULL: none fits */
    enum as_variety variety;             /* of the template that fits */
    double alike;  /* how much of what is open now another account in the same place would be given, too, 0 to
                      1 */
    bool true_abm; /* called a programme for each account, and one */
    enum as_region region;
    const char *value, *diversity;             /* as read; NULL unknown */
    const char *marketing_owner, *sales_owner; /* NULL unknown */
    double coverage;
    AS_LIST(struct as_seat) seats;
    uint32_t members;
    bool has_budget;
    int64_t budget;          /* hundredths */
    const char *budget_text; /* "50,436.80 EUR"; NULL without a budget */
    int64_t spent;           /* hundredths, of costs in the budget's currency; 0 without a budget */
    const char *spent_text;  /* NULL: nothing was */
    AS_LIST(struct as_plan_step) plays;
    uint64_t stages[AS_STAGE_COUNT]; /* the account's leads in the first model */
    AS_LIST(const char *)
    faults; /* why it is no account plan yet: an owner or own content is missing [A6.8] [A6.10] */
};
struct as_plans {
    struct as_arena arena;
    int64_t at;
    AS_LIST(struct as_plan_view)
    views; /* accounts with a plan or whose template holds; by region, then coverage, then name */
    uint64_t regions[AS_REGION_ABM + 1];   /* all accounts; 0 when the pack has no segment */
    uint64_t abm_customers, abm_prospects; /* of region abm: too big to lose; of exceptional value */
    uint64_t found; /* accounts with a plan or a template, before `most` cut the list */
};

struct as_plans_request {
    struct as_schema *schema;
    const struct as_run_pack *pack;
    int64_t at, known_at, now;
    unsigned threads;
    int64_t account_id; /* 0: all */
    uint32_t most;      /* views at most; 0 all */
};
enum as_status as_plans_of(struct as_plans *out, struct as_store *store,
                           const struct as_plans_request *request, struct as_error *error);
void as_plans_free(struct as_plans *plans);
void as_plans_json(struct as_json *json, const struct as_plans *plans);

/* Creates the plan of request->account_id and the tasks of its open plays. AS_ERR_CONFLICT: it has one
 * already; AS_ERR_RULE: no template fits; AS_ERR_DATA: an owner or content of its own is missing, each named.
 */
enum as_status as_plan_create(int64_t *plan_id, struct as_store *store,
                              const struct as_plans_request *request, struct as_error *error);

#endif
