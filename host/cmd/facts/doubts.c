/* What `assay db doubts` prints: findings by kind, each with its rows. */
#include "cmd/facts/doubts.h"

#include "cmd/line/watch.h"
#include "cmd/output/wrap.h"
#include "run/decision/json.h"
#include "store/report/doubts.h"

#include <string.h>

/* Rows shown of one finding; --json has all. */
enum { ROWS_SHOWN = 8 };

struct doubting {
    struct as_context *context;
    struct as_watch watch;
    struct as_json json;
    struct as_buf what, line; /* of the finding at hand */
    int kind;                 /* of it; -1: none yet */
    uint32_t findings, rows;
};

static void end_finding(struct doubting *d)
{
    if (d->kind < 0)
        return;
    if (d->context->json) {
        as_json_close(&d->json, ']');
        as_json_close(&d->json, '}');
        return;
    }
    if (d->rows > ROWS_SHOWN)
        as_buf_printf(&d->line, " and %u more", d->rows - ROWS_SHOWN);
    const struct as_terminal page = as_page(&d->context->terminal);
    fputs("  ", page.out);
    as_wrap_print(&page, 2, 4, as_buf_c(&d->line));
}

static void start_finding(struct doubting *d, const struct as_doubt *doubt)
{
    FILE *out = d->context->terminal.out;
    end_finding(d);
    d->findings++;
    d->rows = 0;
    as_buf_reset(&d->what);
    as_buf_text(&d->what, doubt->what);
    if (d->context->json) {
        as_json_open(&d->json, '{');
        as_json_put_text(&d->json, "kind", as_doubt_name(doubt->kind));
        as_json_put_text(&d->json, "what", doubt->what);
        as_json_put_text(&d->json, "advice", as_doubt_advice(doubt->kind));
        as_json_key(&d->json, "rows");
        as_json_open(&d->json, '[');
    } else if (d->kind != (int)doubt->kind) {
        fprintf(out, "%s%s: %s\n", d->kind < 0 ? "" : "\n", as_doubt_name(doubt->kind),
                as_doubt_advice(doubt->kind));
    }
    d->kind = (int)doubt->kind;
    as_buf_reset(&d->line);
    as_buf_text(&d->line, doubt->what);
}

static enum as_status add_doubt(void *into, const struct as_doubt *doubt, struct as_error *error)
{
    struct doubting *d = into;
    (void)error;
    as_watch_hide(&d->watch);
    if (d->kind != (int)doubt->kind || strcmp(as_buf_c(&d->what), doubt->what) != 0)
        start_finding(d, doubt);
    d->rows++;
    if (d->context->json)
        as_json_text(&d->json, doubt->row);
    else if (strstr(doubt->what, doubt->row) == NULL && d->rows <= ROWS_SHOWN)
        as_buf_printf(&d->line, "%s%s", d->rows == 1 ? ": " : ", ", doubt->row);
    return AS_OK;
}

enum as_status as_print_doubts(struct as_context *context, struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    struct doubting d = {.context = context, .json = {.out = &text}, .kind = -1};
    as_json_open(&d.json, '{');
    as_json_put_text(&d.json, "db", context->db);
    as_json_key(&d.json, "findings");
    as_json_open(&d.json, '[');
    as_watch_open(&d.watch, context, "looking", "signs");
    enum as_status status = as_store_doubts(context->store, context->at, add_doubt, &d, error);
    as_watch_close(&d.watch);
    if (status == AS_OK)
        end_finding(&d);
    as_json_close(&d.json, ']');
    as_json_close(&d.json, '}');
    context->findings = d.findings > 0;
    if (status == AS_OK && context->json)
        status = as_context_print_json(context, &text, error);
    else if (status == AS_OK && !context->quiet)
        fprintf(context->terminal.out, "%s%s: %u doubt%s about what the data says\n",
                d.findings > 0 ? "\n" : "", context->db, d.findings, d.findings == 1 ? "" : "s");
    as_buf_free(&text);
    as_buf_free(&d.what);
    as_buf_free(&d.line);
    return status;
}
