/* How leads come to their accounts, told step by step: the same ids, domains and names as an import goes by.
 */
#include "store/report/matching.h"

#include "store/facts/batch.h"

#include "data/identity/identity.h"

#include <stdio.h>
#include <stdlib.h>

/* Names shown beside a key, and the least likeness worth a look. */
enum { NAMES_SHOWN = 5 };
static const double worth_a_look = 0.8;

/* What the lead says of its company. */
struct saying {
    struct as_buf crm, system, domain, company, email;
};

static void close_saying(struct saying *saying)
{
    struct as_buf *all[] = {&saying->crm, &saying->system, &saying->domain, &saying->company, &saying->email};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        as_buf_free(all[i]);
}

static enum as_status read_saying(struct saying *out, struct as_store *store, int64_t lead,
                                  struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql(store, error,
               "SELECT l.crm_account, s.system, l.mail_domain, l.company_key, l.email FROM lead l"
               " JOIN source s ON s.id = l.source_id WHERE l.id = ?",
               "i", lead);
    if (!as_sql_row(&status, store, stmt, error))
        return status != AS_OK
                   ? status
                   : as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead);
    struct as_buf *all[] = {&out->crm, &out->system, &out->domain, &out->company, &out->email};
    bool failed = false;
    for (int i = 0; i < 5; i++) {
        as_buf_str(all[i], as_sql_str(stmt, i));
        failed |= all[i]->failed;
    }
    sqlite3_reset(stmt);
    return failed ? as_error_memory(error) : AS_OK;
}

struct telling {
    struct as_store *store;
    as_match_step_fn each;
    void *context;
};

/* clang-format off */
static const char by_identity[] =
    "SELECT a.id, coalesce(a.name, a.domain) FROM account_identity i"
    " JOIN account a ON a.id = " AS_SQL_SURVIVOR("account", "i.account_id")
    " WHERE i.system = ?1 AND i.value = ?2 UNION ALL"
    " SELECT id, coalesce(name, domain) FROM account WHERE '#' || id = ?2 LIMIT 1";
/* clang-format on */

static enum as_status tell_by_identity(const struct telling *t, const char *by, const char *system,
                                       const char *value, const char *note, struct as_error *error)
{
    struct as_match_step step = {.by = by, .value = value, .note = note};
    enum as_status status = AS_OK;
    if (value == NULL)
        return t->each(t->context, &step, error);
    sqlite3_stmt *stmt = as_sql_fresh(t->store, error, by_identity, "tt", system, value);
    if (as_sql_row(&status, t->store, stmt, error)) {
        step.account = sqlite3_column_int64(stmt, 0);
        step.account_name = as_sql_text(stmt, 1);
        step.alike = 1;
        step.holds = true;
        step.note = NULL;
    } else if (status == AS_OK) {
        step.note = "no account has it";
    }
    if (status == AS_OK)
        status = t->each(t->context, &step, error);
    as_sql_end(t->store, stmt);
    return status;
}

/* Free mail and throw-away mail say nothing of a company; where there is no domain, the address tells why. */
static enum as_status tell_domain(const struct telling *t, const struct saying *saying,
                                  struct as_error *error)
{
    struct as_buf note = {.p = NULL};
    const char *sign = strrchr(as_buf_c(&saying->email), '@'), *host = sign != NULL ? sign + 1 : NULL;
    if (saying->domain.n == 0 && host != NULL) {
        struct as_str name = as_str_of(host);
        as_buf_printf(&note, "%s is %s", host,
                      as_is_freemail(name)     ? "anybody's mailbox, never a company"
                      : as_is_disposable(name) ? "throw-away mail, never a company"
                                               : "no company's domain");
    }
    enum as_status status =
        tell_by_identity(t, "domain", "domain", saying->domain.n > 0 ? as_buf_c(&saying->domain) : NULL,
                         note.n > 0 ? as_buf_c(&note) : "the lead names none", error);
    as_buf_free(&note);
    return status;
}

struct named {
    int64_t account;
    double alike;
    char name[AS_MAX_NAME + 1];
};
struct names {
    struct named at[NAMES_SHOWN];
    uint32_t n;
};

/* The likest, of equals the first. */
static void keep_name(void *context, int64_t account, const char *name, double alike)
{
    struct names *names = context;
    uint32_t at = names->n;
    while (at > 0 && names->at[at - 1].alike < alike)
        at--;
    if (alike < worth_a_look || at == NAMES_SHOWN)
        return;
    uint32_t last = names->n < NAMES_SHOWN ? names->n++ : NAMES_SHOWN - 1;
    for (uint32_t i = last; i > at; i--)
        names->at[i] = names->at[i - 1];
    names->at[at] = (struct named){.account = account, .alike = alike};
    snprintf(names->at[at].name, sizeof names->at[at].name, "%s", name != NULL ? name : "");
}

static enum as_status tell_names(const struct telling *t, const struct saying *saying, struct as_error *error)
{
    struct as_match_step step = {.by = "name", .note = "the lead names no company"};
    struct names *names = calloc(1, sizeof *names);
    enum as_status status = names == NULL ? as_error_memory(error) : AS_OK;
    if (status == AS_OK && saying->company.n > 0) {
        step.value = as_buf_c(&saying->company);
        step.note = "no account's name begins as it does and is like it";
        status = as_match_names(t->store, as_str_of(step.value), keep_name, names, error);
    }
    if (status == AS_OK && names->n == 0)
        status = t->each(t->context, &step, error);
    for (uint32_t i = 0; status == AS_OK && i < names->n; i++) {
        step.account = names->at[i].account;
        step.account_name = names->at[i].name;
        step.alike = names->at[i].alike;
        step.holds = step.alike >= AS_NAME_ALIKE;
        step.note = step.holds ? NULL : "not alike enough";
        status = t->each(t->context, &step, error);
    }
    free(names);
    return status;
}

enum as_status as_store_match_steps(struct as_store *store, int64_t lead_id, as_match_step_fn each,
                                    void *context, struct as_error *error)
{
    struct telling t = {store, each, context};
    struct saying saying = {.crm = {.p = NULL}};
    enum as_status status = read_saying(&saying, store, lead_id, error);
    if (status == AS_OK)
        status =
            tell_by_identity(&t, "id", as_buf_c(&saying.system),
                             saying.crm.n > 0 ? as_buf_c(&saying.crm) : NULL, "the lead names none", error);
    if (status == AS_OK)
        status = tell_domain(&t, &saying, error);
    if (status == AS_OK)
        status = tell_names(&t, &saying, error);
    close_saying(&saying);
    return status;
}

enum as_status as_store_match_counts(struct as_match_counts *out, struct as_store *store,
                                     struct as_error *error)
{
    enum as_status status;
    *out = (struct as_match_counts){.leads = 0};
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT CASE WHEN account_id IS NOT NULL THEN coalesce(matched_by, 'id')"
                     " WHEN crm_account IS NOT NULL OR mail_domain IS NOT NULL"
                     " OR company_key IS NOT NULL THEN 'unknown'"
                     " ELSE 'nameless' END AS by, count(*) FROM lead"
                     " WHERE merged_into IS NULL AND erased_at IS NULL GROUP BY by",
                     "");
    while (as_sql_row(&status, store, stmt, error)) {
        struct as_str by = as_sql_str(stmt, 0);
        uint64_t n = (uint64_t)sqlite3_column_int64(stmt, 1),
                 *to = as_str_is(by, "id")        ? &out->by_id
                       : as_str_is(by, "domain")  ? &out->by_domain
                       : as_str_is(by, "name")    ? &out->by_name
                       : as_str_is(by, "unknown") ? &out->unknown_account
                                                  : &out->nameless;
        *to += n;
        out->leads += n;
    }
    as_sql_end(store, stmt);
    return status;
}
