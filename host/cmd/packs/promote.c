/* assay promote and assay rollback: which version of a pack decides. What a version is, and what lies under
 * it, is host/store's; the list is version_list.c's. */
#include "bind/sandbox/library.h"
#include "cmd/commands.h"
#include "cmd/line/context.h"
#include "cmd/packs/version_list.h"
#include "run/clearance.h"
#include "run/decision/json.h"
#include "run/programmes/guard.h"
#include "store/decisions/versions.h"

#include <string.h>

/* What decides now, and what decided before. */
struct change {
    const char *pack;
    char hash[AS_HASH_TEXT], before[AS_HASH_TEXT]; /* before "": nothing */
    const char *by;
};

/* Other rules are kept with the reason for them: numbers show what a change did, not what it was for. */
static enum as_status need_note(const struct as_arguments *arguments, const char *command,
                                struct as_error *error)
{
    if (as_given_text(arguments, "note") != NULL)
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "assay %s needs --note: why other rules decide from now on", command);
    return as_error_advise(error, "for example: --note \"sales met too many students\"");
}

static enum as_status print_change(struct as_context *context, const struct change *change,
                                   struct as_error *error)
{
    if (context->json) {
        struct as_buf out = {.p = NULL};
        struct as_json json = {.out = &out};
        as_json_open(&json, '{');
        as_json_put_text(&json, "pack", change->pack);
        as_json_put_text(&json, "hash", change->hash);
        as_json_put_text(&json, "before", change->before[0] != '\0' ? change->before : NULL);
        as_json_put_text(&json, "by", change->by);
        as_json_put_time(&json, "at", context->at);
        as_json_close(&json, '}');
        enum as_status status = as_context_print_json(context, &out, error);
        as_buf_free(&out);
        return status;
    }
    if (context->quiet)
        return AS_OK;
    fprintf(context->terminal.out, "%s: version %.12s decides from now on", change->pack, change->hash);
    if (change->before[0] != '\0' && strcmp(change->before, change->hash) != 0)
        fprintf(context->terminal.out, ", in place of %.12s", change->before);
    fputc('\n', context->terminal.out);
    return AS_OK;
}

/* Another key than that of the version that decides is somebody else's signature, unless somebody says so. */
static enum as_status compare_keys(const struct as_pack *before, const struct as_pack *after,
                                   struct as_error *error)
{
    for (int p = 0; p < AS_PARTIES; p++) {
        const unsigned char *old = before->agreement.keys[p], *now = after->agreement.keys[p];
        if (old == NULL || (now != NULL && memcmp(old, now, AS_PUBLIC_KEY) == 0))
            continue;
        as_error_set(error, AS_ERR_CONFLICT, "the key for %s is %s the version that decides",
                     as_party_name((enum as_party)p), now == NULL ? "gone since" : "another than in");
        return as_error_advise(error, "ask %s whether that is right, then promote with --new-keys",
                               before->agreement.signers[p]);
    }
    return AS_OK;
}

/* Under a schema of its own: another version may declare a field otherwise. */
static enum as_status check_keys(struct as_context *context, const struct as_pack *after,
                                 const char *deciding, struct as_error *error)
{
    struct as_source source;
    struct as_schema *schema = NULL;
    struct as_script *script = NULL;
    enum as_status status = as_store_load_pack(&source, context->store, after->name, deciding, error);
    if (status != AS_OK)
        return status;
    status = as_schema_new(&schema, error);
    if (status == AS_OK)
        status = as_script_load(&script, &source, schema, NULL, error);
    if (status == AS_OK)
        status = compare_keys(as_script_pack(script), after, error);
    as_script_free(script);
    as_schema_free(schema);
    as_source_free(&source);
    return status;
}

static enum as_status promote(struct as_context *context, const struct as_arguments *arguments,
                              const char *words, struct as_error *error)
{
    struct as_loaded_pack *loaded;
    struct as_deciding deciding = {.since = 0};
    struct change change = {.by = as_context_user(arguments)};
    struct as_agreed agreed;
    char library[AS_HASH_TEXT];
    enum as_status status = as_store_lock(context->store, "promote", AS_LOCK_WAIT_MS, error);
    if (status == AS_OK)
        status = as_context_pack(&loaded, context, words, error);
    if (status == AS_OK)
        status = as_agreed_of(&agreed, &context->arena, loaded->pack, context->at, error);
    if (status == AS_OK)
        status = as_agreed_refuse(&agreed, loaded->pack, error);
    if (status == AS_OK)
        status = as_guard_programmes(context->store, loaded->pack, context->at, error);
    if (status == AS_OK)
        status = as_store_deciding(&deciding, context->store, loaded->pack->name, error);
    if (status == AS_OK && deciding.hash[0] != '\0' && strcmp(deciding.hash, loaded->pack->hash) != 0)
        status = need_note(arguments, "promote", error);
    if (status == AS_OK && deciding.hash[0] != '\0' && !as_given(arguments, "new-keys"))
        status = check_keys(context, loaded->pack, deciding.hash, error);
    if (status == AS_OK)
        status = as_store_begin(context->store, error);
    if (status != AS_OK)
        return status;
    as_library_hash(library);
    const struct as_promotion promotion = {.pack = loaded->pack->name,
                                           .hash = loaded->pack->hash,
                                           .by = change.by,
                                           .note = as_given_text(arguments, "note"),
                                           .library_hash = library,
                                           .now = context->at};
    status = as_store_keep_pack(context->store, promotion.pack, &loaded->source, context->now, error);
    if (status == AS_OK)
        status = as_store_promote(context->store, &promotion, error);
    if ((status = as_store_end(context->store, status, error)) != AS_OK)
        return status;
    change.pack = promotion.pack;
    memcpy(change.hash, promotion.hash, sizeof change.hash);
    memcpy(change.before, deciding.hash, sizeof change.before);
    return print_change(context, &change, error);
}

static enum as_status run_promote(struct as_context *context, const struct as_arguments *arguments,
                                  struct as_error *error)
{
    const char *words = as_given_text(arguments, "PACK");
    bool list = as_given(arguments, "list");
    if (!list && words == NULL) {
        as_error_set(error, AS_ERR_USAGE, "assay promote needs a pack");
        return as_error_advise(error, "for example: assay promote rules/inbound; --list shows the versions");
    }
    static const char *const acting[] = {"by", "note", "new-keys"};
    enum as_status status = AS_OK;
    for (size_t i = 0; i < sizeof acting / sizeof *acting && status == AS_OK; i++)
        status = as_refuse_idle(arguments, acting[i], list, "a promotion, not with --list", error);
    if (status == AS_OK)
        status = as_context_store(context, list ? AS_STORE_READ : AS_STORE_WRITE, error);
    if (status != AS_OK)
        return status;
    return list ? as_version_list(context, words, error) : promote(context, arguments, words, error);
}

/* A version of before may lack a programme that goes on, or have another one of its name. */
static enum as_status guard_version(struct as_context *context, const struct change *change,
                                    struct as_error *error)
{
    struct as_source source;
    struct as_loaded_pack *loaded;
    enum as_status status = as_store_load_pack(&source, context->store, change->pack, change->hash, error);
    if (status == AS_OK)
        status = as_context_source(&loaded, context, &source, error);
    return status == AS_OK ? as_guard_programmes(context->store, loaded->pack, context->at, error) : status;
}

/* What was signed when it decided may be past its review now: said at once, not by the next run. */
static enum as_status note_agreement(struct as_context *context, const struct change *change,
                                     struct as_error *error)
{
    struct as_source source;
    struct as_loaded_pack *loaded;
    struct as_agreed agreed;
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = as_store_load_pack(&source, context->store, change->pack, change->hash, error);
    if (status == AS_OK)
        status = as_context_source(&loaded, context, &source, error);
    if (status == AS_OK)
        status = as_agreed_of(&agreed, &context->arena, loaded->pack, context->at, error);
    if (status == AS_OK && as_agreed_refuse(&agreed, loaded->pack, &why) != AS_OK) {
        fflush(context->terminal.out); /* after what was done, also where both go to one file */
        as_error_print(&context->terminal, &why);
    }
    return status;
}

static enum as_status run_rollback(struct as_context *context, const struct as_arguments *arguments,
                                   struct as_error *error)
{
    const char *words = as_given_text(arguments, "PACK"), *at = strrchr(words, '@');
    struct as_deciding deciding = {.since = 0};
    struct change change = {.by = as_context_user(arguments), .pack = words};
    char hash[AS_HASH_TEXT], library[AS_HASH_TEXT];
    enum as_status status = need_note(arguments, "rollback", error);
    if (status == AS_OK)
        status = as_context_store(context, AS_STORE_WRITE, error);
    if (at != NULL && (change.pack = as_arena_copy(&context->arena, words, (size_t)(at - words))) == NULL)
        return as_error_memory(error);
    if (status == AS_OK)
        status = as_store_lock(context->store, "rollback", AS_LOCK_WAIT_MS, error);
    if (status == AS_OK && at != NULL)
        status = as_store_find_version(hash, context->store, change.pack, at + 1, error);
    if (status == AS_OK)
        status = as_store_deciding(&deciding, context->store, change.pack, error);
    if (status != AS_OK)
        return status;
    as_library_hash(library);
    const struct as_promotion promotion = {.pack = change.pack,
                                           .hash = at != NULL ? hash : NULL,
                                           .by = change.by,
                                           .note = as_given_text(arguments, "note"),
                                           .library_hash = library,
                                           .now = context->at};
    status = as_store_begin(context->store, error);
    if (status != AS_OK)
        return status;
    status = as_store_roll_back(change.hash, context->store, &promotion, error);
    if (status == AS_OK)
        status = guard_version(context, &change, error);
    if ((status = as_store_end(context->store, status, error)) != AS_OK)
        return status;
    memcpy(change.before, deciding.hash, sizeof change.before);
    status = print_change(context, &change, error);
    return status == AS_OK ? note_agreement(context, &change, error) : status;
}

#define BY                                                                                                   \
    {                                                                                                        \
        .name = "by", .kind = AS_OPTION_TEXT, .value = "WHO",                                                \
        .text = "who answers for it; else the name you are logged in with"                                   \
    }
#define NOTE                                                                                                 \
    {                                                                                                        \
        .name = "note", .kind = AS_OPTION_TEXT, .value = "TEXT",                                             \
        .text = "why; kept with it. Needed where other rules decide than before"                             \
    }

const struct as_command as_command_promote = {
    .name = "promote",
    .group = AS_GROUP_RULES,
    .summary = "say which version of a pack decides",
    .text =
        "Keeps the files of a pack that decide (pack.lua, rule files, lists; no tests) in the database and "
        "makes this version the one that decides: assay run without a pack runs it from there, whatever the "
        "folder becomes.\n\n"
        "Until a pack is promoted for the first time, it runs from its folder and its last run decides. From "
        "then on, assay run refuses any other version, but for --dry-run.\n\n"
        "A version is known by the hash of what decides in it, and is named NAME@HASH by the beginning of "
        "that hash: also for assay diff and assay explain --pack. Versions are never dropped.",
    .positionals =
        (const struct as_positional[]){
            {.name = "PACK",
             .text = "a folder with a pack.lua, or NAME@HASH; with --list the name of a pack, else all",
             .optional = true},
            {0}},
    .options =
        (const struct as_option[]){
            {.name = "list",
             .letter = 'l',
             .kind = AS_OPTION_FLAG,
             .text = "show the versions that are kept, which one decides, and who promoted what"},
            {.name = "new-keys",
             .kind = AS_OPTION_FLAG,
             .text = "accept that somebody signs with another key than for the version that decides"},
            BY,
            NOTE,
            {0}},
    .examples = (const char *const[]){"assay promote rules/inbound --note \"smaller companies count\"",
                                      "assay promote --list inbound",
                                      "assay promote inbound@4f0c1d --note \"as in May\"", NULL},
    .run = run_promote,
};

const struct as_command as_command_rollback = {
    .name = "rollback",
    .group = AS_GROUP_RULES,
    .summary = "let the version before decide again",
    .text =
        "Makes the version that decided before decide again; once more goes back one more. With @HASH it "
        "goes back to that one of the versions before.\n\n"
        "The next run judges every lead by that version: on the same facts, verdicts, scores, grades and "
        "their ledgers are what they were. A stage that a lead has reached meanwhile it keeps, as it does "
        "whenever a gate fails later; such leads are shown for attention.",
    .positionals =
        (const struct as_positional[]){{.name = "PACK", .text = "the name of a pack, or NAME@HASH"}, {0}},
    .options = (const struct as_option[]){BY, NOTE, {0}},
    .examples = (const char *const[]){"assay rollback inbound --note \"sales drowns\"  # then: assay run",
                                      "assay rollback inbound@4f0c1d --note \"as in May\"", NULL},
    .run = run_rollback,
};
