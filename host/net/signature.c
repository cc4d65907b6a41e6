/* Signatures of what is delivered. Where secrets come from is the policy's business. */
#include "net/signature.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

enum { LEAST_KEY = 24, MOST_KEY = 64 }; /* bytes, of the scheme */

static enum as_status decode(uint8_t key[MOST_KEY], size_t *n, struct as_str secret, struct as_error *error)
{
    struct as_str prefix = AS_STR("whsec_");
    if (as_str_starts(secret, prefix))
        secret = (struct as_str){secret.p + prefix.n, secret.n - prefix.n};
    if (sodium_base642bin(key, MOST_KEY, secret.p, secret.n, NULL, n, NULL, sodium_base64_VARIANT_ORIGINAL) ==
            0 &&
        *n >= LEAST_KEY)
        return AS_OK;
    as_error_set(error, AS_ERR_DATA, "the signing secret is no key of the Standard Webhooks scheme");
    return as_error_advise(error, "it is \"whsec_\" and base64 of %d to %d random bytes", LEAST_KEY,
                           MOST_KEY);
}

enum as_status as_sign(char out[AS_SIGNATURE_SIZE], struct as_str secret, const char *id, int64_t timestamp,
                       struct as_str body, struct as_error *error)
{
    uint8_t key[MOST_KEY], hash[crypto_auth_hmacsha256_BYTES];
    size_t n = 0;
    if (sodium_init() < 0)
        return as_error_set(error, AS_ERR_BUG, "libsodium cannot be used on this machine");
    enum as_status status = decode(key, &n, secret, error);
    if (status == AS_OK) {
        char middle[32];
        crypto_auth_hmacsha256_state state;
        snprintf(middle, sizeof middle, ".%" PRId64 ".", timestamp);
        crypto_auth_hmacsha256_init(&state, key, n);
        crypto_auth_hmacsha256_update(&state, (const uint8_t *)id, strlen(id));
        crypto_auth_hmacsha256_update(&state, (const uint8_t *)middle, strlen(middle));
        crypto_auth_hmacsha256_update(&state, (const uint8_t *)body.p, body.n);
        crypto_auth_hmacsha256_final(&state, hash);
        memcpy(out, "v1,", 3);
        sodium_bin2base64(out + 3, AS_SIGNATURE_SIZE - 3, hash, sizeof hash, sodium_base64_VARIANT_ORIGINAL);
        sodium_memzero(&state, sizeof state);
    }
    sodium_memzero(key, sizeof key);
    return status;
}
