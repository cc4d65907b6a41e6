/* Manual pages: the files of host/cmd/pages, embedded when the host is built. */
#ifndef AS_CMD_MANUAL_PAGE_H
#define AS_CMD_MANUAL_PAGE_H

#include "base/embedded.h"

/* "mapping.md" is what `assay manual mapping` prints. */
extern const struct as_embedded_file as_manual_files[];
extern const size_t as_manual_count;

#endif
