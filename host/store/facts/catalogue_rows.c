/* Catalogue rows: users, campaigns, content, products, activities and costs: small tables that are brought up
 * to date by their key. */
#include "store/facts/batch.h"

#include "base/limits.h"
#include "data/facts/value.h"
#include "score/model/buyer.h"

#include <string.h>

enum { TEXT, DAY, MONEY, COUNT, YES_NO, PHASES, MOST_COLUMNS = 14 };

/* How a column of the record becomes one of the table. MONEY fills its currency too. */
struct catalogue_column {
    const char *name;
    int reads;
};
struct catalogue {
    enum as_import_kind kind;
    const char *needs, *or_needs; /* columns without which the row says nothing */
    struct catalogue_column column[MOST_COLUMNS];
    const char *find, *insert, *update;
};

/* Parameters: the columns in order (money takes two), then the system. */
static const struct catalogue catalogues[] = {
    {AS_IMPORT_USERS,
     "name",
     "email",
     {{"id", TEXT},
      {"name", TEXT},
      {"email", TEXT},
      {"team", TEXT},
      {"role", TEXT},
      {"manager", TEXT},
      {"capacity", COUNT}},
     "SELECT id FROM user WHERE (system = ?8 AND external_id = ?1) OR name = coalesce(?2, ?3)"
     " ORDER BY system IS ?8 AND external_id IS ?1 DESC LIMIT 1",
     "INSERT INTO user(external_id, name, email, team, role, manager, capacity, system)"
     " VALUES(?1, coalesce(?2, ?3), ?3, ?4, ?5, ?6, ?7, ?8)",
     "UPDATE user SET name = coalesce(?2, name), email = coalesce(?3, email), team = coalesce(?4, team),"
     " role = coalesce(?5, role), manager = coalesce(?6, manager), capacity = coalesce(?7, capacity),"
     " external_id = coalesce(external_id, ?1), system = iif(external_id IS NULL, ?8, system) WHERE id = ?9"
     " AND NOT ((external_id IS NOT NULL OR ?1 IS NULL) AND name IS coalesce(?2, name) AND email IS "
     "coalesce(?3, email) AND team IS coalesce(?4, team)"
     " AND role IS coalesce(?5, role) AND manager IS coalesce(?6, manager) AND capacity IS coalesce(?7, "
     "capacity))"},
    {AS_IMPORT_CAMPAIGNS,
     "id",
     "name",
     {{"id", TEXT}, {"name", TEXT}, {"channel", TEXT}, {"started", DAY}, {"ended", DAY}, {"cost", MONEY}},
     "SELECT id FROM campaign WHERE system = ?8 AND external_id = coalesce(?1, ?2)",
     "INSERT INTO campaign(external_id, name, channel, started, ended, cost, currency, system)"
     " VALUES(coalesce(?1, ?2), ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
     "UPDATE campaign SET name = coalesce(?2, name),"
     " channel = coalesce(?3, channel),"
     " started = coalesce(?4, started),"
     " ended = coalesce(?5, ended), cost = coalesce(?6, cost),"
     " currency = coalesce(?7, currency) WHERE id = ?9 AND NOT (name IS coalesce(?2, name)"
     " AND channel IS coalesce(?3, channel) AND started IS coalesce(?4, started)"
     " AND ended IS coalesce(?5, ended) AND cost IS coalesce(?6, cost)"
     " AND currency IS coalesce(?7, currency))"},
    {AS_IMPORT_CONTENT,
     "key",
     NULL,
     {{"key", TEXT},
      {"title", TEXT},
      {"kind", TEXT},
      {"persona", TEXT},
      {"phase", PHASES},
      {"need", TEXT},
      {"url", TEXT},
      {"source_type", TEXT},
      {"evidence", TEXT},
      {"brand_visible", YES_NO},
      {"answers", TEXT},
      {"appeal", TEXT},
      {"story", YES_NO},
      {"text", TEXT}},
     "SELECT rowid FROM content WHERE key = ?1",
     "INSERT INTO content(key, title, kind, persona, phase, need, url, source_type, evidence, brand_visible,"
     " answers, appeal, story, text) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
     "UPDATE content SET title = coalesce(?2, title),"
     " kind = coalesce(?3, kind), persona = coalesce(?4, persona),"
     " phase = coalesce(?5, phase), need = coalesce(?6, need),"
     " url = coalesce(?7, url), source_type = coalesce(?8, source_type),"
     " evidence = coalesce(?9, evidence),"
     " brand_visible = coalesce(?10, brand_visible),"
     " answers = coalesce(?11, answers),"
     " appeal = coalesce(?12, appeal),"
     " story = coalesce(?13, story), text = coalesce(?14, text) WHERE rowid = ?16 AND NOT (title IS "
     "coalesce(?2, title)"
     " AND kind IS coalesce(?3, kind) AND persona IS coalesce(?4, persona)"
     " AND phase IS coalesce(?5, phase) AND need IS coalesce(?6, need) AND url IS coalesce(?7, url)"
     " AND source_type IS coalesce(?8, source_type) AND evidence IS coalesce(?9, evidence)"
     " AND brand_visible IS coalesce(?10, brand_visible) AND answers IS coalesce(?11, answers)"
     " AND appeal IS coalesce(?12, appeal) AND story IS coalesce(?13, story)"
     " AND text IS coalesce(?14, text))"},
    {AS_IMPORT_PRODUCTS,
     "id",
     "name",
     {{"id", TEXT}, {"name", TEXT}, {"line", TEXT}, {"price", MONEY}},
     "SELECT id FROM product WHERE system = ?6 AND external_id = coalesce(?1, ?2)",
     "INSERT INTO product(external_id, name, line, price, currency, system)"
     " VALUES(coalesce(?1, ?2), ?2, ?3, ?4, ?5, ?6)",
     "UPDATE product SET name = coalesce(?2, name),"
     " line = coalesce(?3, line), price = coalesce(?4, price),"
     " currency = coalesce(?5, currency) WHERE id = ?7 AND NOT (name IS coalesce(?2, name)"
     " AND line IS coalesce(?3, line) AND price IS coalesce(?4, price)"
     " AND currency IS coalesce(?5, currency))"},
    {AS_IMPORT_ACTIVITIES,
     "name",
     NULL,
     {{"name", TEXT}, {"roi_applicable", YES_NO}, {"measured_by", TEXT}, {"automated", YES_NO}},
     "SELECT id FROM activity WHERE name = ?1",
     "INSERT INTO activity(name, roi_applicable, measured_by, automated) VALUES(?1, ?2, ?3, ?4)",
     "UPDATE activity SET roi_applicable = coalesce(?2, roi_applicable), measured_by = coalesce(?3,"
     " measured_by), automated = coalesce(?4, automated) WHERE id = ?6 AND NOT (roi_applicable IS"
     " coalesce(?2, roi_applicable) AND measured_by IS coalesce(?3, measured_by) AND automated IS"
     " coalesce(?4, automated))"},
};

struct bound {
    const char *name;
    enum { BOUND_NULL, BOUND_TEXT, BOUND_INTEGER } as;
    struct as_str text;
    int64_t integer;
};

static enum as_status wrong(struct as_error *error, const char *name, struct as_str text, const char *what)
{
    return as_error_set(error, AS_ERR_DATA, "%s: \"%.*s\" is not %s", name, text.n > 80 ? 80 : (int)text.n,
                        text.p, what);
}

static enum as_status read_column(struct bound *out, int *n, struct as_facts *facts,
                                  const struct catalogue_column *column, struct as_error *error)
{
    bool said, yes;
    int64_t number;
    struct as_str text = as_said(facts, column->name, &said), currency;
    struct bound *one = &out[(*n)++];
    enum as_status status;
    *one = (struct bound){.name = column->name, .as = text.n == 0 ? BOUND_NULL : BOUND_TEXT, .text = text};
    switch (column->reads) {
    case MONEY:
        status = as_said_money(&number, &currency, &said, facts, column->name, error);
        if (said)
            *one = (struct bound){.name = column->name, .as = BOUND_INTEGER, .integer = number};
        out[(*n)++] = (struct bound){
            .name = "currency", .as = currency.n == 0 ? BOUND_NULL : BOUND_TEXT, .text = currency};
        return status;
    case COUNT:
    case YES_NO:
        if (text.n == 0)
            return AS_OK;
        if (column->reads == YES_NO ? !as_value_boolean(&yes, text) : !as_value_integer(&number, text))
            return wrong(error, column->name, text, column->reads == YES_NO ? "yes or no" : "a whole number");
        *one = (struct bound){
            .name = column->name, .as = BOUND_INTEGER, .integer = column->reads == YES_NO ? yes : number};
        return AS_OK;
    case PHASES:
        for (struct as_str rest = text; rest.n > 0;) {
            struct as_str word = as_str_trim(as_str_cut(&rest, ';'));
            enum as_phase phase;
            if (word.n > 0 && !as_phase_parse(&phase, word)) {
                wrong(error, column->name, word, "a buying phase or one of its steps");
                return as_error_advise(error, "write discovery, consideration or decision");
            }
        }
        return AS_OK;
    case DAY:
        if (text.n == 0)
            return AS_OK;
        if (text.n < 10 || !as_time_parse(&number, NULL, text))
            return wrong(error, column->name, text, "a date");
        one->text.n = 10;
        return AS_OK;
    default:
        return text.n <= AS_MAX_TEXT ? AS_OK
                                     : as_error_set(error, AS_ERR_DATA, "%s is longer than %d bytes",
                                                    column->name, AS_MAX_TEXT);
    }
}

static sqlite3_stmt *bind(struct as_facts *facts, const char *sql, const struct bound *values, int n,
                          int64_t row, struct as_error *error)
{
    sqlite3_stmt *stmt = as_sql(facts->store, error, sql, "");
    if (stmt == NULL)
        return NULL;
    int most = sqlite3_bind_parameter_count(stmt);
    for (int i = 0; i < n && i < most; i++)
        if (values[i].as == BOUND_TEXT)
            sqlite3_bind_text(stmt, i + 1, values[i].text.p, (int)values[i].text.n, SQLITE_STATIC);
        else if (values[i].as == BOUND_INTEGER)
            sqlite3_bind_int64(stmt, i + 1, values[i].integer);
        else
            sqlite3_bind_null(stmt, i + 1);
    if (most > n)
        sqlite3_bind_text(stmt, n + 1, facts->system, -1, SQLITE_STATIC);
    if (most > n + 1)
        sqlite3_bind_int64(stmt, n + 2, row);
    return stmt;
}

/* A user's absence lies beside the row: one more of them is a change of its own. */
static enum as_status take_absence(struct as_facts *facts, int64_t user, bool *changed,
                                   struct as_error *error)
{
    int64_t from = AS_TIME_NONE, to = AS_TIME_NONE;
    bool said;
    enum as_status status = as_said_time(&from, facts, "absent_from", error);
    if (status == AS_OK)
        status = as_said_time(&to, facts, "absent_to", error);
    if (status != AS_OK || from == AS_TIME_NONE)
        return status;
    /* A bare day is meant whole; an open end lasts until it is closed. */
    struct as_str end = as_said(facts, "absent_to", &said);
    if (to == AS_TIME_NONE)
        to = INT64_MAX;
    else if (end.n == 10)
        to += AS_DAY_SECONDS - 1;
    status = as_sql_do(
        facts->store, error,
        "INSERT INTO absence(user_id, starts, ends) VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET ends = ?3"
        " WHERE ends <> ?3",
        "iii", user, from, to);
    *changed |= sqlite3_changes(facts->store->db) > 0;
    return status;
}

/* By id, which `account` may be too, by domain or by name; 0 where none is named. */
static enum as_status cost_account(int64_t *account, struct as_facts *facts, struct as_error *error)
{
    bool said;
    struct as_str id = as_said(facts, "account_id", &said), name = as_said(facts, "account", &said);
    enum as_status status = as_account_by_id(account, facts, id.n > 0 ? id : name, error);
    if (status == AS_OK && *account == 0 && name.n > 0)
        status = as_account_by_domain(account, facts, name, error);
    if (status == AS_OK && *account == 0 && name.n > 0)
        status = as_account_by_name(account, facts, name, error);
    if (status != AS_OK || *account != 0 || id.n + name.n == 0)
        return status;
    name = name.n > 0 ? name : id;
    as_error_set(error, AS_ERR_DATA, "no account \"%.*s\"", name.n > 80 ? 80 : (int)name.n, name.p);
    return as_error_advise(error, "import the accounts first");
}

static enum as_status put_cost(struct as_facts *facts, bool *changed, struct as_error *error)
{
    bool said, known;
    int64_t amount, account = 0, time = AS_TIME_NONE;
    struct as_str currency, texts[3];
    static const char *const names[] = {"campaign", "content", "activity"};
    uint64_t hash = AS_CONTENT_HASH;
    enum as_status status = as_said_money(&amount, &currency, &known, facts, "amount", error);
    if (status == AS_OK)
        status = as_said_time(&time, facts, "at", error);
    if (status != AS_OK)
        return status;
    for (int i = 0; i < 3; i++) {
        texts[i] = as_said(facts, names[i], &said);
        hash = as_content_hash(hash, names[i], strlen(names[i]) + 1);
        if (texts[i].n > 0)
            hash = as_content_hash(hash, texts[i].p, texts[i].n);
        else
            texts[i].p = NULL;
    }
    status = cost_account(&account, facts, error);
    if (status != AS_OK)
        return status;
    if (texts[0].n + texts[1].n + texts[2].n == 0 && account == 0)
        return as_error_set(error, AS_ERR_DATA, "names no campaign, content, activity or account");
    if (!known || time == AS_TIME_NONE)
        return as_error_set(error, AS_ERR_DATA, "%s is empty", known ? "at" : "amount");
    hash = as_content_hash(hash, &amount, sizeof amount);
    if (account != 0)
        hash = as_content_hash(hash, &account, sizeof account);
    status = as_sql_do(
        facts->store, error,
        "INSERT INTO cost(campaign, content, activity, amount, currency, time, hash, batch_id, account_id)"
        " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE NOT EXISTS (SELECT 1 FROM cost WHERE time = ?6"
        " AND hash = ?7 AND batch_id <> ?8)",
        "sssisiiik", texts[0], texts[1], texts[2], amount, currency, time, (int64_t)hash, facts->batch_id,
        account);
    *changed = status == AS_OK && sqlite3_changes(facts->store->db) > 0;
    as_facts_count(facts, *changed, changed);
    return status;
}

/* People of ours are told apart by their names: AS_ERR_DATA where another one of them has the row's. */
static enum as_status check_name(struct as_facts *facts, int64_t user, struct as_error *error)
{
    bool said;
    enum as_status status = AS_OK;
    struct as_str name = as_said(facts, "name", &said);
    sqlite3_stmt *stmt =
        as_sql(facts->store, error, "SELECT system, external_id FROM user WHERE name = ?1 AND id <> ?2", "si",
               name, user);
    if (as_sql_row(&status, facts->store, stmt, error)) {
        const char *system = (const char *)sqlite3_column_text(stmt, 0);
        const char *id = (const char *)sqlite3_column_text(stmt, 1);
        status = as_error_set(error, AS_ERR_DATA, "name: another user is called \"%.*s\" already%s%s%s%s",
                              name.n > 80 ? 80 : (int)name.n, name.p, id != NULL ? ": id " : "",
                              id != NULL ? id : "", id != NULL ? " of " : "", id != NULL ? system : "");
    }
    sqlite3_reset(stmt);
    return status;
}

static enum as_status put_row(const struct catalogue *catalogue, struct as_facts *facts, bool *changed,
                              struct as_error *error)
{
    struct bound values[MOST_COLUMNS + 1];
    struct as_store *store = facts->store;
    int n = 0;
    bool said;
    int64_t row = 0, until = 0;
    enum as_status status = AS_OK;
    if (as_said(facts, catalogue->needs, &said).n == 0 &&
        (catalogue->or_needs == NULL || as_said(facts, catalogue->or_needs, &said).n == 0))
        return as_error_set(error, AS_ERR_DATA, "%s is empty", catalogue->needs);
    for (int i = 0; i < MOST_COLUMNS && catalogue->column[i].name != NULL && status == AS_OK; i++)
        status = read_column(values, &n, facts, &catalogue->column[i], error);
    /* Checked before anything is written. */
    if (status == AS_OK && catalogue->kind == AS_IMPORT_USERS &&
        (status = as_said_time(&until, facts, "absent_from", error)) == AS_OK)
        status = as_said_time(&until, facts, "absent_to", error);
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt = bind(facts, catalogue->find, values, n, 0, error);
    bool found = as_sql_row(&status, store, stmt, error);
    if (found)
        row = sqlite3_column_int64(stmt, 0);
    sqlite3_reset(stmt);
    if (status == AS_OK && found && catalogue->kind == AS_IMPORT_USERS)
        status = check_name(facts, row, error);
    if (status != AS_OK)
        return status;
    stmt = bind(facts, found ? catalogue->update : catalogue->insert, values, n, row, error);
    as_sql_row(&status, store, stmt, error);
    *changed = status == AS_OK && sqlite3_changes(store->db) > 0;
    if (!found)
        row = sqlite3_last_insert_rowid(store->db);
    if (status == AS_OK && catalogue->kind == AS_IMPORT_USERS)
        status = take_absence(facts, row, changed, error);
    as_facts_count(facts, !found, changed);
    return status;
}

enum as_status as_put_catalogue(struct as_facts *facts, bool *changed, struct as_error *error)
{
    if (facts->record->kind == AS_IMPORT_COSTS)
        return put_cost(facts, changed, error);
    for (size_t i = 0; i < sizeof catalogues / sizeof *catalogues; i++)
        if (catalogues[i].kind == facts->record->kind)
            return put_row(&catalogues[i], facts, changed, error);
    return as_error_set(error, AS_ERR_BUG, "a record of an unknown kind");
}
