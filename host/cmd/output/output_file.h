/* Output file: a file that a command writes at once, with the folders on its way. */
#ifndef AS_CMD_OUTPUT_FILE_H
#define AS_CMD_OUTPUT_FILE_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

/* The path of a file inside a folder, in the arena; NULL when memory is out. */
const char *as_output_path(struct as_arena *arena, const char *folder, const char *file);

/* Makes the folders on the way to a file, each with these permissions (less the umask). AS_ERR_IO. */
enum as_status as_output_folders(struct as_arena *arena, const char *path, unsigned mode,
                                 struct as_error *error);

/* Writes a file that must not be there yet. AS_ERR_IO names the path. */
enum as_status as_output_new(struct as_arena *arena, const char *path, struct as_str text,
                             struct as_error *error);
/* Writes a file in the place of an older one: whole or not at all. AS_ERR_IO names the path. */
enum as_status as_output_replace(struct as_arena *arena, const char *path, struct as_str text,
                                 struct as_error *error);

#endif
