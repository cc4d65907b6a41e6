/* Versions of packs: what is kept of one, and which one decides after promotions and ways back. */
#include "fixture.h"

#include "store/decisions/versions.h"

struct versions {
    struct world w;
    char hash[4][AS_HASH_TEXT]; /* of versions 1 … 3 */
};

/* Version n of the pack "p", with a test and, when told, signatures. */
static void make(struct world *w, struct as_source *source, int n, const char *signatures)
{
    char text[32];
    snprintf(text, sizeof text, "return %d", n);
    as_source_init(source);
    ok(w, as_source_add(source, "pack.lua", as_str_of(text), &w->error));
    ok(w, as_source_add(source, "p_test.lua", AS_STR("a test"), &w->error));
    if (signatures != NULL)
        ok(w, as_source_add(source, AS_SIGNATURES_FILE, as_str_of(signatures), &w->error));
    ok(w, as_source_seal(source, &w->error));
}

static int setup(void **state)
{
    struct versions *v = calloc(1, sizeof *v);
    assert_non_null(v);
    world_open(&v->w);
    for (int n = 1; n <= 3; n++) {
        struct as_source source;
        make(&v->w, &source, n, NULL);
        ok(&v->w, as_store_keep_pack(v->w.store, "p", &source, T0 + n, &v->w.error));
        memcpy(v->hash[n], source.hash, AS_HASH_TEXT);
        as_source_free(&source);
    }
    *state = v;
    return 0;
}

static int teardown(void **state)
{
    struct versions *v = *state;
    world_close(&v->w);
    free(v);
    return 0;
}

static void promote(struct versions *v, int n)
{
    const struct as_promotion promotion = {.pack = "p", .hash = v->hash[n], .by = "Mia", .now = T0};
    ok(&v->w, as_store_promote(v->w.store, &promotion, &v->w.error));
}

/* To what lies under it, or to version n. */
static enum as_status back(struct versions *v, int n)
{
    char hash[AS_HASH_TEXT];
    const struct as_promotion promotion = {.pack = "p", .hash = n > 0 ? v->hash[n] : NULL, .now = T0};
    as_error_clear(&v->w.error);
    return as_store_roll_back(hash, v->w.store, &promotion, &v->w.error);
}

/* The number of the version that decides, 0 none. */
static int decides(struct versions *v)
{
    struct as_deciding deciding;
    ok(&v->w, as_store_deciding(&deciding, v->w.store, "p", &v->w.error));
    for (int n = 1; n <= 3; n++)
        if (strcmp(deciding.hash, v->hash[n]) == 0)
            return n;
    return 0;
}

static void what_decides_is_kept_once_and_signatures_anew(void **state)
{
    struct versions *v = *state;
    struct as_source source;
    make(&v->w, &source, 1, "first");
    ok(&v->w, as_store_keep_pack(v->w.store, "p", &source, T0 + 9, &v->w.error));
    as_source_free(&source);
    make(&v->w, &source, 1, "second");
    ok(&v->w, as_store_keep_pack(v->w.store, "p", &source, T0 + 9, &v->w.error));
    as_source_free(&source);
    ok(&v->w, as_store_load_pack(&source, v->w.store, "p", v->hash[1], &v->w.error));
    assert_int_equal(source.files.n, 2);
    assert_true(as_str_is(as_source_find(&source, AS_SIGNATURES_FILE)->bytes, "second"));
    assert_true(as_str_is(as_source_find(&source, "pack.lua")->bytes, "return 1"));
    as_source_free(&source);
    assert_cell(&v->w, "SELECT count(*) FROM pack", "3");
    assert_cell(&v->w, "SELECT kept_at FROM pack ORDER BY kept_at LIMIT 1", "1772323201");
}

static void a_version_is_found_by_the_beginning_of_its_hash(void **state)
{
    struct versions *v = *state;
    char hash[AS_HASH_TEXT], beginning[AS_HASH_TEXT];
    snprintf(beginning, sizeof beginning, "%.12s", v->hash[2]);
    ok(&v->w, as_store_find_version(hash, v->w.store, "p", beginning, &v->w.error));
    assert_string_equal(hash, v->hash[2]);
    assert_int_equal(as_store_find_version(hash, v->w.store, "q", beginning, &v->w.error), AS_ERR_MISSING);
    as_error_clear(&v->w.error);
    assert_int_equal(as_store_find_version(hash, v->w.store, "p", "x", &v->w.error), AS_ERR_MISSING);
    as_error_clear(&v->w.error);
    assert_int_equal(as_store_find_version(hash, v->w.store, "p", "", &v->w.error), AS_ERR_MISSING);
    as_error_clear(&v->w.error);
    /* A hash has sixteen first letters: of seventeen versions two share theirs. */
    char first[64] = "";
    for (int n = 4; n < 21; n++) {
        struct as_source source;
        make(&v->w, &source, n, NULL);
        ok(&v->w, as_store_keep_pack(v->w.store, "p", &source, T0, &v->w.error));
        snprintf(beginning, sizeof beginning, "%c", source.hash[0]);
        bool shared = strchr(first, source.hash[0]) != NULL;
        first[strlen(first)] = source.hash[0];
        as_source_free(&source);
        if (shared)
            break;
    }
    assert_int_equal(as_store_find_version(hash, v->w.store, "p", beginning, &v->w.error), AS_ERR_USAGE);
}

static void rolling_back_goes_down_and_promoting_builds_on(void **state)
{
    struct versions *v = *state;
    assert_int_equal(decides(v), 0);
    assert_int_equal(back(v, 0), AS_ERR_MISSING);
    promote(v, 1);
    assert_int_equal(back(v, 0), AS_ERR_MISSING);
    promote(v, 2);
    promote(v, 3);
    assert_int_equal(decides(v), 3);
    assert_int_equal(back(v, 0), AS_OK);
    assert_int_equal(decides(v), 2);
    assert_int_equal(back(v, 0), AS_OK);
    assert_int_equal(decides(v), 1);
    assert_int_equal(back(v, 0), AS_ERR_MISSING);
    promote(v, 3);
    assert_int_equal(back(v, 0), AS_OK);
    assert_int_equal(decides(v), 1);
    promote(v, 2);
    promote(v, 3);
    assert_int_equal(back(v, 1), AS_OK);
    assert_int_equal(decides(v), 1);
    assert_int_equal(back(v, 3), AS_ERR_MISSING); /* it decided, but not before this one did */
    assert_cell(&v->w, "SELECT count(*) FROM promotion WHERE how = 'rollback'", "4");
}

static void what_decides_is_not_promoted_again(void **state)
{
    struct versions *v = *state;
    struct as_promotion again = {.pack = "p", .hash = v->hash[2], .now = T0};
    promote(v, 2);
    assert_int_equal(as_store_promote(v->w.store, &again, &v->w.error), AS_ERR_CONFLICT);
    assert_non_null(strstr(v->w.error.what, "decides already"));
}

#define unit(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(what_decides_is_kept_once_and_signatures_anew),
        unit(a_version_is_found_by_the_beginning_of_its_hash),
        unit(rolling_back_goes_down_and_promoting_builds_on),
        unit(what_decides_is_not_promoted_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
