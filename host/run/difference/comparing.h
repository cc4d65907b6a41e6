/* A comparison on its way: what its parts share. Internal to comparing: difference.c reads, decides and
 * orders, difference_leads.c counts who moves, difference_parts.c finds the rules responsible,
 * difference_work.c says what people have to do, difference_pack.c compares what the packs declare beside
 * their models.
 */
#ifndef AS_RUN_COMPARING_H
#define AS_RUN_COMPARING_H

#include "run/decision/placement.h"
#include "run/difference/difference.h"

struct as_comparing {
    struct as_difference *out;
    struct as_store *store;
    const struct as_difference_request *request;
    const char *history;
    struct as_needs needs;
    struct as_dataset *dataset;
    struct as_plan *plans[AS_SIDES];
    struct as_decision decisions[AS_SIDES];
    int priors;       /* the side whose models the dataset's prior standings are of; -1: none */
    bool same_models; /* then one set of priors serves both */
    const char *phase;
};

/* Makes the dataset's prior standings those of one side's models. */
enum as_status as_comparing_priors(struct as_comparing *c, int side, struct as_error *error);

/* The leads of one pair of models that move: stage, grade or a verdict differs. */
struct as_movers {
    uint32_t *rows; /* ascending; freed by the caller */
    uint32_t n;
};

static inline const struct as_standing *as_compared(const struct as_comparing *c, int side,
                                                    const struct as_difference_model *model, uint32_t row)
{
    return as_standing_at(&c->decisions[side], model->model[side]->index, row);
}

static inline bool as_compared_enters(const struct as_standing *standing)
{
    return !standing->outside && standing->stage != standing->prior_stage;
}

/* Everything of a pair of models but the parts; examples without `because`. */
enum as_status as_compare_leads(struct as_movers *movers, struct as_comparing *c,
                                struct as_difference_model *model, struct as_error *error);
/* The parts responsible, and what the examples moved by. */
enum as_status as_compare_parts(struct as_comparing *c, struct as_difference_model *model,
                                const struct as_movers *movers, struct as_error *error);
/* Lists, contact policy, agreement. */
enum as_status as_compare_packs(struct as_comparing *c, struct as_error *error);
/* Owners that one side's routes would give, counted into the models, and effects it would make; to be called
 * while the dataset holds that side's priors. */
enum as_status as_compare_work(struct as_comparing *c, int side, struct as_error *error);
/* Hours at the gates of a compared pair. */
void as_compare_hours(struct as_comparing *c, struct as_difference_model *model);

/* The state of a criterion for a lead, at the level of its gate. */
enum as_tri as_compared_state(const struct as_comparing *c, int side, const struct as_expr *when,
                              enum as_level level, uint32_t lead_row);

#endif
