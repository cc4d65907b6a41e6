/* Version list: the versions of packs that a database keeps, as `assay promote --list` shows them. */
#ifndef AS_CMD_VERSION_LIST_H
#define AS_CMD_VERSION_LIST_H

#include "cmd/line/context.h"

/* pack NULL: of all packs. AS_ERR_MISSING when none is kept. */
enum as_status as_version_list(struct as_context *context, const char *pack, struct as_error *error);

#endif
