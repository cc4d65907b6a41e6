-- Native tables of W1 out of its files, for SQLite; run.sh reads the files into *_file first. Events lie by lead and day, so that
-- grouping them needs no sorting; kinds are numbers.
CREATE TABLE lead AS SELECT CAST(substr(id, 2) AS INTEGER) AS id, nullif(title, '') AS title, nullif(job_level, '') AS job_level,
  CAST(substr(nullif(account_id, ''), 2) AS INTEGER) AS account, country, source FROM lead_file;
CREATE TABLE account(id INTEGER PRIMARY KEY, industry TEXT, employees INTEGER, revenue REAL, country TEXT);
INSERT INTO account SELECT CAST(substr(id, 2) AS INTEGER), industry, CAST(nullif(employees, '') AS INTEGER),
  CAST(nullif(revenue, '') AS REAL), country FROM account_file;
CREATE TABLE kind(id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO kind(name) VALUES ('page_view'), ('blog_view'), ('whitepaper'), ('ebook'), ('webinar'), ('case_study'), ('email_open'),
  ('email_click'), ('pricing_view'), ('docs_view'), ('trial_start'), ('demo_request');
CREATE TABLE event(lead INTEGER, day INTEGER, kind INTEGER, ts INTEGER, row INTEGER, PRIMARY KEY(lead, day, kind, ts, row)) WITHOUT ROWID;
INSERT INTO event SELECT lead, ts / 86400, kind.id, ts, row FROM (SELECT CAST(substr(lead_id, 2) AS INTEGER) AS lead,
    CAST(strftime('%s', at) AS INTEGER) AS ts, kind, rowid AS row FROM event_file) AS file JOIN kind ON kind.name = file.kind
  ORDER BY lead, ts / 86400, kind.id, ts, row;
DROP TABLE lead_file; DROP TABLE account_file; DROP TABLE event_file;
