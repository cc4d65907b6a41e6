/* Choosing whom a run decides about. Everything that is not certain decides about everybody, saying why. */
#include "run/choice.h"

#include "run/job.h"

#include "base/time.h"
#include "run/decision/owed.h"
#include "score/tree/reference.h"
#include "store/decisions/standings.h"
#include "store/work/waiting.h"

#include <stdlib.h>
#include <string.h>

/* When more than one lead in so many has news, reading everybody in one go is as quick. */
enum { FEW = 2 };

/* What holds for the whole run whatever happened since the last one. */
static const char *asked_for(const struct as_running *running)
{
    const struct as_run_request *request = running->request;
    if (request->whole)
        return "asked for";
    if (request->dry_run)
        return "a dry run";
    if (request->baseline)
        return "a baseline";
    return request->approve ? "held effects are let go" : NULL;
}

static const char *rules_differ(const struct as_run_job *job, const struct as_basis *basis,
                                const struct as_run_request *request)
{
    if (strcmp(basis->pack, job->given->pack->hash) != 0)
        return "the rules changed";
    if (request->library_hash == NULL || strcmp(basis->library, request->library_hash) != 0)
        return "the rule library changed";
    if (request->reference == NULL || strcmp(basis->reference, request->reference->hash) != 0)
        return "reference data changed";
    return NULL;
}

struct waiting {
    int64_t until; /* it waits since then, or longer */
    struct as_id_list leads;
};

static enum as_status add(struct as_choice *choice, struct as_id_list *leads, struct as_error *error)
{
    const struct as_news more = {.leads = leads->at, .lead_count = leads->n};
    enum as_status status = as_news_join(&choice->news, &more, error);
    free(leads->at);
    return status;
}

/* Whom time moves: those whose cool-off ends; those who moved or were recycled in the last run, since in that
 * instant nothing else moved them; on a new day those whose day has come. A run about everybody sees of each
 * lead by the day that was promised whether it has come. */
static enum as_status add_timed(struct as_choice *choice, const struct as_running *running,
                                const struct as_run_job *job, struct as_error *error)
{
    const struct as_pack *pack = job->given->pack;
    int64_t at = running->request->at, since = job->basis.at;
    bool new_day = as_day_of(at) > as_day_of(since) && !running->request->whole;
    enum as_status status = AS_OK;
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK && at > since; m++) {
        struct as_id_list leads;
        status = as_kept_timed(&leads, job->kept[m], since, since - 1, at, error);
        if (status == AS_OK)
            status = add(choice, &leads, error);
        if (status == AS_OK && new_day)
            status = as_kept_due(&leads, job->kept[m], (int32_t)as_day_of(at), error);
        if (status == AS_OK && new_day)
            status = add(choice, &leads, error);
    }
    return status;
}

static enum as_status add_waiting(void *context, const struct as_due *row, struct as_error *error)
{
    struct waiting *waiting = context;
    return row->began <= waiting->until ? as_id_push(&waiting->leads, row->lead, error) : AS_OK;
}

/* Whose leads may go to somebody else because nobody answered: a route is asked for them. Working time never
 * passes faster than the wall's. */
static enum as_status add_unanswered(struct as_choice *choice, const struct as_running *running,
                                     const struct as_run_job *job, struct as_error *error)
{
    const struct as_pack *pack = job->given->pack;
    struct waiting waiting = {.until = AS_TIME_NONE};
    struct as_buf stops = {.p = NULL};
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < pack->service_levels.n && status == AS_OK && job->watches; i++) {
        const struct as_service_level *level = &pack->service_levels.at[i];
        struct as_due_query query;
        int64_t passed, length;
        if (!level->reassign)
            continue;
        as_business_measure(&passed, &length, &pack->business, &level->within, 0, 0);
        waiting.until = running->request->at - length;
        status = as_owed_query(&query, &stops, pack, level, running->request->at, error);
        if (status == AS_OK)
            status = as_store_dues(running->store, &query, add_waiting, &waiting, error);
    }
    as_buf_free(&stops);
    if (status == AS_OK) {
        waiting.leads.n = as_ids_each_once(waiting.leads.at, waiting.leads.n);
        return add(choice, &waiting.leads, error);
    }
    free(waiting.leads.at);
    return status;
}

/* Who found nobody free to own the lead, or no room in sales, asks again. */
static enum as_status add_unserved(struct as_choice *choice, const struct as_running *running,
                                   const struct as_pack *pack, struct as_error *error)
{
    struct as_id_list leads;
    enum as_status status = as_store_waiting(&leads, running->store, pack->name, error);
    if (status == AS_OK)
        return add(choice, &leads, error);
    free(leads.at);
    return status;
}

/* What one pack says: everybody, or whom. */
static enum as_status choose_for(struct as_choice *choice, struct as_running *running, struct as_run_job *job,
                                 struct as_error *error)
{
    const struct as_pack *pack = job->given->pack;
    struct as_store *store = running->store;
    struct as_news news = {.leads = NULL};
    const struct as_basis *basis = &job->basis;
    if (!job->has_basis) {
        choice->why = job->summary->first ? "the first run" : "what changed since the last run is not known";
        return AS_OK;
    }
    choice->why = rules_differ(job, basis, running->request);
    if (choice->why == NULL && basis->feeds != choice->feeds)
        choice->why = "a feed changed its state";
    if (choice->why == NULL && job->past->last_hold != AS_HOLD_NONE)
        choice->why = "effects were held";
    if (choice->why == NULL && running->request->known_at < basis->known_at)
        choice->why = "an earlier moment";
    enum as_status status = AS_OK;
    if ((job->kept = calloc(pack->models.n + (size_t)1, sizeof *job->kept)) == NULL)
        return as_error_memory(error);
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK && choice->why == NULL; m++) {
        status = as_store_kept(&job->kept[m], store, pack->name, pack->models.at[m], error);
        if (status == AS_OK && job->kept[m] == NULL)
            choice->why = "files beside the database were missing";
    }
    if (status == AS_OK && choice->why == NULL)
        status = as_store_news(&news, store, pack, basis, running->request->at, error);
    if (status == AS_OK && choice->why == NULL)
        status = as_news_join(&choice->news, &news, error);
    if (status == AS_OK && choice->why == NULL)
        status = add_timed(choice, running, job, error);
    if (status == AS_OK && choice->why == NULL)
        status = add_unanswered(choice, running, job, error);
    if (status == AS_OK && choice->why == NULL)
        status = add_unserved(choice, running, pack, error);
    as_news_free(&news);
    return status;
}

static enum as_status read_bases(struct as_choice *out, struct as_running *running, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    const struct as_basis *oldest = NULL;
    enum as_status status =
        as_store_feeds(&out->feeds, running->store, request->schema, request->at, request->known_at, error);
    bool all = true;
    for (uint32_t i = 0; i < request->pack_count && status == AS_OK; i++) {
        struct as_run_job *job = &running->jobs[i];
        if (job->summary->failed)
            continue;
        status = as_store_basis(&job->basis, &job->has_basis, running->store, job->given->pack->name, error);
        all &= job->has_basis;
        if (job->has_basis && (oldest == NULL || job->basis.seen[AS_LOG_EVENT] < oldest->seen[AS_LOG_EVENT]))
            oldest = &job->basis;
    }
    /* Before anything is read: what comes in meanwhile is news for the next run too. */
    return status == AS_OK ? as_store_seen(out->seen, &out->all_seen, running->store, request->at,
                                           request->known_at, all ? oldest : NULL, error)
                           : status;
}

static bool any_asks_members(const struct as_running *running)
{
    bool members = false;
    for (uint32_t i = 0; i < running->request->pack_count; i++)
        members |= running->jobs[i].plan != NULL && as_plan_asks_members(running->jobs[i].plan);
    for (uint32_t i = 0; i < running->request->binding_count; i++)
        members |= running->binding_plans[i] != NULL && as_plan_asks_members(running->binding_plans[i]);
    return members;
}

/* From those with news to all whose decisions rest on them. */
static enum as_status widen(struct as_choice *out, struct as_running *running, struct as_error *error)
{
    struct as_store *store = running->store;
    bool all;
    enum as_status status = as_store_news_referrers(&out->news, &all, store, running->request->schema,
                                                    running->needs.fields, error);
    if (status == AS_OK && !all)
        out->why = "rules may look at leads that others refer to";
    if (status == AS_OK && all && any_asks_members(running))
        status = as_store_news_homes(&out->news, store, error);
    return status == AS_OK && all ? as_store_news_members(&out->news, store, error) : status;
}

enum as_status as_choose(struct as_choice *out, struct as_running *running, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    /* Everybody without more ado; but whom nothing new is about has the days that were promised. */
    bool whole = request->whole && !request->dry_run && !request->baseline && !request->approve;
    *out = (struct as_choice){.why = whole ? NULL : asked_for(running)};
    bool any = false;
    enum as_status status = request->dry_run ? AS_OK : read_bases(out, running, error);
    if (status == AS_OK && out->why == NULL && !out->all_seen)
        out->why = "there are facts of a later time";
    for (uint32_t i = 0; i < request->pack_count && status == AS_OK && out->why == NULL; i++) {
        struct as_run_job *job = &running->jobs[i];
        if (!job->summary->failed)
            status = choose_for(out, running, job, error);
        any |= !job->summary->failed;
    }
    if (status == AS_OK && out->why == NULL)
        status = widen(out, running, error);
    if (status == AS_OK && out->why == NULL &&
        (!any || (int64_t)out->news.lead_count > out->seen[AS_LOG_LEAD] / FEW))
        out->why = "much is new";
    out->promises = status == AS_OK && whole && out->why == NULL;
    if (whole)
        out->why = asked_for(running);
    out->part = status == AS_OK && out->why == NULL;
    if (out->part && out->news.leads == NULL && (out->news.leads = malloc(sizeof *out->news.leads)) == NULL)
        status = as_error_memory(error); /* nobody is a choice too */
    return status;
}

void as_choice_free(struct as_choice *choice)
{
    as_news_free(&choice->news);
}
