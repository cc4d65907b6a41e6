-- Programmes that try tracks. A series under one set of terms begins once and ends once.
CREATE TABLE programme(
    id INTEGER PRIMARY KEY,
    pack TEXT NOT NULL,
    name TEXT NOT NULL,
    began INTEGER NOT NULL,
    terms TEXT NOT NULL, -- all of it in words, a line each
    model TEXT NOT NULL,
    outcome TEXT NOT NULL,
    within INTEGER NOT NULL, -- days
    holdout REAL NOT NULL,
    least_people INTEGER NOT NULL,
    least_days INTEGER NOT NULL,
    ends_people INTEGER NOT NULL, -- 0: it ends on a day
    ends_on INTEGER NOT NULL, -- day; 0: it ends with people
    alpha REAL NOT NULL,
    spending TEXT NOT NULL,
    ended INTEGER,
    how TEXT,
    by TEXT,
    note TEXT,
    early INTEGER NOT NULL DEFAULT 0,
    UNIQUE(pack, terms)
) STRICT;

-- Who came to it in which arm; until: the outcome counts so long, and who is held out is so.
CREATE TABLE programme_lead(
    programme_id INTEGER NOT NULL REFERENCES programme(id),
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    arm TEXT NOT NULL CHECK(arm IN ('treated', 'held_out')),
    track TEXT NOT NULL,
    came INTEGER NOT NULL,
    until INTEGER NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run(id),
    PRIMARY KEY(programme_id, lead_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX programme_lead_lead ON programme_lead(lead_id);
CREATE INDEX programme_lead_until ON programme_lead(programme_id, until);

-- What each look at it saw, and what it cost; spent: of alpha, with those before it.
CREATE TABLE programme_look(
    programme_id INTEGER NOT NULL REFERENCES programme(id),
    number INTEGER NOT NULL,
    at INTEGER NOT NULL,
    recorded INTEGER NOT NULL,
    by TEXT,
    treated INTEGER NOT NULL,
    treated_hits INTEGER NOT NULL,
    held_out INTEGER NOT NULL,
    held_out_hits INTEGER NOT NULL,
    time REAL NOT NULL,
    information REAL NOT NULL,
    spent REAL NOT NULL,
    bound REAL NOT NULL,
    z REAL NOT NULL,
    verdict TEXT NOT NULL,
    PRIMARY KEY(programme_id, number)
) STRICT, WITHOUT ROWID;
