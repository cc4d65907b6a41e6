-- Native tables of W1 out of its files, for SQLite; run.sh reads the files into *_file first.
CREATE TABLE lead AS SELECT CAST(substr(id, 2) AS INTEGER) AS id, nullif(title, '') AS title, nullif(job_level, '') AS job_level,
  CAST(substr(nullif(account_id, ''), 2) AS INTEGER) AS account, country, source FROM lead_file;
CREATE TABLE account AS SELECT CAST(substr(id, 2) AS INTEGER) AS id, industry, CAST(nullif(employees, '') AS INTEGER) AS employees,
  CAST(nullif(revenue, '') AS REAL) AS revenue, country FROM account_file;
CREATE TABLE event AS SELECT CAST(substr(lead_id, 2) AS INTEGER) AS lead, CAST(strftime('%s', at) AS INTEGER) AS ts, kind FROM event_file;
DROP TABLE lead_file; DROP TABLE account_file; DROP TABLE event_file;
CREATE UNIQUE INDEX account_id ON account(id);
