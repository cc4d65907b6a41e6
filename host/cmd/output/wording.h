/* Wording: how points, ages and dates read on a terminal. */
#ifndef AS_CMD_WORDING_H
#define AS_CMD_WORDING_H

#include <stdbool.h>
#include <stdint.h>

enum { AS_WORDING = 80 }; /* room for any int64 in any of them */

/* Milli-points: "47.25"; with sign "+25", "−4.2". No more decimals than there are. Returns out. */
char *as_points_format(char out[AS_WORDING], int64_t milli, bool sign);

/* "3 days", "2 hours", "5 minutes": a length of time, for reading; negative reads as none. Returns out. */
char *as_age_format(char out[AS_WORDING], int64_t seconds);

/* "2026-06-28 (2 days before)", the day of an instant and how far it lies from `at`. Returns out. */
char *as_since_format(char out[AS_WORDING], int64_t instant, int64_t at);

/* "today", "yesterday", "7 days ago", "in 3 days"; the day itself, "2026-01-03", when it is two months away.
 * Returns out. */
char *as_ago_format(char out[AS_WORDING], int64_t instant, int64_t at);


#endif
