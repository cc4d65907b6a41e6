/* Merged facts: what a survivor takes over of the facts of a lead that people merge into it, and gives back
 * when that is undone. Values go from row to row as they are; history has them as texts, so that earlier
 * moments replay. What differs, and which value holds, is comparing.c's. */
#include "store/facts/comparing.h"

/* --- telling --- */

struct telling {
    as_merged_fact_fn each;
    void *context;
};

static enum as_status name_account(const char **name, struct as_comparing *c, const struct as_cell *cell,
                                   struct as_error *error)
{
    enum as_status status = AS_OK;
    if (!cell->known)
        return AS_OK;
    sqlite3_stmt *stmt =
        as_sql(c->store, error, "SELECT coalesce(name, domain, '#' || id) FROM account WHERE id = ?", "i",
               cell->integer);
    if (as_sql_row(&status, c->store, stmt, error)) {
        struct as_str text = as_sql_str(stmt, 0);
        *name = as_arena_copy(&c->arena, text.p, text.n);
        sqlite3_reset(stmt);
    }
    return *name == NULL && status == AS_OK ? as_error_memory(error) : status;
}

static enum as_status tell(void *context, struct as_comparing *c, const struct as_fact_difference *d,
                           struct as_error *error)
{
    const struct telling *telling = context;
    struct as_merged_fact fact = {.field = d->fact->name,
                                  .own = d->own_text,
                                  .other = d->other_text,
                                  .own_source = d->own_text != NULL ? d->own.system : NULL,
                                  .other_source = d->other_text != NULL ? d->other.system : NULL,
                                  .taken = d->taking != AS_TAKING_NOTHING};
    enum as_status status = AS_OK;
    if (strcmp(fact.field, "account_id") == 0) {
        fact.field = "account";
        status = name_account(&fact.own, c, &d->fact->own, error);
        if (status == AS_OK)
            status = name_account(&fact.other, c, &d->fact->other, error);
    }
    fact.after = d->taking == AS_TAKING_BOTH    ? as_buf_c(&c->joined)
                 : d->taking == AS_TAKING_OTHER ? fact.other
                                                : fact.own;
    return status == AS_OK ? telling->each(telling->context, &fact, error) : status;
}

enum as_status as_store_merged_facts(struct as_store *store, int64_t survivor, int64_t merged,
                                     as_merged_fact_fn each, void *context, struct as_error *error)
{
    struct telling telling = {each, context};
    return as_facts_compare(store, survivor, merged, tell, &telling, error);
}

/* --- taking and giving back --- */

struct taking_over {
    int64_t merge, now;
};

/* A value of before goes to history. */
static enum as_status keep_history(struct as_store *store, int64_t lead, int64_t field, const char *text,
                                   const struct as_fact_origin *origin, int64_t to, struct as_error *error)
{
    return as_sql_do(
        store, error,
        "INSERT INTO field_history(level, row_id, field_id, value, source_id, known_from, known_to)"
        " VALUES(0, ?, ?, ?, ?, ?, ?)",
        "iitiii", lead, field, text, origin->source, origin->from, to);
}

static enum as_status set_origin(struct as_store *store, int64_t lead, int64_t field, int64_t source,
                                 int64_t from, struct as_error *error)
{
    return as_sql_do(
        store, error,
        "INSERT INTO field_source(level, row_id, field_id, source_id, known_from) VALUES(0, ?1, ?2,"
        " ?3, ?4) ON CONFLICT(level, row_id, field_id) DO UPDATE SET source_id = ?3, known_from ="
        " ?4",
        "iiii", lead, field, source, from);
}

/* A statement that names columns: @ stands for the fact's own, $ for that of its currency. For as_sql_made.
 */
static struct as_buf named(const char *template, const struct as_compared_fact *fact)
{
    struct as_buf sql = {.p = NULL};
    for (const char *p = template; *p != '\0'; p++)
        if (*p == '@')
            as_sql_name(&sql, fact->name);
        else if (*p == '$' && fact->type == AS_TYPE_MONEY)
            as_currency_column(&sql, fact->name);
        else if (*p == '$')
            as_buf_text(&sql, "NULL");
        else
            as_buf_char(&sql, *p);
    return sql;
}

/* Runs a statement of as_sql_made once. */
static enum as_status run(struct as_comparing *c, sqlite3_stmt *stmt, struct as_error *error)
{
    enum as_status status;
    as_sql_row(&status, c->store, stmt, error);
    as_sql_end(c->store, stmt);
    return status;
}

/* A later export may say of the survivor what it always said; what the other has turned down has to hold all
 * the same. Words of consent are only added to, and of two leads that are one the strictest holds. */
static enum as_status object(struct as_comparing *c, const struct as_fact_difference *d, int64_t now,
                             struct as_error *error)
{
    enum as_status status = AS_OK;
    for (struct as_str rest = d->fact->other.text; rest.n > 0 && status == AS_OK;) {
        struct as_str channel = as_str_trim(as_str_cut(&rest, ';'));
        if (channel.n > 0)
            status = as_sql_do(
                c->store, error,
                "INSERT INTO consent(lead_id, channel, purpose, state, source, time, known_at, evidence)"
                " SELECT ?1, ?2, 'marketing', 'objected', ?3, ?4, ?4, 'unsubscribed'"
                " WHERE 'objected' IS NOT (SELECT state FROM consent WHERE lead_id = ?1"
                " AND channel = ?2 AND purpose = 'marketing' ORDER BY time DESC, id DESC LIMIT 1)",
                "isti", c->merged, channel, d->other.system, now);
    }
    return status;
}

static enum as_status take(void *context, struct as_comparing *c, const struct as_fact_difference *d,
                           struct as_error *error)
{
    const struct taking_over *over = context;
    const struct as_compared_fact *fact = d->fact;
    bool objects = strcmp(fact->name, "unsubscribed") == 0 && fact->other.known;
    if (d->taking == AS_TAKING_NOTHING && !objects)
        return AS_OK;
    /* A clock that went back must not make a value end before it began. */
    int64_t from = over->now > d->own.from ? over->now : d->own.from;
    enum as_status status = objects ? object(c, d, over->now, error) : AS_OK;
    if (d->taking == AS_TAKING_NOTHING || status != AS_OK)
        return status;
    if (fact->own.known)
        status = keep_history(c->store, c->survivor, fact->id, d->own_text, &d->own, from, error);
    if (status == AS_OK)
        status =
            as_sql_do(c->store, error,
                      "INSERT INTO merge_fact(merge_id, field_id, known_from, source_id) VALUES(?, ?, ?, ?)",
                      "iiik", over->merge, fact->id, from, fact->own.known ? d->own.source : 0);
    if (status == AS_OK) {
        struct as_buf sql =
            named("UPDATE merge_fact SET (held, currency) = (SELECT @, $ FROM lead WHERE id = ?)"
                  " WHERE merge_id = ? AND field_id = ?",
                  fact);
        status = run(c, as_sql_made(c->store, error, &sql, "iii", c->survivor, over->merge, fact->id), error);
    }
    if (status == AS_OK && d->taking == AS_TAKING_BOTH) {
        struct as_buf sql = named("UPDATE lead SET @ = ? WHERE id = ?", fact);
        status = run(c, as_sql_made(c->store, error, &sql, "ti", as_buf_c(&c->joined), c->survivor), error);
    } else if (status == AS_OK) {
        struct as_buf sql =
            named(fact->type == AS_TYPE_MONEY
                      ? "UPDATE lead SET (@, $) = (SELECT @, $ FROM lead WHERE id = ?) WHERE id = ?"
                      : "UPDATE lead SET @ = (SELECT @ FROM lead WHERE id = ?) WHERE id = ?",
                  fact);
        status = run(c, as_sql_made(c->store, error, &sql, "ii", c->merged, c->survivor), error);
    }
    if (status == AS_OK && strcmp(fact->name, "account_id") == 0)
        status = as_sql_do(c->store, error,
                           "UPDATE lead SET (matched_by, match_score, match_note) = (SELECT matched_by,"
                           " match_score, match_note FROM lead WHERE id = ?2) WHERE id = ?1",
                           "ii", c->survivor, c->merged);
    return status == AS_OK ? set_origin(c->store, c->survivor, fact->id, d->other.source, from, error)
                           : status;
}

enum as_status as_take_facts(struct as_store *store, int64_t merge, int64_t survivor, int64_t merged,
                             int64_t now, struct as_error *error)
{
    struct taking_over over = {merge, now};
    return as_facts_compare(store, survivor, merged, take, &over, error);
}

/* What was taken over, and whether the survivor has it from there still. */
struct taken {
    struct as_compared_fact fact;
    int64_t from;   /* when it was taken */
    int64_t source; /* of what was held before; 0: it was unknown */
};

static enum as_status give_back(struct as_comparing *c, int64_t merge, const struct taken *taken, int64_t now,
                                struct as_error *error)
{
    const struct as_compared_fact *fact = &taken->fact;
    struct as_fact_origin origin;
    enum as_status status = as_fact_origin_of(&origin, c, c->survivor, fact->id, error);
    if (status != AS_OK || origin.from != taken->from)
        return status;
    int64_t to = now > taken->from ? now : taken->from;
    struct as_buf held = named("SELECT @, $ FROM lead WHERE id = ?", fact);
    sqlite3_stmt *stmt = as_sql_made(c->store, error, &held, "i", c->survivor);
    if (as_sql_row(&status, c->store, stmt, error)) {
        struct as_cell cell;
        as_cell_read(&cell, fact->type, stmt, 0);
        as_buf_reset(&c->own_text);
        if (cell.known) {
            as_cell_text(&c->own_text, &cell);
            status =
                keep_history(c->store, c->survivor, fact->id, as_buf_c(&c->own_text), &origin, to, error);
        }
    }
    as_sql_end(c->store, stmt);
    if (status == AS_OK) {
        struct as_buf sql = named(fact->type == AS_TYPE_MONEY
                                      ? "UPDATE lead SET (@, $) = (SELECT held, currency FROM merge_fact"
                                        " WHERE merge_id = ? AND field_id = ?) WHERE id = ?"
                                      : "UPDATE lead SET @ = (SELECT held FROM merge_fact WHERE merge_id = ?"
                                        " AND field_id = ?) WHERE id = ?",
                                  fact);
        status = run(c, as_sql_made(c->store, error, &sql, "iii", merge, fact->id, c->survivor), error);
    }
    if (status == AS_OK && strcmp(fact->name, "account_id") == 0)
        status =
            as_sql_do(c->store, error,
                      "UPDATE lead SET matched_by = NULL, match_score = NULL, match_note = NULL WHERE id = ?",
                      "i", c->survivor);
    return status == AS_OK ? set_origin(c->store, c->survivor, fact->id,
                                        taken->source != 0 ? taken->source : origin.source, to, error)
                           : status;
}

enum as_status as_give_facts_back(struct as_store *store, int64_t merge, int64_t survivor, int64_t now,
                                  struct as_error *error)
{
    struct as_comparing c = {.store = store, .survivor = survivor};
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT f.id, f.name, f.type, x.known_from, x.source_id FROM merge_fact x JOIN field f ON f.id ="
        " x.field_id WHERE x.merge_id = ? ORDER BY f.name",
        "i", merge);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct taken taken = {.fact = {.id = sqlite3_column_int64(stmt, 0), .name = as_sql_text(stmt, 1)},
                              .from = sqlite3_column_int64(stmt, 3),
                              .source = sqlite3_column_int64(stmt, 4)};
        as_type_parse(&taken.fact.type, as_sql_str(stmt, 2));
        status = give_back(&c, merge, &taken, now, error);
    }
    as_sql_end(store, stmt);
    as_comparing_close(&c);
    return status;
}
