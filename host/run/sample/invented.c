/* Draws facts that a pack's rules can tell apart: for numbers a wide range, for choices what is declared, for
 * texts the words of the pack's own conditions among others. */
#include "run/sample/invented.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEADS_AN_ACCOUNT = 10, MOST_EVENTS = 40, EVENT_DAYS = 180, OTHER_TEXTS = 5000 };

struct drawing {
    struct as_dataset *data;
    const struct as_pack *pack;
    uint64_t state;
    AS_LIST(struct as_str) words; /* of the field at hand */
    struct as_arena arena;
};

/* xorshift64: good enough to spread facts, and the same everywhere. */
static uint32_t below(struct drawing *d, uint32_t n)
{
    d->state ^= d->state << 13;
    d->state ^= d->state >> 7;
    d->state ^= d->state << 17;
    return (uint32_t)((d->state >> 32) * n >> 32);
}

static bool add_words(struct drawing *d, const struct as_literal *literal)
{
    if (literal->kind == AS_LITERAL_TEXT)
        return as_list_push(&d->arena, &d->words, literal->text);
    for (uint32_t i = 0; literal->kind == AS_LITERAL_LIST && i < literal->n; i++)
        if (!add_words(d, &literal->items[i]))
            return false;
    return true;
}

/* The texts that conditions on a field name. */
static enum as_status gather_words(struct drawing *d, uint32_t field, struct as_error *error)
{
    d->words.n = 0;
    for (uint32_t i = 0; i < d->pack->rules.nodes.n; i++) {
        const struct as_expr *expr = d->pack->rules.nodes.at[i];
        if (expr->kind != AS_EXPR_CALL || expr->arg_count < 2 || expr->args[0].kind != AS_LITERAL_EXPR ||
            as_expr_origin(expr->args[0].expr) != field)
            continue;
        for (uint32_t a = 1; a < expr->arg_count; a++)
            if (!add_words(d, &expr->args[a]))
                return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status draw_text(struct drawing *d, const struct as_field *field, struct as_column *column,
                                uint32_t row, struct as_error *error)
{
    char text[64];
    if (field->choice_count > 0)
        return as_column_set_text(column, row, as_str_of(field->choices[below(d, field->choice_count)]),
                                  error);
    if (d->words.n > 0 && below(d, 2) == 0)
        return as_column_set_text(column, row, d->words.at[below(d, d->words.n)], error);
    snprintf(text, sizeof text, "%s %u", field->name, below(d, OTHER_TEXTS));
    return as_column_set_text(column, row, as_str_of(text), error);
}

static enum as_status draw_value(struct drawing *d, const struct as_field *field, struct as_column *column,
                                 uint32_t row, struct as_error *error)
{
    uint32_t size = 1 + below(d, 100);
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        as_column_set_boolean(column, row, below(d, 2) == 0);
        return AS_OK;
    case AS_TYPE_INTEGER:
        as_column_set_i64(column, row, (int64_t)size * size);
        return AS_OK;
    case AS_TYPE_NUMBER:
        as_column_set_f64(column, row, (double)below(d, 10000) / 100);
        return AS_OK;
    case AS_TYPE_MONEY:
        return as_column_set_money(column, row, (int64_t)size * size * (5000000 + below(d, 15000000)),
                                   AS_STR("EUR"), error);
    case AS_TYPE_DATE:
        as_column_set_i64(column, row, as_day_of(d->data->at) - (int64_t)below(d, 730));
        return AS_OK;
    case AS_TYPE_REFERENCE:
        return AS_OK; /* nobody is referred to */
    default:
        return draw_text(d, field, column, row, error);
    }
}

static enum as_status draw_column(struct drawing *d, uint32_t index, struct as_error *error)
{
    const struct as_field *field = d->data->schema->fields.at[index];
    struct as_column *column;
    enum as_status status = as_dataset_column(&column, d->data, index, error);
    if (status == AS_OK)
        status = gather_words(d, index, error);
    uint32_t rows = field->level == AS_LEVEL_LEAD ? d->data->leads : d->data->accounts;
    for (uint32_t row = 0; row < rows && status == AS_OK; row++)
        if (below(d, 10) != 0)
            status = draw_value(d, field, column, row, error);
    return status;
}

static int by_time(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static enum as_status draw_events(struct drawing *d, const uint64_t *kinds, struct as_error *error)
{
    const struct as_schema *schema = d->data->schema;
    struct as_event_log *log = &d->data->lead_events;
    uint16_t *asked = as_arena_array(&d->arena, schema->kinds.n + (size_t)1, sizeof *asked);
    uint32_t n = 0, leads = d->data->leads;
    const size_t room = (size_t)leads * MOST_EVENTS + 1;
    log->start = calloc(leads + (size_t)1, sizeof *log->start);
    log->time = malloc(room * sizeof *log->time);
    log->kind = malloc(room * sizeof *log->kind);
    if (asked == NULL || log->start == NULL || log->time == NULL || log->kind == NULL)
        return as_error_memory(error);
    log->end = log->start + 1;
    for (uint32_t k = 0; k < schema->kinds.n; k++)
        if (as_bit(kinds, k) && schema->kinds.at[k]->act == AS_ACT_NONE)
            asked[n++] = (uint16_t)k;
    for (uint32_t row = 0; row < leads; row++) {
        uint32_t events = n == 0 ? 0 : below(d, MOST_EVENTS + 1);
        for (uint32_t i = 0; i < events; i++) {
            log->time[log->n + i] = (uint32_t)(d->data->at - below(d, EVENT_DAYS * 86400));
            log->kind[log->n + i] = asked[below(d, n)];
        }
        qsort(log->time + log->n, events, sizeof *log->time, by_time);
        log->n += events;
        log->start[row + 1] = (uint32_t)log->n;
    }
    return AS_OK;
}

/* What anybody of an account did: the events of its leads, which lie side by side, by time; which kind was
 * when was drawn anyway. */
static enum as_status copy_events(struct as_dataset *data, struct as_error *error)
{
    struct as_event_log *to = &data->account_events;
    const struct as_event_log *from = &data->lead_events;
    to->n = from->n;
    to->start = calloc(data->accounts + (size_t)1, sizeof *to->start);
    to->time = malloc((from->n + 1) * sizeof *to->time);
    to->kind = malloc((from->n + 1) * sizeof *to->kind);
    if (to->start == NULL || to->time == NULL || to->kind == NULL)
        return as_error_memory(error);
    to->end = to->start + 1;
    memcpy(to->time, from->time, from->n * sizeof *to->time);
    memcpy(to->kind, from->kind, from->n * sizeof *to->kind);
    for (uint32_t a = 0; a < data->accounts; a++) {
        uint64_t last = (uint64_t)(a + 1) * LEADS_AN_ACCOUNT;
        to->start[a + 1] = from->start[last < data->leads ? last : data->leads];
        qsort(to->time + to->start[a], to->start[a + 1] - to->start[a], sizeof *to->time, by_time);
    }
    return AS_OK;
}

enum as_status as_invent(struct as_dataset **out, const struct as_pack *pack, const struct as_needs *needs,
                         uint32_t leads, int64_t at, struct as_error *error)
{
    const struct as_schema *schema = pack->rules.schema;
    struct drawing d = {.pack = pack, .state = UINT64_C(88172645463325252)};
    as_arena_init(&d.arena);
    *out = NULL;
    enum as_status status =
        as_dataset_new(&d.data, schema, leads, (leads + LEADS_AN_ACCOUNT - 1) / LEADS_AN_ACCOUNT, error);
    if (status != AS_OK)
        return status;
    d.data->at = d.data->known_at = at;
    for (uint32_t row = 0; row < leads; row++) {
        d.data->lead_id[row] = row + 1;
        d.data->lead_account[row] = row / LEADS_AN_ACCOUNT;
    }
    for (uint32_t a = 0; a < d.data->accounts; a++)
        d.data->account_id[a] = a + 1;
    for (uint32_t f = 0; f < schema->fields.n && status == AS_OK; f++)
        if (as_bit(needs->fields, f))
            status = draw_column(&d, f, error);
    if (status == AS_OK)
        status = draw_events(&d, needs->kinds, error);
    if (status == AS_OK && needs->account_events)
        status = copy_events(d.data, error);
    if (status == AS_OK)
        status = as_dataset_link(d.data, error);
    as_arena_free(&d.arena);
    if (status == AS_OK)
        *out = d.data;
    else
        as_dataset_free(d.data);
    return status;
}
