/* Deciding many leads for a question of the session: a condition, a rule's points. Listing them is
 * repl_base.c. */
#include "bind/session/repl_base.h"

#include "score/tree/condition.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>

static const struct as_pack *pack_of(const struct as_repl *repl)
{
    return repl->options.packs[0].pack;
}

void as_base_free(struct as_base *base)
{
    as_outcome_free(base->outcome);
    as_dataset_free(base->dataset);
    as_plan_free(base->plan);
    as_needs_free(&base->needs);
    free(base->hits);
    free(base->points);
    *base = (struct as_base){.plan = NULL};
}

static bool go_on(void *context, uint64_t done, uint64_t all)
{
    const struct as_repl *repl = context;
    (void)done, (void)all;
    return repl->options.stop == NULL || !repl->options.stop(repl->options.stop_context);
}

enum as_status as_base_open(struct as_base *base, struct as_repl *repl, const struct as_pack *pack,
                            int64_t lead_id, struct as_error *error)
{
    enum as_status status = as_needs_new(&base->needs, repl->options.schema, error);
    if (status == AS_OK)
        status = as_plan_new(&base->plan, pack, error);
    if (status != AS_OK)
        return status;
    as_needs_add(&base->needs, base->plan);
    struct as_snapshot_request wanted = as_needs_request(&base->needs, repl->at, repl->known_at);
    wanted.pack = pack_of(repl);
    wanted.lead_ids = lead_id != 0 ? &lead_id : NULL;
    wanted.lead_count = lead_id != 0;
    status = as_store_snapshot(&base->dataset, repl->options.store, repl->options.schema, &wanted, error);
    base->options = (struct as_run_options){.at = repl->at,
                                            .threads = repl->options.threads,
                                            .functions = repl->options.packs[0].functions,
                                            .progress = go_on,
                                            .progress_context = repl};
    return status;
}

enum as_status as_base_decide(struct as_base *base, struct as_repl *repl, const struct as_persona *asked,
                              uint32_t n, bool scores, struct as_error *error)
{
    as_pack_asking(&base->pack, &repl->scratch, asked, n, scores);
    enum as_status status = as_base_open(base, repl, &base->pack, 0, error);
    return status == AS_OK ? as_plan_run(&base->outcome, base->plan, base->dataset, &base->options, error)
                           : status;
}

enum as_status as_base_ask(struct as_base *base, struct as_repl *repl, const struct as_expr *condition,
                           struct as_error *error)
{
    base->asked = (struct as_persona){.name = "asked", .when = condition};
    enum as_status status =
        as_base_decide(base, repl, &base->asked, 1, as_expr_contains(condition, AS_EXPR_SCORE), error);
    if (status == AS_OK && (base->hits = calloc(AS_BIT_WORDS(base->dataset->leads) + 1, 8)) == NULL)
        status = as_error_memory(error);
    if (status != AS_OK)
        return status;
    struct as_verdicts verdicts = as_outcome_verdicts_at(base->outcome, condition, AS_LEVEL_LEAD);
    for (uint32_t row = 0; row < base->dataset->leads; row++)
        if (as_verdict_at(verdicts, row) == AS_YES)
            as_bit_set(base->hits, row);
    return AS_OK;
}

/* --- whom a rule hits --- */

struct firing {
    struct as_base *base;
    const char *rule;
};

static enum as_status take_ledger(void *context, uint32_t row, const struct as_ledger *ledger,
                                  struct as_error *error)
{
    struct firing *f = context;
    (void)error;
    for (uint32_t i = 0; i < ledger->entries.n; i++) {
        const struct as_entry *entry = &ledger->entries.at[i];
        if (entry->rule == NULL || strcmp(entry->rule->name, f->rule) != 0)
            continue;
        as_bit_set(f->base->hits, row);
        f->base->points[row] += entry->points;
    }
    return AS_OK;
}

enum as_status as_base_fire(struct as_base *base, struct as_repl *repl, const char *rule,
                            struct as_error *error)
{
    struct firing firing = {base, rule};
    enum as_status status = as_base_open(base, repl, pack_of(repl), 0, error);
    if (status != AS_OK)
        return status;
    uint32_t n = base->dataset->leads, *rows = malloc((n + (size_t)1) * sizeof *rows);
    base->hits = calloc(AS_BIT_WORDS(n) + 1, sizeof *base->hits);
    base->points = calloc(n + (size_t)1, sizeof *base->points);
    if (rows == NULL || base->hits == NULL || base->points == NULL)
        status = as_error_memory(error);
    for (uint32_t i = 0; rows != NULL && i < n; i++)
        rows[i] = i;
    if (status == AS_OK && n > 0)
        status =
            as_ledgers(base->plan, base->dataset, &base->options, NULL, rows, n, take_ledger, &firing, error);
    free(rows);
    return status;
}
