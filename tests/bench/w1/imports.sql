-- The tables of `assay import` as the sqlite3 program can fill them: the same columns (but those that no row of W1 has), keys and
-- indexes. It writes an empty text where the import writes NULL, hence the conditions. No constraint that costs a look-up.
PRAGMA journal_mode = WAL;
CREATE TABLE lead(id INTEGER PRIMARY KEY, first_known INTEGER NOT NULL, source_id INTEGER NOT NULL, account_id INTEGER, matched_by TEXT,
    match_score REAL, match_note TEXT, crm_account TEXT, mail_domain TEXT, email TEXT, title TEXT, job_level TEXT, country TEXT, source TEXT);
CREATE INDEX lead_account ON lead(account_id) WHERE account_id <> '';
CREATE INDEX lead_homeless ON lead(id) WHERE account_id = '' AND (crm_account <> '' OR mail_domain <> '');
CREATE TABLE identity(system TEXT NOT NULL, value TEXT NOT NULL, lead_id INTEGER NOT NULL, known_at INTEGER NOT NULL, alias INTEGER NOT NULL,
    PRIMARY KEY(lead_id, system, value)) WITHOUT ROWID;
CREATE UNIQUE INDEX identity_name ON identity(value, system);
CREATE TABLE event(id INTEGER PRIMARY KEY, lead_id INTEGER, kind_id INTEGER NOT NULL, time INTEGER NOT NULL, known_at INTEGER NOT NULL,
    hash INTEGER NOT NULL, batch_id INTEGER NOT NULL, source_id INTEGER, external_id TEXT);
CREATE INDEX event_run ON event(lead_id, time, kind_id, known_at);
CREATE UNIQUE INDEX event_external ON event(source_id, external_id) WHERE external_id <> '';
-- The files as they are.
CREATE TABLE lead_file(id TEXT, email TEXT, title TEXT, job_level TEXT, account_id TEXT, country TEXT, source TEXT);
CREATE TABLE event_file(id TEXT, at TEXT, kind TEXT, lead_id TEXT);
