/* Requests: the client, what it takes, and the turn that moves everything on. */
#include "net/request.h"

#include "net/transfer.h"

#include "base/time.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { NS_MS = 1000000 };

enum as_status as_client_open(struct as_client **out, const struct as_client_options *options,
                              struct as_error *error)
{
    *out = NULL;
    const struct as_curl *curl = as_curl_load(error);
    if (curl == NULL)
        return AS_ERR_IO;
    struct as_client *client = calloc(1, sizeof *client);
    if (client == NULL)
        return as_error_memory(error);
    enum as_status status = AS_OK;
    client->curl = curl;
    client->policy = options->policy;
    client->cassette = options->cassette;
    client->origins = as_arena_array(&client->arena, options->origin_count, sizeof *client->origins);
    client->permitted = options->secrets;
    client->permitted_count = options->secret_count;
    client->multi = client->curl->multi_init();
    if (client->origins == NULL)
        status = as_error_memory(error);
    else if (client->multi == NULL)
        status = as_error_set(error, AS_ERR_IO, "curl cannot start");
    for (uint32_t i = 0; i < options->origin_count && status == AS_OK; i++, client->origin_count++)
        status = as_origin_parse(&client->origins[i], &client->arena, options->origins[i], error);
    if (status == AS_OK) {
        client->curl->multi_setopt(client->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)AS_HTTP_MOST_RUNNING);
        client->curl->multi_setopt(client->multi, CURLMOPT_MAXCONNECTS, (long)AS_HTTP_MOST_RUNNING);
        *out = client;
    } else {
        as_client_close(client);
    }
    return status;
}

static void drop_all(struct as_queue *queue)
{
    for (struct as_transfer *at; (at = as_queue_take(queue)) != NULL;)
        as_transfer_drop(at);
}

void as_client_close(struct as_client *client)
{
    if (client == NULL)
        return;
    while (client->running != NULL) {
        struct as_transfer *at = client->running;
        client->running = at->next;
        as_transfer_drop(at);
    }
    for (struct as_gate *gate = client->gates; gate != NULL; gate = gate->next)
        drop_all(&gate->waiting);
    drop_all(&client->ready);
    if (client->multi != NULL)
        client->curl->multi_cleanup(client->multi);
    as_marks_free(&client->marks);
    as_arena_free(&client->arena);
    free(client);
}

static bool plays(const struct as_client *client)
{
    return client->cassette != NULL && as_cassette_mode_of(client->cassette) == AS_CASSETTE_PLAY;
}

const char *as_client_secret_mark(struct as_client *client, const char *name, struct as_error *error)
{
    bool permitted = false;
    for (uint32_t i = 0; i < client->permitted_count && !permitted; i++)
        permitted = strcmp(client->permitted[i], name) == 0;
    if (!permitted) {
        as_error_set(error, AS_ERR_DATA, "the pack does not permit the secret \"%.100s\"", name);
        as_error_advise(error, "add it to pack.lua: permits = { secrets = { \"%.100s\" } }", name);
        return NULL;
    }
    const struct as_mark *mark;
    if (as_mark_make(&mark, &client->marks, client->policy, name, !plays(client), error) != AS_OK)
        return NULL;
    return mark->word;
}

enum as_status as_client_words(struct as_buf *out, const struct as_client *client, struct as_str text,
                               struct as_error *error)
{
    return as_marks_replace(out, NULL, &client->marks, text, AS_MARK_NAME, NULL, error);
}

void as_client_scrub(struct as_buf *out, const struct as_client *client, struct as_str text)
{
    as_marks_scrub(out, &client->marks, text);
}

/* RFC 9110: a token, and none that decide how the message is framed or whom it is for. */
static enum as_status check_header(const struct as_header *header, struct as_error *error)
{
    static const char *const ours[] = {
        "Host", "Content-Length", "Transfer-Encoding", "Connection",     "Expect", "Upgrade",
        "TE",   "Trailer",        "Keep-Alive",        "Accept-Encoding"};
    static const char token[] =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    size_t n = strlen(header->name);
    if (n == 0 || n > AS_MAX_NAME || strspn(header->name, token) != n)
        return as_error_set(error, AS_ERR_DATA, "\"%.100s\" is no name of a header", header->name);
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (strcasecmp(ours[i], header->name) == 0)
            return as_error_set(error, AS_ERR_DATA, "the header %s is the host's to send", ours[i]);
    if (strncasecmp(header->name, "Proxy-", strlen("Proxy-")) == 0)
        return as_error_set(error, AS_ERR_DATA, "headers to a proxy are the host's to send");
    for (const char *c = header->value; *c != '\0'; c++)
        if (((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f)
            return as_error_set(error, AS_ERR_DATA, "the header %s holds a line break or control character",
                                header->name);
    if (strlen(header->value) > AS_MAX_SECRET)
        return as_error_set(error, AS_ERR_LIMIT, "the header %s is longer than %d bytes", header->name,
                            AS_MAX_SECRET);
    return AS_OK;
}

static enum as_status check_request(const struct as_request *request, const char **method,
                                    struct as_error *error)
{
    static const char *const methods[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"};
    *method = NULL;
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(request->method != NULL ? request->method : "GET", methods[i]) == 0)
            *method = methods[i];
    if (*method == NULL)
        return as_error_set(error, AS_ERR_DATA, "\"%.50s\" is none of GET, HEAD, POST, PUT, PATCH, DELETE",
                            request->method);
    if (request->body.p != NULL && (strcmp(*method, "GET") == 0 || strcmp(*method, "HEAD") == 0))
        return as_error_set(error, AS_ERR_DATA, "%s sends no body", *method);
    if (request->body.n > AS_HTTP_MOST_SENT)
        return as_error_set(error, AS_ERR_LIMIT, "the body is longer than %zu bytes", AS_HTTP_MOST_SENT);
    if (request->header_count > AS_HTTP_MOST_HEADER_COUNT)
        return as_error_set(error, AS_ERR_LIMIT, "more than %d headers", AS_HTTP_MOST_HEADER_COUNT);
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < request->header_count && status == AS_OK; i++)
        status = check_header(&request->headers[i], error);
    if (status == AS_OK && request->idempotency_key != NULL)
        status = check_header(&(struct as_header){"Idempotency-Key", request->idempotency_key}, error);
    return status;
}

static bool copy_request(struct as_transfer *to, const struct as_request *request, const char *method)
{
    struct as_arena *arena = &to->arena;
    bool key = request->idempotency_key != NULL;
    to->method = to->first_method = method;
    to->url = to->first_url = as_arena_copy(arena, request->url, strlen(request->url));
    to->headers = as_arena_array(arena, request->header_count + 1, sizeof *to->headers);
    if (to->url == NULL || to->headers == NULL)
        return false;
    for (uint32_t i = 0; i < request->header_count + key; i++) {
        struct as_header from = i < request->header_count
                                    ? request->headers[i]
                                    : (struct as_header){"Idempotency-Key", request->idempotency_key};
        struct as_header *header = &to->headers[to->header_count++];
        header->name = as_arena_copy(arena, from.name, strlen(from.name));
        header->value = as_arena_copy(arena, from.value, strlen(from.value));
        if (header->name == NULL || header->value == NULL)
            return false;
    }
    to->has_body = request->body.p != NULL;
    if (to->has_body) {
        to->body = (struct as_str){as_arena_copy(arena, request->body.p, request->body.n), request->body.n};
        if (to->body.p == NULL)
            return false;
    }
    to->repeatable = key || as_hop_idempotent(method);
    to->timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : AS_HTTP_TIMEOUT_MS;
    to->most_bytes = request->most_bytes > 0 ? request->most_bytes : AS_HTTP_MOST_BODY;
    to->most_tries = request->tries > 0 ? request->tries : AS_HTTP_TRIES;
    to->hops_left = request->redirects == 0 ? AS_HTTP_REDIRECTS : request->redirects;
    return true;
}

/* A recording knows a request by what it says, with names in place of secrets. */
static enum as_status cassette_words(struct as_buf *url, struct as_buf *body,
                                     const struct as_transfer *transfer, struct as_error *error)
{
    enum as_status status = as_client_words(url, transfer->client, as_str_of(transfer->first_url), error);
    return status == AS_OK ? as_client_words(body, transfer->client, transfer->body, error) : status;
}

static void play(struct as_transfer *transfer)
{
    struct as_buf url = {.max = 0}, body = {.max = 0};
    if (cassette_words(&url, &body, transfer, &transfer->error) == AS_OK) {
        transfer->played = as_cassette_find(transfer->client->cassette, transfer->first_method,
                                            as_buf_c(&url), (struct as_str){as_buf_c(&body), body.n});
        if (transfer->played == NULL) {
            transfer->outcome = AS_NOT_RECORDED;
            as_error_set(&transfer->error, AS_ERR_MISSING, "there is no recording of %s %.300s",
                         transfer->first_method, as_buf_c(&url));
            as_error_advise(&transfer->error, "record it: assay enrich --record FILE");
        }
    } else {
        transfer->outcome = AS_BROKEN;
    }
    as_buf_free(&url);
    as_buf_free(&body);
}

enum as_status as_client_submit(struct as_client *client, const struct as_request *request,
                                as_response_fn done, void *context, struct as_error *error)
{
    if (client->pending >= AS_HTTP_MOST_WAITING)
        return as_error_set(error, AS_ERR_LIMIT, "more than %d requests wait", AS_HTTP_MOST_WAITING);
    struct as_transfer *transfer = calloc(1, sizeof *transfer);
    if (transfer == NULL)
        return as_error_memory(error);
    const char *method;
    transfer->client = client;
    transfer->done = done;
    transfer->context = context;
    transfer->retry_after = -1;
    if (check_request(request, &method, &transfer->error) != AS_OK) {
        transfer->outcome = AS_REFUSED;
    } else if (!copy_request(transfer, request, method)) {
        as_transfer_drop(transfer);
        return as_error_memory(error);
    }
    client->pending++;
    if (transfer->outcome == AS_ANSWERED && as_hop_check(transfer) == AS_OK) {
        if (!plays(client)) {
            as_queue_put(&transfer->gate->waiting, transfer);
            return AS_OK;
        }
        play(transfer);
    }
    as_queue_put(&client->ready, transfer);
    return AS_OK;
}

uint32_t as_client_pending(const struct as_client *client)
{
    return client->pending;
}

static void keep_recording(struct as_transfer *transfer, const struct as_response *response)
{
    struct as_buf url = {.max = 0}, body = {.max = 0};
    struct as_error ignored = AS_ERROR_INIT; /* what cannot be kept is missed, by name, when it is played */
    if (cassette_words(&url, &body, transfer, &ignored) == AS_OK)
        as_cassette_keep(transfer->client->cassette, transfer->first_method, as_buf_c(&url),
                         (struct as_str){as_buf_c(&body), body.n}, response, &ignored);
    as_buf_free(&url);
    as_buf_free(&body);
}

static const char *without_query(struct as_transfer *transfer)
{
    const char *url = transfer->url != NULL ? transfer->url : "";
    const char *shown = as_arena_copy(&transfer->arena, url, strcspn(url, "?#"));
    return shown != NULL ? shown : "";
}

/* Calls back and ends the transfer. */
static void answer(struct as_client *client, struct as_transfer *transfer)
{
    struct as_response response = {
        .outcome = transfer->outcome, .retry_after = -1, .url = without_query(transfer)};
    if (transfer->played != NULL)
        response = *transfer->played;
    else if (transfer->outcome == AS_ANSWERED) {
        as_marks_scrub(&transfer->scrubbed, &client->marks,
                       (struct as_str){as_buf_c(&transfer->answer), transfer->answer.n});
        if (transfer->scrubbed.failed) {
            response.outcome = AS_BROKEN;
            as_error_memory(&transfer->error);
        } else {
            response.status = transfer->status;
            response.body = (struct as_str){as_buf_c(&transfer->scrubbed), transfer->scrubbed.n};
            response.headers = transfer->answer_headers.at;
            response.header_count = transfer->answer_headers.n;
        }
    }
    if (transfer->played == NULL) {
        response.retry_after = transfer->retry_after;
        response.error = response.outcome == AS_ANSWERED ? NULL : &transfer->error;
        response.tries = transfer->tries;
    }
    if (client->cassette != NULL && !plays(client))
        keep_recording(transfer, &response);
    client->pending--;
    transfer->done(transfer->context, &response);
    as_transfer_drop(transfer);
}

static uint32_t answer_ready(struct as_client *client)
{
    /* Only those that are ready now: a callback may submit what is ready at once, for ever. */
    struct as_queue now = client->ready;
    client->ready = (struct as_queue){NULL, NULL};
    uint32_t n = 0;
    for (struct as_transfer *at; (at = as_queue_take(&now)) != NULL; n++)
        answer(client, at);
    return n;
}

static void shut_out(struct as_transfer *transfer, int64_t now)
{
    const struct as_gate *gate = transfer->gate;
    int64_t seconds = (gate->shut_until - now) / NS_MS / 1000 + 1;
    transfer->outcome = AS_UNREACHED;
    transfer->retry_after = seconds;
    as_error_clear(&transfer->error);
    if (gate->failed)
        as_error_set(&transfer->error, AS_ERR_BUSY,
                     "%s failed %u times in a row and is left alone for %lld s", gate->origin.host,
                     (unsigned)gate->failures, (long long)seconds);
    else
        as_error_set(&transfer->error, AS_ERR_BUSY, "%s asked to wait %lld s", gate->origin.host,
                     (long long)seconds);
}

static void begin_waiting(struct as_client *client, int64_t *wake)
{
    for (struct as_gate *gate = client->gates; gate != NULL; gate = gate->next) {
        int64_t now = as_clock_ticks();
        struct as_transfer *next;
        while (client->running_count < AS_HTTP_MOST_RUNNING &&
               (next = as_gate_next(gate, now, wake)) != NULL) {
            if (as_gate_shut(gate, now)) {
                shut_out(next, now);
                as_queue_put(&client->ready, next);
            } else if (as_transfer_begin(next, now, &next->error) == AS_OK) {
                next->next = client->running;
                client->running = next;
                client->running_count++;
            } else {
                next->outcome = next->error.status == AS_ERR_MEMORY ? AS_BROKEN : AS_REFUSED;
                as_queue_put(&client->ready, next);
            }
        }
    }
}

static void collect_ended(struct as_client *client)
{
    int left;
    for (CURLMsg *message; (message = client->curl->multi_info_read(client->multi, &left)) != NULL;) {
        struct as_transfer *transfer = NULL;
        CURLcode code = message->data.result;
        if (message->msg != CURLMSG_DONE)
            continue;
        client->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        for (struct as_transfer **at = &client->running; *at != NULL; at = &(*at)->next)
            if (*at == transfer) {
                *at = transfer->next;
                break;
            }
        client->running_count--;
        as_transfer_end(transfer, code);
        int64_t now = as_clock_ticks();
        if (as_outcome_again(transfer, now))
            as_queue_put(&transfer->gate->waiting, transfer);
        else if (as_hop_next(transfer) && transfer->outcome == AS_ANSWERED) {
            transfer->tries--; /* a hop is not a try */
            as_queue_put(&transfer->gate->waiting, transfer);
        } else
            as_queue_put(&client->ready, transfer);
    }
}

enum as_status as_client_turn(struct as_client *client, int64_t wait_ms, struct as_error *error)
{
    for (int pass = 0; pass < 2; pass++) {
        int running;
        int64_t wake = as_clock_ticks() + wait_ms * NS_MS;
        begin_waiting(client, &wake);
        CURLMcode code = client->curl->multi_perform(client->multi, &running);
        if (code == CURLM_OK)
            collect_ended(client);
        if (code == CURLM_OK && answer_ready(client) == 0 && client->pending > 0 && pass == 0) {
            int64_t wait = (wake - as_clock_ticks()) / NS_MS;
            code =
                wait <= 0 ? CURLM_OK : client->curl->multi_poll(client->multi, NULL, 0, (int)wait + 1, NULL);
        } else if (code == CURLM_OK) {
            return AS_OK;
        }
        if (code != CURLM_OK)
            return code == CURLM_OUT_OF_MEMORY
                       ? as_error_memory(error)
                       : as_error_set(error, AS_ERR_IO, "curl: %s", client->curl->multi_strerror(code));
    }
    return AS_OK;
}
