/* Small files, whole: policies, recordings, mappings. */
#ifndef AS_BASE_FILE_H
#define AS_BASE_FILE_H

#include "base/status.h"
#include "base/text.h"

/* Appends the file's bytes to *out, at most `most`. `what` names the file in messages: "the policy".
 * AS_ERR_MISSING when there is no such file, AS_ERR_LIMIT when it is longer, else AS_ERR_IO. */
enum as_status as_file_read(struct as_buf *out, const char *path, size_t most, const char *what,
                            struct as_error *error);
/* Puts bytes in place of the file at path, whole or not at all: written beside it, with its permissions,
 * synced, renamed. What is no plain file there (a link, a pipe, a device) stays, and is written to. */
enum as_status as_file_write(const char *path, struct as_str bytes, const char *what, struct as_error *error);

#endif
