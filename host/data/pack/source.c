/* The files of a pack as content-addressed bytes. Reading folders is left to the commands' side of the house,
 * which may touch the disk. */
#include "data/pack/source.h"

#include "base/limits.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static bool is_hidden(struct as_str name)
{
    while (name.p != NULL)
        if (as_str_starts(as_str_cut(&name, '/'), AS_STR(".")))
            return true;
    return false;
}

enum as_source_part as_source_part(const char *name)
{
    static const char *const endings[] = {".lua", ".txt", ".csv"};
    struct as_str text = as_str_of(name);
    if (is_hidden(text))
        return AS_PART_NONE;
    if (strcmp(name, AS_SIGNATURES_FILE) == 0)
        return AS_PART_SIGNATURES;
    if (as_str_ends(text, AS_STR("_test.lua")) || as_str_ends(text, AS_STR("_test.json")))
        return AS_PART_TEST;
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (as_str_ends(text, as_str_of(endings[i])))
            return AS_PART_RULES;
    return AS_PART_NONE;
}

void as_source_init(struct as_source *source)
{
    *source = (struct as_source){.root = ""};
    as_arena_init(&source->arena);
}

/* Relative, without "." or "..", and printable: a name is shown in messages and stored for ever. */
static bool is_inner_path(const char *name)
{
    struct as_str rest = as_str_of(name);
    if (as_str_has_control(rest) || memchr(rest.p, '\\', rest.n) != NULL)
        return false;
    while (rest.p != NULL) {
        struct as_str step = as_str_cut(&rest, '/');
        if (step.n == 0 || as_str_is(step, ".") || as_str_is(step, ".."))
            return false;
    }
    return true;
}

enum as_status as_source_add(struct as_source *source, const char *name, struct as_str bytes,
                             struct as_error *error)
{
    if (!is_inner_path(name))
        return as_error_set(error, AS_ERR_RULE, "\"%.200s\" is not a path inside a pack", name);
    size_t total = bytes.n;
    for (uint32_t i = 0; i < source->files.n; i++)
        total += source->files.at[i].bytes.n;
    if (source->files.n >= AS_MAX_PACK_FILES)
        return as_error_set(error, AS_ERR_LIMIT, "the pack has more than %d files", AS_MAX_PACK_FILES);
    if (total > AS_MAX_PACK_BYTES || bytes.n > AS_MAX_PACK_BYTES) {
        as_error_set(error, AS_ERR_LIMIT, "the pack is larger than %d MiB with \"%s\"",
                     AS_MAX_PACK_BYTES / (1024 * 1024), name);
        return as_error_advise(error, "large lists belong in the database: import them");
    }
    struct as_source_file file = {.name = as_arena_copy(&source->arena, name, strlen(name))};
    char *copy = as_arena_copy(&source->arena, bytes.p != NULL ? bytes.p : "", bytes.n);
    if (file.name == NULL || copy == NULL)
        return as_error_memory(error);
    file.bytes = (struct as_str){copy, bytes.n};
    return as_list_push(&source->arena, &source->files, file) ? AS_OK : as_error_memory(error);
}

static int compare_files(const void *a, const void *b)
{
    return strcmp(((const struct as_source_file *)a)->name, ((const struct as_source_file *)b)->name);
}

enum as_status as_source_seal(struct as_source *source, struct as_error *error)
{
    struct as_source_file *at = source->files.at;
    uint32_t n = source->files.n;
    if (n > 0)
        qsort(at, n, sizeof *at, compare_files);
    for (uint32_t i = 1; i < n; i++)
        if (strcmp(at[i].name, at[i - 1].name) == 0)
            return as_error_set(error, AS_ERR_CONFLICT, "the pack holds \"%s\" twice", at[i].name);
    if (sodium_init() < 0)
        return as_error_set(error, AS_ERR_BUG, "libsodium cannot be used on this machine");
    for (uint32_t i = 0; i < n; i++)
        crypto_generichash(at[i].digest, sizeof at[i].digest, (const unsigned char *)at[i].bytes.p,
                           at[i].bytes.n, NULL, 0);
    as_version_hash(source->hash, at, n);
    return AS_OK;
}

void as_version_hash(char out[AS_HASH_TEXT], const struct as_source_file *files, uint32_t n)
{
    crypto_generichash_state state;
    unsigned char hash[AS_DIGEST];
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (uint32_t i = 0; i < n; i++) {
        if (as_source_part(files[i].name) != AS_PART_RULES)
            continue;
        /* the NUL ends the name and a digest has one length, so that no two packs give the same stream */
        crypto_generichash_update(&state, (const unsigned char *)files[i].name, strlen(files[i].name) + 1);
        crypto_generichash_update(&state, files[i].digest, sizeof files[i].digest);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(out, AS_HASH_TEXT, hash, sizeof hash);
}

const struct as_source_file *as_source_find(const struct as_source *source, const char *name)
{
    for (uint32_t i = 0; i < source->files.n; i++)
        if (strcmp(source->files.at[i].name, name) == 0)
            return &source->files.at[i];
    return NULL;
}

void as_source_free(struct as_source *source)
{
    as_arena_free(&source->arena);
    as_source_init(source);
}
