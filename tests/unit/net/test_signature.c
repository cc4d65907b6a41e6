/* Signatures, against the vector that the libraries of the Standard Webhooks project test themselves with. */
#include "net/signature.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void the_published_vector(void **state)
{
    (void)state;
    char out[AS_SIGNATURE_SIZE];
    struct as_error error = AS_ERROR_INIT;
    struct as_str body = AS_STR("{\"test\": 2432232314}");
    assert_int_equal(as_sign(out, AS_STR("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
                             "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, &error),
                     AS_OK);
    assert_string_equal(out, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    assert_int_equal(as_sign(out, AS_STR("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "msg_p5jXN8AQM9LWM0D4loKWxJek",
                             1614265330, body, &error),
                     AS_OK);
    assert_string_equal(out, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

/* Computed with Python's hmac over the bytes 0 to 31. */
static void a_key_of_32_bytes(void **state)
{
    (void)state;
    char out[AS_SIGNATURE_SIZE];
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_sign(out, AS_STR("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="), "evt_1",
                             1772440200, AS_STR("{}"), &error),
                     AS_OK);
    assert_string_equal(out, "v1,Lm3CQXhlTQANTN+hhroMy5IpfXTx17iXlKfpYJwXBDM=");
}

static void what_is_no_key(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64 at all, but long",
                                        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char out[AS_SIGNATURE_SIZE];
        struct as_error error = AS_ERROR_INIT;
        assert_int_equal(as_sign(out, as_str_of(wrong[i]), "id", 1, AS_STR("{}"), &error), AS_ERR_DATA);
        assert_non_null(strstr(error.advice, "whsec_"));
        if (wrong[i][0] != '\0' && strlen(wrong[i]) > 6)
            assert_null(strstr(error.what, wrong[i] + 6));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_vector),
        cmocka_unit_test(a_key_of_32_bytes),
        cmocka_unit_test(what_is_no_key),
    };
    return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
