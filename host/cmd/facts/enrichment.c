/* Enrichment from the command line: policy, lock, progress, and what came of it. */
#include "cmd/facts/enrichment.h"

#include "cmd/line/watch.h"
#include "cmd/output/wording.h"

#include <string.h>

static struct as_script *script_of(const struct as_context *context, const struct as_pack *pack)
{
    for (uint32_t i = 0; i < context->packs.n; i++)
        if (context->packs.at[i]->pack == pack)
            return context->packs.at[i]->script;
    return NULL;
}

enum as_status as_enrich_packs(struct as_enriched_list *out, struct as_context *context,
                               const struct as_run_pack *packs, uint32_t n,
                               const struct as_enrichment_wish *wish, struct as_error *error)
{
    struct as_policy *policy = NULL;
    struct as_watch watch;
    bool any = false;
    for (uint32_t i = 0; i < n; i++)
        any |= packs[i].pack->enrichments.n > 0;
    if (!any)
        return AS_OK;
    struct as_cassette *cassette = NULL;
    enum as_status status = as_policy_read(&policy, wish->policy, error);
    if (status == AS_OK && (wish->record != NULL || wish->replay != NULL))
        status = as_cassette_open(&cassette, wish->record != NULL ? wish->record : wish->replay,
                                  wish->record != NULL ? AS_CASSETTE_RECORD : AS_CASSETTE_PLAY, error);
    struct as_enrich_options options = {.store = context->store,
                                        .policy = policy,
                                        .now = context->now,
                                        .threads = wish->threads,
                                        .seconds = wish->seconds,
                                        .limit = wish->limit,
                                        .only = wish->only,
                                        .cassette = cassette,
                                        .dry = wish->dry,
                                        .progress = as_watch_show,
                                        .progress_context = &watch};
    as_watch_open(&watch, context, "asking", "asked");
    for (uint32_t i = 0; i < n && status == AS_OK; i++) {
        struct as_script *script = script_of(context, packs[i].pack);
        if (script != NULL && packs[i].pack->enrichments.n > 0)
            status = as_enrich(out, script, &options, error);
    }
    as_watch_close(&watch);
    if (status == AS_OK && wish->record != NULL)
        status = as_cassette_save(cassette, error);
    as_cassette_free(cassette);
    as_policy_free(policy);
    return status;
}

enum as_status as_print_enriched(struct as_context *context, const struct as_enriched_list *list,
                                 struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Enrichment", false, false}, {"Due", true, false},
                                                     {"Found", true, false},       {"Nothing", true, false},
                                                     {"Failed", true, false},      {"Left", true, false}};
    struct as_table table;
    if (list->rows.n == 0)
        return AS_OK;
    as_table_open(&table, columns, sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < list->rows.n; i++) {
        const struct as_enriched *row = &list->rows.at[i];
        as_table_row(&table);
        as_table_printf(&table, "%s/%s", row->pack, row->name);
        as_table_printf(&table, "%u", row->due);
        as_table_printf(&table, "%u", row->found);
        as_table_printf(&table, "%u", row->nothing);
        as_table_printf(&table, "%u", row->failed);
        as_table_printf(&table, "%u", row->left);
    }
    enum as_status status = as_table_print(&table, &context->terminal, 0, error);
    as_table_close(&table);
    for (uint32_t i = 0; i < list->rows.n && status == AS_OK; i++)
        if (list->rows.at[i].why[0] != '\0')
            fprintf(context->terminal.out, "  %s: %s\n", list->rows.at[i].name, list->rows.at[i].why);
    return status;
}

void as_enriched_list_json(struct as_json *json, const struct as_enriched_list *list)
{
    as_json_open(json, '[');
    for (uint32_t i = 0; i < list->rows.n; i++)
        as_enriched_json(json, &list->rows.at[i]);
    as_json_close(json, ']');
}
