/* Closed hours: the quiet hours and days off of contact policies, both where the person is: in the zone of
 * the quiet hours, UTC without one. */
#ifndef AS_SCORE_CLOSED_HOURS_H
#define AS_SCORE_CLOSED_HOURS_H

#include "score/model/contact.h"

/* When the policy's quiet hours that hold at this instant end; the instant itself when none hold. reason is
 * set when they do. */
int64_t as_quiet_end(char reason[AS_CONTACT_REASON], const struct as_nurture *nurture, uint32_t row,
                     int64_t at);

/* The end of the day when the policy has it off, the instant itself when not. reason is set when it has. */
int64_t as_day_off_end(char reason[AS_CONTACT_REASON], const struct as_nurture *nurture, uint32_t row,
                       bool answers_hand_raise, int64_t at);

/* The first instant from this one on at which the quiet hours of none of n policies hold. AS_TIME_NONE:
 * together they leave no hour of a day. */
int64_t as_calm_from(const struct as_nurture *const *all, uint32_t n, uint32_t row, int64_t at);

/* The first instant that leaves all open: no quiet hours, no day off. AS_TIME_NONE: none within a year. */
int64_t as_open_from(const struct as_nurture *const *all, uint32_t n, uint32_t row, bool answers_hand_raise,
                     int64_t at);

#endif
