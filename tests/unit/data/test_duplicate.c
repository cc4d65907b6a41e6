/* Pairs of people. Known answers: the header's table put into Fellegi and Sunter's formula by hand (sums of
 * log2 m/u and log2 (1-m)/(1-u), odds from 1e-5). */
#include "data/identity/duplicate.h"

#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void expect(struct as_person a, struct as_person b, double probability, const char *reasons)
{
    for (int turn = 0; turn < 2; turn++) {
        struct as_buf said = {.p = NULL};
        struct as_error error = AS_ERROR_INIT;
        double got = -1, bits = -1;
        assert_int_equal(
            as_person_compare(&got, &bits, &said, turn == 0 ? &a : &b, turn == 0 ? &b : &a, &error), AS_OK);
        assert_string_equal(as_buf_c(&said), reasons);
        if (fabs(got - probability) > 1e-9)
            fail_msg("%s: %.12f, expected %.12f", reasons, got, probability);
        /* The same as a weight: log odds less those of the prior. */
        if (fabs(exp2(bits) * AS_DUPLICATE_PRIOR / (1 - AS_DUPLICATE_PRIOR) -
                 probability / (1 - probability)) > 1e-6)
            fail_msg("%s: %.6f bits", reasons, bits);
        as_buf_free(&said);
    }
}

static struct as_person person(const char *first, const char *last, const char *email, const char *company)
{
    return (struct as_person){.first = as_str_of(first),
                              .last = as_str_of(last),
                              .email = as_str_of(email),
                              .company = as_str_of(company)};
}

static void fields_add_up(void **state)
{
    (void)state;
    expect(person("Ada", "King", "ada@acme.example", "Acme Ltd"),
           person("ada", "KING", "a.king@acme.example", "ACME Limited"), 0.9579835957914268,
           "same family name, same given name, company of like name");
    expect(person("Ada", "King", "", "Acme"), person("A.", "King", "", "Basalt"), 0.027845898453043073,
           "same family name, same given name, other company");
    expect(person("Ada", "King", "ada.king@acme.example", "Acme"),
           person("Ada", "King", "ada.king@basalt.example", "Basalt"), 0.9347333093208544,
           "same mailbox ada.king at another domain, same family name, same given name, other company");
    expect(person("", "", "Ada@Acme.example", ""), person("", "", "ada@acme.example", ""), 0.8333347222245371,
           "same e-mail address");
    expect(person("Ada", "King", "", "Acme"), person("Robert", "King", "", "Acme"), 0.0491595877399352,
           "same family name, other given name, company of like name");
}

static void telephones_are_compared_by_their_end(void **state)
{
    struct as_person a = person("Ada", "King", "", ""), b = a;
    (void)state;
    a.phone = AS_STR("+49 (30) 1234-5678");
    b.phone = AS_STR("030 12345678");
    expect(a, b, 0.9994155523051758, "same family name, same given name, same telephone");
    b.phone = AS_STR("5678"); /* too short to say anything */
    expect(a, b, 1 / (1 + exp2(-(log2(.95 / .003) + log2(.9 / .02) + log2(1e-5 / (1 - 1e-5))))),
           "same family name, same given name");
}

static void names_may_be_whole_or_the_wrong_way_round(void **state)
{
    struct as_person whole = {.name = AS_STR("Ada Maria King"), .account = 7},
                     parts = {.first = AS_STR("ada maria"), .last = AS_STR("king"), .account = 7},
                     turned = {.first = AS_STR("King"), .last = AS_STR("Ada Maria"), .account = 7};
    (void)state;
    expect(whole, parts, 0.9579835957914268, "same family name, same given name, same company");
    expect(parts, turned, 0.9579835957914268, "same names, the other way round, same company");
}

static void what_is_unknown_says_nothing(void **state)
{
    struct as_person nobody = {.account = 0};
    (void)state;
    expect(nobody, nobody, 1e-5, "");
    expect(nobody, person("Ada", "King", "ada@acme.example", "Acme"), 1e-5, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_add_up),
        cmocka_unit_test(telephones_are_compared_by_their_end),
        cmocka_unit_test(names_may_be_whole_or_the_wrong_way_round),
        cmocka_unit_test(what_is_unknown_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
