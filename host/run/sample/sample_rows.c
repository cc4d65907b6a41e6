/* The files of a sample: a disguised dataset as rows of `assay import`. Ids are numbers in the order of the
 * dataset; of times of day only their order within the day is left. */
#include "run/sample/sample_parts.h"

#include "data/facts/value.h"
#include "run/decision/json.h"
#include "run/decision/own_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct writing {
    const struct as_sample_rows *rows;
    const struct as_dataset *dataset;
    struct as_buf text; /* of the file under way */
    struct as_buf value;
    struct as_json json; /* of the line under way */
    bool *with_account;  /* by account row: it is in the sample */
};

static void begin_line(struct writing *w)
{
    w->json = (struct as_json){.out = &w->text};
    as_json_open(&w->json, '{');
}

static void end_line(struct writing *w)
{
    as_json_close(&w->json, '}');
    as_buf_char(&w->text, '\n');
}

static enum as_status end_file(struct writing *w, const char *name, struct as_error *error)
{
    enum as_status status = as_sample_write_file(w->rows->request->folder, name, &w->text, error);
    as_buf_reset(&w->text);
    return status;
}

static void put_id(struct writing *w, const char *key, char letter, uint32_t row)
{
    char id[32];
    snprintf(id, sizeof id, "fake-%c%u", letter, row + 1);
    as_json_put_text(&w->json, key, id);
}

static void put_time(struct writing *w, const char *key, int64_t time)
{
    char text[AS_TIME_TEXT];
    as_json_put_text(&w->json, key, as_time_format(text, time));
}

/* The day of a time, no later than the sample. */
static void put_day(struct writing *w, const char *key, int64_t time)
{
    put_time(w, key, as_day_of(time) * AS_DAY_SECONDS);
}

static char letter_of(enum as_level level)
{
    return level == AS_LEVEL_LEAD ? 'l' : 'a';
}

/* As `assay import` reads it. */
static void put_value(struct writing *w, const char *key, const struct as_column *column, size_t row,
                      enum as_level target)
{
    char text[AS_TIME_TEXT];
    as_buf_reset(&w->value);
    if (!as_bit(column->known, row))
        return;
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        as_buf_text(&w->value, as_bit(column->truth, row) ? "true" : "false");
        break;
    case AS_TYPE_INTEGER:
        as_buf_printf(&w->value, "%lld", (long long)column->i64[row]);
        break;
    case AS_TYPE_NUMBER:
        as_value_show_number(&w->value, column->f64[row]);
        break;
    case AS_TYPE_MONEY:
        as_buf_printf(&w->value, "%.2f", (double)column->i64[row] / 100);
        if (column->currency != NULL && column->currency[row] < as_intern_count(column->currencies))
            as_buf_printf(&w->value, " %s", as_intern_text(column->currencies, column->currency[row]).p);
        break;
    case AS_TYPE_DATE:
        as_buf_text(&w->value, as_day_format(text, column->i64[row]));
        break;
    case AS_TYPE_REFERENCE:
        if (column->code[row] == AS_NO_INDEX)
            return;
        as_buf_printf(&w->value, "fake-%c%u", letter_of(target), column->code[row] + 1);
        break;
    default: {
        struct as_str value = as_intern_text(column->dict, column->code[row]);
        for (size_t i = 0; i < value.n; i++)
            as_buf_char(&w->value, value.p[i] == '\x1f' ? ';' : value.p[i]);
    }
    }
    as_json_put_text(&w->json, key, as_buf_c(&w->value));
}

/* What everybody has and no rule reads: a spoken word that follows from who it is. */
static void append_word(struct writing *w, const char *purpose, int64_t id, int syllables)
{
    char number[32];
    int n = snprintf(number, sizeof number, "%lld", (long long)id);
    as_pseudonym_word(&w->value, w->rows->request->key, purpose, (struct as_str){number, (size_t)n},
                      syllables);
}

static void put_name(struct writing *w, const char *key, int64_t id, const char *end)
{
    as_buf_reset(&w->value);
    append_word(w, key, id, 3);
    if (w->value.n > 0)
        w->value.p[0] = (char)(w->value.p[0] - 32);
    as_buf_text(&w->value, end);
    as_json_put_text(&w->json, key, as_buf_c(&w->value));
}

static void put_address(struct writing *w, int64_t id)
{
    as_buf_reset(&w->value);
    append_word(w, "mailbox", id, 4);
    as_buf_char(&w->value, '@');
    append_word(w, "domain of a mailbox", id, 4);
    as_buf_text(&w->value, ".example");
    as_json_put_text(&w->json, "email", as_buf_c(&w->value));
}

static const struct as_column *column_of(const struct writing *w, enum as_level level, const char *name)
{
    uint32_t field = as_schema_field(w->dataset->schema, level, as_str_of(name));
    return field != AS_NO_INDEX ? w->dataset->field[field] : NULL;
}

/* A choice that is declared no more decides nothing, and no import takes it. */
static bool is_listed(const struct as_column *column, size_t row)
{
    return column->type != AS_TYPE_CHOICE || column->choice_count == 0 ||
           (as_bit(column->known, row) && column->code[row] < column->choice_count);
}

static void put_fields(struct writing *w, enum as_level level, uint32_t row)
{
    const struct as_schema *schema = w->dataset->schema;
    for (uint32_t f = 0; f < schema->fields.n; f++) {
        const struct as_field *field = schema->fields.at[f];
        /* The highest parent follows from the parents. */
        if (field->ask != NULL || field->level != level || w->dataset->field[f] == NULL ||
            strcmp(field->name, "top_parent") == 0 || !is_listed(w->dataset->field[f], row))
            continue;
        put_value(w, strcmp(field->name, "parent") == 0 ? "parent_id" : field->name, w->dataset->field[f],
                  row, field->target);
    }
}

static bool left_out(const struct writing *w, uint32_t lead)
{
    return as_bit(w->rows->left_out, lead);
}

static enum as_status write_accounts(struct writing *w, struct as_error *error)
{
    const struct as_dataset *set = w->dataset;
    for (uint32_t a = 0; a < set->accounts; a++) {
        bool out = set->member_start[a] < set->member_start[a + 1];
        for (uint32_t m = set->member_start[a]; m < set->member_start[a + 1]; m++)
            out = out && left_out(w, set->member[m]);
        w->with_account[a] = !out;
        if (out)
            continue;
        begin_line(w);
        put_id(w, "id", 'a', a);
        if (column_of(w, AS_LEVEL_ACCOUNT, "name") == NULL)
            put_name(w, "name", set->account_id[a], " Ltd");
        put_fields(w, AS_LEVEL_ACCOUNT, a);
        end_line(w);
    }
    return end_file(w, "accounts.ndjson", error);
}

static enum as_status write_leads(struct writing *w, struct as_error *error)
{
    const struct as_dataset *set = w->dataset;
    for (uint32_t l = 0; l < set->leads; l++) {
        if (left_out(w, l))
            continue;
        begin_line(w);
        put_id(w, "id", 'l', l);
        if (column_of(w, AS_LEVEL_LEAD, "email") == NULL)
            put_address(w, set->lead_id[l]);
        if (column_of(w, AS_LEVEL_LEAD, "first_name") == NULL && column_of(w, AS_LEVEL_LEAD, "name") == NULL)
            put_name(w, "first_name", set->lead_id[l], "");
        if (column_of(w, AS_LEVEL_LEAD, "last_name") == NULL && column_of(w, AS_LEVEL_LEAD, "name") == NULL)
            put_name(w, "last_name", set->lead_id[l], "");
        if (set->lead_account[l] != AS_NO_INDEX)
            put_id(w, "account_id", 'a', set->lead_account[l]);
        put_fields(w, AS_LEVEL_LEAD, l);
        end_line(w);
    }
    return end_file(w, "leads.ndjson", error);
}

/* --- events --- */

/* The time of the nth of `of` events of one day. */
static int64_t spread(const struct writing *w, int64_t day, size_t nth, size_t of)
{
    int64_t begin = day * AS_DAY_SECONDS, end = begin + AS_DAY_SECONDS - 1;
    if (end > w->dataset->at)
        end = w->dataset->at;
    return begin + (int64_t)((double)(end - begin) * ((double)nth + 1) / ((double)of + 1));
}

/* What stands for a property that an import of its event insists on, where no rule reads it or nobody said
 * it. */
static const char *stand_in(enum as_type type)
{
    switch (type) {
    case AS_TYPE_BOOLEAN:
        return "false";
    case AS_TYPE_INTEGER:
    case AS_TYPE_NUMBER:
    case AS_TYPE_MONEY:
        return "0";
    case AS_TYPE_DATE:
        return "1970-01-01";
    default:
        return "something";
    }
}

/* The properties of an event of a kind; log is NULL for one of which nothing is known but that it was. */
static void put_properties(struct writing *w, const struct as_event_log *log, size_t e, uint32_t kind)
{
    const struct as_schema *schema = w->dataset->schema;
    char key[AS_MAX_NAME + 16];
    for (uint32_t p = 0; p < schema->properties.n; p++) {
        const struct as_property *property = &schema->properties.at[p];
        if (property->kind != kind)
            continue;
        const struct as_column *column = log != NULL && log->property != NULL ? log->property[p] : NULL;
        snprintf(key, sizeof key, "property.%s", property->name);
        if (column != NULL && as_bit(column->known, e))
            put_value(w, key, column, e, AS_LEVEL_LEAD);
        else if (property->required)
            as_json_put_text(&w->json, key, stand_in(property->type));
    }
}

static void put_event(struct writing *w, const struct as_event_log *log, size_t e, int64_t time,
                      enum as_level level, uint32_t row)
{
    begin_line(w);
    put_time(w, "at", time);
    as_json_put_text(&w->json, "kind", w->dataset->schema->kinds.at[log->kind[e]]->name);
    put_id(w, level == AS_LEVEL_LEAD ? "lead_id" : "account_id", letter_of(level), row);
    put_properties(w, log, e, log->kind[e]);
    end_line(w);
}

static bool wanted(const struct writing *w, const struct as_event_log *log, size_t e)
{
    return log->time[e] <= w->dataset->at && as_bit(w->rows->needs->kinds, log->kind[e]);
}

/* The events of one row, which are in order of time; `own`: only those. */
static void put_run(struct writing *w, const struct as_event_log *log, enum as_level level, uint32_t row,
                    const uint64_t *own)
{
    size_t end = log->end[row];
    for (size_t first = log->start[row]; first < end;) {
        int64_t day = as_day_of(log->time[first]);
        size_t last = first, nth = 0;
        while (last < end && as_day_of(log->time[last]) == day)
            last++;
        for (size_t e = first; e < last; e++)
            if (wanted(w, log, e) && (own == NULL || as_bit(own, e)))
                put_event(w, log, e, spread(w, day, nth++, last - first), level, row);
        first = last;
    }
}

/* The day of an event as a time under which every feed that brings the kind is as fresh as it was. */
static int64_t fresh_as(const struct writing *w, uint32_t kind, int64_t time)
{
    const struct as_schema *schema = w->dataset->schema;
    int64_t begin = as_day_of(time) * AS_DAY_SECONDS, end = begin + AS_DAY_SECONDS - 1, at = w->dataset->at;
    for (uint32_t f = 0; f < schema->feeds.n; f++)
        for (uint32_t k = 0; k < schema->feeds.at[f]->kinds.n; k++)
            if (schema->feeds.at[f]->kinds.at[k] == kind && at - time <= schema->feeds.at[f]->fresh &&
                at - begin > schema->feeds.at[f]->fresh)
                return end < at ? end : at;
    return begin;
}

/* The newest event of each kind in the whole base keeps its feed as fresh as it is there. It is nobody's. */
static void put_heartbeats(struct writing *w)
{
    for (uint32_t k = 0; k < w->dataset->schema->kinds.n; k++) {
        int64_t newest = w->rows->newest[k];
        if (newest == AS_TIME_NONE || !as_bit(w->rows->needs->kinds, k))
            continue;
        begin_line(w);
        put_time(w, "at", fresh_as(w, k, newest));
        as_json_put_text(&w->json, "kind", w->dataset->schema->kinds.at[k]->name);
        as_json_put_text(&w->json, "domain", "newest-of-all.example");
        put_properties(w, NULL, 0, k);
        end_line(w);
    }
}

static enum as_status write_events(struct writing *w, struct as_error *error)
{
    const struct as_dataset *set = w->dataset;
    uint64_t *own;
    enum as_status status = as_own_events(&own, set, error);
    if (status != AS_OK)
        return status;
    for (uint32_t l = 0; set->lead_events.start != NULL && l < set->leads; l++)
        if (!left_out(w, l))
            put_run(w, &set->lead_events, AS_LEVEL_LEAD, l, NULL);
    for (uint32_t a = 0; set->account_events.start != NULL && a < set->accounts; a++)
        if (w->with_account[a])
            put_run(w, &set->account_events, AS_LEVEL_ACCOUNT, a, own);
    free(own);
    put_heartbeats(w);
    return end_file(w, "events.ndjson", error);
}

/* --- what was said --- */

static void put_answer(struct writing *w, const struct as_field *field, const struct as_answer_column *answer,
                       uint32_t row)
{
    static const char *const voices[] = {"buyer", "sales", "marketing", "system"};
    for (int v = 0; v < 4; v++) {
        if ((answer->voices[row] >> v & 1) == 0)
            continue;
        begin_line(w);
        put_id(w, field->level == AS_LEVEL_LEAD ? "lead_id" : "account_id", letter_of(field->level), row);
        as_json_put_text(&w->json, "question", field->name);
        put_value(w, "value", answer->value, row, field->target);
        as_json_put_text(&w->json, "manner", as_bit(answer->stated, row) ? "stated" : "inferred");
        as_json_put_text(&w->json, "by", voices[v]);
        put_day(w, "at", answer->time[row]);
        end_line(w);
    }
}

static enum as_status write_answers(struct writing *w, struct as_error *error)
{
    const struct as_dataset *set = w->dataset;
    for (uint32_t f = 0; f < set->schema->fields.n; f++) {
        const struct as_field *field = set->schema->fields.at[f];
        const struct as_answer_column *answer = &set->answer[f];
        if (field->ask == NULL || answer->value == NULL)
            continue;
        for (uint32_t row = 0; row < answer->value->n; row++)
            if (as_bit(answer->value->known, row) && is_listed(answer->value, row) &&
                (field->level == AS_LEVEL_LEAD ? !left_out(w, row) : w->with_account[row]))
                put_answer(w, field, answer, row);
    }
    return end_file(w, "answers.ndjson", error);
}

/* What a touch asked for, as the first pack's policy calls it. */
static const char *ask_of(const struct writing *w, uint8_t rung)
{
    for (uint32_t p = 0; p < w->rows->request->pack_count; p++) {
        const struct as_contact_policy *policy = &w->rows->request->packs[p].pack->policy;
        for (uint32_t i = 0; i < policy->needs.n; i++)
            if (policy->needs.at[i].rung == rung)
                return policy->needs.at[i].ask;
    }
    return NULL;
}

static enum as_status write_touches(struct writing *w, struct as_error *error)
{
    const struct as_dataset *set = w->dataset;
    for (uint32_t l = 0; set->touches.start != NULL && l < set->leads; l++)
        for (uint32_t i = set->touches.start[l]; i < set->touches.start[l + 1] && !left_out(w, l); i++) {
            const struct as_touch *touch = &set->touches.at[i];
            begin_line(w);
            put_time(w, "at", touch->time);
            put_id(w, "lead_id", 'l', l);
            as_json_put_text(&w->json, "channel", as_intern_text(set->channels, touch->channel).p);
            if (touch->need != 0 && ask_of(w, touch->need) != NULL)
                as_json_put_text(&w->json, "ask", ask_of(w, touch->need));
            end_line(w);
        }
    return end_file(w, "touches.ndjson", error);
}

static void put_consent(struct writing *w, uint32_t lead, const char *channel, const char *state,
                        int64_t time)
{
    begin_line(w);
    put_id(w, "lead_id", 'l', lead);
    as_json_put_text(&w->json, "channel", channel);
    as_json_put_text(&w->json, "state", state);
    put_day(w, "at", time);
    end_line(w);
}

static enum as_status write_consents(struct writing *w, struct as_error *error)
{
    static const char *const states[] = {"", "granted", "double_opt_in", "denied", "objected"};
    const struct as_dataset *set = w->dataset;
    for (uint32_t l = 0; l < set->leads; l++) {
        if (left_out(w, l))
            continue;
        for (uint32_t i = set->consents.start != NULL ? set->consents.start[l] : 0;
             set->consents.start != NULL && i < set->consents.start[l + 1]; i++) {
            const struct as_consent *consent = &set->consents.at[i];
            if (consent->state != AS_CONSENT_UNKNOWN)
                put_consent(w, l,
                            consent->channel == AS_NO_INDEX
                                ? "any"
                                : as_intern_text(set->channels, consent->channel).p,
                            states[consent->state], consent->time);
        }
        if (set->untracked != NULL && as_bit(set->untracked, l))
            put_consent(w, l, "tracking", "denied", set->at);
    }
    return end_file(w, "consent.ndjson", error);
}

/* --- our own people --- */

static bool is_named(const struct writing *w, const char *user)
{
    for (uint32_t p = 0; p < w->rows->request->pack_count; p++) {
        const struct as_pack *pack = w->rows->request->packs[p].pack;
        for (uint32_t r = 0; r < pack->routes.n; r++)
            for (uint32_t t = 0; t < pack->routes.at[r].targets.n; t++)
                if (strcmp(pack->routes.at[r].targets.at[t].name, user) == 0)
                    return true;
    }
    return false;
}

/* Those whom a route names keep their names, since the pack says them. */
static enum as_status write_users(struct writing *w, struct as_error *error)
{
    for (uint32_t i = 0; i < w->rows->roster->people.n; i++) {
        const struct as_assignee *person = &w->rows->roster->people.at[i];
        begin_line(w);
        as_buf_reset(&w->value);
        if (is_named(w, person->user))
            as_buf_text(&w->value, person->user);
        else
            as_pseudonym_person(&w->value, w->rows->request->key, as_str_of(person->user));
        as_json_put_text(&w->json, "name", as_buf_c(&w->value));
        if (person->team != NULL)
            as_json_put_text(&w->json, "team", person->team);
        if (person->absent) {
            put_day(w, "absent_from", w->dataset->at);
            put_time(w, "absent_to", (as_day_of(w->dataset->at) + 1) * AS_DAY_SECONDS);
        }
        end_line(w);
    }
    return end_file(w, "users.ndjson", error);
}

enum as_status as_sample_write_rows(const struct as_sample_rows *rows, struct as_error *error)
{
    struct writing w = {.rows = rows,
                        .dataset = rows->dataset,
                        .text = {.max = (size_t)1 << 30},
                        .with_account = calloc(rows->dataset->accounts + (size_t)1, sizeof(bool))};
    enum as_status status = w.with_account == NULL ? as_error_memory(error) : write_accounts(&w, error);
    if (status == AS_OK)
        status = write_leads(&w, error);
    if (status == AS_OK)
        status = write_events(&w, error);
    if (status == AS_OK)
        status = write_answers(&w, error);
    if (status == AS_OK)
        status = write_touches(&w, error);
    if (status == AS_OK)
        status = write_consents(&w, error);
    if (status == AS_OK)
        status = write_users(&w, error);
    as_buf_free(&w.text);
    as_buf_free(&w.value);
    free(w.with_account);
    return status;
}
