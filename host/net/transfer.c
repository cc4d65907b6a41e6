/* Transfers: one try with curl, from its options to its end. What is sent is decided before (hop.c); what the
 * result means, after (outcome.c). */
#include "net/transfer.h"

#include "base/time.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

enum { NS_MS = 1000000 };

/* The one place where a socket comes from: whatever a name resolved to is looked at here. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct as_transfer *transfer = context;
    const struct as_policy *policy = transfer->client->policy;
    struct as_address address = {{0}};
    if (purpose != CURLSOCKTYPE_IPCXN || to->socktype != SOCK_STREAM ||
        !as_address_of(&address, &to->addr, to->addrlen)) {
        transfer->refused = "no TCP address";
        return CURL_SOCKET_BAD;
    }
    /* A proxy's address is the policy's choice; what lies behind it, the proxy's. */
    const char *why = policy->proxy != NULL ? NULL : as_address_special(&address);
    for (uint32_t i = 0; why != NULL && i < policy->network_count; i++)
        if (as_network_has(&policy->networks[i], &address))
            why = NULL;
    if (why != NULL) {
        transfer->refused = why;
        transfer->refused_address = address;
        return CURL_SOCKET_BAD;
    }
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

static size_t on_body(char *bytes, size_t size, size_t n, void *context)
{
    struct as_transfer *transfer = context;
    (void)size; /* 1, says curl */
    if (transfer->answer.n + n > transfer->most_bytes) {
        transfer->too_large = true;
        return 0;
    }
    as_buf_bytes(&transfer->answer, bytes, n);
    transfer->no_memory |= transfer->answer.failed;
    return transfer->answer.failed ? 0 : n;
}

static bool keep_header(struct as_transfer *transfer, struct as_str line)
{
    struct as_str value = line;
    struct as_str name = as_str_trim(as_str_cut(&value, ':'));
    if (value.p == NULL || name.n == 0 || transfer->answer_headers.n >= AS_HTTP_MOST_HEADER_COUNT)
        return true;
    value = as_str_trim(value);
    char *lower = as_arena_copy(&transfer->arena, name.p, name.n);
    struct as_buf clean = {.max = 0};
    as_marks_scrub(&clean, &transfer->client->marks, value);
    struct as_header header = {lower, as_arena_copy(&transfer->arena, as_buf_c(&clean), clean.n)};
    bool good = lower != NULL && header.value != NULL && !clean.failed;
    as_buf_free(&clean);
    for (char *c = lower; good && *c != '\0'; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c = (char)(*c + ('a' - 'A'));
    return good && as_list_push(&transfer->arena, &transfer->answer_headers, header);
}

static size_t on_header(char *bytes, size_t size, size_t n, void *context)
{
    struct as_transfer *transfer = context;
    struct as_str line = {bytes, n};
    (void)size;
    transfer->answer_header_bytes += n;
    if (transfer->answer_header_bytes > AS_HTTP_MOST_HEADERS) {
        transfer->too_large = true;
        return 0;
    }
    if (as_str_starts(line, AS_STR("HTTP/"))) { /* a new answer: after 100 Continue, or a proxy's own */
        transfer->answer_headers.n = 0;
        return n;
    }
    if (!keep_header(transfer, line)) {
        transfer->no_memory = true;
        return 0;
    }
    return n;
}

static bool append(struct as_transfer *transfer, const char *text)
{
    struct curl_slist *longer = transfer->client->curl->slist_append(transfer->sent, text);
    if (longer != NULL)
        transfer->sent = longer;
    return longer != NULL;
}

static enum as_status send_headers(struct as_transfer *transfer, bool *json, struct as_error *error)
{
    struct as_buf line = {.max = 0};
    enum as_status status = AS_OK;
    /* curl would wait for leave to send a body. */
    if (!append(transfer, "Expect:"))
        status = as_error_memory(error);
    for (uint32_t i = 0; i < transfer->header_count && status == AS_OK; i++) {
        const struct as_header *header = &transfer->headers[i];
        if (strcasecmp(header->name, "Content-Type") == 0) {
            *json = strstr(header->value, "json") != NULL;
            if (!transfer->has_body)
                continue;
        }
        as_buf_reset(&line);
        as_buf_text(&line, header->name);
        as_buf_text(&line, *header->value != '\0' ? ": " : ";");
        status = as_marks_replace(&line, NULL, &transfer->client->marks, as_str_of(header->value),
                                  AS_MARK_PLAIN, &transfer->origin, error);
        if (status == AS_OK && (line.failed || !append(transfer, as_buf_c(&line))))
            status = as_error_memory(error);
    }
    if (line.p != NULL)
        explicit_bzero(line.p, line.room);
    as_buf_free(&line);
    return status;
}

static enum as_status send_url(struct as_transfer *transfer, struct as_error *error)
{
    const struct as_curl *curl = transfer->client->curl;
    struct as_buf url = {.max = 0};
    struct as_origin reached;
    bool marked = false;
    enum as_status status = as_marks_replace(&url, &marked, &transfer->client->marks,
                                             as_str_of(transfer->url), AS_MARK_URL, &transfer->origin, error);
    if (status == AS_OK && marked) {
        struct as_arena arena = {0};
        struct as_error quiet = AS_ERROR_INIT; /* its words would hold the secret */
        status = as_origin_of_url(&reached, &arena, as_buf_c(&url), &quiet);
        if (status != AS_OK || !as_origin_same(&reached, &transfer->origin))
            status = as_error_set(error, AS_ERR_DATA,
                                  "a secret belongs into the URL's path or query, not its host");
        as_arena_free(&arena);
    }
    if (status == AS_OK && ((transfer->address = curl->url()) == NULL ||
                            curl->url_set(transfer->address, CURLUPART_URL, as_buf_c(&url), 0) != CURLUE_OK))
        status = as_error_memory(error);
    as_secret_wipe(&url);
    return status;
}

static void set_method(struct as_transfer *transfer)
{
    const struct as_curl *curl = transfer->client->curl;
    CURL *easy = transfer->easy;
    if (strcmp(transfer->method, "HEAD") == 0) {
        curl->easy_setopt(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    if (transfer->has_body || strcmp(transfer->method, "POST") == 0) {
        curl->easy_setopt(easy, CURLOPT_POST, 1L);
        curl->easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)transfer->wire_body.n);
        curl->easy_setopt(easy, CURLOPT_POSTFIELDS, as_buf_c(&transfer->wire_body));
    }
    curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, transfer->method);
}

static void set_protocols(const struct as_curl *curl, CURL *easy)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "https,http");
#else
    curl->easy_setopt(easy, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTPS | CURLPROTO_HTTP));
#endif
}

static void set_options(struct as_transfer *transfer, int64_t now)
{
    const struct as_curl *curl = transfer->client->curl;
    CURL *easy = transfer->easy;
    const struct as_policy *policy = transfer->client->policy;
    int64_t left = (transfer->deadline - now) / NS_MS + 1;
    curl->easy_setopt(easy, CURLOPT_CURLU, transfer->address);
    curl->easy_setopt(easy, CURLOPT_PRIVATE, transfer);
    curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->message);
    curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl->easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl->easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer);
    curl->easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl->easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl->easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    set_protocols(curl, easy);
    /* Always said, so that no environment variable says otherwise. */
    curl->easy_setopt(easy, CURLOPT_PROXY, policy->proxy != NULL ? policy->proxy : "");
    curl->easy_setopt(easy, CURLOPT_NOPROXY, "");
    curl->easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl->easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl->easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (policy->ca != NULL) {
        curl->easy_setopt(easy, CURLOPT_CAINFO, policy->ca);
        curl->easy_setopt(easy, CURLOPT_CAPATH, NULL);
    }
    /* 0 would mean for ever. */
    curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)(left > 0 ? left : 1));
    curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)AS_HTTP_CONNECT_MS);
    curl->easy_setopt(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->most_bytes);
    curl->easy_setopt(easy, CURLOPT_ACCEPT_ENCODING,
                      ""); /* all that curl can decode; on_body counts decoded bytes */
    curl->easy_setopt(easy, CURLOPT_USERAGENT, "assay");
    curl->easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->sent);
    curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl->easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
    curl->easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl->easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
    set_method(transfer);
}

static void end_try(struct as_transfer *transfer)
{
    const struct as_curl *curl = transfer->client->curl;
    curl->easy_cleanup(transfer->easy);
    curl->url_cleanup(transfer->address);
    /* curl's own copies are out of reach; ours held secrets and go wiped. */
    for (struct curl_slist *line = transfer->sent; line != NULL; line = line->next)
        explicit_bzero(line->data, strlen(line->data));
    curl->slist_free_all(transfer->sent);
    as_secret_wipe(&transfer->wire_body);
    transfer->easy = NULL;
    transfer->address = NULL;
    transfer->sent = NULL;
}

enum as_status as_transfer_begin(struct as_transfer *transfer, int64_t now, struct as_error *error)
{
    const struct as_curl *curl = transfer->client->curl;
    bool json = false;
    if (transfer->deadline == 0)
        transfer->deadline = now + transfer->timeout_ms * NS_MS;
    transfer->tries++;
    transfer->outcome = AS_BROKEN;
    transfer->status = 0;
    transfer->retry_after = -1;
    transfer->message[0] = '\0';
    transfer->refused = NULL;
    transfer->too_large = transfer->no_memory = false;
    transfer->answer_headers.n = 0;
    transfer->answer_header_bytes = 0;
    as_buf_reset(&transfer->answer);
    as_error_clear(&transfer->error);
    transfer->answer.max = transfer->most_bytes + 1;
    transfer->wire_body = (struct as_buf){.max = AS_HTTP_MOST_SENT * 2};
    enum as_status status = send_headers(transfer, &json, error);
    if (status == AS_OK && transfer->has_body)
        status = as_marks_replace(&transfer->wire_body, NULL, &transfer->client->marks, transfer->body,
                                  json ? AS_MARK_JSON : AS_MARK_PLAIN, &transfer->origin, error);
    if (status == AS_OK)
        status = send_url(transfer, error);
    if (status == AS_OK && (transfer->easy = curl->easy_init()) == NULL)
        status = as_error_memory(error);
    if (status == AS_OK) {
        set_options(transfer, now);
        if (curl->multi_add_handle(transfer->client->multi, transfer->easy) != CURLM_OK)
            status = as_error_memory(error);
    }
    if (status != AS_OK) {
        end_try(transfer);
        return status;
    }
    as_gate_began(transfer->gate, now);
    return AS_OK;
}

/* Valid header lines alone: curl reads seconds and dates. */
static int64_t retry_after(struct as_transfer *transfer)
{
    const struct as_curl *curl = transfer->client->curl;
    curl_off_t seconds = 0;
    for (uint32_t i = 0; i < transfer->answer_headers.n; i++)
        if (strcmp(transfer->answer_headers.at[i].name, "retry-after") == 0)
            return curl->easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK &&
                           seconds >= 0
                       ? seconds
                       : 0;
    return -1;
}

void as_transfer_end(struct as_transfer *transfer, CURLcode code)
{
    const struct as_curl *curl = transfer->client->curl;
    long status = 0;
    as_outcome_of(transfer, code);
    if (transfer->outcome == AS_ANSWERED) {
        curl->easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
        transfer->status = (int)status;
        transfer->retry_after = retry_after(transfer);
    }
    curl->multi_remove_handle(transfer->client->multi, transfer->easy);
    end_try(transfer);
    transfer->gate->running--;
    as_gate_learn(transfer->gate, transfer, as_clock_ticks());
}

void as_transfer_drop(struct as_transfer *transfer)
{
    if (transfer->easy != NULL) {
        transfer->client->curl->multi_remove_handle(transfer->client->multi, transfer->easy);
        end_try(transfer);
    }
    as_buf_free(&transfer->answer);
    as_buf_free(&transfer->scrubbed);
    as_arena_free(&transfer->arena);
    free(transfer);
}
