/* assay programme: how far programmes are; looking at one, stopping one. */
#include "cmd/decisions/programme.h"
#include "base/suggest.h"
#include "cmd/commands.h"
#include "cmd/line/pack_choice.h"
#include "run/programmes/guard.h"

#include <string.h>

static enum as_status missing(const struct as_programme_stories *stories, const char *name,
                              struct as_error *error)
{
    const char *names[AS_MAX_PROGRAMMES];
    size_t n = 0;
    for (uint32_t i = 0; i < stories->list.n && n < AS_MAX_PROGRAMMES; i++)
        names[n++] = stories->list.at[i].row.plan.name;
    const char *near = as_suggest(as_str_of(name), names, n);
    as_error_set(error, AS_ERR_MISSING, "no programme \"%s\" has begun", name);
    return as_error_advise(error,
                           "%sassay programme without a name lists those that have; one begins with the "
                           "first run of a pack that declares it",
                           as_meant("", near, " ").text);
}

/* The programme of that name that goes on, else the last one of it. */
static enum as_status find(const struct as_programme_story **out, const struct as_programme_stories *stories,
                           const char *name, struct as_error *error)
{
    *out = NULL;
    for (uint32_t i = 0; i < stories->list.n; i++) {
        const struct as_programme_story *story = &stories->list.at[i];
        if (strcmp(story->row.plan.name, name) != 0)
            continue;
        if (*out != NULL && strcmp((*out)->row.pack, story->row.pack) != 0) {
            as_error_set(error, AS_ERR_USAGE, "%s and %s both have a programme \"%s\"", (*out)->row.pack,
                         story->row.pack, name);
            return as_error_advise(error, "say which with --pack");
        }
        *out = story;
    }
    return *out != NULL ? AS_OK : missing(stories, name, error);
}

static enum as_status look(struct as_context *context, const struct as_arguments *arguments,
                           const struct as_programme_story *story, struct as_error *error)
{
    struct as_look_row taken;
    struct as_run_pack version;
    char hash[AS_HASH_TEXT];
    enum as_status status = as_store_programme_version(hash, context->store, story->row.id, error);
    bool asks = story->row.plan.model == NULL && hash[0] != '\0';
    if (status == AS_OK && asks)
        status = as_stored_pack(&version, context, story->row.pack, hash, 1, error);
    if (status == AS_OK && asks)
        status = as_context_learn(context, error);
    if (status == AS_OK)
        status = as_look_at(&taken, context->store, story, asks ? &version : NULL, context->at, error);
    if (status != AS_OK)
        return status;
    taken.recorded = context->now;
    taken.by = as_context_user(arguments);
    status = as_store_add_look(context->store, &taken, error);
    if (status != AS_OK || taken.time < 1)
        return status;
    const struct as_programme_end end = {
        .id = story->row.id, .at = context->at, .how = "ran its course", .by = taken.by};
    return as_store_end_programme(context->store, &end, error);
}

static enum as_status stop(struct as_context *context, const struct as_arguments *arguments,
                           const struct as_programme_story *story, struct as_error *error)
{
    struct as_exposure exposure;
    const struct as_programme_row *row = &story->row;
    const char *note = as_given_text(arguments, "note");
    if (row->ended != AS_TIME_NONE)
        return as_error_set(error, AS_ERR_CONFLICT, "programme \"%s\" has ended already", row->plan.name);
    if (note == NULL) {
        as_error_set(error, AS_ERR_USAGE, "--stop needs --note: why it does not run its course");
        return as_error_advise(error, "for example: --note \"the content is withdrawn\"");
    }
    enum as_status status = as_exposure_of(&exposure, context->store, row, context->at, error);
    if (status == AS_OK && !as_given(arguments, "early"))
        status = as_guard_stop(context->store, row, context->at, error);
    const struct as_programme_end end = {.id = row->id,
                                         .at = context->at,
                                         .how = "stopped",
                                         .by = as_context_user(arguments),
                                         .note = note,
                                         .early = !exposure.enough};
    return status == AS_OK ? as_store_end_programme(context->store, &end, error) : status;
}

static enum as_status act(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    struct as_programme_stories stories;
    const struct as_programme_story *story;
    const char *name = as_given_text(arguments, "NAME");
    bool looks = as_given(arguments, "look");
    if (name == NULL || looks == as_given(arguments, "stop")) {
        as_error_set(error, AS_ERR_USAGE,
                     name == NULL ? "say which programme" : "look or stop, one after the other");
        return as_error_advise(error, "for example: assay programme \"the cost of waiting\" --look");
    }
    enum as_status status = as_store_lock(context->store, "programme", AS_LOCK_WAIT_MS, error);
    if (status == AS_OK)
        status = as_store_begin(context->store, error);
    if (status != AS_OK)
        return status;
    status = as_programme_stories_of(&stories, &context->arena, context->store,
                                     as_given_text(arguments, "pack"), context->at, error);
    if (status == AS_OK)
        status = find(&story, &stories, name, error);
    if (status == AS_OK)
        status = looks ? look(context, arguments, story, error) : stop(context, arguments, story, error);
    return as_store_end(context->store, status, error);
}

static enum as_status tell(struct as_context *context, const struct as_arguments *arguments,
                           struct as_error *error)
{
    struct as_programme_stories stories;
    const struct as_programme_story *only = NULL;
    const char *name = as_given_text(arguments, "NAME");
    uint32_t n = 0;
    enum as_status status = as_programme_stories_of(&stories, &context->arena, context->store,
                                                    as_given_text(arguments, "pack"), context->at, error);
    if (status == AS_OK && name != NULL)
        status = find(&only, &stories, name, error);
    if (status != AS_OK)
        return status;
    struct as_told_programme *told =
        as_arena_array(&context->arena, stories.list.n + (size_t)1, sizeof *told);
    if (told == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < stories.list.n && status == AS_OK; i++) {
        if (name != NULL && strcmp(stories.list.at[i].row.plan.name, name) != 0)
            continue;
        told[n].story = &stories.list.at[i];
        status =
            as_exposure_of(&told[n++].exposure, context->store, &stories.list.at[i].row, context->at, error);
    }
    return status == AS_OK ? as_print_programmes(context, told, n, as_given_text(arguments, "pack"), error)
                           : status;
}

static enum as_status run_programme(struct as_context *context, const struct as_arguments *arguments,
                                    struct as_error *error)
{
    bool stops = as_given(arguments, "stop"), acts = stops || as_given(arguments, "look");
    enum as_status status = as_refuse_idle(arguments, "early", !stops, "--stop", error);
    if (status == AS_OK)
        status = as_refuse_idle(arguments, "note", !stops, "--stop", error);
    if (status == AS_OK)
        status = as_refuse_idle(arguments, "by", !acts, "--stop or --look", error);
    if (status != AS_OK)
        return status;
    status = as_context_store(context, acts ? AS_STORE_WRITE : AS_STORE_READ, error);
    if (status == AS_OK && acts)
        status = act(context, arguments, error);
    return status == AS_OK ? tell(context, arguments, error) : status;
}

const struct as_command as_command_programme = {
    .name = "programme",
    .group = AS_GROUP_RULES,
    .summary = "tracks that are tried: how far they are, looking, stopping",
    .text = "A programme of a pack (n.programme) holds a share of leads out of the tracks that it tries, so "
            "that what "
            "they do can be told from what would have happened anyway. Who is held out is decided by a hash "
            "of the "
            "programme and the lead, for ever the same; assay explain says it of each.\n\n"
            "--look compares the two arms and is recorded: each look spends a part of the programme's alpha, "
            "which is "
            "never given back, so that looking often does not find what is not there. Before the least "
            "exposure nobody "
            "looks. A look after the planned end is the last one, and ends the programme.\n\n"
            "Before its least exposure a programme is neither stopped nor changed: --stop, assay run, assay "
            "promote and "
            "assay rollback refuse, and say how many have been in it and from when on it may be. --early "
            "overrules that "
            "and is kept with its reason. Whoever was held out may enter a track from the next run on.",
    .positionals =
        (const struct as_positional[]){
            {.name = "NAME", .text = "of a programme; all when left out", .optional = true}, {0}},
    .options =
        (const struct as_option[]){
            {.name = "look",
             .kind = AS_OPTION_FLAG,
             .text = "compare the arms; spends alpha and is recorded"},
            {.name = "stop", .kind = AS_OPTION_FLAG, .text = "end it before its planned end"},
            {.name = "early", .kind = AS_OPTION_FLAG, .text = "with --stop: even before its least exposure"},
            {.name = "note",
             .kind = AS_OPTION_TEXT,
             .value = "TEXT",
             .text = "with --stop: why; kept with it"},
            {.name = "pack", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "of this pack alone"},
            {.name = "by",
             .kind = AS_OPTION_TEXT,
             .value = "WHO",
             .text = "who looks or stops; else the name you are logged in with"},
            {0}},
    .examples =
        (const char *const[]){"assay programme  # which go on, and from when on they may be judged",
                              "assay programme \"the cost of waiting\" --look",
                              "assay programme \"the cost of waiting\" --stop --note \"content withdrawn\"",
                              NULL},
    .run = run_programme,
};
