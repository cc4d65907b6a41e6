/* From a declared contrast to what was learnt: subjects, their characteristics, and the arithmetic of
 * host/score/statistics over them. */
#include "run/learn/learn.h"

#include "run/learn/subject.h"

void as_learnt_free(struct as_learnt *learnt)
{
    as_arena_free(&learnt->arena);
}

enum as_status as_learn(struct as_learnt *out, struct as_store *store, const struct as_learn_request *request,
                        struct as_error *error)
{
    struct as_subjects subjects;
    *out = (struct as_learnt){.pack = request->pack->pack, .contrast = request->contrast, .at = request->at};
    as_arena_init(&out->arena);
    enum as_status status = as_subjects_open(&subjects, out, store, request, error);
    struct as_trait *traits =
        status == AS_OK ? as_arena_array(&out->arena, out->traits.n + (size_t)1, sizeof *traits) : NULL;
    if (status == AS_OK && traits == NULL)
        status = as_error_memory(error);
    if (status == AS_OK) {
        for (uint32_t i = 0; i < out->traits.n; i++)
            traits[i] = out->traits.at[i].trait;
        const struct as_contrast_input input = {.traits = traits,
                                                .trait_count = out->traits.n,
                                                .best = subjects.best,
                                                .tried = subjects.tried,
                                                .n = subjects.n,
                                                .at_least = request->contrast->at_least};
        status = as_contrast_of(&out->result, &out->arena, &input, error);
    }
    as_subjects_close(&subjects);
    return status;
}
