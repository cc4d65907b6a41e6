/* E-mail addresses, hosts and registrable domains in the forms in which they are compared. The public suffix
 * list is libpsl's; which mail domains anybody can join is in lists/. */
#include "data/identity/identity.h"

#include "data/identity/fold.h"
#include "data/identity/host_name.h"
#include "data/identity/mail_domains.h"

#include <libpsl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { MOST_LOCAL = 64 * 4, VERSION_TEXT = 65 };

struct as_suffixes {
    psl_ctx_t *loaded; /* NULL: the built-in list serves */
    const psl_ctx_t *list;
    char version[VERSION_TEXT];
};

/* BLAKE2b-256 of a file in hex. */
static bool hash_file(char out[VERSION_TEXT], const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    crypto_generichash_state state;
    unsigned char hash[32], chunk[8192];
    size_t n;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
        crypto_generichash_update(&state, chunk, n);
    bool good = !ferror(file);
    fclose(file);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(out, VERSION_TEXT, hash, sizeof hash);
    return good;
}

enum as_status as_suffixes_open(struct as_suffixes **out, struct as_error *error)
{
    *out = NULL;
    if (sodium_init() < 0)
        return as_error_set(error, AS_ERR_BUG, "libsodium cannot be used on this machine");
    struct as_suffixes *suffixes = calloc(1, sizeof *suffixes);
    if (suffixes == NULL)
        return as_error_memory(error);
    const char *path = psl_dist_filename();
    if (psl_builtin_outdated() == 1 && path[0] != '\0' && hash_file(suffixes->version, path))
        suffixes->loaded = psl_load_file(path);
    suffixes->list = suffixes->loaded;
    if (suffixes->list == NULL) {
        suffixes->list = psl_builtin();
        snprintf(suffixes->version, sizeof suffixes->version, "%s", psl_builtin_sha1sum());
    }
    if (suffixes->list == NULL) {
        free(suffixes);
        as_error_set(error, AS_ERR_MISSING, "there is no public suffix list: libpsl was built without one");
        return as_error_advise(error, "install the package publicsuffix");
    }
    *out = suffixes;
    return AS_OK;
}

void as_suffixes_free(struct as_suffixes *suffixes)
{
    if (suffixes == NULL)
        return;
    psl_free(suffixes->loaded);
    free(suffixes);
}

const char *as_suffixes_version(const struct as_suffixes *suffixes)
{
    return suffixes->version;
}

static struct as_str after(struct as_str text, size_t n)
{
    return (struct as_str){text.p + n, text.n - n};
}

static bool starts_nocase(struct as_str text, const char *prefix)
{
    size_t n = strlen(prefix);
    return text.n >= n && as_str_is_nocase((struct as_str){text.p, n}, prefix);
}

/* The address inside of "Jane Doe <jane@acme.example>" and "mailto:jane@acme.example?subject=x". */
static struct as_str bare_address(struct as_str text)
{
    text = as_str_trim(text);
    if (text.n > 0 && text.p[text.n - 1] == '>') {
        const char *open = memrchr(text.p, '<', text.n);
        if (open != NULL) {
            text = after(text, (size_t)(open - text.p) + 1);
            text.n--;
        }
    }
    if (starts_nocase(text, "mailto:")) {
        text = after(text, strlen("mailto:"));
        text = as_str_cut(&text, '?');
    }
    text = as_str_trim(text);
    while (text.n > 0 && strchr(".,;", text.p[text.n - 1]) != NULL)
        text.n--;
    return text;
}

/* ASCII, which is nearly every address, needs no tables. False when a character cannot be. */
static bool lower_ascii(char *out, bool *ascii, struct as_str local)
{
    *ascii = true;
    for (size_t i = 0; i < local.n; i++) {
        char c = local.p[i];
        if ((unsigned char)c <= ' ' || c == 0x7f || strchr("<>()[],;:\\@\"", c) != NULL)
            return false;
        *ascii = *ascii && (unsigned char)c < 0x80;
        out[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    return true;
}

static bool append_local(struct as_buf *out, struct as_str local)
{
    char plain[MOST_LOCAL];
    bool ascii;
    if (local.n == 0 || local.n > MOST_LOCAL || !lower_ascii(plain, &ascii, local))
        return false;
    if (ascii) {
        as_buf_bytes(out, plain, local.n);
        return true;
    }
    if (!as_utf8_valid(local, NULL))
        return false;
    utf8proc_uint8_t *folded = NULL;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)local.p, (utf8proc_ssize_t)local.n, &folded,
                                      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
    if (n > 0)
        as_buf_bytes(out, (const char *)folded, (size_t)n);
    free(folded);
    return n > 0;
}

/* Takes back what was appended behind `n`. */
static void cut_back(struct as_buf *out, size_t n)
{
    if (out->n > n) {
        out->n = n;
        out->p[n] = '\0';
    }
}

bool as_email_normalise(struct as_buf *out, struct as_str address)
{
    size_t before = out->n;
    address = bare_address(address);
    const char *at = address.n > 0 ? memrchr(address.p, '@', address.n) : NULL;
    if (at == NULL)
        return false;
    size_t local = (size_t)(at - address.p);
    if (!append_local(out, (struct as_str){address.p, local}))
        return false;
    as_buf_char(out, '@');
    if (as_host_name(out, after(address, local + 1)) && !out->failed)
        return true;
    cut_back(out, before);
    return false;
}

struct as_str as_email_domain(struct as_str normalised)
{
    const char *at = normalised.n > 0 ? memrchr(normalised.p, '@', normalised.n) : NULL;
    if (at == NULL)
        return (struct as_str){"", 0};
    return after(normalised, (size_t)(at - normalised.p) + 1);
}

/* What is left of a web address when scheme, path and user are gone; an IPv6 address loses its brackets. */
static struct as_str authority(struct as_str text)
{
    text = as_str_trim(text);
    for (size_t i = 0; i + 2 < text.n; i++)
        if (memcmp(text.p + i, "://", 3) == 0) {
            text = after(text, i + 3);
            break;
        }
    if (as_str_starts(text, AS_STR("//")))
        text = after(text, 2);
    for (size_t i = 0; i < text.n; i++)
        if (strchr("/?#\\", text.p[i]) != NULL)
            text.n = i;
    const char *at = text.n > 0 ? memrchr(text.p, '@', text.n) : NULL;
    if (at != NULL)
        text = after(text, (size_t)(at - text.p) + 1);
    if (text.n > 0 && text.p[0] == '[') {
        text = after(text, 1);
        return as_str_cut(&text, ']');
    }
    const char *colon = text.n > 0 ? memchr(text.p, ':', text.n) : NULL;
    if (colon != NULL && memchr(colon + 1, ':', text.n - (size_t)(colon + 1 - text.p)) == NULL)
        text.n = (size_t)(colon - text.p);
    return text;
}

bool as_host_of(struct as_buf *out, struct as_str address)
{
    struct as_str host = authority(address);
    if (as_is_ip_address(host)) {
        as_buf_str(out, host);
        return true;
    }
    if (starts_nocase(host, "www.") && memchr(host.p + 4, '.', host.n - 4) != NULL)
        host = after(host, 4);
    return as_host_name(out, host);
}

bool as_registrable_domain(struct as_buf *out, const struct as_suffixes *suffixes, struct as_str address)
{
    struct as_buf host = {0};
    const char *domain = NULL;
    if (as_host_of(&host, address) && !host.failed && !as_is_ip_address((struct as_str){host.p, host.n}))
        domain = psl_registrable_domain(suffixes->list, as_buf_c(&host));
    if (domain != NULL)
        as_buf_text(out, domain);
    out->failed = out->failed || host.failed;
    as_buf_free(&host);
    return domain != NULL && !out->failed;
}

/* True when the domain or one above it stands in the sorted list. */
static bool is_listed(struct as_str domain, const char *const *list, uint32_t n)
{
    while (domain.n > 0) {
        uint32_t low = 0, high = n;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            int order = as_str_cmp(domain, as_str_of(list[middle]));
            if (order == 0)
                return true;
            if (order < 0)
                high = middle;
            else
                low = middle + 1;
        }
        as_str_cut(&domain, '.');
        if (domain.p == NULL)
            break;
    }
    return false;
}

bool as_is_freemail(struct as_str domain)
{
    return is_listed(domain, as_freemail_list, as_freemail_count);
}

bool as_is_disposable(struct as_str domain)
{
    return is_listed(domain, as_disposable_list, as_disposable_count);
}

const char *const *as_freemail_domains(uint32_t *n)
{
    *n = as_freemail_count;
    return as_freemail_list;
}

const char *const *as_disposable_domains(uint32_t *n)
{
    *n = as_disposable_count;
    return as_disposable_list;
}
