/* assay learn: what best customers have in common, learnt from closed history, tried on customers that it did
 * not learn from, and written as rules. */
#include "run/learn/learn.h"
#include "cmd/commands.h"
#include "cmd/decisions/learn_page.h"
#include "cmd/line/pack_choice.h"
#include "cmd/output/output_file.h"

#include "base/suggest.h"
#include "base/thread.h"

#include <stdlib.h>
#include <string.h>

/* The contrast named, or the only one. */
static enum as_status choose_contrast(const struct as_contrast **out, const struct as_pack *pack,
                                      const char *name, struct as_error *error)
{
    const char *names[AS_MAX_RULES];
    uint32_t n = 0;
    for (uint32_t i = 0; i < pack->contrasts.n && n < AS_MAX_RULES; i++) {
        names[n++] = pack->contrasts.at[i]->name;
        if (name != NULL && strcmp(names[i], name) == 0) {
            *out = pack->contrasts.at[i];
            return AS_OK;
        }
    }
    if (n == 0) {
        as_error_set(error, AS_ERR_DATA, "%s declares no contrast to learn", pack->name);
        return as_error_advise(error, "`assay manual reference` has learning.contrast with an example");
    }
    if (name == NULL && n == 1) {
        *out = pack->contrasts.at[0];
        return AS_OK;
    }
    if (name == NULL) {
        as_error_set(error, AS_ERR_USAGE, "%s declares %u contrasts: which one?", pack->name, n);
        return as_error_advise(error, "name one, the first is \"%s\"", names[0]);
    }
    const char *near = as_suggest(as_str_of(name), names, n);
    as_error_set(error, AS_ERR_USAGE, "%s declares no contrast \"%s\"", pack->name, name);
    as_error_meant(error, near);
    return as_error_advise(error, "the first is \"%s\"", names[0]);
}

static enum as_status write_rules(const struct as_context *context, const char *path,
                                  const struct as_learnt *learnt, struct as_error *error)
{
    struct as_arena arena;
    struct as_buf text = {0};
    as_arena_init(&arena);
    enum as_status status = as_learnt_source(&text, learnt, error);
    if (status == AS_OK)
        status = as_output_new(&arena, path, (struct as_str){as_buf_c(&text), text.n}, error);
    if (status == AS_ERR_IO)
        as_error_advise(error, "name a file that is not there yet: a model that was read is not overwritten");
    if (status == AS_OK && !context->quiet && !context->json)
        fprintf(context->terminal.out,
                "\nThe model is in %s: read it, name it in rules of pack.lua, test it.\n", path);
    as_buf_free(&text);
    as_arena_free(&arena);
    return status;
}

static enum as_status print(const struct as_context *context, const struct as_learnt *learnt,
                            struct as_error *error)
{
    if (!context->json)
        return context->quiet ? AS_OK : as_print_learnt(&context->terminal, learnt, error);
    struct as_buf text = {0};
    struct as_json json = {.out = &text};
    as_learnt_json(&json, learnt);
    enum as_status status = as_context_print_json(context, &text, error);
    as_buf_free(&text);
    return status;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    struct as_run_pack *packs = NULL;
    uint32_t n = 0;
    unsigned threads = (unsigned)as_given_int(arguments, "jobs", as_processors());
    struct as_learn_request request = {.at = context->at, .threads = threads};
    const char *word = as_given_text(arguments, "PACK"), *path = as_given_text(arguments, "write");
    enum as_status status = as_context_store(context, AS_STORE_READ, error);
    if (status == AS_OK)
        status = as_known_at(&request.known_at, context, arguments, error);
    if (status == AS_OK)
        status = as_choose_packs(&packs, &n, NULL, context, (struct as_texts){&word, 1}, threads, error);
    if (status == AS_OK)
        status = as_context_learn(context, error);
    if (status == AS_OK)
        status =
            choose_contrast(&request.contrast, packs[0].pack, as_given_text(arguments, "CONTRAST"), error);
    if (status != AS_OK)
        return status;
    struct as_learnt learnt;
    request.pack = &packs[0];
    request.schema = context->schema;
    status = as_learn(&learnt, context->store, &request, error);
    if (status == AS_OK)
        status = print(context, &learnt, error);
    if (status == AS_OK && path != NULL)
        status = write_rules(context, path, &learnt, error);
    as_learnt_free(&learnt);
    return status;
}

const struct as_command as_command_learn = {
    .name = "learn",
    .group = AS_GROUP_RULES,
    .summary = "what best customers have in common, as rules",
    .text =
        "Learns what tells two classes of customers apart, which a pack declares with learning.contrast. "
        "Each value of a characteristic counts only with so many customers; where there are fewer, it says "
        "\"insufficient\" and gives no points. A third is held back, the latest where the contrast says "
        "since when somebody is a customer, and the model is tried on them alone.\n\n"
        "--write makes a rule file of it, which is read, tested and signed like any other. A model that does "
        "no better than chance on those held back is not written.",
    .positionals =
        (const struct as_positional[]){
            {.name = "PACK", .text = "folder, or name of a pack that has run"},
            {.name = "CONTRAST", .text = "its name; may be left out when there is one", .optional = true},
            {0}},
    .options = (const struct as_option[]){{.name = "write",
                                           .kind = AS_OPTION_TEXT,
                                           .value = "FILE",
                                           .text = "write the model as a rule file that is not there yet"},
                                          AS_OPTION_KNOWN_AT,
                                          AS_OPTION_JOBS,
                                          {0}},
    .examples =
        (const char *const[]){"assay learn rules/acme",
                              "assay learn rules/acme \"best customers\" --write rules/acme/learnt.lua",
                              "assay learn rules/acme --json | jq '.trial.auc'", NULL},
    .run = run,
};
