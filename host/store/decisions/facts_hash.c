/* The hash of facts: what a decision was made from, in 64 bits. Names and texts are hashed once for all
 * leads; what a lead has goes in a word at a time. Leads are far from each other in memory: a column is gone
 * through for all of them, so that the processor asks for several at once. */
#include "store/decisions/changes.h"

#include "store/facts/batch.h"

#include "base/bits.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* A column that the dataset has, and the hash of its name. */
struct hashed_column {
    const struct as_column *column;
    enum as_level level, target;
    uint32_t kind; /* of events, for properties */
    uint64_t name;
    _Atomic uint64_t
        *text; /* by code: hashes of texts that were asked for, 0 for others; NULL: none is kept */
};

struct as_facts_hasher {
    const struct as_dataset *dataset;
    struct hashed_column *field, *property;
    uint32_t fields, properties;
    uint64_t *kind; /* hashes of their names; 0 for those that the dataset does not have */
};

static uint64_t name_hash(const char *name)
{
    return as_content_hash(AS_CONTENT_HASH, name, strlen(name) + 1) | 1;
}

/* Each step can be undone, so that none loses what came before. */
static uint64_t add_word(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

/* From so many leads on texts are asked for again: below that their table is not worth being made. */
enum { MANY = 256 };

static void list_fields(struct as_facts_hasher *hasher, uint32_t leads)
{
    const struct as_dataset *dataset = hasher->dataset;
    for (uint32_t i = 0; i < dataset->schema->fields.n; i++) {
        const struct as_field *field = dataset->schema->fields.at[i];
        const struct as_column *column = field->ask != NULL ? dataset->answer[i].value : dataset->field[i];
        if (column == NULL)
            continue;
        struct hashed_column *hashed = &hasher->field[hasher->fields++];
        *hashed =
            (struct hashed_column){column, field->level, field->target, 0, name_hash(field->name), NULL};
        if (column->dict != NULL && leads >= MANY) /* without it texts are hashed each time */
            hashed->text = calloc(as_intern_count(column->dict) + (size_t)1, sizeof *hashed->text);
    }
}

static void list_kinds(struct as_facts_hasher *hasher)
{
    const struct as_dataset *dataset = hasher->dataset;
    const struct as_schema *schema = dataset->schema;
    for (uint32_t k = 0; k < schema->kinds.n; k++)
        hasher->kind[k] =
            dataset->kinds == NULL || as_bit(dataset->kinds, k) ? name_hash(schema->kinds.at[k]->name) : 0;
    for (uint32_t p = 0; dataset->lead_events.property != NULL && p < schema->properties.n; p++)
        if (dataset->lead_events.property[p] != NULL)
            hasher->property[hasher->properties++] = (struct hashed_column){dataset->lead_events.property[p],
                                                                            AS_LEVEL_LEAD,
                                                                            AS_LEVEL_LEAD,
                                                                            schema->properties.at[p].kind,
                                                                            0,
                                                                            NULL};
}

enum as_status as_facts_hasher_new(struct as_facts_hasher **out, const struct as_dataset *dataset,
                                   uint32_t leads, struct as_error *error)
{
    const struct as_schema *schema = dataset->schema;
    struct as_facts_hasher *hasher = *out = calloc(1, sizeof *hasher);
    if (hasher == NULL)
        return as_error_memory(error);
    hasher->dataset = dataset;
    hasher->field = calloc(schema->fields.n + (size_t)1, sizeof *hasher->field);
    hasher->property = calloc(schema->properties.n + (size_t)1, sizeof *hasher->property);
    hasher->kind = calloc(schema->kinds.n + (size_t)1, sizeof *hasher->kind);
    if (hasher->field == NULL || hasher->property == NULL || hasher->kind == NULL) {
        as_facts_hasher_free(hasher);
        *out = NULL;
        return as_error_memory(error);
    }
    list_fields(hasher, leads);
    list_kinds(hasher);
    return AS_OK;
}

void as_facts_hasher_free(struct as_facts_hasher *hasher)
{
    if (hasher == NULL)
        return;
    for (uint32_t i = 0; i < hasher->fields; i++)
        free(hasher->field[i].text);
    free(hasher->field);
    free(hasher->property);
    free(hasher->kind);
    free(hasher);
}

static uint64_t hash_text(struct as_str text)
{
    return text.n > 0 ? as_content_hash(AS_CONTENT_HASH, text.p, text.n) : 0;
}

/* Threads that ask for the same one for the first time find the same. */
static uint64_t text_of(const struct hashed_column *hashed, uint32_t code)
{
    _Atomic uint64_t *kept = hashed->text == NULL ? NULL : &hashed->text[code];
    uint64_t hash = kept == NULL ? 0 : atomic_load_explicit(kept, memory_order_relaxed);
    if (hash != 0)
        return hash;
    hash = hash_text(as_intern_text(hashed->column->dict, code));
    if (kept != NULL)
        atomic_store_explicit(kept, hash, memory_order_relaxed);
    return hash;
}

static uint64_t add_value(uint64_t hash, const struct hashed_column *hashed, size_t row,
                          const struct as_dataset *dataset)
{
    const struct as_column *column = hashed->column;
    uint64_t value = 0, text = 0;
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        value = as_bit(column->truth, row);
        break;
    case AS_TYPE_NUMBER:
        memcpy(&value, &column->f64[row], sizeof value);
        break;
    case AS_TYPE_INTEGER:
    case AS_TYPE_DATE:
        value = (uint64_t)column->i64[row];
        break;
    case AS_TYPE_MONEY:
        value = (uint64_t)column->i64[row];
        if (column->currency[row] != AS_INTERN_NONE)
            text = hash_text(as_intern_text(column->currencies, column->currency[row]));
        break;
    case AS_TYPE_REFERENCE:
        if (column->code[row] != AS_NO_INDEX)
            value = (uint64_t)(hashed->target == AS_LEVEL_LEAD ? dataset->lead_id
                                                               : dataset->account_id)[column->code[row]];
        break;
    default:
        text = text_of(hashed, column->code[row]);
    }
    hash = add_word(hash, value);
    return text != 0 ? add_word(hash, text) : hash;
}

static uint64_t add_event(uint64_t hash, const struct as_facts_hasher *hasher, uint32_t event)
{
    const struct as_event_log *log = &hasher->dataset->lead_events;
    uint64_t kind = hasher->kind[log->kind[event]];
    if (kind == 0)
        return hash;
    hash = add_word(add_word(hash, (uint64_t)log->time[event]), kind);
    for (uint32_t p = 0; p < hasher->properties; p++) {
        const struct hashed_column *property = &hasher->property[p];
        if (property->kind != log->kind[event])
            continue;
        hash = as_bit(property->column->known, event) ? add_value(hash, property, event, hasher->dataset)
                                                      : add_word(hash, UINT64_MAX);
    }
    return hash;
}

enum { LEADS_AHEAD = 8 }; /* that events are asked for */

static void ask_for_events(const struct as_event_log *log, uint32_t lead_row)
{
    uint32_t start = log->start[lead_row];
    __builtin_prefetch(&log->time[start]);
    __builtin_prefetch(&log->time[start] + 64 / sizeof *log->time);
    __builtin_prefetch(&log->kind[start]);
}

static void add_events(uint64_t *hash, const struct as_facts_hasher *hasher, const uint32_t *lead_row,
                       size_t n)
{
    const struct as_event_log *log = &hasher->dataset->lead_events;
    for (size_t i = 0; i < n && log->start != NULL; i++) {
        if (i + LEADS_AHEAD < n)
            ask_for_events(log, lead_row[i + LEADS_AHEAD]);
        for (uint32_t e = log->start[lead_row[i]], end = log->end[lead_row[i]]; e < end; e++)
            hash[i] = add_event(hash[i], hasher, e);
    }
}

void as_facts_hash(uint64_t *out, const struct as_facts_hasher *hasher, const uint32_t *lead_row, size_t n)
{
    const struct as_dataset *dataset = hasher->dataset;
    for (size_t i = 0; i < n; i++)
        out[i] = AS_CONTENT_HASH;
    for (uint32_t f = 0; f < hasher->fields; f++) {
        const struct hashed_column *field = &hasher->field[f];
        for (size_t i = 0; i < n; i++) {
            uint32_t row = field->level == AS_LEVEL_LEAD ? lead_row[i] : dataset->lead_account[lead_row[i]];
            if (row != AS_NO_INDEX && as_bit(field->column->known, row))
                out[i] = add_value(add_word(out[i], field->name), field, row, dataset);
        }
    }
    add_events(out, hasher, lead_row, n);
}
