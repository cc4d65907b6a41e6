-- People: leads, their accounts, and who is who.

-- A parent that is not there yet waits in parent_ref: an id of parent_system, or a name where that is NULL.
CREATE TABLE account(
    id INTEGER PRIMARY KEY,
    first_known INTEGER NOT NULL,
    source_id INTEGER NOT NULL REFERENCES source(id),
    merged_into INTEGER REFERENCES account(id),
    merged_at INTEGER,
    name_key TEXT,
    parent_ref TEXT,
    parent_system TEXT,
    name TEXT,
    domain TEXT,
    website TEXT,
    parent INTEGER REFERENCES account(id),
    top_parent INTEGER REFERENCES account(id)
) STRICT;
CREATE INDEX account_name_key ON account(name_key) WHERE name_key IS NOT NULL;
CREATE INDEX account_parent_ref ON account(parent_ref) WHERE parent_ref IS NOT NULL;
CREATE INDEX account_parent ON account(parent) WHERE parent IS NOT NULL;
CREATE INDEX account_merged ON account(merged_into) WHERE merged_into IS NOT NULL;

-- Every name an account goes by; domains under the system `domain`.
CREATE TABLE account_identity(
    system TEXT NOT NULL,
    value TEXT NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account(id),
    known_at INTEGER NOT NULL,
    alias INTEGER NOT NULL DEFAULT 0,  -- the source merged this id into the account; it had no row of its own here
    PRIMARY KEY(system, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_identity_account ON account_identity(account_id);

CREATE TABLE lead(
    id INTEGER PRIMARY KEY,
    first_known INTEGER NOT NULL,
    source_id INTEGER NOT NULL REFERENCES source(id),
    account_id INTEGER REFERENCES account(id),
    matched_by TEXT,
    match_score REAL,
    match_note TEXT,
    crm_account TEXT,
    mail_domain TEXT,
    company_key TEXT,
    merged_into INTEGER REFERENCES lead(id),
    merged_at INTEGER,
    erased_at INTEGER,
    email TEXT,
    name TEXT,
    first_name TEXT,
    last_name TEXT,
    title TEXT,
    created TEXT,
    company TEXT,
    website TEXT,
    said_hash INTEGER  -- what its row said when it was last taken in, until anything else changes the lead
) STRICT;
CREATE INDEX lead_account ON lead(account_id) WHERE account_id IS NOT NULL;
-- Leads that name a company but have no account: asked again when accounts arrive.
CREATE INDEX lead_homeless ON lead(id)
    WHERE account_id IS NULL AND (crm_account IS NOT NULL OR mail_domain IS NOT NULL OR company_key IS NOT NULL);
CREATE INDEX lead_merged ON lead(merged_into) WHERE merged_into IS NOT NULL;

-- Every name a lead goes by; addresses under the system `email`. Names lie with their lead, in the order in
-- which leads come in; the index that finds them can be made last.
CREATE TABLE identity(
    system TEXT NOT NULL,
    value TEXT NOT NULL,
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    known_at INTEGER NOT NULL,
    alias INTEGER NOT NULL DEFAULT 0,  -- as in account_identity
    PRIMARY KEY(lead_id, system, value)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX identity_name ON identity(value, system);

CREATE TABLE merge(
    id INTEGER PRIMARY KEY,
    survivor INTEGER NOT NULL REFERENCES lead(id),
    merged INTEGER NOT NULL REFERENCES lead(id),
    at INTEGER NOT NULL,
    by TEXT,
    undone_at INTEGER,
    undone_by TEXT
) STRICT;
CREATE INDEX merge_merged ON merge(merged);
CREATE INDEX merge_survivor ON merge(survivor);

-- What a survivor had (held, with currency and source; NULL unknown) before it took over the fact.
CREATE TABLE merge_fact(
    merge_id INTEGER NOT NULL REFERENCES merge(id),
    field_id INTEGER NOT NULL REFERENCES field(id),
    known_from INTEGER NOT NULL,
    held ANY,
    currency TEXT,
    source_id INTEGER REFERENCES source(id),
    PRIMARY KEY(merge_id, field_id)
) STRICT, WITHOUT ROWID;

-- Leads that are two people, whoever says otherwise.
CREATE TABLE apart(
    id INTEGER PRIMARY KEY,
    a INTEGER NOT NULL REFERENCES lead(id),
    b INTEGER NOT NULL REFERENCES lead(id),
    by TEXT,
    reason TEXT,
    at INTEGER NOT NULL,
    lifted_at INTEGER,
    lifted_by TEXT
) STRICT;
CREATE INDEX apart_a ON apart(a);
CREATE INDEX apart_b ON apart(b);

-- This database among others: two of them never give one id to two events.
CREATE TABLE installation(
    id INTEGER PRIMARY KEY CHECK(id = 1),
    name TEXT NOT NULL,
    tombstone_key BLOB  -- keeps two databases from being compared
) STRICT;

INSERT INTO installation(id, name, tombstone_key) VALUES(1, lower(hex(randomblob(16))), randomblob(32));

-- A person who was erased, known again by keyed hashes alone.
CREATE TABLE tombstone(
    hash BLOB PRIMARY KEY,
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    erased_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
