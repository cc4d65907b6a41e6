/* The open tasks of the queue, with whom they are about. */
#include "run/queue/queue_tasks.h"

#include "store/report/report.h"

#include <string.h>

struct reading {
    struct as_queue *out;
    struct as_store *store;
    uint32_t most;
    as_task_wanted_fn wanted;
    const void *context;
    struct as_queue_task *task; /* whose name is being read */
    bool failed;
};

static const char *keep(struct reading *reading, const char *text)
{
    const char *copy = text == NULL ? NULL : as_arena_copy(&reading->out->arena, text, strlen(text));
    reading->failed |= text != NULL && copy == NULL;
    return copy;
}

static enum as_status take_who(void *context, const struct as_who *who, struct as_error *error)
{
    struct reading *reading = context;
    (void)error;
    reading->task->lead = reading->task->lead_id != 0 ? keep(reading, who->name) : NULL;
    reading->task->account = keep(reading, who->company);
    return AS_OK;
}

static enum as_status take_task(void *context, const struct as_task *task, struct as_error *error)
{
    struct reading *reading = context;
    struct as_queue *out = reading->out;
    enum as_status status = AS_OK;
    if (task->created > out->at || !reading->wanted(reading->context, task))
        return AS_OK;
    out->open_tasks++;
    if (out->tasks.n >= reading->most)
        return AS_OK;
    struct as_queue_task kept = {
        .id = task->id,
        .lead_id = task->lead_id,
        .text = keep(reading, task->text),
        .pack = keep(reading, task->pack),
        .role = keep(reading, task->role),
        .owner = keep(reading, task->owner),
        .play = keep(reading, task->play),
        .created = task->created,
        .due = task->due,
    };
    reading->task = &kept;
    if (task->lead_id != 0)
        status = as_store_who(reading->store, task->lead_id, take_who, reading, error);
    else if (task->account_id != 0)
        status = as_store_account_who(reading->store, task->account_id, take_who, reading, error);
    reading->failed |= status == AS_OK && !as_list_push(&out->arena, &out->tasks, kept);
    return status == AS_OK && reading->failed ? as_error_memory(error) : status;
}

enum as_status as_queue_read_tasks(struct as_queue *out, struct as_store *store, uint32_t most,
                                   as_task_wanted_fn wanted, const void *context, struct as_error *error)
{
    struct reading reading = {.out = out, .store = store, .most = most, .wanted = wanted, .context = context};
    return as_store_tasks(store, NULL, true, take_task, &reading, error);
}
