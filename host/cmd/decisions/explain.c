/* assay explain: everything about one lead. Finding it, loading the packs, and printing; what there is to say
 * is host/run's. */
#include "cmd/commands.h"
#include "cmd/decisions/explain_text.h"
#include "cmd/line/pack_choice.h"
#include "store/facts/facts.h"

static bool has_model(const struct as_pack *pack, const char *name)
{
    for (uint32_t m = 0; m < pack->models.n; m++)
        if (as_str_is(as_str_of(pack->models.at[m]->name), name))
            return true;
    return false;
}

/* Explains by one pack; the array is turned so that it stands first. As text it is printed, as JSON it is
 * added. */
static enum as_status explain_by(struct as_context *context, struct as_json *json,
                                 struct as_explain_request *request, struct as_run_pack *packs,
                                 uint32_t which, struct as_error *error)
{
    struct as_run_pack first = packs[which];
    packs[which] = packs[0];
    packs[0] = first;
    struct as_explanation explanation;
    enum as_status status = as_explain(&explanation, context->store, request, error);
    if (status != AS_OK)
        return status;
    if (context->json)
        as_explanation_json(json, &explanation);
    else
        status = as_print_explanation(&context->terminal, &explanation, error);
    as_explanation_free(&explanation);
    return status;
}

static enum as_status explain_all(struct as_context *context, struct as_explain_request *request,
                                  struct as_run_pack *packs, uint32_t n, bool all, struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    uint32_t told = 0;
    enum as_status status = AS_OK;
    as_json_open(&json, '[');
    for (uint32_t i = 0; i < n && status == AS_OK && (all || i == 0); i++) {
        if (all && request->model != NULL && !has_model(packs[i].pack, request->model))
            continue;
        if (told++ > 0 && !context->json)
            fputs("\n\n", context->terminal.out);
        status = explain_by(context, &json, request, packs, i, error);
    }
    /* A model that no pack has: explaining by the first says so, with what it has. */
    if (told == 0 && status == AS_OK)
        status = explain_by(context, &json, request, packs, 0, error);
    as_json_close(&json, ']');
    if (status == AS_OK && context->json)
        status = as_context_print_json(context, &text, error);
    as_buf_free(&text);
    return status;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    struct as_run_pack *packs = NULL;
    uint32_t n = 0;
    struct as_explain_request request = {.at = context->at, .model = as_given_text(arguments, "model")};
    enum as_status status = as_known_at(&request.known_at, context, arguments, error);
    if (status == AS_OK)
        status = as_context_store(context, AS_STORE_READ, error);
    if (status == AS_OK)
        status =
            as_store_find_lead(&request.lead_id, context->store, as_given_text(arguments, "LEAD"), error);
    if (status == AS_OK)
        status = as_choose_packs_first(&packs, &n, context, as_given_text(arguments, "pack"), error);
    if (status != AS_OK)
        return status;
    request.schema = context->schema;
    request.packs = packs;
    request.pack_count = n;
    return explain_all(context, &request, packs, n, !as_given(arguments, "pack"), error);
}

const struct as_command as_command_explain = {
    .name = "explain",
    .group = AS_GROUP_DAY,
    .summary = "say why a lead stands where it stands, what is missing, and what time will change",
    .text = "Decides anew for one lead and shows every point with the values behind it, their source and "
            "age, and the line of the rule; every gate with its criteria; what changed since the decision "
            "before; the questions that would settle the next gate; what time alone will change, and when; "
            "and whether she may be contacted today.\n\n"
            "LEAD is an e-mail address, an external id, #12, or the beginning of a name. Every pack that has "
            "run is told, in the version of its last run, unless --pack names one.",
    .positionals =
        (const struct as_positional[]){
            {.name = "LEAD", .text = "e-mail, external id, #12, or beginning of a name"}, {0}},
    .options =
        (const struct as_option[]){
            {.name = "pack",
             .kind = AS_OPTION_TEXT,
             .value = "PACK",
             .text = "a folder with a pack.lua, or the name of a pack that has run"},
            {.name = "model", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "only this model"},
            AS_OPTION_KNOWN_AT,
            {0}},
    .examples =
        (const char *const[]){"assay explain jane@acme.example",
                              "assay explain jane@acme.example --at 'last monday'  # why did she drop since?",
                              "assay explain '#12' --pack rules/inbound --json", NULL},
    .run = run,
};
