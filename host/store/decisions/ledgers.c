/* Ledgers: the points behind stored decisions, as JSON that plain SQL can add up; and decisions read back
 * with theirs. */
#include "score/model/standing.h"
#include "store/decisions/open_run.h"
#include "store/facts/batch.h"

#include <string.h>

static const char *const entry_kinds[] = {"rule", "events", "rule_cap", "group_cap", "cap", "floor"};

static void json_pair(struct as_buf *out, const char *key, const char *text)
{
    as_buf_printf(out, ",\"%s\":", key);
    as_buf_json(out, as_str_of(text));
}

static void entries_json(struct as_buf *out, const struct as_ledger *ledger)
{
    as_buf_char(out, '[');
    for (uint32_t i = 0; i < ledger->entries.n; i++) {
        const struct as_entry *entry = &ledger->entries.at[i];
        as_buf_printf(out, "%s{\"kind\":\"%s\",\"points\":%lld", i == 0 ? "" : ",", entry_kinds[entry->kind],
                      (long long)entry->points);
        if (entry->rule != NULL)
            json_pair(out, "name", entry->rule->name);
        if (entry->group != NULL)
            json_pair(out, "group", entry->group);
        if (entry->kind == AS_ENTRY_EVENTS)
            as_buf_printf(out, ",\"events\":%u", entry->events);
        if (entry->note[0] != '\0')
            json_pair(out, "note", entry->note);
        as_buf_char(out, '}');
    }
    as_buf_char(out, ']');
}

static void open_json(struct as_buf *out, const struct as_ledger *ledger)
{
    as_buf_char(out, '[');
    for (uint32_t i = 0; i < ledger->open.n; i++) {
        const struct as_open_rule *open = &ledger->open.at[i];
        as_buf_printf(out, "%s{\"state\":\"%s\",\"low\":%lld,\"high\":%lld", i == 0 ? "" : ",",
                      open->state == AS_UNMEASURABLE ? "unmeasurable" : "unknown", (long long)open->low,
                      (long long)open->high);
        if (open->rule != NULL)
            json_pair(out, "name", open->rule->name);
        as_buf_char(out, '}');
    }
    as_buf_char(out, ']');
}

enum as_status as_store_decision_ledger(struct as_store *store, const struct as_run_record *run,
                                        const struct as_model *model, int64_t lead_id,
                                        const struct as_ledger *ledger, struct as_error *error)
{
    int64_t sum = 0, decision = as_open_decision(store, model, lead_id);
    if (decision == 0)
        return as_error_set(error, AS_ERR_BUG, "lead #%lld was not decided in run %lld", (long long)lead_id,
                            (long long)run->id);
    for (uint32_t i = 0; i < ledger->entries.n; i++)
        sum += ledger->entries.at[i].points;
    if (sum != ledger->value)
        return as_error_set(
            error, AS_ERR_BUG, "score \"%s\" of lead #%lld is %lld but its entries sum to %lld",
            ledger->score->name, (long long)lead_id, (long long)ledger->value, (long long)sum);
    struct as_buf entries = {0}, open = {0};
    entries_json(&entries, ledger);
    open_json(&open, ledger);
    enum as_status status = entries.failed || open.failed
                                ? as_error_memory(error)
                                : as_sql_do(store, error,
                                            "INSERT INTO ledger(decision_id, score, value, low, high, "
                                            "entries, open) VALUES(?, ?, ?, ?, ?, ?, ?)",
                                            "itiiitt", decision, ledger->score->name, ledger->value,
                                            ledger->low, ledger->high, as_buf_c(&entries), as_buf_c(&open));
    as_buf_free(&entries);
    as_buf_free(&open);
    return status;
}

static enum as_status ledger_of(struct as_buf *out, struct as_store *store, int64_t decision,
                                struct as_error *error)
{
    enum as_status status;
    as_buf_reset(out);
    sqlite3_stmt *stmt = as_sql(
        store, error,
        "SELECT score, value, low, high, entries, open FROM ledger WHERE decision_id = ? ORDER BY score", "i",
        decision);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (as_sql_row(&status, store, stmt, error)) {
        as_buf_char(out, out->n == 0 ? '{' : ',');
        as_buf_json(out, as_sql_str(stmt, 0));
        as_buf_printf(out, ":{\"value\":%lld,\"low\":%lld,\"high\":%lld,\"entries\":%s,\"open\":%s}",
                      (long long)sqlite3_column_int64(stmt, 1), (long long)sqlite3_column_int64(stmt, 2),
                      (long long)sqlite3_column_int64(stmt, 3), as_sql_text(stmt, 4), as_sql_text(stmt, 5));
    }
    if (out->n > 0)
        as_buf_char(out, '}');
    return status;
}

enum as_status as_store_decisions_of(struct as_store *store, const char *pack, const char *model,
                                     int64_t lead_id, uint32_t most, as_decision_row_fn each, void *context,
                                     struct as_error *error)
{
    struct as_buf ledger = {0};
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT d.id, d.run_id, r.at, d.lead_id, r.pack, r.pack_hash, m.name, d.stage, d.prior_stage, "
        "d.cause,"
        " d.grade_code, d.prior_grade_code, d.verdicts, d.prior_verdicts, d.grade, d.persona, "
        "d.disqualifier, d.why,"
        " d.by FROM decision d JOIN run r ON r.id = d.run_id JOIN model m ON m.id = d.model_id WHERE "
        "d.lead_id = ?1"
        " AND (?2 IS NULL OR m.pack = ?2) AND (?3 IS NULL OR m.name = ?3) ORDER BY d.id DESC LIMIT ?4",
        "itti", lead_id, pack, model, (int64_t)most);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_decision_row row = {.id = sqlite3_column_int64(stmt, 0),
                                      .run = sqlite3_column_int64(stmt, 1),
                                      .at = sqlite3_column_int64(stmt, 2),
                                      .lead = sqlite3_column_int64(stmt, 3),
                                      .pack = as_sql_text(stmt, 4),
                                      .hash = as_sql_text(stmt, 5),
                                      .model = as_sql_text(stmt, 6),
                                      .stage = as_stage_read(as_sql_text(stmt, 7)),
                                      .prior_stage = as_stage_read(as_sql_text(stmt, 8)),
                                      .cause = as_cause_read(as_sql_text(stmt, 9)),
                                      .grade = (uint16_t)sqlite3_column_int(stmt, 10),
                                      .prior_grade = (uint16_t)sqlite3_column_int(stmt, 11),
                                      .verdicts = (uint16_t)sqlite3_column_int(stmt, 12),
                                      .prior_verdicts = (uint16_t)sqlite3_column_int(stmt, 13),
                                      .grade_text = as_sql_text(stmt, 14),
                                      .persona = as_sql_text(stmt, 15),
                                      .disqualifier = as_sql_text(stmt, 16),
                                      .why = as_sql_text(stmt, 17),
                                      .by = as_sql_text(stmt, 18)};
        status = ledger_of(&ledger, store, row.id, error);
        row.ledger_json = ledger.n > 0 ? as_buf_c(&ledger) : NULL;
        if (status == AS_OK)
            status = each(context, &row, error);
    }
    sqlite3_finalize(stmt);
    as_buf_free(&ledger);
    return status;
}

/* --- the hash of facts --- */

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
