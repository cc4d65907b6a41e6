/* assay digest: a team's morning for a chat or a mailbox. */
#include "run/queue/digest.h"
#include "cmd/commands.h"
#include "cmd/line/pack_choice.h"
#include "cmd/output/letter.h"
#include "run/decision/json.h"
#include "store/work/effects.h"
#include "store/work/outbox.h"

#include "base/time.h"

#include <inttypes.h>
#include <string.h>

enum format { TEXT, CHAT, LETTER };
static const char *const formats[] = {"text", "chat", "eml", NULL};

static enum as_status print_letter(struct as_context *context, const struct as_arguments *arguments,
                                   const struct as_pack *pack, const struct as_digest *digest,
                                   struct as_error *error)
{
    const char *to = as_given_text(arguments, "to"), *from = as_given_text(arguments, "from");
    char installation[AS_INSTALLATION_TEXT], id[128];
    struct as_buf out = {0};
    enum as_status status = as_store_installation(installation, context->store, error);
    snprintf(id, sizeof id, "digest-%" PRId64 "@%s.assay.invalid", digest->run, installation);
    struct as_letter letter = {.from = from != NULL ? from : pack->owner,
                               .to = to != NULL ? to : pack->owner,
                               .subject = as_buf_c(&digest->subject),
                               .id = id,
                               .date = context->now,
                               .body = {as_buf_c(&digest->text), digest->text.n}};
    if (status == AS_OK)
        status = as_letter_write(&out, &letter, error);
    if (status == AS_OK && fwrite(out.p, 1, out.n, context->terminal.out) != out.n)
        status = as_error_set(error, AS_ERR_IO, "the mail could not be written");
    as_buf_free(&out);
    return status;
}

static void put_chat(struct as_buf *out, const struct as_digest *digest)
{
    struct as_json json = {.out = out};
    as_json_open(&json, '{');
    as_json_put_text(&json, "text", as_buf_c(&digest->text));
    as_json_close(&json, '}');
}

/* Into the outbox, once for each run it tells of; `assay deliver` sends it. */
static enum as_status queue(struct as_context *context, const struct as_pack *pack, const char *destination,
                            const struct as_digest *digest, struct as_error *error)
{
    bool found = false, added;
    for (uint32_t i = 0; i < pack->destinations.n; i++)
        found |= strcmp(pack->destinations.at[i].name, destination) == 0;
    if (!found) {
        as_error_set(error, AS_ERR_USAGE, "pack %s has no destination \"%.80s\"", pack->name, destination);
        return as_error_advise(error, "declare it in pack.lua: destinations = { … }");
    }
    struct as_buf key = {0}, payload = {0};
    as_buf_printf(&key, "digest/%s/%" PRId64 "/%s", pack->name, digest->run, destination);
    put_chat(&payload, digest);
    struct as_run_record run = {.id = digest->run, .pack = pack->name, .started = context->now};
    struct as_effect effect = {.key = as_buf_c(&key),
                               .kind = AS_EFFECT_DIGEST,
                               .at = digest->at,
                               .payload_json = as_buf_c(&payload),
                               .destination = destination,
                               .due = AS_TIME_NONE};
    enum as_status status = key.failed || payload.failed
                                ? as_error_memory(error)
                                : as_store_effect(&added, context->store, &run, &effect, error);
    as_buf_free(&key);
    as_buf_free(&payload);
    return status;
}

static enum as_status print(struct as_context *context, const struct as_arguments *arguments,
                            const struct as_pack *pack, const struct as_digest *digest, enum format format,
                            struct as_error *error)
{
    struct as_buf out = {0};
    if (format == LETTER)
        return print_letter(context, arguments, pack, digest, error);
    if (format == CHAT)
        put_chat(&out, digest);
    fprintf(context->terminal.out, "%s%s", as_buf_c(format == CHAT ? &out : &digest->text),
            format == CHAT ? "\n" : "");
    as_buf_free(&out);
    return AS_OK;
}

static enum format format_of(const struct as_context *context, const struct as_arguments *arguments)
{
    const char *given = as_given_text(arguments, "format");
    enum format format = context->json ? CHAT : TEXT;
    for (int i = 0; given != NULL && formats[i] != NULL; i++)
        if (strcmp(given, formats[i]) == 0)
            format = (enum format)i;
    return format;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    const char *send = as_given_text(arguments, "send");
    struct as_run_pack *packs = NULL;
    uint32_t n = 0;
    bool letter = format_of(context, arguments) == LETTER;
    enum as_status status =
        as_refuse_idle(arguments, "format", send != NULL, "what is printed, not with --send", error);
    if (status == AS_OK)
        status = as_refuse_idle(arguments, "to", !letter, "--format eml", error);
    if (status == AS_OK)
        status = as_refuse_idle(arguments, "from", !letter, "--format eml", error);
    if (status == AS_OK)
        status = as_context_store(context, send != NULL ? AS_STORE_WRITE : AS_STORE_READ, error);
    if (status == AS_OK)
        status = as_choose_packs(&packs, &n, NULL, context, as_given_texts(arguments, "PACK"), 1, error);
    for (uint32_t i = 0; i < n && status == AS_OK; i++) {
        struct as_digest digest;
        const struct as_pack *pack = packs[i].pack;
        status = as_digest_of(&digest, context->store, pack->name, !as_given(arguments, "ids"), error);
        if (status == AS_OK && send != NULL)
            status = queue(context, pack, send, &digest, error);
        else if (status == AS_OK)
            status = print(context, arguments, pack, &digest, format_of(context, arguments), error);
        as_digest_free(&digest);
    }
    return status;
}

const struct as_command as_command_digest = {
    .name = "digest",
    .group = AS_GROUP_DAY,
    .summary = "a team's morning in a few lines, for a chat or a mailbox",
    .text =
        "Tells of the last run of each pack: who moved, what was made, and what to look at: held effects, "
        "silent feeds, dead letters. Nothing is decided anew.\n\n"
        "chat is {\"text\": …} as Slack's incoming webhooks and their kin take it; eml is a mail (RFC "
        "5322) for sendmail -t. With --send the digest goes into the outbox, once a run, and `assay "
        "deliver` sends it.",
    .positionals = (const struct as_positional[]){{.name = "PACK",
                                                   .text = "the pack; else every pack that has run",
                                                   .optional = true,
                                                   .repeats = true},
                                                  {0}},
    .options =
        (const struct as_option[]){
            {.name = "format",
             .kind = AS_OPTION_CHOICE,
             .value = "FORMAT",
             .text = "how",
             .choices = formats},
            {.name = "send",
             .kind = AS_OPTION_TEXT,
             .value = "DESTINATION",
             .text = "put it into the outbox for this destination of the pack"},
            {.name = "to",
             .kind = AS_OPTION_TEXT,
             .value = "ADDRESS",
             .text = "eml: whom to; else the pack's owner"},
            {.name = "from",
             .kind = AS_OPTION_TEXT,
             .value = "ADDRESS",
             .text = "eml: from whom; else the pack's owner"},
            {.name = "ids", .kind = AS_OPTION_FLAG, .text = "tell leads by their numbers alone"},
            {0}},
    .examples =
        (const char *const[]){"assay digest",
                              "assay digest inbound --format eml --to team@acme.example | sendmail -t",
                              "assay digest --send chat && assay deliver", NULL},
    .run = run,
};
