/* The hash of facts: what a decision was made from, in 64 bits. */
#include "store/decisions/changes.h"

#include "store/facts/batch.h"

#include "base/bits.h"

#include <string.h>

static uint64_t hash_column(uint64_t hash, const struct as_column *column, size_t row,
                            const struct as_dataset *dataset, enum as_level target)
{
    int64_t value;
    struct as_str text = {NULL, 0};
    if (column == NULL || !as_bit(column->known, row))
        return as_content_hash(hash, "", 1);
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        value = as_bit(column->truth, row);
        break;
    case AS_TYPE_NUMBER:
        memcpy(&value, &column->f64[row], sizeof value);
        break;
    case AS_TYPE_INTEGER:
    case AS_TYPE_DATE:
        value = column->i64[row];
        break;
    case AS_TYPE_MONEY:
        value = column->i64[row];
        if (column->currency[row] != AS_INTERN_NONE)
            text = as_intern_text(column->currencies, column->currency[row]);
        break;
    case AS_TYPE_REFERENCE:
        value = column->code[row] == AS_NO_INDEX
                    ? 0
                    : (target == AS_LEVEL_LEAD ? dataset->lead_id : dataset->account_id)[column->code[row]];
        break;
    default:
        value = 0;
        text = as_intern_text(column->dict, column->code[row]);
    }
    hash = as_content_hash(hash, &value, sizeof value);
    return text.n > 0 ? as_content_hash(hash, text.p, text.n) : hash;
}

int64_t as_facts_hash(const struct as_dataset *dataset, uint32_t lead_row)
{
    const struct as_schema *schema = dataset->schema;
    uint64_t hash = AS_CONTENT_HASH;
    uint32_t account = dataset->lead_account[lead_row];
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        const struct as_column *column = field->ask != NULL ? dataset->answer[i].value : dataset->field[i];
        uint32_t row = field->level == AS_LEVEL_LEAD ? lead_row : account;
        if (column == NULL || row == AS_NO_INDEX || !as_bit(column->known, row))
            continue;
        hash = as_content_hash(hash, field->name, strlen(field->name) + 1);
        hash = hash_column(hash, column, row, dataset, field->target);
    }
    const struct as_event_log *log = &dataset->lead_events;
    for (uint32_t e = log->start == NULL ? 0 : log->start[lead_row],
                  end = log->start == NULL ? 0 : log->end[lead_row];
         e < end; e++) {
        if (dataset->kinds != NULL && !as_bit(dataset->kinds, log->kind[e]))
            continue;
        const char *kind = schema->kinds.at[log->kind[e]]->name;
        hash = as_content_hash(hash, &log->time[e], sizeof log->time[e]);
        hash = as_content_hash(hash, kind, strlen(kind) + 1);
        for (uint32_t p = 0; log->property != NULL && p < schema->properties.n; p++)
            if (log->property[p] != NULL && schema->properties.at[p].kind == log->kind[e])
                hash = hash_column(hash, log->property[p], e, dataset, AS_LEVEL_LEAD);
    }
    return (int64_t)hash;
}
