/* The hash of facts: what a decision was made from, in 64 bits. Names are hashed once for all leads; what a
 * lead has goes in a word at a time. */
#include "store/decisions/changes.h"

#include "store/facts/batch.h"

#include "base/bits.h"

#include <stdlib.h>
#include <string.h>

/* A column that the dataset has, and the hash of its name. */
struct hashed_column {
    const struct as_column *column;
    enum as_level level, target;
    uint32_t kind; /* of events, for properties */
    uint64_t name;
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

static void list_fields(struct as_facts_hasher *hasher)
{
    const struct as_dataset *dataset = hasher->dataset;
    for (uint32_t i = 0; i < dataset->schema->fields.n; i++) {
        const struct as_field *field = dataset->schema->fields.at[i];
        const struct as_column *column = field->ask != NULL ? dataset->answer[i].value : dataset->field[i];
        if (column != NULL)
            hasher->field[hasher->fields++] =
                (struct hashed_column){column, field->level, field->target, 0, name_hash(field->name)};
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
            hasher->property[hasher->properties++] =
                (struct hashed_column){dataset->lead_events.property[p], AS_LEVEL_LEAD, AS_LEVEL_LEAD,
                                       schema->properties.at[p].kind, 0};
}

enum as_status as_facts_hasher_new(struct as_facts_hasher **out, const struct as_dataset *dataset,
                                   struct as_error *error)
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
    list_fields(hasher);
    list_kinds(hasher);
    return AS_OK;
}

void as_facts_hasher_free(struct as_facts_hasher *hasher)
{
    if (hasher == NULL)
        return;
    free(hasher->field);
    free(hasher->property);
    free(hasher->kind);
    free(hasher);
}

static uint64_t add_value(uint64_t hash, const struct hashed_column *hashed, size_t row,
                          const struct as_dataset *dataset)
{
    const struct as_column *column = hashed->column;
    uint64_t value = 0;
    struct as_str text = {NULL, 0};
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
            text = as_intern_text(column->currencies, column->currency[row]);
        break;
    case AS_TYPE_REFERENCE:
        if (column->code[row] != AS_NO_INDEX)
            value = (uint64_t)(hashed->target == AS_LEVEL_LEAD ? dataset->lead_id
                                                               : dataset->account_id)[column->code[row]];
        break;
    default:
        text = as_intern_text(column->dict, column->code[row]);
    }
    hash = add_word(hash, value);
    return text.n > 0 ? add_word(hash, as_content_hash(AS_CONTENT_HASH, text.p, text.n)) : hash;
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

int64_t as_facts_hash(const struct as_facts_hasher *hasher, uint32_t lead_row)
{
    const struct as_dataset *dataset = hasher->dataset;
    const struct as_event_log *log = &dataset->lead_events;
    uint64_t hash = AS_CONTENT_HASH;
    for (uint32_t i = 0; i < hasher->fields; i++) {
        const struct hashed_column *field = &hasher->field[i];
        uint32_t row = field->level == AS_LEVEL_LEAD ? lead_row : dataset->lead_account[lead_row];
        if (row != AS_NO_INDEX && as_bit(field->column->known, row))
            hash = add_value(add_word(hash, field->name), field, row, dataset);
    }
    for (uint32_t e = log->start == NULL ? 0 : log->start[lead_row],
                  end = log->start == NULL ? 0 : log->end[lead_row];
         e < end; e++)
        hash = add_event(hash, hasher, e);
    return (int64_t)hash;
}
