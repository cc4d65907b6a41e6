/* Bytes a chunk at a time. What they mean is left to the readers. */
#include "data/rows/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum as_status as_input_open(struct as_input *input, const char *path, FILE *stream, struct as_str memory,
                             const char *name, struct as_error *error)
{
    *input = (struct as_input){.name = name, .stream = stream, .rest = memory};
    if (path == NULL && stream == NULL) {
        input->all = memory.n;
        return as_input_fill(input, error);
    }
    struct stat about;
    if (path != NULL) {
        input->stream = fopen(path, "rb");
        if (input->stream == NULL)
            return as_error_set(error, errno == ENOENT ? AS_ERR_MISSING : AS_ERR_IO,
                                "cannot open \"%.400s\": %s", path, strerror(errno));
        input->owns_stream = true;
    }
    if (fstat(fileno(input->stream), &about) == 0) {
        if (S_ISDIR(about.st_mode)) {
            as_input_close(input);
            return as_error_set(error, AS_ERR_DATA, "\"%.400s\" is a folder, not a file", name);
        }
        if (S_ISREG(about.st_mode))
            input->all = (uint64_t)about.st_size;
    }
    input->buffer = malloc(AS_INPUT_CHUNK);
    enum as_status status = input->buffer != NULL ? as_input_fill(input, error) : as_error_memory(error);
    if (status != AS_OK)
        as_input_close(input);
    return status;
}

enum as_status as_input_fill(struct as_input *input, struct as_error *error)
{
    if (input->stream == NULL) {
        size_t n = input->rest.n < AS_INPUT_CHUNK ? input->rest.n : AS_INPUT_CHUNK;
        input->chunk = (struct as_str){input->rest.p, n};
        input->rest = (struct as_str){n > 0 ? input->rest.p + n : input->rest.p, input->rest.n - n};
    } else {
        size_t n = fread(input->buffer, 1, AS_INPUT_CHUNK, input->stream);
        if (n < AS_INPUT_CHUNK && ferror(input->stream))
            return as_error_set(error, AS_ERR_IO, "cannot read \"%.400s\": %s", input->name, strerror(errno));
        input->chunk = (struct as_str){input->buffer, n};
    }
    input->done += input->chunk.n;
    input->ended = input->chunk.n == 0;
    return AS_OK;
}

void as_input_close(struct as_input *input)
{
    if (input->owns_stream)
        fclose(input->stream);
    free(input->buffer);
    *input = (struct as_input){0};
}
