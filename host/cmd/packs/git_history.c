/* Asking git for old files. The program is started without a shell, so that no name of a branch or folder is
 * ever read as a command, and its objects are read as bytes, so that no filter changes them. */
#include "cmd/packs/git_history.h"

#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* A list of 256 paths fits many times over. */
enum { MOST_LISTED = 4 * 1024 * 1024 };

static enum as_status read_all(struct as_buf *out, int from, struct as_error *error)
{
    char block[16384];
    for (;;) {
        ssize_t n = read(from, block, sizeof block);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return as_error_set(error, AS_ERR_IO, "what git prints cannot be read: %s", strerror(errno));
        if (n == 0 || out->failed)
            return AS_OK;
        as_buf_bytes(out, block, (size_t)n);
    }
}

static enum as_status spawn(pid_t *pid, const char *const *words, int to, struct as_error *error)
{
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions) != 0)
        return as_error_memory(error);
    bool ready = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) == 0 &&
                 posix_spawn_file_actions_adddup2(&actions, to, 1) == 0 &&
                 posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0) == 0;
    int failed = ready ? posix_spawnp(pid, "git", &actions, NULL, (char *const *)words, environ) : ENOMEM;
    posix_spawn_file_actions_destroy(&actions);
    if (failed == 0)
        return AS_OK;
    if (failed != ENOENT)
        return as_error_set(error, AS_ERR_IO, "git cannot be started: %s", strerror(failed));
    as_error_set(error, AS_ERR_MISSING, "git is not installed, or not on the PATH");
    return as_error_advise(error, "install git, or give two folders: assay diff OLD NEW");
}

/* What git prints, and how it ended: its exit code, -1 when it was killed. */
static enum as_status ask_git(struct as_buf *out, int *code, const char *const *words, struct as_error *error)
{
    int ends[2];
    pid_t pid;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return as_error_set(error, AS_ERR_IO, "git cannot be started: %s", strerror(errno));
    enum as_status status = spawn(&pid, words, ends[1], error);
    close(ends[1]);
    if (status == AS_OK) {
        int ended = 0;
        status = read_all(out, ends[0], error);
        close(ends[0]); /* before waiting: a git that still prints must end */
        while (waitpid(pid, &ended, 0) < 0 && errno == EINTR)
            continue;
        *code = WIFEXITED(ended) ? WEXITSTATUS(ended) : -1;
    } else {
        close(ends[0]);
    }
    return status;
}

static enum as_status find_commit(struct as_buf *commit, const char *folder, const char *revision,
                                  struct as_error *error)
{
    int code = 0;
    struct as_buf wanted = {.p = NULL}, inside = {.p = NULL};
    as_buf_printf(&wanted, "%s^{commit}", revision);
    const char *const where[] = {"git", "-C", folder, "rev-parse", "--git-dir", NULL};
    const char *const which[] = {"git", "-C", folder, "rev-parse", "--quiet", "--verify", as_buf_c(&wanted),
                                 NULL};
    enum as_status status = wanted.failed ? as_error_memory(error) : ask_git(&inside, &code, where, error);
    if (status == AS_OK && code != 0) {
        as_error_set(error, AS_ERR_MISSING, "%s is not inside a git repository", folder);
        status = as_error_advise(error, "--git needs the folder of a pack whose history git keeps");
    }
    /* What looks like an option is no revision, whatever git would make of it. */
    if (status == AS_OK && revision[0] != '-')
        status = ask_git(commit, &code, which, error);
    if (status == AS_OK && (code != 0 || commit->n == 0)) {
        as_error_set(error, AS_ERR_MISSING, "git knows no revision \"%s\" in %s", revision, folder);
        status = as_error_advise(error,
                                 "give a branch, a tag or a commit; a shallow clone has only the last ones");
    }
    while (commit->n > 0 && commit->p[commit->n - 1] == '\n')
        commit->p[--commit->n] = '\0';
    as_buf_free(&wanted);
    as_buf_free(&inside);
    return status;
}

static enum as_status add_file(struct as_source *out, const char *folder, const char *object,
                               const char *name, struct as_error *error)
{
    int code = 0;
    struct as_buf bytes = {.max = AS_MAX_PACK_BYTES + 1};
    const char *const words[] = {"git", "-C", folder, "cat-file", "blob", object, NULL};
    enum as_status status = ask_git(&bytes, &code, words, error);
    if (status == AS_OK && bytes.failed)
        status = as_error_set(error, AS_ERR_LIMIT, "%s is larger than %d MiB", name,
                              AS_MAX_PACK_BYTES / (1024 * 1024));
    else if (status == AS_OK && code != 0)
        status = as_error_set(error, AS_ERR_IO, "git cannot read %s of then", name);
    if (status == AS_OK)
        status = as_source_add(out, name, (struct as_str){as_buf_c(&bytes), bytes.n}, error);
    as_buf_free(&bytes);
    return status;
}

/* "100644 blob OBJECT\tPATH", each ended by a NUL; links (mode 120000) are left out as in a folder. */
static enum as_status add_files(struct as_source *out, const char *folder, const struct as_buf *listed,
                                struct as_error *error)
{
    enum as_status status = AS_OK;
    const char *end = listed->p + listed->n;
    for (const char *p = listed->p; p != NULL && p < end && status == AS_OK; p += strlen(p) + 1) {
        const char *name = strchr(p, '\t'), *object = name != NULL ? strstr(p, " blob ") : NULL;
        if (object == NULL || object > name || strncmp(p, "100", 3) != 0 ||
            as_source_part(name + 1) == AS_PART_NONE)
            continue;
        char id[80];
        size_t n = (size_t)(name - object) - strlen(" blob ");
        if (n >= sizeof id)
            continue;
        memcpy(id, object + strlen(" blob "), n);
        id[n] = '\0';
        status = add_file(out, folder, id, name + 1, error);
    }
    return status;
}

enum as_status as_git_source(struct as_source *out, const char *folder, const char *revision,
                             struct as_error *error)
{
    int code = 0;
    struct as_buf commit = {.max = 4096}, listed = {.max = MOST_LISTED};
    as_source_init(out);
    enum as_status status = find_commit(&commit, folder, revision, error);
    const char *const list[] = {"git", "-C", folder, "ls-tree", "-r", "-z", as_buf_c(&commit), ".", NULL};
    if (status == AS_OK)
        status = ask_git(&listed, &code, list, error);
    if (status == AS_OK && (code != 0 || listed.failed))
        status = as_error_set(error, AS_ERR_IO, "git cannot list %s at %s", folder, revision);
    if (status == AS_OK)
        status = add_files(out, folder, &listed, error);
    if (status == AS_OK && as_source_find(out, "pack.lua") == NULL) {
        as_error_set(error, AS_ERR_MISSING, "%s held no pack.lua at %s", folder, revision);
        status = as_error_advise(error, "name a later revision, or compare with a folder");
    }
    if (status == AS_OK && (out->root = as_arena_printf(&out->arena, "%s:%s", revision, folder)) == NULL)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = as_source_seal(out, error);
    as_buf_free(&commit);
    as_buf_free(&listed);
    if (status != AS_OK)
        as_source_free(out);
    return status;
}
