/* Space: what scripts read of the store, and what a team keeps for itself: keys with values, and notes that
 * are only added to. Every call names the pack; there is none that reads another pack's. */
#ifndef AS_STORE_SPACE_H
#define AS_STORE_SPACE_H

#include "data/facts/schema.h"
#include "store/store.h"

/* Keys are UTF-8 up to AS_MAX_NAME bytes, values up to AS_MAX_TEXT; AS_ERR_LIMIT beyond. */
enum as_status as_store_space_get(struct as_buf *out, bool *found, struct as_store *store, const char *pack,
                                  const char *key, struct as_error *error);
enum as_status as_store_space_put(struct as_store *store, const char *pack, const char *key,
                                  struct as_str value, int64_t now, struct as_error *error);
enum as_status as_store_space_remove(bool *removed, struct as_store *store, const char *pack, const char *key,
                                     struct as_error *error);
/* By key. prefix "" gives all. */
typedef enum as_status (*as_space_fn)(void *context, const char *key, struct as_str value, int64_t at,
                                      struct as_error *error);
enum as_status as_store_space_list(struct as_store *store, const char *pack, const char *prefix,
                                   as_space_fn each, void *context, struct as_error *error);

/* Notes on a lead or account, append-only. AS_ERR_MISSING when there is no such row. */
enum as_status as_store_note_add(struct as_store *store, const char *pack, enum as_level level,
                                 int64_t row_id, struct as_str text, int64_t now, struct as_error *error);
typedef enum as_status (*as_note_fn)(void *context, int64_t at, struct as_str text, struct as_error *error);
enum as_status as_store_notes(struct as_store *store, const char *pack, enum as_level level, int64_t row_id,
                              as_note_fn each, void *context, struct as_error *error);

/* Facts of one row as of a moment, as texts in canonical form (see data/mapping/record.h). Fields that are
 * unknown are left out; the first is "id" ("#12"). AS_ERR_MISSING when there is no such lead or account, or
 * it was not yet known. */
typedef enum as_status (*as_fact_fn)(void *context, const char *name, enum as_type type, struct as_str value,
                                     struct as_error *error);
enum as_status as_store_read_row(struct as_store *store, const struct as_schema *schema, enum as_level level,
                                 int64_t row_id, int64_t known_at, as_fact_fn each, void *context,
                                 struct as_error *error);
/* Events of a lead, with those merged into it, each once, or of an account; oldest first, the newest `most`
 * (0: all). properties_json: {"page":"/pricing"}. */
typedef enum as_status (*as_event_fn)(void *context, int64_t time, const char *kind,
                                      const char *properties_json, struct as_error *error);
enum as_status as_store_read_events(struct as_store *store, enum as_level level, int64_t row_id, int64_t at,
                                    int64_t known_at, uint32_t most, as_event_fn each, void *context,
                                    struct as_error *error);
/* The answers held, by question. voice: "buyer" …; manner: "stated" or "inferred". */
typedef enum as_status (*as_answer_fn)(void *context, const char *question, struct as_str value,
                                       const char *manner, const char *voice, int64_t time,
                                       struct as_error *error);
enum as_status as_store_read_answers(struct as_store *store, enum as_level level, int64_t row_id, int64_t at,
                                     int64_t known_at, as_answer_fn each, void *context,
                                     struct as_error *error);

#endif
