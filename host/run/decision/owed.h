/* Owed: hand-offs, and what leads did, whose clocks run, or ran, by the agreements of a pack. */
#ifndef AS_RUN_OWED_H
#define AS_RUN_OWED_H

#include "score/model/service_clock.h"
#include "store/work/dues.h"

enum { AS_OWED_LINES = 5 }; /* that a screen shows of one agreement */

struct as_owed {
    const struct as_service_level *level;
    int64_t offer, promise; /* what it is about: one of them; the other is 0 */
    int64_t lead_id, asked; /* asked: when it happened; the clock may have begun anew since, with the owner */
    const char *model;      /* of an offer; else NULL */
    const char *owner;      /* NULL nobody */
    struct as_service_clock clock;
    bool reminded, notified, reassigned, given_back; /* what a run has done about it */
    const char *to;                                  /* reassigned: whom it went to */
};
struct as_owed_place {
    int64_t lead_id;
    uint32_t place; /* in the list */
};
struct as_owed_list {
    AS_LIST(struct as_owed) list;
    struct as_owed_place *by_lead; /* all of them, by both */
};

/* Instead of a lead: those of everybody that run, or that ever ran. */
enum { AS_OWED_NOW = 0, AS_OWED_EVER = -1 };
/* Those of a pack at `at`, in order of its agreements, then of offers, or of leads and time. Of one lead:
 * each that ever ran, also those that are over. What a lead did while it waited already waits with what began
 * it, and is told once. Texts live in the arena. */
enum as_status as_owed_of(struct as_owed_list *out, struct as_arena *arena, struct as_store *store,
                          const struct as_pack *pack, int64_t lead_id, int64_t at, struct as_error *error);

/* The question to the store about the clocks of an agreement, of everybody that run; its text is in `kinds`.
 */
enum as_status as_owed_query(struct as_due_query *out, struct as_buf *kinds, const struct as_pack *pack,
                             const struct as_service_level *level, int64_t at, struct as_error *error);

/* Puts what was pushed onto an empty list in the order of as_owed_of, and finds its leads; as_owed_of has
 * done so.
 */
enum as_status as_owed_order(struct as_owed_list *owed, struct as_arena *arena, struct as_error *error);
/* The first place in by_lead that is the lead's, or a later one's; the list's end. */
uint32_t as_owed_first(const struct as_owed_list *owed, int64_t lead_id);
/* The last by which the lead went to somebody else, or back, in this run, of agreements about the same offer
 * or about what the lead did: that one has had its way then. NULL: none. */
const struct as_owed *as_owed_settled(const struct as_owed_list *owed, const struct as_owed *about);
/* Whom the lead went to in this run; NULL: it stayed with whom it was. */
const char *as_owed_went_to(const struct as_owed_list *owed, int64_t lead_id);
/* From when on some clock of the list stands otherwise, or the next run has more to do about it;
 * AS_TIME_NONE: never. */
int64_t as_owed_next(const struct as_owed_list *owed);

/* "answer from sales within 1 business day: due 2026-03-02 17:00 UTC", "…: overdue since …, 1 business hour",
 * "…: kept", "…: 3 business hours late". */
void as_owed_say(struct as_buf *out, const struct as_owed *owed);

/* When the lead did what waits; AS_TIME_NONE: it is an offer that does. */
int64_t as_owed_asked(const struct as_owed *owed);
/* "state", "offered" or "asked", "due", "stopped" and "over_seconds" of the object that is open. */
struct as_json;
void as_service_clock_json(struct as_json *json, const struct as_service_clock *clock, int64_t asked);
/* As the member "owed": "agreement" and its clock; null without one. */
void as_owed_put(struct as_json *json, const struct as_owed *owed);
/* A lead's agreements as the member "service_levels": a list of what as_owed_of told. */
void as_owed_json(struct as_json *json, const struct as_owed_list *owed);

#endif
