/* Starter: the files of stdlib/init/, embedded when the host is built: the pack that `assay init` writes. */
#ifndef AS_CMD_STARTER_H
#define AS_CMD_STARTER_H

#include "base/embedded.h"

/* Names are paths in the new folder; @NAME@ in the bytes stands for the pack's name. */
extern const struct as_embedded_file as_starter_files[];
extern const size_t as_starter_count;

#endif
