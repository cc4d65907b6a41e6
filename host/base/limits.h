/* Every maximum of the host, each with its reason. A limit that is reached is an error that names it. */
#ifndef AS_BASE_LIMITS_H
#define AS_BASE_LIMITS_H

#include <stddef.h>
#include <stdint.h>

/* Names of fields, rules, scores, gates: long enough for a sentence, short enough for a terminal line. */
#define AS_MAX_NAME 128
/* One text value: longer text is content, not a fact. */
#define AS_MAX_TEXT (64 * 1024)
/* The question of a survey, or a choice among its answers: a sentence. What is longer was not meant to be
 * counted. */
#define AS_MAX_QUESTION 512
/* Groups of one survey that are set side by side: columns of a table on a page. */
#define AS_MAX_SURVEY_GROUPS 6
/* One CSV record or NDJSON line: 1 GB of one line must fail, a long comment must not. */
#define AS_MAX_RECORD (4 * 1024 * 1024)
/* Files beside the database that one transaction has on their way to the disk: more wait for these. */
#define AS_MAX_SETTLING 16
/* Columns of an input file: the widest CRM exports seen have about 1,500. */
#define AS_MAX_COLUMNS 4096
/* Nesting of expressions; also bounds every recursion over a rule tree. */
#define AS_MAX_EXPR_DEPTH 64
/* Nodes of one pack's expressions. */
#define AS_MAX_EXPR_NODES 65536
/* Rules of one score, scores of one model, models of one pack. */
#define AS_MAX_RULES  4096
#define AS_MAX_SCORES 64
#define AS_MAX_MODELS 64
/* Names that the ledgers of one database say: what a hundred packs with every rule renamed a few times come
 * to. */
#define AS_MAX_WORDS (1 << 20)
/* Event kinds of a schema: a kind is stored in 16 bits and selected by a bitmap. */
#define AS_MAX_EVENT_KINDS 1024
/* Fields and answers of a schema; properties of its events: more than the widest CRM exports seen have
 * columns. */
#define AS_MAX_FIELDS 2048
/* Days of one window or half-life: a century. */
#define AS_MAX_WINDOW_DAYS 36525
/* Points of one rule, in milli-points: keeps any sum of AS_MAX_RULES rules and 2^24 events in int64. */
#define AS_MAX_POINTS_MILLI (INT64_C(1000000) * 1000)
/* Rows evaluated together: three bit vectors and one value vector stay within the first-level cache. */
#define AS_BATCH       1024
#define AS_BATCH_WORDS (AS_BATCH / 64)
/* Events of one lead that are added in fields of up to 32 bits before they are added in 64: points of one event
 * may be 8,421 without overflow, and few leads have more events. */
#define AS_LANE_RUN 255
/* Rows of a table of events, one for each kind and age: further days are looked up one by one. */
#define AS_MAX_EVENT_ROWS (1 << 20)
/* Names of new leads, or ids of new events, that an import into an empty table knows without asking: slots of
 * 8 bytes, 256 MiB at most, taken as they are needed. Beyond 24 million it asks the indexes. */
#define AS_BOOK_BITS 25
/* Leads and accounts that an import recalls by the words that named them, slots of 48 bytes of which half are
 * used, taken as they are needed: 6 MB and, since a file of leads names all accounts in no order, 100 MB for
 * a million of them. Powers of two. */
#define AS_RECALL_LEADS    (1 << 17)
#define AS_RECALL_ACCOUNTS (1 << 21)
/* Rows that an import of leads knows to be as the last time: up to 12 million, slots of 8 bytes, at most 128
 * MiB. */
#define AS_REPEAT_BITS 24
/* Mail hosts whose company's domain an import recalls. */
#define AS_DOMAIN_SLOTS 4096

/* Characteristics of one contrast: more than this and some of them tell customers apart by chance alone. */
#define AS_MAX_TRAITS 64

/* Different statements that a database keeps prepared between two uses: the program has some 400, of which a
 * run uses 100, and a prepared one takes about 4 kB. A power of two. */
#define AS_POOLED_STATEMENTS 256

/* A pack's source: more than this is data, which belongs in the database. */
#define AS_MAX_PACK_FILES 256
#define AS_MAX_PACK_BYTES (8 * 1024 * 1024)

/* Threads of one run. */
#define AS_MAX_THREADS 64
/* A summary shows so many moves by name and so many runs beside it: what one screen can hold. */
#define AS_SUMMARY_MOVES 20
#define AS_SUMMARY_RUNS  5
/* Leads named, and values of a list, on each side of a difference between packs; and leads whose points are
 * laid side by side at once: a few megabytes a hundred rules. */
#define AS_DIFFERENCE_EXAMPLES 5
#define AS_DIFFERENCE_BLOCK    8192
/* Days a forecast looks ahead, and its changes: further than a quarter nobody plans by a lead's decay. */
#define AS_FORECAST_DAYS 120
#define AS_FORECAST_MOST 64
/* Conditions listed as missing for one gate, and group members named beside one condition. */
#define AS_MISSING_MOST  64
#define AS_MEMBERS_NAMED 8
/* Questions about a product that a bank has for each phase, at least: "several". */
#define AS_PRODUCT_QUESTIONS 2
/* Looks at one running programme: whoever looks oftener than weekly for a year wants a screen, not a test. */
#define AS_MAX_LOOKS 52
/* Programmes of one pack, and tracks of one of them: each divides the people that are left to the others. */
#define AS_MAX_PROGRAMMES 64
/* Other people of an account that a hand-off names: more than that is a directory. */
#define AS_PEOPLE_TOLD 50
/* Days a hand-raise waits for its answer before it no longer counts as open. */
#define AS_HAND_RAISE_DAYS 30
/* Memory of one script state: a pack declares a few thousand nodes; data belongs in the database. */
#define AS_MAX_SCRIPT_MEMORY ((size_t)64 * 1024 * 1024)
/* What a worker keeps of its functions' answers during a run: a few hundred thousand of them, the distinct
 * values of what functions read together. */
#define AS_MAX_MEMO_BYTES ((size_t)32 * 1024 * 1024)
/* Milliseconds a pack may take to load, and one call of a rule function: a hundred times what sane ones need.
 */
#define AS_SCRIPT_LOAD_MS 5000
#define AS_SCRIPT_CALL_MS 250
/* Milliseconds that all calls of a pack's functions may take in one run, all threads together: minutes are a
 * night's work, and no team's pack may keep the others waiting longer. */
#define AS_SCRIPT_RUN_MS 600000
/* What --allow may raise any of them to. */
#define AS_MOST_SCRIPT_MS (INT64_C(24) * 3600 * 1000)
/* Values of one list in a rule: more than this belongs into a list file. */
#define AS_MAX_LITERAL_ITEMS 10000
/* What one pack's declarations may take: 65,536 nodes with their texts need a tenth of it. */
#define AS_MAX_DECLARED_BYTES ((size_t)128 * 1024 * 1024)
/* How long a run or import waits for another one to end: a nightly import of millions is done by then, and
 * cron's next run is not there yet. */
#define AS_LOCK_WAIT_MS (INT64_C(15) * 60 * 1000)
/* Delivery: tries before an effect is a dead letter (with the pauses below about a day and a half), seconds
 * of the first pause and of the longest, transfers at once, failures in a row before a destination rests, and
 * the longest rest. */
#define AS_DELIVERY_TRIES       12
#define AS_DELIVERY_FIRST_PAUSE 30
#define AS_DELIVERY_MOST_PAUSE  (6 * 3600)
#define AS_DELIVERY_AT_ONCE     16
#define AS_BREAKER_FAILURES     5
#define AS_BREAKER_FIRST_REST   60
#define AS_BREAKER_MOST_REST    3600
/* A pack's own space in the database, keys and bytes of keys and values: a cache of enrichment, not a second
 * base. */
#define AS_MAX_SPACE_KEYS  100000
#define AS_MAX_SPACE_BYTES (INT64_C(64) * 1024 * 1024)
/* Destinations of effects that one pack names: more is a message bus, which is a destination. */
#define AS_MAX_DESTINATIONS 64
/* How often a running script's time is looked at. */
#define AS_SCRIPT_TICK_MS 10
/* Items a script may move or unpack at once: a C loop that no budget interrupts. */
#define AS_MAX_SCRIPT_ITEMS 1000000
/* One Lua pattern of a script, compiled anew for each call: longer ones are data. */
#define AS_MAX_SCRIPT_PATTERN (16 * 1024)
/* One pattern of a rule: longer ones are lists. */
#define AS_MAX_PATTERN 4096
/* Backtracking of one match: far above what an honest pattern needs on AS_MAX_TEXT, far below a second. */
#define AS_MAX_MATCH_STEPS 1000000
/* A group repeated over AS_MAX_TEXT remembers each round: about 20 MB. */
#define AS_MAX_MATCH_KILOBYTES 32768
/* Events that a rate limit of a rule remembers: "20 per 1d" needs 20; per worker and rule. */
#define AS_MAX_RATE 4096
/* Different roles that covers{…} of one pack can ask for: a member's roles are a 64-bit set. */
#define AS_MAX_ROLES 64
/* What an unbounded rule may add, in milli-points: beyond any cap, and 4,096 of them still fit in int64. */
#define AS_OPEN_POINTS (INT64_C(1) << 50)
/* A mapping file: more than this is data. */
#define AS_MAX_MAPPING (1024 * 1024)
/* Rows and bytes of a file that an import is joined with: it is held in memory. */
#define AS_MAX_JOIN_ROWS  20000000
#define AS_MAX_JOIN_BYTES (UINT64_C(1) << 30)
/* Different reasons for rejects that an import tells apart; the reject file has them all. */
#define AS_MAX_NOTES 64
/* Code points of a text whose likeness is measured: the work grows with the square. */
#define AS_MAX_COMPARED 1024
/* Edit distance beyond which "did you mean" only annoys. */
#define AS_MAX_SUGGESTION_DISTANCE 3

/* VM steps one rule test may take: counted, not timed, so that a slow machine fails no test. About a second.
 */
#define AS_TEST_STEPS 50000000

/* What-if searches: times an event is supposed to happen, changes at once, and decisions tried for one
 * criterion; a person reads the answer, so beyond this it is no use. */
#define AS_WAY_EVENTS  10
#define AS_WAY_CHANGES 3
#define AS_WAY_TRIALS  600
/* Memory of an interactive session's state: lists of many leads are kept in it. */
#define AS_MAX_SESSION_MEMORY ((size_t)1024 * 1024 * 1024)
/* What one line of a session may take. VM steps of its own, so that a loop without an end ends in seconds: a
 * thousand for each of a million leads that it walks over. Milliseconds with all it asks for: it may decide a
 * whole base. */
#define AS_SESSION_STEPS   1000000000
#define AS_SESSION_CALL_MS 3600000

/* Generations of parent companies; also what ends the walk when a file has them in a circle. */
#define AS_MAX_GENERATIONS 32
/* E-mail addresses of one lead's row: more is a list, not a person. */
#define AS_MAX_EMAILS 16
/* Values of one cell of a field that holds several. */
#define AS_MAX_CELL_VALUES 256
/* Accounts whose names are compared with one company's: a name is looked for among its neighbours, not among
 * all. */
#define AS_MAX_NAME_CANDIDATES 512
/* Words of a command that a session runs: `assay record` takes fewer details. */
#define AS_REPL_WORDS 64
/* Leads that are shown as probably the same person, or as most like one: what a person looks through. */
#define AS_MAX_ALIKE 20
/* Leads that share one sign of being the same person and are compared with each other: more share a sign that
 * says nothing ("info@", the number of a switchboard). */
#define AS_MAX_ALIKE_BLOCK 64
/* Pairs of probable duplicates of a whole base that are kept while they are looked for. */
#define AS_MAX_ALIKE_PAIRS 1000000
/* Conditions joined in one place that coverage turns one by one. */
#define AS_MAX_ROOT_LEAVES 256
/* Changes of a pack that its tests are tried against. */
#define AS_MAX_MUTANTS 16384
/* Columns of a table; SQLite's own maximum is 2,000. */
#define AS_MAX_TABLE_COLUMNS 1990

/* The network. A policy file and a secret: more is something else. */
#define AS_MAX_POLICY (1024 * 1024)
#define AS_MAX_SECRET 8192
/* Recorded answers of one test file. */
#define AS_MAX_CASSETTE ((size_t)16 * 1024 * 1024)
/* One request with all its tries and hops; and the connection alone: a provider that needs longer is down. */
#define AS_HTTP_TIMEOUT_MS 30000
#define AS_HTTP_CONNECT_MS 10000
/* An answer's body as decoded, so that a compressed bomb ends here too; its headers; a request's body. */
#define AS_HTTP_MOST_BODY         ((size_t)4 * 1024 * 1024)
#define AS_HTTP_MOST_HEADERS      (64 * 1024)
#define AS_HTTP_MOST_HEADER_COUNT 256
#define AS_HTTP_MOST_SENT         ((size_t)4 * 1024 * 1024)
#define AS_HTTP_MOST_URL          8192
/* Hops that are followed: more is a circle. */
#define AS_HTTP_REDIRECTS 5
/* Tries of a request that may be sent again, and the longest pause between them in milliseconds; a provider
 * that asks for a longer one gets its way by the answer being given up for now. */
#define AS_HTTP_TRIES         3
#define AS_HTTP_PAUSE_MS      500
#define AS_HTTP_MOST_PAUSE_MS 10000
/* Requests begun a second and running at once, to one origin: what free plans of providers bear; and what a
 * policy may raise them to; and at once over all origins of a pack. */
#define AS_HTTP_RATE         10.0
#define AS_HTTP_AT_ONCE      6
#define AS_HTTP_MOST_RATE    1000.0
#define AS_HTTP_MOST_AT_ONCE 64
#define AS_HTTP_MOST_RUNNING 128
/* Enrichment: leads or accounts asked about at once; seconds after which a failed one is asked again;
 * milliseconds of Lua between two requests; results written together; seconds that enrichment of all packs
 * may take before `assay run` decides with what it has; scripts' own faults in a row after which a function
 * is broken. */
#define AS_ENRICH_AT_ONCE     64
#define AS_ENRICH_RETRY_S     21600
#define AS_ENRICH_CALL_MS     1000
#define AS_ENRICH_WRITTEN     100
#define AS_ENRICH_RUN_S       600
#define AS_ENRICH_MOST_FAULTS 10
/* Fields that one enrichment may fill. */
#define AS_MAX_ENRICHED_FIELDS 256
/* Requests that enrichment may make for one lead or account, and how long one of them may be told to wait. */
#define AS_HTTP_MOST_OF_CALL   20
#define AS_HTTP_MOST_TIMEOUT_S 120
/* Failures in a row after which an origin is left alone, for so many seconds; and the longest that it may ask
 * for. */
#define AS_HTTP_MOST_FAILURES 8
#define AS_HTTP_SHUT_S        60
#define AS_HTTP_MOST_SHUT_S   86400
/* Requests waiting in one client: whoever submits more should look at answers first. */
#define AS_HTTP_MOST_WAITING 65536

#endif
