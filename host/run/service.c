/* Service levels in a run: when it looks at all clocks, what its summary tells of those that run, and giving
 * back the hand-offs that the agreement says. */
#include "run/job.h"

#include "store/facts/facts.h"
#include "store/report/report.h"
#include "store/work/people.h"

#include <inttypes.h>
#include <stdio.h>

/* --- looking --- */

static bool any_reassigns(const struct as_pack *pack)
{
    bool any = false;
    for (uint32_t i = 0; i < pack->service_levels.n; i++)
        any |= pack->service_levels.at[i].reassign;
    return any;
}

enum as_status as_run_job_watch(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    const struct as_past *past = job->past;
    bool tells = running->request->tell;
    enum as_status status = AS_OK;
    if (tells && any_reassigns(job->given->pack))
        status = as_store_people(&job->people, running->store, error);
    job->watches = !tells || !past->clocks_known || job->people != past->clocks_people ||
                   (past->clocks_next != AS_TIME_NONE && past->clocks_next <= running->request->at);
    return status;
}

void as_run_job_wind(struct as_run_job *job)
{
    struct as_past *past = job->past;
    int64_t next = as_owed_next(&job->owed);
    if (job->watches || past->clocks_next == AS_TIME_NONE ||
        (next != AS_TIME_NONE && next < past->clocks_next))
        past->clocks_next = next;
    past->clocks_people = job->people;
    past->clocks_known = true;
}

/* --- telling --- */

/* The one that is due first of those that were not told yet; NULL: none presses. */
static const struct as_owed *next_pressing(const struct as_owed_list *owed,
                                           const struct as_service_level *level, const struct as_owed *after)
{
    const struct as_owed *best = NULL;
    for (uint32_t i = 0; i < owed->list.n; i++) {
        const struct as_owed *one = &owed->list.at[i];
        bool pressing = one->level == level && one->clock.state != AS_CLOCK_RUNS;
        bool later = after == NULL || one->clock.due > after->clock.due ||
                     (one->clock.due == after->clock.due && one > after);
        if (pressing && later && (best == NULL || one->clock.due < best->clock.due))
            best = one;
    }
    return best;
}

static enum as_status tell_level(struct as_running *running, struct as_summary *summary,
                                 const struct as_owed_list *owed, const struct as_service_level *level,
                                 struct as_error *error)
{
    struct as_owed_summary told = {.level = level};
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < owed->list.n; i++) {
        const struct as_owed *one = &owed->list.at[i];
        if (one->level != level)
            continue;
        told.states[one->clock.state]++;
        told.reminded += one->reminded;
        told.notified += one->notified;
        told.reassigned += one->reassigned;
        told.given_back += one->given_back;
    }
    const struct as_owed *one = next_pressing(owed, level, NULL);
    for (; one != NULL && told.pressing.n < AS_OWED_LINES && status == AS_OK;
         one = next_pressing(owed, level, one)) {
        struct as_owed_line line = {
            .lead_id = one->lead_id, .owner = one->owner, .clock = one->clock, .asked = as_owed_asked(one)};
        struct as_who who;
        status = as_store_who_kept(&who, summary->arena, running->store, one->lead_id, error);
        line.lead = who.name;
        line.account = who.company != NULL ? who.company : "";
        if (status == AS_OK && !as_list_push(summary->arena, &told.pressing, line))
            status = as_error_memory(error);
    }
    return status == AS_OK && !as_list_push(summary->arena, &summary->owed, told) ? as_error_memory(error)
                                                                                  : status;
}

enum as_status as_run_job_owed(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    const struct as_pack *pack = job->given->pack;
    const struct as_run_request *request = running->request;
    bool does = !request->dry_run && !request->baseline && job->summary->hold == AS_HOLD_NONE;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < job->owed.list.n; i++) {
        struct as_owed *one = &job->owed.list.at[i];
        if (!does || one->clock.state != AS_CLOCK_OVERDUE || one->level->reject == NULL)
            continue;
        one->given_back = as_owed_settled(&job->owed, one) == NULL;
        one->clock.next = request->at; /* the next run moves the lead, or finds the offer as it is then */
    }
    /* Of some nothing is told that is said of all. */
    for (uint32_t i = 0; i < pack->service_levels.n && status == AS_OK && job->watches; i++)
        status = tell_level(running, job->summary, &job->owed, &pack->service_levels.at[i], error);
    return status;
}

/* --- giving back --- */

static enum as_status put_rejection(struct as_facts *facts, const struct as_owed *owed, const char *at,
                                    struct as_error *error)
{
    char lead[32];
    bool changed;
    snprintf(lead, sizeof lead, "#%" PRId64, owed->lead_id);
    struct as_value_pair pairs[] = {{"lead_id", as_str_of(lead)},
                                    {"at", as_str_of(at)},
                                    {"kind", AS_STR("handoff_rejected")},
                                    {"property.reason", as_str_of(owed->level->reject)},
                                    {"property.by", as_str_of(owed->level->name)}};
    struct as_record record = {
        .kind = AS_IMPORT_EVENTS, .line = 1, .pairs = pairs, .n = sizeof pairs / sizeof *pairs};
    struct as_record_sink sink = as_facts_sink(facts);
    return sink.put(sink.context, &record, &changed, error);
}

enum as_status as_run_job_give_back(struct as_running *running, struct as_run_job *job,
                                    struct as_error *error)
{
    const struct as_run_request *request = running->request;
    struct as_facts_options options = {
        .system = "assay", .file = "run", .precedence = AS_FROM_STATED, .now = request->at};
    struct as_facts_summary summary;
    struct as_facts *facts = NULL;
    char at[AS_TIME_TEXT];
    enum as_status status = AS_OK;
    as_time_format(at, request->at);
    for (uint32_t i = 0; i < job->owed.list.n && status == AS_OK && job->decided; i++) {
        if (!job->owed.list.at[i].given_back)
            continue;
        if (facts == NULL)
            status = as_facts_open(&facts, running->store, request->schema, &options, error);
        if (status == AS_OK)
            status = put_rejection(facts, &job->owed.list.at[i], at, error);
    }
    if (status == AS_OK && facts != NULL)
        status = as_facts_commit(facts, &summary, error);
    as_facts_close(facts);
    return status;
}
