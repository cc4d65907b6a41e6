/* Foresight: whether an event was known before the batch, asked by the thread that reads the file, through a
 * connection of its own, while the batch is taken in. The batch itself, which that connection does not see,
 * is in the book of names; so is all of it that the answer depends on. */
#include "store/facts/batch.h"

/* A small file is not worth a connection. */
enum { RECORDS_BEFORE = 1024 };

void as_foresight_open(struct as_foresight *foresight, const struct as_facts *facts)
{
    *foresight = (struct as_foresight){.possible = !facts->happened.all && !as_in_memory(facts->store),
                                       .leadless = facts->any_leadless};
}

void as_foresight_close(struct as_foresight *foresight)
{
    as_store_close(foresight->reader);
    foresight->reader = NULL;
}

/* One transaction for all: what is read is of one moment, and beginning one costs as much as a look. Where
 * the batch is not the first of its transaction, the events of those before it cannot be seen. */
static bool open_reader(struct as_foresight *foresight, const struct as_facts *facts)
{
    int64_t last;
    bool found;
    return foresight->reader != NULL ||
           (as_store_open(&foresight->reader, facts->store->path, AS_STORE_READ, NULL) == AS_OK &&
            as_store_read(foresight->reader, NULL) == AS_OK &&
            as_sql_get(&last, &found, foresight->reader, NULL, "SELECT max(id) FROM event", "") == AS_OK &&
            last == facts->first_event - 1);
}

void as_foresee(void *context, struct as_record *record)
{
    struct as_facts *facts = context;
    struct as_foresight *foresight = &facts->foresight;
    enum as_status status;
    bool said;
    if (!foresight->begun) { /* the first record: none is put yet */
        foresight->begun = true;
        foresight->on = record->kind == AS_IMPORT_EVENTS;
    }
    if (!foresight->on || !foresight->possible || record->kind != AS_IMPORT_EVENTS)
        return;
    if (foresight->records < RECORDS_BEFORE) {
        foresight->records++;
        return;
    }
    struct as_str id = as_record_says(record, "id", &said);
    foresight->possible = open_reader(foresight, facts);
    /* The index has the id; the row is only gone to where its lead may be missing. */
    sqlite3_stmt *stmt =
        id.n == 0 || !foresight->possible
            ? NULL
            : as_sql(foresight->reader, NULL,
                     "SELECT id, CASE WHEN ?3 THEN lead_id ELSE 1 END FROM event WHERE source_id = ?1 AND"
                     " external_id = ?2",
                     "isi", facts->system_id, id, (int64_t)foresight->leadless);
    if (stmt == NULL)
        return;
    if (!as_sql_row(&status, foresight->reader, stmt, NULL))
        record->foreseen = status == AS_OK ? AS_ABSENT : 0;
    else if (sqlite3_column_type(stmt, 1) != SQLITE_NULL)
        record->foreseen = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
}
