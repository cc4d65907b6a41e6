/* Record: one row of an import after mapping, in our own names, on its way into the store.
 *
 * Names are canonical (see below); values are texts whose form was checked: instants are ISO 8601 UTC, dates YYYY-MM-DD,
 * numbers plain decimals, booleans "true"/"false", choices one of the declared values.
 */
#ifndef AS_DATA_RECORD_H
#define AS_DATA_RECORD_H

#include "data/facts/schema.h"

enum as_import_kind {
    AS_IMPORT_LEADS,
    AS_IMPORT_ACCOUNTS,
    AS_IMPORT_EVENTS,
    AS_IMPORT_ANSWERS,
    AS_IMPORT_OPPORTUNITIES,
    AS_IMPORT_USERS,
    AS_IMPORT_CAMPAIGNS,
    AS_IMPORT_CONTENT,
    AS_IMPORT_PRODUCTS,
    AS_IMPORT_TOUCHES,
    AS_IMPORT_CONSENT,
    AS_IMPORT_COSTS,
    AS_IMPORT_SURVEYS,
    AS_IMPORT_ACTIVITIES,
    AS_IMPORT_POSTS,
};
enum { AS_IMPORT_KIND_COUNT = AS_IMPORT_POSTS + 1 };
/* "leads" …, by kind; ends with NULL. */
extern const char *const as_import_kinds[AS_IMPORT_KIND_COUNT + 1];
const char *as_import_kind_name(enum as_import_kind kind);
bool as_import_kind_parse(enum as_import_kind *kind, struct as_str name);

struct as_value_pair {
    const char *name;    /* canonical column, or a declared field's name, or "property.NAME" for events */
    struct as_str value; /* empty: the source says nothing (clears only with clear_empty) */
};
/* The sink's: what its `foresee` found out of a record; zeroes: nothing. */
struct as_foreseen {
    int64_t event;               /* the row it is, or what the sink has for none */
    int64_t lead, home, created; /* whom it names, that lead's account and day of creation */
};
struct as_record {
    enum as_import_kind kind;
    uint64_t line;       /* of the file, 1-based */
    const struct as_value_pair *pairs;
    uint32_t n;
    struct as_foreseen foreseen;
};

/* Canonical columns by kind, beside the schema's fields (leads, accounts):
 *   leads          id, email (several separated by ";"), account_id, company, website, merged_ids, and lead fields
 *   accounts       id, name, domain, website, parent_id, parent, merged_ids, and account fields
 *   events         id, at, kind, lead_id | email, account_id | domain, content, campaign, property.*
 *   answers        lead_id | email | account_id, question, value, manner (stated, inferred), by (buyer, sales, marketing,
 *                  system), at, user
 *   opportunities  id, name, account_id | account, lead_id | email, stage, outcome (open, won, lost, no_decision), amount,
 *                  currency, created, closed, owner, product, source, reason, competitor
 *   users          id, name, email, team, role, manager, absent_from, absent_to, capacity (leads in hand at a time)
 *   campaigns      id, name, channel, started, ended, cost, currency
 *   content        key, title, kind, persona, phase, need, url, source_type, evidence, brand_visible, answers, appeal,
 *                  story, text
 *   products       id, name, line, price, currency
 *   touches        id, at, lead_id | email, channel, ask, content, user, outcome, summary, text
 *   consent        lead_id | email, channel, purpose, basis, state (granted, double_opt_in, denied, objected), source, at,
 *                  evidence
 *   costs          campaign | content | activity | account_id | account, amount, currency, at
 *   surveys        survey, at, respondent, group, stage (information, buying, client), item, axis, answer, times
 *   activities     name, roi_applicable, measured_by, automated
 *   posts          id, at, member | email, community, tags (several separated by ";" or ","), text
 * merged_ids: external ids that were merged into this one, separated by ";". */

/* Takes a record in. AS_ERR_DATA rejects this row (its message is the reason, error->file unused) and the import goes on;
 * any other failure stops it. *changed: the row changed something. */
struct as_record_sink {
    void *context;
    enum as_status (*put)(void *context, const struct as_record *record, bool *changed, struct as_error *error);
    /* NULL, or: may find out something about a record ahead of its `put`, while others are put: called for records in
     * their order by another thread, or for none. */
    void (*foresee)(void *context, struct as_record *record);
};

#endif
