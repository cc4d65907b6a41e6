/* One run: plans, one snapshot, every pack decided, then every pack written. This file holds the order of
 * things and what a failure ends; deciding is job.c's, writing write.c's, counting summary.c's, what is
 * wanted of the outside effects.c's. */
#include "run/job.h"

#include "store/facts/facts.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>

static void forward_reading(void *context, const char *what, uint64_t done, uint64_t all)
{
    struct as_running *running = context;
    running->phase = what;
    as_run_forward(running, done, all);
}

static enum as_status fail(struct as_running *running, struct as_run_job *job, const struct as_error *own,
                           struct as_error *error)
{
    /* A script that took too long, or the user? */
    if (own->status == AS_ERR_STOPPED)
        as_run_forward(running, 0, 0);
    /* Memory, a stop by the user and a broken disk are nobody's rule: they end the whole run. */
    if (running->stopped || own->status == AS_ERR_MEMORY || own->status == AS_ERR_IO) {
        if (error != NULL && error->status == AS_OK)
            *error = *own;
        return own->status;
    }
    job->summary->failed = true;
    job->summary->error = *own;
    job->decided = false;
    running->result->failed++;
    return AS_OK;
}

static enum as_status read_snapshot(struct as_running *running, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    struct as_snapshot_request wanted = as_needs_request(&running->needs, request->at, request->known_at);
    wanted.unlinked = !running->needs.members;
    wanted.progress = forward_reading;
    wanted.progress_context = running;
    if (running->choice.part) {
        wanted.lead_ids = running->choice.news.leads;
        wanted.lead_count = (uint32_t)running->choice.news.lead_count;
        wanted.account_ids = running->choice.news.accounts;
        wanted.account_count = (uint32_t)running->choice.news.account_count;
        wanted.alone = true;
    }
    as_request_ladder(&wanted, request->packs, request->pack_count);
    as_request_ladder(&wanted, request->binding, request->binding_count);
    return as_store_snapshot(&running->dataset, running->store, request->schema, &wanted, error);
}

static enum as_status add_feed(struct as_summary *summary, const char *name, const uint32_t *kinds,
                               uint32_t n, int64_t fresh, const struct as_running *running,
                               const int64_t *newest, struct as_error *error)
{
    struct as_feed_age feed = {name, AS_TIME_NONE, fresh, AS_FEED_NEVER};
    for (uint32_t k = 0; k < n; k++) {
        if (newest[kinds[k]] > feed.newest)
            feed.newest = newest[kinds[k]];
    }
    if (feed.newest != AS_TIME_NONE)
        feed.state = fresh > 0 && running->request->at - feed.newest > fresh ? AS_FEED_STALE : AS_FEED_LIVE;
    return as_list_push(summary->arena, &summary->feeds, feed) ? AS_OK : as_error_memory(error);
}

/* The age of every declared feed; of all buyers' events together when none is declared. */
static enum as_status read_feeds(struct as_running *running, struct as_error *error)
{
    const struct as_schema *schema = running->request->schema;
    int64_t *newest = calloc(schema->kinds.n + (size_t)1, sizeof *newest);
    uint32_t *buyers = calloc(schema->kinds.n + (size_t)1, sizeof *buyers), n = 0;
    enum as_status status = newest == NULL || buyers == NULL
                                ? as_error_memory(error)
                                : as_store_last_events(newest, running->store, schema, running->request->at,
                                                       running->request->known_at, error);
    for (uint32_t k = 0; status == AS_OK && k < schema->kinds.n; k++)
        if (schema->kinds.at[k]->by == AS_ACTOR_BUYER)
            buyers[n++] = k;
    for (uint32_t i = 0; i < running->request->pack_count && status == AS_OK; i++) {
        struct as_summary *summary = running->jobs[i].summary;
        for (uint32_t f = 0; f < schema->feeds.n && status == AS_OK; f++) {
            const struct as_feed *feed = schema->feeds.at[f];
            status = add_feed(summary, feed->name, feed->kinds.at, feed->kinds.n, feed->fresh, running,
                              newest, error);
        }
        if (schema->feeds.n == 0 && status == AS_OK)
            status = add_feed(summary, "buyers' events", buyers, n, 0, running, newest, error);
    }
    free(newest);
    free(buyers);
    return status;
}

typedef enum as_status (*job_step)(struct as_running *running, struct as_run_job *job,
                                   struct as_error *error);

/* One step for every pack that has not failed. */
static enum as_status each_job(struct as_running *running, job_step step, struct as_error *error)
{
    for (uint32_t i = 0; i < running->request->pack_count; i++) {
        struct as_run_job *job = &running->jobs[i];
        if (job->summary->failed)
            continue;
        struct as_error own = AS_ERROR_INIT;
        if (step(running, job, &own) == AS_OK)
            continue;
        enum as_status status = fail(running, job, &own, error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

static enum as_status write_all(struct as_running *running, struct as_error *error)
{
    uint64_t *promised = calloc(AS_BIT_WORDS(running->dataset->leads) + 1, 8);
    if (promised == NULL)
        return as_error_memory(error);
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < running->request->pack_count && status == AS_OK; i++) {
        struct as_run_job *job = &running->jobs[i];
        struct as_error own = AS_ERROR_INIT;
        int64_t began = as_clock_ticks();
        if (job->decided && as_run_job_write(running, job, promised, &own) != AS_OK)
            status = fail(running, job, &own, error);
        if (job->profile != NULL)
            job->profile->writing_ns = as_clock_ticks() - began;
    }
    free(promised);
    return status;
}

static enum as_status run_all(struct as_running *running, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    running->started_ticks = as_clock_ticks();
    running->phase = "reading";
    enum as_status status = as_store_read(running->store, error);
    for (uint32_t i = 0; i < request->pack_count && status == AS_OK; i++)
        status = as_run_job_open(running, i, error);
    if (status == AS_OK)
        status = as_needs_new(&running->needs, request->schema, error);
    if (status == AS_OK)
        status = each_job(running, as_run_job_clear, error);
    if (status == AS_OK)
        status = each_job(running, as_run_job_plan, error);
    if (status == AS_OK)
        status = as_binding_plan(running, error);
    int64_t began = as_clock_ticks();
    if (status == AS_OK)
        status = as_choose(&running->choice, running, error);
    as_store_read_end(running->store); /* files may be brought up before they are read */
    if (status == AS_OK && !request->dry_run && !running->choice.part)
        as_store_fold_log(running->store);
    if (status == AS_OK)
        status = read_snapshot(running, error);
    running->result->reading_ns = as_clock_ticks() - began;
    if (status == AS_OK)
        status = as_store_read(running->store, error);
    if (status == AS_OK)
        status = read_feeds(running, error);
    if (status == AS_OK)
        status = as_binding_decide(running, error);
    if (status == AS_OK)
        status = each_job(running, as_run_job_decide, error);
    if (status == AS_OK)
        status = write_all(running, error);
    as_store_read_end(running->store);
    if (status == AS_OK)
        status = each_job(running, as_run_job_give_back, error);
    if (status == AS_OK && running->stopped)
        status = as_error_set(error, AS_ERR_STOPPED, "the run was stopped");
    running->result->run_ms = (as_clock_ticks() - running->started_ticks) / 1000000;
    return status;
}

enum as_status as_run_go(struct as_running *running, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    struct as_store *store = running->store;
    enum as_status status = AS_OK;
    if (!request->dry_run) {
        status = as_store_lock(store, "run", AS_LOCK_WAIT_MS, error);
        if (status != AS_OK)
            return status;
        as_store_leave_log(store);
    }
    running->jobs = calloc(request->pack_count + (size_t)1, sizeof *running->jobs);
    running->all = calloc(request->pack_count + request->binding_count + (size_t)1, sizeof *running->all);
    if (running->jobs == NULL || running->all == NULL)
        status = as_error_memory(error);
    else
        status = as_store_learn_schema(store, request->schema, error);
    if (status == AS_OK)
        status = run_all(running, error);
    for (uint32_t i = 0; running->jobs != NULL && i < request->pack_count; i++)
        as_run_job_free(&running->jobs[i]);
    as_binding_free(running);
    free(running->jobs);
    free(running->all);
    as_needs_free(&running->needs);
    as_choice_free(&running->choice);
    as_dataset_free(running->dataset);
    if (!request->dry_run)
        as_store_unlock(store);
    if (status != AS_OK)
        as_run_free(running->result);
    return status;
}

void as_run_free(struct as_run_result *result)
{
    as_arena_free(&result->arena);
    *result = (struct as_run_result){.failed = 0};
}
