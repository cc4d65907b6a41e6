/* What `assay run` and `assay follow` hand to a run, from what a command line names. */
#include "cmd/decisions/run_setting.h"

#include "bind/sandbox/library.h"
#include "store/decisions/decisions.h"

#include <string.h>

static bool contacts_people(const struct as_pack *pack)
{
    for (uint32_t i = 0; i < pack->reactions.n; i++)
        for (uint32_t e = 0; e < pack->reactions.at[i].effects.n; e++)
            if (pack->reactions.at[i].effects.at[e]->kind == AS_EFFECT_LIST)
                return true;
    return pack->tracks.n > 0;
}

/* A person's consent, suppression and caps are not one pack's: where some packs alone are run, the policies
 * of the others bind what they do. A pack that no longer loads cannot bind. */
static enum as_status find_binding(struct as_run_request *request, struct as_context *context,
                                   unsigned threads, struct as_error *error)
{
    struct as_run_pack *all = NULL, *binding;
    struct as_error none = AS_ERROR_INIT;
    uint32_t n = 0, broken = 0;
    bool contacts = false;
    for (uint32_t i = 0; i < request->pack_count; i++)
        contacts |= contacts_people(request->packs[i].pack);
    if (!contacts)
        return AS_OK;
    enum as_status status =
        as_choose_packs(&all, &n, &broken, context, (struct as_texts){NULL, 0}, threads, &none);
    if (status == AS_ERR_MISSING) /* nothing has run before */
        return AS_OK;
    binding = as_arena_array(&context->arena, n + (size_t)1, sizeof *binding);
    if (status == AS_OK && binding == NULL)
        status = as_error_memory(&none);
    if (status != AS_OK)
        *error = none;
    request->binding = binding;
    for (uint32_t i = 0; i < n && status == AS_OK; i++) {
        const struct as_contact_policy *policy = &all[i].pack->policy;
        bool runs = false;
        for (uint32_t k = 0; k < request->pack_count; k++)
            runs |= strcmp(request->packs[k].pack->name, all[i].pack->name) == 0;
        if (!runs && (policy->declared || policy->never.n > 0 || policy->consents.n > 0))
            binding[request->binding_count++] = all[i];
    }
    return status;
}

struct finding {
    const char *now; /* the version that is to run */
    char last[AS_HASH_TEXT];
};

static enum as_status note_last(void *into, const struct as_run_row *row, struct as_error *error)
{
    struct finding *finding = into;
    (void)error;
    if (strcmp(row->hash, finding->now) != 0)
        snprintf(finding->last, sizeof finding->last, "%s", row->hash);
    return AS_OK;
}

/* The version of the last run of each pack that is another one now. A version that no longer loads is no
 * fault of this run: its moves are then told apart by the age of facts alone. */
static enum as_status load_last(struct as_run_pack **out, struct as_context *context,
                                const struct as_run_pack *packs, uint32_t n, unsigned threads,
                                struct as_error *error)
{
    *out = as_arena_array(&context->arena, n + (size_t)1, sizeof **out);
    if (*out == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < n; i++) {
        const char *name = packs[i].pack->name;
        struct finding finding = {.now = packs[i].pack->hash};
        struct as_error ignored = AS_ERROR_INIT;
        enum as_status status = as_store_runs(context->store, name, 1, note_last, &finding, error);
        if (status != AS_OK)
            return status;
        if (finding.last[0] != '\0' &&
            as_stored_pack(&(*out)[i], context, name, finding.last, threads, &ignored) != AS_OK)
            (*out)[i] = (struct as_run_pack){.pack = NULL};
    }
    return AS_OK;
}

enum as_status as_run_setting(struct as_run_setting *out, struct as_run_request *request,
                              struct as_context *context, struct as_texts named, struct as_error *error)
{
    struct as_run_pack *packs = NULL, *last = NULL;
    uint32_t n = 0;
    *out = (struct as_run_setting){.broken = 0};
    as_library_hash(out->library);
    enum as_status status = as_reference_of(&out->reference, error);
    if (status == AS_OK)
        status = as_choose_packs_to_run(&packs, &n, &out->broken, context, named, request->threads, error);
    if (status == AS_OK && n > 0)
        status = load_last(&last, context, packs, n, request->threads, error);
    request->library_hash = out->library;
    request->reference = &out->reference;
    request->schema = context->schema;
    request->packs = packs;
    request->pack_count = n;
    request->last = last;
    request->binding = NULL;
    request->binding_count = 0;
    return status == AS_OK && n > 0 && named.n > 0 ? find_binding(request, context, request->threads, error)
                                                   : status;
}
