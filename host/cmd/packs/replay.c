/* assay replay: are decisions that were recorded still the same, to the byte? A guard against changes of this
 * program and of what it is built with: what is recorded says only what was, never what is right. */
#include "run/sample/replay.h"
#include "bind/sandbox/library.h"
#include "cmd/commands.h"
#include "cmd/line/pack_choice.h"
#include "cmd/line/sample_base.h"
#include "run/decision/json.h"
#include "score/tree/reference.h"

#include "base/file.h"
#include "base/thread.h"

#include <jansson.h>
#include <string.h>

/* Lines of a difference that are shown; bytes of a recording, which is compared in memory. */
enum { SHOWN = 5, MOST_RECORDED = 64 * 1024 * 1024 };

struct replaying {
    struct as_context *context;
    struct as_run_pack pack;
    struct as_reference reference;
    const char *file;              /* of what was recorded */
    struct as_buf now, then, line; /* decisions now; those recorded; its head */
};

static enum as_status read_recorded(struct replaying *r, struct as_error *error)
{
    struct as_error reading = AS_ERROR_INIT;
    enum as_status status = as_file_read(&r->then, r->file, MOST_RECORDED, "the recording", &reading);
    if (status != AS_ERR_MISSING) {
        *error = reading;
        return status;
    }
    as_error_set(error, AS_ERR_MISSING, "nothing was recorded yet: there is no %s", r->file);
    return as_error_advise(error, "record what is decided now: --record WHY");
}

static void put_head(struct replaying *r, const char *why)
{
    char library[AS_HASH_TEXT];
    struct as_json json = {.out = &r->line};
    as_library_hash(library);
    as_json_open(&json, '{');
    as_json_put_text(&json, "pack", r->pack.pack->name);
    as_json_put_text(&json, "hash", r->pack.pack->hash);
    as_json_put_text(&json, "library", library);
    as_json_put_text(&json, "reference", r->reference.hash);
    as_json_put_text(&json, "program", ASSAY_VERSION);
    as_json_put_text(&json, "recorded", why);
    as_json_close(&json, '}');
    as_buf_char(&r->line, '\n');
}

static enum as_status record(struct replaying *r, const char *why, struct as_error *error)
{
    put_head(r, why);
    as_buf_str(&r->line, (struct as_str){as_buf_c(&r->now), r->now.n});
    if (r->line.failed)
        return as_error_memory(error);
    enum as_status status =
        as_file_write(r->file, (struct as_str){r->line.p, r->line.n}, "the recording", error);
    if (status == AS_OK && r->context->json) {
        as_buf_reset(&r->line);
        struct as_json json = {.out = &r->line};
        as_json_open(&json, '{');
        as_json_put_text(&json, "pack", r->pack.pack->name);
        as_json_put_text(&json, "file", r->file);
        as_json_put_text(&json, "recorded", why);
        as_json_close(&json, '}');
        status = as_context_print_json(r->context, &r->line, error);
    } else if (status == AS_OK && !r->context->quiet) {
        fprintf(r->context->terminal.out, "%s: recorded\n", r->file);
    }
    return status;
}

static bool same_text(const json_t *head, const char *key, const char *now)
{
    const char *then = json_string_value(json_object_get(head, key));
    return then != NULL && strcmp(then, now) == 0;
}

/* What may be the cause of a difference, as far as the head tells. */
enum cause { CAUSE_RULES, CAUSE_LIBRARY, CAUSE_REFERENCE, CAUSE_PROGRAM, CAUSE_UNKNOWN };

static enum cause cause_of(const struct replaying *r, struct as_str head_line)
{
    char library[AS_HASH_TEXT];
    json_t *head = json_loadb(head_line.p, head_line.n, 0, NULL);
    as_library_hash(library);
    enum cause cause = !same_text(head, "hash", r->pack.pack->hash)       ? CAUSE_RULES
                       : !same_text(head, "library", library)             ? CAUSE_LIBRARY
                       : !same_text(head, "reference", r->reference.hash) ? CAUSE_REFERENCE
                       : !same_text(head, "program", ASSAY_VERSION)       ? CAUSE_PROGRAM
                                                                          : CAUSE_UNKNOWN;
    json_decref(head);
    return cause;
}

static const struct {
    const char *name, *text;
} causes[] = {
    [CAUSE_RULES] = {"rules",
                     "The rules are another version: assay diff --sample says what it changes. If that is "
                     "meant, record anew."},
    [CAUSE_LIBRARY] = {"library", "The rules are the same, the rule library is another version."},
    [CAUSE_REFERENCE] = {"reference",
                         "The rules are the same, but Unicode, time zones, public suffixes or patterns "
                         "are another version."},
    [CAUSE_PROGRAM] = {"program", "The rules are the same, this program is another version."},
    [CAUSE_UNKNOWN] = {"unknown", "The rules and the program's version are the same."},
};

static void show_line(const struct replaying *r, const char *mark, struct as_str line)
{
    struct as_buf safe = {.p = NULL};
    as_display_text(&safe, line);
    fprintf(r->context->terminal.out, "%s %s\n", mark, as_buf_c(&safe));
    as_buf_free(&safe);
}

/* Lines that differ, of all there are; the first of them are shown. */
static void count_lines(uint32_t *lines, uint32_t *differ, const struct replaying *r, struct as_str then,
                        bool show)
{
    struct as_str now = {as_buf_c(&r->now), r->now.n};
    *lines = *differ = 0;
    while ((then.p != NULL && then.n > 0) || (now.p != NULL && now.n > 0)) {
        struct as_str before = then.p != NULL ? as_str_cut(&then, '\n') : AS_STR("");
        struct as_str after = now.p != NULL ? as_str_cut(&now, '\n') : AS_STR("");
        ++*lines;
        if (as_str_eq(before, after))
            continue;
        if ((*differ)++ < SHOWN && show) {
            show_line(r, "-", before);
            show_line(r, "+", after);
        }
    }
}

static enum as_status compare(struct replaying *r, struct as_error *error)
{
    struct as_context *context = r->context;
    uint32_t lines, differ;
    enum as_status status = read_recorded(r, error);
    if (status != AS_OK)
        return status;
    struct as_str then = {as_buf_c(&r->then), r->then.n}, head = as_str_cut(&then, '\n');
    count_lines(&lines, &differ, r, then, !context->quiet && !context->json);
    context->findings = differ > 0;
    if (context->json) {
        struct as_json json = {.out = &r->line};
        as_json_open(&json, '{');
        as_json_put_text(&json, "pack", r->pack.pack->name);
        as_json_put_text(&json, "file", r->file);
        as_json_put_int(&json, "lines", lines);
        as_json_put_int(&json, "differ", differ);
        as_json_put_text(&json, "cause", differ > 0 ? causes[cause_of(r, head)].name : NULL);
        as_json_close(&json, '}');
        return as_context_print_json(context, &r->line, error);
    }
    if (differ > 0 && !context->quiet)
        fprintf(context->terminal.out, "%u of %u lines differ from %s\n\n%s\n", differ, lines, r->file,
                causes[cause_of(r, head)].text);
    return AS_OK;
}

static enum as_status run_replay(struct as_context *context, const struct as_arguments *arguments,
                                 struct as_error *error)
{
    const char *folder = as_given_text(arguments, "sample"), *why = as_given_text(arguments, "record");
    struct replaying r = {.context = context};
    struct as_loaded_pack *loaded;
    if (folder == NULL) {
        as_error_set(error, AS_ERR_USAGE, "assay replay needs a sample");
        return as_error_advise(error, "for example: assay replay rules/inbound --sample tests/sample");
    }
    if (why != NULL && as_str_trim(as_str_of(why)).n == 0) {
        as_error_set(error, AS_ERR_USAGE, "--record needs a reason");
        return as_error_advise(error, "for example: --record \"directors no longer count as senior\"");
    }
    enum as_status status = as_reference_of(&r.reference, error);
    if (status == AS_OK)
        status = as_sample_base_open(context, folder, error);
    if (status == AS_OK)
        status = as_context_pack(&loaded, context, as_given_text(arguments, "PACK"), error);
    if (status == AS_OK)
        status = as_ready_pack(&r.pack, loaded, as_processors(), error);
    if (status == AS_OK)
        status = as_context_learn(context, error);
    if (status != AS_OK)
        return status;
    const struct as_replay_request request = {.schema = context->schema,
                                              .pack = r.pack,
                                              .folder = folder,
                                              .at = context->at,
                                              .threads = as_processors()};
    r.file = as_arena_printf(&context->arena, "%s/decisions-%s.ndjson", folder, loaded->pack->name);
    status =
        r.file == NULL ? as_error_memory(error) : as_replay_lines(&r.now, context->store, &request, error);
    if (status == AS_OK)
        status = why != NULL ? record(&r, why, error) : compare(&r, error);
    as_buf_free(&r.now);
    as_buf_free(&r.then);
    as_buf_free(&r.line);
    return status;
}

const struct as_command as_command_replay = {
    .name = "replay",
    .group = AS_GROUP_RULES,
    .summary = "check that recorded decisions are still the same, to the byte",
    .text = "Decides a sample (assay sample) again and compares everything that comes of it, to the byte, "
            "with what was recorded beside the sample, in decisions-PACK.ndjson: stages, grades, verdicts, "
            "scores with their ledgers, owners and effects. Exits 1 when anything differs, and shows where.\n"
            "\n"
            "It guards against changes that nobody meant: run it before and after this program, or a library "
            "it is built with, is upgraded. What is recorded says what was decided then, not that it was "
            "right; for that, write rule tests.\n\n"
            "--record replaces what was recorded. It asks for a reason, which is kept in the file's first "
            "line beside the version of the rules.",
    .positionals = (const struct as_positional[]){{.name = "PACK", .text = "a folder with a pack.lua"}, {0}},
    .options = (const struct as_option[]){{.name = "sample",
                                           .kind = AS_OPTION_TEXT,
                                           .value = "FOLDER",
                                           .text = "the sample; what was recorded lies in it"},
                                          {.name = "record",
                                           .kind = AS_OPTION_TEXT,
                                           .value = "WHY",
                                           .text = "record what is decided now, and why that is right"},
                                          {0}},
    .examples =
        (const char *const[]){
            "assay replay rules/inbound --sample tests/sample --record \"first agreed version\"",
            "assay replay rules/inbound --sample tests/sample  # after an upgrade, and in CI", NULL},
    .run = run_replay,
};
