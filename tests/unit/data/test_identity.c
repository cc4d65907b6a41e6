/* Addresses, hosts and domains. Known answers: the samples of RFC 3492 section 7.1 and the public suffix
 * list's own test cases. */
#include "data/identity/host_name.h"
#include "data/identity/identity.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct as_suffixes *suffixes;

static int open_suffixes(void **state)
{
    (void)state;
    return as_suffixes_open(&suffixes, NULL) == AS_OK ? 0 : -1;
}

static int close_suffixes(void **state)
{
    (void)state;
    as_suffixes_free(suffixes);
    return 0;
}

/* expected NULL: refused, with nothing appended. */
static void gives(bool given, struct as_buf *out, const char *text, const char *expected)
{
    if (given != (expected != NULL) || strcmp(as_buf_c(out), expected ? expected : "") != 0)
        fail_msg("\"%s\" gives \"%s\", not \"%s\"", text, given ? as_buf_c(out) : "nothing",
                 expected ? expected : "nothing");
    as_buf_free(out);
}

static void addresses_have_one_form(void **state)
{
    (void)state;
    static const char *const known[][2] = {
        {"Ada.King@ACME.Example", "ada.king@acme.example"},
        {" Ada King <Ada.King@acme.example> ", "ada.king@acme.example"},
        {"mailto:ada@acme.example", "ada@acme.example"},
        {"ada+fair@gmail.com", "ada+fair@gmail.com"},
        {"a.b@gmail.com", "a.b@gmail.com"},
        {"ada@Bücher.example", "ada@xn--bcher-kva.example"},
        {"not an address", NULL},
        {"ada@", NULL},
        {"@acme.example", NULL},
        {"ada@acme", NULL},
        {"ada@acme..example", NULL},
        {"a da@acme.example", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct as_buf out = {0};
        bool given = as_email_normalise(&out, as_str_of(known[i][0]));
        gives(given, &out, known[i][0], known[i][1]);
    }
    assert_true(as_str_is(as_email_domain(AS_STR("ada@acme.example")), "acme.example"));
    assert_int_equal(as_email_domain(AS_STR("ada")).n, 0);
}

static void hosts_are_found_in_web_addresses(void **state)
{
    (void)state;
    static const char *const known[][2] = {
        {"https://user:pw@www.Acme.example:8080/path?q=a@b#f", "acme.example"},
        {"www.acme.example.", "acme.example"},
        {"acme.example/about", "acme.example"},
        {"http://shop.acme.example", "shop.acme.example"},
        {"http://192.0.2.1/x", "192.0.2.1"},
        {"n/a", NULL},
        {"", NULL},
        {"http://", NULL},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct as_buf out = {0};
        bool given = as_host_of(&out, as_str_of(known[i][0]));
        gives(given, &out, known[i][0], known[i][1]);
    }
}

/* RFC 3492, section 7.1, the samples that a host name can hold, in lower case. */
static void punycode_gives_the_samples_of_its_standard(void **state)
{
    (void)state;
    static const char *const known[][2] = {
        {"他们为什么不说中文", "xn--ihqwcrb4cv8a8dqg056pqjye"},
        {"他們爲什麽不說中文", "xn--ihqwctvzc91f659drss3x8bo0yb"},
        {"pročprostěnemluvíčesky", "xn--proprostnemluvesky-uyb24dma41a"},
        {"למההםפשוטלאמדבריםעברית", "xn--4dbcagdahymbxekheh6e0a7fei0b"},
        {"почемужеонинеговорятпорусски", "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l"},
        {"tạisaohọkhôngthểchỉnóitiếngviệt", "xn--tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g"},
        {"3年b組金八先生", "xn--3b-ww4c5e180e575a65lsy2b"},
        {"hello-another-way-それぞれの場所", "xn--hello-another-way--fc4qua05auwb3674vfr0b"},
        {"ひとつ屋根の下2", "xn--2-u9tlzr9756bt3uc0v"},
        {"パフィーdeルンバ", "xn--de-jg4avhby1noc0d"},
        {"そのスピードで", "xn--d9juau41awczczp"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char name[256], expected[256];
        snprintf(name, sizeof name, "%s.example", known[i][0]);
        snprintf(expected, sizeof expected, "%s.example", known[i][1]);
        struct as_buf out = {0};
        bool given = as_host_name(&out, as_str_of(name));
        gives(given, &out, name, expected);
    }
}

static void host_names_are_lower_case_ascii(void **state)
{
    (void)state;
    static const char *const known[][2] = {
        {"München.DE", "xn--mnchen-3ya.de"},
        {"faß.de", "xn--fa-hia.de"}, /* IDNA 2008: not "fass" */
        {"ACME.Example.", "acme.example"},
        {"acme", NULL},
        {"acme..example", NULL},
        {"a b.example", NULL},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"a234567890123456789012345678901234567890123456789012345678901234.example", NULL},
        {"a23456789012345678901234567890123456789012345678901234567890123.example",
         "a23456789012345678901234567890123456789012345678901234567890123.example"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct as_buf out = {0};
        bool given = as_host_name(&out, as_str_of(known[i][0]));
        gives(given, &out, known[i][0], known[i][1]);
    }
    assert_true(as_is_ip_address(AS_STR("192.0.2.1")) && as_is_ip_address(AS_STR("2001:db8::1")));
    assert_false(as_is_ip_address(AS_STR("192.0.2.example")) || as_is_ip_address(AS_STR("256.1.1.1")));
}

/* https://publicsuffix.org: tests/test_psl.txt. */
static void registrable_domains_follow_the_public_suffix_list(void **state)
{
    (void)state;
    static const char *const known[][2] = {
        {"example.COM", "example.com"},
        {"WwW.example.COM", "example.com"},
        {"biz", NULL},
        {"domain.biz", "domain.biz"},
        {"a.b.domain.biz", "domain.biz"},
        {"test.ac", "test.ac"},
        {"c.mm", NULL},
        {"b.c.mm", "b.c.mm"},
        {"a.b.c.mm", "b.c.mm"},
        {"test.jp", "test.jp"},
        {"ac.jp", NULL},
        {"www.test.ac.jp", "test.ac.jp"},
        {"kyoto.jp", NULL},
        {"a.b.ide.kyoto.jp", "b.ide.kyoto.jp"},
        {"c.kobe.jp", NULL},
        {"city.kobe.jp", "city.kobe.jp"},
        {"www.city.kobe.jp", "city.kobe.jp"},
        {"test.ck", NULL},
        {"www.www.ck", "www.ck"},
        {"k12.ak.us", NULL},
        {"www.test.k12.ak.us", "test.k12.ak.us"},
        {"食狮.com.cn", "xn--85x722f.com.cn"},
        {"www.食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"},
        {"公司.cn", NULL},
        {"mail.acme.co.uk", "acme.co.uk"},
        {"ada@mail.acme.co.uk", "acme.co.uk"},
        {"https://www.acme.co.uk/x", "acme.co.uk"},
        {"192.0.2.1", NULL},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct as_buf out = {0};
        bool given = as_registrable_domain(&out, suffixes, as_str_of(known[i][0]));
        gives(given, &out, known[i][0], known[i][1]);
    }
    assert_true(strlen(as_suffixes_version(suffixes)) > 0 && strlen(as_suffixes_version(suffixes)) <= 64);
}

static void mail_that_anybody_can_have_says_nothing_about_a_company(void **state)
{
    (void)state;
    assert_true(as_is_freemail(AS_STR("gmail.com")) && as_is_freemail(AS_STR("mail.yahoo.com")));
    assert_false(as_is_freemail(AS_STR("notgmail.com")) || as_is_freemail(AS_STR("acme.example")) ||
                 as_is_freemail(AS_STR("com")) || as_is_freemail(AS_STR("")));
    assert_true(as_is_disposable(AS_STR("mailinator.com")));
    assert_false(as_is_disposable(AS_STR("acme.example")));
    uint32_t n[2];
    const char *const *lists[] = {as_freemail_domains(&n[0]), as_disposable_domains(&n[1])};
    for (size_t list = 0; list < 2; list++) {
        assert_true(n[list] > 100);
        for (uint32_t i = 1; i < n[list]; i++)
            assert_true(strcmp(lists[list][i - 1], lists[list][i]) < 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_have_one_form),
        cmocka_unit_test(hosts_are_found_in_web_addresses),
        cmocka_unit_test(punycode_gives_the_samples_of_its_standard),
        cmocka_unit_test(host_names_are_lower_case_ascii),
        cmocka_unit_test(registrable_domains_follow_the_public_suffix_list),
        cmocka_unit_test(mail_that_anybody_can_have_says_nothing_about_a_company),
    };
    return cmocka_run_group_tests(tests, open_suffixes, close_suffixes);
}
