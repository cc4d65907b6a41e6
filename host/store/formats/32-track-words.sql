-- An override is of a lead's stage or of its track: then `track` names it, NULL for the rules' again.
ALTER TABLE override ADD COLUMN about TEXT NOT NULL DEFAULT 'stage' CHECK(about IN ('stage', 'track', 'no track'));
ALTER TABLE override ADD COLUMN track TEXT;

-- Whose word a stay in a track follows, and the track that the rules had for the lead then.
ALTER TABLE enrolment ADD COLUMN override_id INTEGER REFERENCES override(id);
ALTER TABLE enrolment ADD COLUMN instead TEXT;
