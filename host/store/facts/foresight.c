/* Foresight: whether an event was known before the batch, and whom a record names, asked by the thread that
 * reads the file, through a connection of its own, while the batch is taken in. The batch itself, which that
 * connection does not see, is in the book of names, and brings no lead before `leads_came`; so is all of it
 * that the answers depend on. */
#include "store/facts/batch.h"

/* A small file is not worth a connection. */
enum { RECORDS_BEFORE = 1024 };

void as_foresight_open(struct as_foresight *foresight, const struct as_facts *facts)
{
    *foresight = (struct as_foresight){.possible = !as_in_memory(facts->store),
                                       .known = !facts->happened.all,
                                       .leadless = facts->any_leadless};
}

void as_foresight_close(struct as_foresight *foresight)
{
    as_store_close(foresight->reader);
    as_recall_free(foresight->leads);
    as_buf_free(&foresight->from);
    as_buf_free(&foresight->to);
    as_buf_free(&foresight->key);
    foresight->reader = NULL;
    foresight->leads = NULL;
}

/* One transaction for all: what is read is of one moment, and beginning one costs as much as a look. Where
 * the batch is not the first of its transaction, what those before it brought cannot be seen. */
static bool open_reader(struct as_foresight *foresight, const struct as_facts *facts)
{
    int64_t last;
    return foresight->reader != NULL ||
           (as_store_open(&foresight->reader, facts->store->path, AS_STORE_READ, NULL) == AS_OK &&
            as_sql_script(foresight->reader, NULL, AS_SEEKER_CACHE) == AS_OK &&
            as_store_read(foresight->reader, NULL) == AS_OK &&
            as_sql_get(&last, NULL, foresight->reader, NULL, "SELECT max(id) FROM import_batch", "") ==
                AS_OK &&
            last == facts->batch_id - 1 && as_recall_new(&foresight->leads, AS_RECALL_LEADS, NULL) == AS_OK);
}

/* --- events --- */

static int compare(struct as_str a, const struct as_buf *b)
{
    int order = memcmp(a.p, as_buf_c(b), a.n < b->n ? a.n : b->n);
    return order != 0 ? order : (a.n > b->n) - (a.n < b->n);
}

static bool in_gap(const struct as_foresight *foresight, struct as_str id)
{
    return foresight->gap && compare(id, &foresight->from) >= 0 &&
           (foresight->endless || compare(id, &foresight->to) < 0);
}

/* Ids of new events mostly ascend as those of before did: the one sought or the first behind it is asked for,
 * and up to there nothing need be asked again. */
static int64_t find_event(struct as_foresight *foresight, const struct as_facts *facts, struct as_str id)
{
    enum as_status status;
    if (in_gap(foresight, id))
        return AS_ABSENT;
    /* The index has the id; the row is only gone to where its lead may be missing. */
    sqlite3_stmt *stmt = as_sql(foresight->reader, NULL,
                                "SELECT id, CASE WHEN ?3 THEN lead_id ELSE 1 END, external_id FROM event"
                                " WHERE source_id = ?1 AND external_id >= ?2 ORDER BY external_id LIMIT 1",
                                "isi", facts->system_id, id, (int64_t)foresight->leadless);
    if (stmt == NULL)
        return 0;
    bool more = as_sql_row(&status, foresight->reader, stmt, NULL);
    int64_t event = 0;
    as_buf_reset(&foresight->from);
    as_buf_reset(&foresight->to);
    foresight->gap = false;
    if (more)
        as_buf_str(&foresight->to, as_sql_str(stmt, 2));
    if (status == AS_OK && more && as_str_eq(as_sql_str(stmt, 2), id))
        event = sqlite3_column_type(stmt, 1) != SQLITE_NULL ? sqlite3_column_int64(stmt, 0) : 0;
    else if (status == AS_OK) {
        event = AS_ABSENT;
        as_buf_str(&foresight->from, id);
        foresight->endless = !more;
        foresight->gap = !foresight->from.failed && !foresight->to.failed;
    }
    sqlite3_reset(stmt);
    return event;
}

/* --- leads --- */

/* Whom an id or an address names; a lead that was merged away is left to who puts the record. */
static struct as_recalled look_lead_up(struct as_foresight *foresight, const char *system,
                                       struct as_str value)
{
    struct as_recalled found = {.created = AS_TIME_NONE};
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(foresight->reader, NULL,
                                "SELECT l.id, l.account_id, l.created FROM identity i JOIN lead l ON l.id ="
                                " i.lead_id WHERE i.system = ? AND i.value = ? AND l.merged_into IS NULL",
                                "ts", system, value);
    if (stmt == NULL || !as_sql_row(&status, foresight->reader, stmt, NULL))
        return found;
    found.id = sqlite3_column_int64(stmt, 0);
    found.account = sqlite3_column_int64(stmt, 1);
    if (sqlite3_column_type(stmt, 2) != SQLITE_NULL)
        as_time_parse(&found.created, NULL, as_sql_str(stmt, 2));
    sqlite3_reset(stmt);
    return found;
}

static void find_lead(struct as_foreseen *out, struct as_foresight *foresight, const struct as_facts *facts,
                      const struct as_record *record)
{
    bool said;
    struct as_str words = as_record_says(record, "lead_id", &said);
    const char *system = facts->system;
    if (words.n > 0 && words.p[0] == '#')
        return;
    if (words.n == 0) {
        words = as_record_says(record, "email", &said);
        system = "email";
    }
    if (words.n == 0)
        return;
    const struct as_recalled *known = as_recall_get(foresight->leads, system, words);
    struct as_recalled found;
    if (known != NULL)
        found = *known;
    else {
        struct as_str value = words;
        if (strcmp(system, "email") == 0) {
            as_buf_reset(&foresight->key);
            as_email_identity(&foresight->key, words);
            value = (struct as_str){as_buf_c(&foresight->key), foresight->key.n};
        }
        found = look_lead_up(foresight, system, value);
        as_recall_put(foresight->leads, system, words, &found);
    }
    *out = (struct as_foreseen){out->event, found.id, found.account, found.created};
}

void as_foresee(void *context, struct as_record *record)
{
    struct as_facts *facts = context;
    struct as_foresight *foresight = &facts->foresight;
    bool event = record->kind == AS_IMPORT_EVENTS, said;
    if (!foresight->begun) { /* the first record: none is put yet */
        foresight->begun = true;
        foresight->events = event && foresight->known;
        foresight->possible &=
            event || record->kind == AS_IMPORT_TOUCHES || record->kind == AS_IMPORT_CONSENT;
    }
    if (!foresight->possible)
        return;
    if (foresight->records < RECORDS_BEFORE) {
        foresight->records++;
        return;
    }
    foresight->possible = open_reader(foresight, facts);
    if (!foresight->possible)
        return;
    find_lead(&record->foreseen, foresight, facts, record);
    struct as_str id = event && foresight->events ? as_record_says(record, "id", &said) : AS_STR("");
    if (id.n > 0)
        record->foreseen.event = find_event(foresight, facts, id);
}
