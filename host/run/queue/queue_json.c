/* The queue as JSON. Its shape is documented in README.md; keys are added, never renamed. */
#include "run/queue/queue.h"

#include "base/time.h"

static void put_item(struct as_json *json, const struct as_queue_item *item)
{
    bool quiet = item->contact.denial == AS_DENIED_QUIET;
    bool allowed = quiet || item->contact.denial == AS_CONTACT_ALLOWED;
    as_json_open(json, '{');
    as_json_put_int(json, "id", item->lead_id);
    as_json_put_text(json, "lead", item->lead);
    as_json_put_text(json, "email", item->email);
    as_json_put_text(json, "title", item->title);
    as_json_put_text(json, "account", item->account);
    as_json_put_text(json, "owner", item->owner);
    as_json_put_text(json, "pack", item->pack);
    as_json_put_text(json, "model", item->model);
    as_json_put_text(json, "stage", as_stage_name((enum as_stage)item->stage));
    as_json_put_text(json, "label", item->label);
    as_json_put_text(json, "grade", item->grade[0] == '\0' ? NULL : item->grade);
    as_json_put_milli(json, "interest", item->interest);
    as_json_put_text(json, "hand_raise", item->hand_raise);
    as_json_put_time(json, "hand_raised_at", item->hand_raised_at);
    as_json_put_text(json, "what", item->what);
    as_json_put_text(json, "channel", item->channel);
    as_json_put_text(json, "content", item->content);
    as_json_put_text(json, "role", item->role);
    as_json_put_text(json, "track", item->track);
    as_json_put_text(json, "step", item->step);
    as_json_put_time(json, "due", item->due);
    as_json_put_text(json, "question", item->next_question);
    as_owed_put(json, item->owed);
    as_json_put_time(json, "not_before", quiet ? item->contact.until : AS_TIME_NONE);
    if (!allowed) {
        as_json_put_text(json, "denial", as_denial_name(item->contact.denial));
        as_json_put_text(json, "reason", item->contact.reason);
        as_json_put_text(json, "denied_by", item->denied_by);
        as_json_put_time(json, "until", item->contact.until);
    }
    as_json_close(json, '}');
}

static void put_task(struct as_json *json, const struct as_queue_task *task)
{
    as_json_open(json, '{');
    as_json_put_int(json, "task", task->id);
    as_json_put_text(json, "text", task->text);
    as_json_put_text(json, "pack", task->pack);
    as_json_put_text(json, "role", task->role);
    as_json_put_text(json, "owner", task->owner);
    as_json_put_text(json, "play", task->play);
    if (task->lead_id != 0)
        as_json_put_int(json, "id", task->lead_id);
    else
        as_json_put_text(json, "id", NULL);
    as_json_put_text(json, "lead", task->lead);
    as_json_put_text(json, "account", task->account);
    as_json_put_time(json, "created", task->created);
    as_json_put_time(json, "due", task->due);
    as_json_close(json, '}');
}

void as_queue_json(struct as_json *json, const struct as_queue *queue)
{
    as_json_open(json, '{');
    as_json_put_time(json, "at", queue->at);
    as_json_put_time(json, "known_at", queue->known_at);
    as_json_put_int(json, "allowed", (int64_t)queue->allowed);
    as_json_put_open(json, "denials", '{');
    for (int d = AS_CONTACT_ALLOWED + 1; d < AS_DENIAL_COUNT; d++)
        if (d != AS_DENIED_QUIET && queue->denials[d] > 0)
            as_json_put_int(json, as_denial_name((enum as_denial)d), (int64_t)queue->denials[d]);
    as_json_close(json, '}');
    as_json_put_open(json, "queue", '[');
    for (uint32_t i = 0; i < queue->items.n; i++)
        put_item(json, &queue->items.at[i]);
    as_json_close(json, ']');
    as_json_put_open(json, "denied", '[');
    for (uint32_t i = 0; i < queue->denied.n; i++)
        put_item(json, &queue->denied.at[i]);
    as_json_close(json, ']');
    as_json_put_int(json, "open_tasks", (int64_t)queue->open_tasks);
    as_json_put_open(json, "tasks", '[');
    for (uint32_t i = 0; i < queue->tasks.n; i++)
        put_task(json, &queue->tasks.at[i]);
    as_json_close(json, ']');
    as_json_close(json, '}');
}
