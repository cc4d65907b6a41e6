/* Printing for sessions whose reader is a program: each value on a line of its own as JSON (README.md gives
 * the shapes). */
#include "cmd/decisions/repl_print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static enum as_status end_value(const struct as_repl_output *o, struct as_buf *text, struct as_error *error)
{
    bool failed = text->failed;
    as_buf_char(text, '\n');
    if (!failed)
        fwrite(as_buf_c(text), 1, text->n, o->terminal.out);
    as_buf_free(text);
    return failed ? as_error_memory(error) : AS_OK;
}

static enum as_status put_text(void *context, struct as_str text, struct as_error *error)
{
    struct as_buf out = {.p = NULL};
    while (text.n > 0 && text.p[text.n - 1] == '\n')
        text.n--;
    as_buf_json(&out, text);
    return end_value(context, &out, error);
}

static enum as_status put_explanation(void *context, const struct as_explanation *explanation,
                                      enum as_told what, struct as_error *error)
{
    struct as_buf out = {.p = NULL};
    struct as_json json = {.out = &out};
    (void)what; /* a part is what is left of the whole */
    as_explanation_json(&json, explanation);
    return end_value(context, &out, error);
}

static enum as_status put_whynot(void *context, const struct as_whynot *whynot, struct as_error *error)
{
    struct as_buf out = {.p = NULL};
    struct as_json json = {.out = &out};
    as_json_open(&json, '{');
    as_json_put_text(&json, "gate", whynot->gate->name);
    as_json_put_text(&json, "verdict",
                     whynot->verdict != AS_GATE_NONE ? as_gate_verdict_name(whynot->verdict) : NULL);
    as_json_put_bool(&json, "together", whynot->together);
    as_json_key(&json, "barriers");
    as_json_open(&json, '[');
    for (uint32_t b = 0; b < whynot->barriers.n; b++) {
        const struct as_barrier *barrier = &whynot->barriers.at[b];
        as_json_open(&json, '{');
        as_json_put_text(&json, "criterion", barrier->criterion);
        as_json_put_text(&json, "when", barrier->said);
        as_json_put_text(&json, "state", as_tri_name(barrier->state));
        as_json_put_open(&json, "roles", '[');
        for (uint32_t r = 0; r < barrier->roles.n; r++)
            as_json_text(&json, barrier->roles.at[r]);
        as_json_close(&json, ']');
        as_json_key(&json, "ways");
        as_json_open(&json, '[');
        for (uint32_t w = 0; w < barrier->ways.n; w++) {
            as_json_open(&json, '{');
            as_json_put_text(&json, "way", barrier->ways.at[w].said);
            as_json_put_int(&json, "cost", barrier->ways.at[w].cost);
            as_json_close(&json, '}');
        }
        as_json_close(&json, ']');
        as_json_close(&json, '}');
    }
    as_json_close(&json, ']');
    as_json_close(&json, '}');
    return end_value(context, &out, error);
}

/* The number as it is told, with every digit; null for what JSON cannot say. */
static void put_number(struct as_json *json, const char *key, const char *text)
{
    as_json_key(json, key);
    as_buf_text(json->out, isfinite(strtod(text, NULL)) ? text : "null");
    json->more = true;
}

static enum as_status put_rows(void *context, const struct as_told_rows *rows, struct as_error *error)
{
    struct as_buf out = {.max = (size_t)1 << 30};
    struct as_json json = {.out = &out};
    as_json_open(&json, '[');
    for (uint64_t r = 0; r < rows->rows; r++) {
        as_json_open(&json, '{');
        for (uint32_t c = 0; c < rows->width; c++) {
            uint64_t cell = r * rows->width + c;
            if (rows->numbers[cell])
                put_number(&json, rows->columns[c], rows->cells[cell]);
            else
                as_json_put_text(&json, rows->columns[c], rows->cells[cell]);
        }
        as_json_close(&json, '}');
    }
    as_json_close(&json, ']');
    return end_value(context, &out, error);
}

struct as_repl_printer as_repl_json_printer_of(struct as_repl_output *output)
{
    return (struct as_repl_printer){.context = output,
                                    .text = put_text,
                                    .explanation = put_explanation,
                                    .whynot = put_whynot,
                                    .rows = put_rows};
}
