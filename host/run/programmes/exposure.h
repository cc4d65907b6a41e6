/* Exposure: whether a programme has had the people and the time that it was promised. */
#ifndef AS_RUN_EXPOSURE_H
#define AS_RUN_EXPOSURE_H

#include "store/work/programmes.h"

struct as_exposure {
    struct as_programme_count count;
    uint64_t people; /* who have had their whole time, of both arms */
    int64_t days;    /* since it began */
    bool enough;
    int64_t allowed; /* from when on it is enough; AS_TIME_NONE: nobody can tell, since nobody came yet */
    bool estimated;  /* at the pace at which people came so far */
    double done;     /* share of its plan, 0 to 1 */
};
/* As of `at`, or of its end where that came first. */
enum as_status as_exposure_of(struct as_exposure *out, struct as_store *store,
                              const struct as_programme_row *row, int64_t at, struct as_error *error);
/* "120 of 300 people have had their 90 days and 34 of 60 days are over; from about 2026-09-14 on" */
void as_exposure_say(struct as_buf *out, const struct as_exposure *exposure, const struct as_programme *plan);

#endif
