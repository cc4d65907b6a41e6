/* Comparing the facts of two leads, the address first, since whether mail bounced goes with it. */
#include "store/facts/comparing.h"

void as_comparing_close(struct as_comparing *c)
{
    as_sql_end(c->store, c->own);
    as_sql_end(c->store, c->other);
    as_buf_free(&c->own_text);
    as_buf_free(&c->other_text);
    as_buf_free(&c->joined);
    as_arena_free(&c->arena);
}

static enum as_status list_fields(struct as_comparing *c, struct as_buf *columns, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        c->store, error,
        "SELECT id, name, type, first_kept FROM field WHERE level = 'lead' AND ask IS NULL ORDER BY name",
        "");
    while (status == AS_OK && as_sql_row(&status, c->store, stmt, error)) {
        struct as_str name = as_sql_str(stmt, 1);
        struct as_str kept = as_sql_str(stmt, 3);
        struct as_compared_fact fact = {.id = sqlite3_column_int64(stmt, 0),
                                        .name = as_arena_copy(&c->arena, name.p, name.n)};
        as_type_parse(&fact.type, as_sql_str(stmt, 2));
        if (kept.p != NULL)
            fact.first_kept = as_arena_copy(&c->arena, kept.p, kept.n);
        if (fact.name == NULL || (kept.p != NULL && fact.first_kept == NULL) ||
            !as_list_push(&c->arena, &c->facts, fact)) {
            status = as_error_memory(error);
            break;
        }
        as_buf_text(columns, ", ");
        as_sql_name(columns, fact.name);
        as_buf_text(columns, ", ");
        if (fact.type == AS_TYPE_MONEY)
            as_currency_column(columns, fact.name);
        else
            as_buf_text(columns, "NULL");
    }
    as_sql_end(c->store, stmt);
    return status;
}

static enum as_status read_row(sqlite3_stmt **stmt, struct as_comparing *c, const char *sql, int64_t lead,
                               struct as_error *error)
{
    enum as_status status;
    *stmt = as_sql_fresh(c->store, error, sql, "i", lead);
    if (!as_sql_row(&status, c->store, *stmt, error) && status == AS_OK)
        status = as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead);
    return status;
}

static enum as_status open_comparing(struct as_comparing *c, struct as_error *error)
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
    for (uint32_t i = 0; i < c->facts.n && status == AS_OK; i++) {
        as_cell_read(&c->facts.at[i].own, c->facts.at[i].type, c->own, 1 + 2 * (int)i);
        as_cell_read(&c->facts.at[i].other, c->facts.at[i].type, c->other, 1 + 2 * (int)i);
    }
    as_buf_free(&sql);
    return status;
}

enum as_status as_fact_origin_of(struct as_fact_origin *out, struct as_comparing *c, int64_t lead,
                                 int64_t field, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql(c->store, error,
               "SELECT s.id, coalesce(f.known_from, l.first_known), s.precedence, s.system"
               " FROM lead l LEFT JOIN field_source f ON f.level = 0 AND f.row_id = l.id AND f.field_id = ?2"
               " JOIN source s ON s.id = coalesce(f.source_id, l.source_id) WHERE l.id = ?1",
               "ii", lead, field);
    if (!as_sql_row(&status, c->store, stmt, error))
        return status != AS_OK ? status
                               : as_error_set(error, AS_ERR_BUG, "lead #%lld has no source", (long long)lead);
    struct as_str system = as_sql_str(stmt, 3);
    *out = (struct as_fact_origin){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
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

/* When anybody of a person first said what the lead holds now: where it was taken over, the merge is no word.
 */
static enum as_status first_said(int64_t *out, struct as_comparing *c, const struct as_compared_fact *fact,
                                 int64_t lead, struct as_str text, struct as_error *error)
{
    enum as_status status;
    struct as_buf sql = {.p = NULL};
    as_buf_text(&sql, "WITH RECURSIVE me(id) AS (SELECT ?1"
                      " UNION SELECT l.id FROM me JOIN lead l ON l.merged_into = me.id"
                      " WHERE l.id <> ?2) SELECT min(coalesce(f.known_from, l.first_known))"
                      " FROM me JOIN lead l ON l.id = me.id LEFT JOIN field_source f ON f.level = 0"
                      " AND f.row_id = l.id AND f.field_id = ?3 WHERE l.");
    as_sql_name(&sql, fact->name);
    as_buf_text(&sql, " = ?4");
    sqlite3_stmt *stmt = as_sql_made(c->store, error, &sql, "iiis", lead, c->merged, fact->id, text);
    if (as_sql_row(&status, c->store, stmt, error))
        *out = sqlite3_column_int64(stmt, 0);
    as_sql_end(c->store, stmt);
    return status;
}

/* Where the first word is kept: an overriding one counts, else the earlier. */
static enum as_status first_word(bool *others, struct as_comparing *c, const struct as_compared_fact *fact,
                                 struct as_error *error)
{
    int64_t order = 0, own = 0, other = 0;
    enum as_status status =
        as_sql_get(&order, NULL, c->store, error,
                   "SELECT EXISTS(SELECT 1 FROM json_each(?1) WHERE value = ?3 COLLATE NOCASE)"
                   " - EXISTS(SELECT 1 FROM json_each(?1) WHERE value = ?2 COLLATE NOCASE)",
                   "tss", fact->first_kept, fact->own.text, fact->other.text);
    if (status == AS_OK)
        status = first_said(&own, c, fact, c->survivor, fact->own.text, error);
    if (status == AS_OK)
        status = first_said(&other, c, fact, c->merged, fact->other.text, error);
    *others = order > 0 || (order == 0 && other < own);
    return status;
}

static enum as_taking taking_of(const struct as_comparing *c, const struct as_compared_fact *fact,
                                const struct as_fact_origin *own, const struct as_fact_origin *other)
{
    if (!fact->other.known)
        return AS_TAKING_NOTHING;
    if (strcmp(fact->name, "bounced_hard") == 0)
        return c->address ? AS_TAKING_OTHER : AS_TAKING_NOTHING;
    if (!fact->own.known)
        return AS_TAKING_OTHER;
    if (strcmp(fact->name, "unsubscribed") == 0)
        return AS_TAKING_BOTH;
    /* Why an account is a lead's is weighed when both are chosen between, not by who said so. */
    return strcmp(fact->name, "account_id") != 0 && other->precedence > own->precedence ? AS_TAKING_OTHER
                                                                                        : AS_TAKING_NOTHING;
}

static enum as_status compare_fact(struct as_comparing *c, const struct as_compared_fact *fact,
                                   as_fact_difference_fn each, void *context, struct as_error *error)
{
    struct as_fact_difference difference = {.fact = fact};
    enum as_status status = as_fact_origin_of(&difference.own, c, c->survivor, fact->id, error);
    if (status == AS_OK)
        status = as_fact_origin_of(&difference.other, c, c->merged, fact->id, error);
    if (status != AS_OK)
        return status;
    difference.taking = taking_of(c, fact, &difference.own, &difference.other);
    if (fact->first_kept != NULL && fact->own.known && fact->other.known &&
        difference.own.precedence == difference.other.precedence) {
        bool others;
        status = first_word(&others, c, fact, error);
        if (status != AS_OK)
            return status;
        difference.taking = others ? AS_TAKING_OTHER : AS_TAKING_NOTHING;
    }
    as_buf_reset(&c->own_text);
    as_buf_reset(&c->other_text);
    as_buf_reset(&c->joined);
    if (fact->own.known)
        as_cell_text(&c->own_text, &fact->own);
    if (fact->other.known)
        as_cell_text(&c->other_text, &fact->other);
    if (difference.taking == AS_TAKING_BOTH)
        join_choices(&c->joined, fact->own.text, fact->other.text);
    if (c->own_text.failed || c->other_text.failed || c->joined.failed)
        return as_error_memory(error);
    difference.own_text = fact->own.known ? as_buf_c(&c->own_text) : NULL;
    difference.other_text = fact->other.known ? as_buf_c(&c->other_text) : NULL;
    if (difference.taking == AS_TAKING_BOTH && strcmp(as_buf_c(&c->joined), difference.own_text) == 0)
        difference.taking = AS_TAKING_NOTHING;
    c->address |= strcmp(fact->name, "email") == 0 && difference.taking == AS_TAKING_OTHER;
    return each == NULL ? AS_OK : each(context, c, &difference, error);
}

enum as_status as_facts_compare(struct as_store *store, int64_t survivor, int64_t merged,
                                as_fact_difference_fn each, void *context, struct as_error *error)
{
    struct as_comparing c = {.store = store, .survivor = survivor, .merged = merged};
    enum as_status status = open_comparing(&c, error);
    for (uint32_t pass = 0; pass < 2 && status == AS_OK; pass++)
        for (uint32_t i = 0; i < c.facts.n && status == AS_OK; i++) {
            const struct as_compared_fact *fact = &c.facts.at[i];
            bool same = fact->own.known == fact->other.known &&
                        (!fact->own.known || as_cell_equal(&fact->own, &fact->other));
            /* First whose address it will be. */
            if (!same && (pass == 1 || strcmp(fact->name, "email") == 0))
                status = compare_fact(&c, fact, pass == 0 ? NULL : each, context, error);
        }
    as_comparing_close(&c);
    return status;
}
