/* Telling: what a run says of single leads to whoever waits for their decisions. The totals are summary.c's.
 */
#include "run/job.h"

#include "base/ids.h"
#include "base/search.h"

/* Of so many moves each is told with its reason, which is found by deciding the lead once more; a run that
 * moves more than that is no news of single leads. */
enum { MOST_REASONS = 2000 };

static enum as_status tell(struct as_running *running, const struct as_run_job *job, uint32_t m,
                           const struct as_move *move, uint32_t row, struct as_error *error)
{
    struct as_arena *arena = &running->result->arena;
    const struct as_model *model = job->given->pack->models.at[m];
    const struct as_standing *standing = as_standing_at(&job->decision, m, row);
    const struct as_prior *prior = as_prior_at(running->dataset, m, row);
    int64_t *points = as_arena_array(arena, model->scores.n + (size_t)1, sizeof *points);
    struct as_told told = {
        .pack = job->given->pack,
        .model = model,
        .lead = running->dataset->lead_id[row],
        .changed = move != NULL,
        .from = prior->stage,
        .to = standing->stage,
        .points = points,
    };
    enum as_status status = points == NULL ? as_error_memory(error) : AS_OK;
    as_grade_show(told.grade_from, model, prior->grade);
    as_grade_show(told.grade, model, standing->grade);
    for (uint32_t s = 0; s < model->scores.n && status == AS_OK; s++)
        points[s] = as_points_at(as_outcome_score(job->decision.outcome, model->scores.at[s]), row).value;
    if (move != NULL) {
        told.cause = move->cause;
        if (move->from != move->to) {
            told.by = as_move_by(model, standing);
            if (status == AS_OK && job->moves[m].n <= MOST_REASONS)
                status = as_say_because(&told.because, arena, running, job, m, move, error);
        }
    }
    return status == AS_OK && !as_list_push(arena, &running->result->told, told) ? as_error_memory(error)
                                                                                 : status;
}

static bool has_moved(const struct as_moves *moves, uint32_t row)
{
    uint32_t i; /* moves are in order of lead row */
    AS_SEARCH(i, moves->n, moves->at[i].lead_row < row);
    return i < moves->n && moves->at[i].lead_row == row;
}

enum as_status as_tell_leads(struct as_running *running, const struct as_run_job *job, struct as_error *error)
{
    const struct as_run_request *request = running->request;
    const struct as_dataset *dataset = running->dataset;
    enum as_status status = AS_OK;
    for (uint32_t m = 0; m < job->given->pack->models.n && status == AS_OK; m++) {
        const struct as_moves *moves = &job->moves[m];
        for (uint32_t i = 0; i < moves->n && status == AS_OK; i++) {
            const struct as_move *move = &moves->at[i];
            /* Leads that others brought in are no news of theirs until they move. */
            if (move->cause != AS_MOVED_FIRST ||
                as_ids_have(request->watched, request->watched_count, dataset->lead_id[move->lead_row]))
                status = tell(running, job, m, move, move->lead_row, error);
        }
        for (uint32_t i = 0; i < request->watched_count && status == AS_OK; i++) {
            uint32_t row = as_dataset_lead_row(dataset, request->watched[i]);
            if (row != AS_NO_INDEX && !has_moved(moves, row) &&
                !as_standing_at(&job->decision, m, row)->outside)
                status = tell(running, job, m, NULL, row, error);
        }
    }
    return status;
}
