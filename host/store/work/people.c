/* People: our own users, their absences and assignments. */
#include "store/work/people.h"

#include "store/database.h"

#include <string.h>

static struct as_assignee *find_person(struct as_roster *roster, const char *user)
{
    for (uint32_t i = 0; i < roster->people.n; i++)
        if (strcmp(roster->people.at[i].user, user) == 0)
            return &roster->people.at[i];
    return NULL;
}

static enum as_status add_people(struct as_roster *roster, struct as_store *store, int64_t at,
                                 struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT name, team, (SELECT max(a.ends) FROM absence a WHERE a.user_id = user.id"
                     " AND a.starts <= ?1 AND a.ends >= ?1) FROM user ORDER BY name",
                     "i", at);
    while (as_sql_row(&status, store, stmt, error)) {
        struct as_str name = as_sql_str(stmt, 0), team = as_sql_str(stmt, 1);
        int64_t ends = as_sql_time(stmt, 2);
        struct as_assignee person = {.user = as_arena_copy(roster->arena, name.p, name.n),
                                     .team =
                                         team.p == NULL ? NULL : as_arena_copy(roster->arena, team.p, team.n),
                                     .absent = ends != AS_TIME_NONE,
                                     .back = ends == AS_TIME_NONE || ends == INT64_MAX ? 0 : ends + 1};
        if (person.user == NULL || (team.p != NULL && person.team == NULL) ||
            !as_list_push(roster->arena, &roster->people, person)) {
            status = as_error_memory(error);
            break;
        }
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_roster(struct as_roster *roster, struct as_store *store, const char *pack, int64_t at,
                               struct as_error *error)
{
    memset(&roster->people, 0, sizeof roster->people);
    enum as_status status = add_people(roster, store, at, error);
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT user, time FROM assignment WHERE time <= ?2 AND (?1 IS NULL OR pack = ?1)"
                     " ORDER BY user, time, id",
                     "ti", pack, at);
    struct as_assignee *person = NULL;
    while (as_sql_row(&status, store, stmt, error)) {
        const char *user = as_sql_text(stmt, 0);
        if (person == NULL || strcmp(person->user, user) != 0)
            person = find_person(roster, user);
        if (person == NULL)
            continue;
        person->total++;
        if (!as_list_push(roster->arena, &person->assigned, sqlite3_column_int64(stmt, 1))) {
            status = as_error_memory(error);
            break;
        }
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_people(uint64_t *out, struct as_store *store, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT id, name, coalesce(team, ''), coalesce((SELECT group_concat(a.starts || '-' || a.ends)"
        " FROM absence a WHERE a.user_id = user.id), '') FROM user ORDER BY id",
        "");
    *out = 0;
    while (as_sql_row(&status, store, stmt, error))
        for (int i = 0; i < 4; i++) {
            struct as_str text = as_sql_str(stmt, i);
            *out = as_hash_bytes(text.p, text.n, *out + 1);
        }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_assign(struct as_store *store, const struct as_run_record *run, const char *model,
                               int64_t lead_id, const char *user, const char *route, const char *reason,
                               int64_t at, struct as_error *error)
{
    const char *pack = run == NULL ? NULL : run->pack;
    enum as_status status = as_sql_do(
        store, error,
        "INSERT INTO assignment(run_id, pack, model, lead_id, user, route, reason, time)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
        "kttittti", run == NULL ? (int64_t)0 : run->id, pack, model, lead_id, user, route, reason, at);
    if (status != AS_OK)
        return status;
    return as_sql_do(store, error,
                     "UPDATE handoff SET owner = ? WHERE lead_id = ? AND pack IS ? AND state = 'offered'"
                     " AND owner IS NULL",
                     "tit", user, lead_id, pack);
}

enum as_status as_store_users(struct as_store *store, as_user_row_fn each, void *context,
                              struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error, "SELECT id, name, email, team, role, manager, capacity FROM user ORDER BY name", "");
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_user_row row = {.id = sqlite3_column_int64(stmt, 0),
                                  .name = as_sql_text(stmt, 1),
                                  .email = as_sql_text(stmt, 2),
                                  .team = as_sql_text(stmt, 3),
                                  .role = as_sql_text(stmt, 4),
                                  .manager = as_sql_text(stmt, 5),
                                  .capacity = sqlite3_column_int64(stmt, 6)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}
