/* Requests against a server that misbehaves: what every fault comes to, what is never sent, what is sent
 * again. */
#include "asking.h"

static void test_answers(void **state)
{
    struct asking *a = *state;
    struct told told = ask(a, "/companies/acme?by=domain");
    assert_int_equal(told.outcome, AS_ANSWERED);
    assert_int_equal(told.status, 200);
    assert_string_equal(told.body, "{\"path\":\"/companies/acme\",\"employees\":250}");
    assert_non_null(strstr(told.headers, "content-type: application/json\n"));
    assert_non_null(strstr(told.url, "/companies/acme"));
    assert_null(strstr(told.url, "by=domain"));
    assert_int_equal(told.tries, 1);
    assert_false(told.recorded);
}

static void test_faults(void **state)
{
    struct asking *a = *state;
    static const struct {
        const char *path;
        enum as_reply outcome;
    } rows[] = {
        {"/reset", AS_BROKEN},
        {"/drop", AS_BROKEN},
        {"/hang", AS_TIMED_OUT},
        {"/trickle", AS_TIMED_OUT},
        {"/trickled-head", AS_TIMED_OUT},
        {"/short", AS_BROKEN},
        {"/huge", AS_TOO_LARGE},
        {"/claims-huge", AS_TOO_LARGE},
        {"/bomb", AS_TOO_LARGE},
        {"/garbage", AS_BROKEN},
        {"/empty", AS_ANSWERED},
        {"/long", AS_ANSWERED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        use_client(a, NULL); /* else the origin is left alone after so many failures */
        char url[256];
        snprintf(url, sizeof url, "%s%s", a->origin, rows[i].path);
        struct told told = ask_with(
            a->client, &(struct as_request){.url = url, .tries = 1, .timeout_ms = 400, .most_bytes = 65536});
        if (told.outcome != rows[i].outcome)
            fail_msg("%s: %s, not %s: %s", rows[i].path, as_reply_name(told.outcome),
                     as_reply_name(rows[i].outcome), told.why);
        assert_int_equal(told.times, 1);
        assert_true(told.outcome == AS_ANSWERED || told.why[0] != '\0');
        assert_true(told.outcome == AS_ANSWERED || told.body_n == 0);
    }
}

/* What lies beyond Content-Length is no part of the answer, nor of the next one. */
static void test_lying_length(void **state)
{
    struct asking *a = *state;
    assert_string_equal(ask(a, "/long").body, "{}");
    assert_string_equal(ask(a, "/next").body, "{\"path\":\"/next\",\"employees\":250}");
}

static void test_endless_headers(void **state)
{
    struct asking *a = *state;
    struct told told = ask(a, "/headers");
    /* curl has a limit of its own in newer versions: either way the answer is refused. */
    assert_true(told.outcome == AS_TOO_LARGE || told.outcome == AS_BROKEN);
}

static void test_nobody_there(void **state)
{
    struct asking *a = *state;
    http_server_stop(a->server);
    struct told told = ask(a, "/");
    a->server = http_server_start();
    assert_non_null(a->server);
    assert_int_equal(told.outcome, AS_UNREACHED);
}

static void test_retries(void **state)
{
    struct asking *a = *state;
    char url[256];
    snprintf(url, sizeof url, "%s/flaky/2/a?status=503", a->origin);
    struct told told = ask_with(a->client, &(struct as_request){.url = url});
    assert_int_equal(told.status, 200);
    assert_int_equal(told.tries, 3);
    /* three tries and no more */
    snprintf(url, sizeof url, "%s/flaky/5/b?status=500", a->origin);
    told = ask_with(a->client, &(struct as_request){.url = url});
    assert_int_equal(told.status, 500);
    assert_int_equal(http_server_seen(a->server, "/flaky/5/b"), 3);
    /* a reset too */
    snprintf(url, sizeof url, "%s/flaky/1/c", a->origin);
    told = ask_with(a->client, &(struct as_request){.url = url});
    assert_int_equal(told.status, 200);
}

static void test_never_sent_twice(void **state)
{
    struct asking *a = *state;
    char url[256];
    static const char *const failures[] = {"/status/500", "/status/429", "/reset", "/drop"};
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        snprintf(url, sizeof url, "%s%s", a->origin, failures[i]);
        ask_with(a->client, &(struct as_request){.method = "POST", .url = url, .body = AS_STR("{}")});
        assert_int_equal(http_server_seen(a->server, failures[i]), 1);
        use_client(a, NULL);
    }
    /* with a key the receiver can tell */
    snprintf(url, sizeof url, "%s/flaky/1/keyed?status=500", a->origin);
    struct told told = ask_with(
        a->client,
        &(struct as_request){.method = "POST", .url = url, .body = AS_STR("{}"), .idempotency_key = "k-1"});
    assert_int_equal(told.status, 200);
    char *log = http_server_log(a->server);
    assert_non_null(strstr(log, "\"idempotency-key\":\"k-1\""));
    free(log);
}

static void test_retry_after(void **state)
{
    struct asking *a = *state;
    char url[256];
    snprintf(url, sizeof url, "%s/flaky/1/patient?status=429&after=1", a->origin);
    int64_t asked = as_clock_ticks();
    struct told told = ask_with(a->client, &(struct as_request){.url = url});
    assert_int_equal(told.status, 200);
    assert_true(told.answered - asked >= INT64_C(1000) * 1000000);
    /* a date long gone asks for nothing (RFC 9110, 10.2.3) */
    told = ask(a, "/status/503?after=Fri,%2031%20Dec%201999%2023:59:59%20GMT");
    assert_int_equal(told.status, 503);
    assert_int_equal(told.retry_after, 0);
    told = ask(a, "/status/200");
    assert_int_equal(told.retry_after, -1);
    /* longer than anybody should wait: the answer is given as it is, and the origin is left alone */
    told = ask(a, "/status/429?after=3600");
    assert_int_equal(told.status, 429);
    assert_int_equal(told.retry_after, 3600);
    told = ask(a, "/ok");
    assert_int_equal(told.outcome, AS_UNREACHED);
    assert_int_equal(told.tries, 0);
    assert_in_range(told.retry_after, 3590, 3601);
    assert_int_equal(http_server_seen(a->server, "/ok"), 0);
}

static void test_dead_origin_is_left_alone(void **state)
{
    struct asking *a = *state;
    for (int i = 0; i < 8; i++)
        assert_int_equal(ask(a, "/drop").outcome, AS_BROKEN);
    struct told told = ask(a, "/drop");
    assert_int_equal(told.tries, 0);
    assert_non_null(strstr(told.why, "8 times in a row"));
    assert_int_equal(http_server_seen(a->server, "/drop"), 8);
}

static void test_redirects(void **state)
{
    struct asking *a = *state;
    struct told told = ask(a, "/redirect/302?to=/moved");
    assert_int_equal(told.status, 200);
    assert_non_null(strstr(told.body, "/moved"));
    told = ask(a, "/loop");
    assert_int_equal(told.outcome, AS_REFUSED);
    assert_int_equal(http_server_seen(a->server, "/loop"), 6);
    char url[256];
    snprintf(url, sizeof url, "%s/redirect/301?to=/x", a->origin);
    told = ask_with(a->client, &(struct as_request){.url = url, .redirects = -1});
    assert_int_equal(told.status, 301);
    /* RFC 9110, 15.4: 303 asks for a GET, 307 repeats */
    snprintf(url, sizeof url, "%s/redirect/303?to=/echo", a->origin);
    ask_with(a->client, &(struct as_request){.method = "POST", .url = url, .body = AS_STR("said")});
    snprintf(url, sizeof url, "%s/redirect/307?to=/echo", a->origin);
    told = ask_with(a->client, &(struct as_request){.method = "POST", .url = url, .body = AS_STR("said")});
    assert_string_equal(told.body, "said");
    char *log = http_server_log(a->server);
    assert_non_null(strstr(log, "{\"method\":\"GET\",\"path\":\"/echo\""));
    assert_non_null(strstr(log, "{\"method\":\"POST\",\"path\":\"/echo\""));
    free(log);
}

/* The ways in which a redirect is used to get inside. */
static void test_hostile_redirects(void **state)
{
    struct asking *a = *state;
    static const char *const targets[] = {
        "http://169.254.169.254/latest/meta-data/",
        "http://localhost:22/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "https://127.0.0.1/",
        "http://[::1]/",
        "https://other.example/",
        "//evil.example/",
        "https://permitted.example@evil.example/",
        "https://2130706433/",
        "ftp://permitted.example/",
        "http://permitted.example/",
    };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        char path[512];
        snprintf(path, sizeof path, "/redirect/302?to=%s", targets[i]);
        struct told told = ask(a, path);
        if (told.outcome != AS_REFUSED)
            fail_msg("%s: %s", targets[i], as_reply_name(told.outcome));
    }
}

/* Another origin gets neither credentials nor what was posted. */
static void test_credentials_stay_behind(void **state)
{
    struct asking *a = *state;
    struct http_server *other = http_server_start();
    assert_non_null(other);
    char policy[512], other_origin[64], url[512];
    snprintf(other_origin, sizeof other_origin, "http://127.0.0.1:%u", http_server_port(other));
    snprintf(policy, sizeof policy, "{\"origins\": [\"%%s\", \"%s\"], \"addresses\": [\"127.0.0.1\"]}",
             other_origin);
    use_policy(a, policy);
    const char *origins[] = {a->origin, other_origin};
    struct as_client_options options = {.policy = a->policy, .origins = origins, .origin_count = 2};
    assert_int_equal(as_client_open(&a->client, &options, &a->error), AS_OK);
    struct as_header headers[] = {
        {"Authorization", "Bearer tell-nobody"}, {"X-Api-Key", "nor-this"}, {"Accept", "text/plain"}};
    snprintf(url, sizeof url, "%s/redirect/302?to=%s/elsewhere", a->origin, other_origin);
    struct told told =
        ask_with(a->client, &(struct as_request){.url = url, .headers = headers, .header_count = 3});
    assert_int_equal(told.status, 200);
    char *log = http_server_log(other);
    assert_non_null(strstr(log, "/elsewhere"));
    assert_non_null(strstr(log, "text/plain"));
    assert_null(strstr(log, "tell-nobody"));
    assert_null(strstr(log, "nor-this"));
    free(log);
    snprintf(url, sizeof url, "%s/redirect/307?to=%s/posted", a->origin, other_origin);
    told = ask_with(a->client, &(struct as_request){.method = "POST", .url = url, .body = AS_STR("facts")});
    assert_int_equal(told.outcome, AS_REFUSED);
    assert_int_equal(http_server_seen(other, "/posted"), 0);
    http_server_stop(other);
}

static void test_permits(void **state)
{
    struct asking *a = *state;
    struct told told = ask_with(a->client, &(struct as_request){.url = "https://not-permitted.example/"});
    assert_int_equal(told.outcome, AS_REFUSED);
    assert_non_null(strstr(told.why, "permits = { http"));
    told = ask_with(a->client, &(struct as_request){.url = "https://permitted.example/"});
    assert_int_equal(told.outcome, AS_REFUSED); /* by the policy */
    assert_non_null(strstr(told.why, "policy"));
    /* a port is part of an origin */
    told = ask_with(a->client, &(struct as_request){.url = "http://127.0.0.1:1/"});
    assert_int_equal(told.outcome, AS_REFUSED);
}

/* A permitted name that resolves to this machine is not asked unless the policy names the address. */
static void test_guard(void **state)
{
    struct asking *a = *state;
    use_policy(a, "{\"origins\": [\"%s\"]}");
    use_client(a, NULL);
    struct told told = ask(a, "/");
    assert_int_equal(told.outcome, AS_REFUSED);
    assert_non_null(strstr(told.why, "loopback (RFC 1122)"));
    assert_int_equal(http_server_connections(a->server), 0);
    char policy[256];
    snprintf(policy, sizeof policy, "{\"origins\": [\"http://localhost:%u\"], \"addresses\": []}",
             http_server_port(a->server));
    use_policy(a, policy);
    snprintf(a->origin, sizeof a->origin, "http://localhost:%u", http_server_port(a->server));
    use_client(a, NULL);
    assert_int_equal(ask(a, "/").outcome, AS_REFUSED);
    assert_int_equal(http_server_connections(a->server), 0);
}

/* The environment's proxy is nobody's decision. */
static void test_environment_proxy(void **state)
{
    struct asking *a = *state;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    struct told told = ask(a, "/direct");
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    assert_int_equal(told.status, 200);
}

static void test_proxy(void **state)
{
    struct asking *a = *state;
    char policy[512];
    snprintf(policy, sizeof policy,
             "{\"origins\": [\"http://permitted.example\", \"http://10.0.0.1\"], \"proxy\": \"%s\"}",
             a->origin);
    use_policy(a, policy);
    const char *origins[] = {"http://permitted.example", "http://10.0.0.1"};
    struct as_client_options options = {.policy = a->policy, .origins = origins, .origin_count = 2};
    assert_int_equal(as_client_open(&a->client, &options, &a->error), AS_OK);
    struct told told = ask_with(a->client, &(struct as_request){.url = "http://permitted.example/through"});
    assert_int_equal(told.status, 200);
    assert_int_equal(http_server_seen(a->server, "http://permitted.example/through"), 1);
    /* the guard cannot look behind a proxy, but it reads what is written */
    told = ask_with(a->client, &(struct as_request){.url = "http://10.0.0.1/"});
    assert_int_equal(told.outcome, AS_REFUSED);
}

static void test_hostile_requests(void **state)
{
    struct asking *a = *state;
    char url[256];
    snprintf(url, sizeof url, "%s/", a->origin);
    static const struct as_header headers[] = {
        {"X-A", "b\r\nEvil: yes"}, {"X-A\r\nEvil", "yes"},       {"", "x"},
        {"Host", "evil.example"},  {"Content-Length", "0"},      {"transfer-encoding", "chunked"},
        {"X-A", "b\x01"},          {"Proxy-Authorization", "x"}, {"Na me", "x"},
    };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        assert_int_equal(
            ask_with(a->client, &(struct as_request){.url = url, .headers = &headers[i], .header_count = 1})
                .outcome,
            AS_REFUSED);
    assert_int_equal(ask_with(a->client, &(struct as_request){.url = url, .method = "TRACE"}).outcome,
                     AS_REFUSED);
    assert_int_equal(ask_with(a->client, &(struct as_request){.url = url, .method = "GET\r\nX: y"}).outcome,
                     AS_REFUSED);
    assert_int_equal(ask_with(a->client, &(struct as_request){.url = url, .body = AS_STR("x")}).outcome,
                     AS_REFUSED);
    static const char *const urls[] = {"",
                                       "x",
                                       "http://",
                                       "http:///",
                                       "http://user:pw@127.0.0.1/",
                                       "http://127.0.0.1 /",
                                       "http://127.0.0.1/\n",
                                       "javascript:1"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
        assert_int_equal(ask_with(a->client, &(struct as_request){.url = urls[i]}).outcome, AS_REFUSED);
    assert_int_equal(http_server_connections(a->server), 0);
}

static void test_parallel_and_rate(void **state)
{
    struct asking *a = *state;
    enum { N = 24 };
    struct told told[N] = {{0}};
    char policy[512], url[256];
    snprintf(policy, sizeof policy,
             "{\"origins\": [\"%s\"], \"addresses\": [\"127.0.0.1\"], \"rates\": {\"%s\": {\"per_second\": "
             "1000, \"at_once\": 4}}}",
             a->origin, a->origin);
    use_policy(a, policy);
    use_client(a, NULL);
    snprintf(url, sizeof url, "%s/delay/50", a->origin);
    for (int i = 0; i < N; i++)
        assert_int_equal(
            as_client_submit(a->client, &(struct as_request){.url = url}, keep_answer, &told[i], &a->error),
            AS_OK);
    assert_int_equal(as_client_pending(a->client), N);
    while (as_client_pending(a->client) > 0)
        assert_int_equal(as_client_turn(a->client, 1000, &a->error), AS_OK);
    for (int i = 0; i < N; i++)
        assert_int_equal(told[i].status, 200);
    assert_int_equal(http_server_most_at_once(a->server), 4);
    assert_int_equal(http_server_connections(a->server), 4); /* connections are kept */
    /* ten a second: the eleventh does not begin before a second is over */
    use_policy(a, OPEN_POLICY);
    use_client(a, NULL);
    memset(told, 0, sizeof told);
    snprintf(url, sizeof url, "%s/", a->origin);
    int64_t asked = as_clock_ticks();
    for (int i = 0; i < 11; i++)
        assert_int_equal(
            as_client_submit(a->client, &(struct as_request){.url = url}, keep_answer, &told[i], &a->error),
            AS_OK);
    while (as_client_pending(a->client) > 0)
        assert_int_equal(as_client_turn(a->client, 1000, &a->error), AS_OK);
    assert_true(told[10].answered - asked >= INT64_C(990) * 1000000);
}

static void test_close_with_requests_under_way(void **state)
{
    struct asking *a = *state;
    struct told told = {0};
    char url[256];
    snprintf(url, sizeof url, "%s/hang", a->origin);
    for (int i = 0; i < 10; i++)
        assert_int_equal(
            as_client_submit(a->client, &(struct as_request){.url = url}, keep_answer, &told, &a->error),
            AS_OK);
    assert_int_equal(as_client_turn(a->client, 50, &a->error), AS_OK);
    use_client(a, NULL);
    assert_int_equal(told.times, 0);
}

#define REQUEST_TEST(f) cmocka_unit_test_setup_teardown(f, asking_open, asking_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REQUEST_TEST(test_answers),
        REQUEST_TEST(test_faults),
        REQUEST_TEST(test_lying_length),
        REQUEST_TEST(test_endless_headers),
        REQUEST_TEST(test_nobody_there),
        REQUEST_TEST(test_retries),
        REQUEST_TEST(test_never_sent_twice),
        REQUEST_TEST(test_retry_after),
        REQUEST_TEST(test_dead_origin_is_left_alone),
        REQUEST_TEST(test_redirects),
        REQUEST_TEST(test_hostile_redirects),
        REQUEST_TEST(test_credentials_stay_behind),
        REQUEST_TEST(test_permits),
        REQUEST_TEST(test_guard),
        REQUEST_TEST(test_environment_proxy),
        REQUEST_TEST(test_proxy),
        REQUEST_TEST(test_hostile_requests),
        REQUEST_TEST(test_parallel_and_rate),
        REQUEST_TEST(test_close_with_requests_under_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
