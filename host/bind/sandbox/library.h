/* Library: the files of stdlib/, embedded when the host is built; or a folder that stands for them while
 * developing. */
#ifndef AS_BIND_LIBRARY_H
#define AS_BIND_LIBRARY_H

#include "base/embedded.h"
#include "base/status.h"
#include "base/text.h"

/* Written by AssayEmbed.cmake, in the order of stdlib/manifest.txt; a name is "assay/pack.lua". */
extern const struct as_embedded_file as_library_files[];
extern const size_t as_library_count;

/* The text of a library file: a view of the embedded one, or of `held`, which then gets the file of `folder`
 * and is the caller's to free. folder NULL: embedded. AS_ERR_MISSING when there is none. */
enum as_status as_library_read(struct as_str *out, struct as_buf *held, const char *folder, const char *name,
                               struct as_error *error);

/* BLAKE2b-256 of the embedded library, hex: a decision stores it beside the pack's. */
void as_library_hash(char out[65]);

#endif
