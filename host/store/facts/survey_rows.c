/* Survey rows: what people of ours, buyers or customers answered when they were asked. Who it was is kept as
 * a keyed hash, which is enough to put two answers of one person side by side. */
#include "store/facts/batch.h"

#include "store/personal.h"

#include "base/limits.h"
#include "base/time.h"
#include "data/facts/value.h"
#include "data/identity/fold.h"

#include <math.h>
#include <string.h>

enum { SURVEY, ITEM, GROUP, AXIS, STAGE, TEXTS };

struct survey_row {
    struct as_str text[TEXTS];
    struct as_buf folded[TEXTS]; /* of group and axis, which are few and the same in every file */
    bool is_number;
    double number;
    struct as_str word; /* where it is none */
    int64_t time, times;
    struct as_str respondent; /* the hash; p NULL: not said */
    uint8_t hash[AS_PERSON_HASH];
};

static enum as_status read_text(struct as_str *out, const struct as_facts *facts, const char *name,
                                size_t most, struct as_error *error)
{
    bool said;
    *out = as_said(facts, name, &said);
    return out->n <= most ? AS_OK
                          : as_error_set(error, AS_ERR_DATA, "%s is longer than %zu bytes", name, most);
}

static enum as_status read_texts(struct survey_row *row, const struct as_facts *facts, struct as_error *error)
{
    static const char *const names[TEXTS] = {"survey", "item", "group", "axis", "stage"};
    enum as_status status = AS_OK;
    for (int i = 0; i < TEXTS && status == AS_OK; i++) {
        status = read_text(&row->text[i], facts, names[i], i == ITEM ? AS_MAX_QUESTION : AS_MAX_NAME, error);
        if (status == AS_OK && row->text[i].n == 0 && (i == SURVEY || i == ITEM))
            status = as_error_set(error, AS_ERR_DATA, "%s is empty", names[i]);
        if (status == AS_OK && (i == GROUP || i == AXIS)) {
            status = as_fold(&row->folded[i], row->text[i], error);
            row->text[i] = as_str_of(as_buf_c(&row->folded[i]));
        }
        if (row->text[i].p == NULL)
            row->text[i] = AS_STR("");
    }
    return status;
}

static enum as_status read_answer(struct survey_row *row, const struct as_facts *facts,
                                  struct as_error *error)
{
    bool said, yes;
    struct as_str answer, times = as_said(facts, "times", &said);
    enum as_status status = read_text(&answer, facts, "answer", AS_MAX_QUESTION, error);
    if (status == AS_OK)
        status = as_said_time(&row->time, facts, "at", error);
    if (status != AS_OK)
        return status;
    if (answer.n == 0 || row->time == AS_TIME_NONE)
        return as_error_set(error, AS_ERR_DATA, "%s is empty", answer.n == 0 ? "answer" : "at");
    if (times.n > 0 && (!as_parse_int(&row->times, times) || row->times < 1 || row->times > INT32_MAX))
        return as_error_set(error, AS_ERR_DATA, "times: \"%.*s\" is no number of answers",
                            times.n > 80 ? 80 : (int)times.n, times.p);
    row->is_number = as_parse_number(&row->number, answer) && isfinite(row->number);
    if (!row->is_number)
        row->word = as_value_boolean(&yes, answer) ? as_str_of(yes ? "yes" : "no") : answer;
    return AS_OK;
}

static enum as_status read_respondent(struct survey_row *row, struct as_facts *facts, struct as_error *error)
{
    bool said;
    struct as_str who = as_said(facts, "respondent", &said);
    const char *system = facts->system;
    if (who.n == 0)
        return AS_OK;
    if (row->times > 1)
        return as_error_set(error, AS_ERR_DATA, "one respondent answers once, not %lld times",
                            (long long)row->times);
    bool address = memchr(who.p, '@', who.n) != NULL;
    if (address) {
        as_buf_reset(&facts->text);
        as_email_identity(&facts->text, who);
        who = as_str_of(as_buf_c(&facts->text));
        system = "email";
    }
    enum as_status status = as_person_hash(row->hash, facts->store, system, who, error);
    if (status == AS_OK && facts->any_erased)
        status = as_refuse_erased(facts, "respondent", system, who, error);
    row->respondent = (struct as_str){(const char *)row->hash, sizeof row->hash};
    return status;
}

/* Of all but who it was and when. */
static int64_t content_of(const struct survey_row *row)
{
    uint64_t hash = AS_CONTENT_HASH;
    for (int i = 0; i < TEXTS; i++) {
        hash = as_content_hash(hash, &row->text[i].n, sizeof row->text[i].n);
        hash = as_content_hash(hash, row->text[i].p, row->text[i].n);
    }
    hash = as_content_hash(hash, &row->times, sizeof row->times);
    return (int64_t)(row->is_number ? as_content_hash(hash, &row->number, sizeof row->number)
                                    : as_content_hash(hash, row->word.p, row->word.n));
}

/* Whoever is known says something once at a time, and may correct it; of others, a row that an earlier import
 * brought is that one. */
static enum as_status keep(struct survey_row *row, struct as_facts *facts, bool *changed,
                           struct as_error *error)
{
    struct as_store *store = facts->store;
    int64_t id = 0;
    bool found = false;
    enum as_status status = AS_OK;
    if (row->respondent.p != NULL)
        status = as_sql_get(&id, &found, store, error,
                            "SELECT id FROM survey_answer WHERE respondent = ?1 AND survey = ?2 AND item = ?3"
                            " AND axis = ?4 AND grp = ?5 AND stage = ?6 AND time = ?7",
                            "bsssssi", row->respondent, row->text[SURVEY], row->text[ITEM], row->text[AXIS],
                            row->text[GROUP], row->text[STAGE], row->time);
    else
        status = as_sql_get(&id, &found, store, error,
                            "SELECT id FROM survey_answer"
                            " WHERE time = ?1 AND hash = ?2 AND respondent IS NULL AND batch_id <> ?3",
                            "iii", row->time, content_of(row), facts->batch_id);
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt =
        found ? as_sql(store, error,
                       "UPDATE survey_answer SET number = ?1, word = ?2, hash = ?3, known_at = ?4,"
                       " batch_id = ?5 WHERE id = ?6 AND NOT (number IS ?1 AND word IS ?2)",
                       "rsiiii", row->number, row->word, content_of(row), facts->options.now, facts->batch_id,
                       id)
              : as_sql(store, error,
                       "INSERT INTO survey_answer(number, word, hash, known_at, batch_id, respondent,"
                       " survey, item, axis, grp, stage, time, times) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
                       " ?9, ?10, ?11, ?12, ?13)",
                       "rsiiibsssssii", row->number, row->word, content_of(row), facts->options.now,
                       facts->batch_id, row->respondent, row->text[SURVEY], row->text[ITEM], row->text[AXIS],
                       row->text[GROUP], row->text[STAGE], row->time, row->times);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    if (!row->is_number)
        sqlite3_bind_null(stmt, 1);
    if (!found && row->respondent.p == NULL)
        sqlite3_bind_null(stmt, 6);
    as_sql_row(&status, store, stmt, error);
    *changed = status == AS_OK && sqlite3_changes(store->db) > 0;
    sqlite3_reset(stmt);
    as_facts_count(facts, !found, changed);
    return status;
}

enum as_status as_put_survey(struct as_facts *facts, bool *changed, struct as_error *error)
{
    struct survey_row row = {.time = AS_TIME_NONE, .times = 1};
    enum as_status status = read_texts(&row, facts, error);
    if (status == AS_OK)
        status = read_answer(&row, facts, error);
    if (status == AS_OK)
        status = read_respondent(&row, facts, error);
    if (status == AS_OK)
        status = keep(&row, facts, changed, error);
    for (int i = 0; i < TEXTS; i++)
        as_buf_free(&row.folded[i]);
    return status;
}
