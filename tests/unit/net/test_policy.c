/* Origins, the host's policy and its secrets. */
#include "asking.h"

#include <sys/stat.h>

static void test_origins(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    static const struct {
        const char *text, *origin; /* NULL: refused */
    } rows[] = {
        {"https://enrich.example", "https://enrich.example"},
        {"https://enrich.example/", "https://enrich.example"},
        {"HTTPS://Enrich.Example:443/", "https://enrich.example"},
        {"https://enrich.example:8443", "https://enrich.example:8443"},
        {"https://enrich.example.", "https://enrich.example"},
        {"https://*.crm.example", "https://*.crm.example"},
        {"http://127.0.0.1:8080", "http://127.0.0.1:8080"},
        {"https://[2001:db8::1]:9/", "https://[2001:db8::1]:9"},
        {"https://enrich.example/v2", NULL},
        {"https://enrich.example/?a", NULL},
        {"https://user@enrich.example", NULL},
        {"https://user:pw@enrich.example", NULL},
        {"ftp://enrich.example", NULL},
        {"enrich.example", NULL},
        {"https://", NULL},
        {"https://*.example", NULL},
        {"https://*", NULL},
        {"https://a b", NULL},
        {"https://enrich.example:0", NULL},
        {"https://enrich.example:65536", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct as_origin origin;
        struct as_error error = AS_ERROR_INIT;
        enum as_status status = as_origin_parse(&origin, &arena, rows[i].text, &error);
        if ((status == AS_OK) != (rows[i].origin != NULL))
            fail_msg("\"%s\": %s", rows[i].text, error.what);
        if (status == AS_OK)
            assert_string_equal(as_origin_text(&arena, &origin), rows[i].origin);
    }
    as_arena_free(&arena);
}

static void test_covers(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    static const struct {
        const char *pattern, *url;
        bool covers;
    } rows[] = {
        {"https://a.example", "https://a.example/x?y#z", true},
        {"https://a.example", "https://A.EXAMPLE:443/", true},
        {"https://a.example", "http://a.example/", false},
        {"https://a.example", "https://a.example:8443/", false},
        {"https://a.example", "https://b.a.example/", false},
        {"https://*.a.example", "https://b.a.example/", true},
        {"https://*.a.example", "https://c.b.a.example/", true},
        {"https://*.a.example", "https://a.example/", false},
        {"https://*.a.example", "https://evila.example/", false},
        {"https://a.example", "https://a.example.evil.example/", false},
        {"https://a.example", "https://a.example./", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct as_origin pattern, origin;
        struct as_error error = AS_ERROR_INIT;
        assert_int_equal(as_origin_parse(&pattern, &arena, rows[i].pattern, &error), AS_OK);
        assert_int_equal(as_origin_of_url(&origin, &arena, rows[i].url, &error), AS_OK);
        if (as_origin_covers(&pattern, &origin) != rows[i].covers)
            fail_msg("%s, %s", rows[i].pattern, rows[i].url);
    }
    as_arena_free(&arena);
}

static void test_wrong_policies(void **state)
{
    struct asking *a = *state;
    static const struct {
        const char *text, *what, *advice;
    } rows[] = {
        {"", "no JSON", ""},
        {"[]", "JSON object", ""},
        {"{\"origin\": []}", "\"origin\" is no key", "\"origins\""},
        {"{\"origins\": \"https://a.example\"}", "\"origins\" is not a list", ""},
        {"{\"origins\": [1]}", "list of texts", ""},
        {"{\"origins\": [\"a\"]}", "no URL", ""},
        {"{\"addresses\": [\"10.0.0.0/40\"]}", "prefix", ""},
        {"{\"proxy\": \"socks5://a.example\"}", "neither https nor http", ""},
        {"{\"secrets\": {\"A\": \"b\"}}", "object", ""},
        {"{\"secrets\": {\"A\": {\"path\": \"b\"}}}", "no key", ""},
        {"{\"rates\": {\"https://a.example\": {\"per_second\": 0}}}", "above 0", ""},
        {"{\"rates\": {\"https://a.example\": {\"at_once\": 1000}}}", "from 1 to", ""},
        {"{\"origins\": [], \"origins\": []}", "duplicate", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct as_policy *policy;
        struct as_error error = AS_ERROR_INIT;
        write_text(a->policy_path, rows[i].text);
        assert_int_equal(as_policy_read(&policy, a->policy_path, &error), AS_ERR_DATA);
        assert_null(policy);
        if (strstr(error.what, rows[i].what) == NULL || strstr(error.advice, rows[i].advice) == NULL)
            fail_msg("%s: %s / %s", rows[i].text, error.what, error.advice);
        assert_string_equal(error.file, a->policy_path);
    }
    struct as_policy *policy;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_policy_read(&policy, "no-such-policy.json", &error), AS_ERR_MISSING);
}

static void test_without_a_policy(void **state)
{
    (void)state;
    struct as_policy *policy;
    struct as_error error = AS_ERROR_INIT;
    struct as_origin origin;
    unsetenv("ASSAY_POLICY");
    assert_int_equal(as_policy_read(&policy, NULL, &error), AS_OK);
    assert_int_equal(as_origin_parse(&origin, &policy->arena, "https://any.example", &error), AS_OK);
    assert_int_equal(as_policy_origin(policy, &origin, &error), AS_OK);
    assert_int_equal(as_origin_parse(&origin, &policy->arena, "http://any.example", &error), AS_OK);
    assert_int_equal(as_policy_origin(policy, &origin, &error), AS_ERR_DATA);
    as_policy_free(policy);
}

static void test_secret_files(void **state)
{
    struct asking *a = *state;
    struct as_buf value = {0};
    const char *file = "secret-token";
    use_policy(a, "{\"secrets\": {\"ASSAY_TEST_TOKEN\": {\"file\": \"secret-token\"}}}");
    write_text(file, "s3cret-value-1\n");
    static const mode_t open_modes[] = {0640, 0604, 0644, 0660, 0610};
    for (size_t i = 0; i < sizeof open_modes / sizeof *open_modes; i++) {
        struct as_error error = AS_ERROR_INIT;
        assert_int_equal(chmod(file, open_modes[i]), 0);
        assert_int_equal(as_policy_secret_read(&value, a->policy, "ASSAY_TEST_TOKEN", &error), AS_ERR_IO);
        assert_non_null(strstr(error.advice, "chmod 600"));
        assert_null(strstr(error.what, "s3cret"));
    }
    assert_int_equal(chmod(file, 0600), 0);
    assert_int_equal(as_policy_secret_read(&value, a->policy, "ASSAY_TEST_TOKEN", &a->error), AS_OK);
    assert_string_equal(as_buf_c(&value), "s3cret-value-1");
    as_secret_wipe(&value);
    static const char *const wrong[] = {"", "\n", "two\nlines\n", "bell\a"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct as_error error = AS_ERROR_INIT;
        write_text(file, wrong[i]);
        assert_int_equal(as_policy_secret_read(&value, a->policy, "ASSAY_TEST_TOKEN", &error), AS_ERR_DATA);
    }
    remove(file);
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_policy_secret_read(&value, a->policy, "ASSAY_TEST_TOKEN", &error), AS_ERR_MISSING);
    as_error_clear(&error);
    unsetenv("ASSAY_TEST_OTHER");
    assert_int_equal(as_policy_secret_read(&value, a->policy, "ASSAY_TEST_OTHER", &error), AS_ERR_MISSING);
    assert_non_null(strstr(error.advice, "environment"));
}

/* The script sees a mark, the server the value, and the answer that repeats it comes back with the name
 * alone. */
static void test_secret_on_the_wire(void **state)
{
    struct asking *a = *state;
    char url[512], line[512];
    setenv("ASSAY_TEST_TOKEN", "tok/en+\"9081", 1);
    const char *mark = as_client_secret_mark(a->client, "ASSAY_TEST_TOKEN", &a->error);
    assert_non_null(mark);
    assert_null(strstr(mark, "9081"));
    assert_string_equal(mark, as_client_secret_mark(a->client, "ASSAY_TEST_TOKEN", &a->error));
    snprintf(line, sizeof line, "Bearer %s", mark);
    struct as_header header = {"Authorization", line};
    snprintf(url, sizeof url, "%s/echo?key=%s", a->origin, mark);
    struct told told =
        ask_with(a->client, &(struct as_request){.url = url, .headers = &header, .header_count = 1});
    assert_int_equal(told.status, 200);
    assert_string_equal(told.body, "Bearer [secret ASSAY_TEST_TOKEN]");
    assert_non_null(strstr(told.headers, "x-told: Bearer [secret ASSAY_TEST_TOKEN]"));
    char *log = http_server_log(a->server);
    assert_non_null(strstr(log, "Bearer tok/en+\\u00229081"));
    assert_non_null(strstr(log, "key=tok%2Fen%2B%229081"));
    free(log);
    /* JSON stays JSON */
    struct as_header json = {"Content-Type", "application/json"};
    char body[256];
    snprintf(body, sizeof body, "{\"k\":\"%s\"}", mark);
    snprintf(url, sizeof url, "%s/post", a->origin);
    ask_with(a->client,
             &(struct as_request){
                 .method = "POST", .url = url, .headers = &json, .header_count = 1, .body = as_str_of(body)});
    log = http_server_log(a->server);
    assert_non_null(strstr(log, "{\\u0022k\\u0022:\\u0022tok/en+\\u005c\\u00229081\\u0022}"));
    free(log);
    /* a mark is no way to choose a host */
    snprintf(url, sizeof url, "http://%s/", mark);
    assert_int_equal(ask_with(a->client, &(struct as_request){.url = url}).outcome, AS_REFUSED);
    struct as_buf clean = {0};
    as_client_scrub(&clean, a->client, AS_STR("a tok/en+\"9081 and tok%2Fen%2B%229081."));
    assert_string_equal(as_buf_c(&clean), "a [secret ASSAY_TEST_TOKEN] and [secret ASSAY_TEST_TOKEN].");
    as_buf_free(&clean);
    unsetenv("ASSAY_TEST_TOKEN");
}

static void test_secret_limits(void **state)
{
    struct asking *a = *state;
    struct as_error error = AS_ERROR_INIT;
    assert_null(as_client_secret_mark(a->client, "HOME", &error));
    assert_non_null(strstr(error.advice, "permits = { secrets"));
    as_error_clear(&error);
    setenv("ASSAY_TEST_TOKEN", "short", 1);
    assert_null(as_client_secret_mark(a->client, "ASSAY_TEST_TOKEN", &error));
    assert_null(strstr(error.what, "\"short\""));
    /* kept for another origin */
    setenv("ASSAY_TEST_TOKEN", "long-enough", 1);
    use_policy(a, "{\"origins\": [\"%s\"], \"addresses\": [\"127.0.0.1\"], \"secrets\": "
                  "{\"ASSAY_TEST_TOKEN\": {\"origins\": "
                  "[\"https://permitted.example\"]}}}");
    use_client(a, NULL);
    const char *mark = as_client_secret_mark(a->client, "ASSAY_TEST_TOKEN", &error);
    assert_non_null(mark);
    struct as_header header = {"Authorization", mark};
    char url[256];
    snprintf(url, sizeof url, "%s/kept", a->origin);
    struct told told =
        ask_with(a->client, &(struct as_request){.url = url, .headers = &header, .header_count = 1});
    assert_int_equal(told.outcome, AS_REFUSED);
    assert_int_equal(http_server_seen(a->server, "/kept"), 0);
    unsetenv("ASSAY_TEST_TOKEN");
}

#define POLICY_TEST(f) cmocka_unit_test_setup_teardown(f, asking_open, asking_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_origins),   cmocka_unit_test(test_covers),
        POLICY_TEST(test_wrong_policies), cmocka_unit_test(test_without_a_policy),
        POLICY_TEST(test_secret_files),   POLICY_TEST(test_secret_on_the_wire),
        POLICY_TEST(test_secret_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
