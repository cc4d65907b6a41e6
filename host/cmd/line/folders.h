/* Folders: the packs that a command about rules is given, or finds by itself. */
#ifndef AS_CMD_FOLDERS_H
#define AS_CMD_FOLDERS_H

#include "cmd/line/command.h"

struct as_folders {
    AS_LIST(const char *) list; /* without a slash at the end */
};

/* The PACK of such a command, as as_folders_find reads it. */
extern const struct as_positional as_folder_positionals[];

/* The folders named; when none is, this folder if it is a pack, else the packs under rules/. AS_ERR_MISSING
 * when there is none; example, "assay test FOLDER", is what to do then. */
enum as_status as_folders_find(struct as_folders *out, struct as_arena *arena, struct as_texts named,
                               const char *example, struct as_error *error);

#endif
