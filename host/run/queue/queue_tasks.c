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
    struct as_queue_task *task; /* whose account is being read */
    bool failed;
};

static const char *keep(struct reading *reading, const char *text)
{
    const char *copy = text == NULL ? NULL : as_arena_copy(&reading->out->arena, text, strlen(text));
    reading->failed |= text != NULL && copy == NULL;
    return copy;
}

static enum as_status take_account(void *context, const struct as_who *who, struct as_error *error)
{
    struct reading *reading = context;
    (void)error;
    reading->task->account = keep(reading, who->company);
    return AS_OK;
}

static enum as_status read_who(struct reading *reading, struct as_queue_task *kept,
                               const struct as_task *task, struct as_error *error)
{
    struct as_who who;
    reading->task = kept;
    if (task->lead_id == 0)
        return task->account_id == 0
                   ? AS_OK
                   : as_store_account_who(reading->store, task->account_id, take_account, reading, error);
    enum as_status status =
        as_store_who_kept(&who, &reading->out->arena, reading->store, task->lead_id, error);
    kept->lead = who.name;
    kept->account = who.company;
    return status;
}

static enum as_status take_task(void *context, const struct as_task *task, struct as_error *error)
{
    struct reading *reading = context;
    struct as_queue *out = reading->out;
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
    enum as_status status = read_who(reading, &kept, task, error);
    reading->failed |= status == AS_OK && !as_list_push(&out->arena, &out->tasks, kept);
    return status == AS_OK && reading->failed ? as_error_memory(error) : status;
}

enum as_status as_queue_read_tasks(struct as_queue *out, struct as_store *store, uint32_t most,
                                   as_task_wanted_fn wanted, const void *context, struct as_error *error)
{
    struct reading reading = {.out = out, .store = store, .most = most, .wanted = wanted, .context = context};
    return as_store_tasks(store, NULL, true, take_task, &reading, error);
}
