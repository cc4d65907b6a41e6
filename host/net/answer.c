/* Answers as JSON, for recordings and for the store: JSON bodies as JSON, texts as text, the rest in base64.
 */
#include "net/answer.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* What of an answer a script may depend on; the rest changes from day to day or names a session. */
static const char *const kept_headers[] = {"content-type", "retry-after", "link", "etag", "last-modified"};

static const enum as_reply outcomes[] = {AS_UNREACHED, AS_BROKEN, AS_TIMED_OUT, AS_TOO_LARGE};

static bool valid_text(struct as_str text)
{
    json_t *value = json_stringn(text.p, text.n); /* refuses what is no UTF-8 */
    json_decref(value);
    return value != NULL && memchr(text.p, '\0', text.n) == NULL;
}

json_t *as_body_write(struct as_str body, const char **key)
{
    *key = "json";
    json_t *value = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
    if (value != NULL)
        return value;
    *key = "text";
    if (valid_text(body))
        return json_stringn(body.p, body.n);
    *key = "base64";
    size_t room = sodium_base64_ENCODED_LEN(body.n, sodium_base64_VARIANT_ORIGINAL);
    char *text = malloc(room);
    if (text == NULL)
        return NULL;
    sodium_bin2base64(text, room, (const unsigned char *)body.p, body.n, sodium_base64_VARIANT_ORIGINAL);
    value = json_string(text);
    free(text);
    return value;
}

/* false: memory is out, or it is not what as_body_write writes (*wrong). */
bool as_body_read(struct as_str *out, bool *wrong, struct as_arena *arena, const json_t *from)
{
    const json_t *json = json_object_get(from, "json"), *text = json_object_get(from, "text"),
                 *base64 = json_object_get(from, "base64");
    *out = AS_STR("");
    if (json != NULL) {
        char *dumped = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
        if (dumped == NULL)
            return false;
        *out = (struct as_str){as_arena_copy(arena, dumped, strlen(dumped)), strlen(dumped)};
        free(dumped);
        return out->p != NULL;
    }
    if (json_is_string(text)) {
        *out = (struct as_str){as_arena_copy(arena, json_string_value(text), json_string_length(text)),
                               json_string_length(text)};
        return out->p != NULL;
    }
    if (json_is_string(base64)) {
        size_t room = json_string_length(base64) / 4 * 3 + 3, n = 0;
        char *bytes = as_arena_alloc(arena, room);
        *wrong = bytes != NULL && sodium_base642bin((unsigned char *)bytes, room, json_string_value(base64),
                                                    json_string_length(base64), NULL, &n, NULL,
                                                    sodium_base64_VARIANT_ORIGINAL) != 0;
        *out = (struct as_str){bytes, n};
        return bytes != NULL && !*wrong;
    }
    *wrong = text != NULL || base64 != NULL;
    return !*wrong;
}

static enum as_status read_headers(struct as_response *to, struct as_arena *arena, const json_t *headers,
                                   struct as_error *error)
{
    struct as_header *all = as_arena_array(arena, json_object_size(headers), sizeof *all);
    const char *name;
    json_t *value;
    if (all == NULL)
        return as_error_memory(error);
    json_object_foreach((json_t *)headers, name, value)
    {
        struct as_header *header = &all[to->header_count++];
        if (!json_is_string(value))
            return as_error_set(error, AS_ERR_DATA, "the header %.100s is not a text", name);
        header->name = as_arena_copy(arena, name, strlen(name));
        header->value = as_arena_copy(arena, json_string_value(value), json_string_length(value));
        if (header->name == NULL || header->value == NULL)
            return as_error_memory(error);
        int64_t seconds;
        if (strcmp(name, "retry-after") == 0 && as_parse_int(&seconds, as_str_of(header->value)))
            to->retry_after = seconds;
    }
    to->headers = all;
    return AS_OK;
}

enum as_status as_answer_read(struct as_response *to, struct as_error *failure, struct as_arena *arena,
                              const json_t *from, struct as_error *error)
{
    const json_t *status = json_object_get(from, "status"), *outcome = json_object_get(from, "outcome");
    *to = (struct as_response){.retry_after = -1, .recorded = true, .url = "", .tries = 1};
    if (json_is_string(outcome)) {
        for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
            if (strcmp(json_string_value(outcome), as_reply_name(outcomes[i])) == 0)
                to->outcome = outcomes[i];
        if (to->outcome == AS_ANSWERED)
            return as_error_set(error, AS_ERR_DATA,
                                "\"%.50s\" is no outcome: write unreached, broken, timed out or too large",
                                json_string_value(outcome));
        as_error_set(failure, AS_ERR_IO, "recorded: %s", as_reply_name(to->outcome));
        return AS_OK;
    }
    if (!json_is_integer(status) || json_integer_value(status) < 100 || json_integer_value(status) > 599)
        return as_error_set(error, AS_ERR_DATA, "the answer has no status");
    to->status = (int)json_integer_value(status);
    bool wrong = false;
    if (!as_body_read(&to->body, &wrong, arena, from))
        return wrong ? as_error_set(error, AS_ERR_DATA, "the answer has no body that can be read")
                     : as_error_memory(error);
    const json_t *headers = json_object_get(from, "headers");
    return headers != NULL ? read_headers(to, arena, headers, error) : AS_OK;
}

json_t *as_answer_write(const struct as_response *response)
{
    const char *key;
    json_t *answer = json_pack("{s:i}", "status", response->status);
    json_t *headers = json_object();
    bool good = answer != NULL && headers != NULL;
    for (uint32_t i = 0; good && i < response->header_count; i++)
        for (size_t k = 0; k < sizeof kept_headers / sizeof *kept_headers; k++)
            if (strcmp(response->headers[i].name, kept_headers[k]) == 0 &&
                valid_text(as_str_of(response->headers[i].value)))
                good = json_object_set_new(headers, kept_headers[k],
                                           json_string(response->headers[i].value)) == 0;
    if (good && json_object_size(headers) > 0)
        good = json_object_set(answer, "headers", headers) == 0;
    if (good && response->body.n > 0) {
        json_t *value = as_body_write(response->body, &key);
        good = value != NULL && json_object_set_new(answer, key, value) == 0;
    }
    json_decref(headers);
    if (good)
        return answer;
    json_decref(answer);
    return NULL;
}

enum as_status as_answer_text(struct as_buf *out, const struct as_response *response, struct as_error *error)
{
    json_t *answer = as_answer_write(response);
    char *text = answer != NULL ? json_dumps(answer, JSON_COMPACT) : NULL;
    if (text != NULL)
        as_buf_text(out, text);
    enum as_status status = text == NULL || out->failed ? as_error_memory(error) : AS_OK;
    free(text);
    json_decref(answer);
    return status;
}

enum as_status as_answer_of_text(struct as_response *out, struct as_arena *arena, struct as_str text,
                                 struct as_error *error)
{
    json_error_t fault;
    struct as_error failure = AS_ERROR_INIT;
    json_t *from = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &fault);
    if (from == NULL)
        return as_error_set(error, AS_ERR_DATA, "the answer kept is no JSON: %s", fault.text);
    enum as_status status = as_answer_read(out, &failure, arena, from, error);
    json_decref(from);
    return status;
}
