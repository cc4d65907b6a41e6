/* Look: the two arms of a programme side by side, at its price. */
#ifndef AS_RUN_LOOK_H
#define AS_RUN_LOOK_H

#include "run/decision/decision.h"
#include "store/work/programmes.h"

/* What a programme is on record with. Strings live in the arena. */
struct as_programme_story {
    struct as_programme_row row;
    AS_LIST(struct as_look_row) looks;
};
struct as_programme_stories {
    AS_LIST(struct as_programme_story) list;
};
/* Those that began by `at`, with the looks taken as of then; pack NULL: of all. */
enum as_status as_programme_stories_of(struct as_programme_stories *out, struct as_arena *arena,
                                       struct as_store *store, const char *pack, int64_t at,
                                       struct as_error *error);

/* Counts both arms as of `at` (or of the programme's end) and sets them beside each other; nothing is
 * written. pack: as as_count_outcomes takes it. Refused, as AS_ERR_CONFLICT, when the programme has not had
 * its least exposure, when all alpha is spent or a look has told the arms apart, and when nobody's time is
 * over since the last look, or nobody's in one arm. */
enum as_status as_look_at(struct as_look_row *out, struct as_store *store,
                          const struct as_programme_story *story, const struct as_run_pack *pack, int64_t at,
                          struct as_error *error);

/* Uplift of a look, treated minus held out, with the interval that all looks together keep. false where there
 * is none. */
bool as_look_uplift(double *uplift, double *low, double *high, const struct as_look_row *look);

#endif
