/* Package: everything that sales gets with a lead, as data; commands print it. It is put together from one
 * explanation and the rows of the store, so that it says what the rules saw; scores can be reckoned again
 * from it alone.
 */
#ifndef AS_RUN_PACKAGE_H
#define AS_RUN_PACKAGE_H

#include "run/explain/explain.h"
#include "run/handoff/resources.h"
#include "store/report/appointments.h"

/* The parts of the history. resource NULL: not of the catalogue. */
struct as_package_event {
    int64_t time;
    const char *kind, *actor, *intent, *content, *title, *url, *detail,
        *source; /* NULL unknown, but kind, actor */
    const struct as_resource *resource;
    bool page, consumed; /* a page was looked at; a resource was read, watched or attended */
};
struct as_package_touch {
    int64_t time;
    const char *channel, *ask, *content, *outcome, *summary, *user, *source;
    const struct as_resource *resource;
    bool by_person;    /* else an offer of marketing's */
    int64_t responded; /* when the lead took what was offered, AS_TIME_NONE */
};
struct as_package_answer {
    int64_t time;
    const char *question, *ask, *value, *voice, *manner, *user; /* ask NULL: no pack asks it any more */
    bool of_account;
};

/* A question of the bank that is for this lead, in order. */
struct as_package_question {
    const char *name, *ask, *phase, *product;
    const struct as_explained_value *answer; /* value NULL: open */
    const struct as_resource *resource; /* best content that answers it; NULL: none that the lead lacks */
    const struct as_resource *taken;    /* content that answers it and that the lead took; NULL: none */
};

enum as_step_state { AS_STEP_LATER, AS_STEP_NEXT, AS_STEP_OFFERED, AS_STEP_TAKEN, AS_STEP_PASSED };
const char *as_step_state_name(enum as_step_state state); /* "later" … */
struct as_package_step {
    const struct as_step *step;
    const struct as_resource *resource; /* of its content; NULL: a task, or not in the catalogue */
    enum as_step_state state;
    int64_t offered; /* AS_TIME_NONE */
};
struct as_package_track {
    const struct as_track *track;
    bool current; /* the lead is in it */
    AS_LIST(struct as_package_step) steps;
};

/* What is wrong with the package. A fault keeps it from being handed over, a warning does not. */
struct as_package_finding {
    const char *what, *advice;
};

struct as_package_offer {
    const char *owner, *state, *reason; /* state: "offered", "accepted", "rejected" */
    const char *by;                     /* who answered for sales, NULL unknown */
    int64_t offered, answered;          /* answered AS_TIME_NONE: it waits */
};

/* An appointment with sales, and how it reads in a sentence. */
struct as_package_meeting {
    struct as_appointment what;
    const char *said;
};

struct as_package {
    struct as_explanation explanation; /* its arena has everything */
    const struct as_explained_model *model;
    struct as_explained_gate *gate; /* sales_ready; NULL when the model has none */
    enum as_phase phase;
    bool overridden; /* a person's word, not the gate, brought the lead here */
    struct as_override_said {
        int64_t time;
        const char *by, *reason;
    } override;
    AS_LIST(struct as_package_offer) offers;     /* of this model, oldest first */
    AS_LIST(struct as_package_meeting) meetings; /* oldest first */

    AS_LIST(struct as_package_track) plan;
    struct as_resources catalogue;
    AS_LIST(const struct as_resource *)
    resources; /* for the persona: this phase first, then by trust and key */
    AS_LIST(struct as_package_event) events;
    AS_LIST(struct as_package_touch) touches;
    AS_LIST(struct as_package_answer) answers;
    AS_LIST(const struct as_resource *) proof; /* proof points consumed, each once */

    AS_LIST(struct as_package_question) questions;
    const struct as_package_question *next; /* the first open one at the buyer's phase or a later one; NULL */
    const char *next_ask;              /* the question to ask next, of the bank or the next gate; NULL none */
    const struct as_resource *insight; /* what to bring: it answers the next question; NULL: nothing does */
    const char *happened;              /* in two or three sentences */

    AS_LIST(struct as_package_finding) faults, warnings;
};

struct as_package_request {
    struct as_schema *schema;
    const struct as_run_pack
        *packs; /* the first is the one that hands over; the others' contact policies bind */
    uint32_t pack_count;
    const char *model; /* NULL: the first in which the lead stands at sales_ready or beyond */
    int64_t at, known_at;
    int64_t lead_id;
};

/* AS_ERR_CONFLICT, with what to do, when the lead may not be handed over: it did not pass the gate and nobody
 * overrode that, or an unknown disqualifier blocks it. */
enum as_status as_package_of(struct as_package *out, struct as_store *store,
                             const struct as_package_request *request, struct as_error *error);
void as_package_free(struct as_package *package);
/* The package as one JSON object (README.md gives its shape); one with faults tells these alone. */
void as_package_json(struct as_json *json, const struct as_package *package);

#endif
