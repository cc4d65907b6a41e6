/* Signatures of versions: their text, and Ed25519 by libsodium. Whether they make an agreement hold is
 * host/score's to say; keys and files are the commands'. */
#include "data/pack/signatures.h"

#include "base/limits.h"
#include "base/time.h"

#include <sodium.h>
#include <string.h>

enum { MOST_VERSIONS = AS_PARTIES }; /* one for each party's last signature */

static const char *const parties[AS_PARTIES] = {[AS_MARKETING] = "marketing", [AS_SALES] = "sales"};

const char *as_party_name(enum as_party party)
{
    return parties[party];
}

bool as_party_parse(enum as_party *out, struct as_str word)
{
    for (int party = 0; party < AS_PARTIES; party++)
        if (as_str_is(word, parties[party])) {
            *out = (enum as_party)party;
            return true;
        }
    return false;
}

/* --- reading --- */

/* Hex or base64 of exactly n bytes. */
static bool read_hex(unsigned char *out, size_t n, struct as_str text)
{
    size_t read;
    const char *end;
    return sodium_hex2bin(out, n, text.p, text.n, NULL, &read, &end) == 0 && read == n &&
           end == text.p + text.n;
}

static bool read_base64(unsigned char *out, size_t n, struct as_str text)
{
    size_t read;
    const char *end;
    return sodium_base642bin(out, n, text.p, text.n, NULL, &read, &end, sodium_base64_VARIANT_ORIGINAL) ==
               0 &&
           read == n && end == text.p + text.n;
}

struct reading {
    struct as_signatures *out;
    struct as_arena *arena;
    struct as_error *error;
    int line, version_line; /* of the version that is being read */
};

static enum as_status refuse_at(const struct reading *reading, int line, const char *what)
{
    as_error_set(reading->error, AS_ERR_DATA, "%s", what);
    as_error_at(reading->error, AS_SIGNATURES_FILE, line);
    return as_error_advise(reading->error,
                           "this file is written by `assay sign`: take it from git, or sign again");
}

static enum as_status refuse(const struct reading *reading, const char *what)
{
    return refuse_at(reading, reading->line, what);
}

/* The version that is being read; its files must make its hash. */
static enum as_status end_version(const struct reading *reading)
{
    char hash[AS_HASH_TEXT];
    if (reading->out->versions.n == 0)
        return AS_OK;
    const struct as_signed_version *version = &reading->out->versions.at[reading->out->versions.n - 1];
    as_version_hash(hash, version->files.at, version->files.n);
    return strcmp(hash, version->hash) == 0
               ? AS_OK
               : refuse_at(reading, reading->version_line, "the files listed are not those of the version");
}

static enum as_status read_version(struct reading *reading, struct as_str rest)
{
    unsigned char digest[AS_DIGEST];
    struct as_signed_version version = {.hash = ""};
    enum as_status status = end_version(reading);
    if (status != AS_OK)
        return status;
    if (!read_hex(digest, sizeof digest, rest) || reading->out->versions.n >= MOST_VERSIONS)
        return refuse(reading, "this is no version, or one too many");
    sodium_bin2hex(version.hash, sizeof version.hash, digest, sizeof digest);
    reading->version_line = reading->line;
    return as_list_push(reading->arena, &reading->out->versions, version) ? AS_OK
                                                                          : as_error_memory(reading->error);
}

static enum as_status read_file(const struct reading *reading, struct as_signed_version *version,
                                struct as_str rest)
{
    struct as_source_file file = {.name = NULL};
    if (!read_hex(file.digest, sizeof file.digest, as_str_cut(&rest, ' ')) || rest.n == 0 ||
        version->files.n >= AS_MAX_PACK_FILES)
        return refuse(reading, "this is no file of a version, or one too many");
    file.name = as_arena_copy(reading->arena, rest.p, rest.n);
    return file.name != NULL && as_list_push(reading->arena, &version->files, file)
               ? AS_OK
               : as_error_memory(reading->error);
}

static enum as_status read_signature(const struct reading *reading, struct as_signed_version *version,
                                     struct as_str rest)
{
    struct as_signature signature = {.name = NULL};
    int64_t seconds = 0;
    bool is_date = false;
    const struct as_signed_version *before;
    if (!as_party_parse(&signature.party, as_str_cut(&rest, ' ')) ||
        !as_time_parse(&seconds, &is_date, as_str_cut(&rest, ' ')) || !is_date)
        return refuse(reading, "a signature names marketing or sales, and a day");
    signature.day = as_day_of(seconds);
    struct as_str bytes = as_str_cut(&rest, ' ');
    signature.keyed = !as_str_is(bytes, "-");
    if (signature.keyed && !read_base64(signature.bytes, sizeof signature.bytes, bytes))
        return refuse(reading, "this is no signature");
    if (rest.n == 0)
        return refuse(reading, "a signature ends with a name");
    if (as_signature_of(&before, reading->out, signature.party) != NULL)
        return refuse(reading, "one party signed twice");
    signature.name = as_arena_copy(reading->arena, rest.p, rest.n);
    return signature.name != NULL && as_list_push(reading->arena, &version->signatures, signature)
               ? AS_OK
               : as_error_memory(reading->error);
}

static enum as_status read_line(struct reading *reading, struct as_str line)
{
    struct as_str rest = line;
    struct as_str word = as_str_cut(&rest, ' ');
    struct as_signed_version *version =
        reading->out->versions.n > 0 ? &reading->out->versions.at[reading->out->versions.n - 1] : NULL;
    if (line.n == 0 || line.p[0] == '#')
        return AS_OK;
    if (as_str_has_control(line)) /* a name could end at a NUL for one reader and go on for another */
        return refuse(reading, "this line holds a character that cannot be seen");
    if (as_str_is(word, "version"))
        return read_version(reading, rest);
    if (version != NULL && as_str_is(word, "file"))
        return read_file(reading, version, rest);
    if (version != NULL && as_str_is(word, "signed"))
        return read_signature(reading, version, rest);
    return refuse(reading, "a line begins with version, file or signed");
}

enum as_status as_signatures_parse(struct as_signatures *out, struct as_arena *arena, struct as_str text,
                                   struct as_error *error)
{
    struct reading reading = {.out = out, .arena = arena, .error = error};
    enum as_status status = AS_OK;
    *out = (struct as_signatures){.versions = {0}};
    for (struct as_str rest = text; rest.p != NULL && status == AS_OK;) {
        reading.line++;
        status = read_line(&reading, as_str_trim(as_str_cut(&rest, '\n')));
    }
    return status == AS_OK ? end_version(&reading) : status;
}

const struct as_signature *as_signature_of(const struct as_signed_version **version,
                                           const struct as_signatures *signatures, enum as_party party)
{
    for (uint32_t v = 0; v < signatures->versions.n; v++) {
        *version = &signatures->versions.at[v];
        for (uint32_t s = 0; s < (*version)->signatures.n; s++)
            if ((*version)->signatures.at[s].party == party)
                return &(*version)->signatures.at[s];
    }
    *version = NULL;
    return NULL;
}

/* --- writing --- */

static void write_signature(struct as_buf *out, const struct as_signature *signature)
{
    char day[AS_TIME_TEXT];
    char bytes[sodium_base64_ENCODED_LEN(AS_SIGNATURE, sodium_base64_VARIANT_ORIGINAL)] = "-";
    if (signature->keyed)
        sodium_bin2base64(bytes, sizeof bytes, signature->bytes, sizeof signature->bytes,
                          sodium_base64_VARIANT_ORIGINAL);
    as_buf_printf(out, "signed %s %s %s %s\n", as_party_name(signature->party),
                  as_day_format(day, signature->day), bytes, signature->name);
}

void as_signatures_write(struct as_buf *out, const struct as_signatures *signatures)
{
    as_buf_text(out, "# Who signed which version of this pack. Written by `assay sign`.\n");
    for (uint32_t v = 0; v < signatures->versions.n; v++) {
        const struct as_signed_version *version = &signatures->versions.at[v];
        as_buf_printf(out, "\nversion %s\n", version->hash);
        for (uint32_t f = 0; f < version->files.n; f++) {
            char digest[AS_HASH_TEXT];
            sodium_bin2hex(digest, sizeof digest, version->files.at[f].digest, AS_DIGEST);
            as_buf_printf(out, "file %s %s\n", digest, version->files.at[f].name);
        }
        for (uint32_t s = 0; s < version->signatures.n; s++)
            write_signature(out, &version->signatures.at[s]);
    }
}

/* --- signing --- */

static void drop(struct as_signatures *signatures, enum as_party party)
{
    uint32_t kept = 0;
    for (uint32_t v = 0; v < signatures->versions.n; v++) {
        struct as_signed_version version = signatures->versions.at[v];
        uint32_t left = 0;
        for (uint32_t s = 0; s < version.signatures.n; s++)
            if (version.signatures.at[s].party != party)
                version.signatures.at[left++] = version.signatures.at[s];
        version.signatures.n = left;
        if (left > 0)
            signatures->versions.at[kept++] = version;
    }
    signatures->versions.n = kept;
}

static enum as_status add_version(struct as_signatures *signatures, struct as_arena *arena,
                                  const struct as_source *source, struct as_error *error)
{
    struct as_signed_version version = {.hash = ""};
    memcpy(version.hash, source->hash, sizeof version.hash);
    for (uint32_t f = 0; f < source->files.n; f++) {
        struct as_source_file file = source->files.at[f];
        file.bytes = (struct as_str){NULL, 0};
        if (as_source_part(file.name) != AS_PART_RULES)
            continue;
        file.name = as_arena_copy(arena, file.name, strlen(file.name));
        if (file.name == NULL || !as_list_push(arena, &version.files, file))
            return as_error_memory(error);
    }
    return as_list_push(arena, &signatures->versions, version) ? AS_OK : as_error_memory(error);
}

enum as_status as_signatures_put(struct as_signatures *signatures, struct as_arena *arena,
                                 const struct as_source *source, const struct as_signature *signature,
                                 struct as_error *error)
{
    uint32_t v = 0;
    drop(signatures, signature->party);
    while (v < signatures->versions.n && strcmp(signatures->versions.at[v].hash, source->hash) != 0)
        v++;
    enum as_status status =
        v == signatures->versions.n ? add_version(signatures, arena, source, error) : AS_OK;
    if (status == AS_OK && !as_list_push(arena, &signatures->versions.at[v].signatures, *signature))
        status = as_error_memory(error);
    return status;
}

void as_signature_text(struct as_buf *out, const char *pack, const char *hash,
                       const struct as_signature *signature)
{
    char day[AS_TIME_TEXT];
    as_buf_printf(out, "assay agreement\n%s\n%s\n%s\n%s\n%s\n", pack, as_party_name(signature->party),
                  as_day_format(day, signature->day), signature->name, hash);
}

enum as_status as_signature_make(struct as_signature *signature, const char *pack, const char *hash,
                                 const unsigned char secret[AS_SECRET_KEY], struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    as_signature_text(&text, pack, hash, signature);
    bool failed = text.failed;
    if (!failed)
        crypto_sign_detached(signature->bytes, NULL, (const unsigned char *)text.p, text.n, secret);
    as_buf_free(&text);
    signature->keyed = !failed;
    return failed ? as_error_memory(error) : AS_OK;
}

bool as_signature_holds(const struct as_signature *signature, const char *pack, const char *hash,
                        const unsigned char key[AS_PUBLIC_KEY])
{
    struct as_buf text = {.p = NULL};
    as_signature_text(&text, pack, hash, signature);
    bool holds =
        signature->keyed && !text.failed &&
        crypto_sign_verify_detached(signature->bytes, (const unsigned char *)text.p, text.n, key) == 0;
    as_buf_free(&text);
    return holds;
}

enum as_status as_key_pair(unsigned char key[AS_PUBLIC_KEY], unsigned char secret[AS_SECRET_KEY],
                           struct as_error *error)
{
    if (sodium_init() < 0)
        return as_error_set(error, AS_ERR_BUG, "libsodium cannot be used on this machine");
    crypto_sign_keypair(key, secret);
    return AS_OK;
}

char *as_key_format(char out[AS_KEY_TEXT], const unsigned char key[AS_PUBLIC_KEY])
{
    return sodium_bin2base64(out, AS_KEY_TEXT, key, AS_PUBLIC_KEY, sodium_base64_VARIANT_ORIGINAL);
}

bool as_key_parse(unsigned char key[AS_PUBLIC_KEY], struct as_str text)
{
    return read_base64(key, AS_PUBLIC_KEY, text);
}
