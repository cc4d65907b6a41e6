/* Answers as JSON: {"status", "headers", "json" | "text" | "base64"}, or {"outcome"} for one that failed. */
#ifndef AS_NET_ANSWER_H
#define AS_NET_ANSWER_H

#include "base/arena.h"
#include "net/request.h"

#include <jansson.h>

/* The body as a JSON value of the caller's, and under which key it belongs. NULL: memory is out. */
json_t *as_body_write(struct as_str body, const char **key);
/* false: memory is out, or it is not what as_body_write writes (*wrong). */
bool as_body_read(struct as_str *out, bool *wrong, struct as_arena *arena, const json_t *from);

/* What a script may depend on. The caller's; NULL: memory is out. */
json_t *as_answer_write(const struct as_response *response);
/* Into the arena. One that failed has its outcome, and *failure says so. AS_ERR_DATA. */
enum as_status as_answer_read(struct as_response *to, struct as_error *failure, struct as_arena *arena,
                              const json_t *from, struct as_error *error);

/* The same as text. */
enum as_status as_answer_text(struct as_buf *out, const struct as_response *response, struct as_error *error);
enum as_status as_answer_of_text(struct as_response *out, struct as_arena *arena, struct as_str text,
                                 struct as_error *error);

#endif
