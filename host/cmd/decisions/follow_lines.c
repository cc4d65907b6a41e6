/* Lines that are followed become facts: a line of `assay import` a record in the open batch, a line of `assay
 * record` an act of its own. */
#include "cmd/decisions/follow.h"

#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/facts/record.h"

#include <string.h>

static const char import_example[] =
    "{\"import\": \"events\", \"id\": \"7\", \"at\": \"2026-03-01T09:30:00Z\", \"kind\": \"page_view\", "
    "\"email\": \"ada@acme.example\"}";
static const char record_example[] =
    "{\"record\": \"touch\", \"at\": \"2026-03-01T09:30:00Z\", \"who\": \"ada@acme.example\", \"channel\": "
    "\"call\"}";

static enum as_status remember(struct as_following *f, int64_t lead, struct as_error *error)
{
    return lead == 0 ? AS_OK : as_id_push(&f->leads, lead, error);
}

static enum as_status open_batch(struct as_following *f, struct as_error *error)
{
    struct as_facts_options options = {
        .system = f->system, .file = "follow", .precedence = AS_FROM_CRM, .now = f->context->at};
    return f->facts != NULL
               ? AS_OK
               : as_facts_open(&f->facts, f->context->store, f->context->schema, &options, error);
}

enum as_status as_follow_settle(struct as_following *f, struct as_error *error)
{
    struct as_facts_summary summary;
    enum as_status status = f->facts == NULL ? AS_OK : as_facts_commit(f->facts, &summary, error);
    as_facts_close(f->facts);
    f->facts = NULL;
    return status;
}

/* Without an id a line that is sent a second time is a second event. */
static enum as_status needs_id(const struct as_following *f, enum as_import_kind kind, struct as_error *why)
{
    if ((kind != AS_IMPORT_EVENTS && kind != AS_IMPORT_TOUCHES) ||
        as_line_records_says(f->records, "id").n > 0)
        return AS_OK;
    as_error_set(why, AS_ERR_DATA, "id is empty: sent twice, the line would count twice");
    return as_error_advise(why, "give each line the id that its event has where it comes from");
}

/* *why is set when the line is refused; what is returned ends the following. */
static enum as_status import_line(struct as_following *f, struct as_str kind_name, struct as_error *why,
                                  struct as_error *error)
{
    enum as_import_kind kind;
    const struct as_record *record;
    bool changed = false;
    if (!as_import_kind_parse(&kind, kind_name)) {
        as_error_set(why, AS_ERR_DATA, "nothing is imported as \"%.*s\"",
                     kind_name.n > 80 ? 80 : (int)kind_name.n, kind_name.p);
        as_error_advise(why, "assay import --help lists the kinds; for example: %s", import_example);
        return AS_OK;
    }
    if (needs_id(f, kind, why) != AS_OK ||
        as_line_records_build(&record, f->records, kind, "import", f->context->at, why) != AS_OK)
        return why->status == AS_ERR_MEMORY ? as_error_memory(error) : AS_OK;
    enum as_status status = open_batch(f, error);
    if (status != AS_OK)
        return status;
    struct as_record_sink sink = as_facts_sink(f->facts);
    struct as_error fault = AS_ERROR_INIT;
    status = sink.put(sink.context, record, &changed, &fault);
    if (status == AS_ERR_DATA) {
        *why = fault;
        return AS_OK;
    }
    if (status != AS_OK) {
        *error = fault;
        return status;
    }
    f->recorded += changed;
    f->known += !changed;
    return changed ? remember(f, as_facts_about(f->facts), error) : AS_OK;
}

/* Details that stand before the others, without their names; NULL behind them. */
static const char *const *leading_of(struct as_str act)
{
    static const struct {
        const char *act, *names[3];
    } leading[] = {{"touch", {"channel"}}, {"consent", {"channel", "state"}},
                   {"done", {"task"}},     {"track", {"track"}},
                   {"rated", {"rating"}},  {"", {NULL}}};
    size_t i = 0;
    while (leading[i].act[0] != '\0' && !as_str_is(act, leading[i].act))
        i++;
    return leading[i].names;
}

static bool leads_in(struct as_str act, struct as_str name)
{
    for (const char *const *leading = leading_of(act); *leading != NULL; leading++)
        if (as_str_is(name, *leading))
            return true;
    return false;
}

/* What is an option of the command is one here, but the outcome, which others than a finished task have as a
 * detail. */
static const struct as_option *option_named(struct as_str act, struct as_str name)
{
    if (as_str_is(name, "outcome") && !as_str_is(act, "done"))
        return NULL;
    for (const struct as_option *option = as_command_record.options; option->name != NULL; option++)
        if (as_str_is(name, option->name))
            return option;
    return NULL;
}

struct words {
    struct as_arena arena;
    AS_LIST(char *) list;
    bool failed;
};

static void add_word(struct words *words, const char *before, struct as_str name, const char *between,
                     struct as_str text)
{
    char *word = as_arena_printf(&words->arena, "%s%.*s%s%.*s", before, (int)name.n, name.n > 0 ? name.p : "",
                                 between, (int)text.n, text.n > 0 ? text.p : "");
    words->failed |= word == NULL || !as_list_push(&words->arena, &words->list, word);
}

static void add_plain(struct words *words, struct as_str text)
{
    add_word(words, "", (struct as_str){NULL, 0}, "", text);
}

/* The command line of `assay record` that says the same. */
static void put_words(struct words *words, const struct as_following *f, struct as_str act, struct as_str who)
{
    const struct as_str *texts;
    uint32_t n;
    const struct as_str *names = as_line_records_all(&texts, &n, f->records);
    add_plain(words, AS_STR("record"));
    for (uint32_t i = 0; i < n; i++) {
        const struct as_option *option = option_named(act, names[i]);
        if (option != NULL && option->kind != AS_OPTION_FLAG && texts[i].n > 0)
            add_word(words, "--", names[i], "=", texts[i]);
        else if (option != NULL && as_str_is(texts[i], "true"))
            add_word(words, "--", names[i], "", (struct as_str){NULL, 0});
    }
    add_plain(words, AS_STR("--"));
    add_plain(words, who);
    add_plain(words, act);
    for (const char *const *leading = leading_of(act); *leading != NULL; leading++)
        if (as_line_records_says(f->records, *leading).n > 0)
            add_plain(words, as_line_records_says(f->records, *leading));
    for (uint32_t i = 0; i < n; i++) {
        bool told = as_str_is(names[i], "record") || as_str_is(names[i], "who") ||
                    as_str_is(names[i], "at") || leads_in(act, names[i]) ||
                    option_named(act, names[i]) != NULL;
        if (!told && texts[i].n > 0)
            add_word(words, "", names[i], "=", texts[i]);
    }
}

static enum as_status record_act(struct as_following *f, struct words *words, int64_t happened,
                                 struct as_error *why)
{
    static const struct as_command *const commands[] = {&as_command_record, NULL};
    struct as_arguments arguments;
    struct as_recording recording;
    enum as_status status = as_arguments_parse(&arguments, commands, as_global_options(), (int)words->list.n,
                                               words->list.at, why);
    if (status == AS_OK)
        status = as_record(&recording, &words->arena, f->context, &arguments, happened, why);
    if (status == AS_OK) {
        f->recorded += recording.changed;
        f->known += !recording.changed;
        if (recording.changed && !recording.account)
            status = remember(f, recording.id, why);
    }
    as_arguments_free(&arguments);
    return status;
}

static enum as_status record_line(struct as_following *f, struct as_str act, struct as_error *why,
                                  struct as_error *error)
{
    struct as_str who = as_line_records_says(f->records, "who"), at = as_line_records_says(f->records, "at");
    int64_t happened;
    if (who.n == 0)
        as_error_set(why, AS_ERR_DATA, "what is recorded needs \"who\": e-mail, id of the CRM or #number");
    else if (at.n == 0)
        as_error_set(why, AS_ERR_DATA,
                     "what is recorded needs \"at\": sent twice, the line would count twice");
    else if (!as_time_parse(&happened, NULL, at))
        as_error_set(why, AS_ERR_DATA, "at: \"%.*s\" is not a time", at.n > 80 ? 80 : (int)at.n, at.p);
    if (why->status != AS_OK) {
        as_error_advise(why, "for example: %s", record_example);
        return AS_OK;
    }
    if (happened > f->context->at) {
        as_error_set(why, AS_ERR_DATA, "at lies in the future");
        as_error_advise(why, "write the time with its zone, as in 2026-03-01T09:30:00Z");
        return AS_OK;
    }
    /* What was imported before it is there first. */
    enum as_status status = as_follow_settle(f, error);
    if (status != AS_OK)
        return status;
    struct words words = {.failed = false};
    put_words(&words, f, act, who);
    status = words.failed ? as_error_memory(why) : record_act(f, &words, happened, why);
    as_arena_free(&words.arena);
    if (status == AS_ERR_MEMORY || status == AS_ERR_IO || status == AS_ERR_BUG || status == AS_ERR_BUSY ||
        status == AS_ERR_STOPPED) {
        *error = *why;
        return status;
    }
    return AS_OK;
}

enum as_status as_follow_line(struct as_following *f, const struct as_line *line, struct as_error *error)
{
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = AS_OK;
    f->line = line->number;
    if (line->text.p == NULL) {
        as_error_set(&why, AS_ERR_DATA, "the line is longer than %d MiB", AS_MAX_RECORD / (1024 * 1024));
    } else if (as_str_trim(line->text).n == 0) {
        return AS_OK;
    } else if (as_line_records_read(f->records, line->text, &why) != AS_OK) {
        as_error_advise(&why, "each line is one JSON object; for example: %s", import_example);
    } else {
        struct as_str import = as_line_records_says(f->records, "import"),
                      record = as_line_records_says(f->records, "record");
        if ((import.n > 0) == (record.n > 0)) {
            as_error_set(&why, AS_ERR_DATA, "the line does not say what it is");
            as_error_advise(&why,
                            "say \"import\" with a kind of row, or \"record\" with an act; for example: %s",
                            import_example);
        } else {
            status = import.n > 0 ? import_line(f, import, &why, error) : record_line(f, record, &why, error);
        }
    }
    if (status == AS_OK && why.status != AS_OK) {
        f->refused++;
        as_answer_refused(f, &why);
    }
    return status;
}
