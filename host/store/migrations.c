/* Migrations: the tables of each version of the file, and the way from one version to the next. A version is
 * never changed once it has been released; the next one is added below it. Columns of declared fields are not
 * here: fields.c adds them. */
#include "store/database.h"

#include "base/limits.h"

/* under: the promotion that a rollback goes back to. */
static const char promotions[] =
    "CREATE TABLE promotion(id INTEGER PRIMARY KEY, pack TEXT NOT NULL, pack_hash TEXT NOT NULL REFERENCES "
    "pack(hash),"
    " how TEXT NOT NULL CHECK(how IN ('ran','promote','rollback')), under INTEGER REFERENCES promotion(id), "
    "by "
    "TEXT,"
    " note TEXT, library_hash TEXT, time INTEGER NOT NULL) STRICT;"
    "CREATE INDEX promotion_pack ON promotion(pack, id);";

static const char outbox_delivery[] =
    /* Nothing was sent before this version, so that there are no attempts to keep. destination NULL: it is
     * done inside (a task, an offer) or waits for a person. due: not before. note: why it is where it is. */
    "DROP TABLE attempt;"
    "CREATE TABLE outbox_next(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, pack TEXT NOT NULL,"
    " run_id INTEGER NOT NULL REFERENCES run(id), kind TEXT NOT NULL, lead_id INTEGER REFERENCES lead(id),"
    " account_id INTEGER REFERENCES account(id), at INTEGER NOT NULL, payload TEXT NOT NULL, destination "
    "TEXT,"
    " state TEXT NOT NULL CHECK(state IN ('held','queued','sent','dead','withdrawn')),"
    " tries INTEGER NOT NULL DEFAULT 0, due INTEGER, note TEXT, changed_at INTEGER NOT NULL) STRICT;"
    "INSERT INTO outbox_next(id, key, pack, run_id, kind, lead_id, account_id, at, payload, state, "
    "changed_at)"
    " SELECT id, key, pack, run_id, kind, lead_id, account_id, at, payload,"
    " CASE state WHEN 'failed' THEN 'dead' ELSE state END, changed_at FROM outbox;"
    "DROP TABLE outbox;"
    "ALTER TABLE outbox_next RENAME TO outbox;"
    /* A line: what goes to one destination about one lead, in order. */
    "CREATE INDEX outbox_line ON outbox(pack, destination, lead_id, account_id, id)"
    " WHERE state IN ('held','queued');"
    "CREATE INDEX outbox_waiting ON outbox(state, pack) WHERE state IN ('held','queued','dead');"
    "CREATE INDEX outbox_lead ON outbox(lead_id) WHERE lead_id IS NOT NULL;"
    /* status: that of HTTP, 0 when there was no answer. */
    "CREATE TABLE attempt(id INTEGER PRIMARY KEY, outbox_id INTEGER NOT NULL REFERENCES outbox(id), time "
    "INTEGER NOT NULL, status INTEGER NOT NULL, detail TEXT NOT NULL) STRICT;"
    "CREATE INDEX attempt_outbox ON attempt(outbox_id);"
    /* Destinations that fail rest until open_until; kept here so that every process leaves them alone. */
    "CREATE TABLE breaker(pack TEXT NOT NULL, destination TEXT NOT NULL, failures INTEGER NOT NULL,"
    " open_until INTEGER NOT NULL, reason TEXT NOT NULL, changed_at INTEGER NOT NULL,"
    " PRIMARY KEY(pack, destination)) STRICT, WITHOUT ROWID;"
    /* This database among others: two of them never give one id to two events. */
    "CREATE TABLE installation(id INTEGER PRIMARY KEY CHECK(id = 1), name TEXT NOT NULL) STRICT;"
    "INSERT INTO installation(id, name) VALUES(1, lower(hex(randomblob(16))));";

/* The columns beside the file. A row names the newest file of a part by the sum of its head; event_change
 * says whose events are no longer what they were, so that a file which has them stays right. Rows of event
 * that are only added are found by their ids. AUTOINCREMENT: an entry's number never comes again. */
static const char projection[] =
    "CREATE TABLE projection(part TEXT PRIMARY KEY, sum INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE event_change(id INTEGER PRIMARY KEY AUTOINCREMENT, event_id INTEGER NOT NULL, lead_id "
    "INTEGER)"
    " STRICT;"
    "CREATE TRIGGER event_changed AFTER UPDATE OF id, lead_id, kind_id, time, known_at ON event BEGIN"
    " INSERT INTO event_change(event_id, lead_id) VALUES(old.id, old.lead_id), (new.id, new.lead_id); END;"
    "CREATE TRIGGER event_gone AFTER DELETE ON event BEGIN"
    " INSERT INTO event_change(event_id, lead_id) VALUES(old.id, old.lead_id); END;";

/* The scores of a model's last run lie in a file beside the database, which the row names; score_value is a
 * table over those files that the program, and the extension for others, has. */
static const char score_files[] =
    "DROP VIEW lead_score; DROP TABLE score_value;"
    "CREATE TABLE score_file(model_id INTEGER PRIMARY KEY REFERENCES model(id), run_id INTEGER NOT NULL "
    "REFERENCES run(id),"
    " at INTEGER NOT NULL, sum INTEGER NOT NULL) STRICT;"
    "CREATE VIEW lead_score AS SELECT m.pack, m.name AS model, s.name AS score, v.lead_id, v.value / 1000.0 "
    "AS points,"
    " v.low / 1000.0 AS low, v.high / 1000.0 AS high, date(f.at, 'unixepoch') AS day FROM score s"
    " JOIN score_value v ON v.score_id = s.id JOIN model m ON m.id = s.model_id JOIN score_file f ON "
    "f.model_id = m.id;";

static const char tombstones[] =
    /* A person who was erased, known again by keyed hashes alone. The key lies in the same file: it keeps two
     * databases from being compared, not somebody who has this one from trying addresses. */
    "ALTER TABLE installation ADD COLUMN tombstone_key BLOB;"
    "UPDATE installation SET tombstone_key = randomblob(32);"
    "CREATE TABLE tombstone(hash BLOB PRIMARY KEY, lead_id INTEGER NOT NULL REFERENCES lead(id),"
    " erased_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;";

static const char enrichments[] =
    /* The last time that one enrichment was asked about one lead or account. level: 0 lead, 1 account. */
    "CREATE TABLE enrichment(pack TEXT NOT NULL, name TEXT NOT NULL, level INTEGER NOT NULL, row_id INTEGER "
    "NOT "
    "NULL, at INTEGER NOT NULL, outcome TEXT NOT NULL CHECK(outcome IN ('found','nothing','failed')),"
    " failures INTEGER NOT NULL, note TEXT, PRIMARY KEY(pack, name, level, row_id)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX enrichment_row ON enrichment(level, row_id);"
    /* Answers of providers that a pack keeps for a while; row_id: about whom they were asked. */
    "CREATE TABLE http_answer(pack TEXT NOT NULL, key TEXT NOT NULL, level INTEGER NOT NULL, row_id INTEGER "
    "NOT "
    "NULL, until INTEGER NOT NULL, answer TEXT NOT NULL, PRIMARY KEY(pack, key)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX http_answer_row ON http_answer(level, row_id);"
    "CREATE INDEX http_answer_until ON http_answer(until);";

/* What decisions rest on beside facts and rules; run.reference_hash names one. */
static const char references[] = "CREATE TABLE reference(hash TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;";

/* Rows of leads and accounts that are no longer as the files beside the database have them; added ones are
 * found by their ids. level as in field_source. */
static const char fact_files[] =
    "CREATE TABLE fact_change(id INTEGER PRIMARY KEY AUTOINCREMENT, level INTEGER NOT NULL,"
    " row_id INTEGER NOT NULL) STRICT;"
    "CREATE TRIGGER lead_changed AFTER UPDATE ON lead BEGIN"
    " INSERT INTO fact_change(level, row_id) VALUES(0, old.id); END;"
    "CREATE TRIGGER lead_gone AFTER DELETE ON lead BEGIN"
    " INSERT INTO fact_change(level, row_id) VALUES(0, old.id); END;"
    "CREATE TRIGGER account_changed AFTER UPDATE ON account BEGIN"
    " INSERT INTO fact_change(level, row_id) VALUES(1, old.id); END;"
    "CREATE TRIGGER account_gone AFTER DELETE ON account BEGIN"
    " INSERT INTO fact_change(level, row_id) VALUES(1, old.id); END;";

/* Names lie with their lead, in the order in which leads come in; the index that finds them can be made last.
 */
static const char identities_by_lead[] =
    "CREATE TABLE identity_next(system TEXT NOT NULL, value TEXT NOT NULL,"
    " lead_id INTEGER NOT NULL REFERENCES lead(id), known_at INTEGER NOT NULL,"
    " alias INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(lead_id, system, value)) STRICT, WITHOUT ROWID;"
    "INSERT INTO identity_next SELECT system, value, lead_id, known_at, alias FROM identity ORDER BY lead_id;"
    "DROP TABLE identity;"
    "ALTER TABLE identity_next RENAME TO identity;"
    "CREATE UNIQUE INDEX identity_name ON identity(value, system);";

/* What is to be sent is found without looking at what was. */
static const char outbox_due[] =
    "CREATE INDEX outbox_due ON outbox(id) WHERE state = 'queued' AND destination IS "
    "NOT NULL;";

/* Leads that were decided alone since a model's scores were written have theirs in a file beside that one;
 * the table tells each lead's day. */
static const char score_deltas[] =
    "ALTER TABLE score_file ADD COLUMN delta INTEGER;"
    "DROP VIEW lead_score;"
    "CREATE VIEW lead_score AS SELECT m.pack, m.name AS model, s.name AS score, v.lead_id, v.value / 1000.0 "
    "AS points,"
    " v.low / 1000.0 AS low, v.high / 1000.0 AS high, date(v.day * 86400, 'unixepoch') AS day FROM score s"
    " JOIN score_value v ON v.score_id = s.id JOIN model m ON m.id = s.model_id;";

/* What each pack's last run had seen: how far each log went, and how the feeds stood. A row is there only
 * while all that changed since can still be told; what forgets a change forgets the row. */
static const char run_bases[] =
    "CREATE TABLE run_basis(pack TEXT PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(id), feeds INTEGER "
    "NOT NULL, leads INTEGER NOT NULL, accounts INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    "CREATE TABLE run_seen(pack TEXT NOT NULL REFERENCES run_basis(pack) ON DELETE CASCADE, log TEXT NOT "
    "NULL, seen INTEGER NOT NULL, PRIMARY KEY(pack, log)) STRICT, WITHOUT ROWID;"
    /* A company's event that found its account changes the account. */
    "CREATE TRIGGER event_homed AFTER UPDATE OF account_id ON event WHEN new.account_id IS NOT NULL BEGIN"
    " INSERT INTO fact_change(level, row_id) VALUES(1, new.account_id); END;"
    "CREATE INDEX account_merged ON account(merged_into) WHERE merged_into IS NOT NULL;"
    /* Places in tracks that change without any news. */
    "CREATE INDEX enrolment_due ON enrolment(pack, due) WHERE ended IS NULL;"
    "CREATE INDEX enrolment_ended ON enrolment(pack, ended) WHERE ended IS NOT NULL;"
    "CREATE INDEX enrolment_entered ON enrolment(pack, track, entered);";

/* Where leads stand, as columns: base, due and delta name files beside the database; tally has how many leads
 * stand alike. label: the words in them by number. */
static const char standing_files[] =
    "CREATE TABLE standing_file(model_id INTEGER PRIMARY KEY REFERENCES model(id), base INTEGER NOT NULL,"
    " due INTEGER NOT NULL, delta INTEGER, tally BLOB NOT NULL) STRICT;"
    "CREATE TABLE label(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;";

/* What a lead's row said when it was last taken in, for as long as nothing else changes the lead: setting it
 * is no change of facts. */
static const char repeats[] =
    "ALTER TABLE lead ADD COLUMN said_hash INTEGER;"
    "DROP TRIGGER lead_changed;"
    "CREATE TRIGGER lead_changed AFTER UPDATE ON lead WHEN new.said_hash IS NULL OR new.said_hash IS"
    " old.said_hash BEGIN INSERT INTO fact_change(level, row_id) VALUES(0, old.id);"
    " UPDATE lead SET said_hash = NULL WHERE id = old.id AND said_hash IS NOT NULL; END;";

/* A delta of few leads lies in the row that would name its file: nothing but the database is written then. */
static const char small_deltas[] = "ALTER TABLE score_file ADD COLUMN delta_bytes BLOB;"
                                   "ALTER TABLE standing_file ADD COLUMN delta_rows BLOB;";

/* What people said lies beside the file as well. Its tables are only added to, so that any other change of
 * one drops its file. */
#define SAID_ALTERED(table)                                                                                  \
    "CREATE TRIGGER " table "_altered AFTER UPDATE ON " table                                                \
    " BEGIN DELETE FROM projection WHERE part = '" table "'; END;"                                           \
    "CREATE TRIGGER " table "_gone AFTER DELETE ON " table                                                   \
    " BEGIN DELETE FROM projection WHERE part = '" table "'; END;"
static const char said_files[] = SAID_ALTERED("answer") SAID_ALTERED("touch") SAID_ALTERED("consent");

/* What each run asks of all batches and runs before it, so that it costs the same after a million of them.
 * kind_last: the newest event of each kind that any batch brought. */
static const char after_many[] =
    "CREATE TABLE kind_last(kind_id INTEGER PRIMARY KEY REFERENCES event_kind(id), newest INTEGER NOT NULL) "
    "STRICT;"
    "INSERT INTO kind_last(kind_id, newest) SELECT kind_id, max(newest) FROM batch_kind GROUP BY kind_id;"
    "CREATE INDEX import_batch_known ON import_batch(known_at);"
    "CREATE INDEX event_stitch_at ON event_stitch(at);"
    "CREATE INDEX event_home_at ON event_home(at);"
    "CREATE INDEX run_baseline ON run(pack, id) WHERE baseline <> 0;";

/* A lead stands where its last decision left it; files beside the database and rows over them say it sooner.
 * What lay in rows of files comes anew with the next run. */
static const char standings_by_decisions[] =
    "DROP VIEW lead_standing; DROP VIEW lead_verdict; DROP TABLE standing; DROP TABLE standing_file;"
    "CREATE VIEW standing AS SELECT last.model_id, last.lead_id, d.id AS decision_id, d.stage, d.furthest,"
    " d.grade, d.grade_code, d.verdicts, d.outside, d.attention, d.blocked, d.disqualifier, d.persona,"
    " d.recycles, d.entered, d.recycled, d.cool_off FROM (SELECT model_id, lead_id, max(id) AS id FROM"
    " decision GROUP BY model_id, lead_id) last JOIN decision d ON d.id = last.id JOIN lead l ON l.id ="
    " last.lead_id WHERE l.erased_at IS NULL;"
    "CREATE VIEW lead_standing AS SELECT m.pack, m.name AS model, t.lead_id, l.email, a.name AS account,"
    " t.stage, t.furthest, t.grade, t.disqualifier, t.persona, datetime(t.entered, 'unixepoch') AS entered"
    " FROM standing t JOIN model m ON m.id = t.model_id JOIN lead l ON l.id = t.lead_id"
    " LEFT JOIN account a ON a.id = l.account_id WHERE t.outside = 0;"
    "CREATE VIEW lead_verdict AS SELECT m.pack, m.name AS model, t.lead_id, g.name AS gate,"
    " CASE (t.verdicts >> (2 * g.place)) & 3 WHEN 1 THEN 'fail' WHEN 2 THEN 'insufficient' WHEN 3 THEN"
    " 'pass' END AS verdict FROM standing t JOIN gate g ON g.model_id = t.model_id"
    " JOIN model m ON m.id = t.model_id;"
    "CREATE TABLE standing_file(model_id INTEGER PRIMARY KEY REFERENCES model(id), base INTEGER NOT NULL,"
    " due INTEGER NOT NULL, delta INTEGER, tally BLOB NOT NULL, version INTEGER NOT NULL) STRICT;"
    "CREATE TABLE recent_standing(model_id INTEGER NOT NULL REFERENCES model(id), lead_id INTEGER NOT NULL,"
    " state BLOB NOT NULL, PRIMARY KEY(model_id, lead_id)) STRICT, WITHOUT ROWID;";

/* Scores of few leads are rows over the files; recent tells of how many leads there may be some. */
static const char score_rows[] =
    "DELETE FROM score_file WHERE delta_bytes IS NOT NULL; ALTER TABLE score_file DROP COLUMN delta_bytes;"
    "ALTER TABLE score_file ADD COLUMN recent INTEGER NOT NULL DEFAULT 0;"
    "CREATE TABLE recent_score(score_id INTEGER NOT NULL REFERENCES score(id), lead_id INTEGER NOT NULL,"
    " day INTEGER NOT NULL, value INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL,"
    " PRIMARY KEY(score_id, lead_id)) STRICT, WITHOUT ROWID;";

/* A decision is one row, written once. It is found by its id: a lead's newest by where the lead stands, those
 * before it by prior_id, a run's by the range of ids that it wrote for a model, in which leads ascend. What
 * plain SQL asks of ledgers and moves are views. */
static const char one_row_a_decision[] =
    "ALTER TABLE decision ADD COLUMN ledgers TEXT;"
    "UPDATE decision SET ledgers = (SELECT '{' || group_concat(json_quote(g.score) || ':{\"value\":' || "
    "g.value"
    " || ',\"low\":' || g.low || ',\"high\":' || g.high || ',\"entries\":' || g.entries || ',\"open\":' ||"
    " g.open || '}') || '}' FROM (SELECT * FROM ledger WHERE decision_id = decision.id ORDER BY score) g);"
    "DROP TABLE ledger;"
    "DROP TABLE stage_history;"
    "DROP INDEX decision_lead;"
    "DROP INDEX decision_run;"
    "CREATE TABLE run_decisions(run_id INTEGER NOT NULL REFERENCES run(id), model_id INTEGER NOT NULL"
    " REFERENCES model(id), first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY(run_id, model_id)) "
    "STRICT, WITHOUT ROWID;"
    "INSERT INTO run_decisions SELECT run_id, model_id, min(id), max(id) FROM decision GROUP BY run_id, "
    "model_id;"
    /* Functions of JSON are not for views where schemas are not trusted; its tables are. */
    "CREATE VIEW ledger AS SELECT d.id AS decision_id, s.key AS score,"
    " (SELECT value FROM json_each(s.value) WHERE key = 'value') AS value,"
    " (SELECT value FROM json_each(s.value) WHERE key = 'low') AS low,"
    " (SELECT value FROM json_each(s.value) WHERE key = 'high') AS high,"
    " (SELECT value FROM json_each(s.value) WHERE key = 'entries') AS entries,"
    " (SELECT value FROM json_each(s.value) WHERE key = 'open') AS open"
    " FROM decision d CROSS JOIN json_each(d.ledgers) s;"
    "CREATE VIEW stage_history AS SELECT d.id AS decision_id, d.model_id, d.lead_id, d.prior_stage AS "
    "from_stage,"
    " d.stage AS to_stage, d.cause, coalesce(d.entered, r.at) AS time, lead(r.at) OVER (PARTITION BY "
    "d.model_id,"
    " d.lead_id ORDER BY d.id) AS left_at FROM decision d JOIN run r ON r.id = d.run_id"
    " WHERE d.stage IS NOT d.prior_stage AND d.outside = 0;";

/* merge_fact: what a survivor had (held, with currency and source; NULL unknown) before it took over the
 * fact, at known_from. apart: leads that are two people, whoever says otherwise. */
static const char merged_facts[] =
    "ALTER TABLE merge ADD COLUMN undone_by TEXT;"
    "CREATE TABLE merge_fact(merge_id INTEGER NOT NULL REFERENCES merge(id), field_id INTEGER NOT NULL"
    " REFERENCES field(id), known_from INTEGER NOT NULL, held ANY, currency TEXT, source_id INTEGER "
    "REFERENCES"
    " source(id), PRIMARY KEY(merge_id, field_id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE apart(id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES lead(id), b INTEGER NOT NULL"
    " REFERENCES lead(id), by TEXT, reason TEXT, at INTEGER NOT NULL, lifted_at INTEGER, lifted_by TEXT) "
    "STRICT;"
    "CREATE INDEX apart_a ON apart(a); CREATE INDEX apart_b ON apart(b);";

/* What was said of a touch later: its outcome and summary as a second word, which never replaces the first.
 */
static const char touch_words[] =
    "CREATE TABLE touch_word(id INTEGER PRIMARY KEY, touch_id INTEGER NOT NULL REFERENCES touch(id), outcome "
    "TEXT,"
    " summary TEXT, known_at INTEGER NOT NULL, batch_id INTEGER REFERENCES import_batch(id)) STRICT;"
    "CREATE INDEX touch_word_touch ON touch_word(touch_id);";

/* answers: the questions that a piece of content answers. story: it tells of a customer. */
static const char content_for_sales[] = "ALTER TABLE content ADD COLUMN answers TEXT;"
                                        "ALTER TABLE content ADD COLUMN appeal TEXT;"
                                        "ALTER TABLE content ADD COLUMN story INTEGER;";

/* Files of events as they came, behind those that the files of runs have: with ids beyond `since` up to
 * `last`, as they were when event_change had got to last_change. A row goes with its file's events into
 * those. */
static const char event_tails[] =
    "CREATE TABLE event_tail(since INTEGER PRIMARY KEY, last INTEGER NOT NULL, last_change INTEGER NOT NULL,"
    " sum INTEGER NOT NULL) STRICT;";

/* What a deal was before: its row has only what holds. */
#define DEAL_CHANGED(column)                                                                                 \
    "CREATE TRIGGER opportunity_" column "_changed AFTER UPDATE OF " column                                  \
    " ON opportunity WHEN new." column " IS NOT old." column                                                 \
    " BEGIN INSERT INTO deal_change(opportunity_id, field, before, after, known_at)"                         \
    " VALUES(old.id, '" column "', old." column ", new." column ", new.changed_at); END;"
static const char deal_changes[] =
    "CREATE TABLE deal_change(id INTEGER PRIMARY KEY, opportunity_id INTEGER NOT NULL REFERENCES "
    "opportunity(id),"
    " field TEXT NOT NULL, before ANY, after ANY, known_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX deal_change_deal ON deal_change(opportunity_id);" DEAL_CHANGED("closed")
        DEAL_CHANGED("source") DEAL_CHANGED("stage") DEAL_CHANGED("amount") DEAL_CHANGED("outcome");

/* A base of scores may leave to another file what did not change since that was written. */
static const char score_grounds[] = "ALTER TABLE score_file ADD COLUMN ground INTEGER;";

/* survey_answer: what people said of an item: a number, or a word, as often as `times` says. respondent: a
 * keyed hash of who it was, which tells that two answers are one person's and no more. activity: what
 * marketing and sales do, and what of it a return can be asked of. */
static const char surveys[] =
    "CREATE TABLE survey_answer(id INTEGER PRIMARY KEY, survey TEXT NOT NULL, time INTEGER NOT NULL,"
    " respondent BLOB, grp TEXT NOT NULL, stage TEXT NOT NULL, item TEXT"
    " NOT NULL, axis TEXT NOT NULL, number REAL, word TEXT, times INTEGER NOT NULL CHECK(times > 0), hash"
    " INTEGER NOT NULL, known_at INTEGER NOT NULL, batch_id INTEGER REFERENCES import_batch(id),"
    " CHECK((number IS NULL) <> (word IS NULL))) STRICT;"
    "CREATE UNIQUE INDEX survey_answer_whose ON survey_answer(respondent, survey, item, axis, grp, stage, "
    "time)"
    " WHERE respondent IS NOT NULL;"
    "CREATE INDEX survey_answer_said ON survey_answer(time, hash);"
    "CREATE TABLE activity(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, roi_applicable INTEGER,"
    " measured_by TEXT, automated INTEGER) STRICT;";

/* Properties that events of their kind are not taken without. */
static const char required_properties[] =
    "ALTER TABLE event_property ADD COLUMN required INTEGER NOT NULL DEFAULT 0;";

/* What a run about a part changes lies in layers over the files of everybody: their sums, in order, as a
 * blob. Files over which a single one lay come anew with the next run. */
static const char layers_of_files[] =
    "DELETE FROM standing_file; DELETE FROM recent_standing; ALTER TABLE standing_file DROP COLUMN delta;"
    "ALTER TABLE standing_file ADD COLUMN layers BLOB NOT NULL DEFAULT x'';"
    "DELETE FROM recent_score WHERE score_id IN (SELECT s.id FROM score s JOIN score_file f ON f.model_id ="
    " s.model_id WHERE f.delta IS NOT NULL);"
    "DELETE FROM score_file WHERE delta IS NOT NULL; ALTER TABLE score_file DROP COLUMN delta;"
    "ALTER TABLE score_file ADD COLUMN layers BLOB NOT NULL DEFAULT x'';";

/* What is spent on one account: the cost of its plan. */
static const char account_costs[] =
    "ALTER TABLE cost ADD COLUMN account_id INTEGER REFERENCES account(id);"
    "CREATE INDEX cost_account ON cost(account_id) WHERE account_id IS NOT NULL;";

struct migration {
    const char *const *parts; /* ends with NULL */
};

static const char *const version_2[] = {promotions, NULL};
static const char *const version_3[] = {outbox_delivery, NULL};
static const char *const version_4[] = {projection, NULL};
static const char *const version_5[] = {score_files, NULL};
static const char *const version_6[] = {tombstones, NULL};
static const char *const version_7[] = {enrichments, NULL};
static const char *const version_8[] = {references, NULL};
static const char *const version_9[] = {fact_files, NULL};
static const char *const version_10[] = {outbox_due, NULL};
static const char *const version_11[] = {score_deltas, NULL};
static const char *const version_12[] = {run_bases, NULL};
static const char *const version_13[] = {identities_by_lead, NULL};
static const char *const version_14[] = {standing_files, NULL};
static const char *const version_15[] = {repeats, NULL};
static const char *const version_16[] = {small_deltas, NULL};
static const char *const version_17[] = {said_files, NULL};
static const char *const version_18[] = {after_many, NULL};
static const char *const version_19[] = {standings_by_decisions, score_rows, NULL};
static const char *const version_20[] = {one_row_a_decision, NULL};
static const char *const version_22[] = {merged_facts, NULL};
static const char *const version_23[] = {touch_words, NULL};
static const char *const version_24[] = {content_for_sales, NULL};
static const char *const version_25[] = {event_tails, NULL};
static const char *const version_26[] = {deal_changes, NULL};
static const char *const version_27[] = {score_grounds, NULL};
static const char *const version_28[] = {surveys, NULL};
static const char *const version_29[] = {required_properties, NULL};
static const char *const version_30[] = {layers_of_files, NULL};
static const char *const version_31[] = {account_costs, NULL};
static const struct migration migrations[] = {
    {as_first_version}, {version_2},  {version_3},        {version_4},  {version_5},  {version_6},
    {version_7},        {version_8},  {version_9},        {version_10}, {version_11}, {version_12},
    {version_13},       {version_14}, {version_15},       {version_16}, {version_17}, {version_18},
    {version_19},       {version_20}, {as_short_ledgers}, {version_22}, {version_23}, {version_24},
    {version_25},       {version_26}, {version_27},       {version_28}, {version_29}, {version_30},
    {version_31}};
enum { NEWEST = sizeof migrations / sizeof *migrations };

static enum as_status pragma_get(int64_t *out, struct as_store *store, const char *sql,
                                 struct as_error *error)
{
    sqlite3_stmt *stmt = as_sql_fresh(store, error, sql, "");
    if (stmt == NULL)
        return as_sql_failed(store, error);
    enum as_status status;
    *out = as_sql_row(&status, store, stmt, error) ? sqlite3_column_int64(stmt, 0) : 0;
    as_sql_end(store, stmt);
    return status;
}

static enum as_status apply(struct as_store *store, int64_t from, struct as_error *error)
{
    enum as_status status = as_sql_script(store, error, "BEGIN EXCLUSIVE");
    if (status != AS_OK)
        return status;
    for (int64_t v = from; v < NEWEST && status == AS_OK; v++)
        for (const char *const *part = migrations[v].parts; *part != NULL && status == AS_OK; part++)
            status = as_sql_script(store, error, *part);
    if (status == AS_OK) {
        struct as_buf sql = {0};
        as_buf_printf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT", AS_APPLICATION_ID,
                      NEWEST);
        status = as_sql_script(store, error, as_buf_c(&sql));
        as_buf_free(&sql);
    }
    if (status != AS_OK)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

enum as_status as_migrate(struct as_store *store, struct as_error *error)
{
    int64_t application = 0, version = 0, tables = 0;
    enum as_status status = pragma_get(&application, store, "PRAGMA application_id", error);
    if (status == AS_OK)
        status = pragma_get(&version, store, "PRAGMA user_version", error);
    if (status == AS_OK)
        status = pragma_get(&tables, store, "SELECT count(*) FROM sqlite_schema", error);
    if (status != AS_OK)
        return status;
    bool empty = tables == 0 && application == 0 && version == 0;
    if (!empty && application != AS_APPLICATION_ID) {
        as_error_set(error, AS_ERR_DATA, "%s is a SQLite file, but not one of ours", store->path);
        return as_error_advise(error, "name another file with --db");
    }
    if (version > NEWEST) {
        as_error_set(error, AS_ERR_DATA,
                     "%s was written by a newer version of this program (format %lld, this one reads %d)",
                     store->path, (long long)version, NEWEST);
        return as_error_advise(error, "install the newer version; a file is never migrated down");
    }
    if (version == NEWEST)
        return AS_OK;
    if (store->mode == AS_STORE_READ) {
        as_error_set(error, AS_ERR_DATA, "%s is of an older format (%lld, this program reads %d)",
                     store->path, (long long)version, NEWEST);
        return as_error_advise(error, "the next import or run makes it one of this format");
    }
    return apply(store, version, error);
}
