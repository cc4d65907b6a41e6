-- The rules of model.lua as one SQL statement for SQLite, as of the day :day (days since 1970), over
--   lead(id, title, job_level, account, country, source), account(id, industry, employees, revenue, country), event(lead, ts, kind)
-- An unknown fact is NULL, an unknown condition gives no points and widens what a score may be, and a gate is passed, failed or
-- open (NULL). DuckDB has a statement of its own (duckdb.sql).
CREATE TABLE result AS
WITH e AS (SELECT lead, kind, CAST(:day AS INTEGER) - ts / 86400 AS age FROM event),
reads AS (
  SELECT lead, SUM(CASE WHEN n > 3 THEN 3 ELSE n END * ROUND(CASE kind WHEN 'page_view' THEN 1000 ELSE 500 END * pow(2, -age / 14.0))) AS reading
  FROM (SELECT lead, kind, age, COUNT(*) AS n FROM e WHERE kind IN ('page_view', 'blog_view') GROUP BY lead, kind, age) AS r
  GROUP BY lead),
seen AS (
  SELECT lead, MIN(age) AS quiet,
    SUM(ROUND(4000 * pow(2, -age / 21.0))) FILTER (WHERE kind IN ('whitepaper', 'ebook')) AS downloads,
    SUM(ROUND(CASE kind WHEN 'webinar' THEN 6000 ELSE 5000 END * pow(2, -age / 30.0))) FILTER (WHERE kind IN ('webinar', 'case_study')) AS meetings,
    SUM(ROUND(CASE kind WHEN 'email_open' THEN 200 ELSE 1000 END * pow(2, -age / 7.0))) FILTER (WHERE kind IN ('email_open', 'email_click')) AS mail,
    SUM(ROUND(CASE kind WHEN 'pricing_view' THEN 8000 ELSE 3000 END * pow(2, -age / 14.0))) FILTER (WHERE kind IN ('pricing_view', 'docs_view')) AS product,
    SUM(ROUND(CASE kind WHEN 'demo_request' THEN 25000 ELSE 15000 END * pow(2, -age / 30.0))) FILTER (WHERE kind IN ('demo_request', 'trial_start')) AS hand,
    COUNT(*) FILTER (WHERE kind = 'pricing_view' AND age < 30) AS pricing_30,
    COUNT(*) FILTER (WHERE kind = 'docs_view' AND age < 14) AS docs_14,
    COUNT(*) FILTER (WHERE kind = 'email_click' AND age < 7) AS click_7,
    COUNT(*) FILTER (WHERE kind = 'trial_start' AND age < 14) AS trial_14,
    COUNT(*) FILTER (WHERE kind = 'demo_request' AND age < 7) AS demo_7,
    COUNT(*) FILTER (WHERE kind = 'webinar' AND age < 30) AS webinar_30,
    COUNT(*) FILTER (WHERE age < 7) AS any_7,
    COUNT(*) FILTER (WHERE age < 30) AS any_30,
    COUNT(DISTINCT age) FILTER (WHERE age < 30) AS days_30,
    COUNT(*) FILTER (WHERE kind = 'case_study' AND age < 60) AS case_60,
    COUNT(*) FILTER (WHERE kind = 'pricing_view' AND age < 60) AS pricing_60,
    COUNT(*) FILTER (WHERE kind = 'email_open' AND age < 30) AS open_30,
    COUNT(*) FILTER (WHERE kind = 'page_view' AND age < 30) AS page_30,
    COUNT(DISTINCT age) FILTER (WHERE kind = 'page_view' AND age < 7) AS page_days_7
  FROM e GROUP BY lead),
facts AS (
  SELECT l.id, l.title, LOWER(l.title) AS t, ' ' || LOWER(l.title) || ' ' AS w, l.job_level, l.country, l.source,
    a.industry, a.employees, a.revenue, a.country AS account_country,
    a.industry IN ('Software', 'Manufacturing', 'Logistics') AS market, seen.quiet, COALESCE(demo_7, 0) AS demo_7,
    max(min(COALESCE(reading, 0), 20000), -20000) + max(min(COALESCE(downloads, 0), 20000), -20000)
      + max(min(COALESCE(meetings, 0), 20000), -20000) + max(min(COALESCE(mail, 0), 8000), -8000)
      + max(min(COALESCE(product, 0), 30000), -30000) + max(min(COALESCE(hand, 0), 40000), -40000)
      + CASE WHEN pricing_30 >= 2 THEN 10000 ELSE 0 END + CASE WHEN docs_14 >= 3 THEN 6000 ELSE 0 END
      + CASE WHEN click_7 > 0 THEN 3000 ELSE 0 END + CASE WHEN trial_14 > 0 THEN 10000 ELSE 0 END
      + CASE WHEN demo_7 > 0 THEN 12000 ELSE 0 END + CASE WHEN webinar_30 > 0 THEN 4000 ELSE 0 END
      + CASE WHEN any_7 >= 5 THEN 6000 ELSE 0 END + CASE WHEN any_30 >= 12 THEN 4000 ELSE 0 END
      + CASE WHEN days_30 >= 6 THEN 8000 ELSE 0 END + CASE WHEN case_60 > 0 AND pricing_60 > 0 THEN 5000 ELSE 0 END
      + CASE WHEN open_30 > 0 AND page_30 = 0 THEN -5000 ELSE 0 END + CASE WHEN page_days_7 >= 3 THEN 5000 ELSE 0 END
      + CASE WHEN quiet > 60 THEN -15000 ELSE 0 END + CASE WHEN quiet > 120 THEN -20000 ELSE 0 END AS interest
  FROM lead l LEFT JOIN account a ON a.id = l.account LEFT JOIN seen ON seen.lead = l.id LEFT JOIN reads ON reads.lead = l.id),
rules AS (
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
points AS (
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
bounded AS (
  SELECT id, title, market, employees, demo_7,
    max(min(raw, 100000), 0) AS fit, max(min(raw + less, 100000), 0) AS fit_low,
    max(min(raw + more, 100000), 0) AS fit_high,
    max(min(interest, 100000), 0) AS interest,
    max(min(interest - CASE WHEN quiet IS NULL THEN 35000 ELSE 0 END, 100000), 0) AS interest_low
  FROM points),
gates AS (
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
