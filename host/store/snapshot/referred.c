/* Accounts that others refer to, followed both ways: for a snapshot of some leads, and for news about an
 * account. */
#include "store/snapshot/referred.h"

#include "base/ids.h"
#include "store/snapshot/companies.h"
#include "store/snapshot/news.h"

#include <stdlib.h>

/* Parents of parents end somewhere: imports refuse circles. */
enum { MOST_STEPS = 32 };

static bool is_wanted(const struct as_schema *schema, const struct as_field_map *map, const uint64_t *fields,
                      uint32_t field, enum as_level level)
{
    const struct as_field *f = schema->fields.at[field];
    return f->type == AS_TYPE_REFERENCE && f->target == AS_LEVEL_ACCOUNT && f->ask == NULL &&
           f->level == level && map->field[field] != 0 && (fields == NULL || as_bit(fields, field));
}

/* What the rows of these ids have in the field, or with `back` the rows whose field has one of them. */
static enum as_status follow(int64_t **ids, size_t *n, struct as_store *store, const struct as_field *field,
                             const struct as_buf *of, bool back, struct as_error *error)
{
    struct as_buf sql = {0};
    as_buf_text(&sql, back ? "SELECT id" : "SELECT DISTINCT ");
    if (!back)
        as_sql_name(&sql, field->name);
    as_buf_printf(&sql, " FROM %s WHERE ", as_level_name(field->level));
    if (back)
        as_sql_name(&sql, field->name);
    else
        as_buf_text(&sql, "id");
    as_buf_text(&sql, " IN (SELECT value FROM json_each(?)) AND ");
    as_sql_name(&sql, field->name);
    as_buf_text(&sql, " IS NOT NULL");
    return as_fact_ids(ids, n, store, as_sql_made(store, error, &sql, "t", as_buf_c(of)), error);
}

enum as_status as_referred_accounts(int64_t **ids, size_t *n, struct as_load *load, const int64_t *leads,
                                    size_t lead_count, struct as_error *error)
{
    const struct as_schema *schema = load->schema;
    const uint64_t *fields = load->request->fields;
    struct as_buf of = {0};
    enum as_status status = AS_OK;
    bool any = false; /* mostly nobody refers, and the ids of many leads need not be written down */
    for (uint32_t i = 0; i < schema->fields.n && !any; i++)
        any = is_wanted(schema, &load->map, fields, i, AS_LEVEL_LEAD) ||
              is_wanted(schema, &load->map, fields, i, AS_LEVEL_ACCOUNT);
    if (!any)
        return AS_OK;
    as_ids_json(&of, leads, lead_count);
    for (uint32_t i = 0; i < schema->fields.n && status == AS_OK; i++)
        if (is_wanted(schema, &load->map, fields, i, AS_LEVEL_LEAD))
            status = follow(ids, n, load->store, schema->fields.at[i], &of, false, error);
    size_t before = 0;
    for (int step = 0; step < MOST_STEPS && before < *n && status == AS_OK; step++) {
        before = *n;
        if ((status = as_companies_join(ids, n, load->store, error)) != AS_OK)
            break;
        as_buf_reset(&of);
        as_ids_json(&of, *ids, *n);
        for (uint32_t i = 0; i < schema->fields.n && status == AS_OK; i++)
            if (is_wanted(schema, &load->map, fields, i, AS_LEVEL_ACCOUNT))
                status = follow(ids, n, load->store, schema->fields.at[i], &of, false, error);
    }
    as_buf_free(&of);
    return status;
}

static enum as_status refer_to(struct as_news *news, struct as_store *store, const struct as_schema *schema,
                               const struct as_field_map *map, const uint64_t *fields, struct as_error *error)
{
    struct as_buf of = {0};
    enum as_status status = AS_OK;
    size_t before = 0;
    for (int step = 0; step < MOST_STEPS && news->account_count > before && status == AS_OK; step++) {
        before = news->account_count;
        if ((status = as_companies_join(&news->accounts, &news->account_count, store, error)) != AS_OK)
            break;
        as_buf_reset(&of);
        as_ids_json(&of, news->accounts, news->account_count);
        for (uint32_t i = 0; i < schema->fields.n && status == AS_OK; i++)
            if (is_wanted(schema, map, fields, i, AS_LEVEL_ACCOUNT))
                status = follow(&news->accounts, &news->account_count, store, schema->fields.at[i], &of, true,
                                error);
    }
    for (uint32_t i = 0; i < schema->fields.n && status == AS_OK && before > 0; i++)
        if (is_wanted(schema, map, fields, i, AS_LEVEL_LEAD))
            status = follow(&news->leads, &news->lead_count, store, schema->fields.at[i], &of, true, error);
    as_buf_free(&of);
    return status;
}

enum as_status as_store_news_referrers(struct as_news *news, bool *all, struct as_store *store,
                                       const struct as_schema *schema, const uint64_t *fields,
                                       struct as_error *error)
{
    struct as_field_map map;
    *all = true;
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *f = schema->fields.at[i];
        if (f->type == AS_TYPE_REFERENCE && (f->target == AS_LEVEL_LEAD || f->ask != NULL) &&
            as_bit(fields, i))
            *all = false;
    }
    if (!*all)
        return AS_OK;
    enum as_status status = as_field_map_load(&map, store, schema, error);
    if (status != AS_OK)
        return status;
    status = refer_to(news, store, schema, &map, fields, error);
    as_field_map_free(&map);
    return status;
}
