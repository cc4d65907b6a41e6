/* JSON texts of summaries, explanations and effects. Written by hand into a buffer rather than built as a
 * tree: the order of keys is part of the documented shape, and a summary of a million leads needs no tree. */
#include "run/decision/json.h"

#include "base/time.h"

#include <inttypes.h>
#include <math.h>

static void before(struct as_json *json)
{
    if (json->more)
        as_buf_char(json->out, ',');
    json->more = true;
}

void as_json_open(struct as_json *json, char bracket)
{
    before(json);
    as_buf_char(json->out, bracket);
    json->more = false;
}

void as_json_close(struct as_json *json, char bracket)
{
    as_buf_char(json->out, bracket);
    json->more = true;
}

void as_json_key(struct as_json *json, const char *key)
{
    before(json);
    as_buf_json(json->out, as_str_of(key));
    as_buf_char(json->out, ':');
    json->more = false;
}

void as_json_text(struct as_json *json, const char *text)
{
    before(json);
    if (text == NULL)
        as_buf_text(json->out, "null");
    else
        as_buf_json(json->out, as_str_of(text));
}

void as_json_int(struct as_json *json, int64_t value)
{
    before(json);
    as_buf_printf(json->out, "%" PRId64, value);
}

void as_json_number(struct as_json *json, double value)
{
    before(json);
    if (isfinite(value))
        as_buf_printf(json->out, "%.12g", value);
    else
        as_buf_text(json->out, "null");
}

void as_json_bool(struct as_json *json, bool value)
{
    before(json);
    as_buf_text(json->out, value ? "true" : "false");
}

void as_json_milli(struct as_json *json, int64_t milli)
{
    before(json);
    as_buf_milli(json->out, milli);
}

static void put_time(struct as_json *json, int64_t seconds)
{
    char text[AS_TIME_TEXT];
    as_json_text(json, seconds == AS_TIME_NONE ? NULL : as_time_format(text, seconds));
}

void as_json_put_open(struct as_json *json, const char *key, char bracket)
{
    as_json_key(json, key);
    as_json_open(json, bracket);
}

void as_json_put_text(struct as_json *json, const char *key, const char *text)
{
    as_json_key(json, key);
    as_json_text(json, text);
}

void as_json_put_int(struct as_json *json, const char *key, int64_t value)
{
    as_json_key(json, key);
    as_json_int(json, value);
}

void as_json_put_bool(struct as_json *json, const char *key, bool value)
{
    as_json_key(json, key);
    as_json_bool(json, value);
}

void as_json_put_number(struct as_json *json, const char *key, double value)
{
    as_json_key(json, key);
    as_json_number(json, value);
}

void as_json_put_milli(struct as_json *json, const char *key, int64_t milli)
{
    as_json_key(json, key);
    as_json_milli(json, milli);
}

void as_json_put_time(struct as_json *json, const char *key, int64_t seconds)
{
    as_json_key(json, key);
    put_time(json, seconds);
}
