/* assay sign: marketing and sales put their names to a version of a pack. The signatures are a file in the
 * pack's folder; whether they make the agreement hold is host/score's to say. */
#include "cmd/commands.h"
#include "cmd/line/context.h"
#include "cmd/output/output_file.h"
#include "cmd/output/wrap.h"
#include "cmd/packs/key_file.h"
#include "run/clearance.h"
#include "run/decision/json.h"
#include "score/tree/agreement.h"

#include "base/file.h"
#include "base/time.h"

#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const parties[] = {"marketing", "sales", NULL};

static enum as_status make_key(struct as_context *context, const char *path, struct as_error *error)
{
    unsigned char key[AS_PUBLIC_KEY];
    char text[AS_KEY_TEXT];
    enum as_status status = as_key_file_make(key, path, error);
    if (status == AS_OK)
        fprintf(
            context->terminal.out,
            "%s holds your secret key: keep it to yourself\npublic key, for agreement = { keys = { … } } in "
            "pack.lua:\n%s\n",
            path, as_key_format(text, key));
    return status;
}

/* Who the agreement names for the party, as one line. */
static enum as_status find_signer(struct as_signature *signature, struct as_context *context,
                                  const struct as_pack *pack, struct as_error *error)
{
    struct as_str name = as_str_trim(as_str_of(pack->agreement.signers[signature->party]));
    if (name.n == 0 || as_str_has_control(name)) {
        as_error_set(error, AS_ERR_RULE, "the agreement names nobody who signs for %s",
                     as_party_name(signature->party));
        return as_error_advise(error, "write agreement = { marketing = \"M. Ruiz\", sales = \"S. Okafor\" }");
    }
    signature->name = as_arena_copy(&context->arena, name.p, name.n);
    return signature->name != NULL ? AS_OK : as_error_memory(error);
}

/* With the key that the agreement names, or without when it names none. */
static enum as_status sign(struct as_signature *signature, const struct as_pack *pack, const char *path,
                           struct as_error *error)
{
    const unsigned char *expected = pack->agreement.keys[signature->party];
    unsigned char key[AS_PUBLIC_KEY], secret[AS_SECRET_KEY];
    if (path == NULL && expected == NULL)
        return AS_OK;
    if (path == NULL) {
        as_error_set(error, AS_ERR_USAGE, "the agreement names a key for %s, and %s signs with it",
                     as_party_name(signature->party), signature->name);
        return as_error_advise(error, "give the file of the secret key: --key FILE");
    }
    if (expected == NULL) {
        as_error_set(error, AS_ERR_USAGE, "the agreement names no key for %s",
                     as_party_name(signature->party));
        return as_error_advise(error,
                               "leave --key out, or add the public key to pack.lua: keys = { %s = \"…\" }",
                               as_party_name(signature->party));
    }
    enum as_status status = as_key_file_read(key, secret, path, error);
    if (status == AS_OK && memcmp(key, expected, sizeof key) != 0) {
        as_error_set(error, AS_ERR_CONFLICT, "%s is not the key that the agreement names for %s", path,
                     as_party_name(signature->party));
        status = as_error_advise(error, "sign with the right key, or name the new one in pack.lua");
    }
    if (status == AS_OK)
        status = as_signature_make(signature, pack->name, pack->hash, secret, error);
    sodium_memzero(secret, sizeof secret);
    return status;
}

static enum as_status write_file(struct as_context *context, const char *folder, const struct as_buf *text,
                                 struct as_error *error)
{
    const char *path = as_output_path(&context->arena, folder, AS_SIGNATURES_FILE);
    if (path == NULL || text->failed)
        return as_error_memory(error);
    return as_file_write(path, (struct as_str){text->p, text->n}, "the signatures", error);
}

static enum as_status put_signature(struct as_context *context, const struct as_loaded_pack *loaded,
                                    const struct as_signature *signature, struct as_error *error)
{
    const struct as_source_file *there = as_source_find(&loaded->source, AS_SIGNATURES_FILE);
    struct as_signatures signatures;
    struct as_buf text = {.p = NULL};
    enum as_status status =
        as_signatures_parse(&signatures, &context->arena, there != NULL ? there->bytes : AS_STR(""), error);
    if (status == AS_OK)
        status = as_signatures_put(&signatures, &context->arena, &loaded->source, signature, error);
    if (status == AS_OK) {
        as_signatures_write(&text, &signatures);
        status = write_file(context, loaded->source.root, &text, error);
    }
    as_buf_free(&text);
    if (status == AS_OK && !context->quiet)
        fprintf(context->terminal.out, "%s signs version %.12s of %s for %s: %s/%s\n", signature->name,
                loaded->pack->hash, loaded->pack->name, as_party_name(signature->party), loaded->source.root,
                AS_SIGNATURES_FILE);
    return status;
}

/* How it stands, one line a party. */
static enum as_status show(struct as_context *context, const struct as_pack *pack, struct as_error *error)
{
    const struct as_terminal page = as_page(&context->terminal);
    struct as_agreed agreed;
    struct as_buf text = {.p = NULL};
    char day[AS_TIME_TEXT];
    enum as_status status = as_agreed_of(&agreed, &context->arena, pack, context->at, error);
    if (status != AS_OK)
        return status;
    context->findings = !agreed.holds;
    if (context->json) {
        struct as_json json = {.out = &text};
        as_json_open(&json, '{');
        as_json_put_text(&json, "pack", pack->name);
        as_json_put_text(&json, "hash", pack->hash);
        as_agreed_json(&json, &agreed);
        as_json_close(&json, '}');
        status = as_context_print_json(context, &text, error);
        as_buf_free(&text);
        return status;
    }
    for (int p = 0; p < AS_PARTIES; p++) {
        as_buf_reset(&text);
        as_agreed_say_party(&text, &agreed, (enum as_party)p);
        as_wrap_print(&page, 0, 2, as_buf_c(&text));
    }
    if (agreed.review_by != 0)
        fprintf(page.out, "review by %s%s\n", as_day_format(day, agreed.review_by),
                agreed.review_over ? ", which has passed" : "");
    as_buf_free(&text);
    return AS_OK;
}

static enum as_status run_sign(struct as_context *context, const struct as_arguments *arguments,
                               struct as_error *error)
{
    const char *folder = as_given_text(arguments, "FOLDER"), *party = as_given_text(arguments, "for");
    const char *new_key = as_given_text(arguments, "new-key");
    struct as_loaded_pack *loaded;
    struct as_signature signature = {.day = as_day_of(context->at)};
    enum as_status status =
        as_refuse_idle(arguments, "for", new_key != NULL, "a signature, not with --new-key", error);
    if (status == AS_OK)
        status = as_refuse_idle(arguments, "key", party == NULL, "--for", error);
    if (status == AS_OK)
        status = as_refuse_idle(arguments, "new-key", folder != NULL, "no FOLDER: a key is of a person", error);
    if (status != AS_OK || new_key != NULL)
        return status != AS_OK ? status : make_key(context, new_key, error);
    if (folder == NULL) {
        as_error_set(error, AS_ERR_USAGE, "assay sign needs the folder of a pack");
        return as_error_advise(error, "for example: assay sign rules/inbound --for marketing");
    }
    status = as_context_pack(&loaded, context, folder, error);
    if (status == AS_OK && !loaded->pack->agreement.declared) {
        as_error_set(error, AS_ERR_RULE, "%s declares no agreement, so there is nothing to sign",
                     loaded->pack->name);
        return as_error_advise(
            error, "write agreement = { marketing = \"M. Ruiz\", sales = \"S. Okafor\", review_by "
                   "= \"2027-04-01\" } in pack.lua");
    }
    if (status != AS_OK || party == NULL)
        return status == AS_OK ? show(context, loaded->pack, error) : status;
    as_party_parse(&signature.party, as_str_of(party));
    status = find_signer(&signature, context, loaded->pack, error);
    if (status == AS_OK)
        status = sign(&signature, loaded->pack, as_given_text(arguments, "key"), error);
    return status == AS_OK ? put_signature(context, loaded, &signature, error) : status;
}

const struct as_command as_command_sign = {
    .name = "sign",
    .group = AS_GROUP_RULES,
    .summary = "sign a version of a pack for marketing or sales",
    .text =
        "A pack that declares an agreement decides only what marketing and sales have both signed: this very "
        "version of pack.lua, rule files and lists. Any change makes the signatures lapse, and assay run "
        "says what changed; so does the day of review, once it has passed. --dry-run works without.\n\n"
        "Signatures are lines of agreement.sig in the pack's folder, to be committed and reviewed with it. A "
        "plain one is worth as much as the review that let it in. For one that nobody else can make, its "
        "owner makes a key (--new-key), names its public half in pack.lua, and signs with --key.\n\n"
        "Without --for it shows who has signed; the exit code is 1 while the agreement does not hold.",
    .positionals =
        (const struct as_positional[]){{.name = "FOLDER", .text = "the folder of a pack", .optional = true},
                                       {0}},
    .options =
        (const struct as_option[]){
            {.name = "for",
             .kind = AS_OPTION_CHOICE,
             .value = "PARTY",
             .text = "sign for this party, as whom the agreement names for it",
             .choices = parties},
            {.name = "key",
             .kind = AS_OPTION_TEXT,
             .value = "FILE",
             .text = "the secret key to sign with, when the agreement names a key"},
            {.name = "new-key",
             .kind = AS_OPTION_TEXT,
             .value = "FILE",
             .text =
                 "make a key of your own: the secret half goes to this new file, the public half is printed"},
            {0}},
    .examples =
        (const char *const[]){"assay sign rules/inbound                  # who has signed?",
                              "assay sign rules/inbound --for marketing", "assay sign --new-key okafor.key",
                              "assay sign rules/inbound --for sales --key okafor.key", NULL},
    .run = run_sign,
};
