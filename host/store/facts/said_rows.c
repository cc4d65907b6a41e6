/* Said rows: answers, consents and touches: what people said and how they were met. All three are only added
 * to. */
#include "store/facts/batch.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

static struct as_str or_null(struct as_str text)
{
    return text.n > 0 ? text : (struct as_str){NULL, 0};
}

static bool one_of(struct as_str text, const char *const *names)
{
    for (; *names != NULL; names++)
        if (as_str_is(text, *names))
            return true;
    return false;
}

static enum as_status refuse(struct as_error *error, const char *column, struct as_str text,
                             const char *expected)
{
    return as_error_set(error, AS_ERR_DATA, "%s: \"%.*s\" is none of %s", column,
                        text.n > 80 ? 80 : (int)text.n, text.p, expected);
}

static enum as_status insert_counted(struct as_facts *facts, bool *changed, enum as_status status)
{
    if (status != AS_OK)
        return status;
    *changed = sqlite3_changes(facts->store->db) > 0;
    as_facts_count(facts, *changed, changed);
    return AS_OK;
}

static enum as_status said_at(int64_t *time, bool *given, struct as_facts *facts, struct as_error *error)
{
    *time = AS_TIME_NONE;
    enum as_status status = as_said_time(time, facts, "at", error);
    *given = *time != AS_TIME_NONE;
    if (status == AS_OK && *given && *time > facts->options.now)
        return as_error_set(error, AS_ERR_DATA, "at lies in the future of this import");
    if (!*given)
        *time = facts->options.now;
    return status;
}

/* --- answers --- */

static enum as_status answer_subject(int64_t *lead, int64_t *account, struct as_facts *facts,
                                     enum as_level level, struct as_error *error)
{
    bool said, found;
    struct as_str named = as_said(facts, "account_id", &said);
    enum as_status status;
    *lead = *account = 0;
    if (level == AS_LEVEL_LEAD)
        return as_lead_named(lead, facts, error);
    if (named.n > 0) {
        status = as_account_by_id(account, facts, named, error);
        if (status == AS_OK && *account == 0)
            return as_error_set(error, AS_ERR_DATA, "there is no account \"%.*s\"",
                                named.n > 80 ? 80 : (int)named.n, named.p);
        return status;
    }
    /* A question to the account may be answered by one of its people. */
    if ((status = as_lead_named(lead, facts, error)) != AS_OK)
        return status;
    status = as_sql_get(account, &found, facts->store, error, "SELECT account_id FROM lead WHERE id = ?", "i",
                        *lead);
    if (status == AS_OK && !found)
        return as_error_set(error, AS_ERR_DATA, "this question is for accounts, and the lead has none");
    *lead = 0;
    return status;
}

enum as_status as_put_answer(struct as_facts *facts, bool *changed, struct as_error *error)
{
    static const char *const manners[] = {"stated", "inferred", NULL};
    static const char *const voices[] = {"buyer", "sales", "marketing", "system", NULL};
    bool said, given;
    int64_t lead, account, time;
    struct as_cell cell;
    struct as_str question = as_said(facts, "question", &said), value = as_said(facts, "value", &said);
    struct as_str manner = as_said(facts, "manner", &said), voice = as_said(facts, "by", &said);
    struct as_str user = as_said(facts, "user", &said);
    uint32_t index = as_schema_answer(facts->schema, question);
    if (index == AS_NO_INDEX) {
        const char *near = as_schema_suggest_answer(facts->schema, question);
        as_error_set(error, AS_ERR_DATA, "there is no question \"%.*s\"",
                     question.n > 80 ? 80 : (int)question.n, question.p);
        return near != NULL ? as_error_advise(error, "did you mean \"%s\"?", near)
                            : as_error_advise(error, "declare it in the pack's `answers`");
    }
    const struct as_field *field = facts->schema->fields.at[index];
    if (manner.n == 0)
        manner = AS_STR("stated");
    if (voice.n == 0)
        voice = as_str_is(manner, "stated") ? AS_STR("buyer") : AS_STR("system");
    if (!one_of(manner, manners))
        return refuse(error, "manner", manner, "stated, inferred");
    if (!one_of(voice, voices))
        return refuse(error, "by", voice, "buyer, sales, marketing, system");
    enum as_status status = said_at(&time, &given, facts, error);
    if (status == AS_OK)
        status = answer_subject(&lead, &account, facts, field->level, error);
    as_buf_reset(&facts->scratch);
    if (status == AS_OK)
        status = field->type == AS_TYPE_REFERENCE
                     ? as_resolve(&cell, facts, field, value, error)
                     : as_cell_parse(&cell, field, value, &facts->scratch, error);
    if (status != AS_OK)
        return status;
    if (!cell.known && !facts->options.clear_empty) {
        facts->summary.unchanged++;
        return AS_OK;
    }
    as_buf_reset(&facts->text);
    if (cell.known)
        as_cell_text(&facts->text, &cell);
    struct as_str text =
        cell.known ? (struct as_str){as_buf_c(&facts->text), facts->text.n} : (struct as_str){NULL, 0};
    /* The indexes are of rows that have a lead, or an account: `IS` would find neither.
     * Without a time of its own an answer is news only when this voice said something else last. */
    status =
        given ? as_sql_do(facts->store, error,
                          "INSERT INTO answer(lead_id, account_id, question, value, manner, voice, time, "
                          "known_at, user,"
                          " batch_id) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS "
                          "(SELECT 1 FROM answer"
                          " WHERE (lead_id = ?1 OR account_id = ?2) AND question = ?3 AND value IS ?4 AND "
                          "manner = ?5"
                          " AND voice = ?6 AND time = ?7)",
                          "kktsssiisi", lead, account, field->name, text, manner, voice, time,
                          facts->options.now, or_null(user), facts->batch_id)
              : as_sql_do(facts->store, error,
                          "INSERT INTO answer(lead_id, account_id, question, value, manner, voice, time, "
                          "known_at, user,"
                          " batch_id) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE ?4 IS NOT (SELECT "
                          "value FROM"
                          " answer WHERE (lead_id = ?1 OR account_id = ?2) AND question = ?3 AND manner = ?5"
                          " AND voice = ?6 ORDER BY time DESC, id DESC LIMIT 1)",
                          "kktsssiisi", lead, account, field->name, text, manner, voice, time,
                          facts->options.now, or_null(user), facts->batch_id);
    return insert_counted(facts, changed, status);
}

/* --- consent --- */

enum as_status as_put_consent(struct as_facts *facts, bool *changed, struct as_error *error)
{
    static const char *const states[] = {"granted", "double_opt_in", "denied", "objected", NULL};
    bool said, given;
    int64_t lead, time;
    struct as_str channel = as_said(facts, "channel", &said), purpose = as_said(facts, "purpose", &said);
    struct as_str state = as_said(facts, "state", &said), basis = as_said(facts, "basis", &said);
    struct as_str source = as_said(facts, "source", &said), evidence = as_said(facts, "evidence", &said);
    if (!one_of(state, states))
        return refuse(error, "state", state, "granted, double_opt_in, denied, objected");
    if (channel.n == 0)
        channel = AS_STR("any");
    if (purpose.n == 0)
        purpose = AS_STR("marketing");
    enum as_status status = said_at(&time, &given, facts, error);
    if (status == AS_OK)
        status = as_lead_named(&lead, facts, error);
    if (status != AS_OK)
        return status;
    status =
        given
            ? as_sql_do(
                  facts->store, error,
                  "INSERT INTO consent(lead_id, channel, purpose, basis, state, source, time, known_at, "
                  "evidence,"
                  " batch_id) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS (SELECT 1 FROM"
                  " consent WHERE lead_id = ?1 AND channel = ?2 AND purpose = ?3 AND state = ?5 AND time = "
                  "?7)",
                  "isssssiisi", lead, channel, purpose, or_null(basis), state, or_null(source), time,
                  facts->options.now, or_null(evidence), facts->batch_id)
            : as_sql_do(
                  facts->store, error,
                  "INSERT INTO consent(lead_id, channel, purpose, basis, state, source, time, known_at, "
                  "evidence,"
                  " batch_id) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE ?5 IS NOT (SELECT state "
                  "FROM"
                  " consent WHERE lead_id = ?1 AND channel = ?2 AND purpose = ?3 ORDER BY time DESC, id DESC"
                  " LIMIT 1)",
                  "isssssiisi", lead, channel, purpose, or_null(basis), state, or_null(source), time,
                  facts->options.now, or_null(evidence), facts->batch_id);
    return insert_counted(facts, changed, status);
}

/* --- touches --- */

/* What a person of ours did is also a sales_touch, so that rules and clocks see it; what the machine sent is
 * not. */
static enum as_status touch_event(struct as_facts *facts, int64_t touch, int64_t lead, int64_t time,
                                  struct as_str channel, struct as_error *error)
{
    char id[64];
    bool changed;
    snprintf(id, sizeof id, "touch:%lld", (long long)touch);
    struct as_event_made event = {.lead = lead,
                                  .time = time,
                                  .kind = "sales_touch",
                                  .external_id = id,
                                  .property = "channel",
                                  .value = channel};
    return as_event_make(facts, &event, &changed, error);
}

enum as_status as_put_touch(struct as_facts *facts, bool *changed, struct as_error *error)
{
    bool said, given;
    int64_t lead, time;
    struct as_str channel = as_said(facts, "channel", &said), id = as_said(facts, "id", &said);
    struct as_str ask = as_said(facts, "ask", &said), content = as_said(facts, "content", &said);
    struct as_str user = as_said(facts, "user", &said), outcome = as_said(facts, "outcome", &said);
    struct as_str summary = as_said(facts, "summary", &said);
    if (channel.n == 0)
        return as_error_set(error, AS_ERR_DATA, "channel is empty");
    if (channel.n > AS_MAX_NAME || id.n > AS_MAX_NAME)
        return as_error_set(error, AS_ERR_DATA, "channel or id is longer than %d bytes", AS_MAX_NAME);
    enum as_status status = said_at(&time, &given, facts, error);
    if (status == AS_OK)
        status = as_lead_named(&lead, facts, error);
    if (status != AS_OK)
        return status;
    status = as_sql_do(
        facts->store, error,
        "INSERT INTO touch(lead_id, time, channel, ask, content, user, outcome, summary, known_at, system,"
        " external_id, batch_id) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 WHERE NOT EXISTS "
        "(SELECT 1"
        " FROM touch WHERE system = ?10 AND external_id = ?11) AND (?11 IS NOT NULL OR NOT EXISTS (SELECT 1 "
        "FROM"
        " touch WHERE lead_id = ?1 AND time = ?2 AND channel = ?3 AND user IS ?6 AND content IS ?5 AND "
        "batch_id"
        " IS NOT ?12))",
        "iissssssissi", lead, time, channel, or_null(ask), or_null(content), or_null(user), or_null(outcome),
        or_null(summary), facts->options.now, as_str_of(facts->system), or_null(id), facts->batch_id);
    int64_t touch = sqlite3_last_insert_rowid(facts->store->db);
    status = insert_counted(facts, changed, status);
    if (status == AS_OK && *changed && user.n > 0)
        status = touch_event(facts, touch, lead, time, channel, error);
    return status;
}
