/* Trait: what one characteristic tells two classes apart by. Its values fall into bins, and a bin speaks
 * only with a least number of subjects. Formulas: Siddiqi, Credit Risk Scorecards,
 * chapter 6. */
#ifndef AS_SCORE_TRAIT_H
#define AS_SCORE_TRAIT_H

#include "base/arena.h"
#include "base/status.h"

/* A characteristic of all subjects: numbers or codes, one of the two. */
struct as_trait {
    const double *number; /* NaN unknown */
    const uint32_t *code; /* below `codes`, else unknown */
    uint32_t codes;
};

/* Ranges of numbers cut at fifths of the subjects: enough to bend, few enough to be read. */
enum { AS_TRAIT_RANGES = 5 };
/* Values with bins of their own, the most frequent; the rest is one bin that gets no points. */
enum { AS_TRAIT_VALUES = 24 };

enum as_bin_kind { AS_BIN_RANGE, AS_BIN_VALUE, AS_BIN_OTHERS, AS_BIN_UNKNOWN };
struct as_bin {
    enum as_bin_kind kind;
    double from, to; /* RANGE: from <= x < to; infinite at the ends */
    uint32_t code;   /* VALUE */
    uint32_t values; /* OTHERS: how many different ones */
    uint64_t best, worst;
    bool enough;      /* best + worst is the least number or more */
    double low, high; /* Wilson's 95 % interval of best / (best + worst); 0 and 1 where nobody is */
    double weight;    /* of evidence; bins that have not enough are one for it */
    bool speaks;      /* enough, and a rule can be written on it: a range or a value */
    int64_t points;   /* milli-points, given by as_contrast_of; 0 unless it speaks */
};

enum as_trait_verdict {
    AS_TRAIT_INSUFFICIENT, /* fewer than two bins speak */
    AS_TRAIT_USED,
    AS_TRAIT_USELESS,  /* information below 0.02 */
    AS_TRAIT_CONTRARY, /* beside the others its weight turns round: they say it already, and better */
};
const char *as_trait_verdict_name(enum as_trait_verdict verdict); /* "used" … */

struct as_weighed {
    AS_LIST(struct as_bin) bins; /* ranges ascending, or values, the most frequent first; others; unknown */
    double information;
    bool smoothed;   /* a cell was empty: 0.5 is added to each */
    double auc;      /* of this characteristic alone, over the rows learnt from */
    bool suspicious; /* information above 0.5 or AUC above 0.85: it may have seen the outcome */
    enum as_trait_verdict verdict;
    double coefficient, error; /* of its weights in the fit; 0 unless used */
};

/* Of the rows named, of which both classes are some. best: by subject, 1 or 0. Lives in `arena`. */
enum as_status as_trait_weigh(struct as_weighed *out, struct as_arena *arena, const struct as_trait *trait,
                              const uint8_t *best, const uint32_t *row, size_t n, uint64_t at_least,
                              struct as_error *error);
/* The bin that a subject falls into; NULL: its value was not among the rows learnt from. */
const struct as_bin *as_trait_bin(const struct as_weighed *weighed, const struct as_trait *trait,
                                  uint32_t subject);

#endif
