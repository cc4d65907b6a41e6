/* Levels: leads and accounts as rows with typed columns. Sorts a record into cells, inserts new rows, and
 * brings old ones up to date by precedence. Which row a record means is left to lead_rows.c and
 * account_rows.c. */
#include "data/facts/keeping.h"
#include "store/facts/batch.h"

#include <stdlib.h>
#include <string.h>

enum { SLOT_UNKNOWN = INT32_MIN, FIRST_SLOTS = 256 };

/* The own columns of each level, before the declared ones in this order. An account is the top of its
 * own tree until it gets a parent. */
static const char *const own_names[2] = {
    "id, first_known, source_id, account_id, matched_by, match_score, match_note, crm_account, mail_domain, "
    "company_key, said_hash",
    "id, first_known, source_id, top_parent, name_key",
};
static const uint32_t own_width[2] = {11, 5};

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
    if (sql->selecting != NULL)
        return AS_OK;
    enum as_status status = as_columns_load(&sql->columns, facts->schema, &facts->map, level, NULL, error);
    if (status != AS_OK)
        return status;
    const char *table = as_level_name(level);
    bool none = sql->columns.n == 0;
    struct as_buf select = {0};
    as_buf_printf(&select, "SELECT %s FROM %s WHERE id = ?", none ? "1" : as_buf_c(&sql->columns.list),
                  table);
    sql->updating = calloc(sql->columns.n + 1, sizeof(sqlite3_stmt *));
    sql->given = calloc(sql->columns.n + 1, sizeof *sql->given);
    sql->held = calloc(sql->columns.n + 1, sizeof *sql->held);
    sql->said = calloc(sql->columns.n + 1, sizeof *sql->said);
    sql->same = calloc(sql->columns.n + 1, sizeof *sql->same);
    sql->column = calloc(sql->columns.n + 1, sizeof *sql->column);
    if (sql->updating == NULL || sql->given == NULL || sql->held == NULL || sql->said == NULL ||
        sql->same == NULL || sql->column == NULL) {
        as_buf_free(&select);
        return as_error_memory(error);
    }
    memset(sql->column, 0xff, sql->columns.n * sizeof *sql->column);
    sql->selecting = as_sql_made(facts->store, error, &select, "");
    return sql->selecting != NULL ? AS_OK : as_sql_failed(facts->store, error);
}

void as_level_close(struct as_level_sql *sql)
{
    as_waiting_close(&sql->rows);
    sqlite3_finalize(sql->selecting);
    for (uint32_t i = 0; sql->updating != NULL && i < sql->columns.n; i++)
        sqlite3_finalize(sql->updating[i]);
    free(sql->updating);
    free(sql->given);
    free(sql->held);
    free(sql->said);
    free(sql->same);
    free(sql->column);
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

static bool is_money(const struct as_facts *facts, const struct as_level_sql *sql, uint32_t place)
{
    return facts->schema->fields.at[sql->columns.field[place]]->type == AS_TYPE_MONEY;
}

/* Files say few of the fields there are: rows have the columns that some record said. Another one changes the
 * statement, so that what waits is written first. */
static enum as_status widen(struct as_facts *facts, enum as_level level, struct as_error *error)
{
    struct as_level_sql *sql = &facts->level[level];
    uint32_t width = own_width[level];
    struct as_buf into = {0};
    enum as_status status = as_bulk_write(facts, error);
    as_waiting_close(&sql->rows);
    as_buf_printf(&into, "INSERT OR FAIL INTO %s(%s", as_level_name(level), own_names[level]);
    for (uint32_t i = 0; i < sql->columns.n; i++) {
        const struct as_field *field = facts->schema->fields.at[sql->columns.field[i]];
        if ((!sql->said[i] && sql->column[i] < 0) || is_derived(level, field))
            continue;
        as_buf_text(&into, ", ");
        as_sql_name(&into, field->name);
        sql->column[i] = (int32_t)width++;
        if (is_money(facts, sql, i)) {
            as_buf_text(&into, ", ");
            as_currency_column(&into, field->name);
            width++;
        }
    }
    as_buf_text(&into, ")");
    if (status == AS_OK && into.failed)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = as_waiting_open(&sql->rows, facts->store, as_buf_c(&into), width, error);
    as_buf_free(&into);
    return status;
}

static bool is_wide_enough(const struct as_facts *facts, enum as_level level)
{
    const struct as_level_sql *sql = &facts->level[level];
    bool enough = sql->rows.width > 0;
    for (uint32_t i = 0; i < sql->columns.n && enough; i++)
        enough = !sql->said[i] || sql->column[i] >= 0 ||
                 is_derived(level, facts->schema->fields.at[sql->columns.field[i]]);
    return enough;
}

static void add_match(struct as_waiting_rows *rows, const struct as_own_columns *own)
{
    if (own->match != NULL && own->match->account != 0) {
        as_waiting_integer(rows, 3, own->match->account);
        as_waiting_text(rows, 4, as_str_of(own->match->by));
        as_waiting_number(rows, 5, own->match->score);
        as_waiting_text(rows, 6, as_str_of(own->match->note));
    }
    as_waiting_text(rows, 7, own->crm_account);
    as_waiting_text(rows, 8, own->domain);
    as_waiting_text(rows, 9, own->company_key);
    if (own->said_hash != 0)
        as_waiting_integer(rows, 10, own->said_hash);
}

enum as_status as_level_insert(struct as_facts *facts, enum as_level level, const struct as_own_columns *own,
                               struct as_error *error)
{
    struct as_level_sql *sql = &facts->level[level];
    struct as_waiting_rows *rows = &sql->rows;
    enum as_status status = is_wide_enough(facts, level) ? AS_OK : widen(facts, level, error);
    if (status == AS_OK)
        status = as_waiting_add(rows, error);
    if (status != AS_OK)
        return status;
    as_waiting_integer(rows, 0, own->id);
    as_waiting_integer(rows, 1, facts->options.now);
    as_waiting_integer(rows, 2, facts->source_id);
    if (level == AS_LEVEL_LEAD) {
        add_match(rows, own);
    } else {
        as_waiting_integer(rows, 3, own->id);
        as_waiting_text(rows, 4, own->name_key);
    }
    for (uint32_t i = 0; i < sql->columns.n; i++)
        if (sql->said[i] && sql->column[i] >= 0)
            as_cell_wait(rows, (uint32_t)sql->column[i], &sql->given[i]);
    return level == AS_LEVEL_LEAD ? AS_OK : as_bulk_write(facts, error);
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
        sql->updating[place] = as_sql_made(facts->store, error, &text, "");
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
    enum as_status status =
        level == AS_LEVEL_LEAD
            ? as_sql_get(out, NULL, facts->store, error,
                         "SELECT min(s.precedence) FROM source s"
                         " WHERE s.id = (SELECT source_id FROM lead WHERE id = ?1)"
                         " OR s.id IN (SELECT source_id FROM field_source WHERE level = 0 AND row_id = ?1)",
                         "i", id)
            : as_sql_get(out, NULL, facts->store, error,
                         "SELECT min(s.precedence) FROM source s"
                         " WHERE s.id = (SELECT source_id FROM account WHERE id = ?1)"
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
        bool stays = given->known && held->known && as_keeps_first(&field->keeping, held->text, given->text);
        status = as_supersede(&go, facts, level, id, field_id, stays, held, given, error);
        if (status == AS_OK && go) {
            status = write_cell(facts, level, i, id, given, error);
            *changed = true;
        }
    }
    sqlite3_reset(sql->selecting);
    return status;
}
