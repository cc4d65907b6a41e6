/* Room: sales is handed no more leads in a time than the pack's capacity says it can take, the best first.
 * The others have passed their gate and wait; each run asks anew who is best of all that wait. */
#include "run/effects/effect_writing.h"

#include "store/work/work.h"

#include <stdlib.h>

struct offered {
    int64_t lead_id, at, answered;
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
    AS_LIST(struct offered) offers;       /* of this pack so far, the last of each lead and model, by these */
    AS_LIST(struct candidate) candidates; /* who would be handed over now, the best first */
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
    struct offered one = {row->lead_id, row->offered, row->answered, 0};
    while (one.model < pack->models.n && !as_str_is(as_str_of(row->model), pack->models.at[one.model]->name))
        one.model++;
    if (one.model == pack->models.n || row->offered > at)
        return AS_OK;
    return as_list_push(&g->room->arena, &g->room->offers, one) ? AS_OK : as_error_memory(error);
}

static int by_lead(const void *a, const void *b)
{
    const struct offered *x = a, *y = b;
    if (x->lead_id != y->lead_id)
        return x->lead_id < y->lead_id ? -1 : 1;
    return (x->model > y->model) - (x->model < y->model);
}

static int by_time(const void *a, const void *b)
{
    const struct offered *x = a, *y = b;
    int order = by_lead(x, y);
    return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

static bool is_offered(const struct as_room *room, const struct as_effect_writing *w, uint32_t model,
                       uint32_t row)
{
    struct offered wanted = {.lead_id = w->request->decision->dataset->lead_id[row], .model = model};
    const struct offered *found =
        room->offers.n == 0 ? NULL
                            : bsearch(&wanted, room->offers.at, room->offers.n, sizeof wanted, by_lead);
    return found != NULL && found->at >= as_standing_at(w->request->decision, model, row)->entered;
}

/* Counts what was handed over after `since`, and keeps of each lead and model the last offer. What went to
 * somebody else at the instant when one's time was over takes no more room. */
static void count_taken(struct as_room *room, int64_t since)
{
    uint32_t n = 0;
    if (room->offers.n > 0)
        qsort(room->offers.at, room->offers.n, sizeof *room->offers.at, by_time);
    for (uint32_t i = 0; i < room->offers.n; i++) {
        const struct offered one = room->offers.at[i];
        bool again = n > 0 && by_lead(&room->offers.at[n - 1], &one) == 0;
        room->taken += one.at > since && !(again && room->offers.at[n - 1].answered == one.at);
        n -= again;
        room->offers.at[n++] = one;
    }
    room->offers.n = n;
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
    count_taken(room, w->request->record->at - most->span.length);
    for (uint32_t m = 0; m < decision->pack->models.n && status == AS_OK; m++)
        status = gather(room, w, m, error);
    if (room->candidates.n > 0)
        qsort(room->candidates.at, room->candidates.n, sizeof *room->candidates.at, best_first);
    return status;
}

/* Whether it stands at its stage since an earlier run. */
static bool stood(const struct as_effect_writing *w, const struct candidate *one)
{
    const struct as_prior *prior = as_prior_at(w->request->decision->dataset, one->model, one->row);
    return prior->decided && prior->stage == AS_STAGE_SALES_READY && prior->entered == one->entered;
}

enum as_status as_room_give(struct as_effect_writing *w, as_room_fn hand_over, struct as_error *error)
{
    struct as_room *room = w->room;
    uint32_t left = room->taken < room->most->count ? room->most->count - room->taken : 0;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < room->candidates.n && status == AS_OK; i++) {
        const struct candidate *one = &room->candidates.at[i];
        /* Nobody is offered while effects are held. */
        if (w->request->held || (i >= left && !one->arranged)) {
            status = as_id_push(&w->waiting[AS_WAITS_FOR_ROOM],
                                w->request->decision->dataset->lead_id[one->row], error);
            continue;
        }
        as_bit_clear(room->waits, place(w, one->model, one->row));
        if (stood(w, one))
            as_bit_set(room->late, place(w, one->model, one->row));
        status = hand_over(w, one->model, one->row, error);
    }
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
