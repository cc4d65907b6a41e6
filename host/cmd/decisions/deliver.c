/* assay deliver: sends what the outbox holds, lists what waits and what was given up, and takes dead letters
 * up again. How things are sent is host/net's. */
#include "cmd/commands.h"
#include "cmd/decisions/delivery.h"
#include "cmd/output/sheet.h"
#include "cmd/output/wording.h"

#include <string.h>

static const char *const listed[] = {"effect", "pack",  "destination", "kind", "lead", "account",
                                     "at",     "state", "tries",       "due",  "note", "key"};
enum { LISTED = sizeof listed / sizeof *listed };

struct listing {
    struct as_context *context;
    struct as_sheet sheet; /* --json */
    struct as_table table;
};

static enum as_status list_one(void *into, const struct as_effect_row *row, struct as_error *error)
{
    struct listing *listing = into;
    char due[AS_WORDING], id[AS_WORDING];
    if (row->destination == NULL)
        return AS_OK;
    if (listing->context->json) {
        as_sheet_int(&listing->sheet, row->id);
        as_sheet_text(&listing->sheet, row->pack);
        as_sheet_text(&listing->sheet, row->destination);
        as_sheet_text(&listing->sheet, row->kind);
        row->lead_id != 0 ? as_sheet_int(&listing->sheet, row->lead_id) : as_sheet_none(&listing->sheet);
        row->account_id != 0 ? as_sheet_int(&listing->sheet, row->account_id)
                             : as_sheet_none(&listing->sheet);
        as_sheet_time(&listing->sheet, row->at);
        as_sheet_text(&listing->sheet, row->state);
        as_sheet_int(&listing->sheet, row->tries);
        as_sheet_time(&listing->sheet, row->due);
        as_sheet_text(&listing->sheet, row->note);
        as_sheet_text(&listing->sheet, row->key);
        return as_sheet_end_row(&listing->sheet, error);
    }
    snprintf(id, sizeof id, "%lld", (long long)row->id);
    as_table_row(&listing->table);
    as_table_text(&listing->table, id);
    as_table_printf(&listing->table, "%s/%s", row->pack, row->destination);
    as_table_text(&listing->table, row->kind);
    as_table_printf(&listing->table, row->lead_id != 0 ? "lead #%lld" : "account #%lld",
                    (long long)(row->lead_id != 0 ? row->lead_id : row->account_id));
    as_table_printf(&listing->table, "%u", row->tries);
    as_table_text(&listing->table, row->due == AS_TIME_NONE ? "" : as_instant_format(due, row->due));
    as_table_text(&listing->table, row->note);
    return AS_OK;
}

/* Effects with a destination in one state. */
static enum as_status list(struct as_context *context, const char *state, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Effect", true, false}, {"Destination", false, false},
                                                     {"Kind", false, false},  {"About", false, false},
                                                     {"Tries", true, false},  {"Not before", false, false},
                                                     {"", false, true}};
    struct listing listing = {.context = context};
    if (context->json)
        as_sheet_open(&listing.sheet, context->terminal.out, AS_SHEET_JSON, listed, LISTED);
    as_table_open(&listing.table, columns, sizeof columns / sizeof *columns);
    enum as_status status = as_store_effects(context->store, NULL, state, list_one, &listing, error);
    if (status == AS_OK && context->json)
        status = as_sheet_close(&listing.sheet, error);
    else if (status == AS_OK && listing.table.cells.n > 0)
        status = as_table_print(&listing.table, &context->terminal, 0, error);
    as_table_close(&listing.table);
    return status;
}

static enum as_status revive(struct as_context *context, const char *which, struct as_error *error)
{
    int64_t id = 0;
    uint64_t revived;
    if (strcmp(which, "all") != 0 && (!as_parse_int(&id, as_str_of(which)) || id <= 0)) {
        as_error_set(error, AS_ERR_USAGE, "--retry \"%.40s\" is no effect", which);
        return as_error_advise(error, "give a number that --dead shows, or \"all\"");
    }
    enum as_status status = as_store_revive(&revived, context->store, NULL, id, context->now, error);
    if (status == AS_OK && id != 0 && revived == 0) {
        as_error_set(error, AS_ERR_MISSING, "effect %lld is no dead letter", (long long)id);
        return as_error_advise(error, "`assay deliver --dead` lists them");
    }
    return status;
}

static enum as_status deliver(struct as_context *context, const struct as_arguments *arguments,
                              struct as_error *error)
{
    bool dead = as_given(arguments, "dead"), dry = as_given(arguments, "dry-run");
    const char *retry = as_given_text(arguments, "retry");
    struct as_delivery_result result = {.tried = 0};
    enum as_status status = AS_OK;
    if ((dead || dry) && (retry != NULL || dead == dry)) {
        as_error_set(error, AS_ERR_USAGE, "--dead and --dry-run list effects and send nothing");
        return as_error_advise(error, "give one of --dead, --dry-run and --retry");
    }
    status = as_context_store(context, dead || dry ? AS_STORE_READ : AS_STORE_WRITE, error);
    if (status == AS_OK && (dead || dry))
        return list(context, dead ? "dead" : "queued", error);
    if (status == AS_OK && retry != NULL)
        status = revive(context, retry, error);
    if (status != AS_OK)
        return status;
    status = as_deliver_effects(&result, context, as_given_text(arguments, "policy"),
                                (uint64_t)as_given_int(arguments, "limit", 0), error);
    if (status == AS_OK && context->json) {
        struct as_buf text = {0};
        struct as_json json = {.out = &text};
        status = as_delivery_json(&json, context, &result, error);
        if (status == AS_OK)
            status = as_context_print_json(context, &text, error);
        as_buf_free(&text);
    } else if (status == AS_OK && !context->quiet) {
        status = as_print_delivery(context, &result, error);
    }
    if (status == AS_OK)
        status = as_report_faults(&result, error);
    as_delivery_free(&result);
    return status;
}

const struct as_command as_command_deliver = {
    .name = "deliver",
    .group = AS_GROUP_DAY,
    .summary = "send what the outbox holds to other systems",
    .text =
        "Posts the effects that runs made to the destinations of pack.lua, as CloudEvents 1.0, signed by the "
        "Standard Webhooks scheme where the destination names a secret. The effects of one lead leave for "
        "one destination in the order in which they were made.\n\n"
        "At least once: a process that dies between an answer and keeping it sends the event again, under "
        "the same id (headers webhook-id and Idempotency-Key). What fails is tried again after pauses that "
        "grow from half a minute to six hours, Retry-After is honoured; after twelve tries, and at once "
        "where the answer is that the message will never be taken, it is a dead letter. A destination that "
        "fails five times in a row rests, for every process.\n\n"
        "Effects that are held (a first run, too many moves) wait for `assay run --approve`. Exit code 1 "
        "when something that was due was not sent, 3 when a destination cannot be asked as things stand.",
    .options =
        (const struct as_option[]){
            {.name = "limit",
             .kind = AS_OPTION_INT,
             .value = "N",
             .text = "try at most so many effects",
             .least = 1,
             .most = INT64_MAX},
            {.name = "dead", .kind = AS_OPTION_FLAG, .text = "list the dead letters, send nothing"},
            {.name = "retry",
             .kind = AS_OPTION_TEXT,
             .value = "EFFECT",
             .text = "take up a dead letter again, or \"all\" of them, then deliver"},
            {.name = "dry-run",
             .letter = 'n',
             .kind = AS_OPTION_FLAG,
             .text = "list what is queued, send nothing"},
            AS_OPTION_POLICY,
            {0}},
    .examples = (const char *const[]){"assay deliver                # every ten minutes, from cron",
                                      "assay deliver --dead --json  # what was given up, and why",
                                      "assay deliver --retry all    # once the other side is mended", NULL},
    .run = deliver,
};
