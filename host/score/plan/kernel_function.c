/* Rule functions: called row by row, only where the rule's condition may hold. What a function may do, and
 * how long, is its host's business. */
#include "score/plan/until.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static enum as_status wrong(const struct as_expr *function, const char *want, const char *got,
                            struct as_error *error)
{
    as_error_set(error, AS_ERR_RULE, "the function of \"%s\" gave %s where %s belongs",
                 function->function_name, got, want);
    as_error_advise(error, "return %s, or nothing when it cannot be known", want);
    return as_error_at(error, function->position.file, function->position.line);
}

static const char *kind_name(const struct as_function_result *result)
{
    switch (result->kind) {
    case AS_RESULT_UNKNOWN:
        return "nothing";
    case AS_RESULT_BOOLEAN:
        return "true or false";
    case AS_RESULT_NUMBER:
        return "a number";
    case AS_RESULT_TEXT:
        return "a text";
    }
    return "something else";
}

static enum as_status take_text(struct as_run *run, struct as_vec *out, uint32_t i, const char *text,
                                struct as_error *error)
{
    pthread_mutex_lock(&run->lock);
    uint32_t code = as_intern_add(run->texts, as_str_of(text));
    pthread_mutex_unlock(&run->lock);
    if (code == AS_INTERN_NONE)
        return as_error_memory(error);
    out->code[i] = code;
    return AS_OK;
}

/* Takes one result; the caller has set the row unknown. */
static enum as_status take(struct as_run *run, const struct as_node *node, struct as_vec *out, uint32_t i,
                           const struct as_function_result *result, struct as_error *error)
{
    if (result->kind == AS_RESULT_UNKNOWN)
        return AS_OK;
    enum as_status status = AS_OK;
    switch (node->rep) {
    case AS_REP_BITS:
        if (result->kind != AS_RESULT_BOOLEAN)
            return wrong(node->expr, "true or false", kind_name(result), error);
        as_bit_put(out->truth, i, result->boolean);
        break;
    case AS_REP_I64:
        if (result->kind != AS_RESULT_NUMBER)
            return wrong(node->expr, "a number of points", kind_name(result), error);
        if (!(fabs(result->number) <= (double)AS_MAX_POINTS_MILLI / 1000))
            return wrong(node->expr, "points up to 1,000,000", "more", error);
        out->i64[i] = llround(result->number * 1000);
        break;
    case AS_REP_F64:
        if (result->kind != AS_RESULT_NUMBER)
            return wrong(node->expr, "a number", kind_name(result), error);
        if (isnan(result->number))
            return AS_OK;
        out->f64[i] = result->number;
        break;
    default:
        if (result->kind != AS_RESULT_TEXT)
            return wrong(node->expr, "a text", kind_name(result), error);
        status = take_text(run, out, i, result->text, error);
        break;
    }
    as_bit_set(out->known, i);
    return status;
}

/* Where the results of one function go for the rows of a batch. */
struct sink {
    struct as_run *run;
    const struct as_node *node;
    struct as_vec *out;
    const uint32_t *place; /* in the batch, by call */
    char (*notes)[256];    /* by place; NULL: nobody asks */
    int32_t *until;        /* by place, the day that the result tells; NULL: nobody asks */
};

static enum as_status take_call(void *context, uint32_t i, const struct as_function_result *result,
                                struct as_error *error)
{
    const struct sink *sink = context;
    if (sink->notes != NULL)
        snprintf(sink->notes[sink->place[i]], sizeof sink->notes[0], "%s", result->note);
    if (sink->until != NULL)
        sink->until[sink->place[i]] = as_until_told(sink->run, result->next_day);
    return take(sink->run, sink->node, sink->out, sink->place[i], result, error);
}

static enum as_status call_each(const struct as_functions *functions, unsigned worker, uint32_t function,
                                const struct as_function_rows *rows, struct as_error *error)
{
    struct as_function_result result;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < rows->n && status == AS_OK; i++) {
        if (rows->calls != NULL)
            ++*rows->calls;
        result.kind = AS_RESULT_UNKNOWN;
        result.next_day = as_day_of(rows->at) + 1; /* of who says nothing */
        result.text[0] = result.note[0] = '\0';
        status = functions->call(&result, functions->context, worker, function, rows->dataset, rows->row[i],
                                 rows->at, error);
        if (status == AS_OK)
            status = rows->take(rows->sink, i, &result, error);
    }
    return status;
}

enum as_status as_kernel_function(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                                  uint32_t index, struct as_error *error)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_functions *functions = run->options.functions;
    const struct as_vec *when = node->in_count > 0 ? as_in(worker, node, 0) : NULL;
    struct as_vec *out = &worker->vec[index];
    if (functions == NULL)
        return as_error_set(error, AS_ERR_BUG, "the pack has functions, but nobody to call them");
    memset(out->known, 0, chunk->words * sizeof *out->known);
    if (node->rep == AS_REP_BITS)
        memset(out->truth, 0, chunk->words * sizeof *out->truth);
    else if (node->rep == AS_REP_CODE)
        memset(out->code, 0, chunk->n * sizeof *out->code);
    else
        memset(out->i64, 0, chunk->n * sizeof *out->i64);
    if (node->open)
        memset(out->open, 0, chunk->words * sizeof *out->open);
    uint32_t row[AS_BATCH], place[AS_BATCH], n = 0;
    for (uint32_t i = 0; i < chunk->n; i++) {
        if (when != NULL && as_bit(when->known, i) && !as_bit(when->truth, i))
            continue;
        place[n] = i;
        row[n++] = as_chunk_row(chunk, i);
    }
    struct sink sink = {run, node, out, place, NULL, NULL};
    if (run->notes != NULL && run->notes[index] != NULL)
        sink.notes = run->notes[index] + chunk->base;
    if (worker->until != NULL)
        sink.until = worker->until->told[index];
    struct as_function_rows rows = {run->dataset,  run->options.at,         row, n, take_call, &sink,
                                    &worker->kept, run->options.not_before, NULL};
    if (run->options.profile != NULL)
        rows.calls = &run->options.profile->workers[worker->number].calls[index];
    if (functions->call_rows == NULL)
        return call_each(functions, worker->number, node->expr->function, &rows, error);
    return functions->call_rows(functions->context, worker->number, node->expr->function, &rows, error);
}
