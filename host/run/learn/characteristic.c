/* Reads characteristics from columns, one number or code a subject. */
#include "run/learn/subject.h"

#include "base/time.h"
#include "data/identity/fold.h"
#include "store/report/history.h"
#include "store/report/recorded.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HUNDREDTHS = 100 };

struct reading {
    struct as_subjects *s;
    struct as_learnt_trait *trait;
    uint32_t *code;
    double *number;
    struct as_intern *values; /* of texts, folded */
    struct as_buf folded;
    struct as_column *earlier; /* one row, for what was known before */
};

/* The row in which a subject's fact stands: of its account, where a lead is asked for one. */
static uint32_t fact_row(const struct as_subjects *s, const struct as_expr *expr, uint32_t subject)
{
    uint32_t row = s->row[subject];
    if (s->request->contrast->level == AS_LEVEL_LEAD && expr->level == AS_LEVEL_ACCOUNT)
        return s->dataset->lead_account == NULL ? AS_NO_INDEX : s->dataset->lead_account[row];
    return row;
}

static const struct as_column *column_of(const struct as_subjects *s, const struct as_expr *expr)
{
    return expr->kind == AS_EXPR_ANSWER ? s->dataset->answer[expr->field].value
                                        : s->dataset->field[expr->field];
}

/* --- values --- */

static void put_unknown(struct reading *r, uint32_t subject)
{
    if (r->number != NULL)
        r->number[subject] = NAN;
    else
        r->code[subject] = AS_NO_INDEX;
}

static enum as_status several_currencies(const struct reading *r, struct as_error *error)
{
    as_error_set(error, AS_ERR_DATA, "%s is in several currencies", r->trait->source);
    as_error_at(error, r->trait->expr->position.file, r->trait->expr->position.line);
    return as_error_advise(error, "bring it in one currency, or write conditions on it");
}

/* Texts that a condition takes for the same are one value. */
static enum as_status take_text(struct reading *r, uint32_t subject, struct as_str text,
                                struct as_error *error)
{
    as_buf_reset(&r->folded);
    enum as_status status = as_fold(&r->folded, text, error);
    if (status != AS_OK)
        return status;
    uint32_t code = as_intern_add(r->values, (struct as_str){as_buf_c(&r->folded), r->folded.n});
    if (code == AS_INTERN_NONE)
        return as_error_memory(error);
    r->code[subject] = code;
    if (code < r->trait->values.n)
        return AS_OK;
    const char *spelled = as_arena_copy(&r->s->learnt->arena, text.p, text.n);
    return spelled != NULL && as_list_push(&r->s->learnt->arena, &r->trait->values, spelled)
               ? AS_OK
               : as_error_memory(error);
}

static enum as_status take_value(struct reading *r, uint32_t subject, const struct as_column *column,
                                 uint32_t row, struct as_error *error)
{
    put_unknown(r, subject);
    if (!as_bit(column->known, row))
        return AS_OK;
    switch (column->type) {
    case AS_TYPE_BOOLEAN:
        r->code[subject] = as_bit(column->truth, row);
        return AS_OK;
    case AS_TYPE_INTEGER:
        r->number[subject] = (double)column->i64[row];
        return AS_OK;
    case AS_TYPE_NUMBER:
        r->number[subject] = column->f64[row];
        return AS_OK;
    case AS_TYPE_MONEY:
        r->number[subject] = (double)column->i64[row] / HUNDREDTHS;
        return AS_OK;
    default:
        return take_text(r, subject, as_intern_text(column->dict, column->code[row]), error);
    }
}

static enum as_status check_currency(const struct reading *r, const struct as_column *column,
                                     struct as_error *error)
{
    uint32_t first = AS_NO_INDEX;
    for (uint32_t i = 0; i < r->s->n && column->currency != NULL; i++) {
        uint32_t row = fact_row(r->s, r->trait->expr, i);
        if (row == AS_NO_INDEX || !as_bit(column->known, row))
            continue;
        if (first != AS_NO_INDEX && column->currency[row] != first)
            return several_currencies(r, error);
        first = column->currency[row];
    }
    return AS_OK;
}

static void read_condition(struct reading *r)
{
    struct as_verdicts verdicts =
        as_outcome_verdicts_at(r->s->outcome, r->trait->expr, r->s->request->contrast->level);
    for (uint32_t i = 0; i < r->s->n; i++) {
        enum as_tri state = as_verdict_at(verdicts, r->s->row[i]);
        r->code[i] = state == AS_YES || state == AS_NO ? state : AS_NO_INDEX;
    }
}

static enum as_status read_fact(struct reading *r, struct as_error *error)
{
    const struct as_column *column = column_of(r->s, r->trait->expr);
    enum as_status status =
        column != NULL && column->type == AS_TYPE_MONEY ? check_currency(r, column, error) : AS_OK;
    r->trait->whole = column != NULL && column->type == AS_TYPE_INTEGER;
    for (uint32_t i = 0; i < r->s->n && status == AS_OK; i++) {
        uint32_t row = fact_row(r->s, r->trait->expr, i);
        put_unknown(r, i);
        if (column != NULL && row != AS_NO_INDEX)
            status = take_value(r, i, column, row, error);
    }
    return status;
}

/* --- what was recorded after they became customers --- */

struct earlier {
    int64_t day; /* at its end */
    struct as_buf value;
    bool known;
};

static enum as_status take_earlier(void *context, const struct as_said *said, struct as_error *error)
{
    struct earlier *earlier = context;
    if (!earlier->known && !said->overruled && said->to != AS_TIME_NONE &&
        as_day_of(said->from) <= earlier->day && as_day_of(said->to) > earlier->day && said->value != NULL) {
        earlier->known = true;
        as_buf_text(&earlier->value, said->value);
        return earlier->value.failed ? as_error_memory(error) : AS_OK;
    }
    return AS_OK;
}

/* Puts what was known when the subject became a customer in the place of what was recorded later. */
static enum as_status look_back(struct reading *r, uint32_t subject, int64_t row_id, struct as_error *error)
{
    const struct as_field *field = r->s->request->schema->fields.at[r->trait->expr->field];
    struct earlier earlier = {.day = r->s->day[subject]};
    enum as_status status = r->earlier != NULL ? AS_OK
                                               : as_column_new(&r->earlier, field->type, 1, field->choices,
                                                               field->choice_count, error);
    if (status == AS_OK)
        status = as_store_said(r->s->store, r->s->request->schema, r->trait->expr->field, row_id,
                               take_earlier, &earlier, error);
    r->trait->late++;
    if (status == AS_OK)
        status =
            as_column_parse(r->earlier, 0, (struct as_str){as_buf_c(&earlier.value), earlier.value.n}, error);
    if (status == AS_OK)
        status = take_value(r, subject, r->earlier, 0, error);
    as_buf_free(&earlier.value);
    return status;
}

struct lateness {
    struct reading *reading;
    uint32_t next;
};

static bool is_unknown(const struct reading *r, uint32_t subject)
{
    return r->number != NULL ? isnan(r->number[subject]) : r->code[subject] == AS_NO_INDEX;
}

/* Both run by row id. */
static enum as_status forget_late(void *context, int64_t row_id, int64_t known_from, struct as_error *error)
{
    struct lateness *late = context;
    struct as_subjects *s = late->reading->s;
    const int64_t *id =
        s->request->contrast->level == AS_LEVEL_LEAD ? s->dataset->lead_id : s->dataset->account_id;
    while (late->next < s->n && id[s->row[late->next]] < row_id)
        late->next++;
    uint32_t i = late->next;
    if (i < s->n && id[s->row[i]] == row_id && as_day_of(known_from) > s->day[i] &&
        as_day_of(s->known[i]) <= s->day[i] && !is_unknown(late->reading, i))
        return look_back(late->reading, i, row_id, error);
    return AS_OK;
}

/* Of the account that a lead is asked for nothing is looked back at: it may have been a customer before. An
 * answer that was given later is unknown. */
static enum as_status leave_out_late(struct reading *r, struct as_error *error)
{
    struct as_subjects *s = r->s;
    const struct as_expr *expr = r->trait->expr;
    if (s->day == NULL || expr->kind == AS_EXPR_CALL || expr->level != s->request->contrast->level)
        return AS_OK;
    if (expr->kind == AS_EXPR_FIELD) {
        struct lateness late = {.reading = r};
        return as_store_recorded_later(s->store, expr->level,
                                       s->request->schema->fields.at[expr->field]->name, s->request->known_at,
                                       forget_late, &late, error);
    }
    const struct as_answer_column *answer = &s->dataset->answer[expr->field];
    for (uint32_t i = 0; i < s->n && answer->time != NULL; i++)
        if (!is_unknown(r, i) && as_day_of(answer->time[s->row[i]]) > s->day[i]) {
            r->trait->late++;
            put_unknown(r, i);
        }
    return AS_OK;
}

static enum as_status read_trait(struct reading *r, struct as_error *error)
{
    struct as_arena *arena = &r->s->learnt->arena;
    const struct as_expr *expr = r->trait->expr;
    struct as_buf source = {0};
    as_expr_source(&source, expr, r->s->request->schema);
    r->trait->source = as_arena_copy(arena, as_buf_c(&source), source.n);
    as_buf_free(&source);
    if ((expr->shape & (AS_SHAPE_INTEGER | AS_SHAPE_NUMBER | AS_SHAPE_MONEY)) != 0)
        r->number = as_arena_array(arena, r->s->n + (size_t)1, sizeof *r->number);
    else
        r->code = as_arena_array(arena, r->s->n + (size_t)1, sizeof *r->code);
    r->values = as_intern_new();
    if (r->trait->source == NULL || (r->number == NULL && r->code == NULL) || r->values == NULL)
        return as_error_memory(error);
    r->trait->is_condition = (expr->shape & AS_SHAPE_BOOLEAN) != 0;
    enum as_status status = AS_OK;
    if (expr->kind == AS_EXPR_CALL)
        read_condition(r);
    else
        status = read_fact(r, error);
    if (status == AS_OK)
        status = leave_out_late(r, error);
    r->trait->trait = (struct as_trait){r->number, r->code, r->trait->is_condition ? 2 : r->trait->values.n};
    return status;
}

enum as_status as_traits_read(struct as_subjects *subjects, struct as_error *error)
{
    const struct as_contrast *contrast = subjects->request->contrast;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < contrast->from.n && status == AS_OK; i++) {
        struct as_learnt_trait trait = {.expr = contrast->from.at[i]};
        struct reading reading = {.s = subjects, .trait = &trait};
        status = read_trait(&reading, error);
        as_intern_free(reading.values);
        as_column_free(reading.earlier);
        as_buf_free(&reading.folded);
        if (status == AS_OK && !as_list_push(&subjects->learnt->arena, &subjects->learnt->traits, trait))
            status = as_error_memory(error);
    }
    return status;
}
