/* Migrations: the tables of each version of the file, and the way from one version to the next. A version is
 * never changed once it has been released; the next one is added below it. Columns of declared fields are not
 * here: fields.c adds them. */
#include "store/database.h"

#include "base/limits.h"

static const char version_1_people[] =
    /* Where facts come from: a system and how much its word counts (enum as_precedence). */
    "CREATE TABLE source(id INTEGER PRIMARY KEY, system TEXT NOT NULL, precedence INTEGER NOT NULL,"
    " UNIQUE(system, precedence)) STRICT;"
    "CREATE TABLE import_batch(id INTEGER PRIMARY KEY, kind TEXT, file TEXT, source_id INTEGER NOT NULL "
    "REFERENCES source(id),"
    " known_at INTEGER NOT NULL, inserted INTEGER NOT NULL DEFAULT 0, updated INTEGER NOT NULL DEFAULT 0,"
    " unchanged INTEGER NOT NULL DEFAULT 0) STRICT;"
    /* Declared fields and answers. `ask` makes it an answer; choices is a JSON array. */
    "CREATE TABLE field(id INTEGER PRIMARY KEY, level TEXT NOT NULL CHECK(level IN ('lead','account')), name "
    "TEXT NOT NULL,"
    " type TEXT NOT NULL, target TEXT, choices TEXT, ask TEXT, description TEXT, UNIQUE(level, name)) STRICT;"
    /* A parent that is not there yet waits in parent_ref: an id of parent_system, or a name where that is
       NULL. */
    "CREATE TABLE account(id INTEGER PRIMARY KEY, first_known INTEGER NOT NULL,"
    " source_id INTEGER NOT NULL REFERENCES source(id), merged_into INTEGER REFERENCES account(id), "
    "merged_at INTEGER,"
    " name_key TEXT, parent_ref TEXT, parent_system TEXT, name TEXT, domain TEXT, website TEXT, parent "
    "INTEGER REFERENCES account(id),"
    " top_parent INTEGER REFERENCES account(id)) STRICT;"
    "CREATE INDEX account_name_key ON account(name_key) WHERE name_key IS NOT NULL;"
    "CREATE INDEX account_parent_ref ON account(parent_ref) WHERE parent_ref IS NOT NULL;"
    "CREATE INDEX account_parent ON account(parent) WHERE parent IS NOT NULL;"
    "CREATE TABLE lead(id INTEGER PRIMARY KEY, first_known INTEGER NOT NULL,"
    " source_id INTEGER NOT NULL REFERENCES source(id), account_id INTEGER REFERENCES account(id), "
    "matched_by TEXT,"
    " match_score REAL, match_note TEXT, crm_account TEXT, mail_domain TEXT, company_key TEXT,"
    " merged_into INTEGER REFERENCES lead(id), merged_at INTEGER, erased_at INTEGER, email TEXT, name TEXT,"
    " first_name TEXT, last_name TEXT, title TEXT, created TEXT, company TEXT, website TEXT) STRICT;"
    "CREATE INDEX lead_account ON lead(account_id) WHERE account_id IS NOT NULL;"
    /* Leads that name a company but have no account: asked again when accounts arrive. */
    "CREATE INDEX lead_homeless ON lead(id) WHERE account_id IS NULL AND (crm_account IS NOT NULL"
    " OR mail_domain IS NOT NULL OR company_key IS NOT NULL);"
    "CREATE INDEX lead_merged ON lead(merged_into) WHERE merged_into IS NOT NULL;"
    /* Every name a lead or account goes by; e-mails under system 'email', domains under 'domain'. An alias is
     * an id that the source merged into this one and that had no row of its own here. */
    "CREATE TABLE identity(system TEXT NOT NULL, value TEXT NOT NULL,"
    " lead_id INTEGER NOT NULL REFERENCES lead(id), known_at INTEGER NOT NULL,"
    " alias INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(system, value)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX identity_lead ON identity(lead_id);"
    "CREATE TABLE account_identity(system TEXT NOT NULL, value TEXT NOT NULL,"
    " account_id INTEGER NOT NULL REFERENCES account(id), known_at INTEGER NOT NULL,"
    " alias INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(system, value)) STRICT, WITHOUT ROWID;"
    "CREATE INDEX account_identity_account ON account_identity(account_id);"
    "CREATE TABLE merge(id INTEGER PRIMARY KEY, survivor INTEGER NOT NULL REFERENCES lead(id),"
    " merged INTEGER NOT NULL REFERENCES lead(id), at INTEGER NOT NULL, by TEXT, undone_at INTEGER) STRICT;"
    "CREATE INDEX merge_merged ON merge(merged);"
    "CREATE INDEX merge_survivor ON merge(survivor);"
    /* Who said a value that is held, where that is not the row's own source and time. */
    "CREATE TABLE field_source(level INTEGER NOT NULL, row_id INTEGER NOT NULL, field_id INTEGER NOT NULL "
    "REFERENCES field(id),"
    " source_id INTEGER NOT NULL REFERENCES source(id), known_from INTEGER NOT NULL, PRIMARY KEY(level, "
    "row_id, field_id))"
    " STRICT, WITHOUT ROWID;"
    "CREATE INDEX field_source_known ON field_source(known_from);"
    /* Values superseded (known_to set) or overruled by a stronger source (overruled 1, never held); texts in
       canonical form. */
    "CREATE TABLE field_history(id INTEGER PRIMARY KEY, level INTEGER NOT NULL, row_id INTEGER NOT NULL,"
    " field_id INTEGER NOT NULL REFERENCES field(id), value TEXT, source_id INTEGER NOT NULL REFERENCES "
    "source(id),"
    " known_from INTEGER NOT NULL, known_to INTEGER, overruled INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE INDEX field_history_row ON field_history(level, row_id, field_id);"
    "CREATE INDEX field_history_known ON field_history(known_to) WHERE overruled = 0;";

static const char version_1_happenings[] =
    "CREATE TABLE event_kind(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, actor TEXT NOT NULL, intent "
    "TEXT, act TEXT,"
    " description TEXT) STRICT;"
    "CREATE TABLE event_property(id INTEGER PRIMARY KEY, kind_id INTEGER NOT NULL REFERENCES event_kind(id),"
    " name TEXT NOT NULL, type TEXT NOT NULL, UNIQUE(kind_id, name)) STRICT;"
    /* lead_id is NULL for what is known of a company only. hash is of the content, for rows without an id of
       their own. */
    "CREATE TABLE event(id INTEGER PRIMARY KEY, lead_id INTEGER REFERENCES lead(id),"
    " account_id INTEGER REFERENCES account(id), kind_id INTEGER NOT NULL REFERENCES event_kind(id),"
    " time INTEGER NOT NULL, known_at INTEGER NOT NULL, hash INTEGER NOT NULL,"
    " batch_id INTEGER NOT NULL REFERENCES import_batch(id), source_id INTEGER REFERENCES source(id), "
    "external_id TEXT,"
    " domain TEXT, content TEXT, campaign TEXT) STRICT;"
    /* A snapshot reads events by this index alone, in one ordered scan. */
    "CREATE INDEX event_run ON event(lead_id, time, kind_id, known_at);"
    /* Events known of a company; account_id stays when one is stitched to a person. */
    "CREATE INDEX event_account ON event(account_id, time, kind_id, known_at, lead_id) WHERE account_id IS "
    "NOT NULL;"
    "CREATE INDEX event_homeless ON event(domain, time) WHERE domain IS NOT NULL AND account_id IS NULL;"
    "CREATE UNIQUE INDEX event_external ON event(source_id, external_id) WHERE external_id IS NOT NULL;"
    "CREATE TABLE event_value(property_id INTEGER NOT NULL REFERENCES event_property(id),"
    " event_id INTEGER NOT NULL REFERENCES event(id), value ANY NOT NULL, currency TEXT,"
    " PRIMARY KEY(property_id, event_id))"
    " STRICT, WITHOUT ROWID;"
    /* What a batch brought of each kind, so that the age of a feed is known without reading all events. */
    "CREATE TABLE batch_kind(batch_id INTEGER NOT NULL REFERENCES import_batch(id), kind_id INTEGER NOT NULL"
    " REFERENCES event_kind(id), events INTEGER NOT NULL, newest INTEGER NOT NULL, PRIMARY KEY(batch_id, "
    "kind_id))"
    " STRICT, WITHOUT ROWID;"
    /* Events whose domain found its account at `at`. */
    "CREATE TABLE event_home(event_id INTEGER PRIMARY KEY REFERENCES event(id), at INTEGER NOT NULL) STRICT;"
    /* Events that were anonymous until `at`. */
    "CREATE TABLE event_stitch(event_id INTEGER PRIMARY KEY REFERENCES event(id), at INTEGER NOT NULL) "
    "STRICT;"
    "CREATE TABLE answer(id INTEGER PRIMARY KEY, lead_id INTEGER REFERENCES lead(id),"
    " account_id INTEGER REFERENCES account(id), question TEXT NOT NULL, value TEXT,"
    " manner TEXT NOT NULL CHECK(manner IN ('stated','inferred')),"
    " voice TEXT NOT NULL CHECK(voice IN ('buyer','sales','marketing','system')), time INTEGER NOT NULL,"
    " known_at INTEGER NOT NULL, user TEXT, batch_id INTEGER REFERENCES import_batch(id),"
    " CHECK((lead_id IS NULL) <> (account_id IS NULL))) STRICT;"
    "CREATE INDEX answer_lead ON answer(lead_id, question) WHERE lead_id IS NOT NULL;"
    "CREATE INDEX answer_account ON answer(account_id, question) WHERE account_id IS NOT NULL;"
    "CREATE TABLE touch(id INTEGER PRIMARY KEY, lead_id INTEGER NOT NULL REFERENCES lead(id), time INTEGER "
    "NOT NULL,"
    " channel TEXT NOT NULL, ask TEXT, content TEXT, user TEXT, outcome TEXT, summary TEXT, known_at INTEGER "
    "NOT NULL,"
    " system TEXT, external_id TEXT, batch_id INTEGER REFERENCES import_batch(id)) STRICT;"
    "CREATE INDEX touch_lead ON touch(lead_id, time);"
    "CREATE UNIQUE INDEX touch_external ON touch(system, external_id) WHERE external_id IS NOT NULL;"
    "CREATE TABLE consent(id INTEGER PRIMARY KEY, lead_id INTEGER NOT NULL REFERENCES lead(id), channel TEXT "
    "NOT NULL,"
    " purpose TEXT NOT NULL, basis TEXT, state TEXT NOT NULL"
    " CHECK(state IN ('granted','double_opt_in','denied','objected')), source TEXT, time INTEGER NOT NULL,"
    " known_at INTEGER NOT NULL, evidence TEXT, batch_id INTEGER REFERENCES import_batch(id)) STRICT;"
    "CREATE INDEX consent_lead ON consent(lead_id, channel, purpose, time);"
    "CREATE TABLE opportunity(id INTEGER PRIMARY KEY, system TEXT NOT NULL, external_id TEXT NOT NULL, name "
    "TEXT,"
    " account_id INTEGER REFERENCES account(id), stage TEXT, outcome TEXT NOT NULL DEFAULT 'open'"
    " CHECK(outcome IN ('open','won','lost','no_decision')), amount INTEGER, currency TEXT, created INTEGER, "
    "closed INTEGER,"
    " owner TEXT, product TEXT, source TEXT, reason TEXT, known_at INTEGER NOT NULL, changed_at INTEGER NOT "
    "NULL,"
    " UNIQUE(system, external_id)) STRICT;"
    "CREATE INDEX opportunity_account ON opportunity(account_id) WHERE account_id IS NOT NULL;"
    "CREATE TABLE opportunity_lead(opportunity_id INTEGER NOT NULL REFERENCES opportunity(id),"
    " lead_id INTEGER NOT NULL REFERENCES lead(id), PRIMARY KEY(opportunity_id, lead_id)) STRICT, WITHOUT "
    "ROWID;"
    "CREATE INDEX opportunity_lead_lead ON opportunity_lead(lead_id);"
    "CREATE TABLE user(id INTEGER PRIMARY KEY, system TEXT, external_id TEXT, name TEXT NOT NULL UNIQUE, "
    "email TEXT, team TEXT,"
    " role TEXT, manager TEXT, capacity INTEGER) STRICT;"
    "CREATE UNIQUE INDEX user_external ON user(system, external_id) WHERE external_id IS NOT NULL;"
    "CREATE TABLE absence(user_id INTEGER NOT NULL REFERENCES user(id), starts INTEGER NOT NULL, ends "
    "INTEGER NOT NULL,"
    " PRIMARY KEY(user_id, starts)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE campaign(id INTEGER PRIMARY KEY, system TEXT NOT NULL, external_id TEXT NOT NULL, name "
    "TEXT, channel TEXT,"
    " started TEXT, ended TEXT, cost INTEGER, currency TEXT, UNIQUE(system, external_id)) STRICT;"
    "CREATE TABLE content(key TEXT PRIMARY KEY, title TEXT, kind TEXT, persona TEXT, phase TEXT, need TEXT, "
    "url TEXT,"
    " source_type TEXT, evidence TEXT, brand_visible INTEGER) STRICT;"
    "CREATE TABLE product(id INTEGER PRIMARY KEY, system TEXT NOT NULL, external_id TEXT NOT NULL, name "
    "TEXT, line TEXT,"
    " price INTEGER, currency TEXT, UNIQUE(system, external_id)) STRICT;"
    "CREATE TABLE cost(id INTEGER PRIMARY KEY, campaign TEXT, content TEXT, activity TEXT, amount INTEGER "
    "NOT NULL,"
    " currency TEXT, time INTEGER NOT NULL, hash INTEGER NOT NULL, batch_id INTEGER REFERENCES "
    "import_batch(id)) STRICT;"
    "CREATE INDEX cost_time ON cost(time, hash);";

static const char version_1_decisions[] =
    "CREATE TABLE pack(hash TEXT PRIMARY KEY, name TEXT NOT NULL, kept_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE pack_file(pack_hash TEXT NOT NULL REFERENCES pack(hash), name TEXT NOT NULL, bytes BLOB "
    "NOT NULL,"
    " PRIMARY KEY(pack_hash, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE model(id INTEGER PRIMARY KEY, pack TEXT NOT NULL, name TEXT NOT NULL, UNIQUE(pack, name)) "
    "STRICT;"
    "CREATE TABLE score(id INTEGER PRIMARY KEY, model_id INTEGER NOT NULL REFERENCES model(id), name TEXT "
    "NOT NULL,"
    " UNIQUE(model_id, name)) STRICT;"
    "CREATE TABLE gate(model_id INTEGER NOT NULL REFERENCES model(id), place INTEGER NOT NULL, name TEXT NOT "
    "NULL,"
    " PRIMARY KEY(model_id, place)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE run(id INTEGER PRIMARY KEY, pack TEXT NOT NULL, pack_hash TEXT NOT NULL, at INTEGER NOT "
    "NULL,"
    " known_at INTEGER NOT NULL, started INTEGER NOT NULL, finished INTEGER, baseline INTEGER NOT NULL,"
    " held INTEGER NOT NULL, leads INTEGER NOT NULL DEFAULT 0, library_hash TEXT, reference_hash TEXT, "
    "summary TEXT)"
    " STRICT;"
    "CREATE INDEX run_pack ON run(pack, id);"
    /* Where each lead stands now. */
    "CREATE TABLE standing(model_id INTEGER NOT NULL REFERENCES model(id), lead_id INTEGER NOT NULL "
    "REFERENCES lead(id),"
    " decision_id INTEGER NOT NULL REFERENCES decision(id), stage TEXT NOT NULL, furthest TEXT NOT NULL, "
    "grade TEXT,"
    " grade_code INTEGER NOT NULL, verdicts INTEGER NOT NULL, outside INTEGER NOT NULL, attention INTEGER "
    "NOT NULL,"
    " blocked INTEGER NOT NULL, disqualifier TEXT, persona TEXT, recycles INTEGER NOT NULL, entered INTEGER,"
    " recycled INTEGER, cool_off INTEGER, PRIMARY KEY(model_id, lead_id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE score_value(score_id INTEGER NOT NULL REFERENCES score(id), lead_id INTEGER NOT NULL "
    "REFERENCES lead(id),"
    " value INTEGER NOT NULL, low INTEGER NOT NULL, high INTEGER NOT NULL, PRIMARY KEY(score_id, lead_id))"
    " STRICT, WITHOUT ROWID;"
    /* A change of stage, grade, verdict or anything else a lead's next decision builds on. */
    "CREATE TABLE decision(id INTEGER PRIMARY KEY, run_id INTEGER NOT NULL REFERENCES run(id),"
    " model_id INTEGER NOT NULL REFERENCES model(id), lead_id INTEGER NOT NULL REFERENCES lead(id),"
    " prior_id INTEGER REFERENCES decision(id), stage TEXT NOT NULL, prior_stage TEXT, furthest TEXT NOT "
    "NULL,"
    " cause TEXT NOT NULL, why TEXT, by TEXT, grade TEXT, grade_code INTEGER NOT NULL, prior_grade TEXT,"
    " prior_grade_code INTEGER NOT NULL, verdicts INTEGER NOT NULL, prior_verdicts INTEGER NOT NULL,"
    " outside INTEGER NOT NULL, attention INTEGER NOT NULL, blocked INTEGER NOT NULL, disqualifier TEXT, "
    "persona TEXT,"
    " recycles INTEGER NOT NULL, entered INTEGER, recycled INTEGER, cool_off INTEGER, facts_hash INTEGER NOT "
    "NULL)"
    " STRICT;"
    "CREATE INDEX decision_lead ON decision(lead_id, model_id, id);"
    "CREATE INDEX decision_run ON decision(run_id, model_id, lead_id);"
    /* entries and open are JSON arrays; the points of entries sum to value. */
    "CREATE TABLE ledger(decision_id INTEGER NOT NULL REFERENCES decision(id), score TEXT NOT NULL, value "
    "INTEGER NOT NULL,"
    " low INTEGER NOT NULL, high INTEGER NOT NULL, entries TEXT NOT NULL, open TEXT NOT NULL,"
    " PRIMARY KEY(decision_id, score)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE stage_history(decision_id INTEGER PRIMARY KEY REFERENCES decision(id), model_id INTEGER "
    "NOT NULL,"
    " lead_id INTEGER NOT NULL REFERENCES lead(id), from_stage TEXT, to_stage TEXT NOT NULL, cause TEXT NOT "
    "NULL,"
    " time INTEGER NOT NULL, left_at INTEGER) STRICT;"
    "CREATE INDEX stage_history_lead ON stage_history(lead_id, model_id);"
    /* A person's word over the machine's; stage NULL takes an earlier one back. */
    "CREATE TABLE override(id INTEGER PRIMARY KEY, lead_id INTEGER NOT NULL REFERENCES lead(id), pack TEXT, "
    "model TEXT,"
    " stage TEXT, by TEXT, reason TEXT NOT NULL, time INTEGER NOT NULL, known_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX override_lead ON override(lead_id, time);";

static const char version_1_work[] =
    "CREATE TABLE assignment(id INTEGER PRIMARY KEY, run_id INTEGER REFERENCES run(id), pack TEXT, model "
    "TEXT,"
    " lead_id INTEGER NOT NULL REFERENCES lead(id), user TEXT NOT NULL, route TEXT, reason TEXT, time "
    "INTEGER NOT NULL)"
    " STRICT;"
    "CREATE INDEX assignment_lead ON assignment(lead_id, time);"
    "CREATE INDEX assignment_user ON assignment(user, time);"
    "CREATE TABLE enrolment(id INTEGER PRIMARY KEY, pack TEXT NOT NULL, lead_id INTEGER NOT NULL REFERENCES "
    "lead(id),"
    " track TEXT NOT NULL, persona TEXT, entered INTEGER NOT NULL, step INTEGER NOT NULL, due INTEGER, ended "
    "INTEGER,"
    " UNIQUE(pack, lead_id, track, entered)) STRICT;"
    /* Each change of a place in a track with the time of the run that made it. */
    "CREATE TABLE enrolment_step(enrolment_id INTEGER NOT NULL REFERENCES enrolment(id), run_id INTEGER NOT "
    "NULL"
    " REFERENCES run(id), time INTEGER NOT NULL, step INTEGER NOT NULL, due INTEGER, ended INTEGER NOT NULL,"
    " PRIMARY KEY(enrolment_id, run_id)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE plan(id INTEGER PRIMARY KEY, pack TEXT NOT NULL, account_id INTEGER NOT NULL REFERENCES "
    "account(id),"
    " template TEXT NOT NULL, marketing_owner TEXT, sales_owner TEXT, created INTEGER NOT NULL, closed "
    "INTEGER) STRICT;"
    "CREATE UNIQUE INDEX plan_open ON plan(account_id) WHERE closed IS NULL;"
    "CREATE TABLE play(plan_id INTEGER NOT NULL REFERENCES plan(id), name TEXT NOT NULL, opened INTEGER,"
    " closed INTEGER, PRIMARY KEY(plan_id, name)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE task(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, pack TEXT NOT NULL, text TEXT NOT "
    "NULL, role TEXT,"
    " owner TEXT, play TEXT, lead_id INTEGER REFERENCES lead(id), account_id INTEGER REFERENCES account(id),"
    " plan_id INTEGER REFERENCES plan(id), created INTEGER NOT NULL, due INTEGER, finished INTEGER, "
    "finished_by TEXT,"
    " outcome TEXT) STRICT;"
    "CREATE INDEX task_open ON task(pack, due) WHERE finished IS NULL;"
    "CREATE INDEX task_lead ON task(lead_id) WHERE lead_id IS NOT NULL;"
    "CREATE TABLE handoff(id INTEGER PRIMARY KEY, run_id INTEGER REFERENCES run(id), pack TEXT NOT NULL, "
    "model TEXT NOT NULL,"
    " lead_id INTEGER NOT NULL REFERENCES lead(id), owner TEXT, offered INTEGER NOT NULL, state TEXT NOT NULL"
    " CHECK(state IN ('offered','accepted','rejected')), answered INTEGER, reason TEXT) STRICT;"
    "CREATE UNIQUE INDEX handoff_open ON handoff(pack, model, lead_id) WHERE state = 'offered';"
    "CREATE INDEX handoff_lead ON handoff(lead_id);"
    "CREATE TABLE outbox(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, pack TEXT NOT NULL,"
    " run_id INTEGER NOT NULL REFERENCES run(id), kind TEXT NOT NULL, lead_id INTEGER REFERENCES lead(id),"
    " account_id INTEGER REFERENCES account(id), at INTEGER NOT NULL, payload TEXT NOT NULL, state TEXT NOT "
    "NULL"
    " CHECK(state IN ('queued','held','sent','failed')), changed_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX outbox_waiting ON outbox(state, pack) WHERE state IN ('queued','held','failed');"
    "CREATE TABLE attempt(id INTEGER PRIMARY KEY, outbox_id INTEGER NOT NULL REFERENCES outbox(id), time "
    "INTEGER NOT NULL,"
    " ok INTEGER NOT NULL, detail TEXT) STRICT;"
    "CREATE INDEX attempt_outbox ON attempt(outbox_id);"
    /* A team's own: no other pack's script reads it. */
    "CREATE TABLE kv(pack TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL,"
    " PRIMARY KEY(pack, key)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE note(id INTEGER PRIMARY KEY, pack TEXT NOT NULL, lead_id INTEGER REFERENCES lead(id),"
    " account_id INTEGER REFERENCES account(id), text TEXT NOT NULL, at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX note_lead ON note(lead_id) WHERE lead_id IS NOT NULL;"
    "CREATE INDEX note_account ON note(account_id) WHERE account_id IS NOT NULL;"
    /* For people and BI tools. */
    "CREATE VIEW lead_score AS SELECT m.pack, m.name AS model, s.name AS score, v.lead_id, v.value / 1000.0 "
    "AS points,"
    " v.low / 1000.0 AS low, v.high / 1000.0 AS high FROM score_value v JOIN score s ON s.id = v.score_id"
    " JOIN model m ON m.id = s.model_id;"
    "CREATE VIEW lead_standing AS SELECT m.pack, m.name AS model, t.lead_id, l.email, a.name AS account, "
    "t.stage, t.furthest,"
    " t.grade, t.disqualifier, t.persona, datetime(t.entered, 'unixepoch') AS entered FROM standing t"
    " JOIN model m ON m.id = t.model_id JOIN lead l ON l.id = t.lead_id LEFT JOIN account a ON a.id = "
    "l.account_id"
    " WHERE t.outside = 0;"
    "CREATE VIEW lead_verdict AS SELECT m.pack, m.name AS model, t.lead_id, g.name AS gate,"
    " CASE (t.verdicts >> (2 * g.place)) & 3 WHEN 1 THEN 'fail' WHEN 2 THEN 'insufficient' WHEN 3 THEN "
    "'pass' END"
    " AS verdict FROM standing t JOIN gate g ON g.model_id = t.model_id JOIN model m ON m.id = t.model_id;";

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

/* What is to be sent is found without looking at what was. */
static const char outbox_due[] =
    "CREATE INDEX outbox_due ON outbox(id) WHERE state = 'queued' AND destination IS "
    "NOT NULL;";

struct migration {
    const char *const *parts; /* ends with NULL */
};

static const char *const version_1[] = {version_1_people, version_1_happenings, version_1_decisions,
                                        version_1_work, NULL};
static const char *const version_2[] = {promotions, NULL};
static const char *const version_3[] = {outbox_delivery, NULL};
static const char *const version_4[] = {projection, NULL};
static const char *const version_5[] = {score_files, NULL};
static const char *const version_6[] = {tombstones, NULL};
static const char *const version_7[] = {enrichments, NULL};
static const char *const version_8[] = {references, NULL};
static const char *const version_9[] = {fact_files, NULL};
static const char *const version_10[] = {outbox_due, NULL};
static const struct migration migrations[] = {{version_1}, {version_2}, {version_3}, {version_4},
                                              {version_5}, {version_6}, {version_7}, {version_8},
                                              {version_9}, {version_10}};
enum { NEWEST = sizeof migrations / sizeof *migrations };

static enum as_status pragma_get(int64_t *out, struct as_store *store, const char *sql,
                                 struct as_error *error)
{
    sqlite3_stmt *stmt = as_sql_fresh(store, error, sql, "");
    if (stmt == NULL)
        return as_sql_failed(store, error);
    enum as_status status;
    *out = as_sql_row(&status, store, stmt, error) ? sqlite3_column_int64(stmt, 0) : 0;
    sqlite3_finalize(stmt);
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
        return as_error_advise(error, "run `assay db migrate`");
    }
    return apply(store, version, error);
}
