-- Commerce: deals, who works on them, and what is sold, shown and spent.

CREATE TABLE opportunity(
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    name TEXT,
    account_id INTEGER REFERENCES account(id),
    stage TEXT,
    outcome TEXT NOT NULL DEFAULT 'open' CHECK(outcome IN ('open','won','lost','no_decision')),
    amount INTEGER,
    currency TEXT,
    created INTEGER,
    closed INTEGER,
    owner TEXT,
    product TEXT,
    source TEXT,
    reason TEXT,
    known_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    UNIQUE(system, external_id)
) STRICT;
CREATE INDEX opportunity_account ON opportunity(account_id) WHERE account_id IS NOT NULL;

-- What a deal was before: its row has only what holds.
CREATE TABLE deal_change(
    id INTEGER PRIMARY KEY,
    opportunity_id INTEGER NOT NULL REFERENCES opportunity(id),
    field TEXT NOT NULL,
    before ANY,
    after ANY,
    known_at INTEGER NOT NULL
) STRICT;
CREATE INDEX deal_change_deal ON deal_change(opportunity_id);

CREATE TRIGGER opportunity_closed_changed AFTER UPDATE OF closed ON opportunity
    WHEN new.closed IS NOT old.closed
BEGIN
    INSERT INTO deal_change(opportunity_id, field, before, after, known_at)
        VALUES(old.id, 'closed', old.closed, new.closed, new.changed_at);
END;

CREATE TRIGGER opportunity_source_changed AFTER UPDATE OF source ON opportunity
    WHEN new.source IS NOT old.source
BEGIN
    INSERT INTO deal_change(opportunity_id, field, before, after, known_at)
        VALUES(old.id, 'source', old.source, new.source, new.changed_at);
END;

CREATE TRIGGER opportunity_stage_changed AFTER UPDATE OF stage ON opportunity
    WHEN new.stage IS NOT old.stage
BEGIN
    INSERT INTO deal_change(opportunity_id, field, before, after, known_at)
        VALUES(old.id, 'stage', old.stage, new.stage, new.changed_at);
END;

CREATE TRIGGER opportunity_amount_changed AFTER UPDATE OF amount ON opportunity
    WHEN new.amount IS NOT old.amount
BEGIN
    INSERT INTO deal_change(opportunity_id, field, before, after, known_at)
        VALUES(old.id, 'amount', old.amount, new.amount, new.changed_at);
END;

CREATE TRIGGER opportunity_outcome_changed AFTER UPDATE OF outcome ON opportunity
    WHEN new.outcome IS NOT old.outcome
BEGIN
    INSERT INTO deal_change(opportunity_id, field, before, after, known_at)
        VALUES(old.id, 'outcome', old.outcome, new.outcome, new.changed_at);
END;

CREATE TABLE opportunity_lead(
    opportunity_id INTEGER NOT NULL REFERENCES opportunity(id),
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    PRIMARY KEY(opportunity_id, lead_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX opportunity_lead_lead ON opportunity_lead(lead_id);

CREATE TABLE user(
    id INTEGER PRIMARY KEY,
    system TEXT,
    external_id TEXT,
    name TEXT NOT NULL UNIQUE,
    email TEXT,
    team TEXT,
    role TEXT,
    manager TEXT,
    capacity INTEGER
) STRICT;
CREATE UNIQUE INDEX user_external ON user(system, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE absence(
    user_id INTEGER NOT NULL REFERENCES user(id),
    starts INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    PRIMARY KEY(user_id, starts)
) STRICT, WITHOUT ROWID;

CREATE TABLE product(
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    name TEXT,
    line TEXT,
    price INTEGER,
    currency TEXT,
    UNIQUE(system, external_id)
) STRICT;

CREATE TABLE campaign(
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    external_id TEXT NOT NULL,
    name TEXT,
    channel TEXT,
    started TEXT,
    ended TEXT,
    cost INTEGER,
    currency TEXT,
    UNIQUE(system, external_id)
) STRICT;

CREATE TABLE content(
    key TEXT PRIMARY KEY,
    title TEXT,
    kind TEXT,
    persona TEXT,
    phase TEXT,
    need TEXT,
    url TEXT,
    source_type TEXT,
    evidence TEXT,
    brand_visible INTEGER,
    answers TEXT,  -- the questions that it answers
    appeal TEXT,
    story INTEGER  -- it tells of a customer
) STRICT;

-- What marketing and sales do, and what of it a return can be asked of.
CREATE TABLE activity(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    roi_applicable INTEGER,
    measured_by TEXT,
    automated INTEGER
) STRICT;

CREATE TABLE cost(
    id INTEGER PRIMARY KEY,
    campaign TEXT,
    content TEXT,
    activity TEXT,
    amount INTEGER NOT NULL,
    currency TEXT,
    time INTEGER NOT NULL,
    hash INTEGER NOT NULL,
    batch_id INTEGER REFERENCES import_batch(id),
    account_id INTEGER REFERENCES account(id)  -- what is spent on one account: the cost of its plan
) STRICT;
CREATE INDEX cost_time ON cost(time, hash);
CREATE INDEX cost_account ON cost(account_id) WHERE account_id IS NOT NULL;
