/* Decision: one pack decided over one dataset, in memory. Nothing is read or written beyond the dataset, so
 * that a run, an explanation, the queue and a comparison of two packs all decide in the same way.
 */
#ifndef AS_RUN_DECISION_H
#define AS_RUN_DECISION_H

#include "data/pack/source.h"
#include "score/model/contact.h"
#include "score/model/standing.h"
#include "store/snapshot/snapshot.h"

/* A loaded pack as the commands hand it over; everything is borrowed. */
struct as_run_pack {
    const struct as_pack *pack;
    const struct as_source *source; /* its files, kept by the store; NULL: nothing is kept (dry runs only) */
    const struct as_functions *functions; /* NULL when the pack has none */
};

/* The schema's bits that deciding a pack reads: what its plan needs and what contact policy, buying phase,
 * tracks, routes and account plans read beside it. */
struct as_needs {
    uint64_t *fields, *kinds, *properties; /* sized to the schema at as_needs_new */
    bool account_events;
    bool members; /* who belongs to an account; functions may ask for that, too */
};
enum as_status as_needs_new(struct as_needs *out, const struct as_schema *schema, struct as_error *error);
void as_needs_free(struct as_needs *needs);
/* Adds the needs of a plan and of its pack. A union: call it once a pack. */
void as_needs_add(struct as_needs *needs, const struct as_plan *plan);
/* Adds one field by name; a name the schema does not know is ignored. */
void as_needs_field(struct as_needs *needs, const struct as_schema *schema, enum as_level level,
                    const char *name);

/* The request for what is needed, as of `at` and as it was known at known_at, of everybody and without
 * priors.
 */
struct as_snapshot_request as_needs_request(const struct as_needs *needs, int64_t at, int64_t known_at);
/* What a touch asked for counts by the ladder of the first pack that has one; does nothing where the request
 * has a ladder. */
void as_request_ladder(struct as_snapshot_request *request, const struct as_run_pack *packs, uint32_t n);

struct as_decision {
    const struct as_pack *pack;
    const struct as_plan *plan;
    const struct as_dataset *dataset;
    struct as_run_options options;
    struct as_outcome *outcome;
    struct as_standings *standings; /* by model index */
    struct as_stood *stood;         /* by model index */
    int64_t rules_ns, standings_ns; /* what passed on the clock */
    struct as_nurture *nurture;     /* contact policy and tracks over this outcome, for any thread */
};

/* Runs the plan and finds the standings. dataset->prior must be that of this pack, one column a model. Plan,
 * dataset and pack must outlive the decision. On failure *out is empty. */
enum as_status as_decide(struct as_decision *out, const struct as_pack *pack, const struct as_plan *plan,
                         const struct as_dataset *dataset, const struct as_run_options *options,
                         struct as_error *error);
void as_decision_free(struct as_decision *decision);

/* Where a lead stands by this decision. */
static inline const struct as_standing *as_standing_at(const struct as_decision *decision, uint32_t model,
                                                       uint32_t lead_row)
{
    return as_standings_at(&decision->standings[model], lead_row);
}

/* The next lead row, from this one on, that does not stand as its prior says (struct as_stood); the number of
 * leads when there is none. */
uint32_t as_decision_next(const struct as_decision *decision, uint32_t model, uint32_t row);

/* Whether two packs have models of the same names in the same order, so that one set of priors, which are by
 * model index, serves both. */
bool as_models_same(const struct as_pack *a, const struct as_pack *b);

/* True when stage, grade or a verdict differs from the prior standing, or there was none. A lead the model is
 * not about has changed only when it was decided before. */
bool as_standing_changed(const struct as_standing *now, const struct as_prior *prior);

/* The score that says how far a lead's interest goes: the one called "interest", else the one of the grade's
 * second axis, else the model's last; NULL when the model has none. */
const struct as_score *as_interest_score(const struct as_model *model);

#endif
