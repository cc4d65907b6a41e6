/* Library: finds the files of the embedded library, or of the folder that stands for it. Running them is
 * require.c. */
#include "bind/sandbox/library.h"

#include "base/file.h"
#include "base/limits.h"

#include <sodium.h>
#include <string.h>

static enum as_status read_file(struct as_buf *held, const char *folder, const char *name,
                                struct as_error *error)
{
    struct as_buf path = {0};
    as_buf_printf(&path, "%s/%s", folder, name);
    enum as_status status = path.failed
                                ? as_error_memory(error)
                                : as_file_read(held, as_buf_c(&path), AS_MAX_PACK_BYTES, "the library's", error);
    as_buf_free(&path);
    return status;
}

enum as_status as_library_read(struct as_str *out, struct as_buf *held, const char *folder, const char *name,
                               struct as_error *error)
{
    *out = (struct as_str){0};
    if (folder != NULL) {
        enum as_status status = read_file(held, folder, name, error);
        if (status == AS_OK)
            *out = (struct as_str){as_buf_c(held), held->n};
        return status;
    }
    for (size_t i = 0; i < as_library_count; i++)
        if (strcmp(as_library_files[i].name, name) == 0) {
            *out = (struct as_str){as_library_files[i].bytes, as_library_files[i].n};
            return AS_OK;
        }
    return as_error_set(error, AS_ERR_MISSING, "the library has no file %s", name);
}

void as_library_hash(char out[65])
{
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, 32);
    for (size_t i = 0; i < as_library_count; i++) {
        const struct as_embedded_file *file = &as_library_files[i];
        uint64_t n = file->n;
        crypto_generichash_update(&state, (const unsigned char *)file->name, strlen(file->name) + 1);
        crypto_generichash_update(&state, (const unsigned char *)&n, sizeof n);
        crypto_generichash_update(&state, (const unsigned char *)file->bytes, file->n);
    }
    unsigned char hash[32];
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(out, 65, hash, sizeof hash);
}
