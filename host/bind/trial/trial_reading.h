/* The readings of a decision by name; for trial_*.c and documentation. */
#ifndef AS_BIND_TRIAL_READING_H
#define AS_BIND_TRIAL_READING_H

#include "bind/trial/trial.h"

struct as_reading {
    const char *name;
    bool method; /* called with a colon; else read as a field */
    int (*read)(lua_State *L, struct as_view *view);
    const char *signature, *text;
    const char *returns; /* LuaLS types: "string?" */
};
struct as_readings {
    const struct as_reading *at;
    size_t n;
};

/* All parts; *n gets their number. */
const struct as_readings *const *as_decision_readings(size_t *n);

extern const struct as_readings as_standing_readings; /* trial_standing.c: stage, scores, gates */
extern const struct as_readings as_plan_readings; /* trial_plan.c: tracks, contact, owners, account plans */

extern const struct as_readings as_effect_readings;  /* trial_effects.c: what entering the stage asks for */
extern const struct as_readings as_service_readings; /* trial_service.c: promises about hand-offs */

/* The text at index; raises for anything else, where `what` names it: "the name of a gate". Lives as long as
 * it stays on the stack. */
struct as_str as_reading_text(lua_State *L, int index, const char *what);
/* ISO text, or nil for AS_TIME_NONE. */
void as_reading_push_time(lua_State *L, int64_t time);
/* A fact of the standing, nil for none; notes what was read. Returns 1. */
int as_reading_push_standing(lua_State *L, struct as_view *view, const char *text);

#endif
