/* Checking decisions, all in the order they were made: whether the ledgers of each sum to its scores, and
 * whether each follows the last one about its lead. What the tables around them promise is check.c's. */
#include "store/decision_check.h"

#include "store/decisions/stored_ledgers.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* What the decisions about one model came to so far. */
struct chain {
    struct chain *next;
    int64_t model, run, lead; /* of its last decision */
    int64_t *last;            /* by lead: its last decision, 0 none */
};

struct checking {
    struct as_found *found;
    struct as_store *store;
    struct chain *chains;
    int64_t leads; /* the highest id of one: what refers to others the foreign keys tell */
    int64_t decision;
    bool open; /* a score is under way */
    struct as_stored_score score;
    uint64_t sum; /* of its entries, modulo 2^64: the text may say anything */
};

static void tell(const struct checking *checking, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void tell(const struct checking *checking, const char *format, ...)
{
    char text[320];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    as_found_add(checking->found, text);
}

/* --- ledgers --- */

static void end_score(struct checking *checking)
{
    const struct as_stored_score *score = &checking->score;
    if (checking->open && checking->sum != (uint64_t)score->value)
        tell(checking, "the ledger of score %s in decision %lld sums to %lld, not %lld", score->name.text,
             (long long)checking->decision, (long long)checking->sum, (long long)score->value);
    checking->open = false;
}

static enum as_status take_score(void *context, const struct as_stored_score *score, struct as_error *error)
{
    struct checking *checking = context;
    (void)error;
    end_score(checking);
    checking->score = *score;
    checking->open = true;
    checking->sum = 0;
    if (score->low > score->value || score->high < score->value)
        tell(checking, "the interval of score %s in decision %lld does not hold its value", score->name.text,
             (long long)checking->decision);
    return AS_OK;
}

static enum as_status take_entry(void *context, const struct as_stored_entry *entry, struct as_error *error)
{
    struct checking *checking = context;
    (void)error;
    checking->sum += (uint64_t)entry->points;
    return AS_OK;
}

static enum as_status check_ledgers(struct checking *checking, struct as_str ledgers, struct as_error *error)
{
    const struct as_ledgers_reader reader = {.context = checking, .score = take_score, .entry = take_entry};
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = as_ledgers_read(checking->store, ledgers, &reader, &why);
    end_score(checking);
    if (status == AS_ERR_DATA) {
        tell(checking, "the ledgers of decision %lld cannot be read", (long long)checking->decision);
        return AS_OK;
    }
    if (status != AS_OK && error != NULL)
        *error = why;
    return status;
}

/* --- one after the other --- */

static enum as_status chain_of(struct chain **out, struct checking *checking, int64_t model,
                               struct as_error *error)
{
    struct chain *chain = checking->chains;
    while (chain != NULL && chain->model != model)
        chain = chain->next;
    *out = chain;
    if (chain != NULL)
        return AS_OK;
    chain = calloc(1, sizeof *chain);
    int64_t *last = calloc((size_t)checking->leads + 1, sizeof *last);
    if (chain == NULL || last == NULL) {
        free(chain);
        free(last);
        return as_error_memory(error);
    }
    *chain = (struct chain){.next = checking->chains, .model = model, .last = last};
    *out = checking->chains = chain;
    return AS_OK;
}

static enum as_status check_row(struct checking *checking, sqlite3_stmt *stmt, struct as_error *error)
{
    struct chain *chain;
    int64_t run = sqlite3_column_int64(stmt, 1), lead = sqlite3_column_int64(stmt, 3),
            prior = sqlite3_column_int64(stmt, 4);
    checking->decision = sqlite3_column_int64(stmt, 0);
    enum as_status status = chain_of(&chain, checking, sqlite3_column_int64(stmt, 2), error);
    if (status != AS_OK)
        return status;
    if (chain->run == run && chain->lead >= lead)
        tell(checking, "run %lld did not decide lead #%lld in its turn", (long long)run, (long long)lead);
    chain->run = run;
    chain->lead = lead;
    if (lead >= 0 && lead <= checking->leads) {
        if (prior != chain->last[lead])
            tell(checking, "decision %lld about lead #%lld does not follow the last one before it",
                 (long long)checking->decision, (long long)lead);
        chain->last[lead] = checking->decision;
    }
    return check_ledgers(checking, as_sql_str(stmt, 5), error);
}

enum as_status as_decisions_check(struct as_found *found, struct as_store *store, struct as_error *error)
{
    struct checking checking = {.found = found, .store = store};
    enum as_status status =
        as_sql_get(&checking.leads, NULL, store, error, "SELECT coalesce(max(id), 0) FROM lead", "");
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT id, run_id, model_id, lead_id, prior_id, ledgers FROM decision ORDER BY id", "");
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = check_row(&checking, stmt, error);
    as_sql_end(store, stmt);
    for (struct chain *chain = checking.chains, *next; chain != NULL; chain = next) {
        next = chain->next;
        free(chain->last);
        free(chain);
    }
    return status;
}
