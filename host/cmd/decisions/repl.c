/* assay repl: reads chunks from the command line, a script or a terminal, and has the session run them. */
#include "bind/session/repl.h"

#include "cmd/commands.h"
#include "cmd/decisions/line_editor.h"
#include "cmd/decisions/repl_print.h"
#include "cmd/line/pack_choice.h"
#include "store/facts/facts.h"

#include "base/time.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct session {
    struct as_context *context;
    struct as_repl *repl;
    struct as_repl_output output;
    struct as_line_editor *editor; /* on a terminal: then SIGINT is blocked and asked for */
};

static bool stop(void *context)
{
    const struct session *s = context;
    if (s->editor == NULL)
        return s->context->interrupted != NULL && *s->context->interrupted != 0;
    /* The signal is blocked while the session lasts, so that it stops a line and not the program. */
    sigset_t interrupt;
    const struct timespec now = {0, 0};
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    return sigtimedwait(&interrupt, NULL, &now) == SIGINT;
}

/* --- what the session has the program do --- */

/* The command's message as a fault of the line that asked for it. */
static enum as_status take_message(const char *text, struct as_error *error)
{
    struct as_str rest = as_str_of(text), what = as_str_cut(&rest, '\n');
    struct as_str own = AS_STR("assay: ");
    if (as_str_starts(what, own))
        what = (struct as_str){what.p + own.n, what.n - own.n};
    as_error_set(error, AS_ERR_USAGE, "%.*s", (int)what.n, what.p);
    rest = as_str_trim(rest);
    return rest.n > 0 ? as_error_advise(error, "%.*s", (int)rest.n, rest.p) : AS_ERR_USAGE;
}

static enum as_status run_command(void *context, int *code, const char *const *words, uint32_t n,
                                  struct as_error *error)
{
    struct session *s = context;
    const char *color = s->output.terminal.color ? "--color=always" : "--color=never";
    char *text = NULL;
    size_t size = 0;
    FILE *err = open_memstream(&text, &size);
    char **all = calloc(n + (size_t)1, sizeof *all);
    enum as_status status = AS_OK;
    if (err == NULL || all == NULL) {
        status = as_error_memory(error);
    } else {
        for (uint32_t i = 0; i < n; i++)
            all[i] = (char *)(uintptr_t)words[i];
        all[n] = (char *)(uintptr_t)color;
        *code = as_command_main(s->context->commands, (int)n + 1, all, s->context->interrupted,
                                s->output.terminal.out, err);
        fflush(err);
        if (*code > 1)
            status = take_message(text, error);
    }
    if (err != NULL)
        fclose(err);
    free(text);
    free(all);
    return status;
}

static bool confirm(void *context, const char *question)
{
    struct session *s = context;
    const char *answer = as_line_editor_ask(s->editor, question);
    return answer != NULL && (strcmp(answer, "y") == 0 || strcmp(answer, "yes") == 0);
}

static int64_t clock_now(void *context)
{
    (void)context;
    return as_clock_now();
}

/* --- running --- */

/* Runs a chunk whose first line has the number `first`; its error is printed and *failed set. */
static enum as_status run_chunk(bool *incomplete, bool *failed, struct session *s, const char *name,
                                struct as_str chunk, int first, struct as_error *error)
{
    struct as_error own = AS_ERROR_INIT;
    struct as_buf numbered = {.p = NULL};
    for (int i = 1; i < first; i++)
        as_buf_char(&numbered, '\n');
    as_buf_str(&numbered, chunk);
    enum as_status status = numbered.failed ? as_error_memory(error)
                                            : as_repl_output_begin(&s->output, &s->context->terminal, error);
    if (status != AS_OK) {
        as_buf_free(&numbered);
        return status;
    }
    enum as_status ran =
        as_repl_run(incomplete, s->repl, name, (struct as_str){as_buf_c(&numbered), numbered.n}, &own);
    status = as_repl_output_end(&s->output, error);
    if (status == AS_OK)
        status = as_store_unchanged(s->context->store, error);
    as_buf_free(&numbered);
    if (ran != AS_OK) {
        *failed = true;
        as_repl_print_error(&s->context->terminal, &own, chunk, first);
    }
    return status;
}

static void say_unfinished(const struct session *s, const char *name)
{
    struct as_error error = AS_ERROR_INIT;
    as_error_set(&error, AS_ERR_RULE, "the text ends in the middle of a statement");
    as_error_at(&error, name, 0);
    as_error_advise(&error, "close what is open: a bracket, a quotation mark, or a block with end");
    as_error_print(&s->context->terminal, &error);
}

static enum as_status run_codes(struct session *s, struct as_texts codes, struct as_error *error)
{
    enum as_status status = AS_OK;
    bool failed = false;
    for (uint32_t i = 0; i < codes.n && status == AS_OK && !failed; i++) {
        bool incomplete = false;
        status = run_chunk(&incomplete, &failed, s, "-e", as_str_of(codes.at[i]), 1, error);
        if (incomplete) {
            say_unfinished(s, "-e");
            failed = true;
        }
    }
    s->context->findings = failed;
    return status;
}

/* What people type who leave: other interpreters take it. */
static bool is_farewell(struct as_str line)
{
    static const char *const words[] = {"exit", "exit()", "quit", "quit()"};
    bool is = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        is |= as_str_is(as_str_trim(line), words[i]);
    return is;
}

static enum as_status run_script(struct session *s, FILE *in, struct as_error *error)
{
    struct as_buf chunk = {.max = AS_MAX_PACK_BYTES};
    enum as_status status = AS_OK;
    bool failed = false, incomplete = false;
    char *line = NULL;
    size_t room = 0;
    int number = 0, first = 1;
    ssize_t n;
    while (status == AS_OK && !failed && (n = getline(&line, &room, in)) >= 0) {
        number++;
        if (chunk.n == 0 && is_farewell((struct as_str){line, (size_t)n}))
            break;
        as_buf_bytes(&chunk, line, (size_t)n);
        if (chunk.failed) {
            status = as_error_set(error, AS_ERR_LIMIT, "the script is too long");
            break;
        }
        status = run_chunk(&incomplete, &failed, s, "input", (struct as_str){as_buf_c(&chunk), chunk.n},
                           first, error);
        if (incomplete && !failed)
            continue;
        as_buf_reset(&chunk);
        first = number + 1;
    }
    if (status == AS_OK && incomplete && !failed) {
        say_unfinished(s, "input");
        failed = true;
    }
    free(line);
    as_buf_free(&chunk);
    s->context->findings = failed;
    return status;
}

static uint32_t complete(const char **names, uint32_t most, size_t *from, void *context, struct as_str before)
{
    return as_repl_complete(names, most, from, context, before);
}

static enum as_status run_terminal(struct session *s, struct as_error *error)
{
    struct as_buf chunk = {.max = AS_MAX_PACK_BYTES};
    const struct as_terminal *t = &s->context->terminal;
    sigset_t interrupt, before;
    enum as_status status = AS_OK;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_BLOCK, &interrupt, &before);
    if (!t->quiet)
        fprintf(t->out, "lead \"name or e-mail\" chooses a lead, help() lists the rest, Ctrl-D ends\n");
    for (;;) {
        bool cancelled, incomplete = false, failed = false;
        const char *line = as_line_editor_read(s->editor, chunk.n == 0 ? "> " : ">> ", &cancelled);
        if (line == NULL)
            break;
        if (cancelled) {
            as_buf_reset(&chunk);
            continue;
        }
        if (chunk.n == 0 && is_farewell(as_str_of(line)))
            break;
        as_buf_text(&chunk, line);
        as_buf_char(&chunk, '\n');
        stop(s); /* an interrupt from before this line is not meant for it */
        status =
            run_chunk(&incomplete, &failed, s, "line", (struct as_str){as_buf_c(&chunk), chunk.n}, 1, error);
        if (status != AS_OK)
            break;
        if (incomplete)
            continue;
        if (!failed && !as_repl_personal(s->repl))
            as_line_editor_keep(s->editor, (struct as_str){as_buf_c(&chunk), chunk.n});
        as_buf_reset(&chunk);
    }
    if (status == AS_OK)
        fputc('\n', t->out);
    as_buf_free(&chunk);
    stop(s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return status;
}

/* The session's first pack as another command takes it. */
static const char *pack_words(const struct as_arguments *arguments, const struct as_run_pack *packs)
{
    const char *given = as_given_text(arguments, "pack");
    return given != NULL ? given : packs[0].pack->name;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    struct session s = {.context = context};
    struct as_run_pack *packs = NULL;
    struct as_texts codes = as_given_texts(arguments, "eval");
    struct as_repl_options options = {.at = context->at,
                                      .now = context->now,
                                      .threads = 1,
                                      .limits = context->limits,
                                      .printer = context->json ? as_repl_json_printer_of(&s.output)
                                                               : as_repl_printer_of(&s.output),
                                      .stop = stop,
                                      .stop_context = &s};
    if (context->limits.run_ms == 0) /* a session lasts longer than a run, and somebody sits before it */
        context->limits.run_ms = AS_MOST_SCRIPT_MS;
    enum as_status status = as_known_at(&options.known_at, context, arguments, error);
    if (status == AS_OK)
        status = as_context_store(context, AS_STORE_READ, error);
    if (status == AS_OK)
        status = as_choose_packs_first(&packs, &options.pack_count, context, as_given_text(arguments, "pack"),
                                       error);
    if (status == AS_OK)
        status = as_store_learn_schema(context->store, context->schema, error);
    if (status != AS_OK)
        return status;
    bool on_terminal = codes.n == 0 && isatty(STDIN_FILENO) && context->terminal.out_is_terminal;
    options.store = context->store;
    options.schema = context->schema;
    options.packs = packs;
    options.db = context->db;
    options.pack = pack_words(arguments, packs);
    options.house = (struct as_repl_house){.context = &s,
                                           .command = run_command,
                                           .confirm = on_terminal ? confirm : NULL,
                                           .clock = context->at_given ? NULL : clock_now};
    status = as_repl_open(&s.repl, &options, error);
    if (status == AS_OK && on_terminal)
        status = as_line_editor_open(&s.editor, stdin, context->terminal.out, context->terminal.err, complete,
                                     s.repl, error);
    if (status == AS_OK)
        status = codes.n > 0   ? run_codes(&s, codes, error)
                 : on_terminal ? run_terminal(&s, error)
                               : run_script(&s, stdin, error);
    as_line_editor_close(s.editor);
    as_repl_close(s.repl);
    return status;
}

const struct as_command as_command_repl = {
    .name = "repl",
    .group = AS_GROUP_RULES,
    .summary = "look at leads and rules interactively, and ask what if",
    .text = "A line is Lua: an expression, whose value is printed, or statements. lead \"ada@acme.example\" "
            "chooses a lead; why(), timeline(), from \"employees\", may \"email\" and others tell of it; set "
            "{ title = \"CFO\" } supposes facts without writing them, and undo() takes them back; whynot "
            "\"sales_ready\" finds the cheapest changes that would pass a gate. find, fires, moved and sql "
            "give lists of leads, which print as tables, count with :by \"stage\" and write with :csv "
            "\"file.csv\". help() tells of every name.\n\n"
            "Nothing is written to the database but what record writes after asking, and nothing to files "
            "but what :csv and pin are told to. On a terminal lines can be edited, completed with Tab and "
            "found again; lines that name a person, failed or begin with a blank are forgotten when the "
            "session ends. Otherwise the script on standard input or the code of -e runs, and the first "
            "error ends it with exit code 1.\n\n"
            "Ctrl-C ends a line that takes too long. One that takes a thousand million steps of Lua ends by "
            "itself, since it is likely a loop without an end; --allow steps=… gives other limits.",
    .options =
        (const struct as_option[]){{.name = "eval",
                                    .letter = 'e',
                                    .kind = AS_OPTION_LIST,
                                    .value = "CODE",
                                    .text = "run this and end; may be repeated"},
                                   {.name = "pack",
                                    .kind = AS_OPTION_TEXT,
                                    .value = "PACK",
                                    .text = "a folder with a pack.lua, or the name of a pack that has run"},
                                   AS_OPTION_KNOWN_AT,
                                   {0}},
    .examples = (const char *const[]){"assay repl",
                                      "assay repl -e 'lead \"ada@acme.example\"' -e 'whynot \"sales_ready\"'",
                                      "assay repl -e 'find(lead.title:has_word \"cfo\"):csv \"cfos.csv\"'",
                                      "assay repl --at 2026-03-01 < questions.lua", NULL},
    .run = run,
};
