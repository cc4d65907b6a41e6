/* assay enrich: asks providers about those who are due, and decides nothing. */
#include "cmd/commands.h"
#include "cmd/facts/enrichment.h"

#include "base/suggest.h"
#include "base/thread.h"

#include <string.h>

static enum as_status refuse_unknown(const struct as_run_pack *packs, uint32_t n, const char *only,
                                     struct as_error *error)
{
    const char *names[AS_MAX_RULES];
    size_t count = 0;
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t e = 0; e < packs[i].pack->enrichments.n && count < AS_MAX_RULES; e++) {
            names[count++] = packs[i].pack->enrichments.at[e]->name;
            if (strcmp(names[count - 1], only) == 0)
                return AS_OK;
        }
    const char *near = as_suggest(as_str_of(only), names, count);
    as_error_set(error, AS_ERR_USAGE, "no pack has an enrichment \"%.100s\"", only);
    as_error_meant(error, near);
    return AS_ERR_USAGE;
}

static enum as_status print(struct as_context *context, const struct as_enriched_list *list,
                            struct as_error *error)
{
    if (!context->json)
        return context->quiet ? AS_OK : as_print_enriched(context, list, error);
    struct as_buf text = {.max = 0};
    struct as_json json = {.out = &text};
    as_enriched_list_json(&json, list);
    enum as_status status = as_context_print_json(context, &text, error);
    as_buf_free(&text);
    return status;
}

static enum as_status enrich(struct as_context *context, const struct as_arguments *arguments,
                             struct as_error *error)
{
    struct as_enrichment_wish wish = {.policy = as_given_text(arguments, "policy"),
                                      .record = as_given_text(arguments, "record"),
                                      .replay = as_given_text(arguments, "replay"),
                                      .only = as_given_text(arguments, "only"),
                                      .threads = as_processors(),
                                      .limit = (uint32_t)as_given_int(arguments, "limit", 0),
                                      .dry = as_given(arguments, "dry-run")};
    struct as_enriched_list list = {.rows = {.at = NULL}};
    struct as_run_pack *packs = NULL;
    uint32_t n = 0;
    if (context->at_given) {
        as_error_set(error, AS_ERR_USAGE, "enrichment asks now, and knows what it is told from now on");
        return as_error_advise(error, "leave out --at");
    }
    if (wish.record != NULL && wish.replay != NULL) {
        as_error_set(error, AS_ERR_USAGE, "what is replayed cannot be recorded");
        return as_error_advise(error, "give one of --record and --replay");
    }
    enum as_status status = as_context_store(context, wish.dry ? AS_STORE_READ : AS_STORE_WRITE, error);
    if (status == AS_OK)
        status = as_choose_packs(&packs, &n, NULL, context, as_given_texts(arguments, "PACK"), wish.threads,
                                 error);
    if (status == AS_OK && wish.only != NULL)
        status = refuse_unknown(packs, n, wish.only, error);
    if (status == AS_OK)
        status = as_enrich_packs(&list, context, packs, n, &wish, error);
    if (status == AS_OK || status == AS_ERR_STOPPED) {
        struct as_error printing = AS_ERROR_INIT;
        enum as_status printed = print(context, &list, &printing);
        if (status == AS_OK && printed != AS_OK) {
            *error = printing;
            status = printed;
        }
    }
    for (uint32_t i = 0; i < list.rows.n && !wish.dry; i++)
        context->findings |= list.rows.at[i].failed > 0;
    as_arena_free(&list.arena);
    return status;
}

const struct as_command as_command_enrich = {
    .name = "enrich",
    .group = AS_GROUP_DAY,
    .summary = "ask providers for facts that packs want to know",
    .text = "Runs the enrichments of packs (require \"assay.enrichment\") for the leads and accounts that "
            "are due: those for whom the condition holds and whose last answer is older than `every`. `assay "
            "run` does it by itself before it decides, for ten minutes at most; this command takes the time "
            "that it needs.\n\n"
            "What a provider says becomes facts of precedence \"enrichment\": they fill what is unknown and "
            "never stand against the CRM or what people said. A provider that fails makes nothing known; its "
            "leads are asked again later. Stopped at any moment, it goes on where it was.\n\n"
            "With --record the answers are kept in a file that people can read and change; with --replay "
            "that file stands for the network, which is not touched, and no secret is needed: for CI and for "
            "trying a function again.\n\n"
            "The network is reached only where the pack permits it and this host's policy allows it. Exit "
            "code 1 when something failed.",
    .positionals = as_packs_to_run_positionals,
    .options =
        (const struct as_option[]){
            {.name = "only", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "this enrichment alone"},
            {.name = "limit",
             .kind = AS_OPTION_INT,
             .value = "N",
             .text = "ask about at most so many leads or accounts for each enrichment",
             .least = 1,
             .most = INT32_MAX},
            {.name = "record",
             .kind = AS_OPTION_TEXT,
             .value = "FILE",
             .text = "keep what the network answers, secrets by name alone"},
            {.name = "replay",
             .kind = AS_OPTION_TEXT,
             .value = "FILE",
             .text = "ask the recording instead of the network; what it does not have fails"},
            {.name = "dry-run",
             .letter = 'n',
             .kind = AS_OPTION_FLAG,
             .text = "count who is due, ask nobody"},
            AS_OPTION_POLICY,
            {0}},
    .examples =
        (const char *const[]){"assay enrich --dry-run                       # how many are due?",
                              "assay enrich rules/inbound --limit 10        # try it on a few",
                              "assay enrich --policy /etc/assay/policy.json # all night, from cron", NULL},
    .run = enrich,
};
