/* The list of `assay handoff`: offers that wait for sales' answer, and by when it is due. */
#include "base/search.h"
#include "cmd/decisions/handoff_page.h"
#include "cmd/line/pack_choice.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"
#include "store/report/report.h"
#include "store/work/work.h"

#include <stdio.h>
#include <stdlib.h>

struct waiting {
    struct as_context *context;
    struct as_run_pack *packs;
    uint32_t pack_count;
    struct as_table table;
    struct as_json json;
    struct as_owed_list *owed; /* by pack; each by offer, then as it is due */
    bool agreed;               /* some pack has an agreement about hand-offs */
    uint64_t n;
};

/* What the offer waits for: of its agreements the one that is due first; NULL: none. */
static const struct as_owed *owed_of(const struct waiting *w, const struct as_offer_row *row)
{
    for (uint32_t p = 0; p < w->pack_count; p++) {
        const struct as_owed_list *owed = &w->owed[p];
        uint32_t i;
        AS_SEARCH(i, owed->list.n, owed->list.at[i].offer < row->id);
        if (i < owed->list.n && owed->list.at[i].offer == row->id)
            return &owed->list.at[i];
    }
    return NULL;
}

/* Of those that are due at the same moment the agreement that the pack wrote first. */
static int compare_owed(const void *a, const void *b)
{
    const struct as_owed *x = a, *y = b;
    if (x->offer != y->offer)
        return x->offer < y->offer ? -1 : 1;
    if (x->clock.due != y->clock.due)
        return x->clock.due < y->clock.due ? -1 : 1;
    return x->level < y->level ? -1 : x->level > y->level;
}

static void owed_cell(struct as_table *table, const struct as_owed *owed)
{
    static const enum as_style styles[] = {
        [AS_CLOCK_RUNS] = AS_PLAIN, [AS_CLOCK_AT_RISK] = AS_YELLOW, [AS_CLOCK_OVERDUE] = AS_RED};
    char due[AS_WORDING], text[2 * AS_WORDING];
    if (owed == NULL) {
        as_table_style(table, AS_DIM, "·");
        return;
    }
    as_instant_format(due, owed->clock.due);
    snprintf(text, sizeof text, "%s%s", due,
             owed->clock.state == AS_CLOCK_OVERDUE   ? ", overdue"
             : owed->clock.state == AS_CLOCK_AT_RISK ? ", at risk"
                                                     : "");
    as_table_style(table, styles[owed->clock.state], text);
}

static void put_waiting(struct waiting *w, const struct as_offer_row *row, const struct as_who *who)
{
    int64_t at = w->context->at;
    char text[AS_WORDING];
    w->n++;
    as_json_open(&w->json, '{');
    as_json_put_int(&w->json, "id", row->lead_id);
    as_json_put_text(&w->json, "lead", who->name);
    as_json_put_text(&w->json, "account", who->company);
    as_json_put_text(&w->json, "pack", row->pack);
    as_json_put_text(&w->json, "model", row->model);
    as_json_put_text(&w->json, "owner", row->owner);
    as_json_put_time(&w->json, "offered", row->offered);
    as_json_put_int(&w->json, "waiting_seconds", at - row->offered);
    const struct as_owed *owed = owed_of(w, row);
    as_owed_put(&w->json, owed);
    as_json_close(&w->json, '}');
    as_table_row(&w->table);
    as_table_printf(&w->table, "%s%s%s", who->name, who->company != NULL ? ", " : "",
                    who->company != NULL ? who->company : "");
    as_table_text(&w->table, row->owner != NULL ? row->owner : "nobody");
    as_table_text(&w->table, as_instant_format(text, row->offered));
    as_table_text(&w->table, as_age_format(text, at - row->offered));
    if (w->agreed)
        owed_cell(&w->table, owed);
}

/* What was answered later than --at waited then. */
static enum as_status take_waiting(void *context, const struct as_offer_row *row, struct as_error *error)
{
    struct waiting *w = context;
    int64_t at = w->context->at;
    if (row->offered > at || (row->answered != AS_TIME_NONE && row->answered <= at))
        return AS_OK;
    struct as_who who;
    enum as_status status =
        as_store_who_kept(&who, &w->context->arena, w->context->store, row->lead_id, error);
    if (status == AS_OK)
        put_waiting(w, row, &who);
    return status;
}

/* The packs that run, and what is owed by their agreements; none where nothing ever ran. */
static enum as_status read_owed(struct waiting *w, struct as_texts named, struct as_error *error)
{
    struct as_context *context = w->context;
    struct as_error own = AS_ERROR_INIT;
    enum as_status status = as_choose_packs(&w->packs, &w->pack_count, NULL, context, named, 1, &own);
    if (status == AS_ERR_MISSING && named.n == 0 && own.file[0] == '\0') {
        w->pack_count = 0;
        return AS_OK;
    }
    if (status != AS_OK) {
        *error = own;
        return status;
    }
    w->owed = as_arena_array(&context->arena, w->pack_count + (size_t)1, sizeof *w->owed);
    if (w->owed == NULL)
        return as_error_memory(error);
    for (uint32_t p = 0; p < w->pack_count && status == AS_OK; p++) {
        const struct as_pack *pack = w->packs[p].pack;
        w->agreed |= pack->service_levels.n > 0;
        status =
            as_owed_of(&w->owed[p], &context->arena, context->store, pack, AS_OWED_NOW, context->at, error);
        if (status == AS_OK && w->owed[p].list.n > 0)
            qsort(w->owed[p].list.at, w->owed[p].list.n, sizeof *w->owed[p].list.at, compare_owed);
    }
    return status;
}

enum as_status as_list_offers(struct as_context *context, const struct as_arguments *arguments, bool json,
                              struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Waits for sales' answer", false, true},
                                                     {"Owner", false, false},
                                                     {"Offered", false, false},
                                                     {"For", true, false},
                                                     {"Answer due", false, false}};
    const struct as_terminal page = as_page(&context->terminal);
    struct as_buf text = {.p = NULL};
    struct as_texts named = as_given_texts(arguments, "pack");
    struct waiting w = {.context = context, .json = {.out = &text}};
    enum as_status status = read_owed(&w, named, error);
    if (status != AS_OK)
        return status;
    as_table_open(&w.table, columns, w.agreed ? 5 : 4);
    as_json_open(&w.json, '[');
    status = as_store_offers(context->store, named.n > 0 ? w.packs[0].pack->name : NULL, 0, false,
                             take_waiting, &w, error);
    as_json_close(&w.json, ']');
    if (status == AS_OK && json)
        status = as_context_print_json(context, &text, error);
    else if (status == AS_OK && w.n > 0)
        status = as_table_print(&w.table, &page, 0, error);
    else if (status == AS_OK && !context->quiet)
        fputs("No offer waits for an answer.\n", page.out);
    as_table_close(&w.table);
    as_buf_free(&text);
    return status;
}
