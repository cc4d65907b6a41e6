/* Which versions may decide for good: the one that was promoted, and only what marketing and sales have
 * signed; and what going back to a version restores. */
#include "town.h"

#include "store/decisions/versions.h"

struct cleared {
    struct town town;
    struct as_pack *packs[2]; /* versions of "p": the second gives more points and asks for less */
    struct as_source sources[2];
};

static void make_version(struct cleared *c, int v, const char *text)
{
    as_source_init(&c->sources[v]);
    town_ok(&c->town, as_source_add(&c->sources[v], "pack.lua", as_str_of(text), &c->town.error));
    town_ok(&c->town, as_source_seal(&c->sources[v], &c->town.error));
    c->packs[v] = town_pack(&c->town, "p", c->sources[v].hash, v == 0 ? 40 : 15);
    c->packs[v]->files.at = c->sources[v].files.at;
    c->packs[v]->files.n = c->sources[v].files.n;
}

static int setup(void **state)
{
    struct cleared *c = calloc(1, sizeof *c);
    town_open(&c->town);
    make_version(c, 0, "return 1");
    make_version(c, 1, "return 2");
    c->packs[1]->models.at[0]->scores.at[0]->rules.at[0]->points = 60000;
    town_lead(&c->town, "ann", "Head of operations", DAY(0));
    town_lead(&c->town, "bob", "Clown", DAY(0));
    town_lead(&c->town, "cid", "Operations", DAY(0));
    for (int i = 0; i < 20; i++)
        town_event(&c->town, "ann", "page_view", DAY(0) - 60 * (i + 1), DAY(0));
    town_event(&c->town, "cid", "demo_request", DAY(0) - 60, DAY(0));
    *state = c;
    return 0;
}

static int teardown(void **state)
{
    struct cleared *c = *state;
    for (int v = 0; v < 2; v++) {
        as_pack_free(c->packs[v]);
        as_source_free(&c->sources[v]);
    }
    town_close(&c->town);
    free(c);
    return 0;
}

/* Runs a version; returns the pack's own status, and what was wrong in town.error. */
static enum as_status run(struct cleared *c, int v, int64_t at, bool dry)
{
    struct as_run_pack given = {.pack = c->packs[v], .source = &c->sources[v]};
    struct as_run_request request = town_request(&c->town, &given, 1, at);
    struct as_run_result result;
    request.dry_run = dry;
    as_error_clear(&c->town.error);
    town_ok(&c->town, as_run(&result, c->town.store, &request, &c->town.error));
    enum as_status status = AS_OK;
    if (result.packs.at[0]->failed) {
        c->town.error = result.packs.at[0]->error;
        status = c->town.error.status;
    }
    as_run_free(&result);
    return status;
}

static void sign(struct cleared *c, int v, enum as_party party)
{
    struct as_pack *pack = c->packs[v];
    const struct as_signature signature = {
        .party = party, .name = pack->agreement.signers[party], .day = as_day_of(DAY(0))};
    town_ok(&c->town, as_signatures_put(&pack->signatures, &pack->rules.arena, &c->sources[v], &signature,
                                        &c->town.error));
}

static void what_is_not_signed_does_not_run(void **state)
{
    struct cleared *c = *state;
    const struct as_agreement agreement = {
        .declared = true, .signers = {"M. Ruiz", "S. Okafor"}, .review_by = as_day_of(DAY(1))};
    c->packs[0]->agreement = c->packs[1]->agreement = agreement;
    assert_int_equal(run(c, 0, DAY(0), false), AS_ERR_RULE);
    assert_non_null(strstr(c->town.error.what, "M. Ruiz has not signed"));
    assert_int_equal(run(c, 0, DAY(0), true), AS_OK);
    assert_int_equal(town_count(&c->town, "SELECT count(*) FROM run"), 0);
    sign(c, 0, AS_MARKETING);
    sign(c, 0, AS_SALES);
    assert_int_equal(run(c, 0, DAY(0), false), AS_OK);
    c->packs[1]->signatures = c->packs[0]->signatures;
    assert_int_equal(run(c, 1, DAY(0), false), AS_ERR_RULE);
    assert_non_null(strstr(c->town.error.what, "since then pack.lua changed"));
    assert_int_equal(run(c, 1, DAY(0), true), AS_OK);
    assert_int_equal(run(c, 0, DAY(2), false), AS_ERR_RULE);
    assert_non_null(strstr(c->town.error.what, "day of review was 2026-06-29"));
    assert_non_null(strstr(c->town.error.advice, "review_by"));
    assert_int_equal(town_count(&c->town, "SELECT count(*) FROM run"), 1);
}

static void only_what_was_promoted_runs(void **state)
{
    struct cleared *c = *state;
    struct as_pack *other = town_pack(&c->town, "q", "h1", 40);
    const struct as_promotion promotion = {.pack = "p", .hash = c->sources[1].hash, .now = DAY(0)};
    assert_int_equal(run(c, 0, DAY(0), false), AS_OK);
    town_ok(&c->town, as_store_keep_pack(c->town.store, "p", &c->sources[1], DAY(0), &c->town.error));
    town_ok(&c->town, as_store_promote(c->town.store, &promotion, &c->town.error));
    assert_int_equal(run(c, 0, DAY(0), true), AS_OK);
    struct as_run_pack given[] = {{.pack = c->packs[0], .source = &c->sources[0]}, {.pack = other}};
    struct as_run_request request = town_request(&c->town, given, 2, DAY(0));
    struct as_run_result result;
    town_ok(&c->town, as_run(&result, c->town.store, &request, &c->town.error));
    assert_int_equal(result.failed, 1);
    assert_int_equal(result.packs.at[0]->error.status, AS_ERR_CONFLICT);
    assert_false(result.packs.at[1]->failed);
    as_run_free(&result);
    assert_int_equal(run(c, 1, DAY(0), false), AS_OK);
    as_pack_free(other);
}

/* Scores with their intervals, grades, verdicts, and the ledgers of each lead's last decision. */
static const char *const judgement =
    "SELECT group_concat(t, '') FROM (SELECT s.lead_id || ':' || s.verdicts || ',' || s.grade_code || ',' ||"
    " (SELECT group_concat(v.value || '/' || v.low || '/' || v.high) FROM score_value v WHERE v.lead_id = "
    "s.lead_id)"
    " || (SELECT group_concat(g.score || g.value || g.entries || g.open) FROM ledger g"
    "     WHERE g.decision_id = s.decision_id) || ';' AS t FROM standing s ORDER BY s.lead_id)";

static enum as_status keep_text(void *context, const struct as_query_row *row, struct as_error *error)
{
    (void)error;
    as_buf_text(context, row->texts[0] != NULL ? row->texts[0] : "NULL");
    return AS_OK;
}

static void going_back_restores_every_judgement(void **state)
{
    struct cleared *c = *state;
    struct as_buf texts[3] = {{.p = NULL}, {.p = NULL}, {.p = NULL}};
    char hash[AS_HASH_TEXT];
    const struct as_promotion second = {.pack = "p", .hash = c->sources[1].hash, .now = DAY(0)},
                              back = {.pack = "p", .now = DAY(0)};
    assert_int_equal(run(c, 0, DAY(0), false), AS_OK);
    town_ok(&c->town, as_store_query(c->town.store, judgement, keep_text, &texts[0], &c->town.error));
    town_ok(&c->town, as_store_keep_pack(c->town.store, "p", &c->sources[1], DAY(0), &c->town.error));
    town_ok(&c->town, as_store_promote(c->town.store, &second, &c->town.error));
    assert_int_equal(run(c, 1, DAY(0), false), AS_OK);
    town_ok(&c->town, as_store_query(c->town.store, judgement, keep_text, &texts[1], &c->town.error));
    town_ok(&c->town, as_store_roll_back(hash, c->town.store, &back, &c->town.error));
    assert_string_equal(hash, c->sources[0].hash);
    assert_int_equal(run(c, 0, DAY(0), false), AS_OK);
    town_ok(&c->town, as_store_query(c->town.store, judgement, keep_text, &texts[2], &c->town.error));
    assert_non_null(strstr(as_buf_c(&texts[0]), "asked for a demo"));
    assert_string_not_equal(as_buf_c(&texts[0]), as_buf_c(&texts[1]));
    assert_string_equal(as_buf_c(&texts[0]), as_buf_c(&texts[2]));
    /* The stage that the second version gave is history, and asks for attention. */
    assert_int_equal(town_count(&c->town, "SELECT count(*) FROM standing WHERE attention = 1"), 1);
    for (int i = 0; i < 3; i++)
        as_buf_free(&texts[i]);
}

#define unit(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"a run refuses what is unsigned or lapsed, and names what changed [A1.23]",
         what_is_not_signed_does_not_run, setup, teardown, NULL},
        unit(only_what_was_promoted_runs),
        unit(going_back_restores_every_judgement),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
