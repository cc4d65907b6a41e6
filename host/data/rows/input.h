/* Input: bytes of a file, a stream or memory, a chunk at a time. */
#ifndef AS_DATA_INPUT_H
#define AS_DATA_INPUT_H

#include "base/status.h"
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>

enum { AS_INPUT_CHUNK = 64 * 1024 };

struct as_input {
    const char *name;   /* for messages; borrowed */
    FILE *stream;       /* NULL: memory */
    bool owns_stream;
    struct as_str rest; /* memory: not handed out yet */
    char *buffer;       /* stream: AS_INPUT_CHUNK bytes */
    struct as_str chunk; /* what has been read and not been used */
    bool ended;         /* nothing follows the chunk */
    uint64_t done, all; /* bytes read; size of the file, 0 unknown */
};

/* Exactly one of path, stream and memory is given; memory by its p. */
enum as_status as_input_open(struct as_input *input, const char *path, FILE *stream, struct as_str memory,
                             const char *name, struct as_error *error);
/* Replaces a used-up chunk by the next one; leaves it empty and sets `ended` at the end. */
enum as_status as_input_fill(struct as_input *input, struct as_error *error);
void as_input_close(struct as_input *input);

#endif
