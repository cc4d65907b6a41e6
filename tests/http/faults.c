/* Answers: one row a path. All that a provider or a webhook's receiver can do to us is here. */
#include "faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static bool send_all(struct connection *to, const char *bytes, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(to->socket, bytes, n, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes += sent;
        n -= (size_t)sent;
    }
    return true;
}

static bool send_text(struct connection *to, const char *text)
{
    return send_all(to, text, strlen(text));
}

/* Waits, but not longer than the server lives. false: it stops. */
static bool wait_ms(struct connection *to, long ms)
{
    struct timespec until;
    struct http_server *server = to->server;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&server->lock);
    while (!server->stopping && pthread_cond_timedwait(&server->stopped, &server->lock, &until) == 0)
        ;
    bool stopping = server->stopping;
    pthread_mutex_unlock(&server->lock);
    return !stopping;
}

static bool reply(struct connection *to, int status, const char *headers, const char *body, size_t n)
{
    char head[4096];
    snprintf(head, sizeof head, "HTTP/1.1 %d X\r\nContent-Length: %zu\r\n%s\r\n", status, n, headers);
    return send_text(to, head) && send_all(to, body, n);
}

static bool reply_json(struct connection *to, int status, const char *body)
{
    return reply(to, status, "Content-Type: application/json\r\n", body, strlen(body));
}

/* What follows "name=" in the query, percent-decoded; "" when it is not there. */
static const char *query(char out[2048], const struct request *request, const char *name)
{
    const char *at = strchr(request->target, '?');
    size_t n = strlen(name), m = 0;
    while (at != NULL && !(strncmp(at + 1, name, n) == 0 && at[1 + n] == '='))
        at = strchr(at + 1, '&');
    for (at = at != NULL ? at + n + 2 : ""; *at != '\0' && *at != '&' && m < 2047; at++) {
        unsigned code;
        if (*at == '%' && sscanf(at + 1, "%2x", &code) == 1) {
            out[m++] = (char)code;
            at += 2;
        } else {
            out[m++] = *at;
        }
    }
    out[m] = '\0';
    return out;
}

static bool on_ok(struct connection *to, const struct request *request)
{
    char body[512];
    snprintf(body, sizeof body, "{\"path\":\"%s\",\"employees\":250}", request->path);
    return reply_json(to, 200, body);
}

static bool on_echo(struct connection *to, const struct request *request)
{
    const char *type = "text/plain", *said = "";
    char headers[2048];
    for (unsigned i = 0; i < request->header_count; i++) {
        if (strcmp(request->names[i], "content-type") == 0)
            type = request->values[i];
        if (strcmp(request->names[i], "authorization") == 0)
            said = request->values[i];
    }
    /* A rude server sends back what it was told. */
    snprintf(headers, sizeof headers, "Content-Type: %.200s\r\nX-Told: %.1000s\r\n", type, said);
    return reply(to, 200, headers, request->body_n > 0 ? request->body : said,
                 request->body_n > 0 ? request->body_n : strlen(said));
}

/* /status/429?after=2 */
static bool on_status(struct connection *to, const struct request *request)
{
    char after[2048], headers[2200] = "";
    int status = (int)strtol(request->path + strlen("/status/"), NULL, 10);
    if (*query(after, request, "after") != '\0')
        snprintf(headers, sizeof headers, "Retry-After: %.100s\r\n", after);
    return reply(to, status, headers, "{}", status == 204 || status == 304 ? 0 : 2);
}

/* /flaky/2/NAME?status=503&after=1: fails twice, then is well */
static bool on_flaky(struct connection *to, const struct request *request)
{
    char text[2048], headers[2200] = "";
    unsigned failures = (unsigned)strtoul(request->path + strlen("/flaky/"), NULL, 10);
    if (http_server_seen(to->server, request->path) > failures)
        return on_ok(to, request);
    if (*query(text, request, "after") != '\0')
        snprintf(headers, sizeof headers, "Retry-After: %.100s\r\n", text);
    int status = (int)strtol(query(text, request, "status"), NULL, 10);
    if (status == 0) {
        struct linger hard = {1, 0};
        setsockopt(to->socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        return false;
    }
    return reply(to, status, headers, "{}", 2);
}

/* /redirect/302?to=URL */
static bool on_redirect(struct connection *to, const struct request *request)
{
    char where[2048], headers[2200];
    int status = (int)strtol(request->path + strlen("/redirect/"), NULL, 10);
    snprintf(headers, sizeof headers, "Location: %s\r\n", query(where, request, "to"));
    return reply(to, status, headers, "", 0);
}

static bool on_loop(struct connection *to, const struct request *request)
{
    (void)request;
    return reply(to, 302, "Location: /loop\r\n", "", 0);
}

static bool on_delay(struct connection *to, const struct request *request)
{
    return wait_ms(to, strtol(request->path + strlen("/delay/"), NULL, 10)) && on_ok(to, request);
}

static bool on_reset(struct connection *to, const struct request *request)
{
    struct linger hard = {1, 0};
    (void)request;
    setsockopt(to->socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    return false;
}

static bool on_drop(struct connection *to, const struct request *request)
{
    (void)to;
    (void)request;
    return false;
}

static bool on_hang(struct connection *to, const struct request *request)
{
    (void)request;
    while (wait_ms(to, 1000))
        ;
    return false;
}

static bool on_trickle(struct connection *to, const struct request *request)
{
    (void)request;
    if (!send_text(to, "HTTP/1.1 200 X\r\nContent-Length: 10000\r\n\r\n"))
        return false;
    while (wait_ms(to, 20) && send_text(to, " "))
        ;
    return false;
}

static bool on_trickled_head(struct connection *to, const struct request *request)
{
    (void)request;
    if (!send_text(to, "HTTP/1.1 200 X\r\n"))
        return false;
    while (wait_ms(to, 20) && send_text(to, "X-A: b\r\n"))
        ;
    return false;
}

static bool on_short(struct connection *to, const struct request *request)
{
    (void)request;
    send_text(to, "HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n{\"a\":1}");
    return false;
}

static bool on_long(struct connection *to, const struct request *request)
{
    (void)request;
    send_text(to, "HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{}{\"extra\":true}");
    return false;
}

static bool on_huge(struct connection *to, const struct request *request)
{
    static const char block[16384];
    (void)request;
    if (!send_text(to, "HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n"))
        return false;
    while (send_text(to, "4000\r\n") && send_all(to, block, sizeof block) && send_text(to, "\r\n"))
        ;
    return false;
}

static bool on_claims_huge(struct connection *to, const struct request *request)
{
    (void)request;
    send_text(to, "HTTP/1.1 200 X\r\nContent-Length: 99999999999\r\n\r\n");
    return false;
}

/* RFC 1951 by hand: one fixed-Huffman block, a literal 0 and then copies of 258 bytes from 1 back, 13 bits
 * each. */
static bool on_bomb(struct connection *to, const struct request *request)
{
    enum { COPIES = 400000 };
    static const unsigned char head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    unsigned char *out = calloc(1, sizeof head + COPIES * 13 / 8 + 16);
    size_t bit = 0;
    (void)request;
    if (out == NULL)
        return false;
    memcpy(out, head, sizeof head);
#define PUT(text)                                                                                            \
    for (const char *b = (text); *b != '\0'; b++, bit++)                                                     \
    out[sizeof head + bit / 8] |= (unsigned char)((*b - '0') << bit % 8)
    PUT("110"); /* last block; fixed codes, low bit first */
    PUT("00110000");
    for (int i = 0; i < COPIES; i++)
        PUT("1100010100000");
    PUT("0000000");
#undef PUT
    bool good = reply(to, 200, "Content-Encoding: gzip\r\n", (const char *)out, sizeof head + bit / 8 + 9);
    free(out);
    return good;
}

static bool on_headers(struct connection *to, const struct request *request)
{
    (void)request;
    if (!send_text(to, "HTTP/1.1 200 X\r\n"))
        return false;
    while (send_text(to,
                     "X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"))
        ;
    return false;
}

static bool on_garbage(struct connection *to, const struct request *request)
{
    (void)request;
    send_text(to, "\x01\x02 this is no HTTP\r\n\r\n");
    return false;
}

static bool on_nul(struct connection *to, const struct request *request)
{
    static const char body[] = "{\"name\":\"a\0b\"}";
    (void)request;
    return reply(to, 200, "Content-Type: application/json\r\n", body, sizeof body - 1);
}

static bool on_escaped_nul(struct connection *to, const struct request *request)
{
    (void)request;
    return reply_json(to, 200, "{\"name\":\"a\\u0000b\"}");
}

static bool on_latin(struct connection *to, const struct request *request)
{
    (void)request;
    return reply_json(to, 200, "{\"name\":\"caf\xe9\"}");
}

static bool on_deep(struct connection *to, const struct request *request)
{
    enum { DEEP = 100000 };
    char *body = malloc(2 * DEEP);
    (void)request;
    if (body == NULL)
        return false;
    memset(body, '[', DEEP);
    memset(body + DEEP, ']', DEEP);
    bool good = reply(to, 200, "Content-Type: application/json\r\n", body, (size_t)2 * DEEP);
    free(body);
    return good;
}

static bool on_empty(struct connection *to, const struct request *request)
{
    (void)request;
    return reply_json(to, 200, "");
}

static bool on_requests(struct connection *to, const struct request *request)
{
    char *log = http_server_log(to->server);
    (void)request;
    bool good = log != NULL && reply(to, 200, "Content-Type: application/x-ndjson\r\n", log, strlen(log));
    free(log);
    return good;
}

bool http_answer(struct connection *connection, const struct request *request)
{
    static const struct {
        const char *path; /* one that ends in "/" stands for all below */
        bool (*answer)(struct connection *to, const struct request *request);
    } rows[] = {
        {"/echo", on_echo},
        {"/status/", on_status},
        {"/flaky/", on_flaky},
        {"/redirect/", on_redirect},
        {"/loop", on_loop},
        {"/delay/", on_delay},
        {"/reset", on_reset},
        {"/drop", on_drop},
        {"/hang", on_hang},
        {"/trickle", on_trickle},
        {"/trickled-head", on_trickled_head},
        {"/short", on_short},
        {"/long", on_long},
        {"/huge", on_huge},
        {"/claims-huge", on_claims_huge},
        {"/bomb", on_bomb},
        {"/headers", on_headers},
        {"/garbage", on_garbage},
        {"/nul", on_nul},
        {"/escaped-nul", on_escaped_nul},
        {"/latin", on_latin},
        {"/deep", on_deep},
        {"/empty", on_empty},
        {"/requests", on_requests},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t n = strlen(rows[i].path);
        bool below = rows[i].path[n - 1] == '/';
        if (below ? strncmp(request->path, rows[i].path, n) == 0 : strcmp(request->path, rows[i].path) == 0)
            return rows[i].answer(connection, request);
    }
    return on_ok(connection, request);
}
