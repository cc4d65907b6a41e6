/* Answers: which answer holds. A stated answer beats an inferred one; among the last words of each voice the
 * newest holds, and the voices whose last word is the value held are kept beside it. A voice that takes its
 * answer back (no value) has said nothing. */
#include "store/snapshot/loading.h"

#include <stdlib.h>
#include <string.h>

enum { VOICES = 4, MANNERS = 2 };
static const char *const voice_names[VOICES] = {"buyer", "sales", "marketing", "system"};

struct word {
    bool said;
    int64_t time, id;
    struct as_str value; /* in `text`; p NULL: taken back */
};

/* One question of one row while its rows go by in order of time. */
struct tally {
    struct word last[MANNERS][VOICES];
};

static int voice_of(const char *name)
{
    for (int i = 0; i < VOICES; i++)
        if (strcmp(name, voice_names[i]) == 0)
            return i;
    return VOICES - 1;
}

static const struct word *held_word(const struct tally *tally, int *manner)
{
    for (int m = 0; m < MANNERS; m++) {
        const struct word *newest = NULL;
        for (int v = 0; v < VOICES; v++) {
            const struct word *word = &tally->last[m][v];
            if (word->said && word->value.p != NULL &&
                (newest == NULL || word->time > newest->time ||
                 (word->time == newest->time && word->id > newest->id)))
                newest = word;
        }
        if (newest != NULL) {
            *manner = m;
            return newest;
        }
    }
    return NULL;
}

static enum as_status settle(const struct tally *tally, struct as_load *load, uint32_t index, uint32_t row,
                             struct as_error *error)
{
    struct as_answer_column *answer = &load->dataset->answer[index];
    const struct as_field *field = load->schema->fields.at[index];
    int manner;
    int64_t target;
    const struct word *held = held_word(tally, &manner);
    if (held == NULL)
        return AS_OK;
    if (field->type == AS_TYPE_REFERENCE) {
        uint32_t to = !as_parse_int(&target, held->value) ? AS_NO_INDEX
                      : field->target == AS_LEVEL_LEAD    ? as_lead_row(load, target)
                                                          : as_account_row(load, target);
        if (to != AS_NO_INDEX)
            as_column_set_reference(answer->value, row, to);
    } else if (field->type == AS_TYPE_CHOICE || field->type == AS_TYPE_CHOICES ||
               field->type == AS_TYPE_TEXT || field->type == AS_TYPE_USER) {
        enum as_status status = as_column_set_text(answer->value, row, held->value, error);
        if (status != AS_OK)
            return status;
    } else {
        enum as_status status = as_column_parse(answer->value, row, held->value, error);
        if (status != AS_OK)
            return status;
    }
    as_bit_put(answer->stated, row, manner == 0);
    answer->time[row] = held->time;
    answer->voices[row] = 0;
    for (int v = 0; v < VOICES; v++) {
        const struct word *word = &tally->last[manner][v];
        if (word->said && word->value.p != NULL && as_str_eq(word->value, held->value))
            answer->voices[row] |= (uint8_t)(1 << v);
    }
    return AS_OK;
}

struct statement {
    int64_t time, id;
    uint32_t row, value, length; /* value: offset into the texts; UINT32_MAX taken back */
    uint8_t manner, voice;
};

static int by_row(const void *a, const void *b)
{
    const struct statement *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static enum as_status settle_all(struct as_load *load, uint32_t index, struct statement *statements, size_t n,
                                 const struct as_buf *texts, struct as_error *error)
{
    enum as_status status = AS_OK;
    struct tally tally;
    qsort(statements, n, sizeof *statements, by_row);
    for (size_t i = 0; i < n && status == AS_OK; i++) {
        const struct statement *s = &statements[i];
        if (i == 0 || statements[i - 1].row != s->row)
            memset(&tally, 0, sizeof tally);
        struct as_str value = s->value == UINT32_MAX ? (struct as_str){NULL, 0}
                                                     : (struct as_str){texts->p + s->value, s->length};
        tally.last[s->manner][s->voice] = (struct word){true, s->time, s->id, value};
        if (i + 1 == n || statements[i + 1].row != s->row)
            status = settle(&tally, load, index, s->row, error);
    }
    return status;
}

/* Through the lead's or account's index where only some rows are wanted. */
static sqlite3_stmt *open_statements(struct as_load *load, const struct as_field *field, const char *ids,
                                     struct as_error *error)
{
    const struct as_snapshot_request *request = load->request;
    if (field->level == AS_LEVEL_LEAD)
        return load->part
                   ? as_sql_fresh(load->store, error,
                                  "SELECT lead_id, value, manner = 'inferred', voice, time, id FROM answer"
                                  " WHERE lead_id IN (SELECT value FROM json_each(?4)) AND question = ?1"
                                  " AND known_at <= ?2 AND time <= ?3",
                                  "tiit", field->name, request->known_at, request->at, ids)
                   : as_sql_fresh(
                         load->store, error,
                         "SELECT lead_id, value, manner = 'inferred', voice, time, id FROM answer"
                         " WHERE lead_id IS NOT NULL AND question = ?1 AND known_at <= ?2 AND time <= ?3",
                         "tii", field->name, request->known_at, request->at);
    return as_sql_fresh(load->store, error,
                        "SELECT account_id, value, manner = 'inferred', voice, time, id FROM answer WHERE "
                        "account_id IS NOT NULL"
                        " AND question = ?1 AND known_at <= ?2 AND time <= ?3",
                        "tii", field->name, request->known_at, request->at);
}

static enum as_status load_answer(struct as_load *load, uint32_t index, const char *ids,
                                  struct as_error *error)
{
    const struct as_field *field = load->schema->fields.at[index];
    struct statement *statements = NULL;
    struct as_buf texts = {.max = UINT32_MAX - 1};
    struct as_column *column;
    size_t n = 0, room = 0;
    enum as_status status = as_dataset_column(&column, load->dataset, index, error);
    sqlite3_stmt *stmt = status == AS_OK ? open_statements(load, field, ids, error) : NULL;
    if (stmt == NULL)
        return status != AS_OK ? status : as_sql_failed(load->store, error);
    while (as_sql_row(&status, load->store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        uint32_t row = field->level == AS_LEVEL_LEAD ? as_lead_row(load, id) : as_account_row(load, id);
        if (row == AS_NO_INDEX)
            continue;
        if (n == room) {
            room = room == 0 ? 256 : room * 2;
            struct statement *grown = realloc(statements, room * sizeof *grown);
            if (grown == NULL) {
                status = as_error_memory(error);
                break;
            }
            statements = grown;
        }
        struct as_str value = as_sql_str(stmt, 1);
        statements[n++] = (struct statement){.row = row,
                                             .value = value.p == NULL ? UINT32_MAX : (uint32_t)texts.n,
                                             .length = (uint32_t)value.n,
                                             .manner = (uint8_t)sqlite3_column_int(stmt, 2),
                                             .voice = (uint8_t)voice_of(as_sql_text(stmt, 3)),
                                             .time = sqlite3_column_int64(stmt, 4),
                                             .id = sqlite3_column_int64(stmt, 5)};
        as_buf_str(&texts, value);
    }
    if (status == AS_OK && texts.failed)
        status = as_error_memory(error);
    as_sql_end(load->store, stmt);
    if (status == AS_OK && n > 0)
        status = settle_all(load, index, statements, n, &texts, error);
    free(statements);
    as_buf_free(&texts);
    return status;
}

enum as_status as_load_answers(struct as_load *load, struct as_error *error)
{
    enum as_status status = AS_OK;
    struct as_buf ids = {0};
    as_load_part(&ids, load);
    for (uint32_t i = 0; i < load->schema->fields.n && status == AS_OK; i++)
        if (load->schema->fields.at[i]->ask != NULL && load->map.field[i] != 0 &&
            (load->request->fields == NULL || as_bit(load->request->fields, i)))
            status = load_answer(load, i, as_buf_c(&ids), error);
    as_buf_free(&ids);
    return status;
}
