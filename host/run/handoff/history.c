/* History: what the lead did and what was done with it, row by row, and which of it belongs together. */
#include "run/handoff/packing.h"

#include "store/report/activity.h"

#include <string.h>

static bool has_url(const struct as_schema *schema, const char *kind)
{
    uint32_t index = as_schema_kind(schema, as_str_of(kind));
    return index != AS_NO_INDEX && as_schema_property(schema, index, AS_STR("url")) != AS_NO_INDEX;
}

static bool said(const char *text, const char *word)
{
    return text != NULL && strcmp(text, word) == 0;
}

static bool proves(const struct as_package *package, const struct as_resource *resource)
{
    for (uint32_t i = 0; i < package->proof.n; i++)
        if (package->proof.at[i] == resource)
            return false;
    return as_resource_proves(resource);
}

/* Who answered an offer stands with the event that did. */
static void name_answerer(struct as_packing *p, const struct as_event_row *row)
{
    uint32_t kind = as_schema_kind(p->request->schema, as_str_of(row->kind));
    enum as_act act = kind == AS_NO_INDEX ? AS_ACT_NONE : p->request->schema->kinds.at[kind]->act;
    for (uint32_t i = 0; i < p->out->offers.n && (act == AS_ACT_ACCEPTED || act == AS_ACT_REJECTED); i++)
        if (p->out->offers.at[i].answered == row->time)
            p->out->offers.at[i].by = as_packing_keep(p, row->by);
}

/* A page has an address, what is consumed has a name: content that names neither an item of the catalogue nor
 * a title was consumed unless its kind is one of pages. */
static enum as_status take_event(void *context, const struct as_event_row *row, struct as_error *error)
{
    struct as_packing *p = context;
    struct as_package_event event = {
        .time = row->time,
        .kind = as_packing_keep(p, row->kind),
        .actor = as_packing_keep(p, row->actor),
        .intent = as_packing_keep(p, row->intent),
        .content = as_packing_keep(p, row->content),
        .title = as_packing_keep(p, row->title),
        .url = as_packing_keep(p, row->url),
        .detail = as_packing_keep(p, row->detail),
        .source = as_packing_keep(p, row->source),
    };
    name_answerer(p, row);
    bool buyer = said(row->actor, "buyer"), content = said(row->intent, "content");
    if (buyer)
        event.resource = as_resource_find(&p->out->catalogue, event.content, event.title, event.url);
    bool pages = has_url(p->request->schema, row->kind);
    event.consumed = buyer && (event.resource != NULL || event.content != NULL || (content && !pages));
    event.page = buyer && pages && !event.consumed && (content || said(row->intent, "product"));
    struct as_arena *arena = &p->out->explanation.arena;
    if (event.resource != NULL && proves(p->out, event.resource) &&
        !as_list_push(arena, &p->out->proof, event.resource))
        return as_error_memory(error);
    return !p->failed && as_list_push(arena, &p->out->events, event) ? AS_OK : as_error_memory(error);
}

/* When the lead first took what was offered. */
static int64_t response_to(const struct as_package *package, const struct as_package_touch *touch)
{
    for (uint32_t i = 0; i < package->events.n; i++) {
        const struct as_package_event *event = &package->events.at[i];
        if (!event->consumed || event->time < touch->time)
            continue;
        if ((touch->resource != NULL && event->resource == touch->resource) ||
            (event->content != NULL && touch->content != NULL && strcmp(event->content, touch->content) == 0))
            return event->time;
    }
    return AS_TIME_NONE;
}

static enum as_status take_touch(void *context, const struct as_touch_row *row, struct as_error *error)
{
    struct as_packing *p = context;
    struct as_package_touch touch = {
        .time = row->time,
        .channel = as_packing_keep(p, row->channel),
        .ask = as_packing_keep(p, row->ask),
        .content = as_packing_keep(p, row->content),
        .outcome = as_packing_keep(p, row->outcome),
        .summary = as_packing_keep(p, row->summary),
        .user = as_packing_keep(p, row->user),
        .source = as_packing_keep(p, row->source),
        .responded = AS_TIME_NONE,
    };
    touch.by_person = touch.user != NULL || touch.summary != NULL || said(touch.channel, "call");
    touch.resource = as_resource_find(&p->out->catalogue, touch.content, NULL, NULL);
    touch.responded = response_to(p->out, &touch);
    return !p->failed && as_list_push(&p->out->explanation.arena, &p->out->touches, touch)
               ? AS_OK
               : as_error_memory(error);
}

static enum as_status take_answer(void *context, const struct as_answer_row *row, struct as_error *error)
{
    struct as_packing *p = context;
    uint32_t field = as_schema_answer(p->request->schema, as_str_of(row->question));
    struct as_package_answer answer = {
        .time = row->time,
        .question = as_packing_keep(p, row->question),
        .ask = field == AS_NO_INDEX ? NULL : p->request->schema->fields.at[field]->ask,
        .value = as_packing_keep(p, row->value),
        .voice = as_packing_keep(p, row->voice),
        .manner = as_packing_keep(p, row->manner),
        .user = as_packing_keep(p, row->user),
        .of_account = row->of_account,
    };
    return !p->failed && as_list_push(&p->out->explanation.arena, &p->out->answers, answer)
               ? AS_OK
               : as_error_memory(error);
}

enum as_status as_pack_history(struct as_packing *packing, struct as_error *error)
{
    const struct as_package_request *request = packing->request;
    struct as_activity_query query = {request->lead_id, packing->out->explanation.account.id, request->at,
                                      request->known_at};
    enum as_status status = as_store_event_rows(packing->store, &query, take_event, packing, error);
    if (status == AS_OK)
        status = as_store_touch_rows(packing->store, &query, take_touch, packing, error);
    if (status == AS_OK)
        status = as_store_answer_rows(packing->store, &query, take_answer, packing, error);
    return status;
}
