/* Facts: what is written into the system of record, with its source, time and history. */
#ifndef AS_STORE_FACTS_H
#define AS_STORE_FACTS_H

#include "base/limits.h"
#include "data/facts/dataset.h"
#include "data/mapping/record.h"
#include "store/store.h"

/* Precedence of sources, strongest last. A weaker source never overwrites a stronger one; what it said is
 * kept in field_history as overruled. An equal or stronger one supersedes; the old value goes to
 * field_history with the time it was known from and to, so that a snapshot at an earlier known_at sees the
 * facts then known. */
enum as_precedence { AS_FROM_INFERRED, AS_FROM_ENRICHMENT, AS_FROM_CRM, AS_FROM_STATED };
/* "inferred" …, by precedence; ends with NULL. */
extern const char *const as_precedences[AS_FROM_STATED + 2];

/* Makes the database know every field, answer, event kind and property of the schema (columns are added; a
 * type that differs is AS_ERR_CONFLICT), and adds to the schema whatever the database knows and the schema
 * does not. */
enum as_status as_store_learn_schema(struct as_store *store, struct as_schema *schema,
                                     struct as_error *error);

struct as_facts_options {
    const char *system; /* where external ids come from: "hubspot", "salesforce", "csv" */
    const char *file;   /* name of the imported file, for import_batch */
    enum as_precedence precedence;
    bool clear_empty; /* empty cells clear */
    int64_t now;      /* the time at which these facts became known */
};
struct as_facts; /* an open batch */

/* Opens an import batch inside a transaction. */
enum as_status as_facts_open(struct as_facts **out, struct as_store *store, const struct as_schema *schema,
                             const struct as_facts_options *options, struct as_error *error);
/* A sink for the reader of host/data; valid until closed. Beside the canonical columns it understands:
 *   a lead or account given as "#12" (lead_id, account_id): the store's own id, for `assay record`;
 *   merged_ids of leads and accounts (several separated by ";"): ids that the source merged into this one;
 * they become identities of the survivor, and a row of our own that has one is merged into it. An opportunity
 * that is won, lost or closed without decision also makes that act's event for the leads linked to it. A
 * touch by a person (it names a user) also makes a sales_touch event. */
struct as_record_sink as_facts_sink(struct as_facts *facts);
/* The lead that the record put last was about; 0: none, or one whose row said nothing new. */
int64_t as_facts_about(const struct as_facts *facts);
/* Matches leads to accounts, links parents, numbers identical events; commits. */
struct as_facts_summary {
    uint64_t inserted, updated, unchanged;
    uint64_t overruled;            /* values that a stronger source holds otherwise */
    uint64_t stitched;             /* anonymous events that now belong to a lead */
    uint64_t merged;               /* leads or accounts merged into another */
    uint64_t matched_accounts;     /* leads of this batch that have an account */
    uint64_t unmatched_accounts;   /* leads of this batch that name a company but found no account */
    uint64_t unresolved_parents;   /* accounts that name a parent which is not there */
    uint64_t parent_cycles;        /* parents refused because they would close a circle */
    uint64_t earlier_than_created; /* events and deals before the lead was created */
    /* Traps of deals; all of them are taken in. Without account: and without lead. Products and owners are
     * only missed where there are any. */
    uint64_t deals_without_account, deals_of_unknown_account, deals_of_unknown_product,
        deals_of_unknown_owner;
    uint64_t deals_closed_before_created;
    char unknown_account[AS_MAX_NAME], unknown_product[AS_MAX_NAME],
        unknown_owner[AS_MAX_NAME]; /* the first of each */
};
enum as_status as_facts_commit(struct as_facts *facts, struct as_facts_summary *summary,
                               struct as_error *error);
/* Rolls back unless committed. NULL is fine. */
void as_facts_close(struct as_facts *facts);

/* Finds a lead by store id ("#12"), external id, e-mail, or unique prefix of e-mail or name. AS_ERR_MISSING
 * suggests; AS_ERR_CONFLICT lists the candidates. The same for accounts by id, domain or name. */
enum as_status as_store_find_lead(int64_t *id, struct as_store *store, const char *words,
                                  struct as_error *error);
enum as_status as_store_find_account(int64_t *id, struct as_store *store, const char *words,
                                     struct as_error *error);
/* The lead itself that an id, address or number stands for, also when it was merged away since; else as
 * as_store_find_lead. */
enum as_status as_store_find_own_lead(int64_t *id, struct as_store *store, const char *words,
                                      struct as_error *error);

/* Who says so and since when: the source, manner and time of the value a field or answer holds at known_at.
 * False when unknown. */
enum { AS_EVIDENCE_TEXT = 128 };
struct as_evidence {
    char source[AS_EVIDENCE_TEXT]; /* "hubspot", "stated by buyer", "inferred" */
    int64_t since;                 /* when it became known */
};
enum as_status as_store_evidence(struct as_evidence *out, bool *known, struct as_store *store,
                                 const struct as_schema *schema, uint32_t field, int64_t row_id,
                                 int64_t known_at, struct as_error *error);

/* Merges lead `merged` into `survivor`: from `now` on, its events, answers, touches and consents are the
 * survivor's (the union of logs; consent: the stricter), its identities find the survivor, and the survivor
 * takes the facts that as_store_merged_facts says. Its row stays, so that it can be undone and earlier
 * moments replay. AS_ERR_CONFLICT when both are one, one is merged away already or erased, or they are kept
 * apart. as_store_may_merge says so beforehand. Undoing gives back what nobody has said otherwise since. */
enum as_status as_store_merge(struct as_store *store, int64_t survivor, int64_t merged, const char *by,
                              int64_t now, struct as_error *error);
enum as_status as_store_may_merge(struct as_store *store, int64_t a, int64_t b, struct as_error *error);
enum as_status as_store_unmerge(struct as_store *store, int64_t merged, const char *by, int64_t now,
                                struct as_error *error);

/* A fact in which two leads differ. The survivor takes what it does not know itself and what a stronger
 * source says of the other (enum as_precedence; of equal ones its own holds). Channels that either has
 * unsubscribed from count for both, and those of the other become objections in the log of consents; whether
 * mail bounced goes with the address. Its account is taken only where the survivor has none. */
struct as_merged_fact {
    const char *field;
    const char *own, *other;               /* values as texts; NULL unknown */
    const char *own_source, *other_source; /* NULL where the value is */
    const char *after;                     /* what the survivor then has; own or other, or both joined */
    bool taken;
};
typedef enum as_status (*as_merged_fact_fn)(void *context, const struct as_merged_fact *fact,
                                            struct as_error *error);
/* By name of the field. */
enum as_status as_store_merged_facts(struct as_store *store, int64_t survivor, int64_t merged,
                                     as_merged_fact_fn each, void *context, struct as_error *error);

/* Two leads that are two people, whatever they have in common: nobody merges them, and neither is shown as a
 * likeness of the other. It holds for whoever is merged into them. reason may be NULL. AS_ERR_CONFLICT: they
 * are one lead, or kept apart already; lifting it: they are not kept apart. */
enum as_status as_store_keep_apart(struct as_store *store, int64_t a, int64_t b, const char *by,
                                   const char *reason, int64_t now, struct as_error *error);
enum as_status as_store_lift_apart(struct as_store *store, int64_t a, int64_t b, const char *by, int64_t now,
                                   struct as_error *error);
enum as_status as_store_apart(bool *apart, struct as_store *store, int64_t a, int64_t b,
                              struct as_error *error);

/* A person's decision over the machine's. model NULL: every model of the pack; pack NULL: every pack. stage
 * 0: the machine decides again. reason must not be empty. *added false: the very same was said of that time
 * before, and nothing changes. */
enum as_status as_store_override(bool *added, struct as_store *store, int64_t lead_id, const char *pack,
                                 const char *model, uint8_t stage, const char *by, const char *reason,
                                 int64_t at, int64_t now, struct as_error *error);
/* A person's word on the track of a lead in a pack: the track that it is placed in (says AS_TRACK_PLACED),
 * none, or the rules' again; track NULL but for the first. The rest as above. */
enum as_status as_store_place(bool *added, struct as_store *store, int64_t lead_id, const char *pack,
                              enum as_track_says says, const char *track, const char *by, const char *reason,
                              int64_t at, int64_t now, struct as_error *error);

#endif
