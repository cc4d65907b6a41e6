-- Files: what lies in columns beside the database, and what changed since. A row names the newest file of a
-- part by the sum of its head.

CREATE TABLE projection(
    part TEXT PRIMARY KEY,
    sum INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Whose events are no longer what they were, so that a file which has them stays right. Rows of event that
-- are only added are found by their ids. AUTOINCREMENT: an entry's number never comes again.
CREATE TABLE event_change(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id INTEGER NOT NULL,
    lead_id INTEGER
) STRICT;

CREATE TRIGGER event_changed AFTER UPDATE OF id, lead_id, kind_id, time, known_at ON event
BEGIN
    INSERT INTO event_change(event_id, lead_id) VALUES(old.id, old.lead_id), (new.id, new.lead_id);
END;

CREATE TRIGGER event_gone AFTER DELETE ON event
BEGIN
    INSERT INTO event_change(event_id, lead_id) VALUES(old.id, old.lead_id);
END;

-- Files of events as they came, behind those that the files of runs have: with ids beyond `since` up to
-- `last`, as they were when event_change had got to last_change. A row goes with its file's events into
-- those.
CREATE TABLE event_tail(
    since INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    last_change INTEGER NOT NULL,
    sum INTEGER NOT NULL
) STRICT;

-- Rows of leads and accounts that are no longer as the files have them; added ones are found by their ids.
CREATE TABLE fact_change(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    level INTEGER NOT NULL,
    row_id INTEGER NOT NULL
) STRICT;

-- Setting said_hash is no change of facts; any other change forgets it.
CREATE TRIGGER lead_changed AFTER UPDATE ON lead
    WHEN new.said_hash IS NULL OR new.said_hash IS old.said_hash
BEGIN
    INSERT INTO fact_change(level, row_id) VALUES(0, old.id);
    UPDATE lead SET said_hash = NULL WHERE id = old.id AND said_hash IS NOT NULL;
END;

CREATE TRIGGER lead_gone AFTER DELETE ON lead
BEGIN
    INSERT INTO fact_change(level, row_id) VALUES(0, old.id);
END;

CREATE TRIGGER account_changed AFTER UPDATE ON account
BEGIN
    INSERT INTO fact_change(level, row_id) VALUES(1, old.id);
END;

CREATE TRIGGER account_gone AFTER DELETE ON account
BEGIN
    INSERT INTO fact_change(level, row_id) VALUES(1, old.id);
END;

-- A company's event that found its account changes the account.
CREATE TRIGGER event_homed AFTER UPDATE OF account_id ON event
    WHEN new.account_id IS NOT NULL
BEGIN
    INSERT INTO fact_change(level, row_id) VALUES(1, new.account_id);
END;

-- What people said: its tables are only added to, so that any other change of one drops its file.
CREATE TRIGGER answer_altered AFTER UPDATE ON answer
BEGIN
    DELETE FROM projection WHERE part = 'answer';
END;

CREATE TRIGGER answer_gone AFTER DELETE ON answer
BEGIN
    DELETE FROM projection WHERE part = 'answer';
END;

CREATE TRIGGER touch_altered AFTER UPDATE ON touch
BEGIN
    DELETE FROM projection WHERE part = 'touch';
END;

CREATE TRIGGER touch_gone AFTER DELETE ON touch
BEGIN
    DELETE FROM projection WHERE part = 'touch';
END;

CREATE TRIGGER consent_altered AFTER UPDATE ON consent
BEGIN
    DELETE FROM projection WHERE part = 'consent';
END;

CREATE TRIGGER consent_gone AFTER DELETE ON consent
BEGIN
    DELETE FROM projection WHERE part = 'consent';
END;

-- What each pack's last run had seen: how far each log went, and how the feeds stood. A row is there only
-- while all that changed since can still be told; what forgets a change forgets the row.
CREATE TABLE run_basis(
    pack TEXT PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id),
    feeds INTEGER NOT NULL,
    leads INTEGER NOT NULL,
    accounts INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE run_seen(
    pack TEXT NOT NULL REFERENCES run_basis(pack) ON DELETE CASCADE,
    log TEXT NOT NULL,
    seen INTEGER NOT NULL,
    PRIMARY KEY(pack, log)
) STRICT, WITHOUT ROWID;

-- Where leads stand, as columns. Of few leads they are rows over the files (recent_standing).
CREATE TABLE standing_file(
    model_id INTEGER PRIMARY KEY REFERENCES model(id),
    base INTEGER NOT NULL,
    due INTEGER NOT NULL,
    tally BLOB NOT NULL,  -- how many leads stand alike
    version INTEGER NOT NULL,  -- by chance, anew with each change
    layers BLOB NOT NULL DEFAULT x''  -- what runs about a part changed: sums of files over the base, in order
) STRICT;

CREATE TABLE recent_standing(
    model_id INTEGER NOT NULL REFERENCES model(id),
    lead_id INTEGER NOT NULL,
    state BLOB NOT NULL,
    PRIMARY KEY(model_id, lead_id)
) STRICT, WITHOUT ROWID;

-- The words in them by number.
CREATE TABLE label(
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
) STRICT;

-- The scores of a model's last run; score_value is a table over these files that the program, and the
-- extension for others, has. Of few leads they are rows over the files (recent_score).
CREATE TABLE score_file(
    model_id INTEGER PRIMARY KEY REFERENCES model(id),
    run_id INTEGER NOT NULL REFERENCES run(id),
    at INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    recent INTEGER NOT NULL DEFAULT 0,  -- of how many leads there may be some
    ground INTEGER,  -- the file that has what did not change since
    layers BLOB NOT NULL DEFAULT x''  -- as in standing_file
) STRICT;

CREATE TABLE recent_score(
    score_id INTEGER NOT NULL REFERENCES score(id),
    lead_id INTEGER NOT NULL,
    day INTEGER NOT NULL,
    value INTEGER NOT NULL,
    low INTEGER NOT NULL,
    high INTEGER NOT NULL,
    PRIMARY KEY(score_id, lead_id)
) STRICT, WITHOUT ROWID;
