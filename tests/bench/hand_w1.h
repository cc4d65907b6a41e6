/* The rules of w1/model.lua written out in C, as somebody would who knows that they never change. */
#ifndef AS_BENCH_HAND_W1_H
#define AS_BENCH_HAND_W1_H

#include "data/facts/dataset.h"

struct hand_columns {
    const struct as_column *title, *level, *country, *source;                 /* of leads */
    const struct as_column *industry, *employees, *revenue, *account_country; /* of accounts */
    const struct as_dataset *data;
    const uint8_t *kind; /* index into w1_kinds by schema kind */
};

struct hand_points {
    int32_t value, low, high; /* milli-points */
};
struct hand_result {
    struct hand_points fit, interest;
    uint8_t gates; /* two bits a gate: enum as_gate_verdict of nurture, worth_a_call, sales_ready */
    uint8_t bands; /* of fit, times 16, and of interest; 0 the highest */
};

/* Decides all leads; `out` has room for each. `events_ns` gets the time that the events took. False when
 * memory is out. */
bool hand_w1(struct hand_result *out, int64_t *events_ns, const struct hand_columns *columns);

#endif
