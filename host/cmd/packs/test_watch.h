/* Test watch: waits until a file of a pack changes. */
#ifndef AS_CMD_TEST_WATCH_H
#define AS_CMD_TEST_WATCH_H

#include "cmd/line/context.h"
#include "cmd/line/folders.h"

struct as_watched {
    const char *folder;
    struct as_source source; /* as it was tested; empty while it cannot be read */
    struct as_error why;     /* why it cannot be read */
};
struct as_test_watch {
    struct as_arena arena;
    AS_LIST(struct as_watched) at;
};

/* Takes the packs as they are now. */
enum as_status as_test_watch_open(struct as_test_watch *watch, const struct as_folders *folders,
                                  struct as_error *error);
/* Waits for a change and takes the pack as it is then: *folder is the pack, *file the first of its files that
 * changed ("" when only the folder did). NULL folder: the user interrupted. */
enum as_status as_test_watch_wait(const char **folder, const char **file, struct as_test_watch *watch,
                                  const struct as_context *context, struct as_error *error);
void as_test_watch_close(struct as_test_watch *watch);

#endif
