/* What a run stores of a model: where its leads stand, and its decisions, one row each: why the lead moved,
 * what moved it, and the ledgers of its scores. Ledgers and hashes of facts are made by all threads, ahead of
 * the one that writes; it begins with what needs none of them: names of who moved, and the standings. */
#include "run/job.h"

#include "base/limits.h"
#include "base/thread.h"

#include <stdlib.h>

/* A block is so small that what is worked out for it stays in a processor's cache; so many may lie ready:
 * enough to work on while standings are written. */
enum { BLOCKS_AHEAD = 128, BLOCK_ROWS = 256 };

/* Rows whose ledgers lie ready to be stored. */
struct block {
    struct as_buf text;         /* of one behind the other */
    size_t end[BLOCK_ROWS];     /* of each, in text */
    uint64_t facts[BLOCK_ROWS]; /* as_changes_facts */
    uint32_t n;                 /* that are there */
    uint32_t scores;            /* taken of the row under way */
    struct as_ledger *score;    /* these; as many as the model has */
};

struct deciding {
    struct as_running *running;
    struct as_run_job *job;
    as_first_do_fn first;
    const struct as_model *model;
    const struct as_moves *moves;
    struct as_ledger_words *words;
    struct as_changes *changes;
    const uint32_t *rows; /* those that are decided anew, ascending */
    uint32_t n;
    struct block *block; /* by slot */
    size_t slots;
    uint32_t stored, move; /* so far: rows, moves looked at */
};

/* One of these rows: its ledgers follow in the order of the plan, those of other models among them. */
struct making {
    const struct deciding *deciding;
    struct block *block;
};

static enum as_status take_ledger(void *context, uint32_t lead_row, const struct as_ledger *ledger,
                                  struct as_error *error)
{
    const struct making *making = context;
    struct block *block = making->block;
    const struct as_model *model = making->deciding->model;
    if (ledger->score->model != model)
        return AS_OK;
    block->score[block->scores++] = *ledger;
    if (block->scores < model->scores.n)
        return AS_OK;
    block->scores = 0;
    enum as_status status = as_ledgers_put(&block->text, making->deciding->words, block->score,
                                           making->deciding->running->dataset->lead_id[lead_row], error);
    block->end[block->n++] = block->text.n;
    return status;
}

/* The first row of an item's block, in deciding->rows; item 0 is none but what write_first does. */
static uint32_t block_rows(size_t *from, const struct deciding *deciding, size_t item)
{
    *from = (item - 1) * BLOCK_ROWS;
    size_t left = deciding->n - *from;
    return left < BLOCK_ROWS ? (uint32_t)left : BLOCK_ROWS;
}

static enum as_status make_block(void *context, unsigned worker, size_t item, struct as_error *error)
{
    const struct deciding *deciding = context;
    struct block *block = &deciding->block[item % deciding->slots];
    struct making making = {deciding, block};
    struct as_run_options options = deciding->job->decision.options;
    size_t from;
    if (item == 0)
        return AS_OK;
    options.progress = NULL;
    options.not_before = false;
    options.worker = worker;
    as_buf_reset(&block->text);
    block->n = block->scores = 0;
    uint32_t n = block_rows(&from, deciding, item);
    const uint32_t *rows = deciding->rows + from;
    as_changes_facts(block->facts, deciding->changes, rows, n);
    if (deciding->model->scores.n == 0)
        return AS_OK;
    return as_ledgers(deciding->job->plan, deciding->running->dataset, &options,
                      deciding->job->decision.outcome, rows, n, take_ledger, &making, error);
}

/* The move of a row, NULL when nothing that people are told of changed. Rows are asked for in order. */
static const struct as_move *move_of(struct deciding *deciding, uint32_t row)
{
    const struct as_moves *moves = deciding->moves;
    while (deciding->move < moves->n && moves->at[deciding->move].lead_row < row)
        deciding->move++;
    return deciding->move < moves->n && moves->at[deciding->move].lead_row == row ? &moves->at[deciding->move]
                                                                                  : NULL;
}

static enum as_status write_first(const struct deciding *deciding, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (deciding->first != NULL)
        status = deciding->first(deciding->running, deciding->job, error);
    return status == AS_OK
               ? as_store_standings(deciding->changes, deciding->job->decision.outcome, error)
               : status;
}

static enum as_status store_block(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct deciding *deciding = context;
    const struct block *block = &deciding->block[item % deciding->slots];
    const struct as_standings *standings = &deciding->job->decision.standings[deciding->model->index];
    enum as_status status = AS_OK;
    size_t from;
    (void)worker;
    if (item == 0)
        return write_first(deciding, error);
    uint32_t n = block_rows(&from, deciding, item);
    for (uint32_t i = 0; i < n && status == AS_OK; i++) {
        uint32_t row = deciding->rows[from + i];
        const struct as_move *move = move_of(deciding, row);
        struct as_reasons said = {.facts = block->facts[i]};
        if (move != NULL && move->cause != AS_MOVED_FIRST) {
            said.why = as_move_cause_name((enum as_move_cause)move->cause);
            said.by = as_move_by(deciding->model, as_standings_at(standings, row));
        }
        if (i < block->n) {
            size_t begin = i == 0 ? 0 : block->end[i - 1];
            said.ledgers = (struct as_str){block->text.p + begin, block->end[i] - begin};
        }
        status = as_store_decide(deciding->changes, &said, error);
    }
    return status;
}

enum as_status as_decide_rows(struct as_changes *changes, struct as_running *running, struct as_run_job *job,
                              uint32_t model, as_first_do_fn first, struct as_error *error)
{
    struct deciding deciding = {.running = running,
                                .job = job,
                                .first = first,
                                .model = job->given->pack->models.at[model],
                                .moves = &job->moves[model],
                                .changes = changes};
    unsigned threads = running->request->threads;
    enum as_status status = AS_OK;
    deciding.rows = as_changes_rows(&deciding.n, changes);
    if (deciding.n == 0)
        return write_first(&deciding, error);
    size_t blocks = ((size_t)deciding.n + BLOCK_ROWS - 1) / BLOCK_ROWS, items = 1 + blocks;
    if (threads > blocks)
        threads = (unsigned)blocks; /* of one block nobody makes another meanwhile */
    deciding.slots = items < BLOCKS_AHEAD ? items : BLOCKS_AHEAD;
    deciding.block = calloc(deciding.slots, sizeof *deciding.block);
    if (deciding.block == NULL)
        return as_error_memory(error);
    status = as_ledger_words_new(&deciding.words, running->store, deciding.model, error);
    for (size_t i = 0; i < deciding.slots && status == AS_OK; i++) {
        struct block *block = &deciding.block[i];
        block->score = calloc(deciding.model->scores.n + (size_t)1, sizeof *block->score);
        if (block->score == NULL)
            status = as_error_memory(error);
    }
    if (status == AS_OK)
        status = as_relay(threads, items, deciding.slots, make_block, store_block, &deciding, error);
    if (status == AS_OK)
        status = as_store_decided(changes, error);
    for (size_t i = 0; i < deciding.slots; i++) {
        as_buf_free(&deciding.block[i].text);
        free(deciding.block[i].score);
    }
    free(deciding.block);
    as_ledger_words_free(deciding.words);
    return status;
}
