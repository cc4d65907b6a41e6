/* The search: each criterion that does not hold is tried with one proposal, then two, then three at once,
 * over fresh copies of the lead's facts; what holds is a way, and no way contains another. */
#include "run/explain/whynot.h"

#include "base/limits.h"
#include "run/explain/proposal.h"
#include "score/plan/region.h"
#include "score/tree/operator.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>

struct searching {
    struct as_whynot *out;
    struct as_store *store;
    const struct as_whynot_request *request;
    struct as_plan *plan;
    struct as_needs needs;
    struct as_proposals *proposals;
    struct as_trace *trace; /* of the lead as it stands */
    struct as_dataset *dataset;
    struct as_outcome *outcome; /* as it stands */
    uint32_t row;
};

/* --- one trial --- */

static struct as_run_options options_of(const struct searching *s)
{
    return (struct as_run_options){
        .at = s->request->at, .threads = 1, .functions = s->request->pack->functions};
}

static enum as_status load(struct as_dataset **out, uint32_t *row, struct searching *s,
                           struct as_error *error)
{
    const struct as_whynot_request *request = s->request;
    struct as_snapshot_request wanted = as_needs_request(&s->needs, request->at, request->known_at);
    wanted.pack = request->pack->pack;
    wanted.lead_ids = &request->lead_id;
    wanted.lead_count = 1;
    enum as_status status = as_store_snapshot(out, s->store, request->schema, &wanted, error);
    if (status != AS_OK)
        return status;
    *row = 0;
    while (*row < (*out)->leads && (*out)->lead_id[*row] != request->lead_id)
        ++*row;
    if (*row == (*out)->leads)
        status = as_error_set(error, AS_ERR_MISSING, "this lead was not known then");
    else if (request->overlay != NULL)
        status =
            as_overlay_apply(*out, *row, request->overlay->changes.at, request->overlay->changes.n, error);
    if (status != AS_OK) {
        as_dataset_free(*out);
        *out = NULL;
    }
    return status;
}

/* The lead with some proposals supposed; the caller frees both. */
static enum as_status suppose(struct as_dataset **dataset, struct as_outcome **outcome, uint32_t *row,
                              struct searching *s, const struct as_change *changes, uint32_t n,
                              struct as_error *error)
{
    struct as_run_options options = options_of(s);
    *outcome = NULL;
    if (s->request->stop != NULL && s->request->stop(s->request->stop_context))
        return as_error_set(error, AS_ERR_STOPPED, "stopped");
    enum as_status status = load(dataset, row, s, error);
    if (status == AS_OK)
        status = as_overlay_apply(*dataset, *row, changes, n, error);
    if (status == AS_OK)
        status = as_plan_run(outcome, s->plan, *dataset, &options, error);
    s->out->tried++;
    return status;
}

static uint32_t row_at(const struct as_dataset *dataset, uint32_t lead_row, enum as_level level)
{
    return level == AS_LEVEL_LEAD ? lead_row : dataset->lead_account[lead_row];
}

static enum as_tri criterion_state(const struct searching *s, const struct as_outcome *outcome,
                                   const struct as_dataset *dataset, uint32_t row,
                                   const struct as_criterion *criterion)
{
    enum as_level level = s->request->gate->level;
    uint32_t at = row_at(dataset, row, level);
    if (at == AS_NO_INDEX)
        return AS_UNKNOWN;
    return as_verdict_at(as_outcome_verdicts_at(outcome, criterion->when, level), at);
}

/* --- words --- */

/* To a tenth: fading points have digits that nobody asks for. */
static void say_points(struct as_buf *out, int64_t milli)
{
    int64_t tenths = ((milli < 0 ? -milli : milli) + 50) / 100;
    as_buf_text(out, milli < 0 ? "-" : "+");
    as_buf_milli(out, 100 * tenths);
}

/* more: another proposal stands before, so that "learn that" is said already. */
static void say_proposal(struct as_buf *out, const struct searching *s, const struct as_proposal *proposal,
                         const struct as_change *change, bool more)
{
    const struct as_schema *schema = s->request->schema;
    if (change->kind == AS_CHANGE_EVENT) {
        const char *kind = schema->kinds.at[change->event]->name;
        if (change->apart > 0 && change->count > 1)
            as_buf_printf(out, "%s on %u days", kind, change->count);
        else if (change->count == 1)
            as_buf_printf(out, "one more %s", kind);
        else
            as_buf_printf(out, "%u more %s", change->count, kind);
        return;
    }
    const struct as_expr *fact = proposal->leaf;
    while (fact->kind == AS_EXPR_CALL && fact->arg_count > 0 && fact->args[0].kind == AS_LITERAL_EXPR)
        fact = fact->args[0].expr;
    struct as_buf now = {.p = NULL};
    bool known = as_trace_show(&now, s->trace, fact);
    as_buf_text(out, known || more ? "" : "learn that ");
    as_expr_say(out, proposal->leaf, schema);
    if (known)
        as_buf_printf(out, ", now %s", as_buf_c(&now));
    as_buf_free(&now);
}

/* --- the search of one criterion --- */

static enum as_status keep_way(struct searching *s, struct as_barrier *barrier, const uint32_t *picked,
                               const struct as_change *changes, uint32_t n, const struct as_outcome *outcome,
                               uint32_t row, struct as_error *error)
{
    struct as_way way = {.cost = 0};
    struct as_buf said = {.p = NULL};
    const struct as_score *raised = NULL;
    for (uint32_t i = 0; i < n; i++) {
        const struct as_proposal *proposal = &s->proposals->at[picked[i]];
        if (i > 0)
            as_buf_text(&said, " and ");
        say_proposal(&said, s, proposal, &changes[i], i > 0);
        way.cost += changes[i].kind == AS_CHANGE_EVENT ? changes[i].count : proposal->cost;
        if (proposal->score != NULL)
            raised = proposal->score;
        if (!as_list_push(&s->out->arena, &way.changes, changes[i]))
            goto out_of_memory;
    }
    if (raised != NULL) {
        int64_t by = as_points_at(as_outcome_score(outcome, raised), row).value -
                     as_points_at(as_outcome_score(s->outcome, raised), s->row).value;
        as_buf_printf(&said, " (%s ", raised->name);
        say_points(&said, by);
        as_buf_char(&said, ')');
    }
    way.said = said.failed ? NULL : as_arena_copy(&s->out->arena, as_buf_c(&said), said.n);
    if (way.said == NULL || !as_list_push(&s->out->arena, &barrier->ways, way))
        goto out_of_memory;
    as_buf_free(&said);
    return AS_OK;

out_of_memory:
    as_buf_free(&said);
    return as_error_memory(error);
}

/* Supposes the picked proposals; a text that is no value of its field is no way, and no fault either. */
static enum as_status try_set(bool *holds, struct searching *s, const struct as_criterion *criterion,
                              struct as_barrier *barrier, const uint32_t *picked,
                              const struct as_change *changes, uint32_t n, struct as_error *error)
{
    struct as_dataset *dataset = NULL;
    struct as_outcome *outcome = NULL;
    struct as_error own = AS_ERROR_INIT;
    uint32_t row = 0;
    *holds = false;
    enum as_status status = suppose(&dataset, &outcome, &row, s, changes, n, &own);
    if (status == AS_OK) {
        *holds = criterion_state(s, outcome, dataset, row, criterion) == AS_YES;
        if (*holds)
            status = keep_way(s, barrier, picked, changes, n, outcome, row, error);
    } else if (status == AS_ERR_DATA || status == AS_ERR_MISSING) {
        status = AS_OK;
    } else if (error != NULL) {
        *error = own;
    }
    as_outcome_free(outcome);
    as_dataset_free(dataset);
    return status;
}

static enum as_status try_one(bool *holds, struct searching *s, const struct as_criterion *criterion,
                              struct as_barrier *barrier, uint32_t which, struct as_error *error)
{
    struct as_change change = s->proposals->at[which].change;
    enum as_status status = AS_OK;
    *holds = false;
    uint32_t most = s->proposals->at[which].repeats ? AS_WAY_EVENTS : change.count;
    do {
        status = try_set(holds, s, criterion, barrier, &which, &change, 1, error);
        change.count++;
    } while (status == AS_OK && !*holds && change.kind == AS_CHANGE_EVENT && change.count <= most);
    return status;
}

/* Sets of `size` proposals, none of which holds alone, in order; stops after enough ways or trials. */
static enum as_status try_sets(struct searching *s, const struct as_criterion *criterion,
                               struct as_barrier *barrier, const uint32_t *left, uint32_t count,
                               uint32_t size, uint32_t most_trials, struct as_error *error)
{
    uint32_t place[AS_WAY_CHANGES] = {0, 1, 2}, picked[AS_WAY_CHANGES];
    struct as_change changes[AS_WAY_CHANGES];
    enum as_status status = AS_OK;
    if (count < size)
        return AS_OK;
    while (status == AS_OK && barrier->ways.n < AS_WAYS_SHOWN && s->out->tried < most_trials) {
        bool holds;
        for (uint32_t i = 0; i < size; i++) {
            picked[i] = left[place[i]];
            changes[i] = s->proposals->at[picked[i]].change;
        }
        status = try_set(&holds, s, criterion, barrier, picked, changes, size, error);
        uint32_t i = size;
        while (i-- > 0 && place[i] == count - size + i) {
        }
        if (i == UINT32_MAX)
            break;
        place[i]++;
        for (uint32_t k = i + 1; k < size; k++)
            place[k] = place[k - 1] + 1;
    }
    return status;
}

static int by_cost(const void *left, const void *right)
{
    const struct as_way *a = left, *b = right;
    if (a->cost != b->cost)
        return a->cost < b->cost ? -1 : 1;
    return strcmp(a->said, b->said);
}

/* Roles that nobody of the account plays: no fact of the lead at hand is the right answer to that. */
static enum as_status name_roles(struct as_barrier *barrier, const struct searching *s,
                                 const struct as_expr *expr, int depth, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (expr == NULL || expr->kind != AS_EXPR_CALL || depth > AS_MAX_EXPR_DEPTH)
        return AS_OK;
    bool covers = expr->op->kernel == AS_KERNEL_COVERS;
    for (uint32_t i = 0; covers && i < expr->args[1].n; i++) {
        struct as_str role = expr->args[1].items[i].text;
        if (as_group_plays(s->dataset, s->dataset->lead_account[s->row], role))
            continue;
        const char *kept = as_arena_copy(&s->out->arena, role.p, role.n);
        if (kept == NULL || !as_list_push(&s->out->arena, &barrier->roles, kept))
            return as_error_memory(error);
    }
    for (uint32_t a = 0; !covers && a < expr->arg_count && status == AS_OK; a++)
        if (expr->args[a].kind == AS_LITERAL_EXPR)
            status = name_roles(barrier, s, expr->args[a].expr, depth + 1, error);
    return status;
}

static enum as_status search_criterion(struct searching *s, const struct as_criterion *criterion,
                                       enum as_tri state, struct as_error *error)
{
    struct as_barrier barrier = {.criterion = criterion->name, .state = state};
    uint32_t left[AS_PROPOSALS_MOST], count = 0, most_trials = s->out->tried + AS_WAY_TRIALS;
    struct as_buf said = {.p = NULL};
    as_expr_say(&said, criterion->when, s->request->schema);
    barrier.said = as_arena_copy(&s->out->arena, as_buf_c(&said), said.n);
    as_buf_free(&said);
    if (barrier.said == NULL)
        return as_error_memory(error);
    s->proposals->n = 0;
    enum as_status status =
        as_propose(s->proposals, s->trace, criterion->when, s->request->gate->level, s->request->at, error);
    for (uint32_t i = 0; i < s->proposals->n && status == AS_OK; i++) {
        bool holds;
        status = try_one(&holds, s, criterion, &barrier, i, error);
        if (!holds)
            left[count++] = i;
    }
    for (uint32_t size = 2; size <= AS_WAY_CHANGES && status == AS_OK && barrier.ways.n == 0; size++)
        status = try_sets(s, criterion, &barrier, left, count, size, most_trials, error);
    if (status == AS_OK)
        status = name_roles(&barrier, s, criterion->when, 0, error);
    if (status != AS_OK)
        return status;
    if (barrier.ways.n > 1)
        qsort(barrier.ways.at, barrier.ways.n, sizeof *barrier.ways.at, by_cost);
    if (barrier.ways.n > AS_WAYS_SHOWN)
        barrier.ways.n = AS_WAYS_SHOWN;
    return as_list_push(&s->out->arena, &s->out->barriers, barrier) ? AS_OK : as_error_memory(error);
}

/* --- the gate --- */

/* The first way of every barrier at once. */
static enum as_status try_together(struct searching *s, struct as_error *error)
{
    struct as_whynot *out = s->out;
    AS_LIST(struct as_change) all = {0};
    for (uint32_t b = 0; b < out->barriers.n; b++) {
        if (out->barriers.at[b].ways.n == 0)
            return AS_OK;
        const struct as_way *way = &out->barriers.at[b].ways.at[0];
        for (uint32_t c = 0; c < way->changes.n; c++)
            if (!as_list_push(&out->arena, &all, way->changes.at[c]))
                return as_error_memory(error);
    }
    struct as_dataset *dataset = NULL;
    struct as_outcome *outcome = NULL;
    uint32_t row = 0;
    enum as_status status = suppose(&dataset, &outcome, &row, s, all.at, all.n, error);
    if (status == AS_OK) {
        uint32_t at = row_at(dataset, row, s->request->gate->level);
        out->together =
            at != AS_NO_INDEX && as_gate_verdict_at(s->request->gate, outcome, at) == AS_GATE_PASS;
    }
    as_outcome_free(outcome);
    as_dataset_free(dataset);
    return status;
}

static enum as_status search(struct searching *s, struct as_error *error)
{
    const struct as_gate *gate = s->request->gate;
    struct as_run_options options = options_of(s);
    enum as_status status = as_needs_new(&s->needs, s->request->schema, error);
    if (status == AS_OK)
        status = as_plan_new(&s->plan, s->request->pack->pack, error);
    if (status == AS_OK) {
        as_needs_add(&s->needs, s->plan);
        status = suppose(&s->dataset, &s->outcome, &s->row, s, NULL, 0, error);
    }
    if (status == AS_OK)
        status = as_trace_new(&s->trace, s->plan, s->dataset, &options, s->row, error);
    if (status != AS_OK)
        return status;
    uint32_t at = row_at(s->dataset, s->row, gate->level);
    s->out->verdict = at == AS_NO_INDEX ? AS_GATE_INSUFFICIENT : as_gate_verdict_at(gate, s->outcome, at);
    for (uint32_t c = 0; c < gate->criteria.n && status == AS_OK; c++) {
        enum as_tri state = criterion_state(s, s->outcome, s->dataset, s->row, &gate->criteria.at[c]);
        if (state != AS_YES)
            status = search_criterion(s, &gate->criteria.at[c], state, error);
    }
    return status == AS_OK && s->out->barriers.n > 0 ? try_together(s, error) : status;
}

enum as_status as_whynot(struct as_whynot *out, struct as_store *store,
                         const struct as_whynot_request *request, struct as_error *error)
{
    *out = (struct as_whynot){.gate = request->gate};
    struct as_proposals *proposals = calloc(1, sizeof *proposals);
    if (proposals == NULL)
        return as_error_memory(error);
    proposals->arena = &out->arena;
    struct searching s = {.out = out, .store = store, .request = request, .proposals = proposals};
    enum as_status status = search(&s, error);
    as_trace_free(s.trace);
    as_outcome_free(s.outcome);
    as_dataset_free(s.dataset);
    as_plan_free(s.plan);
    as_needs_free(&s.needs);
    free(proposals);
    if (status != AS_OK)
        as_whynot_free(out);
    return status;
}

void as_whynot_free(struct as_whynot *whynot)
{
    as_arena_free(&whynot->arena);
    *whynot = (struct as_whynot){.gate = NULL};
}
