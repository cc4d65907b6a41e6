/* assay deliver from end to end: a pack that asks for effects, runs, a server that takes them, and a process
 * that is killed again and again while it sends. */
#include "server.h"
#include "working.h"

#include "store/work/outbox.h"

#include <jansson.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { LEADS = 120, ROUNDS = 25 };

struct delivering {
    struct working w;
    struct http_server *server;
};

static const char rules[] =
    "local q, fx = require 'assay.qualification', require 'assay.effects'\n"
    "local lead, account, on, effect = q.lead, q.account, fx.on, fx.effect\n"
    "local m = q.model 'm'\n"
    "local fit = m:score('fit', { cap = 100 })\n"
    "fit:rule 'a title' { points = 50, when = lead.title:known() }\n"
    "m:gate 'nurture' { criteria = { title = lead.title:known() } }\n"
    "on.enter 'nurture' {\n"
    "  effect.webhook 'arrived' { to = 'crm', data = { fit = m.fit, title = lead.title,\n"
    "    hello = function(l) return 'Dear ' .. (l.first_name or 'customer') end } },\n"
    "  effect.update 'stage' { to = 'crm', set = { Stage__c = 'Nurture' } },\n"
    "  effect.task 'look at it' { role = 'sdr', due = '2d' },\n"
    "}\n";

static void write_pack(void)
{
    assert_int_equal(mkdir("teller", 0700), 0);
    write_file("teller/pack.lua",
               "return require 'assay.pack' 'teller' { owner = 'ops@teller.example',\n"
               "  permits = { secrets = { 'TELLER_URL', 'TELLER_KEY' } },\n"
               "  destinations = { crm = { url_secret = 'TELLER_URL', secret = 'TELLER_KEY' } },\n"
               "  rules = { 'rules' } }\n");
    write_file("teller/rules.lua", rules);
    FILE *file = fopen("leads.csv", "w");
    assert_non_null(file);
    fputs("id,email,first_name,title\n", file);
    for (int i = 1; i <= LEADS; i++)
        fprintf(file, "L%d,p%d@people.example,Ann%d,Head of Operations\n", i, i, i);
    assert_int_equal(fclose(file), 0);
}

static void aim(struct delivering *d, const char *path)
{
    char url[128], policy[256];
    snprintf(url, sizeof url, "http://127.0.0.1:%u%s", http_server_port(d->server), path);
    snprintf(policy, sizeof policy,
             "{\"origins\": [\"http://127.0.0.1:%u\"], \"addresses\": [\"127.0.0.1\"],\n"
             " \"rates\": {\"http://127.0.0.1:%u\": {\"per_second\": 1000, \"at_once\": 16}}}\n",
             http_server_port(d->server), http_server_port(d->server));
    write_file("policy.json", policy);
    setenv("TELLER_URL", url, 1);
}

static int setup(void **state)
{
    struct delivering *d = calloc(1, sizeof *d);
    d->server = http_server_start();
    if (d->server == NULL)
        return -1;
    working_open(&d->w);
    write_pack();
    setenv("TELLER_KEY", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1);
    unsetenv("ASSAY_DB");
    unsetenv("ASSAY_POLICY");
    aim(d, "/hook");
    type_ok(&d->w, 0, "import leads leads.csv --quiet");
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct delivering *d = *state;
    working_close(&d->w);
    http_server_stop(d->server);
    free(d);
    return 0;
}

static void shows(const struct delivering *d, const char *text)
{
    if (strstr(d->w.out, text) == NULL && strstr(d->w.err, text) == NULL)
        fail_msg("\"%s\" is not in\n%s%s", text, d->w.out, d->w.err);
}

static void a_first_run_waits_for_approval_and_is_then_told_once(void **state)
{
    struct delivering *d = *state;
    type_ok(&d->w, 0, "run teller --quiet");
    type_ok(&d->w, 0, "deliver --policy policy.json");
    shows(d, "waiting: 0 queued, 240 held, 0 dead letters");
    assert_int_equal(http_server_seen(d->server, "/hook"), 0);
    type_ok(&d->w, 0, "run teller --approve --deliver --policy policy.json");
    shows(d, "teller/crm    240");
    assert_int_equal(http_server_seen(d->server, "/hook"), 240);
    type_ok(&d->w, 0, "deliver --policy policy.json --json");
    json_t *told = json_loads(d->w.out, 0, NULL);
    assert_int_equal(json_integer_value(json_object_get(told, "tried")), 0);
    json_decref(told);

    /* Another version of the rules, and everything again: nothing is sent a second time. */
    char changed[sizeof rules + 64];
    snprintf(changed, sizeof changed, "%s-- changed\n", rules);
    write_file("teller/rules.lua", changed);
    type_ok(&d->w, 0, "run teller --quiet --deliver --policy policy.json");
    assert_int_equal(http_server_seen(d->server, "/hook"), 240);

    char *log = http_server_log(d->server);
    assert_non_null(strstr(log, "Dear Ann7"));
    assert_null(strstr(log, "p7@people.example")); /* nobody asked for the address */
    free(log);
}

static void dead_letters_are_listed_and_taken_up_again(void **state)
{
    struct delivering *d = *state;
    type_ok(&d->w, 0, "run teller --approve --quiet");
    aim(d, "/status/422");
    type_ok(&d->w, 1, "deliver --limit 3 --policy policy.json");
    shows(d, "HTTP 422");
    type_ok(&d->w, 0, "deliver --dead");
    shows(d, "teller/crm");
    shows(d, "lead #1");
    type_ok(&d->w, 0, "deliver --dead --json");
    json_t *dead = json_loads(d->w.out, 0, NULL);
    assert_int_equal(json_array_size(dead), 3);
    assert_string_equal(json_string_value(json_object_get(json_array_get(dead, 0), "state")), "dead");
    json_decref(dead);
    type_ok(&d->w, 3, "deliver --retry 99999 --policy policy.json");
    aim(d, "/hook");
    type_ok(&d->w, 0, "deliver --retry all --policy policy.json");
    assert_int_equal(http_server_seen(d->server, "/hook"), 240);
    type_ok(&d->w, 0, "deliver --dead");
    assert_string_equal(d->w.out, "");
}

static void what_the_host_does_not_allow_ends_in_a_fault(void **state)
{
    struct delivering *d = *state;
    type_ok(&d->w, 0, "run teller --approve --quiet");
    type_ok(&d->w, 3, "deliver");
    shows(d, "nothing can be sent to teller/crm");
    unsetenv("TELLER_KEY");
    type_ok(&d->w, 3, "deliver --policy policy.json");
    shows(d, "TELLER_KEY");
    assert_int_equal(http_server_seen(d->server, "*"), 0);
}

/* A process that delivers, killed after so many microseconds unless it is done before. */
static bool deliver_and_kill(unsigned microseconds)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char *words[] = {(char[]){"deliver"}, (char[]){"--quiet"}, (char[]){"--policy"},
                         (char[]){"policy.json"}, NULL};
        FILE *nowhere = fopen("/dev/null", "w");
        _exit(as_command_main(as_commands(), 4, words, NULL, nowhere, nowhere));
    }
    int ended;
    nanosleep(&(struct timespec){0, microseconds * 1000L}, NULL);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &ended, 0), child);
    return WIFEXITED(ended);
}

/* Every effect reaches the server, each lead's two in order, and what comes twice comes under its own id. */
static void check_log(const char *log, int64_t effects)
{
    json_t *ids = json_object(), *last = json_object();
    char *copy = strdup(log);
    for (char *rest, *line = strtok_r(copy, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
        json_t *request = json_loads(line, 0, NULL);
        json_t *event = json_loads(json_string_value(json_object_get(request, "body")), 0, NULL);
        const char *id = json_string_value(json_object_get(event, "id"));
        const char *about = json_string_value(json_object_get(event, "subject"));
        const char *type = json_string_value(json_object_get(event, "type"));
        const char *before = json_string_value(json_object_get(ids, id));
        char what[96];
        snprintf(what, sizeof what, "%s %s", about, type);
        if (before != NULL && strcmp(before, what) != 0)
            fail_msg("%s is %s and %s", id, before, what);
        if (before == NULL) {
            bool second = strcmp(type, "assay.update") == 0;
            assert_true(second == (json_object_get(last, about) != NULL));
            json_object_set_new(last, about, json_true());
        }
        json_object_set_new(ids, id, json_string(what));
        json_decref(event);
        json_decref(request);
    }
    free(copy);
    assert_int_equal(json_object_size(ids), effects);
    json_decref(ids);
    json_decref(last);
}

static void killed_at_any_instant_it_loses_nothing(void **state)
{
    struct delivering *d = *state;
    unsigned finished = 0;
    type_ok(&d->w, 0, "run teller --approve --quiet");
    srand(20260302);
    for (int round = 0; round < ROUNDS; round++)
        finished += deliver_and_kill(1000 + (unsigned)(rand() % 120000));
    print_message("%u of %d rounds were over before they were killed\n", finished, ROUNDS);
    type_ok(&d->w, 0, "deliver --quiet --policy policy.json");
    type_ok(&d->w, 0, "db check --quiet");
    type_ok(&d->w, 0, "deliver --dry-run --json");
    assert_null(strstr(d->w.out, "\"effect\""));
    char *log = http_server_log(d->server);
    check_log(log, 2 * LEADS);
    free(log);
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("a first run waits for approval and is then told once",
             a_first_run_waits_for_approval_and_is_then_told_once),
        TEST("dead letters are listed and taken up again", dead_letters_are_listed_and_taken_up_again),
        TEST("what the host does not allow ends in a fault", what_the_host_does_not_allow_ends_in_a_fault),
        TEST("killed at any instant it loses nothing", killed_at_any_instant_it_loses_nothing),
    };
    return cmocka_run_group_tests_name("deliver", tests, NULL, NULL);
}
