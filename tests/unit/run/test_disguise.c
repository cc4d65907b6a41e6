/* Stand-ins for facts, and a sample made of them: every condition comes out as it did, and nothing that
 * anybody is called is left. What must come out follows from the conditions alone: the pattern, the bound and
 * the list of words are written here. */
#include "town.h"

#include "data/identity/pseudonym.h"
#include "run/explain/explain.h"
#include "run/sample/disguise.h"
#include "run/sample/sample.h"
#include "score/tree/stand_in.h"
#include "store/snapshot/snapshot.h"

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

struct disguised {
    struct town town;
    struct as_pack *pack;
    struct as_run_pack given;
    struct as_pseudonym_key key;
    char folder[64];
};

static const char pattern[] = "operations|\\bcoo\\b|chief (operating|supply) officer|reali[sz]ation";

/* The town's pack with conditions on a company's size and turnover and on an address. */
static struct as_pack *make_pack(struct town *town)
{
    struct as_pack *pack = town_pack(town, "p", "h1", 40);
    struct as_model *model = pack->models.at[0];
    const struct as_expr *size = town_field(town, pack, AS_LEVEL_ACCOUNT, "employees", 40),
                         *money = town_field(town, pack, AS_LEVEL_ACCOUNT, "revenue", 41),
                         *mail = town_field(town, pack, AS_LEVEL_LEAD, "email", 42),
                         *title = town_field(town, pack, AS_LEVEL_LEAD, "title", 43);
    struct as_literal bound = {.kind = AS_LITERAL_INTEGER, .integer = 4400},
                      turnover = {.kind = AS_LITERAL_NUMBER, .number = 10e6},
                      nothing = {.kind = AS_LITERAL_NONE};
    const struct as_expr *conditions[] = {
        town_call(town, pack, size, "at_least", bound, 40),
        town_call(town, pack, money, "at_least", turnover, 41),
        town_call(town, pack, mail, "is_freemail", nothing, 42),
        town_call(town, pack, title, "matches", town_text(pattern), 43),
    };
    for (int i = 0; i < 4; i++) {
        struct as_rule *rule = town_rule(pack, model->scores.at[0], "more", 40 + i);
        rule->kind = AS_RULE_CONDITION;
        rule->when = conditions[i];
        rule->points = 1000 << i;
    }
    return pack;
}

static void add_person(struct town *town, const char *id, const char *email, const char *title,
                       const char *account)
{
    town_put(town, AS_IMPORT_LEADS, DAY(-9), "id", id, "email", email, "first_name", "Rosalind", "last_name",
             "Featherstone", "title", title, "account_id", account, "phone", "+49 30 7654321", NULL);
}

static int setup(void **state)
{
    struct disguised *d = calloc(1, sizeof *d);
    town_open(&d->town);
    d->pack = make_pack(&d->town);
    d->given.pack = d->pack;
    for (int i = 0; i < AS_PSEUDONYM_KEY; i++)
        d->key.bytes[i] = (unsigned char)i;
    town_put(&d->town, AS_IMPORT_ACCOUNTS, DAY(-9), "id", "Q1", "name", "Wuthering Heights plc", "domain",
             "wuthering.example", "employees", "4507", "revenue", "53307894.11 EUR", NULL);
    town_put(&d->town, AS_IMPORT_ACCOUNTS, DAY(-9), "id", "Q2", "name", "Thrushcross Grange", "employees",
             "4391", NULL);
    add_person(&d->town, "P1", "rosalind@wuthering.example", "Chief Operating Officer", "Q1");
    add_person(&d->town, "P2", "featherstone1847@gmail.com", "Realisation Manager", "Q1");
    add_person(&d->town, "P3", "r.featherstone@thrushcross.example", "Moorland Keeper", "Q2");
    town_event(&d->town, "P1", "page_view", DAY(-2) - 4711, DAY(-1));
    town_event(&d->town, "P2", "demo_request", DAY(-1) - 815, DAY(-1));
    town_need(&d->town, "P2", "confirmed", "stated", DAY(-1));
    struct as_run_request request = town_request(&d->town, &d->given, 1, DAY(0));
    struct as_run_result result;
    town_ok(&d->town, as_run(&result, d->town.store, &request, &d->town.error));
    as_run_free(&result);
    snprintf(d->folder, sizeof d->folder, "/tmp/assay-sample-XXXXXX");
    assert_non_null(mkdtemp(d->folder));
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct disguised *d = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", d->folder);
    assert_int_equal(system(command), 0);
    as_pack_free(d->pack);
    town_close(&d->town);
    free(d);
    return 0;
}

/* --- words of conditions --- */

static bool has_word(const struct as_stand_in *material, const char *word)
{
    for (uint32_t i = 0; i < material->words.n; i++)
        if (as_str_is(material->words.at[i], word))
            return true;
    return false;
}

static void conditions_give_their_words_and_numbers(void **state)
{
    struct disguised *d = *state;
    struct as_arena arena = {.head = NULL};
    struct as_stand_in title = {.words = {NULL, 0, 0}}, size = title;
    struct as_buf within = {.p = NULL};
    town_ok(&d->town,
            as_stand_in_add(&title, &arena, d->pack,
                            as_schema_field(d->town.schema, AS_LEVEL_LEAD, AS_STR("title")), &d->town.error));
    assert_int_equal(title.leaves.n, 2);
    static const char *const words[] = {"operations", "coo", "chief", "operating", "supply", "officer"};
    for (int i = 0; i < 6; i++)
        assert_true(has_word(&title, words[i]));
    assert_true(has_word(&title, "realisation")); /* of a class of characters the first */
    as_stand_in_within(&within, &title, AS_STR("Interim CHIEF Operating Officer (COO), North"));
    assert_string_equal(as_buf_c(&within), "chief operating officer coo");
    town_ok(&d->town, as_stand_in_add(&size, &arena, d->pack,
                                      as_schema_field(d->town.schema, AS_LEVEL_ACCOUNT, AS_STR("employees")),
                                      &d->town.error));
    assert_int_equal(size.numbers.n, 1);
    assert_true(size.numbers.at[0] == 4400);
    as_buf_free(&within);
    as_arena_free(&arena);
}

/* --- values --- */

static const char *text_of(const struct as_dataset *set, enum as_level level, const char *name, uint32_t row)
{
    const struct as_column *column = set->field[as_schema_field(set->schema, level, as_str_of(name))];
    assert_true(as_bit(column->known, row));
    return as_intern_text(column->dict, column->code[row]).p;
}

static bool contains(const char *text, const char *part)
{
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (part[i] != '\0' && tolower((unsigned char)text[i]) == tolower((unsigned char)part[i]))
            i++;
        if (part[i] == '\0')
            return true;
    }
    return false;
}

static void stand_ins_meet_what_the_values_met(void **state)
{
    struct disguised *d = *state;
    struct as_snapshot_request wanted = {.at = DAY(0), .known_at = DAY(0), .account_events = true};
    struct as_disguise_request request = {&d->given, 1, &d->key};
    struct as_dataset *set;
    uint64_t unfit = 0;
    town_ok(&d->town, as_store_snapshot(&set, d->town.store, d->town.schema, &wanted, &d->town.error));
    town_ok(&d->town, as_disguise(set, &unfit, &request, &d->town.error));
    assert_int_equal(unfit, 0);
    assert_true(contains(text_of(set, AS_LEVEL_LEAD, "title", 0), "chief operating officer"));
    assert_true(contains(text_of(set, AS_LEVEL_LEAD, "title", 1), "realisation"));
    assert_false(contains(text_of(set, AS_LEVEL_LEAD, "title", 1), "manager"));
    assert_false(contains(text_of(set, AS_LEVEL_LEAD, "title", 2), "moor"));
    /* A free mailbox stays one, at another name; any other domain is the company's new one. */
    assert_non_null(strstr(text_of(set, AS_LEVEL_LEAD, "email", 1), "@gmail.com"));
    assert_null(strstr(text_of(set, AS_LEVEL_LEAD, "email", 1), "feather"));
    const char *domain = text_of(set, AS_LEVEL_ACCOUNT, "domain", 0);
    assert_string_equal(strchr(text_of(set, AS_LEVEL_LEAD, "email", 0), '@') + 1, domain);
    assert_string_not_equal(domain, "wuthering.example");
    assert_string_equal(text_of(set, AS_LEVEL_LEAD, "phone", 0), text_of(set, AS_LEVEL_LEAD, "phone", 1));
    assert_false(contains(text_of(set, AS_LEVEL_LEAD, "phone", 0), "7654321"));
    /* The bound of 4,400 lies between the two. */
    const struct as_column *size =
        set->field[as_schema_field(set->schema, AS_LEVEL_ACCOUNT, AS_STR("employees"))];
    assert_true(size->i64[0] >= 4400 && size->i64[0] != 4507 && size->i64[0] <= 4507 * 4 / 3 + 100);
    assert_true(size->i64[1] < 4400 && size->i64[1] != 4391 && size->i64[1] >= 4391 * 3 / 4 - 100);
    const struct as_column *revenue =
        set->field[as_schema_field(set->schema, AS_LEVEL_ACCOUNT, AS_STR("revenue"))];
    assert_true(revenue->i64[0] >= 1000000000 && revenue->i64[0] != 5330789411);
    assert_string_equal(as_intern_text(revenue->currencies, revenue->currency[0]).p, "EUR");
    as_dataset_free(set);
}

/* --- samples --- */

static void read_all(struct as_buf *out, const char *folder)
{
    DIR *dir = opendir(folder);
    char path[512], block[4096];
    size_t n;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        FILE *file = entry->d_name[0] != '.' ? fopen(path, "re") : NULL;
        while (file != NULL && (n = fread(block, 1, sizeof block, file)) > 0)
            as_buf_bytes(out, block, n);
        if (file != NULL)
            fclose(file);
    }
    closedir(dir);
}

static void write_sample(struct as_sample *sample, struct disguised *d, uint32_t wanted)
{
    struct as_sample_request request = {.schema = d->town.schema,
                                        .packs = &d->given,
                                        .pack_count = 1,
                                        .at = DAY(0),
                                        .known_at = DAY(0),
                                        .wanted = wanted,
                                        .threads = 1,
                                        .key = &d->key,
                                        .folder = d->folder};
    town_ok(&d->town, as_sample_write(sample, d->town.store, &request, &d->town.error));
}

static void nothing_that_anybody_is_called_is_written(void **state)
{
    static const char *const personal[] = {
        "rosalind", "featherstone", "wuthering", "thrushcross", "grange", "moorland", "keeper",   "manager",
        "7654321",  "4507",         "4391",      "53307894",    "\"P1\"", "\"Q1\"",   "22:41:28", "1847"};
    struct disguised *d = *state;
    struct as_sample sample;
    struct as_buf bytes = {.p = NULL};
    write_sample(&sample, d, 3);
    assert_int_equal(sample.leads, 3);
    assert_int_equal(sample.refused, 0);
    read_all(&bytes, d->folder);
    assert_true(bytes.n > 500);
    for (size_t i = 0; i < sizeof personal / sizeof *personal; i++)
        if (contains(as_buf_c(&bytes), personal[i]))
            fail_msg("\"%s\" is in the sample", personal[i]);
    as_buf_free(&bytes);
    as_sample_free(&sample);
}

/* Decided one by one in both databases, neither with a past. */
static void every_lead_is_decided_as_it_was(void **state)
{
    struct disguised *d = *state;
    struct as_sample sample;
    struct as_store *back;
    int64_t at = 0;
    write_sample(&sample, d, 3);
    as_sample_free(&sample);
    town_ok(&d->town, as_sample_at(&at, d->folder, &d->town.error));
    assert_int_equal(at, DAY(0));
    town_ok(&d->town, as_store_open(&back, ":memory:", AS_STORE_CREATE, &d->town.error));
    town_ok(&d->town, as_store_learn_schema(back, d->town.schema, &d->town.error));
    town_ok(&d->town, as_sample_read(back, d->town.schema, d->folder, at, &d->town.error));
    for (int64_t id = 1; id <= 3; id++) {
        struct as_explanation real, fake;
        struct as_explain_request request = {.schema = d->town.schema,
                                             .packs = &d->given,
                                             .pack_count = 1,
                                             .at = at,
                                             .known_at = at,
                                             .lead_id = id};
        town_ok(&d->town, as_explain(&real, d->town.store, &request, &d->town.error));
        town_ok(&d->town, as_explain(&fake, back, &request, &d->town.error));
        assert_int_equal(real.models.at[0].standing.stage, fake.models.at[0].standing.stage);
        assert_int_equal(real.models.at[0].standing.verdicts, fake.models.at[0].standing.verdicts);
        assert_int_equal(real.models.at[0].scores.at[0].ledger.value,
                         fake.models.at[0].scores.at[0].ledger.value);
        assert_string_not_equal(real.lead, fake.lead);
        as_explanation_free(&real);
        as_explanation_free(&fake);
    }
    as_store_close(back);
}

static void a_sample_takes_whole_accounts_and_every_place(void **state)
{
    struct disguised *d = *state;
    struct as_sample sample;
    uint32_t leads = 0, sampled = 0;
    write_sample(&sample, d, 1);
    for (uint32_t i = 0; i < sample.strata.n; i++) {
        leads += sample.strata.at[i].leads;
        sampled += sample.strata.at[i].sampled;
    }
    assert_int_equal(leads, 3);
    assert_int_equal(sampled, sample.leads);
    assert_true(sample.leads == 1 || sample.leads == 2); /* P3 alone, or P1 with P2 */
    as_sample_free(&sample);
}

/* --- the key --- */

static void pseudonyms_follow_from_key_and_text(void **state)
{
    struct disguised *d = *state;
    struct as_pseudonym_key fresh, again, other;
    char path[128];
    struct stat about;
    struct as_buf a = {.p = NULL}, b = {.p = NULL}, c = {.p = NULL};
    snprintf(path, sizeof path, "%s/key", d->folder);
    town_ok(&d->town, as_pseudonym_key_open(&fresh, path, &d->town.error));
    town_ok(&d->town, as_pseudonym_key_open(&again, path, &d->town.error));
    assert_memory_equal(fresh.bytes, again.bytes, AS_PSEUDONYM_KEY);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(truncate(path, 5), 0);
    assert_int_equal(as_pseudonym_key_open(&other, path, &d->town.error), AS_ERR_DATA);
    as_error_clear(&d->town.error);
    as_pseudonym_word(&a, &fresh, "name", AS_STR("Rosalind"), 3);
    as_pseudonym_word(&b, &again, "name", AS_STR("Rosalind"), 3);
    as_pseudonym_word(&c, &d->key, "name", AS_STR("Rosalind"), 3);
    assert_string_equal(a.p, b.p);
    assert_string_not_equal(a.p, c.p);
    assert_int_equal(a.n, 6);
    as_buf_reset(&c);
    as_pseudonym_word(&c, &fresh, "city", AS_STR("Rosalind"), 3);
    assert_string_not_equal(a.p, c.p);
    as_buf_free(&a);
    as_buf_free(&b);
    as_buf_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(conditions_give_their_words_and_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(stand_ins_meet_what_the_values_met, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_that_anybody_is_called_is_written, setup, teardown),
        cmocka_unit_test_setup_teardown(every_lead_is_decided_as_it_was, setup, teardown),
        cmocka_unit_test_setup_teardown(a_sample_takes_whole_accounts_and_every_place, setup, teardown),
        cmocka_unit_test_setup_teardown(pseudonyms_follow_from_key_and_text, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
