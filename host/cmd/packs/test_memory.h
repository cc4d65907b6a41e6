/* Test memory: which tests of a pack failed last time, kept between two calls of `assay test`.
 *
 * It is a small text file beside no pack: $XDG_CACHE_HOME/assay/tests/HASH, else ~/.cache/assay/tests/HASH,
 * where HASH is of the folder's absolute path. Losing it loses nothing but the shortcut.
 */
#ifndef AS_CMD_TEST_MEMORY_H
#define AS_CMD_TEST_MEMORY_H

#include "bind/trial/test_runner.h"

struct as_remembered {
    const char *file, *name;
    bool ran; /* this time */
};
struct as_test_memory {
    struct as_arena arena;
    const char *path; /* NULL: there is no place to keep it */
    AS_LIST(struct as_remembered) before, failed;
};

/* Reads what failed in the pack at `folder`; nothing when there is no file, or none that can be read. */
enum as_status as_test_memory_open(struct as_test_memory *memory, const char *folder, struct as_error *error);
/* Whether a case failed last time. Any thread may ask. */
bool as_test_memory_has(const struct as_test_memory *memory, const char *file, const char *name);
/* Notes what a case came to. */
enum as_status as_test_memory_note(struct as_test_memory *memory, const struct as_test_result *result,
                                   struct as_error *error);
/* Writes what failed: after a run of a part, also what failed before and did not run. AS_ERR_IO when the file
 * cannot be written. */
enum as_status as_test_memory_save(const struct as_test_memory *memory, bool part, struct as_error *error);
void as_test_memory_close(struct as_test_memory *memory);

#endif
