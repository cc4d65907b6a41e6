/* assay follow: facts as they come, line by line, each decided at once. Packs and plans lie ready on a desk;
 * the database is nobody's between two lots of lines. */
#include "cmd/decisions/follow.h"

#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/decisions/run_setting.h"
#include "run/desk.h"
#include "store/decisions/decisions.h"
#include "store/work/effects.h"

#include <stdlib.h>
#include <string.h>

struct deciding {
    struct as_following lines;
    struct as_texts named; /* packs */
    struct as_run_setting setting;
    struct as_run_request request;
    struct as_desk *desk;
    int64_t
        woken; /* the moment of a clock that it was woken for and has not decided since; AS_TIME_NONE: none */
};

static enum as_status found_run(void *context, const struct as_run_row *row, struct as_error *error)
{
    (void)row;
    (void)error;
    *(bool *)context = true;
    return AS_OK;
}

/* The first run of a pack moves everybody: that is nothing to happen beside a line about somebody. */
static enum as_status must_have_run(struct deciding *d, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < d->request.pack_count && status == AS_OK; i++) {
        const char *pack = d->request.packs[i].pack->name;
        bool ran = false;
        status = as_store_runs(d->lines.context->store, pack, 1, found_run, &ran, error);
        if (status == AS_OK && !ran) {
            as_error_set(error, AS_ERR_MISSING,
                         "%s has never decided on this database: its first run moves everybody", pack);
            return as_error_advise(error,
                                   "run it once: assay run FOLDER --baseline, where FOLDER is the pack's");
        }
    }
    return status;
}

static enum as_status load(struct deciding *d, struct as_error *error)
{
    struct as_context *context = d->lines.context;
    enum as_status status = as_run_setting(&d->setting, &d->request, context, d->named, error);
    if (status == AS_OK && d->setting.broken > 0)
        status = as_error_set(error, AS_ERR_RULE, "%u of the packs could not be loaded", d->setting.broken);
    if (status == AS_OK)
        status = as_context_learn(context, error);
    if (status == AS_OK)
        status = must_have_run(d, error);
    if (status == AS_OK) {
        as_desk_close(d->desk);
        d->desk = NULL;
        status = as_desk_open(&d->desk, context->store, error);
    }
    return status;
}

/* After a pack failed: whether there is another version of one to try, as after a promotion. */
static enum as_status load_again(bool *other, struct deciding *d, struct as_error *error)
{
    const struct as_run_pack *before = d->request.packs;
    uint32_t n = d->request.pack_count;
    enum as_status status = load(d, error);
    *other = status == AS_OK && d->request.pack_count != n;
    for (uint32_t i = 0; status == AS_OK && i < n && !*other; i++)
        *other = d->request.packs[i].pack != before[i].pack;
    return status;
}

static enum as_status decide_once(struct as_run_result *result, struct deciding *d, struct as_error *error)
{
    struct as_following *f = &d->lines;
    d->request.at = d->request.known_at = f->context->at;
    d->request.now = f->context->now;
    d->request.watched = f->leads.at;
    d->request.watched_count = (uint32_t)f->leads.n;
    enum as_status status = as_desk_run(result, d->desk, &d->request, error); /* lets the lock go */
    if (status == AS_OK && result->failed == 0) {
        d->request.last = NULL; /* from now on it is the version that decided last */
        d->woken = AS_TIME_NONE;
    }
    return status;
}

static enum as_status decide(struct deciding *d, struct as_error *error)
{
    struct as_following *f = &d->lines;
    struct as_run_result result = {.failed = 0};
    bool other = false;
    f->leads.n = as_ids_each_once(f->leads.at, f->leads.n);
    enum as_status status = decide_once(&result, d, error);
    if (status == AS_OK && result.failed > 0)
        status = load_again(&other, d, error);
    if (status == AS_OK && other) {
        as_run_free(&result);
        status = decide_once(&result, d, error);
    }
    if (status == AS_OK)
        status = as_answer_run(f, &result, error);
    f->context->findings |= f->refused > 0 || result.failed > 0;
    f->recorded = f->known = f->refused = 0;
    f->leads.n = 0;
    as_run_free(&result);
    if (status != AS_OK)
        return status;
    FILE *out = f->context->terminal.out;
    fwrite(as_buf_c(&f->answer), 1, f->answer.n, out);
    as_buf_reset(&f->answer);
    return fflush(out) == 0 ? AS_OK : as_error_set(error, AS_ERR_IO, "the answers could not be written");
}

/* *mine false: an interrupt came while somebody else had the database. */
static enum as_status take_turn(bool *mine, struct as_following *f, struct as_error *error)
{
    struct as_context *context = f->context;
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = as_store_lock(context->store, "follow", INT64_MAX, &why);
    *mine = status == AS_OK;
    if (status == AS_ERR_BUSY && context->interrupted != NULL && *context->interrupted)
        return AS_OK;
    if (status != AS_OK) {
        *error = why;
        return status;
    }
    context->now = as_clock_now();
    if (!context->at_given)
        context->at = context->now;
    return AS_OK;
}

static enum as_status take_lines(struct deciding *d, struct as_line_source *source, struct as_error *error)
{
    struct as_following *f = &d->lines;
    struct as_line line;
    bool mine;
    enum as_status status = take_turn(&mine, f, error);
    if (status != AS_OK || !mine)
        return status;
    status = as_context_learn(f->context, error);
    while (status == AS_OK && as_line_source_next(&line, source))
        status = as_follow_line(f, &line, error);
    if (status == AS_OK)
        status = as_follow_settle(f, error);
    return status == AS_OK ? decide(d, error) : status;
}

/* Until lines come, or the moment of a clock does; for one that comes again after a failure it is woken
 * once. */
static enum as_status wait_for_lines(bool *more, struct deciding *d, struct as_line_source *source,
                                     struct as_error *error)
{
    const struct as_context *context = d->lines.context;
    int64_t next = context->at_given ? AS_TIME_NONE : as_desk_next(d->desk, d->woken);
    enum as_status status = as_line_source_wait(more, source, next, context->interrupted, error);
    if (next != AS_TIME_NONE && as_clock_now() >= next)
        d->woken = next;
    return status;
}

static enum as_status follow(struct as_context *context, const struct as_arguments *arguments,
                             struct as_error *error)
{
    const char *system = as_given_text(arguments, "system");
    struct deciding d = {
        .lines = {.context = context, .system = system != NULL ? system : "csv"},
        .named = as_given_texts(arguments, "PACK"),
        .request = {.threads = 1, .max_moves = -1, .tell = true},
        .woken = AS_TIME_NONE,
    };
    struct as_line_source *source = NULL;
    bool more = false;
    enum as_status status = as_line_source_open(&source, as_given_text(arguments, "FILE"), error);
    if (status == AS_OK)
        status = as_context_store(context, AS_STORE_WRITE, error);
    if (status == AS_OK)
        status = take_turn(&more, &d.lines, error);
    if (status == AS_OK && more)
        status = load(&d, error);
    if (status == AS_OK && more)
        status = as_store_newest_effect(&d.lines.newest_effect, context->store, error);
    if (status == AS_OK && more)
        status = as_line_records_open(&d.lines.records, context->schema, as_answer_note, &d.lines, error);
    /* What came in while nobody followed, or was not decided when the last one died. */
    if (status == AS_OK && more)
        status = decide(&d, error);
    while (status == AS_OK && more) {
        status = wait_for_lines(&more, &d, source, error);
        if (status == AS_OK && more)
            status = take_lines(&d, source, error);
    }
    as_facts_close(d.lines.facts);
    as_line_records_close(d.lines.records);
    as_line_source_close(source);
    as_desk_close(d.desk);
    free(d.lines.leads.at);
    as_buf_free(&d.lines.answer);
    return status;
}

static const struct as_positional positionals[] = {
    {.name = "FILE", .text = "a file that grows, in NDJSON; - reads standard input, to its end"},
    {.name = "PACK",
     .text = "a folder with a pack.lua, or the name of a pack; else every pack that ran or was promoted",
     .optional = true,
     .repeats = true},
    {0},
};
static const struct as_option options[] = {
    {.name = "system",
     .kind = AS_OPTION_TEXT,
     .value = "NAME",
     .text = "where the ids in the lines come from; else csv, as for a file without a mapping"},
    {0},
};
static const char *const examples[] = {
    "tracker | assay follow - > decisions.ndjson",
    "assay follow events.ndjson rules/inbound     # like tail -f",
    "echo '{\"import\": \"events\", \"id\": \"e1\", \"at\": \"2026-03-01T09:30:00Z\", \"kind\": "
    "\"demo_request\", \"email\": \"ada@acme.example\"}' | assay follow -",
    "echo '{\"record\": \"touch\", \"at\": \"2026-03-01T10:00:00Z\", \"who\": \"ada@acme.example\", "
    "\"channel\": \"call\", \"outcome\": \"reached\"}' | assay follow -",
    NULL,
};

const struct as_command as_command_follow = {
    .name = "follow",
    .group = AS_GROUP_DAY,
    .summary = "take in facts line by line as they come, and decide each at once",
    .text =
        "Each line is one JSON object. {\"import\": KIND, …} has the columns of `assay import KIND`; "
        "{\"record\": ACT, \"who\": LEAD, \"at\": TIME, …} says what `assay record LEAD ACT` does, its "
        "options and details by name. Whatever lines are there at once are recorded together and the leads "
        "concerned decided, mostly within milliseconds; then the database is free again: others may import "
        "and run meanwhile, and lines wait while they do.\n\n"
        "The answer is lines, too, each with what it \"is\": a decision for each lead that new lines were "
        "about (also where nothing changed: its scores) and for whoever else moved; an effect for each "
        "owner, task, hand-off or message that was queued; a refused line with its number and what to do, "
        "while the others go in; a note on what was read otherwise than meant; and done, behind which "
        "everything up to that line is stored. The first done tells that it is ready.\n\n"
        "`assay run` decides once, for everybody who has news, asks providers first and prints the morning "
        "screen; this decides about single leads until the pipe ends or it is interrupted, and prints "
        "nothing but these lines. Clocks of service levels go on: who is to be reminded, told or given the "
        "lead is so when their moment comes, whether lines do or not; a lead that nobody was free for goes "
        "to the first who is. It neither asks providers nor "
        "delivers: `assay enrich` and `assay deliver` do, beside it. A pack's first run, and its account "
        "plans in the morning, are `assay run`'s.\n\n"
        "Send lines again that were not answered by done: events and touches are known by their ids, acts by "
        "what they say of which time, so that nothing counts twice. A file is read from its beginning each "
        "time, and followed when it is replaced. A pack's folder is read at the start.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = follow,
};
