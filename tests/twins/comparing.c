/* Comparing two databases query by query. */
#include "comparing.h"

#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that must be the same. Numbers of runs and decisions count attempts and are left out. */
static const char *const same_queries[] = {
    "SELECT 'stands', m.pack, m.name, s.lead_id, s.stage, s.furthest, s.grade, s.verdicts, s.outside, "
    "s.attention, s.blocked,"
    " s.disqualifier, s.persona, s.recycles, s.entered, s.recycled, s.cool_off FROM standing s JOIN model m "
    "ON m.id = s.model_id"
    " ORDER BY m.pack, m.name, s.lead_id",
    "SELECT 'decision', m.pack, m.name, d.lead_id, r.at, d.stage, d.prior_stage, d.furthest, d.cause, d.why, "
    "d.by, d.grade,"
    " d.prior_grade, d.verdicts, d.prior_verdicts, d.outside, d.attention, d.blocked, d.disqualifier, "
    "d.persona, d.recycles,"
    " d.entered, d.recycled, d.cool_off, d.facts_hash FROM decision d JOIN model m ON m.id = d.model_id JOIN "
    "run r ON r.id ="
    " d.run_id ORDER BY d.run_id, m.pack, m.name, d.lead_id",
    "SELECT 'ledger', l.score, l.value, l.low, l.high, l.entries, l.open FROM ledger l JOIN decision d ON "
    "d.id = l.decision_id"
    " JOIN model m ON m.id = d.model_id ORDER BY d.run_id, m.pack, m.name, d.lead_id, l.score",
    "SELECT 'moved', m.pack, m.name, h.lead_id, h.from_stage, h.to_stage, h.cause, h.time, h.left_at FROM "
    "stage_history h JOIN"
    " model m ON m.id = h.model_id ORDER BY h.time, m.pack, m.name, h.lead_id, h.decision_id",
    "SELECT 'assigned', pack, model, lead_id, user, route, reason, time FROM assignment ORDER BY time, pack, "
    "model, lead_id, id",
    "SELECT 'offered', pack, model, lead_id, owner, offered, state, answered, reason FROM handoff ORDER BY "
    "offered, pack, model,"
    " lead_id",
    "SELECT 'promised', pack, agreement, lead_id, asked, began, lapsed, owner FROM promise ORDER BY "
    "pack, agreement, lead_id, asked, began",
    "SELECT 'waits', pack, what, lead_id FROM waiting ORDER BY pack, what, lead_id",
    "SELECT 'task', key, text, role, owner, play, lead_id, account_id, created, due FROM task ORDER BY key",
    "SELECT 'message', key, kind, lead_id, account_id, at, payload, destination, state, due FROM outbox "
    "ORDER BY key",
    "SELECT 'track', e.pack, e.lead_id, e.track, e.persona, e.entered, e.step, e.due, e.ended, p.time, "
    "p.step, p.due, p.ended"
    " FROM enrolment e LEFT JOIN enrolment_step p ON p.enrolment_id = e.id ORDER BY e.pack, e.lead_id, "
    "e.track, e.entered, p.time",
    "SELECT 'programme', pack, name, began, terms, ended, how, early FROM programme ORDER BY pack, name, "
    "began",
    "SELECT 'came', p.pack, p.name, c.lead_id, c.arm, c.track, c.came, c.until FROM programme p JOIN "
    "programme_lead c"
    " ON c.programme_id = p.id ORDER BY p.pack, p.name, c.lead_id",
    "SELECT 'look', p.pack, p.name, l.number, l.at, l.treated, l.treated_hits, l.held_out, l.held_out_hits, "
    "l.spent,"
    " l.bound, l.z, l.verdict FROM programme p JOIN programme_look l ON l.programme_id = p.id"
    " ORDER BY p.pack, p.name, p.id, l.number",
    "SELECT 'play', p.account_id, y.name, y.opened, y.closed FROM plan p JOIN play y ON y.plan_id = p.id "
    "ORDER BY 2, 3",
    /* The screen, but for what only a look at everybody tells. */
    "SELECT 'screen', pack, at, json_remove(summary, '$.run', '$.decided', '$.whole', '$.looked_at', "
    "'$.past', '$.regions', '$.service_levels',"
    " '$.nurturing.pressured', '$.models[0].blocked_by', '$.models[1].blocked_by', '$.models[2].blocked_by',"
    " '$.models[0].gates[0].blocker', '$.models[0].gates[1].blocker', '$.models[0].gates[2].blocker',"
    " '$.models[0].gates[3].blocker', '$.models[1].gates[0].blocker', '$.models[1].gates[1].blocker',"
    " '$.models[1].gates[2].blocker', '$.models[1].gates[3].blocker', '$.models[2].gates[0].blocker',"
    " '$.models[2].gates[1].blocker', '$.models[2].gates[2].blocker') FROM run ORDER BY id",
};
/* What only a run that looks at all clocks tells of them, and notes. */
static const char *const owed_queries[] = {
    "SELECT 'owed', pack, at, json_extract(summary, '$.service_levels') FROM run ORDER BY id",
    "SELECT 'settled', pack, agreement, lead_id, asked, began, settled FROM promise ORDER BY pack, "
    "agreement, "
    "lead_id, asked, began",
};
/* Scores that were computed today, and the leads that have any. */
static const char scores_query[] =
    "SELECT pack || '/' || model || '/' || score || '/' || lead_id, points, low, high, day FROM"
    " lead_score ORDER BY pack, model, score, lead_id";

const char *twin_folder(enum twin twin)
{
    static const char *const names[TWINS] = {"some", "all"};
    return names[twin];
}

_Noreturn void give_up(const char *what, const char *which)
{
    fprintf(stderr, "twins: %s: %s\n", which, what);
    exit(3);
}

static enum as_status add_row(void *context, const struct as_query_row *row, struct as_error *error)
{
    struct rows *rows = context;
    for (int i = 0; i < row->columns; i++)
        as_buf_printf(&rows->text, "%s|", row->texts[i] != NULL ? row->texts[i] : "null");
    as_buf_char(&rows->text, '\n');
    rows->n++;
    return rows->text.failed ? as_error_memory(error) : AS_OK;
}

void read_rows(struct rows *out, const char *folder, enum twin twin, const char *sql)
{
    struct as_error error = AS_ERROR_INIT;
    struct as_store *store = NULL;
    char path[256];
    *out = (struct rows){.n = 0};
    out->text.max = UINT32_MAX - 1;
    snprintf(path, sizeof path, "%s/%s/assay.db", folder, twin_folder(twin));
    if (as_store_open(&store, path, AS_STORE_READ, &error) != AS_OK ||
        as_store_query(store, sql, add_row, out, &error) != AS_OK)
        give_up(error.what, path);
    as_store_close(store);
}

/* Both end at the end of a line. NULL: the same. */
static const char *first_difference(const char *a, const char *b, const char **other)
{
    size_t line = 0, i = 0;
    for (; a[i] == b[i] && a[i] != '\0'; i++)
        line = a[i] == '\n' ? i + 1 : line;
    *other = b + line;
    return a[i] == b[i] ? NULL : a + line;
}

static int compare_query(const char *folder, const char *sql)
{
    struct rows some, all;
    const char *other;
    read_rows(&some, folder, TWIN_SOME, sql);
    read_rows(&all, folder, TWIN_ALL, sql);
    const char *own = first_difference(as_buf_c(&some.text), as_buf_c(&all.text), &other);
    if (own != NULL)
        fprintf(stderr, "some: %.*s\nall:  %.*s\n", (int)strcspn(own, "\n"), own, (int)strcspn(other, "\n"),
                other);
    as_buf_free(&some.text);
    as_buf_free(&all.text);
    return own != NULL;
}

/* Line by line: the same lead, and the same points where both are of the same day. */
static int compare_scores(const char *folder)
{
    struct rows some, all;
    int differ = 0;
    read_rows(&some, folder, TWIN_SOME, scores_query);
    read_rows(&all, folder, TWIN_ALL, scores_query);
    const char *a = as_buf_c(&some.text), *b = as_buf_c(&all.text);
    while ((*a != '\0' || *b != '\0') && differ == 0) {
        size_t an = strcspn(a, "\n"), bn = strcspn(b, "\n"), key = strcspn(a, "|");
        bool same_day = an > 11 && bn > 11 && strncmp(a + an - 11, b + bn - 11, 11) == 0;
        if (an == 0 || bn <= key || strncmp(a, b, key + 1) != 0 ||
            (same_day && (an != bn || strncmp(a, b, an) != 0))) {
            fprintf(stderr, "score of some: %.*s\nscore of all:  %.*s\n", (int)an, a, (int)bn, b);
            differ = 1;
        }
        a += an + (a[an] == '\n');
        b += bn + (b[bn] == '\n');
    }
    as_buf_free(&some.text);
    as_buf_free(&all.text);
    return differ;
}

/* The last look at each programme whose outcome is a stage, counted again from the tables alone, wherever the
 * counts differ: of people, the first of whoever came and turned out to be they; of stages, when they were
 * entered. */
static const char recount[] =
    "WITH RECURSIVE up(id, top) AS (SELECT id, id FROM lead UNION ALL SELECT up.id, l.merged_into FROM up"
    " JOIN lead l ON l.id = up.top WHERE l.merged_into IS NOT NULL),"
    " person(id, top) AS (SELECT up.id, up.top FROM up JOIN lead l ON l.id = up.top WHERE l.merged_into IS "
    "NULL),"
    " look AS (SELECT p.pack, p.model, p.id, l.treated, l.treated_hits, l.held_out, l.held_out_hits,"
    " min(l.at, coalesce(p.ended, l.at)) AS at FROM programme p JOIN programme_look l ON l.programme_id = "
    "p.id"
    " WHERE p.outcome = 'worth_a_call' AND l.number = (SELECT max(number) FROM programme_look o WHERE"
    " o.programme_id = p.id)),"
    " subject AS (SELECT k.id AS programme, k.pack, k.model, c.lead_id, c.came, c.until, c.arm, w.top, "
    "row_number()"
    " OVER (PARTITION BY k.id, w.top ORDER BY c.came, c.lead_id) AS nth FROM look k JOIN programme_lead c"
    " ON c.programme_id = k.id AND c.until <= k.at JOIN person w ON w.id = c.lead_id),"
    " counted AS (SELECT s.programme, s.arm, count(*) AS n, sum(EXISTS (SELECT 1 FROM stage_history h JOIN "
    "model m"
    " ON m.id = h.model_id WHERE m.pack = s.pack AND m.name = s.model AND h.lead_id IN (s.lead_id, s.top)"
    " AND h.to_stage NOT IN ('suspect', 'nurture', 'disqualified') AND h.time > s.came AND h.time <= "
    "s.until)) AS hits"
    " FROM subject s WHERE s.nth = 1 GROUP BY 1, 2)"
    " SELECT k.id, k.treated, k.treated_hits, t.n, t.hits, k.held_out, k.held_out_hits, h.n, h.hits FROM "
    "look k"
    " LEFT JOIN counted t ON t.programme = k.id AND t.arm = 'treated'"
    " LEFT JOIN counted h ON h.programme = k.id AND h.arm = 'held_out' WHERE (k.treated, k.treated_hits, "
    "k.held_out,"
    " k.held_out_hits) IS NOT (t.n, t.hits, h.n, h.hits)";

void recount_looks(const char *folder)
{
    struct rows rows;
    read_rows(&rows, folder, TWIN_ALL, recount);
    if (rows.n > 0)
        give_up(as_buf_c(&rows.text), "a look counts otherwise than by hand (looked at, by hand)");
    as_buf_free(&rows.text);
}

void check_owners(const char *folder)
{
    struct rows rows;
    read_rows(&rows, folder, TWIN_ALL,
              "SELECT run_id, lead_id, group_concat(DISTINCT user) FROM assignment WHERE reason LIKE '%: no "
              "answer in time' GROUP BY 1, 2 HAVING count(DISTINCT user) > 1");
    if (rows.n > 0)
        give_up(as_buf_c(&rows.text), "two people have one lead (run, lead, who)");
    as_buf_free(&rows.text);
}

int compare_twins(const char *folder, bool followed)
{
    int differ = compare_scores(folder);
    for (size_t i = 0; i < sizeof owed_queries / sizeof *owed_queries && !followed; i++)
        differ += compare_query(folder, owed_queries[i]);
    for (size_t i = 0; i < sizeof same_queries / sizeof *same_queries; i++)
        differ += compare_query(folder, same_queries[i]);
    return differ;
}
