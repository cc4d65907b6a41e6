/* Duplicates of a whole base: leads are sorted by the signs they show, and only those that share one are
 * compared. A pair that shares several is compared for each and told once. */
#include "store/report/matching.h"

#include "store/facts/batch.h"

#include "base/growth.h"
#include "base/limits.h"
#include "data/identity/duplicate.h"
#include "data/identity/fold.h"
#include "data/identity/identity.h"

#include <stdio.h>
#include <stdlib.h>

/* A sign that a lead shows, by hash. */
struct sign {
    uint64_t hash;
    int64_t lead;
};
struct pair {
    int64_t a, b;
    double probability, weight;
};

struct searching {
    struct as_store *store;
    double least;
    struct as_duplicates *counts;
    struct sign *signs;
    size_t n, room;
    struct pair *pairs;
    size_t pair_n, pair_room;
    struct as_buf first, last, key, reasons;
};

enum { BEGINNING = 2, LETTERS = 1, PHONE_DIGITS = 8 };

#define PERSON                                                                                               \
    " l.id, l.account_id, l.email, coalesce(a.name, l.company), l.first_name, l.last_name, l.name,"          \
    " coalesce(l.phone, l.mobile) FROM lead l LEFT JOIN account a ON a.id = l.account_id"

static enum as_status add_sign(struct searching *s, int64_t lead, struct as_error *error)
{
    if (s->key.failed)
        return as_error_memory(error);
    if (!as_grow((void **)&s->signs, &s->room, s->n, sizeof *s->signs))
        return as_error_memory(error);
    s->signs[s->n++] = (struct sign){as_content_hash(AS_CONTENT_HASH, s->key.p, s->key.n), lead};
    return AS_OK;
}

/* The first code points of a folded text. */
static struct as_str beginning(struct as_str text, int points)
{
    size_t at = 0;
    for (int i = 0; i < points && at < text.n; i++)
        as_utf8_next(text, &at);
    return (struct as_str){text.p, at};
}

static enum as_status sign_by_names(struct searching *s, sqlite3_stmt *stmt, int64_t lead,
                                    struct as_error *error)
{
    struct as_str first = as_sql_str(stmt, 4), last = as_sql_str(stmt, 5);
    int64_t account = sqlite3_column_int64(stmt, 1);
    as_person_names(&first, &last, as_sql_str(stmt, 6));
    as_buf_reset(&s->first);
    as_buf_reset(&s->last);
    enum as_status status = as_fold(&s->first, first, error);
    if (status == AS_OK)
        status = as_fold(&s->last, last, error);
    if (status != AS_OK || s->last.n == 0)
        return status;
    struct as_str family = {as_buf_c(&s->last), s->last.n}, given = {as_buf_c(&s->first), s->first.n};
    if (given.n > 0) {
        as_buf_reset(&s->key);
        as_buf_text(&s->key, "name ");
        as_buf_str(&s->key, family);
        as_buf_char(&s->key, ' ');
        as_buf_str(&s->key, beginning(given, LETTERS));
        status = add_sign(s, lead, error);
    }
    if (status == AS_OK && account != 0) {
        as_buf_reset(&s->key);
        as_buf_printf(&s->key, "company %lld ", (long long)account);
        as_buf_str(&s->key, beginning(family, BEGINNING));
        status = add_sign(s, lead, error);
    }
    return status;
}

static enum as_status sign_by_reach(struct searching *s, sqlite3_stmt *stmt, int64_t lead,
                                    struct as_error *error)
{
    struct as_str email = as_sql_str(stmt, 2), phone = as_sql_str(stmt, 7);
    enum as_status status = AS_OK;
    as_buf_reset(&s->key);
    as_buf_text(&s->key, "mail ");
    size_t before = s->key.n;
    if (email.n > 0 && as_email_normalise(&s->key, email)) {
        struct as_str whole = {s->key.p + before, s->key.n - before};
        s->key.n -= as_email_domain(whole).n;
        status = add_sign(s, lead, error);
    }
    as_buf_reset(&s->key);
    as_buf_text(&s->key, "phone ");
    before = s->key.n;
    for (size_t i = phone.n; i > 0 && s->key.n - before < PHONE_DIGITS; i--)
        if (phone.p[i - 1] >= '0' && phone.p[i - 1] <= '9')
            as_buf_char(&s->key, phone.p[i - 1]);
    return status == AS_OK && s->key.n - before == PHONE_DIGITS ? add_sign(s, lead, error) : status;
}

static enum as_status gather_signs(struct searching *s, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        s->store, error, "SELECT" PERSON " WHERE l.merged_into IS NULL AND l.erased_at IS NULL", "");
    while (status == AS_OK && as_sql_row(&status, s->store, stmt, error)) {
        int64_t lead = sqlite3_column_int64(stmt, 0);
        status = sign_by_reach(s, stmt, lead, error);
        if (status == AS_OK)
            status = sign_by_names(s, stmt, lead, error);
    }
    as_sql_end(s->store, stmt);
    return status;
}

static int by_hash(const void *a, const void *b)
{
    const struct sign *x = a, *y = b;
    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    return (x->lead > y->lead) - (x->lead < y->lead);
}

/* --- a block: leads that share a sign --- */

struct member {
    int64_t lead;
    sqlite3_stmt *stmt; /* stands at the row, whose texts `person` has */
    struct as_person person;
};

static enum as_status read_member(struct member *member, struct searching *s, struct as_error *error)
{
    enum as_status status;
    member->stmt = as_sql_fresh(s->store, error, "SELECT" PERSON " WHERE l.id = ?", "i", member->lead);
    if (as_sql_row(&status, s->store, member->stmt, error))
        member->person = (struct as_person){.account = sqlite3_column_int64(member->stmt, 1),
                                            .email = as_sql_str(member->stmt, 2),
                                            .company = as_sql_str(member->stmt, 3),
                                            .first = as_sql_str(member->stmt, 4),
                                            .last = as_sql_str(member->stmt, 5),
                                            .name = as_sql_str(member->stmt, 6),
                                            .phone = as_sql_str(member->stmt, 7)};
    return status;
}

static enum as_status keep_pair(struct searching *s, struct pair pair, struct as_error *error)
{
    if (s->pair_n == AS_MAX_ALIKE_PAIRS) {
        as_error_set(error, AS_ERR_LIMIT, "more than %d pairs of leads look like duplicates",
                     AS_MAX_ALIKE_PAIRS);
        return as_error_advise(error, "ask for surer ones: --least 0.99");
    }
    if (!as_grow((void **)&s->pairs, &s->pair_room, s->pair_n, sizeof *s->pairs))
        return as_error_memory(error);
    s->pairs[s->pair_n++] = pair;
    return AS_OK;
}

static enum as_status compare_block(struct searching *s, const struct sign *signs, size_t n,
                                    struct as_error *error)
{
    struct member members[AS_MAX_ALIKE_BLOCK] = {{.lead = 0}};
    enum as_status status = AS_OK;
    for (size_t i = 0; i < n && status == AS_OK; i++) {
        members[i].lead = signs[i].lead;
        status = read_member(&members[i], s, error);
    }
    for (size_t i = 0; i < n && status == AS_OK; i++)
        for (size_t j = i + 1; j < n && status == AS_OK; j++) {
            struct pair pair = {.a = members[i].lead, .b = members[j].lead};
            as_buf_reset(&s->reasons);
            status = as_person_compare(&pair.probability, &pair.weight, &s->reasons, &members[i].person,
                                       &members[j].person, error);
            s->counts->compared++;
            if (status == AS_OK && pair.probability >= s->least)
                status = keep_pair(s, pair, error);
        }
    for (size_t i = 0; i < n; i++)
        as_sql_end(s->store, members[i].stmt);
    return status;
}

static enum as_status compare_blocks(struct searching *s, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (s->n > 1)
        qsort(s->signs, s->n, sizeof *s->signs, by_hash);
    for (size_t from = 0, to; from < s->n && status == AS_OK; from = to) {
        as_store_show(s->store, from, s->n);
        for (to = from + 1; to < s->n && s->signs[to].hash == s->signs[from].hash; to++)
            ;
        if (to - from > AS_MAX_ALIKE_BLOCK)
            s->counts->left_out++;
        else if (to - from > 1)
            status = compare_block(s, s->signs + from, to - from, error);
    }
    return status;
}

/* --- telling --- */

static int by_leads(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->a != y->a)
        return x->a < y->a ? -1 : 1;
    return (x->b > y->b) - (x->b < y->b);
}

static int by_likelihood(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return by_leads(a, b);
}

/* Each once, without those that are kept apart. */
static enum as_status weed_pairs(struct searching *s, struct as_error *error)
{
    size_t n = 0;
    enum as_status status = AS_OK;
    if (s->pair_n > 1)
        qsort(s->pairs, s->pair_n, sizeof *s->pairs, by_leads);
    for (size_t i = 0; i < s->pair_n && status == AS_OK; i++) {
        bool apart = false, again = n > 0 && by_leads(&s->pairs[n - 1], &s->pairs[i]) == 0;
        if (!again)
            status = as_store_apart(&apart, s->store, s->pairs[i].a, s->pairs[i].b, error);
        if (!again && !apart)
            s->pairs[n++] = s->pairs[i];
    }
    s->pair_n = n;
    s->counts->found = n;
    if (n > 1)
        qsort(s->pairs, n, sizeof *s->pairs, by_likelihood);
    return status;
}

static enum as_status tell_pair(struct searching *s, const struct pair *pair, as_duplicate_fn each,
                                void *context, struct as_error *error)
{
    struct member a = {.lead = pair->a}, b = {.lead = pair->b};
    struct as_duplicate duplicate = {.probability = pair->probability, .weight = pair->weight};
    struct as_arena arena = {NULL, 0};
    double probability, weight;
    as_buf_reset(&s->reasons);
    enum as_status status = read_member(&a, s, error);
    if (status == AS_OK)
        status = read_member(&b, s, error);
    if (status == AS_OK)
        status = as_person_compare(&probability, &weight, &s->reasons, &a.person, &b.person, error);
    duplicate.reasons = as_buf_c(&s->reasons);
    as_sql_end(s->store, a.stmt);
    as_sql_end(s->store, b.stmt);
    if (status == AS_OK)
        status = as_store_who_kept(&duplicate.a, &arena, s->store, pair->a, error);
    if (status == AS_OK)
        status = as_store_who_kept(&duplicate.b, &arena, s->store, pair->b, error);
    if (status == AS_OK)
        status = each(context, &duplicate, error);
    as_arena_free(&arena);
    return status;
}

enum as_status as_store_duplicates(struct as_duplicates *out, struct as_store *store, double least,
                                   uint32_t most, as_duplicate_fn each, void *context, struct as_error *error)
{
    struct searching s = {.store = store, .least = least, .counts = out};
    bool any;
    *out = (struct as_duplicates){.compared = 0};
    /* The columns of people come with the first import: before it there are neither. */
    enum as_status status = as_sql_get(NULL, &any, store, error, "SELECT 1 FROM lead LIMIT 1", "");
    if (status == AS_OK && any)
        status = gather_signs(&s, error);
    if (status == AS_OK)
        status = compare_blocks(&s, error);
    if (status == AS_OK)
        status = weed_pairs(&s, error);
    for (size_t i = 0; i < s.pair_n && i < most && status == AS_OK; i++)
        status = tell_pair(&s, &s.pairs[i], each, context, error);
    struct as_buf *bufs[] = {&s.first, &s.last, &s.key, &s.reasons};
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        as_buf_free(bufs[i]);
    free(s.signs);
    free(s.pairs);
    return status;
}
