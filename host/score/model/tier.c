/* Tiers: who gets the room there is. What is done for an account of a tier is the pack's own business. */
#include "score/model/tier.h"

#include <math.h>
#include <stdlib.h>

struct candidate {
    double value; /* NaN: unknown */
    uint32_t row;
};

static int most_valuable_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    bool unknown_x = isnan(x->value), unknown_y = isnan(y->value);
    if (unknown_x != unknown_y)
        return unknown_x ? 1 : -1;
    if (!unknown_x && x->value != y->value)
        return x->value > y->value ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

enum as_status as_tiers_of(uint16_t **out, const struct as_pack *pack, const struct as_outcome *outcome,
                           const struct as_dataset *dataset, struct as_error *error)
{
    uint32_t accounts = dataset->accounts;
    uint16_t *tier = calloc((size_t)accounts + 1, sizeof *tier);
    struct candidate *candidates = calloc((size_t)accounts + 1, sizeof *candidates);
    const struct as_expr *worth = pack->segment.declared ? pack->segment.value : NULL;
    if (tier == NULL || candidates == NULL) {
        free(tier);
        free(candidates);
        return as_error_memory(error);
    }
    for (uint32_t t = 0; t < pack->tiers.n; t++) {
        const struct as_tier *declared = &pack->tiers.at[t];
        struct as_verdicts when = as_outcome_verdicts_at(outcome, declared->when, AS_LEVEL_ACCOUNT);
        uint32_t n = 0;
        for (uint32_t row = 0; row < accounts; row++)
            if (tier[row] == 0 && as_verdict_at(when, row) == AS_YES)
                candidates[n++] = (struct candidate){NAN, row};
        if (declared->at_most > 0 && n > declared->at_most) {
            for (uint32_t i = 0; i < n; i++)
                if (worth == NULL ||
                    !as_outcome_number(&candidates[i].value, outcome, worth, candidates[i].row))
                    candidates[i].value = NAN;
            qsort(candidates, n, sizeof *candidates, most_valuable_first);
            n = declared->at_most;
        }
        for (uint32_t i = 0; i < n; i++)
            tier[candidates[i].row] = (uint16_t)(t + 1);
    }
    free(candidates);
    *out = tier;
    return AS_OK;
}
