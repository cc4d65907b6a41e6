-- Sources: who says what: systems, what each import brought, and the facts that leads and accounts may have.

-- A system and how much its word counts (enum as_precedence).
CREATE TABLE source(
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    precedence INTEGER NOT NULL,
    UNIQUE(system, precedence)
) STRICT;

CREATE TABLE import_batch(
    id INTEGER PRIMARY KEY,
    kind TEXT,
    file TEXT,
    source_id INTEGER NOT NULL REFERENCES source(id),
    known_at INTEGER NOT NULL,
    inserted INTEGER NOT NULL DEFAULT 0,
    updated INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX import_batch_known ON import_batch(known_at);

-- A declared field or, with `ask`, an answer. Its values lie in a column of its own of lead or account, which
-- the program adds.
CREATE TABLE field(
    id INTEGER PRIMARY KEY,
    level TEXT NOT NULL CHECK(level IN ('lead','account')),
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    target TEXT,
    choices TEXT,  -- a JSON array
    ask TEXT,
    description TEXT,
    UNIQUE(level, name)
) STRICT;

-- Who said a value that is held, where that is not the row's own source and time.
CREATE TABLE field_source(
    level INTEGER NOT NULL,  -- 0 lead, 1 account; so everywhere
    row_id INTEGER NOT NULL,
    field_id INTEGER NOT NULL REFERENCES field(id),
    source_id INTEGER NOT NULL REFERENCES source(id),
    known_from INTEGER NOT NULL,
    PRIMARY KEY(level, row_id, field_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX field_source_known ON field_source(known_from);

-- Values superseded (known_to set) or overruled by a stronger source (overruled 1, never held).
CREATE TABLE field_history(
    id INTEGER PRIMARY KEY,
    level INTEGER NOT NULL,
    row_id INTEGER NOT NULL,
    field_id INTEGER NOT NULL REFERENCES field(id),
    value TEXT,  -- in canonical form
    source_id INTEGER NOT NULL REFERENCES source(id),
    known_from INTEGER NOT NULL,
    known_to INTEGER,
    overruled INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX field_history_row ON field_history(level, row_id, field_id);
CREATE INDEX field_history_known ON field_history(known_to) WHERE overruled = 0;
