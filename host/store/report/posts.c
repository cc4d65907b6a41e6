/* Posts, read with whose they are. */
#include "store/report/posts.h"

#include "store/database.h"

#include "base/time.h"

#define SURVIVOR AS_SQL_SURVIVOR("lead", "i.lead_id")
/* ?6 is known_since: posts of the imports from then on are found by their import. */
#define SAID_IN(rows)                                                                                        \
    "WITH said AS (SELECT p.id, p.system, p.external_id, p.member, p.time, p.community, p.tags, p.text, "    \
    "coalesce((SELECT "                                                                                      \
    "" SURVIVOR " FROM identity i WHERE i.value = p.email AND i.system = 'email'), (SELECT " SURVIVOR        \
    " FROM identity i WHERE i.value = p.member AND i.system = p.system), 0) AS lead FROM " rows              \
    " p.time BETWEEN ?1 AND ?2 AND p.known_at <= ?3) "
#define SAID      SAID_IN("post p WHERE ?6 = 0 AND")
#define SAID_LATE SAID_IN("import_batch b CROSS JOIN post p ON p.batch_id = b.id WHERE b.known_at >= ?6 AND")
#define POSTS                                                                                                \
    "SELECT member, lead, time, community, text, id, system, external_id, ?4, ?5 FROM said ORDER BY time"    \
    " DESC, id DESC"
#define WHO  "CASE lead WHEN 0 THEN system || char(31) || member ELSE lead END"
#define LAST "sum(time > ?4), sum(time > ?5 AND time <= ?4)"

static sqlite3_stmt *ask(struct as_store *store, const struct as_post_window *window, const char *sql,
                         struct as_error *error)
{
    int64_t span = AS_POST_DAYS * (int64_t)AS_DAY_SECONDS;
    return as_sql_fresh(store, error, sql, "iiiiii", window->since, window->until, window->at,
                        window->until - span, window->until - 2 * span, window->known_since);
}

enum as_status as_store_posts_told(int64_t *known_since, struct as_store *store, const char *pack,
                                   int64_t run, struct as_error *error)
{
    bool found;
    int64_t told;
    enum as_status status =
        as_sql_get(&told, &found, store, error,
                   "SELECT coalesce(max(f.at, (SELECT known_at - 86400 FROM run WHERE pack = ?1 AND id <> ?2"
                   " AND held = 0 ORDER BY id DESC LIMIT 1)), f.at) FROM (SELECT known_at + 1 AS at FROM run"
                   " WHERE pack = ?1 AND id <> ?2 ORDER BY id LIMIT 1) f",
                   "ti", pack, run);
    *known_since = status == AS_OK && found ? told : AS_TIME_NONE;
    return status;
}

enum as_status as_store_posts(struct as_store *store, const struct as_post_window *window, as_post_fn each,
                              void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = ask(store, window, window->known_since == 0 ? SAID POSTS : SAID_LATE POSTS, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_post post = {.member = as_sql_text(stmt, 0),
                               .lead = sqlite3_column_int64(stmt, 1),
                               .time = sqlite3_column_int64(stmt, 2),
                               .community = as_sql_text(stmt, 3),
                               .text = as_sql_text(stmt, 4),
                               .id = sqlite3_column_int64(stmt, 5),
                               .system = as_sql_text(stmt, 6),
                               .external_id = as_sql_text(stmt, 7)};
        status = each(context, &post, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_post_tags(struct as_store *store, const struct as_post_window *window,
                                  as_post_tag_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = ask(store, window,
                             SAID "SELECT t.value, count(*), count(DISTINCT " WHO "), " LAST
                                  " FROM said, json_each(said.tags) t GROUP BY t.value ORDER BY 2 DESC, 1",
                             error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_post_tag tag = {.tag = as_sql_text(stmt, 0),
                                  .posts = (uint64_t)sqlite3_column_int64(stmt, 1),
                                  .members = (uint64_t)sqlite3_column_int64(stmt, 2),
                                  .last = (uint64_t)sqlite3_column_int64(stmt, 3),
                                  .before = (uint64_t)sqlite3_column_int64(stmt, 4)};
        status = each(context, &tag, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_post_members(struct as_store *store, const struct as_post_window *window,
                                     as_post_member_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        ask(store, window,
            SAID "SELECT max(member), lead, count(*), count(DISTINCT time / 86400), " LAST
                 ", min(time), max(time) FROM said GROUP BY " WHO " ORDER BY 3 DESC, 8 DESC, 1",
            error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_post_member member = {.member = as_sql_text(stmt, 0),
                                        .lead = sqlite3_column_int64(stmt, 1),
                                        .posts = (uint64_t)sqlite3_column_int64(stmt, 2),
                                        .days = (uint64_t)sqlite3_column_int64(stmt, 3),
                                        .last = (uint64_t)sqlite3_column_int64(stmt, 4),
                                        .before = (uint64_t)sqlite3_column_int64(stmt, 5),
                                        .first = sqlite3_column_int64(stmt, 6),
                                        .newest = sqlite3_column_int64(stmt, 7)};
        status = each(context, &member, error);
    }
    as_sql_end(store, stmt);
    return status;
}
