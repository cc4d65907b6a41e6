/* Surveys: what was answered when people of ours, buyers or customers were asked (`assay import surveys`). */
#ifndef AS_STORE_SURVEYS_H
#define AS_STORE_SURVEYS_H

#include "store/store.h"

/* Answers given from `since` (AS_TIME_NONE: ever) up to `until`, as known at `at`. */
struct as_survey_window {
    int64_t since, until, at;
};

/* Strings live during the call; group, stage and axis "" where none was given. */
struct as_survey_group {
    const char *survey, *group;
    uint64_t answers, respondents; /* respondents: those who are told apart */
    int64_t first, last;           /* when they answered */
};
typedef enum as_status (*as_survey_group_fn)(void *context, const struct as_survey_group *group,
                                             struct as_error *error);
/* By survey, then groups in the order in which they first came in. */
enum as_status as_store_survey_groups(struct as_store *store, const struct as_survey_window *window,
                                      as_survey_group_fn each, void *context, struct as_error *error);

struct as_survey_answer {
    const char *survey, *axis, *item, *group;
    struct as_str respondent; /* n 0: not said */
    bool is_number;
    double number;
    const char *word; /* "yes", "no" or a choice; of a number NULL */
    uint64_t times;
    int64_t time;
};
typedef enum as_status (*as_survey_answer_fn)(void *context, const struct as_survey_answer *answer,
                                              struct as_error *error);
/* The same answers by survey, axis, item and respondent. item: only of this one, in any case of letters;
 * NULL: of all. */
enum as_status as_store_survey_answers(struct as_store *store, const struct as_survey_window *window,
                                       const char *item, as_survey_answer_fn each, void *context,
                                       struct as_error *error);

/* How often a group was asked about a stage of being a customer. */
struct as_survey_stage {
    const char *group, *stage; /* "information", "buying", "client" */
    uint64_t answers;
};
typedef enum as_status (*as_survey_stage_fn)(void *context, const struct as_survey_stage *stage,
                                             struct as_error *error);
/* By group; of answers that name a stage. */
enum as_status as_store_survey_stages(struct as_store *store, const struct as_survey_window *window,
                                      as_survey_stage_fn each, void *context, struct as_error *error);

#endif
