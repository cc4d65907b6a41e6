/* Erasing a person: nothing of them is left in the bytes beside the program, their decisions stay without
 * facts, and an import that brings them back is told. */
#include "working.h"

#include "store/database.h"
#include "store/personal.h"
#include "store/store.h"

#include <dirent.h>
#include <jansson.h>

/* Words that stand nowhere but in the person's facts. */
static const char *const personal[] = {"zebulon", "quackenbush", "Marmalade", "grumbled"};
enum { PERSONAL = sizeof personal / sizeof *personal };

static const char rules[] =
    "local q, fx = require 'assay.qualification', require 'assay.effects'\n"
    "local s = require 'assay.service_levels'\n"
    "local lead, event, answer, on, effect = q.lead, q.event, q.answer, fx.on, fx.effect\n"
    "local m = q.model 'm'\n"
    "local fit = m:score('fit', { cap = 100 })\n"
    "fit:rule 'a title' { points = function(l) return 50, l.title end }\n"
    "s.agreement 'hand raise' { start = event.demo_request, stop = event.sales_touch, within = '20h' }\n"
    "m:gate 'nurture' { criteria = { title = lead.title:known() } }\n"
    "on.enter 'nurture' {\n"
    "  effect.webhook 'arrived' { to = 'crm', data = { title = lead.title, email = lead.email } },\n"
    "  effect.task 'call' { text = function(l) return 'call ' .. l.last_name end },\n"
    "}\n";

static int setup(void **state)
{
    struct working *w = calloc(1, sizeof *w);
    working_open(w);
    assert_int_equal(mkdir("in", 0700), 0);
    assert_int_equal(mkdir("in/teller", 0700), 0);
    write_file("in/teller/pack.lua",
               "return require 'assay.pack' 'teller' { owner = 'ops@teller.example',\n"
               "  permits = { http = { 'https://crm.example' } },\n"
               "  events = { demo_request = { by = 'buyer', intent = 'hand_raise' } },\n"
               "  answers = { need = { ask = 'Which?', type = 'text' } },\n"
               "  destinations = { crm = { url = 'https://crm.example/' } },\n"
               "  rules = { 'rules' } }\n");
    write_file("in/teller/rules.lua", rules);
    write_file("in/leads.csv", "id,email,first_name,last_name,title\n"
                               "L1,zebulon@x-corp.example,Zebulon,Quackenbush,Head of Marmalade\n"
                               "L2,ann@x-corp.example,Ann,Smith,Head of Operations\n");
    write_file("in/again.csv", "id,email,first_name,last_name,title\n"
                               "L9,Zebulon@x-corp.example,Zebulon,Quackenbush,Head of Marmalade\n"
                               "L3,bob@x-corp.example,Bob,Jones,Head of Operations\n");
    write_file("in/retitled.csv", "id,title\nL1,Chief of Marmalade\n");
    write_file("in/answers.csv",
               "lead_id,question,value,manner,by,at\nL1,need,Marmalade for all,stated,buyer,"
               "2026-03-01\n");
    write_file("in/touches.csv",
               "id,lead_id,channel,at,summary\nT1,L1,call,2026-03-01,He grumbled about Marmalade\n");
    write_file("in/asked.csv", "id,lead_id,at,kind\nE1,L1,2026-03-03T08:00:00Z,demo_request\n");
    unsetenv("ASSAY_DB");
    unsetenv("ASSAY_POLICY");
    type_ok(w, 0, "import leads in/leads.csv --quiet --at 2026-03-02");
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct working *w = *state;
    working_close(w);
    free(w);
    return 0;
}

static bool holds(const char *bytes, size_t n, const char *word)
{
    for (size_t i = 0, length = strlen(word); i + length <= n; i++)
        if (strncasecmp(bytes + i, word, length) == 0)
            return true;
    return false;
}

/* How many of the words stand in some file beside the folder of inputs. */
static unsigned left_in_files(void)
{
    unsigned found = 0;
    DIR *folder = opendir(".");
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        FILE *file = entry->d_type == DT_REG ? fopen(entry->d_name, "rb") : NULL;
        if (file == NULL)
            continue;
        char *bytes = malloc(16 << 20);
        size_t n = fread(bytes, 1, 16 << 20, file);
        fclose(file);
        for (size_t i = 0; i < PERSONAL; i++)
            if (holds(bytes, n, personal[i])) {
                found++;
                print_message("%s is in %s\n", personal[i], entry->d_name);
            }
        free(bytes);
    }
    closedir(folder);
    return found;
}

static void live_through_a_week(struct working *w)
{
    type_ok(w, 0, "run in/teller --approve --quiet --at 2026-03-02");
    type_ok(w, 0, "import leads in/retitled.csv --quiet --at 2026-03-03");
    type_ok(w, 0, "import answers in/answers.csv --quiet --at 2026-03-03");
    type_ok(w, 0, "import touches in/touches.csv --quiet --at 2026-03-03");
    type_ok(w, 0, "import events in/asked.csv --quiet --at 2026-03-03");
    type_ok(w, 0, "run in/teller --json --at 2026-03-04");
    const char *pressing = strstr(w->out, "\"pressing\"");
    assert_non_null(pressing);
    assert_non_null(strstr(pressing, "Zebulon"));
}

static void nothing_of_an_erased_person_is_left(void **state)
{
    struct working *w = *state;
    live_through_a_week(w);
    type_ok(w, 0, "db export zebulon@x-corp.example");
    for (size_t i = 0; i < PERSONAL; i++)
        assert_true(holds(w->out, strlen(w->out), personal[i]));
    json_t *given = json_loads(w->out, 0, NULL);
    const json_t *held = json_object_get(given, "held");
    static const char *const tables[] = {"lead", "answer", "touch",    "identity", "field_history",
                                         "task", "outbox", "decision", "ledger",   "promise"};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (json_array_size(json_object_get(held, tables[i])) == 0)
            fail_msg("nothing of %s is given", tables[i]);
    const json_t *ledger = json_array_get(json_object_get(held, "ledger"), 0);
    assert_non_null(strstr(json_string_value(json_object_get(ledger, "entries")), "\"kind\":\"rule\""));
    json_decref(given);

    type_ok(w, 2, "db erase zeb"); /* the beginning of a name erases nobody */
    type_ok(w, 0, "db erase zebulon@x-corp.example");
    assert_int_equal(left_in_files(), 0);
    type_ok(w, 0, "db check --quiet");
    type_ok(w, 3, "db erase #1");
}

/* As of a process that was killed, or had no room to write the file anew. */
static void an_erasure_that_was_cut_short_is_finished(void **state)
{
    struct working *w = *state;
    struct as_error error = AS_ERROR_INIT;
    struct as_store *store = NULL;
    struct as_erased erased;
    live_through_a_week(w);
    assert_int_equal(as_store_open(&store, "assay.db", AS_STORE_WRITE, &error), AS_OK);
    assert_int_equal(as_store_erase(&erased, store, 1, 1772600000, &error), AS_OK);
    assert_true(left_in_files() > 0);
    as_store_close(store);
    type_ok(w, 1, "db check --quiet");
    assert_non_null(strstr(w->out, "lead #1 was erased, but the file was not written anew"));
    type_ok(w, 3, "db erase zebulon@x-corp.example");
    assert_non_null(strstr(w->err, "was erased on"));
    assert_non_null(strstr(w->err, "now the file is written anew"));
    assert_int_equal(left_in_files(), 0);
    type_ok(w, 0, "db check --quiet");
    type_ok(w, 3, "db erase #1");
    assert_null(strstr(w->err, "anew"));
}

/* Whoever reads on sees the log of before, which cannot be emptied meanwhile. */
static void an_erasure_waits_for_who_reads(void **state)
{
    struct working *w = *state;
    struct as_error error = AS_ERROR_INIT;
    struct as_store *reader = NULL;
    live_through_a_week(w);
    assert_int_equal(as_store_open(&reader, "assay.db", AS_STORE_READ, &error), AS_OK);
    int64_t lead;
    assert_int_equal(as_store_read(reader, &error), AS_OK);
    assert_int_equal(as_store_erasing(&lead, reader, &error), AS_OK);
    assert_int_equal(lead, 0);
    type_ok(w, 3, "db erase #1");
    assert_non_null(strstr(w->err, "others read it"));
    assert_non_null(strstr(w->err, "erase the lead once more"));
    as_store_close(reader);
    type_ok(w, 3, "db erase #1");
    assert_int_equal(left_in_files(), 0);
    type_ok(w, 0, "db check --quiet");
}

static void decisions_of_an_erased_person_stay_without_facts(void **state)
{
    struct working *w = *state;
    live_through_a_week(w);
    type_ok(w, 0, "db erase #1 --quiet");
    type_ok(w, 0, "db export #1");
    assert_non_null(strstr(w->out, "\"stage\": \"nurture\""));
    assert_null(strstr(w->out, "entries")); /* of no ledger */
    assert_null(strstr(w->out, "\"answer\""));
    type_ok(w, 3, "explain #1");
    assert_non_null(strstr(w->err, "was erased on"));
    type_ok(w, 3, "explain zebulon@x-corp.example");
    assert_non_null(strstr(w->err, "was erased on"));
    type_ok(w, 0, "explain ann@x-corp.example"); /* the others are as they were */
    type_ok(w, 0, "run --quiet --at 2026-03-05");
    type_ok(w, 0, "export leads --format csv");
    assert_null(strstr(w->out, "\n1,"));
    type_ok(w, 0, "db check --quiet");
}

static void an_import_that_brings_them_back_is_told(void **state)
{
    struct working *w = *state;
    type_ok(w, 0, "db erase L1 --quiet");
    type_ok(w, 1, "import leads in/again.csv --at 2026-03-06");
    assert_non_null(strstr(w->out, "erased on"));
    type_ok(w, 0, "db export bob@x-corp.example");
    type_ok(w, 1, "import leads in/leads.csv --quiet --at 2026-03-07");
    type_ok(w, 3, "db export L1");
    assert_int_equal(left_in_files(), 0);
}

static enum as_status note_share(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    snprintf(context, 64, "%s", row->texts[0]);
    return AS_OK;
}

/* One of three moved, in a run that names the person, too. */
static void the_figures_of_a_run_stay_what_they_were(void **state)
{
    struct working *w = *state;
    struct as_store *store = NULL;
    struct as_error error = AS_ERROR_INIT;
    char share[64] = "";
    write_file("in/untitled.csv", "id,email,last_name\nL3,bob@x-corp.example,Jones\n");
    write_file("in/titled.csv", "id,title\nL3,Head of Finance\n");
    type_ok(w, 0, "import leads in/untitled.csv --quiet --at 2026-03-02");
    type_ok(w, 0, "run in/teller --approve --quiet --at 2026-03-02");
    type_ok(w, 0, "import leads in/titled.csv --quiet --at 2026-03-03");
    type_ok(w, 0, "import events in/asked.csv --quiet --at 2026-03-03");
    type_ok(w, 0, "run in/teller --quiet --at 2026-03-04");
    type_ok(w, 0, "db erase zebulon@x-corp.example --quiet");
    assert_int_equal(as_store_open(&store, "assay.db", AS_STORE_READ, &error), AS_OK);
    assert_int_equal(as_store_query(store,
                                    "SELECT substr(summary, instr(summary, '\"moved_share\"'), 29) FROM run"
                                    " WHERE id = 2 AND summary LIKE '%erased%'",
                                    note_share, share, &error),
                     AS_OK);
    as_store_close(store);
    assert_string_equal(share, "\"moved_share\":0.333333333333,");
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("nothing of an erased person is left", nothing_of_an_erased_person_is_left),
        TEST("decisions of an erased person stay without facts",
             decisions_of_an_erased_person_stay_without_facts),
        TEST("the figures of a run stay what they were", the_figures_of_a_run_stay_what_they_were),
        TEST("an erasure that was cut short is finished", an_erasure_that_was_cut_short_is_finished),
        TEST("an erasure waits for who reads", an_erasure_waits_for_who_reads),
        TEST("an import that brings them back is told", an_import_that_brings_them_back_is_told),
    };
    return cmocka_run_group_tests_name("erase", tests, NULL, NULL);
}
