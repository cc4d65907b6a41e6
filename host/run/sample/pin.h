/* Pin: a lead as it stands, written as a row of a rule test (rules/TESTING.md), so that whoever changes what
 * is decided of it is told. */
#ifndef AS_RUN_PIN_H
#define AS_RUN_PIN_H

#include "run/decision/decision.h"

struct as_pin_request {
    const char *name;                  /* of the test */
    const struct as_decision *decided; /* what the test expects; made of the real facts */
    const struct as_dataset *dataset;  /* the same rows in disguise: what the test describes */
    const struct as_needs *needs;
    uint32_t row; /* of the lead */
    bool past;    /* say where leads stood: false when the rules decide the same without it */
};

/* Appends `it("…", function() … end)`. The description has the facts, answers and events that the pack reads,
 * of the lead and of its colleagues, where they stood, and feeds that are not live; touches, consents and
 * places in tracks, which decide no stage, grade or score, are not in it. */
enum as_status as_pin_say(struct as_buf *out, const struct as_pin_request *request, struct as_error *error);

#endif
