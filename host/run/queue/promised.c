/* Promised answers, from what is owed: of offers only by when, of what leads did also with what. */
#include "run/queue/promised.h"

static bool begins_with(const struct as_service_level *level, uint32_t kind)
{
    bool found = false;
    for (uint32_t i = 0; i < level->starts.n; i++)
        found |= level->starts.at[i]->kind_first == kind;
    return found;
}

/* What of the lead is due first, of agreements due at once the pack's first; asked: of those about what it
 * did. NULL: nothing waits. */
static const struct as_owed *first_due(const struct as_owed_list *owed, int64_t lead_id, bool asked)
{
    const struct as_owed *first = NULL;
    for (uint32_t i = as_owed_first(owed, lead_id); i < owed->list.n && owed->by_lead[i].lead_id == lead_id;
         i++) {
        const struct as_owed *one = &owed->list.at[owed->by_lead[i].place];
        if ((!asked || one->promise != 0) && (first == NULL || one->clock.due < first->clock.due))
            first = one;
    }
    return first;
}

int64_t as_promised_due(const struct as_owed_list *owed, int64_t lead_id)
{
    const struct as_owed *first = first_due(owed, lead_id, false);
    return first != NULL ? first->clock.due : AS_TIME_NONE;
}

uint32_t as_promised_kind(int64_t *asked, const struct as_owed_list *owed, const struct as_dataset *dataset,
                          uint32_t row)
{
    const struct as_event_log *log = &dataset->lead_events;
    const struct as_owed *first = first_due(owed, dataset->lead_id[row], true);
    if (first == NULL || log->start == NULL)
        return AS_NO_INDEX;
    for (uint32_t e = log->start[row]; e < log->end[row]; e++)
        if (log->time[e] == first->asked && begins_with(first->level, log->kind[e])) {
            *asked = first->asked;
            return log->kind[e];
        }
    return AS_NO_INDEX;
}
