/* Owed: hand-offs whose clocks run, or ran, by the agreements of a pack. */
#ifndef AS_RUN_OWED_H
#define AS_RUN_OWED_H

#include "score/model/service_clock.h"
#include "store/store.h"

enum { AS_OWED_LINES = 5 }; /* that a screen shows of one agreement */

struct as_owed {
    const struct as_service_level *level;
    int64_t offer, lead_id;
    const char *model, *owner; /* owner NULL nobody */
    struct as_service_clock clock;
    bool reminded, notified, reassigned, given_back; /* what a run has done about it */
};
struct as_owed_list {
    AS_LIST(struct as_owed) list;
};

/* Instead of a lead: those of everybody that run, or that ever ran. */
enum { AS_OWED_NOW = 0, AS_OWED_EVER = -1 };
/* Those of a pack at `at`, in order of its agreements, then of offers. Of one lead: each that ever ran, also
 * those that are over. Texts live in the arena. */
enum as_status as_owed_of(struct as_owed_list *out, struct as_arena *arena, struct as_store *store,
                          const struct as_pack *pack, int64_t lead_id, int64_t at, struct as_error *error);

/* Whether the offer was given to somebody else, or back, in this run: another agreement about it has had its
 * way then. */
bool as_owed_settled(const struct as_owed_list *owed, int64_t offer);

/* "answer from sales within 1 business day: due 2026-03-02 17:00 UTC", "…: overdue since …, 1 business hour",
 * "…: kept", "…: 3 business hours late". */
void as_owed_say(struct as_buf *out, const struct as_owed *owed);

/* "state", "offered", "due", "stopped" and "over_seconds" of the object that is open. */
struct as_json;
void as_service_clock_json(struct as_json *json, const struct as_service_clock *clock);
/* As the member "owed": "agreement" and its clock; null without one. */
void as_owed_put(struct as_json *json, const struct as_owed *owed);
/* A lead's agreements as the member "service_levels": a list of what as_owed_of told. */
void as_owed_json(struct as_json *json, const struct as_owed_list *owed);

#endif
