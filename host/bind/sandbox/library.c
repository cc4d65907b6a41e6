/* Library: finds the files of the embedded library, or of the folder that stands for it. Running them is
 * require.c. */
#include "bind/sandbox/library.h"

#include "base/limits.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static enum as_status read_file(struct as_buf *held, const char *folder, const char *name,
                                struct as_error *error)
{
    struct as_buf path = {0};
    as_buf_printf(&path, "%s/%s", folder, name);
    FILE *file = path.failed ? NULL : fopen(as_buf_c(&path), "rbe");
    enum as_status status = AS_OK;
    if (file == NULL) {
        status = as_error_set(error, errno == ENOENT ? AS_ERR_MISSING : AS_ERR_IO, "%s: %s", as_buf_c(&path),
                              strerror(errno));
    } else {
        held->max = AS_MAX_PACK_BYTES;
        char block[8192];
        size_t n;
        while ((n = fread(block, 1, sizeof block, file)) > 0)
            as_buf_bytes(held, block, n);
        if (ferror(file) || held->failed)
            status = as_error_set(error, AS_ERR_IO, "%s cannot be read", as_buf_c(&path));
        fclose(file);
    }
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
