-- The rules of model.lua as one SQL statement for DuckDB, as of the day :day, over the tables that duckdb.mjs makes:
--   lead(id, title, job_level, account, country, source), account(id, industry, employees, revenue, country), event(lead, at, day, kind)
-- Words of few values are ENUMs; events lie by lead and time. An unknown fact is NULL, an unknown condition gives no points and
-- widens what a score may be, and a gate is passed, failed or open (NULL).
--
-- It is written as one who knows DuckDB would: what an event is worth is worked out once for each kind and age (slots), so that the
-- events are read and grouped once, without a power, a comparison of words or a distinct count for each; "n per day" is told by
-- the event three places before, which DuckDB promises to be the one stored before (its window without an order streams); rules
-- about titles and accounts are decided once for each of them.
CREATE OR REPLACE TEMP MACRO gives(c, n) AS CASE WHEN c THEN n ELSE 0 END;
CREATE OR REPLACE TEMP MACRO unknown(c, n) AS CASE WHEN c IS NULL THEN n ELSE 0 END;
CREATE OR REPLACE TEMP MACRO decayed(n, age, half_life) AS round(n * pow(2, -age / half_life));
CREATE OR REPLACE TEMP MACRO mark(place, c) AS CASE WHEN c THEN 1::BIGINT << place ELSE 0 END;
CREATE OR REPLACE TEMP MACRO marked(marks, place) AS marks >> place & 1 = 1;
CREATE OR REPLACE TEMP MACRO bounded(n) AS greatest(least(n, 100000), 0);
CREATE OR REPLACE TEMP MACRO verdict(c) AS CASE WHEN c THEN 'pass'::verdict WHEN NOT c THEN 'fail'::verdict ELSE 'insufficient'::verdict END;
CREATE TABLE result AS
WITH slots AS NOT MATERIALIZED (
  SELECT kind, age, CAST(enum_code(kind) * 2048 + age AS SMALLINT) AS slot,
    CASE kind WHEN 'page_view' THEN decayed(1000, age, 14.0) WHEN 'blog_view' THEN decayed(500, age, 14.0) ELSE 0 END AS reading,
    CASE WHEN kind IN ('whitepaper', 'ebook') THEN decayed(4000, age, 21.0) ELSE 0 END AS downloads,
    CASE kind WHEN 'webinar' THEN decayed(6000, age, 30.0) WHEN 'case_study' THEN decayed(5000, age, 30.0) ELSE 0 END AS meetings,
    CASE kind WHEN 'email_open' THEN decayed(200, age, 7.0) WHEN 'email_click' THEN decayed(1000, age, 7.0) ELSE 0 END AS mail,
    CASE kind WHEN 'pricing_view' THEN decayed(8000, age, 14.0) WHEN 'docs_view' THEN decayed(3000, age, 14.0) ELSE 0 END AS product,
    CASE kind WHEN 'demo_request' THEN decayed(25000, age, 30.0) WHEN 'trial_start' THEN decayed(15000, age, 30.0) ELSE 0 END AS hand,
    CAST(kind = 'pricing_view' AND age < 30 AS DOUBLE) AS pricing_30, CAST(kind = 'docs_view' AND age < 14 AS DOUBLE) AS docs_14,
    CAST(age < 7 AS DOUBLE) AS any_7, CAST(age < 30 AS DOUBLE) AS any_30,
    -- Places 0 to 29: the days with an event; 30 to 36: the days with a page view; then what was seen at all.
    CASE WHEN age < 30 THEN 1::BIGINT << age ELSE 0 END | CASE WHEN age < 7 AND kind = 'page_view' THEN 1::BIGINT << age + 30 ELSE 0 END
      | mark(37, age < 30 AND kind = 'page_view') | mark(38, age < 7 AND kind = 'email_click')
      | mark(39, age < 14 AND kind = 'trial_start') | mark(40, age < 7 AND kind = 'demo_request')
      | mark(41, age < 30 AND kind = 'webinar') | mark(42, age < 60 AND kind = 'case_study')
      | mark(43, age < 60 AND kind = 'pricing_view') | mark(44, age < 30 AND kind = 'email_open') AS marks
  FROM (SELECT unnest(enum_range(NULL::kind))::kind AS kind), (SELECT CAST(range AS SMALLINT) AS age FROM range(2048))),
e AS (SELECT lead, CAST(enum_code(kind) * 2048 + (:day - day) AS SMALLINT) AS slot FROM event WHERE day <= :day),
seen AS (
  SELECT lead, min(age) AS quiet, sum(reading) AS reading, sum(downloads) AS downloads, sum(meetings) AS meetings, sum(mail) AS mail,
    sum(product) AS product, sum(hand) AS hand, sum(pricing_30) AS pricing_30, sum(docs_14) AS docs_14, sum(any_7) AS any_7,
    sum(any_30) AS any_30, bit_or(marks) AS marks
  FROM e JOIN slots USING (slot) GROUP BY lead),
above AS (
  SELECT lead, sum(reading) AS points
  FROM (SELECT lead, kind, day, lag(lead, 3) OVER () = lead AND lag(day, 3) OVER () = day AS above FROM event
      WHERE kind = 'page_view'::kind AND day <= :day
    UNION ALL SELECT lead, kind, day, lag(lead, 3) OVER () = lead AND lag(day, 3) OVER () = day FROM event
      WHERE kind = 'blog_view'::kind AND day <= :day) AS v
    JOIN slots ON slots.kind = v.kind AND age = :day - day
  WHERE above GROUP BY lead),
interests AS (
  SELECT lead, quiet, marked(marks, 40) AS demo_7,
    CAST(least(reading - coalesce(points, 0), 20000) + least(downloads, 20000) + least(meetings, 20000) + least(mail, 8000)
      + least(product, 30000) + least(hand, 40000) + gives(pricing_30 >= 2, 10000) + gives(docs_14 >= 3, 6000)
      + gives(marked(marks, 38), 3000) + gives(marked(marks, 39), 10000) + gives(marked(marks, 40), 12000)
      + gives(marked(marks, 41), 4000) + gives(any_7 >= 5, 6000) + gives(any_30 >= 12, 4000)
      + gives(bit_count(marks & (1 << 30) - 1) >= 6, 8000) + gives(marked(marks, 42) AND marked(marks, 43), 5000)
      + gives(marked(marks, 44) AND NOT marked(marks, 37), -5000) + gives(bit_count(marks >> 30 & 127) >= 3, 5000)
      + gives(quiet > 60, -15000) + gives(quiet > 120, -20000) AS INTEGER) AS interest
  FROM seen LEFT JOIN above USING (lead)),
titles AS (
  SELECT title::title AS title, gives(t LIKE '%operations%' OR t LIKE '%supply chain%' OR t LIKE '%procurement%', 12000)
    + gives(t LIKE '%finance%' OR t LIKE '%controller%' OR w LIKE '% cfo %', 8000)
    + gives(w LIKE '% it %' OR t LIKE '%technology%' OR t LIKE '%architect%', 6000)
    + gives(w LIKE '% head %' OR w LIKE '% chief %' OR w LIKE '% vp %', 10000)
    + gives(w LIKE '% assistant %' OR w LIKE '% intern %', -10000) AS points
  FROM (SELECT title, lower(title) AS t, ' ' || lower(title) || ' ' AS w FROM (SELECT unnest(enum_range(NULL::title)) AS title))),
accounts AS (
  SELECT id, employees, market, a18, gives(market, 15000) + gives(c10, 5000) + gives(c11, -5000) + gives(c12, 15000)
      + gives(c13, 8000) + gives(c14, -15000) + gives(c15, 10000) + gives(c16, 5000) AS points,
    unknown(c11, -5000) + unknown(c14, -15000) AS less,
    unknown(market, 15000) + unknown(c10, 5000) + unknown(c12, 15000) + unknown(c13, 8000) + unknown(c15, 10000) + unknown(c16, 5000) AS more
  FROM (SELECT id, employees, industry IN ('Software'::industry, 'Manufacturing'::industry, 'Logistics'::industry) AS market,
      industry = 'Healthcare'::industry AS c10, industry = 'Education'::industry AS c11,
      employees BETWEEN 200 AND 5000 AS c12, employees > 5000 AS c13, employees < 20 AS c14,
      revenue >= 50000000 AS c15, revenue BETWEEN 10000000 AND 50000000 AS c16,
      country IN ('DE'::country, 'US'::country) AS a18 FROM account)),
facts AS (
  SELECT l.id, l.title, market, employees, quiet, demo_7, coalesce(interest, 0) AS interest,
    t.points AS title_points, coalesce(a.points, 0) AS account_points, coalesce(less, -20000) AS account_less,
    coalesce(more, 58000) AS account_more, -- of an account that nobody knows
    job_level IN ('director'::job_level, 'vp'::job_level, 'c_level'::job_level) AS c6,
    job_level = 'manager'::job_level AS c7, job_level = 'individual'::job_level AS c8,
    country IN ('DE'::country, 'US'::country, 'GB'::country) AS c17, a18 AND country IS NOT NULL AS c18,
    source IN ('referral'::source, 'partner'::source) AS c19,
    source = 'advertisement'::source
      AND NOT (job_level IN ('manager'::job_level, 'director'::job_level, 'vp'::job_level, 'c_level'::job_level)) AS c20
  FROM lead l LEFT JOIN titles t USING (title) LEFT JOIN accounts a ON a.id = l.account LEFT JOIN interests ON interests.lead = l.id),
points AS (
  SELECT id, title, market, employees, quiet, demo_7, interest,
    coalesce(title_points, 0) + account_points + gives(c6, 15000) + gives(c7, 8000) + gives(c8, -5000) + gives(c17, 8000)
      + gives(c18, 4000) + gives(c19, 6000) + gives(c20, -4000) AS fit,
    unknown(title_points, -10000) + account_less + unknown(c8, -5000) + unknown(c20, -4000) AS less,
    unknown(title_points, 36000) + account_more + unknown(c6, 15000) + unknown(c7, 8000) + unknown(c17, 8000) + unknown(c18, 4000)
      + unknown(c19, 6000) AS more
  FROM facts),
scores AS (
  SELECT id, title, market, employees, demo_7, bounded(fit) AS fit, bounded(fit + less) AS fit_low, bounded(fit + more) AS fit_high,
    bounded(interest) AS interest, bounded(interest + unknown(quiet, -35000)) AS interest_low
  FROM points),
gates AS (
  SELECT id, fit, interest, market AND title IS NOT NULL AS nurture,
    CASE WHEN interest_low >= 40000 THEN TRUE WHEN interest < 40000 THEN FALSE END OR coalesce(demo_7, FALSE) AS worth_a_call,
    CASE WHEN fit_low >= 40000 THEN TRUE WHEN fit_high < 40000 THEN FALSE END
      AND CASE WHEN interest_low >= 60000 THEN TRUE WHEN interest < 60000 THEN FALSE END AND employees >= 50 AS sales_ready
  FROM scores)
SELECT id, fit, interest, verdict(nurture) AS nurture, verdict(worth_a_call) AS worth_a_call, verdict(sales_ready) AS sales_ready,
  CASE WHEN fit >= 60000 THEN 'A' WHEN fit >= 40000 THEN 'B' WHEN fit >= 20000 THEN 'C' ELSE 'D' END
    || CASE WHEN interest >= 60000 THEN '1' WHEN interest >= 40000 THEN '2' WHEN interest >= 20000 THEN '3' ELSE '4' END AS grade
FROM gates;
