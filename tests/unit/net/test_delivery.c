/* Delivery to a server that misbehaves: at least once, in order, with pauses, rests and dead letters that the
 * next process finds as this one left them. */
#include "asking.h"

#include "base/time.h"
#include "net/cloud_event.h"
#include "net/delivery.h"
#include "net/outlet.h"
#include "net/signature.h"
#include "store/facts/facts.h"

#include <jansson.h>

enum { NOW = 1790000000 };
#define SECRET "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

struct sending {
    struct asking *a;
    struct as_store *store;
    struct as_schema *schema;
    struct as_pack *pack;
    char url[2][256];
    uint32_t effects;
};

static void ok(struct sending *s, enum as_status status)
{
    if (status != AS_OK)
        fail_msg("%s: %s", as_status_name(status), s->a->error.what);
}

static void give_leads(struct sending *s, uint32_t n)
{
    struct as_facts_options options = {.system = "crm", .precedence = AS_FROM_CRM, .now = NOW - 100};
    struct as_facts *facts = NULL;
    struct as_facts_summary summary;
    ok(s, as_facts_open(&facts, s->store, s->schema, &options, &s->a->error));
    struct as_record_sink sink = as_facts_sink(facts);
    for (uint32_t i = 1; i <= n; i++) {
        char id[16];
        bool changed;
        snprintf(id, sizeof id, "L%u", i);
        struct as_value_pair pairs[] = {{"id", as_str_of(id)}};
        struct as_record record = {.kind = AS_IMPORT_LEADS, .line = i, .pairs = pairs, .n = 1};
        ok(s, sink.put(sink.context, &record, &changed, &s->a->error));
    }
    ok(s, as_facts_commit(facts, &summary, &s->a->error));
    as_facts_close(facts);
}

static int setup(void **state)
{
    struct sending *s = calloc(1, sizeof *s);
    void *asking = NULL;
    if (asking_open(&asking) != 0)
        return -1;
    s->a = asking;
    setenv("ASSAY_TEST_SIGN", SECRET, 1);
    ok(s, as_schema_new(&s->schema, &s->a->error));
    ok(s, as_store_open(&s->store, ":memory:", AS_STORE_CREATE, &s->a->error));
    ok(s, as_store_learn_schema(s->store, s->schema, &s->a->error));
    ok(s, as_pack_new(&s->pack, s->schema, &s->a->error));
    s->pack->name = "p";
    give_leads(s, 12);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct sending *s = *state;
    void *asking = s->a;
    as_store_close(s->store);
    as_pack_free(s->pack);
    as_schema_free(s->schema);
    asking_close(&asking);
    free(s);
    return 0;
}

/* The pack's destination "crm" at a path of the server. */
static void aim(struct sending *s, const char *path)
{
    static const char name[] = "crm";
    snprintf(s->url[0], sizeof s->url[0], "%s%s", s->a->origin, path);
    s->pack->destinations.n = 0;
    struct as_destination crm = {.name = name, .url = s->url[0], .secret = "ASSAY_TEST_SIGN"};
    assert_true(as_list_push(&s->pack->rules.arena, &s->pack->destinations, crm));
}

static void put(struct sending *s, int64_t lead, bool held, const char *payload)
{
    struct as_run_record run = {.pack = "p",
                                .hash = "h",
                                .at = NOW - 50,
                                .known_at = NOW - 50,
                                .started = NOW - 50,
                                .rules = s->pack};
    char key[64];
    bool added;
    snprintf(key, sizeof key, "enter/p/m/%lld/%u", (long long)lead, ++s->effects);
    struct as_effect effect = {.key = key,
                               .kind = AS_EFFECT_WEBHOOK,
                               .lead_id = lead,
                               .at = NOW - 50,
                               .held = held,
                               .payload_json = payload,
                               .destination = "crm",
                               .due = AS_TIME_NONE};
    ok(s, as_store_begin(s->store, &s->a->error));
    ok(s, as_store_run_begin(s->store, &run, &s->a->error));
    ok(s, as_store_effect(&added, s->store, &run, &effect, &s->a->error));
    ok(s, as_store_run_end(s->store, &run, "{}", NOW - 50, &s->a->error));
    ok(s, as_store_commit(s->store, &s->a->error));
    assert_true(added);
}

static struct as_delivered deliver(struct sending *s, int64_t now, uint64_t limit, uint64_t *tried)
{
    struct as_delivery_result result;
    const struct as_pack *packs[] = {s->pack};
    struct as_delivery_request request = {.policy = s->a->policy,
                                          .packs = packs,
                                          .pack_count = 1,
                                          .now = now,
                                          .limit = limit,
                                          .timeout_ms = 2000};
    ok(s, as_deliver(&result, s->store, &request, &s->a->error));
    struct as_delivered told = *result.destinations.at[0];
    if (tried != NULL)
        *tried = result.tried;
    as_delivery_free(&result);
    return told;
}

static enum as_status keep_number(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    *(int64_t *)context = strtoll(row->texts[0] != NULL ? row->texts[0] : "-1", NULL, 10);
    return AS_OK;
}

static int64_t number(struct sending *s, const char *sql)
{
    int64_t n = -2;
    ok(s, as_store_query(s->store, sql, keep_number, &n, &s->a->error));
    return n;
}

/* The requests that came, as JSON. */
static json_t *requests(struct sending *s)
{
    char *log = http_server_log(s->a->server);
    json_t *all = json_array();
    for (char *line = strtok(log, "\n"); line != NULL; line = strtok(NULL, "\n"))
        json_array_append_new(all, json_loads(line, 0, NULL));
    free(log);
    return all;
}

static const char *header_of(const json_t *request, const char *name)
{
    const char *key;
    json_t *value;
    json_object_foreach(json_object_get(request, "headers"), key, value)
    {
        if (strcasecmp(key, name) == 0)
            return json_string_value(value);
    }
    fail_msg("no header %s", name);
    return "";
}

static void events_are_signed_and_told_once_in_order(void **state)
{
    struct sending *s = *state;
    uint64_t tried;
    aim(s, "/hook");
    put(s, 1, false, "{\"n\":1}");
    put(s, 1, false, "{\"n\":2}");
    put(s, 2, false, "{\"n\":3}");
    put(s, 1, false, "{\"n\":4}");
    struct as_delivered told = deliver(s, NOW, 0, &tried);
    assert_int_equal(told.sent, 4);
    assert_int_equal(number(s, "SELECT count(*) FROM outbox WHERE state = 'sent'"), 4);
    json_t *all = requests(s);
    assert_int_equal(json_array_size(all), 4);
    int64_t last = 0;
    for (size_t i = 0; i < 4; i++) {
        const json_t *request = json_array_get(all, i);
        const char *body = json_string_value(json_object_get(request, "body"));
        json_t *event = json_loads(body, 0, NULL);
        const json_t *data = json_object_get(event, "data");
        int64_t n = json_integer_value(json_object_get(data, "n"));
        /* CloudEvents 1.0, sections 2.4 and JSON format 3.1 */
        assert_string_equal(json_string_value(json_object_get(event, "specversion")), "1.0");
        assert_string_equal(json_string_value(json_object_get(event, "type")), "assay.webhook");
        assert_string_equal(header_of(request, "content-type"), "application/cloudevents+json");
        assert_string_equal(json_string_value(json_object_get(event, "id")),
                            header_of(request, "webhook-id"));
        assert_string_equal(header_of(request, "idempotency-key"), header_of(request, "webhook-id"));
        assert_string_equal(json_string_value(json_object_get(data, "external_id")), n == 3 ? "L2" : "L1");
        char expected[AS_SIGNATURE_SIZE];
        ok(s, as_sign(expected, AS_STR(SECRET), header_of(request, "webhook-id"),
                      strtoll(header_of(request, "webhook-timestamp"), NULL, 10), as_str_of(body),
                      &s->a->error));
        assert_string_equal(header_of(request, "webhook-signature"), expected);
        if (n != 3) { /* lead 1's */
            assert_true(n > last);
            last = n;
        }
        json_decref(event);
    }
    json_decref(all);
    deliver(s, NOW + 1, 0, &tried);
    assert_int_equal(tried, 0);
}

static void a_failure_is_tried_again_later_and_holds_its_line(void **state)
{
    struct sending *s = *state;
    uint64_t tried;
    aim(s, "/flaky/1/line?status=500");
    put(s, 1, false, "{\"n\":1}");
    put(s, 1, false, "{\"n\":2}");
    struct as_delivered told = deliver(s, NOW, 0, &tried);
    assert_int_equal(told.later, 1);
    assert_int_equal(tried, 1); /* what stands behind waits */
    int64_t due = number(s, "SELECT due FROM outbox WHERE id = 1");
    assert_in_range(due - NOW, AS_DELIVERY_FIRST_PAUSE / 2, AS_DELIVERY_FIRST_PAUSE + 5);
    deliver(s, NOW + 1, 0, &tried);
    assert_int_equal(tried, 0);
    told = deliver(s, due, 0, &tried);
    assert_int_equal(told.sent, 2);
    assert_int_equal(number(s, "SELECT count(*) FROM attempt WHERE outbox_id = 1"), 2);
    json_t *all = requests(s);
    assert_string_equal(header_of(json_array_get(all, 0), "webhook-id"),
                        header_of(json_array_get(all, 1), "webhook-id"));
    json_decref(all);
}

static void retry_after_is_honoured(void **state)
{
    struct sending *s = *state;
    aim(s, "/status/429?after=900");
    put(s, 1, false, "{}");
    put(s, 2, false, "{}");
    struct as_delivered told = deliver(s, NOW, 1, NULL);
    assert_in_range(number(s, "SELECT due FROM outbox WHERE id = 1") - NOW, 900, 905);
    assert_in_range(told.rests_until - NOW, 900, 905);
    uint64_t tried;
    deliver(s, NOW + 600, 0, &tried); /* also nothing else goes there */
    assert_int_equal(tried, 0);
}

static void what_will_not_become_better_is_a_dead_letter(void **state)
{
    struct sending *s = *state;
    uint64_t revived;
    aim(s, "/flaky/1/dead?status=422");
    put(s, 1, false, "{}");
    put(s, 1, false, "{}");
    struct as_delivered told = deliver(s, NOW, 0, NULL);
    assert_int_equal(told.dead, 1);
    assert_int_equal(told.sent, 1); /* it leaves its line */
    assert_int_equal(number(s, "SELECT count(*) FROM outbox WHERE state = 'dead' AND note = 'HTTP 422'"), 1);
    assert_int_equal(told.rests_until, 0); /* that it will not have a message says nothing about the rest */
    ok(s, as_store_revive(&revived, s->store, "p", 0, NOW, &s->a->error));
    assert_int_equal(revived, 1);
    assert_int_equal(deliver(s, NOW + 1, 0, NULL).sent, 1);
}

static void an_effect_is_given_up_after_so_many_tries(void **state)
{
    struct sending *s = *state;
    int64_t now = NOW;
    aim(s, "/status/404");
    put(s, 1, false, "{}");
    for (int i = 0; i < AS_DELIVERY_TRIES; i++, now += 2 * AS_DELIVERY_MOST_PAUSE)
        deliver(s, now, 0, NULL);
    assert_int_equal(number(s, "SELECT count(*) FROM outbox WHERE state = 'dead'"), 1);
    assert_int_equal(number(s, "SELECT count(*) FROM attempt"), AS_DELIVERY_TRIES);
    uint64_t tried;
    deliver(s, now, 0, &tried);
    assert_int_equal(tried, 0);
}

static void a_failing_destination_rests_for_everybody(void **state)
{
    struct sending *s = *state;
    uint64_t tried;
    aim(s, "/reset");
    for (int64_t lead = 1; lead <= 12; lead++)
        put(s, lead, false, "{}");
    struct as_delivered told = deliver(s, NOW, AS_BREAKER_FAILURES, &tried);
    assert_int_equal(tried, AS_BREAKER_FAILURES);
    assert_in_range(told.rests_until - NOW, AS_BREAKER_FIRST_REST, AS_BREAKER_FIRST_REST + 5);
    told = deliver(s, NOW + 10, 0, &tried); /* as another process would */
    assert_int_equal(tried, 0);
    assert_true(told.rests_until > NOW + 10);
    aim(s, "/well");
    told = deliver(s, NOW + AS_BREAKER_FIRST_REST + 10, 0, &tried);
    assert_int_equal(told.sent, 12);
    assert_int_equal(number(s, "SELECT count(*) FROM breaker"), 0);
}

static void what_the_host_forbids_is_never_tried(void **state)
{
    struct sending *s = *state;
    uint64_t tried;
    aim(s, "/hook");
    put(s, 1, false, "{}");
    use_policy(s->a, "{\"origins\": [\"https://crm.example\"]}");
    struct as_delivered told = deliver(s, NOW, 0, &tried);
    assert_int_not_equal(told.fault.status, AS_OK);
    assert_int_equal(tried, 0);
    assert_int_equal(number(s, "SELECT count(*) FROM outbox WHERE state = 'queued' AND tries = 0"), 1);
    use_policy(s->a, OPEN_POLICY);
    unsetenv("ASSAY_TEST_SIGN"); /* a secret that is not there */
    told = deliver(s, NOW, 0, &tried);
    assert_non_null(strstr(told.fault.what, "ASSAY_TEST_SIGN"));
    assert_int_equal(tried, 0);
    assert_int_equal(http_server_seen(s->a->server, "/hook"), 0);
}

static void held_effects_keep_those_behind_them(void **state)
{
    struct sending *s = *state;
    uint64_t tried, released;
    aim(s, "/hook");
    put(s, 1, true, "{}");
    put(s, 1, false, "{}");
    put(s, 2, false, "{}");
    deliver(s, NOW, 0, &tried);
    assert_int_equal(tried, 1);
    ok(s, as_store_release(&released, s->store, "p", NOW, &s->a->error));
    deliver(s, NOW, 0, &tried);
    assert_int_equal(tried, 2);
}

static void pauses_double_up_to_the_longest(void **state)
{
    (void)state;
    /* 30 s, 1 m, 2 m, 4 m … of which half is left to chance */
    assert_int_equal(as_delivery_pause(1, 0), 30);
    assert_int_equal(as_delivery_pause(1, 1), 15);
    assert_int_equal(as_delivery_pause(2, 0), 60);
    assert_int_equal(as_delivery_pause(5, 0), 480);
    assert_int_equal(as_delivery_pause(200, 0), AS_DELIVERY_MOST_PAUSE);
    assert_int_equal(as_breaker_rest(AS_BREAKER_FAILURES - 1), 0);
    assert_int_equal(as_breaker_rest(AS_BREAKER_FAILURES), 60);
    assert_int_equal(as_breaker_rest(AS_BREAKER_FAILURES + 2), 240);
    assert_int_equal(as_breaker_rest(1000), AS_BREAKER_MOST_REST);
}

static void two_databases_never_share_an_id(void **state)
{
    (void)state;
    char a[AS_EVENT_ID_SIZE], b[AS_EVENT_ID_SIZE], c[AS_EVENT_ID_SIZE];
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_event_id(a, "0123456789abcdef0123456789abcdef", "enter/p/m/1", &error), AS_OK);
    assert_int_equal(as_event_id(b, "0123456789abcdef0123456789abcdef", "enter/p/m/1", &error), AS_OK);
    assert_int_equal(as_event_id(c, "fedcba9876543210fedcba9876543210", "enter/p/m/1", &error), AS_OK);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("events are signed, and told once in order", events_are_signed_and_told_once_in_order),
        TEST("a failure is tried again later and holds its line",
             a_failure_is_tried_again_later_and_holds_its_line),
        TEST("Retry-After is honoured", retry_after_is_honoured),
        TEST("what will not become better is a dead letter", what_will_not_become_better_is_a_dead_letter),
        TEST("an effect is given up after so many tries", an_effect_is_given_up_after_so_many_tries),
        TEST("a failing destination rests for everybody", a_failing_destination_rests_for_everybody),
        TEST("what the host forbids is never tried", what_the_host_forbids_is_never_tried),
        TEST("held effects keep those behind them", held_effects_keep_those_behind_them),
        cmocka_unit_test(pauses_double_up_to_the_longest),
        cmocka_unit_test(two_databases_never_share_an_id),
    };
    return cmocka_run_group_tests_name("delivery", tests, NULL, NULL);
}
