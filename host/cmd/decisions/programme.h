/* What `assay programme` prints. */
#ifndef AS_CMD_PROGRAMME_H
#define AS_CMD_PROGRAMME_H

#include "cmd/line/context.h"
#include "run/programmes/exposure.h"
#include "run/programmes/look.h"

struct as_told_programme {
    const struct as_programme_story *story;
    struct as_exposure exposure;
};
/* pack: of which alone; NULL: of all. */
enum as_status as_print_programmes(struct as_context *context, const struct as_told_programme *told,
                                   uint32_t n, const char *pack, struct as_error *error);

#endif
