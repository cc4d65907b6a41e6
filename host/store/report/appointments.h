/* Appointments: meetings with sales that people of ours arranged, and what became of each. One begins with a
 * meeting_booked that says with whom; what happens with it after that are meeting_moved, meeting_held,
 * meeting_no_show, meeting_cancelled and meeting_rated, of which a later one corrects an earlier one. */
#ifndef AS_STORE_APPOINTMENTS_H
#define AS_STORE_APPOINTMENTS_H

#include "store/store.h"

/* How good an appointment was, as who held it says: 1 a waste of time, 3 worth it, 5 the sales cycle began.
 */
enum { AS_RATING_LEAST = 1, AS_RATING_MOST = 5 };

enum as_appointment_state {
    AS_APPOINTMENT_OPEN,
    AS_APPOINTMENT_HELD,
    AS_APPOINTMENT_NO_SHOW,
    AS_APPOINTMENT_CANCELLED
};
const char *as_appointment_state_name(enum as_appointment_state state); /* "open", "held", "no-show" … */

/* Texts are NULL where nobody said, and live during the call. */
struct as_appointment {
    int64_t lead; /* a merged one's survivor */
    enum as_appointment_state state;
    int64_t booked, starts;     /* starts AS_TIME_NONE: not said, or not a time */
    int64_t ended;              /* when it was held, missed or called off; AS_TIME_NONE */
    const char *with, *by;      /* of sales; who arranged it */
    uint32_t moved, no_shows;   /* how often */
    double rating;              /* 0: none; what is not on the scale is none */
    const char *rated_by, *why; /* what was said of it */
    const char *track; /* of the pack that was asked for, in which the lead was last when it was arranged */
};
typedef enum as_status (*as_appointment_fn)(void *context, const struct as_appointment *appointment,
                                            struct as_error *error);

/* Whether anybody ever booked a meeting: else nobody has an appointment. */
enum as_status as_store_any_appointments(bool *any, struct as_store *store, struct as_error *error);

struct as_appointment_query {
    int64_t lead_id; /* 0: of everybody */
    const char *pack;
    int64_t at, known_at;
};
/* By lead, then in order of time. */
enum as_status as_store_appointments(struct as_store *store, const struct as_appointment_query *query,
                                     as_appointment_fn each, void *context, struct as_error *error);

#endif
