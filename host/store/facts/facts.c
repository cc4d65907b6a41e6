/* Facts: an import batch from opening to commit, and what its records share. Each kind of record is taken in
 * by a file of its own. */
#include "store/facts/batch.h"
#include "store/personal.h"

#include "base/bits.h"
#include "base/limits.h"
#include "data/facts/value.h"

#include <stdlib.h>
#include <string.h>

static enum as_status find_source(int64_t *out, struct as_store *store, const char *system, int precedence,
                                  struct as_error *error)
{
    enum as_status status =
        as_sql_do(store, error, "INSERT INTO source(system, precedence) VALUES(?, ?) ON CONFLICT DO NOTHING",
                  "ti", system, (int64_t)precedence);
    if (status == AS_OK)
        status =
            as_sql_get(out, NULL, store, error, "SELECT id FROM source WHERE system = ? AND precedence = ?",
                       "ti", system, (int64_t)precedence);
    return status;
}

/* What cannot be there yet is not looked for: a first import asks of every row whether it is known. */
static enum as_status open_recall(struct as_facts *facts, struct as_error *error)
{
    bool people, events;
    enum as_status status =
        as_sql_get(NULL, &people, facts->store, error, "SELECT 1 FROM identity LIMIT 1", "");
    if (status == AS_OK)
        status = as_sql_get(NULL, &events, facts->store, error,
                            "SELECT 1 FROM event WHERE source_id = ? AND external_id IS NOT NULL LIMIT 1",
                            "i", facts->system_id);
    facts->people.all = !people;
    facts->happened.all = !events;
    if (status == AS_OK)
        status = as_bulk_open(facts, error);
    if (status == AS_OK)
        status = as_recall_new(&facts->leads, AS_RECALL_LEADS, error);
    if (status == AS_OK)
        status = as_recall_new(&facts->accounts, AS_RECALL_ACCOUNTS, error);
    return status;
}

static enum as_status begin_batch(struct as_facts *facts, struct as_error *error)
{
    struct as_store *store = facts->store;
    int64_t last;
    enum as_status status =
        find_source(&facts->source_id, store, facts->system, (int)facts->options.precedence, error);
    if (status == AS_OK)
        status =
            as_sql_do(store, error, "INSERT INTO import_batch(file, source_id, known_at) VALUES(?, ?, ?)",
                      "tii", facts->file, facts->source_id, facts->options.now);
    facts->batch_id = sqlite3_last_insert_rowid(store->db);
    if (status == AS_OK)
        status = as_sql_get(&facts->system_id, NULL, store, error,
                            "SELECT min(id) FROM source WHERE system = ?", "t", facts->system);
    if (status == AS_OK)
        status = as_sql_get(&last, NULL, store, error, "SELECT max(id) FROM event", "");
    facts->first_event = facts->next_event = facts->happened.first = last + 1;
    if (status == AS_OK)
        status = as_sql_get(&last, NULL, store, error, "SELECT max(id) FROM lead", "");
    facts->first_lead = facts->next_lead = facts->written_lead = facts->people.first = last + 1;
    if (status == AS_OK)
        status = as_sql_get(&facts->next_account, NULL, store, error,
                            "SELECT coalesce(max(id), 0) + 1 FROM account", "");
    if (status == AS_OK)
        status = as_sql_get(&last, &facts->any_anonymous, store, error,
                            "SELECT 1 FROM event WHERE account_id IS NOT NULL LIMIT 1", "");
    if (status == AS_OK)
        status = as_sql_get(&last, &facts->any_leadless, store, error,
                            "SELECT 1 FROM event WHERE lead_id IS NULL LIMIT 1", "");
    if (status == AS_OK)
        status = open_recall(facts, error);
    if (status == AS_OK)
        status = as_sql_get(&last, &facts->any_weaker, store, error,
                            "SELECT 1 FROM source WHERE precedence < ? LIMIT 1", "i",
                            (int64_t)facts->options.precedence);
    if (status == AS_OK)
        status = as_sql_get(&last, &facts->any_merged, store, error,
                            "SELECT 1 FROM lead WHERE merged_into IS NOT NULL LIMIT 1", "");
    if (status == AS_OK)
        status = as_sql_get(&last, &facts->any_merged_account, store, error,
                            "SELECT 1 FROM account WHERE merged_into IS NOT NULL LIMIT 1", "");
    as_foresight_open(&facts->foresight, facts);
    return status;
}

enum as_status as_facts_open(struct as_facts **out, struct as_store *store, const struct as_schema *schema,
                             const struct as_facts_options *options, struct as_error *error)
{
    *out = NULL;
    const char *system = options->system == NULL || options->system[0] == '\0' ? "file" : options->system;
    if (strlen(system) > AS_MAX_NAME)
        return as_error_set(error, AS_ERR_LIMIT, "the name of the system is longer than %d bytes",
                            AS_MAX_NAME);
    if (strcmp(system, "email") == 0 || strcmp(system, "domain") == 0)
        return as_error_set(error, AS_ERR_USAGE, "a system cannot be called \"%s\"", system);
    struct as_facts *facts = calloc(1, sizeof *facts);
    if (facts == NULL)
        return as_error_memory(error);
    facts->store = store;
    facts->schema = schema;
    facts->options = *options;
    facts->level[AS_LEVEL_ACCOUNT].columns.level = AS_LEVEL_ACCOUNT;
    facts->system = strdup(system);
    facts->kinds = calloc((size_t)schema->kinds.n + 1, sizeof *facts->kinds);
    facts->file = options->file == NULL ? NULL : strdup(options->file);
    enum as_status status =
        facts->system == NULL || facts->kinds == NULL ? as_error_memory(error) : as_store_begin(store, error);
    facts->open = status == AS_OK;
    if (status == AS_OK)
        status = as_field_map_load(&facts->map, store, schema, error);
    if (status == AS_OK && (facts->map.match_field == 0 || (schema->kinds.n > 0 && facts->map.kind[0] == 0)))
        status = as_error_set(error, AS_ERR_BUG, "the database was not taught the schema");
    if (status == AS_OK)
        status = as_store_tombstones(&facts->any_erased, store, error);
    if (status == AS_OK)
        status = begin_batch(facts, error);
    if (status != AS_OK)
        as_facts_close(facts);
    else
        *out = facts;
    return status;
}

void as_facts_close(struct as_facts *facts)
{
    if (facts == NULL)
        return;
    as_foresight_close(&facts->foresight);
    as_level_close(&facts->level[AS_LEVEL_LEAD]);
    as_level_close(&facts->level[AS_LEVEL_ACCOUNT]);
    as_bulk_close(facts);
    as_repeats_end(facts);
    if (facts->open)
        as_store_rollback(facts->store);
    as_field_map_free(&facts->map);
    as_match_cache_free(facts->matches);
    as_recall_free(facts->leads);
    as_recall_free(facts->accounts);
    as_buf_free(&facts->scratch);
    as_buf_free(&facts->key);
    as_buf_free(&facts->text);
    as_buf_free(&facts->emails);
    as_buf_free(&facts->domain);
    as_buf_free(&facts->company);
    free(facts->matched_events);
    free(facts->slots);
    free(facts->kinds);
    free(facts->system);
    free(facts->file);
    free(facts);
}

void as_facts_count(struct as_facts *facts, bool fresh, bool *changed)
{
    if (fresh)
        facts->summary.inserted++;
    else if (*changed)
        facts->summary.updated++;
    else
        facts->summary.unchanged++;
    *changed |= fresh;
}

struct as_str as_record_says(const struct as_record *record, const char *name, bool *said)
{
    for (uint32_t i = 0; i < record->n; i++)
        /* Asked for every column of every event: most differ in their first letter. */
        if (record->pairs[i].name[0] == name[0] && strcmp(record->pairs[i].name, name) == 0) {
            *said = true;
            return as_str_trim(record->pairs[i].value);
        }
    *said = false;
    return (struct as_str){NULL, 0};
}

struct as_str as_said(const struct as_facts *facts, const char *name, bool *said)
{
    return as_record_says(facts->record, name, said);
}

enum as_status as_said_time(int64_t *out, const struct as_facts *facts, const char *name,
                            struct as_error *error)
{
    bool said;
    struct as_str text = as_said(facts, name, &said);
    if (text.n == 0 || as_time_parse(out, NULL, text))
        return AS_OK;
    return as_error_set(error, AS_ERR_DATA, "%s: \"%.*s\" is not a time", name,
                        text.n > 80 ? 80 : (int)text.n, text.p);
}

enum as_status as_said_money(int64_t *hundredths, struct as_str *currency, bool *known,
                             const struct as_facts *facts, const char *name, struct as_error *error)
{
    bool said;
    struct as_str text = as_said(facts, name, &said), unit = as_said(facts, "currency", &said),
                  own = {NULL, 0};
    *hundredths = 0;
    *currency = (struct as_str){NULL, 0};
    *known = text.n > 0;
    if (!*known)
        return AS_OK;
    if (!as_value_money(hundredths, &own, text))
        return as_error_set(error, AS_ERR_DATA, "%s: \"%.*s\" is not an amount", name,
                            text.n > 80 ? 80 : (int)text.n, text.p);
    *currency = own.n > 0 ? own : unit;
    if (currency->n == 0)
        currency->p = NULL;
    return AS_OK;
}

uint64_t as_content_hash(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static enum as_status take(struct as_facts *facts, bool *changed, struct as_error *error)
{
    switch (facts->record->kind) {
    case AS_IMPORT_LEADS:
        return as_put_lead(facts, changed, error);
    case AS_IMPORT_ACCOUNTS:
        facts->accounts_done = true;
        return as_put_account(facts, changed, error);
    case AS_IMPORT_EVENTS:
        return as_put_event(facts, changed, error);
    case AS_IMPORT_ANSWERS:
        return as_put_answer(facts, changed, error);
    case AS_IMPORT_OPPORTUNITIES:
        return as_put_opportunity(facts, changed, error);
    case AS_IMPORT_TOUCHES:
        return as_put_touch(facts, changed, error);
    case AS_IMPORT_CONSENT:
        return as_put_consent(facts, changed, error);
    case AS_IMPORT_SURVEYS:
        return as_put_survey(facts, changed, error);
    case AS_IMPORT_POSTS:
        return as_put_post(facts, changed, error);
    default:
        return as_put_catalogue(facts, changed, error);
    }
}

static enum as_status put(void *context, const struct as_record *record, bool *changed,
                          struct as_error *error)
{
    struct as_facts *facts = context;
    bool said = record->kind == AS_IMPORT_EVENTS || record->kind == AS_IMPORT_TOUCHES ||
                record->kind == AS_IMPORT_CONSENT || record->kind == AS_IMPORT_ANSWERS;
    bool alone = record->kind == AS_IMPORT_LEADS || said;
    enum as_status status = AS_OK;
    facts->record = record;
    facts->about = 0;
    *changed = false;
    for (uint32_t i = 0; i < record->n; i++)
        if (record->pairs[i].value.n > 0 &&
            memchr(record->pairs[i].value.p, '\0', record->pairs[i].value.n) != NULL)
            return as_error_set(error, AS_ERR_DATA, "%s contains a NUL character", record->pairs[i].name);
    if (facts->any_record && facts->last_kind != record->kind) {
        as_repeats_end(facts);
        status = as_bulk_end(facts, error);
    } else if (alone)
        status = as_bulk_room(facts, error);
    if (status != AS_OK)
        return status;
    if (!facts->any_record)
        facts->happened.ours = facts->foresight.events;
    facts->any_record = true;
    facts->last_kind = record->kind;
    /* What people did and said changes nothing of what is recalled of them; what is of accounts changes with
     * an account alone. */
    if (!said) {
        as_recall_clear(facts->leads);
        facts->leads_came = true;
    }
    if (record->kind == AS_IMPORT_ACCOUNTS)
        as_recall_clear(facts->accounts);
    /* A row is taken whole or not at all: every kind checks all of it before it writes any. */
    status = take(facts, changed, error);
    return status != AS_OK || alone ? status : as_bulk_write(facts, error);
}

struct as_record_sink as_facts_sink(struct as_facts *facts)
{
    return (struct as_record_sink){facts, put, facts->foresight.possible ? as_foresee : NULL};
}

int64_t as_facts_about(const struct as_facts *facts)
{
    return facts->about;
}

static enum as_status settle(struct as_facts *facts, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (facts->accounts_done) {
        status = as_parents_settle(facts, error);
        if (status == AS_OK)
            status = as_match_again(facts, error);
        if (status == AS_OK)
            status = as_events_settle(facts, error);
    }
    if (status == AS_OK && (facts->accounts_done || facts->deals_done))
        status = as_deals_settle(facts, error);
    return status;
}

static enum as_status count_kinds(struct as_facts *facts, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < facts->schema->kinds.n && status == AS_OK; i++) {
        if (facts->kinds[i].events == 0)
            continue;
        status =
            as_sql_do(facts->store, error,
                      "INSERT INTO batch_kind(batch_id, kind_id, events, newest) VALUES(?, ?, ?, ?)", "iiii",
                      facts->batch_id, facts->map.kind[i], facts->kinds[i].events, facts->kinds[i].newest);
        if (status == AS_OK)
            status = as_sql_do(facts->store, error,
                               "INSERT INTO kind_last(kind_id, newest) VALUES(?1, ?2) ON CONFLICT(kind_id)"
                               " DO UPDATE SET newest = ?2 WHERE newest < ?2",
                               "ii", facts->map.kind[i], facts->kinds[i].newest);
    }
    return status;
}

enum as_status as_facts_commit(struct as_facts *facts, struct as_facts_summary *summary,
                               struct as_error *error)
{
    struct as_store *store = facts->store;
    as_foresight_close(&facts->foresight);
    enum as_status status = as_bulk_write(facts, error);
    /* Before the indexes, which fill the log. */
    if (status == AS_OK)
        status = as_sql_do(
            store, error,
            "UPDATE import_batch SET kind = ?, inserted = ?, updated = ?, unchanged = ? WHERE id = ?",
            "tiiii", facts->any_record ? as_import_kind_name(facts->last_kind) : NULL,
            (int64_t)facts->summary.inserted, (int64_t)facts->summary.updated,
            (int64_t)facts->summary.unchanged, facts->batch_id);
    if (status == AS_OK)
        status = as_bulk_end(facts, error);
    if (status == AS_OK)
        status = settle(facts, error);
    if (status == AS_OK)
        status = count_kinds(facts, error);
    if (status == AS_OK)
        status = as_store_commit(store, error);
    if (status != AS_OK)
        return status;
    facts->open = false;
    if (summary != NULL)
        *summary = facts->summary;
    return AS_OK;
}
