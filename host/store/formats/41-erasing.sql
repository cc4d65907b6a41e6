-- The lead that was erased last, until the file is written anew: of what was said of it some may still lie there.
ALTER TABLE installation ADD COLUMN erasing INTEGER REFERENCES lead(id);
