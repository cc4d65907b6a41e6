/* What a version of a pack does to programmes that go on. */
#include "run/programmes/guard.h"

#include "run/programmes/exposure.h"

#include <string.h>

/* The pack's programme that is the row's under the same terms; *changed: one of its name under other terms.
 */
static const struct as_programme *declared(const struct as_programme **changed, const struct as_pack *pack,
                                           const struct as_programme_row *row)
{
    *changed = NULL;
    for (uint32_t i = 0; i < pack->programmes.n; i++) {
        const struct as_programme *programme = pack->programmes.at[i];
        if (strcmp(programme->name, row->plan.name) != 0)
            continue;
        if (strcmp(programme->terms, row->plan.terms) == 0)
            return programme;
        *changed = programme;
    }
    return NULL;
}

/* The first line of the terms before that is no longer there. */
static struct as_str first_change(const char *before, const char *now)
{
    struct as_str line = as_str_of(before);
    while (*before != '\0' && *before == *now) {
        if (*before == '\n')
            line.p = before + 1;
        before++;
        now++;
    }
    const char *end = strchr(line.p, '\n');
    line.n = end != NULL ? (size_t)(end - line.p) : strlen(line.p);
    return line;
}

static enum as_status refuse(const struct as_programme_row *row, const struct as_exposure *exposure,
                             const struct as_programme *changed, struct as_error *error)
{
    enum { SHOWN = 60 };
    struct as_buf why = {.p = NULL};
    as_exposure_say(&why, exposure, &row->plan);
    if (changed != NULL) {
        struct as_str line = first_change(row->plan.terms, changed->terms);
        as_error_set(error, AS_ERR_CONFLICT, "programme \"%s\" of %s may not be changed (\"%.*s%s\") yet: %s",
                     row->plan.name, row->pack, line.n < SHOWN ? (int)line.n : SHOWN, line.p,
                     line.n < SHOWN ? "" : "…", as_buf_c(&why));
    } else {
        as_error_set(error, AS_ERR_CONFLICT, "programme \"%s\" of %s may not be stopped yet: %s",
                     row->plan.name, row->pack, as_buf_c(&why));
    }
    as_buf_free(&why);
    return as_error_advise(
        error,
        "let it run its course; or, for a reason that is kept: assay programme \"%s\" --stop "
        "--early --note WHY",
        row->plan.name);
}

static enum as_status guard_one(struct as_store *store, const struct as_programme_row *row,
                                const struct as_programme *changed, int64_t at, struct as_error *error)
{
    struct as_exposure exposure;
    enum as_status status = as_exposure_of(&exposure, store, row, at, error);
    return status != AS_OK || exposure.enough ? status : refuse(row, &exposure, changed, error);
}

enum as_status as_guard_stop(struct as_store *store, const struct as_programme_row *row, int64_t at,
                             struct as_error *error)
{
    return guard_one(store, row, NULL, at, error);
}

struct guarding {
    struct as_store *store;
    const struct as_pack *pack;
    int64_t at;
};

static enum as_status guard_row(void *context, const struct as_programme_row *row, struct as_error *error)
{
    const struct guarding *guarding = context;
    const struct as_programme *changed;
    if (row->ended != AS_TIME_NONE || declared(&changed, guarding->pack, row) != NULL)
        return AS_OK;
    return guard_one(guarding->store, row, changed, guarding->at, error);
}

enum as_status as_guard_programmes(struct as_store *store, const struct as_pack *pack, int64_t at,
                                   struct as_error *error)
{
    struct guarding guarding = {store, pack, at};
    return as_store_programmes(store, pack->name, at, guard_row, &guarding, error);
}

static enum as_status end_row(void *context, const struct as_programme_row *row, struct as_error *error)
{
    const struct guarding *guarding = context;
    const struct as_programme *changed;
    if (row->ended != AS_TIME_NONE || declared(&changed, guarding->pack, row) != NULL)
        return AS_OK;
    const struct as_programme_end end = {
        .id = row->id, .at = guarding->at, .how = changed != NULL ? "changed" : "stopped"};
    return as_store_end_programme(guarding->store, &end, error);
}

enum as_status as_follow_programmes(struct as_store *store, const struct as_pack *pack, int64_t at,
                                    struct as_error *error)
{
    struct guarding guarding = {store, pack, at};
    enum as_status status = as_store_programmes(store, pack->name, at, end_row, &guarding, error);
    return status == AS_OK ? as_store_begin_programmes(store, pack, at, error) : status;
}
