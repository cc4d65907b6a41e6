-- Events: what leads and companies did.

CREATE TABLE event_kind(
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    actor TEXT NOT NULL,
    intent TEXT,
    act TEXT,
    description TEXT
) STRICT;

CREATE TABLE event_property(
    id INTEGER PRIMARY KEY,
    kind_id INTEGER NOT NULL REFERENCES event_kind(id),
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    required INTEGER NOT NULL DEFAULT 0,  -- events of the kind are not taken without
    UNIQUE(kind_id, name)
) STRICT;

CREATE TABLE event(
    id INTEGER PRIMARY KEY,
    lead_id INTEGER REFERENCES lead(id),  -- NULL for what is known of a company only
    account_id INTEGER REFERENCES account(id),
    kind_id INTEGER NOT NULL REFERENCES event_kind(id),
    time INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    hash INTEGER NOT NULL,  -- of the content, for rows without an id of their own
    batch_id INTEGER NOT NULL REFERENCES import_batch(id),
    source_id INTEGER REFERENCES source(id),
    external_id TEXT,
    domain TEXT,
    content TEXT,
    campaign TEXT
) STRICT;
-- A snapshot without a projection reads events by this index alone, in one ordered scan.
CREATE INDEX event_run ON event(lead_id, time, kind_id, known_at);
-- Events known of a company; account_id stays when one is stitched to a person.
CREATE INDEX event_account ON event(account_id, time, kind_id, known_at, lead_id)
    WHERE account_id IS NOT NULL;
CREATE INDEX event_homeless ON event(domain, time) WHERE domain IS NOT NULL AND account_id IS NULL;
CREATE UNIQUE INDEX event_external ON event(source_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE event_value(
    property_id INTEGER NOT NULL REFERENCES event_property(id),
    event_id INTEGER NOT NULL REFERENCES event(id),
    value ANY NOT NULL,
    currency TEXT,
    PRIMARY KEY(property_id, event_id)
) STRICT, WITHOUT ROWID;

-- What a batch brought of each kind, so that the age of a feed is known without reading all events.
CREATE TABLE batch_kind(
    batch_id INTEGER NOT NULL REFERENCES import_batch(id),
    kind_id INTEGER NOT NULL REFERENCES event_kind(id),
    events INTEGER NOT NULL,
    newest INTEGER NOT NULL,
    PRIMARY KEY(batch_id, kind_id)
) STRICT, WITHOUT ROWID;

-- The newest event of each kind that any batch brought, so that a run costs the same after a million of them.
CREATE TABLE kind_last(
    kind_id INTEGER PRIMARY KEY REFERENCES event_kind(id),
    newest INTEGER NOT NULL
) STRICT;

-- Events whose domain found its account at `at`.
CREATE TABLE event_home(
    event_id INTEGER PRIMARY KEY REFERENCES event(id),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX event_home_at ON event_home(at);

-- Events that were anonymous until `at`.
CREATE TABLE event_stitch(
    event_id INTEGER PRIMARY KEY REFERENCES event(id),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX event_stitch_at ON event_stitch(at);
