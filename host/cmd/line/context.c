/* What commands share while they run: database, schema, packs; and how a command line becomes an exit code.
 */
#include "cmd/line/context.h"
#include "base/suggest.h"
#include "base/time.h"
#include "cmd/line/script_limits.h"
#include "store/decisions/versions.h"
#include "store/facts/facts.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const colors[] = {"auto", "always", "never", NULL};

const struct as_option *as_global_options(void)
{
    static const struct as_option options[] = {
        {.name = "db",
         .kind = AS_OPTION_TEXT,
         .value = "FILE",
         .text = "the database; else $ASSAY_DB, else assay.db"},
        {.name = "at",
         .kind = AS_OPTION_LIST, /* assay diff takes several; elsewhere the last one counts */
         .value = "TIME",
         .text =
             "decide and record as of this time: 2026-03-01 (its end, UTC), 2026-03-01T09:30:00Z, yesterday, "
             "\"last monday\", \"3 days ago\""},
        {.name = "json", .kind = AS_OPTION_FLAG, .text = "print data as JSON"},
        {.name = "quiet", .letter = 'q', .kind = AS_OPTION_FLAG, .text = "print no progress and no summary"},
        {.name = "allow",
         .kind = AS_OPTION_LIST,
         .value = "NAME=VALUE",
         .text = "what scripts may use: load=5s, call=250ms, run=10m, steps=1000000, memory=64M; may be "
                 "repeated"},
        {.name = "color", .kind = AS_OPTION_CHOICE, .value = "WHEN", .text = "colour", .choices = colors},
        {.name = "help",
         .letter = 'h',
         .kind = AS_OPTION_FLAG,
         .text = "say what the command does, with examples"},
        {.name = "version", .kind = AS_OPTION_FLAG, .text = "say which version this is"},
        {0},
    };
    return options;
}

/* The exit code of a finished command. */
static int exit_code_of(enum as_status status, bool findings)
{
    if (status == AS_OK)
        return findings ? 1 : 0;
    return status == AS_ERR_USAGE ? 2 : 3;
}

void as_error_print(const struct as_terminal *terminal, const struct as_error *error)
{
    struct as_buf text = {0};
    as_buf_text(&text, terminal->err_color ? "\x1b[31massay:\x1b[0m " : "assay: ");
    if (error->file[0]) {
        as_display_text(&text, as_str_of(error->file));
        if (error->line > 0)
            as_buf_printf(&text, ":%d", error->line);
        as_buf_text(&text, ": ");
    }
    as_display_text(&text, as_str_of(error->what[0] ? error->what : as_status_name(error->status)));
    if (error->advice[0]) {
        as_buf_text(&text, "\n       ");
        as_display_text(&text, as_str_of(error->advice));
    }
    /* Without the memory that making a fault harmless takes, that is the fault. */
    fprintf(terminal->err, "%s\n", text.failed ? "assay: memory is out" : as_buf_c(&text));
    as_buf_free(&text);
}

const char *as_context_user(const struct as_arguments *arguments)
{
    const char *by = as_given_text(arguments, "by");
    const struct passwd *user = by == NULL ? getpwuid(getuid()) : NULL;
    return user != NULL ? user->pw_name : by;
}

enum as_status as_context_interrupted(const struct as_context *context, struct as_error *error)
{
    if (context->interrupted && *context->interrupted)
        return as_error_set(error, AS_ERR_STOPPED, "interrupted; what was not finished was undone");
    return AS_OK;
}

enum as_status as_context_store(struct as_context *context, enum as_store_mode mode, struct as_error *error)
{
    if (context->store)
        return AS_OK;
    enum as_status status = as_store_open(&context->store, context->db, mode, error);
    if (status == AS_OK)
        as_store_heed(context->store, context->interrupted);
    return status;
}

enum as_status as_context_schema(struct as_context *context, struct as_error *error)
{
    return context->schema ? AS_OK : as_schema_new(&context->schema, error);
}

enum as_status as_context_learn(struct as_context *context, struct as_error *error)
{
    enum as_status status = as_context_schema(context, error);
    return status == AS_OK ? as_store_learn_schema(context->store, context->schema, error) : status;
}

static bool is_pack_folder(const char *words)
{
    struct stat info;
    struct as_buf path = {0};
    as_buf_printf(&path, "%s/pack.lua", words);
    bool is = stat(as_buf_c(&path), &info) == 0 && S_ISREG(info.st_mode);
    as_buf_free(&path);
    return is;
}

struct pack_names {
    struct as_arena *arena;
    AS_LIST(const char *) names;
};

static enum as_status collect_name(void *into, const char *name, const char *hash, struct as_error *error)
{
    struct pack_names *names = into;
    (void)hash;
    const char *copy = as_arena_copy(names->arena, name, strlen(name));
    return copy && as_list_push(names->arena, &names->names, copy) ? AS_OK : as_error_memory(error);
}

/* NAME, in the version that decides, or NAME@HASH. */
static enum as_status read_stored(struct as_source *source, struct as_context *context, const char *words,
                                  struct as_error *error)
{
    char hash[AS_HASH_TEXT];
    struct as_error cause = AS_ERROR_INIT;
    const char *at = strrchr(words, '@');
    struct pack_names known = {.arena = &context->arena};
    const char *name = words;
    if (at && !(name = as_arena_copy(&context->arena, words, (size_t)(at - words))))
        return as_error_memory(error);
    if (context->store && !strchr(words, '/')) {
        as_store_packs(context->store, AS_PACKS_DECIDING, collect_name, &known, NULL);
        enum as_status status =
            at ? as_store_find_version(hash, context->store, name, at + 1, &cause) : AS_OK;
        if (status == AS_OK)
            status = as_store_load_pack(source, context->store, name, at ? hash : NULL, &cause);
        bool unknown = status == AS_ERR_MISSING;
        for (uint32_t i = 0; at && unknown && i < known.names.n; i++)
            unknown = strcmp(known.names.at[i], name) != 0;
        if (!unknown) {
            if (status != AS_OK && error && error->status == AS_OK)
                *error = cause;
            return status;
        }
    }
    as_source_free(source);
    as_error_set(error, AS_ERR_MISSING, "there is no pack \"%.200s\"", name);
    const char *near = as_suggest(as_str_of(name), known.names.at, known.names.n);
    struct stat about;
    if (as_str_ends(as_str_of(name), AS_STR("pack.lua")))
        as_error_advise(error, "name the folder that pack.lua lies in");
    else if (stat(name, &about) == 0 && S_ISDIR(about.st_mode))
        as_error_advise(error, "the folder is there, but has no pack.lua");
    else if (near)
        as_error_advise(error, "%s", as_meant("", near, " Or give a folder with a pack.lua").text);
    else
        as_error_advise(error,
                        "give a folder with a pack.lua, or the name of a pack that has run on this database");
    return AS_ERR_MISSING;
}

enum as_status as_context_source(struct as_loaded_pack **out, struct as_context *context,
                                 struct as_source *source, struct as_error *error)
{
    struct as_loaded_pack *loaded = as_arena_alloc(&context->arena, sizeof *loaded);
    enum as_status status = loaded ? as_context_schema(context, error) : as_error_memory(error);
    for (uint32_t i = 0; status == AS_OK && i < context->packs.n; i++)
        if (strcmp(context->packs.at[i]->source.hash, source->hash) == 0) {
            as_source_free(source);
            *out = context->packs.at[i];
            return AS_OK;
        }
    if (status == AS_OK)
        status = as_script_load(&loaded->script, source, context->schema, &context->limits, error);
    if (status == AS_OK && !as_list_push(&context->arena, &context->packs, loaded))
        status = as_error_memory(error);
    if (status != AS_OK) {
        if (loaded)
            as_script_free(loaded->script);
        as_source_free(source);
        return status;
    }
    loaded->source = *source;
    loaded->pack = as_script_pack(loaded->script);
    *out = loaded;
    return AS_OK;
}

enum as_status as_context_pack(struct as_loaded_pack **out, struct as_context *context, const char *words,
                               struct as_error *error)
{
    struct as_source source;
    as_source_init(&source);
    enum as_status status = is_pack_folder(words) ? as_source_read(&source, words, error)
                                                  : read_stored(&source, context, words, error);
    return status == AS_OK ? as_context_source(out, context, &source, error) : status;
}

/* Breaks and indents compact JSON; empty brackets stay together. */
static void indent_json(struct as_buf *out, const char *p, size_t n)
{
    int depth = 0;
    for (size_t i = 0; i < n; i++) {
        char c = p[i];
        if (c == '"') {
            size_t end = i + 1;
            while (end < n && p[end] != '"')
                end += p[end] == '\\' ? 2 : 1;
            as_buf_bytes(out, p + i, (end < n ? end + 1 : n) - i);
            i = end;
        } else if ((c == '{' || c == '[') && i + 1 < n && p[i + 1] == c + 2) {
            as_buf_bytes(out, p + i++, 2);
        } else if (c == '{' || c == '[') {
            as_buf_printf(out, "%c\n%*s", c, ++depth * 2, "");
        } else if (c == '}' || c == ']') {
            as_buf_printf(out, "\n%*s%c", --depth * 2, "", c);
        } else if (c == ',') {
            as_buf_printf(out, ",\n%*s", depth * 2, "");
        } else if (c == ':') {
            as_buf_text(out, ": ");
        } else if (c != ' ' && c != '\n') {
            as_buf_char(out, c);
        }
    }
    as_buf_char(out, '\n');
}

enum as_status as_context_print_json(const struct as_context *context, const struct as_buf *json,
                                     struct as_error *error)
{
    struct as_buf text = {.max = (size_t)1 << 32};
    indent_json(&text, as_buf_c(json), json->n);
    bool failed = text.failed || json->failed;
    if (!failed)
        fwrite(text.p, 1, text.n, context->terminal.out);
    as_buf_free(&text);
    return failed ? as_error_memory(error) : AS_OK;
}

static void close_context(struct as_context *context)
{
    for (uint32_t i = 0; i < context->packs.n; i++) {
        as_script_free(context->packs.at[i]->script);
        as_source_free(&context->packs.at[i]->source);
    }
    as_schema_free(context->schema);
    as_store_close(context->store);
    as_arena_free(&context->arena);
}

/* A reader that went away (`| head`) has what it wanted. */
static bool reader_is_gone(FILE *out)
{
    struct pollfd poll_out = {.fd = fileno(out), .events = POLLOUT};
    return ferror(out) && poll(&poll_out, 1, 0) == 1 && (poll_out.revents & POLLERR);
}

/* Output that did not arrive is a failure: a full disk must not look like success. */
static enum as_status flush_output(FILE *out, enum as_status status, struct as_error *error)
{
    errno = 0;
    bool failed = fflush(out) != 0 || ferror(out);
    if (failed && reader_is_gone(out))
        return status == AS_ERR_IO ? AS_OK : status;
    if (failed && status == AS_OK)
        status = as_error_set(error, AS_ERR_IO, "the output could not be written: %s",
                              errno ? strerror(errno) : "write error");
    return status;
}

static enum as_status prepare(struct as_context *context, const struct as_arguments *arguments,
                              struct as_error *error)
{
    const char *db = as_given_text(arguments, "db"), *at = as_given_text(arguments, "at");
    const char *named = getenv("ASSAY_DB");
    context->db = db ? db : named && named[0] ? named : "assay.db";
    context->json = as_given(arguments, "json");
    context->quiet = as_given(arguments, "quiet");
    context->terminal.quiet = context->quiet;
    context->now = as_clock_now();
    context->at = context->now;
    context->at_given = at != NULL;
    const struct as_texts limits = as_given_texts(arguments, "allow");
    enum as_status status = as_script_limits_parse(&context->limits, &limits, error);
    if (status == AS_OK && at)
        status = as_time_parse_at(&context->at, as_str_of(at), context->now, error);
    /* The end of today has not come: what is recorded this afternoon must not lie before this morning's
     * decision. */
    if (context->at > context->now && as_day_of(context->at) == as_day_of(context->now))
        context->at = context->now;
    return status;
}

/* What was read of a database that somebody changed meanwhile may be why the command failed. */
static enum as_status check_unchanged(const struct as_context *context, enum as_status status,
                                      struct as_error *error)
{
    struct as_error changed = AS_ERROR_INIT;
    if (context->store == NULL || as_store_unchanged(context->store, &changed) == AS_OK)
        return status;
    *error = changed;
    return changed.status;
}

static enum as_color color_of(const char *word)
{
    return !word || strcmp(word, "auto") == 0 ? AS_COLOR_AUTO
           : strcmp(word, "always") == 0      ? AS_COLOR_ALWAYS
                                              : AS_COLOR_NEVER;
}

int as_command_main(const struct as_command *const *commands, int count, char *const *words,
                    const volatile sig_atomic_t *interrupted, FILE *out, FILE *err)
{
    struct as_context context = {.commands = commands, .interrupted = interrupted};
    struct as_arguments arguments;
    struct as_error error = AS_ERROR_INIT;
    as_terminal_open(&context.terminal, out, err, AS_COLOR_AUTO);
    enum as_status status =
        as_arguments_parse(&arguments, commands, as_global_options(), count, words, &error);
    if (status != AS_OK)
        goto done;
    as_terminal_open(&context.terminal, out, err, color_of(as_given_text(&arguments, "color")));
    if (as_given(&arguments, "help")) {
        as_command_help(&context.terminal, arguments.command, commands, as_global_options());
    } else if (as_given(&arguments, "version")) {
        fprintf(out, "assay %s\n", ASSAY_VERSION);
    } else {
        status = prepare(&context, &arguments, &error);
        if (status == AS_OK)
            status = arguments.command->run(&context, &arguments, &error);
        status = check_unchanged(&context, status, &error);
    }
done:
    close_context(&context);
    as_arguments_free(&arguments);
    status = flush_output(out, status, &error);
    if (status != AS_OK)
        as_error_print(&context.terminal, &error);
    return exit_code_of(status, context.findings);
}
