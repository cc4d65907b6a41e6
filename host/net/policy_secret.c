/* Secrets: read by name when they are needed, from the environment or a file that nobody else can read; wiped
 * after use. Their values are never part of a message. */
#include "net/policy.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum as_status read_bytes(struct as_buf *out, int file, const char *name, const char *path,
                                 struct as_error *error)
{
    struct stat what;
    if (fstat(file, &what) != 0)
        return as_error_set(error, AS_ERR_IO, "cannot read the secret %s: %s", name, strerror(errno));
    if (!S_ISREG(what.st_mode))
        return as_error_set(error, AS_ERR_IO, "the secret %s is no plain file: \"%.300s\"", name, path);
    if ((what.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        as_error_set(error, AS_ERR_IO, "others may read the secret %s: \"%.300s\" has mode %03o", name, path,
                     (unsigned)(what.st_mode & 0777));
        as_error_advise(error, "chmod 600 \"%.250s\", and change the secret if somebody did", path);
        return AS_ERR_IO;
    }
    char chunk[1024];
    ssize_t n;
    while ((n = read(file, chunk, sizeof chunk)) > 0)
        as_buf_bytes(out, chunk, (size_t)n);
    explicit_bzero(chunk, sizeof chunk);
    if (n < 0)
        return as_error_set(error, AS_ERR_IO, "cannot read the secret %s: %s", name, strerror(errno));
    return AS_OK;
}

static enum as_status check_value(struct as_buf *value, const char *name, struct as_error *error)
{
    if (value->failed)
        return as_error_set(error, AS_ERR_LIMIT, "the secret %s is longer than %d bytes", name,
                            AS_MAX_SECRET);
    while (value->n > 0 && (value->p[value->n - 1] == '\n' || value->p[value->n - 1] == '\r'))
        value->p[--value->n] = '\0';
    if (value->n == 0)
        return as_error_set(error, AS_ERR_DATA, "the secret %s is empty", name);
    for (size_t i = 0; i < value->n; i++)
        if ((unsigned char)value->p[i] < ' ' || value->p[i] == 0x7f)
            return as_error_set(error, AS_ERR_DATA, "the secret %s holds a line break or control character",
                                name);
    return AS_OK;
}

enum as_status as_policy_secret_read(struct as_buf *out, const struct as_policy *policy, const char *name,
                                     struct as_error *error)
{
    *out = (struct as_buf){.max = AS_MAX_SECRET};
    const struct as_policy_secret *secret = NULL;
    for (uint32_t i = 0; i < policy->secret_count; i++)
        if (strcmp(policy->secrets[i].name, name) == 0)
            secret = &policy->secrets[i];
    enum as_status status = AS_OK;
    if (secret != NULL && secret->file != NULL) {
        int file = open(secret->file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (file < 0)
            return as_error_set(error, AS_ERR_MISSING, "cannot open the secret %.100s: \"%.300s\": %s", name,
                                secret->file, strerror(errno));
        status = read_bytes(out, file, name, secret->file, error);
        close(file);
    } else {
        const char *value = getenv(name);
        if (value == NULL) {
            as_error_set(error, AS_ERR_MISSING, "there is no secret %.100s", name);
            as_error_advise(error,
                            "set it in the environment, or name its file in the policy: \"secrets\": "
                            "{\"%.100s\": {\"file\": \"…\"}}",
                            name);
            return AS_ERR_MISSING;
        }
        as_buf_text(out, value);
    }
    if (status == AS_OK)
        status = check_value(out, name, error);
    if (status != AS_OK)
        as_secret_wipe(out);
    return status;
}

void as_secret_wipe(struct as_buf *value)
{
    if (value->p != NULL)
        explicit_bzero(value->p, value->room);
    as_buf_free(value);
}
