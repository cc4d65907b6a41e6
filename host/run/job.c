/* The deciding half of a pack's run: nothing here writes to the store. */
#include "run/job.h"

#include "base/time.h"

#include "store/snapshot/snapshot.h"
#include "store/work/work.h"

#include <stdlib.h>
#include <string.h>

bool as_run_forward(void *context, uint64_t done, uint64_t all)
{
    struct as_running *running = context;
    const struct as_run_request *request = running->request;
    if (request->progress != NULL && !request->progress(request->progress_context, running->phase, done, all))
        running->stopped = true;
    return !running->stopped;
}

enum as_status as_run_job_open(struct as_running *running, uint32_t index, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    struct as_arena *arena = &running->result->arena;
    struct as_run_job *job = &running->jobs[index];
    job->given = &request->packs[index];
    const struct as_pack *pack = job->given->pack;
    job->summary = as_arena_alloc(arena, sizeof *job->summary);
    if (job->summary == NULL || !as_list_push(arena, &running->result->packs, job->summary))
        return as_error_memory(error);
    struct as_summary *summary = job->summary;
    summary->arena = arena;
    summary->pack = pack;
    summary->at = request->at;
    summary->known_at = request->known_at;
    summary->baseline = request->baseline;
    summary->dry_run = request->dry_run;
    enum as_status status = as_desk_past(&job->past, running->desk, pack, error);
    if (status == AS_OK)
        status = as_past_tell(summary, job->past, error);
    if (status != AS_OK)
        return status;
    summary->last_at = job->past->last_at;
    summary->first = job->past->last_at == AS_TIME_NONE;
    summary->rules_changed = !summary->first && strcmp(job->past->last_hash, pack->hash) != 0;
    if (!request->dry_run && !summary->first && request->at < job->past->last_at) {
        char last[AS_TIME_TEXT];
        as_error_set(error, AS_ERR_USAGE, "pack %s has already decided for %s, which is later", pack->name,
                     as_time_format(last, job->past->last_at));
        return as_error_advise(error,
                               "a lifecycle does not run backwards: look at an earlier day with --dry-run");
    }
    if (summary->rules_changed && request->last != NULL && request->last[index].pack != NULL)
        job->last = &request->last[index];
    return as_run_job_watch(running, job, error);
}

enum as_status as_run_job_plan(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    const struct as_pack *pack = job->given->pack;
    enum as_status status = as_desk_plan(&job->plan, running->desk, pack, error);
    if (status != AS_OK)
        return status;
    as_needs_add(&running->needs, job->plan);
    running->needs.members |= job->given->functions != NULL;
    if (job->last == NULL || !as_models_same(pack, job->last->pack))
        return status;
    status = as_desk_plan(&job->last_plan, running->desk, job->last->pack, error);
    if (status != AS_OK)
        return status;
    as_needs_add(&running->needs, job->last_plan);
    running->needs.members |= job->last->functions != NULL;
    return status;
}

static enum as_status find_moves(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    const struct as_pack *pack = job->given->pack;
    size_t words = AS_BIT_WORDS(running->dataset->leads) + 1;
    uint64_t *facts = calloc(words, 8), *merged = calloc(words, 8);
    struct as_decision before = {.pack = NULL};
    struct as_since since = {facts, merged, job->summary->rules_changed, NULL};
    enum as_status status = AS_OK;
    job->moves = calloc(pack->models.n + (size_t)1, sizeof *job->moves);
    if (facts == NULL || merged == NULL || job->moves == NULL)
        status = as_error_memory(error);
    bool any = false;
    for (uint32_t m = 0; m < pack->models.n; m++)
        any |= as_decision_next(&job->decision, m, 0) < running->dataset->leads;
    if (status == AS_OK && !job->summary->first && any)
        status = as_store_touched(facts, merged, running->store, running->dataset, job->past->last_at,
                                  job->past->last_known_at, job->has_basis ? &job->basis : NULL, error);
    if (status == AS_OK && job->last_plan != NULL) {
        struct as_run_options options = job->decision.options;
        options.functions = job->last->functions;
        options.profile = NULL;
        options.not_before = false;
        status = as_decide(&before, job->last->pack, job->last_plan, running->dataset, &options, error);
        since.by_last_rules = before.standings;
    }
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK; m++)
        status = as_moves_of(&job->moves[m], &job->decision, m, &since, error);
    if (before.pack != NULL)
        as_decision_free(&before);
    free(facts);
    free(merged);
    return status;
}

static bool is_in_track(const struct as_enrolment_log *log, uint32_t row)
{
    for (uint32_t i = log->start[row]; i < log->start[row + 1]; i++)
        if (!log->at[i].ended)
            return true;
    return false;
}

/* Whoever stands in a track that this decision says nothing of goes on standing there. */
static enum as_status count_others_in_tracks(struct as_running *running, struct as_run_job *job,
                                             struct as_error *error)
{
    const struct as_dataset *dataset = running->dataset;
    uint64_t all = 0, own = 0;
    if (!dataset->part || job->given->pack->tracks.n == 0)
        return AS_OK;
    enum as_status status = as_store_in_tracks(&all, running->store, job->given->pack->name, error);
    for (uint32_t row = 0; dataset->enrolments.start != NULL && row < dataset->leads; row++)
        own += is_in_track(&dataset->enrolments, row);
    job->summary->in_track = all > own ? all - own : 0;
    return status;
}

static void count_places(struct as_run_job *job, uint32_t leads)
{
    for (uint32_t row = 0; job->places != NULL && row < leads; row++) {
        const struct as_place_row *place = &job->places[row];
        if (place->track == 0 || place->ended)
            continue;
        job->summary->in_track++;
        if (place->due <= job->summary->at)
            job->summary->denials[place->denial]++;
    }
}

static void hold_effects(struct as_running *running, struct as_run_job *job)
{
    const struct as_run_request *request = running->request;
    struct as_summary *summary = job->summary;
    uint64_t moved = 0, known = 0;
    for (uint32_t m = 0; m < summary->models.n; m++) {
        moved += summary->models.at[m].moved;
        known += summary->models.at[m].known;
    }
    summary->moved_share = known == 0 ? 0 : (double)moved / (double)known;
    if (request->approve || request->baseline)
        return;
    if (request->max_moves >= 0 && summary->moved_share > request->max_moves)
        summary->hold = AS_HOLD_MOVES;
    else if (summary->first)
        summary->hold = AS_HOLD_FIRST;
    else
        summary->hold = job->past->last_hold; /* nobody approved yet */
    running->result->held_by_moves |= summary->hold == AS_HOLD_MOVES;
}

/* Copies what is to be told of a profile into the result, which outlives the plan. */
static enum as_status keep_profile(struct as_running *running, struct as_run_job *job,
                                   struct as_profile *profile, struct as_error *error)
{
    struct as_arena *arena = &running->result->arena;
    struct as_run_profile *kept = as_arena_alloc(arena, sizeof *kept);
    if (kept == NULL)
        return as_error_memory(error);
    const struct as_profile_part *parts;
    enum as_status status = as_profile_parts(&parts, &kept->part_count, profile, error);
    if (status != AS_OK)
        return status;
    struct as_profile_part *copy = as_arena_array(arena, kept->part_count, sizeof *copy);
    if (copy == NULL || !as_list_push(arena, &running->result->profiles, kept))
        return as_error_memory(error);
    if (kept->part_count > 0)
        memcpy(copy, parts, kept->part_count * sizeof *copy);
    kept->parts = copy;
    kept->pack = job->given->pack;
    kept->rules_ns = job->decision.rules_ns;
    kept->standings_ns = job->decision.standings_ns;
    for (int phase = 0; phase < AS_PROFILE_PHASES; phase++)
        kept->phase_ns[phase] = as_profile_phase_ns(profile, (enum as_profile_phase)phase);
    job->profile = kept;
    return AS_OK;
}

/* The screen tells of everybody: of the leads decided and of the others as they stand. */
static enum as_status count(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    const struct as_pack *pack = job->given->pack;
    struct as_summary *summary = job->summary;
    bool part = running->dataset->part;
    enum as_status status = AS_OK;
    if (part && (job->others = calloc(pack->models.n + (size_t)1, sizeof *job->others)) == NULL)
        return as_error_memory(error);
    for (uint32_t m = 0; part && m < pack->models.n && status == AS_OK; m++)
        status = as_kept_others(&job->others[m], job->kept[m], running->store, running->dataset, error);
    if (status == AS_OK)
        status = as_summary_count(summary, &job->decision, job->moves, job->others, error);
    summary->whole = running->choice.why;
    int64_t leads = 0, accounts = 0;
    if (status == AS_OK && part)
        status = as_past_carry(summary, job->past, error);
    if (status == AS_OK && part)
        status = as_store_news_count(&leads, &accounts, running->store, &job->basis, error);
    if (status == AS_OK && part) {
        summary->leads = (uint64_t)leads;
        summary->accounts = (uint64_t)accounts;
    }
    if (status == AS_OK)
        status = count_others_in_tracks(running, job, error);
    count_places(job, running->dataset->leads);
    return status;
}

/* The days that the last run promised, but for leads with news. */
static enum as_status take_promises(struct as_running *running, struct as_run_job *job,
                                    struct as_error *error)
{
    const struct as_dataset *dataset = running->dataset;
    const struct as_news *news = &running->choice.news;
    if (!running->choice.promises || job->given->pack->models.n == 0)
        return AS_OK;
    enum as_status status =
        as_kept_own_days(&job->promised, job->kept[0], dataset->lead_id, dataset->leads, error);
    if (status != AS_OK)
        return status;
    int32_t *days = job->promised;
    for (uint32_t m = 1; m < job->given->pack->models.n; m++)
        as_kept_days(days, job->kept[m], dataset->lead_id, dataset->leads);
    for (size_t i = 0; i < news->lead_count; i++) {
        uint32_t row = as_dataset_lead_row(dataset, news->leads[i]);
        if (row != AS_NO_INDEX)
            days[row] = 0;
    }
    return AS_OK;
}

enum as_status as_run_job_decide(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    const struct as_pack *pack = job->given->pack;
    struct as_run_options options = {.at = running->request->at,
                                     .threads = running->request->threads,
                                     .functions = job->given->functions,
                                     .not_before = !running->request->dry_run,
                                     .progress = as_run_forward,
                                     .progress_context = running};
    running->phase = pack->name;
    enum as_status status = AS_OK;
    if (running->request->profile && (status = as_profile_new(&options.profile, job->plan, error)) != AS_OK)
        return status;
    int64_t priors_began = as_clock_ticks();
    status = as_store_load_priors(running->dataset, running->store, pack, error);
    int64_t priors_ns = as_clock_ticks() - priors_began;
    if (status == AS_OK)
        status = take_promises(running, job, error);
    options.promised = job->promised;
    if (status == AS_OK)
        status = as_decide(&job->decision, pack, job->plan, running->dataset, &options, error);
    job->decision.options.profile = NULL; /* what follows decides single leads */
    if (status == AS_OK && options.profile != NULL)
        status = keep_profile(running, job, options.profile, error);
    as_profile_free(options.profile);
    int64_t began = as_clock_ticks();
    if (status == AS_OK)
        status = find_moves(running, job, error);
    if (status == AS_OK)
        status = as_placements(&job->places, &job->decision, error);
    if (status == AS_OK)
        status = count(running, job, error);
    if (status != AS_OK)
        return status;
    if (job->profile != NULL) {
        job->profile->moves_ns = as_clock_ticks() - began;
        job->profile->priors_ns = priors_ns;
    }
    hold_effects(running, job);
    job->decided = true;
    running->all[running->all_count++] = &job->decision;
    return AS_OK;
}

void as_run_job_free(struct as_run_job *job)
{
    if (job->given == NULL) /* the run ended before any job began */
        return;
    for (uint32_t m = 0; m < job->given->pack->models.n; m++) {
        if (job->kept != NULL)
            as_kept_free(job->kept[m]);
        if (job->others != NULL)
            free(job->others[m].at);
    }
    free(job->kept);
    free(job->promised);
    free(job->others);
    if (job->moves != NULL)
        for (uint32_t m = 0; m < job->given->pack->models.n; m++)
            as_moves_free(&job->moves[m]);
    free(job->moves);
    free(job->places);
    if (job->decision.pack != NULL)
        as_decision_free(&job->decision);
}
