/* Cloud events: an effect as it is told to another system: CloudEvents 1.0, JSON format, structured mode
 * (application/cloudevents+json); or one line of text for a chat. */
#ifndef AS_NET_CLOUD_EVENT_H
#define AS_NET_CLOUD_EVENT_H

#include "score/tree/pack.h"
#include "store/report/report.h"
#include "store/work/effects.h"

enum { AS_EVENT_ID_SIZE = 38 }; /* "evt_", 32 hex digits, NUL */

/* The same for every try of one effect, another for every other effect of every database: BLAKE2b-128 of the
 * effect's key under the installation's name. Personal data is not in it. */
enum as_status as_event_id(char out[AS_EVENT_ID_SIZE], const char *installation, const char *key,
                           struct as_error *error);

/* Appends the event. who may be NULL: then nothing tells the record of the other system. AS_ERR_DATA when the
 * effect's payload is no JSON object. */
enum as_status as_event_json(struct as_buf *out, const char *id, const char *installation,
                             const struct as_effect_row *effect, const struct as_who *who,
                             struct as_error *error);
/* Appends {"text": …}: what happens to which lead, by its id; of the data what the rule put there. */
enum as_status as_event_chat(struct as_buf *out, const struct as_effect_row *effect, struct as_error *error);

#endif
