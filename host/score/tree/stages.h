/* Stages: the lifecycle of a lead. */
#ifndef AS_SCORE_STAGES_H
#define AS_SCORE_STAGES_H

#include "base/text.h"

/* The lifecycle. Passing a gate enters the stage of its name. */
enum as_stage {
    AS_STAGE_NONE = 0, /* never decided */
    AS_STAGE_SUSPECT,
    AS_STAGE_NURTURE,
    AS_STAGE_WORTH_A_CALL,
    AS_STAGE_SALES_READY,
    AS_STAGE_ACCEPTED,
    AS_STAGE_OPPORTUNITY,
    AS_STAGE_WON,
    AS_STAGE_LOST,
    AS_STAGE_NO_DECISION,
    AS_STAGE_DISQUALIFIED,
};
enum { AS_STAGE_COUNT = AS_STAGE_DISQUALIFIED + 1 };
const char *as_stage_name(enum as_stage stage); /* "worth_a_call" */
bool as_stage_parse(enum as_stage *stage, struct as_str name);

#endif
