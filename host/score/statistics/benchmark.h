/* Benchmarks: what others published of buying and selling, each with what is known of its source. They are
 * printed beside our own figures and in explanations; nothing decides by them. */
#ifndef AS_SCORE_BENCHMARK_H
#define AS_SCORE_BENCHMARK_H

#include "base/text.h"

#include <stddef.h>

/* Why no budget is asked for early, in the explanation of a finding. */
#define AS_BUDGET_COMES_LAST                                                                                 \
    "70 to 80 % of business buyers look for a solution, make the business case, and get the money approved " \
    "after that (published)"

enum { AS_BENCHMARK_FIGURES = 3 };
struct as_benchmark {
    const char *key;
    const char *text; /* what the figures say, in their order */
    double figure[AS_BENCHMARK_FIGURES];
    int figures;
    const char *unit; /* "%", "% of revenue", "USD a year" */
    const char *by;   /* who asked; NULL: what quotes it does not say */
    int year;         /* of the survey; 0: not known */
    int n;            /* how many were asked; 0: not known */
};
/* By key, in alphabetical order. */
extern const struct as_benchmark as_benchmarks[];
extern const size_t as_benchmark_count;
/* NULL: there is none. */
const struct as_benchmark *as_benchmark_find(struct as_str key);

#endif
