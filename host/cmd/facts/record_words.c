/* A person's word over the rules': the stage of a lead, and its track. Both are kept with their reason, and
 * only where there is something that they are about. */
#include "cmd/facts/record.h"

#include "base/suggest.h"
#include "base/time.h"
#include "score/tree/pack.h"
#include "store/decisions/versions.h"
#include "store/work/programmes.h"

#include <string.h>

/* "stage=sales_ready", "sales_ready", or "none": the machine decides again. */
static enum as_status read_stage(enum as_stage *stage, struct as_recording *r, struct as_error *error)
{
    static const char example[] =
        "assay record ada@acme.example override stage=sales_ready --reason \"met at the fair\"";
    const char *names[AS_STAGE_COUNT];
    size_t n = 0;
    if (r->details.n != 1)
        return as_record_needs(r, "one stage", example, error);
    struct as_str word = as_str_of(r->details.at[0]);
    if (as_str_starts(word, AS_STR("stage=")))
        word = (struct as_str){word.p + 6, word.n - 6};
    *stage = AS_STAGE_NONE;
    if (as_str_is(word, "none") || as_stage_parse(stage, word))
        return AS_OK;
    for (int s = AS_STAGE_SUSPECT; s < AS_STAGE_COUNT; s++)
        names[n++] = as_stage_name((enum as_stage)s);
    const char *near = as_suggest(word, names, n);
    as_error_set(error, AS_ERR_USAGE, "there is no stage \"%.*s\"", word.n > 80 ? 80 : (int)word.n, word.p);
    as_error_meant(error, near);
    as_error_advise(error, "for example: %s; none lets the rules decide again", example);
    return AS_ERR_USAGE;
}

struct name_search {
    struct as_arena *arena;
    const char *wanted;
    bool found;
    AS_LIST(const char *) names;
};

static enum as_status look_at_name(struct name_search *search, const char *name, struct as_error *error)
{
    search->found |= strcmp(search->wanted, name) == 0;
    const char *copy = as_arena_copy(search->arena, name, strlen(name));
    return copy && as_list_push(search->arena, &search->names, copy) ? AS_OK : as_error_memory(error);
}

static enum as_status look_at_pack(void *into, const char *name, const char *hash, struct as_error *error)
{
    (void)hash;
    return look_at_name(into, name, error);
}

static enum as_status look_at_models(struct name_search *models, struct as_recording *r,
                                     const char *pack_name, struct as_error *error)
{
    struct as_loaded_pack *loaded;
    enum as_status status = as_context_pack(&loaded, r->context, pack_name, error);
    for (uint32_t i = 0; status == AS_OK && i < loaded->pack->models.n; i++)
        status = look_at_name(models, loaded->pack->models.at[i]->name, error);
    return status;
}

static enum as_status must_be_found(const struct name_search *search, const char *what,
                                    struct as_error *error)
{
    if (search->found)
        return AS_OK;
    const char *near = as_suggest(as_str_of(search->wanted), search->names.at, search->names.n);
    as_error_set(error, AS_ERR_MISSING, "there is no %s \"%.100s\"", what, search->wanted);
    as_error_meant(error, near);
    as_error_advise(error, "it is the name of a %s that has run on this database", what);
    return AS_ERR_MISSING;
}

/* An override of a pack or model that is not there would be kept and never heard of again. */
static enum as_status check_whose(struct as_recording *r, const char *pack_name, const char *model,
                                  struct as_error *error)
{
    struct as_arena *arena = r->arena;
    struct name_search packs = {.arena = arena, .wanted = pack_name ? pack_name : ""};
    struct name_search models = {.arena = arena, .wanted = model};
    if (!pack_name && !model)
        return AS_OK;
    enum as_status status = as_store_packs(r->context->store, AS_PACKS_RAN, look_at_pack, &packs, error);
    if (status == AS_OK && pack_name)
        status = must_be_found(&packs, "pack", error);
    for (uint32_t i = 0; status == AS_OK && model && i < packs.names.n; i++)
        if (!pack_name || strcmp(packs.names.at[i], pack_name) == 0)
            status = look_at_models(&models, r, packs.names.at[i], error);
    return status == AS_OK && model ? must_be_found(&models, "model", error) : status;
}

enum as_status as_record_override(struct as_recording *r, struct as_error *error)
{
    const char *reason = r->reason, *user = r->user, *voice = as_given_text(r->arguments, "by");
    enum as_stage stage;
    enum as_status status = read_stage(&stage, r, error);
    if (status != AS_OK)
        return status;
    if (!reason || as_str_trim(as_str_of(reason)).n == 0)
        return as_record_needs(
            r, "--reason: a person's word over the rules is kept with its reason",
            "assay record ada@acme.example override sales_ready --reason \"met at the fair\"", error);
    const char *pack_name = as_given_text(r->arguments, "pack"),
               *model = as_given_text(r->arguments, "model");
    status = check_whose(r, pack_name, model, error);
    if (status != AS_OK)
        return status;
    return as_store_override(&r->changed, r->context->store, r->id, pack_name, model, (uint8_t)stage,
                             user    ? user
                             : voice ? voice
                                     : "sales",
                             reason, r->happened, r->context->at, error);
}

/* --- tracks --- */

/* The packs that have run and have a track of this name. */
struct track_search {
    struct as_recording *recording;
    struct as_str wanted;
    const char *only; /* the pack that was named; NULL: any */
    AS_LIST(const char *) packs, names;
};

static enum as_status look_at_tracks(void *into, const char *name, const char *hash, struct as_error *error)
{
    struct track_search *search = into;
    struct as_arena *arena = search->recording->arena;
    struct as_loaded_pack *loaded;
    bool has = false;
    (void)hash;
    if (search->only != NULL && strcmp(search->only, name) != 0)
        return AS_OK;
    enum as_status status = as_context_pack(&loaded, search->recording->context, name, error);
    if (status != AS_OK)
        return status;
    for (uint32_t t = 0; t < loaded->pack->tracks.n; t++) {
        has |= as_str_is(search->wanted, loaded->pack->tracks.at[t]->name);
        if (!as_list_push(arena, &search->names, loaded->pack->tracks.at[t]->name))
            return as_error_memory(error);
    }
    /* Whatever the rules place may be taken out of their hands, and given back. */
    bool all = search->wanted.n == 0 && loaded->pack->tracks.n > 0;
    const char *copy = has || all ? as_arena_copy(arena, name, strlen(name)) : NULL;
    if (!has && !all)
        return AS_OK;
    return copy != NULL && as_list_push(arena, &search->packs, copy) ? AS_OK : as_error_memory(error);
}

/* The pack whose track it is; of several one must be named. */
static enum as_status find_track(const char **pack, struct as_recording *r, struct as_str track,
                                 struct as_error *error)
{
    struct track_search search = {
        .recording = r, .wanted = track, .only = as_given_text(r->arguments, "pack")};
    enum as_status status = check_whose(r, search.only, NULL, error);
    if (status == AS_OK)
        status = as_store_packs(r->context->store, AS_PACKS_RAN, look_at_tracks, &search, error);
    if (status != AS_OK)
        return status;
    if (search.packs.n == 1) {
        *pack = search.packs.at[0];
        return AS_OK;
    }
    if (search.packs.n > 1) {
        as_error_set(error, AS_ERR_USAGE, "%s and %s both have %s", search.packs.at[0], search.packs.at[1],
                     track.n > 0 ? "such a track" : "tracks");
        return as_error_advise(error, "say whose: --pack %s", search.packs.at[0]);
    }
    if (track.n == 0)
        return as_error_set(error, AS_ERR_MISSING, "no pack that has run has tracks");
    const char *near = as_suggest(track, search.names.at, search.names.n);
    as_error_set(error, AS_ERR_MISSING, "there is no track \"%.*s\"", track.n > 80 ? 80 : (int)track.n,
                 track.p);
    as_error_meant(error, near);
    return as_error_advise(error, "tracks are those of the packs that have run");
}

/* Who is given what others are held out of can be compared with nobody. */
static enum as_status leave_held_out(struct as_recording *r, const char *pack, struct as_error *error)
{
    char programme[AS_MAX_NAME + 1], day[AS_TIME_TEXT];
    int64_t until = AS_TIME_NONE;
    enum as_status status =
        as_store_held_out(programme, &until, r->context->store, pack, r->id, r->happened, error);
    if (status != AS_OK || programme[0] == '\0')
        return status;
    as_error_set(error, AS_ERR_CONFLICT, "this lead is held out of programme \"%s\" of %s until %s",
                 programme, pack, as_day_format(day, as_day_of(until)));
    return as_error_advise(error, "place it then; or end the programme: assay programme \"%s\" --stop",
                           programme);
}

enum as_status as_record_track(struct as_recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example track \"the cost of waiting\" --reason "
                                  "\"asked for numbers\" --user \"L. Vogel\"";
    if (r->details.n != 1)
        return as_record_needs(r, "one track, \"out\" for none, or \"none\" for the rules' again", example,
                               error);
    struct as_str track = as_str_trim(as_str_of(r->details.at[0]));
    enum as_track_says says = as_str_is(track, "none")  ? AS_TRACK_LIFTED
                              : as_str_is(track, "out") ? AS_TRACK_KEPT_OUT
                                                        : AS_TRACK_PLACED;
    if (r->reason == NULL || as_str_trim(as_str_of(r->reason)).n == 0)
        return as_record_needs(r, "--reason: a person's word over the rules is kept with its reason", example,
                               error);
    if (r->user == NULL)
        return as_record_needs(r, "--user: whose word it is", example, error);
    if (says != AS_TRACK_PLACED)
        track = (struct as_str){NULL, 0};
    const char *pack = NULL;
    enum as_status status = find_track(&pack, r, track, error);
    if (status == AS_OK && says == AS_TRACK_PLACED)
        status = leave_held_out(r, pack, error);
    return status != AS_OK
               ? status
               : as_store_place(&r->changed, r->context->store, r->id, pack, says,
                                says == AS_TRACK_PLACED ? as_arena_copy(r->arena, track.p, track.n) : NULL,
                                r->user, r->reason, r->happened, r->context->at, error);
}
