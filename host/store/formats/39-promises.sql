-- Since when a pack makes an agreement: what was over by then was promised to nobody.
CREATE TABLE service_level(
    pack TEXT NOT NULL,
    name TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY(pack, name)
) STRICT, WITHOUT ROWID;

-- What began the clock of an agreement that is not about offers, one row for each time that it happened. Who lets the
-- time pass may lose the lead: then the row lapses, and the next person's time begins in another one.
CREATE TABLE promise(
    id INTEGER PRIMARY KEY,
    run_id INTEGER NOT NULL REFERENCES run(id),
    pack TEXT NOT NULL,
    agreement TEXT NOT NULL,
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    asked INTEGER NOT NULL,
    began INTEGER NOT NULL, -- asked, or when the next person got the lead
    lapsed INTEGER,
    owner TEXT, -- who let the time pass
    settled INTEGER, -- when a run knew it to be over; what stopped it is in events and touches
    UNIQUE(pack, agreement, lead_id, asked, began)
) STRICT;
CREATE INDEX promise_lead ON promise(lead_id);
CREATE INDEX promise_settled ON promise(pack, agreement, settled);
