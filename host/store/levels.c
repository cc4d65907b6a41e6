/* Levels: leads and accounts as rows with typed columns. Sorts a record into cells, inserts new rows, and
 * brings old ones up to date by precedence. Which row a record means is left to lead_rows.c and
 * account_rows.c. */
#include "store/batch.h"

#include <stdlib.h>
#include <string.h>

enum { SLOT_UNKNOWN = INT32_MIN, FIRST_SLOTS = 256 };

/* The own columns of each level, bound before the declared ones in this order. An account is the top of its
 * own tree until it gets a parent. */
static const char *const own_names[2] = {
    "id, first_known, source_id, account_id, matched_by, match_score, match_note, crm_account, mail_domain, "
    "company_key",
    "id, first_known, source_id, top_parent, name_key",
};
static const char *const own_places[2] = {"?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10", "?1, ?2, ?3, ?1, ?4"};
static const int own_width[2] = {10, 4};

int32_t as_level_place(const struct as_facts *facts, enum as_level level, const char *name)
{
    const struct as_columns *columns = &facts->level[level].columns;
    for (uint32_t i = 0; i < columns->n; i++)
        if (strcmp(facts->schema->fields.at[columns->field[i]]->name, name) == 0)
            return (int32_t)i;
    return -1;
}

/* Nobody gives the highest parent: it follows from the parents. */
static bool is_derived(enum as_level level, const struct as_field *field)
{
    return level == AS_LEVEL_ACCOUNT && strcmp(field->name, "top_parent") == 0;
}

enum as_status as_level_open(struct as_facts *facts, enum as_level level, struct as_error *error)
{
    struct as_level_sql *sql = &facts->level[level];
    if (sql->inserting != NULL)
        return AS_OK;
    enum as_status status = as_columns_load(&sql->columns, facts->schema, &facts->map, level, NULL, error);
    if (status != AS_OK)
        return status;
    const char *table = as_level_name(level);
    bool none = sql->columns.n == 0;
    as_buf_printf(&sql->insert, "INSERT INTO %s(%s", table, own_names[level]);
    for (uint32_t i = 0; i < sql->columns.n; i++) {
        const struct as_field *field = facts->schema->fields.at[sql->columns.field[i]];
        if (is_derived(level, field))
            continue;
        as_buf_text(&sql->insert, ", ");
        as_sql_name(&sql->insert, field->name);
        if (field->type == AS_TYPE_MONEY) {
            as_buf_text(&sql->insert, ", ");
            as_currency_column(&sql->insert, field->name);
        }
    }
    as_buf_printf(&sql->insert, ") VALUES(%s", own_places[level]);
    for (uint32_t i = 0, n = (uint32_t)own_width[level]; i < sql->columns.n; i++) {
        const struct as_field *field = facts->schema->fields.at[sql->columns.field[i]];
        for (int width = field->type == AS_TYPE_MONEY ? 2 : 1; !is_derived(level, field) && width > 0;
             width--)
            as_buf_printf(&sql->insert, ", ?%u", ++n);
    }
    as_buf_text(&sql->insert, ")");
    as_buf_printf(&sql->select, "SELECT %s FROM %s WHERE id = ?", none ? "1" : as_buf_c(&sql->columns.list),
                  table);
    sql->updating = calloc(sql->columns.n + 1, sizeof(sqlite3_stmt *));
    sql->given = calloc(sql->columns.n + 1, sizeof *sql->given);
    sql->held = calloc(sql->columns.n + 1, sizeof *sql->held);
    sql->said = calloc(sql->columns.n + 1, sizeof *sql->said);
    sql->same = calloc(sql->columns.n + 1, sizeof *sql->same);
    if (sql->insert.failed || sql->select.failed || sql->updating == NULL || sql->given == NULL ||
        sql->held == NULL || sql->said == NULL || sql->same == NULL)
        return as_error_memory(error);
    if ((sql->selecting = as_sql_fresh(facts->store, error, as_buf_c(&sql->select), "")) == NULL ||
        (sql->inserting = as_sql_fresh(facts->store, error, as_buf_c(&sql->insert), "")) == NULL)
        return as_sql_failed(facts->store, error);
    return AS_OK;
}

void as_level_close(struct as_level_sql *sql)
{
    sqlite3_finalize(sql->inserting);
    sqlite3_finalize(sql->selecting);
    for (uint32_t i = 0; sql->updating != NULL && i < sql->columns.n; i++)
        sqlite3_finalize(sql->updating[i]);
    free(sql->updating);
    free(sql->given);
    free(sql->held);
    free(sql->said);
    free(sql->same);
    as_buf_free(&sql->insert);
    as_buf_free(&sql->select);
    as_columns_free(&sql->columns);
    *sql = (struct as_level_sql){.columns = {.level = sql->columns.level}};
}

static int32_t look_up_slot(struct as_facts *facts, enum as_level level, const char *const *specials,
                            const char *name)
{
    for (int32_t i = 0; specials[i] != NULL; i++)
        if (strcmp(name, specials[i]) == 0)
            return -1 - i;
    int32_t place = as_level_place(facts, level, name);
    return place >= 0 ? place : SLOT_UNKNOWN;
}

/* Readers give the same addresses for every record of a file, so that a name is compared once a column. A
 * reader that does not is merely slower: the text is compared again. */
static int32_t slot_of(struct as_facts *facts, enum as_level level, const char *const *specials, uint32_t i,
                       const char *name)
{
    if (i >= facts->slot_room)
        return look_up_slot(facts, level, specials, name);
    struct as_slot *slot = &facts->slots[i * 2 + level];
    if (slot->name != name || slot->place == SLOT_UNKNOWN) {
        slot->name = name;
        slot->place = look_up_slot(facts, level, specials, name);
    }
    return slot->place;
}

enum as_status as_level_sort(struct as_facts *facts, enum as_level level, const char *const *specials,
                             struct as_str *out, struct as_error *error)
{
    struct as_level_sql *sql = &facts->level[level];
    const struct as_record *record = facts->record;
    enum as_status status = as_level_open(facts, level, error);
    if (status != AS_OK)
        return status;
    if (facts->slots == NULL) {
        facts->slots = calloc(FIRST_SLOTS * 2, sizeof *facts->slots);
        if (facts->slots == NULL)
            return as_error_memory(error);
        facts->slot_room = FIRST_SLOTS;
    }
    memset(sql->said, 0, sql->columns.n * sizeof *sql->said);
    for (int i = 0; specials[i] != NULL; i++)
        out[i] = (struct as_str){NULL, 0};
    /* Cells point into the scratch, so that it must not move while a record is sorted: choices grow to at
     * most twice their text. */
    size_t bytes = 0;
    for (uint32_t i = 0; i < record->n; i++)
        bytes += record->pairs[i].value.n * 2 + 2;
    as_buf_reset(&facts->scratch);
    while (facts->scratch.room < bytes + 1 && !facts->scratch.failed)
        as_buf_bytes(&facts->scratch, "                                                                ", 64);
    if (facts->scratch.failed)
        return as_error_memory(error);
    as_buf_reset(&facts->scratch);
    for (uint32_t i = 0; i < record->n; i++) {
        const struct as_value_pair *pair = &record->pairs[i];
        int32_t place = slot_of(facts, level, specials, i, pair->name);
        if (place == SLOT_UNKNOWN)
            return as_error_set(error, AS_ERR_DATA, "a %s has no field \"%s\"", as_level_name(level),
                                pair->name);
        if (place < 0) {
            out[-1 - place] = as_str_trim(pair->value);
            continue;
        }
        const struct as_field *field = facts->schema->fields.at[sql->columns.field[place]];
        status = field->type == AS_TYPE_REFERENCE
                     ? as_resolve(&sql->given[place], facts, field, as_str_trim(pair->value), error)
                     : as_cell_parse(&sql->given[place], field, pair->value, &facts->scratch, error);
        if (status != AS_OK)
            return status;
        sql->said[place] = true;
    }
    return AS_OK;
}

static void bind_text(sqlite3_stmt *stmt, int n, struct as_str text)
{
    if (text.p == NULL)
        sqlite3_bind_null(stmt, n);
    else
        sqlite3_bind_text(stmt, n, text.p, (int)text.n, SQLITE_STATIC);
}

static void bind_match(sqlite3_stmt *stmt, const struct as_own_columns *own)
{
    bool found = own->match != NULL && own->match->account != 0;
    for (int n = 4; n <= 7 && !found; n++)
        sqlite3_bind_null(stmt, n);
    if (found) {
        sqlite3_bind_int64(stmt, 4, own->match->account);
        sqlite3_bind_text(stmt, 5, own->match->by, -1, SQLITE_STATIC);
        sqlite3_bind_double(stmt, 6, own->match->score);
        sqlite3_bind_text(stmt, 7, own->match->note, -1, SQLITE_STATIC);
    }
    bind_text(stmt, 8, own->crm_account);
    bind_text(stmt, 9, own->domain);
    bind_text(stmt, 10, own->company_key);
}

enum as_status as_level_insert(struct as_facts *facts, enum as_level level, const struct as_own_columns *own,
                               struct as_error *error)
{
    struct as_level_sql *sql = &facts->level[level];
    sqlite3_stmt *stmt = sql->inserting;
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, 1, own->id);
    sqlite3_bind_int64(stmt, 2, facts->options.now);
    sqlite3_bind_int64(stmt, 3, facts->source_id);
    if (level == AS_LEVEL_LEAD)
        bind_match(stmt, own);
    else
        bind_text(stmt, 4, own->name_key);
    int n = own_width[level] + 1;
    for (uint32_t i = 0; i < sql->columns.n; i++) {
        const struct as_field *field = facts->schema->fields.at[sql->columns.field[i]];
        struct as_cell unknown = {.type = field->type};
        if (!is_derived(level, field))
            n = as_cell_bind(stmt, n, sql->said[i] ? &sql->given[i] : &unknown);
    }
    enum as_status status;
    as_sql_row(&status, facts->store, stmt, error);
    return status;
}

static enum as_status write_cell(struct as_facts *facts, enum as_level level, uint32_t place, int64_t id,
                                 const struct as_cell *cell, struct as_error *error)
{
    struct as_level_sql *sql = &facts->level[level];
    if (sql->updating[place] == NULL) {
        const struct as_field *field = facts->schema->fields.at[sql->columns.field[place]];
        struct as_buf text = {0};
        as_buf_printf(&text, "UPDATE %s SET ", as_level_name(level));
        as_sql_name(&text, field->name);
        as_buf_text(&text, " = ?");
        if (field->type == AS_TYPE_MONEY) {
            as_buf_text(&text, ", ");
            as_currency_column(&text, field->name);
            as_buf_text(&text, " = ?");
        }
        as_buf_text(&text, " WHERE id = ?");
        sql->updating[place] = as_sql_fresh(facts->store, error, as_buf_c(&text), "");
        as_buf_free(&text);
        if (sql->updating[place] == NULL)
            return as_sql_failed(facts->store, error);
    }
    sqlite3_stmt *stmt = sql->updating[place];
    sqlite3_reset(stmt);
    sqlite3_bind_int64(stmt, as_cell_bind(stmt, 1, cell), id);
    enum as_status status;
    as_sql_row(&status, facts->store, stmt, error);
    return status;
}

/* The weakest source of anything held of a row. A stronger one that says the same confirms it: the value is
 * the stronger's from then on. Asked once a row, so that importing a file again costs one look a row. */
static enum as_status weakest(int64_t *out, struct as_facts *facts, enum as_level level, int64_t id,
                              struct as_error *error)
{
    bool found;
    enum as_status status =
        level == AS_LEVEL_LEAD
            ? as_sql_get(out, &found, facts->store, error,
                         "SELECT min(s.precedence) FROM source s WHERE s.id = (SELECT source_id FROM lead "
                         "WHERE id = ?1)"
                         " OR s.id IN (SELECT source_id FROM field_source WHERE level = 0 AND row_id = ?1)",
                         "i", id)
            : as_sql_get(out, &found, facts->store, error,
                         "SELECT min(s.precedence) FROM source s WHERE s.id = (SELECT source_id FROM account "
                         "WHERE id = ?1)"
                         " OR s.id IN (SELECT source_id FROM field_source WHERE level = 1 AND row_id = ?1)",
                         "i", id);
    return status;
}

static enum as_status confirms(bool *stronger, struct as_facts *facts, enum as_level level, int64_t id,
                               int64_t field_id, struct as_error *error)
{
    int64_t precedence;
    bool found;
    enum as_status status = as_sql_get(
        &precedence, &found, facts->store, error,
        "SELECT s.precedence FROM source s WHERE s.id = coalesce((SELECT source_id FROM field_source"
        " WHERE level = ?1 AND row_id = ?2 AND field_id = ?3), CASE ?1 WHEN 0 THEN"
        " (SELECT source_id FROM lead WHERE id = ?2) ELSE (SELECT source_id FROM account WHERE id = ?2) END)",
        "iii", (int64_t)level, id, field_id);
    *stronger = found && (int)facts->options.precedence > precedence;
    return status;
}

enum as_status as_level_update(struct as_facts *facts, enum as_level level, int64_t id, bool *changed,
                               struct as_error *error)
{
    struct as_level_sql *sql = &facts->level[level];
    sqlite3_reset(sql->selecting);
    sqlite3_bind_int64(sql->selecting, 1, id);
    enum as_status status;
    if (!as_sql_row(&status, facts->store, sql->selecting, error))
        return status != AS_OK
                   ? status
                   : as_error_set(error, AS_ERR_BUG, "%s #%lld is gone", as_level_name(level), (long long)id);
    int64_t least = (int64_t)facts->options.precedence;
    if (facts->any_weaker && (status = weakest(&least, facts, level, id, error)) != AS_OK)
        return status;
    bool may_confirm = (int)facts->options.precedence > least;
    for (uint32_t i = 0; i < sql->columns.n && status == AS_OK; i++) {
        const struct as_field *field = facts->schema->fields.at[sql->columns.field[i]];
        struct as_cell *given = &sql->given[i], *held = &sql->held[i];
        as_cell_read(held, field->type, sql->selecting, sql->columns.place[i]);
        sql->same[i] = sql->said[i] && held->known && as_cell_equal(given, held);
        if (!sql->said[i] || (!given->known && !facts->options.clear_empty) ||
            (!given->known && !held->known))
            continue;
        int64_t field_id = facts->map.field[sql->columns.field[i]];
        bool go = !as_cell_equal(given, held);
        if (!go && may_confirm)
            status = confirms(&go, facts, level, id, field_id, error);
        if (!go || status != AS_OK)
            continue;
        status = as_supersede(&go, facts, level, id, field_id, held, given, error);
        if (status == AS_OK && go) {
            status = write_cell(facts, level, i, id, given, error);
            *changed = true;
        }
    }
    sqlite3_reset(sql->selecting);
    return status;
}
