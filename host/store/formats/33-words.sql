-- What a piece of content and a touch say, in their own words.
ALTER TABLE content ADD COLUMN text TEXT;
ALTER TABLE touch ADD COLUMN text TEXT;

-- What members of a community write. tags: a JSON array of texts. Whose post it is says its e-mail or, within its system, its
-- member: that person may become a lead later.
CREATE TABLE post(
    id INTEGER PRIMARY KEY,
    system TEXT NOT NULL,
    external_id TEXT,
    time INTEGER NOT NULL,
    member TEXT NOT NULL,
    email TEXT,
    community TEXT NOT NULL,
    tags TEXT NOT NULL,
    text TEXT NOT NULL,
    hash INTEGER NOT NULL,
    known_at INTEGER NOT NULL,
    batch_id INTEGER NOT NULL REFERENCES import_batch(id)
) STRICT;
CREATE UNIQUE INDEX post_external ON post(system, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX post_said ON post(time, hash);
CREATE INDEX post_email ON post(email) WHERE email IS NOT NULL;
CREATE INDEX post_member ON post(member, system);
