/* Contrast: a scorecard that tells two classes of customers apart, learnt from some subjects and tried on
 * others. Each characteristic's weights of evidence are terms of a logistic regression; points are its
 * products, so that a score is a sum that can be read (Siddiqi, Credit Risk
 * Scorecards). What is unknown gets no points: it says something of our records, not of the customer. */
#ifndef AS_SCORE_CONTRAST_H
#define AS_SCORE_CONTRAST_H

#include "score/statistics/trait.h"

/* Points that double the odds of being one of the best. */
#define AS_CONTRAST_PDO 20.0
/* Groups of equally many subjects by score, in which promise and outcome are compared. */
enum { AS_CONTRAST_GROUPS = 5 };

struct as_contrast_input {
    const struct as_trait *traits;
    uint32_t trait_count;
    const uint8_t *best;  /* by subject: 1 best, 0 worst */
    const uint8_t *tried; /* by subject: 1 held out of learning, to be tried on */
    uint32_t n;
    uint64_t at_least; /* subjects of a bin, and of each class in each part */
};

/* A part of the subjects. */
struct as_contrast_part {
    uint32_t n, best;
    double auc;
};
struct as_contrast_group {
    uint32_t n, best;
    double promised;  /* mean probability by the scorecard */
    double low, high; /* Wilson's 95 % interval of what came */
};

enum as_contrast_verdict {
    AS_CONTRAST_HOLDS,   /* learnt, and on subjects never learnt from the AUC's interval lies above 0.5 */
    AS_CONTRAST_FEW,     /* a class is too small among those learnt from: there is no model */
    AS_CONTRAST_NOTHING, /* no characteristic tells them apart: there is no model */
    AS_CONTRAST_UNTRIED, /* too few were held out to say whether it holds */
    AS_CONTRAST_FAILS,   /* on subjects never learnt from it does no better than chance, as far as can be told
                          */
};
const char *as_contrast_verdict_name(enum as_contrast_verdict verdict); /* "holds" … */

struct as_contrast_result {
    enum as_contrast_verdict verdict;
    struct as_weighed *traits; /* by trait */
    double constant;           /* log odds at a score of 0 */
    double factor;             /* points for each unit of log odds */
    struct as_contrast_part learnt, tried;
    bool has_trial;                                /* what follows is known */
    double low, high;                              /* DeLong's 95 % interval of tried.auc */
    double ks, average_precision, brier, log_loss; /* of those tried */
    double base_brier, base_log_loss; /* of promising everybody the share among those learnt from */
    double slope, slope_low,
        slope_high; /* of the outcome on the promised log odds: 1 is calibrated; NaN: not known */
    AS_LIST(struct as_contrast_group) groups; /* lowest scores first */
};

/* Lives in `arena`. */
enum as_status as_contrast_of(struct as_contrast_result *out, struct as_arena *arena,
                              const struct as_contrast_input *input, struct as_error *error);
/* Milli-points of a subject. */
int64_t as_contrast_points(const struct as_contrast_result *result, const struct as_contrast_input *input,
                           uint32_t subject);

#endif
