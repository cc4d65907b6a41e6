/* --allow NAME=VALUE: what scripts may use, as whoever runs the program allows; a pack cannot say. */
#ifndef AS_CMD_SCRIPT_LIMITS_H
#define AS_CMD_SCRIPT_LIMITS_H

#include "bind/script/host.h"
#include "cmd/line/command.h"

/* Sets what the texts name, "memory=256M" or "call=500ms"; the rest stays. AS_ERR_USAGE with advice. */
enum as_status as_script_limits_parse(struct as_script_limits *limits, const struct as_texts *texts,
                                      struct as_error *error);

#endif
