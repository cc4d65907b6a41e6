-- The rules of model.lua as one SQL statement for SQLite, as of the day :day (days since 1970), over the tables of sqlite_tables.sql:
--   lead(id, title, job_level, account, country, source), account(id, industry, employees, revenue, country),
--   event(lead, day, kind, ts, row), kind(id, name)
-- An unknown fact is NULL, an unknown condition gives no points and widens what a score may be, and a gate is passed, failed or
-- open (NULL). As in DuckDB's statement (duckdb.sql), what an event is worth is worked out once for each kind and age (slot), and
-- what is above three a day is taken off again; MATERIALIZED, or SQLite would work each condition out wherever it is named.
CREATE TABLE result AS
WITH RECURSIVE ages(age) AS (SELECT 0 UNION ALL SELECT age + 1 FROM ages WHERE age < 2047),
slot AS MATERIALIZED (
  SELECT id * 2048 + age AS slot, age,
    CASE name WHEN 'page_view' THEN ROUND(1000 * pow(2, -age / 14.0)) WHEN 'blog_view' THEN ROUND(500 * pow(2, -age / 14.0)) END AS reading,
    CASE WHEN name IN ('whitepaper', 'ebook') THEN ROUND(4000 * pow(2, -age / 21.0)) END AS downloads,
    CASE name WHEN 'webinar' THEN ROUND(6000 * pow(2, -age / 30.0)) WHEN 'case_study' THEN ROUND(5000 * pow(2, -age / 30.0)) END AS meetings,
    CASE name WHEN 'email_open' THEN ROUND(200 * pow(2, -age / 7.0)) WHEN 'email_click' THEN ROUND(1000 * pow(2, -age / 7.0)) END AS mail,
    CASE name WHEN 'pricing_view' THEN ROUND(8000 * pow(2, -age / 14.0)) WHEN 'docs_view' THEN ROUND(3000 * pow(2, -age / 14.0)) END AS product,
    CASE name WHEN 'demo_request' THEN ROUND(25000 * pow(2, -age / 30.0)) WHEN 'trial_start' THEN ROUND(15000 * pow(2, -age / 30.0)) END AS hand,
    name = 'pricing_view' AND age < 30 AS pricing_30, name = 'docs_view' AND age < 14 AS docs_14,
    name = 'email_click' AND age < 7 AS click_7, name = 'trial_start' AND age < 14 AS trial_14, name = 'demo_request' AND age < 7 AS demo_7,
    name = 'webinar' AND age < 30 AS webinar_30, age < 7 AS any_7, age < 30 AS any_30, CASE WHEN age < 30 THEN age END AS day_30,
    name = 'case_study' AND age < 60 AS case_60, name = 'pricing_view' AND age < 60 AS pricing_60,
    name = 'email_open' AND age < 30 AS open_30, name = 'page_view' AND age < 30 AS page_30,
    CASE WHEN name = 'page_view' AND age < 7 THEN age END AS page_day_7
  FROM kind, ages),
above AS (
  SELECT lead, SUM((n - 3) * reading) AS above
  FROM (SELECT lead, day, kind, COUNT(*) AS n FROM event WHERE kind IN (SELECT id FROM kind WHERE name IN ('page_view', 'blog_view'))
      AND day <= :day GROUP BY lead, day, kind HAVING COUNT(*) > 3) AS many
    CROSS JOIN slot ON slot = kind * 2048 + :day - day
  GROUP BY lead),
seen AS (
  SELECT lead, MIN(age) AS quiet, SUM(reading) AS reading, SUM(downloads) AS downloads, SUM(meetings) AS meetings, SUM(mail) AS mail,
    SUM(product) AS product, SUM(hand) AS hand, SUM(pricing_30) AS pricing_30, SUM(docs_14) AS docs_14, MAX(click_7) AS click_7,
    MAX(trial_14) AS trial_14, MAX(demo_7) AS demo_7, MAX(webinar_30) AS webinar_30, SUM(any_7) AS any_7, SUM(any_30) AS any_30,
    COUNT(DISTINCT day_30) AS days_30, MAX(case_60) AS case_60, MAX(pricing_60) AS pricing_60, MAX(open_30) AS open_30,
    MAX(page_30) AS page_30, COUNT(DISTINCT page_day_7) AS page_days_7
  FROM event CROSS JOIN slot ON slot = kind * 2048 + :day - day WHERE day <= :day GROUP BY lead),
facts AS MATERIALIZED (
  SELECT l.id, l.title, LOWER(l.title) AS t, ' ' || LOWER(l.title) || ' ' AS w, l.job_level, l.country, l.source,
    a.industry, a.employees, a.revenue, a.country AS account_country,
    a.industry IN ('Software', 'Manufacturing', 'Logistics') AS market, seen.quiet, COALESCE(demo_7, 0) AS demo_7,
    min(COALESCE(reading, 0) - COALESCE(above, 0), 20000) + min(COALESCE(downloads, 0), 20000)
      + min(COALESCE(meetings, 0), 20000) + min(COALESCE(mail, 0), 8000)
      + min(COALESCE(product, 0), 30000) + min(COALESCE(hand, 0), 40000)
      + CASE WHEN pricing_30 >= 2 THEN 10000 ELSE 0 END + CASE WHEN docs_14 >= 3 THEN 6000 ELSE 0 END
      + CASE WHEN click_7 > 0 THEN 3000 ELSE 0 END + CASE WHEN trial_14 > 0 THEN 10000 ELSE 0 END
      + CASE WHEN demo_7 > 0 THEN 12000 ELSE 0 END + CASE WHEN webinar_30 > 0 THEN 4000 ELSE 0 END
      + CASE WHEN any_7 >= 5 THEN 6000 ELSE 0 END + CASE WHEN any_30 >= 12 THEN 4000 ELSE 0 END
      + CASE WHEN days_30 >= 6 THEN 8000 ELSE 0 END + CASE WHEN case_60 > 0 AND pricing_60 > 0 THEN 5000 ELSE 0 END
      + CASE WHEN open_30 > 0 AND page_30 = 0 THEN -5000 ELSE 0 END + CASE WHEN page_days_7 >= 3 THEN 5000 ELSE 0 END
      + CASE WHEN quiet > 60 THEN -15000 ELSE 0 END + CASE WHEN quiet > 120 THEN -20000 ELSE 0 END AS interest
  FROM lead l LEFT JOIN account a ON a.id = l.account LEFT JOIN seen ON seen.lead = l.id LEFT JOIN above ON above.lead = l.id),
rules AS MATERIALIZED (
  SELECT *,
    t LIKE '%operations%' OR t LIKE '%supply chain%' OR t LIKE '%procurement%' AS c1,
    t LIKE '%finance%' OR t LIKE '%controller%' OR w LIKE '% cfo %' AS c2,
    w LIKE '% it %' OR t LIKE '%technology%' OR t LIKE '%architect%' AS c3,
    w LIKE '% head %' OR w LIKE '% chief %' OR w LIKE '% vp %' AS c4,
    w LIKE '% assistant %' OR w LIKE '% intern %' AS c5,
    job_level IN ('director', 'vp', 'c_level') AS c6, job_level = 'manager' AS c7, job_level = 'individual' AS c8,
    market AS c9, industry = 'Healthcare' AS c10, industry = 'Education' AS c11,
    employees BETWEEN 200 AND 5000 AS c12, employees > 5000 AS c13, employees < 20 AS c14,
    revenue >= 50000000 AS c15, revenue BETWEEN 10000000 AND 50000000 AS c16,
    country IN ('DE', 'US', 'GB') AS c17, account_country IN ('DE', 'US') AND country IS NOT NULL AS c18,
    source IN ('referral', 'partner') AS c19,
    source = 'advertisement' AND NOT (job_level IN ('manager', 'director', 'vp', 'c_level')) AS c20
  FROM facts),
points AS MATERIALIZED (
  SELECT *,
    CASE WHEN c1 THEN 12000 ELSE 0 END + CASE WHEN c2 THEN 8000 ELSE 0 END + CASE WHEN c3 THEN 6000 ELSE 0 END
      + CASE WHEN c4 THEN 10000 ELSE 0 END + CASE WHEN c5 THEN -10000 ELSE 0 END + CASE WHEN c6 THEN 15000 ELSE 0 END
      + CASE WHEN c7 THEN 8000 ELSE 0 END + CASE WHEN c8 THEN -5000 ELSE 0 END + CASE WHEN c9 THEN 15000 ELSE 0 END
      + CASE WHEN c10 THEN 5000 ELSE 0 END + CASE WHEN c11 THEN -5000 ELSE 0 END + CASE WHEN c12 THEN 15000 ELSE 0 END
      + CASE WHEN c13 THEN 8000 ELSE 0 END + CASE WHEN c14 THEN -15000 ELSE 0 END + CASE WHEN c15 THEN 10000 ELSE 0 END
      + CASE WHEN c16 THEN 5000 ELSE 0 END + CASE WHEN c17 THEN 8000 ELSE 0 END + CASE WHEN c18 THEN 4000 ELSE 0 END
      + CASE WHEN c19 THEN 6000 ELSE 0 END + CASE WHEN c20 THEN -4000 ELSE 0 END AS raw,
    CASE WHEN c5 IS NULL THEN -10000 ELSE 0 END + CASE WHEN c8 IS NULL THEN -5000 ELSE 0 END
      + CASE WHEN c11 IS NULL THEN -5000 ELSE 0 END + CASE WHEN c14 IS NULL THEN -15000 ELSE 0 END
      + CASE WHEN c20 IS NULL THEN -4000 ELSE 0 END AS less,
    CASE WHEN c1 IS NULL THEN 12000 ELSE 0 END + CASE WHEN c2 IS NULL THEN 8000 ELSE 0 END
      + CASE WHEN c3 IS NULL THEN 6000 ELSE 0 END + CASE WHEN c4 IS NULL THEN 10000 ELSE 0 END
      + CASE WHEN c6 IS NULL THEN 15000 ELSE 0 END + CASE WHEN c7 IS NULL THEN 8000 ELSE 0 END
      + CASE WHEN c9 IS NULL THEN 15000 ELSE 0 END + CASE WHEN c10 IS NULL THEN 5000 ELSE 0 END
      + CASE WHEN c12 IS NULL THEN 15000 ELSE 0 END + CASE WHEN c13 IS NULL THEN 8000 ELSE 0 END
      + CASE WHEN c15 IS NULL THEN 10000 ELSE 0 END + CASE WHEN c16 IS NULL THEN 5000 ELSE 0 END
      + CASE WHEN c17 IS NULL THEN 8000 ELSE 0 END + CASE WHEN c18 IS NULL THEN 4000 ELSE 0 END
      + CASE WHEN c19 IS NULL THEN 6000 ELSE 0 END AS more
  FROM rules),
bounded AS MATERIALIZED (
  SELECT id, title, market, employees, demo_7,
    max(min(raw, 100000), 0) AS fit, max(min(raw + less, 100000), 0) AS fit_low,
    max(min(raw + more, 100000), 0) AS fit_high,
    max(min(interest, 100000), 0) AS interest,
    max(min(interest - CASE WHEN quiet IS NULL THEN 35000 ELSE 0 END, 100000), 0) AS interest_low
  FROM points),
gates AS MATERIALIZED (
  SELECT id, fit, interest, market AND title IS NOT NULL AS nurture,
    CASE WHEN interest_low >= 40000 THEN TRUE WHEN interest < 40000 THEN FALSE END OR demo_7 > 0 AS worth_a_call,
    CASE WHEN fit_low >= 40000 THEN TRUE WHEN fit_high < 40000 THEN FALSE END
      AND CASE WHEN interest_low >= 60000 THEN TRUE WHEN interest < 60000 THEN FALSE END AND employees >= 50 AS sales_ready
  FROM bounded)
SELECT id, CAST(fit AS INTEGER) AS fit, CAST(interest AS INTEGER) AS interest,
  CASE WHEN nurture THEN 'pass' WHEN NOT nurture THEN 'fail' ELSE 'insufficient' END AS nurture,
  CASE WHEN worth_a_call THEN 'pass' WHEN NOT worth_a_call THEN 'fail' ELSE 'insufficient' END AS worth_a_call,
  CASE WHEN sales_ready THEN 'pass' WHEN NOT sales_ready THEN 'fail' ELSE 'insufficient' END AS sales_ready,
  CASE WHEN fit >= 60000 THEN 'A' WHEN fit >= 40000 THEN 'B' WHEN fit >= 20000 THEN 'C' ELSE 'D' END
    || CASE WHEN interest >= 60000 THEN '1' WHEN interest >= 40000 THEN '2' WHEN interest >= 20000 THEN '3' ELSE '4' END AS grade
FROM gates;
