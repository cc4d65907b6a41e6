/* Lead rows: which lead a record is, its identities, and its account. The typed columns are levels.c's, the
 * account match match.c's. */
#include "store/facts/batch.h"
#include "store/personal.h"

#include "base/limits.h"
#include "data/identity/name.h"

#include <string.h>

enum special { ID, ACCOUNT_ID, MERGED_IDS, SPECIALS };
static const char *const specials[] = {"id", "account_id", "merged_ids", NULL};

struct person {
    struct as_str special[SPECIALS];
    struct as_str email[AS_MAX_EMAILS]; /* normalised, within `emails` */
    uint32_t email_count;
    struct as_buf *emails, *domain, *company; /* the batch's */
    int64_t id;
    int64_t merged_into; /* the id was merged into this lead, 0 not */
    bool by_id, fresh;
    bool shares_email; /* with a lead that has an id of its own */
    int64_t said_hash;
};

static struct as_str view(const struct as_buf *buf)
{
    return (struct as_str){buf->n == 0 ? NULL : buf->p, buf->n};
}

/* The column keeps the first address; all of them find the lead. */
static enum as_status sort_emails(struct person *person, struct as_cell *cell, struct as_error *error)
{
    size_t offset[AS_MAX_EMAILS + 1];
    struct as_str first = {NULL, 0}, rest = cell->text;
    offset[0] = 0;
    while (rest.p != NULL) {
        struct as_str one = as_str_trim(as_str_cut(&rest, ';'));
        if (one.n == 0)
            continue;
        if (first.p == NULL)
            first = one;
        if (person->email_count == AS_MAX_EMAILS)
            return as_error_set(error, AS_ERR_DATA, "email: more than %d addresses", AS_MAX_EMAILS);
        as_email_identity(person->emails, one);
        offset[++person->email_count] = person->emails->n;
    }
    for (uint32_t i = 0; i < person->email_count; i++)
        person->email[i] = (struct as_str){person->emails->p + offset[i], offset[i + 1] - offset[i]};
    cell->text = first;
    cell->known = first.n > 0;
    return AS_OK;
}

static enum as_status has_own_id(bool *has, struct as_facts *facts, int64_t lead, struct as_error *error)
{
    return as_sql_get(NULL, has, facts->store, error,
                      "SELECT 1 FROM identity WHERE lead_id = ? AND system = ? AND alias = 0 LIMIT 1", "it",
                      lead, facts->system);
}

/* By the source's id, then by address. Two rows of one source with different ids are two leads even when they
 * share an address: each keeps its own values, and people may merge them. */
static enum as_status find_person(struct person *person, struct as_facts *facts, struct as_error *error)
{
    struct as_str id = person->special[ID];
    bool alias;
    enum as_status status = as_own_row(&person->id, &alias, facts, AS_LEVEL_LEAD, id, error);
    if (status == AS_OK && alias) {
        person->merged_into = person->id;
        person->id = 0;
        return AS_OK;
    }
    person->by_id = person->id != 0;
    if (status != AS_OK || person->id != 0)
        return status;
    if (id.n > 0 && id.p[0] == '#') {
        as_error_set(error, AS_ERR_DATA, "there is no lead %.*s", (int)id.n, id.p);
        return as_error_advise(error, "leave the id away for a new lead: with # it is one of this database");
    }
    for (uint32_t i = 0; i < person->email_count && person->id == 0 && status == AS_OK; i++) {
        status = as_lead_by_identity(&person->id, facts, "email", person->email[i], error);
        bool taken = false;
        if (status == AS_OK && person->id != 0 && id.n > 0)
            status = has_own_id(&taken, facts, person->id, error);
        if (taken)
            person->id = 0;
        person->shares_email |= taken;
    }
    return status;
}

/* What the account match goes by: given now, else held before. */
static enum as_status gather_company(struct person *person, struct as_facts *facts, struct as_error *error)
{
    struct as_level_sql *sql = &facts->level[AS_LEVEL_LEAD];
    int32_t company = as_level_place(facts, AS_LEVEL_LEAD, "company"),
            site = as_level_place(facts, AS_LEVEL_LEAD, "website");
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < person->email_count && person->domain->n == 0 && status == AS_OK; i++)
        status = as_match_domain(person->domain, facts->store, person->email[i], error);
    if (status == AS_OK && person->domain->n == 0 && site >= 0 && sql->said[site] && sql->given[site].known)
        status = as_match_domain(person->domain, facts->store, sql->given[site].text, error);
    if (status == AS_OK && company >= 0 && sql->said[company] && sql->given[company].known)
        status = as_company_key(person->company, sql->given[company].text, error);
    return status;
}

/* Whether the same row again would change nothing for as long as its lead is left alone: what it names beside
 * that may become another's. An address of a merged lead is its survivor's until the merge is undone. */
static bool is_repeatable(const struct person *person, const struct as_facts *facts)
{
    const struct as_level_sql *sql = &facts->level[AS_LEVEL_LEAD];
    bool own_number = person->special[ID].n > 0 && person->special[ID].p[0] == '#';
    bool alone = person->email_count <= 1 && person->special[MERGED_IDS].n == 0 && person->merged_into == 0 &&
                 (person->fresh || person->by_id || !facts->any_merged);
    for (uint32_t i = 0; i < sql->columns.n && alone; i++)
        alone = !sql->said[i] || sql->given[i].type != AS_TYPE_REFERENCE;
    return alone && !own_number;
}

static enum as_status insert_person(struct person *person, struct as_facts *facts, struct as_error *error)
{
    struct as_match match;
    struct as_str crm = person->special[ACCOUNT_ID];
    if (crm.n == 0)
        crm.p = NULL;
    enum as_status status =
        as_match_find(&match, facts, crm, view(person->domain), view(person->company), error);
    if (status != AS_OK)
        return status;
    person->id = facts->next_lead++;
    struct as_own_columns own = {.id = person->id,
                                 .match = &match,
                                 .crm_account = crm,
                                 .said_hash = is_repeatable(person, facts) ? person->said_hash : 0,
                                 .domain = view(person->domain),
                                 .company_key = view(person->company)};
    if (match.account != 0)
        facts->summary.matched_accounts++;
    else if (crm.n > 0 || person->domain->n > 0 || person->company->n > 0)
        facts->summary.unmatched_accounts++;
    return as_level_insert(facts, AS_LEVEL_LEAD, &own, error);
}

/* A better reason replaces a worse one: an id beats a domain, a domain a name; an equal one is only asked
 * when what it rests on has changed. */
static int strength(const char *by)
{
    return by == NULL ? 0 : strcmp(by, "id") == 0 ? 3 : strcmp(by, "domain") == 0 ? 2 : 1;
}

static enum as_status rematch_person(struct person *person, struct as_facts *facts, bool *changed,
                                     struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql(facts->store, error,
               "SELECT account_id, matched_by, crm_account, mail_domain, company_key, said_hash"
               " FROM lead WHERE id = ?",
               "i", person->id);
    if (!as_sql_row(&status, facts->store, stmt, error))
        return status;
    int64_t before = sqlite3_column_int64(stmt, 0);
    int held = strength(as_sql_text(stmt, 1));
    struct as_str crm = person->special[ACCOUNT_ID];
    bool crm_new = crm.n > 0 && !as_str_eq(crm, as_sql_str(stmt, 2));
    bool domain_new = person->domain->n > 0 && !as_str_eq(view(person->domain), as_sql_str(stmt, 3));
    bool company_new = person->company->n > 0 && !as_str_eq(view(person->company), as_sql_str(stmt, 4));
    bool any = sqlite3_column_type(stmt, 2) != SQLITE_NULL || sqlite3_column_type(stmt, 3) != SQLITE_NULL ||
               sqlite3_column_type(stmt, 4) != SQLITE_NULL || crm.n > 0 || person->domain->n > 0 ||
               person->company->n > 0;
    bool kept = sqlite3_column_type(stmt, 5) != SQLITE_NULL;
    sqlite3_reset(stmt);
    if (crm_new || domain_new || company_new) {
        kept = false;
        *changed = true;
        status = as_sql_do(
            facts->store, error,
            "UPDATE lead SET crm_account = coalesce(?, crm_account), mail_domain = coalesce(?, mail_domain),"
            " company_key = coalesce(?, company_key) WHERE id = ?",
            "sssi", crm.n > 0 ? crm : (struct as_str){NULL, 0}, view(person->domain), view(person->company),
            person->id);
        struct as_match match = {0};
        if (status == AS_OK)
            status = as_match_find(&match, facts, crm, view(person->domain), view(person->company), error);
        if (status == AS_OK && match.account != 0 && match.account != before && strength(match.by) >= held)
            status = as_match_write(facts, person->id, before, &match, error);
        if (match.account != 0)
            before = match.account;
    }
    if (before != 0)
        facts->summary.matched_accounts++;
    else if (any)
        facts->summary.unmatched_accounts++;
    if (status == AS_OK && !kept && is_repeatable(person, facts))
        status = as_sql_do(facts->store, error, "UPDATE lead SET said_hash = ? WHERE id = ?", "ii",
                           person->said_hash, person->id);
    return status;
}

/* Nobody comes back by an export that still has them. */
enum as_status as_refuse_erased(struct as_facts *facts, const char *what, const char *system,
                                struct as_str value, struct as_error *error)
{
    char at[AS_TIME_TEXT];
    int64_t erased;
    enum as_status status = as_store_tombstone(&erased, facts->store, system, value, error);
    if (status != AS_OK || erased == AS_TIME_NONE)
        return status;
    as_time_format(at, erased);
    as_error_set(error, AS_ERR_DATA, "%s: this person was erased on %.10s", what, at);
    return as_error_advise(error, "remove them from the source, too");
}

static enum as_status check_erased(const struct person *person, struct as_facts *facts,
                                   struct as_error *error)
{
    enum as_status status = AS_OK;
    if (!facts->any_erased)
        return AS_OK;
    if (person->special[ID].n > 0)
        status = as_refuse_erased(facts, "id", facts->system, person->special[ID], error);
    for (uint32_t i = 0; i < person->email_count && status == AS_OK; i++)
        status = as_refuse_erased(facts, "email", "email", person->email[i], error);
    return status;
}

static enum as_status take_person(struct person *person, struct as_facts *facts, bool *changed,
                                  struct as_error *error)
{
    struct as_level_sql *sql = &facts->level[AS_LEVEL_LEAD];
    int32_t email = as_level_place(facts, AS_LEVEL_LEAD, "email");
    enum as_status status = AS_OK;
    if (person->special[ID].n > AS_MAX_NAME)
        return as_error_set(error, AS_ERR_DATA, "id is longer than %d bytes", AS_MAX_NAME);
    if (email >= 0 && sql->said[email] && sql->given[email].known)
        status = sort_emails(person, &sql->given[email], error);
    if (status != AS_OK)
        return status;
    if (person->special[ID].n == 0 && person->email_count == 0)
        return as_error_set(error, AS_ERR_DATA, "a lead needs an id or an e-mail address");
    if ((status = find_person(person, facts, error)) != AS_OK ||
        (status = gather_company(person, facts, error)) != AS_OK)
        return status;
    bool by_id = person->id != 0 && person->by_id;
    person->fresh = person->id == 0;
    if (person->fresh && (status = check_erased(person, facts, error)) != AS_OK)
        return status;
    if (!person->fresh && (status = as_repeats_leave(facts, person->id, error)) != AS_OK)
        return status;
    status = person->fresh ? insert_person(person, facts, error)
                           : as_level_update(facts, AS_LEVEL_LEAD, person->id, changed, error);
    if (status == AS_OK && !person->fresh)
        status = rematch_person(person, facts, changed, error);
    if (status == AS_OK && (person->merged_into != 0 || person->special[MERGED_IDS].n > 0)) {
        as_repeats_end(facts);
        status = as_bulk_end(facts, error);
    }
    if (status == AS_OK && person->merged_into != 0)
        status = as_stand_behind(facts, AS_LEVEL_LEAD, person->special[ID], person->id, person->merged_into,
                                 error);
    /* What it was found by is there already, and so is the one address it had before. */
    bool same_email = !person->fresh && person->email_count == 1 && email >= 0 && sql->same[email];
    /* All names of a new lead were looked for; only the first address is surely not one of this row twice. */
    bool unheard = person->fresh && person->merged_into == 0 && !person->shares_email;
    if (status == AS_OK && !by_id && person->merged_into == 0 && person->special[ID].n > 0)
        status = unheard ? as_first_identity(facts, facts->system, person->special[ID], person->id, error)
                         : as_add_identity(facts, AS_LEVEL_LEAD, facts->system, person->special[ID],
                                           person->id, false, changed, error);
    for (uint32_t i = 0; i < person->email_count && status == AS_OK && !same_email; i++)
        status = unheard && i == 0 ? as_first_identity(facts, "email", person->email[i], person->id, error)
                                   : as_add_identity(facts, AS_LEVEL_LEAD, "email", person->email[i],
                                                     person->id, false, changed, error);
    if (status == AS_OK)
        status =
            as_take_merged(facts, AS_LEVEL_LEAD, person->special[MERGED_IDS], person->id, changed, error);
    facts->about = person->merged_into != 0 ? person->merged_into : person->id;
    as_facts_count(facts, person->fresh, changed);
    return status;
}

enum as_status as_put_lead(struct as_facts *facts, bool *changed, struct as_error *error)
{
    struct person person = {.emails = &facts->emails, .domain = &facts->domain, .company = &facts->company};
    as_buf_reset(person.emails);
    as_buf_reset(person.domain);
    as_buf_reset(person.company);
    enum as_home home = AS_HOME_UNASKED;
    enum as_status status = as_repeats_hash(&person.said_hash, facts, error);
    if (status == AS_OK)
        status = as_repeats_find(&home, facts, person.said_hash, error);
    if (status == AS_OK && home != AS_HOME_UNASKED) {
        facts->summary.matched_accounts += home == AS_HOME_FOUND;
        facts->summary.unmatched_accounts += home == AS_HOME_MISSING;
        facts->summary.unchanged++;
        return AS_OK;
    }
    if (status == AS_OK)
        status = as_level_sort(facts, AS_LEVEL_LEAD, specials, person.special, error);
    if (status == AS_OK)
        status = take_person(&person, facts, changed, error);
    return status;
}
