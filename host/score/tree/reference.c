/* Versions of public suffixes, Unicode, patterns, time zones and the mail domains that anybody can join. */
#include "score/tree/reference.h"

#include "base/zone.h"
#include "data/identity/fold.h"
#include "data/identity/identity.h"
#include "score/tree/pattern.h"

#include <sodium.h>
#include <string.h>

static void put_domains(struct as_buf *out, const char *what, const char *const *domains, uint32_t n)
{
    crypto_generichash_state state;
    unsigned char digest[AS_DIGEST];
    char text[AS_HASH_TEXT];
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    for (uint32_t i = 0; i < n; i++)
        crypto_generichash_update(&state, (const unsigned char *)domains[i], strlen(domains[i]) + 1);
    crypto_generichash_final(&state, digest, sizeof digest);
    sodium_bin2hex(text, sizeof text, digest, sizeof digest);
    as_buf_printf(out, "%s %s\n", what, text);
}

static enum as_status put_suffixes(struct as_buf *out, struct as_error *error)
{
    struct as_suffixes *suffixes;
    enum as_status status = as_suffixes_open(&suffixes, error);
    if (status == AS_OK)
        as_buf_printf(out, "public suffixes %s\n", as_suffixes_version(suffixes));
    if (status == AS_OK)
        as_suffixes_free(suffixes);
    return status;
}

enum as_status as_reference_of(struct as_reference *out, struct as_error *error)
{
    struct as_buf text = {.max = AS_REFERENCE_TEXT - 1};
    char zones[AS_ZONES_VERSION];
    unsigned char digest[AS_DIGEST];
    uint32_t n;
    *out = (struct as_reference){.hash = ""};
    enum as_status status = put_suffixes(&text, error);
    as_buf_text(&text, "unicode ");
    as_fold_version(&text);
    as_buf_text(&text, "\npatterns ");
    as_pattern_version(&text);
    as_buf_printf(&text, "\nzones %s\n", as_zones_version(zones));
    const char *const *domains = as_freemail_domains(&n);
    put_domains(&text, "freemail", domains, n);
    domains = as_disposable_domains(&n);
    put_domains(&text, "disposable", domains, n);
    if (status == AS_OK && text.failed)
        status = as_error_memory(error);
    if (status == AS_OK) {
        memcpy(out->text, text.p, text.n);
        crypto_generichash(digest, sizeof digest, (const unsigned char *)text.p, text.n, NULL, 0);
        sodium_bin2hex(out->hash, sizeof out->hash, digest, sizeof digest);
    }
    as_buf_free(&text);
    return status;
}
