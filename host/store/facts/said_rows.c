/* Said rows: answers, consents and touches: what people said and how they were met. All three are only added
 * to; new rows wait, and a book knows what they are about. */
#include "store/facts/batch.h"

#include "base/limits.h"
#include "base/suggest.h"
#include "data/mapping/convert.h"

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

static void put_text(struct as_waiting_rows *rows, uint32_t column, struct as_str text)
{
    if (text.n > 0)
        as_waiting_text(rows, column, text);
}

static void put_id(struct as_waiting_rows *rows, uint32_t column, int64_t id)
{
    if (id != 0)
        as_waiting_integer(rows, column, id);
}

/* Opens what takes in the rows of a table, with the first of them; the book of an empty one has all names. */
static enum as_status open_table(struct as_facts *facts, struct as_known_names *names,
                                 struct as_waiting_rows *rows, int64_t *next, const char *into,
                                 uint32_t width, const char *newest, struct as_error *error)
{
    bool any;
    if (names->book != NULL)
        return AS_OK;
    enum as_status status = as_sql_get(next, &any, facts->store, error, newest, "");
    *next = any ? *next + 1 : 1;
    if (status == AS_OK)
        status = as_bulk_names(names, *next, !any, error);
    return status == AS_OK ? as_waiting_open(rows, facts->store, into, width, error) : status;
}

/* What several rows may be about is a name in their book: its parts, kept apart. */
static void name_part(struct as_buf *name, struct as_str part)
{
    as_buf_str(name, part);
    as_buf_char(name, '\x1f');
}

/* Counts a row that is known, or that was new and `status` says whether it waits. */
static enum as_status counted(struct as_facts *facts, bool known, bool *changed, enum as_status status)
{
    if (status != AS_OK)
        return status;
    *changed = !known;
    as_facts_count(facts, !known, changed);
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
        if (status == AS_OK && *account == 0) {
            as_error_set(error, AS_ERR_DATA, "there is no account \"%.*s\"", named.n > 80 ? 80 : (int)named.n,
                         named.p);
            return as_error_advise(error, "import the accounts first");
        }
        return status;
    }
    /* A question to the account may be answered by one of its people. */
    if ((status = as_lead_named(lead, facts, error)) != AS_OK)
        return status;
    status = as_sql_get(account, &found, facts->store, error, "SELECT account_id FROM lead WHERE id = ?", "i",
                        *lead);
    if (status == AS_OK && !found) {
        as_error_set(error, AS_ERR_DATA, "this question is for accounts, and the lead has none");
        return as_error_advise(error, "name the account_id, or give the lead its account first");
    }
    *lead = 0;
    return status;
}

struct answer_row {
    int64_t lead, account;
    const char *question;
    struct as_str value, manner, voice, user; /* value.p NULL: none any more */
    int64_t time;
    bool given; /* the time */
};

static const char answer_into[] =
    "INSERT OR FAIL INTO answer(id, lead_id, account_id, question, value, manner,"
    " voice, time, known_at, user, batch_id)";

/* Without a time of its own an answer is news only when this voice said something else last. */
static enum as_status answer_known(bool *known, struct as_facts *facts, const struct answer_row *row,
                                   struct as_error *error)
{
    bool maybe;
    enum as_status status = open_table(facts, &facts->answered, &facts->answers, &facts->next_answer,
                                       answer_into, 11, "SELECT max(id) FROM answer", error);
    if (status != AS_OK)
        return status;
    as_buf_reset(&facts->key);
    as_buf_printf(&facts->key, "%lld %lld ", (long long)row->lead, (long long)row->account);
    name_part(&facts->key, as_str_of(row->question));
    name_part(&facts->key, row->manner);
    name_part(&facts->key, row->voice);
    *known = !row->given && row->value.p == NULL;
    status = as_bulk_settle(&maybe, facts, &facts->answered, "",
                            (struct as_str){as_buf_c(&facts->key), facts->key.n}, false, error);
    if (status != AS_OK || !maybe)
        return status;
    /* The indexes are of rows that have a lead, or an account: `IS` would find neither. */
    return row->given
               ? as_sql_get(NULL, known, facts->store, error,
                            "SELECT 1 FROM answer WHERE (lead_id = ?1 OR account_id = ?2) AND question = ?3"
                            " AND value IS ?4 AND manner = ?5 AND voice = ?6 AND time = ?7 LIMIT 1",
                            "kktsssi", row->lead, row->account, row->question, row->value, row->manner,
                            row->voice, row->time)
               : as_sql_get(NULL, known, facts->store, error,
                            "SELECT 1 WHERE ?4 IS (SELECT value"
                            " FROM answer WHERE (lead_id = ?1 OR account_id = ?2) AND question = ?3"
                            " AND manner = ?5 AND voice = ?6 ORDER BY time DESC, id DESC LIMIT 1)",
                            "kktsss", row->lead, row->account, row->question, row->value, row->manner,
                            row->voice);
}

static enum as_status add_answer(struct as_facts *facts, const struct answer_row *row, struct as_error *error)
{
    struct as_waiting_rows *rows = &facts->answers;
    int64_t id = facts->next_answer++;
    enum as_status status = as_bulk_name(facts, &facts->answered, "",
                                         (struct as_str){as_buf_c(&facts->key), facts->key.n}, id, error);
    if (status == AS_OK)
        status = as_waiting_add(rows, error);
    if (status != AS_OK)
        return status;
    as_waiting_integer(rows, 0, id);
    put_id(rows, 1, row->lead);
    put_id(rows, 2, row->account);
    as_waiting_text(rows, 3, as_str_of(row->question));
    as_waiting_text(rows, 4, row->value);
    as_waiting_text(rows, 5, row->manner);
    as_waiting_text(rows, 6, row->voice);
    as_waiting_integer(rows, 7, row->time);
    as_waiting_integer(rows, 8, facts->options.now);
    put_text(rows, 9, row->user);
    as_waiting_integer(rows, 10, facts->batch_id);
    return AS_OK;
}

/* Of a question with a list of answers only those can be said; *value is then as the list writes it, in facts->key. */
static enum as_status listed_answer(struct as_str *value, struct as_facts *facts,
                                    const struct as_field *field, struct as_error *error)
{
    if (field->choice_count == 0)
        return AS_OK;
    struct as_error cause = AS_ERROR_INIT;
    as_buf_reset(&facts->key);
    enum as_status status = as_value_canonical(&facts->key, field->type, field->choices, field->choice_count,
                                               *value, &cause);
    if (status != AS_OK) {
        as_error_set(error, status, "%s: %s", field->name, cause.what);
        return cause.advice[0] != '\0' ? as_error_advise(error, "%s", cause.advice) : status;
    }
    *value = (struct as_str){as_buf_c(&facts->key), facts->key.n};
    return AS_OK;
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
        as_error_meant(error, near);
        return as_error_advise(error, "declare it in the pack's `answers`");
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
    if (status == AS_OK)
        status = listed_answer(&value, facts, field, error);
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
    struct answer_row row = {lead, account, field->name, text, manner, voice, user, time, given};
    bool known;
    if ((status = answer_known(&known, facts, &row, error)) == AS_OK && !known)
        status = add_answer(facts, &row, error);
    return counted(facts, known, changed, status);
}

/* --- consent --- */

static const char consent_into[] = "INSERT OR FAIL INTO consent(id, lead_id, channel, purpose, basis, state,"
                                   " source, time, known_at, evidence, batch_id)";

/* Without a time of its own a consent is news only when the last one was otherwise. */
static enum as_status consent_known(bool *known, struct as_facts *facts, int64_t lead, struct as_str channel,
                                    struct as_str purpose, struct as_str state, int64_t time, bool given,
                                    struct as_error *error)
{
    bool maybe;
    enum as_status status = open_table(facts, &facts->agreed, &facts->consents, &facts->next_consent,
                                       consent_into, 11, "SELECT max(id) FROM consent", error);
    if (status != AS_OK)
        return status;
    as_buf_reset(&facts->key);
    as_buf_printf(&facts->key, "%lld ", (long long)lead);
    name_part(&facts->key, channel);
    name_part(&facts->key, purpose);
    *known = false;
    status = as_bulk_settle(&maybe, facts, &facts->agreed, "",
                            (struct as_str){as_buf_c(&facts->key), facts->key.n}, false, error);
    if (status != AS_OK || !maybe)
        return status;
    return given ? as_sql_get(NULL, known, facts->store, error,
                              "SELECT 1 FROM consent WHERE lead_id = ?"
                              " AND channel = ? AND purpose = ? AND time = ? AND state = ? LIMIT 1",
                              "issis", lead, channel, purpose, time, state)
                 : as_sql_get(NULL, known, facts->store, error,
                              "SELECT 1 WHERE ?4 IS (SELECT state FROM consent WHERE lead_id = ?1"
                              " AND channel = ?2 AND purpose = ?3 ORDER BY time DESC, id DESC LIMIT 1)",
                              "isss", lead, channel, purpose, state);
}

enum as_status as_put_consent(struct as_facts *facts, bool *changed, struct as_error *error)
{
    static const char *const states[] = {"granted", "double_opt_in", "denied", "objected", NULL};
    bool said, given, known = false;
    struct as_recalled lead;
    int64_t time;
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
        status = as_lead_met(&lead, facts, error);
    if (status == AS_OK)
        status = consent_known(&known, facts, lead.id, channel, purpose, state, time, given, error);
    if (status != AS_OK || known)
        return counted(facts, true, changed, status);
    struct as_waiting_rows *rows = &facts->consents;
    int64_t id = facts->next_consent++;
    status = as_bulk_name(facts, &facts->agreed, "", (struct as_str){as_buf_c(&facts->key), facts->key.n}, id,
                          error);
    if (status == AS_OK)
        status = as_waiting_add(rows, error);
    if (status != AS_OK)
        return status;
    as_waiting_integer(rows, 0, id);
    as_waiting_integer(rows, 1, lead.id);
    as_waiting_text(rows, 2, channel);
    as_waiting_text(rows, 3, purpose);
    put_text(rows, 4, basis);
    as_waiting_text(rows, 5, state);
    put_text(rows, 6, source);
    as_waiting_integer(rows, 7, time);
    as_waiting_integer(rows, 8, facts->options.now);
    put_text(rows, 9, evidence);
    as_waiting_integer(rows, 10, facts->batch_id);
    return counted(facts, false, changed, AS_OK);
}

/* --- touches --- */

/* What a person of ours did is also a sales_touch, so that rules and clocks see it; what the machine sent is
 * not. */
static enum as_status touch_event(struct as_facts *facts, int64_t touch, const struct as_recalled *lead,
                                  int64_t time, struct as_str channel, struct as_error *error)
{
    char id[64];
    bool changed;
    snprintf(id, sizeof id, "touch:%lld", (long long)touch);
    struct as_event_made event = {.lead = *lead,
                                  .time = time,
                                  .kind = "sales_touch",
                                  .external_id = id,
                                  .says = {{"channel", channel}}};
    return as_event_make(facts, &event, &changed, error);
}

struct touch_row {
    struct as_recalled lead;
    int64_t time;
    struct as_str id, channel, ask, content, user, outcome, summary, text;
};

/* No index finds ids: the book gives the rows that may have this one. All of them are of this system. */
static enum as_status find_unindexed(int64_t *touch, struct as_facts *facts, struct as_str id,
                                     struct as_error *error)
{
    struct as_book_search search;
    uint32_t row;
    enum as_status status = AS_OK;
    for (bool more = as_book_first(&row, &search, facts->met.book, "", id);
         more && *touch == 0 && status == AS_OK; more = as_book_next(&row, &search, facts->met.book))
        status = as_sql_get(touch, NULL, facts->store, error,
                            "SELECT id FROM touch WHERE id = ? AND external_id = ?", "is",
                            facts->met.first + row, id);
    return status;
}

/* The touch that is there already, 0 none: by its system's id, else by who, when, how, by whom, with what and
 * for what among those of before. */
static enum as_status find_touch(int64_t *touch, struct as_facts *facts, const struct touch_row *row,
                                 struct as_error *error)
{
    bool maybe;
    *touch = 0;
    if (row->id.n == 0)
        return facts->met.first == 1
                   ? AS_OK
                   : as_sql_get(touch, NULL, facts->store, error,
                                "SELECT min(id) FROM touch WHERE lead_id = ? AND time = ? AND channel = ?"
                                " AND user IS ? AND content IS ? AND ask IS ? AND batch_id IS NOT ?",
                                "iissssi", row->lead.id, row->time, row->channel, or_null(row->user),
                                or_null(row->content), or_null(row->ask), facts->batch_id);
    enum as_status status = as_bulk_settle(&maybe, facts, &facts->met, "", row->id, false, error);
    if (status != AS_OK || !maybe)
        return status;
    return facts->met.unindexed ? find_unindexed(touch, facts, row->id, error)
                                : as_sql_get(touch, NULL, facts->store, error,
                                             "SELECT id FROM touch WHERE system = ? AND external_id = ?",
                                             "ts", facts->system, row->id);
}

/* A touch that is there is told once more: another outcome or summary is a second word about it, and both are
 * kept. What some word has said already is no news, so that taking a file in again changes nothing. */
static enum as_status add_word(bool *changed, struct as_facts *facts, int64_t touch,
                               const struct touch_row *row, struct as_error *error)
{
    struct as_str outcome = or_null(row->outcome), summary = or_null(row->summary);
    *changed = false;
    if (outcome.p == NULL && summary.p == NULL)
        return AS_OK;
    enum as_status status =
        as_sql_do(facts->store, error,
                  "INSERT INTO touch_word(touch_id, outcome, summary, known_at, batch_id)"
                  " SELECT ?1, ?2, ?3, ?4, ?5 WHERE NOT EXISTS (SELECT 1 FROM"
                  " (SELECT outcome, summary FROM touch WHERE id = ?1 UNION ALL"
                  " SELECT outcome, summary FROM touch_word WHERE touch_id = ?1)"
                  " WHERE (?2 IS NULL OR outcome IS ?2) AND (?3 IS NULL OR summary IS ?3))",
                  "issii", touch, outcome, summary, facts->options.now, facts->batch_id);
    *changed = status == AS_OK && sqlite3_changes(facts->store->db) > 0;
    return status;
}

static enum as_status add_touch(struct as_facts *facts, int64_t id, const struct touch_row *row,
                                struct as_error *error)
{
    struct as_waiting_rows *rows = &facts->touches;
    enum as_status status = row->id.n > 0 ? as_bulk_name(facts, &facts->met, "", row->id, id, error) : AS_OK;
    if (status == AS_OK)
        status = as_waiting_add(rows, error);
    if (status != AS_OK)
        return status;
    as_waiting_integer(rows, 0, id);
    as_waiting_integer(rows, 1, row->lead.id);
    as_waiting_integer(rows, 2, row->time);
    as_waiting_text(rows, 3, row->channel);
    put_text(rows, 4, row->ask);
    put_text(rows, 5, row->content);
    put_text(rows, 6, row->user);
    put_text(rows, 7, row->outcome);
    put_text(rows, 8, row->summary);
    as_waiting_integer(rows, 9, facts->options.now);
    as_waiting_text(rows, 10, as_str_of(facts->system));
    put_text(rows, 11, row->id);
    as_waiting_integer(rows, 12, facts->batch_id);
    put_text(rows, 13, row->text);
    return AS_OK;
}

enum as_status as_put_touch(struct as_facts *facts, bool *changed, struct as_error *error)
{
    static const char into[] = "INSERT OR FAIL INTO touch(id, lead_id, time, channel, ask, content, user,"
                               " outcome, summary, known_at, system, external_id, batch_id, text)";
    bool said, given;
    int64_t there = 0;
    struct touch_row row = {.id = as_said(facts, "id", &said),
                            .channel = as_said(facts, "channel", &said),
                            .ask = as_said(facts, "ask", &said),
                            .content = as_said(facts, "content", &said),
                            .user = as_said(facts, "user", &said),
                            .outcome = as_said(facts, "outcome", &said),
                            .summary = as_said(facts, "summary", &said),
                            .text = as_said(facts, "text", &said)};
    if (row.channel.n == 0)
        return as_error_set(error, AS_ERR_DATA, "channel is empty");
    if (row.channel.n > AS_MAX_NAME || row.id.n > AS_MAX_NAME)
        return as_error_set(error, AS_ERR_DATA, "channel or id is longer than %d bytes", AS_MAX_NAME);
    enum as_status status = said_at(&row.time, &given, facts, error);
    if (status == AS_OK)
        status = as_lead_met(&row.lead, facts, error);
    if (status == AS_OK)
        status = open_table(facts, &facts->met, &facts->touches, &facts->next_touch, into, 14,
                            "SELECT max(id) FROM touch", error);
    if (status == AS_OK)
        status = find_touch(&there, facts, &row, error);
    if (status != AS_OK)
        return status;
    if (there != 0) {
        status = add_word(changed, facts, there, &row, error);
        as_facts_count(facts, false, changed);
        return status;
    }
    int64_t id = facts->next_touch++;
    status = add_touch(facts, id, &row, error);
    if (status == AS_OK && row.user.n > 0)
        status = touch_event(facts, id, &row.lead, row.time, row.channel, error);
    return counted(facts, false, changed, status);
}
