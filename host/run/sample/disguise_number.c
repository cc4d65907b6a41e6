/* Stand-ins for numbers: others of two digits near by, until every condition comes out as it did. */
#include "run/sample/disguise_parts.h"

#include <math.h>
#include <stdio.h>

/* Draws of one number; the first two thirds within a third of it, the others within a twentieth. */
enum { DRAWS = 12 };

static double read_number(const struct as_column *column, size_t row)
{
    return column->type == AS_TYPE_NUMBER  ? column->f64[row]
           : column->type == AS_TYPE_MONEY ? (double)column->i64[row] / 100
                                           : (double)column->i64[row];
}

static enum as_status write_number(struct as_column *column, size_t row, double value, struct as_str currency,
                                   struct as_error *error)
{
    if (column->type == AS_TYPE_MONEY)
        return as_column_set_money(column, row, llround(value * 100), currency, error);
    if (column->type == AS_TYPE_NUMBER)
        as_column_set_f64(column, row, value);
    else
        as_column_set_i64(column, row, llround(value));
    return AS_OK;
}

static struct as_str currency_of(const struct as_column *column, size_t row)
{
    if (column->currency == NULL || column->currencies == NULL ||
        column->currency[row] >= as_intern_count(column->currencies))
        return (struct as_str){"", 0};
    return as_intern_text(column->currencies, column->currency[row]);
}

static double rounded(double value, int digits)
{
    if (value == 0 || !isfinite(value))
        return value;
    double unit = pow(10, floor(log10(fabs(value))) - (digits - 1));
    return round(value / unit) * unit;
}

/* A value near by, or from a third on a number that conditions name. */
static double draw(const struct as_disguising *d, double value, uint32_t turn)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%.17g %u", value, turn);
    double share =
        (double)(as_pseudonym_number(d->request->key, d->field->name, (struct as_str){text, (size_t)n}) >>
                 11) /
        9007199254740992.0;
    bool near = turn >= DRAWS * 2 / 3;
    double out = rounded(value * pow(near ? 1.05 : 4.0 / 3, 2 * share - 1), near ? 3 : 2);
    return d->column->type == AS_TYPE_NUMBER ? out : round(out);
}

/* The rows of the trial are, for each known row, its value, DRAWS draws, then the conditions' numbers. */
enum as_status as_disguise_numbers(struct as_disguising *d, struct as_error *error)
{
    struct as_disguise_trial trial = {.dataset = NULL};
    struct as_column *column;
    uint32_t stride = 1 + DRAWS + d->material.numbers.n, n = 0;
    uint32_t *rows = as_arena_array(&d->arena, d->column->n + (size_t)1, sizeof *rows);
    if (rows == NULL)
        return as_error_memory(error);
    for (size_t row = 0; row < d->column->n; row++) {
        double value = as_bit(d->column->known, row) ? read_number(d->column, row) : 0;
        if (value != rounded(value, 2))
            rows[n++] = (uint32_t)row;
    }
    enum as_status status = as_disguise_trial_open(&trial, &column, d, n * stride, error);
    for (uint32_t i = 0; status == AS_OK && i < n * stride; i++) {
        uint32_t row = rows[i / stride], turn = i % stride;
        double value = read_number(d->column, row);
        if (turn > DRAWS)
            value = d->material.numbers.at[turn - DRAWS - 1];
        else if (turn > 0)
            value = draw(d, value, turn - 1);
        status = write_number(column, i, value, currency_of(d->column, row), error);
    }
    if (status == AS_OK)
        status = as_disguise_trial_decide(&trial, d, error);
    for (uint32_t i = 0; status == AS_OK && i < n; i++) {
        double value = read_number(d->column, rows[i]);
        uint32_t turn = 1;
        while (turn < stride && (!as_disguise_same(&trial, i * stride, i * stride + turn) ||
                                 read_number(column, (size_t)i * stride + turn) == value))
            turn++;
        if (turn == stride)
            as_disguise_give_up(d, rows[i]);
        else
            status = write_number(d->column, rows[i], read_number(column, (size_t)i * stride + turn),
                                  currency_of(d->column, rows[i]), error);
    }
    as_disguise_trial_free(&trial);
    return status;
}
