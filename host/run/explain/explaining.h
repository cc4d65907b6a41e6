/* An explanation on its way: what its parts share. Internal to explaining: explain.c reads, decides and
 * orders, explain_model.c tells of one model, explain_person.c of the person, the account and today's
 * contact.
 */
#ifndef AS_RUN_EXPLAINING_H
#define AS_RUN_EXPLAINING_H

#include "run/explain/evidence.h"

struct as_explaining {
    struct as_explanation *out;
    struct as_store *store;
    const struct as_explain_request *request;
    struct as_plan **plans;        /* by pack */
    struct as_decision *decisions; /* by pack */
    const struct as_decision **all;
    struct as_dataset *dataset;
    struct as_trace *trace;
    uint32_t lead_row, account_row;
    struct as_evidence_source source;
};

/* Text kept in the explanation; NULL stays NULL. */
const char *as_explaining_keep(struct as_explaining *e, const char *text);

/* The model that the request names, else every model. */
enum as_status as_explain_models(struct as_explaining *e, struct as_error *error);
/* Every answer of the pack's, and the other people of the account. */
enum as_status as_explain_acquaintance(struct as_explaining *e, struct as_error *error);
/* Name, owner, account, contact. */
enum as_status as_explain_person(struct as_explaining *e, struct as_error *error);

#endif
