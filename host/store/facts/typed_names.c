/* Typed names: whom people mean by what they type: an address, an id, a number, or how a name begins. */
#include "store/facts/batch.h"
#include "store/personal.h"

#include <string.h>

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

/* Everything from text on that begins with it: [text, text with the last character there is behind it). */
static void prefix_end(struct as_buf *out, struct as_str text)
{
    as_buf_str(out, text);
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
    while (status == AS_OK && erased == AS_TIME_NONE && as_sql_row(&status, store, systems, error))
        status = as_store_tombstone(&erased, store, as_sql_text(systems, 0), id, error);
    as_sql_end(store, systems);
    return status == AS_OK && erased != AS_TIME_NONE ? say_erased(erased, words, error) : status;
}

static enum as_status check_erased(struct as_store *store, int64_t lead, const char *words,
                                   struct as_error *error)
{
    int64_t erased;
    enum as_status status = as_store_erased_at(&erased, store, lead, error);
    return status == AS_OK && erased != AS_TIME_NONE ? say_erased(erased, words, error) : status;
}

/* --- leads --- */

/* By an id or address as it was typed, or by an address as it is kept. */
static enum as_status gather_named(struct candidates *found, struct as_store *store, struct as_str text,
                                   const struct as_buf *email, struct as_error *error)
{
    enum as_status status = gather(
        found, store,
        as_sql(store, error,
               "SELECT l.id, coalesce(l.email, i.value) FROM identity i JOIN lead l ON l.id = i.lead_id"
               " WHERE i.value = ?1 AND i.system IN (SELECT system FROM source UNION SELECT 'email')",
               "s", text),
        error);
    if (status != AS_OK || found->n > 0)
        return status;
    return gather(found, store,
                  as_sql(store, error,
                         "SELECT l.id, l.email FROM identity i"
                         " JOIN lead l ON l.id = i.lead_id WHERE i.system = 'email' AND i.value = ?",
                         "t", as_buf_c(email)),
                  error);
}

#define FULL_NAME "coalesce(first_name || ' ', '') || coalesce(last_name, '')"

/* By the beginning of an address, else of a name, else of a last name or of a word of a name. */
static enum as_status gather_begun(struct candidates *found, struct as_store *store, struct as_str text,
                                   struct as_error *error)
{
    struct as_buf end = {0};
    prefix_end(&end, text);
    enum as_status status =
        gather(found, store,
               as_sql(store, error,
                      "SELECT l.id, l.email FROM identity i JOIN lead l ON l.id = i.lead_id"
                      " WHERE i.system = 'email' AND i.value >= lower(?1) AND i.value < lower(?2)"
                      " AND l.merged_into IS NULL ORDER BY i.value LIMIT 6",
                      "st", text, as_buf_c(&end)),
               error);
    as_buf_free(&end);
    if (status == AS_OK && found->n == 0)
        status =
            gather(found, store,
                   as_sql(store, error,
                          "SELECT id, coalesce(name, " FULL_NAME ") FROM lead"
                          " WHERE merged_into IS NULL AND (substr(lower(name), 1, length(?1)) = lower(?1)"
                          " OR substr(lower(" FULL_NAME "), 1, length(?1)) = lower(?1)) ORDER BY id LIMIT 6",
                          "s", text),
                   error);
    if (status == AS_OK && found->n == 0)
        status = gather(found, store,
                        as_sql(store, error,
                               "SELECT id, coalesce(name, " FULL_NAME ") FROM lead WHERE merged_into IS NULL"
                               " AND (substr(lower(last_name), 1, length(?1)) = lower(?1)"
                               " OR instr(lower(name), ' ' || lower(?1)) > 0) ORDER BY id LIMIT 6",
                               "s", text),
                        error);
    return status;
}

static enum as_status find_lead(int64_t *id, struct as_store *store, const char *words, bool own_row,
                                struct as_error *error)
{
    const struct as_str text = as_str_trim(as_str_of(words));
    struct candidates found = {.shown = {.max = 4096}};
    struct as_buf email = {0};
    enum as_status status;
    int64_t own = 0;
    *id = 0;
    const bool numbered = as_own_number(&own, text);
    if (numbered) {
        status = gather(&found, store,
                        as_sql(store, error, "SELECT id, email FROM lead WHERE id = ?", "i", own), error);
    } else {
        as_email_identity(&email, text);
        status = gather_named(&found, store, text, &email, error);
    }
    if (status == AS_OK && found.n == 1 && !own_row)
        status = as_survivor(&found.id[0], store, AS_LEVEL_LEAD, error);
    if (status == AS_OK && found.n == 0 && text.n > 0 && !numbered)
        status = gather_begun(&found, store, text, error);
    if (status == AS_OK && found.n == 0 && text.n > 0 && !numbered)
        status = check_buried(store, text, (struct as_str){as_buf_c(&email), email.n}, words, error);
    if (status == AS_OK && found.n == 1)
        status = check_erased(store, found.id[0], words, error);
    if (status == AS_OK)
        status = choose(id, &found, "lead", words, error);
    as_buf_free(&found.shown);
    as_buf_free(&email);
    return status;
}

enum as_status as_store_find_lead(int64_t *id, struct as_store *store, const char *words,
                                  struct as_error *error)
{
    return find_lead(id, store, words, false, error);
}

enum as_status as_store_find_own_lead(int64_t *id, struct as_store *store, const char *words,
                                      struct as_error *error)
{
    return find_lead(id, store, words, true, error);
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
    if (as_own_number(&own, text)) {
        status = gather(&found, store,
                        as_sql(store, error, "SELECT id, name FROM account WHERE id = ?", "i", own), error);
        if (status == AS_OK && found.n == 1)
            status = as_survivor(&found.id[0], store, AS_LEVEL_ACCOUNT, error);
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
        status = as_survivor(&found.id[0], store, AS_LEVEL_ACCOUNT, error);
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
