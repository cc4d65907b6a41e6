/* Which leads make a sample: whole accounts, chosen so that rare places are there too. */
#include "run/sample/sample_parts.h"

#include "base/search.h"
#include "store/report/report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct candidate {
    int64_t lead_id, account_id;
    uint32_t stratum;
    uint64_t order;
    bool taken;
};

struct choosing {
    struct as_sample *sample;
    const struct as_sample_request *request;
    struct as_intern *places;
    AS_LIST(struct candidate) all;          /* by lead id */
    AS_LIST(struct candidate *) colleagues; /* by account */
    struct as_buf place;                    /* of the lead under way */
};

static enum as_status end_lead(struct choosing *c, struct as_error *error)
{
    char text[32];
    if (c->place.n == 0)
        return AS_OK;
    struct candidate *last = &c->all.at[c->all.n - 1];
    last->stratum = as_intern_add(c->places, (struct as_str){c->place.p, c->place.n});
    int n = snprintf(text, sizeof text, "%lld", (long long)last->lead_id);
    last->order = as_pseudonym_number(c->request->key, "choice", (struct as_str){text, (size_t)n});
    as_buf_reset(&c->place);
    return last->stratum == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

static enum as_status take_lead(void *context, const struct as_lead_row *row, struct as_error *error)
{
    struct choosing *c = context;
    enum as_status status = AS_OK;
    if (c->all.n == 0 || c->all.at[c->all.n - 1].lead_id != row->who.lead_id) {
        struct candidate candidate = {.lead_id = row->who.lead_id, .account_id = row->who.account_id};
        status = end_lead(c, error);
        if (status == AS_OK && !as_list_push(&c->sample->arena, &c->all, candidate))
            status = as_error_memory(error);
    }
    as_buf_printf(&c->place, "%s%s: %s%s%s", c->place.n > 0 ? ", " : "", row->model,
                  as_stage_name((enum as_stage)row->stage),
                  row->grade != NULL && row->grade[0] != '\0' ? " " : "",
                  row->grade != NULL ? row->grade : "");
    return status;
}

static int by_account(const void *a, const void *b)
{
    const struct candidate *x = *(struct candidate *const *)a, *y = *(struct candidate *const *)b;
    return (x->account_id > y->account_id) - (x->account_id < y->account_id);
}

static int by_order(const void *a, const void *b)
{
    const struct candidate *x = *(struct candidate *const *)a, *y = *(struct candidate *const *)b;
    if (x->stratum != y->stratum)
        return x->stratum < y->stratum ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static enum as_status take(struct choosing *c, struct candidate *candidate, struct as_error *error)
{
    if (candidate->taken)
        return AS_OK;
    candidate->taken = true;
    c->sample->strata.at[candidate->stratum].sampled++;
    return as_list_push(&c->sample->arena, &c->sample->chosen, candidate->lead_id) ? AS_OK
                                                                                   : as_error_memory(error);
}

/* With everyone of the account: what is decided of a group is decided of all of it. */
static enum as_status take_group(struct choosing *c, struct candidate *candidate, struct as_error *error)
{
    enum as_status status = take(c, candidate, error);
    if (candidate->account_id == 0)
        return status;
    uint32_t i;
    AS_SEARCH(i, c->colleagues.n, c->colleagues.at[i]->account_id < candidate->account_id);
    while (status == AS_OK && i < c->colleagues.n && c->colleagues.at[i]->account_id == candidate->account_id)
        status = take(c, c->colleagues.at[i++], error);
    return status;
}

static uint32_t quota_of(const struct choosing *c, uint32_t stratum, double roots)
{
    uint32_t leads = c->sample->strata.at[stratum].leads;
    double share = floor(c->request->wanted * sqrt(leads) / roots);
    return share < 1 ? 1 : share > leads ? leads : (uint32_t)share;
}

/* One of each stratum in turn, so that a small sample has them all before it has two of any. */
static enum as_status choose(struct choosing *c, struct as_error *error)
{
    enum as_status status = AS_OK;
    double roots = 0;
    uint32_t strata = c->sample->strata.n;
    uint32_t *next = as_arena_array(&c->sample->arena, strata + (size_t)1, sizeof *next);
    struct candidate **order =
        as_arena_array(&c->sample->arena, c->all.n + (size_t)1, sizeof(struct candidate *));
    if (next == NULL || order == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < c->all.n; i++)
        order[i] = &c->all.at[i];
    if (c->all.n > 0)
        qsort(order, c->all.n, sizeof *order, by_order);
    for (uint32_t s = 0, start = 0; s < strata; s++) {
        next[s] = start;
        start += c->sample->strata.at[s].leads;
        roots += sqrt(c->sample->strata.at[s].leads);
    }
    for (bool more = true; more && status == AS_OK;) {
        more = false;
        for (uint32_t s = 0; s < strata && status == AS_OK && c->sample->chosen.n < c->request->wanted; s++) {
            const struct as_sample_stratum *stratum = &c->sample->strata.at[s];
            if (stratum->sampled >= quota_of(c, s, roots))
                continue;
            while (order[next[s]]->taken)
                next[s]++;
            status = take_group(c, order[next[s]++], error);
            more = true;
        }
    }
    return status;
}

static int by_size(const void *a, const void *b)
{
    const struct as_sample_stratum *x = a, *y = b;
    return x->leads != y->leads ? (x->leads < y->leads ? -1 : 1) : strcmp(x->place, y->place);
}

static int by_place(const void *a, const void *b)
{
    return strcmp(((const struct as_sample_stratum *)a)->place, ((const struct as_sample_stratum *)b)->place);
}

/* So that colleagues of the rare are taken before the many fill the sample. */
static enum as_status put_rarest_first(struct choosing *c, struct as_error *error)
{
    uint32_t n = c->sample->strata.n;
    uint32_t *now = as_arena_array(&c->sample->arena, n + (size_t)1, sizeof *now);
    if (now == NULL)
        return as_error_memory(error);
    if (n > 0)
        qsort(c->sample->strata.at, n, sizeof *c->sample->strata.at, by_size);
    for (uint32_t s = 0; s < n; s++)
        now[as_intern_find(c->places, as_str_of(c->sample->strata.at[s].place))] = s;
    for (uint32_t i = 0; i < c->all.n; i++)
        c->all.at[i].stratum = now[c->all.at[i].stratum];
    return AS_OK;
}

static enum as_status count_strata(struct choosing *c, struct as_error *error)
{
    for (uint32_t s = 0; s < as_intern_count(c->places); s++) {
        struct as_str place = as_intern_text(c->places, s);
        struct as_sample_stratum stratum = {.place = as_arena_copy(&c->sample->arena, place.p, place.n)};
        if (stratum.place == NULL || !as_list_push(&c->sample->arena, &c->sample->strata, stratum))
            return as_error_memory(error);
    }
    for (uint32_t i = 0; i < c->all.n; i++) {
        c->sample->strata.at[c->all.at[i].stratum].leads++;
        if (!as_list_push(&c->sample->arena, &c->colleagues, &c->all.at[i]))
            return as_error_memory(error);
    }
    enum as_status status = put_rarest_first(c, error);
    if (status != AS_OK || c->all.n == 0)
        return status;
    qsort(c->colleagues.at, c->colleagues.n, sizeof(struct candidate *), by_account);
    return AS_OK;
}

enum as_status as_sample_choose(struct as_sample *sample, struct as_store *store,
                                const struct as_sample_request *request, struct as_error *error)
{
    struct choosing c = {.sample = sample, .request = request, .places = as_intern_new()};
    struct as_lead_query query = {.pack = request->packs[0].pack->name, .outside = true};
    enum as_status status = c.places == NULL ? as_error_memory(error) : AS_OK;
    if (status == AS_OK)
        status = as_store_leads(store, &query, take_lead, &c, error);
    if (status == AS_OK)
        status = end_lead(&c, error);
    if (status == AS_OK)
        status = count_strata(&c, error);
    if (status == AS_OK)
        status = choose(&c, error);
    if (status == AS_OK && sample->chosen.n > 0) {
        qsort(sample->chosen.at, sample->chosen.n, sizeof *sample->chosen.at, by_id);
        qsort(sample->strata.at, sample->strata.n, sizeof *sample->strata.at, by_place);
    }
    as_intern_free(c.places);
    as_buf_free(&c.place);
    return status;
}
