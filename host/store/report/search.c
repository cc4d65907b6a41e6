/* Looking for people: what somebody begins to type, and who may be here twice. */
#include "store/report/search.h"

#include "store/facts/batch.h"

#include "base/limits.h"
#include "data/identity/duplicate.h"

#include <stdio.h>
#include <stdlib.h>

enum as_status as_store_lead_names(struct as_store *store, struct as_str prefix, uint32_t most,
                                   as_lead_name_fn each, void *context, struct as_error *error)
{
    /* The first part is a range of the key (addresses are kept in lower case), the second one scan. */
    static const char sql[] =
        "SELECT value FROM (SELECT 1 AS rank, i.value AS value FROM identity i WHERE i.system = 'email'"
        " AND i.value >= lower(?1) AND i.value < lower(?1) || char(1114111)"
        " UNION SELECT 2, i.value FROM identity i WHERE i.system <> 'email' AND lower(substr(i.value, 1,"
        " length(?1))) = lower(?1) AND length(?1) > 0"
        " UNION SELECT 3, coalesce(name, trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')))"
        " FROM lead WHERE merged_into IS NULL AND erased_at IS NULL AND length(?1) > 0"
        " AND lower(substr(coalesce(name, trim(coalesce(first_name, '') || ' ' || coalesce(last_name, ''))),"
        " 1, length(?1))) = lower(?1)) ORDER BY rank, value LIMIT ?2";
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, sql, "si", prefix, (int64_t)most);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, as_sql_text(stmt, 0), error);
    as_sql_end(store, stmt);
    return status;
}

/* --- who may be here twice --- */

#define PERSON_COLUMNS                                                                                       \
    " l.id, l.account_id, l.email, coalesce(a.name, l.company), l.first_name, l.last_name, l.name,"          \
    " coalesce(l.phone, l.mobile)"

static struct as_person read_person(sqlite3_stmt *stmt)
{
    return (struct as_person){.account = sqlite3_column_int64(stmt, 1),
                              .email = as_sql_str(stmt, 2),
                              .company = as_sql_str(stmt, 3),
                              .first = as_sql_str(stmt, 4),
                              .last = as_sql_str(stmt, 5),
                              .name = as_sql_str(stmt, 6),
                              .phone = as_sql_str(stmt, 7)};
}

struct found {
    int64_t lead_id;
    double probability, weight;
    char *reasons;
};

static int compare_found(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    if (x->probability != y->probability)
        return x->probability < y->probability ? 1 : -1;
    return (x->lead_id > y->lead_id) - (x->lead_id < y->lead_id);
}

/* Keeps the likeliest. */
static enum as_status keep(struct found *found, uint32_t *n, struct found one, struct as_buf *reasons,
                           struct as_error *error)
{
    if (*n == AS_MAX_ALIKE && compare_found(&found[*n - 1], &one) < 0)
        return AS_OK;
    if ((one.reasons = malloc(reasons->n + 1)) == NULL)
        return as_error_memory(error);
    snprintf(one.reasons, reasons->n + 1, "%s", as_buf_c(reasons));
    if (*n == AS_MAX_ALIKE)
        free(found[--*n].reasons);
    found[(*n)++] = one;
    qsort(found, *n, sizeof *found, compare_found);
    return AS_OK;
}

/* Of everyone with something in common. */
static enum as_status compare_all(struct found *found, uint32_t *n, struct as_store *store, int64_t lead_id,
                                  double least, struct as_error *error)
{
    static const char one[] = "SELECT" PERSON_COLUMNS " FROM lead l LEFT JOIN account a ON a.id ="
                              " l.account_id WHERE l.id = ?";
    static const char others[] =
        "SELECT" PERSON_COLUMNS " FROM lead m JOIN lead l LEFT JOIN account a ON a.id = l.account_id WHERE"
        " m.id = ?1 AND l.id <> ?1 AND l.merged_into IS NULL AND l.erased_at IS NULL AND"
        " (l.account_id = m.account_id OR lower(l.last_name) = lower(m.last_name) OR lower(l.last_name) ="
        " lower(m.first_name) OR lower(l.name) = lower(m.name) OR coalesce(l.phone, l.mobile) ="
        " coalesce(m.phone, m.mobile) OR (instr(m.email, '@') > 1 AND lower(substr(l.email, 1, instr(m.email,"
        " '@'))) = lower(substr(m.email, 1, instr(m.email, '@')))))";
    struct as_buf reasons = {.p = NULL};
    enum as_status status = AS_OK;
    sqlite3_stmt *self = as_sql_fresh(store, error, one, "i", lead_id), *other = NULL;
    if (!as_sql_row(&status, store, self, error)) {
        if (status == AS_OK)
            status = as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead_id);
        goto done;
    }
    const struct as_person person = read_person(self);
    other = as_sql_fresh(store, error, others, "i", lead_id);
    while (status == AS_OK && as_sql_row(&status, store, other, error)) {
        const struct as_person candidate = read_person(other);
        struct found hit = {.lead_id = sqlite3_column_int64(other, 0)};
        as_buf_reset(&reasons);
        bool apart = false;
        status = as_person_compare(&hit.probability, &hit.weight, &reasons, &person, &candidate, error);
        if (status == AS_OK && hit.probability >= least)
            status = as_store_apart(&apart, store, lead_id, hit.lead_id, error);
        if (status == AS_OK && hit.probability >= least && !apart)
            status = keep(found, n, hit, &reasons, error);
    }
done:
    as_sql_end(store, self);
    as_sql_end(store, other);
    as_buf_free(&reasons);
    return status;
}

enum as_status as_store_alike(struct as_store *store, int64_t lead_id, double least, as_alike_fn each,
                              void *context, struct as_error *error)
{
    struct found found[AS_MAX_ALIKE];
    struct as_arena arena = {NULL, 0};
    uint32_t n = 0;
    enum as_status status = compare_all(found, &n, store, lead_id, least, error);
    for (uint32_t i = 0; i < n; i++) {
        struct as_alike alike = {.probability = found[i].probability,
                                 .weight = found[i].weight,
                                 .reasons = found[i].reasons};
        if (status == AS_OK)
            status = as_store_who_kept(&alike.who, &arena, store, found[i].lead_id, error);
        if (status == AS_OK)
            status = each(context, &alike, error);
        free(found[i].reasons);
    }
    as_arena_free(&arena);
    return status;
}
