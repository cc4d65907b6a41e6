/* Merged facts: what a survivor takes over of the facts of a lead that people merge into it, and gives back
 * when that is undone. Values go from row to row as they are; history has them as texts, so that earlier
 * moments replay. */
#include "store/facts/batch.h"

#include <stdlib.h>

/* A field of leads by its number, and what the two have. */
struct fact {
    int64_t id;
    const char *name;
    enum as_type type;
    struct as_cell own, other;
};

/* Who says what a row holds. */
struct origin {
    int64_t source, from;
    int precedence;
    const char *system;
};

struct comparing {
    struct as_store *store;
    int64_t survivor, merged;
    struct as_arena arena;
    struct fact *facts; /* by name */
    uint32_t n;
    sqlite3_stmt *own, *other;
    bool address; /* the other's address is taken */
    struct as_buf own_text, other_text, joined, sql;
};

static void close_comparing(struct comparing *c)
{
    as_sql_end(c->store, c->own);
    as_sql_end(c->store, c->other);
    as_buf_free(&c->own_text);
    as_buf_free(&c->other_text);
    as_buf_free(&c->joined);
    as_buf_free(&c->sql);
    as_arena_free(&c->arena);
}

static enum as_status list_fields(struct comparing *c, struct as_buf *columns, struct as_error *error)
{
    enum as_status status = AS_OK;
    uint32_t room = 0;
    sqlite3_stmt *stmt = as_sql_fresh(
        c->store, error,
        "SELECT id, name, type FROM field WHERE level = 'lead' AND ask IS NULL ORDER BY name", "");
    if (stmt == NULL)
        return as_sql_failed(c->store, error);
    while (status == AS_OK && as_sql_row(&status, c->store, stmt, error)) {
        if (c->n == room) {
            room = room == 0 ? 64 : 2 * room;
            struct fact *more = as_arena_array(&c->arena, room, sizeof *more);
            if (more != NULL && c->n > 0)
                memcpy(more, c->facts, c->n * sizeof *more);
            c->facts = more;
        }
        struct as_str name = as_sql_str(stmt, 1);
        const char *copy = as_arena_copy(&c->arena, name.p, name.n);
        if (c->facts == NULL || copy == NULL) {
            status = as_error_memory(error);
            break;
        }
        struct fact *fact = &c->facts[c->n++];
        *fact = (struct fact){.id = sqlite3_column_int64(stmt, 0), .name = copy};
        as_type_parse(&fact->type, as_sql_str(stmt, 2));
        as_buf_text(columns, ", ");
        as_sql_name(columns, fact->name);
        as_buf_text(columns, ", ");
        if (fact->type == AS_TYPE_MONEY)
            as_currency_column(columns, fact->name);
        else
            as_buf_text(columns, "NULL");
    }
    as_sql_end(c->store, stmt);
    return status;
}

static enum as_status read_row(sqlite3_stmt **stmt, struct comparing *c, const char *sql, int64_t lead,
                               struct as_error *error)
{
    enum as_status status;
    if ((*stmt = as_sql_fresh(c->store, error, sql, "i", lead)) == NULL)
        return as_sql_failed(c->store, error);
    if (!as_sql_row(&status, c->store, *stmt, error) && status == AS_OK)
        status = as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead);
    return status;
}

static enum as_status open_comparing(struct comparing *c, struct as_error *error)
{
    struct as_buf sql = {.p = NULL};
    as_buf_text(&sql, "SELECT id");
    enum as_status status = list_fields(c, &sql, error);
    as_buf_text(&sql, " FROM lead WHERE id = ?");
    if (status == AS_OK && sql.failed)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = read_row(&c->own, c, as_buf_c(&sql), c->survivor, error);
    if (status == AS_OK)
        status = read_row(&c->other, c, as_buf_c(&sql), c->merged, error);
    for (uint32_t i = 0; i < c->n && status == AS_OK; i++) {
        as_cell_read(&c->facts[i].own, c->facts[i].type, c->own, 1 + 2 * (int)i);
        as_cell_read(&c->facts[i].other, c->facts[i].type, c->other, 1 + 2 * (int)i);
    }
    as_buf_free(&sql);
    return status;
}

static enum as_status find_origin(struct origin *out, struct comparing *c, int64_t lead, int64_t field,
                                  struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(
        c->store, error,
        "SELECT s.id, coalesce(f.known_from, l.first_known), s.precedence, s.system FROM lead l LEFT JOIN"
        " field_source f ON f.level = 0 AND f.row_id = l.id AND f.field_id = ?2 JOIN source s ON s.id ="
        " coalesce(f.source_id, l.source_id) WHERE l.id = ?1",
        "ii", lead, field);
    if (stmt == NULL)
        return as_sql_failed(c->store, error);
    if (!as_sql_row(&status, c->store, stmt, error))
        return status != AS_OK ? status
                               : as_error_set(error, AS_ERR_BUG, "lead #%lld has no source", (long long)lead);
    struct as_str system = as_sql_str(stmt, 3);
    *out = (struct origin){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                           sqlite3_column_int(stmt, 2), as_arena_copy(&c->arena, system.p, system.n)};
    sqlite3_reset(stmt);
    return out->system != NULL ? AS_OK : as_error_memory(error);
}

/* Both lists are sorted and joined by "; ". */
static void join_choices(struct as_buf *out, struct as_str a, struct as_str b)
{
    while (a.n > 0 || b.n > 0) {
        struct as_str rest_a = a, rest_b = b;
        struct as_str x = as_str_trim(as_str_cut(&rest_a, ';')), y = as_str_trim(as_str_cut(&rest_b, ';'));
        int order = a.n == 0 ? 1 : b.n == 0 ? -1 : as_str_cmp(x, y);
        if (out->n > 0)
            as_buf_text(out, "; ");
        as_buf_str(out, order <= 0 ? x : y);
        if (order <= 0)
            a = as_str_trim(rest_a);
        if (order >= 0)
            b = as_str_trim(rest_b);
    }
}

enum taking { KEPT, TAKEN, JOINED };

static enum taking taking_of(const struct comparing *c, const struct fact *fact, const struct origin *own,
                             const struct origin *other)
{
    if (!fact->other.known)
        return KEPT;
    if (strcmp(fact->name, "bounced_hard") == 0)
        return c->address ? TAKEN : KEPT;
    if (!fact->own.known)
        return TAKEN;
    if (strcmp(fact->name, "unsubscribed") == 0)
        return JOINED;
    /* Why an account is a lead's is weighed when both are chosen between, not by who said so. */
    return strcmp(fact->name, "account_id") != 0 && other->precedence > own->precedence ? TAKEN : KEPT;
}

/* One fact in which they differ, with what becomes of it; texts live until the next. */
struct difference {
    const struct fact *fact;
    struct origin own, other;
    enum taking taking;
    const char *own_text, *other_text;
};
typedef enum as_status (*difference_fn)(void *context, struct comparing *c,
                                        const struct difference *difference, struct as_error *error);

static enum as_status compare_fact(struct comparing *c, const struct fact *fact, difference_fn each,
                                   void *context, struct as_error *error)
{
    struct difference difference = {.fact = fact};
    enum as_status status = find_origin(&difference.own, c, c->survivor, fact->id, error);
    if (status == AS_OK)
        status = find_origin(&difference.other, c, c->merged, fact->id, error);
    if (status != AS_OK)
        return status;
    difference.taking = taking_of(c, fact, &difference.own, &difference.other);
    as_buf_reset(&c->own_text);
    as_buf_reset(&c->other_text);
    as_buf_reset(&c->joined);
    if (fact->own.known)
        as_cell_text(&c->own_text, &fact->own);
    if (fact->other.known)
        as_cell_text(&c->other_text, &fact->other);
    if (difference.taking == JOINED)
        join_choices(&c->joined, fact->own.text, fact->other.text);
    if (c->own_text.failed || c->other_text.failed || c->joined.failed)
        return as_error_memory(error);
    difference.own_text = fact->own.known ? as_buf_c(&c->own_text) : NULL;
    difference.other_text = fact->other.known ? as_buf_c(&c->other_text) : NULL;
    if (difference.taking == JOINED && strcmp(as_buf_c(&c->joined), difference.own_text) == 0)
        difference.taking = KEPT;
    c->address |= strcmp(fact->name, "email") == 0 && difference.taking == TAKEN;
    return each == NULL ? AS_OK : each(context, c, &difference, error);
}

static enum as_status compare(struct as_store *store, int64_t survivor, int64_t merged, difference_fn each,
                              void *context, struct as_error *error)
{
    struct comparing c = {.store = store, .survivor = survivor, .merged = merged};
    enum as_status status = open_comparing(&c, error);
    for (uint32_t pass = 0; pass < 2 && status == AS_OK; pass++)
        for (uint32_t i = 0; i < c.n && status == AS_OK; i++) {
            const struct fact *fact = &c.facts[i];
            bool same = fact->own.known == fact->other.known &&
                        (!fact->own.known || as_cell_equal(&fact->own, &fact->other));
            /* First whose address it will be. */
            if (!same && (pass == 1 || strcmp(fact->name, "email") == 0))
                status = compare_fact(&c, fact, pass == 0 ? NULL : each, context, error);
        }
    close_comparing(&c);
    return status;
}

/* --- telling --- */

struct telling {
    as_merged_fact_fn each;
    void *context;
};

static enum as_status name_account(const char **name, struct comparing *c, const struct as_cell *cell,
                                   struct as_error *error)
{
    enum as_status status = AS_OK;
    if (!cell->known)
        return AS_OK;
    sqlite3_stmt *stmt =
        as_sql(c->store, error, "SELECT coalesce(name, domain, '#' || id) FROM account WHERE id = ?", "i",
               cell->integer);
    if (stmt == NULL)
        return as_sql_failed(c->store, error);
    if (as_sql_row(&status, c->store, stmt, error)) {
        struct as_str text = as_sql_str(stmt, 0);
        *name = as_arena_copy(&c->arena, text.p, text.n);
        sqlite3_reset(stmt);
    }
    return *name == NULL && status == AS_OK ? as_error_memory(error) : status;
}

static enum as_status tell(void *context, struct comparing *c, const struct difference *d,
                           struct as_error *error)
{
    const struct telling *telling = context;
    struct as_merged_fact fact = {.field = d->fact->name,
                                  .own = d->own_text,
                                  .other = d->other_text,
                                  .own_source = d->own_text != NULL ? d->own.system : NULL,
                                  .other_source = d->other_text != NULL ? d->other.system : NULL,
                                  .taken = d->taking != KEPT};
    enum as_status status = AS_OK;
    if (strcmp(fact.field, "account_id") == 0) {
        fact.field = "account";
        status = name_account(&fact.own, c, &d->fact->own, error);
        if (status == AS_OK)
            status = name_account(&fact.other, c, &d->fact->other, error);
    }
    fact.after = d->taking == JOINED ? as_buf_c(&c->joined) : d->taking == TAKEN ? fact.other : fact.own;
    return status == AS_OK ? telling->each(telling->context, &fact, error) : status;
}

enum as_status as_store_merged_facts(struct as_store *store, int64_t survivor, int64_t merged,
                                     as_merged_fact_fn each, void *context, struct as_error *error)
{
    struct telling telling = {each, context};
    return compare(store, survivor, merged, tell, &telling, error);
}

/* --- taking and giving back --- */

struct taking_over {
    int64_t merge, now;
};

/* A value of before goes to history. */
static enum as_status keep_history(struct as_store *store, int64_t lead, int64_t field, const char *text,
                                   const struct origin *origin, int64_t to, struct as_error *error)
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

/* A statement that names columns: @ stands for the fact's own, $ for that of its currency. Lives until the
 * next. */
static const char *named(struct comparing *c, const char *template, const struct fact *fact)
{
    as_buf_reset(&c->sql);
    for (const char *p = template; *p != '\0'; p++)
        if (*p == '@')
            as_sql_name(&c->sql, fact->name);
        else if (*p == '$' && fact->type == AS_TYPE_MONEY)
            as_currency_column(&c->sql, fact->name);
        else if (*p == '$')
            as_buf_text(&c->sql, "NULL");
        else
            as_buf_char(&c->sql, *p);
    return as_buf_c(&c->sql);
}

/* Runs a statement of as_sql_fresh about named() once. */
static enum as_status run_named(struct comparing *c, sqlite3_stmt *stmt, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (c->sql.failed)
        status = as_error_memory(error);
    else if (stmt == NULL)
        status = as_sql_failed(c->store, error);
    else
        as_sql_row(&status, c->store, stmt, error);
    as_sql_end(c->store, stmt);
    return status;
}

/* A later export may say of the survivor what it always said; what the other has turned down has to hold all
 * the same. Words of consent are only added to, and of two leads that are one the strictest holds. */
static enum as_status object(struct comparing *c, const struct difference *d, int64_t now,
                             struct as_error *error)
{
    enum as_status status = AS_OK;
    for (struct as_str rest = d->fact->other.text; rest.n > 0 && status == AS_OK;) {
        struct as_str channel = as_str_trim(as_str_cut(&rest, ';'));
        if (channel.n > 0)
            status = as_sql_do(
                c->store, error,
                "INSERT INTO consent(lead_id, channel, purpose, state, source, time, known_at, evidence)"
                " SELECT ?1, ?2, 'marketing', 'objected', ?3, ?4, ?4, 'unsubscribed' WHERE 'objected' IS NOT"
                " (SELECT state FROM consent WHERE lead_id = ?1 AND channel = ?2 AND purpose = 'marketing'"
                " ORDER BY time DESC, id DESC LIMIT 1)",
                "isti", c->merged, channel, d->other.system, now);
    }
    return status;
}

static enum as_status take(void *context, struct comparing *c, const struct difference *d,
                           struct as_error *error)
{
    const struct taking_over *over = context;
    const struct fact *fact = d->fact;
    bool objects = strcmp(fact->name, "unsubscribed") == 0 && fact->other.known;
    if (d->taking == KEPT && !objects)
        return AS_OK;
    /* A clock that went back must not make a value end before it began. */
    int64_t from = over->now > d->own.from ? over->now : d->own.from;
    enum as_status status = objects ? object(c, d, over->now, error) : AS_OK;
    if (d->taking == KEPT || status != AS_OK)
        return status;
    if (fact->own.known)
        status = keep_history(c->store, c->survivor, fact->id, d->own_text, &d->own, from, error);
    if (status == AS_OK)
        status =
            as_sql_do(c->store, error,
                      "INSERT INTO merge_fact(merge_id, field_id, known_from, source_id) VALUES(?, ?, ?, ?)",
                      "iiik", over->merge, fact->id, from, fact->own.known ? d->own.source : 0);
    if (status == AS_OK) {
        const char *sql =
            named(c,
                  "UPDATE merge_fact SET (held, currency) = (SELECT @, $ FROM lead WHERE id = ?)"
                  " WHERE merge_id = ? AND field_id = ?",
                  fact);
        status = run_named(c, as_sql_fresh(c->store, error, sql, "iii", c->survivor, over->merge, fact->id),
                           error);
    }
    if (status == AS_OK && d->taking == JOINED) {
        const char *sql = named(c, "UPDATE lead SET @ = ? WHERE id = ?", fact);
        status =
            run_named(c, as_sql_fresh(c->store, error, sql, "ti", as_buf_c(&c->joined), c->survivor), error);
    } else if (status == AS_OK) {
        const char *sql =
            named(c,
                  fact->type == AS_TYPE_MONEY
                      ? "UPDATE lead SET (@, $) = (SELECT @, $ FROM lead WHERE id = ?) WHERE id = ?"
                      : "UPDATE lead SET @ = (SELECT @ FROM lead WHERE id = ?) WHERE id = ?",
                  fact);
        status = run_named(c, as_sql_fresh(c->store, error, sql, "ii", c->merged, c->survivor), error);
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
    return compare(store, survivor, merged, take, &over, error);
}

/* What was taken over, and whether the survivor has it from there still. */
struct taken {
    struct fact fact;
    int64_t from;   /* when it was taken */
    int64_t source; /* of what was held before; 0: it was unknown */
};

static enum as_status give_back(struct comparing *c, int64_t merge, const struct taken *taken, int64_t now,
                                struct as_error *error)
{
    const struct fact *fact = &taken->fact;
    struct origin origin;
    sqlite3_stmt *stmt = NULL;
    enum as_status status = find_origin(&origin, c, c->survivor, fact->id, error);
    if (status != AS_OK || origin.from != taken->from)
        return status;
    int64_t to = now > taken->from ? now : taken->from;
    stmt =
        as_sql_fresh(c->store, error, named(c, "SELECT @, $ FROM lead WHERE id = ?", fact), "i", c->survivor);
    if (stmt == NULL)
        status = c->sql.failed ? as_error_memory(error) : as_sql_failed(c->store, error);
    else if (as_sql_row(&status, c->store, stmt, error)) {
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
        const char *sql = named(c,
                                fact->type == AS_TYPE_MONEY
                                    ? "UPDATE lead SET (@, $) = (SELECT held, currency FROM merge_fact"
                                      " WHERE merge_id = ? AND field_id = ?) WHERE id = ?"
                                    : "UPDATE lead SET @ = (SELECT held FROM merge_fact WHERE merge_id = ?"
                                      " AND field_id = ?) WHERE id = ?",
                                fact);
        status = run_named(c, as_sql_fresh(c->store, error, sql, "iii", merge, fact->id, c->survivor), error);
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
    struct comparing c = {.store = store, .survivor = survivor};
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT f.id, f.name, f.type, x.known_from, x.source_id FROM merge_fact x JOIN field f ON f.id ="
        " x.field_id WHERE x.merge_id = ? ORDER BY f.name",
        "i", merge);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct taken taken = {.fact = {.id = sqlite3_column_int64(stmt, 0), .name = as_sql_text(stmt, 1)},
                              .from = sqlite3_column_int64(stmt, 3),
                              .source = sqlite3_column_int64(stmt, 4)};
        as_type_parse(&taken.fact.type, as_sql_str(stmt, 2));
        status = give_back(&c, merge, &taken, now, error);
    }
    as_sql_end(store, stmt);
    close_comparing(&c);
    return status;
}
