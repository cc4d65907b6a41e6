/* assay init: writes a small pack that passes its own tests. What is in it stands in stdlib/init/. */
#include "cmd/commands.h"
#include "cmd/output/output_file.h"
#include "cmd/packs/annotate.h"
#include "cmd/packs/starter.h"
#include "run/decision/json.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The last part of a path without its slashes: "rules/inbound/" is "inbound". */
static struct as_str last_part(const char *path)
{
    struct as_str part = as_str_of(path);
    while (part.n > 1 && part.p[part.n - 1] == '/')
        part.n--;
    for (size_t i = part.n; i-- > 0;)
        if (part.p[i] == '/')
            return (struct as_str){part.p + i + 1, part.n - i - 1};
    return part;
}

/* The same letters as pack "name" takes. */
static bool is_pack_name(struct as_str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '\0' || strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", name.p[i]) == NULL)
            return false;
    return name.n > 0 && name.n <= AS_MAX_NAME;
}

/* The name given; else that of the folder, small and with "-" for what a name cannot hold. */
static enum as_status choose_name(const char **out, struct as_arena *arena, const char *given,
                                  const char *folder, struct as_error *error)
{
    char here[4096];
    struct as_str part = last_part(folder);
    if (given != NULL) {
        *out = given;
        if (is_pack_name(as_str_of(given)))
            return AS_OK;
        as_error_set(error, AS_ERR_USAGE, "a pack cannot be called \"%s\"", given);
        return as_error_advise(error, "use small letters, digits, \"-\" and \"_\"");
    }
    if (as_str_is(part, ".") && getcwd(here, sizeof here) != NULL)
        part = last_part(here);
    char *name = as_arena_copy(arena, part.p, part.n);
    if (name == NULL)
        return as_error_memory(error);
    for (char *p = name; *p != '\0'; p++) {
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p + ('a' - 'A'));
        struct as_str letter = {p, 1};
        if (!is_pack_name(letter))
            *p = '-';
    }
    *out = name;
    if (strspn(name, "-") < strlen(name) && is_pack_name(as_str_of(name)))
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "the folder \"%s\" gives the pack no name", folder);
    return as_error_advise(error, "name it: --name inbound");
}

/* The text of a starter file with the pack's name in it. */
static void put_named(struct as_buf *out, const struct as_embedded_file *file, const char *name)
{
    static const char mark[] = "@NAME@";
    enum { MARK = sizeof mark - 1 };
    for (size_t i = 0; i < file->n;) {
        if (file->n - i >= MARK && memcmp(file->bytes + i, mark, MARK) == 0) {
            as_buf_text(out, name);
            i += MARK;
        } else {
            as_buf_char(out, file->bytes[i++]);
        }
    }
}

static enum as_status write_file(struct as_arena *arena, const char *path,
                                 const struct as_embedded_file *file, const char *name,
                                 struct as_error *error)
{
    struct as_buf text = {0};
    put_named(&text, file, name);
    enum as_status status = text.failed
                                ? as_error_memory(error)
                                : as_output_new(arena, path, (struct as_str){as_buf_c(&text), text.n}, error);
    as_buf_free(&text);
    return status;
}

/* The editor knows the new pack at once. */
static enum as_status annotate(struct as_context *context, const char *folder, struct as_error *error)
{
    struct as_loaded_pack *pack;
    const char *into = as_output_path(&context->arena, folder, AS_ANNOTATIONS);
    enum as_status status = into != NULL ? as_context_schema(context, error) : as_error_memory(error);
    if (status == AS_OK)
        status = as_context_pack(&pack, context, folder, error);
    return status == AS_OK ? as_annotate_folder(context, into, error) : status;
}

/* Nothing is written when anything is in the way. */
static enum as_status refuse_existing(struct as_arena *arena, const char *folder, struct as_error *error)
{
    for (size_t i = 0; i < as_starter_count; i++) {
        struct stat about;
        const char *path = as_output_path(arena, folder, as_starter_files[i].name);
        if (path == NULL)
            return as_error_memory(error);
        if (lstat(path, &about) == 0) {
            as_error_set(error, AS_ERR_CONFLICT, "%s exists already", path);
            return as_error_advise(error, "init overwrites nothing: name a new folder");
        }
    }
    return AS_OK;
}

static enum as_status print_files(struct as_context *context, const char *name, const char *folder,
                                  struct as_error *error)
{
    struct as_buf text = {0};
    struct as_json json = {.out = &text};
    as_json_open(&json, '{');
    as_json_put_text(&json, "pack", name);
    as_json_put_text(&json, "folder", folder);
    as_json_key(&json, "files");
    as_json_open(&json, '[');
    for (size_t i = 0; i < as_starter_count; i++)
        as_json_text(&json, as_starter_files[i].name);
    as_json_close(&json, ']');
    as_json_close(&json, '}');
    enum as_status status = as_context_print_json(context, &text, error);
    as_buf_free(&text);
    return status;
}

static enum as_status run_init(struct as_context *context, const struct as_arguments *arguments,
                               struct as_error *error)
{
    struct as_arena *arena = &context->arena;
    const char *folder = as_given_text(arguments, "DIR"), *name;
    enum as_status status = choose_name(&name, arena, as_given_text(arguments, "name"), folder, error);
    if (status == AS_OK)
        status = refuse_existing(arena, folder, error);
    bool told = !context->quiet && !context->json;
    for (size_t i = 0; i < as_starter_count && status == AS_OK; i++) {
        const char *path = as_output_path(arena, folder, as_starter_files[i].name);
        status = path != NULL ? write_file(arena, path, &as_starter_files[i], name, error)
                              : as_error_memory(error);
        if (status == AS_OK && told)
            fprintf(context->terminal.out, "%s\n", path);
    }
    if (status == AS_OK)
        status = annotate(context, folder, error);
    if (status == AS_OK && context->json)
        return print_files(context, name, folder, error);
    if (status == AS_OK && told)
        fprintf(context->terminal.out, "\nassay test %s runs its tests; %s says what to change first\n",
                folder, as_output_path(arena, folder, "README.md"));
    return status;
}

static const struct as_positional positionals[] = {
    {.name = "DIR", .text = "the folder of the new pack; made when it is not there"},
    {.name = NULL},
};

static const struct as_option options[] = {
    {.name = "name",
     .kind = AS_OPTION_TEXT,
     .value = "NAME",
     .text = "what the pack is called; else as its folder"},
    {.name = NULL},
};

static const char *const examples[] = {"assay init rules/inbound", "assay init . --name inbound", NULL};

const struct as_command as_command_init = {
    .name = "init",
    .group = AS_GROUP_START,
    .summary = "begin a pack: rules, tests, editor and workflow files",
    .text = "Writes a small pack that passes its own tests and the check: facts and questions, two scores, "
            "three gates, a grade, and the cases that marketing and sales agreed on. Its README says what to "
            "change first. Files that are there already are never overwritten.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run_init,
};
