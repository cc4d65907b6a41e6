/* Subjects: who is learnt from, and what is known of them. Internal to host/run/learn. */
#ifndef AS_RUN_SUBJECT_H
#define AS_RUN_SUBJECT_H

#include "run/learn/learn.h"

struct as_subjects {
    struct as_learnt *learnt;
    const struct as_learn_request *request;
    struct as_store *store;
    struct as_plan *plan; /* of a pack that asks the contrast's conditions alone */
    struct as_dataset *dataset;
    struct as_outcome *outcome; /* of best, worst and the characteristics that are conditions */
    uint32_t n;
    uint32_t *row;  /* by subject: of the contrast's level, ascending */
    uint8_t *best;  /* by subject */
    uint8_t *tried; /* by subject */
    int64_t *day;   /* by subject; NULL without `since` */
    int64_t *known; /* by subject: when its row was first known; NULL without `since` */
};

/* subject.c: decides about everybody, keeps those who are one or the other, and divides them. The dataset and
 * the outcome stay until as_subjects_close. */
enum as_status as_subjects_open(struct as_subjects *out, struct as_learnt *learnt, struct as_store *store,
                                const struct as_learn_request *request, struct as_error *error);
void as_subjects_close(struct as_subjects *subjects);

/* characteristic.c: the values of every characteristic, into learnt->traits. */
enum as_status as_traits_read(struct as_subjects *subjects, struct as_error *error);

#endif
