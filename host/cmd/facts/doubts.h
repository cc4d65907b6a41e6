/* Doubts: the action of `assay db` that tells what the data says that can hardly be so. */
#ifndef AS_CMD_DOUBTS_H
#define AS_CMD_DOUBTS_H

#include "cmd/line/context.h"

/* Of what happened not after the context's `at`; sets context->findings. JSON in README.md. */
enum as_status as_print_doubts(struct as_context *context, struct as_error *error);

#endif
