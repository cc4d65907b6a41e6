-- Conversations: what people were asked, told and allowed us.

CREATE TABLE answer(
    id INTEGER PRIMARY KEY,
    lead_id INTEGER REFERENCES lead(id),
    account_id INTEGER REFERENCES account(id),
    question TEXT NOT NULL,
    value TEXT,
    manner TEXT NOT NULL CHECK(manner IN ('stated','inferred')),
    voice TEXT NOT NULL CHECK(voice IN ('buyer','sales','marketing','system')),
    time INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    user TEXT,
    batch_id INTEGER REFERENCES import_batch(id),
    CHECK((lead_id IS NULL) <> (account_id IS NULL))
) STRICT;
CREATE INDEX answer_lead ON answer(lead_id, question) WHERE lead_id IS NOT NULL;
CREATE INDEX answer_account ON answer(account_id, question) WHERE account_id IS NOT NULL;

CREATE TABLE touch(
    id INTEGER PRIMARY KEY,
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    time INTEGER NOT NULL,
    channel TEXT NOT NULL,
    ask TEXT,
    content TEXT,
    user TEXT,
    outcome TEXT,
    summary TEXT,
    known_at INTEGER NOT NULL,
    system TEXT,
    external_id TEXT,
    batch_id INTEGER REFERENCES import_batch(id)
) STRICT;
CREATE INDEX touch_lead ON touch(lead_id, time);
CREATE UNIQUE INDEX touch_external ON touch(system, external_id) WHERE external_id IS NOT NULL;

-- What was said of a touch later: a second word, which never replaces the first.
CREATE TABLE touch_word(
    id INTEGER PRIMARY KEY,
    touch_id INTEGER NOT NULL REFERENCES touch(id),
    outcome TEXT,
    summary TEXT,
    known_at INTEGER NOT NULL,
    batch_id INTEGER REFERENCES import_batch(id)
) STRICT;
CREATE INDEX touch_word_touch ON touch_word(touch_id);

CREATE TABLE consent(
    id INTEGER PRIMARY KEY,
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    channel TEXT NOT NULL,
    purpose TEXT NOT NULL,
    basis TEXT,
    state TEXT NOT NULL CHECK(state IN ('granted','double_opt_in','denied','objected')),
    source TEXT,
    time INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    evidence TEXT,
    batch_id INTEGER REFERENCES import_batch(id)
) STRICT;
CREATE INDEX consent_lead ON consent(lead_id, channel, purpose, time);

-- What people said of an item: a number, or a word, as often as `times` says.
CREATE TABLE survey_answer(
    id INTEGER PRIMARY KEY,
    survey TEXT NOT NULL,
    time INTEGER NOT NULL,
    respondent BLOB,  -- a keyed hash of who it was: tells that two answers are one person's, no more
    grp TEXT NOT NULL,
    stage TEXT NOT NULL,
    item TEXT NOT NULL,
    axis TEXT NOT NULL,
    number REAL,
    word TEXT,
    times INTEGER NOT NULL CHECK(times > 0),
    hash INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    batch_id INTEGER REFERENCES import_batch(id),
    CHECK((number IS NULL) <> (word IS NULL))
) STRICT;
CREATE UNIQUE INDEX survey_answer_whose ON survey_answer(respondent, survey, item, axis, grp, stage, time)
    WHERE respondent IS NOT NULL;
CREATE INDEX survey_answer_said ON survey_answer(time, hash);
