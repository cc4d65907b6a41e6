/* Looks: the arms told apart by group-sequential bounds. Who has the outcome is outcome.c's. */
#include "run/programmes/look.h"

#include "run/programmes/exposure.h"
#include "run/programmes/outcome.h"
#include "score/statistics/comparison.h"
#include "score/statistics/spending.h"

#include <math.h>
#include <string.h>

/* --- what is on record --- */

struct reading {
    struct as_programme_stories *out;
    struct as_arena *arena;
    bool failed;
};

static const char *keep(struct reading *reading, const char *text)
{
    const char *copy = text != NULL ? as_arena_copy(reading->arena, text, strlen(text)) : NULL;
    reading->failed |= text != NULL && copy == NULL;
    return copy;
}

static enum as_status read_programme(void *context, const struct as_programme_row *row,
                                     struct as_error *error)
{
    struct reading *reading = context;
    struct as_programme_story story = {.row = *row};
    story.row.pack = keep(reading, row->pack);
    story.row.plan.name = keep(reading, row->plan.name);
    story.row.plan.model = keep(reading, row->plan.model);
    story.row.plan.counts = keep(reading, row->plan.counts);
    story.row.plan.terms = keep(reading, row->plan.terms);
    story.row.how = keep(reading, row->how);
    story.row.by = keep(reading, row->by);
    story.row.note = keep(reading, row->note);
    bool kept = as_list_push(reading->arena, &reading->out->list, story);
    return kept && !reading->failed ? AS_OK : as_error_memory(error);
}

static enum as_status read_look(void *context, const struct as_look_row *row, struct as_error *error)
{
    struct reading *reading = context;
    struct as_look_row look = *row;
    look.by = keep(reading, row->by);
    look.verdict = keep(reading, row->verdict);
    struct as_programme_story *story = &reading->out->list.at[reading->out->list.n - 1];
    for (uint32_t i = 0; i < reading->out->list.n; i++)
        if (reading->out->list.at[i].row.id == row->programme)
            story = &reading->out->list.at[i];
    bool kept = as_list_push(reading->arena, &story->looks, look);
    return kept && !reading->failed ? AS_OK : as_error_memory(error);
}

enum as_status as_programme_stories_of(struct as_programme_stories *out, struct as_arena *arena,
                                       struct as_store *store, const char *pack, int64_t at,
                                       struct as_error *error)
{
    struct reading reading = {.out = out, .arena = arena};
    *out = (struct as_programme_stories){.list = {0}};
    enum as_status status = as_store_programmes(store, pack, at, read_programme, &reading, error);
    for (uint32_t i = 0; i < out->list.n && status == AS_OK; i++)
        status = as_store_looks(store, out->list.at[i].row.id, at, read_look, &reading, error);
    return status;
}

/* --- looking --- */

static enum as_status may_look(struct as_store *store, const struct as_programme_story *story, double *done,
                               int64_t at, struct as_error *error)
{
    struct as_exposure exposure;
    const struct as_programme_row *row = &story->row;
    const struct as_look_row *last = story->looks.n > 0 ? &story->looks.at[story->looks.n - 1] : NULL;
    enum as_status status = as_exposure_of(&exposure, store, row, at, error);
    if (status != AS_OK)
        return status;
    *done = exposure.done;
    if (last != NULL && strcmp(last->verdict, "go on") != 0) {
        as_error_set(error, AS_ERR_CONFLICT, "look %lld at \"%s\" said \"%s\": that stands",
                     (long long)last->number, row->plan.name, last->verdict);
        return as_error_advise(error,
                               "alpha is spent once; what is to be tried further is another programme");
    }
    if (last != NULL && at <= last->at)
        return as_error_set(error, AS_ERR_CONFLICT, "look %lld at \"%s\" is of that time or a later one",
                            (long long)last->number, row->plan.name);
    if (story->looks.n == AS_MAX_LOOKS)
        return as_error_set(error, AS_ERR_LIMIT, "\"%s\" was looked at %d times", row->plan.name,
                            AS_MAX_LOOKS);
    if (row->ended == AS_TIME_NONE && !exposure.enough) {
        struct as_buf why = {.p = NULL};
        as_exposure_say(&why, &exposure, &row->plan);
        as_error_set(error, AS_ERR_CONFLICT, "\"%s\" may not be looked at yet: %s", row->plan.name,
                     as_buf_c(&why));
        as_buf_free(&why);
        return as_error_advise(error, "a look before would spend alpha, and nobody may act on what it says");
    }
    return status;
}

static double z_of(const struct as_look_row *look)
{
    double n = (double)look->n[AS_ARM_TREATED], m = (double)look->n[AS_ARM_HELD_OUT];
    double hits = (double)look->hits[AS_ARM_TREATED], others = (double)look->hits[AS_ARM_HELD_OUT];
    double pooled = (hits + others) / (n + m);
    return pooled > 0 && pooled < 1 ? (hits / n - others / m) / sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
                                    : 0;
}

enum as_status as_look_at(struct as_look_row *out, struct as_store *store,
                          const struct as_programme_story *story, const struct as_run_pack *pack, int64_t at,
                          struct as_error *error)
{
    const struct as_programme_row *row = &story->row;
    uint32_t n = story->looks.n;
    const struct as_look_row *last = n > 0 ? &story->looks.at[n - 1] : NULL;
    struct as_spent_look looks[AS_MAX_LOOKS];
    double bounds[AS_MAX_LOOKS];
    *out = (struct as_look_row){.programme = row->id, .number = n + (int64_t)1, .at = at};
    int64_t until = row->ended != AS_TIME_NONE && row->ended < at ? row->ended : at;
    struct as_arm_count count;
    enum as_status status = may_look(store, story, &out->time, at, error);
    if (status == AS_OK)
        status = as_count_outcomes(&count, store, row, pack, until, error);
    if (status != AS_OK)
        return status;
    memcpy(out->n, count.n, sizeof out->n);
    memcpy(out->hits, count.hits, sizeof out->hits);
    if (out->n[AS_ARM_TREATED] == 0 || out->n[AS_ARM_HELD_OUT] == 0)
        return as_error_set(error, AS_ERR_CONFLICT, "nobody who was %s \"%s\" has had that whole time yet",
                            out->n[AS_ARM_TREATED] == 0 ? "treated by" : "held out of", row->plan.name);
    out->information = 1 / (1 / (double)out->n[AS_ARM_TREATED] + 1 / (double)out->n[AS_ARM_HELD_OUT]);
    if (last != NULL && (out->information <= last->information || out->time <= last->time))
        return as_error_set(error, AS_ERR_CONFLICT, "nobody's time in \"%s\" is over since look %lld",
                            row->plan.name, (long long)last->number);
    for (uint32_t i = 0; i < n; i++)
        looks[i] = (struct as_spent_look){story->looks.at[i].information, story->looks.at[i].spent};
    out->spent = as_alpha_spent(row->plan.spending, row->plan.alpha, out->time);
    looks[n] = (struct as_spent_look){out->information, out->spent};
    if (!as_look_bounds(bounds, looks, n + 1))
        return as_error_memory(error);
    out->bound = bounds[n];
    out->z = z_of(out);
    out->verdict = out->z >= out->bound    ? "works"
                   : out->z <= -out->bound ? "harms"
                   : out->time >= 1        ? "no difference"
                                           : "go on";
    return status;
}

bool as_look_uplift(double *uplift, double *low, double *high, const struct as_look_row *look)
{
    const struct as_beside beside = {look->hits[AS_ARM_TREATED], look->n[AS_ARM_TREATED],
                                     look->hits[AS_ARM_HELD_OUT], look->n[AS_ARM_HELD_OUT]};
    if (beside.n == 0 || beside.other_n == 0)
        return false;
    *uplift = (double)beside.hits / (double)beside.n - (double)beside.other_hits / (double)beside.other_n;
    return as_share_gap(low, high, &beside, erf(look->bound / sqrt(2)));
}
