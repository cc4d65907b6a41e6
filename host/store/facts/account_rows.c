/* Account rows: which account a record is, its identities, its domain, and its place among parents and
 * children. */
#include "store/facts/batch.h"

#include "base/limits.h"
#include "data/identity/name.h"

#include <string.h>

enum special { ID, PARENT_ID, PARENT, TOP_PARENT, MERGED_IDS, SPECIALS };
static const char *const specials[] = {"id", "parent_id", "parent", "top_parent", "merged_ids", NULL};

struct company {
    struct as_str special[SPECIALS];
    struct as_buf domain, site_domain, key;
    int64_t id;
    int64_t merged_into; /* the id was merged into this account, 0 not */
    bool fresh;
};

static struct as_str view(const struct as_buf *buf)
{
    return (struct as_str){buf->n == 0 ? NULL : buf->p, buf->n};
}

static const struct as_cell *given(const struct as_facts *facts, const char *name)
{
    const struct as_level_sql *sql = &facts->level[AS_LEVEL_ACCOUNT];
    int32_t place = as_level_place(facts, AS_LEVEL_ACCOUNT, name);
    return place >= 0 && sql->said[place] && sql->given[place].known ? &sql->given[place] : NULL;
}

static enum as_status gather(struct company *company, struct as_facts *facts, struct as_error *error)
{
    const struct as_cell *domain = given(facts, "domain"), *site = given(facts, "website"),
                         *name = given(facts, "name");
    enum as_status status = AS_OK;
    if (domain != NULL)
        status = as_match_domain(&company->domain, facts->store, domain->text, error);
    if (status == AS_OK && site != NULL)
        status = as_match_domain(&company->site_domain, facts->store, site->text, error);
    if (status == AS_OK && name != NULL)
        status = as_company_key(&company->key, name->text, error);
    return status;
}

/* An account found by domain or name is another one when this source knows it by another id already. */
static enum as_status is_other(bool *other, struct as_facts *facts, const struct company *company,
                               int64_t account, struct as_error *error)
{
    *other = false;
    if (company->special[ID].n == 0)
        return AS_OK;
    return as_sql_get(
        NULL, other, facts->store, error,
        "SELECT 1 FROM account_identity WHERE account_id = ? AND system = ? AND alias = 0 LIMIT 1", "it",
        account, facts->system);
}

static enum as_status find_company(struct company *company, struct as_facts *facts, struct as_error *error)
{
    struct as_str id = company->special[ID];
    bool other = false, alias;
    enum as_status status = as_own_row(&company->id, &alias, facts, AS_LEVEL_ACCOUNT, id, error);
    if (status == AS_OK && alias) {
        company->merged_into = company->id;
        company->id = 0;
        return AS_OK;
    }
    if (status != AS_OK || company->id != 0)
        return status;
    if (id.n > 0 && id.p[0] == '#') {
        as_error_set(error, AS_ERR_DATA, "there is no account %.*s", (int)id.n, id.p);
        return as_error_advise(error,
                               "leave the id away for a new account: with # it is one of this database");
    }
    struct as_str domains[] = {view(&company->domain), view(&company->site_domain)};
    for (int i = 0; i < 2 && company->id == 0 && status == AS_OK; i++) {
        if (domains[i].n == 0)
            continue;
        status = as_account_by_domain(&company->id, facts, domains[i], error);
        if (status == AS_OK && company->id != 0)
            status = is_other(&other, facts, company, company->id, error);
        if (other)
            company->id = 0;
    }
    /* A name alone says who it is only where nothing better was given. */
    if (status == AS_OK && company->id == 0 && id.n == 0 && domains[0].n == 0 && domains[1].n == 0) {
        const struct as_cell *name = given(facts, "name");
        if (name != NULL)
            status = as_account_by_name(&company->id, facts, name->text, error);
    }
    return status;
}

static enum as_status set_reference(struct as_facts *facts, int64_t account, const char *field,
                                    const char *update, int64_t before, int64_t now, bool *changed,
                                    struct as_error *error)
{
    int32_t place = as_level_place(facts, AS_LEVEL_ACCOUNT, field);
    if (before == now || place < 0)
        return AS_OK;
    bool allowed;
    struct as_cell old = {.type = AS_TYPE_REFERENCE, .known = before != 0, .integer = before};
    struct as_cell fresh = {.type = AS_TYPE_REFERENCE, .known = now != 0, .integer = now};
    int64_t field_id = facts->map.field[facts->level[AS_LEVEL_ACCOUNT].columns.field[place]];
    enum as_status status =
        as_supersede(&allowed, facts, AS_LEVEL_ACCOUNT, account, field_id, false, &old, &fresh, error);
    if (status != AS_OK || !allowed)
        return status;
    *changed = true;
    return as_sql_do(facts->store, error, update, "ki", now, account);
}

static enum as_status parent_of(int64_t *parent, struct as_store *store, int64_t account,
                                struct as_error *error)
{
    return as_sql_get(parent, NULL, store, error, "SELECT parent FROM account WHERE id = ?", "i", account);
}

/* Would this parent make the account its own ancestor? */
static enum as_status closes_circle(bool *circle, struct as_facts *facts, int64_t account, int64_t parent,
                                    struct as_error *error)
{
    enum as_status status = AS_OK;
    *circle = false;
    for (int i = 0; i < AS_MAX_GENERATIONS && parent != 0 && status == AS_OK && !*circle; i++) {
        *circle = parent == account;
        status = parent_of(&parent, facts->store, parent, error);
    }
    *circle |= parent != 0;
    return status;
}

static enum as_status find_parent(int64_t *parent, struct as_facts *facts, const char *system,
                                  struct as_str ref, struct as_error *error)
{
    *parent = 0;
    return system == NULL ? as_account_by_name(parent, facts, ref, error)
                          : as_account_by_identity(parent, facts, system, ref, error);
}

/* Links it now when it is there, else leaves word for the end of the batch. */
static enum as_status take_parent(struct as_facts *facts, int64_t account, const char *system,
                                  struct as_str ref, bool waiting, bool *changed, struct as_error *error)
{
    int64_t parent, before;
    bool circle = false;
    enum as_status status = find_parent(&parent, facts, system, ref, error);
    if (status != AS_OK)
        return status;
    if (parent == 0) {
        if (waiting)
            return AS_OK;
        return as_sql_do(facts->store, error,
                         "UPDATE account SET parent_ref = ?, parent_system = ? WHERE id = ?", "sti", ref,
                         system, account);
    }
    status = parent_of(&before, facts->store, account, error);
    if (status == AS_OK && before != parent)
        status = closes_circle(&circle, facts, account, parent, error);
    if (circle)
        facts->summary.parent_cycles++;
    else if (status == AS_OK)
        status = set_reference(facts, account, "parent", "UPDATE account SET parent = ? WHERE id = ?", before,
                               parent, changed, error);
    if (status == AS_OK)
        status = as_sql_do(facts->store, error,
                           "UPDATE account SET parent_ref = NULL, parent_system = NULL"
                           " WHERE id = ? AND parent_ref IS NOT NULL",
                           "i", account);
    return status;
}

static enum as_status insert_company(struct company *company, struct as_facts *facts, struct as_error *error)
{
    company->id = facts->next_account++;
    struct as_own_columns own = {.id = company->id, .name_key = view(&company->key)};
    return as_level_insert(facts, AS_LEVEL_ACCOUNT, &own, error);
}

static enum as_status take_company(struct company *company, struct as_facts *facts, bool *changed,
                                   struct as_error *error)
{
    struct as_store *store = facts->store;
    if (company->special[ID].n > AS_MAX_NAME)
        return as_error_set(error, AS_ERR_DATA, "id is longer than %d bytes", AS_MAX_NAME);
    enum as_status status = gather(company, facts, error);
    if (status != AS_OK)
        return status;
    if (company->special[ID].n == 0 && company->domain.n == 0 && company->site_domain.n == 0 &&
        company->key.n == 0)
        return as_error_set(error, AS_ERR_DATA, "an account needs an id, a domain or a name");
    if ((status = find_company(company, facts, error)) != AS_OK)
        return status;
    company->fresh = company->id == 0;
    status = company->fresh ? insert_company(company, facts, error)
                            : as_level_update(facts, AS_LEVEL_ACCOUNT, company->id, changed, error);
    if (status == AS_OK && !company->fresh && *changed && company->key.n > 0)
        status = as_sql_do(store, error, "UPDATE account SET name_key = ? WHERE id = ? AND name_key IS NOT ?",
                           "sis", view(&company->key), company->id, view(&company->key));
    if (status == AS_OK && company->merged_into != 0)
        status = as_stand_behind(facts, AS_LEVEL_ACCOUNT, company->special[ID], company->id,
                                 company->merged_into, error);
    if (status == AS_OK && company->special[ID].n > 0 && company->special[ID].p[0] != '#')
        status = as_add_identity(facts, AS_LEVEL_ACCOUNT, facts->system, company->special[ID], company->id,
                                 false, changed, error);
    if (status == AS_OK && company->domain.n > 0)
        status = as_add_identity(facts, AS_LEVEL_ACCOUNT, "domain", view(&company->domain), company->id,
                                 false, changed, error);
    if (status == AS_OK && company->site_domain.n > 0)
        status = as_add_identity(facts, AS_LEVEL_ACCOUNT, "domain", view(&company->site_domain), company->id,
                                 false, changed, error);
    if (status == AS_OK)
        status = as_take_merged(facts, AS_LEVEL_ACCOUNT, company->special[MERGED_IDS], company->id, changed,
                                error);
    if (status == AS_OK && company->special[PARENT_ID].n > 0)
        status = take_parent(facts, company->id, facts->system, company->special[PARENT_ID], false, changed,
                             error);
    else if (status == AS_OK && company->special[PARENT].n > 0)
        status = take_parent(facts, company->id, NULL, company->special[PARENT], false, changed, error);
    as_facts_count(facts, company->fresh, changed);
    return status;
}

enum as_status as_put_account(struct as_facts *facts, bool *changed, struct as_error *error)
{
    struct company company = {.id = 0};
    enum as_status status = as_level_sort(facts, AS_LEVEL_ACCOUNT, specials, company.special, error);
    if (status == AS_OK)
        status = take_company(&company, facts, changed, error);
    as_buf_free(&company.domain);
    as_buf_free(&company.site_domain);
    as_buf_free(&company.key);
    return status;
}

static enum as_status settle_waiting(struct as_facts *facts, struct as_error *error)
{
    struct as_buf ref = {0}, system = {0};
    int64_t account = 0;
    enum as_status status = AS_OK;
    while (status == AS_OK) {
        bool ignored = false;
        sqlite3_stmt *stmt =
            as_sql(facts->store, error,
                   "SELECT id, parent_ref, parent_system FROM account WHERE parent_ref IS NOT NULL AND id > ?"
                   " ORDER BY id LIMIT 1",
                   "i", account);
        if (!as_sql_row(&status, facts->store, stmt, error))
            break;
        account = sqlite3_column_int64(stmt, 0);
        as_buf_reset(&ref);
        as_buf_reset(&system);
        as_buf_str(&ref, as_sql_str(stmt, 1));
        bool by_id = sqlite3_column_type(stmt, 2) != SQLITE_NULL;
        as_buf_str(&system, as_sql_str(stmt, 2));
        sqlite3_reset(stmt);
        status =
            take_parent(facts, account, by_id ? as_buf_c(&system) : NULL, view(&ref), true, &ignored, error);
    }
    as_buf_free(&ref);
    as_buf_free(&system);
    return status;
}

/* Accounts whose highest parent is no longer what is written beside them. */
static const char stale_tops[] =
    "WITH RECURSIVE tree(id, top, depth) AS (SELECT id, id, 0 FROM account WHERE parent IS NULL"
    " UNION ALL SELECT c.id, t.top, t.depth + 1 FROM tree t JOIN account c ON c.parent = t.id"
    " WHERE t.depth < ?) SELECT t.id, t.top, a.top_parent"
    " FROM tree t JOIN account a ON a.id = t.id WHERE a.top_parent IS NOT t.top";

enum as_status as_parents_settle(struct as_facts *facts, struct as_error *error)
{
    int64_t waiting;
    bool ignored;
    enum as_status status = as_level_open(facts, AS_LEVEL_ACCOUNT, error);
    if (status == AS_OK)
        status = settle_waiting(facts, error);
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt = as_sql_fresh(facts->store, error, stale_tops, "i", (int64_t)AS_MAX_GENERATIONS);
    /* The rows are gathered first: what is read must not change under the reader. */
    AS_LIST(int64_t) changes = {0};
    struct as_arena arena;
    as_arena_init(&arena);
    while (as_sql_row(&status, facts->store, stmt, error))
        for (int i = 0; i < 3; i++)
            if (!as_list_push(&arena, &changes, sqlite3_column_int64(stmt, i))) {
                status = as_error_memory(error);
                break;
            }
    as_sql_end(facts->store, stmt);
    /* Nobody says who the highest parent is, it follows from the parents: no source overrules it. */
    enum as_precedence own = facts->options.precedence;
    facts->options.precedence = AS_FROM_STATED;
    for (uint32_t i = 0; i + 2 < changes.n && status == AS_OK; i += 3)
        status = set_reference(facts, changes.at[i], "top_parent",
                               "UPDATE account SET top_parent = ? WHERE id = ?", changes.at[i + 2],
                               changes.at[i + 1], &ignored, error);
    facts->options.precedence = own;
    as_arena_free(&arena);
    if (status == AS_OK)
        status = as_sql_get(&waiting, NULL, facts->store, error,
                            "SELECT count(*) FROM account WHERE parent_ref IS NOT NULL", "");
    if (status == AS_OK)
        facts->summary.unresolved_parents = (uint64_t)waiting;
    return status;
}

#define FINDS_ITS_ACCOUNT                                                                                    \
    " WHERE domain IS NOT NULL AND account_id IS NULL"                                                       \
    " AND domain IN (SELECT value FROM account_identity WHERE system = 'domain')"

enum as_status as_events_settle(struct as_facts *facts, struct as_error *error)
{
    enum as_status status = as_sql_do(
        facts->store, error, "INSERT INTO event_home(event_id, at) SELECT id, ? FROM event" FINDS_ITS_ACCOUNT,
        "i", facts->options.now);
    if (status != AS_OK)
        return status;
    /* clang-format off */
    return as_sql_do(facts->store, error,
                     "UPDATE event SET account_id = (SELECT " AS_SQL_SURVIVOR("account", "i.account_id")
                     " FROM account_identity i WHERE i.system = 'domain' AND i.value = event.domain)"
                     FINDS_ITS_ACCOUNT, "");
    /* clang-format on */
}
