/* Desk: the plans of the packs that were asked for, compiled once. What it knows of the database is the
 * store's to keep. */
#include "run/desk.h"

#include "run/job.h"

#include <stdlib.h>

/* A plan is made for the facts that the schema had: when more are known it is made anew. */
struct ready {
    const struct as_pack *pack;
    uint64_t schema; /* its version */
    struct as_plan *plan;
    struct as_past past;
};

struct as_desk {
    struct as_store *store;
    struct ready **ready;
    size_t n;
};

enum as_status as_desk_open(struct as_desk **out, struct as_store *store, struct as_error *error)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return as_error_memory(error);
    (*out)->store = store;
    return AS_OK;
}

void as_desk_close(struct as_desk *desk)
{
    if (desk == NULL)
        return;
    for (size_t i = 0; i < desk->n; i++) {
        as_plan_free(desk->ready[i]->plan);
        as_past_free(&desk->ready[i]->past);
        free(desk->ready[i]);
    }
    free(desk->ready);
    free(desk);
}

static struct ready *ready_for(struct as_desk *desk, const struct as_pack *pack)
{
    for (size_t i = 0; i < desk->n; i++)
        if (desk->ready[i]->pack == pack)
            return desk->ready[i];
    struct ready **grown = realloc(desk->ready, (desk->n + 1) * sizeof *grown);
    if (grown == NULL)
        return NULL;
    desk->ready = grown;
    if ((grown[desk->n] = calloc(1, sizeof **grown)) == NULL)
        return NULL;
    grown[desk->n]->pack = pack;
    return grown[desk->n++];
}

enum as_status as_desk_plan(const struct as_plan **out, struct as_desk *desk, const struct as_pack *pack,
                            struct as_error *error)
{
    struct ready *ready = ready_for(desk, pack);
    uint64_t schema = pack->rules.schema->version;
    enum as_status status = ready == NULL ? as_error_memory(error) : AS_OK;
    *out = NULL;
    if (status == AS_OK && (ready->plan == NULL || ready->schema != schema)) {
        as_plan_free(ready->plan);
        ready->plan = NULL;
        status = as_plan_new(&ready->plan, pack, error);
        ready->schema = schema;
    }
    if (status == AS_OK)
        *out = ready->plan;
    return status;
}

enum as_status as_desk_past(struct as_past **out, struct as_desk *desk, const struct as_pack *pack,
                            struct as_error *error)
{
    struct ready *ready = ready_for(desk, pack);
    if (ready == NULL)
        return as_error_memory(error);
    *out = &ready->past;
    return as_past_read(&ready->past, desk->store, pack->name, error);
}

int64_t as_desk_next(const struct as_desk *desk, int64_t after)
{
    int64_t next = AS_TIME_NONE;
    for (size_t i = 0; i < desk->n; i++) {
        const struct as_past *past = &desk->ready[i]->past;
        int64_t own = past->clocks_known ? past->clocks_next : AS_TIME_NONE;
        if (own > after && (next == AS_TIME_NONE || own < next)) /* AS_TIME_NONE is before all */
            next = own;
    }
    return next;
}

enum as_status as_desk_run(struct as_run_result *out, struct as_desk *desk,
                           const struct as_run_request *request, struct as_error *error)
{
    struct as_running running = {.result = out, .desk = desk, .store = desk->store, .request = request};
    *out = (struct as_run_result){.failed = 0};
    return as_run_go(&running, error);
}

enum as_status as_run(struct as_run_result *out, struct as_store *store, const struct as_run_request *request,
                      struct as_error *error)
{
    struct as_desk *desk;
    *out = (struct as_run_result){.failed = 0};
    enum as_status status = as_desk_open(&desk, store, error);
    if (status == AS_OK)
        status = as_desk_run(out, desk, request, error);
    as_desk_close(desk);
    return status;
}
