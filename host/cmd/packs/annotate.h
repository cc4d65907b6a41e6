/* Annotate: what the annotations of a pack are and where they are put, for assay annotate and assay init. */
#ifndef AS_CMD_ANNOTATE_H
#define AS_CMD_ANNOTATE_H

#include "cmd/line/context.h"

/* Where a pack's annotations are kept: a hidden folder in it that git ignores. */
#define AS_ANNOTATIONS ".assay"

/* Writes the annotations of the context's schema into a folder, over older ones. */
enum as_status as_annotate_folder(struct as_context *context, const char *folder, struct as_error *error);

#endif
