/* The memory of one run of a plan: a table of each value that is kept, and each worker's room for a batch.
 * What must be known of a dataset beforehand is in plan_ready.c. */
#include "score/plan/until.h"

#include "score/tree/pattern.h"

#include <stdlib.h>
#include <string.h>

static bool make_bits(struct as_vec *vec, struct as_arena *arena, const struct as_run *run,
                      const struct as_node *node, size_t rows)
{
    size_t words = AS_BIT_WORDS(rows) + 1;
    bool bits = node->rep == AS_REP_BITS || node->rep == AS_REP_SCORE;
    vec->known = as_arena_array(arena, words, sizeof *vec->known);
    vec->truth = bits ? as_arena_array(arena, words, sizeof *vec->truth) : NULL;
    vec->open = node->open ? as_arena_array(arena, words, sizeof *vec->open) : run->zeros;
    return vec->known != NULL && vec->open != NULL && (!bits || vec->truth != NULL);
}

static bool make_values(struct as_vec *vec, struct as_arena *arena, const struct as_node *node, size_t rows)
{
    bool good = true;
    if (node->rep == AS_REP_CODE)
        good = (vec->code = as_arena_array(arena, rows + 1, sizeof *vec->code)) != NULL;
    else if (node->rep != AS_REP_BITS)
        good = (vec->i64 = as_arena_array(arena, rows + 1, sizeof *vec->i64)) != NULL;
    if (node->rep == AS_REP_SCORE) {
        vec->low = as_arena_array(arena, rows + 1, sizeof *vec->low);
        vec->high = as_arena_array(arena, rows + 1, sizeof *vec->high);
        good = good && vec->low != NULL && vec->high != NULL;
    }
    return good;
}

static bool make_vec(struct as_vec *vec, struct as_arena *arena, const struct as_run *run,
                     const struct as_node *node, size_t rows)
{
    return make_bits(vec, arena, run, node, rows) && make_values(vec, arena, node, rows);
}

/* A score of everybody is packed batch by batch; of a selection it is asked for value by value. */
static bool is_packed(const struct as_run *run, const struct as_node *node)
{
    return node->rep == AS_REP_SCORE && !run->selection;
}

static bool make_table(struct as_vec *table, struct as_run *run, const struct as_node *node)
{
    size_t rows = run->rows[node->level];
    return is_packed(run, node) ? make_bits(table, &run->arena, run, node, rows) &&
                                      as_points_new(&table->points, rows, NULL) == AS_OK
                                : make_vec(table, &run->arena, run, node, rows);
}

static void view_column(struct as_vec *vec, const struct as_run *run, const struct as_column *column,
                        enum as_rep rep)
{
    vec->known = column->known;
    vec->open = run->zeros;
    if (rep == AS_REP_BITS)
        vec->truth = column->truth;
    else if (rep == AS_REP_CODE)
        vec->code = column->code;
    else if (rep == AS_REP_F64)
        vec->f64 = column->f64;
    else
        vec->i64 = column->i64;
}

static enum as_status make_tables(struct as_run *run, struct as_error *error)
{
    const struct as_plan *plan = run->plan;
    run->table = as_arena_array(&run->arena, plan->nodes.n, sizeof *run->table);
    if (run->table == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        const struct as_node *node = &plan->nodes.at[i];
        struct as_ready *ready = &run->ready[i];
        if (!as_run_wants(run, node))
            continue;
        ready->direct = !run->selection && node->kind == AS_NODE_FACT && node->via == AS_NO_INDEX &&
                        ready->column != NULL;
        if (ready->direct)
            view_column(&run->table[i], run, ready->column, node->rep);
        else if ((node->keep || run->selection) && !make_table(&run->table[i], run, node))
            return as_error_memory(error);
    }
    return AS_OK;
}

/* A feature that is a sum of additions is read where the program left it. */
static bool in_slot(const struct as_plan *plan, const struct as_node *node)
{
    if (node->kind != AS_NODE_EVENTS || node->rep != AS_REP_I64)
        return false;
    enum as_feature_kind kind = plan->programs.at[node->program].features.at[node->feature].kind;
    return kind == AS_FEATURE_COUNT || kind == AS_FEATURE_DAYS || kind == AS_FEATURE_POINTS;
}

/* Room for the largest of the programs. */
static bool make_sweep(struct as_sweep *sweep, struct as_run *run)
{
    const struct as_plan *plan = run->plan;
    struct as_arena *arena = &run->scratch;
    uint32_t stride = AS_ROW_HALF, words = 1, kinds = 1, notes = 1;
    const size_t line = AS_ROW_LINE * sizeof *sweep->rows;
    for (uint32_t p = 0; p < plan->programs.n; p++) {
        const struct as_program *program = &plan->programs.at[p];
        stride = program->stride > stride ? program->stride : stride;
        words = program->words > words ? program->words : words;
        kinds = program->kind_count + 1;
        notes = program->notes > notes ? program->notes : notes;
    }
    sweep->first = as_arena_room(arena, AS_BATCH, sizeof *sweep->first);
    sweep->count = as_arena_room(arena, AS_BATCH, sizeof *sweep->count);
    sweep->words = as_arena_room(arena, (size_t)words * AS_SLOT_ROOM, sizeof *sweep->words);
    sweep->at = as_arena_room(arena, AS_SWEEP_EVENTS, sizeof *sweep->at);
    sweep->days = as_arena_array(arena, AS_SWEEP_EVENTS + AS_SWEEP_SPARE, sizeof *sweep->days);
    sweep->counted = as_arena_array(arena, kinds, sizeof *sweep->counted);
    sweep->notes = as_arena_array(arena, notes, sizeof *sweep->notes);
    unsigned char *rows =
        as_arena_room(arena, (size_t)stride * AS_SWEEP_ROWS * sizeof *sweep->rows + line, 1);
    if (rows != NULL)
        sweep->rows = (uint64_t *)(void *)(rows + (line - (uintptr_t)rows % line) % line);
    return sweep->first != NULL && sweep->count != NULL && sweep->words != NULL && sweep->counted != NULL &&
           sweep->notes != NULL && sweep->rows != NULL && sweep->at != NULL && sweep->days != NULL;
}

/* Rows that a value of a batch has room for: whole words of bits, and no more than there are rows to decide.
 */
static uint32_t batch_room(const struct as_run *run)
{
    uint32_t most = run->rows[0] > run->rows[1] ? run->rows[0] : run->rows[1];
    return most < AS_BATCH ? (most + 63) / 64 * 64 : AS_BATCH;
}

static bool make_worker(struct as_worker *worker, struct as_run *run)
{
    const struct as_plan *plan = run->plan;
    struct as_arena *arena = &run->scratch;
    uint32_t features = 1, rings = 1, states = 1, roles = 1;
    worker->slot = as_arena_array(arena, plan->programs.n, sizeof *worker->slot);
    worker->vec = as_arena_array(arena, plan->nodes.n, sizeof *worker->vec);
    if (worker->slot == NULL || worker->vec == NULL)
        return false;
    for (uint32_t p = 0; p < plan->programs.n; p++) {
        const struct as_program *program = &plan->programs.at[p];
        features = program->features.n >= features ? program->features.n + 1 : features;
        rings = program->rings > rings ? program->rings : rings;
        states = program->states > states ? program->states : states;
        worker->slot[p] =
            as_arena_room(arena, (size_t)program->features.n * AS_SLOT_ROOM, sizeof **worker->slot);
        if (worker->slot[p] == NULL)
            return false;
    }
    for (uint32_t i = 0; i < plan->pack->templates.n; i++)
        roles = plan->pack->templates.at[i]->group.n > roles ? plan->pack->templates.at[i]->group.n : roles;
    worker->acc = as_arena_array(arena, features, sizeof *worker->acc);
    worker->sums = as_arena_array(arena, features, sizeof *worker->sums);
    worker->rings = as_arena_array(arena, rings, sizeof *worker->rings);
    worker->states = as_arena_array(arena, states, sizeof *worker->states);
    worker->bytes = as_arena_room(arena, 2 * AS_BATCH, 1);
    worker->card = as_arena_room(arena, AS_BATCH, sizeof *worker->card);
    worker->filled = as_arena_array(arena, roles, sizeof *worker->filled);
    if (worker->acc == NULL || worker->sums == NULL || worker->rings == NULL || worker->states == NULL ||
        worker->bytes == NULL || worker->card == NULL || worker->filled == NULL ||
        !make_sweep(&worker->sweep, run))
        return false;
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        const struct as_node *node = &plan->nodes.at[i];
        if (run->table[i].points.batch != NULL &&
            !make_values(&worker->vec[i], &run->scratch, node, batch_room(run)))
            return false;
        if (run->table[i].known != NULL || !as_run_wants(run, node))
            continue;
        if (!make_vec(&worker->vec[i], &run->scratch, run, node, batch_room(run)))
            return false;
        if (in_slot(plan, node))
            worker->vec[i].i64 = worker->slot[node->program] + (size_t)node->feature * AS_SLOT_ROOM;
    }
    return true;
}

/* What a selection keeps besides: what functions said, and what each rule gave. */
static bool make_records(struct as_run *run)
{
    const struct as_plan *plan = run->plan;
    struct as_arena *arena = &run->arena;
    run->notes = as_arena_array(arena, plan->nodes.n, sizeof *run->notes);
    run->parts = as_arena_array(arena, plan->scores.n, sizeof *run->parts);
    if (run->notes == NULL || run->parts == NULL)
        return false;
    for (uint32_t i = 0; i < plan->nodes.n; i++)
        if (plan->nodes.at[i].kind == AS_NODE_FUNCTION &&
            (run->notes[i] =
                 as_arena_array(arena, run->rows[plan->nodes.at[i].level], sizeof **run->notes)) == NULL)
            return false;
    for (uint32_t s = 0; s < plan->scores.n; s++) {
        uint32_t n = plan->scores.at[s].parts.n;
        if ((run->parts[s] = as_arena_array(arena, n, sizeof **run->parts)) == NULL)
            return false;
        for (uint32_t p = 0; p < n; p++)
            if ((run->parts[s][p] = as_arena_array(arena, run->rows[AS_LEVEL_LEAD], sizeof ***run->parts)) ==
                NULL)
                return false;
    }
    return true;
}

static void set_rows(struct as_run *run, const struct as_dataset *dataset,
                     const struct as_selection *selection)
{
    if (selection == NULL) {
        run->rows[AS_LEVEL_LEAD] = dataset->leads;
        run->rows[AS_LEVEL_ACCOUNT] = dataset->accounts;
        run->account_of = dataset->lead_account;
        run->member_start = dataset->member_start;
        run->member = dataset->member;
        return;
    }
    run->selection = true;
    run->scores_only = selection->scores_only;
    run->known = selection->known;
    for (int level = 0; level < 2; level++) {
        run->rows[level] = selection->n[level];
        run->row_of[level] = selection->rows[level];
    }
    run->account_of = selection->account_of;
    run->member_start = selection->member_start;
    run->member = selection->member;
}

static void set_time(struct as_run *run, int64_t at)
{
    run->today = as_day_of(at);
    run->any_time = at >= 0;
    run->last_time = at >= (int64_t)UINT32_MAX ? UINT32_MAX : at < 0 ? 0 : (uint32_t)at;
}

enum as_status as_run_open(struct as_run *run, const struct as_plan *plan, const struct as_dataset *dataset,
                           const struct as_run_options *options, const struct as_selection *selection,
                           struct as_error *error)
{
    memset(run, 0, sizeof *run);
    as_arena_init(&run->arena);
    as_arena_init(&run->scratch);
    run->plan = plan;
    run->dataset = dataset;
    run->options = *options;
    if (selection != NULL) /* of single leads nobody wants to know */
        run->options.profile = NULL;
    run->machine = as_machine_of(options->vectors);
    set_time(run, options->at);
    set_rows(run, dataset, selection);
    if (pthread_mutex_init(&run->lock, NULL) != 0)
        return as_error_memory(error);
    run->locked = true;
    if (plan->groups && dataset->member_start == NULL)
        return as_error_set(error, AS_ERR_BUG, "the plan asks about groups, but the dataset is not linked");
    run->worker_count = options->threads < 1                ? 1
                        : options->threads > AS_MAX_THREADS ? AS_MAX_THREADS
                                                            : options->threads;
    uint32_t most = run->rows[0] > run->rows[1] ? run->rows[0] : run->rows[1];
    most = most < AS_BATCH ? AS_BATCH : most;
    run->zeros = as_arena_array(&run->arena, AS_BIT_WORDS(most) + 1, sizeof *run->zeros);
    run->cards = as_arena_array(&run->scratch, plan->strata.n, sizeof *run->cards);
    run->card_words = as_arena_array(&run->scratch, plan->strata.n, sizeof *run->card_words);
    run->workers = as_arena_array(&run->arena, run->worker_count, sizeof *run->workers);
    run->texts = as_intern_new();
    if (run->zeros == NULL || run->cards == NULL || run->card_words == NULL || run->workers == NULL ||
        run->texts == NULL)
        return as_error_memory(error);
    enum as_status status = AS_OK;
    for (uint32_t w = 0; w < run->worker_count && status == AS_OK; w++) {
        run->workers[w].fold.max = 4 * AS_MAX_TEXT;
        status = as_matcher_new(&run->workers[w].matcher, error);
    }
    if (status == AS_OK)
        status = as_run_ready(run, error);
    if (status == AS_OK)
        status = make_tables(run, error);
    if (status != AS_OK)
        return status;
    if (run->selection && !make_records(run))
        return as_error_memory(error);
    for (uint32_t w = 0; w < run->worker_count; w++) {
        run->workers[w].number = options->worker + w;
        if (!make_worker(&run->workers[w], run))
            return as_error_memory(error);
    }
    return options->not_before && selection == NULL && !as_until_open(run, batch_room(run))
               ? as_error_memory(error)
               : AS_OK;
}

void as_run_release(struct as_run *run)
{
    for (uint32_t w = 0; run->workers != NULL && w < run->worker_count; w++) {
        if (run->workers[w].kept != NULL)
            run->options.functions->forget(run->workers[w].kept);
        as_matcher_free(run->workers[w].matcher);
        as_buf_free(&run->workers[w].fold);
    }
    run->workers = NULL;
    as_arena_free(&run->scratch);
}

void as_run_close(struct as_run *run)
{
    as_run_release(run);
    for (uint32_t i = 0; run->ready != NULL && i < run->plan->nodes.n; i++)
        as_intern_free(run->ready[i].own);
    for (uint32_t i = 0; run->table != NULL && i < run->plan->nodes.n; i++)
        as_points_free(&run->table[i].points);
    as_intern_free(run->texts);
    if (run->locked)
        pthread_mutex_destroy(&run->lock);
    as_arena_free(&run->arena);
}
