/* Source: the files of a pack as bytes, content-addressed. A pack is loaded from a source, never from a folder, so that a
 * stored version replays exactly. */
#ifndef AS_DATA_SOURCE_H
#define AS_DATA_SOURCE_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

/* What a file in a pack's folder is to it, by its path inside. */
enum as_source_part {
    AS_PART_NONE,       /* a README, an editor's leftovers, anything hidden: not the pack's */
    AS_PART_RULES,      /* pack.lua, rule files, lists, tables: what decides, and what the version is of */
    AS_PART_TEST,       /* *_test.lua and the recordings *_test.json: no rule sees them */
    AS_PART_SIGNATURES, /* agreement.sig: who signed which version (signatures.h) */
};
#define AS_SIGNATURES_FILE "agreement.sig"
enum as_source_part as_source_part(const char *name);

enum { AS_DIGEST = 32, AS_HASH_TEXT = 65 };
struct as_source_file {
    const char *name;    /* path inside the pack with "/", for example "lists/competitors.txt" */
    struct as_str bytes;
    unsigned char digest[AS_DIGEST]; /* BLAKE2b-256 of the bytes; set by sealing */
};
struct as_source {
    struct as_arena arena;
    const char *root;    /* folder it was read from, for messages; "" when from the database */
    AS_LIST(struct as_source_file) files; /* sorted by name */
    char hash[AS_HASH_TEXT]; /* the version, as_version_hash of the files; set by sealing */
};

/* The version that files of these names and digests make: BLAKE2b-256 over (name with its NUL, digest) of every file that
 * decides, in hex. The files are sorted by name. */
void as_version_hash(char out[AS_HASH_TEXT], const struct as_source_file *files, uint32_t n);

/* Empty; freed by as_source_free. */
void as_source_init(struct as_source *source);
/* Copies name and bytes. AS_ERR_LIMIT beyond AS_MAX_PACK_FILES or AS_MAX_PACK_BYTES. */
enum as_status as_source_add(struct as_source *source, const char *name, struct as_str bytes, struct as_error *error);
/* Sorts and hashes; called once after the last file. Tests and signatures leave the hash as it is. */
enum as_status as_source_seal(struct as_source *source, struct as_error *error);
/* NULL when there is none. */
const struct as_source_file *as_source_find(const struct as_source *source, const char *name);
void as_source_free(struct as_source *source);

#endif
