/* Promised answers, from what is owed. */
#include "run/queue/promised.h"

#include "base/search.h"

#include <stdlib.h>

static int by_lead(const void *a, const void *b)
{
    const struct as_owed *x = a, *y = b;
    if (x->lead_id != y->lead_id)
        return x->lead_id < y->lead_id ? -1 : 1;
    if (x->clock.due != y->clock.due)
        return x->clock.due < y->clock.due ? -1 : 1;
    return x->level < y->level ? -1 : x->level > y->level;
}

enum as_status as_promised_read(struct as_owed_list *out, struct as_arena *arena, struct as_store *store,
                                const struct as_pack *pack, int64_t at, struct as_error *error)
{
    enum as_status status = as_owed_of(out, arena, store, pack, AS_OWED_NOW, at, error);
    uint32_t n = 0;
    for (uint32_t i = 0; i < out->list.n; i++)
        if (out->list.at[i].promise != 0)
            out->list.at[n++] = out->list.at[i];
    out->list.n = n;
    if (n > 0)
        qsort(out->list.at, n, sizeof *out->list.at, by_lead);
    return status;
}

static bool begins_with(const struct as_service_level *level, uint32_t kind)
{
    bool found = false;
    for (uint32_t i = 0; i < level->starts.n; i++)
        found |= level->starts.at[i]->kind_first == kind;
    return found;
}

uint32_t as_promised_kind(int64_t *asked, const struct as_owed_list *promised,
                          const struct as_dataset *dataset, uint32_t row)
{
    const struct as_event_log *log = &dataset->lead_events;
    uint32_t i;
    AS_SEARCH(i, promised->list.n, promised->list.at[i].lead_id < dataset->lead_id[row]);
    if (i == promised->list.n || promised->list.at[i].lead_id != dataset->lead_id[row] || log->start == NULL)
        return AS_NO_INDEX;
    const struct as_owed *owed = &promised->list.at[i];
    for (uint32_t e = log->start[row]; e < log->end[row]; e++)
        if (log->time[e] == owed->asked && begins_with(owed->level, log->kind[e])) {
            *asked = owed->asked;
            return log->kind[e];
        }
    return AS_NO_INDEX;
}
