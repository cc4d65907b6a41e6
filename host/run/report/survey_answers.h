/* Survey answers, put together: what each group of a survey said of each item. Internal to host/run/report.
 */
#ifndef AS_RUN_SURVEY_ANSWERS_H
#define AS_RUN_SURVEY_ANSWERS_H

#include "base/limits.h"
#include "run/report/reporting.h"
#include "score/statistics/comparison.h"
#include "store/report/surveys.h"

struct as_survey_choice {
    const char *word;
    uint64_t count[AS_MAX_SURVEY_GROUPS]; /* by group of the survey */
};
struct as_survey_item {
    const char *axis, *name;
    struct as_moments ratings[AS_MAX_SURVEY_GROUPS]; /* answers that are numbers */
    AS_LIST(struct as_survey_choice) choices;        /* those that are words */
    /* First group minus second, of those who rated for both. */
    struct as_moments pairs;
};
enum as_survey_asks { AS_SURVEY_RATING, AS_SURVEY_YES_NO, AS_SURVEY_CHOICE };
struct as_survey {
    const char *name;
    struct as_survey_group group[AS_MAX_SURVEY_GROUPS];
    uint32_t groups;
    uint32_t left_out;                    /* groups beyond these */
    AS_LIST(struct as_survey_item) items; /* by axis, then name */
};
struct as_surveys {
    AS_LIST(struct as_survey) list; /* by name */
};
/* Those of the report's time; in its arena. */
enum as_status as_surveys_read(struct as_surveys *out, struct as_reporting *r, struct as_error *error);

/* What was asked: a number by anybody makes it a rating. */
enum as_survey_asks as_survey_asks(const struct as_survey_item *item);
/* How many of a group said yes; *n of those who said yes or no. */
uint64_t as_survey_yes(uint64_t *n, const struct as_survey_item *item, uint32_t group);
/* Whether everybody who rated for the first group rated once for the second too, and the reverse. */
bool as_survey_paired(const struct as_survey_item *item);
/* surveys.c: what the first group says (the share of yes, or the mean rating) minus what the second does.
 * *apart: even among `together` gaps that are looked at, this one is no accident. */
struct as_figure as_survey_gap(bool *apart, const struct as_survey_item *item, uint32_t together);
/* survey_matrix.c: nothing unless activities were rated on the axes "importance" and "performance". */
void as_survey_matrix(struct as_reporting *r, struct as_report_section *section,
                      const struct as_survey *survey);
struct as_survey_window as_survey_window(const struct as_reporting *r);

#endif
