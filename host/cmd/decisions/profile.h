/* Where the time of a run went, for people and for programs. */
#ifndef AS_CMD_PROFILE_H
#define AS_CMD_PROFILE_H

#include "cmd/output/terminal.h"
#include "run/decision/json.h"
#include "run/run.h"

/* Phases and the slowest rules of each pack; nothing when no profile was asked for. */
enum as_status as_print_profiles(const struct as_terminal *t, const struct as_run_result *result,
                                 struct as_error *error);
/* The rules, criteria and disqualifiers that took most, at most so many, with their share of `all_ns`. */
enum as_status as_print_slowest(const struct as_terminal *t, const struct as_profile_part *parts, uint32_t n,
                                uint32_t most, int64_t all_ns, struct as_error *error);

/* Key "profile" of the object that is open: milliseconds of reading; by pack of each phase and of every part.
 */
void as_profile_json(struct as_json *json, const struct as_run_result *result);
/* An array of parts. */
void as_profile_parts_json(struct as_json *json, const struct as_profile_part *parts, uint32_t n);

#endif
