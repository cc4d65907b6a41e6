/* Standings: where each lead stands now, brought up to what a run decided. */
#include "store/decisions/changes.h"
#include "store/decisions/kept_standings.h"
#include "store/decisions/scores.h"

#include <stdlib.h>

/* How a lead of the dataset stands by now: as it did, where it was not decided anew. */
static void stand(struct as_standing_row *out, const struct as_changes *changes, uint32_t row,
                  int64_t decision)
{
    const struct as_standing *s = as_standings_at(changes->standings, row);
    out->lead = changes->dataset->lead_id[row];
    out->prior = *as_prior_at(changes->dataset, changes->model->index, row);
    out->prior.owner = AS_NO_INDEX;
    if (decision == 0)
        return;
    out->prior.decided = true;
    out->prior.decision = decision;
    out->prior.stage = s->stage;
    out->prior.furthest = s->furthest;
    out->prior.grade = s->grade;
    out->prior.verdicts = s->verdicts;
    out->prior.outside = s->outside;
    out->prior.attention = s->attention;
    out->prior.blocked = s->blocked;
    out->prior.recycles = s->recycles;
    out->prior.entered = s->entered;
    out->prior.recycled = s->recycled;
    out->prior.cool_off = s->cool_off;
    out->prior.disqualifier = as_changes_disqualifier_code(changes, s);
    out->prior.persona = as_changes_persona_code(changes, s);
}

/* Brings the files up to what was decided. They are told of all leads of a part. */
static enum as_status keep(const struct as_changes *changes, const struct as_outcome *outcome,
                           struct as_error *error)
{
    const struct as_dataset *dataset = changes->dataset;
    struct as_standings_news news = {.n = dataset->part ? dataset->leads : changes->n,
                                     .whole = !dataset->part,
                                     .model = changes->model->index,
                                     .not_before = outcome == NULL ? NULL : as_outcome_not_before(outcome),
                                     .first = changes->first};
    struct as_standing_row *rows = calloc(news.n + 1, sizeof *rows);
    uint32_t decided = 0;
    if (rows == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < news.n; i++) {
        uint32_t row = dataset->part ? (uint32_t)i : changes->rows[i];
        bool anew = decided < changes->n && changes->rows[decided] == row;
        int64_t decision = anew ? changes->first + decided++ : 0;
        stand(&rows[i], changes, row, decision);
        rows[i].due = news.not_before == NULL ? 0 : news.not_before[row];
    }
    news.row = rows;
    enum as_status status =
        as_standings_keep(changes->store, changes->run, changes->model_id, dataset, &news, error);
    free(rows);
    return status;
}

enum as_status as_store_standings(struct as_changes *changes, const struct as_outcome *outcome,
                                  struct as_error *error)
{
    enum as_status status = keep(changes, outcome, error);
    if (outcome != NULL && status == AS_OK)
        status = as_scores_write(changes->store, changes->run, changes->model, changes->model_id,
                                 changes->dataset, changes->standings, outcome, error);
    if (status == AS_OK)
        status = as_sql_do(changes->store, error, "UPDATE run SET leads = max(leads, ?) WHERE id = ?", "ii",
                           (int64_t)changes->dataset->leads, changes->run->id);
    return status;
}
