/* Learn: what the best customers have in common, and what those who are more trouble than they are worth,
 * learnt from closed history by a contrast that a pack declares. The pack says who is which; here they are
 * found, divided into those to learn from and those to try on, and handed to host/score/statistics. Nothing
 * is written. */
#ifndef AS_RUN_LEARN_H
#define AS_RUN_LEARN_H

#include "run/decision/decision.h"
#include "run/decision/json.h"
#include "score/statistics/contrast.h"
#include "store/store.h"

struct as_learn_request {
    const struct as_run_pack *pack;
    const struct as_contrast *contrast; /* of it */
    const struct as_schema *schema;
    unsigned threads;
    int64_t at, known_at;
};

/* Leads or accounts by what they are. */
struct as_learn_count {
    uint32_t all, best, worst;
    uint32_t both;      /* meet both conditions: left out */
    uint32_t neither;   /* are known to be neither */
    uint32_t undecided; /* of whom one of the two is unknown: left out */
    uint32_t undated;   /* best or worst, but without the date of `since`: left out */
    uint32_t untold;    /* learnt from, though they were recorded after they became customers: nobody can tell
                           what was known before */
};

struct as_learnt_trait {
    const struct as_expr *expr;
    const char *source; /* as a rule reads it: "account.industry" */
    bool is_condition;  /* code 1 yes, 0 no */
    bool whole;         /* numbers without decimals */
    struct as_trait trait;
    AS_LIST(const char *) values; /* by code, spelled as they first came */
    uint32_t late; /* subjects whose value was recorded after they became customers: here it is what was known
                      then */
};

struct as_learnt {
    struct as_arena arena;
    const struct as_pack *pack;
    const struct as_contrast *contrast;
    int64_t at;
    struct as_learn_count count;
    bool by_time;     /* tried on those who came last; else on three of ten by a hash of their ids */
    int64_t last_day; /* by_time: the last day of those learnt from */
    AS_LIST(struct as_learnt_trait) traits; /* as the result's */
    struct as_contrast_result result;
};
/* *out is freed by as_learnt_free in any case; it borrows the request's pack and contrast. */
enum as_status as_learn(struct as_learnt *out, struct as_store *store, const struct as_learn_request *request,
                        struct as_error *error);
void as_learnt_free(struct as_learnt *learnt);

/* One object; shape in host/run/README.md. */
void as_learnt_json(struct as_json *json, const struct as_learnt *learnt);
/* A bin as the condition of a rule: `account.employees:at_least(200) & account.employees:less_than(1000)`; it
 * speaks, or is the unknown one. */
void as_learnt_condition(struct as_buf *out, const struct as_learnt_trait *trait, const struct as_bin *bin);
/* The same in a few words: "200 to below 1,000", "Software", "unknown", "12 rarer values". */
void as_learnt_say(struct as_buf *out, const struct as_learnt_trait *trait, const struct as_bin *bin);
/* The model as a rule file. AS_ERR_DATA when there is none, or when it does not hold. */
enum as_status as_learnt_source(struct as_buf *out, const struct as_learnt *learnt, struct as_error *error);

#endif
