/* Agreements: when the signatures beside a pack make it hold, and what is said when they do not. */
#include "base/time.h"
#include "score/tree/agreement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

/* 2026-03-02 */
#define AT INT64_C(1772409600)

struct signed_pack {
    struct as_pack pack;
    struct as_source source;
    struct as_arena arena;
};

static void make(struct signed_pack *s, const char *rules, const char *list)
{
    as_source_init(&s->source);
    assert_int_equal(as_source_add(&s->source, "pack.lua", AS_STR("return 1"), NULL), AS_OK);
    assert_int_equal(as_source_add(&s->source, "rules.lua", as_str_of(rules), NULL), AS_OK);
    if (list != NULL)
        assert_int_equal(as_source_add(&s->source, list, AS_STR(""), NULL), AS_OK);
    assert_int_equal(as_source_seal(&s->source, NULL), AS_OK);
    memcpy(s->pack.hash, s->source.hash, sizeof s->pack.hash);
    s->pack.files.at = s->source.files.at;
    s->pack.files.n = s->source.files.n;
}

static void open_pack(struct signed_pack *s)
{
    *s = (struct signed_pack){.pack = {.name = "p"}};
    s->pack.agreement = (struct as_agreement){
        .declared = true, .signers = {"M. Ruiz", "S. Okafor"}, .review_by = as_day_of(AT)};
    make(s, "return 1", "lists/a.txt");
}

static void sign(struct signed_pack *s, enum as_party party, const char *name, const unsigned char *secret)
{
    struct as_signature signature = {.party = party, .name = name, .day = as_day_of(AT)};
    if (secret != NULL)
        assert_int_equal(as_signature_make(&signature, "p", s->source.hash, secret, NULL), AS_OK);
    assert_int_equal(as_signatures_put(&s->pack.signatures, &s->arena, &s->source, &signature, NULL), AS_OK);
}

/* Whether it holds, and why not. */
static bool holds(struct signed_pack *s, int64_t at, const char *why)
{
    struct as_agreed agreed;
    struct as_buf text = {.p = NULL};
    assert_int_equal(as_agreed_of(&agreed, &s->arena, &s->pack, at, NULL), AS_OK);
    as_agreed_say(&text, &agreed);
    assert_string_equal(as_buf_c(&text), why);
    as_buf_free(&text);
    return agreed.holds;
}

static void close_pack(struct signed_pack *s)
{
    as_source_free(&s->source);
    as_arena_free(&s->arena);
}

static void both_sign_this_very_version(void **state)
{
    (void)state;
    struct signed_pack s;
    open_pack(&s);
    assert_false(holds(&s, AT, "M. Ruiz has not signed for marketing; S. Okafor has not signed for sales"));
    sign(&s, AS_MARKETING, "M. Ruiz", NULL);
    assert_false(holds(&s, AT, "S. Okafor has not signed for sales"));
    sign(&s, AS_SALES, "S. Okafor", NULL);
    assert_true(holds(&s, AT, ""));
    as_source_free(&s.source);
    make(&s, "return 2", "lists/b.txt");
    assert_false(
        holds(&s, AT,
              "M. Ruiz signed for marketing on 2026-03-02, and since then lists/b.txt is new, "
              "rules.lua changed, lists/a.txt is gone; S. Okafor signed for sales on 2026-03-02, and "
              "since then lists/b.txt is new, rules.lua changed, lists/a.txt is gone"));
    sign(&s, AS_SALES, "S. Okafor", NULL);
    sign(&s, AS_MARKETING, "M. Ruiz", NULL);
    assert_true(holds(&s, AT, ""));
    close_pack(&s);
}

static void it_holds_through_its_day_of_review(void **state)
{
    (void)state;
    struct signed_pack s;
    open_pack(&s);
    sign(&s, AS_MARKETING, "M. Ruiz", NULL);
    sign(&s, AS_SALES, "S. Okafor", NULL);
    assert_true(holds(&s, AT + AS_DAY_SECONDS - 1, ""));
    assert_false(holds(&s, AT + AS_DAY_SECONDS, "its day of review was 2026-03-02"));
    s.pack.agreement.review_by = 0;
    assert_true(holds(&s, AT + 9999 * AS_DAY_SECONDS, ""));
    close_pack(&s);
}

static void a_key_must_fit(void **state)
{
    (void)state;
    struct signed_pack s;
    unsigned char key[AS_PUBLIC_KEY], secret[AS_SECRET_KEY], other[AS_PUBLIC_KEY], stolen[AS_SECRET_KEY];
    assert_int_equal(as_key_pair(key, secret, NULL), AS_OK);
    assert_int_equal(as_key_pair(other, stolen, NULL), AS_OK);
    open_pack(&s);
    s.pack.agreement.keys[AS_SALES] = key;
    sign(&s, AS_MARKETING, "M. Ruiz", NULL);
    sign(&s, AS_SALES, "S. Okafor", NULL);
    assert_false(holds(&s, AT, "S. Okafor signed for sales without the key that the agreement names"));
    sign(&s, AS_SALES, "S. Okafor", stolen);
    assert_false(
        holds(&s, AT, "the signature of S. Okafor for sales does not fit the key that the agreement names"));
    sign(&s, AS_SALES, "S. Okafor", secret);
    assert_true(holds(&s, AT, ""));
    sign(&s, AS_SALES, "A. Lindt", secret);
    assert_false(holds(&s, AT, "A. Lindt signed for sales, where the agreement names S. Okafor"));
    close_pack(&s);
}

static void a_pack_without_agreement_needs_none(void **state)
{
    (void)state;
    struct signed_pack s;
    open_pack(&s);
    s.pack.agreement = (struct as_agreement){.declared = false};
    assert_true(holds(&s, AT, ""));
    close_pack(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"a definition holds while both have signed this very version [A1.23]", both_sign_this_very_version,
         NULL, NULL, NULL},
        cmocka_unit_test(it_holds_through_its_day_of_review),
        cmocka_unit_test(a_key_must_fit),
        cmocka_unit_test(a_pack_without_agreement_needs_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
