/* Event rows: events are only added. An event is known again by its source's id, else by who, when, what and
 * its content together with its ordinal among identical rows of one import; so a file taken in twice changes
 * nothing, and two real clicks in one second stay two. An event known of a company only is stitched to its
 * lead when it is said again with the lead. */
#include "store/facts/batch.h"

#include "base/bits.h"
#include "base/limits.h"
#include "base/suggest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char property_prefix[] = "property.";

static bool is_property(const char *name)
{
    return name[0] == property_prefix[0] && strncmp(name, property_prefix, sizeof property_prefix - 1) == 0;
}

struct happening {
    uint32_t kind;
    int64_t kind_id, time, lead, account;
    int64_t home, created; /* the lead's account, 0 none, and its day of creation, AS_TIME_NONE */
    struct as_str external_id, domain, content, campaign;
    uint64_t hash;
    int64_t foreseen; /* the event, as in the record */
};

static bool already_matched(const struct as_facts *facts, int64_t event)
{
    return event < (int64_t)facts->matched_words * 64 && as_bit(facts->matched_events, (size_t)event);
}

/* One bit an event of before: bounded by the database, not by the file. */
static enum as_status mark_matched(struct as_facts *facts, int64_t event, struct as_error *error)
{
    if (facts->matched_words * 64 <= (size_t)event) {
        size_t words = AS_BIT_WORDS(facts->first_event + 1);
        uint64_t *bits = realloc(facts->matched_events, words * sizeof *bits);
        if (bits == NULL)
            return as_error_memory(error);
        memset(bits + facts->matched_words, 0, (words - facts->matched_words) * sizeof *bits);
        facts->matched_events = bits;
        facts->matched_words = words;
    }
    as_bit_set(facts->matched_events, (size_t)event);
    return AS_OK;
}

/* Order of columns must not matter, so the hashes of the cells are summed. */
static void add_hash(uint64_t *sum, struct as_str name, struct as_str value)
{
    if (value.n == 0)
        return;
    uint64_t hash = as_content_hash(AS_CONTENT_HASH, name.p, name.n + 1);
    *sum += as_content_hash(hash, value.p, value.n);
}

static enum as_status read_kind(struct happening *out, struct as_facts *facts, struct as_str name,
                                struct as_error *error)
{
    if (name.n == 0)
        return as_error_set(error, AS_ERR_DATA, "kind is empty");
    out->kind = as_schema_kind(facts->schema, name);
    if (out->kind != AS_NO_INDEX) {
        out->kind_id = facts->map.kind[out->kind];
        return AS_OK;
    }
    const char *near = as_schema_suggest_kind(facts->schema, name);
    as_error_set(error, AS_ERR_DATA, "there is no kind of event \"%.*s\"", name.n > 80 ? 80 : (int)name.n,
                 name.p);
    as_error_meant(error, near);
    return as_error_advise(error, "declare it in the pack's `events`");
}

static enum as_status read_subject(struct happening *out, struct as_facts *facts, struct as_error *error)
{
    bool said;
    struct as_str lead = as_said(facts, "lead_id", &said), email = as_said(facts, "email", &said);
    struct as_str account = as_said(facts, "account_id", &said), domain = as_said(facts, "domain", &said);
    out->created = AS_TIME_NONE;
    if (lead.n > 0 || email.n > 0) {
        struct as_recalled met;
        enum as_status found = as_lead_met(&met, facts, error);
        if (found == AS_OK) {
            out->lead = met.id;
            out->home = met.account;
            out->created = met.created;
        }
        return found;
    }
    if (account.n == 0 && domain.n == 0)
        return as_error_set(error, AS_ERR_DATA, "names neither a lead nor a company");
    enum as_status status = as_account_by_id(&out->account, facts, account, error);
    if (status != AS_OK || out->account != 0)
        return status;
    if (domain.n == 0) {
        as_error_set(error, AS_ERR_DATA, "there is no account \"%.*s\"", account.n > 80 ? 80 : (int)account.n,
                     account.p);
        return as_error_advise(error, "import the accounts first");
    }
    status = as_account_by_domain(&out->account, facts, domain, error);
    if (status == AS_OK && facts->key.n == 0) {
        as_error_set(error, AS_ERR_DATA, "domain: \"%.*s\" is not the domain of a company",
                     domain.n > 80 ? 80 : (int)domain.n, domain.p);
        return as_error_advise(error, "mail hosts are nobody's domain: name the lead or the account");
    }
    out->domain = (struct as_str){facts->key.p, facts->key.n};
    return status;
}

/* No index finds ids: the book gives the rows that may have this one. All of them are of this system. */
static enum as_status find_unindexed(int64_t *event, int64_t *lead, struct as_facts *facts,
                                     const struct happening *h, struct as_error *error)
{
    struct as_book_search search;
    uint32_t row;
    enum as_status status = AS_OK;
    for (bool more = as_book_first(&row, &search, facts->happened.book, "", h->external_id);
         more && *event == 0 && status == AS_OK; more = as_book_next(&row, &search, facts->happened.book)) {
        sqlite3_stmt *stmt =
            as_sql(facts->store, error, "SELECT id, lead_id FROM event WHERE id = ? AND external_id = ?",
                   "is", facts->happened.first + row, h->external_id);
        if (as_sql_row(&status, facts->store, stmt, error)) {
            *event = sqlite3_column_int64(stmt, 0);
            *lead = sqlite3_column_int64(stmt, 1);
            sqlite3_reset(stmt);
        }
    }
    return status;
}

static enum as_status find_by_source(int64_t *event, int64_t *lead, struct as_facts *facts,
                                     const struct happening *h, struct as_error *error)
{
    bool maybe;
    if (h->foreseen > 0) {
        *event = h->foreseen;
        *lead = 1;
        return AS_OK;
    }
    enum as_status status =
        as_bulk_settle(&maybe, facts, &facts->happened, "", h->external_id, h->foreseen == AS_ABSENT, error);
    if (status != AS_OK || !maybe)
        return status;
    if (facts->happened.unindexed)
        return find_unindexed(event, lead, facts, h, error);
    /* The index has the id; the row is only gone to where its lead may be missing. */
    sqlite3_stmt *stmt = as_sql(facts->store, error,
                                "SELECT id, CASE WHEN ?3 THEN lead_id ELSE 1 END"
                                " FROM event WHERE source_id = ?1 AND external_id = ?2",
                                "isi", facts->system_id, h->external_id, (int64_t)facts->any_leadless);
    if (as_sql_row(&status, facts->store, stmt, error)) {
        *event = sqlite3_column_int64(stmt, 0);
        *lead = sqlite3_column_int64(stmt, 1);
        sqlite3_reset(stmt);
    }
    return status;
}

/* The first event of before this batch with the same content that no earlier row of this batch was. */
static enum as_status take_candidate(int64_t *event, int64_t *lead, struct as_facts *facts,
                                     sqlite3_stmt *stmt, uint64_t hash, struct as_error *error)
{
    enum as_status status;
    while (as_sql_row(&status, facts->store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        if (id >= facts->first_event || (uint64_t)sqlite3_column_int64(stmt, 1) != hash ||
            already_matched(facts, id))
            continue;
        *event = id;
        *lead = sqlite3_column_int64(stmt, 2);
        sqlite3_reset(stmt);
        return mark_matched(facts, id, error);
    }
    return status;
}

static enum as_status find_by_content(int64_t *event, int64_t *lead, struct as_facts *facts,
                                      const struct happening *h, struct as_error *error)
{
    struct as_store *store = facts->store;
    enum as_status status = AS_OK;
    if (facts->first_event == 1) /* there was none before */
        return AS_OK;
    if (h->lead != 0) {
        sqlite3_stmt *own =
            as_sql(store, error,
                   "SELECT id, hash, lead_id FROM event WHERE lead_id = ? AND time = ? AND kind_id = ?"
                   " AND external_id IS NULL",
                   "iii", h->lead, h->time, h->kind_id);
        status = take_candidate(event, lead, facts, own, h->hash, error);
        if (status == AS_OK && *event == 0 && facts->any_merged)
            status = take_candidate(
                event, lead, facts,
                as_sql(store, error,
                       "WITH RECURSIVE was(id) AS (SELECT id FROM lead WHERE merged_into = ?1 UNION"
                       " SELECT l.id FROM was JOIN lead l ON l.merged_into = was.id)"
                       " SELECT e.id, e.hash, ?1 FROM was JOIN event e ON e.lead_id = was.id"
                       " WHERE e.time = ?2 AND e.kind_id = ?3 AND e.external_id IS NULL",
                       "iii", h->lead, h->time, h->kind_id),
                h->hash, error);
        /* Was it known of the lead's company before the person was? */
        if (status != AS_OK || *event != 0 || h->home == 0 || !facts->any_anonymous)
            return status;
        return take_candidate(
            event, lead, facts,
            as_sql(store, error,
                   "SELECT id, hash, lead_id FROM event WHERE account_id = ? AND time = ? AND kind_id = ?"
                   " AND lead_id IS NULL AND external_id IS NULL",
                   "iii", h->home, h->time, h->kind_id),
            h->hash, error);
    }
    if (h->account != 0)
        return take_candidate(
            event, lead, facts,
            as_sql(store, error,
                   "SELECT id, hash, lead_id FROM event WHERE account_id = ? AND time = ? AND kind_id = ?"
                   " AND external_id IS NULL",
                   "iii", h->account, h->time, h->kind_id),
            h->hash, error);
    return take_candidate(
        event, lead, facts,
        as_sql(store, error,
               "SELECT id, hash, lead_id FROM event WHERE domain = ? AND time = ? AND kind_id = ?"
               " AND account_id IS NULL AND external_id IS NULL",
               "sii", h->domain, h->time, h->kind_id),
        h->hash, error);
}

static enum as_status stitch(struct as_facts *facts, int64_t event, int64_t lead, bool *changed,
                             struct as_error *error)
{
    enum as_status status =
        as_sql_do(facts->store, error, "UPDATE event SET lead_id = ? WHERE id = ?", "ii", lead, event);
    if (status == AS_OK)
        status = as_sql_do(facts->store, error, "INSERT INTO event_stitch(event_id, at) VALUES(?, ?)", "ii",
                           event, facts->options.now);
    facts->summary.stitched++;
    *changed = true;
    return status;
}

/* A property nobody declared is a text until a pack says otherwise. */
static enum as_status property_of(int64_t *id, struct as_field *as, struct as_facts *facts,
                                  const struct happening *h, const char *name, struct as_error *error)
{
    uint32_t property = as_schema_property(facts->schema, h->kind, as_str_of(name));
    *as = (struct as_field){.name = name, .type = AS_TYPE_TEXT};
    if (property != AS_NO_INDEX) {
        as->type = facts->schema->properties.at[property].type;
        *id = facts->map.property[property];
        if (*id != 0)
            return AS_OK;
    }
    enum as_status status =
        as_sql_do(facts->store, error,
                  "INSERT INTO event_property(kind_id, name, type) VALUES(?, ?, ?) ON CONFLICT DO NOTHING",
                  "itt", h->kind_id, name, as_type_name(as->type));
    facts->store->lesson.learnt = false; /* schemas have yet to hear of it */
    if (status == AS_OK)
        status = as_sql_get(id, NULL, facts->store, error,
                            "SELECT id FROM event_property WHERE kind_id = ? AND name = ?", "it", h->kind_id,
                            name);
    return status;
}

static enum as_status add_value(struct as_facts *facts, int64_t property, int64_t event,
                                const struct as_cell *cell, struct as_error *error)
{
    enum as_status status = as_waiting_add(&facts->values, error);
    if (status != AS_OK)
        return status;
    as_waiting_integer(&facts->values, 0, property);
    as_waiting_integer(&facts->values, 1, event);
    as_cell_wait(&facts->values, 2, cell);
    return AS_OK;
}

/* Checks (event 0) or writes the properties of the record. */
static enum as_status each_property(struct as_facts *facts, const struct happening *h, int64_t event,
                                    struct as_error *error)
{
    const struct as_record *record = facts->record;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < record->n && status == AS_OK; i++) {
        const char *name = record->pairs[i].name;
        struct as_str text = as_str_trim(record->pairs[i].value);
        if (!is_property(name) || text.n == 0)
            continue;
        name += sizeof property_prefix - 1;
        struct as_field field = {.name = name, .type = AS_TYPE_TEXT};
        uint32_t known = as_schema_property(facts->schema, h->kind, as_str_of(name));
        int64_t property = 0;
        if (event != 0)
            status = property_of(&property, &field, facts, h, name, error);
        else if (known != AS_NO_INDEX)
            field.type = facts->schema->properties.at[known].type;
        if (field.type == AS_TYPE_REFERENCE)
            field.type = AS_TYPE_TEXT;
        struct as_cell cell;
        as_buf_reset(&facts->scratch);
        if (status == AS_OK)
            status = as_cell_parse(&cell, &field, text, &facts->scratch, error);
        if (status != AS_OK || event == 0)
            continue;
        status = add_value(facts, property, event, &cell, error);
    }
    return status;
}

static void add_id(struct as_waiting_rows *rows, uint32_t column, int64_t id)
{
    if (id != 0)
        as_waiting_integer(rows, column, id);
}

static void add_text(struct as_waiting_rows *rows, uint32_t column, struct as_str text)
{
    if (text.n > 0)
        as_waiting_text(rows, column, text);
}

static enum as_status insert_event(int64_t *id, struct as_facts *facts, const struct happening *h,
                                   struct as_error *error)
{
    struct as_waiting_rows *rows = &facts->events;
    enum as_status status = AS_OK;
    *id = facts->next_event++;
    if (h->external_id.n > 0)
        status = as_bulk_name(facts, &facts->happened, "", h->external_id, *id, error);
    if (status == AS_OK)
        status = as_waiting_add(rows, error);
    if (status != AS_OK)
        return status;
    facts->any_leadless |= h->lead == 0;
    as_waiting_integer(rows, 0, *id);
    add_id(rows, 1, h->lead);
    add_id(rows, 2, h->account);
    as_waiting_integer(rows, 3, h->kind_id);
    as_waiting_integer(rows, 4, h->time);
    as_waiting_integer(rows, 5, facts->options.now);
    as_waiting_integer(rows, 6, (int64_t)h->hash);
    as_waiting_integer(rows, 7, facts->batch_id);
    as_waiting_integer(rows, 8, facts->system_id);
    add_text(rows, 9, h->external_id);
    add_text(rows, 10, h->account == 0 ? h->domain : (struct as_str){NULL, 0});
    add_text(rows, 11, h->content);
    add_text(rows, 12, h->campaign);
    struct as_kind_count *count = &facts->kinds[h->kind];
    if (count->events++ == 0 || h->time > count->newest)
        count->newest = h->time;
    return AS_OK;
}

/* Sales' answer to an offer closes it; whoever gets the appointment gets the offer that waits. */
static enum as_status tell_offer(struct as_facts *facts, const struct happening *h, struct as_error *error)
{
    const struct as_event_kind *kind = facts->schema->kinds.at[h->kind];
    enum as_act act = kind->act;
    bool said, booked = strcmp(kind->name, "meeting_booked") == 0;
    struct as_str with =
        booked ? as_str_trim(as_said(facts, "property.with", &said)) : (struct as_str){NULL, 0};
    if (h->lead != 0 && with.n > 0)
        return as_sql_do(
            facts->store, error,
            "UPDATE handoff SET owner = ? WHERE lead_id = ? AND state = 'offered' AND offered <= ?", "sii",
            with, h->lead, h->time);
    if (h->lead == 0 || (act != AS_ACT_ACCEPTED && act != AS_ACT_REJECTED))
        return AS_OK;
    struct as_str reason = as_said(facts, "property.reason", &said);
    return as_sql_do(
        facts->store, error,
        "UPDATE handoff SET state = ?, answered = ?, reason = ? WHERE lead_id = ? AND state = 'offered'"
        " AND offered <= ?",
        "tisii", act == AS_ACT_ACCEPTED ? "accepted" : "rejected", h->time,
        reason.n > 0 ? reason : (struct as_str){NULL, 0}, h->lead, h->time);
}

/* Some kinds are worth nothing without a property: what was wanted, which point of decision it was. */
static enum as_status check_required(struct as_facts *facts, uint32_t kind, struct as_error *error)
{
    const struct as_schema *schema = facts->schema;
    char name[sizeof property_prefix + AS_MAX_NAME];
    for (uint32_t i = 0; i < schema->properties.n && schema->kinds.at[kind]->demands; i++) {
        const struct as_property *property = &schema->properties.at[i];
        bool said;
        if (property->kind != kind || !property->required)
            continue;
        snprintf(name, sizeof name, "%s%s", property_prefix, property->name);
        if (as_str_trim(as_said(facts, name, &said)).n > 0)
            continue;
        as_error_set(error, AS_ERR_DATA, "%s without its %s", schema->kinds.at[kind]->name, property->name);
        return as_error_advise(error, "say it: %s=…", property->name);
    }
    return AS_OK;
}

static enum as_status read_happening(struct happening *h, struct as_facts *facts, struct as_error *error)
{
    bool said;
    enum as_status status = read_kind(h, facts, as_said(facts, "kind", &said), error);
    h->time = AS_TIME_NONE;
    if (status == AS_OK)
        status = check_required(facts, h->kind, error);
    if (status == AS_OK)
        status = as_said_time(&h->time, facts, "at", error);
    if (status != AS_OK)
        return status;
    if (h->time == AS_TIME_NONE)
        return as_error_set(error, AS_ERR_DATA, "at is empty");
    if (h->time > facts->options.now)
        return as_error_set(error, AS_ERR_DATA, "at lies in the future of this import");
    if (h->time < 0 || h->time > UINT32_MAX)
        return as_error_set(error, AS_ERR_DATA, "at lies before 1970 or after 2106");
    h->external_id = as_said(facts, "id", &said);
    h->content = as_said(facts, "content", &said);
    h->campaign = as_said(facts, "campaign", &said);
    if (h->external_id.n > AS_MAX_NAME)
        return as_error_set(error, AS_ERR_DATA, "id is longer than %d bytes", AS_MAX_NAME);
    add_hash(&h->hash, AS_STR("content"), h->content);
    add_hash(&h->hash, AS_STR("campaign"), h->campaign);
    for (uint32_t i = 0; i < facts->record->n; i++) {
        const struct as_value_pair *pair = &facts->record->pairs[i];
        if (is_property(pair->name))
            add_hash(&h->hash, as_str_of(pair->name), as_str_trim(pair->value));
    }
    if ((status = each_property(facts, h, 0, error)) != AS_OK)
        return status;
    return read_subject(h, facts, error);
}

enum as_status as_put_event(struct as_facts *facts, bool *changed, struct as_error *error)
{
    struct happening h = {.kind = AS_NO_INDEX, .foreseen = facts->record->foreseen.event};
    int64_t event = 0, its_lead = 0;
    enum as_status status = read_happening(&h, facts, error);
    if (status == AS_OK)
        status = h.external_id.n > 0 ? find_by_source(&event, &its_lead, facts, &h, error)
                                     : find_by_content(&event, &its_lead, facts, &h, error);
    if (status != AS_OK)
        return status;
    if (event != 0) {
        if (its_lead == 0 && h.lead != 0) {
            facts->summary.updated++;
            return stitch(facts, event, h.lead, changed, error);
        }
        facts->summary.unchanged++;
        return AS_OK;
    }
    if (h.created != AS_TIME_NONE && h.time < h.created)
        facts->summary.earlier_than_created++;
    status = insert_event(&event, facts, &h, error);
    if (status == AS_OK)
        status = each_property(facts, &h, event, error);
    if (status == AS_OK)
        status = tell_offer(facts, &h, error);
    facts->summary.inserted++;
    *changed = true;
    return status;
}

enum as_status as_event_make(struct as_facts *facts, const struct as_event_made *made, bool *changed,
                             struct as_error *error)
{
    struct happening h = {.kind = as_schema_kind(facts->schema, as_str_of(made->kind)),
                          .time = made->time,
                          .lead = made->lead.id,
                          .home = made->lead.account,
                          .created = made->lead.created,
                          .account = made->account,
                          .external_id = as_str_of(made->external_id)};
    int64_t event = 0, its_lead = 0, property;
    if (h.kind == AS_NO_INDEX || made->time < 0 || made->time > facts->options.now || made->time > UINT32_MAX)
        return AS_OK;
    h.kind_id = facts->map.kind[h.kind];
    enum as_status status = find_by_source(&event, &its_lead, facts, &h, error);
    if (status != AS_OK || event != 0)
        return status;
    *changed = true;
    if (h.created != AS_TIME_NONE && h.time < h.created)
        facts->summary.earlier_than_created++;
    status = insert_event(&event, facts, &h, error);
    for (int i = 0; i < 2 && status == AS_OK; i++) {
        struct as_field field;
        struct as_cell cell;
        if (made->says[i].value.n == 0)
            continue;
        as_buf_reset(&facts->scratch);
        status = property_of(&property, &field, facts, &h, made->says[i].property, error);
        if (status == AS_OK &&
            (status = as_cell_parse(&cell, &field, made->says[i].value, &facts->scratch, error)) == AS_OK)
            status = add_value(facts, property, event, &cell, error);
    }
    return status;
}
