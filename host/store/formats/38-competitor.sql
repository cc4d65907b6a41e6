-- To whom a deal was lost. "Lost" says that the buyer bought elsewhere, its reason why; a report ranks where.

ALTER TABLE opportunity ADD COLUMN competitor TEXT;
