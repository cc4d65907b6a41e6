/* Who moved, and what moved them. The cause is found by comparison, not by guessing from dates alone: given
 * the pack's last version, the question is whether today's facts under yesterday's rules give the same
 * standing. */
#include "run/decision/moves.h"

#include "base/growth.h"

#include <stdlib.h>
#include <string.h>

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
    const struct as_standing *last =
        since->by_last_rules == NULL ? NULL : as_standings_at(&since->by_last_rules[model], lead_row);
    if (last == NULL)
        return facts ? AS_MOVED_FACTS : AS_MOVED_RULES;
    if (!same_standing(now, last))
        return AS_MOVED_RULES;
    return facts ? AS_MOVED_FACTS : AS_MOVED_TIME;
}

static enum as_status note(struct as_moves *out, size_t *room, const struct as_move *move,
                           struct as_error *error)
{
    if (!as_grow((void **)&out->at, room, out->n, sizeof *out->at))
        return as_error_memory(error);
    out->at[out->n++] = *move;
    return AS_OK;
}

/* Of those alone who stand otherwise than before: whoever moved or was graded anew is among them. */
enum as_status as_moves_of(struct as_moves *out, const struct as_decision *decision, uint32_t model,
                           const struct as_since *since, struct as_error *error)
{
    const struct as_dataset *dataset = decision->dataset;
    const struct as_stood *stood = &decision->stood[model];
    size_t room = 0;
    enum as_status status = AS_OK;
    *out = (struct as_moves){.known = stood->known};
    for (size_t i = 0; i < stood->alike_n; i++)
        out->decided += stood->alike[i].outside ? 0 : stood->alike[i].leads;
    for (uint32_t row = as_decision_next(decision, model, 0); row < dataset->leads && status == AS_OK;
         row = as_decision_next(decision, model, row + 1)) {
        const struct as_standing *now = as_standing_at(decision, model, row);
        const struct as_prior *prior = as_prior_at(dataset, model, row);
        if (!as_standing_changed(now, prior))
            continue;
        enum as_move_cause cause = as_move_cause_of(now, prior, since, model, row);
        const struct as_move move = {row, prior->stage, now->stage, (uint8_t)cause, now->cause};
        status = note(out, &room, &move, error);
        if (now->stage != prior->stage) {
            out->into[now->stage][cause]++;
            out->moved += prior->decided;
        } else if (now->grade != prior->grade) {
            out->regraded[cause]++;
        }
    }
    if (status != AS_OK)
        as_moves_free(out);
    return status;
}

void as_moves_free(struct as_moves *moves)
{
    free(moves->at);
    *moves = (struct as_moves){.at = NULL};
}
