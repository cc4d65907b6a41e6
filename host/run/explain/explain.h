/* Explanation: everything there is to say about one lead, as data; the command prints it as text or JSON.
 *
 * Facts are decided anew at `at` by the same kernels as a run; sources and ages of the values come from the
 * store. All strings live in the explanation's arena.
 */
#ifndef AS_RUN_EXPLAIN_H
#define AS_RUN_EXPLAIN_H

#include "run/decision/decision.h"
#include "run/decision/json.h"
#include "run/decision/owed.h"
#include "run/explain/overlay.h"
#include "score/model/account_plan.h"
#include "score/model/ledger.h"
#include "score/model/track.h"
#include "store/store.h"

/* What kind of evidence a value is. */
enum as_manner {
    AS_MANNER_FACT,
    AS_MANNER_STATED,
    AS_MANNER_INFERRED,
    AS_MANNER_COUNTED,
    AS_MANNER_READ, /* a function of the pack read it; value is NULL, fact says all */
    AS_MANNER_UNKNOWN,
    AS_MANNER_UNMEASURABLE
};
const char *as_manner_name(enum as_manner manner); /* "stated" … */

/* One value behind a condition. */
struct as_explained_value {
    const char *fact;  /* "account.employees", "event.pricing_view:count(\"30d\")" */
    const char *value; /* "800"; NULL when unknown */
    enum as_manner manner;
    const char *source; /* "hubspot", "stated by buyer"; NULL when nobody said */
    int64_t since;      /* when it became known, or when the newest such event was; AS_TIME_NONE */
};
struct as_explained_values {
    AS_LIST(struct as_explained_value) list;
    int64_t next_day; /* UTC day on which a function may answer otherwise without new facts; 0: none */
};

struct as_explained_entry {
    const struct as_entry *entry;
    struct as_explained_values values;
    const char *counted; /* EVENTS: "3 page_view, 1 webinar"; else NULL */
    int64_t newest;      /* EVENTS: the newest of them, AS_TIME_NONE */
};
/* A rule whose points differ from those of the decision before. */
struct as_explained_change {
    const char *name;
    int64_t before, now; /* milli-points */
};
struct as_explained_score {
    struct as_ledger ledger;
    AS_LIST(struct as_explained_entry) entries;
    AS_LIST(const char *) open; /* what each open rule's condition says, in the order of ledger.open */
    bool had_before;
    int64_t before; /* milli-points at the decision before */
    AS_LIST(struct as_explained_change) changes;
};

/* A criterion of a gate, or a disqualifier. */
struct as_explained_condition {
    const char *name;
    const struct as_expr *when;
    const char *said; /* the condition in words */
    enum as_tri state;
    struct as_explained_values values;
    /* Group conditions that do not hold: who of the group does not meet them, and of whom it is unknown. */
    AS_LIST(const char *) members, undecided;
    AS_LIST(const char *) roles; /* that the group is to cover and of which nobody is known */
};
struct as_explained_gate {
    const struct as_gate *gate;
    enum as_gate_verdict verdict, before; /* before: AS_GATE_NONE when there was no decision */
    AS_LIST(struct as_explained_condition) criteria;
};
struct as_explained_missing {
    const char *criterion, *said, *ask; /* ask NULL: no question would settle it */
    enum as_tri state;
};
struct as_explained_forecast {
    int64_t day;
    const char *what;      /* "gate sales_ready", "grade", "rule binge" */
    const char *from, *to; /* "pass", "fail"; "B2", "B3"; NULL for a rule: a function may answer otherwise */
};

/* The decision before the one at hand, as stored. */
struct as_explained_before {
    int64_t at; /* AS_TIME_NONE: there was none */
    uint8_t stage;
    uint16_t verdicts;
    char grade[AS_GRADE_TEXT];
};

struct as_explained_model {
    const struct as_model *model;
    struct as_standing standing;
    bool waits;                         /* to be handed over once sales has room */
    bool pending;                       /* the standing is not stored: the next run would make it so */
    const char *label;                  /* the team's word for the stage */
    const char *why;                    /* by what it got there: "gate sales_ready"; NULL unknown */
    const char *cause;                  /* "new facts", "time", …; NULL unknown */
    const char *persona, *disqualifier; /* NULL none */
    char grade[AS_GRADE_TEXT];
    struct as_explained_before before;
    AS_LIST(struct as_explained_score) scores;
    AS_LIST(struct as_explained_gate) gates;
    AS_LIST(struct as_explained_condition) disqualifiers; /* those that hold or are unknown */
    const struct as_gate *next;                           /* the next gate on the way; NULL: none left */
    AS_LIST(struct as_explained_missing) missing;         /* for the next gate */
    AS_LIST(struct as_explained_forecast) forecast;
};

struct as_explained_role {
    const char *role;
    uint32_t filled, needed;
};

/* May the person be contacted, and with what. */
struct as_explained_contact {
    const char *persona, *phase;     /* NULL: none fits, unknown */
    const char *track, *step, *what; /* NULL: in no track; what: "send case-study" */
    int64_t due;                     /* AS_TIME_NONE */
    struct as_explained_word {
        bool said, waits, kept_out; /* said: a person's word holds; waits: until a nurtured stage */
        const char *track;          /* that it names; NULL kept out of all */
        const char *by, *reason;    /* by NULL unknown */
        int64_t time;
        const char *by_rules; /* where the rules would have the lead; NULL: in no track */
    } word;
    const char *programme; /* that tries its track, or holds it out of it; NULL none */
    enum as_arm arm;
    int64_t until;             /* when its time in the programme is over; AS_TIME_NONE */
    const char *channel, *ask; /* what the answer is about */
    uint32_t questions;        /* how many it asks */
    struct as_contact_answer answer;
    const char *denied_by;  /* pack whose policy denies; NULL when allowed */
    const char *permission; /* the rung of the ladder reached, NULL without a ladder */
    bool has_policy;        /* then pressure and budget are counted */
    struct as_contact_pressure pressure;
};

/* Somebody of the account, beside the lead. */
struct as_explained_person {
    int64_t lead_id;
    const char *name, *title, *role,
        *label;        /* NULL unknown, but name; label: the team's word for the stage */
    int64_t last_seen; /* the newest thing they did, AS_TIME_NONE */
};
/* An answer that the pack asks for. */
struct as_explained_answer {
    uint32_t field; /* schema index */
    struct as_explained_value value;
};

struct as_explained_account {
    int64_t id; /* 0: none */
    const char *name, *matched_by;
    bool has_region;
    enum as_region region;
    const char *template_; /* NULL: none fits */
    double coverage;
    AS_LIST(struct as_explained_role) roles; /* of the template */
    uint32_t members;
};

struct as_explanation {
    struct as_arena arena;
    const struct as_pack *pack;
    int64_t at, known_at;
    int64_t lead_id;
    const char *lead, *email, *title; /* NULL unknown, but lead */
    const char *owner, *owner_why;    /* NULL: nobody, unknown */
    struct as_owed_list owed;         /* what sales owes or owed of its hand-offs, by the pack's agreements */
    struct as_explained_account account;
    AS_LIST(struct as_explained_model) models;
    struct as_explained_contact contact;
    /* Only when they are asked for. */
    AS_LIST(struct as_explained_answer) answers; /* in the order of the schema, unknown ones too */
    AS_LIST(struct as_explained_person) people;  /* by role, then id; at most AS_PEOPLE_TOLD */
};

struct as_explain_request {
    struct as_schema *schema;
    const struct as_run_pack *packs; /* the first is explained; the others' contact policies bind too */
    uint32_t pack_count;
    const char *model; /* NULL: every model; AS_ERR_USAGE suggests when there is none of that name */
    int64_t at, known_at;
    int64_t lead_id;
    const struct as_overlay *overlay; /* facts supposed of the lead; NULL: none */
    bool acquainted;                  /* tell every answer and the other people of the account, too */
    const char *channel, *ask;        /* what to ask the contact policies; NULL: what nurturing has in mind */
    uint32_t questions;               /* how many that would ask */
};

/* AS_ERR_MISSING when the lead was not known at known_at. */
enum as_status as_explain(struct as_explanation *out, struct as_store *store,
                          const struct as_explain_request *request, struct as_error *error);
void as_explanation_free(struct as_explanation *explanation);

/* Parts of the JSON below, under their keys: "scores", "gates" and "disqualifiers" of a model; the account.
 */
void as_explained_scores_json(struct as_json *json, const struct as_pack *pack,
                              const struct as_explained_model *model);
/* What the gate promises and how it stands with it: for a gate with a contract. */
enum as_tri as_explained_promise(const struct as_explained_gate *gate, enum as_promise part);
/* "awareness yes, by market; interest no, by willing and title; desire by no criterion" */
void as_explained_promises_say(struct as_buf *out, const struct as_explained_gate *gate);
void as_explained_gates_json(struct as_json *json, const struct as_explained_model *model);
void as_explained_contact_json(struct as_json *json, const struct as_explained_contact *contact);
void as_explained_account_json(struct as_json *json, const struct as_explained_account *account);

/* The explanation as one JSON object (README.md gives its shape). */
void as_explanation_json(struct as_json *json, const struct as_explanation *explanation);

#endif
