/* Match: which account a lead belongs to. By the CRM's own id first, then by the registrable domain of e-mail
 * or web site (free-mail never), then by a name that is alike enough; each answer says by what it was found.
 */
#include "store/facts/batch.h"

#include "base/limits.h"
#include "data/identity/fold.h"
#include "data/identity/identity.h"
#include "data/identity/name.h"
#include "data/identity/similarity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Code points that two names must share at their beginning to be compared at all, and answers remembered. */
enum { BLOCK = 3, CACHE_ROOM = 4096 };

/* Many leads name the same company: the last answers by key. */
struct as_match_cache {
    struct {
        uint64_t hash;
        bool used;
        struct as_match match;
    } at[CACHE_ROOM];
};

/* The company's domain of a mail host, "" where there is none: most addresses are at a few hosts. */
enum { LONGEST_HOST = 47 };
struct as_domain_cache {
    struct {
        char host[LONGEST_HOST + 1], domain[LONGEST_HOST + 1];
        bool used;
    } at[AS_DOMAIN_SLOTS];
};

void as_domain_cache_free(struct as_domain_cache *cache)
{
    free(cache);
}

void as_match_cache_free(struct as_match_cache *cache)
{
    free(cache);
}

static enum as_status find_domain(struct as_buf *out, struct as_store *store, struct as_str mail_or_site,
                                  struct as_error *error)
{
    if (mail_or_site.n == 0)
        return AS_OK;
    if (store->suffixes == NULL) {
        enum as_status status = as_suffixes_open(&store->suffixes, error);
        if (status != AS_OK)
            return status;
    }
    size_t before = out->n;
    if (as_registrable_domain(out, store->suffixes, mail_or_site)) {
        struct as_str domain = {out->p + before, out->n - before};
        if (as_is_freemail(domain) || as_is_disposable(domain)) {
            out->n = before;
            out->p[before] = '\0';
        }
    }
    return out->failed ? as_error_memory(error) : AS_OK;
}

enum as_status as_match_domain(struct as_buf *out, struct as_store *store, struct as_str mail_or_site,
                               struct as_error *error)
{
    const char *sign = mail_or_site.n > 0 ? memchr(mail_or_site.p, '@', mail_or_site.n) : NULL;
    size_t n = sign != NULL ? mail_or_site.n - (size_t)(sign + 1 - mail_or_site.p) : 0;
    if (n == 0 || n > LONGEST_HOST || memchr(sign + 1, '\0', n) != NULL)
        return find_domain(out, store, mail_or_site, error);
    if (store->domains == NULL && (store->domains = calloc(1, sizeof *store->domains)) == NULL)
        return as_error_memory(error);
    size_t slot = as_content_hash(AS_CONTENT_HASH, sign + 1, n) % AS_DOMAIN_SLOTS, before = out->n;
    const char *host = store->domains->at[slot].host;
    if (store->domains->at[slot].used && strlen(host) == n && memcmp(host, sign + 1, n) == 0) {
        as_buf_text(out, store->domains->at[slot].domain);
        return out->failed ? as_error_memory(error) : AS_OK;
    }
    enum as_status status = find_domain(out, store, mail_or_site, error);
    if (status == AS_OK && out->n - before <= LONGEST_HOST) {
        memcpy(store->domains->at[slot].host, sign + 1, n);
        store->domains->at[slot].host[n] = '\0';
        memcpy(store->domains->at[slot].domain, out->n > before ? out->p + before : "", out->n - before);
        store->domains->at[slot].domain[out->n - before] = '\0';
        store->domains->at[slot].used = true;
    }
    return status;
}

void as_email_identity(struct as_buf *out, struct as_str email)
{
    if (as_email_normalise(out, email))
        return;
    email = as_str_trim(email);
    for (size_t i = 0; i < email.n; i++)
        as_buf_char(out, email.p[i] >= 'A' && email.p[i] <= 'Z' ? (char)(email.p[i] + 32) : email.p[i]);
}

/* The bytes of the first code points: names that begin otherwise are not looked at. */
static struct as_str block_of(struct as_str key)
{
    size_t at = 0;
    for (int i = 0; i < BLOCK && at < key.n; i++)
        as_utf8_next(key, &at);
    return (struct as_str){key.p, at};
}

/* Of the whole keys; where both have as many words, no word may be less like the other's in its place: what
 * two siblings share is most of their names. */
static enum as_status likeness(double *out, struct as_str a, struct as_str b, struct as_error *error)
{
    enum as_status status = as_jaro_winkler(out, a, b, error);
    size_t words[2] = {1, 1};
    for (size_t i = 0; i < a.n; i++)
        words[0] += a.p[i] == ' ';
    for (size_t i = 0; i < b.n; i++)
        words[1] += b.p[i] == ' ';
    while (words[0] == words[1] && a.n > 0 && status == AS_OK && *out >= AS_NAME_ALIKE) {
        double word;
        status = as_jaro_winkler(&word, as_str_cut(&a, ' '), as_str_cut(&b, ' '), error);
        if (status == AS_OK && word < *out)
            *out = word;
    }
    return status;
}

enum as_status as_match_names(struct as_store *store, struct as_str key, as_alike_name_fn each, void *context,
                              struct as_error *error)
{
    enum as_status status;
    struct as_str block = block_of(key);
    struct as_buf end = {0};
    as_buf_str(&end, block);
    as_buf_text(&end, "\xf4\x8f\xbf\xbf");
    sqlite3_stmt *stmt =
        as_sql(store, error,
               "SELECT id, name_key, name FROM account WHERE name_key >= ?1 AND name_key < ?2"
               " AND merged_into IS NULL ORDER BY name_key = ?3 DESC, name_key, id LIMIT ?4",
               "stsi", block, as_buf_c(&end), key, (int64_t)AS_MAX_NAME_CANDIDATES);
    while (as_sql_row(&status, store, stmt, error)) {
        struct as_str other = as_sql_str(stmt, 1);
        double alike = 1;
        if (!as_str_eq(other, key) && (status = likeness(&alike, key, other, error)) != AS_OK)
            break;
        each(context, sqlite3_column_int64(stmt, 0), as_sql_text(stmt, 2), alike);
    }
    sqlite3_reset(stmt);
    as_buf_free(&end);
    return status;
}

struct best_name {
    struct as_match *match;
    uint32_t equals;
};

static void keep_best(void *context, int64_t account, const char *name, double alike)
{
    struct best_name *best = context;
    struct as_match *match = best->match;
    if (alike < AS_NAME_ALIKE || alike < match->score)
        return;
    if (alike == match->score) {
        best->equals++;
        return;
    }
    *match = (struct as_match){.account = account, .by = "name", .score = alike};
    snprintf(match->note, sizeof match->note, "%s %s", alike == 1 ? "called" : "alike to", name);
    best->equals = 0;
}

static enum as_status by_name(struct as_match *out, struct as_facts *facts, struct as_str key,
                              struct as_error *error)
{
    struct best_name best = {out, 0};
    enum as_status status = as_match_names(facts->store, key, keep_best, &best, error);
    if (best.equals > 0) {
        size_t n = strlen(out->note);
        snprintf(out->note + n, sizeof out->note - n, " (first of %u)", best.equals + 1);
    }
    return status;
}

static enum as_status by_name_cached(struct as_match *out, struct as_facts *facts, struct as_str key,
                                     struct as_error *error)
{
    if (facts->matches == NULL && (facts->matches = calloc(1, sizeof *facts->matches)) == NULL)
        return as_error_memory(error);
    uint64_t hash = as_content_hash(AS_CONTENT_HASH, key.p, key.n);
    size_t slot = hash % CACHE_ROOM;
    if (facts->matches->at[slot].used && facts->matches->at[slot].hash == hash) {
        *out = facts->matches->at[slot].match;
        return AS_OK;
    }
    enum as_status status = by_name(out, facts, key, error);
    facts->matches->at[slot].used = status == AS_OK;
    facts->matches->at[slot].hash = hash;
    facts->matches->at[slot].match = *out;
    return status;
}

enum as_status as_match_find(struct as_match *out, struct as_facts *facts, struct as_str crm_account,
                             struct as_str domain, struct as_str company_key, struct as_error *error)
{
    *out = (struct as_match){0};
    enum as_status status = AS_OK;
    if (crm_account.n > 0) {
        if ((status = as_account_by_id(&out->account, facts, crm_account, error)) != AS_OK)
            return status;
        if (out->account != 0) {
            out->by = "id";
            out->score = 1;
            snprintf(out->note, sizeof out->note, "account id %.*s of %s",
                     crm_account.n > 100 ? 100 : (int)crm_account.n, crm_account.p, facts->system);
            return AS_OK;
        }
    }
    if (domain.n > 0) {
        if ((status = as_account_by_identity(&out->account, facts, "domain", domain, error)) != AS_OK)
            return status;
        if (out->account != 0) {
            out->by = "domain";
            out->score = 1;
            snprintf(out->note, sizeof out->note, "domain %.*s", domain.n > 200 ? 200 : (int)domain.n,
                     domain.p);
            return AS_OK;
        }
    }
    return company_key.n > 0 ? by_name_cached(out, facts, company_key, error) : AS_OK;
}

struct waiting {
    int64_t lead;
    struct as_buf crm, domain, company;
};

static enum as_status next_waiting(bool *more, struct waiting *out, struct as_store *store,
                                   struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(
        store, error,
        "SELECT id, crm_account, mail_domain, company_key FROM lead WHERE id > ? AND account_id IS NULL"
        " AND (crm_account IS NOT NULL OR mail_domain IS NOT NULL OR company_key IS NOT NULL)"
        " AND merged_into IS NULL ORDER BY id LIMIT 1",
        "i", out->lead);
    *more = as_sql_row(&status, store, stmt, error);
    if (!*more)
        return status;
    out->lead = sqlite3_column_int64(stmt, 0);
    struct as_buf *texts[] = {&out->crm, &out->domain, &out->company};
    for (int i = 0; i < 3; i++) {
        as_buf_reset(texts[i]);
        as_buf_str(texts[i], as_sql_str(stmt, 1 + i));
    }
    sqlite3_reset(stmt);
    return AS_OK;
}

enum as_status as_match_again(struct as_facts *facts, struct as_error *error)
{
    struct waiting waiting = {0};
    enum as_status status = AS_OK;
    bool more = true;
    /* Answers from before these accounts came in are of no use. */
    as_match_cache_free(facts->matches);
    facts->matches = NULL;
    while (status == AS_OK && (status = next_waiting(&more, &waiting, facts->store, error)) == AS_OK &&
           more) {
        struct as_match match;
        status =
            as_match_find(&match, facts, as_str_of(as_buf_c(&waiting.crm)),
                          as_str_of(as_buf_c(&waiting.domain)), as_str_of(as_buf_c(&waiting.company)), error);
        if (status == AS_OK && match.account != 0)
            status = as_match_write(facts, waiting.lead, 0, &match, error);
    }
    as_buf_free(&waiting.crm);
    as_buf_free(&waiting.domain);
    as_buf_free(&waiting.company);
    return status;
}

enum as_status as_match_write(struct as_facts *facts, int64_t lead, int64_t before,
                              const struct as_match *match, struct as_error *error)
{
    bool allowed = true;
    enum as_status status = AS_OK;
    if (before != match->account) {
        struct as_cell old = {.type = AS_TYPE_REFERENCE, .known = before != 0, .integer = before};
        struct as_cell fresh = {.type = AS_TYPE_REFERENCE, .known = true, .integer = match->account};
        status = as_supersede(&allowed, facts, AS_LEVEL_LEAD, lead, facts->map.match_field, false, &old,
                              &fresh, error);
    }
    if (status != AS_OK || !allowed)
        return status;
    return as_sql_do(
        facts->store, error,
        "UPDATE lead SET account_id = ?, matched_by = ?, match_score = ?, match_note = ? WHERE id = ?",
        "ktrti", match->account, match->by, match->score, match->note, lead);
}
