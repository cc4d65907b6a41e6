/* The writing half of a pack's run: one transaction for everything a pack decides, so that a fault leaves
 * nothing of it. */
#include "run/job.h"

#include "run/decision/json.h"
#include "run/effects/effects.h"
#include "run/explain/because.h"
#include "run/programmes/guard.h"
#include "store/decisions/versions.h"
#include "store/report/report.h"
#include "store/snapshot/snapshot.h"
#include "store/work/effects.h"

#include <stdlib.h>
#include <string.h>

/* From so many decided leads on it pays to ask for no references: the change has every statement prepared
 * anew. */
enum { MANY_LEADS = 2000 };

static enum as_status write_effects(struct as_running *running, struct as_run_job *job,
                                    const struct as_run_record *record, uint64_t *promised,
                                    struct as_error *error)
{
    const struct as_run_request *request = running->request;
    struct as_effects_request wanted = {
        .record = record,
        .decision = &job->decision,
        .moves = job->moves,
        .places = job->places,
        .all = running->all,
        .all_count = running->all_count,
        .promised = promised,
        .dry = request->dry_run,
        .baseline = request->baseline,
        .held = record->held,
        .sweep = request->approve || job->past->last_hold != AS_HOLD_NONE ||
                 (job->past->last_waiting > 0 && job->summary->rules_changed),
        .baseline_at = request->baseline ? request->at : job->past->baseline_at,
        .owed = &job->owed,
        .owed_arena = job->summary->arena,
        .owed_part = !job->watches,
    };
    enum as_status status = as_effects_write(&job->summary->made, running->store, &wanted, error);
    return status == AS_OK ? as_run_job_owed(running, job, error) : status;
}

/* Facts and points explain nothing where the rules made the difference: there the line of the gate does. */
enum as_status as_say_because(const char **out, struct as_arena *arena, struct as_running *running,
                              const struct as_run_job *job, uint32_t model, const struct as_move *move,
                              struct as_error *error)
{
    const struct as_gate *gate = as_gate_into(job->given->pack->models.at[model], (enum as_stage)move->to);
    *out = NULL;
    if (move->cause != AS_MOVED_RULES)
        return as_move_because(out, arena, running->store, &job->decision, model, move->lead_row, error);
    if (gate == NULL || move->how != AS_CAUSE_GATE || gate->position.file == NULL)
        return AS_OK;
    *out = as_arena_printf(arena, "gate %s, %s:%d", gate->name, gate->position.file, gate->position.line);
    return *out == NULL ? as_error_memory(error) : AS_OK;
}

/* The moves worth a line: of leads decided before, furthest stage first, then by row. */
static enum as_status name_moves(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    const struct as_pack *pack = job->given->pack;
    struct as_summary *summary = job->summary;
    for (int stage = AS_STAGE_COUNT - 1; stage > 0; stage--)
        for (uint32_t m = 0; m < pack->models.n; m++)
            for (uint32_t i = 0; i < job->moves[m].n && summary->moves.n < AS_SUMMARY_MOVES; i++) {
                const struct as_move *move = &job->moves[m].at[i];
                if (move->to != stage || move->from == move->to || move->cause == AS_MOVED_FIRST)
                    continue;
                struct as_move_line line = {
                    .lead_id = running->dataset->lead_id[move->lead_row],
                    .model = pack->models.at[m]->name,
                    .from = move->from,
                    .to = move->to,
                    .cause = move->cause,
                    .how = move->how,
                    .why = as_move_by(pack->models.at[m], as_standing_at(&job->decision, m, move->lead_row)),
                };
                struct as_who who;
                enum as_status status =
                    as_store_who_kept(&who, summary->arena, running->store, line.lead_id, error);
                line.lead = who.name;
                line.account = who.company != NULL ? who.company : "";
                if (status == AS_OK)
                    status = as_say_because(&line.because, summary->arena, running, job, m, move, error);
                if (status != AS_OK)
                    return status;
                if (!as_list_push(summary->arena, &summary->moves, line))
                    return as_error_memory(error);
            }
    return AS_OK;
}

/* Who moved is named with the first model: nothing is decided anew yet. */
static enum as_status write_model(struct as_running *running, struct as_run_job *job,
                                  const struct as_run_record *record, uint32_t m, struct as_error *error)
{
    struct as_changes *changes = NULL;
    enum as_status status =
        as_store_changes(&changes, running->store, record, job->given->pack->models.at[m], running->dataset,
                         &job->decision.standings[m], job->decision.stood[m].differs, error);
    if (status == AS_OK)
        status = as_decide_rows(changes, running, job, m, m == 0 ? name_moves : NULL, error);
    as_changes_free(changes);
    return status;
}

static enum as_status count_outbox(struct as_running *running, struct as_run_job *job, struct as_error *error)
{
    struct as_effects_waiting waiting;
    enum as_status status = as_store_effects_waiting(&waiting, running->store, job->given->pack->name, error);
    if (status != AS_OK)
        return status;
    job->summary->queued = waiting.queued;
    job->summary->held = waiting.held;
    return AS_OK;
}

/* From where the next run has to look for news. */
static enum as_status keep_basis(struct as_running *running, const struct as_run_job *job,
                                 const struct as_run_record *record, struct as_error *error)
{
    const struct as_choice *choice = &running->choice;
    struct as_basis basis = {.feeds = choice->feeds,
                             .leads = (int64_t)job->summary->leads,
                             .accounts = (int64_t)job->summary->accounts};
    memcpy(basis.seen, choice->seen, sizeof basis.seen);
    return as_store_keep_basis(running->store, record->pack, record->id, choice->all_seen ? &basis : NULL,
                               job->has_basis ? &job->basis : NULL, error);
}

static enum as_status store_job(struct as_running *running, struct as_run_job *job,
                                struct as_run_record *record, uint64_t *promised, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    const struct as_pack *pack = job->given->pack;
    uint64_t released;
    enum as_status status = AS_OK;
    if (job->given->source != NULL)
        status = as_store_keep_pack(running->store, pack->name, job->given->source, request->now, error);
    if (status == AS_OK)
        status = as_store_run_begin(running->store, record, error);
    if (status == AS_OK)
        status = as_follow_programmes(running->store, pack, record->at, error);
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK; m++)
        status = write_model(running, job, record, m, error);
    if (status == AS_OK && request->approve)
        status = as_store_release(&released, running->store, pack->name, request->now, error);
    if (status == AS_OK)
        status = write_effects(running, job, record, promised, error);
    if (status == AS_OK)
        status = count_outbox(running, job, error);
    if (status == AS_OK)
        status = keep_basis(running, job, record, error);
    if (status != AS_OK)
        return status;
    job->summary->run = record->id;
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    as_summary_json(&json, job->summary);
    int64_t finished = request->now + (as_clock_ticks() - running->started_ticks) / 1000000000;
    status = text.failed ? as_error_memory(error)
                         : as_store_run_end(running->store, record, as_buf_c(&text), finished, error);
    as_buf_free(&text);
    return status;
}

enum as_status as_run_job_write(struct as_running *running, struct as_run_job *job, uint64_t *promised,
                                struct as_error *error)
{
    const struct as_run_request *request = running->request;
    const struct as_pack *pack = job->given->pack;
    struct as_run_record record = {
        .pack = pack->name,
        .hash = pack->hash,
        .at = request->at,
        .known_at = request->known_at,
        .started = request->now,
        .baseline = request->baseline,
        .same_rules = !job->summary->first && !job->summary->rules_changed,
        .held = job->summary->hold != AS_HOLD_NONE,
        .rules = pack,
        .library_hash = request->library_hash,
        .reference = request->reference,
    };
    enum as_status status = AS_OK;
    running->phase = "writing";
    as_run_forward(running, 0, 0);
    /* The pack decided last has its priors in place; an owner that another pack has just assigned is read
     * too. */
    if (request->pack_count > 1)
        status = as_store_load_priors(running->dataset, running->store, pack, error);
    if (status == AS_OK && request->dry_run)
        status = name_moves(running, job, error);
    uint32_t told = running->result->told.n;
    if (status == AS_OK && request->tell)
        status = as_tell_leads(running, job, error);
    if (status != AS_OK)
        return status;
    if (request->dry_run) {
        status = write_effects(running, job, &record, promised, error);
        return status == AS_OK ? count_outbox(running, job, error) : status;
    }
    status = as_store_begin(running->store, error);
    if (status != AS_OK)
        return status;
    as_store_ask_references(running->store, running->dataset->leads < MANY_LEADS);
    status = store_job(running, job, &record, promised, error);
    if (status == AS_OK)
        status = as_store_commit(running->store, error);
    if (status == AS_OK)
        as_run_job_wind(job);
    if (status == AS_OK)
        status = as_past_add(job->past, job->summary, error);
    if (status != AS_OK) {
        as_store_rollback(running->store);
        job->summary->run = 0;
        running->result->told.n = told;
    }
    for (uint32_t i = told; i < running->result->told.n; i++)
        running->result->told.at[i].run = record.id;
    as_store_ask_references(running->store, true);
    return status;
}
