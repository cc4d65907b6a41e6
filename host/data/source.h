/* Source: the files of a pack as bytes, content-addressed. A pack is loaded from a source, never from a folder, so that a
 * stored version replays exactly. */
#ifndef AS_DATA_SOURCE_H
#define AS_DATA_SOURCE_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

struct as_source_file {
    const char *name;    /* path inside the pack with "/", for example "lists/competitors.txt" */
    struct as_str bytes;
};
struct as_source {
    struct as_arena arena;
    const char *root;    /* folder it was read from, for messages; "" when from the database */
    AS_LIST(struct as_source_file) files; /* sorted by name */
    char hash[65];       /* BLAKE2b-256 over (name with its NUL, length in 8 bytes little endian, bytes) of every file, hex */
};

/* Whether a file belongs to a pack: rules and tests, lists and tables, nothing hidden. What else lies in a folder (a
 * README, an editor's leftovers) is not the pack. `name` is a path inside it. */
bool as_source_wants(const char *name);

void as_source_init(struct as_source *source);
/* Copies name and bytes. AS_ERR_LIMIT beyond AS_MAX_PACK_FILES or AS_MAX_PACK_BYTES. */
enum as_status as_source_add(struct as_source *source, const char *name, struct as_str bytes, struct as_error *error);
/* Sorts and hashes; called once after the last file. */
enum as_status as_source_seal(struct as_source *source, struct as_error *error);
/* NULL when there is none. */
const struct as_source_file *as_source_find(const struct as_source *source, const char *name);
void as_source_free(struct as_source *source);

#endif
