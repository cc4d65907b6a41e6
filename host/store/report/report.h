/* Report: what stands in the database, for people and for export. Strings of rows live during the call; NULL
 * where unknown. */
#ifndef AS_STORE_REPORT_H
#define AS_STORE_REPORT_H

#include "base/arena.h"
#include "store/decisions/decisions.h"

/* Who a lead is, for reading and for handing back to the CRM. */
struct as_who {
    int64_t lead_id, account_id;         /* account 0: none */
    const char *name;                    /* first and last name, else e-mail, else external id, else "#12" */
    const char *email, *title, *company; /* company: the account's name, else what the lead says */
    const char *system, *external_id;    /* the lead's id where it came from; the first one by system */
    const char *account_external_id;
};

/* A lead with its current standing in one model. */
struct as_lead_row {
    struct as_who who;
    const char *model;
    uint8_t stage, furthest;
    const char *grade; /* "B2", "" none */
    uint16_t verdicts;
    bool attention, blocked;
    int64_t entered, decided_at, run; /* run: that of the last change */
    const char *owner, *persona, *disqualifier;
    const struct as_score_now *scores;  /* of the model */
    const struct as_reason *reasons;    /* of the last decision */
    uint32_t score_count, reason_count; /* reasons: AS_REASONS at most */
};
struct as_lead_query {
    const char *pack;  /* required */
    const char *model; /* NULL: all */
    int64_t since_run; /* only leads that changed in a later run; 0: all */
    int64_t lead_id;   /* only this one; 0: all */
    uint32_t stages;   /* set of 1 << enum as_stage; 0: all */
    bool outside;      /* also leads the model is not about */
};
typedef enum as_status (*as_lead_row_fn)(void *context, const struct as_lead_row *row,
                                         struct as_error *error);
/* By lead id, then model. `each` must not ask for scores. AS_ERR_MISSING when the pack never ran. */
enum as_status as_store_leads(struct as_store *store, const struct as_lead_query *query, as_lead_row_fn each,
                              void *context, struct as_error *error);
/* Who one lead is. */
typedef enum as_status (*as_who_fn)(void *context, const struct as_who *who, struct as_error *error);
enum as_status as_store_who(struct as_store *store, int64_t lead_id, as_who_fn each, void *context,
                            struct as_error *error);
/* The same, kept in an arena; all zero on failure. */
enum as_status as_store_who_kept(struct as_who *out, struct as_arena *arena, struct as_store *store,
                                 int64_t lead_id, struct as_error *error);
/* Which account that is: lead_id 0; company, account_external_id and its system; what belongs to a person is
 * NULL. */
enum as_status as_store_account_who(struct as_store *store, int64_t account_id, as_who_fn each, void *context,
                                    struct as_error *error);

/* A change of stage, of grade, or of a verdict alone (then the stages are equal). */
struct as_move_row {
    struct as_who who;
    int64_t run, at;
    const char *model;
    uint8_t from, to, cause; /* enum as_stage, enum as_cause */
    const char *grade_from, *grade_to;
    const char *why, *by;
};
struct as_move_query {
    const char *pack;  /* required */
    int64_t run;       /* of this run; 0: any */
    int64_t since_run; /* of later runs than this; 0: any */
    bool stages_only;  /* leave out what changed grade or verdicts alone */
};
typedef enum as_status (*as_move_row_fn)(void *context, const struct as_move_row *row,
                                         struct as_error *error);
/* By run, lead, model. */
enum as_status as_store_moves(struct as_store *store, const struct as_move_query *query, as_move_row_fn each,
                              void *context, struct as_error *error);

#endif
