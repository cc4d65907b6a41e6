/* History: one lead told in full, for explaining and investigating. Strings of rows live during the call;
 * NULL where unknown. */
#ifndef AS_STORE_HISTORY_H
#define AS_STORE_HISTORY_H

#include "store/report/report.h"

/* One thing that happened, oldest first: an event, answer, touch, consent, change of field or stage,
 * assignment or override. */
struct as_moment {
    int64_t time, known;
    const char *what;   /* "event", "answer", "touch", "consent", "field", "stage", "assigned", "override",
                           "track", "merge" */
    const char *name;   /* kind, question, channel, field, model … */
    const char *detail; /* value, from → to, subject … */
    const char *by;     /* system, voice, user */
};
typedef enum as_status (*as_moment_fn)(void *context, const struct as_moment *moment, struct as_error *error);
/* Not after `at` and known at known_at; the newest `most` of them (0: all), in order of time. */
enum as_status as_store_timeline(struct as_store *store, int64_t lead_id, int64_t at, int64_t known_at,
                                 uint32_t most, as_moment_fn each, void *context, struct as_error *error);

/* Why the lead belongs to its account: "account id of hubspot", "domain acme.example", "name, 0.96 alike to
 * Acme Corp". NULL parts when it has none. */
typedef enum as_status (*as_match_fn)(void *context, int64_t account_id, const char *account,
                                      const char *matched_by, double score, const char *note,
                                      struct as_error *error);
enum as_status as_store_match(struct as_store *store, int64_t lead_id, as_match_fn each, void *context,
                              struct as_error *error);

/* All that was ever said about a field of a lead or account: newest first, the value held first. overruled: a
 * weaker source said so and it never held. to AS_TIME_NONE: holds still. */
struct as_said {
    const char *value, *source;
    int precedence; /* enum as_precedence */
    int64_t from, to;
    bool overruled;
};
typedef enum as_status (*as_said_fn)(void *context, const struct as_said *said, struct as_error *error);
enum as_status as_store_said(struct as_store *store, const struct as_schema *schema, uint32_t field,
                             int64_t row_id, as_said_fn each, void *context, struct as_error *error);

struct as_override_row {
    int64_t time;
    const char *pack, *model, *by, *reason; /* pack, model NULL: every one */
    uint8_t stage;                          /* 0: the machine decides again */
};
typedef enum as_status (*as_override_row_fn)(void *context, const struct as_override_row *row,
                                             struct as_error *error);
/* Those of stages, newest first. */
enum as_status as_store_overrides(struct as_store *store, int64_t lead_id, as_override_row_fn each,
                                  void *context, struct as_error *error);
/* The one of an id, of whatever it is. */
enum as_status as_store_override_of(struct as_store *store, int64_t id, as_override_row_fn each,
                                    void *context, struct as_error *error);

#endif
