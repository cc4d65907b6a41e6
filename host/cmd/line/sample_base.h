/* Sample base: a sample (assay sample) in the place of a database, in memory. */
#ifndef AS_CMD_SAMPLE_BASE_H
#define AS_CMD_SAMPLE_BASE_H

#include "cmd/line/context.h"

/* Opens an empty store in memory as the context's; the decision time becomes the sample's unless --at is
 * given. To be called before packs are loaded. */
enum as_status as_sample_base_open(struct as_context *context, const char *folder, struct as_error *error);
/* Takes the leads in; to be called after the packs, since they say which facts there are. */
enum as_status as_sample_base_fill(struct as_context *context, const char *folder, struct as_error *error);

#endif
