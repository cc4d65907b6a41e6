/* Fresh events: read from the end of the table, and from the log of what was altered. */
#include "store/snapshot/fresh_events.h"

#include "base/growth.h"
#include "base/ids.h"
#include "base/search.h"
#include "store/snapshot/event_walk.h"
#include "store/snapshot/loading.h"

#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
    const struct as_fresh_event *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

/* --- whose --- */

/* A set of leads; of ids that lie too far apart it is looked for in the list. */
struct chosen {
    const int64_t *leads; /* NULL: everybody */
    size_t n;
    uint64_t *bits; /* from the first lead on; NULL: none */
};
enum { MOST_SPAN = 1 << 26 };

static enum as_status choose(struct chosen *out, const int64_t *leads, size_t n, struct as_error *error)
{
    *out = (struct chosen){.leads = leads, .n = n};
    if (leads == NULL || n == 0 || leads[n - 1] - leads[0] >= MOST_SPAN)
        return AS_OK;
    out->bits = calloc(AS_BIT_WORDS(leads[n - 1] - leads[0] + 1), sizeof *out->bits);
    for (size_t i = 0; i < n && out->bits != NULL; i++)
        as_bit_set(out->bits, (size_t)(leads[i] - leads[0]));
    return out->bits == NULL ? as_error_memory(error) : AS_OK;
}

static bool is_chosen(const struct chosen *chosen, int64_t lead)
{
    if (chosen->bits == NULL)
        return chosen->leads == NULL || as_ids_have(chosen->leads, chosen->n, lead);
    return lead >= chosen->leads[0] && lead <= chosen->leads[chosen->n - 1] &&
           as_bit(chosen->bits, (size_t)(lead - chosen->leads[0]));
}

/* --- order --- */

/* By lead; those of one lead stay in the order of their ids. */
static enum as_status sort_by_lead(struct as_fresh_events *fresh, struct as_error *error)
{
    bool sorted = true;
    for (size_t i = 1; i < fresh->n && sorted; i++)
        sorted = fresh->at[i - 1].lead <= fresh->at[i].lead;
    if (sorted)
        return AS_OK;
    int64_t *leads = malloc(fresh->n * sizeof *leads);
    uint32_t *order = malloc(fresh->n * sizeof *order);
    struct as_fresh_event *at = malloc(fresh->n * sizeof *at);
    enum as_status status = leads == NULL || order == NULL || at == NULL ? as_error_memory(error) : AS_OK;
    for (size_t i = 0; i < fresh->n && status == AS_OK; i++)
        leads[i] = fresh->at[i].lead;
    if (status == AS_OK)
        status = as_ids_order(order, leads, fresh->n, error);
    for (size_t i = 0; i < fresh->n && status == AS_OK; i++)
        at[i] = fresh->at[order[i]];
    if (status == AS_OK) {
        struct as_fresh_event *before = fresh->at;
        fresh->at = at;
        fresh->room = fresh->n;
        at = before;
    }
    free(leads);
    free(order);
    free(at);
    return status;
}

static enum as_status sort(struct as_fresh_events *fresh, struct as_error *error)
{
    enum as_status status = sort_by_lead(fresh, error);
    for (size_t i = 0, end; i < fresh->n && status == AS_OK; i = end) {
        for (end = i + 1; end < fresh->n && fresh->at[end].lead == fresh->at[i].lead;)
            end++;
        as_sort_unless_sorted(fresh->at + i, end - i, sizeof *fresh->at, by_time);
    }
    return status;
}

/* --- reading --- */

static enum as_status take(struct as_fresh_events *out, const struct as_field_map *map,
                           const struct as_event_row *row, struct as_error *error)
{
    uint32_t kind = as_kind_of(map, row->kind);
    out->whole &= kind != AS_NO_INDEX;
    out->fits &= row->id <= UINT32_MAX;
    if (kind == AS_NO_INDEX || row->id > UINT32_MAX)
        return AS_OK;
    if (!as_grow((void **)&out->at, &out->room, out->n, sizeof *out->at))
        return as_error_memory(error);
    out->at[out->n++] = (struct as_fresh_event){row->lead, row->known_at, (uint32_t)row->time,
                                                (uint32_t)row->id, (uint16_t)kind};
    return AS_OK;
}

static const char altered_leads[] =
    "SELECT lead_id FROM event_change WHERE id > ?1 AND lead_id IS NOT NULL"
    /* An id that became free may belong to another lead's event now. */
    " UNION ALL SELECT e.lead_id FROM event_change c JOIN event e ON e.id = c.event_id WHERE c.id > ?1"
    " AND e.lead_id IS NOT NULL";

static enum as_status read_altered(struct as_fresh_events *out, struct as_store *store, int64_t since,
                                   struct as_error *error)
{
    struct as_id_list leads = {.at = NULL};
    enum as_status status =
        as_id_gather(&leads, store, as_sql_fresh(store, error, altered_leads, "i", since), error);
    out->altered = leads.at;
    out->altered_n = as_ids_each_once(leads.at, leads.n);
    return status;
}

enum as_status as_fresh_read(struct as_fresh_events *out, struct as_store *store,
                             const struct as_field_map *map, const struct as_projection *projection,
                             const int64_t *leads, size_t n, struct as_error *error)
{
    struct chosen chosen;
    const struct as_run_file_head *head =
        projection->delta.head != NULL ? projection->delta.head : projection->base.head;
    *out = (struct as_fresh_events){.whole = true, .fits = true};
    enum as_status status = read_altered(out, store, head->last_change, error);
    if (status == AS_OK)
        status = choose(&chosen, leads, n, error);
    if (status != AS_OK)
        return status;
    struct as_event_walk walk;
    struct as_event_row row;
    status = as_event_walk_begin(&walk, store, head->last_event, error);
    as_event_walk_choose(&walk, leads, n);
    while (status == AS_OK && as_event_walk_next(&row, &walk, &status, error))
        if (row.lead != 0 && is_chosen(&chosen, row.lead))
            status = take(out, map, &row, error);
    as_event_walk_end(&walk);
    free(chosen.bits);
    return status == AS_OK ? sort(out, error) : status;
}

void as_fresh_free(struct as_fresh_events *fresh)
{
    free(fresh->at);
    free(fresh->altered);
    *fresh = (struct as_fresh_events){.at = NULL};
}

enum as_status as_fresh_leads(int64_t **leads, size_t *n, const struct as_fresh_events *fresh,
                              struct as_error *error)
{
    *n = 0;
    *leads = malloc((fresh->altered_n + fresh->n + 1) * sizeof **leads);
    if (*leads == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < fresh->altered_n; i++)
        (*leads)[(*n)++] = fresh->altered[i];
    for (size_t i = 0; i < fresh->n; i++)
        if (i == 0 || fresh->at[i].lead != fresh->at[i - 1].lead)
            (*leads)[(*n)++] = fresh->at[i].lead;
    *n = as_ids_each_once(*leads, *n);
    return AS_OK;
}

bool as_fresh_altered(const struct as_fresh_events *fresh, int64_t lead)
{
    return as_ids_have(fresh->altered, fresh->altered_n, lead);
}

const struct as_fresh_event *as_fresh_of(size_t *n, const struct as_fresh_events *fresh, int64_t lead)
{
    size_t from;
    AS_SEARCH(from, fresh->n, fresh->at[from].lead < lead);
    for (*n = 0; from + *n < fresh->n && fresh->at[from + *n].lead == lead;)
        ++*n;
    return fresh->at + from;
}
