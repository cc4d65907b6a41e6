/* Batch: one open import, shared by the files that take in its kinds of records. Internal to host/store. */
#ifndef AS_STORE_BATCH_H
#define AS_STORE_BATCH_H

#include "store/facts/cells.h"
#include "store/facts/facts.h"
#include "store/facts/recall.h"
#include "store/facts/waiting_rows.h"

/* What the SQL of a level looks like in this batch. */
struct as_level_sql {
    struct as_columns columns;
    sqlite3_stmt *selecting;
    struct as_waiting_rows rows;  /* new ones; of the columns that records had so far */
    int32_t *column;              /* by place in columns.field: the first cell of it in `rows`, -1 none */
    sqlite3_stmt **updating;      /* by place in columns.field, made on first use */
    struct as_cell *given, *held; /* by place in columns.field */
    bool *same;                   /* after an update: the row held what was given */
    bool *said;                   /* the record has this column */
};

/* How a column of the file is read: looked up once per name, by the name's address. */
struct as_slot {
    const char *name;
    int32_t
        place; /* >= 0: place in columns.field; else -1 - enum as_special, or levels.c does not know it yet */
};

struct as_match;

/* What new rows of this batch are called; bulk.c. */
struct as_known_names {
    struct as_book *book; /* rows counted from `first`; NULL: not open */
    int64_t first;        /* the first id of this batch */
    bool all;  /* every row has all its names in the book; else those that wait, unless `unnamed` */
    bool ours; /* every row of this batch has */
    bool unnamed;
    bool unindexed; /* the index that finds a name is not there: what the book gives is asked by its row */
};
/* Events and leads looked up by the thread that reads the file, whose own this is once the sink is made, but
 * for `possible` until then and `events` for the others; foresight.c. */
struct as_foresight {
    bool possible;
    bool begun, events; /* the first record was there; it is an event, and events of before may have its id:
                           the book then keeps all of this batch */
    bool known;         /* some event of before has an id */
    bool leadless;      /* some event of before is known of a company alone */
    uint32_t records;   /* seen, up to those after which it is worth it */
    struct as_store *reader; /* NULL: not open */
    struct as_recall *leads; /* whom words named lately */
    struct as_buf from,
        to; /* no event of before has an id from `from` up to before `to`, or up to the last */
    bool gap, endless;
    struct as_buf key;
};
/* Hashes of rows that would change nothing; repeats.c. */
struct as_repeats {
    uint64_t *slots; /* NULL: not loaded */
    uint32_t bits;
    bool tried, seeded;
    uint64_t seed;
};
/* What is known of the account of a lead: unasked, it has one, it names one that is not there, it names none.
 */
enum as_home { AS_HOME_UNASKED, AS_HOME_FOUND, AS_HOME_MISSING, AS_HOME_NONE };

enum as_bulk { AS_BULK_NOT_YET, AS_BULK_ON, AS_BULK_OVER };

struct as_kind_count {
    int64_t events, newest;
};

struct as_facts {
    struct as_store *store;
    const struct as_schema *schema;
    struct as_field_map map;
    struct as_facts_options options;
    char *system, *file;
    int64_t source_id, batch_id;
    int64_t system_id; /* first source of the same system: external ids of events are unique under it */
    int64_t first_lead, first_event;             /* the first ids of this batch */
    int64_t next_lead, next_account, next_event; /* ids of the next new rows */
    int64_t written_lead;                        /* leads from it on wait to be written */
    struct as_waiting_rows identities, events, values, touches, consents, answers;
    struct as_known_names people, happened;      /* by identity; by id of this system */
    struct as_known_names met, agreed, answered; /* touches by id, consents and answers by what they are
                                                    about; opened with the first row of each */
    int64_t next_touch, next_consent, next_answer;
    struct as_foresight foresight;
    struct as_repeats repeats;
    struct as_buf put_off; /* SQL that makes the indexes again which were dropped */
    enum as_bulk bulk;
    struct as_read_ahead *read_ahead; /* NULL: none */
    bool ahead;                       /* it was begun */
    struct as_facts_summary summary;
    bool open, accounts_done, deals_done;
    bool any_anonymous; /* events known of a company were there before this batch */
    bool any_leadless;  /* some event is known of a company alone */
    bool any_weaker;    /* some source is weaker than this one */
    bool any_merged;    /* some lead is merged into another */
    bool any_merged_account;
    bool
        leads_came; /* records of this batch may have changed leads: what was foreseen of them is of before */
    bool any_erased;              /* there are tombstones to look at */
    struct as_level_sql level[2]; /* by enum as_level; opened on first use */
    struct as_slot *slots;
    uint32_t slot_room;
    struct as_buf scratch, key, text;
    struct as_buf emails, domain, company; /* of the lead at hand */
    struct as_kind_count *kinds;           /* by schema kind: what this batch brought */
    uint64_t *matched_events; /* bit per event of before that a row of this batch was found to be */
    size_t matched_words;
    struct as_match_cache *matches;
    struct as_recall *leads, *accounts; /* for events; for leads */
    const struct as_record *record;     /* the one being taken in */
    int64_t about;                      /* the lead it is about, once that is known; 0: none */
    bool any_record;
    enum as_import_kind last_kind; /* of the last record; the record itself is gone after its call */
};

/* Counts the record for the summary as inserted (fresh), updated or unchanged; a fresh one has changed
 * something. */
void as_facts_count(struct as_facts *facts, bool fresh, bool *changed);

/* A record's value of a column; empty when absent. *said: the column is there. */
struct as_str as_record_says(const struct as_record *record, const char *name, bool *said);
/* The same of the record being taken in. */
struct as_str as_said(const struct as_facts *facts, const char *name, bool *said);

/* One record of a kind; *changed as in the sink. */
enum as_status as_put_lead(struct as_facts *facts, bool *changed, struct as_error *error);
enum as_status as_put_account(struct as_facts *facts, bool *changed, struct as_error *error);
enum as_status as_put_event(struct as_facts *facts, bool *changed, struct as_error *error);
enum as_status as_put_answer(struct as_facts *facts, bool *changed, struct as_error *error);
enum as_status as_put_opportunity(struct as_facts *facts, bool *changed, struct as_error *error);
enum as_status as_put_touch(struct as_facts *facts, bool *changed, struct as_error *error);
enum as_status as_put_consent(struct as_facts *facts, bool *changed, struct as_error *error);
enum as_status as_put_survey(struct as_facts *facts, bool *changed, struct as_error *error);
enum as_status as_put_post(struct as_facts *facts, bool *changed, struct as_error *error);
enum as_status as_put_catalogue(struct as_facts *facts, bool *changed,
                                struct as_error *error); /* users, campaigns … */

/* bulk.c: rows that wait, and indexes that are put off while an empty table is filled. */
enum as_status as_bulk_open(struct as_facts *facts, struct as_error *error);
void as_bulk_close(struct as_facts *facts);
/* A book of names of the rows that come in from now on. */
enum as_status as_bulk_names(struct as_known_names *names, int64_t first, bool all, struct as_error *error);
/* Before a record of a kind whose rows wait: writes what does when it is much. */
enum as_status as_bulk_room(struct as_facts *facts, struct as_error *error);
/* Writes all that waits: before anything else reads new rows. */
enum as_status as_bulk_write(struct as_facts *facts, struct as_error *error);
/* Writes all and makes the indexes again: before anything that a file of one of these kinds alone does not
 * do.
 */
enum as_status as_bulk_end(struct as_facts *facts, struct as_error *error);
/* Notes the name of a new row that waits, or will. */
enum as_status as_bulk_name(struct as_facts *facts, struct as_known_names *names, const char *system,
                            struct as_str value, int64_t row, struct as_error *error);
/* Whether anything may have the name; whatever has is written by then. absent: nothing had it before this
 * batch. */
enum as_status as_bulk_settle(bool *maybe, struct as_facts *facts, const struct as_known_names *names,
                              const char *system, struct as_str value, bool absent, struct as_error *error);

/* foresight.c. Before the first record, in the transaction of the batch. */
void as_foresight_open(struct as_foresight *foresight, const struct as_facts *facts);
/* For the sink: looks up an event's id and the lead that is named, as they were before this batch. The event
 * that it finds is one whose lead is known, or AS_ABSENT. */
enum { AS_ABSENT = -1 };
void as_foresee(void *facts, struct as_record *record);
/* When all records were put; before the commit, which a reader of the state of before would keep from going
 * into the file. */
void as_foresight_close(struct as_foresight *foresight);

/* repeats.c. The hash of the record of a lead with all that decides what becomes of it. */
enum as_status as_repeats_hash(int64_t *out, struct as_facts *facts, struct as_error *error);
/* What is known of the lead's account when the row changes nothing; AS_HOME_UNASKED: it has to be looked up.
 */
enum as_status as_repeats_find(enum as_home *home, struct as_facts *facts, int64_t hash,
                               struct as_error *error);
/* Before another row of the lead is taken in: the one it held may change something after it. */
enum as_status as_repeats_leave(struct as_facts *facts, int64_t lead, struct as_error *error);
/* Before anything changes other leads than the row's own. */
void as_repeats_end(struct as_facts *facts);

/* merged_rows.c: ids, separated by ";", that the source merged into this row; those that are rows are merged,
 * the others become its aliases. */
enum as_status as_take_merged(struct as_facts *facts, enum as_level level, struct as_str ids, int64_t row,
                              bool *changed, struct as_error *error);
/* A row of an id that was an alias of `survivor`: it keeps what it says for itself, and the survivor's values
 * are the ones that count. */
enum as_status as_stand_behind(struct as_facts *facts, enum as_level level, struct as_str id, int64_t row,
                               int64_t survivor, struct as_error *error);

/* merges.c: a lead points to its survivor from now on; within a transaction. AS_ERR_CONFLICT as in
 * as_store_merge. */
enum as_status as_merge_leads(struct as_store *store, int64_t survivor, int64_t merged, const char *by,
                              int64_t now, struct as_error *error);
/* merged_facts.c: the survivor takes what as_store_merged_facts says, with its history; and gives back what
 * it still has of it. */
enum as_status as_take_facts(struct as_store *store, int64_t merge, int64_t survivor, int64_t merged,
                             int64_t now, struct as_error *error);
enum as_status as_give_facts_back(struct as_store *store, int64_t merge, int64_t survivor, int64_t now,
                                  struct as_error *error);
/* apart.c: AS_ERR_CONFLICT when somebody of one lead and somebody of the other are kept apart. */
enum as_status as_refuse_apart(struct as_store *store, int64_t a, int64_t b, struct as_error *error);

/* levels.c: rows with typed columns, precedence and history. */
enum as_status as_level_open(struct as_facts *facts, enum as_level level, struct as_error *error);
void as_level_close(struct as_level_sql *sql);
/* Sorts the record's pairs: declared fields into level->given, the others (the level's `specials`,
 * NULL-ended) into out[]. AS_ERR_DATA for a column nobody knows. */
enum as_status as_level_sort(struct as_facts *facts, enum as_level level, const char *const *specials,
                             struct as_str *out, struct as_error *error);
/* The own columns of a new row, bound before its fields. */
struct as_own_columns {
    int64_t id;
    struct as_str name_key;                         /* accounts */
    const struct as_match *match;                   /* leads */
    struct as_str crm_account, domain, company_key; /* leads; p NULL: none */
    int64_t said_hash;                              /* leads; 0: none is kept */
};
/* Inserts a row with the fields given. */
enum as_status as_level_insert(struct as_facts *facts, enum as_level level, const struct as_own_columns *own,
                               struct as_error *error);
/* Brings the row up to the fields given, by precedence. *changed is set when it is. */
enum as_status as_level_update(struct as_facts *facts, enum as_level level, int64_t id, bool *changed,
                               struct as_error *error);
/* The place of a field by name within level->columns.field, -1 when there is none. */
int32_t as_level_place(const struct as_facts *facts, enum as_level level, const char *name);

/* precedence.c. Writes the history of a value that is to be replaced (old unknown: none) and the new value's
 * source. The column itself is the caller's. *allowed false: a stronger source holds another value, or one as
 * strong does and it `stays` (as_keeps_first); what was said is kept as overruled. */
enum as_status as_supersede(bool *allowed, struct as_facts *facts, enum as_level level, int64_t row,
                            int64_t field_id, bool stays, const struct as_cell *old,
                            const struct as_cell *fresh, struct as_error *error);

/* people behind names. Each: 0 and AS_OK when there is none. lead_id texts: "#12" or an external id of the
 * system. */
enum as_status as_lead_by_id(int64_t *lead, struct as_facts *facts, struct as_str id, struct as_error *error);
/* The row an id itself stands for, merged away or not; *alias: the id has no row, but was merged into this
 * one. */
enum as_status as_own_row(int64_t *row, bool *alias, struct as_facts *facts, enum as_level level,
                          struct as_str id, struct as_error *error);
/* The row that a merged one ended up in. */
enum as_status as_survivor(int64_t *row, struct as_store *store, enum as_level level, struct as_error *error);
/* "#12" is the store's own id. */
bool as_own_number(int64_t *id, struct as_str text);
/* A name of a row, unless somebody has it; and an alias that gets a row of its own after all. */
enum as_status as_add_identity(struct as_facts *facts, enum as_level level, const char *system,
                               struct as_str value, int64_t row, bool alias, bool *changed,
                               struct as_error *error);
/* A name of a new lead that was just looked for and that nobody has. */
enum as_status as_first_identity(struct as_facts *facts, const char *system, struct as_str value,
                                 int64_t lead, struct as_error *error);
enum as_status as_own_identity(struct as_facts *facts, enum as_level level, struct as_str value, int64_t row,
                               struct as_error *error);
/* value as it is kept: normalised for system "email". */
enum as_status as_lead_by_identity(int64_t *lead, struct as_facts *facts, const char *system,
                                   struct as_str value, struct as_error *error);
/* The one that whom a name is of was merged into at last. */
enum as_status as_account_by_identity(int64_t *account, const struct as_facts *facts, const char *system,
                                      struct as_str value, struct as_error *error);
enum as_status as_account_by_id(int64_t *account, struct as_facts *facts, struct as_str id,
                                struct as_error *error);
enum as_status as_account_by_domain(int64_t *account, struct as_facts *facts, struct as_str mail_or_site,
                                    struct as_error *error);
enum as_status as_account_by_name(int64_t *account, struct as_facts *facts, struct as_str name,
                                  struct as_error *error);
/* lead_rows.c: AS_ERR_DATA when who has this id or address was erased on request. what: the column. */
enum as_status as_refuse_erased(struct as_facts *facts, const char *what, const char *system,
                                struct as_str value, struct as_error *error);
/* The lead a record names by lead_id or email: AS_ERR_DATA when it names none that is known. */
enum as_status as_lead_named(int64_t *lead, struct as_facts *facts, struct as_error *error);
/* The same with what events are compared with; recalled when an earlier record named it in the same words. */
enum as_status as_lead_met(struct as_recalled *out, struct as_facts *facts, struct as_error *error);
enum as_status as_lead_facts(struct as_recalled *out, struct as_facts *facts, int64_t lead,
                             struct as_error *error);
/* A reference in a field, by id, e-mail, domain or name. AS_ERR_DATA when there is no such row. */
enum as_status as_resolve(struct as_cell *out, struct as_facts *facts, const struct as_field *field,
                          struct as_str text, struct as_error *error);
/* An instant of the record's column; *out unchanged when the cell is empty. AS_ERR_DATA. */
enum as_status as_said_time(int64_t *out, const struct as_facts *facts, const char *name,
                            struct as_error *error);
/* Money of "amount"-like columns with its "currency" column; *known false when empty. */
enum as_status as_said_money(int64_t *hundredths, struct as_str *currency, bool *known,
                             const struct as_facts *facts, const char *name, struct as_error *error);

/* match.c: which account a lead belongs to. */
struct as_match {
    int64_t account; /* 0 none */
    const char *by;  /* "id", "domain", "name"; NULL none */
    double score;
    char note[256];
};
/* Jaro-Winkler of the keys of two companies' names, and of each of their words where they have as many. Those
 * of 0.93 and more are spelling variants; below it siblings begin ("acme foods", "acme goods": 0.96 as a
 * whole, 0.87 in the word that differs). */
#define AS_NAME_ALIKE 0.93
/* Accounts whose names begin as a key does, with how alike they are to it: equal ones first. */
typedef void (*as_alike_name_fn)(void *context, int64_t account, const char *name, double alike);
enum as_status as_match_names(struct as_store *store, struct as_str key, as_alike_name_fn each, void *context,
                              struct as_error *error);
/* Any of the three may be empty; company is a normalised key. */
enum as_status as_match_find(struct as_match *out, struct as_facts *facts, struct as_str crm_account,
                             struct as_str domain, struct as_str company_key, struct as_error *error);
/* Gives the lead its account, with the history of the one before (0 none). */
enum as_status as_match_write(struct as_facts *facts, int64_t lead, int64_t before,
                              const struct as_match *match, struct as_error *error);
/* Leads without an account that name one: asked again. */
enum as_status as_match_again(struct as_facts *facts, struct as_error *error);
void as_match_cache_free(struct as_match_cache *cache);
/* Registrable domain of an e-mail address or a web site, appended; nothing for free-mail and what is no
 * domain. */
enum as_status as_match_domain(struct as_buf *out, struct as_store *store, struct as_str mail_or_site,
                               struct as_error *error);

/* The form under which an address finds its lead, appended: normalised, or, since some exports scramble
 * theirs, what is no address in lower case. */
void as_email_identity(struct as_buf *out, struct as_str email);

/* event_rows.c: an event made by us beside a record (an opportunity's outcome, a person's touch). */
struct as_event_made {
    struct as_recalled lead;
    int64_t account, time;
    const char *kind, *external_id;
    struct {
        const char *property;
        struct as_str value; /* empty: not said */
    } says[2];
};
enum as_status as_event_make(struct as_facts *facts, const struct as_event_made *event, bool *changed,
                             struct as_error *error);

/* account_rows.c: parents that were not there yet, and the highest parent of all. */
enum as_status as_parents_settle(struct as_facts *facts, struct as_error *error);
/* deal_rows.c: after deals or accounts came in, how many of each account are open. */
enum as_status as_deals_settle(struct as_facts *facts, struct as_error *error);
/* After accounts came in: anonymous events of their domains find their account. */
enum as_status as_events_settle(struct as_facts *facts, struct as_error *error);

/* 64 bits of content that mean the same in every version of the program: FNV-1a, since it is kept in the
 * file. */
uint64_t as_content_hash(uint64_t hash, const void *bytes, size_t n);
#define AS_CONTENT_HASH UINT64_C(0xcbf29ce484222325)

#endif
