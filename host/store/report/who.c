/* Who: who leads are, put together from their rows, their ids and their accounts. A subquery for each would
 * be planned into every row; one scan of the ids beside the leads costs a fraction of it. */
#include "store/report/who.h"

#include <stdlib.h>
#include <string.h>

/* Beyond so many ids between two leads, a search is cheaper than going through them. */
enum { NEAR = 64 };
/* Accounts remembered, and the longest texts of one: most leads are at few of them. Whoever names a few leads
 * does without. */
enum { ACCOUNTS = 1 << 16, LONGEST = 79, LISTED = 64 };

struct account {
    int64_t id; /* 0: none */
    bool named, known;
    char name[LONGEST + 1], external_id[LONGEST + 1];
};

/* The least of a lead's ids in some order, and what it says. */
struct best {
    bool found;
    int64_t alias, known_at;
    struct as_buf system, value;
};

struct as_who_reader {
    struct as_store *store;
    sqlite3_stmt *ids; /* of leads from one on */
    bool more;         /* it stands at a row, which is of `at` */
    int64_t at;
    struct best any, own; /* with addresses, without */
    struct as_buf number, account_name, account_id;
    struct account *accounts; /* by id; NULL: until LISTED leads were read */
    uint32_t read;
};

enum as_status as_who_open(struct as_who_reader **out, struct as_store *store, struct as_error *error)
{
    *out = calloc(1, sizeof **out);
    if (*out == NULL)
        return as_error_memory(error);
    (*out)->store = store;
    return AS_OK;
}

void as_who_close(struct as_who_reader *reader)
{
    if (reader == NULL)
        return;
    as_sql_end(reader->store, reader->ids);
    struct as_buf *bufs[] = {&reader->any.system, &reader->any.value, &reader->own.system,
                             &reader->own.value,  &reader->number,    &reader->account_name,
                             &reader->account_id};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        as_buf_free(bufs[i]);
    free(reader->accounts);
    free(reader);
}

/* --- ids --- */

static enum as_status step(struct as_who_reader *reader, struct as_error *error)
{
    enum as_status status;
    reader->more = as_sql_row(&status, reader->store, reader->ids, error);
    reader->at = reader->more ? sqlite3_column_int64(reader->ids, 0) : INT64_MAX;
    return status;
}

/* Brings the scan to the first id of the lead, or of the next one that has any. */
static enum as_status go_to(struct as_who_reader *reader, int64_t lead, struct as_error *error)
{
    enum as_status status = AS_OK;
    bool behind = reader->ids != NULL && reader->at <= lead && lead - reader->at < NEAR;
    while (behind && status == AS_OK && reader->more && reader->at < lead)
        status = step(reader, error);
    if (behind || status != AS_OK)
        return status;
    as_sql_end(reader->store, reader->ids);
    reader->ids = as_sql_fresh(reader->store, error,
                               "SELECT lead_id, system, value, known_at, alias"
                               " FROM identity WHERE lead_id >= ? ORDER BY lead_id",
                               "i", lead);
    return step(reader, error);
}

/* In one order: ids of its own before aliases, then by system, then by time unless `timeless`, then by value.
 */
static int compare(const struct best *best, int64_t alias, struct as_str system, int64_t known_at,
                   struct as_str value, bool timeless)
{
    int order;
    if (alias != best->alias)
        return alias < best->alias ? -1 : 1;
    if ((order = as_str_cmp(system, (struct as_str){best->system.p, best->system.n})) != 0)
        return order;
    if (!timeless && known_at != best->known_at)
        return known_at < best->known_at ? -1 : 1;
    return as_str_cmp(value, (struct as_str){best->value.p, best->value.n});
}

static void consider(struct best *best, sqlite3_stmt *stmt, bool timeless)
{
    struct as_str system = as_sql_str(stmt, 1), value = as_sql_str(stmt, 2);
    int64_t known_at = sqlite3_column_int64(stmt, 3), alias = sqlite3_column_int64(stmt, 4);
    if (best->found && compare(best, alias, system, known_at, value, timeless) >= 0)
        return;
    best->found = true;
    best->alias = alias;
    best->known_at = known_at;
    as_buf_reset(&best->system);
    as_buf_reset(&best->value);
    as_buf_str(&best->system, system);
    as_buf_str(&best->value, value);
}

static enum as_status read_ids(struct as_who_reader *reader, int64_t lead, bool nameless,
                               struct as_error *error)
{
    enum as_status status = go_to(reader, lead, error);
    reader->any.found = reader->own.found = false;
    while (status == AS_OK && reader->more && reader->at == lead) {
        bool address = as_str_is(as_sql_str(reader->ids, 1), "email");
        if (nameless)
            consider(&reader->any, reader->ids, true);
        if (!address)
            consider(&reader->own, reader->ids, false);
        status = step(reader, error);
    }
    return status;
}

/* --- accounts --- */

static enum as_status ask_account(bool *named, bool *known, struct as_who_reader *reader, int64_t id,
                                  struct as_error *error)
{
    enum as_status status;
    as_buf_reset(&reader->account_name);
    as_buf_reset(&reader->account_id);
    sqlite3_stmt *stmt =
        as_sql(reader->store, error,
               "SELECT a.name, (SELECT i.value"
               " FROM account_identity i WHERE i.account_id = a.id AND i.system <> 'domain'"
               " ORDER BY i.alias, i.system, i.known_at, i.value LIMIT 1) FROM account a WHERE a.id = ?",
               "i", id);
    *named = *known = false;
    if (as_sql_row(&status, reader->store, stmt, error)) {
        *named = as_sql_text(stmt, 0) != NULL;
        *known = as_sql_text(stmt, 1) != NULL;
        as_buf_str(&reader->account_name, as_sql_str(stmt, 0));
        as_buf_str(&reader->account_id, as_sql_str(stmt, 1));
    }
    sqlite3_reset(stmt);
    return status;
}

static enum as_status read_account(struct as_who *out, struct as_who_reader *reader, struct as_error *error)
{
    bool named, known;
    if (out->account_id == 0)
        return AS_OK;
    if (reader->accounts == NULL && reader->read++ >= LISTED &&
        (reader->accounts = calloc(ACCOUNTS, sizeof *reader->accounts)) == NULL)
        return as_error_memory(error);
    struct account *account =
        reader->accounts == NULL ? NULL : &reader->accounts[(uint64_t)out->account_id % ACCOUNTS];
    if (account == NULL || account->id != out->account_id) {
        enum as_status status = ask_account(&named, &known, reader, out->account_id, error);
        const struct as_buf *name = &reader->account_name, *id = &reader->account_id;
        if (status != AS_OK)
            return status;
        if (account == NULL || name->n > LONGEST || id->n > LONGEST) {
            out->company = named ? as_buf_c(name) : out->company;
            out->account_external_id = known ? as_buf_c(id) : NULL;
            return AS_OK;
        }
        *account = (struct account){.id = out->account_id, .named = named, .known = known};
        memcpy(account->name, as_buf_c(name), name->n);
        memcpy(account->external_id, as_buf_c(id), id->n);
    }
    if (account->named)
        out->company = account->name;
    out->account_external_id = account->known ? account->external_id : NULL;
    return AS_OK;
}

enum as_status as_who_read(struct as_who *out, struct as_who_reader *reader, sqlite3_stmt *stmt, int column,
                           struct as_error *error)
{
    *out = (struct as_who){.lead_id = sqlite3_column_int64(stmt, column),
                           .account_id = sqlite3_column_int64(stmt, column + 1),
                           .name = as_sql_text(stmt, column + 2),
                           .email = as_sql_text(stmt, column + 3),
                           .title = as_sql_text(stmt, column + 4),
                           .company = as_sql_text(stmt, column + 5)};
    if (out->name == NULL)
        out->name = out->email;
    enum as_status status = read_ids(reader, out->lead_id, out->name == NULL, error);
    if (status == AS_OK)
        status = read_account(out, reader, error);
    if (status != AS_OK)
        return status;
    if (reader->own.found) {
        out->system = as_buf_c(&reader->own.system);
        out->external_id = as_buf_c(&reader->own.value);
    }
    if (out->name == NULL && reader->any.found)
        out->name = as_buf_c(&reader->any.value);
    if (out->name == NULL) {
        as_buf_reset(&reader->number);
        as_buf_char(&reader->number, '#');
        as_buf_int(&reader->number, out->lead_id);
        out->name = as_buf_c(&reader->number);
    }
    bool failed = reader->any.system.failed || reader->any.value.failed || reader->own.system.failed ||
                  reader->own.value.failed || reader->number.failed;
    return failed ? as_error_memory(error) : AS_OK;
}
