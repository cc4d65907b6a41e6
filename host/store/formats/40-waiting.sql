-- Leads that the last run of a pack could not serve. The next one decides about them, whether anything is new or not.
CREATE TABLE waiting(
    pack TEXT NOT NULL,
    what TEXT NOT NULL CHECK(what IN ('owner', 'room')), -- nobody is free to own it; sales has no room for more
    lead_id INTEGER NOT NULL REFERENCES lead(id),
    PRIMARY KEY(pack, what, lead_id)
) STRICT, WITHOUT ROWID;
