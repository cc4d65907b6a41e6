/* Digests of runs that kept their summary, and of those whose summary nobody can read. */
#include "town.h"

#include "run/queue/digest.h"
#include "store/database.h"

struct digests {
    struct town town;
    struct as_pack *pack;
};

static int setup(void **state)
{
    struct digests *d = calloc(1, sizeof *d);
    town_open(&d->town);
    d->pack = town_pack(&d->town, "p", "h1", 40);
    town_lead(&d->town, "ann", "operations", DAY(-3));
    const struct as_run_pack given = {.pack = d->pack};
    struct as_run_request request = town_request(&d->town, &given, 1, DAY(0));
    struct as_run_result result;
    town_ok(&d->town, as_run(&result, d->town.store, &request, &d->town.error));
    as_run_free(&result);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct digests *d = *state;
    as_pack_free(d->pack);
    town_close(&d->town);
    free(d);
    return 0;
}

static void the_last_run_is_told(void **state)
{
    struct digests *d = *state;
    struct as_digest digest;
    town_ok(&d->town, as_digest_of(&digest, d->town.store, "p", true, &d->town.error));
    assert_string_equal(as_buf_c(&digest.subject), "p: 1 nurture new");
    assert_non_null(strstr(as_buf_c(&digest.text), "over 1 leads"));
    as_digest_free(&digest);
    assert_int_equal(as_digest_of(&digest, d->town.store, "q", true, &d->town.error), AS_ERR_MISSING);
    as_digest_free(&digest);
}

/* "Nobody moved" would be a lie. */
static void a_summary_that_cannot_be_read_is_no_quiet_day(void **state)
{
    struct digests *d = *state;
    struct as_digest digest;
    town_ok(&d->town, as_sql_script(d->town.store, &d->town.error, "UPDATE run SET summary = '{\"leads\":'"));
    assert_int_equal(as_digest_of(&digest, d->town.store, "p", true, &d->town.error), AS_ERR_DATA);
    assert_string_equal(d->town.error.what, "the summary of run 1 of pack p cannot be read");
    as_digest_free(&digest);
}

#define unit(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(the_last_run_is_told),
        unit(a_summary_that_cannot_be_read_is_no_quiet_day),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
