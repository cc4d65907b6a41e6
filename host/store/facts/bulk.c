/* Bulk: what an import puts off. New rows wait and are written many at a time; while an empty table is
 * filled, its indexes are left away and built at the end, sorted, within the same transaction. What a row is
 * called is meanwhile known from the book of names. */
#include "store/facts/batch.h"
#include "store/read_ahead.h"

#include <stdlib.h>
#include <string.h>

/* Rows of a file after which it is no longer a small one: what they say is put off is set up only then. */
enum { BULK_ROWS = 1024 };
/* Rows of a file that come into tables which had some before, after which most pages of the indexes that they
 * go into will be wanted, in no order. */
enum { AHEAD_ROWS = 8192 };

static const char event_into[] =
    "INSERT OR FAIL INTO event(id, lead_id, account_id, kind_id, time, known_at, hash, batch_id, source_id,"
    " external_id, domain, content, campaign)";
static const char value_into[] = "INSERT OR IGNORE INTO event_value(property_id, event_id, value, currency)";
static const char identity_into[] = "INSERT OR IGNORE INTO identity(system, value, lead_id, known_at, alias)";

/* Tables that only grow at their end need few pages at hand; of a writer's many, and of as much again that
 * sorts an index, a large import would fill all. */
static enum as_status need_pages(struct as_facts *facts, bool few, struct as_error *error)
{
    return as_sql_script(facts->store, error, few ? AS_READER_CACHE : AS_WRITER_CACHE);
}

enum as_status as_bulk_names(struct as_known_names *names, int64_t first, bool all, struct as_error *error)
{
    *names = (struct as_known_names){.first = first, .all = all};
    return as_book_new(&names->book, error);
}

enum as_status as_bulk_open(struct as_facts *facts, struct as_error *error)
{
    enum as_status status = as_waiting_open(&facts->identities, facts->store, identity_into, 5, error);
    if (status == AS_OK)
        status = as_waiting_open(&facts->events, facts->store, event_into, 13, error);
    if (status == AS_OK)
        status = as_waiting_open(&facts->values, facts->store, value_into, 4, error);
    if (status == AS_OK)
        status = as_bulk_names(&facts->people, facts->first_lead, facts->people.all, error);
    if (status == AS_OK)
        status = as_bulk_names(&facts->happened, facts->first_event, facts->happened.all, error);
    return status == AS_OK ? need_pages(facts, false, error) : status;
}

/* Of indexes that are not in memory each page would be waited for by itself. */
static void read_ahead(struct as_facts *facts)
{
    static const char *const of_leads[] = {"identity_name", "lead"}, *const of_events[] = {"identity",
                                                                                      "event_external",
                                                                                      "event_run"};
    facts->ahead = true;
    if (facts->last_kind == AS_IMPORT_EVENTS && facts->first_event > 1)
        as_read_ahead_begin(&facts->read_ahead, facts->store, of_events, 3);
    else if (facts->last_kind == AS_IMPORT_LEADS && facts->first_lead > 1)
        as_read_ahead_begin(&facts->read_ahead, facts->store, of_leads, 2);
    as_read_ahead_reached(facts->read_ahead, 1, 1);
}

void as_bulk_close(struct as_facts *facts)
{
    as_read_ahead_end(facts->read_ahead);
    facts->read_ahead = NULL;
    as_waiting_close(&facts->identities);
    as_waiting_close(&facts->events);
    as_waiting_close(&facts->values);
    as_waiting_close(&facts->touches);
    as_waiting_close(&facts->consents);
    as_waiting_close(&facts->answers);
    as_book_free(facts->people.book);
    as_book_free(facts->happened.book);
    as_book_free(facts->met.book);
    as_book_free(facts->agreed.book);
    as_book_free(facts->answered.book);
    need_pages(facts, true, NULL);
    as_buf_free(&facts->put_off);
    as_store_ask_references(facts->store, true);
}

static void forget_written(struct as_known_names *names)
{
    if (!names->all && !names->ours && names->book != NULL)
        as_book_clear(names->book);
    names->unnamed = false;
}

/* A page that went to the log and is changed again within one transaction has SQLite read, sum and write all
 * of the log behind it once more. So what an import changes at its begin and at its end is looked at in
 * between, which keeps it from being the page that was used least lately. */
static enum as_status keep_at_hand(struct as_facts *facts, struct as_error *error)
{
    int64_t n;
    if (facts->bulk != AS_BULK_ON)
        return AS_OK;
    enum as_status status = as_sql_get(&n, NULL, facts->store, error,
                                       "SELECT 1 FROM import_batch WHERE id = ?", "i", facts->batch_id);
    return status == AS_OK && facts->put_off.n > 0
               ? as_sql_get(&n, NULL, facts->store, error, "SELECT count(*) FROM sqlite_schema", "")
               : status;
}

enum as_status as_bulk_write(struct as_facts *facts, struct as_error *error)
{
    /* Leads before what names them, events before what they have. */
    struct as_waiting_rows *const waiting[] = {&facts->level[AS_LEVEL_ACCOUNT].rows,
                                               &facts->level[AS_LEVEL_LEAD].rows,
                                               &facts->identities,
                                               &facts->events,
                                               &facts->values,
                                               &facts->touches,
                                               &facts->consents,
                                               &facts->answers};
    enum { ALL = sizeof waiting / sizeof *waiting };
    size_t rows = 0;
    for (int i = 0; i < ALL; i++)
        rows += waiting[i]->n;
    if (rows == 0)
        return AS_OK;
    enum as_status status = keep_at_hand(facts, error);
    for (int i = 0; i < ALL && status == AS_OK; i++)
        status = as_waiting_write(waiting[i], error);
    facts->written_lead = facts->next_lead;
    forget_written(&facts->people);
    forget_written(&facts->happened);
    forget_written(&facts->met);
    forget_written(&facts->agreed);
    forget_written(&facts->answered);
    return status;
}

/* Whether the index of a part of the table is empty: it stays, since leaving rows out of it costs nearly
 * nothing, and making it would read all of them. */
static enum as_status is_spare(bool *spare, struct as_facts *facts, const char *table, const char *index_sql,
                               struct as_error *error)
{
    const char *condition = strstr(index_sql, " WHERE ");
    struct as_buf any = {0};
    enum as_status status;
    *spare = false;
    if (condition == NULL)
        return AS_OK;
    as_buf_printf(&any, "SELECT 1 FROM %s%s LIMIT 1", table, condition);
    sqlite3_stmt *stmt = as_sql_made(facts->store, error, &any, "");
    *spare = !as_sql_row(&status, facts->store, stmt, error);
    as_sql_end(facts->store, stmt);
    return status;
}

/* Drops the indexes of a table and notes the words that make them again. */
static enum as_status put_off_indexes(struct as_facts *facts, const char *table, struct as_error *error)
{
    enum as_status status;
    struct as_buf drops = {0};
    sqlite3_stmt *stmt = as_sql(facts->store, error,
                                "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ?"
                                " AND sql IS NOT NULL",
                                "t", table);
    while (as_sql_row(&status, facts->store, stmt, error)) {
        bool spare;
        if ((status = is_spare(&spare, facts, table, as_sql_text(stmt, 1), error)) != AS_OK)
            break;
        if (spare)
            continue;
        as_buf_text(&drops, "DROP INDEX ");
        as_sql_name(&drops, as_sql_text(stmt, 0));
        as_buf_text(&drops, ";");
        as_buf_text(&facts->put_off, as_sql_text(stmt, 1));
        as_buf_text(&facts->put_off, ";");
    }
    sqlite3_reset(stmt);
    if (status == AS_OK && (drops.failed || facts->put_off.failed))
        status = as_error_memory(error);
    if (status == AS_OK && drops.n > 0)
        status = as_sql_script(facts->store, error, as_buf_c(&drops));
    as_buf_free(&drops);
    return status;
}

/* All that is written so far is this import's, so that the indexes hold next to nothing. */
static enum as_status start(struct as_facts *facts, struct as_error *error)
{
    enum as_status status = as_bulk_write(facts, error);
    facts->bulk = AS_BULK_ON;
    if (status != AS_OK)
        return status;
    as_store_ask_references(facts->store, false);
    if (facts->last_kind == AS_IMPORT_LEADS && facts->first_lead == 1 && facts->people.all) {
        status = put_off_indexes(facts, "lead", error);
        if (status == AS_OK)
            status = put_off_indexes(facts, "identity", error);
        facts->people.unindexed = true;
    } else if (facts->last_kind == AS_IMPORT_EVENTS && facts->first_event == 1 && facts->happened.all) {
        status = put_off_indexes(facts, "event", error);
        facts->happened.unindexed = true;
    } else if (facts->last_kind == AS_IMPORT_TOUCHES && facts->met.first == 1 && facts->met.all) {
        /* Those of people are events, too, whose indexes stay: they need pages at hand. */
        facts->met.unindexed = true;
        return put_off_indexes(facts, "touch", error);
    }
    return status == AS_OK && facts->put_off.n > 0 ? need_pages(facts, true, error) : status;
}

enum as_status as_bulk_room(struct as_facts *facts, struct as_error *error)
{
    int64_t rows = (facts->next_lead - facts->first_lead) + (facts->next_event - facts->first_event) +
                   (facts->next_touch - facts->met.first) + (facts->next_consent - facts->agreed.first) +
                   (facts->next_answer - facts->answered.first);
    enum as_status status = AS_OK;
    if (rows >= BULK_ROWS && facts->bulk == AS_BULK_NOT_YET)
        status = start(facts, error);
    if (rows >= AHEAD_ROWS && !facts->ahead)
        read_ahead(facts);
    bool full = as_waiting_full(&facts->level[AS_LEVEL_LEAD].rows) || as_waiting_full(&facts->identities) ||
                as_waiting_full(&facts->events) || as_waiting_full(&facts->values) ||
                as_waiting_full(&facts->touches) || as_waiting_full(&facts->consents) ||
                as_waiting_full(&facts->answers);
    return status == AS_OK && full ? as_bulk_write(facts, error) : status;
}

enum as_status as_bulk_end(struct as_facts *facts, struct as_error *error)
{
    enum as_status status = as_bulk_write(facts, error);
    facts->bulk = AS_BULK_OVER;
    if (status == AS_OK && facts->put_off.n > 0) {
        status = as_sql_script(facts->store, error, as_buf_c(&facts->put_off));
        if (status == AS_OK)
            status = need_pages(facts, false, error);
    }
    as_buf_reset(&facts->put_off);
    as_store_ask_references(facts->store, true);
    facts->people.unindexed = facts->happened.unindexed = facts->met.unindexed = false;
    return status;
}

enum as_status as_bulk_settle(bool *maybe, struct as_facts *facts, const struct as_known_names *names,
                              const char *system, struct as_str value, bool absent, struct as_error *error)
{
    struct as_book_search search;
    uint32_t row;
    bool found = as_book_first(&row, &search, names->book, system, value);
    *maybe = found || !(names->all || (absent && names->ours));
    return found || names->unnamed ? as_bulk_write(facts, error) : AS_OK;
}

enum as_status as_bulk_name(struct as_facts *facts, struct as_known_names *names, const char *system,
                            struct as_str value, int64_t row, struct as_error *error)
{
    bool fits = row >= names->first && row - names->first < UINT32_MAX;
    uint32_t place = (uint32_t)(row - names->first);
    if (fits && as_book_put(names->book, system, value, place))
        return AS_OK;
    /* From here on the indexes are asked, and the book, which is cleared often, is a small one. */
    enum as_status status = names->all ? as_bulk_end(facts, error) : as_bulk_write(facts, error);
    names->all = names->ours = false;
    as_book_free(names->book);
    names->book = NULL;
    if (status == AS_OK)
        status = as_book_new(&names->book, error);
    names->unnamed = status == AS_OK && !(fits && as_book_put(names->book, system, value, place));
    return status;
}
