-- Exchange: what is sent to other systems, and what is asked of them.

-- Effects of runs, and how far each is on its way.
CREATE TABLE outbox(
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    pack TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run(id),
    kind TEXT NOT NULL,
    lead_id INTEGER REFERENCES lead(id),
    account_id INTEGER REFERENCES account(id),
    at INTEGER NOT NULL,
    payload TEXT NOT NULL,
    destination TEXT,  -- NULL: done inside (a task, an offer), or it waits for a person
    state TEXT NOT NULL CHECK(state IN ('held','queued','sent','dead','withdrawn')),
    tries INTEGER NOT NULL DEFAULT 0,
    due INTEGER,  -- not before
    note TEXT,  -- why it is where it is
    changed_at INTEGER NOT NULL
) STRICT;
-- A line: what goes to one destination about one lead, in order.
CREATE INDEX outbox_line ON outbox(pack, destination, lead_id, account_id, id)
    WHERE state IN ('held','queued');
CREATE INDEX outbox_waiting ON outbox(state, pack) WHERE state IN ('held','queued','dead');
CREATE INDEX outbox_lead ON outbox(lead_id) WHERE lead_id IS NOT NULL;
-- What is to be sent is found without looking at what was.
CREATE INDEX outbox_due ON outbox(id) WHERE state = 'queued' AND destination IS NOT NULL;

CREATE TABLE attempt(
    id INTEGER PRIMARY KEY,
    outbox_id INTEGER NOT NULL REFERENCES outbox(id),
    time INTEGER NOT NULL,
    status INTEGER NOT NULL,  -- that of HTTP, 0 when there was no answer
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_outbox ON attempt(outbox_id);

-- Destinations that fail rest until open_until; kept here so that every process leaves them alone.
CREATE TABLE breaker(
    pack TEXT NOT NULL,
    destination TEXT NOT NULL,
    failures INTEGER NOT NULL,
    open_until INTEGER NOT NULL,
    reason TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY(pack, destination)
) STRICT, WITHOUT ROWID;

-- The last time that one enrichment was asked about one lead or account.
CREATE TABLE enrichment(
    pack TEXT NOT NULL,
    name TEXT NOT NULL,
    level INTEGER NOT NULL,
    row_id INTEGER NOT NULL,
    at INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK(outcome IN ('found','nothing','failed')),
    failures INTEGER NOT NULL,
    note TEXT,
    PRIMARY KEY(pack, name, level, row_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrichment_row ON enrichment(level, row_id);

-- Answers of providers that a pack keeps for a while.
CREATE TABLE http_answer(
    pack TEXT NOT NULL,
    key TEXT NOT NULL,
    level INTEGER NOT NULL,
    row_id INTEGER NOT NULL,  -- about whom they were asked
    until INTEGER NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY(pack, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX http_answer_row ON http_answer(level, row_id);
CREATE INDEX http_answer_until ON http_answer(until);
