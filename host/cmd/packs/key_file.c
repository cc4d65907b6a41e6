/* Key files on disk. The text is two lines: what it is, and the secret key in base64. */
#include "cmd/packs/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char HEAD[] = "assay secret key: whoever reads this can sign in your name\n";

enum { SECRET_TEXT = sodium_base64_ENCODED_LEN(AS_SECRET_KEY, sodium_base64_VARIANT_ORIGINAL) };
enum { FILE_TEXT = sizeof HEAD + SECRET_TEXT + 8 };

static enum as_status fault(const char *path, struct as_error *error)
{
    as_error_set(error, AS_ERR_IO, "%s: %s", path, strerror(errno));
    return as_error_advise(error,
                           "look at the path and the permissions; assay sign --new-key FILE makes a key");
}

static enum as_status write_key(int file, const char *path, const unsigned char secret[AS_SECRET_KEY],
                                struct as_error *error)
{
    char text[FILE_TEXT], bytes[SECRET_TEXT];
    sodium_bin2base64(bytes, sizeof bytes, secret, AS_SECRET_KEY, sodium_base64_VARIANT_ORIGINAL);
    int n = snprintf(text, sizeof text, "%s%s\n", HEAD, bytes);
    enum as_status status = AS_OK;
    if (write(file, text, (size_t)n) != n || fsync(file) != 0)
        status = fault(path, error);
    sodium_memzero(text, sizeof text);
    sodium_memzero(bytes, sizeof bytes);
    return status;
}

enum as_status as_key_file_make(unsigned char key[AS_PUBLIC_KEY], const char *path, struct as_error *error)
{
    unsigned char secret[AS_SECRET_KEY];
    enum as_status status = as_key_pair(key, secret, error);
    if (status != AS_OK)
        return status;
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file < 0 && errno == EEXIST) {
        as_error_set(error, AS_ERR_CONFLICT, "%s exists already", path);
        status = as_error_advise(error, "a key is never overwritten: name a new file");
    } else if (file < 0) {
        status = fault(path, error);
    } else {
        status = write_key(file, path, secret, error);
        if (close(file) != 0 && status == AS_OK)
            status = fault(path, error);
        if (status != AS_OK)
            unlink(path);
    }
    sodium_memzero(secret, sizeof secret);
    return status;
}

/* The secret key in the text, if it is one: its second half is the public key of the first. */
static bool parse(unsigned char key[AS_PUBLIC_KEY], unsigned char secret[AS_SECRET_KEY], struct as_str text)
{
    size_t n;
    const char *end;
    unsigned char again[AS_SECRET_KEY], seed[crypto_sign_SEEDBYTES];
    if (!as_str_starts(text, AS_STR("assay secret key")))
        return false;
    as_str_cut(&text, '\n');
    text = as_str_trim(text);
    if (sodium_base642bin(secret, AS_SECRET_KEY, text.p, text.n, NULL, &n, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        n != AS_SECRET_KEY || end != text.p + text.n)
        return false;
    crypto_sign_ed25519_sk_to_seed(seed, secret);
    crypto_sign_seed_keypair(key, again, seed);
    bool whole = sodium_memcmp(again, secret, AS_SECRET_KEY) == 0;
    sodium_memzero(again, sizeof again);
    sodium_memzero(seed, sizeof seed);
    return whole;
}

enum as_status as_key_file_read(unsigned char key[AS_PUBLIC_KEY], unsigned char secret[AS_SECRET_KEY],
                                const char *path, struct as_error *error)
{
    struct stat info;
    char text[FILE_TEXT];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return fault(path, error);
    ssize_t n = -1;
    enum as_status status = AS_OK;
    if (fstat(file, &info) != 0 || (n = read(file, text, sizeof text)) < 0)
        status = fault(path, error);
    close(file);
    if (status == AS_OK && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        as_error_set(error, AS_ERR_CONFLICT, "%s can be read by others, who could sign with it", path);
        status = as_error_advise(error, "chmod 600 %s, and make a new key if it may have been read", path);
    }
    if (status == AS_OK && !parse(key, secret, (struct as_str){text, (size_t)n})) {
        as_error_set(error, AS_ERR_DATA, "%s holds no secret key of ours", path);
        status = as_error_advise(error, "`assay sign --new-key FILE` makes one");
    }
    sodium_memzero(text, sizeof text);
    return status;
}
