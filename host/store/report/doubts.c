/* Data that can hardly be so, each sign as one statement over the facts. What the moves of a deal were is
 * known since the database keeps them (deal_change). */
#include "store/report/doubts.h"

#include "store/database.h"

/* Events are gone through once, in the index that has their kinds. */
#define ACTS " event e CROSS JOIN event_kind k ON k.id = e.kind_id"

/* Sentence and row; ?1 is the last moment that counts, ?2 the limit of doubts.h where there is one. */
static const char before_created[] =
    "SELECT 'lead #' || l.id || ' was created on ' || substr(l.created, 1, 10) || ', its ' || k.name || ' "
    "was on ' ||"
    " date(e.time, 'unixepoch'), 'lead #' || l.id FROM" ACTS
    " CROSS JOIN lead l ON l.id = e.lead_id WHERE e.kind_id IN"
    " (SELECT id FROM event_kind WHERE act IS NOT NULL) AND e.time <= ?1 AND date(e.time, 'unixepoch') <"
    " substr(l.created, 1, 10) ORDER BY l.id, e.time, e.id";

/* Where nobody is ever accepted, the step is not recorded and nothing was skipped. */
static const char skipped_stages[] =
    "WITH act AS MATERIALIZED (SELECT e.lead_id, e.time, k.act FROM" ACTS
    " WHERE e.kind_id IN (SELECT id FROM event_kind WHERE act IN ('accepted', 'won'))"
    " AND e.lead_id IS NOT NULL AND e.time <= ?1), accepted AS MATERIALIZED (SELECT lead_id, min(time) AS"
    " time FROM act WHERE act = 'accepted' GROUP BY lead_id)"
    " SELECT 'lead #' || w.lead_id || ' was won on ' || date(w.time, 'unixepoch') ||"
    " ' and was never accepted by sales', 'lead #' || w.lead_id FROM act w LEFT JOIN accepted a"
    " ON a.lead_id = w.lead_id WHERE w.act = 'won' AND (a.time IS NULL OR a.time > w.time)"
    " AND EXISTS (SELECT 1 FROM accepted) ORDER BY w.lead_id, w.time";

static const char made_after[] =
    "SELECT 'deal ' || external_id || ' closed on ' || date(closed, 'unixepoch') || ' and was made on ' ||"
    " date(created, 'unixepoch'), 'deal ' || external_id"
    " FROM opportunity WHERE closed <= ?1 AND outcome <> 'open' AND closed / 86400 < created / 86400"
    " ORDER BY id";

static const char same_day[] = "SELECT 'deal ' || external_id || ' was made and ' || replace(outcome, '_', ' "
                               "') || ' on the same day, ' || date(closed, 'unixepoch'), 'deal ' || "
                               "external_id FROM opportunity WHERE closed <= ?1 AND outcome <> 'open' AND "
                               "closed / 86400 = created / 86400 ORDER BY id";

static const char moved_close[] =
    "SELECT 'deal ' || o.external_id || ': its close date moved ' || count(*) || ' times, from ' ||"
    " date(min(CASE c.nth WHEN 1 THEN c.before END), 'unixepoch') || ' to ' || date(o.closed, 'unixepoch'),"
    " 'deal ' || o.external_id FROM opportunity o JOIN (SELECT *, row_number() OVER (PARTITION BY"
    " opportunity_id ORDER BY id) AS nth FROM deal_change WHERE field = 'closed' AND before IS NOT NULL"
    " AND known_at <= ?1) c ON c.opportunity_id = o.id"
    " GROUP BY o.id HAVING count(*) >= ?2 ORDER BY o.id";

static const char late_source[] =
    "SELECT 'deal ' || o.external_id || ' was won on ' || date(o.closed, 'unixepoch') ||"
    " ', its source changed from ' || coalesce(c.before, 'unknown') || ' to ' || c.after || ' on ' ||"
    " date(c.known_at, 'unixepoch'), 'deal ' || o.external_id"
    " FROM deal_change c JOIN opportunity o ON o.id = c.opportunity_id"
    " WHERE c.field = 'source' AND o.outcome = 'won' AND c.known_at > o.closed AND c.known_at <= ?1"
    " UNION ALL SELECT 'deal ' || o.external_id || ' was won on ' || date(o.closed, 'unixepoch') ||"
    " ', the source of lead #' || h.row_id || ' was ' || h.value || ' until ' || date(h.known_to,"
    " 'unixepoch'), 'lead #' || h.row_id FROM field f"
    " JOIN field_history h ON h.level = 0 AND h.field_id = f.id AND h.overruled = 0"
    " JOIN opportunity_lead p ON p.lead_id = h.row_id"
    " JOIN opportunity o ON o.id = p.opportunity_id WHERE f.level = 'lead' AND f.name = 'source'"
    " AND f.ask IS NULL AND o.outcome = 'won' AND h.known_to > o.closed AND h.known_to <= ?1"
    " ORDER BY 2, 1";

/* Days of the quarter that a day lies in; the last week of it has seven of them. Expected counts below five
 * say nothing. */
static const char quarter_end[] =
    "WITH day AS (SELECT external_id, date(closed, 'unixepoch') AS d FROM opportunity"
    " WHERE outcome = 'won' AND closed <= ?1),"
    " span AS (SELECT *, date(d, 'start of month', printf('-%d months', (strftime('%m', d) - 1) % 3)) AS q"
    " FROM day), deal AS (SELECT external_id, d, 7.0 / (julianday(q, '+3 months') - julianday(q)) AS share,"
    " julianday(q, '+3 months') - julianday(d) <= 7 AS late FROM span),"
    " total AS (SELECT count(*) AS n, sum(late) AS o, sum(share) AS e FROM deal),"
    " tested AS (SELECT *, (o - e) * (o - e) / e + (o - e) * (o - e) / (n - e) AS chi FROM total"
    " WHERE e >= 5 AND o > e) SELECT o || ' of ' || n ||"
    " ' wins fell into the last week of a quarter, by chance it would be ' || printf('%.1f', e) ||"
    " ' (chi-squared ' || printf('%.1f', chi) || ', one degree of freedom)', 'deal ' || external_id"
    " FROM deal, tested WHERE late AND chi > 10.828 ORDER BY d, external_id";

/* What people entered: touches and answers with a user's name, and overrides. A day without a time of day is
 * no second. */
#define ENTRIES                                                                                              \
    "WITH entry AS (SELECT user AS who, time, 'touch #' || id AS row FROM touch WHERE user IS NOT NULL AND " \
    "time <= ?1"                                                                                             \
    " UNION ALL SELECT user, time, 'answer #' || id FROM answer WHERE user IS NOT NULL AND time <= ?1"       \
    " UNION ALL SELECT by, time, 'override #' || id FROM override WHERE by IS NOT NULL AND time <= ?1)"
static const char one_second[] =
    ENTRIES ", second AS (SELECT time, count(*) AS n FROM entry WHERE time % 86400 NOT IN (0, 86399)"
            " GROUP BY time HAVING n >= ?2) SELECT n || ' entries of people bear the same second, ' ||"
            " datetime(s.time, 'unixepoch'), e.row FROM second s"
            " JOIN entry e ON e.time = s.time ORDER BY s.time, e.row";
static const char one_hand[] = ENTRIES
    ", month AS (SELECT strftime('%Y-%m', time, 'unixepoch') AS m, count(*) AS n FROM entry GROUP BY m),"
    " hour AS (SELECT who, time / 3600 AS h, strftime('%Y-%m', time, 'unixepoch') AS m, count(*) AS n"
    " FROM entry GROUP BY who, h) SELECT h.who || ' made ' || h.n || ' of the ' || m.n || ' entries of ' ||"
    " m.m || ' within the hour of ' || datetime(h.h * 3600, 'unixepoch'),"
    " e.row FROM hour h JOIN month m ON m.m = h.m JOIN entry e ON e.who = h.who AND e.time / 3600 = h.h"
    " WHERE m.n >= 20 AND h.n * 100 > m.n * ?2 ORDER BY h.h, h.who, e.row";

static const struct {
    const char *name, *advice, *sql;
    int limit; /* 0: none */
} doubts[AS_DOUBTS] = {
    [AS_DOUBT_BEFORE_CREATED] = {"before it was created",
                                 "look whether the lead was entered anew, or the act backdated",
                                 before_created, 0},
    [AS_DOUBT_SKIPPED_STAGES] = {"skipped stages",
                                 "ask who worked it; a stage that is skipped is not measured", skipped_stages,
                                 0},
    [AS_DOUBT_MADE_AFTER] = {"made after it closed",
                             "its cycle is not known: leave it out where time is measured", made_after, 0},
    [AS_DOUBT_SAME_DAY] = {"closed on the day it was made",
                           "entered when it was over: its cycle and its stages are not known", same_day, 0},
    [AS_DOUBT_MOVED_CLOSE] = {"close date moved",
                              "ask the buyer what has to happen by when; a forecast hides here", moved_close,
                              AS_DOUBT_MOVES},
    [AS_DOUBT_LATE_SOURCE] = {"source changed after the win", "credit what was known when it was won",
                              late_source, 0},
    [AS_DOUBT_QUARTER_END] = {"quarter-end bulge",
                              "look whether deals were held back, pulled in or discounted", quarter_end, 0},
    [AS_DOUBT_ONE_SECOND] = {"one second for many",
                             "a list was written at once: when it happened is not known", one_second,
                             AS_DOUBT_BULK},
    [AS_DOUBT_ONE_HAND] = {"many entries in one hour",
                           "entered from memory or to look well: ask before it is counted", one_hand,
                           AS_DOUBT_SHARE},
};

const char *as_doubt_name(enum as_doubt_kind kind)
{
    return doubts[kind].name;
}

const char *as_doubt_advice(enum as_doubt_kind kind)
{
    return doubts[kind].advice;
}

static enum as_status look_for(struct as_store *store, enum as_doubt_kind kind, int64_t at, as_doubt_fn each,
                               void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = doubts[kind].limit > 0 ? as_sql_fresh(store, error, doubts[kind].sql, "ii", at,
                                                               (int64_t)doubts[kind].limit)
                                                : as_sql_fresh(store, error, doubts[kind].sql, "i", at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_doubt doubt = {kind, as_sql_text(stmt, 0), as_sql_text(stmt, 1)};
        status = each(context, &doubt, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_doubts(struct as_store *store, int64_t at, as_doubt_fn each, void *context,
                               struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int kind = 0; kind < AS_DOUBTS && status == AS_OK; kind++) {
        as_store_show(store, (uint64_t)kind, AS_DOUBTS);
        status = look_for(store, (enum as_doubt_kind)kind, at, each, context, error);
    }
    return status;
}
