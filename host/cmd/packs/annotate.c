/* assay annotate: writes what an editor needs to complete and explain rules. What stands in the files is
 * host/bind's. */
#include "cmd/packs/annotate.h"

#include "bind/manual/annotation.h"
#include "cmd/commands.h"
#include "cmd/output/output_file.h"

enum as_status as_annotate_folder(struct as_context *context, const char *folder, struct as_error *error)
{
    /* The folder says itself that it is made anew: nobody commits it by accident. */
    static const struct as_str ignore = AS_STR("*\n");
    struct as_source files;
    struct as_arena *arena = &context->arena;
    as_source_init(&files);
    enum as_status status = as_annotations_add(&files, context->schema, error);
    if (status == AS_OK)
        status = as_source_add(&files, ".gitignore", ignore, error);
    for (uint32_t i = 0; i < files.files.n && status == AS_OK; i++) {
        const char *path = as_output_path(arena, folder, files.files.at[i].name);
        status = path != NULL ? as_output_replace(arena, path, files.files.at[i].bytes, error)
                              : as_error_memory(error);
    }
    as_source_free(&files);
    return status;
}

static enum as_status run_annotate(struct as_context *context, const struct as_arguments *arguments,
                                   struct as_error *error)
{
    const char *pack = as_given_text(arguments, "PACK"), *into = as_given_text(arguments, "into");
    struct as_loaded_pack *loaded;
    enum as_status status = as_context_schema(context, error);
    if (pack == NULL && into == NULL) {
        as_error_set(error, AS_ERR_USAGE, "whose annotations, and where to?");
        return as_error_advise(error, "name a pack: assay annotate rules/inbound; or a folder: --into DIR");
    }
    if (status == AS_OK && pack != NULL)
        status = as_context_pack(&loaded, context, pack, error);
    if (status == AS_OK && into == NULL) {
        into = as_output_path(&context->arena, pack, AS_ANNOTATIONS);
        if (into == NULL)
            status = as_error_memory(error);
    }
    if (status == AS_OK)
        status = as_annotate_folder(context, into, error);
    if (status == AS_OK && context->json) {
        struct as_buf text = {0};
        as_buf_text(&text, "{\"folder\":");
        as_buf_json(&text, as_str_of(into));
        as_buf_char(&text, '}');
        status = as_context_print_json(context, &text, error);
        as_buf_free(&text);
    }
    return status;
}

static const struct as_positional positionals[] = {
    {.name = "PACK",
     .text = "folder of a pack: its own facts and events are annotated too; without one: what every pack has",
     .optional = true},
    {.name = NULL},
};

static const struct as_option options[] = {
    {.name = "into",
     .kind = AS_OPTION_TEXT,
     .value = "DIR",
     .text = "the folder to write; else " AS_ANNOTATIONS " in the pack"},
    {.name = NULL},
};

static const char *const examples[] = {"assay annotate rules/inbound", "assay annotate --into annotations",
                                       NULL};

const struct as_command as_command_annotate = {
    .name = "annotate",
    .group = AS_GROUP_RULES,
    .summary = "write what an editor needs to complete and explain rules",
    .text = "Writes annotations for the Lua language server: the library, every option, operator and "
            "function with its text, types and example, and the fields, answers and events of the pack. The "
            ".luarc.json that assay init writes points at them. Run it again when pack.lua changes.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run_annotate,
};
