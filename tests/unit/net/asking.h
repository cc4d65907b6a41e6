/* A client with a server that misbehaves, for tests: one request, waited for, its answer copied. */
#ifndef AS_TESTS_NET_ASKING_H
#define AS_TESTS_NET_ASKING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/time.h"
#include "net/cassette.h"
#include "net/request.h"
#include "server.h"

struct told {
    unsigned times; /* the callback ran */
    enum as_reply outcome;
    int status;
    char body[4096], url[512], why[1024], headers[4096];
    size_t body_n;
    int64_t retry_after;
    int64_t answered; /* as_clock_ticks */
    unsigned tries;
    bool recorded;
};

struct asking {
    struct http_server *server;
    char origin[64], policy_path[256];
    struct as_policy *policy;
    struct as_client *client;
    struct as_error error;
};

static void keep_answer(void *context, const struct as_response *response)
{
    struct told *told = context;
    told->times++;
    told->outcome = response->outcome;
    told->status = response->status;
    told->body_n = response->body.n;
    snprintf(told->body, sizeof told->body, "%.*s", (int)(response->body.n < 4000 ? response->body.n : 4000),
             response->body.p != NULL ? response->body.p : "");
    snprintf(told->url, sizeof told->url, "%s", response->url);
    told->headers[0] = '\0';
    for (uint32_t i = 0; i < response->header_count; i++) {
        size_t n = strlen(told->headers);
        snprintf(told->headers + n, sizeof told->headers - n, "%s: %s\n", response->headers[i].name,
                 response->headers[i].value);
    }
    snprintf(told->why, sizeof told->why, "%s\n%s", response->error != NULL ? response->error->what : "",
             response->error != NULL ? response->error->advice : "");
    told->retry_after = response->retry_after;
    told->answered = as_clock_ticks();
    told->tries = response->tries;
    told->recorded = response->recorded;
}

static void wait_for(struct as_client *client, const struct told *told, unsigned times)
{
    struct as_error error = AS_ERROR_INIT;
    while (told->times < times)
        assert_int_equal(as_client_turn(client, 1000, &error), AS_OK);
}

static struct told ask_with(struct as_client *client, const struct as_request *request)
{
    struct told told = {0};
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_client_submit(client, request, keep_answer, &told, &error), AS_OK);
    wait_for(client, &told, 1);
    return told;
}

/* GET of a path of the server, tried once. */
static inline struct told ask(struct asking *a, const char *path)
{
    char url[2048];
    snprintf(url, sizeof url, "%s%s", a->origin, path);
    return ask_with(a->client,
                    &(struct as_request){.url = url, .tries = 1, .timeout_ms = 2000, .most_bytes = 65536});
}

static inline void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* A policy of this text; "%s" in it is the server's origin. */
static inline void use_policy(struct asking *a, const char *format)
{
    char text[4096];
    const char *at = strstr(format, "%s");
    as_client_close(a->client);
    a->client = NULL;
    as_policy_free(a->policy);
    a->policy = NULL;
    snprintf(text, sizeof text, "%.*s%s%s", at != NULL ? (int)(at - format) : (int)strlen(format), format,
             at != NULL ? a->origin : "", at != NULL ? at + 2 : "");
    write_text(a->policy_path, text);
    if (as_policy_read(&a->policy, a->policy_path, &a->error) != AS_OK)
        fail_msg("%s", a->error.what);
}

static inline void use_client(struct asking *a, struct as_cassette *cassette)
{
    static const char *const secrets[] = {"ASSAY_TEST_TOKEN", "ASSAY_TEST_OTHER"};
    const char *origins[] = {a->origin, "https://permitted.example"};
    struct as_client_options options = {.policy = a->policy,
                                        .origins = origins,
                                        .origin_count = 2,
                                        .secrets = secrets,
                                        .secret_count = 2,
                                        .cassette = cassette};
    as_client_close(a->client);
    a->client = NULL;
    if (as_client_open(&a->client, &options, &a->error) != AS_OK)
        fail_msg("%s", a->error.what);
}

#define OPEN_POLICY "{\"origins\": [\"%s\"], \"addresses\": [\"127.0.0.1\"]}"

static inline int asking_open(void **state)
{
    struct asking *a = calloc(1, sizeof *a);
    a->server = http_server_start();
    if (a->server == NULL)
        return -1;
    snprintf(a->origin, sizeof a->origin, "http://127.0.0.1:%u", http_server_port(a->server));
    snprintf(a->policy_path, sizeof a->policy_path, "policy-%d.json", (int)getpid());
    use_policy(a, OPEN_POLICY);
    use_client(a, NULL);
    *state = a;
    return 0;
}

static inline int asking_close(void **state)
{
    struct asking *a = *state;
    as_client_close(a->client);
    as_policy_free(a->policy);
    http_server_stop(a->server);
    remove(a->policy_path);
    free(a);
    return 0;
}

#endif
