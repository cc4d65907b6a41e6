/* The ledger: a score taken apart again, rule by rule, in sums of its own. Where they and the kernels differ
 * by as little as a milli-point the run is stopped, and the rule is named. */
#include "score/model/ledger.h"

#include "score/model/recount.h"

#include <stdlib.h>
#include <string.h>

struct interval {
    int64_t value, low, high;
};

/* What a rule gives: `raw` before its own cap. */
struct share {
    struct interval given;
    int64_t raw;
    uint32_t events;
    bool open;
    enum as_tri state;
};

static int64_t within(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static int64_t absolute(int64_t value)
{
    return value < 0 ? -value : value;
}

/* --- one rule --- */

static enum as_status take_share(struct share *share, const struct as_score_plan *plan, uint32_t index,
                                 struct as_recount *recount, const struct as_run *run, uint32_t position,
                                 struct as_error *error)
{
    const struct as_part *part = &plan->parts.at[index];
    const struct as_rule *rule = part->rule;
    enum as_tri when = part->when == AS_NO_NODE ? AS_YES : as_run_state(run, part->when, position);
    enum as_tri points = part->points == AS_NO_NODE ? AS_YES : as_run_state(run, part->points, position);
    int64_t cap = rule->has_cap ? absolute(rule->cap) : AS_OPEN_POINTS;
    *share = (struct share){0};
    if (when == AS_NO)
        return AS_OK;
    int64_t low = part->low, high = part->high;
    if (points == AS_YES) {
        share->raw = rule->kind == AS_RULE_CONDITION ? rule->points : 0;
        if (rule->kind == AS_RULE_FUNCTION)
            share->raw = run->table[part->points].i64[position];
        enum as_status status = rule->kind == AS_RULE_EVENTS
                                    ? as_recount_events(&share->raw, &share->events, recount, index,
                                                        run->row_of[AS_LEVEL_LEAD][position], error)
                                    : AS_OK;
        if (status != AS_OK)
            return status;
        low = high = within(share->raw, -cap, cap);
    }
    if (when == AS_YES && points == AS_YES) {
        share->given = (struct interval){low, low, high};
        return AS_OK;
    }
    share->open = true;
    share->state = when == AS_UNKNOWN || points == AS_UNKNOWN ? AS_UNKNOWN : AS_UNMEASURABLE;
    share->given = (struct interval){0, low < 0 ? low : 0, high > 0 ? high : 0};
    share->raw = 0;
    share->events = 0;
    return AS_OK;
}

static enum as_status unbalanced(const char *what, const char *name, const struct as_position *position,
                                 int64_t ledger, int64_t kernel, struct as_error *error)
{
    as_error_set(error, AS_ERR_BUG,
                 "the ledger of %s \"%s\" does not balance: %lld.%03lld points against %lld.%03lld", what,
                 name, (long long)(ledger / 1000), (long long)absolute(ledger % 1000),
                 (long long)(kernel / 1000), (long long)absolute(kernel % 1000));
    as_error_advise(error, "nothing was decided; this is a fault of the host: report it with the pack");
    return as_error_at(error, position->file, position->line);
}

static bool add_entry(struct as_arena *arena, struct as_ledger *ledger, enum as_entry_kind kind,
                      const struct as_rule *rule, const char *group, int64_t points, uint32_t events,
                      const char *note)
{
    if (points == 0)
        return true;
    struct as_entry entry = {.kind = kind, .rule = rule, .group = group, .points = points, .events = events};
    if (note != NULL && note[0] != '\0' && (entry.note = as_arena_copy(arena, note, strlen(note))) == NULL)
        return false;
    return as_list_push(arena, &ledger->entries, entry);
}

/* --- the whole --- */

static void add_interval(struct interval *to, const struct interval *from)
{
    to->value += from->value;
    to->low += from->low;
    to->high += from->high;
}

static void clamp_interval(struct interval *interval, int64_t low, int64_t high)
{
    interval->value = within(interval->value, low, high);
    interval->low = within(interval->low, low, high);
    interval->high = within(interval->high, low, high);
}

static enum as_status write_rules(struct as_ledger *out, struct as_arena *arena, const struct as_run *run,
                                  uint32_t position, const struct as_score_plan *plan,
                                  struct as_recount *recount, struct share *shares, struct as_error *error)
{
    for (uint32_t p = 0; p < plan->parts.n; p++) {
        const struct as_part *part = &plan->parts.at[p];
        const struct as_rule *rule = part->rule;
        enum as_status status = take_share(&shares[p], plan, p, recount, run, position, error);
        if (status != AS_OK)
            return status;
        int64_t kernel = run->parts[plan - run->plan->scores.at][p][position];
        if (kernel != shares[p].given.value)
            return unbalanced("rule", rule->name, &rule->position, shares[p].given.value, kernel, error);
        const char *note = rule->kind == AS_RULE_FUNCTION ? run->notes[part->points][position] : NULL;
        if (!add_entry(arena, out, rule->kind == AS_RULE_EVENTS ? AS_ENTRY_EVENTS : AS_ENTRY_RULE, rule, NULL,
                       shares[p].raw, shares[p].events, note))
            return as_error_memory(error);
        struct as_open_rule open = {rule, shares[p].state, shares[p].given.low, shares[p].given.high};
        if (shares[p].open && !as_list_push(arena, &out->open, open))
            return as_error_memory(error);
    }
    for (uint32_t p = 0; p < plan->parts.n; p++)
        if (!add_entry(arena, out, AS_ENTRY_RULE_CAP, plan->parts.at[p].rule, NULL,
                       shares[p].given.value - shares[p].raw, 0, NULL))
            return as_error_memory(error);
    return AS_OK;
}

/* Sums, caps of groups, cap and floor of the score, each its own entry. */
static enum as_status write_sums(struct as_ledger *out, struct as_arena *arena,
                                 const struct as_score_plan *plan, const struct share *shares,
                                 struct as_error *error)
{
    const struct as_score *score = plan->score;
    struct interval total = {0};
    for (uint32_t g = 0; g <= score->groups.n; g++) {
        struct interval sum = {0};
        for (uint32_t p = 0; p < plan->parts.n; p++)
            if (plan->parts.at[p].group == (g < score->groups.n ? g : AS_NO_INDEX))
                add_interval(&sum, &shares[p].given);
        if (g < score->groups.n) {
            int64_t cap = absolute(score->groups.at[g].cap), before = sum.value;
            clamp_interval(&sum, -cap, cap);
            if (!add_entry(arena, out, AS_ENTRY_GROUP_CAP, NULL, score->groups.at[g].name, sum.value - before,
                           0, NULL))
                return as_error_memory(error);
        }
        add_interval(&total, &sum);
    }
    total.low = within(total.low, -AS_OPEN_POINTS, AS_OPEN_POINTS);
    total.high = within(total.high, -AS_OPEN_POINTS, AS_OPEN_POINTS);
    int64_t before = total.value;
    clamp_interval(&total, INT64_MIN, score->has_cap ? score->cap : INT64_MAX);
    if (!add_entry(arena, out, AS_ENTRY_CAP, NULL, NULL, total.value - before, 0, NULL))
        return as_error_memory(error);
    before = total.value;
    clamp_interval(&total, score->has_floor ? score->floor : INT64_MIN, INT64_MAX);
    if (!add_entry(arena, out, AS_ENTRY_FLOOR, NULL, NULL, total.value - before, 0, NULL))
        return as_error_memory(error);
    out->value = total.value;
    out->low = total.low;
    out->high = total.high;
    return AS_OK;
}

/* So many parts of a score find room without asking for memory. */
enum { FEW_PARTS = 32 };

static enum as_status write_ledger(struct as_ledger *out, struct as_arena *arena, const struct as_run *run,
                                   uint32_t position, const struct as_score_plan *plan,
                                   struct as_recount *recount, struct as_error *error)
{
    const struct as_score *score = plan->score;
    const struct as_vec *table = &run->table[plan->node];
    struct share few[FEW_PARTS];
    struct share *shares = plan->parts.n <= FEW_PARTS ? few : calloc(plan->parts.n, sizeof *shares);
    if (shares == NULL)
        return as_error_memory(error);
    *out = (struct as_ledger){.score = score};
    enum as_status status = write_rules(out, arena, run, position, plan, recount, shares, error);
    if (status == AS_OK)
        status = write_sums(out, arena, plan, shares, error);
    if (shares != few)
        free(shares);
    if (status != AS_OK)
        return status;
    int64_t sum = 0;
    for (uint32_t i = 0; i < out->entries.n; i++)
        sum += out->entries.at[i].points;
    if (sum != out->value)
        return unbalanced("score", score->name, &score->position, sum, out->value, error);
    if (out->value != table->i64[position])
        return unbalanced("score", score->name, &score->position, out->value, table->i64[position], error);
    if (out->low != table->low[position])
        return unbalanced("score", score->name, &score->position, out->low, table->low[position], error);
    if (out->high != table->high[position])
        return unbalanced("score", score->name, &score->position, out->high, table->high[position], error);
    return AS_OK;
}

enum as_status as_ledger_of(struct as_ledger *out, struct as_arena *arena, const struct as_trace *trace,
                            const struct as_score *score, struct as_error *error)
{
    const struct as_score_plan *plan = as_plan_score_of(trace->run.plan, score);
    if (plan == NULL)
        return as_error_set(error, AS_ERR_BUG, "the plan does not have score \"%s\"", score->name);
    struct as_recount *recount;
    enum as_status status = as_recount_new(&recount, arena, &trace->run, plan, 1, error);
    return status == AS_OK
               ? write_ledger(out, arena, &trace->run, trace->position[AS_LEVEL_LEAD], plan, recount, error)
               : status;
}

static enum as_status ledgers_of(const struct as_run *run, struct as_arena *arena, const uint32_t *lead_rows,
                                 uint32_t n, as_ledger_fn each, void *context, struct as_error *error)
{
    const uint32_t scores = run->plan->scores.n;
    struct as_recount **recount = as_arena_array(arena, scores, sizeof *recount);
    enum as_status ready = recount == NULL ? as_error_memory(error) : AS_OK;
    for (uint32_t s = 0; s < scores && ready == AS_OK; s++)
        ready = as_recount_new(&recount[s], arena, run, &run->plan->scores.at[s], n, error);
    if (ready != AS_OK)
        return ready;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t position =
            as_selection_place(run->row_of[AS_LEVEL_LEAD], run->rows[AS_LEVEL_LEAD], lead_rows[i]);
        for (uint32_t s = 0; s < scores; s++) {
            struct as_ledger ledger;
            enum as_status status =
                write_ledger(&ledger, arena, run, position, &run->plan->scores.at[s], recount[s], error);
            if (status == AS_OK)
                status = each(context, lead_rows[i], &ledger, error);
            if (status != AS_OK)
                return status;
        }
    }
    return AS_OK;
}

enum as_status as_ledgers(const struct as_plan *plan, const struct as_dataset *dataset,
                          const struct as_run_options *options, const struct as_outcome *outcome,
                          const uint32_t *lead_rows, uint32_t n, as_ledger_fn each, void *context,
                          struct as_error *error)
{
    struct as_run_options alone = *options;
    alone.threads = 1; /* a block is one batch */
    alone.progress = NULL;
    enum as_status status = AS_OK;
    for (uint32_t from = 0; from < n && status == AS_OK; from += AS_BATCH) {
        uint32_t count = n - from < AS_BATCH ? n - from : AS_BATCH;
        struct as_arena arena;
        struct as_selection selection;
        struct as_run *run = calloc(1, sizeof *run);
        if (run == NULL)
            return as_error_memory(error);
        as_arena_init(&arena);
        status =
            as_selection_of(&selection, &arena, dataset, lead_rows + from, count, plan->score_groups, error);
        selection.scores_only = true;
        selection.known = outcome == NULL ? NULL : &outcome->run;
        if (status == AS_OK) {
            status = as_run_open(run, plan, dataset, &alone, &selection, error);
            if (status == AS_OK)
                status = as_run_strata(run, error);
            if (status == AS_OK)
                status = ledgers_of(run, &arena, lead_rows + from, count, each, context, error);
            as_run_close(run);
        }
        as_arena_free(&arena);
        free(run);
    }
    return status;
}
