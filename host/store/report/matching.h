/* Matching: how a lead comes to its account, step by step, and which leads of the base are probably one
 * person. Everything reads; strings live during the call, NULL where there is nothing. */
#ifndef AS_STORE_MATCHING_H
#define AS_STORE_MATCHING_H

#include "store/report/report.h"

/* One thing that an account was looked for by, in the order in which they count: the CRM's own id, the
 * registrable domain, names alike (several rows, likest first). */
struct as_match_step {
    const char *by; /* "id", "domain", "name" */
    const char
        *value; /* what was looked for: "A17", "acme.example", "acme"; NULL: the lead says nothing of it */
    int64_t account; /* 0: none was found */
    const char *account_name;
    double alike;     /* of names: Jaro-Winkler of the keys */
    bool holds;       /* it is enough for a match */
    const char *note; /* why there is none: "gmail.com is anybody's mailbox"; NULL */
};
typedef enum as_status (*as_match_step_fn)(void *context, const struct as_match_step *step,
                                           struct as_error *error);
enum as_status as_store_match_steps(struct as_store *store, int64_t lead_id, as_match_step_fn each,
                                    void *context, struct as_error *error);

/* How leads came to their accounts: how many by each reason, and why the others have none. */
struct as_match_counts {
    uint64_t leads, by_id, by_domain, by_name;
    uint64_t unknown_account; /* they name one that is not here: an id, a domain or a name */
    uint64_t nameless;        /* nothing they say leads to a company */
};
enum as_status as_store_match_counts(struct as_match_counts *out, struct as_store *store,
                                     struct as_error *error);

/* Two leads that are probably one person (data/identity/duplicate.h). */
struct as_duplicate {
    struct as_who a, b; /* a: the lower number */
    double probability, weight;
    const char *reasons;
};
typedef enum as_status (*as_duplicate_fn)(void *context, const struct as_duplicate *pair,
                                          struct as_error *error);
struct as_duplicates {
    uint64_t compared, found;
    uint64_t left_out; /* signs shared by more than AS_MAX_ALIKE_BLOCK leads, which say nothing */
};
/* Of the whole base, at most `most`, likeliest first. Only leads are compared that share a sign: the mailbox,
 * the family name with the first letter of the given one, the end of the telephone number, or the company
 * with how the family name begins. Neither merged leads nor pairs that are kept apart are told. AS_ERR_LIMIT
 * beyond AS_MAX_ALIKE_PAIRS. */
enum as_status as_store_duplicates(struct as_duplicates *out, struct as_store *store, double least,
                                   uint32_t most, as_duplicate_fn each, void *context,
                                   struct as_error *error);

#endif
