/* Takes the people's events out of the account's, one for one. */
#include "run/decision/own_events.h"

#include <stdlib.h>

/* An event of one of the account's people at the same time of the same kind, not taken yet. */
static bool take_of_member(const struct as_dataset *set, uint32_t account, size_t e, uint64_t *taken)
{
    const struct as_event_log *log = &set->lead_events;
    for (uint32_t m = set->member_start[account]; m < set->member_start[account + 1]; m++)
        for (size_t i = log->start[set->member[m]]; i < log->end[set->member[m]]; i++)
            if (!as_bit(taken, i) && log->time[i] == set->account_events.time[e] &&
                log->kind[i] == set->account_events.kind[e]) {
                as_bit_set(taken, i);
                return true;
            }
    return false;
}

enum as_status as_own_events(uint64_t **out, const struct as_dataset *dataset, struct as_error *error)
{
    const struct as_event_log *log = &dataset->account_events;
    uint64_t *taken = calloc(AS_BIT_WORDS(dataset->lead_events.n) + 1, sizeof *taken);
    *out = calloc(AS_BIT_WORDS(log->n) + 1, sizeof(uint64_t));
    if (taken == NULL || *out == NULL) {
        free(taken);
        free(*out);
        *out = NULL;
        return as_error_memory(error);
    }
    for (uint32_t a = 0; log->start != NULL && a < dataset->accounts; a++)
        for (size_t e = log->start[a]; e < log->end[a]; e++)
            if (!take_of_member(dataset, a, e, taken))
                as_bit_set(*out, e);
    free(taken);
    return AS_OK;
}
