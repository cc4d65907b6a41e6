/* Names: which lead or account a record or a reference means by an id, an e-mail address, a domain or a name.
 */
#include "store/facts/batch.h"

#include "data/identity/identity.h"
#include "data/identity/name.h"

#include <string.h>

/* "#12" is the store's own id. */
bool as_own_number(int64_t *id, struct as_str text)
{
    return text.n > 1 && text.p[0] == '#' && as_parse_int(id, (struct as_str){text.p + 1, text.n - 1}) &&
           *id > 0;
}

/* What was merged away is its survivor; a chain ends, since merging into a merged one is refused. */
enum as_status as_survivor(int64_t *row, struct as_store *store, enum as_level level, struct as_error *error)
{
    for (;;) {
        int64_t into;
        bool found;
        enum as_status status = level == AS_LEVEL_LEAD
                                    ? as_sql_get(&into, &found, store, error,
                                                 "SELECT merged_into FROM lead WHERE id = ?", "i", *row)
                                    : as_sql_get(&into, &found, store, error,
                                                 "SELECT merged_into FROM account WHERE id = ?", "i", *row);
        if (status != AS_OK || !found)
            return status;
        *row = into;
    }
}

/* Names that no index finds: the book gives the rows that may have it, and the row says whether it has. */
static enum as_status find_unindexed(int64_t *lead, bool *alias, struct as_facts *facts, const char *system,
                                     struct as_str value, struct as_error *error)
{
    struct as_book_search search;
    uint32_t row;
    enum as_status status = AS_OK;
    for (bool more = as_book_first(&row, &search, facts->people.book, system, value);
         more && *lead == 0 && status == AS_OK; more = as_book_next(&row, &search, facts->people.book)) {
        int64_t candidate = facts->people.first + row, behind;
        bool found;
        status = as_sql_get(&behind, &found, facts->store, error,
                            "SELECT alias FROM identity WHERE lead_id = ? AND system = ? AND value = ?",
                            "its", candidate, system, value);
        if (found) {
            *lead = candidate;
            *alias = behind != 0;
        }
    }
    return status;
}

/* The row that has the name, merged away or not; 0 none. */
static enum as_status lead_identity(int64_t *lead, bool *alias, struct as_facts *facts, const char *system,
                                    struct as_str value, struct as_error *error)
{
    bool maybe;
    *lead = 0;
    *alias = false;
    enum as_status status = as_bulk_settle(&maybe, facts, &facts->people, system, value, false, error);
    if (status != AS_OK || !maybe)
        return status;
    if (facts->people.unindexed)
        return find_unindexed(lead, alias, facts, system, value, error);
    sqlite3_stmt *stmt =
        as_sql(facts->store, error, "SELECT lead_id, alias FROM identity WHERE system = ? AND value = ?",
               "ts", system, value);
    if (as_sql_row(&status, facts->store, stmt, error)) {
        *lead = sqlite3_column_int64(stmt, 0);
        *alias = sqlite3_column_int(stmt, 1) != 0;
        sqlite3_reset(stmt);
    }
    return status;
}

static enum as_status surviving_lead(int64_t *lead, struct as_facts *facts, const char *system,
                                     struct as_str value, struct as_error *error)
{
    bool alias;
    enum as_status status = lead_identity(lead, &alias, facts, system, value, error);
    return status == AS_OK && *lead != 0 && facts->any_merged
               ? as_survivor(lead, facts->store, AS_LEVEL_LEAD, error)
               : status;
}

enum as_status as_account_by_identity(int64_t *account, const struct as_facts *facts, const char *system,
                                      struct as_str value, struct as_error *error)
{
    bool found;
    enum as_status status = as_sql_get(
        account, &found, facts->store, error,
        "SELECT account_id FROM account_identity WHERE system = ? AND value = ?", "ts", system, value);
    return status == AS_OK && found && facts->any_merged_account
               ? as_survivor(account, facts->store, AS_LEVEL_ACCOUNT, error)
               : status;
}

enum as_status as_lead_by_id(int64_t *lead, struct as_facts *facts, struct as_str id, struct as_error *error)
{
    bool found = false;
    *lead = 0;
    if (id.n == 0)
        return AS_OK;
    if (!as_own_number(lead, id))
        return surviving_lead(lead, facts, facts->system, id, error);
    enum as_status status = as_bulk_write(facts, error);
    if (status == AS_OK)
        status = as_sql_get(lead, &found, facts->store, error,
                            "SELECT id FROM lead WHERE id = ? AND erased_at IS NULL", "i", *lead);
    if (!found)
        *lead = 0;
    return status != AS_OK || !found ? status : as_survivor(lead, facts->store, AS_LEVEL_LEAD, error);
}

static enum as_status lead_by_email(int64_t *lead, struct as_facts *facts, struct as_str email,
                                    struct as_error *error)
{
    *lead = 0;
    as_buf_reset(&facts->key);
    if (email.n == 0)
        return AS_OK;
    as_email_identity(&facts->key, email);
    return surviving_lead(lead, facts, "email", (struct as_str){facts->key.p, facts->key.n}, error);
}

enum as_status as_lead_by_identity(int64_t *lead, struct as_facts *facts, const char *system,
                                   struct as_str value, struct as_error *error)
{
    return surviving_lead(lead, facts, system, value, error);
}

enum as_status as_account_by_id(int64_t *account, struct as_facts *facts, struct as_str id,
                                struct as_error *error)
{
    bool found;
    *account = 0;
    if (id.n == 0)
        return AS_OK;
    if (!as_own_number(account, id)) {
        const struct as_recalled *known = as_recall_get(facts->accounts, facts->system, id);
        enum as_status looked = AS_OK;
        if (known != NULL)
            *account = known->id;
        else if ((looked = as_account_by_identity(account, facts, facts->system, id, error)) == AS_OK)
            as_recall_put(facts->accounts, facts->system, id, &(struct as_recalled){.id = *account});
        return looked;
    }
    enum as_status status = as_sql_get(account, &found, facts->store, error,
                                       "SELECT id FROM account WHERE id = ?", "i", *account);
    return status != AS_OK || !found ? status : as_survivor(account, facts->store, AS_LEVEL_ACCOUNT, error);
}

enum as_status as_account_by_domain(int64_t *account, struct as_facts *facts, struct as_str mail_or_site,
                                    struct as_error *error)
{
    *account = 0;
    as_buf_reset(&facts->key);
    enum as_status status = as_match_domain(&facts->key, facts->store, mail_or_site, error);
    if (status != AS_OK || facts->key.n == 0)
        return status;
    return as_account_by_identity(account, facts, "domain", (struct as_str){facts->key.p, facts->key.n},
                                  error);
}

enum as_status as_account_by_name(int64_t *account, struct as_facts *facts, struct as_str name,
                                  struct as_error *error)
{
    *account = 0;
    as_buf_reset(&facts->key);
    enum as_status status = as_company_key(&facts->key, name, error);
    if (status != AS_OK || facts->key.n == 0)
        return status;
    status = as_sql_get(account, NULL, facts->store, error,
                        "SELECT min(id) FROM account WHERE name_key = ? AND merged_into IS NULL", "s",
                        (struct as_str){facts->key.p, facts->key.n});
    return status;
}

enum as_status as_lead_named(int64_t *lead, struct as_facts *facts, struct as_error *error)
{
    bool has_id, has_email;
    struct as_str id = as_said(facts, "lead_id", &has_id), email = as_said(facts, "email", &has_email);
    enum as_status status = as_lead_by_id(lead, facts, id, error);
    if (status == AS_OK && *lead == 0 && email.n > 0)
        status = lead_by_email(lead, facts, email, error);
    facts->about = *lead;
    if (status != AS_OK || *lead != 0)
        return status;
    if (id.n == 0 && email.n == 0)
        return as_error_set(error, AS_ERR_DATA, "names no lead: lead_id and email are empty");
    struct as_str shown = id.n > 0 ? id : email;
    as_error_set(error, AS_ERR_DATA, "there is no lead \"%.*s\"", shown.n > 80 ? 80 : (int)shown.n, shown.p);
    return as_error_advise(error, "import the leads first; ids are those of system \"%s\"", facts->system);
}

enum as_status as_lead_facts(struct as_recalled *out, struct as_facts *facts, int64_t lead,
                             struct as_error *error)
{
    enum as_status status;
    *out = (struct as_recalled){.id = lead, .created = AS_TIME_NONE};
    sqlite3_stmt *stmt =
        as_sql(facts->store, error, "SELECT account_id, created FROM lead WHERE id = ?", "i", lead);
    if (as_sql_row(&status, facts->store, stmt, error)) {
        out->account = sqlite3_column_int64(stmt, 0);
        if (sqlite3_column_type(stmt, 1) != SQLITE_NULL)
            as_time_parse(&out->created, NULL, as_sql_str(stmt, 1));
        sqlite3_reset(stmt);
    }
    return status;
}

/* An id with an address beside it is not recalled: the address names a lead where the id does not. */
enum as_status as_lead_met(struct as_recalled *out, struct as_facts *facts, struct as_error *error)
{
    bool said;
    struct as_str id = as_said(facts, "lead_id", &said), email = as_said(facts, "email", &said);
    const char *system = id.n > 0 ? facts->system : "email";
    struct as_str words = id.n > 0 ? id : email;
    bool one = (id.n == 0) != (email.n == 0);
    const struct as_recalled *known = one ? as_recall_get(facts->leads, system, words) : NULL;
    const struct as_foreseen *foreseen = &facts->record->foreseen;
    int64_t lead;
    if (foreseen->lead != 0 && !facts->leads_came) {
        *out = (struct as_recalled){foreseen->lead, foreseen->home, foreseen->created};
        return AS_OK;
    }
    if (known != NULL) {
        *out = *known;
        facts->about = known->id;
        return AS_OK;
    }
    enum as_status status = as_lead_named(&lead, facts, error);
    if (status == AS_OK)
        status = as_lead_facts(out, facts, lead, error);
    if (status == AS_OK && one)
        as_recall_put(facts->leads, system, words, out);
    return status;
}

enum as_status as_resolve(struct as_cell *out, struct as_facts *facts, const struct as_field *field,
                          struct as_str text, struct as_error *error)
{
    *out = (struct as_cell){.type = AS_TYPE_REFERENCE};
    if (text.n == 0)
        return AS_OK;
    int64_t row = 0;
    enum as_status status;
    if (field->target == AS_LEVEL_LEAD) {
        status = as_lead_by_id(&row, facts, text, error);
        if (status == AS_OK && row == 0)
            status = lead_by_email(&row, facts, text, error);
    } else {
        status = as_account_by_id(&row, facts, text, error);
        if (status == AS_OK && row == 0)
            status = as_account_by_domain(&row, facts, text, error);
        if (status == AS_OK && row == 0)
            status = as_account_by_name(&row, facts, text, error);
    }
    if (status != AS_OK)
        return status;
    if (row == 0) {
        as_error_set(error, AS_ERR_DATA, "%s: there is no %s \"%.*s\"", field->name,
                     as_level_name(field->target), text.n > 80 ? 80 : (int)text.n, text.p);
        return as_error_advise(error, "import the %ss first", as_level_name(field->target));
    }
    out->known = true;
    out->integer = row;
    return AS_OK;
}

enum as_status as_own_row(int64_t *row, bool *alias, struct as_facts *facts, enum as_level level,
                          struct as_str id, struct as_error *error)
{
    enum as_status status;
    *row = 0;
    *alias = false;
    if (id.n == 0 || id.p[0] == '#')
        return level == AS_LEVEL_LEAD ? as_lead_by_id(row, facts, id, error)
                                      : as_account_by_id(row, facts, id, error);
    if (level == AS_LEVEL_LEAD)
        return lead_identity(row, alias, facts, facts->system, id, error);
    sqlite3_stmt *stmt = as_sql(
        facts->store, error, "SELECT account_id, alias FROM account_identity WHERE system = ? AND value = ?",
        "ts", facts->system, id);
    if (as_sql_row(&status, facts->store, stmt, error)) {
        *row = sqlite3_column_int64(stmt, 0);
        *alias = sqlite3_column_int(stmt, 1) != 0;
        sqlite3_reset(stmt);
    }
    return status;
}

/* What nobody has yet, unless the index is to say so. */
static enum as_status add_name(struct as_facts *facts, const char *system, struct as_str value, int64_t lead,
                               bool alias, struct as_error *error)
{
    bool waits = lead >= facts->written_lead;
    enum as_status status = AS_OK;
    if (facts->people.all || waits)
        status = as_bulk_name(facts, &facts->people, system, value, lead, error);
    if (status == AS_OK)
        status = as_waiting_add(&facts->identities, error);
    if (status != AS_OK)
        return status;
    as_waiting_text(&facts->identities, 0, as_str_of(system));
    as_waiting_text(&facts->identities, 1, value);
    as_waiting_integer(&facts->identities, 2, lead);
    as_waiting_integer(&facts->identities, 3, facts->options.now);
    as_waiting_integer(&facts->identities, 4, alias);
    return waits ? AS_OK : as_bulk_write(facts, error);
}

/* A name of a lead that waits to be written waits with it; where the index is there, it tells whose the name
 * is already. */
static enum as_status add_lead_identity(struct as_facts *facts, const char *system, struct as_str value,
                                        int64_t lead, bool alias, bool *changed, struct as_error *error)
{
    int64_t holder = 0;
    bool was_alias, waits = lead >= facts->written_lead;
    enum as_status status = AS_OK;
    if (!waits || facts->people.all)
        status = lead_identity(&holder, &was_alias, facts, system, value, error);
    if (status != AS_OK || holder != 0)
        return status;
    *changed = true;
    return add_name(facts, system, value, lead, alias, error);
}

enum as_status as_first_identity(struct as_facts *facts, const char *system, struct as_str value,
                                 int64_t lead, struct as_error *error)
{
    return add_name(facts, system, value, lead, false, error);
}

enum as_status as_add_identity(struct as_facts *facts, enum as_level level, const char *system,
                               struct as_str value, int64_t row, bool alias, bool *changed,
                               struct as_error *error)
{
    if (level == AS_LEVEL_LEAD)
        return add_lead_identity(facts, system, value, row, alias, changed, error);
    enum as_status status = as_sql_do(
        facts->store, error,
        "INSERT INTO account_identity(system, value, account_id, known_at, alias) VALUES(?, ?, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        "tsiii", system, value, row, facts->options.now, (int64_t)alias);
    if (status == AS_OK && sqlite3_changes(facts->store->db) > 0)
        *changed = true;
    return status;
}

enum as_status as_own_identity(struct as_facts *facts, enum as_level level, struct as_str value, int64_t row,
                               struct as_error *error)
{
    return level == AS_LEVEL_LEAD
               ? as_sql_do(facts->store, error,
                           "UPDATE identity SET lead_id = ?, alias = 0 WHERE system = ? AND value = ?", "its",
                           row, facts->system, value)
               : as_sql_do(
                     facts->store, error,
                     "UPDATE account_identity SET account_id = ?, alias = 0 WHERE system = ? AND value = ?",
                     "its", row, facts->system, value);
}
