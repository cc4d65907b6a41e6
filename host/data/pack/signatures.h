/* Signatures: who signed which version of a pack, for marketing and for sales. They stand in the pack's folder, in
 * agreement.sig, so that they are reviewed and kept with the rules; a text of lines:
 *
 *     version 4f0c…                               a version, by its hash
 *     file 8d2e… lists/competitors.txt            its files that decide, by the BLAKE2b-256 of their bytes
 *     signed marketing 2026-03-01 - M. Ruiz       without a key: worth as much as the review that let it in
 *     signed sales 2026-03-02 BASE64 S. Okafor    Ed25519 over as_signature_text
 *
 * Each party's last signature is kept, also when it is of an earlier version, with the files of that version: so that it
 * can be said what changed since.
 */
#ifndef AS_DATA_SIGNATURES_H
#define AS_DATA_SIGNATURES_H

#include "data/pack/source.h"

enum as_party { AS_MARKETING, AS_SALES };
enum { AS_PARTIES = AS_SALES + 1 };
const char *as_party_name(enum as_party party); /* "marketing", "sales" */
bool as_party_parse(enum as_party *out, struct as_str word);

enum { AS_PUBLIC_KEY = 32, AS_SECRET_KEY = 64, AS_SIGNATURE = 64, AS_KEY_TEXT = 45 };

struct as_signature {
    enum as_party party;
    const char *name; /* who signed */
    int64_t day;      /* since 1970 */
    bool keyed;
    unsigned char bytes[AS_SIGNATURE]; /* when keyed */
};
struct as_signed_version {
    char hash[AS_HASH_TEXT];
    AS_LIST(struct as_source_file) files; /* names and digests; no bytes */
    AS_LIST(struct as_signature) signatures;
};
struct as_signatures {
    AS_LIST(struct as_signed_version) versions;
};

/* Reads agreement.sig. AS_ERR_DATA with the line for what is no such text, for a version whose files do not make its hash, and
 * for a party that signed twice. Strings live in the arena. */
enum as_status as_signatures_parse(struct as_signatures *out, struct as_arena *arena, struct as_str text,
                                   struct as_error *error);
void as_signatures_write(struct as_buf *out, const struct as_signatures *signatures);
/* The party's last signature and its version; NULL when it never signed. */
const struct as_signature *as_signature_of(const struct as_signed_version **version, const struct as_signatures *signatures,
                                           enum as_party party);
/* Puts a signature of a sealed source in the place of the party's last; its name is borrowed. What nobody signed any more is
 * dropped. */
enum as_status as_signatures_put(struct as_signatures *signatures, struct as_arena *arena, const struct as_source *source,
                                 const struct as_signature *signature, struct as_error *error);

/* What is signed: the pack's name, party, day, name and version, each on a line. */
void as_signature_text(struct as_buf *out, const char *pack, const char *hash, const struct as_signature *signature);
/* Signs; sets `keyed` and `bytes`. */
enum as_status as_signature_make(struct as_signature *signature, const char *pack, const char *hash,
                                 const unsigned char secret[AS_SECRET_KEY], struct as_error *error);
/* Whether the owner of the key signed just this; never for a signature by name alone. */
bool as_signature_holds(const struct as_signature *signature, const char *pack, const char *hash,
                        const unsigned char key[AS_PUBLIC_KEY]);

/* A new pair, of the operating system's randomness. AS_ERR_BUG when libsodium cannot be used. */
enum as_status as_key_pair(unsigned char key[AS_PUBLIC_KEY], unsigned char secret[AS_SECRET_KEY], struct as_error *error);
/* The public key as packs write it: base64. Returns out. */
char *as_key_format(char out[AS_KEY_TEXT], const unsigned char key[AS_PUBLIC_KEY]);
/* False for what is no such text. */
bool as_key_parse(unsigned char key[AS_PUBLIC_KEY], struct as_str text);

#endif
