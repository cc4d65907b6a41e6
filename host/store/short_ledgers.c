/* How ledgers became short: names by number, and the views that say them in words. Functions of JSON are not
 * for views where schemas are not trusted; its tables are, whose rows have lists as they were written. */
#include "store/database.h"

#define ENTRIES                                                                                              \
    "(SELECT group_concat('[' || (e.value->'$.points') || coalesce(',' || (SELECT id FROM word WHERE"        \
    " text = coalesce(e.value->>'$.name', e.value->>'$.group')), iif(e.value->>'$.kind' = 'rule', '',"       \
    " ',null')) || CASE e.value->>'$.kind' WHEN 'rule' THEN coalesce(',\"rule\",' ||"                        \
    " (e.value->'$.note'), '') WHEN 'events' THEN ',' || coalesce(e.value->'$.events', 0) ELSE ',' ||"       \
    " (e.value->'$.kind') END || ']') FROM json_each(s.value, '$.entries') e)"
#define OPEN                                                                                                 \
    "(SELECT group_concat('[' || coalesce((SELECT id FROM word WHERE text = o.value->>'$.name'),"            \
    " 'null') || ',' || (o.value->'$.low') || ',' || (o.value->'$.high') || iif(o.value->>'$.state' ="       \
    " 'unmeasurable', ',\"unmeasurable\"', '') || ']') FROM json_each(s.value, '$.open') o)"
#define ENTRIES_IN_WORDS                                                                                     \
    "(SELECT group_concat('{\"kind\":\"' || CASE typeof(kind) WHEN 'integer' THEN 'events' WHEN 'null'"      \
    " THEN 'rule' ELSE kind END || '\",\"points\":' || points || coalesce(iif(kind = 'group_cap',"           \
    " ',\"group\":', ',\"name\":') || (SELECT json FROM word WHERE id = word_id), '') ||"                    \
    " iif(typeof(kind) = 'integer', ',\"events\":' || kind, '') || iif(kind = 'rule', ',\"note\":' ||"       \
    " substr(entry, instr(entry, ',\"rule\",') + 8, length(entry) - instr(entry, ',\"rule\",') - 8),"        \
    " '') || '}') FROM (SELECT e.value AS entry, (SELECT value FROM json_each(e.value, '$[0]')) AS"          \
    " points, (SELECT value FROM json_each(e.value, '$[1]')) AS word_id, (SELECT value FROM"                 \
    " json_each(e.value, '$[2]')) AS kind FROM json_each(s.value, '$[4]') e))"
#define OPEN_IN_WORDS                                                                                        \
    "(SELECT group_concat('{\"state\":\"' || coalesce((SELECT value FROM json_each(o.value, '$[3]')),"       \
    " 'unknown') || '\",\"low\":' || (SELECT value FROM json_each(o.value, '$[1]')) || ',\"high\":' ||"      \
    " (SELECT value FROM json_each(o.value, '$[2]')) || coalesce(',\"name\":' || (SELECT json FROM word"     \
    " WHERE id = (SELECT value FROM json_each(o.value, '$[0]'))), '') || '}') FROM json_each(s.value,"       \
    " '$[5]') o)"

static const char words[] =
    "DROP VIEW ledger; CREATE TABLE word(id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE, json TEXT"
    " NOT NULL) STRICT; INSERT INTO word(text, json) SELECT text, json_quote(text) FROM (SELECT s.key"
    " AS text FROM decision d, json_each(d.ledgers) s UNION SELECT coalesce(e.value->>'$.name',"
    " e.value->>'$.group') FROM decision d, json_each(d.ledgers) s, json_each(s.value, '$.entries') e"
    " UNION SELECT o.value->>'$.name' FROM decision d, json_each(d.ledgers) s, json_each(s.value,"
    " '$.open') o) WHERE text IS NOT NULL;";
static const char shortened[] =
    "UPDATE decision SET ledgers = (SELECT '[' || group_concat('[' || w.id || ',' ||"
    " (s.value->'$.value') || ',' || ((s.value->>'$.value') - (s.value->>'$.low')) || ',' ||"
    " ((s.value->>'$.high') - (s.value->>'$.value')) || ',[' || coalesce(" ENTRIES
    ", '') || ']' || coalesce(',[' || " OPEN
    " || ']', '') || ']') || ']' FROM json_each(decision.ledgers) s JOIN word w ON w.text = s.key);";
/* A row for each entry: the points of one score of a decision sum to its value. */
static const char entries[] =
    "CREATE VIEW ledger_entry AS SELECT i.decision_id, i.score, i.place, CASE typeof(i.kind) WHEN"
    " 'integer' THEN 'events' WHEN 'null' THEN 'rule' ELSE i.kind END AS kind, w.text AS name,"
    " i.points, CASE typeof(i.kind) WHEN 'integer' THEN i.kind END AS events, i.note FROM (SELECT d.id"
    " AS decision_id, (SELECT text FROM word WHERE id = (SELECT value FROM json_each(s.value, '$[0]')))"
    " AS score, e.key AS place, (SELECT value FROM json_each(e.value, '$[0]')) AS points, (SELECT value"
    " FROM json_each(e.value, '$[1]')) AS word_id, (SELECT value FROM json_each(e.value, '$[2]')) AS"
    " kind, (SELECT value FROM json_each(e.value, '$[3]')) AS note FROM decision d CROSS JOIN"
    " json_each(d.ledgers) s CROSS JOIN json_each(s.value, '$[4]') e) i LEFT JOIN word w ON w.id ="
    " i.word_id;";
static const char in_words[] =
    "CREATE VIEW ledger AS SELECT d.id AS decision_id, w.text AS score, (SELECT value FROM"
    " json_each(s.value, '$[1]')) AS value, (SELECT value FROM json_each(s.value, '$[1]')) - (SELECT"
    " value FROM json_each(s.value, '$[2]')) AS low, (SELECT value FROM json_each(s.value, '$[1]')) +"
    " (SELECT value FROM json_each(s.value, '$[3]')) AS high, '[' || coalesce(" ENTRIES_IN_WORDS
    ", '') || ']' AS entries, '[' || coalesce(" OPEN_IN_WORDS
    ", '') || ']' AS open FROM decision d CROSS JOIN json_each(d.ledgers) s CROSS JOIN word w ON w.id ="
    " (SELECT value FROM json_each(s.value, '$[0]'));";

const char *const as_short_ledgers[] = {words, shortened, entries, in_words, NULL};
