-- Decisions: which rules decided, when, what and why.

CREATE TABLE pack(
    hash TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    kept_at INTEGER NOT NULL
) STRICT;

CREATE TABLE pack_file(
    pack_hash TEXT NOT NULL REFERENCES pack(hash),
    name TEXT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY(pack_hash, name)
) STRICT, WITHOUT ROWID;

-- Which version of a pack decides, as a log that only grows.
CREATE TABLE promotion(
    id INTEGER PRIMARY KEY,
    pack TEXT NOT NULL,
    pack_hash TEXT NOT NULL REFERENCES pack(hash),
    how TEXT NOT NULL CHECK(how IN ('ran','promote','rollback')),
    under INTEGER REFERENCES promotion(id),  -- the promotion that a rollback goes back to
    by TEXT,
    note TEXT,
    library_hash TEXT,
    time INTEGER NOT NULL
) STRICT;
CREATE INDEX promotion_pack ON promotion(pack, id);

-- What decisions rest on beside facts and rules; run.reference_hash names one.
CREATE TABLE reference(
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE model(
    id INTEGER PRIMARY KEY,
    pack TEXT NOT NULL,
    name TEXT NOT NULL,
    UNIQUE(pack, name)
) STRICT;

CREATE TABLE score(
    id INTEGER PRIMARY KEY,
    model_id INTEGER NOT NULL REFERENCES model(id),
    name TEXT NOT NULL,
    UNIQUE(model_id, name)
) STRICT;

CREATE TABLE gate(
    model_id INTEGER NOT NULL REFERENCES model(id),
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY(model_id, place)
) STRICT, WITHOUT ROWID;

CREATE TABLE run(
    id INTEGER PRIMARY KEY,
    pack TEXT NOT NULL,
    pack_hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    started INTEGER NOT NULL,
    finished INTEGER,
    baseline INTEGER NOT NULL,
    held INTEGER NOT NULL,
    leads INTEGER NOT NULL DEFAULT 0,
    library_hash TEXT,
    reference_hash TEXT,
    summary TEXT
) STRICT;
CREATE INDEX run_pack ON run(pack, id);
CREATE INDEX run_baseline ON run(pack, id) WHERE baseline <> 0;

-- The range of ids that a run wrote for a model, in which leads ascend.
CREATE TABLE run_decisions(
    run_id INTEGER NOT NULL REFERENCES run(id),
    model_id INTEGER NOT NULL REFERENCES model(id),
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY(run_id, model_id)
) STRICT, WITHOUT ROWID;

-- A change of stage, grade, verdict or anything else that a lead's next decision builds on: one row, written
-- once. It is found by its id: a lead's newest by where the lead stands, those before it by prior_id, a run's
-- by run_decisions.
CREATE TABLE decision(
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id),
    model_id INTEGER NOT NULL REFERENCES model(id),
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    prior_id INTEGER REFERENCES decision(id),
    stage TEXT NOT NULL,
    prior_stage TEXT,
    furthest TEXT NOT NULL,
    cause TEXT NOT NULL,
    why TEXT,
    by TEXT,
    grade TEXT,
    grade_code INTEGER NOT NULL,
    prior_grade TEXT,
    prior_grade_code INTEGER NOT NULL,
    verdicts INTEGER NOT NULL,
    prior_verdicts INTEGER NOT NULL,
    outside INTEGER NOT NULL,
    attention INTEGER NOT NULL,
    blocked INTEGER NOT NULL,
    disqualifier TEXT,
    persona TEXT,
    recycles INTEGER NOT NULL,
    entered INTEGER,
    recycled INTEGER,
    cool_off INTEGER,
    facts_hash INTEGER NOT NULL,
    ledgers TEXT  -- JSON with numbers of words; the views ledger and ledger_entry say it in words
) STRICT;

-- Words of ledgers by number; one never changes and never goes.
CREATE TABLE word(
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE,
    json TEXT NOT NULL
) STRICT;

-- A person's word over the machine's.
CREATE TABLE override(
    id INTEGER PRIMARY KEY,
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    pack TEXT,
    model TEXT,
    stage TEXT,  -- NULL takes an earlier one back
    by TEXT,
    reason TEXT NOT NULL,
    time INTEGER NOT NULL,
    known_at INTEGER NOT NULL
) STRICT;
CREATE INDEX override_lead ON override(lead_id, time);
