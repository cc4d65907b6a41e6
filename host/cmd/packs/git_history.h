/* Git history: a pack as it was at some revision, read by the git program. */
#ifndef AS_CMD_GIT_HISTORY_H
#define AS_CMD_GIT_HISTORY_H

#include "data/pack/source.h"

/* The files that a pack's folder held at `revision` (a branch, a tag, a commit), as reading the folder would
 * give them; nothing is checked out. The folder must exist, for git is asked from inside of it. *out is
 * initialised here; freed by the caller on success.
 * AS_ERR_MISSING: no git program, no repository, no such revision, or no pack there then. */
enum as_status as_git_source(struct as_source *out, const char *folder, const char *revision,
                             struct as_error *error);

#endif
