/* assay db: looks after the database file itself, and after what it holds of one person. */
#include "cmd/commands.h"
#include "cmd/facts/doubts.h"
#include "cmd/facts/person.h"
#include "cmd/line/watch.h"
#include "run/decision/json.h"

#include <string.h>
#include <unistd.h>

struct finding_list {
    struct as_context *context;
    AS_LIST(const char *) texts;
    bool failed;
};

static void keep_finding(void *into, const char *text)
{
    struct finding_list *list = into;
    const char *copy = as_arena_copy(&list->context->arena, text, strlen(text));
    if (!copy || !as_list_push(&list->context->arena, &list->texts, copy))
        list->failed = true;
}

static enum as_status check(struct as_context *context, struct as_error *error)
{
    struct finding_list list = {.context = context};
    uint32_t findings = 0;
    struct as_watch watch;
    as_watch_open(&watch, context, "checking", "steps");
    as_watch_begin(&watch, 1); /* SQLite looks through the whole file first */
    enum as_status status = as_store_check(context->store, keep_finding, &list, &findings, error);
    as_watch_close(&watch);
    if (status != AS_OK)
        return status;
    if (list.failed)
        return as_error_memory(error);
    context->findings = findings > 0;
    if (context->json) {
        struct as_buf out = {0};
        struct as_json json = {.out = &out};
        as_json_open(&json, '{');
        as_json_put_text(&json, "db", context->db);
        as_json_key(&json, "findings");
        as_json_open(&json, '[');
        for (uint32_t i = 0; i < list.texts.n; i++)
            as_json_text(&json, list.texts.at[i]);
        as_json_close(&json, ']');
        as_json_close(&json, '}');
        status = as_context_print_json(context, &out, error);
        as_buf_free(&out);
        return status;
    }
    for (uint32_t i = 0; i < list.texts.n; i++) {
        struct as_buf line = {0};
        as_display_text(&line, as_str_of(list.texts.at[i]));
        fprintf(context->terminal.out, "%s\n", as_buf_c(&line));
        as_buf_free(&line);
    }
    if (!context->quiet)
        fprintf(context->terminal.out, "%s: %u finding%s\n", context->db, findings, findings == 1 ? "" : "s");
    return AS_OK;
}

static enum as_status backup(struct as_context *context, const char *file, struct as_error *error)
{
    if (!file) {
        as_error_set(error, AS_ERR_USAGE, "assay db backup needs FILE: where to write the copy");
        as_error_advise(error, "for example: assay db backup assay-2026-03-01.db");
        return AS_ERR_USAGE;
    }
    if (access(file, F_OK) == 0) {
        as_error_set(error, AS_ERR_CONFLICT, "%s exists already", file);
        as_error_advise(error, "a backup never overwrites: give the name of a new file");
        return AS_ERR_CONFLICT;
    }
    struct as_watch watch;
    as_watch_open(&watch, context, "copying", "pages");
    enum as_status status = as_store_backup(context->store, file, error);
    as_watch_close(&watch);
    if (status == AS_OK && context->json) {
        struct as_buf text = {0};
        as_buf_text(&text, "{\"db\":");
        as_buf_json(&text, as_str_of(context->db));
        as_buf_text(&text, ",\"copy\":");
        as_buf_json(&text, as_str_of(file));
        as_buf_char(&text, '}');
        status = as_context_print_json(context, &text, error);
        as_buf_free(&text);
    } else if (status == AS_OK && !context->quiet) {
        fprintf(context->terminal.out, "%s: copied to %s\n", context->db, file);
    }
    return status;
}

static enum as_status run_db(struct as_context *context, const struct as_arguments *arguments,
                             struct as_error *error)
{
    const char *action = as_given_text(arguments, "ACTION"), *what = as_given_text(arguments, "WHAT");
    bool doubts = strcmp(action, "doubts") == 0;
    bool checks = doubts || strcmp(action, "check") == 0, exports = strcmp(action, "export") == 0;
    bool person = exports || strcmp(action, "erase") == 0;
    if (checks && what) {
        as_error_set(error, AS_ERR_USAGE, "assay db %s has no use for \"%.80s\"", action, what);
        as_error_advise(error, "name the database with --db FILE");
        return AS_ERR_USAGE;
    }
    if (person && what == NULL) {
        as_error_set(error, AS_ERR_USAGE, "assay db %s needs the lead", action);
        as_error_advise(error, "for example: assay db %s jane@acme.example", action);
        return AS_ERR_USAGE;
    }
    enum as_status status =
        as_context_store(context, checks || exports ? AS_STORE_READ : AS_STORE_WRITE, error);
    if (status != AS_OK)
        return status;
    if (person)
        return exports ? as_export_person(context, what, error) : as_erase_person(context, what, error);
    if (doubts)
        return as_print_doubts(context, error);
    return checks ? check(context, error) : backup(context, what, error);
}

static const char *const actions[] = {"check", "doubts", "backup", "export", "erase", NULL};
static const struct as_positional positionals[] = {
    {.name = "ACTION", .text = "what to do", .choices = actions},
    {.name = "WHAT",
     .text = "backup: the new file, which must not exist; export, erase: the lead",
     .optional = true},
    {0},
};
static const char *const examples[] = {
    "assay db check                          # exit code 1 when something is wrong",
    "assay db doubts                         # what the data says that can hardly be so",
    "assay db backup assay-2026-03-01.db     # while others go on working",
    "assay db export jane@acme.example       # everything held of her, as JSON",
    "assay db erase jane@acme.example        # and forget her",
    NULL,
};

const struct as_command as_command_db = {
    .name = "db",
    .group = AS_GROUP_HOUSE,
    .summary = "check, doubt or back up the database; give out or erase what is held of a person",
    .text =
        "check verifies the file and what the program promises of it: every decision's ledger adds up to its "
        "score, every reference leads somewhere. It prints what it finds and ends with exit code 1 when "
        "there is anything.\n\n"
        "doubts looks for data that was written later, in bulk or to look well: acts before their lead was "
        "created, wins that nobody accepted, deals made after they closed or on that day, close dates that "
        "moved, sources that changed after the win, too many wins at the end of quarters, many entries at "
        "one second or in one hour. Each names its rows; exit code 1 when there is any.\n\n"
        "backup copies the database into a new file while it is in use. A newer version of the program "
        "brings an older database up to date by itself when it opens it for writing; make a backup before.\n"
        "\n"
        "export prints every row that is about a lead, for that person. erase removes what was said, done, "
        "scored and sent of one, in every table and in every pack's own space where it names them, and "
        "writes the file anew so that nothing is left in it; where it could not, for want of room or because "
        "it was killed, check says so and the same command once more does it. Decisions stay without facts: "
        "which stage when, by which version of the rules. An import that brings the person back is told so, "
        "and rejects the row.",
    .positionals = positionals,
    .examples = examples,
    .run = run_db,
};
