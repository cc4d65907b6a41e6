/* Promised answers, from what is owed: of offers only by when, of what leads did also with what. */
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
    if (status == AS_OK && out->list.n > 0)
        qsort(out->list.at, out->list.n, sizeof *out->list.at, by_lead);
    return status;
}

static bool begins_with(const struct as_service_level *level, uint32_t kind)
{
    bool found = false;
    for (uint32_t i = 0; i < level->starts.n; i++)
        found |= level->starts.at[i]->kind_first == kind;
    return found;
}

/* The place of the lead's first due; the list's end when nothing waits. */
static uint32_t first_of(const struct as_owed_list *promised, int64_t lead_id)
{
    uint32_t i;
    AS_SEARCH(i, promised->list.n, promised->list.at[i].lead_id < lead_id);
    return i < promised->list.n && promised->list.at[i].lead_id == lead_id ? i : promised->list.n;
}

int64_t as_promised_due(const struct as_owed_list *promised, int64_t lead_id)
{
    uint32_t i = first_of(promised, lead_id);
    return i < promised->list.n ? promised->list.at[i].clock.due : AS_TIME_NONE;
}

uint32_t as_promised_kind(int64_t *asked, const struct as_owed_list *promised,
                          const struct as_dataset *dataset, uint32_t row)
{
    const struct as_event_log *log = &dataset->lead_events;
    int64_t lead_id = dataset->lead_id[row];
    uint32_t i = first_of(promised, lead_id), n = promised->list.n;
    while (i < n && promised->list.at[i].lead_id == lead_id && promised->list.at[i].promise == 0)
        i++;
    if (i == n || promised->list.at[i].lead_id != lead_id || log->start == NULL)
        return AS_NO_INDEX;
    const struct as_owed *owed = &promised->list.at[i];
    for (uint32_t e = log->start[row]; e < log->end[row]; e++)
        if (log->time[e] == owed->asked && begins_with(owed->level, log->kind[e])) {
            *asked = owed->asked;
            return log->kind[e];
        }
    return AS_NO_INDEX;
}
