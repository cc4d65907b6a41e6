-- Views: what plain SQL and BI tools ask. Functions of JSON are not for views where schemas are not trusted;
-- its tables are, whose rows have lists as they were written.

-- A lead stands where its last decision left it; files beside the database and rows over them say it sooner.
CREATE VIEW standing AS
SELECT last.model_id, last.lead_id, d.id AS decision_id, d.stage, d.furthest, d.grade, d.grade_code, d.verdicts,
    d.outside, d.attention, d.blocked, d.disqualifier, d.persona, d.recycles, d.entered, d.recycled, d.cool_off
FROM (SELECT model_id, lead_id, max(id) AS id FROM decision GROUP BY model_id, lead_id) last
    JOIN decision d ON d.id = last.id
    JOIN lead l ON l.id = last.lead_id
WHERE l.erased_at IS NULL;

CREATE VIEW lead_standing AS
SELECT m.pack, m.name AS model, t.lead_id, l.email, a.name AS account, t.stage, t.furthest, t.grade, t.disqualifier,
    t.persona, datetime(t.entered, 'unixepoch') AS entered
FROM standing t
    JOIN model m ON m.id = t.model_id
    JOIN lead l ON l.id = t.lead_id
    LEFT JOIN account a ON a.id = l.account_id
WHERE t.outside = 0;

CREATE VIEW lead_verdict AS
SELECT m.pack, m.name AS model, t.lead_id, g.name AS gate,
    CASE (t.verdicts >> (2 * g.place)) & 3
        WHEN 1 THEN 'fail'
        WHEN 2 THEN 'insufficient'
        WHEN 3 THEN 'pass'
    END AS verdict
FROM standing t
    JOIN gate g ON g.model_id = t.model_id
    JOIN model m ON m.id = t.model_id;

-- In points; score_value has milli-points.
CREATE VIEW lead_score AS
SELECT m.pack, m.name AS model, s.name AS score, v.lead_id, v.value / 1000.0 AS points, v.low / 1000.0 AS low,
    v.high / 1000.0 AS high, date(v.day * 86400, 'unixepoch') AS day
FROM score s
    JOIN score_value v ON v.score_id = s.id
    JOIN model m ON m.id = s.model_id;

CREATE VIEW stage_history AS
SELECT d.id AS decision_id, d.model_id, d.lead_id, d.prior_stage AS from_stage, d.stage AS to_stage, d.cause,
    coalesce(d.entered, r.at) AS time,
    lead(r.at) OVER (PARTITION BY d.model_id, d.lead_id ORDER BY d.id) AS left_at
FROM decision d
    JOIN run r ON r.id = d.run_id
WHERE d.stage IS NOT d.prior_stage AND d.outside = 0;

-- A row for each score of a decision, its entries as JSON.
CREATE VIEW ledger AS
SELECT d.id AS decision_id, w.text AS score,
    (SELECT value FROM json_each(s.value, '$[1]')) AS value,
    (SELECT value FROM json_each(s.value, '$[1]')) - (SELECT value FROM json_each(s.value, '$[2]')) AS low,
    (SELECT value FROM json_each(s.value, '$[1]')) + (SELECT value FROM json_each(s.value, '$[3]')) AS high,
    '[' || coalesce((
        SELECT group_concat('{"kind":"' ||
            CASE typeof(kind) WHEN 'integer' THEN 'events' WHEN 'null' THEN 'rule' ELSE kind END ||
            '","points":' || points ||
            coalesce(iif(kind = 'group_cap', ',"group":', ',"name":') ||
                (SELECT json FROM word WHERE id = word_id), '') ||
            iif(typeof(kind) = 'integer', ',"events":' || kind, '') ||
            iif(kind = 'rule', ',"note":' || substr(entry, instr(entry, ',"rule",') + 8,
                length(entry) - instr(entry, ',"rule",') - 8), '') || '}')
        FROM (
            SELECT e.value AS entry,
                (SELECT value FROM json_each(e.value, '$[0]')) AS points,
                (SELECT value FROM json_each(e.value, '$[1]')) AS word_id,
                (SELECT value FROM json_each(e.value, '$[2]')) AS kind
            FROM json_each(s.value, '$[4]') e
        )
    ), '') || ']' AS entries,
    '[' || coalesce((
        SELECT group_concat('{"state":"' ||
            coalesce((SELECT value FROM json_each(o.value, '$[3]')), 'unknown') ||
            '","low":' || (SELECT value FROM json_each(o.value, '$[1]')) ||
            ',"high":' || (SELECT value FROM json_each(o.value, '$[2]')) ||
            coalesce(',"name":' || (SELECT json FROM word WHERE id =
                (SELECT value FROM json_each(o.value, '$[0]'))), '') || '}')
        FROM json_each(s.value, '$[5]') o
    ), '') || ']' AS open
FROM decision d
    CROSS JOIN json_each(d.ledgers) s
    CROSS JOIN word w ON w.id = (SELECT value FROM json_each(s.value, '$[0]'));

-- A row for each entry: the points of one score of a decision sum to its value.
CREATE VIEW ledger_entry AS
SELECT i.decision_id, i.score, i.place,
    CASE typeof(i.kind) WHEN 'integer' THEN 'events' WHEN 'null' THEN 'rule' ELSE i.kind END AS kind,
    w.text AS name, i.points, CASE typeof(i.kind) WHEN 'integer' THEN i.kind END AS events, i.note
FROM (
    SELECT d.id AS decision_id,
        (SELECT text FROM word WHERE id = (SELECT value FROM json_each(s.value, '$[0]'))) AS score,
        e.key AS place,
        (SELECT value FROM json_each(e.value, '$[0]')) AS points,
        (SELECT value FROM json_each(e.value, '$[1]')) AS word_id,
        (SELECT value FROM json_each(e.value, '$[2]')) AS kind,
        (SELECT value FROM json_each(e.value, '$[3]')) AS note
    FROM decision d
        CROSS JOIN json_each(d.ledgers) s
        CROSS JOIN json_each(s.value, '$[4]') e
) i
    LEFT JOIN word w ON w.id = i.word_id;
