/* Decisions as they are stored: one row each, which is never touched again but when a person is erased. */
#include "store/decisions/changes.h"

/* The gate that was passed or the disqualifier that holds; acts and recycling are told by their cause. */
static const char *moved_by(const struct as_changes *changes, const struct as_standing *s)
{
    const struct as_model *model = changes->model;
    if (s->cause == AS_CAUSE_DISQUALIFY)
        return as_changes_disqualifier(changes, s);
    for (uint32_t i = 0; (s->cause == AS_CAUSE_GATE || s->cause == AS_CAUSE_FIRST) && i < model->gates.n; i++)
        if ((uint8_t)model->gates.at[i]->stage == s->stage)
            return model->gates.at[i]->name;
    return NULL;
}

#define DECISION                                                                                             \
    "INSERT INTO decision(id, run_id, model_id, lead_id, prior_id, stage, prior_stage, furthest, cause, "    \
    "why,"                                                                                                   \
    " by, grade, grade_code, verdicts, outside, attention, blocked, disqualifier, persona, recycles,"        \
    " entered, recycled, cool_off, facts_hash, ledgers, prior_grade, prior_grade_code, prior_verdicts)"
/* What was decided before: as these rules say it, or where others decided then, as it was said. */
static const char decision_again[] =
    DECISION " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
             " ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28)";
static const char decision_by_others[] =
    DECISION " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19,"
             " ?20, ?21, ?22, ?23, ?24, ?25, d.grade, coalesce(d.grade_code, ?27), coalesce(d.verdicts, ?28)"
             " FROM (SELECT ?26) LEFT JOIN decision d ON d.id = ?5";

static enum as_status write_row(const struct as_changes *changes, uint32_t row, int64_t id,
                                const struct as_reasons *said, struct as_error *error)
{
    char grade[AS_GRADE_TEXT], grade_before[AS_GRADE_TEXT];
    const struct as_standing *s = as_standings_at(changes->standings, row);
    const struct as_prior *held = as_prior_at(changes->dataset, changes->model->index, row);
    bool first = held->decision == 0;
    as_grade_show(grade, changes->model, s->grade);
    as_grade_show(grade_before, changes->model, held->grade);
    return as_sql_do(
        changes->store, error, first || changes->run->same_rules ? decision_again : decision_by_others,
        "iiiiktttttttiiiiittizzzistii", id, changes->run->id, changes->model_id,
        changes->dataset->lead_id[row], held->decision, as_stage_name((enum as_stage)s->stage),
        first ? NULL : as_stage_name((enum as_stage)s->prior_stage),
        as_stage_name((enum as_stage)s->furthest), as_cause_name((enum as_cause)s->cause), said->why,
        said->by != NULL ? said->by : moved_by(changes, s), grade, (int64_t)s->grade, (int64_t)s->verdicts,
        (int64_t)s->outside, (int64_t)s->attention, (int64_t)s->blocked, as_changes_disqualifier(changes, s),
        as_changes_persona(changes, s), (int64_t)s->recycles, s->entered, s->recycled, s->cool_off,
        said->facts, said->ledgers, first ? NULL : grade_before, first ? (int64_t)0 : (int64_t)held->grade,
        first ? (int64_t)0 : (int64_t)held->verdicts);
}

/* The run's own row changes when it begins and when it ends. Were its page written to the log in between, for
 * want of room, SQLite would read the log from there to the end and write all its sums anew at the commit. A
 * page that is looked at stays. */
enum { HOLD_EVERY = 512 };

static enum as_status hold_run(const struct as_changes *changes, struct as_error *error)
{
    int64_t one;
    bool found;
    return as_sql_get(&one, &found, changes->store, error, "SELECT finished IS NULL FROM run WHERE id = ?",
                      "i", changes->run->id);
}

enum as_status as_store_decide(struct as_changes *changes, const struct as_reasons *said,
                               struct as_error *error)
{
    if (changes->decided == changes->n)
        return as_error_set(error, AS_ERR_BUG, "model \"%s\" has no more leads to decide",
                            changes->model->name);
    enum as_status status = AS_OK;
    if (changes->decided % HOLD_EVERY == 0)
        status = hold_run(changes, error);
    if (status == AS_OK)
        status = write_row(changes, changes->rows[changes->decided], changes->first + changes->decided, said,
                           error);
    changes->decided++;
    return status;
}

enum as_status as_store_decided(struct as_changes *changes, struct as_error *error)
{
    if (changes->decided != changes->n)
        return as_error_set(error, AS_ERR_BUG, "model \"%s\" decided %u leads, of which %u are stored",
                            changes->model->name, changes->n, changes->decided);
    if (changes->n == 0)
        return AS_OK;
    return as_sql_do(changes->store, error,
                     "INSERT INTO run_decisions(run_id, model_id, first, last) VALUES(?, ?, ?, ?)", "iiii",
                     changes->run->id, changes->model_id, changes->first, changes->first + changes->n - 1);
}
