/* Room: sales is handed no more leads in a time than the pack's capacity says it can take, the best first.
 * The others have passed their gate and wait; each run asks anew who is best of all that wait. */
#include "run/effects/effect_writing.h"

#include "store/work/work.h"

#include <stdlib.h>

struct offered {
    int64_t lead_id, at;
    uint32_t model;
};
struct candidate {
    uint32_t model, row;
    bool arranged; /* somebody of sales has an appointment with the lead, who is spoken with in any case */
    int64_t interest, entered;
};
struct as_room {
    const struct as_rate *most;
    struct as_arena arena;
    AS_LIST(struct offered) offers;       /* of this pack so far, by lead and model, the newest first */
    AS_LIST(struct candidate) candidates; /* who would be handed over now */
    uint32_t taken;                       /* of the room, within its time */
    uint64_t *waits, *late;               /* bit per model and lead row */
};

static const struct as_rate *room_of(const struct as_pack *pack)
{
    const struct as_capacity *capacity = as_capacity_of(pack, AS_STAGE_SALES_READY);
    return capacity == NULL || capacity->most.count == 0 ? NULL : &capacity->most;
}

static size_t place(const struct as_effect_writing *w, uint32_t model, uint32_t row)
{
    return (size_t)model * w->request->decision->dataset->leads + row;
}

/* --- what was handed over before --- */

struct gathering {
    const struct as_effect_writing *w;
    struct as_room *room;
};

static enum as_status note_offer(void *context, const struct as_offer_row *row, struct as_error *error)
{
    const struct gathering *g = context;
    const struct as_pack *pack = g->w->request->decision->pack;
    int64_t at = g->w->request->record->at;
    struct offered one = {row->lead_id, row->offered, 0};
    while (one.model < pack->models.n && !as_str_is(as_str_of(row->model), pack->models.at[one.model]->name))
        one.model++;
    if (one.model == pack->models.n || row->offered > at)
        return AS_OK;
    g->room->taken += row->offered > at - g->room->most->span.length;
    return as_list_push(&g->room->arena, &g->room->offers, one) ? AS_OK : as_error_memory(error);
}

static int by_lead(const void *a, const void *b)
{
    const struct offered *x = a, *y = b;
    if (x->lead_id != y->lead_id)
        return x->lead_id < y->lead_id ? -1 : 1;
    return (x->model > y->model) - (x->model < y->model);
}

/* Offers come oldest first; of a lead's own the last counts. */
static bool is_offered(const struct as_room *room, const struct as_effect_writing *w, uint32_t model,
                       uint32_t row)
{
    struct offered wanted = {w->request->decision->dataset->lead_id[row], 0, model};
    const struct offered *found =
        room->offers.n == 0 ? NULL
                            : bsearch(&wanted, room->offers.at, room->offers.n, sizeof wanted, by_lead);
    return found != NULL && found->at >= as_standing_at(w->request->decision, model, row)->entered;
}

/* One of each lead and model: the newest. */
static void keep_newest(struct as_room *room)
{
    uint32_t n = 0;
    if (room->offers.n > 0)
        qsort(room->offers.at, room->offers.n, sizeof *room->offers.at, by_lead);
    for (uint32_t i = 0; i < room->offers.n; i++) {
        struct offered *last = n == 0 ? NULL : &room->offers.at[n - 1];
        const struct offered *one = &room->offers.at[i];
        if (last == NULL || by_lead(last, one) != 0)
            room->offers.at[n++] = *one;
        else if (one->at > last->at)
            last->at = one->at;
    }
    room->offers.n = n;
}

enum as_status as_room_open(struct as_room **out, struct as_effect_writing *w, struct as_error *error)
{
    const struct as_decision *decision = w->request->decision;
    const struct as_rate *most = room_of(decision->pack);
    *out = NULL;
    if (most == NULL || w->request->baseline)
        return AS_OK;
    struct as_room *room = calloc(1, sizeof *room);
    if (room == NULL)
        return as_error_memory(error);
    *out = room;
    room->most = most;
    as_arena_init(&room->arena);
    size_t words = ((size_t)decision->pack->models.n * decision->dataset->leads + 63) / 64 + 1;
    room->waits = calloc(words, sizeof *room->waits);
    room->late = calloc(words, sizeof *room->late);
    if (room->waits == NULL || room->late == NULL)
        return as_error_memory(error);
    struct gathering gathering = {w, room};
    enum as_status status =
        as_store_offers(w->store, w->request->record->pack, 0, false, note_offer, &gathering, error);
    keep_newest(room);
    return status;
}

void as_room_close(struct as_room *room)
{
    if (room == NULL)
        return;
    free(room->waits);
    free(room->late);
    as_arena_free(&room->arena);
    free(room);
}

/* --- who is next --- */

static int best_first(const void *a, const void *b)
{
    const struct candidate *x = a, *y = b;
    if (x->arranged != y->arranged)
        return x->arranged ? -1 : 1;
    if (x->interest != y->interest)
        return x->interest > y->interest ? -1 : 1;
    if (x->entered != y->entered)
        return x->entered < y->entered ? -1 : 1;
    if (x->model != y->model)
        return x->model < y->model ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static enum as_status gather(struct as_room *room, struct as_effect_writing *w, uint32_t model,
                             struct as_error *error)
{
    const struct as_decision *decision = w->request->decision;
    const struct as_score *interest = as_interest_score(decision->pack->models.at[model]);
    enum as_status status = AS_OK;
    for (uint32_t row = 0; row < decision->dataset->leads && status == AS_OK; row++) {
        const struct as_standing *standing = as_standing_at(decision, model, row);
        if (!as_effect_offers(w, standing) || is_offered(room, w, model, row))
            continue;
        struct as_offered_to to;
        struct candidate one = {.model = model, .row = row, .entered = standing->entered};
        status = as_effect_offered_to(&to, w, model, row, error);
        one.arranged = status == AS_OK && to.with != NULL;
        if (interest != NULL)
            one.interest = as_points_at(as_outcome_score(decision->outcome, interest), row).value;
        as_bit_set(room->waits, place(w, model, row));
        if (status == AS_OK && !as_list_push(&room->arena, &room->candidates, one))
            status = as_error_memory(error);
    }
    return status;
}

enum as_status as_room_give(struct as_effect_writing *w, as_room_fn hand_over, struct as_error *error)
{
    struct as_room *room = w->room;
    enum as_status status = AS_OK;
    for (uint32_t m = 0; m < w->request->decision->pack->models.n && status == AS_OK; m++)
        status = gather(room, w, m, error);
    if (status != AS_OK || room->candidates.n == 0)
        return status;
    qsort(room->candidates.at, room->candidates.n, sizeof *room->candidates.at, best_first);
    uint32_t left = room->taken < room->most->count ? room->most->count - room->taken : 0, given = 0;
    /* Who waits since an earlier run comes before who is seen alone. */
    if (w->request->others_wait)
        left = 0;
    /* Nobody is offered while effects are held. */
    for (uint32_t i = 0; i < room->candidates.n && !w->request->held && status == AS_OK; i++) {
        const struct candidate *one = &room->candidates.at[i];
        if (i >= left && !one->arranged)
            break;
        as_bit_clear(room->waits, place(w, one->model, one->row));
        if (one->entered < w->request->record->at)
            as_bit_set(room->late, place(w, one->model, one->row));
        status = hand_over(w, one->model, one->row, error);
        given++;
    }
    w->made->waiting = room->candidates.n - given;
    return status;
}

bool as_room_waits(const struct as_effect_writing *w, uint32_t model, uint32_t row)
{
    return w->room != NULL && as_bit(w->room->waits, place(w, model, row));
}

bool as_room_late(const struct as_effect_writing *w, uint32_t model, uint32_t row)
{
    return w->room != NULL && as_bit(w->room->late, place(w, model, row));
}
