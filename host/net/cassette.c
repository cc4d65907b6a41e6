/* Cassettes: reading, finding, keeping and writing recorded answers. Written so that people can read and
 * change them: JSON bodies as JSON, texts as text, requests in the order in which they were asked. */
#include "net/cassette.h"

#include "base/file.h"
#include "base/limits.h"
#include "net/answer.h"

#include <stdlib.h>
#include <string.h>

struct taped {
    const char *method, *url;
    struct as_str body; /* canonical */
    struct as_response response;
    struct as_error error;
    json_t *written; /* as it is in the file */
    bool fresh;      /* recorded now */
    bool played;
};

struct as_cassette {
    struct as_arena arena;
    const char *path;
    enum as_cassette_mode mode;
    AS_LIST(struct taped *) all;
    bool changed;
};

/* Equal JSON gives equal bytes; what is no JSON stands for itself. false: memory is out. */
static bool canonical(struct as_str *out, struct as_arena *arena, struct as_str body)
{
    json_t *value = body.n > 0 ? json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL) : NULL;
    char *text = value != NULL ? json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS) : NULL;
    struct as_str from = text != NULL ? as_str_of(text) : body;
    *out = (struct as_str){as_arena_copy(arena, from.p != NULL ? from.p : "", from.n), from.n};
    free(text);
    json_decref(value);
    return out->p != NULL;
}

static enum as_status read_tape(struct as_cassette *cassette, json_t *from, struct as_error *error)
{
    const json_t *request = json_object_get(from, "request"), *response = json_object_get(from, "response");
    const char *method = json_string_value(json_object_get(request, "method"));
    const char *url = json_string_value(json_object_get(request, "url"));
    if (method == NULL || url == NULL || !json_is_object(response))
        return as_error_set(error, AS_ERR_DATA,
                            "a recording is {\"request\": {\"method\", \"url\"}, \"response\": {…}}");
    struct as_arena *arena = &cassette->arena;
    struct taped *tape = as_arena_alloc(arena, sizeof *tape);
    struct as_str body;
    bool wrong = false;
    if (tape == NULL)
        return as_error_memory(error);
    tape->method = as_arena_copy(arena, method, strlen(method));
    tape->url = as_arena_copy(arena, url, strlen(url));
    if (tape->method == NULL || tape->url == NULL || !as_body_read(&body, &wrong, arena, request) ||
        !canonical(&tape->body, arena, body))
        return wrong ? as_error_set(error, AS_ERR_DATA, "the request %s %.200s has no body that can be read",
                                    method, url)
                     : as_error_memory(error);
    enum as_status status = as_answer_read(&tape->response, &tape->error, arena, response, error);
    if (status != AS_OK)
        return status;
    tape->response.url = tape->url;
    if (!as_list_push(arena, &cassette->all, tape))
        return as_error_memory(error);
    tape->written = json_incref(from);
    return AS_OK;
}

static enum as_status read_file(struct as_cassette *cassette, struct as_error *error)
{
    struct as_buf text = {.max = 0};
    struct as_error opening = AS_ERROR_INIT;
    json_error_t fault = {.line = 0};
    json_t *root = NULL;
    enum as_status status = as_file_read(&text, cassette->path, AS_MAX_CASSETTE, "the recording", &opening);
    if (status == AS_ERR_MISSING) {
        status = AS_OK;
        goto done;
    }
    if (status != AS_OK) {
        as_error_set(error, status, "%s", opening.what);
        goto done;
    }
    root = json_loadb(as_buf_c(&text), text.n, JSON_REJECT_DUPLICATES, &fault);
    if (root == NULL)
        status = as_error_set(error, AS_ERR_DATA, "the recording is no JSON: %s", fault.text);
    else if (!json_is_array(root))
        status = as_error_set(error, AS_ERR_DATA, "a cassette is a JSON list of recordings");
    for (size_t i = 0; status == AS_OK && i < json_array_size(root); i++)
        status = read_tape(cassette, json_array_get(root, i), error);
    if (status != AS_OK) {
        as_error_at(error, cassette->path, fault.line > 0 ? fault.line : 0);
        as_error_advise(error, "remove the file and record again: assay enrich --record FILE");
    }
done:
    json_decref(root);
    as_buf_free(&text);
    return status;
}

enum as_status as_cassette_open(struct as_cassette **out, const char *path, enum as_cassette_mode mode,
                                struct as_error *error)
{
    *out = NULL;
    struct as_cassette *cassette = calloc(1, sizeof *cassette);
    if (cassette == NULL)
        return as_error_memory(error);
    cassette->mode = mode;
    cassette->path = as_arena_copy(&cassette->arena, path, strlen(path));
    enum as_status status = cassette->path != NULL ? read_file(cassette, error) : as_error_memory(error);
    if (status == AS_OK)
        *out = cassette;
    else
        as_cassette_free(cassette);
    return status;
}

void as_cassette_free(struct as_cassette *cassette)
{
    if (cassette == NULL)
        return;
    for (uint32_t i = 0; i < cassette->all.n; i++)
        json_decref(cassette->all.at[i]->written);
    as_arena_free(&cassette->arena);
    free(cassette);
}

enum as_cassette_mode as_cassette_mode_of(const struct as_cassette *cassette)
{
    return cassette->mode;
}

static bool same(const struct taped *tape, const char *method, const char *url, struct as_str body)
{
    return strcmp(tape->method, method) == 0 && strcmp(tape->url, url) == 0 && as_str_eq(tape->body, body);
}

const struct as_response *as_cassette_find(struct as_cassette *cassette, const char *method, const char *url,
                                           struct as_str body)
{
    struct as_arena scratch = {0};
    struct as_str words;
    struct taped *last = NULL;
    if (canonical(&words, &scratch, body))
        for (uint32_t i = 0; i < cassette->all.n; i++) {
            struct taped *tape = cassette->all.at[i];
            if (!same(tape, method, url, words))
                continue;
            last = tape;
            if (!tape->played)
                break;
        }
    as_arena_free(&scratch);
    if (last == NULL)
        return NULL;
    last->played = true;
    last->response.error = last->response.outcome == AS_ANSWERED ? NULL : &last->error;
    return &last->response;
}

static json_t *write_tape(const char *method, const char *url, struct as_str body,
                          const struct as_response *response)
{
    const char *key;
    json_t *request = json_pack("{s:s, s:s}", "method", method, "url", url);
    json_t *answer = as_answer_write(response), *value = NULL, *tape = NULL;
    bool good = request != NULL && answer != NULL;
    if (good && body.n > 0)
        good = (value = as_body_write(body, &key)) != NULL && json_object_set_new(request, key, value) == 0;
    if (good)
        tape = json_pack("{s:O, s:O}", "request", request, "response", answer);
    json_decref(request);
    json_decref(answer);
    return tape;
}

enum as_status as_cassette_keep(struct as_cassette *cassette, const char *method, const char *url,
                                struct as_str body, const struct as_response *response,
                                struct as_error *error)
{
    /* A failure is weather, not an answer; whoever wants one played writes it into the file. */
    if (response->outcome != AS_ANSWERED)
        return AS_OK;
    struct as_str words;
    if (!canonical(&words, &cassette->arena, body))
        return as_error_memory(error);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < cassette->all.n; i++) {
        struct taped *tape = cassette->all.at[i];
        if (!tape->fresh && same(tape, method, url, words))
            json_decref(tape->written);
        else
            cassette->all.at[kept++] = tape;
    }
    cassette->all.n = kept;
    json_t *written = write_tape(method, url, body, response);
    if (written == NULL)
        return as_error_memory(error);
    enum as_status status = read_tape(cassette, written, error);
    json_decref(written);
    if (status == AS_OK) {
        cassette->all.at[cassette->all.n - 1]->fresh = true;
        cassette->changed = true;
    }
    return status;
}

enum as_status as_cassette_save(struct as_cassette *cassette, struct as_error *error)
{
    if (!cassette->changed)
        return AS_OK;
    enum as_status status = AS_OK;
    json_t *root = json_array();
    char *text = NULL;
    for (uint32_t i = 0; root != NULL && i < cassette->all.n; i++)
        if (json_array_append(root, cassette->all.at[i]->written) != 0)
            status = as_error_memory(error);
    if (root != NULL && status == AS_OK)
        text = json_dumps(root, JSON_INDENT(2));
    if (text == NULL)
        status = as_error_memory(error);
    struct as_buf out = {.max = 0};
    if (status == AS_OK) {
        as_buf_text(&out, text);
        as_buf_char(&out, '\n');
        status = out.failed ? as_error_memory(error)
                            : as_file_write(cassette->path, (struct as_str){as_buf_c(&out), out.n},
                                            "the recording", error);
    }
    as_buf_free(&out);
    free(text);
    json_decref(root);
    if (status == AS_OK)
        cassette->changed = false;
    return status;
}
