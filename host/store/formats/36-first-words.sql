-- Of which fields the first word is kept: a JSON array of the values that take its place all the same; NULL: the last counts.
ALTER TABLE field ADD COLUMN first_kept TEXT;
