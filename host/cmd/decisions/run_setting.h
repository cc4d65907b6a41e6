/* Run setting: the packs that a run decides, and what it must know beside them. */
#ifndef AS_CMD_RUN_SETTING_H
#define AS_CMD_RUN_SETTING_H

#include "cmd/line/pack_choice.h"
#include "run/run.h"
#include "score/tree/reference.h"

struct as_run_setting {
    char library[AS_HASH_TEXT];
    struct as_reference reference;
    uint32_t broken; /* packs that could not be loaded; each was told */
};
/* Loads the packs that are named (none: every pack that ran or was promoted) and puts them into the request,
 * with the versions that decided last, other packs whose contact policies bind, schema, library and reference
 * data. The store is open; request->threads is set. The setting must outlive the request, the packs are the
 * context's. */
enum as_status as_run_setting(struct as_run_setting *out, struct as_run_request *request,
                              struct as_context *context, struct as_texts named, struct as_error *error);

#endif
