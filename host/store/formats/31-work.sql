-- Work: what people have to do, and what a team keeps for itself.

CREATE TABLE assignment(
    id INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES run(id),
    pack TEXT,
    model TEXT,
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    user TEXT NOT NULL,
    route TEXT,
    reason TEXT,
    time INTEGER NOT NULL
) STRICT;
CREATE INDEX assignment_lead ON assignment(lead_id, time);
CREATE INDEX assignment_user ON assignment(user, time);

CREATE TABLE enrolment(
    id INTEGER PRIMARY KEY,
    pack TEXT NOT NULL,
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    track TEXT NOT NULL,
    persona TEXT,
    entered INTEGER NOT NULL,
    step INTEGER NOT NULL,
    due INTEGER,
    ended INTEGER,
    UNIQUE(pack, lead_id, track, entered)
) STRICT;
-- Places in tracks that change without any news.
CREATE INDEX enrolment_due ON enrolment(pack, due) WHERE ended IS NULL;
CREATE INDEX enrolment_ended ON enrolment(pack, ended) WHERE ended IS NOT NULL;
CREATE INDEX enrolment_entered ON enrolment(pack, track, entered);

-- Each change of a place in a track with the time of the run that made it.
CREATE TABLE enrolment_step(
    enrolment_id INTEGER NOT NULL REFERENCES enrolment(id),
    run_id INTEGER NOT NULL REFERENCES run(id),
    time INTEGER NOT NULL,
    step INTEGER NOT NULL,
    due INTEGER,
    ended INTEGER NOT NULL,
    PRIMARY KEY(enrolment_id, run_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE plan(
    id INTEGER PRIMARY KEY,
    pack TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account(id),
    template TEXT NOT NULL,
    marketing_owner TEXT,
    sales_owner TEXT,
    created INTEGER NOT NULL,
    closed INTEGER
) STRICT;
CREATE UNIQUE INDEX plan_open ON plan(account_id) WHERE closed IS NULL;

CREATE TABLE play(
    plan_id INTEGER NOT NULL REFERENCES plan(id),
    name TEXT NOT NULL,
    opened INTEGER,
    closed INTEGER,
    PRIMARY KEY(plan_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE task(
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    pack TEXT NOT NULL,
    text TEXT NOT NULL,
    role TEXT,
    owner TEXT,
    play TEXT,
    lead_id INTEGER REFERENCES lead(id),
    account_id INTEGER REFERENCES account(id),
    plan_id INTEGER REFERENCES plan(id),
    created INTEGER NOT NULL,
    due INTEGER,
    finished INTEGER,
    finished_by TEXT,
    outcome TEXT
) STRICT;
CREATE INDEX task_open ON task(pack, due) WHERE finished IS NULL;
CREATE INDEX task_lead ON task(lead_id) WHERE lead_id IS NOT NULL;

CREATE TABLE handoff(
    id INTEGER PRIMARY KEY,
    run_id INTEGER REFERENCES run(id),
    pack TEXT NOT NULL,
    model TEXT NOT NULL,
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    owner TEXT,
    offered INTEGER NOT NULL,
    state TEXT NOT NULL CHECK(state IN ('offered','accepted','rejected')),
    answered INTEGER,
    reason TEXT
) STRICT;
CREATE UNIQUE INDEX handoff_open ON handoff(pack, model, lead_id) WHERE state = 'offered';
CREATE INDEX handoff_lead ON handoff(lead_id);

-- A team's own: no other pack's script reads it.
CREATE TABLE kv(
    pack TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY(pack, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE note(
    id INTEGER PRIMARY KEY,
    pack TEXT NOT NULL,
    lead_id INTEGER REFERENCES lead(id),
    account_id INTEGER REFERENCES account(id),
    text TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX note_lead ON note(lead_id) WHERE lead_id IS NOT NULL;
CREATE INDEX note_account ON note(account_id) WHERE account_id IS NOT NULL;
