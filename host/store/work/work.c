/* Work: tasks, places in tracks, offers to sales and account plans. Whether something is due is decided
 * elsewhere; here it is kept. */
#include "store/work/work.h"

#include "store/database.h"

enum as_status as_store_put_task(bool *added, struct as_store *store, const struct as_task *task,
                                 struct as_error *error)
{
    enum as_status status = as_sql_do(
        store, error,
        "INSERT INTO task(key, pack, text, role, owner, play, lead_id, account_id, plan_id, created, due)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(key) DO NOTHING",
        "ttttttkkkiz", task->key, task->pack, task->text, task->role, task->owner, task->play, task->lead_id,
        task->account_id, task->plan_id, task->created, task->due);
    *added = status == AS_OK && sqlite3_changes(store->db) > 0;
    return status;
}

enum as_status as_store_tasks(struct as_store *store, const char *pack, bool open_only, as_task_fn each,
                              void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT id, key, pack, text, role, owner, play, lead_id, account_id, plan_id, created, due,"
        " finished IS NOT NULL FROM task WHERE (?1 IS NULL OR pack = ?1)"
        " AND (?2 = 0 OR finished IS NULL) ORDER BY due IS NULL, due, id",
        "ti", pack, (int64_t)open_only);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_task task = {.id = sqlite3_column_int64(stmt, 0),
                               .key = as_sql_text(stmt, 1),
                               .pack = as_sql_text(stmt, 2),
                               .text = as_sql_text(stmt, 3),
                               .role = as_sql_text(stmt, 4),
                               .owner = as_sql_text(stmt, 5),
                               .play = as_sql_text(stmt, 6),
                               .lead_id = sqlite3_column_int64(stmt, 7),
                               .account_id = sqlite3_column_int64(stmt, 8),
                               .plan_id = sqlite3_column_int64(stmt, 9),
                               .created = sqlite3_column_int64(stmt, 10),
                               .due = as_sql_time(stmt, 11),
                               .done = sqlite3_column_int(stmt, 12) != 0};
        status = each(context, &task, error);
    }
    as_sql_end(store, stmt);
    return status;
}

/* clang-format off */
/* Whether a task is a lead's, or of the account that it stands for: of nobody, it is anybody's. */
static const char is_theirs[] =
    AS_SQL_MERGED ", home(id) AS (SELECT " AS_SQL_SURVIVOR("account", "?3")
    " UNION SELECT " AS_SQL_SURVIVOR("account", "l.account_id") " FROM lead l WHERE l.id = ?1)"
    " SELECT 1 FROM task t LEFT JOIN lead l ON l.id = t.lead_id WHERE t.id = ?2 AND CASE"
    " WHEN t.lead_id IS NOT NULL THEN t.lead_id IN (SELECT id FROM me)"
    " OR " AS_SQL_SURVIVOR("account", "l.account_id") " = " AS_SQL_SURVIVOR("account", "?3")
    " WHEN t.account_id IS NOT NULL THEN " AS_SQL_SURVIVOR("account", "t.account_id")
    " IN (SELECT id FROM home) ELSE 1 END";
/* clang-format on */

enum as_status as_store_finish_task(bool *changed, struct as_store *store, const struct as_task_end *end,
                                    struct as_error *error)
{
    bool found, mine, done, same = false;
    *changed = false;
    enum as_status status =
        as_sql_get(NULL, &found, store, error, "SELECT id FROM task WHERE id = ?", "i", end->id);
    if (status == AS_OK && !found) {
        as_error_set(error, AS_ERR_MISSING, "there is no task %lld", (long long)end->id);
        return as_error_advise(error, "assay export tasks lists them");
    }
    if (status == AS_OK)
        status = as_sql_get(NULL, &mine, store, error, is_theirs, "iii", end->lead_id, end->id,
                            end->account_id);
    if (status == AS_OK && !mine) {
        as_error_set(error, AS_ERR_CONFLICT, "task %lld is about somebody else", (long long)end->id);
        return as_error_advise(error, "assay export tasks says about whom");
    }
    if (status == AS_OK)
        status = as_sql_get(NULL, &done, store, error,
                            "SELECT 1 FROM task WHERE id = ? AND finished IS NOT NULL", "i", end->id);
    if (status == AS_OK && done)
        status = as_sql_get(
            NULL, &same, store, error,
            "SELECT 1 FROM task WHERE id = ? AND finished = ? AND finished_by IS ? AND outcome IS ?", "iitt",
            end->id, end->at, end->by, end->outcome);
    if (status == AS_OK && done && !same)
        return as_error_set(error, AS_ERR_CONFLICT, "task %lld is done already", (long long)end->id);
    if (status != AS_OK || same)
        return status;
    *changed = true;
    return as_sql_do(store, error, "UPDATE task SET finished = ?, finished_by = ?, outcome = ? WHERE id = ?",
                     "itti", end->at, end->by, end->outcome, end->id);
}

enum as_status as_store_enrol(struct as_store *store, const struct as_run_record *run,
                              const struct as_stay *stay, struct as_error *error)
{
    enum as_status status = as_sql_do(
        store, error,
        "INSERT INTO enrolment(pack, lead_id, track, persona, entered, step, due, ended, override_id, "
        "instead)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, CASE WHEN ?8 THEN ?9 END, ?10, ?11)"
        " ON CONFLICT(pack, lead_id, track, entered) DO UPDATE SET persona = coalesce(?4, persona),"
        " step = ?6, due = ?7, ended = CASE WHEN ?8 THEN coalesce(ended, ?9) END,"
        " override_id = CASE WHEN ?12 THEN ?10 ELSE override_id END,"
        " instead = CASE WHEN ?12 THEN ?11 ELSE instead END",
        "tittiiziikti", run->pack, stay->lead_id, stay->track, stay->persona, stay->entered,
        (int64_t)stay->step, stay->due, (int64_t)stay->ended, run->at, stay->word, stay->instead,
        (int64_t)stay->begins);
    if (status == AS_OK)
        status = as_sql_do(
            store, error,
            "INSERT INTO enrolment_step(enrolment_id, run_id, time, step, due, ended)"
            " SELECT id, ?5, ?6, ?7, ?8, ?9 FROM enrolment WHERE pack = ?1 AND lead_id = ?2 AND track = ?3"
            " AND entered = ?4 ON CONFLICT(enrolment_id, run_id) DO UPDATE SET step = ?7, due = ?8, ended = "
            "?9",
            "titiiiizi", run->pack, stay->lead_id, stay->track, stay->entered, run->id, run->at,
            (int64_t)stay->step, stay->due, (int64_t)stay->ended);
    return status;
}

enum as_status as_store_in_tracks(uint64_t *places, struct as_store *store, const char *pack,
                                  struct as_error *error)
{
    /* Who was merged into others counts with them. */
    static const char counted[] =
        "WITH RECURSIVE up(place, id) AS (SELECT e.id, l.id FROM lead l JOIN enrolment e ON e.pack = ?1"
        " AND e.lead_id = l.id AND e.ended IS NULL WHERE l.merged_into IS NOT NULL UNION ALL"
        " SELECT up.place, l.merged_into FROM up JOIN lead l ON l.id = up.id"
        " WHERE l.merged_into IS NOT NULL),"
        " moved(id) AS (SELECT up.id FROM up JOIN lead l ON l.id = up.id WHERE l.merged_into IS NULL)"
        " SELECT (SELECT count(*) FROM enrolment WHERE pack = ?1 AND ended IS NULL) - (SELECT count(*)"
        " FROM moved) + (SELECT count(DISTINCT id) FROM moved"
        " WHERE NOT EXISTS (SELECT 1 FROM enrolment e WHERE e.pack = ?1 AND e.lead_id = moved.id"
        " AND e.ended IS NULL))";
    int64_t n = 0;
    enum as_status status = as_sql_get(&n, NULL, store, error, counted, "t", pack);
    *places = (uint64_t)n;
    return status;
}

enum as_status as_store_enrolments(struct as_store *store, const char *pack, int64_t lead_id, int64_t at,
                                   as_enrolment_row_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT e.track, e.entered, CASE WHEN e.ended <= ?3 THEN e.ended END, coalesce((SELECT s.step"
        " FROM enrolment_step s WHERE s.enrolment_id = e.id AND s.time <= ?3 ORDER BY s.run_id DESC"
        " LIMIT 1), e.step), e.override_id IS NOT NULL FROM enrolment e WHERE e.pack = ?1 AND e.lead_id = ?2 "
        "AND e.entered <= ?3"
        " ORDER BY e.entered, e.id",
        "tii", pack, lead_id, at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_enrolment_row row = {.track = as_sql_text(stmt, 0),
                                       .entered = sqlite3_column_int64(stmt, 1),
                                       .ended = as_sql_time(stmt, 2),
                                       .step = (uint16_t)sqlite3_column_int(stmt, 3),
                                       .by_word = sqlite3_column_int(stmt, 4) != 0};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

/* By whether a lead is given (?2), then whether only open ones are asked for: a lead's and the open ones have
 * an index each, which one statement for all could not use. */
#define OFFERS(which)                                                                                        \
    "SELECT id, lead_id, offered, answered, pack, model, owner, state, reason FROM handoff"                  \
    " WHERE (?1 IS NULL OR pack = ?1)" which " ORDER BY offered, id"
static const char *const offers[2][2] = {
    {OFFERS(""), OFFERS(" AND state = 'offered'")},
    {OFFERS(" AND lead_id = ?2"), OFFERS(" AND lead_id = ?2 AND state = 'offered'")}};

enum as_status as_store_offers(struct as_store *store, const char *pack, int64_t lead_id, bool open_only,
                               as_offer_row_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error, offers[lead_id != 0][open_only], lead_id != 0 ? "ti" : "t", pack, lead_id);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_offer_row row = {.id = sqlite3_column_int64(stmt, 0),
                                   .lead_id = sqlite3_column_int64(stmt, 1),
                                   .offered = sqlite3_column_int64(stmt, 2),
                                   .answered = as_sql_time(stmt, 3),
                                   .pack = as_sql_text(stmt, 4),
                                   .model = as_sql_text(stmt, 5),
                                   .owner = as_sql_text(stmt, 6),
                                   .state = as_sql_text(stmt, 7),
                                   .reason = as_sql_text(stmt, 8)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_add_plan(int64_t *id, struct as_store *store, const struct as_plan_row *plan,
                                 struct as_error *error)
{
    bool open, found;
    enum as_status status =
        as_sql_get(id, &found, store, error, "SELECT id FROM account WHERE id = ?", "i", plan->account_id);
    if (status == AS_OK && !found)
        return as_error_set(error, AS_ERR_MISSING, "there is no account #%lld", (long long)plan->account_id);
    if (status == AS_OK)
        status =
            as_sql_get(id, &open, store, error, "SELECT id FROM plan WHERE account_id = ? AND closed IS NULL",
                       "i", plan->account_id);
    if (status == AS_OK && open) {
        as_error_set(error, AS_ERR_CONFLICT, "account #%lld has plan %lld already",
                     (long long)plan->account_id, (long long)*id);
        return as_error_advise(error, "one plan, one account: `assay plan #%lld` shows it",
                               (long long)plan->account_id);
    }
    if (status == AS_OK)
        status =
            as_sql_do(store, error,
                      "INSERT INTO plan(pack, account_id, template, marketing_owner, sales_owner, created)"
                      " VALUES(?, ?, ?, ?, ?, ?)",
                      "tittti", plan->pack, plan->account_id, plan->template_, plan->marketing_owner,
                      plan->sales_owner, plan->created);
    *id = status == AS_OK ? sqlite3_last_insert_rowid(store->db) : 0;
    return status;
}

enum as_status as_store_plans(struct as_store *store, const char *pack, int64_t account_id,
                              as_plan_row_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT id, account_id, created, closed, pack, template, marketing_owner, sales_owner FROM plan"
        " WHERE (?1 IS NULL OR pack = ?1) AND (?2 = 0 OR account_id = ?2) ORDER BY id",
        "ti", pack, account_id);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_plan_row row = {.id = sqlite3_column_int64(stmt, 0),
                                  .account_id = sqlite3_column_int64(stmt, 1),
                                  .created = sqlite3_column_int64(stmt, 2),
                                  .closed = as_sql_time(stmt, 3),
                                  .pack = as_sql_text(stmt, 4),
                                  .template_ = as_sql_text(stmt, 5),
                                  .marketing_owner = as_sql_text(stmt, 6),
                                  .sales_owner = as_sql_text(stmt, 7)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_put_play(struct as_store *store, int64_t plan_id, const char *play, bool open,
                                 int64_t at, struct as_error *error)
{
    if (open)
        return as_sql_do(store, error,
                         "INSERT INTO play(plan_id, name, opened)"
                         " VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET closed = NULL, opened ="
                         " coalesce(opened, ?3)",
                         "iti", plan_id, play, at);
    return as_sql_do(store, error,
                     "UPDATE play SET closed = ?3 WHERE plan_id = ?1 AND name = ?2 AND closed IS NULL", "iti",
                     plan_id, play, at);
}
