/* assay sample: a fixture for CI from a real database, without personal data. Choosing and disguising are
 * host/run's. */
#include "run/sample/sample.h"

#include "base/thread.h"
#include "cmd/commands.h"
#include "cmd/line/pack_choice.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"
#include "run/decision/json.h"

#include <string.h>

static enum as_status print_text(const struct as_context *context, const struct as_sample *sample,
                                 const char *folder, struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"Where they stand", false, false}, {"Leads", true, false}, {"in the sample", true, false}};
    const struct as_terminal page = as_page(&context->terminal), *t = &page;
    struct as_table table;
    char leads[AS_COUNT_TEXT], accounts[AS_COUNT_TEXT];
    fprintf(t->out, "%s: %s lead%s of %s account%s\n", folder, as_count_format(leads, sample->leads),
            sample->leads == 1 ? "" : "s", as_count_format(accounts, sample->accounts),
            sample->accounts == 1 ? "" : "s");
    as_table_open(&table, columns, 3);
    for (uint32_t i = 0; i < sample->strata.n; i++) {
        as_table_row(&table);
        as_table_text(&table, sample->strata.at[i].place);
        as_table_printf(&table, "%u", sample->strata.at[i].leads);
        as_table_printf(&table, "%u", sample->strata.at[i].sampled);
    }
    enum as_status status = as_table_print(&table, t, 2, error);
    as_table_close(&table);
    if (sample->refused > 0)
        fprintf(t->out, "%s left out: no stand-in keeps every outcome for them or for a colleague\n",
                as_count_format(leads, sample->refused));
    return status;
}

static enum as_status print_json(const struct as_context *context, const struct as_sample *sample,
                                 const char *folder, struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    as_json_open(&json, '{');
    as_json_put_text(&json, "folder", folder);
    as_json_put_int(&json, "leads", sample->leads);
    as_json_put_int(&json, "accounts", sample->accounts);
    as_json_put_int(&json, "refused", sample->refused);
    as_json_key(&json, "strata");
    as_json_open(&json, '[');
    for (uint32_t i = 0; i < sample->strata.n; i++) {
        as_json_open(&json, '{');
        as_json_put_text(&json, "place", sample->strata.at[i].place);
        as_json_put_int(&json, "leads", sample->strata.at[i].leads);
        as_json_put_int(&json, "sampled", sample->strata.at[i].sampled);
        as_json_close(&json, '}');
    }
    as_json_close(&json, ']');
    as_json_close(&json, '}');
    enum as_status status = as_context_print_json(context, &text, error);
    as_buf_free(&text);
    return status;
}

/* Beside the database: what can undo the disguise belongs with what it hides. */
static enum as_status open_key(struct as_pseudonym_key *key, const struct as_context *context,
                               struct as_error *error)
{
    struct as_buf path = {.p = NULL};
    as_buf_printf(&path, "%s-sample-key", context->db);
    enum as_status status =
        path.failed ? as_error_memory(error) : as_pseudonym_key_open(key, as_buf_c(&path), error);
    as_buf_free(&path);
    return status;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    const char *folder = as_given_text(arguments, "FOLDER");
    struct as_run_pack *packs = NULL;
    struct as_pseudonym_key key;
    struct as_sample_request request = {.at = context->at,
                                        .wanted = (uint32_t)as_given_int(arguments, "fake", 0),
                                        .threads = as_processors(),
                                        .key = &key,
                                        .folder = folder != NULL ? folder : "sample"};
    if (request.wanted == 0) {
        as_error_set(error, AS_ERR_USAGE, "how many leads?");
        return as_error_advise(error, "for example: assay sample --fake 200");
    }
    enum as_status status = as_known_at(&request.known_at, context, arguments, error);
    if (status == AS_OK)
        status = as_context_store(context, AS_STORE_READ, error);
    if (status == AS_OK)
        status = as_choose_packs(&packs, &request.pack_count, NULL, context,
                                 as_given_texts(arguments, "pack"), as_processors(), error);
    if (status == AS_OK)
        status = as_context_learn(context, error);
    if (status == AS_OK)
        status = open_key(&key, context, error);
    if (status != AS_OK)
        return status;
    struct as_sample sample;
    request.schema = context->schema;
    request.packs = packs;
    status = as_sample_write(&sample, context->store, &request, error);
    if (status == AS_OK && context->json)
        status = print_json(context, &sample, request.folder, error);
    else if (status == AS_OK && !context->quiet)
        status = print_text(context, &sample, request.folder, error);
    as_sample_free(&sample);
    return status;
}

const struct as_command as_command_sample = {
    .name = "sample",
    .group = AS_GROUP_RULES,
    .summary = "write a sample of the leads without personal data, for CI",
    .text = "Takes leads with their colleagues, so that every stage and grade is there, and replaces what "
            "they are called and what the rules read of them by stand-ins under which every condition of the "
            "packs has the same outcome. Names, addresses, domains, telephones and free texts become words "
            "that are none; numbers become others near by; times of day go, days stay. Facts that no pack "
            "reads are left out. What was written is read back and decided again: a lead that would be "
            "decided otherwise is left out with its colleagues, and the count is told.\n\n"
            "The folder holds NDJSON files that assay import takes in, and sample.json; assay diff --sample "
            "FOLDER compares packs over it without a database. A sample has no history: stages of before, "
            "overrides and places in tracks are not in it.\n\n"
            "The same lead gets the same names every time; the key that they follow from is made beside the "
            "database, as FILE-sample-key, and must not be published.",
    .positionals =
        (const struct as_positional[]){
            {.name = "FOLDER", .text = "where the files go; else sample", .optional = true}, {0}},
    .options =
        (const struct as_option[]){
            {.name = "fake",
             .kind = AS_OPTION_INT,
             .value = "N",
             .text = "how many leads; whole accounts are taken, so that it may become a few more",
             .least = 1,
             .most = 1000000},
            {.name = "pack",
             .kind = AS_OPTION_LIST,
             .value = "PACK",
             .text = "keep the outcomes of this pack, a folder or a name; may be repeated; else of all that "
                     "decide"},
            AS_OPTION_KNOWN_AT,
            {0}},
    .examples = (const char *const[]){"assay sample --fake 200 tests/sample     # then commit the folder",
                                      "assay sample --fake 500 --pack rules/inbound --pack edited", NULL},
    .run = run,
};
