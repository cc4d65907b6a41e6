/* Comparing broken numbers in tests of host/score. */
#ifndef AS_TEST_SCORE_NEAR_H
#define AS_TEST_SCORE_NEAR_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#define assert_near(got, want, within)                                                                       \
    do {                                                                                                     \
        double got_ = (got), want_ = (want);                                                                 \
        if (!(fabs(got_ - want_) <= (within)))                                                               \
            fail_msg("%s is %.12g, not %.12g", #got, got_, want_);                                           \
    } while (0)

/* A test whose name is a sentence. */
#define named(sentence, function)                                                                            \
    {                                                                                                        \
        sentence, function, NULL, NULL, NULL                                                                 \
    }

#endif
