/* Recordings: what was asked once over the network is answered from a file, and nothing else is. */
#include "asking.h"

static const char path[] = "cassette-test.json";

static struct as_cassette *cassette(enum as_cassette_mode mode)
{
    struct as_cassette *out = NULL;
    struct as_error error = AS_ERROR_INIT;
    if (as_cassette_open(&out, path, mode, &error) != AS_OK)
        fail_msg("%s", error.what);
    return out;
}

static struct told send(struct asking *a, const char *method, const char *where, const char *body)
{
    char url[512];
    snprintf(url, sizeof url, "%s%s", a->origin, where);
    return ask_with(a->client,
                    &(struct as_request){.method = method,
                                         .url = url,
                                         .body = body != NULL ? as_str_of(body) : (struct as_str){NULL, 0},
                                         .tries = 1});
}

static void test_record_and_replay(void **state)
{
    struct asking *a = *state;
    remove(path);
    setenv("ASSAY_TEST_TOKEN", "never-in-a-file", 1);
    struct as_cassette *recording = cassette(AS_CASSETTE_RECORD);
    use_client(a, recording);
    char where[256];
    snprintf(where, sizeof where, "/flaky/1/x?status=404&key=%s",
             as_client_secret_mark(a->client, "ASSAY_TEST_TOKEN", &a->error));
    assert_int_equal(send(a, NULL, where, NULL).status, 404);
    assert_int_equal(send(a, NULL, where, NULL).status, 200);
    assert_int_equal(send(a, "POST", "/echo", "{\"b\": 1, \"a\": [2]}").status, 200);
    assert_int_equal(send(a, "POST", "/echo", "caf\xe9").body_n, 4);
    assert_int_equal(send(a, NULL, "/status/429?after=7", NULL).retry_after, 7);
    assert_int_equal(as_cassette_save(recording, &a->error), AS_OK);
    use_client(a, NULL);
    as_cassette_free(recording);
    unsetenv("ASSAY_TEST_TOKEN");

    char text[8192] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_null(strstr(text, "never-in-a-file"));
    assert_non_null(strstr(text, "[secret ASSAY_TEST_TOKEN]"));
    assert_null(strstr(text, "assay-secret-"));

    unsigned before = http_server_seen(a->server, "*");
    struct as_cassette *playing = cassette(AS_CASSETTE_PLAY);
    use_policy(a, "{\"origins\": []}"); /* a recording needs no policy, and no secret */
    use_client(a, playing);
    snprintf(where, sizeof where, "/flaky/1/x?status=404&key=%s",
             as_client_secret_mark(a->client, "ASSAY_TEST_TOKEN", &a->error));
    struct told told = send(a, NULL, where, NULL);
    assert_int_equal(told.status, 404);
    assert_true(told.recorded);
    assert_int_equal(send(a, NULL, where, NULL).status, 200);
    assert_int_equal(send(a, NULL, where, NULL).status, 200); /* the last one from then on */
    told = send(a, "POST", "/echo", "{\"a\":[2],\"b\":1}");   /* equal as JSON */
    assert_int_equal(told.status, 200);
    assert_string_equal(told.body, "{\"b\":1,\"a\":[2]}");
    assert_string_equal(send(a, "POST", "/echo", "caf\xe9").body, "caf\xe9");
    assert_int_equal(send(a, NULL, "/status/429?after=7", NULL).retry_after, 7);
    told = send(a, NULL, "/other", NULL);
    assert_int_equal(told.outcome, AS_NOT_RECORDED);
    assert_non_null(strstr(told.why, "/other"));
    assert_non_null(strstr(told.why, "--record"));
    assert_int_equal(send(a, "POST", "/echo", "{\"a\":[3],\"b\":1}").outcome, AS_NOT_RECORDED);
    assert_int_equal(http_server_seen(a->server, "*"), before);
    use_client(a, NULL);
    as_cassette_free(playing);
    remove(path);
}

/* Recording again replaces what is asked again and keeps the rest. */
static void test_record_again(void **state)
{
    struct asking *a = *state;
    remove(path);
    for (int round = 0; round < 2; round++) {
        struct as_cassette *recording = cassette(AS_CASSETTE_RECORD);
        use_client(a, recording);
        send(a, NULL, "/flaky/1/again?status=404", NULL);
        if (round == 0)
            send(a, NULL, "/kept", NULL);
        assert_int_equal(as_cassette_save(recording, &a->error), AS_OK);
        use_client(a, NULL);
        as_cassette_free(recording);
    }
    struct as_cassette *playing = cassette(AS_CASSETTE_PLAY);
    use_client(a, playing);
    assert_int_equal(send(a, NULL, "/flaky/1/again?status=404", NULL).status, 200);
    assert_int_equal(send(a, NULL, "/kept", NULL).status, 200);
    use_client(a, NULL);
    as_cassette_free(playing);
    remove(path);
}

/* Failures are written by hand: a test of what happens when a provider is down. */
static void test_failures_by_hand(void **state)
{
    struct asking *a = *state;
    char text[512];
    snprintf(text, sizeof text,
             "[{\"request\": {\"method\": \"GET\", \"url\": \"%s/down\"}, \"response\": {\"outcome\": "
             "\"timed out\"}}]",
             a->origin);
    write_text(path, text);
    struct as_cassette *playing = cassette(AS_CASSETTE_PLAY);
    use_client(a, playing);
    struct told told = send(a, NULL, "/down", NULL);
    assert_int_equal(told.outcome, AS_TIMED_OUT);
    assert_true(told.why[0] != '\n');
    use_client(a, NULL);
    as_cassette_free(playing);
    remove(path);
}

static void test_damaged(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "{}",
        "[1]",
        "[{}]",
        "[{\"request\":{\"method\":\"GET\",\"url\":\"u\"},\"response\":{}}]",
        "[{\"request\":{\"method\":\"GET\",\"url\":\"u\"},\"response\":{\"status\":1000}}]",
        "[{\"request\":{\"method\":\"GET\",\"url\":\"u\"},\"response\":{\"status\":200,\"base64\":\"!\"}}]",
        "[{\"request\":{\"method\":\"GET\",\"url\":\"u\"},\"response\":{\"status\":200,\"text\":1}}]",
        "[{\"request\":{\"method\":\"GET\",\"url\":\"u\"},\"response\":{\"status\":200,\"headers\":{\"a\":1}}"
        "}]",
        "[{\"request\":{\"method\":\"GET\",\"url\":\"u\"},\"response\":{\"outcome\":\"fine\"}}]",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct as_cassette *out;
        struct as_error error = AS_ERROR_INIT;
        write_text(path, wrong[i]);
        if (as_cassette_open(&out, path, AS_CASSETTE_PLAY, &error) != AS_ERR_DATA)
            fail_msg("%s is taken", wrong[i]);
        assert_string_equal(error.file, path);
    }
    remove(path);
}

#define CASSETTE_TEST(f) cmocka_unit_test_setup_teardown(f, asking_open, asking_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASSETTE_TEST(test_record_and_replay),
        CASSETTE_TEST(test_record_again),
        CASSETTE_TEST(test_failures_by_hand),
        cmocka_unit_test(test_damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
