/* Repeats: rows of leads that say again what they said the last time, as most rows of a daily export do. A
 * lead keeps a hash of the row that was taken in when nothing has changed the lead since: a trigger takes it
 * away at any other change, whoever makes it. Such a row changes nothing, so it is not looked up. */
#include "store/facts/batch.h"

#include "data/identity/identity.h"

#include <stdlib.h>
#include <string.h>

/* So many rows of an import are looked up before it is tried; then most of them must have found their lead.
 */
enum { ROWS_BEFORE = 512 };
/* Raised when what becomes of a row changes with the program. */
enum { MEANING = 1 };

/* The two lowest bits of a kept hash say what the summary counts; 0: not to be used any more. */
enum { HOME_BITS = 3 };

static uint64_t hash_texts(uint64_t hash, const char *const *texts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        hash = as_content_hash(hash, texts[i], strlen(texts[i]) + 1);
    return hash;
}

/* All but the row itself that decides what becomes of it. */
static enum as_status seed_of(uint64_t *out, struct as_facts *facts, struct as_error *error)
{
    struct as_store *store = facts->store;
    uint32_t free_mail, disposable;
    const char *const *free_mails = as_freemail_domains(&free_mail);
    const char *const *disposables = as_disposable_domains(&disposable);
    const int64_t options[] = {MEANING, facts->options.precedence, facts->options.clear_empty};
    enum as_status status = store->suffixes == NULL ? as_suffixes_open(&store->suffixes, error) : AS_OK;
    if (status != AS_OK)
        return status;
    const char *const words[] = {facts->system, as_suffixes_version(store->suffixes)};
    uint64_t hash = as_content_hash(AS_CONTENT_HASH, options, sizeof options);
    hash = hash_texts(hash, words, 2);
    for (uint32_t i = 0; i < facts->schema->fields.n; i++) {
        const struct as_field *field = facts->schema->fields.at[i];
        if (!field->keeping.first)
            continue;
        hash = hash_texts(hash, &field->name, 1);
        hash = hash_texts(hash, field->keeping.override, field->keeping.override_count);
    }
    hash = hash_texts(hash, free_mails, free_mail);
    *out = hash_texts(hash, disposables, disposable);
    return AS_OK;
}

enum as_status as_repeats_hash(int64_t *out, struct as_facts *facts, struct as_error *error)
{
    struct as_repeats *repeats = &facts->repeats;
    enum as_status status = repeats->seeded ? AS_OK : seed_of(&repeats->seed, facts, error);
    if (status != AS_OK)
        return status;
    repeats->seeded = true;
    uint64_t hash = repeats->seed;
    for (uint32_t i = 0; i < facts->record->n; i++) {
        const struct as_value_pair *pair = &facts->record->pairs[i];
        hash = as_content_hash(hash, pair->name, strlen(pair->name) + 1);
        hash = as_content_hash(hash, pair->value.p, pair->value.n);
        hash = as_content_hash(hash, "", 1);
    }
    *out = (int64_t)(hash & ~(uint64_t)HOME_BITS);
    return AS_OK;
}

static uint64_t *slot_of(const struct as_repeats *repeats, uint64_t hash)
{
    size_t last = ((size_t)1 << repeats->bits) - 1, slot = (size_t)(hash >> 2) & last;
    while (repeats->slots[slot] != 0 && (repeats->slots[slot] & ~(uint64_t)HOME_BITS) != hash)
        slot = (slot + 1) & last;
    return &repeats->slots[slot];
}

static enum as_status load(struct as_facts *facts, struct as_error *error)
{
    struct as_repeats *repeats = &facts->repeats;
    int64_t leads = facts->next_lead;
    enum as_status status;
    repeats->bits = 10;
    while (repeats->bits < AS_REPEAT_BITS && (INT64_C(1) << repeats->bits) * 2 < leads * 3)
        repeats->bits++;
    if ((INT64_C(1) << repeats->bits) * 3 < leads * 4) /* more than three quarters full: too many */
        return AS_OK;
    repeats->slots = calloc((size_t)1 << repeats->bits, sizeof *repeats->slots);
    if (repeats->slots == NULL)
        return as_error_memory(error);
    sqlite3_stmt *stmt =
        as_sql(facts->store, error,
               "SELECT said_hash, CASE WHEN account_id IS NOT NULL THEN 1"
               " WHEN crm_account IS NULL AND mail_domain IS NULL AND company_key IS NULL THEN 3 ELSE 2 END"
               " FROM lead WHERE said_hash IS NOT NULL",
               "");
    while (as_sql_row(&status, facts->store, stmt, error)) {
        uint64_t hash = (uint64_t)sqlite3_column_int64(stmt, 0);
        *slot_of(repeats, hash) = hash | (uint64_t)sqlite3_column_int64(stmt, 1);
    }
    return status;
}

enum as_status as_repeats_find(enum as_home *home, struct as_facts *facts, int64_t hash,
                               struct as_error *error)
{
    const struct as_facts_summary *summary = &facts->summary;
    struct as_repeats *repeats = &facts->repeats;
    uint64_t found = summary->updated + summary->unchanged, rows = found + summary->inserted;
    enum as_status status = AS_OK;
    *home = AS_HOME_UNASKED;
    if (!repeats->tried && rows >= ROWS_BEFORE) {
        repeats->tried = true;
        if (found * 2 > rows && (status = as_bulk_write(facts, error)) == AS_OK)
            status = load(facts, error);
    }
    if (status == AS_OK && repeats->slots != NULL)
        *home = (enum as_home)(*slot_of(repeats, (uint64_t)hash) & HOME_BITS);
    return status;
}

enum as_status as_repeats_leave(struct as_facts *facts, int64_t lead, struct as_error *error)
{
    int64_t hash;
    bool found;
    if (facts->repeats.slots == NULL)
        return AS_OK;
    enum as_status status =
        as_sql_get(&hash, &found, facts->store, error, "SELECT said_hash FROM lead WHERE id = ?", "i", lead);
    uint64_t *slot = found ? slot_of(&facts->repeats, (uint64_t)hash) : NULL;
    if (slot != NULL && *slot != 0)
        *slot &= ~(uint64_t)HOME_BITS;
    return status;
}

void as_repeats_end(struct as_facts *facts)
{
    free(facts->repeats.slots);
    facts->repeats.slots = NULL;
    facts->repeats.tried = true;
}
