/* Appointments, put together from the events that tell of them. */
#include "store/report/appointments.h"

#include "base/arena.h"
#include "base/time.h"
#include "store/database.h"
#include "store/report/activity.h"

#include <string.h>

const char *as_appointment_state_name(enum as_appointment_state state)
{
    static const char *const names[] = {[AS_APPOINTMENT_OPEN] = "open",
                                        [AS_APPOINTMENT_HELD] = "held",
                                        [AS_APPOINTMENT_NO_SHOW] = "no-show",
                                        [AS_APPOINTMENT_CANCELLED] = "cancelled"};
    return names[state];
}

/* The events of meetings e of who is called `lead`; ?2 at, ?3 known_at, ?4 pack. */
#define TOLD(lead)                                                                                           \
    " SELECT " lead " AS who, k.name, e.time, " AS_SQL_PROPERTY("starts") ", " AS_SQL_PROPERTY("with") ", "  \
    AS_SQL_PROPERTY("by") ", " AS_SQL_PROPERTY("rating") ", " AS_SQL_PROPERTY("reason") ", CASE k.name WHEN" \
    " 'meeting_booked' THEN (SELECT n.track FROM enrolment n WHERE n.pack = ?4 AND n.lead_id = e.lead_id"    \
    " AND n.entered <= e.time ORDER BY n.entered DESC, n.id DESC LIMIT 1) END"
#define MEETING                                                                                              \
    " AND e.time <= ?2 AND e.known_at <= ?3 AND e.kind_id IN (SELECT id FROM event_kind WHERE name IN"       \
    " ('meeting_booked', 'meeting_moved', 'meeting_held', 'meeting_no_show', 'meeting_cancelled',"           \
    " 'meeting_rated'))"

/* Of everybody: an appointment begins with a meeting_booked that says with whom, and these are found by that
 * word; then the meetings of each of these people, whatever their rows were called before they were merged.
 */
static const char of_all[] =
    "WITH RECURSIVE gone(id, survivor) AS (SELECT id, merged_into FROM lead WHERE merged_into IS NOT NULL AND"
    " merged_at <= ?3 UNION SELECT g.id, l.merged_into FROM gone g JOIN lead l ON l.id = g.survivor WHERE"
    " l.merged_into IS NOT NULL AND l.merged_at <= ?3), became AS MATERIALIZED (SELECT id, max(survivor) AS"
    " survivor FROM gone WHERE survivor NOT IN (SELECT id FROM gone) GROUP BY id), booked(id) AS (SELECT"
    " e.lead_id FROM event_property p JOIN event_value v ON v.property_id = p.id JOIN event e ON e.id ="
    " v.event_id WHERE p.name = 'with' AND p.kind_id = (SELECT id FROM event_kind WHERE name ="
    " 'meeting_booked') AND e.lead_id IS NOT NULL), person(id) AS MATERIALIZED (SELECT DISTINCT"
    " coalesce(b.survivor, k.id) FROM booked k LEFT JOIN became b ON b.id = k.id), called(id, who) AS"
    " MATERIALIZED (SELECT id, id FROM person UNION ALL SELECT b.id, b.survivor FROM became b"
    " WHERE b.survivor IN (SELECT id FROM person))" TOLD(
        "c.who") " FROM called c CROSS JOIN event e ON e.lead_id = c.id JOIN event_kind k ON k.id = e.kind_id"
                 " WHERE ?1 = ?1" MEETING " ORDER BY who, e.time, e.id";
static const char of_one[] =
    AS_SQL_MERGED TOLD("?1") " FROM event e JOIN event_kind k ON k.id = e.kind_id WHERE e.lead_id IN"
                             " (SELECT id FROM me)" MEETING " ORDER BY e.time, e.id";

enum as_status as_store_any_appointments(bool *any, struct as_store *store, struct as_error *error)
{
    int64_t newest;
    return as_sql_get(&newest, any, store, error,
                      "SELECT b.newest FROM kind_last b JOIN event_kind k ON k.id = b.kind_id WHERE k.name ="
                      " 'meeting_booked'",
                      "");
}

struct putting {
    as_appointment_fn each;
    void *context;
    struct as_arena arena; /* texts of the one that is put together */
    struct as_appointment now;
    bool any;
};

static enum as_status tell(struct putting *p, struct as_error *error)
{
    enum as_status status = p->any ? p->each(p->context, &p->now, error) : AS_OK;
    as_arena_free(&p->arena);
    p->any = false;
    return status;
}

/* NULL where nothing is said; *failed when memory was out. */
static const char *keep(struct putting *p, bool *failed, sqlite3_stmt *stmt, int column)
{
    const char *text = as_sql_text(stmt, column);
    if (text == NULL || text[0] == '\0')
        return NULL;
    const char *copy = as_arena_copy(&p->arena, text, strlen(text));
    *failed |= copy == NULL;
    return copy;
}

static void read_starts(struct putting *p, sqlite3_stmt *stmt)
{
    int64_t starts;
    const char *text = as_sql_text(stmt, 3);
    if (text != NULL && as_time_parse(&starts, NULL, as_str_of(text)))
        p->now.starts = starts;
}

static void end_with(struct putting *p, enum as_appointment_state state, int64_t time)
{
    p->now.state = state;
    p->now.ended = time;
}

static enum as_status take(struct putting *p, sqlite3_stmt *stmt, struct as_error *error)
{
    const char *kind = as_sql_text(stmt, 1);
    int64_t lead = sqlite3_column_int64(stmt, 0), time = sqlite3_column_int64(stmt, 2);
    bool booked = strcmp(kind, "meeting_booked") == 0, failed = false;
    bool arranged = booked && as_sql_text(stmt, 4) != NULL;
    bool goes_on =
        p->any && p->now.lead == lead && (!booked || (!arranged && p->now.state == AS_APPOINTMENT_OPEN));
    enum as_status status = goes_on ? AS_OK : tell(p, error);
    if (status != AS_OK)
        return status;
    if (arranged) {
        p->any = true;
        p->now = (struct as_appointment){
            .lead = lead, .booked = time, .starts = AS_TIME_NONE, .ended = AS_TIME_NONE};
        p->now.with = keep(p, &failed, stmt, 4);
        p->now.by = keep(p, &failed, stmt, 5);
        p->now.track = keep(p, &failed, stmt, 8);
        read_starts(p, stmt);
    } else if (!p->any || booked) {
        return AS_OK;
    } else if (strcmp(kind, "meeting_moved") == 0) {
        end_with(p, AS_APPOINTMENT_OPEN, AS_TIME_NONE);
        p->now.moved++;
        read_starts(p, stmt);
    } else if (strcmp(kind, "meeting_held") == 0) {
        end_with(p, AS_APPOINTMENT_HELD, time);
    } else if (strcmp(kind, "meeting_no_show") == 0) {
        end_with(p, AS_APPOINTMENT_NO_SHOW, time);
        p->now.no_shows++;
    } else if (strcmp(kind, "meeting_cancelled") == 0) {
        end_with(p, AS_APPOINTMENT_CANCELLED, time);
    } else {
        double rating = sqlite3_column_double(stmt, 6);
        p->now.rating = rating >= AS_RATING_LEAST && rating <= AS_RATING_MOST ? rating : 0;
        p->now.rated_by = keep(p, &failed, stmt, 5);
        p->now.why = keep(p, &failed, stmt, 7);
    }
    return failed ? as_error_memory(error) : AS_OK;
}

enum as_status as_store_appointments(struct as_store *store, const struct as_appointment_query *query,
                                     as_appointment_fn each, void *context, struct as_error *error)
{
    struct putting p = {.each = each, .context = context};
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, query->lead_id == 0 ? of_all : of_one, "iiit",
                                      query->lead_id, query->at, query->known_at, query->pack);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = take(&p, stmt, error);
    as_sql_end(store, stmt);
    if (status == AS_OK)
        status = tell(&p, error);
    as_arena_free(&p.arena);
    return status;
}
