/* Keyed words. The key belongs beside the data that it hides, never beside what was made with it. */
#include "data/identity/pseudonym.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

static enum as_status make_key(struct as_pseudonym_key *key, const char *path, struct as_error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0)
        return as_error_set(error, AS_ERR_IO, "%s: %s", path, strerror(errno));
    randombytes_buf(key->bytes, sizeof key->bytes);
    bool written =
        write(file, key->bytes, sizeof key->bytes) == (ssize_t)sizeof key->bytes && fsync(file) == 0;
    written = close(file) == 0 && written;
    if (written)
        return AS_OK;
    as_error_set(error, AS_ERR_IO, "%s: %s", path, strerror(errno));
    unlink(path);
    return AS_ERR_IO;
}

enum as_status as_pseudonym_key_open(struct as_pseudonym_key *key, const char *path, struct as_error *error)
{
    if (sodium_init() < 0)
        return as_error_set(error, AS_ERR_IO, "the system gives no random numbers");
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT ? make_key(key, path, error)
                               : as_error_set(error, AS_ERR_IO, "%s: %s", path, strerror(errno));
    ssize_t n = read(file, key->bytes, sizeof key->bytes);
    close(file);
    if (n == (ssize_t)sizeof key->bytes)
        return AS_OK;
    as_error_set(error, AS_ERR_DATA, "%s is no key", path);
    return as_error_advise(error, "remove it; the next sample makes a new one, and with it other names");
}

uint64_t as_pseudonym_number(const struct as_pseudonym_key *key, const char *purpose, struct as_str text)
{
    unsigned char digest[16];
    uint64_t out = 0;
    crypto_generichash_state state;
    crypto_generichash_init(&state, key->bytes, sizeof key->bytes, sizeof digest);
    crypto_generichash_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
    crypto_generichash_update(&state, (const unsigned char *)(text.n > 0 ? text.p : ""), text.n);
    crypto_generichash_final(&state, digest, sizeof digest);
    for (int i = 0; i < 8; i++)
        out = out << 8 | digest[i];
    return out;
}

void as_pseudonym_word(struct as_buf *out, const struct as_pseudonym_key *key, const char *purpose,
                       struct as_str text, int syllables)
{
    static const char consonants[] = "bdfgklmnprstvz", vowels[] = "aeiou";
    uint64_t number = as_pseudonym_number(key, purpose, text);
    for (int i = 0; i < syllables; i++) {
        as_buf_char(out, consonants[number % (sizeof consonants - 1)]);
        number /= sizeof consonants - 1;
        as_buf_char(out, vowels[number % (sizeof vowels - 1)]);
        number /= sizeof vowels - 1;
    }
}

void as_pseudonym_person(struct as_buf *out, const struct as_pseudonym_key *key, struct as_str name)
{
    size_t given = out->n;
    as_pseudonym_word(out, key, "given name", name, 2);
    as_buf_char(out, ' ');
    size_t family = out->n;
    as_pseudonym_word(out, key, "family name", name, 3);
    if (out->failed)
        return;
    out->p[given] = (char)(out->p[given] - 'a' + 'A');
    out->p[family] = (char)(out->p[family] - 'a' + 'A');
}
