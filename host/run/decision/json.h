/* JSON written in order into a buffer, with the commas kept right. Documents are shaped by who writes them.
 */
#ifndef AS_RUN_JSON_H
#define AS_RUN_JSON_H

#include "base/text.h"

struct as_json {
    struct as_buf *out;
    bool more; /* a value stands before: the next needs a comma */
};

void as_json_open(struct as_json *json, char bracket);  /* '{' or '[' */
void as_json_close(struct as_json *json, char bracket); /* '}' or ']' */
void as_json_key(struct as_json *json, const char *key);
void as_json_text(struct as_json *json, const char *text); /* NULL: null */
void as_json_int(struct as_json *json, int64_t value);
void as_json_number(struct as_json *json, double value); /* not finite: null */
void as_json_bool(struct as_json *json, bool value);
void as_json_milli(struct as_json *json, int64_t milli); /* 47250 → 47.25 */

/* Key and value at once, for objects. */
void as_json_put_open(struct as_json *json, const char *key, char bracket);
void as_json_put_text(struct as_json *json, const char *key, const char *text);
void as_json_put_int(struct as_json *json, const char *key, int64_t value);
void as_json_put_bool(struct as_json *json, const char *key, bool value);
void as_json_put_number(struct as_json *json, const char *key, double value);
void as_json_put_milli(struct as_json *json, const char *key, int64_t milli);
void as_json_put_time(struct as_json *json, const char *key, int64_t seconds);

#endif
