/* Enrichments: when a provider was asked about whom and what came of it; and answers that are kept for a
 * while. */
#ifndef AS_STORE_ENRICHMENTS_H
#define AS_STORE_ENRICHMENTS_H

#include "data/facts/schema.h"
#include "store/store.h"

enum as_asked_outcome { AS_ASKED_FOUND, AS_ASKED_NOTHING, AS_ASKED_FAILED };

/* The last time that one enrichment of a pack was asked about one lead or account. */
struct as_asked {
    int64_t row_id, at;
    enum as_asked_outcome outcome;
    uint32_t failures; /* in a row */
    const char *note;  /* why it failed; NULL */
};
typedef enum as_status (*as_asked_fn)(void *context, const struct as_asked *asked, struct as_error *error);
/* By row id. */
enum as_status as_store_asked(struct as_store *store, const char *pack, const char *name, enum as_level level,
                              as_asked_fn each, void *context, struct as_error *error);
/* Takes the place of what was there; failures are counted on. note at most AS_MAX_TEXT bytes. */
enum as_status as_store_asked_put(struct as_store *store, const char *pack, const char *name,
                                  enum as_level level, const struct as_asked *asked, struct as_error *error);

/* An answer kept under a key of the pack until a time. row_id is whom it was asked for, so that it goes when
 * that person is erased. */
enum as_status as_store_answer_get(struct as_buf *out, bool *found, struct as_store *store, const char *pack,
                                   const char *key, int64_t now, struct as_error *error);
enum as_status as_store_answer_put(struct as_store *store, const char *pack, const char *key,
                                   enum as_level level, int64_t row_id, int64_t until, struct as_str answer,
                                   struct as_error *error);
/* Forgets all that nobody may use any more. */
enum as_status as_store_answers_expire(struct as_store *store, int64_t now, struct as_error *error);

#endif
