/* Names: which lead or account is meant by an id, an e-mail address, a domain or a name; for records,
 * references and people who ask. */
#include "store/batch.h"
#include "store/personal.h"

#include "data/identity.h"
#include "data/name.h"

#include <string.h>

/* "#12" is the store's own id. */
static bool own_id(int64_t *id, struct as_str text)
{
    return text.n > 1 && text.p[0] == '#' && as_parse_int(id, (struct as_str){text.p + 1, text.n - 1}) &&
           *id > 0;
}

/* A lead that was merged away is its survivor; a chain ends, since merging into a merged one is refused. */
static enum as_status survivor_of(int64_t *lead, struct as_store *store, struct as_error *error)
{
    for (;;) {
        int64_t into;
        bool found;
        enum as_status status =
            as_sql_get(&into, &found, store, error, "SELECT merged_into FROM lead WHERE id = ?", "i", *lead);
        if (status != AS_OK || !found)
            return status;
        *lead = into;
    }
}

static enum as_status account_survivor(int64_t *account, struct as_store *store, struct as_error *error)
{
    for (;;) {
        int64_t into;
        bool found;
        enum as_status status = as_sql_get(&into, &found, store, error,
                                           "SELECT merged_into FROM account WHERE id = ?", "i", *account);
        if (status != AS_OK || !found)
            return status;
        *account = into;
    }
}

static enum as_status lead_identity(int64_t *lead, struct as_store *store, const char *system,
                                    struct as_str value, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(store, error,
                                "SELECT l.id, l.merged_into FROM identity i JOIN lead l ON l.id = i.lead_id"
                                " WHERE i.system = ? AND i.value = ?",
                                "ts", system, value);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    if (!as_sql_row(&status, store, stmt, error))
        return status;
    bool merged = sqlite3_column_type(stmt, 1) != SQLITE_NULL;
    *lead = sqlite3_column_int64(stmt, merged ? 1 : 0);
    sqlite3_reset(stmt);
    return merged ? survivor_of(lead, store, error) : AS_OK;
}

static enum as_status account_identity(int64_t *account, struct as_store *store, const char *system,
                                       struct as_str value, struct as_error *error)
{
    bool found;
    enum as_status status = as_sql_get(
        account, &found, store, error,
        "SELECT account_id FROM account_identity WHERE system = ? AND value = ?", "ts", system, value);
    return status != AS_OK || !found ? status : account_survivor(account, store, error);
}

enum as_status as_lead_by_id(int64_t *lead, struct as_facts *facts, struct as_str id, struct as_error *error)
{
    bool found;
    *lead = 0;
    if (id.n == 0)
        return AS_OK;
    if (!own_id(lead, id))
        return lead_identity(lead, facts->store, facts->system, id, error);
    enum as_status status = as_sql_get(lead, &found, facts->store, error,
                                       "SELECT id FROM lead WHERE id = ? AND erased_at IS NULL", "i", *lead);
    if (!found)
        *lead = 0;
    return status != AS_OK || !found ? status : survivor_of(lead, facts->store, error);
}

enum as_status as_lead_by_email(int64_t *lead, struct as_facts *facts, struct as_str email,
                                struct as_error *error)
{
    *lead = 0;
    as_buf_reset(&facts->key);
    if (email.n == 0)
        return AS_OK;
    as_email_identity(&facts->key, email);
    return lead_identity(lead, facts->store, "email", (struct as_str){facts->key.p, facts->key.n}, error);
}

enum as_status as_lead_by_identity(int64_t *lead, struct as_facts *facts, const char *system,
                                   struct as_str value, struct as_error *error)
{
    *lead = 0;
    if (as_sieve_lacks(facts->known_people, system, value))
        return AS_OK;
    return lead_identity(lead, facts->store, system, value, error);
}

enum as_status as_account_by_id(int64_t *account, struct as_facts *facts, struct as_str id,
                                struct as_error *error)
{
    bool found;
    *account = 0;
    if (id.n == 0)
        return AS_OK;
    if (!own_id(account, id)) {
        const struct as_recalled *known = as_recall_get(facts->accounts, facts->system, id);
        enum as_status looked = AS_OK;
        if (known != NULL)
            *account = known->id;
        else if ((looked = account_identity(account, facts->store, facts->system, id, error)) == AS_OK)
            as_recall_put(facts->accounts, facts->system, id, &(struct as_recalled){.id = *account});
        return looked;
    }
    enum as_status status = as_sql_get(account, &found, facts->store, error,
                                       "SELECT id FROM account WHERE id = ?", "i", *account);
    return status != AS_OK || !found ? status : account_survivor(account, facts->store, error);
}

enum as_status as_account_by_domain(int64_t *account, struct as_facts *facts, struct as_str mail_or_site,
                                    struct as_error *error)
{
    *account = 0;
    as_buf_reset(&facts->key);
    enum as_status status = as_match_domain(&facts->key, facts->store, mail_or_site, error);
    if (status != AS_OK || facts->key.n == 0)
        return status;
    return account_identity(account, facts->store, "domain", (struct as_str){facts->key.p, facts->key.n},
                            error);
}

enum as_status as_account_by_name(int64_t *account, struct as_facts *facts, struct as_str name,
                                  struct as_error *error)
{
    bool found;
    *account = 0;
    as_buf_reset(&facts->key);
    enum as_status status = as_company_key(&facts->key, name, error);
    if (status != AS_OK || facts->key.n == 0)
        return status;
    status = as_sql_get(account, &found, facts->store, error,
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
        status = as_lead_by_email(lead, facts, email, error);
    if (status != AS_OK || *lead != 0)
        return status;
    if (id.n == 0 && email.n == 0)
        return as_error_set(error, AS_ERR_DATA, "names no lead: lead_id and email are empty");
    struct as_str shown = id.n > 0 ? id : email;
    as_error_set(error, AS_ERR_DATA, "there is no lead \"%.*s\"", shown.n > 80 ? 80 : (int)shown.n, shown.p);
    return as_error_advise(error, "import the leads first; ids are those of system \"%s\"", facts->system);
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
            status = as_lead_by_email(&row, facts, text, error);
    } else {
        status = as_account_by_id(&row, facts, text, error);
        if (status == AS_OK && row == 0)
            status = as_account_by_domain(&row, facts, text, error);
        if (status == AS_OK && row == 0)
            status = as_account_by_name(&row, facts, text, error);
    }
    if (status != AS_OK)
        return status;
    if (row == 0)
        return as_error_set(error, AS_ERR_DATA, "%s: there is no %s \"%.*s\"", field->name,
                            as_level_name(field->target), text.n > 80 ? 80 : (int)text.n, text.p);
    out->known = true;
    out->integer = row;
    return AS_OK;
}

/* --- whose id it is --- */

enum as_status as_own_row(int64_t *row, bool *alias, struct as_facts *facts, enum as_level level,
                          struct as_str id, struct as_error *error)
{
    enum as_status status;
    *row = 0;
    *alias = false;
    if (id.n == 0 || id.p[0] == '#')
        return level == AS_LEVEL_LEAD ? as_lead_by_id(row, facts, id, error)
                                      : as_account_by_id(row, facts, id, error);
    if (level == AS_LEVEL_LEAD && as_sieve_lacks(facts->known_people, facts->system, id))
        return AS_OK;
    sqlite3_stmt *stmt =
        level == AS_LEVEL_LEAD
            ? as_sql(facts->store, error,
                     "SELECT lead_id, alias FROM identity WHERE system = ? AND value = ?", "ts",
                     facts->system, id)
            : as_sql(facts->store, error,
                     "SELECT account_id, alias FROM account_identity WHERE system = ? AND value = ?", "ts",
                     facts->system, id);
    if (stmt == NULL)
        return as_sql_failed(facts->store, error);
    if (as_sql_row(&status, facts->store, stmt, error)) {
        *row = sqlite3_column_int64(stmt, 0);
        *alias = sqlite3_column_int(stmt, 1) != 0;
        sqlite3_reset(stmt);
    }
    return status;
}

enum as_status as_survivor(int64_t *row, struct as_facts *facts, enum as_level level, struct as_error *error)
{
    return level == AS_LEVEL_LEAD ? survivor_of(row, facts->store, error)
                                  : account_survivor(row, facts->store, error);
}

enum as_status as_add_identity(struct as_facts *facts, enum as_level level, const char *system,
                               struct as_str value, int64_t row, bool alias, bool *changed,
                               struct as_error *error)
{
    if (level == AS_LEVEL_LEAD)
        as_sieve_add(facts->known_people, system, value);
    enum as_status status =
        level == AS_LEVEL_LEAD
            ? as_sql_do(facts->store, error,
                        "INSERT INTO identity(system, value, lead_id, known_at, alias) VALUES(?, ?, ?, ?, ?)"
                        " ON CONFLICT DO NOTHING",
                        "tsiii", system, value, row, facts->options.now, (int64_t)alias)
            : as_sql_do(facts->store, error,
                        "INSERT INTO account_identity(system, value, account_id, known_at, alias) VALUES(?, "
                        "?, ?, ?, ?)"
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

/* --- what people type --- */

enum { MOST_CANDIDATES = 6 };

struct candidates {
    int64_t id[MOST_CANDIDATES];
    uint32_t n;
    struct as_buf shown;
};

static enum as_status gather(struct candidates *out, struct as_store *store, sqlite3_stmt *stmt,
                             struct as_error *error)
{
    enum as_status status = AS_OK;
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (out->n < MOST_CANDIDATES && as_sql_row(&status, store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        bool seen = false;
        for (uint32_t i = 0; i < out->n; i++)
            seen |= out->id[i] == id;
        if (seen)
            continue;
        as_buf_printf(&out->shown, "%s#%lld %s", out->n == 0 ? "" : ", ", (long long)id,
                      sqlite3_column_type(stmt, 1) == SQLITE_NULL ? "" : as_sql_text(stmt, 1));
        out->id[out->n++] = id;
    }
    sqlite3_reset(stmt);
    return status;
}

static enum as_status choose(int64_t *id, const struct candidates *found, const char *level,
                             const char *words, struct as_error *error)
{
    if (found->n == 1) {
        *id = found->id[0];
        return AS_OK;
    }
    if (found->n == 0) {
        as_error_set(error, AS_ERR_MISSING, "there is no %s \"%.100s\"", level, words);
        return as_error_advise(
            error, strcmp(level, "lead") == 0
                       ? "name it by e-mail, external id, #number, or the beginning of e-mail or name"
                       : "name it by id, domain, #number, or the beginning of its name");
    }
    as_error_set(error, AS_ERR_CONFLICT, "\"%.100s\" fits several: %.400s%s", words, as_buf_c(&found->shown),
                 found->n == MOST_CANDIDATES ? " …" : "");
    return as_error_advise(error, "write more of it, or its #number");
}

/* Everything from text on that begins with it: [text, text with its last byte raised). */
static void prefix_end(struct as_buf *out, const char *text)
{
    as_buf_text(out, text);
    as_buf_text(out, "\xf4\x8f\xbf\xbf");
}

static enum as_status say_erased(int64_t erased, const char *words, struct as_error *error)
{
    char at[AS_TIME_TEXT];
    as_time_format(at, erased);
    as_error_set(error, AS_ERR_MISSING, "the lead \"%.100s\" was erased on %.10s", words, at);
    return as_error_advise(error,
                           "its decisions are kept without facts: `assay db export '#NUMBER'` gives them");
}

/* Nobody was found: was there somebody of this address or id, who was erased? */
static enum as_status check_buried(struct as_store *store, struct as_str id, struct as_str email,
                                   const char *words, struct as_error *error)
{
    bool any;
    int64_t erased = AS_TIME_NONE;
    enum as_status status = as_store_tombstones(&any, store, error);
    if (status != AS_OK || !any)
        return status;
    status = as_store_tombstone(&erased, store, "email", email, error);
    sqlite3_stmt *systems = as_sql_fresh(store, error, "SELECT DISTINCT system FROM source", "");
    if (systems == NULL)
        return as_sql_failed(store, error);
    while (status == AS_OK && erased == AS_TIME_NONE && as_sql_row(&status, store, systems, error))
        status = as_store_tombstone(&erased, store, as_sql_text(systems, 0), id, error);
    sqlite3_finalize(systems);
    return status == AS_OK && erased != AS_TIME_NONE ? say_erased(erased, words, error) : status;
}

static enum as_status check_erased(struct as_store *store, int64_t lead, const char *words,
                                   struct as_error *error)
{
    int64_t erased;
    enum as_status status = as_store_erased_at(&erased, store, lead, error);
    return status == AS_OK && erased != AS_TIME_NONE ? say_erased(erased, words, error) : status;
}

enum as_status as_store_find_lead(int64_t *id, struct as_store *store, const char *words,
                                  struct as_error *error)
{
    struct as_str text = as_str_trim(as_str_of(words));
    struct candidates found = {.shown = {.max = 4096}};
    struct as_buf email = {0}, end = {0};
    enum as_status status;
    int64_t own = 0;
    *id = 0;
    if (own_id(&own, text)) {
        status = gather(&found, store,
                        as_sql(store, error, "SELECT id, email FROM lead WHERE id = ?", "i", own), error);
        if (status == AS_OK && found.n == 1)
            status = survivor_of(&found.id[0], store, error);
        goto done;
    }
    status = gather(
        &found, store,
        as_sql(store, error,
               "SELECT l.id, coalesce(l.email, i.value) FROM identity i JOIN lead l ON l.id = i.lead_id"
               " WHERE i.value = ?1 AND i.system IN (SELECT system FROM source UNION SELECT 'email')",
               "s", text),
        error);
    as_email_identity(&email, text);
    if (status == AS_OK && found.n == 0)
        status = gather(&found, store,
                        as_sql(store, error,
                               "SELECT l.id, l.email FROM identity i JOIN lead l ON l.id = i.lead_id WHERE "
                               "i.system = 'email'"
                               " AND i.value = ?",
                               "t", as_buf_c(&email)),
                        error);
    if (status == AS_OK && found.n == 1)
        status = survivor_of(&found.id[0], store, error);
    if (status == AS_OK && found.n == 0 && text.n > 0) {
        prefix_end(&end, words);
        status = gather(
            &found, store,
            as_sql(
                store, error,
                "SELECT l.id, l.email FROM identity i JOIN lead l ON l.id = i.lead_id WHERE i.system = "
                "'email'"
                " AND i.value >= lower(?1) AND i.value < lower(?2) AND l.merged_into IS NULL ORDER BY i.value"
                " LIMIT 6",
                "st", text, as_buf_c(&end)),
            error);
        if (status == AS_OK && found.n == 0)
            status = gather(
                &found, store,
                as_sql(
                    store, error,
                    "SELECT id, coalesce(name, coalesce(first_name || ' ', '') || coalesce(last_name, ''))"
                    " FROM lead WHERE merged_into IS NULL AND (substr(lower(name), 1, length(?1)) = lower(?1)"
                    " OR substr(lower(coalesce(first_name || ' ', '') || coalesce(last_name, '')), 1,"
                    " length(?1)) = lower(?1)) ORDER BY id LIMIT 6",
                    "s", text),
                error);
    }
    if (status == AS_OK && found.n == 0 && text.n > 0)
        status = check_buried(store, text, (struct as_str){as_buf_c(&email), email.n}, words, error);
done:
    if (status == AS_OK && found.n == 1)
        status = check_erased(store, found.id[0], words, error);
    if (status == AS_OK)
        status = choose(id, &found, "lead", words, error);
    as_buf_free(&found.shown);
    as_buf_free(&email);
    as_buf_free(&end);
    return status;
}

enum as_status as_store_find_account(int64_t *id, struct as_store *store, const char *words,
                                     struct as_error *error)
{
    struct as_str text = as_str_trim(as_str_of(words));
    struct candidates found = {.shown = {.max = 4096}};
    struct as_buf domain = {0};
    enum as_status status;
    int64_t own = 0;
    *id = 0;
    if (own_id(&own, text)) {
        status = gather(&found, store,
                        as_sql(store, error, "SELECT id, name FROM account WHERE id = ?", "i", own), error);
        if (status == AS_OK && found.n == 1)
            status = account_survivor(&found.id[0], store, error);
        goto done;
    }
    status = gather(&found, store,
                    as_sql(store, error,
                           "SELECT a.id, a.name FROM account_identity i JOIN account a ON a.id = "
                           "i.account_id WHERE i.value = ?1"
                           " AND i.system IN (SELECT system FROM source UNION SELECT 'domain')",
                           "s", text),
                    error);
    if (status == AS_OK && found.n == 0)
        status = as_match_domain(&domain, store, text, error);
    if (status == AS_OK && found.n == 0 && domain.n > 0)
        status =
            gather(&found, store,
                   as_sql(store, error,
                          "SELECT a.id, a.name FROM account_identity i JOIN account a ON a.id = i.account_id"
                          " WHERE i.system = 'domain' AND i.value = ?",
                          "t", as_buf_c(&domain)),
                   error);
    if (status == AS_OK && found.n == 1)
        status = account_survivor(&found.id[0], store, error);
    if (status == AS_OK && found.n == 0)
        status = gather(
            &found, store,
            as_sql(
                store, error,
                "SELECT id, name FROM account WHERE lower(name) = lower(?1) AND merged_into IS NULL LIMIT 6",
                "s", text),
            error);
    if (status == AS_OK && found.n == 0 && text.n > 0)
        status =
            gather(&found, store,
                   as_sql(store, error,
                          "SELECT id, name FROM account WHERE substr(lower(name), 1, length(?1)) = lower(?1)"
                          " AND merged_into IS NULL ORDER BY name, id LIMIT 6",
                          "s", text),
                   error);
done:
    if (status == AS_OK)
        status = choose(id, &found, "account", words, error);
    as_buf_free(&found.shown);
    as_buf_free(&domain);
    return status;
}
