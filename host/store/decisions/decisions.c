/* Decisions as they are stored: one row each, which is never touched again but when a person is erased. */
#include "store/decisions/changes.h"

#include <stdio.h>

/* The gate that was passed or the disqualifier that holds; acts and recycling are told by their cause. */
static const char *moved_by(const struct as_changes *changes, const struct as_standing *s)
{
    const struct as_model *model = changes->model;
    if (s->cause == AS_CAUSE_DISQUALIFY)
        return as_changes_disqualifier(changes, s);
    const struct as_gate *gate = s->cause == AS_CAUSE_GATE || s->cause == AS_CAUSE_FIRST
                                     ? as_gate_into(model, (enum as_stage)s->stage)
                                     : NULL;
    return gate != NULL ? gate->name : NULL;
}

/* Columns in the order in which a row's cells are filled. */
static const char into_decision[] =
    "INSERT OR FAIL INTO decision(id, run_id, model_id, lead_id, prior_id, stage, prior_stage, furthest, "
    "cause, why, by, grade, grade_code, verdicts, outside, attention, blocked, disqualifier, persona, "
    "recycles, entered, recycled, cool_off, facts_hash, ledgers, prior_grade, prior_grade_code, "
    "prior_verdicts)";
enum { DECISION_COLUMNS = 28 };

enum as_status as_decisions_open(struct as_changes *changes, struct as_error *error)
{
    return as_waiting_open(&changes->waiting, changes->store, into_decision, DECISION_COLUMNS, error);
}

/* What was decided of a lead before: as these rules say it, or where others decided then, as it was said. */
struct before {
    bool graded;
    char grade[AS_GRADE_TEXT];
    int64_t code, verdicts;
};

static enum as_status look_before(struct before *before, const struct as_changes *changes,
                                  const struct as_prior *held, struct as_error *error)
{
    enum as_status status = AS_OK;
    as_grade_show(before->grade, changes->model, held->grade);
    before->graded = true;
    before->code = held->grade;
    before->verdicts = held->verdicts;
    if (changes->run->same_rules)
        return AS_OK;
    sqlite3_stmt *stmt =
        as_sql(changes->store, error, "SELECT grade, grade_code, verdicts FROM decision WHERE id = ?", "i",
               held->decision);
    before->graded = false;
    if (as_sql_row(&status, changes->store, stmt, error)) {
        const char *grade = as_sql_text(stmt, 0);
        before->graded = grade != NULL;
        snprintf(before->grade, sizeof before->grade, "%s", grade == NULL ? "" : grade);
        before->code = sqlite3_column_int64(stmt, 1);
        before->verdicts = sqlite3_column_int64(stmt, 2);
        sqlite3_reset(stmt);
    }
    return status;
}

/* Cells of the row that is being filled, from the left to the right. */
struct filling {
    struct as_waiting_rows *rows;
    uint32_t column;
};

static void put_number(struct filling *f, int64_t value)
{
    as_waiting_integer(f->rows, f->column++, value);
}

static void put_time(struct filling *f, int64_t value)
{
    if (value != AS_TIME_NONE)
        as_waiting_integer(f->rows, f->column, value);
    f->column++;
}

/* text NULL: the cell is NULL. */
static void put_text(struct filling *f, const char *text)
{
    if (text != NULL)
        as_waiting_text(f->rows, f->column, as_str_of(text));
    f->column++;
}

static enum as_status fill_row(struct as_changes *changes, uint32_t row, int64_t id,
                               const struct as_reasons *said, struct as_error *error)
{
    const struct as_standing *s = as_standings_at(changes->standings, row);
    const struct as_prior *held = as_prior_at(changes->dataset, changes->model->index, row);
    const bool first = held->decision == 0;
    char grade[AS_GRADE_TEXT];
    struct before before = {.code = 0};
    enum as_status status = first ? AS_OK : look_before(&before, changes, held, error);
    if (status == AS_OK)
        status = as_waiting_add(&changes->waiting, error);
    if (status != AS_OK)
        return status;
    as_grade_show(grade, changes->model, s->grade);
    struct filling f = {&changes->waiting, 0};
    put_number(&f, id);
    put_number(&f, changes->run->id);
    put_number(&f, changes->model_id);
    put_number(&f, changes->dataset->lead_id[row]);
    put_time(&f, first ? AS_TIME_NONE : held->decision);
    put_text(&f, as_stage_name((enum as_stage)s->stage));
    put_text(&f, first ? NULL : as_stage_name((enum as_stage)s->prior_stage));
    put_text(&f, as_stage_name((enum as_stage)s->furthest));
    put_text(&f, as_cause_name((enum as_cause)s->cause));
    put_text(&f, said->why);
    put_text(&f, said->by != NULL ? said->by : moved_by(changes, s));
    put_text(&f, grade);
    put_number(&f, s->grade);
    put_number(&f, s->verdicts);
    put_number(&f, s->outside);
    put_number(&f, s->attention);
    put_number(&f, s->blocked);
    put_text(&f, as_changes_disqualifier(changes, s));
    put_text(&f, as_changes_persona(changes, s));
    put_number(&f, s->recycles);
    put_time(&f, s->entered);
    put_time(&f, s->recycled);
    put_time(&f, s->cool_off);
    put_number(&f, (int64_t)said->facts);
    as_waiting_text(f.rows, f.column++, said->ledgers);
    put_text(&f, before.graded ? before.grade : NULL);
    put_number(&f, before.code);
    put_number(&f, before.verdicts);
    return AS_OK;
}

/* The run's own row changes when it begins and when it ends. Were its page written to the log in between, for
 * want of room, SQLite would read the log from there to the end and write all its sums anew at the commit. A
 * page that is looked at stays. */
static enum as_status hold_run(const struct as_changes *changes, struct as_error *error)
{
    return as_sql_get(NULL, NULL, changes->store, error, "SELECT finished IS NULL FROM run WHERE id = ?", "i",
                      changes->run->id);
}

static enum as_status write_rows(struct as_changes *changes, struct as_error *error)
{
    enum as_status status = hold_run(changes, error);
    return status == AS_OK ? as_waiting_write(&changes->waiting, error) : status;
}

enum as_status as_store_decide(struct as_changes *changes, const struct as_reasons *said,
                               struct as_error *error)
{
    if (changes->decided == changes->n)
        return as_error_set(error, AS_ERR_BUG, "model \"%s\" has no more leads to decide",
                            changes->model->name);
    enum as_status status =
        fill_row(changes, changes->rows[changes->decided], changes->first + changes->decided, said, error);
    changes->decided++;
    return status == AS_OK && as_waiting_full(&changes->waiting) ? write_rows(changes, error) : status;
}

enum as_status as_store_decided(struct as_changes *changes, struct as_error *error)
{
    if (changes->decided != changes->n)
        return as_error_set(error, AS_ERR_BUG, "model \"%s\" decided %u leads, of which %u are stored",
                            changes->model->name, changes->n, changes->decided);
    if (changes->n == 0)
        return AS_OK;
    enum as_status status = write_rows(changes, error);
    if (status != AS_OK)
        return status;
    return as_sql_do(changes->store, error,
                     "INSERT INTO run_decisions(run_id, model_id, first, last) VALUES(?, ?, ?, ?)", "iiii",
                     changes->run->id, changes->model_id, changes->first, changes->first + changes->n - 1);
}
