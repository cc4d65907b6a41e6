/* Fields: declared fields, answers, event kinds and properties become columns and rows the database knows,
 * and what it knows already comes back into the schema. */
#include "store/facts/fields.h"

#include "base/limits.h"
#include "data/facts/keeping.h"
#include "store/facts/facts.h"

#include <stdlib.h>
#include <string.h>

/* Under this name a lead's account keeps its history; no pack can declare it, since the column is ours. */
static const char match_field_name[] = "account_id";

static const char *const own_columns[] = {
    "id",         "first_known", "source_id",   "account_id",    "matched_by", "match_score",
    "match_note", "crm_account", "mail_domain", "company_key",   "erased_at",  "merged_into",
    "merged_at",  "name_key",    "parent_ref",  "parent_system", "said_hash",
};

static const char *const actor_names[] = {"buyer", "seller", "system"};
static const char *const act_names[] = {NULL,  "handoff", "accepted",   "rejected",
                                        "won", "lost",    "no_decision"};

static const char *sql_type(enum as_type type)
{
    switch (type) {
    case AS_TYPE_BOOLEAN:
    case AS_TYPE_INTEGER:
    case AS_TYPE_MONEY:
    case AS_TYPE_REFERENCE:
        return "INTEGER";
    case AS_TYPE_NUMBER:
        return "REAL";
    default:
        return "TEXT";
    }
}

void as_currency_column(struct as_buf *out, const char *field)
{
    struct as_buf name = {0};
    as_buf_printf(&name, "%s_currency", field);
    as_sql_name(out, as_buf_c(&name));
    as_buf_free(&name);
}

static enum as_status has_column(bool *has, uint32_t *columns, struct as_store *store, const char *table,
                                 const char *name, struct as_error *error)
{
    *has = false;
    *columns = 0;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT name FROM pragma_table_info(?)", "t", table);
    enum as_status status;
    while (as_sql_row(&status, store, stmt, error)) {
        *has |= sqlite3_stricmp(as_sql_text(stmt, 0), name) == 0;
        ++*columns;
    }
    return status;
}

static enum as_status add_column(struct as_store *store, const struct as_field *field, struct as_error *error)
{
    const char *table = as_level_name(field->level);
    for (size_t i = 0; i < sizeof own_columns / sizeof *own_columns; i++)
        if (sqlite3_stricmp(field->name, own_columns[i]) == 0) {
            as_error_set(error, AS_ERR_CONFLICT,
                         "a field of %s cannot be called \"%s\": the database keeps that name", table,
                         field->name);
            as_error_advise(error, "choose another name");
            return as_error_at(error, field->position.file, field->position.line);
        }
    bool has;
    uint32_t columns;
    enum as_status status = has_column(&has, &columns, store, table, field->name, error);
    if (status != AS_OK)
        return status;
    if (columns >= AS_MAX_TABLE_COLUMNS)
        return as_error_set(error, AS_ERR_LIMIT, "a %s has more than %d fields", table, AS_MAX_TABLE_COLUMNS);
    struct as_buf sql = {0};
    if (!has) {
        as_buf_printf(&sql, "ALTER TABLE %s ADD COLUMN ", table);
        as_sql_name(&sql, field->name);
        as_buf_printf(&sql, " %s", sql_type(field->type));
        if (field->type == AS_TYPE_REFERENCE)
            as_buf_printf(&sql, " REFERENCES %s(id)", as_level_name(field->target));
        as_buf_text(&sql, ";");
    }
    if (field->type == AS_TYPE_MONEY) {
        as_buf_printf(&sql, "ALTER TABLE %s ADD COLUMN ", table);
        as_currency_column(&sql, field->name);
        as_buf_text(&sql, " TEXT;");
    }
    status = sql.failed ? as_error_memory(error) : as_sql_script(store, error, as_buf_c(&sql));
    as_buf_free(&sql);
    return status;
}

static void texts_json(struct as_buf *out, const char *const *texts, uint32_t n)
{
    as_buf_char(out, '[');
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0)
            as_buf_char(out, ',');
        as_buf_json(out, as_str_of(texts[i]));
    }
    as_buf_char(out, ']');
}

static enum as_status conflict(struct as_error *error, const struct as_field *field, const char *type,
                               const char *level)
{
    const char *noun = field->ask != NULL ? "answer" : "field";
    as_error_set(error, AS_ERR_CONFLICT,
                 "%s \"%s\" is declared as %s of the %s, but the database has it as %s of the %s", noun,
                 field->name, as_type_name(field->type), as_level_name(field->level), type, level);
    as_error_advise(error, "a fact is one column for all packs: use the same type or another name");
    return as_error_at(error, field->position.file, field->position.line);
}

/* An answer is known by its name alone, a field by level and name. */
static enum as_status teach_field(struct as_store *store, const struct as_field *field, bool writing,
                                  struct as_error *error)
{
    const char *level = as_level_name(field->level), *type = as_type_name(field->type);
    sqlite3_stmt *stmt = as_sql(
        store, error,
        "SELECT id, level, type, choices, first_kept FROM field WHERE name = ?1 AND (ask IS NOT NULL) = ?2"
        " AND (?2 OR level = ?3)",
        "tit", field->name, (int64_t)(field->ask != NULL), level);
    enum as_status status = AS_OK;
    struct as_buf choices = {0}, keeping = {0};
    texts_json(&choices, field->choices, field->choice_count);
    texts_json(&keeping, field->keeping.override, field->keeping.override_count);
    const char *first_kept = field->keeping.first ? as_buf_c(&keeping) : NULL;
    if (choices.failed || keeping.failed)
        status = as_error_memory(error);
    else if (as_sql_row(&status, store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        const char *had = as_sql_text(stmt, 3), *kept = as_sql_text(stmt, 4);
        bool other_keeping =
            field->keeping.position.file != NULL &&
            (field->keeping.first ? kept == NULL || strcmp(kept, as_buf_c(&keeping)) != 0 : kept != NULL);
        bool other_choices = field->choice_count > 0 && (had == NULL || strcmp(had, as_buf_c(&choices)) != 0);
        /* What is only standard learns from the file that a choice may be several. */
        bool wider = field->position.file == NULL && field->type == AS_TYPE_CHOICE &&
                     strcmp(as_sql_text(stmt, 2), as_type_name(AS_TYPE_CHOICES)) == 0;
        if ((strcmp(as_sql_text(stmt, 2), type) != 0 && !wider) ||
            (field->ask != NULL && strcmp(as_sql_text(stmt, 1), level) != 0))
            status = conflict(error, field, as_sql_text(stmt, 2), as_sql_text(stmt, 1));
        sqlite3_reset(stmt);
        /* What a pack declares replaces the list; standard ones only fill a gap. */
        if (status == AS_OK && writing && other_choices && field->position.file != NULL)
            status = as_sql_do(store, error, "UPDATE field SET choices = ? WHERE id = ?", "ti",
                               as_buf_c(&choices), id);
        if (status == AS_OK && writing && other_keeping)
            status =
                as_sql_do(store, error, "UPDATE field SET first_kept = ? WHERE id = ?", "ti", first_kept, id);
    } else if (status == AS_OK && writing) {
        if (field->ask == NULL)
            status = add_column(store, field, error);
        if (status == AS_OK)
            status = as_sql_do(
                store, error,
                "INSERT INTO field(level, name, type, target, choices, ask, description, first_kept)"
                " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                "tttttttt", level, field->name, type,
                field->type == AS_TYPE_REFERENCE ? as_level_name(field->target) : NULL,
                field->choice_count > 0 ? as_buf_c(&choices) : NULL, field->ask, field->text, first_kept);
    }
    as_buf_free(&choices);
    as_buf_free(&keeping);
    return status;
}

static enum as_status teach_kinds(struct as_store *store, const struct as_schema *schema,
                                  struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < schema->kinds.n && status == AS_OK; i++) {
        const struct as_event_kind *kind = schema->kinds.at[i];
        status = as_sql_do(
            store, error,
            "INSERT INTO event_kind(name, actor, intent, act, description) VALUES(?1, ?2, ?3, ?4, ?5)"
            " ON CONFLICT(name) DO UPDATE SET actor = ?2, intent = ?3, act = ?4"
            " WHERE actor IS NOT ?2 OR intent IS NOT ?3 OR act IS NOT ?4",
            "ttttt", kind->name, actor_names[kind->by], kind->intent, act_names[kind->act], kind->text);
    }
    for (uint32_t i = 0; i < schema->properties.n && status == AS_OK; i++) {
        const struct as_property *property = &schema->properties.at[i];
        status = as_sql_do(store, error,
                           "INSERT INTO event_property(kind_id, name, type, required)"
                           " SELECT id, ?2, ?3, ?4 FROM event_kind WHERE name = ?1 ON CONFLICT(kind_id, name)"
                           " DO UPDATE SET required = 1 WHERE excluded.required > required",
                           "ttti", schema->kinds.at[property->kind]->name, property->name,
                           as_type_name(property->type), (int64_t)property->required);
    }
    return status;
}

static enum as_status read_texts(const char *const **out, uint32_t *n, struct as_arena *arena,
                                 struct as_store *store, const char *json, struct as_error *error)
{
    AS_LIST(const char *) list = {0};
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT value FROM json_each(?) ORDER BY key", "t", json);
    while (as_sql_row(&status, store, stmt, error)) {
        struct as_str text = as_sql_str(stmt, 0);
        char *copy = as_arena_copy(arena, text.p, text.n);
        if (copy == NULL || !as_list_push(arena, &list, copy)) {
            status = as_error_memory(error);
            break;
        }
    }
    sqlite3_reset(stmt);
    *out = list.at;
    *n = list.n;
    return status;
}

/* That the first word is kept, where no pack at hand says which. */
static enum as_status learn_keeping(struct as_schema *schema, uint32_t field, struct as_arena *arena,
                                    struct as_store *store, const char *first_kept, struct as_error *error)
{
    struct as_first_word keeping = {.first = true};
    if (first_kept == NULL || schema->fields.at[field]->keeping.position.file != NULL)
        return AS_OK;
    enum as_status status =
        read_texts(&keeping.override, &keeping.override_count, arena, store, first_kept, error);
    return status == AS_OK ? as_schema_keep(schema, field, &keeping, error) : status;
}

static enum as_status learn_fields(struct as_store *store, struct as_schema *schema, struct as_error *error)
{
    enum as_status status;
    struct as_arena arena;
    as_arena_init(&arena);
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT level, name, type, target, choices, ask, description, first_kept FROM field"
                     " WHERE name <> 'account_id' ORDER BY id",
                     "");
    while (as_sql_row(&status, store, stmt, error)) {
        struct as_field field = {.level = strcmp(as_sql_text(stmt, 0), "account") == 0 ? AS_LEVEL_ACCOUNT
                                                                                       : AS_LEVEL_LEAD,
                                 .name = as_sql_text(stmt, 1),
                                 .ask = as_sql_text(stmt, 5),
                                 .text = as_sql_text(stmt, 6)};
        const char *target = as_sql_text(stmt, 3), *choices = as_sql_text(stmt, 4);
        field.target = target != NULL && strcmp(target, "account") == 0 ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD;
        if (!as_type_parse(&field.type, as_sql_str(stmt, 2))) {
            status = as_error_set(error, AS_ERR_DATA,
                                  "field \"%s\" has type \"%s\", which this program does not know",
                                  field.name, as_sql_text(stmt, 2));
            break;
        }
        uint32_t index = field.ask != NULL ? as_schema_answer(schema, as_str_of(field.name))
                                           : as_schema_field(schema, field.level, as_str_of(field.name));
        const struct as_field *have = index == AS_NO_INDEX ? NULL : schema->fields.at[index];
        bool several = have != NULL && have->type == AS_TYPE_CHOICE && field.type == AS_TYPE_CHOICES;
        bool known = have != NULL && !several && (choices == NULL || have->choice_count > 0);
        if (!known && choices != NULL &&
            (status = read_texts(&field.choices, &field.choice_count, &arena, store, choices, error)) !=
                AS_OK)
            break;
        if (!known && (status = as_schema_add_field(&index, schema, &field, error)) != AS_OK)
            break;
        if ((status = learn_keeping(schema, index, &arena, store, as_sql_text(stmt, 7), error)) != AS_OK)
            break;
    }
    as_sql_end(store, stmt);
    as_arena_free(&arena);
    return status;
}

static int name_index(const char *const *names, int n, const char *name, int otherwise)
{
    for (int i = 0; name != NULL && i < n; i++)
        if (names[i] != NULL && strcmp(names[i], name) == 0)
            return i;
    return otherwise;
}

static enum as_status learn_kinds(struct as_store *store, struct as_schema *schema, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT k.name, k.actor, k.intent, k.act, k.description, p.name, p.type, p.required FROM event_kind k"
        " LEFT JOIN event_property p ON p.kind_id = k.id ORDER BY k.id, p.id",
        "");
    while (as_sql_row(&status, store, stmt, error)) {
        uint32_t index = as_schema_kind(schema, as_sql_str(stmt, 0)), property;
        if (index == AS_NO_INDEX) {
            struct as_event_kind kind = {
                .name = as_sql_text(stmt, 0),
                .by = (enum as_actor)name_index(actor_names, 3, as_sql_text(stmt, 1), AS_ACTOR_SYSTEM),
                .intent = as_sql_text(stmt, 2),
                .act = (enum as_act)name_index(act_names, 7, as_sql_text(stmt, 3), AS_ACT_NONE),
                .text = as_sql_text(stmt, 4)};
            if ((status = as_schema_add_kind(&index, schema, &kind, error)) != AS_OK)
                break;
        }
        enum as_type type;
        if (as_sql_text(stmt, 5) == NULL || !as_type_parse(&type, as_sql_str(stmt, 6)))
            continue;
        property = as_schema_property(schema, index, as_sql_str(stmt, 5));
        if (property == AS_NO_INDEX &&
            (status = as_schema_add_property(&property, schema, index, as_sql_text(stmt, 5), type, error)) !=
                AS_OK)
            break;
        if (sqlite3_column_int(stmt, 7) != 0)
            as_schema_require(schema, property);
    }
    as_sql_end(store, stmt);
    return status;
}

static enum as_status learn(struct as_store *store, struct as_schema *schema, bool writing,
                            struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < schema->fields.n && status == AS_OK; i++)
        status = teach_field(store, schema->fields.at[i], writing, error);
    if (status == AS_OK && writing)
        status = teach_kinds(store, schema, error);
    if (status == AS_OK && writing)
        status = as_sql_do(
            store, error,
            "INSERT INTO field(level, name, type, target, description) VALUES('lead', ?, 'reference',"
            " 'account', 'Account the lead belongs to.') ON CONFLICT(level, name) DO NOTHING",
            "t", match_field_name);
    if (status == AS_OK)
        status = learn_fields(store, schema, error);
    return status == AS_OK ? learn_kinds(store, schema, error) : status;
}

enum as_status as_store_learn_schema(struct as_store *store, struct as_schema *schema, struct as_error *error)
{
    bool writing = store->mode != AS_STORE_READ;
    int64_t version;
    enum as_status status = as_data_version(&version, store, error);
    if (status != AS_OK || (store->lesson.learnt && store->lesson.schema == schema->version &&
                            store->lesson.database == version))
        return status;
    store->lesson.learnt = false;
    if (writing && (status = as_store_begin(store, error)) != AS_OK)
        return status;
    status = learn(store, schema, writing, error);
    if (writing)
        status = as_store_end(store, status, error);
    /* The version is that of before: what others commit meanwhile is learnt the next time. */
    if (status == AS_OK)
        store->lesson = (struct as_lesson){true, schema->version, version};
    return status;
}

static enum as_status map_fields(struct as_field_map *out, struct as_store *store,
                                 const struct as_schema *schema, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT id, level, name, ask IS NOT NULL FROM field", "");
    while (as_sql_row(&status, store, stmt, error)) {
        struct as_str name = as_sql_str(stmt, 2);
        enum as_level level = strcmp(as_sql_text(stmt, 1), "account") == 0 ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD;
        uint32_t index = sqlite3_column_int(stmt, 3) ? as_schema_answer(schema, name)
                                                     : as_schema_field(schema, level, name);
        if (index != AS_NO_INDEX)
            out->field[index] = sqlite3_column_int64(stmt, 0);
        else if (level == AS_LEVEL_LEAD && as_str_is(name, match_field_name))
            out->match_field = sqlite3_column_int64(stmt, 0);
    }
    return status;
}

static enum as_status map_kinds(struct as_field_map *out, struct as_store *store,
                                const struct as_schema *schema, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT id, name FROM event_kind", "");
    while (as_sql_row(&status, store, stmt, error)) {
        uint32_t kind = as_schema_kind(schema, as_sql_str(stmt, 1));
        int64_t id = sqlite3_column_int64(stmt, 0);
        if (kind != AS_NO_INDEX && id < out->kind_of_room) {
            out->kind[kind] = id;
            out->kind_of[id] = kind;
        }
    }
    if (status != AS_OK)
        return status;
    stmt = as_sql(store, error, "SELECT id, kind_id, name FROM event_property", "");
    while (as_sql_row(&status, store, stmt, error)) {
        uint32_t kind = as_kind_of(out, sqlite3_column_int64(stmt, 1));
        uint32_t property =
            kind == AS_NO_INDEX ? AS_NO_INDEX : as_schema_property(schema, kind, as_sql_str(stmt, 2));
        if (property != AS_NO_INDEX)
            out->property[property] = sqlite3_column_int64(stmt, 0);
    }
    return status;
}

struct as_field_numbers {
    uint32_t users;
    uint64_t schema; /* its version */
    struct as_field_map map;
};

void as_field_numbers_let_go(struct as_field_numbers *numbers)
{
    if (numbers == NULL || --numbers->users > 0)
        return;
    free(numbers->map.field);
    free(numbers->map.kind);
    free(numbers->map.property);
    free(numbers->map.kind_of);
    free(numbers);
}

static bool all_numbered(const int64_t *ids, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (ids[i] == 0)
            return false;
    return true;
}

static enum as_status read_numbers(struct as_field_map *out, struct as_store *store,
                                   const struct as_schema *schema, struct as_error *error)
{
    int64_t most = 0;
    enum as_status status = as_sql_get(&most, NULL, store, error, "SELECT max(id) FROM event_kind", "");
    if (status != AS_OK)
        return status;
    out->kind_of_room = most + 1;
    out->field = calloc(schema->fields.n + 1, sizeof *out->field);
    out->kind = calloc(schema->kinds.n + 1, sizeof *out->kind);
    out->property = calloc(schema->properties.n + 1, sizeof *out->property);
    out->kind_of = malloc((size_t)out->kind_of_room * sizeof *out->kind_of);
    if (out->field == NULL || out->kind == NULL || out->property == NULL || out->kind_of == NULL)
        return as_error_memory(error);
    memset(out->kind_of, 0xff, (size_t)out->kind_of_room * sizeof *out->kind_of);
    status = map_fields(out, store, schema, error);
    return status == AS_OK ? map_kinds(out, store, schema, error) : status;
}

enum as_status as_field_map_load(struct as_field_map *out, struct as_store *store,
                                 const struct as_schema *schema, struct as_error *error)
{
    struct as_field_numbers *numbers = store->numbers;
    *out = (struct as_field_map){0};
    if (numbers != NULL && numbers->schema == schema->version) {
        numbers->users++;
        *out = numbers->map;
        return AS_OK;
    }
    if ((numbers = calloc(1, sizeof *numbers)) == NULL)
        return as_error_memory(error);
    numbers->users = 1;
    numbers->schema = schema->version;
    numbers->map.shared = numbers;
    enum as_status status = read_numbers(&numbers->map, store, schema, error);
    if (status != AS_OK) {
        as_field_numbers_let_go(numbers);
        return status;
    }
    *out = numbers->map;
    if (out->match_field != 0 && all_numbered(out->field, schema->fields.n) &&
        all_numbered(out->kind, schema->kinds.n) && all_numbered(out->property, schema->properties.n)) {
        as_field_numbers_let_go(store->numbers);
        store->numbers = numbers;
        numbers->users++;
    }
    return AS_OK;
}

void as_field_map_free(struct as_field_map *map)
{
    as_field_numbers_let_go(map->shared);
    *map = (struct as_field_map){0};
}
