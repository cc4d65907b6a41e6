/* Facts: what is written into the system of record, with its source, time and history. */
#ifndef AS_STORE_FACTS_H
#define AS_STORE_FACTS_H

#include "data/record.h"
#include "store/store.h"

/* Precedence of sources, strongest last. A weaker source never overwrites a stronger one; it is kept in field_history. */
enum { AS_EVIDENCE_TEXT = 128 };

enum as_precedence { AS_FROM_INFERRED, AS_FROM_ENRICHMENT, AS_FROM_CRM, AS_FROM_STATED };

/* Makes the database know every field, answer, event kind and property of the schema (columns are added; a type that differs
 * is AS_ERR_CONFLICT), and adds to the schema whatever the database knows and the schema does not. */
enum as_status as_store_learn_schema(struct as_store *store, struct as_schema *schema, struct as_error *error);

struct as_facts_options {
    const char *system;     /* where external ids come from: "hubspot", "salesforce", "csv" */
    const char *file;       /* name of the imported file, for import_batch */
    enum as_precedence precedence;
    bool clear_empty;       /* empty cells clear */
    int64_t now;            /* the time at which these facts became known */
};
struct as_facts; /* an open batch */

/* Opens an import batch inside a transaction. */
enum as_status as_facts_open(struct as_facts **out, struct as_store *store, const struct as_schema *schema,
                             const struct as_facts_options *options, struct as_error *error);
/* A sink for the reader of host/data; valid until closed. */
struct as_record_sink as_facts_sink(struct as_facts *facts);
/* Matches leads to accounts, links parents, numbers identical events; commits. */
struct as_facts_summary {
    uint64_t inserted, updated, unchanged, matched_accounts, unmatched_accounts, unresolved_parents, earlier_than_created;
};
enum as_status as_facts_commit(struct as_facts *facts, struct as_facts_summary *summary, struct as_error *error);
/* Rolls back unless committed. NULL is fine. */
void as_facts_close(struct as_facts *facts);

/* Finds a lead by store id ("#12"), external id, e-mail, or unique prefix of e-mail or name. AS_ERR_MISSING suggests; AS_ERR_CONFLICT
 * lists the candidates. The same for accounts by id, domain or name. */
enum as_status as_store_find_lead(int64_t *id, struct as_store *store, const char *words, struct as_error *error);
enum as_status as_store_find_account(int64_t *id, struct as_store *store, const char *words, struct as_error *error);

/* Who says so and since when: the source, manner and time of the value a field or answer holds at known_at. False when
 * unknown. */
struct as_evidence {
    char source[AS_EVIDENCE_TEXT];   /* "hubspot", "stated by buyer", "inferred" */
    int64_t since;                   /* when it became known */
};
enum as_status as_store_evidence(struct as_evidence *out, bool *known, struct as_store *store, const struct as_schema *schema,
                                 uint32_t field, int64_t row_id, int64_t known_at, struct as_error *error);

#endif
