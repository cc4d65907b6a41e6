/* Lays supposed facts over a dataset: cells are overwritten, events are put in at their place in time. What
 * to suppose is the caller's. */
#include "run/explain/overlay.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

enum as_status as_overlay_add(struct as_overlay *overlay, const struct as_change *change,
                              struct as_error *error)
{
    struct as_change copy = *change;
    if (copy.value != NULL &&
        (copy.value = as_arena_copy(&overlay->arena, copy.value, strlen(copy.value))) == NULL)
        return as_error_memory(error);
    return as_list_push(&overlay->arena, &overlay->changes, copy) ? AS_OK : as_error_memory(error);
}

enum as_status as_overlay_step(struct as_overlay *overlay, struct as_error *error)
{
    return as_list_push(&overlay->arena, &overlay->marks, overlay->changes.n) ? AS_OK
                                                                              : as_error_memory(error);
}

bool as_overlay_undo(struct as_overlay *overlay)
{
    if (overlay->marks.n == 0)
        return false;
    overlay->changes.n = overlay->marks.at[--overlay->marks.n];
    return true;
}

void as_overlay_free(struct as_overlay *overlay)
{
    as_arena_free(&overlay->arena);
    *overlay = (struct as_overlay){.changes = {0}};
}

bool as_overlay_holds(const struct as_overlay *overlay, uint32_t field)
{
    for (uint32_t i = 0; i < overlay->changes.n; i++)
        if (overlay->changes.at[i].kind != AS_CHANGE_EVENT && overlay->changes.at[i].field == field)
            return true;
    return false;
}

/* --- cells --- */

static enum as_status set_cell(struct as_dataset *dataset, uint32_t row, const struct as_change *change,
                               struct as_error *error)
{
    const struct as_field *field = dataset->schema->fields.at[change->field];
    struct as_column *column;
    if (field->level == AS_LEVEL_ACCOUNT)
        row = dataset->lead_account[row];
    if (row == AS_NO_INDEX)
        return as_error_set(error, AS_ERR_MISSING, "the lead has no account, so account.%s cannot be set",
                            field->name);
    enum as_status status = as_dataset_column(&column, dataset, change->field, error);
    if (status != AS_OK)
        return status;
    if (change->value == NULL) {
        as_bit_clear(column->known, row);
        return AS_OK;
    }
    status = as_column_parse(column, row, as_str_of(change->value), error);
    if (status != AS_OK || change->kind != AS_CHANGE_ANSWER)
        return status;
    struct as_answer_column *answer = &dataset->answer[change->field];
    answer->time[row] = dataset->at;
    answer->voices[row] = change->voices;
    if (change->voices != 0)
        as_bit_set(answer->stated, row);
    else
        as_bit_clear(answer->stated, row);
    return AS_OK;
}

/* --- events --- */

/* Makes room for one bit, which is 0. */
static bool widen_bits(uint64_t **bits, size_t n, size_t at)
{
    uint64_t *more = calloc(AS_BIT_WORDS(n + 1), sizeof *more);
    if (more == NULL)
        return false;
    for (size_t i = 0; i < n; i++)
        if (as_bit(*bits, i))
            as_bit_set(more, i < at ? i : i + 1);
    free(*bits);
    *bits = more;
    return true;
}

/* Makes room for one item of `size` bytes, which are 0. */
static bool widen(void **items, size_t size, size_t n, size_t at)
{
    char *more = realloc(*items, (n + 1) * size);
    if (more == NULL)
        return false;
    memmove(more + (at + 1) * size, more + at * size, (n - at) * size);
    memset(more + at * size, 0, size);
    *items = more;
    return true;
}

static bool widen_column(struct as_column *column, size_t at)
{
    bool wide = column->type == AS_TYPE_INTEGER || column->type == AS_TYPE_MONEY ||
                column->type == AS_TYPE_DATE || column->type == AS_TYPE_NUMBER;
    bool done = column->type == AS_TYPE_BOOLEAN ? widen_bits(&column->truth, column->n, at)
                                                : widen(&column->any, wide ? 8 : 4, column->n, at);
    void *currency = column->currency;
    if (done && currency != NULL) {
        done = widen(&currency, sizeof *column->currency, column->n, at);
        column->currency = currency;
    }
    if (done)
        done = widen_bits(&column->known, column->n, at);
    if (done)
        column->n++;
    return done;
}

static enum as_status put_event(struct as_event_log *log, const struct as_schema *schema, uint32_t rows,
                                uint32_t row, uint32_t kind, int64_t when, struct as_error *error)
{
    if (log->start == NULL)
        return AS_OK;
    if (log->pages.at != NULL)
        return as_error_set(error, AS_ERR_BUG, "facts are supposed of a log that is mapped");
    uint32_t time = when < 0 ? 0 : when > UINT32_MAX ? UINT32_MAX : (uint32_t)when;
    size_t at = log->start[row];
    while (at < log->end[row] && log->time[at] <= time)
        at++;
    void *times = log->time, *kinds = log->kind;
    bool done = widen(&times, sizeof *log->time, log->n, at);
    log->time = times;
    if (done)
        done = widen(&kinds, sizeof *log->kind, log->n, at);
    log->kind = kinds;
    for (uint32_t p = 0; done && log->property != NULL && p < schema->properties.n; p++)
        if (log->property[p] != NULL)
            done = widen_column(log->property[p], at);
    if (!done)
        return as_error_memory(error);
    log->time[at] = time;
    log->kind[at] = (uint16_t)kind;
    log->n++;
    for (uint32_t i = row + 1; i <= rows; i++)
        log->start[i]++;
    return AS_OK;
}

/* An event that comes in is a sign of life of the feeds that bring its kind, as it is where it is stored. */
static void wake_feeds(struct as_dataset *dataset, const struct as_change *change)
{
    const struct as_schema *schema = dataset->schema;
    bool fed = false;
    for (uint32_t f = 0; f < schema->feeds.n; f++) {
        const struct as_feed *feed = schema->feeds.at[f];
        bool brings = false;
        for (uint32_t k = 0; k < feed->kinds.n; k++)
            brings = brings || feed->kinds.at[k] == change->event;
        fed = fed || brings;
        for (uint32_t k = 0; brings && dataset->at - change->time <= feed->fresh && k < feed->kinds.n; k++)
            dataset->kind_state[feed->kinds.at[k]] = AS_FEED_LIVE;
    }
    if (!fed)
        dataset->kind_state[change->event] = AS_FEED_LIVE;
}

static enum as_status add_events(struct as_dataset *dataset, uint32_t row, const struct as_change *change,
                                 struct as_error *error)
{
    uint32_t account = dataset->lead_account[row];
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < change->count && status == AS_OK; i++) {
        int64_t time = change->time - (int64_t)i * change->apart;
        status = put_event(&dataset->lead_events, dataset->schema, dataset->leads, row, change->event, time,
                           error);
        if (status == AS_OK && account != AS_NO_INDEX)
            status = put_event(&dataset->account_events, dataset->schema, dataset->accounts, account,
                               change->event, time, error);
    }
    if (dataset->kind_state != NULL)
        wake_feeds(dataset, change);
    return status;
}

enum as_status as_overlay_apply(struct as_dataset *dataset, uint32_t row, const struct as_change *changes,
                                uint32_t n, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < n && status == AS_OK; i++)
        status = changes[i].kind == AS_CHANGE_EVENT ? add_events(dataset, row, &changes[i], error)
                                                    : set_cell(dataset, row, &changes[i], error);
    return status;
}
