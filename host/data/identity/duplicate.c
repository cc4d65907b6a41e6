/* Two records of people, field by field. Which pairs are worth comparing is the caller's. */
#include "data/identity/duplicate.h"

#include "base/limits.h"
#include "data/identity/fold.h"
#include "data/identity/identity.h"
#include "data/identity/name.h"
#include "data/identity/similarity.h"

#include <string.h>

enum { PHONE_DIGITS = 8 };

/* A field's share of the odds. */
struct weights {
    double m, u;
};
static const struct weights address = {.5, 1e-6}, mailbox = {.5, .001}, family = {.95, .003},
                            given = {.9, .02}, phone = {.6, .00005}, company = {.8, .005};

struct comparing {
    struct as_buf *reasons;
    size_t start; /* of our reasons */
    double weight;
    struct as_error *error;
};

static void note(struct comparing *c, struct weights w, bool agrees)
{
    c->weight += as_match_weight(agrees, w.m, w.u);
    if (c->reasons->n > c->start)
        as_buf_text(c->reasons, ", ");
}

/* --- names --- */

struct names {
    struct as_buf first, last; /* folded */
};

static void names_free(struct names *names)
{
    as_buf_free(&names->first);
    as_buf_free(&names->last);
}

void as_person_names(struct as_str *first, struct as_str *last, struct as_str name)
{
    if (first->n + last->n > 0)
        return;
    name = as_str_trim(name);
    size_t cut = name.n;
    while (cut > 0 && name.p[cut - 1] != ' ')
        cut--;
    *first = as_str_trim((struct as_str){name.p, cut});
    *last = (struct as_str){name.p + cut, name.n - cut};
}

static enum as_status fold_names(struct names *out, const struct as_person *person, struct as_error *error)
{
    struct as_str first = person->first, last = person->last;
    as_person_names(&first, &last, person->name);
    enum as_status status = as_fold(&out->first, first, error);
    if (status == AS_OK)
        status = as_fold(&out->last, last, error);
    return status == AS_OK && (out->first.failed || out->last.failed) ? as_error_memory(error) : status;
}

static struct as_str of(const struct as_buf *buf)
{
    return (struct as_str){as_buf_c(buf), buf->n};
}

static bool is_initial(struct as_str a, struct as_str b)
{
    size_t letters = a.n > 0 && a.p[a.n - 1] == '.' ? a.n - 1 : a.n;
    return letters == 1 && b.n > 0 && a.p[0] == b.p[0];
}

static enum as_status compare_names(struct comparing *c, const struct names *a, const struct names *b)
{
    double last = 0, first = 0, crossed_last = 0, crossed_first = 0;
    enum as_status status = AS_OK;
    if (a->last.n > 0 && b->last.n > 0)
        status = as_jaro_winkler(&last, of(&a->last), of(&b->last), c->error);
    if (status == AS_OK && a->first.n > 0 && b->first.n > 0)
        status = as_jaro_winkler(&first, of(&a->first), of(&b->first), c->error);
    bool whole = a->first.n > 0 && a->last.n > 0 && b->first.n > 0 && b->last.n > 0;
    if (status == AS_OK && whole)
        status = as_jaro_winkler(&crossed_last, of(&a->last), of(&b->first), c->error);
    if (status == AS_OK && whole)
        status = as_jaro_winkler(&crossed_first, of(&a->first), of(&b->last), c->error);
    if (status != AS_OK)
        return status;
    if (is_initial(of(&a->first), of(&b->first)) || is_initial(of(&b->first), of(&a->first)))
        first = 1;
    if (crossed_last >= .92 && crossed_first >= .9) {
        note(c, family, true);
        c->weight += as_match_weight(true, given.m, given.u);
        as_buf_text(c->reasons, "same names, the other way round");
        return AS_OK;
    }
    if (a->last.n > 0 && b->last.n > 0) {
        note(c, family, last >= .92);
        as_buf_printf(c->reasons, "%s family name", last == 1 ? "same" : last >= .92 ? "like" : "other");
    }
    if (a->first.n > 0 && b->first.n > 0) {
        note(c, given, first >= .9);
        as_buf_printf(c->reasons, "%s given name", first == 1 ? "same" : first >= .9 ? "like" : "other");
    }
    return AS_OK;
}

/* --- what reaches them --- */

static enum as_status compare_addresses(struct comparing *c, struct as_str a, struct as_str b)
{
    struct as_buf x = {.p = NULL}, y = {.p = NULL};
    enum as_status status = AS_OK;
    if (as_email_normalise(&x, a) && as_email_normalise(&y, b)) {
        struct as_str own = of(&x), other = of(&y);
        struct as_str before = {own.p, own.n - as_email_domain(own).n},
                      behind = {other.p, other.n - as_email_domain(other).n};
        if (as_str_eq(own, other)) {
            note(c, address, true);
            as_buf_text(c->reasons, "same e-mail address");
        } else if (as_str_eq(before, behind)) {
            note(c, mailbox, true);
            as_buf_printf(c->reasons, "same mailbox %.*s at another domain", (int)before.n - 1, before.p);
        }
    }
    if (x.failed || y.failed)
        status = as_error_memory(c->error);
    as_buf_free(&x);
    as_buf_free(&y);
    return status;
}

/* The last digits; false when there are fewer. */
static bool phone_end(char out[PHONE_DIGITS], struct as_str text)
{
    int n = 0;
    for (size_t i = text.n; i > 0 && n < PHONE_DIGITS; i--)
        if (text.p[i - 1] >= '0' && text.p[i - 1] <= '9')
            out[n++] = text.p[i - 1];
    return n == PHONE_DIGITS;
}

static void compare_phones(struct comparing *c, struct as_str a, struct as_str b)
{
    char x[PHONE_DIGITS], y[PHONE_DIGITS];
    if (!phone_end(x, a) || !phone_end(y, b))
        return;
    bool same = memcmp(x, y, sizeof x) == 0;
    note(c, phone, same);
    as_buf_text(c->reasons, same ? "same telephone" : "other telephone");
}

static enum as_status compare_companies(struct comparing *c, const struct as_person *a,
                                        const struct as_person *b)
{
    if (a->account != 0 && a->account == b->account) {
        note(c, company, true);
        as_buf_text(c->reasons, "same company");
        return AS_OK;
    }
    struct as_buf x = {.p = NULL}, y = {.p = NULL};
    double alike = 0;
    enum as_status status = as_company_key(&x, a->company, c->error);
    if (status == AS_OK)
        status = as_company_key(&y, b->company, c->error);
    if (status == AS_OK && x.n > 0 && y.n > 0) {
        status = as_jaro_winkler(&alike, of(&x), of(&y), c->error);
        if (status == AS_OK) {
            note(c, company, alike >= .93);
            as_buf_text(c->reasons, alike >= .93 ? "company of like name" : "other company");
        }
    }
    as_buf_free(&x);
    as_buf_free(&y);
    return status;
}

enum as_status as_person_compare(double *probability, double *weight, struct as_buf *reasons,
                                 const struct as_person *a, const struct as_person *b, struct as_error *error)
{
    struct comparing c = {.reasons = reasons, .start = reasons->n, .error = error};
    struct names x = {.first = {.p = NULL}}, y = {.first = {.p = NULL}};
    *probability = *weight = 0;
    enum as_status status = compare_addresses(&c, a->email, b->email);
    if (status == AS_OK)
        status = fold_names(&x, a, error);
    if (status == AS_OK)
        status = fold_names(&y, b, error);
    if (status == AS_OK)
        status = compare_names(&c, &x, &y);
    if (status == AS_OK) {
        compare_phones(&c, a->phone, b->phone);
        status = compare_companies(&c, a, b);
    }
    names_free(&x);
    names_free(&y);
    if (status == AS_OK && reasons->failed)
        status = as_error_memory(error);
    *weight = c.weight;
    if (status == AS_OK)
        *probability = as_match_probability(c.weight, AS_DUPLICATE_PRIOR);
    return status;
}
