/* Choosing and loading the packs of run, explain, next and plan. */
#include "cmd/line/pack_choice.h"

#include "base/time.h"
#include "store/decisions/versions.h"

#include <string.h>

const struct as_positional as_packs_to_run_positionals[] = {
    {.name = "PACK",
     .text = "a folder with a pack.lua, or the name of a pack; else every pack that ran or was promoted",
     .optional = true,
     .repeats = true},
    {.name = NULL},
};

struct names {
    struct as_arena *arena;
    AS_LIST(const char *) names;
};

static enum as_status collect(void *into, const char *name, const char *hash, struct as_error *error)
{
    struct names *names = into;
    (void)hash;
    const char *copy = as_arena_copy(names->arena, name, strlen(name));
    return copy != NULL && as_list_push(names->arena, &names->names, copy) ? AS_OK : as_error_memory(error);
}

enum as_status as_ready_pack(struct as_run_pack *out, const struct as_loaded_pack *loaded, unsigned threads,
                             struct as_error *error)
{
    *out = (struct as_run_pack){loaded->pack, &loaded->source, NULL};
    if (loaded->pack->functions == 0)
        return AS_OK;
    return as_script_functions(&out->functions, loaded->script, threads, error);
}

static enum as_status load(struct as_run_pack *out, struct as_context *context, const char *words,
                           unsigned threads, struct as_error *error)
{
    struct as_loaded_pack *loaded;
    enum as_status status = as_context_pack(&loaded, context, words, error);
    return status == AS_OK ? as_ready_pack(out, loaded, threads, error) : status;
}

enum as_status as_stored_pack(struct as_run_pack *out, struct as_context *context, const char *name,
                              const char *hash, unsigned threads, struct as_error *error)
{
    struct as_source source;
    struct as_loaded_pack *loaded;
    enum as_status status = as_store_load_pack(&source, context->store, name, hash, error);
    if (status == AS_OK)
        status = as_context_source(&loaded, context, &source, error);
    return status == AS_OK ? as_ready_pack(out, loaded, threads, error) : status;
}

static enum as_status choose(struct as_run_pack **out, uint32_t *n, uint32_t *broken,
                             struct as_context *context, enum as_pack_set set, struct as_texts named,
                             unsigned threads, struct as_error *error)
{
    struct names names = {.arena = &context->arena};
    enum as_status status = AS_OK;
    *n = 0;
    for (uint32_t i = 0; i < named.n; i++)
        if (!as_list_push(&context->arena, &names.names, named.at[i]))
            return as_error_memory(error);
    if (named.n == 0)
        status = as_store_packs(context->store, set, collect, &names, error);
    if (status != AS_OK)
        return status;
    if (names.names.n == 0) {
        as_error_set(error, AS_ERR_MISSING, "no pack has ever run on %s", context->db);
        return as_error_advise(error, "name one: assay run FOLDER, where FOLDER holds a pack.lua");
    }
    *out = as_arena_array(&context->arena, names.names.n, sizeof **out);
    if (*out == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < names.names.n; i++) {
        struct as_error own = AS_ERROR_INIT;
        status = named.n > 0 ? load(&(*out)[*n], context, names.names.at[i], threads, &own)
                             : as_stored_pack(&(*out)[*n], context, names.names.at[i], NULL, threads, &own);
        if (status == AS_OK) {
            (*n)++;
        } else if (broken != NULL &&
                   (status == AS_ERR_RULE || (status == AS_ERR_MISSING && own.file[0] != '\0') ||
                    status == AS_ERR_CONFLICT || status == AS_ERR_LIMIT || status == AS_ERR_STOPPED)) {
            as_error_print(&context->terminal, &own);
            (*broken)++;
        } else {
            if (error != NULL && error->status == AS_OK)
                *error = own;
            return status;
        }
    }
    return AS_OK;
}

enum as_status as_choose_packs(struct as_run_pack **out, uint32_t *n, uint32_t *broken,
                               struct as_context *context, struct as_texts named, unsigned threads,
                               struct as_error *error)
{
    return choose(out, n, broken, context, AS_PACKS_RAN, named, threads, error);
}

enum as_status as_choose_packs_to_run(struct as_run_pack **out, uint32_t *n, uint32_t *broken,
                                      struct as_context *context, struct as_texts named, unsigned threads,
                                      struct as_error *error)
{
    return choose(out, n, broken, context, AS_PACKS_DECIDING, named, threads, error);
}

enum as_status as_choose_packs_first(struct as_run_pack **out, uint32_t *n, struct as_context *context,
                                     const char *named, struct as_error *error)
{
    struct as_run_pack *all = NULL, own = {.pack = NULL};
    uint32_t count = 0;
    struct as_error none = AS_ERROR_INIT;
    *n = 0;
    if (named == NULL)
        return as_choose_packs(out, n, NULL, context, (struct as_texts){NULL, 0}, 1, error);
    struct as_loaded_pack *loaded;
    enum as_status status = as_context_pack(&loaded, context, named, error);
    if (status == AS_OK)
        status = as_ready_pack(&own, loaded, 1, error);
    if (status != AS_OK)
        return status;
    status = as_choose_packs(&all, &count, NULL, context, (struct as_texts){NULL, 0}, 1, &none);
    if (status != AS_OK && status != AS_ERR_MISSING) {
        *error = none;
        return status;
    }
    *out = as_arena_array(&context->arena, count + (size_t)1, sizeof **out);
    if (*out == NULL)
        return as_error_memory(error);
    (*out)[(*n)++] = own;
    for (uint32_t i = 0; i < count; i++)
        if (!as_str_is(as_str_of(all[i].pack->name), own.pack->name))
            (*out)[(*n)++] = all[i];
    return AS_OK;
}

enum as_status as_known_at(int64_t *out, const struct as_context *context,
                           const struct as_arguments *arguments, struct as_error *error)
{
    const char *given = as_given_text(arguments, "known-at");
    *out = context->at;
    return given == NULL ? AS_OK : as_time_parse_at(out, as_str_of(given), context->now, error);
}
