/* Who moved, and what moved them. The cause is found by comparison, not by guessing from dates alone: given
 * the pack's last version, the question is whether today's facts under yesterday's rules give the same
 * standing. */
#include "run/moves.h"

#include <stdlib.h>

static const char *const cause_names[AS_MOVE_CAUSES] = {
    [AS_MOVED_FIRST] = "first decision",        [AS_MOVED_MERGE] = "merge",
    [AS_MOVED_PERSON] = "recorded by a person", [AS_MOVED_FACTS] = "new facts",
    [AS_MOVED_RULES] = "rule change",           [AS_MOVED_TIME] = "time",
};

const char *as_move_cause_name(enum as_move_cause cause)
{
    return cause_names[cause];
}

static bool same_standing(const struct as_standing *a, const struct as_standing *b)
{
    return a->stage == b->stage && a->grade == b->grade && a->verdicts == b->verdicts;
}

enum as_move_cause as_move_cause_of(const struct as_standing *now, const struct as_prior *prior,
                                    const struct as_since *since, uint32_t model, uint32_t lead_row)
{
    if (!prior->decided)
        return AS_MOVED_FIRST;
    if (now->cause == AS_CAUSE_ACT || now->cause == AS_CAUSE_OVERRIDE)
        return AS_MOVED_PERSON;
    if (since->merged != NULL && as_bit(since->merged, lead_row))
        return AS_MOVED_MERGE;
    bool facts = since->facts != NULL && as_bit(since->facts, lead_row);
    if (!since->rules_changed)
        return facts ? AS_MOVED_FACTS : AS_MOVED_TIME;
    const struct as_standing *last = since->by_last_rules == NULL ? NULL : since->by_last_rules[model];
    if (last == NULL)
        return facts ? AS_MOVED_FACTS : AS_MOVED_RULES;
    if (!same_standing(now, &last[lead_row]))
        return AS_MOVED_RULES;
    return facts ? AS_MOVED_FACTS : AS_MOVED_TIME;
}

enum as_status as_moves_of(struct as_moves *out, const struct as_decision *decision, uint32_t model,
                           const struct as_since *since, struct as_error *error)
{
    *out = (struct as_moves){.at = NULL};
    const struct as_standing *standings = decision->standings[model];
    const struct as_prior *priors = decision->dataset->prior[model];
    uint32_t leads = decision->dataset->leads;
    for (uint32_t row = 0; row < leads; row++)
        out->n += as_standing_changed(&standings[row], &priors[row]);
    out->at = malloc((out->n + (size_t)1) * sizeof *out->at);
    if (out->at == NULL)
        return as_error_memory(error);
    uint32_t n = 0;
    for (uint32_t row = 0; row < leads; row++) {
        const struct as_standing *now = &standings[row];
        const struct as_prior *prior = &priors[row];
        out->decided += !now->outside;
        out->known += prior->decided;
        if (!as_standing_changed(now, prior))
            continue;
        enum as_move_cause cause = as_move_cause_of(now, prior, since, model, row);
        out->at[n++] = (struct as_move){row, prior->stage, now->stage, (uint8_t)cause, now->cause};
        if (now->stage != prior->stage) {
            out->into[now->stage][cause]++;
            out->moved += prior->decided;
        } else if (now->grade != prior->grade) {
            out->regraded[cause]++;
        }
    }
    return AS_OK;
}

void as_moves_free(struct as_moves *moves)
{
    free(moves->at);
    *moves = (struct as_moves){.at = NULL};
}
