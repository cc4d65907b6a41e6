/* Explanation: everything there is to say about one lead, as data; the command prints it as text or JSON.
 *
 * Facts are decided anew at `at` by the same kernels as a run; sources and ages of the values come from the
 * store. All strings live in the explanation's arena.
 */
#ifndef AS_RUN_EXPLAIN_H
#define AS_RUN_EXPLAIN_H

#include "run/decision.h"
#include "run/json.h"
#include "score/missing.h"
#include "score/region.h"
#include "score/track.h"
#include "store/store.h"

/* What kind of evidence a value is [A1.3]. */
enum as_manner {
    AS_MANNER_FACT,
    AS_MANNER_STATED,
    AS_MANNER_INFERRED,
    AS_MANNER_COUNTED,
    AS_MANNER_UNKNOWN,
    AS_MANNER_UNMEASURABLE
};
const char *as_manner_name(enum as_manner manner); /* "stated" … */

/* One value behind a condition. */
struct as_explained_value {
    const char *fact;  /* "account.employees", "event.pricing_view:count \"30d\"" */
    const char *value; /* "800"; NULL when unknown */
    enum as_manner manner;
    const char *source; /* "hubspot", "stated by buyer"; NULL when nobody said */
    int64_t since;      /* when it became known, or when the last such event was; AS_TIME_NONE */
};

struct as_explained_entry {
    const struct as_entry *entry;
    AS_LIST(struct as_explained_value) values;
    const char *counted; /* EVENTS: "3 page_view, 1 webinar"; else NULL */
};
struct as_explained_score {
    const struct as_ledger *ledger;
    AS_LIST(struct as_explained_entry) entries;
    bool had_before;
    int64_t before;                /* milli-points at the decision before */
    AS_LIST(const char *) changes; /* "+25 engagement", against the decision before */
};

struct as_explained_criterion {
    const char *name; /* of the criterion or disqualifier */
    const struct as_expr *when;
    const char *said; /* the condition in words */
    enum as_tri state;
    AS_LIST(struct as_explained_value) values;
    AS_LIST(const char *) members; /* group conditions: who does not meet it */
};
struct as_explained_gate {
    const struct as_gate *gate;
    enum as_gate_verdict verdict, before;
    AS_LIST(struct as_explained_criterion) criteria;
};
struct as_explained_missing {
    const struct as_missing *missing;
    const char *said;
};

struct as_explained_model {
    const struct as_model *model;
    struct as_standing standing;
    const char *label; /* the team's word for the stage */
    const char *why;   /* in words: why it stands there, or why it is about to move */
    char grade[AS_GRADE_TEXT];
    bool decided_before;
    int64_t before_at; /* time of the last stored decision */
    uint8_t before_stage;
    char before_grade[AS_GRADE_TEXT];
    AS_LIST(struct as_explained_score) scores;
    AS_LIST(struct as_explained_gate) gates;
    AS_LIST(struct as_explained_criterion) disqualifiers; /* those that hold or are unknown */
    const struct as_gate *next;                           /* the next gate on the way; NULL: none left */
    AS_LIST(struct as_explained_missing) missing;         /* for the next gate */
    AS_LIST(struct as_forecast) forecast;
};

struct as_explained_role {
    const char *role;
    uint32_t filled, needed;
};

struct as_explanation {
    struct as_arena arena;
    const struct as_pack *pack;
    int64_t at, known_at;
    int64_t lead_id, account_id; /* account_id 0: none */
    const char *lead, *email, *title, *account;
    AS_LIST(struct as_explained_model) models;

    const char *persona, *phase; /* NULL: none fits, unknown */
    struct as_placement placement;
    struct as_contact_answer contact; /* of today's step, else of a call */
    const char *contact_pack;         /* whose policy denies; NULL when allowed */
    const char *channel, *ask;        /* what the answer is about */
    uint8_t rung;
    const char *owner, *owner_why; /* owner NULL: nobody */

    enum as_region region;
    bool has_region;
    double coverage;
    AS_LIST(struct as_explained_role) roles; /* of the template that fits the account */
    uint32_t group_size;
};

struct as_explain_request {
    struct as_schema *schema;
    const struct as_run_pack *packs; /* the first is explained; the others' contact policies bind too */
    uint32_t pack_count;
    const char *model; /* NULL: every model */
    int64_t at, known_at;
    int64_t lead_id;
};

enum as_status as_explain(struct as_explanation *out, struct as_store *store,
                          const struct as_explain_request *request, struct as_error *error);
void as_explanation_free(struct as_explanation *explanation);

/* The explanation as one JSON object (README.md gives its shape). */
void as_explanation_json(struct as_json *json, const struct as_explanation *explanation);

#endif
